#include "tests/unit/unit.h"

#include "common/error.h"

static void says_what_and_where(void **state)
{
    (void)state;
    Error error = {0};
    assert_false(error_set(&error, EXIT_USAGE, "cues.yaml", 41, 7, "unknown frame \"%s\"", "x"));
    assert_string_equal(error.source, "cues.yaml");
    assert_string_equal(error.message, "unknown frame \"x\"");
    assert_int_equal(error.line, 41);
    assert_int_equal(error.column, 7);
    assert_int_equal(error.exit_code, EXIT_USAGE);
}

static void keeps_the_source_where_none_is_given(void **state)
{
    (void)state;
    Error error = {.source = "a"};
    error_set(&error, EXIT_SOME_BAD, NULL, 0, 0, "b");
    assert_string_equal(error.source, "a");
}

static void takes_its_own_parts_as_arguments(void **state)
{
    (void)state;
    Error error = {.source = "file", .message = "inner"};
    error_set(&error, EXIT_SOME_BAD, error.source, 1, 0, "outer: %s", error.message);
    assert_string_equal(error.source, "file");
    assert_string_equal(error.message, "outer: inner");
}

/* Letters of two bytes, at both parities, so that one of them would be halved. */
static void cuts_at_the_edge_of_a_character(void **state)
{
    (void)state;
    char text[4096];
    for (int shift = 0; shift < 2; shift++) {
        size_t length = 0;
        if (shift != 0)
            text[length++] = 'x';
        while (length + 2 < sizeof text) {
            memcpy(text + length, "\xD8\xA8", 2);
            length += 2;
        }
        text[length] = '\0';
        Error error = {0};
        error_set(&error, EXIT_SOME_BAD, text, 0, 0, "%s", text);
        size_t message = strlen(error.message), source = strlen(error.source);
        assert_in_range(message, sizeof error.message - 3, sizeof error.message - 1);
        assert_in_range(source, sizeof error.source - 3, sizeof error.source - 1);
        assert_string_equal(error.message + message - 4, "\xA8...");
        assert_string_equal(error.source + source - 4, "\xA8...");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_and_where),
        cmocka_unit_test(keeps_the_source_where_none_is_given),
        cmocka_unit_test(takes_its_own_parts_as_arguments),
        cmocka_unit_test(cuts_at_the_edge_of_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
