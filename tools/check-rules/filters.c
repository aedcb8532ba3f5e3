#include "tools/check-rules/filters.h"

#include "common/links.h"
#include "tools/check-rules/mend.h"
#include "tools/check-rules/names.h"
#include "tools/check-rules/written.h"

const char *filter_name(FilterKind kind)
{
    static const char *const names[FILTER_COUNT] = {"normalize", "sentence-split", "quote-extract",
                                                    "tag-entities"};
    return names[kind];
}

/* ---- compiling as the filters do ---------------------------------------- */

/* With steps NULL fails as they did. */
static bool make_normalizer(Normalizer *normalizer, Rules *rules, const Steps *steps, Error *error)
{
    Detector detector = {0};
    *normalizer = (Normalizer){0};
    return steps != NULL && detector_load(rules, &detector, error) &&
           normalizer_init(normalizer, rules, steps, &detector, false, error);
}

static bool compile_normalize(void *context, Rules *rules, Error *error)
{
    Filters *filters = context;
    StringList none = {0};
    return make_normalizer(&filters->normalizer, rules, steps_new(rules, &none, &none, error),
                           error);
}

/* The steps that are off by default are looked at with all others on. */
static bool compile_every_step(void *context, Rules *rules, Error *error)
{
    static const char *every[] = {"all"};
    StringList all = {every, 1, 1}, none = {0};
    Normalizer normalizer;
    (void)context;
    bool good = make_normalizer(&normalizer, rules, steps_new(rules, &all, &none, error), error);
    normalizer_release(&normalizer);
    return good;
}

/* A profile is compiled when somebody asks for it. */
static bool compile_profiles(void *context, Rules *rules, Error *error)
{
    StringList none = {0};
    (void)context;
    for (RuleWalk walk = rules_walk(rules, "profiles"); rule_walk_next(&walk);) {
        Slice id = rule_text(walk.node, "id");
        if (id.data != NULL && steps_of_profile(rules, id.data, &none, &none, error) == NULL)
            return false;
    }
    return true;
}

static bool compile_sentence_split(void *context, Rules *rules, Error *error)
{
    Filters *filters = context;
    filters->lines = NULL;
    return (filters->fold = fold_new(rules, error)) != NULL &&
           (filters->split = split_rules_new(rules, filters->fold, error)) != NULL &&
           (filters->lines = line_rules_new(rules, error)) != NULL;
}

/* Section `speaking`, which both filters read beside their rules: first, as then nothing is made
 * that would have to be given back. */
static bool check_links(const Rules *rules, Error *error)
{
    Links links;
    return links_read(&links, rules, NULL, error);
}

static bool compile_quote_extract(void *context, Rules *rules, Error *error)
{
    Filters *filters = context;
    return check_links(rules, error) && (filters->quotes = quote_finder_new(rules, error)) != NULL;
}

static bool compile_tag_entities(void *context, Rules *rules, Error *error)
{
    Filters *filters = context;
    return check_links(rules, error) && (filters->tagger = tagger_new(rules, error)) != NULL;
}

/* ---- loading -------------------------------------------------------------- */

static bool load(Filters *filters, FilterKind kind, const RulesOptions *options, Mistakes *mistakes,
                 Error *error)
{
    static const Compile compile[FILTER_COUNT] = {compile_normalize, compile_sentence_split,
                                                  compile_quote_extract, compile_tag_entities};
    FilterRules *filter = &filters->filters[kind];
    RulesOptions own = *options;
    own.on_mistake = mistakes_take;
    own.context = mistakes;
    if (!rules_read(&filter->rules, filter_name(kind), &own, error))
        return false;
    /* What a layer replaces may be the business of another filter. */
    filter->rules.on_mistake = NULL;
    rename_misspelt(&filter->rules);
    rename_twins(&filter->rules);
    layer_all(&filter->rules, mistakes);
    if ((kind == QUOTE_EXTRACT || kind == TAG_ENTITIES) && filter->rules.unread_count == 0)
        mend_slips(&filter->rules, mistakes);
    if (kind == NORMALIZE) {
        static const Compile further[] = {compile_every_step, compile_profiles};
        for (size_t i = 0; i < sizeof further / sizeof *further; i++) {
            Rules looked_at;
            if (compile_all(&filter->rules, &looked_at, further[i], filters, mistakes))
                arena_release(&looked_at.arena);
        }
    }
    compile_all(&filter->rules, &filter->compiled, compile[kind], filters, mistakes);
    return true;
}

bool filters_load(Filters *filters, const RulesOptions *options, Mistakes *mistakes, Error *error)
{
    *filters = (Filters){0};
    for (int kind = 0; kind < FILTER_COUNT; kind++)
        if (!load(filters, (FilterKind)kind, options, mistakes, error))
            return false;
    return true;
}

/* The language that the options name at place `number`, from 1; RULES_LANGUAGE where they name
 * none. */
static Slice language_at(const StringList *languages, unsigned number)
{
    Slice language = slice_of(RULES_LANGUAGE);
    for (size_t i = 0; i < languages->count; i++)
        for (Slice rest = slice_of(languages->items[i]); slice_next(&rest, ',', &language);)
            if (--number == 0)
                return language;
    return language;
}

bool filters_load_pack(Filters *filters, const RulesOptions *options, unsigned pack,
                       Mistakes *mistakes, Error *error)
{
    Arena arena = {0};
    const char *language = arena_copy(&arena, language_at(&options->languages, pack)).data;
    RulesOptions alone = {
        .pack = options->pack, .no_user_rules = true, .languages = {&language, 1, 1}};
    bool good = filters_load(filters, &alone, mistakes, error);
    arena_release(&arena);
    return good;
}

void filters_release(Filters *filters)
{
    normalizer_release(&filters->normalizer);
    line_rules_free(filters->lines);
    quote_finder_free(filters->quotes);
    tagger_free(filters->tagger);
    for (int kind = 0; kind < FILTER_COUNT; kind++) {
        arena_release(&filters->filters[kind].compiled.arena);
        rules_release(&filters->filters[kind].rules);
    }
}
