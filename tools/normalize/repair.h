/* Repair of text that was damaged on its way: wrong encodings, HTML's character
 * references, letters of another keyboard. Done before the clean-up. */
#ifndef QAWL_NORMALIZE_REPAIR_H
#define QAWL_NORMALIZE_REPAIR_H

#include "common/edits.h"
#include "tools/normalize/clean.h"
#include "tools/normalize/detect.h"

typedef struct Repairer Repairer;

/* What a step saw and left, and why. */
typedef struct {
    size_t step;
    size_t at; /* code points of the source */
    const char *why;
} Doubt;

typedef struct {
    Slice text;        /* a view of the source where nothing changed; until the next call */
    EditList *edits;   /* text -> source; only where something changed                    */
    StepCount *counts; /* one a step; `first` in bytes of the source                      */
    const Doubt *doubts;
    size_t doubt_count;
    bool changed;
} Repaired;

/* The steps that are on, in rules->arena but for what repairer_release frees.
 * NULL with `error` on a mistake. */
Repairer *repairer_new(Rules *rules, const Steps *steps, const Detector *detector, Error *error);
void repairer_release(Repairer *repairer);

/* What it takes for a repair: a text without them stays as it is. */
const Signs *repairer_signs(const Repairer *repairer);

/* Repairs `text` (valid UTF-8). Cannot fail; time grows with the length. */
Repaired repair_text(Repairer *repairer, Slice text);

#endif
