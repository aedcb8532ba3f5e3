#include "tools/sentence-split/words.h"

static size_t slot_of(const WordSet *set, Slice word)
{
    size_t slot = (size_t)slice_hash(word) & (set->capacity - 1);
    while (set->slots[slot].data != NULL && !slice_equal(set->slots[slot], word))
        slot = (slot + 1) & (set->capacity - 1);
    return slot;
}

static void grow(WordSet *set, Arena *arena)
{
    WordSet old = *set;
    set->capacity = old.capacity == 0 ? 256 : old.capacity * 2;
    set->slots = ARENA_ARRAY(arena, set->capacity, Slice);
    set->flags = ARENA_ARRAY(arena, set->capacity, uint32_t);
    for (size_t i = 0; i < old.capacity; i++) {
        if (old.slots[i].data == NULL)
            continue;
        size_t slot = slot_of(set, old.slots[i]);
        set->slots[slot] = old.slots[i];
        set->flags[slot] = old.flags[i];
    }
}

void words_add(WordSet *set, Arena *arena, Slice word, uint32_t flags)
{
    if (word.length == 0 || word.length > WORD_BYTES)
        return;
    if (set->count * 2 >= set->capacity)
        grow(set, arena);
    size_t slot = slot_of(set, word);
    if (set->slots[slot].data == NULL) {
        set->slots[slot] = arena_copy(arena, word);
        set->count++;
        if (word.length > set->longest)
            set->longest = word.length;
    }
    set->flags[slot] |= flags;
}

uint32_t words_find(const WordSet *set, Slice word)
{
    if (set->count == 0 || word.length == 0 || word.length > set->longest)
        return 0;
    size_t slot = slot_of(set, word);
    return set->slots[slot].data != NULL ? set->flags[slot] : 0;
}
