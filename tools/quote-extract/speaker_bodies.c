#include "tools/quote-extract/speaker_parts.h"

#include "common/utf8.h"

enum {
    ISSUERS_BACK = 8, /* turns in which who issued a document is looked for */
    TOLD_WITHIN = 256 /* items behind a verb in which it is looked for      */
};

/* الشركة «...»: marks that may hold a name, and are not MARKED_LONG, stand at `item`; false
 * behind the last item. */
static bool has_short_marks(const Speakers *speakers, size_t item)
{
    return exists(speakers, item) && item_has(speakers, item, CLASS_MARKED) &&
           !item_has(speakers, item, CLASS_MARKED_LONG);
}

/* Of a body, [*start, *to), whose name stands in marks, no adjective behind them is a part (حزب
 * «رافد» الأميركي), and of some, as of all companies, they are the name themselves (منظمة
 * «رافد»). With what a body is for all of it is (جمعية «رافد» للثقافة), but what a company deals
 * in describes it, in front of the marks (شركة الأبحاث «رافد») or behind them. */
static void take_marked_name(const Speakers *speakers, size_t *start, size_t *to)
{
    bool company = item_has(speakers, *start, CLASS_HEAD_ORG_COMPANY);
    size_t mark = *start + 1;
    while (company && mark < *to && has_article(speakers, mark) && !has_proclitic(speakers, mark))
        mark++;
    if (mark >= *to || !has_short_marks(speakers, mark) || is_definite(speakers, *start))
        return;
    for (size_t i = mark + 1; !company && i < *to; i++)
        if (!has_article(speakers, i) || has_proclitic(speakers, i))
            return;
    if (company || item_has(speakers, *start, CLASS_SPEAKER_BY_MARKS))
        *start = mark;
    *to = mark + 1;
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
    bool named_next =
        next < to && (is_enclosed(speakers, next) || in_group(speakers, next, GROUP_ORGANISATIONS));
    /* وكالة الطاقة الذرية، وكالة التعاون الأمني الدفاعي، وكالة حماية البيئة, but وكالة رويترز */
    bool described =
        next + 2 < to && (has_article(speakers, next) || in_group(speakers, next, GROUP_BODIES)) &&
        has_article(speakers, next + 1) && item_has(speakers, next + 1, CLASS_SHAPE_NISBA) &&
        has_article(speakers, next + 2) && item_has(speakers, next + 2, CLASS_SHAPE_NISBA) &&
        !item_has(speakers, next, CLASS_ORG_MEDIA);
    bool inside =
        item_has(speakers, from, CLASS_HEAD_ORG_MEDIA_AGENCY) && next < to &&
        ((described && item_at(speakers, next)->token_count == 1) ||
         (!named_next && in_group(speakers, next, GROUP_ORDINARY) &&
          (has_article(speakers, next) || (next + 1 < to && has_article(speakers, next + 1) &&
                                           !item_has(speakers, next + 1, CLASS_SHAPE_NISBA)))));
    /* القناة والصحيفة: two of them */
    bool joined =
        next < to && is_conjoined(speakers, next) &&
        (in_group(speakers, next, GROUP_OUTSIDE) || in_group(speakers, next, GROUP_BODIES));
    if (in_group(speakers, from, GROUP_OUTSIDE) && next < to && !inside && !joined &&
        (named_next || !is_definite(speakers, from))) {
        bool only_adjectives = true;
        for (size_t i = next; i < to; i++)
            only_adjectives &= in_group(speakers, i, GROUP_ADJECTIVES);
        /* مواقع إخبارية محلية, موقع إخباري */
        only_adjectives = only_adjectives || (!named_next && !has_article(speakers, from) &&
                                              !has_article(speakers, next) &&
                                              item_has(speakers, next, CLASS_SHAPE_NISBA) &&
                                              (item_has(speakers, next, CLASS_SHAPE_OBJECT) ||
                                               in_group(speakers, next, GROUP_ORDINARY)));
        if (!only_adjectives) {
            start = next;
            if (is_enclosed(speakers, next))
                to = next + 1;
        }
    }
    if (start == from)
        take_marked_name(speakers, &start, &to);
    while (to > start + 1 && start != from &&
           (in_group(speakers, to - 1, GROUP_ADJECTIVES) ||
            (to > start + 2 && in_group(speakers, to - 2, GROUP_ADJECTIVES) &&
             has_article(speakers, to - 1) && item_has(speakers, to - 1, CLASS_SHAPE_NISBA))))
        to--;
    /* وكالة المرفأ للأنباء السورية: what the agency is for is no part of its name either. */
    if (to == start + 2 && start != from && has_proclitic(speakers, to - 1) &&
        item_has(speakers, to - 1, CLASS_ORG_MEDIA))
        to--;
    body->name = items_text(speakers, start, to);
}

/* Opens its sentence, or stands behind a verb of saying or the word that does. */
static bool is_subject(const Speakers *speakers, size_t item)
{
    /* قرر مجلس إدارة هيئة السوق: a part of the subject counts as well. */
    for (int i = 0;
         i < 3 && item > 1 && !is_stop(speakers, item - 1) && has_head_group(speakers, item - 1) &&
         !in_group(speakers, item - 1, GROUP_BREAKS) && !is_definite(speakers, item - 1);
         i++)
        item--;
    if (item == 0 || is_stop(speakers, item - 1) || is_finite_cue(speakers, item - 1) ||
        item_has(speakers, item - 1, CLASS_ACT))
        return true;
    bool opens = item == 1 || is_stop(speakers, item - 2);
    return opens && !item_has(speakers, item - 1, CLASS_HALT);
}

/* A listed name whose first word is this one, as fold_key has it. */
static bool opens_with(const Speakers *speakers, Head *head, Slice key)
{
    if (!head->is_listed)
        return false;
    if (head->opening.data == NULL) {
        const Token *first = &speakers->tokens[item_at(speakers, head->item)->first_token];
        head->opening = fold_key(speakers, slice_cut(speakers->text,
                                                     item_core(speakers, head->item).bytes.start,
                                                     first->byte + first->byte_length));
    }
    return slice_equal(head->opening, key);
}

/* A name that has the article: الشبكة السورية لحقوق الإنسان, of an adjective and a purpose. */
static bool is_official(const Speakers *speakers, size_t item)
{
    size_t count = speakers->string->count, purpose = item + 2;
    if (purpose >= count || is_stop(speakers, item + 1) || !has_article(speakers, item + 1) ||
        has_proclitic(speakers, item + 1) || is_conjoined(speakers, item + 1))
        return false;
    if (!is_stop(speakers, purpose) && has_article(speakers, purpose) &&
        !has_proclitic(speakers, purpose) && purpose + 1 < count)
        purpose++; /* الهيئة الوطنية العليا لمكافحة الفساد */
    if (is_stop(speakers, purpose))
        return false;
    /* سعت الكنيسة الشرقية الرافدية للانفصال عن المدينة: with a preposition of its own it is what
     * they do */
    bool deed = exists(speakers, purpose + 1) && item_has(speakers, purpose + 1, CLASS_HALT_PREP);
    return is_purpose(speakers, purpose) || (goes_on_joined(speakers, purpose) && !deed) ||
           is_body_purpose(speakers, purpose);
}

/* ناشدت الحكومة اليمنية: a body of a country, as the subject. */
static bool is_national(const Speakers *speakers, size_t item)
{
    size_t next = item + 1;
    return exists(speakers, next) && !in_group(speakers, item, GROUP_PEOPLE) &&
           in_group(speakers, next, GROUP_ADJECTIVES) && has_article(speakers, next) &&
           !has_proclitic(speakers, next) && !is_conjoined(speakers, next) &&
           !has_proclitic(speakers, item) && is_subject(speakers, item);
}

/* فازت عداءة مغربية بذهبية، أنقذ شاب سعودي مسافرين: what is told of the person at `from` ends in
 * front of `item`, where what he did begins. */
static bool leaves_person(const Speakers *speakers, size_t from, size_t item)
{
    return has_proclitic(speakers, item) ||
           (follows_bare_adjective(speakers, from, item) && !is_definite(speakers, item) &&
            (agreement_of(speakers, from) & AGREE_P) == 0 &&
            (agreement_of(speakers, item) & AGREE_P) != 0);
}

size_t people_end(Speakers *speakers, size_t from)
{
    size_t whole = noun_end(speakers, from), end = from + 1;
    while (end < whole && !leaves_person(speakers, from, end))
        end++;
    if (end < whole)
        return end;
    if (!exists(speakers, end) || !item_has(speakers, end, CLASS_HALT_IN) ||
        !exists(speakers, end + 1))
        return end;
    Tag tag = tag_of(speakers, end + 1, TAG_OTHER);
    return tag == TAG_ORG || tag == TAG_BODY || tag == TAG_HEAD ? noun_end(speakers, end + 1) : end;
}

size_t find_body_elsewhere(Speakers *speakers, size_t item, size_t to)
{
    const ItemString *string = speakers->string;
    uint32_t entry = head_entry(speakers, item);
    uint16_t wanted = head_key(speakers, entry);
    Slice key = fold_key(speakers, items_text(speakers, item, item + 1));
    /* الاتحاد may be a club of that name */
    bool listed = item_has(speakers, item, CLASS_ORG);
    size_t best = SPEAKER_NONE, best_distance = SIZE_MAX, first, last;
    heads_near(speakers, item, &first, &last);
    for (size_t k = first; k < last; k++) {
        Head *head = &speakers->heads[k];
        size_t i = head->item;
        bool opens = opens_with(speakers, head, key);
        if ((!opens && head->key != wanted) || i == item ||
            !(opens ? !has_article(speakers, i) || item_at(speakers, i)->token_count > 1
                    : same_head(speakers, head_entry(speakers, i), entry) &&
                          (!is_definite(speakers, i) || has_short_marks(speakers, i + 1) ||
                           is_official(speakers, i) || (i < item && is_national(speakers, i)))) ||
            (listed && !is_subject(speakers, i)))
            continue;
        bool people = in_group(speakers, i, GROUP_PEOPLE);
        size_t end = people ? people_end(speakers, i) : noun_end(speakers, i);
        size_t distance = i < item ? item - i : (i - item) * 4;
        /* What was the subject of a verb is taken up rather than what stands near, and a
         * name rather than what a country has. */
        if (is_subject(speakers, i))
            distance /= 4;
        if (!opens && is_definite(speakers, i) && !is_official(speakers, i))
            distance *= 4;
        Known body = {.type = SPEAKER_COMMON, .role_from = i, .role_to = end};
        if ((end - i > 1 || string->items[i].token_count > 1) && distance < best_distance &&
            titles_agree(speakers, item, to, &body)) {
            best = i;
            best_distance = distance;
        }
    }
    return best;
}

/* Behind the body at `from` somebody or something else begins at `i`, whatever stands between. */
static bool leaves_body(const Speakers *speakers, const Phrase *phrase, size_t from, size_t i)
{
    Tag tag = phrase_tag(phrase, i);
    bool joined = is_conjoined(speakers, i);
    bool nisba = item_has(speakers, i, CLASS_SHAPE_NISBA);
    bool listed = item_has(speakers, i - 1, CLASS_ORG);
    /* واعتبرت الكتابة الإقليمية النضال ضرورة */
    if (i == from + 1 && is_definite_tag(tag) && is_bare_noun(speakers, i) &&
        item_at(speakers, from)->token_count > 1 && is_definite(speakers, from) &&
        agreement_of(speakers, from) == AGREE_F && !item_has(speakers, i, CLASS_SHAPE_FEMININE))
        return true;
    /* دعا المجلس المجتمع الدولي */
    if (i == from + 1 && tag == TAG_BODY && has_article(speakers, from) &&
        has_article(speakers, i) && !has_proclitic(speakers, i) && !nisba && !joined &&
        item_at(speakers, i)->token_count > 1)
        return true;
    /* مركز الوادي والرئيس السابق */
    if (tag == TAG_ROLE && joined && !nisba && !item_has(speakers, i, CLASS_AGR_P))
        return true;
    /* نادي النورس المنتمي لدوري الوادي: what it belongs to is no part of its name. */
    if (phrase->lead == TAG_ORG && item_has(speakers, i, CLASS_SPEAKER_BELONGS))
        return true;
    /* شركة بوبا الشريك الرسمي: what a company is, behind its proper name */
    if ((tag == TAG_PEOPLE || tag == TAG_ROLE) && has_article(speakers, i) && i > from + 1 &&
        !is_definite(speakers, i - 1) && phrase_tag(phrase, from) == TAG_ORG &&
        (phrase_tag(phrase, i - 1) == TAG_WORD || phrase_tag(phrase, i - 1) == TAG_MARKED ||
         (phrase_tag(phrase, i - 1) == TAG_PLAIN && !is_purpose(speakers, i - 1) &&
          !in_group(speakers, i - 1, GROUP_ORDINARY))) &&
        !nisba && !joined)
        return true;
    /* المديرية العامة للسجون الإخوة الزائرين */
    if ((tag == TAG_PEOPLE || tag == TAG_ROLE) && has_article(speakers, i) && listed && !nisba &&
        item_at(speakers, i - 1)->token_count > 1)
        return true;
    /* وصفت بيروت دمشق */
    if (tag == TAG_PLACE && phrase_tag(phrase, i - 1) == TAG_PLACE && i == from + 1 && !joined &&
        !has_proclitic(speakers, i))
        return true;
    /* شركة النقل بتوزيع أرباح; طالب الحزب بفتح تحقيق, where فتح is a body too */
    if ((tag == TAG_PLAIN ||
         (tag == TAG_ORG && item_has(speakers, i, CLASS_AMBIGUOUS) && !has_article(speakers, i))) &&
        item_has(speakers, i, CLASS_CLITIC_PREPOSITION) &&
        (!item_has(speakers, i - 1, CLASS_TAKES_PREPOSITION) || has_article(speakers, i - 1)))
        return true; /* but منظمات معنية بحقوق الإنسان */
    if (is_adverbial(speakers, i, tag))
        return true;
    /* المديرية العامة للموانئ المسافرين */
    if (item_at(speakers, i - 1)->token_count > 1 && is_oblique_behind(speakers, from, i))
        return true;
    /* نشرت حركة طالبان شريط فيديو */
    if (tag == TAG_DOCUMENT && listed && !has_article(speakers, i) && !has_proclitic(speakers, i))
        return true;
    /* نادي النورس التخلي عن لاعبه: behind a proper name stand only adjectives. */
    bool proper = listed &&
                  (!has_article(speakers, i - 1) || item_at(speakers, i - 1)->token_count > 1) &&
                  !in_group(speakers, i - 1, GROUP_CONTINUES);
    if (is_second_noun(speakers, from, i, tag) || is_no_adjective(speakers, from, i, tag) ||
        (proper && is_definite_tag(tag) && is_bare_noun(speakers, i)))
        return true;
    /* قيادة التحالف وقف العمليات: no body's name goes on with another body. */
    return (tag == TAG_ORG || tag == TAG_BODY) && i > from + 1 && has_article(speakers, i - 1) &&
           !is_definite(speakers, i) && !has_proclitic(speakers, i) && !joined &&
           item_at(speakers, i)->token_count == 1 && !item_has(speakers, i, CLASS_ORG);
}

/* أصدرت الشبكة الأهلية من أجل المدينة تقريرا، ودعت الشبكة الأهلية من أجل المدينة، في بيان، إلى:
 * with the object, or a comma, behind what is at `item` and its adjectives, that is in the name,
 * and not what the verb is done for. */
static bool closes_name(const Speakers *speakers, size_t item)
{
    do
        item++; /* من أجل التعليم العالي */
    while (exists(speakers, item) && has_article(speakers, item) &&
           item_has(speakers, item, CLASS_SHAPE_NISBA));
    return exists(speakers, item) &&
           (item_has(speakers, item, CLASS_COMMA) || item_has(speakers, item, CLASS_MARKED) ||
            item_has(speakers, item, CLASS_SHAPE_ACCUSATIVE));
}

/* الجمعية الأهلية للماء «رافد»: behind a name that says what the body is for stands in marks how it
 * is called besides; elsewhere that may be its only name (شركة الاستشارات «رافد»). */
static bool is_alias(const Speakers *speakers, const Phrase *phrase, size_t from, size_t item)
{
    if (phrase_tag(phrase, item) != TAG_MARKED || phrase->lead != TAG_ORG)
        return false;
    for (size_t i = from + 1; i < item; i++)
        if (is_body_purpose(speakers, i) || is_purpose(speakers, i) || goes_on_joined(speakers, i))
            return true;
    return false;
}

/* The last word of a listed name is an adjective of origin: البنك المركزي اليمني. */
static bool ends_with_origin(Speakers *speakers, size_t item)
{
    const Item *name = item_at(speakers, item);
    size_t end = name->first_token + name->token_count;
    const ItemString *last = read_tokens(speakers, end - 1, end);
    return last->count != 0 && set_in_group(speakers, last->items[0].set, GROUP_ADJECTIVES);
}

/* The name of the body at `from` goes on with the small word at `item`, joined to a word (معهد
 * الوادي للأبحاث) or in front of a place or a seat, `limit` at the latest. `*definite`: what
 * stands in front of it is, and then, where it goes on, what it ends with. */
static bool goes_on_behind(Speakers *speakers, const Phrase *phrase, size_t from, size_t item,
                           size_t limit, bool *definite)
{
    size_t next = item + 1;
    bool joined = goes_on_joined(speakers, item);
    /* البنك المركزي اليمني في عدن: of a name with its country that is no part */
    bool whole = item_at(speakers, from)->token_count > 1 &&
                 (item > from + 1 ? phrase_tag(phrase, item - 1) == TAG_ADJECTIVE
                                  : ends_with_origin(speakers, from));
    bool in_place = next < limit && !whole && phrase_tag(phrase, next) == TAG_PLACE &&
                    !item_has(speakers, item, CLASS_SHAPE_PRONOUN);
    /* مقال في صحيفة الوادي: whoever issued it */
    bool issued = item == from + 1 && phrase_tag(phrase, from) == TAG_DOCUMENT;
    bool seated = next < limit && !issued && !whole &&
                  (next + 1 < limit || item_at(speakers, next)->token_count > 1) &&
                  is_seat(speakers, item, phrase_tag(phrase, next));
    *definite = !seated && (*definite || joined);
    return joined || in_place || seated;
}

/* Where the name of a body ends within its phrase: an indefinite word behind a
 * definite one is no part of it (قوات الأمن سبع عبوات). */
static size_t body_end(Speakers *speakers, const Phrase *phrase, size_t from, size_t limit)
{
    bool definite = is_definite(speakers, from) || phrase_tag(phrase, from) == TAG_PLACE;
    for (size_t i = from + 1; i < limit; i++) {
        Tag tag = phrase_tag(phrase, i);
        if (tag == TAG_BRACKET && i == from + 1 && head_takes_brackets(speakers, from))
            return i + 1; /* وكالة (الرافد) */
        /* الجماعة الاقتصادية للدول «الضفاف» | لإعادة الرئيس */
        if (i > from + 2 && phrase_tag(phrase, i - 1) == TAG_MARKED)
            return i;
        /* وصفت حماس «...»: a proper name has no other in marks */
        if (tag == TAG_MARKED && i == from + 1 && item_has(speakers, from, CLASS_ORG))
            return i;
        if (tag == TAG_BRACKET || is_alias(speakers, phrase, from, i) ||
            item_has(speakers, i, CLASS_SPEAKER_SAME) ||
            is_pointing_elsewhere(speakers, i, definite) ||
            is_describing(speakers, phrase, from, i) ||
            (phrase_tag(phrase, from) == TAG_DOCUMENT &&
             item_has(speakers, i, CLASS_SPEECH_EVENT_BEHIND)))
            return i;
        if (phrase->lead == TAG_ORG && is_body_purpose(speakers, i) &&
            !(phrase->with_object && item_has(speakers, i, CLASS_BODY_PURPOSE_SAKE) &&
              !closes_name(speakers, i + 1))) {
            /* الجمعية الوطنية للدفاع عن الآثار، المدافعة عن الصحافيين: whatever that is */
            definite = i + 1 < limit && has_article(speakers, i + 1);
            i += definite;
            continue;
        }
        if (tag == TAG_OTHER) {
            if (!goes_on_behind(speakers, phrase, from, i, limit, &definite))
                return i;
            continue;
        }
        if (item_has(speakers, i, CLASS_SPEAKER_LED_BY))
            return i;
        bool organised = phrase->lead == TAG_ORG || phrase->lead == TAG_DOCUMENT;
        if (organised && is_purpose(speakers, i)) {
            definite = false;
            continue; /* الهيئة الوطنية لمكافحة الفساد */
        }
        /* النيابة عبد العزيز: the article within a name makes no noun of it. */
        bool named = tag == TAG_LINK || (tag == TAG_NAME && !has_article(speakers, i));
        bool now = (is_definite(speakers, i) && !named) || tag == TAG_PLACE || tag == TAG_MARKED;
        if (leaves_body(speakers, phrase, from, i))
            return i;
        bool joins_another =
            is_conjoined(speakers, i) || item_has(speakers, i, CLASS_SHAPE_CONJOINED);
        if (definite && !now && !joins_another &&
            (tag == TAG_WORD || tag == TAG_PLAIN || tag == TAG_ROLE || tag == TAG_DOCUMENT ||
             tag == TAG_PEOPLE || (tag == TAG_HEAD && !has_proclitic(speakers, i)) ||
             (named && phrase_tag(phrase, i - 1) != TAG_ROLE) ||
             (tag == TAG_CONTINUES && !in_group(speakers, i, GROUP_CONTINUES))))
            return i;
        definite = now || (definite && !item_has(speakers, i, CLASS_CLITIC_PREPOSITION));
    }
    return limit;
}

/* Whether nothing but adjectives stand behind the noun at `from`, up to `to`. */
static bool is_noun_alone(const Speakers *speakers, const Phrase *phrase, size_t from, size_t to)
{
    for (size_t i = from + 1; i < to; i++) {
        Tag tag = phrase_tag(phrase, i);
        if (tag != TAG_ADJECTIVE && tag != TAG_CONTINUES &&
            !(is_definite_tag(tag) && item_has(speakers, i, CLASS_SHAPE_NISBA)))
            return false;
    }
    return true;
}

/* رفض مجلس الوزراء | المقترح: where the name of the body at `from`, the subject of what is done,
 * ends in front of the object, `end` at the latest. */
static size_t end_before_object(Speakers *speakers, size_t from, size_t end)
{
    if (from == 0 || is_stop(speakers, from - 1) || has_proclitic(speakers, from))
        return end;
    /* no noun or preposition opens the sentence */
    bool opens = (from == 1 || is_stop(speakers, from - 2)) && !is_definite(speakers, from - 1) &&
                 !item_has(speakers, from - 1, CLASS_HALT) && !is_preposition(speakers, from - 1) &&
                 !has_head_group(speakers, from - 1);
    if (!opens && !in_group(speakers, from - 1, GROUP_TRANSITIVE) &&
        !item_has(speakers, from - 1, CLASS_ACT))
        return end;
    Phrase phrase = read_phrase(speakers, from, end);
    phrase.with_object = phrase.of_deed = true;
    size_t object = phrase.lead_item == from ? object_of_verb(speakers, &phrase) : end;
    return object > from && object < end ? object : end;
}

/* Names `body` as it is named at item `elsewhere`, in full. */
static size_t note_body_elsewhere(Speakers *speakers, size_t elsewhere, Known *body)
{
    size_t end = in_group(speakers, elsewhere, GROUP_PEOPLE)
                     ? people_end(speakers, elsewhere)
                     : end_before_object(speakers, elsewhere, noun_end(speakers, elsewhere));
    name_body(speakers, elsewhere, end, body);
    return note_body(speakers, body);
}

/* Where the name of the body at item `from` ends, without what it is called besides: الشبكة
 * الأهلية «رافد». */
static size_t full_name_end(Speakers *speakers, size_t from)
{
    size_t to = noun_end(speakers, from);
    if (to > from + 2 && item_has(speakers, to - 1, CLASS_MARKED))
        to--;
    return to;
}

/* Gives a body that was only described the name it has at item `from`. */
static void rename_in_full(Speakers *speakers, size_t number, size_t from)
{
    Known named = speakers->known[number];
    name_body(speakers, from, full_name_end(speakers, from), &named);
    rename_known(speakers, number, named.name, named.head);
    speakers->known[number].role_from = named.role_from;
    speakers->known[number].role_to = named.role_to;
}

/* A document of this head, without article (بيانا، في تقريرها), stands in the sentence behind
 * the verb of `turn`. `noun`: the head as fold_key has it. */
static bool tells_of(const Speakers *speakers, const Turn *turn, uint32_t head, Slice noun)
{
    const ItemString *string = speakers->string;
    for (size_t i = turn->cue + 1;
         i < string->count && i - turn->cue <= TOLD_WITHIN && !is_stop(speakers, i); i++) {
        if (in_group(speakers, i, GROUP_DOCUMENTS) && !has_article(speakers, i) &&
            same_head(speakers, head_entry(speakers, i), head))
            return true;
        if (!item_has(speakers, i, CLASS_SHAPE_PRONOUN) &&
            !item_has(speakers, i, CLASS_SHAPE_ACCUSATIVE))
            continue;
        Slice word = fold_key(speakers, items_text(speakers, i, i + 1));
        if (slice_starts(word, noun) &&
            utf8_count(slice_cut(word, noun.length, word.length)) <= speakers->rules->ending)
            return true;
    }
    return false;
}

bool is_media(const Speakers *speakers, const Known *known)
{
    bool headed = has_title(known) && item_has(speakers, known->role_from, CLASS_HEAD_ORG_MEDIA);
    if (headed || known->head == NO_ENTRY)
        return headed;
    uint32_t set = lexicon_entry_set(speakers->rules->lexicon, known->head);
    return set_has(speakers->bits, set, CLASS_ORG_MEDIA) ||
           set_has(speakers->bits, set, CLASS_ORG_AGENCY) ||
           set_has(speakers->bits, set, CLASS_HEAD_ORG_MEDIA);
}

/* وكالات, صحف, and nothing else to their name: they pass on what others issue. */
static bool passes_on(const Speakers *speakers, const Known *known)
{
    return has_title(known) && known->role_to == known->role_from + 1 &&
           agreement_of(speakers, known->role_from) == AGREE_P && is_media(speakers, known);
}

/* A country or a town is no issuer, though its government may have been the subject. */
static bool may_issue(const Speakers *speakers, const Known *known)
{
    size_t from = known->role_from;
    return known->type == SPEAKER_ORGANISATION && !passes_on(speakers, known) &&
           !(from < known->role_to && (in_group(speakers, from, GROUP_PLACES) ||
                                       (in_group(speakers, from, GROUP_PLACE_HEADS) &&
                                        !in_group(speakers, from, GROUP_ORGANISATIONS))));
}

/* Whose document البيان is, by the noun at `from`: of the organisation that had one in its
 * clause (أصدرت الوزارة بيانا), or else of the one that spoke last; SPEAKER_NONE. */
static size_t last_issuer(const Speakers *speakers, size_t from)
{
    uint32_t head = head_entry(speakers, from);
    Slice noun = fold_key(speakers, items_text(speakers, from, from + 1));
    size_t last = SPEAKER_NONE, seen = 0;
    bool published = item_has(speakers, from, CLASS_TITLE_SOURCE_DOCUMENT_PUBLISHED);
    if (agreement_of(speakers, from) == AGREE_P)
        return SPEAKER_NONE;
    for (size_t i = speakers->turn_count; i-- > 0 && seen < ISSUERS_BACK; seen++) {
        const Turn *turn = &speakers->turns[i];
        const Known *known = &speakers->known[turn->number];
        bool document = has_title(known) && in_group(speakers, known->role_from, GROUP_DOCUMENTS);
        if (known->type != SPEAKER_PERSON && !document && !passes_on(speakers, known) &&
            tells_of(speakers, turn, head, noun))
            return turn->number;
        if (turn->reports && last == SPEAKER_NONE && !(published && is_media(speakers, known)))
            last = turn->number;
    }
    return last != SPEAKER_NONE && may_issue(speakers, &speakers->known[last]) ? last
                                                                               : SPEAKER_NONE;
}

/* The noun at `from` takes up names of this entry (الوكالة: رويترز). */
static bool is_noun_for(const Speakers *speakers, size_t from, uint32_t entry)
{
    const SpeakerRules *rules = speakers->rules;
    if (entry == NO_ENTRY)
        return false;
    const ClassSet *noun = lexicon_set(rules->lexicon, item_at(speakers, from)->set);
    const ClassSet *name = lexicon_set(rules->lexicon, lexicon_entry_set(rules->lexicon, entry));
    for (size_t i = 0; i < rules->kind_count; i++)
        if (class_has(noun, rules->kinds[i].noun) && class_has(name, rules->kinds[i].name))
            return true;
    return false;
}

/* A name of nothing else, and not of whom something is told (للرافد). */
static bool is_named_surely(const Speakers *speakers, size_t item)
{
    return !in_group(speakers, item, GROUP_ORDINARY) && !in_group(speakers, item, GROUP_NAMES) &&
           !item_has(speakers, item, CLASS_AMBIGUOUS) && !item_has(speakers, item, CLASS_MARKED) &&
           !is_addressed(speakers, item);
}

/* The body that spoke last of those whose names the noun at `from` takes up, or else the only
 * one that has been named in front of it; SPEAKER_NONE. `described`: by where it is from, so that
 * of several who spoke any may be meant. */
static size_t last_of_kind(Speakers *speakers, size_t from, bool described, Known *body)
{
    uint32_t only = NO_ENTRY;
    size_t item = from, spoke = SPEAKER_NONE, first, last;
    if (agreement_of(speakers, from) == AGREE_P)
        return SPEAKER_NONE;
    for (size_t i = speakers->turn_count; i-- > back_to(speakers->turn_count);) {
        size_t number = speakers->turns[i].number;
        const Known *known = &speakers->known[number];
        if (known->type == SPEAKER_ORGANISATION && is_noun_for(speakers, from, known->head)) {
            if (!described)
                return number;
            if (spoke != SPEAKER_NONE && spoke != number)
                return SPEAKER_NONE;
            spoke = number;
        }
        /* قالت الخارجية، وقالت الخزانة، وأضافت الوزارة: which ministry, no list tells */
        if (item_has(speakers, from, CLASS_HEAD_ORG_MINISTRY) && speakers->turns[i].reports)
            return SPEAKER_NONE;
    }
    if (spoke != SPEAKER_NONE)
        return spoke;
    heads_near(speakers, from, &first, &last);
    for (size_t k = first; k < last && speakers->heads[k].item < from; k++) {
        uint32_t entry = head_entry(speakers, speakers->heads[k].item);
        if (!is_noun_for(speakers, from, entry) ||
            !is_named_surely(speakers, speakers->heads[k].item))
            continue;
        if (only != NO_ENTRY && only != entry)
            return SPEAKER_NONE;
        only = entry;
        item = speakers->heads[k].item;
    }
    return only != NO_ENTRY ? note_body_elsewhere(speakers, item, body) : SPEAKER_NONE;
}

/* شبكة حقوقية, as a headline has it, where items [from, to) have other adjectives: that it is only
 * described, and they name it. */
static bool is_vague(const Speakers *speakers, const Known *known, size_t from, size_t to)
{
    size_t head = known->role_from;
    if (known->type != SPEAKER_ORGANISATION || to < from + 2 || head + 1 >= known->role_to ||
        is_definite(speakers, head) || item_at(speakers, head)->token_count != 1)
        return false;
    for (size_t i = head + 1; i < known->role_to; i++)
        if (is_definite(speakers, i) || !item_has(speakers, i, CLASS_SHAPE_RELATION))
            return false;
    Slice described = fold_key(speakers, items_text(speakers, head + 1, head + 2));
    return !slice_ends(fold_key(speakers, items_text(speakers, from + 1, from + 2)), described);
}

/* The phrase leads with a document for which whoever issued it speaks: no study. */
static bool is_spoken_for(const Speakers *speakers, const Phrase *phrase)
{
    return phrase->lead == TAG_DOCUMENT &&
           !item_has(speakers, phrase->lead_item, CLASS_TITLE_SOURCE_DOCUMENT_STUDY);
}

/* The token of the title at `item`, an entry of several words (عضو هيئة، رئيس مجلس الشورى), that
 * is the noun `key`, as fold_key has it, in front of what it is of; 0 for none. */
static size_t noun_of_title(const Speakers *speakers, size_t item, Slice key)
{
    const Item *title = item_at(speakers, item);
    size_t end = title->first_token + title->token_count;
    if (!in_group(speakers, item, GROUP_ROLES) || title->token_count < 2)
        return 0;
    for (size_t t = title->first_token + 1u; t < end; t++) {
        Slice word = token_text(speakers, &speakers->tokens[t]);
        Slice folded = fold_key(speakers, word);
        bool of = t + 1 < end || (!is_definite(speakers, item) && exists(speakers, item + 1) &&
                                  !has_proclitic(speakers, item + 1));
        bool bare = word.length == folded.length; /* fold_key takes the article off */
        if (of && bare && slice_equal(folded, key))
            return t;
    }
    return 0;
}

/* وأفاد عضو هيئة الانتخابات سالم الحربي، وأكدت الهيئة: the body of which somebody has an office,
 * named as his title names it, the nearest in front of the noun at `from` or else the first;
 * SPEAKER_NONE. */
static size_t read_body_of_title(Speakers *speakers, size_t from, Known *body)
{
    Slice key = fold_key(speakers, items_text(speakers, from, from + 1));
    size_t first, last, title = 0, noun = 0;
    heads_near(speakers, from, &first, &last);
    for (size_t k = first; k < last && (noun == 0 || speakers->heads[k].item < from); k++) {
        size_t found = noun_of_title(speakers, speakers->heads[k].item, key);
        if (found != 0) {
            title = speakers->heads[k].item;
            noun = found;
        }
    }
    if (noun == 0)
        return SPEAKER_NONE;
    size_t end = title + 1;
    const Item *last_item = item_at(speakers, title);
    if (!is_definite(speakers, title)) {
        end = noun_end(speakers, title);
        Phrase phrase = read_phrase(speakers, title, end);
        Range name = find_name(speakers, &phrase);
        if (name.from < name.to)
            end = name.from;
        if (end < title + 2)
            return SPEAKER_NONE;
        last_item = item_at(speakers, end - 1);
    }
    body->head = head_entry(speakers, from);
    body->name = tokens_text(speakers, noun, last_item->first_token + last_item->token_count);
    return note_body(speakers, body);
}

/* قالت «الرافد» أكبر شركة نفط، وأضافت الشركة: who was said to be the greatest or first of what
 * the noun at `from` calls, in front of what is reported; SPEAKER_NONE. */
static size_t described_as_greatest(Speakers *speakers, size_t from)
{
    enum { NAME_WITHIN = 6 }; /* items between the verb and the noun */
    uint32_t head = head_entry(speakers, from);
    for (size_t i = speakers->turn_count; i-- > back_to(speakers->turn_count);) {
        const Turn *turn = &speakers->turns[i];
        if (speakers->known[turn->number].type != SPEAKER_ORGANISATION)
            continue;
        for (size_t k = turn->cue + 2; k < turn->cue + NAME_WITHIN && exists(speakers, k) &&
                                       !item_has(speakers, k - 1, CLASS_COMP);
             k++)
            if (item_has(speakers, k - 1, CLASS_SHAPE_ELATIVE) && !has_article(speakers, k) &&
                same_head(speakers, head_entry(speakers, k), head))
                return turn->number;
    }
    return SPEAKER_NONE;
}

/* قالت جمعية المستهلك، وأضافت الهيئة: the body that has just spoken, where a verb of going on
 * stands in front of a noun for any; SPEAKER_NONE. */
static size_t last_body_going_on(const Speakers *speakers, size_t from)
{
    if (speakers->turn_count == 0 || from == 0 || !item_has(speakers, from, CLASS_BODY_ANY) ||
        item_has(speakers, from, CLASS_AGR_P) || !item_has(speakers, from - 1, CLASS_CUE_ADD))
        return SPEAKER_NONE;
    const Turn *turn = &speakers->turns[speakers->turn_count - 1];
    const Known *known = &speakers->known[turn->number];
    bool body =
        known->type == SPEAKER_ORGANISATION || (known->type == SPEAKER_COMMON && has_title(known) &&
                                                in_group(speakers, known->role_from, GROUP_BODIES));
    return turn->reports && body && !passes_on(speakers, known) ? turn->number : SPEAKER_NONE;
}

/* The body or document that a noun with the article at `from` takes up, with its adjectives
 * up to `to`; SPEAKER_NONE. `body`: what the phrase leads with. */
static size_t read_taken_up(Speakers *speakers, const Phrase *phrase, size_t from, size_t to,
                            Known *body)
{
    bool document = phrase->lead == TAG_DOCUMENT;
    size_t number = find_by_head(speakers, head_entry(speakers, from), from, to);
    if (number != SPEAKER_NONE) {
        if (document && speakers->known[number].type == SPEAKER_COMMON)
            speakers->known[number].name = items_text(speakers, from, to);
        else if (is_vague(speakers, &speakers->known[number], from, to))
            rename_in_full(speakers, number, from);
        return number;
    }
    size_t last = last_turn(speakers);
    if (document)
        return to == from + 1 && is_spoken_for(speakers, phrase) ? last_issuer(speakers, from)
                                                                 : SPEAKER_NONE;
    /* الجهة ذاتها: whoever has spoken. */
    if (has_same_behind(speakers, from, to) && last != SPEAKER_NONE &&
        speakers->known[last].type != SPEAKER_PERSON)
        return last;
    if (phrase->lead != TAG_ORG && phrase->lead != TAG_BODY)
        return SPEAKER_NONE;
    number = to == from + 1 ? described_as_greatest(speakers, from) : SPEAKER_NONE;
    if (number != SPEAKER_NONE)
        return number;
    size_t elsewhere = find_body_elsewhere(speakers, from, to);
    if (elsewhere != SPEAKER_NONE)
        return note_body_elsewhere(speakers, elsewhere, body);
    /* قالت غوغل، وأضافت الشركة الأميركية; but القوات الكردية are others than were named */
    bool several = !item_has(speakers, from, CLASS_HEAD_ORG_COMPANY) &&
                   !item_has(speakers, from, CLASS_HEAD_ORG_CLUB) &&
                   !item_has(speakers, from, CLASS_HEAD_ORG_MEDIA);
    if (to == from + 2 && in_group(speakers, from + 1, GROUP_ADJECTIVES) && !several)
        return last_of_kind(speakers, from, true, body);
    if (to != from + 1)
        return SPEAKER_NONE;
    number = last_of_kind(speakers, from, false, body);
    if (number == SPEAKER_NONE)
        number = read_body_of_title(speakers, from, body);
    return number != SPEAKER_NONE ? number : last_body_going_on(speakers, from);
}

/* تقرير حديث للوزارة: a single word without the article may be an adjective, whatever it is. */
static bool is_plain_adjective(const Speakers *speakers, const Phrase *phrase, size_t item)
{
    Tag tag = phrase_tag(phrase, item);
    bool plain = tag == TAG_PLAIN || tag == TAG_WORD || tag == TAG_CONTINUES ||
                 (tag == TAG_PLACE && item_has(speakers, item, CLASS_AMBIGUOUS));
    return plain && !is_definite(speakers, item) && item_at(speakers, item)->token_count == 1;
}

/* التقرير السنوي للوزارة، التقرير الـ 51 للمؤسسة: where behind adjectives and a number the
 * organisation begins that a preposition gives the document at `from`; `from`: nowhere. */
static size_t find_described_issuer(const Speakers *speakers, const Phrase *phrase, size_t from,
                                    size_t end)
{
    size_t next = from + 1;
    if (!item_has(speakers, from, CLASS_ISSUED_BY))
        return from;
    while (next < end && !item_has(speakers, next, CLASS_CLITIC_PREPOSITION) &&
           is_definite(speakers, next) == is_definite(speakers, from) &&
           (phrase_tag(phrase, next) == TAG_ADJECTIVE ||
            item_has(speakers, next, CLASS_SHAPE_NISBA) ||
            is_plain_adjective(speakers, phrase, next)))
        next++;
    if (next + 1 < end && is_number(speakers, next + 1))
        next += 2;
    Tag tag = next < end ? phrase_tag(phrase, next) : TAG_OTHER;
    bool body = tag == TAG_ORG || tag == TAG_BODY;
    return body && item_has(speakers, next, CLASS_CLITIC_PREPOSITION) ? next : from;
}

/* Where the organisation begins that issued the document at `from`, up to `end`; `from`
 * where there is none. */
static size_t find_issuer(const Speakers *speakers, const Phrase *phrase, size_t from, size_t end)
{
    size_t next = from + 1;
    if (next >= end)
        return from;
    size_t described = find_described_issuer(speakers, phrase, from, end);
    if (described != from || is_definite(speakers, from))
        return described;
    /* أرقام نشرتها السلطات: a verb that takes the document up may stand between. */
    if (next + 1 < end && (item_has(speakers, next, CLASS_SHAPE_PRONOUN) ||
                           item_has(speakers, next, CLASS_SPEAKER_ISSUER)))
        next++;
    /* تقرير في موقع «الرافد» */
    if (next + 1 < end && item_has(speakers, next, CLASS_HALT_IN) &&
        in_group(speakers, next + 1, GROUP_OUTSIDE))
        next++;
    /* مقال نشرته مجلة «الرافد»: somebody has written it for her */
    if (next > from + 1 && item_has(speakers, next - 1, CLASS_SPEAKER_ISSUER) &&
        item_has(speakers, from, CLASS_TITLE_SOURCE_DOCUMENT_PUBLISHED) &&
        (item_has(speakers, next, CLASS_ORG_MEDIA) ||
         item_has(speakers, next, CLASS_HEAD_ORG_MEDIA)))
        return from;
    Tag tag = phrase_tag(phrase, next);
    /* بيان للمهرجان */
    bool event = tag == TAG_HEAD && has_proclitic(speakers, next) && is_definite(speakers, next);
    return tag == TAG_ORG || tag == TAG_BODY || event ? next : from;
}

/* The organisation behind the word that says who issued the document at `from`, which the
 * phrase may end with (تقرير صادر عن الوزارة); SPEAKER_NONE. `to`: that word. */
static size_t read_issuer_behind(Speakers *speakers, size_t from, size_t to)
{
    size_t at = to + 2;
    if (to == from || at >= speakers->string->count ||
        !item_has(speakers, to, CLASS_SPEECH_EVENT_BEHIND) || is_stop(speakers, to + 1) ||
        !item_has(speakers, to + 1, CLASS_SPEAKER_ISSUED_BY) || is_stop(speakers, at) ||
        has_proclitic(speakers, at))
        return SPEAKER_NONE;
    Tag tag = tag_of(speakers, at, TAG_OTHER);
    size_t end = noun_end(speakers, at);
    if (is_definite_tag(tag) && end > at + 1) { /* بيان صادر عن الإعلام القضائي */
        Known body = {.type = SPEAKER_ORGANISATION, .head = NO_ENTRY};
        body.name = items_text(speakers, at, end);
        return note_body(speakers, &body);
    }
    if (tag != TAG_ORG && tag != TAG_BODY)
        return SPEAKER_NONE;
    Phrase issuer = read_phrase(speakers, at, end);
    return issuer.lead_item == at ? read_body(speakers, &issuer) : SPEAKER_NONE;
}

/* الأرقام التي نشرتها الوزارة: what the clause at `item` says who issued takes up nothing. */
static bool is_issued(const Speakers *speakers, size_t item)
{
    return item + 1 < speakers->string->count && !is_stop(speakers, item) &&
           !is_stop(speakers, item + 1) && item_has(speakers, item, CLASS_RELATIVE) &&
           item_has(speakers, item + 1, CLASS_SPEAKER_ISSUER);
}

/* صرح قريتي، وأشار الوادي، وقال ليون: a noun that needs a complement and has none, and a town's, is
 * a family name, where the document gives the name in full; a town without the article only
 * behind a masculine verb, for it is feminine itself. */
static size_t read_lone_noun(Speakers *speakers, const Phrase *phrase, size_t from, size_t to)
{
    bool lacks = phrase->lead == TAG_HEAD && !has_article(speakers, from);
    bool place = phrase->lead == TAG_PLACE ||
                 (phrase->lead == TAG_ORG && in_group(speakers, from, GROUP_PLACES));
    bool town = place && ((has_article(speakers, from) && phrase->lead == TAG_PLACE) ||
                          (!item_has(speakers, from, CLASS_PLACE_COUNTRY) && from > 0 &&
                           is_finite_cue(speakers, from - 1) &&
                           agreement_of(speakers, from - 1) == AGREE_M));
    bool lone = to == from + 1 && item_at(speakers, from)->token_count == 1 && (lacks || town);
    return lone ? named_so(speakers, from, lacks) : SPEAKER_NONE;
}

/* Where what a body is for ends (لحماية البيئة، للغذاء والدواء), the item with its preposition
 * being at `item`; `item` where that is rather what it does now (للتأكد من) or for whom
 * (للصحيفة، للحكومة). */
static size_t purpose_end(const Speakers *speakers, size_t item)
{
    if (!exists(speakers, item) || !has_proclitic(speakers, item) ||
        !begins_joined(speakers, item) || is_addressed(speakers, item) ||
        item_has(speakers, item, CLASS_NOUN_DEED) || item_has(speakers, item, CLASS_MARKED) ||
        item_has(speakers, item, CLASS_TIME_NOUN) || in_group(speakers, item, GROUP_BREAKS) ||
        in_group(speakers, item, GROUP_ROLES) || in_group(speakers, item, GROUP_PEOPLE) ||
        in_group(speakers, item, GROUP_NAMES) || has_head_group(speakers, item))
        return item;
    size_t end = item + 1;
    if (!is_definite(speakers, item) && !(exists(speakers, end) && has_article(speakers, end)))
        return item;
    while (exists(speakers, end) && end - item < 4 && has_article(speakers, end) &&
           !item_has(speakers, end, CLASS_CLITIC_PREPOSITION))
        end++;
    return end;
}

/* The body at `item` has its whole name there: as the subject of a verb of saying, behind a title
 * and behind a preposition (مدير شركة المرفأ للنقل). Elsewhere what ل brings is as well whom
 * something is for. */
static bool is_named_whole(const Speakers *speakers, size_t item)
{
    return item > 0 && !is_stop(speakers, item - 1) && !has_proclitic(speakers, item) &&
           (is_finite_cue(speakers, item - 1) || is_preposition(speakers, item - 1) ||
            (in_group(speakers, item - 1, GROUP_ROLES) && !is_definite(speakers, item - 1)));
}

/* How many tokens items [from, to) have; no stop is among them. */
static size_t tokens_between(const Speakers *speakers, size_t from, size_t to)
{
    const Item *last = item_at(speakers, to - 1);
    return last->first_token + last->token_count - item_at(speakers, from)->first_token;
}

/* The first `count` tokens of items `one` and `other` and behind them are the same words. */
static bool same_words(const Speakers *speakers, size_t one, size_t other, size_t count)
{
    const Token *a = &speakers->tokens[item_at(speakers, one)->first_token];
    const Token *b = &speakers->tokens[item_at(speakers, other)->first_token];
    for (size_t t = 0; t < count; t++)
        if (a[t].word != b[t].word)
            return false;
    return true;
}

/* The verb whose subject the body at `item` is stands right in front of it: وقالت وزارة الداخلية
 * الفرنسية, but no مسؤولو وزارة الداخلية الفرنسية, who may be another country's. */
static bool is_behind_verb(const Speakers *speakers, size_t item)
{
    if (item == 0 || is_stop(speakers, item - 1))
        return false;
    bool opens = item == 1 || is_stop(speakers, item - 2);
    return is_finite_cue(speakers, item - 1) || item_has(speakers, item - 1, CLASS_ACT) ||
           (opens && item_has(speakers, item - 1, CLASS_SHAPE_ENDS_T) &&
            !has_article(speakers, item - 1));
}

/* An adjective of origin goes on with the body's name in front of it: وزارة الداخلية |
 * اللبنانية. */
static bool is_origin_of_body(const Speakers *speakers, size_t head, size_t item)
{
    if (!exists(speakers, item) || !has_article(speakers, item) || has_proclitic(speakers, item) ||
        item_at(speakers, item)->token_count != 1)
        return false;
    /* العراقية is a channel as well, السعودية a country: neither is listed with its gender */
    bool listed =
        item_has(speakers, item, CLASS_SHAPE_NISBA) &&
        (item_has(speakers, item, CLASS_ORG_MEDIA) || in_group(speakers, item, GROUP_PLACES));
    if (!listed && !in_group(speakers, item, GROUP_ADJECTIVES))
        return false;
    unsigned own = agreement_of(speakers, item);
    if (own == 0)
        own = item_has(speakers, item, CLASS_SHAPE_FEMININE) ? AGREE_F : AGREE_M;
    return own == agreement_of(speakers, head);
}

/* The item behind the longer name at `item` of the body whose name is items [from, to): a longer
 * one of a list that begins so, where it is from, or what it is for; `item` for none. */
static size_t longer_end(Speakers *speakers, size_t item, size_t from, size_t to)
{
    size_t count = tokens_between(speakers, from, to), end = item;
    while (exists(speakers, end) && (end == item || tokens_between(speakers, item, end) < count))
        end++;
    if (end == item || tokens_between(speakers, item, end) < count ||
        !same_words(speakers, item, from, count))
        return item;
    if (tokens_between(speakers, item, end) > count)
        return end;
    bool marked = item_has(speakers, end - 1, CLASS_MARKED); /* جمعية «الأمل» | الخيرية */
    /* Of a country that is told later on only who says or does something is meant. */
    bool meant = item < from || is_behind_verb(speakers, item);
    if (!marked && meant && is_origin_of_body(speakers, item, end))
        return end + 1;
    /* وزارة الثقافة | والشباب */
    bool fields = item_has(speakers, item, CLASS_HEAD_ORG_MINISTRY) && exists(speakers, end) &&
                  (item_has(speakers, end, CLASS_SHAPE_CONJOINED) ||
                   (is_conjoined(speakers, end) && has_article(speakers, end)));
    if (fields && meant && noun_end(speakers, item) > end)
        return noun_end(speakers, item);
    size_t purpose = is_named_whole(speakers, item) ? purpose_end(speakers, end) : end;
    return purpose > end ? purpose : item;
}

/* رئاسة إقليم الوادي for رئاسة الإقليم: the item behind the name at `item` of the same body,
 * which says what region or town that is; `item` for none. */
static size_t end_by_place(const Speakers *speakers, size_t item, size_t from, size_t to)
{
    size_t place = from + 1, next = item + 1;
    bool taken_up = to == from + 2 && has_article(speakers, place) &&
                    !has_proclitic(speakers, place) && in_group(speakers, place, GROUP_PLACE_HEADS);
    if (!taken_up || !exists(speakers, next) || is_definite(speakers, next) ||
        has_proclitic(speakers, next) || !same_words(speakers, item, from, 1) ||
        !same_head(speakers, head_entry(speakers, next), head_entry(speakers, place)))
        return item;
    size_t end = next + 1;
    while (
        exists(speakers, end) && !has_proclitic(speakers, end) &&
        (in_group(speakers, end, GROUP_PLACES) || (end == next + 1 && !is_in_list(speakers, end))))
        end++;
    return end > next + 1 ? end : item;
}

/* The name of an organisation begins at `item`, without the article, with the noun at `noun`. */
static bool begins_with_noun(const Speakers *speakers, size_t item, size_t noun)
{
    if (!in_group(speakers, item, GROUP_ORGANISATIONS) || has_article(speakers, item))
        return false;
    Slice name = fold_key(speakers, items_text(speakers, item, item + 1));
    Slice wanted = fold_key(speakers, items_text(speakers, noun, noun + 1));
    return slice_starts(name, wanted) &&
           (name.length == wanted.length || name.data[wanted.length] == ' ');
}

/* الأمانة العامة لمنظمة التعاون for أمانة المنظمة: the item behind the name at `item` of the same
 * body, which says what organisation's it is; `item` for none. */
static size_t end_by_owner(Speakers *speakers, size_t item, size_t from, size_t to)
{
    size_t owner = from + 1, next = item + 1;
    if (to != from + 2 || !has_article(speakers, owner) || has_proclitic(speakers, owner) ||
        !in_group(speakers, owner, GROUP_ORGANISATIONS) ||
        item_at(speakers, owner)->token_count != 1)
        return item;
    while (exists(speakers, next) && has_article(speakers, item) && has_article(speakers, next) &&
           !has_proclitic(speakers, next))
        next++; /* الأمانة العامة | لمنظمة */
    if (!exists(speakers, next) || has_proclitic(speakers, next) != has_article(speakers, item) ||
        !begins_with_noun(speakers, next, owner))
        return item;
    size_t end = noun_end(speakers, next);
    return end > next + 1 || item_at(speakers, next)->token_count > 1 ? end : item;
}

/* شركة المرفأ for شركة المرفأ للنقل: the items by which the document names the body [from, to) in
 * full, with what it is for behind it; the same items where it does nowhere, or differently. */
static Range find_longer_body(Speakers *speakers, size_t from, size_t to)
{
    Range own = {from, to}, best = own;
    size_t first, last;
    if (to - from < 2 || is_definite(speakers, from) || item_has(speakers, from, CLASS_ORG) ||
        in_group(speakers, from, GROUP_PLACES))
        return own;
    uint16_t wanted = head_key(speakers, head_entry(speakers, from));
    heads_near(speakers, from, &first, &last);
    for (size_t k = first; k < last; k++) {
        size_t i = speakers->heads[k].item;
        if (speakers->heads[k].key != wanted || i == from)
            continue;
        size_t end = longer_end(speakers, i, from, to);
        if (end == i)
            end = end_by_place(speakers, i, from, to);
        if (end == i)
            end = end_by_owner(speakers, i, from, to);
        if (end == i)
            continue;
        size_t count = tokens_between(speakers, i, end);
        if (best.from != from && (count != tokens_between(speakers, best.from, best.to) ||
                                  !same_words(speakers, i, best.from, count)))
            return own;
        best = (Range){i, end};
    }
    return best;
}

/* Where what is behind the class noun at `at` ends that is the `count` tokens from `name` on; `at`
 * where it is another name, or the noun is none by which bodies are called. */
static size_t class_noun_end(Speakers *speakers, size_t at, bool listed, const Token *name,
                             size_t count)
{
    size_t end = at + 1;
    while (exists(speakers, end) && tokens_between(speakers, at, end) < count + 1)
        end++;
    if (tokens_between(speakers, at, end) != count + 1)
        return at;
    size_t first = item_at(speakers, at)->first_token;
    for (size_t t = 0; t < count; t++)
        if (speakers->tokens[first + 1 + t].word != name[t].word)
            return at;
    uint32_t set =
        listed ? read_tokens(speakers, first, first + 1)->items[0].set : item_at(speakers, at)->set;
    bool called = set_has(speakers->bits, set, CLASS_HEAD_ORG_OWN) ||
                  set_has(speakers->bits, set, CLASS_HEAD_ORG_MINISTRY);
    return called && !set_has(speakers->bits, set, CLASS_CLITIC_ARTICLE) ? end : at;
}

/* النهضة for حركة النهضة, الخارجية الرافدية for the ministry: the items by which the document
 * names the body [from, to) with its class noun in front of it; the same items where it does
 * nowhere, or with two of them. */
static Range find_with_class_noun(Speakers *speakers, size_t from, size_t to)
{
    Range own = {from, to}, best = own;
    size_t first, last, count = tokens_between(speakers, from, to);
    const Token *name = &speakers->tokens[item_at(speakers, from)->first_token];
    if (!item_has(speakers, from, CLASS_ORG) || item_has(speakers, from, CLASS_MARKED))
        return own;
    heads_near(speakers, from, &first, &last);
    for (size_t k = first; k < last; k++) {
        size_t i = speakers->heads[k].item;
        size_t end =
            i == from ? i : class_noun_end(speakers, i, speakers->heads[k].is_listed, name, count);
        if (end == i)
            continue;
        if (best.from != from && !same_words(speakers, i, best.from, count + 1))
            return own;
        best = (Range){i, end};
    }
    return best;
}

/* شبكة تتهم الوزارة، منظمة حقوقية تنتقد: a noun without article begins the document. */
static bool is_headline_noun(const Speakers *speakers, const Phrase *phrase, size_t from, size_t to)
{
    if (from != 0 || phrase->lead != TAG_ORG || is_definite(speakers, from) ||
        has_proclitic(speakers, from) || item_at(speakers, from)->token_count != 1 ||
        item_has(speakers, from, CLASS_ORG))
        return false;
    for (size_t i = from + 1; i < to; i++)
        if (is_definite(speakers, i) || !is_in_list(speakers, i) ||
            !item_has(speakers, i, CLASS_SHAPE_RELATION))
            return false;
    return true;
}

/* The first body below with the head noun of items [from, to) and more of a name that is the
 * subject of a verb of saying or doing; SPEAKER_NONE. `body`: what the phrase leads with. */
static size_t read_speaking_body(Speakers *speakers, size_t from, size_t to, Known *body)
{
    uint32_t entry = head_entry(speakers, from);
    uint16_t wanted = head_key(speakers, entry);
    size_t first, last;
    heads_near(speakers, from, &first, &last);
    for (size_t k = first; k < last; k++) {
        size_t i = speakers->heads[k].item;
        if (i <= from || speakers->heads[k].key != wanted || has_proclitic(speakers, i) ||
            !(is_finite_cue(speakers, i - 1) || item_has(speakers, i - 1, CLASS_ACT)) ||
            !same_head(speakers, head_entry(speakers, i), entry))
            continue;
        Known named = {.type = SPEAKER_COMMON, .role_from = i, .role_to = noun_end(speakers, i)};
        if (named.role_to - i > 1 && titles_agree(speakers, from, to, &named)) {
            name_body(speakers, i, full_name_end(speakers, i), body);
            return note_body(speakers, body);
        }
    }
    return SPEAKER_NONE;
}

/* الخارجية الرافدية: a ministry by its field and its country. */
static bool is_by_field(const Speakers *speakers, size_t from, size_t to)
{
    return item_has(speakers, from, CLASS_ORG_FIELD) && to > from + 1;
}

size_t read_body(Speakers *speakers, const Phrase *phrase)
{
    size_t from = phrase->lead_item, end = segment_end(phrase, from);
    size_t to = body_end(speakers, phrase, from, end);
    /* إحدى الجهات: one or some of them, none that was named before */
    if (from > phrase->from && item_has(speakers, from - 1, CLASS_SPEAKER_SOME)) {
        Known some = {.type = SPEAKER_COMMON, .head = head_entry(speakers, from)};
        some.name = items_text(speakers, from - 1, to);
        return note_body(speakers, &some);
    }
    size_t named = read_lone_noun(speakers, phrase, from, to);
    if (named != SPEAKER_NONE)
        return named;
    Known body = {.type = phrase->lead == TAG_BODY || phrase->lead == TAG_DOCUMENT
                              ? SPEAKER_COMMON
                              : SPEAKER_ORGANISATION,
                  .head = NO_ENTRY};
    size_t number = SPEAKER_NONE, elsewhere = SPEAKER_NONE;
    bool whole = item_at(speakers, from)->token_count > 1 && item_has(speakers, from, CLASS_ORG);
    bool spoken_for = is_spoken_for(speakers, phrase);
    bool document = spoken_for && is_definite(speakers, from);
    if (document)
        number = read_issuer_behind(speakers, from, to);
    if (number != SPEAKER_NONE)
        return number;
    if (whole && to == from + 1) {
        number = note_listed(speakers, head_entry(speakers, from), items_text(speakers, from, to));
    } else if (!whole && !is_by_field(speakers, from, to) &&
               !in_group(speakers, from, GROUP_PLACES) && is_definite(speakers, from) &&
               is_noun_alone(speakers, phrase, from, to) && !(document && is_issued(speakers, to)))
        number = read_taken_up(speakers, phrase, from, to, &body);
    /* A document is spoken for by the organisation that issued it. */
    size_t issuer = spoken_for ? find_issuer(speakers, phrase, from, end) : from;
    if (number == SPEAKER_NONE && issuer != from) {
        body.type = SPEAKER_ORGANISATION;
        from = issuer;
        to = body_end(speakers, phrase, from, end);
        bool definite = to == from + 1 && is_definite(speakers, from);
        if (definite)
            number = find_by_head(speakers, head_entry(speakers, from), from, to);
        if (definite && number == SPEAKER_NONE)
            elsewhere = find_body_elsewhere(speakers, from, to);
        if (elsewhere != SPEAKER_NONE)
            return note_body_elsewhere(speakers, elsewhere, &body);
    } else if (number == SPEAKER_NONE && spoken_for)
        number = read_issuer_behind(speakers, from, to);
    if (number == SPEAKER_NONE && is_headline_noun(speakers, phrase, from, to))
        number = read_speaking_body(speakers, from, to, &body);
    if (number != SPEAKER_NONE)
        return number;
    Range named_at = {from, to};
    if (body.type == SPEAKER_ORGANISATION)
        named_at = to == from + 1 || is_by_field(speakers, from, to)
                       ? find_with_class_noun(speakers, from, to)
                       : find_longer_body(speakers, from, to);
    name_body(speakers, named_at.from, named_at.to, &body);
    return note_body(speakers, &body);
}

static bool may_be_alias(const Speakers *speakers, size_t item)
{
    enum { LONGEST = 5 }; /* tokens, with the marks */
    const Item *alias = item_at(speakers, item);
    return item > 0 && !is_stop(speakers, item - 1) && alias->token_count >= 3 &&
           alias->token_count <= LONGEST && is_enclosed(speakers, item);
}

/* What marks or brackets hold. */
static Slice inner_text(const Speakers *speakers, const Item *marked)
{
    return tokens_text(speakers, marked->first_token + 1u, inner_end(speakers, marked));
}

static void list_aliases(Speakers *speakers)
{
    size_t count = 0;
    for (size_t i = 0; i < speakers->string->count; i++)
        count += may_be_alias(speakers, i);
    speakers->with_aliases = true;
    speakers->aliases = ARENA_ROOM(speakers->arena, count, Alias);
    for (size_t i = 0; i < speakers->string->count; i++)
        if (may_be_alias(speakers, i))
            speakers->aliases[speakers->alias_count++] = (Alias){
                (uint32_t)i, fold_key(speakers, inner_text(speakers, item_at(speakers, i)))};
}

/* اتهمت هيئة المرفأ «الرافد»: what stands in marks at `alias` behind the body at `from` may be the
 * object of a verb. */
static bool may_be_object(const Speakers *speakers, size_t from, size_t alias)
{
    if (item_has(speakers, alias, CLASS_BRACKETED))
        return false;
    bool verb = from > 0 && !is_stop(speakers, from - 1) &&
                (is_finite_cue(speakers, from - 1) ? in_group(speakers, from - 1, GROUP_TRANSITIVE)
                                                   : !is_preposition(speakers, from - 1));
    return verb || in_group(speakers, alias, GROUP_ORGANISATIONS);
}

/* The body whose name ends right in front of `alias` and needs it not, as it tells what the body is
 * for or of (شركة «فورد» has no other). SPEAKER_NONE where there is
 * none. */
static size_t read_body_in_front(Speakers *speakers, size_t alias)
{
    enum { LONGEST = 8 }; /* items */
    size_t from = alias;
    while (from > 0 && alias - from < LONGEST && !is_stop(speakers, from - 1) &&
           !item_has(speakers, from - 1, CLASS_COMMA) && !is_finite_cue(speakers, from - 1))
        from--;
    for (; from < alias; from++) {
        if (!in_group(speakers, from, GROUP_ORGANISATIONS) ||
            item_has(speakers, from, CLASS_MARKED) || may_be_object(speakers, from, alias))
            continue;
        Phrase phrase = read_phrase(speakers, from, alias);
        bool whole = from + 1 == alias ? item_at(speakers, from)->token_count > 1 &&
                                             !head_takes_brackets(speakers, from)
                                       : !is_noun_alone(speakers, &phrase, from, alias) &&
                                             is_definite(speakers, alias - 1);
        if (whole && phrase.lead_item == from && phrase.to == alias &&
            body_end(speakers, &phrase, from, alias) == alias)
            return read_body(speakers, &phrase);
    }
    return SPEAKER_NONE;
}

/* The phrase holds no name by which a body may be called: it is a place's, a person's or a link. */
static bool is_other_name(const Speakers *speakers, const Phrase *phrase)
{
    size_t from = phrase->from;
    bool several = phrase->to > from + 1;
    bool place = in_group(speakers, from, GROUP_PLACES) && !item_has(speakers, from, CLASS_ORG);
    if (in_group(speakers, from, GROUP_LINKS) || place)
        return true;
    return in_group(speakers, from, GROUP_NAMES) &&
           (several || (item_has(speakers, from, CLASS_NAME_GIVEN) &&
                        !item_has(speakers, from, CLASS_NAME_AMBIGUOUS)));
}

size_t body_called(Speakers *speakers, const Phrase *phrase)
{
    enum { LONGEST = 3 }; /* items */
    size_t from = phrase->from, to = phrase->to;
    if (!speakers->with_aliases)
        list_aliases(speakers);
    if (speakers->alias_count == 0 || to > from + LONGEST || is_other_name(speakers, phrase))
        return SPEAKER_NONE;
    const Item *only = item_at(speakers, from);
    bool marked = to == from + 1 && only->token_count > 2 && item_has(speakers, from, CLASS_MARKED);
    bool media =
        item_has(speakers, from, CLASS_ORG_AGENCY) || item_has(speakers, from, CLASS_ORG_MEDIA);
    Slice called =
        fold_key(speakers, marked ? inner_text(speakers, only) : items_text(speakers, from, to));
    for (size_t i = 0; i < speakers->alias_count; i++) {
        const Alias *alias = &speakers->aliases[i];
        if (alias->item == from || !slice_equal(alias->key, called))
            continue;
        size_t number = read_body_in_front(speakers, alias->item);
        /* وزارة الصحة (رويترز): whose news it is */
        if (number != SPEAKER_NONE && (!media || is_media(speakers, &speakers->known[number])))
            return number;
    }
    return SPEAKER_NONE;
}
