#include "tests/unit/unit.h"

#include "common/edits.h"

static void check_json(const EditList *edits, const char *wanted)
{
    Buffer out = {0};
    edits_append_json(edits, &out);
    buffer_append_byte(&out, '\0');
    assert_string_equal(out.data, wanted);
    buffer_release(&out);
}

static void test_unchanged_text_is_one_run(void **state)
{
    (void)state;
    EditList edits = {0};
    check_json(&edits, "[]");
    edits_keep(&edits, 3);
    edits_keep(&edits, 0);
    edits_keep(&edits, 4);
    check_json(&edits, "[[0, 0, 7]]");
    edits_clear(&edits);
    check_json(&edits, "[]");
    edits_release(&edits);
}

static void test_changes_stand_between_runs(void **state)
{
    (void)state;
    EditList edits = {0};
    edits_keep(&edits, 1);
    edits_change(&edits, 3, 0);
    edits_keep(&edits, 35);
    edits_change(&edits, 1, 1);
    edits_keep(&edits, 188);
    edits_change(&edits, 1, 0);
    check_json(&edits, "[[0, 0, 1], [1, 4, 35], [37, 40, 188]]");
    assert_int_equal(edits.to_length, 225);
    assert_int_equal(edits.from_length, 229);
    edits_release(&edits);
}

static void test_composes(void **state)
{
    (void)state;
    EditList first = {0}, second = {0}, both = {0};
    edits_keep(&first, 2); /* ab-cdef -> abcdef */
    edits_change(&first, 1, 0);
    edits_keep(&first, 4);
    edits_keep(&second, 1); /* abcdef -> axxdf */
    edits_change(&second, 2, 2);
    edits_keep(&second, 1);
    edits_change(&second, 1, 0);
    edits_keep(&second, 1);
    edits_compose(&first, &second, &both);
    check_json(&both, "[[0, 0, 1], [3, 4, 1], [4, 6, 1]]");
    assert_int_equal(both.to_length, 5);
    assert_int_equal(both.from_length, 7);
    edits_release(&first);
    edits_release(&second);
    edits_release(&both);
}

/* An edit list as what it means: for each new character its old one, or -1. */
enum { LONGEST = 64 };

static size_t make_random(EditList *edits, size_t from_length, int *meaning)
{
    size_t to = 0, from = 0;
    edits_clear(edits);
    while (from < from_length || rand() % 3 == 0) {
        size_t length = (size_t)(rand() % 4), left = from_length - from;
        length = length < left ? length : left;
        if (rand() % 2 != 0) {
            for (size_t i = 0; i < length; i++)
                meaning[to++] = (int)(from + i);
            edits_keep(edits, length);
        } else {
            size_t added = (size_t)(rand() % 3);
            for (size_t i = 0; i < added; i++)
                meaning[to++] = -1;
            edits_change(edits, length, added);
        }
        from += length;
        if (to > LONGEST)
            break;
    }
    edits_change(edits, from_length - from, 0);
    return to;
}

static void check_meaning(const EditList *edits, const int *meaning, size_t length)
{
    size_t at = 0;
    assert_int_equal(edits->to_length, length);
    for (size_t i = 0; i < edits->count; i++) {
        const Edit *run = &edits->runs[i];
        assert_true(run->length > 0);
        for (; at < run->text_start; at++)
            assert_int_equal(meaning[at], -1);
        for (size_t j = 0; j < run->length; j++, at++)
            assert_int_equal(meaning[at], run->source_start + j);
    }
    for (; at < length; at++)
        assert_int_equal(meaning[at], -1);
}

static void test_composing_is_applying_in_turn(void **state)
{
    (void)state;
    EditList first = {0}, second = {0}, both = {0};
    srand(2);
    for (int round = 0; round < 5000; round++) {
        int one[LONGEST * 2], two[LONGEST * 2];
        size_t source_length = (size_t)(rand() % 20);
        size_t middle = make_random(&first, source_length, one);
        check_meaning(&first, one, middle);
        assert_int_equal(first.from_length, source_length);
        size_t length = make_random(&second, middle, two);
        for (size_t i = 0; i < length; i++)
            two[i] = two[i] < 0 ? -1 : one[two[i]];
        edits_compose(&first, &second, &both);
        check_meaning(&both, two, length);
        assert_int_equal(both.from_length, source_length);
    }
    edits_release(&first);
    edits_release(&second);
    edits_release(&both);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unchanged_text_is_one_run),
        cmocka_unit_test(test_changes_stand_between_runs),
        cmocka_unit_test(test_composes),
        cmocka_unit_test(test_composing_is_applying_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
