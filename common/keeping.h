/* Rules as they came out of rules_load, kept in a cache file. For rules_load.c. */
#ifndef QAWL_KEEPING_H
#define QAWL_KEEPING_H

#include "common/rules.h"

/* What a key begins with: `seed`, this program, how it writes rules. */
uint64_t keeping_key(uint64_t seed);

/* The file for `tool` with the rule files that `place` stands for; NULL: nowhere. */
const char *keeping_path(Arena *arena, const char *tool, uint64_t place);

/* Fills `rules` with what was kept there under `key`; false: nothing was. */
bool keeping_restore(Rules *rules, const char *path, uint64_t key);

#endif
