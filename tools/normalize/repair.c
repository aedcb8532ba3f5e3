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

/* How lines are written, before letters of theirs are changed. */
typedef struct {
    size_t own, foreign; /* letters and words that only our language has, or lacks       */
    bool to[LETTER_MAX], at_end[LETTER_MAX], /* whether they have these of each letter;  */
        inside[LETTER_MAX];                  /* have its `from` within words             */
} Writing;

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
    /* The first of each list of words, or NULL: that end in an `at_end`; that are ours,
     * or begin as ours do; that are of another language. */
    const RuleNode *end_words, *own_words, *own_starts, *other_words;
    uint32_t word_sets, foreign,
        own; /* sets: of words; that no word of ours has; that only ours have */

    Points line, next, tried, best;
    Buffer out, written; /* the text behind what was damaged; behind letters too */
    EditList edits;
    StepCount *counts;
    Doubt doubts[DOUBT_MAX];
    size_t doubt_count;
    Slice text;      /* the lines of which are at work           */
    Writing writing; /* of the whole of it, once it `is_read`    */
    bool is_read;
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

static const RuleNode *first_word(const RuleNode *node, const char *key)
{
    const RuleNode *list = rule_get(node, key);
    return list ? list->children : NULL;
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
    repairer->end_words = first_word(node, "at-end-words");
    repairer->own_words = first_word(node, "evidence-words");
    repairer->own_starts = first_word(node, "evidence-starts");
    repairer->other_words = first_word(node, "other-words");
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

/* The bytes of `text` that the letters of [at, end) begin with; `text` may be longer or
 * shorter than they are. The last letter counts as `last`, unless that is 0. */
static size_t same_bytes(const Points *line, size_t at, size_t end, Slice text, uint32_t last,
                         size_t *letters)
{
    const char *next = text.data, *behind = text.data + text.length;
    for (*letters = 0; at + *letters < end && next < behind; ++*letters) {
        size_t i = at + *letters;
        const char *after = next;
        if (utf8_next(&after) != (last != 0 && i + 1 == end ? last : line->items[i].codepoint))
            break;
        next = after;
    }
    return (size_t)(next - text.data);
}

static bool is_listed(const RuleNode *words, const Points *line, size_t at, size_t end,
                      uint32_t last)
{
    size_t letters;
    for (; words; words = words->next)
        if (same_bytes(line, at, end, words->scalar, last, &letters) == words->scalar.length &&
            at + letters == end)
            return true;
    return false;
}

/* Begins as words of ours do, with some letters behind that. */
static bool begins_as_ours(const Repairer *repairer, const Points *line, size_t at, size_t end)
{
    enum { LEAST = 3 };
    size_t letters;
    for (const RuleNode *start = repairer->own_starts; start; start = start->next)
        if (same_bytes(line, at, end, start->scalar, 0, &letters) == start->scalar.length &&
            end - at >= letters + LEAST)
            return true;
    return false;
}

/* Of letters that no step of this kind writes or takes away. */
static bool is_fixed(const Repairer *repairer, const Points *line, size_t at, size_t end)
{
    for (size_t i = at; i < end; i++)
        for (size_t j = 0; j < repairer->letter_count; j++) {
            const WordLetter *letter = &repairer->letters[j];
            uint32_t codepoint = line->items[i].codepoint;
            if (codepoint == letter->from || codepoint == letter->to || codepoint == letter->at_end)
                return false;
        }
    return true;
}

/* `counts`: whether it tells the language. */
static void add_word(const Repairer *repairer, const Points *line, size_t at, size_t end,
                     bool counts, Writing *writing)
{
    for (size_t i = at; i < end; i++)
        for (size_t j = 0; j < repairer->letter_count; j++) {
            const WordLetter *letter = &repairer->letters[j];
            uint32_t codepoint = line->items[i].codepoint;
            writing->to[j] |= codepoint == letter->to;
            writing->at_end[j] |= codepoint == letter->at_end;
            writing->inside[j] |= codepoint == letter->from && i + 1 < end;
        }
    if (!counts)
        return;
    writing->own +=
        is_listed(repairer->own_words, line, at, end, 0) || begins_as_ours(repairer, line, at, end);
    writing->foreign += is_listed(repairer->other_words, line, at, end, 0);
}

/* `fixed`: only what is the same once the line is repaired. */
static void add_line(const Repairer *repairer, const Points *line, bool fixed, Writing *writing)
{
    for (size_t at = 0, end; at < line->count; at = end + (end == at)) {
        bool is_foreign;
        end = word_end(repairer, line, at, &is_foreign);
        add_word(repairer, line, at, end, !fixed || is_fixed(repairer, line, at, end), writing);
        for (size_t i = at; i < end; i++)
            if (!fixed || is_fixed(repairer, line, i, i + 1)) {
                writing->own += in_sets(repairer, line->items[i].codepoint, repairer->own);
                writing->foreign += in_sets(repairer, line->items[i].codepoint, repairer->foreign);
            }
    }
}

static void read_points(Points *points, Slice line)
{
    const char *at = line.data, *end = at + line.length;
    uint32_t from = 0;
    points->count = 0;
    while (at < end)
        points_add(points, (Point){utf8_next(&at), from++, 1});
}

/* How the whole text is written, by what a repair leaves as it is: so a second one finds
 * the same. */
static const Writing *writing_of_text(Repairer *repairer)
{
    Slice rest = repairer->text, line;
    if (repairer->is_read)
        return &repairer->writing;
    repairer->writing = (Writing){.own = 0};
    while (slice_next(&rest, '\n', &line)) {
        read_points(&repairer->next, line);
        add_line(repairer, &repairer->next, true, &repairer->writing);
    }
    repairer->is_read = true;
    return &repairer->writing;
}

/* How a line is written; what it does not tell, the text does. */
static Writing writing_of_line(Repairer *repairer, const Points *line)
{
    Writing writing = {.own = 0};
    add_line(repairer, line, false, &writing);
    const Writing *text = writing_of_text(repairer);
    if (writing.own == 0 && writing.foreign == 0) {
        writing.own = text->own;
        writing.foreign = text->foreign;
    }
    for (size_t i = 0; i < repairer->letter_count; i++)
        if (!writing.to[i] && !writing.at_end[i]) {
            writing.to[i] = !writing.inside[i] && text->to[i];
            writing.at_end[i] = text->at_end[i];
        }
    return writing;
}

/* What the last letter of a word becomes. Who writes `to` means something else by `from`,
 * who writes `at_end` does not mean that; who writes neither is told by the word. */
static uint32_t last_letter(const Repairer *repairer, const Writing *writing, const Points *line,
                            size_t at, size_t end, size_t letter)
{
    const WordLetter *changed = &repairer->letters[letter];
    bool is_at_end =
        writing->to[letter] || (!writing->at_end[letter] &&
                                is_listed(repairer->end_words, line, at, end, changed->at_end));
    return is_at_end ? changed->at_end : changed->to;
}

static size_t change_letters(const Repairer *repairer, const Writing *writing, Points *line,
                             size_t at, size_t end)
{
    size_t count = 0;
    for (size_t i = at; i < end; i++)
        for (size_t j = 0; j < repairer->letter_count; j++) {
            const WordLetter *letter = &repairer->letters[j];
            if (line->items[i].codepoint != letter->from)
                continue;
            line->items[i].codepoint =
                i + 1 == end ? last_letter(repairer, writing, line, at, end, j) : letter->to;
            count++;
        }
    return count;
}

static void repair_letters(Repairer *repairer)
{
    Points *line = &repairer->line;
    Writing writing = {.own = 0};
    bool checked = false, ours = false;
    for (size_t at = 0, end; at < line->count; at = end) {
        bool is_foreign, has_letter = false;
        end = word_end(repairer, line, at, &is_foreign);
        for (size_t i = at; i < end; i++)
            for (size_t j = 0; j < repairer->letter_count; j++)
                has_letter |= line->items[i].codepoint == repairer->letters[j].from;
        if (has_letter && !checked) {
            writing = writing_of_line(repairer, line);
            ours = writing.own > writing.foreign * 2;
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
                         change_letters(repairer, &writing, line, at, end), from);
        }
        end += end == at;
    }
}

/* ---- a line ------------------------------------------------------------ */

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
    repairer->is_read = false;
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
        read_points(&repairer->line, line);
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
    StepCount *counts = &repairer->counts[repairer->word_letters];
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
    if (repairer->word_letters >= 0) {
        size_t doubts = repairer->doubt_count;
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
