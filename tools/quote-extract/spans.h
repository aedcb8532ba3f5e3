/* What each pair of quotation marks holds, be it speech or not: layer `marks`.
 * Patterns that make `mark`. */
#ifndef QAWL_QUOTE_EXTRACT_SPANS_H
#define QAWL_QUOTE_EXTRACT_SPANS_H

#include "common/layer.h"
#include "common/pattern.h"

typedef struct SpanTyper SpanTyper;

/* Lives in rules->arena, with heap memory that span_typer_free gives back. NULL
 * with `error` on a mistake in the rules. */
SpanTyper *span_typer_new(Rules *rules, Lexicon *lexicon, Error *error);
void span_typer_free(SpanTyper *typer);

/* Types the items of class `marked` in `string` by the first pattern that has
 * them, of those that are `late` or of the others. `types[i]` and `rules[i]`, one for
 * each item of the string, are filled where they are empty and a pattern says something
 * of item i. */
void span_types(SpanTyper *typer, ItemString *string, bool late, Slice *types, Slice *rules,
                bool *limited);

#endif
