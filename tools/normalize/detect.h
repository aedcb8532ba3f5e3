/* Which encoding plain text is in, where nobody says. */
#ifndef QAWL_NORMALIZE_DETECT_H
#define QAWL_NORMALIZE_DETECT_H

#include "tools/normalize/likeness.h"
#include "tools/normalize/pages.h"

typedef struct {
    CodePages pages;
    const Likeness *likeness;
    const CodePage **tried; /* section `encodings`, in order */
    size_t tried_count;
} Detector;

typedef struct {
    Decoded decoded;
    const char *source;    /* declared, bom, utf-8, zero-bytes, meta, statistics, fallback */
    const char *runner_up; /* the next likely encoding; NULL: nothing else was likely      */
    double confidence;     /* 0..1 */
} Reading;

/* In rules->arena. False with `error` on a mistake. */
bool detector_load(Rules *rules, Detector *detector, Error *error);

/* Decodes `bytes` by `declared`, an encoding that the rules or iconv know, or by
 * what they look like where it is NULL. False with `error` (EXIT_USAGE) for an
 * unknown encoding. */
bool detect_and_decode(const Detector *detector, Slice bytes, const char *declared, Arena *arena,
                       Reading *reading, Error *error);

#endif
