/* The text of a pattern, `match`, made into a program. For pattern.c alone. */
#ifndef QAWL_PATTERN_PARSE_H
#define QAWL_PATTERN_PARSE_H

#include "common/expressions.h"
#include "common/pattern.h"
#include "common/program.h"

typedef struct Inlined Inlined;

/* A pattern as it stands in a file. */
typedef struct {
    Slice id, text;
    const RuleNode *match; /* the key whose text it is, for places */
    bool is_class;
    const Inlined *inlined; /* what it became where it was named; NULL: not yet */
} PatternText;

/* Words, or one shape, that a pattern gave the lexicon, and the class that they became. */
typedef struct {
    const Slice *texts;
    size_t count;
    int class_number;
    bool is_shape;
} Addition;

/* What the patterns of a set share. */
typedef struct {
    Arena *arena; /* for what the programs keep */
    Lexicon *lexicon;
    Expressions expressions;
    Slice captures[PATTERN_CAPTURES]; /* by number */
    size_t capture_count;
    PatternText *classes; /* patterns that others may name; heap */
    size_t class_count, class_capacity;
    Addition *additions; /* in the order in which they were made; heap */
    size_t addition_count, addition_capacity;
} PatternScope;

/* What a pattern cannot match without, as far as it is plain. */
typedef struct {
    ClassSet classes;                      /* that stand in it by themselves          */
    ClassSet kinds;                        /* those and what is above them            */
    uint64_t expressions[NEEDED_MAX / 64]; /* by number, the first NEEDED_MAX of them */
} Needs;

/* Puts into `needs` what the others need. */
void needs_join(Needs *needs, const Needs *others);

/* A group that captures: its start is in one slot, its end in the next. */
typedef struct {
    uint16_t capture, slot;
} Group;

typedef struct {
    Step *steps;
    size_t step_count, slot_count;
    Group *groups;
    size_t group_count;
    Needs needs;
} PatternProgram;

/* Words and shapes that the text names become classes of the lexicon, its captures and
 * expressions those of the scope. False with `error`, placed in the text, on a mistake. */
bool pattern_parse(PatternScope *scope, const PatternText *source, PatternProgram *program,
                   Error *error);

#endif
