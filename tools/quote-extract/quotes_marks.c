#include "tools/quote-extract/quotes_parts.h"

static bool is_marked(const Search *search, size_t item)
{
    return item_has(search, item, CLASS_MARKED);
}

/* What was found says what the marks in it hold; patterns say it of the others. */
void quotes_type_marks(Search *search, bool *limited)
{
    const QuoteFinder *finder = search->finder;
    size_t count = finder->string.count;
    search->mark_types = ARENA_ARRAY(search->arena, count + 1, Slice);
    search->mark_rules = ARENA_ARRAY(search->arena, count + 1, Slice);
    for (size_t c = 0; c < search->candidate_count; c++) {
        const Candidate *candidate = &search->candidates[c];
        if (!candidate->accepted || candidate->is_subject)
            continue;
        Slice rule = pattern_name(candidate->pattern);
        bool alone = search->quotes[candidate->quote].kind == QUOTE_DIRECT;
        for (size_t m = first_mark(finder, candidate->from);
             is_mark_before(finder, m, candidate->to); m++) {
            size_t i = finder->mark_items[m];
            bool speech = alone ? is_marked(search, i) || item_has(search, i, CLASS_BRACKETED_LONG)
                                : is_marked(search, i) && !item_has(search, i, CLASS_MARKED_NAME);
            if (!speech)
                continue;
            search->mark_types[i] = SLICE("speech");
            search->mark_rules[i] = rule;
        }
    }
    SpanTyper *spans = search->finder->spans;
    ItemString *string = &search->finder->string;
    span_types(spans, string, false, search->mark_types, search->mark_rules, limited);
    for (size_t c = 0; c < search->candidate_count; c++) {
        const Candidate *candidate = &search->candidates[c];
        if (!candidate->accepted)
            continue;
        for (size_t m = first_mark(finder, candidate->speaker_from);
             is_mark_before(finder, m, candidate->speaker_to); m++) {
            size_t i = finder->mark_items[m];
            if (is_marked(search, i) && search->mark_types[i].length == 0) {
                search->mark_types[i] = SLICE("name");
                search->mark_rules[i] = pattern_name(candidate->pattern);
            }
        }
    }
    span_types(spans, string, true, search->mark_types, search->mark_rules, limited);
}

static ptrdiff_t quote_around(const Search *search, CodepointSpan span)
{
    for (size_t i = 0; i < search->quote_count; i++)
        if (search->quotes[i].span.start <= span.start && search->quotes[i].span.end > span.start)
            return (ptrdiff_t)i;
    return NO_INDEX;
}

/* Of all items: a pattern may say what something holds that is no mark. */
void quotes_list_marks(const Search *search, MarkedSpan **marks, size_t *count)
{
    const QuoteFinder *finder = search->finder;
    *marks = ARENA_ROOM(search->arena, finder->string.count + 1, MarkedSpan);
    for (size_t i = 0; i < finder->string.count; i++) {
        const Item *item = item_at(search, i);
        bool stray = item_has(search, i, CLASS_MARK_STRAY);
        MarkedSpan *mark = &(*marks)[*count];
        if (!stray && search->mark_types[i].length == 0)
            continue;
        *mark = (MarkedSpan){.span = {item->start, item->end},
                             .type = stray ? SLICE("stray") : search->mark_types[i],
                             .rule = search->mark_rules[i],
                             .quote = NO_INDEX};
        if (!stray) {
            mark->span = marked_inner(search, i);
            mark->unclosed = is_unclosed(search, i);
            mark->quote = quote_around(search, mark->span);
        }
        ++*count;
    }
}
