/* Unicode normalisation form C of the few stretches of text that need it. */
#ifndef QAWL_NORMALIZE_COMPOSE_H
#define QAWL_NORMALIZE_COMPOSE_H

#include "common/edits.h"

/* All characters that may combine with the one in front of them
 * (NFC_Quick_Check=Maybe), rising, from `arena`. */
void compose_find_maybe(Arena *arena, uint32_t **maybe, size_t *count);

/* Whether form C writes `codepoint` otherwise even by itself
 * (NFC_Quick_Check=No). */
bool compose_changes(uint32_t codepoint);

/* Canonical combining class, 0..254. */
unsigned compose_class(uint32_t codepoint);

/* Appends form C of `text`, a stretch that begins with a character that
 * combines with nothing before it, and what became of it. `scratch` is kept
 * between calls. Time grows with the length, whatever the text. */
void compose_text(Slice text, Buffer *scratch, Buffer *out, EditList *edits);

#endif
