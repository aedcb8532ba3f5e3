#include "tools/quote-extract/speaker_parts.h"

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
        const ItemString *inner = read_inside(speakers, item);
        body.head = inner->items[0].entry;
        if (inner->count == 1) {
            size_t number = find_by_head(speakers, body.head, at, at);
            if (number != SPEAKER_NONE)
                return number;
        }
    }
    return note_body(speakers, &body);
}

/* المهني ذاته: of what kind somebody is, who has just spoken; SPEAKER_NONE. */
static size_t same_kind(const Speakers *speakers, size_t from, size_t end)
{
    size_t last = last_turn(speakers);
    if (last == SPEAKER_NONE || !has_article(speakers, from) || has_proclitic(speakers, from) ||
        !item_has(speakers, from, CLASS_SHAPE_NISBA) || !has_same_behind(speakers, from, end))
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
