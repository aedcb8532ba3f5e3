#include "common/layer.h"

#include <stdlib.h>

static const char *const quote_kinds[] = {"direct", "indirect", "mixed"};
static const char *const speaker_types[] = {"person", "organisation", "common"};

static const char *const polarities[] = {"", "asserted", "denied"};

const char *polarity_name(Polarity polarity)
{
    return polarities[polarity];
}

const char *quote_kind_name(QuoteKind kind)
{
    return quote_kinds[kind];
}

const char *speaker_type_name(SpeakerType type)
{
    return speaker_types[type];
}

/* --- reading ---------------------------------------------------------------- */

/* One layer while it is read: what the messages need to name the place. */
typedef struct {
    const Document *document;
    const char *layer;
    size_t item; /* from 0 */
    size_t text_codepoints;
    Arena *arena;
    Error *error;
} Reader;

static bool refuse(const Reader *reader, const char *member, const char *problem)
{
    return error_set(reader->error, EXIT_SOME_BAD, reader->document->file, reader->document->line,
                     0, "\"%s\" item %zu: %s%s%s%s", reader->layer, reader->item,
                     member == NULL ? "" : "\"", member == NULL ? "" : member,
                     member == NULL ? "" : "\" ", problem);
}

static bool read_size(const Reader *reader, const char *member, Slice raw, size_t *number)
{
    return json_size(raw, number) || refuse(reader, member, "must be a whole number from 0");
}

static bool read_string(const Reader *reader, const char *member, Slice raw, Slice *text)
{
    return json_is_null(raw) || json_string(raw, reader->arena, text) ||
           refuse(reader, member, "must be a string");
}

static bool read_index(const Reader *reader, const char *member, Slice raw, ptrdiff_t *index)
{
    size_t number;
    if (json_is_null(raw))
        return true;
    if (!read_size(reader, member, raw, &number))
        return false;
    if (number > PTRDIFF_MAX)
        return refuse(reader, member, "is too large");
    *index = (ptrdiff_t)number;
    return true;
}

static bool read_choice(const Reader *reader, const char *member, Slice raw,
                        const char *const *names, int count, const char *problem, int *choice)
{
    Slice text = {NULL, 0};
    if (!json_string(raw, reader->arena, &text))
        return refuse(reader, member, "must be a string");
    for (int i = 0; i < count; i++) {
        if (slice_equal(text, slice_of(names[i]))) {
            *choice = i;
            return true;
        }
    }
    return refuse(reader, member, problem);
}

/* `start` and `end` of an object as they are found; checked when it ends. */
typedef struct {
    size_t start, end;
    bool has_start, has_end;
} SpanReader;

/* Takes member `name` if it is part of a span: 1 taken, 0 another, -1 failed. */
static int take_offset(const Reader *reader, SpanReader *span, Slice name, Slice raw)
{
    if (slice_equal(name, SLICE("start"))) {
        span->has_start = true;
        return read_size(reader, "start", raw, &span->start) ? 1 : -1;
    }
    if (slice_equal(name, SLICE("end"))) {
        span->has_end = true;
        return read_size(reader, "end", raw, &span->end) ? 1 : -1;
    }
    return 0;
}

static bool finish_span(const Reader *reader, const SpanReader *span, const char *of,
                        CodepointSpan *result)
{
    if (!span->has_start || !span->has_end)
        return refuse(reader, of, "has no \"start\" or no \"end\"");
    if (span->start > span->end || span->end > reader->text_codepoints)
        return error_set(reader->error, EXIT_SOME_BAD, reader->document->file,
                         reader->document->line, 0,
                         "\"%s\" item %zu: %s%s%zu..%zu is no span of a text of %zu code points",
                         reader->layer, reader->item, of == NULL ? "" : of, of == NULL ? "" : " ",
                         span->start, span->end, reader->text_codepoints);
    *result = (CodepointSpan){span->start, span->end};
    return true;
}

/* What a layer's writer below writes is foretold member by member; the first that
 * comes otherwise, and all behind it, is left to the loop that knows any order. */

static void foretold_span(JsonCursor *cursor, SpanReader *span)
{
    JsonCursor ahead = *cursor;
    if (json_bytes(&ahead, SLICE("\"start\": ")) && json_plain_size(&ahead, &span->start) &&
        json_bytes(&ahead, SLICE(", \"end\": ")) && json_plain_size(&ahead, &span->end)) {
        span->has_start = span->has_end = true;
        *cursor = ahead;
    }
}

/* `before` is the member's name and what stands around it. */
static inline bool foretold_string(JsonCursor *cursor, Slice before, Slice *text)
{
    JsonCursor ahead = *cursor;
    if (!json_bytes(&ahead, before) || !json_plain_string(&ahead, text))
        return false;
    *cursor = ahead;
    return true;
}

static inline bool foretold_size(JsonCursor *cursor, Slice before, size_t *number)
{
    JsonCursor ahead = *cursor;
    if (!json_bytes(&ahead, before) || !json_plain_size(&ahead, number))
        return false;
    *cursor = ahead;
    return true;
}

static bool foretold_member(JsonCursor *cursor, Slice before)
{
    JsonCursor ahead = *cursor;
    if (!json_bytes(&ahead, before))
        return false;
    *cursor = ahead;
    return true;
}

/* One of `names` between quotes. */
static bool foretold_choice(JsonCursor *cursor, Slice before, const char *const *names, int count,
                            int *choice)
{
    JsonCursor ahead = *cursor;
    Slice text;
    if (!json_bytes(&ahead, before) || !json_plain_string(&ahead, &text))
        return false;
    for (int i = 0; i < count; i++) {
        if (!slice_equal(text, slice_of(names[i])))
            continue;
        *choice = i;
        *cursor = ahead;
        return true;
    }
    return false;
}

/* Fills the item at `target` from the object at the cursor. */
typedef bool ReadItem(Reader *reader, JsonCursor *cursor, void *target);

static bool read_items(Reader *reader, JsonCursor *cursor, size_t item_bytes, ReadItem *read_item,
                       void **items)
{
    size_t capacity = 32;
    char *array = arena_alloc(reader->arena, capacity * item_bytes);
    if (!json_open(cursor, '['))
        return refuse(reader, NULL, "must be in an array");
    for (; json_item(cursor); reader->item++) {
        if (reader->item == capacity) {
            char *larger = arena_alloc(reader->arena, capacity * 2 * item_bytes);
            memcpy(larger, array, capacity * item_bytes);
            array = larger;
            capacity *= 2;
        }
        if (!json_open(cursor, '{'))
            return refuse(reader, NULL, "must be an object");
        char *item = array + reader->item * item_bytes;
        memset(item, 0, item_bytes);
        if (!read_item(reader, cursor, item))
            return false;
    }
    *items = array;
    return cursor->problem == NULL && cursor->at == cursor->end;
}

/* A layer that was not checked when the record was read is checked here: by reading it,
 * or, where that fails, so that the message is the same. */
static bool read_layer(const Document *document, const char *layer, size_t text_codepoints,
                       Arena *arena, size_t item_bytes, ReadItem *read_item, void **items,
                       size_t *count, Error *error)
{
    Slice raw = document_get(document, slice_of(layer));
    *items = NULL;
    *count = 0;
    if (raw.length == 0)
        return true;
    Reader reader = {document, layer, 0, text_codepoints, arena, error};
    JsonCursor cursor = json_cursor(raw);
    if (!read_items(&reader, &cursor, item_bytes, read_item, items)) {
        Error other = {.exit_code = EXIT_SOME_BAD};
        if (!document_check(document, arena, &other))
            *error = other;
        return false;
    }
    *count = reader.item;
    return true;
}

static bool read_sentence(Reader *reader, JsonCursor *cursor, void *target)
{
    Sentence *sentence = target;
    SpanReader span = {0};
    Slice name, raw;
    sentence->repeat = NO_INDEX;
    foretold_span(cursor, &span);
    foretold_size(cursor, SLICE(", \"paragraph\": "), &sentence->paragraph);
    while (json_member(cursor, &name) && json_value(cursor, &raw)) {
        int taken = take_offset(reader, &span, name, raw);
        bool good = taken >= 0;
        if (taken != 0)
            ;
        else if (slice_equal(name, SLICE("paragraph")))
            good = read_size(reader, "paragraph", raw, &sentence->paragraph);
        else if (slice_equal(name, SLICE("role")))
            good = read_string(reader, "role", raw, &sentence->role);
        else if (slice_equal(name, SLICE("repeat")))
            good = read_index(reader, "repeat", raw, &sentence->repeat);
        else if (slice_equal(name, SLICE("rule")))
            good = read_string(reader, "rule", raw, &sentence->rule);
        if (!good)
            return false;
    }
    return finish_span(reader, &span, NULL, &sentence->span);
}

/* Opens the object that is the value of `member`: 1 open, 0 it is null, -1 it is
 * something else. */
static int open_object(const Reader *reader, JsonCursor *cursor, const char *member)
{
    Slice raw;
    if (json_space(cursor) && *cursor->at == '{')
        return json_open(cursor, '{') ? 1 : -1;
    if (json_value(cursor, &raw) && json_is_null(raw))
        return 0;
    refuse(reader, member, "must be an object");
    return -1;
}

static bool read_cue(Reader *reader, JsonCursor *cursor, Quote *quote)
{
    SpanReader span = {0};
    Slice name, raw;
    int opened = open_object(reader, cursor, "cue");
    if (opened <= 0)
        return opened == 0;
    foretold_span(cursor, &span);
    foretold_string(cursor, SLICE(", \"lemma\": "), &quote->cue_lemma);
    foretold_string(cursor, SLICE(", \"category\": "), &quote->cue_category);
    while (json_member(cursor, &name) && json_value(cursor, &raw)) {
        int taken = take_offset(reader, &span, name, raw);
        bool good = taken >= 0;
        if (taken != 0)
            ;
        else if (slice_equal(name, SLICE("lemma")))
            good = read_string(reader, "lemma", raw, &quote->cue_lemma);
        else if (slice_equal(name, SLICE("category")))
            good = read_string(reader, "category", raw, &quote->cue_category);
        if (!good)
            return false;
    }
    quote->has_cue = true;
    return finish_span(reader, &span, "cue", &quote->cue);
}

/* `end`: behind its last member; NULL where it is no object, or linked to an entity. */
static bool read_speaker(Reader *reader, JsonCursor *cursor, Speaker *speaker, const char **end)
{
    SpanReader span = {0};
    Slice name, raw;
    bool linked = false;
    int type = SPEAKER_PERSON;
    int opened = open_object(reader, cursor, "speaker");
    if (opened <= 0)
        return opened == 0;
    foretold_span(cursor, &span);
    if (!foretold_string(cursor, SLICE(", \"name\": "), &speaker->name))
        foretold_string(cursor, SLICE("\"name\": "), &speaker->name);
    foretold_string(cursor, SLICE(", \"role\": "), &speaker->role);
    if (foretold_choice(cursor, SLICE(", \"type\": "), speaker_types, 3, &type))
        speaker->type = (SpeakerType)type;
    if (foretold_member(cursor, SLICE(", \"implied\": true")))
        speaker->implied = true;
    else if (foretold_member(cursor, SLICE(", \"implied\": false")))
        speaker->implied = false;
    for (*end = cursor->at; json_member(cursor, &name) && json_value(cursor, &raw);
         *end = cursor->at) {
        /* Implied speakers may say `"start": null`. */
        int taken = json_is_null(raw) ? 0 : take_offset(reader, &span, name, raw);
        bool good = taken >= 0;
        if (taken != 0)
            ;
        else if (slice_equal(name, SLICE("name")))
            good = read_string(reader, "name", raw, &speaker->name);
        else if (slice_equal(name, SLICE("role")))
            good = read_string(reader, "role", raw, &speaker->role);
        else if (slice_equal(name, SLICE("entity"))) {
            good = read_index(reader, "entity", raw, &speaker->entity);
            linked = true;
        } else if (slice_equal(name, SLICE("type"))) {
            type = SPEAKER_PERSON;
            good =
                json_is_null(raw) || read_choice(reader, "type", raw, speaker_types, 3,
                                                 "must be person, organisation or common", &type);
            speaker->type = (SpeakerType)type;
        } else if (slice_equal(name, SLICE("implied"))) {
            good = json_bool(raw, &speaker->implied) ||
                   refuse(reader, "implied", "must be true or false");
        }
        if (!good)
            return false;
    }
    if (linked)
        *end = NULL;
    speaker->has_span = span.has_start || span.has_end;
    return !speaker->has_span || finish_span(reader, &span, "speaker", &speaker->span);
}

static bool read_circumstance(Reader *reader, JsonCursor *cursor, const char *member,
                              Circumstance *circumstance)
{
    SpanReader span = {0};
    Slice name, raw;
    int opened = open_object(reader, cursor, member);
    if (opened <= 0)
        return opened == 0;
    while (json_member(cursor, &name) && json_value(cursor, &raw)) {
        int taken = take_offset(reader, &span, name, raw);
        bool good = taken >= 0;
        if (taken != 0)
            ;
        else if (slice_equal(name, SLICE("name")))
            good = read_string(reader, "name", raw, &circumstance->name);
        else if (slice_equal(name, SLICE("rule")))
            good = read_string(reader, "rule", raw, &circumstance->rule);
        if (!good)
            return false;
    }
    return finish_span(reader, &span, member, &circumstance->span);
}

/* A member of a quote that is no object. */
static bool read_quote_member(Reader *reader, Quote *quote, SpanReader *span, Slice name, Slice raw)
{
    int taken = take_offset(reader, span, name, raw);
    if (taken != 0)
        return taken > 0;
    if (slice_equal(name, SLICE("kind"))) {
        int kind = QUOTE_DIRECT;
        bool good = read_choice(reader, "kind", raw, quote_kinds, 3,
                                "must be direct, indirect or mixed", &kind);
        quote->kind = (QuoteKind)kind;
        return good;
    }
    if (slice_equal(name, SLICE("polarity"))) {
        int polarity = 0;
        bool good = json_is_null(raw) || read_choice(reader, "polarity", raw, polarities + 1, 2,
                                                     "must be asserted or denied", &polarity);
        quote->polarity = json_is_null(raw) ? POLARITY_NONE : (Polarity)(polarity + 1);
        return good;
    }
    if (slice_equal(name, SLICE("sentence")))
        return read_index(reader, "sentence", raw, &quote->sentence);
    if (slice_equal(name, SLICE("confidence")))
        return json_is_null(raw) || json_double(raw, &quote->confidence) ||
               refuse(reader, "confidence", "must be a number");
    if (slice_equal(name, SLICE("rule")))
        return read_string(reader, "rule", raw, &quote->rule);
    if (slice_equal(name, SLICE("repeat")))
        return read_index(reader, "repeat", raw, &quote->repeat);
    return true;
}

/* Members as they are written, as far as they come so. */
static bool read_foretold_quote(Reader *reader, JsonCursor *cursor, Quote *quote, SpanReader *span)
{
    int kind, polarity;
    Slice raw;
    foretold_span(cursor, span);
    if (foretold_choice(cursor, SLICE(", \"kind\": "), quote_kinds, 3, &kind))
        quote->kind = (QuoteKind)kind;
    if (foretold_member(cursor, SLICE(", \"cue\": ")) && !read_cue(reader, cursor, quote))
        return false;
    if (foretold_member(cursor, SLICE(", \"speaker\": ")) &&
        !read_speaker(reader, cursor, &quote->speaker, &quote->speaker_end))
        return false;
    if (foretold_choice(cursor, SLICE(", \"polarity\": "), polarities + 1, 2, &polarity))
        quote->polarity = (Polarity)(polarity + 1);
    size_t sentence;
    if (foretold_size(cursor, SLICE(", \"sentence\": "), &sentence)) {
        if (sentence > PTRDIFF_MAX)
            return refuse(reader, "sentence", "is too large");
        quote->sentence = (ptrdiff_t)sentence;
    }
    if (foretold_member(cursor, SLICE(", \"confidence\": ")) &&
        (!json_value(cursor, &raw) ||
         !read_quote_member(reader, quote, span, SLICE("confidence"), raw)))
        return false;
    foretold_string(cursor, SLICE(", \"rule\": "), &quote->rule);
    return true;
}

static bool read_quote(Reader *reader, JsonCursor *cursor, void *target)
{
    Quote *quote = target;
    SpanReader span = {0};
    Slice name, raw;
    bool linked = false;
    quote->sentence = quote->repeat = NO_INDEX;
    quote->confidence = -1;
    quote->speaker.type = SPEAKER_COMMON;
    quote->speaker.entity = NO_INDEX;
    if (!read_foretold_quote(reader, cursor, quote, &span))
        return false;
    for (quote->end = cursor->at; json_member(cursor, &name); quote->end = cursor->at) {
        bool good = true;
        if (slice_equal(name, SLICE("cue")))
            good = read_cue(reader, cursor, quote);
        else if (slice_equal(name, SLICE("speaker"))) {
            linked = quote->speaker_end != NULL; /* there are two */
            good = read_speaker(reader, cursor, &quote->speaker, &quote->speaker_end);
        } else if (slice_equal(name, SLICE("addressee")))
            good = read_circumstance(reader, cursor, "addressee", &quote->addressee);
        else if (slice_equal(name, SLICE("occasion")))
            good = read_circumstance(reader, cursor, "occasion", &quote->occasion);
        else
            good = json_value(cursor, &raw) && read_quote_member(reader, quote, &span, name, raw);
        linked = linked || slice_equal(name, SLICE("entities"));
        if (!good)
            return false;
    }
    if (linked || quote->speaker_end == NULL)
        quote->speaker_end = quote->end = NULL;
    return finish_span(reader, &span, NULL, &quote->span);
}

static bool read_entity(Reader *reader, JsonCursor *cursor, void *target)
{
    Entity *entity = target;
    SpanReader span = {0};
    Slice name, raw;
    foretold_span(cursor, &span);
    foretold_string(cursor, SLICE(", \"type\": "), &entity->type);
    foretold_string(cursor, SLICE(", \"name\": "), &entity->name);
    foretold_string(cursor, SLICE(", \"id\": "), &entity->id);
    foretold_string(cursor, SLICE(", \"value\": "), &entity->value);
    foretold_string(cursor, SLICE(", \"clitic\": "), &entity->clitic);
    foretold_string(cursor, SLICE(", \"rule\": "), &entity->rule);
    while (json_member(cursor, &name) && json_value(cursor, &raw)) {
        int taken = take_offset(reader, &span, name, raw);
        bool good = taken >= 0;
        if (taken != 0)
            ;
        else if (slice_equal(name, SLICE("type")))
            good = read_string(reader, "type", raw, &entity->type);
        else if (slice_equal(name, SLICE("name")))
            good = read_string(reader, "name", raw, &entity->name);
        else if (slice_equal(name, SLICE("id")))
            good = read_string(reader, "id", raw, &entity->id);
        else if (slice_equal(name, SLICE("value")))
            good = read_string(reader, "value", raw, &entity->value);
        else if (slice_equal(name, SLICE("clitic")))
            good = read_string(reader, "clitic", raw, &entity->clitic);
        else if (slice_equal(name, SLICE("rule")))
            good = read_string(reader, "rule", raw, &entity->rule);
        if (!good)
            return false;
    }
    return finish_span(reader, &span, NULL, &entity->span);
}

static bool read_mark(Reader *reader, JsonCursor *cursor, void *target)
{
    MarkedSpan *mark = target;
    SpanReader span = {0};
    Slice name, raw;
    mark->quote = NO_INDEX;
    while (json_member(cursor, &name) && json_value(cursor, &raw)) {
        int taken = take_offset(reader, &span, name, raw);
        bool good = taken >= 0;
        if (taken != 0)
            ;
        else if (slice_equal(name, SLICE("type")))
            good = read_string(reader, "type", raw, &mark->type);
        else if (slice_equal(name, SLICE("unclosed")))
            good = json_bool(raw, &mark->unclosed) ||
                   refuse(reader, "unclosed", "must be true or false");
        else if (slice_equal(name, SLICE("quote")))
            good = read_index(reader, "quote", raw, &mark->quote);
        else if (slice_equal(name, SLICE("rule")))
            good = read_string(reader, "rule", raw, &mark->rule);
        if (!good)
            return false;
    }
    return finish_span(reader, &span, NULL, &mark->span);
}

bool layer_read_marks(const Document *document, size_t text_codepoints, Arena *arena,
                      MarkedSpan **marks, size_t *count, Error *error)
{
    void *items;
    if (!read_layer(document, "marks", text_codepoints, arena, sizeof **marks, read_mark, &items,
                    count, error))
        return false;
    *marks = items;
    return true;
}

bool layer_read_sentences(const Document *document, size_t text_codepoints, Arena *arena,
                          Sentence **sentences, size_t *count, Error *error)
{
    void *items;
    if (!read_layer(document, "sentences", text_codepoints, arena, sizeof **sentences,
                    read_sentence, &items, count, error))
        return false;
    *sentences = items;
    return true;
}

bool layer_read_quotes(const Document *document, size_t text_codepoints, Arena *arena,
                       Quote **quotes, size_t *count, Error *error)
{
    void *items;
    if (!read_layer(document, "quotes", text_codepoints, arena, sizeof **quotes, read_quote, &items,
                    count, error))
        return false;
    *quotes = items;
    return true;
}

bool layer_read_entities(const Document *document, size_t text_codepoints, Arena *arena,
                         Entity **entities, size_t *count, Error *error)
{
    void *items;
    if (!read_layer(document, "entities", text_codepoints, arena, sizeof **entities, read_entity,
                    &items, count, error))
        return false;
    *entities = items;
    return true;
}

/* --- writing ---------------------------------------------------------------- */

static inline void append_number(Buffer *out, Slice name, size_t number)
{
    buffer_append(out, name);
    buffer_append_number(out, number);
}

static inline void append_string(Buffer *out, Slice name, Slice text)
{
    buffer_append(out, name);
    json_append_string(out, text);
}

static inline void append_optional(Buffer *out, Slice name, Slice text)
{
    if (text.length != 0)
        append_string(out, name, text);
}

static inline void append_index(Buffer *out, Slice name, ptrdiff_t index)
{
    if (index >= 0)
        append_number(out, name, (size_t)index);
}

static void append_span(Buffer *out, CodepointSpan span)
{
    append_number(out, SLICE("\"start\": "), span.start);
    append_number(out, SLICE(", \"end\": "), span.end);
}

static void append_sentence(Buffer *out, const void *item)
{
    const Sentence *sentence = item;
    append_span(out, sentence->span);
    append_number(out, SLICE(", \"paragraph\": "), sentence->paragraph);
    append_optional(out, SLICE(", \"role\": "), sentence->role);
    append_index(out, SLICE(", \"repeat\": "), sentence->repeat);
    append_optional(out, SLICE(", \"rule\": "), sentence->rule);
}

static void append_speaker(Buffer *out, const Speaker *speaker)
{
    if (speaker->has_span) {
        append_span(out, speaker->span);
        buffer_append(out, SLICE(", "));
    }
    if (speaker->name.data == NULL)
        buffer_append(out, SLICE("\"name\": null"));
    else
        append_string(out, SLICE("\"name\": "), speaker->name);
    append_optional(out, SLICE(", \"role\": "), speaker->role);
    append_string(out, SLICE(", \"type\": "), slice_of(speaker_type_name(speaker->type)));
    buffer_append(out, slice_of(speaker->implied ? ", \"implied\": true" : ", \"implied\": false"));
}

static void append_circumstance(Buffer *out, const char *member, const Circumstance *circumstance)
{
    if (circumstance->name.data == NULL)
        return;
    buffer_append_format(out, ", \"%s\": {", member);
    append_span(out, circumstance->span);
    append_string(out, SLICE(", \"name\": "), circumstance->name);
    append_optional(out, SLICE(", \"rule\": "), circumstance->rule);
    buffer_append_byte(out, '}');
}

static void append_quote(Buffer *out, const void *item)
{
    const Quote *quote = item;
    append_span(out, quote->span);
    append_string(out, SLICE(", \"kind\": "), slice_of(quote_kind_name(quote->kind)));
    if (quote->has_cue) {
        buffer_append(out, SLICE(", \"cue\": {"));
        append_span(out, quote->cue);
        append_optional(out, SLICE(", \"lemma\": "), quote->cue_lemma);
        append_optional(out, SLICE(", \"category\": "), quote->cue_category);
        buffer_append_byte(out, '}');
    }
    buffer_append(out, SLICE(", \"speaker\": {"));
    append_speaker(out, &quote->speaker);
    buffer_append_byte(out, '}');
    append_circumstance(out, "addressee", &quote->addressee);
    append_circumstance(out, "occasion", &quote->occasion);
    append_optional(out, SLICE(", \"polarity\": "), slice_of(polarity_name(quote->polarity)));
    append_index(out, SLICE(", \"sentence\": "), quote->sentence);
    if (quote->confidence >= 0) {
        buffer_append(out, SLICE(", \"confidence\": "));
        buffer_append_share(out, quote->confidence);
    }
    append_optional(out, SLICE(", \"rule\": "), quote->rule);
    append_index(out, SLICE(", \"repeat\": "), quote->repeat);
}

static void append_entity(Buffer *out, const void *item)
{
    const Entity *entity = item;
    append_span(out, entity->span);
    append_string(out, SLICE(", \"type\": "), entity->type);
    append_string(out, SLICE(", \"name\": "), entity->name);
    append_optional(out, SLICE(", \"id\": "), entity->id);
    append_optional(out, SLICE(", \"value\": "), entity->value);
    append_optional(out, SLICE(", \"clitic\": "), entity->clitic);
    append_optional(out, SLICE(", \"rule\": "), entity->rule);
}

static void append_mark(Buffer *out, const void *item)
{
    const MarkedSpan *mark = item;
    append_span(out, mark->span);
    append_string(out, SLICE(", \"type\": "), mark->type);
    if (mark->unclosed)
        buffer_append(out, SLICE(", \"unclosed\": true"));
    append_index(out, SLICE(", \"quote\": "), mark->quote);
    append_optional(out, SLICE(", \"rule\": "), mark->rule);
}

static void write_layer(Document *document, Slice layer, const void *items, size_t count,
                        size_t item_bytes, void (*append)(Buffer *out, const void *item),
                        Arena *arena)
{
    enum { USUAL_BYTES = 160 };
    Buffer out = {NULL, 0, 0};
    buffer_reserve(&out, (count + 1) * USUAL_BYTES);
    buffer_append_byte(&out, '[');
    for (size_t i = 0; i < count; i++) {
        buffer_append(&out, i == 0 ? SLICE("{") : SLICE(", {"));
        append(&out, (const char *)items + i * item_bytes);
        buffer_append_byte(&out, '}');
    }
    buffer_append_byte(&out, ']');
    document_set(document, layer, arena_copy(arena, buffer_slice(&out)));
    buffer_release(&out);
}

void layer_write_sentences(Document *document, const Sentence *sentences, size_t count,
                           Arena *arena)
{
    write_layer(document, SLICE("sentences"), sentences, count, sizeof *sentences, append_sentence,
                arena);
}

void layer_write_quotes(Document *document, const Quote *quotes, size_t count, Arena *arena)
{
    write_layer(document, SLICE("quotes"), quotes, count, sizeof *quotes, append_quote, arena);
}

void layer_write_marks(Document *document, const MarkedSpan *marks, size_t count, Arena *arena)
{
    write_layer(document, SLICE("marks"), marks, count, sizeof *marks, append_mark, arena);
}

/* By start, then longer first. */
static int compare_spans(CodepointSpan a, CodepointSpan b)
{
    if (a.start != b.start)
        return a.start < b.start ? -1 : 1;
    return (a.end < b.end) - (a.end > b.end);
}

static CodepointSpan quote_span(const void *item)
{
    return ((const Quote *)item)->span;
}

static CodepointSpan entity_span(const void *item)
{
    return ((const Entity *)item)->span;
}

/* Where an item is to stand: spans that begin earlier, then longer ones, then as they stood. */
typedef struct {
    CodepointSpan span;
    size_t index;
} SortKey;

/* A stable merge sort of `count` keys, `other` has room for as many; returns where the
 * sorted ones are. */
static SortKey *sort_keys(SortKey *keys, SortKey *other, size_t count)
{
    for (size_t run = 1; run < count; run *= 2) {
        for (size_t low = 0; low < count; low += 2 * run) {
            size_t middle = low + run < count ? low + run : count;
            size_t high = middle + run < count ? middle + run : count;
            size_t left = low, right = middle;
            for (size_t i = low; i < high; i++) {
                bool take_left =
                    left < middle &&
                    (right == high || compare_spans(keys[left].span, keys[right].span) <= 0);
                other[i] = keys[take_left ? left++ : right++];
            }
        }
        SortKey *sorted = other;
        other = keys;
        keys = sorted;
    }
    return keys;
}

/* Most layers are made in order and cost one look: true. */
static bool sort_items(void *items, size_t count, size_t item_bytes,
                       CodepointSpan (*span)(const void *item))
{
    char *from = items;
    size_t sorted = 1;
    while (sorted < count && compare_spans(span(from + (sorted - 1) * item_bytes),
                                           span(from + sorted * item_bytes)) <= 0)
        sorted++;
    if (sorted >= count)
        return true;
    SortKey *keys = memory_resize(NULL, count, 2 * sizeof *keys + item_bytes);
    char *copy = (char *)(keys + 2 * count);
    for (size_t i = 0; i < count; i++)
        keys[i] = (SortKey){span(from + i * item_bytes), i};
    const SortKey *order = sort_keys(keys, keys + count, count);
    memcpy(copy, items, count * item_bytes);
    for (size_t i = 0; i < count; i++)
        memcpy(from + i * item_bytes, copy + order[i].index * item_bytes, item_bytes);
    free(keys);
    return false;
}

bool entities_sort(Entity *entities, size_t count)
{
    return sort_items(entities, count, sizeof *entities, entity_span);
}

void layer_write_entities(Document *document, Entity *entities, size_t count, Arena *arena)
{
    entities_sort(entities, count);
    write_layer(document, SLICE("entities"), entities, count, sizeof *entities, append_entity,
                arena);
}

void quotes_sort(Quote *quotes, size_t count)
{
    sort_items(quotes, count, sizeof *quotes, quote_span);
}

/* --- origin ----------------------------------------------------------------- */

/* One run, [text_start, source_start, length]; the cursor stands at its bracket. */
static bool read_run(JsonCursor *cursor, OriginRun *run)
{
    size_t numbers[3];
    Slice raw;
    size_t count = 0;
    if (!json_open(cursor, '['))
        return false;
    while (json_item(cursor) && json_value(cursor, &raw))
        if (count == 3 || !json_size(raw, &numbers[count++]))
            return false;
    if (count != 3)
        return false;
    *run = (OriginRun){numbers[0], numbers[1], numbers[2]};
    return true;
}

static bool rises(const OriginRun *run, const OriginRun *next)
{
    return run->length <= next->text_start && run->text_start <= next->text_start - run->length &&
           run->length <= next->source_start &&
           run->source_start <= next->source_start - run->length;
}

bool layer_read_origin(const Document *document, Arena *arena, OriginRun **runs, size_t *count,
                       Error *error)
{
    Slice origin = document_get(document, SLICE("origin")), map = {NULL, 0}, name, raw;
    *runs = NULL;
    *count = 0;
    JsonCursor cursor = json_cursor(origin);
    if (origin.length == 0 || !json_open(&cursor, '{'))
        return true;
    while (json_member(&cursor, &name) && json_value(&cursor, &raw))
        if (slice_equal(name, SLICE("map")))
            map = raw;
    if (map.length == 0 || json_is_null(map))
        return true;
    Reader reader = {document, "origin.map", 0, 0, arena, error};
    /* "[0,0,0]," is the shortest run. */
    OriginRun *items = ARENA_ARRAY(arena, map.length / 8 + 1, OriginRun);
    cursor = json_cursor(map);
    if (!json_open(&cursor, '['))
        return refuse(&reader, NULL, "must be an array of runs");
    for (; json_item(&cursor); reader.item++) {
        if (!read_run(&cursor, &items[reader.item]))
            return refuse(&reader, NULL, "must be [text_start, source_start, length]");
        if (reader.item > 0 && !rises(&items[reader.item - 1], &items[reader.item]))
            return refuse(&reader, NULL, "starts before the run in front of it ends");
    }
    *runs = items;
    *count = reader.item;
    return true;
}

/* How many runs start at or before `codepoint`. */
static size_t runs_before(const OriginRun *runs, size_t count, size_t codepoint)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (runs[middle].text_start <= codepoint)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The source position where code point `codepoint` begins; in a gap, where the
 * gap begins. */
static size_t source_start(const OriginRun *runs, size_t count, size_t codepoint)
{
    size_t before = runs_before(runs, count, codepoint);
    if (before == 0)
        return 0;
    const OriginRun *run = &runs[before - 1];
    size_t into = codepoint - run->text_start;
    return run->source_start + (into < run->length ? into : run->length);
}

/* The source position where code point `codepoint` ends; in a gap, where the
 * gap ends. */
static size_t source_end(const OriginRun *runs, size_t count, size_t codepoint)
{
    size_t before = runs_before(runs, count, codepoint);
    if (before != 0) {
        const OriginRun *run = &runs[before - 1];
        size_t into = codepoint - run->text_start;
        if (into < run->length)
            return run->source_start + into + 1;
        if (before == count)
            return run->source_start + run->length;
    }
    return runs[before].source_start;
}

CodepointSpan origin_span(const OriginRun *runs, size_t count, CodepointSpan span)
{
    if (count == 0)
        return span;
    size_t start = source_start(runs, count, span.start);
    if (span.start >= span.end)
        return (CodepointSpan){start, start};
    size_t end = source_end(runs, count, span.end - 1);
    return (CodepointSpan){start, end > start ? end : start};
}
