/* quote-extract: who said what. Adds the layer `quotes` to documents that have
 * the layer `sentences`. */
#include "common/layer.h"
#include "common/message.h"
#include "common/tool.h"
#include "common/utf8.h"
#include "tools/quote-extract/quotes.h"

static bool start(ToolRun *run, Error *error)
{
    run->state = quote_finder_new(&run->rules, error);
    return run->state != NULL;
}

static bool process(ToolRun *run, Document *document, Error *error)
{
    Sentence *sentences;
    Quote *quotes;
    size_t sentence_count, quote_count;
    bool limited;
    if (!layer_read_sentences(document, utf8_count(document->text), &run->document_arena,
                              &sentences, &sentence_count, error))
        return false;
    quotes_find(run->state, document->text, sentences, sentence_count, &run->document_arena,
                &quotes, &quote_count, run->explain ? run->explanation : NULL, &limited);
    if (limited)
        message_warning(document->file, document->line, 0,
                        "a pattern reached its limit in this document; quotes may be missing");
    layer_write_quotes(document, quotes, quote_count, &run->document_arena);
    return true;
}

static bool finish(ToolRun *run, Error *error)
{
    (void)error;
    quote_finder_free(run->state);
    return true;
}

int main(int argc, char **argv)
{
    static const Tool quote_extract = {
        .name = "quote-extract",
        .usage = "[OPTION ...] [FILE ...]",
        .summary =
            "Finds who said what in Arabic news: adds the layer \"quotes\" to documents that\n"
            "sentence-split has been over.",
        .uses_rules = true,
        .explains = true,
        .writes_documents = true,
        .start = start,
        .process = process,
        .finish = finish,
    };
    return tool_run(&quote_extract, argc, argv);
}
