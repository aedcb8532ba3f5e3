/* The member `origin`: what the text was before, and how to get back. */
#ifndef QAWL_NORMALIZE_ORIGIN_H
#define QAWL_NORMALIZE_ORIGIN_H

#include "common/edits.h"
#include "tools/normalize/normal.h"

/* Appends {"encoding": ..., "encoding_source": ..., "confidence": ...,
 * "runner_up": ..., "bytes": ..., "replaced": ..., "repairs": {ID: count}, "map":
 * ...}; confidence and runner-up of a guess alone; encoding_source where `reading`
 * has a source; repairs where there were any. */
void origin_append(const Reading *reading, const Normalizer *normalizer, Buffer *out);

/* For a document that has an origin already: appends the same with a map that
 * leads through both, everything else in it byte for byte. False with `error`
 * (EXIT_SOME_BAD) when the origin is malformed. */
bool origin_append_composed(const Document *document, const Normalizer *normalizer, Arena *arena,
                            Buffer *out, Error *error);

#endif
