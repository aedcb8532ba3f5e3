/* Text cut into tokens, and the vocabulary: each distinct word of the run is
 * looked at once. */
#ifndef QAWL_TOKENS_H
#define QAWL_TOKENS_H

#include "common/fold.h"

typedef enum {
    TOKEN_WORD,   /* letters with their marks; may hold digits behind the first letter */
    TOKEN_NUMBER, /* digits alone: 12.5 is three tokens                         */
    TOKEN_PUNCT,  /* one punctuation character or symbol                       */
} TokenKind;

/* A token of a text. Words written without white space between letters and
 * digits or punctuation are separate tokens. */
typedef struct {
    uint32_t byte, byte_length; /* in the text          */
    uint32_t start, end;        /* code points          */
    uint32_t word;              /* number in the vocabulary */
    uint8_t kind;               /* TokenKind            */
    uint8_t space_before;       /* 1: white space (or the beginning) in front; 2: a line end */
} Token;

typedef struct Vocabulary Vocabulary;

/* What is kept with each distinct word: one cache line. `key`, `length` and `kind`
 * are the vocabulary's; the rest the lexicon fills when it first meets the word. */
enum { WORD_KEY = 4 };
typedef struct {
    uint64_t key[WORD_KEY]; /* the word as written with zeros behind, as it lies in memory; of one
                               that is longer: its hash, and where the vocabulary holds it */
    uint32_t length;        /* bytes */
    uint32_t lexicon_word;  /* the folded word's number in the lexicon        */
    uint32_t match;         /* what it is by itself                           */
    uint32_t set;           /* its class set when it stands by itself         */
    uint32_t entry;         /* the first entry of the match                   */
    uint32_t first_start;   /* the phrases that may begin with it             */
    uint16_t start_count;
    uint8_t kind;          /* TokenKind                                      */
    uint8_t clitic_length; /* code points in front of the match              */
    uint8_t grade;         /* of the match                                   */
    bool restored_article;
    bool analysed;
} Word;

/* `limit` words are remembered; beyond it the vocabulary is emptied between
 * documents, so that memory stays bounded (vocabulary_settle). */
Vocabulary *vocabulary_new(size_t limit);
void vocabulary_free(Vocabulary *vocabulary);

/* The word numbered `word`. It stays where it is until vocabulary_settle. */
Word *vocabulary_word(const Vocabulary *vocabulary, uint32_t word);

/* The word as written; it lives as long as the word does. */
Slice word_surface(const Word *word);

size_t vocabulary_count(const Vocabulary *vocabulary);

/* Call between documents: empties the vocabulary when it is over its limit;
 * true if it did (word numbers known before are void). */
bool vocabulary_settle(Vocabulary *vocabulary);

/* Forgets all words. */
void vocabulary_forget(Vocabulary *vocabulary);

/* Cuts `text` (valid UTF-8, below 4 GiB) into tokens from `arena`, in order.
 * Each costs a hash look-up; nothing is allocated per token. */
void tokenize(Slice text, const Fold *fold, Vocabulary *vocabulary, Arena *arena, Token **tokens,
              size_t *count);

#endif
