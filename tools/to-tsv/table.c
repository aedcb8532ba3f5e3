#include "tools/to-tsv/table.h"

#include <stdio.h>

#include "common/layer.h"
#include "common/utf8.h"
#include "common/wide.h"

typedef enum { QUOTES, ENTITIES, SENTENCES, MARKS, DOCUMENTS, TABLE_COUNT } TableKind;

/* In which tables a column is known. */
enum {
    IN_QUOTES = 1 << QUOTES,
    IN_ENTITIES = 1 << ENTITIES,
    IN_SENTENCES = 1 << SENTENCES,
    IN_MARKS = 1 << MARKS,
    IN_DOCUMENTS = 1 << DOCUMENTS,
    IN_ITEMS = IN_QUOTES | IN_ENTITIES | IN_SENTENCES | IN_MARKS,
    IN_ALL = IN_ITEMS | IN_DOCUMENTS,
};

/* Which layers a column needs. */
enum {
    NEED_QUOTES = DOCUMENT_QUOTES,
    NEED_ENTITIES = DOCUMENT_ENTITIES,
    NEED_SENTENCES = DOCUMENT_SENTENCES,
    NEED_LAYERS = NEED_QUOTES | NEED_ENTITIES | NEED_SENTENCES,
    NEED_ORIGIN = 8,
    NEED_MARKS = 16,
};

/* Units of offsets. */
typedef enum { UNIT_CODEPOINT, UNIT_BYTE, UNIT_UTF16 } Unit;

/* One row while it is written: the document's layers, and the item of the row.
 * Of `quote`, `entity`, `sentence` and `mark` the one that the table is made of is set. */
typedef struct {
    const Document *document;
    Utf8Cursor text;
    size_t text_codepoints;
    Quote *quotes;
    Entity *entities;
    Sentence *sentences;
    MarkedSpan *marks;
    OriginRun *runs;
    size_t quote_count, entity_count, sentence_count, mark_count, run_count;

    Unit unit;
    size_t counted_byte, counted_pairs; /* surrogate pairs in front of that byte */

    size_t number; /* of the row within the document, from 1 */
    CodepointSpan span;
    const Quote *quote;
    const Entity *entity;
    const Sentence *sentence;
    const MarkedSpan *mark;
} Row;

typedef void WriteCell(Row *row, Buffer *out);

typedef struct {
    const char *name;
    unsigned tables;
    unsigned needs;
    WriteCell *write;
} Column;

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

/* --- cells ------------------------------------------------------------------ */

/* The first byte from `at` that may need an escape; `end` when there is none. */
static const char *skip_plain(const char *at, const char *end)
{
#ifdef HAVE_WIDE
    const __m128i backslash = _mm_set1_epi8('\\'), last = _mm_set1_epi8('\r');
    for (; end - at >= 16; at += 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i found = _mm_or_si128(_mm_cmpeq_epi8(block, backslash),
                                     _mm_cmpeq_epi8(_mm_min_epu8(block, last), block));
        unsigned mask = (unsigned)_mm_movemask_epi8(found);
        if (mask != 0)
            return at + __builtin_ctz(mask);
    }
#endif
    while (at < end && *at != '\\' && (unsigned char)*at > '\r')
        at++;
    return at;
}

static void append_escaped(Buffer *out, Slice text)
{
    const char *at = text.data, *end = at + text.length;
    if (text.length == 0)
        return;
    buffer_reserve(out, text.length);
    for (;;) {
        const char *stop = skip_plain(at, end);
        buffer_append(out, (Slice){at, (size_t)(stop - at)});
        if (stop == end)
            break;
        char byte = *stop;
        char letter = byte == '\\'   ? '\\'
                      : byte == '\t' ? 't'
                      : byte == '\n' ? 'n'
                      : byte == '\r' ? 'r'
                                     : '\0';
        if (letter != '\0') {
            buffer_append_byte(out, '\\');
            byte = letter;
        }
        buffer_append_byte(out, byte);
        at = stop + 1;
    }
}

static void append_span_text(Row *row, CodepointSpan span, Buffer *out)
{
    append_escaped(out, utf8_cursor_cut(&row->text, span));
}

/* Items are counted from 1 in tables, from 0 in documents. */
static void append_index(Buffer *out, ptrdiff_t index)
{
    if (index >= 0)
        buffer_append_number(out, (uint64_t)index + 1);
}

static void append_bool(Buffer *out, bool truth)
{
    buffer_append(out, slice_of(truth ? "true" : "false"));
}

static void write_document(Row *row, Buffer *out)
{
    append_escaped(out, row->document->id);
}

static void write_source(Row *row, Buffer *out)
{
    append_escaped(out, row->document->source);
}

static void write_number(Row *row, Buffer *out)
{
    buffer_append_number(out, row->number);
}

static void write_text(Row *row, Buffer *out)
{
    append_span_text(row, row->span, out);
}

/* Characters of four bytes are two units of UTF-16. */
static size_t pairs_before(Row *row, size_t byte)
{
    if (byte < row->counted_byte)
        row->counted_byte = row->counted_pairs = 0;
    for (size_t i = row->counted_byte; i < byte; i++)
        row->counted_pairs += (unsigned char)row->text.text.data[i] >= 0xF0;
    row->counted_byte = byte;
    return row->counted_pairs;
}

static void append_offset(Row *row, size_t codepoint, Buffer *out)
{
    if (row->unit == UNIT_BYTE)
        codepoint = utf8_cursor_byte(&row->text, codepoint);
    else if (row->unit == UNIT_UTF16)
        codepoint += pairs_before(row, utf8_cursor_byte(&row->text, codepoint));
    buffer_append_number(out, codepoint);
}

static void write_start(Row *row, Buffer *out)
{
    append_offset(row, row->span.start, out);
}

static void write_end(Row *row, Buffer *out)
{
    append_offset(row, row->span.end, out);
}

static void write_source_start(Row *row, Buffer *out)
{
    buffer_append_number(out, origin_span(row->runs, row->run_count, row->span).start);
}

static void write_source_end(Row *row, Buffer *out)
{
    buffer_append_number(out, origin_span(row->runs, row->run_count, row->span).end);
}

/* The sentence in which the item stands, or NO_INDEX. */
static ptrdiff_t sentence_index(const Row *row)
{
    if (row->quote != NULL && row->quote->sentence >= 0)
        return row->quote->sentence;
    size_t low = 0, high = row->sentence_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (row->sentences[middle].span.start <= row->span.start)
            low = middle + 1;
        else
            high = middle;
    }
    bool inside = low > 0 && row->span.start < row->sentences[low - 1].span.end;
    return inside ? (ptrdiff_t)low - 1 : NO_INDEX;
}

static void write_sentence(Row *row, Buffer *out)
{
    append_index(out, sentence_index(row));
}

static void write_sentence_text(Row *row, Buffer *out)
{
    ptrdiff_t index = sentence_index(row);
    if (index >= 0 && (size_t)index < row->sentence_count)
        append_span_text(row, row->sentences[index].span, out);
}

static void write_kind(Row *row, Buffer *out)
{
    buffer_append(out, slice_of(quote_kind_name(row->quote->kind)));
}

static void write_speaker(Row *row, Buffer *out)
{
    append_escaped(out, row->quote->speaker.name);
}

static void write_speaker_start(Row *row, Buffer *out)
{
    if (row->quote->speaker.has_span)
        append_offset(row, row->quote->speaker.span.start, out);
}

static void write_speaker_end(Row *row, Buffer *out)
{
    if (row->quote->speaker.has_span)
        append_offset(row, row->quote->speaker.span.end, out);
}

/* The entity that the speaker is; NULL where the document does not tell. */
static const Entity *speaker_entity(const Row *row)
{
    ptrdiff_t entity = row->quote->speaker.entity;
    return entity >= 0 && (size_t)entity < row->entity_count ? &row->entities[entity] : NULL;
}

static void write_speaker_entity(Row *row, Buffer *out)
{
    const Entity *entity = speaker_entity(row);
    if (entity != NULL)
        append_escaped(out, entity->name);
}

static void write_speaker_id(Row *row, Buffer *out)
{
    const Entity *entity = speaker_entity(row);
    if (entity != NULL)
        append_escaped(out, entity->id);
}

static void write_role(Row *row, Buffer *out)
{
    append_escaped(out, row->quote != NULL ? row->quote->speaker.role : row->sentence->role);
}

static void write_type(Row *row, Buffer *out)
{
    if (row->entity != NULL)
        append_escaped(out, row->entity->type);
    else if (row->mark != NULL)
        append_escaped(out, row->mark->type);
    else
        buffer_append(out, slice_of(speaker_type_name(row->quote->speaker.type)));
}

static void write_implied(Row *row, Buffer *out)
{
    append_bool(out, row->quote->speaker.implied);
}

static void write_cue(Row *row, Buffer *out)
{
    if (row->quote->has_cue)
        append_span_text(row, row->quote->cue, out);
}

static void write_cue_start(Row *row, Buffer *out)
{
    if (row->quote->has_cue)
        append_offset(row, row->quote->cue.start, out);
}

static void write_cue_end(Row *row, Buffer *out)
{
    if (row->quote->has_cue)
        append_offset(row, row->quote->cue.end, out);
}

static void write_lemma(Row *row, Buffer *out)
{
    append_escaped(out, row->quote->cue_lemma);
}

static void write_addressee(Row *row, Buffer *out)
{
    append_escaped(out, row->quote->addressee.name);
}

static void write_occasion(Row *row, Buffer *out)
{
    append_escaped(out, row->quote->occasion.name);
}

static void write_polarity(Row *row, Buffer *out)
{
    buffer_append(out, slice_of(polarity_name(row->quote->polarity)));
}

static void write_category(Row *row, Buffer *out)
{
    append_escaped(out, row->quote->cue_category);
}

static void write_confidence(Row *row, Buffer *out)
{
    if (row->quote->confidence >= 0)
        buffer_append_share(out, row->quote->confidence);
}

/* The names of the entities within the quote, in order, each once where it is
 * named several times in a row. */
static void write_entities(Row *row, Buffer *out)
{
    size_t low = 0, high = row->entity_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (row->entities[middle].span.start < row->span.start)
            low = middle + 1;
        else
            high = middle;
    }
    Slice last = {NULL, 0};
    for (; low < row->entity_count && row->entities[low].span.start < row->span.end; low++) {
        const Entity *entity = &row->entities[low];
        if (entity->span.end > row->span.end || slice_equal(entity->name, last))
            continue;
        if (last.length != 0)
            buffer_append(out, SLICE("; "));
        append_escaped(out, entity->name);
        last = entity->name;
    }
}

static void write_rule(Row *row, Buffer *out)
{
    append_escaped(out, row->quote != NULL    ? row->quote->rule
                        : row->entity != NULL ? row->entity->rule
                        : row->mark != NULL   ? row->mark->rule
                                              : row->sentence->rule);
}

static void write_quote(Row *row, Buffer *out)
{
    if (row->mark != NULL)
        append_index(out, row->mark->quote);
    else
        write_text(row, out);
}

static void write_unclosed(Row *row, Buffer *out)
{
    append_bool(out, row->mark->unclosed);
}

static void write_repeat(Row *row, Buffer *out)
{
    append_index(out, row->quote != NULL ? row->quote->repeat : row->sentence->repeat);
}

static void write_name(Row *row, Buffer *out)
{
    append_escaped(out, row->entity->name);
}

static void write_value(Row *row, Buffer *out)
{
    append_escaped(out, row->entity->value);
}

static void write_id(Row *row, Buffer *out)
{
    append_escaped(out, row->entity->id);
}

static void write_clitic(Row *row, Buffer *out)
{
    append_escaped(out, row->entity->clitic);
}

static void write_paragraph(Row *row, Buffer *out)
{
    buffer_append_number(out, (uint64_t)row->sentence->paragraph + 1);
}

static void write_characters(Row *row, Buffer *out)
{
    buffer_append_number(out, row->text_codepoints);
}

static void write_quote_count(Row *row, Buffer *out)
{
    buffer_append_number(out, row->quote_count);
}

static void write_entity_count(Row *row, Buffer *out)
{
    buffer_append_number(out, row->entity_count);
}

static void write_sentence_count(Row *row, Buffer *out)
{
    buffer_append_number(out, row->sentence_count);
}

/* --- columns ---------------------------------------------------------------- */

/* A name may stand for different things in different tables. */
static const Column columns[] = {
    {"document", IN_ALL, 0, write_document},
    {"source", IN_ALL, 0, write_source},
    {"number", IN_ITEMS, 0, write_number},
    {"kind", IN_QUOTES, 0, write_kind},
    {"speaker", IN_QUOTES, 0, write_speaker},
    {"role", IN_QUOTES | IN_SENTENCES, 0, write_role},
    {"cue", IN_QUOTES, 0, write_cue},
    {"quote", IN_QUOTES | IN_MARKS, 0, write_quote},
    {"type", IN_QUOTES | IN_ENTITIES | IN_MARKS, 0, write_type},
    {"name", IN_ENTITIES, 0, write_name},
    {"text", IN_ALL, 0, write_text},
    {"value", IN_ENTITIES, 0, write_value},
    {"id", IN_ENTITIES, 0, write_id},
    {"clitic", IN_ENTITIES, 0, write_clitic},
    {"paragraph", IN_SENTENCES, 0, write_paragraph},
    {"unclosed", IN_MARKS, 0, write_unclosed},
    {"start", IN_ITEMS, 0, write_start},
    {"end", IN_ITEMS, 0, write_end},
    {"source_start", IN_ITEMS, NEED_ORIGIN, write_source_start},
    {"source_end", IN_ITEMS, NEED_ORIGIN, write_source_end},
    {"entities", IN_QUOTES, NEED_ENTITIES, write_entities},
    {"rule", IN_ITEMS, 0, write_rule},
    {"repeat", IN_QUOTES | IN_SENTENCES, 0, write_repeat},
    {"implied", IN_QUOTES, 0, write_implied},
    {"lemma", IN_QUOTES, 0, write_lemma},
    {"category", IN_QUOTES, 0, write_category},
    {"addressee", IN_QUOTES, 0, write_addressee},
    {"occasion", IN_QUOTES, 0, write_occasion},
    {"polarity", IN_QUOTES, 0, write_polarity},
    {"confidence", IN_QUOTES, 0, write_confidence},
    {"cue_start", IN_QUOTES, 0, write_cue_start},
    {"cue_end", IN_QUOTES, 0, write_cue_end},
    {"speaker_start", IN_QUOTES, 0, write_speaker_start},
    {"speaker_end", IN_QUOTES, 0, write_speaker_end},
    {"speaker_entity", IN_QUOTES, NEED_ENTITIES, write_speaker_entity},
    {"speaker_id", IN_QUOTES, NEED_ENTITIES, write_speaker_id},
    {"sentence", IN_QUOTES | IN_ENTITIES, NEED_SENTENCES, write_sentence},
    {"sentence_text", IN_QUOTES | IN_ENTITIES, NEED_SENTENCES, write_sentence_text},
    {"characters", IN_DOCUMENTS, 0, write_characters},
    {"sentences", IN_DOCUMENTS, NEED_SENTENCES, write_sentence_count},
    {"quotes", IN_DOCUMENTS, NEED_QUOTES, write_quote_count},
    {"entities", IN_DOCUMENTS, NEED_ENTITIES, write_entity_count},
};
enum { COLUMN_COUNT = sizeof columns / sizeof *columns };

static const char *const table_names[TABLE_COUNT + 1] = {
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

static const Column *find_column(TableKind kind, Slice name)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        if ((columns[i].tables & 1u << kind) != 0 && slice_equal(slice_of(columns[i].name), name))
            return &columns[i];
    return NULL;
}

/* The column that `name`, which is none, is likely a slip for, or NULL: a member of the
 * document may have any name, but rarely one so near. */
static const char *slipped_from(TableKind kind, Slice name)
{
    const char *nearest = NULL;
    size_t distance = name.length >= 6 ? 2 : 1;
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        size_t here = (columns[i].tables & 1u << kind) != 0
                          ? slice_distance(name, slice_of(columns[i].name))
                          : SIZE_MAX;
        if (here < distance || (here == distance && nearest == NULL)) {
            nearest = columns[i].name;
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
    static const unsigned own_layer[] = {NEED_QUOTES, NEED_ENTITIES, NEED_SENTENCES, NEED_MARKS, 0};
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
        for (size_t i = 0; i < COLUMN_COUNT; i++) {
            name = slice_of(columns[i].name);
            if ((columns[i].tables & 1u << kind) != 0 && !is_usual((TableKind)kind, name))
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
        append_escaped(out, table->columns[i].name);
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
        append_escaped(out, text);
    else if (!json_is_null(raw))
        append_escaped(out, raw);
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
    size_t counts[] = {row.quote_count, row.entity_count, row.sentence_count, row.mark_count, 1};
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
