/* Runs the examples that stand with the rules. */
#ifndef QAWL_CHECK_RULES_EXAMPLES_H
#define QAWL_CHECK_RULES_EXAMPLES_H

#include "tools/check-rules/filters.h"

typedef struct {
    size_t passed, failed;
} ExampleCount;

/* Runs every example and counterexample of the rules that count, each by all
 * filters that its rule needs. A failed one is appended to `report`: its place,
 * its text, what was expected and what was found. All of `filters` must have
 * been compiled. */
ExampleCount examples_run(Filters *filters, Buffer *report);

#endif
