/* The tables that documents can be printed as, and their columns. */
#ifndef QAWL_TO_TSV_TABLE_H
#define QAWL_TO_TSV_TABLE_H

#include "common/document.h"
#include "common/output.h"

typedef struct Table Table;

/* A table that lives in `arena`.
 *   name      quotes, entities, sentences, marks or documents
 *   columns   names with commas between; NULL: those that the table has by
 *             itself. A name that is no column is a member of the document
 *             (`member:NAME` is one in any case).
 * NULL with `error` (EXIT_USAGE) when there is no such table, or a name is
 * nearly that of a column. */
Table *table_new(Arena *arena, const char *name, const char *columns, Error *error);

/* Prints the columns of each table on stdout, for --help. */
void table_print_columns(void);

/* In which unit offsets of the text are written: codepoint (as it is without), byte
 * (of UTF-8) or utf16. False with `error` (EXIT_USAGE) for another. */
bool table_set_offsets(Table *table, const char *unit, Error *error);

/* The layers that its columns need, of every document. */
unsigned table_layers(const Table *table);

/* Appends the names of the columns as a line. */
void table_header(const Table *table, Buffer *out);

/* Appends the rows of `document`, settling the output as it grows. False with
 * `error` when a layer cannot be read (then nothing was appended), or the
 * output cannot be written. */
bool table_rows(Table *table, const Document *document, Arena *arena, Output *output, Error *error);

/* When rows were written: the next member named as a column that none of their
 * documents had, starting at *position (0 at first); false when none is left. */
bool table_unseen_member(const Table *table, size_t *position, Slice *name);

/* How many of *document_count documents lacked the layer whose items are the rows;
 * *layer is its name, and *filter what adds it. */
size_t table_lacking(const Table *table, size_t *document_count, const char **layer,
                     const char **filter);

#endif
