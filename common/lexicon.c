#include "common/lexicon_parts.h"

#include <stdlib.h>

/* ---- class sets -------------------------------------------------------- */

static uint64_t set_hash(const ClassSet *set)
{
    uint64_t hash = UINT64_C(0x9E3779B97F4A7C15);
    for (int i = 0; i < CLASS_WORDS; i++)
        if (set->bits[i] != 0)
            hash = number_mix(hash ^ set->bits[i]) + (uint64_t)i;
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

/* ---- classes and literals ------------------------------------------------ */

int lexicon_need_class(Lexicon *lexicon, const RuleNode *node, Slice name, Error *error)
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

int lexicon_given_class(Lexicon *lexicon, const RuleNode *node, RulePlace place, Slice name,
                        Error *error)
{
    if (class_name_is_sound(name))
        return lexicon_need_class(lexicon, node, name, error);
    error_set(error, EXIT_USAGE, node->file, place.line, place.column,
              "the class \"%.*s\" must be made of letters, digits, - and _, with dots between",
              SLICE_ARG(name));
    return CLASS_NONE;
}

Slice lexicon_fold_key(Lexicon *lexicon, Slice word)
{
    char *key = arena_alloc(lexicon->arena, FOLD_ROOM(word.length));
    return (Slice){key, fold_measured(lexicon->fold, word, key).bytes};
}

/* Where the literal stands in the table, or belongs; *number is NO_ENTRY where it is new. */
static uint64_t literal_place(const Literals *literals, Slice key, uint32_t *number)
{
    uint64_t place = slice_hash(key);
    *number = NO_ENTRY;
    for (uint32_t at; (at = number_find(&literals->table, place)) != 0; place++)
        if (slice_equal(literals->items[at - 1].key, key)) {
            *number = literals->items[at - 1].number;
            break;
        }
    return place;
}

static void keep_literal(Literals *literals, uint64_t place, Literal literal)
{
    literals->items = memory_grow(literals->items, &literals->capacity, literals->count + 1,
                                  sizeof *literals->items);
    literals->items[literals->count++] = literal;
    number_put(&literals->table, place, (uint32_t)literals->count);
}

static void release_literals(Literals *literals)
{
    free(literals->items);
    number_release(&literals->table);
}

/* The entry of a word in patterns, made if new; NO_ENTRY with `error` on a mistake. */
static uint32_t literal_entry(Lexicon *lexicon, Slice word, const RuleNode *node, Error *error)
{
    uint32_t entry;
    Slice key = lexicon_fold_key(lexicon, word);
    uint64_t place = literal_place(&lexicon->literals, key, &entry);
    if (entry != NO_ENTRY)
        return entry;
    Traits traits = {.clitics = LITERAL};
    entry = lexicon_entry_add(lexicon, (Entry){.form = lexicon_text_add(lexicon, word),
                                               .traits = lexicon_traits_number(lexicon, &traits)});
    keep_literal(&lexicon->literals, place, (Literal){key, entry});
    if (lexicon->literal_words == NULL)
        lexicon->literal_words = vocabulary_new(LITERAL_WORDS);
    Arena memory = {0};
    bool good =
        lexicon_index_form(lexicon, entry, word, lexicon->literal_words, &memory, node, error);
    arena_release(&memory);
    return good ? entry : NO_ENTRY;
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;
    return (first > second) - (first < second);
}

/* In order, each once; how many are left. */
static size_t sort_numbers(uint32_t *numbers, size_t count)
{
    size_t kept = 0;
    qsort(numbers, count, sizeof *numbers, compare_numbers);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || numbers[i] != numbers[kept - 1])
            numbers[kept++] = numbers[i];
    return kept;
}

static void add_class(Lexicon *lexicon, uint32_t entry, int class_number)
{
    Traits traits = *traits_of(lexicon, entry);
    ClassSet classes = *lexicon_set(lexicon, traits.set);
    classes_put(lexicon->classes, &classes, class_number);
    traits.set = lexicon_set_number(lexicon, &classes);
    lexicon->entries[entry].traits = lexicon_traits_number(lexicon, &traits);
}

int lexicon_add_literals(Lexicon *lexicon, const Slice *words, size_t count, const RuleNode *node,
                         Error *error)
{
    uint32_t *entries = ARENA_ROOM(lexicon->arena, count, uint32_t), known;
    for (size_t i = 0; i < count; i++) {
        entries[i] = literal_entry(lexicon, words[i], node, error);
        if (entries[i] == NO_ENTRY)
            return CLASS_NONE;
    }
    count = sort_numbers(entries, count);
    Slice key = {(const char *)entries, count * sizeof *entries};
    uint64_t place = literal_place(&lexicon->literal_lists, key, &known);
    if (known != NO_ENTRY)
        return (int)known;
    Slice name = arena_format(lexicon->arena, "\"%d\"", classes_count(lexicon->classes));
    int number = lexicon_need_class(lexicon, node, name, error);
    if (number == CLASS_NONE)
        return CLASS_NONE;
    keep_literal(&lexicon->literal_lists, place, (Literal){key, (uint32_t)number});
    for (size_t i = 0; i < count; i++)
        add_class(lexicon, entries[i], number);
    return number;
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
        lexicon_release_array(lexicon, arrays[i]);
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
    lexicon_text_add(lexicon, (Slice){NULL, 0});
    lexicon_traits_number(lexicon, &traits);
    lexicon_details_add(lexicon, (Details){0});
    lexicon_new_node(lexicon, 0, 0);
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
    lexicon_add_kinds(lexicon);
    bool good = lexicon_read_clitics(lexicon, rules, error) &&
                lexicon_read_shapes(lexicon, rules, error) &&
                (kept || lexicon_read_entries(lexicon, rules, error));
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
    lexicon_free_shapes(lexicon);
    release_arrays(lexicon);
    for (size_t i = 0; i < lexicon->made->block_count; i++)
        free(lexicon->made->blocks[i]);
    free(lexicon->made->blocks);
    free(lexicon->made->places);
    release_literals(&lexicon->literals);
    release_literals(&lexicon->literal_lists);
    free(lexicon->looks);
    arena_release(&lexicon->look_memory);
    free(lexicon->closest);
    free(lexicon->starts);
    free(lexicon->matches);
    free(lexicon->match_entries);
    number_release(&lexicon->set_table);
    number_release(&lexicon->plain_sets);
    number_release(&lexicon->joined_sets);
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

size_t lexicon_min_stem(const Lexicon *lexicon)
{
    return lexicon->min_stem;
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
