#include "tools/quote-extract/speaker_parts.h"

#include "common/utf8.h"

enum {
    LEAD_ITEMS = 40,  /* of a document: no more of its lead is looked at    */
    SOURCES_BACK = 3, /* reports in which a source is looked for            */
    ISSUERS_BACK = 8, /* turns in which who issued a document is looked for */
    TOLD_WITHIN = 256 /* items behind a verb in which it is looked for      */
};

/* Names an organisation by the items of its phrase; heads that stand outside
 * the name (صحيفة) are left out where a name follows. */
static void name_body(Speakers *speakers, size_t from, size_t to, Known *body)
{
    body->head = head_entry(speakers, from);
    body->role_from = from;
    body->role_to = to;
    size_t start = from;
    size_t next = from + 1;
    bool named_next = next < to && (item_has(speakers, next, CLASS_MARKED) ||
                                    item_has(speakers, next, CLASS_BRACKETED) ||
                                    in_group(speakers, next, GROUP_ORGANISATIONS));
    /* وكالة الطاقة الذرية, but وكالة رويترز */
    bool inside = item_has(speakers, from, CLASS_HEAD_ORG_MEDIA_AGENCY) && next < to &&
                  !named_next && has_article(speakers, next) &&
                  in_group(speakers, next, GROUP_ORDINARY);
    /* القناة والصحيفة: two of them */
    bool joined =
        next < to && item_has(speakers, next, CLASS_CLITIC_CONJUNCTION) &&
        (in_group(speakers, next, GROUP_OUTSIDE) || in_group(speakers, next, GROUP_BODIES));
    if (in_group(speakers, from, GROUP_OUTSIDE) && next < to && !inside && !joined &&
        (named_next || !is_definite(speakers, from))) {
        bool only_adjectives = true;
        for (size_t i = next; i < to; i++)
            only_adjectives &= in_group(speakers, i, GROUP_ADJECTIVES);
        /* مواقع إخبارية محلية */
        only_adjectives = only_adjectives || (!named_next && !has_article(speakers, from) &&
                                              !has_article(speakers, next) &&
                                              item_has(speakers, next, CLASS_SHAPE_NISBA) &&
                                              item_has(speakers, next, CLASS_SHAPE_OBJECT));
        if (!only_adjectives) {
            start = next;
            if (item_has(speakers, next, CLASS_MARKED) || item_has(speakers, next, CLASS_BRACKETED))
                to = next + 1;
        }
    }
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
    for (int i = 0; i < 3 && item > 1 && !is_stop(speakers, item - 1) &&
                    (group_bits(speakers, item - 1) & HEAD_GROUPS) != 0 &&
                    !in_group(speakers, item - 1, GROUP_BREAKS) && !is_definite(speakers, item - 1);
         i++)
        item--;
    if (item == 0 || is_stop(speakers, item - 1) || is_finite_cue(speakers, item - 1) ||
        item_has(speakers, item - 1, CLASS_ACT))
        return true;
    bool opens = item == 1 || is_stop(speakers, item - 2);
    return opens && !item_has(speakers, item - 1, CLASS_HALT);
}

/* الشركة «...»: marks stand at `item`. */
static bool is_marked(const Speakers *speakers, size_t item)
{
    return exists(speakers, item) && item_has(speakers, item, CLASS_MARKED) &&
           !item_has(speakers, item, CLASS_MARKED_LONG);
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
        has_proclitic(speakers, item + 1) || item_has(speakers, item + 1, CLASS_CLITIC_CONJUNCTION))
        return false;
    if (!is_stop(speakers, purpose) && has_article(speakers, purpose) &&
        !has_proclitic(speakers, purpose) && purpose + 1 < count)
        purpose++; /* الهيئة الوطنية العليا لمكافحة الفساد */
    return !is_stop(speakers, purpose) &&
           (is_purpose(speakers, purpose) || goes_on_joined(speakers, purpose) ||
            is_body_purpose(speakers, purpose));
}

/* ناشدت الحكومة اليمنية: a body of a country, as the subject. */
static bool is_national(const Speakers *speakers, size_t item)
{
    size_t next = item + 1;
    return exists(speakers, next) && !in_group(speakers, item, GROUP_PEOPLE) &&
           in_group(speakers, next, GROUP_ADJECTIVES) && has_article(speakers, next) &&
           !has_proclitic(speakers, next) && !item_has(speakers, next, CLASS_CLITIC_CONJUNCTION) &&
           !has_proclitic(speakers, item) && is_subject(speakers, item);
}

/* Where the phrase of people that begins at `from` ends, with the body that they are of
 * (مصدر في وزارة الأشغال). */
static size_t people_end(Speakers *speakers, size_t from)
{
    size_t end = noun_end(speakers, from);
    if (!exists(speakers, end) || !item_has(speakers, end, CLASS_HALT_IN) ||
        !exists(speakers, end + 1))
        return end;
    Tag tag = tag_of(speakers, end + 1, TAG_OTHER);
    return tag == TAG_ORG || tag == TAG_BODY || tag == TAG_HEAD ? noun_end(speakers, end + 1) : end;
}

/* The organisation or document that a noun with the article takes up, when the
 * document names it in full elsewhere (المعهد for معهد ... للأبحاث). */
static size_t find_body_elsewhere(Speakers *speakers, size_t item, size_t to)
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
            !(opens ? !has_article(speakers, i)
                    : same_head(speakers, head_entry(speakers, i), entry) &&
                          (!is_definite(speakers, i) || is_marked(speakers, i + 1) ||
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
    bool joined = item_has(speakers, i, CLASS_CLITIC_CONJUNCTION);
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
    /* شركة النقل بتوزيع أرباح */
    if (tag == TAG_PLAIN && item_has(speakers, i, CLASS_CLITIC_PREPOSITION))
        return true;
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

/* Where the name of a body ends within its phrase: an indefinite word behind a
 * definite one is no part of it (قوات الأمن سبع عبوات). */
static size_t body_end(Speakers *speakers, const Phrase *phrase, size_t from, size_t limit)
{
    bool definite = is_definite(speakers, from) || phrase_tag(phrase, from) == TAG_PLACE;
    for (size_t i = from + 1; i < limit; i++) {
        Tag tag = phrase_tag(phrase, i);
        if (tag == TAG_BRACKET && i == from + 1 && in_group(speakers, from, GROUP_OUTSIDE))
            return i + 1; /* وكالة (الرافد) */
        /* وصفت حماس «...»: a proper name has no other in marks */
        if (tag == TAG_MARKED && i == from + 1 && item_has(speakers, from, CLASS_ORG) &&
            item_at(speakers, from)->token_count == 1)
            return i;
        if (tag == TAG_BRACKET || item_has(speakers, i, CLASS_SPEAKER_SAME) ||
            is_object_behind(speakers, phrase, i) || is_describing(speakers, phrase, from, i) ||
            (phrase_tag(phrase, from) == TAG_DOCUMENT &&
             item_has(speakers, i, CLASS_SPEECH_EVENT_BEHIND)))
            return i;
        if (phrase->lead == TAG_ORG && is_body_purpose(speakers, i) &&
            !(phrase->with_object && item_has(speakers, i, CLASS_BODY_PURPOSE_SAKE))) {
            definite = false;
            continue; /* الجمعية الوطنية للدفاع عن الآثار */
        }
        if (tag == TAG_OTHER) {
            bool joined = goes_on_joined(speakers, i);
            bool in_place = i + 1 < limit && phrase_tag(phrase, i + 1) == TAG_PLACE &&
                            !item_has(speakers, i, CLASS_SHAPE_PRONOUN);
            if (!joined && !in_place)
                return i;
            definite = definite || joined;
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
        if (definite && !now && !item_has(speakers, i, CLASS_CLITIC_CONJUNCTION) &&
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

/* ذاته, نفسه behind the noun at `from`, up to `end` or right behind it. */
static bool is_same(const Speakers *speakers, size_t from, size_t end)
{
    size_t count = speakers->string->count;
    return any_has(speakers, from + 1, end < count ? end + 1 : count, CLASS_SPEAKER_SAME);
}

/* Names `body` as it is named at item `elsewhere`, in full. */
static size_t note_body_elsewhere(Speakers *speakers, size_t elsewhere, Known *body)
{
    name_body(speakers, elsewhere, noun_end(speakers, elsewhere), body);
    return note_body(speakers, body);
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

/* A country or a town is no issuer, though its government may have been the subject. */
static bool may_issue(const Speakers *speakers, const Known *known)
{
    size_t from = known->role_from;
    return known->type == SPEAKER_ORGANISATION &&
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
    if (item_has(speakers, from, CLASS_AGR_P))
        return SPEAKER_NONE;
    for (size_t i = speakers->turn_count; i-- > 0 && seen < ISSUERS_BACK; seen++) {
        const Turn *turn = &speakers->turns[i];
        const Known *known = &speakers->known[turn->number];
        bool document = known->role_from < known->role_to &&
                        in_group(speakers, known->role_from, GROUP_DOCUMENTS);
        if (known->type != SPEAKER_PERSON && !document && tells_of(speakers, turn, head, noun))
            return turn->number;
        if (turn->reports && last == SPEAKER_NONE)
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
 * one that has been named in front of it; SPEAKER_NONE. */
static size_t last_of_kind(Speakers *speakers, size_t from, Known *body)
{
    uint32_t only = NO_ENTRY;
    size_t item = from, first, last;
    if (agreement_of(speakers, from) == AGREE_P)
        return SPEAKER_NONE;
    for (size_t i = speakers->turn_count; i-- > back_to(speakers->turn_count);) {
        const Known *known = &speakers->known[speakers->turns[i].number];
        if (known->type == SPEAKER_ORGANISATION && is_noun_for(speakers, from, known->head))
            return speakers->turns[i].number;
    }
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
        return number;
    }
    size_t last = last_turn(speakers);
    if (document)
        return to == from + 1 ? last_issuer(speakers, from) : SPEAKER_NONE;
    /* الجهة ذاتها: whoever has spoken. */
    if (is_same(speakers, from, to) && last != SPEAKER_NONE &&
        speakers->known[last].type != SPEAKER_PERSON)
        return last;
    if (phrase->lead != TAG_ORG && phrase->lead != TAG_BODY)
        return SPEAKER_NONE;
    size_t elsewhere = find_body_elsewhere(speakers, from, to);
    if (elsewhere != SPEAKER_NONE)
        return note_body_elsewhere(speakers, elsewhere, body);
    return to == from + 1 ? last_of_kind(speakers, from, body) : SPEAKER_NONE;
}

/* Where the organisation begins that issued the document at `from`, up to `end`; `from`
 * where there is none. */
static size_t find_issuer(const Speakers *speakers, const Phrase *phrase, size_t from, size_t end)
{
    size_t next = from + 1;
    if (next >= end || is_definite(speakers, from))
        return from;
    /* أرقام نشرتها السلطات: a verb that takes the document up may stand between. */
    if (next + 1 < end && (item_has(speakers, next, CLASS_SHAPE_PRONOUN) ||
                           item_has(speakers, next, CLASS_SPEAKER_ISSUER)))
        next++;
    /* تقرير في موقع «الرافد» */
    if (next + 1 < end && item_has(speakers, next, CLASS_HALT_IN) &&
        in_group(speakers, next + 1, GROUP_OUTSIDE))
        next++;
    Tag tag = phrase_tag(phrase, next);
    return tag == TAG_ORG || tag == TAG_BODY ? next : from;
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
    if (tag != TAG_ORG && tag != TAG_BODY)
        return SPEAKER_NONE;
    Phrase issuer = read_phrase(speakers, at, noun_end(speakers, at));
    return issuer.lead_item == at ? read_body(speakers, &issuer) : SPEAKER_NONE;
}

/* الأرقام التي نشرتها الوزارة: what the clause at `item` says who issued takes up nothing. */
static bool is_issued(const Speakers *speakers, size_t item)
{
    return item + 1 < speakers->string->count && !is_stop(speakers, item) &&
           !is_stop(speakers, item + 1) && item_has(speakers, item, CLASS_RELATIVE) &&
           item_has(speakers, item + 1, CLASS_SPEAKER_ISSUER);
}

/* Whom the document names in full with the word at `item` as the last; `any`: whatever stands in
 * front of it. SPEAKER_NONE. */
static size_t named_so(Speakers *speakers, size_t item, bool any)
{
    Known person = {.type = SPEAKER_PERSON, .head = NO_ENTRY};
    take_name(speakers, &person, item, item + 1);
    size_t number = find_person(speakers, &person);
    if (number != SPEAKER_NONE)
        return number;
    Range fuller = find_fuller(speakers, &person, item);
    bool named = fuller.from < fuller.to &&
                 (any || (begins_name(speakers, fuller.from) &&
                          !item_has(speakers, fuller.from, CLASS_NAME_AMBIGUOUS)));
    return named ? note_fuller(speakers, fuller, &person) : SPEAKER_NONE;
}

/* صرح قريتي، وأشار الوادي: a noun that needs a complement and has none, and a town's, is a
 * family name, where the document gives the name in full. */
static size_t read_lone_noun(Speakers *speakers, const Phrase *phrase, size_t from, size_t to)
{
    bool lacks = phrase->lead == TAG_HEAD && !has_article(speakers, from);
    bool town = phrase->lead == TAG_PLACE && has_article(speakers, from);
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
        in_group(speakers, item, GROUP_NAMES) || (group_bits(speakers, item) & HEAD_GROUPS) != 0)
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

/* The item behind the longer name at `item` of the body whose name is items [from, to): a longer
 * one of a list that begins so, or what the body is for; `item` for none. */
static size_t longer_end(const Speakers *speakers, size_t item, size_t from, size_t to)
{
    size_t count = tokens_between(speakers, from, to), end = item;
    while (exists(speakers, end) && (end == item || tokens_between(speakers, item, end) < count))
        end++;
    if (end == item || tokens_between(speakers, item, end) < count ||
        !same_words(speakers, item, from, count))
        return item;
    if (tokens_between(speakers, item, end) > count)
        return end;
    size_t purpose = is_named_whole(speakers, item) ? purpose_end(speakers, end) : end;
    return purpose > end ? purpose : item;
}

/* شركة المرفأ for شركة المرفأ للنقل: the items by which the document names the body [from, to) in
 * full, with what it is for behind it; the same items where it does nowhere, or differently. */
static Range find_longer_body(Speakers *speakers, size_t from, size_t to)
{
    Range own = {from, to}, best = own;
    size_t first, last;
    if (to - from < 2 || is_definite(speakers, from) || item_has(speakers, from, CLASS_ORG) ||
        item_has(speakers, from, CLASS_HEAD_ORG_MINISTRY) || in_group(speakers, from, GROUP_PLACES))
        return own;
    uint16_t wanted = head_key(speakers, head_entry(speakers, from));
    heads_near(speakers, from, &first, &last);
    for (size_t k = first; k < last; k++) {
        size_t i = speakers->heads[k].item;
        if (speakers->heads[k].key != wanted || i == from)
            continue;
        size_t end = longer_end(speakers, i, from, to);
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
    bool document = phrase->lead == TAG_DOCUMENT && is_definite(speakers, from);
    if (document)
        number = read_issuer_behind(speakers, from, to);
    if (number != SPEAKER_NONE)
        return number;
    if (whole && to == from + 1) {
        number = note_listed(speakers, head_entry(speakers, from), items_text(speakers, from, to));
    } else if (!whole && !in_group(speakers, from, GROUP_PLACES) && is_definite(speakers, from) &&
               is_noun_alone(speakers, phrase, from, to) && !(document && is_issued(speakers, to)))
        number = read_taken_up(speakers, phrase, from, to, &body);
    /* A document is spoken for by the organisation that issued it. */
    size_t issuer = phrase->lead == TAG_DOCUMENT ? find_issuer(speakers, phrase, from, end) : from;
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
    } else if (number == SPEAKER_NONE && phrase->lead == TAG_DOCUMENT)
        number = read_issuer_behind(speakers, from, to);
    if (number != SPEAKER_NONE)
        return number;
    Range named_at = {from, to};
    if (body.type == SPEAKER_ORGANISATION)
        named_at = find_longer_body(speakers, from, to);
    name_body(speakers, named_at.from, named_at.to, &body);
    return note_body(speakers, &body);
}

size_t read_marked(Speakers *speakers, const Phrase *phrase)
{
    Known named = {.type = SPEAKER_PERSON, .head = NO_ENTRY};
    if (read_marked_name(speakers, phrase->lead_item, false, &named))
        return note_named(speakers, &named, phrase->lead_item);
    size_t at = phrase->lead_item;
    const Item *item = item_at(speakers, at);
    Known body = {
        .type = SPEAKER_ORGANISATION, .name = items_text(speakers, at, at + 1), .head = NO_ENTRY};
    Known person = {.type = SPEAKER_PERSON, .head = NO_ENTRY, .name = body.name};
    put_words(speakers, &person, at, at + 1);
    if (person.word_count != 0 && person.word_count <= 3) {
        size_t number = find_or_note_fuller(speakers, &person, at);
        if (number != SPEAKER_NONE)
            return number;
    }
    if (item->token_count > 2) {
        const ItemString *inner =
            read_tokens(speakers, item->first_token + 1, item->first_token + item->token_count - 1);
        body.head = inner->items[0].entry;
        if (inner->count == 1) {
            size_t number = find_by_head(speakers, body.head, at, at);
            if (number != SPEAKER_NONE)
                return number;
        }
    }
    return note_body(speakers, &body);
}

/* The name between commas behind a title that ends at `comma` (رئيس النادي،
 * سالم الحربي،). */
static Range name_apposed(Speakers *speakers, size_t comma)
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

/* The person whose family name stands behind a mere form of address (الدكتور
 * الحفظي), or is one by its letters (الشريف), when the document names that person in full. */
static size_t addressed_by_family(Speakers *speakers, const Phrase *phrase, size_t from, size_t end)
{
    /* الدكتور الحفظي المشرف على: who is known by that name already */
    if (end > from + 2 && is_definite(speakers, from) && !has_proclitic(speakers, from + 1) &&
        item_at(speakers, from + 1)->entry == NO_ENTRY && is_known_family(speakers, from + 1))
        return find_by_part(speakers, from + 1);
    bool alone =
        item_has(speakers, from, CLASS_TITLE_HONORIFIC) &&
        (end - from == 1 || (has_article(speakers, from) && !is_definite(speakers, from + 1)));
    if (!alone && (end - from != 2 || !is_definite(speakers, from)))
        return SPEAKER_NONE;
    size_t family = alone ? from : from + 1;
    Tag tag = phrase_tag(phrase, family);
    if (!alone && !is_definite_tag(tag) && tag != TAG_WORD && tag != TAG_PLAIN)
        return SPEAKER_NONE;
    Known person = {.type = SPEAKER_PERSON, .head = NO_ENTRY};
    take_name(speakers, &person, family, family + 1);
    return find_or_note_fuller(speakers, &person, family);
}

/* اتهم السفير باستخدام القوة: what an ordinary noun with its preposition says of the verb is no part
 * of a title; but مدير التعليم بمنطقة الوادي. */
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
 * beside it, anywhere in the document; SPEAKER_NONE. */
static size_t read_office_elsewhere(Speakers *speakers, size_t from, size_t end, uint32_t head)
{
    uint16_t wanted = head_key(speakers, head);
    size_t first, last, compared = 0;
    heads_near(speakers, from, &first, &last);
    for (size_t k = first; k < last && compared < TITLES_MAX; k++) {
        Head *other = &speakers->heads[k];
        size_t i = other->item, title_end;
        bool is_vacant = i != from && other->is_read && other->holder.from >= other->holder.to;
        if (other->key != wanted || is_vacant || item_has(speakers, i, CLASS_AGR_P) ||
            !same_head(speakers, head_entry(speakers, i), head))
            continue;
        Range name = i == from ? name_of_office(speakers, i, true, &title_end)
                               : holder_of(speakers, other, &title_end);
        Known person = {.head = head_entry(speakers, i), .role_from = i, .role_to = title_end};
        if (name.from >= name.to || (compared++, !titles_agree(speakers, from, end, &person)))
            continue;
        person.role = items_text(speakers, i, title_end);
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

/* القيادي الجنوبي، الناشط الحقوقي البريطاني: somebody, and of what kind he or she is. */
static bool is_of_kind(const Speakers *speakers, size_t from, size_t end)
{
    for (size_t i = from + 1; i < end; i++)
        if (!has_article(speakers, i) || !item_has(speakers, i, CLASS_SHAPE_NISBA))
            return false;
    return (end == from + 2 || end == from + 3) && agreement_of(speakers, from) != AGREE_P;
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
    if (of_kind && !(is_of_kind(speakers, from, end) && titles_agree(speakers, from, end, known)))
        return SPEAKER_NONE;
    size_t reach = of_kind && !item_has(speakers, from, CLASS_SPEAKER_AGAIN_SOURCE) ? 0 : 1;
    bool is_meant = known->type == SPEAKER_PERSON &&
                    (known->agreement & agreement_of(speakers, from)) != 0 &&
                    query->paragraph - speakers->turns[speakers->turn_count - 1].paragraph <= reach;
    return is_meant ? last : SPEAKER_NONE;
}

/* An office (مدير, وزير), and no calling, stands at `item`. */
static bool is_office(const Speakers *speakers, size_t item)
{
    return item_has(speakers, item, CLASS_TITLE_PERSON) &&
           !item_has(speakers, item, CLASS_TITLE_PERSON_WORK) &&
           !item_has(speakers, item, CLASS_TITLE_PERSON_SPORT);
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
        item_has(speakers, from, CLASS_SPEAKER_KIN))
        return SPEAKER_NONE;
    const Known *known = &speakers->known[last->number];
    bool same = same_head(speakers, known->head, head_entry(speakers, from));
    /* قال المدير سالم، وأردف رئيس النادي: another one in office. */
    if (!same && known->role_from < known->role_to && is_office(speakers, known->role_from) &&
        is_office(speakers, from))
        return SPEAKER_NONE;
    bool is_meant = known->type == SPEAKER_PERSON && !is_pair(known) &&
                    (!same || titles_agree(speakers, from, end, known));
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
    bool is_meant = known->type == SPEAKER_PERSON && !is_pair(known) &&
                    known->role_from == known->role_to && (known->agreement & agreement) != 0;
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
    return known->type == SPEAKER_COMMON && known->role_from < known->role_to &&
                   known->agreement != AGREE_P &&
                   item_has(speakers, known->role_from, CLASS_TITLE_SOURCE_PERSON)
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
    if (source && (!is_same(speakers, from, end) || item_has(speakers, from, CLASS_AGR_P)))
        return last_source(speakers, from, head_entry(speakers, from), false, query);
    unsigned agreement = agreement_of(speakers, from);
    size_t person = SPEAKER_NONE;
    bool only = true; /* one of whom the verb's gender is not told by their titles */
    for (size_t i = speakers->turn_count; i-- > back_to(speakers->turn_count);) {
        size_t number = speakers->turns[i].number;
        const Known *known = &speakers->known[number];
        if (!is_somebody(speakers, known) || !titles_agree(speakers, from, end, known))
            continue;
        if (may_agree(known->agreement, agreement)) {
            bool same = same_head(speakers, known->head, head_entry(speakers, from));
            size_t unnamed =
                same || end > from + 1 ? SPEAKER_NONE : last_unnamed(speakers, query, agreement);
            return unnamed != SPEAKER_NONE ? unnamed : number;
        }
        only = only && (person == SPEAKER_NONE || person == number);
        person = number;
    }
    if (person == SPEAKER_NONE && end == from + 1)
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
    /* جنرال أميركي بارز: its own adjective says that it is anybody. */
    size_t next = from + 1;
    if (next < end && !has_article(speakers, from) && !has_article(speakers, next) &&
        (phrase_tag(phrase, next) == TAG_ADJECTIVE || is_preposition(speakers, next) ||
         (phrase_tag(phrase, next) == TAG_CONTINUES && item_has(speakers, from, CLASS_AGR_P))))
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
        if ((item_has(speakers, i, CLASS_MARKED) || item_has(speakers, i, CLASS_BRACKETED)) &&
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
        if (known->role_from < known->role_to && has_marked(speakers, known, from + 1))
            return number;
        only = only && (last == SPEAKER_NONE || last == number);
        last = number;
    }
    return only ? last : SPEAKER_NONE;
}

/* Whom the title [from, end) takes up who has been told of in front of it; SPEAKER_NONE.
 * `definite`: it is somebody's. */
static size_t title_taken_up(Speakers *speakers, const SpeakerQuery *query, size_t from, size_t end,
                             uint32_t head, bool definite)
{
    size_t number = SPEAKER_NONE;
    if (definite && is_same(speakers, from, end))
        number = item_has(speakers, from, CLASS_SPEAKER_AGAIN_SOURCE)
                     ? last_source(speakers, from, head, true, query)
                     : last_of_office(speakers, from, head, query);
    if (definite && number == SPEAKER_NONE)
        number = find_by_head(speakers, head, from, end);
    /* هذا الناطق باسم القوات: whatever he is called now, he was told of. */
    bool pointed_at = from > 0 && !is_stop(speakers, from - 1) &&
                      item_has(speakers, from - 1, CLASS_SPEAKER_POINTING);
    if (definite && number == SPEAKER_NONE && pointed_at) {
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
    if (phrase->lead == TAG_PEOPLE && is_definite(speakers, from) && end - from <= 2)
        number = read_people_elsewhere(speakers, from, end, head);
    /* قال باحث أردني, and later الباحث الأردني فلان: a report names at length whom it begins with. */
    bool lead = !definite && end - from > 1 && is_in_lead(speakers, from) &&
                phrase_tag(phrase, from) == TAG_ROLE && !item_has(speakers, from, CLASS_QUANTIFIER);
    if (number == SPEAKER_NONE && (definite || lead) && !item_has(speakers, from, CLASS_AGR_P) &&
        !item_has(speakers, from, CLASS_SPEAKER_KIN))
        number = read_office_elsewhere(speakers, from, end, head);
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
        phrase_tag(phrase, name) != TAG_WORD || item_at(speakers, name)->entry != NO_ENTRY ||
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
    while (end > from + 1 && phrase_tag(phrase, end - 1) == TAG_BRACKET)
        end--; /* الوزير -في تصريح صحفي- */
    uint32_t head = head_entry(speakers, from);
    bool definite = is_definite_title(speakers, phrase, from, end);
    if (is_again_with_object(speakers, phrase, from, end))
        end = from + 1;
    /* واعتبر الفاعل الكالدي اعتماد: behind its adjectives what has the article has no complement */
    size_t object = adjectives_end(speakers, phrase, from, end);
    if (object < end && has_article(speakers, from) && phrase_tag(phrase, object) == TAG_PLAIN &&
        !is_definite(speakers, object) && !item_has(speakers, object, CLASS_CLITIC_CONJUNCTION) &&
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
    if (number == SPEAKER_NONE)
        number = last_described(speakers, phrase, from, end, query);
    if (number == SPEAKER_NONE)
        number = last_person(speakers, phrase, from, end, query);
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
    return number != SPEAKER_NONE ? number : note_titled(speakers, phrase, from, end, head);
}

/* المهني ذاته: of what kind somebody is, who has just spoken; SPEAKER_NONE. */
static size_t same_kind(const Speakers *speakers, size_t from, size_t end)
{
    size_t last = last_turn(speakers);
    if (last == SPEAKER_NONE || !has_article(speakers, from) || has_proclitic(speakers, from) ||
        !item_has(speakers, from, CLASS_SHAPE_NISBA) || !is_same(speakers, from, end))
        return SPEAKER_NONE;
    const Known *known = &speakers->known[last];
    unsigned own = item_has(speakers, from, CLASS_SHAPE_FEMININE) ? AGREE_F : AGREE_M;
    return known->type == SPEAKER_PERSON && may_agree(known->agreement, own) ? last : SPEAKER_NONE;
}

/* A phrase of unknown words: a person by part of the name, or a common noun. */
size_t read_unknown(Speakers *speakers, const Phrase *phrase, bool recognised)
{
    size_t end = segment_end(phrase, phrase->from);
    size_t same = same_kind(speakers, phrase->from, end);
    if (same != SPEAKER_NONE)
        return same;
    Stretch stretch = phrase_stretch(phrase, phrase->from, end);
    Range name = find_bare_name(speakers, &stretch);
    Tag first = phrase_tag(phrase, phrase->from);
    bool origin = first == TAG_ADJECTIVE && has_article(speakers, phrase->from);
    if (name.from == name.to && (first == TAG_PLAIN || first == TAG_PLAIN_DEFINITE || origin) &&
        !item_has(speakers, phrase->from, CLASS_SHAPE_OBJECT))
        name = (Range){phrase->from, phrase->from + 1}; /* it may be known as a name */
    if (name.from < name.to) {
        Known person = {.type = SPEAKER_PERSON, .head = NO_ENTRY};
        size_t number = SPEAKER_NONE;
        for (size_t to = name.to; number == SPEAKER_NONE && to > name.from; to--) {
            take_name(speakers, &person, name.from, to);
            number = find_or_note_fuller(speakers, &person, name.from);
        }
        if (number != SPEAKER_NONE)
            return number;
        bool plain = true;
        for (size_t i = name.from; i < name.to; i++)
            plain &= phrase_tag(phrase, i) == TAG_WORD;
        if (!recognised && plain && name.to - name.from <= 4)
            return note_person(speakers, name, &person);
    }
    /* النوخذة، سالم الحربي،: a calling in no list, and who has it between commas */
    Range apposed = {end, end};
    if (is_definite_tag(first) && end == phrase->from + 1)
        apposed = name_apposed(speakers, end);
    if (apposed.from < apposed.to) {
        Known person = {.head = NO_ENTRY, .role_from = phrase->from, .role_to = end};
        person.role = items_text(speakers, phrase->from, end);
        return note_person(speakers, apposed, &person);
    }
    /* An ordinary word that is in no list of people, bodies or documents is a thing. */
    if (recognised || phrase->lead == TAG_PLAIN || phrase->lead == TAG_PLAIN_DEFINITE)
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

/* Cuts the preposition off the name of a source in no list (لكالدر). */
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
        if (!slice_starts(known->words[0], joined->prefix))
            return;
        known->words[0] = slice_cut(known->words[0], joined->prefix.length, known->words[0].length);
        known->keys[0] = fold_key(speakers, known->words[0]);
        sum_key_bits(known);
        if (known->word_count == 1)
            known->last_word = NO_WORD;
        return;
    }
}

/* A source in no list behind وفقا: its first word carries the preposition. */
size_t read_joined(Speakers *speakers, const Phrase *phrase)
{
    size_t end = segment_end(phrase, phrase->from);
    Known person = {.type = SPEAKER_PERSON, .head = NO_ENTRY};
    take_name(speakers, &person, phrase->from, end);
    cut_joined(speakers, phrase->from, &person);
    size_t number = find_or_note_fuller(speakers, &person, phrase->from);
    if (number != SPEAKER_NONE)
        return number;
    person.type = SPEAKER_ORGANISATION;
    return note_body(speakers, &person);
}
