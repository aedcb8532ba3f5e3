/* How sure a quote is: the features that section `confidence` of the rules names, each
 * with a weight in log-odds, added up. */
#ifndef QAWL_QUOTE_EXTRACT_CONFIDENCE_H
#define QAWL_QUOTE_EXTRACT_CONFIDENCE_H

#include "common/explain.h"
#include "common/layer.h"
#include "common/lexicon.h"
#include "tools/quote-extract/speakers.h"

typedef struct Confidence Confidence;

/* Lives in rules->arena; makes the classes that the rules name. NULL with `error` on a
 * mistake in the rules. */
Confidence *confidence_new(Rules *rules, Lexicon *lexicon, Error *error);

/* What speaks for and against a quote. */
typedef struct {
    double pattern;       /* what its pattern is worth by itself, 0 to 1       */
    const ClassSet *cue;  /* classes of the cue; NULL where there is none      */
    const ClassSet *lead; /* of the item in front of it; NULL at the edge      */
    const Speaker *speaker;
    SpeakerNearness known; /* how the speaker is known                          */
    QuoteKind kind;
    bool unclosed; /* a pair of marks in it was never closed            */
    size_t words;  /* items of the content                              */
    size_t apart;  /* items between the cue and the content             */
} Evidence;

/* Between 0 and 1. */
double confidence_of(const Confidence *confidence, const Evidence *evidence);

/* The features that hold, one line for people or a member "evidence" for programs. */
void confidence_explain(const Confidence *confidence, const Evidence *evidence,
                        const Explanation *explanation);

#endif
