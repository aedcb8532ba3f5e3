#include "tools/normalize/repair.h"

#include <stdlib.h>

#include "common/utf8.h"
#include "tools/normalize/mojibake.h"
#include "tools/normalize/word_letters.h"

/* A text is repaired again until nothing is left to do: twice for twice damaged
 * text, more for made-up ones. */
enum { ROUNDS = 8, DOUBT_MAX = 16, ENTITY_NAME = 32 };

typedef struct {
    Slice name;
    uint32_t codepoint;
} Reference;

struct Repairer {
    const Steps *steps;
    const Likeness *likeness;
    Signs signs;
    Mojibake mojibake[SIGN_RULES];
    size_t mojibake_count;
    Reference *names; /* of steps->entities, sorted */
    size_t name_count;
    WordLetters *letters; /* NULL: off */

    Points line, next, tried, best;
    Buffer out, written; /* the text behind what was damaged; behind letters too */
    EditList edits;
    StepCount *counts;
    Doubt doubts[DOUBT_MAX];
    size_t doubt_count;
    Slice text;       /* the lines of which are at work           */
    size_t line_byte; /* where the line begins in it              */
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
    repairer->names = ARENA_ARRAY(&rules->arena, map ? map->child_count + 1 : 1, Reference);
    for (const RuleNode *entry = map ? map->children : NULL; entry; entry = entry->next) {
        uint32_t codepoint;
        if (!rule_character(entry, entry->scalar, &codepoint, error))
            return false;
        if (entry->key.length > ENTITY_NAME)
            return rule_error(entry, error, "a name has at most %d letters", ENTITY_NAME);
        repairer->names[repairer->name_count++] = (Reference){entry->key, codepoint};
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

/* `rule`: the number of its signs. */
static bool load_step(Repairer *repairer, Rules *rules, size_t step, const Detector *detector,
                      unsigned rule, Error *error)
{
    const Step *loaded = &repairer->steps->steps[step];
    if (rule == SIGN_RULES)
        return rule_error(loaded->node, error,
                          "more than %d steps of repair are on; write default: off for some",
                          SIGN_RULES);
    switch (loaded->kind) {
    case STEP_MOJIBAKE:
        return mojibake_load(&repairer->mojibake[repairer->mojibake_count++], repairer->steps, step,
                             &detector->pages, &repairer->signs, rule, error);
    case STEP_ENTITIES:
        return load_entities(repairer, rules, step, rule, error);
    default:
        repairer->letters =
            word_letters_new(rules, repairer->steps, step, &repairer->signs, rule, error);
        return repairer->letters != NULL;
    }
}

static bool is_repair(const Step *step)
{
    return step->on && (step->kind == STEP_MOJIBAKE || step->kind == STEP_ENTITIES ||
                        step->kind == STEP_WORD_LETTERS);
}

Repairer *repairer_new(Rules *rules, const Steps *steps, const Detector *detector, Error *error)
{
    Repairer *repairer = ARENA_NEW(&rules->arena, Repairer);
    unsigned rule = 0;
    repairer->steps = steps;
    repairer->likeness = detector->likeness;
    repairer->counts = ARENA_ARRAY(&rules->arena, steps->step_count + 1, StepCount);
    for (size_t i = 0; i < steps->step_count; i++)
        if (is_repair(&steps->steps[i]) &&
            !load_step(repairer, rules, i, detector, rule++, error)) {
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
    if (repairer->letters != NULL)
        word_letters_release(repairer->letters);
    free(repairer->line.items);
    free(repairer->next.items);
    free(repairer->tried.items);
    free(repairer->best.items);
    buffer_release(&repairer->out);
    buffer_release(&repairer->written);
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
        const char *at = repairer->text.data + repairer->line_byte;
        for (size_t i = 0; i < source_point; i++)
            utf8_next(&at);
        counts->first = (size_t)(at - repairer->text.data);
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
    count_repair(repairer, (size_t)repairer->steps->entities, count, first);
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

/* ---- a line ------------------------------------------------------------ */

static void repair_line(Repairer *repairer)
{
    size_t doubts = repairer->doubt_count;
    for (int round = 0; round < ROUNDS; round++) {
        bool changed = repairer->steps->entities >= 0 && undo_entities(repairer);
        if (repairer->mojibake_count != 0)
            changed |= undo_once(repairer, round == 0) || undo_twice(repairer, doubts);
        if (!changed)
            break;
    }
}

static void repair_letters(Repairer *repairer)
{
    size_t step = (size_t)repairer->steps->word_letters;
    WordChange change;
    for (size_t at = 0; word_letters_next(repairer->letters, &repairer->line, &at, &change);)
        if (change.why != NULL)
            note_doubt(repairer, step, change.why, change.from);
        else
            count_repair(repairer, step, change.count, change.from);
}

/* A character of several source characters stands between anchors. */
static void write_line(Repairer *repairer, Buffer *out, EditList *edits)
{
    const Points *line = &repairer->line;
    char *to = buffer_reserve(out, line->count * 4);
    size_t length = 0, kept = 0;
    for (size_t i = 0; i < line->count; i++) {
        const Point *point = &line->items[i];
        length += utf8_encode(point->codepoint, to + length);
        if (edits == NULL || point->span == 1) {
            kept++;
        } else {
            edits_keep(edits, kept);
            kept = 0;
            edits_anchor(edits);
            edits_change(edits, point->span, 1);
            edits_anchor(edits);
        }
    }
    if (edits != NULL)
        edits_keep(edits, kept);
    out->length += length;
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

/* Runs `repair` over each line of `text` that has a sign. Where something changed, the
 * text is in `out`; with `edits`, which way it came. */
static bool repair_lines(Repairer *repairer, Slice text, void (*repair)(Repairer *), Buffer *out,
                         EditList *edits)
{
    const char *begin = text.data, *end = begin + text.length, *done = begin, *counted = begin;
    const char *sign = signs_find(&repairer->signs, begin, end);
    bool changed = false;
    repairer->text = text;
    repairer->line_point = 0;
    buffer_clear(out);
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
        points_read(&repairer->line, line);
        repair(repairer);
        if (is_line_changed(repairer, line)) {
            Slice kept = {done, (size_t)(start - done)};
            buffer_append(out, kept);
            if (edits != NULL)
                edits_keep(edits, utf8_count(kept));
            write_line(repairer, out, edits);
            changed = true;
            done = stop;
        }
        sign = stop < end ? signs_find(&repairer->signs, stop, end) : end;
    }
    if (changed) {
        Slice kept = {done, (size_t)(end - done)};
        buffer_append(out, kept);
        if (edits != NULL)
            edits_keep(edits, utf8_count(kept));
    }
    return changed;
}

/* What letters did is told by places of the source: those of the text behind the other
 * repairs, by its edits. */
static void lead_back(Repairer *repairer, Slice source, Slice text, size_t doubts)
{
    const EditList *edits = &repairer->edits;
    StepCount *counts = &repairer->counts[repairer->steps->word_letters];
    for (size_t i = doubts; i < repairer->doubt_count; i++)
        repairer->doubts[i].at =
            origin_span(edits->runs, edits->count,
                        (CodepointSpan){repairer->doubts[i].at, repairer->doubts[i].at})
                .start;
    if (counts->count != 0) {
        size_t point = utf8_count(slice_cut(text, 0, counts->first));
        point = origin_span(edits->runs, edits->count, (CodepointSpan){point, point}).start;
        counts->first = utf8_byte_offset(source, point, 0, 0);
    }
}

Repaired repair_text(Repairer *repairer, Slice text)
{
    Slice source = {text.length ? text.data : "", text.length};
    const char *end = source.data + source.length;
    Repaired repaired = {.text = text,
                         .counts = repairer->counts,
                         .edits = &repairer->edits,
                         .doubts = repairer->doubts};
    if (signs_find(&repairer->signs, source.data, end) == end)
        return repaired;
    memset(repairer->counts, 0, repairer->steps->step_count * sizeof *repairer->counts);
    edits_clear(&repairer->edits);
    repairer->doubt_count = 0;
    repaired.changed =
        repair_lines(repairer, source, repair_line, &repairer->out, &repairer->edits);
    Slice behind = repaired.changed ? buffer_slice(&repairer->out) : source;
    if (repairer->letters != NULL) {
        size_t doubts = repairer->doubt_count;
        word_letters_begin(repairer->letters, behind);
        /* A letter for a letter: the way back stays. */
        bool changed = repair_lines(repairer, behind, repair_letters, &repairer->written, NULL);
        if (changed && !repaired.changed)
            edits_keep(&repairer->edits, utf8_count(source));
        if (repaired.changed)
            lead_back(repairer, source, behind, doubts);
        if (changed)
            behind = buffer_slice(&repairer->written);
        repaired.changed |= changed;
    }
    repaired.doubt_count = repairer->doubt_count;
    if (repaired.changed)
        repaired.text = behind;
    return repaired;
}
