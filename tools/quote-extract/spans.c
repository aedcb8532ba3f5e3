#include "tools/quote-extract/spans.h"

#include <stdlib.h>

struct SpanTyper {
    PatternSet *patterns;
    Slice *types; /* by pattern index */
    bool *late;   /* the same         */
    int mark;     /* capture          */
    PatternMatch *matches;
    size_t match_count, match_capacity;
};

SpanTyper *span_typer_new(Rules *rules, Lexicon *lexicon, Error *error)
{
    static const char *const known[] = {PATTERN_KEYS, "type", "late", NULL};
    SpanTyper *made = ARENA_NEW(&rules->arena, SpanTyper);
    made->patterns = patterns_new(rules, lexicon, "mark", known, error);
    if (made->patterns == NULL)
        return NULL;
    size_t count = patterns_count(made->patterns);
    made->types = ARENA_ARRAY(&rules->arena, count + 1, Slice);
    made->late = ARENA_ARRAY(&rules->arena, count + 1, bool);
    for (size_t i = 0; i < count; i++) {
        const RuleNode *node = pattern_node(patterns_at(made->patterns, i));
        made->types[i] = rule_text(node, "type");
        bool good = rule_flag(node, "late", false, &made->late[i], error) &&
                    (made->types[i].length != 0 ||
                     rule_error(node, error, "\"type\" is needed here: what the marks hold"));
        if (!good) {
            patterns_free(made->patterns);
            return NULL;
        }
    }
    made->mark = patterns_capture(made->patterns, "mark");
    return made;
}

void span_typer_free(SpanTyper *typer)
{
    if (typer == NULL)
        return;
    patterns_free(typer->patterns);
    free(typer->matches);
}

void span_types(SpanTyper *typer, ItemString *string, bool late, Slice *types, Slice *rules,
                bool *limited)
{
    typer->match_count = 0;
    patterns_find_all(typer->patterns, string, &typer->matches, &typer->match_count,
                      &typer->match_capacity, limited);
    for (size_t i = 0; i < typer->match_count; i++) {
        const PatternMatch *match = &typer->matches[i];
        size_t from, to;
        if (typer->late[pattern_index(match->pattern)] != late)
            continue;
        if (!match_capture(match, typer->mark, &from, &to) || from == to || types[from].length != 0)
            continue;
        types[from] = typer->types[pattern_index(match->pattern)];
        rules[from] = pattern_name(match->pattern);
    }
}
