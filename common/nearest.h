/* The nearest known spelling of a mistyped name, for messages. */
#ifndef QAWL_NEAREST_H
#define QAWL_NEAREST_H

#include "common/slice.h"

/* The name most like `wanted` of those offered so far, the first of equals. Zero but for
 * `wanted` it has been offered none. */
typedef struct {
    Slice wanted;
    Slice name;      /* empty: none yet */
    size_t distance; /* slice_distance; 1 for a name of which `wanted` is the beginning */
} Nearest;

/* `name` must live as long as *nearest; an empty one is none. */
void nearest_offer(Nearest *nearest, Slice name);

/* The name, where it is so like that it may be meant: at most half of `wanted` is another;
 * else the empty slice. */
Slice nearest_meant(const Nearest *nearest);

/* The nearest in the NULL-terminated list `known` (at least one). */
const char *name_nearest(Slice name, const char *const *known);

#endif
