/* Finds the quotes of a document: pairs the marks, runs the patterns of
 * quotes.yaml, keeps the candidates that stand, and asks speakers.h who it was. */
#ifndef QAWL_QUOTE_EXTRACT_QUOTES_H
#define QAWL_QUOTE_EXTRACT_QUOTES_H

#include "common/classes.h"
#include "common/fold.h"
#include "common/explain.h"
#include "common/layer.h"

typedef struct QuoteFinder QuoteFinder;

/* Lives in rules->arena, with heap memory that quote_finder_free gives back.
 * NULL with `error` on a mistake in the rules. */
QuoteFinder *quote_finder_new(Rules *rules, Error *error);
void quote_finder_free(QuoteFinder *finder);

/* Quotes below this confidence are left out, when all has been found; 0 at first. */
void quote_finder_require(QuoteFinder *finder, double confidence);

/* How words of this language are compared; lives as long as the finder. */
const Fold *quote_finder_fold(const QuoteFinder *finder);

/* Whether pairs of marks are typed; asked before the first document. */
void quote_finder_type_marks(QuoteFinder *finder, bool wanted);

/* All classes that patterns can name: those of the rules and those that the
 * finder gives to marks. */
const Classes *quote_finder_classes(const QuoteFinder *finder);

/* Finds the quotes of `text`, whose sentences (in order, maybe none) are given.
 *   quotes       out: `*quote_count` of them, sorted, from `arena`
 *   marks        out: `*mark_count` of them in order, from `arena`: what each pair of
 *                marks outside others holds; none unless they are wanted
 *   explanation  who is told what was seen and decided, sentence by sentence; or NULL
 *   limited      out: true when a pattern ran into a limit, so that quotes may
 *                be missing, or there are too many speakers
 * Call between documents only; the finder forgets the words of earlier ones
 * when there are too many. */
void quotes_find(QuoteFinder *finder, Slice text, const Sentence *sentences, size_t sentence_count,
                 Arena *arena, Quote **quotes, size_t *quote_count, MarkedSpan **marks,
                 size_t *mark_count, Explanation *explanation, bool *limited);

#endif
