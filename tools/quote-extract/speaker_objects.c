#include "tools/quote-extract/speaker_parts.h"

/* Ends as a sound plural does that governs nothing, and is one of people: مسؤولون, but no قانون. */
static bool is_nominative(const Speakers *speakers, size_t item)
{
    return item_has(speakers, item, CLASS_SHAPE_NOMINATIVE) &&
           (item_has(speakers, item, CLASS_AGR_P) || in_group(speakers, item, GROUP_ADJECTIVES) ||
            item_has(speakers, item, CLASS_SHAPE_PEOPLE) || !is_in_list(speakers, item));
}

/* A word with these classes has the ending of an adjective without article that agrees with the
 * noun at `head`. */
static bool is_adjective_of(const Speakers *speakers, uint32_t set, size_t head)
{
    unsigned noun = agreement_of(speakers, head);
    if (noun == 0)
        noun = item_has(speakers, head, CLASS_SHAPE_FEMININE) ? AGREE_F : AGREE_M;
    if (set_has(speakers->bits, set, CLASS_SHAPE_NOMINATIVE_NISBA))
        return (noun & AGREE_P) != 0;
    if (!set_has(speakers->bits, set, CLASS_SHAPE_RELATION))
        return false;
    /* a plural that governs has no such ending: وزراء خارجية الوادي, نقيب محرري الصحف */
    return set_has(speakers->bits, set, CLASS_SHAPE_FEMININE)
               ? (noun & (AGREE_F | AGREE_P)) != 0
               : noun == AGREE_M && !set_has(speakers->bits, set, CLASS_AGR_P);
}

/* An adjective without article at `item` closes the noun at `head`: ناشطون محليون، نائب سابق. */
static bool is_bare_adjective(const Speakers *speakers, const Phrase *phrase, size_t head,
                              size_t item)
{
    if (has_article(speakers, item))
        return false;
    if (is_nominative(speakers, item) || item_has(speakers, item, CLASS_ADJECTIVE_BARE))
        return true;
    Tag tag = phrase_tag(phrase, item);
    bool may_be = tag == TAG_ADJECTIVE || tag == TAG_WORD || tag == TAG_PLAIN ||
                  tag == TAG_CONTINUES || tag == TAG_ROLE || tag == TAG_PEOPLE;
    return may_be && is_adjective_of(speakers, item_at(speakers, item)->set, head);
}

/* The noun at `head` needs no complement: it is definite, or its own ending or the adjective that
 * is listed with it (خبير اقتصادي) closes it. */
static bool is_closed(Speakers *speakers, const Phrase *phrase, size_t head)
{
    const Item *item = item_at(speakers, head);
    Tag tag = phrase_tag(phrase, head);
    if (is_definite(speakers, head))
        return !ends_small(speakers, head);
    if (tag == TAG_PLACE || (tag == TAG_ORG && item_has(speakers, head, CLASS_ORG)))
        return true;
    if (item->token_count == 1)
        return is_nominative(speakers, head);
    size_t end = item->first_token + item->token_count;
    const ItemString *last = read_tokens(speakers, end - 1, end);
    uint32_t set = last->items[0].set;
    /* وزراء خارجية الوادي, but منظمات حقوقية */
    bool field = in_group(speakers, head, GROUP_ROLES) && item_has(speakers, head, CLASS_AGR_P) &&
                 !set_has(speakers->bits, set, CLASS_SHAPE_NOMINATIVE_NISBA);
    return !field && !set_in_group(speakers, set, GROUP_ORGANISATIONS) &&
           !set_in_group(speakers, set, GROUP_PLACE_HEADS) && is_adjective_of(speakers, set, head);
}

/* The phrase leads with somebody who may have a personal name. */
static bool leads_with_person(const Phrase *phrase)
{
    return phrase->lead == TAG_ROLE || phrase->lead == TAG_PEOPLE;
}

/* A name of a person begins behind `item`, within the phrase. */
static bool has_name_behind(const Speakers *speakers, const Phrase *phrase, size_t item)
{
    for (size_t i = item + 1; i < phrase->to; i++)
        if (phrase_tag(phrase, i) == TAG_NAME && !has_article(speakers, i) &&
            !has_proclitic(speakers, i))
            return true;
    return false;
}

/* The noun at `item` is definite by what it governs. */
static bool governs_definite(const Speakers *speakers, const Phrase *phrase, size_t item)
{
    size_t next = item + 1;
    return next < phrase->to && !has_proclitic(speakers, next) && !is_conjoined(speakers, next) &&
           (has_article(speakers, next) || phrase_tag(phrase, next) == TAG_PLACE ||
            phrase_tag(phrase, next) == TAG_MARKED || item_has(speakers, next, CLASS_ORG));
}

/* المعارضون الرئيس: who is one at `item` is not what several are who stand right in front of
 * him. */
static bool begins_singular(const Speakers *speakers, const Phrase *phrase, size_t item)
{
    return item > phrase->from && has_article(speakers, item - 1) &&
           !has_proclitic(speakers, item - 1) && is_nominative(speakers, item - 1) &&
           is_definite(speakers, item) && !item_has(speakers, item, CLASS_AGR_P) &&
           !item_has(speakers, item, CLASS_SHAPE_NOMINATIVE) && !has_proclitic(speakers, item) &&
           !is_conjoined(speakers, item);
}

/* اتهم الجيش المسلحين: an oblique plural describes nothing that is one. */
static bool is_plural_behind_one(const Speakers *speakers, const Phrase *phrase, size_t item)
{
    size_t head = phrase->lead_item;
    return item == head + 1 && has_article(speakers, head) &&
           item_at(speakers, head)->token_count == 1 && has_article(speakers, item) &&
           item_has(speakers, item, CLASS_SHAPE_OBLIQUE) &&
           (agreement_of(speakers, head) & AGREE_P) == 0;
}

/* أبلغ الرئيس الوزير: no one word for an office describes who has another. */
static bool begins_second_office(const Speakers *speakers, const Phrase *phrase, size_t item)
{
    size_t head = phrase->lead_item;
    return item == head + 1 && phrase->lead == TAG_ROLE && has_article(speakers, head) &&
           item_at(speakers, head)->token_count == 1 && has_article(speakers, item) &&
           !in_group(speakers, item, GROUP_CONTINUES) &&
           !in_group(speakers, item, GROUP_ADJECTIVES) &&
           !item_has(speakers, item, CLASS_SHAPE_NISBA) &&
           !item_has(speakers, item, CLASS_TITLE_HONORIFIC) &&
           !has_name_behind(speakers, phrase, item);
}

bool follows_bare_adjective(const Speakers *speakers, size_t head, size_t item)
{
    return item > head + 1 && !is_definite(speakers, head) && !has_article(speakers, item - 1) &&
           in_group(speakers, item - 1, GROUP_ADJECTIVES) &&
           !in_group(speakers, item, GROUP_ADJECTIVES) && !is_conjoined(speakers, item);
}

/* أنقذ شاب سعودي مسافرين، انتقد نائب رافدي قرار الحكومة: the object of the verb begins at `item`,
 * behind somebody whom an adjective describes and no name tells. */
static bool is_object_of_described(const Speakers *speakers, const Phrase *phrase, size_t item)
{
    return phrase->with_object && leads_with_person(phrase) &&
           follows_bare_adjective(speakers, phrase->lead_item, item) &&
           !has_name_behind(speakers, phrase, item);
}

/* فازت عداءة مغربية بذهبية السباق: the same of what a deed is about, with its preposition; but شاب
 * سعودي بمدينة الوادي tells where somebody is from. */
static bool is_matter_of_described(const Speakers *speakers, const Phrase *phrase, size_t item)
{
    Tag tag = phrase_tag(phrase, item);
    bool place = tag == TAG_ORG || tag == TAG_BODY || tag == TAG_PLACE ||
                 item_has(speakers, item, CLASS_HEAD_PLACE_INSIDE) ||
                 item_has(speakers, item, CLASS_HEAD_PLACE_OUTSIDE);
    return phrase->of_deed && has_proclitic(speakers, item) && !place &&
           is_object_of_described(speakers, phrase, item);
}

/* استضاف رئيس البلدية وفدا: a listed word in the indefinite accusative. */
static bool is_accusative(const Speakers *speakers, size_t item)
{
    return item_has(speakers, item, CLASS_SHAPE_ACCUSATIVE) && !is_definite(speakers, item) &&
           is_in_list(speakers, item) && !in_group(speakers, item, GROUP_NAMES);
}

/* Behind a noun that is complete, and perhaps `definite`, another begins at `item`, which nothing
 * joins to it and which is no adjective. */
static bool begins_other(const Speakers *speakers, const Phrase *phrase, size_t item, bool definite)
{
    Tag tag = phrase_tag(phrase, item);
    bool article = is_definite(speakers, item);
    switch (tag) {
    case TAG_PLACE:
        return !leads_with_person(phrase) || !has_name_behind(speakers, phrase, item);
    case TAG_ORG:
    case TAG_BODY:
    case TAG_HEAD:
        return (article || governs_definite(speakers, phrase, item) ||
                item_has(speakers, item, CLASS_ORG)) &&
               (!leads_with_person(phrase) || !has_name_behind(speakers, phrase, item));
    case TAG_ROLE: /* العميد الركن، رئيس القسم المشرف: perhaps what else he is */
        if (begins_singular(speakers, phrase, item) ||
            begins_second_office(speakers, phrase, item) ||
            (!article && is_object_of_described(speakers, phrase, item)))
            return true;
        return (article || governs_definite(speakers, phrase, item)) &&
               (!leads_with_person(phrase) ||
                (!definite && !has_name_behind(speakers, phrase, item)));
    case TAG_PEOPLE:
        return (article && item_has(speakers, item, CLASS_AGR_P)) ||
               (!article && is_object_of_described(speakers, phrase, item));
    case TAG_DOCUMENT:
        return is_object_of_described(speakers, phrase, item);
    case TAG_DEFINITE:
    case TAG_PLAIN_DEFINITE:
        if (is_plural_behind_one(speakers, phrase, item))
            return true;
        return leads_with_person(phrase) &&
               (item_has(speakers, item, CLASS_SHAPE_THINGS) ||
                (tag == TAG_PLAIN_DEFINITE && !item_has(speakers, item, CLASS_SHAPE_OBLIQUE) &&
                 !item_has(speakers, item, CLASS_SHAPE_NOMINATIVE) && phrase->lead == TAG_PEOPLE &&
                 item_has(speakers, item - 1, CLASS_AGR_P)));
    case TAG_PLAIN:
        if (is_accusative(speakers, item))
            return true;
        /* تحملت أرامكو أعباء: behind a proper name */
        if (item == phrase->lead_item + 1 && !item_has(speakers, item, CLASS_ADJECTIVE_BARE) &&
            (phrase->lead == TAG_PLACE ||
             (phrase->lead == TAG_ORG && item_has(speakers, item - 1, CLASS_ORG) &&
              !has_article(speakers, item - 1))))
            return true;
        /* زارت وزيرة التضامن أسر الضحايا */
        return item_has(speakers, item, CLASS_NOUN_DEED) ||
               ((item_has(speakers, item, CLASS_SHAPE_FEMININE) ||
                 (phrase->of_deed && is_definite(speakers, item - 1)) ||
                 is_object_of_described(speakers, phrase, item)) &&
                governs_definite(speakers, phrase, item));
    case TAG_CONTINUES:
        /* وصف الوزير الأمر, but المرشحون الثلاثة */
        return item == phrase->lead_item + 1 && leads_with_person(phrase) && definite && article &&
               (agreement_of(speakers, phrase->lead_item) & AGREE_P) == 0 &&
               !has_name_behind(speakers, phrase, item);
    default:
        return false;
    }
}

/* The word at `item` goes on with the definite noun in front of it, or its complement. */
static bool is_definite_adjective(const Speakers *speakers, const Phrase *phrase, size_t item)
{
    Tag tag = phrase_tag(phrase, item);
    if ((tag == TAG_ORG || tag == TAG_BODY || tag == TAG_HEAD) && !has_article(speakers, item))
        return false; /* قاضي التحقيق هيئة: by its end an adjective */
    if (tag == TAG_PEOPLE && item_has(speakers, item, CLASS_AGR_P) &&
        (agreement_of(speakers, phrase->lead_item) & AGREE_P) == 0)
        return false; /* مدير المستشفى الأهالي */
    return tag == TAG_ADJECTIVE || (tag == TAG_CONTINUES && !has_article(speakers, item)) ||
           in_group(speakers, item, GROUP_CONTINUES) ||
           item_has(speakers, item, CLASS_ADJECTIVE_PERSON) ||
           item_has(speakers, item, CLASS_SHAPE_RELATION) ||
           (item_has(speakers, item, CLASS_SHAPE_NISBA) && is_definite_tag(tag));
}

/* The phrase leads with a noun, and not with the name of a person. */
static bool may_have_object(const Phrase *phrase)
{
    return leads_with_person(phrase) || phrase->lead == TAG_BODY || phrase->lead == TAG_ORG ||
           phrase->lead == TAG_DOCUMENT || phrase->lead == TAG_PLACE;
}

/* رفض الوزير الفكرة: what is feminine does not describe the man at `head`. */
static bool disagrees(const Speakers *speakers, size_t head, size_t item)
{
    return agreement_of(speakers, head) == AGREE_M && has_article(speakers, head) &&
           item_at(speakers, head)->token_count == 1 && has_article(speakers, item) &&
           item_at(speakers, item)->token_count == 1 &&
           item_has(speakers, item, CLASS_SHAPE_FEMININE) &&
           !in_group(speakers, item, GROUP_ROLES) && !in_group(speakers, item, GROUP_PEOPLE) &&
           !in_group(speakers, item, GROUP_NAMES);
}

bool is_oblique_behind(const Speakers *speakers, size_t from, size_t item)
{
    bool behind = item > from + 1 || item_at(speakers, from)->token_count > 1;
    return behind && item_has(speakers, item, CLASS_SHAPE_OBLIQUE) &&
           !in_group(speakers, item, GROUP_NAMES) && has_article(speakers, item) &&
           has_article(speakers, item - 1) && !has_proclitic(speakers, item) &&
           !is_conjoined(speakers, item) && !item_has(speakers, item - 1, CLASS_SHAPE_OBLIQUE) &&
           !item_has(speakers, item - 1, CLASS_AGR_P) && !item_has(speakers, from, CLASS_AGR_P);
}

/* A proper name without article stands in front of `item` and behind the head of its body: حركة
 * طالبان، شركة فورد. */
static bool is_behind_proper(const Speakers *speakers, const Phrase *phrase, size_t item)
{
    if (item < phrase->from + 1 || has_article(speakers, item - 1))
        return false;
    Tag tag = phrase_tag(phrase, item - 1);
    if (item == phrase->from + 1) /* وصفت روسيا القرار، وصفت شركة فورد القرار */
        return tag == TAG_PLACE || (tag == TAG_ORG && item_has(speakers, item - 1, CLASS_ORG));
    return tag == TAG_NAME || tag == TAG_PLACE ||
           (tag == TAG_WORD && !is_in_list(speakers, item - 1)) ||
           (tag == TAG_ORG && item_has(speakers, item - 1, CLASS_ORG));
}

/* للقوات المسلحة: what is feminine goes on with the feminine noun behind a preposition. */
static bool describes_feminine(const Speakers *speakers, size_t item)
{
    return has_proclitic(speakers, item - 1) && (agreement_of(speakers, item - 1) & AGREE_F) &&
           item_has(speakers, item, CLASS_SHAPE_DESCRIBES_F);
}

/* المنتخب الوطني: no adjective, as another stands behind it. */
static bool has_adjective_behind(const Speakers *speakers, const Phrase *phrase, size_t item)
{
    size_t next = item + 1;
    return next < phrase->to && has_article(speakers, next) && !has_proclitic(speakers, next) &&
           item_has(speakers, next, CLASS_SHAPE_NISBA) &&
           !item_has(speakers, item - 1, CLASS_SHAPE_NISBA) &&
           !has_name_behind(speakers, phrase, item);
}

/* زار الوزير السوق، تفقد الوزير الجديد المكان: behind a title that is complete a definite noun is
 * the object of what was done, unless it is an adjective. */
static bool is_object_of_deed(const Speakers *speakers, const Phrase *phrase, size_t item)
{
    Tag tag = phrase_tag(phrase, item);
    bool complete = is_definite(speakers, item - 1) || phrase_tag(phrase, item - 1) == TAG_PLACE;
    bool head = tag == TAG_HEAD || (item_has(speakers, item, CLASS_HEAD_ORG) &&
                                    !has_name_behind(speakers, phrase, item));
    if (item_has(speakers, item, CLASS_ADJECTIVE_PERSON)) {
        if (!has_adjective_behind(speakers, phrase, item))
            return false;
        head = true;
    }
    return leads_with_person(phrase) && complete && (is_definite_tag(tag) || head) &&
           (head || !item_has(speakers, item, CLASS_SHAPE_NISBA)) &&
           !is_conjoined(speakers, item) && !in_group(speakers, item, GROUP_CONTINUES) &&
           !describes_feminine(speakers, item);
}

/* رفع بنك الوادي الاستثماري | السعر، أعلنت لجنة الانتخابات المركزية | النتائج: behind the origin
 * or the kind of a body, or its whole name in one entry, stands no noun of it. */
static bool is_behind_adjective(const Speakers *speakers, const Phrase *phrase, size_t item)
{
    size_t last = item - 1, next = item + 1;
    Tag tag = phrase_tag(phrase, item);
    if ((tag != TAG_PLAIN_DEFINITE && tag != TAG_DOCUMENT && tag != TAG_HEAD) ||
        leads_with_person(phrase) || item_at(speakers, item)->token_count != 1 ||
        is_conjoined(speakers, item))
        return false;
    if (item_at(speakers, last)->token_count > 1)
        return item_has(speakers, last, CLASS_ORG) && is_definite(speakers, last);
    /* شركة الوادي النفطية العملاقة الرافدية: another adjective, as one more follows */
    bool adjective = next < phrase->to && has_article(speakers, next) &&
                     item_has(speakers, next, CLASS_SHAPE_NISBA);
    return !adjective && item > phrase->from + 1 && has_article(speakers, last) &&
           !has_proclitic(speakers, last) && item_has(speakers, last, CLASS_SHAPE_NISBA);
}

/* حزب العمال الهجوم، حركة الوادي الحكومة: what stands at `item` is the verb's object, by itself or
 * what stands right in front of it. */
static bool is_object_behind(Speakers *speakers, const Phrase *phrase, size_t item)
{
    if (item <= phrase->from || has_proclitic(speakers, item) ||
        (in_group(speakers, item, GROUP_ADJECTIVES) &&
         !has_adjective_behind(speakers, phrase, item)))
        return false;
    Tag tag = phrase_tag(phrase, item);
    bool nisba = item_has(speakers, item, CLASS_SHAPE_NISBA);
    bool proper = is_behind_proper(speakers, phrase, item);
    /* شركة فورد مكتبا */
    if (!has_article(speakers, item))
        return proper && tag == TAG_PLAIN && !nisba &&
               item_has(speakers, item, CLASS_SHAPE_OBJECT) && !is_conjoined(speakers, item);
    if (phrase->of_deed && is_object_of_deed(speakers, phrase, item))
        return true;
    if (!proper && (!is_definite(speakers, item - 1) || ends_small(speakers, item - 1)))
        return false; /* المتحدث باسم الشركة: its complement */
    if (item_has(speakers, item, CLASS_NOUN_DEED))
        return true;
    bool body = (tag == TAG_BODY || tag == TAG_ORG) && item_at(speakers, item)->token_count == 1;
    bool people = (tag == TAG_PEOPLE || tag == TAG_ROLE) && item_has(speakers, item, CLASS_AGR_P);
    /* إدارة كالدر التخلي: no adjective of hers */
    bool unlike = agreement_of(speakers, phrase->from) == AGREE_F &&
                  !item_has(speakers, item, CLASS_SHAPE_FEMININE);
    bool other = proper && is_definite_tag(tag) && (unlike || item == phrase->from + 1) &&
                 !is_conjoined(speakers, item);
    return !nisba && (body || people || other || is_behind_adjective(speakers, phrase, item) ||
                      is_oblique_behind(speakers, phrase->from, item));
}

size_t object_of_noun(Speakers *speakers, const Phrase *phrase)
{
    size_t item = phrase->from + 1;
    while (item < phrase->to && !is_object_behind(speakers, phrase, item))
        item++;
    return item;
}

/* التقى سالم كالدر، ووصف كالدر المحادثات: behind a bare word in no list by which the document names
 * somebody, a definite noun that tells of what is done or ordinary is no part of it. */
static bool is_behind_namesake(Speakers *speakers, const Phrase *phrase, size_t item)
{
    size_t head = item - 1;
    return item < phrase->to && head == phrase->from && phrase_tag(phrase, head) == TAG_WORD &&
           !is_in_list(speakers, head) && !is_definite(speakers, head) &&
           has_article(speakers, item) && !has_proclitic(speakers, item) &&
           (phrase_tag(phrase, item) == TAG_PLAIN_DEFINITE ||
            item_has(speakers, item, CLASS_NOUN_DEED)) &&
           !item_has(speakers, item, CLASS_SHAPE_NISBA) && !is_conjoined(speakers, item) &&
           !in_group(speakers, item, GROUP_NAMES) && named_so(speakers, head, true) != SPEAKER_NONE;
}

/* حث قائد الجيش العسكريين، دعا الوزير المغاربة, but نقيب الصحفيين الرافديين: behind an office in
 * one entry, none of whose words is a plural, an oblique plural is whom its holder addresses, and
 * behind any title people by their origin. */
static bool is_plural_behind_office(Speakers *speakers, const Phrase *phrase, size_t item)
{
    size_t head = phrase->lead_item;
    if (item != head + 1 || phrase->lead != TAG_ROLE || !is_definite(speakers, head) ||
        (agreement_of(speakers, head) & AGREE_P) != 0)
        return false;
    bool people = in_group(speakers, item, GROUP_ADJECTIVES) && has_article(speakers, item) &&
                  agreement_of(speakers, item) == AGREE_P;
    bool office = item_at(speakers, head)->token_count > 1;
    if (!people && (!office || !item_has(speakers, item, CLASS_SHAPE_OBLIQUE)))
        return false;
    size_t end = item_at(speakers, head)->first_token + item_at(speakers, head)->token_count;
    const ItemString *last = read_tokens(speakers, end - 1, end);
    return last->count != 0 && !set_has(speakers->bits, last->items[0].set, CLASS_SHAPE_OBLIQUE) &&
           !set_has(speakers->bits, last->items[0].set, CLASS_AGR_P);
}

static bool has_tag_behind(const Phrase *phrase, size_t item, Tag tag)
{
    for (size_t i = item + 1; i < phrase->to; i++)
        if (phrase_tag(phrase, i) == tag)
            return true;
    return false;
}

/* انتقد المصدر مرحلة حكومة الحربي: behind him who is called by one definite word a noun without
 * article is nothing of his, and the name behind it not his own. */
static bool is_noun_behind_him(const Speakers *speakers, const Phrase *phrase, size_t item)
{
    size_t head = phrase->lead_item;
    Tag tag = phrase_tag(phrase, item);
    return item == head + 1 && leads_with_person(phrase) && has_article(speakers, head) &&
           item_at(speakers, head)->token_count == 1 &&
           (tag == TAG_PLAIN || tag == TAG_CONTINUES) && !has_article(speakers, item) &&
           !in_group(speakers, item, GROUP_CONTINUES) &&
           !item_has(speakers, head, CLASS_TITLE_MILITARY) && /* العميد أول */
           !item_has(speakers, head, CLASS_TITLE_HONORIFIC) &&
           !item_has(speakers, item, CLASS_ADJECTIVE_BARE) &&
           has_tag_behind(phrase, item, TAG_NAME);
}

size_t object_of_verb(Speakers *speakers, const Phrase *phrase)
{
    size_t head = phrase->lead_item;
    if (is_behind_namesake(speakers, phrase, phrase->from + 1))
        return phrase->from + 1;
    if (head >= phrase->to || !may_have_object(phrase) || has_proclitic(speakers, head))
        return phrase->to;
    if (head > phrase->from && begins_singular(speakers, phrase, head))
        return head;
    bool closed = is_closed(speakers, phrase, head);
    bool definite = closed && is_definite(speakers, head);
    size_t described = head; /* it, and its adjectives without article */
    size_t last = head;      /* of it, its adjectives and what it governs */
    for (size_t i = head + 1; i < phrase->to; i++) {
        Tag tag = phrase_tag(phrase, i);
        bool article = has_article(speakers, i), named = article || tag == TAG_PLACE;
        if (tag == TAG_COMMA || tag == TAG_BRACKET)
            break;
        /* وصفت دوائر دبلوماسية هذا القرار, but مدير هذا المصنع */
        if (is_object_behind(speakers, phrase, i) ||
            (closed && item_has(speakers, i, CLASS_SPEAKER_POINTING)))
            return i;
        if (is_matter_of_described(speakers, phrase, i))
            return i;
        /* استقبل المدير باحثا */
        if (closed && definite && is_accusative(speakers, i) &&
            (in_group(speakers, i, GROUP_PEOPLE) || in_group(speakers, i, GROUP_ROLES)))
            return i;
        /* مسؤول في وزارة الدفاع، وزير النقل والاتصالات، خبراء دوليون وعرب */
        if (tag == TAG_OTHER || has_proclitic(speakers, i) || goes_on_joined(speakers, i) ||
            is_conjoined(speakers, i)) {
            bool joined = is_conjoined(speakers, i) &&
                          ((closed && tag == TAG_ADJECTIVE) || is_nominative(speakers, i));
            closed = tag != TAG_OTHER && (named || joined);
            definite = tag != TAG_OTHER && named;
            last = i;
            continue;
        }
        if (i == described + 1 && (is_bare_adjective(speakers, phrase, head, i) ||
                                   (closed && !definite && !article && tag == TAG_CONTINUES))) {
            closed = true;
            described = last = i;
            continue;
        }
        if (is_noun_behind_him(speakers, phrase, i) || is_plural_behind_office(speakers, phrase, i))
            return i;
        /* مساعد الوزير لشؤون الساحل */
        if (tag == TAG_CONTINUES && !article && definite) {
            closed = definite = false;
            last = i;
            continue;
        }
        bool behind =
            i == head + 1 || (i == head + 2 && closed && has_article(speakers, head + 1) &&
                              is_definite_adjective(speakers, phrase, head + 1));
        if (behind && leads_with_person(phrase) && disagrees(speakers, head, i) &&
            !has_name_behind(speakers, phrase, i))
            return i;
        bool adjective =
            closed && (definite || !article) && is_definite_adjective(speakers, phrase, i);
        if (closed && !adjective && i == last + 1 &&
            (begins_other(speakers, phrase, i, definite && described == head) ||
             (!definite && article)))
            return i;
        if (is_name_tag(tag) && leads_with_person(phrase) && closed)
            break;
        if (!closed || adjective || article)
            last = i;
        if (!closed)
            closed = definite = named || item_has(speakers, i, CLASS_ORG);
        if (closed && ends_small(speakers, i))
            closed = definite = false;
    }
    return phrase->to;
}

bool leads_to_object(const Speakers *speakers, const Phrase *phrase)
{
    size_t lead = phrase->lead_item, next = lead + 1;
    return next < phrase->to && item_has(speakers, lead, CLASS_SPEAKER_AGAIN) &&
           has_article(speakers, lead) && phrase_tag(phrase, next) == TAG_PLAIN &&
           !is_definite(speakers, next) && !has_proclitic(speakers, next);
}
