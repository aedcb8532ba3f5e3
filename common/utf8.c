#include "common/utf8.h"

#include "common/wide.h"

enum { LONG = 256 }; /* bytes for which a call for the machine at hand is worth it */

static bool is_continuation(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

/* Bytes of the well-formed sequence at `at` (Unicode, table 3-7), 0 if there is
 * none. */
static size_t sequence_length(const unsigned char *at, const unsigned char *end)
{
    size_t left = (size_t)(end - at);
    unsigned char lead = at[0];
    if (lead < 0x80)
        return 1;
    if (lead < 0xC2 || lead > 0xF4 || left < 2)
        return 0;
    if (lead < 0xE0)
        return is_continuation(at[1]) ? 2 : 0;
    unsigned char lowest = 0x80, highest = 0xBF;
    if (lead == 0xE0)
        lowest = 0xA0;
    else if (lead == 0xED)
        highest = 0x9F;
    else if (lead == 0xF0)
        lowest = 0x90;
    else if (lead == 0xF4)
        highest = 0x8F;
    if (left < 3 || at[1] < lowest || at[1] > highest || !is_continuation(at[2]))
        return 0;
    if (lead < 0xF0)
        return 3;
    return left >= 4 && is_continuation(at[3]) ? 4 : 0;
}

#ifdef HAVE_WIDE

/* With the sign bit where a byte is no part of a sequence of one, two or `most` bytes; of three
 * only such as need no look at the second byte. The bytes in front are known to be good. */
WIDE_PART Wide find_bad(const unsigned char *at, int most)
{
    Wide bytes = wide_load(at), before = wide_load(at - 1);
    Wide leads = wide_in_range(bytes, 0xC2, 0xDF), due = wide_in_range(before, 0xC2, 0xDF);
    Wide tails = bytes < wide_of(0xC0);
    if (most > 2) {
        leads |= wide_in_range(bytes, 0xE1, 0xEC);
        due |= wide_in_range(before, 0xE1, 0xEC);
        due |= wide_in_range(wide_load(at - 2), 0xE1, 0xEC);
    }
    return (tails ^ due) | (bytes & ~(tails | leads));
}

/* Passes over blocks without such bytes, from the beginning of a character that has
 * two bytes in front of it. Gives the place of the first sequence that is not passed over. */
static WIDE const unsigned char *skip_blocks(const unsigned char *at, const unsigned char *end)
{
    enum { STEP = 2 * WIDE_BYTES };
    for (; end - at >= STEP; at += STEP) {
        const unsigned char *next = at + WIDE_BYTES;
        bool is_due = at[-2] >= 0xE0; /* the third byte of a sequence that began before */
        if ((is_due || wide_bits(find_bad(at, 2) | find_bad(next, 2)) != 0) &&
            wide_bits(find_bad(at, 3) | find_bad(next, 3)) != 0)
            break;
    }
    if (at[-1] >= 0xC0)
        return at - 1;
    return at[-2] >= 0xE0 ? at - 2 : at;
}

/* Beginnings of characters in blocks, as many of them as a counter of a byte holds. */
static WIDE size_t leads_in_blocks(const char *at, const char *end)
{
    enum { STEPS = 255 };
    size_t count = 0;
    while (at < end) {
        WideNumbers lanes = {0};
        for (int i = 0; i < STEPS && at < end; i++, at += WIDE_BYTES)
            lanes -= (WideNumbers)(wide_load(at) > wide_of(0xBF));
        count += wide_sum(lanes);
    }
    return count;
}

/* -1 in each of sixteen bytes that is no continuation byte. */
static inline __m128i leads_at(const char *at)
{
    return _mm_cmpgt_epi8(_mm_loadu_si128((const __m128i *)(const void *)at), _mm_set1_epi8(-65));
}

static inline size_t sum_of_lanes(__m128i lanes)
{
    __m128i sums = _mm_sad_epu8(lanes, _mm_setzero_si128());
    return (size_t)_mm_extract_epi16(sums, 0) + (size_t)_mm_extract_epi16(sums, 4);
}

static inline size_t leads_in_block(const char *at)
{
    return sum_of_lanes(_mm_sub_epi8(_mm_setzero_si128(), leads_at(at)));
}

/* Where in the block the character begins that has `before` ones before it. */
static inline size_t lead_in_block(const char *at, size_t before)
{
    unsigned leads = (unsigned)_mm_movemask_epi8(leads_at(at));
    for (; before > 0; before--)
        leads &= leads - 1;
    return (size_t)__builtin_ctz(leads);
}

#else

static const unsigned char *skip_blocks(const unsigned char *at, const unsigned char *end)
{
    while (end - at >= 8) {
        uint64_t word;
        memcpy(&word, at, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0)
            break;
        at += 8;
    }
    return at;
}

static size_t leads_in_block(const char *at)
{
    size_t count = 0;
    for (int i = 0; i < 16; i++)
        count += !is_continuation((unsigned char)at[i]);
    return count;
}

static size_t lead_in_block(const char *at, size_t before)
{
    size_t lead = 0;
    for (; is_continuation((unsigned char)at[lead]) || before > 0; lead++)
        before -= !is_continuation((unsigned char)at[lead]);
    return lead;
}

#endif

size_t utf8_valid_prefix(Slice text)
{
    if (text.length == 0)
        return 0;
    const unsigned char *start = (const unsigned char *)text.data;
    const unsigned char *end = start + text.length, *at = start;
    while (at < end) {
        if (at - start >= 2)
            at = skip_blocks(at, end);
        /* The first, what stopped the blocks, and a little more, one by one. */
        const unsigned char *stop = end - at > 16 ? at + 16 : end;
        while (at < stop) {
            size_t length = sequence_length(at, end);
            if (length == 0)
                return (size_t)(at - start);
            at += length;
        }
    }
    return text.length;
}

#ifdef HAVE_WIDE

/* Of at least 16 bytes. */
static size_t count_blocks(Slice text)
{
    /* Read from `rest` on it keeps as many bytes at the end of a block. */
    static const unsigned char kept[32] = {[16] = 255, 255, 255, 255, 255, 255, 255, 255,
                                           255,        255, 255, 255, 255, 255, 255, 255};
    size_t count = 0, at = 0, rest = text.length % 16;
    __m128i last = _mm_and_si128(leads_at(text.data + text.length - 16),
                                 _mm_loadu_si128((const __m128i *)(const void *)(kept + rest)));
    __m128i lanes = _mm_sub_epi8(_mm_setzero_si128(), last);
    while (text.length - at >= 16) {
        /* A byte counter a lane: with the last block at most 255 until it is full. */
        for (int i = 0; i < 254 && text.length - at >= 16; i++, at += 16)
            lanes = _mm_sub_epi8(lanes, leads_at(text.data + at));
        count += sum_of_lanes(lanes);
        lanes = _mm_setzero_si128();
    }
    return count;
}

#endif

size_t utf8_count(Slice text)
{
    size_t count = 0, at = 0;
#ifdef HAVE_WIDE
    if (text.length >= LONG) {
        size_t blocks = text.length / WIDE_BYTES * WIDE_BYTES;
        count = leads_in_blocks(text.data, text.data + blocks);
        text = slice_cut(text, blocks, text.length);
    }
    if (text.length >= 16)
        return count + count_blocks(text);
#else
    for (; text.length - at >= 16; at += 16)
        count += leads_in_block(text.data + at);
#endif
    for (; at < text.length; at++)
        count += !is_continuation((unsigned char)text.data[at]);
    return count;
}

unsigned utf8_encode(uint32_t codepoint, char *out)
{
    if (codepoint < 0x80) {
        out[0] = (char)codepoint;
        return 1;
    }
    if (codepoint < 0x800) {
        out[0] = (char)(0xC0 | codepoint >> 6);
        out[1] = (char)(0x80 | (codepoint & 0x3F));
        return 2;
    }
    if (codepoint < 0x10000) {
        out[0] = (char)(0xE0 | codepoint >> 12);
        out[1] = (char)(0x80 | (codepoint >> 6 & 0x3F));
        out[2] = (char)(0x80 | (codepoint & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | codepoint >> 18);
    out[1] = (char)(0x80 | (codepoint >> 12 & 0x3F));
    out[2] = (char)(0x80 | (codepoint >> 6 & 0x3F));
    out[3] = (char)(0x80 | (codepoint & 0x3F));
    return 4;
}

size_t utf8_byte_offset(Slice text, size_t codepoint, size_t from_byte, size_t from_codepoint)
{
    size_t at = from_byte, left = codepoint - from_codepoint;
    for (; text.length - at >= 16; at += 16) {
        size_t leads = leads_in_block(text.data + at);
        if (leads > left)
            return at + lead_in_block(text.data + at, left);
        left -= leads;
    }
    /* The last block may end within a character. */
    while (at < text.length && is_continuation((unsigned char)text.data[at]))
        at++;
    for (; left > 0 && at < text.length; left--)
        at += utf8_length((unsigned char)text.data[at]);
    return at < text.length ? at : text.length;
}

Slice utf8_cut(Slice text, CodepointSpan span)
{
    Utf8Cursor cursor = {text, 0, 0};
    return utf8_cursor_cut(&cursor, span);
}

/* Steps back from a known pair; `codepoint` is before it. */
static size_t byte_offset_back(Slice text, size_t codepoint, size_t from_byte,
                               size_t from_codepoint)
{
    size_t at = from_byte, left = from_codepoint - codepoint;
    while (left > 16 && at >= 16) {
        at -= 16;
        left -= leads_in_block(text.data + at);
    }
    while (left > 0 && at > 0)
        left -= !is_continuation((unsigned char)text.data[--at]);
    return at;
}

size_t utf8_cursor_byte(Utf8Cursor *cursor, size_t codepoint)
{
    if (codepoint >= cursor->codepoint) {
        size_t byte = utf8_byte_offset(cursor->text, codepoint, cursor->byte, cursor->codepoint);
        /* Behind the end the pair would not be true. */
        if (byte == cursor->text.length)
            return byte;
        cursor->byte = byte;
    } else if (codepoint < cursor->codepoint / 2) {
        cursor->byte = utf8_byte_offset(cursor->text, codepoint, 0, 0);
    } else {
        cursor->byte = byte_offset_back(cursor->text, codepoint, cursor->byte, cursor->codepoint);
    }
    cursor->codepoint = codepoint;
    return cursor->byte;
}

Slice utf8_cursor_cut(Utf8Cursor *cursor, CodepointSpan span)
{
    size_t start = utf8_cursor_byte(cursor, span.start);
    size_t end = utf8_cursor_byte(cursor, span.end);
    return slice_cut(cursor->text, start, end);
}
