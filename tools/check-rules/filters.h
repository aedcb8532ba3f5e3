/* The rules as each filter loads them, compiled by the filter's own code, so
 * that a rule means here what it means there. */
#ifndef QAWL_CHECK_RULES_FILTERS_H
#define QAWL_CHECK_RULES_FILTERS_H

#include "tools/check-rules/mistakes.h"
#include "tools/normalize/normal.h"
#include "tools/quote-extract/quotes.h"
#include "tools/sentence-split/sentences.h"
#include "tools/tag-entities/tagger.h"

typedef enum { NORMALIZE, SENTENCE_SPLIT, QUOTE_EXTRACT, TAG_ENTITIES, FILTER_COUNT } FilterKind;

/* What one filter loads. */
typedef struct {
    Rules rules;    /* as read and layered                                  */
    Rules compiled; /* the same files, with the memory of what was compiled */
} FilterRules;

/* What they have compiled. Made by filters_load; must not move. */
typedef struct {
    FilterRules filters[FILTER_COUNT];
    Normalizer normalizer; /* repairer NULL: not to be had; so the pointers below */
    Fold *fold;
    SplitRules *split;
    LineRules *lines;
    QuoteFinder *quotes;
    Tagger *tagger;
} Filters;

/* Loads and compiles the rules for all filters. A mistake is added to
 * `mistakes`, what is wrong is mended or left out, and all is compiled again, so
 * that every mistake is found. False with `error` when the rules cannot be
 * loaded at all. */
bool filters_load(Filters *filters, const RulesOptions *options, Mistakes *mistakes, Error *error);

/* The same with the rules of one pack alone, that of number `pack` (RuleFile) among those
 * that the options load. */
bool filters_load_pack(Filters *filters, const RulesOptions *options, unsigned pack,
                       Mistakes *mistakes, Error *error);
void filters_release(Filters *filters);

/* As users call it: "normalize". */
const char *filter_name(FilterKind kind);

#endif
