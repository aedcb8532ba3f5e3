/* Sets of small numbers, each different one kept once under a number of its own. */
#ifndef QAWL_BITSETS_H
#define QAWL_BITSETS_H

#include "common/arena.h"

enum {
    BITSETS_EMPTY = 0,
    BITSETS_ALL = 1,
    BITSETS_MAX = 30000, /* sets that are kept */
};

/* Two words at a time. */
typedef uint64_t WordPair __attribute__((vector_size(2 * sizeof(uint64_t))));

static inline WordPair word_pair(const uint64_t *words)
{
    WordPair pair;
    memcpy(&pair, words, sizeof pair);
    return pair;
}

/* Whether any bit is set. */
static inline bool pair_any(WordPair pair)
{
    return (pair[0] | pair[1]) != 0;
}

/* Zero-initialised it may be released. */
typedef struct {
    size_t words;    /* of a set, of 64 members each; an even number */
    uint64_t *bits;  /* by number */
    WordPair *folds; /* by number: all of a set laid over one another */
    size_t count, capacity;
    uint16_t *slots; /* of a table that finds them; 0: empty */
} Bitsets;

/* Members are below `members`. */
void bitsets_init(Bitsets *sets, size_t members);
void bitsets_release(Bitsets *sets);

/* Forgets all sets but the empty one and that of all members. */
void bitsets_forget(Bitsets *sets);

/* The number of the set with these bits, sets->words words; BITSETS_ALL where there is no
 * room for another: it is never too small. */
uint16_t bitsets_number(Bitsets *sets, const uint64_t *bits);

/* A set's bits; valid until another one is kept. */
static inline const uint64_t *bitsets_at(const Bitsets *sets, uint16_t number)
{
    return sets->bits + number * sets->words;
}

/* Sets whose folds have nothing in common have nothing in common. */
static inline WordPair bitsets_fold(const Bitsets *sets, uint16_t number)
{
    return sets->folds[number];
}

/* Arrays of `count` words, an even number. */
static inline void words_join(uint64_t *words, const uint64_t *others, size_t count)
{
    for (size_t i = 0; i < count; i += 2) {
        WordPair joined = word_pair(words + i) | word_pair(others + i);
        memcpy(words + i, &joined, sizeof joined);
    }
}

static inline void words_remove(uint64_t *words, const uint64_t *others, size_t count)
{
    for (size_t i = 0; i < count; i += 2) {
        WordPair left = word_pair(words + i) & ~word_pair(others + i);
        memcpy(words + i, &left, sizeof left);
    }
}

#endif
