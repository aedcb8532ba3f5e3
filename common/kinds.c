#include "common/kinds.h"

#include <stdlib.h>

enum {
    KIND_MAX = 30000,   /* of a pattern set                       */
    KIND_SLOTS = 65536, /* of the table that finds them           */
    MET_MAX = 8192,     /* truths of which the kind is remembered */
};

_Static_assert(EXPRESSIONS_MAX == LEAD_WORDS * 64, "a lead has a bit for each expression");

/* ---- loading ----------------------------------------------------------- */

/* Rows of expressions that are being written. */
typedef struct {
    uint64_t *leads, *looks[2]; /* Kinds.leads, Kinds.looks */
} Drafts;

static void note_looks(const Kinds *kinds, const Front *front, size_t way, const Drafts *drafts)
{
    size_t words = kinds->ways.words;
    for (size_t i = 0; i < front->look_count; i++) {
        const Look *look = &front->looks[i];
        bool forbids = (look->mode & LOOK_NOT) != 0, is_first = (look->mode & LOOK_BEHIND) == 0;
        size_t place = (size_t)look->expression * 2 + is_first;
        bit_set(drafts->looks[forbids] + place * words, way);
        bit_set(kinds->looks[forbids].looked, look->expression);
    }
}

/* Says to each expression, in its rows, at which first places of a way it may be. */
static void note_lead(Kinds *kinds, const Lead *lead, size_t way, const Drafts *drafts)
{
    size_t words = kinds->ways.words;
    for (size_t place = 0; place < LEAD; place++) {
        if (lead->ends[place])
            bit_set(kinds->always + place * words, way);
        const uint64_t *bits = lead->expressions[place];
        size_t count = lead->ends[place] ? 0 : kinds->expressions->count;
        for (size_t e = bit_next(bits, count, 0); e < count; e = bit_next(bits, count, e + 1)) {
            bit_set(drafts->leads + (e * LEAD + place) * words, way);
            bit_set(kinds->leading, e);
        }
    }
    if (lead->front.at_edge)
        bit_set(kinds->at_edge, way);
    note_looks(kinds, &lead->front, way, drafts);
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
static size_t way_bit(const Kinds *kinds, size_t place)
{
    size_t folded = kinds->ways.words / 2;
    return place % folded * 128 + place / folded;
}

/* Gives each way a bit: those that ask for much the same get bits that a fold lays over one
 * another, so that folds have fewer. For bits of no way, which only BITSETS_ALL has,
 * `pattern_of` says any pattern. */
static void number_ways(Kinds *kinds, const KindSource *source, const Drafts *drafts)
{
    size_t bits = kinds->ways.words * 64;
    const Lead **order = memory_take((kinds->way_count + 1) * sizeof *order);
    for (size_t way = 0; way < kinds->way_count; way++)
        order[way] = &source->leads[way];
    qsort(order, kinds->way_count, sizeof(const Lead *), compare_leads);
    kinds->pattern_of = ARENA_ARRAY(kinds->arena, bits, uint32_t);
    for (size_t i = 0; i < kinds->way_count; i++) {
        size_t bit = way_bit(kinds, i);
        kinds->pattern_of[bit] = source->pattern_of[order[i] - source->leads];
        note_lead(kinds, order[i], bit, drafts);
    }
    free(order);
}

static void note_leads(Kinds *kinds, const KindSource *source)
{
    Arena *arena = kinds->arena;
    bitsets_init(&kinds->ways, (kinds->way_count + 127) / 128 * 128);
    size_t words = kinds->ways.words;
    size_t count = kinds->expressions->count;
    Drafts drafts = {sparse_draft(count, LEAD * words),
                     {sparse_draft(count, 2 * words), sparse_draft(count, 2 * words)}};
    for (size_t i = 0; i < 2; i++)
        kinds->looks[i].looked = ARENA_ARRAY(arena, kinds->expression_words, uint64_t);
    kinds->barred = ARENA_ARRAY(arena, 2 * words, uint64_t);
    kinds->leading = ARENA_ARRAY(arena, kinds->expression_words, uint64_t);
    kinds->always = ARENA_ARRAY(arena, LEAD * words, uint64_t);
    kinds->at_edge = ARENA_ARRAY(arena, words, uint64_t);
    kinds->head_sets = ARENA_ARRAY(arena, (1 + LEAD) * words, uint64_t);
    number_ways(kinds, source, &drafts);
    kinds->leads = sparse_rows(drafts.leads, count, LEAD * words, arena);
    for (size_t i = 0; i < 2; i++)
        kinds->looks[i].ways = sparse_rows(drafts.looks[i], count, 2 * words, arena);
}

/* Says to each expression in which unions it is. */
static void note_unions(Kinds *kinds, const Guards *guards)
{
    size_t count = kinds->expressions->count;
    kinds->union_words = (guards->count + 127) / 128 * 2;
    kinds->guarding = ARENA_ARRAY(kinds->arena, kinds->expression_words, uint64_t);
    uint64_t *rows = sparse_draft(count, kinds->union_words);
    for (size_t i = 0; i < guards->count; i++)
        for (size_t m = 0; m < guards->unions[i].count; m++) {
            size_t member = guards->unions[i].members[m];
            bit_set(kinds->guarding, member);
            bit_set(rows + member * kinds->union_words, i);
        }
    kinds->in_unions = sparse_rows(rows, count, kinds->union_words, kinds->arena);
}

/* ---- making ------------------------------------------------------------ */

/* One more kind, for which nothing holds. */
static uint64_t *add_kind(Kinds *kinds)
{
    size_t bytes = kinds->row_words * sizeof *kinds->rows, needed = kinds->count + 1;
    size_t capacity = kinds->capacity, glance_capacity = capacity;
    kinds->heads = memory_grow(kinds->heads, &capacity, needed, sizeof *kinds->heads);
    kinds->glances =
        memory_grow_aligned(kinds->glances, &glance_capacity, needed, sizeof *kinds->glances);
    kinds->rows = memory_grow_aligned(kinds->rows, &kinds->capacity, needed, bytes);
    uint64_t *row = kinds->rows + kinds->count * kinds->row_words;
    memset(row, 0, bytes);
    kinds->heads[kinds->count++] = (Head){0};
    return row;
}

/* Leaves out of the head that is being made the ways that do not begin so: before a first
 * item of this kind, or with it. */
static void leave_out_barred(Kinds *kinds, const uint64_t *row)
{
    size_t words = 2 * kinds->ways.words;
    memset(kinds->barred, 0, words * sizeof *kinds->barred);
    for (size_t forbids = 0; forbids < 2; forbids++)
        for (size_t i = 0; i < kinds->expression_words; i++) {
            uint64_t left = (forbids ? row[i] : ~row[i]) & kinds->looks[forbids].looked[i];
            for (; left != 0; left &= left - 1)
                sparse_join(kinds->barred, &kinds->looks[forbids].ways,
                            i * 64 + (size_t)__builtin_ctzll(left));
        }
    words_remove(kinds->head_sets, kinds->barred, words);
}

/* Which unions hold where these expressions do. */
static void fill_unions(const Kinds *kinds, uint64_t *row)
{
    uint64_t *unions = row + kinds->expression_words;
    for (size_t i = 0; i < kinds->expression_words; i++)
        for (uint64_t left = row[i] & kinds->guarding[i]; left != 0; left &= left - 1) {
            size_t expression = i * 64 + (size_t)__builtin_ctzll(left);
            sparse_join(unions, &kinds->in_unions, expression);
        }
}

/* What patterns need of what holds. */
static NeedBits needs_of(const Kinds *kinds, const uint64_t *row)
{
    NeedBits needs = {{0}};
    for (size_t i = 0; i < kinds->expression_words && i < NEEDED_MAX / 64; i++)
        for (uint64_t left = row[i] & kinds->needed[i]; left != 0; left &= left - 1)
            bit_set(needs.bits, kinds->need_bits[i * 64 + (size_t)__builtin_ctzll(left)]);
    return needs;
}

/* By the kind's row. */
static void fill_head(Kinds *kinds, size_t kind)
{
    size_t words = kinds->ways.words;
    const uint64_t *row = kinds->rows + kind * kinds->row_words;
    const uint64_t *all = bitsets_at(&kinds->ways, BITSETS_ALL);
    uint64_t *before = kinds->head_sets, *places = before + words;
    memcpy(before, all, words * sizeof *before);
    memcpy(places, kinds->always, LEAD * words * sizeof *places);
    for (size_t i = 0; i < kinds->expression_words; i++)
        for (uint64_t left = row[i] & kinds->leading[i]; left != 0; left &= left - 1) {
            size_t expression = i * 64 + (size_t)__builtin_ctzll(left);
            sparse_join(places, &kinds->leads, expression);
        }
    leave_out_barred(kinds, row);
    if (kind != STOP_KIND)
        words_remove(before, kinds->at_edge, words);
    Head *head = &kinds->heads[kind];
    Glance *glance = &kinds->glances[kind];
    head->before = bitsets_number(&kinds->ways, before);
    for (size_t place = 0; place < LEAD; place++) {
        head->places[place] = bitsets_number(&kinds->ways, places + place * words);
        glance->folds[place] = bitsets_fold(&kinds->ways, head->places[place]);
    }
    glance->folds[0] = (WordPair){0};
    for (size_t word = 0; word < words; word += 2)
        glance->folds[0] |= word_pair(places + word) & ~word_pair(kinds->at_edge + word);
    glance->needs = needs_of(kinds, row);
}

/* The tables whose size is known only now. */
static void size_tables(Kinds *kinds)
{
    kinds->row_words = kinds->expression_words + kinds->union_words;
    if (kinds->row_words > 2) /* in lines of memory */
        kinds->row_words = (kinds->row_words + 3) / 4 * 4;
    kinds->slots = memory_take(KIND_SLOTS * sizeof *kinds->slots);
    memset(kinds->slots, 0, KIND_SLOTS * sizeof *kinds->slots);
}

void kinds_init(Kinds *kinds, const KindSource *source)
{
    *kinds = (Kinds){.arena = source->arena,
                     .lexicon = source->lexicon,
                     .expressions = source->expressions,
                     .needed = source->needed,
                     .need_bits = source->need_bits,
                     .way_count = source->way_count,
                     .expression_words = kinds_expression_bits(source->expressions) / 64};
    note_unions(kinds, source->guards);
    size_tables(kinds);
    evaluator_init(&kinds->evaluator, source->expressions, kinds->expression_words, kinds->arena);
    note_leads(kinds, source);
    for (size_t kind = 0; kind <= STOP_KIND; kind++) { /* that of no kind is 0 */
        add_kind(kinds);
        fill_head(kinds, kind);
    }
}

void kinds_release(Kinds *kinds)
{
    free(kinds->rows);
    free(kinds->heads);
    free(kinds->glances);
    bitsets_release(&kinds->ways);
    free(kinds->choices);
    free(kinds->slots);
    free(kinds->met);
    free(kinds->set_kinds);
}

/* 0 where there is no room for another. */
static uint16_t truth_kind(Kinds *kinds, const Truth *truth)
{
    uint64_t *row = add_kind(kinds);
    size_t added = kinds->count - 1, bytes = kinds->expression_words * sizeof *row;
    evaluator_run(&kinds->evaluator, truth, row);
    size_t slot = (size_t)slice_hash((Slice){(const char *)row, bytes}) % KIND_SLOTS;
    for (; kinds->slots[slot] != 0; slot = (slot + 1) % KIND_SLOTS) {
        uint16_t kind = kinds->slots[slot];
        if (memcmp(kinds->rows + kind * kinds->row_words, row, bytes) == 0) {
            kinds->count--;
            return kind;
        }
    }
    if (added == KIND_MAX) { /* half as many in one stretch: nothing holds for them */
        kinds->count--;
        return 0;
    }
    fill_unions(kinds, row);
    fill_head(kinds, added);
    kinds->slots[slot] = (uint16_t)added;
    return (uint16_t)added;
}

/* Which leaves the set has tells its kind; most sets have what others had. */
static __attribute__((noinline)) uint16_t kind_of(Kinds *kinds, uint32_t number)
{
    if (number == 0)
        return STOP_KIND;
    const ClassSet *classes = lexicon_set(kinds->lexicon, number);
    Truth truth = {{0}};
    for (size_t i = 0; i < CLASS_WORDS; i++)
        for (uint64_t left = classes->bits[i]; left != 0; left &= left - 1) {
            int leaf = kinds->expressions->leaf_numbers[i * 64 + (size_t)__builtin_ctzll(left)] - 1;
            if (leaf >= 0)
                bit_set(truth.bits, (size_t)leaf);
        }
    size_t bytes = expressions_leaf_words(kinds->expressions) * sizeof *truth.bits;
    size_t slot = (size_t)slice_hash((Slice){(const char *)&truth, bytes}) % MET_SLOTS;
    for (; kinds->met_slots[slot] != 0; slot = (slot + 1) % MET_SLOTS) {
        size_t known = kinds->met_slots[slot] - (size_t)1;
        if (memcmp(&kinds->met[known].truth, &truth, bytes) == 0)
            return kinds->met[known].kind;
    }
    uint16_t kind = truth_kind(kinds, &truth);
    if (kinds->met_count < MET_MAX) {
        kinds->met =
            memory_grow(kinds->met, &kinds->met_capacity, kinds->met_count + 1, sizeof *kinds->met);
        kinds->met[kinds->met_count].truth = truth;
        kinds->met[kinds->met_count++].kind = kind;
        kinds->met_slots[slot] = (uint16_t)kinds->met_count;
    }
    return kind;
}

/* All kinds but the first two, once there are many: those of one stretch find room. */
static void forget_kinds(Kinds *kinds)
{
    if (kinds->count < KIND_MAX / 2 && kinds->ways.count < BITSETS_MAX / 2)
        return;
    bitsets_forget(&kinds->ways);
    fill_head(kinds, 0);
    fill_head(kinds, STOP_KIND);
    for (size_t i = 1; i <= kinds->choice_count; i++)
        kinds->choices[i].set = bitsets_number(&kinds->ways, kinds->choices[i].ways);
    kinds->count = STOP_KIND + 1;
    kinds->met_count = 0;
    memset(kinds->slots, 0, KIND_SLOTS * sizeof *kinds->slots);
    memset(kinds->met_slots, 0, sizeof kinds->met_slots);
    memset(kinds->set_kinds, 0, kinds->set_count * sizeof *kinds->set_kinds);
}

void kinds_write(Kinds *kinds, ItemString *string, size_t from, size_t to)
{
    forget_kinds(kinds);
    size_t known = kinds->set_count, sets = lexicon_set_count(kinds->lexicon);
    if (sets > known) {
        kinds->set_kinds =
            memory_grow(kinds->set_kinds, &kinds->set_capacity, sets, sizeof *kinds->set_kinds);
        memset(kinds->set_kinds + known, 0, (sets - known) * sizeof *kinds->set_kinds);
        kinds->set_count = sets;
    }
    if (string->kind_capacity < string->count)
        string->kinds = memory_grow(string->kinds, &string->kind_capacity, string->count,
                                    sizeof *string->kinds);
    const Item *items = string->items;
    const uint16_t *set_kinds = kinds->set_kinds;
    uint16_t *written = string->kinds;
    uint32_t unknown = 0;
    for (size_t i = from; i < to; i++) {
        uint32_t kind = set_kinds[items[i].set];
        written[i] = (uint16_t)kind;
        unknown |= kind - 1;
    }
    bool has_unknown = unknown > UINT16_MAX; /* of a kind 0 */
    for (size_t i = from; i < to && has_unknown; i++) {
        uint32_t number = items[i].set;
        if (kinds->set_kinds[number] == 0)
            kinds->set_kinds[number] = kind_of(kinds, number);
        written[i] = kinds->set_kinds[number];
    }
}

size_t kinds_choose(Kinds *kinds, const uint64_t *wanted)
{
    kinds->choices = memory_grow(kinds->choices, &kinds->choice_capacity, kinds->choice_count + 2,
                                 sizeof *kinds->choices);
    uint64_t *ways = ARENA_ARRAY(kinds->arena, kinds->ways.words, uint64_t);
    for (size_t i = 0; i < kinds->way_count; i++)
        if (bit_at(wanted, kinds->pattern_of[way_bit(kinds, i)]))
            bit_set(ways, way_bit(kinds, i));
    kinds->choices[++kinds->choice_count] = (Selection){ways, bitsets_number(&kinds->ways, ways)};
    return kinds->choice_count;
}
