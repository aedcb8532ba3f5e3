/* Letters of another keyboard in words of this language: the step of kind word-letters. */
#ifndef QAWL_NORMALIZE_WORD_LETTERS_H
#define QAWL_NORMALIZE_WORD_LETTERS_H

#include "tools/normalize/points.h"
#include "tools/normalize/signs.h"
#include "tools/normalize/steps.h"

typedef struct WordLetters WordLetters;

/* A word that has such letters. */
typedef struct {
    size_t from;     /* its first character, in code points of the source line */
    size_t count;    /* letters that were changed; 0: it was left              */
    const char *why; /* it was left; else NULL                                 */
} WordChange;

/* Reads step number `step` and adds its signs as number `rule`, below SIGN_RULES. In
 * rules->arena but for what word_letters_release frees; NULL with `error` on a mistake. */
WordLetters *word_letters_new(Rules *rules, const Steps *steps, size_t step, Signs *signs,
                              unsigned rule, Error *error);
void word_letters_release(WordLetters *letters);

/* The lines that come next are lines of `text`, which must live as long: what a line does not
 * tell of how it is written, the text does. */
void word_letters_begin(WordLetters *letters, Slice text);

/* Changes the letters of the next word of `line` that has some, from character *at on, which
 * goes on behind it; 0 begins a line. A letter becomes a letter, so that counts and places
 * stay. False where no such word is left. */
bool word_letters_next(WordLetters *letters, Points *line, size_t *at, WordChange *change);

#endif
