#include "tools/normalize/signs.h"

#include <stdlib.h>

#include "common/utf8.h"

#if defined(__SSE2__) && !defined(QAWL_PORTABLE)
#include <emmintrin.h>
#define HAVE_SSE2 1
#endif

/* ---- sets -------------------------------------------------------------- */

static size_t high_place(const Signs *signs, uint32_t codepoint)
{
    size_t low = 0, high = signs->high_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (signs->high[middle].codepoint < codepoint)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_high(const Signs *signs, size_t place, uint32_t codepoint)
{
    return place < signs->high_count && signs->high[place].codepoint == codepoint;
}

static size_t high_of(Signs *signs, uint32_t codepoint)
{
    size_t place = high_place(signs, codepoint);
    if (is_high(signs, place, codepoint))
        return place;
    signs->high =
        memory_grow(signs->high, &signs->high_capacity, signs->high_count + 1, sizeof *signs->high);
    memmove(signs->high + place + 1, signs->high + place,
            (signs->high_count++ - place) * sizeof *signs->high);
    signs->high[place].codepoint = codepoint;
    signs->high[place].first = signs->high[place].second = 0;
    return place;
}

void signs_add_first(Signs *signs, unsigned rule, uint32_t codepoint)
{
    uint32_t bit = UINT32_C(1) << rule;
    if (codepoint < SIGN_LOW) {
        signs->first[codepoint] |= bit;
        return;
    }
    size_t place = high_of(signs, codepoint); /* may move what it is in */
    signs->high[place].first |= bit;
}

void signs_add_second(Signs *signs, unsigned rule, uint32_t codepoint)
{
    uint32_t bit = UINT32_C(1) << rule;
    if (codepoint < SIGN_LOW) {
        signs->second[codepoint] |= bit;
        return;
    }
    size_t place = high_of(signs, codepoint); /* may move what it is in */
    signs->high[place].second |= bit;
}

void signs_drop_second(Signs *signs, unsigned rule, uint32_t codepoint)
{
    uint32_t others = ~(UINT32_C(1) << rule);
    if (codepoint < SIGN_LOW) {
        signs->second[codepoint] &= others;
        return;
    }
    size_t place = high_of(signs, codepoint);
    signs->high[place].second &= others;
}

static void add_pattern(Signs *signs, uint32_t codepoint)
{
    char bytes[4];
    unsigned length = utf8_encode(codepoint, bytes);
    uint8_t byte = (uint8_t)bytes[0], next = (uint8_t)bytes[length > 1 ? 1 : 0];
    size_t i = 0;
    signs->begins[byte] = true;
    while (i < signs->pattern_count && signs->patterns[i].byte != byte)
        i++;
    if (i == SIGN_PATTERNS)
        return; /* too many: signs_find does without them */
    if (i == signs->pattern_count) {
        signs->pattern_count++;
        signs->patterns[i].byte = byte;
        signs->patterns[i].low = length > 1 ? next : 0;
        signs->patterns[i].high = length > 1 ? next : 0xFF;
    }
    if (next < signs->patterns[i].low)
        signs->patterns[i].low = next;
    if (next > signs->patterns[i].high)
        signs->patterns[i].high = next;
}

void signs_add_letters(Signs *signs, uint8_t byte)
{
    for (size_t i = 0; i < sizeof signs->letters; i++) {
        if (signs->letters[i] == byte)
            return;
        if (signs->letters[i] == 0) {
            signs->letters[i] = byte;
            return;
        }
    }
}

static bool is_frequent(const Signs *signs, uint8_t byte)
{
    return byte < 0x80 || byte == signs->letters[0] || byte == signs->letters[1];
}

void signs_finish(Signs *signs)
{
    for (uint32_t c = 0; c < SIGN_LOW; c++)
        if (signs->first[c] != 0)
            add_pattern(signs, c);
    for (size_t i = 0; i < signs->high_count; i++)
        if (signs->high[i].first != 0)
            add_pattern(signs, signs->high[i].codepoint);
    for (size_t i = 0; i < signs->pattern_count; i++)
        if (is_frequent(signs, signs->patterns[i].byte)) {
            size_t front = signs->frequent_count++;
            SignPattern swap = signs->patterns[i];
            signs->patterns[i] = signs->patterns[front];
            signs->patterns[front] = swap;
        }
}

void signs_release(Signs *signs)
{
    free(signs->high);
    *signs = (Signs){0};
}

/* ---- looking ----------------------------------------------------------- */

static uint32_t firsts_of(const Signs *signs, uint32_t codepoint)
{
    if (codepoint < SIGN_LOW)
        return signs->first[codepoint];
    size_t place = high_place(signs, codepoint);
    return is_high(signs, place, codepoint) ? signs->high[place].first : 0;
}

static uint32_t seconds_of(const Signs *signs, uint32_t codepoint)
{
    if (codepoint < SIGN_LOW)
        return signs->second[codepoint];
    size_t place = high_place(signs, codepoint);
    return is_high(signs, place, codepoint) ? signs->high[place].second : 0;
}

/* The rules of which a sign begins at `at`. */
static uint32_t sign_rules(const Signs *signs, const char *at, const char *end)
{
    uint32_t first = firsts_of(signs, utf8_next(&at)), second = signs->any_second;
    if (first != 0 && at < end)
        second |= seconds_of(signs, utf8_next(&at));
    return first & second;
}

const char *signs_find_portable(const Signs *signs, const char *at, const char *end)
{
    for (; at < end; at++)
        if (signs->begins[(unsigned char)*at] && sign_rules(signs, at, end) != 0)
            return at;
    return end;
}

uint32_t signs_rules(const Signs *signs, const char *at, const char *end)
{
    uint32_t rules = 0;
    for (; at < end; at++)
        if (signs->begins[(unsigned char)*at])
            rules |= sign_rules(signs, at, end);
    return rules;
}

#ifdef HAVE_SSE2

typedef struct {
    __m128i byte, addend, limit;
} Wanted;

static inline Wanted wanted_of(SignPattern pattern)
{
    return (Wanted){_mm_set1_epi8((char)pattern.byte), _mm_set1_epi8((char)(0x80 - pattern.low)),
                    _mm_set1_epi8((char)(pattern.high - pattern.low - 0x80))};
}

/* Where the pattern begins. */
static inline __m128i match(const Wanted *wanted, __m128i block, __m128i behind)
{
    __m128i beyond = _mm_cmpgt_epi8(_mm_add_epi8(behind, wanted->addend), wanted->limit);
    return _mm_andnot_si128(beyond, _mm_cmpeq_epi8(block, wanted->byte));
}

/* Most blocks hold ASCII and common letters alone: they can begin but two kinds of
 * sign. */
const char *signs_find(const Signs *signs, const char *at, const char *end)
{
    enum { WIDE = 16, FREQUENT = 2 };
    Wanted rare[SIGN_PATTERNS];
    size_t count = signs->pattern_count, frequent = signs->frequent_count, rare_count = 0;
    if (count == SIGN_PATTERNS || frequent > FREQUENT)
        return signs_find_portable(signs, at, end);
    for (size_t i = frequent; i < count; i++)
        rare[rare_count++] = wanted_of(signs->patterns[i]);
    static const SignPattern never = {0xFF, 0xFF, 0xFF};
    const Wanted first = wanted_of(frequent > 0 ? signs->patterns[0] : never);
    const Wanted second = wanted_of(frequent > 1 ? signs->patterns[1] : never);
    const __m128i last_tail = _mm_set1_epi8((char)0xBF), zero = _mm_setzero_si128();
    const __m128i letter = _mm_set1_epi8((char)signs->letters[0]);
    const __m128i other_letter = _mm_set1_epi8((char)signs->letters[1]);
    while (end - at > WIDE) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i behind = _mm_loadu_si128((const __m128i *)(const void *)(at + 1));
        __m128i common =
            _mm_or_si128(_mm_cmpeq_epi8(block, letter), _mm_cmpeq_epi8(block, other_letter));
        __m128i leads =
            _mm_and_si128(_mm_cmpgt_epi8(block, last_tail), _mm_cmpgt_epi8(zero, block));
        __m128i found = _mm_or_si128(match(&first, block, behind), match(&second, block, behind));
        if (_mm_movemask_epi8(_mm_andnot_si128(common, leads)) != 0)
            for (size_t i = 0; i < rare_count; i++)
                found = _mm_or_si128(found, match(&rare[i], block, behind));
        for (unsigned places = (unsigned)_mm_movemask_epi8(found); places != 0;
             places &= places - 1) {
            const char *place = at + __builtin_ctz(places);
            if (sign_rules(signs, place, end) != 0)
                return place;
        }
        at += WIDE;
    }
    return signs_find_portable(signs, at, end);
}

#else

const char *signs_find(const Signs *signs, const char *at, const char *end)
{
    return signs_find_portable(signs, at, end);
}

#endif
