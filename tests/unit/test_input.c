#include "tests/unit/unit.h"

#include <fcntl.h>
#include <unistd.h>

#include "common/input.h"

enum { SMALL = 64 };

static char path[] = "/tmp/qawl-input-XXXXXX";
static char *files[] = {path, path};
static Input input;

/* A file that holds `text`, open as the first of `count` (1 or 2). */
static void begin(Slice text, size_t count, size_t max_record)
{
    int descriptor = open(path, O_WRONLY | O_TRUNC);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, text.length == 0 ? "" : text.data, text.length),
                     text.length);
    close(descriptor);
    input_init(&input, files, count, max_record);
    Slice record;
    assert_int_equal(input_next(&input, &record), INPUT_NEW_FILE);
    assert_string_equal(input.name, path);
}

static void expect(InputState state, const char *text)
{
    Slice record = {NULL, 0};
    assert_int_equal(input_next(&input, &record), state);
    if (text != NULL)
        assert_slice(record, text);
}

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

static int release(void **state)
{
    (void)state;
    input_release(&input);
    return 0;
}

static void gives_lines(void **state)
{
    (void)state;
    begin(SLICE("a\n\nb\r\nlast"), 2, SMALL);
    expect(INPUT_RECORD, "a");
    assert_int_equal(input.line, 1);
    assert_true(input.terminated);
    expect(INPUT_RECORD, "");
    expect(INPUT_RECORD, "b\r");
    expect(INPUT_RECORD, "last");
    assert_int_equal(input.line, 4);
    assert_false(input.terminated);
    expect(INPUT_NEW_FILE, NULL);
    expect(INPUT_RECORD, "a");
    assert_int_equal(input.line, 1);
}

static void gives_records_between_nuls(void **state)
{
    (void)state;
    begin(SLICE("a\nb\0c\0"), 1, SMALL);
    input.separator = '\0';
    expect(INPUT_RECORD, "a\nb");
    expect(INPUT_RECORD, "c");
    expect(INPUT_END, NULL);
}

static void empty_file_has_no_record(void **state)
{
    (void)state;
    int second;
    begin(SLICE(""), 1, SMALL);
    assert_int_equal(input_peek(&input, &second), -1);
    assert_false(input_more(&input));
    expect(INPUT_END, NULL);
}

/* Lines of all lengths over many blocks of reading. */
static void gives_any_length(void **state)
{
    (void)state;
    Buffer text = {0};
    uint64_t random = 6;
    size_t lengths[200];
    for (int i = 0; i < 200; i++) {
        lengths[i] = i == 100 ? 3000000 : next_random(&random) % 9000;
        memset(buffer_reserve(&text, lengths[i]), 'a' + i % 26, lengths[i]);
        text.length += lengths[i];
        buffer_append_byte(&text, '\n');
    }
    begin(buffer_slice(&text), 1, SIZE_MAX);
    for (int i = 0; i < 200; i++) {
        Slice record;
        assert_int_equal(input_next(&input, &record), INPUT_RECORD);
        assert_int_equal(record.length, lengths[i]);
        for (size_t at = 0; at < record.length; at += 97)
            assert_int_equal(record.data[at], 'a' + i % 26);
    }
    expect(INPUT_END, NULL);
    buffer_release(&text);
}

static void gives_long_records_in_pieces(void **state)
{
    (void)state;
    Buffer text = {0};
    buffer_append(&text, SLICE("first\n"));
    memset(buffer_reserve(&text, 500000), 'x', 500000);
    text.length += 500000;
    buffer_append(&text, SLICE("\nsecond\n"));
    for (int drop = 0; drop < 2; drop++) {
        begin(buffer_slice(&text), 1, SMALL);
        expect(INPUT_RECORD, "first");
        Slice piece;
        assert_int_equal(input_next(&input, &piece), INPUT_TOO_LONG);
        assert_int_equal(piece.length, SMALL);
        size_t total = piece.length;
        while (drop == 0 && input_rest(&input, &piece))
            total += piece.length;
        if (drop == 0)
            assert_int_equal(total, 500000);
        expect(INPUT_RECORD, "second");
        assert_int_equal(input.line, 3);
        expect(INPUT_END, NULL);
        input_release(&input);
    }
    buffer_release(&text);
}

static void takes_a_record_of_the_greatest_length(void **state)
{
    (void)state;
    begin(SLICE("12345678\n123456789\n12345678"), 1, 8);
    expect(INPUT_RECORD, "12345678");
    expect(INPUT_TOO_LONG, "12345678");
    expect(INPUT_RECORD, "12345678");
    expect(INPUT_END, NULL);
}

static void takes_whole_files(void **state)
{
    (void)state;
    Slice bytes;
    int second;
    begin(SLICE("a\nb\0c"), 1, SMALL);
    assert_int_equal(input_peek(&input, &second), 'a');
    assert_int_equal(second, 'b');
    assert_int_equal(input_slurp(&input, &bytes), INPUT_RECORD);
    assert_int_equal(bytes.length, 5);
    expect(INPUT_END, NULL);
    input_release(&input);

    begin(SLICE("12345\n7890\n"), 2, 8);
    assert_int_equal(input_slurp(&input, &bytes), INPUT_TOO_LONG);
    assert_slice(bytes, "12345\n78");
    assert_true(input_rest(&input, &bytes));
    assert_slice(bytes, "90\n");
    assert_false(input_rest(&input, &bytes));
    expect(INPUT_NEW_FILE, NULL);
}

static void looks_ahead(void **state)
{
    (void)state;
    int second;
    begin(SLICE("\xEF\xBB\xBF \n\t{"), 1, SMALL);
    assert_int_equal(input_peek(&input, &second), '{');
    assert_int_equal(second, -1);
    expect(INPUT_RECORD, "\xEF\xBB\xBF ");
    assert_int_equal(input_peek(&input, &second), '{');
    assert_slice(input_ahead(&input), "\t{");
    expect(INPUT_RECORD, "\t{");
    assert_int_equal(input_peek(&input, &second), -1);
    input_release(&input);
    begin(SLICE("{ \n\xD8\xA7"), 1, SMALL);
    assert_int_equal(input_peek(&input, &second), '{');
    assert_int_equal(second, 0xD8);
    input_release(&input);
    begin(SLICE("\xEF"), 1, SMALL);
    assert_int_equal(input_peek(&input, &second), 0xEF);
    input_release(&input);
    begin(SLICE(" \n "), 1, SMALL);
    assert_int_equal(input_peek(&input, &second), -1);
}

static void goes_on_behind_files_that_cannot_be_read(void **state)
{
    (void)state;
    char missing[] = "/nonexistent/file", folder[] = "/";
    char *names[] = {missing, folder, path};
    begin(SLICE("a\n"), 1, SMALL);
    input_release(&input);
    input_init(&input, names, 3, SMALL);
    expect(INPUT_NEW_FILE, NULL); /* a folder opens, but cannot be read */
    expect(INPUT_NEW_FILE, NULL);
    expect(INPUT_RECORD, "a");
    expect(INPUT_END, NULL);
    assert_int_equal(input.unread_files, 2);
}

typedef struct {
    int end, calls;
} Feeder;

/* Called before the input waits: one byte more, or the end. */
static bool feed(void *context)
{
    static const char text[] = "ab\nc\n";
    Feeder *feeder = context;
    if (text[feeder->calls] == '\0')
        close(feeder->end);
    else
        assert_int_equal(write(feeder->end, &text[feeder->calls++], 1), 1);
    return true;
}

static bool stop(void *context)
{
    (void)context;
    return false;
}

static void says_when_it_is_about_to_wait(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    Feeder feeder = {ends[1], 0};
    begin(SLICE(""), 1, SMALL);
    close(input.descriptor);
    input.descriptor = ends[0];
    input.before_wait = feed;
    input.context = &feeder;
    expect(INPUT_RECORD, "ab");
    assert_int_equal(feeder.calls, 3);
    expect(INPUT_RECORD, "c");
    expect(INPUT_END, NULL);
    input_release(&input);

    assert_int_equal(pipe(ends), 0);
    begin(SLICE(""), 2, SMALL);
    close(input.descriptor);
    input.descriptor = ends[0];
    input.before_wait = stop;
    expect(INPUT_END, NULL);
    close(ends[1]);
}

#define test(function) cmocka_unit_test_teardown(function, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(gives_lines),
        test(gives_records_between_nuls),
        test(empty_file_has_no_record),
        test(gives_any_length),
        test(gives_long_records_in_pieces),
        test(takes_a_record_of_the_greatest_length),
        test(takes_whole_files),
        test(looks_ahead),
        test(goes_on_behind_files_that_cannot_be_read),
        test(says_when_it_is_about_to_wait),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
