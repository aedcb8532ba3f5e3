/* Between the files that load rules: rules_load.c says which, rules_tree.c reads one. */
#ifndef QAWL_RULES_PARTS_H
#define QAWL_RULES_PARTS_H

#include <sys/stat.h>

#include "common/rules.h"

/* A file as it was read. */
typedef struct {
    Slice bytes;
    struct stat status; /* before it was read */
} RuleSource;

/* Reads the YAML file `path` as a tree in rules->arena; with `packed`, bytes and sections
 * `lexicon` in rules->words, plain entries as RULE_NAMES. *root is NULL where the file holds
 * nothing. False with `error`; a key that stands twice is told to rules->on_mistake, if there
 * is one, and reading goes on. */
bool rule_file_read(Rules *rules, bool packed, const char *path, RuleNode **root,
                    RuleSource *source, Error *error);

/* Adds the file of `root`, which was read, behind those that are there; `stem` and `pack` as
 * RuleFile has them. */
void rule_file_add(Rules *rules, RuleNode *root, Slice stem, unsigned pack);

#endif
