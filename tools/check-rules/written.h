/* Rule files as they are written: sections, keys, ids, examples. */
#ifndef QAWL_CHECK_RULES_WRITTEN_H
#define QAWL_CHECK_RULES_WRITTEN_H

#include "tools/check-rules/mistakes.h"

/* Says what is wrong in each file, beyond what the filters look at. */
void check_files(const Rules *rules, Mistakes *mistakes);

/* Gives rules that stand twice in a file, which check_files tells, names of their
 * own, so that layering leaves both to be looked at. */
void rename_twins(Rules *rules);

/* Gives sections that check_files tells as misspelt the names that are meant, where the file has
 * none of that name, so that what is wrong in them is told in the same run. */
void rename_misspelt(Rules *rules);

#endif
