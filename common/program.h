/* What a pattern says, as steps that look at the items of a sentence one behind the
 * other. Ways are tried in the order of regular expressions since Perl: the first that
 * leads to the end is the match, be there longer ones. */
#ifndef QAWL_PROGRAM_H
#define QAWL_PROGRAM_H

#include "common/arena.h"

typedef enum {
    STEP_MATCH,      /* the end of every program                               */
    STEP_ITEM,       /* an item for which `expression` holds                   */
    STEP_REPEAT,     /* `least` to `most` of them, by `mode`                   */
    STEP_FIRST,      /* ^: nothing stands before, or a stop                    */
    STEP_LAST,       /* $                                                      */
    STEP_SPLIT,      /* goes on; where that fails, at `offset`                 */
    STEP_SPLIT_AWAY, /* goes on at `offset`; where that fails, here            */
    STEP_JUMP,       /* to `offset`                                            */
    STEP_NOTE,       /* writes the place into `slot`                           */
    STEP_UNMOVED,    /* to `offset` where the place is that of `slot`          */
    STEP_ATOMIC,     /* what follows up to STEP_ATOMIC_END is tried but once   */
    STEP_ATOMIC_END,
    STEP_AHEAD, /* what follows must match; up to STEP_AHEAD_END, behind which is `offset` */
    STEP_AHEAD_END,
    STEP_NOT, /* what follows must not match; up to STEP_NOT_END, likewise */
    STEP_NOT_END,
    STEP_BACK, /* `least` items back */
    STEP_LOOK, /* by `mode`: what a look around one item wants */
} StepKind;

typedef enum { REPEAT_GREEDY, REPEAT_LAZY, REPEAT_POSSESSIVE } RepeatMode;
typedef enum { LOOK_BEHIND = 1, LOOK_NOT = 2 } LookMode;

enum { REPEAT_ENDLESS = UINT16_MAX, NO_GUARD = UINT16_MAX };

/* Guards, which guards_write puts in, are numbers of bits in the rows of a view that must be
 * set for an item, or the way leads nowhere; NO_GUARD: nothing is known. */
typedef struct {
    uint8_t kind; /* StepKind   */
    uint8_t mode; /* RepeatMode; LookMode, both or none */
    union {
        uint16_t expression; /* number of a bit in the rows of a view */
        uint16_t slot;
        uint16_t guard; /* STEP_SPLIT: for the item at hand, to go on here */
    };
    union {
        uint16_t least;
        uint16_t away_guard; /* and at `offset` */
    };
    union {
        uint16_t most;
        uint16_t next_guard; /* STEP_SPLIT: for the item behind it, to go on here */
    };
    uint16_t away_next_guard; /* and at `offset` */
    union {
        int32_t offset;  /* from this step on */
        uint16_t behind; /* STEP_REPEAT: guard for the item behind those that it takes */
    };
} Step;

/* The items of a stretch, which no match leaves: by `kinds` they have rows of bits, one
 * for each expression that holds, and for each union of them (guards.h). */
typedef struct {
    const uint16_t *kinds;
    const uint64_t *rows;
    size_t row_words;
    size_t from, to;
    uint16_t stop; /* the kind of a stop item, for which no expression may hold */
} ItemView;

static inline const uint64_t *view_row(const ItemView *view, size_t at)
{
    return view->rows + view->kinds[at] * view->row_words;
}

typedef struct Choice Choice; /* another way to go on */

/* What running needs besides the program; zero-initialised it is ready. */
typedef struct {
    uint32_t *slots; /* places that STEP_NOTE wrote; PLACE_NONE where none did */
    size_t slot_capacity;
    Choice *choices;
    size_t count, capacity;
    uint64_t budget; /* steps that it may still take */
} Machine;

#define PLACE_NONE UINT32_MAX

typedef enum { RUN_FAILS, RUN_MATCHES, RUN_LIMITED } RunResult;

/* Matches the program, which has its guards, at item `at`; *end is the item where the match
 * ends, machine->slots tells the first `slot_count` slots. RUN_LIMITED where the budget is
 * used up or the choices are too many. */
RunResult program_run(Machine *machine, const Step *steps, size_t slot_count, const ItemView *view,
                      size_t at, size_t *end);
void machine_release(Machine *machine);

enum { LEAD = 3, LEAD_WORDS = 64, LEAD_LOOKS = 6 };

/* These three have no padding: they are written to files (pattern_keeping.c). */
typedef struct {
    uint16_t expression;
    uint16_t mode; /* LookMode, both or none */
} Look;

/* What holds in any case where a match begins: ^; looks at its first item and at that in
 * front. */
typedef struct {
    bool is_reached; /* for program.c */
    bool at_edge;
    uint16_t look_count;
    Look looks[LEAD_LOOKS];
} Front;

/* A way to begin a match: what may stand at its first places, as far as that is plain. */
typedef struct {
    Front front;
    bool ends[LEAD + 1]; /* a match may be over there; the last is not used */
    uint64_t expressions[LEAD][LEAD_WORDS];
} Lead;

/* Fills `leads`, `most` of them, with ways that differ in how they take their first item;
 * those for which there is no room share the last. How many there are. */
size_t program_leads(const Step *steps, size_t count, Lead *leads, size_t most);

#endif
