#include "tools/quote-extract/speaker_parts.h"

enum {
    UNKNOWN_MAX = 3, /* words in no list in front of the first part of a name that is in one */
    TAIL_BYTES = 4,  /* of a word, by which its endings are found                            */
};

/* The folded form of a word without its article, in the document's arena. */
Slice fold_key(const Speakers *speakers, Slice word)
{
    char *key = arena_alloc(speakers->arena, FOLD_ROOM(word.length));
    Slice folded = {key, fold_word(speakers->rules->fold, word, GRADE_LETTER, key)};
    if (!opens_with_article(speakers, folded))
        return folded;
    /* الجباوي and جباوي are one name */
    return slice_cut(folded, speakers->rules->article.length, folded.length);
}

void sum_key_bits(Known *known)
{
    known->key_bits = 0;
    for (size_t i = 0; i < known->word_count; i++)
        known->key_bits |= key_bit(known->keys[i]);
}

static void clear_words(Known *known)
{
    known->word_count = 0;
    known->key_bits = 0;
    known->fathers = 0;
}

/* `text`: the word as it is compared. */
static void put_word(const Speakers *speakers, Known *known, Slice word, Slice text)
{
    known->keys[known->word_count] = fold_key(speakers, text);
    known->words[known->word_count++] = word;
}

void put_token_words(const Speakers *speakers, Known *known, size_t from, size_t to)
{
    clear_words(known);
    for (size_t i = from; i < to && known->word_count < NAME_WORDS; i++) {
        const Token *token = &speakers->tokens[i];
        if (token->kind != TOKEN_WORD)
            continue;
        known->last_word = token->word;
        put_word(speakers, known, token_text(speakers, token), token_text(speakers, token));
    }
    sum_key_bits(known);
}

/* The first item that token `token` of the item at `item` is by itself; NULL for none. */
static const Item *token_item(Speakers *speakers, size_t item, uint32_t token)
{
    const Item *at = item_at(speakers, item);
    if (at->token_count == 1)
        return at;
    size_t first = at->first_token + token;
    const ItemString *word = read_tokens(speakers, first, first + 1);
    return word->count != 0 ? &word->items[0] : NULL;
}

/* As the lists have it a word that is written in several ways (ابن طلال), or else `word`. */
static Slice spelled(const Speakers *speakers, const Item *item, Slice word)
{
    if (!set_has(speakers->bits, item->set, CLASS_NAME_SPELLED))
        return word;
    uint32_t entry = entry_with(speakers, item, CLASS_NAME_SPELLED);
    return entry == NO_ENTRY ? word : lexicon_entry_name(speakers->rules->lexicon, entry);
}

/* Of two words that are as well written as one (عبد الله، عبدالله), the second is `text`: adds
 * it to the last of `known`. */
static void join_word(const Speakers *speakers, Known *known, Slice word, Slice first, Slice text)
{
    Slice joined = arena_format(speakers->arena, "%.*s%.*s", SLICE_ARG(first), SLICE_ARG(text));
    known->words[known->word_count - 1] = word;
    known->keys[known->word_count - 1] = fold_key(speakers, joined);
}

void put_words(Speakers *speakers, Known *known, size_t from, size_t to)
{
    bool father = false, joins = false;
    Slice last = {NULL, 0};
    clear_words(known);
    for (size_t i = from; i < to; i++) {
        const Item *item = item_at(speakers, i);
        for (uint32_t t = 0; t < item->token_count && known->word_count < NAME_WORDS; t++) {
            const Token *token = &speakers->tokens[item->first_token + t];
            if (token->kind != TOKEN_WORD)
                continue;
            Slice word = token_text(speakers, token);
            if (t == 0 && item->clitic_length != 0)
                word = slice_cut(speakers->text, item_core(speakers, i).bytes.start,
                                 token->byte + token->byte_length);
            known->last_word = t == 0 && has_proclitic(speakers, i) ? NO_WORD : token->word;
            const Item *by_itself = token_item(speakers, i, t);
            uint32_t set = by_itself != NULL ? by_itself->set : item->set;
            Slice text = by_itself != NULL ? spelled(speakers, by_itself, word) : word;
            if (father && set_has(speakers->bits, set, CLASS_NAME_GIVEN))
                known->fathers |= UINT32_C(1) << known->word_count;
            if (known->word_count != 0 &&
                ((joins && slice_starts(word, speakers->rules->article)) ||
                 set_has(speakers->bits, set, CLASS_NAME_JOINED))) {
                join_word(speakers, known, word, last, text);
            } else {
                put_word(speakers, known, word, text);
            }
            last = text;
            father = set_has(speakers->bits, set, CLASS_NAME_LINK_INNER);
            joins = set_has(speakers->bits, set, CLASS_NAME_JOINS);
        }
    }
    sum_key_bits(known);
}

/* `alone`: nobody is called by his father's name and nothing else (هاني بن سالم, سالم). */
static bool holds_word(const Known *known, Slice key, bool alone)
{
    for (size_t i = 0; i < known->word_count; i++)
        if (slice_equal(known->keys[i], key) && !(alone && (known->fathers >> i & 1) != 0))
            return true;
    return false;
}

static size_t count_words(const Known *known, Slice key)
{
    size_t count = 0;
    for (size_t i = 0; i < known->word_count; i++)
        count += slice_equal(known->keys[i], key);
    return count;
}

bool is_part(const Known *part, const Known *whole)
{
    if ((part->key_bits & ~whole->key_bits) != 0)
        return false;
    for (size_t i = 0; i < part->word_count; i++)
        if (!holds_word(whole, part->keys[i], part->word_count == 1))
            return false;
    /* تركي التركي is no part of تركي الحربي. */
    if (part->word_count == 2 && slice_equal(part->keys[0], part->keys[1]))
        return count_words(whole, part->keys[0]) > 1;
    return part->word_count != 0;
}

/* An ordinary word that has the form of a family name: no object, no plural. */
static bool may_be_family(const Speakers *speakers, size_t item)
{
    return !item_has(speakers, item, CLASS_AGR_P) && !has_proclitic(speakers, item) &&
           !item_has(speakers, item, CLASS_NOUN_DEED) &&
           (is_definite(speakers, item) || !item_has(speakers, item, CLASS_SHAPE_OBJECT));
}

/* A known name or a link stands at `item`; not التهنئة للفارس. */
static bool begins_listed(const Speakers *speakers, const Stretch *stretch, size_t item)
{
    if (item > stretch->from && item_has(speakers, item, CLASS_CLITIC_PREPOSITION))
        return false;
    Tag tag = stretch_tag(stretch, item), next = tag_or_other(stretch, item + 1);
    if (tag != TAG_LINK || item_has(speakers, item, CLASS_PUNCT))
        return tag == TAG_NAME;
    if (item_has(speakers, item, CLASS_NAME_LINK_CLAN) && next != TAG_OTHER && next != TAG_COMMA)
        return true;
    /* عبد الرقيب الحربي */
    bool title = next == TAG_ROLE && has_article(speakers, item + 1) &&
                 tag_or_other(stretch, item + 2) == TAG_NAME;
    return is_name_tag(next) || next == TAG_DEFINITE || title;
}

/* سالم النمر المحلل في: a title with what it is in. */
static bool goes_with_place(const Speakers *speakers, size_t title)
{
    return exists(speakers, title + 1) && item_has(speakers, title + 1, CLASS_HALT_IN);
}

/* The stretch, or a name in it, ends in front of `item`. */
static bool ends_before(const Stretch *stretch, size_t item)
{
    Tag tag = tag_or_other(stretch, item);
    return tag == TAG_OTHER || tag == TAG_COMMA || tag == TAG_BRACKET || tag == TAG_ROLE;
}

/* Item `end`, which may go on a name that begins at item `left` and is no such part by its tag
 * alone. */
typedef struct {
    size_t left, end;
    Tag tag, next;    /* of the item, and of the one behind it; TAG_OTHER for none */
    bool open, ended; /* the name wants another part; its last one can be no given name */
    bool is_last;     /* nothing stands behind the item                           */
    bool ends_at;     /* nothing of a name stands behind it                       */
    bool ends_next;   /* nor, of a name, behind the next one                      */
} Further;

/* Ordinary words are family names as well, behind a single given name; behind two parts of a
 * name what is called so otherwise. */
static bool is_family_by_place(const Speakers *speakers, const Further *further)
{
    size_t left = further->left, end = further->end;
    Tag tag = further->tag, next = further->next;
    bool last = next == TAG_OTHER || next == TAG_COMMA || next == TAG_BRACKET ||
                next == TAG_CONTINUES || next == TAG_ROLE;
    if (!last)
        return false;
    bool listed = tag == TAG_CONTINUES && end - left == 1 && is_definite(speakers, end) &&
                  !in_group(speakers, end, GROUP_CONTINUES);
    bool origin = tag == TAG_ADJECTIVE && end - left > 1 && !further->ended &&
                  item_has(speakers, end - 1, CLASS_NAME_GIVEN);
    /* سالم مارتو ليتش: behind two parts of a name no agency is meant. */
    bool agency = tag == TAG_ORG && end - left > 1 && !is_definite(speakers, end) &&
                  item_at(speakers, end)->token_count == 1 && item_has(speakers, end, CLASS_ORG);
    /* سالم السراي: nor any body behind a given name, whose form is that of a family's */
    bool field = tag == TAG_ORG && end - left == 1 && has_article(speakers, end) &&
                 !has_proclitic(speakers, end) && item_has(speakers, left, CLASS_NAME_GIVEN) &&
                 !item_has(speakers, left, CLASS_CUE) &&
                 item_has(speakers, end, CLASS_SHAPE_NISBA) &&
                 item_at(speakers, end)->token_count == 1;
    if ((listed || origin || agency || field) && further->open)
        return true;
    /* سالم جبار السدري: the form is that of a family name. */
    if ((tag == TAG_DEFINITE || tag == TAG_PLACE) && end - left > 1 && !further->ended &&
        has_article(speakers, end) && item_has(speakers, end, CLASS_SHAPE_NISBA) &&
        item_at(speakers, end)->token_count == 1)
        return true;
    return (tag == TAG_PLAIN || tag == TAG_PLAIN_DEFINITE) && further->open && !further->ended &&
           (tag == TAG_PLAIN_DEFINITE || end - left == 1) && may_be_family(speakers, end) &&
           (end - left == 1 || !item_has(speakers, end, CLASS_SHAPE_OBJECT));
}

/* The noun at `item` is called after somebody, or of a kin: جامع عمر، نادي هاني، بني سالم. */
static bool leads_complement(const Speakers *speakers, const Stretch *stretch, size_t item)
{
    Tag tag = stretch_tag(stretch, item);
    return is_name_tag(tag) || tag == TAG_PLAIN || tag == TAG_HEAD || tag == TAG_BODY ||
           (tag == TAG_ORG && !item_has(speakers, item, CLASS_ORG));
}

/* Between a given name and another name a title or a noun is a name itself. */
static bool is_name_between(const Speakers *speakers, const Stretch *stretch,
                            const Further *further)
{
    size_t left = further->left, end = further->end;
    Tag tag = further->tag, next = further->next;
    /* شيخ قبيلة بني سالم الشيخ هاني: no given name behind a noun that wants a complement */
    if (left > stretch->from && !is_definite(speakers, left - 1) &&
        leads_complement(speakers, stretch, left - 1))
        return false;
    /* سالم الوالي زعيفر: no title has such a complement. */
    if (tag == TAG_ROLE && end - left == 1 && has_article(speakers, end) &&
        !has_proclitic(speakers, end) && item_at(speakers, end)->token_count == 1 &&
        item_has(speakers, left, CLASS_NAME_GIVEN) && next == TAG_WORD && further->ends_next &&
        !is_in_list(speakers, end + 1) && !has_proclitic(speakers, end + 1) &&
        !item_has(speakers, end + 1, CLASS_SHAPE_ACCUSATIVE))
        return true;
    /* سالم الحاج علي، هاني السيد زعيفر، انتقد سالم الشيخ الهجوم */
    if (end - left == 1 && has_article(speakers, end) && !has_proclitic(speakers, end) &&
        item_has(speakers, end, CLASS_NAME_HONORIFIC) &&
        item_has(speakers, left, CLASS_NAME_GIVEN) &&
        (next == TAG_NAME || next == TAG_PLAIN_DEFINITE ||
         (next == TAG_DOCUMENT && has_article(speakers, end + 1)) ||
         (next == TAG_WORD && further->ends_next)) &&
        !has_proclitic(speakers, end + 1) && !item_has(speakers, end + 1, CLASS_SHAPE_ACCUSATIVE))
        return true;
    /* عمر الصديق بشارة: nor does a name come right behind an ordinary word with its article. */
    bool ordinary = tag == TAG_PLAIN_DEFINITE || item_has(speakers, end, CLASS_COMMON_NAME);
    if (ordinary && is_definite(speakers, end) && end - left == 1 && next == TAG_NAME &&
        further->ends_next && item_has(speakers, left, CLASS_NAME_GIVEN) &&
        may_be_family(speakers, end) && !has_proclitic(speakers, end + 1) &&
        item_has(speakers, end + 1, CLASS_NAME))
        return true;
    /* هاني بن سالم سلطان عسيري: nor has a name its title in front of a family's. */
    if (tag == TAG_ROLE && end - left > 1 && next == TAG_NAME && further->ends_next &&
        !is_definite(speakers, end) && item_has(speakers, end, CLASS_NAME_GIVEN) &&
        item_has(speakers, end - 1, CLASS_NAME_GIVEN) &&
        !in_group(speakers, end + 1, GROUP_PLACES) && item_at(speakers, end)->token_count == 1)
        return true;
    if ((tag != TAG_ROLE && tag != TAG_PLAIN) || end - left != 1 || is_definite(speakers, end) ||
        !item_has(speakers, left, CLASS_NAME_GIVEN) || item_at(speakers, end)->token_count != 1)
        return false;
    /* سالم درع العتيبي، هاني مساعد الحربي: a family's name is no complement. */
    bool given = item_has(speakers, end, CLASS_NAME_GIVEN);
    bool family =
        next == TAG_NAME ||
        (given && (next == TAG_ADJECTIVE || next == TAG_DEFINITE || next == TAG_PLAIN_DEFINITE));
    if (family && is_definite(speakers, end + 1) &&
        item_has(speakers, end + 1, CLASS_SHAPE_NISBA) && !goes_with_place(speakers, end))
        return true;
    /* سالم سيد مرداني */
    return tag == TAG_ROLE && given && (next == TAG_NAME || next == TAG_WORD) &&
           !is_definite(speakers, end + 1) && further->ends_next;
}

/* A word that is something else as well ends the name. */
static bool is_family_at_end(const Speakers *speakers, const Further *further)
{
    size_t left = further->left, end = further->end;
    /* سالم الشريف المدير العام: behind a given name the first of two titles is a family's. */
    bool titled = further->next == TAG_ROLE && is_definite(speakers, end) &&
                  item_has(speakers, end - 1, CLASS_NAME_GIVEN) && !is_conjoined(speakers, end + 1);
    switch (further->tag) {
    case TAG_ADJECTIVE:
        return end - left == 1 || !is_definite(speakers, end);
    case TAG_PLACE:
        /* عيسى زارع بور: behind a word in no list what is a place only now and then */
        return item_at(speakers, end)->token_count == 1 &&
               (end - left == 1 ||
                (end - left == 2 && item_has(speakers, end, CLASS_AMBIGUOUS) &&
                 !has_article(speakers, end) && !has_proclitic(speakers, end) &&
                 !is_in_list(speakers, end - 1) && item_has(speakers, left, CLASS_NAME_GIVEN)));
    case TAG_ROLE:
        /* الحاج سالم خليفة، مزارع: a title that is a name too, right in front of a pause */
        if (end - left == 1 && item_has(speakers, end, CLASS_NAME_GIVEN) &&
            (further->is_last || further->next == TAG_COMMA) && !goes_with_place(speakers, end))
            return true;
        return (further->is_last || titled) && item_at(speakers, end)->token_count == 1 &&
               !goes_with_place(speakers, end) &&
               (end - left == 1 ? is_definite(speakers, end) : !is_definite(speakers, end - 1));
    default:
        return false;
    }
}

/* The name of items [left, end) wants another part, which `end` may be. */
static bool wants_another(const Speakers *speakers, const Stretch *stretch, size_t left, size_t end)
{
    bool given = item_has(speakers, end - 1, CLASS_NAME_GIVEN);
    /* فاطمة الزهراء عمراني: somebody of history, and a given name of two words */
    bool whole = item_has(speakers, end - 1, CLASS_PERSON) &&
                 !(given && item_at(speakers, end - 1)->token_count > 1);
    if ((given || stretch_tag(stretch, end - 1) != TAG_NAME) && !whole)
        return true;
    /* وزير النفط غلام شاهنواز: a family name that is given here. */
    /* المتحدث، بودي سانتوسا */
    bool apposed = left > 0 && item_has(speakers, left - 1, CLASS_COMMA);
    return end - left == 1 && (apposed || left > stretch->from) &&
           stretch_tag(stretch, end) == TAG_WORD && item_at(speakers, left)->token_count == 1 &&
           !is_definite(speakers, left) && !is_known_family(speakers, left) &&
           !is_in_list(speakers, end) && ends_before(stretch, end + 1);
}

/* هدى زاندر كالدر، سالم زاندر الكوجري: a word in no list ends a name of two families. */
static bool is_second_family(const Speakers *speakers, const Further *further)
{
    size_t end = further->end;
    return (further->tag == TAG_WORD || further->tag == TAG_DEFINITE) && end - further->left == 2 &&
           further->ends_at && !is_in_list(speakers, end) && !has_proclitic(speakers, end) &&
           !is_definite(speakers, end - 1) && !item_has(speakers, end, CLASS_SHAPE_ACCUSATIVE) &&
           item_has(speakers, further->left, CLASS_NAME_GIVEN);
}

/* الرئيس العام: what stands at `item` goes on with a title, though it may be a date as well
 * (العام is the year too). */
static bool goes_on(const Speakers *speakers, size_t item)
{
    return exists(speakers, item) && in_group(speakers, item, GROUP_CONTINUES) &&
           !is_preposition(speakers, item);
}

/* قال سالم مراد متذكرا طفولته، رافعا العلم: what the speaker does, as a participle with its
 * object. */
static bool governs_object(const Speakers *speakers, size_t left, size_t item)
{
    size_t next = item + 1;
    if (item < left + 2 || is_in_list(speakers, item) || !exists(speakers, next) ||
        has_proclitic(speakers, next))
        return false;
    if (item_has(speakers, item, CLASS_SHAPE_CIRCUMSTANCE) &&
        in_group(speakers, next, GROUP_ORDINARY) && !in_group(speakers, next, GROUP_BREAKS))
        return true;
    return item_has(speakers, item, CLASS_SHAPE_ACCUSATIVE) &&
           !in_group(speakers, next, GROUP_NAMES) && !in_group(speakers, next, GROUP_ROLES) &&
           !in_group(speakers, next, GROUP_PLACES) &&
           !item_has(speakers, next, CLASS_SHAPE_NISBA) &&
           (has_article(speakers, next) || item_has(speakers, next, CLASS_SHAPE_PRONOUN));
}

/* Whether the name that begins at item `left` goes on with item `end`, which stands behind
 * it. */
static bool name_goes_on(const Speakers *speakers, const Stretch *stretch, size_t left, size_t end)
{
    Tag tag = stretch_tag(stretch, end), before = stretch_tag(stretch, end - 1);
    /* أبو ثمانية، آل زهدان: behind a link every word is a name. */
    if (before == TAG_LINK && tag != TAG_OTHER && tag != TAG_COMMA)
        return true;
    /* سالم حرز الله */
    if (item_has(speakers, end, CLASS_NAME_JOINED) && before == TAG_WORD)
        return true;
    if (is_name_not_joined(speakers, end) && before == TAG_NAME)
        return true;
    if (is_conjoined(speakers, end) ||
        (tag != TAG_NAME && (item_has(speakers, end, CLASS_SHAPE_THINGS) ||
                             item_has(speakers, end, CLASS_SHAPE_OBLIQUE))) ||
        (has_proclitic(speakers, end) && tag != TAG_NAME && tag != TAG_WORD))
        return false;
    /* سالم الحربي للضويلع, who is told it; أشاد سالم بالحربي */
    if (has_proclitic(speakers, end) &&
        (swallows_article(speakers, &speakers->tokens[item_at(speakers, end)->first_token]) ||
         (item_has(speakers, end, CLASS_CLITIC_PREPOSITION) && is_definite(speakers, end) &&
          item_has(speakers, end, CLASS_SHAPE_NISBA))))
        return false;
    if (item_has(speakers, end, CLASS_SHAPE_PREPOSITIONAL_ADVERBIAL) &&
        item_has(speakers, end, CLASS_SHAPE_NISBA))
        return false;
    /* سالم عسيري ابن عم هاني: his kin, not his father's name */
    if (tag == TAG_LINK && end + 1 < stretch->to &&
        item_has(speakers, end + 1, CLASS_SPEAKER_KIN) &&
        !item_has(speakers, end + 1, CLASS_NAME_GIVEN))
        return false;
    if (tag == TAG_WORD && governs_object(speakers, left, end))
        return false;
    /* أبدى المنتج سالم مراد خيبته: what is his, which nobody is told */
    if (tag == TAG_WORD && end - left >= 2 && item_has(speakers, end, CLASS_SHAPE_OWNED) &&
        !is_in_list(speakers, end) &&
        !(exists(speakers, end + 1) && item_has(speakers, end + 1, CLASS_SHAPE_OBLIQUE)))
        return false;
    /* استهل سالم الحربي النقاش, which is a name as well, هاني كالدر الازدحام: an object */
    if (end - left >= 2 && is_definite(speakers, end) &&
        (item_has(speakers, end, CLASS_NOUN_DEED) ||
         (is_definite(speakers, end - 1) && item_has(speakers, end, CLASS_COMMON_NAME))))
        return false;
    /* سأل سالم الحربي هدى السالم: behind a family's name with its article another one begins */
    if (end - left >= 2 && tag == TAG_NAME && before == TAG_NAME &&
        has_article(speakers, end - 1) && item_has(speakers, end - 1, CLASS_NAME_FAMILY) &&
        stretch_tag(stretch, end - 2) != TAG_LINK && item_has(speakers, end, CLASS_NAME_GIVEN) &&
        !is_definite(speakers, end) && is_name_tag(tag_or_other(stretch, end + 1)))
        return false;
    bool open = wants_another(speakers, stretch, left, end);
    bool ended = end - left >= 2 && before == TAG_DEFINITE;
    /* سالم الحربي تحرير: a name known in full ends with itself, but for a father's father. */
    if (end - left == 1 && item_has(speakers, left, CLASS_PERSON) && tag != TAG_LINK &&
        item_has(speakers, end, CLASS_NAME_AMBIGUOUS) && !is_definite(speakers, end))
        return false;
    if (tag == TAG_NAME || tag == TAG_LINK ||
        ((tag == TAG_WORD || tag == TAG_DEFINITE) && open && !ended))
        return true;
    Further further = {.left = left,
                       .end = end,
                       .tag = tag,
                       .next = tag_or_other(stretch, end + 1),
                       .open = open,
                       .ended = ended,
                       .is_last = (end + 1 == stretch->to && !goes_on(speakers, end + 1)) ||
                                  tag_or_other(stretch, end + 1) == TAG_BRACKET,
                       .ends_at = ends_before(stretch, end + 1),
                       .ends_next = ends_before(stretch, end + 2)};
    return is_family_by_place(speakers, &further) || is_name_between(speakers, stretch, &further) ||
           is_family_at_end(speakers, &further) || is_second_family(speakers, &further);
}

/* Where unknown words begin that stand between an adjective of origin with its article and
 * the last part of a name, at `start` (الكوري الجنوبي بانغ سونغ لون); or else `start`. */
static size_t behind_origin(const Speakers *speakers, const Stretch *stretch, size_t start)
{
    size_t from = stretch->from, left = start;
    while (left > from && start - left < UNKNOWN_MAX &&
           stretch_tag(stretch, left - 1) == TAG_WORD && !is_in_list(speakers, left - 1) &&
           !has_proclitic(speakers, left - 1))
        left--;
    if (left == from || !has_article(speakers, left - 1))
        return start;
    Tag tag = stretch_tag(stretch, left - 1);
    bool origin = item_has(speakers, left - 1, CLASS_SHAPE_NISBA) &&
                  (tag == TAG_ADJECTIVE || tag == TAG_HEAD);
    return origin || tag == TAG_ROLE ? left : start;
}

/* Where the name begins whose first known name, or the link to it, is at `start`: unknown words
 * in front of it may be part of it. */
static size_t listed_start(const Speakers *speakers, const Stretch *stretch, size_t start)
{
    size_t from = stretch->from, left = start;
    bool given = item_has(speakers, start, CLASS_NAME_GIVEN);
    /* غودالا قرطبة سيريس: a place that no preposition joins to a word in no list */
    if (start == from + 2 && stretch_tag(stretch, start - 1) == TAG_PLACE &&
        item_at(speakers, start - 1)->token_count == 1 && !has_article(speakers, start - 1) &&
        !has_proclitic(speakers, start - 1) && stretch_tag(stretch, from) == TAG_WORD &&
        !is_in_list(speakers, from) && !has_article(speakers, from))
        return from;
    while (left > from && start - left < UNKNOWN_MAX &&
           stretch_tag(stretch, left - 1) == TAG_WORD &&
           (!given || item_has(speakers, left - 1, CLASS_SYLLABLE_EAST) ||
            (left - 1 == from && !is_in_list(speakers, from))) &&
           !is_conjoined(speakers, left))
        left--;
    if (left == start && given)
        left = behind_origin(speakers, stretch, start);
    if (left == from)
        return start - from > 2 ? start : from;
    Tag before = stretch_tag(stretch, left - 1);
    bool grounded =
        is_definite(speakers, left - 1) || before == TAG_PLACE || before == TAG_ADJECTIVE;
    return grounded ? left : start;
}

/* مدير شركة روابي القصيم سالم الحربي: what a body's noun without article has behind it, or a title
 * that ends with one, is the body's name, where the given name of somebody stands behind another
 * word of it. `start`: the first known name. */
static size_t behind_name_of_body(const Speakers *speakers, const Stretch *stretch, size_t start)
{
    size_t head = start - 1;
    if (start == stretch->from || is_definite(speakers, head))
        return start;
    bool body =
        in_group(speakers, head, GROUP_ORGANISATIONS) && !item_has(speakers, head, CLASS_ORG);
    bool title = item_at(speakers, head)->token_count > 1 && in_group(speakers, head, GROUP_ROLES);
    if (!body && !title)
        return start;
    for (size_t i = start + 2; i + 1 < stretch->to; i++) {
        Tag before = stretch_tag(stretch, i - 1), next = stretch_tag(stretch, i + 1);
        if (before == TAG_OTHER || before == TAG_COMMA || before == TAG_ROLE)
            break;
        if (stretch_tag(stretch, i) == TAG_NAME && item_has(speakers, i, CLASS_NAME_GIVEN) &&
            !is_definite(speakers, i) && !has_proclitic(speakers, i) && before != TAG_NAME &&
            before != TAG_LINK && (is_name_tag(next) || next == TAG_DEFINITE))
            return i;
    }
    return start;
}

Range find_listed_name(const Speakers *speakers, const Stretch *stretch)
{
    size_t to = stretch->to, start = stretch->from;
    while (start < to && !begins_listed(speakers, stretch, start))
        start++;
    if (start == to)
        return (Range){to, to};
    start = behind_name_of_body(speakers, stretch, start);
    Tag before = start > stretch->from ? stretch_tag(stretch, start - 1) : TAG_OTHER;
    if (before != TAG_OTHER && before != TAG_COMMA && before != TAG_PLAIN &&
        item_has(speakers, start, CLASS_NAME_LINK_INNER) &&
        (!is_definite(speakers, start - 1) ||
         (!is_in_list(speakers, start - 1) && !has_proclitic(speakers, start - 1))))
        start--;
    size_t left = listed_start(speakers, stretch, start), end = start + 1;
    /* الدكتورة أماني فتحي: between a degree and a name stands a name, whatever else it is. */
    if (left == start && left >= stretch->from + 2 &&
        item_has(speakers, left - 2, CLASS_TITLE_DEGREE) && has_article(speakers, left - 2) &&
        item_at(speakers, left - 1)->token_count == 1 && !is_definite(speakers, left - 1) &&
        !has_proclitic(speakers, left - 1) &&
        (stretch_tag(stretch, left - 1) == TAG_PLAIN ||
         stretch_tag(stretch, left - 1) == TAG_WORD ||
         stretch_tag(stretch, left - 1) == TAG_CONTINUES))
        left--;
    /* فلاك-كالدر: the first of two names in one is in no list. */
    if (left == start && start > stretch->from + 1 && item_has(speakers, start - 1, CLASS_PUNCT) &&
        stretch_tag(stretch, start - 1) == TAG_LINK && stretch_tag(stretch, start - 2) == TAG_WORD)
        left = start - 2;
    while (end < to && end - left < NAME_MAX && name_goes_on(speakers, stretch, left, end))
        end++;
    /* سالم بن هاني بن سامي بن عبدالله: none ends with a link, however long it is */
    if (end < to && end - left == NAME_MAX && stretch_tag(stretch, end - 1) == TAG_LINK &&
        stretch_tag(stretch, end) == TAG_NAME)
        end++;
    return (Range){left, end};
}

/* Cut short with a stop (د.): what stands behind it is a name, whatever it is. */
static bool is_abbreviation(const Speakers *speakers, size_t item)
{
    return item_at(speakers, item)->token_count > 1 &&
           last_token(speakers, item)->kind == TOKEN_PUNCT;
}

static Range find_abbreviated(const Speakers *speakers, const Stretch *stretch)
{
    size_t to = stretch->to;
    for (size_t i = stretch->from; i + 1 < to; i++) {
        Tag next = stretch_tag(stretch, i + 1);
        if (stretch_tag(stretch, i) != TAG_ROLE || !is_abbreviation(speakers, i) ||
            next == TAG_OTHER || next == TAG_ROLE || next == TAG_COMMA || next == TAG_BRACKET ||
            next == TAG_MARKED)
            continue;
        size_t end = i + 2;
        while (
            end < to && end - i < 4 && !is_definite(speakers, end - 1) &&
            (is_name_tag(stretch_tag(stretch, end)) || is_definite_tag(stretch_tag(stretch, end))))
            end++;
        return (Range){i + 1, end};
    }
    return (Range){to, to};
}

/* What a title may end with before unknown words that are a name: a body by its
 * own name (مدير ناسا) or a field with its preposition (المساعد للتنمية). */
static bool ends_title(const Speakers *speakers, size_t item, Tag tag)
{
    return (tag == TAG_ORG && item_has(speakers, item, CLASS_ORG)) ||
           (tag == TAG_OTHER && item_has(speakers, item, CLASS_SHAPE_PREPOSITIONAL));
}

/* الرئيس الفرنسي جيلبرت، أن: one unknown word at `item` behind a title and its adjectives,
 * with nothing behind it that it could be the object of. */
static bool is_name_behind_adjective(const Speakers *speakers, const Stretch *stretch, size_t item)
{
    size_t next = item + 1, title = item - 1;
    if (stretch_tag(stretch, item) != TAG_WORD || is_in_list(speakers, item) ||
        has_proclitic(speakers, item) || item_has(speakers, item, CLASS_SHAPE_ACCUSATIVE) ||
        stretch_tag(stretch, title) != TAG_ADJECTIVE || !has_article(speakers, title) ||
        !begins_report(speakers, next))
        return false;
    while (title > stretch->from && stretch_tag(stretch, title) == TAG_ADJECTIVE)
        title--;
    return stretch_tag(stretch, title) == TAG_ROLE && is_definite(speakers, title);
}

/* جيرالدين بيرن ناسون: a town between two words of no list, with nothing joined to it, is a part of
 * their name. `item`: neither the first nor the last of the stretch. */
static bool is_town_in_name(const Speakers *speakers, const Stretch *stretch, size_t item)
{
    size_t before = item - 1, behind = item + 1;
    return stretch_tag(stretch, item) == TAG_PLACE && stretch_tag(stretch, before) == TAG_WORD &&
           !is_in_list(speakers, before) && !is_in_list(speakers, behind) &&
           !has_article(speakers, item) && !has_proclitic(speakers, item) &&
           !has_article(speakers, behind) && !is_conjoined(speakers, item);
}

/* Unknown words at the end of a title: وزير النقل الأمريكي آرتون كالدر. */
Range find_trailing_name(const Speakers *speakers, const Stretch *stretch)
{
    size_t from = stretch->from, to = stretch->to;
    Range abbreviated = find_abbreviated(speakers, stretch);
    if (abbreviated.from < abbreviated.to)
        return abbreviated;
    size_t end = to;
    while (end > from && (stretch_tag(stretch, end - 1) == TAG_BRACKET ||
                          stretch_tag(stretch, end - 1) == TAG_OTHER))
        end--;
    size_t start = end;
    if (end > from + 1 && stretch_tag(stretch, end - 1) == TAG_PLAIN &&
        stretch_tag(stretch, end - 2) == TAG_WORD && may_be_family(speakers, end - 1))
        start--;
    while (start > from &&
           (is_name_tag(stretch_tag(stretch, start - 1)) ||
            stretch_tag(stretch, start - 1) == TAG_DEFINITE ||
            (start < end && start > from + 1 && is_town_in_name(speakers, stretch, start - 1))))
        start--;
    while (start < end && stretch_tag(stretch, start) == TAG_DEFINITE)
        start++;
    /* المؤرخ والفقيه: another calling, by its conjunction and article */
    if (start == end || start == from || end - start > 4 ||
        item_has(speakers, start, CLASS_SHAPE_WITH_TWO) ||
        (end - start == 1 && item_has(speakers, start, CLASS_SHAPE_CONJOINED)))
        return (Range){to, to};
    Tag before = stretch_tag(stretch, start - 1);
    /* One unknown word behind a long title is rather its object. */
    if (end - start == 1 && is_name_behind_adjective(speakers, stretch, start)) {
        /* الدكتور الشرقي النمر: a form of address has no adjective */
        bool address = start == from + 2 && item_has(speakers, from, CLASS_TITLE_DEGREE);
        return (Range){start - address, end};
    }
    if (end - start == 1 && !in_group(speakers, start, GROUP_PROPER) &&
        !((before == TAG_ROLE || item_has(speakers, start - 1, CLASS_TITLE_HONORIFIC)) &&
          stretch_tag(stretch, start) == TAG_WORD &&
          item_at(speakers, start - 1)->token_count == 1))
        return (Range){to, to};
    bool grounded =
        before == TAG_PLACE || before == TAG_CONTINUES || ends_title(speakers, start - 1, before) ||
        (in_group(speakers, start, GROUP_PROPER) && before != TAG_OTHER) ||
        (before == TAG_ROLE && (item_has(speakers, start - 1, CLASS_SHAPE_OWNED) ||
                                item_has(speakers, start - 1, CLASS_SHAPE_PRONOUN))) ||
        (is_definite(speakers, start - 1) && before != TAG_OTHER && before != TAG_COMMA);
    return grounded ? (Range){start, end} : (Range){to, to};
}

/* A stretch between commas that is a name from end to end. */
Range find_bare_name(const Speakers *speakers, const Stretch *stretch)
{
    size_t from = stretch->from, to = stretch->to, end = from;
    if (from < to && item_has(speakers, from, CLASS_PERSON) &&
        tag_or_other(stretch, from + 1) != TAG_LINK)
        return (Range){from, from + 1}; /* what follows is its object */
    Tag tag = tag_or_other(stretch, end);
    while (is_name_tag(tag) || tag == TAG_DEFINITE)
        tag = tag_or_other(stretch, ++end);
    /* Between commas an ordinary word is the family name: الناطق، سالم ظاهر، */
    bool ordinary =
        tag == TAG_PLAIN || (tag == TAG_CONTINUES && !in_group(speakers, end, GROUP_CONTINUES));
    if (ordinary && end > from && end + 1 == to && from > 0 && !is_stop(speakers, from - 1) &&
        item_has(speakers, from - 1, CLASS_COMMA) && may_be_family(speakers, end))
        return (Range){from, to};
    if (tag == TAG_PLAIN && end > from)
        return (Range){from, end}; /* and an object or adverb */
    size_t title = end; /* or a small word in front of it: روجر زاندر كبير المهندسين */
    if (tag == TAG_CONTINUES && title + 1 < to)
        tag = tag_or_other(stretch, ++title);
    bool title_behind = end - from >= 2 && (tag == TAG_ROLE || tag == TAG_PEOPLE);
    for (size_t i = end; i < to && !title_behind; i++)
        if (stretch_tag(stretch, i) != TAG_OTHER && stretch_tag(stretch, i) != TAG_BRACKET)
            return (Range){to, to};
    return end - from <= 5 ? (Range){from, end} : (Range){to, to};
}

static void make_rows(Speakers *speakers, Endings *endings)
{
    size_t count = speakers->string->count;
    uint32_t size = 64;
    while (size < count / 2)
        size *= 2;
    endings->mask = size - 1;
    endings->first = ARENA_ARRAY(speakers->arena, size, uint32_t);
    endings->next = ARENA_ROOM(speakers->arena, count, uint32_t);
}

static inline void put_first(const Endings *endings, uint32_t key, size_t item)
{
    uint32_t *first = &endings->first[key & endings->mask];
    endings->next[item] = *first;
    *first = (uint32_t)item + 1;
}

static void index_words(Speakers *speakers)
{
    make_rows(speakers, &speakers->endings);
    const Endings endings = speakers->endings;
    for (size_t i = speakers->string->count; i-- > 0;)
        if (!is_stop(speakers, i))
            put_first(&endings, last_token(speakers, i)->word, i);
}

uint32_t next_ending(Speakers *speakers, uint32_t word, uint32_t at)
{
    if (speakers->endings.first == NULL)
        index_words(speakers);
    const Endings *endings = &speakers->endings;
    at = at == 0 ? endings->first[word & endings->mask] : endings->next[at - 1];
    while (at != 0 && last_token(speakers, at - 1)->word != word)
        at = endings->next[at - 1];
    return at;
}

/* By the TAIL_BYTES in front of `end`. */
static uint32_t tail_key(const char *end)
{
    uint32_t tail;
    memcpy(&tail, end - TAIL_BYTES, sizeof tail);
    return (tail * UINT32_C(0x9E3779B1)) >> 7;
}

static void index_tails(Speakers *speakers)
{
    make_rows(speakers, &speakers->tails);
    for (size_t i = speakers->string->count; i-- > 0;) {
        if (is_stop(speakers, i))
            continue;
        const Token *token = last_token(speakers, i);
        if (token->byte_length >= TAIL_BYTES)
            put_first(&speakers->tails,
                      tail_key(speakers->text.data + token->byte + token->byte_length), i);
    }
}

/* A name between commas ends before `item`: by its tag what stands there is no part of one. */
static bool ends_apposed_name(Speakers *speakers, size_t item)
{
    if (!exists(speakers, item))
        return true;
    Tag tag = tag_of(speakers, item, TAG_NAME);
    return tag == TAG_COMMA || tag == TAG_OTHER || tag == TAG_BRACKET;
}

/* بعد نجاح سالم الحربي: an ordinary noun that is also a given name, in front of one that
 * begins at `item`, is part of it only where a title or a comma says so. */
static bool is_noun_before_name(Speakers *speakers, size_t item)
{
    size_t noun = item - 1;
    bool begins =
        item_has(speakers, item, CLASS_NAME_GIVEN) || item_has(speakers, item, CLASS_PERSON);
    /* في فوز كارلوفيتش، بعد فوز: what somebody has done */
    if (item_has(speakers, noun, CLASS_NOUN_DEED) && noun > 0 && !is_in_list(speakers, item) &&
        item_has(speakers, noun, CLASS_NAME_AMBIGUOUS) &&
        (item_has(speakers, noun - 1, CLASS_HALT_IN) ||
         item_has(speakers, noun - 1, CLASS_BEFORE_DEED)))
        return true;
    bool office = item_has(speakers, item, CLASS_TITLE_HONORIFIC) && /* عهد الملك المؤسس */
                  item_has(speakers, item, CLASS_TITLE_PERSON);
    if (!(begins || office) || !item_has(speakers, noun, CLASS_NAME_AMBIGUOUS) ||
        item_at(speakers, noun)->token_count > 1 ||
        !(office || has_head_group(speakers, noun) || in_group(speakers, noun, GROUP_ORDINARY) ||
          item_has(speakers, noun, CLASS_COMMON_NAME) || item_at(speakers, item)->token_count > 1))
        return false;
    if (noun == 0 || is_stop(speakers, noun - 1))
        return true;
    Tag before = tag_of(speakers, noun - 1, TAG_OTHER);
    return before != TAG_ROLE && before != TAG_COMMA && before != TAG_ADJECTIVE &&
           before != TAG_LINK && before != TAG_NAME && !is_finite_cue(speakers, noun - 1);
}

/* قال روجر زاندر، لكن روجر زاندر كبير المهندسين: two unknown words, or three, from `start` to
 * `item`, behind a verb of saying, or behind anything in front of a comma or a title. */
static bool is_introduced(Speakers *speakers, size_t start, size_t item)
{
    bool family = in_group(speakers, item, GROUP_NAMES) && item - start == 1;
    if (start == 0 || is_stop(speakers, start - 1) || item - start > 2 ||
        item_has(speakers, start, CLASS_SHAPE_ACCUSATIVE) ||
        (is_definite(speakers, item) && !family) ||
        (is_in_list(speakers, item) && !in_group(speakers, item, GROUP_NAMES)))
        return false;
    for (size_t i = start; i < item; i++)
        if ((is_in_list(speakers, i) && !item_has(speakers, i, CLASS_SYLLABLE_EAST)) ||
            is_definite(speakers, i))
            return false;
    size_t next = item + 1;
    if (is_finite_cue(speakers, start - 1) && /* أبلغ زاندر كالدر: he told him */
        !(exists(speakers, next) && in_group(speakers, next, GROUP_ROLES) &&
          !has_proclitic(speakers, next)))
        return !in_group(speakers, start - 1, GROUP_TRANSITIVE);
    if (!exists(speakers, next))
        return false;
    Tag tag = tag_of(speakers, next, TAG_NAME);
    return tag == TAG_COMMA || (tag == TAG_BRACKET && !is_definite(speakers, item)) ||
           ((tag == TAG_ROLE || tag == TAG_PEOPLE) && !has_proclitic(speakers, next));
}

/* The item in front of `item` is a title with its article, or the adjective of one. */
static bool is_behind_title(Speakers *speakers, size_t item)
{
    if (item == 0 || is_stop(speakers, item - 1) || !is_definite(speakers, item - 1))
        return false;
    Tag tag = tag_of(speakers, item - 1, TAG_OTHER);
    return tag == TAG_ROLE || tag == TAG_ADJECTIVE;
}

/* The word at `before` is in no list, and stands in front of a given name: it is a name itself
 * only behind a title, where that one ends the name (الوزير الألماني زاندر روجر). */
static bool is_unlisted_given(Speakers *speakers, size_t before, bool ends)
{
    return ends && !is_in_list(speakers, before) && !has_proclitic(speakers, before) &&
           !is_definite(speakers, before) && is_behind_title(speakers, before);
}

/* الزبير سالومي: a given name with its own article; not القائد العربي سالم. */
static bool begins_with_article(Speakers *speakers, size_t item)
{
    size_t next = item + 1;
    if (!item_has(speakers, item, CLASS_NAME_GIVEN) || item_at(speakers, item)->token_count > 1 ||
        has_proclitic(speakers, item))
        return false;
    if (is_behind_title(speakers, item))
        return !(in_group(speakers, item, GROUP_ADJECTIVES) &&
                 item_has(speakers, next, CLASS_NAME_GIVEN));
    return !item_has(speakers, item, CLASS_NAME_AMBIGUOUS) &&
           (!is_definite(speakers, next) || in_group(speakers, next, GROUP_NAMES));
}

/* سلطان الحربي: a title that is a given name too has no family for its complement. */
static bool is_given_by_family(Speakers *speakers, size_t item)
{
    size_t next = item + 1;
    return begins_name(speakers, item) && item_at(speakers, item)->token_count == 1 &&
           !item_has(speakers, item, CLASS_TITLE_ADDRESS) && is_definite(speakers, next) &&
           in_group(speakers, next, GROUP_NAMES) && !in_group(speakers, next, GROUP_PLACES) &&
           !in_group(speakers, next, GROUP_ADJECTIVES) && !in_group(speakers, next, GROUP_ROLES) &&
           !in_group(speakers, next, GROUP_ORDINARY);
}

/* مدير حديقة الملك سالم هاني النمر: with `item` ends the name of whom a place or a body is named
 * for. */
static bool ends_namesake(Speakers *speakers, size_t item)
{
    while (item > 2 && !is_stop(speakers, item - 1) && in_group(speakers, item - 1, GROUP_LINKS))
        item -= 2;
    size_t title = item - 1;
    return item >= 2 && !is_stop(speakers, title) && !is_stop(speakers, title - 1) &&
           item_has(speakers, title, CLASS_TITLE_HONORIFIC) &&
           is_namesake_title(speakers, title, tag_of(speakers, title - 1, TAG_OTHER));
}

/* The item in front of `start`, where a name begins as far as is known that ends with `item`,
 * is a part of it as well. */
static bool begins_earlier(Speakers *speakers, size_t start, size_t item)
{
    size_t before = start - 1;
    if (has_proclitic(speakers, start) || is_conjoined(speakers, start))
        return false;
    /* خليفة بن هاني: no name begins with a link, whatever else the word in front of it is */
    if (item_has(speakers, start, CLASS_NAME_LINK_INNER) && !is_stop(speakers, before) &&
        item_has(speakers, before, CLASS_NAME_GIVEN) && !is_definite(speakers, before))
        return true;
    Tag tag = tag_of(speakers, before, TAG_NAME);
    if (tag == TAG_ROLE && is_given_by_family(speakers, before))
        return true;
    /* النائب باسم خشان, and not الناطق باسم خشان */
    bool named = item_has(speakers, before, CLASS_NAME_GIVEN) &&
                 is_behind_title(speakers, before) &&
                 !item_has(speakers, before - 1, CLASS_SPEAKER_AGAIN);
    if (!is_name_tag(tag) || (in_group(speakers, before, GROUP_CONTINUES) && !named) ||
        (tag == TAG_WORD && item_has(speakers, start, CLASS_NAME_GIVEN) &&
         !is_unlisted_given(speakers, before, start == item)) ||
        is_noun_before_name(speakers, start) ||
        (begins_name(speakers, start) && !in_group(speakers, start, GROUP_LINKS) &&
         ends_namesake(speakers, before)))
        return false;
    if (begins_name(speakers, before) || begins_with_article(speakers, before))
        return true;
    bool linked =
        before > 0 && !is_stop(speakers, before - 1) && in_group(speakers, before - 1, GROUP_LINKS);
    /* سلمان بن راشد بن مراد: a name known in full goes on with its father's father. */
    if (item_has(speakers, before, CLASS_PERSON))
        return in_group(speakers, start, GROUP_LINKS);
    return linked || !is_definite(speakers, before);
}

/* Where the name begins that ends with `item`. */
static size_t name_start(Speakers *speakers, size_t item)
{
    size_t start = item;
    while (start > 0 && item - start < 4 && begins_earlier(speakers, start, item))
        start--;
    /* Unknown words belong to the name only behind a title, a comma or a verb, or where a
     * comma or a title stands behind it. */
    while (start < item && tag_of(speakers, start, TAG_OTHER) == TAG_WORD) {
        Tag before = start == 0 || is_stop(speakers, start - 1)
                         ? TAG_OTHER
                         : tag_of(speakers, start - 1, TAG_OTHER);
        bool grounded =
            (before == TAG_COMMA && ends_apposed_name(speakers, item + 1)) ||
            (start > 0 && item_has(speakers, start - 1, CLASS_HALT_BEFORE_MARK)) ||
            (before == TAG_OTHER && is_introduced(speakers, start, item)) || before == TAG_PLACE ||
            in_group(speakers, start, GROUP_PROPER) ||
            (before == TAG_ORG && ends_title(speakers, start - 1, before)) ||
            ((before == TAG_ADJECTIVE || before == TAG_ROLE || is_definite_tag(before)) &&
             is_definite(speakers, start - 1) && item - start < 3);
        if (grounded)
            break;
        start++;
    }
    return start;
}

/* The word at `item` goes on a name behind its given name; `is_second`: right behind it. */
static bool goes_on_given(Speakers *speakers, size_t item, bool is_second)
{
    Tag tag = tag_of(speakers, item, TAG_NAME);
    /* سالم بن مساعد: behind a link every word is a name */
    bool linked =
        !is_second && !is_stop(speakers, item) && tag_of(speakers, item - 1, TAG_NAME) == TAG_LINK;
    if (tag == TAG_NAME || tag == TAG_LINK || !is_second)
        return tag == TAG_NAME || tag == TAG_LINK || linked;
    if (tag == TAG_DEFINITE)
        return true;
    if (has_proclitic(speakers, item) || item_at(speakers, item)->token_count != 1 ||
        is_stop(speakers, item) || item_has(speakers, item - 1, CLASS_NAME_AMBIGUOUS))
        return false;
    /* المصورة هدى الخليفة، روجر زاندر، مدير المتحف: nothing else stands so in front of a comma. */
    bool closes = exists(speakers, item + 1) && item_has(speakers, item + 1, CLASS_COMMA);
    return closes && ((tag == TAG_ROLE && has_article(speakers, item)) ||
                      (tag == TAG_WORD && !is_in_list(speakers, item) &&
                       !item_has(speakers, item, CLASS_SHAPE_ACCUSATIVE)));
}

/* Where the name ends of which a given name in no list stands in front of `end`, with a listed name
 * right behind it; `end` where none does. */
static size_t unlisted_given_end(Speakers *speakers, size_t end)
{
    size_t from = end;
    while (
        exists(speakers, end) && end - from < 3 && !has_proclitic(speakers, end) &&
        item_at(speakers, end)->token_count == 1 && !is_conjoined(speakers, end) &&
        (in_group(speakers, end, GROUP_NAMES) ||
         (end > from && !is_in_list(speakers, end) && tag_of(speakers, end, TAG_NAME) == TAG_WORD &&
          !item_has(speakers, end, CLASS_SHAPE_ACCUSATIVE))))
        end++;
    /* منح المدرب زيكوفيتش ياسر الحربي الفرصة: what goes on may be whom he does it to. */
    bool closed = end == speakers->string->count || is_stop(speakers, end) ||
                  item_has(speakers, end, CLASS_COMMA) || item_has(speakers, end, CLASS_BRACKETED);
    return closed ? end : from;
}

static bool is_inner_link(const Speakers *speakers, size_t item)
{
    return exists(speakers, item) && item_has(speakers, item, CLASS_NAME_LINK_INNER);
}

/* Where behind `end` of a name the fathers end (سالم بن هاني | بن مساعد), whatever else the word
 * behind بن may be. */
static size_t fathers_end(const Speakers *speakers, size_t end)
{
    if (is_inner_link(speakers, end - 1))
        end--;
    while (is_inner_link(speakers, end) && exists(speakers, end + 1) &&
           item_at(speakers, end + 1)->token_count == 1 && !has_proclitic(speakers, end + 1))
        end += 2;
    return end;
}

/* Takes the name that ends with item `last`, or begins there, for `best` where that says more
 * of whom `part` names. */
static void take_fuller(Speakers *speakers, const Known *part, size_t near, size_t last,
                        Range *best)
{
    const ItemString *string = speakers->string;
    const Item *item = &string->items[last];
    if (item->token_count == 0 || item->token_count > 4)
        return;
    const Token *token = last_token(speakers, last);
    ByteSpan bytes = item_core(speakers, last).bytes;
    size_t start_byte = item->token_count == 1 ? bytes.start : token->byte;
    if (!slice_equal(slice_cut(speakers->text, start_byte, bytes.end),
                     part->words[part->word_count - 1]) ||
        item_has(speakers, last, CLASS_MARKED) || item_has(speakers, last, CLASS_PHRASE_GRACE))
        return;
    /* في عهد الملك سلمان: a title in front of a name is nobody's family name. */
    if (item_has(speakers, last, CLASS_TITLE_HONORIFIC) && begins_name(speakers, last + 1))
        return;
    size_t start = name_start(speakers, last);
    size_t end = last + 1;
    if (part->word_count == 1 && start == last && item_has(speakers, last, CLASS_NAME_GIVEN))
        while (end < string->count && end - start < 4 &&
               goes_on_given(speakers, end, end - start == 1) &&
               !(last != near && is_conjoined(speakers, end)))
            end++; /* elsewhere هاني وسالم are two */
    /* التشكيلية الشابة يار بهجت كالدر: a given name in no list */
    if (part->word_count == 1 && start == last && end == last + 1 && item->entry == NO_ENTRY &&
        !is_definite(speakers, last) && is_behind_title(speakers, last))
        end = unlisted_given_end(speakers, end);
    if (start < last || end > last + 1)
        end = fathers_end(speakers, end);
    /* قاسم سالم النجار | الوادي: whence the family comes may end a name of three or more */
    if (last >= start + 2 && exists(speakers, end) && has_article(speakers, end) &&
        !has_proclitic(speakers, end) && item_at(speakers, end)->token_count == 1 &&
        item_has(speakers, end, CLASS_SHAPE_NISBA) && item_has(speakers, start, CLASS_NAME_GIVEN) &&
        (in_group(speakers, end, GROUP_NAMES) || tag_of(speakers, end, TAG_NAME) == TAG_DEFINITE))
        end++;
    /* فينبار سكستون، رئيس النادي */
    if (part->word_count == 1 && start == last && end == last + 1 && end + 1 < string->count &&
        item->entry == NO_ENTRY && !is_stop(speakers, end) && !has_proclitic(speakers, end) &&
        !is_in_list(speakers, end) && tag_of(speakers, end, TAG_NAME) == TAG_WORD &&
        is_introduced(speakers, last, end))
        end++;
    size_t tokens = 0, length = 0;
    for (size_t i = start; i < end; i++)
        tokens += item_at(speakers, i)->token_count;
    if (tokens <= part->word_count)
        return; /* mostly that very name */
    Known whole;
    put_words(speakers, &whole, start, end);
    for (size_t k = best->from; k < best->to; k++)
        length += item_at(speakers, k)->token_count;
    bool closer = tokens == length && last <= near; /* later ones are nearer */
    if (part->agreement != 0 && names_relative(speakers, part, &whole))
        return;
    if (whole.word_count > part->word_count && (tokens > length || closer) && is_part(part, &whole))
        *best = (Range){start, end};
}

bool find_mention(Speakers *speakers, const Known *person, uint32_t *at, Range *mention)
{
    if (person->last_word == NO_WORD || person->word_count < 2)
        return false;
    while ((*at = next_ending(speakers, person->last_word, *at)) != 0) {
        size_t last = *at - 1;
        Known found;
        *mention = (Range){name_start(speakers, last), last + 1};
        put_words(speakers, &found, mention->from, mention->to);
        if (found.word_count == person->word_count && is_part(person, &found))
            return true;
    }
    return false;
}

/* The text at `item`, proclitics included, ends with the word. */
static bool ends_with(const Speakers *speakers, size_t item, Slice word)
{
    if (is_stop(speakers, item) || word.length == 0)
        return false;
    const Token *token = last_token(speakers, item);
    const char *end = speakers->text.data + token->byte + token->byte_length;
    return token->byte_length >= word.length && end[-1] == word.data[word.length - 1] &&
           memcmp(end - word.length, word.data, word.length) == 0;
}

/* The same as find_fuller for a name whose last word stands behind a proclitic. */
static Range find_fuller_by_text(Speakers *speakers, const Known *part, size_t near)
{
    Range best = {0, 0};
    Slice last = part->words[part->word_count - 1];
    if (last.length < TAIL_BYTES) {
        for (size_t i = 0; i < speakers->string->count; i++)
            if (ends_with(speakers, i, last))
                take_fuller(speakers, part, near, i, &best);
        return best;
    }
    Endings *tails = &speakers->tails;
    if (tails->first == NULL)
        index_tails(speakers);
    uint32_t at = tails->first[tail_key(last.data + last.length) & tails->mask];
    for (; at != 0; at = tails->next[at - 1])
        if (ends_with(speakers, at - 1, last))
            take_fuller(speakers, part, near, at - 1, &best);
    return best;
}

/* الممثل «روجر زاندر»: two words, or three, in marks at `item` behind a title or a verb of
 * saying; `word` is the first or the last of them, and none is known for anything but a name. */
static bool is_marked_name(Speakers *speakers, size_t item, uint32_t word)
{
    const Item *marked = item_at(speakers, item);
    size_t from = marked->first_token + 1u, count = marked->token_count;
    if (count < 4 || count > 5 || item == 0 || is_stop(speakers, item - 1) ||
        !item_has(speakers, item, CLASS_MARKED) ||
        (speakers->tokens[from].word != word && speakers->tokens[from + count - 3].word != word) ||
        !(item_has(speakers, item - 1, CLASS_CUE_STRONG) ||
          (has_article(speakers, item - 1) && in_group(speakers, item - 1, GROUP_ROLES))))
        return false;
    const ItemString *inner = read_tokens(speakers, from, from + count - 2);
    for (size_t i = 0; i < inner->count; i++)
        if (inner->items[i].token_count == 0 ||
            (inner->items[i].entry != NO_ENTRY &&
             !set_in_group(speakers, inner->items[i].set, GROUP_NAMES)))
            return false;
    return inner->count > 1;
}

/* The last listed person around item `near` whose name begins with the only word of `part`,
 * which stands there, and who has the same title in front (الخليفة هارون), or the last name in
 * marks that has the word; empty when there is none. */
static Range find_whole(Speakers *speakers, const Known *part, size_t near)
{
    Range marked = {0, 0};
    bool titled =
        near > 0 && !is_stop(speakers, near - 1) && in_group(speakers, near - 1, GROUP_ROLES);
    uint32_t title = titled ? last_token(speakers, near - 1)->word : NO_WORD;
    size_t first = near > ITEMS_NEAR ? near - ITEMS_NEAR : 1;
    size_t behind = speakers->string->count - near;
    for (size_t i = near + (behind < ITEMS_NEAR ? behind : ITEMS_NEAR); i-- > first;) {
        const Item *item = item_at(speakers, i);
        if (item->token_count < 2)
            continue;
        if (title != NO_WORD && item_has(speakers, i, CLASS_PERSON) &&
            speakers->tokens[item->first_token].word == part->last_word &&
            !is_stop(speakers, i - 1) && last_token(speakers, i - 1)->word == title)
            return (Range){i, i + 1};
        if (marked.from == marked.to && is_marked_name(speakers, i, part->last_word))
            marked = (Range){i, i + 1};
    }
    return marked;
}

/* Looks for the last word of `part` behind other parts of a name: where it stands first, as that is
 * where somebody is named in full. */
Range find_fuller(Speakers *speakers, const Known *part, size_t near)
{
    enum { LOOKED_AT = 512 };
    Range best = {0, 0};
    uint32_t at = 0;
    if (part->word_count == 0)
        return best; /* of numbers and marks, as somebody may list them */
    if (part->last_word == NO_WORD)
        return find_fuller_by_text(speakers, part, near);
    for (size_t seen = 0;
         seen < LOOKED_AT && (at = next_ending(speakers, part->last_word, at)) != 0; seen++)
        take_fuller(speakers, part, near, at - 1, &best);
    return best.from < best.to || part->word_count != 1 ? best : find_whole(speakers, part, near);
}
