#include "tools/tag-entities/tagger_parts.h"

/* Behind the other one, or behind "another". */
static Slice covered_by(const Candidate *candidate, const Candidate *other, bool is_named)
{
    static const Slice reasons[] = {SLICE_INIT("another has a higher priority"),
                                    SLICE_INIT("another is longer"),
                                    SLICE_INIT("another comes first")};
    bool is_longer =
        other->span.end - other->span.start > candidate->span.end - candidate->span.start;
    Slice reason = reasons[other->priority > candidate->priority ? 0 : is_longer ? 1 : 2];
    return is_named ? slice_cut(reason, sizeof "another", reason.length) : reason;
}

static const char DOUBTFUL[] = "can be another word, and no pattern speaks for it";

static bool is_entity(const Candidate *candidate)
{
    return candidate->state == STATE_KEPT || candidate->state == STATE_NESTED;
}

static void explain_line(const Tagger *tagger, const Candidate *candidate, Explanation *explanation)
{
    Buffer *out = explanation->out;
    Slice type = candidate->type.length > 0 ? candidate->type : SLICE("none");
    bool is_taken = is_entity(candidate) || candidate->state == STATE_CONTEXT;
    buffer_append_format(out, "  %c %.*s \"%.*s\" by %.*s", is_taken ? '+' : '-', SLICE_ARG(type),
                         SLICE_ARG(explain_text(explanation, candidate->span)),
                         SLICE_ARG(candidate->rule));
    const Candidate *other = NULL;
    if (candidate->state == STATE_COVERED || candidate->state == STATE_NESTED)
        other = &tagger->candidates.list[candidate->by];
    else if (candidate->whole != NO_CANDIDATE)
        other = tagger_named_by(tagger, candidate);
    Slice text = {NULL, 0};
    if (other != NULL)
        text = explain_text(explanation, other->span);
    if (candidate->state == STATE_DOUBTFUL)
        buffer_append_format(out, ": %s", DOUBTFUL);
    else if (candidate->state == STATE_COVERED)
        buffer_append_format(out, ": \"%.*s\" by %.*s %.*s", SLICE_ARG(text),
                             SLICE_ARG(other->rule), SLICE_ARG(covered_by(candidate, other, true)));
    else if (other != NULL)
        buffer_append_format(out, ", %s \"%.*s\"",
                             candidate->state == STATE_NESTED ? "within" : "part of",
                             SLICE_ARG(text));
    buffer_append_byte(out, '\n');
}

static void explain_object(const Tagger *tagger, const Candidate *candidate,
                           Explanation *explanation)
{
    explain_candidate(explanation, is_entity(candidate) || candidate->state == STATE_CONTEXT);
    explain_rule(explanation, candidate->rule, candidate->node);
    explain_string(explanation, "type",
                   candidate->type.length > 0 ? candidate->type : SLICE("none"));
    explain_place(explanation, candidate->span);
    if (candidate->state == STATE_DOUBTFUL) {
        explain_string(explanation, "reason", slice_of(DOUBTFUL));
    } else if (candidate->state == STATE_COVERED) {
        const Candidate *other = &tagger->candidates.list[candidate->by];
        explain_string(explanation, "reason", covered_by(candidate, other, false));
        explain_string(explanation, "by", other->rule);
        explain_span(explanation, "other", other->span);
    } else if (candidate->state == STATE_NESTED) {
        explain_span(explanation, "within", tagger->candidates.list[candidate->by].span);
    } else if (candidate->whole != NO_CANDIDATE) {
        explain_span(explanation, "part_of", tagger_named_by(tagger, candidate)->span);
    }
    explain_close(explanation);
}

/* The candidates by the item of the document at which they begin: `first` of each item,
 * then `next`, from 1; 0 ends. Those of nested phrases are told with what they lie in. */
typedef struct {
    uint32_t *first, *next;
} ByItem;

static ByItem order_by_item(const Tagger *tagger, Arena *arena)
{
    const Candidates *candidates = &tagger->candidates;
    ByItem order = {ARENA_ARRAY(arena, tagger->item_count + 1, uint32_t),
                    ARENA_ARRAY(arena, candidates->count + 1, uint32_t)};
    for (size_t i = candidates->count; i > 0; i--) {
        const Candidate *candidate = &candidates->list[i - 1];
        uint32_t item = candidate->first;
        if (item >= tagger->item_count)
            item = candidate->by == NO_CANDIDATE ? 0 : candidates->list[candidate->by].first;
        order.next[i] = order.first[item];
        order.first[item] = (uint32_t)i;
    }
    return order;
}

static void explain_stretch(const Tagger *tagger, const Work *work, const Stretch *stretch,
                            const ByItem *order, Explanation *explanation)
{
    ItemString part = {.items = tagger->items.items + stretch->from,
                       .count = stretch->to - stretch->from};
    if (explanation->is_json) {
        const Item *last = &part.items[part.count - (part.count > 1 ? 2 : 1)];
        explain_begin(explanation);
        explain_place(explanation,
                      (CodepointSpan){work->tokens[part.items->first_token].start, last->end});
    }
    patterns_explain(tagger->patterns, &part, work->text, work->tokens, explanation);
    if (explanation->is_json)
        explain_list(explanation, "candidates");
    for (size_t item = stretch->from; item < stretch->to; item++)
        for (uint32_t c = order->first[item]; c != 0; c = order->next[c]) {
            const Candidate *candidate = &tagger->candidates.list[c - 1];
            if (explanation->is_json)
                explain_object(tagger, candidate, explanation);
            else
                explain_line(tagger, candidate, explanation);
        }
    if (explanation->is_json) {
        explain_list_end(explanation);
        explain_end(explanation);
    }
}

void tagger_explain(const Tagger *tagger, const Work *work, Explanation *explanation)
{
    ByItem order = order_by_item(tagger, work->arena);
    for (size_t i = 0; i < tagger->stretch_count; i++)
        explain_stretch(tagger, work, &tagger->stretches[i], &order, explanation);
}
