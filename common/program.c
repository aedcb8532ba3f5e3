#include "common/program.h"

#include <stdlib.h>

#include "common/bits.h"

typedef enum {
    CHOICE_TRY,   /* go on at `step` and `at`                               */
    CHOICE_FEWER, /* the same with `at` one less, down to `edge`            */
    CHOICE_MORE,  /* with one more, up to `edge`, of what the step before it takes */
    CHOICE_SLOT,  /* nothing: `slot` was `at`                               */
    CHOICE_BAR,   /* nothing: here an atomic group or a look ahead began    */
    CHOICE_NOT,   /* go on: what must not match did not                     */
} ChoiceKind;

struct Choice {
    const Step *step;
    uint32_t at, edge;
    uint32_t slot;
    ChoiceKind kind;
};

enum { CHOICES_MAX = 256 * 1024 };

/* One that lives in registers: all that takes it stands in program_run. */
#define INLINE static inline __attribute__((always_inline))

typedef struct {
    Machine *machine;
    ItemView view;
    const Step *step; /* at hand */
    size_t at;
    uint64_t budget;
} Run;

INLINE bool holds(const Run *run, size_t at, uint16_t expression)
{
    return bit_at(view_row(&run->view, at), expression);
}

INLINE void spend(Run *run, size_t steps)
{
    run->budget -= steps < run->budget ? steps : run->budget;
}

/* ---- choices ------------------------------------------------------------ */

/* False where there are more choices than may be kept. */
static __attribute__((noinline)) bool make_room(Machine *machine)
{
    if (machine->count >= CHOICES_MAX)
        return false;
    machine->choices = memory_grow(machine->choices, &machine->capacity, machine->count + 1,
                                   sizeof *machine->choices);
    return true;
}

/* More than may be kept use up the budget. */
INLINE void push(Run *run, Choice choice)
{
    Machine *machine = run->machine;
    if (machine->count == machine->capacity && !make_room(machine))
        run->budget = 0;
    else
        machine->choices[machine->count++] = choice;
}

INLINE void push_step(Run *run, ChoiceKind kind, const Step *step)
{
    push(run, (Choice){.kind = kind, .step = step, .at = (uint32_t)run->at});
}

INLINE void write_slot(Run *run, uint32_t slot)
{
    uint32_t *place = &run->machine->slots[slot];
    if (run->machine->count > 0)
        push(run, (Choice){.kind = CHOICE_SLOT, .slot = slot, .at = *place});
    *place = (uint32_t)run->at;
}

/* The way that begins with this expression leads nowhere. */
INLINE bool is_shut(const Run *run, size_t at, uint16_t guard)
{
    return guard != NO_GUARD && !(at < run->view.to && holds(run, at, guard));
}

/* What is behind the step that repeats leads nowhere at `at`. */
INLINE bool is_shut_behind(const Run *run, size_t at, const Step *repeat)
{
    return is_shut(run, at, repeat->behind);
}

/* What is behind the step that repeats goes on at `at`. */
INLINE void go_on(Run *run, const Step *repeat, size_t at)
{
    run->step = repeat + 1;
    run->at = at;
}

/* One less, and less again as long as that leads nowhere. */
INLINE void take_fewer(Run *run, Choice *choice)
{
    do
        choice->at--;
    while (choice->at > choice->edge && is_shut_behind(run, choice->at, choice->step));
    go_on(run, choice->step, choice->at);
    if (choice->at == choice->edge)
        run->machine->count--;
}

INLINE bool take_more(Run *run, Choice *choice)
{
    const Step *step = choice->step;
    while (choice->at < choice->edge && holds(run, choice->at, step->expression)) {
        choice->at++;
        spend(run, 1);
        if (!is_shut_behind(run, choice->at, step)) {
            go_on(run, step, choice->at);
            return true;
        }
    }
    run->machine->count--;
    return false;
}

/* Goes on with the newest choice; false where there is none. */
INLINE bool go_back(Run *run)
{
    Machine *machine = run->machine;
    while (machine->count > 0) {
        Choice *choice = &machine->choices[machine->count - 1];
        switch (choice->kind) {
        case CHOICE_FEWER:
            take_fewer(run, choice);
            return true;
        case CHOICE_MORE:
            if (take_more(run, choice))
                return true;
            break;
        case CHOICE_TRY:
        case CHOICE_NOT:
            run->step = choice->step;
            run->at = choice->at;
            machine->count--;
            return true;
        case CHOICE_SLOT:
            machine->slots[choice->slot] = choice->at;
            machine->count--;
            break;
        case CHOICE_BAR:
            machine->count--;
            break;
        }
    }
    return false;
}

/* Drops the choices since the newest bar, and keeps what slots were before. Gives the
 * place of the bar. */
static size_t drop_choices(Machine *machine)
{
    Choice *choices = machine->choices;
    size_t bar = machine->count - 1;
    while (choices[bar].kind != CHOICE_BAR)
        bar--;
    size_t at = choices[bar].at, kept = bar;
    for (size_t i = bar + 1; i < machine->count; i++)
        if (choices[i].kind == CHOICE_SLOT)
            choices[kept++] = choices[i];
    machine->count = kept;
    return at;
}

/* As if what must not match, and did, had never been tried. */
static void undo_not(Machine *machine)
{
    for (;;) {
        const Choice *choice = &machine->choices[--machine->count];
        if (choice->kind == CHOICE_NOT)
            return;
        if (choice->kind == CHOICE_SLOT)
            machine->slots[choice->slot] = choice->at;
    }
}

/* ---- steps -------------------------------------------------------------- */

INLINE bool repeat(Run *run, const Step *step)
{
    size_t at = run->at, to = run->view.to, first = at + step->least;
    bool has_end = step->most < to - at && step->most != REPEAT_ENDLESS;
    size_t edge = has_end ? at + step->most : to;
    size_t enough = step->mode == REPEAT_LAZY ? first : edge;
    if (first > edge)
        return false;
    while (at < enough && holds(run, at, step->expression))
        at++;
    spend(run, at - run->at);
    run->at = at;
    if (at < first)
        return false;
    if (step->mode == REPEAT_LAZY && at < edge)
        push(run, (Choice){step, (uint32_t)at, (uint32_t)edge, 0, CHOICE_MORE});
    else if (step->mode == REPEAT_GREEDY && at > first)
        push(run, (Choice){step, (uint32_t)at, (uint32_t)first, 0, CHOICE_FEWER});
    return !is_shut_behind(run, at, step);
}

INLINE bool is_first(const ItemView *view, size_t at)
{
    return at == view->from || view->kinds[at - 1] == view->stop;
}

INLINE bool is_last(const ItemView *view, size_t at)
{
    return at == view->to || view->kinds[at] == view->stop;
}

INLINE bool split(Run *run, const Step *step)
{
    bool here = !is_shut(run, run->at, step->guard) && !is_shut(run, run->at + 1, step->next_guard);
    bool there = !is_shut(run, run->at, step->away_guard) &&
                 !is_shut(run, run->at + 1, step->away_next_guard);
    const Step *away = step + step->offset, *next = step + 1;
    if (step->kind == STEP_SPLIT_AWAY) {
        run->step = there ? away : next;
        if (here && there)
            push_step(run, CHOICE_TRY, next);
    } else {
        run->step = here ? next : away;
        if (here && there)
            push_step(run, CHOICE_TRY, away);
    }
    return here || there;
}

INLINE bool look(const Run *run, const Step *step)
{
    size_t at = run->at;
    bool there = (step->mode & LOOK_BEHIND) != 0
                     ? at > run->view.from && holds(run, at - 1, step->expression)
                     : at < run->view.to && holds(run, at, step->expression);
    return there != ((step->mode & LOOK_NOT) != 0);
}

/* Takes the step at hand; false where it fails. */
INLINE bool take_step(Run *run)
{
    const Step *step = run->step++;
    switch ((StepKind)step->kind) {
    case STEP_MATCH:
        return true;
    case STEP_ITEM:
        return run->at < run->view.to && holds(run, run->at++, step->expression);
    case STEP_REPEAT:
        return repeat(run, step);
    case STEP_FIRST:
        return is_first(&run->view, run->at);
    case STEP_LAST:
        return is_last(&run->view, run->at);
    case STEP_SPLIT:
    case STEP_SPLIT_AWAY:
        return split(run, step);
    case STEP_JUMP:
        run->step = step + step->offset;
        return true;
    case STEP_NOTE:
        write_slot(run, step->slot);
        return true;
    case STEP_UNMOVED:
        if (run->machine->slots[step->slot] == run->at)
            run->step = step + step->offset;
        return true;
    case STEP_ATOMIC:
    case STEP_AHEAD:
        push_step(run, CHOICE_BAR, step);
        return true;
    case STEP_ATOMIC_END:
        drop_choices(run->machine);
        return true;
    case STEP_AHEAD_END:
        run->at = drop_choices(run->machine);
        return true;
    case STEP_NOT:
        push_step(run, CHOICE_NOT, step + step->offset);
        return true;
    case STEP_NOT_END:
        undo_not(run->machine);
        return false;
    case STEP_BACK:
        if (run->at - run->view.from < step->least)
            return false;
        run->at -= step->least;
        return true;
    case STEP_LOOK:
        return look(run, step);
    }
    return false;
}

RunResult program_run(Machine *machine, const Step *steps, size_t slot_count, const ItemView *view,
                      size_t at, size_t *end)
{
    Run run = {machine, *view, steps, at, machine->budget};
    machine->count = 0;
    if (machine->slot_capacity < slot_count)
        machine->slots = memory_grow(machine->slots, &machine->slot_capacity, slot_count,
                                     sizeof *machine->slots);
    for (size_t i = 0; i < slot_count; i++)
        machine->slots[i] = PLACE_NONE;
    RunResult result = RUN_MATCHES;
    while (run.step->kind != STEP_MATCH) {
        if (run.budget == 0) {
            result = RUN_LIMITED;
            break;
        }
        run.budget--;
        if (!take_step(&run) && !go_back(&run)) {
            result = RUN_FAILS;
            break;
        }
    }
    machine->budget = run.budget;
    *end = run.at;
    return result;
}

void machine_release(Machine *machine)
{
    free(machine->slots);
    free(machine->choices);
    *machine = (Machine){0};
}

/* ---- leads --------------------------------------------------------------- */

static bool has_look(const Front *front, Look look)
{
    for (size_t i = 0; i < front->look_count; i++)
        if (front->looks[i].expression == look.expression && front->looks[i].mode == look.mode)
            return true;
    return false;
}

static void add_look(Front *front, Look look)
{
    if (front->look_count < LEAD_LOOKS && !has_look(front, look))
        front->looks[front->look_count++] = look;
}

/* One more way leads there: what holds on it too is left. True where that is less. */
static bool meet_front(Front *front, const Front *other)
{
    if (!front->is_reached) {
        *front = *other;
        return true;
    }
    bool edge = front->at_edge && !other->at_edge;
    size_t kept = 0, count = front->look_count;
    for (size_t i = 0; i < count; i++)
        if (has_look(other, front->looks[i]))
            front->looks[kept++] = front->looks[i];
    front->look_count = (uint16_t)kept;
    front->at_edge = front->at_edge && other->at_edge;
    return edge || kept < count;
}

/* Goes on from a step that is reached before any item is taken; true where that was news. */
static bool pass_front(Front *fronts, const Step *steps, size_t number)
{
    const Step *step = &steps[number];
    Front front = fronts[number];
    size_t away = number + (size_t)(ptrdiff_t)step->offset;
    switch ((StepKind)step->kind) {
    case STEP_MATCH:
    case STEP_ITEM:
        return false;
    case STEP_REPEAT:
        return step->least == 0 && meet_front(&fronts[number + 1], &front);
    case STEP_SPLIT:
    case STEP_SPLIT_AWAY:
    case STEP_UNMOVED: {
        bool here = meet_front(&fronts[number + 1], &front);
        return meet_front(&fronts[away], &front) || here;
    }
    case STEP_AHEAD:
        if (step[1].kind == STEP_ITEM)
            add_look(&front, (Look){.expression = step[1].expression});
        return meet_front(&fronts[away], &front);
    case STEP_JUMP:
    case STEP_NOT:
        return meet_front(&fronts[away], &front);
    case STEP_LOOK:
        add_look(&front, (Look){.expression = step->expression, .mode = step->mode});
        break;
    case STEP_FIRST:
        front.at_edge = true;
        break;
    default:
        break;
    }
    return meet_front(&fronts[number + 1], &front);
}

typedef struct {
    const Step *steps;
    uint64_t *seen; /* a bit for each step at each depth */
    uint32_t *queue;
    size_t done, count; /* of `queue` */
    size_t step_count;
} Walk;

static void walk_to(Walk *walk, size_t step, size_t depth)
{
    size_t number = depth * walk->step_count + step;
    if (depth >= LEAD || bit_at(walk->seen, number))
        return;
    bit_set(walk->seen, number);
    walk->queue[walk->count++] = (uint32_t)number;
}

static void walk_items(Walk *walk, const Step *step, size_t number, size_t depth, Lead *lead)
{
    size_t least = step->kind == STEP_ITEM ? 1 : step->least;
    size_t most = step->kind == STEP_ITEM ? 1 : step->most;
    if (depth == 0 && least == 0)
        least = 1; /* the way that takes none begins elsewhere */
    for (size_t taken = 0; taken <= most && depth < LEAD; taken++, depth++) {
        if (taken >= least)
            walk_to(walk, number + 1, depth);
        if (taken < most)
            bit_set(lead->expressions[depth], step->expression);
    }
}

/* Nothing is known of the items from `depth` on. */
static void end_lead(Lead *lead, size_t depth)
{
    for (size_t i = depth; i < LEAD; i++)
        lead->ends[i] = true;
}

/* Nothing is taken from this step on. */
static bool is_over(const Step *step)
{
    for (;; step += step->kind == STEP_JUMP ? step->offset : 1)
        if (step->kind != STEP_NOTE && step->kind != STEP_JUMP)
            return step->kind == STEP_MATCH;
}

/* What a match looks at last stands where more items of it would. */
static void walk_on(Walk *walk, size_t number, size_t depth, Lead *lead)
{
    const Step *step = &walk->steps[number];
    size_t away = number + (size_t)(ptrdiff_t)step->offset;
    switch ((StepKind)step->kind) {
    case STEP_MATCH:
    case STEP_AHEAD_END: /* of what was looked at last */
    case STEP_BACK:
        end_lead(lead, depth);
        break;
    case STEP_ITEM:
    case STEP_REPEAT:
        walk_items(walk, step, number, depth, lead);
        break;
    case STEP_SPLIT:
    case STEP_SPLIT_AWAY:
    case STEP_UNMOVED:
        walk_to(walk, number + 1, depth);
        walk_to(walk, away, depth);
        break;
    case STEP_AHEAD:
        walk_to(walk, is_over(&walk->steps[away]) ? number + 1 : away, depth);
        break;
    case STEP_LOOK:
        if (step->mode == 0 && is_over(step + 1)) {
            bit_set(lead->expressions[depth], step->expression);
            end_lead(lead, depth + 1);
            break;
        }
        walk_to(walk, number + 1, depth);
        break;
    case STEP_JUMP:
    case STEP_NOT:
        walk_to(walk, away, depth);
        break;
    default:
        walk_to(walk, number + 1, depth);
        break;
    }
}

/* Adds to the lead the way that takes its first item by step number `first`: the walk
 * passes over what the lead has already. */
static void read_lead(Walk *walk, size_t first, Lead *lead)
{
    walk_to(walk, first, 0);
    for (; walk->done < walk->count; walk->done++) {
        size_t number = walk->queue[walk->done] % walk->step_count;
        walk_on(walk, number, walk->queue[walk->done] / walk->step_count, lead);
    }
}

static void begin_walk(Walk *walk)
{
    memset(walk->seen, 0, (walk->step_count * LEAD / 64 + 1) * sizeof *walk->seen);
    walk->count = walk->done = 0;
}

static Front *find_fronts(const Step *steps, size_t count)
{
    Front *fronts = memory_take(count * sizeof *fronts);
    memset(fronts, 0, count * sizeof *fronts);
    fronts[0].is_reached = true;
    for (bool news = true; news;) {
        news = false;
        for (size_t i = 0; i < count; i++)
            news = (fronts[i].is_reached && pass_front(fronts, steps, i)) || news;
    }
    return fronts;
}

size_t program_leads(const Step *steps, size_t count, Lead *leads, size_t most)
{
    Walk walk = {.steps = steps,
                 .seen = memory_take((count * LEAD / 64 + 1) * sizeof *walk.seen),
                 .queue = memory_take(count * LEAD * sizeof *walk.queue),
                 .step_count = count};
    Front *fronts = find_fronts(steps, count);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        StepKind kind = (StepKind)steps[i].kind;
        if (!fronts[i].is_reached ||
            (kind != STEP_ITEM && kind != STEP_REPEAT && kind != STEP_MATCH))
            continue;
        if (found < most) {
            begin_walk(&walk);
            leads[found++] = (Lead){0};
        }
        meet_front(&leads[found - 1].front, &fronts[i]);
        read_lead(&walk, i, &leads[found - 1]);
    }
    free(fronts);
    free(walk.seen);
    free(walk.queue);
    return found;
}
