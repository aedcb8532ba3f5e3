#include "common/tokens.h"

#include <stdlib.h>

#include "common/utf8.h"

enum { TABLE_FIRST = 1 << 13, SURFACES_KEPT = 1 << 20, BATCH = 32 };
enum { BLOCK_BITS = 15, BLOCK = 1 << BLOCK_BITS };
_Static_assert(BLOCK * sizeof(Word) % MEMORY_LARGE_PAGE == 0, "blocks fill large pages");

struct Vocabulary {
    size_t limit;
    Word **blocks; /* of BLOCK words each */
    size_t block_count, block_capacity;
    size_t count;
    uint64_t *table; /* hash (upper half) and word number + 1; 0: empty; heap */
    size_t table_size;
    Arena surfaces; /* of the words that are too long to stand in their Word */
};

enum { KEY_BYTES = WORD_KEY * 8 };

/* A word to be looked up. */
typedef struct {
    uint64_t key[WORD_KEY]; /* as in Word; of a longer one the hash alone */
    uint64_t hash;
} Key;

static uint64_t *new_table(size_t size)
{
    size_t bytes = size * sizeof(uint64_t);
    uint64_t *table =
        bytes % MEMORY_LARGE_PAGE == 0 ? memory_take_large(bytes) : memory_take(bytes);
    memset(table, 0, bytes);
    return table;
}

Vocabulary *vocabulary_new(size_t limit)
{
    Vocabulary *vocabulary = memory_take(sizeof *vocabulary);
    *vocabulary = (Vocabulary){.limit = limit, .table_size = TABLE_FIRST};
    vocabulary->table = new_table(TABLE_FIRST);
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

void vocabulary_forget(Vocabulary *vocabulary)
{
    vocabulary->count = 0;
    memset(vocabulary->table, 0, vocabulary->table_size * sizeof *vocabulary->table);
    arena_reset(&vocabulary->surfaces, SURFACES_KEPT);
}

bool vocabulary_settle(Vocabulary *vocabulary)
{
    if (vocabulary->count <= vocabulary->limit)
        return false;
    vocabulary_forget(vocabulary);
    return true;
}

/* All that comes in a run of the limit's length stands in one large page. */
static void grow_table(Vocabulary *vocabulary)
{
    size_t size = vocabulary->table_size * 4;
    uint64_t *table = new_table(size);
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

static const uint64_t FACTORS[WORD_KEY] = {
    UINT64_C(0x9E3779B97F4A7C15),
    UINT64_C(0xD6E8FEB86659FD93),
    UINT64_C(0xA0761D6478BD642F),
    UINT64_C(0xE7037ED1A0B428DB),
};

static inline uint64_t rotated(uint64_t value, int by)
{
    return value << by | value >> (64 - by);
}

static inline uint64_t key_hash(const uint64_t key[WORD_KEY])
{
    uint64_t hash = key[0] * FACTORS[0] ^ rotated(key[1] * FACTORS[1], 17);
    hash += key[2] * FACTORS[2] ^ rotated(key[3] * FACTORS[3], 43);
    hash = (hash ^ hash >> 32) * FACTORS[0];
    return hash ^ hash >> 29;
}

/* Its first `length` bytes; the bytes behind them are zeros. */
static inline void keep_bytes(uint64_t key[WORD_KEY], size_t length)
{
#define EIGHT 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF
    static const unsigned char edge[KEY_BYTES * 2] = {EIGHT, EIGHT, EIGHT, EIGHT};
#undef EIGHT
    uint64_t kept[WORD_KEY];
    memcpy(kept, edge + KEY_BYTES - length, KEY_BYTES);
    for (size_t i = 0; i < WORD_KEY; i++)
        key[i] &= kept[i];
}

/* `left`: bytes that can be read at `surface`. */
static inline void make_key(Key *key, Slice surface, size_t left)
{
    if (left >= KEY_BYTES && surface.length <= KEY_BYTES) {
        memcpy(key->key, surface.data, KEY_BYTES);
        keep_bytes(key->key, surface.length);
    } else {
        memset(key->key, 0, KEY_BYTES);
        if (surface.length <= KEY_BYTES)
            memcpy(key->key, surface.data, surface.length);
        else
            key->key[0] = slice_hash(surface);
    }
    key->hash = key_hash(key->key);
}

static inline bool same_key(const uint64_t a[WORD_KEY], const uint64_t b[WORD_KEY])
{
    return ((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3])) == 0;
}

static const char *long_surface(const Word *word)
{
    return (const char *)(uintptr_t)word->key[1];
}

Slice word_surface(const Word *word)
{
    return (Slice){word->length > KEY_BYTES ? long_surface(word) : (const char *)word->key,
                   word->length};
}

/* The word number of table entry `entry`, which is not 0. */
static uint32_t entry_word(uint64_t entry)
{
    return (uint32_t)entry - 1;
}

static uint32_t new_word(Vocabulary *vocabulary, Slice surface, const Key *key, TokenKind kind)
{
    size_t block = vocabulary->count >> BLOCK_BITS;
    if (block == vocabulary->block_count) {
        vocabulary->blocks = memory_grow(vocabulary->blocks, &vocabulary->block_capacity, block + 1,
                                         sizeof *vocabulary->blocks);
        vocabulary->blocks[vocabulary->block_count++] = memory_take_large(BLOCK * sizeof(Word));
    }
    uint32_t number = (uint32_t)vocabulary->count++;
    Word *word = word_at(vocabulary, number);
    *word = (Word){.length = (uint32_t)surface.length, .kind = (uint8_t)kind};
    memcpy(word->key, key->key, KEY_BYTES);
    if (surface.length > KEY_BYTES)
        word->key[1] = (uintptr_t)arena_copy(&vocabulary->surfaces, surface).data;
    return number;
}

static bool is_word(const Word *word, Slice surface, const Key *key)
{
    if (surface.length <= KEY_BYTES)
        return same_key(word->key, key->key) && word->length == surface.length;
    return word->key[0] == key->key[0] && word->length == surface.length &&
           memcmp(long_surface(word), surface.data, surface.length) == 0;
}

static inline uint32_t intern(Vocabulary *vocabulary, Slice surface, const Key *key, TokenKind kind)
{
    uint64_t tag = key->hash << 32;
    size_t at = (size_t)(tag >> 32) & (vocabulary->table_size - 1);
    for (uint64_t entry; (entry = vocabulary->table[at]) != 0;
         at = (at + 1) & (vocabulary->table_size - 1)) {
        if ((entry ^ tag) >> 32 != 0)
            continue;
        uint32_t number = entry_word(entry);
        if (is_word(word_at(vocabulary, number), surface, key))
            return number;
    }
    uint32_t number = new_word(vocabulary, surface, key, kind);
    vocabulary->table[at] = tag | (number + 1);
    if (vocabulary->count * 5 > vocabulary->table_size * 3)
        grow_table(vocabulary);
    return number;
}

/* Numbers the words of a batch of tokens. The table is larger than the caches:
 * fetching for the whole batch before looking lets the waits for memory overlap. */
static void intern_batch(Vocabulary *vocabulary, const char *text, Token *tokens, const Key *keys,
                         size_t count)
{
    size_t mask = vocabulary->table_size - 1;
    for (size_t i = 0; i < count; i++)
        __builtin_prefetch(&vocabulary->table[(uint32_t)keys[i].hash & mask]);
    for (size_t i = 0; i < count; i++) {
        uint64_t entry = vocabulary->table[(uint32_t)keys[i].hash & mask];
        if (entry != 0)
            __builtin_prefetch(word_at(vocabulary, entry_word(entry)));
    }
    for (size_t i = 0; i < count; i++) {
        Slice surface = {text + tokens[i].byte, tokens[i].byte_length};
        tokens[i].word = intern(vocabulary, surface, &keys[i], (TokenKind)tokens[i].kind);
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

/* Moves over letters, marks and digits of two bytes. Eight at a time are looked at
 * before it is decided, since how long a word is cannot be foreseen. */
static const char *pass_pairs(const Reader *reader, const char *at)
{
    enum { AT_ONCE = 8 };
    const uint8_t *goes_on = reader->pairs;
    while (reader->end - at >= AT_ONCE * 2) {
        uint16_t pair[AT_ONCE];
        memcpy(pair, at, sizeof pair);
        unsigned met = 0;
        for (unsigned i = 0; i < AT_ONCE; i++)
            met |= (unsigned)goes_on[pair[i]] << i;
        unsigned passed = (unsigned)__builtin_ctz(~met);
        at += passed * 2;
        if (passed < AT_ONCE)
            return at;
    }
    for (uint16_t pair; reader->end - at >= 2; at += 2) {
        memcpy(&pair, at, sizeof pair);
        if (!reader->pairs[pair])
            break;
    }
    return at;
}

/* Moves over the rest of a word whose first letter has been passed; counts its
 * code points. */
static const char *pass_word(const Reader *reader, const char *at, uint32_t *codepoints)
{
    for (;;) {
        const char *start = at;
        at = pass_pairs(reader, at);
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
    Key keys[BATCH];
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
        make_key(&keys[used % BATCH], surface, (size_t)(reader.end - start));
        list[used++] = (Token){
            .byte = (uint32_t)(start - text.data),
            .byte_length = (uint32_t)surface.length,
            .start = start_codepoint,
            .end = codepoint,
            .kind = (uint8_t)token_kind,
            .space_before = space,
        };
        if (used % BATCH == 0)
            intern_batch(vocabulary, text.data, list + used - BATCH, keys, BATCH);
        space = 0;
        if (at < reader.end && *at == ' ') {
            at++;
            codepoint++;
            space = 1;
        }
    }
    intern_batch(vocabulary, text.data, list + used - used % BATCH, keys, used % BATCH);
    *tokens = list;
    *count = used;
}
