#include "tools/quote-extract/speaker_parts.h"

enum {
    BYLINE_MAX = 10,    /* items in front of its colon            */
    SENTENCES_BACK = 8, /* whose subjects may be who speaks now   */
    SUBJECT_AWAY = 5,   /* items from a verb to its subject       */
    NEARNESS_MAX = 32   /* turns looked back at                   */
};

static bool agrees(const Speakers *speakers, size_t number, unsigned agreement)
{
    return may_agree(speakers->known[number].agreement, agreement);
}

/* Where the clause proper begins: لكن stands in front of it, and so does what
 * opens with a preposition, up to its comma. */
static size_t behind_opening(const Speakers *speakers, size_t start, size_t cue)
{
    while (start < cue && item_has(speakers, start, CLASS_OPENER))
        start++;
    if (start == cue || !(item_has(speakers, start, CLASS_HALT) ||
                          (item_has(speakers, start, CLASS_CLITIC_PREPOSITION) &&
                           item_at(speakers, start)->entry != NO_ENTRY)))
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

/* The first person or organisation named in the sentence before the cue: the
 * subject of a verb that is in no list. */
static size_t subject_of_sentence(Speakers *speakers, const SpeakerQuery *query)
{
    size_t start = query->sentence_start;
    /* سالم الحربي - الرافد - الوادي: the byline speaks of nobody. */
    for (size_t i = start; i < query->cue && i < start + BYLINE_MAX; i++)
        if (item_has(speakers, i, CLASS_COLON))
            start = i + 1;
    start = behind_opening(speakers, start, query->cue);
    /* A verb with something else behind it has its own subject implied. */
    if (start + 1 < query->cue && tag_of(speakers, start + 1, TAG_OTHER) == TAG_OTHER)
        return SPEAKER_NONE;
    size_t reach = query->same_subject ? query->cue : start + 4;
    for (size_t i = start; i < query->cue && i < reach; i++) {
        Tag tag = tag_of(speakers, i, TAG_OTHER);
        /* وعدد ناميش الجدوى: who is known already, right behind a verb in no list */
        if (i == start + 1 && (tag == TAG_WORD || tag == TAG_DEFINITE) &&
            is_known_part(speakers, i))
            break;
        /* وسلمت سوريا معدات، وقالت: behind a man's verb a country is rather its object. */
        bool body =
            (i < start + 4 && (tag == TAG_ORG || tag == TAG_BODY)) ||
            (i == start + 1 && tag == TAG_DOCUMENT && !item_has(speakers, i, CLASS_AGR_P) &&
             !item_has(speakers, start, CLASS_HALT) && !in_group(speakers, start, GROUP_BREAKS)) ||
            (i == start + 1 && tag == TAG_PLACE && item_has(speakers, start, CLASS_SHAPE_ENDS_T));
        if (tag != TAG_NAME && tag != TAG_ROLE && !body)
            continue;
        /* صادق، ورد: a single name that opens the clause is a verb, unless it is known. */
        if (i == start && tag == TAG_NAME && item_at(speakers, i)->token_count == 1 &&
            !is_name_tag(tag_of(speakers, i + 1, TAG_NAME)) && !is_known_part(speakers, i))
            continue;
        /* كشف ... عن عودة: behind a preposition stands no subject. */
        bool behind = i > start + 1 && in_group(speakers, i - 1, GROUP_BREAKS) &&
                      is_preposition(speakers, i - 1);
        if (behind || (i > start && (item_has(speakers, i, CLASS_CLITIC_PREPOSITION) ||
                                     item_at(speakers, i)->restored_article)))
            return SPEAKER_NONE;
        size_t to = i;
        while (to < query->cue && to - i < LOOK_AHEAD &&
               tag_of(speakers, to, TAG_NAME) != TAG_OTHER &&
               tag_of(speakers, to, TAG_NAME) != TAG_COMMA)
            to++;
        Speaker ignored;
        SpeakerQuery own = *query;
        own.recognised = own.object_likely = true;
        own.limit = query->cue;
        /* Not the verb that implies somebody. */
        own.cue = i == start + 1 && body ? start : i;
        return speakers_named(speakers, i, to, &own, &ignored);
    }
    return known_by_word(speakers, start, reach < query->cue ? reach : query->cue);
}

/* A verb in no list, in the feminine, and its subject by title or country open the sentence. */
static bool opens_feminine(Speakers *speakers, size_t start)
{
    return item_has(speakers, start, CLASS_SHAPE_ENDS_T) &&
           !in_group(speakers, start, GROUP_NAMES) && !is_stop(speakers, start + 1) &&
           (tag_of(speakers, start + 1, TAG_OTHER) == TAG_ROLE ||
            tag_of(speakers, start + 1, TAG_OTHER) == TAG_PLACE);
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
        if (tag == TAG_ROLE || tag == TAG_PEOPLE || tag == TAG_BODY || tag == TAG_ORG ||
            tag == TAG_NAME || tag == TAG_MARKED)
            from = i - 1;
    }
    return from;
}

/* Who stands right before a verb without a conjunction, as what it describes or
 * as its subject: الوزير الذي أكد، منهم سيدة قالت، بيان أصدرته الوزارة قالت فيه. */
static size_t antecedent(Speakers *speakers, const SpeakerQuery *query, unsigned agreement)
{
    size_t start = query->sentence_start, end = query->cue;
    /* وثائق وصفتها: a verb with a pronoun describes its object. */
    if (query->same_subject || item_has(speakers, query->cue, CLASS_CLITIC_CONJUNCTION) ||
        item_has(speakers, query->cue, CLASS_CUE_OBJECT) ||
        item_has(speakers, query->cue, CLASS_SHAPE_PRONOUN))
        return SPEAKER_NONE;
    while (end > start && item_has(speakers, end - 1, CLASS_QAD))
        end--;
    bool relative = end > start && item_has(speakers, end - 1, CLASS_RELATIVE);
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
    if (from == end || (!relative && (has_proclitic(speakers, from) ||
                                      (from > start && !item_has(speakers, from - 1, CLASS_COMMA) &&
                                       !item_has(speakers, from - 1, CLASS_OPENER) &&
                                       !item_has(speakers, from - 1, CLASS_SPEAKER_ISSUER)))))
        return SPEAKER_NONE;
    if (!may_agree(agreement_of(speakers, from), agreement))
        return SPEAKER_NONE;
    Speaker ignored;
    SpeakerQuery named = *query;
    named.recognised = true;
    named.limit = 0;
    return speakers_named(speakers, from, end, &named, &ignored);
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
    Speaker ignored;
    SpeakerQuery named = *query;
    named.recognised = named.object_likely = true;
    named.limit = end;
    size_t number = speakers_named(speakers, from, end, &named, &ignored);
    return number != SPEAKER_NONE && speakers->known[number].type == SPEAKER_PERSON ? number
                                                                                    : SPEAKER_NONE;
}

/* May a person named at `from` be the subject of what stands in front of him? Not behind
 * مع, but behind عنه and أن. */
static bool may_be_subject(const Speakers *speakers, size_t from)
{
    return !has_proclitic(speakers, from) &&
           (!item_has(speakers, from - 1, CLASS_HALT) || item_has(speakers, from - 1, CLASS_COMP) ||
            item_has(speakers, from - 1, CLASS_ADVERB));
}

/* The person named last, by two names, in the clause in front of حين قال. */
static size_t named_when(Speakers *speakers, const SpeakerQuery *query, unsigned agreement)
{
    size_t start = query->sentence_start, cue = query->cue;
    if (cue < start + 2 || !item_has(speakers, cue - 1, CLASS_SPEAKER_WHEN))
        return SPEAKER_NONE;
    for (size_t end = cue - 1; end > start; end--) {
        if (tag_of(speakers, end - 1, TAG_OTHER) != TAG_NAME)
            continue;
        size_t from = noun_start(speakers, start, end);
        if (from == end)
            continue;
        if (from > start && may_be_subject(speakers, from)) {
            SpeakerQuery own = *query;
            own.recognised = own.object_likely = true;
            own.limit = cue;
            own.cue = from;
            Speaker ignored;
            size_t number = speakers_named(speakers, from, end, &own, &ignored);
            if (number != SPEAKER_NONE && speakers->known[number].type == SPEAKER_PERSON &&
                speakers->known[number].word_count > 1 && agrees(speakers, number, agreement))
                return number;
        }
        end = from + 1;
    }
    return SPEAKER_NONE;
}

/* Who opens the sentence, as the subject of a verb further on: هدى التي نجت قالت.
 * `at_verb`: none but one whose phrase ends at the verb. */
static size_t opens_sentence(Speakers *speakers, const SpeakerQuery *query, unsigned agreement,
                             bool at_verb, Speaker *speaker)
{
    size_t start = query->sentence_start, end = start;
    if (query->same_subject || item_has(speakers, query->cue, CLASS_CLITIC_CONJUNCTION) ||
        item_has(speakers, start, CLASS_CLITIC_PREPOSITION))
        return SPEAKER_NONE;
    Tag tag = tag_of(speakers, start, TAG_OTHER);
    if (tag != TAG_ROLE && tag != TAG_PEOPLE && tag != TAG_NAME && tag != TAG_ORG &&
        tag != TAG_BODY)
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
    if (!may_agree(agreement_of(speakers, start), agreement))
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
    return number != SPEAKER_NONE && speakers->known[number].type == SPEAKER_PERSON ? number
                                                                                    : SPEAKER_NONE;
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
        bool plain = start + 1 < own.cue && !in_group(speakers, start, GROUP_BREAKS) &&
                     (tag_of(speakers, start + 1, TAG_OTHER) == TAG_NAME ||
                      tag_of(speakers, start + 1, TAG_OTHER) == TAG_ROLE);
        size_t subject = plain ? subject_of_sentence(speakers, &own) : SPEAKER_NONE;
        if (subject != SPEAKER_NONE && speakers->known[subject].type == SPEAKER_PERSON &&
            agrees(speakers, subject, agreement))
            return subject;
        end = start;
    }
    return SPEAKER_NONE;
}

/* Several are named in [from, end): هدى ورحمة. */
static bool is_joined(const Speakers *speakers, size_t from, size_t end)
{
    for (size_t i = from + 1; i < end; i++)
        if (item_has(speakers, i, CLASS_CLITIC_CONJUNCTION))
            return true;
    return false;
}

/* The person named last in front of the cue in its sentence, by two names, whom it agrees
 * with: رواية سالم الحربي الذي أصيب، وقال. */
static size_t person_in_front(Speakers *speakers, const SpeakerQuery *query, unsigned agreement)
{
    for (size_t end = query->cue; end > query->sentence_start; end--) {
        if (tag_of(speakers, end - 1, TAG_OTHER) != TAG_NAME)
            continue;
        size_t from = noun_start(speakers, query->sentence_start, end);
        if (from == end || has_proclitic(speakers, from) || is_joined(speakers, from, end))
            continue;
        unsigned own = agreement_of(speakers, from);
        SpeakerQuery named = *query;
        named.recognised = named.object_likely = true;
        named.limit = query->cue;
        named.cue = from; /* the implied verb tells nothing of this one's gender */
        Speaker ignored;
        size_t number = own == 0 || (own & agreement) != 0
                            ? speakers_named(speakers, from, end, &named, &ignored)
                            : SPEAKER_NONE;
        if (number != SPEAKER_NONE && speakers->known[number].type == SPEAKER_PERSON &&
            speakers->known[number].word_count > 1 && agrees(speakers, number, agreement))
            return number;
        end = from + 1;
    }
    return SPEAKER_NONE;
}

/* A woman, or a noun of her gender, where the verb has a man's form, or the other way round. */
static bool is_other_gender(const Speakers *speakers, size_t number, unsigned agreement)
{
    const Known *known = &speakers->known[number];
    return known->type != SPEAKER_ORGANISATION &&
           (known->agreement == AGREE_M || known->agreement == AGREE_F) &&
           (agreement == AGREE_M || agreement == AGREE_F) && known->agreement != agreement;
}

/* حث رجال الأعمال، مبينا: people, and the verb has the form of one man. */
static bool are_several(const Speakers *speakers, size_t number, unsigned agreement)
{
    return speakers->known[number].agreement == AGREE_P && agreement == AGREE_M;
}

size_t speakers_implied(Speakers *speakers, const SpeakerQuery *query, Speaker *speaker)
{
    return speakers_meant(speakers, query, agreement_of(speakers, query->cue), speaker);
}

size_t speakers_meant(Speakers *speakers, const SpeakerQuery *query, unsigned agreement,
                      Speaker *speaker)
{
    size_t number = antecedent(speakers, query, agreement);
    bool in_sentence =
        speakers->turn_count != 0 &&
        speakers->turns[speakers->turn_count - 1].sentence_start == query->sentence_start;
    if (!in_sentence && number == SPEAKER_NONE && query->cue > query->sentence_start)
        number = opens_sentence(speakers, query, agreement, false, speaker);
    if (in_sentence && number == SPEAKER_NONE)
        number = opens_before_comma(speakers, query, agreement, speaker);
    if (in_sentence && number == SPEAKER_NONE)
        for (size_t i = speakers->turn_count;
             i-- > 0 && speakers->turns[i].sentence_start == query->sentence_start &&
             number == SPEAKER_NONE;)
            if (agrees(speakers, speakers->turns[i].number, agreement))
                number = speakers->turns[i].number;
    if (number == SPEAKER_NONE && query->cue > query->sentence_start) {
        SpeakerQuery own = *query;
        own.same_subject = query->same_subject && !in_sentence;
        size_t subject = subject_of_sentence(speakers, &own);
        /* وحاولت عضو المجلس: the verb tells that the office is a woman's. */
        if (subject != SPEAKER_NONE && opens_feminine(speakers, query->sentence_start))
            speakers->known[subject].agreement |= AGREE_F;
        if (subject != SPEAKER_NONE && agrees(speakers, subject, agreement))
            number = subject;
    }
    if (number == SPEAKER_NONE && in_sentence && query->same_subject &&
        !are_several(speakers, last_turn(speakers), agreement))
        number = last_turn(speakers);
    if (number == SPEAKER_NONE && !in_sentence && query->same_subject)
        number = named_at(speakers, query, agreement);
    if (number == SPEAKER_NONE && !in_sentence)
        number = named_when(speakers, query, agreement);
    if (number == SPEAKER_NONE && !in_sentence)
        number = person_before(speakers, query, agreement);
    for (size_t i = speakers->turn_count; i-- > speakers->turn_floor && number == SPEAKER_NONE;) {
        if (query->paragraph - speakers->turns[i].paragraph > speakers->rules->reach)
            break;
        if (agrees(speakers, speakers->turns[i].number, agreement))
            number = speakers->turns[i].number;
    }
    if (number == SPEAKER_NONE && !in_sentence)
        number = person_in_front(speakers, query, agreement);
    if (number == SPEAKER_NONE && speakers->turn_count > speakers->turn_floor &&
        query->paragraph - speakers->turns[speakers->turn_count - 1].paragraph <=
            speakers->rules->reach &&
        !is_other_gender(speakers, speakers->turns[speakers->turn_count - 1].number, agreement))
        number = speakers->turns[speakers->turn_count - 1].number;
    if (number == SPEAKER_NONE)
        return number;
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
    return known->head != NO_ENTRY && known->role_from < known->role_to &&
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
