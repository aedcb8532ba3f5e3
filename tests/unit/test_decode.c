#include "tests/unit/unit.h"

#include "common/buffer.h"
#include "common/decode.h"
#include "common/utf8.h"

static Arena arena;

static Decoded decode(Slice bytes, const char *encoding)
{
    Decoded decoded;
    Error error = {0};
    assert_true(decode_bytes(bytes, encoding, &arena, &decoded, &error));
    assert_int_equal(utf8_valid_prefix(decoded.text), decoded.text.length);
    assert_int_equal(decoded.bytes, bytes.length);
    return decoded;
}

static void check(Slice bytes, const char *encoding, const char *wanted, size_t replaced)
{
    Decoded decoded = decode(bytes, encoding);
    Slice text = slice_of(wanted);
    assert_int_equal(decoded.text.length, text.length);
    assert_memory_equal(decoded.text.data, text.data, text.length);
    assert_int_equal(decoded.replaced, replaced);
}

static void test_utf8_is_a_view(void **state)
{
    (void)state;
    Slice bytes = SLICE("d\xC3\xA9j\xC3\xA0");
    Decoded decoded = decode(bytes, NULL);
    assert_ptr_equal(decoded.text.data, bytes.data);
    assert_string_equal(decoded.encoding, "UTF-8");
    assert_false(decoded.had_bom);
    check(SLICE(""), NULL, "", 0);
    check(bytes, "utf8", "d\xC3\xA9j\xC3\xA0", 0);
}

static void test_bad_utf8_is_replaced_once_a_sequence(void **state)
{
    (void)state;
    check(SLICE("a\xFFz"), NULL, "a\xEF\xBF\xBDz", 1);
    check(SLICE("a\xE2\x80"), NULL, "a\xEF\xBF\xBD", 1);             /* cut off         */
    check(SLICE("\xF0\x9F\x98z"), NULL, "\xEF\xBF\xBDz", 1);         /* cut off         */
    check(SLICE("\xC0\xAF"), NULL, "\xEF\xBF\xBD\xEF\xBF\xBD", 2);   /* overlong        */
    check(SLICE("\xE0\x80z"), NULL, "\xEF\xBF\xBD\xEF\xBF\xBDz", 2); /* overlong        */
    check(SLICE("\xED\xA0\x80"), NULL, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 3); /* surrogate */
    Decoded decoded = decode(SLICE("ab\xFF\xFF"), NULL);
    assert_int_equal(decoded.first_bad, 2);
    decoded = decode(SLICE("\xEF\xBB\xBF"
                           "a\xFF"),
                     NULL);
    assert_int_equal(decoded.first_bad, 4);
}

static void test_byte_order_marks_decide(void **state)
{
    (void)state;
    check(SLICE("\xEF\xBB\xBFx"), NULL, "x", 0);
    check(SLICE("\xFF\xFEx\0\xE9\0"), NULL, "x\xC3\xA9", 0);
    check(SLICE("\xFE\xFF\0x\0\xE9"), NULL, "x\xC3\xA9", 0);
    check(SLICE("\xFF\xFE\0\0x\0\0\0"), NULL, "x", 0);
    check(SLICE("\0\0\xFE\xFF\0\0\0x"), NULL, "x", 0);
    check(SLICE("\xFF\xFEx\0"), "UTF-16LE", "x", 0);
    check(SLICE("\xFF\xFEx"), "ISO-8859-1", "\xC3\xBF\xC3\xBEx", 0);
    assert_string_equal(decode(SLICE("\xFF\xFEx\0"), NULL).encoding, "UTF-16LE");
    assert_true(decode(SLICE("\xFF\xFEx\0"), NULL).had_bom);
}

static void test_wide_characters_cut_and_alone(void **state)
{
    (void)state;
    check(SLICE("x\0y"), "UTF-16LE", "x\xEF\xBF\xBD", 1);
    check(SLICE("x\0\x01\xD8z\0"), "UTF-16LE", "x\xEF\xBF\xBDz", 1); /* half a pair */
    check(SLICE("\x3D\xD8\x00\xDE"), "UTF-16LE", "\xF0\x9F\x98\x80", 0);
    Decoded decoded = decode(SLICE("\xFF\xFEx\0y"), NULL);
    assert_int_equal(decoded.first_bad, 4);
}

static void test_single_bytes(void **state)
{
    (void)state;
    check(SLICE("caf\xE9 \x93x\x94"), "windows-1252", "caf\xC3\xA9 \xE2\x80\x9Cx\xE2\x80\x9D", 0);
    check(SLICE("\xC7\xA1\xE1"), "iso-8859-6", "\xD8\xA7\xEF\xBF\xBD\xD9\x81", 1);
    assert_string_equal(decode(SLICE("x"), "windows-1256").encoding, "WINDOWS-1256");
}

/* Windows-1255 holds a letter back, for it may combine with the next byte. */
static void test_what_the_converter_holds_comes_out(void **state)
{
    (void)state;
    check(SLICE("\xE0"), "WINDOWS-1255", "\xD7\x90", 0);
    check(SLICE("\xE0\xE0"), "WINDOWS-1255", "\xD7\x90\xD7\x90", 0);
}

static void test_unknown_encodings_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"KLINGON-9", "UTF-8//IGNORE", "ASCII//TRANSLIT", ""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        Decoded decoded;
        Error error = {0};
        assert_false(decode_bytes(SLICE("x"), names[i], &arena, &decoded, &error));
        assert_int_equal(error.exit_code, EXIT_USAGE);
        assert_non_null(strstr(error.message, names[i]));
    }
}

/* Characters lie across the edges of the blocks that iconv is given. */
static void test_long_texts(void **state)
{
    (void)state;
    for (size_t odd = 0; odd < 3; odd++) {
        Buffer bytes = {0}, wanted = {0};
        for (size_t i = 0; i < odd; i++) {
            buffer_append(&bytes, SLICE("a"));
            buffer_append(&wanted, SLICE("a"));
        }
        for (size_t i = 0; i < 20000; i++) {
            buffer_append(&bytes, SLICE("\xA4\xA2\x8F\xB0\xA1z")); /* EUC-JP: two, three, one */
            buffer_append(&wanted, SLICE("\xE3\x81\x82\xE4\xB8\x82z"));
        }
        buffer_append_byte(&wanted, '\0');
        check(buffer_slice(&bytes), "EUC-JP", wanted.data, 0);
        buffer_release(&bytes);
        buffer_release(&wanted);
    }
}

static void test_random_bytes_in_any_encoding(void **state)
{
    (void)state;
    static const char *const names[] = {NULL,        "UTF-16",      "UTF-16LE",  "UTF-32BE",
                                        "GB18030",   "ISO-2022-JP", "UTF-7",     "WINDOWS-1255",
                                        "SHIFT_JIS", "CP864",       "ISO-8859-6"};
    srand(3);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (int round = 0; round < 200; round++) {
            char bytes[300];
            size_t length = (size_t)(rand() % 300);
            for (size_t j = 0; j < length; j++)
                bytes[j] = (char)(rand() % (round % 2 != 0 ? 256 : 128));
            decode((Slice){bytes, length}, names[i]);
            arena_reset(&arena, 1 << 16);
        }
}

static int release(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8_is_a_view),
        cmocka_unit_test(test_bad_utf8_is_replaced_once_a_sequence),
        cmocka_unit_test(test_byte_order_marks_decide),
        cmocka_unit_test(test_wide_characters_cut_and_alone),
        cmocka_unit_test(test_single_bytes),
        cmocka_unit_test(test_what_the_converter_holds_comes_out),
        cmocka_unit_test(test_unknown_encodings_are_refused),
        cmocka_unit_test(test_long_texts),
        cmocka_unit_test(test_random_bytes_in_any_encoding),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
