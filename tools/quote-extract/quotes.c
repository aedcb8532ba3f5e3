#include "tools/quote-extract/quotes.h"

#include <math.h>
#include <stdlib.h>

#include "common/pattern.h"
#include "common/utf8.h"
#include "tools/quote-extract/circumstances.h"
#include "tools/quote-extract/confidence.h"
#include "tools/quote-extract/marks.h"
#include "tools/quote-extract/spans.h"
#include "tools/quote-extract/speakers.h"

/* From this confidence on marked words, and clauses behind a cue that is
 * neither weak nor a passive, count even where nobody can be named. */
static const double CERTAIN = 0.85;

enum {
    ROLES_MAX = 16,
    SHORTEST_BACK = 3, /* items of a clause that stands before its source */
    LONGEST_BACK = 90,
    FRONTED_MAX = 16, /* items in front of a cue that belong to its clause */
    ROOM_FOR_SUBJECT = 4,
    ROW_STEPS = 3,  /* items between the marks of a row */
    SHORT_NAME = 3, /* words of a listed name in marks */
    CATEGORIES_MAX = 128,
    RIVALS_MAX = 1000,    /* candidates of a sentence that one is compared with */
    SUBJECT_RANK = 10000, /* subjects come behind all quotes of the same cue */
};

/* How a pattern's own keys read. */
typedef struct {
    double confidence;
    bool same_subject;    /* speaker: self */
    bool refuses_unnamed; /* unnamed: refused */
    bool skips_unnamed;   /* unnamed: implied */
    bool extends_on, extends_back;
    bool has_polarity; /* else it is the cue's */
    Polarity polarity;
    bool gives_way; /* gives way: to what any other pattern makes of the same words */
    bool by_person; /* speaker: person */
} PatternTraits;

/* What is told of marks beside what their family makes: a class each. */
enum {
    TOLD_STRAY = 1,
    TOLD_LONG_BRACKET = 2,
    TOLD_TITLED = 4,
    TOLD_NAME = 8,
    TOLD_WORD = 16,
    TOLD_LATIN = 32,
    TOLD_TITLE = 64,
    TOLD_CLAUSE = 128,
    TOLD_SHORT = 256,
    TOLD_LONG = 512,
    TOLD_BITS = 10,
    MARK_SETS_BITS = 7,
};

typedef struct {
    uint32_t key; /* what was told, and of which family; 0: nothing */
    uint32_t set;
} MarkSet;

struct QuoteFinder {
    Lexicon *lexicon;
    ClassBits *bits;
    PatternSet *patterns, *subjects, *ends;
    PatternTraits *traits; /* by pattern index */
    bool *ends_clause;     /* by index in `ends`: not what stands behind a colon */
    double min_confidence;
    MarkRules *marks;
    SpeakerRules *speakers;
    Circumstances *circumstances;
    Confidence *confidence;
    SpanTyper *spans;
    bool types_marks;
    Slice skipped[ROLES_MAX]; /* roles of sentences that are left out */
    size_t skipped_count;
    int cue_capture, speaker_capture, content_capture, subject_cue, subject_speaker;
    int categories[CATEGORIES_MAX]; /* classes that say what a cue does */
    size_t category_count;
    ItemString string, scratch;
    size_t *mark_items; /* of the string, those made of marks, in order */
    size_t mark_count, mark_capacity;
    MarkSet mark_sets[1 << MARK_SETS_BITS]; /* some of those met, by what was told */
    PatternMatch *matches;
    size_t match_count, match_capacity;
    size_t stretch_start, stretch_end;     /* the sentence last asked for, its items; equal: none */
    size_t paragraph_first, paragraph_end; /* the paragraph last asked for, its sentences */
};

typedef struct {
    const Pattern *pattern;
    size_t rank; /* order of the pattern; subjects come last */
    bool is_subject;
    size_t cue, cue_end;             /* items */
    size_t speaker_from, speaker_to; /* items; equal when the phrase is empty */
    size_t from, to;                 /* items of the content */
    const char *refused;             /* why, for --explain */
    const Pattern *by;               /* what it was refused for; or NULL */
    bool accepted;
    size_t quote; /* where it stands among the quotes, once accepted */
    SpeakerNearness known;
} Candidate;

typedef struct {
    QuoteFinder *finder;
    Slice text;
    const Sentence *sentences;
    size_t sentence_count;
    Token *tokens;
    size_t token_count;
    Arena *arena;
    Speakers *speakers;
    Candidate *candidates;
    size_t candidate_count;
    size_t last_cue;     /* of the last quote that was accepted */
    Candidate *subjects; /* found so far, by their verbs */
    size_t subject_count, subject_capacity;
    size_t subjects_to; /* items: what stands before has been searched for them */
    size_t settled;     /* subjects that have been decided */
    bool *limited;
    Quote *quotes;
    size_t *numbers; /* of the speaker of each quote */
    size_t quote_count;
    Slice *mark_types, *mark_rules; /* by item, once marks are typed */
    Explanation *explanation;       /* or NULL */
} Search;

/* ---- rules ----------------------------------------------------------------- */

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

static bool read_ends(QuoteFinder *finder, Arena *arena, Error *error)
{
    size_t count = patterns_count(finder->ends);
    finder->ends_clause = ARENA_ARRAY(arena, count + 1, bool);
    for (size_t i = 0; i < count; i++)
        if (!rule_flag(pattern_node(patterns_at(finder->ends, i)), "clause", false,
                       &finder->ends_clause[i], error))
            return false;
    return true;
}

/* Classes below `cue` that are no category but say how the word is used. */
static bool is_usage(Slice name)
{
    static const char *const usages[] = {
        "cue.past", "cue.imperfect", "cue.participle", "cue.strong",    "cue.medium",
        "cue.weak", "cue.object",    "cue.noun",       "cue.adjoining", "cue.passive",
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
    static const char *const known[] = {PATTERN_KEYS, "confidence", "speaker",  "unnamed",
                                        "extends",    "gives-way",  "polarity", NULL};
    static const char *const end_keys[] = {PATTERN_KEYS, "clause", NULL};
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

/* ---- the item string --------------------------------------------------------- */

static bool is_skipped(const QuoteFinder *finder, const Sentence *sentence)
{
    for (size_t i = 0; i < finder->skipped_count; i++)
        if (slice_equal(sentence->role, finder->skipped[i]))
            return true;
    return false;
}

/* Tokens [from, to) by themselves: the first item of them, valid until the next call; NULL
 * for none. */
static const Item *first_by_itself(Search *search, size_t from, size_t to)
{
    QuoteFinder *finder = search->finder;
    items_clear(&finder->scratch);
    items_add_tokens(&finder->scratch, finder->lexicon, search->tokens, from, to);
    class_bits_note(finder->bits);
    return finder->scratch.count == 0 ? NULL : finder->scratch.items;
}

/* The marks hold a name by themselves: «داعش». */
static bool holds_name(Search *search, const MarkPair *pair)
{
    static const NamedClass naming[] = {CLASS_ORG, CLASS_PLACE, CLASS_PERSON, CLASS_NAME};
    if (pair->words > SHORT_NAME || pair->words == 0)
        return false;
    const Item *item = first_by_itself(search, pair->inner_from, pair->inner_to);
    for (size_t i = 0; item != NULL && i < sizeof naming / sizeof *naming; i++)
        if (set_has(search->finder->bits, item->set, naming[i]))
            return true;
    return false;
}

/* What the first word between the marks decides: latin letters, TOLD_TITLE for what begins
 * with the noun for what it names, and TOLD_CLAUSE for any other stretch of so many words. */
static unsigned told_by_first(Search *search, const MarkPair *pair, bool is_name)
{
    QuoteFinder *finder = search->finder;
    size_t first = pair->inner_from;
    while (first < pair->inner_to && search->tokens[first].kind != TOKEN_WORD)
        first++;
    if (first == pair->inner_to)
        return 0;
    const Item *item = first_by_itself(search, first, first + 1);
    if (item == NULL)
        return 0;
    unsigned told = set_has(finder->bits, item->set, CLASS_LATIN) ? TOLD_LATIN : 0;
    bool names_it = set_has(finder->bits, item->set, CLASS_NAMING) &&
                    !set_has(finder->bits, item->set, CLASS_CLITIC_ARTICLE);
    if (names_it)
        return told | TOLD_TITLE;
    bool is_clause = pair->words >= marks_limits(finder->marks)->clause_words && !is_name;
    return is_clause ? told | TOLD_CLAUSE : told;
}

/* A noun that names things stands before what comes next, joined to it or not;
 * `article` says whether it has one. */
static bool is_titled(const Search *search, bool *article)
{
    const QuoteFinder *finder = search->finder;
    const ItemString *string = &finder->string;
    size_t at = string->count;
    class_bits_note(finder->bits);
    while (at > 0 && at + 2 > string->count) {
        uint32_t set = string->items[--at].set;
        *article = set_has(finder->bits, set, CLASS_CLITIC_ARTICLE);
        if (set_has(finder->bits, set, CLASS_NAMING))
            return true;
        if (!set_has(finder->bits, set, CLASS_HALT_IN))
            return false;
    }
    return false;
}

/* What is told of a pair of quotation marks, bits of Told. */
static unsigned told_of_marked(Search *search, const MarkPair *pair)
{
    const MarkLimits *limits = marks_limits(search->finder->marks);
    /* «...» behind the film is a name if it is short, behind a film also when it is
     * longer. */
    bool article = false, titled = is_titled(search, &article);
    bool is_name = titled && pair->words <= (article ? limits->long_words - 1 : limits->name_words);
    is_name = is_name || holds_name(search, pair);
    unsigned told = told_by_first(search, pair, is_name);
    told |= titled && !article ? TOLD_TITLED : 0u;
    told |= is_name ? TOLD_NAME : 0u;
    told |= pair->words == 1 ? TOLD_WORD : 0u;
    return told | (pair->words >= limits->long_words && !is_name ? TOLD_LONG : TOLD_SHORT);
}

/* The set of the classes that the pair's family makes and of those that are told of it. There
 * are few such sets, and a large one is slow to find. */
static uint32_t set_of_mark(QuoteFinder *finder, int class_number, unsigned told)
{
    uint32_t key = (uint32_t)(class_number + 1) << TOLD_BITS | told;
    MarkSet *known = &finder->mark_sets[(key * UINT32_C(0x9E3779B1)) >> (32 - MARK_SETS_BITS)];
    if (known->key == key)
        return known->set;
    static const NamedClass classes[TOLD_BITS] = {
        CLASS_MARK_STRAY,   CLASS_BRACKETED_LONG, CLASS_MARKED_TITLED, CLASS_MARKED_NAME,
        CLASS_MARKED_WORD,  CLASS_LATIN,          CLASS_MARKED_TITLE,  CLASS_MARKED_CLAUSE,
        CLASS_MARKED_SHORT, CLASS_MARKED_LONG,
    };
    ClassSet set = {{0}};
    const Classes *names = lexicon_classes(finder->lexicon);
    if ((told & TOLD_STRAY) == 0)
        classes_put(names, &set, class_number);
    for (int i = 0; i < TOLD_BITS; i++)
        if ((told >> i & 1) != 0)
            classes_put(names, &set, class_bits_number(finder->bits, classes[i]));
    *known = (MarkSet){key, lexicon_set_number(finder->lexicon, &set)};
    return known->set;
}

static void add_mark(Search *search, const MarkPair *pair)
{
    QuoteFinder *finder = search->finder;
    unsigned told = 0;
    if (pair->stray)
        told = TOLD_STRAY;
    else if (pair->class_number == class_bits_number(finder->bits, CLASS_MARKED))
        told = told_of_marked(search, pair);
    else if (pair->class_number == class_bits_number(finder->bits, CLASS_BRACKETED) &&
             pair->words >= marks_limits(finder->marks)->long_words)
        told = TOLD_LONG_BRACKET;
    uint32_t set = set_of_mark(finder, pair->class_number, told);
    finder->mark_items = memory_grow(finder->mark_items, &finder->mark_capacity,
                                     finder->mark_count + 1, sizeof *finder->mark_items);
    finder->mark_items[finder->mark_count++] = finder->string.count;
    items_add_special(&finder->string, set, pair->from, pair->to, pair->outer);
}

/* Tokens [from, to) as items, with the pairs that stand among them. */
static size_t add_stretch(Search *search, size_t from, size_t to, const MarkPair *pairs,
                          size_t pair_count, size_t *next_pair)
{
    QuoteFinder *finder = search->finder;
    while (from < to) {
        if (*next_pair < pair_count && pairs[*next_pair].from < to) {
            const MarkPair *pair = &pairs[(*next_pair)++];
            items_add_tokens(&finder->string, finder->lexicon, search->tokens, from, pair->from);
            add_mark(search, pair);
            from = pair->to;
        } else {
            items_add_tokens(&finder->string, finder->lexicon, search->tokens, from, to);
            from = to;
        }
    }
    return from;
}

/* A sign that belongs to the figure in front of it: 20%. */
static bool is_unit(const Search *search, size_t token)
{
    QuoteFinder *finder = search->finder;
    if (token == 0 || search->tokens[token - 1].kind != TOKEN_NUMBER)
        return false;
    items_clear(&finder->scratch);
    items_add_tokens(&finder->scratch, finder->lexicon, search->tokens, token, token + 1);
    return lexicon_has(finder->lexicon, finder->scratch.items[0].set,
                       class_bits_number(finder->bits, CLASS_UNIT));
}

/* Full stops at a sentence's end are no part of it here; `pairs`: those that end behind
 * `from`, and perhaps one before. */
static size_t without_stops(const Search *search, size_t from, size_t to, const MarkPair *pairs,
                            size_t pair_count)
{
    while (to > from && search->tokens[to - 1].kind == TOKEN_PUNCT && !is_unit(search, to - 1)) {
        for (size_t i = 0; i < pair_count && pairs[i].from < to; i++)
            if (pairs[i].to == to && !pairs[i].stray)
                return to;
        to--;
    }
    return to;
}

static size_t token_behind(const Search *search, size_t from, size_t codepoint)
{
    return tokens_behind(search->tokens, from, search->token_count, codepoint);
}

/* The sentences [first, last) are one paragraph. */
static size_t add_paragraph(Search *search, size_t first, size_t last, size_t token)
{
    QuoteFinder *finder = search->finder;
    const Sentence *sentences = search->sentences;
    size_t from = token_behind(search, token, sentences[first].span.start);
    size_t to = token_behind(search, from, sentences[last - 1].span.end);
    size_t *ends = ARENA_ROOM(search->arena, last - first, size_t);
    for (size_t i = first; i < last; i++)
        ends[i - first] = sentences[i].span.end;
    MarkPair *pairs;
    size_t pair_count, next_pair = 0, at = from;
    marks_pair(finder->marks, search->text, search->tokens, from, to, ends, last - first,
               search->arena, &pairs, &pair_count);
    for (size_t i = first; i < last; i++) {
        size_t end = token_behind(search, at, ends[i - first]);
        if (end <= at)
            continue;
        size_t near = next_pair == 0 ? 0 : next_pair - 1; /* that one may run on to here */
        size_t stop = without_stops(search, at, end, pairs + near, pair_count - near);
        at = add_stretch(search, at, stop, pairs, pair_count, &next_pair);
        /* A stray mark behind the stop, or a pair that runs on. */
        while (next_pair < pair_count && pairs[next_pair].from < end)
            next_pair++;
        if (at > end)
            continue; /* within a pair of marks: no sentence edge here */
        at = end;
        items_add_stop(&finder->string, at, ends[i - first]);
    }
    return to;
}

static void build_string(Search *search)
{
    QuoteFinder *finder = search->finder;
    items_clear(&finder->string);
    finder->mark_count = 0;
    size_t token = 0;
    for (size_t i = 0; i < search->sentence_count;) {
        if (is_skipped(finder, &search->sentences[i])) {
            i++;
            continue;
        }
        size_t last = i + 1;
        while (last < search->sentence_count &&
               search->sentences[last].paragraph == search->sentences[i].paragraph &&
               !is_skipped(finder, &search->sentences[last]))
            last++;
        token = add_paragraph(search, i, last, token);
        i = last;
    }
}

static const Item *item_at(const Search *search, size_t item)
{
    return &search->finder->string.items[item];
}

static bool item_has(const Search *search, size_t item, NamedClass named)
{
    return set_has(search->finder->bits, item_at(search, item)->set, named);
}

/* The index of the sentence in which a code point stands. */
static size_t sentence_of(const Search *search, size_t codepoint)
{
    size_t low = 0, high = search->sentence_count;
    while (low + 1 < high) {
        size_t middle = (low + high) / 2;
        if (search->sentences[middle].span.start <= codepoint)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* ---- candidates ----------------------------------------------------------------- */

static bool make_candidate(const QuoteFinder *finder, const PatternMatch *match,
                           Candidate *candidate)
{
    *candidate = (Candidate){.pattern = match->pattern, .rank = pattern_index(match->pattern)};
    match_capture(match, finder->speaker_capture, &candidate->speaker_from, &candidate->speaker_to);
    if (!match_capture(match, finder->content_capture, &candidate->from, &candidate->to))
        return false;
    if (!match_capture(match, finder->cue_capture, &candidate->cue, &candidate->cue_end))
        candidate->cue = candidate->cue_end = candidate->from; /* nothing but the words */
    return true;
}

static int compare_ends(const void *left, const void *right)
{
    const PatternMatch *a = left, *b = right;
    return a->start < b->start ? -1 : a->start > b->start;
}

/* The items of the sentence in which `item` stands; remembered, for a sentence may hold
 * very many of what asks. */
static void find_stretch(const Search *search, size_t item)
{
    QuoteFinder *finder = search->finder;
    if (item >= finder->stretch_start && item < finder->stretch_end)
        return;
    items_stretch(&finder->string, item, &finder->stretch_start, &finder->stretch_end);
}

/* Nothing reaches across a sentence's edge. */
static size_t edge_before(const Search *search, size_t item)
{
    find_stretch(search, item);
    return search->finder->stretch_start;
}

/* The first item behind `from` where a reported clause ends, or what somebody says behind
 * a colon (not `is_clause`): an end that the patterns found, matches [first, match_count),
 * or the sentence's edge. */
static size_t clause_end(const Search *search, size_t first, size_t from, bool is_clause)
{
    const QuoteFinder *finder = search->finder;
    size_t low = first, high = finder->match_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (finder->matches[middle].start > from)
            high = middle;
        else
            low = middle + 1;
    }
    while (low < finder->match_count && !is_clause &&
           finder->ends_clause[pattern_index(finder->matches[low].pattern)])
        low++;
    size_t limit = low < finder->match_count ? finder->matches[low].start : finder->string.count;
    find_stretch(search, from);
    return limit < finder->stretch_end ? limit : finder->stretch_end;
}

/* The content becomes what stands before it in its sentence, behind a colon
 * or a word that opens a clause. False when that is too little to be one. */
static bool extend_back(const Search *search, Candidate *candidate)
{
    const QuoteFinder *finder = search->finder;
    size_t end = candidate->from, start = end;
    while (start > 0 && item_at(search, start - 1)->token_count != 0 &&
           !item_has(search, start - 1, CLASS_COLON) && end - start < LONGEST_BACK)
        start--;
    while (start < end &&
           (item_has(search, start, CLASS_OPENER) || item_has(search, start, CLASS_TURN) ||
            item_has(search, start, CLASS_COMMA)))
        start++;
    candidate->from = start;
    candidate->to = end;
    size_t shortest = finder->traits[candidate->rank].extends_on ? 1 : SHORTEST_BACK;
    return end - start >= shortest && end - start < LONGEST_BACK;
}

static bool extends_on(const QuoteFinder *finder, const Candidate *candidate)
{
    return finder->traits[candidate->rank].extends_on &&
           !set_has(finder->bits, finder->string.items[candidate->from].set, CLASS_MARKED);
}

/* The ends of clauses in the sentences where one is asked for, behind the first content
 * there that goes on to one; behind the matches that are there, in the order of the text. */
static void find_ends(Search *search)
{
    QuoteFinder *finder = search->finder;
    size_t first = finder->match_count;
    for (size_t i = 0; i < search->candidate_count;) {
        const Candidate *candidate = &search->candidates[i++];
        if (!extends_on(finder, candidate))
            continue;
        size_t from, to, at = candidate->to;
        items_stretch(&finder->string, at, &from, &to);
        for (; i < search->candidate_count && search->candidates[i].to <= to; i++)
            if (search->candidates[i].to < at && search->candidates[i].to >= from &&
                extends_on(finder, &search->candidates[i]))
                at = search->candidates[i].to;
        patterns_find_within(finder->ends, &finder->string, at, to, &finder->matches,
                             &finder->match_count, &finder->match_capacity, search->limited);
    }
    if (finder->match_count > first)
        qsort(finder->matches + first, finder->match_count - first, sizeof *finder->matches,
              compare_ends);
}

static void extend_contents(Search *search)
{
    QuoteFinder *finder = search->finder;
    size_t kept = 0, first_end = finder->match_count;
    find_ends(search);
    for (size_t i = 0; i < search->candidate_count; i++) {
        Candidate *candidate = &search->candidates[i];
        if (finder->traits[candidate->rank].extends_back && !extend_back(search, candidate))
            continue;
        if (extends_on(finder, candidate)) {
            size_t start = candidate->to;
            /* What stands around its source does not end with it. */
            if (finder->traits[candidate->rank].extends_back && candidate->speaker_to > start)
                start = candidate->speaker_to;
            bool is_clause = candidate->from == 0 ||
                             item_has(search, candidate->from, CLASS_COMP) ||
                             !item_has(search, candidate->from - 1, CLASS_COLON);
            candidate->to = clause_end(search, first_end, start, is_clause);
            if (candidate->to == start)
                continue; /* a complementizer with nothing behind it */
        }
        search->candidates[kept++] = *candidate;
    }
    search->candidate_count = kept;
}

static int compare_candidates(const void *left, const void *right)
{
    const Candidate *a = left, *b = right;
    if (a->cue != b->cue)
        return a->cue < b->cue ? -1 : 1;
    return a->rank < b->rank ? -1 : a->rank > b->rank;
}

/* A sentence of more candidates than any writer makes: the rest is not compared. */
static bool give_up(const Search *search)
{
    *search->limited = true;
    return false;
}

/* A later candidate of the sentence claims some of the same words. */
static bool is_claimed(const Search *search, size_t number)
{
    const Candidate *candidate = &search->candidates[number];
    size_t at = candidate->to;
    for (size_t i = number + 1; i < search->candidate_count; i++) {
        const Candidate *other = &search->candidates[i];
        if (i - number > RIVALS_MAX)
            return give_up(search);
        for (; at < other->from; at++)
            if (item_at(search, at)->token_count == 0)
                return false;
        if (!search->finder->traits[other->rank].gives_way && candidate->from < other->to &&
            other->from < candidate->to)
            return true;
    }
    return false;
}

/* The marks are one of a row whose last ones were nobody's words. */
static bool goes_on_list(const Search *search, const Candidate *candidate)
{
    size_t at = candidate->from, steps = 0;
    while (at > 0 && steps++ < ROW_STEPS && !item_has(search, at - 1, CLASS_MARKED)) {
        at--;
        if (!item_has(search, at, CLASS_COMMA) && !item_has(search, at, CLASS_CONJOINS))
            return false;
    }
    if (at == 0 || at == candidate->from || !item_has(search, at - 1, CLASS_MARKED))
        return false;
    for (size_t i = search->candidate_count; i-- > 0;) {
        const Candidate *other = &search->candidates[i];
        if (other->accepted && other->from < at && at <= other->to)
            return false;
    }
    return true;
}

/* Whether what was accepted before leaves room for this one. */
static const char *why_not(const Search *search, size_t number)
{
    Candidate *candidate = &search->candidates[number];
    size_t edge = edge_before(search, candidate->cue);
    for (size_t i = number; i-- > 0 && search->candidates[i].cue >= edge;) {
        const Candidate *other = &search->candidates[i];
        if (number - i > RIVALS_MAX && !give_up(search))
            return "the sentence holds too many candidates";
        if (!other->accepted)
            continue;
        candidate->by = other->pattern;
        if (other->cue == candidate->cue)
            return "its cue is already taken";
        if (candidate->cue >= other->from && candidate->cue < other->to)
            return "its cue stands within another quote";
        if (candidate->from < other->to && other->from < candidate->to)
            return "it overlaps another quote";
        if (other->cue >= candidate->from && other->cue < candidate->to)
            return "another quote stands within it";
    }
    candidate->by = NULL;
    bool gives_way = search->finder->traits[candidate->rank].gives_way;
    if (gives_way && is_claimed(search, number))
        return "it gives way to another pattern";
    if (gives_way && goes_on_list(search, candidate))
        return "it goes on a list of titles";
    return NULL;
}

/* ---- quotes ----------------------------------------------------------------------- */

/* Punctuation that is part of no figure (20%). */
static bool is_loose(const Search *search, size_t item)
{
    return item_has(search, item, CLASS_PUNCT) && !item_has(search, item, CLASS_UNIT);
}

/* Leaves punctuation at both ends out of the content. */
static void trim_content(const Search *search, Candidate *candidate)
{
    while (candidate->to > candidate->from + 1 &&
           (is_loose(search, candidate->to - 1) ||
            item_has(search, candidate->to - 1, CLASS_MARK_STRAY)))
        candidate->to--;
    while (candidate->from + 1 < candidate->to && is_loose(search, candidate->from))
        candidate->from++;
}

/* A comma that the closing mark encloses by custom only. */
static bool is_outside(const Search *search, const Token *token)
{
    const MarkLimits *limits = marks_limits(search->finder->marks);
    const char *at = search->text.data + token->byte;
    return mark_characters_hold(&limits->outside, utf8_next(&at));
}

/* A pair that was never closed ends with a word. */
static bool is_unclosed(const Search *search, size_t item)
{
    const Item *at = item_at(search, item);
    return search->tokens[at->first_token + at->token_count - 1].kind != TOKEN_PUNCT;
}

static CodepointSpan marked_inner(const Search *search, size_t item)
{
    const Item *at = item_at(search, item);
    const Token *first = &search->tokens[at->first_token];
    const Token *last = first + at->token_count - 1;
    while (last - first > 3 && first[1].word == first[0].word && last[-1].word == last[0].word &&
           last->kind == TOKEN_PUNCT) {
        first++; /* ""the words"": as one mark */
        last--;
    }
    if (last->kind == TOKEN_PUNCT) /* an unclosed pair ends with a word */
        last--;
    if (last > first + 1 && is_outside(search, last))
        last--;
    return (CodepointSpan){(first + 1)->start, last->end};
}

/* The first of finder->mark_items from item `from` on. */
static size_t first_mark(const QuoteFinder *finder, size_t from)
{
    size_t low = 0, high = finder->mark_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (finder->mark_items[middle] < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_mark_before(const QuoteFinder *finder, size_t mark, size_t item)
{
    return mark < finder->mark_count && finder->mark_items[mark] < item;
}

static void set_content(const Search *search, const Candidate *candidate, Quote *quote)
{
    const QuoteFinder *finder = search->finder;
    size_t from = candidate->from, to = candidate->to;
    quote->span =
        (CodepointSpan){item_at(search, from)->start - item_at(search, from)->clitic_length,
                        item_at(search, to - 1)->end};
    size_t first = from;
    if (to - from == 2 && item_has(search, from, CLASS_COMP))
        first++;
    if (to - first == 1 &&
        (item_has(search, first, CLASS_MARKED) || item_has(search, first, CLASS_BRACKETED_LONG))) {
        quote->kind = QUOTE_DIRECT;
        quote->span = marked_inner(search, first);
        return;
    }
    quote->kind = QUOTE_INDIRECT;
    for (size_t i = first_mark(finder, from); is_mark_before(finder, i, to); i++)
        if (item_has(search, finder->mark_items[i], CLASS_MARKED) &&
            !item_has(search, finder->mark_items[i], CLASS_MARKED_NAME))
            quote->kind = QUOTE_MIXED;
}

static void set_cue(const Search *search, const Candidate *candidate, Quote *quote)
{
    const QuoteFinder *finder = search->finder;
    const Item *cue = item_at(search, candidate->cue);
    if (candidate->cue_end == candidate->cue)
        return;
    quote->has_cue = true;
    quote->cue = (CodepointSpan){cue->start - cue->clitic_length,
                                 item_at(search, candidate->cue_end - 1)->end};
    for (uint32_t e = cue->entry; e != NO_ENTRY; e = lexicon_next_entry(finder->lexicon, cue, e)) {
        const ClassSet *classes =
            lexicon_set(finder->lexicon, lexicon_entry_set(finder->lexicon, e));
        for (size_t i = 0; i < finder->category_count; i++) {
            if (!class_has(classes, finder->categories[i]))
                continue;
            Slice name = classes_name(lexicon_classes(finder->lexicon), finder->categories[i]);
            Slice stem = SLICE("cue.");
            quote->cue_lemma = lexicon_entry_name(finder->lexicon, e);
            quote->cue_category =
                slice_starts(name, stem) ? slice_cut(name, stem.length, name.length) : name;
            return;
        }
    }
}

/* The first sentence of the paragraph of `sentence`; remembered, for a paragraph may hold
 * very many quotes. */
static size_t paragraph_first(const Search *search, size_t sentence)
{
    QuoteFinder *finder = search->finder;
    const Sentence *sentences = search->sentences;
    if (sentence >= finder->paragraph_first && sentence < finder->paragraph_end)
        return finder->paragraph_first;
    size_t first = sentence, end = sentence + 1;
    while (first > 0 && sentences[first - 1].paragraph == sentences[sentence].paragraph)
        first--;
    while (end < search->sentence_count &&
           sentences[end].paragraph == sentences[sentence].paragraph)
        end++;
    finder->paragraph_first = first;
    finder->paragraph_end = end;
    return first;
}

/* The first item that starts at `codepoint` or behind it, or else `limit`. */
static size_t first_item(const Search *search, size_t codepoint, size_t limit)
{
    size_t low = 0, high = limit;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (item_at(search, middle)->start < codepoint)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static SpeakerQuery query_of(const Search *search, const Candidate *candidate)
{
    const QuoteFinder *finder = search->finder;
    size_t start = edge_before(search, candidate->cue);
    size_t sentence = sentence_of(search, item_at(search, candidate->cue)->start);
    CodepointSpan first = search->sentences[paragraph_first(search, sentence)].span;
    SpeakerQuery query = {.cue = candidate->cue,
                          .sentence_start = start,
                          .paragraph_start = first_item(search, first.start, start),
                          .paragraph = search->sentences[sentence].paragraph};
    query.reports = !candidate->is_subject || item_has(search, candidate->cue, CLASS_CUE);
    query.writes = item_has(search, candidate->cue, CLASS_CUE_WRITE) ||
                   item_has(search, candidate->cue, CLASS_AUTHORED);
    if (!candidate->is_subject) {
        const PatternTraits *traits = &finder->traits[candidate->rank];
        query.limit = candidate->from > candidate->cue ? candidate->from : 0;
        query.same_subject = traits->same_subject;
        query.object_likely = traits->skips_unnamed;
        query.recognised = traits->refuses_unnamed || traits->skips_unnamed;
    } else {
        query.limit = finder->string.count;
        query.recognised = true;
        query.object_likely = !item_has(search, candidate->cue, CLASS_CUE) ||
                              item_has(search, candidate->cue, CLASS_CUE_WEAK);
    }
    query.joined = item_has(search, candidate->cue, CLASS_ACCORDING_LI);
    return query;
}

static void take_subject(Search *search, Candidate *candidate)
{
    SpeakerQuery query = query_of(search, candidate);
    Speaker ignored;
    if (item_has(search, candidate->cue, CLASS_TURN))
        speakers_turn(search->speakers);
    size_t number = speakers_in_front(search->speakers, &query, &ignored);
    if (number == SPEAKER_NONE)
        number = speakers_named(search->speakers, candidate->speaker_from, candidate->speaker_to,
                                &query, &ignored);
    if (number == SPEAKER_NONE) {
        candidate->refused = "the phrase names nobody";
        return;
    }
    if (query.object_likely && !speakers_may_be_implied(search->speakers, number)) {
        candidate->refused = "a common noun that has not spoken";
        return;
    }
    candidate->accepted = true;
    speakers_note(search->speakers, number, &query);
}

/* Whether the quotes before candidate number `place` leave room for the subject. */
static const char *why_not_subject(const Search *search, Candidate *subject, size_t place)
{
    size_t edge = edge_before(search, subject->cue);
    for (const Candidate *other = subject;
         other-- > search->subjects && other->cue == subject->cue;)
        if (other->accepted) {
            subject->by = other->pattern;
            return "its cue is already taken";
        }
    for (size_t i = place; i-- > 0 && search->candidates[i].cue >= edge;) {
        const Candidate *other = &search->candidates[i];
        if (!other->accepted || other->cue > subject->cue)
            continue;
        subject->by = other->pattern;
        if (other->cue == subject->cue)
            return "its cue is already taken";
        if (subject->cue >= other->from && subject->cue < other->to)
            return "its cue stands within another quote";
    }
    subject->by = NULL;
    return NULL;
}

static void add_subjects(Search *search, size_t first_match)
{
    const QuoteFinder *finder = search->finder;
    size_t first = search->subject_count;
    search->subjects =
        memory_grow(search->subjects, &search->subject_capacity,
                    first + finder->match_count - first_match, sizeof *search->subjects);
    for (size_t i = first_match; i < finder->match_count; i++) {
        const PatternMatch *match = &finder->matches[i];
        Candidate *subject = &search->subjects[search->subject_count];
        *subject = (Candidate){.pattern = match->pattern,
                               .rank = pattern_index(match->pattern) + SUBJECT_RANK,
                               .is_subject = true};
        match_capture(match, finder->subject_speaker, &subject->speaker_from, &subject->speaker_to);
        if (match_capture(match, finder->subject_cue, &subject->cue, &subject->cue_end))
            search->subject_count++;
    }
    if (search->subject_count > first)
        qsort(search->subjects + first, search->subject_count - first, sizeof *search->subjects,
              compare_candidates);
}

/* Looks for subjects in the sentences up to that of item `limit`. Whoever was subject
 * before somebody spoke does not matter. */
static void find_subjects(Search *search, size_t limit)
{
    QuoteFinder *finder = search->finder;
    size_t first_match = finder->match_count, at = search->subjects_to;
    if (at < search->last_cue && search->explanation == NULL)
        at = edge_before(search, search->last_cue);
    if (at < search->subjects_to)
        at = search->subjects_to;
    while (at < finder->string.count && at <= limit) {
        size_t start, end;
        items_stretch(&finder->string, at, &start, &end);
        patterns_find_within(finder->subjects, &finder->string, at, end, &finder->matches,
                             &finder->match_count, &finder->match_capacity, search->limited);
        add_subjects(search, first_match);
        finder->match_count = first_match;
        search->subjects_to = at = end + 1;
    }
}

/* Subjects of verbs that report nothing count only where somebody is implied:
 * they are looked at when that happens, up to item `limit`, the cue of candidate number
 * `place` that asks. */
static void settle_subjects(Search *search, size_t place, size_t limit)
{
    find_subjects(search, limit);
    for (; search->settled < search->subject_count; search->settled++) {
        Candidate *subject = &search->subjects[search->settled];
        if (subject->cue >= limit)
            return;
        if (subject->cue < search->last_cue)
            subject->refused = "somebody has spoken since";
        else
            subject->refused = why_not_subject(search, subject, place);
        if (subject->refused == NULL)
            take_subject(search, subject);
    }
}

/* A verb in the imperfect without a subject, within a clause, describes the
 * noun before it, unless it hangs on a complementizer. */
static bool is_relative(const Search *search, const Candidate *candidate, const SpeakerQuery *query)
{
    size_t cue = candidate->cue;
    return cue > query->sentence_start && item_has(search, cue, CLASS_CUE_IMPERFECT) &&
           !item_has(search, cue, CLASS_CLITIC_CONJUNCTION) &&
           !item_has(search, cue - 1, CLASS_COMMA) && !item_has(search, cue - 1, CLASS_OPENER) &&
           !item_has(search, cue - 1, CLASS_COMP);
}

/* The letters are those of the passive too, and there is no room for a subject. */
static bool may_be_passive(const Search *search, const Candidate *candidate)
{
    return item_has(search, candidate->cue, CLASS_CUE_PASSIVE) &&
           candidate->from < candidate->cue_end + ROOM_FOR_SUBJECT;
}

static bool find_speaker(Search *search, size_t place, const SpeakerQuery *query, Quote *quote,
                         size_t *number)
{
    Candidate *candidate = &search->candidates[place];
    *number = SPEAKER_NONE;
    if (candidate->speaker_from < candidate->speaker_to) {
        if (speakers_look_back(search->speakers, candidate->speaker_from, candidate->speaker_to))
            settle_subjects(search, place, candidate->cue);
        /* سالم الحربي يصف الجسر بأنه: what stands behind the verb is its object. */
        else if (candidate->speaker_from > candidate->cue)
            *number = speakers_in_front(search->speakers, query, &quote->speaker);
        if (*number == SPEAKER_NONE)
            *number = speakers_named(search->speakers, candidate->speaker_from,
                                     candidate->speaker_to, query, &quote->speaker);
        if (*number == SPEAKER_NONE && search->finder->traits[candidate->rank].refuses_unnamed) {
            candidate->refused = "the speaker phrase holds no name, title or source";
            return false;
        }
    }
    if (*number != SPEAKER_NONE)
        return true;
    if (quote->kind != QUOTE_DIRECT && is_relative(search, candidate, query)) {
        candidate->refused = "without a subject it describes the noun before it";
        return false;
    }
    settle_subjects(search, place, candidate->cue);
    *number = speakers_implied(search->speakers, query, &quote->speaker);
    const QuoteFinder *finder = search->finder;
    bool passive = may_be_passive(search, candidate),
         imperfect = item_has(search, candidate->cue, CLASS_CUE_IMPERFECT);
    if (passive && imperfect && quote->kind == QUOTE_INDIRECT) {
        candidate->refused = "it may be a passive without a source";
        return false;
    }
    bool certain =
        finder->traits[candidate->rank].confidence >= CERTAIN &&
        (quote->kind == QUOTE_DIRECT || (!passive && !imperfect &&
                                         (!item_has(search, candidate->cue, CLASS_CUE_WEAK) ||
                                          item_has(search, candidate->cue, CLASS_CUE_ADJOINING))));
    if (*number == SPEAKER_NONE && !certain) {
        candidate->refused = "nobody is named and nobody has spoken before";
        return false;
    }
    if (*number == SPEAKER_NONE)
        quote->speaker = (Speaker){.type = SPEAKER_PERSON, .implied = true};
    return true;
}

static Polarity polarity_of(const Search *search, const Candidate *candidate)
{
    const PatternTraits *traits = &search->finder->traits[candidate->rank];
    if (traits->has_polarity)
        return traits->polarity;
    if (candidate->cue_end == candidate->cue)
        return POLARITY_ASSERTED;
    if (item_has(search, candidate->cue, CLASS_POLARITY_DENIED))
        return POLARITY_DENIED;
    return item_has(search, candidate->cue, CLASS_POLARITY_NONE) ? POLARITY_NONE
                                                                 : POLARITY_ASSERTED;
}

static bool holds_unclosed(const Search *search, const Candidate *candidate)
{
    const QuoteFinder *finder = search->finder;
    for (size_t i = first_mark(finder, candidate->from); is_mark_before(finder, i, candidate->to);
         i++)
        if (item_has(search, finder->mark_items[i], CLASS_MARKED) &&
            is_unclosed(search, finder->mark_items[i]))
            return true;
    return false;
}

static const ClassSet *classes_of(const Search *search, size_t item)
{
    return lexicon_set(search->finder->lexicon, item_at(search, item)->set);
}

static Evidence evidence_of(const Search *search, const Candidate *candidate)
{
    const Quote *quote = &search->quotes[candidate->quote];
    bool has_cue = candidate->cue_end > candidate->cue;
    bool leads = candidate->cue > 0 && item_at(search, candidate->cue - 1)->token_count != 0;
    return (Evidence){
        .pattern = search->finder->traits[candidate->rank].confidence,
        .cue = has_cue ? classes_of(search, candidate->cue) : NULL,
        .lead = leads ? classes_of(search, candidate->cue - 1) : NULL,
        .speaker = &quote->speaker,
        .known = candidate->known,
        .kind = quote->kind,
        .unclosed = holds_unclosed(search, candidate),
        .words = candidate->to - candidate->from,
        .apart = has_cue && candidate->from > candidate->cue_end
                     ? candidate->from - candidate->cue_end
                     : 0,
    };
}

/* How sure each quote is, once all names are known in full. */
static void weigh(Search *search)
{
    for (size_t i = 0; i < search->candidate_count; i++) {
        const Candidate *candidate = &search->candidates[i];
        if (!candidate->accepted || candidate->is_subject)
            continue;
        Evidence evidence = evidence_of(search, candidate);
        search->quotes[candidate->quote].confidence =
            confidence_of(search->finder->confidence, &evidence);
    }
}

/* Makes a quote of the candidate at `place`, unless something speaks against it. */
static void consider(Search *search, size_t place)
{
    Candidate *candidate = &search->candidates[place];
    candidate->refused = why_not(search, place);
    if (candidate->refused != NULL)
        return;
    if (search->finder->traits[candidate->rank].gives_way && search->quote_count == 0) {
        candidate->refused = "nobody has been quoted before";
        return;
    }
    SpeakerQuery query = query_of(search, candidate);
    size_t number;
    Quote quote = {.repeat = NO_INDEX};
    trim_content(search, candidate);
    set_content(search, candidate, &quote);
    if (quote.span.end <= quote.span.start) {
        candidate->refused = "it holds nothing";
        return;
    }
    if (!find_speaker(search, place, &query, &quote, &number))
        return;
    if (search->finder->traits[candidate->rank].by_person && quote.speaker.type != SPEAKER_PERSON) {
        candidate->refused = "only a person goes on in this way";
        return;
    }
    set_cue(search, candidate, &quote);
    quote.rule = pattern_name(candidate->pattern);
    quote.sentence = (ptrdiff_t)sentence_of(search, quote.span.start);
    quote.polarity = polarity_of(search, candidate);
    candidate->accepted = true;
    candidate->quote = search->quote_count;
    if (quote.speaker.implied && number != SPEAKER_NONE)
        candidate->known = speakers_nearness(search->speakers, number, &query);
    search->last_cue = candidate->cue;
    query.writes = query.writes && !quote.speaker.implied;
    if (number != SPEAKER_NONE)
        speakers_note(search->speakers, number, &query);
    search->numbers[search->quote_count] = number;
    search->quotes[search->quote_count++] = quote;
}

/* ---- circumstances ------------------------------------------------------------------ */

static const Candidate *next_accepted(const Search *search, size_t from)
{
    for (size_t i = from; i < search->candidate_count; i++)
        if (search->candidates[i].accepted)
            return &search->candidates[i];
    return NULL;
}

static size_t later(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* What stands in front of the cue belongs to its clause if it is not long and
 * holds no other verb: "At a conference in Sirte yesterday, the minister said". */
static size_t clause_start(const Search *search, size_t start, size_t cue)
{
    if (cue - start > FRONTED_MAX)
        return cue;
    for (size_t i = start; i < cue; i++)
        if (item_has(search, i, CLASS_CUE_PAST) || item_has(search, i, CLASS_CUE_IMPERFECT) ||
            item_has(search, i, CLASS_ACT))
            return cue;
    return start;
}

/* Where [*from, *to) of the reporting clause lies: from the sentence's edge, or
 * the quote before in it, to the words; to the sentence's other edge, or the next
 * cue in it, where the words stand first. */
static void reporting_clause(const Search *search, const Candidate *candidate,
                             const Candidate *previous, const Candidate *next, size_t *from,
                             size_t *to)
{
    size_t start = edge_before(search, candidate->cue), end = candidate->from;
    if (previous != NULL && previous->cue >= start)
        start = previous->to <= candidate->cue ? later(previous->to, previous->cue_end)
                                               : previous->cue_end;
    if (candidate->from <= candidate->cue) {
        start = later(start, candidate->to);
        end = candidate->cue_end;
        while (end < search->finder->string.count && item_at(search, end)->token_count != 0 &&
               (next == NULL || end < next->cue))
            end++;
    }
    *from = start < candidate->cue ? clause_start(search, start, candidate->cue) : candidate->cue;
    *to = end;
}

/* To whom and on what occasion: asked only where there is a quote. A participle
 * goes on in the circumstances of the clause that it hangs on. */
static void tell_circumstances(const Search *search, bool *limited)
{
    const Candidate *previous = NULL, *next;
    for (const Candidate *candidate = next_accepted(search, 0); candidate != NULL;
         previous = candidate, candidate = next) {
        next = next_accepted(search, (size_t)(candidate - search->candidates) + 1);
        Quote *quote = &search->quotes[candidate->quote];
        size_t from, to;
        reporting_clause(search, candidate, previous, next, &from, &to);
        circumstances_find(search->finder->circumstances, search->speakers, &search->finder->string,
                           from, to, quote, limited);
        const Quote *before = previous == NULL ? NULL : &search->quotes[previous->quote];
        if (before != NULL && before->sentence == quote->sentence &&
            search->finder->traits[candidate->rank].same_subject) {
            if (quote->addressee.name.data == NULL)
                quote->addressee = before->addressee;
            if (quote->occasion.name.data == NULL)
                quote->occasion = before->occasion;
        }
    }
}

/* Decides the subjects that nobody asked for, and puts all among the candidates. */
static void show_subjects(Search *search)
{
    settle_subjects(search, search->candidate_count, SIZE_MAX);
    size_t count = search->candidate_count;
    Candidate *all = ARENA_ROOM(search->arena, count + search->subject_count + 1, Candidate);
    memcpy(all, search->candidates, count * sizeof *all);
    if (search->subject_count != 0)
        memcpy(all + count, search->subjects, search->subject_count * sizeof *all);
    search->candidates = all;
    search->candidate_count = count + search->subject_count;
    qsort(all, search->candidate_count, sizeof *all, compare_candidates);
}

/* ---- --explain ----------------------------------------------------------------------- */

static void explain_circumstance(const char *what, const Circumstance *circumstance, Buffer *out)
{
    if (circumstance->name.data != NULL)
        buffer_append_format(out, "      %s by %.*s: %.*s\n", what, SLICE_ARG(circumstance->rule),
                             SLICE_ARG(circumstance->name));
}

static CodepointSpan items_span(const Search *search, size_t from, size_t to)
{
    return (CodepointSpan){item_at(search, from)->start, item_at(search, to - 1)->end};
}

/* By the confidence as it is written, in hundredths. */
static bool is_left_out(const Search *search, const Quote *quote)
{
    return floor(quote->confidence * 100 + 0.5) / 100 < search->finder->min_confidence;
}

static void explain_line(const Search *search, const Candidate *candidate)
{
    Explanation *explanation = search->explanation;
    Buffer *out = explanation->out;
    buffer_append_format(out, "  %s %.*s: cue %.*s", candidate->accepted ? "+" : "-",
                         SLICE_ARG(pattern_name(candidate->pattern)),
                         SLICE_ARG(explain_text(
                             explanation, items_span(search, candidate->cue, candidate->cue + 1))));
    if (candidate->speaker_from < candidate->speaker_to)
        buffer_append_format(
            out, "; speaker %.*s",
            SLICE_ARG(explain_text(
                explanation, items_span(search, candidate->speaker_from, candidate->speaker_to))));
    if (candidate->from < candidate->to)
        buffer_append_format(out, "; content %.*s",
                             SLICE_ARG(explain_text(
                                 explanation, items_span(search, candidate->from, candidate->to))));
    if (candidate->refused != NULL)
        buffer_append_format(out, "\n      refused: %s", candidate->refused);
    if (candidate->refused != NULL && candidate->by != NULL)
        buffer_append_format(out, ", by %.*s", SLICE_ARG(pattern_name(candidate->by)));
    buffer_append_byte(out, '\n');
    if (candidate->accepted && !candidate->is_subject) {
        const Quote *quote = &search->quotes[candidate->quote];
        Evidence evidence = evidence_of(search, candidate);
        confidence_explain(search->finder->confidence, &evidence, explanation);
        explain_circumstance("addressee", &quote->addressee, out);
        explain_circumstance("occasion", &quote->occasion, out);
        if (is_left_out(search, quote))
            buffer_append_format(out, "      left out: confidence %.2f is below %g\n",
                                 quote->confidence, search->finder->min_confidence);
    }
}

static void explain_mark(const Search *search, size_t item)
{
    Explanation *explanation = search->explanation;
    Slice type = search->mark_types[item], rule = search->mark_rules[item];
    if (type.length == 0)
        return;
    CodepointSpan span = marked_inner(search, item);
    if (!explanation->is_json) {
        buffer_append_format(explanation->out, "  marks hold %.*s by %.*s: %.*s\n", SLICE_ARG(type),
                             SLICE_ARG(rule), SLICE_ARG(explain_text(explanation, span)));
        return;
    }
    explain_item(explanation, span);
    explain_string(explanation, "type", type);
    explain_rule(explanation, rule, NULL);
    explain_close(explanation);
}

static void explain_object(const Search *search, const Candidate *candidate)
{
    Explanation *explanation = search->explanation;
    const Quote *quote =
        candidate->accepted && !candidate->is_subject ? &search->quotes[candidate->quote] : NULL;
    bool left_out = quote != NULL && is_left_out(search, quote);
    explain_candidate(explanation, candidate->accepted && !left_out);
    explain_rule(explanation, pattern_name(candidate->pattern), pattern_node(candidate->pattern));
    explain_string(explanation, "makes", candidate->is_subject ? SLICE("subject") : SLICE("quote"));
    explain_span(explanation, "cue", items_span(search, candidate->cue, candidate->cue + 1));
    if (candidate->speaker_from < candidate->speaker_to)
        explain_span(explanation, "speaker",
                     items_span(search, candidate->speaker_from, candidate->speaker_to));
    if (candidate->from < candidate->to)
        explain_span(explanation, "content", items_span(search, candidate->from, candidate->to));
    if (quote != NULL) {
        explain_member(explanation, "confidence");
        buffer_append_share(explanation->out, quote->confidence);
        Evidence evidence = evidence_of(search, candidate);
        confidence_explain(search->finder->confidence, &evidence, explanation);
    }
    if (left_out)
        explain_string(explanation, "reason", SLICE("its confidence is below --min-confidence"));
    if (candidate->refused != NULL)
        explain_string(explanation, "reason", slice_of(candidate->refused));
    if (candidate->refused != NULL && candidate->by != NULL)
        explain_string(explanation, "by", pattern_name(candidate->by));
    explain_close(explanation);
}

/* Items [from, to) are a sentence, or what stands in quotation marks. */
static void explain_items(const Search *search, size_t from, size_t to)
{
    const QuoteFinder *finder = search->finder;
    Explanation *explanation = search->explanation;
    ItemString part = {.items = finder->string.items + from, .count = to - from};
    const Item *first = item_at(search, from);
    if (explanation->is_json) {
        explain_begin(explanation);
        explain_place(explanation, (CodepointSpan){first->start - first->clitic_length,
                                                   item_at(search, to - 1)->end});
    }
    patterns_explain(finder->patterns, &part, search->text, search->tokens, explanation);
    if (search->mark_types != NULL) {
        if (explanation->is_json)
            explain_list(explanation, "marks");
        for (size_t i = from; i < to; i++)
            explain_mark(search, i);
        if (explanation->is_json)
            explain_list_end(explanation);
    }
    if (explanation->is_json)
        explain_list(explanation, "candidates");
    for (size_t i = 0; i < search->candidate_count; i++) {
        const Candidate *candidate = &search->candidates[i];
        if (candidate->cue < from || candidate->cue >= to)
            continue;
        if (explanation->is_json)
            explain_object(search, candidate);
        else
            explain_line(search, candidate);
    }
    if (explanation->is_json) {
        explain_list_end(explanation);
        explain_end(explanation);
    }
}

static void explain(const Search *search)
{
    const ItemString *string = &search->finder->string;
    for (size_t start = 0; start < string->count;) {
        size_t end = start;
        while (end < string->count && string->items[end].token_count != 0)
            end++;
        if (end > start)
            explain_items(search, start, end);
        start = end + 1;
    }
}

/* ---- a document -------------------------------------------------------------------------- */

static void leave_out_unsure(Search *search)
{
    size_t kept = 0;
    for (size_t i = 0; i < search->quote_count; i++)
        if (!is_left_out(search, &search->quotes[i]))
            search->quotes[kept++] = search->quotes[i];
    search->quote_count = kept;
}

/* ---- what marks hold ------------------------------------------------------------------ */

static bool is_marked(const Search *search, size_t item)
{
    return item_has(search, item, CLASS_MARKED);
}

/* What was found says what the marks in it hold; patterns say it of the others. */
static void type_marks(Search *search, bool *limited)
{
    const QuoteFinder *finder = search->finder;
    size_t count = finder->string.count;
    search->mark_types = ARENA_ARRAY(search->arena, count + 1, Slice);
    search->mark_rules = ARENA_ARRAY(search->arena, count + 1, Slice);
    for (size_t c = 0; c < search->candidate_count; c++) {
        const Candidate *candidate = &search->candidates[c];
        if (!candidate->accepted || candidate->is_subject)
            continue;
        Slice rule = pattern_name(candidate->pattern);
        bool alone = search->quotes[candidate->quote].kind == QUOTE_DIRECT;
        for (size_t i = candidate->from; i < candidate->to; i++) {
            bool speech = alone ? is_marked(search, i) || item_has(search, i, CLASS_BRACKETED_LONG)
                                : is_marked(search, i) && !item_has(search, i, CLASS_MARKED_NAME);
            if (!speech)
                continue;
            search->mark_types[i] = SLICE("speech");
            search->mark_rules[i] = rule;
        }
    }
    SpanTyper *spans = search->finder->spans;
    ItemString *string = &search->finder->string;
    span_types(spans, string, false, search->mark_types, search->mark_rules, limited);
    for (size_t c = 0; c < search->candidate_count; c++) {
        const Candidate *candidate = &search->candidates[c];
        for (size_t i = candidate->speaker_from; candidate->accepted && i < candidate->speaker_to;
             i++)
            if (is_marked(search, i) && search->mark_types[i].length == 0) {
                search->mark_types[i] = SLICE("name");
                search->mark_rules[i] = pattern_name(candidate->pattern);
            }
    }
    span_types(spans, string, true, search->mark_types, search->mark_rules, limited);
}

static ptrdiff_t quote_around(const Search *search, CodepointSpan span)
{
    for (size_t i = 0; i < search->quote_count; i++)
        if (search->quotes[i].span.start <= span.start && search->quotes[i].span.end > span.start)
            return (ptrdiff_t)i;
    return NO_INDEX;
}

static void list_marks(const Search *search, MarkedSpan **marks, size_t *count)
{
    const QuoteFinder *finder = search->finder;
    *marks = ARENA_ROOM(search->arena, finder->string.count + 1, MarkedSpan);
    for (size_t i = 0; i < finder->string.count; i++) {
        const Item *item = item_at(search, i);
        bool stray = item_has(search, i, CLASS_MARK_STRAY);
        MarkedSpan *mark = &(*marks)[*count];
        if (!stray && search->mark_types[i].length == 0)
            continue;
        *mark = (MarkedSpan){.span = {item->start, item->end},
                             .type = stray ? SLICE("stray") : search->mark_types[i],
                             .rule = search->mark_rules[i],
                             .quote = NO_INDEX};
        if (!stray) {
            mark->span = marked_inner(search, i);
            mark->unclosed = is_unclosed(search, i);
            mark->quote = quote_around(search, mark->span);
        }
        ++*count;
    }
}

/* A quote of a repeated sentence, or one that says the same twice. */
static void mark_repeats(Search *search)
{
    Utf8Cursor cursor = {.text = search->text};
    Slice *texts = NULL;
    size_t known = 0; /* of the texts: most documents repeat nothing */
    for (size_t i = 0; i < search->quote_count; i++) {
        Quote *quote = &search->quotes[i];
        if (quote->sentence < 0 || search->sentences[quote->sentence].repeat < 0)
            continue;
        if (texts == NULL)
            texts = ARENA_ROOM(search->arena, search->quote_count, Slice);
        for (; known <= i; known++)
            texts[known] = utf8_cursor_cut(&cursor, search->quotes[known].span);
        for (size_t j = 0; j < i && quote->repeat == NO_INDEX; j++)
            if (slice_equal(texts[i], texts[j]))
                quote->repeat = (ptrdiff_t)j;
    }
}

/* Fills search->quotes, in the order of their cues. */
static void find_quotes(Search *search)
{
    QuoteFinder *finder = search->finder;
    patterns_find_all(finder->patterns, &finder->string, &finder->matches, &finder->match_count,
                      &finder->match_capacity, search->limited);
    search->candidates = ARENA_ROOM(search->arena, finder->match_count + 1, Candidate);
    for (size_t i = 0; i < finder->match_count; i++)
        if (make_candidate(finder, &finder->matches[i],
                           &search->candidates[search->candidate_count]))
            search->candidate_count++;
    extend_contents(search);
    if (search->candidate_count == 0)
        return;
    qsort(search->candidates, search->candidate_count, sizeof *search->candidates,
          compare_candidates);
    search->quotes = ARENA_ROOM(search->arena, search->candidate_count, Quote);
    search->numbers = ARENA_ROOM(search->arena, search->candidate_count, size_t);
    for (size_t i = 0; i < search->candidate_count; i++)
        consider(search, i);
    tell_circumstances(search, search->limited);
    for (size_t i = 0; i < search->quote_count; i++)
        if (search->numbers[i] != SPEAKER_NONE)
            speakers_finish(search->speakers, search->numbers[i], &search->quotes[i].speaker);
    weigh(search);
    if (search->explanation != NULL)
        show_subjects(search); /* the quotes are as they are */
}

void quotes_find(QuoteFinder *finder, Slice text, const Sentence *sentences, size_t sentence_count,
                 Arena *arena, Quote **quotes, size_t *quote_count, MarkedSpan **marks,
                 size_t *mark_count, Explanation *explanation, bool *limited)
{
    Search search = {.finder = finder,
                     .text = text,
                     .sentences = sentences,
                     .sentence_count = sentence_count,
                     .arena = arena,
                     .limited = limited,
                     .explanation = explanation};
    *quotes = NULL;
    *marks = NULL;
    *quote_count = *mark_count = 0;
    *limited = false;
    if (lexicon_settle(finder->lexicon))
        speaker_rules_forget(finder->speakers);
    if (sentence_count == 0)
        return;
    tokenize(text, lexicon_fold(finder->lexicon), lexicon_vocabulary(finder->lexicon), arena,
             &search.tokens, &search.token_count);
    build_string(&search);
    search.speakers = speakers_begin(finder->speakers, text, search.tokens, &finder->string, arena);
    finder->match_count = 0;
    finder->stretch_start = finder->stretch_end = 0;
    finder->paragraph_first = finder->paragraph_end = 0;
    find_quotes(&search);
    if (finder->types_marks || explanation != NULL)
        type_marks(&search, limited);
    if (explanation != NULL)
        explain(&search);
    *limited = *limited || speakers_is_full(search.speakers);
    leave_out_unsure(&search);
    quotes_sort(search.quotes, search.quote_count);
    mark_repeats(&search);
    if (finder->types_marks)
        list_marks(&search, marks, mark_count);
    free(search.subjects);
    *quotes = search.quotes;
    *quote_count = search.quote_count;
}
