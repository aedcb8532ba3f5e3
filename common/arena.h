/* Memory that is given back in one step: one arena a document, reset by the
 * loop in tool.c; one for the rules, freed at exit. */
#ifndef QAWL_ARENA_H
#define QAWL_ARENA_H

#include "common/slice.h"

typedef struct ArenaChunk ArenaChunk;

/* Zero-initialised it is an empty arena. */
typedef struct {
    ArenaChunk *chunk; /* newest first                                    */
    size_t used;       /* bytes taken from the newest chunk               */
    size_t total;      /* bytes held from the system by all chunks        */
} Arena;

/* `size` bytes, aligned for any type, not cleared. size 0 gives a valid
 * pointer. Never NULL: when memory is gone the program ends with exit code 3
 * and a message, the one case in which the library exits. */
void *arena_alloc(Arena *arena, size_t size);

/* `count` items of `item_bytes` each, cleared to zero; the product is checked. */
void *arena_array(Arena *arena, size_t count, size_t item_bytes);

/* The same, not cleared. */
void *arena_room(Arena *arena, size_t count, size_t item_bytes);

/* Copies `text`; the copy has a NUL behind it that its length does not count. */
Slice arena_copy(Arena *arena, Slice text);

/* printf into the arena. */
Slice arena_format(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Takes everything back; keeps up to `keep_bytes` of memory for the next use. */
void arena_reset(Arena *arena, size_t keep_bytes);
void arena_release(Arena *arena);

#define ARENA_NEW(arena, type) ((type *)arena_array((arena), 1, sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))
#define ARENA_ROOM(arena, count, type) ((type *)arena_room((arena), (count), sizeof(type)))

/* malloc and realloc that never return NULL (they end the program as
 * arena_alloc does); for the few buffers that outlive a document. */
void *memory_take(size_t size);
void *memory_resize(void *block, size_t count, size_t item_bytes);

/* Memory for a table that is looked into at random, in large pages where the system
 * has them. `size` is a multiple of MEMORY_LARGE_PAGE, as its place is. Not cleared.
 * Give it back with free. */
enum { MEMORY_LARGE_PAGE = 2 * 1024 * 1024 };
void *memory_take_large(size_t size);

/* For text that has been used: the pages that lie wholly in [from, to) go back to the
 * system. They stay the caller's, but what stood in them is lost. */
void memory_forget(const void *from, const void *to);

/* For memory_grow, where `needed` is more than *capacity. */
void *memory_grow_more(void *block, size_t *capacity, size_t needed, size_t item_bytes);

/* Grows a heap array geometrically so that it holds at least `needed` items:
 *   items = memory_grow(items, &capacity, needed, sizeof *items);            */
static inline void *memory_grow(void *block, size_t *capacity, size_t needed, size_t item_bytes)
{
    return needed <= *capacity ? block : memory_grow_more(block, capacity, needed, item_bytes);
}

/* The same for items that are looked at out of order: those of 16, 32 or 64 bytes, or of a
 * number of these, lie in as few cache lines as may be. */
void *memory_grow_aligned(void *block, size_t *capacity, size_t needed, size_t item_bytes);

/* For arena_grow, where `needed` is more than *capacity. */
void *arena_grow_more(Arena *arena, const void *block, size_t *capacity, size_t needed,
                      size_t item_bytes);

/* As memory_grow for an array in the arena: it moves to twice the room, and what it leaves behind
 * lies unused until the arena is reset:
 *   items = arena_grow(arena, items, &capacity, needed, sizeof *items);      */
static inline void *arena_grow(Arena *arena, void *block, size_t *capacity, size_t needed,
                               size_t item_bytes)
{
    return needed <= *capacity ? block
                               : arena_grow_more(arena, block, capacity, needed, item_bytes);
}

#endif
