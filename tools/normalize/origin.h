/* The member `origin`: what the text was before, and how to get back. */
#ifndef QAWL_NORMALIZE_ORIGIN_H
#define QAWL_NORMALIZE_ORIGIN_H

#include "common/edits.h"

/* Appends {"encoding": ..., "bytes": ..., "replaced": ..., "map": ...}. */
void origin_append(const char *encoding, size_t bytes, size_t replaced, const EditList *edits,
                   Buffer *out);

/* For a document that has an origin already: appends the same with a map that
 * leads through both, everything else in it byte for byte. `edits` lead from
 * the new text to the document's. False with `error` (EXIT_SOME_BAD) when the
 * origin is malformed. */
bool origin_append_composed(const Document *document, const EditList *edits, Arena *arena,
                            Buffer *out, Error *error);

#endif
