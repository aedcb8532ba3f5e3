/* Who speaks: reads a speaker phrase into name, role and type, finds the
 * fullest name that the document uses, and tells who is meant where nobody is
 * named. Section `speakers` of speakers.yaml. */
#ifndef QAWL_QUOTE_EXTRACT_SPEAKERS_H
#define QAWL_QUOTE_EXTRACT_SPEAKERS_H

#include "common/layer.h"
#include "common/lexicon.h"
#include "tools/quote-extract/class_bits.h"

typedef struct SpeakerRules SpeakerRules;

/* The speakers of one document. */
typedef struct Speakers Speakers;

/* Makes the classes that the rules name, so that patterns may use them, and gives them the bits
 * of their groups in `bits`. Lives in rules->arena. NULL with `error` on a mistake in the rules. */
SpeakerRules *speaker_rules_new(Rules *rules, Lexicon *lexicon, ClassBits *bits, Error *error);
void speaker_rules_release(SpeakerRules *rules);

/* When the lexicon has forgotten its words and matches. */
void speaker_rules_forget(SpeakerRules *rules);

/* Begins a document: its text, tokens and item string, all of which must live
 * until the last call for it. Lives in `arena`. */
Speakers *speakers_begin(SpeakerRules *rules, Slice text, const Token *tokens,
                         const ItemString *items, Arena *arena);

/* What is known about the clause whose speaker is asked for. */
typedef struct {
    size_t cue;             /* item of the cue                                       */
    size_t sentence_start;  /* first item of its sentence                            */
    size_t paragraph;       /* of the cue                                            */
    size_t paragraph_start; /* first item of that paragraph                          */
    size_t limit;           /* item where the reported words begin behind the cue; 0: not known, or
                               they stand in front of it; the number of all items: nothing is
                               reported, the phrase is a verb's subject (رفضت الشركة الاتهامات) */
    bool same_subject;      /* participles: the subject is that of the clause before */
    bool recognised;        /* a phrase without name, title or source names nobody: for subjects,
                               and for patterns with `unnamed: refused`, that make no quote then,
                               or `unnamed: implied`, where whoever is meant is looked for    */
    bool object_likely;     /* the phrase may well be an object: no new documents    */
    bool reports;           /* the cue is one of saying, whether or not it has words */
    bool writes;            /* the cue is one of writing, or what was written        */
    bool joined;            /* the source has its preposition glued to it            */
} SpeakerQuery;

#define SPEAKER_NONE SIZE_MAX

/* Who the phrase of items [from, to) names. Fills `speaker` and returns the
 * number of the speaker, or SPEAKER_NONE when the phrase names nobody. */
size_t speakers_named(Speakers *speakers, size_t from, size_t to, const SpeakerQuery *query,
                      Speaker *speaker);

/* Who is named at `item`, right behind the cue, where speakers_named finds nobody; as above. The
 * word there begins with a letter that is taken for a preposition (بريم), and the document has it
 * behind a given name, or a word in no list follows; or a comma stands there that does not belong
 * in front of a name (قالت، سعاد الحربي إن). */
size_t speakers_as_written(Speakers *speakers, size_t item, const SpeakerQuery *query,
                           Speaker *speaker);

/* What the definite noun at `item` calls, right behind a strong finite cue that takes no object and
 * in front of the complementizer at query->limit, where nobody is found by the above: verbs of
 * saying have no such object there (وتشير التوقعات إلى أن). A noun of time is none. Fills `speaker`
 * and returns the number of the speaker, or SPEAKER_NONE. */
size_t speakers_behind_verb(Speakers *speakers, size_t item, const SpeakerQuery *query,
                            Speaker *speaker);

/* The phrase of items [from, to) stands for who spoke last, or may (a pronoun, a document of his
 * own, a title or a body with its article): note all turns before asking who that is. */
bool speakers_look_back(const Speakers *speakers, size_t from, size_t to);

/* Who speaks in a clause that names nobody; as above. */
size_t speakers_implied(Speakers *speakers, const SpeakerQuery *query, Speaker *speaker);

/* How a speaker is known: named by the clause itself, or implied, and then by where
 * he had the word last; `against` the gender or number of the cue. */
typedef enum {
    KNOWN_NAMED,
    KNOWN_IN_SENTENCE,
    KNOWN_IN_PARAGRAPH,
    KNOWN_FARTHER,
    KNOWN_AGAINST,
} SpeakerNearness;

/* Of speaker `number`, who is implied by the clause; before it is noted. */
SpeakerNearness speakers_nearness(const Speakers *speakers, size_t number,
                                  const SpeakerQuery *query);

/* Who opens the sentence right in front of the verb, so that what stands behind it
 * is its object; SPEAKER_NONE. */
size_t speakers_in_front(Speakers *speakers, const SpeakerQuery *query, Speaker *speaker);

/* Whether the subject of a verb that reports nothing may be who speaks next: a
 * person, an organisation, or whoever has spoken before. */
bool speakers_may_be_implied(const Speakers *speakers, size_t number);

/* Whether speaker `number` has said something so far, with or without words, or is the subject
 * of a verb in this sentence. */
bool speakers_has_acted(const Speakers *speakers, size_t number, const SpeakerQuery *query);

/* From here on speaker `number` has the word; false where he is only cited, and does not go on. */
bool speakers_note(Speakers *speakers, size_t number, const SpeakerQuery *query);

/* Items were spoken by a new voice (من جانبه): nobody is continued across it. */
void speakers_turn(Speakers *speakers);

/* The text of items [from, to), at least one, without particles in front and,
 * where it is nothing but a pair of marks, without them. Lives as long as the
 * document. */
Slice speakers_text(const Speakers *speakers, size_t from, size_t to, CodepointSpan *span);

/* The document names more speakers than there is room for: later ones may be mistaken. */
bool speakers_is_full(const Speakers *speakers);

/* After the last note: names that the document gives in full only later. */
void speakers_finish(const Speakers *speakers, size_t number, Speaker *speaker);

#endif
