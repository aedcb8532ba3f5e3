/* What changed between two texts, as run-length edits: decoding, repair and
 * clean-up each make a list, lists compose, and any span leads back. */
#ifndef QAWL_EDITS_H
#define QAWL_EDITS_H

#include "common/arena.h"
#include "common/layer.h"

/* One run, in code points: `length` characters at `to` in the new text are the
 * same number of characters at `from` in the old one, one to one (they may
 * differ by a one-to-one replacement). What lies between runs was dropped,
 * added, or replaced by another number of characters. A run of length 0 is an
 * anchor: a place between characters that is the same in both. Runs rise in
 * both texts. This is exactly a run of `origin.map`. */
typedef OriginRun Edit;

typedef struct {
    Edit *runs;
    size_t count, capacity;
    size_t to_length, from_length; /* code points of both texts so far */
} EditList;

/* Starts an empty list; `capacity` runs are kept for the next use. Zero
 * initialisation is an empty list too. Memory is on the heap. */
void edits_clear(EditList *edits);
void edits_release(EditList *edits);

/* The next `length` characters correspond one to one. */
void edits_keep(EditList *edits, size_t length);
/* The next `from` old characters became `to` new ones (either may be 0; equal
 * numbers are still no one-to-one run: use edits_keep for that). */
void edits_change(EditList *edits, size_t from, size_t to);

/* What follows begins at the same place in both texts: around characters that
 * became another number, so that each leads back to its own. */
void edits_anchor(EditList *edits);

/* first: A -> B, second: B -> C; result: A -> C. */
void edits_compose(const EditList *first, const EditList *second, EditList *result);

/* Appends [[to, from, length], ...] as JSON. */
void edits_append_json(const EditList *edits, Buffer *out);

#endif
