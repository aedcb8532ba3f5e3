/* A set of words with flags, found by their bytes. */
#ifndef QAWL_SENTENCE_SPLIT_WORDS_H
#define QAWL_SENTENCE_SPLIT_WORDS_H

#include "common/arena.h"

enum { WORD_BYTES = 64 }; /* longer words are in no list */

typedef struct {
    Slice *slots; /* empty: data NULL */
    uint32_t *flags;
    size_t capacity, count; /* capacity is a power of two, or 0 */
    size_t longest;         /* bytes                            */
} WordSet;

/* Adds `word`, copied into `arena`, or adds `flags` to those it has. */
void words_add(WordSet *set, Arena *arena, Slice word, uint32_t flags);

/* The flags of `word`; 0 when it is not in the set. */
uint32_t words_find(const WordSet *set, Slice word);

#endif
