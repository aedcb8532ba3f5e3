#include "common/pattern.h"

#include <stdlib.h>

#include "common/bitsets.h"
#include "common/evaluator.h"
#include "common/guards.h"
#include "common/json.h"
#include "common/nearest.h"
#include "common/pattern_parse.h"

/* Class sets that the expressions of a pattern set cannot tell apart are of one kind. A
 * kind has a row of bits, an expression holds for it or not, and a head: which ways to
 * begin a match may have it in front, at their first, second, third place. The ways are
 * sets that are kept once, by numbers; folds of them, and what patterns need of what the
 * kind has, lie in a glance. So nearly all patterns are ruled out for a sentence by looking
 * once at the glances of its items, and how many patterns there are does not matter much. */
enum {
    STOP_KIND = 1,               /* of the stop item; 0: not known yet          */
    KIND_MAX = 30000,            /* of a pattern set                            */
    KIND_SLOTS = 65536,          /* of the table that finds them                */
    MET_MAX = 8192,              /* truths of which the kind is remembered      */
    MET_SLOTS = 32768,           /* of the table that finds them                */
    SEARCH_STEPS = 1000 * 1000,  /* that one search may take,                   */
    SEARCH_STEPS_PER_ITEM = 100, /* and these more for each item of its stretch */
    WAYS_MAX = 16,               /* of one pattern to begin a match             */
    NEED_WORDS = 2,              /* of bits for what patterns need: beyond so many one bit
                                    stands for several */
};

_Static_assert(EXPRESSIONS_MAX == LEAD_WORDS * 64, "a lead has a bit for each expression");
_Static_assert(PATTERN_CAPTURES <= 32, "a match has a bit for each capture");
_Static_assert(EXPRESSIONS_MAX + 128 + UNIONS_MAX < NO_GUARD, "unions have numbers behind them");

struct Pattern {
    Slice name;
    const RuleNode *node;
    size_t layer; /* as RuleWalk has it */
    size_t index;
    PatternText source;
    PatternProgram program;
};

typedef struct {
    uint64_t bits[NEED_WORDS];
} NeedBits;

/* Of a kind: numbers of sets of ways. */
typedef struct {
    uint16_t before;       /* those that may have it in front             */
    uint16_t places[LEAD]; /* those that may have it first, second, third */
} Head;

/* What of a head every item of that kind is asked for; a line of memory. */
typedef struct {
    WordPair needs;       /* those that it meets; see NeedBits */
    WordPair folds[LEAD]; /* of Head.places, without those that begin only at an edge */
} Glance;

_Static_assert(sizeof(NeedBits) == sizeof(WordPair), "needs are joined at once");

/* Ways that do not begin unless an expression holds, or not where it does. */
typedef struct {
    SparseRows ways;  /* by expression: before it, and with it first, ways->words words each */
    uint64_t *looked; /* a bit for each expression with some                                 */
} Looks;

/* The ways of patterns that were chosen. */
typedef struct {
    uint64_t *ways;
    uint16_t set; /* their number in PatternSet.ways */
} Selection;

/* An item at which a pattern may begin, and the number of the next such. */
typedef struct {
    uint32_t item, next;
} Start;

#define NO_START UINT32_MAX

struct PatternSet {
    Arena *arena; /* that of the rules */
    Lexicon *lexicon;
    Pattern *patterns; /* of the kind asked for */
    size_t count, capacity;
    PatternScope scope;
    struct {
        Truth truth;
        uint16_t kind;
    } * met; /* which leaves a set may have, and its kind then */
    size_t met_count, met_capacity;
    uint16_t met_slots[MET_SLOTS]; /* of `met`, from 1; open addressing; 0: empty           */
    Evaluator evaluator;
    Guards guards;
    SparseRows in_unions; /* by expression a bit for each union it is in, guard_words each     */
    uint64_t *guarding;   /* a bit for each expression that is in one                          */
    size_t guard_words;
    uint64_t *rows; /* a row for each kind: a bit for each expression and union that holds */
    Head *heads;    /* by kind                                                      */
    Glance *glances;
    size_t expression_words; /* of a row, in front of the unions */
    size_t kind_words, kind_count, kind_capacity;
    Bitsets ways;     /* the sets of ways in heads, and what they have in common    */
    uint32_t *way_of; /* by way, then by its bit: the number of its pattern         */
    size_t way_count, way_capacity;
    SparseRows leads;   /* by expression, for each place ways->words words: the ways that it
                           may have there */
    uint64_t *leading;  /* a bit for each expression with a lead                      */
    uint64_t *always;   /* by place: the ways that may have anything there, or end    */
    uint64_t *at_edge;  /* the ways that begin only at an edge                        */
    Selection *choices; /* by number; PATTERNS_ALL has none */
    size_t choice_count, choice_capacity;
    uint64_t *head_sets; /* of the kind that is being made: before it, and by place   */
    Looks looks[2];      /* unless, and where                                           */
    uint64_t *barred;    /* of the kind that is being made: by the looks, as they have it */
    uint64_t *needed;    /* a bit for each expression that some pattern needs           */
    uint16_t *need_bits; /* by expression: which bit stands for it                      */
    NeedBits *needs;     /* by pattern                                                  */
    uint64_t *possible;  /* a bit for each pattern, in the stretch that was looked at   */
    size_t pattern_words;
    uint32_t *next_starts; /* by pattern that is possible: a number in `starts`        */
    Start *starts;
    size_t start_count, start_capacity;
    ItemView view;        /* of the stretch */
    uint16_t *kind_slots; /* open addressing; 0: empty */
    uint16_t *set_kinds;  /* kind of each class set; 0: not known yet               */
    size_t set_count, set_capacity;
    Machine machine;
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
        .name = name, .node = node, .layer = walk->layer, .index = set->count, .source = source};
    set->count++;
    return true;
}

static int by_layer(const void *a, const void *b)
{
    const Pattern *x = a, *y = b;
    if (x->layer != y->layer)
        return x->layer > y->layer ? -1 : 1;
    return x->index < y->index ? -1 : 1;
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
    for (size_t i = 0; i < expression->count; i++) {
        OpKind kind = expression->ops[i].kind;
        if (kind == OP_OR || (kind == OP_NOT && expression->ops[i - 1].kind != OP_ANY))
            return;
    }
    for (size_t i = 0; i < expression->count && expression->count > 1; i++) {
        const Op *op = &expression->ops[i];
        bool is_negated = i + 1 < expression->count && op[1].kind == OP_NOT;
        int number = op->kind == OP_ANY && !is_negated
                         ? expressions_single_class(&set->scope.expressions, op->mask)
                         : CLASS_NONE;
        if (number != CLASS_NONE)
            classes_put(lexicon_classes(set->lexicon), implied, number);
    }
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

/* Numbers the expressions that patterns need, and says it to each. */
static void number_needs(PatternSet *set)
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
    set->needed = ARENA_ARRAY(arena, NEEDED_MAX / 64, uint64_t);
    set->need_bits = ARENA_ARRAY(arena, NEEDED_MAX, uint16_t);
    memcpy(set->needed, all.expressions, sizeof all.expressions);
    size_t count = 0;
    for (size_t number = bit_next(set->needed, NEEDED_MAX, 0); number < NEEDED_MAX;
         number = bit_next(set->needed, NEEDED_MAX, number + 1))
        set->need_bits[number] = (uint16_t)(count++ % (NEED_WORDS * 64));
    set->needs = ARENA_ARRAY(arena, set->count + 1, NeedBits);
    for (size_t i = 0; i < set->count; i++) {
        const uint64_t *bits = set->patterns[i].program.needs.expressions;
        for (size_t number = bit_next(bits, NEEDED_MAX, 0); number < NEEDED_MAX;
             number = bit_next(bits, NEEDED_MAX, number + 1))
            bit_set(set->needs[i].bits, set->need_bits[number]);
    }
}

/* One more kind, for which nothing holds. */
static uint64_t *add_kind(PatternSet *set)
{
    size_t bytes = set->kind_words * sizeof *set->rows, needed = set->kind_count + 1;
    size_t capacity = set->kind_capacity, glance_capacity = capacity;
    set->heads = memory_grow(set->heads, &capacity, needed, sizeof *set->heads);
    set->glances =
        memory_grow_aligned(set->glances, &glance_capacity, needed, sizeof *set->glances);
    set->rows = memory_grow_aligned(set->rows, &set->kind_capacity, needed, bytes);
    uint64_t *row = set->rows + set->kind_count * set->kind_words;
    memset(row, 0, bytes);
    set->heads[set->kind_count++] = (Head){0};
    return row;
}

/* The ways of all patterns to begin, one pattern's behind the other's: `leads` of them is a
 * heap array. */
static Lead *find_ways(PatternSet *set)
{
    Lead *leads = NULL;
    size_t capacity = 0;
    for (size_t i = 0; i < set->count; i++) {
        const PatternProgram *program = &set->patterns[i].program;
        size_t first = set->way_count;
        leads = memory_grow(leads, &capacity, first + WAYS_MAX, sizeof *leads);
        set->way_count +=
            program_leads(program->steps, program->step_count, leads + first, WAYS_MAX);
        set->way_of =
            memory_grow(set->way_of, &set->way_capacity, set->way_count + 1, sizeof *set->way_of);
        for (size_t way = first; way < set->way_count; way++)
            set->way_of[way] = (uint32_t)i;
    }
    return leads;
}

/* Rows of expressions that are being written. */
typedef struct {
    uint64_t *leads, *looks[2]; /* PatternSet.leads, PatternSet.looks */
} Drafts;

static void note_looks(const PatternSet *set, const Front *front, size_t way, const Drafts *drafts)
{
    size_t words = set->ways.words;
    for (size_t i = 0; i < front->look_count; i++) {
        const Look *look = &front->looks[i];
        bool forbids = (look->mode & LOOK_NOT) != 0, is_first = (look->mode & LOOK_BEHIND) == 0;
        size_t place = (size_t)look->expression * 2 + is_first;
        bit_set(drafts->looks[forbids] + place * words, way);
        bit_set(set->looks[forbids].looked, look->expression);
    }
}

/* Says to each expression, in its rows, at which first places of a way it may be. */
static void note_lead(PatternSet *set, const Lead *lead, size_t way, const Drafts *drafts)
{
    size_t words = set->ways.words;
    for (size_t place = 0; place < LEAD; place++) {
        if (lead->ends[place])
            bit_set(set->always + place * words, way);
        const uint64_t *bits = lead->expressions[place];
        size_t count = lead->ends[place] ? 0 : set->scope.expressions.count;
        for (size_t e = bit_next(bits, count, 0); e < count; e = bit_next(bits, count, e + 1)) {
            bit_set(drafts->leads + (e * LEAD + place) * words, way);
            bit_set(set->leading, e);
        }
    }
    if (lead->front.at_edge)
        bit_set(set->at_edge, way);
    note_looks(set, &lead->front, way, drafts);
}

/* Orders ways by what they ask for, of the item farthest from the first to begin with. */
static int compare_leads(const void *a, const void *b)
{
    const Lead *one = *(const Lead *const *)a, *other = *(const Lead *const *)b;
    for (size_t place = LEAD; place-- > 0;) {
        if (one->ends[place] != other->ends[place])
            return one->ends[place] ? -1 : 1;
        int order = one->ends[place] ? 0
                                     : memcmp(one->expressions[place], other->expressions[place],
                                              sizeof one->expressions[place]);
        if (order != 0)
            return order;
    }
    return one < other ? -1 : 1;
}

/* The bit of the way at this place in the order of what they ask for. */
static size_t way_bit(const PatternSet *set, size_t place)
{
    size_t folded = set->ways.words / 2;
    return place % folded * 128 + place / folded;
}

/* Gives each way a bit: those that ask for much the same get bits that a fold lays over one
 * another, so that folds have fewer. `way_of` is by bit from here on; for bits of no way,
 * which only BITSETS_ALL has, it says any pattern. */
static void number_ways(PatternSet *set, const Lead *leads, const Drafts *drafts)
{
    size_t bits = set->ways.words * 64;
    const Lead **order = memory_take((set->way_count + 1) * sizeof *order);
    for (size_t way = 0; way < set->way_count; way++)
        order[way] = &leads[way];
    qsort(order, set->way_count, sizeof(const Lead *), compare_leads);
    uint32_t *by_bit = memory_take(bits * sizeof *by_bit);
    memset(by_bit, 0, bits * sizeof *by_bit);
    for (size_t i = 0; i < set->way_count; i++) {
        size_t bit = way_bit(set, i);
        by_bit[bit] = set->way_of[order[i] - leads];
        note_lead(set, order[i], bit, drafts);
    }
    free(order);
    free(set->way_of);
    set->way_of = by_bit;
}

static void note_leads(PatternSet *set)
{
    Arena *arena = set->scope.arena;
    Lead *leads = find_ways(set);
    bitsets_init(&set->ways, (set->way_count + 127) / 128 * 128);
    size_t words = set->ways.words;
    size_t count = set->scope.expressions.count;
    Drafts drafts = {sparse_draft(count, LEAD * words),
                     {sparse_draft(count, 2 * words), sparse_draft(count, 2 * words)}};
    for (size_t i = 0; i < 2; i++)
        set->looks[i].looked = ARENA_ARRAY(arena, set->expression_words, uint64_t);
    set->barred = ARENA_ARRAY(arena, 2 * words, uint64_t);
    set->leading = ARENA_ARRAY(arena, set->expression_words, uint64_t);
    set->always = ARENA_ARRAY(arena, LEAD * words, uint64_t);
    set->at_edge = ARENA_ARRAY(arena, words, uint64_t);
    set->head_sets = ARENA_ARRAY(arena, (1 + LEAD) * words, uint64_t);
    number_ways(set, leads, &drafts);
    set->leads = sparse_rows(drafts.leads, count, LEAD * words, arena);
    for (size_t i = 0; i < 2; i++)
        set->looks[i].ways = sparse_rows(drafts.looks[i], count, 2 * words, arena);
    free(leads);
}

/* The tables that are as large as the patterns need. */
static void size_tables(PatternSet *set)
{
    Arena *arena = set->scope.arena;
    set->kind_words = set->expression_words + set->guard_words;
    if (set->kind_words > 2) /* in lines of memory */
        set->kind_words = (set->kind_words + 3) / 4 * 4;
    set->pattern_words = (set->count + 63) / 64 + 1;
    set->possible = ARENA_ARRAY(arena, set->pattern_words, uint64_t);
    set->next_starts = ARENA_ARRAY(arena, set->count + 1, uint32_t);
    set->kind_slots = memory_take(KIND_SLOTS * sizeof *set->kind_slots);
    memset(set->kind_slots, 0, KIND_SLOTS * sizeof *set->kind_slots);
}

/* What guards the ways of all programs, once all expressions are known. */
static void write_guards(PatternSet *set)
{
    Arena *arena = set->scope.arena;
    Guards *guards = &set->guards;
    size_t count = set->scope.expressions.count;
    set->expression_words = (count / 64 + 2) / 2 * 2;
    *guards = (Guards){.arena = arena, .first = set->expression_words * 64};
    for (size_t i = 0; i < set->count; i++)
        guards_write(guards, set->patterns[i].program.steps, set->patterns[i].program.step_count);
    set->guard_words = (guards->count + 127) / 128 * 2;
    set->guarding = ARENA_ARRAY(arena, set->expression_words, uint64_t);
    uint64_t *rows = sparse_draft(count, set->guard_words);
    for (size_t i = 0; i < guards->count; i++)
        for (size_t m = 0; m < guards->unions[i].count; m++) {
            size_t member = guards->unions[i].members[m];
            bit_set(set->guarding, member);
            bit_set(rows + member * set->guard_words, i);
        }
    set->in_unions = sparse_rows(rows, count, set->guard_words, arena);
}

static void fill_head(PatternSet *set, size_t kind);

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
    /* Class patterns are parsed where others name them: those that nobody uses
     * may be meant for another tool, with classes of its own. */
    for (size_t i = 0; i < set->count && good; i++)
        good =
            pattern_parse(&set->scope, &set->patterns[i].source, &set->patterns[i].program, error);
    if (!good) {
        patterns_free(set);
        return NULL;
    }
    order_patterns(set);
    number_needs(set);
    write_guards(set);
    size_tables(set);
    evaluator_init(&set->evaluator, &set->scope.expressions, set->expression_words,
                   set->scope.arena);
    note_leads(set);
    for (size_t kind = 0; kind <= STOP_KIND; kind++) { /* that of no kind is 0 */
        add_kind(set);
        fill_head(set, kind);
    }
    return set;
}

void patterns_free(PatternSet *set)
{
    if (set == NULL)
        return;
    free(set->patterns);
    free(set->scope.classes);
    expressions_release(&set->scope.expressions);
    free(set->rows);
    free(set->heads);
    free(set->glances);
    bitsets_release(&set->ways);
    free(set->way_of);
    free(set->choices);
    free(set->starts);
    free(set->kind_slots);
    free(set->met);
    free(set->set_kinds);
    machine_release(&set->machine);
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

/* ---- kinds --------------------------------------------------------------- */

/* Leaves out of the head that is being made the ways that do not begin so: before a first
 * item of this kind, or with it. */
static void leave_out_barred(PatternSet *set, const uint64_t *row)
{
    size_t words = 2 * set->ways.words;
    memset(set->barred, 0, words * sizeof *set->barred);
    for (size_t forbids = 0; forbids < 2; forbids++)
        for (size_t i = 0; i < set->expression_words; i++) {
            uint64_t left = (forbids ? row[i] : ~row[i]) & set->looks[forbids].looked[i];
            for (; left != 0; left &= left - 1)
                sparse_join(set->barred, &set->looks[forbids].ways,
                            i * 64 + (size_t)__builtin_ctzll(left));
        }
    words_remove(set->head_sets, set->barred, words);
}

/* Which unions hold where these expressions do. */
static void fill_unions(const PatternSet *set, uint64_t *row)
{
    uint64_t *unions = row + set->expression_words;
    for (size_t i = 0; i < set->expression_words; i++)
        for (uint64_t left = row[i] & set->guarding[i]; left != 0; left &= left - 1) {
            size_t expression = i * 64 + (size_t)__builtin_ctzll(left);
            sparse_join(unions, &set->in_unions, expression);
        }
}

/* What patterns need of what holds. */
static WordPair needs_of(const PatternSet *set, const uint64_t *row)
{
    NeedBits needs = {{0}};
    for (size_t i = 0; i < set->expression_words && i < NEEDED_MAX / 64; i++)
        for (uint64_t left = row[i] & set->needed[i]; left != 0; left &= left - 1)
            bit_set(needs.bits, set->need_bits[i * 64 + (size_t)__builtin_ctzll(left)]);
    return word_pair(needs.bits);
}

/* By the kind's row. */
static void fill_head(PatternSet *set, size_t kind)
{
    size_t words = set->ways.words;
    const uint64_t *row = set->rows + kind * set->kind_words;
    const uint64_t *all = bitsets_at(&set->ways, BITSETS_ALL);
    uint64_t *before = set->head_sets, *places = before + words;
    memcpy(before, all, words * sizeof *before);
    memcpy(places, set->always, LEAD * words * sizeof *places);
    for (size_t i = 0; i < set->expression_words; i++)
        for (uint64_t left = row[i] & set->leading[i]; left != 0; left &= left - 1) {
            size_t expression = i * 64 + (size_t)__builtin_ctzll(left);
            sparse_join(places, &set->leads, expression);
        }
    leave_out_barred(set, row);
    if (kind != STOP_KIND)
        words_remove(before, set->at_edge, words);
    Head *head = &set->heads[kind];
    Glance *glance = &set->glances[kind];
    head->before = bitsets_number(&set->ways, before);
    for (size_t place = 0; place < LEAD; place++) {
        head->places[place] = bitsets_number(&set->ways, places + place * words);
        glance->folds[place] = bitsets_fold(&set->ways, head->places[place]);
    }
    glance->folds[0] = (WordPair){0};
    for (size_t word = 0; word < words; word += 2)
        glance->folds[0] |= word_pair(places + word) & ~word_pair(set->at_edge + word);
    glance->needs = needs_of(set, row);
}

static uint16_t truth_kind(PatternSet *set, const Truth *truth)
{
    uint64_t *row = add_kind(set);
    size_t added = set->kind_count - 1, bytes = set->expression_words * sizeof *row;
    evaluator_run(&set->evaluator, truth, row);
    size_t slot = (size_t)slice_hash((Slice){(const char *)row, bytes}) % KIND_SLOTS;
    for (; set->kind_slots[slot] != 0; slot = (slot + 1) % KIND_SLOTS) {
        uint16_t kind = set->kind_slots[slot];
        if (memcmp(set->rows + kind * set->kind_words, row, bytes) == 0) {
            set->kind_count--;
            return kind;
        }
    }
    if (added == KIND_MAX) { /* half as many in one stretch: nothing holds for them */
        set->kind_count--;
        return 0;
    }
    fill_unions(set, row);
    fill_head(set, added);
    set->kind_slots[slot] = (uint16_t)added;
    return (uint16_t)added;
}

/* Which leaves the set has tells its kind; most sets have what others had. */
static __attribute__((noinline)) uint16_t kind_of(PatternSet *set, uint32_t number)
{
    if (number == 0)
        return STOP_KIND;
    const ClassSet *classes = lexicon_set(set->lexicon, number);
    Truth truth = {{0}};
    for (size_t i = 0; i < CLASS_WORDS; i++)
        for (uint64_t left = classes->bits[i]; left != 0; left &= left - 1) {
            int leaf =
                set->scope.expressions.leaf_numbers[i * 64 + (size_t)__builtin_ctzll(left)] - 1;
            if (leaf >= 0)
                truth.bits[leaf / 64] |= (uint64_t)1 << (leaf % 64);
        }
    size_t bytes = expressions_leaf_words(&set->scope.expressions) * sizeof *truth.bits;
    size_t slot = (size_t)slice_hash((Slice){(const char *)&truth, bytes}) % MET_SLOTS;
    for (; set->met_slots[slot] != 0; slot = (slot + 1) % MET_SLOTS) {
        size_t known = set->met_slots[slot] - (size_t)1;
        if (memcmp(&set->met[known].truth, &truth, bytes) == 0)
            return set->met[known].kind;
    }
    uint16_t kind = truth_kind(set, &truth);
    if (set->met_count < MET_MAX) {
        set->met = memory_grow(set->met, &set->met_capacity, set->met_count + 1, sizeof *set->met);
        set->met[set->met_count].truth = truth;
        set->met[set->met_count++].kind = kind;
        set->met_slots[slot] = (uint16_t)set->met_count;
    }
    return kind;
}

/* All kinds but the first two, once there are many: those of one stretch find room. */
static void forget_kinds(PatternSet *set)
{
    if (set->kind_count < KIND_MAX / 2 && set->ways.count < BITSETS_MAX / 2)
        return;
    bitsets_forget(&set->ways);
    fill_head(set, 0);
    fill_head(set, STOP_KIND);
    for (size_t i = 1; i <= set->choice_count; i++)
        set->choices[i].set = bitsets_number(&set->ways, set->choices[i].ways);
    set->kind_count = STOP_KIND + 1;
    set->met_count = 0;
    memset(set->kind_slots, 0, KIND_SLOTS * sizeof *set->kind_slots);
    memset(set->met_slots, 0, sizeof set->met_slots);
    memset(set->set_kinds, 0, set->set_count * sizeof *set->set_kinds);
}

/* Writes the kinds of items [from, to). */
static void write_kinds(PatternSet *set, ItemString *string, size_t from, size_t to)
{
    forget_kinds(set);
    size_t known = set->set_count, sets = lexicon_set_count(set->lexicon);
    if (sets > known) {
        set->set_kinds =
            memory_grow(set->set_kinds, &set->set_capacity, sets, sizeof *set->set_kinds);
        memset(set->set_kinds + known, 0, (sets - known) * sizeof *set->set_kinds);
        set->set_count = sets;
    }
    if (string->kind_capacity < string->count)
        string->kinds = memory_grow(string->kinds, &string->kind_capacity, string->count,
                                    sizeof *string->kinds);
    const Item *items = string->items;
    const uint16_t *set_kinds = set->set_kinds;
    uint16_t *kinds = string->kinds;
    uint32_t unknown = 0;
    for (size_t i = from; i < to; i++) {
        uint32_t kind = set_kinds[items[i].set];
        kinds[i] = (uint16_t)kind;
        unknown |= kind - 1;
    }
    bool has_unknown = unknown > UINT16_MAX; /* of a kind 0 */
    for (size_t i = from; i < to && has_unknown; i++) {
        uint32_t number = items[i].set;
        if (set->set_kinds[number] == 0)
            set->set_kinds[number] = kind_of(set, number);
        kinds[i] = set->set_kinds[number];
    }
}

/* ---- running ----------------------------------------------------------- */

/* The pattern may begin at `item`, before all other items that are known, unless what it
 * needs is not there. */
static void note_start(PatternSet *set, size_t index, WordPair there, size_t item)
{
    uint32_t next = bit_at(set->possible, index) ? set->next_starts[index] : NO_START;
    bool is_known = next != NO_START && set->starts[next].item == item;
    if (is_known || pair_any(word_pair(set->needs[index].bits) & ~there))
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
                                                  uint16_t chosen, WordPair there)
{
    const Bitsets *sets = &set->ways;
    const Head *heads = set->heads;
    const ItemView *view = &set->view;
    size_t item = place->item, before = item > view->from ? view->kinds[item - 1] : STOP_KIND;
    const uint64_t *befores = bitsets_at(sets, heads[before].before);
    const uint64_t *firsts = bitsets_at(sets, heads[place->first - set->glances].places[0]);
    const uint64_t *seconds = bitsets_at(sets, heads[place->second - set->glances].places[1]);
    const uint64_t *thirds = bitsets_at(sets, heads[place->third - set->glances].places[2]);
    const uint64_t *choice = bitsets_at(sets, chosen);
    for (size_t word = 0, words = sets->words; word < words; word += 2) {
        WordPair ways =
            word_pair(firsts + word) & word_pair(seconds + word) & word_pair(thirds + word);
        if (!pair_any(ways))
            continue;
        ways &= word_pair(befores + word) & word_pair(choice + word);
        for (size_t i = 0; i < 2; i++)
            for (uint64_t left = ways[i]; left != 0; left &= left - 1)
                note_start(set, set->way_of[(word + i) * 64 + (size_t)__builtin_ctzll(left)], there,
                           item);
    }
}

/* The fold of the ways that may begin with a first item where nothing stands in front. */
static WordPair fold_at_edge(const PatternSet *set, const Glance *first)
{
    return bitsets_fold(&set->ways, set->heads[first - set->glances].places[0]);
}

/* From the last item to the first, so that it is known what stands behind each. */
static void scan(PatternSet *set, uint16_t chosen)
{
    const Glance *glances = set->glances, *stop = &glances[STOP_KIND];
    const Glance *first = stop, *second = stop, *third = stop;
    const uint16_t *kinds = set->view.kinds;
    const size_t from = set->view.from;
    const WordPair chosen_fold = bitsets_fold(&set->ways, chosen);
    WordPair there = stop->needs;
    for (size_t item = set->view.to; item > from; item--) {
        const Glance *before = &glances[kinds[item - 1]];
        WordPair ways = first->folds[0];
        if (__builtin_expect(before == stop, 0))
            ways = fold_at_edge(set, first);
        if (pair_any(ways & second->folds[1] & third->folds[2] & chosen_fold)) {
            Place place = {first, second, third, item};
            note_starts(set, &place, chosen, there);
        }
        third = second;
        second = first;
        first = before;
        there |= first->needs;
    }
    Place place = {first, second, third, from};
    if (pair_any(fold_at_edge(set, first) & second->folds[1] & third->folds[2] & chosen_fold))
        note_starts(set, &place, chosen, there);
}

size_t patterns_choose(PatternSet *set, const uint64_t *wanted)
{
    set->choices = memory_grow(set->choices, &set->choice_capacity, set->choice_count + 2,
                               sizeof *set->choices);
    uint64_t *ways = ARENA_ARRAY(set->scope.arena, set->ways.words, uint64_t);
    for (size_t i = 0; i < set->way_count; i++)
        if (bit_at(wanted, set->way_of[way_bit(set, i)]))
            bit_set(ways, way_bit(set, i));
    set->choices[++set->choice_count] = (Selection){ways, bitsets_number(&set->ways, ways)};
    return set->choice_count;
}

const uint64_t *patterns_possible(PatternSet *set, ItemString *string, size_t from, size_t to,
                                  size_t choice)
{
    write_kinds(set, string, from, to);
    set->view = (ItemView){string->kinds, set->rows, set->kind_words, from, to, STOP_KIND};
    memset(set->possible, 0, set->pattern_words * sizeof *set->possible);
    set->start_count = 0;
    scan(set, choice == PATTERNS_ALL ? BITSETS_ALL : set->choices[choice].set);
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
            const Token *last = &tokens[item->first_token + item->token_count - 1];
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
        explain_item(explanation,
                     (CodepointSpan){tokens[item->first_token].start,
                                     tokens[item->first_token + item->token_count - 1].end});
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
