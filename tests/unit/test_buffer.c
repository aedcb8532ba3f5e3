#include "tests/unit/unit.h"

#include "common/buffer.h"

static void appends(void **state)
{
    (void)state;
    Buffer buffer = {0};
    buffer_append(&buffer, (Slice){NULL, 0});
    assert_int_equal(buffer_slice(&buffer).length, 0);
    buffer_append(&buffer, SLICE("ab"));
    buffer_append_byte(&buffer, '\0');
    buffer_append_format(&buffer, "%d-%s", 7, "x");
    assert_int_equal(buffer.length, 6);
    assert_memory_equal(buffer.data,
                        "ab\0"
                        "7-x",
                        6);
    buffer_clear(&buffer);
    assert_int_equal(buffer.length, 0);
    buffer_release(&buffer);
    assert_null(buffer.data);
}

static void appends_numbers(void **state)
{
    (void)state;
    Buffer buffer = {0};
    const uint64_t numbers[] = {0, 9, 10, 99, 100, 1009, 65535, UINT64_MAX};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        buffer_append_number(&buffer, numbers[i]);
        buffer_append_byte(&buffer, ' ');
    }
    assert_slice(buffer_slice(&buffer), "0 9 10 99 100 1009 65535 18446744073709551615 ");
    buffer_release(&buffer);
}

static void appends_shares(void **state)
{
    (void)state;
    Buffer buffer = {0};
    const double shares[] = {0, 0.004, 0.05, 0.97, 0.999, 1, 17, -3};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        buffer_append_share(&buffer, shares[i]);
        buffer_append_byte(&buffer, ' ');
    }
    assert_slice(buffer_slice(&buffer), "0.00 0.00 0.05 0.97 1.00 1.00 1.00 0.00 ");
    buffer_release(&buffer);
}

static void grows_to_any_size(void **state)
{
    (void)state;
    Buffer buffer = {0};
    for (int i = 0; i < 100000; i++)
        buffer_append_byte(&buffer, (char)('a' + i % 26));
    for (int i = 0; i < 100000; i++)
        assert_int_equal(buffer.data[i], 'a' + i % 26);
    buffer_release(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends),
        cmocka_unit_test(appends_numbers),
        cmocka_unit_test(appends_shares),
        cmocka_unit_test(grows_to_any_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
