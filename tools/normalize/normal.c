#include "tools/normalize/normal.h"

#include "common/utf8.h"

/* Clean-up may bring together what is to be repaired: an ampersand and a name
 * with something invisible between them. */
enum { ROUNDS = 8 };

bool normalizer_init(Normalizer *normalizer, Rules *rules, const Steps *steps,
                     const Detector *detector, bool counts, Error *error)
{
    normalizer->steps = steps;
    normalizer->repairer = repairer_new(rules, steps, detector, error);
    if (normalizer->repairer == NULL)
        return false;
    normalizer->cleaner.steps = steps;
    normalizer->cleaner.signs = repairer_signs(normalizer->repairer);
    normalizer->cleaner.scan = plain_new(steps, normalizer->cleaner.signs, &rules->arena);
    normalizer->repairs = ARENA_ARRAY(&rules->arena, steps->step_count + 1, size_t);
    if (counts) {
        normalizer->counts = ARENA_ARRAY(&rules->arena, steps->step_count + 1, StepCount);
        normalizer->cleaner.counts = ARENA_ARRAY(&rules->arena, steps->step_count + 1, StepCount);
    }
    return true;
}

void normalizer_release(Normalizer *normalizer)
{
    if (normalizer->repairer != NULL)
        repairer_release(normalizer->repairer);
    cleaner_release(&normalizer->cleaner);
    buffer_release(&normalizer->kept);
    edits_release(&normalizer->all);
    edits_release(&normalizer->spare);
}

/* The way back so far leads through `edits` as well. */
static void compose(Normalizer *normalizer, const EditList *edits)
{
    edits_compose(&normalizer->all, edits, &normalizer->spare);
    EditList swap = normalizer->all;
    normalizer->all = normalizer->spare;
    normalizer->spare = swap;
}

static size_t to_source(const Normalizer *normalizer, size_t point)
{
    const EditList *all = &normalizer->all;
    return origin_span(all->runs, all->count, (CodepointSpan){point, point}).start;
}

/* Adds up counts of a step done on `text`, which leads back by `all`. */
static void add_counts(Normalizer *normalizer, const StepCount *counts, Slice text)
{
    for (size_t i = 0; normalizer->counts != NULL && i < normalizer->steps->step_count; i++) {
        StepCount *sum = &normalizer->counts[i];
        if (counts[i].count != 0 && sum->count == 0)
            sum->first = to_source(normalizer, utf8_count(slice_cut(text, 0, counts[i].first)));
        sum->count += counts[i].count;
    }
}

static Slice drop(Normalizer *normalizer, Slice text, const size_t *dropped, size_t count)
{
    size_t at = 0;
    buffer_clear(&normalizer->kept);
    edits_clear(&normalizer->all);
    for (size_t i = 0; i < count; i++) {
        Slice kept = slice_cut(text, at, dropped[i]);
        const char *next = text.data + dropped[i];
        buffer_append(&normalizer->kept, kept);
        edits_keep(&normalizer->all, utf8_count(kept));
        edits_change(&normalizer->all, 1, 0);
        utf8_next(&next);
        at = (size_t)(next - text.data);
    }
    buffer_append(&normalizer->kept, slice_cut(text, at, text.length));
    edits_keep(&normalizer->all, utf8_count(slice_cut(text, at, text.length)));
    return buffer_slice(&normalizer->kept);
}

static void note_repairs(Normalizer *normalizer, const Repaired *repaired, Slice text)
{
    for (size_t i = 0; i < repaired->doubt_count && normalizer->doubt_count < DOUBTS; i++) {
        Doubt doubt = repaired->doubts[i];
        doubt.at = to_source(normalizer, doubt.at);
        normalizer->doubts[normalizer->doubt_count++] = doubt;
    }
    if (!repaired->changed)
        return;
    add_counts(normalizer, repaired->counts, text);
    for (size_t i = 0; i < normalizer->steps->step_count; i++)
        normalizer->repairs[i] += repaired->counts[i].count;
    normalizer->has_repairs = true;
}

static void forget_last(Normalizer *normalizer)
{
    if (normalizer->has_repairs)
        memset(normalizer->repairs, 0, normalizer->steps->step_count * sizeof(size_t));
    if (normalizer->counts != NULL)
        memset(normalizer->counts, 0, normalizer->steps->step_count * sizeof(StepCount));
    normalizer->has_repairs = false;
    normalizer->doubt_count = 0;
    edits_clear(&normalizer->all);
}

/* The way back up to the text that round `round` begins with; `text` is that. */
static void begin_way(Normalizer *normalizer, int round, Slice text)
{
    const EditList *cleaned = &normalizer->cleaner.edits;
    edits_keep(&normalizer->all, round == 0 ? utf8_count(text) : cleaned->from_length);
    if (round != 0)
        compose(normalizer, cleaned);
}

/* Repairs `text` and cleans it into cleaner->text; false: behind the first round there
 * was nothing to repair. Most texts have no sign of damage at all. */
static bool do_round(Normalizer *normalizer, int round, Slice text, bool *has_way)
{
    Cleaner *cleaner = &normalizer->cleaner;
    if (round == 0 && clean_undamaged(cleaner, text)) {
        add_counts(normalizer, cleaner->counts, text);
    } else {
        Repaired repaired = repair_text(normalizer->repairer, text);
        if (round > 0 && !repaired.changed)
            return false;
        if (repaired.changed && !*has_way) {
            begin_way(normalizer, round, text);
            *has_way = true;
        }
        note_repairs(normalizer, &repaired, text);
        if (repaired.changed)
            compose(normalizer, repaired.edits);
        clean_text(cleaner, repaired.text);
        add_counts(normalizer, cleaner->counts, repaired.text);
    }
    if (*has_way)
        compose(normalizer, &cleaner->edits);
    return true;
}

void normalize_text(Normalizer *normalizer, Slice text, const size_t *dropped, size_t dropped_count)
{
    Cleaner *cleaner = &normalizer->cleaner;
    bool has_way = dropped_count != 0; /* else the clean-up's edits are all there are */
    forget_last(normalizer);
    if (dropped_count != 0)
        text = drop(normalizer, text, dropped, dropped_count);
    for (int round = 0; round < ROUNDS && do_round(normalizer, round, text, &has_way); round++) {
        text = cleaner->text;
        if (!cleaner->altered)
            break;
    }
    normalizer->text = text;
    normalizer->edits = has_way ? &normalizer->all : &cleaner->edits;
}
