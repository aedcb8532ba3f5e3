#include "tests/unit/unit.h"

#include <fcntl.h>
#include <unistd.h>

#include "common/message.h"

static void tell_error(const void *error)
{
    message_error(error);
}

static void tell_warning(const void *text)
{
    message_warning("f", 3, 0, "%s", (const char *)text);
}

/* What `tell` writes of `what` to standard error. */
static void capture(void (*tell)(const void *what), const void *what, char *text, size_t room)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    int saved = dup(STDERR_FILENO);
    assert_true(saved >= 0 && dup2(ends[1], STDERR_FILENO) >= 0);
    tell(what);
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(ends[1]);
    ssize_t count = read(ends[0], text, room - 1);
    close(ends[0]);
    assert_true(count >= 0);
    text[count] = '\0';
}

static void check(Error error, const char *expected)
{
    static char text[16384];
    capture(tell_error, &error, text, sizeof text);
    assert_string_equal(text, expected);
}

static void leaves_out_what_is_not_known(void **state)
{
    (void)state;
    message_program("tool");
    check((Error){.message = "m"}, "tool: m\n");
    check((Error){.source = "-", .message = "m"}, "tool: -: m\n");
    check((Error){.source = "-", .line = 3, .message = "m"}, "tool: -:3: m\n");
    check((Error){.source = "f", .line = 3, .column = 9, .message = "m"}, "tool: f:3:9: m\n");
    check((Error){.source = "f", .column = 9, .message = "m"}, "tool: f: m\n");
}

static void keeps_letters_and_escapes_controls(void **state)
{
    (void)state;
    message_program("tool");
    check((Error){.message = "\xD9\x82\xD9\x88\xD9\x84"}, "tool: \xD9\x82\xD9\x88\xD9\x84\n");
    check((Error){.message = "a\x1B[31m\n\x7F"}, "tool: a\\x1B[31m\\x0A\\x7F\n");
    check((Error){.message = "\xC2\x9B"}, "tool: \\x9B\n");
    check((Error){.message = "\x9B\xFF"
                             "a"},
          "tool: \\x9B\\xFFa\n");
}

static void prints_the_longest_error_whole(void **state)
{
    (void)state;
    static char text[16384];
    Error error = {.line = SIZE_MAX, .column = SIZE_MAX};
    memset(error.source, 0x1B, sizeof error.source - 1);
    memset(error.message, 0x1B, sizeof error.message - 1);
    message_program("tool");
    capture(tell_error, &error, text, sizeof text);
    size_t length = strlen(text);
    assert_true(length > 4 * (sizeof error.source + sizeof error.message - 2));
    assert_string_equal(text + length - 5, "\\x1B\n");
}

static void cuts_long_warnings_between_characters(void **state)
{
    (void)state;
    static char text[16384];
    static const char before[] = "tool: f:3: warning: ", seen[] = "\xD8\xB9\xD8\xB9...\n";
    message_program("tool");
    for (size_t shift = 0; shift < 2; shift++) {
        char letters[2 * sizeof((Error){0}).message] = "x";
        for (size_t i = 0; i + shift + 2 < sizeof letters; i += 2)
            memcpy(letters + shift + i, "\xD8\xB9", 2);
        capture(tell_warning, letters, text, sizeof text);
        assert_memory_equal(text, before, sizeof before - 1);
        size_t length = strlen(text), room = sizeof before + sizeof((Error){0}).message;
        assert_in_range(length, room - 3, room - 1);
        assert_string_equal(text + length - (sizeof seen - 1), seen);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_out_what_is_not_known),
        cmocka_unit_test(keeps_letters_and_escapes_controls),
        cmocka_unit_test(prints_the_longest_error_whole),
        cmocka_unit_test(cuts_long_warnings_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
