/* What sentences.yaml says, ready for use. */
#ifndef QAWL_SENTENCE_SPLIT_RULES_H
#define QAWL_SENTENCE_SPLIT_RULES_H

#include "common/fold.h"
#include "tools/sentence-split/scan.h"
#include "tools/sentence-split/words.h"

/* What a character can be (`kind` of sentence_marks), as bits. */
enum {
    MARK_STOP = 1,
    MARK_ELLIPSIS = 2,
    MARK_POINT = 4,
    MARK_CLOSE = 8,
    MARK_OPEN = 16,
    MARK_EITHER = 32,
    MARK_BRACKET_OPEN = 64,
    MARK_BRACKET_CLOSE = 128,
    MARK_CONTINUE = 256,
    MARK_DASH = 512,
    MARK_SPACE = 1024,     /* white space                          */
    MARK_INVISIBLE = 2048, /* format controls: looked through      */
    MARK_LETTER = 4096,
    MARK_COMBINING = 8192, /* marks on letters, tatweel            */
    MARK_DIGIT = 16384,
    MARK_DATELINE = 32768, /* stands behind the place from which a report comes */
    MARK_QUOTE = MARK_CLOSE | MARK_OPEN | MARK_EITHER,
    MARK_END = MARK_STOP | MARK_ELLIPSIS,
};

/* What a word is good for (`use` of sentence_words, and abbreviations). */
enum {
    WORD_NEVER_ENDS = 1,
    WORD_MAY_END = 2,
    WORD_LETTER_NAME = 4,
    WORD_LABEL = 8,
    WORD_SAID_AFTER = 16,
    WORD_OPENER = 32,
    WORD_CONTINUES = 64,    /* goes on with what stands in front of it      */
    WORD_PLACE = 128,       /* a place from which reports come              */
    WORD_TAKES_PLACE = 256, /* in front of a place it makes one phrase of it */
    WORD_PREPOSITION = 512,
};

typedef enum {
    CHECK_JOINED_TO_OPENER,
    CHECK_JOINED,
    CHECK_CONTINUE_MARK,
    CHECK_ONLY_IN_BRACKETS,
    CHECK_AT_BEGINNING,
    CHECK_LIST_NUMBER,
    CHECK_INSIDE_BRACKETS,
    CHECK_SPACED_NUMBER,
    CHECK_LETTER_NAMES,
    CHECK_ABBREVIATION,
    CHECK_LETTER_AFTER_NUMBER,
    CHECK_LETTER_AFTER_LABEL,
    CHECK_INITIAL,
    CHECK_NAMED_INITIAL,
    CHECK_INITIALISM,
    CHECK_SMALL_LETTER,
    CHECK_QUOTATION_GOES_ON,
    CHECK_ELLIPSIS_BEFORE_OPENER,
    CHECK_ELLIPSIS_GOES_ON,
    CHECK_TWO_POINTS,
    CHECK_ELLIPSIS,
    CHECK_DATELINE,
    CHECK_STOP,
    CHECK_COUNT
} BoundaryCheck;

typedef struct {
    BoundaryCheck check;
    bool ends;      /* what it decides where its check holds                */
    size_t longest; /* of checks that have a limit; code points or digits   */
    Slice name;     /* FILE/ID, NUL-terminated                              */
    const RuleNode *node;
} BoundaryRule;

enum {
    MARKS_LOW = 0x800,      /* all letters of the Arabic block and below    */
    MARKS_GENERAL = 0x2000, /* general punctuation                          */
    MARKS_GENERAL_END = 0x2070,
    MARKS_EXTRA = 64,
};

typedef struct {
    const Fold *fold;
    uint16_t low[MARKS_LOW];
    uint16_t general[MARKS_GENERAL_END - MARKS_GENERAL];
    struct {
        uint32_t codepoint;
        uint16_t marks;
    } extra[MARKS_EXTRA];
    size_t extra_count;

    /* Bytes that every stop, opening bracket and mark behind a place has one of:
     * what the text is scanned for. A character of two bytes is known by its second, which is
     * rarer than the first. */
    ScanSet triggers;

    BoundaryRule *boundaries; /* in the order in which they are asked */
    size_t boundary_count;
    const BoundaryRule *dateline; /* asked where a sentence is made; NULL: none */

    WordSet words;          /* folded                               */
    WordSet prefixes;       /* what may stand in front of an abbreviation, folded */
    WordSet conjunctions;   /* folded                               */
    size_t repeat_shortest; /* code points; SIZE_MAX: repeats are not looked for  */
} SplitRules;

/* Reads the sections sentence_marks, boundaries, abbreviations, sentence_words
 * and repeats of all files. Lives in rules->arena. NULL with `error` on a
 * mistake, with its place. */
SplitRules *split_rules_new(Rules *rules, const Fold *fold, Error *error);

/* The MARK_ bits of a code point. */
uint32_t split_marks_high(const SplitRules *rules, uint32_t codepoint);
static inline uint32_t split_marks(const SplitRules *rules, uint32_t codepoint)
{
    return codepoint < MARKS_LOW ? rules->low[codepoint] : split_marks_high(rules, codepoint);
}

/* The WORD_ flags of `word` as it stands in the text. */
uint32_t split_word(const SplitRules *rules, Slice word);

/* WORD_NEVER_ENDS or WORD_MAY_END where `word` is an abbreviation; WORD_NEVER_ENDS
 * also where what is left of it behind a licensed prefix is one; else 0. Inner
 * stops belong to it, the last one does not. */
uint32_t split_abbreviation(const SplitRules *rules, Slice word);

/* Whether a conjunction is joined in front of `word`, with two letters or more
 * behind it. */
bool split_has_conjunction(const SplitRules *rules, Slice word);

#endif
