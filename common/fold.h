/* Letters of a language as its rules define them: what counts as a letter and
 * a mark, and the folded view in which words are compared. Text itself is
 * never folded; only look-up keys are. Section `letters` of letters.yaml. */
#ifndef QAWL_FOLD_H
#define QAWL_FOLD_H

#include "common/rules.h"

/* How much had to be folded before two words were equal; smaller is closer. */
typedef enum {
    GRADE_EXACT,  /* the same code points                                 */
    GRADE_MARKS,  /* after dropping marks and stretching (tatweel)        */
    GRADE_HAMZA,  /* after taking hamza seats for their bare letter       */
    GRADE_LETTER, /* after taking look-alike letters for one (yeh, teh)   */
    GRADE_COUNT
} Grade;

typedef enum {
    CHAR_OTHER, /* symbols and everything not below: a token of its own  */
    CHAR_SPACE, /* white space and line ends: between tokens             */
    CHAR_LETTER,
    CHAR_MARK, /* combining marks and tatweel: go with the letters      */
    CHAR_DIGIT,
    CHAR_PUNCT,
    CHAR_IGNORE, /* format controls: inside a word part of it, else of no token */
    CHAR_JOINER, /* between two letters part of the word, else punctuation */
} CharKind;

typedef struct Fold Fold;

/* Builds the tables from section `letters`; without it plain Unicode: letters
 * fold by case alone. Lives in rules->arena. NULL with `error` on a mistake. */
Fold *fold_new(Rules *rules, Error *error);

/* The kind of a code point: from the rules where they say, else by its Unicode
 * general category. */
CharKind fold_char_kind(const Fold *fold, uint32_t codepoint);

/* Whether the letters `word` behind a joiner are a word of their own (`endings`). */
bool fold_is_ending(const Fold *fold, Slice word);

/* For loops that look at every character: the kinds of the code points below
 * FOLD_LOW (one or two bytes of UTF-8: all letters of Arabic and Europe). */
enum { FOLD_LOW = 0x800 };
const uint8_t *fold_low_kinds(const Fold *fold);

/* Letters and marks from U+0080 to U+07FF that stand together in Unicode: the first and
 * the last of those around a code point, each as its first byte times 256 plus its
 * second. 0 and 0 for a code point that is neither. */
typedef struct {
    uint16_t first, last;
} LetterRun;
const LetterRun *fold_letter_runs(const Fold *fold); /* by code point below FOLD_LOW */

/* Writes the folded form of `word` (valid UTF-8) at `grade` to `out`, which has
 * room for FOLD_ROOM(word.length) bytes; returns the bytes written. GRADE_EXACT
 * copies. Letter case is folded from GRADE_MARKS on. */
#define FOLD_ROOM(bytes) ((bytes)*2 + 4)
size_t fold_word(const Fold *fold, Slice word, Grade grade, char *out);

/* What fold_measured has written. */
typedef struct {
    size_t bytes;
    size_t letters; /* code points */
    bool has_digit; /* a CHAR_DIGIT is among them */
} FoldedSize;

/* As fold_word at GRADE_LETTER, but of nothing but marks the first stays, which counts as no
 * letter. */
FoldedSize fold_measured(const Fold *fold, Slice word, char *out);

/* The closest grade at which the two words are equal; GRADE_COUNT if none. */
Grade fold_compare(const Fold *fold, Slice a, Slice b);

/* The value of a decimal digit of any script; -1 for other characters. */
int fold_digit(const Fold *fold, uint32_t codepoint);

#endif
