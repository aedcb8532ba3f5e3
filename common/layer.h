/* The layers of a document as structs: read from and written to its members.
 * The one place that checks offsets: every span read lies within the text, or
 * the record is refused. All offsets are code points of `text`. */
#ifndef QAWL_LAYER_H
#define QAWL_LAYER_H

#include "common/document.h"

enum { NO_INDEX = -1 };

typedef struct {
    CodepointSpan span;
    size_t paragraph; /* counted from 0                                             */
    Slice role;       /* empty: body text; heading byline caption source furniture  */
    ptrdiff_t repeat; /* index of the earlier sentence it repeats, or NO_INDEX      */
    Slice rule;       /* id of the rule that ended it; written only when not empty  */
} Sentence;

typedef enum { QUOTE_DIRECT, QUOTE_INDIRECT, QUOTE_MIXED } QuoteKind;
typedef enum { SPEAKER_PERSON, SPEAKER_ORGANISATION, SPEAKER_COMMON } SpeakerType;

typedef struct {
    bool has_span; /* false for implied speakers */
    CodepointSpan span;
    Slice name; /* fullest bare name; data NULL where nobody can be named */
    Slice role; /* fullest title; empty when none                         */
    SpeakerType type;
    bool implied;
    ptrdiff_t entity; /* index of the entity that it is, or NO_INDEX; written by links.h */
} Speaker;

typedef enum { POLARITY_NONE, POLARITY_ASSERTED, POLARITY_DENIED } Polarity;

/* To whom, or on what occasion something was said. */
typedef struct {
    CodepointSpan span;
    Slice name; /* the phrase without particles in front; data NULL: not said */
    Slice rule; /* FILE/ID                                                    */
} Circumstance;

typedef struct {
    CodepointSpan span;
    QuoteKind kind;
    bool has_cue;
    CodepointSpan cue;
    Slice cue_lemma, cue_category;
    Speaker speaker;
    Circumstance addressee, occasion;
    Polarity polarity;  /* NONE: neither, not written                         */
    ptrdiff_t sentence; /* index of the sentence it starts in, or NO_INDEX    */
    double confidence;  /* 0..1; negative: not written                        */
    Slice rule;         /* FILE/ID                                            */
    ptrdiff_t repeat;   /* index of the earlier quote it repeats, or NO_INDEX */
    /* Where it was read: behind the last member of its speaker and of itself, for links.h.
     * NULL: it was not, has no such speaker, or is linked already. */
    const char *speaker_end, *end;
} Quote;

typedef struct {
    CodepointSpan span;
    Slice type; /* PER ORG LOC MISC DATE or what the rules define */
    Slice name; /* canonical                                      */
    Slice id;   /* empty: none                                    */
    Slice value;
    Slice clitic; /* the proclitic in front of the span, as written; empty: none */
    Slice rule;   /* FILE/ID */
    Slice text;   /* of the span, for links.h; NULL: not cut out of the text yet */
} Entity;

/* What a pair of quotation marks holds. */
typedef struct {
    CodepointSpan span; /* between the marks; the mark itself where it is stray        */
    Slice type;         /* speech name title term scare or what the rules define; stray */
    bool unclosed;      /* ends with its sentence                                       */
    ptrdiff_t quote;    /* index of the quote that it is or belongs to, or NO_INDEX     */
    Slice rule;         /* FILE/ID                                                      */
} MarkedSpan;

/* Each reads one layer into an array from `arena`. An absent layer gives count
 * 0 and success. False with `error` (EXIT_SOME_BAD) naming the member and item
 * when the layer is malformed or a span does not lie within the text of
 * `text_codepoints` code points. Strings are views or copies in `arena`. */
bool layer_read_sentences(const Document *document, size_t text_codepoints, Arena *arena,
                          Sentence **sentences, size_t *count, Error *error);
bool layer_read_quotes(const Document *document, size_t text_codepoints, Arena *arena,
                       Quote **quotes, size_t *count, Error *error);
bool layer_read_entities(const Document *document, size_t text_codepoints, Arena *arena,
                         Entity **entities, size_t *count, Error *error);
bool layer_read_marks(const Document *document, size_t text_codepoints, Arena *arena,
                      MarkedSpan **marks, size_t *count, Error *error);

/* Each sorts by start, then longer first (stable), and sets the member. The
 * JSON is built in `arena`. Quotes must have been sorted by their maker before
 * `repeat` indices are given (quotes_sort does it). */
void layer_write_sentences(Document *document, const Sentence *sentences, size_t count,
                           Arena *arena);
void layer_write_quotes(Document *document, const Quote *quotes, size_t count, Arena *arena);
void layer_write_entities(Document *document, Entity *entities, size_t count, Arena *arena);
void layer_write_marks(Document *document, const MarkedSpan *marks, size_t count, Arena *arena);
void quotes_sort(Quote *quotes, size_t count);
bool entities_sort(Entity *entities, size_t count); /* true: they were in order */

/* `origin.map`: runs that lead code points of `text` back to the decoded
 * source; see edits.h for how it is made. */
typedef struct {
    size_t text_start, source_start, length; /* code points */
} OriginRun;

/* count 0 when there is no origin: then offsets are already those of the source. */
bool layer_read_origin(const Document *document, Arena *arena, OriginRun **runs, size_t *count,
                       Error *error);

/* The smallest source span that covers `span`: runs in rising order; text that
 * lies in no run (added by normalisation) takes the edges of its neighbours. */
CodepointSpan origin_span(const OriginRun *runs, size_t count, CodepointSpan span);

const char *quote_kind_name(QuoteKind kind);
const char *speaker_type_name(SpeakerType type);
const char *polarity_name(Polarity polarity); /* "" for NONE */

#endif
