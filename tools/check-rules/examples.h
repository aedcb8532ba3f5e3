/* Runs the examples that stand with the rules. */
#ifndef QAWL_CHECK_RULES_EXAMPLES_H
#define QAWL_CHECK_RULES_EXAMPLES_H

#include "tools/check-rules/filters.h"

typedef struct {
    size_t passed, failed;
    size_t overruled; /* hold with the rules of their pack alone */
} ExampleCount;

/* Runs every example and counterexample of the rules that count, each by all
 * filters that its rule needs. One that does not hold is appended to `report`: its place,
 * its text, what was expected and what was found. All of `filters` must have
 * been compiled, by these options. */
ExampleCount examples_run(Filters *filters, const RulesOptions *options, Buffer *report);

#endif
