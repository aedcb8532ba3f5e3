#include "common/bitsets.h"
#include "tests/unit/unit.h"

static uint16_t number_of(Bitsets *sets, uint64_t first, uint64_t second)
{
    uint64_t bits[] = {first, second};
    return bitsets_number(sets, bits);
}

static void test_a_set_has_one_number(void **state)
{
    (void)state;
    Bitsets sets;
    bitsets_init(&sets, 70);
    assert_int_equal(number_of(&sets, 0, 0), BITSETS_EMPTY);
    assert_int_equal(number_of(&sets, UINT64_MAX, 63), BITSETS_ALL);
    uint16_t one = number_of(&sets, 5, 32), other = number_of(&sets, 5, 0);
    assert_int_not_equal(one, other);
    assert_int_equal(number_of(&sets, 5, 32), one);
    assert_int_equal(bitsets_at(&sets, one)[0], 5);
    assert_int_equal(bitsets_at(&sets, one)[1], 32);
    bitsets_release(&sets);
}

static void test_folds(void **state)
{
    (void)state;
    Bitsets sets;
    bitsets_init(&sets, 70);
    WordPair fold = bitsets_fold(&sets, number_of(&sets, 7, 1));
    assert_int_equal(fold[0], 7);
    assert_int_equal(fold[1], 1);
    assert_false(pair_any(bitsets_fold(&sets, BITSETS_EMPTY)));
    bitsets_release(&sets);
    /* Members 3 and 131 share a bit. */
    bitsets_init(&sets, 200);
    uint64_t low[] = {8, 0, 0, 0}, high[] = {0, 0, 8, 0}, other[] = {16, 0, 0, 0};
    WordPair folds[] = {bitsets_fold(&sets, bitsets_number(&sets, low)),
                        bitsets_fold(&sets, bitsets_number(&sets, high)),
                        bitsets_fold(&sets, bitsets_number(&sets, other))};
    assert_true(pair_any(folds[0] & folds[1]));
    assert_false(pair_any(folds[0] & folds[2]));
    bitsets_release(&sets);
}

/* More sets than there is room for: what is said is never too little. */
static void test_no_room(void **state)
{
    (void)state;
    enum { COUNT = 2 * BITSETS_MAX };
    Bitsets sets;
    bitsets_init(&sets, 128);
    for (uint64_t i = 1; i < COUNT; i++) {
        uint16_t number = number_of(&sets, i, ~i);
        assert_true(number == BITSETS_ALL || bitsets_at(&sets, number)[0] == i);
    }
    assert_int_equal(number_of(&sets, COUNT, 0), BITSETS_ALL);
    bitsets_forget(&sets);
    uint16_t number = number_of(&sets, COUNT, 0);
    assert_int_equal(bitsets_at(&sets, number)[0], COUNT);
    assert_int_equal(bitsets_at(&sets, number)[1], 0);
    bitsets_release(&sets);
}

static void test_sparse_rows(void **state)
{
    (void)state;
    Arena arena = {0};
    uint64_t *draft = sparse_draft(3, 4);
    draft[1] = 2;
    draft[8] = 1;
    draft[10] = draft[11] = 4;
    SparseRows rows = sparse_rows(draft, 3, 4, &arena);
    uint64_t words[] = {8, 0, 0, 8};
    sparse_join(words, &rows, 1);
    assert_int_equal(words[0], 8);
    assert_int_equal(words[3], 8);
    sparse_join(words, &rows, 0);
    sparse_join(words, &rows, 2);
    const uint64_t joined[] = {9, 2, 4, 12};
    assert_memory_equal(words, joined, sizeof joined);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_set_has_one_number),
        cmocka_unit_test(test_folds),
        cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_sparse_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
