/* Compiles rules again and again, mending what is wrong, until all is known. */
#ifndef QAWL_CHECK_RULES_MEND_H
#define QAWL_CHECK_RULES_MEND_H

#include "tools/check-rules/mistakes.h"

/* Compiles `rules`; false with `error` at the first mistake, and then nothing is
 * held that lives outside rules->arena. */
typedef bool (*Compile)(void *context, Rules *rules, Error *error);

/* Calls `compile` with the files of `rules` and an empty arena until it
 * succeeds; after each failure keeps the mistake and mends the tree of `rules`.
 * `compiled` keeps what the last call made: release its arena (rules_release is
 * for `rules` alone). False when a mistake has no place in the files or is a
 * limit, so that the rest stays unknown. */
bool compile_all(Rules *rules, Rules *compiled, Compile compile, void *context, Mistakes *mistakes);

/* rules_layer, with its mistakes kept and mended in the same way. */
void layer_all(Rules *rules, Mistakes *mistakes);

#endif
