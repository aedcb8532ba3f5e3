#include "tools/normalize/signs.h"

#include <stdlib.h>

#include "common/utf8.h"
#include "common/wide.h"

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

#ifdef HAVE_WIDE

enum { FREQUENT = 2 };

/* Where the pattern begins. */
WIDE_PART Wide match(SignPattern pattern, Wide bytes, Wide behind)
{
    return (bytes == wide_of(pattern.byte)) & ~wide_outside(behind, pattern.low, pattern.high);
}

static WIDE uint32_t find_rare(const Signs *signs, const char *at)
{
    Wide bytes = wide_load(at), behind = wide_load(at + 1), found = wide_of(0);
    for (size_t i = signs->frequent_count; i < signs->pattern_count; i++)
        found |= match(signs->patterns[i], bytes, behind);
    return wide_bits(found);
}

/* Most blocks hold ASCII and common letters alone: they can begin but two kinds of
 * sign. */
WIDE const char *signs_find(const Signs *signs, const char *at, const char *end)
{
    static const SignPattern never = {0xFF, 0xFF, 0xFF};
    size_t count = signs->frequent_count;
    if (signs->pattern_count == SIGN_PATTERNS || count > FREQUENT)
        return signs_find_portable(signs, at, end);
    const SignPattern first = count > 0 ? signs->patterns[0] : never;
    const SignPattern second = count > 1 ? signs->patterns[1] : never;
    const Wide letter = wide_of(signs->letters[0]), other_letter = wide_of(signs->letters[1]);
    const Wide tails_end = wide_of(0xC0);
    for (; end - at > WIDE_BYTES; at += WIDE_BYTES) {
        Wide bytes = wide_load(at), behind = wide_load(at + 1);
        uint32_t places = wide_bits(match(first, bytes, behind) | match(second, bytes, behind));
        Wide known = (bytes == letter) | (bytes == other_letter) | (bytes < tails_end);
        if (wide_bits(~known & bytes) != 0)
            places |= find_rare(signs, at);
        for (; places != 0; places &= places - 1) {
            const char *place = at + __builtin_ctz(places);
            if (sign_rules(signs, place, end) != 0)
                return place;
        }
    }
    return signs_find_portable(signs, at, end);
}

#else

const char *signs_find(const Signs *signs, const char *at, const char *end)
{
    return signs_find_portable(signs, at, end);
}

#endif
