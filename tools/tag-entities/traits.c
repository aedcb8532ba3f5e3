#include "tools/tag-entities/traits.h"

#include <assert.h>
#include <stdlib.h>

static const uint64_t KNOWN = UINT64_C(1) << 63;

Traits *traits_new(const Lexicon *lexicon, Arena *arena)
{
    Traits *traits = ARENA_NEW(arena, Traits);
    traits->lexicon = lexicon;
    return traits;
}

void traits_free(Traits *traits)
{
    free(traits->answers);
}

static bool meet(const ClassSet *a, const ClassSet *b)
{
    uint64_t both = 0;
    for (int i = 0; i < CLASS_WORDS; i++)
        both |= a->bits[i] & b->bits[i];
    return both != 0;
}

int traits_ask(Traits *traits, const ClassSet *classes)
{
    assert(traits->count < TRAITS_MAX && traits->capacity == 0);
    traits->asked[traits->count] = *classes;
    traits->classes[traits->count] = CLASS_NONE;
    return traits->count++;
}

int traits_ask_class(Traits *traits, int class_number)
{
    ClassSet classes = {{0}};
    if (class_number == CLASS_NONE)
        return TRAIT_NONE;
    classes.bits[class_number / 64] |= UINT64_C(1) << (class_number % 64);
    int trait = traits_ask(traits, &classes);
    traits->classes[trait] = class_number;
    return trait;
}

bool traits_find(Traits *traits, uint32_t set, int trait)
{
    if (set >= traits->capacity) {
        size_t before = traits->capacity;
        traits->answers = memory_grow(traits->answers, &traits->capacity, (size_t)set + 1,
                                      sizeof *traits->answers);
        memset(traits->answers + before, 0, (traits->capacity - before) * sizeof *traits->answers);
    }
    const ClassSet *classes = lexicon_set(traits->lexicon, set);
    uint64_t answers = KNOWN;
    for (int i = 0; i < traits->count; i++)
        answers |=
            (uint64_t)(traits->classes[i] == CLASS_NONE ? meet(classes, &traits->asked[i])
                                                        : class_has(classes, traits->classes[i]))
            << i;
    traits->answers[set] = answers;
    return (answers >> trait & 1) != 0;
}
