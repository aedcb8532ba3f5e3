#include "common/lexicon_parts.h"

#include <stdlib.h>

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
    uint32_t match = lexicon_new_match(lexicon);
    for (uint32_t e = first_entry_of_node(lexicon, node); e != NO_ENTRY;
         e = next_entry(lexicon, e)) {
        uint32_t licensed = traits_of(lexicon, e)->clitics & (uint32_t)~LITERAL;
        if ((licensed & groups) == groups)
            lexicon_match_add(lexicon, match, e);
    }
    lexicon->matches[match].clitic_length = start->clitic_length;
    lexicon->matches[match].restored = path && path->restore.length != 0;
    ClassSet set = {{0}};
    lexicon_put_match(lexicon, &lexicon->matches[match], path, &set);
    classes_put(lexicon->classes, &set, lexicon->kind_classes[TOKEN_WORD]);
    lexicon->matches[match].set = lexicon_set_number(lexicon, &set);
    number_put(&lexicon->phrase_matches, key, match);
    return lexicon->matches[match].count ? match : 0;
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
    size_t before = numbers_below(string->stops, string->stop_count, (uint32_t)at);
    *from = before == 0 ? 0 : (size_t)string->stops[before - 1] + 1;
    *to = before == string->stop_count ? string->count : string->stops[before];
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

enum {
    TOKENS_AT_ONCE = 64, /* with a bit for each                               */
    WALKS_MAX = 128,     /* phrases that are followed at once                 */
    FEW_EDGES = 1 << 17, /* between words of phrases; the caches hold so many */
};

/* A phrase that may begin in these tokens: where its words so far lead, and the next one. */
typedef struct {
    PhraseStart start;
    uint32_t first; /* token, counted from the first of these */
    uint32_t words; /* that lead to `node`                    */
    uint32_t node, child;
    uint32_t word;
    uint64_t hash; /* of the edge between the two */
} Walk;

/* The longest phrases in these tokens, by the token that they begin with. */
typedef struct {
    const Token *tokens;
    size_t from, to;
    uint32_t lengths[TOKENS_AT_ONCE]; /* in tokens; 0: none */
    uint32_t matches[TOKENS_AT_ONCE];
    Walk walks[WALKS_MAX];
    size_t count;
} Phrases;

/* False where the walk ends at its node. */
static bool find_next(const Lexicon *lexicon, const Phrases *phrases, uint32_t further_words,
                      Walk *walk)
{
    size_t next = phrases->from + walk->first + walk->words;
    if (next >= phrases->to)
        return false;
    walk->word = word_number(lexicon, &phrases->tokens[next]);
    if ((further_words & word_bit(walk->word)) == 0)
        return false;
    walk->hash = edge_hash(walk->node, walk->word);
    __builtin_prefetch(&lexicon->edges[edge_start(lexicon, walk->hash)]);
    return true;
}

/* Takes all walks on by a word; few go on. Each step is taken for all of them before the
 * next, so that the waits for memory fall together. */
static void go_on(Lexicon *lexicon, Phrases *phrases)
{
    size_t left = 0;
    for (size_t i = 0; i < phrases->count; i++) {
        Walk *walk = &phrases->walks[i];
        walk->child = likely_child(lexicon, walk->hash);
        if (walk->child != 0)
            phrases->walks[left++] = *walk;
    }
    phrases->count = left;
    left = 0;
    for (size_t i = 0; i < phrases->count; i++) {
        Walk *walk = &phrases->walks[i];
        if (!is_child(lexicon, walk->child, walk->node, walk->word))
            walk->child = lexicon_child_find(lexicon, walk->node, walk->word);
        if (walk->child == 0)
            continue;
        walk->node = walk->child;
        walk->words++;
        number_fetch(&lexicon->phrase_matches, phrase_key(walk->node, &walk->start));
        phrases->walks[left++] = *walk;
    }
    phrases->count = left;
    for (size_t i = 0; i < phrases->count; i++) {
        const Walk *walk = &phrases->walks[i];
        uint32_t known =
            number_find(&lexicon->phrase_matches, phrase_key(walk->node, &walk->start));
        __builtin_prefetch(&lexicon->matches[known]);
    }
    left = 0;
    for (size_t i = 0; i < phrases->count; i++) {
        Walk walk = phrases->walks[i];
        uint32_t match = first_entry_of_node(lexicon, walk.node) == NO_ENTRY
                             ? 0
                             : phrase_match(lexicon, walk.node, &walk.start);
        if (match != 0 && walk.words > phrases->lengths[walk.first]) {
            phrases->lengths[walk.first] = walk.words;
            phrases->matches[walk.first] = match;
        }
        if (find_next(lexicon, phrases, lexicon->nodes[walk.node].further_words, &walk))
            phrases->walks[left++] = walk;
    }
    phrases->count = left;
}

/* Finds the longest phrase for each of the tokens that have a bit; the bits of those that begin
 * one. */
static uint64_t find_phrases(Lexicon *lexicon, Phrases *phrases, uint64_t beginnings)
{
    phrases->count = 0;
    for (uint64_t left = beginnings; left != 0; left &= left - 1) {
        const Token *token = &phrases->tokens[phrases->from + (size_t)__builtin_ctzll(left)];
        const Word *word = vocabulary_word(lexicon->vocabulary, token->word);
        __builtin_prefetch(&lexicon->starts[word->first_start]);
    }
    for (uint64_t left = beginnings; left != 0; left &= left - 1) {
        Walk walk = {.first = (uint32_t)__builtin_ctzll(left), .words = 1};
        const Token *token = &phrases->tokens[phrases->from + walk.first];
        const Word *word = vocabulary_word(lexicon->vocabulary, token->word);
        phrases->lengths[walk.first] = 0;
        for (uint32_t i = 0; i < word->start_count; i++) {
            walk.start = lexicon->starts[word->first_start + i];
            walk.node = walk.start.node;
            if (!find_next(lexicon, phrases, walk.start.further_words, &walk))
                continue;
            phrases->walks[phrases->count++] = walk;
            while (phrases->count == WALKS_MAX)
                go_on(lexicon, phrases);
        }
    }
    while (phrases->count != 0)
        go_on(lexicon, phrases);
    for (uint64_t left = beginnings; left != 0; left &= left - 1)
        if (phrases->lengths[__builtin_ctzll(left)] == 0)
            beginnings &= ~(left & -left);
    return beginnings;
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

/* A bit for each of tokens [from, until) with which a phrase may begin, none beyond `to`:
 * nearly all cannot, by the one behind them. */
static uint64_t find_beginnings(const Vocabulary *words, const Token *tokens, size_t from,
                                size_t until, size_t to)
{
    const size_t end = until < to ? until + 1 : to;
    uint32_t further_words = vocabulary_word(words, tokens[from].word)->further_words;
    uint64_t beginnings = 0;
    for (size_t next = from + 1; next < end; next++) {
        const Word *word = vocabulary_word(words, tokens[next].word);
        if ((further_words & word_bit(word->lexicon_word)) != 0)
            beginnings |= (uint64_t)1 << (next - 1 - from);
        further_words = word->further_words;
    }
    return beginnings;
}

/* Puts tokens [from, to) each by itself; where the next item goes. */
static Item *put_tokens(const Vocabulary *words, const Token *tokens, size_t from, size_t to,
                        Item *item)
{
    for (size_t at = from; at < to; at++, item++) {
        const Word *word = vocabulary_word(words, tokens[at].word);
        item->first_token = (uint32_t)at;
        item->token_count = 1;
        item->start = tokens[at].start + word->clitic_length;
        item->end = tokens[at].end;
        memcpy((char *)item + MEANING_IN_ITEM, (const char *)word + MEANING_IN_WORD, MEANING_BYTES);
    }
    return item;
}

/* Puts the phrase that begins with token `at`. */
static void put_phrase(const Lexicon *lexicon, const Phrases *phrases, size_t at, Item *item)
{
    uint32_t phrase = phrases->matches[at - phrases->from];
    uint32_t length = phrases->lengths[at - phrases->from];
    const Token *token = &phrases->tokens[at];
    const Match *match = &lexicon->matches[phrase];
    *item = (Item){.first_token = (uint32_t)at,
                   .token_count = length,
                   .start = token->start + match->clitic_length,
                   .end = token[length - 1].end,
                   .set = match->set,
                   .entry = match->entry,
                   .match = phrase,
                   .clitic_length = match->clitic_length,
                   .restored_article = match->restored,
                   .grade = match->grade};
}

void items_add_tokens(ItemString *string, Lexicon *lexicon, const Token *tokens, size_t from,
                      size_t to)
{
    if (lexicon->met < vocabulary_count(lexicon->vocabulary))
        lexicon_meet_words(lexicon);
    make_room(string, to - from);
    Item *item = string->items + string->count;
    Phrases phrases;
    phrases.tokens = tokens;
    phrases.to = to;
    for (size_t at = from; at < to;) {
        const size_t first = at, until = to - at < TOKENS_AT_ONCE ? to : at + TOKENS_AT_ONCE;
        uint64_t beginnings = find_beginnings(lexicon->vocabulary, tokens, first, until, to);
        phrases.from = first;
        if (beginnings != 0)
            beginnings = find_phrases(lexicon, &phrases, beginnings);
        while (at < until) {
            uint64_t left = beginnings >> (at - first);
            size_t next = left == 0 ? until : at + (size_t)__builtin_ctzll(left);
            item = put_tokens(lexicon->vocabulary, tokens, at, next, item);
            at = next;
            if (left == 0)
                break;
            put_phrase(lexicon, &phrases, next, item++);
            at += phrases.lengths[next - first];
        }
    }
    if (lexicon->edges_size > FEW_EDGES)
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
