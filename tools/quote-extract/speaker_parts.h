/* What the files that tell who speaks share; speakers.h is for their callers.
 *
 *     speaker_rules    section `speakers` of the rules
 *     speaker_words    what a word is within a speaker phrase, and its text
 *     speaker_names    the names of persons: where one begins and ends, the
 *                      fullest one of a document
 *     speaker_known    those whom the document has named so far
 *     speaker_phrase   a phrase as a whole: its head, its title, its name
 *     speaker_objects  where the object of the verb begins behind its subject
 *     speaker_bodies   who is meant by the phrase of an organisation or document
 *     speaker_titles   who is meant by a title or people without a name
 *     speaker_sources  who is meant by a span in marks or unknown words
 *     speaker_implied  who is meant by a verb without a subject
 *
 * All text lives in the document's arena. Items are numbered within its string, and
 * ranges are half open. `item` is the number of an item, `number` that of somebody
 * who is known. */
#ifndef QAWL_QUOTE_EXTRACT_SPEAKER_PARTS_H
#define QAWL_QUOTE_EXTRACT_SPEAKER_PARTS_H

#include "tools/quote-extract/speakers.h"
#include "tools/quote-extract/speaker_groups.h"

#define NO_WORD UINT32_MAX

enum {
    PHRASE_MAX = 64,    /* items of one speaker phrase: no name stands farther on */
    NAME_MAX = 6,       /* items of one name                                      */
    NAME_WORDS = 8,     /* of a name that are compared: more tell nobody apart    */
    LOOK_AHEAD = 14,    /* items read for a noun phrase, forwards or backwards    */
    JOINED_MAX = 8,     /* forms of prepositions, of all rules                    */
    KINDS_MAX = 16,     /* kinds of bodies, of all rules                          */
    SHORTEST_BYTES = 4, /* behind an article, or it is no article                  */
    /* So that a document of very many speakers takes no quadratic time: */
    BACK_MAX = 2048,   /* speakers and turns that are looked back at            */
    TITLES_MAX = 256,  /* of these, whose titles are compared                   */
    HEADS_NEAR = 2048, /* head nouns that are looked at in front of an item, and behind it */
    ITEMS_NEAR = 8192, /* the same of items among which a name in full is looked for      */
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
#define SPEAKER_GROUP(constant, key) constant,
    SPEAKER_GROUPS(SPEAKER_GROUP)
#undef SPEAKER_GROUP
        GROUP_COUNT
} Group;

_Static_assert((int)GROUP_COUNT <= (int)GROUP_BITS,
               "the bits of groups run into those of named classes");

/* Groups whose words can be the head noun of a phrase. */
enum {
    HEAD_GROUPS = 1 << GROUP_ROLES | 1 << GROUP_PEOPLE | 1 << GROUP_BODIES | 1 << GROUP_DOCUMENTS |
                  1 << GROUP_ORGANISATIONS | 1 << GROUP_OUTSIDE | 1 << GROUP_PLACES |
                  1 << GROUP_PLACE_HEADS | 1 << GROUP_ADJECTIVES,
};

typedef struct {
    Slice prefix, becomes;
} Joined;

/* What a noun with the article takes up (الشركة): a name of that class. */
typedef struct {
    int noun, name; /* class numbers */
} BodyKind;

/* Whether a word is an ordinary one. */
typedef enum {
    ORDINARY_UNKNOWN, /* not asked for yet                              */
    ORDINARY_NOT,
    ORDINARY_AS_LISTED,
    ORDINARY_LIKE_IT, /* some letters stand for those of the list       */
} Ordinary;

struct SpeakerRules {
    Lexicon *lexicon;
    const Fold *fold;
    Slice article, object_mark;
    Joined joined[JOINED_MAX];
    size_t joined_count;
    BodyKind kinds[KINDS_MAX];
    size_t kind_count;
    size_t reach;           /* paragraphs that an implied speaker may lie back     */
    size_t ending;          /* letters that a case or a pronoun adds to a noun     */
    bool singular_in_front; /* a verb in front of its subject, of however many */
    ClassBits *bits;        /* below GROUP_COUNT: of groups */
    uint16_t *head_keys;    /* by match number: head_key, 0 when it is not known yet */
    size_t head_capacity;
    uint8_t *ordinary; /* by word number: Ordinary */
    size_t ordinary_capacity;
    ItemString scratch;
};

enum { AGREE_M = 1, AGREE_F = 2, AGREE_P = 4, AGREE_ANY = 7 };

typedef struct {
    Slice name, role;
    SpeakerType type;
    uint64_t key_bits;       /* of its keys: without these bits a word is none of them */
    Slice words[NAME_WORDS]; /* of a person's name, as written                */
    Slice keys[NAME_WORDS];  /* and folded, for comparing                     */
    size_t word_count;
    uint32_t fathers;          /* bits of the words behind the link of a father's name  */
    uint32_t last_word;        /* vocabulary number of the last word; NO_WORD behind a proclitic */
    uint32_t head;             /* entry of the head noun of role or name; NO_ENTRY */
    size_t role_from, role_to; /* items that hold the role; equal when none */
    unsigned agreement;        /* how verbs have agreed with it; 0 not known      */
    bool cited;                /* and nobody goes on with its words               */
    size_t first, second;      /* the two who speak together; equal when one does */
} Known;

/* What tells most of those who are known from one who is looked for. */
typedef struct {
    uint64_t key_bits;
    uint16_t head_key;
} KnownKey;

typedef struct {
    size_t number, cue, sentence_start, paragraph;
    bool reports; /* said something, and has not only done something */
    bool writes;  /* wrote it                                        */
} Turn;

typedef struct {
    size_t from, to; /* items; empty when from == to */
} Range;

/* An item that can be a head noun. */
typedef struct {
    uint32_t item;
    uint16_t key;   /* head_key of its entry                                       */
    bool is_listed; /* a listed name of several words (هيئة السوق المالية)        */
    bool is_read;   /* as an office: the next two are known                        */
    uint32_t title_end;
    Range holder;  /* the name beside it; empty for none                          */
    Slice opening; /* of such a name the first word, as fold_key has it; data
                      NULL: not asked for yet */
} Head;

/* An item in marks or brackets that may tell how what stands in front of it is called besides. */
typedef struct {
    uint32_t item;
    Slice key; /* what it holds, as fold_key has it */
} Alias;

/* Items by how each ends: numbers of items + 1, 0 ends a row. */
typedef struct {
    uint32_t *first; /* by the lower bits of what it ends with; NULL: not known yet */
    uint32_t *next;  /* by item */
    uint32_t mask;
} Endings;

struct Speakers {
    SpeakerRules *rules;
    Slice text;
    const Token *tokens;
    const ItemString *string;
    const ClassBits *bits; /* those of the rules */
    Arena *arena;
    Known *known;
    KnownKey *known_keys; /* by their numbers */
    size_t known_count, known_capacity;
    size_t keyed_heads; /* of so many the key of the head noun is worked out */
    bool is_full;       /* somebody was to be known for whom there is no more room */
    Turn *turns;        /* who had the word, oldest first */
    size_t turn_count, turn_capacity;
    Endings endings, tails; /* by the last word, and by its last bytes */
    Head *heads;            /* in their order; with_heads: they have been looked for */
    size_t head_count;
    bool with_heads;
    Alias *aliases; /* in their order, in the arena; with_aliases: they have been looked for */
    size_t alias_count;
    bool with_aliases;
    size_t turn_floor; /* turns before this one are cut off by a turn opener */
};

/* Where an item's text begins: behind its proclitics, but with the article. */
typedef struct {
    ByteSpan bytes;
    size_t start;     /* code points                                           */
    bool put_article; /* the article is not written as such (لل): put it first */
} Core;

typedef struct {
    size_t from, to; /* items, trimmed                      */
    Tag tags[PHRASE_MAX];
    Tag lead; /* the first tag that says what it is  */
    size_t lead_item;
    bool with_object; /* of a verb that has one, right behind it */
    bool of_deed;     /* of a verb of action, as its subject */
} Phrase;

/* ---- speaker_words: what a word is -------------------------------------------- */

/* The items of tokens [from, to) by themselves; valid until the next call. */
const ItemString *read_tokens(Speakers *speakers, size_t from, size_t to);

/* The same of what marks or brackets hold, which are `item`, of three tokens or more. */
const ItemString *read_inside(Speakers *speakers, const Item *item);

/* Bits of Group, and others behind them. */
static inline uint32_t set_groups(const Speakers *speakers, uint32_t set)
{
    return (uint32_t)speakers->bits->of_set[set].bits[0];
}

static inline const Item *item_at(const Speakers *speakers, size_t item)
{
    return &speakers->string->items[item];
}

static inline bool item_has(const Speakers *speakers, size_t item, NamedClass named)
{
    return set_has(speakers->bits, item_at(speakers, item)->set, named);
}

/* Some item of [from, to) has it. */
static inline bool any_has(const Speakers *speakers, size_t from, size_t to, NamedClass named)
{
    for (size_t i = from; i < to; i++)
        if (item_has(speakers, i, named))
            return true;
    return false;
}

static inline bool is_stop(const Speakers *speakers, size_t item)
{
    return item_at(speakers, item)->token_count == 0;
}

/* `item` is neither a stop nor behind the last item. */
static inline bool exists(const Speakers *speakers, size_t item)
{
    return item < speakers->string->count && !is_stop(speakers, item);
}

static inline uint32_t group_bits(const Speakers *speakers, size_t item)
{
    return set_groups(speakers, item_at(speakers, item)->set);
}

static inline bool set_in_group(const Speakers *speakers, uint32_t set, Group group)
{
    return (set_groups(speakers, set) >> group & 1) != 0;
}

static inline bool in_group(const Speakers *speakers, size_t item, Group group)
{
    return (group_bits(speakers, item) >> group & 1) != 0;
}

/* The word at `item` can be the head noun of a phrase (وزير، هيئة، تقرير). */
static inline bool has_head_group(const Speakers *speakers, size_t item)
{
    return (group_bits(speakers, item) & HEAD_GROUPS) != 0;
}

/* The word at `item`, as it stands there with its proclitics, is in some list. Who wants a word
 * that may be part of a name asks is_unlisted. */
static inline bool is_in_list(const Speakers *speakers, size_t item)
{
    return item_at(speakers, item)->entry != NO_ENTRY;
}

/* Marks or brackets with what they hold: «الرافد»، (الرافد). */
static inline bool is_enclosed(const Speakers *speakers, size_t item)
{
    return item_has(speakers, item, CLASS_MARKED) || item_has(speakers, item, CLASS_BRACKETED);
}

/* The first entry of `item` that has it, of all that are written so (رحمة الله: a given name, and a
 * blessing); NO_ENTRY for none. */
uint32_t entry_with(const Speakers *speakers, const Item *item, NamedClass named);

/* Where to stop looking back from the last of `count` speakers or turns. */
static inline size_t back_to(size_t count)
{
    return count > BACK_MAX ? count - BACK_MAX : 0;
}

/* A preposition that stands by itself. */
static inline bool is_preposition(const Speakers *speakers, size_t item)
{
    return item_has(speakers, item, CLASS_HALT_PREP) || item_has(speakers, item, CLASS_HALT_IN);
}

/* One with the article, joined to a word, as names may go on with (للأبحاث). */
static inline bool goes_on_joined(const Speakers *speakers, size_t item)
{
    return item_has(speakers, item, CLASS_SHAPE_PREPOSITIONAL) &&
           !item_has(speakers, item, CLASS_SHAPE_PREPOSITIONAL_ADVERBIAL);
}

/* A verb of saying, and no participle or noun. */
static inline bool is_finite_cue(const Speakers *speakers, size_t item)
{
    return item_has(speakers, item, CLASS_CUE_PAST) ||
           item_has(speakers, item, CLASS_CUE_IMPERFECT);
}

/* The token behind the words between the marks of this item; one that is never closed ends with
 * them. */
static inline size_t inner_end(const Speakers *speakers, const Item *marked)
{
    size_t last = marked->first_token + marked->token_count - 1;
    return speakers->tokens[last].kind == TOKEN_PUNCT ? last : last + 1;
}

/* Tokens [from, to), at least one, and one token, as they are written. */
static inline Slice tokens_text(const Speakers *speakers, size_t from, size_t to)
{
    const Token *last = &speakers->tokens[to - 1];
    return slice_cut(speakers->text, speakers->tokens[from].byte, last->byte + last->byte_length);
}

static inline Slice token_text(const Speakers *speakers, const Token *token)
{
    return slice_cut(speakers->text, token->byte, token->byte + token->byte_length);
}

/* The last token of `item`, which must not be a stop. */
static inline const Token *last_token(const Speakers *speakers, size_t item)
{
    return item_last_token(speakers->tokens, item_at(speakers, item));
}

/* `text` begins with the article, and is long enough to have one. */
static inline bool opens_with_article(const Speakers *speakers, Slice text)
{
    Slice article = speakers->rules->article;
    return article.length != 0 && slice_starts(text, article) &&
           text.length >= article.length + SHORTEST_BYTES;
}

/* `item` must not be a stop. */
Core item_core(const Speakers *speakers, size_t item);

/* Something other than the article is joined in front. */
bool has_proclitic(const Speakers *speakers, size_t item);

/* The text of items [from, to) without proclitics in front; empty for none. */
Slice items_text(const Speakers *speakers, size_t from, size_t to);

/* A proclitic joined to the word has the article in it (للصحفيين). */
bool swallows_article(const Speakers *speakers, const Token *token);

/* The word at `item`, which is no stop, begins as one does that a preposition with or without
 * its article is joined to (لسالم), whether or not it is such a word. */
bool begins_joined(const Speakers *speakers, size_t item);

/* By itself: its first word carries the article. */
bool has_article(const Speakers *speakers, size_t item);

/* By its article or by what stands in front. */
bool is_definite(const Speakers *speakers, size_t item);

/* ابنته، شقيقها: a relative of somebody whom a pronoun tells stands at `item`. */
bool is_kin_by_pronoun(const Speakers *speakers, size_t item);

/* A number in digits stands at `item`. */
bool is_number(const Speakers *speakers, size_t item);

/* The person of that gender whom the three sentences before name by two names, last of all;
 * SPEAKER_NONE where they name nobody. */
size_t person_named_before(Speakers *speakers, const SpeakerQuery *query, unsigned agreement);

/* Behind a bare given name, or the noun of a body or a place, what seems to be joined with a
 * clitic to a listed word is a name in no list (سالم كبور، بلدية فصالة). */
bool is_name_not_joined(const Speakers *speakers, size_t item);

/* A conjunction is joined to the word at `item` (وسالم). */
bool is_conjoined(const Speakers *speakers, size_t item);
/* A word in no list, with neither article nor pronoun, that may be part of a name stands at `item`;
 * false behind the last item. */
bool is_unlisted(const Speakers *speakers, size_t item);

/* What is reported begins at `item`, or a pause in front of it. */
bool begins_report(const Speakers *speakers, size_t item);

/* A given name stands at `item`, without article or preposition; false behind the
 * last item. */
bool begins_name(const Speakers *speakers, size_t item);

/* The paper that was spoken to (لهسبريس), which is no part of a name. */
bool is_addressed(const Speakers *speakers, size_t item);

/* `previous` is the tag of the item before within the phrase. */
Tag tag_of(Speakers *speakers, size_t item, Tag previous);

static inline bool is_name_tag(Tag tag)
{
    return tag == TAG_NAME || tag == TAG_LINK || tag == TAG_WORD;
}

/* With the article, and in no list but that of ordinary words. */
static inline bool is_definite_tag(Tag tag)
{
    return tag == TAG_DEFINITE || tag == TAG_PLAIN_DEFINITE;
}

/* A word of the class speaker.same (ذاته, نفسه) stands behind the noun at `from`, up to `end` or
 * right behind it. */
bool has_same_behind(const Speakers *speakers, size_t from, size_t end);

/* Bits of AGREE_...: how verbs agree with this item, or whom a verb agrees with. */
unsigned agreement_of(const Speakers *speakers, size_t item);

/* Of two such, one of which may not be known. */
static inline bool may_agree(unsigned a, unsigned b)
{
    return a == 0 || b == 0 || (a & b) != 0;
}

/* One is a man's and nothing else, the other a woman's. */
static inline bool differ_in_gender(unsigned a, unsigned b)
{
    return (a == AGREE_M && b == AGREE_F) || (a == AGREE_F && b == AGREE_M);
}

/* Carries the preposition of what a body is for (هيئة مكافحة, الهيئة الوطنية لمكافحة),
 * without an article: a complement follows. */
bool is_purpose(const Speakers *speakers, size_t item);

/* What a body is for, of a noun and its preposition (الجمعية الوطنية للدفاع عن الآثار), in front of
 * something; not (اجتمعت اللجنة) من أجل مناقشة. */
bool is_body_purpose(const Speakers *speakers, size_t item);

/* ---- speaker_names: the names of persons -------------------------------------- */

/* The folded form of a word without its article, for comparing. */
Slice fold_key(const Speakers *speakers, Slice word);

/* Takes the words of items [from, to) for the name of `known`. */
void put_words(Speakers *speakers, Known *known, size_t from, size_t to);

/* The same of tokens [from, to). */
void put_token_words(const Speakers *speakers, Known *known, size_t from, size_t to);

/* A bit of Known.key_bits, mostly another for another word. */
static inline uint64_t key_bit(Slice key)
{
    uint32_t end = 0;
    size_t bytes = key.length < sizeof end ? key.length : sizeof end;
    if (bytes != 0)
        memcpy(&end, key.data + (key.length - bytes), bytes);
    return (uint64_t)1 << ((end * UINT32_C(0x9E3779B1) + (uint32_t)key.length) >> 26);
}

/* Known.key_bits, from the keys of its words. */
void sum_key_bits(Known *known);

/* Every word of `part` is a word of `whole`. */
bool is_part(const Known *part, const Known *whole);

/* Items [from, to) of a phrase, which has their tags; `tags`: that of `from` and on. */
typedef struct {
    size_t from, to;
    const Tag *tags;
} Stretch;

static inline Stretch phrase_stretch(const Phrase *phrase, size_t from, size_t to)
{
    return (Stretch){from, to, phrase->tags + (from - phrase->from)};
}

static inline Tag stretch_tag(const Stretch *stretch, size_t item)
{
    return stretch->tags[item - stretch->from];
}

/* The same of an item that may stand behind the stretch; TAG_OTHER there. */
static inline Tag tag_or_other(const Stretch *stretch, size_t item)
{
    return item < stretch->to ? stretch_tag(stretch, item) : TAG_OTHER;
}

/* The first name within the stretch; empty and at its end when there is none. Listed: it
 * begins with a known name or link, or with unknown words in front of one. Trailing: unknown
 * words at the end of a title. Bare: a stretch that is a name from end to end. */
Range find_listed_name(const Speakers *speakers, const Stretch *stretch);
Range find_trailing_name(const Speakers *speakers, const Stretch *stretch);
Range find_bare_name(const Speakers *speakers, const Stretch *stretch);

/* The first item behind item `at` - 1 that ends with vocabulary word `word`, plus 1; 0: there is
 * none. `at`: 0, or what was given for this word before. */
uint32_t next_ending(Speakers *speakers, uint32_t word, uint32_t at);

/* The longest name that the document gives to whom `part` names by its last (or
 * only) word; of equally long ones the last before item `near`. Empty when the
 * document gives none. */
Range find_fuller(Speakers *speakers, const Known *part, size_t near);

/* The next place, behind the one that `*at` tells (0: from the beginning), where the whole
 * name of `person` stands; false at the end, and for names of one word. */
bool find_mention(Speakers *speakers, const Known *person, uint32_t *at, Range *mention);

/* ---- speaker_known: who is known ---------------------------------------------- */

/* The person whose name shares all words with `person`, in either direction, unless a word
 * alone is somebody's whose gender is not that of person->agreement; SPEAKER_NONE. */
size_t find_person(const Speakers *speakers, const Known *person);

/* `name` is that of one who is known and whom `part` does not name, for his gender is another. */
bool names_relative(const Speakers *speakers, const Known *part, const Known *name);

/* The last one known of the persons who bear this name, among others or by itself;
 * SPEAKER_NONE. */
size_t find_by_part(Speakers *speakers, size_t item);

/* Somebody who is known bears this name. */
bool is_known_part(Speakers *speakers, size_t item);

/* The word at `item` is the last of the name of somebody who is known. */
bool is_known_family(const Speakers *speakers, size_t item);

/* Names `known` by items [from, to). */
void take_name(Speakers *speakers, Known *known, size_t from, size_t to);

/* Gives `known` the title of items `role`, at least one, whose head noun is item `head`. */
void take_role(const Speakers *speakers, Known *known, Range role, size_t head);

/* The number of the person of this name, who may be new; `person` holds the role,
 * and what is longer than before is taken. */
size_t note_person(Speakers *speakers, Range name, Known *person);

/* The same where the name, its words included, is in `person` already and stands
 * at item `near`. */
size_t note_named(Speakers *speakers, Known *person, size_t near);

/* The same with the name at `fuller`, elsewhere in the document, and the role beside it where
 * `person` has none. */
size_t note_fuller(Speakers *speakers, Range fuller, Known *person);

/* The person whose name, its words included, is in `person` and stands at item `near`: who is
 * known, or whom the document names in full elsewhere; SPEAKER_NONE. */
size_t find_or_note_fuller(Speakers *speakers, Known *person, size_t near);

/* The number of what is no person, by its name; it may be new. */
size_t note_body(Speakers *speakers, Known *body);

/* Whom the document names in full with the word at `item` as the last; `any`: whatever stands in
 * front of it. SPEAKER_NONE. */
size_t named_so(Speakers *speakers, size_t item, bool any);

/* By name, or by a title and nothing else. */
bool is_somebody(const Speakers *speakers, const Known *known);

/* Items tell what it is: the title of a person, or the phrase of anybody else (مدير المتحف، مصدر
 * أمني). */
static inline bool has_title(const Known *known)
{
    return known->role_from < known->role_to;
}

/* Two who speak together. */
static inline bool is_pair(const Known *known)
{
    return known->first != known->second;
}

/* One person, of whom no form of several tells. */
static inline bool is_one_person(const Known *known)
{
    return known->type == SPEAKER_PERSON && !is_pair(known);
}

/* The number of two who speak together; the item `joint` begins with the conjunction. */
size_t note_pair(Speakers *speakers, size_t first, size_t second, size_t joint);

/* The entry that makes an item a head noun: one item may be in lists of other
 * kinds as well. */
uint32_t head_entry(const Speakers *speakers, size_t item);

/* The head nouns around `item` that are looked at, [*from, *to) of speakers->heads: of most
 * documents all. They are found once. */
void heads_near(Speakers *speakers, size_t item, size_t *from, size_t *to);

/* The key that head nouns share with this entry where same_head may be true; 0 for none. */
uint16_t head_key(const Speakers *speakers, uint32_t entry);

/* The item, of several words, ends with a small one, which wants a complement (المتحدث باسم). */
bool ends_small(Speakers *speakers, size_t item);

/* One is the other, perhaps with more words (وزير and وزير الخارجية). */
bool same_head(const Speakers *speakers, uint32_t a, uint32_t b);

/* Items `a` and `b` are listed as one place or body, perhaps by two of its names. */
bool is_listed_as_same(const Speakers *speakers, size_t a, size_t b);

/* مصادر أمنية, المصادر الطبية: the source [from, to) is of another kind than the known one. */
bool is_other_source(const Speakers *speakers, size_t from, size_t to, const Known *known);

/* Adjectives of origin in [from, to) do not contradict those of the known one, nor
 * do its complements (رئيس الوزراء, رئيس النادي). */
bool titles_agree(Speakers *speakers, size_t from, size_t to, const Known *known);

/* Whom a title or common noun with the article takes up again; SPEAKER_NONE. */
size_t find_by_head(Speakers *speakers, uint32_t head, size_t from, size_t to);

/* Of those who spoke lately, else of any, one that is no person and whose name begins with the noun
 * at `from` (الخلية for خلية الصقور) and has the adjectives of items [from, to); SPEAKER_NONE. */
size_t find_by_noun(Speakers *speakers, size_t from, size_t to);

/* Gives the body `number` another name, and `head`, the entry of its head noun. */
void rename_known(Speakers *speakers, size_t number, Slice name, uint32_t head);

/* The number of what is known by this entry of the lists or another form of it, of which
 * `name` may be a longer one (منظمة العفو الدولية behind العفو الدولية); SPEAKER_NONE. */
size_t note_listed(Speakers *speakers, uint32_t entry, Slice name);

/* Who has the word; SPEAKER_NONE. */
size_t last_turn(const Speakers *speakers);

/* Puts the name, role and type of somebody who is known into `speaker`, the rest of which stays;
 * the name of two who speak together is that of both (سالم الحربي وهدى السالم). */
void fill(const Speakers *speakers, size_t number, Speaker *speaker);

/* ---- speaker_phrase: a phrase as a whole -------------------------------------- */

Phrase read_phrase(Speakers *speakers, size_t from, size_t to);

static inline Tag phrase_tag(const Phrase *phrase, size_t item)
{
    return phrase->tags[item - phrase->from];
}

/* The name in front of a title that it belongs to (سالم الحربي، مدير المتحف); empty and at
 * `title` when there is none. */
Range name_in_front(Speakers *speakers, size_t title);

/* سالم الحربي، النائب عن حزب الوادي،: the title behind a name that ends in front of item `comma`,
 * up to the next comma or to what is reported, whatever prepositions stand in it; empty and at
 * `comma` when there is none. */
Range title_apposed(Speakers *speakers, size_t comma);

/* The name between commas behind a title that ends at `comma` (رئيس النادي، سالم الحربي،); empty
 * and at `comma` when there is none. */
Range name_apposed(Speakers *speakers, size_t comma);

/* Where the stretch between commas that holds `from` ends. */
size_t segment_end(const Phrase *phrase, size_t from);

bool segment_has_title(const Phrase *phrase, size_t from, size_t to);

/* The name of a person within the phrase; empty and at its end when there is none. */
Range find_name(const Speakers *speakers, const Phrase *phrase);

/* The name of a person in marks behind a title (المواطنة «أم سالم»), or at `item`
 * itself when that has marks: puts it into `person`. */
bool find_marked_name(Speakers *speakers, const Phrase *phrase, Known *person, size_t *item);
bool read_marked_name(Speakers *speakers, size_t item, bool titled, Known *person);

/* Two or three words that are in no list, and nothing else up to what ends a phrase. */
bool begins_unlisted(Speakers *speakers, size_t item, size_t limit);

/* The name of a person behind the phrase of a title that a preposition cut short
 * (مدير المعلمين في تعليم الوادي سالم الحربي); none of items from `limit` on. */
Range find_name_beyond(Speakers *speakers, size_t from, size_t limit);

/* Where the office begins within the title [from, to): behind forms of address (معالي
 * وزير الخارجية). Of a title behind the phrase, which has no tags of it: `from`. */
size_t behind_address(const Speakers *speakers, const Phrase *phrase, size_t from, size_t to);

/* The title at `title` is that of whom the noun in front of it is named for (مدينة الملك سالم).
 * `head`: the tag of that noun; neither is a stop. */
bool is_namesake_title(const Speakers *speakers, size_t title, Tag head);

/* Gives `person`, who is named by `name`, the title that the phrase holds, or `apposed`, that of
 * title_apposed behind the name, where the phrase holds none or only the beginning of it. Returns
 * the items of the title; {0, 0} when there is none, and `person` is left as it is. */
Range take_title(const Speakers *speakers, const Phrase *phrase, Range name, Range apposed,
                 Known *person);

/* An adjective, or a word that goes on with a title. */
bool is_adjective(const Speakers *speakers, const Phrase *phrase, size_t item);

/* Short brackets behind the head noun at item `head` are its name: وكالة (الرافد), but الوكالة
 * (أمس). */
bool head_takes_brackets(const Speakers *speakers, size_t head);

/* مركز المعلومات في غرفة الوادي: at `item` where a body has its seat, whose first word has this
 * tag. */
bool is_seat(const Speakers *speakers, size_t item, Tag tag);

/* With an article, and neither joined to what stands in front nor an adjective by its end. */
bool is_bare_noun(const Speakers *speakers, size_t item);

/* The noun at `item` is no part of the body at `from`: it stands behind a word with the
 * article, where only adjectives can (مرصد الوادي للحريات الوزارة). `tag`: its own. */
bool is_second_noun(const Speakers *speakers, size_t from, size_t item, Tag tag);

/* تقدمت جمعية الوادي بالتعزية: with its preposition the noun at `item` goes with the verb, and
 * describes nobody. `tag`: its own. */
bool is_adverbial(const Speakers *speakers, size_t item, Tag tag);

/* The word at `item`, right behind the noun `head`, does not agree with it: an object (دان
 * المجلس العملية، استأنفت الجوازات العمل). `tag`: its own. */
bool is_no_adjective(const Speakers *speakers, size_t head, size_t item, Tag tag);

/* جريدة عرب نيوز هذا الأسبوع: `item`, which is not the first of the document, points at something
 * else than what stands in front of it; that is `definite`, or else has to be a proper name. */
bool is_pointing_elsewhere(const Speakers *speakers, size_t item, bool definite);

/* Where the phrase of an organisation or of people that begins at `from` ends; none of more than
 * LOOK_AHEAD items. */
size_t noun_end(Speakers *speakers, size_t from);

/* A verb at `item` describes the indefinite document at `from` (دراسة أجريت). */
bool is_describing(const Speakers *speakers, const Phrase *phrase, size_t from, size_t item);

/* Where the phrase of a common noun ends: an object that follows it is an
 * unknown word behind an adjective (مصادر غربية زيارة...). */
size_t common_end(Speakers *speakers, const Phrase *phrase, size_t from, size_t to);

/* ---- speaker_objects: where the object of a verb begins ----------------------- */

/* قطاع الصيد المستهلكين: a plural in the oblique behind the singular phrase at `from` is the
 * object of its verb. */
bool is_oblique_behind(const Speakers *speakers, size_t from, size_t item);

/* وانتقد المتحدث تمرير سالم القانون: behind the word for who is speaking, which needs no
 * complement, its object begins. */
bool leads_to_object(const Speakers *speakers, const Phrase *phrase);

/* وصف خبراء اقتصاديون القرار، انتقد الرئيس الأميركي إيران: where the object of the verb begins,
 * behind a noun that its article, its adjective, its ending or what it governs closes; the end of
 * the phrase for none. That may be the item that the phrase leads with (المعارضون الرئيس): then it
 * is to be read again without it. */
size_t object_of_verb(Speakers *speakers, const Phrase *phrase);

/* ورفضت الشركة الاتهامات: the same where nothing tells that the verb has an object: the first item
 * that is one by its own class and what stands right in front of it; the end of the phrase for
 * none. */
size_t object_of_noun(Speakers *speakers, const Phrase *phrase);

/* شاب سعودي مسافرين: the item stands behind an adjective without article that describes the
 * indefinite noun at `head`, and goes on with nothing. */
bool follows_bare_adjective(const Speakers *speakers, size_t head, size_t item);

/* ---- speaker_bodies: the phrase of an organisation or document ---------------- */

/* Whoever is known is a paper, a station or an agency. */
bool is_media(const Speakers *speakers, const Known *known);

/* Where the phrase of people that begins at `from` ends, with the body that they are of (مصدر في
 * وزارة الأشغال). */
size_t people_end(Speakers *speakers, size_t from);

/* The item where the document names in full the organisation, document or people that the noun at
 * `item` takes up, with its adjectives up to `to` (المعهد for معهد ... للأبحاث); SPEAKER_NONE. */
size_t find_body_elsewhere(Speakers *speakers, size_t item, size_t to);

/* Who is meant by a phrase that leads with a body, organisation, document or place;
 * SPEAKER_NONE. */
size_t read_body(Speakers *speakers, const Phrase *phrase);

/* The body behind whose name the document has what the phrase holds in marks or brackets, as what
 * it is called besides: وزارة الدفاع (البنتاغون), and then البنتاغون. SPEAKER_NONE where there is
 * none. */
size_t body_called(Speakers *speakers, const Phrase *phrase);

/* ---- speaker_titles: a title or people without a name ------------------------- */

/* Who is meant by a phrase that leads with a title or people; SPEAKER_NONE. */
size_t read_titled(Speakers *speakers, const Phrase *phrase, const SpeakerQuery *query);

/* ---- speaker_sources: a span in marks or unknown words ------------------------ */

/* Who is meant by a phrase that leads with a span in marks; with unknown words; or with unknown
 * words whose first carries the preposition. SPEAKER_NONE when the phrase names nobody. */
size_t read_marked(Speakers *speakers, const Phrase *phrase);
size_t read_unknown(Speakers *speakers, const Phrase *phrase, bool recognised);
size_t read_joined(Speakers *speakers, const Phrase *phrase);

/* ---- speaker_implied: nobody named -------------------------------------------- */

/* Who is meant by a form with this agreement that names nobody; SPEAKER_NONE. */
size_t speakers_meant(Speakers *speakers, const SpeakerQuery *query, unsigned agreement,
                      Speaker *speaker);

#endif
