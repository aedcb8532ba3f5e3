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
            node = lexicon_child_find(lexicon, node, word);
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
    FEW_EDGES = 1 << 17, /* between words of phrases; the caches hold so many */
};

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

/* Fetches the same for whole phrases, which end before `to`. With many names it lies
 * scattered over far more than the caches hold: each step is taken for all tokens before
 * the next, so that the waits fall together. */
static void fetch_phrases(const Lexicon *lexicon, const Token *tokens, size_t from, size_t to,
                          uint64_t beginnings)
{
    FetchedPhrase phrases[TOKENS_AT_ONCE * 2];
    size_t count = 0;
    for (uint64_t left = beginnings; left != 0; left &= left - 1) {
        const Token *token = &tokens[from + (size_t)__builtin_ctzll(left)];
        const Word *word = vocabulary_word(lexicon->vocabulary, token->word);
        __builtin_prefetch(&lexicon->starts[word->first_start]);
    }
    for (uint64_t left = beginnings; left != 0; left &= left - 1) {
        size_t at = from + (size_t)__builtin_ctzll(left);
        const Word *word = vocabulary_word(lexicon->vocabulary, tokens[at].word);
        uint32_t next = word_number(lexicon, &tokens[at + 1]);
        for (uint32_t i = 0; i < word->start_count && count < TOKENS_AT_ONCE * 2; i++) {
            PhraseStart start = lexicon->starts[word->first_start + i];
            if ((start.further_words & word_bit(next)) == 0)
                continue;
            fetch_edge(lexicon, start.node, next);
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

/* A place in the table of edges where a phrase is sought, and the bit of the token that it
 * would begin with. */
typedef struct {
    uint64_t token;
    size_t place;
    uint32_t tag;
} SoughtEdge;

/* Of the bits of tokens from `from` on those whose word has an edge to the word behind it: few
 * others are left. All places are fetched before the first is looked at. */
static uint64_t sift_beginnings(const Lexicon *lexicon, const Token *tokens, size_t from,
                                uint64_t beginnings)
{
    SoughtEdge sought[TOKENS_AT_ONCE * 2];
    size_t count = 0;
    if (lexicon->edges_size == 0)
        return 0;
    for (uint64_t left = beginnings; left != 0; left &= left - 1) {
        const Token *token = &tokens[from + (size_t)__builtin_ctzll(left)];
        const Word *word = vocabulary_word(lexicon->vocabulary, token->word);
        uint32_t next = word_number(lexicon, &token[1]);
        for (uint32_t i = 0; i < word->start_count; i++) {
            const PhraseStart *start = &lexicon->starts[word->first_start + i];
            if ((start->further_words & word_bit(next)) == 0)
                continue;
            if (count == TOKENS_AT_ONCE * 2)
                return beginnings;
            uint64_t hash = edge_hash(start->node, next);
            size_t place = edge_start(lexicon, hash);
            __builtin_prefetch(&lexicon->edges[place]);
            sought[count++] = (SoughtEdge){left & -left, place, edge_tag(hash)};
        }
    }
    uint64_t sifted = 0;
    for (size_t i = 0; i < count; i++)
        if (may_have_edge(lexicon, sought[i].place, sought[i].tag))
            sifted |= sought[i].token;
    return sifted;
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

/* Puts the longest phrase that begins with token `at`, or that token; the one behind it. */
static size_t put_phrase(Lexicon *lexicon, const Token *tokens, size_t at, size_t to, Item *item)
{
    uint32_t phrase = 0;
    const Word *word = vocabulary_word(lexicon->vocabulary, tokens[at].word);
    size_t length = longest_phrase(lexicon, word, tokens, at, to, &phrase);
    if (length < 2) {
        put_tokens(lexicon->vocabulary, tokens, at, at + 1, item);
        return at + 1;
    }
    const Match *match = &lexicon->matches[phrase];
    *item = (Item){.first_token = (uint32_t)at,
                   .token_count = (uint32_t)length,
                   .start = tokens[at].start + match->clitic_length,
                   .end = tokens[at + length - 1].end,
                   .set = match->set,
                   .entry = match->entry,
                   .match = phrase,
                   .clitic_length = match->clitic_length,
                   .restored_article = match->restored,
                   .grade = match->grade};
    return at + length;
}

void items_add_tokens(ItemString *string, Lexicon *lexicon, const Token *tokens, size_t from,
                      size_t to)
{
    if (lexicon->met < vocabulary_count(lexicon->vocabulary))
        lexicon_meet_words(lexicon);
    make_room(string, to - from);
    Item *item = string->items + string->count;
    for (size_t at = from; at < to;) {
        const size_t first = at, until = to - at < TOKENS_AT_ONCE ? to : at + TOKENS_AT_ONCE;
        uint64_t beginnings = find_beginnings(lexicon->vocabulary, tokens, first, until, to);
        if (beginnings != 0)
            beginnings = sift_beginnings(lexicon, tokens, first, beginnings);
        if (beginnings != 0)
            fetch_phrases(lexicon, tokens, first, to, beginnings);
        while (at < until) {
            uint64_t left = beginnings >> (at - first);
            size_t next = left == 0 ? until : at + (size_t)__builtin_ctzll(left);
            item = put_tokens(lexicon->vocabulary, tokens, at, next, item);
            at = left == 0 ? until : put_phrase(lexicon, tokens, next, to, item++);
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
