/* Looking for the few bytes that matter in a lot of text. */
#ifndef QAWL_SENTENCE_SPLIT_SCAN_H
#define QAWL_SENTENCE_SPLIT_SCAN_H

#include "common/slice.h"

enum { SCAN_BYTES = 10 };

/* Zero-initialised it is empty. */
typedef struct {
    unsigned char bytes[SCAN_BYTES];
    size_t count;
    bool has[256];
} ScanSet;

/* Adds `byte`; false when the set is full. */
bool scan_add(ScanSet *set, unsigned char byte);

/* The first byte of [at, end) that is in `set`; `end` when there is none.
 * Both give the same; scan_plain is what other machines use. */
const char *scan_find(const ScanSet *set, const char *at, const char *end);
const char *scan_plain(const ScanSet *set, const char *at, const char *end);

#endif
