/* One record of the stream: the members we know, and all others kept byte for
 * byte in their place. man/qawl-stream.5 is the format. */
#ifndef QAWL_DOCUMENT_H
#define QAWL_DOCUMENT_H

#include "common/json.h"

/* More than all tools together add. */
enum { DOCUMENT_NEW_MEMBERS = 16 };

/* Those of which the format says more than that they are JSON. */
enum { DOCUMENT_KNOWN_MEMBERS = 8 };

/* Layers, as bits of a set. */
enum { DOCUMENT_SENTENCES = 1, DOCUMENT_QUOTES = 2, DOCUMENT_ENTITIES = 4 };

typedef struct {
    Slice name;        /* decoded                                              */
    Slice value;       /* raw bytes of the value                               */
    Slice replacement; /* raw JSON to write instead; data NULL: write `value`  */
    bool is_text;      /* the replacement is no JSON yet: it is written as a string */
} Member;

typedef struct {
    Slice record;    /* the whole record without its line end; empty for plain text */
    Member *members; /* in the order of the record; the last of equal names counts  */
    size_t member_count;
    size_t known[DOCUMENT_KNOWN_MEMBERS]; /* number of the last of each, from 1; 0: none */
    Member added[DOCUMENT_NEW_MEMBERS];   /* written after the others, in this order   */
    size_t added_count;
    Slice id;     /* decoded (a number as written); FILE:LINE where there is none    */
    Slice source; /* decoded; the file name where the record has none                */
    Slice text;   /* decoded UTF-8; empty where the record has none                  */
    bool has_text;
    unsigned unchecked; /* layers that were found but not checked yet              */
    const char *file;   /* where the record was read, for messages */
    size_t line;
} Document;

/* Reads `record` (one JSON object, maybe white space around it; valid UTF-8)
 * into `document`; views and copies live as long as `record` and `arena`.
 *   file, line   where it was read; also the source of id and source when the
 *                record has none (FILE:LINE)
 *   later        layers that the caller will read by layer.h in any case: they are
 *                found here, and checked there
 * False, with `error` filled (EXIT_SOME_BAD), when it is no object or a member
 * that we know has the wrong type. A missing `text` is no error here. */
bool document_read(Document *document, Slice record, const char *file, size_t line, unsigned later,
                   Arena *arena, Error *error);

/* Checks what document_read left to be checked later: false, with `error` filled,
 * when the record is no JSON. */
bool document_check(const Document *document, Arena *arena, Error *error);

/* A document made of plain text: {"id": ..., "source": ..., "text": ...}. `file`
 * and `line` of `document` must be set and are kept. */
void document_from_text(Document *document, Slice id, Slice source, Slice text, Arena *arena);

/* Adds the members `id` and `source` where the record has none, for tools that
 * make documents of what comes in. */
void document_add_identity(Document *document, Arena *arena);

/* The raw value of member `name` (its replacement if set); empty when absent. */
Slice document_get(const Document *document, Slice name);

/* Sets member `name` to `raw` JSON, in its place if the record has it, else
 * behind the last member. `raw` must live until document_write. */
void document_set(Document *document, Slice name, Slice raw);

/* Sets member `text` to `text`, which document_write makes a JSON string of; until then
 * document_get gives it as it is. It must live until then. */
void document_set_text(Document *document, Slice text);

/* Adds `entry` to the array member `pipeline` (created if absent). */
void document_add_pipeline(Document *document, Slice entry, Arena *arena);

/* Appends the record and a newline to `out`. What was not replaced comes out
 * byte for byte, white space and order included. */
void document_write(const Document *document, Buffer *out);

#endif
