#include "tools/tag-entities/candidates.h"

#include <stdlib.h>

Candidate *candidates_add(Candidates *candidates)
{
    candidates->list = memory_grow(candidates->list, &candidates->capacity, candidates->count + 1,
                                   sizeof *candidates->list);
    Candidate *candidate = &candidates->list[candidates->count++];
    *candidate = (Candidate){.whole = NO_CANDIDATE, .by = NO_CANDIDATE};
    return candidate;
}

void candidates_release(Candidates *candidates)
{
    free(candidates->list);
    free(candidates->ranks);
    free(candidates->owners);
    free(candidates->begun);
    free(candidates->firsts);
    free(candidates->nexts);
    *candidates = (Candidates){0};
}

static Rank rank_of(const Candidates *candidates, size_t index)
{
    const Candidate *candidate = &candidates->list[index];
    return (Rank){.priority = candidate->priority,
                  .length = (uint32_t)(candidate->span.end - candidate->span.start),
                  .order = candidate->order,
                  .first = candidate->first,
                  .index = (uint32_t)index};
}

static int by_place(const void *a, const void *b)
{
    const Rank *left = a, *right = b;
    if (left->first != right->first)
        return left->first < right->first ? -1 : 1;
    return left->index < right->index ? -1 : left->index > right->index;
}

static int by_strength(const void *a, const void *b)
{
    const Rank *left = a, *right = b;
    if (left->priority != right->priority)
        return left->priority > right->priority ? -1 : 1;
    if (left->length != right->length)
        return left->length > right->length ? -1 : 1;
    if (left->order != right->order)
        return left->order < right->order ? -1 : 1;
    return by_place(a, b);
}

static void decide(Candidates *candidates, uint32_t index)
{
    Candidate *candidate = &candidates->list[index];
    for (uint32_t item = candidate->first; item < candidate->end; item++) {
        if (candidates->owners[item] != NO_CANDIDATE) {
            candidate->state = STATE_COVERED;
            candidate->by = candidates->owners[item];
            return;
        }
    }
    candidate->state = candidate->type.length == 0 ? STATE_CONTEXT : STATE_KEPT;
    for (uint32_t item = candidate->first; item < candidate->end; item++)
        candidates->owners[item] = index;
}

static bool is_within(CodepointSpan inner, CodepointSpan outer)
{
    return inner.start >= outer.start && inner.end <= outer.end &&
           inner.end - inner.start < outer.end - outer.start;
}

static bool has_same_name(const Candidate *candidate, const Candidate *keeper)
{
    return candidate->entry != NULL && keeper->entry != NULL &&
           slice_equal(candidate->entry->name, keeper->entry->name);
}

/* The kept candidate that this one lies within; or NO_CANDIDATE. */
static uint32_t keeper_of(const Candidates *candidates, const Candidate *candidate,
                          size_t item_count, IsPart *is_part, const void *context)
{
    if (candidate->state != STATE_COVERED || candidate->whole != NO_CANDIDATE ||
        candidate->type.length == 0)
        return NO_CANDIDATE;
    uint32_t keeper =
        candidate->first < item_count ? candidates->owners[candidate->first] : candidate->by;
    if (keeper == NO_CANDIDATE || candidates->list[keeper].state != STATE_KEPT ||
        !is_within(candidate->span, candidates->list[keeper].span) ||
        has_same_name(candidate, &candidates->list[keeper]) ||
        is_part(context, candidate, &candidates->list[keeper]))
        return NO_CANDIDATE;
    return keeper;
}

static bool is_apart(CodepointSpan a, CodepointSpan b)
{
    return a.end <= b.start || b.end <= a.start || is_within(a, b) || is_within(b, a);
}

void candidates_nest(Candidates *candidates, size_t item_count, IsPart *is_part,
                     const void *context)
{
    Candidate *list = candidates->list;
    Rank *ranks = candidates->ranks = memory_grow(candidates->ranks, &candidates->rank_capacity,
                                                  candidates->count, sizeof *candidates->ranks);
    size_t count = 0;
    for (size_t i = 0; i < candidates->count; i++) {
        uint32_t keeper = keeper_of(candidates, &list[i], item_count, is_part, context);
        if (keeper == NO_CANDIDATE)
            continue;
        list[i].by = keeper;
        ranks[count] = rank_of(candidates, i);
        ranks[count++].first = list[keeper].first;
    }
    if (count > 1)
        qsort(ranks, count, sizeof *ranks, by_place);
    /* Those within one keeper after the other. */
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && ranks[to].first == ranks[from].first;)
            to++;
        qsort(ranks + from, to - from, sizeof *ranks, by_strength);
        size_t nested = from;
        for (size_t i = from; i < to; i++) {
            Candidate *candidate = &list[ranks[i].index];
            bool stays = true;
            for (size_t j = from; j < nested && stays; j++)
                stays = is_apart(candidate->span, list[ranks[j].index].span);
            if (!stays)
                continue;
            candidate->state = STATE_NESTED;
            ranks[nested++] = ranks[i];
        }
    }
}

/* An open candidate takes the place of all that was kept in earlier rounds within its items,
 * where that is weaker and something else. */
static void displace(Candidates *candidates, uint32_t index)
{
    Candidate *list = candidates->list;
    const Candidate *candidate = &list[index];
    for (uint32_t item = candidate->first; item < candidate->end; item++) {
        uint32_t owner = candidates->owners[item];
        if (owner == NO_CANDIDATE)
            continue;
        if (list[owner].priority >= candidate->priority || list[owner].first < candidate->first ||
            list[owner].end > candidate->end || slice_equal(list[owner].type, candidate->type))
            return;
    }
    for (uint32_t item = candidate->first; item < candidate->end; item++) {
        uint32_t owner = candidates->owners[item];
        if (owner == NO_CANDIDATE)
            continue;
        list[owner].state = STATE_COVERED;
        list[owner].by = index;
        candidates->owners[item] = NO_CANDIDATE;
    }
}

/* Chains the open ones from `decided` on by the item they begin with, in their order. */
static void chain_by_place(Candidates *candidates, size_t item_count, size_t decided)
{
    size_t words = item_count / 64 + 1;
    uint64_t *begun = candidates->begun =
        memory_grow(candidates->begun, &candidates->begun_capacity, words, sizeof *begun);
    uint32_t *firsts = candidates->firsts =
        memory_grow(candidates->firsts, &candidates->first_capacity, item_count, sizeof *firsts);
    uint32_t *nexts = candidates->nexts = memory_grow(candidates->nexts, &candidates->next_capacity,
                                                      candidates->count, sizeof *nexts);
    memset(begun, 0, words * sizeof *begun);
    for (size_t i = candidates->count; i > decided; i--) {
        const Candidate *candidate = &candidates->list[i - 1];
        if (candidate->state != STATE_OPEN)
            continue;
        uint64_t *word = &begun[candidate->first / 64];
        uint64_t bit = UINT64_C(1) << candidate->first % 64;
        nexts[i - 1] = (*word & bit) != 0 ? firsts[candidate->first] : NO_CANDIDATE;
        firsts[candidate->first] = (uint32_t)(i - 1);
        *word |= bit;
    }
}

/* Ranks them by the item they begin with, then in their order. Returns how many. */
static size_t rank_by_place(Candidates *candidates, size_t item_count, size_t decided)
{
    size_t ranked = 0;
    chain_by_place(candidates, item_count, decided);
    for (size_t word = 0; word <= item_count / 64; word++)
        for (uint64_t left = candidates->begun[word]; left != 0; left &= left - 1) {
            size_t item = word * 64 + (size_t)__builtin_ctzll(left);
            for (uint32_t i = candidates->firsts[item]; i != NO_CANDIDATE; i = candidates->nexts[i])
                candidates->ranks[ranked++] = rank_of(candidates, i);
        }
    return ranked;
}

void candidates_resolve(Candidates *candidates, size_t item_count, size_t decided)
{
    candidates->owners = memory_grow(candidates->owners, &candidates->owner_capacity, item_count,
                                     sizeof *candidates->owners);
    candidates->ranks = memory_grow(candidates->ranks, &candidates->rank_capacity,
                                    candidates->count, sizeof *candidates->ranks);
    if (item_count != 0 && decided == 0)
        memset(candidates->owners, 0xFF, item_count * sizeof *candidates->owners);
    const Candidate *list = candidates->list;
    for (size_t i = decided; decided > 0 && i < candidates->count; i++)
        displace(candidates, (uint32_t)i);
    Rank *ranks = candidates->ranks;
    size_t open = rank_by_place(candidates, item_count, decided);
    /* One stretch of candidates that overlap in a chain after the other. */
    for (size_t from = 0, to; from < open; from = to) {
        uint32_t end = list[ranks[from].index].end;
        for (to = from + 1; to < open && ranks[to].first < end; to++)
            if (list[ranks[to].index].end > end)
                end = list[ranks[to].index].end;
        if (to - from > 1)
            qsort(ranks + from, to - from, sizeof *ranks, by_strength);
        for (size_t i = from; i < to; i++)
            decide(candidates, ranks[i].index);
    }
}
