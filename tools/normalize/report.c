#include "tools/normalize/report.h"

#include "common/message.h"

bool report_read_invalid(const char *name, Invalid *invalid, Error *error)
{
    static const char *const names[] = {"replace", "skip", "fail", NULL};
    Slice wanted = slice_of(name ? name : "replace");
    for (int i = 0; names[i] != NULL; i++)
        if (slice_equal(wanted, slice_of(names[i]))) {
            *invalid = (Invalid)i;
            return true;
        }
    return error_set(error, EXIT_USAGE, NULL, 0, 0, "--invalid=%s: must be replace, skip or fail",
                     name);
}

static void report_as_json(const Normalizer *normalizer, const Explanation *explanation)
{
    const Step *steps = normalizer->steps->steps;
    explain_begin(explanation);
    explain_list(explanation, "candidates");
    for (size_t i = 0; i < normalizer->steps->step_count; i++) {
        if (normalizer->counts[i].count == 0)
            continue;
        explain_candidate(explanation, true);
        explain_rule(explanation, steps[i].id, steps[i].node);
        explain_number(explanation, "count", normalizer->counts[i].count);
        explain_number(explanation, "start", normalizer->counts[i].first);
        explain_close(explanation);
    }
    for (size_t i = 0; i < normalizer->doubt_count; i++) {
        const Doubt *doubt = &normalizer->doubts[i];
        explain_candidate(explanation, false);
        explain_rule(explanation, steps[doubt->step].id, steps[doubt->step].node);
        explain_number(explanation, "start", doubt->at);
        explain_string(explanation, "reason", slice_of(doubt->why));
        explain_close(explanation);
    }
    explain_list_end(explanation);
    explain_end(explanation);
}

void report_steps(const Normalizer *normalizer, const Explanation *explanation)
{
    const Step *steps = normalizer->steps->steps;
    Slice id = explanation->id;
    Buffer *out = explanation->out;
    if (explanation->is_json) {
        report_as_json(normalizer, explanation);
        return;
    }
    for (size_t i = 0; i < normalizer->steps->step_count; i++)
        if (normalizer->counts[i].count != 0)
            buffer_append_format(out, "%.*s: %.*s: %zu, the first at %zu\n", SLICE_ARG(id),
                                 SLICE_ARG(steps[i].id), normalizer->counts[i].count,
                                 normalizer->counts[i].first);
    for (size_t i = 0; i < normalizer->doubt_count; i++) {
        const Doubt *doubt = &normalizer->doubts[i];
        buffer_append_format(out, "%.*s: %.*s: not done at %zu: %s\n", SLICE_ARG(id),
                             SLICE_ARG(steps[doubt->step].id), doubt->at, doubt->why);
    }
}

bool report_layers(const Document *document, Error *error)
{
    static const Slice layers[] = {SLICE_INIT("sentences"), SLICE_INIT("quotes"),
                                   SLICE_INIT("entities")};
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++)
        if (document_get(document, layers[i]).length != 0)
            return error_set(error, EXIT_SOME_BAD, NULL, 0, 0,
                             "the text needs changes, but `%.*s` counts in the text as it is; "
                             "normalize before the other filters",
                             SLICE_ARG(layers[i]));
    return true;
}

bool report_bad_bytes(const Decoded *decoded, Invalid invalid, const Document *document,
                      size_t line, Error *error)
{
    static const char *const became[] = {"each became U+FFFD", "all are left out"};
    if (decoded->replaced == 0)
        return true;
    if (invalid == INVALID_FAIL)
        return error_set(error, EXIT_SOME_BAD, document->file, line, 0,
                         "not %s at byte %zu (places in all: %zu); is another --from-encoding "
                         "right?",
                         decoded->encoding, decoded->first_bad + 1, decoded->replaced);
    message_warning(document->file, line, 0,
                    "not %s at byte %zu (places in all: %zu); %s; is another --from-encoding "
                    "right?",
                    decoded->encoding, decoded->first_bad + 1, decoded->replaced, became[invalid]);
    return true;
}
