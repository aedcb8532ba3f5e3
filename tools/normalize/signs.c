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

/* The rules of which the character is the first or the second of a sign; until the next call. */
static uint32_t *rules_at(Signs *signs, uint32_t codepoint, bool is_second)
{
    if (codepoint < SIGN_LOW)
        return is_second ? &signs->second[codepoint] : &signs->first[codepoint];
    size_t place = high_of(signs, codepoint);
    return is_second ? &signs->high[place].second : &signs->high[place].first;
}

void signs_add_first(Signs *signs, unsigned rule, uint32_t codepoint)
{
    *rules_at(signs, codepoint, false) |= UINT32_C(1) << rule;
}

void signs_add_second(Signs *signs, unsigned rule, uint32_t codepoint)
{
    *rules_at(signs, codepoint, true) |= UINT32_C(1) << rule;
}

void signs_drop_second(Signs *signs, unsigned rule, uint32_t codepoint)
{
    *rules_at(signs, codepoint, true) &= ~(UINT32_C(1) << rule);
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

/* The character may begin a sign. */
static void add_start(Signs *signs, uint32_t codepoint)
{
    char bytes[4];
    unsigned length = utf8_encode(codepoint, bytes);
    uint8_t byte = (uint8_t)bytes[0], next = (uint8_t)bytes[length > 1 ? 1 : 0];
    size_t i = 0;
    signs->begins[byte] = true;
    if (!is_frequent(signs, byte))
        return;
    while (i < signs->start_count && signs->starts[i].byte != byte)
        i++;
    if (i == SIGN_STARTS) {
        signs->too_many = true;
        return;
    }
    SignStart *start = &signs->starts[i];
    if (i == signs->start_count) {
        signs->start_count++;
        *start = length > 1 ? (SignStart){byte, next, next} : (SignStart){byte, 0, 0xFF};
    }
    if (next < start->low)
        start->low = next;
    if (next > start->high)
        start->high = next;
}

void signs_finish(Signs *signs)
{
    for (uint32_t c = 0; c < SIGN_LOW; c++)
        if (signs->first[c] != 0)
            add_start(signs, c);
    for (size_t i = 0; i < signs->high_count; i++)
        if (signs->high[i].first != 0)
            add_start(signs, signs->high[i].codepoint);
    for (size_t i = signs->start_count; i < SIGN_STARTS; i++)
        signs->starts[i] = (SignStart){0xFF, 0xFF, 0xFF}; /* which is in no text */
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

bool signs_begin(const Signs *signs, uint32_t codepoint)
{
    return firsts_of(signs, codepoint) != 0;
}

bool signs_pair(const Signs *signs, uint32_t first, uint32_t last, uint32_t second)
{
    uint32_t rules = 0;
    for (uint32_t c = first; c <= last; c++)
        rules |= firsts_of(signs, c);
    return (rules & (seconds_of(signs, second) | signs->any_second)) != 0;
}

bool signs_at(const Signs *signs, const char *at, const char *end)
{
    return signs->begins[(unsigned char)*at] && sign_rules(signs, at, end) != 0;
}

const char *signs_find_portable(const Signs *signs, const char *at, const char *end)
{
    for (; at < end; at++)
        if (signs_at(signs, at, end))
            return at;
    return end;
}

SignRules signs_rules(const Signs *signs, uint32_t codepoint)
{
    return (SignRules){firsts_of(signs, codepoint),
                       seconds_of(signs, codepoint) | signs->any_second};
}

#ifdef HAVE_WIDE

/* Where a sign may begin. */
WIDE_PART Wide find_start(SignStart start, Wide bytes, Wide behind)
{
    return (bytes == wide_of(start.byte)) & ~wide_outside(behind, start.low, start.high);
}

/* Most blocks hold ASCII and common letters alone: they can begin but few kinds of
 * sign. Other letters are looked at one by one. */
WIDE const char *signs_find(const Signs *signs, const char *at, const char *end)
{
    if (signs->too_many)
        return signs_find_portable(signs, at, end);
    const SignStart first = signs->starts[0], second = signs->starts[1];
    const Wide letter = wide_of(signs->letters[0]), other_letter = wide_of(signs->letters[1]);
    const Wide tails_end = wide_of(0xC0);
    for (; end - at > WIDE_BYTES; at += WIDE_BYTES) {
        Wide bytes = wide_load(at), behind = wide_load(at + 1);
        Wide known = (bytes == letter) | (bytes == other_letter) | (bytes < tails_end);
        Wide found = find_start(first, bytes, behind) | find_start(second, bytes, behind);
        for (uint32_t places = wide_bits(found | (bytes & ~known)); places != 0;
             places &= places - 1) {
            const char *place = at + __builtin_ctz(places);
            if (signs_at(signs, place, end))
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
