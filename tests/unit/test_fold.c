#include "tests/unit/rules_text.h"

#include "common/fold.h"

static const char letters[] = "letters:\n"
                              "  marks: [U+0640, U+064B..U+0652]\n"
                              "  hamza: {أ: ا, إ: ا, آ: ا}\n"
                              "  look-alikes: {ى: ي, ة: ه}\n"
                              "  joiners: [\"'\"]\n";

static Rules rules;
static const Fold *fold;

static int set_up(void **state)
{
    (void)state;
    Error error = {0};
    add_rules(&rules, letters);
    fold = fold_new(&rules, &error);
    assert_non_null(fold);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rules_release(&rules);
    return 0;
}

static void check_fold(const char *word, Grade grade, const char *wanted)
{
    char out[FOLD_ROOM(64)];
    size_t length = fold_word(fold, slice_of(word), grade, out);
    assert_true(slice_equal((Slice){out, length}, slice_of(wanted)));
}

static void test_folds_by_grade(void **state)
{
    (void)state;
    check_fold("أكّـد", GRADE_EXACT, "أكّـد");
    check_fold("أكّـد", GRADE_MARKS, "أكد");
    check_fold("أكّـد", GRADE_HAMZA, "اكد");
    check_fold("إلى", GRADE_HAMZA, "الى");
    check_fold("إلى", GRADE_LETTER, "الي");
    check_fold("London", GRADE_MARKS, "london");
    check_fold("ÀÉ", GRADE_LETTER, "àé");
}

static void check_measured(const char *word, const char *wanted, size_t count, bool has_digit)
{
    char out[FOLD_ROOM(64)];
    FoldedSize size = fold_measured(fold, slice_of(word), out);
    assert_true(slice_equal((Slice){out, size.bytes}, slice_of(wanted)));
    assert_int_equal(size.letters, count);
    assert_int_equal(size.has_digit, has_digit);
}

static void test_how_large_a_folded_word_is(void **state)
{
    (void)state;
    check_measured("", "", 0, false);
    check_measured("أكّـدة", "اكده", 4, false);
    check_measured("الـ١٩", "ال١٩", 4, true);
    check_measured("A4", "a4", 2, true);
    check_measured("ﻻ𝟗", "ﻻ𝟗", 2, true); /* above U+07FF */
}

static void test_closest_grade(void **state)
{
    (void)state;
    assert_int_equal(fold_compare(fold, SLICE("علي"), SLICE("علي")), GRADE_EXACT);
    assert_int_equal(fold_compare(fold, SLICE("عليّ"), SLICE("علي")), GRADE_MARKS);
    assert_int_equal(fold_compare(fold, SLICE("إن"), SLICE("أن")), GRADE_HAMZA);
    assert_int_equal(fold_compare(fold, SLICE("على"), SLICE("علي")), GRADE_LETTER);
    assert_int_equal(fold_compare(fold, SLICE("علن"), SLICE("علي")), GRADE_COUNT);
}

static void test_kinds(void **state)
{
    (void)state;
    assert_int_equal(fold_char_kind(fold, 0x0628), CHAR_LETTER);
    assert_int_equal(fold_char_kind(fold, 0x0640), CHAR_MARK);
    assert_int_equal(fold_char_kind(fold, 0x064B), CHAR_MARK);
    assert_int_equal(fold_char_kind(fold, 0x060C), CHAR_PUNCT);
    assert_int_equal(fold_char_kind(fold, 0x00AB), CHAR_PUNCT);
    assert_int_equal(fold_char_kind(fold, 0x0663), CHAR_DIGIT);
    assert_int_equal(fold_char_kind(fold, 0x00A0), CHAR_SPACE);
    assert_int_equal(fold_char_kind(fold, 0x200F), CHAR_IGNORE);
    assert_int_equal(fold_char_kind(fold, '\''), CHAR_JOINER);
    assert_int_equal(fold_char_kind(fold, 0x20AC), CHAR_OTHER);
}

static void test_digits_of_any_script(void **state)
{
    (void)state;
    assert_int_equal(fold_digit(fold, '7'), 7);
    assert_int_equal(fold_digit(fold, 0x0663), 3);
    assert_int_equal(fold_digit(fold, 0x06F9), 9);
    assert_int_equal(fold_digit(fold, 0x0628), -1);
}

static void test_mistakes(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "letters:\n  marks: [U+06X0]\n",
        "letters:\n  hamza: {ab: c}\n",
        "letters:\n  mark: [U+0640]\n",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        Rules bad = {0};
        Error error = {0};
        add_rules(&bad, wrong[i]);
        assert_null(fold_new(&bad, &error));
        assert_int_equal(error.line, 2);
        rules_release(&bad);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folds_by_grade),
        cmocka_unit_test(test_how_large_a_folded_word_is),
        cmocka_unit_test(test_closest_grade),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_digits_of_any_script),
        cmocka_unit_test(test_mistakes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
