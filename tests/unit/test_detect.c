/* Which encoding bytes are in, where no rules are needed to tell. */
#include "tests/unit/unit.h"

#include "tools/normalize/detect.h"

static Reading read_bytes(Arena *arena, Slice bytes, const char *declared)
{
    static const Likeness likeness = {.row_count = 2, .other = -6};
    const Detector detector = {.likeness = &likeness};
    Reading reading;
    Error error = {0};
    assert_true(detect_and_decode(&detector, bytes, declared, arena, &reading, &error));
    return reading;
}

static void told_by_the_bytes(void **state)
{
    (void)state;
    Arena arena = {0};
    Reading reading = read_bytes(&arena, SLICE("caf\xC3\xA9"), NULL);
    assert_string_equal(reading.source, "utf-8");
    assert_true(slice_equal(reading.decoded.text, SLICE("caf\xC3\xA9")));
    reading = read_bytes(&arena, SLICE("\xEF\xBB\xBFok"), NULL);
    assert_string_equal(reading.source, "bom");
    assert_true(slice_equal(reading.decoded.text, SLICE("ok")));
    arena_release(&arena);
}

static void declared_counts_first(void **state)
{
    (void)state;
    Arena arena = {0};
    Reading reading = read_bytes(&arena, SLICE("caf\xE9"), "ISO-8859-1");
    assert_string_equal(reading.source, "declared");
    assert_true(slice_equal(reading.decoded.text, SLICE("caf\xC3\xA9")));
    arena_release(&arena);
}

static void unknown_is_refused(void **state)
{
    (void)state;
    Arena arena = {0};
    const Detector detector = {0};
    Reading reading;
    Error error = {0};
    assert_false(detect_and_decode(&detector, SLICE("x"), "no-such", &arena, &reading, &error));
    assert_int_equal(error.exit_code, EXIT_USAGE);
    arena_release(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(told_by_the_bytes),
        cmocka_unit_test(declared_counts_first),
        cmocka_unit_test(unknown_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
