#include "tools/quote-extract/speakers.h"

#include <stdlib.h>

#include "common/utf8.h"

#define NO_WORD UINT32_MAX

enum {
    PHRASE_MAX = 64,  /* items of one speaker phrase                            */
    NAME_WORDS = 8,   /* words of a name                                        */
    NAME_MAX = 6,     /* items of one name                                      */
    KNOWN_MAX = 4096, /* speakers of one document                               */
    LOOK_AHEAD = 14,  /* items read behind a head noun found elsewhere          */
    JOINED_MAX = 8,
    ORDINARY_BYTES = 64,
    SHORTEST_BYTES = 4, /* behind an article, or it is no article                  */
};

/* What an item is within a speaker phrase. */
typedef enum {
    TAG_OTHER, /* function words, numbers, punctuation                       */
    TAG_COMMA,
    TAG_NAME,
    TAG_LINK,   /* words inside names                                         */
    TAG_ROLE,   /* a title or office                                          */
    TAG_PEOPLE, /* people without a name                                      */
    TAG_BODY,   /* bodies by common noun                                      */
    TAG_DOCUMENT,
    TAG_ORG,
    TAG_PLACE,
    TAG_HEAD,      /* head nouns of places, events and works                     */
    TAG_ADJECTIVE, /* of origin                                                  */
    TAG_CONTINUES, /* known words that are no name                               */
    TAG_MARKED,
    TAG_BRACKET,
    TAG_WORD,     /* unknown, without article                                   */
    TAG_DEFINITE, /* unknown, with article                                      */
    TAG_PLAIN,    /* an ordinary word that is no name                           */
    TAG_PLAIN_DEFINITE,
} Tag;

typedef enum {
    GROUP_ROLES,
    GROUP_PEOPLE,
    GROUP_BODIES,
    GROUP_DOCUMENTS,
    GROUP_ORGANISATIONS,
    GROUP_OUTSIDE,
    GROUP_PLACES,
    GROUP_PLACE_HEADS,
    GROUP_NAMES,
    GROUP_LINKS,
    GROUP_ADJECTIVES,
    GROUP_CONTINUES,
    GROUP_BREAKS,
    GROUP_ARTICLES,
    GROUP_PROPER,
    GROUP_PRONOUNS,
    GROUP_MODIFIERS,
    GROUP_ORDINARY,
    GROUP_COUNT
} Group;

static const char *const GROUP_KEYS[GROUP_COUNT + 1] = {
    "roles",      "people",    "bodies",      "documents", "organisations",
    "outside",    "places",    "place_heads", "names",     "links",
    "adjectives", "continues", "breaks",      "articles",  "proper",
    "pronouns",   "modifiers", "ordinary",    NULL,
};

/* Groups whose words can be the head noun of a phrase. */
enum {
    HEAD_GROUPS = (1 << (GROUP_PLACE_HEADS + 1)) - 1 + (1 << GROUP_ADJECTIVES),
};

typedef struct {
    Slice prefix, becomes;
} Joined;

struct SpeakerRules {
    Lexicon *lexicon;
    const Fold *fold;
    ClassSet groups[GROUP_COUNT];
    ClassSet heads; /* all groups whose words can be a head noun */
    Slice article, object_mark;
    Joined joined[JOINED_MAX];
    size_t joined_count;
    size_t reach;
    int relative, work, sport, inner_link, pronoun, marked, bracketed, comma, article_class,
        preposition, object, circumstance, conjunction, halt, nisba, person, given, quantifier,
        prepositional, again;
    int masculine, feminine, plural;
    uint32_t *set_groups; /* by set number: bits of Group, 1 << 31 when known */
    size_t set_capacity;
    ItemString scratch;
};

enum { AGREE_M = 1, AGREE_F = 2, AGREE_P = 4, AGREE_ANY = 7 };

typedef struct {
    Slice name, role;
    SpeakerType type;
    Slice words[NAME_WORDS]; /* of a person's name, as written                */
    Slice keys[NAME_WORDS];  /* and folded, for comparing                     */
    size_t word_count;
    uint32_t last_word;        /* vocabulary number of the last word; NO_WORD behind a proclitic */
    uint32_t head;             /* entry of the head noun of role or name; NO_ENTRY */
    size_t role_from, role_to; /* items that hold the role; equal when none */
    unsigned agreement;        /* how verbs have agreed with it; 0 not known      */
    bool scanned;              /* the document was searched for its full name     */
} Known;

typedef struct {
    size_t number, cue, sentence_start, paragraph;
} Turn;

struct Speakers {
    SpeakerRules *rules;
    Slice text;
    const Token *tokens;
    const ItemString *string;
    Arena *arena;
    Known *known;
    size_t known_count, known_capacity;
    Turn *turns; /* who had the word, oldest first */
    size_t turn_count, turn_capacity;
    uint32_t *last_words; /* vocabulary number of the last token of each item */
    size_t turn_floor;    /* turns before this one are cut off by a turn opener */
};

/* ---- rules ---------------------------------------------------------------- */

static int need_class(Lexicon *lexicon, const char *name)
{
    return classes_add(lexicon_classes(lexicon), slice_of(name));
}

static bool read_groups(SpeakerRules *made, const RuleNode *node, Error *error)
{
    for (int group = 0; group < GROUP_COUNT; group++) {
        const RuleNode *list = rule_get(node, GROUP_KEYS[group]);
        for (const RuleNode *name = list ? list->children : NULL; name; name = name->next) {
            int number = classes_add(lexicon_classes(made->lexicon), name->scalar);
            if (number == CLASS_NONE)
                return rule_error(name, error, "more than %d classes in all", CLASS_MAX);
            made->groups[group].bits[number / 64] |= (uint64_t)1 << (number % 64);
            if (group <= GROUP_PLACE_HEADS || group == GROUP_ADJECTIVES)
                made->heads.bits[number / 64] |= (uint64_t)1 << (number % 64);
        }
    }
    return true;
}

static bool read_section(SpeakerRules *made, const RuleNode *node, Error *error)
{
    static const char *const known[] = {
        "roles",       "people",    "bodies",      "documents", "organisations",
        "outside",     "places",    "place_heads", "names",     "links",
        "adjectives",  "continues", "breaks",      "article",   "joined",
        "articles",    "proper",    "pronouns",    "modifiers", "ordinary",
        "object_mark", "reach",     NULL,
    };
    double reach;
    if (!rule_check_keys(node, known, error) || !read_groups(made, node, error) ||
        !rule_number(node, "reach", (double)made->reach, &reach, error))
        return false;
    if (reach < 0 || reach > 1e6)
        return rule_error(node, error, "reach: is not between 0 and a million");
    made->reach = (size_t)reach;
    if (rule_text(node, "article").length != 0)
        made->article = rule_text(node, "article");
    if (rule_text(node, "object_mark").length != 0)
        made->object_mark = rule_text(node, "object_mark");
    const RuleNode *list = rule_get(node, "joined");
    for (const RuleNode *item = list ? list->children : NULL; item; item = item->next) {
        if (made->joined_count == JOINED_MAX)
            return rule_error(item, error, "more than %d joined prefixes", JOINED_MAX);
        Joined *joined = &made->joined[made->joined_count++];
        joined->prefix = rule_text(item, "prefix");
        joined->becomes = rule_text(item, "becomes");
        if (joined->prefix.length == 0)
            return rule_error(item, error, "prefix: is missing");
    }
    return true;
}

SpeakerRules *speaker_rules_new(Rules *rules, Lexicon *lexicon, Error *error)
{
    SpeakerRules *made = ARENA_NEW(&rules->arena, SpeakerRules);
    made->lexicon = lexicon;
    made->fold = lexicon_fold(lexicon);
    made->reach = 6;
    for (RuleWalk walk = rules_walk(rules, "speakers"); rule_walk_next(&walk);)
        if (!read_section(made, walk.node, error))
            return NULL;
    made->marked = need_class(lexicon, "marked");
    made->bracketed = need_class(lexicon, "bracketed");
    made->comma = need_class(lexicon, "comma");
    made->article_class = need_class(lexicon, "clitic.article");
    made->conjunction = need_class(lexicon, "clitic.conjunction");
    made->nisba = need_class(lexicon, "shape.nisba");
    made->person = need_class(lexicon, "person");
    made->inner_link = need_class(lexicon, "name.link.inner");
    made->pronoun = need_class(lexicon, "shape.pronoun");
    made->work = need_class(lexicon, "title.person.work");
    made->sport = need_class(lexicon, "title.person.sport");
    made->relative = need_class(lexicon, "relative");
    made->circumstance = need_class(lexicon, "shape.circumstance");
    made->preposition = need_class(lexicon, "halt.prep");
    made->object = need_class(lexicon, "shape.object");
    made->given = need_class(lexicon, "name.given");
    made->prepositional = need_class(lexicon, "shape.prepositional");
    made->again = need_class(lexicon, "speaker.again");
    made->quantifier = need_class(lexicon, "quantifier");
    made->halt = need_class(lexicon, "halt");
    made->masculine = need_class(lexicon, "agr.m");
    made->feminine = need_class(lexicon, "agr.f");
    made->plural = need_class(lexicon, "agr.p");
    if (made->plural == CLASS_NONE) {
        error_set(error, EXIT_USAGE, NULL, 0, 0, "the rules name more than %d classes", CLASS_MAX);
        return NULL;
    }
    return made;
}

void speaker_rules_release(SpeakerRules *rules)
{
    if (rules == NULL)
        return;
    free(rules->set_groups);
    items_release(&rules->scratch);
}

/* ---- items ------------------------------------------------------------------ */

static const Item *item_at(const Speakers *speakers, size_t item)
{
    return &speakers->string->items[item];
}

static bool item_has(const Speakers *speakers, size_t item, int class_number)
{
    return lexicon_has(speakers->rules->lexicon, item_at(speakers, item)->set, class_number);
}

static bool is_stop(const Speakers *speakers, size_t item)
{
    return item_at(speakers, item)->token_count == 0;
}

/* Bits of Group that an item belongs to; worked out once for each class set. */
static uint32_t group_bits(const Speakers *speakers, size_t item)
{
    SpeakerRules *rules = speakers->rules;
    uint32_t set = item_at(speakers, item)->set;
    if (set < rules->set_capacity && rules->set_groups[set] != 0)
        return rules->set_groups[set];
    size_t had = rules->set_capacity;
    rules->set_groups = memory_grow(rules->set_groups, &rules->set_capacity,
                                    lexicon_set_count(rules->lexicon), sizeof *rules->set_groups);
    if (rules->set_capacity > had)
        memset(rules->set_groups + had, 0, (rules->set_capacity - had) * sizeof *rules->set_groups);
    const ClassSet *classes = lexicon_set(rules->lexicon, set);
    uint32_t bits = UINT32_C(1) << 31;
    for (int g = 0; g < GROUP_COUNT; g++)
        for (int i = 0; i < CLASS_WORDS; i++)
            if ((classes->bits[i] & rules->groups[g].bits[i]) != 0)
                bits |= UINT32_C(1) << g;
    rules->set_groups[set] = bits;
    return bits;
}

static bool in_group(const Speakers *speakers, size_t item, Group group)
{
    return (group_bits(speakers, item) >> group & 1) != 0;
}

/* Where an item's text begins: behind its proclitics, but with the article. */
typedef struct {
    ByteSpan bytes;
    size_t start;     /* code points                                           */
    bool put_article; /* the article is not written as such (لل): put it first */
} Core;

static Core item_core(const Speakers *speakers, size_t number)
{
    const Item *item = item_at(speakers, number);
    const Token *first = &speakers->tokens[item->first_token];
    const Token *last = &speakers->tokens[item->first_token + item->token_count - 1];
    Core core = {{first->byte, last->byte + last->byte_length}, item->start, false};
    if ((item_has(speakers, number, speakers->rules->marked) ||
         item_has(speakers, number, speakers->rules->bracketed)) &&
        item->token_count > 2) {
        core.bytes = (ByteSpan){first->byte + first->byte_length, last->byte};
        return core;
    }
    const char *at = speakers->text.data + first->byte;
    for (unsigned i = 0; i < item->clitic_length; i++)
        utf8_next(&at);
    core.bytes.start = (size_t)(at - speakers->text.data);
    Slice article = speakers->rules->article;
    if (item->restored_article) {
        /* The span begins with a letter of the article. */
        utf8_next(&at);
        core.bytes.start = (size_t)(at - speakers->text.data);
        core.put_article = true;
    } else if (item_has(speakers, number, speakers->rules->article_class)) {
        size_t cut = core.bytes.start - first->byte;
        if (cut >= article.length &&
            slice_equal(
                slice_cut(speakers->text, core.bytes.start - article.length, core.bytes.start),
                article)) {
            core.bytes.start -= article.length;
            core.start -= utf8_count(article);
        } else {
            core.put_article = true;
            core.start--;
        }
    }
    return core;
}

/* Something other than the article is joined in front. */
static bool has_proclitic(const Speakers *speakers, size_t number)
{
    const Item *item = item_at(speakers, number);
    return item->clitic_length != 0 &&
           item_core(speakers, number).bytes.start != speakers->tokens[item->first_token].byte;
}

/* The text of items [from, to) without proclitics in front. */
static Slice items_text(const Speakers *speakers, size_t from, size_t to)
{
    if (from >= to)
        return (Slice){NULL, 0};
    Core first = item_core(speakers, from);
    const Item *last = item_at(speakers, to - 1);
    const Token *last_token = &speakers->tokens[last->first_token + last->token_count - 1];
    /* Marks stay where they stand beside other words. */
    size_t end = to - from == 1 ? first.bytes.end : last_token->byte + last_token->byte_length;
    if (to - from > 1)
        first.bytes.start =
            (size_t)(first.bytes.start -
                     (item_has(speakers, from, speakers->rules->marked)
                          ? speakers->tokens[item_at(speakers, from)->first_token].byte_length
                          : 0u));
    Slice text = slice_cut(speakers->text, first.bytes.start, end);
    if (first.put_article)
        return arena_format(speakers->arena, "%.*s%.*s", SLICE_ARG(speakers->rules->article),
                            SLICE_ARG(text));
    return text;
}

static bool is_definite(const Speakers *speakers, size_t item)
{
    const Item *at = item_at(speakers, item);
    if (item > 0 && !is_stop(speakers, item - 1) && in_group(speakers, item - 1, GROUP_ARTICLES))
        return true;
    if (at->restored_article || item_has(speakers, item, speakers->rules->article_class))
        return true;
    ByteSpan bytes = item_core(speakers, item).bytes;
    /* A phrase is as definite as its last word (وزير الخارجية). */
    if (at->token_count > 1 && !item_has(speakers, item, speakers->rules->marked)) {
        const Token *last = &speakers->tokens[at->first_token + at->token_count - 1];
        bytes.start = last->byte;
    }
    Slice article = speakers->rules->article;
    Slice text = slice_cut(speakers->text, bytes.start, bytes.end);
    return article.length != 0 && slice_starts(text, article) &&
           text.length >= article.length + SHORTEST_BYTES;
}

static Tag other_tag(Speakers *speakers, size_t item)
{
    bool organisation = in_group(speakers, item, GROUP_ORGANISATIONS);
    if (in_group(speakers, item, GROUP_ROLES) && !organisation)
        return TAG_ROLE; /* مؤسسة is an institution before it is a founder */
    if (in_group(speakers, item, GROUP_PEOPLE))
        return TAG_PEOPLE;
    if (in_group(speakers, item, GROUP_DOCUMENTS))
        return TAG_DOCUMENT;
    if (organisation)
        return TAG_ORG;
    if (in_group(speakers, item, GROUP_BODIES))
        return TAG_BODY;
    if (in_group(speakers, item, GROUP_ADJECTIVES))
        return TAG_ADJECTIVE;
    if (in_group(speakers, item, GROUP_PLACES))
        return TAG_PLACE;
    if (in_group(speakers, item, GROUP_PLACE_HEADS))
        return TAG_HEAD;
    return TAG_OTHER;
}

/* Written with the mark of an object: no name. */
static bool is_object(const Speakers *speakers, const Token *token)
{
    Slice mark = speakers->rules->object_mark;
    Slice word = slice_cut(speakers->text, token->byte, token->byte + token->byte_length);
    for (size_t i = 0; mark.length != 0 && i + mark.length <= word.length; i++)
        if (memcmp(word.data + i, mark.data, mark.length) == 0)
            return true;
    return false;
}

/* What a listed word is that has no part of its own in a speaker phrase: an
 * ordinary word only if it is in no other list, and not if letters had to be
 * taken for one another (that makes too many names ordinary). */
static Tag listed_tag(const Speakers *speakers, size_t number)
{
    const SpeakerRules *rules = speakers->rules;
    const Item *item = item_at(speakers, number);
    const Token *token = &speakers->tokens[item->first_token];
    bool definite = is_definite(speakers, number);
    if (!in_group(speakers, number, GROUP_ORDINARY))
        return TAG_CONTINUES;
    char key[FOLD_ROOM(ORDINARY_BYTES)];
    size_t length = 0;
    if (token->byte_length <= ORDINARY_BYTES)
        length = fold_word(rules->fold,
                           slice_cut(speakers->text, token->byte, token->byte + token->byte_length),
                           GRADE_MARKS, key);
    const ClassSet *ordinary = &rules->groups[GROUP_ORDINARY];
    bool as_listed = false;
    for (uint32_t e = item->entry; e != NO_ENTRY; e = lexicon_next_entry(rules->lexicon, item, e)) {
        const LexiconEntry *entry = lexicon_entry(rules->lexicon, e);
        const ClassSet *set = lexicon_set(rules->lexicon, entry->set);
        bool is = false;
        for (int i = 0; i < CLASS_WORDS; i++)
            is = is || (set->bits[i] & ordinary->bits[i]) != 0;
        if (!is)
            return TAG_CONTINUES;
        size_t tail = entry->name.length;
        as_listed = as_listed ||
                    (tail <= length && memcmp(key + length - tail, entry->name.data, tail) == 0);
    }
    if (as_listed)
        return definite ? TAG_PLAIN_DEFINITE : TAG_PLAIN;
    return definite ? TAG_DEFINITE : TAG_WORD;
}

static bool is_known_part(const Speakers *speakers, size_t item);

static Tag tag_of(Speakers *speakers, size_t item, Tag previous)
{
    SpeakerRules *rules = speakers->rules;
    if (is_stop(speakers, item))
        return TAG_OTHER;
    if (item_has(speakers, item, rules->comma))
        return TAG_COMMA;
    if (item_has(speakers, item, rules->marked))
        return TAG_MARKED;
    if (item_has(speakers, item, rules->bracketed))
        return TAG_BRACKET;
    /* A word with the article carries no pronoun (المتهم). */
    bool whole = item_has(speakers, item, rules->pronoun) && is_definite(speakers, item) &&
                 in_group(speakers, item, GROUP_PEOPLE);
    if (in_group(speakers, item, GROUP_BREAKS) && !whole)
        return TAG_OTHER;
    bool beside_name = previous == TAG_NAME || previous == TAG_LINK;
    if (in_group(speakers, item, GROUP_LINKS))
        return TAG_LINK;
    Tag other = other_tag(speakers, item);
    if (in_group(speakers, item, GROUP_NAMES)) {
        /* باسم behind an indefinite noun is no given name. */
        bool noun = previous == TAG_ROLE || previous == TAG_PEOPLE || previous == TAG_BODY ||
                    previous == TAG_PLAIN || previous == TAG_WORD;
        if (noun && in_group(speakers, item, GROUP_CONTINUES) && !is_definite(speakers, item - 1))
            return TAG_CONTINUES;
        bool in_title = previous == TAG_ROLE || previous == TAG_PEOPLE ||
                        previous == TAG_ADJECTIVE || previous == TAG_ORG ||
                        previous == TAG_DEFINITE || previous == TAG_PLACE ||
                        previous == TAG_PLAIN_DEFINITE;
        if (in_title && is_definite(speakers, item) && item_has(speakers, item, rules->nisba))
            return TAG_ADJECTIVE;
        bool title = other == TAG_ROLE || other == TAG_PEOPLE;
        if (other == TAG_ORG && previous == TAG_OTHER && is_known_part(speakers, item))
            return TAG_NAME;
        /* A given name that is also a company's (فارس) is one behind a title. */
        if (in_title && (other == TAG_ORG || other == TAG_PLACE || other == TAG_BODY) &&
            item_has(speakers, item, rules->given) && !is_definite(speakers, item))
            return TAG_NAME;
        bool name = other == TAG_OTHER || (beside_name && !title) ||
                    (previous == TAG_ROLE && other != TAG_ADJECTIVE) ||
                    item_at(speakers, item)->token_count > 1;
        return name ? TAG_NAME : other;
    }
    if (other != TAG_OTHER)
        return other;
    if (item_has(speakers, item, rules->prepositional))
        return TAG_OTHER;
    const Token *token = &speakers->tokens[item_at(speakers, item)->first_token];
    if (token->kind != TOKEN_WORD)
        return TAG_OTHER;
    if (in_group(speakers, item, GROUP_CONTINUES))
        return TAG_CONTINUES;
    if (item_at(speakers, item)->entry != NO_ENTRY)
        return listed_tag(speakers, item);
    bool titled = previous == TAG_ROLE || previous == TAG_PEOPLE;
    if (is_object(speakers, token) || (titled && item_has(speakers, item, rules->circumstance)))
        return TAG_PLAIN;
    return is_definite(speakers, item) ? TAG_DEFINITE : TAG_WORD;
}

/* ---- names -------------------------------------------------------------------- */

/* The folded form of a word without its article, in the document's arena. */
static Slice fold_key(const Speakers *speakers, Slice word)
{
    char *key = arena_alloc(speakers->arena, FOLD_ROOM(word.length));
    Slice folded = {key, fold_word(speakers->rules->fold, word, GRADE_LETTER, key)};
    Slice article = speakers->rules->article; /* الجباوي and جباوي are one name */
    if (article.length != 0 && slice_starts(folded, article) &&
        folded.length >= article.length + SHORTEST_BYTES)
        folded = slice_cut(folded, article.length, folded.length);
    return folded;
}

static void put_words(const Speakers *speakers, Known *known, size_t from, size_t to)
{
    known->word_count = 0;
    for (size_t i = from; i < to; i++) {
        const Item *item = item_at(speakers, i);
        for (uint32_t t = 0; t < item->token_count && known->word_count < NAME_WORDS; t++) {
            const Token *token = &speakers->tokens[item->first_token + t];
            if (token->kind != TOKEN_WORD)
                continue;
            Slice word = slice_cut(speakers->text, token->byte, token->byte + token->byte_length);
            if (t == 0 && item->clitic_length != 0)
                word = slice_cut(speakers->text, item_core(speakers, i).bytes.start,
                                 token->byte + token->byte_length);
            known->last_word = t == 0 && has_proclitic(speakers, i) ? NO_WORD : token->word;
            known->keys[known->word_count] = fold_key(speakers, word);
            known->words[known->word_count++] = word;
        }
    }
}

static bool holds_word(const Known *known, Slice key)
{
    for (size_t i = 0; i < known->word_count; i++)
        if (slice_equal(known->keys[i], key))
            return true;
    return false;
}

/* Every word of `part` is a word of `whole`. */
static bool is_part(const Known *part, const Known *whole)
{
    for (size_t i = 0; i < part->word_count; i++)
        if (!holds_word(whole, part->keys[i]))
            return false;
    return part->word_count != 0;
}

static bool is_name_tag(Tag tag)
{
    return tag == TAG_NAME || tag == TAG_LINK || tag == TAG_WORD;
}

/* With the article, and in no list but that of ordinary words. */
static bool is_definite_tag(Tag tag)
{
    return tag == TAG_DEFINITE || tag == TAG_PLAIN_DEFINITE;
}

typedef struct {
    size_t from, to; /* items; empty when from == to */
} Range;

/* An ordinary word that has the form of a family name: no object, no plural. */
static bool may_be_family(const Speakers *speakers, size_t number)
{
    const SpeakerRules *rules = speakers->rules;
    return !item_has(speakers, number, rules->plural) && !has_proclitic(speakers, number) &&
           (is_definite(speakers, number) || !item_has(speakers, number, rules->object));
}

/* A name within [from, to) whose tags are given: what begins with a known name
 * or link, unknown words beside it included. */
static Range find_listed_name(const Speakers *speakers, const Tag *tags, size_t from, size_t to)
{
    size_t start = from;
    while (start < to && tags[start - from] != TAG_NAME &&
           !(tags[start - from] == TAG_LINK && start + 1 < to &&
             (is_name_tag(tags[start + 1 - from]) || tags[start + 1 - from] == TAG_DEFINITE)))
        start++;
    if (start == to)
        return (Range){to, to};
    if (start > from && item_has(speakers, start, speakers->rules->inner_link) &&
        tags[start - 1 - from] != TAG_OTHER && tags[start - 1 - from] != TAG_COMMA &&
        tags[start - 1 - from] != TAG_PLAIN && !is_definite(speakers, start - 1))
        start--;
    size_t left = start;
    while (left > from && start - left < 3 && tags[left - 1 - from] == TAG_WORD &&
           !item_has(speakers, start, speakers->rules->given) &&
           !item_has(speakers, left, speakers->rules->conjunction))
        left--;
    bool grounded = left == from || is_definite(speakers, left - 1) ||
                    tags[left - 1 - from] == TAG_PLACE || tags[left - 1 - from] == TAG_ADJECTIVE;
    if (!grounded || (left == from && start > from && start - from > 2))
        left = start;
    size_t end = start + 1;
    for (; end < to && end - left < NAME_MAX; end++) {
        Tag tag = tags[end - from];
        if (item_has(speakers, end, speakers->rules->conjunction))
            break;
        bool open = (item_has(speakers, end - 1, speakers->rules->given) ||
                     tags[end - 1 - from] != TAG_NAME) &&
                    !item_has(speakers, end - 1, speakers->rules->person);
        if (tags[end - 1 - from] == TAG_LINK && tag != TAG_OTHER && tag != TAG_COMMA)
            continue; /* أبو سبعة: behind a link every word is a name */
        bool ended = end - left >= 2 && tags[end - 1 - from] == TAG_DEFINITE;
        if (tag == TAG_NAME || tag == TAG_LINK ||
            ((tag == TAG_WORD || tag == TAG_DEFINITE) && open && !ended))
            continue;
        Tag next = end + 1 < to ? tags[end + 1 - from] : TAG_OTHER;
        bool last = next == TAG_OTHER || next == TAG_COMMA || next == TAG_BRACKET ||
                    next == TAG_CONTINUES || next == TAG_ROLE;
        /* Ordinary words are family names as well, behind a single given name. */
        bool listed = tag == TAG_CONTINUES && end - left == 1 && is_definite(speakers, end) &&
                      !in_group(speakers, end, GROUP_CONTINUES);
        bool origin = tag == TAG_ADJECTIVE && end - left > 1 && !ended &&
                      item_has(speakers, end - 1, speakers->rules->given);
        if ((listed || origin) && last && open)
            continue;
        if ((tag == TAG_PLAIN || tag == TAG_PLAIN_DEFINITE) && last && open && !ended &&
            (tag == TAG_PLAIN_DEFINITE || end - left == 1) && may_be_family(speakers, end))
            continue;
        last = end + 1 == to;
        bool family = (tag == TAG_ADJECTIVE && (end - left == 1 || !is_definite(speakers, end))) ||
                      (tag == TAG_PLACE && end - left == 1) ||
                      (tag == TAG_ROLE && last && (end - left > 1 || is_definite(speakers, end)));
        if (!family)
            break;
    }
    return (Range){left, end};
}

/* Unknown words at the end of a title: وزير الدفاع الأمريكي آشتون كارتر. */
static Range find_trailing_name(const Speakers *speakers, const Tag *tags, size_t from, size_t to)
{
    size_t end = to;
    while (end > from && (tags[end - 1 - from] == TAG_BRACKET || tags[end - 1 - from] == TAG_OTHER))
        end--;
    size_t start = end;
    if (end > from + 1 && tags[end - 1 - from] == TAG_PLAIN && tags[end - 2 - from] == TAG_WORD &&
        may_be_family(speakers, end - 1))
        start--;
    while (start > from &&
           (is_name_tag(tags[start - 1 - from]) || tags[start - 1 - from] == TAG_DEFINITE))
        start--;
    while (start < end && tags[start - from] == TAG_DEFINITE)
        start++;
    if (start == end || start == from || end - start > 4)
        return (Range){to, to};
    Tag before = tags[start - 1 - from];
    /* One unknown word behind a long title is rather its object. */
    if (end - start == 1 && !in_group(speakers, start, GROUP_PROPER) &&
        !(before == TAG_ROLE && tags[start - from] == TAG_WORD &&
          item_at(speakers, start - 1)->token_count == 1))
        return (Range){to, to};
    bool grounded =
        before == TAG_PLACE || before == TAG_CONTINUES ||
        (in_group(speakers, start, GROUP_PROPER) && before != TAG_OTHER) ||
        (is_definite(speakers, start - 1) && before != TAG_OTHER && before != TAG_COMMA);
    return grounded ? (Range){start, end} : (Range){to, to};
}

/* A stretch between commas that is a name from end to end. */
static Range find_bare_name(const Speakers *speakers, const Tag *tags, size_t from, size_t to)
{
    size_t end = from;
    if (from < to && item_has(speakers, from, speakers->rules->person))
        return (Range){from, from + 1}; /* what follows is its object */
    while (end < to && (is_name_tag(tags[end - from]) || tags[end - from] == TAG_DEFINITE))
        end++;
    if (end < to && end > from && tags[end - from] == TAG_PLAIN)
        return (Range){from, end}; /* and an object or adverb */
    bool title_behind = end < to && end - from >= 2 &&
                        (tags[end - from] == TAG_ROLE || tags[end - from] == TAG_PEOPLE);
    for (size_t i = end; i < to && !title_behind; i++)
        if (tags[i - from] != TAG_OTHER && tags[i - from] != TAG_BRACKET)
            return (Range){to, to};
    return end - from <= 5 ? (Range){from, end} : (Range){to, to};
}

static const uint32_t *last_words(Speakers *speakers)
{
    const ItemString *string = speakers->string;
    if (speakers->last_words != NULL)
        return speakers->last_words;
    speakers->last_words = arena_alloc(speakers->arena, (string->count + 1) * sizeof(uint32_t));
    for (size_t i = 0; i < string->count; i++) {
        const Item *item = &string->items[i];
        speakers->last_words[i] =
            item->token_count == 0
                ? NO_WORD
                : speakers->tokens[item->first_token + item->token_count - 1].word;
    }
    return speakers->last_words;
}

/* The longest name that the document gives to whom `part` names by its last
 * (or only) word: looks for that word behind other parts of a name. Of equally
 * long ones the last before item `near`. */
static Range find_fuller(Speakers *speakers, const Known *part, size_t near)
{
    const ItemString *string = speakers->string;
    Range best = {0, 0};
    Slice last = part->words[part->word_count - 1];
    const uint32_t *words = last_words(speakers);
    for (size_t i = 0; i < string->count; i++) {
        if (words[i] != part->last_word && part->last_word != NO_WORD)
            continue; /* nearly all items */
        const Item *item = &string->items[i];
        if (item->token_count == 0 || item->token_count > 4)
            continue;
        const Token *token = &speakers->tokens[item->first_token + item->token_count - 1];
        ByteSpan bytes = item_core(speakers, i).bytes;
        size_t start_byte = item->token_count == 1 ? bytes.start : token->byte;
        if (!slice_equal(slice_cut(speakers->text, start_byte, bytes.end), last) ||
            item_has(speakers, i, speakers->rules->marked))
            continue;
        size_t start = i;
        while (
            start > 0 && i - start < 4 && !has_proclitic(speakers, start) &&
            !is_stop(speakers, start - 1) && is_name_tag(tag_of(speakers, start - 1, TAG_NAME)) &&
            !(item_has(speakers, start, speakers->rules->given) &&
              tag_of(speakers, start - 1, TAG_NAME) == TAG_WORD) &&
            !item_has(speakers, start - 1, speakers->rules->person) &&
            !in_group(speakers, start - 1, GROUP_CONTINUES) &&
            (!is_definite(speakers, start - 1) || (start > 1 && !is_stop(speakers, start - 2) &&
                                                   in_group(speakers, start - 2, GROUP_LINKS))) &&
            !item_has(speakers, start, speakers->rules->conjunction))
            start--;
        /* Unknown words belong to the name only behind a title or a comma. */
        while (start < i && tag_of(speakers, start, TAG_OTHER) == TAG_WORD) {
            Tag before = start == 0 || is_stop(speakers, start - 1)
                             ? TAG_OTHER
                             : tag_of(speakers, start - 1, TAG_OTHER);
            bool grounded =
                before == TAG_PLACE || in_group(speakers, start, GROUP_PROPER) ||
                ((before == TAG_ADJECTIVE || before == TAG_ROLE || is_definite_tag(before)) &&
                 is_definite(speakers, start - 1) && i - start < 3);
            if (grounded)
                break;
            start++;
        }
        size_t end = i + 1;
        if (part->word_count == 1 && start == i && item_has(speakers, i, speakers->rules->given))
            while (end < string->count && end - start < 4 && !is_stop(speakers, end) &&
                   (tag_of(speakers, end, TAG_NAME) == TAG_NAME ||
                    tag_of(speakers, end, TAG_NAME) == TAG_LINK ||
                    (tag_of(speakers, end, TAG_NAME) == TAG_DEFINITE && end - start == 1)))
                end++;
        Known whole = {0};
        put_words(speakers, &whole, start, end);
        size_t length = 0;
        for (size_t k = best.from; k < best.to; k++)
            length += item_at(speakers, k)->token_count;
        bool closer = whole.word_count == length && i <= near; /* later ones are nearer */
        if (whole.word_count > part->word_count && (whole.word_count > length || closer) &&
            is_part(part, &whole))
            best = (Range){start, end};
    }
    return best;
}

/* ---- known speakers --------------------------------------------------------------- */

static size_t add_known(Speakers *speakers, const Known *known)
{
    if (speakers->known_count == KNOWN_MAX)
        return KNOWN_MAX - 1;
    if (speakers->known_count == speakers->known_capacity) {
        size_t capacity = speakers->known_capacity ? speakers->known_capacity * 2 : 16;
        Known *grown = ARENA_ARRAY(speakers->arena, capacity, Known);
        if (speakers->known_count != 0)
            memcpy(grown, speakers->known, speakers->known_count * sizeof *grown);
        speakers->known = grown;
        speakers->known_capacity = capacity;
    }
    speakers->known[speakers->known_count] = *known;
    return speakers->known_count++;
}

/* Spellings of one foreign name: the same family name behind given names that
 * are equally long, begin and end alike (سيرغي and سيرجي). */
static bool is_variant(const Known *a, const Known *b)
{
    if (a->word_count != b->word_count || a->word_count < 2 ||
        !slice_equal(a->keys[a->word_count - 1], b->keys[b->word_count - 1]))
        return false;
    Slice one = a->keys[0], two = b->keys[0];
    return one.length == two.length && one.length >= 8 && memcmp(one.data, two.data, 2) == 0 &&
           memcmp(one.data + one.length - 2, two.data + two.length - 2, 2) == 0;
}

/* The person whose name shares all words with `person`, in either direction. */
static size_t find_person(const Speakers *speakers, const Known *person)
{
    for (size_t i = speakers->known_count; i-- > 0;) {
        const Known *known = &speakers->known[i];
        if (known->type == SPEAKER_PERSON &&
            (is_part(person, known) || is_part(known, person) || is_variant(person, known)))
            return i;
    }
    return SPEAKER_NONE;
}

/* Somebody who has spoken bears this name. */
static bool is_known_part(const Speakers *speakers, size_t item)
{
    Known part = {.type = SPEAKER_PERSON};
    if (speakers->known_count == 0)
        return false;
    put_words(speakers, &part, item, item + 1);
    for (size_t i = 0; i < speakers->known_count; i++)
        if (speakers->known[i].type == SPEAKER_PERSON && is_part(&part, &speakers->known[i]))
            return true;
    return false;
}

static void take_name(const Speakers *speakers, Known *known, size_t from, size_t to)
{
    known->name = items_text(speakers, from, to);
    put_words(speakers, known, from, to);
}

static size_t note_person(Speakers *speakers, Range name, Known *person)
{
    person->type = SPEAKER_PERSON;
    take_name(speakers, person, name.from, name.to);
    size_t number = find_person(speakers, person);
    if (number == SPEAKER_NONE) {
        Range fuller = find_fuller(speakers, person, name.from);
        if (fuller.to > fuller.from)
            take_name(speakers, person, fuller.from, fuller.to);
        number = find_person(speakers, person);
    }
    if (number == SPEAKER_NONE)
        return add_known(speakers, person);
    Known *known = &speakers->known[number];
    if (person->word_count > known->word_count) {
        known->name = person->name;
        memcpy(known->words, person->words, sizeof known->words);
        memcpy(known->keys, person->keys, sizeof known->keys);
        known->word_count = person->word_count;
    }
    if (person->role.length > known->role.length) {
        known->role = person->role;
        known->role_from = person->role_from;
        known->role_to = person->role_to;
        known->head = person->head;
    }
    return number;
}

/* The entry that makes an item a head noun: one item may be in lists of other
 * kinds as well. */
static uint32_t head_entry(const Speakers *speakers, size_t number)
{
    const SpeakerRules *rules = speakers->rules;
    const Item *item = item_at(speakers, number);
    if (item->entry == NO_ENTRY || (group_bits(speakers, number) & HEAD_GROUPS) == 0)
        return item->entry;
    for (uint32_t e = item->entry; e != NO_ENTRY; e = lexicon_next_entry(rules->lexicon, item, e)) {
        const ClassSet *set = lexicon_set(rules->lexicon, lexicon_entry(rules->lexicon, e)->set);
        for (int i = 0; i < CLASS_WORDS; i++)
            if ((set->bits[i] & rules->heads.bits[i]) != 0)
                return e;
    }
    return item->entry;
}

/* Adjectives of origin in [from, to) do not contradict those of the known one. */
static bool adjectives_agree(Speakers *speakers, size_t from, size_t to, const Known *known)
{
    for (size_t i = from; i < to; i++) {
        if (!in_group(speakers, i, GROUP_ADJECTIVES))
            continue;
        bool any = false, same = false;
        for (size_t k = known->role_from; k < known->role_to; k++)
            if (in_group(speakers, k, GROUP_ADJECTIVES)) {
                any = true;
                const LexiconEntry *a =
                    lexicon_entry(speakers->rules->lexicon, head_entry(speakers, i));
                const LexiconEntry *b =
                    lexicon_entry(speakers->rules->lexicon, head_entry(speakers, k));
                same |= slice_equal(a->name, b->name);
            }
        if (any && !same)
            return false;
    }
    return true;
}

/* How close two head nouns are: 2 the same entry, 1 one is the other with more
 * words (وزير and وزير الخارجية), 0 unlike. */
static int head_likeness(const Speakers *speakers, uint32_t a, uint32_t b)
{
    if (a == NO_ENTRY || b == NO_ENTRY)
        return 0;
    const LexiconEntry *one = lexicon_entry(speakers->rules->lexicon, a);
    const LexiconEntry *two = lexicon_entry(speakers->rules->lexicon, b);
    if (a == b || one->node == two->node)
        return 2;
    Slice shorter = one->name.length < two->name.length ? one->name : two->name;
    Slice longer = one->name.length < two->name.length ? two->name : one->name;
    return shorter.length != 0 && slice_starts(longer, shorter) && longer.length > shorter.length &&
           longer.data[shorter.length] == ' ';
}

static bool same_head(const Speakers *speakers, uint32_t a, uint32_t b)
{
    return head_likeness(speakers, a, b) != 0;
}

/* Whom a title or common noun with the article takes up again. */
static size_t find_by_head(Speakers *speakers, uint32_t head, size_t from, size_t to)
{
    for (int likeness = 2; likeness > 0; likeness--) {
        for (size_t i = speakers->turn_count; i-- > 0;) {
            size_t number = speakers->turns[i].number;
            const Known *known = &speakers->known[number];
            if (head_likeness(speakers, known->head, head) == likeness &&
                adjectives_agree(speakers, from, to, known))
                return number;
        }
        for (size_t i = speakers->known_count; i-- > 0;) {
            const Known *known = &speakers->known[i];
            if (head_likeness(speakers, known->head, head) == likeness &&
                adjectives_agree(speakers, from, to, known))
                return i;
        }
    }
    return SPEAKER_NONE;
}

/* ---- reading a phrase ---------------------------------------------------------------- */

typedef struct {
    size_t from, to; /* items, trimmed                      */
    Tag tags[PHRASE_MAX];
    Tag lead; /* the first tag that says what it is  */
    size_t lead_item;
} Phrase;

static Tag phrase_tag(const Phrase *phrase, size_t item)
{
    return phrase->tags[item - phrase->from];
}

static bool is_lead(Tag tag)
{
    return tag != TAG_OTHER && tag != TAG_COMMA && tag != TAG_CONTINUES && tag != TAG_BRACKET;
}

/* A noun that only says which one is meant by the noun behind it. */
static bool is_modifier(const Speakers *speakers, const Phrase *phrase, size_t item)
{
    Tag tag = phrase_tag(phrase, item);
    bool noun = tag == TAG_BODY || tag == TAG_ORG || tag == TAG_DOCUMENT || tag == TAG_PLACE ||
                tag == TAG_HEAD;
    if (!noun || item + 1 == phrase->to || !in_group(speakers, item, GROUP_MODIFIERS))
        return false;
    return is_lead(phrase_tag(phrase, item + 1)) ||
           (in_group(speakers, item + 1, GROUP_MODIFIERS) &&
            !in_group(speakers, item + 1, GROUP_BREAKS));
}

static Phrase read_phrase(Speakers *speakers, size_t from, size_t to)
{
    Phrase phrase = {.from = from, .to = to, .lead = TAG_OTHER, .lead_item = from};
    if (to - from > PHRASE_MAX)
        phrase.to = to = from + PHRASE_MAX;
    Tag previous = TAG_OTHER;
    bool in_relative = false; /* what a relative clause tells names nobody who speaks */
    for (size_t i = from; i < to; i++) {
        Tag tag = tag_of(speakers, i, previous);
        if (tag == TAG_COMMA)
            in_relative = false;
        else if (item_has(speakers, i, speakers->rules->relative))
            in_relative = true;
        previous = phrase.tags[i - from] = in_relative ? TAG_OTHER : tag;
    }
    while (phrase.to > from && (phrase_tag(&phrase, phrase.to - 1) == TAG_COMMA ||
                                phrase_tag(&phrase, phrase.to - 1) == TAG_OTHER))
        phrase.to--;
    for (size_t i = phrase.to; i-- > from;)
        if (is_lead(phrase_tag(&phrase, i)) &&
            (phrase.lead == TAG_OTHER || !is_modifier(speakers, &phrase, i))) {
            phrase.lead = phrase_tag(&phrase, i);
            phrase.lead_item = i;
        }
    return phrase;
}

static size_t segment_end(const Phrase *phrase, size_t from)
{
    size_t end = from;
    while (end < phrase->to && phrase_tag(phrase, end) != TAG_COMMA)
        end++;
    return end;
}

static bool segment_has_title(const Phrase *phrase, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        Tag tag = phrase_tag(phrase, i);
        if (tag == TAG_ROLE || tag == TAG_PEOPLE)
            return true;
    }
    return false;
}

/* The stretch that holds the title: beside the name, or in a stretch of its own. */
static Range find_role(const Speakers *speakers, const Phrase *phrase, Range name)
{
    Range best = {0, 0};
    for (size_t start = phrase->from; start < phrase->to;) {
        size_t end = segment_end(phrase, start);
        size_t from = start, to = end;
        if (name.from >= start && name.from < end) {
            bool behind = name.to < end && segment_has_title(phrase, name.to, end) &&
                          !(phrase_tag(phrase, name.to) == TAG_PLAIN ||
                            phrase_tag(phrase, name.to) == TAG_OTHER);
            bool before = segment_has_title(phrase, start, name.from);
            if (behind && !(before && name.from - start > end - name.to))
                from = name.to;
            else
                to = name.from;
            while (to > from && phrase_tag(phrase, to - 1) == TAG_CONTINUES &&
                   item_has(speakers, to - 1, speakers->rules->given))
                to--; /* باسم */
        }
        while (from < to &&
               !(phrase_tag(phrase, from) == TAG_ROLE || phrase_tag(phrase, from) == TAG_PEOPLE ||
                 phrase_tag(phrase, from) == TAG_WORD || is_modifier(speakers, phrase, from)))
            from++;
        /* مستشار الرئيس موافقة: an object behind a definite word is no part of it. */
        for (size_t i = from + 1; i < to; i++)
            if (phrase_tag(phrase, i) == TAG_PLAIN && is_definite(speakers, i - 1) &&
                !item_has(speakers, i, speakers->rules->conjunction))
                to = i;
        if (from < to && segment_has_title(phrase, from, to) && to - from > best.to - best.from)
            best = (Range){from, to};
        start = end + 1;
    }
    return best;
}

static Range find_name(const Speakers *speakers, const Phrase *phrase)
{
    bool titled = segment_has_title(phrase, phrase->from, phrase->to);
    for (size_t start = phrase->from; start < phrase->to;) {
        size_t end = segment_end(phrase, start);
        const Tag *tags = phrase->tags + (start - phrase->from);
        Range name = find_listed_name(speakers, tags, start, end);
        if (name.from == name.to && segment_has_title(phrase, start, end))
            name = find_trailing_name(speakers, tags, start, end);
        if (name.from == name.to && titled)
            name = find_bare_name(speakers, tags, start, end);
        if (name.from < name.to)
            return name;
        start = end + 1;
    }
    return (Range){phrase->to, phrase->to};
}

/* Where the phrase of an organisation that begins at `from` ends. */
static size_t noun_end(Speakers *speakers, size_t from, size_t limit)
{
    Tag previous = TAG_OTHER;
    size_t end = from;
    for (; end < limit && end - from < LOOK_AHEAD; end++) {
        Tag tag = tag_of(speakers, end, previous);
        if (end > from && item_has(speakers, end, speakers->rules->prepositional))
            continue; /* معهد ... للأبحاث */
        bool named =
            tag == TAG_BRACKET && end == from + 1 && in_group(speakers, from, GROUP_OUTSIDE);
        if (tag == TAG_OTHER || tag == TAG_COMMA || tag == TAG_CONTINUES ||
            (tag == TAG_BRACKET && !named))
            break;
        if (end > from && item_has(speakers, end, speakers->rules->conjunction))
            break;
        previous = tag;
    }
    return end;
}

/* Names an organisation by the items of its phrase; heads that stand outside
 * the name (صحيفة) are left out where a name follows. */
static void name_body(Speakers *speakers, size_t from, size_t to, Known *body)
{
    body->head = head_entry(speakers, from);
    body->role_from = from;
    body->role_to = to;
    size_t start = from;
    size_t next = from + 1;
    bool named_next = next < to && (item_has(speakers, next, speakers->rules->marked) ||
                                    item_has(speakers, next, speakers->rules->bracketed) ||
                                    in_group(speakers, next, GROUP_ORGANISATIONS));
    if (in_group(speakers, from, GROUP_OUTSIDE) && next < to &&
        (named_next || !is_definite(speakers, from))) {
        bool only_adjectives = true;
        for (size_t i = next; i < to; i++)
            only_adjectives &= in_group(speakers, i, GROUP_ADJECTIVES);
        if (!only_adjectives) {
            start = next;
            if (item_has(speakers, next, speakers->rules->marked) ||
                item_has(speakers, next, speakers->rules->bracketed))
                to = next + 1;
        }
    }
    while (to > start + 1 && start != from && in_group(speakers, to - 1, GROUP_ADJECTIVES))
        to--;
    body->name = items_text(speakers, start, to);
}

/* The organisation or document that a noun with the article takes up, when the
 * document names it in full elsewhere (المعهد for معهد ... للأبحاث). */
static size_t find_body_elsewhere(Speakers *speakers, size_t item)
{
    const ItemString *string = speakers->string;
    uint32_t head = head_entry(speakers, item);
    size_t best = SPEAKER_NONE, best_distance = SIZE_MAX;
    for (size_t i = 0; i < string->count; i++) {
        if (i == item || is_stop(speakers, i) || (group_bits(speakers, i) & HEAD_GROUPS) == 0 ||
            !same_head(speakers, head_entry(speakers, i), head) || is_definite(speakers, i))
            continue;
        size_t end = noun_end(speakers, i, string->count);
        size_t distance = i < item ? item - i : (i - item) * 4;
        if (end - i > 1 && distance < best_distance) {
            best = i;
            best_distance = distance;
        }
    }
    return best;
}

static size_t note_body(Speakers *speakers, Known *body)
{
    body->keys[0] = fold_key(speakers, body->name);
    for (size_t i = speakers->known_count; i-- > 0;) {
        Known *known = &speakers->known[i];
        if (known->type != SPEAKER_PERSON && slice_equal(known->keys[0], body->keys[0]))
            return i;
    }
    return add_known(speakers, body);
}

/* Where the name of a body ends within its phrase: an indefinite word behind a
 * definite one is no part of it (قوات الأمن سبع عبوات). */
static size_t body_end(Speakers *speakers, const Phrase *phrase, size_t from, size_t limit)
{
    bool definite = is_definite(speakers, from) || phrase_tag(phrase, from) == TAG_PLACE;
    for (size_t i = from + 1; i < limit; i++) {
        Tag tag = phrase_tag(phrase, i);
        if (tag == TAG_BRACKET)
            return i;
        if (tag == TAG_OTHER) {
            bool joined = item_has(speakers, i, speakers->rules->prepositional);
            bool in_place = i + 1 < limit && phrase_tag(phrase, i + 1) == TAG_PLACE;
            if (!joined && !in_place)
                return i;
            definite = definite || joined;
            continue;
        }
        bool now = is_definite(speakers, i) || tag == TAG_PLACE || tag == TAG_MARKED;
        if (definite && !now && !item_has(speakers, i, speakers->rules->conjunction) &&
            (tag == TAG_WORD || tag == TAG_PLAIN || tag == TAG_NAME || tag == TAG_ROLE ||
             (tag == TAG_CONTINUES && !in_group(speakers, i, GROUP_CONTINUES))))
            return i;
        definite = definite || now;
    }
    return limit;
}

static size_t last_turn(const Speakers *speakers)
{
    return speakers->turn_count ? speakers->turns[speakers->turn_count - 1].number : SPEAKER_NONE;
}

static size_t read_body(Speakers *speakers, const Phrase *phrase)
{
    size_t from = phrase->lead_item, end = segment_end(phrase, from);
    size_t to = body_end(speakers, phrase, from, end);
    Known body = {.type = phrase->lead == TAG_BODY || phrase->lead == TAG_DOCUMENT ||
                                  phrase->lead == TAG_PEOPLE || phrase->lead == TAG_ROLE
                              ? SPEAKER_COMMON
                              : SPEAKER_ORGANISATION,
                  .head = NO_ENTRY};
    bool alone = true;
    for (size_t i = from + 1; i < to; i++)
        alone &= phrase_tag(phrase, i) == TAG_ADJECTIVE || phrase_tag(phrase, i) == TAG_CONTINUES ||
                 (is_definite_tag(phrase_tag(phrase, i)) &&
                  item_has(speakers, i, speakers->rules->nisba));
    if (is_definite(speakers, from) && alone) {
        size_t number = find_by_head(speakers, head_entry(speakers, from), from, to);
        if (number != SPEAKER_NONE && phrase->lead == TAG_DOCUMENT &&
            speakers->known[number].type == SPEAKER_COMMON)
            speakers->known[number].name = items_text(speakers, from, to);
        if (number != SPEAKER_NONE)
            return number;
        size_t last = last_turn(speakers);
        if (phrase->lead == TAG_DOCUMENT && to == from + 1 && last != SPEAKER_NONE &&
            speakers->known[last].type == SPEAKER_ORGANISATION)
            return last;
        if ((phrase->lead == TAG_ORG || phrase->lead == TAG_BODY)) {
            size_t elsewhere = find_body_elsewhere(speakers, from);
            if (elsewhere != SPEAKER_NONE) {
                size_t stop = noun_end(speakers, elsewhere, speakers->string->count);
                name_body(speakers, elsewhere, stop, &body);
                return note_body(speakers, &body);
            }
        }
    }
    /* A document is spoken for by the organisation that issued it. */
    if (phrase->lead == TAG_DOCUMENT && !is_definite(speakers, from) && from + 1 < end) {
        /* أرقام نشرتها السلطات: a verb that takes the document up may stand between. */
        size_t next = from + 1;
        if (next + 1 < end && item_has(speakers, next, speakers->rules->pronoun))
            next++;
        if (phrase_tag(phrase, next) == TAG_ORG || phrase_tag(phrase, next) == TAG_BODY) {
            body.type = SPEAKER_ORGANISATION;
            from = next;
            to = body_end(speakers, phrase, from, end);
        }
    }
    name_body(speakers, from, to, &body);
    return note_body(speakers, &body);
}

static size_t read_marked(Speakers *speakers, const Phrase *phrase)
{
    SpeakerRules *rules = speakers->rules;
    size_t at = phrase->lead_item;
    const Item *item = item_at(speakers, at);
    Known body = {
        .type = SPEAKER_ORGANISATION, .name = items_text(speakers, at, at + 1), .head = NO_ENTRY};
    items_clear(&rules->scratch);
    if (item->token_count > 2)
        items_add_tokens(&rules->scratch, rules->lexicon, speakers->text, speakers->tokens,
                         item->first_token + 1, item->first_token + item->token_count - 1);
    Known person = {.type = SPEAKER_PERSON, .head = NO_ENTRY, .name = body.name};
    put_words(speakers, &person, at, at + 1);
    if (person.word_count != 0 && person.word_count <= 3) {
        size_t number = find_person(speakers, &person);
        if (number != SPEAKER_NONE)
            return number;
        Range fuller = find_fuller(speakers, &person, at);
        if (fuller.from < fuller.to)
            return note_person(speakers, fuller, &person);
    }
    if (rules->scratch.count != 0) {
        body.head = rules->scratch.items[0].entry;
        if (rules->scratch.count == 1) {
            size_t number = find_by_head(speakers, body.head, at, at);
            if (number != SPEAKER_NONE)
                return number;
        }
    }
    return note_body(speakers, &body);
}

/* Where the phrase of a common noun ends: an object that follows it is an
 * unknown word behind an adjective (مصادر غربية زيارة...). */
static size_t common_end(Speakers *speakers, const Phrase *phrase, size_t from, size_t to)
{
    for (size_t i = from + 1; i < to; i++) {
        Tag tag = phrase_tag(phrase, i);
        if (tag == TAG_BRACKET)
            return i;
        bool adjective_before = phrase_tag(phrase, i - 1) == TAG_ADJECTIVE ||
                                (i - 1 > from && item_has(speakers, i - 1, speakers->rules->nisba));
        bool noun = tag == TAG_WORD || tag == TAG_PLAIN ||
                    (tag == TAG_CONTINUES && !in_group(speakers, i, GROUP_CONTINUES));
        if (noun && adjective_before && !item_has(speakers, i, speakers->rules->nisba))
            return i;
    }
    return to;
}

/* An adjective, or a word that goes on with a title. */
static bool is_adjective(const Speakers *speakers, const Phrase *phrase, size_t item)
{
    Tag tag = phrase_tag(phrase, item);
    return tag == TAG_ADJECTIVE || tag == TAG_CONTINUES ||
           (is_definite_tag(tag) && item_has(speakers, item, speakers->rules->nisba));
}

static unsigned agreement_of(const Speakers *speakers, size_t item);

static size_t read_titled(Speakers *speakers, const Phrase *phrase, const SpeakerQuery *query)
{
    size_t from = phrase->lead_item, end = segment_end(phrase, from);
    uint32_t head = head_entry(speakers, from);
    bool definite = is_definite(speakers, from);
    /* مصدر قبلي من أهالي الحي: people of whom nothing is known yet. */
    size_t told = phrase->lead == TAG_PEOPLE && from + 2 < end ? from + 2 : end;
    for (size_t i = from + 1; i < told && !definite; i++)
        definite = is_definite(speakers, i) || phrase_tag(phrase, i) == TAG_PLACE;
    if (definite) {
        size_t number = find_by_head(speakers, head, from, end);
        if (number != SPEAKER_NONE)
            return number;
    }
    if (phrase->lead == TAG_PEOPLE && is_definite(speakers, from) && end - from <= 2) {
        size_t elsewhere = find_body_elsewhere(speakers, from);
        if (elsewhere != SPEAKER_NONE && elsewhere < from) {
            Phrase other = read_phrase(speakers, elsewhere,
                                       noun_end(speakers, elsewhere, speakers->string->count));
            Known common = {
                .type = SPEAKER_COMMON, .head = head, .role_from = elsewhere, .role_to = other.to};
            common.name =
                items_text(speakers, elsewhere, common_end(speakers, &other, elsewhere, other.to));
            return note_body(speakers, &common);
        }
    }
    if (definite && !item_has(speakers, from, speakers->rules->plural)) {
        /* The same office with a name behind it, anywhere in the document. */
        const ItemString *string = speakers->string;
        for (size_t i = 0; i < string->count; i++) {
            if (i == from || is_stop(speakers, i) || (group_bits(speakers, i) & HEAD_GROUPS) == 0 ||
                !same_head(speakers, head_entry(speakers, i), head))
                continue;
            size_t stop = i;
            while (stop < string->count && stop - i < LOOK_AHEAD && !is_stop(speakers, stop) &&
                   tag_of(speakers, stop, TAG_OTHER) != TAG_COMMA &&
                   (stop == i || tag_of(speakers, stop, TAG_OTHER) != TAG_OTHER))
                stop++;
            Phrase other = read_phrase(speakers, i, stop);
            Range name = find_name(speakers, &other);
            if (name.from >= name.to)
                continue;
            Known person = {.head = head, .role_from = i, .role_to = name.from};
            if (!adjectives_agree(speakers, from, end, &person))
                continue;
            person.role = items_text(speakers, i, name.from);
            return note_person(speakers, name, &person);
        }
    }
    bool again = item_has(speakers, from, speakers->rules->again) && is_definite(speakers, from);
    for (size_t i = from + 1; i < end && again; i++)
        again = is_adjective(speakers, phrase, i);
    /* الوزيرة، الأديبة الأمازيغية: who is described so is who has spoken. */
    bool by_work = item_has(speakers, from, speakers->rules->work) ||
                   item_has(speakers, from, speakers->rules->sport);
    bool described = phrase->lead == TAG_ROLE && is_definite(speakers, from) &&
                     item_at(speakers, from)->token_count == 1 &&
                     (end - from == 1 ||
                      (by_work && end - from == 2 && is_adjective(speakers, phrase, from + 1)));
    if (described) {
        size_t last = last_turn(speakers);
        unsigned agreement = agreement_of(speakers, from);
        if (last != SPEAKER_NONE && speakers->known[last].type == SPEAKER_PERSON &&
            (speakers->known[last].agreement & agreement) != 0 &&
            query->paragraph - speakers->turns[speakers->turn_count - 1].paragraph <= 1)
            return last;
    }
    if (again) {
        for (size_t i = speakers->turn_count; i-- > 0;)
            if (speakers->known[speakers->turns[i].number].type == SPEAKER_PERSON)
                return speakers->turns[i].number;
    }
    Known common = {.type = SPEAKER_COMMON, .head = head, .role_from = from, .role_to = end};
    common.name = items_text(
        speakers,
        phrase->from < from && phrase_tag(phrase, from - 1) == TAG_CONTINUES ? from - 1 : from,
        common_end(speakers, phrase, from, end));
    return note_body(speakers, &common);
}

/* A phrase of unknown words: a person by part of the name, or a common noun. */
static size_t read_unknown(Speakers *speakers, const Phrase *phrase, bool recognised)
{
    size_t end = segment_end(phrase, phrase->from);
    Range name = find_bare_name(speakers, phrase->tags, phrase->from, end);
    Tag first = phrase_tag(phrase, phrase->from);
    if (name.from == name.to && (first == TAG_PLAIN || first == TAG_PLAIN_DEFINITE))
        name = (Range){phrase->from, phrase->from + 1}; /* it may be known as a name */
    if (name.from < name.to) {
        Known person = {.head = NO_ENTRY};
        take_name(speakers, &person, name.from, name.to);
        person.type = SPEAKER_PERSON;
        size_t number = find_person(speakers, &person);
        for (size_t to = name.to; number == SPEAKER_NONE && to > name.from; to--) {
            take_name(speakers, &person, name.from, to);
            number = find_person(speakers, &person);
            Range fuller =
                number == SPEAKER_NONE ? find_fuller(speakers, &person, name.from) : (Range){0, 0};
            if (fuller.from < fuller.to)
                number = note_person(speakers, fuller, &person);
        }
        if (number != SPEAKER_NONE)
            return number;
        bool plain = true;
        for (size_t i = name.from; i < name.to; i++)
            plain &= phrase_tag(phrase, i) == TAG_WORD;
        if (!recognised && plain && name.to - name.from <= 4)
            return note_person(speakers, name, &person);
    }
    if (recognised)
        return SPEAKER_NONE;
    size_t to = phrase->lead_item;
    while (to < end && phrase_tag(phrase, to) != TAG_BRACKET && phrase_tag(phrase, to) != TAG_OTHER)
        to++;
    if (to == phrase->lead_item)
        return SPEAKER_NONE;
    Known common = {.type = to - phrase->lead_item == 1 && is_definite(speakers, phrase->lead_item)
                                ? SPEAKER_ORGANISATION
                                : SPEAKER_COMMON,
                    .head = head_entry(speakers, phrase->lead_item)};
    common.name = items_text(speakers, phrase->lead_item, to);
    return note_body(speakers, &common);
}

static void fill(const Speakers *speakers, size_t number, Speaker *speaker)
{
    const Known *known = &speakers->known[number];
    speaker->name = known->name;
    speaker->role = known->role;
    speaker->type = known->type;
}

/* Cuts the preposition off the name of a source in no list (لكيربي). */
static void cut_joined(Speakers *speakers, size_t from, Known *known)
{
    const SpeakerRules *rules = speakers->rules;
    if (item_at(speakers, from)->clitic_length != 0)
        return;
    for (size_t i = 0; i < rules->joined_count; i++) {
        const Joined *joined = &rules->joined[i];
        if (!slice_starts(known->name, joined->prefix))
            continue;
        Slice rest = slice_cut(known->name, joined->prefix.length, known->name.length);
        known->name = joined->becomes.length
                          ? arena_format(speakers->arena, "%.*s%.*s", SLICE_ARG(joined->becomes),
                                         SLICE_ARG(rest))
                          : rest;
        known->words[0] = slice_cut(known->words[0], joined->prefix.length, known->words[0].length);
        known->keys[0] = fold_key(speakers, known->words[0]);
        if (known->word_count == 1)
            known->last_word = NO_WORD;
        return;
    }
}

/* A source in no list behind وفقا: its first word carries the preposition. */
static size_t read_joined(Speakers *speakers, const Phrase *phrase)
{
    size_t end = segment_end(phrase, phrase->from);
    Known person = {.type = SPEAKER_PERSON, .head = NO_ENTRY};
    take_name(speakers, &person, phrase->from, end);
    cut_joined(speakers, phrase->from, &person);
    size_t number = find_person(speakers, &person);
    if (number != SPEAKER_NONE)
        return number;
    Range fuller = find_fuller(speakers, &person, phrase->from);
    if (fuller.from < fuller.to)
        return note_person(speakers, fuller, &person);
    person.type = SPEAKER_ORGANISATION;
    return note_body(speakers, &person);
}

static unsigned agreement_of(const Speakers *speakers, size_t item)
{
    const SpeakerRules *rules = speakers->rules;
    unsigned agreement = 0;
    agreement |= item_has(speakers, item, rules->masculine) ? AGREE_M : 0u;
    agreement |= item_has(speakers, item, rules->feminine) ? AGREE_F : 0u;
    agreement |= item_has(speakers, item, rules->plural) ? AGREE_P : 0u;
    return agreement;
}

bool speakers_is_pronoun(const Speakers *speakers, size_t from, size_t to)
{
    return to - from == 1 && in_group(speakers, from, GROUP_PRONOUNS);
}

/* Who is meant by a form with this agreement that names nobody. */
static size_t speakers_meant(Speakers *speakers, const SpeakerQuery *query, unsigned agreement,
                             Speaker *speaker);

size_t speakers_named(Speakers *speakers, size_t from, size_t to, const SpeakerQuery *query,
                      Speaker *speaker)
{
    if (speakers_is_pronoun(speakers, from, to)) {
        size_t meant = speakers_meant(speakers, query, agreement_of(speakers, from), speaker);
        /* Only a person is addressed so. */
        for (size_t i = speakers->turn_count; i-- > 0;) {
            if (meant == SPEAKER_NONE || speakers->known[meant].type == SPEAKER_PERSON)
                break;
            size_t number = speakers->turns[i].number;
            if (speakers->known[number].type == SPEAKER_PERSON)
                fill(speakers, meant = number, speaker);
        }
        return meant;
    }
    Phrase phrase = read_phrase(speakers, from, to);
    bool some = item_has(speakers, from, speakers->rules->quantifier);
    if (phrase.to == from || (phrase.lead == TAG_OTHER && !some))
        return SPEAKER_NONE;
    if (some) {
        Known group = {.type = SPEAKER_COMMON, .head = NO_ENTRY, .agreement = AGREE_ANY};
        group.name = items_text(speakers, from, phrase.to);
        size_t known = note_body(speakers, &group);
        fill(speakers, known, speaker);
        speaker->has_span = true;
        speaker->span =
            (CodepointSpan){item_core(speakers, from).start, item_at(speakers, phrase.to - 1)->end};
        return known;
    }
    if (query->object_likely && phrase.lead == TAG_DOCUMENT &&
        !is_definite(speakers, phrase.lead_item))
        return SPEAKER_NONE;
    size_t number, last = phrase.to;
    Range name = {phrase.to, phrase.to};
    bool may_name = phrase.lead == TAG_ROLE || phrase.lead == TAG_NAME || phrase.lead == TAG_LINK ||
                    phrase.lead == TAG_WORD || phrase.lead == TAG_DEFINITE ||
                    phrase.lead == TAG_PEOPLE || phrase.lead == TAG_ADJECTIVE ||
                    phrase.lead == TAG_PLAIN || phrase.lead == TAG_PLAIN_DEFINITE;
    if (may_name)
        name = find_name(speakers, &phrase);
    /* متحدث باسم السيناتور فلان: the name is not that of the speaker. */
    bool of_another = phrase.lead == TAG_PEOPLE && !is_definite(speakers, phrase.lead_item) &&
                      phrase.lead_item + 1 < phrase.to &&
                      (phrase_tag(&phrase, phrase.lead_item + 1) == TAG_CONTINUES ||
                       phrase_tag(&phrase, phrase.lead_item + 1) == TAG_OTHER) &&
                      name.from < segment_end(&phrase, phrase.lead_item);
    if (of_another)
        name = (Range){phrase.to, phrase.to};
    /* نشرت مواقع ... صورة: an unknown word that begins no name is rather a verb. */
    if (query->recognised && !query->object_likely &&
        (phrase.lead == TAG_WORD || phrase.lead == TAG_PLAIN) && name.from > phrase.lead_item &&
        name.from < phrase.to &&
        !segment_has_title(&phrase, phrase.lead_item, phrase.lead_item + 1))
        return SPEAKER_NONE;
    bool joined_unknown =
        query->joined && item_at(speakers, from)->clitic_length == 0 &&
        (phrase.lead == TAG_WORD || phrase.lead == TAG_PLAIN || is_definite_tag(phrase.lead));
    if (joined_unknown) {
        number = read_joined(speakers, &phrase);
    } else if (name.from < name.to) {
        Range role = find_role(speakers, &phrase, name);
        Known person = {.head = NO_ENTRY};
        last = role.to > name.to ? role.to : name.to;
        if (role.from < role.to) {
            person.role = items_text(speakers, role.from, role.to);
            person.role_from = role.from;
            person.role_to = role.to;
            person.head = head_entry(speakers, role.from);
        }
        number = note_person(speakers, name, &person);
    } else if (phrase.lead == TAG_ROLE || phrase.lead == TAG_PEOPLE) {
        number = read_titled(speakers, &phrase, query);
    } else if (phrase.lead == TAG_MARKED) {
        number = read_marked(speakers, &phrase);
    } else if (phrase.lead == TAG_ORG || phrase.lead == TAG_BODY || phrase.lead == TAG_DOCUMENT ||
               phrase.lead == TAG_PLACE || phrase.lead == TAG_HEAD) {
        number = read_body(speakers, &phrase);
    } else {
        number = read_unknown(speakers, &phrase, query->recognised);
    }
    if (number == SPEAKER_NONE)
        return number;
    fill(speakers, number, speaker);
    speaker->has_span = true;
    speaker->implied = false;
    speaker->span =
        (CodepointSpan){item_core(speakers, from).start, item_at(speakers, last - 1)->end};
    unsigned agreement = agreement_of(speakers, query->cue);
    Known *known = &speakers->known[number];
    known->agreement |= agreement;
    if (phrase.lead_item < phrase.to)
        known->agreement |= agreement_of(speakers, phrase.lead_item);
    if (known->agreement == 0 && name.from < name.to)
        known->agreement = agreement_of(speakers, name.from);
    return number;
}

/* ---- implied speakers ------------------------------------------------------------------ */

static bool agrees(const Speakers *speakers, size_t number, unsigned agreement)
{
    unsigned known = speakers->known[number].agreement;
    return known == 0 || agreement == 0 || (known & agreement) != 0;
}

/* The first person or organisation named in the sentence before the cue: the
 * subject of a verb that is in no list. */
static size_t subject_of_sentence(Speakers *speakers, const SpeakerQuery *query)
{
    size_t start = query->sentence_start;
    if (item_has(speakers, start, speakers->rules->halt)) {
        /* What stands in front of the clause is not its subject. */
        while (start < query->cue && !item_has(speakers, start, speakers->rules->comma))
            start++;
    }
    /* A verb with something else behind it has its own subject implied. */
    if (start + 1 < query->cue && tag_of(speakers, start + 1, TAG_OTHER) == TAG_OTHER)
        return SPEAKER_NONE;
    size_t reach = query->same_subject ? query->cue : start + 4;
    for (size_t i = start; i < query->cue && i < reach; i++) {
        Tag tag = tag_of(speakers, i, TAG_OTHER);
        bool body = i < start + 4 && (tag == TAG_ORG || tag == TAG_BODY);
        if (tag != TAG_NAME && tag != TAG_ROLE && !body)
            continue;
        /* كشف ... عن عودة: behind a preposition stands no subject. */
        if (i > start + 1 && in_group(speakers, i - 1, GROUP_BREAKS) &&
            item_has(speakers, i - 1, speakers->rules->preposition))
            return SPEAKER_NONE;
        size_t to = i;
        while (to < query->cue && to - i < LOOK_AHEAD &&
               tag_of(speakers, to, TAG_NAME) != TAG_OTHER &&
               tag_of(speakers, to, TAG_NAME) != TAG_COMMA)
            to++;
        Speaker ignored;
        SpeakerQuery own = *query;
        own.recognised = own.object_likely = true;
        own.cue = i; /* the implied verb tells nothing of this one's gender */
        return speakers_named(speakers, i, to, &own, &ignored);
    }
    /* A known person by an unlisted name. */
    for (size_t i = start; i < query->cue && i < reach; i++) {
        Tag tag = tag_of(speakers, i, TAG_OTHER);
        if (tag != TAG_WORD && tag != TAG_DEFINITE)
            continue;
        Known part = {.type = SPEAKER_PERSON};
        put_words(speakers, &part, i, i + 1);
        if (part.word_count == 0)
            continue;
        for (size_t k = speakers->known_count; k-- > 0;)
            if (speakers->known[k].type == SPEAKER_PERSON && is_part(&part, &speakers->known[k]))
                return k;
    }
    return SPEAKER_NONE;
}

/* The person who is the subject of a sentence before this one in its paragraph,
 * whom nobody has followed as a speaker. */
static size_t person_before(Speakers *speakers, const SpeakerQuery *query, unsigned agreement)
{
    size_t end = query->sentence_start;
    while (end > query->paragraph_start + 1) {
        size_t start = end - 1;
        while (start > query->paragraph_start && !is_stop(speakers, start - 1))
            start--;
        if (speakers->turn_count != 0 &&
            speakers->turns[speakers->turn_count - 1].sentence_start >= start)
            return SPEAKER_NONE;
        SpeakerQuery own = *query;
        own.sentence_start = start;
        own.cue = end - 1;
        own.same_subject = false;
        /* Right behind a verb that is in no list. */
        bool plain = start + 1 < own.cue && !in_group(speakers, start, GROUP_BREAKS) &&
                     (tag_of(speakers, start + 1, TAG_OTHER) == TAG_NAME ||
                      tag_of(speakers, start + 1, TAG_OTHER) == TAG_ROLE);
        size_t subject = plain ? subject_of_sentence(speakers, &own) : SPEAKER_NONE;
        if (subject != SPEAKER_NONE && speakers->known[subject].type == SPEAKER_PERSON &&
            agrees(speakers, subject, agreement))
            return subject;
        end = start;
    }
    return SPEAKER_NONE;
}

size_t speakers_implied(Speakers *speakers, const SpeakerQuery *query, Speaker *speaker)
{
    return speakers_meant(speakers, query, agreement_of(speakers, query->cue), speaker);
}

static size_t speakers_meant(Speakers *speakers, const SpeakerQuery *query, unsigned agreement,
                             Speaker *speaker)
{
    size_t number = SPEAKER_NONE;
    bool in_sentence =
        speakers->turn_count != 0 &&
        speakers->turns[speakers->turn_count - 1].sentence_start == query->sentence_start;
    if (in_sentence)
        for (size_t i = speakers->turn_count;
             i-- > 0 && speakers->turns[i].sentence_start == query->sentence_start &&
             number == SPEAKER_NONE;)
            if (agrees(speakers, speakers->turns[i].number, agreement))
                number = speakers->turns[i].number;
    if (number == SPEAKER_NONE && in_sentence && query->same_subject)
        number = speakers->turns[speakers->turn_count - 1].number;
    if (number == SPEAKER_NONE && query->cue > query->sentence_start) {
        size_t subject = subject_of_sentence(speakers, query);
        if (subject != SPEAKER_NONE && agrees(speakers, subject, agreement))
            number = subject;
    }
    if (number == SPEAKER_NONE && !in_sentence)
        number = person_before(speakers, query, agreement);
    for (size_t i = speakers->turn_count; i-- > speakers->turn_floor && number == SPEAKER_NONE;) {
        if (query->paragraph - speakers->turns[i].paragraph > speakers->rules->reach)
            break;
        if (agrees(speakers, speakers->turns[i].number, agreement))
            number = speakers->turns[i].number;
    }
    if (number == SPEAKER_NONE && speakers->turn_count > speakers->turn_floor &&
        query->paragraph - speakers->turns[speakers->turn_count - 1].paragraph <=
            speakers->rules->reach)
        number = speakers->turns[speakers->turn_count - 1].number;
    if (number == SPEAKER_NONE)
        return number;
    fill(speakers, number, speaker);
    speaker->has_span = false;
    speaker->implied = true;
    return number;
}

bool speakers_may_be_implied(const Speakers *speakers, size_t number)
{
    const Known *known = &speakers->known[number];
    if (known->type != SPEAKER_COMMON || known->agreement == AGREE_ANY)
        return true;
    for (size_t i = 0; i < speakers->turn_count; i++)
        if (speakers->turns[i].number == number)
            return true;
    /* The title of a person, or a body, as the subject itself. */
    return known->head != NO_ENTRY && known->role_from < known->role_to &&
           (in_group(speakers, known->role_from, GROUP_ROLES) ||
            in_group(speakers, known->role_from, GROUP_PEOPLE) ||
            in_group(speakers, known->role_from, GROUP_BODIES));
}

void speakers_note(Speakers *speakers, size_t number, const SpeakerQuery *query)
{
    if (speakers->turn_count == speakers->turn_capacity) {
        size_t capacity = speakers->turn_capacity ? speakers->turn_capacity * 2 : 32;
        Turn *grown = ARENA_ARRAY(speakers->arena, capacity, Turn);
        if (speakers->turn_count != 0)
            memcpy(grown, speakers->turns, speakers->turn_count * sizeof *grown);
        speakers->turns = grown;
        speakers->turn_capacity = capacity;
    }
    speakers->turns[speakers->turn_count++] =
        (Turn){number, query->cue, query->sentence_start, query->paragraph};
}

void speakers_turn(Speakers *speakers)
{
    speakers->turn_floor = speakers->turn_count;
}

void speakers_finish(const Speakers *speakers, size_t number, Speaker *speaker)
{
    fill(speakers, number, speaker);
}

Speakers *speakers_begin(SpeakerRules *rules, Slice text, const Token *tokens,
                         const ItemString *items, Arena *arena)
{
    Speakers *speakers = ARENA_NEW(arena, Speakers);
    speakers->rules = rules;
    speakers->text = text;
    speakers->tokens = tokens;
    speakers->string = items;
    speakers->arena = arena;
    return speakers;
}
