/* How a lexicon is made inside. For lexicon*.c alone. */
#ifndef QAWL_LEXICON_PARTS_H
#define QAWL_LEXICON_PARTS_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "common/lexicon.h"
#include "common/numbers.h"

enum {
    WORDS_REMEMBERED = 150000, /* distinct words; some 100 bytes each            */
    LITERAL_WORDS = 32000,     /* while words of patterns are cut                */
    WORD_BYTES = 256,          /* longer words are not looked up                 */
    FORM_BYTES = WORD_BYTES * 8,
    NAMES_AT_ONCE = 64, /* cut and indexed together                       */
    PATHS_MAX = 256,
    GROUPS_MAX = 16,
    SHAPES_MAX = 128,
    SHAPE_CLASSES_MAX = 60, /* that shapes give: bits of a key in plain_sets */
    AFFIXES_MAX = 1000,     /* of all shapes, at one edge of words */
    LETTERS_TOLD = 16,      /* longer words are as words with one letter less    */
    LITERAL = 1 << 30,      /* in Traits.clitics: the entry of a pattern's "word"     */
    NOT_LISTED = 0,         /* number of no lexicon word, no match, no trie node      */
    NODE_BITS = 24,         /* of an edge, for the number of the node it leads to     */
    NODES_MAX = 1 << NODE_BITS,
    SPARE_ITEMS = 1024,     /* room in a cache file for what patterns add       */
    SPARE_TEXT = 32 * 1024, /* bytes                                            */
    MADE_KEPT = 50000,      /* entries shown to callers, between documents      */
    MADE_BLOCK = 256,
    MATCHES_KEPT = 160000, /* ways in which words and phrases matched, likewise    */
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
    unsigned class_bit;         /* its place in shape_classes                    */
    Slice expression;           /* of a pattern, between its two slashes; else empty */
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

/* A bit for each shape. */
typedef struct {
    uint64_t bits[SHAPES_MAX / 64];
} ShapeBits;

/* The shapes by an edge of the words that have them: affixes are looked up, not tried
 * one after the other. */
typedef struct {
    NumberTable numbers; /* by the bytes of an affix, zeros beyond it: its place in `shapes` + 1 */
    ShapeBits shapes[AFFIXES_MAX];
    uint64_t filter[64];        /* a bit for each of these, by their hash: nearly all fail here */
    uint8_t masks_of[256];      /* by the letter at the edge: a bit for each of the masks of the
                                   affixes that it is part of */
    unsigned letter_shift;      /* where the two bytes of that letter are */
    uint64_t masks[EDGE_BYTES]; /* the bytes that affixes have */
    size_t mask_count;
    ShapeBits any; /* shapes of words with any edge */
} EdgeShapes;

/* The entries that callers have seen, as they see them. */
typedef struct {
    uint32_t *places; /* by number: in `blocks`, from 1; 0: not yet */
    size_t size;
    LexiconEntry **blocks; /* of MADE_BLOCK each, so that they stay where they are */
    size_t block_count, block_capacity;
    size_t count;
} Made;

/* A word in patterns, or a list of them. */
typedef struct {
    Slice key;       /* folded; of a list: the numbers of its entries, in order */
    uint32_t number; /* of its entry; of a list: of its class                   */
} Literal;

typedef struct {
    Literal *items;
    size_t count, capacity;
    NumberTable table; /* by hash of the key: a place in `items`, from 1 */
} Literals;

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

    Literals literals, literal_lists;
    Vocabulary *literal_words; /* for cutting them */
    Shape shapes[SHAPES_MAX];
    size_t shape_count;
    int shape_classes[SHAPE_CLASSES_MAX]; /* those of shapes, each once */
    unsigned shape_class_count;
    /* The shapes that a word may have: by its beginning, its end, its letters and its kind;
     * and those without a digit. Few are left then. */
    EdgeShapes shapes_by_start, shapes_by_end;
    ShapeBits shapes_by_letters[LETTERS_TOLD], shapes_by_kind[3], shapes_undigited;
    int kind_classes[3], latin_class;
    NumberTable plain_sets;  /* of unlisted words, by classes of shapes, kind and script */
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

/* ---- lexicon.c: sets of classes, literals --------------------------------- */

/* The number of class `name`, made if new; CLASS_NONE with `error` at `node`. */
int lexicon_need_class(Lexicon *lexicon, const RuleNode *node, Slice name, Error *error);

/* The same for a name that rules give, at `place` in the file of `node`: it must be sound. */
int lexicon_given_class(Lexicon *lexicon, const RuleNode *node, RulePlace place, Slice name,
                        Error *error);

/* `word` as it is looked up. It lives as long as the lexicon. */
Slice lexicon_fold_key(Lexicon *lexicon, Slice word);

/* The entry at place `place`, from 1. */
static inline LexiconEntry *made_at(const Made *made, uint32_t place)
{
    return &made->blocks[(place - 1) / MADE_BLOCK][(place - 1) % MADE_BLOCK];
}

/* ---- lexicon_store.c: texts, words, phrases and entries ------------------- */

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

/* The number of a text that is kept; text 0 is the empty one, which _any gives. */
uint32_t lexicon_text_add(Lexicon *lexicon, Slice text);
uint32_t lexicon_text_add_any(Lexicon *lexicon, Slice text);

/* The number of these traits; entries that stand together often share them. */
uint32_t lexicon_traits_number(Lexicon *lexicon, const Traits *traits);
uint32_t lexicon_details_add(Lexicon *lexicon, Details details);
uint32_t lexicon_entry_add(Lexicon *lexicon, Entry entry);
uint32_t lexicon_new_node(Lexicon *lexicon, uint32_t parent, uint32_t word);

/* Whether there is room for a form; `pending`: bytes of forms that are not indexed yet. */
bool lexicon_check_form(const Lexicon *lexicon, Slice form, size_t pending, const RuleNode *node,
                        Error *error);

/* Puts forms into the index, a step of all of them after the other: the waits for
 * memory, which take most of the time where names are many, fall together. */
void lexicon_index_forms(Lexicon *lexicon, FormBatch *batch, Slice text, size_t token_count);

/* Cuts one form, in `memory` and with `words`, and puts it into the index. */
bool lexicon_index_form(Lexicon *lexicon, uint32_t entry, Slice form, Vocabulary *words,
                        Arena *memory, const RuleNode *node, Error *error);

/* The listed word `key`, of which `hash` is the hash; NOT_LISTED. */
uint32_t lexicon_word_find(const Lexicon *lexicon, Slice key, uint64_t hash);

/* The node that `word` leads to behind `parent`; 0: none. */
uint32_t lexicon_child_find(const Lexicon *lexicon, uint32_t parent, uint32_t word);

void *lexicon_grow_now(const Lexicon *lexicon, void *array, size_t *capacity, size_t needed,
                       size_t item_bytes);
void lexicon_release_array(const Lexicon *lexicon, void *array);

/* As memory_grow. What is mapped moves to the heap when it must grow. */
static inline void *grow(const Lexicon *lexicon, void *array, size_t *capacity, size_t needed,
                         size_t item_bytes)
{
    return needed <= *capacity ? array
                               : lexicon_grow_now(lexicon, array, capacity, needed, item_bytes);
}

static inline Slice text_at(const Lexicon *lexicon, uint32_t at)
{
    uint32_t length;
    size_t left = lexicon->text_length - sizeof length;
    if (at > left)
        return (Slice){"", 0};
    memcpy(&length, lexicon->text + at, sizeof length);
    return length < left - at ? (Slice){lexicon->text + at + sizeof length, length}
                              : (Slice){"", 0};
}

static inline const Entry *entry_at(const Lexicon *lexicon, uint32_t entry)
{
    static const Entry none = {.next = NO_ENTRY};
    return entry < lexicon->entry_count ? &lexicon->entries[entry] : &none;
}

/* Behind `entry`, of the same form; they stand in the order of their numbers. */
static inline uint32_t next_entry(const Lexicon *lexicon, uint32_t entry)
{
    uint32_t next = entry_at(lexicon, entry)->next;
    return next > entry && next < lexicon->entry_count ? next : NO_ENTRY;
}

static inline const Traits *traits_of(const Lexicon *lexicon, uint32_t entry)
{
    uint32_t number = entry_at(lexicon, entry)->traits;
    return &lexicon->traits[number < lexicon->traits_count ? number : 0];
}

static inline uint32_t set_of(const Lexicon *lexicon, uint32_t entry)
{
    uint32_t set = traits_of(lexicon, entry)->set;
    return set < lexicon->set_count ? set : 0;
}

static inline uint32_t first_entry_of_word(const Lexicon *lexicon, uint32_t word)
{
    uint32_t entry = lexicon->words[word].first_entry;
    return entry < lexicon->entry_count ? entry : NO_ENTRY;
}

static inline uint32_t node_of_word(const Lexicon *lexicon, uint32_t word)
{
    uint32_t node = lexicon->words[word].node;
    return node < lexicon->node_count ? node : 0;
}

static inline uint32_t first_entry_of_node(const Lexicon *lexicon, uint32_t node)
{
    uint32_t entry = lexicon->nodes[node].first_entry;
    return entry < lexicon->entry_count ? entry : NO_ENTRY;
}

/* The bits of a key in its number of the filter: a Bloom filter of one number a key
 * (Putze, Sanders, Singler 2009), 16 bits or more for each and three of them set. */
static inline uint64_t filter_bits(uint64_t hash)
{
    return UINT64_C(1) << (hash & 63) | UINT64_C(1) << (hash >> 6 & 63) |
           UINT64_C(1) << (hash >> 12 & 63);
}

static inline uint64_t *filter_at(const Lexicon *lexicon, uint64_t hash)
{
    return &lexicon->filter[(size_t)(hash >> 20) & (lexicon->filter_size - 1)];
}

static inline bool may_be_listed(const Lexicon *lexicon, uint64_t hash)
{
    uint64_t bits = filter_bits(hash);
    return (*filter_at(lexicon, hash) & bits) == bits;
}

/* `key` has zeros behind it, up to SLICE_PADDED bytes. */
static inline uint64_t padded_hash(Slice key)
{
    return key.length <= SLICE_PADDED ? slice_hash_padded(key.data) : slice_hash(key);
}

/* Where many words share a bit: most of the words that do not go on from a node have one
 * that it lacks, which is known without a look at the edges. NOT_LISTED has none. */
static inline uint32_t word_bit(uint32_t word)
{
    return (uint32_t)(word != NOT_LISTED) << (word * UINT32_C(0x9E3779B1) >> 27);
}

static inline uint64_t edge_hash(uint32_t node, uint32_t word)
{
    return number_mix((uint64_t)node << 32 | word) * UINT64_C(0x9E3779B97F4A7C15);
}

/* The upper bits of the hash, in the place that they have in an edge. */
static inline uint32_t edge_tag(uint64_t hash)
{
    return (uint32_t)(hash >> 56) << NODE_BITS;
}

/* Where the search for the edge begins. */
static inline size_t edge_start(const Lexicon *lexicon, uint64_t hash)
{
    return (size_t)(hash >> 16) & (lexicon->edges_size - 1);
}

/* For searches that come soon: what they look at is fetched from memory. */
static inline void fetch_edge(const Lexicon *lexicon, uint32_t parent, uint32_t word)
{
    if (lexicon->edges_size != 0)
        __builtin_prefetch(&lexicon->edges[edge_start(lexicon, edge_hash(parent, word))]);
}

/* The node of the first edge that has the upper bits of this hash, fetched, for it may be
 * the one that is meant; 0: none has them. There are edges. */
static inline uint32_t likely_child(const Lexicon *lexicon, uint64_t hash)
{
    size_t mask = lexicon->edges_size - 1, place = edge_start(lexicon, hash);
    for (size_t tries = 0; tries <= mask; tries++, place = (place + 1) & mask) {
        uint32_t edge = lexicon->edges[place], node = edge & (NODES_MAX - 1);
        if (edge == 0)
            return 0;
        if ((edge & ~(uint32_t)(NODES_MAX - 1)) == edge_tag(hash) && node < lexicon->node_count) {
            __builtin_prefetch(&lexicon->nodes[node]);
            return node;
        }
    }
    return 0;
}

/* For a search that comes soon behind fetch_edge. */
static inline void fetch_child(const Lexicon *lexicon, uint32_t parent, uint32_t word)
{
    if (lexicon->edges_size != 0)
        (void)likely_child(lexicon, edge_hash(parent, word));
}

/* Whether `word` leads from `parent` to `node`, which is below node_count. */
static inline bool is_child(const Lexicon *lexicon, uint32_t node, uint32_t parent, uint32_t word)
{
    return lexicon->nodes[node].parent == parent && lexicon->nodes[node].word == word;
}

/* ---- lexicon_read.c: sections lexicon and clitics ------------------------- */

bool lexicon_read_entries(Lexicon *lexicon, const Rules *rules, Error *error);
bool lexicon_read_clitics(Lexicon *lexicon, const Rules *rules, Error *error);

/* ---- lexicon_shapes.c ------------------------------------------------------ */

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

static inline bool affix_at_start(const Affix *affix, const FoldedWord *word)
{
    return (word->first & affix->mask) == affix->value &&
           (affix->text.length <= EDGE_BYTES || slice_starts(word->text, affix->text));
}

Affix lexicon_affix_of(Slice text, bool at_end);
bool lexicon_read_shapes(Lexicon *lexicon, const Rules *rules, Error *error);

/* The classes of words, numbers, punctuation and Latin letters, made when it is new. */
void lexicon_add_kinds(Lexicon *lexicon);

/* The classes of the shapes that the word has, a bit for each of shape_classes. */
uint64_t lexicon_shapes_of(const Lexicon *lexicon, const FoldedWord *folded, const Word *word);
void lexicon_put_shapes(const Lexicon *lexicon, uint64_t shapes, ClassSet *set);
void lexicon_free_shapes(Lexicon *lexicon);

/* ---- lexicon_words.c: what a word by itself is ----------------------------- */

/* Looks at the words of the vocabulary that are new. */
void lexicon_meet_words(Lexicon *lexicon);

/* A match without entries, and one entry more for it, which must be the newest. */
uint32_t lexicon_new_match(Lexicon *lexicon);
void lexicon_match_add(Lexicon *lexicon, uint32_t match, uint32_t entry);

/* The classes of the entries of a match and of the proclitics in front. */
void lexicon_put_match(const Lexicon *lexicon, const Match *match, const Path *path, ClassSet *set);

#endif
