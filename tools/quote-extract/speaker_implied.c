#include "tools/quote-extract/speaker_parts.h"

enum {
    BYLINE_MAX = 10,    /* items in front of its colon            */
    SENTENCES_BACK = 8, /* whose subjects may be who speaks now   */
    SUBJECT_AWAY = 5,   /* items from a verb to its subject       */
    SUBJECT_FIRST = 4,  /* items of a clause that may be subject  */
    NEARNESS_MAX = 32   /* turns looked back at                   */
};

/* One person never agrees with the form of several. */
static bool agrees(const Speakers *speakers, size_t number, unsigned agreement)
{
    const Known *known = &speakers->known[number];
    return !(agreement == AGREE_P && is_one_person(known)) &&
           may_agree(known->agreement, agreement);
}

static bool is_person(const Speakers *speakers, size_t number)
{
    return number != SPEAKER_NONE && speakers->known[number].type == SPEAKER_PERSON;
}

/* Whom items [from, to) name, where nothing but a name, title or source will do and an object
 * may stand as well. `cue`: the item of the verb whose subject that is; what is reported begins
 * at `limit`. SPEAKER_NONE. */
static size_t named_aside(Speakers *speakers, const SpeakerQuery *query, size_t from, size_t to,
                          size_t cue, size_t limit)
{
    Speaker ignored;
    SpeakerQuery own = *query;
    own.recognised = own.object_likely = true;
    own.cue = cue;
    own.limit = limit;
    return speakers_named(speakers, from, to, &own, &ignored);
}

/* The person whom items [from, to) in front of the cue name by two names, and whom it agrees
 * with; SPEAKER_NONE. */
static size_t named_by_two(Speakers *speakers, const SpeakerQuery *query, size_t from, size_t to,
                           unsigned agreement)
{
    /* The implied verb tells nothing of this one's gender. */
    size_t number = named_aside(speakers, query, from, to, from, query->cue);
    return is_person(speakers, number) && speakers->known[number].word_count > 1 &&
                   agrees(speakers, number, agreement)
               ? number
               : SPEAKER_NONE;
}

/* سالم الحربي - الرافد - الوادي: the byline speaks of nobody. */
static size_t behind_byline(const Speakers *speakers, size_t start, size_t cue)
{
    for (size_t i = start; i < cue && i < start + BYLINE_MAX; i++)
        if (item_has(speakers, i, CLASS_COLON))
            start = i + 1;
    return start;
}

/* Where the clause proper begins: لكن stands in front of it, and so does what
 * opens with a preposition, up to its comma. */
static size_t behind_opening(Speakers *speakers, size_t start, size_t cue)
{
    while (start < cue && item_has(speakers, start, CLASS_OPENER))
        start++;
    /* ودعم المدير الخطة: what is a noun elsewhere is the verb here */
    bool verb =
        start + 1 < cue && item_has(speakers, start, CLASS_NOUN_DEED) &&
        is_conjoined(speakers, start) &&
        (tag_of(speakers, start + 1, TAG_OTHER) == TAG_ROLE || begins_name(speakers, start + 1));
    if (start == cue || verb ||
        !(item_has(speakers, start, CLASS_HALT) ||
          (item_has(speakers, start, CLASS_CLITIC_PREPOSITION) && is_in_list(speakers, start))))
        return start;
    while (start < cue && !item_has(speakers, start, CLASS_COMMA))
        start++;
    while (start < cue &&
           (item_has(speakers, start, CLASS_COMMA) || item_has(speakers, start, CLASS_OPENER)))
        start++;
    return start;
}

/* Whom the first word of items [from, to) tells that is in no list, but part of a name that is
 * known; SPEAKER_NONE. */
static size_t known_by_word(Speakers *speakers, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        Tag tag = tag_of(speakers, i, TAG_OTHER);
        if (tag != TAG_WORD && tag != TAG_DEFINITE)
            continue;
        size_t number = find_by_part(speakers, i);
        if (number != SPEAKER_NONE)
            return number;
    }
    return SPEAKER_NONE;
}

/* A body, a document or a country, by its tag, may be the subject of the verb in no list at
 * `start`. */
static bool may_be_body(const Speakers *speakers, size_t start, size_t item, Tag tag)
{
    if (tag == TAG_ORG || tag == TAG_BODY)
        return item < start + SUBJECT_FIRST;
    if (item != start + 1)
        return false;
    if (tag == TAG_DOCUMENT)
        return !item_has(speakers, item, CLASS_AGR_P) && !item_has(speakers, start, CLASS_HALT) &&
               !in_group(speakers, start, GROUP_BREAKS);
    /* وسلمت سوريا معدات، وقالت: behind another form of the verb a country is rather its object. */
    return tag == TAG_PLACE && item_has(speakers, start, CLASS_SHAPE_ENDS_T);
}

/* صادق، ورد: a single name that opens the clause is a verb, unless it is known; so is one that
 * is rather a word, whoever stands behind it (ورد الحربي قائلا). */
static bool is_verb_like_name(Speakers *speakers, size_t item, Tag tag)
{
    return tag == TAG_NAME && item_at(speakers, item)->token_count == 1 &&
           (item_has(speakers, item, CLASS_NAME_AMBIGUOUS) ||
            !is_name_tag(tag_of(speakers, item + 1, TAG_NAME))) &&
           !is_known_part(speakers, item);
}

/* كشف ... عن عودة: behind a preposition stands no subject. */
static bool is_behind_preposition(const Speakers *speakers, size_t start, size_t item)
{
    if (item == start)
        return false;
    return item_has(speakers, item, CLASS_CLITIC_PREPOSITION) ||
           item_at(speakers, item)->restored_article ||
           (item > start + 1 && in_group(speakers, item - 1, GROUP_BREAKS) &&
            is_preposition(speakers, item - 1));
}

/* Where the words end that may belong to the name or title at `item`, in front of `limit`. */
static size_t tagged_end(Speakers *speakers, size_t item, size_t limit)
{
    size_t to = item;
    for (; to < limit && to - item < LOOK_AHEAD; to++) {
        Tag tag = tag_of(speakers, to, TAG_NAME);
        if (tag == TAG_OTHER || tag == TAG_COMMA)
            break;
    }
    return to;
}

/* The first person or organisation named in the sentence before the cue: the
 * subject of a verb that is in no list. */
static size_t subject_of_sentence(Speakers *speakers, const SpeakerQuery *query)
{
    size_t cue = query->cue;
    size_t start =
        behind_opening(speakers, behind_byline(speakers, query->sentence_start, cue), cue);
    /* A verb with something else behind it has its own subject implied. */
    if (start + 1 < cue && tag_of(speakers, start + 1, TAG_OTHER) == TAG_OTHER)
        return SPEAKER_NONE;
    size_t reach = query->same_subject || start + SUBJECT_FIRST > cue ? cue : start + SUBJECT_FIRST;
    for (size_t i = start; i < reach; i++) {
        Tag tag = tag_of(speakers, i, TAG_OTHER);
        /* وعدد ناميش الجدوى: who is known already, right behind a verb in no list */
        if (i == start + 1 && (tag == TAG_WORD || tag == TAG_DEFINITE) &&
            is_known_part(speakers, i))
            break;
        /* وعزا الواقفون وراء العريضة ذلك إلى ما سموه */
        bool several = i == start + 1 && tag == TAG_PEOPLE && has_article(speakers, i) &&
                       agreement_of(speakers, i) == AGREE_P && !ends_small(speakers, i);
        bool body = several || may_be_body(speakers, start, i, tag);
        if ((tag != TAG_NAME && tag != TAG_ROLE && !body) ||
            (i == start && is_verb_like_name(speakers, i, tag)))
            continue;
        if (is_behind_preposition(speakers, start, i))
            return SPEAKER_NONE;
        /* Not the verb that implies somebody. */
        size_t verb = i == start + 1 && body ? start : i;
        return named_aside(speakers, query, i, tagged_end(speakers, i, cue), verb, cue);
    }
    return known_by_word(speakers, start, reach);
}

/* A verb in no list, in the feminine, and its subject by title or country open the sentence. */
static bool opens_feminine(Speakers *speakers, size_t start)
{
    if (!item_has(speakers, start, CLASS_SHAPE_ENDS_T) || in_group(speakers, start, GROUP_NAMES))
        return false;
    Tag subject = tag_of(speakers, start + 1, TAG_OTHER);
    return subject == TAG_ROLE || subject == TAG_PLACE;
}

/* The first item of the noun phrase that ends at `end`, or `end`. */
static size_t noun_start(Speakers *speakers, size_t start, size_t end)
{
    size_t from = end;
    for (size_t i = end; i > start && end - i < LOOK_AHEAD; i--) {
        Tag tag = tag_of(speakers, i - 1, TAG_OTHER);
        if (tag == TAG_COMMA || is_stop(speakers, i - 1) ||
            (tag == TAG_OTHER && !is_addressed(speakers, i - 1) &&
             !item_has(speakers, i - 1, CLASS_HALT_IN) &&
             !item_has(speakers, i - 1, CLASS_SHAPE_PREPOSITIONAL)))
            break;
        /* من هؤلاء سالم الحربي: one of those */
        if (from == i && from < end && i > start + 1 && item_has(speakers, i - 1, CLASS_AGR_P) &&
            (tag == TAG_PEOPLE || tag == TAG_ROLE) && !is_stop(speakers, i - 2) &&
            item_has(speakers, i - 2, CLASS_HALT_PREP))
            break;
        if (tag == TAG_ROLE || tag == TAG_PEOPLE || tag == TAG_BODY || tag == TAG_ORG ||
            tag == TAG_NAME || tag == TAG_MARKED)
            from = i - 1;
    }
    return from;
}

/* منهم مثلا سيدة قالت: somebody of whom nothing but the verb tells more, in items [from, end). */
static bool is_described_by_verb(Speakers *speakers, size_t from, size_t end)
{
    Tag tag = tag_of(speakers, from, TAG_OTHER);
    if ((tag != TAG_PEOPLE && tag != TAG_ROLE) || end - from > 2 || has_proclitic(speakers, from))
        return false;
    for (size_t i = from; i < end; i++)
        if (is_definite(speakers, i) || (i > from && !in_group(speakers, i, GROUP_ADJECTIVES)))
            return false;
    return agreement_of(speakers, from) != 0;
}

/* Items [from, end) of the sentence that begins at `start` belong to no word in front of them. */
static bool stands_apart(Speakers *speakers, size_t start, size_t from, size_t end)
{
    if (has_proclitic(speakers, from))
        return false;
    return from == start || item_has(speakers, from - 1, CLASS_COMMA) ||
           item_has(speakers, from - 1, CLASS_OPENER) || item_has(speakers, from - 1, CLASS_COMP) ||
           item_has(speakers, from - 1, CLASS_SPEAKER_ISSUER) ||
           is_described_by_verb(speakers, from, end);
}

/* Several people stand at `item`. */
static bool are_people(Speakers *speakers, size_t item)
{
    Tag tag = tag_of(speakers, item, TAG_OTHER);
    return (tag == TAG_PEOPLE || tag == TAG_ROLE) && item_has(speakers, item, CLASS_AGR_P);
}

/* التقى الوزير الأهالي الذين قالوا، مقطع لرجال ونساء يطالبون: where in items [from, end) the last
 * several people begin, with how many they are (عدد من السكان قالوا). `end`: nowhere. */
static size_t last_several(Speakers *speakers, size_t from, size_t end)
{
    size_t at = end;
    while (at > from && !are_people(speakers, at - 1))
        at--;
    if (at == from)
        return end;
    at--;
    /* الفنانين المتدخلين, رجال ونساء */
    while (at > from && are_people(speakers, at - 1) &&
           (has_article(speakers, at - 1) == has_article(speakers, at)))
        at--;
    if (at > from && item_has(speakers, at - 1, CLASS_SPEAKER_SOME))
        return at - 1;
    bool counted = at > from + 1 && is_preposition(speakers, at - 1) &&
                   item_has(speakers, at - 2, CLASS_QUANTIFIER);
    return counted ? at - 2 : at;
}

/* حنق جمعية اعتبرت، من شركة قالت: a noun without article whose gender the verb behind it has is
 * what that tells of, whatever stands in front. */
static bool is_told_of(Speakers *speakers, const SpeakerQuery *query, size_t from,
                       unsigned agreement)
{
    Tag tag = tag_of(speakers, from, TAG_OTHER);
    return is_finite_cue(speakers, query->cue) && agreement == AGREE_F &&
           (tag == TAG_ORG || tag == TAG_BODY || tag == TAG_ROLE || tag == TAG_PEOPLE) &&
           !is_definite(speakers, from) && !item_has(speakers, from, CLASS_ORG) &&
           agreement_of(speakers, from) == agreement;
}

/* A clause without a relative in front of it, and a verb in the plural, tell of the several people
 * at `from`: of these ones no article tells (السكان would need الذين), and they do not belong to
 * what opens the sentence with a preposition (وبحضور وزراء أكدوا). */
static bool are_told_of(Speakers *speakers, size_t start, size_t from)
{
    bool some =
        item_has(speakers, from, CLASS_SPEAKER_SOME) || item_has(speakers, from, CLASS_QUANTIFIER);
    bool of_them = from >= start + 2 && item_has(speakers, from - 1, CLASS_SOME_OF) &&
                   !is_definite(speakers, from - 2); /* عدد من السكان */
    bool all = from > start && item_has(speakers, from - 1, CLASS_ALL_OF); /* جميع السكان */
    if (has_article(speakers, from) && !some && !of_them && !all)
        return false;
    while (start < from && item_has(speakers, start, CLASS_OPENER))
        start++;
    if (all && start + 1 == from)
        return true;
    return !item_has(speakers, start, CLASS_HALT) && !is_preposition(speakers, start) &&
           !item_has(speakers, start, CLASS_HALT_IN) &&
           !item_has(speakers, start, CLASS_CLITIC_PREPOSITION);
}

/* سالم الحربي وعمر السالم الذي: where the last of several begins whom items [from, to) name; `from`
 * where they are one. */
static size_t last_of_several(const Speakers *speakers, size_t from, size_t to)
{
    for (size_t i = to; i-- > from + 1;)
        if (is_conjoined(speakers, i) && in_group(speakers, i - 1, GROUP_NAMES) &&
            (in_group(speakers, i, GROUP_NAMES) || in_group(speakers, i, GROUP_ROLES)))
            return i;
    return from;
}

/* Whom items [from, end) name, whatever stands around them; SPEAKER_NONE. */
static size_t named_here(Speakers *speakers, const SpeakerQuery *query, size_t from, size_t end)
{
    Speaker ignored;
    SpeakerQuery named = *query;
    named.recognised = true;
    named.limit = 0;
    return speakers_named(speakers, from, end, &named, &ignored);
}

/* تصريحات الوزير سالم الحربي التي أدلى بها إلى إحدى محطات التلفزيون التي قال فيها: whose words,
 * in the sentence in front of the relative pronoun at `relative`, hold what is reported;
 * SPEAKER_NONE. */
static size_t owner_of_words(Speakers *speakers, const SpeakerQuery *query, size_t relative,
                             unsigned agreement)
{
    size_t words = relative;
    while (words > query->sentence_start && !item_has(speakers, words - 1, CLASS_SPOKEN_BY))
        words--;
    size_t end = words;
    while (end < relative && !item_has(speakers, end, CLASS_RELATIVE) &&
           !item_has(speakers, end, CLASS_COMMA) && !item_has(speakers, end, CLASS_HALT) &&
           !is_preposition(speakers, end))
        end++;
    if (words == query->sentence_start || end == words || has_proclitic(speakers, words) ||
        item_has(speakers, end, CLASS_COMMA))
        return SPEAKER_NONE;
    size_t number = named_here(speakers, query, words, end);
    bool speaks =
        is_person(speakers, number) && may_agree(speakers->known[number].agreement, agreement);
    return speaks ? number : SPEAKER_NONE;
}

/* مصادر أكدت، تقارير أفادت: a verb in the feminine behind several sources or documents agrees
 * with them. */
static bool agrees_as_things(Speakers *speakers, size_t item, unsigned verb)
{
    unsigned own = agreement_of(speakers, item);
    bool things = item_has(speakers, item, CLASS_SPEAKER_AGAIN_SOURCE) ||
                  tag_of(speakers, item, TAG_OTHER) == TAG_DOCUMENT;
    return may_agree(own, verb) || (things && (own & AGREE_P) != 0 && (verb & AGREE_F) != 0);
}

/* التقارير التي أكدت، إفادات السكان التي تقول: where in items [from, end) in front of a relative
 * pronoun the document begins that says something, with what describes it; `end`: nowhere. */
static size_t document_in_front(Speakers *speakers, size_t from, size_t end, unsigned agreement)
{
    enum { WORDS_BEHIND = 4 };
    for (size_t i = end; i > from && end - i <= WORDS_BEHIND; i--) {
        size_t item = i - 1;
        if (is_stop(speakers, item) || item_has(speakers, item, CLASS_COMMA) ||
            in_group(speakers, item, GROUP_BREAKS))
            break;
        if (tag_of(speakers, item, TAG_OTHER) != TAG_DOCUMENT)
            continue;
        return agrees_as_things(speakers, item, agreement) ? item : end;
    }
    return end;
}

/* Nothing but a preposition stands between the verb at `cue` and what it reports. */
static bool is_before_that(const Speakers *speakers, size_t cue)
{
    size_t next = cue + 1;
    next += exists(speakers, next) && item_has(speakers, next, CLASS_HALT_PREP);
    return exists(speakers, next) && item_has(speakers, next, CLASS_COMP);
}

/* Who stands right before a verb without a conjunction, as what it describes or
 * as its subject: الوزير الذي أكد، منهم سيدة قالت، بيان أصدرته الوزارة قالت فيه. */
static size_t antecedent(Speakers *speakers, const SpeakerQuery *query, unsigned agreement)
{
    size_t start = query->sentence_start, end = query->cue;
    /* وثائق وصفتها: a verb with a pronoun describes its object. */
    if (query->same_subject || is_conjoined(speakers, query->cue) ||
        item_has(speakers, query->cue, CLASS_CUE_OBJECT) ||
        item_has(speakers, query->cue, CLASS_SHAPE_PRONOUN))
        return SPEAKER_NONE;
    while (end > start && item_has(speakers, end - 1, CLASS_QAD))
        end--;
    bool relative = end > start && item_has(speakers, end - 1, CLASS_RELATIVE);
    if (relative && exists(speakers, query->cue + 1) &&
        item_has(speakers, query->cue + 1, CLASS_IN_IT)) {
        size_t owner = owner_of_words(speakers, query, end - 1, agreement);
        if (owner != SPEAKER_NONE)
            return owner;
    }
    if (relative) {
        bool further = item_has(speakers, --end, CLASS_RELATIVE_FURTHER);
        if (end > start && item_has(speakers, end - 1, CLASS_COMMA)) {
            if (further)
                return SPEAKER_NONE; /* of somebody far in front */
            end--;
        }
    }
    size_t from = noun_start(speakers, start, end);
    Range in_front = relative && from < end ? name_in_front(speakers, from) : (Range){from, from};
    if (in_front.from < in_front.to && in_front.from >= start)
        from = in_front.from; /* سلمى الحربي، مستشارة الرئيس، التي قالت */
    if (relative && agreement != AGREE_P)
        from = last_of_several(speakers, from, end);
    if (relative && from > start && from + 1 < end && item_has(speakers, from, CLASS_MARKED) &&
        item_has(speakers, from - 1, CLASS_HALT_BEFORE_MARK) && !has_proclitic(speakers, from + 1))
        from++; /* أوضح ذلك لـ«الرافد» الباحث سالم الحربي الذي قال */
    bool one = relative && (agreement & AGREE_P) == 0; /* الذين are people */
    size_t document = one ? document_in_front(speakers, start, end, agreement) : end;
    if (document < end && is_before_that(speakers, query->cue) &&
        (from == end || from < document || !may_agree(agreement_of(speakers, from), agreement)))
        return named_here(speakers, query, document, end);
    size_t several = agreement == AGREE_P && is_finite_cue(speakers, query->cue)
                         ? last_several(speakers, from, end)
                         : end;
    if (several < end && !relative && !are_told_of(speakers, start, several))
        several = end;
    if (several < end && agreement_of(speakers, from) != AGREE_P)
        from = several;
    if (from == end || (!relative && several == end && !stands_apart(speakers, start, from, end) &&
                        !is_told_of(speakers, query, from, agreement)))
        return SPEAKER_NONE;
    if (!may_agree(agreement_of(speakers, from), agreement) ||
        item_has(speakers, from, CLASS_MARKED_LONG)) /* «...»، الذي قال: no words speak */
        return SPEAKER_NONE;
    return named_here(speakers, query, from, end);
}

/* A person named right before a participle, whatever is between his verb and him:
 * واتفق مع الرأيين السابقين سالم الحربي مشيرا. */
static size_t named_at(Speakers *speakers, const SpeakerQuery *query, unsigned agreement)
{
    size_t start = query->sentence_start, end = query->cue;
    if (end > start && item_has(speakers, end - 1, CLASS_COMMA))
        end--;
    size_t from = noun_start(speakers, start, end);
    if (from == end || from < start + 3 || from > start + SUBJECT_AWAY ||
        has_proclitic(speakers, from) || !has_article(speakers, from - 1) ||
        item_has(speakers, start, CLASS_HALT) || in_group(speakers, from - 1, GROUP_BREAKS) ||
        is_preposition(speakers, from - 1) ||
        !(in_group(speakers, start + 1, GROUP_BREAKS) ||
          item_has(speakers, start + 1, CLASS_SHAPE_PREPOSITIONAL)))
        return SPEAKER_NONE;
    if (!may_agree(agreement_of(speakers, from), agreement))
        return SPEAKER_NONE;
    size_t number = named_aside(speakers, query, from, end, query->cue, end);
    return is_person(speakers, number) ? number : SPEAKER_NONE;
}

/* May a person named at `from` be the subject of what stands in front of him? Not behind
 * مع, but behind عنه and أن. */
static bool may_be_subject(const Speakers *speakers, size_t from)
{
    return !has_proclitic(speakers, from) &&
           (!item_has(speakers, from - 1, CLASS_HALT) || item_has(speakers, from - 1, CLASS_COMP) ||
            item_has(speakers, from - 1, CLASS_ADVERB));
}

/* The noun phrase with the last name in items [start, end), which ends with that name; empty when
 * there is no name. */
static Range last_named(Speakers *speakers, size_t start, size_t end)
{
    while (end > start && tag_of(speakers, end - 1, TAG_OTHER) != TAG_NAME)
        end--;
    return (Range){noun_start(speakers, start, end), end};
}

/* The person named last, by two names, in the clause in front of حين قال. */
static size_t named_when(Speakers *speakers, const SpeakerQuery *query, unsigned agreement)
{
    size_t start = query->sentence_start, cue = query->cue;
    if (cue < start + 2 || !item_has(speakers, cue - 1, CLASS_SPEAKER_WHEN))
        return SPEAKER_NONE;
    for (Range noun = last_named(speakers, start, cue - 1); noun.from < noun.to;
         noun = last_named(speakers, start, noun.from)) {
        size_t number = noun.from > start && may_be_subject(speakers, noun.from)
                            ? named_by_two(speakers, query, noun.from, noun.to, agreement)
                            : SPEAKER_NONE;
        if (number != SPEAKER_NONE)
            return number;
    }
    return SPEAKER_NONE;
}

/* يذكر أن المركز: behind the first أن of the sentence, where nobody stands in front of it. */
static size_t behind_that(Speakers *speakers, size_t start, size_t cue)
{
    enum { OPENING_MAX = 4 };
    for (size_t i = start; i + 1 < cue && i < start + OPENING_MAX; i++) {
        if (item_has(speakers, i, CLASS_COMP))
            return i + 1;
        if (tag_of(speakers, i, TAG_OTHER) == TAG_NAME)
            break;
    }
    return start;
}

/* Who opens the sentence, as the subject of a verb further on: هدى التي نجت قالت.
 * `at_verb`: none but one whose phrase ends at the verb. */
static size_t opens_sentence(Speakers *speakers, const SpeakerQuery *query, unsigned agreement,
                             bool at_verb, Speaker *speaker)
{
    size_t first = behind_byline(speakers, query->sentence_start, query->cue);
    size_t start =
        is_finite_cue(speakers, query->cue) ? behind_that(speakers, first, query->cue) : first;
    size_t end = start;
    if (query->same_subject || start == query->cue || is_conjoined(speakers, query->cue) ||
        item_has(speakers, start, CLASS_CLITIC_PREPOSITION))
        return SPEAKER_NONE;
    Tag tag = tag_of(speakers, start, TAG_OTHER);
    if (tag != TAG_ROLE && tag != TAG_PEOPLE && tag != TAG_NAME && tag != TAG_ORG &&
        tag != TAG_BODY && !(tag == TAG_DOCUMENT && start > first))
        return SPEAKER_NONE;
    Tag previous = TAG_OTHER;
    for (; end < query->cue && end - start < LOOK_AHEAD; end++) {
        previous = tag_of(speakers, end, previous);
        if (previous == TAG_OTHER || previous == TAG_COMMA)
            break;
    }
    /* شبكة تتهم: a headline's bare noun is told in full below it. */
    bool bare = end == start + 1 && (tag == TAG_ORG || tag == TAG_BODY) &&
                item_at(speakers, start)->token_count == 1 && !is_definite(speakers, start) &&
                !item_has(speakers, start, CLASS_ORG);
    if (at_verb && (end != query->cue || bare))
        return SPEAKER_NONE;
    if (!agrees_as_things(speakers, start, agreement))
        return SPEAKER_NONE;
    SpeakerQuery named = *query;
    named.recognised = true;
    named.limit = at_verb ? 0 : query->cue; /* القيادي في حزب الوادي سالم الحربي قال */
    return speakers_named(speakers, start, end, &named, speaker);
}

/* The person who opens the sentence, whoever else was the subject in what is told of him
 * between commas: هدى السالم، مسؤولة تواصل المتحف، قالت. */
static size_t opens_before_comma(Speakers *speakers, const SpeakerQuery *query, unsigned agreement,
                                 Speaker *speaker)
{
    bool behind =
        query->cue > query->sentence_start && item_has(speakers, query->cue - 1, CLASS_COMMA);
    size_t number =
        behind ? opens_sentence(speakers, query, agreement, false, speaker) : SPEAKER_NONE;
    return is_person(speakers, number) ? number : SPEAKER_NONE;
}

size_t speakers_in_front(Speakers *speakers, const SpeakerQuery *query, Speaker *speaker)
{
    return query->cue > query->sentence_start
               ? opens_sentence(speakers, query, agreement_of(speakers, query->cue), true, speaker)
               : SPEAKER_NONE;
}

/* The person who is the subject of a sentence before this one, whom nobody has followed as
 * a speaker: in its paragraph, or in those before as long as nobody has spoken at all. */
static size_t person_before(Speakers *speakers, const SpeakerQuery *query, unsigned agreement)
{
    size_t end = query->sentence_start;
    size_t first = speakers->turn_count == 0 ? 0 : query->paragraph_start;
    if (agreement == AGREE_P)
        return SPEAKER_NONE;
    for (int seen = 0; end > first + 1 && seen < SENTENCES_BACK; seen++) {
        size_t start = end - 1;
        while (start > first && !is_stop(speakers, start - 1))
            start--;
        if (speakers->turn_count != 0 &&
            speakers->turns[speakers->turn_count - 1].sentence_start >= start)
            return SPEAKER_NONE;
        SpeakerQuery own = *query;
        own.sentence_start = start;
        own.cue = end - 1;
        own.same_subject = false;
        /* Right behind a verb that is in no list. */
        bool plain = start + 1 < own.cue && !in_group(speakers, start, GROUP_BREAKS);
        Tag next = plain ? tag_of(speakers, start + 1, TAG_OTHER) : TAG_OTHER;
        size_t subject = next == TAG_NAME || next == TAG_ROLE ? subject_of_sentence(speakers, &own)
                                                              : SPEAKER_NONE;
        if (is_person(speakers, subject) && agrees(speakers, subject, agreement))
            return subject;
        end = start;
    }
    return SPEAKER_NONE;
}

/* Several are named in [from, end): هدى ورحمة. */
static bool is_joined(const Speakers *speakers, size_t from, size_t end)
{
    return any_has(speakers, from + 1, end, CLASS_CLITIC_CONJUNCTION);
}

/* سالم كالدر، رئيس المجلس،: one unknown word between a name that ends at `end` and a comma is the
 * last of the name. */
static size_t with_unknown_part(Speakers *speakers, size_t end, size_t limit)
{
    bool is_part = end + 1 < limit && !is_stop(speakers, end) && !is_in_list(speakers, end) &&
                   !has_proclitic(speakers, end) && tag_of(speakers, end, TAG_NAME) == TAG_WORD &&
                   !item_has(speakers, end, CLASS_SHAPE_ACCUSATIVE) &&
                   item_has(speakers, end + 1, CLASS_COMMA);
    return end + is_part;
}

/* The person named last in front of the cue in its sentence, by two names, whom it agrees
 * with: رواية سالم الحربي الذي أصيب، وقال. */
static size_t person_in_front(Speakers *speakers, const SpeakerQuery *query, unsigned agreement)
{
    size_t start = behind_byline(speakers, query->sentence_start, query->cue);
    size_t end = query->cue;
    for (Range noun = last_named(speakers, start, end); noun.from < noun.to;
         noun = last_named(speakers, start, end)) {
        bool is_one =
            !has_proclitic(speakers, noun.from) && !is_joined(speakers, noun.from, noun.to);
        unsigned own = agreement_of(speakers, noun.from);
        end = is_one ? noun.from : noun.to - 1; /* of هدى ورحمة the first, by herself */
        if (!is_one || (own != 0 && (own & agreement) == 0))
            continue;
        size_t to = with_unknown_part(speakers, noun.to, query->cue);
        size_t number = named_by_two(speakers, query, noun.from, to, agreement);
        if (number != SPEAKER_NONE)
            return number;
    }
    return SPEAKER_NONE;
}

/* يجلس الشاب سالم الحربي قرب النار. يقول: whom the sentence before this one in its paragraph
 * names by two names, last and alone, where nobody has spoken so far; SPEAKER_NONE. */
static size_t person_told_of(Speakers *speakers, const SpeakerQuery *query, unsigned agreement)
{
    size_t end = query->sentence_start, start = end;
    if (end < query->paragraph_start + 2 || agreement == AGREE_P || speakers->turn_count != 0 ||
        query->cue != query->sentence_start)
        return SPEAKER_NONE;
    start--; /* the stop */
    while (start > query->paragraph_start && !is_stop(speakers, start - 1))
        start--;
    SpeakerQuery own = *query;
    own.sentence_start = start;
    own.cue = end - 1;
    return person_in_front(speakers, &own, agreement);
}

size_t person_named_before(Speakers *speakers, const SpeakerQuery *query, unsigned agreement)
{
    enum { SENTENCES_AGO = 3 };
    size_t end = query->sentence_start;
    for (int seen = 0; end > 0 && seen < SENTENCES_AGO; seen++) {
        size_t start = end - 1;
        while (start > 0 && !is_stop(speakers, start - 1))
            start--;
        SpeakerQuery own = *query;
        own.sentence_start = start;
        own.cue = end - 1;
        size_t number = person_in_front(speakers, &own, agreement);
        if (number != SPEAKER_NONE)
            return number;
        end = start;
    }
    return SPEAKER_NONE;
}

/* A woman, or a person or body whose noun has her gender (البلدية), where the verb has a man's
 * form, or the other way round. */
static bool is_other_gender(const Speakers *speakers, size_t number, unsigned agreement)
{
    const Known *known = &speakers->known[number];
    return differ_in_gender(known->agreement, agreement);
}

/* حث رجال الأعمال، مبينا: people, and the verb has the form of one man. */
static bool are_several(const Speakers *speakers, size_t number, unsigned agreement)
{
    return speakers->known[number].agreement == AGREE_P && agreement == AGREE_M;
}

/* وقد طلب سالم الحربي من اللجنة، لكنهم أجابوا: one person, and the verb has the form of several. */
static bool is_only_one(const Speakers *speakers, size_t number, unsigned agreement)
{
    const Known *known = &speakers->known[number];
    return agreement == AGREE_P && is_one_person(known) && !may_agree(known->agreement, agreement);
}

/* وسأله القاضي عن المال، فأجاب: whoever had the word before the one who asks; SPEAKER_NONE. */
static size_t who_was_asked(const Speakers *speakers, const SpeakerQuery *query, unsigned agreement)
{
    if (!item_has(speakers, query->cue, CLASS_CUE_ANSWER) ||
        !any_has(speakers, query->sentence_start, query->cue, CLASS_CUE_OF_WHOM))
        return SPEAKER_NONE;
    for (size_t i = speakers->turn_count; i-- > 0;) {
        const Turn *turn = &speakers->turns[i];
        if (query->paragraph - turn->paragraph > 1)
            break;
        if (turn->sentence_start != query->sentence_start)
            return agrees(speakers, turn->number, agreement) ? turn->number : SPEAKER_NONE;
    }
    return SPEAKER_NONE;
}

size_t speakers_implied(Speakers *speakers, const SpeakerQuery *query, Speaker *speaker)
{
    return speakers_meant(speakers, query, agreement_of(speakers, query->cue), speaker);
}

/* Whoever agrees and had the word last in this sentence; SPEAKER_NONE. */
static size_t last_in_sentence(const Speakers *speakers, const SpeakerQuery *query,
                               unsigned agreement)
{
    for (size_t i = speakers->turn_count; i-- > 0;) {
        const Turn *turn = &speakers->turns[i];
        if (turn->sentence_start != query->sentence_start)
            break;
        if (agrees(speakers, turn->number, agreement))
            return turn->number;
    }
    return SPEAKER_NONE;
}

/* The subject of the sentence in front of the cue, where it agrees; SPEAKER_NONE. */
static size_t agreeing_subject(Speakers *speakers, const SpeakerQuery *query, bool in_sentence,
                               unsigned agreement)
{
    if (query->cue == query->sentence_start)
        return SPEAKER_NONE;
    SpeakerQuery own = *query;
    own.same_subject = query->same_subject && !in_sentence;
    size_t subject = subject_of_sentence(speakers, &own);
    if (subject == SPEAKER_NONE)
        return SPEAKER_NONE;
    /* وحاولت عضو المجلس: the verb tells that the office is a woman's. */
    if (opens_feminine(speakers, query->sentence_start))
        speakers->known[subject].agreement |= AGREE_F;
    return agrees(speakers, subject, agreement) ? subject : SPEAKER_NONE;
}

/* زارت سلمى الحلبي المدينة، بحسب ما نقلت وكالة الرافد، وقالت: behind a medium that tells what the
 * sentence tells goes on the person who is its subject, unless the verb is one of adding;
 * `number` is who spoke last in the sentence. */
static size_t subject_of_told(Speakers *speakers, const SpeakerQuery *query, size_t number,
                              unsigned agreement)
{
    if (!is_media(speakers, &speakers->known[number]) ||
        item_has(speakers, query->cue, CLASS_CUE_ADD))
        return number;
    size_t subject = agreeing_subject(speakers, query, true, agreement);
    return subject != SPEAKER_NONE && is_person(speakers, subject) ? subject : number;
}

/* A person in front of the cue, who has not spoken in its sentence; SPEAKER_NONE. */
static size_t person_silent(Speakers *speakers, const SpeakerQuery *query, unsigned agreement)
{
    size_t number = query->same_subject ? named_at(speakers, query, agreement) : SPEAKER_NONE;
    if (number == SPEAKER_NONE)
        number = named_when(speakers, query, agreement);
    return number != SPEAKER_NONE ? number : person_before(speakers, query, agreement);
}

/* Turn number `turn` is not cut off, and lies no farther back than an implied speaker may. */
static bool is_within_reach(const Speakers *speakers, const SpeakerQuery *query, size_t turn)
{
    return turn >= speakers->turn_floor &&
           query->paragraph - speakers->turns[turn].paragraph <= speakers->rules->reach;
}

/* Whoever agrees and had the word last, within reach; SPEAKER_NONE. */
static size_t last_within_reach(const Speakers *speakers, const SpeakerQuery *query,
                                unsigned agreement)
{
    for (size_t i = speakers->turn_count; i-- > 0 && is_within_reach(speakers, query, i);)
        if (agrees(speakers, speakers->turns[i].number, agreement))
            return speakers->turns[i].number;
    return SPEAKER_NONE;
}

/* Whoever had the word last, within reach, unless the gender is another; SPEAKER_NONE. */
static size_t last_of_gender(const Speakers *speakers, const SpeakerQuery *query,
                             unsigned agreement)
{
    size_t count = speakers->turn_count;
    if (count == 0 || !is_within_reach(speakers, query, count - 1))
        return SPEAKER_NONE;
    size_t number = speakers->turns[count - 1].number;
    return is_other_gender(speakers, number, agreement) || is_only_one(speakers, number, agreement)
               ? SPEAKER_NONE
               : number;
}

size_t speakers_meant(Speakers *speakers, const SpeakerQuery *query, unsigned agreement,
                      Speaker *speaker)
{
    size_t number = who_was_asked(speakers, query, agreement);
    if (number == SPEAKER_NONE)
        number = antecedent(speakers, query, agreement);
    bool in_sentence =
        speakers->turn_count != 0 &&
        speakers->turns[speakers->turn_count - 1].sentence_start == query->sentence_start;
    if (number == SPEAKER_NONE && in_sentence)
        number = opens_before_comma(speakers, query, agreement, speaker);
    else if (number == SPEAKER_NONE && query->cue > query->sentence_start)
        number = opens_sentence(speakers, query, agreement, false, speaker);
    if (number == SPEAKER_NONE && in_sentence)
        number = last_in_sentence(speakers, query, agreement);
    if (number != SPEAKER_NONE && in_sentence)
        number = subject_of_told(speakers, query, number, agreement);
    if (number == SPEAKER_NONE)
        number = agreeing_subject(speakers, query, in_sentence, agreement);
    if (number == SPEAKER_NONE && !in_sentence)
        number = person_silent(speakers, query, agreement);
    else if (number == SPEAKER_NONE && query->same_subject &&
             !are_several(speakers, last_turn(speakers), agreement) &&
             !is_only_one(speakers, last_turn(speakers), agreement))
        number = last_turn(speakers);
    if (number == SPEAKER_NONE)
        number = last_within_reach(speakers, query, agreement);
    if (number == SPEAKER_NONE && !in_sentence)
        number = person_in_front(speakers, query, agreement);
    if (number == SPEAKER_NONE)
        number = last_of_gender(speakers, query, agreement);
    if (number == SPEAKER_NONE)
        number = person_told_of(speakers, query, agreement);
    if (number == SPEAKER_NONE)
        return SPEAKER_NONE;
    Known *known = &speakers->known[number];
    if (known->type == SPEAKER_PERSON && known->agreement == 0 &&
        (agreement == AGREE_M || agreement == AGREE_F))
        known->agreement = agreement; /* the verb tells whether it is a woman */
    fill(speakers, number, speaker);
    speaker->has_span = false;
    speaker->implied = true;
    return number;
}

SpeakerNearness speakers_nearness(const Speakers *speakers, size_t number,
                                  const SpeakerQuery *query)
{
    if (!agrees(speakers, number, agreement_of(speakers, query->cue)))
        return KNOWN_AGAINST;
    size_t count = speakers->turn_count;
    for (size_t i = count; i-- > 0 && count - i <= NEARNESS_MAX;) {
        const Turn *turn = &speakers->turns[i];
        if (turn->number != number)
            continue;
        if (turn->sentence_start == query->sentence_start)
            return KNOWN_IN_SENTENCE;
        return turn->paragraph == query->paragraph ? KNOWN_IN_PARAGRAPH : KNOWN_FARTHER;
    }
    /* Somebody who has said nothing yet is read off the sentence itself. */
    return KNOWN_IN_SENTENCE;
}

bool speakers_may_be_implied(const Speakers *speakers, size_t number)
{
    const Known *known = &speakers->known[number];
    if (known->type != SPEAKER_COMMON || known->agreement == AGREE_ANY)
        return true;
    for (size_t i = back_to(speakers->turn_count); i < speakers->turn_count; i++)
        if (speakers->turns[i].number == number)
            return true;
    /* The title of a person, or a body, as the subject itself. */
    return known->head != NO_ENTRY && has_title(known) &&
           (in_group(speakers, known->role_from, GROUP_ROLES) ||
            in_group(speakers, known->role_from, GROUP_PEOPLE) ||
            in_group(speakers, known->role_from, GROUP_BODIES));
}

bool speakers_has_acted(const Speakers *speakers, size_t number, const SpeakerQuery *query)
{
    for (size_t i = speakers->turn_count; i-- > back_to(speakers->turn_count);) {
        const Turn *turn = &speakers->turns[i];
        if (turn->number == number &&
            (turn->reports || turn->sentence_start == query->sentence_start))
            return true;
    }
    return false;
}
