/* What --explain tells: lines for people, or a JSON object a line for programs
 * (--explain=FILE, qawl-stream(5)). */
#ifndef QAWL_EXPLAIN_H
#define QAWL_EXPLAIN_H

#include "common/buffer.h"
#include "common/rules.h"
#include "common/utf8.h"

/* Set up by tool.c for each document before the tool's `process`. */
typedef struct {
    Buffer *out; /* goes out after the document */
    bool is_json;
    const char *tool;
    Slice id;          /* of the document               */
    Utf8Cursor cursor; /* at the text of the document   */
} Explanation;

/* Opens the object of a line with tool and id; explain_end closes it. */
void explain_begin(const Explanation *explanation);
void explain_end(const Explanation *explanation);

/* The text of a span; fast where spans come in rising order. */
Slice explain_text(Explanation *explanation, CodepointSpan span);

/* A further member of an object that has members already. */
void explain_string(const Explanation *explanation, const char *name, Slice value);
void explain_number(const Explanation *explanation, const char *name, uint64_t number);
/* The members start, end and text; and an object of them. */
void explain_place(Explanation *explanation, CodepointSpan span);
void explain_span(Explanation *explanation, const char *name, CodepointSpan span);
/* `rule`, and where it is written: `file` and `line`; node NULL: the name alone. */
void explain_rule(const Explanation *explanation, Slice rule, const RuleNode *node);

/* A list of objects, each begun with what tells whether it was taken, and ended by
 * explain_close. */
void explain_list(const Explanation *explanation, const char *name);
void explain_candidate(const Explanation *explanation, bool is_kept);
void explain_close(const Explanation *explanation);
void explain_list_end(const Explanation *explanation);

/* The same for what is no candidate, begun with its place; and the name of a member whose
 * value the caller writes. */
void explain_item(Explanation *explanation, CodepointSpan span);
void explain_member(const Explanation *explanation, const char *name);

#endif
