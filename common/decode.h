/* Any charset to valid UTF-8. */
#ifndef QAWL_DECODE_H
#define QAWL_DECODE_H

#include "common/edits.h"
#include "common/error.h"

typedef struct {
    Slice text;           /* valid UTF-8, in the arena or a view of the input       */
    const char *encoding; /* the name used, as iconv spells it ("UTF-8")           */
    size_t replaced;      /* undecodable bytes, each replaced by U+FFFD             */
    size_t first_bad;     /* byte offset of the first of them, when replaced > 0    */
    size_t bytes;         /* of the input                                           */
    bool had_bom;         /* a byte order mark was taken off                        */
    size_t *bad_places;   /* byte offsets in `text` of the U+FFFD that replace, in the
                            arena; `replaced` of them                              */
    size_t bad_capacity;
} Decoded;

/* Counts a bad byte at `at` of the input whose U+FFFD stands at `place` of the
 * text. For decoders. */
void decode_note_bad(Decoded *decoded, size_t at, size_t place, Arena *arena);

/* Decodes `bytes`. `encoding` NULL means UTF-8 (a byte order mark of UTF-8,
 * UTF-16 or UTF-32 decides otherwise and is taken off). Bad bytes become
 * U+FFFD, one each for single-byte charsets, one for each maximal invalid
 * sequence of UTF-8. False with `error` (EXIT_USAGE) when iconv does not know
 * the encoding. */
bool decode_bytes(Slice bytes, const char *encoding, Arena *arena, Decoded *decoded, Error *error);

#endif
