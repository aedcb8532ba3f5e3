/* One stop in a line, and whether a sentence ends there. */
#ifndef QAWL_SENTENCE_SPLIT_BOUNDARY_H
#define QAWL_SENTENCE_SPLIT_BOUNDARY_H

#include "tools/sentence-split/split_rules.h"

/* The line that is being cut, and the sentence in it that is not ended yet. */
typedef struct {
    const SplitRules *rules;
    const char *line, *line_end;
    const char *start;     /* of the sentence                               */
    const char *bracket;   /* the last opening bracket passed; NULL: none   */
    const char *dash;      /* the first mark of datelines in this sentence; NULL: none */
    const char *blank_end; /* [start, blank_end) is known to hold no letter or digit */
} LineView;

/* What stands in front of a stop. */
typedef struct {
    Slice word;        /* letters with their marks, and stops between letters; empty: none, or too
                          long to be in a list                            */
    size_t letters;    /* in all of it                                    */
    size_t longest;    /* letters of its longest part between stops       */
    size_t points;     /* stops inside                                    */
    uint32_t in_front; /* MARK_ bits of the character right in front of it */
} WordBefore;

/* A run of stops with the closing marks that belong to it. */
typedef struct {
    const char *run, *end; /* from the first stop to behind the last stop or closing mark */
    const char *next;      /* first character behind the white space that follows         */
    bool spaced;           /* there is white space in between                             */
    size_t points, ellipses, others; /* how many stops of each kind */
    uint32_t closers;                /* MARK_ bits of the closing marks behind the last stop */
    bool has_before, has_after;      /* whether these are known yet:    */
    WordBefore before;
    uint32_t after;         /* WORD_ flags of the word that follows   */
    bool after_conjunction; /* it has a conjunction joined in front   */
} Candidate;

/* The first run of stops at or behind `from`; false when there is none. */
bool candidate_find(LineView *view, const char *from, Candidate *candidate);

/* The rule that decides about it; NULL when none applies (no boundary). */
const BoundaryRule *candidate_judge(LineView *view, Candidate *candidate);

/* Where a dateline begins in the sentence [view->start, end), behind a headline
 * that was put in front of it without a stop: "Prices rise LONDON - The ...".
 * NULL when there is none, or no rule asks for it. To be asked when
 * candidate_find has come to `end`. */
const char *dateline_find(const LineView *view, const char *end);

/* The first character at or behind `at` that is neither white space nor a
 * format control. */
const char *view_skip_space(const LineView *view, const char *at);

/* Whether [at, line_end) holds a letter or a digit. */
bool view_has_words(const LineView *view, const char *at);

#endif
