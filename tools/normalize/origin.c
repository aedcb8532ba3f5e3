#include "tools/normalize/origin.h"

#include "common/json.h"

static void append_string(Slice name, const char *value, Buffer *out)
{
    buffer_append(out, name);
    json_append_string(out, slice_of(value));
}

static void append_repairs(const Normalizer *normalizer, Buffer *out)
{
    const char *open = "\"repairs\": {";
    for (size_t i = 0; i < normalizer->steps->step_count; i++) {
        if (normalizer->repairs[i] == 0)
            continue;
        buffer_append(out, slice_of(open));
        json_append_string(out, normalizer->steps->steps[i].id);
        buffer_append(out, SLICE(": "));
        buffer_append_number(out, normalizer->repairs[i]);
        open = ", ";
    }
    buffer_append(out, SLICE("}, "));
}

void origin_append(const Reading *reading, const Normalizer *normalizer, Buffer *out)
{
    const Decoded *decoded = &reading->decoded;
    append_string(SLICE("{\"encoding\": "), decoded->encoding, out);
    if (reading->source != NULL)
        append_string(SLICE(", \"encoding_source\": "), reading->source, out);
    if (reading->confidence < 1) {
        buffer_append(out, SLICE(", \"confidence\": "));
        buffer_append_share(out, reading->confidence);
    }
    if (reading->runner_up != NULL)
        append_string(SLICE(", \"runner_up\": "), reading->runner_up, out);
    buffer_append(out, SLICE(", \"bytes\": "));
    buffer_append_number(out, decoded->bytes);
    buffer_append(out, SLICE(", \"replaced\": "));
    buffer_append_number(out, decoded->replaced);
    buffer_append(out, SLICE(", "));
    if (normalizer->has_repairs)
        append_repairs(normalizer, out);
    buffer_append(out, SLICE("\"map\": "));
    edits_append_json(normalizer->edits, out);
    buffer_append_byte(out, '}');
}

/* The raw value of the last member `wanted` of the object `origin`. */
static Slice find_member(Slice origin, Slice wanted)
{
    Slice found = {NULL, 0}, name, raw;
    JsonCursor cursor = json_cursor(origin);
    json_open(&cursor, '{');
    while (json_member(&cursor, &name) && json_value(&cursor, &raw))
        if (slice_equal(name, wanted))
            found = raw;
    return found;
}

bool origin_append_composed(const Document *document, const Normalizer *normalizer, Arena *arena,
                            Buffer *out, Error *error)
{
    EditList earlier = {0}, composed = {0};
    if (!layer_read_origin(document, arena, &earlier.runs, &earlier.count, error))
        return false;
    Slice origin = document_get(document, SLICE("origin"));
    Slice map = find_member(origin, SLICE("map"));
    const EditList *edits = normalizer->edits;
    bool has_map = map.length != 0 && !json_is_null(map);
    if (has_map)
        edits_compose(&earlier, edits, &composed);

    size_t front = map.length != 0 ? (size_t)(map.data - origin.data) : origin.length - 1;
    bool tells = normalizer->has_repairs && find_member(origin, SLICE("repairs")).length == 0;
    buffer_append_byte(out, '{');
    if (tells)
        append_repairs(normalizer, out);
    buffer_append(out, slice_cut(origin, 1, front));
    if (map.length == 0)
        buffer_append(out, front > 1 ? SLICE(", \"map\": ") : SLICE("\"map\": "));
    edits_append_json(has_map ? &composed : edits, out);
    buffer_append(out, slice_cut(origin, front + map.length, origin.length));
    edits_release(&composed);
    return true;
}
