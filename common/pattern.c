#include "common/pattern.h"

#include <stdlib.h>

#include "common/json.h"
#include "common/kinds.h"
#include "common/nearest.h"
#include "common/pattern_keeping.h"

enum {
    SEARCH_STEPS = 1000 * 1000,  /* that one search may take,                   */
    SEARCH_STEPS_PER_ITEM = 100, /* and these more for each item of its stretch */
    WAYS_MAX = 16,               /* of one pattern to begin a match             */
};

_Static_assert(PATTERN_CAPTURES <= 32, "a match has a bit for each capture");
_Static_assert(EXPRESSIONS_MAX + 128 + UNIONS_MAX < NO_GUARD, "unions have numbers behind them");

struct Pattern {
    Slice name;
    const RuleNode *node;
    size_t layer;         /* as RuleWalk has it                          */
    size_t loaded, index; /* its number as it was loaded, and as it counts */
    PatternText source;
    PatternProgram program;
};

/* An item at which a pattern may begin, and the number of the next such. */
typedef struct {
    uint32_t item, next;
} Start;

#define NO_START UINT32_MAX

struct PatternSet {
    Lexicon *lexicon;
    Pattern *patterns; /* of the kind asked for */
    size_t count, capacity;
    PatternScope scope;
    Guards guards;
    Kinds kinds;
    NeedBits *needs;    /* by pattern                                                  */
    uint64_t *possible; /* a bit for each pattern, in the stretch that was looked at   */
    size_t pattern_words;
    uint32_t *next_starts; /* by pattern that is possible: a number in `starts`        */
    Start *starts;
    size_t start_count, start_capacity;
    ItemView view; /* of the stretch */
    Machine machine;
    Cache cache; /* in which the programs may lie */
};

/* ---- loading ----------------------------------------------------------- */

const char *const pattern_keys[] = {PATTERN_KEYS, NULL};

const char *const pattern_kinds[] = {"class", "quote", "entity",       "subject",
                                     "end",   "mark",  "circumstance", NULL};

/* Another filter's pattern is left to it, but one that no filter reads would be
 * a rule without effect. */
static bool is_elsewhere(const RuleNode *node, Slice id, Slice made, Error *error)
{
    if (made.length == 0)
        return rule_error(node, error, "pattern \"%.*s\" needs makes: (class, quote or entity)",
                          SLICE_ARG(id));
    for (const char *const *kind = pattern_kinds; *kind != NULL; kind++)
        if (slice_equal(made, slice_of(*kind)))
            return true;
    return rule_error(rule_get(node, "makes"), error,
                      "nothing makes \"%.*s\"; did you mean \"%s\"?", SLICE_ARG(made),
                      name_nearest(made, pattern_kinds));
}

static bool add_pattern(PatternSet *set, const RuleWalk *walk, const char *makes,
                        const char *const *keys, Error *error)
{
    const RuleNode *node = walk->node;
    Slice id = rule_text(node, "id"), made = rule_text(node, "makes");
    if (id.length == 0)
        return rule_error(node, error, "a pattern needs an id");
    for (size_t i = 0; i < id.length; i++)
        if (!is_name_byte((unsigned char)id.data[i]))
            return rule_error(rule_get(node, "id"), error,
                              "the id \"%.*s\" must be made of letters, digits, - and _",
                              SLICE_ARG(id));
    bool is_class = slice_equal(made, SLICE("class"));
    if (!is_class && !slice_equal(made, slice_of(makes)))
        return is_elsewhere(node, id, made, error);
    if (keys != NULL && !rule_check_keys(node, is_class ? pattern_keys : keys, error))
        return false;
    const RuleNode *match = rule_get(node, "match");
    if (match == NULL || match->kind != RULE_SCALAR || match->scalar.length == 0)
        return rule_error(node, error, "pattern \"%.*s\" needs a match", SLICE_ARG(id));
    PatternText source = {id, match->scalar, match, is_class, NULL};
    PatternScope *scope = &set->scope;
    /* @id would mean the words of the lexicon, and the pattern nothing. */
    if (is_class && classes_find(lexicon_classes(scope->lexicon), id) != CLASS_NONE)
        return rule_error(rule_get(node, "id"), error,
                          "\"%.*s\" is a class of the lexicon; give the pattern another id",
                          SLICE_ARG(id));
    if (is_class) {
        scope->classes = memory_grow(scope->classes, &scope->class_capacity, scope->class_count + 1,
                                     sizeof *scope->classes);
        scope->classes[scope->class_count++] = source;
    }
    if (!slice_equal(made, slice_of(makes)))
        return true;
    set->patterns =
        memory_grow(set->patterns, &set->capacity, set->count + 1, sizeof *set->patterns);
    Slice name =
        arena_format(scope->arena, "%.*s/%.*s", SLICE_ARG(walk->file->stem), SLICE_ARG(id));
    set->patterns[set->count] = (Pattern){
        .name = name, .node = node, .layer = walk->layer, .loaded = set->count, .source = source};
    set->count++;
    return true;
}

static int by_layer(const void *a, const void *b)
{
    const Pattern *x = a, *y = b;
    if (x->layer != y->layer)
        return x->layer > y->layer ? -1 : 1;
    return x->loaded < y->loaded ? -1 : 1;
}

/* They are parsed as they were loaded, so that it is the last rules which go beyond a
 * limit, and count by layer. */
static void order_patterns(PatternSet *set)
{
    if (set->count > 1)
        qsort(set->patterns, set->count, sizeof *set->patterns, by_layer);
    for (size_t i = 0; i < set->count; i++)
        set->patterns[i].index = i;
}

/* A class that is needed in itself: two ways of going on may need different classes
 * below the same one. False when there is no room. */
static bool need_class(PatternSet *set, Needs *needs, int number)
{
    Op op = {OP_ANY, expressions_class_mask(&set->scope.expressions, number)};
    Expression expression = {&op, 1};
    size_t found = expressions_find(&set->scope.expressions, &expression, set->scope.arena);
    if (found >= NEEDED_MAX)
        return false;
    bit_set(needs->expressions, found);
    return true;
}

/* The classes that an item has in any case for which the expression holds, if there is
 * more to it than one of them. */
static void join_implied(const PatternSet *set, const Expression *expression, ClassSet *implied)
{
    ClassSet found = {{0}};
    if (expression->count > 1)
        expressions_conjuncts(&set->scope.expressions, expression, &found);
    classes_put_all(lexicon_classes(set->lexicon), implied, &found);
}

/* Those of what else the pattern needs, and what is above classes that it needs. */
static void find_implied(const PatternSet *set, const Needs *needs, ClassSet *implied)
{
    *implied = (ClassSet){{0}};
    const uint64_t *bits = needs->expressions;
    for (size_t number = bit_next(bits, NEEDED_MAX, 0); number < NEEDED_MAX;
         number = bit_next(bits, NEEDED_MAX, number + 1))
        join_implied(set, &set->scope.expressions.items[number], implied);
    bits = needs->kinds.bits;
    for (size_t c = bit_next(bits, CLASS_MAX, 0); c < CLASS_MAX;
         c = bit_next(bits, CLASS_MAX, c + 1)) {
        ClassSet above = {{0}};
        classes_put(lexicon_classes(set->lexicon), &above, (int)c);
        above.bits[c / 64] &= ~((uint64_t)1 << (c % 64));
        class_union(implied, &above);
    }
}

/* Numbers the expressions that patterns need, and says it to each and to `source`. */
static void number_needs(PatternSet *set, KindSource *source)
{
    Arena *arena = set->scope.arena;
    Needs all = {0};
    for (size_t i = 0; i < set->count; i++) {
        Needs *needs = &set->patterns[i].program.needs;
        ClassSet implied;
        find_implied(set, needs, &implied);
        const uint64_t *kinds = needs->kinds.bits;
        for (size_t c = bit_next(kinds, CLASS_MAX, 0); c < CLASS_MAX;
             c = bit_next(kinds, CLASS_MAX, c + 1))
            if (!class_has(&implied, (int)c) && !need_class(set, needs, (int)c))
                break;
        needs_join(&all, needs);
    }
    uint64_t *needed = ARENA_ARRAY(arena, NEEDED_MAX / 64, uint64_t);
    uint16_t *need_bits = ARENA_ARRAY(arena, NEEDED_MAX, uint16_t);
    source->needed = needed;
    source->need_bits = need_bits;
    memcpy(needed, all.expressions, sizeof all.expressions);
    size_t count = 0;
    for (size_t number = bit_next(needed, NEEDED_MAX, 0); number < NEEDED_MAX;
         number = bit_next(needed, NEEDED_MAX, number + 1))
        need_bits[number] = (uint16_t)(count++ % (NEED_WORDS * 64));
    for (size_t i = 0; i < set->count; i++) {
        const uint64_t *bits = set->patterns[i].program.needs.expressions;
        for (size_t number = bit_next(bits, NEEDED_MAX, 0); number < NEEDED_MAX;
             number = bit_next(bits, NEEDED_MAX, number + 1))
            bit_set(set->needs[i].bits, need_bits[number]);
    }
}

/* The ways of all patterns to begin, one pattern's behind the other's. */
typedef struct {
    Lead *leads;          /* heap */
    uint32_t *pattern_of; /* heap; by way: the index of its pattern */
    size_t count, capacity, pattern_capacity;
} Ways;

static void find_ways(const PatternSet *set, Ways *ways)
{
    for (size_t i = 0; i < set->count; i++) {
        const PatternProgram *program = &set->patterns[i].program;
        size_t first = ways->count;
        ways->leads =
            memory_grow(ways->leads, &ways->capacity, first + WAYS_MAX, sizeof *ways->leads);
        ways->pattern_of = memory_grow(ways->pattern_of, &ways->pattern_capacity, first + WAYS_MAX,
                                       sizeof *ways->pattern_of);
        ways->count +=
            program_leads(program->steps, program->step_count, ways->leads + first, WAYS_MAX);
        for (size_t way = first; way < ways->count; way++)
            ways->pattern_of[way] = (uint32_t)i;
    }
}

/* What guards the ways of all programs, once all expressions are known. */
static void write_guards(PatternSet *set)
{
    set->guards = (Guards){.arena = set->scope.arena,
                           .first = kinds_expression_bits(&set->scope.expressions)};
    for (size_t i = 0; i < set->count; i++) {
        const PatternProgram *program = &set->patterns[i].program;
        guards_write(&set->guards, program->steps, program->step_count);
    }
}

/* Makes programs of all texts. Class patterns are parsed where others name them: those that
 * nobody uses may be meant for another tool, with classes of its own. */
static bool parse_all(PatternSet *set, Error *error)
{
    for (size_t i = 0; i < set->count; i++)
        if (!pattern_parse(&set->scope, &set->patterns[i].source, &set->patterns[i].program, error))
            return false;
    return true;
}

static void list_programs(PatternSet *set, PatternParts *parts)
{
    for (size_t i = 0; i < set->count; i++)
        parts->programs[set->patterns[i].loaded] = &set->patterns[i].program;
}

/* Parses the patterns, says what they need and how they begin, and keeps all that at `path`, if
 * it is not NULL. */
static bool make_parts(PatternSet *set, PatternParts *parts, const char *path, uint64_t key,
                       Ways *ways, Error *error)
{
    KindSource *source = parts->source;
    if (!parse_all(set, error))
        return false;
    order_patterns(set);
    number_needs(set, source);
    write_guards(set);
    find_ways(set, ways);
    source->leads = ways->leads;
    source->pattern_of = ways->pattern_of;
    source->way_count = ways->count;
    list_programs(set, parts);
    if (path != NULL)
        pattern_parts_keep(parts, path, key);
    return true;
}

/* What runs the patterns that have been added, from what an earlier start kept where it can. */
static bool prepare(PatternSet *set, Rules *rules, const char *makes, Error *error)
{
    Arena *arena = set->scope.arena;
    KindSource source = {.arena = arena,
                         .lexicon = set->lexicon,
                         .expressions = &set->scope.expressions,
                         .guards = &set->guards};
    set->needs = ARENA_ARRAY(arena, set->count + 1, NeedBits);
    PatternParts parts = {.classes = pattern_parts_classes(set->lexicon),
                          .scope = &set->scope,
                          .programs = ARENA_ROOM(arena, set->count, PatternProgram *),
                          .count = set->count,
                          .guards = &set->guards,
                          .needs = set->needs,
                          .source = &source};
    const char *path = set->count == 0 ? NULL : rules_keeping_path(rules, makes);
    PartsState state = PARTS_MISSING;
    Ways ways = {0};
    bool good = true;
    list_programs(set, &parts);
    if (path != NULL)
        state = pattern_parts_restore(&parts, &set->cache, path, rules->cache_key,
                                      set->patterns[0].source.match);
    if (state == PARTS_RESTORED)
        order_patterns(set);
    else
        good = make_parts(set, &parts, state == PARTS_MISSING ? path : NULL, rules->cache_key,
                          &ways, error);
    if (good)
        kinds_init(&set->kinds, &source);
    free(ways.leads);
    free(ways.pattern_of);
    return good;
}

PatternSet *patterns_new(Rules *rules, Lexicon *lexicon, const char *makes, const char *const *keys,
                         Error *error)
{
    PatternSet *set = ARENA_NEW(&rules->arena, PatternSet);
    set->lexicon = lexicon;
    set->scope.arena = &rules->arena;
    set->scope.lexicon = lexicon;
    bool good = true;
    for (RuleWalk walk = rules_walk(rules, "patterns"); good && rule_walk_next(&walk);)
        good = add_pattern(set, &walk, makes, keys, error);
    if (!good || !prepare(set, rules, makes, error)) {
        patterns_free(set);
        return NULL;
    }
    set->pattern_words = (set->count + 63) / 64 + 1;
    set->possible = ARENA_ARRAY(set->scope.arena, set->pattern_words, uint64_t);
    set->next_starts = ARENA_ARRAY(set->scope.arena, set->count + 1, uint32_t);
    return set;
}

void patterns_free(PatternSet *set)
{
    if (set == NULL)
        return;
    free(set->patterns);
    free(set->scope.classes);
    free(set->scope.additions);
    expressions_release(&set->scope.expressions);
    kinds_release(&set->kinds);
    free(set->starts);
    machine_release(&set->machine);
    cache_close(&set->cache);
}

size_t patterns_count(const PatternSet *set)
{
    return set->count;
}

const Pattern *patterns_at(const PatternSet *set, size_t index)
{
    return &set->patterns[index];
}

Slice pattern_name(const Pattern *pattern)
{
    return pattern->name;
}

const RuleNode *pattern_node(const Pattern *pattern)
{
    return pattern->node;
}

const ClassSet *pattern_needs(const Pattern *pattern)
{
    return &pattern->program.needs.classes;
}

size_t pattern_index(const Pattern *pattern)
{
    return pattern->index;
}

bool pattern_captures(const Pattern *pattern, int capture)
{
    for (size_t i = 0; i < pattern->program.group_count; i++)
        if (pattern->program.groups[i].capture == capture)
            return true;
    return false;
}

int patterns_capture(const PatternSet *set, const char *name)
{
    for (size_t i = 0; i < set->scope.capture_count; i++)
        if (slice_equal(set->scope.captures[i], slice_of(name)))
            return (int)i;
    return -1;
}

/* ---- running ----------------------------------------------------------- */

/* The pattern may begin at `item`, before all other items that are known, unless what it
 * needs is not there. */
static void note_start(PatternSet *set, size_t index, const NeedBits *there, size_t item)
{
    uint32_t next = bit_at(set->possible, index) ? set->next_starts[index] : NO_START;
    bool is_known = next != NO_START && set->starts[next].item == item;
    if (is_known || !needs_are_met(&set->needs[index], there))
        return;
    set->starts =
        memory_grow(set->starts, &set->start_capacity, set->start_count + 1, sizeof *set->starts);
    set->starts[set->start_count] = (Start){(uint32_t)item, next};
    set->next_starts[index] = (uint32_t)set->start_count++;
    bit_set(set->possible, index);
}

/* The items of a place where a match may begin. */
typedef struct {
    const Glance *first, *second, *third;
    size_t item; /* the first */
} Place;

/* Of the ways that were chosen those that are in the sets of the item before, of the first,
 * and of the two that follow. */
static __attribute__((noinline)) void note_starts(PatternSet *set, const Place *place,
                                                  uint16_t chosen, const NeedBits *there)
{
    const Bitsets *sets = &set->kinds.ways;
    const Head *heads = set->kinds.heads;
    const ItemView *view = &set->view;
    size_t item = place->item, before = item > view->from ? view->kinds[item - 1] : STOP_KIND;
    const uint64_t *befores = bitsets_at(sets, heads[before].before);
    const uint64_t *firsts = bitsets_at(sets, heads[place->first - set->kinds.glances].places[0]);
    const uint64_t *seconds = bitsets_at(sets, heads[place->second - set->kinds.glances].places[1]);
    const uint64_t *thirds = bitsets_at(sets, heads[place->third - set->kinds.glances].places[2]);
    const uint64_t *choice = bitsets_at(sets, chosen);
    for (size_t word = 0, words = sets->words; word < words; word += 2) {
        WordPair ways =
            word_pair(firsts + word) & word_pair(seconds + word) & word_pair(thirds + word);
        if (!pair_any(ways))
            continue;
        ways &= word_pair(befores + word) & word_pair(choice + word);
        for (size_t i = 0; i < 2; i++)
            for (uint64_t left = ways[i]; left != 0; left &= left - 1)
                note_start(set,
                           set->kinds.pattern_of[(word + i) * 64 + (size_t)__builtin_ctzll(left)],
                           there, item);
    }
}

/* The fold of the ways that may begin with a first item where nothing stands in front. */
static WordPair fold_at_edge(const PatternSet *set, const Glance *first)
{
    return bitsets_fold(&set->kinds.ways, set->kinds.heads[first - set->kinds.glances].places[0]);
}

/* From the last item to the first, so that it is known what stands behind each. */
static void scan(PatternSet *set, uint16_t chosen)
{
    const Glance *glances = set->kinds.glances, *stop = &glances[STOP_KIND];
    const Glance *first = stop, *second = stop, *third = stop;
    const uint16_t *kinds = set->view.kinds;
    const size_t from = set->view.from;
    const WordPair chosen_fold = bitsets_fold(&set->kinds.ways, chosen);
    NeedBits there = stop->needs;
    for (size_t item = set->view.to; item > from; item--) {
        const Glance *before = &glances[kinds[item - 1]];
        WordPair ways = first->folds[0];
        if (__builtin_expect(before == stop, 0))
            ways = fold_at_edge(set, first);
        if (pair_any(ways & second->folds[1] & third->folds[2] & chosen_fold)) {
            Place place = {first, second, third, item};
            note_starts(set, &place, chosen, &there);
        }
        third = second;
        second = first;
        first = before;
        needs_meet(&there, &first->needs);
    }
    Place place = {first, second, third, from};
    if (pair_any(fold_at_edge(set, first) & second->folds[1] & third->folds[2] & chosen_fold))
        note_starts(set, &place, chosen, &there);
}

_Static_assert(PATTERNS_ALL == 0, "the choice of all has its number");

size_t patterns_choose(PatternSet *set, const uint64_t *wanted)
{
    return kinds_choose(&set->kinds, wanted);
}

const uint64_t *patterns_possible(PatternSet *set, ItemString *string, size_t from, size_t to,
                                  size_t choice)
{
    kinds_write(&set->kinds, string, from, to);
    set->view =
        (ItemView){string->kinds, set->kinds.rows, set->kinds.row_words, from, to, STOP_KIND};
    memset(set->possible, 0, set->pattern_words * sizeof *set->possible);
    set->start_count = 0;
    scan(set, kinds_chosen(&set->kinds, choice));
    return set->possible;
}

/* The next item at or behind `at` at which the pattern may begin; SIZE_MAX if there is
 * none. */
static size_t next_start(PatternSet *set, size_t index, size_t at)
{
    uint32_t next = set->next_starts[index];
    while (next != NO_START && set->starts[next].item < at)
        next = set->starts[next].next;
    set->next_starts[index] = next;
    return next == NO_START ? SIZE_MAX : set->starts[next].item;
}

static void read_match(const PatternSet *set, const Pattern *pattern, PatternMatch *match)
{
    match->pattern = pattern;
    match->captured = 0;
    for (size_t i = 0; i < pattern->program.group_count; i++) {
        const Group *group = &pattern->program.groups[i];
        const uint32_t *slots = set->machine.slots + group->slot;
        if (slots[1] == PLACE_NONE)
            continue;
        match->captures[group->capture].start = slots[0];
        match->captures[group->capture].end = slots[1];
        match->captured |= UINT32_C(1) << group->capture;
    }
}

bool patterns_find(PatternSet *set, const Pattern *pattern, size_t at, PatternMatch *match,
                   bool *limited)
{
    if (at >= set->view.to || !bit_at(set->possible, pattern->index))
        return false;
    set->machine.budget = SEARCH_STEPS + SEARCH_STEPS_PER_ITEM * (set->view.to - at);
    while ((at = next_start(set, pattern->index, at)) != SIZE_MAX) {
        RunResult result = program_run(&set->machine, pattern->program.steps,
                                       pattern->program.slot_count, &set->view, at, &match->end);
        if (result == RUN_MATCHES) {
            match->start = at;
            read_match(set, pattern, match);
            return true;
        }
        if (result == RUN_LIMITED) {
            *limited = true;
            return false;
        }
        at++;
    }
    return false;
}

void patterns_find_within(PatternSet *set, ItemString *string, size_t from, size_t to,
                          PatternMatch **matches, size_t *count, size_t *capacity, bool *limited)
{
    const uint64_t *possible = patterns_possible(set, string, from, to, PATTERNS_ALL);
    for (size_t word = 0; word < set->pattern_words; word++)
        for (uint64_t left = possible[word]; left != 0; left &= left - 1) {
            const Pattern *pattern = &set->patterns[word * 64 + (size_t)__builtin_ctzll(left)];
            PatternMatch match;
            for (size_t at = from; at < to && patterns_find(set, pattern, at, &match, limited);
                 at = match.end > match.start ? match.end : match.end + 1) {
                *matches = memory_grow(*matches, capacity, *count + 1, sizeof **matches);
                (*matches)[(*count)++] = match;
            }
        }
}

void patterns_find_all(PatternSet *set, ItemString *string, PatternMatch **matches, size_t *count,
                       size_t *capacity, bool *limited)
{
    size_t from = 0;
    for (size_t i = 0; i < string->stop_count; from = string->stops[i++] + (size_t)1)
        patterns_find_within(set, string, from, string->stops[i], matches, count, capacity,
                             limited);
    if (from < string->count)
        patterns_find_within(set, string, from, string->count, matches, count, capacity, limited);
}

/* Names that rules give; literals and shapes of patterns are left out. */
static bool is_told(const PatternSet *set, const Item *item, int class_number, Slice *name)
{
    *name = classes_name(lexicon_classes(set->lexicon), class_number);
    return lexicon_has(set->lexicon, item->set, class_number) && class_name_is_given(*name);
}

static void explain_line(const PatternSet *set, const ItemString *string, Slice text,
                         const Token *tokens, Buffer *out)
{
    int class_count = classes_count(lexicon_classes(set->lexicon));
    for (size_t i = 0; i < string->count; i++) {
        const Item *item = &string->items[i];
        if (i != 0)
            buffer_append_byte(out, ' ');
        if (item->set == 0) {
            buffer_append(out, SLICE("||"));
            continue;
        }
        if (item->token_count != 0) {
            const Token *last = item_last_token(tokens, item);
            buffer_append(out, slice_cut(text, tokens[item->first_token].byte,
                                         last->byte + last->byte_length));
        }
        const char *separator = "[";
        Slice name;
        for (int c = 0; c < class_count; c++)
            if (is_told(set, item, c, &name)) {
                buffer_append_format(out, "%s%.*s", separator, SLICE_ARG(name));
                separator = " ";
            }
        if (*separator == ' ')
            buffer_append_byte(out, ']');
    }
    buffer_append_byte(out, '\n');
}

static void explain_items(const PatternSet *set, const ItemString *string, const Token *tokens,
                          Explanation *explanation)
{
    int class_count = classes_count(lexicon_classes(set->lexicon));
    Buffer *out = explanation->out;
    explain_list(explanation, "items");
    for (size_t i = 0; i < string->count; i++) {
        const Item *item = &string->items[i];
        if (item->set == 0 || item->token_count == 0)
            continue;
        explain_item(explanation, (CodepointSpan){tokens[item->first_token].start,
                                                  item_last_token(tokens, item)->end});
        explain_member(explanation, "classes");
        char separator = '[';
        Slice name;
        for (int c = 0; c < class_count; c++)
            if (is_told(set, item, c, &name)) {
                buffer_append_byte(out, separator);
                json_append_string(out, name);
                separator = ',';
            }
        buffer_append(out, separator == '[' ? SLICE("[]") : SLICE("]"));
        explain_close(explanation);
    }
    explain_list_end(explanation);
}

void patterns_explain(const PatternSet *set, const ItemString *string, Slice text,
                      const Token *tokens, Explanation *explanation)
{
    if (explanation->is_json)
        explain_items(set, string, tokens, explanation);
    else
        explain_line(set, string, text, tokens, explanation->out);
}
