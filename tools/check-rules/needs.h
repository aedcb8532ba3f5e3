/* Patterns that come to nothing. */
#ifndef QAWL_CHECK_RULES_NEEDS_H
#define QAWL_CHECK_RULES_NEEDS_H

#include "tools/check-rules/filters.h"

/* Patterns that nobody uses yet, and those that can never match, by the rules
 * that each filter loads. */
void check_patterns(Filters *filters, Mistakes *mistakes);

#endif
