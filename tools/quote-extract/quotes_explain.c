#include "tools/quote-extract/quotes_parts.h"

static CodepointSpan items_span(const Search *search, size_t from, size_t to)
{
    return (CodepointSpan){item_at(search, from)->start, item_at(search, to - 1)->end};
}

static void explain_circumstance(const char *what, const Circumstance *circumstance, Buffer *out)
{
    if (circumstance->name.data != NULL)
        buffer_append_format(out, "      %s by %.*s: %.*s\n", what, SLICE_ARG(circumstance->rule),
                             SLICE_ARG(circumstance->name));
}

static void explain_line(const Search *search, const Candidate *candidate)
{
    Explanation *explanation = search->explanation;
    Buffer *out = explanation->out;
    buffer_append_format(out, "  %s %.*s: cue %.*s", candidate->accepted ? "+" : "-",
                         SLICE_ARG(pattern_name(candidate->pattern)),
                         SLICE_ARG(explain_text(
                             explanation, items_span(search, candidate->cue, candidate->cue + 1))));
    if (candidate->speaker_from < candidate->speaker_to)
        buffer_append_format(
            out, "; speaker %.*s",
            SLICE_ARG(explain_text(
                explanation, items_span(search, candidate->speaker_from, candidate->speaker_to))));
    if (candidate->from < candidate->to)
        buffer_append_format(out, "; content %.*s",
                             SLICE_ARG(explain_text(
                                 explanation, items_span(search, candidate->from, candidate->to))));
    if (candidate->refused != NULL)
        buffer_append_format(out, "\n      refused: %s", candidate->refused);
    if (candidate->refused != NULL && candidate->by != NULL)
        buffer_append_format(out, ", by %.*s", SLICE_ARG(pattern_name(candidate->by)));
    buffer_append_byte(out, '\n');
    if (candidate->accepted && !candidate->is_subject) {
        const Quote *quote = &search->quotes[candidate->quote];
        Evidence evidence = quotes_evidence(search, candidate);
        confidence_explain(search->finder->confidence, &evidence, explanation);
        explain_circumstance("addressee", &quote->addressee, out);
        explain_circumstance("occasion", &quote->occasion, out);
        if (is_left_out(search, quote))
            buffer_append_format(out, "      left out: confidence %.2f is below %g\n",
                                 quote->confidence, search->finder->min_confidence);
    }
}

static void explain_mark(const Search *search, size_t item)
{
    Explanation *explanation = search->explanation;
    Slice type = search->mark_types[item], rule = search->mark_rules[item];
    if (type.length == 0)
        return;
    CodepointSpan span = marked_inner(search, item);
    if (!explanation->is_json) {
        buffer_append_format(explanation->out, "  marks hold %.*s by %.*s: %.*s\n", SLICE_ARG(type),
                             SLICE_ARG(rule), SLICE_ARG(explain_text(explanation, span)));
        return;
    }
    explain_item(explanation, span);
    explain_string(explanation, "type", type);
    explain_rule(explanation, rule, NULL);
    explain_close(explanation);
}

static void explain_object(const Search *search, const Candidate *candidate)
{
    Explanation *explanation = search->explanation;
    const Quote *quote =
        candidate->accepted && !candidate->is_subject ? &search->quotes[candidate->quote] : NULL;
    bool left_out = quote != NULL && is_left_out(search, quote);
    explain_candidate(explanation, candidate->accepted && !left_out);
    explain_rule(explanation, pattern_name(candidate->pattern), pattern_node(candidate->pattern));
    explain_string(explanation, "makes", candidate->is_subject ? SLICE("subject") : SLICE("quote"));
    explain_span(explanation, "cue", items_span(search, candidate->cue, candidate->cue + 1));
    if (candidate->speaker_from < candidate->speaker_to)
        explain_span(explanation, "speaker",
                     items_span(search, candidate->speaker_from, candidate->speaker_to));
    if (candidate->from < candidate->to)
        explain_span(explanation, "content", items_span(search, candidate->from, candidate->to));
    if (quote != NULL) {
        explain_member(explanation, "confidence");
        buffer_append_share(explanation->out, quote->confidence);
        Evidence evidence = quotes_evidence(search, candidate);
        confidence_explain(search->finder->confidence, &evidence, explanation);
    }
    if (left_out)
        explain_string(explanation, "reason", SLICE("its confidence is below --min-confidence"));
    if (candidate->refused != NULL)
        explain_string(explanation, "reason", slice_of(candidate->refused));
    if (candidate->refused != NULL && candidate->by != NULL)
        explain_string(explanation, "by", pattern_name(candidate->by));
    explain_close(explanation);
}

/* Items [from, to) are a sentence, or what stands in quotation marks. */
static void explain_items(const Search *search, size_t from, size_t to)
{
    const QuoteFinder *finder = search->finder;
    Explanation *explanation = search->explanation;
    ItemString part = {.items = finder->string.items + from, .count = to - from};
    const Item *first = item_at(search, from);
    if (explanation->is_json) {
        explain_begin(explanation);
        explain_place(explanation, (CodepointSpan){first->start - first->clitic_length,
                                                   item_at(search, to - 1)->end});
    }
    patterns_explain(finder->patterns, &part, search->text, search->tokens, explanation);
    if (search->mark_types != NULL) {
        if (explanation->is_json)
            explain_list(explanation, "marks");
        for (size_t i = from; i < to; i++)
            explain_mark(search, i);
        if (explanation->is_json)
            explain_list_end(explanation);
    }
    if (explanation->is_json)
        explain_list(explanation, "candidates");
    for (size_t i = 0; i < search->candidate_count; i++) {
        const Candidate *candidate = &search->candidates[i];
        if (candidate->cue < from || candidate->cue >= to)
            continue;
        if (explanation->is_json)
            explain_object(search, candidate);
        else
            explain_line(search, candidate);
    }
    if (explanation->is_json) {
        explain_list_end(explanation);
        explain_end(explanation);
    }
}

void quotes_explain(const Search *search)
{
    const ItemString *string = &search->finder->string;
    for (size_t start = 0; start < string->count;) {
        size_t end = start;
        while (end < string->count && string->items[end].token_count != 0)
            end++;
        if (end > start)
            explain_items(search, start, end);
        start = end + 1;
    }
}
