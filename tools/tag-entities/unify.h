/* The full names that a document has for one bearer: a name that is another one
 * with words left out behind the first, or with other spaces, is the same. */
#ifndef QAWL_TAG_ENTITIES_UNIFY_H
#define QAWL_TAG_ENTITIES_UNIFY_H

#include "tools/tag-entities/candidates.h"

/* A name of several words, as a candidate has it. */
typedef struct {
    Slice folded; /* with single spaces; lives until unify_names returns */
    uint32_t candidate;
    bool ends_sure; /* its last word is known for a name */
} FullName;

/* Sets `whole` of each candidate whose name is a shorter form of one other name
 * in the document, or another spelling: to the candidate that comes from a list,
 * else to the longest name that ends sure (a longer one may have taken a word too
 * many), where it stands first. A name that is short for two is nobody's. Names beyond
 * UNIFY_MAX different ones are left alone, and so are those of 256 bytes and more. */
enum { UNIFY_MAX = 192 };
void unify_names(Candidates *candidates, const FullName *names, size_t count, Arena *arena);

#endif
