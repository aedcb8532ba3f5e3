/* quote-extract: who said what. Adds the layer `quotes` to documents that have
 * the layer `sentences`. */
#include "common/links.h"
#include "common/message.h"
#include "common/tool.h"
#include "common/utf8.h"
#include "tools/quote-extract/quotes.h"

static const char *min_confidence;
static bool with_marks;

static bool read_confidence(double *confidence, Error *error)
{
    if (json_double(slice_of(min_confidence), confidence) && *confidence >= 0 && *confidence <= 1)
        return true;
    return error_set(error, EXIT_USAGE, NULL, 0, 0,
                     "--min-confidence=%s: must be a number from 0 to 1", min_confidence);
}

typedef struct {
    QuoteFinder *finder;
    Links links;
} State;

static bool start(ToolRun *run, Error *error)
{
    State *state = ARENA_NEW(&run->arena, State);
    run->state = state;
    double confidence = 0;
    if (min_confidence != NULL && !read_confidence(&confidence, error))
        return false;
    state->finder = quote_finder_new(&run->rules, error);
    if (state->finder == NULL)
        return false;
    if (!links_read(&state->links, &run->rules, quote_finder_fold(state->finder), error)) {
        quote_finder_free(state->finder);
        return false;
    }
    quote_finder_require(state->finder, confidence);
    quote_finder_type_marks(state->finder, with_marks);
    return true;
}

static bool process(ToolRun *run, Document *document, Error *error)
{
    State *state = run->state;
    Arena *arena = &run->document_arena;
    Sentence *sentences;
    Quote *quotes;
    MarkedSpan *marks;
    size_t sentence_count, quote_count, mark_count;
    bool limited;
    if (document_get(document, SLICE("sentences")).length == 0)
        return error_set(error, EXIT_SOME_BAD, NULL, 0, 0,
                         "no member \"sentences\", and quotes are sought within them; "
                         "run sentence-split first");
    size_t length = utf8_count(document->text);
    if (!layer_read_sentences(document, length, arena, &sentences, &sentence_count, error))
        return false;
    quotes_find(state->finder, document->text, sentences, sentence_count, arena, &quotes,
                &quote_count, &marks, &mark_count, run->explanation, &limited);
    if (limited)
        message_warning(document->file, document->line, 0,
                        "a pattern or the number of speakers reached its limit in this document; "
                        "quotes or their speakers may be missing");
    layer_write_quotes(document, quotes, quote_count, arena);
    if (with_marks)
        layer_write_marks(document, marks, mark_count, arena);
    return links_from_document(&state->links, document, quotes, quote_count, length, arena, error);
}

static bool finish(ToolRun *run, Error *error)
{
    (void)error;
    State *state = run->state;
    quote_finder_free(state->finder);
    return true;
}

int main(int argc, char **argv)
{
    static const Option options[] = {
        {0, "marks", NULL, OPTION_FLAG, &with_marks,
         "add the layer \"marks\": what every pair of quotation marks holds"},
        {0, "min-confidence", "NUMBER", OPTION_STRING, &min_confidence,
         "leave out quotes of lower confidence, 0 to 1"},
        {0},
    };
    static const Tool quote_extract = {
        .name = "quote-extract",
        .usage = "[OPTION ...] [FILE ...]",
        .summary = "Finds who said what in news: adds the layer \"quotes\" to documents that\n"
                   "sentence-split has been over.",
        .options = options,
        .uses_rules = true,
        .explains = true,
        .writes_documents = true,
        .layers = DOCUMENT_SENTENCES,
        .start = start,
        .process = process,
        .finish = finish,
    };
    return tool_run(&quote_extract, argc, argv);
}
