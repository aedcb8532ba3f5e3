#include "tools/normalize/compose.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "common/utf8.h"

/* Longest canonical decomposition of a character is 4 (Unicode, 2.12 and UAX 15). */
enum { LONGEST = 8, CLASSES = 256 };

/* Rows in which characters are composed of two others, with room for what Unicode may
 * add; Hangul is computed. No character elsewhere is. */
static const struct {
    uint32_t first, last;
} composed_rows[] = {{0xC0, 0x1FFF},     {0x2100, 0x22FF},   {0x3040, 0x30FF},  {0x10580, 0x105FF},
                     {0x11080, 0x119FF}, {0x16100, 0x161FF}, {0x16D00, 0x16DFF}};

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

/* Characters that are composed with one in front of them, rising: some 120 (Unicode 16). */
typedef struct {
    uint32_t *items;
    size_t count, capacity;
} Seconds;

static size_t second_place(const Seconds *seconds, uint32_t codepoint)
{
    size_t place = seconds->count;
    while (place > 0 && seconds->items[place - 1] >= codepoint)
        place--;
    return place;
}

static void add_second(Seconds *seconds, uint32_t codepoint)
{
    size_t place = second_place(seconds, codepoint);
    if (place < seconds->count && seconds->items[place] == codepoint)
        return;
    seconds->items =
        memory_grow(seconds->items, &seconds->capacity, seconds->count + 1, sizeof *seconds->items);
    uint32_t *item = seconds->items + place;
    memmove(item + 1, item, (seconds->count++ - place) * sizeof *item);
    *item = codepoint;
}

static bool has_second(const Seconds *seconds, uint32_t codepoint)
{
    size_t place = second_place(seconds, codepoint);
    return place < seconds->count && seconds->items[place] == codepoint;
}

/* The second part of a character that is composed of two. */
static void find_second(Seconds *seconds, uint32_t codepoint)
{
    utf8proc_int32_t parts[LONGEST];
    size_t count = decompose(codepoint, parts);
    if (count > 1 && !has_second(seconds, (uint32_t)parts[count - 1]) &&
        !compose_changes(codepoint))
        add_second(seconds, (uint32_t)parts[count - 1]);
}

void compose_find_maybe(Arena *arena, uint32_t **maybe, size_t *count)
{
    enum { HANGUL_VOWEL = 0x1161, HANGUL_VOWELS = 21, HANGUL_FINAL = 0x11A8, HANGUL_FINALS = 27 };
    Seconds seconds = {NULL, 0, 0};
    for (uint32_t i = 0; i < HANGUL_VOWELS; i++)
        add_second(&seconds, HANGUL_VOWEL + i);
    for (uint32_t i = 0; i < HANGUL_FINALS; i++)
        add_second(&seconds, HANGUL_FINAL + i);
    for (size_t i = 0; i < sizeof composed_rows / sizeof *composed_rows; i++)
        for (uint32_t c = composed_rows[i].first; c <= composed_rows[i].last; c++)
            if (has_decomposition(c))
                find_second(&seconds, c);
    *count = seconds.count;
    *maybe = ARENA_ROOM(arena, seconds.count, uint32_t);
    memcpy(*maybe, seconds.items, seconds.count * sizeof **maybe);
    free(seconds.items);
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
