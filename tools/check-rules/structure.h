/* What can be seen of rules without running them, beyond what the filters look
 * at: names that nobody knows, rules that come to nothing. */
#ifndef QAWL_CHECK_RULES_STRUCTURE_H
#define QAWL_CHECK_RULES_STRUCTURE_H

#include "tools/check-rules/filters.h"

/* Files as they are written: sections, keys, ids, examples. */
void check_files(const Rules *rules, Mistakes *mistakes);

/* Gives rules that stand twice in a file, which check_files tells, names of their
 * own, so that layering leaves both to be looked at. */
void rename_twins(Rules *rules);

/* New classes of lists that somebody adds to the packs, which no pattern names and which are
 * one letter off a class of the packs: kept as mistakes, and mended. Before compiling; all
 * files must have been read. */
void mend_slips(Rules *rules, Mistakes *mistakes);

/* Forms listed twice, and classes that no rule defines, by the rules that each
 * filter loads. */
void check_names(const Filters *filters, Mistakes *mistakes);

/* Patterns that nobody uses yet, and those that can never match, by the rules
 * that each filter loads. */
void check_patterns(Filters *filters, Mistakes *mistakes);

/* Whether `section` holds rules that are known one by one; the key that names
 * one ("id", "class", "form", ...) in *key. */
bool section_is_list(Slice section, const char **key);

#endif
