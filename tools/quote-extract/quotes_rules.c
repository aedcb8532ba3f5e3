#include "tools/quote-extract/quotes_parts.h"

#include <stdlib.h>

static bool read_polarity(const RuleNode *node, PatternTraits *traits, Error *error)
{
    Slice polarity = rule_text(node, "polarity");
    traits->has_polarity = polarity.length != 0;
    if (slice_equal(polarity, SLICE("asserted")))
        traits->polarity = POLARITY_ASSERTED;
    else if (slice_equal(polarity, SLICE("denied")))
        traits->polarity = POLARITY_DENIED;
    else if (polarity.length != 0 && !slice_equal(polarity, SLICE("none")))
        return rule_error(rule_get(node, "polarity"), error,
                          "polarity: \"%.*s\" is none of asserted, denied and none",
                          SLICE_ARG(polarity));
    return true;
}

static bool read_traits(QuoteFinder *finder, Arena *arena, Error *error)
{
    size_t count = patterns_count(finder->patterns);
    finder->traits = ARENA_ARRAY(arena, count + 1, PatternTraits);
    for (size_t i = 0; i < count; i++) {
        const RuleNode *node = pattern_node(patterns_at(finder->patterns, i));
        PatternTraits *traits = &finder->traits[i];
        Slice speaker = rule_text(node, "speaker");
        traits->by_person = slice_equal(speaker, SLICE("person"));
        traits->same_subject = traits->by_person || slice_equal(speaker, SLICE("self"));
        if (!rule_number(node, "confidence", 0.8, &traits->confidence, error) ||
            !rule_flag(node, "gives-way", false, &traits->gives_way, error) ||
            !rule_flag(node, "behind-words", false, &traits->behind_words, error) ||
            !read_polarity(node, traits, error))
            return false;
        Slice extends = rule_text(node, "extends");
        bool around = slice_equal(extends, SLICE("around"));
        traits->extends_on = around || slice_equal(extends, SLICE("on"));
        traits->extends_back = around || slice_equal(extends, SLICE("back"));
        if (extends.length != 0 && !traits->extends_on && !traits->extends_back)
            return rule_error(rule_get(node, "extends"), error,
                              "extends: \"%.*s\" is none of on, back and around",
                              SLICE_ARG(extends));
        Slice unnamed = rule_text(node, "unnamed");
        traits->refuses_unnamed = slice_equal(unnamed, SLICE("refused"));
        traits->skips_unnamed = slice_equal(unnamed, SLICE("implied"));
        if (unnamed.length != 0 && !traits->refuses_unnamed && !traits->skips_unnamed &&
            !slice_equal(unnamed, SLICE("taken")))
            return rule_error(rule_get(node, "unnamed"), error,
                              "unnamed: \"%.*s\" is none of taken, implied and refused",
                              SLICE_ARG(unnamed));
        if (speaker.length != 0 && !traits->same_subject)
            return rule_error(rule_get(node, "speaker"), error,
                              "speaker: \"%.*s\" is neither self nor person", SLICE_ARG(speaker));
        if (traits->confidence < 0 || traits->confidence > 1)
            return rule_error(rule_get(node, "confidence"), error,
                              "confidence: %g is not between 0 and 1", traits->confidence);
    }
    return true;
}

/* The class of words that key `behind` names; CLASS_NONE without it (NULL). */
static bool read_behind(const QuoteFinder *finder, const RuleNode *behind, int *class, Error *error)
{
    const Classes *classes = lexicon_classes(finder->lexicon);
    *class = CLASS_NONE;
    if (behind == NULL)
        return true;
    if (behind->kind != RULE_SCALAR || behind->scalar.length == 0)
        return rule_error(behind, error, "behind: write a class of cues, without @: cue.imperfect");
    *class = classes_find(classes, behind->scalar);
    if (*class != CLASS_NONE)
        return true;
    Slice nearest = classes_nearest(classes, behind->scalar);
    return rule_error(behind, error,
                      "behind: class \"%.*s\" is not defined; did you mean \"%.*s\"?",
                      SLICE_ARG(behind->scalar), SLICE_ARG(nearest));
}

static bool read_ends(QuoteFinder *finder, Arena *arena, Error *error)
{
    size_t count = patterns_count(finder->ends);
    finder->ends_clause = ARENA_ARRAY(arena, count + 1, bool);
    finder->ends_behind = ARENA_ARRAY(arena, count + 1, int);
    for (size_t i = 0; i < count; i++) {
        const RuleNode *node = pattern_node(patterns_at(finder->ends, i));
        if (!rule_flag(node, "clause", false, &finder->ends_clause[i], error) ||
            !read_behind(finder, rule_get(node, "behind"), &finder->ends_behind[i], error))
            return false;
    }
    return true;
}

/* Classes below `cue` that are no category but say how the word is used. */
static bool is_usage(Slice name)
{
    static const char *const usages[] = {
        "cue.past",      "cue.imperfect", "cue.participle", "cue.strong",
        "cue.medium",    "cue.weak",      "cue.object",     "cue.noun",
        "cue.adjoining", "cue.passive",   "cue.of-whom",    "cue.agree.to",
    };
    for (size_t i = 0; i < sizeof usages / sizeof *usages; i++)
        if (slice_equal(name, slice_of(usages[i])))
            return true;
    return false;
}

static bool name_categories(QuoteFinder *finder, Error *error)
{
    const Classes *classes = lexicon_classes(finder->lexicon);
    for (int c = 0; c < classes_count(classes); c++) {
        Slice name = classes_name(classes, c);
        bool category = (slice_starts(name, SLICE("cue.")) && !is_usage(name)) ||
                        slice_equal(name, SLICE("according"));
        if (!category)
            continue;
        if (finder->category_count == CATEGORIES_MAX) {
            error_set(error, EXIT_USAGE, NULL, 0, 0,
                      "the rules name more than %d classes of cues; the last is %.*s",
                      CATEGORIES_MAX, SLICE_ARG(name));
            return false;
        }
        finder->categories[finder->category_count++] = c;
    }
    return true;
}

static bool read_skipped(QuoteFinder *finder, Rules *rules, Error *error)
{
    for (RuleWalk walk = rules_walk(rules, "silent-lines"); rule_walk_next(&walk);) {
        if (finder->skipped_count == ROLES_MAX)
            return rule_error(walk.node, error, "more than %d roles of lines", ROLES_MAX);
        finder->skipped[finder->skipped_count++] = walk.node->scalar;
    }
    return true;
}

QuoteFinder *quote_finder_new(Rules *rules, Error *error)
{
    static const char *const known[] = {PATTERN_KEYS,   "confidence", "speaker",
                                        "unnamed",      "extends",    "gives-way",
                                        "behind-words", "polarity",   NULL};
    static const char *const end_keys[] = {PATTERN_KEYS, "clause", "behind", NULL};
    QuoteFinder *finder = ARENA_NEW(&rules->arena, QuoteFinder);
    finder->lexicon = lexicon_new(rules, error);
    if (finder->lexicon == NULL)
        goto failed;
    finder->bits = class_bits_new(&rules->arena, finder->lexicon, error);
    if (finder->bits == NULL)
        goto failed;
    finder->marks = marks_rules_new(rules, finder->lexicon, error);
    if (finder->marks == NULL || !read_skipped(finder, rules, error))
        goto failed;
    finder->speakers = speaker_rules_new(rules, finder->lexicon, finder->bits, error);
    if (finder->speakers == NULL)
        goto failed;
    finder->patterns = patterns_new(rules, finder->lexicon, "quote", known, error);
    if (finder->patterns == NULL)
        goto failed;
    finder->subjects = patterns_new(rules, finder->lexicon, "subject", pattern_keys, error);
    if (finder->subjects == NULL)
        goto failed;
    finder->ends = patterns_new(rules, finder->lexicon, "end", end_keys, error);
    if (finder->ends == NULL || !read_ends(finder, &rules->arena, error))
        goto failed;
    finder->circumstances = circumstances_new(rules, finder->lexicon, error);
    if (finder->circumstances == NULL)
        goto failed;
    finder->confidence = confidence_new(rules, finder->lexicon, error);
    if (finder->confidence == NULL)
        goto failed;
    finder->spans = span_typer_new(rules, finder->lexicon, error);
    if (finder->spans == NULL)
        goto failed;
    if (!read_traits(finder, &rules->arena, error) || !name_categories(finder, error))
        goto failed;
    finder->cue_capture = patterns_capture(finder->patterns, "cue");
    finder->speaker_capture = patterns_capture(finder->patterns, "speaker");
    finder->content_capture = patterns_capture(finder->patterns, "content");
    finder->subject_cue = patterns_capture(finder->subjects, "cue");
    finder->subject_speaker = patterns_capture(finder->subjects, "speaker");
    finder->end_cue = patterns_capture(finder->ends, "cue");
    return finder;

failed:
    quote_finder_free(finder);
    return NULL;
}

const Fold *quote_finder_fold(const QuoteFinder *finder)
{
    return lexicon_fold(finder->lexicon);
}

void quote_finder_free(QuoteFinder *finder)
{
    if (finder == NULL)
        return;
    patterns_free(finder->patterns);
    patterns_free(finder->subjects);
    patterns_free(finder->ends);
    circumstances_free(finder->circumstances);
    span_typer_free(finder->spans);
    speaker_rules_release(finder->speakers);
    class_bits_release(finder->bits);
    items_release(&finder->string);
    items_release(&finder->scratch);
    lexicon_free(finder->lexicon);
    free(finder->mark_items);
    free(finder->matches);
}

void quote_finder_require(QuoteFinder *finder, double confidence)
{
    finder->min_confidence = confidence;
}

void quote_finder_type_marks(QuoteFinder *finder, bool wanted)
{
    finder->types_marks = wanted;
}

const Classes *quote_finder_classes(const QuoteFinder *finder)
{
    return lexicon_classes(finder->lexicon);
}
