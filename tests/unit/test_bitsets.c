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

static void test_what_two_have_in_common(void **state)
{
    (void)state;
    Bitsets sets;
    bitsets_init(&sets, 70);
    uint16_t a = number_of(&sets, 7, 1), b = number_of(&sets, 12, 3), c = number_of(&sets, 8, 0);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(bitsets_meet(&sets, a, b), number_of(&sets, 4, 1));
        assert_int_equal(bitsets_meet(&sets, b, a), number_of(&sets, 4, 1));
        assert_int_equal(bitsets_meet(&sets, a, c), BITSETS_EMPTY);
        assert_int_equal(bitsets_meet(&sets, a, BITSETS_ALL), a);
        assert_int_equal(bitsets_meet(&sets, a, BITSETS_EMPTY), BITSETS_EMPTY);
        assert_int_equal(bitsets_meet(&sets, BITSETS_EMPTY, BITSETS_EMPTY), BITSETS_EMPTY);
    }
    /* Never said of sets that have something in common. */
    assert_false(bitsets_are_apart(&sets, a, b));
    assert_true(bitsets_are_apart(&sets, a, c));
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
        uint16_t met = bitsets_meet(&sets, number, number_of(&sets, UINT64_MAX, 0));
        assert_int_equal(bitsets_at(&sets, met)[0] & i, i);
    }
    assert_int_equal(number_of(&sets, COUNT, 0), BITSETS_ALL);
    bitsets_forget(&sets);
    uint16_t number = number_of(&sets, COUNT, 0);
    assert_int_equal(bitsets_at(&sets, number)[0], COUNT);
    assert_int_equal(bitsets_at(&sets, number)[1], 0);
    assert_int_equal(bitsets_meet(&sets, number, BITSETS_ALL), number);
    bitsets_release(&sets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_set_has_one_number),
        cmocka_unit_test(test_what_two_have_in_common),
        cmocka_unit_test(test_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
