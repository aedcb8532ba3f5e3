/* What normalize says about a text: steps done, doubts, bytes that meant nothing. */
#ifndef QAWL_NORMALIZE_REPORT_H
#define QAWL_NORMALIZE_REPORT_H

#include "common/document.h"
#include "common/explain.h"
#include "tools/normalize/normal.h"

typedef enum { INVALID_REPLACE, INVALID_SKIP, INVALID_FAIL } Invalid;

/* What --invalid says, by name; NULL is "replace". False with `error` (EXIT_USAGE) for any
 * other. */
bool report_read_invalid(const char *name, Invalid *invalid, Error *error);

/* Tells each step that changed the last text, "ID: tatweel: 3, the first at 1", and each
 * doubt: positions in code points as origin.map counts them. */
void report_steps(const Normalizer *normalizer, const Explanation *explanation);

/* False with `error` where the document has layers: their offsets count in the
 * text as it was. */
bool report_layers(const Document *document, Error *error);

/* False with `error` for packed files, by their first bytes; says what unpacks them. */
bool report_packed(Slice bytes, Error *error);

/* Warns where `text`, decoded, begins like something else than plain text.
 *   line   of it in the file; 0: the file is one text */
void report_markup(Slice text, const Document *document, size_t line);

/* Warns where bytes meant nothing; false with `error` (EXIT_SOME_BAD) where `invalid` is
 * INVALID_FAIL. `line` as above. */
bool report_bad_bytes(const Decoded *decoded, Invalid invalid, const Document *document,
                      size_t line, Error *error);

#endif
