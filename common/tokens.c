#include "common/tokens.h"

#include <stdlib.h>

#include "common/utf8.h"

enum { TABLE_FIRST = 1 << 14, SURFACES_KEPT = 1 << 20 };

struct Vocabulary {
    size_t limit;
    Word *words; /* heap */
    size_t count, capacity;
    uint64_t *table; /* hash (upper half) and word number + 1; 0: empty; heap */
    size_t table_size;
    Arena surfaces;
};

Vocabulary *vocabulary_new(size_t limit)
{
    Vocabulary *vocabulary = memory_take(sizeof *vocabulary);
    *vocabulary = (Vocabulary){.limit = limit, .table_size = TABLE_FIRST};
    vocabulary->table = memory_take(TABLE_FIRST * sizeof *vocabulary->table);
    memset(vocabulary->table, 0, TABLE_FIRST * sizeof *vocabulary->table);
    return vocabulary;
}

void vocabulary_free(Vocabulary *vocabulary)
{
    if (vocabulary == NULL)
        return;
    arena_release(&vocabulary->surfaces);
    free(vocabulary->words);
    free(vocabulary->table);
    free(vocabulary);
}

Word *vocabulary_word(Vocabulary *vocabulary, uint32_t word)
{
    return &vocabulary->words[word];
}

size_t vocabulary_count(const Vocabulary *vocabulary)
{
    return vocabulary->count;
}

bool vocabulary_settle(Vocabulary *vocabulary)
{
    if (vocabulary->count <= vocabulary->limit)
        return false;
    vocabulary->count = 0;
    memset(vocabulary->table, 0, vocabulary->table_size * sizeof *vocabulary->table);
    arena_reset(&vocabulary->surfaces, SURFACES_KEPT);
    return true;
}

static void grow_table(Vocabulary *vocabulary)
{
    size_t size = vocabulary->table_size * 2;
    uint64_t *table = memory_take(size * sizeof *table);
    memset(table, 0, size * sizeof *table);
    for (size_t i = 0; i < vocabulary->table_size; i++) {
        uint64_t entry = vocabulary->table[i];
        if (entry == 0)
            continue;
        size_t at = (size_t)(entry >> 32) & (size - 1);
        while (table[at] != 0)
            at = (at + 1) & (size - 1);
        table[at] = entry;
    }
    free(vocabulary->table);
    vocabulary->table = table;
    vocabulary->table_size = size;
}

static uint32_t intern(Vocabulary *vocabulary, Slice surface, uint64_t hash, TokenKind kind)
{
    uint64_t tag = (hash ^ hash >> 32) << 32;
    size_t at = (size_t)(tag >> 32) & (vocabulary->table_size - 1);
    for (uint64_t entry; (entry = vocabulary->table[at]) != 0;
         at = (at + 1) & (vocabulary->table_size - 1)) {
        if ((entry ^ tag) >> 32 != 0)
            continue;
        uint32_t number = (uint32_t)entry - 1;
        if (slice_equal(vocabulary->words[number].surface, surface))
            return number;
    }
    uint32_t number = (uint32_t)vocabulary->count;
    vocabulary->words = memory_grow(vocabulary->words, &vocabulary->capacity,
                                    vocabulary->count + 1, sizeof *vocabulary->words);
    vocabulary->words[vocabulary->count++] =
        (Word){.surface = arena_copy(&vocabulary->surfaces, surface), .kind = kind};
    vocabulary->table[at] = tag | (number + 1);
    if (vocabulary->count * 2 > vocabulary->table_size)
        grow_table(vocabulary);
    return number;
}

/* Reads characters of a text one by one, with both offsets. */
typedef struct {
    const char *at, *end;
    uint32_t codepoint; /* offset of `at` */
} Place;

static CharKind kind_at(const Fold *fold, const char *at)
{
    return fold_char_kind(fold, utf8_next(&at));
}

/* Moves over the rest of a word whose first letter has been passed; its hash. */
static uint64_t pass_word(const Fold *fold, Place *place, uint64_t hash)
{
    while (place->at < place->end) {
        const char *next = place->at;
        uint32_t codepoint = utf8_next(&next);
        CharKind kind = fold_char_kind(fold, codepoint);
        if (kind == CHAR_JOINER) {
            if (next == place->end || kind_at(fold, next) != CHAR_LETTER)
                break;
        } else if (kind == CHAR_IGNORE) {
            if (next == place->end)
                break;
            CharKind after = kind_at(fold, next);
            if (after != CHAR_LETTER && after != CHAR_MARK)
                break;
        } else if (kind != CHAR_LETTER && kind != CHAR_MARK && kind != CHAR_DIGIT) {
            break;
        }
        hash = (hash ^ codepoint) * UINT64_C(0x9E3779B97F4A7C15);
        place->at = next;
        place->codepoint++;
    }
    return hash;
}

static uint64_t pass_digits(const Fold *fold, Place *place, uint64_t hash)
{
    while (place->at < place->end) {
        const char *next = place->at;
        uint32_t codepoint = utf8_next(&next);
        if (fold_char_kind(fold, codepoint) != CHAR_DIGIT)
            break;
        hash = (hash ^ codepoint) * UINT64_C(0x9E3779B97F4A7C15);
        place->at = next;
        place->codepoint++;
    }
    return hash;
}

void tokenize(Slice text, const Fold *fold, Vocabulary *vocabulary, Arena *arena, Token **tokens,
              size_t *count)
{
    size_t capacity = text.length / 8 + 16, used = 0; /* doubled where tokens are shorter */
    Token *list = arena_alloc(arena, capacity * sizeof *list);
    Place place = {text.data, text.data + text.length, 0};
    uint8_t space = 1;
    while (place.at < place.end) {
        const char *start = place.at;
        uint32_t start_codepoint = place.codepoint;
        uint32_t codepoint = utf8_next(&place.at);
        place.codepoint++;
        CharKind kind = fold_char_kind(fold, codepoint);
        if (kind == CHAR_SPACE) {
            if (codepoint == '\n')
                space = 2;
            else if (space == 0)
                space = 1;
            continue;
        }
        if (kind == CHAR_IGNORE)
            continue;
        uint64_t hash = (codepoint + 1) * UINT64_C(0x9E3779B97F4A7C15);
        TokenKind token_kind = TOKEN_PUNCT;
        if (kind == CHAR_LETTER || kind == CHAR_MARK) {
            token_kind = TOKEN_WORD;
            hash = pass_word(fold, &place, hash);
        } else if (kind == CHAR_DIGIT) {
            token_kind = TOKEN_NUMBER;
            hash = pass_digits(fold, &place, hash);
        }
        if (used == capacity) {
            Token *larger = arena_alloc(arena, capacity * 2 * sizeof *larger);
            memcpy(larger, list, used * sizeof *list);
            list = larger;
            capacity *= 2;
        }
        Slice surface = {start, (size_t)(place.at - start)};
        list[used++] = (Token){
            .byte = (uint32_t)(start - text.data),
            .byte_length = (uint32_t)surface.length,
            .start = start_codepoint,
            .end = place.codepoint,
            .word = intern(vocabulary, surface, hash, token_kind),
            .kind = (uint8_t)token_kind,
            .space_before = space,
        };
        space = 0;
    }
    *tokens = list;
    *count = used;
}
