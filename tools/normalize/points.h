/* The characters of a line under repair, and where each came from. */
#ifndef QAWL_NORMALIZE_POINTS_H
#define QAWL_NORMALIZE_POINTS_H

#include "common/arena.h"
#include "common/utf8.h"

typedef struct {
    uint32_t codepoint;
    uint32_t from, span; /* code points of the source line, first and count */
} Point;

/* Zero-initialised it is empty; `items` are heap, to be freed. */
typedef struct {
    Point *items;
    size_t count, capacity;
} Points;

static inline void points_add(Points *points, Point point)
{
    if (points->count == points->capacity)
        points->items =
            memory_grow(points->items, &points->capacity, points->count + 1, sizeof point);
    points->items[points->count++] = point;
}

/* The characters of `line` (valid UTF-8) as they stand, instead of what was there. */
static inline void points_read(Points *points, Slice line)
{
    const char *at = line.data, *end = at + line.length;
    uint32_t from = 0;
    points->count = 0;
    while (at < end)
        points_add(points, (Point){utf8_next(&at), from++, 1});
}

#endif
