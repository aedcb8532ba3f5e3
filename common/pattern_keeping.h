/* The patterns of a set as programs, kept in a cache file: the next start with the same rules
 * parses no pattern. For pattern.c alone. */
#ifndef QAWL_PATTERN_KEEPING_H
#define QAWL_PATTERN_KEEPING_H

#include "common/cache.h"
#include "common/kinds.h"
#include "common/pattern_parse.h"

/* All that is made of the texts of patterns, before kinds_init changes some of it. */
typedef struct {
    uint64_t classes; /* pattern_parts_classes before any pattern was parsed */
    PatternScope *scope;
    PatternProgram **programs; /* by the number under which their pattern was loaded */
    size_t count;
    Guards *guards;
    NeedBits *needs; /* by index of their pattern */
    KindSource *source;
} PatternParts;

/* What stands for all classes that there are and their numbers, by which programs ask for
 * them. */
uint64_t pattern_parts_classes(const Lexicon *lexicon);

/* Writes them into the file; where that cannot be done the next start makes them again. */
void pattern_parts_keep(const PatternParts *parts, const char *path, uint64_t key);

typedef enum {
    PARTS_RESTORED,
    PARTS_MISSING, /* nothing has been filled in                                       */
    PARTS_UNLIKE,  /* nor here, but the lexicon has some of the words and shapes; what is
                      made now is not to be kept, for it would not tell of them        */
} PartsState;

/* Fills `parts`, of which `classes`, `count` and the pointers are given, with what was kept
 * there under `key`, and gives the lexicon the words and shapes that the patterns name; much of
 * it stays in `cache`, which must outlive the set. Of what patterns need only NeedBits are
 * there. `place`: where rules say so. */
PartsState pattern_parts_restore(PatternParts *parts, Cache *cache, const char *path, uint64_t key,
                                 const RuleNode *place);

#endif
