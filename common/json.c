#include "common/json.h"

#include <stdlib.h>

#include "common/utf8.h"

#include "common/wide.h"

enum { REPLACEMENT = 0xFFFD, LONGEST_ESCAPE = 6 };

static bool fail(JsonCursor *cursor, const char *at, const char *problem)
{
    if (cursor->problem == NULL) {
        cursor->at = at;
        cursor->problem = problem;
    }
    return false;
}

static inline bool is_plain(char byte)
{
    return byte != '"' && byte != '\\' && (unsigned char)byte >= 0x20;
}

#ifdef HAVE_WIDE

/* Of so many bytes, one after another, before a long string is supposed. */
enum { BLOCK_BYTES = 16, BLOCKS = 4, LONG = BLOCK_BYTES * BLOCKS };

/* The bytes of a block, one bit each, that cannot stand in a string as they are. */
static inline unsigned special_in_block(__m128i block)
{
    __m128i found = _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')),
                                 _mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
    __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1F)), block);
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(found, control));
}

WIDE_PART Wide find_special(Wide bytes)
{
    return (bytes == wide_of('"')) | (bytes == wide_of('\\')) | wide_in_range(bytes, 0, 0x1F);
}

/* Passes over blocks of a long string. */
static WIDE const char *skip_blocks(const char *at, const char *end)
{
    enum { STEP = 2 * WIDE_BYTES };
    for (; end - at >= STEP; at += STEP) {
        Wide first = find_special(wide_load(at)), second = find_special(wide_load(at + WIDE_BYTES));
        if (wide_bits(first | second) != 0)
            break;
    }
    return at;
}

/* Copies blocks of a long string, up to what is special. Gives its place. */
static WIDE const char *copy_blocks(const char *at, const char *end, char *out)
{
    for (; end - at >= WIDE_BYTES; at += WIDE_BYTES, out += WIDE_BYTES) {
        Wide bytes = wide_load(at);
        wide_store(out, bytes);
        uint32_t found = wide_bits(find_special(bytes));
        if (found != 0)
            return at + __builtin_ctz(found);
    }
    return at;
}

#endif

/* The first byte from `at` that cannot stand in a string as it is: a quote, a
 * backslash or a control; `end` when there is none. */
static inline const char *skip_plain(const char *at, const char *end)
{
#ifdef HAVE_WIDE
    for (int i = 0; end - at >= BLOCK_BYTES; i++) {
        unsigned found = special_in_block(_mm_loadu_si128((const __m128i *)(const void *)at));
        if (found != 0)
            return at + __builtin_ctz(found);
        at += BLOCK_BYTES;
        if (i % BLOCKS == BLOCKS - 1)
            at = skip_blocks(at, end);
    }
#endif
    while (at < end && is_plain(*at))
        at++;
    return at;
}

/* Copies what skip_plain passes over, moves `*from` there and gives the place behind the
 * copy. `out` has room for all up to `end`. */
static inline char *copy_plain(const char **from, const char *end, char *out)
{
    const char *at = *from;
#ifdef HAVE_WIDE
    if (end - at >= LONG) {
        const char *stop = copy_blocks(at, end, out);
        out += stop - at;
        at = stop;
    }
    while (end - at >= BLOCK_BYTES) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)at);
        unsigned found = special_in_block(block);
        int plain = found == 0 ? BLOCK_BYTES : __builtin_ctz(found);
        _mm_storeu_si128((__m128i *)(void *)out, block);
        at += plain;
        out += plain;
        if (found != 0)
            break;
    }
#endif
    while (at < end && is_plain(*at))
        *out++ = *at++;
    *from = at;
    return out;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static const char *skip_more_space(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

/* There is mostly none or one blank. */
static inline const char *skip_space(const char *at, const char *end)
{
    if (at < end && *at == ' ')
        at++;
    return at < end && (unsigned char)*at <= ' ' ? skip_more_space(at, end) : at;
}

/* The byte at `at`; NUL, which no JSON holds, at the end. */
static inline char peek(const char *at, const char *end)
{
    return at < end ? *at : '\0';
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
    switch (peek(at, end)) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return at + 1;
    case 'u':
        if (hex_unit(at + 1, end) >= 0)
            return at + 5;
        fail(cursor, at, "\\u without four hexadecimal digits");
        return NULL;
    default:
        fail(cursor, at, "an unknown escape in a string");
        return NULL;
    }
}

/* Each of these moves over what stands at `at` and gives the place behind it,
 * or NULL when it is not that; `cursor` then says why. */

/* The rest of a string from what is not plain in it. */
static const char *pass_string_rest(JsonCursor *cursor, const char *at)
{
    const char *end = cursor->end;
    while (at != NULL) {
        at = skip_plain(at, end);
        if (at == end) {
            fail(cursor, at, "a string that does not end");
            return NULL;
        }
        if (*at == '"')
            return at + 1;
        if (*at != '\\') {
            fail(cursor, at, "a control character in a string; write it as an escape");
            return NULL;
        }
        at = pass_escape(cursor, at);
    }
    return NULL;
}

/* A string, from its opening quote. */
static inline const char *pass_string(JsonCursor *cursor, const char *at)
{
    const char *stop = skip_plain(at + 1, cursor->end);
    return peek(stop, cursor->end) == '"' ? stop + 1 : pass_string_rest(cursor, stop);
}

static const char *skip_digits(const char *at, const char *end)
{
    while (at < end && is_digit(*at))
        at++;
    return at;
}

static const char *pass_number(JsonCursor *cursor, const char *at)
{
    const char *end = cursor->end, *problem = NULL;
    if (*at == '-')
        at++;
    const char *digits = at;
    at = skip_digits(at, end);
    if (at == digits)
        problem = "a number without digits";
    else if (*digits == '0' && at - digits > 1)
        problem = "a number with a leading zero";
    if (problem != NULL) {
        fail(cursor, at == digits ? at : digits + 1, problem);
        return NULL;
    }
    if (peek(at, end) == '.') {
        digits = ++at;
        at = skip_digits(at, end);
        if (at == digits)
            problem = "no digit behind the decimal point";
    }
    if (problem == NULL && (peek(at, end) | 0x20) == 'e') {
        at++;
        if (peek(at, end) == '+' || peek(at, end) == '-')
            at++;
        digits = at;
        at = skip_digits(at, end);
        if (at == digits)
            problem = "no digit in the exponent";
    }
    if (problem == NULL)
        return at;
    fail(cursor, at, problem);
    return NULL;
}

static const char *pass_word(JsonCursor *cursor, const char *at, Slice word)
{
    if (slice_starts((Slice){at, (size_t)(cursor->end - at)}, word))
        return at + word.length;
    fail(cursor, at, "expected a value");
    return NULL;
}

/* A value that is no string, object or array. */
static inline const char *pass_scalar(JsonCursor *cursor, const char *at)
{
    char first = peek(at, cursor->end);
    if (is_digit(first) || first == '-')
        return pass_number(cursor, at);
    return pass_word(cursor, at,
                     first == 't'   ? SLICE("true")
                     : first == 'f' ? SLICE("false")
                                    : SLICE("null"));
}

/* `"name" :`, to the value. */
static inline const char *pass_name(JsonCursor *cursor, const char *at)
{
    if (peek(at, cursor->end) != '"') {
        fail(cursor, at, "expected a member name in quotes");
        return NULL;
    }
    at = pass_string(cursor, at);
    if (at == NULL)
        return NULL;
    at = skip_space(at, cursor->end);
    if (peek(at, cursor->end) != ':') {
        fail(cursor, at, "expected a colon");
        return NULL;
    }
    return skip_space(at + 1, cursor->end);
}

static const char *no_end(JsonCursor *cursor, const char *at, char closing)
{
    fail(cursor, at, closing == '}' ? "an object that does not end" : "an array that does not end");
    return NULL;
}

/* To the next item or name behind a value. */
static inline const char *pass_comma(JsonCursor *cursor, const char *at, char closing)
{
    if (*at == ',')
        return skip_space(at + 1, cursor->end);
    fail(cursor, at, closing == '}' ? "expected a comma or }" : "expected a comma or ]");
    return NULL;
}

/* An object or array, from its opening bracket. */
static const char *pass_nested(JsonCursor *cursor, const char *at)
{
    char closings[JSON_DEPTH + 1]; /* of the arrays and objects that are open; 0: none is */
    const char *end = cursor->end;
    int depth = 0;
    closings[0] = '\0';
    while (at != NULL) {
        /* A value comes next. */
        char first = peek(at, end);
        if (first == '"') {
            at = pass_string(cursor, at);
        } else if (first == '{' || first == '[') {
            char closing = first == '{' ? '}' : ']';
            at = skip_space(at + 1, end);
            if (at == end)
                return no_end(cursor, at, closing);
            if (*at != closing) {
                if (depth == JSON_DEPTH) {
                    fail(cursor, at, "too many arrays and objects within one another");
                    return NULL;
                }
                closings[++depth] = closing;
                if (closing == '}')
                    at = pass_name(cursor, at);
                continue;
            }
            at++;
        } else {
            at = pass_scalar(cursor, at);
        }
        /* A value is complete: what it stood in may be, too. */
        while (at != NULL) {
            char closing = closings[depth];
            if (depth == 0)
                return at;
            at = skip_space(at, end);
            if (at == end)
                return no_end(cursor, at, closing);
            if (*at != closing) {
                at = pass_comma(cursor, at, closing);
                if (at != NULL && closing == '}')
                    at = pass_name(cursor, at);
                break;
            }
            at++;
            depth--;
        }
    }
    return NULL;
}

bool json_value(JsonCursor *cursor, Slice *raw)
{
    if (cursor->problem != NULL)
        return false;
    const char *start = skip_space(cursor->at, cursor->end), *at;
    char first = peek(start, cursor->end);
    if (first == '"')
        at = pass_string(cursor, start);
    else if (first == '{' || first == '[')
        at = pass_nested(cursor, start);
    else
        at = pass_scalar(cursor, start);
    if (at == NULL)
        return false;
    *raw = (Slice){start, (size_t)(at - start)};
    cursor->at = at;
    return true;
}

/* ---- by brackets alone --------------------------------------------------- */

typedef struct {
    size_t depth;
    bool in_string, escaped; /* escaped: a backslash stands in front */
} Nesting;

/* From `at` to behind the bracket that closes the first one, or to `stop`. */
static const char *skip_bytes(Nesting *nesting, const char *at, const char *stop, bool *closed)
{
    for (; at < stop; at++) {
        if (nesting->in_string) {
            if (nesting->escaped)
                nesting->escaped = false;
            else if (*at == '\\')
                nesting->escaped = true;
            else if (*at == '"')
                nesting->in_string = false;
        } else if (*at == '"') {
            nesting->in_string = true;
        } else if (*at == '[' || *at == '{') {
            nesting->depth++;
        } else if ((*at == ']' || *at == '}') && --nesting->depth == 0) {
            *closed = true;
            return at + 1;
        }
    }
    return at;
}

#ifdef HAVE_WIDE

enum { MASK_BYTES = 64 };

/* One bit a byte of a block. */
typedef struct {
    uint64_t quotes, brackets;
    bool has_backslash;
} BlockMasks;

static inline BlockMasks block_masks(const char *at)
{
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
    const __m128i opening = _mm_set1_epi8('{'), closing = _mm_set1_epi8('}');
    const __m128i case_bit = _mm_set1_epi8('[' ^ '{');
    __m128i backslashes = _mm_setzero_si128();
    BlockMasks masks = {0, 0, false};
#pragma GCC unroll 4
    for (int i = 0; i < MASK_BYTES; i += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(at + i));
        __m128i curly = _mm_or_si128(bytes, case_bit);
        __m128i brackets =
            _mm_or_si128(_mm_cmpeq_epi8(curly, opening), _mm_cmpeq_epi8(curly, closing));
        masks.quotes |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, quote)) << i;
        masks.brackets |= (uint64_t)(unsigned)_mm_movemask_epi8(brackets) << i;
        backslashes = _mm_or_si128(backslashes, _mm_cmpeq_epi8(bytes, backslash));
    }
    masks.has_backslash = _mm_movemask_epi8(backslashes) != 0;
    return masks;
}

/* Each bit becomes the parity of itself and the bits below. */
static inline uint64_t parities(uint64_t bits)
{
    for (int shift = 1; shift < 64; shift *= 2)
        bits ^= bits << shift;
    return bits;
}

static const char *skip_masks(Nesting *nesting, const char *at, const char *end, bool *closed)
{
    for (; end - at >= MASK_BYTES && !*closed; at += MASK_BYTES) {
        BlockMasks masks = block_masks(at);
        if (masks.has_backslash || nesting->escaped) {
            const char *stop = skip_bytes(nesting, at, at + MASK_BYTES, closed);
            if (*closed)
                return stop;
            continue;
        }
        uint64_t strings = parities(masks.quotes) ^ (nesting->in_string ? ~UINT64_C(0) : 0);
        nesting->in_string = strings >> 63 != 0;
        for (uint64_t left = masks.brackets & ~strings; left != 0; left &= left - 1) {
            const char *bracket = at + __builtin_ctzll(left);
            if (*bracket == '[' || *bracket == '{') {
                nesting->depth++;
            } else if (--nesting->depth == 0) {
                *closed = true;
                return bracket + 1;
            }
        }
    }
    return at;
}

#else

static const char *skip_masks(Nesting *nesting, const char *at, const char *end, bool *closed)
{
    (void)nesting, (void)end, (void)closed;
    return at;
}

#endif

bool json_skip(JsonCursor *cursor, Slice *raw)
{
    const char *start = cursor->at, *end = cursor->end;
    if (cursor->problem != NULL || (peek(start, end) != '[' && peek(start, end) != '{'))
        return false;
    Nesting nesting = {1, false, false};
    bool closed = false;
    const char *at = skip_masks(&nesting, start + 1, end, &closed);
    if (!closed)
        at = skip_bytes(&nesting, at, end, &closed);
    if (!closed)
        return false;
    *raw = (Slice){start, (size_t)(at - start)};
    cursor->at = at;
    return true;
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
static inline bool next_item(JsonCursor *cursor, char opening, char closing)
{
    if (cursor->problem != NULL)
        return false;
    bool first = cursor->at[-1] == opening;
    const char *at = skip_space(cursor->at, cursor->end);
    if (at == cursor->end)
        return no_end(cursor, at, closing) != NULL;
    if (*at == closing) {
        cursor->at = at + 1;
        return false;
    }
    if (!first)
        at = pass_comma(cursor, at, closing);
    if (at == NULL)
        return false;
    cursor->at = at;
    return true;
}

bool json_member(JsonCursor *cursor, Slice *name)
{
    if (!next_item(cursor, '{', '}'))
        return false;
    const char *start = cursor->at, *end = pass_name(cursor, start);
    if (end == NULL)
        return false;
    cursor->at = end;
    /* Back over the colon to the closing quote. */
    while (*--end != '"')
        ;
    *name = (Slice){start + 1, (size_t)(end - start) - 1};
    return true;
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

/* Writes what the escape at `*at`, which is one, stands for; moves `*at` behind it. */
static char *unescape(const char **at, const char *end, char *out)
{
    char escape = (*at)[1];
    *at += 2;
    switch (escape) {
    case 'u':
        return out + utf8_encode(read_unicode_escape(at, end), out);
    case 'n':
        *out = '\n';
        break;
    case 't':
        *out = '\t';
        break;
    case 'r':
        *out = '\r';
        break;
    case 'b':
        *out = '\b';
        break;
    case 'f':
        *out = '\f';
        break;
    default:
        *out = escape;
    }
    return out + 1;
}

/* The rest of a string from the first byte that is not plain in it, decoded behind `*out`;
 * gives the place behind its closing quote, or NULL as pass_string_rest. */
static const char *decode_rest(JsonCursor *cursor, const char *at, char **out)
{
    const char *end = cursor->end;
    while (peek(at, end) == '\\') {
        if (pass_escape(cursor, at) == NULL)
            return NULL;
        *out = unescape(&at, end, *out);
        *out = copy_plain(&at, end, *out);
    }
    return pass_string_rest(cursor, at);
}

/* A string, from its opening quote, decoded. */
static const char *decode_string(JsonCursor *cursor, const char *at, Arena *arena, Slice *text)
{
    const char *inside = at + 1, *stop = skip_plain(inside, cursor->end);
    size_t plain = (size_t)(stop - inside);
    if (peek(stop, cursor->end) != '\\') {
        *text = (Slice){inside, plain};
        return pass_string_rest(cursor, stop);
    }
    char *copy = arena_alloc(arena, (size_t)(cursor->end - inside)), *out = copy + plain;
    memcpy(copy, inside, plain);
    at = decode_rest(cursor, stop, &out);
    *text = (Slice){copy, (size_t)(out - copy)};
    return at;
}

bool json_text(JsonCursor *cursor, Arena *arena, Slice *raw, Slice *text)
{
    const char *start = skip_space(cursor->at, cursor->end);
    if (cursor->problem != NULL || peek(start, cursor->end) != '"')
        return json_value(cursor, raw);
    const char *at = decode_string(cursor, start, arena, text);
    if (at == NULL)
        return false;
    *raw = (Slice){start, (size_t)(at - start)};
    cursor->at = at;
    return true;
}

bool json_string(Slice raw, Arena *arena, Slice *text)
{
    JsonCursor cursor = json_cursor(raw);
    return peek(cursor.at, cursor.end) == '"' &&
           decode_string(&cursor, cursor.at, arena, text) == cursor.end;
}

bool json_plain_string(JsonCursor *cursor, Slice *text)
{
    const char *start = cursor->at + 1, *end = cursor->end;
    if (peek(cursor->at, end) != '"')
        return false;
    const char *stop = skip_plain(start, end);
    if (peek(stop, end) != '"')
        return false;
    *text = (Slice){start, (size_t)(stop - start)};
    cursor->at = stop + 1;
    return true;
}

bool json_plain_size(JsonCursor *cursor, size_t *number)
{
    enum { LONGEST = 18 }; /* digits that any size_t of 64 bits holds */
    const char *start = cursor->at, *end = cursor->end, *at = start;
    uint64_t value = 0;
    for (; at < end && is_digit(*at); at++)
        value = value * 10 + (uint64_t)(*at - '0');
    char next = peek(at, end);
    if (at == start || at - start > LONGEST || (*start == '0' && at - start > 1) || next == '.' ||
        (next | 0x20) == 'e' || value > SIZE_MAX)
        return false;
    *number = (size_t)value;
    cursor->at = at;
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

/* Few digits with or without a fraction: their quotient is the nearest double, since
 * both sides of it are exact. */
static bool short_double(Slice raw, double *number)
{
    enum { LONGEST = 15 };
    uint64_t digits = 0, divisor = 1;
    bool in_fraction = false;
    if (raw.length > LONGEST)
        return false;
    for (size_t i = 0; i < raw.length; i++) {
        if (is_digit(raw.data[i])) {
            digits = digits * 10 + (uint64_t)(raw.data[i] - '0');
            divisor *= in_fraction ? 10 : 1;
        } else if (raw.data[i] == '.' && !in_fraction) {
            in_fraction = true;
        } else {
            return false;
        }
    }
    *number = (double)digits / (double)divisor;
    return true;
}

bool json_double(Slice raw, double *number)
{
    char digits[128];
    if (raw.length == 0 || raw.length >= sizeof digits ||
        !(is_digit(raw.data[0]) || raw.data[0] == '-'))
        return false;
    if (short_double(raw, number))
        return true;
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

/* The escape of a byte that cannot stand in a string; returns its length. */
static size_t write_escape(char byte, char out[LONGEST_ESCAPE])
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

/* All eight bytes can stand in a string as they are. */
static inline bool are_plain(uint64_t bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = ones * 0x80;
    uint64_t quote = bytes ^ (ones * '"'), backslash = bytes ^ (ones * '\\');
    uint64_t found = ((bytes - ones * 0x20) & ~bytes) | ((quote - ones) & ~quote) |
                     ((backslash - ones) & ~backslash);
    return (found & high) == 0;
}

/* Copies eight bytes, and gives them. */
static inline uint64_t copy_eight(const char *from, char *out)
{
    uint64_t bytes;
    memcpy(&bytes, from, sizeof bytes);
    memcpy(out, &bytes, sizeof bytes);
    return bytes;
}

static inline uint64_t copy_four(const char *from, char *out)
{
    uint32_t bytes;
    memcpy(&bytes, from, sizeof bytes);
    memcpy(out, &bytes, sizeof bytes);
    return bytes;
}

/* Copies sixteen bytes; whether all of them are plain. */
static inline bool copy_block(const char *from, char *out)
{
#ifdef HAVE_WIDE
    __m128i block = _mm_loadu_si128((const __m128i *)(const void *)from);
    _mm_storeu_si128((__m128i *)(void *)out, block);
    return special_in_block(block) == 0;
#else
    return are_plain(copy_eight(from, out)) && are_plain(copy_eight(from + 8, out + 8));
#endif
}

/* Copies a short string, mostly one that is plain: true. Its last bytes are copied together,
 * with some that were copied before. */
static inline bool copy_short(Slice text, char *out)
{
    const char *from = text.data;
    size_t last = text.length;
    if (last >= 16) {
        for (size_t at = 0; at + 16 < last; at += 16)
            if (!copy_block(from + at, out + at))
                return false;
        return copy_block(from + last - 16, out + last - 16);
    }
    if (last >= 8)
        return are_plain(copy_eight(from, out)) &&
               are_plain(copy_eight(from + last - 8, out + last - 8));
    if (last >= 4)
        return are_plain(copy_four(from, out) << 32 | copy_four(from + last - 4, out + last - 4));
    bool plain = true;
    for (size_t i = 0; i < last; i++) {
        out[i] = from[i];
        plain = plain && is_plain(from[i]);
    }
    return plain;
}

void json_append_string(Buffer *out, Slice text)
{
    enum { SHORT = 64 };
    if (text.length <= SHORT) {
        char *start = buffer_reserve(out, text.length + 2);
        if (copy_short(text, start + 1)) {
            start[0] = start[text.length + 1] = '"';
            out->length += text.length + 2;
            return;
        }
    }
    const char *at = text.length == 0 ? "" : text.data, *end = at + text.length;
    buffer_append_byte(out, '"');
    do {
        char *start = buffer_reserve(out, (size_t)(end - at) + LONGEST_ESCAPE);
        char *to = copy_plain(&at, end, start);
        if (at < end)
            to += write_escape(*at++, to);
        out->length += (size_t)(to - start);
    } while (at < end);
    buffer_append_byte(out, '"');
}

Slice json_quoted(Slice text, Arena *arena)
{
    char escape[LONGEST_ESCAPE];
    size_t length = text.length + 2;
    if (text.length == 0)
        return SLICE("\"\"");
    const char *at = text.data, *end = text.data + text.length;
    for (; (at = skip_plain(at, end)) < end; at++)
        length += write_escape(*at, escape) - 1;
    char *quoted = arena_alloc(arena, length), *out = quoted;
    *out++ = '"';
    for (at = text.data; at < end;) {
        out = copy_plain(&at, end, out);
        if (at < end)
            out += write_escape(*at++, out);
    }
    *out = '"';
    return (Slice){quoted, length};
}
