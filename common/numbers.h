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

/* How many of `count` numbers, the smaller before the larger, are less than `limit`. */
static inline size_t numbers_below(const uint32_t *numbers, size_t count, uint32_t limit)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (numbers[middle] < limit)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

#endif
