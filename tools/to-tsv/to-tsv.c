/* usage: to-tsv [OPTION ...] [FILE ...]
 * Prints a row for each quote, entity, sentence, mark or document. */
#include <stdio.h>

#include "common/message.h"
#include "common/tool.h"
#include "tools/to-tsv/table.h"

typedef struct {
    const char *table, *columns, *offsets;
    bool no_header;
} ToTsvOptions;

/* Options are parsed into this before the run begins. */
static ToTsvOptions options;

typedef struct {
    Table *table;
    bool has_begun; /* the header is out, if there is one */
} ToTsv;

static bool start(ToolRun *run, Error *error)
{
    ToTsv *state = ARENA_NEW(&run->arena, ToTsv);
    state->table = table_new(&run->arena, options.table == NULL ? "quotes" : options.table,
                             options.columns, error);
    run->state = state;
    if (state->table != NULL)
        run->layers = table_layers(state->table);
    return state->table != NULL &&
           (options.offsets == NULL || table_set_offsets(state->table, options.offsets, error));
}

static bool process(ToolRun *run, Document *document, Error *error)
{
    ToTsv *state = run->state;
    if (!state->has_begun && !options.no_header)
        table_header(state->table, &run->output->buffer);
    if (!table_rows(state->table, document, &run->document_arena, run->output, error))
        return false;
    state->has_begun = true;
    return true;
}

static bool finish(ToolRun *run, Error *error)
{
    const ToTsv *state = run->state;
    size_t position = 0;
    Slice name;
    (void)error;
    size_t documents;
    const char *layer, *filter;
    size_t lacking = table_lacking(state->table, &documents, &layer, &filter);
    if (lacking != 0)
        message_warning(NULL, 0, 0,
                        "no member \"%s\" in %zu of %zu documents, which give no row; %s adds it",
                        layer, lacking, documents, filter);
    while (state->has_begun && table_unseen_member(state->table, &position, &name))
        message_warning(NULL, 0, 0, "no document has a member \"%.*s\", so the column is empty",
                        SLICE_ARG(name));
    return true;
}

static void print_columns(void)
{
    table_print_columns();
    puts("Any other name is a member of the document; member:NAME is one in any case.");
}

int main(int argc, char **argv)
{
    static const Option table[] = {
        {0, "table", "NAME", OPTION_STRING, &options.table,
         "quotes (default), entities, sentences, marks or documents"},
        {0, "columns", "NAME,...", OPTION_STRING, &options.columns, "these columns in this order"},
        {0, "offsets", "UNIT", OPTION_STRING, &options.offsets,
         "unit of offsets in the text: codepoint (default), byte, utf16"},
        {0, "no-header", NULL, OPTION_FLAG, &options.no_header, "leave out the names of columns"},
        {0},
    };
    static const Tool to_tsv = {
        .name = "to-tsv",
        .usage = "[OPTION ...] [FILE ...]",
        .summary =
            "Prints a row for each quote, entity, sentence, mark or document. The columns of\n"
            "each table, those shown without --columns in front of the semicolon:",
        .print_more = print_columns,
        .options = table,
        .start = start,
        .process = process,
        .finish = finish,
    };
    return tool_run(&to_tsv, argc, argv);
}
