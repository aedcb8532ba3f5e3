#include "common/lexicon_parts.h"

#include <stdlib.h>

/* ---- arrays that may lie in a cache file ------------------------------- */

static bool is_mapped(const Lexicon *lexicon, const void *array)
{
    const char *start = lexicon->cache->bytes, *at = array;
    /* An empty array may lie at the very end. */
    return start != NULL && at >= start && at <= start + lexicon->cache->length;
}

void *lexicon_grow_now(const Lexicon *lexicon, void *array, size_t *capacity, size_t needed,
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

void lexicon_release_array(const Lexicon *lexicon, void *array)
{
    if (!is_mapped(lexicon, array))
        free(array);
}

uint32_t lexicon_text_add(Lexicon *lexicon, Slice text)
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
uint32_t lexicon_text_add_any(Lexicon *lexicon, Slice text)
{
    return text.length == 0 ? 0 : lexicon_text_add(lexicon, text);
}

/* ---- words, phrases, entries ------------------------------------------- */

static uint64_t key_hash(Slice key)
{
    char padded[SLICE_PADDED] = {0};
    if (key.length > SLICE_PADDED)
        return slice_hash(key);
    memcpy(padded, key.data, key.length);
    return slice_hash_padded(padded);
}

uint32_t lexicon_word_find(const Lexicon *lexicon, Slice key, uint64_t hash)
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
    return lexicon_word_find(lexicon, key, hash);
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
    lexicon_release_array(lexicon, lexicon->word_table);
    lexicon_release_array(lexicon, lexicon->filter);
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
    lexicon->words[number] = (ListedWord){lexicon_text_add(lexicon, key), NO_ENTRY, 0};
    if ((lexicon->word_count + SPARE_ITEMS) * 2 > lexicon->word_table_size)
        grow_word_table(lexicon);
    else
        word_table_put(lexicon, number);
    return number;
}

uint32_t lexicon_new_node(Lexicon *lexicon, uint32_t parent, uint32_t word)
{
    lexicon->nodes = grow(lexicon, lexicon->nodes, &lexicon->node_capacity, lexicon->node_count + 1,
                          sizeof *lexicon->nodes);
    lexicon->nodes[lexicon->node_count] =
        (Node){.parent = parent, .word = word, .first_entry = NO_ENTRY};
    lexicon->nodes[parent].further_words |= word_bit(word);
    return (uint32_t)lexicon->node_count++;
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
            is_child(lexicon, node, parent, word))
            return at;
    }
    return SIZE_MAX;
}

uint32_t lexicon_child_find(const Lexicon *lexicon, uint32_t parent, uint32_t word)
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
    lexicon_release_array(lexicon, lexicon->edges);
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
    uint32_t child = lexicon_new_node(lexicon, parent, word);
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
        Slice folded = {key, fold_measured(lexicon->fold, surface, key).bytes};
        word->lexicon_word = word_add(lexicon, folded);
    }
    return word->lexicon_word;
}

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
            lexicon->words[word].node = lexicon_new_node(lexicon, 0, word);
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
            fetch_child(lexicon, form->node, batch_word(batch, form->first + at));
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

void lexicon_index_forms(Lexicon *lexicon, FormBatch *batch, Slice text, size_t token_count)
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

bool lexicon_check_form(const Lexicon *lexicon, Slice form, size_t pending, const RuleNode *node,
                        Error *error)
{
    if (form.length > FORM_BYTES)
        return rule_error(node, error, "the form is longer than %d bytes", FORM_BYTES);
    return (lexicon->text_length <= UINT32_MAX - (pending + form.length + 64) * 16 &&
            lexicon->node_count + pending + form.length <= NODES_MAX) ||
           rule_error(node, error, "more words and phrases than there is room for");
}

bool lexicon_index_form(Lexicon *lexicon, uint32_t entry, Slice form, Vocabulary *words,
                        Arena *memory, const RuleNode *node, Error *error)
{
    Token *tokens;
    size_t count;
    if (!lexicon_check_form(lexicon, form, 0, node, error))
        return false;
    tokenize(form, lexicon->fold, words, memory, &tokens, &count);
    if (count == 0)
        return rule_error(node, error, "the form \"%.*s\" has no word in it", SLICE_ARG(form));
    IndexedForm indexed = {.entry = entry, .count = (uint32_t)count};
    FormBatch batch = {.forms = &indexed, .count = 1, .words = words, .tokens = tokens};
    lexicon_index_forms(lexicon, &batch, form, count);
    return true;
}

uint32_t lexicon_traits_number(Lexicon *lexicon, const Traits *traits)
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

uint32_t lexicon_details_add(Lexicon *lexicon, Details details)
{
    lexicon->details = grow(lexicon, lexicon->details, &lexicon->details_capacity,
                            lexicon->details_count + 1, sizeof *lexicon->details);
    lexicon->details[lexicon->details_count] = details;
    return (uint32_t)lexicon->details_count++;
}

uint32_t lexicon_entry_add(Lexicon *lexicon, Entry entry)
{
    lexicon->entries = grow(lexicon, lexicon->entries, &lexicon->entry_capacity,
                            lexicon->entry_count + 1, sizeof *lexicon->entries);
    entry.next = NO_ENTRY;
    lexicon->entries[lexicon->entry_count] = entry;
    return (uint32_t)lexicon->entry_count++;
}
