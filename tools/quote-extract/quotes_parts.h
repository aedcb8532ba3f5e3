/* What the files that find quotes share; quotes.h is for their callers.
 *
 *     quotes_rules     the patterns, and what their own keys say
 *     quotes_string    a document as a string of items, a pair of marks as one
 *     quotes           candidates, which of them stand, and whose words they are
 *     quotes_marks     what the pairs of marks hold
 *     quotes_explain   what --explain says
 *
 * Items are numbered within finder->string, ranges are half open. */
#ifndef QAWL_QUOTE_EXTRACT_QUOTES_PARTS_H
#define QAWL_QUOTE_EXTRACT_QUOTES_PARTS_H

#include "common/numbers.h"
#include "common/pattern.h"
#include "tools/quote-extract/circumstances.h"
#include "tools/quote-extract/confidence.h"
#include "tools/quote-extract/marks.h"
#include "tools/quote-extract/quotes.h"
#include "tools/quote-extract/spans.h"
#include "tools/quote-extract/speakers.h"

enum {
    ROLES_MAX = 16,       /* of lines in which nobody speaks */
    CATEGORIES_MAX = 128, /* of cues                         */
    MARK_SETS_BITS = 7,   /* of the number of sets of marks that are remembered */
};

/* How a pattern's own keys read. */
typedef struct {
    double confidence;
    bool same_subject;    /* speaker: self */
    bool refuses_unnamed; /* unnamed: refused */
    bool skips_unnamed;   /* unnamed: implied */
    bool extends_on, extends_back;
    bool has_polarity; /* else it is the cue's */
    Polarity polarity;
    bool gives_way;    /* gives way: to what any other pattern makes of the same words */
    bool behind_words; /* behind words: of marks that are somebody's words, and nowhere else */
    bool by_person;    /* speaker: person */
} PatternTraits;

typedef struct {
    uint32_t key; /* what was told, and of which family; 0: nothing */
    uint32_t set;
} MarkSet;

struct QuoteFinder {
    Lexicon *lexicon;
    ClassBits *bits;
    PatternSet *patterns, *subjects, *ends;
    PatternTraits *traits; /* by pattern index */
    bool *ends_clause;     /* by index in `ends`: not what stands behind a colon */
    int *ends_behind;      /* likewise: only what a cue of this class reports, or -1 */
    double min_confidence;
    MarkRules *marks;
    SpeakerRules *speakers;
    Circumstances *circumstances;
    Confidence *confidence;
    SpanTyper *spans;
    bool types_marks;
    Slice skipped[ROLES_MAX]; /* roles of sentences that are left out */
    size_t skipped_count;
    int cue_capture, speaker_capture, content_capture, subject_cue, subject_speaker, end_cue;
    int categories[CATEGORIES_MAX]; /* classes that say what a cue does */
    size_t category_count;
    ItemString string, scratch;
    size_t *mark_items; /* of the string, those made of marks, in order */
    size_t mark_count, mark_capacity;
    MarkSet mark_sets[1 << MARK_SETS_BITS]; /* some of those met, by what was told */
    PatternMatch *matches;
    size_t match_count, match_capacity;
    size_t stretch_start, stretch_end;     /* the sentence last asked for, its items; equal: none */
    size_t paragraph_first, paragraph_end; /* the paragraph last asked for, its sentences */
};

typedef struct {
    const Pattern *pattern;
    size_t index;        /* of the pattern, among those for quotes or those for subjects */
    bool is_subject;     /* of a verb that reports nothing; it makes no quote */
    size_t cue, cue_end; /* items */
    size_t speaker_from, speaker_to; /* items; equal when the phrase is empty */
    size_t from, to;                 /* items of the content */
    const char *refused;             /* why, for --explain */
    const Pattern *by;               /* what it was refused for; or NULL */
    bool accepted;
    size_t quote; /* where it stands among the quotes, once accepted */
    SpeakerNearness known;
} Candidate;

typedef struct {
    QuoteFinder *finder;
    Slice text;
    const Sentence *sentences;
    size_t sentence_count;
    Token *tokens;
    size_t token_count;
    Arena *arena;
    Speakers *speakers;
    Candidate *candidates;
    size_t candidate_count;
    size_t last_cue;     /* of the last quote whose speaker may go on */
    Candidate *subjects; /* found so far, by their verbs */
    size_t subject_count, subject_capacity;
    size_t subjects_to; /* items: what stands before has been searched for them */
    size_t settled;     /* subjects that have been decided */
    bool *limited;
    Quote *quotes;
    size_t *numbers; /* of the speaker of each quote */
    size_t quote_count;
    Slice *mark_types, *mark_rules; /* by item, once marks are typed */
    Explanation *explanation;       /* or NULL */
} Search;

static inline const Item *item_at(const Search *search, size_t item)
{
    return &search->finder->string.items[item];
}

static inline bool item_has(const Search *search, size_t item, NamedClass named)
{
    return set_has(search->finder->bits, item_at(search, item)->set, named);
}

/* The first of finder->mark_items from item `from` on, by its place among them; mark_count for
 * none. */
static inline size_t first_mark(const QuoteFinder *finder, size_t from)
{
    size_t mark;
    FIRST_WHERE(mark, 0, finder->mark_count, finder->mark_items[mark] >= from);
    return mark;
}

/* There is such a mark, and it stands before `item`:
 *   for (size_t i = first_mark(finder, from); is_mark_before(finder, i, to); i++)  */
static inline bool is_mark_before(const QuoteFinder *finder, size_t mark, size_t item)
{
    return mark < finder->mark_count && finder->mark_items[mark] < item;
}

/* ---- the string ------------------------------------------------------------ */

/* Makes finder->string of the tokens of all sentences but those that are skipped. */
void quotes_build_string(Search *search);

/* What stands between the marks of an item that is a pair of them, in code points. */
CodepointSpan marked_inner(const Search *search, size_t item);

/* A pair that was never closed ends with a word. */
bool is_unclosed(const Search *search, size_t item);

/* ---- quotes ------------------------------------------------------------------ */

/* What speaks for and against an accepted quote, once its speaker's name is known in full. */
Evidence quotes_evidence(const Search *search, const Candidate *candidate);

/* By its confidence as it is written, in hundredths; quote_finder_require. */
bool is_left_out(const Search *search, const Quote *quote);

/* ---- what marks hold -------------------------------------------------------- */

/* Fills search->mark_types and search->mark_rules, once all quotes are found. *limited is
 * set when a pattern ran into a limit. */
void quotes_type_marks(Search *search, bool *limited);

/* Lists what has been typed, and stray marks, in their order; `*count` is 0 before. */
void quotes_list_marks(const Search *search, MarkedSpan **marks, size_t *count);

/* ---- --explain -------------------------------------------------------------- */

/* Writes to search->explanation, sentence by sentence. */
void quotes_explain(const Search *search);

#endif
