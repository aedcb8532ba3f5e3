/* What is right in rules and yet hardly meant: told, and no mistake. */
#ifndef QAWL_CHECK_RULES_WARNINGS_H
#define QAWL_CHECK_RULES_WARNINGS_H

#include "common/rules.h"

/* Writes to standard error: patterns of a pack without example; lists of one's own
 * without a type, so that they make no entity, where lists of the packs of the same class have
 * one. `rules` are layered and without mistakes. */
void warn_of_rules(const Rules *rules);

#endif
