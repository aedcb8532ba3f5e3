#include "common/tokens.h"

#include <stdlib.h>

#include "common/utf8.h"

enum { TABLE_FIRST = 1 << 14, SURFACES_KEPT = 1 << 20, BATCH = 32 };
enum { BLOCK_BITS = 12, BLOCK = 1 << BLOCK_BITS, CACHE_LINE = 64 };

struct Vocabulary {
    size_t limit;
    Word **blocks; /* of BLOCK words each, aligned to cache lines */
    size_t block_count, block_capacity;
    size_t count;
    uint64_t *table; /* hash (upper half) and word number + 1; 0: empty; heap */
    size_t table_size;
    Arena surfaces; /* of the words that are too long to stand in their Word */
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
    for (size_t i = 0; i < vocabulary->block_count; i++)
        free(vocabulary->blocks[i]);
    free(vocabulary->blocks);
    free(vocabulary->table);
    free(vocabulary);
}

static inline Word *word_at(const Vocabulary *vocabulary, uint32_t word)
{
    return &vocabulary->blocks[word >> BLOCK_BITS][word & (BLOCK - 1)];
}

Word *vocabulary_word(const Vocabulary *vocabulary, uint32_t word)
{
    return word_at(vocabulary, word);
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

/* The up to eight bytes at `data` as a number; 4 to 7 overlap in the middle. */
static inline uint64_t few_bytes(const char *data, size_t length)
{
    if (length >= 8) {
        uint64_t word;
        memcpy(&word, data, 8);
        return word;
    }
    if (length >= 4) {
        uint32_t low, high;
        memcpy(&low, data, 4);
        memcpy(&high, data + length - 4, 4);
        return (uint64_t)high << 32 | low;
    }
    if (length >= 2) {
        uint16_t low, high;
        memcpy(&low, data, 2);
        memcpy(&high, data + length - 2, 2);
        return (uint64_t)high << 16 | low;
    }
    return length == 1 ? (unsigned char)*data : 0;
}

/* Eight bytes at a time; the last eight overlap. */
static inline uint64_t hash_word(const char *data, size_t length)
{
    const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t hash = length * factor;
    size_t at = 0;
    for (; length - at > 8; at += 8) {
        hash = (hash ^ few_bytes(data + at, 8)) * factor;
        hash ^= hash >> 32;
    }
    size_t last = length >= 8 ? length - 8 : 0;
    hash = (hash ^ few_bytes(data + last, length - last)) * factor;
    return hash ^ hash >> 29;
}

static inline bool same_bytes(const char *a, const char *b, size_t length)
{
    size_t at = 0;
    for (; length - at > 8; at += 8)
        if (few_bytes(a + at, 8) != few_bytes(b + at, 8))
            return false;
    size_t last = length >= 8 ? length - 8 : 0;
    return few_bytes(a + last, length - last) == few_bytes(b + last, length - last);
}

/* The word number of table entry `entry`, which is not 0. */
static uint32_t entry_word(uint64_t entry)
{
    return (uint32_t)entry - 1;
}

static uint32_t new_word(Vocabulary *vocabulary, Slice surface, TokenKind kind)
{
    size_t block = vocabulary->count >> BLOCK_BITS;
    if (block == vocabulary->block_count) {
        vocabulary->blocks = memory_grow(vocabulary->blocks, &vocabulary->block_capacity, block + 1,
                                         sizeof *vocabulary->blocks);
        vocabulary->blocks[vocabulary->block_count++] =
            memory_take_aligned(CACHE_LINE, BLOCK * sizeof(Word));
    }
    uint32_t number = (uint32_t)vocabulary->count++;
    Word *word = word_at(vocabulary, number);
    *word = (Word){.kind = (uint8_t)kind};
    if (surface.length <= WORD_INLINE) {
        memcpy(word->inline_surface, surface.data, surface.length);
        word->surface = (Slice){word->inline_surface, surface.length};
    } else {
        word->surface = arena_copy(&vocabulary->surfaces, surface);
    }
    return number;
}

static uint32_t intern(Vocabulary *vocabulary, Slice surface, uint64_t hash, TokenKind kind)
{
    uint64_t tag = hash << 32;
    size_t at = (size_t)(tag >> 32) & (vocabulary->table_size - 1);
    for (uint64_t entry; (entry = vocabulary->table[at]) != 0;
         at = (at + 1) & (vocabulary->table_size - 1)) {
        if ((entry ^ tag) >> 32 != 0)
            continue;
        uint32_t number = entry_word(entry);
        Slice known = word_at(vocabulary, number)->surface;
        if (known.length == surface.length && same_bytes(known.data, surface.data, known.length))
            return number;
    }
    uint32_t number = new_word(vocabulary, surface, kind);
    vocabulary->table[at] = tag | (number + 1);
    if (vocabulary->count * 2 > vocabulary->table_size)
        grow_table(vocabulary);
    return number;
}

/* Numbers the words of a batch of tokens, whose hashes stand in `hashes`. The
 * table is larger than the caches: fetching for the whole batch before looking
 * lets the waits for memory overlap. */
static void intern_batch(Vocabulary *vocabulary, const char *text, Token *tokens,
                         const uint64_t *hashes, size_t count)
{
    size_t mask = vocabulary->table_size - 1;
    for (size_t i = 0; i < count; i++)
        __builtin_prefetch(&vocabulary->table[(uint32_t)hashes[i] & mask]);
    for (size_t i = 0; i < count; i++) {
        uint64_t entry = vocabulary->table[(uint32_t)hashes[i] & mask];
        if (entry != 0)
            __builtin_prefetch(word_at(vocabulary, entry_word(entry)));
    }
    for (size_t i = 0; i < count; i++) {
        Slice surface = {text + tokens[i].byte, tokens[i].byte_length};
        tokens[i].word = intern(vocabulary, surface, hashes[i], (TokenKind)tokens[i].kind);
    }
}

/* Reads characters of a text one by one. */
typedef struct {
    const Fold *fold;
    const uint8_t *low;   /* kinds of the code points below FOLD_LOW */
    const uint8_t *pairs; /* fold_word_pairs                         */
    const char *end;
} Reader;

static inline CharKind kind_at(const Reader *reader, const char **at)
{
    const unsigned char *p = (const unsigned char *)*at;
    if (p[0] < 0x80) {
        *at += 1;
        return (CharKind)reader->low[p[0]];
    }
    if (p[0] < 0xE0) {
        *at += 2;
        return (CharKind)reader->low[(p[0] & 0x1F) << 6 | (p[1] & 0x3F)];
    }
    return fold_char_kind(reader->fold, utf8_next(at));
}

static CharKind kind_behind(const Reader *reader, const char *at)
{
    return at < reader->end ? kind_at(reader, &at) : CHAR_SPACE;
}

/* What stands at `at`, behind a joiner, is a word of its own. */
static bool is_ending(const Reader *reader, const char *at)
{
    const char *end = at;
    while (end < reader->end) {
        const char *next = end;
        CharKind kind = kind_at(reader, &next);
        if (kind != CHAR_LETTER && kind != CHAR_MARK)
            break;
        end = next;
    }
    return fold_is_ending(reader->fold, (Slice){at, (size_t)(end - at)});
}

/* Moves over the rest of a word whose first letter has been passed; counts its
 * code points. */
static const char *pass_word(const Reader *reader, const char *at, uint32_t *codepoints)
{
    for (;;) {
        const char *start = at;
        for (uint16_t pair; reader->end - at >= 2; at += 2) {
            memcpy(&pair, at, sizeof pair);
            if (!reader->pairs[pair])
                break;
        }
        *codepoints += (uint32_t)(at - start) / 2;
        if (at == reader->end || *at == ' ')
            break;
        const char *next = at;
        CharKind kind = kind_at(reader, &next);
        if (kind != CHAR_LETTER && kind != CHAR_MARK && kind != CHAR_DIGIT) {
            if (kind != CHAR_JOINER && kind != CHAR_IGNORE)
                break;
            CharKind after = kind_behind(reader, next);
            if (after != CHAR_LETTER && (kind == CHAR_JOINER || after != CHAR_MARK))
                break;
            if (kind == CHAR_JOINER && is_ending(reader, next))
                break;
        }
        at = next;
        ++*codepoints;
    }
    return at;
}

static const char *pass_digits(const Reader *reader, const char *at, uint32_t *codepoints)
{
    while (at < reader->end) {
        const char *next = at;
        if (kind_at(reader, &next) != CHAR_DIGIT)
            break;
        at = next;
        ++*codepoints;
    }
    return at;
}

void tokenize(Slice text, const Fold *fold, Vocabulary *vocabulary, Arena *arena, Token **tokens,
              size_t *count)
{
    size_t capacity = text.length / 8 + 16, used = 0; /* doubled where tokens are shorter */
    Token *list = arena_alloc(arena, capacity * sizeof *list);
    uint64_t hashes[BATCH];
    Reader reader = {fold, fold_low_kinds(fold), fold_word_pairs(fold), text.data + text.length};
    uint32_t codepoint = 0;
    uint8_t space = 1;
    for (const char *at = text.data; at < reader.end;) {
        const char *start = at;
        uint32_t start_codepoint = codepoint;
        codepoint++;
        if (*at == ' ') {
            at++;
            space |= space == 0;
            continue;
        }
        CharKind kind = kind_at(&reader, &at);
        if (kind == CHAR_SPACE) {
            if (*start == '\n')
                space = 2;
            else
                space |= space == 0;
            continue;
        }
        if (kind == CHAR_IGNORE)
            continue;
        TokenKind token_kind = TOKEN_PUNCT;
        if (kind == CHAR_LETTER || kind == CHAR_MARK) {
            token_kind = TOKEN_WORD;
            at = pass_word(&reader, at, &codepoint);
        } else if (kind == CHAR_DIGIT) {
            token_kind = TOKEN_NUMBER;
            at = pass_digits(&reader, at, &codepoint);
        }
        if (used == capacity) {
            Token *larger = arena_alloc(arena, capacity * 2 * sizeof *larger);
            memcpy(larger, list, used * sizeof *list);
            list = larger;
            capacity *= 2;
        }
        Slice surface = {start, (size_t)(at - start)};
        hashes[used % BATCH] = hash_word(surface.data, surface.length);
        list[used++] = (Token){
            .byte = (uint32_t)(start - text.data),
            .byte_length = (uint32_t)surface.length,
            .start = start_codepoint,
            .end = codepoint,
            .kind = (uint8_t)token_kind,
            .space_before = space,
        };
        if (used % BATCH == 0)
            intern_batch(vocabulary, text.data, list + used - BATCH, hashes, BATCH);
        space = 0;
    }
    intern_batch(vocabulary, text.data, list + used - used % BATCH, hashes, used % BATCH);
    *tokens = list;
    *count = used;
}
