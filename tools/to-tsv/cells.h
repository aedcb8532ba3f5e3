/* What stands in a row, and how each column writes its cell. */
#ifndef QAWL_TO_TSV_CELLS_H
#define QAWL_TO_TSV_CELLS_H

#include "common/layer.h"
#include "common/utf8.h"

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
    NEED_ORIGIN = 8, /* beside the bits of those */
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
    size_t counted_byte, counted_pairs; /* surrogate pairs in front of that byte of the text */

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

/* All columns, ended by one without a name. A name may stand for different things in
 * different tables. */
extern const Column COLUMNS[];

/* Appends `text` with its backslashes, tabs and line ends escaped. */
void cell_append(Buffer *out, Slice text);

#endif
