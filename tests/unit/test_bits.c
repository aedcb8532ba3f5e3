#include "tests/unit/unit.h"

#include "common/bits.h"

static void test_a_bit_is_set_alone(void **state)
{
    (void)state;
    for (size_t number = 0; number < 128; number++) {
        uint64_t bits[2] = {0};
        bit_set(bits, number);
        for (size_t i = 0; i < 128; i++)
            assert_int_equal(bit_at(bits, i), i == number);
    }
}

static void test_set_bits_are_found_in_order(void **state)
{
    (void)state;
    enum { COUNT = 130 };
    static const size_t wanted[] = {0, 5, 63, 64, 129, COUNT};
    uint64_t bits[3] = {0};
    for (size_t i = 0; i < 5; i++)
        bit_set(bits, wanted[i]);
    size_t found = 0;
    for (size_t bit = bit_next(bits, COUNT, 0); bit < COUNT; bit = bit_next(bits, COUNT, bit + 1))
        assert_int_equal(bit, wanted[found++]);
    assert_int_equal(found, 5);
    assert_int_equal(bit_next(bits, COUNT, COUNT), COUNT);
    assert_int_equal(bit_next(bits, 129, 65), 129);
    assert_int_equal(bit_next(bits, 0, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_bit_is_set_alone),
        cmocka_unit_test(test_set_bits_are_found_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
