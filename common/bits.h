/* Bits by number in arrays of words, 64 in each. */
#ifndef QAWL_BITS_H
#define QAWL_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool bit_at(const uint64_t *bits, size_t number)
{
    return (bits[number / 64] >> (number % 64) & 1) != 0;
}

static inline void bit_set(uint64_t *bits, size_t number)
{
    bits[number / 64] |= (uint64_t)1 << (number % 64);
}

/* The first bit at or behind `from` that is set; `count`, of all bits, where none is. */
static inline size_t bit_next(const uint64_t *bits, size_t count, size_t from)
{
    for (size_t i = from / 64; i * 64 < count; i++) {
        uint64_t left = i == from / 64 ? bits[i] >> (from % 64) << (from % 64) : bits[i];
        if (left != 0) {
            size_t found = i * 64 + (size_t)__builtin_ctzll(left);
            return found < count ? found : count;
        }
    }
    return count;
}

#endif
