#include "common/decode.h"

#include <errno.h>
#include <iconv.h>

#include "common/buffer.h"
#include "common/utf8.h"

static const Slice replacement = SLICE_INIT("\xEF\xBF\xBD"); /* U+FFFD */

typedef struct {
    const char *name;
    Slice mark;
    size_t unit; /* bytes that are skipped when they mean nothing */
} Mark;

/* UTF-32LE before UTF-16LE: its mark begins with the other's. */
static const Mark marks[] = {
    {"UTF-8", SLICE_INIT("\xEF\xBB\xBF"), 1},    {"UTF-32LE", SLICE_INIT("\xFF\xFE\0\0"), 4},
    {"UTF-32BE", SLICE_INIT("\0\0\xFE\xFF"), 4}, {"UTF-16LE", SLICE_INIT("\xFF\xFE"), 2},
    {"UTF-16BE", SLICE_INIT("\xFE\xFF"), 2},
};
enum { MARK_COUNT = sizeof marks / sizeof marks[0] };

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Whether `name` is `wanted`, upper and lower case and hyphens apart. */
static bool is_name(const char *name, const char *wanted)
{
    for (; *name != '\0' || *wanted != '\0'; name++, wanted++) {
        while (*name == '-' || *name == '_')
            name++;
        while (*wanted == '-')
            wanted++;
        if (upper(*name) != *wanted)
            return false;
        if (*name == '\0')
            return true;
    }
    return true;
}

void decode_note_bad(Decoded *decoded, size_t at, size_t place, Arena *arena)
{
    if (decoded->replaced == 0)
        decoded->first_bad = at;
    if (decoded->replaced == decoded->bad_capacity) {
        size_t *places = ARENA_ARRAY(arena, decoded->bad_capacity * 2 + 16, size_t);
        if (decoded->replaced != 0)
            memcpy(places, decoded->bad_places, decoded->replaced * sizeof *places);
        decoded->bad_places = places;
        decoded->bad_capacity = decoded->bad_capacity * 2 + 16;
    }
    decoded->bad_places[decoded->replaced++] = place;
}

/* Bytes of the longest beginning of a well-formed sequence at `at`, at least 1
 * (Unicode, 3.9: substitution of maximal subparts). */
static size_t bad_length(Slice bytes, size_t at)
{
    const unsigned char *p = (const unsigned char *)bytes.data + at;
    size_t left = bytes.length - at;
    if (p[0] < 0xC2 || p[0] > 0xF4 || left < 2)
        return 1;
    unsigned char low = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
    unsigned char high = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;
    if (p[0] < 0xE0 || p[1] < low || p[1] > high)
        return 1;
    return p[0] >= 0xF0 && left > 2 && (p[2] & 0xC0) == 0x80 ? 3 : 2;
}

/* `base` bytes stood in front of `bytes` in the input. */
static void decode_utf8(Slice bytes, size_t base, Arena *arena, Decoded *decoded)
{
    size_t valid = utf8_valid_prefix(bytes);
    if (valid == bytes.length) {
        decoded->text = bytes;
        return;
    }
    Buffer out = {0};
    for (size_t at = 0;;) {
        buffer_append(&out, (Slice){bytes.data + at, valid});
        at += valid;
        if (at == bytes.length)
            break;
        decode_note_bad(decoded, base + at, out.length, arena);
        buffer_append(&out, replacement);
        at += bad_length(bytes, at);
        valid = utf8_valid_prefix(slice_cut(bytes, at, bytes.length));
    }
    decoded->text = arena_copy(arena, buffer_slice(&out));
    buffer_release(&out);
}

/* What iconv could not read at `*in` becomes one U+FFFD. */
static void skip_bad(Decoded *decoded, Slice bytes, char **in, size_t unit, Buffer *out,
                     Arena *arena)
{
    size_t at = (size_t)(*in - bytes.data), left = bytes.length - at;
    decode_note_bad(decoded, decoded->bytes - left, out->length, arena);
    buffer_append(out, replacement);
    *in += unit < left ? unit : left;
}

/* Blocks keep the output small in front of the input, so that iconv seldom
 * runs out of room: some converters of glibc lose state when they do. */
static void decode_blocks(iconv_t converter, Slice bytes, size_t unit, Decoded *decoded,
                          Buffer *out, Arena *arena)
{
    enum { BLOCK = 8192, ROOM = 8 * BLOCK };
    char *in = (char *)bytes.data;
    const char *end = bytes.data + bytes.length;
    size_t window = BLOCK;
    while (in < end) {
        size_t in_left = (size_t)(end - in) < window ? (size_t)(end - in) : window;
        bool is_last = in_left == (size_t)(end - in);
        const char *before = in;
        char *to = buffer_reserve(out, ROOM);
        size_t room = ROOM;
        size_t result = iconv(converter, &in, &in_left, &to, &room);
        int problem = result == (size_t)-1 ? errno : 0;
        out->length += ROOM - room;
        if (problem == EILSEQ || (problem == EINVAL && is_last)) {
            skip_bad(decoded, bytes, &in, unit, out, arena);
            if (problem == EINVAL)
                in = (char *)end;
        } else if (problem == EINVAL && in == before) {
            window *= 2; /* a sequence longer than the block */
            continue;
        }
        window = BLOCK;
    }
    /* What the converter still holds (a base letter that might have combined). */
    char *to = buffer_reserve(out, ROOM);
    size_t room = ROOM;
    if (iconv(converter, NULL, NULL, &to, &room) != (size_t)-1)
        out->length += ROOM - room;
}

static size_t unit_of(const char *encoding)
{
    for (size_t i = 0; i < MARK_COUNT; i++)
        if (is_name(encoding, marks[i].name))
            return marks[i].unit;
    if (is_name(encoding, "UTF-16") || is_name(encoding, "UCS-2"))
        return 2;
    return is_name(encoding, "UTF-32") || is_name(encoding, "UCS-4") ? 4 : 1;
}

static const char *upper_copy(Arena *arena, const char *name)
{
    Slice copy = arena_copy(arena, slice_of(name));
    char *letters = (char *)copy.data;
    for (size_t i = 0; i < copy.length; i++)
        letters[i] = upper(letters[i]);
    return copy.data;
}

static bool decode_iconv(Slice bytes, const char *given, Arena *arena, Decoded *decoded,
                         Error *error)
{
    /* A suffix such as //IGNORE would drop bytes without a word. */
    iconv_t converter = strchr(decoded->encoding, '/') == NULL && *decoded->encoding != '\0'
                            ? iconv_open("UTF-8", decoded->encoding)
                            : (iconv_t)-1;
    if (converter == (iconv_t)-1)
        return error_set(error, EXIT_USAGE, NULL, 0, 0,
                         "unknown encoding \"%s\"; `iconv -l` lists those of this system", given);
    Buffer out = {0};
    decode_blocks(converter, bytes, unit_of(decoded->encoding), decoded, &out, arena);
    iconv_close(converter);
    Decoded checked = {0}; /* iconv is not ours */
    decode_utf8(buffer_slice(&out), 0, arena, &checked);
    decoded->text = checked.text;
    decoded->text = arena_copy(arena, decoded->text);
    buffer_release(&out);
    return true;
}

bool decode_bytes(Slice bytes, const char *encoding, Arena *arena, Decoded *decoded, Error *error)
{
    *decoded = (Decoded){.encoding = encoding ? upper_copy(arena, encoding) : "UTF-8",
                         .bytes = bytes.length};
    for (size_t i = 0; i < MARK_COUNT && !decoded->had_bom; i++)
        if (slice_starts(bytes, marks[i].mark) &&
            (encoding == NULL || is_name(encoding, marks[i].name))) {
            decoded->encoding = marks[i].name;
            decoded->had_bom = true;
            bytes = slice_cut(bytes, marks[i].mark.length, bytes.length);
        }
    if (is_name(decoded->encoding, "UTF-8")) {
        decoded->encoding = "UTF-8";
        decode_utf8(bytes, decoded->bytes - bytes.length, arena, decoded);
        return true;
    }
    return decode_iconv(bytes, encoding ? encoding : decoded->encoding, arena, decoded, error);
}
