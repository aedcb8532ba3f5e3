/* What the tool asks of class sets: some classes of a thousand. The sets lie scattered
 * over megabytes, the answers are a word for each. */
#ifndef QAWL_TAG_ENTITIES_TRAITS_H
#define QAWL_TAG_ENTITIES_TRAITS_H

#include "common/lexicon.h"

/* TRAIT_NONE is one that no set has. */
enum { TRAITS_MAX = 62, TRAIT_NONE = TRAITS_MAX };

typedef struct {
    const Lexicon *lexicon;
    ClassSet asked[TRAITS_MAX];
    int classes[TRAITS_MAX]; /* the one that is asked for, or CLASS_NONE where several are */
    int count;
    uint64_t *answers; /* by number of the set: a bit for each trait, and one when known */
    size_t capacity;
} Traits;

/* In `arena`, but for heap memory that traits_free gives back. */
Traits *traits_new(const Lexicon *lexicon, Arena *arena);
void traits_free(Traits *traits);

/* The trait of sets that hold one of these classes at least. Ask for all, at most TRAITS_MAX,
 * before the first answer. */
int traits_ask(Traits *traits, const ClassSet *classes);

/* The same of one class; TRAIT_NONE for CLASS_NONE. */
int traits_ask_class(Traits *traits, int class_number);

/* Whether the set of this number has the trait. */
bool traits_find(Traits *traits, uint32_t set, int trait);

static inline bool traits_has(Traits *traits, uint32_t set, int trait)
{
    uint64_t known = set < traits->capacity ? traits->answers[set] : 0;
    return known != 0 ? (known >> trait & 1) != 0 : traits_find(traits, set, trait);
}

#endif
