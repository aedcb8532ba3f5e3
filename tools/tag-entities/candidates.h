/* What could be an entity, and which of the candidates that overlap stays. */
#ifndef QAWL_TAG_ENTITIES_CANDIDATES_H
#define QAWL_TAG_ENTITIES_CANDIDATES_H

#include "common/pattern.h"

#define NO_CANDIDATE UINT32_MAX

typedef enum {
    STATE_OPEN,     /* not decided yet                          */
    STATE_KEPT,     /* an entity                                */
    STATE_COVERED,  /* overlaps a stronger one: `by`            */
    STATE_NESTED,   /* an entity within a stronger one: `by`     */
    STATE_DOUBTFUL, /* its word has another meaning as well      */
    STATE_CONTEXT   /* kept, but its pattern makes nothing of it*/
} CandidateState;

typedef struct {
    uint32_t first, end; /* items                                             */
    CodepointSpan span;
    Slice type;                /* empty: takes the place and makes nothing          */
    Slice rule;                /* FILE/ID or FILE/CLASS                             */
    const LexiconEntry *entry; /* the list entry that it is; or NULL          */
    int priority;              /* of the pattern                                    */
    uint32_t order;            /* earlier rules first                               */
    Slice value;               /* ISO 8601, of a date; empty: none                  */
    Slice name;                /* as the entity's, where it was needed before       */
    uint32_t whole;            /* the candidate whose name it is a part of, or NO_CANDIDATE */
    CandidateState state;
    uint32_t by;          /* of STATE_COVERED, STATE_NESTED: index of the one that stays */
    const RuleNode *node; /* of a pattern's match: where it is written; else NULL     */
} Candidate;

/* What decides between two candidates, beside their index in the list. */
typedef struct {
    int priority;
    uint32_t length, order; /* length in code points */
    uint32_t first, index;
} Rank;

/* On the heap, used again for every document; zero-initialised it is empty. */
typedef struct {
    Candidate *list;
    size_t count, capacity;
    Rank *ranks;
    size_t rank_capacity;
    uint32_t *owners; /* for each item the candidate that holds it, or NO_CANDIDATE */
    size_t owner_capacity;
    /* While they are put in order of their place: a bit for each item with which one begins,
     * the first that does, and for each candidate the next one or NO_CANDIDATE. */
    uint64_t *begun;
    uint32_t *firsts, *nexts;
    size_t begun_capacity, first_capacity, next_capacity;
} Candidates;

Candidate *candidates_add(Candidates *candidates);

/* Decides all that are open among `item_count` items: the higher priority, then
 * the longer span, then the earlier rule stays; what has been kept before stays,
 * unless something of another type and a higher priority takes its place. `decided`: how
 * many candidates, from the first, are from earlier rounds, over the same items; 0 is the
 * first round, which forgets what held them. */
void candidates_resolve(Candidates *candidates, size_t item_count, size_t decided);

/* Whether what lies within a kept candidate is but a part of its name. */
typedef bool IsPart(const void *context, const Candidate *candidate, const Candidate *keeper);

/* Of those that have been decided, covered ones that lie within a kept one become nested:
 * what is itself a part of that name or has its name in the list, has the same span as
 * another, or crosses a stronger one does not. `item_count` as before; those on later
 * items lie within the one that `by` names. */
void candidates_nest(Candidates *candidates, size_t item_count, IsPart *is_part,
                     const void *context);

void candidates_release(Candidates *candidates);

#endif
