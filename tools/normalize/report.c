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

bool report_packed(Slice bytes, Error *error)
{
    static const struct {
        Slice start;
        const char *kind, *unpack;
    } packed[] = {
        {SLICE_INIT("\x1F\x8B"), "gzip", "gzip -dc"},
        {SLICE_INIT("\xFD"
                    "7zXZ"),
         "xz", "xz -dc"},
        {SLICE_INIT("\x28\xB5\x2F\xFD"), "zstd", "zstd -dc"},
        {SLICE_INIT("BZh91AY&SY"), "bzip2", "bzip2 -dc"},
        {SLICE_INIT("PK\x03\x04"), "zip", "unzip -p"},
    };
    for (size_t i = 0; i < sizeof packed / sizeof *packed; i++)
        if (slice_starts(bytes, packed[i].start))
            return error_set(error, EXIT_SOME_BAD, NULL, 0, 0,
                             "packed by %s; unpack it first, with %s", packed[i].kind,
                             packed[i].unpack);
    return true;
}

/* `start` in small letters. */
static bool starts_in_any_case(Slice text, Slice start)
{
    size_t same = 0;
    while (same < start.length && same < text.length &&
           lower_ascii(text.data[same]) == start.data[same])
        same++;
    return same == start.length;
}

void report_markup(Slice text, const Document *document, size_t line)
{
    static const struct {
        Slice start;
        const char *what, *how;
    } markup[] = {
        {SLICE_INIT("<!doctype html"), "a page of HTML, and its tags", "w3m -dump -cols 10000"},
        {SLICE_INIT("<html"), "a page of HTML, and its tags", "w3m -dump -cols 10000"},
        {SLICE_INIT("warc/"), "an archive of pages, and its headers", "a reader of WARC files"},
    };
    Slice shown = slice_trim(text);
    for (size_t i = 0; i < sizeof markup / sizeof *markup; i++)
        if (starts_in_any_case(shown, markup[i].start)) {
            message_warning(document->file, line, 0,
                            "looks like %s are read as text; take the text out of it first, "
                            "with %s",
                            markup[i].what, markup[i].how);
            return;
        }
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
