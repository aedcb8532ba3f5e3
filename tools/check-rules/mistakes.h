/* The mistakes of a run: each kept once, printed in the order of the files. */
#ifndef QAWL_CHECK_RULES_MISTAKES_H
#define QAWL_CHECK_RULES_MISTAKES_H

#include "common/rules.h"

/* Zero-initialised there are none. */
typedef struct {
    Error *items;
    size_t count, capacity;
} Mistakes;

/* Whether there is too much of something in all the rules together, "more than ...": no
 * one of them is wrong, and what stands behind the first is not told as well. */
bool mistake_is_limit(const Error *mistake);

/* Keeps a copy of `mistake`; false if it is known already, a limit wherever it was
 * reached. */
bool mistakes_add(Mistakes *mistakes, const Error *mistake);

/* The same as a RuleMistake; `mistakes` is a Mistakes. */
void mistakes_take(void *mistakes, const Error *mistake);

/* rule_error for a mistake to be kept. */
void mistakes_at(Mistakes *mistakes, const RuleNode *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* rule_key_error and rule_error_at for one. */
void mistakes_key(Mistakes *mistakes, const RuleNode *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void mistakes_in(Mistakes *mistakes, const RuleNode *node, size_t at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Writes them to standard error: those of a file together, in the order of the
 * files of `rules`, by their lines. */
void mistakes_print(Mistakes *mistakes, const Rules *rules);

void mistakes_release(Mistakes *mistakes);

#endif
