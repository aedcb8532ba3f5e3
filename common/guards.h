/* What must hold for the item where a way of a program goes on, so that ways that lead nowhere
 * are not tried. Where one of several expressions must hold that is a union, which has a
 * number behind those of the expressions, and a bit in the rows of items as they have. */
#ifndef QAWL_GUARDS_H
#define QAWL_GUARDS_H

#include "common/program.h"

enum {
    UNIONS_MAX = 2048, /* of a pattern set; where more would be needed nothing is known */
    UNION_SLOTS = 2 * UNIONS_MAX,
    UNION_MEMBERS = 64, /* of one; likewise */
};

typedef struct {
    const uint16_t *members; /* numbers of expressions in order */
    size_t count;
} Union;

/* Zero-initialised but for `arena` and `first` there are none. */
typedef struct {
    Arena *arena;
    size_t first; /* number of the first union, behind all expressions */
    Union unions[UNIONS_MAX];
    size_t count;
    uint16_t slots[UNION_SLOTS]; /* numbers from 1; open addressing; 0: empty */
} Guards;

/* Writes into the `count` steps of a program, the last of which is STEP_MATCH, what must hold
 * where they go on: before it is run, since without it a step asks for expression 0. */
void guards_write(Guards *guards, Step *steps, size_t count);

#endif
