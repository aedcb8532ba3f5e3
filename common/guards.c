#include "common/guards.h"

enum { LOOKED_MAX = 256 }; /* steps, on all ways from one together: ways within ways multiply */

/* Expressions of which one must hold for an item. */
typedef struct {
    uint16_t members[UNION_MEMBERS]; /* in order */
    size_t count;
    size_t left; /* steps that may still be looked at */
} Found;

/* False where there is no room. */
static bool add_member(Found *found, uint16_t expression)
{
    size_t at = found->count;
    while (at > 0 && found->members[at - 1] >= expression)
        at--;
    if (at < found->count && found->members[at] == expression)
        return true;
    if (found->count == UNION_MEMBERS)
        return false;
    memmove(found->members + at + 1, found->members + at,
            (found->count - at) * sizeof *found->members);
    found->members[at] = expression;
    found->count++;
    return true;
}

/* Where it goes on behind a step that takes no item, on all ways; NULL where that is not plain.
 * What is behind an atomic group does not choose a way in it. */
static const Step *pass_step(const Step *step)
{
    switch ((StepKind)step->kind) {
    case STEP_NOTE:
    case STEP_ATOMIC:
    case STEP_FIRST:
    case STEP_LOOK:
        return step + 1;
    case STEP_JUMP:
    case STEP_AHEAD:
    case STEP_NOT:
        return step + step->offset;
    default:
        return NULL;
    }
}

/* Those that may stand `place` items, 0 or 1, behind the one where it goes on with `step`;
 * false where they are too many, or it is not plain. */
static bool find_members(Found *found, const Step *step, size_t place)
{
    while (step != NULL && found->left > 0) {
        found->left--;
        switch ((StepKind)step->kind) {
        case STEP_ITEM:
            if (place == 0)
                return add_member(found, step->expression);
            place--;
            step++;
            break;
        case STEP_REPEAT:
            if (step->most > place && !add_member(found, step->expression))
                return false;
            if (step->least > place)
                return true;
            if (step->least < place && !find_members(found, step + 1, place - 1))
                return false;
            place -= step->least;
            step++;
            break;
        case STEP_SPLIT:
        case STEP_SPLIT_AWAY:
            if (!find_members(found, step + step->offset, place))
                return false;
            step++;
            break;
        default:
            step = pass_step(step);
        }
    }
    return false;
}

/* NO_GUARD where there is no room for another. */
static uint16_t union_number(Guards *guards, const Found *found)
{
    size_t bytes = found->count * sizeof *found->members;
    size_t slot = (size_t)slice_hash((Slice){(const char *)found->members, bytes}) % UNION_SLOTS;
    for (; guards->slots[slot] != 0; slot = (slot + 1) % UNION_SLOTS) {
        size_t number = guards->slots[slot] - (size_t)1;
        const Union *known = &guards->unions[number];
        if (known->count == found->count && memcmp(known->members, found->members, bytes) == 0)
            return (uint16_t)(guards->first + number);
    }
    if (guards->count == UNIONS_MAX)
        return NO_GUARD;
    uint16_t *members = ARENA_ROOM(guards->arena, found->count, uint16_t);
    memcpy(members, found->members, bytes);
    guards->unions[guards->count++] = (Union){members, found->count};
    guards->slots[slot] = (uint16_t)guards->count;
    return (uint16_t)(guards->first + guards->count - 1);
}

/* What must hold `place` items behind the one where it goes on with `step`; NO_GUARD where
 * nothing is known. */
static uint16_t find_guard(Guards *guards, const Step *step, size_t place)
{
    Found found;
    found.count = 0;
    found.left = LOOKED_MAX;
    if (!find_members(&found, step, place))
        return NO_GUARD;
    return found.count == 1 ? found.members[0] : union_number(guards, &found);
}

void guards_write(Guards *guards, Step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const Step *next = &steps[i + 1];
        if (steps[i].kind == STEP_SPLIT || steps[i].kind == STEP_SPLIT_AWAY) {
            const Step *away = &steps[i] + steps[i].offset;
            steps[i].guard = find_guard(guards, next, 0);
            steps[i].next_guard = find_guard(guards, next, 1);
            steps[i].away_guard = find_guard(guards, away, 0);
            steps[i].away_next_guard = find_guard(guards, away, 1);
        } else if (steps[i].kind == STEP_REPEAT) {
            steps[i].behind = find_guard(guards, next, 0);
        }
    }
}
