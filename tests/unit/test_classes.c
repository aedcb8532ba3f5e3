#include "tests/unit/unit.h"

#include "common/classes.h"

static void test_a_class_holds_its_parents(void **state)
{
    (void)state;
    Arena arena = {0};
    Classes *classes = classes_new(&arena);
    int say = classes_add(classes, SLICE("cue.say"));
    int cue = classes_find(classes, SLICE("cue"));
    int name = classes_add(classes, SLICE("name"));
    assert_int_not_equal(cue, CLASS_NONE);
    ClassSet set = {{0}};
    classes_put(classes, &set, say);
    assert_true(class_has(&set, say));
    assert_true(class_has(&set, cue));
    assert_false(class_has(&set, name));
    assert_int_equal(classes_add(classes, SLICE("cue.say")), say);
    assert_int_equal(classes_find(classes, SLICE("cue.add")), CLASS_NONE);
    assert_true(slice_equal(classes_name(classes, cue), SLICE("cue")));
    arena_release(&arena);
}

static void test_there_is_an_end_to_classes(void **state)
{
    (void)state;
    Arena arena = {0};
    Classes *classes = classes_new(&arena);
    char name[32];
    for (int i = 0; i < CLASS_MAX; i++) {
        snprintf(name, sizeof name, "c%d", i);
        assert_int_equal(classes_add(classes, slice_of(name)), i);
    }
    assert_int_equal(classes_add(classes, SLICE("one-more")), CLASS_NONE);
    assert_int_equal(classes_add(classes, SLICE("c0.child")), CLASS_NONE);
    assert_int_equal(classes_count(classes), CLASS_MAX);
    arena_release(&arena);
}

static void test_the_nearest_name_is_one_of_the_rules(void **state)
{
    (void)state;
    Arena arena = {0};
    Classes *classes = classes_new(&arena);
    assert_int_equal(classes_nearest(classes, SLICE("cue")).length, 0);
    classes_add(classes, SLICE("\"12\""));
    classes_add(classes, SLICE("/x/"));
    assert_int_equal(classes_nearest(classes, SLICE("\"12\"")).length, 0);
    classes_add(classes, SLICE("cue.say"));
    assert_true(slice_equal(classes_nearest(classes, SLICE("cue.sy")), SLICE("cue.say")));
    assert_true(slice_equal(classes_nearest(classes, SLICE("\"12\"")), SLICE("cue")));
    arena_release(&arena);
}

/* A name of more parts than there may be classes, and than a stack holds. */
static void test_a_name_of_very_many_parts(void **state)
{
    (void)state;
    static char name[4 * 1024 * 1024];
    Arena arena = {0};
    Classes *classes = classes_new(&arena);
    for (size_t i = 0; i < sizeof name; i++)
        name[i] = i % 2 == 0 ? 'a' : '.';
    assert_int_equal(classes_add(classes, (Slice){name, sizeof name - 1}), CLASS_NONE);
    assert_int_equal(classes_count(classes), CLASS_MAX);
    assert_int_equal(classes_add(classes, SLICE("a.a.a")), 2);
    assert_int_equal(classes_find(classes, SLICE("a.a.b")), CLASS_NONE);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_class_holds_its_parents),
        cmocka_unit_test(test_there_is_an_end_to_classes),
        cmocka_unit_test(test_the_nearest_name_is_one_of_the_rules),
        cmocka_unit_test(test_a_name_of_very_many_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
