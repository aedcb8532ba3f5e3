/* Finds the entities of a document: list entries, patterns, and the parts of
 * names that the document gave in full. */
#ifndef QAWL_TAG_ENTITIES_TAGGER_H
#define QAWL_TAG_ENTITIES_TAGGER_H

#include "common/links.h"
#include "tools/tag-entities/candidates.h"
#include "tools/tag-entities/dates.h"

/* The captures of patterns that mean something here, ended by NULL. */
extern const char *const TAGGER_CAPTURES[];

typedef struct Tagger Tagger;

/* Compiles the rules. NULL with `error` on a mistake in them. Holds heap memory
 * beside rules->arena: give it back with tagger_free. */
Tagger *tagger_new(Rules *rules, Error *error);
void tagger_free(Tagger *tagger);

/* All that words and patterns of the rules can have, and words in patterns. */
const Classes *tagger_classes(const Tagger *tagger);

/* How words of this language are compared; lives as long as the tagger. */
const Fold *tagger_fold(const Tagger *tagger);

/* Keeps entities within longer ones too. */
void tagger_nest(Tagger *tagger);

/* A document. */
typedef struct {
    Slice text;
    const Sentence *sentences; /* none of the entities crosses their edges         */
    size_t sentence_count;     /* 0: the lines of the text are taken               */
    const SpeakerName *names;  /* by which quotes tell who speaks: of several words,
                                  each is somebody where nothing else is found     */
    size_t name_count;
    Day today; /* what dates count from; year 0: not known         */
} TaggerInput;

/* The entities of a document, in `arena`, in order of their place, nested ones last.
 *   explanation  who is told what fired and what was refused; or NULL
 *   *limited    set when a pattern reached a limit of the matching engine */
void tagger_find(Tagger *tagger, const TaggerInput *input, Arena *arena, Entity **entities,
                 size_t *count, Explanation *explanation, bool *limited);

#endif
