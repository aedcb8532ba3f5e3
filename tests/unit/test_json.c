#include "tests/unit/unit.h"

#include <dirent.h>

#include "common/json.h"
#include "common/utf8.h"

/* Whether `text` is one JSON value with nothing but white space around it. */
static bool is_json(Slice text)
{
    JsonCursor cursor = json_cursor(text);
    Slice raw;
    return utf8_valid_prefix(text) == text.length && json_value(&cursor, &raw) &&
           !json_space(&cursor);
}

static void accepts_and_refuses(void **state)
{
    (void)state;
    static const char *const good[] = {
        "0",
        "-0",
        "1.5e-7",
        "12345678901234567890.10",
        "\"\"",
        "true",
        "null",
        "[]",
        "{}",
        "[ ]",
        "{ }",
        " [1 , {\"a\" : [] } ] \n",
        "\"\\u0000\\\"\\/\"",
        "{\"a\":1,\"a\":2}",
        "\"\x7F\"",
        "\"\\uD800\"",
        "[[[[]]]]",
    };
    static const char *const bad[] = {
        "",           " ",
        "01",         "-",
        "+1",         ".5",
        "1.",         "1e",
        "1e+",        "0x1",
        "tru",        "True",
        "nul",        "NaN",
        "\"",         "\"\\",
        "\"\\x\"",    "\"\\u12\"",
        "\"\n\"",     "\"\t\"",
        "[",          "[1",
        "[1,",        "[1,]",
        "[,1]",       "[1 2]",
        "]",          "{",
        "{\"a\"",     "{\"a\":",
        "{\"a\":1",   "{\"a\":1,",
        "{\"a\":1,}", "{,}",
        "{a:1}",      "{\"a\" 1}",
        "{\"a\":1]",  "[1}",
        "1 2",        "[]]",
        "'a'",        "\"a\"b",
        "\\u0061",    "\"\\ud8\"",
        "[1]x",       "\xEF\xBB\xBF[]",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!is_json(slice_of(good[i])))
            fail_msg("refused: %s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (is_json(slice_of(bad[i])))
            fail_msg("accepted: %s", bad[i]);
    /* A NUL ends nothing and is nothing. */
    assert_false(is_json(SLICE("1\0")));
    assert_false(is_json(SLICE("\"a\0b\"")));
    assert_false(is_json(SLICE("\"\\\0\"")));
}

/* Each place of a quote, backslash or control within and between blocks. */
static void finds_the_end_of_strings_anywhere(void **state)
{
    (void)state;
    char text[80];
    for (size_t length = 0; length < 70; length++) {
        memset(text, 'x', sizeof text);
        text[0] = text[length + 1] = '"';
        assert_true(is_json((Slice){text, length + 2}));
        assert_false(is_json((Slice){text, length + 1}));
        for (size_t at = 1; at <= length; at++) {
            text[at] = '\x1F';
            assert_false(is_json((Slice){text, length + 2}));
            text[at] = '"';
            assert_false(is_json((Slice){text, length + 2}));
            text[at] = '\\';
            assert_false(is_json((Slice){text, length + 2}));
            text[at] = 'x';
        }
    }
}

static void limits_nesting(void **state)
{
    (void)state;
    static char text[4 * JSON_DEPTH + 8];
    memset(text, '[', JSON_DEPTH);
    memset(text + JSON_DEPTH, ']', JSON_DEPTH);
    assert_true(is_json((Slice){text, 2 * JSON_DEPTH}));
    memset(text, '[', JSON_DEPTH + 1);
    text[JSON_DEPTH + 1] = '1';
    memset(text + JSON_DEPTH + 2, ']', JSON_DEPTH + 1);
    assert_false(is_json((Slice){text, 2 * JSON_DEPTH + 3}));
}

static void says_what_was_expected_and_where(void **state)
{
    (void)state;
    Slice raw, text = SLICE("{\"a\": 1 \"b\": 2}");
    JsonCursor cursor = json_cursor(text);
    assert_false(json_value(&cursor, &raw));
    assert_string_equal(cursor.problem, "expected a comma or }");
    assert_int_equal(cursor.at - text.data, 8);
}

static void walks_objects_and_arrays(void **state)
{
    (void)state;
    Slice name, raw;
    JsonCursor cursor =
        json_cursor(SLICE(" { \"a\" : [ 1 , {\"x\":[]} ] , \"b\\n\":\"{\", \"\":{} } "));
    assert_true(json_open(&cursor, '{'));
    assert_true(json_member(&cursor, &name));
    assert_slice(name, "a");
    assert_true(json_open(&cursor, '['));
    assert_true(json_item(&cursor));
    assert_true(json_value(&cursor, &raw));
    assert_slice(raw, "1");
    assert_true(json_item(&cursor));
    assert_true(json_value(&cursor, &raw));
    assert_slice(raw, "{\"x\":[]}");
    assert_false(json_item(&cursor));
    assert_true(json_member(&cursor, &name));
    assert_slice(name, "b\\n");
    assert_true(json_value(&cursor, &raw));
    assert_slice(raw, "\"{\"");
    assert_true(json_member(&cursor, &name));
    assert_slice(name, "");
    assert_true(json_value(&cursor, &raw));
    assert_slice(raw, "{}");
    assert_false(json_member(&cursor, &name));
    assert_null(cursor.problem);
    assert_false(json_space(&cursor));

    cursor = json_cursor(SLICE("[1,]"));
    assert_true(json_open(&cursor, '[') && json_item(&cursor) && json_value(&cursor, &raw));
    assert_true(json_item(&cursor));
    assert_false(json_value(&cursor, &raw));
    assert_non_null(cursor.problem);
    assert_false(json_item(&cursor));

    cursor = json_cursor((Slice){NULL, 0});
    assert_false(json_open(&cursor, '{'));
    assert_non_null(cursor.problem);
}

static void check_decoded(const char *raw, Slice expected)
{
    Arena arena = {0};
    Slice text;
    assert_true(json_string(slice_of(raw), &arena, &text));
    assert_int_equal(text.length, expected.length);
    assert_memory_equal(text.data, expected.data, expected.length);
    assert_int_equal(utf8_valid_prefix(text), text.length);
    arena_release(&arena);
}

static void decodes_strings(void **state)
{
    (void)state;
    check_decoded("\"\"", SLICE(""));
    check_decoded("\"a/b\"", SLICE("a/b"));
    check_decoded("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", SLICE("\"\\/\b\f\n\r\t"));
    check_decoded("\"\\u0642\\u064f\"", SLICE("\xD9\x82\xD9\x8F"));
    check_decoded("\"\\uD83D\\uDE00\"", SLICE("\xF0\x9F\x98\x80"));
    check_decoded("\"a\\u0000b\"", SLICE("a\0b"));
    check_decoded("\"\\uD83Dx\"", SLICE("\xEF\xBF\xBDx"));
    check_decoded("\"\\uDE00\\uD83D\"", SLICE("\xEF\xBF\xBD\xEF\xBF\xBD"));
    check_decoded("\"\\uD83D\\n\"", SLICE("\xEF\xBF\xBD\n"));
    check_decoded("\"\\uD83D\\uD83D\\uDE00\"", SLICE("\xEF\xBF\xBD\xF0\x9F\x98\x80"));
    check_decoded("\"0123456789abcdef0123456789abcdef\\n0123456789abcdef\\\\\"",
                  SLICE("0123456789abcdef0123456789abcdef\n0123456789abcdef\\"));
    Arena arena = {0};
    Slice text, raw = SLICE("\"plain\"");
    assert_true(json_string(raw, &arena, &text));
    assert_ptr_equal(text.data, raw.data + 1);
    assert_null(arena.chunk);
    assert_false(json_string(SLICE("12"), &arena, &text));
    assert_false(json_string(SLICE("\""), &arena, &text));
    assert_false(json_string((Slice){NULL, 0}, &arena, &text));
}

static void check_quoted(Slice text, const char *expected)
{
    Buffer out = {0};
    Arena arena = {0};
    json_append_string(&out, text);
    assert_slice(buffer_slice(&out), expected);
    assert_slice(json_quoted(text, &arena), expected);
    buffer_release(&out);
    arena_release(&arena);
}

static void escapes_only_what_must_be(void **state)
{
    (void)state;
    check_quoted((Slice){NULL, 0}, "\"\"");
    check_quoted(SLICE("\xD9\x82/\x7F\xC2\x85\xE2\x80\xA8"),
                 "\"\xD9\x82/\x7F\xC2\x85\xE2\x80\xA8\"");
    check_quoted(SLICE("\"\\\b\f\n\r\t"), "\"\\\"\\\\\\b\\f\\n\\r\\t\"");
    check_quoted(SLICE("\0\x01\x1F"), "\"\\u0000\\u0001\\u001f\"");
    check_quoted(SLICE("\n0123456789abcdef\n"), "\"\\n0123456789abcdef\\n\"");
}

/* Short strings are copied in pieces that lie over one another. */
static void escapes_wherever_it_stands(void **state)
{
    (void)state;
    static const char others[] = {'"', '\\', '\x1F', '\0', '\x20', '\x7F', '\xFF'};
    char text[80];
    Buffer out = {0};
    Arena arena = {0};
    for (size_t length = 1; length < sizeof text; length++)
        for (size_t at = 0; at < length; at++)
            for (size_t i = 0; i < sizeof others; i++) {
                memset(text, 'a', length);
                text[at] = others[i];
                buffer_clear(&out);
                json_append_string(&out, (Slice){text, length});
                assert_true(
                    slice_equal(json_quoted((Slice){text, length}, &arena), buffer_slice(&out)));
                assert_int_equal(out.length, length + (i < 2 ? 3 : i < 4 ? 7 : 2));
                arena_reset(&arena, SIZE_MAX);
            }
    arena_release(&arena);
    buffer_release(&out);
}

static void reads_back_what_it_wrote(void **state)
{
    (void)state;
    uint64_t random = 4;
    char text[800];
    Buffer out = {0};
    Arena arena = {0};
    for (int round = 0; round < 6000; round++) {
        size_t length = next_random(&random) % 400, bytes = 0;
        uint32_t letters = round % 2 != 0 ? 1 : 40; /* for one of ASCII, controls among them */
        for (size_t i = 0; i < length; i++)
            bytes += utf8_encode(next_random(&random) % (letters + 1) == 0
                                     ? next_random(&random) % 0x80
                                     : 0x600 + next_random(&random) % 0x100,
                                 text + bytes);
        Slice raw, decoded, original = {text, bytes};
        buffer_clear(&out);
        json_append_string(&out, original);
        assert_true(is_json(buffer_slice(&out)));
        assert_true(json_string(buffer_slice(&out), &arena, &decoded));
        assert_true(slice_equal(decoded, original));
        buffer_append(&out, SLICE(" ,\"x"));
        JsonCursor cursor = json_cursor(buffer_slice(&out));
        assert_true(json_text(&cursor, &arena, &raw, &decoded));
        assert_true(slice_equal(decoded, original));
        assert_ptr_equal(cursor.at, raw.data + raw.length);
        out.length -= 4;
        assert_true(slice_equal(raw, buffer_slice(&out)));
        assert_true(slice_equal(json_quoted(original, &arena), buffer_slice(&out)));
        arena_reset(&arena, SIZE_MAX);
    }
    arena_release(&arena);
    buffer_release(&out);
}

/* A string that is decoded at once is checked as any other. */
static void decodes_what_it_passes(void **state)
{
    (void)state;
    static const char *const bad[] = {"\"\\n",     "\"\\n\x01\"", "\"\\q\"", "\"a\\",
                                      "\"\\u12\"", "\"\\n\\x\"",  "\"\\ud8"};
    Arena arena = {0};
    Slice raw, text = SLICE("as before");
    JsonCursor cursor = json_cursor(SLICE(" [1]"));
    assert_true(json_text(&cursor, &arena, &raw, &text));
    assert_slice(raw, "[1]");
    assert_slice(text, "as before");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cursor = json_cursor(slice_of(bad[i]));
        JsonCursor other = cursor;
        assert_false(json_text(&cursor, &arena, &raw, &text));
        assert_false(json_value(&other, &raw));
        assert_ptr_equal(cursor.at, other.at);
        assert_string_equal(cursor.problem, other.problem);
    }
    arena_release(&arena);
}

static void reads_numbers_and_words(void **state)
{
    (void)state;
    size_t size;
    double number;
    bool truth;
    char most[32];
    snprintf(most, sizeof most, "%zu", SIZE_MAX);
    assert_true(json_size(SLICE("0"), &size) && size == 0);
    assert_true(json_size(slice_of(most), &size) && size == SIZE_MAX);
    most[strlen(most) - 1] = '9';
    assert_false(json_size(slice_of(most), &size));
    assert_false(json_size(SLICE("-1"), &size));
    assert_false(json_size(SLICE("1.0"), &size));
    assert_false(json_size(SLICE("\"1\""), &size));
    assert_false(json_size((Slice){NULL, 0}, &size));
    assert_true(json_double(SLICE("-1.5e1"), &number) && number < -14.9 && number > -15.1);
    assert_false(json_double(SLICE("\"1\""), &number));
    assert_false(json_double(SLICE("null"), &number));
    assert_true(json_bool(SLICE("true"), &truth) && truth);
    assert_true(json_bool(SLICE("false"), &truth) && !truth);
    assert_false(json_bool(SLICE("1"), &truth));
    assert_true(json_is_null(SLICE("null")));
    assert_false(json_is_null(SLICE("\"null\"")));
}

static Slice read_whole(const char *path, Buffer *buffer)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    buffer_clear(buffer);
    size_t count;
    while ((count = fread(buffer_reserve(buffer, 65536), 1, 65536, file)) > 0)
        buffer->length += count;
    fclose(file);
    return buffer_slice(buffer);
}

/* https://github.com/nst/JSONTestSuite, where a copy stands beside the tree or
 * in $JSON_TEST_SUITE: names say whether a file must be taken (y_), refused
 * (n_) or may be either (i_). */
static void agrees_with_the_test_suite(void **state)
{
    (void)state;
    const char *folder = getenv("JSON_TEST_SUITE");
    if (folder == NULL)
        folder = "../shared/conformance/JSONTestSuite/test_parsing";
    DIR *files = opendir(folder);
    if (files == NULL)
        skip();
    Buffer buffer = {0};
    int wrong = 0;
    for (struct dirent *entry; (entry = readdir(files)) != NULL;) {
        char path[4096];
        if (strchr("yni", entry->d_name[0]) == NULL || entry->d_name[1] != '_')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        bool taken = is_json(read_whole(path, &buffer));
        if ((taken && entry->d_name[0] == 'n') || (!taken && entry->d_name[0] == 'y')) {
            print_error("%s %s\n", taken ? "taken:" : "refused:", entry->d_name);
            wrong++;
        }
    }
    closedir(files);
    buffer_release(&buffer);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_and_refuses),
        cmocka_unit_test(finds_the_end_of_strings_anywhere),
        cmocka_unit_test(limits_nesting),
        cmocka_unit_test(says_what_was_expected_and_where),
        cmocka_unit_test(walks_objects_and_arrays),
        cmocka_unit_test(decodes_strings),
        cmocka_unit_test(escapes_only_what_must_be),
        cmocka_unit_test(escapes_wherever_it_stands),
        cmocka_unit_test(reads_back_what_it_wrote),
        cmocka_unit_test(decodes_what_it_passes),
        cmocka_unit_test(reads_numbers_and_words),
        cmocka_unit_test(agrees_with_the_test_suite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
