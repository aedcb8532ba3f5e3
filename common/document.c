#include "common/document.h"

#include <assert.h>

#include "common/utf8.h"

/* The members of which the type is checked before a tool sees the record. */
static const struct {
    Slice name;
    const char *first_bytes; /* of a value of the right type */
    const char *type;
} known_members[] = {
    {SLICE_INIT("id"), "\"-0123456789n", "a string"}, {SLICE_INIT("source"), "\"n", "a string"},
    {SLICE_INIT("text"), "\"", "a string"},           {SLICE_INIT("origin"), "{", "an object"},
    {SLICE_INIT("sentences"), "[", "an array"},       {SLICE_INIT("quotes"), "[", "an array"},
    {SLICE_INIT("entities"), "[", "an array"},        {SLICE_INIT("pipeline"), "[", "an array"},
};

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

static bool check_types(const Document *document, Error *error)
{
    for (size_t i = 0; i < sizeof known_members / sizeof *known_members; i++) {
        Slice value = document_get(document, known_members[i].name);
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
        Member *larger = ARENA_ARRAY(arena, *capacity, Member);
        if (document->member_count != 0)
            memcpy(larger, document->members, document->member_count * sizeof *larger);
        document->members = larger;
    }
    document->members[document->member_count++] = member;
}

/* The string value of `name`, if it has one. */
static bool get_string(const Document *document, Slice name, Arena *arena, Slice *text)
{
    return json_string(document_get(document, name), arena, text);
}

bool document_read(Document *document, Slice record, const char *file, size_t line, Arena *arena,
                   Error *error)
{
    *document = (Document){.record = slice_trim(record), .file = file, .line = line};
    size_t capacity = 0;
    Slice name, value;
    JsonCursor cursor = json_cursor(document->record);
    if (json_open(&cursor, '{')) {
        while (json_member(&cursor, &name) && json_value(&cursor, &value)) {
            Slice decoded = name;
            if (memchr(name.data, '\\', name.length) != NULL)
                json_string((Slice){name.data - 1, name.length + 2}, arena, &decoded);
            add_member(document, &capacity, arena, (Member){decoded, value, {NULL, 0}});
        }
        if (cursor.problem == NULL && json_space(&cursor))
            cursor.problem = "something behind the closing brace";
    }
    if (cursor.problem != NULL)
        return refuse(document, &cursor, error);
    if (!check_types(document, error))
        return false;

    Slice id = document_get(document, SLICE("id"));
    if (id.length == 0 || json_is_null(id))
        document->id = arena_format(arena, "%s:%zu", file, line);
    else if (!json_string(id, arena, &document->id))
        document->id = id;
    if (!get_string(document, SLICE("source"), arena, &document->source))
        document->source = slice_of(file);
    document->has_text = get_string(document, SLICE("text"), arena, &document->text);
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
    document_set(document, SLICE("text"), json_quoted(text, arena));
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
    for (size_t i = document->added_count; i-- > 0;)
        if (slice_equal(document->added[i].name, name))
            return (Member *)&document->added[i];
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

void document_set(Document *document, Slice name, Slice raw)
{
    Member *member = find(document, name);
    if (member == NULL) {
        assert(document->added_count < DOCUMENT_NEW_MEMBERS);
        member = &document->added[document->added_count++];
        *member = (Member){name, {NULL, 0}, {NULL, 0}};
    }
    member->replacement = raw;
}

void document_add_pipeline(Document *document, Slice entry, Arena *arena)
{
    Slice name = SLICE("pipeline"), before = document_get(document, name);
    Slice quoted = json_quoted(entry, arena);
    /* What stands between the brackets stays as it is. */
    Slice items = before.length < 2 ? before : slice_trim(slice_cut(before, 1, before.length - 1));
    document_set(document, name,
                 arena_format(arena, "[%.*s%s%.*s]", SLICE_ARG(items),
                              items.length == 0 ? "" : ", ", SLICE_ARG(quoted)));
}

static void append_member(Buffer *out, bool first, const Member *member)
{
    if (!first)
        buffer_append(out, SLICE(", "));
    json_append_string(out, member->name);
    buffer_append(out, SLICE(": "));
    buffer_append(out, member->replacement);
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
        buffer_append(out, member->replacement);
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
