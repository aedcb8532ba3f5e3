/* What start-up made of rules, kept in one file and mapped into memory at the next
 * start, under ${XDG_CACHE_HOME:-~/.cache}/qawl. A cache is a help: whatever is
 * wrong with it, it is as if it were not there. */
#ifndef QAWL_CACHE_H
#define QAWL_CACHE_H

#include "common/arena.h"

/* The arrays in the file. */
typedef enum {
    CACHE_RULES,
    CACHE_CLASSES,
    CACHE_TRAITS,
    CACHE_DETAILS,
    CACHE_SETS,
    CACHE_TEXT,
    CACHE_ENTRIES,
    CACHE_WORDS,
    CACHE_WORD_TABLE,
    CACHE_FILTER,
    CACHE_NODES,
    CACHE_EDGES,
    CACHE_PROGRAMS,
    CACHE_STEPS,
    CACHE_PARTS
} CachePart;

/* Bytes of an item of each. */
enum {
    CACHE_TRAIT_BYTES = 16,
    CACHE_DETAIL_BYTES = 12,
    CACHE_SET_BYTES = 128,
    CACHE_ENTRY_BYTES = 16,
    CACHE_WORD_BYTES = 12,
    CACHE_WORD_SLOT_BYTES = 8,
    CACHE_FILTER_BYTES = 8,
    CACHE_NODE_BYTES = 16,
    CACHE_EDGE_BYTES = 4,
    CACHE_STEP_BYTES = 16,
};

enum {
    CACHE_CHECKED = 4 * 1024 * 1024 /* bytes: longer parts, but those of programs, are not read
                                       through at every start, so who uses them checks every
                                       number in them */
};

/* A mapped file. Its pages may be written to; what is written stays in this process. */
typedef struct {
    char *bytes; /* NULL: none */
    size_t length;
    struct {
        void *data;      /* aligned to 16 bytes                     */
        size_t count;    /* of bytes or of items, as it was written */
        size_t capacity; /* in the same; beyond `count` are zeros  */
    } parts[CACHE_PARTS];
} Cache;

/* A part to be written: `count` items, and room for `spare` more. */
typedef struct {
    const void *data;
    size_t count, spare;
} CacheSource;

/* A checksum of bytes, fast, with `seed` mixed in; the same on machines of one byte
 * order. */
uint64_t cache_checksum(uint64_t seed, Slice bytes);

/* Where the cache file `name` is; NULL when there is no place for it. */
const char *cache_path(Arena *arena, const char *name);

/* Maps the file if it is whole and was written under `key`. The time of its last change
 * becomes that of its last use, to the day. */
bool cache_open(Cache *cache, const char *path, uint64_t key);
void cache_close(Cache *cache);

/* Writes the file, all or nothing; others may do so at the same time. False, and
 * nothing is there, where that cannot be done. Then removes those of the other files in
 * its folder, named as cache_name names them, that nobody has used for CACHE_DAYS, and
 * those used longest ago while all together are more than CACHE_BYTES. */
enum { CACHE_DAYS = 30, CACHE_BYTES = 1024 * 1024 * 1024 };
bool cache_write(const char *path, uint64_t key, const CacheSource sources[CACHE_PARTS]);

/* The name of the file for `tool` and what `number` stands for. */
const char *cache_name(Arena *arena, const char *tool, uint64_t number);

#endif
