#include "common/tokens.h"

#include <stdlib.h>

#include <utf8proc.h>

#include "common/utf8.h"
#include "common/wide.h"

enum { TABLE_LEAST = 1 << 8, SLOTS_A_WORD = 3, SURFACES_KEPT = 1 << 20, BATCH = 64 };
enum { BLOCK_BITS = 15, BLOCK = 1 << BLOCK_BITS };
_Static_assert(sizeof(Word) == 64 && BLOCK * sizeof(Word) % MEMORY_LARGE_PAGE == 0,
               "words fill cache lines, blocks large pages");

enum { KEY_BYTES = SLICE_PADDED };
_Static_assert(KEY_BYTES == WORD_KEY * 8, "a key is hashed as it lies there");

/* A word to be looked up. */
typedef struct {
    uint64_t key[WORD_KEY]; /* as in Word; of a longer one the hash alone */
    uint64_t hash;
} Key;

static void *take(size_t bytes)
{
    return bytes % MEMORY_LARGE_PAGE == 0 ? memory_take_large(bytes) : memory_take(bytes);
}

static void new_table(Vocabulary *vocabulary, size_t size)
{
    vocabulary->table_size = size;
    vocabulary->table = take(size * sizeof *vocabulary->table);
    memset(vocabulary->table, 0, size * sizeof *vocabulary->table);
}

Vocabulary *vocabulary_new(size_t limit)
{
    Vocabulary *vocabulary = memory_take(sizeof *vocabulary);
    size_t room = limit < BLOCK ? limit + 1 : (limit + BLOCK - 1) / BLOCK * BLOCK;
    size_t size = TABLE_LEAST;
    while (size < limit * SLOTS_A_WORD)
        size *= 2;
    *vocabulary =
        (Vocabulary){.limit = limit, .words = take(room * sizeof(Word)), .room = (uint32_t)room};
    new_table(vocabulary, size);
    return vocabulary;
}

void vocabulary_free(Vocabulary *vocabulary)
{
    if (vocabulary == NULL)
        return;
    arena_release(&vocabulary->surfaces);
    free(vocabulary->words);
    for (size_t i = 0; i < vocabulary->further_count; i++)
        free(vocabulary->further[i]);
    free(vocabulary->further);
    free(vocabulary->table);
    free(vocabulary);
}

Word *vocabulary_further_word(const Vocabulary *vocabulary, uint32_t word)
{
    uint32_t behind = word - vocabulary->room;
    return &vocabulary->further[behind >> BLOCK_BITS][behind & (BLOCK - 1)];
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

/* What stands in an entry of the table beside the number. */
static inline uint32_t entry_tag(uint64_t hash, size_t mask)
{
    return (uint32_t)(hash >> 32) & ~(uint32_t)mask;
}

/* The word number of table entry `entry`, which is not 0. */
static inline uint32_t entry_word(uint32_t entry, size_t mask)
{
    return (entry & (uint32_t)mask) - 1;
}

static uint64_t word_hash(const Word *word)
{
    const uint64_t key[WORD_KEY] = {word->key[0]};
    return slice_hash_padded(word->length == WORD_LONG ? key : word->key);
}

static void grow_table(Vocabulary *vocabulary)
{
    free(vocabulary->table);
    new_table(vocabulary, vocabulary->table_size * 4);
    size_t mask = vocabulary->table_size - 1;
    for (uint32_t i = 0; i < vocabulary->count; i++) {
        uint64_t hash = word_hash(vocabulary_word(vocabulary, i));
        size_t at = (size_t)hash & mask;
        while (vocabulary->table[at] != 0)
            at = (at + 1) & mask;
        vocabulary->table[at] = entry_tag(hash, mask) | (i + 1);
    }
}

/* The first `length` of the KEY_BYTES at `at`, and zeros behind them. */
static inline void put_key(uint64_t key[WORD_KEY], const char *at, size_t length)
{
#define EIGHT "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
    static const char edge[KEY_BYTES * 2] = EIGHT EIGHT EIGHT EIGHT;
#undef EIGHT
    const char *kept = edge + KEY_BYTES - length;
#ifdef HAVE_WIDE
    for (size_t i = 0; i < KEY_BYTES; i += sizeof(__m128i)) {
        __m128i bytes, mask;
        memcpy(&bytes, at + i, sizeof bytes);
        memcpy(&mask, kept + i, sizeof mask);
        bytes = _mm_and_si128(bytes, mask);
        memcpy((char *)key + i, &bytes, sizeof bytes);
    }
#else
    for (size_t i = 0; i < WORD_KEY; i++)
        key[i] = slice_eight(at + i * 8) & slice_eight(kept + i * 8);
#endif
}

/* `left`: bytes that can be read at `surface`. */
static inline void make_key(Key *key, Slice surface, size_t left)
{
    if (left >= KEY_BYTES && surface.length <= KEY_BYTES) {
        put_key(key->key, surface.data, surface.length);
    } else {
        memset(key->key, 0, KEY_BYTES);
        if (surface.length <= KEY_BYTES)
            memcpy(key->key, surface.data, surface.length);
        else
            key->key[0] = slice_hash(surface);
    }
    key->hash = slice_hash_padded(key->key);
}

static inline bool same_key(const uint64_t a[WORD_KEY], const uint64_t b[WORD_KEY])
{
    return memcmp(a, b, KEY_BYTES) == 0;
}

static uint32_t new_word(Vocabulary *vocabulary, Slice surface, const Key *key, TokenKind kind)
{
    if (vocabulary->count == vocabulary->room + vocabulary->further_count * BLOCK) {
        vocabulary->further =
            memory_grow(vocabulary->further, &vocabulary->further_capacity,
                        vocabulary->further_count + 1, sizeof *vocabulary->further);
        vocabulary->further[vocabulary->further_count++] = memory_take_large(BLOCK * sizeof(Word));
    }
    uint32_t number = (uint32_t)vocabulary->count++;
    Word *word = vocabulary_word(vocabulary, number);
    *word = (Word){.length = (uint16_t)surface.length, .kind = (uint8_t)kind};
    memcpy(word->key, key->key, KEY_BYTES);
    if (surface.length > KEY_BYTES) {
        word->length = WORD_LONG;
        word->key[1] = (uintptr_t)arena_copy(&vocabulary->surfaces, surface).data;
        word->key[2] = surface.length;
    }
    return number;
}

static bool is_word(const Word *word, Slice surface, const Key *key)
{
    if (surface.length <= KEY_BYTES)
        return same_key(word->key, key->key) && word->length == surface.length;
    return word->key[0] == key->key[0] && word->length == WORD_LONG &&
           slice_equal(word_surface(word), surface);
}

static uint32_t intern(Vocabulary *vocabulary, Slice surface, const Key *key, TokenKind kind)
{
    size_t mask = vocabulary->table_size - 1, at = (size_t)key->hash & mask;
    uint32_t tag = entry_tag(key->hash, mask);
    for (uint32_t entry; (entry = vocabulary->table[at]) != 0; at = (at + 1) & mask) {
        if (((entry ^ tag) & ~(uint32_t)mask) != 0)
            continue;
        uint32_t number = entry_word(entry, mask);
        if (is_word(vocabulary_word(vocabulary, number), surface, key))
            return number;
    }
    uint32_t number = new_word(vocabulary, surface, key, kind);
    vocabulary->table[at] = tag | (number + 1);
    if (vocabulary->count * 5 > vocabulary->table_size * 3)
        grow_table(vocabulary);
    return number;
}

/* Tokens that stand together, on the way to the numbers of their words. The table and the
 * words are larger than the caches: what each step reads is fetched from memory while
 * other tokens are cut. Nearly every word is known and stands in its first place. */
typedef struct {
    Key keys[BATCH];
    size_t start, count; /* of tokens */
} Batch;

static inline void fetch_entry(const Vocabulary *vocabulary, const Key *key)
{
    __builtin_prefetch(&vocabulary->table[(size_t)key->hash & (vocabulary->table_size - 1)]);
}

/* Gives each token the word in its first place; where there is none one that is not there
 * either. */
static void fetch_words(const Vocabulary *vocabulary, Token *tokens, const Batch *batch)
{
    const uint32_t *table = vocabulary->table;
    const Word *words = vocabulary->words;
    const uint32_t room = vocabulary->room;
    const size_t mask = vocabulary->table_size - 1;
    Token *token = &tokens[batch->start];
    for (size_t i = 0; i < batch->count; i++, token++) {
        uint32_t word = entry_word(table[(size_t)batch->keys[i].hash & mask], mask);
        token->word = word;
        if (word < room)
            __builtin_prefetch(&words[word]);
    }
}

/* Apart, so that what the loop around it needs stays in registers: nearly all words are known
 * and in their first place. */
static __attribute__((noinline)) uint32_t intern_token(Vocabulary *vocabulary, const char *text,
                                                       const Token *token, const Key *key)
{
    Slice surface = {text + token->byte, token->byte_length};
    return intern(vocabulary, surface, key, (TokenKind)token->kind);
}

static void number_words(Vocabulary *vocabulary, const char *text, Token *tokens,
                         const Batch *batch)
{
    const Word *words = vocabulary->words;
    const uint32_t room = vocabulary->room;
    Token *token = &tokens[batch->start];
    for (size_t i = 0; i < batch->count; i++, token++) {
        const Key *key = &batch->keys[i];
        const uint32_t first = token->word;
        if (first >= room || !same_key(words[first].key, key->key) ||
            words[first].length != token->byte_length)
            token->word = intern_token(vocabulary, text, token, key);
    }
}

enum { AT_ONCE = 8 }; /* letters */

/* Reads characters of a text one by one, and letters of one run of Unicode together. */
typedef struct {
    const Fold *fold;
    const uint8_t *low; /* kinds of the code points below FOLD_LOW */
    const LetterRun *runs;
    const char *end;
    /* The run in use, its first letter and what its last is behind that, for each of
     * the letters that are looked at together. */
    uint16_t first[AT_ONCE], behind[AT_ONCE];
} Reader;

static void use_run(Reader *reader, LetterRun run)
{
    for (size_t i = 0; i < AT_ONCE; i++) {
        reader->first[i] = run.first;
        reader->behind[i] = (uint16_t)(run.last - run.first);
    }
}

static Reader reader_of(Slice text, const Fold *fold)
{
    Reader reader = {.fold = fold,
                     .low = fold_low_kinds(fold),
                     .runs = fold_letter_runs(fold),
                     .end = text.data + text.length};
    use_run(&reader, (LetterRun){UINT16_MAX, UINT16_MAX}); /* holds no letter */
    return reader;
}

/* The letter or mark at `at` is outside of the run in use: the next ones will rather be
 * of its own. */
static void change_run(Reader *reader, const char *at)
{
    uint32_t codepoint = utf8_next(&at);
    if (codepoint >= 0x80 && codepoint < FOLD_LOW)
        use_run(reader, reader->runs[codepoint]);
}

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

/* Moves over letters and marks of the run in use. Eight at a time are looked at before
 * it is decided, since how long a word is cannot be foreseen. */
static inline const char *pass_run(const Reader *reader, const char *at)
{
#ifdef HAVE_WIDE
    __m128i first, behind;
    memcpy(&first, reader->first, sizeof first);
    memcpy(&behind, reader->behind, sizeof behind);
    while (reader->end - at >= AT_ONCE * 2) {
        __m128i pairs;
        memcpy(&pairs, at, sizeof pairs);
        pairs = _mm_or_si128(_mm_slli_epi16(pairs, 8), _mm_srli_epi16(pairs, 8));
        __m128i above = _mm_subs_epu16(_mm_sub_epi16(pairs, first), behind);
        int within = _mm_movemask_epi8(_mm_cmpeq_epi16(above, _mm_setzero_si128()));
        unsigned passed = (unsigned)__builtin_ctz(~(unsigned)within);
        at += passed;
        if (passed < AT_ONCE * 2)
            return at;
    }
#endif
    for (; reader->end - at >= 2; at += 2) {
        const unsigned char *pair = (const unsigned char *)at;
        if ((uint16_t)((pair[0] << 8 | pair[1]) - reader->first[0]) > reader->behind[0])
            break;
    }
    return at;
}

/* A place in the text. */
typedef struct {
    const char *at;
    uint32_t codepoint;
} Place;

/* Moves over the rest of a word of which a letter has been passed. */
static Place pass_word(Reader *reader, Place place)
{
    const char *at = place.at;
    while (at < reader->end && *at != ' ') {
        const char *next = at;
        CharKind kind = kind_at(reader, &next);
        if (kind == CHAR_LETTER || kind == CHAR_MARK) {
            change_run(reader, at);
        } else if (kind != CHAR_DIGIT) {
            if (kind != CHAR_JOINER && kind != CHAR_IGNORE)
                break;
            CharKind after = kind_behind(reader, next);
            if (after != CHAR_LETTER && (kind == CHAR_JOINER || after != CHAR_MARK))
                break;
            if (kind == CHAR_JOINER && is_ending(reader, next))
                break;
        }
        at = pass_run(reader, next);
        place.codepoint += 1 + (uint32_t)(at - next) / 2;
    }
    place.at = at;
    return place;
}

static Place pass_digits(const Reader *reader, Place place)
{
    while (place.at < reader->end) {
        const char *next = place.at;
        if (kind_at(reader, &next) != CHAR_DIGIT)
            break;
        place.at = next;
        place.codepoint++;
    }
    return place;
}

/* Moves over the token that begins with a character of this kind in front of `place`,
 * at `start`. */
static Place pass_token(Reader *reader, const char *start, CharKind kind, Place place)
{
    if (kind == CHAR_DIGIT)
        return pass_digits(reader, place);
    if (kind != CHAR_LETTER && kind != CHAR_MARK)
        return place;
    change_run(reader, start);
    const char *letters = place.at;
    place.at = pass_run(reader, letters);
    place.codepoint += (uint32_t)(place.at - letters) / 2;
    return pass_word(reader, place);
}

static TokenKind token_kind(CharKind first)
{
    return first == CHAR_LETTER || first == CHAR_MARK ? TOKEN_WORD
           : first == CHAR_DIGIT                      ? TOKEN_NUMBER
                                                      : TOKEN_PUNCT;
}

/* Twice the room. */
static Token *more_tokens(Arena *arena, const Token *tokens, size_t *capacity)
{
    Token *larger = arena_alloc(arena, *capacity * 2 * sizeof *larger);
    memcpy(larger, tokens, *capacity * sizeof *larger);
    *capacity *= 2;
    return larger;
}

/* What no dash is, by its first bytes: spacing marks take two, as below U+0800 all letters do. */
static inline bool may_be_dash(Slice surface)
{
    return surface.length == 2 ||
           (surface.length >= 4 && memcmp(surface.data, surface.data + 2, 2) == 0);
}

/* Marks that take room of their own (Unicode's modifier letters) and nothing else: a dash, and no
 * word. A mark that takes none has lost its letter. */
static bool is_drawn_dash(const Reader *reader, Slice surface)
{
    const char *at = surface.data, *end = at + surface.length;
    while (at < end) {
        const char *mark = at;
        if (kind_at(reader, &at) != CHAR_MARK ||
            utf8proc_category((utf8proc_int32_t)utf8_next(&mark)) != UTF8PROC_CATEGORY_LM)
            return false;
    }
    return true;
}

/* Moves over the token at *place. False where white space or a character without meaning
 * stands there instead, which is passed; *space as Token.space_before. */
static inline bool take_token(Reader *reader, Place *place, TokenKind *kind, uint8_t *space)
{
    const char *start = place->at;
    *kind = TOKEN_WORD;
    place->at = pass_run(reader, start);
    place->codepoint += (uint32_t)(place->at - start) / 2;
    if (place->at != start) {
        if (place->at < reader->end && *place->at != ' ')
            *place = pass_word(reader, *place);
        return true;
    }
    CharKind first = kind_at(reader, &place->at);
    place->codepoint++;
    if (first == CHAR_SPACE || first == CHAR_IGNORE) {
        if (*start == '\n')
            *space = 2;
        else if (first == CHAR_SPACE)
            *space |= *space == 0;
        return false;
    }
    *kind = token_kind(first);
    *place = pass_token(reader, start, first, *place);
    return true;
}

void tokenize(Slice text, const Fold *fold, Vocabulary *vocabulary, Arena *arena, Token **tokens,
              size_t *count)
{
    size_t capacity = text.length / 8 / BATCH * BATCH + BATCH; /* doubled if tokens are shorter */
    Token *list = arena_alloc(arena, capacity * sizeof *list), *token = list;
    Batch batches[2];
    Batch *batch = &batches[0], *last = &batches[1];
    Key *key = batch->keys;
    Reader reader = reader_of(text, fold);
    uint8_t space = 1;
    batch->start = last->start = last->count = 0;
    for (Place place = {text.data, 0}; place.at < reader.end;) {
        const Place start = place;
        TokenKind kind;
        if (!take_token(&reader, &place, &kind, &space))
            continue;
        Slice surface = {start.at, (size_t)(place.at - start.at)};
        if (may_be_dash(surface) && is_drawn_dash(&reader, surface))
            kind = TOKEN_PUNCT;
        make_key(key, surface, (size_t)(reader.end - start.at));
        fetch_entry(vocabulary, key);
        *token++ = (Token){.byte = (uint32_t)(start.at - text.data),
                           .byte_length = (uint32_t)surface.length,
                           .start = start.codepoint,
                           .end = place.codepoint,
                           .kind = (uint8_t)kind,
                           .space_before = space};
        space = place.at < reader.end && *place.at == ' ';
        place.at += space;
        place.codepoint += space;
        if (++key < batch->keys + BATCH)
            continue;
        batch->count = BATCH;
        fetch_words(vocabulary, list, batch);
        number_words(vocabulary, text.data, list, last);
        Batch *next = last;
        last = batch;
        batch = next;
        key = batch->keys;
        batch->start = (size_t)(token - list);
        if (batch->start == capacity) {
            list = more_tokens(arena, list, &capacity);
            token = list + batch->start;
        }
    }
    batch->count = (size_t)(key - batch->keys);
    fetch_words(vocabulary, list, batch);
    number_words(vocabulary, text.data, list, last);
    number_words(vocabulary, text.data, list, batch);
    *tokens = list;
    *count = (size_t)(token - list);
}

size_t tokens_behind(const Token *tokens, size_t from, size_t count, size_t codepoint)
{
    size_t low = from, high = from, step = 1;
    while (high < count && tokens[high].start < codepoint) {
        low = high + 1;
        high += step;
        step *= 2;
    }
    if (high > count)
        high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tokens[middle].start < codepoint)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
