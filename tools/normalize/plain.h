/* Passes over text in which nothing is to be changed: most of all text. */
#ifndef QAWL_NORMALIZE_PLAIN_H
#define QAWL_NORMALIZE_PLAIN_H

#include "tools/normalize/signs.h"
#include "tools/normalize/steps.h"

typedef struct PlainScan PlainScan;

/* In `arena`, from the compiled steps. `signs`, which must live as long, may be NULL. */
PlainScan *plain_new(const Steps *steps, const Signs *signs, Arena *arena);

/* The first character of valid UTF-8 [at, end) that has to be looked at:
 *   - a step or normalisation form C may concern it,
 *   - or a sign of damage begins with it,
 *   - or it is the first of several white space characters in a row,
 *   - or a mark in front of such a character, another mark among them: so it must
 *     not be called with `at` behind a mark that was looked at.
 * It may stop early, at the beginning of any character; never late. */
const char *plain_skip(const PlainScan *scan, const char *at, const char *end);

/* The same, a character at a time: what machines without SSE2 do. */
const char *plain_skip_portable(const PlainScan *scan, const char *at, const char *end);

#endif
