#include "tests/unit/unit.h"

static void trims_ascii_white_space(void **state)
{
    (void)state;
    assert_slice(slice_trim(SLICE(" \t\r\n a b \n")), "a b");
    assert_slice(slice_trim(SLICE(" \n")), "");
    assert_slice(slice_trim((Slice){NULL, 0}), "");
    assert_slice(slice_trim(SLICE("\xC2\xA0x")), "\xC2\xA0x");
}

static void cuts_within_the_text(void **state)
{
    (void)state;
    assert_slice(slice_cut(SLICE("abc"), 1, 2), "b");
    assert_slice(slice_cut(SLICE("abc"), 1, 99), "bc");
    assert_slice(slice_cut(SLICE("abc"), 7, 9), "");
    assert_slice(slice_cut(SLICE("abc"), 2, 1), "");
    assert_int_equal(slice_cut((Slice){NULL, 0}, 0, 4).length, 0);
}

static void takes_pieces(void **state)
{
    (void)state;
    Slice rest = SLICE("ab,,c,"), piece;
    static const char *const pieces[] = {"ab", "", "c", ""};
    for (size_t i = 0; i < 4; i++) {
        assert_true(slice_next(&rest, ',', &piece));
        assert_slice(piece, pieces[i]);
    }
    assert_false(slice_next(&rest, ',', &piece));
    rest = SLICE("");
    assert_true(slice_next(&rest, ',', &piece));
    assert_int_equal(piece.length, 0);
    assert_false(slice_next(&rest, ',', &piece));
}

static void orders_like_bytes(void **state)
{
    (void)state;
    assert_true(slice_compare(SLICE("a"), SLICE("b")) < 0);
    assert_true(slice_compare(SLICE("a"), SLICE("ab")) < 0);
    assert_true(slice_compare(SLICE("\xD8"), SLICE("z")) > 0);
    assert_int_equal(slice_compare(SLICE(""), (Slice){NULL, 0}), 0);
}

static void compares(void **state)
{
    (void)state;
    assert_true(slice_equal((Slice){NULL, 0}, SLICE("")));
    assert_true(slice_equal(SLICE("a\0b"), SLICE("a\0b")));
    assert_false(slice_equal(SLICE("a\0b"), SLICE("a\0c")));
    assert_true(slice_starts(SLICE("abc"), SLICE("ab")));
    assert_true(slice_starts(SLICE("abc"), SLICE("")));
    assert_false(slice_starts(SLICE("a"), SLICE("ab")));
}

/* Digests stand in output: they must not change with machine or version. */
static void hashes_the_same_everywhere(void **state)
{
    (void)state;
    assert_true(slice_hash(SLICE("")) == slice_hash((Slice){NULL, 0}));
    assert_true(slice_hash(SLICE("12345678")) != slice_hash(SLICE("123456780")));
    assert_true(slice_hash(SLICE("a")) != slice_hash(SLICE("a\0")));
    assert_int_equal(slice_hash(SLICE("rules/quotes.yaml")), UINT64_C(0xD55D44520F1816DF));
}

static void counts_edits(void **state)
{
    (void)state;
    assert_int_equal(slice_distance(SLICE("quote"), SLICE("quote")), 0);
    assert_int_equal(slice_distance(SLICE("quots"), SLICE("quote")), 1);
    assert_int_equal(slice_distance(SLICE("kitten"), SLICE("sitting")), 3);
    assert_int_equal(slice_distance(SLICE(""), SLICE("abc")), 3);
    char text[80] = {0};
    assert_int_equal(slice_distance((Slice){text, 80}, SLICE("abc")), 64);
    assert_int_equal(slice_distance((Slice){text, 80}, (Slice){text, 80}), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trims_ascii_white_space),
        cmocka_unit_test(cuts_within_the_text),
        cmocka_unit_test(takes_pieces),
        cmocka_unit_test(orders_like_bytes),
        cmocka_unit_test(compares),
        cmocka_unit_test(hashes_the_same_everywhere),
        cmocka_unit_test(counts_edits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
