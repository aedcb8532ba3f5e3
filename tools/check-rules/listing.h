/* Prints rules: one a line, or all of them as YAML that loads again. */
#ifndef QAWL_CHECK_RULES_LISTING_H
#define QAWL_CHECK_RULES_LISTING_H

#include "common/buffer.h"
#include "common/rules.h"

/* Appends a row for each rule: file, line, section, id (or class), what it
 * makes or is, note; with tabs between, and a row of their names first. */
void list_rules(const Rules *rules, Buffer *out);

/* Appends all sections as one YAML file. Maps that stand in several files are
 * one: their lists joined, of other values the last. */
void dump_rules(const Rules *rules, Buffer *out);

#endif
