#include "tools/check-rules/examples.h"

#include <stdlib.h>

#include "common/utf8.h"

/* How an example turned out. */
typedef enum {
    HOLDS,
    HOLDS_OTHERWISE, /* by another rule than its own */
    FAILS,
} Verdict;

/* The rules of one pack alone, loaded when they are first asked for. */
typedef struct {
    Filters filters;
    bool is_loaded, is_good;
} Alone;

typedef struct {
    Filters *filters; /* of all rules, or of one pack alone */
    Filters *all;
    const RulesOptions *options;
    Alone *alone; /* by number of the pack, heap */
    size_t alone_count, alone_capacity;
    Buffer *report;
    ExampleCount count;
    Verdict verdict; /* of the example that was run last */
    Arena arena;     /* for one example */
    const char *section;
    Slice rule;           /* FILE/ID */
    const RuleNode *node; /* of the rule */
    const RuleNode *example;
    bool wanted;
} Run;

/* ---- values ---------------------------------------------------------------- */

/* What an example says of one thing that was found: name and value, in order. */
enum { FIELDS_MAX = 12 };
typedef struct {
    struct {
        const char *key;
        Slice value; /* data NULL: it has none */
    } fields[FIELDS_MAX];
    size_t count;
    Slice rule;
} View;

static void put(View *view, const char *key, Slice value)
{
    view->fields[view->count].key = key;
    view->fields[view->count++].value = value;
}

/* Runs of white space become one space, as normalize leaves a line. */
static Slice one_line(Run *run, Slice text)
{
    char *out = arena_alloc(&run->arena, text.length + 1);
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (!space)
            out[length++] = c;
        else if (length != 0 && out[length - 1] != ' ')
            out[length++] = ' ';
    }
    if (length != 0 && out[length - 1] == ' ')
        length--;
    return (Slice){out, length};
}

static bool same(Run *run, Slice expected, Slice found)
{
    if (found.data == NULL)
        return slice_equal(expected, SLICE("null"));
    return slice_equal(one_line(run, expected), one_line(run, found));
}

static Slice cut(Slice text, CodepointSpan span)
{
    return utf8_cut(text, span);
}

/* ---- telling ----------------------------------------------------------------- */

static void tell_failed(Run *run, Slice text)
{
    const RuleNode *node = run->example;
    run->verdict = FAILS;
    buffer_append_format(run->report, "%s:%u:%u: %s of %.*s: %.*s\n", node->file, node->line,
                         node->column, run->wanted ? "example" : "counterexample",
                         SLICE_ARG(run->rule), SLICE_ARG(one_line(run, text)));
}

static void tell_lines(Run *run, const char *what, const Slice *lines, size_t count)
{
    buffer_append_format(run->report, "    %s", what);
    for (size_t i = 0; i < count; i++)
        buffer_append_format(run->report, "%s%.*s\n", i == 0 ? "" : "             ",
                             SLICE_ARG(one_line(run, lines[i])));
    if (count == 0)
        buffer_append(run->report, SLICE("nothing\n"));
}

static void tell_expected(Run *run)
{
    const char *separator = "    expected ";
    for (const RuleNode *key = run->example->children; key; key = key->next) {
        if (slice_equal(key->key, SLICE("text")) || slice_equal(key->key, SLICE("note")) ||
            slice_equal(key->key, SLICE("date")))
            continue;
        buffer_append_format(run->report, "%s%.*s: %.*s", separator, SLICE_ARG(key->key),
                             SLICE_ARG(one_line(run, key->scalar)));
        separator = ", ";
    }
    buffer_append_format(run->report, " (by %.*s)\n", SLICE_ARG(run->rule));
}

static void tell_views(Run *run, const View *views, size_t count)
{
    if (count == 0)
        buffer_append(run->report, SLICE("    found    nothing\n"));
    for (size_t i = 0; i < count; i++) {
        buffer_append_format(run->report, "    %s", i == 0 ? "found    " : "         ");
        for (size_t field = 0; field < views[i].count; field++) {
            Slice value = views[i].fields[field].value;
            if (value.data != NULL && value.length != 0)
                buffer_append_format(run->report, "%s: %.*s, ", views[i].fields[field].key,
                                     SLICE_ARG(one_line(run, value)));
        }
        run->report->length -= 2; /* the last comma */
        buffer_append_format(run->report, " (by %.*s)\n", SLICE_ARG(views[i].rule));
    }
}

/* ---- judging ------------------------------------------------------------------- */

/* Whether the thing has all that the example says, by whatever rule. */
static bool view_fits(Run *run, const View *view)
{
    for (const RuleNode *key = run->example->children; key; key = key->next)
        for (size_t i = 0; i < view->count; i++)
            if (slice_equal(key->key, slice_of(view->fields[i].key)) &&
                !same(run, key->scalar, view->fields[i].value))
                return false;
    return true;
}

/* An example wants one thing of this rule with all that it says; a
 * counterexample wants nothing of this rule. */
static void judge_views(Run *run, Slice text, const View *views, size_t count)
{
    bool fits = false, fits_otherwise = false, mine = false;
    for (size_t i = 0; i < count; i++) {
        bool is_mine = slice_equal(views[i].rule, run->rule);
        bool is_fit = run->wanted && view_fits(run, &views[i]);
        mine = mine || is_mine;
        fits = fits || (is_fit && is_mine);
        fits_otherwise = fits_otherwise || is_fit;
    }
    if (run->wanted ? fits : !mine)
        return;
    tell_failed(run, text);
    run->verdict = fits_otherwise ? HOLDS_OTHERWISE : FAILS;
    if (run->wanted)
        tell_expected(run);
    else
        buffer_append(run->report, SLICE("    expected nothing by this rule\n"));
    tell_views(run, views, count);
}

/* What normalize makes of the example's text. */
static Slice cleaned(Run *run, Slice text)
{
    normalize_text(&run->filters->normalizer, text, NULL, 0);
    return arena_copy(&run->arena, run->filters->normalizer.text);
}

static void find_sentences(Run *run, Slice text, Sentence **sentences, size_t *count)
{
    bool limited = false;
    sentences_find(run->filters->split, run->filters->lines, text, &run->arena, NULL, sentences,
                   count, &limited);
}

static void run_quote(Run *run, Slice text)
{
    Sentence *sentences;
    Quote *quotes;
    MarkedSpan *marks;
    size_t sentence_count, count, mark_count;
    bool limited;
    find_sentences(run, text, &sentences, &sentence_count);
    quotes_find(run->filters->quotes, text, sentences, sentence_count, &run->arena, &quotes, &count,
                &marks, &mark_count, NULL, &limited);
    View *views = ARENA_ARRAY(&run->arena, count * 3 + 1, View);
    for (size_t i = 0; i < count; i++) {
        const Quote *quote = &quotes[i];
        const Speaker *speaker = &quote->speaker;
        View *view = &views[i];
        Slice none = {NULL, 0};
        put(view, "cue", quote->has_cue ? cut(text, quote->cue) : none);
        put(view, "speaker", speaker->has_span ? cut(text, speaker->span) : none);
        put(view, "name", speaker->name);
        put(view, "role", speaker->role.length != 0 ? speaker->role : none);
        put(view, "implied", speaker->implied ? SLICE("true") : SLICE("false"));
        put(view, "kind", slice_of(quote_kind_name(quote->kind)));
        put(view, "content", cut(text, quote->span));
        put(view, "addressee", quote->addressee.name);
        put(view, "occasion", quote->occasion.name);
        put(view, "polarity",
            quote->polarity == POLARITY_NONE ? none : slice_of(polarity_name(quote->polarity)));
        view->rule = quote->rule;
    }
    for (size_t i = 0, quotes_seen = count; i < quotes_seen; i++) {
        const Circumstance *told[] = {&quotes[i].addressee, &quotes[i].occasion};
        for (size_t j = 0; j < 2; j++)
            if (told[j]->name.data != NULL) {
                views[count] = views[i];
                views[count++].rule = told[j]->rule;
            }
    }
    judge_views(run, text, views, count);
}

static void run_mark(Run *run, Slice text)
{
    Sentence *sentences;
    Quote *quotes;
    MarkedSpan *marks;
    size_t sentence_count, quote_count, count;
    bool limited;
    find_sentences(run, text, &sentences, &sentence_count);
    quote_finder_type_marks(run->filters->quotes, true);
    quotes_find(run->filters->quotes, text, sentences, sentence_count, &run->arena, &quotes,
                &quote_count, &marks, &count, NULL, &limited);
    quote_finder_type_marks(run->filters->quotes, false);
    View *views = ARENA_ARRAY(&run->arena, count + 1, View);
    for (size_t i = 0; i < count; i++) {
        put(&views[i], "mark", cut(text, marks[i].span));
        put(&views[i], "type", marks[i].type);
        views[i].rule = marks[i].rule;
    }
    judge_views(run, text, views, count);
}

static void run_entity(Run *run, Slice text)
{
    Sentence *sentences;
    Entity *entities;
    size_t sentence_count, count;
    bool limited = false;
    Day today = {0};
    day_read(rule_text(run->example, "date"), &today);
    find_sentences(run, text, &sentences, &sentence_count);
    TaggerInput input = {
        .text = text, .sentences = sentences, .sentence_count = sentence_count, .today = today};
    tagger_find(run->filters->tagger, &input, &run->arena, &entities, &count, NULL, &limited);
    View *views = ARENA_ARRAY(&run->arena, count + 1, View);
    for (size_t i = 0; i < count; i++) {
        const Entity *entity = &entities[i];
        View *view = &views[i];
        Slice none = {NULL, 0};
        put(view, "entity", cut(text, entity->span));
        put(view, "type", entity->type);
        put(view, "name", entity->name);
        put(view, "value", entity->value.length != 0 ? entity->value : none);
        put(view, "id", entity->id.length != 0 ? entity->id : none);
        view->rule = entity->rule;
    }
    judge_views(run, text, views, count);
}

static void run_boundary(Run *run, Slice text)
{
    const RuleNode *list = rule_get(run->example, "sentences");
    if (list == NULL)
        return;
    Sentence *sentences;
    size_t count, wanted_count = 0;
    find_sentences(run, text, &sentences, &count);
    Slice *found = ARENA_ARRAY(&run->arena, count + 1, Slice);
    Slice *wanted = ARENA_ARRAY(&run->arena, list->child_count + 1, Slice);
    for (size_t i = 0; i < count; i++)
        found[i] = cut(text, sentences[i].span);
    for (const RuleNode *item = list->children; item; item = item->next)
        wanted[wanted_count++] = item->scalar;
    bool good = count == wanted_count;
    for (size_t i = 0; i < count && good; i++)
        good = same(run, wanted[i], found[i]);
    if (good)
        return;
    tell_failed(run, text);
    tell_lines(run, "expected ", wanted, wanted_count);
    tell_lines(run, "found    ", found, count);
}

/* A line of the text, by default all of it, has the role of the rule. */
static void run_line(Run *run, Slice text)
{
    Slice line = rule_text(run->example, "line"), role = rule_text(run->node, "role");
    if (line.length == 0)
        line = text;
    Sentence *sentences;
    size_t count;
    find_sentences(run, text, &sentences, &count);
    Slice found = SLICE("no sentence like this line");
    bool has_role = false;
    for (size_t i = 0; i < count; i++) {
        if (!same(run, line, cut(text, sentences[i].span)))
            continue;
        has_role = has_role || slice_equal(sentences[i].role, role);
        found = sentences[i].role.length != 0 ? sentences[i].role : SLICE("body text");
    }
    if (has_role == run->wanted)
        return;
    tell_failed(run, text);
    buffer_append_format(run->report, "    expected %s%.*s\n    found    %.*s\n",
                         run->wanted ? "" : "something else than ", SLICE_ARG(role),
                         SLICE_ARG(found));
}

/* A step that is off by default is looked at with the others that are on. */
static void run_repair(Run *run)
{
    Rules rules = run->filters->filters[NORMALIZE].rules;
    Error error = {.exit_code = 0};
    const char *id = rule_text(run->node, "id").data;
    StringList on = {&id, 1, 1}, off = {0};
    Detector detector = {0};
    Normalizer normalizer = {0};
    rules.arena = (Arena){0};
    const Steps *steps = steps_new(&rules, &on, &off, &error);
    Slice from = rule_text(run->example, "from"), to = rule_text(run->example, "to");
    if (steps != NULL && detector_load(&rules, &detector, &error) &&
        normalizer_init(&normalizer, &rules, steps, &detector, false, &error))
        normalize_text(&normalizer, from, NULL, 0);
    if (!slice_equal(normalizer.text, to)) {
        tell_failed(run, from);
        tell_lines(run, "expected ", &to, 1);
        tell_lines(run, "found    ", &normalizer.text, 1);
    }
    normalizer_release(&normalizer);
    arena_release(&rules.arena);
}

/* ---- all rules ------------------------------------------------------------------- */

static void run_example(Run *run)
{
    const RuleNode *example = run->example;
    run->verdict = HOLDS;
    if (strcmp(run->section, "repairs") == 0) {
        run_repair(run);
        return;
    }
    Slice text = example->kind == RULE_SCALAR ? example->scalar : rule_text(example, "text");
    text = cleaned(run, text);
    if (strcmp(run->section, "lines") == 0)
        run_line(run, text);
    else if (strcmp(run->section, "boundaries") == 0)
        run_boundary(run, text);
    else if (slice_equal(rule_text(run->node, "makes"), SLICE("quote")) ||
             slice_equal(rule_text(run->node, "makes"), SLICE("circumstance")))
        run_quote(run, text);
    else if (slice_equal(rule_text(run->node, "makes"), SLICE("mark")))
        run_mark(run, text);
    else
        run_entity(run, text);
}

/* The rules of that pack alone; NULL where they are not to be had. */
static Filters *alone_of(Run *run, unsigned pack)
{
    Alone *alone = &run->alone[pack];
    if (!alone->is_loaded) {
        Mistakes mistakes = {0};
        Error error = {.exit_code = 0};
        alone->is_loaded = true;
        alone->is_good =
            filters_load_pack(&alone->filters, run->options, pack, &mistakes, &error) &&
            mistakes.count == 0;
        mistakes_release(&mistakes);
    }
    return alone->is_good ? &alone->filters : NULL;
}

/* Whether what did not hold with all rules does so with those of its pack, so that it is
 * the others that come first. */
static bool holds_alone(Run *run, unsigned pack)
{
    Buffer ignored = {0}, *report = run->report;
    Filters *alone = pack != 0 ? alone_of(run, pack) : NULL;
    if (alone == NULL)
        return false;
    run->filters = alone;
    run->report = &ignored;
    run_example(run);
    bool holds = run->verdict == HOLDS;
    run->filters = run->all;
    run->report = report;
    buffer_release(&ignored);
    return holds;
}

/* An example of a pack may be overruled by other rules; where they come to the same, it
 * still holds. */
static void judge_example(Run *run, unsigned pack)
{
    size_t length = run->report->length;
    run_example(run);
    Verdict verdict = run->verdict;
    if (verdict == HOLDS) {
        run->count.passed++;
    } else if (!holds_alone(run, pack)) {
        run->count.failed++;
    } else if (verdict == HOLDS_OTHERWISE) {
        run->report->length = length;
        run->count.passed++;
    } else {
        run->count.overruled++;
        buffer_append(run->report,
                      SLICE("    overruled: it holds with the rules of its pack alone\n"));
    }
}

static void run_rule(Run *run, const RuleWalk *walk)
{
    static const char *const keys[] = {"examples", "counterexamples"};
    run->node = walk->node;
    for (size_t i = 0; i < 2; i++) {
        const RuleNode *list = rule_get(walk->node, keys[i]);
        run->wanted = i == 0;
        for (run->example = list ? list->children : NULL; run->example;
             run->example = run->example->next) {
            run->rule = arena_format(&run->arena, "%.*s/%.*s", SLICE_ARG(walk->file->stem),
                                     SLICE_ARG(rule_text(walk->node, "id")));
            judge_example(run, walk->file->pack);
            arena_reset(&run->arena, 1 << 16);
        }
    }
}

static void run_section(Run *run, FilterKind kind, const char *section, const char *makes)
{
    const Rules *rules = &run->all->filters[kind].rules;
    run->section = section;
    for (RuleWalk walk = rules_walk(rules, section); rule_walk_next(&walk);)
        if (makes == NULL || slice_equal(rule_text(walk.node, "makes"), slice_of(makes)))
            run_rule(run, &walk);
}

/* Room for the rules of each pack alone. */
static void count_packs(Run *run)
{
    size_t count = 1;
    for (int kind = 0; kind < FILTER_COUNT; kind++) {
        const Rules *rules = &run->all->filters[kind].rules;
        for (size_t i = 0; i < rules->file_count; i++)
            if (rules->files[i].pack >= count)
                count = rules->files[i].pack + (size_t)1;
    }
    run->alone = memory_grow(NULL, &run->alone_capacity, count, sizeof *run->alone);
    run->alone_count = count;
    memset(run->alone, 0, count * sizeof *run->alone);
}

static void release_packs(Run *run)
{
    for (size_t i = 0; i < run->alone_count; i++)
        if (run->alone[i].is_loaded)
            filters_release(&run->alone[i].filters);
    free(run->alone);
}

ExampleCount examples_run(Filters *filters, const RulesOptions *options, Buffer *report)
{
    Run run = {.filters = filters, .all = filters, .options = options, .report = report};
    count_packs(&run);
    run_section(&run, NORMALIZE, "repairs", NULL);
    run_section(&run, SENTENCE_SPLIT, "lines", NULL);
    run_section(&run, SENTENCE_SPLIT, "boundaries", NULL);
    run_section(&run, QUOTE_EXTRACT, "patterns", "quote");
    run_section(&run, QUOTE_EXTRACT, "patterns", "circumstance");
    run_section(&run, QUOTE_EXTRACT, "patterns", "mark");
    run_section(&run, TAG_ENTITIES, "patterns", "entity");
    release_packs(&run);
    arena_release(&run.arena);
    return run.count;
}
