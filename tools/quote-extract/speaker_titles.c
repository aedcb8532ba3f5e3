#include "tools/quote-extract/speaker_parts.h"

enum {
    LEAD_ITEMS = 40,    /* of a document: no more of its lead is looked at */
    SOURCES_BACK = 3,   /* reports in which a source is looked for         */
    KINDS_TOLD = 2,     /* adjectives behind a calling: more tell a body   */
    CALLINGS_JOINED = 1 /* to another: more are a row of people            */
};

/* The person whose family name stands behind a mere form of address (الدكتور
 * الحفظي), or is one by its letters (الشريف), when the document names that person in full. */
static size_t addressed_by_family(Speakers *speakers, const Phrase *phrase, size_t from, size_t end)
{
    /* الدكتور الحفظي المشرف على: who is known by that name already */
    if (end > from + 2 && is_definite(speakers, from) && !has_proclitic(speakers, from + 1) &&
        !is_in_list(speakers, from + 1) && is_known_family(speakers, from + 1))
        return find_by_part(speakers, from + 1);
    bool honorific = item_has(speakers, from, CLASS_TITLE_HONORIFIC);
    /* السيدة قاسي: whatever else the word is, where somebody is called so */
    if (honorific && end - from == 2 && has_article(speakers, from) &&
        !is_definite(speakers, from + 1) && !has_proclitic(speakers, from + 1) &&
        item_at(speakers, from + 1)->token_count == 1) {
        size_t called = named_so(speakers, from + 1, false);
        if (called != SPEAKER_NONE)
            return called;
    }
    bool alone = honorific && (end - from == 1 ||
                               (has_article(speakers, from) && !is_definite(speakers, from + 1)));
    if (!alone && (end - from != 2 || !is_definite(speakers, from)))
        return SPEAKER_NONE;
    size_t family = alone ? from : from + 1;
    Tag tag = phrase_tag(phrase, family);
    if (!alone && !is_definite_tag(tag) && tag != TAG_WORD && tag != TAG_PLAIN)
        return SPEAKER_NONE;
    /* حث القائد العسكريين: a sound plural that is no subject is whom he addresses */
    if (item_has(speakers, family, CLASS_SHAPE_OBLIQUE) && !in_group(speakers, family, GROUP_NAMES))
        return SPEAKER_NONE;
    Known person = {.type = SPEAKER_PERSON, .head = NO_ENTRY};
    take_name(speakers, &person, family, family + 1);
    size_t number = find_person(speakers, &person);
    if (number != SPEAKER_NONE)
        return number;
    Range fuller = find_fuller(speakers, &person, family);
    /* nobody is called خلف المدرب */
    if (fuller.from == fuller.to || (alone && item_has(speakers, fuller.from, CLASS_COMMON_NAME)))
        return SPEAKER_NONE;
    return note_fuller(speakers, fuller, &person);
}

/* اتهم السفير باستخدام القوة: what an ordinary noun with its preposition says of the verb is no
 * part of a title; but مدير التعليم بمنطقة الوادي. */
static bool is_done_to(Speakers *speakers, size_t item)
{
    size_t next = item + 1;
    return tag_of(speakers, item, TAG_OTHER) == TAG_PLAIN &&
           item_has(speakers, item, CLASS_CLITIC_PREPOSITION) && has_proclitic(speakers, item) &&
           exists(speakers, next) && !has_article(speakers, next);
}

/* السفير الإسرائيلي في واشنطن: the title goes on behind `item` with where the office is. */
static bool leads_to_place(Speakers *speakers, size_t item)
{
    if (!item_has(speakers, item, CLASS_HALT_IN) || !exists(speakers, item + 1))
        return false;
    Tag tag = tag_of(speakers, item + 1, TAG_OTHER);
    return tag == TAG_PLACE || tag == TAG_HEAD;
}

/* The name of whoever holds the office whose title begins at `title`, in front of the title
 * or behind it; empty when there is none. `title_end`: where the title ends. `asked`: it is
 * the title of the phrase in question, behind which no name was found. */
static Range name_of_office(Speakers *speakers, size_t title, bool asked, size_t *title_end)
{
    const ItemString *string = speakers->string;
    size_t stop = title;
    for (; stop < string->count && stop - title < LOOK_AHEAD && !is_stop(speakers, stop); stop++) {
        Tag tag = tag_of(speakers, stop, TAG_OTHER);
        if (tag == TAG_COMMA ||
            (tag == TAG_OTHER && stop != title && !leads_to_place(speakers, stop)))
            break;
    }
    Phrase phrase = read_phrase(speakers, title, stop);
    Range name = find_name(speakers, &phrase);
    bool behind = name.from < name.to && !leads_to_object(speakers, &phrase);
    for (size_t i = title + 1; i < name.from && behind; i++)
        if (is_done_to(speakers, i)) {
            behind = false;
            stop = i;
        }
    if (!behind)
        name = (Range){stop, stop};
    *title_end = behind ? name.from : stop;
    if (!asked && !behind)
        name = name_apposed(speakers, stop);
    return asked || name.from >= name.to ? name_in_front(speakers, title) : name;
}

/* The same of a head that is not in question, read once. */
static Range holder_of(Speakers *speakers, Head *head, size_t *title_end)
{
    if (!head->is_read) {
        head->holder = name_of_office(speakers, head->item, false, title_end);
        head->title_end = (uint32_t)*title_end;
        head->is_read = true;
    }
    *title_end = head->title_end;
    return head->holder;
}

/* Where the title that begins at `from` ends at the latest, up to `end`: what has a
 * preposition joined to it goes with the verb (نوه اللواء الحربي بالدور). */
static size_t title_alone_end(const Speakers *speakers, const Phrase *phrase, size_t from,
                              size_t end)
{
    for (size_t i = from + 1; i < end && has_article(speakers, from); i++)
        if (phrase_tag(phrase, i) == TAG_OTHER || item_has(speakers, i, CLASS_CLITIC_PREPOSITION))
            return i;
    return end;
}

/* The same office as that of items [from, end), whose head noun is `head`, with a name
 * beside it, anywhere in the document, or behind `from` only; SPEAKER_NONE. */
static size_t read_office_elsewhere(Speakers *speakers, size_t from, size_t end, uint32_t head,
                                    bool behind_only)
{
    uint16_t wanted = head_key(speakers, head);
    size_t first, last, compared = 0;
    heads_near(speakers, from, &first, &last);
    for (size_t k = first; k < last && compared < TITLES_MAX; k++) {
        Head *other = &speakers->heads[k];
        size_t i = other->item, title_end;
        bool is_vacant = i != from && other->is_read && other->holder.from >= other->holder.to;
        if (other->key != wanted || is_vacant || (behind_only && i < from) ||
            item_has(speakers, i, CLASS_AGR_P) ||
            !same_head(speakers, head_entry(speakers, i), head))
            continue;
        Range name = i == from ? name_of_office(speakers, i, true, &title_end)
                               : holder_of(speakers, other, &title_end);
        Known person = {.head = head_entry(speakers, i), .role_from = i, .role_to = title_end};
        if (name.from >= name.to || (compared++, !titles_agree(speakers, from, end, &person)))
            continue;
        /* رئيس الجالية is not الرئيس سالم, nor أستاذ القانون just any الأستاذ */
        bool by_itself =
            has_article(speakers, i) && title_end == i + 1 &&
            (item_has(speakers, i, CLASS_TITLE_PERSON) ||
             item_has(speakers, i, CLASS_TITLE_DEGREE)) &&
            (item_has(speakers, i, CLASS_TITLE_HONORIFIC) || item_at(speakers, i)->token_count > 1);
        if (by_itself && end > from + 1 && !has_article(speakers, from) &&
            !item_has(speakers, from, CLASS_TITLE_ADDRESS))
            continue;
        person.role = items_text(speakers, i, title_end);
        return note_person(speakers, name, &person);
    }
    return SPEAKER_NONE;
}

/* A title with this head noun stands in the sentence of `item` in front of it. */
static bool has_title_in_front(const Speakers *speakers, size_t item, uint32_t head)
{
    for (size_t i = item; i-- > 0 && item - i <= LOOK_AHEAD * 2 && !is_stop(speakers, i);)
        if (in_group(speakers, i, GROUP_ROLES) &&
            same_head(speakers, head_entry(speakers, i), head))
            return true;
    return false;
}

/* استقبل الوزير الألماني نظيره المصري سالم الحربي، وقال الوزير المصري: who is told of as the
 * counterpart of somebody with this title, by the origin that it ends with; SPEAKER_NONE. */
static size_t read_counterpart(Speakers *speakers, size_t from, size_t end, uint32_t head)
{
    size_t origin = end - 1, first, last;
    if (end < from + 2 || !in_group(speakers, origin, GROUP_ADJECTIVES))
        return SPEAKER_NONE;
    Slice wanted = fold_key(speakers, items_text(speakers, origin, end));
    heads_near(speakers, from, &first, &last);
    for (size_t k = first; k < last; k++) {
        size_t i = speakers->heads[k].item;
        if (!item_has(speakers, i, CLASS_COUNTERPART) || !exists(speakers, i + 2) ||
            !slice_equal(fold_key(speakers, items_text(speakers, i + 1, i + 2)), wanted) ||
            !has_title_in_front(speakers, i, head))
            continue;
        size_t title_end;
        Range name = name_of_office(speakers, i, false, &title_end);
        Known person = {.head = head};
        if (name.from != i + 2 || name.from >= name.to)
            continue;
        take_role(speakers, &person, (Range){from, end}, from);
        return note_person(speakers, name, &person);
    }
    return SPEAKER_NONE;
}

/* People whom the document has told more of in front of items [from, end); SPEAKER_NONE. */
static size_t read_people_elsewhere(Speakers *speakers, size_t from, size_t end, uint32_t head)
{
    size_t elsewhere = find_body_elsewhere(speakers, from, end);
    if (elsewhere == SPEAKER_NONE || elsewhere >= from)
        return SPEAKER_NONE;
    Phrase other = read_phrase(speakers, elsewhere, people_end(speakers, elsewhere));
    Known common = {
        .type = SPEAKER_COMMON, .head = head, .role_from = elsewhere, .role_to = other.to};
    common.name =
        items_text(speakers, elsewhere, common_end(speakers, &other, elsewhere, other.to));
    return note_body(speakers, &common);
}

/* The first item of the phrase behind `from` that is no adjective, or `end`. */
static size_t adjectives_end(const Speakers *speakers, const Phrase *phrase, size_t from,
                             size_t end)
{
    size_t i = from + 1;
    while (i < end && is_adjective(speakers, phrase, i))
        i++;
    return i;
}

/* الأستاذ الباحث بجامعة الوادي، المسؤول في الوزارة، صاحب كتاب «...»: a calling, and where somebody
 * follows it, which says no more than who has the word. */
static bool is_calling(const Speakers *speakers, const Phrase *phrase, size_t from, size_t end)
{
    bool calling = item_has(speakers, from, CLASS_TITLE_PERSON_WORK) ||
                   item_has(speakers, from, CLASS_TITLE_PERSON_SPORT);
    size_t at = adjectives_end(speakers, phrase, from, end);
    if (at == end)
        return calling;
    size_t place = at + is_preposition(speakers, at);
    if (place == end || (place == at && !item_has(speakers, at, CLASS_CLITIC_PREPOSITION)))
        return false;
    Tag tag = phrase_tag(phrase, place);
    return tag == TAG_ORG || tag == TAG_BODY || tag == TAG_HEAD || tag == TAG_PLACE;
}

/* صاحب كتاب «...» */
static bool is_author_of(const Speakers *speakers, const Phrase *phrase, size_t from, size_t end)
{
    return end == from + 3 && item_has(speakers, from, CLASS_SPEAKER_AUTHOR) &&
           in_group(speakers, from + 1, GROUP_PLACE_HEADS) &&
           phrase_tag(phrase, from + 2) == TAG_MARKED;
}

/* القيادي الجنوبي، الناشط الحقوقي البريطاني، الناشط والباحث الأمازيغي: somebody, and of what kind
 * he or she is. */
static bool is_of_kind(const Speakers *speakers, size_t from, size_t end)
{
    size_t kinds = 0, callings = 0;
    for (size_t i = from + 1; i < end; i++) {
        bool calling = item_has(speakers, i, CLASS_TITLE_PERSON) && is_conjoined(speakers, i) &&
                       agreement_of(speakers, i) == agreement_of(speakers, from);
        if (!has_article(speakers, i) || !(calling || item_has(speakers, i, CLASS_SHAPE_NISBA)))
            return false;
        if (calling)
            callings++;
        else
            kinds++;
    }
    return kinds > 0 && kinds <= KINDS_TOLD && callings <= CALLINGS_JOINED &&
           agreement_of(speakers, from) != AGREE_P;
}

/* الشاعر سالم الحربي is not الكاتب والناقد المصري: two callings are told, and who is known has
 * another one. */
static bool has_another_calling(const Speakers *speakers, const Known *known, size_t from,
                                size_t end)
{
    if (!any_has(speakers, from + 1, end, CLASS_TITLE_PERSON) || !has_title(known) ||
        !item_has(speakers, known->role_from, CLASS_TITLE_PERSON_WORK))
        return false;
    for (size_t i = from; i < end; i++)
        for (size_t k = known->role_from; k < known->role_to; k++)
            if (item_has(speakers, i, CLASS_TITLE_PERSON) &&
                item_has(speakers, k, CLASS_TITLE_PERSON) &&
                same_head(speakers, head_entry(speakers, i), head_entry(speakers, k)))
                return false;
    return true;
}

/* An office (مدير, وزير), and no calling, stands at `item`. */
static bool is_office(const Speakers *speakers, size_t item)
{
    return item_has(speakers, item, CLASS_TITLE_PERSON) &&
           !item_has(speakers, item, CLASS_TITLE_PERSON_WORK) &&
           !item_has(speakers, item, CLASS_TITLE_PERSON_SPORT);
}

/* قال المدير سالم، وأردف رئيس النادي: an office stands at `from`, and who is known has another. */
static bool has_another_office(const Speakers *speakers, const Known *known, size_t from)
{
    return has_title(known) && is_office(speakers, known->role_from) && is_office(speakers, from) &&
           !same_head(speakers, known->head, head_entry(speakers, from));
}

/* The first party or armed group that is listed among items [from, to); `to` for none. */
static size_t find_party(const Speakers *speakers, size_t from, size_t to)
{
    size_t item = from;
    while (item < to && !item_has(speakers, item, CLASS_ORG_PARTY) &&
           !item_has(speakers, item, CLASS_ORG_ARMED))
        item++;
    return item;
}

/* حركة فتح, فتح */
static bool is_same_party(Speakers *speakers, size_t a, size_t b)
{
    Slice one = fold_key(speakers, items_text(speakers, a, a + 1));
    Slice other = fold_key(speakers, items_text(speakers, b, b + 1));
    return is_listed_as_same(speakers, a, b) ||
           (one.length > other.length ? slice_ends(one, other) : slice_ends(other, one));
}

/* القيادي في حركة الوادي: who is known leads another movement, or has the same calling
 * elsewhere. */
static bool is_at_another_body(Speakers *speakers, const Known *known, size_t from, size_t end)
{
    size_t party = find_party(speakers, from, end);
    size_t other = find_party(speakers, known->role_from, known->role_to);
    if (party < end && other < known->role_to && !is_same_party(speakers, party, other))
        return true;
    /* الأستاذ الجامعي وزير المالية: no other place where he teaches is told */
    Known first = *known;
    bool body = false;
    for (first.role_to = known->role_from + 1;
         first.role_to < known->role_to && !item_has(speakers, first.role_to, CLASS_TITLE_PERSON);
         first.role_to++)
        body = body || has_head_group(speakers, first.role_to);
    return body && same_head(speakers, known->head, head_entry(speakers, from)) &&
           !titles_agree(speakers, from, end, &first);
}

/* القيادي في حركة الوادي: the last person who spoke and has an office in the same movement;
 * SPEAKER_NONE. */
static size_t last_of_party(Speakers *speakers, size_t from, size_t end)
{
    size_t party = find_party(speakers, from, end);
    for (size_t i = speakers->turn_count; party < end && i-- > back_to(speakers->turn_count);) {
        size_t number = speakers->turns[i].number;
        const Known *known = &speakers->known[number];
        size_t other = find_party(speakers, known->role_from, known->role_to);
        if (known->type == SPEAKER_PERSON && other < known->role_to &&
            (known->agreement & agreement_of(speakers, from)) != 0 &&
            is_same_party(speakers, party, other))
            return number;
    }
    return SPEAKER_NONE;
}

/* الوزيرة، الأديبة الأمازيغية: who is described so is who has spoken; SPEAKER_NONE. */
static size_t last_described(Speakers *speakers, const Phrase *phrase, size_t from, size_t end,
                             const SpeakerQuery *query)
{
    size_t last = last_turn(speakers);
    bool author = is_author_of(speakers, phrase, from, end);
    if (!(has_article(speakers, from) || author) || last == SPEAKER_NONE)
        return SPEAKER_NONE;
    const Known *known = &speakers->known[last];
    bool of_kind = end - from > 1 && !author && !is_calling(speakers, phrase, from, end);
    if (of_kind && !(is_of_kind(speakers, from, end) && titles_agree(speakers, from, end, known) &&
                     !has_another_calling(speakers, known, from, end)))
        return SPEAKER_NONE;
    if (!of_kind && adjectives_end(speakers, phrase, from, end) < end &&
        is_at_another_body(speakers, known, from, end))
        return last_of_party(speakers, from, end);
    size_t reach = of_kind && !item_has(speakers, from, CLASS_SPEAKER_AGAIN_SOURCE) ? 0 : 1;
    bool cut_off = speakers->turn_floor == speakers->turn_count; /* من جهته قال القنصل */
    /* قال النائب سالم، وقال الوزير: by themselves two offices are two men's, unless a verb goes on;
     * and وأجابه المدير: nobody answers himself */
    bool alone = end == from + 1 && item_at(speakers, from)->token_count == 1 &&
                 known->role_to == known->role_from + 1 &&
                 has_article(speakers, known->role_from) &&
                 !item_has(speakers, from, CLASS_SPEAKER_AGAIN) &&
                 !item_has(speakers, query->cue, CLASS_CUE_ADD);
    bool another = item_has(speakers, query->cue, CLASS_CUE_OF_WHOM) ||
                   ((alone || item_has(speakers, query->cue, CLASS_CUE_ANSWER)) &&
                    has_another_office(speakers, known, from));
    bool is_meant = known->type == SPEAKER_PERSON && !cut_off && !another &&
                    (known->agreement & agreement_of(speakers, from)) != 0 &&
                    query->paragraph - speakers->turns[speakers->turn_count - 1].paragraph <= reach;
    return is_meant ? last : SPEAKER_NONE;
}

/* The turn of whoever agrees and reported last, in this paragraph or the one before; NULL for
 * none. */
static const Turn *last_report(const Speakers *speakers, const SpeakerQuery *query,
                               unsigned agreement)
{
    for (size_t i = speakers->turn_count; i-- > back_to(speakers->turn_count);) {
        const Turn *turn = &speakers->turns[i];
        if (query->paragraph - turn->paragraph > 1)
            break;
        if (turn->reports && may_agree(speakers->known[turn->number].agreement, agreement))
            return turn;
    }
    return NULL;
}

/* وأضاف صاحب الكتاب: a verb of going on tells of whom the title is, though nothing has told it
 * so far; SPEAKER_NONE. */
static size_t last_going_on(Speakers *speakers, size_t from, size_t end, const SpeakerQuery *query)
{
    unsigned agreement = agreement_of(speakers, from);
    const Turn *last = last_report(speakers, query, agreement);
    if (last == NULL || agreement == AGREE_P || !item_has(speakers, query->cue, CLASS_CUE_ADD) ||
        item_has(speakers, from, CLASS_SPEAKER_KIN) || is_kin_by_pronoun(speakers, from))
        return SPEAKER_NONE;
    const Known *known = &speakers->known[last->number];
    if (has_another_office(speakers, known, from))
        return SPEAKER_NONE;
    bool same = same_head(speakers, known->head, head_entry(speakers, from));
    bool is_meant = is_one_person(known) && (!same || titles_agree(speakers, from, end, known));
    return is_meant ? last->number : SPEAKER_NONE;
}

/* أوضح مدرب الفريق: whoever reported last, of whom no title has told anything yet, where that
 * is a calling in sport; SPEAKER_NONE. */
static size_t last_sportsman(Speakers *speakers, size_t from, const SpeakerQuery *query)
{
    unsigned agreement = agreement_of(speakers, from);
    const Turn *last = last_report(speakers, query, agreement);
    if (last == NULL || agreement == AGREE_P || !item_has(speakers, from, CLASS_TITLE_PERSON_SPORT))
        return SPEAKER_NONE;
    const Known *known = &speakers->known[last->number];
    bool is_meant =
        is_one_person(known) && !has_title(known) && (known->agreement & agreement) != 0;
    return is_meant ? last->number : SPEAKER_NONE;
}

/* What المصدر takes up: whatever has just spoken without being a person; المصدر ذاته: whoever
 * has, but rather what was called a source. SPEAKER_NONE. */
static size_t last_source(const Speakers *speakers, size_t from, uint32_t head, bool same,
                          const SpeakerQuery *query)
{
    size_t last = SPEAKER_NONE, seen = 0;
    bool several = item_has(speakers, from, CLASS_AGR_P);
    if (several && !same)
        return SPEAKER_NONE;
    for (size_t i = speakers->turn_count; i-- > 0 && seen < SOURCES_BACK;) {
        const Turn *turn = &speakers->turns[i];
        if (!turn->reports)
            continue;
        if (query->paragraph - turn->paragraph > 1)
            break;
        const Known *known = &speakers->known[turn->number];
        if (several && known->type == SPEAKER_PERSON)
            continue; /* المصادر ذاتها: one person is none of them */
        if (same && same_head(speakers, known->head, head))
            return turn->number;
        if (seen++ == 0 && (same || known->type != SPEAKER_PERSON))
            last = turn->number;
    }
    return last;
}

/* السفير ذاته: whoever of several of that office has spoken last, or else whoever has, in this
 * paragraph or the one before (المسؤول النقابي ذاته); SPEAKER_NONE. */
static size_t last_of_office(const Speakers *speakers, size_t from, uint32_t head,
                             const SpeakerQuery *query)
{
    unsigned agreement = agreement_of(speakers, from);
    size_t last = SPEAKER_NONE;
    if (item_has(speakers, from, CLASS_AGR_P))
        return SPEAKER_NONE; /* المسؤولون أنفسهم */
    for (size_t i = speakers->turn_count; i-- > back_to(speakers->turn_count);) {
        const Turn *turn = &speakers->turns[i];
        const Known *known = &speakers->known[turn->number];
        if (known->type != SPEAKER_PERSON ||
            (known->agreement != 0 && (known->agreement & agreement) == 0))
            continue;
        if (same_head(speakers, known->head, head))
            return turn->number;
        if (last == SPEAKER_NONE && query->paragraph - turn->paragraph <= 1)
            last = turn->number;
    }
    return last;
}

/* قال مصدر أمني، وأضاف المتحدث: who spoke last without a name, if that is one person. */
static size_t last_unnamed(Speakers *speakers, const SpeakerQuery *query, unsigned agreement)
{
    const Turn *last = last_report(speakers, query, agreement);
    if (last == NULL)
        return SPEAKER_NONE;
    const Known *known = &speakers->known[last->number];
    return known->type == SPEAKER_COMMON && has_title(known) && known->agreement != AGREE_P &&
                   item_has(speakers, known->role_from, CLASS_TITLE_SOURCE_PERSON)
               ? last->number
               : SPEAKER_NONE;
}

/* قال خبراء، وأضاف المتحدثون: those who spoke last, if they are several. */
static size_t last_several(const Speakers *speakers, const SpeakerQuery *query)
{
    const Turn *last = last_report(speakers, query, AGREE_P);
    const Known *known = last == NULL ? NULL : &speakers->known[last->number];
    return known != NULL && known->type == SPEAKER_COMMON && (known->agreement & AGREE_P) != 0
               ? last->number
               : SPEAKER_NONE;
}

/* The last person who had the word, whom a word like المتحدث takes up; SPEAKER_NONE. */
static size_t last_person(Speakers *speakers, const Phrase *phrase, size_t from, size_t end,
                          const SpeakerQuery *query)
{
    if (!item_has(speakers, from, CLASS_SPEAKER_AGAIN) || !is_definite(speakers, from) ||
        adjectives_end(speakers, phrase, from, end) != end)
        return SPEAKER_NONE;
    bool source = item_has(speakers, from, CLASS_SPEAKER_AGAIN_SOURCE);
    if (source &&
        (!has_same_behind(speakers, from, end) || item_has(speakers, from, CLASS_AGR_P))) {
        size_t last = last_source(speakers, from, head_entry(speakers, from), false, query);
        bool other =
            last != SPEAKER_NONE && is_other_source(speakers, from, end, &speakers->known[last]);
        return other ? SPEAKER_NONE : last;
    }
    if (!source && item_has(speakers, from, CLASS_AGR_P))
        return last_several(speakers, query);
    unsigned agreement = agreement_of(speakers, from);
    size_t person = SPEAKER_NONE;
    bool alone = end == from + 1 || has_same_behind(speakers, from, end);
    bool only = true; /* one of whom the verb's gender is not told by their titles */
    for (size_t i = speakers->turn_count; i-- > back_to(speakers->turn_count);) {
        size_t number = speakers->turns[i].number;
        const Known *known = &speakers->known[number];
        if (!is_somebody(speakers, known) || !titles_agree(speakers, from, end, known))
            continue;
        if (may_agree(known->agreement, agreement)) {
            bool same = same_head(speakers, known->head, head_entry(speakers, from));
            size_t unnamed =
                same || !alone ? SPEAKER_NONE : last_unnamed(speakers, query, agreement);
            return unnamed != SPEAKER_NONE ? unnamed : number;
        }
        only = only && (person == SPEAKER_NONE || person == number);
        person = number;
    }
    if (person == SPEAKER_NONE && alone)
        return last_unnamed(speakers, query, agreement);
    return only ? person : SPEAKER_NONE;
}

/* الكاتب: who has written something, the last of that gender, or else the last of whom it is
 * not known; SPEAKER_NONE. */
static size_t last_author(const Speakers *speakers, size_t from)
{
    unsigned agreement = agreement_of(speakers, from);
    size_t number = SPEAKER_NONE;
    for (size_t i = speakers->turn_count; i-- > back_to(speakers->turn_count);) {
        const Turn *turn = &speakers->turns[i];
        const Known *known = &speakers->known[turn->number];
        if (!turn->writes || known->type != SPEAKER_PERSON)
            continue;
        if ((known->agreement & agreement) != 0)
            return turn->number;
        if (known->agreement == 0 && number == SPEAKER_NONE)
            number = turn->number;
    }
    return number;
}

/* مسؤول حكومي في العاصمة، رئيس لجنة بالمجلس: the word at `item` tells of what kind the title is,
 * and what is behind it, up to `end`, where its bearer is. */
static bool is_kind_of_title(const Speakers *speakers, const Phrase *phrase, size_t item,
                             size_t end)
{
    size_t next = item + 1;
    return next < end && !is_definite_tag(phrase_tag(phrase, item)) &&
           (is_preposition(speakers, next) || item_has(speakers, next, CLASS_CLITIC_PREPOSITION));
}

/* By an article or by what it is of, the title that begins at `from` is somebody's. */
static bool is_definite_title(const Speakers *speakers, const Phrase *phrase, size_t from,
                              size_t end)
{
    /* أحد الضباط، بعض الباحثين: one or some of those, whoever was named before */
    if (item_has(speakers, from, CLASS_SPEAKER_SOME) ||
        (item_has(speakers, from, CLASS_AGR_P) && phrase->from < from &&
         item_has(speakers, from - 1, CLASS_SPEAKER_SOME)))
        return false;
    if (is_definite(speakers, from))
        return true;
    /* والد هدى */
    if (item_has(speakers, from, CLASS_SPEAKER_KIN) && from + 1 < end &&
        phrase_tag(phrase, from + 1) == TAG_NAME)
        return true;
    /* جنرال أميركي بارز: its own adjective says that it is anybody; nor does مصدر بالقوات name
     * him. */
    size_t next = from + 1;
    if (next < end && !has_article(speakers, from) &&
        item_has(speakers, next, CLASS_CLITIC_PREPOSITION))
        return false;
    if (next < end && !has_article(speakers, from) && !has_article(speakers, next) &&
        (phrase_tag(phrase, next) == TAG_ADJECTIVE || is_preposition(speakers, next) ||
         (phrase_tag(phrase, next) == TAG_CONTINUES && item_has(speakers, from, CLASS_AGR_P)) ||
         is_kind_of_title(speakers, phrase, next, end)))
        return false;
    /* مصدر قبلي من أهالي الحي: people of whom nothing is known yet. */
    size_t told = phrase->lead == TAG_PEOPLE && from + 2 < end ? from + 2 : end;
    for (size_t i = from + 1; i < told; i++)
        if (is_definite(speakers, i) || in_group(speakers, i, GROUP_PLACES))
            return true;
    /* صاحبة كتاب «الضفاف» */
    return from + 2 < end && phrase_tag(phrase, from + 2) == TAG_MARKED &&
           !is_adjective(speakers, phrase, from + 1) &&
           !item_has(speakers, from + 1, CLASS_SHAPE_NISBA);
}

/* وعزا المتحدث السبب: behind whoever is speaking stands an adjective, or else an object. */
static bool is_again_with_object(const Speakers *speakers, const Phrase *phrase, size_t from,
                                 size_t end)
{
    size_t next = from + 1;
    if (end == next || !item_has(speakers, from, CLASS_SPEAKER_AGAIN) ||
        !has_article(speakers, from) || !is_bare_noun(speakers, next))
        return false;
    Tag tag = phrase_tag(phrase, next);
    return is_definite_tag(tag) ||
           (tag == TAG_CONTINUES && !in_group(speakers, next, GROUP_CONTINUES));
}

/* رئيس الشبكة الكالدية (زوطا): the title of somebody who is known has the text of item `marked`
 * in marks or brackets, or they stand right behind it. */
static bool has_marked(const Speakers *speakers, const Known *known, size_t marked)
{
    Slice text = fold_key(speakers, items_text(speakers, marked, marked + 1));
    for (size_t i = known->role_from; i <= known->role_to && i < speakers->string->count; i++)
        if (is_enclosed(speakers, i) &&
            slice_equal(text, fold_key(speakers, items_text(speakers, i, i + 1))))
            return true;
    return false;
}

/* رئيس «الضفاف»: whoever of that office spoke last, where nobody else has it or his title has
 * the marks; they hold a short name of what he is head of. SPEAKER_NONE. */
static size_t last_of_marked(const Speakers *speakers, const Phrase *phrase, size_t from,
                             size_t end, uint32_t head)
{
    size_t last = SPEAKER_NONE;
    bool only = true;
    if (end != from + 2 || has_article(speakers, from) ||
        phrase_tag(phrase, from + 1) != TAG_MARKED || item_has(speakers, from, CLASS_AGR_P))
        return SPEAKER_NONE;
    for (size_t i = speakers->turn_count; i-- > back_to(speakers->turn_count);) {
        size_t number = speakers->turns[i].number;
        const Known *known = &speakers->known[number];
        if (known->type != SPEAKER_PERSON || !same_head(speakers, known->head, head))
            continue;
        if (has_title(known) && has_marked(speakers, known, from + 1))
            return number;
        only = only && (last == SPEAKER_NONE || last == number);
        last = number;
    }
    return only ? last : SPEAKER_NONE;
}

/* Speaker `number` is known by a relative, and the noun of kin at `item` takes him up: by the
 * same word (سلمى ابنته, ابنته), or where he spoke last and is known without a pronoun (والد
 * الطفل, والده). */
static bool is_same_kin(Speakers *speakers, size_t number, size_t item)
{
    const Known *known = &speakers->known[number];
    size_t role = known->role_from;
    if (role == known->role_to || !item_has(speakers, role, CLASS_TITLE_KIN) ||
        differ_in_gender(agreement_of(speakers, role), agreement_of(speakers, item)))
        return false; /* والدة الجندي is not والده */
    if (!is_kin_by_pronoun(speakers, role))
        return number == last_turn(speakers) &&
               same_head(speakers, head_entry(speakers, role), head_entry(speakers, item));
    return known->type == SPEAKER_PERSON &&
           slice_equal(fold_key(speakers, items_text(speakers, item, item + 1)),
                       fold_key(speakers, items_text(speakers, role, role + 1)));
}

/* ابنته: the only one who is known as that relative; SPEAKER_NONE. */
static size_t kin_taken_up(Speakers *speakers, size_t from)
{
    size_t only = SPEAKER_NONE;
    for (size_t i = speakers->turn_count; i-- > back_to(speakers->turn_count);) {
        size_t number = speakers->turns[i].number;
        if (number == only || !is_same_kin(speakers, number, from))
            continue;
        if (only != SPEAKER_NONE)
            return SPEAKER_NONE;
        only = number;
    }
    return only;
}

/* وكشف مصدر «الرافد»، مصدر جريدة الرافد: the one that the paper has, and has told of. */
static bool is_source_of_paper(const Speakers *speakers, size_t from, size_t end)
{
    return end > from + 1 && item_has(speakers, from, CLASS_SPEAKER_AGAIN_SOURCE) &&
           !is_definite(speakers, from) && !has_proclitic(speakers, from + 1) &&
           (item_has(speakers, from + 1, CLASS_ORG_MEDIA) ||
            item_has(speakers, from + 1, CLASS_HEAD_ORG_MEDIA));
}

static bool is_source(const Speakers *speakers, const Known *known)
{
    return has_title(known) && item_has(speakers, known->role_from, CLASS_SPEAKER_AGAIN_SOURCE);
}

/* هذا الناطق باسم القوات: whatever he is called now, he was told of. */
static bool points_back(const Speakers *speakers, size_t from)
{
    return from > 0 && !is_stop(speakers, from - 1) &&
           item_has(speakers, from - 1, CLASS_SPEAKER_POINTING);
}

/* وهو ما نفاه مصدر عسكري، وأكد المصدر ذاته: where no source has spoken, the one that has been told
 * of since somebody did; `last` where there is none. */
static size_t source_told_of(Speakers *speakers, size_t from, uint32_t head, size_t last)
{
    if (last == SPEAKER_NONE || is_source(speakers, &speakers->known[last]))
        return last;
    size_t item = find_body_elsewhere(speakers, from, from + 1);
    if (item == SPEAKER_NONE || item <= speakers->turns[speakers->turn_count - 1].cue)
        return last;
    size_t number = read_people_elsewhere(speakers, from, from + 1, head);
    return number != SPEAKER_NONE ? number : last;
}

/* يشعل سالم الحربي فرنه. ويقول الرجل الستيني, هذا المزارع: says no more of one person than what
 * anybody is, or points at him. */
static bool stands_for_named(const Speakers *speakers, size_t from, size_t end)
{
    if (!has_article(speakers, from) || item_has(speakers, from, CLASS_AGR_P) ||
        in_group(speakers, from, GROUP_ORGANISATIONS))
        return false;
    if (points_back(speakers, from))
        return true;
    return item_has(speakers, from, CLASS_SPEAKER_HUMAN) &&
           (end == from + 1 || (end == from + 2 && has_article(speakers, from + 1) &&
                                item_has(speakers, from + 1, CLASS_SHAPE_NISBA)));
}

/* Whom the title [from, end) takes up who has been told of in front of it; SPEAKER_NONE.
 * `definite`: it is somebody's. */
static size_t title_taken_up(Speakers *speakers, const SpeakerQuery *query, size_t from, size_t end,
                             uint32_t head, bool definite)
{
    size_t number = SPEAKER_NONE;
    if (end == from + 1 && is_kin_by_pronoun(speakers, from))
        return kin_taken_up(speakers, from);
    if (is_source_of_paper(speakers, from, end)) {
        number = last_source(speakers, from, head, true, query);
        if (number != SPEAKER_NONE && !is_source(speakers, &speakers->known[number]))
            number = SPEAKER_NONE;
    } else if (definite && has_same_behind(speakers, from, end)) {
        number = item_has(speakers, from, CLASS_SPEAKER_AGAIN_SOURCE)
                     ? source_told_of(speakers, from, head,
                                      last_source(speakers, from, head, true, query))
                     : last_of_office(speakers, from, head, query);
    }
    if (definite && number == SPEAKER_NONE)
        number = find_by_head(speakers, head, from, end);
    if (definite && number == SPEAKER_NONE && points_back(speakers, from)) {
        number = last_of_office(speakers, from, head, query);
        if (number != SPEAKER_NONE && !same_head(speakers, speakers->known[number].head, head))
            number = SPEAKER_NONE;
    }
    if (number == SPEAKER_NONE && end == from + 1 && has_article(speakers, from) &&
        item_has(speakers, from, CLASS_SPEAKER_AUTHOR))
        number = last_author(speakers, from);
    return number;
}

/* `item` stands in the document's first sentence, or its second where a heading is the first. */
static bool is_in_lead(const Speakers *speakers, size_t item)
{
    size_t stops = 0;
    if (item >= LEAD_ITEMS)
        return false;
    for (size_t i = 0; i < item; i++)
        stops += is_stop(speakers, i);
    return stops <= 1;
}

/* Whom the document names in full elsewhere by the title [from, end); SPEAKER_NONE. */
static size_t title_elsewhere(Speakers *speakers, const Phrase *phrase, size_t from, size_t end,
                              uint32_t head, bool definite)
{
    size_t number = SPEAKER_NONE;
    /* مدير سابق: nobody who has the office now */
    if (!is_definite(speakers, from) && any_has(speakers, from, end, CLASS_TITLE_FORMER))
        return SPEAKER_NONE;
    if (phrase->lead == TAG_PEOPLE && is_definite(speakers, from) && end - from <= 2)
        number = read_people_elsewhere(speakers, from, end, head);
    /* قال باحث أردني, and later الباحث الأردني فلان: a report names at length whom it begins
     * with. */
    bool lead = !definite && end - from > 1 && is_in_lead(speakers, from) &&
                phrase_tag(phrase, from) == TAG_ROLE && !item_has(speakers, from, CLASS_QUANTIFIER);
    if (number == SPEAKER_NONE && (definite || lead) && !item_has(speakers, from, CLASS_AGR_P) &&
        !item_has(speakers, from, CLASS_SPEAKER_KIN) && !is_kin_by_pronoun(speakers, from))
        number = read_office_elsewhere(speakers, from, end, head, !definite);
    if (number == SPEAKER_NONE && definite && !item_has(speakers, from, CLASS_AGR_P))
        number = read_counterpart(speakers, from, end, head);
    return number;
}

/* The number of those who are called by the title [from, end) alone. */
static size_t note_titled(Speakers *speakers, const Phrase *phrase, size_t from, size_t end,
                          uint32_t head)
{
    Known common = {.type = SPEAKER_COMMON, .head = head, .role_from = from, .role_to = end};
    bool continues = phrase->from < from && phrase_tag(phrase, from - 1) == TAG_CONTINUES;
    common.name =
        items_text(speakers, continues ? from - 1 : from, common_end(speakers, phrase, from, end));
    return note_body(speakers, &common);
}

/* الدكتور يعن الله الحربي: where two words or more stand behind a title with its article, the
 * first of them bare and in no list, they are a name that nothing else tells; empty where they
 * are not. */
static Range unknown_name(const Speakers *speakers, const Phrase *phrase, size_t from, size_t end)
{
    size_t name = from + 1, to = name;
    Range none = {end, end};
    if (name >= end || !has_article(speakers, from) || item_at(speakers, from)->token_count > 1 ||
        phrase_tag(phrase, name) != TAG_WORD || is_in_list(speakers, name) ||
        has_proclitic(speakers, name) || item_has(speakers, name, CLASS_SHAPE_ACCUSATIVE))
        return none;
    while (to < end &&
           (is_name_tag(phrase_tag(phrase, to)) || phrase_tag(phrase, to) == TAG_DEFINITE ||
            item_has(speakers, to, CLASS_SPEAKER_CITED)))
        to++;
    if (to > name && to < end && in_group(speakers, to, GROUP_NAMES)) /* his family, an origin */
        to++;
    return to - name > 1 ? (Range){name, to} : none;
}

size_t read_titled(Speakers *speakers, const Phrase *phrase, const SpeakerQuery *query)
{
    size_t from = phrase->lead_item, end = segment_end(phrase, from);
    from = behind_address(speakers, phrase, from, end);
    /* الوزير -في تصريح صحفي- */
    while (end > from + 1 && phrase_tag(phrase, end - 1) == TAG_BRACKET)
        end--;
    /* وعزا المتحدث نفسه التأخر إلى */
    for (size_t i = from + 1; i < end; i++)
        if (item_has(speakers, i, CLASS_SPEAKER_SAME))
            end = i + 1;
    uint32_t head = head_entry(speakers, from);
    bool definite = is_definite_title(speakers, phrase, from, end);
    if (is_again_with_object(speakers, phrase, from, end))
        end = from + 1;
    /* واعتبر الفاعل الكالدي اعتماد: behind its adjectives what has the article has no complement */
    size_t object = adjectives_end(speakers, phrase, from, end);
    if (object < end && has_article(speakers, from) && phrase_tag(phrase, object) == TAG_PLAIN &&
        !is_definite(speakers, object) && !is_conjoined(speakers, object) &&
        !item_has(speakers, object, CLASS_CLITIC_PREPOSITION))
        end = object;
    size_t alone = title_alone_end(speakers, phrase, from, end);
    size_t number = phrase->lead == TAG_ROLE ? addressed_by_family(speakers, phrase, from, alone)
                                             : SPEAKER_NONE;
    if (number != SPEAKER_NONE)
        return number;
    if (alone == from + 2 && has_article(speakers, from) &&
        phrase_tag(phrase, from + 1) == TAG_DEFINITE &&
        !item_has(speakers, from + 1, CLASS_SHAPE_NISBA))
        end = alone;
    Range unknown = unknown_name(speakers, phrase, from, end);
    if (unknown.from < unknown.to) {
        Known person = {.head = NO_ENTRY};
        take_role(speakers, &person, (Range){from, from + 1}, from);
        return note_person(speakers, unknown, &person);
    }
    size_t taken_up = title_taken_up(speakers, query, from, end, head, definite);
    /* An office with its complement may have been named in full elsewhere. */
    if (taken_up != SPEAKER_NONE && (speakers->known[taken_up].type == SPEAKER_PERSON ||
                                     phrase->lead == TAG_PEOPLE || end - from < 2))
        return taken_up;
    number = title_elsewhere(speakers, phrase, from, end, head, definite);
    if (number == SPEAKER_NONE)
        number = taken_up;
    if (number == SPEAKER_NONE)
        number = last_of_marked(speakers, phrase, from, end, head);
    /* هذا الخبير في شؤون النقل: his field need not have been told before */
    size_t told_end = points_back(speakers, from) ? from + 1 : end;
    if (number == SPEAKER_NONE)
        number = last_described(speakers, phrase, from, told_end, query);
    if (number == SPEAKER_NONE)
        number = last_person(speakers, phrase, from, told_end, query);
    /* وأضافت الرياضي: a calling that is the family name of who has spoken */
    if (number == SPEAKER_NONE && end == from + 1 && is_known_family(speakers, from))
        number = find_by_part(speakers, from);
    /* بحضور كمال نجم وزير النقل، وقال نجم: or of whom the document names in full */
    if (number == SPEAKER_NONE && end == from + 1 && !is_definite(speakers, from) &&
        item_at(speakers, from)->token_count == 1 && !item_has(speakers, from, CLASS_AGR_P))
        number = named_so(speakers, from, false);
    if (number == SPEAKER_NONE && definite)
        number = last_going_on(speakers, from, end, query);
    if (number == SPEAKER_NONE && definite)
        number = last_sportsman(speakers, from, query);
    /* وجد شاب رافدي طريقة، وقال الشاب */
    if (number == SPEAKER_NONE && end == from + 1 && has_article(speakers, from) &&
        item_has(speakers, from, CLASS_TITLE_SOURCE_PERSON) &&
        !item_has(speakers, from, CLASS_AGR_P))
        number = read_people_elsewhere(speakers, from, end, head);
    /* but سأل سالم الحربي عاملا: ماذا تفعل؟ أجاب الرجل: who was asked, and has no name */
    if (number == SPEAKER_NONE && stands_for_named(speakers, from, end) &&
        !item_has(speakers, query->cue, CLASS_CUE_ANSWER))
        number = person_named_before(speakers, query, agreement_of(speakers, from));
    return number != SPEAKER_NONE ? number : note_titled(speakers, phrase, from, end, head);
}
