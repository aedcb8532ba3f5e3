/* Sets of small numbers, each different one kept once under a number of its own, and what
 * two of them have in common. Both cost the same however large the sets are, once they
 * were met. */
#ifndef QAWL_BITSETS_H
#define QAWL_BITSETS_H

#include "common/arena.h"

enum {
    BITSETS_EMPTY = 0,
    BITSETS_ALL = 1,
    BITSETS_MAX = 30000,    /* sets that are kept                       */
    BITSETS_MEET_BITS = 13, /* of the size of the table of what was met */
};

/* Zero-initialised it may be released. */
typedef struct {
    size_t words;    /* of a set, of 64 members each */
    uint64_t *bits;  /* by number */
    uint64_t *folds; /* by number: all words laid over one another */
    size_t count, capacity;
    uint16_t *slots; /* of a table that finds them; 0: empty */
    uint64_t *meets; /* by hash of two numbers: both, and that of what they have in common */
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

/* Whether nothing is in both, as far as that is told at once. */
static inline bool bitsets_are_apart(const Bitsets *sets, uint16_t a, uint16_t b)
{
    return (sets->folds[a] & sets->folds[b]) == 0;
}

uint16_t bitsets_meet_anew(Bitsets *sets, uint16_t a, uint16_t b);

static inline uint64_t *bitsets_meet_place(const Bitsets *sets, uint32_t both)
{
    return &sets->meets[both * UINT32_C(0x9E3779B1) >> (32 - BITSETS_MEET_BITS)];
}

/* The number of what both have in common, likewise. */
static inline uint16_t bitsets_meet(Bitsets *sets, uint16_t a, uint16_t b)
{
    uint32_t both = (uint32_t)a << 16 | b;
    uint64_t known = *bitsets_meet_place(sets, both);
    return known >> 16 == both ? (uint16_t)known : bitsets_meet_anew(sets, a, b);
}

/* Two words at a time: arrays of these are `count` words, an even number. */
typedef uint64_t WordPair __attribute__((vector_size(2 * sizeof(uint64_t))));

static inline WordPair word_pair(const uint64_t *words)
{
    WordPair pair;
    memcpy(&pair, words, sizeof pair);
    return pair;
}

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
