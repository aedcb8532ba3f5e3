/* The nearest known spelling of a mistyped name, for messages. */
#ifndef QAWL_NEAREST_H
#define QAWL_NEAREST_H

#include "common/slice.h"

/* The name of the NULL-terminated list `known` (at least one) with the smallest
 * slice_distance from `name`; the first of equals. */
const char *name_nearest(Slice name, const char *const *known);

#endif
