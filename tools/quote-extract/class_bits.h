/* The classes that are asked for word by word, as bits that lie together: a class set has
 * a thousand, scattered over more than the caches hold. */
#ifndef QAWL_QUOTE_EXTRACT_CLASS_BITS_H
#define QAWL_QUOTE_EXTRACT_CLASS_BITS_H

#include "common/lexicon.h"

enum { CLASS_BITS = 128 };

typedef struct {
    uint64_t bits[CLASS_BITS / 64];
} WordBits;

typedef struct {
    Lexicon *lexicon;
    unsigned count;            /* bits that are given away                          */
    bool is_full;              /* a class that was asked for has no number          */
    uint8_t bit_of[CLASS_MAX]; /* by class number; 0: the class was not asked for   */
    WordBits given[CLASS_MAX]; /* by class number: what a word of the class has     */
    WordBits *of_set;          /* by set number                                     */
    size_t set_count, set_capacity;
} ClassBits;

/* Lives in `arena`, but for what class_bits_release gives back. Bits [0, first) are left to
 * class_bits_give; `first` is at least 1. */
ClassBits *class_bits_new(Arena *arena, Lexicon *lexicon, unsigned first);
void class_bits_release(ClassBits *bits);

/* The bit of class `name`, which is made if new. Ask for all before the first document, then
 * look at `is_full` (CLASSES_FULL says it). */
unsigned class_bits_ask(ClassBits *bits, const char *name);

/* Words of the class have this bit as well. */
void class_bits_give(ClassBits *bits, int class_number, unsigned bit);

/* Works out the bits of all sets that are new since the last call; call it when items have
 * been made. Moves bits->of_set. */
void class_bits_note(ClassBits *bits);

static inline bool word_has(const WordBits *word, unsigned bit)
{
    return (word->bits[bit / 64] >> (bit % 64) & 1) != 0;
}

#endif
