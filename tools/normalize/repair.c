#include "tools/normalize/repair.h"

#include <stdlib.h>

#include "common/utf8.h"
#include "tools/normalize/mojibake.h"

/* A text is repaired again until nothing is left to do: twice for twice damaged
 * text, more for made-up ones. */
enum { ROUNDS = 8, DOUBT_MAX = 16, LETTER_MAX = 16, ENTITY_NAME = 32 };

typedef struct {
    Slice name;
    uint32_t codepoint;
} Reference;

typedef struct {
    uint32_t from, to, at_end;
} WordLetter;

struct Repairer {
    const Steps *steps;
    const Likeness *likeness;
    Signs signs;
    Mojibake mojibake[SIGN_RULES];
    size_t mojibake_count;
    int entities, word_letters; /* steps; -1: off */
    Reference *names;           /* sorted         */
    size_t name_count;
    WordLetter letters[LETTER_MAX];
    size_t letter_count;
    uint32_t word_sets, foreign,
        own; /* sets: of words; that no word of ours has; that only ours have */

    Points line, next, tried, best;
    Buffer out;
    EditList edits;
    StepCount *counts;
    Doubt doubts[DOUBT_MAX];
    size_t doubt_count;
    const char *begin; /* of the text                              */
    size_t line_byte;  /* where the line begins in it              */
    size_t line_point;
};

/* ---- loading ----------------------------------------------------------- */

static int compare_entities(const void *a, const void *b)
{
    return slice_compare(((const Reference *)a)->name, ((const Reference *)b)->name);
}

static bool load_entities(Repairer *repairer, Rules *rules, size_t step, unsigned rule,
                          Error *error)
{
    const RuleNode *map = rule_get(repairer->steps->steps[step].node, "map");
    repairer->entities = (int)step;
    repairer->names = ARENA_ARRAY(&rules->arena, map ? map->child_count + 1 : 1, Reference);
    for (const RuleNode *entry = map ? map->children : NULL; entry; entry = entry->next) {
        uint32_t first, last;
        if (!steps_read_range(entry, &first, &last, error))
            return false;
        if (entry->key.length > ENTITY_NAME)
            return rule_error(entry, error, "a name has at most %d letters", ENTITY_NAME);
        repairer->names[repairer->name_count++] = (Reference){entry->key, first};
    }
    qsort(repairer->names, repairer->name_count, sizeof *repairer->names, compare_entities);
    signs_add_first(&repairer->signs, rule, '&');
    signs_add_second(&repairer->signs, rule, '#');
    for (uint32_t c = 'A'; c <= 'Z'; c++) {
        signs_add_second(&repairer->signs, rule, c);
        signs_add_second(&repairer->signs, rule, c - 'A' + 'a');
    }
    return true;
}

static bool read_key(const RuleNode *entry, uint32_t *codepoint, Error *error)
{
    RuleNode key = *entry;
    uint32_t last;
    key.kind = RULE_SCALAR;
    key.scalar = entry->key;
    return steps_read_range(&key, codepoint, &last, error);
}

static bool load_set(const Repairer *repairer, const RuleNode *node, const char *key, uint32_t *set,
                     Error *error)
{
    const RuleNode *value = rule_get(node, key);
    const RuleNode *item = value && value->kind == RULE_LIST ? value->children : value;
    for (; item; item = value->kind == RULE_LIST ? item->next : NULL) {
        uint32_t bit = steps_set(repairer->steps, item, error);
        if (bit == 0)
            return false;
        *set |= bit;
    }
    return value != NULL || rule_error(node, error, "a step of kind word-letters needs `%s`", key);
}

static bool load_letters(Repairer *repairer, size_t step, unsigned rule, Error *error)
{
    const RuleNode *node = repairer->steps->steps[step].node, *map = rule_get(node, "map");
    const RuleNode *at_end = rule_get(node, "at-end");
    uint32_t last;
    repairer->word_letters = (int)step;
    for (const RuleNode *entry = map ? map->children : NULL; entry; entry = entry->next) {
        WordLetter *letter = &repairer->letters[repairer->letter_count];
        if (repairer->letter_count++ == LETTER_MAX)
            return rule_error(entry, error, "more than %d letters", LETTER_MAX);
        if (!read_key(entry, &letter->from, error) ||
            !steps_read_range(entry, &letter->to, &last, error))
            return false;
        letter->at_end = letter->to;
        signs_add_first(&repairer->signs, rule, letter->from);
        repairer->signs.any_second |= UINT32_C(1) << rule;
    }
    for (const RuleNode *entry = at_end ? at_end->children : NULL; entry; entry = entry->next) {
        uint32_t from;
        if (!read_key(entry, &from, error))
            return false;
        for (size_t i = 0; i < repairer->letter_count; i++)
            if (repairer->letters[i].from == from &&
                !steps_read_range(entry, &repairer->letters[i].at_end, &last, error))
                return false;
    }
    return load_set(repairer, node, "between", &repairer->word_sets, error) &&
           load_set(repairer, node, "not-with", &repairer->foreign, error) &&
           load_set(repairer, node, "evidence", &repairer->own, error);
}

static bool load_step(Repairer *repairer, Rules *rules, size_t step, const Detector *detector,
                      unsigned *rule, Error *error)
{
    switch (repairer->steps->steps[step].kind) {
    case STEP_MOJIBAKE:
        if (*rule == SIGN_RULES)
            return rule_error(repairer->steps->steps[step].node, error,
                              "more than %d steps of repair", SIGN_RULES);
        return mojibake_load(&repairer->mojibake[repairer->mojibake_count++], repairer->steps, step,
                             &detector->pages, &repairer->signs, (*rule)++, error);
    case STEP_ENTITIES:
        return load_entities(repairer, rules, step, (*rule)++ % SIGN_RULES, error);
    case STEP_WORD_LETTERS:
        return load_letters(repairer, step, (*rule)++ % SIGN_RULES, error);
    default:
        return true;
    }
}

Repairer *repairer_new(Rules *rules, const Steps *steps, const Detector *detector, Error *error)
{
    Repairer *repairer = ARENA_NEW(&rules->arena, Repairer);
    unsigned rule = 0;
    repairer->steps = steps;
    repairer->likeness = detector->likeness;
    repairer->entities = repairer->word_letters = -1;
    repairer->counts = ARENA_ARRAY(&rules->arena, steps->step_count + 1, StepCount);
    for (size_t i = 0; i < steps->step_count; i++)
        if (steps->steps[i].on && !load_step(repairer, rules, i, detector, &rule, error)) {
            repairer_release(repairer);
            return NULL;
        }
    signs_finish(&repairer->signs);
    return repairer;
}

const Signs *repairer_signs(const Repairer *repairer)
{
    return &repairer->signs;
}

void repairer_release(Repairer *repairer)
{
    signs_release(&repairer->signs);
    free(repairer->line.items);
    free(repairer->next.items);
    free(repairer->tried.items);
    free(repairer->best.items);
    buffer_release(&repairer->out);
    edits_release(&repairer->edits);
}

/* ---- what was done ----------------------------------------------------- */

static void swap_points(Points *a, Points *b)
{
    Points swap = *a;
    *a = *b;
    *b = swap;
}

static void count_repair(Repairer *repairer, size_t step, size_t count, size_t source_point)
{
    StepCount *counts = &repairer->counts[step];
    if (counts->count == 0) {
        const char *at = repairer->begin + repairer->line_byte;
        for (size_t i = 0; i < source_point; i++)
            utf8_next(&at);
        counts->first = (size_t)(at - repairer->begin);
    }
    counts->count += count;
}

static void note_doubt(Repairer *repairer, size_t step, const char *why, size_t source_point)
{
    if (repairer->doubt_count < DOUBT_MAX)
        repairer->doubts[repairer->doubt_count++] =
            (Doubt){step, repairer->line_point + source_point, why};
}

/* ---- character references ---------------------------------------------- */

static uint32_t ascii_at(const Points *line, size_t at)
{
    return at < line->count && line->items[at].codepoint < 0x80 ? line->items[at].codepoint : 0;
}

static uint32_t digit_value(uint32_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

/* "#1575;" or "#x627;" behind the ampersand. */
static uint32_t read_number(const Points *line, size_t at, size_t *end)
{
    uint32_t value = 0, base = 10;
    if (ascii_at(line, ++at) == 'x' || ascii_at(line, at) == 'X') {
        base = 16;
        at++;
    }
    size_t first = at;
    for (; digit_value(ascii_at(line, at)) < base && at - first < 8; at++)
        value = value * base + digit_value(ascii_at(line, at));
    *end = at + 1;
    bool is_text = value >= ' ' || value == '\t' || value == '\n' || value == '\r';
    bool is_scalar = value <= 0x10FFFF && !(value >= 0xD800 && value <= 0xDFFF);
    return at > first && ascii_at(line, at) == ';' && is_text && is_scalar ? value : 0;
}

static uint32_t read_name(const Repairer *repairer, const Points *line, size_t at, size_t *end)
{
    char name[ENTITY_NAME];
    size_t length = 0;
    for (uint32_t c = ascii_at(line, at); c != 0 && c != ';'; c = ascii_at(line, at + length)) {
        if (length == ENTITY_NAME)
            return 0;
        name[length++] = (char)c;
    }
    *end = at + length + 1;
    if (ascii_at(line, at + length) != ';')
        return 0;
    Reference wanted = {{name, length}, 0};
    const Reference *found = bsearch(&wanted, repairer->names, repairer->name_count,
                                     sizeof *repairer->names, compare_entities);
    return found ? found->codepoint : 0;
}

static bool undo_entities(Repairer *repairer)
{
    Points *line = &repairer->line, *next = &repairer->next;
    size_t count = 0, first = 0;
    next->count = 0;
    for (size_t at = 0; at < line->count;) {
        Point point = line->items[at];
        size_t end = at + 1;
        uint32_t codepoint = 0;
        if (point.codepoint == '&')
            codepoint = ascii_at(line, at + 1) == '#' ? read_number(line, at + 1, &end)
                                                      : read_name(repairer, line, at + 1, &end);
        if (codepoint != 0) {
            const Point *last = &line->items[end - 1];
            if (count++ == 0)
                first = point.from;
            point = (Point){codepoint, point.from, last->from + last->span - point.from};
            at = end;
        } else {
            at++;
        }
        points_add(next, point);
    }
    if (count == 0)
        return false;
    count_repair(repairer, (size_t)repairer->entities, count, first);
    swap_points(line, next);
    return true;
}

/* ---- wrong encodings --------------------------------------------------- */

/* The rules of which the line has a sign. */
static uint32_t rules_of(const Repairer *repairer, const Points *line)
{
    uint32_t rules = 0, before = 0;
    for (size_t i = 0; i < line->count; i++) {
        SignRules here = signs_rules(&repairer->signs, line->items[i].codepoint);
        rules |= before & here.second;
        before = here.first;
    }
    return rules;
}

/* Tries every rule on `line`; the best result goes into repairer->best. */
static int try_all(Repairer *repairer, const Points *line, Repair *best, bool notes)
{
    int found = -1;
    uint32_t rules = rules_of(repairer, line);
    size_t doubts = repairer->doubt_count;
    *best = (Repair){0};
    for (size_t i = 0; i < repairer->mojibake_count; i++) {
        const Mojibake *mojibake = &repairer->mojibake[i];
        if ((rules >> mojibake->rule & 1) == 0)
            continue;
        Repair repair = mojibake_undo(mojibake, repairer->steps, repairer->likeness, line, false,
                                      &repairer->tried);
        if (notes && repair.doubt != NULL)
            note_doubt(repairer, mojibake->step, repair.doubt, line->items[repair.doubt_at].from);
        if (repair.gain <= best->gain)
            continue;
        *best = repair;
        found = (int)i;
        swap_points(&repairer->tried, &repairer->best);
    }
    if (found >= 0)
        repairer->doubt_count = doubts;
    return found;
}

static bool undo_once(Repairer *repairer, bool notes)
{
    Repair repair;
    int rule = try_all(repairer, &repairer->line, &repair, notes);
    if (rule < 0)
        return false;
    count_repair(repairer, repairer->mojibake[rule].step, repair.count,
                 repairer->line.items[repair.first].from);
    swap_points(&repairer->line, &repairer->best);
    return true;
}

/* What comes out of the outer damage is damaged itself. */
static bool undo_twice(Repairer *repairer, size_t doubts)
{
    uint32_t rules = rules_of(repairer, &repairer->line);
    for (size_t i = 0; i < repairer->mojibake_count; i++) {
        const Mojibake *outer = &repairer->mojibake[i];
        if (outer->was != NULL || (rules >> outer->rule & 1) == 0)
            continue;
        Repair inner, repair = mojibake_undo(outer, repairer->steps, repairer->likeness,
                                             &repairer->line, true, &repairer->next);
        if (repair.gain == 0)
            continue;
        int rule = try_all(repairer, &repairer->next, &inner, false);
        if (rule < 0)
            continue;
        count_repair(repairer, outer->step, repair.count, repairer->line.items[repair.first].from);
        count_repair(repairer, repairer->mojibake[rule].step, inner.count,
                     repairer->next.items[inner.first].from);
        swap_points(&repairer->line, &repairer->best);
        repairer->doubt_count = doubts;
        return true;
    }
    return false;
}

/* ---- letters of another keyboard --------------------------------------- */

static bool in_sets(const Repairer *repairer, uint32_t codepoint, uint32_t sets)
{
    return (steps_sets(repairer->steps, codepoint) & sets) != 0;
}

/* Where the word that begins at `at` ends; whether it has a letter that no word
 * of ours has. */
static size_t word_end(const Repairer *repairer, const Points *line, size_t at, bool *is_foreign)
{
    *is_foreign = false;
    for (; at < line->count; at++) {
        uint32_t codepoint = line->items[at].codepoint;
        *is_foreign |= in_sets(repairer, codepoint, repairer->foreign);
        if (!in_sets(repairer, codepoint, repairer->word_sets | repairer->foreign))
            break;
    }
    return at;
}

/* Whether the line is in our language: more letters that only it has than such
 * that it lacks. */
static bool is_ours(const Repairer *repairer, const Points *line)
{
    size_t own = 0, foreign = 0;
    for (size_t i = 0; i < line->count; i++) {
        own += in_sets(repairer, line->items[i].codepoint, repairer->own);
        foreign += in_sets(repairer, line->items[i].codepoint, repairer->foreign);
    }
    return own > foreign * 2;
}

static size_t change_letters(const Repairer *repairer, Points *line, size_t at, size_t end)
{
    size_t count = 0;
    for (size_t i = at; i < end; i++)
        for (size_t j = 0; j < repairer->letter_count; j++) {
            const WordLetter *letter = &repairer->letters[j];
            if (line->items[i].codepoint != letter->from)
                continue;
            line->items[i].codepoint = i + 1 == end ? letter->at_end : letter->to;
            count++;
        }
    return count;
}

static void repair_letters(Repairer *repairer)
{
    Points *line = &repairer->line;
    bool checked = false, ours = false;
    for (size_t at = 0, end; at < line->count; at = end) {
        bool is_foreign, has_letter = false;
        end = word_end(repairer, line, at, &is_foreign);
        for (size_t i = at; i < end; i++)
            for (size_t j = 0; j < repairer->letter_count; j++)
                has_letter |= line->items[i].codepoint == repairer->letters[j].from;
        if (has_letter && !checked) {
            ours = is_ours(repairer, line);
            checked = true;
        }
        if (has_letter && (is_foreign || !ours)) {
            note_doubt(repairer, (size_t)repairer->word_letters,
                       is_foreign ? "the word has letters of another language"
                                  : "the line may be in another language",
                       line->items[at].from);
        } else if (has_letter) {
            size_t from = line->items[at].from;
            count_repair(repairer, (size_t)repairer->word_letters,
                         change_letters(repairer, line, at, end), from);
        }
        end += end == at;
    }
}

/* ---- a line ------------------------------------------------------------ */

static void read_line(Repairer *repairer, Slice line)
{
    const char *at = line.data, *end = at + line.length;
    uint32_t from = 0;
    repairer->line.count = 0;
    while (at < end)
        points_add(&repairer->line, (Point){utf8_next(&at), from++, 1});
}

static void repair_line(Repairer *repairer)
{
    size_t doubts = repairer->doubt_count;
    for (int round = 0; round < ROUNDS; round++) {
        bool changed = repairer->entities >= 0 && undo_entities(repairer);
        if (repairer->mojibake_count != 0)
            changed |= undo_once(repairer, round == 0) || undo_twice(repairer, doubts);
        if (!changed)
            break;
    }
    if (repairer->word_letters >= 0)
        repair_letters(repairer);
}

/* A character of several source characters stands between anchors. */
static void write_line(Repairer *repairer)
{
    const Points *line = &repairer->line;
    char *to = buffer_reserve(&repairer->out, line->count * 4);
    size_t length = 0, kept = 0;
    for (size_t i = 0; i < line->count; i++) {
        const Point *point = &line->items[i];
        length += utf8_encode(point->codepoint, to + length);
        if (point->span == 1) {
            kept++;
        } else {
            edits_keep(&repairer->edits, kept);
            kept = 0;
            edits_anchor(&repairer->edits);
            edits_change(&repairer->edits, point->span, 1);
            edits_anchor(&repairer->edits);
        }
    }
    edits_keep(&repairer->edits, kept);
    repairer->out.length += length;
}

static bool is_line_changed(const Repairer *repairer, Slice line)
{
    const char *at = line.data, *end = at + line.length;
    size_t i = 0;
    for (; at < end && i < repairer->line.count; i++)
        if (utf8_next(&at) != repairer->line.items[i].codepoint)
            return true;
    return at < end || i < repairer->line.count;
}

Repaired repair_text(Repairer *repairer, Slice text)
{
    const char *begin = text.length ? text.data : "", *end = begin + text.length, *done = begin;
    const char *counted = begin;
    const char *sign = signs_find(&repairer->signs, begin, end);
    Repaired repaired = {.text = text,
                         .counts = repairer->counts,
                         .edits = &repairer->edits,
                         .doubts = repairer->doubts};
    if (sign == end)
        return repaired;
    memset(repairer->counts, 0, repairer->steps->step_count * sizeof *repairer->counts);
    buffer_clear(&repairer->out);
    edits_clear(&repairer->edits);
    repairer->doubt_count = repairer->line_point = 0;
    repairer->begin = begin;
    while (sign < end) {
        const char *start = sign, *stop = memchr(sign, '\n', (size_t)(end - sign));
        while (start > done && start[-1] != '\n')
            start--;
        if (stop == NULL)
            stop = end;
        Slice line = {start, (size_t)(stop - start)};
        repairer->line_byte = (size_t)(start - begin);
        repairer->line_point += utf8_count((Slice){counted, (size_t)(start - counted)});
        counted = start;
        read_line(repairer, line);
        repair_line(repairer);
        if (is_line_changed(repairer, line)) {
            Slice kept = {done, (size_t)(start - done)};
            buffer_append(&repairer->out, kept);
            edits_keep(&repairer->edits, utf8_count(kept));
            write_line(repairer);
            repaired.changed = true;
            done = stop;
        }
        sign = stop < end ? signs_find(&repairer->signs, stop, end) : end;
    }
    repaired.doubt_count = repairer->doubt_count;
    if (!repaired.changed)
        return repaired;
    Slice kept = {done, (size_t)(end - done)};
    buffer_append(&repairer->out, kept);
    edits_keep(&repairer->edits, utf8_count(kept));
    repaired.text = buffer_slice(&repairer->out);
    return repaired;
}
