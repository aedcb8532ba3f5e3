#include "tests/unit/unit.h"

#include "common/utf8.h"

/* The same functions once more, without vector instructions. */
#ifndef QAWL_PORTABLE
#define QAWL_PORTABLE
#endif
#define utf8_valid_prefix portable_valid_prefix
#define utf8_count portable_count
#define utf8_encode portable_encode
#define utf8_byte_offset portable_byte_offset
#define utf8_cut portable_cut
#define utf8_cursor_byte portable_cursor_byte
#define utf8_cursor_cut portable_cursor_cut
size_t portable_valid_prefix(Slice text);
size_t portable_count(Slice text);
unsigned portable_encode(uint32_t codepoint, char *out);
size_t portable_byte_offset(Slice text, size_t codepoint, size_t from_byte, size_t from_codepoint);
Slice portable_cut(Slice text, CodepointSpan span);
size_t portable_cursor_byte(Utf8Cursor *cursor, size_t codepoint);
Slice portable_cursor_cut(Utf8Cursor *cursor, CodepointSpan span);
#include "common/utf8.c"
#undef utf8_valid_prefix
#undef utf8_count
#undef utf8_encode
#undef utf8_byte_offset
#undef utf8_cut
#undef utf8_cursor_byte
#undef utf8_cursor_cut

/* By decoding each code point: what is valid encodes back to the same bytes. */
static size_t slow_valid_prefix(Slice text)
{
    size_t at = 0;
    while (at < text.length) {
        unsigned char lead = (unsigned char)text.data[at];
        unsigned length = utf8_length(lead);
        if ((lead >= 0x80 && lead < 0xC0) || lead > 0xF7 || at + length > text.length)
            break;
        bool tails = true;
        for (unsigned i = 1; i < length; i++)
            tails = tails && ((unsigned char)text.data[at + i] & 0xC0) == 0x80;
        const char *next = text.data + at;
        char again[4];
        uint32_t codepoint = tails ? utf8_next(&next) : 0xD800;
        if (codepoint > 0x10FFFF || (codepoint >= 0xD800 && codepoint < 0xE000) ||
            utf8_encode(codepoint, again) != length || memcmp(again, text.data + at, length) != 0)
            break;
        at += length;
    }
    return at;
}

static void check_prefix(Slice text)
{
    size_t expected = slow_valid_prefix(text);
    assert_int_equal(utf8_valid_prefix(text), expected);
    assert_int_equal(portable_valid_prefix(text), expected);
}

/* Code points of all lengths; mostly those of Arabic news. */
static size_t make_text(uint64_t *random, size_t codepoints, char *out)
{
    static const uint32_t usual[] = {' ',    'a',    0x628,    0x644,   0x64B,
                                     0x201C, 0xFEFB, 0xE000,   0x1F600, 0x7FF,
                                     0x800,  0xFFFF, 0x10FFFF, 0xD7FF,  0};
    size_t length = 0;
    for (size_t i = 0; i < codepoints; i++) {
        uint32_t number = next_random(random);
        size_t choice = number % 40;
        uint32_t codepoint =
            choice < sizeof usual / sizeof *usual ? usual[choice] : 0x621 + number % 0x2A;
        length += utf8_encode(codepoint, out + length);
    }
    return length;
}

static void accepts_valid_text_and_refuses_damaged(void **state)
{
    (void)state;
    uint64_t random = 1;
    char text[1000];
    for (int round = 0; round < 20000; round++) {
        size_t length = make_text(&random, next_random(&random) % 240, text);
        assert_int_equal(utf8_valid_prefix((Slice){text, length}), length);
        assert_int_equal(portable_valid_prefix((Slice){text, length}), length);
        for (int damage = 0; damage < 4 && length > 0; damage++) {
            text[next_random(&random) % length] = (char)next_random(&random);
            check_prefix((Slice){text, length});
        }
        check_prefix((Slice){text, next_random(&random) % (length + 1)});
    }
}

static void refuses_random_bytes_alike(void **state)
{
    (void)state;
    uint64_t random = 2;
    char text[70];
    for (int round = 0; round < 100000; round++) {
        /* Mostly bytes of multi-byte sequences. */
        for (size_t i = 0; i < sizeof text; i++) {
            uint32_t number = next_random(&random);
            text[i] = (char)(number & 0x100 ? number : i % 2 != 0 ? 0x80 | (number & 0x3F) : 0xD8);
        }
        check_prefix((Slice){text, next_random(&random) % (sizeof text + 1)});
    }
}

/* Table 3-7 of the Unicode Standard, at each place in a block. */
static void knows_the_edges(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        bool valid;
    } cases[] = {
        {"\x7F", true},
        {"\x80", false},
        {"\xC1\xBF", false},
        {"\xC2\x80", true},
        {"\xDF\xBF", true},
        {"\xE0\x9F\xBF", false},
        {"\xE0\xA0\x80", true},
        {"\xED\x9F\xBF", true},
        {"\xED\xA0\x80", false},
        {"\xEE\x80\x80", true},
        {"\xEF\xBF\xBF", true},
        {"\xF0\x8F\xBF\xBF", false},
        {"\xF0\x90\x80\x80", true},
        {"\xF4\x8F\xBF\xBF", true},
        {"\xF4\x90\x80\x80", false},
        {"\xF5\x80\x80\x80", false},
        {"\xFF", false},
        {"\xE2\x80", false},
        {"\xD8", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t before = 0; before < 170; before++) {
            char text[250];
            memset(text, 'x', sizeof text);
            size_t length = strlen(cases[i].bytes);
            memcpy(text + before, cases[i].bytes, length);
            size_t expected = cases[i].valid ? before + length : before;
            assert_int_equal(utf8_valid_prefix((Slice){text, before + length}), expected);
            expected = cases[i].valid ? sizeof text : before;
            assert_int_equal(utf8_valid_prefix((Slice){text, sizeof text}), expected);
            assert_int_equal(portable_valid_prefix((Slice){text, sizeof text}), expected);
        }
    }
    assert_int_equal(utf8_valid_prefix((Slice){NULL, 0}), 0);
}

static void counts_and_finds_code_points(void **state)
{
    (void)state;
    uint64_t random = 3;
    static char text[40000];
    for (int round = 0; round < 200; round++) {
        size_t count = round == 0 ? 9000 : next_random(&random) % 300;
        Slice made = {text, make_text(&random, count, text)};
        assert_int_equal(utf8_count(made), count);
        assert_int_equal(portable_count(made), count);
        size_t byte = 0;
        Utf8Cursor cursor = {made, 0, 0}, jumping = {made, 0, 0};
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(utf8_byte_offset(made, i, 0, 0), byte);
            assert_int_equal(utf8_cursor_byte(&cursor, i), byte);
            size_t other = next_random(&random) % (count + 3);
            size_t expected = utf8_byte_offset(made, other, 0, 0);
            assert_int_equal(portable_byte_offset(made, other, 0, 0), expected);
            assert_int_equal(utf8_cursor_byte(&jumping, other), expected);
            byte += utf8_length((unsigned char)text[byte]);
        }
        assert_int_equal(utf8_byte_offset(made, count, 0, 0), made.length);
        assert_int_equal(utf8_byte_offset(made, count + 50, 0, 0), made.length);
    }
}

static void cuts_spans(void **state)
{
    (void)state;
    Slice text = SLICE("a\xD9\x82\xE2\x80\x9C\xF0\x9F\x98\x80z");
    assert_slice(utf8_cut(text, (CodepointSpan){1, 3}), "\xD9\x82\xE2\x80\x9C");
    assert_slice(utf8_cut(text, (CodepointSpan){3, 4}), "\xF0\x9F\x98\x80");
    assert_slice(utf8_cut(text, (CodepointSpan){4, 99}), "z");
    assert_slice(utf8_cut(text, (CodepointSpan){2, 2}), "");
    assert_slice(utf8_cut((Slice){NULL, 0}, (CodepointSpan){0, 0}), "");
    Utf8Cursor cursor = {text, 0, 0};
    assert_slice(utf8_cursor_cut(&cursor, (CodepointSpan){3, 5}), "\xF0\x9F\x98\x80z");
    assert_slice(utf8_cursor_cut(&cursor, (CodepointSpan){0, 2}), "a\xD9\x82");
}

static void encodes_what_it_decodes(void **state)
{
    (void)state;
    for (uint32_t codepoint = 0; codepoint <= 0x10FFFF; codepoint++) {
        if (codepoint >= 0xD800 && codepoint < 0xE000)
            continue;
        char bytes[4];
        const char *at = bytes;
        unsigned length = utf8_encode(codepoint, bytes);
        assert_int_equal(utf8_next(&at), codepoint);
        assert_int_equal(at - bytes, length);
        assert_int_equal(utf8_length((unsigned char)bytes[0]), length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_valid_text_and_refuses_damaged),
        cmocka_unit_test(refuses_random_bytes_alike),
        cmocka_unit_test(knows_the_edges),
        cmocka_unit_test(counts_and_finds_code_points),
        cmocka_unit_test(cuts_spans),
        cmocka_unit_test(encodes_what_it_decodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
