/* Long lists of names, read past the YAML parser: in `entries` of a lexicon, the
 * lines that hold one plain word or phrase ("- name") are found by a scan of the
 * file. They stay packed in RULE_NAMES nodes, which keep a million of them small. */
#ifndef QAWL_NAMES_H
#define QAWL_NAMES_H

#include "common/rules.h"

/* Such lines, one behind the other; blank lines and comments may stand between. */
typedef struct {
    size_t from, to;       /* bytes of the file; `to` is the end of a line, before its \n */
    uint32_t anchor;       /* line of the item in front of them, left to the parser       */
    uint32_t line, column; /* of the first of them                                        */
} NameRun;

/* Finds the runs of a file, in order, where it is certain that they are what they
 * look like; others are left to the parser. `*runs` lives in `arena`. */
size_t names_scan(Arena *arena, Slice bytes, NameRun **runs);

/* Walks the names of a RULE_NAMES node:
 *     for (NameWalk w = names_walk(node); names_next(&w);) use(w.name, w.line) */
typedef struct {
    const char *at, *end;
    const char *kept; /* from here on lines are still there */
    Slice name;       /* not NUL-terminated */
    uint32_t line, next_line;
} NameWalk;

NameWalk names_walk(const RuleNode *node);
bool names_next(NameWalk *walk);

/* Gives the memory of the lines passed so far back: nobody can walk them again. */
void names_forget(NameWalk *walk);

/* Takes the name at hand out of its node for good. */
void names_drop(NameWalk *walk);

#endif
