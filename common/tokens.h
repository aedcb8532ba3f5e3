/* Text cut into tokens, and the vocabulary: each distinct word of the run is
 * looked at once. */
#ifndef QAWL_TOKENS_H
#define QAWL_TOKENS_H

#include "common/fold.h"

typedef enum {
    TOKEN_WORD,   /* letters with their marks; may hold digits behind the first letter */
    TOKEN_NUMBER, /* digits alone: 12.5 is three tokens                         */
    TOKEN_PUNCT,  /* one punctuation character or symbol, or a spacing mark alone */
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

/* What is kept with each distinct word: one cache line. `key`, `length` and `kind`
 * are the vocabulary's; the rest the lexicon fills when it first meets the word. */
enum { WORD_KEY = 4, WORD_LONG = UINT16_MAX };
typedef struct {
    uint64_t key[WORD_KEY]; /* the word as written with zeros behind, as it lies in memory; of one
                               that is longer: its hash, where the vocabulary holds it, its bytes */
    uint32_t set;           /* its class set when it stands by itself: from here to `grade` */
    uint32_t entry;         /* as in an Item; the first entry of the match      */
    uint32_t match;         /* what it is by itself                             */
    uint8_t clitic_length;  /* code points in front of the match                */
    bool restored_article;
    uint8_t grade;          /* of the match                                     */
    uint8_t kind;           /* TokenKind                                        */
    uint32_t lexicon_word;  /* the folded word's number in the lexicon; 0: none, or not known */
    uint32_t further_words; /* a bit for each word that phrases go on with behind it */
    uint32_t first_start;   /* the phrases that may begin with it               */
    uint16_t start_count;
    uint16_t length; /* bytes; WORD_LONG: more than the key has */
} Word;

/* Nearly all words lie in one array, so that a look at one costs no other. All of it
 * is the vocabulary's own but for vocabulary_word. */
typedef struct {
    Word *words; /* the first `room` */
    uint32_t room;
    Word **further; /* blocks of those behind */
    size_t further_count, further_capacity;
    size_t limit, count;
    /* A word's number + 1 in the lower bits, as many as the size has, and of its hash the
     * upper ones; 0: empty. */
    uint32_t *table;
    size_t table_size;
    Arena surfaces; /* of the words that are too long to stand in their Word */
} Vocabulary;

/* `limit` words are remembered; beyond it the vocabulary is emptied between
 * documents, so that memory stays bounded (vocabulary_settle). */
Vocabulary *vocabulary_new(size_t limit);
void vocabulary_free(Vocabulary *vocabulary);

Word *vocabulary_further_word(const Vocabulary *vocabulary, uint32_t word);

/* The word numbered `word`. It stays where it is until vocabulary_settle. */
static inline Word *vocabulary_word(const Vocabulary *vocabulary, uint32_t word)
{
    return word < vocabulary->room ? &vocabulary->words[word]
                                   : vocabulary_further_word(vocabulary, word);
}

/* The word as written; it lives as long as the word does. */
static inline Slice word_surface(const Word *word)
{
    if (word->length == WORD_LONG)
        return (Slice){(const char *)(uintptr_t)word->key[1], (size_t)word->key[2]};
    return (Slice){(const char *)word->key, word->length};
}

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

/* The first of tokens [from, count) that begins at or behind a code point; `count` when
 * none does. Costs little where it is near. */
size_t tokens_behind(const Token *tokens, size_t from, size_t count, size_t codepoint);

#endif
