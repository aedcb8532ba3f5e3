#include "tests/unit/unit.h"

#include "common/numbers.h"

static void test_keys_have_the_value_they_were_given(void **state)
{
    (void)state;
    NumberTable table = {0};
    assert_int_equal(number_find(&table, 7), 0);
    number_fetch(&table, 7);
    for (uint64_t key = 0; key < 5000; key++)
        number_put(&table, key << 40 | key, (uint32_t)key + 1);
    for (uint64_t key = 0; key < 5000; key++)
        assert_int_equal(number_find(&table, key << 40 | key), key + 1);
    assert_int_equal(number_find(&table, 5000), 0);
    assert_int_equal(table.count, 5000);
    number_release(&table);
}

static void test_a_cleared_table_is_empty(void **state)
{
    (void)state;
    NumberTable table = {0};
    number_clear(&table);
    number_put(&table, 0, 3);
    number_clear(&table);
    assert_int_equal(number_find(&table, 0), 0);
    number_put(&table, 0, 4);
    assert_int_equal(number_find(&table, 0), 4);
    number_release(&table);
}

static void test_numbers_in_order(void **state)
{
    (void)state;
    const uint32_t numbers[] = {2, 3, 3, 7, UINT32_MAX};
    assert_int_equal(numbers_below(numbers, 0, 5), 0);
    assert_int_equal(numbers_below(numbers, 5, 2), 0);
    assert_int_equal(numbers_below(numbers, 5, 3), 1);
    assert_int_equal(numbers_below(numbers, 5, 4), 3);
    assert_int_equal(numbers_below(numbers, 5, UINT32_MAX), 4);
    assert_int_equal(numbers_below(numbers, 4, UINT32_MAX), 4);
}

static void test_the_first_of_those_in_order(void **state)
{
    (void)state;
    const int numbers[] = {-3, -1, 0, 0, 4};
    for (size_t from = 0; from <= 5; from++)
        for (size_t to = from; to <= 5; to++)
            for (int limit = -4; limit <= 5; limit++) {
                size_t at, first = from;
                while (first < to && numbers[first] < limit)
                    first++;
                FIRST_WHERE(at, from, to, numbers[at] >= limit);
                assert_int_equal(at, first);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_have_the_value_they_were_given),
        cmocka_unit_test(test_a_cleared_table_is_empty),
        cmocka_unit_test(test_numbers_in_order),
        cmocka_unit_test(test_the_first_of_those_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
