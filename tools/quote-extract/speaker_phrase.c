#include "tools/quote-extract/speaker_parts.h"

enum {
    APPOSED_MAX = 20 /* items of a title between commas */
};

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

/* وأشاد لورن بالمدرب سالم: behind a name another person begins. */
static bool is_preposed_person(const Speakers *speakers, size_t item, Tag previous)
{
    return (previous == TAG_NAME || previous == TAG_WORD) &&
           item_has(speakers, item, CLASS_CLITIC_PREPOSITION) &&
           (in_group(speakers, item, GROUP_ROLES) || item_has(speakers, item, CLASS_NAME_GIVEN)) &&
           has_proclitic(speakers, item);
}

/* المركز الإعلامي: the word at `item` is as well the adjective of the noun in front of it. */
static bool describes_noun(const Speakers *speakers, size_t item)
{
    return item > 0 && !is_stop(speakers, item - 1) && has_article(speakers, item - 1) &&
           item_has(speakers, item, CLASS_SHAPE_NISBA);
}

/* قال المتهم للقاضي: who is told something stands right behind who tells it; behind an adjective
 * he may be part of an office (المستشار القانوني للوزير). */
static bool is_told(const Speakers *speakers, size_t item, Tag previous)
{
    return (previous == TAG_ROLE || previous == TAG_PEOPLE) && has_article(speakers, item - 1) &&
           item_at(speakers, item - 1)->token_count == 1 && !has_proclitic(speakers, item - 1) &&
           !in_group(speakers, item - 1, GROUP_ADJECTIVES) && !describes_noun(speakers, item - 1) &&
           !item_has(speakers, item - 1, CLASS_TAKES_PREPOSITION) &&
           item_has(speakers, item, CLASS_SHAPE_TO) && has_proclitic(speakers, item) &&
           item_at(speakers, item)->token_count == 1 &&
           (in_group(speakers, item, GROUP_ROLES) || in_group(speakers, item, GROUP_PEOPLE));
}

/* برر الباحثون هذا التراجع: behind what is definite begins an object, or a time. */
static bool is_pointed_at(const Speakers *speakers, size_t item)
{
    return item_has(speakers, item, CLASS_SPEAKER_POINTING) &&
           item_at(speakers, item - 1)->token_count == 1 && is_definite(speakers, item - 1);
}

/* شركة الوادي للاستثمار، المدير الإقليمي للتعليم: the field of a body or an office ends its
 * name. */
static bool is_field(Speakers *speakers, const Phrase *phrase, size_t item)
{
    size_t last = item - 1;
    if (item == phrase->from || phrase_tag(phrase, item) != TAG_OTHER)
        return false;
    Tag first = phrase_tag(phrase, phrase->from);
    bool body = first == TAG_ORG && item > phrase->from + 1;
    bool several = item_at(speakers, last)->token_count > 1;
    bool described =
        (first == TAG_ROLE || first == TAG_BODY || first == TAG_ORG) &&
        (several ? is_definite(speakers, last) && !ends_small(speakers, last)
                 : has_article(speakers, last) && (item_has(speakers, last, CLASS_SHAPE_RELATION) ||
                                                   in_group(speakers, last, GROUP_CONTINUES)));
    /* دعا المجتمع الدولي للتحرك */
    bool asked_for = phrase->from > 0 && !is_stop(speakers, phrase->from - 1) &&
                     in_group(speakers, phrase->from - 1, GROUP_TRANSITIVE);
    if ((!body && !described) || (!body && asked_for) ||
        !item_has(speakers, item, CLASS_SHAPE_PREPOSITIONAL) || is_addressed(speakers, item) ||
        in_group(speakers, item, GROUP_PEOPLE) || in_group(speakers, item, GROUP_ROLES))
        return false;
    return swallows_article(speakers, &speakers->tokens[item_at(speakers, item)->first_token]);
}

/* قال أورلاندو أوشوا إن: the town in front of `item` does not agree with the verb, so this word
 * in no list, the last before the report, is a family's name. */
static bool is_unlisted_family(const Speakers *speakers, size_t item)
{
    return item > 1 && agreement_of(speakers, item - 2) == AGREE_M &&
           is_finite_cue(speakers, item - 2) && is_unlisted(speakers, item) &&
           begins_report(speakers, item + 1);
}

/* أثينا كامبل, المديرة أثينا كامبل: a town at `item` that a family's name follows, and that no
 * title has for its place, is the given name. `from`: of the phrase; `previous`: the tag in
 * front. */
static bool is_town_as_given(const Speakers *speakers, size_t from, size_t item, Tag previous)
{
    size_t family = item + 1;
    bool apart = item == from || previous == TAG_PLACE ||
                 (previous == TAG_ROLE && has_article(speakers, item - 1));
    return apart && item_at(speakers, item)->token_count == 1 &&
           item_at(speakers, item)->clitic_length == 0 &&
           !item_has(speakers, item, CLASS_PLACE_COUNTRY) && !has_article(speakers, item) &&
           ((item_has(speakers, family, CLASS_NAME_FAMILY) &&
             !item_has(speakers, family, CLASS_NAME_GIVEN) && !is_definite(speakers, family)) ||
            is_unlisted_family(speakers, family));
}

Phrase read_phrase(Speakers *speakers, size_t from, size_t to)
{
    Phrase phrase = {.from = from, .to = to, .lead = TAG_OTHER, .lead_item = from};
    if (to - from > PHRASE_MAX)
        phrase.to = to = from + PHRASE_MAX;
    Tag previous = TAG_OTHER;
    bool in_relative = false; /* what a relative clause tells names nobody who speaks */
    for (size_t i = from; i < to; i++) {
        Tag tag = tag_of(speakers, i, previous);
        if (tag == TAG_PLACE && i + 1 < to && is_town_as_given(speakers, from, i, previous))
            tag = TAG_NAME;
        if (tag == TAG_COMMA)
            in_relative = false;
        else if (item_has(speakers, i, CLASS_RELATIVE))
            in_relative = true;
        else if (i > from && (is_preposed_person(speakers, i, previous) ||
                              is_told(speakers, i, previous) || is_pointed_at(speakers, i))) {
            phrase.to = i;
            break;
        }
        previous = phrase.tags[i - from] = in_relative ? TAG_OTHER : tag;
    }
    while (phrase.to > from &&
           (phrase_tag(&phrase, phrase.to - 1) == TAG_COMMA ||
            phrase_tag(&phrase, phrase.to - 1) == TAG_OTHER) &&
           !is_field(speakers, &phrase, phrase.to - 1))
        phrase.to--;
    for (size_t i = phrase.to; i-- > from;)
        if (is_lead(phrase_tag(&phrase, i)) &&
            (phrase.lead == TAG_OTHER || !is_modifier(speakers, &phrase, i))) {
            phrase.lead = phrase_tag(&phrase, i);
            phrase.lead_item = i;
        }
    /* وقالت السيدة، وأكد المقيم: what describes others stands for somebody by itself, and with an
     * adjective of its own in front of what else he is (المساعد السياسي للوزير). */
    bool described = phrase.lead_item == from + 1 && has_article(speakers, from + 1) &&
                     item_has(speakers, from + 1, CLASS_SHAPE_NISBA);
    if ((phrase.lead == TAG_OTHER || described) && phrase.to > from &&
        phrase.tags[0] == TAG_CONTINUES && item_has(speakers, from, CLASS_SPEAKER_ALONE)) {
        phrase.lead = phrase.tags[0] = described ? TAG_ROLE : TAG_PEOPLE;
        phrase.lead_item = from;
    }
    return phrase;
}

size_t segment_end(const Phrase *phrase, size_t from)
{
    size_t end = from;
    while (end < phrase->to && phrase_tag(phrase, end) != TAG_COMMA)
        end++;
    return end;
}

bool segment_has_title(const Phrase *phrase, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        Tag tag = phrase_tag(phrase, i);
        if (tag == TAG_ROLE || tag == TAG_PEOPLE)
            return true;
    }
    return false;
}

/* كبير الباحثين، كبار المستشارين: a small word whose complement is a title. */
static bool leads_title(const Speakers *speakers, const Phrase *phrase, size_t item, size_t to)
{
    if (phrase_tag(phrase, item) != TAG_CONTINUES || item + 1 >= to ||
        is_definite(speakers, item) || has_proclitic(speakers, item) ||
        in_group(speakers, item, GROUP_BREAKS))
        return false;
    Tag next = phrase_tag(phrase, item + 1);
    return (next == TAG_ROLE || next == TAG_PEOPLE) && item_has(speakers, item + 1, CLASS_AGR_P);
}

size_t behind_address(const Speakers *speakers, const Phrase *phrase, size_t from, size_t to)
{
    while (from + 1 < to && from + 1 < phrase->to &&
           item_has(speakers, from, CLASS_TITLE_ADDRESS) &&
           phrase_tag(phrase, from + 1) == TAG_ROLE)
        from++;
    return from;
}

/* May a role begin at `from`, of those that end at `to`? */
static bool begins_role(const Speakers *speakers, const Phrase *phrase, size_t from, size_t to)
{
    Tag tag = phrase_tag(phrase, from);
    return tag == TAG_ROLE || tag == TAG_PEOPLE || tag == TAG_WORD ||
           is_modifier(speakers, phrase, from) || leads_title(speakers, phrase, from, to);
}

/* وقدم سالم التهنئة للشعب والرئيس, وطالب سالم الإطار القيادي: what he does, or does something to,
 * stands between him and the title. */
static bool is_interrupted(const Speakers *speakers, const Phrase *phrase, size_t from, size_t to)
{
    for (size_t i = from; i < to && !begins_role(speakers, phrase, i, to); i++) {
        Tag tag = phrase_tag(phrase, i);
        bool noun = is_definite_tag(tag) || (tag == TAG_CONTINUES && has_article(speakers, i) &&
                                             !in_group(speakers, i, GROUP_CONTINUES));
        bool object = noun && i + 1 < to && phrase_tag(phrase, i + 1) == TAG_ROLE &&
                      has_article(speakers, i + 1);
        if (tag == TAG_PLAIN || object || (has_proclitic(speakers, i) && is_in_list(speakers, i)))
            return true;
    }
    return false;
}

/* هاجم سالم الحربي الكاتب المصري نبيل الحايك: a title that another name follows is that one's. */
static bool is_title_of_another(const Speakers *speakers, const Phrase *phrase, size_t from,
                                size_t to)
{
    size_t title = from;
    if (phrase_tag(phrase, from) != TAG_ROLE || !is_definite(speakers, from))
        return false;
    while (++from < to && phrase_tag(phrase, from) == TAG_ADJECTIVE)
        ;
    /* الأمين العام لـ«الرافد» هاني النمر */
    if (from + 1 < to && phrase_tag(phrase, from) == TAG_OTHER &&
        phrase_tag(phrase, from + 1) == TAG_MARKED)
        from += 2;
    /* سالم الحربي الرئيس كالدر: a word in no list behind a title that has its article */
    if (from < to && phrase_tag(phrase, from) == TAG_WORD && has_article(speakers, title) &&
        item_at(speakers, title)->token_count == 1 && !is_definite(speakers, from) &&
        !is_in_list(speakers, from) && !has_proclitic(speakers, from))
        return true;
    return from < to && phrase_tag(phrase, from) == TAG_NAME &&
           (item_at(speakers, from)->token_count > 1 ||
            (from + 1 < to && is_name_tag(phrase_tag(phrase, from + 1))));
}

/* اتهم سالم الحكومة برئاسة الوزير، بدأ سالم نهاره بلقاء الوزير: what begins at `item`, behind a
 * name, is no title, and what follows it belongs to it. */
static bool is_body_or_own(const Speakers *speakers, const Phrase *phrase, size_t item)
{
    Tag tag = phrase_tag(phrase, item);
    bool word = item_has(speakers, item, CLASS_ORG) && item_at(speakers, item)->token_count == 1;
    bool body = (tag == TAG_ORG || tag == TAG_BODY || tag == TAG_DOCUMENT) && !word &&
                has_article(speakers, item) && !has_proclitic(speakers, item);
    /* وصف سالم العالم بأنه: by itself it is what a newspaper is called after. */
    bool alone = word && item + 1 == phrase->to && !item_has(speakers, item, CLASS_TITLE_PERSON);
    return body || alone || (tag != TAG_ROLE && item_has(speakers, item, CLASS_SHAPE_PRONOUN));
}

/* الدكتور، الفريق مهندس: by these titles somebody is addressed, and no office is told. */
static bool are_addressing(const Speakers *speakers, Range titles)
{
    for (size_t i = titles.from; i < titles.to; i++)
        if (!item_has(speakers, i, CLASS_TITLE_DEGREE) &&
            !(item_has(speakers, i, CLASS_TITLE_MILITARY) && titles.to > titles.from + 1) &&
            (!item_has(speakers, i, CLASS_TITLE_HONORIFIC) ||
             item_has(speakers, i, CLASS_TITLE_PERSON)))
            return false;
    return titles.from < titles.to;
}

/* Of items [start, end) between commas, which hold the name, those where its title can stand:
 * behind it (سالم الحربي مدير المتحف) or in front. */
static Range beside_name(const Speakers *speakers, const Phrase *phrase, size_t start, size_t end,
                         Range name)
{
    size_t from = start, to = end;
    /* استقبل سالم الحربي أطباء القرى: one person has no title in the plural, and behind
     * a conjunction (سالم ووالدته) somebody else has it. */
    bool behind = name.to < end && segment_has_title(phrase, name.to, end) &&
                  !item_has(speakers, name.to, CLASS_AGR_P) && !is_conjoined(speakers, name.to) &&
                  !(phrase_tag(phrase, name.to) == TAG_PLAIN ||
                    item_has(speakers, name.to, CLASS_SHAPE_OWNED) ||
                    item_has(speakers, name.to, CLASS_SHAPE_ACCUSATIVE) ||
                    phrase_tag(phrase, name.to) == TAG_OTHER) &&
                  !is_body_or_own(speakers, phrase, name.to) &&
                  !is_title_of_another(speakers, phrase, name.to, end) &&
                  !is_interrupted(speakers, phrase, name.to, end);
    bool before = segment_has_title(phrase, start, name.from);
    bool longer = before && name.from - start > end - name.to;
    if (behind && (!longer || are_addressing(speakers, (Range){start, name.from})))
        from = name.to;
    else
        to = name.from;
    while (to > from && (item_has(speakers, to - 1, CLASS_SPEAKER_CALLED) ||
                         (phrase_tag(phrase, to - 1) == TAG_CONTINUES &&
                          item_has(speakers, to - 1, CLASS_NAME_GIVEN))))
        to--; /* باسم */
    return (Range){from, to};
}

/* The title of whom `name` names within `segment`, a stretch between commas; {0, 0} for none. */
static Range role_in_segment(const Speakers *speakers, const Phrase *phrase, Range segment,
                             Range name)
{
    size_t start = segment.from, end = segment.to;
    if (name.from >= start && name.from < end)
        segment = beside_name(speakers, phrase, start, end, name);
    size_t from = segment.from, to = segment.to;
    /* التهنئة للملك: with its preposition a title begins no other. */
    while (from < to && phrase_tag(phrase, from) == TAG_ROLE && from > phrase->from &&
           item_has(speakers, from, CLASS_CLITIC_PREPOSITION))
        from = to;
    /* هنأ سالم الحربي، المقدم هاني النمر، أو المقدم، هاني النمر: behind the comma as well */
    bool apposed = end + 1 < phrase->to && phrase_tag(phrase, end + 1) == TAG_NAME;
    if (name.to <= start && (apposed || is_title_of_another(speakers, phrase, start, end)))
        from = to;
    /* رعاية أمير المنطقة للسباق: behind another noun stands no title of the speaker. */
    if (name.to <= start && from < to && phrase_tag(phrase, from) == TAG_PLAIN &&
        !is_definite(speakers, from))
        from = to;
    while (from < to && !begins_role(speakers, phrase, from, to))
        from++;
    /* العتيبي جائزة للوزير، ما يحدث في العالم، افتتح الأمير سالم معرض الكتاب: nor behind the
     * name. */
    if (from > name.to && from < to &&
        (item_has(speakers, from, CLASS_CLITIC_PREPOSITION) ||
         item_has(speakers, from - 1, CLASS_HALT_IN) ||
         (phrase_tag(phrase, from - 1) == TAG_HEAD && !has_article(speakers, from - 1))))
        from = to;
    /* هنأ الوزير سالم الحربي نظيره الأردني هاني النمر: whom he does it to */
    if (from >= name.to && from < to &&
        (item_has(speakers, from, CLASS_COUNTERPART) || is_kin_by_pronoun(speakers, from)))
        from = to;
    /* مستشار الرئيس موافقة: an object behind a definite word is no part of it. */
    for (size_t i = from + 1; i < to; i++)
        if (phrase_tag(phrase, i) == TAG_PLAIN && is_definite(speakers, i - 1) &&
            !is_conjoined(speakers, i))
            to = i;
    /* أحد مستشاري كالدر، وهو أيضا: what he is besides stands behind; أمير المنطقة وعدد من */
    while (to > from &&
           (item_has(speakers, to - 1, CLASS_BRACKETED_LONG) ||
            item_has(speakers, to - 1, CLASS_SPEAKER_IS) ||
            (item_has(speakers, to - 1, CLASS_QUANTIFIER) && is_conjoined(speakers, to - 1))))
        to--;
    /* المتهمان، وهما الطبيب سالم الحربي: one of them bears no such title. */
    while (from < to && phrase_tag(phrase, from) == TAG_ROLE && has_article(speakers, from) &&
           agreement_of(speakers, from) == AGREE_P)
        do
            from++;
        while (from < to && !begins_role(speakers, phrase, from, to));
    return from < to && segment_has_title(phrase, from, to) ? (Range){from, to} : (Range){0, 0};
}

/* The stretch that holds the title: beside the name, or in a stretch of its own, and the longest of
 * several; {0, 0} when there is none. */
static Range find_role(const Speakers *speakers, const Phrase *phrase, Range name)
{
    Range best = {0, 0};
    for (size_t start = phrase->from; start < phrase->to;) {
        size_t end = segment_end(phrase, start);
        Range role = role_in_segment(speakers, phrase, (Range){start, end}, name);
        if (role.to - role.from > best.to - best.from)
            best = role;
        start = end + 1;
    }
    return best;
}

Range take_title(const Speakers *speakers, const Phrase *phrase, Range name, Range apposed,
                 Known *person)
{
    Range role = find_role(speakers, phrase, name);
    /* الدكتور سالم الحربي، مدير المستشفى; الفريق مهندس سالم الحربي وزير النقل: what he is says more
     * than how he is addressed. */
    bool single = role.to == role.from + 1 && apposed.to > apposed.from + 1 &&
                  item_has(speakers, role.from, CLASS_TITLE_HONORIFIC);
    bool address = role.to <= name.from && (single || are_addressing(speakers, role));
    if (apposed.from < apposed.to && (role.from == role.to || role.from == apposed.from || address))
        role = apposed;
    if (role.from < role.to)
        take_role(speakers, person, role, behind_address(speakers, phrase, role.from, role.to));
    return role;
}

bool is_namesake_title(const Speakers *speakers, size_t title, Tag head)
{
    size_t noun = title - 1;
    /* رئيس مجلس المحافظة سالم: no title where it is the place */
    if (!has_article(speakers, title) || item_at(speakers, title)->token_count > 1 ||
        in_group(speakers, title, GROUP_PLACE_HEADS) || is_definite(speakers, noun) ||
        item_has(speakers, noun, CLASS_ORG))
        return false;
    if (item_at(speakers, noun)->token_count > 1) /* مدير مستشفى */
        return head == TAG_ROLE && item_has(speakers, noun, CLASS_TITLE_PERSON) &&
               item_has(speakers, title, CLASS_TITLE_HONORIFIC);
    return head == TAG_HEAD || head == TAG_ORG || head == TAG_BODY;
}

/* مدير مدينة الملك سالم، مدير شركة الشايع: whom a place or a body is named for. */
static bool names_place(const Speakers *speakers, const Phrase *phrase, size_t start, Range name)
{
    size_t body = name.from - 1;
    /* عضو مجموعة عطاء التطوعية: the adjective is the body's */
    bool described = name.to == name.from + 2 && has_article(speakers, name.to - 1) &&
                     item_has(speakers, name.to - 1, CLASS_SHAPE_FEMININE);
    if (name.from > start && (name.to == name.from + 1 || described) &&
        !is_definite(speakers, body)) {
        Tag tag = phrase_tag(phrase, body);
        bool several = item_at(speakers, body)->token_count > 1; /* مدير شركة */
        if (several ? tag == TAG_ROLE && item_has(speakers, body, CLASS_TITLE_PERSON)
                    : (tag == TAG_ORG || tag == TAG_HEAD) && body > start &&
                          !item_has(speakers, body, CLASS_ORG) &&
                          !item_has(speakers, body, CLASS_NAME_GIVEN))
            return true;
    }
    size_t title = name.from - 1, head = name.from - 2;
    return name.from >= start + 2 && phrase_tag(phrase, title) == TAG_ROLE &&
           (head > start || item_at(speakers, head)->token_count > 1) &&
           is_namesake_title(speakers, title, phrase_tag(phrase, head));
}

/* لجائزة الشيخ حمد للترجمة الدكتورة هدى السالم: a name behind a form of address,
 * apart from the one that was found first within the title. */
static Range later_name(const Speakers *speakers, const Phrase *phrase, Range name, size_t end)
{
    /* عضو الهيئة الشيخ الدكتور سالم الحربي: a single word may be no name at all. */
    bool single = name.to == name.from + 1 && item_at(speakers, name.from)->token_count == 1;
    for (size_t i = name.to + !single; i + 1 < end; i++) {
        if (phrase_tag(phrase, i) == TAG_ROLE && item_has(speakers, i, CLASS_CLITIC_PREPOSITION))
            return name; /* الشكر لصاحب السمو الأمير خالد */
        if (phrase_tag(phrase, i) != TAG_ROLE || !has_article(speakers, i) ||
            item_at(speakers, i)->token_count > 1 || is_conjoined(speakers, i))
            continue;
        /* د. سالم الحربي أستاذ كرسي الملك هاني: what is called so */
        if (i > name.to && phrase_tag(phrase, i - 1) == TAG_PLAIN &&
            !is_definite(speakers, i - 1) && !item_has(speakers, i - 1, CLASS_SHAPE_OWNED) &&
            !item_has(speakers, i - 1, CLASS_CLITIC_PREPOSITION))
            continue;
        Stretch behind = phrase_stretch(phrase, i + 1, end);
        Range later = find_listed_name(speakers, &behind);
        if (i == name.to && item_has(speakers, i + 1, CLASS_NAME_AMBIGUOUS))
            continue;
        if (later.from == i + 1 && later.from < later.to &&
            !names_place(speakers, phrase, phrase->from, later))
            return later;
    }
    return name;
}

/* A bare word at `item`, in no list of names, that may be a given name by its form. */
static bool may_be_given(const Speakers *speakers, const Phrase *phrase, size_t item)
{
    if (item_at(speakers, item)->token_count != 1 || is_definite(speakers, item) ||
        has_proclitic(speakers, item) || is_conjoined(speakers, item) ||
        item_has(speakers, item, CLASS_CLITIC_PREPOSITION) ||
        item_has(speakers, item, CLASS_NOUN_DEED) || item_has(speakers, item, CLASS_AGR_P))
        return false;
    bool object = phrase->with_object && !item_has(speakers, item - 1, CLASS_TITLE_DEGREE);
    switch (phrase_tag(phrase, item)) {
    case TAG_WORD:
        return !(object && item_has(speakers, item, CLASS_SHAPE_ACCUSATIVE));
    case TAG_PLAIN:
    case TAG_ADJECTIVE:
        return !object &&
               (!is_in_list(speakers, item) || !item_has(speakers, item, CLASS_SHAPE_ACCUSATIVE));
    case TAG_ROLE: /* مساعد العنزي: a family's name is no complement. */
        return has_article(speakers, item + 1) && item_has(speakers, item + 1, CLASS_SHAPE_NISBA);
    case TAG_HEAD: /* سلطنة عمان عيد السالم */
        return item_has(speakers, item, CLASS_NAME_GIVEN);
    default:
        return false;
    }
}

/* الدكتورة أمنية السالم، مدير شرطة الوادي حكمة سالم: between what a title ends with and a
 * single name that ends the phrase, or what comes of a father (ولد أحمد), a bare word is the given
 * name. `start`: of the stretch. */
static Range with_given(const Speakers *speakers, const Phrase *phrase, size_t start, Range name)
{
    bool linked = name.from < name.to && phrase_tag(phrase, name.from) == TAG_LINK;
    if ((name.to != name.from + 1 && !linked) || name.from < start + 2 ||
        item_at(speakers, name.from)->token_count != 1 ||
        !may_be_given(speakers, phrase, name.from - 1) ||
        (name.to < phrase->to && phrase_tag(phrase, name.to) != TAG_COMMA &&
         phrase_tag(phrase, name.to) != TAG_BRACKET && phrase_tag(phrase, name.to) != TAG_OTHER &&
         phrase_tag(phrase, name.to) != TAG_ROLE &&
         !(phrase->with_object && has_article(speakers, name.to))))
        return name;
    size_t before = name.from - 2;
    Tag tag = phrase_tag(phrase, before);
    bool closed =
        tag == TAG_PLACE ||
        (tag == TAG_ORG && item_has(speakers, before, CLASS_ORG)) || /* حركة رافد فازع سالم */
        (is_definite(speakers, before) && tag != TAG_OTHER && tag != TAG_COMMA && tag != TAG_LINK &&
         tag != TAG_NAME);
    if (closed)
        name.from--;
    return name;
}

/* الصيني جانغ يونغلي: an origin that stands for the noun, and what cannot be its adjective */
static bool begins_with_origin(const Speakers *speakers, const Stretch *stretch)
{
    size_t from = stretch->from;
    return stretch->to - from > 2 && stretch_tag(stretch, from) == TAG_ADJECTIVE &&
           has_article(speakers, from) && item_has(speakers, from, CLASS_SHAPE_NISBA) &&
           stretch_tag(stretch, from + 1) == TAG_WORD && !has_article(speakers, from + 1);
}

/* مستشفى الملك سالم هاني الحربي: a place is named for the first name of `name`, with its family
 * name (مركز المهندس سالم الحربي); the name behind it, up to `end`, empty for none. */
static Range behind_namesake(const Speakers *speakers, const Phrase *phrase, Range name, size_t end)
{
    size_t own = name.from + 1;
    while (own + 1 < name.to && phrase_tag(phrase, own) == TAG_LINK)
        own += 2;
    while (own < name.to && phrase_tag(phrase, own) == TAG_NAME &&
           !item_has(speakers, own, CLASS_NAME_GIVEN))
        own++;
    Stretch behind = phrase_stretch(phrase, own < name.to ? own : name.to, end);
    Range later = find_listed_name(speakers, &behind);
    return later.from < later.to ? later : find_trailing_name(speakers, &behind);
}

Range find_name(const Speakers *speakers, const Phrase *phrase)
{
    bool titled = segment_has_title(phrase, phrase->from, phrase->to);
    for (size_t start = phrase->from; start < phrase->to;) {
        size_t end = segment_end(phrase, start);
        Stretch stretch = phrase_stretch(phrase, start, end);
        Range name = find_listed_name(speakers, &stretch);
        if (name.from == name.to &&
            (segment_has_title(phrase, start, end) || begins_with_origin(speakers, &stretch)))
            name = find_trailing_name(speakers, &stretch);
        if (name.from == name.to && titled)
            name = find_bare_name(speakers, &stretch);
        Range titled_name = name.from < name.to && name.from > start
                                ? later_name(speakers, phrase, name, end)
                                : name;
        if (titled_name.from != name.from)
            name = titled_name;
        else if (name.from < name.to && names_place(speakers, phrase, start, name))
            name = behind_namesake(speakers, phrase, name, end);
        name = with_given(speakers, phrase, start, name);
        /* معارضون في المنفى: where they are */
        if (name.from > start && name.from < name.to &&
            item_has(speakers, name.from - 1, CLASS_HALT_IN))
            name.to = name.from;
        /* السيد كالدر استند، وصف كالدر بوسيري: a family name known already ends its phrase. */
        if (name.to > name.from + 1 && is_known_family(speakers, name.from) &&
            (!is_in_list(speakers, name.from) ||
             (!item_has(speakers, name.from, CLASS_NAME_GIVEN) &&
              is_known_family(speakers, name.from + 1))))
            name.to = name.from + 1;
        if (name.from < name.to)
            return name;
        start = end + 1;
    }
    return (Range){phrase->to, phrase->to};
}

bool read_marked_name(Speakers *speakers, size_t item, bool titled, Known *person)
{
    const Item *marked = item_at(speakers, item);
    if (marked->token_count < 3)
        return false;
    size_t to = inner_end(speakers, marked);
    const ItemString *inner = read_inside(speakers, marked);
    size_t first = 0;
    while (first < inner->count && set_in_group(speakers, inner->items[first].set, GROUP_ROLES) &&
           !set_has(speakers->bits, inner->items[first].set, CLASS_NAME_GIVEN))
        first++; /* «الدكتور فلان» */
    if (first == inner->count || inner->items[first].token_count == 0)
        return false;
    uint32_t set = inner->items[first].set;
    /* «دنيا الرياضة»: a word that is a name as well, in front of an ordinary one */
    if (!titled && set_has(speakers->bits, set, CLASS_NAME_AMBIGUOUS) &&
        first + 2 == inner->count &&
        set_in_group(speakers, inner->items[first + 1].set, GROUP_ORDINARY))
        return false;
    bool name = set_has(speakers->bits, set, CLASS_NAME_GIVEN) ||
                set_has(speakers->bits, set, CLASS_PERSON) ||
                set_in_group(speakers, set, GROUP_LINKS);
    size_t start = inner->items[first].first_token;
    if (to - start > 5 ||
        (!name && !(titled && inner->count - first <= 3 && inner->items[first].entry == NO_ENTRY)))
        return false;
    put_token_words(speakers, person, start, to);
    person->name = tokens_text(speakers, start, to);
    return person->word_count != 0;
}

bool find_marked_name(Speakers *speakers, const Phrase *phrase, Known *person, size_t *item)
{
    for (size_t i = phrase->from + 1; i < phrase->to; i++) {
        if (phrase_tag(phrase, i) != TAG_MARKED && phrase_tag(phrase, i) != TAG_BRACKET)
            continue;
        size_t head = i - 1; /* الكاتب المعروف «سالم النمر» */
        while (head > phrase->from && item_has(speakers, head, CLASS_ADJECTIVE_PERSON))
            head--;
        Tag before = phrase_tag(phrase, head);
        /* المواطنة «...» is a name, مدير «...» a place. */
        bool titled = before == TAG_ROLE && is_definite(speakers, head) &&
                      phrase_tag(phrase, i) == TAG_MARKED;
        bool body = before == TAG_ORG || before == TAG_HEAD; /* رئيس المجموعة «سالم النمر» */
        bool whole = before == TAG_ORG && item_at(speakers, head)->token_count > 1 &&
                     item_has(speakers, head, CLASS_ORG); /* المتحدث باسم جامعة تبوك «سالم النمر» */
        if ((body && !has_article(speakers, head) && !whole) || before == TAG_CONTINUES ||
            (!is_definite(speakers, head) && before != TAG_PLACE && !whole))
            continue;
        *item = i;
        if (read_marked_name(speakers, i, titled, person))
            return true;
    }
    return false;
}

/* A preposition that may stand within a title. */
static bool joins_title(Speakers *speakers, size_t item, size_t limit)
{
    /* نائب الحزب عن مدينة الوادي */
    if (item_has(speakers, item, CLASS_HALT_PREP) && item + 1 < limit &&
        !is_stop(speakers, item + 1)) {
        Tag next = tag_of(speakers, item + 1, TAG_OTHER);
        return next == TAG_HEAD || next == TAG_PLACE || next == TAG_ORG ||
               has_article(speakers, item + 1);
    }
    /* الأمين العام لـ«حزب الوادي»، السفير السابق لدى عمان */
    if (item_has(speakers, item, CLASS_HALT_BEFORE_MARK) ||
        item_has(speakers, item, CLASS_HALT_POSTED))
        return item + 1 < limit && !is_stop(speakers, item + 1) &&
               (item_has(speakers, item + 1, CLASS_MARKED) ||
                in_group(speakers, item + 1, GROUP_PLACES));
    /* المكلف بالمفاوضات مع الوادي، سالم الحربي */
    if (item_has(speakers, item, CLASS_HALT) && item + 2 < limit && !is_stop(speakers, item + 1) &&
        !is_stop(speakers, item + 2) && item_has(speakers, item + 2, CLASS_COMMA) &&
        in_group(speakers, item + 1, GROUP_PLACES))
        return true;
    return item_has(speakers, item, CLASS_HALT_IN) &&
           !(item + 1 < limit && item_has(speakers, item + 1, CLASS_OCCASION));
}

bool begins_unlisted(Speakers *speakers, size_t item, size_t limit)
{
    size_t end = item;
    while (end < limit && end - item < 4 && !is_stop(speakers, end) && !is_in_list(speakers, end) &&
           !has_proclitic(speakers, end) && tag_of(speakers, end, TAG_NAME) == TAG_WORD)
        end++;
    if (end - item < 2 || end - item > 3)
        return false;
    if (end == limit || is_conjoined(speakers, end))
        return true;
    Tag behind = tag_of(speakers, end, TAG_NAME);
    return behind == TAG_OTHER || behind == TAG_BRACKET || behind == TAG_COMMA;
}

Range find_name_beyond(Speakers *speakers, size_t from, size_t limit)
{
    Range none = {from, from};
    if (limit > from + LOOK_AHEAD)
        limit = from + LOOK_AHEAD;
    if (limit > speakers->string->count)
        limit = speakers->string->count;
    bool paused = false;
    for (size_t i = from; i < limit && !is_stop(speakers, i); i++) {
        if (item_has(speakers, i, CLASS_COMMA)) {
            if (paused)
                return none;
            paused = true;
            continue;
        }
        Tag before = i == from ? TAG_OTHER : tag_of(speakers, i - 1, TAG_OTHER);
        bool grounded =
            i > from && !item_has(speakers, i - 1, CLASS_HALT_IN) &&
            (before == TAG_COMMA || before == TAG_PLACE || before == TAG_ROLE ||
             before == TAG_BRACKET || before == TAG_MARKED || is_definite(speakers, i - 1));
        bool title = in_group(speakers, i, GROUP_ROLES) && is_definite(speakers, i);
        bool unlisted =
            (before == TAG_PLACE || before == TAG_MARKED) && begins_unlisted(speakers, i, limit);
        if (grounded && !title && !has_proclitic(speakers, i) &&
            (unlisted || item_has(speakers, i, CLASS_NAME_GIVEN))) {
            size_t end = i;
            while (end < limit && end - i < NAME_MAX && !is_stop(speakers, end))
                end++;
            Phrase phrase = read_phrase(speakers, i, end);
            Stretch stretch = phrase_stretch(&phrase, i, segment_end(&phrase, i));
            Range name =
                unlisted ? find_bare_name(speakers, &stretch) : find_name(speakers, &phrase);
            size_t words = 0;
            for (size_t k = name.from; k < name.to; k++)
                words += item_at(speakers, k)->token_count;
            return name.from == i && words > 1 ? name : none;
        }
        if (in_group(speakers, i, GROUP_BREAKS) && !joins_title(speakers, i, limit))
            return none;
    }
    return none;
}

/* تشبثت ندى الحربي، سفيرة الوادي: a verb in no list opens the sentence, in front of a name. */
static bool begins_with_verb(const Speakers *speakers, Range name)
{
    return name.to - name.from > 2 && (name.from == 0 || is_stop(speakers, name.from - 1)) &&
           item_has(speakers, name.from, CLASS_SHAPE_ENDS_T) &&
           !in_group(speakers, name.from, GROUP_NAMES) &&
           in_group(speakers, name.from + 1, GROUP_NAMES);
}

/* By its tag the item may be a part of a name, and no first one. */
static bool may_be_part(Speakers *speakers, size_t item)
{
    Tag tag = tag_of(speakers, item, TAG_NAME);
    return is_name_tag(tag) || is_definite_tag(tag);
}

Range name_in_front(Speakers *speakers, size_t title)
{
    Range none = {title, title};
    if (title < 3 || is_stop(speakers, title - 1))
        return none;
    /* سالم الحربي مدير المتحف: without a comma only in front of a title with its complement. */
    bool comma = item_has(speakers, title - 1, CLASS_COMMA);
    if (!comma && (has_article(speakers, title) || has_proclitic(speakers, title) ||
                   is_conjoined(speakers, title)))
        return none;
    size_t end = comma ? title - 1 : title, from = end;
    while (from > 0 && title - from < NAME_MAX && !is_stop(speakers, from - 1) &&
           may_be_part(speakers, from - 1) && !in_group(speakers, from - 1, GROUP_BREAKS))
        from--;
    Phrase phrase = read_phrase(speakers, from, end);
    Range name = find_name(speakers, &phrase);
    name.from += begins_with_verb(speakers, name);
    bool whole = name.to == end && name.from < name.to &&
                 (name.to - name.from > 1 || item_at(speakers, name.from)->token_count > 1);
    return whole ? name : none;
}

/* What neither names nor describes anybody (مصدر أمني صباح اليوم), but for the words that
 * join a title. */
static bool stands_between(const Speakers *speakers, size_t item)
{
    return item_has(speakers, item, CLASS_HALT) && !is_preposition(speakers, item) &&
           !item_has(speakers, item, CLASS_HALT_POSTED) &&
           !item_has(speakers, item, CLASS_HALT_BEFORE_MARK) &&
           !item_has(speakers, item, CLASS_RELATIVE) &&
           !item_has(speakers, item, CLASS_SHAPE_PRONOUN);
}

/* A title between commas ends at `item`, or a report begins; brackets may be part of one, and so
 * may small words (سالم الحربي، مدير البيئة في الوادي،). */
static bool ends_apposed_title(const Speakers *speakers, size_t item)
{
    return !exists(speakers, item) || item_has(speakers, item, CLASS_COMMA) ||
           item_has(speakers, item, CLASS_COLON) || item_has(speakers, item, CLASS_COMP);
}

/* مدير المتحف في حديث صحفي، مدير المتحف قائلا: no title goes on so. */
static bool leaves_title(const Speakers *speakers, size_t item)
{
    size_t next = item + 1;
    return item_has(speakers, item, CLASS_HALT_BEFORE_MARK) ||
           item_has(speakers, item, CLASS_SAYING) || item_has(speakers, item, CLASS_CUE) ||
           item_has(speakers, item, CLASS_RELATIVE) || item_has(speakers, item, CLASS_SPEAKER_IS) ||
           item_has(speakers, item, CLASS_MARKED_LONG) ||
           (item_has(speakers, item, CLASS_HALT) && next < speakers->string->count &&
            item_has(speakers, next, CLASS_OCCASION)) ||
           (is_addressed(speakers, item) && ends_apposed_title(speakers, next));
}

/* المدير العام: a title at `from` that ends at `to` without what he is director of. */
static bool wants_complement(Speakers *speakers, size_t from, size_t to)
{
    Tag previous = TAG_OTHER;
    for (size_t i = from; i < to; i++) {
        Tag tag = previous = tag_of(speakers, i, previous);
        /* أحد أبناء الحي: they are of something already */
        if (i > from + 1 && item_has(speakers, from, CLASS_SPEAKER_SOME) &&
            (tag == TAG_HEAD || tag == TAG_PLACE || tag == TAG_ORG))
            return false;
        if (tag != TAG_ROLE && tag != TAG_PEOPLE && tag != TAG_ADJECTIVE && tag != TAG_CONTINUES &&
            !item_has(speakers, i, CLASS_SHAPE_NISBA) && !is_definite_tag(tag))
            return false;
    }
    return true;
}

Range title_apposed(Speakers *speakers, size_t comma)
{
    Range none = {comma, comma};
    size_t count = speakers->string->count, from = comma + 1, to = from;
    if (from >= count || is_stop(speakers, comma) || !item_has(speakers, comma, CLASS_COMMA) ||
        is_stop(speakers, from))
        return none;
    if (item_has(speakers, from, CLASS_SPEAKER_IS) && from + 1 < count &&
        !is_stop(speakers, from + 1))
        to = ++from;
    if (is_conjoined(speakers, from) || has_proclitic(speakers, from))
        return none;
    Tag tag = tag_of(speakers, from, TAG_OTHER);
    /* هنأ سالم الحربي، المقدم هاني النمر: whose title it is stands behind it. */
    bool kin = item_has(speakers, from, CLASS_SPEAKER_KIN) && !has_article(speakers, from);
    if ((tag != TAG_ROLE && tag != TAG_PEOPLE) || (begins_name(speakers, from + 1) && !kin))
        return none;
    size_t pause = 0; /* where the time or the place may begin of what is reported */
    for (; to - from < APPOSED_MAX && !ends_apposed_title(speakers, to); to++) {
        if (is_finite_cue(speakers, to))
            return none;
        /* المدير العام لـ«الرافد», but مدير المتحف لـ«الرافد» */
        if (item_has(speakers, to, CLASS_HALT_BEFORE_MARK) && to + 1 < count &&
            item_has(speakers, to + 1, CLASS_MARKED) && wants_complement(speakers, from, to))
            to++;
        else if (leaves_title(speakers, to))
            break;
        else if (pause == 0 &&
                 (stands_between(speakers, to) || item_has(speakers, to, CLASS_HALT_PREP)))
            pause = to;
    }
    bool closed = to < count && item_has(speakers, to, CLASS_COMMA);
    if (to - from >= APPOSED_MAX || to >= count || (is_stop(speakers, to) && pause != 0))
        return none;
    if (pause != 0 && !closed && stands_between(speakers, pause))
        to = pause;
    while (to > from &&
           (is_preposition(speakers, to - 1) || item_has(speakers, to - 1, CLASS_BRACKETED_LONG)))
        to--;
    return to > from ? (Range){from, to} : none;
}

/* وزارة التربية والعلوم: a further field of the same body. */
static bool joins_field(const Speakers *speakers, size_t item, Tag tag)
{
    return has_article(speakers, item) &&
           (is_definite_tag(tag) || tag == TAG_DOCUMENT || tag == TAG_HEAD) &&
           (has_article(speakers, item - 1) ||
            item_has(speakers, item - 1, CLASS_SHAPE_PREPOSITIONAL) ||
            item_has(speakers, item - 1, CLASS_SHAPE_CONJOINED));
}

bool is_bare_noun(const Speakers *speakers, size_t item)
{
    return has_article(speakers, item) && !has_proclitic(speakers, item) &&
           !is_conjoined(speakers, item) && !item_has(speakers, item, CLASS_SHAPE_NISBA);
}

bool is_second_noun(const Speakers *speakers, size_t from, size_t item, Tag tag)
{
    bool noun = tag == TAG_ORG || tag == TAG_BODY || tag == TAG_HEAD || tag == TAG_DOCUMENT ||
                tag == TAG_PEOPLE || item_has(speakers, item, CLASS_NOUN_DEED);
    /* A word that is both agrees as an adjective: الصحف المعارضة. */
    noun = noun || (tag == TAG_ROLE && item > from &&
                    (agreement_of(speakers, item) & agreement_of(speakers, from)) == 0);
    return noun && item > from + 1 && item_at(speakers, item)->token_count == 1 &&
           !item_has(speakers, item, CLASS_ORG) && is_bare_noun(speakers, item) &&
           (has_article(speakers, item - 1) ||
            item_has(speakers, item - 1, CLASS_SHAPE_PREPOSITIONAL));
}

/* مكافحة وعلاج الإدمان: two nouns, the second at `item`, and what both are of. */
static bool shares_complement(const Speakers *speakers, size_t from, size_t item)
{
    return item > from + 1 && !item_has(speakers, item - 1, CLASS_SHAPE_NISBA) &&
           !in_group(speakers, item - 1, GROUP_ADJECTIVES) && !has_article(speakers, item) &&
           exists(speakers, item + 1) && has_article(speakers, item + 1) &&
           !has_proclitic(speakers, item + 1);
}

/* At `item` the name of the body at `from` ends: with who leads it, whose it is, or the object
 * behind its name in marks. `previous`: the tag of the item in front. */
static bool leaves_name_of_body(const Speakers *speakers, size_t from, size_t item, Tag previous)
{
    /* تنظم الشبكة الوطنية «رافد» اللقاء */
    bool behind_marks = previous == TAG_MARKED && is_bare_noun(speakers, item);
    return item_has(speakers, item, CLASS_SPEAKER_LED_BY) ||
           item_has(speakers, item, CLASS_SPEAKER_BELONGS) ||
           (behind_marks && has_article(speakers, from));
}

/* The noun at `item`, with this tag, is none that the one at `from` governs. */
static bool leaves_governing(const Speakers *speakers, size_t from, size_t item, Tag tag)
{
    /* طالبت هيئة الطرق البلديات */
    bool things = item_has(speakers, item, CLASS_SHAPE_THINGS) && has_article(speakers, item - 1) &&
                  is_bare_noun(speakers, item);
    return things || is_second_noun(speakers, from, item, tag);
}

bool is_adverbial(const Speakers *speakers, size_t item, Tag tag)
{
    return item_has(speakers, item, CLASS_SHAPE_PREPOSITIONAL_ADVERBIAL) &&
           has_article(speakers, item) &&
           (tag == TAG_ADJECTIVE || tag == TAG_DEFINITE || tag == TAG_PLAIN);
}

bool is_pointing_elsewhere(const Speakers *speakers, size_t item, bool definite)
{
    return item_has(speakers, item, CLASS_SPEAKER_POINTING) &&
           (definite || item_has(speakers, item - 1, CLASS_ORG));
}

bool head_takes_brackets(const Speakers *speakers, size_t head)
{
    return in_group(speakers, head, GROUP_OUTSIDE) && !has_article(speakers, head);
}

bool is_seat(const Speakers *speakers, size_t item, Tag tag)
{
    return item_has(speakers, item, CLASS_HALT_IN) && !is_conjoined(speakers, item) &&
           (tag == TAG_HEAD || tag == TAG_ORG || tag == TAG_BODY) &&
           !item_has(speakers, item + 1, CLASS_OCCASION) &&
           !(item_has(speakers, item + 1, CLASS_ORG_MEDIA) &&
             !in_group(speakers, item + 1, GROUP_PLACES)) &&
           !item_has(speakers, item + 1, CLASS_HEAD_ORG_MEDIA) &&
           !item_has(speakers, item + 1, CLASS_SHAPE_PRONOUN);
}

/* إلى مصنع التمور في إقليم الوادي: at `item` where the body at `from` has its seat. Only behind a
 * preposition: elsewhere it may be where the body does something. */
static bool is_seated_at(Speakers *speakers, size_t from, size_t item)
{
    size_t seat = item + 1;
    bool governed =
        item_has(speakers, from, CLASS_CLITIC_PREPOSITION) ||
        (from > 0 && !is_stop(speakers, from - 1) &&
         (is_preposition(speakers, from - 1) || item_has(speakers, from - 1, CLASS_HALT_IN)));
    if (!governed || !exists(speakers, seat) || item_at(speakers, from)->token_count > 1 ||
        item_has(speakers, from, CLASS_HEAD_ORG_MINISTRY))
        return false;
    Tag tag = tag_of(speakers, seat, TAG_OTHER);
    if (tag == TAG_PLACE)
        return item_has(speakers, item, CLASS_HALT_IN) && !is_conjoined(speakers, item);
    return item_has(speakers, seat, CLASS_HEAD_PLACE_OUTSIDE) && exists(speakers, seat + 1) &&
           is_seat(speakers, item, tag);
}

/* The phrase of a noun, as far as it is read. */
typedef struct {
    size_t from;
    bool body, governs; /* an organisation or document; or a noun that governs as those do */
    bool organised;     /* further fields and purposes may be joined to it */
    bool definite;      /* what stands last is */
    bool seated;        /* and is where the body has its seat */
    Tag previous;
} Noun;

/* The item with this tag is no part of the noun, whatever else stands around it. */
static bool leaves_noun(Speakers *speakers, const Noun *noun, size_t item, Tag tag)
{
    size_t from = noun->from;
    /* العلاقات العامة: an adjective, though words that join others are among its like */
    bool joins =
        tag == TAG_CONTINUES && !(noun->organised && noun->definite && is_definite(speakers, item));
    bool named = tag == TAG_BRACKET && item == from + 1 && head_takes_brackets(speakers, from);
    if (tag == TAG_OTHER || tag == TAG_COMMA || joins || (tag == TAG_BRACKET && !named) ||
        item_has(speakers, item, CLASS_MARKED_LONG))
        return true;
    if (item == from)
        return false;
    if (is_pointing_elsewhere(speakers, item, noun->definite))
        return true;
    if (is_conjoined(speakers, item) &&
        !(noun->organised && (joins_field(speakers, item, tag) ||
                              (!noun->definite && shares_complement(speakers, from, item)))))
        return true;
    if ((noun->body && leaves_name_of_body(speakers, from, item, noun->previous)) ||
        (noun->governs && leaves_governing(speakers, from, item, tag)))
        return true;
    /* غرفة الوادي | المهندس سالم الحربي: who is head of it */
    bool complete = noun->definite || in_group(speakers, item - 1, GROUP_PLACES) ||
                    item_has(speakers, item - 1, CLASS_ORG);
    return noun->body && complete && tag == TAG_ROLE && has_article(speakers, item) &&
           begins_name(speakers, item + 1);
}

/* The item with this tag, which may be a part of a noun, is none behind what is definite or closed:
 * an object, whoever is head of it, or what is done. `now`: it is definite itself. */
static bool follows_noun(Speakers *speakers, const Noun *noun, size_t item, Tag tag, bool now)
{
    Tag previous = noun->previous;
    /* وزارة النقل واللوجستيك */
    bool field = noun->organised && item_has(speakers, item, CLASS_SHAPE_CONJOINED);
    bool loose =
        (tag == TAG_WORD && !field) || tag == TAG_PLAIN || tag == TAG_HEAD || tag == TAG_DOCUMENT ||
        (tag == TAG_PEOPLE && !has_proclitic(speakers, item)) ||
        ((tag == TAG_ORG || tag == TAG_BODY) && !has_proclitic(speakers, item) &&
         item_at(speakers, item)->token_count == 1 && !item_has(speakers, item, CLASS_ORG));
    if (noun->definite &&
        ((!now && loose) || (noun->body && tag == TAG_ROLE && !has_article(speakers, item))))
        return true; /* أمانة المنطقة كثرة التحويلات */
    if (item == noun->from)
        return false;
    /* مؤسس شركة «المرفأ» سالم الحربي، مدير المرصد الرافدي سالم الحربي، وزارة النقل | سالم الحربي,
     * but جامعة الملك سالم */
    bool holder = noun->definite && begins_name(speakers, item) && previous != TAG_ROLE &&
                  previous != TAG_NAME && previous != TAG_LINK && previous != TAG_PEOPLE;
    if (tag == TAG_NAME && (previous == TAG_MARKED || holder ||
                            (previous == TAG_ORG && item_at(speakers, item - 1)->token_count > 1 &&
                             is_definite(speakers, item - 1))))
        return true;
    /* شركة النقل بتوزيع أرباح */
    return (tag == TAG_PLAIN && item_has(speakers, item, CLASS_CLITIC_PREPOSITION)) ||
           is_adverbial(speakers, item, tag);
}

size_t noun_end(Speakers *speakers, size_t from)
{
    Noun noun = {.from = from, .previous = TAG_OTHER};
    noun.body =
        in_group(speakers, from, GROUP_ORGANISATIONS) || in_group(speakers, from, GROUP_DOCUMENTS);
    noun.governs = noun.body || in_group(speakers, from, GROUP_BODIES);
    noun.organised = noun.body && !has_article(speakers, from);
    size_t end = from;
    for (; end < speakers->string->count && end - from < LOOK_AHEAD; end++) {
        Tag tag = tag_of(speakers, end, noun.previous);
        /* الجماعة الاقتصادية للدول «الضفاف» | لإعادة الرئيس: how it is called besides is the
         * last */
        if (end > from + 2 && is_enclosed(speakers, end - 1))
            break;
        if (end > from && goes_on_joined(speakers, end)) {
            noun.organised = noun.body;
            noun.definite = noun.definite || has_article(speakers, end);
            continue; /* معهد ... للأبحاث */
        }
        if (end > from && noun.body && is_body_purpose(speakers, end)) {
            noun.organised = true;
            noun.definite = false;
            continue; /* الجمعية الوطنية للدفاع عن الآثار */
        }
        if (end > from && noun.body && !noun.seated && is_seated_at(speakers, from, end)) {
            noun.seated = true;
            noun.definite = false;
            noun.previous = tag;
            continue; /* مصنع التمور في إقليم الوادي */
        }
        if ((noun.seated && tag == TAG_MARKED) || leaves_noun(speakers, &noun, end, tag))
            break;
        if (end > from && noun.body && is_purpose(speakers, end)) {
            noun.organised = true;
            noun.definite = false;
            noun.previous = tag;
            continue; /* الهيئة الوطنية لمكافحة الفساد */
        }
        bool now = is_definite(speakers, end) || tag == TAG_PLACE || tag == TAG_MARKED;
        if (follows_noun(speakers, &noun, end, tag, now))
            break;
        noun.definite = noun.definite || now;
        noun.previous = tag;
    }
    return end;
}

bool is_describing(const Speakers *speakers, const Phrase *phrase, size_t from, size_t item)
{
    if (phrase_tag(phrase, from) != TAG_DOCUMENT ||
        !item_has(speakers, item, CLASS_SHAPE_DESCRIBING) || has_head_group(speakers, item) ||
        in_group(speakers, item, GROUP_NAMES))
        return false;
    for (size_t i = from; i < item; i++)
        if (is_definite(speakers, i))
            return false;
    return true;
}

bool is_no_adjective(const Speakers *speakers, size_t head, size_t item, Tag tag)
{
    bool plain = item == head + 1 && item_at(speakers, head)->token_count == 1 &&
                 (is_definite_tag(tag) || tag == TAG_ADJECTIVE || tag == TAG_HEAD ||
                  tag == TAG_ORG || tag == TAG_DOCUMENT) &&
                 has_article(speakers, head) && has_article(speakers, item) &&
                 item_at(speakers, item)->token_count == 1 && !has_proclitic(speakers, item) &&
                 !is_conjoined(speakers, item);
    if (!plain)
        return false;
    if (agreement_of(speakers, head) == AGREE_M)
        return item_has(speakers, item, CLASS_SHAPE_FEMININE);
    /* الجوازات العمل, but الطلبة الجدد */
    bool feminine = item_has(speakers, head, CLASS_SHAPE_FEMININE) ||
                    item_has(speakers, head, CLASS_SHAPE_THINGS);
    return feminine && !item_has(speakers, item, CLASS_SHAPE_DESCRIBES_F) &&
           !in_group(speakers, item, GROUP_NAMES) && !in_group(speakers, head, GROUP_NAMES) &&
           !in_group(speakers, head, GROUP_PEOPLE);
}

/* An indefinite noun, behind which the phrase of the common noun at `from` does not go on
 * when a definite one stands in front of it; a name in no list is none. */
static bool is_indefinite_noun(const Speakers *speakers, const Phrase *phrase, size_t from,
                               size_t item)
{
    if (has_article(speakers, item) || has_proclitic(speakers, item) ||
        is_conjoined(speakers, item))
        return false;
    switch (phrase_tag(phrase, item)) {
    case TAG_PLAIN:
    case TAG_DOCUMENT:
        return true;
    case TAG_HEAD:
        return has_article(speakers, from);
    case TAG_OTHER: /* الحاضرون ارتياحهم */
        return item_has(speakers, item, CLASS_SHAPE_PRONOUN) && !begins_joined(speakers, item) &&
               (!is_in_list(speakers, item) || in_group(speakers, item, GROUP_ORDINARY));
    case TAG_CONTINUES:
        return item_has(speakers, item, CLASS_OCCASION) ||
               item_has(speakers, item, CLASS_QUANTIFIER) ||
               (!in_group(speakers, item, GROUP_CONTINUES) && /* الحاضرون لافتات */
                !(item_has(speakers, item, CLASS_SPEAKER_HAVING) && exists(speakers, item + 1) &&
                  has_article(speakers, item + 1)) &&
                item_at(speakers, item - 1)->token_count == 1);
    case TAG_WORD:
        return is_in_list(speakers, item) || (phrase_tag(phrase, item - 1) == TAG_CONTINUES &&
                                              item_has(speakers, item, CLASS_SHAPE_ACCUSATIVE));
    default:
        return false;
    }
}

/* What the verb asks for or tells of stands at `item`: طالب مدير المرصد بتتبع الفاعلين، أفاد
 * مراسل القناة بتصاعد الدخان, behind a body, a place or an adjective of origin, so that المتهم
 * باغتيال ... is none; أنكر المتهم الأول التهم, behind a noun or an adjective with the article. */
static bool is_of_verb(const Speakers *speakers, const Phrase *phrase, size_t item)
{
    size_t last = item - 1;
    Tag previous = phrase_tag(phrase, last);
    bool several = item_at(speakers, last)->token_count > 1 && is_definite(speakers, last);
    if (!item_has(speakers, item, CLASS_NOUN_DEED) || is_conjoined(speakers, item))
        return false;
    if (has_article(speakers, item) && !has_proclitic(speakers, item))
        return several || (has_article(speakers, last) && last > phrase->from);
    bool closed = several || previous == TAG_PLACE || previous == TAG_ORG || previous == TAG_BODY ||
                  item_has(speakers, last, CLASS_SHAPE_PREPOSITIONAL) ||
                  item_has(speakers, last, CLASS_SHAPE_NISBA);
    return closed && (several || last > phrase->from) &&
           item_has(speakers, item, CLASS_CLITIC_PREPOSITION) && !is_purpose(speakers, item) &&
           !item_has(speakers, last, CLASS_TAKES_PREPOSITION);
}

size_t common_end(Speakers *speakers, const Phrase *phrase, size_t from, size_t to)
{
    Tag first = phrase_tag(phrase, from);
    for (size_t i = from + 1; i < to; i++) {
        Tag tag = phrase_tag(phrase, i);
        /* خلية الصقور التابعة للوزارة, but المحامي المختص بالعقود */
        if (first != TAG_ROLE && first != TAG_PEOPLE &&
            item_has(speakers, i, CLASS_SPEAKER_BELONGS))
            return i;
        if (item_has(speakers, i, CLASS_SPEAKER_SAME) || is_describing(speakers, phrase, from, i) ||
            (tag == TAG_OTHER && stands_between(speakers, i)))
            return i;
        /* طالب كالدر واشنطن بكذا: of whom, and no part of his name */
        if (phrase->with_object && i == from + 1 && tag == TAG_PLACE &&
            phrase_tag(phrase, from) == TAG_NAME)
            return i;
        /* رحب ناشطون بقرار الهيئة */
        if (tag == TAG_DOCUMENT && item_has(speakers, i, CLASS_CLITIC_PREPOSITION) &&
            !has_article(speakers, i))
            return i;
        if (is_of_verb(speakers, phrase, i))
            return i;
        if (tag == TAG_BRACKET || (phrase_tag(phrase, from) == TAG_DOCUMENT &&
                                   item_has(speakers, i, CLASS_SPEECH_EVENT_BEHIND)))
            return i;
        /* مسؤول في هيئة مكافحة الإرهاب: by its end an adjective */
        Tag before = phrase_tag(phrase, i - 1);
        bool body = (before == TAG_ORG || before == TAG_BODY || before == TAG_HEAD) &&
                    !has_article(speakers, i - 1);
        bool adjective_before =
            before == TAG_ADJECTIVE || (i - 1 > from && !body &&
                                        (item_has(speakers, i - 1, CLASS_SHAPE_NISBA) ||
                                         (item_has(speakers, i - 1, CLASS_QUANTIFIER) &&
                                          in_group(speakers, i - 1, GROUP_CONTINUES))));
        /* أبلغت مصادر محلية «الرافد»: to whom it was told. */
        if (tag == TAG_MARKED && adjective_before && i + 1 == to && !has_article(speakers, from))
            return i;
        /* خبير اقتصادي لمعالي السفير, but مدير الدفاع المدني بمحافظة الوادي */
        if (tag == TAG_ROLE && item_has(speakers, i, CLASS_CLITIC_PREPOSITION) &&
            !has_article(speakers, from) && !in_group(speakers, i, GROUP_PLACE_HEADS) &&
            (adjective_before || item_at(speakers, i - 1)->token_count > 1))
            return i;
        /* الزعيم المتشدد عرض الرسوم، مصدر في سيناء خروج المصابين، الكاتب مسحا: an object */
        bool closed = has_article(speakers, i - 1) || (phrase_tag(phrase, i - 1) == TAG_PLACE &&
                                                       !item_has(speakers, i, CLASS_SHAPE_OBJECT));
        if ((closed && is_indefinite_noun(speakers, phrase, from, i)) ||
            is_no_adjective(speakers, from, i, tag))
            return i;
        bool noun = tag == TAG_WORD || tag == TAG_PLAIN ||
                    (tag == TAG_DOCUMENT && !has_proclitic(speakers, i)) ||
                    (tag == TAG_CONTINUES && !in_group(speakers, i, GROUP_CONTINUES));
        /* مصادر يمنية خطة، مصدر آخر وقوع انفجار, but مصادر يمنية مطلعة، رئيس الجمعية الوطنية لكرة
         * القدم */
        if (noun && adjective_before && !item_has(speakers, i, CLASS_SHAPE_NISBA) &&
            !(has_article(speakers, i - 1) &&
              (is_purpose(speakers, i) ||
               (begins_joined(speakers, i) && i + 1 < to && has_article(speakers, i + 1)))) &&
            !item_has(speakers, i, CLASS_TAKES_PREPOSITION))
            return i;
    }
    return to;
}

bool is_adjective(const Speakers *speakers, const Phrase *phrase, size_t item)
{
    Tag tag = phrase_tag(phrase, item);
    if (tag == TAG_ADJECTIVE || tag == TAG_CONTINUES)
        return true;
    if (!item_has(speakers, item, CLASS_SHAPE_NISBA))
        return false;
    /* المسؤولة الدبلوماسية السابقة: a title by itself, and here an adjective. */
    size_t next = item + 1;
    bool ends = next == phrase->to || phrase_tag(phrase, next) == TAG_COMMA ||
                in_group(speakers, next, GROUP_ADJECTIVES) ||
                in_group(speakers, next, GROUP_CONTINUES);
    return is_definite_tag(tag) || (tag == TAG_ROLE && ends && has_article(speakers, item) &&
                                    !is_conjoined(speakers, item));
}

Range name_apposed(Speakers *speakers, size_t comma)
{
    const ItemString *string = speakers->string;
    Range none = {comma, comma};
    size_t from = comma + 1, end = from;
    if (from >= string->count || is_stop(speakers, comma) ||
        !item_has(speakers, comma, CLASS_COMMA))
        return none;
    while (end < string->count && end - from < NAME_MAX && !is_stop(speakers, end) &&
           !item_has(speakers, end, CLASS_COMMA))
        end++;
    Phrase phrase = read_phrase(speakers, from, end);
    Range name = find_name(speakers, &phrase);
    bool closed = !exists(speakers, end) || item_has(speakers, end, CLASS_COMMA);
    return closed && name.from == from && name.to == end ? name : none;
}
