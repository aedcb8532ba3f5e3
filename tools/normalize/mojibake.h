/* Undoes reading in the wrong encoding: takes each character for the byte it was
 * and reads the bytes as what they are. Only strictly, only in whole runs, and
 * only where the language of the rules comes out. */
#ifndef QAWL_NORMALIZE_MOJIBAKE_H
#define QAWL_NORMALIZE_MOJIBAKE_H

#include "tools/normalize/likeness.h"
#include "tools/normalize/pages.h"
#include "tools/normalize/points.h"
#include "tools/normalize/signs.h"
#include "tools/normalize/steps.h"

enum { LOST_MAX = 8 }; /* characters that a byte which was lost may have been a part of */

typedef struct {
    size_t step;
    unsigned rule;           /* its number among the signs          */
    const CodePage *as;      /* what it was read as                 */
    const CodePage *was;     /* what it was; NULL: UTF-8            */
    uint32_t letters;        /* set of the characters that tell     */
    uint32_t unless;         /* set: one that came out makes a lost byte unsure        */
    uint32_t lost[LOST_MAX]; /* what a lost byte (U+FFFD) may have been a part of      */
    size_t lost_count;
} Mojibake;

typedef struct {
    long gain;         /* evidence for it, in halves; 0: nothing was to be done     */
    size_t count;      /* characters that came out                                  */
    size_t first;      /* index in the line before, of the first that was undone    */
    const char *doubt; /* why something that looked like it was left; NULL: nothing */
    size_t doubt_at;   /* index in the line before                                  */
} Repair;

/* Reads step number `step` and adds its signs as number `rule`, below SIGN_RULES. False with
 * `error` on a mistake. */
bool mojibake_load(Mojibake *mojibake, const Steps *steps, size_t step, const CodePages *pages,
                   Signs *signs, unsigned rule, Error *error);

/* Undoes the damage in `line`, into `result`, which is `line` where gain is 0.
 *   is_inner   it is only the outer of two damages: letters need not come out */
Repair mojibake_undo(const Mojibake *mojibake, const Steps *steps, const Likeness *likeness,
                     const Points *line, bool is_inner, Points *result);

#endif
