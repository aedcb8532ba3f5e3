#include "tools/quote-extract/speakers.h"

#include "common/utf8.h"
#include "tools/quote-extract/speaker_parts.h"

static bool is_pronoun(const Speakers *speakers, size_t from)
{
    return in_group(speakers, from, GROUP_PRONOUNS);
}

/* بيان له: a document of who has the word. */
static bool is_own_document(const Speakers *speakers, size_t from, size_t to)
{
    return in_group(speakers, from, GROUP_DOCUMENTS) && !has_article(speakers, from) &&
           exists(speakers, to) && item_has(speakers, to, CLASS_SPEAKER_OWN);
}

bool speakers_look_back(const Speakers *speakers, size_t from, size_t to)
{
    return to > from && (is_pronoun(speakers, from) || is_own_document(speakers, from, to) ||
                         (has_article(speakers, from) && has_head_group(speakers, from)));
}

/* Where verbs are singular in front of their subject, one in the plural (وحملوا) holds it; what
 * follows is its object. */
static bool holds_subject(const Speakers *speakers, size_t verb)
{
    return speakers->rules->singular_in_front &&
           (is_finite_cue(speakers, verb) || item_has(speakers, verb, CLASS_ACT)) &&
           agreement_of(speakers, verb) == AGREE_P;
}

/* عدد من العلماء، الكثير, but not عدد العلماء. */
static bool is_group(const Speakers *speakers, size_t from, size_t to)
{
    bool partitive = to - from == 1 || item_at(speakers, from)->token_count > 1 ||
                     item_has(speakers, from, CLASS_AGR_P) ||
                     any_has(speakers, from + 1, to < from + 3 ? to : from + 3, CLASS_HALT_PREP);
    return partitive || is_definite(speakers, from);
}

/* 57 في المئة من السكان: where those begin of whom the share at `from` is one; `from` for none. */
static size_t share_end(const Speakers *speakers, size_t from, size_t to)
{
    size_t end = from + 2;
    bool share = end < to && item_has(speakers, from + 1, CLASS_SHARE) &&
                 is_number(speakers, from) && item_has(speakers, end, CLASS_HALT_PREP);
    return share ? end : from;
}

/* Where عدد من العلماء ends: a pronoun says who (عدد منهم), and an indefinite noun
 * behind a definite one is an object. */
static size_t group_end(const Speakers *speakers, const Phrase *phrase)
{
    size_t share = share_end(speakers, phrase->from, phrase->to);
    size_t at = share > phrase->from ? share : phrase->from + 1;
    bool each = item_has(speakers, phrase->from, CLASS_QUANTIFIER_OF_EACH);
    /* البعض، آخرون: whole by themselves. */
    if (!each &&
        (has_article(speakers, phrase->from) || item_at(speakers, phrase->from)->token_count > 1 ||
         item_has(speakers, phrase->from, CLASS_AGR_P)) &&
        !(at < phrase->to && item_has(speakers, at, CLASS_HALT_PREP)))
        return at;
    if (at < phrase->to && item_has(speakers, at, CLASS_HALT) &&
        !item_has(speakers, at, CLASS_HALT_PREP))
        return at + 1;
    bool definite = false;
    for (; at < phrase->to; at++) {
        Tag tag = phrase_tag(phrase, at);
        bool noun = tag == TAG_WORD || tag == TAG_PLAIN;
        if (definite && noun && !is_definite(speakers, at) && !is_conjoined(speakers, at))
            return at;
        bool joins = has_proclitic(speakers, at) || is_preposition(speakers, at);
        definite = is_definite(speakers, at) || (definite && !joins);
    }
    return phrase->to;
}

/* ووصف المدينة بأنها: what does not agree with the verb in front is its object. */
static bool is_object_by_gender(const Speakers *speakers, size_t from, const Phrase *phrase,
                                const SpeakerQuery *query)
{
    /* التي خاطبت الوزير: the relative is the subject, whatever verb it is */
    bool relative = query->cue > 0 && !is_stop(speakers, query->cue - 1) &&
                    item_has(speakers, query->cue - 1, CLASS_RELATIVE);
    if (from != query->cue + 1 || phrase->lead_item != from ||
        !(relative || in_group(speakers, query->cue, GROUP_TRANSITIVE)) ||
        in_group(speakers, from, GROUP_NAMES))
        return false;
    return differ_in_gender(agreement_of(speakers, query->cue), agreement_of(speakers, from));
}

/* أخبر المحاورين أن، نصح المرشحين الجدد بأن: people in the form of an object, up to what they are
 * told. */
static bool are_told(const Speakers *speakers, const Phrase *phrase, const SpeakerQuery *query)
{
    size_t lead = phrase->lead_item;
    bool told = item_has(speakers, query->cue, CLASS_CUE_INFORM) && is_definite_tag(phrase->lead);
    if (!(told || phrase->lead == TAG_PEOPLE || phrase->lead == TAG_ROLE) ||
        !has_article(speakers, lead) || !item_has(speakers, lead, CLASS_SHAPE_OBLIQUE) ||
        lead != phrase->from)
        return false;
    /* وهدد المعارضين الحكومة, as some write who should be a subject: another noun is the object */
    for (size_t i = lead + 1; i < phrase->to; i++) {
        Tag tag = phrase_tag(phrase, i);
        if (is_preposition(speakers, i) || item_has(speakers, i, CLASS_HALT_IN))
            return true; /* وأبلغ المسؤولين في الوزارة أن */
        bool agrees = has_article(speakers, i) && item_has(speakers, i, CLASS_SHAPE_OBLIQUE);
        if (tag != TAG_ADJECTIVE && tag != TAG_CONTINUES && !is_definite_tag(tag) && !agrees)
            return false;
    }
    return !(exists(speakers, phrase->to) && has_article(speakers, phrase->to) &&
             !item_has(speakers, phrase->to, CLASS_SHAPE_OBLIQUE));
}

/* People in the plural, they or their adjective in the form of an object; not أحد الفائزين. */
static bool is_oblique(const Speakers *speakers, const Phrase *phrase)
{
    size_t lead = phrase->lead_item;
    if ((phrase->lead != TAG_PEOPLE && phrase->lead != TAG_ROLE) || !has_article(speakers, lead) ||
        (lead > phrase->from && item_has(speakers, lead - 1, CLASS_SPEAKER_SOME)))
        return false;
    for (size_t i = lead; i < phrase->to && i <= lead + 1; i++)
        if (has_article(speakers, i) && item_has(speakers, i, CLASS_SHAPE_OBLIQUE))
            return (agreement_of(speakers, lead) & AGREE_P) != 0;
    return false;
}

static bool is_kin_of(const Speakers *speakers, const Phrase *phrase, Range name)
{
    size_t lead = phrase->lead_item;
    if (name.from >= name.to || name.from <= lead || !item_has(speakers, lead, CLASS_SPEAKER_KIN) ||
        has_article(speakers, lead) || name.from >= segment_end(phrase, lead))
        return false;
    for (size_t i = lead + 1; i < name.from; i++)
        if ((phrase_tag(phrase, i) != TAG_ROLE && phrase_tag(phrase, i) != TAG_PEOPLE) ||
            (agreement_of(speakers, i) & AGREE_P) != 0 ||
            item_has(speakers, i, CLASS_SHAPE_OBLIQUE))
            return false; /* والد الطفلين سالم الحربي: none of several */
    return true;
}

/* متحدث باسم الرئيس الأفغاني سالم الحربي: any spokesman, for whom the title in front of the name,
 * and its adjectives, is none. */
static bool is_of_principal(Speakers *speakers, const Phrase *phrase, Range name)
{
    size_t lead = phrase->lead_item, title = lead + 1, end = title + 1;
    if (name.from >= name.to || name.from <= title || has_article(speakers, lead) ||
        !ends_small(speakers, lead) || phrase_tag(phrase, title) != TAG_ROLE ||
        !has_article(speakers, title) || has_proclitic(speakers, title))
        return false;
    while (end < name.from && phrase_tag(phrase, end) == TAG_ADJECTIVE)
        end++;
    return end == name.from;
}

/* أحد مستشاري سالم الحربي: one of several, and whose they are. */
static bool is_one_of_his(const Speakers *speakers, const Phrase *phrase, Range name)
{
    size_t several = phrase->from + 1;
    return name.from < name.to && name.from == several + 1 &&
           item_has(speakers, phrase->from, CLASS_SPEAKER_SOME) &&
           !is_definite(speakers, several) && !is_preposition(speakers, several) &&
           !item_has(speakers, several, CLASS_SHAPE_PRONOUN) &&
           !item_has(speakers, several, CLASS_SHAPE_OWNED) &&
           item_at(speakers, several)->token_count == 1;
}

/* The name in a later stretch of the phrase; none is empty and at its end. */
static Range name_behind_comma(const Speakers *speakers, const Phrase *phrase)
{
    size_t from = segment_end(phrase, phrase->lead_item);
    Phrase rest = {.from = phrase->to, .to = phrase->to};
    if (from + 1 < phrase->to) {
        rest.from = from + 1;
        memcpy(rest.tags, phrase->tags + (rest.from - phrase->from),
               (phrase->to - rest.from) * sizeof *rest.tags);
        Range name = find_name(speakers, &rest);
        if (name.from < name.to)
            return name;
    }
    return (Range){phrase->to, phrase->to};
}

/* The name at the beginning of a phrase, or behind the title that begins it; of one word that of
 * somebody who is known. */
static bool begins_with_person(Speakers *speakers, const Phrase *phrase, Range name)
{
    if (name.from >= name.to)
        return false;
    bool titled = phrase_tag(phrase, phrase->from) == TAG_ROLE && name.from - phrase->from <= 4;
    return (name.from == phrase->from || titled) && name.from < segment_end(phrase, phrase->from) &&
           (name.to - name.from > 1 || titled || item_has(speakers, name.from, CLASS_NAME_GIVEN) ||
            item_has(speakers, name.from, CLASS_PERSON) || is_known_part(speakers, name.from));
}

/* The number of the person of this name within the phrase, with the title beside it; `last`: where
 * the items of both end. `agreement`: as the verb has it, 0 where it tells nothing. */
static size_t note_titled_name(Speakers *speakers, const Phrase *phrase, Range name,
                               unsigned agreement, size_t *last)
{
    Known person = {.head = NO_ENTRY, .agreement = agreement};
    Range apposed = title_apposed(speakers, name.to);
    Range role = take_title(speakers, phrase, name, apposed, &person);
    *last = role.to > name.to ? role.to : name.to;
    return note_person(speakers, name, &person);
}

/* Two persons joined by a conjunction, each by name; SPEAKER_NONE. */
static size_t read_pair(Speakers *speakers, size_t from, size_t to, size_t *last)
{
    for (size_t i = from + 1; i < to; i++) {
        if (!is_conjoined(speakers, i) || item_has(speakers, i, CLASS_CLITIC_PREPOSITION) ||
            in_group(speakers, i - 1, GROUP_LINKS))
            continue;
        /* الرئيسان المصري سالم الحربي والأردني هاني النمر */
        bool origin = in_group(speakers, i, GROUP_ADJECTIVES) && has_article(speakers, i) &&
                      begins_name(speakers, i + 1) && item_has(speakers, from, CLASS_AGR_P);
        if (!origin && !in_group(speakers, i, GROUP_NAMES) && !in_group(speakers, i, GROUP_ROLES))
            continue;
        Phrase second = read_phrase(speakers, i + origin, to);
        Range second_name = find_name(speakers, &second);
        if (!begins_with_person(speakers, &second, second_name))
            continue;
        Phrase first = read_phrase(speakers, from, i);
        Range first_name = find_name(speakers, &first);
        /* الطالبان سالم الحربي، وهاني النمر */
        size_t joint = i - item_has(speakers, i - 1, CLASS_COMMA);
        if (first.to != joint || first_name.from >= first_name.to ||
            (first_name.to != joint && !segment_has_title(&first, first_name.to, joint)))
            continue;
        /* معالي أمين وحارس المتحف: two titles of one */
        if (first_name.to == joint && first_name.to - first_name.from == 1 &&
            in_group(speakers, first_name.from, GROUP_ROLES) && in_group(speakers, i, GROUP_ROLES))
            continue;
        /* اتهم سالم الحربي الوزير هاني النمر وسامي العلي: both are objects */
        Stretch behind = phrase_stretch(&first, first_name.to, i);
        Range another = find_listed_name(speakers, &behind);
        if (another.from < another.to)
            continue;
        size_t one = note_titled_name(speakers, &first, first_name, 0, last);
        size_t two = read_pair(speakers, i, to, last);
        if (two == SPEAKER_NONE)
            two = note_titled_name(speakers, &second, second_name, 0, last);
        return note_pair(speakers, one, two, i);
    }
    return SPEAKER_NONE;
}

/* قال المبتعث إلى جامعة الوادي "سالم الحربي": the marks behind the phrase that ends at `to` hold
 * the name in full; `limit` for none. */
static size_t find_marked_beyond(Speakers *speakers, size_t to, size_t limit, Known *person)
{
    for (size_t i = to; i < limit && i < to + LOOK_AHEAD && !is_stop(speakers, i); i++) {
        if (item_has(speakers, i, CLASS_COMMA))
            break;
        if (!item_has(speakers, i, CLASS_MARKED))
            continue;
        bool named = item_has(speakers, i, CLASS_MARKED_NAME) && i > to &&
                     (is_definite(speakers, i - 1) || in_group(speakers, i - 1, GROUP_PLACES)) &&
                     read_marked_name(speakers, i, false, person) && person->word_count > 1;
        return named ? i : limit;
    }
    return limit;
}

/* A titled phrase whose name stands in marks, or behind what the phrase ends at. */
static bool find_far_name(Speakers *speakers, const Phrase *phrase, size_t to,
                          const SpeakerQuery *query, size_t *number)
{
    if (phrase->lead != TAG_ROLE && phrase->lead != TAG_PEOPLE)
        return false;
    size_t lead = phrase->lead_item, item;
    Known person = {.head = NO_ENTRY};
    bool found = find_marked_name(speakers, phrase, &person, &item);
    if (!found) {
        item = find_marked_beyond(speakers, to, query->limit, &person);
        found = item < query->limit;
    }
    if (found) {
        take_role(speakers, &person, (Range){lead, item}, lead);
        *number = note_named(speakers, &person, item);
        return true;
    }
    /* الزائر من مصر سالم الحربي, but not زوار من مصر، سالم الحربي */
    bool one = has_article(speakers, lead) && agreement_of(speakers, lead) != AGREE_P;
    if (phrase->lead != TAG_ROLE && !one)
        return false;
    Range name = phrase->from < query->cue ? name_in_front(speakers, phrase->from)
                                           : (Range){phrase->from, phrase->from};
    if (name.from >= name.to && query->limit > to)
        name = find_name_beyond(speakers, to, query->limit);
    if (name.from >= name.to)
        return false;
    /* الباحث في العلوم السياسية سالم الحربي: all that stands in front of the name */
    bool whole = name.from > to && !any_has(speakers, to, name.from, CLASS_COMMA);
    take_role(speakers, &person, (Range){lead, whole ? name.from : phrase->to}, lead);
    *number = note_person(speakers, name, &person);
    return true;
}

/* Who is meant by a word that stands for who spoke last. */
static size_t read_pronoun(Speakers *speakers, size_t item, const SpeakerQuery *query,
                           Speaker *speaker)
{
    size_t meant = speakers_meant(speakers, query, agreement_of(speakers, item), speaker);
    /* Only a person is addressed so. */
    for (size_t i = speakers->turn_count; i-- > back_to(speakers->turn_count);) {
        if (meant == SPEAKER_NONE || is_somebody(speakers, &speakers->known[meant]))
            break;
        size_t number = speakers->turns[i].number;
        if (is_somebody(speakers, &speakers->known[number]))
            fill(speakers, meant = number, speaker);
    }
    return meant;
}

/* A bracket that stands for a comma, as around a title: no entry of the lexicon made it one. */
static bool is_bracket(const Speakers *speakers, size_t item)
{
    return item < speakers->string->count && item_has(speakers, item, CLASS_COMMA) &&
           !is_in_list(speakers, item);
}

/* أمل الناصر (معلمة): in items [from, to) a bracket opens that item `to` closes. */
static bool leaves_open(const Speakers *speakers, size_t from, size_t to)
{
    size_t brackets = 0;
    for (size_t i = from; i < to; i++)
        brackets += is_bracket(speakers, i);
    return brackets % 2 != 0 && is_bracket(speakers, to);
}

/* Fills `speaker` with who is named by items [from, to); returns `number`. */
static size_t fill_named(const Speakers *speakers, size_t number, size_t from, size_t to,
                         Speaker *speaker)
{
    fill(speakers, number, speaker);
    speaker->has_span = true;
    speaker->implied = false;
    to += leaves_open(speakers, from, to);
    /* قالت سعاد الحربي -في حديث مع الإذاعة أمس- إن: a remark is no part of it. */
    while (to > from + 1 && item_has(speakers, to - 1, CLASS_BRACKETED_LONG))
        to--;
    speaker->span =
        (CodepointSpan){item_core(speakers, from).start, item_at(speakers, to - 1)->end};
    return number;
}

/* The name is that of another: صحفي لمعالي الوزير فلان is told to him, or in his service;
 * مستشارو فلان are several. */
static bool is_of_another(const Speakers *speakers, const Phrase *phrase)
{
    size_t lead = phrase->lead_item, next = lead + 1;
    if ((phrase->lead != TAG_PEOPLE && phrase->lead != TAG_ROLE) || has_article(speakers, lead))
        return false;
    if (item_has(speakers, lead, CLASS_AGR_P) && next < phrase->to &&
        phrase_tag(phrase, next) == TAG_NAME && !has_article(speakers, next))
        return true;
    while (next < phrase->to && phrase_tag(phrase, next) == TAG_ADJECTIVE &&
           !has_article(speakers, next))
        next++;
    return next < phrase->to && phrase_tag(phrase, next) == TAG_ROLE &&
           item_has(speakers, next, CLASS_CLITIC_PREPOSITION) && !is_conjoined(speakers, next);
}

/* محتج يدعى سالم: the name behind the word that gives it; empty and at the end of the phrase
 * when there is none. */
static Range name_called(const Speakers *speakers, const Phrase *phrase)
{
    size_t from = phrase->lead_item + 1;
    if (phrase->lead != TAG_PEOPLE && phrase->lead != TAG_ROLE && phrase->lead != TAG_WORD &&
        phrase->lead != TAG_PLAIN && phrase->lead != TAG_NAME)
        from = phrase->to;
    while (from < phrase->to && !item_has(speakers, from, CLASS_SPEAKER_CALLED))
        from++;
    size_t end = ++from;
    while (end < phrase->to &&
           (is_name_tag(phrase_tag(phrase, end)) || phrase_tag(phrase, end) == TAG_DEFINITE ||
            (end == from && phrase_tag(phrase, end) == TAG_PLACE) || /* يدعى باكو */
            (phrase_tag(phrase, end) == TAG_PLAIN &&
             !item_has(speakers, end, CLASS_SHAPE_ACCUSATIVE))))
        end++;
    return from < end ? (Range){from, end} : (Range){phrase->to, phrase->to};
}

/* The name of a person that the phrase gives; empty and at its end when there is none. */
static Range name_of_phrase(const Speakers *speakers, const Phrase *phrase)
{
    Range none = {phrase->to, phrase->to};
    size_t lead = phrase->lead_item;
    if (phrase->lead != TAG_ROLE && phrase->lead != TAG_PEOPLE && phrase->lead != TAG_ADJECTIVE &&
        phrase->lead != TAG_PLAIN && !is_name_tag(phrase->lead) && !is_definite_tag(phrase->lead))
        return none;
    Range name = name_called(speakers, phrase);
    if (name.from < name.to)
        return name;
    name = find_name(speakers, phrase);
    if (is_of_another(speakers, phrase))
        return none;
    /* متحدث باسم السيناتور فلان: the name is not that of the speaker. */
    bool of_another = phrase->lead == TAG_PEOPLE && !is_definite(speakers, lead) &&
                      !in_group(speakers, lead, GROUP_CONTINUES) && lead + 1 < phrase->to &&
                      (phrase_tag(phrase, lead + 1) == TAG_CONTINUES ||
                       phrase_tag(phrase, lead + 1) == TAG_OTHER) &&
                      name.from < segment_end(phrase, lead);
    return of_another ? none : name;
}

/* اتهم فلان أوروبا، وصفت فلانة الحفلات: the object of the verb is no part of a name. */
static Range without_object(const Speakers *speakers, const Phrase *phrase, Range name,
                            const SpeakerQuery *query)
{
    size_t last = name.to - 1;
    /* فيصل المقداد واشنطن | بعرقلة الحل */
    bool ends = name.to == phrase->to || has_proclitic(speakers, name.to) ||
                is_preposition(speakers, name.to);
    if (name.to - name.from < 2 || !ends || !in_group(speakers, query->cue, GROUP_TRANSITIVE) ||
        !is_finite_cue(speakers, query->cue))
        return name;
    bool place = in_group(speakers, last, GROUP_PLACES) && !is_definite(speakers, last);
    bool things = name.to - name.from > 2 && phrase_tag(phrase, last) == TAG_PLAIN_DEFINITE;
    bool told = item_has(speakers, last, CLASS_ORG_MEDIA) && has_article(speakers, last) &&
                item_has(speakers, query->cue, CLASS_CUE_INFORM);
    if (place || things || told)
        name.to = last;
    return name;
}

/* What stands behind the cue is no subject of it. `name`: that of the phrase, in which
 * kin is left out. */
static bool is_no_subject(const Speakers *speakers, const Phrase *phrase, Range name,
                          const SpeakerQuery *query)
{
    size_t from = phrase->from, lead = phrase->lead_item;
    /* شكر الطلبة الغينيين: what is in no nominative is an object. */
    bool verb =
        item_has(speakers, query->cue, CLASS_CUE_PAST) || item_has(speakers, query->cue, CLASS_ACT);
    if (verb && from == query->cue + 1 &&
        ((query->recognised && is_oblique(speakers, phrase)) || are_told(speakers, phrase, query)))
        return true;
    if (name.from >= name.to && is_object_by_gender(speakers, from, phrase, query))
        return true;
    /* نشرت مواقع ... صورة: an unknown word that begins no name is rather a verb. */
    return query->recognised && !query->object_likely &&
           (phrase->lead == TAG_WORD || phrase->lead == TAG_PLAIN) && name.from > lead &&
           name.from < phrase->to && !segment_has_title(phrase, lead, lead + 1);
}

/* Nothing but pauses, the preposition of the verb and an occasion (في بيان صحفي) stands in
 * [from, limit). */
static bool is_gap(Speakers *speakers, size_t from, size_t limit)
{
    size_t aside = from;
    while (aside < limit && item_has(speakers, aside, CLASS_COMMA))
        aside++;
    if (aside + 1 < limit && item_has(speakers, aside, CLASS_HALT_IN) &&
        (item_has(speakers, aside + 1, CLASS_OCCASION) ||
         tag_of(speakers, aside + 1, TAG_OTHER) == TAG_DOCUMENT))
        return true;
    for (size_t i = from; i < limit; i++)
        if (!item_has(speakers, i, CLASS_COMMA) && !item_has(speakers, i, CLASS_COLON) &&
            !(i + 1 == limit &&
              (item_has(speakers, i, CLASS_HALT_PREP) || item_has(speakers, i, CLASS_COMP))))
            return false;
    return true;
}

/* Somebody's name of two parts or more begins at `item`, perhaps behind a conjunction, within the
 * sentence that ends at `end`; empty where none does. */
static Range full_name_at(Speakers *speakers, size_t item, size_t end)
{
    Range none = {end, end};
    bool joined = is_conjoined(speakers, item);
    bool whole = item_has(speakers, item, CLASS_PERSON) && item_at(speakers, item)->token_count > 1;
    if (!(whole || item_has(speakers, item, CLASS_NAME_GIVEN)) ||
        in_group(speakers, item, GROUP_BREAKS) ||
        item_has(speakers, item, CLASS_CLITIC_PREPOSITION) ||
        (!joined && !whole && !begins_name(speakers, item)))
        return none;
    Phrase phrase = read_phrase(speakers, item, end);
    Range name = find_name(speakers, &phrase);
    return name.from == item && (whole || name.to > item + 1) ? name : none;
}

/* Right in front of the name at `item`, within the sentence from `start` on, stands the office
 * that the title of two at `title` calls, or a counterpart's. */
static bool holds_office(const Speakers *speakers, size_t start, size_t item, size_t title)
{
    enum { TITLE_WITHIN = 5 };
    for (size_t i = item; i > start && item - i < TITLE_WITHIN; i--)
        if (item_has(speakers, i - 1, CLASS_COUNTERPART) ||
            same_head(speakers, head_entry(speakers, i - 1), head_entry(speakers, title)))
            return true;
    return false;
}

/* The two whom the sentence [start, end) names in full and who may be called by the title of two at
 * `title`: both have that office, or have written what it tells of, one joined to the other by a
 * conjunction; SPEAKER_NONE. */
static size_t two_of_sentence(Speakers *speakers, size_t start, size_t end, size_t title)
{
    bool written = item_has(speakers, title, CLASS_TITLE_PERSON_WORK) &&
                   any_has(speakers, start, end, CLASS_AUTHORED);
    Range names[2] = {{end, end}, {end, end}};
    size_t found = 0, joint = end; /* an item with a conjunction */
    for (size_t i = start; i < end; i++) {
        bool joined = is_conjoined(speakers, i);
        joint = joined ? i : joint;
        Range name = full_name_at(speakers, i, end);
        if (name.from >= name.to)
            continue;
        bool meant = written ? found == 0 || joined : holds_office(speakers, start, i, title);
        if (meant && found == 2)
            return SPEAKER_NONE;
        if (meant)
            names[found++] = name;
        i = name.to - 1;
    }
    for (size_t i = end; i < title && joint == end; i++)
        if (!is_stop(speakers, i) && is_conjoined(speakers, i))
            joint = i;
    if (found != 2 || joint == end)
        return SPEAKER_NONE;
    Known one = {.head = NO_ENTRY}, two = {.head = NO_ENTRY};
    return note_pair(speakers, note_person(speakers, names[0], &one),
                     note_person(speakers, names[1], &two), joint);
}

/* الكاتبان, الوزيران: those two who are named in this sentence in front of the title at `item`,
 * or in one before, where no two have spoken together; SPEAKER_NONE. */
static size_t two_in_front(Speakers *speakers, size_t item)
{
    enum { SENTENCES_BACK = 9 };
    if (!item_has(speakers, item, CLASS_SHAPE_TWO) || !item_has(speakers, item, CLASS_AGR_P) ||
        !item_has(speakers, item, CLASS_TITLE_PERSON) || !has_article(speakers, item) ||
        item_at(speakers, item)->token_count > 1)
        return SPEAKER_NONE;
    for (size_t i = speakers->turn_count; i-- > back_to(speakers->turn_count);) {
        const Known *known = &speakers->known[speakers->turns[i].number];
        if (known->first != known->second && known->word_count == 0)
            return SPEAKER_NONE;
    }
    size_t end = item;
    for (int back = 0; back < SENTENCES_BACK && end > 0; back++) {
        size_t start = end;
        while (start > 0 && !is_stop(speakers, start - 1))
            start--;
        size_t number = two_of_sentence(speakers, start, end, item);
        if (number != SPEAKER_NONE)
            return number;
        end = start > 0 ? start - 1 : 0;
    }
    return SPEAKER_NONE;
}

/* The number of what the phrase calls by a common noun and nothing else. */
static size_t note_common(Speakers *speakers, const Phrase *phrase)
{
    size_t from = phrase->from, end = segment_end(phrase, from);
    Known common = {.type = SPEAKER_COMMON, .head = head_entry(speakers, from)};
    end = common_end(speakers, phrase, from, end);
    bool taken_up =
        end == from + 1 && has_article(speakers, from) && !has_proclitic(speakers, from);
    size_t number = taken_up ? find_by_noun(speakers, from, end) : SPEAKER_NONE;
    if (number != SPEAKER_NONE)
        return number;
    common.name = items_text(speakers, from, end);
    return note_body(speakers, &common);
}

/* وأظهرت الأدلة أن: what stands between the verb and the reported clause, and nothing
 * else does, is the subject, whatever it is. SPEAKER_NONE where it may be an object. */
static size_t read_whole(Speakers *speakers, const Phrase *phrase, const SpeakerQuery *query)
{
    size_t from = phrase->from, limit = query->limit;
    if (query->recognised || from != query->cue + 1 || phrase->lead_item != from ||
        limit < phrase->to || !is_gap(speakers, phrase->to, limit) ||
        item_has(speakers, limit, CLASS_COMP_QUESTION) ||
        (item_has(speakers, limit, CLASS_MARKED) && !item_has(speakers, limit - 1, CLASS_COMP) &&
         !item_has(speakers, limit - 1, CLASS_HALT_PREP)) ||
        has_proclitic(speakers, from) || in_group(speakers, query->cue, GROUP_TRANSITIVE) ||
        !is_finite_cue(speakers, query->cue) ||
        (item_has(speakers, from, CLASS_SHAPE_ACCUSATIVE) && !has_article(speakers, from)) ||
        (agreement_of(speakers, query->cue) == AGREE_M &&
         item_has(speakers, from, CLASS_SHAPE_FEMININE)))
        return SPEAKER_NONE;
    return note_common(speakers, phrase);
}

/* نقلت الوكالة عن مصورها في الوادي أن، عن الإعلام الكالدي أن: what stands between the
 * preposition and the reported clause, and nothing else does, is the source, whatever it is.
 * SPEAKER_NONE where it is not there. */
static size_t read_relayed(Speakers *speakers, const Phrase *phrase, const SpeakerQuery *query)
{
    size_t from = phrase->from;
    if (query->recognised || from < query->cue + 2 ||
        !item_has(speakers, from - 1, CLASS_SPEAKER_ISSUED_BY) || query->limit < phrase->to ||
        !is_gap(speakers, phrase->to, query->limit) ||
        item_has(speakers, query->limit, CLASS_MARKED) || has_proclitic(speakers, from) ||
        !is_finite_cue(speakers, query->cue))
        return SPEAKER_NONE;
    return note_common(speakers, phrase);
}

/* مصورها في الوادي is no town, nor is it whom رئيسها warns; SPEAKER_NONE where he is not who
 * speaks. */
static size_t read_owned(Speakers *speakers, const Phrase *phrase, const SpeakerQuery *query)
{
    size_t from = phrase->from;
    bool source = from > 0 && item_has(speakers, from - 1, CLASS_SPEAKER_ISSUED_BY);
    bool subject = from == query->cue + 1 && phrase->lead_item == from + 1;
    if (query->recognised || has_proclitic(speakers, from) || !(subject || source))
        return SPEAKER_NONE;
    Known common = {.type = SPEAKER_COMMON, .head = NO_ENTRY};
    common.name = items_text(speakers, from, from + 1);
    return note_body(speakers, &common);
}

/* How the verb agrees with whom the phrase names: behind a preposition he is no subject of this
 * one (نقلت الوكالة عن سالم). */
static unsigned verb_of(const Speakers *speakers, const Phrase *phrase, const SpeakerQuery *query)
{
    size_t from = phrase->from;
    bool subject = from == 0 || is_stop(speakers, from - 1) || !is_preposition(speakers, from - 1);
    return subject ? agreement_of(speakers, query->cue) : 0;
}

/* The number of whom the phrase names by its name or by what leads it; SPEAKER_NONE. `to`:
 * where the items end that may belong to it; `last`: where the speaker's own end. */
static size_t read_speaker(Speakers *speakers, const Phrase *phrase, size_t to, Range name,
                           const SpeakerQuery *query, size_t *last)
{
    size_t from = phrase->from, number = SPEAKER_NONE;
    Tag lead = phrase->lead;
    if (query->joined && item_at(speakers, from)->clitic_length == 0 &&
        (lead == TAG_WORD || lead == TAG_PLAIN || is_definite_tag(lead)))
        return read_joined(speakers, phrase);
    if (lead != TAG_ROLE && lead != TAG_PEOPLE && lead != TAG_BODY && lead != TAG_DOCUMENT)
        number = body_called(speakers, phrase);
    if (number != SPEAKER_NONE)
        return number;
    if (name.from < name.to) {
        if (!query->object_likely)
            number = read_pair(speakers, from, phrase->to, last);
        return number != SPEAKER_NONE ? number
                                      : note_titled_name(speakers, phrase, name,
                                                         verb_of(speakers, phrase, query), last);
    }
    if (find_far_name(speakers, phrase, to, query, &number))
        return number;
    if (lead == TAG_ROLE || lead == TAG_PEOPLE) {
        number = phrase->to == from + 1 ? two_in_front(speakers, from) : SPEAKER_NONE;
        return number != SPEAKER_NONE ? number : read_titled(speakers, phrase, query);
    }
    if (lead == TAG_MARKED)
        return read_marked(speakers, phrase);
    if (lead == TAG_PLACE && item_has(speakers, from, CLASS_SHAPE_PRONOUN))
        return read_owned(speakers, phrase, query);
    if (lead == TAG_ORG || lead == TAG_BODY || lead == TAG_DOCUMENT || lead == TAG_PLACE ||
        lead == TAG_HEAD)
        return read_body(speakers, phrase);
    /* وأوضح شرقاوي, behind محمد شرقاوي: whence a family comes is its name */
    if (in_group(speakers, from, GROUP_ADJECTIVES) && !is_definite(speakers, from) &&
        !has_proclitic(speakers, from) && phrase->to == from + 1)
        number = named_so(speakers, from, false);
    if (number != SPEAKER_NONE)
        return number;
    /* وأوضح فولغانغ بولير، قائلا: verbs of saying have no such object. */
    bool named = query->recognised && !query->object_likely && from == query->cue + 1 &&
                 item_has(speakers, query->cue, CLASS_CUE_STRONG) &&
                 !in_group(speakers, query->cue, GROUP_TRANSITIVE) &&
                 begins_unlisted(speakers, from, speakers->string->count);
    number = read_unknown(speakers, phrase, query->recognised && !named);
    if (number == SPEAKER_NONE)
        number = read_whole(speakers, phrase, query);
    return number != SPEAKER_NONE ? number : read_relayed(speakers, phrase, query);
}

/* How verbs agree with speaker `number`, whom the phrase names. */
static void note_agreement(Speakers *speakers, size_t number, const Phrase *phrase, Range name,
                           const SpeakerQuery *query)
{
    Known *known = &speakers->known[number];
    unsigned verb = verb_of(speakers, phrase, query);
    unsigned noun = phrase->lead_item < phrase->to ? agreement_of(speakers, phrase->lead_item) : 0;
    bool named = name.from < name.to;
    if (noun == AGREE_P && named)
        noun = 0; /* كبير المهندسين سالم الحربي */
    /* وقال مسؤولون: its form tells nothing of how many they are. */
    if (noun == AGREE_P && verb == AGREE_M && speakers->rules->singular_in_front)
        verb = 0;
    known->agreement |= verb | noun;
    if (known->agreement == 0 && named)
        known->agreement = agreement_of(speakers, name.from);
}

/* علي بن هاني زعيفر، أن: one word between a name and the clause is the last of the name. */
static Range with_last_part(Speakers *speakers, const Phrase *phrase, Range name,
                            const SpeakerQuery *query)
{
    size_t item = name.to;
    if (name.from >= name.to || item >= phrase->to || query->limit <= item ||
        query->object_likely || query->recognised ||
        in_group(speakers, query->cue, GROUP_TRANSITIVE) ||
        item_at(speakers, item)->token_count > 1 || item_has(speakers, item, CLASS_PHRASE_GRACE) ||
        (item_has(speakers, item, CLASS_SHAPE_ACCUSATIVE) &&
         !in_group(speakers, item - 1, GROUP_PLACES))) /* أورلاندو أوشوا */
        return name;
    bool titled = item + 1 < phrase->to && phrase_tag(phrase, item + 1) == TAG_ROLE &&
                  !has_proclitic(speakers, item + 1) && phrase_tag(phrase, item) != TAG_ROLE &&
                  !item_has(speakers, item, CLASS_NAME_GIVEN) && !is_definite(speakers, item - 1);
    /* جيمي فالي، الشريك: the first letter is no preposition in front of a title. */
    if (has_proclitic(speakers, item) || item_has(speakers, item, CLASS_CLITIC_PREPOSITION)) {
        Range title = title_apposed(speakers, item + 1);
        bool whole = (titled || title.from < title.to) && name.to == name.from + 1 &&
                     !has_article(speakers, item) && !is_addressed(speakers, item);
        name.to += whole;
        return name;
    }
    size_t next = item + 1;
    bool over = !exists(speakers, next) || is_stop(speakers, next) || next == query->limit ||
                item_has(speakers, next, CLASS_COMMA) || item_has(speakers, next, CLASS_COMP) ||
                item_has(speakers, next, CLASS_COLON) ||
                (item_has(speakers, next, CLASS_HALT_IN) && exists(speakers, next + 1) &&
                 item_has(speakers, next + 1, CLASS_OCCASION)); /* في تصريح */
    if (!titled && !over)
        return name;
    Tag tag = phrase_tag(phrase, item);
    bool family = in_group(speakers, item, GROUP_NAMES);
    bool unlisted = !is_in_list(speakers, item);
    bool bare = !is_definite(speakers, item);
    /* فاطمة الزهراء عمراني: an adjective without article describes no name */
    bool origin = bare && item_has(speakers, item, CLASS_SHAPE_NISBA) &&
                  (tag == TAG_PLAIN || tag == TAG_ADJECTIVE);
    if (family || origin ||
        (unlisted && (tag == TAG_WORD || tag == TAG_PLAIN || tag == TAG_DEFINITE)) ||
        (bare && tag == TAG_PLACE) ||
        (tag == TAG_HEAD && item_has(speakers, item, CLASS_SHAPE_NISBA))) /* سالم الجنوبي أن */
        name.to++;
    return name;
}

/* واختتم الجلسة مدير المتحف، وقدم التهنئة للفارس: what differs from the verb in gender is its
 * object; who does it stands behind it, or nowhere. */
static bool begins_with_object(const Speakers *speakers, size_t from, size_t to,
                               const SpeakerQuery *query)
{
    size_t next = from + 1;
    return from == query->cue + 1 && next < to && agreement_of(speakers, query->cue) == AGREE_M &&
           has_article(speakers, from) && item_has(speakers, from, CLASS_SHAPE_FEMININE) &&
           item_at(speakers, from)->token_count == 1 && !in_group(speakers, from, GROUP_NAMES) &&
           !in_group(speakers, from, GROUP_ROLES) && !in_group(speakers, from, GROUP_PEOPLE) &&
           agreement_of(speakers, from) != AGREE_M;
}

/* Who does it stands at `item`, right behind the object of the verb. */
static bool begins_subject(Speakers *speakers, size_t item)
{
    return !has_proclitic(speakers, item) && !is_conjoined(speakers, item) &&
           (tag_of(speakers, item, TAG_OTHER) == TAG_ROLE || begins_name(speakers, item));
}

/* ونفى عبد الجليل تقديم دعم: what stands behind the name of somebody who is known, up to the
 * last of it, is no part of it. */
static Range without_more_than_known(Speakers *speakers, Range name)
{
    size_t last = name.to - 1;
    if (name.to < name.from + 2 || in_group(speakers, last, GROUP_NAMES) ||
        is_definite(speakers, last) || !is_known_family(speakers, last - 1))
        return name;
    Known person = {.type = SPEAKER_PERSON};
    put_words(speakers, &person, name.from, last);
    size_t number = find_person(speakers, &person);
    if (number != SPEAKER_NONE && is_part(&person, &speakers->known[number]))
        name.to = last;
    return name;
}

/* The name ends with all words of the part. */
static bool ends_with_part(const Known *known, const Known *part)
{
    size_t first = known->word_count - part->word_count;
    for (size_t i = 0; i < part->word_count; i++)
        if (!slice_equal(known->keys[first + i], part->keys[i]))
            return false;
    return true;
}

/* A known person whose name ends with `part`, and who may be the subject of the verb. */
static bool is_tail_of_somebody(const Speakers *speakers, const Known *part, unsigned verb)
{
    for (size_t i = speakers->known_count; i-- > back_to(speakers->known_count);) {
        const Known *known = &speakers->known[i];
        if (known->type == SPEAKER_PERSON && known->word_count > part->word_count &&
            may_agree(known->agreement, verb) && ends_with_part(known, part))
            return true;
    }
    return false;
}

/* وأشار حرز الله, behind بوزيد حرز الله: with these items, two or three at the beginning of the
 * phrase, and no name behind them, the name of somebody who is known ends; empty where it does
 * not. */
static Range tail_of_known(Speakers *speakers, const Phrase *phrase, const SpeakerQuery *query)
{
    enum { TAIL_MAX = 3 };
    size_t from = phrase->from;
    Range none = {from, from};
    unsigned verb = is_finite_cue(speakers, query->cue) ? agreement_of(speakers, query->cue) : 0;
    if (has_proclitic(speakers, from))
        return none;
    for (size_t to = from + 2; to <= phrase->to && to <= from + TAIL_MAX; to++) {
        Known part = {.type = SPEAKER_PERSON};
        put_words(speakers, &part, from, to);
        bool goes_on = to < phrase->to && is_name_tag(phrase_tag(phrase, to));
        if (part.word_count > 0 && !goes_on && is_tail_of_somebody(speakers, &part, verb))
            return (Range){from, to};
    }
    return none;
}

/* The name of who speaks within the phrase; empty when there is none. */
static Range name_of_subject(Speakers *speakers, const Phrase *phrase, const SpeakerQuery *query)
{
    Range name = without_object(speakers, phrase, name_of_phrase(speakers, phrase), query);
    /* والد سالم الحربي is not that one. */
    if (is_kin_of(speakers, phrase, name) || is_of_principal(speakers, phrase, name) ||
        is_one_of_his(speakers, phrase, name))
        name = name_behind_comma(speakers, phrase);
    name = without_more_than_known(speakers, name);
    if (name.from >= name.to)
        name = tail_of_known(speakers, phrase, query);
    return with_last_part(speakers, phrase, name, query);
}

/* ويتهم الاتحاد الأوروبي «رافدكو»: behind an adjective marks hold the object of the verb. */
static bool ends_with_marked_object(const Speakers *speakers, const Phrase *phrase)
{
    size_t last = phrase->to - 1;
    return last > phrase->from && phrase_tag(phrase, last) == TAG_MARKED &&
           has_article(speakers, last - 1) && item_has(speakers, last - 1, CLASS_SHAPE_NISBA);
}

/* Whom a sermon cites at `from`, perhaps between dashes (وقال - تعالى -); NULL for nobody. */
static const Item *find_cited(Speakers *speakers, size_t from)
{
    const Item *item = item_at(speakers, from);
    if (item_has(speakers, from, CLASS_SPEAKER_CITED))
        return item;
    if (!item_has(speakers, from, CLASS_BRACKETED) || item->token_count < 3)
        return NULL;
    const ItemString *inner = read_inside(speakers, item);
    bool cited =
        inner->count == 1 && set_has(speakers->bits, inner->items[0].set, CLASS_SPEAKER_CITED);
    return cited ? &inner->items[0] : NULL;
}

/* As the lists have whom `item` cites: وقال تعالى, وقال عز من قائل; empty for nobody named. */
static Slice cited_name(const Speakers *speakers, const Item *item)
{
    uint32_t entry = entry_with(speakers, item, CLASS_SPEAKER_CITED);
    return entry == NO_ENTRY ? (Slice){NULL, 0}
                             : lexicon_entry_name(speakers->rules->lexicon, entry);
}

/* Whom `item` at `from` cites, and who does not go on. */
static size_t read_cited(Speakers *speakers, size_t from, const Item *item, Speaker *speaker)
{
    Known cited = {.type = SPEAKER_COMMON, .head = NO_ENTRY, .cited = true};
    cited.name = cited_name(speakers, item);
    if (cited.name.length == 0)
        cited.name = items_text(speakers, from, from + 1);
    return fill_named(speakers, note_body(speakers, &cited), from, from + 1, speaker);
}

/* أحدهم، عدد من العلماء: how many of whom. */
static size_t read_several(Speakers *speakers, const Phrase *phrase, Speaker *speaker)
{
    Known group = {.type = SPEAKER_COMMON, .head = NO_ENTRY, .agreement = AGREE_ANY};
    size_t from = phrase->from, end = group_end(speakers, phrase);
    group.name = items_text(speakers, from, end);
    return fill_named(speakers, note_body(speakers, &group), from, end, speaker);
}

/* The phrase up to the object of the verb, without what it leads with where that is the object. */
static Phrase without_object_of_verb(Speakers *speakers, const Phrase *phrase)
{
    Phrase subject = *phrase;
    size_t end = object_of_verb(speakers, phrase);
    if (end == phrase->lead_item && end > phrase->from) {
        subject = read_phrase(speakers, phrase->from, end);
        subject.with_object = phrase->with_object;
        subject.of_deed = phrase->of_deed;
    }
    subject.to = end;
    return subject;
}

/* بيان للوزير سالم الحربي, كلمة لرئيس البلدية, بيان وزير المالية سالم الحربي: whose words a
 * document holds; SPEAKER_NONE. */
static size_t read_words_owner(Speakers *speakers, const Phrase *phrase, const SpeakerQuery *query)
{
    size_t from = phrase->from, next = from + 1, last;
    bool words = item_has(speakers, from, CLASS_ISSUED_BY) ||
                 item_has(speakers, from, CLASS_AUTHORED) ||
                 item_has(speakers, from, CLASS_SPOKEN_BY);
    if (!words || phrase->lead_item != from || is_definite(speakers, from) || next >= phrase->to ||
        phrase_tag(phrase, next) != TAG_ROLE)
        return SPEAKER_NONE;
    /* لرئيس البلدية in one entry has no shape, and its complement with it */
    bool phrase_entry = item_at(speakers, next)->token_count > 1;
    bool given = has_proclitic(speakers, next) &&
                 item_has(speakers, next, phrase_entry ? CLASS_CLITIC_PREPOSITION : CLASS_SHAPE_TO);
    if (!given && has_proclitic(speakers, next))
        return SPEAKER_NONE;
    Phrase person = read_phrase(speakers, next, phrase->to);
    Range name = find_name(speakers, &person);
    if (name.from < name.to)
        return note_titled_name(speakers, &person, name, 0, &last);
    bool meant = given && (phrase_entry || is_definite(speakers, next) ||
                           (next + 1 < phrase->to && is_definite(speakers, next + 1)));
    return meant ? read_titled(speakers, &person, query) : SPEAKER_NONE;
}

/* طالب خبير بشؤون الطاقة سالم الحربي بالعدل: up to `to` a name or what is asked for stands behind
 * `item`. */
static bool is_within_title(const Speakers *speakers, size_t item, size_t to)
{
    for (size_t i = item + 1; i < to; i++)
        if (item_has(speakers, i, CLASS_SHAPE_WITH) || begins_name(speakers, i))
            return true;
    return exists(speakers, to) && item_has(speakers, to, CLASS_SHAPE_WITH);
}

/* نصحت الباحثة بتجنب الشاشات، طالب رئيس الاتحاد بجدولة ديون المزارعين: where behind the subject
 * of such a verb stands what its preposition is joined to, in no list or an ordinary word, and
 * definite by what is behind it; `to`: nowhere. */
static size_t end_before_what(const Speakers *speakers, size_t from, size_t to,
                              const SpeakerQuery *query)
{
    if (from != query->cue + 1 || !item_has(speakers, query->cue, CLASS_FRAME_BI_ANNA))
        return to;
    for (size_t i = from + 1; i < to; i++) {
        if (is_stop(speakers, i) || !item_has(speakers, i, CLASS_SHAPE_WITH))
            continue;
        bool definite = i + 1 < to && is_definite(speakers, i + 1);
        if (!is_in_list(speakers, i))
            return definite ? i : to;
        definite = definite || (i + 2 < to && is_definite(speakers, i + 2));
        if (definite && item_has(speakers, query->cue, CLASS_CUE_DEMAND) &&
            in_group(speakers, i, GROUP_ORDINARY) && !has_article(speakers, i) &&
            !has_head_group(speakers, i) && !is_within_title(speakers, i, to))
            return i;
    }
    return to;
}

/* وأفاد شهود عيان «الرافد» بأن: a paper in marks ends the phrase [from, to), which the people
 * told who are several, and have no name. */
static bool ends_with_told(const Speakers *speakers, size_t from, size_t to,
                           const SpeakerQuery *query)
{
    size_t last = to - 1;
    if (to < from + 2 || !item_has(speakers, last, CLASS_MARKED) ||
        !item_has(speakers, query->cue, CLASS_FRAME_BI_ANNA) || !exists(speakers, to) ||
        !item_has(speakers, to, CLASS_COMP) || is_definite(speakers, from) ||
        item_has(speakers, from, CLASS_SPEAKER_AGAIN_SOURCE) ||
        (agreement_of(speakers, from) & AGREE_P) == 0 ||
        !(in_group(speakers, from, GROUP_ROLES) || in_group(speakers, from, GROUP_PEOPLE)))
        return false;
    return last == from + 1 ? item_at(speakers, from)->token_count > 1
                            : item_has(speakers, last - 1, CLASS_SHAPE_NISBA) &&
                                  !is_definite(speakers, last - 1);
}

/* أفاد مسؤول محلي وكالة الرافد: where behind the adjective of somebody without the article the
 * agency stands that he told; `to`: nowhere. */
static size_t told_medium(const Speakers *speakers, size_t from, size_t to,
                          const SpeakerQuery *query)
{
    if (ends_with_told(speakers, from, to, query))
        return to - 1;
    for (size_t i = from + 2; i < to; i++) {
        if (is_stop(speakers, i) || has_proclitic(speakers, i) || is_conjoined(speakers, i) ||
            !(item_has(speakers, i, CLASS_ORG_MEDIA) ||
              item_has(speakers, i, CLASS_HEAD_ORG_MEDIA)))
            continue;
        bool described = !is_stop(speakers, i - 1) && !is_stop(speakers, i - 2) &&
                         item_has(speakers, i - 1, CLASS_SHAPE_NISBA) &&
                         !is_definite(speakers, i - 1) && !is_definite(speakers, i - 2) &&
                         in_group(speakers, i - 2, GROUP_ROLES);
        if (described)
            return i;
    }
    return to;
}

/* The phrase that begins at `from` stands right behind a cue that takes an object. */
static bool is_behind_transitive(const Speakers *speakers, size_t from, const SpeakerQuery *query)
{
    return from == query->cue + 1 && in_group(speakers, query->cue, GROUP_TRANSITIVE);
}

/* Which of items [*from, to) are the phrase of who speaks: puts it into `phrase`, with `*from`
 * behind an object in front of it. `*several`: it is of some of many (أحدهم، عدد منهن). False for
 * none. */
static bool find_phrase(Speakers *speakers, size_t *from, size_t to, const SpeakerQuery *query,
                        Phrase *phrase, bool *several)
{
    if (query->recognised && begins_with_object(speakers, *from, to, query)) {
        if (begins_subject(speakers, *from + 1))
            ++*from;
        else if (has_proclitic(speakers, *from + 1))
            return false;
    }
    size_t first = *from;
    *phrase = read_phrase(speakers, first, to);
    *several = (item_has(speakers, first, CLASS_QUANTIFIER) && is_group(speakers, first, to)) ||
               share_end(speakers, first, to) > first;
    if (*several && in_group(speakers, first, GROUP_BREAKS)) {
        if (query->object_likely && item_at(speakers, first)->token_count == 1)
            return false; /* قضى معظمهم */
        phrase->to = first + 1;
    }
    if (phrase->to == first)
        return false;
    size_t end =
        told_medium(speakers, first, end_before_what(speakers, first, phrase->to, query), query);
    if (end < phrase->to)
        *phrase = read_phrase(speakers, first, end);
    bool transitive = is_behind_transitive(speakers, first, query);
    phrase->with_object = transitive || (first == query->cue + 1 && query->object_likely);
    phrase->of_deed = transitive && item_has(speakers, query->cue, CLASS_ACT);
    if (phrase->with_object)
        *phrase = without_object_of_verb(speakers, phrase);
    return true;
}

/* أكدت الخدمة أن: the phrase that begins at `from` is a noun that is listed for something else. */
static bool is_other_noun(const Speakers *speakers, const Phrase *phrase, size_t from,
                          const SpeakerQuery *query)
{
    return phrase->lead == TAG_OTHER && has_article(speakers, from) &&
           exists(speakers, query->limit) && item_has(speakers, query->limit, CLASS_COMP) &&
           !in_group(speakers, from, GROUP_CONTINUES) && !item_has(speakers, from, CLASS_TIME_NOUN);
}

/* The phrase is of what says nothing, or does not do what the verb tells. */
static bool is_mute(const Speakers *speakers, const Phrase *phrase, const SpeakerQuery *query,
                    bool transitive)
{
    /* وكان الطريق قد أغلق: a place or an event says nothing, nor does a document that is new. */
    bool thing =
        (phrase->lead == TAG_HEAD && !item_has(speakers, phrase->lead_item, CLASS_SPEAKER_STATE)) ||
        (phrase->lead == TAG_DOCUMENT && !is_definite(speakers, phrase->lead_item));
    /* وانتقد القانون، مؤكدا أن: nor does a law accuse or praise. */
    bool standard = phrase->lead == TAG_DOCUMENT && query->recognised &&
                    item_has(speakers, phrase->lead_item, CLASS_STANDARD);
    return (query->object_likely && thing) || (transitive && standard);
}

size_t speakers_named(Speakers *speakers, size_t from, size_t to, const SpeakerQuery *query,
                      Speaker *speaker)
{
    if (is_pronoun(speakers, from))
        return read_pronoun(speakers, from, query, speaker);
    if (from > query->cue && holds_subject(speakers, query->cue))
        return SPEAKER_NONE;
    const Item *cited = find_cited(speakers, from);
    if (cited != NULL)
        return read_cited(speakers, from, cited, speaker);
    Phrase phrase;
    bool several;
    if (!find_phrase(speakers, &from, to, query, &phrase, &several))
        return SPEAKER_NONE;
    if (several)
        return read_several(speakers, &phrase, speaker);
    if (is_own_document(speakers, from, to)) {
        size_t owner = speakers_meant(speakers, query, agreement_of(speakers, to), speaker);
        if (owner != SPEAKER_NONE)
            return fill_named(speakers, owner, from, phrase.to, speaker);
    }
    size_t owner_of_words = read_words_owner(speakers, &phrase, query);
    if (owner_of_words != SPEAKER_NONE)
        return fill_named(speakers, owner_of_words, from, phrase.to, speaker);
    bool transitive = is_behind_transitive(speakers, from, query);
    if (transitive && ends_with_marked_object(speakers, &phrase))
        phrase.to--;
    if (transitive && leads_to_object(speakers, &phrase))
        phrase.to = phrase.lead_item + 1;
    bool other = is_other_noun(speakers, &phrase, from, query);
    if ((phrase.lead == TAG_OTHER && !other) || is_mute(speakers, &phrase, query, transitive))
        return SPEAKER_NONE;
    Range name = other ? (Range){0, 0} : name_of_subject(speakers, &phrase, query);
    if (is_no_subject(speakers, &phrase, name, query))
        return SPEAKER_NONE;
    /* ورفضت الشركة الاتهامات: nothing is reported behind the verb. */
    if (query->recognised && query->limit == speakers->string->count && from == query->cue + 1) {
        phrase.with_object = true;
        phrase.to = object_of_noun(speakers, &phrase);
    }
    size_t last = phrase.to;
    size_t number = other ? read_whole(speakers, &phrase, query)
                          : read_speaker(speakers, &phrase, to, name, query, &last);
    if (number == SPEAKER_NONE)
        return SPEAKER_NONE;
    fill_named(speakers, number, from, last, speaker);
    note_agreement(speakers, number, &phrase, name, query);
    return number;
}

/* What stands at `item` goes on with a definite noun: adjectives, and whose it is. */
static bool is_noun_of_subject(const Speakers *speakers, size_t item)
{
    return has_article(speakers, item) && !has_proclitic(speakers, item) &&
           item_at(speakers, item)->token_count == 1 && !in_group(speakers, item, GROUP_BREAKS) &&
           !in_group(speakers, item, GROUP_NAMES) && !is_conjoined(speakers, item);
}

/* The verb at `cue` and the noun at `item` may agree in gender, by the form of the noun. */
static bool agrees_by_form(const Speakers *speakers, size_t cue, size_t item)
{
    bool feminine = item_has(speakers, item, CLASS_SHAPE_FEMININE) ||
                    item_has(speakers, item, CLASS_SHAPE_THINGS);
    unsigned noun = agreement_of(speakers, item);
    switch (agreement_of(speakers, cue)) {
    case AGREE_M:
        return !feminine;
    case AGREE_F:
        return feminine || (noun & (AGREE_F | AGREE_P)) != 0;
    default:
        return false;
    }
}

size_t speakers_behind_verb(Speakers *speakers, size_t item, const SpeakerQuery *query,
                            Speaker *speaker)
{
    if (item != query->cue + 1 || !exists(speakers, item) || !exists(speakers, query->limit) ||
        !item_has(speakers, query->limit, CLASS_COMP) ||
        !item_has(speakers, query->cue, CLASS_CUE_STRONG) || !is_finite_cue(speakers, query->cue) ||
        in_group(speakers, query->cue, GROUP_TRANSITIVE) || !has_article(speakers, item) ||
        has_proclitic(speakers, item) || item_has(speakers, item, CLASS_RELATIVE) ||
        item_has(speakers, item, CLASS_ADVERB) || item_has(speakers, item, CLASS_TIME_NOUN) ||
        !agrees_by_form(speakers, query->cue, item))
        return SPEAKER_NONE;
    size_t end = item + 1;
    while (end < query->limit && is_noun_of_subject(speakers, end))
        end++;
    unsigned verb = agreement_of(speakers, query->cue);
    Known common = {.type = SPEAKER_COMMON,
                    .head = head_entry(speakers, item),
                    .agreement = verb == AGREE_F ? verb : agreement_of(speakers, item)};
    common.name = items_text(speakers, item, end);
    return fill_named(speakers, note_body(speakers, &common), item, end, speaker);
}

/* The name has more than the word, which is its last. */
static bool ends_with_word(Slice name, Slice word)
{
    return name.length > word.length + 1 && name.data[name.length - word.length - 1] == ' ' &&
           slice_ends(name, word);
}

/* The word in front of `item` is a given name, or else begins one behind a verb or a title. */
static bool is_behind_given(Speakers *speakers, size_t item)
{
    size_t given = item - 1;
    if (item == 0 || is_stop(speakers, given) || has_proclitic(speakers, given))
        return false;
    if (in_group(speakers, given, GROUP_NAMES))
        return item_has(speakers, given, CLASS_NAME_GIVEN) &&
               !item_has(speakers, given, CLASS_NAME_AMBIGUOUS);
    return given > 0 && !is_stop(speakers, given - 1) && !is_in_list(speakers, given) &&
           !is_definite(speakers, given) && tag_of(speakers, given, TAG_NAME) == TAG_WORD &&
           (is_finite_cue(speakers, given - 1) || is_definite(speakers, given - 1)) &&
           !item_has(speakers, given, CLASS_SHAPE_FEMININE);
}

/* The last person known whose name ends with the word of `item` as it is written, or, where it is
 * not `ordinary`, whom the document calls so elsewhere; SPEAKER_NONE. */
static size_t known_as_written(Speakers *speakers, size_t item, bool ordinary)
{
    const Item *at = item_at(speakers, item);
    Slice word = token_text(speakers, &speakers->tokens[at->first_token]);
    for (size_t i = speakers->known_count; i-- > back_to(speakers->known_count);)
        if (speakers->known[i].type == SPEAKER_PERSON &&
            ends_with_word(speakers->known[i].name, word))
            return i;
    uint32_t next = 0;
    while (!ordinary &&
           (next = next_ending(speakers, speakers->tokens[at->first_token].word, next)) != 0) {
        size_t other = next - 1;
        if (other == item || item_at(speakers, other)->token_count != 1 ||
            !is_behind_given(speakers, other))
            continue;
        Known person = {.head = NO_ENTRY};
        return note_person(speakers, (Range){other - 1, other + 1}, &person);
    }
    return SPEAKER_NONE;
}

/* وقال كياري ساندا، أحد السكان،: what is left behind the letter is a name, and a word in no list
 * stands between it and a pause; a `small` word (بين زعيفر، محلل) is one only in front of a
 * title. */
static size_t read_as_written(Speakers *speakers, size_t item, bool small,
                              const SpeakerQuery *query)
{
    size_t next = item + 1, end = next + 1;
    if (end > query->limit || is_stop(speakers, next) || is_in_list(speakers, next) ||
        is_definite(speakers, next) || has_proclitic(speakers, next) ||
        item_has(speakers, next, CLASS_SHAPE_CIRCUMSTANCE) ||
        item_has(speakers, next, CLASS_SHAPE_FEMININE) ||
        tag_of(speakers, next, TAG_NAME) != TAG_WORD ||
        !(end == query->limit || item_has(speakers, end, CLASS_COMMA)))
        return SPEAKER_NONE;
    Range role = title_apposed(speakers, end);
    if (small && role.from == role.to)
        return SPEAKER_NONE;
    const Item *first = item_at(speakers, item), *second = item_at(speakers, next);
    size_t to = second->first_token + second->token_count;
    Known person = {.head = NO_ENTRY, .name = tokens_text(speakers, first->first_token, to)};
    put_token_words(speakers, &person, first->first_token, to);
    if (role.from < role.to)
        take_role(speakers, &person, role, role.from);
    return note_named(speakers, &person, item);
}

/* قالت، سعاد الحربي إن: a name behind a comma that does not belong there; SPEAKER_NONE. */
static size_t read_behind_comma(Speakers *speakers, size_t comma, const SpeakerQuery *query,
                                Speaker *speaker)
{
    size_t from = comma + 1, to = from;
    if (from >= query->limit || is_stop(speakers, from) || !begins_name(speakers, from) ||
        item_has(speakers, from, CLASS_NAME_AMBIGUOUS))
        return SPEAKER_NONE;
    while (to < query->limit && !is_stop(speakers, to) && !item_has(speakers, to, CLASS_COMMA) &&
           !in_group(speakers, to, GROUP_BREAKS))
        to++;
    return to - from <= 4 && (to == query->limit || item_has(speakers, to, CLASS_COMMA))
               ? speakers_named(speakers, from, to, query, speaker)
               : SPEAKER_NONE;
}

size_t speakers_as_written(Speakers *speakers, size_t item, const SpeakerQuery *query,
                           Speaker *speaker)
{
    if (item < query->limit && !query->same_subject && item_has(speakers, item, CLASS_COMMA) &&
        is_finite_cue(speakers, query->cue) && !in_group(speakers, query->cue, GROUP_TRANSITIVE))
        return read_behind_comma(speakers, item, query, speaker);
    if (item >= query->limit || is_stop(speakers, item) || query->same_subject ||
        item_at(speakers, item)->token_count != 1 || !is_finite_cue(speakers, query->cue) ||
        is_addressed(speakers, item) || item_at(speakers, item)->restored_article)
        return SPEAKER_NONE;
    bool ordinary = in_group(speakers, item, GROUP_ORDINARY);
    bool shape = item_has(speakers, item, CLASS_SHAPE_PREPOSITIONAL_ADVERBIAL);
    bool clitic = item_has(speakers, item, CLASS_CLITIC_PREPOSITION) &&
                  !has_article(speakers, item) && has_proclitic(speakers, item);
    bool name = clitic && in_group(speakers, item, GROUP_NAMES);
    bool place = clitic && in_group(speakers, item, GROUP_PLACES);
    bool small = in_group(speakers, item, GROUP_BREAKS);
    if (!shape && !name && !place && !ordinary && !small)
        return SPEAKER_NONE;
    size_t number = known_as_written(speakers, item, ordinary || small), last = item + 1;
    bool told = begins_joined(speakers, item); /* وقال لسالم */
    if (number == SPEAKER_NONE && !told && !place && (small || !ordinary)) {
        number = read_as_written(speakers, item, small, query);
        last += number != SPEAKER_NONE;
    }
    if (number == SPEAKER_NONE)
        return number;
    fill_named(speakers, number, item, last, speaker);
    speaker->span.start = speakers->tokens[item_at(speakers, item)->first_token].start;
    speakers->known[number].agreement |= agreement_of(speakers, query->cue);
    return number;
}

bool speakers_note(Speakers *speakers, size_t number, const SpeakerQuery *query)
{
    if (speakers->known[number].cited)
        return false;
    speakers->turns = arena_grow(speakers->arena, speakers->turns, &speakers->turn_capacity,
                                 speakers->turn_count + 1, sizeof *speakers->turns);
    speakers->turns[speakers->turn_count++] = (Turn){.number = number,
                                                     .cue = query->cue,
                                                     .sentence_start = query->sentence_start,
                                                     .paragraph = query->paragraph,
                                                     .reports = query->reports,
                                                     .writes = query->writes};
    return true;
}

void speakers_turn(Speakers *speakers)
{
    speakers->turn_floor = speakers->turn_count;
}

bool speakers_is_full(const Speakers *speakers)
{
    return speakers->is_full;
}

void speakers_finish(const Speakers *speakers, size_t number, Speaker *speaker)
{
    fill(speakers, number, speaker);
}

Speakers *speakers_begin(SpeakerRules *rules, Slice text, const Token *tokens,
                         const ItemString *items, Arena *arena)
{
    Speakers *speakers = ARENA_NEW(arena, Speakers);
    class_bits_note(rules->bits);
    speakers->bits = rules->bits;
    speakers->rules = rules;
    speakers->text = text;
    speakers->tokens = tokens;
    speakers->string = items;
    speakers->arena = arena;
    return speakers;
}
