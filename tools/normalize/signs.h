/* Finds the places where a repair may be due: most texts have none. */
#ifndef QAWL_NORMALIZE_SIGNS_H
#define QAWL_NORMALIZE_SIGNS_H

#include "common/arena.h"
#include "common/error.h"

enum { SIGN_RULES = 32, SIGN_STARTS = 2, SIGN_LOW = 0x800 };

/* The first byte of a character and the range of the next. */
typedef struct {
    uint8_t byte, low, high;
} SignStart;

/* A sign of rule r is a character of its first set in front of one of its second
 * set. The sets of a rule are its bit. */
typedef struct {
    uint32_t first[SIGN_LOW], second[SIGN_LOW];
    uint32_t any_second; /* rules whose second character may be any */
    struct {
        uint32_t codepoint, first, second;
    } * high; /* from U+0800 on, rising */
    size_t high_count, high_capacity;
    uint8_t letters[2];            /* first bytes of the commonest letters; 0: not known  */
    SignStart starts[SIGN_STARTS]; /* of those and of ASCII, what first characters begin with */
    size_t start_count;
    bool too_many;    /* they are more: signs_find does without them              */
    bool begins[256]; /* bytes with which first characters begin                  */
} Signs;

/* `codepoint` into a set of rule number `rule`, below SIGN_RULES, or out of one. */
void signs_add_first(Signs *signs, unsigned rule, uint32_t codepoint);
void signs_add_second(Signs *signs, unsigned rule, uint32_t codepoint);
void signs_drop_second(Signs *signs, unsigned rule, uint32_t codepoint);

/* `byte` begins letters of the language: so do most characters of a text. */
void signs_add_letters(Signs *signs, uint8_t byte);

/* To be called when all are added. */
void signs_finish(Signs *signs);
void signs_release(Signs *signs);

/* Whether signs begin with the character. */
bool signs_begin(const Signs *signs, uint32_t codepoint);

/* Whether `second` makes a sign behind any character from `first` to `last`. */
bool signs_pair(const Signs *signs, uint32_t first, uint32_t last, uint32_t second);

/* Whether a sign begins at `at` in valid UTF-8 [at, end), which is not empty. */
bool signs_at(const Signs *signs, const char *at, const char *end);

/* The first sign in valid UTF-8 [at, end); end: there is none. */
const char *signs_find(const Signs *signs, const char *at, const char *end);

/* The rules, a bit each, of which a sign may begin with the character, and end with it. */
typedef struct {
    uint32_t first, second;
} SignRules;

SignRules signs_rules(const Signs *signs, uint32_t codepoint);

/* signs_find, a character at a time: what machines without SSE2 do. */
const char *signs_find_portable(const Signs *signs, const char *at, const char *end);

#endif
