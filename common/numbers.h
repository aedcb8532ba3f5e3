/* Numbers by 64-bit keys, and numbers in order. */
#ifndef QAWL_NUMBERS_H
#define QAWL_NUMBERS_H

#include "common/arena.h"

typedef struct {
    uint64_t key;
    uint32_t value; /* 0: the slot is empty */
} NumberSlot;

/* Open addressing, at most half full; on the heap. Zero-initialised it is empty. */
typedef struct {
    NumberSlot *slots;
    size_t size, count;
} NumberTable;

/* The bits of a key spread over the whole number. */
static inline uint64_t number_mix(uint64_t key)
{
    key ^= key >> 32;
    key *= UINT64_C(0xD6E8FEB86659FD93);
    return key ^ key >> 32;
}

/* The value of `key`; 0: it has none. */
static inline uint32_t number_find(const NumberTable *table, uint64_t key)
{
    if (table->size == 0)
        return 0;
    for (size_t at = (size_t)number_mix(key) & (table->size - 1); table->slots[at].value != 0;
         at = (at + 1) & (table->size - 1))
        if (table->slots[at].key == key)
            return table->slots[at].value;
    return 0;
}

/* For a number_find that comes soon. */
static inline void number_fetch(const NumberTable *table, uint64_t key)
{
    if (table->size != 0)
        __builtin_prefetch(&table->slots[(size_t)number_mix(key) & (table->size - 1)]);
}

/* Gives `key`, which has none yet, a value that is not 0. */
void number_put(NumberTable *table, uint64_t key, uint32_t value);

/* Forgets all, and keeps the memory. */
void number_clear(NumberTable *table);
void number_release(NumberTable *table);

/* Sets the size_t `at` to the first of [from, to) for which `holds`, an expression of `at`, is
 * true, as it is for all behind it; to `to` where there is none. `from` is at most `to`:
 *   FIRST_WHERE(at, 0, count, items[at].start >= codepoint);                  */
#define FIRST_WHERE(at, from, to, holds)                                                           \
    do {                                                                                           \
        size_t first_low = (from), first_high = (to);                                              \
        while ((at) = first_low + (first_high - first_low) / 2, first_low < first_high)            \
            if (holds)                                                                             \
                first_high = (at);                                                                 \
            else                                                                                   \
                first_low = (at) + 1;                                                              \
    } while (0)

/* How many of `count` numbers, the smaller before the larger, are less than `limit`. */
static inline size_t numbers_below(const uint32_t *numbers, size_t count, uint32_t limit)
{
    size_t at;
    FIRST_WHERE(at, 0, count, numbers[at] >= limit);
    return at;
}

#endif
