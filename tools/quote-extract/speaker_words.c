#include "tools/quote-extract/speaker_parts.h"

#include "common/utf8.h"

enum { ORDINARY_BYTES = 64 };

const ItemString *read_tokens(Speakers *speakers, size_t from, size_t to)
{
    SpeakerRules *rules = speakers->rules;
    items_clear(&rules->scratch);
    items_add_tokens(&rules->scratch, rules->lexicon, speakers->tokens, from, to);
    class_bits_note(rules->bits);
    return &rules->scratch;
}

const ItemString *read_inside(Speakers *speakers, const Item *item)
{
    return read_tokens(speakers, item->first_token + 1u, inner_end(speakers, item));
}

uint32_t entry_with(const Speakers *speakers, const Item *item, NamedClass named)
{
    const Lexicon *lexicon = speakers->rules->lexicon;
    uint32_t entry = item->entry;
    while (entry != NO_ENTRY && !set_has(speakers->bits, lexicon_entry_set(lexicon, entry), named))
        entry = lexicon_next_entry(lexicon, item, entry);
    return entry;
}

/* للجنة التحضيرية: behind the preposition the article of a noun in ل is not written, and only
 * the adjective tells that it is there. */
static bool hides_article(const Speakers *speakers, size_t item)
{
    const Item *at = item_at(speakers, item);
    size_t next = item + 1;
    if (at->clitic_length == 0 || at->token_count != 1 || next >= speakers->string->count ||
        item_at(speakers, next)->token_count != 1 ||
        !item_has(speakers, next, CLASS_CLITIC_ARTICLE) ||
        item_has(speakers, next, CLASS_CLITIC_PREPOSITION))
        return false;
    return (item_has(speakers, next, CLASS_SHAPE_NISBA) ||
            in_group(speakers, next, GROUP_ADJECTIVES)) &&
           swallows_article(speakers, &speakers->tokens[at->first_token]);
}

bool is_name_not_joined(const Speakers *speakers, size_t item)
{
    if (!exists(speakers, item) || item == 0 || is_stop(speakers, item - 1) ||
        !item_has(speakers, item, CLASS_SHAPE_JOINED_OR_NAME) ||
        item_at(speakers, item)->token_count != 1 || item_has(speakers, item, CLASS_COMP) ||
        item_has(speakers, item, CLASS_CUE) || item_has(speakers, item, CLASS_CLITIC_ARTICLE))
        return false;
    bool joins = item_has(speakers, item, CLASS_CLITIC_CONJUNCTION);
    if (!joins && !item_has(speakers, item, CLASS_CLITIC_PREPOSITION))
        return false;
    /* باباغانا كياري، مفوض المياه كياري: nobody is likened to another by his name */
    if (!joins && in_group(speakers, item, GROUP_NAMES) &&
        (is_definite(speakers, item - 1) || item_has(speakers, item - 1, CLASS_COMMA) ||
         !is_in_list(speakers, item - 1)))
        return true;
    if (is_definite(speakers, item - 1))
        return false;
    /* بلدية فصالة */
    if (joins && !in_group(speakers, item - 1, GROUP_NAMES) &&
        (in_group(speakers, item - 1, GROUP_ORGANISATIONS) ||
         in_group(speakers, item - 1, GROUP_PLACE_HEADS) ||
         in_group(speakers, item - 1, GROUP_ROLES)))
        return true;
    /* سالم كبور، مريم فال */
    size_t next = item + 1;
    return item_has(speakers, item - 1, CLASS_NAME_GIVEN) &&
           !in_group(speakers, item, GROUP_ROLES) && !in_group(speakers, item, GROUP_PEOPLE) &&
           (!exists(speakers, next) || item_has(speakers, next, CLASS_COMMA) ||
            item_has(speakers, next, CLASS_HALT_PREP) || in_group(speakers, next, GROUP_LINKS) ||
            begins_report(speakers, next));
}

bool is_conjoined(const Speakers *speakers, size_t item)
{
    return item_has(speakers, item, CLASS_CLITIC_CONJUNCTION) &&
           !is_name_not_joined(speakers, item);
}

Core item_core(const Speakers *speakers, size_t item)
{
    const Item *whole = item_at(speakers, item);
    const Token *first = &speakers->tokens[whole->first_token];
    const Token *last = last_token(speakers, item);
    Core core = {{first->byte, last->byte + last->byte_length}, whole->start, false};
    if (is_enclosed(speakers, item) && inner_end(speakers, whole) > whole->first_token + 1u) {
        /* « الرافد »: without the blanks beside the marks */
        last = &speakers->tokens[inner_end(speakers, whole) - 1];
        core.bytes = (ByteSpan){first[1].byte, last->byte + last->byte_length};
        return core;
    }
    if (is_name_not_joined(speakers, item)) {
        core.start = first->start;
        return core;
    }
    const char *at = speakers->text.data + first->byte;
    for (unsigned i = 0; i < whole->clitic_length; i++)
        utf8_next(&at);
    core.bytes.start = (size_t)(at - speakers->text.data);
    Slice article = speakers->rules->article;
    if (whole->restored_article) {
        /* The span begins with a letter of the article. */
        utf8_next(&at);
        core.bytes.start = (size_t)(at - speakers->text.data);
        core.put_article = true;
    } else if (item_has(speakers, item, CLASS_CLITIC_ARTICLE)) {
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
    } else {
        core.put_article = hides_article(speakers, item);
    }
    return core;
}

bool has_proclitic(const Speakers *speakers, size_t item)
{
    const Item *at = item_at(speakers, item);
    return at->clitic_length != 0 &&
           item_core(speakers, item).bytes.start != speakers->tokens[at->first_token].byte;
}

/* The text of items [from, to) without proclitics in front. */
Slice items_text(const Speakers *speakers, size_t from, size_t to)
{
    if (from >= to)
        return (Slice){NULL, 0};
    Core first = item_core(speakers, from);
    const Token *last = last_token(speakers, to - 1);
    /* Marks stay where they stand beside other words. */
    size_t end = to - from == 1 ? first.bytes.end : last->byte + last->byte_length;
    if (to - from > 1 && item_has(speakers, from, CLASS_MARKED))
        first.bytes.start = speakers->tokens[item_at(speakers, from)->first_token].byte;
    Slice text = slice_cut(speakers->text, first.bytes.start, end);
    if (first.put_article)
        return arena_format(speakers->arena, "%.*s%.*s", SLICE_ARG(speakers->rules->article),
                            SLICE_ARG(text));
    return text;
}

Slice speakers_text(const Speakers *speakers, size_t from, size_t to, CodepointSpan *span)
{
    *span = (CodepointSpan){item_core(speakers, from).start, item_at(speakers, to - 1)->end};
    if (to - from == 1 && item_has(speakers, from, CLASS_MARKED)) {
        const Item *item = item_at(speakers, from);
        const Token *first = &speakers->tokens[item->first_token];
        *span =
            (CodepointSpan){first[1].start, speakers->tokens[inner_end(speakers, item) - 1].end};
    }
    return items_text(speakers, from, to);
}

bool swallows_article(const Speakers *speakers, const Token *token)
{
    const SpeakerRules *rules = speakers->rules;
    Slice word = token_text(speakers, token);
    for (size_t i = 0; i < rules->joined_count; i++)
        if (slice_starts(word, rules->joined[i].prefix))
            return slice_equal(rules->joined[i].becomes, rules->article);
    return false;
}

bool begins_joined(const Speakers *speakers, size_t item)
{
    const SpeakerRules *rules = speakers->rules;
    Slice word = token_text(speakers, &speakers->tokens[item_at(speakers, item)->first_token]);
    for (size_t i = 0; i < rules->joined_count; i++)
        if (slice_starts(word, rules->joined[i].prefix))
            return true;
    return false;
}

bool has_article(const Speakers *speakers, size_t item)
{
    const Item *at = item_at(speakers, item);
    if (at->restored_article || item_has(speakers, item, CLASS_CLITIC_ARTICLE))
        return true;
    const Token *first = &speakers->tokens[at->first_token];
    return opens_with_article(speakers,
                              slice_cut(speakers->text, item_core(speakers, item).bytes.start,
                                        first->byte + first->byte_length));
}

bool is_definite(const Speakers *speakers, size_t item)
{
    const Item *at = item_at(speakers, item);
    if (item > 0 && !is_stop(speakers, item - 1) && in_group(speakers, item - 1, GROUP_ARTICLES))
        return true;
    if (at->restored_article || item_has(speakers, item, CLASS_CLITIC_ARTICLE))
        return true;
    ByteSpan bytes = item_core(speakers, item).bytes;
    /* A phrase is as definite as its last word (وزير الخارجية). */
    if (at->token_count > 1 && !item_has(speakers, item, CLASS_MARKED)) {
        const Token *last = last_token(speakers, item);
        if (swallows_article(speakers, last))
            return true;
        bytes.start = last->byte;
    }
    return opens_with_article(speakers, slice_cut(speakers->text, bytes.start, bytes.end));
}

/* أحد السكان: one of those who follow, and no club of that name; إحدى الناجيات, in no list. */
static bool is_one_of(const Speakers *speakers, size_t item)
{
    size_t next = item + 1;
    if (item_has(speakers, item, CLASS_SPEAKER_SOME) && exists(speakers, next) &&
        has_article(speakers, next) && item_has(speakers, next, CLASS_SHAPE_THINGS) &&
        !is_in_list(speakers, next))
        return true;
    return in_group(speakers, item, GROUP_CONTINUES) &&
           in_group(speakers, item, GROUP_ORGANISATIONS) && exists(speakers, next) &&
           (!in_group(speakers, next, GROUP_BREAKS) ||
            item_has(speakers, next, CLASS_SHAPE_PRONOUN));
}

/* مصدر قبلي: an adjective, though a town is called so too. */
static bool is_kind_of_source(const Speakers *speakers, size_t item)
{
    return item > 0 && in_group(speakers, item - 1, GROUP_PEOPLE) &&
           item_has(speakers, item, CLASS_SHAPE_NISBA) &&
           item_at(speakers, item)->token_count == 1 && !has_article(speakers, item) &&
           !has_article(speakers, item - 1) && item_has(speakers, item - 1, CLASS_AGR_M);
}

/* الفريق سالم الحربي، الفريق مهندس سالم, الأكاديمية المغربية سعاد الحربي: with the article and a
 * name behind it no team; nor is الأكاديمية والباحثة an academy, which says of the same woman two
 * things. */
static bool is_rank(const Speakers *speakers, size_t item)
{
    size_t next = item + 1;
    if (!has_article(speakers, item) || !exists(speakers, next))
        return false;
    if (begins_name(speakers, next) || is_known_family(speakers, next))
        return true;
    if (!has_article(speakers, next))
        return item_has(speakers, item, CLASS_TITLE_MILITARY) && !has_proclitic(speakers, next) &&
               in_group(speakers, next, GROUP_ROLES) && exists(speakers, next + 1) &&
               begins_name(speakers, next + 1);
    if (!is_conjoined(speakers, next))
        return !has_proclitic(speakers, next) && item_has(speakers, next, CLASS_SHAPE_NISBA) &&
               begins_name(speakers, next + 1);
    return item_has(speakers, item, CLASS_TITLE_PERSON) &&
           item_has(speakers, item, CLASS_SHAPE_FEMININE) &&
           item_has(speakers, next, CLASS_TITLE_PERSON) &&
           item_has(speakers, next, CLASS_SHAPE_FEMININE) &&
           !in_group(speakers, next, GROUP_ORGANISATIONS);
}

/* أمانة جدة، محافظ جدة، في جدة: a town, and nobody's grandmother */
static bool is_town_rather_than_kin(const Speakers *speakers, size_t item)
{
    return item > 0 && item_has(speakers, item, CLASS_SPEAKER_KIN) &&
           in_group(speakers, item, GROUP_PLACES) && !is_stop(speakers, item - 1) &&
           !is_definite(speakers, item - 1) &&
           (item_has(speakers, item - 1, CLASS_HALT_IN) ||
            in_group(speakers, item - 1, GROUP_ORGANISATIONS) ||
            in_group(speakers, item - 1, GROUP_BODIES) ||
            in_group(speakers, item - 1, GROUP_PLACE_HEADS) ||
            in_group(speakers, item - 1, GROUP_ROLES));
}

static Tag other_tag(Speakers *speakers, size_t item)
{
    if (is_town_rather_than_kin(speakers, item))
        return TAG_PLACE;
    if (is_one_of(speakers, item))
        return TAG_PEOPLE;
    bool organisation = in_group(speakers, item, GROUP_ORGANISATIONS);
    /* مؤسسة is an institution before it is a founder, السفير no newspaper. */
    if (in_group(speakers, item, GROUP_ROLES) &&
        (!organisation || item_has(speakers, item, CLASS_TITLE_HONORIFIC) ||
         is_rank(speakers, item)))
        return TAG_ROLE;
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
        return is_kind_of_source(speakers, item) ? TAG_ADJECTIVE : TAG_PLACE;
    if (in_group(speakers, item, GROUP_PLACE_HEADS))
        return TAG_HEAD;
    return TAG_OTHER;
}

/* Written with the mark of an object: no name. */
static bool is_object(const Speakers *speakers, const Token *token)
{
    Slice mark = speakers->rules->object_mark;
    Slice word = token_text(speakers, token);
    for (size_t i = 0; mark.length != 0 && i + mark.length <= word.length; i++)
        if (word.data[i] == mark.data[0] && memcmp(word.data + i, mark.data, mark.length) == 0)
            return true;
    return false;
}

/* The folded word `text` ends as its list spells `name`; a long one may leave out the seats of
 * hamza (اغلاق, in papers that write none), but has no other ones (إسوار). Short ones are too
 * often names (احد, for أحد). */
static bool is_spelled(const SpeakerRules *rules, Slice text, Slice name)
{
    enum { LONG_LETTERS = 5 };
    char bare[FOLD_ROOM(ORDINARY_BYTES)];
    if (slice_ends(text, name))
        return true;
    if (name.length > ORDINARY_BYTES || utf8_count(name) < LONG_LETTERS)
        return false;
    size_t length = fold_word(rules->fold, name, GRADE_HAMZA, bare);
    return slice_ends(text, (Slice){bare, length});
}

/* Whether an item is an ordinary word: only if it is in no other list, and not if letters
 * had to be taken for one another (that makes too many names ordinary). */
static Ordinary find_ordinary(const Speakers *speakers, const Item *item)
{
    const SpeakerRules *rules = speakers->rules;
    const Token *token = &speakers->tokens[item->first_token];
    char key[FOLD_ROOM(ORDINARY_BYTES)];
    Slice text = {key, 0};
    if (token->byte_length <= ORDINARY_BYTES)
        text.length = fold_word(rules->fold, token_text(speakers, token), GRADE_MARKS, key);
    Ordinary ordinary = ORDINARY_LIKE_IT;
    for (uint32_t e = item->entry; e != NO_ENTRY; e = lexicon_next_entry(rules->lexicon, item, e)) {
        if (!set_in_group(speakers, lexicon_entry_set(rules->lexicon, e), GROUP_ORDINARY))
            return ORDINARY_NOT;
        if (is_spelled(rules, text, lexicon_entry_name(rules->lexicon, e)))
            ordinary = ORDINARY_AS_LISTED;
    }
    return ordinary;
}

/* The same, worked out once for each word that is an item by itself. */
static Ordinary ordinary_of(const Speakers *speakers, const Item *item)
{
    SpeakerRules *rules = speakers->rules;
    uint32_t word = speakers->tokens[item->first_token].word;
    size_t had = rules->ordinary_capacity;
    if (item->token_count > 1)
        return find_ordinary(speakers, item);
    if (word >= had) {
        rules->ordinary = memory_grow(rules->ordinary, &rules->ordinary_capacity,
                                      vocabulary_count(lexicon_vocabulary(rules->lexicon)),
                                      sizeof *rules->ordinary);
        memset(rules->ordinary + had, ORDINARY_UNKNOWN, rules->ordinary_capacity - had);
    }
    if (rules->ordinary[word] == ORDINARY_UNKNOWN)
        rules->ordinary[word] = (uint8_t)find_ordinary(speakers, item);
    return (Ordinary)rules->ordinary[word];
}

/* What a listed word is that has no part of its own in a speaker phrase. */
static Tag listed_tag(const Speakers *speakers, size_t item)
{
    if (!in_group(speakers, item, GROUP_ORDINARY))
        return TAG_CONTINUES;
    Ordinary ordinary = ordinary_of(speakers, item_at(speakers, item));
    if (ordinary == ORDINARY_NOT)
        return TAG_CONTINUES;
    bool definite = is_definite(speakers, item);
    if (ordinary == ORDINARY_AS_LISTED)
        return definite ? TAG_PLAIN_DEFINITE : TAG_PLAIN;
    return definite ? TAG_DEFINITE : TAG_WORD;
}

/* The given name at `item` begins with the article as the lists have it; الكسندر (ألكسندر) does
 * not. */
static bool is_given_with_article(const Speakers *speakers, size_t item)
{
    uint32_t given = entry_with(speakers, item_at(speakers, item), CLASS_NAME_GIVEN);
    return given == NO_ENTRY ||
           opens_with_article(speakers, lexicon_entry_name(speakers->rules->lexicon, given));
}

bool begins_name(const Speakers *speakers, size_t item)
{
    if (!exists(speakers, item) || !item_has(speakers, item, CLASS_NAME_GIVEN) ||
        has_proclitic(speakers, item))
        return false;
    if (item_at(speakers, item)->token_count > 1) /* صلاح الدين is as bare as صلاح */
        return !has_article(speakers, item);
    return !is_definite(speakers, item) || !is_given_with_article(speakers, item);
}

/* Nothing that goes on with a title stands at `item`. */
static bool ends_phrase(const Speakers *speakers, size_t item)
{
    return !exists(speakers, item) || item_has(speakers, item, CLASS_COMMA) ||
           is_enclosed(speakers, item) || in_group(speakers, item, GROUP_BREAKS);
}

/* A word that can only be the end of a name. */
static bool ends_in_family(const Speakers *speakers, size_t item)
{
    return exists(speakers, item) &&
           (in_group(speakers, item, GROUP_NAMES) || !is_in_list(speakers, item)) &&
           !in_group(speakers, item, GROUP_ROLES) && !in_group(speakers, item, GROUP_ORDINARY);
}

/* A word of titles that begins a phrase as a name: نجم في بيان، سيد قادر. */
static bool is_bare_name(const Speakers *speakers, size_t item)
{
    if (!begins_name(speakers, item) || item_at(speakers, item)->token_count > 1)
        return false;
    size_t next = item + 1;
    if (!exists(speakers, next))
        return true;
    /* سعادة سالم: a form of address, though some are called by the word */
    if (item_has(speakers, item, CLASS_TITLE_ADDRESS) && begins_name(speakers, next))
        return false;
    bool follows = in_group(speakers, next, GROUP_NAMES) ||
                   in_group(speakers, next, GROUP_BREAKS) || !is_in_list(speakers, next);
    /* قائد صحوة الوادي: a title with its complement */
    if (!is_in_list(speakers, next) && exists(speakers, next + 1) &&
        has_article(speakers, next + 1) && !in_group(speakers, next + 1, GROUP_NAMES) &&
        !in_group(speakers, next + 1, GROUP_ROLES))
        return false;
    /* أميرة الفهيد: a family's name is no complement, unless a place or a body has it too. */
    if (!item_has(speakers, item, CLASS_TITLE_ADDRESS) && is_definite(speakers, next) &&
        in_group(speakers, next, GROUP_NAMES) && !in_group(speakers, next, GROUP_PLACES) &&
        !in_group(speakers, next, GROUP_ADJECTIVES) && !in_group(speakers, next, GROUP_ORDINARY) &&
        !has_head_group(speakers, next))
        return true;
    return follows && !is_definite(speakers, next) && !in_group(speakers, next, GROUP_CONTINUES) &&
           !item_has(speakers, next, CLASS_SHAPE_NISBA) &&
           !in_group(speakers, next, GROUP_ADJECTIVES) &&
           !item_has(speakers, next, CLASS_SHAPE_PREPOSITIONAL) &&
           !has_head_group(speakers, next) && !is_preposition(speakers, next);
}

bool is_addressed(const Speakers *speakers, size_t item)
{
    if (!item_has(speakers, item, CLASS_CLITIC_PREPOSITION) ||
        !(item_has(speakers, item, CLASS_ORG_MEDIA) || item_has(speakers, item, CLASS_ADDRESSEE) ||
          item_has(speakers, item, CLASS_ORG_AGENCY)))
        return false;
    /* وفقا لوكالة الأنباء: it is asked for as a source; تقرير لصحيفة، مقال لصحيفة: it issued
     * that */
    if (item > 0 && !is_stop(speakers, item - 1) &&
        (item_has(speakers, item - 1, CLASS_ACCORDING_LI) ||
         (in_group(speakers, item - 1, GROUP_DOCUMENTS) && !has_article(speakers, item - 1) &&
          (!item_has(speakers, item - 1, CLASS_SPEECH_EVENT) ||
           item_has(speakers, item - 1, CLASS_AUTHORED)))))
        return false;
    /* للاتحاد الاشتراكي: with an adjective no paper of that name */
    size_t next = item + 1;
    if (!item_has(speakers, item, CLASS_ADDRESSEE) && item_at(speakers, item)->token_count == 1 &&
        has_article(speakers, item) && exists(speakers, next) && has_article(speakers, next) &&
        item_has(speakers, next, CLASS_SHAPE_NISBA))
        return false;
    return begins_joined(speakers, item);
}

/* A given name that is also a place's, before a family name (بيسان الحربي) or, with
 * its own article, before an unknown word (الزبير سالومي). */
static bool begins_place_name(const Speakers *speakers, size_t item)
{
    size_t next = item + 1;
    if (!exists(speakers, next) || has_proclitic(speakers, next))
        return false;
    if (begins_name(speakers, item))
        return in_group(speakers, next, GROUP_NAMES) ||
               /* كريم دجازيري، وكيل اللاعب */
               (!is_in_list(speakers, next) && !is_definite(speakers, next) &&
                !item_has(speakers, next, CLASS_SHAPE_ACCUSATIVE) &&
                (ends_phrase(speakers, next + 1) || in_group(speakers, next + 1, GROUP_ROLES))) ||
               (has_article(speakers, next) && item_has(speakers, next, CLASS_SHAPE_NISBA) &&
                in_group(speakers, next, GROUP_PLACES));
    if (!item_has(speakers, item, CLASS_NAME_GIVEN) || has_proclitic(speakers, item) ||
        item_at(speakers, item)->token_count != 1)
        return false;
    if (!is_in_list(speakers, next))
        return !is_definite(speakers, next) && !item_has(speakers, next, CLASS_SHAPE_NISBA);
    /* رئيس الجمعية الهادي الشابي: both have the article, and are names alone */
    bool doubtful =
        item_has(speakers, item, CLASS_NAME_AMBIGUOUS) &&
        (in_group(speakers, item, GROUP_ADJECTIVES) || in_group(speakers, item, GROUP_ORDINARY) ||
         !item_has(speakers, next, CLASS_SHAPE_NISBA));
    if (is_definite(speakers, next) &&
        (!has_article(speakers, next) || doubtful || !is_given_with_article(speakers, item)))
        return false;
    return in_group(speakers, next, GROUP_NAMES) && !in_group(speakers, next, GROUP_PLACES) &&
           !in_group(speakers, next, GROUP_ORDINARY) && !item_has(speakers, next, CLASS_NAME_GIVEN);
}

bool is_purpose(const Speakers *speakers, size_t item)
{
    const Item *at = item_at(speakers, item);
    if (has_article(speakers, item) || (at->entry != NO_ENTRY && !has_proclitic(speakers, item)))
        return false;
    /* A word in no list may well be a name (الخضر لصور); the complement is definite, or the
     * word is an object (النادي لاتفاق كامل). */
    size_t next = item + 1;
    if (!begins_joined(speakers, item) || !exists(speakers, next))
        return false;
    return has_article(speakers, next) ||
           (at->entry != NO_ENTRY && !item_has(speakers, next, CLASS_SHAPE_NISBA) &&
            has_head_group(speakers, next));
}

bool is_body_purpose(const Speakers *speakers, size_t item)
{
    size_t next = item + 1;
    return item_has(speakers, item, CLASS_BODY_PURPOSE) && exists(speakers, next) &&
           !item_has(speakers, next, CLASS_NOUN_DEED);
}

/* باسم behind an indefinite noun or a spokesman is no given name. */
static bool is_no_given_name(const Speakers *speakers, size_t item, Tag previous)
{
    if (!in_group(speakers, item, GROUP_CONTINUES))
        return false;
    bool noun = previous == TAG_ROLE || previous == TAG_PEOPLE || previous == TAG_BODY ||
                previous == TAG_PLAIN || previous == TAG_WORD;
    /* المكلف باسم الدفاع المدني: what stands in the name of a body or a thing */
    size_t next = item + 1;
    if (exists(speakers, next) && has_article(speakers, next) &&
        !in_group(speakers, next, GROUP_NAMES) &&
        (!item_has(speakers, next, CLASS_SHAPE_NISBA) ||
         item_has(speakers, next, CLASS_SHAPE_OBLIQUE)) &&
        previous != TAG_OTHER)
        return true;
    bool described = previous == TAG_ADJECTIVE || previous == TAG_CONTINUES ||
                     (is_definite_tag(previous) && item_has(speakers, item - 1, CLASS_SHAPE_NISBA));
    bool spokesman = previous != TAG_OTHER && item > 1 &&
                     (item_has(speakers, item - 1, CLASS_SPEAKER_AGAIN) ||
                      (described && item_has(speakers, item - 2, CLASS_SPEAKER_AGAIN)));
    return spokesman || (noun && !is_definite(speakers, item - 1));
}

/* The word at `item` stands behind a given name elsewhere in the document: one of the first times
 * that something ends with it, as somebody is named in full at first. */
static bool ends_full_name(Speakers *speakers, size_t item)
{
    enum { LOOKED_AT = 16 };
    uint32_t word = speakers->tokens[item_at(speakers, item)->first_token].word, at = 0;
    for (int seen = 0; seen < LOOKED_AT && (at = next_ending(speakers, word, at)) != 0; seen++) {
        size_t other = at - 1;
        if (other != item && other > 0 && !is_stop(speakers, other - 1) &&
            begins_name(speakers, other - 1))
            return true;
    }
    return false;
}

/* الوزير العراقي, but العميد الشهري، آية الله الشهري. */
static bool is_family_behind_title(Speakers *speakers, size_t item, Tag previous, Tag other)
{
    /* الوزير العراقي, unless the document names one العراقي in full */
    if (previous == TAG_ROLE && item_has(speakers, item, CLASS_NISBA_HOMONYM) &&
        item_has(speakers, item - 1, CLASS_TITLE_PERSON) && !is_known_part(speakers, item))
        return false;
    return previous == TAG_ROLE && other == TAG_OTHER &&
           (item_at(speakers, item - 1)->token_count == 1 ||
            item_has(speakers, item - 1, CLASS_TITLE_HONORIFIC)) &&
           !in_group(speakers, item, GROUP_ORDINARY) &&
           (ends_phrase(speakers, item + 1) || ends_full_name(speakers, item));
}

/* سالم أمين الحربي: a word of titles that is also a given name, between a name and a family's,
 * which no office has for its complement. */
static bool is_between_names(const Speakers *speakers, size_t item, Tag previous)
{
    size_t family = item + 1;
    return previous == TAG_NAME && item > 0 && !has_article(speakers, item - 1) &&
           item_has(speakers, item, CLASS_NAME_GIVEN) &&
           item_at(speakers, item)->token_count == 1 && !has_article(speakers, item) &&
           exists(speakers, family) && item_has(speakers, family, CLASS_NAME_FAMILY) &&
           !has_proclitic(speakers, family) && !in_group(speakers, family, GROUP_ORDINARY) &&
           !in_group(speakers, family, GROUP_PLACES) && !in_group(speakers, family, GROUP_ROLES);
}

/* A word of titles that is a given name where it stands. */
static bool is_name_not_title(const Speakers *speakers, size_t item, Tag previous)
{
    if (is_between_names(speakers, item, previous))
        return true;
    if ((previous == TAG_OTHER || previous == TAG_COMMA) && is_bare_name(speakers, item))
        return true;
    if (item == 0 || !begins_name(speakers, item) || is_stop(speakers, item - 1) ||
        !has_article(speakers, item - 1))
        return false;
    /* الناخبة أمينة عبدالله: a title with its article is followed by no other in front of a
     * name. */
    if ((previous == TAG_ROLE || previous == TAG_PEOPLE) &&
        !item_has(speakers, item, CLASS_TITLE_MILITARY) && begins_name(speakers, item + 1) &&
        !has_proclitic(speakers, item + 1) &&
        /* آية الله السيد علي السيستاني */
        !(has_article(speakers, item) && item_has(speakers, item + 1, CLASS_PERSON)))
        return true;
    if (!ends_in_family(speakers, item + 1))
        return false;
    /* عقيد جمعان بن سالم: a rank in front of a whole name */
    if (item_has(speakers, item, CLASS_TITLE_MILITARY) && begins_name(speakers, item + 1) &&
        ends_in_family(speakers, item + 2))
        return false;
    /* الدكتور مدير الأحمد: a title with its article has no complement. */
    if (previous == TAG_ROLE)
        return true;
    /* الوزير السابق رائد الحربي: nor has a phrase with articles. */
    return (previous == TAG_CONTINUES || previous == TAG_ADJECTIVE || previous == TAG_BODY ||
            previous == TAG_ORG || previous == TAG_PLACE || is_definite_tag(previous)) &&
           (in_group(speakers, item + 1, GROUP_NAMES) || !has_article(speakers, item + 1));
}

/* What stands in front of `item`, with the tag `previous`, is part of a title. */
static bool is_in_title(const Speakers *speakers, size_t item, Tag previous)
{
    return previous == TAG_ROLE || previous == TAG_PEOPLE || previous == TAG_ADJECTIVE ||
           previous == TAG_ORG || previous == TAG_PLACE || is_definite_tag(previous) ||
           /* للطيران المدني */
           (previous == TAG_OTHER && item > 0 && !is_stop(speakers, item - 1) &&
            item_has(speakers, item - 1, CLASS_SHAPE_PREPOSITIONAL));
}

/* Of a word that is a name as well as what `other` says: where it stands it is the name. */
static bool is_name_not_noun(Speakers *speakers, size_t item, Tag previous, Tag other)
{
    bool bare_given = item_has(speakers, item, CLASS_NAME_GIVEN) && !is_definite(speakers, item);
    bool apart = previous == TAG_OTHER && item_at(speakers, item)->token_count == 1;
    switch (other) {
    case TAG_ROLE:
        return is_name_not_title(speakers, item, previous);
    case TAG_ADJECTIVE:
        /* الدكتور تركي: no adjective of a title with its article. */
        if (previous == TAG_ROLE && has_article(speakers, item - 1) && bare_given)
            return true;
        /* وقال المصري إن: no country is meant. */
        return apart && has_article(speakers, item) && !begins_name(speakers, item + 1);
    case TAG_ORG:
    case TAG_PLACE:
    case TAG_BODY:
        /* A given name that is also a company's (فارس) is one behind a title, or behind a word in
         * no list (هونر كريم). */
        if ((bare_given && (is_in_title(speakers, item, previous) ||
                            (previous == TAG_WORD && is_unlisted(speakers, item - 1)))) ||
            (other != TAG_BODY && begins_place_name(speakers, item)))
            return true;
        /* fall through */
    case TAG_HEAD:
    case TAG_DOCUMENT:
        /* A family name that is also a town's (الأحمدي): of somebody who has spoken. */
        return apart && is_known_part(speakers, item);
    default:
        return false;
    }
}

/* العقيد الطيار ناصر، العميد الطيار الركن، معالي الشيخ الدكتور: behind a title another one. */
static bool is_further_title(const Speakers *speakers, size_t item, Tag previous)
{
    size_t next = item + 1;
    if (previous != TAG_ROLE || !has_article(speakers, item))
        return false;
    return begins_name(speakers, next) ||
           (exists(speakers, next) && has_article(speakers, next) &&
            (in_group(speakers, next, GROUP_CONTINUES) || in_group(speakers, next, GROUP_ROLES)));
}

bool is_number(const Speakers *speakers, size_t item)
{
    return speakers->tokens[item_at(speakers, item)->first_token].kind == TOKEN_NUMBER;
}

/* 1600 نسمة: behind a number stands what is counted, where no further name follows. */
static bool is_counted(const Speakers *speakers, size_t item)
{
    size_t next = item + 1;
    return item > 0 && item_has(speakers, item, CLASS_NAME_AMBIGUOUS) &&
           item_at(speakers, item)->token_count == 1 && !is_stop(speakers, item - 1) &&
           is_number(speakers, item - 1) &&
           !(exists(speakers, next) && in_group(speakers, next, GROUP_NAMES));
}

/* اعتماد الأمازيغية: a noun that is also a given name, in front of a woman's or a thing's origin,
 * which is no family name. */
static bool is_deed_of_origin(const Speakers *speakers, size_t item)
{
    size_t next = item + 1;
    return exists(speakers, next) && item_has(speakers, item, CLASS_NAME_AMBIGUOUS) &&
           item_at(speakers, item)->token_count == 1 &&
           in_group(speakers, next, GROUP_ADJECTIVES) && has_article(speakers, next) &&
           !has_proclitic(speakers, next) && item_has(speakers, next, CLASS_SHAPE_FEMININE) &&
           !in_group(speakers, next, GROUP_NAMES);
}

/* مدير الجامعة تركي الحربي: bare behind what is definite it is no adjective of that; nor is it one
 * at the beginning, or an event's noun (عيد الحربي), in front of a family name. */
static bool is_given_not_origin(const Speakers *speakers, size_t item, Tag previous, Tag other)
{
    size_t family = item + 1;
    bool first = previous == TAG_OTHER || previous == TAG_PLACE;
    bool behind = item > 0 && is_definite(speakers, item - 1);
    if (!(other == TAG_ADJECTIVE ? first || behind : other == TAG_HEAD && first) ||
        !item_has(speakers, item, CLASS_NAME_GIVEN) || is_definite(speakers, item) ||
        item_at(speakers, item)->token_count != 1 || !exists(speakers, family) ||
        !has_article(speakers, family))
        return false;
    return in_group(speakers, family, GROUP_NAMES) ||
           (other == TAG_ADJECTIVE && item_has(speakers, family, CLASS_SHAPE_NISBA));
}

/* اعتبر العربي ثابت أن: an origin or a paper, with its article, that is a given name opens the
 * phrase and has another name behind it. */
static bool is_given_with_name(const Speakers *speakers, size_t item, Tag previous, Tag other)
{
    size_t next = item + 1;
    if (previous != TAG_OTHER || (other != TAG_ADJECTIVE && other != TAG_ORG) ||
        !has_article(speakers, item) || has_proclitic(speakers, item) ||
        item_at(speakers, item)->token_count != 1 || !item_has(speakers, item, CLASS_NAME_GIVEN) ||
        !is_given_with_article(speakers, item) || !exists(speakers, next) ||
        has_proclitic(speakers, next) || item_at(speakers, next)->token_count != 1)
        return false;
    return in_group(speakers, next, GROUP_NAMES) ||
           (!is_in_list(speakers, next) && !is_definite(speakers, next));
}

/* Of a word in the lists of names; `other` is what it is by the other lists. */
static Tag tag_of_name(Speakers *speakers, size_t item, Tag previous, Tag other)
{
    if (is_no_given_name(speakers, item, previous))
        return TAG_CONTINUES;
    bool beside_name = previous == TAG_NAME || previous == TAG_LINK;
    if (other != TAG_OTHER && (is_given_not_origin(speakers, item, previous, other) ||
                               is_given_with_name(speakers, item, previous, other)))
        return TAG_NAME;
    /* رئيس الجمعية الجيلالي زعيفر */
    if (other == TAG_OTHER && is_in_title(speakers, item, previous) &&
        has_article(speakers, item) && begins_place_name(speakers, item))
        return TAG_NAME;
    if (is_in_title(speakers, item, previous) &&
        !is_family_behind_title(speakers, item, previous, other) && is_definite(speakers, item) &&
        item_has(speakers, item, CLASS_SHAPE_NISBA))
        return TAG_ADJECTIVE;
    /* خبير قانوني: what is mostly another word describes him */
    if ((previous == TAG_ROLE || previous == TAG_PEOPLE) && !is_definite(speakers, item - 1) &&
        !is_definite(speakers, item) && item_has(speakers, item, CLASS_SHAPE_NISBA) &&
        item_has(speakers, item, CLASS_COMMON_NAME))
        return TAG_ADJECTIVE;
    /* الفارس عبد الله: no family name stands before a given one. */
    if (other == TAG_OTHER && !beside_name && is_definite(speakers, item) &&
        has_article(speakers, item) && !item_has(speakers, item, CLASS_NAME_GIVEN) &&
        begins_name(speakers, item + 1))
        return TAG_DEFINITE;
    if (is_counted(speakers, item))
        return TAG_OTHER;
    if (!beside_name && is_deed_of_origin(speakers, item))
        return TAG_PLAIN;
    if (other == TAG_OTHER || is_name_not_noun(speakers, item, previous, other))
        return TAG_NAME;
    bool title = other == TAG_ROLE || other == TAG_PEOPLE;
    /* بن الحاج */
    if (title && previous == TAG_LINK && item_has(speakers, item - 1, CLASS_NAME_LINK_INNER))
        return TAG_NAME;
    if (title && is_further_title(speakers, item, previous))
        return other;
    /* مدير دار الوادي: a title without article has its complement behind it. */
    size_t next = item + 1;
    bool complement = previous == TAG_ROLE && !is_definite(speakers, item - 1) &&
                      (other == TAG_ORG || other == TAG_HEAD || other == TAG_BODY) &&
                      item_at(speakers, item)->token_count == 1 && !is_definite(speakers, item) &&
                      exists(speakers, next) && has_article(speakers, next) &&
                      !in_group(speakers, next, GROUP_NAMES);
    /* وكيل الأزهر: nor has it a given name with the article */
    bool headed = previous == TAG_ROLE && !is_definite(speakers, item - 1) && other == TAG_ORG &&
                  item_has(speakers, item, CLASS_ORG) && is_definite(speakers, item) &&
                  item_at(speakers, item)->token_count == 1 &&
                  !(exists(speakers, next) && in_group(speakers, next, GROUP_NAMES));
    /* مساعد أمير المنطقة، مستشار أمير الرياض: he who rules it, and nobody called so */
    bool ruler =
        other == TAG_ROLE && previous == TAG_ROLE && exists(speakers, next) &&
        item_at(speakers, item)->token_count == 1 && !is_definite(speakers, item) &&
        !(item_at(speakers, item - 1)->token_count > 1 && is_definite(speakers, item - 1)) &&
        !(has_article(speakers, item - 1) && !has_proclitic(speakers, item - 1)) &&
        !in_group(speakers, next, GROUP_NAMES) &&
        (in_group(speakers, next, GROUP_PLACE_HEADS) || in_group(speakers, next, GROUP_PLACES));
    if (complement || headed || ruler)
        return other;
    /* المدير التنفيذي للشركة إيغور ماليشيف: without the article no adjective of what has it */
    bool apart = other == TAG_ADJECTIVE && item > 0 && !is_stop(speakers, item - 1) &&
                 has_article(speakers, item - 1) && !is_definite(speakers, item) &&
                 exists(speakers, next) && !is_definite(speakers, next) &&
                 !has_proclitic(speakers, next) &&
                 (in_group(speakers, next, GROUP_NAMES) || !is_in_list(speakers, next));
    bool name = (beside_name && !title) || (previous == TAG_ROLE && other != TAG_ADJECTIVE) ||
                apart || item_at(speakers, item)->token_count > 1;
    return name ? TAG_NAME : other;
}

/* المقدم طيار سالم: the second part of a rank; العقيد مهندس سالم: a calling behind it, and
 * a given name. */
static bool is_second_rank(const Speakers *speakers, size_t item)
{
    if (item_has(speakers, item - 1, CLASS_TITLE_MILITARY) &&
        (item_has(speakers, item, CLASS_TITLE_MILITARY) ||
         in_group(speakers, item, GROUP_CONTINUES)))
        return true;
    bool rank = item_has(speakers, item - 1, CLASS_TITLE_MILITARY) ||
                item_has(speakers, item - 1, CLASS_TITLE_HONORIFIC);
    return rank && !item_has(speakers, item, CLASS_NAME_GIVEN) && !is_stop(speakers, item + 1) &&
           item_has(speakers, item + 1, CLASS_NAME_GIVEN);
}

bool is_kin_by_pronoun(const Speakers *speakers, size_t item)
{
    return item_has(speakers, item, CLASS_TITLE_KIN) && !has_article(speakers, item) &&
           (item_has(speakers, item, CLASS_SHAPE_OWNED) ||
            item_has(speakers, item, CLASS_SHAPE_PRONOUN));
}

/* Behind a title with its article, which has no complement, a bare word in no list of names
 * is the first of one: TAG_NAME or TAG_WORD; TAG_OTHER where it is not. `other`: what it is by the
 * other lists. */
static Tag tag_behind_title(const Speakers *speakers, size_t item, Tag previous, Tag other)
{
    size_t next = item + 1;
    if (previous != TAG_ROLE || item_at(speakers, item)->token_count != 1 ||
        !has_article(speakers, item - 1) || is_definite(speakers, item) ||
        has_proclitic(speakers, item) || !exists(speakers, next))
        return TAG_OTHER;
    if (other == TAG_ROLE && ends_in_family(speakers, next) &&
        in_group(speakers, next, GROUP_NAMES) && !is_second_rank(speakers, item))
        return TAG_NAME;
    /* الإعلامي جامع سالمين، الكاتب مكي الحربي */
    bool before_family =
        other == TAG_ADJECTIVE && has_article(speakers, next) && !is_conjoined(speakers, next) &&
        item_has(speakers, next, CLASS_SHAPE_NISBA) && !in_group(speakers, next, GROUP_ADJECTIVES);
    bool before_unlisted = (other == TAG_HEAD || other == TAG_BODY) && !is_in_list(speakers, next);
    return before_family || before_unlisted ? TAG_WORD : TAG_OTHER;
}

bool is_unlisted(const Speakers *speakers, size_t item)
{
    return exists(speakers, item) && !is_in_list(speakers, item) &&
           speakers->tokens[item_at(speakers, item)->first_token].kind == TOKEN_WORD &&
           !is_definite(speakers, item) && !has_proclitic(speakers, item) &&
           !item_has(speakers, item, CLASS_SHAPE_PRONOUN);
}

/* The same, in no form of an object. */
static bool is_unlisted_subject(const Speakers *speakers, size_t item)
{
    return is_unlisted(speakers, item) && !item_has(speakers, item, CLASS_SHAPE_ACCUSATIVE);
}

/* ابنته ناميش, but شقيقه توأم روحه: the word in no list at `item` names a relative. */
static bool is_kin_name(const Speakers *speakers, size_t item)
{
    size_t next = item + 1;
    return is_unlisted_subject(speakers, item) && !item_has(speakers, item, CLASS_SHAPE_OWNED) &&
           !item_has(speakers, item, CLASS_SHAPE_NISBA) &&
           !(exists(speakers, next) &&
             (item_has(speakers, next, CLASS_SHAPE_OWNED) ||
              (has_article(speakers, next) && !in_group(speakers, next, GROUP_NAMES))));
}

/* Of a word that is in no list of names, titles, people, bodies or places. */
static Tag tag_of_unlisted(const Speakers *speakers, size_t item, Tag previous)
{
    const Token *token = &speakers->tokens[item_at(speakers, item)->first_token];
    /* روبرت كالدر: behind a name the word may well be its last part. */
    bool family = (previous == TAG_NAME || previous == TAG_WORD) &&
                  item_has(speakers, item, CLASS_SHAPE_PREPOSITIONAL_LIKE);
    if ((item_has(speakers, item, CLASS_SHAPE_PREPOSITIONAL) && !family) ||
        token->kind != TOKEN_WORD)
        return TAG_OTHER;
    if (in_group(speakers, item, GROUP_CONTINUES))
        return TAG_CONTINUES;
    bool listed = is_in_list(speakers, item);
    /* بعض المتضررين: of whom some are meant, in a plural that is people's as well */
    bool some = previous == TAG_CONTINUES && item_has(speakers, item - 1, CLASS_SPEAKER_SOME) &&
                item_has(speakers, item, CLASS_SHAPE_OBLIQUE);
    if ((item_has(speakers, item, CLASS_SHAPE_PEOPLE) || some) && previous != TAG_NAME &&
        previous != TAG_LINK && (!listed || in_group(speakers, item, GROUP_ORDINARY)))
        return TAG_PEOPLE;
    /* A syllable of names tells nothing of its own: جاي. */
    if (item_has(speakers, item, CLASS_SYLLABLE_EAST))
        return TAG_WORD;
    if (previous == TAG_OTHER && !listed && is_known_family(speakers, item))
        return TAG_NAME;
    if (listed)
        return listed_tag(speakers, item);
    bool titled = previous == TAG_ROLE || previous == TAG_PEOPLE;
    /* ابنته ناميش */
    if (titled && is_kin_by_pronoun(speakers, item - 1) && is_kin_name(speakers, item))
        return TAG_NAME;
    if (is_object(speakers, token) ||
        (titled && item_has(speakers, item, CLASS_SHAPE_CIRCUMSTANCE)))
        return TAG_PLAIN;
    return is_definite(speakers, item) ? TAG_DEFINITE : TAG_WORD;
}

bool begins_report(const Speakers *speakers, size_t item)
{
    return exists(speakers, item) &&
           (item_has(speakers, item, CLASS_COMP) || item_has(speakers, item, CLASS_COLON) ||
            item_has(speakers, item, CLASS_COMMA) || item_has(speakers, item, CLASS_MARKED_LONG));
}

/* ونظيرها الفنلندي فلان، رئيسها التنفيذي المهندس فلان: behind the item, or adjectives and
 * titles there, stands a name, or two words in no list. */
static bool is_name_next(const Speakers *speakers, size_t item)
{
    size_t next = item + 1, count = speakers->string->count;
    while (next < count && !is_stop(speakers, next) && has_article(speakers, next) &&
           (in_group(speakers, next, GROUP_ADJECTIVES) || in_group(speakers, next, GROUP_ROLES) ||
            item_has(speakers, next, CLASS_SHAPE_NISBA)))
        next++;
    return next < count && !is_stop(speakers, next) &&
           (in_group(speakers, next, GROUP_NAMES) ||
            (is_unlisted_subject(speakers, next) && is_unlisted_subject(speakers, next + 1) &&
             begins_report(speakers, next + 2)));
}

/* Said behind somebody's name, and not by itself for a prophet's. */
static bool is_blessing(const Speakers *speakers, size_t item)
{
    return item_has(speakers, item, CLASS_PHRASE_GRACE) &&
           !item_has(speakers, item, CLASS_SPEAKER_CITED);
}

/* رحمة الله خان: the blessing at `item`, written as the given name is, and no رحمه الله, is that
 * name in front of another. */
static bool is_blessed_name(const Speakers *speakers, size_t item, Tag previous)
{
    if (!item_has(speakers, item, CLASS_NAME_GIVEN) || previous == TAG_NAME ||
        !exists(speakers, item + 1) || !in_group(speakers, item + 1, GROUP_NAMES))
        return false;
    uint32_t given = entry_with(speakers, item_at(speakers, item), CLASS_NAME_GIVEN);
    return given != NO_ENTRY && slice_equal(lexicon_entry_name(speakers->rules->lexicon, given),
                                            items_text(speakers, item, item + 1));
}

/* ولي العهد حفظه الله الأمير سالم: the blessing at `item` has more behind it of whom it is said
 * of. */
static bool is_blessing_within(const Speakers *speakers, size_t item)
{
    size_t next = item + 1;
    return exists(speakers, next) &&
           (begins_name(speakers, next) || in_group(speakers, next, GROUP_ROLES));
}

/* قال رئيسها إن, قال مديرها التنفيذي إن: the office at `item` is all that stands between the verb
 * and the report. */
static bool is_office_alone(const Speakers *speakers, size_t item)
{
    size_t next = item + 1;
    if (exists(speakers, next) && has_article(speakers, next))
        next++;
    return item > 0 && is_finite_cue(speakers, item - 1) &&
           !in_group(speakers, item - 1, GROUP_TRANSITIVE) &&
           !item_has(speakers, item - 1, CLASS_CUE_INFORM) && begins_report(speakers, next);
}

/* Ends a phrase, whatever the lists say. */
static bool is_break(const Speakers *speakers, size_t item)
{
    /* لكن منتقدين يقولون, but خرج الأهالي منتقدين الحكومة */
    bool people = item_has(speakers, item, CLASS_CUE_PARTICIPLE) &&
                  item_has(speakers, item, CLASS_TITLE_SOURCE_PERSON) &&
                  !(item > 0 && has_article(speakers, item - 1));
    if (people || !in_group(speakers, item, GROUP_BREAKS))
        return is_addressed(speakers, item);
    if (!item_has(speakers, item, CLASS_SHAPE_PRONOUN) || is_addressed(speakers, item))
        return true;
    /* A word with the article carries no pronoun: المتهم */
    if (is_definite(speakers, item))
        return !in_group(speakers, item, GROUP_PEOPLE);
    return !in_group(speakers, item, GROUP_ROLES) ||
           item_has(speakers, item, CLASS_CLITIC_PREPOSITION) ||
           !(is_name_next(speakers, item) || is_office_alone(speakers, item));
}

/* A mark links only what it is joined to (Jean-Pierre): not "Jean Marot - he was late". */
static bool is_link(const Speakers *speakers, size_t item)
{
    if (!in_group(speakers, item, GROUP_LINKS) || !item_has(speakers, item, CLASS_PUNCT))
        return in_group(speakers, item, GROUP_LINKS);
    const Item *mark = item_at(speakers, item);
    return item > 0 && item + 1 < speakers->string->count && mark[-1].end == mark->start &&
           mark[1].start - mark[1].clitic_length == mark->end;
}

/* شركة (الوادي): brackets do for marks behind a head noun that wants a name. */
static bool is_name_in_brackets(const Speakers *speakers, size_t item)
{
    return item > 0 && !is_stop(speakers, item - 1) &&
           !item_has(speakers, item, CLASS_BRACKETED_LONG) &&
           in_group(speakers, item - 1, GROUP_ORGANISATIONS) &&
           !item_has(speakers, item - 1, CLASS_ORG) &&
           item_at(speakers, item - 1)->token_count == 1 && !is_definite(speakers, item - 1);
}

static bool is_syllable(const Speakers *speakers, size_t item)
{
    return item_has(speakers, item, CLASS_SYLLABLE_EAST) ||
           item_has(speakers, item, CLASS_SYLLABLE_DOUBT);
}

/* A syllable that is a word too: behind two syllables, or one and a word in no list, where what
 * is reported follows or nothing does (جيونج جون هي إن); behind a title and in front of one
 * (المتحدثة فو لينغ هوي); or between two (تشانغ وي مينغ). */
static bool is_doubtful_syllable(const Speakers *speakers, size_t item, Tag previous)
{
    size_t next = item + 1;
    if (item == 0 || is_stop(speakers, item - 1) ||
        !item_has(speakers, item, CLASS_SYLLABLE_DOUBT) ||
        item_at(speakers, item)->token_count != 1)
        return false;
    /* تشانغ وي مينغ */
    if (item_has(speakers, item - 1, CLASS_SYLLABLE_EAST) && exists(speakers, next) &&
        item_has(speakers, next, CLASS_SYLLABLE_EAST))
        return true;
    if (previous != TAG_WORD && previous != TAG_NAME)
        return (previous == TAG_ROLE || previous == TAG_ORG || is_definite(speakers, item - 1)) &&
               exists(speakers, next) && item_has(speakers, next, CLASS_SYLLABLE_EAST);
    return item > 1 && !is_stop(speakers, item - 2) && is_syllable(speakers, item - 1) &&
           (is_syllable(speakers, item - 2) || !is_in_list(speakers, item - 2) ||
            in_group(speakers, item - 2, GROUP_ROLES) || is_definite(speakers, item - 2)) &&
           (!exists(speakers, next) || begins_report(speakers, next));
}

/* صباح النجار: a time of day that is a given name, in front of a family's. */
static bool is_given_not_time(const Speakers *speakers, size_t item)
{
    size_t next = item + 1;
    return item_has(speakers, item, CLASS_NAME_GIVEN) &&
           item_has(speakers, item, CLASS_TIME_NOUN) && !item_has(speakers, item, CLASS_COMP) &&
           !has_proclitic(speakers, item) && exists(speakers, next) &&
           item_has(speakers, next, CLASS_NAME_FAMILY) && !in_group(speakers, next, GROUP_BREAKS) &&
           !has_proclitic(speakers, next);
}

/* ولد الراحل في حلب: opens the sentence as its verb, in front of a place or a time. */
static bool is_birth(const Speakers *speakers, size_t item)
{
    enum { AHEAD = 6 };
    if (!item_has(speakers, item, CLASS_VERB_BORN) || (item > 0 && !is_stop(speakers, item - 1)))
        return false;
    for (size_t i = item + 1; i < item + AHEAD && exists(speakers, i); i++) {
        if (item_has(speakers, i, CLASS_HALT_IN) || item_has(speakers, i, CLASS_TIME_NOUN))
            return true;
        if (item_has(speakers, i, CLASS_CUE) || item_has(speakers, i, CLASS_COMMA))
            return false;
    }
    return false;
}

Tag tag_of(Speakers *speakers, size_t item, Tag previous)
{
    if (is_stop(speakers, item))
        return TAG_OTHER;
    if (is_birth(speakers, item))
        return TAG_OTHER;
    if (is_name_not_joined(speakers, item))
        return TAG_WORD;
    if (item_has(speakers, item, CLASS_COMMA))
        return TAG_COMMA;
    if (item_has(speakers, item, CLASS_MARKED))
        return TAG_MARKED;
    if (item_has(speakers, item, CLASS_BRACKETED))
        return is_name_in_brackets(speakers, item) ? TAG_MARKED : TAG_BRACKET;
    /* لي جيان مين, where one is a town too */
    if (is_doubtful_syllable(speakers, item, previous) ||
        (previous == TAG_WORD && item_has(speakers, item, CLASS_SYLLABLE_EAST) &&
         is_syllable(speakers, item - 1)))
        return TAG_WORD;
    if (is_blessing(speakers, item) && is_blessed_name(speakers, item, previous))
        return TAG_NAME;
    if (is_blessing(speakers, item))
        return is_blessing_within(speakers, item) ? TAG_CONTINUES : TAG_OTHER;
    if (is_given_not_time(speakers, item))
        return TAG_NAME;
    if (is_break(speakers, item)) /* سلوى نفسها goes on */
        return (previous == TAG_NAME || previous == TAG_WORD) &&
                       item_has(speakers, item, CLASS_SPEAKER_SAME)
                   ? TAG_CONTINUES
                   : TAG_OTHER;
    if (is_link(speakers, item))
        return TAG_LINK;
    /* نجلاء السيد حواس */
    if (previous == TAG_NAME && item_has(speakers, item, CLASS_TITLE_SURNAME) &&
        has_article(speakers, item) && !has_proclitic(speakers, item) &&
        item_has(speakers, item - 1, CLASS_NAME_GIVEN) && exists(speakers, item + 1) &&
        !item_has(speakers, item + 1, CLASS_NAME_GIVEN) &&
        (item_has(speakers, item + 1, CLASS_NAME_FAMILY) || is_unlisted(speakers, item + 1)))
        return TAG_NAME;
    Tag other = other_tag(speakers, item);
    if (in_group(speakers, item, GROUP_NAMES))
        return tag_of_name(speakers, item, previous, other);
    /* وأكد الصيني، وطالب الرويس شركة: an origin or a town that is a speaker's family name */
    if ((other == TAG_ADJECTIVE || other == TAG_PLACE) && previous == TAG_OTHER &&
        has_article(speakers, item) && item_at(speakers, item)->token_count == 1 &&
        is_known_part(speakers, item))
        return TAG_NAME;
    /* نارلا لورد المتحدثة باسم: behind an unknown word it is a name. */
    if (previous == TAG_WORD && item_has(speakers, item, CLASS_TITLE_SURNAME) &&
        !has_proclitic(speakers, item))
        return TAG_WORD;
    Tag behind_title = tag_behind_title(speakers, item, previous, other);
    if (behind_title != TAG_OTHER)
        return behind_title;
    return other != TAG_OTHER ? other : tag_of_unlisted(speakers, item, previous);
}

unsigned agreement_of(const Speakers *speakers, size_t item)
{
    unsigned agreement = 0;
    agreement |= item_has(speakers, item, CLASS_AGR_M) ? AGREE_M : 0u;
    agreement |= item_has(speakers, item, CLASS_AGR_F) ? AGREE_F : 0u;
    agreement |= item_has(speakers, item, CLASS_AGR_P) ? AGREE_P : 0u;
    /* المصابون, whom no list has */
    if (agreement == 0 && item_has(speakers, item, CLASS_SHAPE_PEOPLE) && !is_stop(speakers, item))
        agreement = AGREE_P;
    return agreement;
}

bool has_same_behind(const Speakers *speakers, size_t from, size_t end)
{
    size_t count = speakers->string->count;
    return any_has(speakers, from + 1, end < count ? end + 1 : count, CLASS_SPEAKER_SAME);
}
