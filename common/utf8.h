/* UTF-8: checked once where bytes enter, trusted afterwards. */
#ifndef QAWL_UTF8_H
#define QAWL_UTF8_H

#include "common/slice.h"

/* Length of the longest valid prefix of `text`, in bytes: equal to
 * text.length when all of it is valid (no overlong forms, no surrogates,
 * nothing above U+10FFFF). */
size_t utf8_valid_prefix(Slice text);

/* Code points in `text`, which must be valid. */
size_t utf8_count(Slice text);

/* Bytes that the code point starting with `lead` has, for valid text. */
static inline unsigned utf8_length(unsigned char lead)
{
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

/* Decodes the code point at `at` of valid text and moves `*at` behind it. */
static inline uint32_t utf8_next(const char **at)
{
    const unsigned char *p = (const unsigned char *)*at;
    if (p[0] < 0x80) {
        *at += 1;
        return p[0];
    }
    if (p[0] < 0xE0) {
        *at += 2;
        return (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
    }
    if (p[0] < 0xF0) {
        *at += 3;
        return (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    }
    *at += 4;
    return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12 |
           (uint32_t)(p[2] & 0x3F) << 6 | (p[3] & 0x3F);
}

/* The first byte of the code point that ends at `at` in valid text, which begins before `at`. */
static inline const char *utf8_before(const char *at)
{
    do
        at--;
    while (((unsigned char)*at & 0xC0) == 0x80);
    return at;
}

/* Writes `codepoint` (a valid scalar value) to `out`, which has room for 4
 * bytes; returns how many it took. */
unsigned utf8_encode(uint32_t codepoint, char *out);

/* Byte offset of code point number `codepoint` of valid `text`; text.length
 * when there are not so many. Starts counting from (from_byte, from_codepoint),
 * a known pair at or before it (0, 0 for the beginning). */
size_t utf8_byte_offset(Slice text, size_t codepoint, size_t from_byte, size_t from_codepoint);

/* Cuts code points [span.start, span.end) out of valid text. Linear in the
 * text: for many spans in order use a Utf8Cursor. */
Slice utf8_cut(Slice text, CodepointSpan span);

/* Remembers the last pair of offsets, so that spans in rising order cost one
 * pass over the text in all; a step back costs what it is long. */
typedef struct {
    Slice text;
    size_t byte, codepoint;
} Utf8Cursor;

size_t utf8_cursor_byte(Utf8Cursor *cursor, size_t codepoint);
Slice utf8_cursor_cut(Utf8Cursor *cursor, CodepointSpan span);

#endif
