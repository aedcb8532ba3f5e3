#include "tools/to-tsv/table.h"

#include <stdio.h>

#include "tools/to-tsv/cells.h"

/* A column of this run: a known one, or a member of the document. */
typedef struct {
    const Column *column; /* NULL: a member */
    Slice name;           /* as in the header */
    Slice member;
    bool seen; /* some document had the member */
} ChosenColumn;

struct Table {
    TableKind kind;
    unsigned needs;
    ChosenColumn *columns;
    size_t column_count;
    bool has_rows;
    size_t documents, lacking; /* how many, and those without the layer of the table */
    Unit unit;
};

static const char *const table_names[TABLE_COUNT] = {
    [QUOTES] = "quotes", [ENTITIES] = "entities",   [SENTENCES] = "sentences",
    [MARKS] = "marks",   [DOCUMENTS] = "documents",
};

static const char *const usual_columns[TABLE_COUNT] = {
    [QUOTES] = ("document,number,kind,speaker,role,cue,quote,start,end,source_start,source_end,"
                "entities,rule"),
    [ENTITIES] = "document,number,type,name,text,value,start,end,source_start,source_end,rule,id",
    [SENTENCES] = "document,number,paragraph,role,text,start,end,source_start,source_end",
    [MARKS] = "document,number,type,text,quote,start,end,source_start,source_end,rule",
    [DOCUMENTS] = "document,source,characters,sentences,quotes,entities",
};

static bool has_column(TableKind kind, const Column *column)
{
    return (column->tables & 1u << kind) != 0;
}

static const Column *find_column(TableKind kind, Slice name)
{
    for (const Column *column = COLUMNS; column->name != NULL; column++)
        if (has_column(kind, column) && slice_equal(slice_of(column->name), name))
            return column;
    return NULL;
}

/* The column that `name`, which is none, is likely a slip for, or NULL: a member of the
 * document may have any name, but rarely one so near. */
static const char *slipped_from(TableKind kind, Slice name)
{
    const char *nearest = NULL;
    size_t distance = name.length >= 6 ? 2 : 1;
    for (const Column *column = COLUMNS; column->name != NULL; column++) {
        if (!has_column(kind, column))
            continue;
        size_t here = slice_distance(name, slice_of(column->name));
        if (here < distance || (here == distance && nearest == NULL)) {
            nearest = column->name;
            distance = here;
        }
    }
    return nearest;
}

static bool choose_column(Table *table, Slice name, Error *error)
{
    static const Slice prefix = SLICE_INIT("member:");
    ChosenColumn *chosen = &table->columns[table->column_count++];
    *chosen = (ChosenColumn){.name = name};
    if (slice_starts(name, prefix)) {
        chosen->name = chosen->member = slice_cut(name, prefix.length, name.length);
        return true;
    }
    chosen->column = find_column(table->kind, name);
    if (chosen->column != NULL) {
        table->needs |= chosen->column->needs;
        return true;
    }
    if (name.length == 0)
        return error_set(error, EXIT_USAGE, NULL, 0, 0,
                         "--columns: an empty name; write names with one comma between");
    const char *meant = slipped_from(table->kind, name);
    if (meant != NULL)
        return error_set(error, EXIT_USAGE, NULL, 0, 0,
                         "--columns: table %s has no column \"%.*s\"; did you mean \"%s\"? "
                         "(a member of that name: member:%.*s)",
                         table_names[table->kind], SLICE_ARG(name), meant, SLICE_ARG(name));
    chosen->member = name;
    return true;
}

static bool choose_columns(Table *table, Arena *arena, const char *list, Error *error)
{
    size_t count = 1;
    for (const char *at = list; *at != '\0'; at++)
        count += *at == ',';
    table->columns = ARENA_ARRAY(arena, count, ChosenColumn);
    Slice rest = slice_of(list), name;
    while (slice_next(&rest, ',', &name))
        if (!choose_column(table, slice_trim(name), error))
            return false;
    return true;
}

Table *table_new(Arena *arena, const char *name, const char *list, Error *error)
{
    static const unsigned own_layer[TABLE_COUNT] = {[QUOTES] = NEED_QUOTES,
                                                    [ENTITIES] = NEED_ENTITIES,
                                                    [SENTENCES] = NEED_SENTENCES,
                                                    [MARKS] = NEED_MARKS};
    int kind = 0;
    while (kind < TABLE_COUNT && strcmp(name, table_names[kind]) != 0)
        kind++;
    if (kind == TABLE_COUNT) {
        error_set(error, EXIT_USAGE, NULL, 0, 0,
                  "--table: no table \"%s\"; there are quotes, entities, sentences, "
                  "marks and documents",
                  name);
        return NULL;
    }
    Table *table = ARENA_NEW(arena, Table);
    table->kind = (TableKind)kind;
    table->needs = own_layer[kind];
    if (!choose_columns(table, arena, list == NULL ? usual_columns[kind] : list, error))
        return NULL;
    return table;
}

/* One name of a list that is broken into lines; the column behind it. */
static int print_name(int at, Slice name, const char *behind)
{
    enum { INDENT = 11, WIDTH = 79 };
    int length = (int)(name.length + strlen(behind));
    if (at + 1 + length > WIDTH)
        at = printf("\n%*s", INDENT, "") - 1;
    printf(" %.*s%s", SLICE_ARG(name), behind);
    return at + 1 + length;
}

static bool is_usual(TableKind kind, Slice name)
{
    Slice rest = slice_of(usual_columns[kind]), piece;
    while (slice_next(&rest, ',', &piece))
        if (slice_equal(piece, name))
            return true;
    return false;
}

void table_print_columns(void)
{
    for (int kind = 0; kind < TABLE_COUNT; kind++) {
        Slice rest = slice_of(usual_columns[kind]), name;
        int at = printf("  %-9s", table_names[kind]);
        while (slice_next(&rest, ',', &name))
            at = print_name(at, name, rest.data == NULL ? ";" : "");
        for (const Column *column = COLUMNS; column->name != NULL; column++) {
            name = slice_of(column->name);
            if (has_column((TableKind)kind, column) && !is_usual((TableKind)kind, name))
                at = print_name(at, name, "");
        }
        putchar('\n');
    }
}

bool table_unseen_member(const Table *table, size_t *position, Slice *name)
{
    while (table->has_rows && *position < table->column_count) {
        const ChosenColumn *column = &table->columns[(*position)++];
        if (column->column == NULL && !column->seen) {
            *name = column->member;
            return true;
        }
    }
    return false;
}

/* --- rows ------------------------------------------------------------------- */

bool table_set_offsets(Table *table, const char *unit, Error *error)
{
    static const char *const names[] = {"codepoint", "byte", "utf16", NULL};
    for (int i = 0; names[i] != NULL; i++)
        if (slice_equal(slice_of(unit), slice_of(names[i]))) {
            table->unit = (Unit)i;
            return true;
        }
    return error_set(error, EXIT_USAGE, NULL, 0, 0,
                     "--offsets=%s: must be codepoint, byte or utf16", unit);
}

unsigned table_layers(const Table *table)
{
    return table->needs & NEED_LAYERS;
}

void table_header(const Table *table, Buffer *out)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (i != 0)
            buffer_append_byte(out, '\t');
        cell_append(out, table->columns[i].name);
    }
    buffer_append_byte(out, '\n');
}

/* Strings are decoded, null is nothing, other values stand as they are. */
static void write_member(ChosenColumn *column, const Document *document, Arena *arena, Buffer *out)
{
    Slice raw = document_get(document, column->member), text;
    if (raw.length == 0)
        return;
    column->seen = true;
    if (json_string(raw, arena, &text))
        cell_append(out, text);
    else if (!json_is_null(raw))
        cell_append(out, raw);
}

static bool write_row(Table *table, Row *row, Arena *arena, Output *output, Error *error)
{
    Buffer *out = &output->buffer;
    for (size_t i = 0; i < table->column_count; i++) {
        ChosenColumn *column = &table->columns[i];
        if (i != 0)
            buffer_append_byte(out, '\t');
        if (column->column != NULL)
            column->column->write(row, out);
        else
            write_member(column, row->document, arena, out);
    }
    buffer_append_byte(out, '\n');
    table->has_rows = true;
    return output_settle(output, error);
}

static bool read_layers(const Table *table, Row *row, Arena *arena, Error *error)
{
    const Document *document = row->document;
    size_t size = row->text_codepoints;
    return ((table->needs & NEED_QUOTES) == 0 ||
            layer_read_quotes(document, size, arena, &row->quotes, &row->quote_count, error)) &&
           ((table->needs & NEED_ENTITIES) == 0 ||
            layer_read_entities(document, size, arena, &row->entities, &row->entity_count,
                                error)) &&
           ((table->needs & NEED_SENTENCES) == 0 ||
            layer_read_sentences(document, size, arena, &row->sentences, &row->sentence_count,
                                 error)) &&
           ((table->needs & NEED_MARKS) == 0 ||
            layer_read_marks(document, size, arena, &row->marks, &row->mark_count, error)) &&
           ((table->needs & NEED_ORIGIN) == 0 ||
            layer_read_origin(document, arena, &row->runs, &row->run_count, error));
}

bool table_rows(Table *table, const Document *document, Arena *arena, Output *output, Error *error)
{
    Row row = {.document = document, .text = {document->text, 0, 0}, .unit = table->unit};
    row.text_codepoints = utf8_count(document->text);
    if (!read_layers(table, &row, arena, error))
        return false;
    table->documents++;
    table->lacking += table->kind != DOCUMENTS &&
                      document_get(document, slice_of(table_names[table->kind])).length == 0;
    const size_t counts[TABLE_COUNT] = {[QUOTES] = row.quote_count,
                                        [ENTITIES] = row.entity_count,
                                        [SENTENCES] = row.sentence_count,
                                        [MARKS] = row.mark_count,
                                        [DOCUMENTS] = 1};
    for (size_t i = 0; i < counts[table->kind]; i++) {
        row.number = i + 1;
        switch (table->kind) {
        case QUOTES:
            row.quote = &row.quotes[i];
            row.span = row.quote->span;
            break;
        case ENTITIES:
            row.entity = &row.entities[i];
            row.span = row.entity->span;
            break;
        case SENTENCES:
            row.sentence = &row.sentences[i];
            row.span = row.sentence->span;
            break;
        case MARKS:
            row.mark = &row.marks[i];
            row.span = row.mark->span;
            break;
        default:
            row.span = (CodepointSpan){0, row.text_codepoints};
        }
        if (!write_row(table, &row, arena, output, error))
            return false;
    }
    return true;
}

size_t table_lacking(const Table *table, size_t *document_count, const char **layer,
                     const char **filter)
{
    static const char *const makers[TABLE_COUNT] = {[QUOTES] = "quote-extract",
                                                    [ENTITIES] = "tag-entities",
                                                    [SENTENCES] = "sentence-split",
                                                    [MARKS] = "quote-extract --marks",
                                                    [DOCUMENTS] = ""};
    *document_count = table->documents;
    *layer = table_names[table->kind];
    *filter = makers[table->kind];
    return table->lacking;
}
