/* Clean-up of text by the steps of the rules. */
#ifndef QAWL_NORMALIZE_CLEAN_H
#define QAWL_NORMALIZE_CLEAN_H

#include "common/edits.h"
#include "tools/normalize/plain.h"

/* What a step did to the text. */
typedef struct {
    size_t count; /* characters changed, dropped or put together */
    size_t first; /* byte offset of the first of them in the source text; NFC: unknown, 0 */
} StepCount;

/* Buffers that serve one document after another. Zero-initialised it is ready
 * but for `steps` and `scan`. */
typedef struct {
    const Steps *steps;
    const Signs *signs;    /* of damage, for clean_undamaged; or NULL    */
    const PlainScan *scan; /* of `steps` and `signs`                     */
    bool portable;         /* do without SSE2; the same bytes come out */

    Slice text;        /* out: a view of the source where nothing changed          */
    EditList edits;    /* out: text -> source                                      */
    bool altered;      /* out: something else than white space and line ends       */
    StepCount *counts; /* out: one a step; may be NULL where nobody wants to know  */

    Buffer out[2], composed, scratch;
    EditList own, composed_edits, spare;
    struct Stretch *stretches;
    size_t stretch_count, stretch_capacity;
} Cleaner;

void cleaner_release(Cleaner *cleaner);

/* Cleans `text` (valid UTF-8); the result is in cleaner->text and ->edits, until
 * the next call. Cleaning the result again changes nothing. Cannot fail; time
 * grows with the length, whatever the text. */
void clean_text(Cleaner *cleaner, Slice text);

/* The same for text without a sign of damage; false, and no result, where there is one. */
bool clean_undamaged(Cleaner *cleaner, Slice text);

#endif
