/* The classes that are asked for word by word, as bits that lie together: a class set has
 * a thousand, scattered over more than the caches hold. */
#ifndef QAWL_QUOTE_EXTRACT_CLASS_BITS_H
#define QAWL_QUOTE_EXTRACT_CLASS_BITS_H

#include "common/lexicon.h"

/* All classes that mean something by their names, with the constants to ask for them; the
 * manual page says what (scripts/lint compares). First those that a pair of marks has, in the
 * order in which --explain names them. */
/* clang-format off */
#define NAMED_CLASSES(X)                                                                           \
    X(CLASS_MARKED, "marked")                                                                      \
    X(CLASS_MARKED_LONG, "marked.long")                                                            \
    X(CLASS_MARKED_TITLED, "marked.titled")                                                        \
    X(CLASS_MARKED_TITLE, "marked.title")                                                          \
    X(CLASS_MARKED_CLAUSE, "marked.clause")                                                        \
    X(CLASS_MARKED_SPOKEN, "marked.spoken")                                                        \
    X(CLASS_MARKED_SHORT, "marked.short")                                                          \
    X(CLASS_MARKED_NAME, "marked.name")                                                            \
    X(CLASS_BRACKETED, "bracketed")                                                                \
    X(CLASS_MARKED_WORD, "marked.word")                                                            \
    X(CLASS_BRACKETED_LONG, "bracketed.long")                                                      \
    X(CLASS_MARK_STRAY, "mark.stray")                                                              \
    X(CLASS_KANA, "kana")                                                                          \
    X(CLASS_LATIN, "latin")                                                                        \
    X(CLASS_ACCORDING_LI, "according.li")                                                          \
    X(CLASS_ACCORDING_NOUN, "according.noun")                                                      \
    X(CLASS_ACCORDING_VERB, "according.verb")                                                      \
    X(CLASS_ACT, "act")                                                                            \
    X(CLASS_ACT_PERSON, "act.person")                                                              \
    X(CLASS_ADDRESSEE, "addressee")                                                                \
    X(CLASS_ADJECTIVE_BARE, "adjective.bare")                                                      \
    X(CLASS_ADJECTIVE_PERSON, "adjective.person")                                                  \
    X(CLASS_ADVERB, "adverb")                                                                      \
    X(CLASS_ALL_OF, "all-of")                                                                      \
    X(CLASS_AMBIGUOUS, "ambiguous")                                                                \
    X(CLASS_AGR_F, "agr.f")                                                                        \
    X(CLASS_AGR_M, "agr.m")                                                                        \
    X(CLASS_AGR_P, "agr.p")                                                                        \
    X(CLASS_AUTHORED, "authored")                                                                  \
    X(CLASS_BEFORE_DEED, "before-deed")                                                            \
    X(CLASS_BODY_ANY, "body.any")                                                                  \
    X(CLASS_BODY_PURPOSE, "body.purpose")                                                          \
    X(CLASS_BODY_PURPOSE_SAKE, "body.purpose.sake")                                                \
    X(CLASS_CLAUSE_NEGATED, "clause.negated")                                                      \
    X(CLASS_CLAUSE_START, "clause.start")                                                          \
    X(CLASS_CLITIC_ARTICLE, "clitic.article")                                                      \
    X(CLASS_CLITIC_CONJUNCTION, "clitic.conjunction")                                              \
    X(CLASS_CLITIC_PREPOSITION, "clitic.preposition")                                              \
    X(CLASS_COLON, "colon")                                                                        \
    X(CLASS_COMMA, "comma")                                                                        \
    X(CLASS_COMMON_NAME, "common.name")                                                            \
    X(CLASS_COMP, "comp")                                                                          \
    X(CLASS_COMP_QUESTION, "comp.question")                                                        \
    X(CLASS_CONJOINS, "conjoins")                                                                  \
    X(CLASS_COUNTERPART, "counterpart")                                                            \
    X(CLASS_CUE, "cue")                                                                            \
    X(CLASS_CUE_ADD, "cue.add")                                                                    \
    X(CLASS_CUE_ADJOINING, "cue.adjoining")                                                        \
    X(CLASS_CUE_ANSWER, "cue.answer")                                                              \
    X(CLASS_CUE_DEMAND, "cue.demand")                                                              \
    X(CLASS_CUE_OF_WHOM, "cue.of-whom")                                                            \
    X(CLASS_CUE_IMPERFECT, "cue.imperfect")                                                        \
    X(CLASS_CUE_INFORM, "cue.inform")                                                              \
    X(CLASS_CUE_OBJECT, "cue.object")                                                              \
    X(CLASS_CUE_PARTICIPLE, "cue.participle")                                                      \
    X(CLASS_CUE_PASSIVE, "cue.passive")                                                            \
    X(CLASS_CUE_PAST, "cue.past")                                                                  \
    X(CLASS_CUE_STRONG, "cue.strong")                                                              \
    X(CLASS_CUE_WEAK, "cue.weak")                                                                  \
    X(CLASS_CUE_WRITE, "cue.write")                                                                \
    X(CLASS_FRAME_BI_ANNA, "frame.bi-anna")                                                        \
    X(CLASS_HALT, "halt")                                                                          \
    X(CLASS_HALT_BEFORE_MARK, "halt.before-mark")                                                  \
    X(CLASS_HALT_IN, "halt.in")                                                                    \
    X(CLASS_HALT_POSTED, "halt.posted")                                                            \
    X(CLASS_HALT_PREP, "halt.prep")                                                                \
    X(CLASS_HEAD_ORG, "head.org")                                                                  \
    X(CLASS_HEAD_ORG_MINISTRY, "head.org.ministry")                                                \
    X(CLASS_HEAD_PLACE_INSIDE, "head.place.inside")                                                \
    X(CLASS_HEAD_PLACE_OUTSIDE, "head.place.outside")                                              \
    X(CLASS_HEAD_ORG_CLUB, "head.org.club")                                                        \
    X(CLASS_HEAD_ORG_COMPANY, "head.org.company")                                                  \
    X(CLASS_HEAD_ORG_MEDIA, "head.org.media")                                                      \
    X(CLASS_HEAD_ORG_MEDIA_AGENCY, "head.org.media.agency")                                        \
    X(CLASS_HEAD_ORG_OWN, "head.org.own")                                                          \
    X(CLASS_IN_IT, "in-it")                                                                        \
    X(CLASS_ISSUED_BY, "issued-by")                                                                \
    X(CLASS_KIND_OF, "kind-of")                                                                    \
    X(CLASS_NAME, "name")                                                                          \
    X(CLASS_NAME_AMBIGUOUS, "name.ambiguous")                                                      \
    X(CLASS_NAME_FAMILY, "name.family")                                                            \
    X(CLASS_NAME_GIVEN, "name.given")                                                              \
    X(CLASS_NAME_HONORIFIC, "name.honorific")                                                      \
    X(CLASS_NAME_JOINED, "name.joined")                                                            \
    X(CLASS_NAME_JOINS, "name.joins")                                                              \
    X(CLASS_NAME_LINK_CLAN, "name.link.clan")                                                      \
    X(CLASS_NAME_LINK_INNER, "name.link.inner")                                                    \
    X(CLASS_NAME_SPELLED, "name.spelled")                                                          \
    X(CLASS_NAMING, "naming")                                                                      \
    X(CLASS_NEGATION_PARTICLE, "negation.particle")                                                \
    X(CLASS_NISBA_HOMONYM, "nisba.homonym")                                                        \
    X(CLASS_NOUN_DEED, "noun.deed")                                                                \
    X(CLASS_OCCASION, "occasion")                                                                  \
    X(CLASS_OPENER, "opener")                                                                      \
    X(CLASS_ORG, "org")                                                                            \
    X(CLASS_ORG_AGENCY, "org.agency")                                                              \
    X(CLASS_ORG_ARMED, "org.armed")                                                                \
    X(CLASS_ORG_FIELD, "org.field")                                                                \
    X(CLASS_ORG_MEDIA, "org.media")                                                                \
    X(CLASS_ORG_PARTY, "org.party")                                                                \
    X(CLASS_PERSON, "person")                                                                      \
    X(CLASS_PLACE, "place")                                                                        \
    X(CLASS_PLACE_COUNTRY, "place.country")                                                        \
    X(CLASS_PHRASE_GRACE, "phrase.grace")                                                          \
    X(CLASS_POLARITY_DENIED, "polarity.denied")                                                    \
    X(CLASS_POLARITY_NONE, "polarity.none")                                                        \
    X(CLASS_PUNCT, "punct")                                                                        \
    X(CLASS_QAD, "qad")                                                                            \
    X(CLASS_QUANTIFIER, "quantifier")                                                              \
    X(CLASS_QUANTIFIER_OF_EACH, "quantifier.of-each")                                              \
    X(CLASS_RELATIVE, "relative")                                                                  \
    X(CLASS_RELATIVE_FURTHER, "relative.further")                                                  \
    X(CLASS_SAYING, "saying")                                                                      \
    X(CLASS_SHAPE_ACCUSATIVE, "shape.accusative")                                                  \
    X(CLASS_SHAPE_CIRCUMSTANCE, "shape.circumstance")                                              \
    X(CLASS_SHAPE_CONJOINED, "shape.conjoined")                                                    \
    X(CLASS_SHAPE_DEFINITE, "shape.definite")                                                      \
    X(CLASS_SHAPE_DESCRIBES_F, "shape.describes-f")                                                \
    X(CLASS_SHAPE_DESCRIBING, "shape.describing")                                                  \
    X(CLASS_SHAPE_ELATIVE, "shape.elative")                                                        \
    X(CLASS_SHAPE_ENDS_T, "shape.ends-t")                                                          \
    X(CLASS_SHAPE_FEMININE, "shape.feminine")                                                      \
    X(CLASS_SHAPE_NISBA, "shape.nisba")                                                            \
    X(CLASS_SHAPE_JOINED_OR_NAME, "shape.joined-or-name")                                          \
    X(CLASS_SHAPE_NOMINATIVE, "shape.nominative")                                                  \
    X(CLASS_SHAPE_NOMINATIVE_NISBA, "shape.nominative.nisba")                                      \
    X(CLASS_SHAPE_OBJECT, "shape.object")                                                          \
    X(CLASS_SHAPE_OBLIQUE, "shape.oblique")                                                        \
    X(CLASS_SHAPE_OWNED, "shape.owned")                                                            \
    X(CLASS_SHAPE_PEOPLE, "shape.people")                                                          \
    X(CLASS_SHAPE_PREPOSITIONAL, "shape.prepositional")                                            \
    X(CLASS_SHAPE_PREPOSITIONAL_ADVERBIAL, "shape.prepositional.adverbial")                        \
    X(CLASS_SHAPE_PREPOSITIONAL_LIKE, "shape.prepositional.adverbial.like")                        \
    X(CLASS_SHAPE_PRONOUN, "shape.pronoun")                                                        \
    X(CLASS_SHAPE_RELATION, "shape.relation")                                                      \
    X(CLASS_SHAPE_THINGS, "shape.things")                                                          \
    X(CLASS_SHAPE_TO, "shape.to")                                                                  \
    X(CLASS_SHAPE_TWO, "shape.two")                                                                \
    X(CLASS_SHAPE_WITH, "shape.with")                                                              \
    X(CLASS_SHAPE_WITH_TWO, "shape.with.two")                                                      \
    X(CLASS_SHARE, "share")                                                                        \
    X(CLASS_SOME_OF, "some-of")                                                                    \
    X(CLASS_SPEAKER_AGAIN, "speaker.again")                                                        \
    X(CLASS_SPEAKER_AGAIN_SOURCE, "speaker.again.source")                                          \
    X(CLASS_SPEAKER_ALONE, "speaker.alone")                                                        \
    X(CLASS_SPEAKER_AUTHOR, "speaker.author")                                                      \
    X(CLASS_SPEAKER_BELONGS, "speaker.belongs")                                                    \
    X(CLASS_SPEAKER_CALLED, "speaker.called")                                                      \
    X(CLASS_SPEAKER_BY_MARKS, "speaker.by-marks")                                                  \
    X(CLASS_SPEAKER_CITED, "speaker.cited")                                                        \
    X(CLASS_SPEAKER_HAVING, "speaker.having")                                                      \
    X(CLASS_SPEAKER_IS, "speaker.is")                                                              \
    X(CLASS_SPEAKER_ISSUED_BY, "speaker.issued-by")                                                \
    X(CLASS_SPEAKER_ISSUER, "speaker.issuer")                                                      \
    X(CLASS_SPEAKER_KIN, "speaker.kin")                                                            \
    X(CLASS_SPEAKER_LED_BY, "speaker.led-by")                                                      \
    X(CLASS_SPEAKER_OWN, "speaker.own")                                                            \
    X(CLASS_SPEAKER_POINTING, "speaker.pointing")                                                  \
    X(CLASS_SPEAKER_HUMAN, "speaker.human")                                                        \
    X(CLASS_VERB_BORN, "verb.born")                                                                \
    X(CLASS_SPEAKER_SAME, "speaker.same")                                                          \
    X(CLASS_SPEAKER_SOME, "speaker.some")                                                          \
    X(CLASS_SPEAKER_WHEN, "speaker.when")                                                          \
    X(CLASS_SPEAKER_STATE, "speaker.state")                                                        \
    X(CLASS_SPEECH_EVENT, "speech-event")                                                          \
    X(CLASS_SPEECH_EVENT_BEHIND, "speech-event.behind")                                            \
    X(CLASS_SPOKEN_BY, "spoken-by")                                                                \
    X(CLASS_STANDARD, "standard")                                                                  \
    X(CLASS_SYLLABLE_DOUBT, "syllable.doubt")                                                      \
    X(CLASS_SYLLABLE_EAST, "syllable.east")                                                        \
    X(CLASS_TAKES_PREPOSITION, "takes-preposition")                                                \
    X(CLASS_TIME_NOUN, "time.noun")                                                                \
    X(CLASS_TITLE_ADDRESS, "title.address")                                                        \
    X(CLASS_TITLE_APART, "title.apart")                                                            \
    X(CLASS_TITLE_DEGREE, "title.degree")                                                          \
    X(CLASS_TITLE_FORMER, "title.former")                                                          \
    X(CLASS_TITLE_HONORIFIC, "title.honorific")                                                    \
    X(CLASS_TITLE_KIN, "title.kin")                                                                \
    X(CLASS_TITLE_KIND, "title.kind")                                                              \
    X(CLASS_TITLE_MILITARY, "title.military")                                                      \
    X(CLASS_TITLE_PERSON, "title.person")                                                          \
    X(CLASS_TITLE_PERSON_SPORT, "title.person.sport")                                              \
    X(CLASS_TITLE_PERSON_WORK, "title.person.work")                                                \
    X(CLASS_TITLE_PRINCIPAL, "title.principal")                                                    \
    X(CLASS_TITLE_SOURCE_DOCUMENT_PUBLISHED, "title.source.document.published")                    \
    X(CLASS_TITLE_SOURCE_DOCUMENT_STUDY, "title.source.document.study")                            \
    X(CLASS_TITLE_SOURCE_PERSON, "title.source.person")                                            \
    X(CLASS_TITLE_SURNAME, "title.surname")                                                        \
    X(CLASS_TURN, "turn")                                                                          \
    X(CLASS_UNIT, "unit")
/* clang-format on */

/* Bits below this one are left to class_bits_give, for groups of classes. */
enum { GROUP_BITS = 20 };

typedef enum {
    CLASS_BEFORE_NAMED = GROUP_BITS - 1,
#define NAMED_CLASS(constant, name) constant,
    NAMED_CLASSES(NAMED_CLASS)
#undef NAMED_CLASS
        NAMED_CLASSES_END
} NamedClass;

typedef struct {
    uint64_t bits[(NAMED_CLASSES_END + 63) / 64];
} WordBits;

typedef struct {
    Lexicon *lexicon;
    int numbers[NAMED_CLASSES_END]; /* of the named classes in the lexicon           */
    WordBits given[CLASS_MAX];      /* by class number: what a word of the class has */
    WordBits *of_set;               /* by set number                                 */
    size_t set_count, set_capacity;
} ClassBits;

/* Makes all named classes, so that patterns may use them. Lives in `arena`, but for what
 * class_bits_release gives back. NULL with `error` when there are more than CLASS_MAX. */
ClassBits *class_bits_new(Arena *arena, Lexicon *lexicon, Error *error);
void class_bits_release(ClassBits *bits);

/* Words of class `class_number` have bit `bit`, which is below GROUP_BITS or a NamedClass; for
 * the time before the first class_bits_note. */
void class_bits_give(ClassBits *bits, int class_number, unsigned bit);

/* Works out the bits of all sets that are new since the last call; call it when items have
 * been made. Moves bits->of_set. */
void class_bits_note(ClassBits *bits);

/* The lexicon's number of the class. */
static inline int class_bits_number(const ClassBits *bits, NamedClass named)
{
    return bits->numbers[named];
}

/* Whether set number `set` of the lexicon, which has been noted, holds the class. */
static inline bool set_has(const ClassBits *bits, uint32_t set, NamedClass named)
{
    return (bits->of_set[set].bits[named / 64] >> (named % 64) & 1) != 0;
}

#endif
