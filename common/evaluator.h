/* Which expressions hold for an item: all of a pattern set at once, by the classes that the
 * item has. For kinds.c alone. */
#ifndef QAWL_EVALUATOR_H
#define QAWL_EVALUATOR_H

#include "common/bitsets.h"
#include "common/expressions.h"

typedef struct {
    const Expressions *expressions;
    size_t words;          /* of a row of bits, one for each expression                     */
    SparseRows leaf_terms; /* by leaf, for each term `words` words                          */
    uint64_t *granted;     /* for each term the expressions that are without it             */
    uint64_t *settled;     /* expressions that are nothing but terms                        */
    uint64_t *leaf_masks; /* by leaf a bit for each mask of others that it is in, mask_words each */
    size_t mask_words;
    uint64_t *terms;   /* of the run: those that hold */
    uint64_t *holding; /* of the run: the masks that hold */
} Evaluator;

/* Once all expressions are there; they outlive it. In those that are more than terms the
 * masks of operations get numbers anew, by which expression_holds is asked. `words`: of a row
 * of bits that has room for all. Its memory is taken from `arena`. */
void evaluator_init(Evaluator *evaluator, Expressions *expressions, size_t words, Arena *arena);

/* Writes into `holds`, `words` words, a bit for each expression that holds where an item has
 * these leaves; other bits become zero. */
void evaluator_run(Evaluator *evaluator, const Truth *truth, uint64_t *holds);

#endif
