/* What the files of the tagger share: tagger.c finds what could be an entity, tagger_values.c
 * reads dates, tagger_names.c writes entities, tagger_explain.c says why. */
#ifndef QAWL_TAG_ENTITIES_TAGGER_PARTS_H
#define QAWL_TAG_ENTITIES_TAGGER_PARTS_H

#include "tools/tag-entities/parts.h"
#include "tools/tag-entities/tagger.h"

/* What captures of patterns mean; the numbers index Tagger.captures. */
typedef enum {
    CAPTURE_NAME,
    CAPTURE_DAY,
    CAPTURE_MONTH,
    CAPTURE_YEAR,
    CAPTURE_WEEKDAY,
    CAPTURE_TO_DAY,
    CAPTURE_TO_MONTH,
    CAPTURE_TO_YEAR,
    CAPTURE_TO_WEEKDAY,
    CAPTURE_OFFSET,
    CAPTURE_DIRECTION,
    CAPTURE_MONTH_OFFSET,
    CAPTURE_YEAR_OFFSET,
    CAPTURE_DECADE,
    CAPTURE_CENTURY,
    CAPTURE_PERIOD,
    CAPTURE_LUNAR_MONTH,
    CAPTURE_LUNAR_YEAR,
    CAPTURE_TO_LUNAR_MONTH,
    CAPTURE_COUNT
} Capture;

/* Items [from, to) of the document: a sentence and the stop behind it. */
typedef struct {
    size_t from, to;
} Stretch;

/* Of tagger.c alone: what it reads from a pattern; an item that a list makes an entity. */
typedef struct Kind Kind;
typedef struct Find Find;

struct Tagger {
    Lexicon *lexicon;
    PatternSet *patterns;
    Kind *kinds; /* by index of the pattern */
    Parts *parts;
    size_t round_words; /* of 64 patterns                                    */
    size_t first_round; /* patterns that run over every text: a choice       */
    size_t parts_round; /* those that run once parts of names are marked     */
    int captures[CAPTURE_COUNT];
    Traits *traits;             /* of which:                                          */
    int doubtful;               /* words that are no entity by their entry alone     */
    int name;                   /* words that are known for parts of names           */
    int since;                  /* words behind which a date is past                 */
    int ahead, turn;            /* words behind which it is to come, and what ends them */
    int article;                /* items with an article in front                    */
    Slice article_text;         /* parts_article                                     */
    const LunarCalendar *lunar; /* or NULL                                           */
    ItemString items;
    size_t item_count; /* those of the text; items of nested phrases come behind */
    Stretch *stretches;
    size_t stretch_count, stretch_capacity;
    Candidates candidates;
    uint8_t *listed; /* a Listed of tagger.c each, by number of the match */
    size_t listed_count, listed_capacity;
    Find *finds;
    size_t find_capacity;
    bool is_nesting;
    size_t known_words; /* size of the vocabulary when it was last looked at */
};

/* One document while it is worked on. */
typedef struct {
    Slice text;
    Token *tokens;
    size_t token_count;
    Day today;
    Arena *arena;
    bool *limited;
} Work;

/* The value of a date by the captures of its match, in the document's arena; empty where it
 * has none. `captures`: a bit for each Capture that the pattern has. */
Slice tagger_value(const Tagger *tagger, const Work *work, const PatternMatch *match,
                   uint32_t captures);

/* The article in front of item `item` belongs to a name: how many code points
 * of it stand there. 1 where it is contracted (لل), else all of it. */
uint32_t tagger_article_length(const Tagger *tagger, const Work *work, const Item *item,
                               bool *is_contracted);

/* The text of the span as a name: the article whole, white space single, without marks and
 * stretching. A view of the text where that is so already, else in the document's arena. */
Slice tagger_plain_name(const Tagger *tagger, const Work *work, const Candidate *candidate);

/* The candidate that has the whole name of which this one has a part; or itself. */
const Candidate *tagger_named_by(const Tagger *tagger, const Candidate *candidate);

/* What was kept, into `entities` with room for as many as there are candidates: in order of
 * their place, but for nested ones, which come last. How many they are. */
size_t tagger_make_entities(const Tagger *tagger, const Work *work, Entity *entities);

/* Sentence by sentence: the items with their classes, then the candidates. */
void tagger_explain(const Tagger *tagger, const Work *work, Explanation *explanation);

#endif
