/* How much a text looks like the language of the rules: pairs of letters that
 * stand side by side, by section `likeness`. */
#ifndef QAWL_NORMALIZE_LIKENESS_H
#define QAWL_NORMALIZE_LIKENESS_H

#include "common/rules.h"

enum { LIKENESS_ROWS = 64 };

typedef struct {
    uint8_t row[0x800];                          /* of a letter; 0: none; 1: a word's edge */
    int8_t weight[LIKENESS_ROWS][LIKENESS_ROWS]; /* in halves of a natural logarithm     */
    int8_t other;
    size_t row_count;
} Likeness;

/* Zero-initialised it is a sum of nothing. */
typedef struct {
    long halves;   /* evidence so far, in halves of a natural logarithm     */
    size_t pairs;  /* pairs that were looked at                             */
    unsigned last; /* row of the last letter, 1 at an edge; 0: nothing yet  */
    bool is_open;  /* it was drawn to join to the next one                  */
} Evidence;

/* In rules->arena; NULL with `error` on a mistake. Without a section every pair
 * weighs the same. */
const Likeness *likeness_load(Rules *rules, Error *error);

/* Takes the next character. The stretching stroke is passed over, marks speak a
 * little against; presentation forms count as their letters; one that joins to a next letter
 * where there is none speaks against, and so does a letter beside one of ASCII. */
void evidence_add(const Likeness *likeness, Evidence *evidence, uint32_t codepoint);

/* Closes the last word. */
void evidence_end(const Likeness *likeness, Evidence *evidence);

#endif
