/* The nearest known spelling of a mistyped name, for messages. */
#ifndef QAWL_NEAREST_H
#define QAWL_NEAREST_H

#include "common/slice.h"

/* Edit distance between two names in bytes; names above 64 bytes are cut. */
size_t name_distance(Slice a, Slice b);

/* The name of the NULL-terminated list `known` (at least one) with the smallest
 * distance from `name`; the first of equals. */
const char *name_nearest(Slice name, const char *const *known);

#endif
