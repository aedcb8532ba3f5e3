#include "tools/check-rules/needs.h"

#include "common/pattern.h"
#include "tools/check-rules/mend.h"
#include "tools/check-rules/names.h"

typedef struct {
    const Rules *rules; /* of the filter, layered */
    const char *makes;
    const Classes *named;   /* what patterns may name beside the lexicon's; or NULL */
    const Classes *defined; /* what some item can have */
    Mistakes *mistakes;
} Needing;

/* Pairs of marks get classes of their own below what the rules say they make. */
static bool is_of_marks(const Rules *rules, Slice name)
{
    for (RuleWalk walk = rules_walk(rules, "marks"); rule_walk_next(&walk);) {
        Slice makes = rule_text(walk.node, "makes");
        if (makes.length != 0 && slice_starts(name, makes) && name.length > makes.length &&
            name.data[makes.length] == '.')
            return true;
    }
    return false;
}

/* Where @name stands in the text of a pattern; its beginning when it is in another
 * pattern that this one uses. */
static size_t place_of_class(Slice text, Slice name)
{
    for (size_t i = 1; i < text.length; i++)
        if (text.data[i - 1] == '@' && slice_starts(slice_cut(text, i, text.length), name))
            return i;
    return 0;
}

static void check_needs(const Needing *needing, const Lexicon *lexicon, const Pattern *pattern,
                        Classes *told)
{
    const Classes *classes = lexicon_classes(lexicon);
    for (int c = 0; c < classes_count(classes); c++) {
        Slice name = classes_name(classes, c);
        if (!class_has(pattern_needs(pattern), c) || !class_name_is_given(name) ||
            classes_find(needing->defined, name) != CLASS_NONE ||
            classes_find(told, name) != CLASS_NONE || is_of_marks(needing->rules, name))
            continue;
        classes_add(told, name);
        Slice nearest = classes_nearest(needing->defined, name);
        const RuleNode *match = rule_get(pattern_node(pattern), "match");
        mistakes_in(needing->mistakes, match, place_of_class(match->scalar, name),
                    "the pattern can never match: nothing has class \"%.*s\"; did you mean "
                    "\"%.*s\"?",
                    SLICE_ARG(name), SLICE_ARG(nearest));
    }
}

static bool compile_patterns(void *context, Rules *rules, Error *error)
{
    const Needing *needing = context;
    Lexicon *lexicon = lexicon_new(rules, error);
    if (lexicon == NULL)
        return false;
    for (int c = 0; needing->named != NULL && c < classes_count(needing->named); c++) {
        Slice name = classes_name(needing->named, c);
        if (class_name_is_given(name))
            classes_add(lexicon_classes(lexicon), name);
    }
    PatternSet *patterns = patterns_new(rules, lexicon, needing->makes, NULL, error);
    Classes *told = classes_new(&rules->arena);
    for (size_t i = 0; patterns != NULL && i < patterns_count(patterns); i++)
        check_needs(needing, lexicon, patterns_at(patterns, i), told);
    patterns_free(patterns);
    lexicon_free(lexicon);
    return patterns != NULL;
}

static void check_made(Filters *filters, FilterKind kind, const char *makes, Mistakes *mistakes)
{
    Rules *rules = &filters->filters[kind].rules, compiled;
    Arena arena = {0};
    Classes *defined = defined_classes(rules, &arena);
    Needing needing = {.rules = rules, .makes = makes, .defined = defined, .mistakes = mistakes};
    needing.named = kind == TAG_ENTITIES      ? defined
                    : filters->quotes != NULL ? quote_finder_classes(filters->quotes)
                                              : NULL;
    if (needing.named != NULL &&
        compile_all(rules, &compiled, compile_patterns, &needing, mistakes))
        arena_release(&compiled.arena);
    arena_release(&arena);
}

static bool has_at(const Mistakes *mistakes, const Error *wanted)
{
    for (size_t i = 0; i < mistakes->count; i++)
        if (mistakes->items[i].line == wanted->line &&
            strcmp(mistakes->items[i].source, wanted->source) == 0)
            return true;
    return false;
}

/* A class pattern may be meant for one filter alone: it is wrong when it is for
 * each filter that loads it. */
static void check_class_patterns(Filters *filters, Mistakes *mistakes)
{
    static const FilterKind kinds[] = {QUOTE_EXTRACT, TAG_ENTITIES};
    Mistakes own[2] = {{0}, {0}};
    for (size_t i = 0; i < 2; i++)
        check_made(filters, kinds[i], "class", &own[i]);
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < own[i].count; j++)
            if (!rules_have_file(&filters->filters[kinds[1 - i]].rules, own[i].items[j].source) ||
                has_at(&own[1 - i], &own[i].items[j]))
                mistakes_add(mistakes, &own[i].items[j]);
    for (size_t i = 0; i < 2; i++)
        mistakes_release(&own[i]);
}

void check_patterns(Filters *filters, Mistakes *mistakes)
{
    static const char *const of_quotes[] = {"quote", "subject", "end", "circumstance", "mark"};
    for (size_t i = 0; i < sizeof of_quotes / sizeof *of_quotes; i++)
        check_made(filters, QUOTE_EXTRACT, of_quotes[i], mistakes);
    check_made(filters, TAG_ENTITIES, "entity", mistakes);
    check_class_patterns(filters, mistakes);
}
