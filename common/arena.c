#define _DEFAULT_SOURCE /* madvise */
#include "common/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/message.h"

enum { FIRST_CHUNK = 16 * 1024, LARGEST_STEP = 1024 * 1024 };

/* The union aligns `bytes` for any type. */
struct ArenaChunk {
    ArenaChunk *older;
    size_t size;
    union {
        max_align_t any;
        char bytes[sizeof(max_align_t)];
    } start;
};

enum { CHUNK_HEAD = offsetof(ArenaChunk, start), ALIGNMENT = _Alignof(max_align_t) };

static _Noreturn void out_of_memory(size_t size)
{
    message_fatal(EXIT_SYSTEM, "out of memory: cannot allocate %zu bytes", size);
}

static char *chunk_bytes(ArenaChunk *chunk)
{
    return (char *)chunk + CHUNK_HEAD;
}

/* Each chunk is twice the one before, so that few are needed, up to a step
 * that keeps the waste of a long run small. */
static void add_chunk(Arena *arena, size_t size)
{
    size_t step = arena->chunk == NULL ? FIRST_CHUNK : arena->chunk->size * 2;
    if (step > LARGEST_STEP)
        step = LARGEST_STEP;
    if (size < step)
        size = step;
    if (size > SIZE_MAX - CHUNK_HEAD)
        out_of_memory(size);
    ArenaChunk *chunk = memory_take(CHUNK_HEAD + size);
    chunk->older = arena->chunk;
    chunk->size = size;
    arena->chunk = chunk;
    arena->used = 0;
    arena->total += size;
}

void *arena_alloc(Arena *arena, size_t size)
{
    if (size > SIZE_MAX - ALIGNMENT)
        out_of_memory(size);
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (arena->chunk == NULL || arena->chunk->size - arena->used < size)
        add_chunk(arena, size);
    char *block = chunk_bytes(arena->chunk) + arena->used;
    arena->used += size;
    return block;
}

void *arena_room(Arena *arena, size_t count, size_t item_bytes)
{
    if (item_bytes != 0 && count > SIZE_MAX / item_bytes)
        out_of_memory(SIZE_MAX);
    return arena_alloc(arena, count * item_bytes);
}

void *arena_array(Arena *arena, size_t count, size_t item_bytes)
{
    return memset(arena_room(arena, count, item_bytes), 0, count * item_bytes);
}

Slice arena_copy(Arena *arena, Slice text)
{
    char *copy = arena_alloc(arena, text.length + 1);
    if (text.length != 0)
        memcpy(copy, text.data, text.length);
    copy[text.length] = '\0';
    return (Slice){copy, text.length};
}

Slice arena_format(Arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    size_t bytes = length < 0 ? 0 : (size_t)length;
    char *text = arena_alloc(arena, bytes + 1);
    text[0] = '\0';
    if (length > 0)
        vsnprintf(text, bytes + 1, format, again);
    va_end(again);
    return (Slice){text, bytes};
}

void arena_reset(Arena *arena, size_t keep_bytes)
{
    ArenaChunk *kept = NULL;
    for (ArenaChunk *chunk = arena->chunk; chunk != NULL; chunk = chunk->older)
        if (chunk->size <= keep_bytes && (kept == NULL || chunk->size > kept->size))
            kept = chunk;
    for (ArenaChunk *chunk = arena->chunk, *older; chunk != NULL; chunk = older) {
        older = chunk->older;
        if (chunk != kept)
            free(chunk);
    }
    if (kept != NULL)
        kept->older = NULL;
    arena->chunk = kept;
    arena->used = 0;
    arena->total = kept == NULL ? 0 : kept->size;
}

void arena_release(Arena *arena)
{
    arena_reset(arena, 0);
}

void *memory_take(size_t size)
{
    void *block = malloc(size == 0 ? 1 : size);
    if (block == NULL)
        out_of_memory(size);
    return block;
}

void *memory_take_large(size_t size)
{
    void *block = aligned_alloc(MEMORY_LARGE_PAGE, size);
    if (block == NULL)
        out_of_memory(size);
#ifdef MADV_HUGEPAGE
    madvise(block, size, MADV_HUGEPAGE); /* a wish */
#endif
    return block;
}

void memory_forget(const void *from, const void *to)
{
#ifdef MADV_DONTNEED
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t start = ((uintptr_t)from + page - 1) / page * page, end = (uintptr_t)to / page * page;
    if (start < end)
        madvise((void *)start, end - start, MADV_DONTNEED);
#else
    (void)from, (void)to;
#endif
}

void *memory_resize(void *block, size_t count, size_t item_bytes)
{
    if (item_bytes != 0 && count > SIZE_MAX / item_bytes)
        out_of_memory(SIZE_MAX);
    size_t size = count * item_bytes;
    void *resized = realloc(block, size == 0 ? 1 : size);
    if (resized == NULL)
        out_of_memory(size);
    return resized;
}

static size_t larger_capacity(size_t capacity, size_t needed)
{
    size_t larger = capacity < 16 ? 16 : capacity > SIZE_MAX / 2 ? SIZE_MAX : capacity * 2;
    return larger < needed ? needed : larger;
}

void *memory_grow_more(void *block, size_t *capacity, size_t needed, size_t item_bytes)
{
    size_t larger = larger_capacity(*capacity, needed);
    block = memory_resize(block, larger, item_bytes);
    *capacity = larger;
    return block;
}

void *arena_grow_more(Arena *arena, const void *block, size_t *capacity, size_t needed,
                      size_t item_bytes)
{
    size_t larger = larger_capacity(*capacity, needed);
    void *grown = arena_room(arena, larger, item_bytes);
    if (*capacity != 0)
        memcpy(grown, block, *capacity * item_bytes);
    *capacity = larger;
    return grown;
}

void *memory_grow_aligned(void *block, size_t *capacity, size_t needed, size_t item_bytes)
{
    enum { LINE = 64 };
    if (needed <= *capacity)
        return block;
    size_t larger = larger_capacity(*capacity, needed);
    if (item_bytes != 0 && larger > (SIZE_MAX - LINE) / item_bytes)
        out_of_memory(SIZE_MAX);
    size_t size = (larger * item_bytes + LINE - 1) / LINE * LINE;
    void *grown = aligned_alloc(LINE, size);
    if (grown == NULL)
        out_of_memory(size);
    if (block != NULL)
        memcpy(grown, block, *capacity * item_bytes);
    free(block);
    *capacity = larger;
    return grown;
}
