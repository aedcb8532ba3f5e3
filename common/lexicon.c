#include "common/lexicon.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/buffer.h"
#include "common/names.h"
#include "common/nearest.h"
#include "common/utf8.h"

enum {
    WORDS_REMEMBERED = 150000, /* distinct words; some 100 bytes each            */
    LITERAL_WORDS = 32000,     /* while words of patterns are cut                */
    WORD_BYTES = 256,          /* longer words are not looked up                 */
    FORM_BYTES = WORD_BYTES * 8,
    NAMES_AT_ONCE = 64, /* cut and indexed together                       */
    PATHS_MAX = 256,
    GROUPS_MAX = 16,
    SHAPES_MAX = 60,
    AFFIXES_MAX = 1000, /* of all shapes, at one edge of words */
    LETTERS_TOLD = 16,  /* longer words are as words with one letter less    */
    LITERAL = 1 << 30,  /* in Traits.clitics: the entry of a pattern's "word"     */
    NOT_LISTED = 0,     /* number of no lexicon word, no match, no trie node      */
    NODE_BITS = 24,     /* of an edge, for the number of the node it leads to     */
    NODES_MAX = 1 << NODE_BITS,
    SPARE_ITEMS = 1024,     /* room in a cache file for what patterns add       */
    SPARE_TEXT = 32 * 1024, /* bytes                                            */
    MADE_KEPT = 50000,      /* entries shown to callers, between documents      */
    MADE_BLOCK = 256,
    MATCHES_KEPT = 200000, /* ways in which words and phrases matched, likewise    */
    TRAITS_TRIED = 16,     /* before new ones are made                         */
};

/* What the rules list lies in flat arrays of numbers, so that it can be written to
 * a file and mapped. Texts are offsets into Lexicon.text, where the length stands in
 * front and NUL behind. A file may be damaged: numbers are checked where they are
 * used. */

/* What many entries have in common. */
typedef struct {
    uint32_t type, rule; /* texts */
    uint32_t clitics, set;
} Traits;

/* Of an entry that is more than one plain form. */
typedef struct {
    uint32_t name, id, value; /* texts */
} Details;

typedef struct {
    uint32_t form;    /* text */
    uint32_t details; /* 0: its form is its name, and that is all */
    uint32_t traits;
    uint32_t next; /* entry of the same form, a later one; or NO_ENTRY */
} Entry;

/* A folded word that stands in the lexicon. */
typedef struct {
    uint32_t key;         /* text */
    uint32_t first_entry; /* of the forms of this one word; NO_ENTRY */
    uint32_t node;        /* of the phrases that begin with it       */
} ListedWord;

/* A node of the trie of phrases. */
typedef struct {
    uint32_t parent, word;  /* where it comes from; 0: it is the first      */
    uint32_t first_entry;   /* of the phrases that end here; NO_ENTRY       */
    uint32_t further_words; /* a bit for each word that goes on: word_bit() */
} Node;

_Static_assert(sizeof(Traits) == CACHE_TRAIT_BYTES && sizeof(Details) == CACHE_DETAIL_BYTES &&
                   sizeof(Entry) == CACHE_ENTRY_BYTES && sizeof(ListedWord) == CACHE_WORD_BYTES &&
                   sizeof(Node) == CACHE_NODE_BYTES && sizeof(ClassSet) == CACHE_SET_BYTES,
               "cache.h says how large they are");

/* Up to eight bytes at an edge of a word, compared in one step. */
enum { EDGE_BYTES = 8 };
typedef struct {
    Slice text;
    uint64_t value, mask;
} Affix;

/* A way to reach an entry behind proclitics. */
typedef struct {
    Slice prefix;    /* folded letters in front of the stem                       */
    size_t letters;  /* of it                                                     */
    uint16_t lead;   /* its first two bytes                                       */
    Slice restore;   /* put in front of the stem before it is looked up           */
    uint32_t groups; /* bit set of the groups on the way                          */
    uint32_t strip;  /* letters of `prefix` that stand outside the span           */
} Path;

/* Words given by their edges, or by a regular expression. */
typedef struct {
    int class_number;
    Affix *prefixes, *suffixes; /* folded; none: any */
    size_t prefix_count, suffix_count;
    Affix *no_suffixes; /* folded */
    size_t no_suffix_count;
    uint64_t *without;    /* a bit for each code point below FOLD_LOW of which none stands among
                          `letters` in a row; NULL: any may */
    size_t letters, most; /* at least, at most */
    bool digits;          /* a digit stands in it */
    bool has_long_affix;  /* of more than EDGE_BYTES */
    bool has_jit;
    bool as_written; /* the expression is over the word before folding */
    pcre2_code *code;
    pcre2_match_data *data;
} Shape;

/* A folded word to be looked up: as it stands in a text, or what proclitics leave of it. */
typedef struct {
    Slice key;
    uint64_t hash;
    uint32_t word;  /* while it is fetched: the one at its place; NOT_LISTED: another */
    uint16_t path;  /* PATHS_MAX: as it stands */
    bool is_listed; /* or passes the filter    */
} Look;

typedef struct {
    uint32_t node;
    uint32_t further_words; /* as in the node */
    uint16_t path;          /* PATHS_MAX: none */
    uint8_t clitic_length;
} PhraseStart;

typedef struct {
    uint32_t first, count; /* in match_entries */
    uint32_t entry;        /* the first of them */
    uint32_t set;
    uint32_t node, path; /* of a phrase */
    uint8_t clitic_length, grade;
    bool restored;
} Match;

/* Open addressing over 64-bit keys; value 0 is absent. */
typedef struct {
    uint64_t key;
    uint32_t value;
} NumberSlot;

typedef struct {
    NumberSlot *slots;
    size_t size, count;
} NumberTable;

/* The shapes by an edge of the words that have them: affixes are looked up, not tried
 * one after the other. */
typedef struct {
    NumberTable numbers; /* by the bytes of an affix, zeros beyond it: its place in `shapes` + 1 */
    uint64_t shapes[AFFIXES_MAX];
    uint64_t filter[64];        /* a bit for each of these, by their hash: nearly all fail here */
    uint8_t masks_of[256];      /* by the letter at the edge: a bit for each of the masks of the
                                   affixes that it is part of */
    unsigned letter_shift;      /* where the two bytes of that letter are */
    uint64_t masks[EDGE_BYTES]; /* the bytes that affixes have */
    size_t mask_count;
    uint64_t any; /* shapes of words with any edge */
} EdgeShapes;

/* The entries that callers have seen, as they see them. */
typedef struct {
    uint32_t *places; /* by number: in `blocks`, from 1; 0: not yet */
    size_t size;
    LexiconEntry **blocks; /* of MADE_BLOCK each, so that they stay where they are */
    size_t block_count, block_capacity;
    size_t count;
} Made;

/* A word in a pattern. */
typedef struct {
    Slice key;
    int class_number;
} Literal;

struct Lexicon {
    Arena *arena;
    Fold *fold;
    Classes *classes;
    Vocabulary *vocabulary;
    const Cache *cache; /* in which arrays may lie that have not grown since */
    Made *made;

    char *text;
    size_t text_length, text_capacity;
    Traits *traits;
    size_t traits_count, traits_capacity;
    Details *details; /* from 1 */
    size_t details_count, details_capacity;
    Entry *entries;
    size_t entry_count, entry_capacity;
    ListedWord *words; /* from 1 */
    size_t word_count, word_capacity;
    uint64_t *word_table; /* upper half of the key's hash, and the word; 0: empty */
    size_t word_table_size;
    uint64_t *filter; /* passes over nearly all that is no key, in little memory */
    size_t filter_size;
    Node *nodes; /* from 1 */
    size_t node_count, node_capacity;
    uint32_t *edges; /* by hash of parent and word: a node, and 8 bits of the hash; 0: empty */
    size_t edges_size;

    Path paths[PATHS_MAX];
    Affix path_starts[PATHS_MAX]; /* the prefixes of these */
    size_t path_count;
    uint16_t path_from[257];  /* the first path by the second byte of its prefix */
    bool has_one_byte_prefix; /* such paths come first, and count for any second byte */
    Slice group_names[GROUPS_MAX];
    const RuleNode *group_nodes[GROUPS_MAX]; /* where each was given first */
    int group_classes[GROUPS_MAX];
    size_t group_count;
    size_t min_stem;

    Literal *literals;
    size_t literal_count, literal_capacity;
    Vocabulary *literal_words; /* for cutting them */
    Shape shapes[SHAPES_MAX];
    size_t shape_count;
    /* A bit for each shape that a word may have: by its beginning, its end, its letters
     * and its kind. Few are left then. */
    EdgeShapes shapes_by_start, shapes_by_end;
    uint64_t shapes_by_letters[LETTERS_TOLD], shapes_by_kind[3], shapes_of_digits;
    int kind_classes[3], latin_class;
    NumberTable plain_sets;  /* of unlisted words, by shapes, kind and script */
    NumberTable joined_sets; /* of words of one entry, by the plain set, the entry's and the path */

    ClassSet *sets;
    size_t set_count, set_capacity;
    NumberTable set_table;

    size_t met;  /* words of the vocabulary that have been looked at */
    Look *looks; /* for new ones, with the memory of their texts     */
    size_t look_count, look_capacity;
    Arena look_memory;
    uint32_t *closest; /* entries of the word that is looked at */
    size_t closest_capacity;
    PhraseStart *starts;
    size_t start_count, start_capacity;
    Match *matches; /* from 1 */
    size_t match_count, match_capacity;
    uint32_t *match_entries;
    size_t match_entry_count, match_entry_capacity;
    NumberTable phrase_matches;
};

/* ---- affixes ----------------------------------------------------------- */

/* A folded word with its first and last eight bytes, zeros beyond its length. */
typedef struct {
    Slice text; /* in `room` */
    uint64_t first, last;
    size_t letters; /* code points */
    bool has_digit;
    char room[EDGE_BYTES + FOLD_ROOM(WORD_BYTES) + SLICE_PADDED]; /* zeros on both sides */
} FoldedWord;

/* The first byte is the lowest. */
static inline uint64_t load_edge(const char *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    return value;
}

static void fold_edges(const Fold *fold, Slice surface, FoldedWord *word)
{
    char *text = word->room + EDGE_BYTES;
    memset(word->room, 0, EDGE_BYTES);
    FoldedSize size = fold_measured(fold, surface, text);
    memset(text + size.bytes, 0, SLICE_PADDED);
    word->text = (Slice){text, size.bytes};
    word->first = load_edge(text);
    word->last = load_edge(text + size.bytes - EDGE_BYTES);
    word->letters = size.letters;
    word->has_digit = size.has_digit;
}

static Affix affix_of(Slice text, bool at_end)
{
    size_t covered = text.length < EDGE_BYTES ? text.length : EDGE_BYTES;
    char bytes[EDGE_BYTES] = {0}, ones[EDGE_BYTES] = {0};
    memcpy(at_end ? bytes + EDGE_BYTES - covered : bytes,
           at_end ? text.data + text.length - covered : text.data, covered);
    memset(at_end ? ones + EDGE_BYTES - covered : ones, 0xFF, covered);
    return (Affix){text, load_edge(bytes), load_edge(ones)};
}

static inline bool affix_at_start(const Affix *affix, const FoldedWord *word)
{
    return (word->first & affix->mask) == affix->value &&
           (affix->text.length <= EDGE_BYTES || slice_starts(word->text, affix->text));
}

static bool affix_at_end(const Affix *affix, const FoldedWord *word)
{
    size_t length = affix->text.length;
    return (word->last & affix->mask) == affix->value &&
           (length <= EDGE_BYTES ||
            (length <= word->text.length &&
             slice_equal(slice_cut(word->text, word->text.length - length, word->text.length),
                         affix->text)));
}

/* ---- number table ------------------------------------------------------ */

static uint64_t mix(uint64_t key)
{
    key ^= key >> 32;
    key *= UINT64_C(0xD6E8FEB86659FD93);
    return key ^ key >> 32;
}

static uint32_t number_find(const NumberTable *table, uint64_t key)
{
    if (table->size == 0)
        return 0;
    for (size_t at = (size_t)mix(key) & (table->size - 1); table->slots[at].value != 0;
         at = (at + 1) & (table->size - 1))
        if (table->slots[at].key == key)
            return table->slots[at].value;
    return 0;
}

static void number_fetch(const NumberTable *table, uint64_t key)
{
    if (table->size != 0)
        __builtin_prefetch(&table->slots[(size_t)mix(key) & (table->size - 1)]);
}

static void number_put(NumberTable *table, uint64_t key, uint32_t value)
{
    if ((table->count + 1) * 2 > table->size) {
        NumberTable old = *table;
        table->size = old.size ? old.size * 2 : 256;
        size_t bytes = table->size * sizeof *table->slots;
        table->slots =
            bytes % MEMORY_LARGE_PAGE == 0 ? memory_take_large(bytes) : memory_take(bytes);
        memset(table->slots, 0, table->size * sizeof *table->slots);
        table->count = 0;
        for (size_t i = 0; i < old.size; i++)
            if (old.slots[i].value != 0)
                number_put(table, old.slots[i].key, old.slots[i].value);
        free(old.slots);
    }
    size_t at = (size_t)mix(key) & (table->size - 1);
    while (table->slots[at].value != 0)
        at = (at + 1) & (table->size - 1);
    table->slots[at] = (NumberSlot){key, value};
    table->count++;
}

static void number_clear(NumberTable *table)
{
    if (table->size != 0)
        memset(table->slots, 0, table->size * sizeof *table->slots);
    table->count = 0;
}

static void number_release(NumberTable *table)
{
    free(table->slots);
}

/* ---- arrays that may lie in a cache file ------------------------------- */

static bool is_mapped(const Lexicon *lexicon, const void *array)
{
    const char *start = lexicon->cache->bytes, *at = array;
    /* An empty array may lie at the very end. */
    return start != NULL && at >= start && at <= start + lexicon->cache->length;
}

static void *grow_now(const Lexicon *lexicon, void *array, size_t *capacity, size_t needed,
                      size_t item_bytes)
{
    if (array == NULL || !is_mapped(lexicon, array))
        return memory_grow(array, capacity, needed, item_bytes);
    size_t old = *capacity;
    *capacity = 0;
    void *moved = memory_grow(NULL, capacity, needed + needed / 8, item_bytes);
    memcpy(moved, array, old * item_bytes);
    return moved;
}

/* As memory_grow. What is mapped moves to the heap when it must grow. */
static inline void *grow(const Lexicon *lexicon, void *array, size_t *capacity, size_t needed,
                         size_t item_bytes)
{
    return needed <= *capacity ? array : grow_now(lexicon, array, capacity, needed, item_bytes);
}

static void release(const Lexicon *lexicon, void *array)
{
    if (!is_mapped(lexicon, array))
        free(array);
}

static uint32_t text_add(Lexicon *lexicon, Slice text)
{
    uint32_t length = (uint32_t)text.length;
    size_t at = lexicon->text_length;
    lexicon->text = grow(lexicon, lexicon->text, &lexicon->text_capacity,
                         at + sizeof length + text.length + 1, 1);
    memcpy(lexicon->text + at, &length, sizeof length);
    if (length != 0)
        memcpy(lexicon->text + at + sizeof length, text.data, length);
    lexicon->text[at + sizeof length + length] = '\0';
    lexicon->text_length = at + sizeof length + length + 1;
    return (uint32_t)at;
}

/* Text 0 is the empty one. */
static uint32_t text_add_any(Lexicon *lexicon, Slice text)
{
    return text.length == 0 ? 0 : text_add(lexicon, text);
}

static Slice text_at(const Lexicon *lexicon, uint32_t at)
{
    uint32_t length;
    size_t left = lexicon->text_length - sizeof length;
    if (at > left)
        return (Slice){"", 0};
    memcpy(&length, lexicon->text + at, sizeof length);
    return length < left - at ? (Slice){lexicon->text + at + sizeof length, length}
                              : (Slice){"", 0};
}

static const Entry *entry_at(const Lexicon *lexicon, uint32_t entry)
{
    static const Entry none = {.next = NO_ENTRY};
    return entry < lexicon->entry_count ? &lexicon->entries[entry] : &none;
}

/* Behind `entry`, of the same form; they stand in the order of their numbers. */
static uint32_t next_entry(const Lexicon *lexicon, uint32_t entry)
{
    uint32_t next = entry_at(lexicon, entry)->next;
    return next > entry && next < lexicon->entry_count ? next : NO_ENTRY;
}

static const Traits *traits_of(const Lexicon *lexicon, uint32_t entry)
{
    uint32_t number = entry_at(lexicon, entry)->traits;
    return &lexicon->traits[number < lexicon->traits_count ? number : 0];
}

static uint32_t set_of(const Lexicon *lexicon, uint32_t entry)
{
    uint32_t set = traits_of(lexicon, entry)->set;
    return set < lexicon->set_count ? set : 0;
}

static uint32_t first_entry_of_word(const Lexicon *lexicon, uint32_t word)
{
    uint32_t entry = lexicon->words[word].first_entry;
    return entry < lexicon->entry_count ? entry : NO_ENTRY;
}

static uint32_t node_of_word(const Lexicon *lexicon, uint32_t word)
{
    uint32_t node = lexicon->words[word].node;
    return node < lexicon->node_count ? node : 0;
}

static uint32_t first_entry_of_node(const Lexicon *lexicon, uint32_t node)
{
    uint32_t entry = lexicon->nodes[node].first_entry;
    return entry < lexicon->entry_count ? entry : NO_ENTRY;
}

/* ---- class sets -------------------------------------------------------- */

static uint64_t set_hash(const ClassSet *set)
{
    uint64_t hash = UINT64_C(0x9E3779B97F4A7C15);
    for (int i = 0; i < CLASS_WORDS; i++)
        hash = mix(hash ^ set->bits[i]) + (uint64_t)i;
    return hash;
}

/* The key in the table of a set that is in no table yet. */
static uint64_t set_key(const Lexicon *lexicon, size_t set)
{
    uint64_t hash = set_hash(&lexicon->sets[set]);
    while (number_find(&lexicon->set_table, hash) != 0)
        hash++;
    return hash;
}

uint32_t lexicon_set_number(Lexicon *lexicon, const ClassSet *classes)
{
    uint64_t hash = set_hash(classes);
    /* Equal hashes of different sets take the next free key. */
    for (;; hash++) {
        uint32_t number = number_find(&lexicon->set_table, hash);
        if (number == 0)
            break;
        if (memcmp(&lexicon->sets[number - 1], classes, sizeof *classes) == 0)
            return number - 1;
    }
    lexicon->sets = grow(lexicon, lexicon->sets, &lexicon->set_capacity, lexicon->set_count + 1,
                         sizeof *lexicon->sets);
    lexicon->sets[lexicon->set_count++] = *classes;
    number_put(&lexicon->set_table, hash, (uint32_t)lexicon->set_count);
    return (uint32_t)lexicon->set_count - 1;
}

const ClassSet *lexicon_set(const Lexicon *lexicon, uint32_t set)
{
    return &lexicon->sets[set];
}

size_t lexicon_match_count(const Lexicon *lexicon)
{
    return lexicon->match_count;
}

size_t lexicon_set_count(const Lexicon *lexicon)
{
    return lexicon->set_count;
}

/* ---- words, phrases, entries ------------------------------------------- */

/* The bits of a key in its number of the filter: a Bloom filter of one number a key
 * (Putze, Sanders, Singler 2009), 16 bits or more for each and three of them set. */
static uint64_t filter_bits(uint64_t hash)
{
    return UINT64_C(1) << (hash & 63) | UINT64_C(1) << (hash >> 6 & 63) |
           UINT64_C(1) << (hash >> 12 & 63);
}

static uint64_t *filter_at(const Lexicon *lexicon, uint64_t hash)
{
    return &lexicon->filter[(size_t)(hash >> 20) & (lexicon->filter_size - 1)];
}

static bool may_be_listed(const Lexicon *lexicon, uint64_t hash)
{
    uint64_t bits = filter_bits(hash);
    return (*filter_at(lexicon, hash) & bits) == bits;
}

/* `key` has zeros behind it, up to SLICE_PADDED bytes. */
static inline uint64_t padded_hash(Slice key)
{
    return key.length <= SLICE_PADDED ? slice_hash_padded(key.data) : slice_hash(key);
}

static uint64_t key_hash(Slice key)
{
    char padded[SLICE_PADDED] = {0};
    if (key.length > SLICE_PADDED)
        return slice_hash(key);
    memcpy(padded, key.data, key.length);
    return slice_hash_padded(padded);
}

/* `hash`: of the key. */
static uint32_t hashed_word_find(const Lexicon *lexicon, Slice key, uint64_t hash)
{
    uint64_t entry;
    size_t mask = lexicon->word_table_size - 1;
    for (size_t at = (size_t)hash & mask, tries = 0;
         (entry = lexicon->word_table[at]) != 0 && tries <= mask; at = (at + 1) & mask, tries++) {
        uint32_t number = (uint32_t)entry;
        if ((entry ^ hash) >> 32 == 0 && number < lexicon->word_count &&
            slice_equal(text_at(lexicon, lexicon->words[number].key), key))
            return number;
    }
    return NOT_LISTED;
}

static uint32_t word_find(const Lexicon *lexicon, Slice key)
{
    uint64_t hash = key_hash(key);
    if (lexicon->word_table_size == 0)
        return NOT_LISTED;
    __builtin_prefetch(&lexicon->word_table[(size_t)hash & (lexicon->word_table_size - 1)]);
    if (!may_be_listed(lexicon, hash))
        return NOT_LISTED;
    return hashed_word_find(lexicon, key, hash);
}

static void word_table_put(Lexicon *lexicon, uint32_t number)
{
    size_t mask = lexicon->word_table_size - 1;
    uint64_t hash = key_hash(text_at(lexicon, lexicon->words[number].key));
    size_t at = (size_t)hash & mask;
    while (lexicon->word_table[at] != 0)
        at = (at + 1) & mask;
    lexicon->word_table[at] = (hash >> 32 << 32) | number;
    *filter_at(lexicon, hash) |= filter_bits(hash);
}

static void grow_word_table(Lexicon *lexicon)
{
    enum { FIRST = 4096, SLOTS_A_NUMBER = 8 };
    release(lexicon, lexicon->word_table);
    release(lexicon, lexicon->filter);
    lexicon->word_table_size = lexicon->word_table_size ? lexicon->word_table_size * 2 : FIRST;
    lexicon->filter_size = lexicon->word_table_size / SLOTS_A_NUMBER;
    lexicon->word_table = memory_take(lexicon->word_table_size * sizeof *lexicon->word_table);
    lexicon->filter = memory_take(lexicon->filter_size * sizeof *lexicon->filter);
    memset(lexicon->word_table, 0, lexicon->word_table_size * sizeof *lexicon->word_table);
    memset(lexicon->filter, 0, lexicon->filter_size * sizeof *lexicon->filter);
    for (uint32_t i = 1; i < lexicon->word_count; i++)
        word_table_put(lexicon, i);
}

static uint32_t word_add(Lexicon *lexicon, Slice key)
{
    uint32_t number = word_find(lexicon, key);
    if (number != NOT_LISTED)
        return number;
    lexicon->words = grow(lexicon, lexicon->words, &lexicon->word_capacity, lexicon->word_count + 1,
                          sizeof *lexicon->words);
    number = (uint32_t)lexicon->word_count++;
    lexicon->words[number] = (ListedWord){text_add(lexicon, key), NO_ENTRY, 0};
    if ((lexicon->word_count + SPARE_ITEMS) * 2 > lexicon->word_table_size)
        grow_word_table(lexicon);
    else
        word_table_put(lexicon, number);
    return number;
}

/* Where many words share a bit: most of the words that do not go on from a node have one
 * that it lacks, which is known without a look at the edges. NOT_LISTED has none. */
static inline uint32_t word_bit(uint32_t word)
{
    return (uint32_t)(word != NOT_LISTED) << (word * UINT32_C(0x9E3779B1) >> 27);
}

static uint32_t new_node(Lexicon *lexicon, uint32_t parent, uint32_t word)
{
    lexicon->nodes = grow(lexicon, lexicon->nodes, &lexicon->node_capacity, lexicon->node_count + 1,
                          sizeof *lexicon->nodes);
    lexicon->nodes[lexicon->node_count] =
        (Node){.parent = parent, .word = word, .first_entry = NO_ENTRY};
    lexicon->nodes[parent].further_words |= word_bit(word);
    return (uint32_t)lexicon->node_count++;
}

static uint64_t edge_hash(uint32_t node, uint32_t word)
{
    return mix((uint64_t)node << 32 | word) * UINT64_C(0x9E3779B97F4A7C15);
}

/* The upper bits of the hash, in the place that they have in an edge. */
static uint32_t edge_tag(uint64_t hash)
{
    return (uint32_t)(hash >> 56) << NODE_BITS;
}

/* Where the search for the edge begins. */
static size_t edge_start(const Lexicon *lexicon, uint64_t hash)
{
    return (size_t)(hash >> 16) & (lexicon->edges_size - 1);
}

/* For searches that come soon: what they look at is fetched from memory. */
static void fetch_edge(const Lexicon *lexicon, uint32_t parent, uint32_t word)
{
    if (lexicon->edges_size != 0)
        __builtin_prefetch(&lexicon->edges[edge_start(lexicon, edge_hash(parent, word))]);
}

/* The node that the edge may lead to; 0: not the first one looked at. */
static uint32_t fetch_child(const Lexicon *lexicon, uint32_t parent, uint32_t word)
{
    if (lexicon->edges_size == 0)
        return 0;
    uint64_t hash = edge_hash(parent, word);
    uint32_t edge = lexicon->edges[edge_start(lexicon, hash)], node = edge & (NODES_MAX - 1);
    if ((edge & ~(uint32_t)(NODES_MAX - 1)) != edge_tag(hash) || node >= lexicon->node_count)
        return 0;
    __builtin_prefetch(&lexicon->nodes[node]);
    return node;
}

/* Where the edge stands or belongs; SIZE_MAX in a full table. */
static size_t edge_place(const Lexicon *lexicon, uint32_t parent, uint32_t word, uint64_t hash)
{
    size_t mask = lexicon->edges_size - 1;
    for (size_t at = edge_start(lexicon, hash), tries = 0; tries <= mask;
         at = (at + 1) & mask, tries++) {
        uint32_t edge = lexicon->edges[at], node = edge & (NODES_MAX - 1);
        if (edge == 0)
            return at;
        if ((edge & ~(uint32_t)(NODES_MAX - 1)) == edge_tag(hash) && node < lexicon->node_count &&
            lexicon->nodes[node].parent == parent && lexicon->nodes[node].word == word)
            return at;
    }
    return SIZE_MAX;
}

static uint32_t child_find(const Lexicon *lexicon, uint32_t parent, uint32_t word)
{
    if (lexicon->edges_size == 0)
        return 0;
    size_t at = edge_place(lexicon, parent, word, edge_hash(parent, word));
    return at == SIZE_MAX ? 0 : lexicon->edges[at] & (NODES_MAX - 1);
}

/* Puts the edges of all nodes into an empty table. */
static void put_edges(Lexicon *lexicon)
{
    enum { AHEAD = 16 };
    size_t mask = lexicon->edges_size - 1;
    for (size_t i = 1; i < lexicon->node_count; i++) {
        const Node *node = &lexicon->nodes[i];
        if (i + AHEAD < lexicon->node_count)
            fetch_edge(lexicon, node[AHEAD].parent, node[AHEAD].word);
        if (node->parent == 0)
            continue;
        uint64_t hash = edge_hash(node->parent, node->word);
        size_t at = edge_start(lexicon, hash);
        while (lexicon->edges[at] != 0)
            at = (at + 1) & mask;
        lexicon->edges[at] = edge_tag(hash) | (uint32_t)i;
    }
}

static void grow_edges(Lexicon *lexicon)
{
    release(lexicon, lexicon->edges);
    lexicon->edges_size = lexicon->edges_size ? lexicon->edges_size * 2 : 4096;
    lexicon->edges = memory_take(lexicon->edges_size * sizeof *lexicon->edges);
    memset(lexicon->edges, 0, lexicon->edges_size * sizeof *lexicon->edges);
    put_edges(lexicon);
}

static uint32_t child_add(Lexicon *lexicon, uint32_t parent, uint32_t word)
{
    uint64_t hash = edge_hash(parent, word);
    size_t at = SIZE_MAX;
    if (lexicon->edges_size != 0) {
        at = edge_place(lexicon, parent, word, hash);
        if (at != SIZE_MAX && lexicon->edges[at] != 0)
            return lexicon->edges[at] & (NODES_MAX - 1);
    }
    uint32_t child = new_node(lexicon, parent, word);
    /* Up to three in four: a longer search costs less than memory further away. */
    if ((lexicon->node_count + SPARE_ITEMS) * 4 > lexicon->edges_size * 3)
        grow_edges(lexicon);
    else if (at != SIZE_MAX)
        lexicon->edges[at] = edge_tag(hash) | child;
    return child;
}

static void chain(Lexicon *lexicon, uint32_t *first, uint32_t entry)
{
    if (*first >= lexicon->entry_count) {
        *first = entry;
        return;
    }
    uint32_t last = *first;
    for (uint32_t next; (next = next_entry(lexicon, last)) != NO_ENTRY;)
        last = next;
    lexicon->entries[last].next = entry;
}

/* The number of a word of the form, made if new. A word met before says it itself. */
static uint32_t form_word(Lexicon *lexicon, Word *word, Slice surface)
{
    char key[FOLD_ROOM(FORM_BYTES)];
    if (word->lexicon_word == NOT_LISTED) {
        Slice folded = {key, fold_word(lexicon->fold, surface, GRADE_LETTER, key)};
        word->lexicon_word = word_add(lexicon, folded);
    }
    return word->lexicon_word;
}

/* A form on its way into the index. */
typedef struct {
    uint32_t entry;
    uint32_t first, count; /* its tokens */
    uint32_t node;         /* that its first words lead to; of one word: 0 */
} IndexedForm;

/* The forms of a text whose tokens are `tokens`. */
typedef struct {
    IndexedForm *forms;
    size_t count, longest;
    const Vocabulary *words;
    const Token *tokens;
} FormBatch;

static uint32_t batch_word(const FormBatch *batch, size_t token)
{
    return vocabulary_word(batch->words, batch->tokens[token].word)->lexicon_word;
}

static void begin_forms(Lexicon *lexicon, FormBatch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        IndexedForm *form = &batch->forms[i];
        uint32_t word = batch_word(batch, form->first);
        form->node = 0;
        if (form->count == 1)
            continue;
        if (form->count > batch->longest)
            batch->longest = form->count;
        if (node_of_word(lexicon, word) == 0)
            lexicon->words[word].node = new_node(lexicon, 0, word);
        form->node = lexicon->words[word].node;
        fetch_edge(lexicon, form->node, batch_word(batch, form->first + 1));
    }
}

/* Leads all forms that have them on to their words number `at`, from 1. */
static void lead_on(Lexicon *lexicon, FormBatch *batch, size_t at)
{
    for (size_t i = 0; i < batch->count; i++) {
        const IndexedForm *form = &batch->forms[i];
        if (at < form->count)
            (void)fetch_child(lexicon, form->node, batch_word(batch, form->first + at));
    }
    for (size_t i = 0; i < batch->count; i++) {
        IndexedForm *form = &batch->forms[i];
        if (at >= form->count)
            continue;
        form->node = child_add(lexicon, form->node, batch_word(batch, form->first + at));
        if (at + 1 < form->count)
            fetch_edge(lexicon, form->node, batch_word(batch, form->first + at + 1));
    }
}

/* Puts forms into the index, a step of all of them after the other: the waits for
 * memory, which take most of the time where names are many, fall together. */
static void index_forms(Lexicon *lexicon, FormBatch *batch, Slice text, size_t token_count)
{
    for (size_t i = 0; i < token_count; i++) {
        const Token *token = &batch->tokens[i];
        uint32_t word = form_word(lexicon, vocabulary_word(batch->words, token->word),
                                  slice_cut(text, token->byte, token->byte + token->byte_length));
        __builtin_prefetch(&lexicon->words[word]);
    }
    begin_forms(lexicon, batch);
    for (size_t at = 1; at < batch->longest; at++)
        lead_on(lexicon, batch, at);
    for (size_t i = 0; i < batch->count; i++) {
        const IndexedForm *form = &batch->forms[i];
        chain(lexicon,
              form->node != 0 ? &lexicon->nodes[form->node].first_entry
                              : &lexicon->words[batch_word(batch, form->first)].first_entry,
              form->entry);
    }
}

/* `pending`: bytes of forms that are not indexed yet. */
static bool check_form(const Lexicon *lexicon, Slice form, size_t pending, const RuleNode *node,
                       Error *error)
{
    if (form.length > FORM_BYTES)
        return rule_error(node, error, "the form is longer than %d bytes", FORM_BYTES);
    return (lexicon->text_length <= UINT32_MAX - (pending + form.length + 64) * 16 &&
            lexicon->node_count + pending + form.length <= NODES_MAX) ||
           rule_error(node, error, "more words and phrases than there is room for");
}

static bool index_form(Lexicon *lexicon, uint32_t entry, Slice form, Vocabulary *words,
                       Arena *memory, const RuleNode *node, Error *error)
{
    Token *tokens;
    size_t count;
    if (!check_form(lexicon, form, 0, node, error))
        return false;
    tokenize(form, lexicon->fold, words, memory, &tokens, &count);
    if (count == 0)
        return rule_error(node, error, "the form \"%.*s\" has no word in it", SLICE_ARG(form));
    IndexedForm indexed = {.entry = entry, .count = (uint32_t)count};
    FormBatch batch = {.forms = &indexed, .count = 1, .words = words, .tokens = tokens};
    index_forms(lexicon, &batch, form, count);
    return true;
}

/* The number of these traits; entries that stand together often share them. */
static uint32_t traits_number(Lexicon *lexicon, const Traits *traits)
{
    size_t count = lexicon->traits_count;
    for (size_t i = 0; i < count && i < TRAITS_TRIED; i++)
        if (memcmp(&lexicon->traits[count - 1 - i], traits, sizeof *traits) == 0)
            return (uint32_t)(count - 1 - i);
    lexicon->traits = grow(lexicon, lexicon->traits, &lexicon->traits_capacity, count + 1,
                           sizeof *lexicon->traits);
    lexicon->traits[lexicon->traits_count++] = *traits;
    return (uint32_t)count;
}

static uint32_t details_add(Lexicon *lexicon, Details details)
{
    lexicon->details = grow(lexicon, lexicon->details, &lexicon->details_capacity,
                            lexicon->details_count + 1, sizeof *lexicon->details);
    lexicon->details[lexicon->details_count] = details;
    return (uint32_t)lexicon->details_count++;
}

static uint32_t entry_add(Lexicon *lexicon, Entry entry)
{
    lexicon->entries = grow(lexicon, lexicon->entries, &lexicon->entry_capacity,
                            lexicon->entry_count + 1, sizeof *lexicon->entries);
    entry.next = NO_ENTRY;
    lexicon->entries[lexicon->entry_count] = entry;
    return (uint32_t)lexicon->entry_count++;
}

/* ---- rules ------------------------------------------------------------- */

static int need_class(Lexicon *lexicon, const RuleNode *node, Slice name, Error *error)
{
    if (name.length == 0) {
        rule_error(node, error, "a class name is needed here");
        return CLASS_NONE;
    }
    int number = classes_add(lexicon->classes, name);
    if (number == CLASS_NONE)
        rule_error(node, error, CLASSES_FULL, CLASS_MAX);
    return number;
}

/* `node` is a class name or a list of them, or NULL. */
static bool put_classes(Lexicon *lexicon, const RuleNode *node, ClassSet *set, Error *error)
{
    if (node == NULL)
        return true;
    const RuleNode *item = node->kind == RULE_LIST ? node->children : node;
    for (; item; item = node->kind == RULE_LIST ? item->next : NULL) {
        int number = need_class(lexicon, item, item->scalar, error);
        if (number == CLASS_NONE)
            return false;
        classes_put(lexicon->classes, set, number);
    }
    return true;
}

static bool find_group(const Lexicon *lexicon, const RuleNode *node, uint32_t *group, Error *error)
{
    const char *known[GROUPS_MAX + 1] = {NULL};
    for (size_t i = 0; i < lexicon->group_count; i++) {
        if (slice_equal(lexicon->group_names[i], node->scalar)) {
            *group = (uint32_t)i;
            return true;
        }
        known[i] = lexicon->group_names[i].data;
    }
    if (lexicon->group_count == 0)
        return rule_error(node, error,
                          "no group of clitics is defined (section clitics of letters.yaml)");
    return rule_error(node, error, "unknown group of clitics \"%.*s\"; did you mean \"%s\"?",
                      SLICE_ARG(node->scalar), name_nearest(node->scalar, known));
}

static bool read_groups(const Lexicon *lexicon, const RuleNode *list, uint32_t *bits, Error *error)
{
    *bits = 0;
    for (const RuleNode *item = list ? list->children : NULL; item; item = item->next) {
        uint32_t group = 0;
        if (!find_group(lexicon, item, &group, error))
            return false;
        *bits |= (uint32_t)1 << group;
    }
    return true;
}

typedef struct {
    Lexicon *lexicon;
    Arena memory;
    Error *error;
} Builder;

/* An entry being made: what its forms have in common. */
typedef struct {
    Traits traits;
    uint32_t details;
    ClassSet classes;
} Draft;

static uint32_t add_form_entry(Lexicon *lexicon, Slice form, const Draft *draft, uint32_t traits)
{
    return entry_add(
        lexicon,
        (Entry){.form = text_add(lexicon, form), .details = draft->details, .traits = traits});
}

static uint32_t draft_traits(Lexicon *lexicon, const Draft *draft)
{
    Traits traits = draft->traits;
    traits.set = lexicon_set_number(lexicon, &draft->classes);
    return traits_number(lexicon, &traits);
}

static bool add_form(Builder *builder, Slice form, const RuleNode *place, const Draft *draft)
{
    Lexicon *lexicon = builder->lexicon;
    uint32_t entry = add_form_entry(lexicon, form, draft, draft_traits(lexicon, draft));
    bool good = index_form(lexicon, entry, form, lexicon->vocabulary, &builder->memory, place,
                           builder->error);
    arena_reset(&builder->memory, 1 << 16);
    return good;
}

static bool add_forms(Builder *builder, const RuleNode *forms, const Draft *draft)
{
    Lexicon *lexicon = builder->lexicon;
    if (forms->kind == RULE_SCALAR)
        return add_form(builder, forms->scalar, forms, draft);
    for (const RuleNode *form = forms->children; form; form = form->next) {
        Draft own = *draft;
        if (forms->kind == RULE_MAP) {
            Slice name = arena_format(&builder->memory, "agr.%.*s", SLICE_ARG(form->key));
            int number = need_class(lexicon, form, name, builder->error);
            if (number == CLASS_NONE)
                return false;
            classes_put(lexicon->classes, &own.classes, number);
        }
        if (!add_forms(builder, form, &own))
            return false;
    }
    return true;
}

/* Names between line ends, with where each begins. */
typedef struct {
    Buffer text;
    uint32_t starts[NAMES_AT_ONCE + 1], lines[NAMES_AT_ONCE];
    size_t count;
} Batch;

static bool add_batch(Builder *builder, Batch *batch, RuleNode *place, const Draft *draft,
                      uint32_t traits)
{
    Lexicon *lexicon = builder->lexicon;
    Slice text = buffer_slice(&batch->text);
    IndexedForm forms[NAMES_AT_ONCE];
    Token *tokens;
    size_t count, from = 0;
    tokenize(text, lexicon->fold, lexicon->vocabulary, &builder->memory, &tokens, &count);
    batch->starts[batch->count] = (uint32_t)text.length;
    for (size_t i = 0; i < batch->count; i++) {
        Slice name = slice_cut(text, batch->starts[i], batch->starts[i + 1] - 1);
        size_t to = from;
        while (to < count && tokens[to].byte < batch->starts[i + 1])
            to++;
        place->line = batch->lines[i];
        if (!check_form(lexicon, name, batch->starts[i], place, builder->error))
            return false;
        if (to == from)
            return rule_error(place, builder->error, "the form \"%.*s\" has no word in it",
                              SLICE_ARG(name));
        forms[i] = (IndexedForm){.entry = add_form_entry(lexicon, name, draft, traits),
                                 .first = (uint32_t)from,
                                 .count = (uint32_t)(to - from)};
        from = to;
    }
    FormBatch indexed = {
        .forms = forms, .count = batch->count, .words = lexicon->vocabulary, .tokens = tokens};
    index_forms(lexicon, &indexed, text, count);
    arena_reset(&builder->memory, 1 << 16);
    vocabulary_settle(lexicon->vocabulary);
    buffer_clear(&batch->text);
    batch->count = 0;
    return true;
}

static bool add_names(Builder *builder, const RuleNode *node, const Draft *draft)
{
    Batch batch = {.count = 0};
    RuleNode place = *node;
    uint32_t traits = draft_traits(builder->lexicon, draft);
    NameWalk walk = names_walk(node);
    bool good = true;
    while (good && names_next(&walk)) {
        batch.starts[batch.count] = (uint32_t)batch.text.length;
        batch.lines[batch.count++] = walk.line;
        buffer_append(&batch.text, walk.name);
        buffer_append_byte(&batch.text, '\n');
        if (batch.count == NAMES_AT_ONCE) {
            good = add_batch(builder, &batch, &place, draft, traits);
            names_forget(&walk);
        }
    }
    good = good && (batch.count == 0 || add_batch(builder, &batch, &place, draft, traits));
    names_forget(&walk);
    buffer_release(&batch.text);
    return good;
}

static bool add_entry(Builder *builder, const RuleNode *node, Draft draft)
{
    Lexicon *lexicon = builder->lexicon;
    if (node->kind == RULE_NAMES)
        return add_names(builder, node, &draft);
    if (node->kind == RULE_SCALAR)
        return add_forms(builder, node, &draft);
    static const char *const known[] = {"name",  "lemma",    "forms*",    "id",
                                        "value", "also*",    "clitics[]", "type",
                                        "note",  "disabled", NULL};
    if (!rule_check_keys(node, known, builder->error))
        return false;
    const RuleNode *name = rule_get(node, "name");
    if (name == NULL)
        name = rule_get(node, "lemma");
    if (name == NULL)
        return rule_error(node, builder->error, "an entry needs a name (or lemma)");
    if (rule_get(node, "type") != NULL)
        draft.traits.type = text_add_any(lexicon, rule_text(node, "type"));
    draft.details =
        details_add(lexicon, (Details){text_add_any(lexicon, name->scalar),
                                       text_add_any(lexicon, rule_text(node, "id")),
                                       text_add_any(lexicon, rule_text(node, "value"))});
    const RuleNode *clitics = rule_get(node, "clitics");
    if (clitics != NULL && !read_groups(lexicon, clitics, &draft.traits.clitics, builder->error))
        return false;
    if (!put_classes(lexicon, rule_get(node, "also"), &draft.classes, builder->error))
        return false;
    const RuleNode *forms = rule_get(node, "forms");
    return add_forms(builder, forms ? forms : name, &draft);
}

/* `words`: thousands of plain words read faster as one text than as a list. */
static bool add_words(Builder *builder, const RuleNode *words, const Draft *draft)
{
    if (words->kind != RULE_SCALAR)
        return rule_error(words, builder->error, "words: is one text, the words between blanks");
    for (const char *at = words->scalar.data, *end = at + words->scalar.length; at < end;) {
        const char *start = at;
        while (at < end && *at != ' ' && *at != '\n' && *at != '\t')
            at++;
        if (at > start && !add_form(builder, (Slice){start, (size_t)(at - start)}, words, draft))
            return false;
        at += at < end;
    }
    return true;
}

static bool add_group(Builder *builder, const RuleNode *node, const RuleFile *file)
{
    static const char *const known[] = {"class", "clitics[]", "also*", "type",     "note",
                                        "id",    "entries*",  "words", "disabled", NULL};
    Lexicon *lexicon = builder->lexicon;
    bool disabled;
    if (!rule_check_keys(node, known, builder->error) ||
        !rule_flag(node, "disabled", false, &disabled, builder->error))
        return false;
    const RuleNode *class_node = rule_get(node, "class");
    if (class_node == NULL)
        return rule_error(node, builder->error, "a lexicon needs a class");
    Draft draft = {.details = 0};
    draft.traits.type = text_add_any(lexicon, rule_text(node, "type"));
    draft.traits.rule =
        text_add_any(lexicon, arena_format(lexicon->arena, "%.*s/%.*s", SLICE_ARG(file->stem),
                                           SLICE_ARG(class_node->scalar)));
    if (!put_classes(lexicon, class_node, &draft.classes, builder->error) ||
        !put_classes(lexicon, rule_get(node, "also"), &draft.classes, builder->error) ||
        !read_groups(lexicon, rule_get(node, "clitics"), &draft.traits.clitics, builder->error))
        return false;
    const RuleNode *entries = rule_get(node, "entries");
    for (const RuleNode *item = entries && !disabled ? entries->children : NULL; item;
         item = item->next)
        if (!add_entry(builder, item, draft))
            return false;
    const RuleNode *words = rule_get(node, "words");
    return words == NULL || disabled || add_words(builder, words, &draft);
}

/* A list of entries, and how much it counts. */
typedef struct {
    const RuleNode *node;
    const RuleFile *file;
    size_t rank, order;
} Group;

static int by_rank(const void *a, const void *b)
{
    const Group *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank > y->rank ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

/* Where one form is in several lists its entries stand in the order in which they are
 * added: those of later files first, before those of the packs, which stand as they do
 * there. Classes are numbered as the rules are loaded, whoever adds to them. */
static bool add_groups(Builder *builder, const Rules *rules)
{
    Group *groups = NULL;
    size_t count = 0, capacity = 0;
    bool good = true;
    for (RuleWalk walk = rules_walk(rules, "lexicon"); good && rule_walk_next(&walk);) {
        ClassSet ignored = {{0}};
        groups = memory_grow(groups, &capacity, count + 1, sizeof *groups);
        groups[count] =
            (Group){.node = walk.node,
                    .file = walk.file,
                    .rank = walk.file->pack != 0 ? 0 : (size_t)(walk.file - rules->files) + 1,
                    .order = count};
        count++;
        good =
            put_classes(builder->lexicon, rule_get(walk.node, "class"), &ignored, builder->error) &&
            put_classes(builder->lexicon, rule_get(walk.node, "also"), &ignored, builder->error);
    }
    if (count != 0)
        qsort(groups, count, sizeof *groups, by_rank);
    for (size_t i = 0; i < count && good; i++) {
        good = add_group(builder, groups[i].node, groups[i].file);
        vocabulary_settle(builder->lexicon->vocabulary);
    }
    free(groups);
    return good;
}

/* ---- clitics ----------------------------------------------------------- */

static bool add_path(Lexicon *lexicon, const RuleNode *node, Path path, Error *error)
{
    if (lexicon->path_count == PATHS_MAX)
        return rule_error(node, error, "more than %d ways through the clitics", PATHS_MAX);
    lexicon->paths[lexicon->path_count++] = path;
    return true;
}

static Slice join(Lexicon *lexicon, Slice a, Slice b)
{
    return arena_format(lexicon->arena, "%.*s%.*s", SLICE_ARG(a), SLICE_ARG(b));
}

static Slice fold_key(Lexicon *lexicon, Slice word)
{
    char *key = arena_alloc(lexicon->arena, FOLD_ROOM(word.length));
    return (Slice){key, fold_word(lexicon->fold, word, GRADE_LETTER, key)};
}

/* Extends `path` by the groups from `group` on, in every way. */
static bool extend_path(Lexicon *lexicon, const RuleNode *section, const RuleNode *group, Path path,
                        Error *error)
{
    const RuleNode *contractions = rule_get(section, "contractions");
    if (group == NULL)
        return add_path(lexicon, section, path, error);
    uint32_t number = 0;
    if (!find_group(lexicon, group, &number, error))
        return false;
    const char *name = lexicon->group_names[number].data;
    const RuleNode *members = rule_get(rule_get(section, "groups"), name);
    if (members == NULL) /* the group of another file */
        members = lexicon->group_nodes[number];
    for (const RuleNode *member = members->children; member; member = member->next) {
        Path longer = path;
        longer.groups |= (uint32_t)1 << number;
        longer.prefix = join(lexicon, path.prefix, fold_key(lexicon, member->scalar));
        for (const RuleNode *c = contractions ? contractions->children : NULL; c; c = c->next) {
            /* بِ + contraction: where the path ends in its first part and second
             * part, they are written as one (ل + ال = لل). */
            const RuleNode *parts = rule_get(c, "parts");
            if (parts == NULL || parts->child_count != 2)
                return rule_error(c, error, "a contraction has two parts");
            Slice first = fold_key(lexicon, parts->children->scalar);
            Slice second = fold_key(lexicon, parts->children->next->scalar);
            Slice written = fold_key(lexicon, rule_text(c, "written"));
            Slice both = join(lexicon, first, second);
            size_t length = longer.prefix.length;
            if (length >= both.length &&
                slice_equal(slice_cut(longer.prefix, length - both.length, length), both)) {
                longer.prefix =
                    join(lexicon, slice_cut(longer.prefix, 0, length - both.length), written);
            } else if (length >= first.length && group->next == NULL &&
                       slice_equal(slice_cut(longer.prefix, length - first.length, length),
                                   first)) {
                Path contracted = longer;
                contracted.strip = (uint32_t)utf8_count(longer.prefix);
                contracted.prefix =
                    join(lexicon, slice_cut(longer.prefix, 0, length - first.length), written);
                contracted.restore = second;
                if (!add_path(lexicon, c, contracted, error))
                    return false;
            }
        }
        longer.strip = (uint32_t)utf8_count(longer.prefix);
        if (!extend_path(lexicon, section, group->next, longer, error))
            return false;
    }
    return true;
}

/* Paths that begin with the same bytes together, shorter ones first. */
static int by_prefix(const void *a, const void *b)
{
    const Path *x = a, *y = b;
    if (x->lead != y->lead)
        return x->lead < y->lead ? -1 : 1;
    if (x->prefix.length != y->prefix.length)
        return x->prefix.length < y->prefix.length ? -1 : 1;
    int order = slice_compare(x->prefix, y->prefix);
    if (order != 0)
        return order;
    return (x->restore.length > y->restore.length) - (x->restore.length < y->restore.length);
}

static bool read_clitics(Lexicon *lexicon, const Rules *rules, Error *error)
{
    static const char *const known[] = {"groups{}", "paths[]",  "contractions[]",
                                        "note",     "min-stem", NULL};
    lexicon->min_stem = 2;
    for (RuleWalk walk = rules_walk(rules, "clitics"); rule_walk_next(&walk);) {
        double min_stem;
        if (!rule_check_keys(walk.node, known, error) ||
            !rule_number(walk.node, "min-stem", 2, &min_stem, error))
            return false;
        lexicon->min_stem = min_stem < 1 ? 1 : (size_t)min_stem;
        const RuleNode *groups = rule_get(walk.node, "groups");
        for (const RuleNode *group = groups ? groups->children : NULL; group; group = group->next) {
            if (lexicon->group_count == GROUPS_MAX)
                return rule_error(group, error, "more than %d groups of clitics", GROUPS_MAX);
            Slice name = arena_format(lexicon->arena, "clitic.%.*s", SLICE_ARG(group->key));
            int number = need_class(lexicon, group, name, error);
            if (number == CLASS_NONE)
                return false;
            lexicon->group_classes[lexicon->group_count] = number;
            lexicon->group_nodes[lexicon->group_count] = group;
            lexicon->group_names[lexicon->group_count++] = arena_copy(lexicon->arena, group->key);
        }
        const RuleNode *paths = rule_get(walk.node, "paths");
        for (const RuleNode *path = paths ? paths->children : NULL; path; path = path->next)
            if (path->kind != RULE_LIST || path->children == NULL)
                return rule_error(path, error, "a path is a list of groups");
            else if (!extend_path(lexicon, walk.node, path->children, (Path){0}, error))
                return false;
    }
    for (size_t i = 0; i < lexicon->path_count; i++) {
        Path *path = &lexicon->paths[i];
        path->lead = (uint16_t)affix_of(path->prefix, false).value;
        path->letters = utf8_count(path->prefix);
    }
    qsort(lexicon->paths, lexicon->path_count, sizeof *lexicon->paths, by_prefix);
    for (size_t i = 0; i < lexicon->path_count; i++)
        lexicon->path_starts[i] = affix_of(lexicon->paths[i].prefix, false);
    lexicon->has_one_byte_prefix = lexicon->path_count != 0 && lexicon->paths[0].lead >> 8 == 0;
    for (size_t byte = 0, i = 0; byte < 257; byte++) {
        while (i < lexicon->path_count && lexicon->paths[i].lead >> 8 < (int)byte)
            i++;
        lexicon->path_from[byte] = (uint16_t)i;
    }
    return true;
}

/* ---- shapes ------------------------------------------------------------ */

static Affix *read_affixes(Lexicon *lexicon, const RuleNode *list, bool at_end, size_t *count)
{
    *count = 0;
    if (list == NULL)
        return NULL;
    Affix *affixes = ARENA_ARRAY(lexicon->arena, list->child_count + 1, Affix);
    for (const RuleNode *item = list->children; item; item = item->next)
        affixes[(*count)++] = affix_of(fold_key(lexicon, item->scalar), at_end);
    return affixes;
}

/* Letters below FOLD_LOW, a bit for each; NULL where there are none, or on a mistake. */
static uint64_t *read_letters(Lexicon *lexicon, const RuleNode *list, Error *error)
{
    if (list == NULL)
        return NULL;
    uint64_t *bits = ARENA_ARRAY(lexicon->arena, FOLD_LOW / 64, uint64_t);
    memset(bits, 0, FOLD_LOW / 8);
    for (const RuleNode *item = list->children; item; item = item->next) {
        Slice key = fold_key(lexicon, item->scalar);
        const char *at = key.data;
        uint32_t letter = key.length == 0 ? FOLD_LOW : utf8_next(&at);
        if (letter >= FOLD_LOW || at != key.data + key.length) {
            rule_error(item, error, "one letter below U+0800 is needed here, not \"%.*s\"",
                       SLICE_ARG(item->scalar));
            return NULL;
        }
        bits[letter / 64] |= UINT64_C(1) << (letter % 64);
    }
    return bits;
}

static bool compile_shape(Shape *shape, Slice expression, const RuleNode *node, Error *error)
{
    int code;
    PCRE2_SIZE place;
    shape->code = pcre2_compile((PCRE2_SPTR)expression.data, expression.length,
                                PCRE2_UTF | PCRE2_UCP, &code, &place, NULL);
    if (shape->code == NULL) {
        char problem[256];
        pcre2_get_error_message(code, (PCRE2_UCHAR *)problem, sizeof problem);
        return rule_error(node, error, "regular expression \"%.*s\", at character %zu: %s",
                          SLICE_ARG(expression), (size_t)place + 1, problem);
    }
    shape->has_jit = pcre2_jit_compile(shape->code, PCRE2_JIT_COMPLETE) == 0;
    shape->data = pcre2_match_data_create(1, NULL);
    return true;
}

static Shape *new_shape(Lexicon *lexicon, const RuleNode *node, Slice name, Error *error)
{
    if (lexicon->shape_count == SHAPES_MAX) {
        rule_error(node, error, "more than %d shapes", SHAPES_MAX);
        return NULL;
    }
    int number = need_class(lexicon, node, name, error);
    if (number == CLASS_NONE)
        return NULL;
    Shape *shape = &lexicon->shapes[lexicon->shape_count++];
    *shape = (Shape){.class_number = number, .most = SIZE_MAX};
    return shape;
}

/* The place of an affix in the filter. */
static inline unsigned affix_place(uint64_t value)
{
    return (unsigned)(value * UINT64_C(0x9E3779B97F4A7C15) >> 52);
}

/* The place in masks_of of a word, or of an affix of two bytes or more. */
static inline uint8_t edge_letter(const EdgeShapes *edge, uint64_t bytes)
{
    return (uint8_t)((uint16_t)(bytes >> edge->letter_shift) * UINT32_C(0x9E37) >> 8);
}

static void note_mask(EdgeShapes *edge, const Affix *affix)
{
    size_t mask = 0;
    while (mask < edge->mask_count && edge->masks[mask] != affix->mask)
        mask++;
    edge->masks[mask] = affix->mask;
    edge->mask_count += mask == edge->mask_count;
    if (affix->text.length > 1)
        edge->masks_of[edge_letter(edge, affix->value)] |= (uint8_t)(1 << mask);
    for (size_t i = 0; affix->text.length == 1 && i < sizeof edge->masks_of; i++)
        edge->masks_of[i] |= (uint8_t)(1 << mask);
}

/* Notes the shape of this bit with the affixes, none of which means any. */
static bool note_affixes(EdgeShapes *edge, const Affix *affixes, size_t count, uint64_t bit,
                         const RuleNode *node, Error *error)
{
    edge->any |= count == 0 ? bit : 0;
    for (size_t i = 0; i < count; i++) {
        const Affix *affix = &affixes[i];
        if (affix->mask == 0) {
            edge->any |= bit;
            continue;
        }
        uint32_t number = number_find(&edge->numbers, affix->value);
        if (number == 0) {
            if (edge->numbers.count == AFFIXES_MAX)
                return rule_error(node, error, "more than %d affixes of shapes", AFFIXES_MAX);
            number = (uint32_t)edge->numbers.count + 1;
            number_put(&edge->numbers, affix->value, number);
            unsigned place = affix_place(affix->value);
            edge->filter[place / 64] |= UINT64_C(1) << (place % 64);
        }
        edge->shapes[number - 1] |= bit;
        note_mask(edge, affix);
    }
    return true;
}

/* A bit for each shape that a word may have whose edge is `bytes`. */
static uint64_t edge_shapes(const EdgeShapes *edge, uint64_t bytes)
{
    uint64_t shapes = edge->any;
    for (unsigned masks = edge->masks_of[edge_letter(edge, bytes)]; masks != 0;
         masks &= masks - 1) {
        uint64_t value = bytes & edge->masks[__builtin_ctz(masks)];
        unsigned place = affix_place(value);
        if ((edge->filter[place / 64] >> (place % 64) & 1) == 0)
            continue;
        uint32_t number = number_find(&edge->numbers, value);
        if (number != 0)
            shapes |= edge->shapes[number - 1];
    }
    return shapes;
}

/* `kind`: of the words that alone may have it; -1: any. */
static bool note_shape(Lexicon *lexicon, const Shape *shape, int kind, const RuleNode *node,
                       Error *error)
{
    uint64_t bit = UINT64_C(1) << (shape - lexicon->shapes);
    if (!note_affixes(&lexicon->shapes_by_start, shape->prefixes, shape->prefix_count, bit, node,
                      error) ||
        !note_affixes(&lexicon->shapes_by_end, shape->suffixes, shape->suffix_count, bit, node,
                      error))
        return false;
    for (size_t i = 0; i < LETTERS_TOLD; i++)
        if ((i >= shape->letters && i <= shape->most) || i == LETTERS_TOLD - 1)
            lexicon->shapes_by_letters[i] |= bit;
    for (int i = 0; i < 3; i++)
        if (kind < 0 || kind == i)
            lexicon->shapes_by_kind[i] |= bit;
    if (shape->digits)
        lexicon->shapes_of_digits |= bit;
    return true;
}

static const char *const kind_names[] = {"word", "number", "punct", NULL};

static bool read_kind(const RuleNode *node, int *kind, Error *error)
{
    for (int i = 0; node != NULL && kind_names[i] != NULL; i++)
        if (slice_equal(node->scalar, slice_of(kind_names[i]))) {
            *kind = i;
            return true;
        }
    return node == NULL ||
           rule_error(node, error, "kind must be word, number or punct, not \"%.*s\"",
                      SLICE_ARG(node->scalar));
}

static bool has_long(const Affix *affixes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (affixes[i].text.length > EDGE_BYTES)
            return true;
    return false;
}

static bool read_shapes(Lexicon *lexicon, const Rules *rules, Error *error)
{
    static const char *const known[] = {
        "id",           "class",      "kind",          "prefixes[]", "letters",
        "most-letters", "suffixes[]", "no-suffixes[]", "digits",     "match",
        "without[]",    "as-written", "note",          NULL};
    lexicon->shapes_by_end.letter_shift = (EDGE_BYTES - 2) * 8;
    for (RuleWalk walk = rules_walk(rules, "shapes"); rule_walk_next(&walk);) {
        double letters, most;
        if (!rule_check_keys(walk.node, known, error) ||
            !rule_number(walk.node, "letters", 0, &letters, error) ||
            !rule_number(walk.node, "most-letters", WORD_BYTES, &most, error))
            return false;
        Shape *shape = new_shape(lexicon, walk.node, rule_text(walk.node, "class"), error);
        if (shape == NULL)
            return false;
        int kind = -1;
        shape->letters = letters < 0 ? 0 : (size_t)letters;
        shape->most = most < 0 ? 0 : (size_t)most;
        if (!rule_flag(walk.node, "as-written", false, &shape->as_written, error) ||
            !rule_flag(walk.node, "digits", false, &shape->digits, error) ||
            !read_kind(rule_get(walk.node, "kind"), &kind, error))
            return false;
        shape->prefixes =
            read_affixes(lexicon, rule_get(walk.node, "prefixes"), false, &shape->prefix_count);
        shape->suffixes =
            read_affixes(lexicon, rule_get(walk.node, "suffixes"), true, &shape->suffix_count);
        shape->has_long_affix = has_long(shape->prefixes, shape->prefix_count) ||
                                has_long(shape->suffixes, shape->suffix_count);
        shape->no_suffixes = read_affixes(lexicon, rule_get(walk.node, "no-suffixes"), true,
                                          &shape->no_suffix_count);
        const RuleNode *match = rule_get(walk.node, "match"),
                       *without = rule_get(walk.node, "without");
        shape->without = read_letters(lexicon, without, error);
        if (without != NULL && shape->without == NULL)
            return false;
        if (!note_shape(lexicon, shape, kind, walk.node, error))
            return false;
        if (match != NULL && !compile_shape(shape, match->scalar, match, error))
            return false;
    }
    return true;
}

static bool long_affixes_hold(const Shape *shape, const FoldedWord *word)
{
    bool prefix = shape->prefix_count == 0, suffix = shape->suffix_count == 0;
    for (size_t i = 0; i < shape->prefix_count && !prefix; i++)
        prefix = affix_at_start(&shape->prefixes[i], word);
    for (size_t i = 0; prefix && i < shape->suffix_count && !suffix; i++)
        suffix = affix_at_end(&shape->suffixes[i], word);
    return prefix && suffix;
}

static bool has_no_suffix(const Shape *shape, const FoldedWord *word)
{
    for (size_t i = 0; i < shape->no_suffix_count; i++)
        if (affix_at_end(&shape->no_suffixes[i], word))
            return false;
    return true;
}

/* As many letters as the shape has at least stand in a row without one of `without`. */
static bool run_holds(const Shape *shape, const FoldedWord *word)
{
    size_t run = 0;
    for (const char *at = word->text.data, *end = at + word->text.length; at < end;) {
        uint32_t letter = utf8_next(&at);
        if (letter < FOLD_LOW && (shape->without[letter / 64] >> (letter % 64) & 1) != 0)
            run = 0;
        else if (++run >= shape->letters)
            return true;
    }
    return false;
}

/* The word has what the tables of the lexicon tell of a shape. */
static bool shape_holds(const Shape *shape, const FoldedWord *word, Slice surface)
{
    if (word->letters < shape->letters || word->letters > shape->most ||

        (shape->has_long_affix && !long_affixes_hold(shape, word)) ||
        (shape->without != NULL && !run_holds(shape, word)) || !has_no_suffix(shape, word))
        return false;
    if (shape->code == NULL)
        return true;
    Slice slice = shape->as_written ? surface : word->text;
    PCRE2_SPTR text = (PCRE2_SPTR)slice.data;
    return (shape->has_jit
                ? pcre2_jit_match(shape->code, text, slice.length, 0, 0, shape->data, NULL)
                : pcre2_match(shape->code, text, slice.length, 0, PCRE2_NO_UTF_CHECK, shape->data,
                              NULL)) >= 0;
}

/* A bit for each shape that the word has. */
static uint64_t shapes_of(const Lexicon *lexicon, const FoldedWord *folded, const Word *word)
{
    size_t letters = folded->letters < LETTERS_TOLD ? folded->letters : LETTERS_TOLD - 1;
    uint64_t shapes = 0, left = lexicon->shapes_by_letters[letters] &
                                lexicon->shapes_by_kind[word->kind] &
                                (folded->has_digit ? UINT64_MAX : ~lexicon->shapes_of_digits);
    if (left != 0)
        left &= edge_shapes(&lexicon->shapes_by_start, folded->first);
    if (left != 0)
        left &= edge_shapes(&lexicon->shapes_by_end, folded->last);
    for (; left != 0; left &= left - 1)
        if (shape_holds(&lexicon->shapes[__builtin_ctzll(left)], folded, word_surface(word)))
            shapes |= left & -left;
    return shapes;
}

static void put_shapes(const Lexicon *lexicon, uint64_t shapes, ClassSet *set)
{
    for (; shapes != 0; shapes &= shapes - 1)
        classes_put(lexicon->classes, set, lexicon->shapes[__builtin_ctzll(shapes)].class_number);
}

int lexicon_add_shape(Lexicon *lexicon, Slice expression, const RuleNode *node, Error *error)
{
    char name[32]; /* not the expression: a dot in it would make parent classes */
    int length = snprintf(name, sizeof name, "/%zu/", lexicon->shape_count);
    Shape *shape = new_shape(lexicon, node, (Slice){name, (size_t)length}, error);
    if (shape == NULL || !compile_shape(shape, expression, node, error) ||
        !note_shape(lexicon, shape, -1, node, error))
        return CLASS_NONE;
    return shape->class_number;
}

int lexicon_add_literal(Lexicon *lexicon, Slice word, const RuleNode *node, Error *error)
{
    Slice key = fold_key(lexicon, word);
    for (size_t i = 0; i < lexicon->literal_count; i++)
        if (slice_equal(lexicon->literals[i].key, key))
            return lexicon->literals[i].class_number;
    char name[32];
    int length = snprintf(name, sizeof name, "\"%zu\"", lexicon->entry_count);
    int number = need_class(lexicon, node, (Slice){name, (size_t)length}, error);
    if (number == CLASS_NONE)
        return CLASS_NONE;
    ClassSet classes = {{0}};
    classes_put(lexicon->classes, &classes, number);
    Traits traits = {.clitics = LITERAL, .set = lexicon_set_number(lexicon, &classes)};
    uint32_t entry = entry_add(lexicon, (Entry){.form = text_add(lexicon, word),
                                                .traits = traits_number(lexicon, &traits)});
    lexicon->literals = memory_grow(lexicon->literals, &lexicon->literal_capacity,
                                    lexicon->literal_count + 1, sizeof *lexicon->literals);
    lexicon->literals[lexicon->literal_count++] = (Literal){key, number};
    if (lexicon->literal_words == NULL)
        lexicon->literal_words = vocabulary_new(LITERAL_WORDS);
    Arena memory = {0};
    bool good = index_form(lexicon, entry, word, lexicon->literal_words, &memory, node, error);
    arena_release(&memory);
    return good ? number : CLASS_NONE;
}

/* ---- the cache --------------------------------------------------------- */

/* The names of all classes, each with NUL behind it. */
static Slice pack_classes(const Lexicon *lexicon)
{
    size_t length = 0;
    for (int i = 0; i < classes_count(lexicon->classes); i++)
        length += classes_name(lexicon->classes, i).length + 1;
    char *packed = arena_alloc(lexicon->arena, length), *at = packed;
    for (int i = 0; i < classes_count(lexicon->classes); i++) {
        Slice name = classes_name(lexicon->classes, i);
        memcpy(at, name.data, name.length);
        at += name.length;
        *at++ = '\0';
    }
    return (Slice){packed, length};
}

static void take_classes(Lexicon *lexicon, Slice packed)
{
    for (const char *at = packed.data, *end = at + packed.length; at < end;) {
        Slice name = slice_of(at);
        classes_add(lexicon->classes, name);
        at += name.length + 1;
    }
}

#define TAKE(part, array, used, room)                                                              \
    do {                                                                                           \
        lexicon->array = cache->parts[part].data;                                                  \
        lexicon->used = cache->parts[part].count;                                                  \
        lexicon->room = cache->parts[part].capacity;                                               \
    } while (0)

static void take_arrays(Lexicon *lexicon, const Cache *cache)
{
    TAKE(CACHE_TRAITS, traits, traits_count, traits_capacity);
    TAKE(CACHE_DETAILS, details, details_count, details_capacity);
    TAKE(CACHE_SETS, sets, set_count, set_capacity);
    TAKE(CACHE_TEXT, text, text_length, text_capacity);
    TAKE(CACHE_ENTRIES, entries, entry_count, entry_capacity);
    TAKE(CACHE_WORDS, words, word_count, word_capacity);
    TAKE(CACHE_NODES, nodes, node_count, node_capacity);
    lexicon->word_table = cache->parts[CACHE_WORD_TABLE].data;
    lexicon->word_table_size = cache->parts[CACHE_WORD_TABLE].count;
    lexicon->filter = cache->parts[CACHE_FILTER].data;
    lexicon->filter_size = cache->parts[CACHE_FILTER].count;
    lexicon->edges = cache->parts[CACHE_EDGES].data;
    lexicon->edges_size = cache->parts[CACHE_EDGES].count;
}

static void release_arrays(const Lexicon *lexicon)
{
    void *arrays[] = {lexicon->text,    lexicon->traits, lexicon->details, lexicon->sets,
                      lexicon->entries, lexicon->words,  lexicon->nodes,   lexicon->word_table,
                      lexicon->filter,  lexicon->edges};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        release(lexicon, arrays[i]);
}

/* What lexicon sections said, out of the cache. */
static void take(Lexicon *lexicon, const Cache *cache)
{
    take_classes(lexicon,
                 (Slice){cache->parts[CACHE_CLASSES].data, cache->parts[CACHE_CLASSES].count});
    take_arrays(lexicon, cache);
    for (size_t i = 0; i < lexicon->set_count; i++)
        number_put(&lexicon->set_table, set_key(lexicon, i), (uint32_t)i + 1);
}

/* Once they are written the arrays are taken from there, which is less memory. */
static void keep(Rules *rules, Lexicon *lexicon)
{
    Slice classes = pack_classes(lexicon);
    const CacheSource sources[CACHE_PARTS] = {
        [CACHE_CLASSES] = {classes.data, classes.length, 0},
        [CACHE_TRAITS] = {lexicon->traits, lexicon->traits_count, SPARE_ITEMS},
        [CACHE_DETAILS] = {lexicon->details, lexicon->details_count, 0},
        [CACHE_SETS] = {lexicon->sets, lexicon->set_count, SPARE_ITEMS},
        [CACHE_TEXT] = {lexicon->text, lexicon->text_length, SPARE_TEXT},
        [CACHE_ENTRIES] = {lexicon->entries, lexicon->entry_count, SPARE_ITEMS},
        [CACHE_WORDS] = {lexicon->words, lexicon->word_count, SPARE_ITEMS},
        [CACHE_WORD_TABLE] = {lexicon->word_table, lexicon->word_table_size, 0},
        [CACHE_FILTER] = {lexicon->filter, lexicon->filter_size, 0},
        [CACHE_NODES] = {lexicon->nodes, lexicon->node_count, SPARE_ITEMS},
        [CACHE_EDGES] = {lexicon->edges, lexicon->edges_size, 0},
    };
    if (!rules_keep(rules, sources))
        return;
    release_arrays(lexicon);
    take_arrays(lexicon, &rules->cache);
}

/* ---- life -------------------------------------------------------------- */

/* What stands under number 0: the set of the stop item, and nothing else. */
static void begin(Lexicon *lexicon)
{
    ClassSet none = {{0}};
    Traits traits = {0};
    lexicon_set_number(lexicon, &none);
    text_add(lexicon, (Slice){NULL, 0});
    traits_number(lexicon, &traits);
    details_add(lexicon, (Details){0});
    new_node(lexicon, 0, 0);
    lexicon->words = grow(lexicon, NULL, &lexicon->word_capacity, 1, sizeof *lexicon->words);
    lexicon->words[lexicon->word_count++] = (ListedWord){.first_entry = NO_ENTRY};
}

Lexicon *lexicon_new(Rules *rules, Error *error)
{
    Fold *fold = fold_new(rules, error);
    if (fold == NULL)
        return NULL;
    Lexicon *lexicon = ARENA_NEW(&rules->arena, Lexicon);
    lexicon->arena = &rules->arena;
    lexicon->fold = fold;
    lexicon->classes = classes_new(&rules->arena);
    lexicon->vocabulary = vocabulary_new(WORDS_REMEMBERED);
    lexicon->cache = &rules->cache;
    lexicon->made = ARENA_NEW(&rules->arena, Made);
    bool kept = rules->cache.parts[CACHE_SETS].count != 0;
    if (kept)
        take(lexicon, &rules->cache);
    else
        begin(lexicon);
    for (int i = 0; kind_names[i] != NULL; i++)
        lexicon->kind_classes[i] = classes_add(lexicon->classes, slice_of(kind_names[i]));
    lexicon->latin_class = classes_add(lexicon->classes, SLICE("latin"));
    Builder builder = {.lexicon = lexicon, .error = error};
    bool good = read_clitics(lexicon, rules, error) && read_shapes(lexicon, rules, error) &&
                (kept || add_groups(&builder, rules));
    arena_release(&builder.memory);
    if (!kept) /* words are forms there, not analysed as those of documents are */
        vocabulary_forget(lexicon->vocabulary);
    if (!good) {
        lexicon_free(lexicon);
        return NULL;
    }
    keep(rules, lexicon);
    rules_forget_words(rules);
    return lexicon;
}

void lexicon_free(Lexicon *lexicon)
{
    if (lexicon == NULL)
        return;
    vocabulary_free(lexicon->vocabulary);
    vocabulary_free(lexicon->literal_words);
    for (size_t i = 0; i < lexicon->shape_count; i++) {
        pcre2_code_free(lexicon->shapes[i].code);
        pcre2_match_data_free(lexicon->shapes[i].data);
    }
    release_arrays(lexicon);
    for (size_t i = 0; i < lexicon->made->block_count; i++)
        free(lexicon->made->blocks[i]);
    free(lexicon->made->blocks);
    free(lexicon->made->places);
    free(lexicon->literals);
    free(lexicon->looks);
    arena_release(&lexicon->look_memory);
    free(lexicon->closest);
    free(lexicon->starts);
    free(lexicon->matches);
    free(lexicon->match_entries);
    number_release(&lexicon->set_table);
    number_release(&lexicon->plain_sets);
    number_release(&lexicon->joined_sets);
    number_release(&lexicon->shapes_by_start.numbers);
    number_release(&lexicon->shapes_by_end.numbers);
    number_release(&lexicon->phrase_matches);
}

static void forget_made(Made *made)
{
    memset(made->places, 0, made->size * sizeof *made->places);
    made->count = 0;
}

bool lexicon_settle(Lexicon *lexicon)
{
    if (lexicon->made->count > MADE_KEPT)
        forget_made(lexicon->made);
    /* With a million names phrases are as many as words. */
    if (lexicon->match_count > MATCHES_KEPT)
        vocabulary_forget(lexicon->vocabulary);
    else if (!vocabulary_settle(lexicon->vocabulary))
        return false;
    lexicon->met = 0;
    lexicon->start_count = 0;
    lexicon->match_count = 0;
    lexicon->match_entry_count = 0;
    number_clear(&lexicon->phrase_matches);
    return true;
}

const Fold *lexicon_fold(const Lexicon *lexicon)
{
    return lexicon->fold;
}

Vocabulary *lexicon_vocabulary(Lexicon *lexicon)
{
    return lexicon->vocabulary;
}

Classes *lexicon_classes(const Lexicon *lexicon)
{
    return lexicon->classes;
}

static void make_entry(const Lexicon *lexicon, uint32_t number, LexiconEntry *made)
{
    const Entry *entry = entry_at(lexicon, number);
    const Traits *traits = traits_of(lexicon, number);
    *made = (LexiconEntry){.form = text_at(lexicon, entry->form),
                           .type = text_at(lexicon, traits->type),
                           .rule = text_at(lexicon, traits->rule),
                           .set = set_of(lexicon, number),
                           .node = number};
    made->name = made->form;
    if (entry->details != 0 && entry->details < lexicon->details_count) {
        const Details *details = &lexicon->details[entry->details];
        made->name = text_at(lexicon, details->name);
        made->id = text_at(lexicon, details->id);
        made->value = text_at(lexicon, details->value);
        made->node = NO_ENTRY - entry->details;
    }
}

Slice lexicon_entry_type(const Lexicon *lexicon, uint32_t entry)
{
    return text_at(lexicon, traits_of(lexicon, entry)->type);
}

/* The entry at place `place`, from 1. */
static LexiconEntry *made_at(const Made *made, uint32_t place)
{
    return &made->blocks[(place - 1) / MADE_BLOCK][(place - 1) % MADE_BLOCK];
}

static uint32_t make_place(Made *made)
{
    if (made->count == made->block_count * MADE_BLOCK) {
        made->blocks = memory_grow(made->blocks, &made->block_capacity, made->block_count + 1,
                                   sizeof *made->blocks);
        made->blocks[made->block_count++] = memory_take(MADE_BLOCK * sizeof **made->blocks);
    }
    return (uint32_t)++made->count;
}

const LexiconEntry *lexicon_entry(const Lexicon *lexicon, uint32_t entry)
{
    Made *made = lexicon->made;
    if (entry >= made->size) {
        size_t size = made->size;
        made->places =
            memory_grow(made->places, &made->size, lexicon->entry_count, sizeof *made->places);
        memset(made->places + size, 0, (made->size - size) * sizeof *made->places);
    }
    if (made->places[entry] == 0) {
        made->places[entry] = make_place(made);
        make_entry(lexicon, entry, made_at(made, made->places[entry]));
    }
    return made_at(made, made->places[entry]);
}

uint32_t lexicon_entry_set(const Lexicon *lexicon, uint32_t entry)
{
    return set_of(lexicon, entry);
}

/* The name of an entry that has one of its own; or NULL. */
static const Details *named_details(const Lexicon *lexicon, const Entry *entry)
{
    return entry->details != 0 && entry->details < lexicon->details_count
               ? &lexicon->details[entry->details]
               : NULL;
}

Slice lexicon_entry_name(const Lexicon *lexicon, uint32_t entry)
{
    const Entry *kept = entry_at(lexicon, entry);
    const Details *details = named_details(lexicon, kept);
    return text_at(lexicon, details != NULL ? details->name : kept->form);
}

void lexicon_fetch_entries(const Lexicon *lexicon, const uint32_t *entries, size_t count)
{
    for (size_t i = 0; i < count; i++)
        __builtin_prefetch(entry_at(lexicon, entries[i]));
    for (size_t i = 0; i < count; i++) {
        const Entry *entry = entry_at(lexicon, entries[i]);
        const Details *details = named_details(lexicon, entry);
        if (details != NULL)
            __builtin_prefetch(details);
        else if (entry->form < lexicon->text_length)
            __builtin_prefetch(lexicon->text + entry->form);
    }
    for (size_t i = 0; i < count; i++) {
        const Details *details = named_details(lexicon, entry_at(lexicon, entries[i]));
        if (details != NULL && details->name < lexicon->text_length)
            __builtin_prefetch(lexicon->text + details->name);
    }
}

/* ---- matching ---------------------------------------------------------- */

static uint32_t new_match(Lexicon *lexicon)
{
    if (lexicon->match_count == 0)
        lexicon->match_count = 1; /* number 0 is no match */
    lexicon->matches = memory_grow(lexicon->matches, &lexicon->match_capacity,
                                   lexicon->match_count + 1, sizeof *lexicon->matches);
    lexicon->matches[lexicon->match_count] = (Match){.first = (uint32_t)lexicon->match_entry_count};
    return (uint32_t)lexicon->match_count++;
}

static void match_add(Lexicon *lexicon, uint32_t match, uint32_t entry)
{
    lexicon->match_entries =
        memory_grow(lexicon->match_entries, &lexicon->match_entry_capacity,
                    lexicon->match_entry_count + 1, sizeof *lexicon->match_entries);
    lexicon->match_entries[lexicon->match_entry_count++] = entry;
    if (lexicon->matches[match].count++ == 0)
        lexicon->matches[match].entry = entry;
}

/* The classes of the entries of a match and of the proclitics in front. */
static void put_match(const Lexicon *lexicon, const Match *match, const Path *path, ClassSet *set)
{
    for (uint32_t i = 0; i < match->count; i++)
        class_union(set, &lexicon->sets[set_of(lexicon, lexicon->match_entries[match->first + i])]);
    for (size_t group = 0; path && group < lexicon->group_count; group++)
        if (path->groups >> group & 1)
            classes_put(lexicon->classes, set, lexicon->group_classes[group]);
}

/* Bytes and code points of `surface` that `letters` letters take, with the
 * marks behind them. */
static void strip_letters(const Lexicon *lexicon, Slice surface, uint32_t letters, size_t *bytes,
                          uint8_t *codepoints)
{
    const char *at = surface.data, *end = surface.data + surface.length;
    size_t passed = 0;
    while (at < end) {
        const char *next = at;
        CharKind kind = fold_char_kind(lexicon->fold, utf8_next(&next));
        bool is_letter = kind != CHAR_MARK && kind != CHAR_IGNORE;
        if (is_letter && letters == 0)
            break;
        letters -= is_letter;
        at = next;
        passed++;
    }
    *bytes = (size_t)(at - surface.data);
    *codepoints = passed > UINT8_MAX ? UINT8_MAX : (uint8_t)passed;
}

/* A word of the vocabulary that is looked at for the first time. */
typedef struct {
    Word *word;
    FoldedWord form;
    size_t first_look, look_count;
    const Path *reached_by; /* what has been found; NULL: as it stands */
    uint64_t set_key;       /* as joined_key says */
} NewWord;

typedef struct {
    Slice surface;    /* as written                                          */
    Grade best;       /* best grade so far                                   */
    size_t count;     /* entries of this grade: the first of lexicon->closest */
    const Path *path; /* NULL: none                                          */
    uint8_t clitic_length;
    bool has_literals; /* of the whole word */
} Reached;

/* The closest grade of the entries of `word` that `groups` licenses against
 * `stem`; GRADE_COUNT when there is none. Those of that grade are put behind the first
 * `from` of lexicon->closest, up to `*end`. */
static Grade closest(Lexicon *lexicon, uint32_t word, uint32_t groups, Slice stem, size_t from,
                     size_t *end)
{
    Grade best = GRADE_COUNT;
    *end = from;
    for (uint32_t e = first_entry_of_word(lexicon, word); e != NO_ENTRY;
         e = next_entry(lexicon, e)) {
        uint32_t clitics = traits_of(lexicon, e)->clitics;
        if (clitics == LITERAL || (clitics & groups) != groups)
            continue;
        Grade grade =
            fold_compare(lexicon->fold, stem, text_at(lexicon, entry_at(lexicon, e)->form));
        if (grade > best || grade == GRADE_COUNT)
            continue;
        if (grade < best)
            *end = from;
        best = grade;
        lexicon->closest = memory_grow(lexicon->closest, &lexicon->closest_capacity, *end + 1,
                                       sizeof *lexicon->closest);
        lexicon->closest[(*end)++] = e;
    }
    return best;
}

static bool has_literals(const Lexicon *lexicon, uint32_t word)
{
    for (uint32_t e = first_entry_of_word(lexicon, word); e != NO_ENTRY; e = next_entry(lexicon, e))
        if (traits_of(lexicon, e)->clitics == LITERAL)
            return true;
    return false;
}

/* With zeros behind, as padded_hash needs them. */
static Slice joined(Arena *arena, Slice a, Slice b)
{
    char *both = arena_alloc(arena, a.length + b.length + SLICE_PADDED);
    memcpy(both, a.data, a.length);
    memcpy(both + a.length, b.data, b.length);
    memset(both + a.length + b.length, 0, SLICE_PADDED);
    return (Slice){both, a.length + b.length};
}

static Slice stem_of(Arena *arena, const Path *path, Slice surface, size_t bytes,
                     const Lexicon *lexicon)
{
    Slice stem = slice_cut(surface, bytes, surface.length);
    if (path->restore.length == 0)
        return stem;
    /* لل: the written stem begins with what is left of the article. */
    uint32_t written = (uint32_t)path->letters - path->strip;
    size_t skip;
    uint8_t codepoints;
    strip_letters(lexicon, stem, written, &skip, &codepoints);
    return joined(arena, path->restore, slice_cut(stem, skip, stem.length));
}

/* Phrases that begin with `word`. */
static void add_start(Lexicon *lexicon, uint32_t word, uint16_t path, uint8_t clitic_length)
{
    uint32_t node = node_of_word(lexicon, word);
    PhraseStart start = {node, lexicon->nodes[node].further_words, path, clitic_length};
    if (node == 0)
        return;
    lexicon->starts = memory_grow(lexicon->starts, &lexicon->start_capacity,
                                  lexicon->start_count + 1, sizeof *lexicon->starts);
    lexicon->starts[lexicon->start_count++] = start;
}

static void reach_by_path(Lexicon *lexicon, const Look *look, uint32_t word, Reached *reached)
{
    const Path *path = &lexicon->paths[look->path];
    size_t bytes;
    uint8_t clitic_length;
    strip_letters(lexicon, reached->surface, path->strip, &bytes, &clitic_length);
    add_start(lexicon, word, look->path, clitic_length);
    Slice stem = stem_of(&lexicon->look_memory, path, reached->surface, bytes, lexicon);
    size_t end;
    Grade grade = closest(lexicon, word, path->groups, stem, reached->count, &end);
    /* A word that is listed with its article keeps it. */
    bool keeps_more = grade == reached->best && grade != GRADE_COUNT && reached->path &&
                      __builtin_popcount(path->groups) < __builtin_popcount(reached->path->groups);
    if (grade < reached->best || keeps_more) {
        memmove(lexicon->closest, lexicon->closest + reached->count,
                (end - reached->count) * sizeof *lexicon->closest);
        reached->count = end - reached->count;
        reached->best = grade;
        reached->path = path;
        reached->clitic_length = clitic_length;
    }
}

/* The word as it is, then behind each licensed path; notes phrase starts on the way. The
 * lexicon word that the whole word is, if any. */
static uint32_t reach(Lexicon *lexicon, const NewWord *new, Reached *reached)
{
    uint32_t whole = NOT_LISTED;
    for (size_t i = 0; i < new->look_count; i++) {
        const Look *look = &lexicon->looks[new->first_look + i];
        uint32_t word =
            look->is_listed ? hashed_word_find(lexicon, look->key, look->hash) : NOT_LISTED;
        if (word == NOT_LISTED)
            continue;
        if (look->path != PATHS_MAX) {
            reach_by_path(lexicon, look, word, reached);
            continue;
        }
        whole = word;
        add_start(lexicon, word, PATHS_MAX, 0);
        reached->has_literals = has_literals(lexicon, word);
        reached->best = closest(lexicon, word, 0, reached->surface, 0, &reached->count);
        if (reached->best != GRADE_COUNT)
            break; /* what is listed itself is never stripped */
    }
    return whole;
}

static uint32_t word_match(Lexicon *lexicon, const Reached *reached, uint32_t whole)
{
    if (reached->best == GRADE_COUNT && !reached->has_literals)
        return 0;
    uint32_t match = new_match(lexicon);
    lexicon->matches[match].clitic_length = reached->clitic_length;
    lexicon->matches[match].grade = (uint8_t)reached->best;
    lexicon->matches[match].restored = reached->path && reached->path->restore.length != 0;
    for (size_t i = 0; i < reached->count; i++)
        match_add(lexicon, match, lexicon->closest[i]);
    for (uint32_t e = reached->has_literals ? first_entry_of_word(lexicon, whole) : NO_ENTRY;
         e != NO_ENTRY; e = next_entry(lexicon, e))
        if (traits_of(lexicon, e)->clitics == LITERAL)
            match_add(lexicon, match, e);
    return match;
}

static bool is_latin(Slice surface)
{
    const char *at = surface.data;
    enum { LATIN_END = 0x250 }; /* end of Latin Extended-B */
    return utf8_next(&at) < LATIN_END;
}

/* The class set of a token that is in no list, kept by kind and shapes. */
static uint32_t plain_set(Lexicon *lexicon, TokenKind kind, bool latin, uint64_t shapes)
{
    uint64_t key = shapes << 3 | (uint64_t)kind << 1 | latin;
    uint32_t known = number_find(&lexicon->plain_sets, key);
    if (known != 0)
        return known;
    ClassSet set = {{0}};
    classes_put(lexicon->classes, &set, lexicon->kind_classes[kind]);
    if (latin)
        classes_put(lexicon->classes, &set, lexicon->latin_class);
    put_shapes(lexicon, shapes, &set);
    uint32_t number = lexicon_set_number(lexicon, &set);
    number_put(&lexicon->plain_sets, key, number);
    return number;
}

/* The class set of a single token that is `plain` by itself. */
static uint32_t joined_set(Lexicon *lexicon, uint32_t plain, const Match *match, const Path *path)
{
    ClassSet set = lexicon->sets[plain];
    put_match(lexicon, match, path, &set);
    return lexicon_set_number(lexicon, &set);
}

/* Where the joined set is kept of a word of one entry; 0: nowhere. */
static uint64_t joined_key(const Lexicon *lexicon, uint32_t plain, const Match *match,
                           const Path *path)
{
    enum { SET_BITS = 27, PATH_BITS = 10 };
    _Static_assert(PATHS_MAX < 1 << PATH_BITS && SET_BITS * 2 + PATH_BITS <= 64, "a key's parts");
    uint32_t own = set_of(lexicon, match->entry);
    if (match->count != 1 || plain >> SET_BITS != 0 || own >> SET_BITS != 0)
        return 0;
    return (uint64_t)plain << (SET_BITS + PATH_BITS) | (uint64_t)own << PATH_BITS |
           (uint64_t)(path == NULL ? 0 : path - lexicon->paths + 1);
}

/* The class set of a word with what has been found of it, which stood plain so far. */
static uint32_t word_set(Lexicon *lexicon, const NewWord *new)
{
    const Match *match = &lexicon->matches[new->word->match];
    uint32_t known = new->set_key == 0 ? 0 : number_find(&lexicon->joined_sets, new->set_key);
    if (known != 0)
        return known;
    known = joined_set(lexicon, new->word->set, match, new->reached_by);
    if (new->set_key != 0)
        number_put(&lexicon->joined_sets, new->set_key, known);
    return known;
}

/* What has been found of the word in the lists. */
static void take_match(Word *word, uint32_t number, const Match *match)
{
    word->match = number;
    word->entry = match->entry;
    word->clitic_length = match->clitic_length;
    word->grade = match->grade;
    word->restored_article = match->restored;
}

/* All but the classes of what has been found, which are fetched. */
static void analyse(Lexicon *lexicon, NewWord *new)
{
    Word *word = new->word;
    Slice surface = word_surface(word);
    uint64_t shapes = 0;
    uint32_t match = 0;
    Reached reached = {.surface = surface, .best = GRADE_COUNT};
    word->first_start = (uint32_t)lexicon->start_count;
    word->entry = NO_ENTRY;
    word->grade = GRADE_COUNT;
    if (new->look_count != 0) {
        word->lexicon_word = reach(lexicon, new, &reached);
        match = word_match(lexicon, &reached, word->lexicon_word);
        shapes = shapes_of(lexicon, &new->form, word);
    }
    word->start_count = (uint16_t)(lexicon->start_count - word->first_start);
    for (size_t i = word->first_start; i < lexicon->start_count; i++)
        word->further_words |= lexicon->starts[i].further_words;
    bool latin = word->kind == TOKEN_WORD && is_latin(surface);
    word->set = plain_set(lexicon, (TokenKind)word->kind, latin, shapes);
    if (match != 0) {
        take_match(word, match, &lexicon->matches[match]);
        new->reached_by = reached.path;
        new->set_key = joined_key(lexicon, word->set, &lexicon->matches[match], reached.path);
        number_fetch(&lexicon->joined_sets, new->set_key);
    }
}

/* ---- new words --------------------------------------------------------- */

static void add_look(Lexicon *lexicon, Slice key, size_t path)
{
    lexicon->looks = memory_grow(lexicon->looks, &lexicon->look_capacity, lexicon->look_count + 1,
                                 sizeof *lexicon->looks);
    Look *look = &lexicon->looks[lexicon->look_count++];
    *look = (Look){.key = key, .hash = padded_hash(key), .path = (uint16_t)path};
    if (lexicon->filter_size != 0)
        __builtin_prefetch(filter_at(lexicon, look->hash));
}

/* What is to be looked up for the word; nothing where it is too long. */
static void add_looks(Lexicon *lexicon, NewWord *new)
{
    Slice surface = word_surface(new->word), key;
    new->first_look = lexicon->look_count;
    new->look_count = 0;
    if (surface.length > WORD_BYTES)
        return;
    fold_edges(lexicon->fold, surface, &new->form);
    key = new->form.text;
    add_look(lexicon, key, PATHS_MAX);
    size_t second = new->form.first >> 8 & 0xFF;
    for (size_t i = lexicon->has_one_byte_prefix ? 0 : lexicon->path_from[second];
         i < lexicon->path_from[second + 1]; i++) {
        if (!affix_at_start(&lexicon->path_starts[i], &new->form))
            continue;
        const Path *path = &lexicon->paths[i];
        Slice rest = slice_cut(key, path->prefix.length, key.length);
        if (new->form.letters - path->letters < lexicon->min_stem)
            continue;
        if (path->restore.length != 0)
            rest = joined(&lexicon->look_memory, path->restore, rest);
        add_look(lexicon, rest, i);
    }
    new->look_count = lexicon->look_count - new->first_look;
}

/* Fetches what will be read of the lists, each time for all words before what it leads to
 * is asked for: the lists are larger than the caches, and so the waits overlap. */
static void fetch_looks(Lexicon *lexicon)
{
    Look *looks = lexicon->looks;
    size_t count = lexicon->look_count, mask = lexicon->word_table_size - 1;
    for (size_t i = 0; i < count; i++) {
        looks[i].is_listed = lexicon->word_table_size != 0 && may_be_listed(lexicon, looks[i].hash);
        if (looks[i].is_listed)
            __builtin_prefetch(&lexicon->word_table[(size_t)looks[i].hash & mask]);
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t entry = looks[i].is_listed ? lexicon->word_table[(size_t)looks[i].hash & mask] : 0;
        bool is_here = (entry ^ looks[i].hash) >> 32 == 0 && (uint32_t)entry < lexicon->word_count;
        looks[i].word = is_here ? (uint32_t)entry : NOT_LISTED;
        if (is_here)
            __builtin_prefetch(&lexicon->words[looks[i].word]);
    }
    for (size_t i = 0; i < count; i++) {
        const ListedWord *word = &lexicon->words[looks[i].word];
        if (looks[i].word == NOT_LISTED || word->key >= lexicon->text_length)
            continue;
        __builtin_prefetch(lexicon->text + word->key);
        if (word->first_entry < lexicon->entry_count)
            __builtin_prefetch(&lexicon->entries[word->first_entry]);
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t entry = first_entry_of_word(lexicon, looks[i].word);
        if (looks[i].word != NOT_LISTED && entry_at(lexicon, entry)->form < lexicon->text_length)
            __builtin_prefetch(lexicon->text + entry_at(lexicon, entry)->form);
    }
}

/* Looks at the words of the vocabulary that are new. */
static void meet_words(Lexicon *lexicon)
{
    enum { AT_ONCE = 16 };
    NewWord words[AT_ONCE];
    size_t count = vocabulary_count(lexicon->vocabulary);
    while (lexicon->met < count) {
        size_t taken = count - lexicon->met < AT_ONCE ? count - lexicon->met : AT_ONCE;
        lexicon->look_count = 0;
        arena_reset(&lexicon->look_memory, 1 << 16);
        for (size_t i = 0; i < taken; i++) {
            words[i].word = vocabulary_word(lexicon->vocabulary, (uint32_t)(lexicon->met + i));
            add_looks(lexicon, &words[i]);
        }
        fetch_looks(lexicon);
        for (size_t i = 0; i < taken; i++)
            analyse(lexicon, &words[i]);
        for (size_t i = 0; i < taken; i++)
            if (words[i].word->match != 0)
                words[i].word->set = word_set(lexicon, &words[i]);
        lexicon->met += taken;
    }
}

static uint32_t word_number(const Lexicon *lexicon, const Token *token)
{
    return vocabulary_word(lexicon->vocabulary, token->word)->lexicon_word;
}

static uint64_t phrase_key(uint32_t node, const PhraseStart *start)
{
    return ((uint64_t)node << 32 | (uint32_t)start->path << 8 | start->clitic_length) + 1;
}

static uint32_t phrase_match(Lexicon *lexicon, uint32_t node, const PhraseStart *start)
{
    uint64_t key = phrase_key(node, start);
    uint32_t known = number_find(&lexicon->phrase_matches, key);
    if (known != 0)
        return lexicon->matches[known].count ? known : 0;
    const Path *path = start->path == PATHS_MAX ? NULL : &lexicon->paths[start->path];
    uint32_t groups = path ? path->groups : 0;
    uint32_t match = new_match(lexicon);
    for (uint32_t e = first_entry_of_node(lexicon, node); e != NO_ENTRY;
         e = next_entry(lexicon, e)) {
        uint32_t licensed = traits_of(lexicon, e)->clitics & (uint32_t)~LITERAL;
        if ((licensed & groups) == groups)
            match_add(lexicon, match, e);
    }
    lexicon->matches[match].clitic_length = start->clitic_length;
    lexicon->matches[match].restored = path && path->restore.length != 0;
    ClassSet set = {{0}};
    put_match(lexicon, &lexicon->matches[match], path, &set);
    classes_put(lexicon->classes, &set, lexicon->kind_classes[TOKEN_WORD]);
    lexicon->matches[match].set = lexicon_set_number(lexicon, &set);
    number_put(&lexicon->phrase_matches, key, match);
    return lexicon->matches[match].count ? match : 0;
}

/* The longest phrase from token `at` on; its length in tokens, 0 for none. */
static size_t longest_phrase(Lexicon *lexicon, const Word *first, const Token *tokens, size_t at,
                             size_t to, uint32_t *match)
{
    size_t longest = 0;
    for (uint32_t i = 0; i < first->start_count; i++) {
        /* Looking at further words may move the array of starts: index it anew. */
        PhraseStart start = lexicon->starts[first->first_start + i];
        uint32_t node = start.node, further_words = start.further_words;
        for (size_t next = at + 1; next < to; next++) {
            uint32_t word = word_number(lexicon, &tokens[next]);
            if ((further_words & word_bit(word)) == 0)
                break;
            node = child_find(lexicon, node, word);
            if (node == 0)
                break;
            further_words = lexicon->nodes[node].further_words;
            if (next + 1 - at <= longest || first_entry_of_node(lexicon, node) == NO_ENTRY)
                continue;
            uint32_t found = phrase_match(lexicon, node, &start);
            if (found != 0) {
                longest = next + 1 - at;
                *match = found;
            }
        }
    }
    return longest;
}

static void make_room(ItemString *string, size_t count)
{
    string->items =
        memory_grow(string->items, &string->capacity, string->count + count, sizeof *string->items);
}

static Item *push(ItemString *string, uint32_t set)
{
    make_room(string, 1);
    Item *item = &string->items[string->count++];
    *item = (Item){.set = set, .entry = NO_ENTRY, .grade = GRADE_COUNT};
    return item;
}

void items_stretch(const ItemString *string, size_t at, size_t *from, size_t *to)
{
    size_t low = 0, high = string->stop_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (string->stops[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    *from = low == 0 ? 0 : (size_t)string->stops[low - 1] + 1;
    *to = low == string->stop_count ? string->count : string->stops[low];
}

void items_clear(ItemString *string)
{
    string->count = string->stop_count = 0;
}

void items_release(ItemString *string)
{
    free(string->items);
    free(string->kinds);
    free(string->stops);
    *string = (ItemString){0};
}

/* What a word means by itself lies in its item as it does in the word. */
enum {
    MEANING_IN_ITEM = offsetof(Item, set),
    MEANING_IN_WORD = offsetof(Word, set),
    MEANING_BYTES = sizeof(Item) - MEANING_IN_ITEM,
};
#define SAME_PLACE(member)                                                                         \
    (offsetof(Item, member) - MEANING_IN_ITEM == offsetof(Word, member) - MEANING_IN_WORD)
_Static_assert(SAME_PLACE(entry) && SAME_PLACE(match) && SAME_PLACE(clitic_length) &&
                   SAME_PLACE(restored_article) && SAME_PLACE(grade) && MEANING_BYTES == 16,
               "Word and Item agree");

enum { FETCHED_AT_ONCE = 64, FEW_EDGES = 1 << 17 };

/* A phrase that may begin in these tokens: where its words so far lead. */
typedef struct {
    PhraseStart start;
    uint32_t node, next_token;
} FetchedPhrase;

/* Goes on with each phrase by a word, as far as the edges look like it. */
static size_t fetch_words(const Lexicon *lexicon, const Token *tokens, size_t to,
                          FetchedPhrase *phrases, size_t count)
{
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        FetchedPhrase phrase = phrases[i];
        if (phrase.node != phrase.start.node && lexicon->nodes[phrase.node].first_entry != NO_ENTRY)
            __builtin_prefetch(&lexicon->entries[lexicon->nodes[phrase.node].first_entry]);
        if (phrase.next_token == to)
            continue;
        uint32_t word = word_number(lexicon, &tokens[phrase.next_token++]);
        phrase.node = fetch_child(lexicon, phrase.node, word);
        if (phrase.node == 0)
            continue;
        number_fetch(&lexicon->phrase_matches, phrase_key(phrase.node, &phrase.start));
        if (phrase.next_token < to)
            fetch_edge(lexicon, phrase.node, word_number(lexicon, &tokens[phrase.next_token]));
        phrases[left++] = phrase;
    }
    return left;
}

/* What may go on behind a word, of which the one behind token `at` has a bit: nearly
 * always nothing. */
static inline uint32_t further_word(const Lexicon *lexicon, const Token *tokens, size_t at)
{
    return vocabulary_word(lexicon->vocabulary, tokens[at].word)->further_words &
           word_bit(word_number(lexicon, &tokens[at + 1]));
}

/* Fetches what phrases of tokens [from, to), of which those from `until` on come later,
 * will need. With many names it lies scattered over far more than the caches hold: each
 * step is taken for all tokens before the next, so that the waits fall together. */
static void fetch_phrases(Lexicon *lexicon, const Token *tokens, size_t from, size_t until,
                          size_t to)
{
    FetchedPhrase phrases[FETCHED_AT_ONCE * 2];
    size_t count = 0;
    for (size_t at = from; at < until && at + 1 < to; at++)
        if (further_word(lexicon, tokens, at) != 0)
            __builtin_prefetch(
                &lexicon
                     ->starts[vocabulary_word(lexicon->vocabulary, tokens[at].word)->first_start]);
    for (size_t at = from; at < until && at + 1 < to; at++) {
        const Word *word = vocabulary_word(lexicon->vocabulary, tokens[at].word);
        uint32_t bit = further_word(lexicon, tokens, at);
        for (uint32_t i = 0; bit != 0 && i < word->start_count && count < FETCHED_AT_ONCE * 2;
             i++) {
            PhraseStart start = lexicon->starts[word->first_start + i];
            if ((start.further_words & bit) == 0)
                continue;
            fetch_edge(lexicon, start.node, word_number(lexicon, &tokens[at + 1]));
            phrases[count++] = (FetchedPhrase){start, start.node, (uint32_t)at + 1};
        }
    }
    while (count != 0)
        count = fetch_words(lexicon, tokens, to, phrases, count);
}

/* Fetches what whoever made the items will ask for. */
static void fetch_entries(const Lexicon *lexicon, const Item *items, const Item *end)
{
    const Made *made = lexicon->made;
    for (const Item *item = items; item < end; item++)
        if (item->entry < made->size) {
            __builtin_prefetch(&made->places[item->entry]);
            __builtin_prefetch(&lexicon->matches[item->match]);
        }
    for (const Item *item = items; item < end; item++)
        if (item->entry < made->size && made->places[item->entry] != 0)
            __builtin_prefetch(made_at(made, made->places[item->entry]));
}

/* Fetches where phrases are sought that may begin with token `at` and go on with the one
 * behind it. */
static void fetch_phrase(const Lexicon *lexicon, const Token *tokens, size_t at)
{
    uint32_t bit = further_word(lexicon, tokens, at);
    if (bit == 0 || lexicon->edges_size == 0)
        return;
    const Word *first = vocabulary_word(lexicon->vocabulary, tokens[at].word);
    for (uint32_t i = 0; i < first->start_count; i++) {
        const PhraseStart *start = &lexicon->starts[first->first_start + i];
        if ((start->further_words & bit) != 0)
            fetch_edge(lexicon, start->node, word_number(lexicon, &tokens[at + 1]));
    }
}

void items_add_tokens(ItemString *string, Lexicon *lexicon, const Token *tokens, size_t from,
                      size_t to)
{
    /* Tokens: words, and what of phrases begins with them, lie scattered over more than the
     * caches hold. */
    enum { AHEAD = 8, NEAR = 3 };
    const Vocabulary *words = lexicon->vocabulary;
    bool has_many = lexicon->edges_size > FEW_EDGES;
    size_t fetched = from;
    if (lexicon->met < vocabulary_count(words))
        meet_words(lexicon);
    make_room(string, to - from);
    Item *item = string->items + string->count;
    for (size_t at = from, next; at < to; at = next, item++) {
        if (has_many && at >= fetched) {
            fetched = to - at < FETCHED_AT_ONCE ? to : at + FETCHED_AT_ONCE;
            fetch_phrases(lexicon, tokens, at, fetched, to);
        }
        if (at + AHEAD < to)
            __builtin_prefetch(vocabulary_word(words, tokens[at + AHEAD].word));
        if (!has_many && at + NEAR + 1 < to)
            fetch_phrase(lexicon, tokens, at + NEAR);
        const Word *word = vocabulary_word(words, tokens[at].word);
        next = at + 1;
        item->first_token = (uint32_t)at;
        item->token_count = 1;
        item->start = tokens[at].start + word->clitic_length;
        item->end = tokens[at].end;
        memcpy((char *)item + MEANING_IN_ITEM, (const char *)word + MEANING_IN_WORD, MEANING_BYTES);
        if (next == to || further_word(lexicon, tokens, at) == 0)
            continue;
        uint32_t phrase = 0;
        size_t longer = longest_phrase(lexicon, word, tokens, at, to, &phrase);
        if (longer < 2)
            continue;
        const Match *match = &lexicon->matches[phrase];
        next = at + longer;
        *item = (Item){.first_token = (uint32_t)at,
                       .token_count = (uint32_t)longer,
                       .start = tokens[at].start + match->clitic_length,
                       .end = tokens[next - 1].end,
                       .set = match->set,
                       .entry = match->entry,
                       .match = phrase,
                       .clitic_length = match->clitic_length,
                       .restored_article = match->restored,
                       .grade = match->grade};
    }
    if (has_many)
        fetch_entries(lexicon, string->items + string->count, item);
    string->count = (size_t)(item - string->items);
}

void items_add_special(ItemString *string, uint32_t set, size_t from, size_t to, CodepointSpan span)
{
    Item *item = push(string, set);
    item->first_token = (uint32_t)from;
    item->token_count = (uint32_t)(to - from);
    item->start = (uint32_t)span.start;
    item->end = (uint32_t)span.end;
}

void items_add_stop(ItemString *string, size_t token, size_t codepoint)
{
    string->stops = memory_grow(string->stops, &string->stop_capacity, string->stop_count + 1,
                                sizeof *string->stops);
    string->stops[string->stop_count++] = (uint32_t)string->count;
    Item *item = push(string, 0);
    item->first_token = (uint32_t)token;
    item->start = item->end = (uint32_t)codepoint;
}

uint32_t lexicon_next_entry(const Lexicon *lexicon, const Item *item, uint32_t entry)
{
    if (item->match == 0)
        return NO_ENTRY;
    const Match *match = &lexicon->matches[item->match];
    for (uint32_t i = 0; i + 1 < match->count; i++)
        if (lexicon->match_entries[match->first + i] == entry)
            return lexicon->match_entries[match->first + i + 1];
    return NO_ENTRY;
}
