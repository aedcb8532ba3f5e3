#include "tests/unit/unit.h"

#include <fcntl.h>
#include <unistd.h>

#include "common/output.h"

static char path[] = "/tmp/qawl-output-XXXXXX";

static int set_up(void **state)
{
    (void)state;
    int descriptor = mkstemp(path);
    return descriptor < 0 || close(descriptor) != 0;
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(path);
}

static size_t file_bytes(void)
{
    int descriptor = open(path, O_RDONLY);
    off_t end = lseek(descriptor, 0, SEEK_END);
    close(descriptor);
    return (size_t)end;
}

static void writes_in_large_blocks(void **state)
{
    (void)state;
    Output output;
    Error error = {0};
    output_init(&output, open(path, O_WRONLY | O_TRUNC), path);
    buffer_append(&output.buffer, SLICE("few bytes"));
    assert_true(output_settle(&output, &error));
    assert_int_equal(file_bytes(), 0);
    assert_true(output_flush(&output, &error));
    assert_int_equal(file_bytes(), 9);
    memset(buffer_reserve(&output.buffer, 3000000), 'x', 3000000);
    output.buffer.length += 3000000;
    assert_true(output_settle(&output, &error)); /* full pages */
    assert_true(file_bytes() > 2990000);
    assert_int_equal(file_bytes() % 4096, 0);
    assert_int_equal(file_bytes() + output.buffer.length, 3000009);
    buffer_append_byte(&output.buffer, '\n');
    assert_true(output_close(&output, &error));
    assert_int_equal(file_bytes(), 3000010);
}

static void notices_a_full_disk(void **state)
{
    (void)state;
    Output output;
    Error error = {0};
    int full = open("/dev/full", O_WRONLY);
    if (full < 0)
        skip();
    output_init(&output, full, "out");
    buffer_append(&output.buffer, SLICE("x"));
    assert_false(output_close(&output, &error));
    assert_int_equal(error.exit_code, EXIT_SYSTEM);
    assert_string_equal(error.source, "out");
    assert_string_equal(error.message, "cannot write: No space left on device");
}

static void notices_a_closed_descriptor(void **state)
{
    (void)state;
    Output output;
    Error error = {0};
    int descriptor = open(path, O_WRONLY);
    close(descriptor);
    output_init(&output, descriptor, "out");
    assert_false(output_close(&output, &error));
    assert_int_equal(error.exit_code, EXIT_SYSTEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_in_large_blocks),
        cmocka_unit_test(notices_a_full_disk),
        cmocka_unit_test(notices_a_closed_descriptor),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
