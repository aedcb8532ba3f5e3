#include "common/lexicon.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/nearest.h"
#include "common/utf8.h"

enum {
    WORDS_REMEMBERED = 150000, /* distinct words; some 100 bytes each            */
    SCRATCH_WORDS = 4000,      /* while forms are cut                            */
    WORD_BYTES = 256,          /* longer words are not looked up                 */
    PATHS_MAX = 256,
    GROUPS_MAX = 16,
    SHAPES_MAX = 64,
    PLAIN_SHAPES = 1024,
    LITERAL = 1 << 30, /* in LexiconEntry.clitics: the entry of a pattern's "word" */
    NOT_LISTED = 0,    /* number of no lexicon word, no match, no trie node      */
};

/* Up to eight bytes at an edge of a word, compared in one step. */
typedef struct {
    Slice text;
    uint64_t value, mask;
} Affix;

/* A way to reach an entry behind proclitics. */
typedef struct {
    Slice prefix;    /* folded letters in front of the stem                       */
    Affix start;     /* the same                                                  */
    uint16_t lead;   /* its first two bytes                                       */
    Slice restore;   /* put in front of the stem before it is looked up           */
    uint32_t groups; /* bit set of the groups on the way                          */
    uint32_t strip;  /* letters of `prefix` that stand outside the span           */
} Path;

/* A folded word that stands in the lexicon. */
typedef struct {
    Slice key;
    uint32_t first_entry; /* of the forms of this one word; NO_ENTRY */
    uint32_t node;        /* of the phrases that begin with it       */
} LexiconWord;

/* A set of bytes, to pass over most words without comparing. */
typedef struct {
    uint64_t bits[4];
} ByteSet;

static void byte_put(ByteSet *set, unsigned byte)
{
    set->bits[byte / 64] |= (uint64_t)1 << (byte % 64);
}

static bool byte_in(const ByteSet *set, unsigned byte)
{
    return (set->bits[byte / 64] >> (byte % 64) & 1) != 0;
}

/* Words given by their edges, or by a regular expression. */
typedef struct {
    int class_number;
    Affix *prefixes, *suffixes; /* folded; none: any */
    size_t prefix_count, suffix_count;
    ByteSet second, last; /* the second byte of a word with such a prefix; the last */
    size_t letters;       /* at least */
    int kind;             /* TokenKind that alone may have it; -1: any */
    bool has_jit;
    bool as_written; /* the expression is over the word before folding */
    pcre2_code *code;
    pcre2_match_data *data;
} Shape;

typedef struct {
    uint32_t node, path;
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
    uint64_t *keys;
    uint32_t *values;
    size_t size, count;
} NumberTable;

struct Lexicon {
    Arena *arena;
    Fold *fold;
    Classes *classes;
    Vocabulary *vocabulary;

    LexiconEntry *entries;
    size_t entry_count, entry_capacity;
    LexiconWord *words; /* from 1 */
    size_t word_count, word_capacity;
    uint64_t *word_table; /* upper half of the key's hash, and the word; 0: empty */
    size_t word_table_size;
    uint32_t *node_entries; /* first entry of each trie node, from 1 */
    size_t node_count, node_capacity;
    NumberTable edges;

    Path paths[PATHS_MAX];
    size_t path_count;
    uint16_t path_from[257]; /* the first path by the second byte of its prefix */
    Slice group_names[GROUPS_MAX];
    int group_classes[GROUPS_MAX];
    size_t group_count;
    size_t min_stem;

    uint32_t *literals; /* their entries */
    size_t literal_count, literal_capacity;
    Shape shapes[SHAPES_MAX];
    size_t shape_count;
    int kind_classes[3], latin_class;
    uint32_t plain_sets[6][PLAIN_SHAPES]; /* of unlisted words by kind, script, shapes */

    ClassSet *sets;
    size_t set_count, set_capacity;
    NumberTable set_table;

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
    Slice text;
    uint64_t first, last;
    size_t letters; /* code points */
} FoldedWord;

static uint64_t edge_bytes(Slice text, bool at_end)
{
    char bytes[8] = {0};
    size_t length = text.length < 8 ? text.length : 8;
    if (at_end)
        memcpy(bytes + 8 - length, text.data + text.length - length, length);
    else
        memcpy(bytes, text.data, length);
    uint64_t value;
    memcpy(&value, bytes, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ /* the first byte is the lowest */
    value = __builtin_bswap64(value);
#endif
    return value;
}

static FoldedWord folded_word(Slice text)
{
    return (FoldedWord){text, edge_bytes(text, false), edge_bytes(text, true), utf8_count(text)};
}

static Affix affix_of(Slice text, bool at_end)
{
    static const char ones[] = "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF";
    Slice covered = {ones, text.length < 8 ? text.length : 8};
    return (Affix){text, edge_bytes(text, at_end), edge_bytes(covered, at_end)};
}

static bool affix_at_start(const Affix *affix, const FoldedWord *word)
{
    return (word->first & affix->mask) == affix->value && affix->text.length <= word->text.length &&
           (affix->text.length <= 8 || slice_starts(word->text, affix->text));
}

static bool affix_at_end(const Affix *affix, const FoldedWord *word)
{
    size_t length = affix->text.length;
    return (word->last & affix->mask) == affix->value && length <= word->text.length &&
           (length <= 8 ||
            slice_equal(slice_cut(word->text, word->text.length - length, word->text.length),
                        affix->text));
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
    for (size_t at = (size_t)mix(key) & (table->size - 1); table->values[at] != 0;
         at = (at + 1) & (table->size - 1))
        if (table->keys[at] == key)
            return table->values[at];
    return 0;
}

static void number_put(NumberTable *table, uint64_t key, uint32_t value)
{
    if ((table->count + 1) * 2 > table->size) {
        NumberTable old = *table;
        table->size = old.size ? old.size * 2 : 256;
        table->keys = memory_take(table->size * sizeof *table->keys);
        table->values = memory_take(table->size * sizeof *table->values);
        memset(table->values, 0, table->size * sizeof *table->values);
        table->count = 0;
        for (size_t i = 0; i < old.size; i++)
            if (old.values[i] != 0)
                number_put(table, old.keys[i], old.values[i]);
        free(old.keys);
        free(old.values);
    }
    size_t at = (size_t)mix(key) & (table->size - 1);
    while (table->values[at] != 0)
        at = (at + 1) & (table->size - 1);
    table->keys[at] = key;
    table->values[at] = value;
    table->count++;
}

static void number_clear(NumberTable *table)
{
    if (table->size != 0)
        memset(table->values, 0, table->size * sizeof *table->values);
    table->count = 0;
}

static void number_release(NumberTable *table)
{
    free(table->keys);
    free(table->values);
}

/* ---- class sets -------------------------------------------------------- */

static uint64_t set_hash(const ClassSet *set)
{
    uint64_t hash = UINT64_C(0x9E3779B97F4A7C15);
    for (int i = 0; i < CLASS_WORDS; i++)
        hash = mix(hash ^ set->bits[i]) + (uint64_t)i;
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
    lexicon->sets = memory_grow(lexicon->sets, &lexicon->set_capacity, lexicon->set_count + 1,
                                sizeof *lexicon->sets);
    lexicon->sets[lexicon->set_count++] = *classes;
    number_put(&lexicon->set_table, hash, (uint32_t)lexicon->set_count);
    return (uint32_t)lexicon->set_count - 1;
}

const ClassSet *lexicon_set(const Lexicon *lexicon, uint32_t set)
{
    return &lexicon->sets[set];
}

size_t lexicon_set_count(const Lexicon *lexicon)
{
    return lexicon->set_count;
}

/* ---- words, phrases, entries ------------------------------------------- */

static uint32_t word_find(const Lexicon *lexicon, Slice key)
{
    if (lexicon->word_table_size == 0)
        return NOT_LISTED;
    size_t mask = lexicon->word_table_size - 1;
    uint64_t hash = slice_hash(key), entry;
    for (size_t at = (size_t)hash & mask; (entry = lexicon->word_table[at]) != 0;
         at = (at + 1) & mask) {
        uint32_t number = (uint32_t)entry;
        if ((entry ^ hash) >> 32 == 0 && slice_equal(lexicon->words[number].key, key))
            return number;
    }
    return NOT_LISTED;
}

static void word_table_put(Lexicon *lexicon, uint32_t number)
{
    size_t mask = lexicon->word_table_size - 1;
    uint64_t hash = slice_hash(lexicon->words[number].key);
    size_t at = (size_t)hash & mask;
    while (lexicon->word_table[at] != 0)
        at = (at + 1) & mask;
    lexicon->word_table[at] = (hash >> 32 << 32) | number;
}

static uint32_t word_add(Lexicon *lexicon, Slice key)
{
    uint32_t number = word_find(lexicon, key);
    if (number != NOT_LISTED)
        return number;
    if (lexicon->word_count == 0)
        lexicon->word_count = 1; /* number 0 is no word */
    lexicon->words = memory_grow(lexicon->words, &lexicon->word_capacity, lexicon->word_count + 1,
                                 sizeof *lexicon->words);
    number = (uint32_t)lexicon->word_count++;
    lexicon->words[number] = (LexiconWord){arena_copy(lexicon->arena, key), NO_ENTRY, 0};
    if (lexicon->word_count * 2 > lexicon->word_table_size) {
        free(lexicon->word_table);
        lexicon->word_table_size = lexicon->word_table_size ? lexicon->word_table_size * 2 : 4096;
        lexicon->word_table = memory_take(lexicon->word_table_size * sizeof *lexicon->word_table);
        memset(lexicon->word_table, 0, lexicon->word_table_size * sizeof *lexicon->word_table);
        for (uint32_t i = 1; i < lexicon->word_count; i++)
            word_table_put(lexicon, i);
    } else {
        word_table_put(lexicon, number);
    }
    return number;
}

static uint32_t new_node(Lexicon *lexicon)
{
    if (lexicon->node_count == 0)
        lexicon->node_count = 1; /* number 0 is no node */
    lexicon->node_entries = memory_grow(lexicon->node_entries, &lexicon->node_capacity,
                                        lexicon->node_count + 1, sizeof *lexicon->node_entries);
    lexicon->node_entries[lexicon->node_count] = NO_ENTRY;
    return (uint32_t)lexicon->node_count++;
}

static uint64_t edge_key(uint32_t node, uint32_t word)
{
    return (uint64_t)node << 32 | word;
}

static void chain(Lexicon *lexicon, uint32_t *first, uint32_t entry)
{
    if (*first == NO_ENTRY) {
        *first = entry;
        return;
    }
    uint32_t last = *first;
    while (lexicon->entries[last].next != NO_ENTRY)
        last = lexicon->entries[last].next;
    lexicon->entries[last].next = entry;
}

/* Puts entry number `entry` under its form, which `scratch` cuts into words. */
static bool index_form(Lexicon *lexicon, uint32_t entry, Vocabulary *scratch, Arena *memory,
                       const RuleNode *node, Error *error)
{
    Slice form = lexicon->entries[entry].form;
    Token *tokens;
    size_t count;
    if (form.length > WORD_BYTES * 8)
        return rule_error(node, error, "the form is longer than %d bytes", WORD_BYTES * 8);
    tokenize(form, lexicon->fold, scratch, memory, &tokens, &count);
    if (count == 0)
        return rule_error(node, error, "the form \"%.*s\" has no word in it", SLICE_ARG(form));
    uint32_t at = 0;
    for (size_t i = 0; i < count; i++) {
        char key[FOLD_ROOM(WORD_BYTES * 8)];
        Slice surface = slice_cut(form, tokens[i].byte, tokens[i].byte + tokens[i].byte_length);
        Slice folded = {key, fold_word(lexicon->fold, surface, GRADE_LETTER, key)};
        uint32_t word = word_add(lexicon, folded);
        if (count == 1) {
            uint32_t first = lexicon->words[word].first_entry;
            chain(lexicon, &first, entry);
            lexicon->words[word].first_entry = first;
            return true;
        }
        if (i == 0) {
            if (lexicon->words[word].node == 0)
                lexicon->words[word].node = new_node(lexicon);
            at = lexicon->words[word].node;
            continue;
        }
        uint32_t child = number_find(&lexicon->edges, edge_key(at, word));
        if (child == 0) {
            child = new_node(lexicon);
            number_put(&lexicon->edges, edge_key(at, word), child);
        }
        at = child;
    }
    uint32_t first = lexicon->node_entries[at];
    chain(lexicon, &first, entry);
    lexicon->node_entries[at] = first;
    return true;
}

static uint32_t entry_add(Lexicon *lexicon, const LexiconEntry *entry)
{
    lexicon->entries = memory_grow(lexicon->entries, &lexicon->entry_capacity,
                                   lexicon->entry_count + 1, sizeof *lexicon->entries);
    lexicon->entries[lexicon->entry_count] = *entry;
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
        rule_error(node, error, "more than %d classes in all", CLASS_MAX);
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
    Vocabulary *scratch; /* for cutting forms */
    Arena memory;
    Error *error;
} Builder;

static bool add_forms(Builder *builder, const RuleNode *forms, LexiconEntry entry, ClassSet classes)
{
    Lexicon *lexicon = builder->lexicon;
    if (forms->kind == RULE_SCALAR) {
        entry.form = forms->scalar;
        entry.set = lexicon_set_number(lexicon, &classes);
        bool good = index_form(lexicon, entry_add(lexicon, &entry), builder->scratch,
                               &builder->memory, forms, builder->error);
        arena_reset(&builder->memory, 1 << 16);
        return good;
    }
    for (const RuleNode *form = forms->children; form; form = form->next) {
        ClassSet own = classes;
        if (forms->kind == RULE_MAP) {
            char name[64];
            int length = snprintf(name, sizeof name, "agr.%.*s", SLICE_ARG(form->key));
            int number = need_class(lexicon, form, (Slice){name, (size_t)length}, builder->error);
            if (number == CLASS_NONE)
                return false;
            classes_put(lexicon->classes, &own, number);
        }
        if (!add_forms(builder, form, entry, own))
            return false;
    }
    return true;
}

static bool add_entry(Builder *builder, const RuleNode *node, LexiconEntry entry, ClassSet classes)
{
    entry.node = node;
    if (node->kind == RULE_SCALAR) {
        entry.name = node->scalar;
        return add_forms(builder, node, entry, classes);
    }
    const RuleNode *name = rule_get(node, "name");
    if (name == NULL)
        name = rule_get(node, "lemma");
    if (name == NULL)
        return rule_error(node, builder->error, "an entry needs a name (or lemma)");
    entry.name = name->scalar;
    entry.id = rule_text(node, "id");
    entry.value = rule_text(node, "value");
    if (rule_get(node, "type") != NULL)
        entry.type = rule_text(node, "type");
    const RuleNode *clitics = rule_get(node, "clitics");
    if (clitics != NULL && !read_groups(builder->lexicon, clitics, &entry.clitics, builder->error))
        return false;
    if (!put_classes(builder->lexicon, rule_get(node, "also"), &classes, builder->error))
        return false;
    const RuleNode *forms = rule_get(node, "forms");
    return add_forms(builder, forms ? forms : name, entry, classes);
}

/* `words`: thousands of plain words read faster as one text than as a list. */
static bool add_words(Builder *builder, const RuleNode *words, LexiconEntry entry, ClassSet classes)
{
    if (words->kind != RULE_SCALAR)
        return rule_error(words, builder->error, "words: is one text, the words between blanks");
    entry.node = words;
    RuleNode form = *words;
    for (const char *at = words->scalar.data, *end = at + words->scalar.length; at < end;) {
        const char *start = at;
        while (at < end && *at != ' ' && *at != '\n' && *at != '\t')
            at++;
        form.scalar = (Slice){start, (size_t)(at - start)};
        entry.name = form.scalar;
        if (form.scalar.length > 0 && !add_forms(builder, &form, entry, classes))
            return false;
        at += at < end;
    }
    return true;
}

static bool add_group(Builder *builder, const RuleNode *node, const RuleFile *file)
{
    static const char *const known[] = {"class", "clitics", "also",  "type",     "note",
                                        "id",    "entries", "words", "disabled", NULL};
    Lexicon *lexicon = builder->lexicon;
    bool disabled;
    if (!rule_check_keys(node, known, builder->error) ||
        !rule_flag(node, "disabled", false, &disabled, builder->error))
        return false;
    const RuleNode *class_node = rule_get(node, "class");
    if (class_node == NULL)
        return rule_error(node, builder->error, "a lexicon needs a class");
    LexiconEntry entry = {.next = NO_ENTRY, .type = rule_text(node, "type")};
    entry.rule = arena_format(lexicon->arena, "%.*s/%.*s", SLICE_ARG(file->stem),
                              SLICE_ARG(class_node->scalar));
    ClassSet classes = {{0}};
    if (!put_classes(lexicon, class_node, &classes, builder->error) ||
        !put_classes(lexicon, rule_get(node, "also"), &classes, builder->error) ||
        !read_groups(lexicon, rule_get(node, "clitics"), &entry.clitics, builder->error))
        return false;
    const RuleNode *entries = rule_get(node, "entries");
    for (const RuleNode *item = entries && !disabled ? entries->children : NULL; item;
         item = item->next)
        if (!add_entry(builder, item, entry, classes))
            return false;
    const RuleNode *words = rule_get(node, "words");
    return words == NULL || disabled || add_words(builder, words, entry, classes);
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
    const RuleNode *members =
        rule_get(rule_get(section, "groups"), lexicon->group_names[number].data);
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
    static const char *const known[] = {"groups", "paths",    "contractions",
                                        "note",   "min-stem", NULL};
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
        lexicon->paths[i].start = affix_of(lexicon->paths[i].prefix, false);
        lexicon->paths[i].lead = (uint16_t)lexicon->paths[i].start.value;
    }
    qsort(lexicon->paths, lexicon->path_count, sizeof *lexicon->paths, by_prefix);
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
    *shape = (Shape){.class_number = number, .kind = -1};
    return shape;
}

static void note_edges(Shape *shape)
{
    for (size_t i = 0; i < shape->prefix_count; i++) {
        Slice text = shape->prefixes[i].text;
        for (unsigned byte = 0; byte < 256; byte++)
            if (text.length < 2 || (unsigned char)text.data[1] == byte)
                byte_put(&shape->second, byte);
    }
    for (size_t i = 0; i < shape->suffix_count; i++) {
        Slice text = shape->suffixes[i].text;
        for (unsigned byte = 0; byte < 256; byte++)
            if (text.length == 0 || (unsigned char)text.data[text.length - 1] == byte)
                byte_put(&shape->last, byte);
    }
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

static bool read_shapes(Lexicon *lexicon, const Rules *rules, Error *error)
{
    static const char *const known[] = {"id",      "class", "kind",       "prefixes", "suffixes",
                                        "letters", "match", "as-written", "note",     NULL};
    for (RuleWalk walk = rules_walk(rules, "shapes"); rule_walk_next(&walk);) {
        double letters;
        if (!rule_check_keys(walk.node, known, error) ||
            !rule_number(walk.node, "letters", 0, &letters, error))
            return false;
        Shape *shape = new_shape(lexicon, walk.node, rule_text(walk.node, "class"), error);
        if (shape == NULL)
            return false;
        if (!rule_flag(walk.node, "as-written", false, &shape->as_written, error))
            return false;
        shape->letters = letters < 0 ? 0 : (size_t)letters;
        if (!read_kind(rule_get(walk.node, "kind"), &shape->kind, error))
            return false;
        shape->prefixes =
            read_affixes(lexicon, rule_get(walk.node, "prefixes"), false, &shape->prefix_count);
        shape->suffixes =
            read_affixes(lexicon, rule_get(walk.node, "suffixes"), true, &shape->suffix_count);
        note_edges(shape);
        const RuleNode *match = rule_get(walk.node, "match");
        if (match != NULL && !compile_shape(shape, match->scalar, match, error))
            return false;
    }
    return true;
}

static bool shape_holds(const Shape *shape, const FoldedWord *word, Slice surface)
{
    bool prefix = shape->prefix_count == 0, suffix = shape->suffix_count == 0;
    if (word->letters < shape->letters ||
        (!prefix && !byte_in(&shape->second, (unsigned)(word->first >> 8) & 0xFF)) ||
        (!suffix && !byte_in(&shape->last, (unsigned)(word->last >> 56))))
        return false;
    for (size_t i = 0; i < shape->prefix_count && !prefix; i++)
        prefix = affix_at_start(&shape->prefixes[i], word);
    for (size_t i = 0; prefix && i < shape->suffix_count && !suffix; i++)
        suffix = affix_at_end(&shape->suffixes[i], word);
    if (!prefix || !suffix)
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
    uint64_t shapes = 0;
    for (size_t i = 0; i < lexicon->shape_count; i++) {
        const Shape *shape = &lexicon->shapes[i];
        if (shape->kind < 0 || shape->kind == word->kind)
            shapes |= (uint64_t)shape_holds(shape, folded, word->surface) << i;
    }
    return shapes;
}

static void put_shapes(const Lexicon *lexicon, uint64_t shapes, ClassSet *set)
{
    for (size_t i = 0; i < lexicon->shape_count; i++)
        if (shapes >> i & 1)
            classes_put(lexicon->classes, set, lexicon->shapes[i].class_number);
}

int lexicon_add_shape(Lexicon *lexicon, Slice expression, const RuleNode *node, Error *error)
{
    char name[32]; /* not the expression: a dot in it would make parent classes */
    int length = snprintf(name, sizeof name, "/%zu/", lexicon->shape_count);
    Shape *shape = new_shape(lexicon, node, (Slice){name, (size_t)length}, error);
    if (shape == NULL || !compile_shape(shape, expression, node, error))
        return CLASS_NONE;
    return shape->class_number;
}

int lexicon_add_literal(Lexicon *lexicon, Slice word, const RuleNode *node, Error *error)
{
    Slice key = fold_key(lexicon, word);
    for (size_t i = 0; i < lexicon->literal_count; i++) {
        const LexiconEntry *known = &lexicon->entries[lexicon->literals[i]];
        if (slice_equal(known->name, key))
            return (int)known->id.length;
    }
    char name[32];
    int length = snprintf(name, sizeof name, "\"%zu\"", lexicon->entry_count);
    int number = need_class(lexicon, node, (Slice){name, (size_t)length}, error);
    if (number == CLASS_NONE)
        return CLASS_NONE;
    ClassSet classes = {{0}};
    classes_put(lexicon->classes, &classes, number);
    LexiconEntry entry = {.name = key,
                          .id = {"", (size_t)number}, /* the class, for the next look-up */
                          .form = word,
                          .set = lexicon_set_number(lexicon, &classes),
                          .node = node,
                          .clitics = LITERAL,
                          .next = NO_ENTRY};
    Vocabulary *scratch = vocabulary_new(1);
    Arena memory = {0};
    lexicon->literals = memory_grow(lexicon->literals, &lexicon->literal_capacity,
                                    lexicon->literal_count + 1, sizeof *lexicon->literals);
    uint32_t added = lexicon->literals[lexicon->literal_count++] = entry_add(lexicon, &entry);
    bool good = index_form(lexicon, added, scratch, &memory, node, error);
    arena_release(&memory);
    vocabulary_free(scratch);
    return good ? number : CLASS_NONE;
}

/* ---- life -------------------------------------------------------------- */

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
    ClassSet none = {{0}};
    lexicon_set_number(lexicon, &none); /* set 0: the stop item */
    for (int i = 0; kind_names[i] != NULL; i++)
        lexicon->kind_classes[i] = classes_add(lexicon->classes, slice_of(kind_names[i]));
    lexicon->latin_class = classes_add(lexicon->classes, SLICE("latin"));
    Builder builder = {
        .lexicon = lexicon, .scratch = vocabulary_new(SCRATCH_WORDS), .error = error};
    bool good = read_clitics(lexicon, rules, error) && read_shapes(lexicon, rules, error);
    for (RuleWalk walk = rules_walk(rules, "lexicon"); good && rule_walk_next(&walk);) {
        good = add_group(&builder, walk.node, walk.file);
        vocabulary_settle(builder.scratch);
    }
    vocabulary_free(builder.scratch);
    arena_release(&builder.memory);
    if (!good) {
        lexicon_free(lexicon);
        return NULL;
    }
    return lexicon;
}

void lexicon_free(Lexicon *lexicon)
{
    if (lexicon == NULL)
        return;
    vocabulary_free(lexicon->vocabulary);
    for (size_t i = 0; i < lexicon->shape_count; i++) {
        pcre2_code_free(lexicon->shapes[i].code);
        pcre2_match_data_free(lexicon->shapes[i].data);
    }
    free(lexicon->entries);
    free(lexicon->literals);
    free(lexicon->words);
    free(lexicon->word_table);
    free(lexicon->node_entries);
    free(lexicon->sets);
    free(lexicon->starts);
    free(lexicon->matches);
    free(lexicon->match_entries);
    number_release(&lexicon->edges);
    number_release(&lexicon->set_table);
    number_release(&lexicon->phrase_matches);
}

void lexicon_settle(Lexicon *lexicon)
{
    if (!vocabulary_settle(lexicon->vocabulary))
        return;
    lexicon->start_count = 0;
    lexicon->match_count = 0;
    lexicon->match_entry_count = 0;
    number_clear(&lexicon->phrase_matches);
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

const LexiconEntry *lexicon_entry(const Lexicon *lexicon, uint32_t entry)
{
    return &lexicon->entries[entry];
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
        class_union(set,
                    &lexicon->sets[lexicon->entries[lexicon->match_entries[match->first + i]].set]);
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

typedef struct {
    FoldedWord word_form;
    Slice surface;     /* as written           */
    Grade best;        /* best grade so far    */
    uint32_t word;     /* lexicon word reached */
    const Path *path;  /* NULL: none           */
    size_t stem_bytes; /* of surface, where the stem starts */
    uint8_t clitic_length;
} Reached;

/* The closest grade of the entries of `word` that `groups` licenses against
 * `stem`; GRADE_COUNT when there is none. */
static Grade closest(const Lexicon *lexicon, uint32_t word, uint32_t groups, Slice stem)
{
    Grade best = GRADE_COUNT;
    for (uint32_t e = lexicon->words[word].first_entry; e != NO_ENTRY;
         e = lexicon->entries[e].next) {
        const LexiconEntry *entry = &lexicon->entries[e];
        if (entry->clitics == LITERAL || (entry->clitics & groups) != groups)
            continue;
        Grade grade = fold_compare(lexicon->fold, stem, entry->form);
        if (grade < best)
            best = grade;
    }
    return best;
}

static Slice stem_of(Arena *arena, const Path *path, Slice surface, size_t bytes,
                     const Lexicon *lexicon)
{
    Slice stem = slice_cut(surface, bytes, surface.length);
    if (path->restore.length == 0)
        return stem;
    /* لل: the written stem begins with what is left of the article. */
    uint32_t written = (uint32_t)utf8_count(path->prefix) - path->strip;
    size_t skip;
    uint8_t codepoints;
    strip_letters(lexicon, stem, written, &skip, &codepoints);
    return arena_format(arena, "%.*s%.*s", SLICE_ARG(path->restore), (int)(stem.length - skip),
                        stem.data + skip);
}

/* Looks the word up as it is, then behind each licensed path; notes phrase
 * starts on the way. The lexicon word that the whole word is, if any. */
static uint32_t reach(Lexicon *lexicon, Reached *reached, Arena *scratch)
{
    Slice key = reached->word_form.text;
    uint32_t whole = word_find(lexicon, key);
    reached->word = whole;
    reached->best = whole ? closest(lexicon, whole, 0, reached->surface) : GRADE_COUNT;
    if (whole && lexicon->words[whole].node != 0) {
        lexicon->starts = memory_grow(lexicon->starts, &lexicon->start_capacity,
                                      lexicon->start_count + 1, sizeof *lexicon->starts);
        lexicon->starts[lexicon->start_count++] =
            (PhraseStart){lexicon->words[whole].node, UINT32_MAX, 0};
    }
    if (reached->best != GRADE_COUNT)
        return whole;
    size_t second = reached->word_form.first >> 8 & 0xFF;
    for (size_t i = lexicon->path_from[second]; i < lexicon->path_from[second + 1]; i++) {
        const Path *path = &lexicon->paths[i];
        if (!affix_at_start(&path->start, &reached->word_form))
            continue;
        Slice rest = slice_cut(key, path->prefix.length, key.length);
        if (utf8_count(rest) < lexicon->min_stem)
            continue;
        char restored[FOLD_ROOM(WORD_BYTES) + 16];
        if (path->restore.length != 0) {
            if (path->restore.length + rest.length > sizeof restored)
                continue;
            memcpy(restored, path->restore.data, path->restore.length);
            memcpy(restored + path->restore.length, rest.data, rest.length);
            rest = (Slice){restored, path->restore.length + rest.length};
        }
        uint32_t word = word_find(lexicon, rest);
        if (word == NOT_LISTED)
            continue;
        size_t bytes;
        uint8_t clitic_length;
        strip_letters(lexicon, reached->surface, path->strip, &bytes, &clitic_length);
        if (lexicon->words[word].node != 0) {
            lexicon->starts = memory_grow(lexicon->starts, &lexicon->start_capacity,
                                          lexicon->start_count + 1, sizeof *lexicon->starts);
            lexicon->starts[lexicon->start_count++] =
                (PhraseStart){lexicon->words[word].node, (uint32_t)i, clitic_length};
        }
        Grade grade = closest(lexicon, word, path->groups,
                              stem_of(scratch, path, reached->surface, bytes, lexicon));
        if (grade < reached->best) {
            reached->best = grade;
            reached->word = word;
            reached->path = path;
            reached->stem_bytes = bytes;
            reached->clitic_length = clitic_length;
        }
    }
    return whole;
}

static uint32_t word_match(Lexicon *lexicon, const Reached *reached, uint32_t whole, Arena *scratch)
{
    bool literals = false;
    for (uint32_t e = whole ? lexicon->words[whole].first_entry : NO_ENTRY; e != NO_ENTRY;
         e = lexicon->entries[e].next)
        literals |= lexicon->entries[e].clitics == LITERAL;
    if (reached->best == GRADE_COUNT && !literals)
        return 0;
    uint32_t match = new_match(lexicon);
    lexicon->matches[match].clitic_length = reached->clitic_length;
    lexicon->matches[match].grade = (uint8_t)reached->best;
    lexicon->matches[match].restored = reached->path && reached->path->restore.length != 0;
    uint32_t groups = reached->path ? reached->path->groups : 0;
    Slice stem = reached->path ? stem_of(scratch, reached->path, reached->surface,
                                         reached->stem_bytes, lexicon)
                               : reached->surface;
    for (uint32_t e = reached->best != GRADE_COUNT ? lexicon->words[reached->word].first_entry
                                                   : NO_ENTRY;
         e != NO_ENTRY; e = lexicon->entries[e].next) {
        const LexiconEntry *entry = &lexicon->entries[e];
        if (entry->clitics != LITERAL && (entry->clitics & groups) == groups &&
            fold_compare(lexicon->fold, stem, entry->form) == reached->best)
            match_add(lexicon, match, e);
    }
    for (uint32_t e = whole ? lexicon->words[whole].first_entry : NO_ENTRY; e != NO_ENTRY;
         e = lexicon->entries[e].next)
        if (lexicon->entries[e].clitics == LITERAL)
            match_add(lexicon, match, e);
    return match;
}

static bool is_latin(Slice surface)
{
    const char *at = surface.data;
    enum { LATIN_END = 0x250 }; /* end of Latin Extended-B */
    return utf8_next(&at) < LATIN_END;
}

/* The class set of a single token. Most words are in no list: their sets are
 * kept by kind and shapes. */
static uint32_t word_set(Lexicon *lexicon, TokenKind kind, bool latin, uint64_t shapes,
                         uint32_t match, const Path *path)
{
    uint32_t *known =
        match == 0 && shapes < PLAIN_SHAPES ? &lexicon->plain_sets[kind * 2 + latin][shapes] : NULL;
    if (known != NULL && *known != 0)
        return *known;
    ClassSet set = {{0}};
    classes_put(lexicon->classes, &set, lexicon->kind_classes[kind]);
    if (latin)
        classes_put(lexicon->classes, &set, lexicon->latin_class);
    put_shapes(lexicon, shapes, &set);
    if (match != 0)
        put_match(lexicon, &lexicon->matches[match], path, &set);
    uint32_t number = lexicon_set_number(lexicon, &set);
    if (known != NULL)
        *known = number;
    return number;
}

static void analyse(Lexicon *lexicon, Word *word)
{
    uint64_t shapes = 0;
    const Path *path = NULL;
    word->first_start = (uint32_t)lexicon->start_count;
    if (word->surface.length <= WORD_BYTES) {
        char key[FOLD_ROOM(WORD_BYTES)];
        size_t length = fold_word(lexicon->fold, word->surface, GRADE_LETTER, key);
        Arena scratch = {0};
        Reached reached = {.word_form = folded_word((Slice){key, length}),
                           .surface = word->surface};
        word->lexicon_word = reach(lexicon, &reached, &scratch);
        word->match = word_match(lexicon, &reached, word->lexicon_word, &scratch);
        path = reached.path;
        shapes = shapes_of(lexicon, &reached.word_form, word);
        arena_release(&scratch);
    }
    word->start_count = (uint16_t)(lexicon->start_count - word->first_start);
    bool latin = word->kind == TOKEN_WORD && is_latin(word->surface);
    word->set = word_set(lexicon, (TokenKind)word->kind, latin, shapes, word->match, path);
    word->analysed = true;
}

static const Word *analysed_word(Lexicon *lexicon, uint32_t number)
{
    Word *word = vocabulary_word(lexicon->vocabulary, number);
    if (!word->analysed)
        analyse(lexicon, word);
    return word;
}

static uint32_t phrase_match(Lexicon *lexicon, uint32_t node, const PhraseStart *start)
{
    uint64_t key = (uint64_t)node << 32 | (start->path + 1) << 8 | start->clitic_length;
    uint32_t known = number_find(&lexicon->phrase_matches, key + 1);
    if (known != 0)
        return lexicon->matches[known].count ? known : 0;
    const Path *path = start->path == UINT32_MAX ? NULL : &lexicon->paths[start->path];
    uint32_t groups = path ? path->groups : 0;
    uint32_t match = new_match(lexicon);
    for (uint32_t e = lexicon->node_entries[node]; e != NO_ENTRY; e = lexicon->entries[e].next) {
        uint32_t licensed = lexicon->entries[e].clitics & (uint32_t)~LITERAL;
        if ((licensed & groups) == groups)
            match_add(lexicon, match, e);
    }
    lexicon->matches[match].clitic_length = start->clitic_length;
    lexicon->matches[match].restored = path && path->restore.length != 0;
    ClassSet set = {{0}};
    put_match(lexicon, &lexicon->matches[match], path, &set);
    classes_put(lexicon->classes, &set, lexicon->kind_classes[TOKEN_WORD]);
    lexicon->matches[match].set = lexicon_set_number(lexicon, &set);
    number_put(&lexicon->phrase_matches, key + 1, match);
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
        uint32_t node = start.node;
        for (size_t next = at + 1; next < to; next++) {
            uint32_t word = analysed_word(lexicon, tokens[next].word)->lexicon_word;
            node = word ? number_find(&lexicon->edges, edge_key(node, word)) : 0;
            if (node == 0)
                break;
            if (next + 1 - at <= longest || lexicon->node_entries[node] == NO_ENTRY)
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

static Item *push(ItemString *string, Lexicon *lexicon, uint32_t set)
{
    if (string->count == string->capacity)
        string->items =
            memory_grow(string->items, &string->capacity, string->count + 1, sizeof *string->items);
    Item *item = &string->items[string->count++];
    *item = (Item){.set = set, .entry = NO_ENTRY, .grade = GRADE_COUNT};
    class_union(&string->present, &lexicon->sets[set]);
    return item;
}

void items_clear(ItemString *string)
{
    string->count = 0;
    string->present = (ClassSet){{0}};
}

void items_release(ItemString *string)
{
    free(string->items);
    free(string->kinds);
    free(string->starts);
    *string = (ItemString){0};
}

void items_add_tokens(ItemString *string, Lexicon *lexicon, Slice text, const Token *tokens,
                      size_t from, size_t to)
{
    (void)text;
    enum { AHEAD = 8 }; /* tokens; words lie scattered over more than the caches hold */
    for (size_t at = from; at < to;) {
        if (at + AHEAD < to)
            __builtin_prefetch(vocabulary_word(lexicon->vocabulary, tokens[at + AHEAD].word));
        const Word *word = analysed_word(lexicon, tokens[at].word);
        uint32_t match = word->match, set = word->set;
        size_t length = 1;
        if (word->start_count != 0) {
            uint32_t phrase = 0;
            size_t longer = longest_phrase(lexicon, word, tokens, at, to, &phrase);
            if (longer > 1) {
                length = longer;
                match = phrase;
                set = lexicon->matches[phrase].set;
            }
        }
        Item *item = push(string, lexicon, set);
        item->first_token = (uint32_t)at;
        item->token_count = (uint32_t)length;
        item->start = tokens[at].start;
        item->end = tokens[at + length - 1].end;
        if (match != 0) {
            const Match *found = &lexicon->matches[match];
            item->match = match;
            item->entry = found->entry;
            item->start += found->clitic_length;
            item->clitic_length = found->clitic_length;
            item->restored_article = found->restored;
            item->grade = found->grade;
        }
        at += length;
    }
}

void items_add_special(ItemString *string, Lexicon *lexicon, const ClassSet *classes, size_t from,
                       size_t to, CodepointSpan span)
{
    Item *item = push(string, lexicon, lexicon_set_number(lexicon, classes));
    item->first_token = (uint32_t)from;
    item->token_count = (uint32_t)(to - from);
    item->start = (uint32_t)span.start;
    item->end = (uint32_t)span.end;
}

void items_add_stop(ItemString *string, Lexicon *lexicon, size_t token, size_t codepoint)
{
    Item *item = push(string, lexicon, 0);
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

const LexiconEntry *lexicon_item_entry(const Lexicon *lexicon, const Item *item, int number)
{
    for (uint32_t e = item->entry; e != NO_ENTRY; e = lexicon_next_entry(lexicon, item, e))
        if (class_has(&lexicon->sets[lexicon->entries[e].set], number))
            return &lexicon->entries[e];
    return NULL;
}
