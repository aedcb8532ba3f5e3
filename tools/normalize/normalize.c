/* normalize: makes documents of plain text, and clean text of the text of
 * documents; remembers in `origin` how to get back. */
#include "common/json.h"
#include "common/tool.h"
#include "tools/normalize/origin.h"
#include "tools/normalize/report.h"

static struct {
    bool lines, nul;
    const char *encoding, *invalid, *profile;
    bool plain;
    StringList enable, disable;
} settings;

static const Option options[] = {
    {0, "lines", NULL, OPTION_FLAG, &settings.lines, "each line of plain text is a document"},
    {'0', "null", NULL, OPTION_FLAG, &settings.nul, "documents end with a NUL byte"},
    {'f', "from-encoding", "NAME", OPTION_STRING, &settings.encoding,
     "encoding of plain text (default: what the bytes look like)"},
    {0, "invalid", "HOW", OPTION_STRING, &settings.invalid,
     "bytes that mean nothing: replace (by U+FFFD, default), skip, fail"},
    {0, "profile", "NAME", OPTION_STRING, &settings.profile,
     "which steps: default, search, none, or one of your rules"},
    {0, "enable", "STEP", OPTION_LIST, &settings.enable,
     "do this step of the rules; may be repeated; all"},
    {0, "disable", "STEP", OPTION_LIST, &settings.disable,
     "leave out this step of the rules; may be repeated; all"},
    {0, "plain", NULL, OPTION_FLAG, &settings.plain, "write the text alone"},
    {0},
};

typedef struct {
    Detector detector;
    Normalizer normalizer;
    Invalid invalid;
    Buffer origin; /* JSON, alive until the document is written */
} State;

/* Documents are not written: their text is. */
static void write_plain(ToolRun *run)
{
    static Tool plain;
    plain = *run->tool;
    plain.writes_documents = false;
    run->tool = &plain;
}

/* Whether documents can be cut at single bytes in the encoding that is named. */
static bool check_cutting(ToolRun *run, const Detector *detector, Error *error)
{
    Slice end = run->plain_mode == PLAIN_NUL ? SLICE("\0") : SLICE("\n");
    Reading reading;
    if (settings.encoding == NULL || run->plain_mode == PLAIN_FILE)
        return true;
    return detect_and_decode(detector, end, settings.encoding, &run->arena, &reading, error) &&
           (slice_equal(reading.decoded.text, end) ||
            error_set(error, EXIT_USAGE, NULL, 0, 0,
                      "%s: in %s that end is no single byte; make a document of each file",
                      settings.nul ? "--null" : "--lines", reading.decoded.encoding));
}

static bool start(ToolRun *run, Error *error)
{
    State *state = ARENA_NEW(&run->arena, State);
    run->state = state;
    if (settings.lines || settings.nul)
        run->plain_mode = settings.nul ? PLAIN_NUL : PLAIN_LINES;
    if (settings.plain)
        write_plain(run);
    Reading nothing;
    if (!report_read_invalid(settings.invalid, &state->invalid, error) ||
        !detector_load(&run->rules, &state->detector, error) ||
        !detect_and_decode(&state->detector, SLICE(""), settings.encoding, &run->arena, &nothing,
                           error) ||
        !check_cutting(run, &state->detector, error))
        return false;
    const Steps *steps =
        steps_of_profile(&run->rules, settings.profile, &settings.enable, &settings.disable, error);
    return steps != NULL && normalizer_init(&state->normalizer, &run->rules, steps,
                                            &state->detector, run->explanation != NULL, error);
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

/* Text for people: nothing else of the document. */
static void write_text(ToolRun *run, Slice text)
{
    buffer_append(&run->output->buffer, text);
    buffer_append_byte(&run->output->buffer, run->plain_mode == PLAIN_NUL ? '\0' : '\n');
}

static bool process(ToolRun *run, Document *document, Error *error)
{
    State *state = run->state;
    Normalizer *normalizer = &state->normalizer;
    Slice text = document->text;
    normalize_text(normalizer, text, NULL, 0);
    if (run->explanation != NULL)
        report_steps(normalizer, run->explanation);
    if (settings.plain) {
        write_text(run, normalizer->text);
        return true;
    }
    bool changed = normalizer->text.data != text.data || normalizer->text.length != text.length;
    changed = changed && !slice_equal(normalizer->text, text);
    bool has_origin = document_get(document, SLICE("origin")).length != 0;
    if (changed && !report_layers(document, error))
        return false;

    if (changed || !is_minimal(document_get(document, SLICE("text"))))
        document_set_text(document, normalizer->text);
    buffer_clear(&state->origin);
    if (!has_origin)
        origin_append(
            &(Reading){.decoded = {.encoding = "UTF-8", .bytes = text.length}, .confidence = 1},
            normalizer, &state->origin);
    else if (!origin_append_composed(document, normalizer, &run->document_arena, &state->origin,
                                     error))
        return false;
    if (!has_origin || changed)
        document_set(document, SLICE("origin"), buffer_slice(&state->origin));
    document->text = normalizer->text;
    return true;
}

/* Bytes -> decode -> repair -> clean. */
static bool process_plain(ToolRun *run, Slice bytes, Slice id, Slice source, Document *document,
                          Error *error)
{
    State *state = run->state;
    Normalizer *normalizer = &state->normalizer;
    Reading reading;
    const Decoded *decoded = &reading.decoded;
    size_t line = run->plain_mode == PLAIN_FILE ? 0 : document->line;
    if (!report_packed(bytes, error) ||
        !detect_and_decode(&state->detector, bytes, settings.encoding, &run->document_arena,
                           &reading, error) ||
        !report_bad_bytes(decoded, state->invalid, document, line, error))
        return false;
    report_markup(decoded->text, document, line);
    normalize_text(normalizer, decoded->text, decoded->bad_places,
                   state->invalid == INVALID_SKIP ? decoded->replaced : 0);
    if (run->explanation != NULL)
        report_steps(normalizer, run->explanation);
    if (settings.plain) {
        write_text(run, normalizer->text);
        return true;
    }
    document_from_text(document, id, source, normalizer->text, &run->document_arena);
    buffer_clear(&state->origin);
    origin_append(&reading, normalizer, &state->origin);
    document_set(document, SLICE("origin"), buffer_slice(&state->origin));
    return true;
}

static bool finish(ToolRun *run, Error *error)
{
    (void)error;
    State *state = run->state;
    normalizer_release(&state->normalizer);
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
