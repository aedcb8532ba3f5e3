#include "tools/tag-entities/parts.h"

#include <stdlib.h>

#include "common/numbers.h"
#include "common/utf8.h"

enum {
    LEARNINGS_MAX = 24,
    PREFIXES_MAX = 64,
    WORDS_MAX = 100,  /* of a name that an item of the section may ask for */
    WORD_BYTES = 256, /* longer words are no part of a name           */
    TABLE_FIRST = 256,
    KNOWN_TYPES = 256, /* a power of 2 */
    /* How many of the names that share a word are compared with its place in the text, so that
     * no document costs the square of its length. */
    BEARERS_MAX = 1024,
};
_Static_assert(LEARNINGS_MAX < 32, "each is a bit of `teaching`");

/* What tells words apart before they are read: how they end. A number for the last bytes
 * in the upper bits, and for the very last one in the lower, which short words have too. */
typedef uint16_t Ending;
enum {
    ENDING_BYTES = 6,
    LETTER_BYTES = 2, /* of nearly all letters */
    LAST_BITS = 6,    /* tell all letters of an alphabet apart */
    LASTS = 1 << LAST_BITS,
    NO_ENDING = 0,    /* not looked at                              */
    SHORT_ENDING = 1, /* there are fewer bytes                      */
    ANY_ENDING = 2,   /* a reading may end otherwise than the word  */
    LONG_ENDING = 3,  /* this and all above: of ENDING_BYTES        */
    ENDINGS = 256,
};

/* One item of section `learning`. */
typedef struct {
    Slice type;
    size_t number;           /* of the first item for the type: the type's number       */
    int first, second, last; /* classes of these words of a name of the type            */
    int beside;              /* of the word that brackets behind the name begin with    */
    int opening, closing;    /* traits of these brackets                                */
    int unless;              /* words of this trait are not learnt                      */
    int opens;               /* only names that begin with a word of this trait         */
    size_t words;            /* only names of so many words; 0: of two and more         */
    bool omits;              /* names with words left out are the longer one            */
    bool teaches;            /* gives some word a class                                 */
    bool is_whole;           /* what of the type lies within a name is a part of it     */
} Learning;

/* What was found out last about a type at such an address (parts_learns). */
typedef struct {
    Slice type;
    size_t number; /* LEARNINGS_MAX: nothing is learnt of it */
} KnownType;

/* Letters in front of a word that are no part of it. */
typedef struct {
    Slice written;  /* folded                                                  */
    Slice restore;  /* put in their place: what of the word they have swallowed */
    uint32_t strip; /* code points that stand outside the span                 */
} Prefix;

/* A reading of a distinct word: as it is, or behind a proclitic. */
typedef struct {
    uint64_t hash; /* of the folded stem */
    uint8_t strip;
    bool restored;
    Ending ending; /* of the stem; that of the word, unless it is short */
} Reading;

typedef struct {
    uint64_t hash;  /* of the word as it is                    */
    uint32_t first; /* of the readings behind proclitics       */
    uint8_t count;  /* of these; one for each prefix at most   */
    bool is_read;
    Ending ending;
} Readings;

typedef struct {
    uint64_t hash;
    uint64_t whole; /* hash of the whole name */
    uint32_t candidate;
    uint32_t item;      /* where the candidate begins */
    int class_number;   /* that the word gets                         */
    uint32_t next;      /* learnt with the same hash, or NO_CANDIDATE */
    uint32_t next_kind; /* the next of another class, or is_first */
    Ending ending;
    bool is_first; /* word of a name that omits others */
    uint8_t type;  /* of the name: as type_number has it */
    /* Of the first with the same hash: */
    uint32_t last, last_kind; /* of the next ones              */
    uint32_t bearers;         /* how many of them are is_first */
} Learnt;

struct Parts {
    Lexicon *lexicon;
    Traits *traits;
    Learning learnings[LEARNINGS_MAX];
    size_t learning_count;
    uint32_t teaching; /* a bit for each type number: some item gives a word a class */
    uint32_t omitting; /* likewise: some item omits                                  */
    KnownType types[KNOWN_TYPES];
    Prefix prefixes[PREFIXES_MAX];
    size_t prefix_count;
    size_t min_stem;       /* letters that are left behind one                   */
    uint64_t begins[256];  /* by lead_byte: a bit for each prefix that begins so */
    uint64_t restoring;    /* a bit for each that restores something             */
    int article;           /* trait of words with the article in front           */
    Slice article_text;    /* empty: there is none                               */
    size_t article_length; /* code points                                       */

    /* By code point what a letter of two bytes becomes, folded, where that has two bytes too;
     * else zeros. */
    unsigned char folded[FOLD_LOW][LETTER_BYTES];

    /* for the run */
    Readings *words; /* by number of the vocabulary */
    Ending *endings; /* likewise                    */
    size_t word_count, word_capacity, ending_capacity;
    Reading *readings;
    size_t reading_count, reading_capacity;
    NumberTable marked_sets; /* by class set and class: what the set becomes with it, + 1 */

    /* for a document */
    Learnt *learnt;
    size_t learnt_count, learnt_capacity;
    uint32_t *table;        /* by hash: number of the first learnt + 1; 0: empty */
    uint32_t *pairs;        /* by hash and whole: likewise                       */
    size_t table_size;      /* of each */
    uint64_t ends[ENDINGS]; /* what is learnt ends so: a bit for each last byte  */
    uint64_t short_ends;    /* the same of short words, which end longer ones    */
    uint32_t *marks;        /* for each item the first learnt name, or NO_CANDIDATE */
    uint32_t *likely;       /* items that end like something learnt; then those marked */
    size_t mark_capacity, likely_capacity, marked_count;
};

static Slice fold_key(const Parts *parts, Slice word, Arena *arena)
{
    char *key = arena_alloc(arena, FOLD_ROOM(word.length));
    return (Slice){key, fold_word(lexicon_fold(parts->lexicon), word, GRADE_HAMZA, key)};
}

/* ---- types ------------------------------------------------------------- */

/* The next item of section `learning` for the type, behind `after`, or the first where that
 * is NULL; NULL where there is no more. */
static inline const Learning *next_learning(const Parts *parts, size_t type, const Learning *after)
{
    const Learning *end = parts->learnings + parts->learning_count;
    for (after = after ? after + 1 : parts->learnings; after < end; after++)
        if (after->number == type)
            return after;
    return NULL;
}

/* LEARNINGS_MAX where no item is for the type. */
static size_t find_type(const Parts *parts, Slice type)
{
    for (size_t i = 0; i < parts->learning_count; i++)
        if (slice_equal(parts->learnings[i].type, type))
            return i;
    return LEARNINGS_MAX;
}

/* The same for a type that stays where it is. */
static size_t type_number(Parts *parts, Slice type)
{
    uint64_t place = (uintptr_t)type.data * UINT64_C(0x9E3779B97F4A7C15) >> 32;
    KnownType *known = &parts->types[place % KNOWN_TYPES];
    if (known->type.data != type.data || known->type.length != type.length)
        *known = (KnownType){type, find_type(parts, type)};
    return known->number;
}

bool parts_learns(Parts *parts, Slice type)
{
    return (parts->teaching >> type_number(parts, type) & 1) != 0;
}

bool parts_omits(Parts *parts, Slice type)
{
    return (parts->omitting >> type_number(parts, type) & 1) != 0;
}

/* ---- rules ------------------------------------------------------------- */

static bool read_class(Parts *parts, const RuleNode *node, const char *key, int *number,
                       Error *error)
{
    Slice name = rule_text(node, key);
    *number = CLASS_NONE;
    if (name.length == 0)
        return true;
    *number = classes_add(lexicon_classes(parts->lexicon), name);
    return *number != CLASS_NONE || rule_error(node, error, CLASSES_FULL, CLASS_MAX);
}

static bool read_trait(Parts *parts, const RuleNode *node, const char *key, int *trait,
                       Error *error)
{
    int number;
    if (!read_class(parts, node, key, &number, error))
        return false;
    *trait = traits_ask_class(parts->traits, number);
    return true;
}

/* What tells first letters apart: the last byte of the first code point. */
static unsigned char lead_byte(Slice text)
{
    return text.length == 0 ? 0
                            : (unsigned char)text.data[utf8_length((unsigned char)*text.data) - 1];
}

static bool add_prefix(Parts *parts, const RuleNode *node, Prefix prefix, Error *error)
{
    if (parts->prefix_count == PREFIXES_MAX)
        return rule_error(node, error, "more than %d proclitics and pairs of them", PREFIXES_MAX);
    parts->begins[lead_byte(prefix.written)] |= UINT64_C(1) << parts->prefix_count;
    parts->restoring |= (uint64_t)(prefix.restore.length != 0) << parts->prefix_count;
    parts->prefixes[parts->prefix_count++] = prefix;
    return true;
}

/* The members of the group that `name` names; NULL with `error` where there is none. */
static const RuleNode *find_members(const RuleNode *clitics, const RuleNode *name, Error *error)
{
    const RuleNode *groups = rule_get(clitics, "groups"), *found = NULL;
    for (const RuleNode *known = groups ? groups->children : NULL; known; known = known->next)
        if (slice_equal(known->key, name->scalar))
            found = known;
    if (found == NULL)
        rule_error(name, error, "no group of clitics is called \"%.*s\"", SLICE_ARG(name->scalar));
    return found;
}

static bool add_prefixes(Parts *parts, const RuleNode *clitics, const RuleNode *group, Slice before,
                         Arena *arena, Error *error)
{
    for (; group; group = group->next) {
        const RuleNode *members = find_members(clitics, group, error);
        if (members == NULL)
            return false;
        for (const RuleNode *member = members->children; member; member = member->next) {
            Slice written = arena_format(arena, "%.*s%.*s", SLICE_ARG(before),
                                         SLICE_ARG(fold_key(parts, member->scalar, arena)));
            Prefix prefix = {.written = written, .strip = (uint32_t)utf8_count(written)};
            if (!add_prefix(parts, member, prefix, error) ||
                !add_prefixes(parts, clitics, group->next, written, arena, error))
                return false;
            const RuleNode *contraction = rule_get(clitics, "contractions");
            contraction = contraction ? contraction->children : NULL;
            for (; contraction; contraction = contraction->next) {
                const RuleNode *pair = rule_get(contraction, "parts");
                if (pair == NULL || pair->child_count != 2 ||
                    !slice_equal(pair->children->scalar, member->scalar))
                    continue;
                prefix.restore = fold_key(parts, pair->children->next->scalar, arena);
                prefix.written = arena_format(
                    arena, "%.*s%.*s", SLICE_ARG(before),
                    SLICE_ARG(fold_key(parts, rule_text(contraction, "written"), arena)));
                if (!add_prefix(parts, contraction, prefix, error))
                    return false;
            }
        }
    }
    return true;
}

static bool read_brackets(Parts *parts, const RuleNode *node, Learning *learning, Error *error)
{
    const RuleNode *brackets = rule_get(node, "brackets");
    if (brackets == NULL)
        return learning->beside == CLASS_NONE ||
               rule_error(node, error, "beside needs brackets: [CLASS, CLASS]");
    if (brackets->child_count != 2)
        return rule_error(brackets, error, "brackets are two classes: [CLASS, CLASS]");
    Classes *classes = lexicon_classes(parts->lexicon);
    int opening = classes_add(classes, brackets->children->scalar);
    int closing = classes_add(classes, brackets->children->next->scalar);
    learning->opening = traits_ask_class(parts->traits, opening);
    learning->closing = traits_ask_class(parts->traits, closing);
    return (opening != CLASS_NONE && closing != CLASS_NONE) ||
           rule_error(brackets, error, CLASSES_FULL, CLASS_MAX);
}

/* What may stand in front of a word that was learnt: members of these groups of clitics, of
 * each in turn at most one. The first item that names groups names them for all. */
static bool read_proclitics(Parts *parts, Rules *rules, const RuleNode *groups, Error *error)
{
    RuleWalk walk = rules_walk(rules, "clitics");
    if (!rule_walk_next(&walk))
        return rule_error(
            groups, error,
            "no section clitics says what these groups are; add one, or leave clitics out here");
    if (parts->prefix_count != 0) {
        const RuleNode *group = groups->children;
        while (group != NULL && find_members(walk.node, group, error) != NULL)
            group = group->next;
        return group == NULL;
    }
    parts->article = traits_ask_class(
        parts->traits, classes_find(lexicon_classes(parts->lexicon), SLICE("clitic.article")));
    return add_prefixes(parts, walk.node, groups->children, (Slice){NULL, 0}, &rules->arena, error);
}

static bool read_learning(Parts *parts, Rules *rules, const RuleNode *node, Error *error)
{
    static const char *const known[] = {"type",  "first",     "second", "last",       "beside",
                                        "words", "opens",     "unless", "brackets[]", "omits",
                                        "whole", "clitics[]", "note",   NULL};
    if (!rule_check_keys(node, known, error))
        return false;
    if (parts->learning_count == LEARNINGS_MAX)
        return rule_error(node, error, "more than %d items under learning", LEARNINGS_MAX);
    Learning *learning = &parts->learnings[parts->learning_count];
    learning->type = rule_text(node, "type");
    if (learning->type.length == 0)
        return rule_error(
            node, error,
            "an item under learning needs the type of entity that it is for (type: PER)");
    if (!read_class(parts, node, "first", &learning->first, error) ||
        !read_class(parts, node, "second", &learning->second, error) ||
        !read_class(parts, node, "last", &learning->last, error) ||
        !read_class(parts, node, "beside", &learning->beside, error) ||
        !read_trait(parts, node, "opens", &learning->opens, error) ||
        !read_trait(parts, node, "unless", &learning->unless, error) ||
        !read_brackets(parts, node, learning, error) ||
        !rule_count(node, "words", 0, WORDS_MAX, &learning->words, error) ||
        !rule_flag(node, "omits", false, &learning->omits, error) ||
        !rule_flag(node, "whole", false, &learning->is_whole, error))
        return false;
    learning->teaches = learning->first != CLASS_NONE || learning->second != CLASS_NONE ||
                        learning->last != CLASS_NONE || learning->beside != CLASS_NONE;
    parts->learning_count++;
    learning->number = find_type(parts, learning->type);
    parts->teaching |= (uint32_t)learning->teaches << learning->number;
    parts->omitting |= (uint32_t)learning->omits << learning->number;
    const RuleNode *groups = rule_get(node, "clitics");
    return groups == NULL || read_proclitics(parts, rules, groups, error);
}

/* The article as it is written in front of a word. */
static Slice article_of(const Rules *rules)
{
    Slice text = {NULL, 0};
    for (RuleWalk walk = rules_walk(rules, "clitics"); rule_walk_next(&walk);) {
        const RuleNode *article = rule_get(rule_get(walk.node, "groups"), "article");
        if (article != NULL && article->children != NULL)
            text = article->children->scalar;
    }
    return text;
}

static void fold_letters(Parts *parts)
{
    for (uint32_t c = 0x80; c < FOLD_LOW; c++) {
        char letter[4], folded[FOLD_ROOM(sizeof letter)];
        Slice text = {letter, utf8_encode(c, letter)};
        if (fold_word(lexicon_fold(parts->lexicon), text, GRADE_HAMZA, folded) == LETTER_BYTES)
            memcpy(parts->folded[c], folded, LETTER_BYTES);
    }
}

Parts *parts_new(Rules *rules, Lexicon *lexicon, Traits *traits, Error *error)
{
    Parts *parts = ARENA_NEW(&rules->arena, Parts);
    parts->lexicon = lexicon;
    parts->min_stem = lexicon_min_stem(lexicon);
    parts->traits = traits;
    parts->article = TRAIT_NONE;
    parts->article_text = article_of(rules);
    parts->article_length = utf8_count(parts->article_text);
    for (size_t i = 0; i < KNOWN_TYPES; i++)
        parts->types[i].number = LEARNINGS_MAX;
    fold_letters(parts);
    for (RuleWalk walk = rules_walk(rules, "learning"); rule_walk_next(&walk);)
        if (!read_learning(parts, rules, walk.node, error))
            return NULL;
    return parts;
}

void parts_free(Parts *parts)
{
    free(parts->words);
    free(parts->endings);
    free(parts->readings);
    free(parts->learnt);
    free(parts->table);
    free(parts->pairs);
    free(parts->marks);
    free(parts->likely);
    number_release(&parts->marked_sets);
}

Slice parts_article(const Parts *parts)
{
    return parts->article_text;
}

void parts_forget(Parts *parts)
{
    parts->word_count = 0;
    parts->reading_count = 0;
}

/* ---- readings of a word ------------------------------------------------ */

/* `row`: one of those below LONG_ENDING where that is known. */
static Ending make_ending(Slice folded, unsigned row)
{
    unsigned last = folded.length == 0 ? 0 : (unsigned char)folded.data[folded.length - 1];
    return (Ending)(row << LAST_BITS | last % LASTS);
}

static Ending ending_of(Slice folded)
{
    if (folded.length < ENDING_BYTES)
        return make_ending(folded, SHORT_ENDING);
    uint64_t hash = 0;
    memcpy(&hash, folded.data + folded.length - ENDING_BYTES, ENDING_BYTES);
    hash *= UINT64_C(0x9E3779B97F4A7C15);
    return make_ending(folded, LONG_ENDING + (unsigned)((hash >> 32) % (ENDINGS - LONG_ENDING)));
}

/* `folded` has room for a word of WORD_BYTES. */
static Slice folded_word(const Parts *parts, uint32_t number, char *folded)
{
    Slice surface = word_surface(vocabulary_word(lexicon_vocabulary(parts->lexicon), number));
    if (surface.length > WORD_BYTES)
        return (Slice){folded, 0};
    return (Slice){folded, fold_word(lexicon_fold(parts->lexicon), surface, GRADE_HAMZA, folded)};
}

static void add_reading(Parts *parts, Readings *readings, Reading reading)
{
    parts->readings = memory_grow(parts->readings, &parts->reading_capacity,
                                  parts->reading_count + 1, sizeof *parts->readings);
    parts->readings[parts->reading_count++] = reading;
    readings->count++;
}

static void read_word(Parts *parts, uint32_t number)
{
    char folded[FOLD_ROOM(WORD_BYTES)];
    Slice key = folded_word(parts, number, folded);
    Readings *readings = &parts->words[number];
    *readings = (Readings){.hash = key.length == 0 ? 0 : slice_hash(key),
                           .first = (uint32_t)parts->reading_count,
                           .is_read = true,
                           .ending = ending_of(key)};
    if (key.length == 0)
        return;
    for (uint64_t left = parts->begins[lead_byte(key)]; left != 0; left &= left - 1) {
        const Prefix *prefix = &parts->prefixes[__builtin_ctzll(left)];
        if (key.length <= prefix->written.length || !slice_starts(key, prefix->written))
            continue;
        Slice stem = slice_cut(key, prefix->written.length, key.length);
        if (utf8_count(stem) < parts->min_stem)
            continue;
        char bytes[FOLD_ROOM(WORD_BYTES) + 16];
        if (prefix->restore.length + stem.length > sizeof bytes)
            continue;
        if (prefix->restore.length > 0)
            memcpy(bytes, prefix->restore.data, prefix->restore.length);
        memcpy(bytes + prefix->restore.length, stem.data, stem.length);
        Slice whole = {bytes, prefix->restore.length + stem.length};
        /* What is put in front ends no word. */
        Reading reading = {slice_hash(whole), (uint8_t)prefix->strip, prefix->restore.length > 0,
                           ending_of(stem)};
        add_reading(parts, readings, reading);
    }
}

/* Makes room for the words of the vocabulary. */
static void meet_words(Parts *parts)
{
    size_t count = vocabulary_count(lexicon_vocabulary(parts->lexicon)), known = parts->word_count;
    if (count <= known)
        return;
    parts->words = memory_grow(parts->words, &parts->word_capacity, count, sizeof *parts->words);
    parts->endings =
        memory_grow(parts->endings, &parts->ending_capacity, count, sizeof *parts->endings);
    memset(parts->words + known, 0, (count - known) * sizeof *parts->words);
    memset(parts->endings + known, 0, (count - known) * sizeof *parts->endings);
    parts->word_count = count;
}

static const Readings *word_readings(Parts *parts, uint32_t number)
{
    if (!parts->words[number].is_read)
        read_word(parts, number);
    return &parts->words[number];
}

/* What the letter at `at` becomes, of which the text has two bytes; NULL if it is none of those
 * that have two before and after. */
static const unsigned char *folded_letter(const Parts *parts, const char *at)
{
    const unsigned char *bytes = (const unsigned char *)at;
    if (bytes[0] < 0xC2 || bytes[0] >= 0xE0)
        return NULL;
    const unsigned char *folded = parts->folded[(bytes[0] & 0x1Fu) << 6 | (bytes[1] & 0x3Fu)];
    return folded[0] == 0 ? NULL : folded;
}

/* Whether a word may begin with what is written so; it does not where a letter is another. */
static bool may_begin(const Parts *parts, Slice word, Slice written)
{
    for (size_t i = 0; i + 1 < written.length && i + 1 < word.length; i += LETTER_BYTES) {
        const unsigned char *letter = folded_letter(parts, word.data + i);
        if (letter == NULL)
            return true;
        if (letter[0] != (unsigned char)written.data[i] ||
            letter[1] != (unsigned char)written.data[i + 1])
            return false;
    }
    return true;
}

/* The ending of a word that begins and ends with such letters; NO_ENDING of others, and where
 * a reading may end otherwise. */
static Ending plain_ending(const Parts *parts, Slice word)
{
    if (word.length < ENDING_BYTES || word.length > WORD_BYTES)
        return NO_ENDING;
    const unsigned char *first = folded_letter(parts, word.data);
    if (first == NULL)
        return NO_ENDING;
    uint64_t left = parts->begins[first[LETTER_BYTES - 1]] & parts->restoring;
    for (; left != 0; left &= left - 1) {
        Slice written = parts->prefixes[__builtin_ctzll(left)].written;
        if (may_begin(parts, word, written))
            return NO_ENDING;
    }
    char last[ENDING_BYTES];
    for (size_t i = 0; i < ENDING_BYTES; i += LETTER_BYTES) {
        const unsigned char *letter =
            folded_letter(parts, word.data + word.length - ENDING_BYTES + i);
        if (letter == NULL)
            return NO_ENDING;
        memcpy(last + i, letter, LETTER_BYTES);
    }
    return ending_of((Slice){last, ENDING_BYTES});
}

static Ending new_ending(Parts *parts, uint32_t number)
{
    Slice word = word_surface(vocabulary_word(lexicon_vocabulary(parts->lexicon), number));
    Ending plain = plain_ending(parts, word);
    if (plain != NO_ENDING)
        return parts->endings[number] = plain;
    char folded[FOLD_ROOM(WORD_BYTES)];
    Slice key = folded_word(parts, number, folded);
    Ending ending = ending_of(key);
    for (uint64_t left = parts->begins[lead_byte(key)] & parts->restoring; left != 0;
         left &= left - 1) {
        Slice written = parts->prefixes[__builtin_ctzll(left)].written;
        if (slice_starts(key, written) && key.length < written.length + ENDING_BYTES)
            ending = make_ending(key, ANY_ENDING);
    }
    return parts->endings[number] = ending;
}

/* ---- learning ---------------------------------------------------------- */

static size_t table_place(const Parts *parts, uint64_t hash)
{
    size_t mask = parts->table_size - 1, at = (size_t)hash & mask;
    while (parts->table[at] != 0 && parts->learnt[parts->table[at] - 1].hash != hash)
        at = (at + 1) & mask;
    return at;
}

static uint32_t find_learnt(const Parts *parts, uint64_t hash)
{
    uint32_t found = parts->table[table_place(parts, hash)];
    return found == 0 ? NO_CANDIDATE : found - 1;
}

/* Where in `pairs` the word of this hash stands, or is to stand, as one of this class in this
 * whole name. */
static size_t pair_place(const Parts *parts, const Learnt *learnt)
{
    size_t mask = parts->table_size - 1;
    size_t at = (size_t)(learnt->hash ^ learnt->whole * UINT64_C(0x9E3779B97F4A7C15)) & mask;
    for (; parts->pairs[at] != 0; at = (at + 1) & mask) {
        const Learnt *other = &parts->learnt[parts->pairs[at] - 1];
        if (other->hash == learnt->hash && other->whole == learnt->whole &&
            other->class_number == learnt->class_number)
            break;
    }
    return at;
}

static void clear_tables(Parts *parts, size_t size)
{
    if (size != parts->table_size) {
        parts->table = memory_resize(parts->table, size, sizeof *parts->table);
        parts->pairs = memory_resize(parts->pairs, size, sizeof *parts->pairs);
        parts->table_size = size;
    }
    memset(parts->table, 0, size * sizeof *parts->table);
    memset(parts->pairs, 0, size * sizeof *parts->pairs);
}

/* The first with the word of the one numbered `number`, which that may become. */
static uint32_t first_learnt(Parts *parts, uint32_t number)
{
    uint32_t *first = &parts->table[table_place(parts, parts->learnt[number].hash)];
    if (*first == 0)
        *first = number + 1;
    return *first - 1;
}

/* Room for two more; what is in stays in. */
static void grow_tables(Parts *parts)
{
    if ((parts->learnt_count + 2) * 2 <= parts->table_size)
        return;
    clear_tables(parts, parts->table_size * 2);
    for (size_t i = 0; i < parts->learnt_count; i++) {
        first_learnt(parts, (uint32_t)i);
        parts->pairs[pair_place(parts, &parts->learnt[i])] = (uint32_t)i + 1;
    }
}

static void note_ending(Parts *parts, Ending ending)
{
    uint64_t last = UINT64_C(1) << ending % LASTS;
    parts->ends[ending >> LAST_BITS] |= last;
    parts->ends[ANY_ENDING] |= last;
    if (ending >> LAST_BITS == SHORT_ENDING)
        parts->short_ends |= last;
}

/* Whether something learnt may end as a word does. */
static bool is_likely(const Parts *parts, Ending ending)
{
    return ((parts->ends[ending >> LAST_BITS] | parts->short_ends) >> ending % LASTS & 1) != 0;
}

/* Puts the one numbered `number` behind those with the same word, which begin with `first`. */
static void chain(Parts *parts, uint32_t first, uint32_t number)
{
    Learnt *head = &parts->learnt[first], *learnt = &parts->learnt[number];
    head->bearers += learnt->is_first;
    if (first == number)
        return;
    parts->learnt[head->last].next = number;
    head->last = number;
    for (uint32_t i = first; i != NO_CANDIDATE; i = parts->learnt[i].next_kind)
        if (parts->learnt[i].class_number == learnt->class_number &&
            parts->learnt[i].is_first == learnt->is_first)
            return;
    parts->learnt[head->last_kind].next_kind = number;
    head->last_kind = number;
}

static void learn(Parts *parts, Learnt *learnt)
{
    uint32_t number = (uint32_t)parts->learnt_count;
    learnt->next = learnt->next_kind = NO_CANDIDATE;
    learnt->last = learnt->last_kind = number;
    grow_tables(parts);
    uint32_t *pair = &parts->pairs[pair_place(parts, learnt)];
    if (*pair != 0)
        return;
    parts->learnt = memory_grow(parts->learnt, &parts->learnt_capacity, parts->learnt_count + 1,
                                sizeof *parts->learnt);
    parts->learnt[parts->learnt_count++] = *learnt;
    *pair = number + 1;
    note_ending(parts, learnt->ending);
    chain(parts, first_learnt(parts, number), number);
}

bool parts_within_name(Parts *parts, const ItemString *items, const Candidate *candidate,
                       const Candidate *whole)
{
    const Learning *learning = NULL;
    if (!slice_equal(candidate->type, whole->type))
        return false;
    size_t type = type_number(parts, whole->type);
    bool behind_first = candidate->first == whole->first + 1 && candidate->end == whole->end;
    while ((learning = next_learning(parts, type, learning)) != NULL)
        if (learning->is_whole ||
            (behind_first &&
             traits_has(parts->traits, items->items[whole->first].set, learning->opens)))
            return true;
    return false;
}

static bool is_learnable(const Parts *parts, const Learning *learning, const Item *item)
{
    return !traits_has(parts->traits, item->set, learning->unless);
}

/* Of the word as it stands, then behind proclitics. */
static Reading reading_at(const Parts *parts, const Readings *readings, uint32_t number)
{
    return number == 0 ? (Reading){.hash = readings->hash, .ending = readings->ending}
                       : parts->readings[readings->first + number - 1];
}

/* A word as it stands. */
static Reading whole_word(Parts *parts, const Token *token)
{
    return reading_at(parts, word_readings(parts, token->word), 0);
}

/* Whether the item was found by this reading of its word; the article, which the item may
 * have lost too, stays part of the reading. */
static bool is_found_by(const Parts *parts, const Reading *reading, const Item *item)
{
    if (reading->strip == item->clitic_length && reading->restored == item->restored_article)
        return true;
    /* Of a contracted article one letter is left to take off. */
    size_t article = reading->restored ? 1 : parts->article_length;
    return reading->strip + article == item->clitic_length &&
           traits_has(parts->traits, item->set, parts->article);
}

/* The reading that the item was found by: proclitics are off. */
static Reading found_word(Parts *parts, const Token *token, const Item *item)
{
    const Readings *readings = word_readings(parts, token->word);
    Reading found = reading_at(parts, readings, 0);
    for (uint32_t i = 1; i <= readings->count; i++) {
        Reading reading = reading_at(parts, readings, i);
        if (is_found_by(parts, &reading, item))
            found = reading;
    }
    return found;
}

/* Learns the name by this reading of a word of it, which gets the class. */
static void learn_by(Parts *parts, Learnt learnt, Reading reading, int class_number)
{
    learnt.hash = reading.hash;
    learnt.ending = reading.ending;
    learnt.class_number = class_number;
    learn(parts, &learnt);
}

/* A name to be learnt: items [first, last] of the string, tokens [from, to) of the document. */
typedef struct {
    const Token *tokens;
    const ItemString *items;
    const Item *first, *last;
    uint32_t from, to;
    uint32_t candidate;
} Name;

/* What stands in brackets behind the name or the mark that closes it, if that is a few
 * words: an acronym, or the name in other letters. */
static void learn_beside(Parts *parts, const Learning *learning, const Name *name, Learnt learnt)
{
    enum { ITEMS_MAX = 8 };
    const Token *tokens = name->tokens;
    const ItemString *items = name->items;
    size_t at = (size_t)(name->last - items->items) + 1;
    if (at + 2 < items->count && items->items[at].token_count > 0 &&
        tokens[items->items[at].first_token].kind == TOKEN_PUNCT &&
        !traits_has(parts->traits, items->items[at].set, learning->opening))
        at++;
    const Item *opening = &items->items[at], *item = opening + 1;
    if (at + 2 >= items->count || !traits_has(parts->traits, opening->set, learning->opening) ||
        item->token_count == 0 || tokens[item->first_token].kind != TOKEN_WORD ||
        !is_learnable(parts, learning, item))
        return;
    /* The string ends with a stop. */
    for (size_t i = 1; i <= ITEMS_MAX && item[i].token_count > 0; i++) {
        if (!traits_has(parts->traits, item[i].set, learning->closing))
            continue;
        learn_by(parts, learnt, found_word(parts, &tokens[item->first_token], item),
                 learning->beside);
        return;
    }
}

static bool is_asked_for(const Parts *parts, const Learning *learning, const Name *name)
{
    size_t words = name->to - name->from;
    return learning->teaches && (learning->words == 0 ? words >= 2 : words == learning->words) &&
           (learning->opens == TRAIT_NONE ||
            traits_has(parts->traits, name->first->set, learning->opens));
}

static void learn_name(Parts *parts, const Learning *learning, const Name *name)
{
    const Token *tokens = name->tokens;
    uint64_t whole = 0;
    for (uint32_t token = name->from; token < name->to; token++)
        whole = whole * 31 + whole_word(parts, &tokens[token]).hash;
    Learnt learnt = {.candidate = name->candidate,
                     .item = (uint32_t)(name->first - name->items->items),
                     .type = (uint8_t)learning->number,
                     .whole = whole};
    if (learning->last != CLASS_NONE && is_learnable(parts, learning, name->last))
        learn_by(parts, learnt, whole_word(parts, &tokens[name->to - 1]), learning->last);
    if (learning->second != CLASS_NONE && name->to - name->from > 1)
        learn_by(parts, learnt, whole_word(parts, &tokens[name->from + 1]), learning->second);
    if (learning->beside != CLASS_NONE)
        learn_beside(parts, learning, name, learnt);
    if (learning->first != CLASS_NONE && is_learnable(parts, learning, name->first)) {
        learnt.is_first = learning->omits;
        learn_by(parts, learnt, found_word(parts, &tokens[name->from], name->first),
                 learning->first);
    }
}

/* The class set `before` with a class put in: the same come again and again. */
static uint32_t set_with(Parts *parts, uint32_t before, int class_number)
{
    uint64_t key = (uint64_t)before << 32 | (uint32_t)class_number;
    uint32_t known = number_find(&parts->marked_sets, key);
    if (known != 0)
        return known - 1;
    ClassSet set = *lexicon_set(parts->lexicon, before);
    classes_put(lexicon_classes(parts->lexicon), &set, class_number);
    uint32_t behind = lexicon_set_number(parts->lexicon, &set);
    number_put(&parts->marked_sets, key, behind + 1);
    return behind;
}

/* Gives the item the classes of what is learnt. A first name that two people of the document
 * have tells neither. */
static void put_mark(Parts *parts, Item *item, uint32_t *mark, uint32_t number)
{
    bool shared = parts->learnt[number].bearers > 1;
    for (uint32_t i = number; i != NO_CANDIDATE; i = parts->learnt[i].next_kind) {
        const Learnt *learnt = &parts->learnt[i];
        if (learnt->is_first && shared)
            continue;
        item->set = set_with(parts, item->set, learnt->class_number);
        *mark = number;
    }
}

static void mark_item(Parts *parts, ItemString *items, size_t at, uint32_t word)
{
    Item *item = &items->items[at];
    const Readings *readings = word_readings(parts, word);
    for (uint32_t i = 0; i <= readings->count; i++) {
        Reading reading = reading_at(parts, readings, i);
        if (item->entry != NO_ENTRY && !is_found_by(parts, &reading, item))
            continue;
        uint32_t number = find_learnt(parts, reading.hash);
        if (number == NO_CANDIDATE)
            continue;
        if (item->entry == NO_ENTRY) {
            item->start += reading.strip;
            item->clitic_length = reading.strip;
            item->restored_article = reading.restored;
        }
        put_mark(parts, item, &parts->marks[at], number);
        return;
    }
}

/* Learns all names that are kept. */
static void learn_names(Parts *parts, const Token *tokens, const Candidates *candidates,
                        const ItemString *items)
{
    enum { AHEAD = 4 }; /* candidates; the readings of words lie scattered */
    parts->learnt_count = 0;
    memset(parts->ends, 0, sizeof parts->ends);
    parts->short_ends = 0;
    clear_tables(parts, TABLE_FIRST);
    for (size_t i = 0; i < candidates->count; i++) {
        const Candidate *candidate = &candidates->list[i];
        if (i + AHEAD < candidates->count) {
            uint32_t ahead = items->items[candidate[AHEAD].first].first_token;
            __builtin_prefetch(&parts->words[tokens[ahead].word]);
        }
        if (candidate->state != STATE_KEPT)
            continue;
        const Item *first = &items->items[candidate->first];
        const Item *last = &items->items[candidate->end - 1];
        Name name = {.tokens = tokens,
                     .items = items,
                     .first = first,
                     .last = last,
                     .from = first->first_token,
                     .to = last->first_token + last->token_count,
                     .candidate = (uint32_t)i};
        if (tokens[name.from].kind != TOKEN_WORD || tokens[name.to - 1].kind != TOKEN_WORD)
            continue;
        size_t type = type_number(parts, candidate->type);
        const Learning *learning = NULL;
        while ((learning = next_learning(parts, type, learning)) != NULL)
            if (is_asked_for(parts, learning, &name))
                learn_name(parts, learning, &name);
    }
}

/* The item of token `token`, at or behind `item`; a stop stands behind it. */
static inline const Item *item_with(const Item *item, size_t token)
{
    while (item[1].first_token <= token)
        item++;
    return item;
}

/* Puts into `likely` the items that end like something learnt; returns how many. */
static size_t find_likely(Parts *parts, const Token *tokens, const ItemString *items)
{
    enum { AHEAD = 24 }; /* tokens; the endings of words lie scattered */
    const Ending *endings = parts->endings;
    const Item *item = items->items;
    const Token *end = tokens + item[items->count - 1].first_token; /* that is a stop */
    size_t count = 0;
    for (const Token *token = tokens; token < end; token++) {
        if (end - token > AHEAD)
            __builtin_prefetch(&endings[token[AHEAD].word]);
        if (token->kind != TOKEN_WORD)
            continue;
        Ending ending = endings[token->word];
        if (ending == NO_ENDING)
            ending = new_ending(parts, token->word);
        if (!is_likely(parts, ending))
            continue;
        item = item_with(item, (size_t)(token - tokens));
        if (item->token_count != 1)
            continue;
        __builtin_prefetch(&parts->words[token->word]);
        parts->likely[count++] = (uint32_t)(item - items->items);
    }
    return count;
}

/* Marks those of the items in `likely` that are parts of names; only they stay there. */
static void mark_likely(Parts *parts, const Token *tokens, ItemString *items, size_t count)
{
    enum { AHEAD = 4 }; /* items */
    parts->marked_count = 0;
    for (size_t i = 0; i < count; i++) {
        size_t ahead = parts->likely[i + AHEAD < count ? i + AHEAD : count - 1];
        uint32_t word = tokens[items->items[ahead].first_token].word;
        __builtin_prefetch(&parts->readings[parts->words[word].first]);
        uint32_t at = parts->likely[i];
        mark_item(parts, items, at, tokens[items->items[at].first_token].word);
        if (parts->marks[at] != NO_CANDIDATE)
            parts->likely[parts->marked_count++] = at;
    }
}

bool parts_mark(Parts *parts, const Token *tokens, const Candidates *candidates, ItemString *items)
{
    meet_words(parts);
    learn_names(parts, tokens, candidates, items);
    if (parts->learnt_count == 0)
        return false;
    parts->marks =
        memory_grow(parts->marks, &parts->mark_capacity, items->count, sizeof *parts->marks);
    memset(parts->marks, 0xFF, items->count * sizeof *parts->marks);
    parts->likely =
        memory_grow(parts->likely, &parts->likely_capacity, items->count, sizeof *parts->likely);
    mark_likely(parts, tokens, items, find_likely(parts, tokens, items));
    return true;
}

const uint32_t *parts_marked(const Parts *parts, size_t *count)
{
    *count = parts->marked_count;
    return parts->likely;
}

/* Whether the marked item is also a part of the name `whole`. */
static bool is_part(const Parts *parts, size_t item, uint64_t whole)
{
    Learnt wanted = {.hash = parts->learnt[parts->marks[item]].hash, .whole = whole};
    for (uint32_t i = parts->marks[item]; i != NO_CANDIDATE; i = parts->learnt[i].next_kind) {
        wanted.class_number = parts->learnt[i].class_number;
        if (parts->pairs[pair_place(parts, &wanted)] != 0)
            return true;
    }
    return false;
}

uint32_t parts_whole(Parts *parts, size_t first, size_t end, Slice type)
{
    uint32_t behind = NO_CANDIDATE, before = NO_CANDIDATE;
    while (end > first && parts->marks[end - 1] == NO_CANDIDATE)
        end--;
    if (end == first)
        return NO_CANDIDATE;
    size_t wanted = type_number(parts, type);
    if (wanted == LEARNINGS_MAX)
        return NO_CANDIDATE;
    uint32_t i = parts->marks[end - 1];
    for (int bearers = 0; i != NO_CANDIDATE && bearers < BEARERS_MAX; bearers++) {
        const Learnt *learnt = &parts->learnt[i];
        bool fits = learnt->type == wanted;
        for (size_t item = first; item < end - 1 && fits; item++)
            fits = parts->marks[item] == NO_CANDIDATE || is_part(parts, item, learnt->whole);
        i = learnt->next;
        if (!fits)
            continue;
        if (learnt->item <= first)
            before = learnt->candidate;
        else if (behind == NO_CANDIDATE)
            behind = learnt->candidate;
    }
    return before != NO_CANDIDATE ? before : behind;
}
