/* The JSON that the stream needs: find members, keep their bytes, read and
 * write strings and numbers. Checked against RFC 8259; nesting is limited to
 * JSON_DEPTH. Input must be valid UTF-8 (the loop checks each record once). */
#ifndef QAWL_JSON_H
#define QAWL_JSON_H

#include "common/buffer.h"
#include "common/error.h"

enum { JSON_DEPTH = 512 }; /* arrays and objects within one another */

/* A place in JSON text. On failure `problem` says what was expected, and `at`
 * stands where. */
typedef struct {
    const char *at, *end;
    const char *problem; /* NULL: no failure so far */
} JsonCursor;

static inline JsonCursor json_cursor(Slice text)
{
    const char *start = text.data == NULL ? "" : text.data;
    return (JsonCursor){start, start + text.length, NULL};
}

/* Moves over white space; false at the end of the text. */
bool json_space(JsonCursor *cursor);

/* Moves over one value, strictly checked, and gives its bytes. */
bool json_value(JsonCursor *cursor, Slice *raw);

/* The same; a string is decoded at once, as json_string does, but with an escape in it takes
 * as much of the arena as all bytes behind it. `text` is left alone where another value
 * comes. */
bool json_text(JsonCursor *cursor, Arena *arena, Slice *raw, Slice *text);

/* Moves over the array or object that comes next by its strings and brackets alone: for
 * one that is read and so checked afterwards. False, and nothing moved, when none comes
 * or it does not end. */
bool json_skip(JsonCursor *cursor, Slice *raw);

/* Walks an object or array whose opening bracket comes next:
 *     json_open(&c, '{'); while (json_member(&c, &name)) { json_value(&c, &raw) }
 *     json_open(&c, '['); while (json_item(&c)) { json_value(&c, &raw) }
 * The value must be consumed before the next call. They return false at the
 * closing bracket, which is consumed, or on failure: look at c.problem.
 * `name` is the raw text between the quotes. */
bool json_open(JsonCursor *cursor, char bracket);
bool json_member(JsonCursor *cursor, Slice *name);
bool json_item(JsonCursor *cursor);

/* The value of raw string `raw` (with its quotes) as UTF-8: a view of `raw`
 * where it holds no escape, else a copy in `arena`. A lone surrogate escape
 * becomes U+FFFD. False when `raw` is no string. */
bool json_string(Slice raw, Arena *arena, Slice *text);

/* For what the tools themselves write, of which name, order and form can be foretold:
 * each moves over just that and tells whether it stood there; if not, the cursor stays
 * where it was, and nothing is said about what stands there. */

/* These bytes. */
static inline bool json_bytes(JsonCursor *cursor, Slice bytes)
{
    if (!slice_starts((Slice){cursor->at, (size_t)(cursor->end - cursor->at)}, bytes))
        return false;
    cursor->at += bytes.length;
    return true;
}

/* A string without escapes; `text` is a view of its inside. */
bool json_plain_string(JsonCursor *cursor, Slice *text);

/* A non-negative integer of at most 18 digits. */
bool json_plain_size(JsonCursor *cursor, size_t *number);

/* raw number, a non-negative integer without fraction or exponent that fits. */
bool json_size(Slice raw, size_t *number);
bool json_double(Slice raw, double *number);
bool json_bool(Slice raw, bool *truth);

/* Whether the raw value says "nothing here": no other begins with that letter. */
static inline bool json_is_null(Slice raw)
{
    return raw.length != 0 && raw.data[0] == 'n';
}

/* Appends `text` as a JSON string with its quotes. Escapes only what must be
 * escaped: quote, backslash, and controls below U+0020. */
void json_append_string(Buffer *out, Slice text);

/* The same, made in `arena`. */
Slice json_quoted(Slice text, Arena *arena);

#endif
