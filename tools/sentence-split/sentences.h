/* The sentences of a text, by the rules of sentences.yaml and lines.yaml. */
#ifndef QAWL_SENTENCE_SPLIT_SENTENCES_H
#define QAWL_SENTENCE_SPLIT_SENTENCES_H

#include "common/explain.h"
#include "common/layer.h"
#include "tools/sentence-split/lines.h"
#include "tools/sentence-split/split_rules.h"

/* Finds the sentences of `text` (valid UTF-8, any length, may be empty).
 *   sentences    out: `*count` of them in code points, in order, not
 *                overlapping, from `arena`
 *   explanation  NULL, or who is told of each sentence and of each stop that
 *                ended none, with the rule that decided
 *   limited      set where a rule of lines.yaml reached its limits
 * Time grows with text.length, whatever the text. */
void sentences_find(const SplitRules *rules, LineRules *line_rules, Slice text, Arena *arena,
                    Explanation *explanation, Sentence **sentences, size_t *count, bool *limited);

#endif
