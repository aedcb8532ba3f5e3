/* Quotation marks and brackets paired by where they stand; sections `marks`
 * and `marked` of marks.yaml. */
#ifndef QAWL_QUOTE_EXTRACT_MARKS_H
#define QAWL_QUOTE_EXTRACT_MARKS_H

#include "common/lexicon.h"

typedef struct MarkRules MarkRules;

/* A pair of marks with what stands between them. A pair that stands within
 * another one is not reported. */
typedef struct {
    size_t from, to;             /* tokens, the marks included; `to` is exclusive         */
    size_t inner_from, inner_to; /* tokens between the marks; inner_to < to when closed */
    CodepointSpan inner;         /* code points between the marks                         */
    CodepointSpan outer;         /* with the marks                                        */
    size_t words;                /* words and numbers between the marks, in tokens        */
    int class_number;            /* what the rules say that the pair makes                */
    bool quotes;                 /* that is `marked` or a kind of it                      */
    bool closed;                 /* false: no closing mark; ends with the sentence        */
    bool stray;                  /* one mark that pairs with nothing; inner is empty      */
} MarkPair;

enum { CHARACTERS_MAX = 8 };

typedef struct {
    uint32_t codepoints[CHARACTERS_MAX];
    size_t count;
} MarkCharacters;

/* Numbers of section `marked`. */
typedef struct {
    size_t long_words;      /* from so many words on: may be speech by itself */
    size_t clause_words;    /* from so many words on: speech that nothing introduces */
    size_t name_words;      /* up to so many, behind a naming noun: a name    */
    size_t longest_words;   /* further apart than this: two stray marks       */
    size_t bracket_words;   /* the same for what is no quotation              */
    MarkCharacters outside; /* stand before a closing mark, but belong to the
                                      sentence around the pair */
    MarkCharacters opening; /* a mark behind them opens, whatever follows     */
    MarkCharacters joining; /* a word that ends so is joined to what a mark opens right
                                      behind it */
} MarkLimits;

/* Lives in rules->arena. NULL with `error` on a mistake in the rules. */
MarkRules *marks_rules_new(Rules *rules, Lexicon *lexicon, Error *error);
const MarkLimits *marks_limits(const MarkRules *rules);
bool mark_characters_hold(const MarkCharacters *set, uint32_t codepoint);

/* Pairs the marks of one paragraph: tokens [from, to) of those of `text`, which
 * begin at `tokens`. `ends[0..end_count)` are the ends of the paragraph's sentences
 * in code points, rising: an opener that is never closed ends at the next of them.
 * `*count` pairs come in order, from `arena`, and do not overlap; `*pairs` is NULL
 * and `*count` 0 where there is no mark. */
void marks_pair(const MarkRules *rules, Slice text, const Token *tokens, size_t from, size_t to,
                const size_t *ends, size_t end_count, Arena *arena, MarkPair **pairs,
                size_t *count);

#endif
