/* Words and phrases with their classes, found at token edges and behind
 * licensed proclitics; longest match. Sections `lexicon`, `clitics`, `shapes`. */
#ifndef QAWL_LEXICON_H
#define QAWL_LEXICON_H

#include "common/classes.h"
#include "common/tokens.h"

typedef struct {
    Slice name;    /* canonical name or lemma                                      */
    Slice type;    /* entity type that the entry makes by itself; empty: none      */
    Slice id;      /* canonical id; empty: none                                    */
    Slice value;   /* empty: none                                                  */
    Slice rule;    /* FILE/CLASS, to name in output                                */
    Slice form;    /* the surface form as listed                                   */
    uint32_t set;  /* number of its class set (with parents, also-classes, agr.*),
                     for lexicon_set and lexicon_has                             */
    uint32_t node; /* number of the item in its list: the forms of one share it */
} LexiconEntry;

/* One step of the item string that patterns run over: a token, or the longest
 * phrase that starts at a token, or a special item made by the tool. */
typedef struct {
    uint32_t first_token, token_count; /* token_count 0: the stop item         */
    uint32_t start, end;               /* code points; `start` stands behind the proclitics  */
    uint32_t set;                      /* number of its class set: lexicon_set()             */
    uint32_t entry;                    /* first entry that matched, or NO_ENTRY; further ones
                            by lexicon_next_entry                              */
    uint32_t match;                    /* internal: number of the match                      */
    uint8_t clitic_length;             /* code points of proclitics in front of `start`   */
    bool restored_article;             /* the span lacks a letter of the article that was
                               contracted away (`contractions` in letters.yaml) */
    uint8_t grade;                     /* Grade of the match of a one-token entry            */
} Item;

#define NO_ENTRY UINT32_MAX

/* The last token of an item that has one or more: any but the stop item. */
static inline const Token *item_last_token(const Token *tokens, const Item *item)
{
    return &tokens[item->first_token + item->token_count - 1];
}

typedef struct Lexicon Lexicon;

/* Builds the lexicon from all `lexicon` sections of `rules`, and keeps it (rules_keep),
 * or takes it as it was kept. Long RULE_NAMES nodes are void afterwards. Lives in
 * rules->arena; free it before the rules. NULL with `error` on a mistake, with its place. */
Lexicon *lexicon_new(Rules *rules, Error *error);

const Fold *lexicon_fold(const Lexicon *lexicon);
Vocabulary *lexicon_vocabulary(Lexicon *lexicon);
Classes *lexicon_classes(const Lexicon *lexicon);

/* How many letters, code points of the folded word, proclitics leave at least; from 1. */
size_t lexicon_min_stem(const Lexicon *lexicon);

/* An entry; what this points to lives until lexicon_settle, the text in it as long as
 * the lexicon. */
const LexiconEntry *lexicon_entry(const Lexicon *lexicon, uint32_t entry);

/* The type alone: costs less where most entries have none. */
Slice lexicon_entry_type(const Lexicon *lexicon, uint32_t entry);

/* The set alone, and the name. */
uint32_t lexicon_entry_set(const Lexicon *lexicon, uint32_t entry);
Slice lexicon_entry_name(const Lexicon *lexicon, uint32_t entry);

/* Fetches from memory what those two look at: entries lie scattered, and where many are
 * asked for in a row the waits fall together. */
void lexicon_fetch_entries(const Lexicon *lexicon, const uint32_t *entries, size_t count);

/* The next entry that matched `item`, after `entry`; NO_ENTRY at the end. */
uint32_t lexicon_next_entry(const Lexicon *lexicon, const Item *item, uint32_t entry);

/* The class set of a set number, and whether it holds a class. Set numbers
 * are small, dense and stable over the run. */
const ClassSet *lexicon_set(const Lexicon *lexicon, uint32_t set);
static inline bool lexicon_has(const Lexicon *lexicon, uint32_t set, int class_number)
{
    return class_has(lexicon_set(lexicon, set), class_number);
}
size_t lexicon_set_count(const Lexicon *lexicon);

/* The number of exactly this set of classes, made if new. */
uint32_t lexicon_set_number(Lexicon *lexicon, const ClassSet *classes);

/* Behind the largest number of a match so far. */
size_t lexicon_match_count(const Lexicon *lexicon);

/* For patterns, at load: the class that a list of word literals (one or more, in any
 * order) or a regular expression over one token stands for, made if new. The expression's
 * text must live as long as the lexicon. CLASS_NONE with `error` placed at `node` on a mistake. */
int lexicon_add_literals(Lexicon *lexicon, const Slice *words, size_t count, const RuleNode *node,
                         Error *error);
int lexicon_add_shape(Lexicon *lexicon, Slice expression, const RuleNode *node, Error *error);

/* Between documents: bounds the memory of words seen (vocabulary_settle); items
 * made before are void afterwards. True if it emptied it: so are numbers of matches. */
bool lexicon_settle(Lexicon *lexicon);
void lexicon_free(Lexicon *lexicon);

/* A growing string of items; zero-initialised it is empty. On the heap, used
 * again for each stretch of text. */
typedef struct {
    Item *items;
    size_t count, capacity;
    uint16_t *kinds; /* made by pattern.h beside the items */
    size_t kind_capacity;
    uint32_t *stops; /* the stop items, in order */
    size_t stop_count, stop_capacity;
} ItemString;

/* The stretch [*from, *to) between stop items in which item `at` stands, or before the
 * stop that stands there. */
void items_stretch(const ItemString *string, size_t at, size_t *from, size_t *to);

void items_clear(ItemString *string);
void items_release(ItemString *string);

/* Appends the items for tokens [from, to): longest match from the left. */
void items_add_tokens(ItemString *string, Lexicon *lexicon, const Token *tokens, size_t from,
                      size_t to);

/* Appends one item with exactly the classes of this set for tokens [from, to), with the
 * code point span given. */
void items_add_special(ItemString *string, uint32_t set, size_t from, size_t to,
                       CodepointSpan span);

/* Appends the stop item, a sentence edge: no atom matches it, ^ and $ see it. */
void items_add_stop(ItemString *string, size_t token, size_t codepoint);

#endif
