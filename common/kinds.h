/* Kinds of items: class sets that the expressions of a pattern set cannot tell apart are of
 * one kind. A kind has a row of bits, an expression holds for it or not, and a head: which
 * ways to begin a match may have it in front, at their first, second, third place. The ways
 * are sets that are kept once, by numbers; folds of them, and what patterns need of what the
 * kind has, lie in a glance. So nearly all patterns are ruled out for a sentence by looking
 * once at the glances of its items, and how many patterns there are does not matter much.
 * For pattern.c alone. */
#ifndef QAWL_KINDS_H
#define QAWL_KINDS_H

#include "common/evaluator.h"
#include "common/guards.h"
#include "common/lexicon.h"

enum {
    STOP_KIND = 1,     /* of the stop item; 0: not known yet                          */
    NEED_WORDS = 4,    /* of bits for what patterns need: beyond so many one bit stands
                          for several                                                 */
    MET_SLOTS = 32768, /* of the table that finds what is in Kinds.met                */
};

typedef struct {
    uint64_t bits[NEED_WORDS];
} NeedBits;

static inline bool needs_are_met(const NeedBits *needs, const NeedBits *there)
{
    uint64_t missing = 0;
    for (size_t i = 0; i < NEED_WORDS; i++)
        missing |= needs->bits[i] & ~there->bits[i];
    return missing == 0;
}

static inline void needs_meet(NeedBits *there, const NeedBits *more)
{
    for (size_t i = 0; i < NEED_WORDS; i++)
        there->bits[i] |= more->bits[i];
}

/* Of a kind: numbers of sets of ways. */
typedef struct {
    uint16_t before;       /* those that may have it in front             */
    uint16_t places[LEAD]; /* those that may have it first, second, third */
} Head;

/* What of a head every item of that kind is asked for. */
typedef struct {
    WordPair folds[LEAD]; /* of Head.places, without those that begin only at an edge */
    NeedBits needs;       /* those that it meets */
} Glance;

/* Ways that do not begin unless an expression holds, or not where it does. */
typedef struct {
    SparseRows ways;  /* by expression: before it, and with it first, ways.words words each */
    uint64_t *looked; /* a bit for each expression with some                                */
} Looks;

/* The ways of patterns that were chosen. */
typedef struct {
    uint64_t *ways;
    uint16_t set; /* their number in Kinds.ways */
} Selection;

/* What kinds are made from. */
typedef struct {
    Arena *arena; /* for all that is there from the beginning */
    const Lexicon *lexicon;
    Expressions *expressions;   /* evaluator_init is called for them                     */
    const Guards *guards;       /* whose `first` is kinds_expression_bits               */
    const uint64_t *needed;     /* a bit for each of the first NEEDED_MAX expressions that
                                   some pattern needs                                    */
    const uint16_t *need_bits;  /* by expression: which of NeedBits stands for it        */
    const Lead *leads;          /* the ways of all patterns to begin                     */
    const uint32_t *pattern_of; /* by way: the index of its pattern                      */
    size_t way_count;
} KindSource;

/* Zero-initialised it may be released. */
typedef struct {
    Arena *arena;
    const Lexicon *lexicon;
    const Expressions *expressions;
    const uint64_t *needed;
    const uint16_t *need_bits;

    /* by kind */
    uint64_t *rows; /* row_words each: a bit for each expression and union that holds */
    Head *heads;
    Glance *glances;
    size_t count, capacity;
    size_t expression_words, union_words; /* of a row, the unions behind */
    size_t row_words;

    /* finding them */
    struct {
        Truth truth;
        uint16_t kind;
    } * met; /* which leaves a set may have, and its kind then */
    size_t met_count, met_capacity;
    uint16_t met_slots[MET_SLOTS]; /* of `met`, from 1; open addressing; 0: empty */
    uint16_t *slots;               /* by row; open addressing; 0: empty           */
    uint16_t *set_kinds;           /* of each class set; 0: not known yet         */
    size_t set_count, set_capacity;

    /* rows */
    Evaluator evaluator;
    SparseRows in_unions; /* by expression a bit for each union it is in, union_words each */
    uint64_t *guarding;   /* a bit for each expression that is in one                      */

    /* ways */
    Bitsets ways;         /* the sets in heads, and what they have in common */
    uint32_t *pattern_of; /* by bit of a way: the index of its pattern       */
    size_t way_count;
    SparseRows leads;   /* by expression, for each place ways.words words: the ways that it
                          may have there                                                  */
    uint64_t *leading;  /* a bit for each expression with a lead                           */
    uint64_t *always;   /* by place: the ways that may have anything there, or end         */
    uint64_t *at_edge;  /* the ways that begin only at an edge                             */
    Looks looks[2];     /* unless, and where                                               */
    Selection *choices; /* by number; 0 has none                                           */
    size_t choice_count, choice_capacity;

    /* of the kind that is being made */
    uint64_t *head_sets; /* before it, and by place       */
    uint64_t *barred;    /* by the looks, as they have it */
} Kinds;

/* How many bits at the beginning of a row are those of expressions. */
static inline size_t kinds_expression_bits(const Expressions *expressions)
{
    return (expressions->count / 64 + 2) / 2 * 128;
}

/* All but `leads` and `pattern_of` of the source outlives the kinds. */
void kinds_init(Kinds *kinds, const KindSource *source);
void kinds_release(Kinds *kinds);

/* Writes the kinds of items [from, to) into string->kinds, which grows. Kinds that were written
 * before, into whatever string, are good for nothing from then on, nor are pointers into the
 * tables. */
void kinds_write(Kinds *kinds, ItemString *string, size_t from, size_t to);

/* A choice of the ways of some patterns, `wanted`: a bit for each by its index. Its number, from
 * 1; 0 is the choice of all. */
size_t kinds_choose(Kinds *kinds, const uint64_t *wanted);

/* The number in `ways` of the set of ways of a choice; valid until the next kinds_write. */
static inline uint16_t kinds_chosen(const Kinds *kinds, size_t choice)
{
    return choice == 0 ? BITSETS_ALL : kinds->choices[choice].set;
}

#endif
