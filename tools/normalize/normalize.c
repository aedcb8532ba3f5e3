/* normalize: makes documents of plain text, and clean text of the text of
 * documents; remembers in `origin` how to get back. */
#include "common/decode.h"
#include "common/json.h"
#include "common/message.h"
#include "common/tool.h"
#include "common/utf8.h"
#include "tools/normalize/clean.h"
#include "tools/normalize/origin.h"

static struct {
    bool lines, nul;
    const char *encoding;
    StringList enable, disable;
} settings;

static const Option options[] = {
    {0, "lines", NULL, OPTION_FLAG, &settings.lines, "each line of plain text is a document"},
    {'0', "null", NULL, OPTION_FLAG, &settings.nul, "documents end with a NUL byte"},
    {'f', "from-encoding", "NAME", OPTION_STRING, &settings.encoding,
     "encoding of plain text (default UTF-8, or what a byte order mark says)"},
    {0, "enable", "STEP", OPTION_LIST, &settings.enable,
     "do this step of the rules; may be repeated; all"},
    {0, "disable", "STEP", OPTION_LIST, &settings.disable,
     "leave out this step of the rules; may be repeated; all"},
    {0},
};

typedef struct {
    Cleaner cleaner;
    Buffer text, origin; /* JSON, alive until the document is written */
} State;

static bool start(ToolRun *run, Error *error)
{
    State *state = ARENA_NEW(&run->arena, State);
    run->state = state;
    if (settings.lines || settings.nul)
        run->plain_mode = settings.nul ? PLAIN_NUL : PLAIN_LINES;
    Decoded nothing;
    if (!decode_bytes(SLICE(""), settings.encoding, &run->arena, &nothing, error))
        return false;
    Cleaner *cleaner = &state->cleaner;
    cleaner->steps = steps_new(&run->rules, &settings.enable, &settings.disable, error);
    if (cleaner->steps == NULL)
        return false;
    cleaner->scan = plain_new(cleaner->steps, &run->arena);
    if (run->explain)
        cleaner->counts = ARENA_ARRAY(&run->arena, cleaner->steps->step_count + 1, StepCount);
    return true;
}

/* "ID: tatweel: 3, the first at 1": positions as origin.map counts them. */
static void explain(const Cleaner *cleaner, Slice id, Slice text, Buffer *out)
{
    for (size_t i = 0; i < cleaner->steps->step_count; i++) {
        const StepCount *count = &cleaner->counts[i];
        if (count->count == 0)
            continue;
        buffer_append_format(out, "%.*s: %.*s: %zu, the first at %zu\n", SLICE_ARG(id),
                             SLICE_ARG(cleaner->steps->steps[i].id), count->count,
                             utf8_count(slice_cut(text, 0, count->first)));
    }
}

/* Offsets of these count in the text as it was. */
static bool has_no_layers(const Document *document, Error *error)
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

/* Whether the raw string is spelled as we would. */
static bool is_minimal(Slice raw)
{
    const char *at = raw.data, *end = raw.data + raw.length;
    while ((at = memchr(at, '\\', (size_t)(end - at))) != NULL) {
        if (at[1] == 'u' || at[1] == '/')
            return false;
        at += 2;
    }
    return true;
}

static bool process(ToolRun *run, Document *document, Error *error)
{
    State *state = run->state;
    Cleaner *cleaner = &state->cleaner;
    Slice text = document->text;
    clean_text(cleaner, text);
    bool changed = !slice_equal(cleaner->text, text);
    bool has_origin = document_get(document, SLICE("origin")).length != 0;
    if (changed && !has_no_layers(document, error))
        return false;

    if (changed || !is_minimal(document_get(document, SLICE("text")))) {
        buffer_clear(&state->text);
        json_append_string(&state->text, cleaner->text);
        document_set(document, SLICE("text"), buffer_slice(&state->text));
    }
    buffer_clear(&state->origin);
    if (!has_origin)
        origin_append("UTF-8", text.length, 0, &cleaner->edits, &state->origin);
    else if (!origin_append_composed(document, &cleaner->edits, &run->document_arena,
                                     &state->origin, error))
        return false;
    if (!has_origin || changed)
        document_set(document, SLICE("origin"), buffer_slice(&state->origin));
    if (run->explain)
        explain(cleaner, document->id, text, run->explanation);
    document->text = cleaner->text;
    return true;
}

/* Bytes -> decode -> clean. */
static bool process_plain(ToolRun *run, Slice bytes, Slice id, Slice source, Document *document,
                          Error *error)
{
    State *state = run->state;
    Cleaner *cleaner = &state->cleaner;
    Decoded decoded;
    size_t line = run->plain_mode == PLAIN_FILE ? 0 : document->line;
    if (!decode_bytes(bytes, settings.encoding, &run->document_arena, &decoded, error))
        return false;
    if (decoded.replaced != 0)
        message_warning(document->file, line, 0,
                        "not %s at byte %zu (places in all: %zu); each became U+FFFD; is "
                        "another --from-encoding right?",
                        decoded.encoding, decoded.first_bad + 1, decoded.replaced);
    clean_text(cleaner, decoded.text);
    document_from_text(document, id, source, cleaner->text, &run->document_arena);
    buffer_clear(&state->origin);
    origin_append(decoded.encoding, decoded.bytes, decoded.replaced, &cleaner->edits,
                  &state->origin);
    document_set(document, SLICE("origin"), buffer_slice(&state->origin));
    if (run->explain)
        explain(cleaner, id, decoded.text, run->explanation);
    return true;
}

static bool finish(ToolRun *run, Error *error)
{
    (void)error;
    State *state = run->state;
    cleaner_release(&state->cleaner);
    buffer_release(&state->text);
    buffer_release(&state->origin);
    return true;
}

int main(int argc, char **argv)
{
    static const Tool normalize = {
        .name = "normalize",
        .usage = "[OPTION ...] [FILE ...]",
        .summary =
            "Makes documents of plain text and cleans their text: one encoding, one form of\n"
            "each letter, no debris. Every letter, mark and quotation mark stays, and\n"
            "`origin` leads each place back to the source.",
        .options = options,
        .uses_rules = true,
        .explains = true,
        .reads_text = true,
        .writes_documents = true,
        .start = start,
        .process = process,
        .process_plain = process_plain,
        .finish = finish,
    };
    return tool_run(&normalize, argc, argv);
}
