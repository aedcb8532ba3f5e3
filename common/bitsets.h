/* Sets of small numbers: each different one kept once under a number of its own, and rows of
 * bits that are mostly zeros. */
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

/* Of each row the pairs of words in which some bit is set. */
typedef struct {
    WordPair bits;
    size_t word; /* of the row: where they stand */
} SparsePair;

typedef struct {
    SparsePair *pairs;
    uint32_t *firsts; /* by row, and one more */
} SparseRows;

/* `count` rows of `words` words, an even number, in which nothing is set yet: for sparse_rows,
 * which frees them. The sparse ones are in `arena`. */
uint64_t *sparse_draft(size_t count, size_t words);
SparseRows sparse_rows(uint64_t *draft, size_t count, size_t words, Arena *arena);

/* Puts a row's bits into `words`, as many as rows have. */
static inline void sparse_join(uint64_t *words, const SparseRows *rows, size_t row)
{
    const SparsePair *end = rows->pairs + rows->firsts[row + 1];
    for (const SparsePair *pair = rows->pairs + rows->firsts[row]; pair < end; pair++) {
        WordPair joined = word_pair(words + pair->word) | pair->bits;
        memcpy(words + pair->word, &joined, sizeof joined);
    }
}

#endif
