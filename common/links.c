#include "common/links.h"

#include "common/utf8.h"

enum {
    NAME_BYTES = 256, /* longer names are compared with none */
    SAME_NAME = 3,
    SAME_LAST = 2,
    SAME_WORD = 1,
    SHORT_WORD = 3, /* letters; shorter words are shared by many names */
    /* How far a name is looked for, so that no document costs the square of its length. */
    MENTIONS_MAX = 256,
    QUOTES_MAX = 64,
};

/* ---- rules ------------------------------------------------------------- */

bool links_read(Links *links, const Rules *rules, const Fold *fold, Error *error)
{
    static const char *const known[] = {"speaker", "type", "makes", "note", NULL};
    *links = (Links){.fold = fold};
    for (RuleWalk walk = rules_walk(rules, "speaking"); rule_walk_next(&walk);) {
        if (!rule_check_keys(walk.node, known, error))
            return false;
        Slice speaker = rule_text(walk.node, "speaker");
        int type = SPEAKER_PERSON;
        while (type <= SPEAKER_COMMON &&
               !slice_equal(speaker, slice_of(speaker_type_name((SpeakerType)type))))
            type++;
        if (type > SPEAKER_COMMON)
            return rule_error(
                rule_get(walk.node, "speaker") ? rule_get(walk.node, "speaker") : walk.node, error,
                "\"speaker\" is to be person, organisation or common, not \"%.*s\"",
                SLICE_ARG(speaker));
        links->types[type] = rule_text(walk.node, "type");
        if (!rule_flag(walk.node, "makes", false, &links->makes[type], error))
            return false;
    }
    return true;
}

/* ---- names ------------------------------------------------------------- */

/* A name as it is compared, with a space at both ends. */
typedef struct {
    char bytes[FOLD_ROOM(NAME_BYTES) + 2];
    size_t length; /* 0: nothing to compare */
} Key;

static void make_key(const Links *links, Slice name, Key *key)
{
    key->length = 0;
    if (name.length == 0 || name.length > NAME_BYTES)
        return;
    key->bytes[0] = ' ';
    key->length = 1 + fold_word(links->fold, name, GRADE_LETTER, key->bytes + 1);
    key->bytes[key->length++] = ' ';
}

static bool holds(const char *bytes, size_t length, const char *part, size_t part_length)
{
    for (size_t at = 0; at + part_length <= length; at++)
        if (memcmp(bytes + at, part, part_length) == 0)
            return true;
    return false;
}

/* How much two names have in common. */
static int likeness(const Key *a, const Key *b)
{
    if (a->length == 0 || b->length == 0)
        return 0;
    if (a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0)
        return SAME_NAME;
    int likeness = 0;
    for (size_t from = 0, to; from + 1 < a->length; from = to) {
        for (to = from + 1; a->bytes[to] != ' ';)
            to++;
        Slice word = {a->bytes + from + 1, to - from - 1};
        if (utf8_count(word) < SHORT_WORD ||
            !holds(b->bytes, b->length, a->bytes + from, to - from + 1))
            continue;
        bool is_last = to + 1 == a->length && memcmp(b->bytes + b->length - (to - from + 1),
                                                     a->bytes + from, to - from + 1) == 0;
        likeness = is_last ? SAME_LAST : SAME_WORD;
    }
    return likeness;
}

/* ---- the entity of a speaker ------------------------------------------- */

/* The last words of an entity's name and of its text, folded: entities are looked
 * up by them, and compared only where they agree. */
typedef struct {
    uint64_t name, text;
} Endings;

/* One document while its layers are linked. */
typedef struct {
    const Links *links;
    Utf8Cursor text;
    Entity *entities; /* sorted */
    size_t count;
    bool has_texts;   /* of all entities */
    Endings *endings; /* made when first needed; 0: of no type that speaks */
    Arena *arena;
} Linking;

static uint64_t last_word(const Links *links, Slice name)
{
    if (name.length > NAME_BYTES)
        return 0;
    size_t from = name.length;
    while (from > 0 && name.data[from - 1] != ' ')
        from--;
    char folded[FOLD_ROOM(NAME_BYTES)];
    Slice word = slice_cut(name, from, name.length);
    size_t length = fold_word(links->fold, word, GRADE_LETTER, folded);
    return slice_hash((Slice){folded, length});
}

/* The entity's text. All are cut at once, in their order: one by one the text would be
 * gone over again and again. */
static Slice text_of(Linking *linking, const Entity *entity)
{
    if (entity->text.data == NULL && !linking->has_texts) {
        for (size_t i = 0; i < linking->count; i++) {
            Entity *each = &linking->entities[i];
            if (each->text.data == NULL)
                each->text = utf8_cursor_cut(&linking->text, each->span);
        }
        linking->has_texts = true;
    }
    return entity->text;
}

static void make_endings(Linking *linking)
{
    const Links *links = linking->links;
    linking->endings = ARENA_ARRAY(linking->arena, linking->count, Endings);
    for (size_t i = 0; i < linking->count; i++) {
        const Entity *entity = &linking->entities[i];
        bool speaks = false;
        for (size_t k = 0; k < sizeof links->types / sizeof *links->types && !speaks; k++)
            speaks = slice_equal(entity->type, links->types[k]);
        if (!speaks)
            continue;
        Endings *endings = &linking->endings[i];
        endings->name = endings->text = last_word(links, entity->name);
        Slice text = text_of(linking, entity);
        if (!slice_equal(text, entity->name))
            endings->text = last_word(links, text);
    }
}

/* The first entity that ends behind `start`. Those before the ones that begin
 * there are looked at again: entities do not lie in one another's way. */
static size_t first_behind(const Linking *linking, size_t start)
{
    size_t low = 0, high = linking->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (linking->entities[middle].span.start < start)
            low = middle + 1;
        else
            high = middle;
    }
    while (low > 0 && linking->entities[low - 1].span.end > start)
        low--;
    return low;
}

/* A name that entities are compared with; its key is made when it is first needed. */
typedef struct {
    Slice name;
    bool has_key;
    Key key;
} Wanted;

static void want(Wanted *wanted, Slice name)
{
    wanted->name = name;
    wanted->has_key = false;
}

static const Key *wanted_key(const Linking *linking, Wanted *wanted)
{
    if (!wanted->has_key)
        make_key(linking->links, wanted->name, &wanted->key);
    wanted->has_key = true;
    return &wanted->key;
}

static int entity_likeness(Linking *linking, const Entity *entity, Wanted *name)
{
    if (name->name.length > 0 && name->name.length <= NAME_BYTES &&
        slice_equal(entity->name, name->name))
        return SAME_NAME;
    const Key *wanted = wanted_key(linking, name);
    Key key;
    make_key(linking->links, entity->name, &key);
    int by_name = likeness(&key, wanted);
    Slice text = text_of(linking, entity);
    if (by_name == SAME_NAME || slice_equal(text, entity->name))
        return by_name;
    make_key(linking->links, text, &key);
    int by_text = likeness(&key, wanted);
    return by_text > by_name ? by_text : by_name;
}

static ptrdiff_t entity_in_phrase(Linking *linking, const Speaker *speaker, Slice type)
{
    Wanted wanted;
    want(&wanted, speaker->name);
    ptrdiff_t best = NO_INDEX;
    int most = 0;
    for (size_t i = first_behind(linking, speaker->span.start);
         i < linking->count && linking->entities[i].span.start < speaker->span.end; i++) {
        const Entity *entity = &linking->entities[i];
        if (!slice_equal(entity->type, type))
            continue;
        int found = entity_likeness(linking, entity, &wanted);
        if (found >= most && found > 0) {
            most = found;
            best = (ptrdiff_t)i;
        }
    }
    return best;
}

/* Whoever has this name: the last mention before `before`, else the first behind;
 * a name that is equal counts more than one with the same last word. */
static ptrdiff_t entity_by_name(Linking *linking, Slice name, Slice type, size_t before)
{
    Wanted wanted;
    want(&wanted, name);
    if (linking->endings == NULL)
        make_endings(linking);
    uint64_t ending = last_word(linking->links, name);
    size_t middle = first_behind(linking, before), end = linking->count - middle;
    size_t back = middle < MENTIONS_MAX ? middle : MENTIONS_MAX;
    size_t ahead = end < MENTIONS_MAX ? end : MENTIONS_MAX;
    ptrdiff_t best = NO_INDEX;
    int most = SAME_WORD;
    for (size_t i = 0; i < back + ahead && most < SAME_NAME; i++) {
        size_t at = i < back ? middle - 1 - i : middle + i - back;
        const Entity *entity = &linking->entities[at];
        if ((linking->endings[at].name != ending && linking->endings[at].text != ending) ||
            !slice_equal(entity->type, type))
            continue;
        int found = entity_likeness(linking, entity, &wanted);
        if (found > most) {
            most = found;
            best = (ptrdiff_t)at;
        }
    }
    return best;
}

/* ---- speakers become entities ------------------------------------------ */

static bool is_edge(const Fold *fold, Slice text, size_t at)
{
    if (at == 0 || at >= text.length)
        return true;
    const char *behind = text.data + at, *before = utf8_before(behind);
    CharKind left = fold_char_kind(fold, utf8_next(&before));
    CharKind right = fold_char_kind(fold, utf8_next(&behind));
    return left == CHAR_SPACE || left == CHAR_PUNCT || left == CHAR_OTHER || right == CHAR_SPACE ||
           right == CHAR_PUNCT || right == CHAR_OTHER;
}

/* Where whole words of `phrase` are `words`; false if nowhere. */
static bool find_words(const Fold *fold, Slice phrase, Slice words, ByteSpan *found)
{
    if (words.length == 0 || words.length > phrase.length)
        return false;
    const char last = words.data[words.length - 1];
    for (size_t at = 0, end = words.length; end <= phrase.length; at++, end++) {
        if (phrase.data[end - 1] != last ||
            memcmp(phrase.data + at, words.data, words.length) != 0 || !is_edge(fold, phrase, at) ||
            !is_edge(fold, phrase, end))
            continue;
        *found = (ByteSpan){at, end};
        return true;
    }
    return false;
}

/* The part of the phrase that is the name, or else its last words: who is named
 * in full elsewhere may speak by a part of the name. */
static bool name_in_phrase(const Fold *fold, Slice phrase, Slice name, ByteSpan *found)
{
    if (find_words(fold, phrase, name, found))
        return true;
    for (size_t at = 0; at < phrase.length; at++) {
        ByteSpan within;
        Slice rest = slice_cut(phrase, at, phrase.length);
        if (rest.data[0] == ' ' || !is_edge(fold, phrase, at) ||
            !find_words(fold, name, rest, &within) || within.end != name.length)
            continue;
        *found = (ByteSpan){at, phrase.length};
        return true;
    }
    return false;
}

/* Whether a name is the last words of a fuller one. */
static bool ends_name(Slice name, Slice fuller)
{
    size_t front = fuller.length - name.length;
    return name.length > 0 && name.length < fuller.length && fuller.data[front - 1] == ' ' &&
           memcmp(fuller.data + front, name.data, name.length) == 0;
}

/* Whether a name is the first words of a fuller one. */
static bool ends_early(Slice name, Slice fuller)
{
    return name.length < fuller.length && slice_starts(fuller, name) &&
           fuller.data[name.length] == ' ';
}

/* Where the speaker's name stands in the phrase; false where it does not. */
static bool name_span(Linking *linking, const Speaker *speaker, CodepointSpan *span)
{
    Slice phrase = utf8_cursor_cut(&linking->text, speaker->span);
    ByteSpan found;
    if (!name_in_phrase(linking->links->fold, phrase, speaker->name, &found))
        return false;
    span->start = speaker->span.start + utf8_count(slice_cut(phrase, 0, found.start));
    span->end = span->start + utf8_count(slice_cut(phrase, found.start, found.end));
    return true;
}

static bool make_speaker(Linking *linking, const Quote *quote, Slice type, Entity *entity)
{
    const Speaker *speaker = &quote->speaker;
    CodepointSpan span;
    if (!name_span(linking, speaker, &span))
        return false;
    size_t near = first_behind(linking, span.start);
    if (near < linking->count && linking->entities[near].span.start < span.end)
        return false;
    *entity = (Entity){.span = span, .type = type, .name = speaker->name, .rule = quote->rule};
    ptrdiff_t other = entity_by_name(linking, speaker->name, type, span.start);
    if (other != NO_INDEX && !ends_name(linking->entities[other].name, speaker->name)) {
        entity->name = linking->entities[other].name;
        entity->id = linking->entities[other].id;
    }
    return true;
}

static Linking linking_of(const Links *links, const Document *document, Entity *entities,
                          size_t count, Arena *arena)
{
    const Utf8Cursor text = {.text = document->text};
    return (Linking){
        .links = links, .text = text, .entities = entities, .count = count, .arena = arena};
}

/* Whether the speaker is an entity at the place where the quote names him. */
static bool is_entity_here(const Links *links, const Speaker *speaker)
{
    return links->makes[speaker->type] && speaker->has_span && speaker->name.length != 0;
}

size_t links_names(const Links *links, const Document *document, const Quote *quotes,
                   size_t quote_count, Arena *arena, SpeakerName **names)
{
    Linking linking = linking_of(links, document, NULL, 0, arena);
    size_t count = 0;
    *names = ARENA_ROOM(arena, quote_count, SpeakerName);
    for (size_t i = 0; i < quote_count; i++) {
        const Speaker *speaker = &quotes[i].speaker;
        SpeakerName name = {.rule = quotes[i].rule};
        if (!is_entity_here(links, speaker) || !name_span(&linking, speaker, &name.span))
            continue;
        name.type = links->types[speaker->type];
        (*names)[count++] = name;
    }
    return count;
}

/* Whether an entity of the type is but a part of the speaker's phrase. */
static bool is_cut_short(const Linking *linking, const Speaker *speaker)
{
    Slice type = linking->links->types[speaker->type];
    for (size_t i = first_behind(linking, speaker->span.start);
         i < linking->count && linking->entities[i].span.start < speaker->span.end; i++)
        if ((linking->entities[i].span.start > speaker->span.start ||
             linking->entities[i].span.end < speaker->span.end) &&
            slice_equal(linking->entities[i].type, type))
            return true;
    return false;
}

/* Whether `entity`, as it is written, is but the first words of `name`, and no short form of
 * somebody whose name goes on likewise (علي بن موسى, which a list has, of علي بن موسى الحربي). */
static bool is_somebody_else(Linking *linking, const Entity *entity, Slice name)
{
    return ends_early(utf8_cursor_cut(&linking->text, entity->span), name) &&
           !slice_starts(entity->name, name);
}

/* Whether what stands in front of the entity within a speaker's name belongs to it: a whole word
 * (not the first of a pair, سالم الحربي وهاني النمر), in front of a name that stands for
 * nobody known at greater length. */
static bool takes_front(Linking *linking, const Entity *entity)
{
    Slice text = utf8_cursor_cut(&linking->text, entity->span);
    CodepointSpan before = {entity->span.start - 1, entity->span.start};
    Slice letter = utf8_cursor_cut(&linking->text, before);
    return fold_char_kind(linking->links->fold, utf8_next(&letter.data)) == CHAR_SPACE &&
           (memchr(text.data, ' ', text.length) == NULL || slice_equal(text, entity->name));
}

/* An entity that is but the first words of a speaker's name, or the last, takes in the rest of
 * it: who told something is named by a whole phrase, where a list may not know each word.
 * False where there is none. */
static bool complete_speakers(Linking *linking, const Quote *quotes, size_t quote_count)
{
    bool changed = false;
    for (size_t i = 0; i < quote_count; i++) {
        const Speaker *speaker = &quotes[i].speaker;
        CodepointSpan span;
        if (!is_entity_here(linking->links, speaker) || !is_cut_short(linking, speaker) ||
            !name_span(linking, speaker, &span))
            continue;
        size_t at = first_behind(linking, span.start);
        if (at == linking->count)
            continue;
        Entity *entity = &linking->entities[at];
        bool begins = entity->span.start == span.start && entity->span.end < span.end;
        bool ends = entity->span.start > span.start && entity->span.end == span.end &&
                    takes_front(linking, entity);
        if ((!begins && !ends) ||
            !slice_equal(entity->type, linking->links->types[speaker->type]) ||
            (at + 1 < linking->count && entity[1].span.start < span.end))
            continue;
        if (ends_early(entity->name, speaker->name) || ends_name(entity->name, speaker->name)) {
            entity->name = speaker->name;
        } else if (ends || is_somebody_else(linking, entity, speaker->name)) {
            entity->name = speaker->name;
            entity->id = (Slice){NULL, 0};
        }
        entity->span = span;
        entity->text = (Slice){NULL, 0};
        changed = true;
    }
    return changed;
}

/* False where no speaker became an entity, and none changed. */
static bool add_speakers(Linking *linking, const Quote *quotes, size_t quote_count)
{
    const Links *links = linking->links;
    bool changed = complete_speakers(linking, quotes, quote_count);
    Entity *made = NULL;
    size_t made_count = 0;
    for (size_t i = 0; i < quote_count; i++) {
        const Speaker *speaker = &quotes[i].speaker;
        if (!is_entity_here(links, speaker))
            continue;
        Slice type = links->types[speaker->type];
        ptrdiff_t number = entity_in_phrase(linking, speaker, type);
        if (number != NO_INDEX) {
            Entity *named = &linking->entities[number];
            if (ends_name(named->name, speaker->name)) {
                named->name = speaker->name;
                changed = true;
            }
            continue;
        }
        if (made == NULL)
            made = ARENA_ROOM(linking->arena, quote_count - i, Entity);
        Entity entity;
        bool is_known = !make_speaker(linking, &quotes[i], type, &entity);
        for (size_t k = made_count; k > 0 && made_count - k < QUOTES_MAX && !is_known; k--)
            is_known = made[k - 1].span.start < entity.span.end &&
                       entity.span.start < made[k - 1].span.end;
        if (!is_known)
            made[made_count++] = entity;
    }
    if (made_count == 0)
        return changed;
    size_t count = linking->count;
    Entity *all = ARENA_ROOM(linking->arena, count + made_count, Entity);
    if (count != 0)
        memcpy(all, linking->entities, count * sizeof *all);
    memcpy(all + count, made, made_count * sizeof *all);
    entities_sort(all, count + made_count);
    linking->entities = all;
    linking->count = count + made_count;
    linking->has_texts = false;
    linking->endings = NULL;
    return true;
}

/* ---- writing ----------------------------------------------------------- */

static ptrdiff_t speaker_entity(Linking *linking, const Quote *quotes, size_t number,
                                const ptrdiff_t *known)
{
    const Speaker *speaker = &quotes[number].speaker;
    Slice type = linking->links->types[speaker->type];
    if (type.length == 0 || speaker->name.length == 0)
        return NO_INDEX;
    if (speaker->has_span) {
        ptrdiff_t found = entity_in_phrase(linking, speaker, type);
        if (found != NO_INDEX)
            return found;
    }
    for (size_t i = number; i > 0 && number - i < QUOTES_MAX; i--)
        if (known[i - 1] != NO_INDEX && slice_equal(quotes[i - 1].speaker.name, speaker->name))
            return known[i - 1];
    return entity_by_name(linking, speaker->name, type, quotes[number].span.start);
}

static void append_index(Buffer *out, bool *is_first, Slice opening, size_t index)
{
    buffer_append(out, *is_first ? opening : SLICE(", "));
    *is_first = false;
    buffer_append_number(out, index);
}

static void append_entities(Buffer *out, const Linking *linking, CodepointSpan span)
{
    bool is_first = true;
    for (size_t i = first_behind(linking, span.start);
         i < linking->count && linking->entities[i].span.start < span.end; i++) {
        CodepointSpan entity = linking->entities[i].span;
        if (entity.start >= span.start && entity.end <= span.end)
            append_index(out, &is_first, SLICE(", \"entities\": ["), i);
    }
    if (!is_first)
        buffer_append_byte(out, ']');
}

/* The layer as it is copied, in as long pieces as can be. */
typedef struct {
    Buffer *out;
    const char *from; /* not copied yet from here on */
} Copy;

static void copy_to(Copy *copy, const char *to)
{
    if (to > copy->from)
        buffer_append(copy->out, (Slice){copy->from, (size_t)(to - copy->from)});
    copy->from = to;
}

/* Passes over a member that gives way; `before` is where the value before it ends. */
static void leave_out(Copy *copy, const char *before, const JsonCursor *cursor)
{
    copy_to(copy, before);
    JsonCursor behind = *cursor;
    bool was_first = before[-1] == '{';
    if (was_first && json_space(&behind) && *behind.at == ',')
        behind.at++;
    copy->from = behind.at;
}

static void copy_speaker(Copy *copy, JsonCursor *cursor, ptrdiff_t entity)
{
    Slice name, raw;
    const char *before = cursor->at;
    json_open(cursor, '{');
    for (before = cursor->at; json_member(cursor, &name) && json_value(cursor, &raw);
         before = cursor->at)
        if (slice_equal(name, SLICE("entity")))
            leave_out(copy, before, cursor);
    if (entity == NO_INDEX)
        return;
    copy_to(copy, before);
    buffer_append(copy->out, SLICE(", \"entity\": "));
    buffer_append_number(copy->out, (size_t)entity);
}

static void copy_quote(Copy *copy, JsonCursor *cursor, const Linking *linking, CodepointSpan span,
                       ptrdiff_t speaker)
{
    Slice name, raw;
    json_open(cursor, '{');
    const char *before = cursor->at;
    for (; json_member(cursor, &name); before = cursor->at) {
        if (slice_equal(name, SLICE("speaker")) && json_space(cursor) && *cursor->at == '{')
            copy_speaker(copy, cursor, speaker);
        else if (json_value(cursor, &raw) && slice_equal(name, SLICE("entities")))
            leave_out(copy, before, cursor);
    }
    copy_to(copy, before);
    append_entities(copy->out, linking, span);
}

/* The same where it is known how far the layer can be copied. */
static void copy_unlinked(Copy *copy, const Quote *quote, const Linking *linking, ptrdiff_t speaker)
{
    if (speaker != NO_INDEX) {
        copy_to(copy, quote->speaker_end);
        buffer_append(copy->out, SLICE(", \"entity\": "));
        buffer_append_number(copy->out, (size_t)speaker);
    }
    copy_to(copy, quote->end);
    append_entities(copy->out, linking, quote->span);
}

static bool lies_within(const char *at, Slice raw)
{
    return at != NULL && at >= raw.data && at < raw.data + raw.length;
}

static void link_quotes(Linking *linking, Document *document, const Quote *quotes,
                        size_t quote_count)
{
    if (quote_count == 0)
        return;
    Arena *arena = linking->arena;
    ptrdiff_t *speakers = ARENA_ROOM(arena, quote_count, ptrdiff_t);
    Slice raw = document_get(document, SLICE("quotes"));
    JsonCursor cursor = json_cursor(raw);
    Buffer out = {NULL, 0, 0};
    buffer_reserve(&out, raw.length + quote_count * 64);
    Copy copy = {&out, raw.data};
    bool unlinked = true;
    for (size_t i = 0; i < quote_count; i++) {
        speakers[i] = speaker_entity(linking, quotes, i, speakers);
        unlinked = unlinked && lies_within(quotes[i].end, raw);
    }
    json_open(&cursor, '[');
    for (size_t i = 0; i < quote_count; i++)
        if (unlinked)
            copy_unlinked(&copy, &quotes[i], linking, speakers[i]);
        else if (json_item(&cursor))
            copy_quote(&copy, &cursor, linking, quotes[i].span, speakers[i]);
    copy_to(&copy, raw.data + raw.length);
    document_set(document, SLICE("quotes"), arena_copy(arena, buffer_slice(&out)));
    buffer_release(&out);
}

void links_write(const Links *links, Document *document, const Quote *quotes, size_t quote_count,
                 Entity *entities, size_t entity_count, Arena *arena)
{
    entities_sort(entities, entity_count);
    Linking linking = linking_of(links, document, entities, entity_count, arena);
    add_speakers(&linking, quotes, quote_count);
    layer_write_entities(document, linking.entities, linking.count, arena);
    link_quotes(&linking, document, quotes, quote_count);
}

bool links_from_document(const Links *links, Document *document, const Quote *quotes,
                         size_t quote_count, size_t text_codepoints, Arena *arena, Error *error)
{
    Entity *entities;
    size_t count;
    if (document_get(document, SLICE("entities")).length == 0)
        return true;
    if (!layer_read_entities(document, text_codepoints, arena, &entities, &count, error))
        return false;
    bool was_sorted = entities_sort(entities, count);
    Linking linking = linking_of(links, document, entities, count, arena);
    if (add_speakers(&linking, quotes, quote_count) || !was_sorted)
        layer_write_entities(document, linking.entities, linking.count, arena);
    link_quotes(&linking, document, quotes, quote_count);
    return true;
}
