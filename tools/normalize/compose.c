#include "tools/normalize/compose.h"

#include <utf8proc.h>

#include "common/utf8.h"

/* Longest canonical decomposition of a character is 4 (Unicode, 2.12 and UAX 15). */
enum { LONGEST = 8, CLASSES = 256 };

/* No character from here to scripts of the next plane (ideographs, Hangul, which is
 * computed, compatibility), and none beyond those, is composed of two. */
enum { COMPOSED_PAUSE = 0x3400, COMPOSED_RESUME = 0x10500, COMPOSED_END = 0x17000 };

unsigned compose_class(uint32_t codepoint)
{
    return (unsigned)utf8proc_get_property((utf8proc_int32_t)codepoint)->combining_class;
}

static size_t decompose(uint32_t codepoint, utf8proc_int32_t *parts)
{
    int boundary_class = 0;
    utf8proc_ssize_t count = utf8proc_decompose_char((utf8proc_int32_t)codepoint, parts, LONGEST,
                                                     UTF8PROC_DECOMPOSE, &boundary_class);
    if (count <= 0 || count > LONGEST) {
        parts[0] = (utf8proc_int32_t)codepoint;
        return 1;
    }
    return (size_t)count;
}

static bool has_decomposition(uint32_t codepoint)
{
    const utf8proc_property_t *property = utf8proc_get_property((utf8proc_int32_t)codepoint);
    return property->decomp_seqindex != UINT16_MAX && property->decomp_type == 0;
}

bool compose_changes(uint32_t codepoint)
{
    if (!has_decomposition(codepoint))
        return false;
    utf8proc_int32_t parts[LONGEST];
    utf8proc_ssize_t count = (utf8proc_ssize_t)decompose(codepoint, parts);
    count = utf8proc_normalize_utf32(parts, count, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    return count != 1 || parts[0] != (utf8proc_int32_t)codepoint;
}

void compose_find_maybe(Arena *arena, uint32_t **maybe, size_t *count)
{
    enum { HANGUL_VOWEL = 0x1161, HANGUL_VOWELS = 21, HANGUL_FINAL = 0x11A8, HANGUL_FINALS = 27 };
    uint8_t *seconds = arena_array(arena, COMPOSED_END, 1);
    for (uint32_t i = 0; i < HANGUL_VOWELS; i++)
        seconds[HANGUL_VOWEL + i] = 1;
    for (uint32_t i = 0; i < HANGUL_FINALS; i++)
        seconds[HANGUL_FINAL + i] = 1;
    for (uint32_t codepoint = 0xC0; codepoint < COMPOSED_END; codepoint++) {
        utf8proc_int32_t parts[LONGEST];
        if (codepoint == COMPOSED_PAUSE)
            codepoint = COMPOSED_RESUME;
        if (has_decomposition(codepoint) && decompose(codepoint, parts) > 1 &&
            !compose_changes(codepoint)) {
            size_t last = decompose(codepoint, parts) - 1;
            if (parts[last] < COMPOSED_END)
                seconds[parts[last]] = 1;
        }
    }
    *count = 0;
    for (uint32_t i = 0; i < COMPOSED_END; i++)
        *count += seconds[i];
    *maybe = ARENA_ARRAY(arena, *count, uint32_t);
    for (uint32_t i = 0, to = 0; i < COMPOSED_END; i++)
        if (seconds[i] != 0)
            (*maybe)[to++] = i;
}

/* Sorts a run of marks by combining class, stably, in time linear in its
 * length: a hostile text may hold a million marks on one letter. */
static void sort_marks(utf8proc_int32_t *marks, size_t count, utf8proc_int32_t *spare)
{
    size_t places[CLASSES] = {0};
    for (size_t i = 0; i < count; i++)
        places[compose_class((uint32_t)marks[i])]++;
    for (size_t i = 0, sum = 0; i < CLASSES; i++) {
        size_t here = places[i];
        places[i] = sum;
        sum += here;
    }
    for (size_t i = 0; i < count; i++)
        spare[places[compose_class((uint32_t)marks[i])]++] = marks[i];
    memcpy(marks, spare, count * sizeof *marks);
}

static void sort_all(utf8proc_int32_t *points, size_t count, utf8proc_int32_t *spare)
{
    for (size_t i = 0; i < count;) {
        size_t end = i;
        while (end < count && compose_class((uint32_t)points[end]) != 0)
            end++;
        if (end - i > 1)
            sort_marks(points + i, end - i, spare);
        i = end + 1;
    }
}

/* What is the same at both ends corresponds one to one, and so does the middle
 * when it only changed its order. */
static void add_edits(Slice before, const utf8proc_int32_t *after, size_t after_count,
                      EditList *edits)
{
    size_t count = utf8_count(before), same = 0;
    const char *at = before.data, *end = before.data + before.length;
    while (at < end && same < after_count) {
        const char *next = at;
        if (utf8_next(&next) != (uint32_t)after[same])
            break;
        at = next;
        same++;
    }
    edits_keep(edits, same);
    count -= same;
    after_count -= same;
    if (count == after_count)
        edits_keep(edits, count);
    else
        edits_change(edits, count, after_count);
}

void compose_text(Slice text, Buffer *scratch, Buffer *out, EditList *edits)
{
    size_t room = text.length * 4 + LONGEST; /* no character has more parts than 4 a byte */
    buffer_clear(scratch);
    utf8proc_int32_t *points = (void *)buffer_reserve(scratch, room * 2 * sizeof *points);
    size_t count = 0;
    const char *at = text.data, *end = text.data + text.length;
    while (at < end)
        count += decompose(utf8_next(&at), points + count);
    sort_all(points, count, points + room);
    utf8proc_ssize_t composed = utf8proc_normalize_utf32(points, (utf8proc_ssize_t)count,
                                                         UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    count = composed < 0 ? 0 : (size_t)composed;
    char *to = buffer_reserve(out, count * 4);
    size_t length = 0;
    for (size_t i = 0; i < count; i++)
        length += utf8_encode((uint32_t)points[i], to + length);
    out->length += length;
    add_edits(text, points, count, edits);
}
