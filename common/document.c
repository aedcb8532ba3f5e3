#include "common/document.h"

#include <assert.h>

#include "common/utf8.h"

/* The members of which the type is checked before a tool sees the record. */
typedef enum {
    ID,
    SOURCE,
    TEXT,
    ORIGIN,
    SENTENCES,
    QUOTES,
    ENTITIES,
    PIPELINE,
    KNOWN_COUNT = DOCUMENT_KNOWN_MEMBERS
} Known;

static const struct {
    Slice name;
    const char *first_bytes; /* of a value of the right type */
    const char *type;
    unsigned layer;
} known_members[KNOWN_COUNT] = {
    [ID] = {SLICE_INIT("id"), "\"-0123456789n", "a string", 0},
    [SOURCE] = {SLICE_INIT("source"), "\"n", "a string", 0},
    [TEXT] = {SLICE_INIT("text"), "\"", "a string", 0},
    [ORIGIN] = {SLICE_INIT("origin"), "{", "an object", 0},
    [SENTENCES] = {SLICE_INIT("sentences"), "[", "an array", DOCUMENT_SENTENCES},
    [QUOTES] = {SLICE_INIT("quotes"), "[", "an array", DOCUMENT_QUOTES},
    [ENTITIES] = {SLICE_INIT("entities"), "[", "an array", DOCUMENT_ENTITIES},
    [PIPELINE] = {SLICE_INIT("pipeline"), "[", "an array", 0},
};

static Known which_known(Slice name)
{
    char first = name.length == 0 ? '\0' : name.data[0];
    Known known;
    switch (name.length) {
    case 2:
        known = ID;
        break;
    case 4:
        known = TEXT;
        break;
    case 6:
        known = first == 's' ? SOURCE : first == 'o' ? ORIGIN : QUOTES;
        break;
    case 8:
        known = first == 'e' ? ENTITIES : PIPELINE;
        break;
    case 9:
        known = SENTENCES;
        break;
    default:
        return KNOWN_COUNT;
    }
    return slice_equal(known_members[known].name, name) ? known : KNOWN_COUNT;
}

static const char *kind_of_value(char first)
{
    switch (first) {
    case '"':
        return "a string";
    case '{':
        return "an object";
    case '[':
        return "an array";
    case 't':
    case 'f':
        return "true or false";
    case 'n':
        return "null";
    default:
        return "a number";
    }
}

static bool check_types(const Document *document, const Slice values[KNOWN_COUNT], Error *error)
{
    for (Known i = 0; i < KNOWN_COUNT; i++) {
        Slice value = values[i];
        if (value.length != 0 && strchr(known_members[i].first_bytes, value.data[0]) == NULL)
            return error_set(error, EXIT_SOME_BAD, document->file, document->line, 0,
                             "member \"%.*s\" must be %s, not %s", SLICE_ARG(known_members[i].name),
                             known_members[i].type, kind_of_value(value.data[0]));
    }
    return true;
}

static bool refuse(const Document *document, const JsonCursor *cursor, Error *error)
{
    Slice before = document->record;
    if (before.length != 0)
        before.length = (size_t)(cursor->at - before.data);
    size_t column = utf8_count(before) + 1;
    return error_set(error, EXIT_SOME_BAD, document->file, document->line, 0,
                     "not JSON: %s at column %zu", cursor->problem, column);
}

static void add_member(Document *document, size_t *capacity, Arena *arena, Member member)
{
    if (document->member_count == *capacity) {
        *capacity = *capacity == 0 ? 16 : *capacity * 2;
        Member *larger = arena_alloc(arena, *capacity * sizeof *larger);
        if (document->member_count != 0)
            memcpy(larger, document->members, document->member_count * sizeof *larger);
        document->members = larger;
    }
    document->members[document->member_count++] = member;
}

/* Passes over the value of a member: one to be checked `later` by its brackets alone. A
 * first text is decoded at once; of several the last counts, and is decoded when all are
 * read: each takes the room of all that comes behind it. */
static bool pass_value(Document *document, JsonCursor *cursor, Known known, unsigned later,
                       Arena *arena, Slice *value)
{
    if (known == TEXT && document->known[TEXT] == 0)
        return json_text(cursor, arena, value, &document->text);
    if (known == TEXT)
        document->text = (Slice){NULL, 0};
    if (later != 0 && json_skip(cursor, value)) {
        document->unchecked |= later;
        return true;
    }
    return json_value(cursor, value);
}

/* Fills `values` with those of the members that we know. False when the record is no
 * JSON: `cursor` says why. */
static bool read_members(Document *document, JsonCursor *cursor, unsigned later, Arena *arena,
                         Slice values[KNOWN_COUNT])
{
    size_t capacity = 0;
    Slice name, value;
    json_open(cursor, '{');
    while (json_member(cursor, &name)) {
        Slice decoded = name;
        if (memchr(name.data, '\\', name.length) != NULL)
            json_string((Slice){name.data - 1, name.length + 2}, arena, &decoded);
        Known known = which_known(decoded);
        unsigned layer = known == KNOWN_COUNT ? 0 : known_members[known].layer & later;
        /* Of two layers of one name the first would never be checked. */
        if ((document->unchecked & layer) != 0) {
            cursor->problem = "a layer twice";
            break;
        }
        if (!pass_value(document, cursor, known, layer, arena, &value))
            break;
        add_member(document, &capacity, arena, (Member){.name = decoded, .value = value});
        if (known == KNOWN_COUNT)
            continue;
        values[known] = value;
        document->known[known] = document->member_count;
    }
    if (cursor->problem == NULL && json_space(cursor))
        cursor->problem = "something behind the closing brace";
    return cursor->problem == NULL;
}

/* Without layers for later every member is checked. */
static bool read_record(Document *document, unsigned later, Arena *arena, Slice values[KNOWN_COUNT],
                        Error *error)
{
    JsonCursor cursor = json_cursor(document->record);
    document->member_count = 0;
    document->unchecked = 0;
    document->text = (Slice){NULL, 0};
    memset(document->known, 0, sizeof document->known);
    memset(values, 0, KNOWN_COUNT * sizeof *values);
    if (read_members(document, &cursor, later, arena, values))
        return true;
    return later != 0 ? read_record(document, 0, arena, values, error)
                      : refuse(document, &cursor, error);
}

bool document_check(const Document *document, Arena *arena, Error *error)
{
    Document strict = {.record = document->record, .file = document->file, .line = document->line};
    Slice values[KNOWN_COUNT];
    return document->unchecked == 0 || read_record(&strict, 0, arena, values, error);
}

bool document_read(Document *document, Slice record, const char *file, size_t line, unsigned later,
                   Arena *arena, Error *error)
{
    Slice values[KNOWN_COUNT];
    document->record = slice_trim(record);
    document->file = file;
    document->line = line;
    document->members = NULL;
    document->added_count = 0;
    if (!read_record(document, later, arena, values, error))
        return false;
    if (!check_types(document, values, error))
        return document_check(document, arena, error) && check_types(document, values, error);
    if (values[ID].length == 0 || json_is_null(values[ID]))
        document->id = arena_format(arena, "%s:%zu", file, line);
    else if (!json_string(values[ID], arena, &document->id))
        document->id = values[ID];
    if (!json_string(values[SOURCE], arena, &document->source))
        document->source = slice_of(file);
    document->has_text = values[TEXT].length != 0;
    if (document->has_text && document->text.data == NULL)
        json_string(values[TEXT], arena, &document->text);
    return true;
}

void document_from_text(Document *document, Slice id, Slice source, Slice text, Arena *arena)
{
    const char *file = document->file;
    size_t line = document->line;
    *document = (Document){.id = id, .source = source, .text = text, .has_text = true};
    document->file = file;
    document->line = line;
    document_set(document, SLICE("id"), json_quoted(id, arena));
    document_set(document, SLICE("source"), json_quoted(source, arena));
    document_set_text(document, text);
}

void document_add_identity(Document *document, Arena *arena)
{
    Slice id = document_get(document, SLICE("id"));
    Slice source = document_get(document, SLICE("source"));
    if (id.length == 0 || json_is_null(id))
        document_set(document, SLICE("id"), json_quoted(document->id, arena));
    if (source.length == 0 || json_is_null(source))
        document_set(document, SLICE("source"), json_quoted(document->source, arena));
}

static Member *find(const Document *document, Slice name)
{
    Known known = which_known(name);
    for (size_t i = document->added_count; i-- > 0;)
        if (slice_equal(document->added[i].name, name))
            return (Member *)&document->added[i];
    if (known != KNOWN_COUNT)
        return document->known[known] == 0 ? NULL : &document->members[document->known[known] - 1];
    for (size_t i = document->member_count; i-- > 0;)
        if (slice_equal(document->members[i].name, name))
            return &document->members[i];
    return NULL;
}

Slice document_get(const Document *document, Slice name)
{
    const Member *member = find(document, name);
    if (member == NULL)
        return (Slice){NULL, 0};
    return member->replacement.data != NULL ? member->replacement : member->value;
}

static void set_member(Document *document, Slice name, Slice replacement, bool is_text)
{
    Member *member = find(document, name);
    if (member == NULL) {
        assert(document->added_count < DOCUMENT_NEW_MEMBERS);
        member = &document->added[document->added_count++];
        *member = (Member){.name = name};
    }
    member->replacement = replacement;
    member->is_text = is_text;
}

void document_set(Document *document, Slice name, Slice raw)
{
    set_member(document, name, raw, false);
}

void document_set_text(Document *document, Slice text)
{
    set_member(document, SLICE("text"), text.data == NULL ? SLICE("") : text, true);
}

void document_add_pipeline(Document *document, Slice entry, Arena *arena)
{
    Slice name = SLICE("pipeline"), before = document_get(document, name);
    Slice quoted = json_quoted(entry, arena);
    /* What stands between the brackets stays as it is. */
    Slice items = before.length < 2 ? before : slice_trim(slice_cut(before, 1, before.length - 1));
    const Slice parts[] = {SLICE("["), items, items.length == 0 ? SLICE("") : SLICE(", "), quoted,
                           SLICE("]")};
    char *joined = arena_alloc(arena, items.length + quoted.length + 4), *out = joined;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].length != 0)
            memcpy(out, parts[i].data, parts[i].length);
        out += parts[i].length;
    }
    document_set(document, name, (Slice){joined, (size_t)(out - joined)});
}

static void append_replacement(Buffer *out, const Member *member)
{
    if (member->is_text)
        json_append_string(out, member->replacement);
    else
        buffer_append(out, member->replacement);
}

static void append_member(Buffer *out, bool first, const Member *member)
{
    if (!first)
        buffer_append(out, SLICE(", "));
    json_append_string(out, member->name);
    buffer_append(out, SLICE(": "));
    append_replacement(out, member);
}

void document_write(const Document *document, Buffer *out)
{
    Slice record = document->record.length == 0 ? SLICE("{}") : document->record;
    size_t copied = 0;
    for (size_t i = 0; i < document->member_count; i++) {
        const Member *member = &document->members[i];
        if (member->replacement.data == NULL)
            continue;
        size_t start = (size_t)(member->value.data - record.data);
        buffer_append(out, slice_cut(record, copied, start));
        append_replacement(out, member);
        copied = start + member->value.length;
    }
    /* New members go behind the last value, in front of any white space. */
    size_t end = 1;
    if (document->member_count != 0) {
        const Slice *last = &document->members[document->member_count - 1].value;
        end = (size_t)(last->data - record.data) + last->length;
    }
    buffer_append(out, slice_cut(record, copied, end));
    for (size_t i = 0; i < document->added_count; i++)
        append_member(out, i == 0 && document->member_count == 0, &document->added[i]);
    buffer_append(out, slice_cut(record, end, record.length));
    buffer_append_byte(out, '\n');
}
