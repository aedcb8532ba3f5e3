/* Patterns: regular expressions over token classes, their letters the items of a
 * sentence. Section `patterns`. */
#ifndef QAWL_PATTERN_H
#define QAWL_PATTERN_H

#include "common/explain.h"
#include "common/lexicon.h"

enum { PATTERN_CAPTURES = 20 }; /* names of captures in a pattern set */

typedef struct Pattern Pattern;
typedef struct PatternSet PatternSet;

typedef struct {
    const Pattern *pattern;
    size_t start, end; /* items */
    uint32_t captured; /* a bit for each capture that took part */
    struct {
        uint32_t start, end;      /* items */
    } captures[PATTERN_CAPTURES]; /* by capture number of the pattern set */
} PatternMatch;

/* What `makes` of a pattern may be, ended by NULL. */
extern const char *const pattern_kinds[];

/* The keys that every pattern has, for lists of rule_check_keys, and such a list. */
#define PATTERN_KEYS "id", "makes", "match", "note", "examples[]", "counterexamples[]", "disabled"
extern const char *const pattern_keys[];

/* Compiles the patterns of all files that `makes` what is given ("quote"), in the order in
 * which they count (rules_walk_latest). `makes: class` patterns may be
 * named by any; asked for by themselves they are checked, not to be run. NULL with
 * `error` on a mistake, with the place in the YAML file: also for a key that is not in
 * `keys` (NULL: any). Lives in rules->arena. */
PatternSet *patterns_new(Rules *rules, Lexicon *lexicon, const char *makes, const char *const *keys,
                         Error *error);
void patterns_free(PatternSet *set);

size_t patterns_count(const PatternSet *set);
const Pattern *patterns_at(const PatternSet *set, size_t index);
Slice pattern_name(const Pattern *pattern);           /* FILE/ID             */
const RuleNode *pattern_node(const Pattern *pattern); /* its map in the file */
size_t pattern_index(const Pattern *pattern);         /* order = priority    */
/* Without these it cannot match; of rules that are kept (`cached`) nothing is known. */
const ClassSet *pattern_needs(const Pattern *pattern);

/* The number of capture `name` in this set, the same for all its patterns;
 * -1 when no pattern has it. */
int patterns_capture(const PatternSet *set, const char *name);

/* Whether the pattern has this capture, which need not take part in a match. */
bool pattern_captures(const Pattern *pattern, int capture);

/* A capture of a match; false when it took no part. */
static inline bool match_capture(const PatternMatch *match, int capture, size_t *start, size_t *end)
{
    if (capture < 0 || (match->captured >> capture & 1) == 0)
        return false;
    *start = match->captures[capture].start;
    *end = match->captures[capture].end;
    return true;
}

/* A choice among the patterns, of those with a bit by their index; it has a number, which
 * is not PATTERNS_ALL. */
enum { PATTERNS_ALL = 0 };
size_t patterns_choose(PatternSet *set, const uint64_t *wanted);

/* A bit for each pattern of the choice, by its index, that may match within items [from, to): its
 * first classes occur there one behind the other, and from there on every class that it
 * cannot do without. Nearly all are ruled out so. patterns_count rounded up to whole
 * words; valid until the next call. */
const uint64_t *patterns_possible(PatternSet *set, ItemString *string, size_t from, size_t to,
                                  size_t choice);

/* The leftmost match of `pattern` at or behind item `at`, within the items that
 * patterns_possible looked at last: no match crosses them. False if there is none. `at`
 * is never less than when the pattern was looked for before. A
 * search that takes too many steps is given up, *limited is set and the answer is false:
 * report it as a warning on the document. */
bool patterns_find(PatternSet *set, const Pattern *pattern, size_t at, PatternMatch *match,
                   bool *limited);

/* All matches of all patterns within items [from, to), pattern by pattern in order;
 * each pattern searches on from the end of its last match (or one item further, when
 * that was empty). Appends to matches, a heap array that grows. */
void patterns_find_within(PatternSet *set, ItemString *string, size_t from, size_t to,
                          PatternMatch **matches, size_t *count, size_t *capacity, bool *limited);

/* The same for a whole string, stretch by stretch between stop items. */
void patterns_find_all(PatternSet *set, ItemString *string, PatternMatch **matches, size_t *count,
                       size_t *capacity, bool *limited);

/* Tells the items of a sentence with their classes: a line "first[classes] second[classes]
 * ...", or the member `items` of a JSON object. */
void patterns_explain(const PatternSet *set, const ItemString *string, Slice text,
                      const Token *tokens, Explanation *explanation);

#endif
