#include "tools/normalize/origin.h"

#include "common/json.h"

void origin_append(const char *encoding, size_t bytes, size_t replaced, const EditList *edits,
                   Buffer *out)
{
    buffer_append(out, SLICE("{\"encoding\": "));
    json_append_string(out, slice_of(encoding));
    buffer_append(out, SLICE(", \"bytes\": "));
    buffer_append_number(out, bytes);
    buffer_append(out, SLICE(", \"replaced\": "));
    buffer_append_number(out, replaced);
    buffer_append(out, SLICE(", \"map\": "));
    edits_append_json(edits, out);
    buffer_append_byte(out, '}');
}

/* The raw value of the last member "map" of the object `origin`. */
static Slice find_map(Slice origin)
{
    Slice map = {NULL, 0}, name, raw;
    JsonCursor cursor = json_cursor(origin);
    json_open(&cursor, '{');
    while (json_member(&cursor, &name) && json_value(&cursor, &raw))
        if (slice_equal(name, SLICE("map")))
            map = raw;
    return map;
}

bool origin_append_composed(const Document *document, const EditList *edits, Arena *arena,
                            Buffer *out, Error *error)
{
    EditList earlier = {0}, composed = {0};
    if (!layer_read_origin(document, arena, &earlier.runs, &earlier.count, error))
        return false;
    Slice origin = document_get(document, SLICE("origin"));
    Slice map = find_map(origin);
    bool has_map = map.length != 0 && !json_is_null(map);
    if (has_map)
        edits_compose(&earlier, edits, &composed);

    size_t front = map.length != 0 ? (size_t)(map.data - origin.data) : origin.length - 1;
    buffer_append(out, slice_cut(origin, 0, front));
    if (map.length == 0)
        buffer_append(out, front > 1 ? SLICE(", \"map\": ") : SLICE("\"map\": "));
    edits_append_json(has_map ? &composed : edits, out);
    buffer_append(out, slice_cut(origin, front + map.length, origin.length));
    edits_release(&composed);
    return true;
}
