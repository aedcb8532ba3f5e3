/* One text through all steps: bad bytes dropped, repair, clean-up; with what was
 * done and the way back over all of it. */
#ifndef QAWL_NORMALIZE_NORMAL_H
#define QAWL_NORMALIZE_NORMAL_H

#include "tools/normalize/repair.h"

enum { DOUBTS = 16 };

/* Buffers that serve one document after another. */
typedef struct {
    const Steps *steps;
    Repairer *repairer;
    Cleaner cleaner;
    StepCount *counts; /* one a step, or NULL where nobody wants to know; here
                          `first` is in code points of the source              */
    size_t *repairs;   /* one a step: characters repaired                      */
    bool has_repairs;
    Doubt doubts[DOUBTS]; /* the first few of the last text */
    size_t doubt_count;

    Slice text;            /* out: until the next call */
    const EditList *edits; /* out: text -> source      */

    Buffer kept;
    EditList all, spare;
} Normalizer;

/* In rules->arena but for what normalizer_release frees. False with `error` on a
 * mistake. */
bool normalizer_init(Normalizer *normalizer, Rules *rules, const Steps *steps,
                     const Detector *detector, bool counts, Error *error);
void normalizer_release(Normalizer *normalizer);

/* Normalises `text` (valid UTF-8), without the characters at the byte offsets
 * `dropped`, which rise. Doing it again changes nothing. */
void normalize_text(Normalizer *normalizer, Slice text, const size_t *dropped,
                    size_t dropped_count);

#endif
