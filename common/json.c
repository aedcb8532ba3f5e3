#include "common/json.h"

#include <stdlib.h>

#include "common/utf8.h"

#if defined(__SSE2__) && !defined(QAWL_PORTABLE)
#include <emmintrin.h>
#define HAVE_SSE2 1
#endif

enum { REPLACEMENT = 0xFFFD };

static bool fail(JsonCursor *cursor, const char *at, const char *problem)
{
    if (cursor->problem == NULL) {
        cursor->at = at;
        cursor->problem = problem;
    }
    return false;
}

/* The first byte from `at` that cannot stand in a string as it is: a quote, a
 * backslash or a control; `end` when there is none. */
static inline const char *skip_plain(const char *at, const char *end)
{
#ifdef HAVE_SSE2
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
    const __m128i last_control = _mm_set1_epi8(0x1F);
    while (end - at >= 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i found = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)),
            _mm_cmpeq_epi8(_mm_min_epu8(block, last_control), block));
        unsigned mask = (unsigned)_mm_movemask_epi8(found);
        if (mask != 0)
            return at + __builtin_ctz(mask);
        at += 16;
    }
#endif
    while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20)
        at++;
    return at;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static inline const char *skip_space(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

static inline bool to_text(JsonCursor *cursor)
{
    cursor->at = skip_space(cursor->at, cursor->end);
    return cursor->at < cursor->end;
}

bool json_space(JsonCursor *cursor)
{
    return to_text(cursor);
}

static int hex_value(char byte)
{
    if (is_digit(byte))
        return byte - '0';
    byte = (char)(byte | 0x20);
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Four hexadecimal digits, or -1. */
static int32_t hex_unit(const char *at, const char *end)
{
    if (end - at < 4)
        return -1;
    int32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_value(at[i]);
        if (digit < 0)
            return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

/* Over the escape behind a backslash at `at`; NULL when it is none. */
static const char *pass_escape(JsonCursor *cursor, const char *at)
{
    const char *end = cursor->end;
    at++;
    if (at < end && *at == 'u') {
        if (hex_unit(at + 1, end) >= 0)
            return at + 5;
        fail(cursor, at, "\\u without four hexadecimal digits");
    } else if (at < end && *at != '\0' && strchr("\"\\/bfnrt", *at) != NULL) {
        return at + 1;
    } else {
        fail(cursor, at, "an unknown escape in a string");
    }
    return NULL;
}

/* Over a string; `at` stands on its opening quote. */
static inline bool pass_string(JsonCursor *cursor)
{
    const char *at = cursor->at + 1, *end = cursor->end;
    for (;;) {
        at = skip_plain(at, end);
        if (at < end && *at == '"') {
            cursor->at = at + 1;
            return true;
        }
        if (at == end)
            return fail(cursor, at, "a string that does not end");
        if (*at != '\\')
            return fail(cursor, at, "a control character in a string; write it as an escape");
        at = pass_escape(cursor, at);
        if (at == NULL)
            return false;
    }
}

static bool pass_number(JsonCursor *cursor)
{
    const char *at = cursor->at, *end = cursor->end;
    if (*at == '-')
        at++;
    if (at == end || !is_digit(*at))
        return fail(cursor, at, "a number without digits");
    if (*at == '0') {
        at++;
        if (at < end && is_digit(*at))
            return fail(cursor, at, "a number with a leading zero");
    } else {
        while (at < end && is_digit(*at))
            at++;
    }
    if (at < end && *at == '.') {
        at++;
        if (at == end || !is_digit(*at))
            return fail(cursor, at, "no digit behind the decimal point");
        while (at < end && is_digit(*at))
            at++;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            at++;
        if (at == end || !is_digit(*at))
            return fail(cursor, at, "no digit in the exponent");
        while (at < end && is_digit(*at))
            at++;
    }
    cursor->at = at;
    return true;
}

static bool pass_word(JsonCursor *cursor, Slice word)
{
    size_t left = (size_t)(cursor->end - cursor->at);
    if (!slice_starts((Slice){cursor->at, left}, word))
        return fail(cursor, cursor->at, "expected a value");
    cursor->at += word.length;
    return true;
}

static bool pass_scalar(JsonCursor *cursor)
{
    switch (*cursor->at) {
    case '"':
        return pass_string(cursor);
    case 't':
        return pass_word(cursor, SLICE("true"));
    case 'f':
        return pass_word(cursor, SLICE("false"));
    case 'n':
        return pass_word(cursor, SLICE("null"));
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        return pass_number(cursor);
    default:
        return fail(cursor, cursor->at, "expected a value");
    }
}

/* Over `"name" :`, to what follows. */
static inline bool pass_name(JsonCursor *cursor, Slice *name)
{
    const char *start = cursor->at;
    if (start == cursor->end || *start != '"')
        return fail(cursor, start, "expected a member name in quotes");
    if (!pass_string(cursor))
        return false;
    *name = (Slice){start + 1, (size_t)(cursor->at - start) - 2};
    if (!to_text(cursor) || *cursor->at != ':')
        return fail(cursor, cursor->at, "expected a colon");
    cursor->at++;
    return true;
}

bool json_value(JsonCursor *cursor, Slice *raw)
{
    char closing[JSON_DEPTH]; /* of the arrays and objects that are open */
    int depth = 0;
    Slice name;
    if (cursor->problem != NULL)
        return false;
    to_text(cursor);
    const char *start = cursor->at;
    for (;;) {
        /* A value comes next. */
        if (!to_text(cursor))
            return fail(cursor, cursor->at, "expected a value");
        char first = *cursor->at;
        if (first == '{' || first == '[') {
            char bracket = first == '{' ? '}' : ']';
            cursor->at++;
            if (!to_text(cursor))
                return fail(cursor, cursor->at,
                            first == '{' ? "an object that does not end"
                                         : "an array that does not end");
            if (*cursor->at != bracket) {
                if (depth == JSON_DEPTH)
                    return fail(cursor, cursor->at,
                                "too many arrays and objects within one another");
                closing[depth++] = bracket;
                if (first == '{' && !pass_name(cursor, &name))
                    return false;
                continue;
            }
            cursor->at++;
        } else if (!pass_scalar(cursor)) {
            return false;
        }
        /* A value is complete: what it stood in may be, too. */
        for (;;) {
            if (depth == 0) {
                *raw = (Slice){start, (size_t)(cursor->at - start)};
                return true;
            }
            char bracket = closing[depth - 1];
            if (!to_text(cursor))
                return fail(cursor, cursor->at,
                            bracket == '}' ? "an object that does not end"
                                           : "an array that does not end");
            if (*cursor->at == bracket) {
                cursor->at++;
                depth--;
                continue;
            }
            if (*cursor->at != ',')
                return fail(cursor, cursor->at,
                            bracket == '}' ? "expected a comma or }" : "expected a comma or ]");
            cursor->at++;
            if (bracket == '}') {
                to_text(cursor);
                if (!pass_name(cursor, &name))
                    return false;
            }
            break;
        }
    }
}

bool json_open(JsonCursor *cursor, char bracket)
{
    if (cursor->problem != NULL)
        return false;
    if (!to_text(cursor) || *cursor->at != bracket)
        return fail(cursor, cursor->at,
                    bracket == '{' ? "expected an object" : "expected an array");
    cursor->at++;
    return true;
}

/* To the next item; false behind the closing bracket. The byte in front tells
 * whether it is the first: no value ends with an opening bracket. */
static bool next_item(JsonCursor *cursor, char opening, char closing)
{
    if (cursor->problem != NULL)
        return false;
    bool first = cursor->at[-1] == opening;
    if (!to_text(cursor))
        return fail(cursor, cursor->at,
                    closing == '}' ? "an object that does not end" : "an array that does not end");
    if (*cursor->at == closing) {
        cursor->at++;
        return false;
    }
    if (first)
        return true;
    if (*cursor->at != ',')
        return fail(cursor, cursor->at,
                    closing == '}' ? "expected a comma or }" : "expected a comma or ]");
    cursor->at++;
    to_text(cursor);
    return true;
}

bool json_member(JsonCursor *cursor, Slice *name)
{
    return next_item(cursor, '{', '}') && pass_name(cursor, name);
}

bool json_item(JsonCursor *cursor)
{
    return next_item(cursor, '[', ']');
}

/* The code point of the escape at `*at`, which stands behind "\u". */
static uint32_t read_unicode_escape(const char **at, const char *end)
{
    int32_t unit = hex_unit(*at, end);
    *at += 4;
    if (unit < 0)
        return REPLACEMENT;
    if (unit < 0xD800 || unit > 0xDFFF)
        return (uint32_t)unit;
    if (unit > 0xDBFF || end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u')
        return REPLACEMENT;
    int32_t low = hex_unit(*at + 2, end);
    if (low < 0xDC00 || low > 0xDFFF)
        return REPLACEMENT;
    *at += 6;
    return 0x10000 + ((uint32_t)(unit - 0xD800) << 10) + (uint32_t)(low - 0xDC00);
}

/* Unescapes [at, end), which holds a valid string's inside; returns the length. */
static size_t unescape(const char *at, const char *end, char *out)
{
    char *start = out;
    while (at < end) {
#ifdef HAVE_SSE2
        /* Copies a block and keeps what stands before the first backslash: `out`
         * has 16 bytes of room behind what it needs. */
        if (end - at >= 16) {
            __m128i block = _mm_loadu_si128((const __m128i *)(const void *)at);
            _mm_storeu_si128((__m128i *)(void *)out, block);
            unsigned mask = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
            int plain = mask == 0 ? 16 : __builtin_ctz(mask);
            at += plain;
            out += plain;
            if (mask == 0)
                continue;
        }
#endif
        if (*at != '\\') {
            *out++ = *at++;
            continue;
        }
        if (end - at < 2)
            break;
        char escape = at[1];
        at += 2;
        switch (escape) {
        case 'u':
            out += utf8_encode(read_unicode_escape(&at, end), out);
            break;
        case 'n':
            *out++ = '\n';
            break;
        case 't':
            *out++ = '\t';
            break;
        case 'r':
            *out++ = '\r';
            break;
        case 'b':
            *out++ = '\b';
            break;
        case 'f':
            *out++ = '\f';
            break;
        default:
            *out++ = escape;
        }
    }
    return (size_t)(out - start);
}

bool json_string(Slice raw, Arena *arena, Slice *text)
{
    if (raw.length < 2 || raw.data[0] != '"' || raw.data[raw.length - 1] != '"')
        return false;
    Slice inside = slice_cut(raw, 1, raw.length - 1);
    const char *backslash = memchr(inside.data, '\\', inside.length);
    if (backslash == NULL) {
        *text = inside;
        return true;
    }
    size_t plain = (size_t)(backslash - inside.data);
    char *copy = arena_alloc(arena, inside.length + 16);
    memcpy(copy, inside.data, plain);
    *text = (Slice){copy, plain + unescape(backslash, inside.data + inside.length, copy + plain)};
    return true;
}

bool json_size(Slice raw, size_t *number)
{
    size_t value = 0;
    if (raw.length == 0)
        return false;
    for (size_t i = 0; i < raw.length; i++) {
        if (!is_digit(raw.data[i]))
            return false;
        size_t digit = (size_t)(raw.data[i] - '0');
        if (value > (SIZE_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *number = value;
    return true;
}

bool json_double(Slice raw, double *number)
{
    char digits[128];
    if (raw.length == 0 || raw.length >= sizeof digits ||
        !(is_digit(raw.data[0]) || raw.data[0] == '-'))
        return false;
    memcpy(digits, raw.data, raw.length);
    digits[raw.length] = '\0';
    char *end;
    double value = strtod(digits, &end);
    if (end != digits + raw.length)
        return false;
    *number = value;
    return true;
}

bool json_bool(Slice raw, bool *truth)
{
    *truth = slice_equal(raw, SLICE("true"));
    return *truth || slice_equal(raw, SLICE("false"));
}

bool json_is_null(Slice raw)
{
    return slice_equal(raw, SLICE("null"));
}

/* The escape of a byte that cannot stand in a string; returns its length. */
static size_t write_escape(char byte, char out[6])
{
    static const char names[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    static const char digits[] = "0123456789abcdef";
    out[0] = '\\';
    for (const char *name = names; *name != '\0'; name += 2) {
        if (name[0] == byte) {
            out[1] = name[1];
            return 2;
        }
    }
    out[1] = 'u';
    out[2] = out[3] = '0';
    out[4] = digits[(unsigned char)byte >> 4];
    out[5] = digits[byte & 15];
    return 6;
}

void json_append_string(Buffer *out, Slice text)
{
    char escape[6];
    buffer_reserve(out, text.length + 2);
    buffer_append_byte(out, '"');
    const char *at = text.length == 0 ? "" : text.data, *end = at + text.length;
    while (at < end) {
        const char *stop = skip_plain(at, end);
        buffer_append(out, (Slice){at, (size_t)(stop - at)});
        if (stop == end)
            break;
        buffer_append(out, (Slice){escape, write_escape(*stop, escape)});
        at = stop + 1;
    }
    buffer_append_byte(out, '"');
}

Slice json_quoted(Slice text, Arena *arena)
{
    char escape[6];
    size_t length = text.length + 2;
    if (text.length == 0)
        return SLICE("\"\"");
    const char *at = text.data, *end = text.data + text.length;
    for (; (at = skip_plain(at, end)) < end; at++)
        length += write_escape(*at, escape) - 1;
    char *quoted = arena_alloc(arena, length), *out = quoted;
    *out++ = '"';
    if (length == text.length + 2) {
        memcpy(out, text.data, text.length);
        out += text.length;
    } else {
        for (at = text.data; at < end; at++) {
            const char *stop = skip_plain(at, end);
            memcpy(out, at, (size_t)(stop - at));
            out += stop - at;
            at = stop;
            if (stop == end)
                break;
            out += write_escape(*stop, out);
        }
    }
    *out = '"';
    return (Slice){quoted, length};
}
