/* Names that nobody knows: classes that no rule defines, words that are listed twice. */
#ifndef QAWL_CHECK_RULES_NAMES_H
#define QAWL_CHECK_RULES_NAMES_H

#include "common/classes.h"
#include "tools/check-rules/filters.h"

/* The classes that some item can have by these rules, in `arena`. */
Classes *defined_classes(const Rules *rules, Arena *arena);

/* New classes of lists that somebody adds to the packs, which no pattern names and which are
 * one letter off a class of the packs: kept as mistakes, and mended. Before compiling; all
 * files must have been read. */
void mend_slips(Rules *rules, Mistakes *mistakes);

/* Forms listed twice, and classes that no rule defines, by the rules that each
 * filter loads. */
void check_names(const Filters *filters, Mistakes *mistakes);

#endif
