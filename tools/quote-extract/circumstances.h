/* What a reporting clause says beside who spoke: to whom, and on what occasion.
 * Patterns that make `circumstance`. */
#ifndef QAWL_QUOTE_EXTRACT_CIRCUMSTANCES_H
#define QAWL_QUOTE_EXTRACT_CIRCUMSTANCES_H

#include "common/pattern.h"
#include "tools/quote-extract/speakers.h"

typedef struct Circumstances Circumstances;

/* Lives in rules->arena, with heap memory that circumstances_free gives back.
 * NULL with `error` on a mistake in the rules. */
Circumstances *circumstances_new(Rules *rules, Lexicon *lexicon, Error *error);
void circumstances_free(Circumstances *circumstances);

/* Looks at items [from, to) of the document's string, which hold no stop, for
 * what `quote` does not have yet of addressee and occasion. Of several the one
 * counts whose pattern stands first. *limited is set when a pattern ran into a
 * limit. */
void circumstances_find(Circumstances *circumstances, const Speakers *speakers, ItemString *string,
                        size_t from, size_t to, Quote *quote, bool *limited);

#endif
