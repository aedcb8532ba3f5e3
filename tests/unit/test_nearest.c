#include "tests/unit/unit.h"

#include "common/nearest.h"

static const char *const MARKS[] = {"open", "close", "either", NULL};

static void one_slip_is_found(void **state)
{
    (void)state;
    assert_string_equal(name_nearest(SLICE("opne"), MARKS), "open");
    assert_string_equal(name_nearest(SLICE("clos"), MARKS), "close");
    assert_string_equal(name_nearest(SLICE("etiher"), MARKS), "either");
}

static void the_first_of_equals_is_named(void **state)
{
    (void)state;
    static const char *const numbers[] = {"first", "fists", NULL};
    assert_string_equal(name_nearest(SLICE("fist"), numbers), "first");
    assert_string_equal(name_nearest(SLICE(""), MARKS), "open");
}

/* "conj" has four letters to take away to become "end" and seven to add to become
 * "conjunction". */
static void a_name_cut_short_is_what_goes_on(void **state)
{
    (void)state;
    static const char *const groups[] = {"end", "conjunction", "conditional", NULL};
    assert_string_equal(name_nearest(SLICE("conj"), groups), "conjunction");
    assert_string_equal(name_nearest(SLICE("con"), groups), "conjunction");
    assert_string_equal(name_nearest(SLICE("co"), groups), "end");
}

static void what_is_offered_is_kept_where_it_is_nearer(void **state)
{
    (void)state;
    Nearest nearest = {.wanted = SLICE("speakr")};
    assert_int_equal(nearest.name.length, 0);
    nearest_offer(&nearest, (Slice){NULL, 0});
    assert_int_equal(nearest.name.length, 0);
    nearest_offer(&nearest, SLICE("cue"));
    assert_slice(nearest.name, "cue");
    nearest_offer(&nearest, SLICE("speaker"));
    assert_slice(nearest.name, "speaker");
    assert_int_equal(nearest.distance, 1);
    nearest_offer(&nearest, SLICE("content"));
    assert_slice(nearest.name, "speaker");
    Nearest of_one_letter = {.wanted = SLICE("x")};
    nearest_offer(&of_one_letter, SLICE("cue"));
    nearest_offer(&of_one_letter, SLICE(""));
    assert_slice(of_one_letter.name, "cue");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_slip_is_found),
        cmocka_unit_test(the_first_of_equals_is_named),
        cmocka_unit_test(a_name_cut_short_is_what_goes_on),
        cmocka_unit_test(what_is_offered_is_kept_where_it_is_nearer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
