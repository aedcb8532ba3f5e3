/* Names learnt within a document: whoever was named in full is found again by
 * the first or the last word of the name, with or without a proclitic. Section
 * `learning` of the rules. */
#ifndef QAWL_TAG_ENTITIES_PARTS_H
#define QAWL_TAG_ENTITIES_PARTS_H

#include "tools/tag-entities/candidates.h"

typedef struct Parts Parts;

/* NULL with `error` on a mistake in the rules. Lives in rules->arena, but for
 * heap memory that parts_free gives back. */
Parts *parts_new(Rules *rules, Lexicon *lexicon, Error *error);
void parts_free(Parts *parts);

/* Learns from the candidates that are kept and marks, in `items`, every word
 * that is a part of a name learnt: its class set gets the class that the rules
 * name for it; a proclitic in front of an unlisted word is taken off. False
 * when nothing was learnt. */
bool parts_mark(Parts *parts, const Token *tokens, const Candidates *candidates, ItemString *items);

/* Whether one of the items [from, to) is marked. */
bool parts_within(const Parts *parts, size_t from, size_t to);

/* Whether names of this type are learnt. */
bool parts_learns(const Parts *parts, Slice type);

/* The candidate of the name that the marked item `item` is a part of: of
 * several the last one before it, else the first behind it. NO_CANDIDATE when
 * the item is not marked. */
uint32_t parts_whole(const Parts *parts, const Candidates *candidates, size_t item);

/* Forgets words; call whenever the vocabulary was emptied. */
void parts_forget(Parts *parts);

#endif
