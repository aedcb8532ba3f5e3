/* The steps of clean-up as section `repairs` defines them, compiled into a table
 * over code points: what to do with a character is one look-up. */
#ifndef QAWL_NORMALIZE_STEPS_H
#define QAWL_NORMALIZE_STEPS_H

#include "common/numbers.h"
#include "common/rules.h"

typedef enum {
    STEP_DELETE,             /* the characters are dropped                          */
    STEP_REPLACE,            /* each becomes what `map` or `to` says                */
    STEP_PRESENTATION_FORMS, /* each becomes the letters whose shape it is          */
    STEP_WHITE_SPACE,        /* a run becomes one space, none at the edge of a line */
    STEP_LINE_ENDS,          /* each becomes a newline, CR LF together one          */
    STEP_BLANK_LINES,        /* few between paragraphs, none at the text's edges    */
    STEP_NFC,                /* Unicode normalisation form C                        */
    /* The following are done before all others, by repair.h. */
    STEP_MOJIBAKE,    /* text that was read in the wrong encoding            */
    STEP_ENTITIES,    /* character references of HTML                        */
    STEP_WORD_LETTERS /* letters of other languages in words of this one     */
} StepKind;

/* Characters by named sets of the rules and by Unicode general category. */
typedef struct {
    uint32_t sets;       /* a bit a set               */
    uint32_t categories; /* 1 << UTF8PROC_CATEGORY_*  */
    bool given;
} Context;

typedef struct {
    Slice id;
    StepKind kind;
    bool on, lossless;
    bool contextual; /* any of the following is given */
    Context after, before, not_after, not_before;
    size_t keep; /* STEP_BLANK_LINES: blank lines in a row that stay */
    const RuleNode *node;
} Step;

enum { ACTION_NONE = 0, STEP_MAX = 250 };

/* What a step does to one character. */
typedef struct {
    uint16_t step;
    uint16_t next;     /* the action to try when this one's context does not fit */
    uint16_t to_count; /* code points of `to`                                    */
    uint32_t to_first; /* first code point of `to`                               */
    Slice to;
} Action;

enum { PAGE_SIZE = 256, PAGE_COUNT = 0x110000 / PAGE_SIZE, LOW_END = 0x800 };

typedef struct {
    uint16_t action[PAGE_SIZE];
    uint32_t sets[PAGE_SIZE];
} Page;

typedef struct {
    Step *steps;
    size_t step_count;
    Action *actions; /* [0] is ACTION_NONE */
    size_t action_count;
    const Page *pages[PAGE_COUNT];
    Slice *set_names; /* of character-sets, by the number of their bit */
    size_t set_count;
    uint32_t *maybe; /* rising: characters that may combine with the one before */
    size_t maybe_count;
    /* Steps of which there is only one, by number; -1 when off. */
    int white_space, line_ends, blank_lines, nfc, entities, word_letters;
} Steps;

/* Compiles the steps that are on: by their `default`, then by the options
 * --disable and --enable (ids, "all"). In rules->arena. NULL with `error` on a
 * mistake. */
const Steps *steps_new(Rules *rules, const StringList *enable, const StringList *disable,
                       Error *error);

/* The same, with a profile of the rules (NULL: none) before the options. */
const Steps *steps_of_profile(Rules *rules, const char *profile, const StringList *enable,
                              const StringList *disable, Error *error);

static inline uint16_t steps_action(const Steps *steps, uint32_t codepoint)
{
    return steps->pages[codepoint / PAGE_SIZE]->action[codepoint % PAGE_SIZE];
}

/* A scalar as a range of characters where the name of a set may stand as well: U+0640,
 * U+200B..U+200F, or one character. False with `error` where it is none. */
bool steps_read_range(const RuleNode *node, uint32_t *first, uint32_t *last, Error *error);

/* The bit of the character set that a scalar names; 0 with `error` where there
 * is none. */
uint32_t steps_set(const Steps *steps, const RuleNode *node, Error *error);

static inline uint32_t steps_sets(const Steps *steps, uint32_t codepoint)
{
    return steps->pages[codepoint / PAGE_SIZE]->sets[codepoint % PAGE_SIZE];
}

/* Whether `codepoint` may combine with the character before. */
static inline bool steps_maybe(const Steps *steps, uint32_t codepoint)
{
    size_t below = numbers_below(steps->maybe, steps->maybe_count, codepoint);
    return below < steps->maybe_count && steps->maybe[below] == codepoint;
}

/* Whether `codepoint` is one of `context`. */
bool context_holds(const Steps *steps, const Context *context, uint32_t codepoint);

#endif
