#include "common/slice.h"

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

Slice slice_trim(Slice text)
{
    size_t start = 0, end = text.length;
    while (start < end && is_space(text.data[start]))
        start++;
    while (end > start && is_space(text.data[end - 1]))
        end--;
    return slice_cut(text, start, end);
}

bool slice_next(Slice *rest, char separator, Slice *piece)
{
    if (rest->data == NULL)
        return false;
    const char *found = rest->length == 0 ? NULL : memchr(rest->data, separator, rest->length);
    *piece = *rest;
    if (found == NULL) {
        *rest = (Slice){NULL, 0};
        return true;
    }
    piece->length = (size_t)(found - rest->data);
    *rest = slice_cut(*rest, piece->length + 1, rest->length);
    return true;
}

int slice_compare(Slice a, Slice b)
{
    size_t shorter = a.length < b.length ? a.length : b.length;
    int order = shorter == 0 ? 0 : memcmp(a.data, b.data, shorter);
    return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

/* Little-endian whatever the machine is, so that digests agree. */
static uint64_t load(const unsigned char *bytes, size_t count)
{
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++)
        word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

static uint64_t load_word(const unsigned char *bytes)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
#else
    return load(bytes, 8);
#endif
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 32;
}

uint64_t slice_hash(Slice text)
{
    const unsigned char *at = (const unsigned char *)text.data;
    size_t left = text.length;
    uint64_t hash = mix(UINT64_C(0x51A7E5C0DE5EED01), left);
    for (; left >= 8; left -= 8, at += 8)
        hash = mix(hash, load_word(at));
    if (left != 0)
        hash = mix(hash, load(at, left));
    return mix(hash, hash >> 29);
}

uint64_t slice_hash_long(Slice text)
{
    enum { LANES = 4, STEP = 8 * LANES };
    if (text.length < STEP)
        return slice_hash(text);
    const unsigned char *at = (const unsigned char *)text.data;
    const unsigned char *last = at + text.length - STEP;
    uint64_t lanes[LANES] = {text.length, 1, 2, 3};
    for (; at < last; at += STEP)
#pragma GCC unroll 4
        for (int i = 0; i < LANES; i++)
            lanes[i] = mix(lanes[i], load_word(at + 8 * i));
            /* The last bytes, of which some may have been taken before. */
#pragma GCC unroll 4
    for (int i = 0; i < LANES; i++)
        lanes[i] = mix(lanes[i], load_word(last + 8 * i));
    uint64_t hash = mix(mix(mix(lanes[0], lanes[1]), lanes[2]), lanes[3]);
    return mix(hash, hash >> 29);
}

size_t slice_distance(Slice a, Slice b)
{
    enum { LONGEST = 63 };
    if (a.length > LONGEST || b.length > LONGEST)
        return slice_equal(a, b) ? 0 : LONGEST + 1;
    /* One row of the edit distance table, updated in place. */
    size_t row[LONGEST + 1];
    for (size_t j = 0; j <= b.length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.length; j++) {
            size_t cost = diagonal + (a.data[i - 1] != b.data[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < cost)
                cost = row[j] + 1;
            if (row[j - 1] + 1 < cost)
                cost = row[j - 1] + 1;
            row[j] = cost;
        }
    }
    return row[b.length];
}
