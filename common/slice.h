/* Views of bytes and spans of positions: what every other header speaks in. */
#ifndef QAWL_SLICE_H
#define QAWL_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* `length` bytes from `data`. Not NUL-terminated; may hold NUL. A Slice owns
 * nothing: it lives as long as the arena or buffer it points into. `data` may
 * be NULL only where `length` is 0. */
typedef struct {
    const char *data;
    size_t length;
} Slice;

/* From a string literal: SLICE in expressions, SLICE_INIT in static tables
 * (C11 does not take a compound literal as a constant initialiser). */
#define SLICE_INIT(literal)                                                                        \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }
#define SLICE(literal) ((Slice)SLICE_INIT(literal))

/* For printf: "%.*s", SLICE_ARG(s). */
#define SLICE_ARG(s) (int)((s).length), ((s).data ? (s).data : "")

/* Byte positions and code point positions never mix: each has its own type.
 * Both are half-open, [start, end), counted from 0. */
typedef struct {
    size_t start, end;
} ByteSpan;
typedef struct {
    size_t start, end;
} CodepointSpan;

/* A view of a NUL-terminated string (NULL gives the empty slice). */
static inline Slice slice_of(const char *string)
{
    return (Slice){string, string ? strlen(string) : 0};
}

/* The first byte tells most that differ apart without a call. */
static inline bool slice_equal(Slice a, Slice b)
{
    return a.length == b.length &&
           (a.length == 0 || (a.data[0] == b.data[0] && memcmp(a.data, b.data, a.length) == 0));
}

static inline bool slice_starts(Slice text, Slice prefix)
{
    return text.length >= prefix.length &&
           (prefix.length == 0 || memcmp(text.data, prefix.data, prefix.length) == 0);
}

static inline bool slice_ends(Slice text, Slice suffix)
{
    return text.length >= suffix.length &&
           (suffix.length == 0 ||
            memcmp(text.data + text.length - suffix.length, suffix.data, suffix.length) == 0);
}

/* The bytes [start, end) of `text`; both are cut down to what `text` has. */
static inline Slice slice_cut(Slice text, size_t start, size_t end)
{
    if (end > text.length)
        end = text.length;
    if (start > end)
        start = end;
    return (Slice){text.data ? text.data + start : NULL, end - start};
}

/* Takes the piece of *rest in front of the next `separator` off it; false behind the
 * last piece. Separators that touch have an empty piece between them. */
bool slice_next(Slice *rest, char separator, Slice *piece);

/* Without ASCII white space (space, tab, CR, LF) at both ends. */
Slice slice_trim(Slice text);

/* Bytewise order, as memcmp; a prefix comes before what it begins. */
int slice_compare(Slice a, Slice b);

/* A 64-bit hash of the bytes; the same on every machine, so it may be written
 * into output (rule digests). Not for hostile keys where order is visible. */
uint64_t slice_hash(Slice text);

/* Another one, several times faster on what is longer than some words. */
uint64_t slice_hash_long(Slice text);

/* Eight bytes in the byte order of the machine. */
static inline uint64_t slice_eight(const char *at)
{
    uint64_t eight;
    memcpy(&eight, at, sizeof eight);
    return eight;
}

/* One for keys of a few words, many times faster: of the SLICE_PADDED bytes at `at`, zeros
 * behind what the key has. It depends on the byte order. */
enum { SLICE_PADDED = 32 };
static inline uint64_t slice_hash_padded(const void *at)
{
    const char *key = at;
    uint64_t a = slice_eight(key) * UINT64_C(0x9E3779B97F4A7C15),
             b = slice_eight(key + 8) * UINT64_C(0xD6E8FEB86659FD93),
             c = slice_eight(key + 16) * UINT64_C(0xA0761D6478BD642F),
             d = slice_eight(key + 24) * UINT64_C(0xE7037ED1A0B428DB);
    uint64_t hash = (a ^ (b << 17 | b >> 47)) + (c ^ (d << 43 | d >> 21));
    hash = (hash ^ hash >> 32) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

/* How many bytes must be put in, taken out or replaced to make `b` of `a`: for
 * naming the nearest known word in a message. 64 where either has more than
 * 63 bytes and they differ. */
size_t slice_distance(Slice a, Slice b);

#endif
