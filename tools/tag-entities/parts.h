/* Names learnt within a document: who or what was named in full is found again by
 * words of the name, or by what stood in brackets behind it, with or without a
 * proclitic. Section `learning` of the rules. */
#ifndef QAWL_TAG_ENTITIES_PARTS_H
#define QAWL_TAG_ENTITIES_PARTS_H

#include "tools/tag-entities/candidates.h"
#include "tools/tag-entities/traits.h"

typedef struct Parts Parts;

/* NULL with `error` on a mistake in the rules. Lives in rules->arena, but for
 * heap memory that parts_free gives back. `traits` must outlive it. */
Parts *parts_new(Rules *rules, Lexicon *lexicon, Traits *traits, Error *error);
void parts_free(Parts *parts);

/* The article of the rules as it is written joined to a word; empty where they have none. */
Slice parts_article(const Parts *parts);

/* Learns from the candidates that are kept and marks, in `items`, every word
 * that is a part of a name learnt: its class set gets the class that the rules
 * name for it; a proclitic in front of an unlisted word is taken off. Words of more
 * than 256 bytes are no part of a name. False when nothing was learnt. */
bool parts_mark(Parts *parts, const Token *tokens, const Candidates *candidates, ItemString *items);

/* The items that are marked, in order. */
const uint32_t *parts_marked(const Parts *parts, size_t *count);

/* Whether names of this type are learnt. Types, here and below, are those of patterns and
 * lists, which stay where they are: what was found out about one is known by its address. */
bool parts_learns(Parts *parts, Slice type);

/* Whether a name of this type with words left out is the longer one. */
bool parts_omits(Parts *parts, Slice type);

/* Whether a candidate that lies within `whole` is, by the rules of its type, a part of that
 * name: of the types whose names are whole, and behind the word that opens a name. */
bool parts_within_name(Parts *parts, const ItemString *items, const Candidate *candidate,
                       const Candidate *whole);

/* The candidate of the name of this type that the marked ones of the items [first, end)
 * are parts of: of several the last one before them, else the first behind; where more than
 * 1024 share the last word, of those that were learnt first. NO_CANDIDATE when none is
 * marked or no name has them all. */
uint32_t parts_whole(Parts *parts, size_t first, size_t end, Slice type);

/* Forgets words; call whenever the vocabulary was emptied. */
void parts_forget(Parts *parts);

#endif
