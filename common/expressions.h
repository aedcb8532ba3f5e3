/* Class expressions: boolean conditions on the classes of one item, as patterns write
 * them (@cue&!@title). Equal ones are kept once and have a number. */
#ifndef QAWL_EXPRESSIONS_H
#define QAWL_EXPRESSIONS_H

#include "common/classes.h"

enum {
    EXPRESSIONS_MAX = 4096, /* distinct ones, of a pattern set */
    NEEDED_MAX = 1024,      /* the first: it is kept which patterns need them */
    LEAVES_MAX = CLASS_MAX, /* distinct classes in them        */
};

/* A bit for each leaf: a class that stands in some expression. */
typedef struct {
    uint64_t bits[LEAVES_MAX / 64];
} Truth;

/* A boolean expression over classes, in postfix order. */
typedef enum { OP_ANY, OP_NOT, OP_AND, OP_OR } OpKind;
typedef struct {
    OpKind kind;
    uint32_t mask; /* OP_ANY: number in Expressions.masks; true where one of its leaves is */
} Op;
enum { OPS_MAX = 256 }; /* of one expression */
typedef struct {
    Op *ops;
    size_t count; /* at most OPS_MAX */
} Expression;

/* Zero-initialised there are none. */
typedef struct {
    Expression items[EXPRESSIONS_MAX];
    size_t count;
    uint16_t slots[2 * EXPRESSIONS_MAX]; /* numbers from 1; open addressing; 0: empty */
    int leaves[LEAVES_MAX];              /* class numbers */
    size_t leaf_count;
    uint16_t leaf_numbers[CLASS_MAX]; /* by class, from 1; 0: it is no leaf */
    Truth *masks;                     /* heap */
    size_t mask_count, mask_capacity;
} Expressions;

/* Words of a truth beyond which no leaf has a bit. */
static inline size_t expressions_leaf_words(const Expressions *expressions)
{
    return (expressions->leaf_count + 63) / 64;
}

/* The number of a new mask, without leaves or with the leaf of class `class_number`; the
 * class becomes a leaf if it is none. */
uint32_t expressions_empty_mask(Expressions *expressions);
uint32_t expressions_class_mask(Expressions *expressions, int class_number);

/* Takes back the masks from number `first` on, which must be in no expression that is kept. */
void expressions_forget_masks(Expressions *expressions, uint32_t first);

/* Puts into `classes` those that stand in the expression as plain conjuncts: an item for
 * which it holds has them in any case. */
void expressions_conjuncts(const Expressions *expressions, const Expression *expression,
                           ClassSet *classes);

/* The number of the expression, made if new, with its operations copied into `arena`;
 * EXPRESSIONS_MAX when there are too many. Its masks were made last: those of one that is
 * known are taken back. */
size_t expressions_find(Expressions *expressions, const Expression *expression, Arena *arena);

/* Whether it holds. `holding`: a bit, by the number that OP_ANY has, for each mask with a
 * leaf that is true. */
bool expression_holds(const Expression *expression, const uint64_t *holding);

void expressions_release(Expressions *expressions);

#endif
