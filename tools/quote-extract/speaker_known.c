#include "tools/quote-extract/speaker_parts.h"

#include "common/numbers.h"
#include "common/utf8.h"

enum {
    KNOWN_MAX = 32768, /* speakers of one document, so that it takes no quadratic time  */
    LISTED_BACK = 512, /* speakers who are compared with a name in the lists            */
    TURNS_BACK = 32,   /* turns whose speakers are looked at for all their titles */
    WORD_SURE = 4,     /* letters: such a word stands in no other by chance             */
    WORD_MISSPELT = 5, /* letters: a shorter word is rather another name                */
    PROCLITICS_MAX = 3 /* letters in front of it                                        */
};

/* Keeps the keys of somebody who is known as he is known now; that of the head noun, where
 * most are never asked for it, is left to key_heads. */
static void keep_keys(Speakers *speakers, size_t number)
{
    const Known *known = &speakers->known[number];
    speakers->known_keys[number].key_bits = known->key_bits;
    if (number < speakers->keyed_heads)
        speakers->known_keys[number].head_key = head_key(speakers, known->head);
}

static void key_heads(Speakers *speakers)
{
    for (size_t i = speakers->keyed_heads; i < speakers->known_count; i++)
        speakers->known_keys[i].head_key = head_key(speakers, speakers->known[i].head);
    speakers->keyed_heads = speakers->known_count;
}

/* Makes room for one more, and for his keys. */
static void grow_known(Speakers *speakers)
{
    size_t needed = speakers->known_count + 1, capacity = speakers->known_capacity;
    speakers->known =
        arena_grow(speakers->arena, speakers->known, &capacity, needed, sizeof *speakers->known);
    speakers->known_keys =
        arena_grow(speakers->arena, speakers->known_keys, &speakers->known_capacity, needed,
                   sizeof *speakers->known_keys);
}

static size_t add_known(Speakers *speakers, const Known *known)
{
    if (speakers->known_count == KNOWN_MAX) {
        speakers->is_full = true;
        return KNOWN_MAX - 1;
    }
    grow_known(speakers);
    size_t number = speakers->known_count++;
    speakers->known[number] = *known;
    keep_keys(speakers, number);
    return number;
}

/* Spellings of one foreign name: the same family name behind given names that are equally long,
 * begin and end alike (سيرغي and سيرجي). Who differ in their fathers are two (سالم بن هاني بن مراد,
 * سالم بن راشد بن مراد). */
static bool is_variant(const Known *a, const Known *b)
{
    if (a->word_count != b->word_count || a->word_count < 2 ||
        !slice_equal(a->keys[a->word_count - 1], b->keys[b->word_count - 1]))
        return false;
    for (size_t i = 1; i < a->word_count; i++)
        if (((a->fathers & b->fathers) >> i & 1) != 0 && !slice_equal(a->keys[i], b->keys[i]))
            return false;
    Slice one = a->keys[0], two = b->keys[0];
    return one.length == two.length && one.length >= 8 && memcmp(one.data, two.data, 2) == 0 &&
           memcmp(one.data + one.length - 2, two.data + two.length - 2, 2) == 0;
}

/* وأكد النمر, behind هدى النمر: a part of her name with a man's verb is somebody else's. */
static bool is_relative(const Known *part, const Known *known)
{
    return part->word_count == 1 && known->word_count > 1 &&
           differ_in_gender(part->agreement, known->agreement);
}

bool names_relative(const Speakers *speakers, const Known *part, const Known *name)
{
    for (size_t i = speakers->known_count; i-- > back_to(speakers->known_count);) {
        const Known *known = &speakers->known[i];
        if (known->type == SPEAKER_PERSON && is_relative(part, known) && is_part(name, known))
            return true;
    }
    return false;
}

/* The person whose name shares all words with `person`, in either direction. */
size_t find_person(const Speakers *speakers, const Known *person)
{
    for (size_t i = speakers->known_count; i-- > back_to(speakers->known_count);) {
        if ((speakers->known_keys[i].key_bits & person->key_bits) == 0)
            continue; /* no word in common */
        const Known *known = &speakers->known[i];
        if (known->type == SPEAKER_PERSON && !is_relative(person, known) &&
            (is_part(person, known) || is_part(known, person) || is_variant(person, known)))
            return i;
    }
    return SPEAKER_NONE;
}

/* One of the two is the other with a letter more, which is neither its first nor its last. */
static bool is_letter_more(Slice one, Slice two)
{
    Slice shorter = one.length < two.length ? one : two;
    Slice longer = one.length < two.length ? two : one;
    size_t more = longer.length - shorter.length, same = 0;
    if (more == 0 || utf8_count(shorter) < WORD_MISSPELT)
        return false;
    while (same < shorter.length && shorter.data[same] == longer.data[same])
        same++;
    Slice rest = slice_cut(longer, same + more, longer.length);
    return same != 0 && rest.length != 0 && slice_ends(shorter, rest) &&
           utf8_count(longer) == utf8_count(shorter) + 1;
}

/* ساكوزي for ساركوزي: the last whose family name is the word at item `near`, in no list and
 * without a title, but for a letter; SPEAKER_NONE. */
static size_t find_misspelt(const Speakers *speakers, const Known *person, size_t near)
{
    if (person->word_count != 1 || has_title(person) || is_in_list(speakers, near) ||
        has_article(speakers, near))
        return SPEAKER_NONE;
    for (size_t i = speakers->known_count; i-- > back_to(speakers->known_count);) {
        const Known *known = &speakers->known[i];
        if (known->type == SPEAKER_PERSON && known->word_count > 1 &&
            is_letter_more(known->keys[known->word_count - 1], person->keys[0]))
            return i;
    }
    return SPEAKER_NONE;
}

bool is_somebody(const Speakers *speakers, const Known *known)
{
    return known->type == SPEAKER_PERSON || (known->type == SPEAKER_COMMON && has_title(known) &&
                                             in_group(speakers, known->role_from, GROUP_ROLES));
}

size_t note_pair(Speakers *speakers, size_t first, size_t second, size_t joint)
{
    const char *conjunction =
        speakers->text.data + speakers->tokens[item_at(speakers, joint)->first_token].byte;
    const char *behind = conjunction;
    utf8_next(&behind);
    if (first == second)
        return first;
    for (size_t i = speakers->known_count; i-- > back_to(speakers->known_count);)
        if (speakers->known[i].first == first && speakers->known[i].second == second &&
            speakers->known[i].word_count == 0)
            return i;
    Known pair = {.name = {conjunction, (size_t)(behind - conjunction)},
                  .type = SPEAKER_PERSON,
                  .head = NO_ENTRY,
                  .agreement = AGREE_P,
                  .first = first,
                  .second = second};
    return add_known(speakers, &pair);
}

size_t find_by_part(Speakers *speakers, size_t item)
{
    Known part = {.type = SPEAKER_PERSON};
    if (speakers->known_count == 0)
        return SPEAKER_NONE;
    put_words(speakers, &part, item, item + 1);
    for (size_t i = speakers->known_count; i-- > back_to(speakers->known_count);)
        if (speakers->known[i].type == SPEAKER_PERSON && is_part(&part, &speakers->known[i]))
            return i;
    return SPEAKER_NONE;
}

bool is_known_part(Speakers *speakers, size_t item)
{
    return find_by_part(speakers, item) != SPEAKER_NONE;
}

bool is_known_family(const Speakers *speakers, size_t item)
{
    uint32_t word = last_token(speakers, item)->word;
    for (size_t i = back_to(speakers->known_count); i < speakers->known_count; i++) {
        const Known *known = &speakers->known[i];
        if (known->type == SPEAKER_PERSON && known->word_count > 1 && known->last_word == word)
            return true;
    }
    return false;
}

void take_name(Speakers *speakers, Known *known, size_t from, size_t to)
{
    known->name = items_text(speakers, from, to);
    put_words(speakers, known, from, to);
}

void take_role(const Speakers *speakers, Known *known, Range role, size_t head)
{
    /* سالم الحربي، وهو مزارع، */
    if (role.from + 1 < role.to && item_has(speakers, role.from, CLASS_SPEAKER_IS))
        role.from++;
    if (head < role.from)
        head = role.from;
    known->role = items_text(speakers, role.from, role.to);
    known->role_from = role.from;
    known->role_to = role.to;
    known->head = head_entry(speakers, head);
}

size_t note_person(Speakers *speakers, Range name, Known *person)
{
    take_name(speakers, person, name.from, name.to);
    return note_named(speakers, person, name.from);
}

/* Takes over the name, and all that its words tell. */
static void take_fuller_name(Known *known, const Known *fuller)
{
    known->name = fuller->name;
    memcpy(known->words, fuller->words, sizeof known->words);
    memcpy(known->keys, fuller->keys, sizeof known->keys);
    known->word_count = fuller->word_count;
    known->key_bits = fuller->key_bits;
    known->fathers = fuller->fathers;
    known->last_word = fuller->last_word;
}

/* القيادي في الحزب: at `item` between the title of one person and the body that it is in. */
static bool is_in_body(const Speakers *speakers, size_t item)
{
    return item > 0 && item_has(speakers, item, CLASS_HALT_IN) && !is_stop(speakers, item - 1) &&
           in_group(speakers, item - 1, GROUP_ROLES) && has_article(speakers, item - 1) &&
           !item_has(speakers, item - 1, CLASS_AGR_P) &&
           (in_group(speakers, item + 1, GROUP_ORGANISATIONS) ||
            item_has(speakers, item + 1, CLASS_MARKED)) &&
           !item_has(speakers, item + 1, CLASS_SHAPE_PRONOUN);
}

/* Where the title in front of the name at `from` may begin: nothing but nouns stand between. */
static size_t title_start(Speakers *speakers, size_t from)
{
    size_t start = from;
    bool titled = false; /* between the name and what is looked at */
    while (start > 0 && from - start < LOOK_AHEAD && !is_stop(speakers, start - 1)) {
        Tag tag = tag_of(speakers, start - 1, TAG_OTHER);
        /* القيادي في الحزب الوطني سالم الحربي, but استقبل الوزير في مقر الحزب السفير سالم الحربي */
        if (!titled && is_in_body(speakers, start - 1)) {
            start--;
            continue;
        }
        titled = titled || (tag == TAG_ROLE && !item_has(speakers, start - 1, CLASS_TITLE_DEGREE));
        if (tag == TAG_OTHER || tag == TAG_COMMA || tag == TAG_WORD || tag == TAG_NAME ||
            item_has(speakers, start - 1, CLASS_SPEAKER_POINTING)) /* ومن هؤلاء الخبير سالم */
            break;
        start--;
    }
    return start;
}

/* Where in the items of `role` beside `name` the title of one person begins: not with several,
 * nor with a thing in front of a title with its preposition (ضربة موفقة للمدرب), nor is it a
 * title behind a comma with the name of somebody else (الدكتور سعد النمر، سالم الحربي).
 * `role.to`: nowhere. */
static size_t own_title(const Speakers *speakers, const Phrase *phrase, Range role, Range name)
{
    unsigned agreement = agreement_of(speakers, role.from);
    bool thing = (agreement & AGREE_P) != 0; /* or several */
    bool apart = role.to < name.from;
    Tag first = phrase_tag(phrase, role.from);
    if (item_has(speakers, role.from, CLASS_SPEAKER_CITED) ||
        (first != TAG_ROLE && first != TAG_PEOPLE))
        return role.to;
    /* والد الفنانة هدى السالم: hers is what stands behind his */
    if (!apart && item_has(speakers, role.from, CLASS_SPEAKER_KIN) &&
        !has_article(speakers, role.from))
        return role.from + 1 < role.to && phrase_tag(phrase, role.from + 1) == TAG_ROLE
                   ? role.from + 1
                   : role.to;
    for (size_t i = role.from + 1; i < role.to; i++) {
        Tag tag = phrase_tag(phrase, i);
        if (tag == TAG_ROLE && has_proclitic(speakers, i) && thing)
            return i;
        if (apart && in_group(speakers, i, GROUP_NAMES))
            return role.to;
        thing = thing || tag == TAG_PLAIN || tag == TAG_WORD;
    }
    return agreement == AGREE_P ? role.to : role.from;
}

/* التقى وسيط المجموعة، سالم النمر، قائد الجيش: the title in front of the name between commas; empty
 * where there is none. */
static Range title_in_front(Speakers *speakers, Range name)
{
    Range none = {name.from, name.from};
    if (name.from < 2 || !item_has(speakers, name.from - 1, CLASS_COMMA) ||
        !exists(speakers, name.to) || !item_has(speakers, name.to, CLASS_COMMA))
        return none;
    Range title = {title_start(speakers, name.from - 1), name.from - 1};
    while (title.from < title.to && tag_of(speakers, title.from, TAG_OTHER) == TAG_PLACE)
        title.from++; /* زار الوادي | الرئيس */
    if (title.from == title.to || tag_of(speakers, title.from, TAG_OTHER) != TAG_ROLE ||
        has_proclitic(speakers, title.from))
        return none;
    Phrase phrase = read_phrase(speakers, title.from, title.to);
    bool own = phrase.to == title.to && own_title(speakers, &phrase, title, name) == title.from;
    return own ? title : none;
}

/* Gives `person` the title that stands beside the name in full. */
static void take_role_beside(Speakers *speakers, Range name, Known *person)
{
    const ItemString *string = speakers->string;
    Range title = title_in_front(speakers, name);
    if (title.from < title.to) {
        take_role(speakers, person, title, title.from);
        return;
    }
    Range apposed = title_apposed(speakers, name.to);
    size_t end = apposed.to;
    if (apposed.from == apposed.to && exists(speakers, end) &&
        item_has(speakers, end, CLASS_COMMA)) {
        size_t to = end + 1;
        while (to < string->count && to - end < LOOK_AHEAD && !is_stop(speakers, to) &&
               !item_has(speakers, to, CLASS_COMMA) && tag_of(speakers, to, TAG_OTHER) != TAG_OTHER)
            to++;
        bool titled = end + 1 < to && tag_of(speakers, end + 1, TAG_OTHER) == TAG_ROLE &&
                      !is_conjoined(speakers, end + 1);
        end = titled ? to : end;
    }
    Phrase phrase = read_phrase(speakers, title_start(speakers, name.from), end);
    if (phrase.to < name.to)
        return;
    Known named = {.head = NO_ENTRY};
    Range role = take_title(speakers, &phrase, name, apposed, &named);
    size_t own = role.from < role.to ? own_title(speakers, &phrase, role, name) : role.to;
    /* قال للصحفيين المرافقين للوزير سالم: the title with its preposition is his. */
    if (own < role.to)
        take_role(speakers, person, (Range){own, role.to},
                  behind_address(speakers, &phrase, own, role.to));
}

/* The title of a person who has none here, where the name stands elsewhere in the document. */
static void take_role_elsewhere(Speakers *speakers, Known *person)
{
    Range mention;
    for (uint32_t at = 0; !has_title(person) && find_mention(speakers, person, &at, &mention);)
        take_role_beside(speakers, mention, person);
}

size_t note_named(Speakers *speakers, Known *person, size_t near)
{
    person->type = SPEAKER_PERSON;
    size_t number = find_person(speakers, person);
    if (number == SPEAKER_NONE) {
        Range fuller = find_fuller(speakers, person, near);
        if (fuller.from < fuller.to) {
            take_name(speakers, person, fuller.from, fuller.to);
            if (!has_title(person))
                take_role_beside(speakers, fuller, person);
            number = find_person(speakers, person);
        } else {
            person->agreement = 0; /* there is no other of this name */
            number = find_person(speakers, person);
            if (number == SPEAKER_NONE)
                number = find_misspelt(speakers, person, near);
        }
    }
    if (number == SPEAKER_NONE) {
        take_role_elsewhere(speakers, person);
        return add_known(speakers, person);
    }
    Known *known = &speakers->known[number];
    if (person->word_count > known->word_count)
        take_fuller_name(known, person);
    if (person->role.length > known->role.length) {
        known->role = person->role;
        known->role_from = person->role_from;
        known->role_to = person->role_to;
        known->head = person->head;
    }
    keep_keys(speakers, number);
    return number;
}

size_t note_fuller(Speakers *speakers, Range fuller, Known *person)
{
    if (!has_title(person))
        take_role_beside(speakers, fuller, person);
    return note_person(speakers, fuller, person);
}

size_t find_or_note_fuller(Speakers *speakers, Known *person, size_t near)
{
    size_t number = find_person(speakers, person);
    if (number != SPEAKER_NONE)
        return number;
    Range fuller = find_fuller(speakers, person, near);
    return fuller.from < fuller.to ? note_fuller(speakers, fuller, person) : SPEAKER_NONE;
}

/* Of a head noun that is in a list. */
static uint32_t find_head_entry(const Speakers *speakers, const Item *item)
{
    const SpeakerRules *rules = speakers->rules;
    uint32_t name = NO_ENTRY; /* الاتحاد: a club by name, but first of all a noun */
    for (uint32_t e = item->entry; e != NO_ENTRY; e = lexicon_next_entry(rules->lexicon, item, e)) {
        uint32_t set = lexicon_entry_set(rules->lexicon, e);
        bool head = (set_groups(speakers, set) & HEAD_GROUPS) != 0;
        if (head && !set_has(speakers->bits, set, CLASS_ORG))
            return e;
        if (head && name == NO_ENTRY)
            name = e;
    }
    return name != NO_ENTRY ? name : item->entry;
}

uint16_t head_key(const Speakers *speakers, uint32_t entry)
{
    if (entry == NO_ENTRY)
        return 0;
    Slice name = lexicon_entry_name(speakers->rules->lexicon, entry);
    const char *space = name.length == 0 ? NULL : memchr(name.data, ' ', name.length);
    if (space != NULL)
        name.length = (size_t)(space - name.data);
    return (uint16_t)(slice_hash(name) | 1);
}

uint32_t head_entry(const Speakers *speakers, size_t item)
{
    const Item *at = item_at(speakers, item);
    if (at->entry == NO_ENTRY || !has_head_group(speakers, item))
        return at->entry;
    return find_head_entry(speakers, at);
}

static bool is_listed_name(const Speakers *speakers, size_t item)
{
    return item_at(speakers, item)->token_count > 1 &&
           in_group(speakers, item, GROUP_ORGANISATIONS) && !item_has(speakers, item, CLASS_MARKED);
}

static void list_heads(Speakers *speakers)
{
    size_t count = speakers->string->count, capacity = 0;
    for (size_t i = 0; i < count; i++) {
        if (!has_head_group(speakers, i))
            continue;
        speakers->heads = arena_grow(speakers->arena, speakers->heads, &capacity,
                                     speakers->head_count + 1, sizeof *speakers->heads);
        speakers->heads[speakers->head_count++] =
            (Head){.item = (uint32_t)i, .is_listed = is_listed_name(speakers, i)};
    }
}

/* Gives heads [from, to) their keys, which are worked out once for each match. */
static void give_keys(Speakers *speakers, size_t from, size_t to)
{
    uint16_t *keys = speakers->rules->head_keys;
    for (size_t i = from; i < to; i++) {
        Head *head = &speakers->heads[i];
        const Item *item = item_at(speakers, head->item);
        if (item->entry == NO_ENTRY)
            continue;
        if (keys[item->match] == 0)
            keys[item->match] = head_key(speakers, find_head_entry(speakers, item));
        head->key = keys[item->match];
    }
}

static void find_heads(Speakers *speakers)
{
    enum { AT_ONCE = 64 };
    SpeakerRules *rules = speakers->rules;
    uint32_t unknown[AT_ONCE];
    size_t count = 0, done = 0, had = rules->head_capacity;
    if (speakers->with_heads)
        return;
    speakers->with_heads = true;
    rules->head_keys = memory_grow(rules->head_keys, &rules->head_capacity,
                                   lexicon_match_count(rules->lexicon), sizeof *rules->head_keys);
    if (rules->head_capacity > had)
        memset(rules->head_keys + had, 0, (rules->head_capacity - had) * sizeof *rules->head_keys);
    list_heads(speakers);
    for (size_t i = 0; i < speakers->head_count; i++) {
        const Item *item = item_at(speakers, speakers->heads[i].item);
        if (item->entry == NO_ENTRY || rules->head_keys[item->match] != 0)
            continue;
        unknown[count++] = item->entry;
        if (count < AT_ONCE)
            continue;
        lexicon_fetch_entries(rules->lexicon, unknown, count);
        give_keys(speakers, done, i + 1);
        done = i + 1;
        count = 0;
    }
    lexicon_fetch_entries(rules->lexicon, unknown, count);
    give_keys(speakers, done, speakers->head_count);
}

void heads_near(Speakers *speakers, size_t item, size_t *from, size_t *to)
{
    find_heads(speakers);
    size_t head;
    FIRST_WHERE(head, 0, speakers->head_count, speakers->heads[head].item >= item);
    *from = head > HEADS_NEAR ? head - HEADS_NEAR : 0;
    *to = speakers->head_count - head > HEADS_NEAR ? head + HEADS_NEAR : speakers->head_count;
}

/* An adjective of origin that is no other word (المالية). */
static bool is_origin(const Speakers *speakers, size_t item)
{
    return in_group(speakers, item, GROUP_ADJECTIVES) && !in_group(speakers, item, GROUP_ORDINARY);
}

static bool is_origin_among(const Speakers *speakers, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (is_origin(speakers, i))
            return true;
    return false;
}

/* The adjective of origin at `item` stands among items [from, to) as well. */
static bool has_origin(const Speakers *speakers, size_t from, size_t to, size_t item)
{
    const Lexicon *lexicon = speakers->rules->lexicon;
    Slice name = lexicon_entry_name(lexicon, head_entry(speakers, item));
    for (size_t i = from; i < to; i++)
        if (is_origin(speakers, i) &&
            slice_equal(name, lexicon_entry_name(lexicon, head_entry(speakers, i))))
            return true;
    return false;
}

/* الاتحاد الدولي للنحل: a listed name whose second word is another adjective than that at
 * `item`. */
static bool is_of_other_origin(Speakers *speakers, size_t name, size_t item)
{
    const Item *listed = item_at(speakers, name);
    if (listed->token_count < 2)
        return false;
    const ItemString *second =
        read_tokens(speakers, listed->first_token + 1, listed->first_token + 2);
    const Lexicon *lexicon = speakers->rules->lexicon;
    return second->count != 0 && set_in_group(speakers, second->items[0].set, GROUP_ADJECTIVES) &&
           !slice_equal(lexicon_entry_name(lexicon, find_head_entry(speakers, &second->items[0])),
                        lexicon_entry_name(lexicon, head_entry(speakers, item)));
}

/* Behind the title at `from`, up to `to`, stands a town or a company, and no country. */
static bool is_local_office(const Speakers *speakers, size_t from, size_t to)
{
    bool town = false;
    for (size_t i = from + 1; i < to; i++) {
        if (item_has(speakers, i, CLASS_PLACE_COUNTRY))
            return false;
        town = town || in_group(speakers, i, GROUP_PLACE_HEADS) ||
               item_has(speakers, i, CLASS_HEAD_ORG_COMPANY);
    }
    return town;
}

/* الرئيس, الملك: the title of an office that may stand alone. */
static bool is_high_office(const Speakers *speakers, size_t item)
{
    return item_has(speakers, item, CLASS_TITLE_HONORIFIC) &&
           item_has(speakers, item, CLASS_TITLE_PERSON);
}

static bool adjectives_agree(Speakers *speakers, size_t from, size_t to, const Known *known)
{
    if (!is_origin_among(speakers, from, to))
        return true;
    /* الاتحاد الكيني: behind the same noun another adjective names another body, but المالية in
     * وزير المالية is what somebody is minister of. */
    if (known->type != SPEAKER_PERSON && has_title(known) && from + 1 < to &&
        is_origin(speakers, from + 1) && has_article(speakers, from) &&
        is_of_other_origin(speakers, known->role_from, from + 1))
        return false;
    if (!is_origin_among(speakers, known->role_from, known->role_to)) {
        /* الرئيس الأميركي is not الرئيس التنفيذي للشركة. */
        bool other_kind =
            has_title(known) && item_has(speakers, known->role_from, CLASS_TITLE_KIND) &&
            !item_has(speakers, from, CLASS_TITLE_KIND) &&
            head_key(speakers, known->head) == head_key(speakers, head_entry(speakers, from));
        /* الرئيس الأوكراني is not رئيس الإدارة العسكرية للمنطقة. */
        if (is_high_office(speakers, from) &&
            is_local_office(speakers, known->role_from, known->role_to))
            return false;
        /* السلطات المحلية are not سلطات الدول. */
        bool others = known->type == SPEAKER_COMMON && known->role_to - known->role_from > 1;
        return !other_kind && !others;
    }
    for (size_t i = from; i < to; i++)
        if (is_origin(speakers, i) && !has_origin(speakers, known->role_from, known->role_to, i))
            return false;
    return true;
}

/* A small word (باسم) within an item of several. */
static bool is_small(Speakers *speakers, size_t token)
{
    const ItemString *word = read_tokens(speakers, token, token + 1);
    return word->count != 0 && set_in_group(speakers, word->items[0].set, GROUP_CONTINUES);
}

bool ends_small(Speakers *speakers, size_t item)
{
    const Item *at = item_at(speakers, item);
    size_t last = at->first_token + at->token_count - 1u;
    return at->token_count > 1 && is_small(speakers, last) &&
           !slice_starts(token_text(speakers, &speakers->tokens[last]), speakers->rules->article);
}

typedef struct {
    Slice words[NAME_WORDS];
    bool is_head
        [NAME_WORDS]; /* a noun that many bodies begin with (وزارة), or of the title's head */
    size_t items[NAME_WORDS];
    size_t count, heads;
} Complement;

/* The words of a title behind its head, but for adjectives and small words; those of the
 * listed head itself (رئيس الوزراء) only where asked for. */
static void complements(Speakers *speakers, size_t from, size_t to, bool with_head,
                        Complement *complement)
{
    complement->count = complement->heads = 0;
    /* رئيس الدبلوماسية: what follows a head without article is no adjective, nor what follows
     * المتحدث باسم. */
    bool governs = from < to && item_has(speakers, from, CLASS_TITLE_PRINCIPAL);
    bool closed = from < to && !governs &&
                  (item_at(speakers, from)->token_count > 1 ? is_definite(speakers, from)
                                                            : has_article(speakers, from));
    for (size_t i = with_head ? from : from + 1; i < to; i++) {
        const Item *item = item_at(speakers, i);
        bool adjective = item_has(speakers, i, CLASS_SHAPE_NISBA) && (i != from + 1 || closed);
        bool governed =
            governs && (i == from + 1 || (i == from + 2 && !has_article(speakers, i - 1)));
        bool small = in_group(speakers, i, GROUP_CONTINUES) || is_preposition(speakers, i) ||
                     (!governed && (in_group(speakers, i, GROUP_ADJECTIVES) || adjective)) ||
                     item_has(speakers, i, CLASS_SHAPE_PREPOSITIONAL);
        /* Who speaks for the president speaks for his palace as well; but والد المتهم is his. */
        bool title = in_group(speakers, i, GROUP_ROLES) &&
                     !item_has(speakers, i, CLASS_HEAD_ORG) && /* المدرسة */
                     !in_group(speakers, i, GROUP_PLACES) &&   /* جدة */
                     !(in_group(speakers, i, GROUP_BODIES) &&  /* المعارضة */
                       !in_group(speakers, i, GROUP_PEOPLE)) &&
                     !(i == from + 1 && item_has(speakers, from, CLASS_SPEAKER_KIN));
        if (is_stop(speakers, i) || (i > from && (title || (item->token_count == 1 && small))))
            continue;
        bool body = item->token_count > 1 ? in_group(speakers, i, GROUP_ORGANISATIONS)
                                          : item_has(speakers, i, CLASS_HEAD_ORG) ||
                                                in_group(speakers, i, GROUP_PLACE_HEADS);
        for (uint32_t t = i == from; t < item->token_count && complement->count < NAME_WORDS; t++) {
            const Token *token = &speakers->tokens[item->first_token + t];
            if (token->kind != TOKEN_WORD || is_small(speakers, item->first_token + t))
                continue;
            bool is_head = i == from || (body && t == 0);
            size_t start = t == 0 ? item_core(speakers, i).bytes.start : token->byte;
            complement->heads += is_head;
            complement->is_head[complement->count] = is_head;
            complement->items[complement->count] = i;
            complement->words[complement->count++] = fold_key(
                speakers, slice_cut(speakers->text, start, token->byte + token->byte_length));
        }
    }
}

/* Two words for one office, each of which says what it is head of: رئيس الحكومة is listed with
 * رئيس الوزراء. */
static bool is_other_word(const Speakers *speakers, uint32_t a, uint32_t b)
{
    if (a == b || a == NO_ENTRY || b == NO_ENTRY)
        return false;
    Slice one = lexicon_entry_name(speakers->rules->lexicon, a);
    return memchr(one.data, ' ', one.length) != NULL &&
           slice_equal(one, lexicon_entry_name(speakers->rules->lexicon, b));
}

/* السياحة، للسياحة within a listed name: one word, perhaps behind its proclitics. */
static bool is_same_word(Slice one, Slice other)
{
    Slice longer = one.length > other.length ? one : other;
    Slice shorter = one.length > other.length ? other : one;
    if (!slice_ends(longer, shorter))
        return false;
    size_t front = utf8_count(slice_cut(longer, 0, longer.length - shorter.length));
    return front == 0 || (front <= PROCLITICS_MAX && utf8_count(shorter) >= WORD_SURE);
}

bool is_listed_as_same(const Speakers *speakers, size_t a, size_t b)
{
    const Lexicon *lexicon = speakers->rules->lexicon;
    uint32_t one = item_at(speakers, a)->entry, other = item_at(speakers, b)->entry;
    return one != NO_ENTRY && other != NO_ENTRY &&
           (one == other ||
            slice_equal(lexicon_entry_name(lexicon, one), lexicon_entry_name(lexicon, other)));
}

/* القوات البحرية, القوات الجوية: behind the nouns at `own` and `other` stand other adjectives. */
static bool is_otherwise_called(const Speakers *speakers, size_t own, size_t own_end, size_t other,
                                size_t other_end)
{
    if (own + 1 >= own_end || other + 1 >= other_end || !has_article(speakers, own + 1) ||
        !has_article(speakers, other + 1) || !item_has(speakers, own + 1, CLASS_SHAPE_NISBA) ||
        !item_has(speakers, other + 1, CLASS_SHAPE_NISBA))
        return false;
    return !slice_equal(fold_key(speakers, items_text(speakers, own + 1, own + 2)),
                        fold_key(speakers, items_text(speakers, other + 1, other + 2)));
}

/* الخبير في المعهد، الناطق باسم الشركة: the first body or kind of one among items [from, to)
 * where a preposition stands behind the title, which is of one word; `from` for none. */
static size_t body_behind_preposition(const Speakers *speakers, size_t from, size_t to)
{
    size_t at = from + 1;
    while (
        at < to && !is_preposition(speakers, at) &&
        (item_has(speakers, at, CLASS_SHAPE_NISBA) || in_group(speakers, at, GROUP_ADJECTIVES)) &&
        !item_has(speakers, at, CLASS_CLITIC_PREPOSITION))
        at++;
    if (at >= to || !(item_has(speakers, at, CLASS_HALT_IN) ||
                      item_has(speakers, at, CLASS_CLITIC_PREPOSITION)))
        return from;
    while (at < to && (is_stop(speakers, at) || !has_head_group(speakers, at)))
        at++;
    return at < to ? at : from;
}

/* الباحثة في جامعة الوادي may be الباحثة في علم الاجتماع, الأستاذ في الجامعة is at its كلية: only
 * the same kind of body, or two that are listed, are two places. */
static bool may_be_elsewhere(const Speakers *speakers, size_t from, size_t to, const Known *known)
{
    size_t own = body_behind_preposition(speakers, from, to);
    size_t other = body_behind_preposition(speakers, known->role_from, known->role_to);
    bool told = known->role_from + 1 < known->role_to && from + 1 < to &&
                item_has(speakers, from + 1, CLASS_HALT_IN);
    if (own == from)
        return !told; /* في شؤون النفط */
    if (other >= known->role_to || other == known->role_from)
        return true;
    bool listed = any_has(speakers, own, to, CLASS_ORG) &&
                  any_has(speakers, other, known->role_to, CLASS_ORG);
    return listed || same_head(speakers, head_entry(speakers, own), head_entry(speakers, other));
}

/* Both say what they are head of, and it is not the same. */
static bool complements_differ(Speakers *speakers, size_t from, size_t to, const Known *known)
{
    Complement own, other, own_bare, other_bare;
    size_t role = known->role_from, role_to = known->role_to;
    bool with_head = !is_other_word(speakers, head_entry(speakers, from), known->head);
    complements(speakers, from, to, with_head, &own);
    if (own.count == 0)
        return false;
    complements(speakers, role, role_to, with_head, &other);
    /* مدير عام الشركة, مدير عام المستشفى: what both heads have tells nothing. */
    if (with_head && head_entry(speakers, from) == known->head) {
        complements(speakers, from, to, false, &own_bare);
        complements(speakers, role, role_to, false, &other_bare);
        if (own_bare.count != 0 && other_bare.count != 0) {
            own = own_bare;
            other = other_bare;
        }
    }
    /* سفير فرنسا لدى الوادي is not سفير ألمانيا لدى الوادي. */
    if (to > from + 1 && role_to > role + 1 && in_group(speakers, from + 1, GROUP_PLACES) &&
        in_group(speakers, role + 1, GROUP_PLACES) &&
        !is_listed_as_same(speakers, from + 1, role + 1))
        return true;
    /* The ministry of health is not that of defence. */
    bool named = own.heads < own.count && other.heads < other.count;
    for (size_t i = 0; i < own.count; i++)
        for (size_t k = 0; k < other.count; k++)
            if (is_same_word(own.words[i], other.words[k]) && !(named && own.is_head[i]) &&
                !(own.count == 1 && other.count == 1 &&
                  is_otherwise_called(speakers, own.items[i], to, other.items[k], role_to)))
                return false;
    return other.count != 0 && may_be_elsewhere(speakers, from, to, known);
}

/* الرئيس الأردني السابق is not الرئيس الأردني سالم. */
static bool is_former_only_here(Speakers *speakers, size_t from, size_t to, const Known *known)
{
    return any_has(speakers, from, to, CLASS_TITLE_FORMER) && known->type == SPEAKER_PERSON &&
           has_title(known) && is_origin_among(speakers, from, to) &&
           head_key(speakers, known->head) == head_key(speakers, head_entry(speakers, from)) &&
           !any_has(speakers, known->role_from, known->role_to, CLASS_TITLE_FORMER);
}

/* أمني, أمنية: the same but for the letter that makes it feminine. */
static bool is_same_but_for_ending(Slice one, Slice other)
{
    enum { LEAST = 3 /* letters */ };
    Slice longer = one.length > other.length ? one : other;
    Slice shorter = one.length > other.length ? other : one;
    return slice_starts(longer, shorter) && utf8_count(shorter) >= LEAST &&
           utf8_count(longer) - utf8_count(shorter) <= 1;
}

/* The same, where proclitics may stand in front of `other` (أمني, وأمنية). */
static bool is_same_but_for_gender(Slice adjective, Slice other)
{
    for (size_t front = 0; front <= PROCLITICS_MAX && other.length != 0; front++) {
        if (is_same_but_for_ending(adjective, other))
            return true;
        const char *behind = other.data;
        utf8_next(&behind);
        other = slice_cut(other, (size_t)(behind - other.data), other.length);
    }
    return false;
}

bool is_other_source(const Speakers *speakers, size_t from, size_t to, const Known *known)
{
    size_t kind = known->role_from + 1;
    if (!item_has(speakers, from, CLASS_SPEAKER_AGAIN_SOURCE) || kind >= known->role_to ||
        !item_has(speakers, known->role_from, CLASS_SPEAKER_AGAIN_SOURCE) ||
        has_article(speakers, kind) || has_proclitic(speakers, kind) ||
        !item_has(speakers, kind, CLASS_SHAPE_RELATION) || is_origin(speakers, kind))
        return false; /* مصدر مطلع may be any kind */
    bool told = false;
    for (size_t i = from + 1; i < to; i++) {
        if (!has_article(speakers, i) || !item_has(speakers, i, CLASS_SHAPE_NISBA) ||
            is_origin(speakers, i))
            continue;
        told = true;
        Slice own = fold_key(speakers, items_text(speakers, i, i + 1));
        for (size_t k = kind; k < known->role_to; k++)
            if (is_same_but_for_gender(own, fold_key(speakers, items_text(speakers, k, k + 1))))
                return false;
    }
    return told;
}

bool titles_agree(Speakers *speakers, size_t from, size_t to, const Known *known)
{
    unsigned own = agreement_of(speakers, from), other = known->agreement;
    if (other == 0 && has_title(known))
        other = agreement_of(speakers, known->role_from);
    if (differ_in_gender(own, other))
        return false; /* السيد is no السيدة */
    if (own == AGREE_P && is_one_person(known))
        return false; /* المؤرخون are not one of them */
    if (is_other_source(speakers, from, to, known))
        return false;
    bool several = (own == AGREE_M && other == AGREE_P) || (own == AGREE_P && other == AGREE_M);
    if (several && known->type == SPEAKER_COMMON &&
        !item_has(speakers, from, CLASS_SPEAKER_AGAIN_SOURCE))
        return false; /* nor is المتهم the two of them; المصدر may be مصادر */
    bool apart = item_has(speakers, from, CLASS_TITLE_APART) && has_title(known) &&
                 has_article(speakers, known->role_from);
    if (apart)
        return false; /* رئيس الوزراء is not الرئيس */
    return adjectives_agree(speakers, from, to, known) &&
           !complements_differ(speakers, from, to, known) &&
           !is_former_only_here(speakers, from, to, known);
}

/* How close two head nouns are: 2 the same name, 1 one is the other with more
 * words (وزير and وزير الخارجية), 0 unlike. */
static int head_likeness(const Speakers *speakers, uint32_t a, uint32_t b)
{
    if (a == NO_ENTRY || b == NO_ENTRY)
        return 0;
    const LexiconEntry *one = lexicon_entry(speakers->rules->lexicon, a);
    const LexiconEntry *two = lexicon_entry(speakers->rules->lexicon, b);
    if (a == b || one->node == two->node ||
        (one->name.length != 0 && slice_equal(one->name, two->name)))
        return 2;
    Slice shorter = one->name.length < two->name.length ? one->name : two->name;
    Slice longer = one->name.length < two->name.length ? two->name : one->name;
    return shorter.length != 0 && slice_starts(longer, shorter) && longer.length > shorter.length &&
           longer.data[shorter.length] == ' ';
}

bool same_head(const Speakers *speakers, uint32_t a, uint32_t b)
{
    return head_likeness(speakers, a, b) != 0;
}

/* Each of `words` is one of `name`, or, where it need not be `whole`, ends one behind its
 * proclitics. */
static bool holds_words(Slice name, Slice words, bool whole)
{
    Slice word, piece;
    while (slice_next(&words, ' ', &word)) {
        bool found = false;
        for (Slice rest = name; !found && slice_next(&rest, ' ', &piece);)
            found = whole ? slice_equal(piece, word) : slice_ends(piece, word);
        if (!found)
            return false;
    }
    return true;
}

/* A body whose name begins with the head noun and holds the adjectives of items [from, to),
 * `head` as fold_key has it: الوكالة الأميركية for وكالة الفضاء الأميركية. Without article it
 * holds what else stands there: محافظ الوادي is not محافظ الساحل. */
static bool is_name_of(const Speakers *speakers, Slice head, size_t from, size_t to,
                       const Known *known)
{
    Slice rest = known->keys[0], first;
    if (known->type == SPEAKER_PERSON || head.length == 0 || !slice_next(&rest, ' ', &first) ||
        !slice_equal(first, head) || rest.length == 0 || is_other_source(speakers, from, to, known))
        return false;
    for (size_t i = from + 1; i < to; i++) {
        bool other = !has_article(speakers, from) && !is_stop(speakers, i) &&
                     !in_group(speakers, i, GROUP_CONTINUES);
        bool whole = other && !in_group(speakers, i, GROUP_ADJECTIVES);
        if ((other || in_group(speakers, i, GROUP_ADJECTIVES)) &&
            !holds_words(rest, fold_key(speakers, items_text(speakers, i, i + 1)), whole))
            return false;
    }
    return true;
}

/* A title of the person behind the first one: الأستاذ الجامعي وزير المالية الأسبق. */
static bool has_office(Speakers *speakers, const Known *known, uint32_t head, size_t from,
                       size_t to)
{
    for (size_t i = known->role_from + 1; i < known->role_to; i++) {
        /* المتحدث باسم الرئيس: for whom somebody speaks */
        bool begins = !is_stop(speakers, i) && !ends_small(speakers, i - 1) &&
                      in_group(speakers, i, GROUP_ROLES) &&
                      !in_group(speakers, i, GROUP_ORGANISATIONS) &&
                      (has_article(speakers, i - 1) || is_conjoined(speakers, i));
        if (!begins || head_likeness(speakers, head_entry(speakers, i), head) != 2)
            continue;
        Known office = {.type = SPEAKER_PERSON, .role_from = i, .role_to = known->role_to};
        if (titles_agree(speakers, from, to, &office))
            return true;
    }
    return false;
}

/* A title of a field, listed with it: وزير الثقافة. */
static bool is_of_field(const Speakers *speakers, uint32_t head)
{
    if (head == NO_ENTRY)
        return false;
    Slice name = lexicon_entry_name(speakers->rules->lexicon, head);
    return memchr(name.data, ' ', name.length) != NULL;
}

/* وزير الثقافة for وزير الشباب والثقافة والرياضة: of the fields of somebody's office one, by which
 * items [from, to) call him. */
static bool has_field(Speakers *speakers, const Known *known, uint32_t head, size_t from, size_t to)
{
    if (known->type != SPEAKER_PERSON || !is_of_field(speakers, known->head) ||
        !is_of_field(speakers, head) ||
        head_key(speakers, known->head) != head_key(speakers, head) ||
        !any_has(speakers, known->role_from, known->role_to, CLASS_CLITIC_CONJUNCTION) ||
        !titles_agree(speakers, from, to, known) || any_has(speakers, from, to, CLASS_TITLE_FORMER))
        return false;
    /* وزير الثقافة المصري is not who was called after no country */
    if (is_origin_among(speakers, from, to) &&
        !is_origin_among(speakers, known->role_from, known->role_to))
        return false;
    Complement own, other;
    complements(speakers, from, to, true, &own);
    complements(speakers, known->role_from, known->role_to, true, &other);
    for (size_t i = 0; i < own.count; i++) {
        size_t k = 0;
        while (k < other.count && !is_same_word(own.words[i], other.words[k]))
            k++;
        if (k == other.count)
            return false;
    }
    return own.count > 0 && own.count < other.count;
}

/* A title that is looked for among those of speakers: items [from, to). */
typedef struct {
    uint32_t head;
    uint16_t key; /* head_key of it */
    size_t from, to;
    int likeness;    /* that is asked for */
    size_t compared; /* of TITLES_MAX */
} Title;

static bool bears_title(Speakers *speakers, size_t number, Title *title)
{
    const Known *known = &speakers->known[number];
    /* قال الباحثون، وأقرت الباحثة: a woman is not several */
    if (title->from < title->to && known->agreement == AGREE_P && known->type == SPEAKER_COMMON &&
        in_group(speakers, title->from, GROUP_ROLES) &&
        agreement_of(speakers, title->from) == AGREE_F &&
        !item_has(speakers, title->from, CLASS_SPEAKER_AGAIN_SOURCE))
        return false;
    return speakers->known_keys[number].head_key == title->key &&
           head_likeness(speakers, known->head, title->head) == title->likeness &&
           title->compared++ < TITLES_MAX && titles_agree(speakers, title->from, title->to, known);
}

size_t find_by_head(Speakers *speakers, uint32_t head, size_t from, size_t to)
{
    Title title = {.head = head, .key = head_key(speakers, head), .from = from, .to = to};
    size_t turns = speakers->turn_count;
    key_heads(speakers);
    for (title.likeness = 2; title.likeness > 0; title.likeness--) {
        for (size_t i = turns; i-- > back_to(turns);) {
            size_t number = speakers->turns[i].number;
            const Known *known = &speakers->known[number];
            if (bears_title(speakers, number, &title) ||
                (title.likeness == 2 && known->type == SPEAKER_PERSON && turns - i <= TURNS_BACK &&
                 has_office(speakers, known, head, from, to)) ||
                (title.likeness == 1 && turns - i <= TURNS_BACK &&
                 has_field(speakers, known, head, from, to)))
                return number;
        }
        for (size_t i = speakers->known_count; i-- > back_to(speakers->known_count);)
            if (bears_title(speakers, i, &title))
                return i;
    }
    return from == to ? SPEAKER_NONE : find_by_noun(speakers, from, to);
}

size_t find_by_noun(Speakers *speakers, size_t from, size_t to)
{
    if (speakers->known_count == 0 || item_at(speakers, from)->token_count != 1)
        return SPEAKER_NONE;
    Slice noun = fold_key(speakers, items_text(speakers, from, from + 1));
    for (size_t i = speakers->turn_count; i-- > 0 && speakers->turn_count - i <= TURNS_BACK;)
        if (is_name_of(speakers, noun, from, to, &speakers->known[speakers->turns[i].number]))
            return speakers->turns[i].number;
    for (size_t i = speakers->known_count; i-- > back_to(speakers->known_count);)
        if (is_name_of(speakers, noun, from, to, &speakers->known[i]))
            return i;
    return SPEAKER_NONE;
}

void rename_known(Speakers *speakers, size_t number, Slice name, uint32_t head)
{
    Known *known = &speakers->known[number];
    known->name = name;
    known->keys[0] = fold_key(speakers, name);
    known->key_bits = key_bit(known->keys[0]);
    known->head = head;
    keep_keys(speakers, number);
}

size_t note_listed(Speakers *speakers, uint32_t entry, Slice name)
{
    size_t number = speakers->known_count, end = number > LISTED_BACK ? number - LISTED_BACK : 0;
    while (number > end && head_likeness(speakers, speakers->known[number - 1].head, entry) != 2)
        number--;
    if (number-- == end)
        return SPEAKER_NONE;
    const Known *known = &speakers->known[number];
    if (known->type != SPEAKER_PERSON && name.length > known->name.length)
        rename_known(speakers, number, name, entry);
    return number;
}

size_t note_body(Speakers *speakers, Known *body)
{
    body->keys[0] = fold_key(speakers, body->name);
    body->key_bits = key_bit(body->keys[0]);
    for (size_t i = speakers->known_count; i-- > back_to(speakers->known_count);) {
        const Known *known = &speakers->known[i];
        if (speakers->known_keys[i].key_bits == body->key_bits && known->type != SPEAKER_PERSON &&
            slice_equal(known->keys[0], body->keys[0]))
            return i;
    }
    return add_known(speakers, body);
}

size_t last_turn(const Speakers *speakers)
{
    return speakers->turn_count ? speakers->turns[speakers->turn_count - 1].number : SPEAKER_NONE;
}

void fill(const Speakers *speakers, size_t number, Speaker *speaker)
{
    const Known *known = &speakers->known[number];
    speaker->name = known->name;
    speaker->role = known->role;
    speaker->type = known->type;
    if (!is_pair(known))
        return;
    Speaker first, second;
    fill(speakers, known->first, &first);
    fill(speakers, known->second, &second);
    /* The name of a pair holds the word that joins them. */
    speaker->name = arena_format(speakers->arena, "%.*s %.*s%.*s", SLICE_ARG(first.name),
                                 SLICE_ARG(known->name), SLICE_ARG(second.name));
}

size_t named_so(Speakers *speakers, size_t item, bool any)
{
    Known person = {.type = SPEAKER_PERSON, .head = NO_ENTRY};
    take_name(speakers, &person, item, item + 1);
    size_t number = find_person(speakers, &person);
    if (number != SPEAKER_NONE)
        return number;
    Range fuller = find_fuller(speakers, &person, item);
    bool named =
        fuller.from < fuller.to && (any || item_has(speakers, fuller.from, CLASS_PERSON) ||
                                    (begins_name(speakers, fuller.from) &&
                                     !item_has(speakers, fuller.from, CLASS_NAME_AMBIGUOUS)));
    return named ? note_fuller(speakers, fuller, &person) : SPEAKER_NONE;
}
