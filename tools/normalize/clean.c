#include "tools/normalize/clean.h"

#include <stdlib.h>

#include "common/utf8.h"
#include "tools/normalize/compose.h"

/* A decision that looked at a character whose own fate was open is taken again
 * in another pass; texts need two at most, made-up ones a few more. */
enum { PASSES = 8 };

/* A stretch of the cleaned text that may not be in form C. */
struct Stretch {
    size_t start, end;             /* bytes of the cleaned text         */
    size_t start_point, end_point; /* the same in code points           */
    size_t source;                 /* byte of the source where it shows */
};

typedef struct {
    Cleaner *cleaner;
    const Steps *steps;
    const Signs *signs;  /* at which the pass ends; NULL: at none */
    const Action *space; /* of U+0020, where it is white space whatever stands around it */
    bool is_damaged;     /* it came upon one */
    const char *begin, *end;
    const char *run; /* source from here on is not written yet and stays as it is */
    Buffer *out;
    EditList *edits;

    const char *class_at; /* where `last_class` holds: behind its character */
    unsigned last_class;  /* canonical combining class                      */
    bool in_stretch;

    /* What ahead() found last: for `ahead_step` at any place from.. to. */
    int ahead_step;
    uint32_t ahead_found;
    const char *ahead_from, *ahead_to;
    bool beside_marks; /* a decision looked at a mark, which form C may move */
    bool again;
} Pass;

typedef enum { ITEM_PLAIN, ITEM_SPACE, ITEM_NEWLINE, ITEM_DELETE, ITEM_REPLACE } ItemKind;

typedef struct {
    ItemKind kind;
    uint32_t codepoint;
    const Action *action;
    const char *next;
    size_t length; /* code points: 2 for CR LF, else 1 */
} Item;

/* ---- writing ----------------------------------------------------------- */

/* The source up to `at` stays as it is. */
static void keep_until(Pass *pass, const char *at)
{
    if (at == pass->run)
        return;
    Slice kept = {pass->run, (size_t)(at - pass->run)};
    buffer_append(pass->out, kept);
    edits_keep(pass->edits, utf8_count(kept));
    pass->run = at;
}

static void count_change(const Pass *pass, int step, size_t count, const char *at)
{
    StepCount *counts = pass->cleaner->counts;
    if (counts == NULL || step < 0 || count == 0)
        return;
    if (counts[step].count == 0)
        counts[step].first = (size_t)(at - pass->begin);
    counts[step].count += count;
}

/* ---- form C ------------------------------------------------------------ */

/* Whether no composition or reordering reaches over the front of `codepoint`. */
static bool is_boundary(const Steps *steps, uint32_t codepoint)
{
    return codepoint < 0x80 || (compose_class(codepoint) == 0 && !steps_maybe(steps, codepoint) &&
                                !compose_changes(codepoint));
}

static const char *previous(const char *at)
{
    do
        at--;
    while ((*at & 0xC0) == 0x80);
    return at;
}

static void open_stretch(Pass *pass, const char *at)
{
    Cleaner *cleaner = pass->cleaner;
    keep_until(pass, at);
    const char *start = pass->out->data + pass->out->length;
    size_t points = 0;
    while (start > pass->out->data) {
        start = previous(start);
        points++;
        const char *next = start;
        if (is_boundary(pass->steps, utf8_next(&next)))
            break;
    }
    cleaner->stretches = memory_grow(cleaner->stretches, &cleaner->stretch_capacity,
                                     cleaner->stretch_count + 1, sizeof *cleaner->stretches);
    cleaner->stretches[cleaner->stretch_count++] = (struct Stretch){
        .start = pass->out->length == 0 ? 0 : (size_t)(start - pass->out->data),
        .start_point = pass->edits->to_length - points,
        .source = (size_t)(at - pass->begin),
    };
    pass->in_stretch = true;
}

static void close_stretch(Pass *pass, const char *at)
{
    if (!pass->in_stretch)
        return;
    keep_until(pass, at);
    struct Stretch *stretch = &pass->cleaner->stretches[pass->cleaner->stretch_count - 1];
    stretch->end = pass->out->length;
    stretch->end_point = pass->edits->to_length;
    pass->in_stretch = false;
}

/* To be called before each character that is looked at is written; `at` is where
 * the source stands, `next` behind the character. */
static void note_character(Pass *pass, const char *at, const char *next, uint32_t codepoint)
{
    if (pass->steps->nfc < 0)
        return;
    if (codepoint < 0x80) {
        close_stretch(pass, at);
        return;
    }
    unsigned class = compose_class(codepoint);
    bool moves = class != 0 && pass->class_at == at && class < pass->last_class;
    bool combines = steps_maybe(pass->steps, codepoint) || compose_changes(codepoint);
    if (pass->in_stretch && class == 0 && !combines)
        close_stretch(pass, at);
    else if (!pass->in_stretch && (moves || combines))
        open_stretch(pass, at);
    pass->last_class = class;
    pass->class_at = next;
}

/* ---- what is to be done with a character ------------------------------- */

static uint32_t as_context(uint32_t codepoint)
{
    return codepoint == '\n' ? ' ' : codepoint;
}

/* The last character in front of `at` as it was written; a space at the edges. */
static uint32_t before(const Pass *pass, const char *at)
{
    const char *start;
    if (at > pass->run)
        start = previous(at);
    else if (pass->out->length != 0)
        start = previous(pass->out->data + pass->out->length);
    else
        return ' ';
    return as_context(utf8_next(&start));
}

/* The next character as it will be written; those whose first step is `own` are
 * left out, for they share their fate. */
static uint32_t ahead(Pass *pass, const char *from, int own)
{
    if (own == pass->ahead_step && from >= pass->ahead_from && from <= pass->ahead_to)
        return pass->ahead_found;
    uint32_t found = ' ';
    const char *at = from;
    while (at < pass->end) {
        const char *next = at;
        uint32_t codepoint = utf8_next(&next);
        const Action *action = &pass->steps->actions[steps_action(pass->steps, codepoint)];
        const Step *step = &pass->steps->steps[action->step];
        if (action == pass->steps->actions) {
            found = codepoint;
            break;
        }
        if (action->step != own) {
            found = codepoint;
            pass->again |= step->contextual;
            if (step->contextual)
                break;
            found = step->kind == STEP_WHITE_SPACE || step->kind == STEP_LINE_ENDS
                        ? ' '
                        : action->to_first;
            if (step->kind != STEP_DELETE && found != 0)
                break;
            found = ' ';
        }
        at = next;
    }
    pass->ahead_step = own;
    pass->ahead_from = from;
    pass->ahead_to = at;
    pass->ahead_found = as_context(found);
    return pass->ahead_found;
}

static bool fits(Pass *pass, const Step *step, const Item *item, uint32_t left)
{
    const Steps *steps = pass->steps;
    pass->beside_marks |= compose_class(left) != 0;
    if ((step->after.given && !context_holds(steps, &step->after, left)) ||
        (step->not_after.given && context_holds(steps, &step->not_after, left)))
        return false;
    if (!step->before.given && !step->not_before.given)
        return true;
    uint16_t first = steps_action(steps, item->codepoint);
    uint32_t right = ahead(pass, item->next, steps->actions[first].step);
    pass->beside_marks |= compose_class(right) != 0;
    return (!step->before.given || context_holds(steps, &step->before, right)) &&
           (!step->not_before.given || !context_holds(steps, &step->not_before, right));
}

static ItemKind kind_of(const Step *step, const Action *action)
{
    switch (step->kind) {
    case STEP_WHITE_SPACE:
        return ITEM_SPACE;
    case STEP_LINE_ENDS:
        return ITEM_NEWLINE;
    case STEP_DELETE:
        return ITEM_DELETE;
    default:
        return action->to.length != 0 ? ITEM_REPLACE : ITEM_DELETE;
    }
}

/* The item at `at`. What was written last stands in front of `context`, or is
 * white space that is not written yet (`after_space`). */
static Item item_at(Pass *pass, const char *at, const char *context, bool after_space)
{
    Item item = {.next = at, .length = 1};
    if (pass->signs != NULL && signs_at(pass->signs, at, pass->end))
        pass->is_damaged = true;
    item.codepoint = utf8_next(&item.next);
    if (item.codepoint == '\n') {
        item.kind = ITEM_NEWLINE;
        return item;
    }
    if (item.codepoint == ' ' && pass->space != NULL) {
        item.kind = ITEM_SPACE;
        item.action = pass->space;
        return item;
    }
    for (uint16_t i = steps_action(pass->steps, item.codepoint); i != ACTION_NONE;) {
        const Action *action = &pass->steps->actions[i];
        const Step *step = &pass->steps->steps[action->step];
        if (!step->contextual ||
            fits(pass, step, &item, after_space ? ' ' : before(pass, context))) {
            item.kind = kind_of(step, action);
            item.action = action;
            break;
        }
        i = action->next;
    }
    if (item.kind == ITEM_NEWLINE && item.codepoint == '\r' && item.next < pass->end &&
        *item.next == '\n') {
        item.next++;
        item.length = 2;
    }
    return item;
}

/* ---- white space and what is dropped ----------------------------------- */

/* A stretch of white space, line ends and dropped characters. */
typedef struct {
    size_t points;              /* all of it, in code points    */
    size_t spaces, true_spaces; /* the latter are U+0020        */
    size_t newlines;
} Gap;

static bool is_space_byte(const Pass *pass, char byte)
{
    return byte == '\n' || (byte == ' ' && pass->steps->white_space >= 0);
}

static const char *read_gap(Pass *pass, const char *start, Gap *gap)
{
    const char *at = start;
    while (at < pass->end) {
        Item item = item_at(pass, at, start, gap->spaces + gap->newlines != 0);
        if (item.kind == ITEM_SPACE) {
            gap->spaces++;
            gap->true_spaces += item.codepoint == ' ';
        } else if (item.kind == ITEM_NEWLINE) {
            gap->newlines++;
            if (item.action != NULL)
                count_change(pass, item.action->step, 1, at);
        } else if (item.kind == ITEM_DELETE) {
            count_change(pass, item.action->step, 1, at);
            pass->cleaner->altered = true;
        } else {
            break;
        }
        gap->points += item.length;
        at = item.next;
    }
    return at;
}

/* The gap becomes `count` times `byte`: what is the same at its ends is kept.
 * Gives the first place that changed. */
static const char *write_gap(Pass *pass, const char *start, const char *end, const Gap *gap,
                             char byte, size_t count)
{
    size_t length = (size_t)(end - start), front = 0, back = 0;
    while (front < count && front < length && start[front] == byte)
        front++;
    if (front == count && count == length)
        return end;
    while (front + back < count && front + back < length && end[-1 - (ptrdiff_t)back] == byte)
        back++;
    size_t added = count - front - back;
    keep_until(pass, start + front);
    if (added != 0)
        memset(buffer_reserve(pass->out, added), byte, added);
    pass->out->length += added;
    edits_change(pass->edits, gap->points - front - back, added);
    pass->run = end - back;
    return start + front;
}

static const char *do_gap(Pass *pass, const char *at)
{
    const Steps *steps = pass->steps;
    const char *start = at;
    if (at > pass->run && is_space_byte(pass, at[-1]))
        start--; /* passed over as plain, before it was known what follows */
    Gap gap = {0};
    at = read_gap(pass, start, &gap);

    bool edge = at == pass->end || (start == pass->run && pass->out->length == 0);
    size_t newlines = gap.newlines, spaces = gap.newlines == 0 && gap.spaces != 0 && !edge ? 1 : 0;
    if (steps->blank_lines >= 0) {
        size_t most = edge ? 0 : steps->steps[steps->blank_lines].keep + 1;
        newlines = newlines < most ? newlines : most;
    }
    if (newlines + spaces != 0)
        close_stretch(pass, start);
    else if (pass->class_at == start)
        pass->class_at = at;
    const char *first =
        write_gap(pass, start, at, &gap, newlines != 0 ? '\n' : ' ', newlines + spaces);
    count_change(pass, steps->blank_lines, gap.newlines - newlines, first);
    count_change(pass, steps->white_space,
                 gap.spaces - (spaces != 0 && gap.true_spaces != 0 ? 1 : 0), first);
    return at;
}

/* ---- the pass ---------------------------------------------------------- */

static void write_replacement(Pass *pass, const char *at, const Item *item)
{
    const Action *action = item->action;
    keep_until(pass, at);
    const char *to = action->to.data, *end = to + action->to.length;
    while (to < end) {
        const char *start = to;
        uint32_t codepoint = utf8_next(&to);
        note_character(pass, at, to < end ? at : item->next, codepoint);
        buffer_append(pass->out, (Slice){start, (size_t)(to - start)});
        if (start == action->to.data)
            edits_keep(pass->edits, 1); /* the first stands for it, the others are added */
        else
            edits_change(pass->edits, 0, 1);
    }
    pass->run = item->next;
    pass->cleaner->altered = true;
    count_change(pass, action->step, 1, at);
}

static const char *do_item(Pass *pass, const char *at)
{
    Item item = item_at(pass, at, at, false);
    switch (item.kind) {
    case ITEM_REPLACE:
        write_replacement(pass, at, &item);
        return item.next;
    case ITEM_PLAIN:
        note_character(pass, at, item.next, item.codepoint);
        return item.next;
    default:
        return do_gap(pass, at);
    }
}

static void clean_pass(Pass *pass)
{
    const Cleaner *cleaner = pass->cleaner;
    const char *at = pass->begin;
    if (at < pass->end)
        at = do_item(pass, at);
    while (at < pass->end && !pass->is_damaged) {
        bool behind_mark = pass->class_at == at && pass->last_class != 0;
        if (!pass->in_stretch && !behind_mark) {
            at = cleaner->portable ? plain_skip_portable(cleaner->scan, at, pass->end)
                                   : plain_skip(cleaner->scan, at, pass->end);
            if (at == pass->end)
                break;
        }
        at = do_item(pass, at);
    }
    if (at > pass->run && is_space_byte(pass, at[-1]))
        do_gap(pass, at);
    close_stretch(pass, pass->end);
}

static void swap_edits(EditList *a, EditList *b)
{
    EditList swap = *a;
    *a = *b;
    *b = swap;
}

/* Form C of the stretches found; the text as it is then. */
static Slice compose_stretches(Cleaner *cleaner, Pass *pass, Slice text)
{
    Buffer *out = &cleaner->composed;
    EditList *edits = &cleaner->spare;
    buffer_clear(out);
    edits_clear(edits);
    size_t at = 0, point = 0, end_point = cleaner->own.to_length;
    for (size_t i = 0; i < cleaner->stretch_count; i++) {
        const struct Stretch *stretch = &cleaner->stretches[i];
        buffer_append(out, slice_cut(text, at, stretch->start));
        edits_keep(edits, stretch->start_point - point);
        Slice before_text = slice_cut(text, stretch->start, stretch->end);
        size_t from = out->length;
        compose_text(before_text, &cleaner->scratch, out, edits);
        if (!slice_equal(before_text, (Slice){out->data + from, out->length - from})) {
            count_change(pass, pass->steps->nfc, 1, pass->begin + stretch->source);
            pass->again |= pass->beside_marks;
            cleaner->altered = true;
        }
        at = stretch->end;
        point = stretch->end_point;
    }
    buffer_append(out, slice_cut(text, at, text.length));
    edits_keep(edits, end_point - point);
    edits_compose(&cleaner->own, edits, &cleaner->composed_edits);
    swap_edits(&cleaner->own, &cleaner->composed_edits);
    return buffer_slice(out);
}

typedef enum { PASS_DONE, PASS_AGAIN, PASS_DAMAGED } PassEnd;

static const Action *find_space(const Steps *steps)
{
    const Action *action = &steps->actions[steps_action(steps, ' ')];
    bool is_space = action != steps->actions && action->step == steps->white_space &&
                    !steps->steps[action->step].contextual;
    return is_space ? action : NULL;
}

/* One pass over `text`, up to the first of `signs`; its edits are in cleaner->own. */
static Slice clean_once(Cleaner *cleaner, Slice text, const Signs *signs, Buffer *out, PassEnd *how)
{
    Pass pass = {
        .cleaner = cleaner,
        .steps = cleaner->steps,
        .signs = signs,
        .space = find_space(cleaner->steps),
        .begin = text.data,
        .end = text.data + text.length,
        .run = text.data,
        .out = out,
        .edits = &cleaner->own,
        .ahead_step = -1,
    };
    buffer_clear(out);
    edits_clear(&cleaner->own);
    cleaner->stretch_count = 0;
    clean_pass(&pass);
    if (pass.run == pass.begin && out->length == 0) {
        edits_keep(&cleaner->own, utf8_count(text));
    } else {
        keep_until(&pass, pass.end);
        text = buffer_slice(out);
        if (cleaner->stretch_count != 0)
            text = compose_stretches(cleaner, &pass, text);
    }
    *how = pass.is_damaged ? PASS_DAMAGED : pass.again ? PASS_AGAIN : PASS_DONE;
    return text;
}

static bool clean(Cleaner *cleaner, Slice text, const Signs *signs)
{
    PassEnd how;
    cleaner->altered = false;
    if (cleaner->counts != NULL)
        memset(cleaner->counts, 0, cleaner->steps->step_count * sizeof *cleaner->counts);
    if (text.length == 0)
        text.data = "";
    cleaner->text = clean_once(cleaner, text, signs, &cleaner->out[0], &how);
    swap_edits(&cleaner->own, &cleaner->edits);
    for (size_t i = 1; how == PASS_AGAIN && i < PASSES; i++) {
        cleaner->text = clean_once(cleaner, cleaner->text, NULL, &cleaner->out[i % 2], &how);
        edits_compose(&cleaner->edits, &cleaner->own, &cleaner->spare);
        swap_edits(&cleaner->spare, &cleaner->edits);
    }
    return how != PASS_DAMAGED;
}

void clean_text(Cleaner *cleaner, Slice text)
{
    clean(cleaner, text, NULL);
}

bool clean_undamaged(Cleaner *cleaner, Slice text)
{
    return clean(cleaner, text, cleaner->signs);
}

void cleaner_release(Cleaner *cleaner)
{
    for (size_t i = 0; i < 2; i++)
        buffer_release(&cleaner->out[i]);
    buffer_release(&cleaner->composed);
    buffer_release(&cleaner->scratch);
    edits_release(&cleaner->edits);
    edits_release(&cleaner->own);
    edits_release(&cleaner->composed_edits);
    edits_release(&cleaner->spare);
    free(cleaner->stretches);
}
