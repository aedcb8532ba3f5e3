/* Roles of whole lines: heading, byline, caption, source, furniture. */
#ifndef QAWL_SENTENCE_SPLIT_LINES_H
#define QAWL_SENTENCE_SPLIT_LINES_H

#include "common/rules.h"

/* A line that holds something, without the white space at its ends. */
typedef struct {
    ByteSpan span;     /* in the text                              */
    size_t start;      /* code points before it                    */
    size_t length;     /* code points in it                        */
    bool ends_in_stop; /* its last character, closing marks left out, is a stop */
} Line;

/* The roles that there are, ended by NULL. */
extern const char *const LINE_ROLES[];

typedef struct LineRules LineRules;

typedef struct {
    Slice role;
    Slice name; /* FILE/ID */
    const RuleNode *node;
} LineRole;

/* Compiles the section `lines` of all files. NULL with `error` on a mistake,
 * with its place. To be freed with line_rules_free. */
LineRules *line_rules_new(Rules *rules, Error *error);
void line_rules_free(LineRules *rules);

/* The role of lines[index], which is not empty; NULL for body text.
 *   body_before  body lines among lines[0, index)
 *   limited      set where a regular expression reached its limits
 * A rule is tried only on lines that its limits of length and place allow, and
 * that begin with a character with which it can begin (remembered in `rules`). */
const LineRole *line_role(LineRules *rules, Slice text, const Line *lines, size_t count,
                          size_t index, size_t body_before, bool *limited);

/* The role of the last sentence of a line that holds several, where a rule with
 * `tail` knows it: pages run their furniture on behind the last stop.
 *   length      code points of `tail`
 *   lines_left  lines from this one to the end of the document, itself counted */
const LineRole *tail_role(LineRules *rules, Slice tail, size_t length, size_t lines_left,
                          bool *limited);

#endif
