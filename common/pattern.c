#include "common/pattern.h"

#include <stdlib.h>

#include "common/json.h"
#include "common/nearest.h"
#include "common/pattern_parse.h"

/* Class sets that the expressions of a pattern set cannot tell apart are of one kind. A
 * kind has a row of bits: an expression holds for it or not; a pattern may have it at the
 * first, second, third place of a match; a needed expression holds. So nearly all
 * patterns are ruled out for a sentence by looking once at the rows of its items. */
enum {
    STOP_KIND = 1,               /* of the stop item; 0: not known yet          */
    KIND_MAX = 30000,            /* of a pattern set                            */
    KIND_SLOTS = 65536,          /* of the table that finds them                */
    MET_MAX = 2048,              /* truths of which the kind is remembered      */
    MET_SLOTS = 8192,            /* of the table that finds them                */
    SEARCH_STEPS = 1000 * 1000,  /* that one search may take,                   */
    SEARCH_STEPS_PER_ITEM = 100, /* and these more for each item of its stretch */
};

_Static_assert(EXPRESSIONS_MAX == LEAD_WORDS * 64, "a lead has a bit for each expression");

struct Pattern {
    Slice name;
    const RuleNode *node;
    size_t index;
    PatternText source;
    PatternProgram program;
};

/* The first and the last item at which a pattern may begin. */
typedef struct {
    size_t first, last;
} Starts;

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
    uint64_t *leaf_masks;          /* by leaf a bit for each mask that it is in, mask_words each */
    uint64_t *holding;             /* the masks that hold for the kind being made                */
    size_t mask_words;
    /* By leaf, kind_words each, a bit for each expression that it may bring about, and for
     * each that it forbids; see note_terms. */
    uint64_t *leaf_allows, *leaf_forbids;
    uint64_t *allowed; /* expressions that hold unless something forbids it         */
    uint64_t *settled; /* expressions that hold where they are allowed and not forbidden */
    /* A row for each kind: a bit for each expression that holds; for each place of a
     * lead a bit for each pattern that may have it there, and again for leads at an
     * edge; one for each needed expression that holds. */
    uint64_t *rows;
    size_t kind_words, lead_words, row_words;
    size_t pattern_words, need_words; /* even numbers */
    size_t kind_count, kind_capacity;
    uint64_t *leads;   /* by expression: the part of a row that it brings about         */
    uint64_t *always;  /* the part that every row has: matches that are over by then    */
    uint64_t *leading; /* a bit for each expression with a lead */
    uint16_t *needed;  /* numbers of the expressions that some pattern needs            */
    size_t needed_count;
    uint64_t *need_rows;  /* by pattern, need_words each: a bit for each that it needs    */
    uint64_t *possible;   /* patterns in the stretch that was looked at                  */
    Starts *starts;       /* of those                                                    */
    ItemView view;        /* of it                                                       */
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

static bool add_pattern(PatternSet *set, const RuleNode *node, const RuleFile *file,
                        const char *makes, const char *const *keys, Error *error)
{
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
    PatternText source = {id, match->scalar, match, is_class};
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
    Slice name = arena_format(scope->arena, "%.*s/%.*s", SLICE_ARG(file->stem), SLICE_ARG(id));
    set->patterns[set->count] =
        (Pattern){.name = name, .node = node, .index = set->count, .source = source};
    set->count++;
    return true;
}

/* Numbers the masks that expressions use one behind the other, and says to each leaf
 * which of them it is in. */
static void note_masks(PatternSet *set)
{
    Expressions *expressions = &set->scope.expressions;
    size_t count = 0;
    for (size_t i = 0; i < expressions->count; i++)
        for (size_t op = 0; op < expressions->items[i].count; op++)
            count += expressions->items[i].ops[op].kind == OP_ANY;
    set->mask_words = count / 64 + 1;
    Arena *arena = set->scope.arena;
    set->holding = ARENA_ARRAY(arena, set->mask_words, uint64_t);
    set->leaf_masks = ARENA_ARRAY(arena, expressions->leaf_count * set->mask_words + 1, uint64_t);
    uint32_t number = 0;
    for (size_t i = 0; i < expressions->count; i++)
        for (size_t at = 0; at < expressions->items[i].count; at++) {
            Op *op = &expressions->items[i].ops[at];
            if (op->kind != OP_ANY)
                continue;
            for (size_t leaf = 0; leaf < expressions->leaf_count; leaf++)
                if (bit_at(expressions->masks[op->mask].bits, leaf))
                    bit_set(set->leaf_masks + leaf * set->mask_words, number);
            op->mask = number++;
        }
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

/* Numbers the expressions that patterns need, and says it to each. */
static void number_needs(PatternSet *set)
{
    Arena *arena = set->scope.arena;
    Needs all = {0};
    for (size_t i = 0; i < set->count; i++) {
        Needs *needs = &set->patterns[i].program.needs;
        for (int c = 0; c < CLASS_MAX; c++)
            if (class_has(&needs->kinds, c) && !need_class(set, needs, c))
                break;
        needs_join(&all, needs);
    }
    set->needed = ARENA_ARRAY(arena, NEEDED_MAX, uint16_t);
    for (size_t number = 0; number < NEEDED_MAX; number++)
        if (bit_at(all.expressions, number))
            set->needed[set->needed_count++] = (uint16_t)number;
    set->need_words = (set->needed_count + 127) / 128 * 2;
    set->need_rows = ARENA_ARRAY(arena, set->count * set->need_words + 1, uint64_t);
    for (size_t i = 0; i < set->count; i++)
        for (size_t j = 0; j < set->needed_count; j++)
            if (bit_at(set->patterns[i].program.needs.expressions, set->needed[j]))
                bit_set(set->need_rows + i * set->need_words, j);
}

/* Where the operand begins that ends with operation `at`. */
static size_t operand_start(const Expression *expression, size_t at)
{
    for (size_t wanted = 1;; at--) {
        OpKind kind = expression->ops[at].kind;
        wanted = kind == OP_ANY ? wanted - 1 : kind == OP_NOT ? wanted : wanted + 1;
        if (wanted == 0)
            return at;
    }
}

/* What of an expression is plain from its operands that are joined by &: classes that it
 * does not go with, and one of which it needs one. */
typedef struct {
    Truth forbids, needs;
    bool has_needs, is_all; /* ... and there is nothing else to it */
} Terms;

static void read_terms(const Expressions *expressions, const Expression *expression, Terms *terms)
{
    *terms = (Terms){.is_all = expression->count > 0};
    for (size_t end = expression->count; end > 0;) {
        const Op *op = &expression->ops[end - 1];
        if (op->kind == OP_AND) {
            end--;
            continue;
        }
        size_t start = operand_start(expression, end - 1);
        const Truth *mask = &expressions->masks[expression->ops[start].mask];
        if (end - start == 1 && !terms->has_needs) {
            terms->needs = *mask;
            terms->has_needs = true;
        } else if (end - start == 2) {
            for (size_t i = 0; i < LEAVES_MAX / 64; i++)
                terms->forbids.bits[i] |= mask->bits[i];
        } else {
            terms->is_all = false;
        }
        end = start;
    }
}

/* Sets bit `number` in the row of each leaf of the mask. */
static void note_leaves(const PatternSet *set, const Truth *mask, uint64_t *rows, size_t number)
{
    for (size_t leaf = 0; leaf < set->scope.expressions.leaf_count; leaf++)
        if (bit_at(mask->bits, leaf))
            bit_set(rows + leaf * set->kind_words, number);
}

/* Most expressions hold or not by what single leaves say to them. */
static void note_terms(PatternSet *set)
{
    const Expressions *expressions = &set->scope.expressions;
    size_t words = expressions->leaf_count * set->kind_words + 1;
    Arena *arena = set->scope.arena;
    set->leaf_allows = ARENA_ARRAY(arena, words, uint64_t);
    set->leaf_forbids = ARENA_ARRAY(arena, words, uint64_t);
    set->allowed = ARENA_ARRAY(arena, set->kind_words, uint64_t);
    set->settled = ARENA_ARRAY(arena, set->kind_words, uint64_t);
    for (size_t i = 0; i < expressions->count; i++) {
        Terms terms;
        read_terms(expressions, &expressions->items[i], &terms);
        uint64_t bit = (uint64_t)1 << (i % 64);
        set->settled[i / 64] |= terms.is_all ? bit : 0;
        set->allowed[i / 64] |= terms.has_needs ? 0 : bit;
        note_leaves(set, &terms.needs, set->leaf_allows, i);
        note_leaves(set, &terms.forbids, set->leaf_forbids, i);
    }
}

/* A row for one more kind, for which nothing holds. */
static uint64_t *add_row(PatternSet *set)
{
    set->rows = memory_grow(set->rows, &set->kind_capacity, set->kind_count + 1,
                            set->row_words * sizeof *set->rows);
    uint64_t *row = set->rows + set->kind_count++ * set->row_words;
    memset(row, 0, set->row_words * sizeof *row);
    memcpy(row + set->kind_words, set->always, set->lead_words * sizeof *row);
    return row;
}

/* Says to each expression at which first places of a match of the pattern it may be. */
static void note_lead(PatternSet *set, const Pattern *pattern, bool at_edge)
{
    Lead lead;
    program_lead(pattern->program.steps, pattern->program.step_count, at_edge, &lead);
    uint64_t bit = (uint64_t)1 << (pattern->index % 64);
    for (size_t place = 0; place < LEAD; place++) {
        size_t word = ((at_edge ? LEAD : 0) + place) * set->pattern_words + pattern->index / 64;
        if (lead.ends[place])
            set->always[word] |= bit;
        for (size_t e = 0; e < set->scope.expressions.count && !lead.ends[place]; e++)
            if (bit_at(lead.expressions[place], e)) {
                set->leads[e * set->lead_words + word] |= bit;
                bit_set(set->leading, e);
            }
    }
}

static void note_leads(PatternSet *set)
{
    Arena *arena = set->scope.arena;
    set->leads = ARENA_ARRAY(arena, set->scope.expressions.count * set->lead_words + 1, uint64_t);
    set->always = ARENA_ARRAY(arena, set->lead_words, uint64_t);
    set->leading = ARENA_ARRAY(arena, set->kind_words, uint64_t);
    for (size_t i = 0; i < set->count; i++) {
        note_lead(set, &set->patterns[i], false);
        note_lead(set, &set->patterns[i], true);
    }
}

/* The tables that are as large as the patterns need. */
static void size_tables(PatternSet *set)
{
    Arena *arena = set->scope.arena;
    set->kind_words = (set->scope.expressions.count + 63) / 64 + 1;
    set->pattern_words = (set->count + 127) / 128 * 2;
    set->lead_words = 2 * LEAD * set->pattern_words;
    set->row_words = set->kind_words + set->lead_words + set->need_words;
    set->possible = ARENA_ARRAY(arena, set->pattern_words, uint64_t);
    set->starts = ARENA_ARRAY(arena, set->count + 1, Starts);
    set->kind_slots = memory_take(KIND_SLOTS * sizeof *set->kind_slots);
    memset(set->kind_slots, 0, KIND_SLOTS * sizeof *set->kind_slots);
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
        good = add_pattern(set, walk.node, walk.file, makes, keys, error);
    /* Class patterns are parsed where others name them: those that nobody uses
     * may be meant for another tool, with classes of its own. */
    for (size_t i = 0; i < set->count && good; i++)
        good =
            pattern_parse(&set->scope, &set->patterns[i].source, &set->patterns[i].program, error);
    if (!good) {
        patterns_free(set);
        return NULL;
    }
    number_needs(set);
    size_tables(set);
    note_terms(set);
    note_masks(set);
    note_leads(set);
    add_row(set); /* that of no kind    */
    add_row(set); /* that of STOP_KIND */
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

/* Which masks hold where the set has these leaves. */
static void hold_masks(PatternSet *set, const Truth *truth)
{
    memset(set->holding, 0, set->mask_words * sizeof *set->holding);
    for (size_t i = 0; i < LEAVES_MAX / 64; i++)
        for (uint64_t left = truth->bits[i]; left != 0; left &= left - 1) {
            size_t leaf = i * 64 + (size_t)__builtin_ctzll(left);
            for (size_t word = 0; word < set->mask_words; word++)
                set->holding[word] |= set->leaf_masks[leaf * set->mask_words + word];
        }
}

/* Which expressions hold where the set has these leaves. */
static void evaluate_all(PatternSet *set, const Truth *truth, uint64_t *holds)
{
    hold_masks(set, truth);
    for (size_t word = 0; word < set->kind_words; word++) {
        uint64_t allowed = set->allowed[word], forbidden = 0;
        for (size_t i = 0; i < LEAVES_MAX / 64; i++)
            for (uint64_t left = truth->bits[i]; left != 0; left &= left - 1) {
                size_t leaf = i * 64 + (size_t)__builtin_ctzll(left);
                allowed |= set->leaf_allows[leaf * set->kind_words + word];
                forbidden |= set->leaf_forbids[leaf * set->kind_words + word];
            }
        holds[word] = allowed & ~forbidden;
        for (uint64_t left = holds[word] & ~set->settled[word]; left != 0; left &= left - 1)
            if (!expression_holds(
                    &set->scope.expressions.items[word * 64 + (size_t)__builtin_ctzll(left)],
                    set->holding))
                holds[word] &= ~(left & -left);
    }
}

/* Fills in what a row says beside the expressions that hold. */
static void finish_row(const PatternSet *set, uint64_t *row)
{
    size_t lead_words = set->lead_words;
    uint64_t *leads = row + set->kind_words, *needs = leads + lead_words;
    for (size_t i = 0; i < set->kind_words; i++)
        for (uint64_t left = row[i] & set->leading[i]; left != 0; left &= left - 1) {
            size_t expression = i * 64 + (size_t)__builtin_ctzll(left);
            for (size_t word = 0; word < lead_words; word++)
                leads[word] |= set->leads[expression * lead_words + word];
        }
    for (size_t i = 0; i < set->needed_count; i++)
        needs[i / 64] |= (uint64_t)bit_at(row, set->needed[i]) << (i % 64);
}

static uint16_t truth_kind(PatternSet *set, const Truth *truth)
{
    uint64_t *row = add_row(set);
    size_t added = set->kind_count - 1, bytes = set->kind_words * sizeof *row;
    evaluate_all(set, truth, row);
    size_t slot = (size_t)slice_hash((Slice){(const char *)row, bytes}) % KIND_SLOTS;
    for (; set->kind_slots[slot] != 0; slot = (slot + 1) % KIND_SLOTS) {
        uint16_t kind = set->kind_slots[slot];
        if (memcmp(set->rows + kind * set->row_words, row, bytes) == 0) {
            set->kind_count--;
            return kind;
        }
    }
    if (added == KIND_MAX) { /* half as many in one stretch: nothing holds for them */
        set->kind_count--;
        return 0;
    }
    finish_row(set, row);
    set->kind_slots[slot] = (uint16_t)added;
    return (uint16_t)added;
}

/* Which leaves the set has tells its kind; most sets have what others had. */
static uint16_t kind_of(PatternSet *set, uint32_t number)
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
    size_t slot = (size_t)slice_hash((Slice){(const char *)&truth, sizeof truth}) % MET_SLOTS;
    for (; set->met_slots[slot] != 0; slot = (slot + 1) % MET_SLOTS) {
        size_t known = set->met_slots[slot] - (size_t)1;
        if (memcmp(&set->met[known].truth, &truth, sizeof truth) == 0)
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
    if (set->kind_count < KIND_MAX / 2)
        return;
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
    uint16_t *set_kinds = set->set_kinds, *kinds = string->kinds;
    for (size_t i = from; i < to; i++) {
        uint32_t number = items[i].set;
        if (set_kinds[number] == 0)
            set_kinds[number] = kind_of(set, number);
        kinds[i] = set_kinds[number];
    }
}

/* ---- running ----------------------------------------------------------- */

/* Rows are looked at in pairs of words. How many pairs of patterns and of needs there are
 * is known to the compiler in the commonest cases: these functions stand in others. */
#define INLINE static inline __attribute__((always_inline))
typedef uint64_t Pair __attribute__((vector_size(2 * sizeof(uint64_t))));

INLINE Pair pair_at(const uint64_t *words, size_t number)
{
    Pair pair;
    memcpy(&pair, words + 2 * number, sizeof pair);
    return pair;
}

/* The patterns in `may`, of a word of them, may begin at `item` by their leads: by what
 * they need as well? */
INLINE void note_starts(PatternSet *set, size_t word, uint64_t may, const Pair *behind,
                        size_t need_pairs, size_t item)
{
    for (uint64_t left = may; left != 0; left &= left - 1) {
        size_t index = word * 64 + (size_t)__builtin_ctzll(left);
        const uint64_t *needs = set->need_rows + index * 2 * need_pairs;
        Pair lacking = {0};
        for (size_t i = 0; i < need_pairs; i++)
            lacking |= pair_at(needs, i) & ~behind[i];
        if ((lacking[0] | lacking[1]) != 0)
            continue;
        Starts *starts = &set->starts[index];
        starts->first = item;
        if (!bit_at(set->possible, index))
            starts->last = item;
        set->possible[word] |= left & -left;
    }
}

/* The rows, from their leads on, of an item and of the two behind it. */
typedef struct {
    const uint64_t *first, *second, *third;
} Window;

/* Pair number `i` of the patterns, whose words begin at pair `place` of a row. */
INLINE void scan_pair(PatternSet *set, const Window *window, size_t place, size_t pairs, size_t i,
                      const Pair *behind, size_t need_pairs, size_t item)
{
    Pair may = pair_at(window->first, place + i) & pair_at(window->second, place + pairs + i) &
               pair_at(window->third, place + 2 * pairs + i);
    if ((may[0] | may[1]) == 0)
        return;
    note_starts(set, 2 * i, may[0], behind, need_pairs, item);
    note_starts(set, 2 * i + 1, may[1], behind, need_pairs, item);
}

/* From the last item to the first, so that it is known what stands behind each. The first
 * pairs have no loop: the compiler would not take it away. */
INLINE void scan(PatternSet *set, size_t pairs, size_t need_pairs)
{
    const ItemView view = set->view;
    const uint64_t *leads = view.rows + set->kind_words, *stop = leads + STOP_KIND * view.row_words;
    Window window = {stop, stop, stop};
    Pair behind[NEEDED_MAX / 128] = {{0}};
    for (size_t item = view.to;; item--) {
        bool is_start = item == view.from;
        const uint64_t *before = is_start ? stop : leads + view.kinds[item - 1] * view.row_words;
        size_t place = before == stop ? LEAD * pairs : 0;
        if (need_pairs > 0)
            behind[0] |= pair_at(window.first, 2 * LEAD * pairs);
        for (size_t i = 1; i < need_pairs; i++)
            behind[i] |= pair_at(window.first, 2 * LEAD * pairs + i);
        if (pairs > 0)
            scan_pair(set, &window, place, pairs, 0, behind, need_pairs, item);
        for (size_t i = 1; i < pairs; i++)
            scan_pair(set, &window, place, pairs, i, behind, need_pairs, item);
        if (is_start)
            return;
        window = (Window){before, window.first, window.second};
    }
}

const uint64_t *patterns_possible(PatternSet *set, ItemString *string, size_t from, size_t to)
{
    size_t pairs = set->pattern_words / 2, need_pairs = set->need_words / 2;
    write_kinds(set, string, from, to);
    set->view = (ItemView){string->kinds, set->rows, set->row_words, from, to, STOP_KIND};
    memset(set->possible, 0, set->pattern_words * sizeof *set->possible);
    if (pairs == 1 && need_pairs == 1)
        scan(set, 1, 1);
    else if (pairs == 1 && need_pairs == 2)
        scan(set, 1, 2);
    else if (pairs == 2 && need_pairs == 2)
        scan(set, 2, 2);
    else
        scan(set, pairs, need_pairs);
    return set->possible;
}

static const uint64_t *leads_at(const PatternSet *set, size_t item)
{
    const ItemView *view = &set->view;
    uint16_t kind = item < view->to ? view->kinds[item] : STOP_KIND;
    return set->rows + kind * set->row_words + set->kind_words;
}

/* The next item, up to the last, at which the pattern may begin. */
static size_t next_start(const PatternSet *set, size_t index, size_t at)
{
    size_t words = set->pattern_words, last = set->starts[index].last;
    if (at >= last)
        return at;
    const uint64_t *before = at == set->view.from ? leads_at(set, SIZE_MAX) : leads_at(set, at - 1);
    const uint64_t *stop = leads_at(set, SIZE_MAX);
    const uint64_t *first = leads_at(set, at), *second = leads_at(set, at + 1);
    for (; at < last; at++) {
        const uint64_t *third = leads_at(set, at + 2);
        size_t place = (before == stop ? LEAD * words : 0) + index / 64;
        uint64_t may = first[place] & second[place + words] & third[place + 2 * words];
        if (may >> (index % 64) & 1)
            break;
        before = first;
        first = second;
        second = third;
    }
    return at;
}

static void read_match(const PatternSet *set, const Pattern *pattern, PatternMatch *match)
{
    match->pattern = pattern;
    for (size_t i = 0; i < PATTERN_CAPTURES; i++)
        match->captures[i].start = match->captures[i].end = SIZE_MAX;
    for (size_t i = 0; i < pattern->program.group_count; i++) {
        const Group *group = &pattern->program.groups[i];
        const uint32_t *slots = set->machine.slots + group->slot;
        if (slots[1] == PLACE_NONE)
            continue;
        match->captures[group->capture].start = slots[0];
        match->captures[group->capture].end = slots[1];
    }
}

bool patterns_find(PatternSet *set, const Pattern *pattern, size_t at, PatternMatch *match,
                   bool *limited)
{
    if (at >= set->view.to || !bit_at(set->possible, pattern->index))
        return false;
    set->machine.budget = SEARCH_STEPS + SEARCH_STEPS_PER_ITEM * (set->view.to - at);
    size_t index = pattern->index;
    const Starts starts = set->starts[index];
    at = at <= starts.first ? starts.first : next_start(set, index, at);
    for (; at <= starts.last; at = next_start(set, index, at + 1)) {
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
    }
    return false;
}

void patterns_find_within(PatternSet *set, ItemString *string, size_t from, size_t to,
                          PatternMatch **matches, size_t *count, size_t *capacity, bool *limited)
{
    const uint64_t *possible = patterns_possible(set, string, from, to);
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
    return lexicon_has(set->lexicon, item->set, class_number) && name->data[0] != '"' &&
           name->data[0] != '/';
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
