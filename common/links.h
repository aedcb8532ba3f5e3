/* Quotes and entities of one document brought together, by whichever filter
 * comes second: the speaker of a quote and the entities in it are told by their
 * place in the layer of entities, and who speaks is an entity. Section
 * `speaking` of the rules. */
#ifndef QAWL_LINKS_H
#define QAWL_LINKS_H

#include "common/fold.h"
#include "common/layer.h"

typedef struct {
    Slice types[3]; /* of the entity that a speaker of this SpeakerType is; empty: none */
    bool makes[3];  /* a speaker who is no entity becomes one                           */
    const Fold *fold;
} Links;

/* False with `error` on a mistake in the rules. `fold` must outlive `links`; NULL where the
 * rules are but checked. */
bool links_read(Links *links, const Rules *rules, const Fold *fold, Error *error);

/* A name by which a quote tells who speaks, where whoever speaks is to be an entity. */
typedef struct {
    CodepointSpan span;
    Slice type; /* of the entity           */
    Slice rule; /* by which the quote is one */
} SpeakerName;

/* For the filter whose layer is `entities`, before it looks for them: the names that quotes tell,
 * in `arena`, in the order of the quotes. How many they are. */
size_t links_names(const Links *links, const Document *document, const Quote *quotes,
                   size_t quote_count, Arena *arena, SpeakerName **names);

/* For the filter whose layer is `entities`: sorts them, adds those that speakers become,
 * lets one that is but the first or the last words of a speaker's name take in the rest, and
 * writes them. Sets `entity` of each speaker and `entities` of each quote in the layer `quotes` of
 * the document, which `quotes` was read from; what else stands in it is kept byte for byte. */
void links_write(const Links *links, Document *document, const Quote *quotes, size_t quote_count,
                 Entity *entities, size_t entity_count, Arena *arena);

/* For the filter whose layer is `quotes`: reads the entities, if the document has
 * them, and does the same; the layer of entities stays as it was read where nothing is
 * added. False as the readers of layers. */
bool links_from_document(const Links *links, Document *document, const Quote *quotes,
                         size_t quote_count, size_t text_codepoints, Arena *arena, Error *error);

#endif
