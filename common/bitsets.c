#include "common/bitsets.h"

#include <stdlib.h>

#include "common/bits.h"

enum { SLOTS = 65536 }; /* open addressing; less than half are taken */

void bitsets_forget(Bitsets *sets)
{
    sets->count = BITSETS_ALL + 1;
    memset(sets->slots, 0, SLOTS * sizeof *sets->slots);
}

/* Room for one more, in which the caller writes its bits. */
static uint64_t *make_room(Bitsets *sets)
{
    size_t capacity = sets->capacity;
    sets->folds = memory_grow_aligned(sets->folds, &capacity, sets->count + 1, sizeof *sets->folds);
    sets->bits = memory_grow_aligned(sets->bits, &sets->capacity, sets->count + 1,
                                     sets->words * sizeof *sets->bits);
    return sets->bits + sets->count * sets->words;
}

/* Those bits are a set's. */
static uint16_t add(Bitsets *sets)
{
    const uint64_t *bits = sets->bits + sets->count * sets->words;
    WordPair *fold = &sets->folds[sets->count];
    *fold = (WordPair){0};
    for (size_t i = 0; i < sets->words; i += 2)
        *fold |= word_pair(bits + i);
    return (uint16_t)sets->count++;
}

void bitsets_init(Bitsets *sets, size_t members)
{
    *sets = (Bitsets){.words = members == 0 ? 2 : (members + 127) / 128 * 2};
    memset(make_room(sets), 0, sets->words * sizeof *sets->bits);
    add(sets);
    memset(make_room(sets), 0, sets->words * sizeof *sets->bits);
    for (size_t i = 0; i < members; i++)
        bit_set(sets->bits + sets->words, i);
    add(sets);
    sets->slots = memory_take(SLOTS * sizeof *sets->slots);
    bitsets_forget(sets);
}

void bitsets_release(Bitsets *sets)
{
    free(sets->bits);
    free(sets->folds);
    free(sets->slots);
    *sets = (Bitsets){0};
}

uint16_t bitsets_number(Bitsets *sets, const uint64_t *bits)
{
    size_t bytes = sets->words * sizeof *bits;
    for (uint16_t number = BITSETS_EMPTY; number <= BITSETS_ALL; number++)
        if (memcmp(bitsets_at(sets, number), bits, bytes) == 0)
            return number;
    size_t slot = (size_t)slice_hash((Slice){(const char *)bits, bytes}) % SLOTS;
    for (; sets->slots[slot] != 0; slot = (slot + 1) % SLOTS)
        if (memcmp(bitsets_at(sets, sets->slots[slot]), bits, bytes) == 0)
            return sets->slots[slot];
    if (sets->count == BITSETS_MAX)
        return BITSETS_ALL;
    memmove(make_room(sets), bits, bytes);
    sets->slots[slot] = (uint16_t)sets->count;
    return add(sets);
}

uint64_t *sparse_draft(size_t count, size_t words)
{
    uint64_t *draft = memory_resize(NULL, count * words, sizeof *draft);
    memset(draft, 0, count * words * sizeof *draft);
    return draft;
}

SparseRows sparse_rows(uint64_t *draft, size_t count, size_t words, Arena *arena)
{
    SparseRows sparse = {.firsts = ARENA_ROOM(arena, count + 1, uint32_t)};
    size_t found = 0;
    for (size_t i = 0; i < count * words; i += 2)
        found += pair_any(word_pair(draft + i));
    sparse.pairs = ARENA_ROOM(arena, found + 1, SparsePair);
    found = 0;
    for (size_t row = 0; row < count; row++) {
        sparse.firsts[row] = (uint32_t)found;
        for (size_t word = 0; word < words; word += 2) {
            WordPair bits = word_pair(draft + row * words + word);
            if (pair_any(bits))
                sparse.pairs[found++] = (SparsePair){bits, word};
        }
    }
    sparse.firsts[count] = (uint32_t)found;
    free(draft);
    return sparse;
}
