#include "tools/sentence-split/scan.h"

#if defined(__SSE2__) && !defined(QAWL_PORTABLE)
#include <emmintrin.h>
#define HAVE_SSE2 1
#endif

bool scan_add(ScanSet *set, unsigned char byte)
{
    if (memchr(set->bytes, byte, set->count) != NULL)
        return true;
    if (set->count == SCAN_BYTES)
        return false;
    set->bytes[set->count++] = byte;
    for (size_t i = set->count - 1; i < SCAN_BYTES; i++)
        memset(set->blocks[i], i < set->count ? byte : set->bytes[0], sizeof set->blocks[i]);
    return true;
}

const char *scan_plain(const ScanSet *set, const char *at, const char *end)
{
    while (at < end && memchr(set->bytes, (unsigned char)*at, set->count) == NULL)
        at++;
    return at;
}

#ifdef HAVE_SSE2

const char *scan_find(const ScanSet *set, const char *at, const char *end)
{
    __m128i wanted[SCAN_BYTES];
    for (int i = 0; i < SCAN_BYTES; i++)
        wanted[i] = _mm_loadu_si128((const __m128i *)(const void *)set->blocks[i]);
    for (; set->count != 0 && end - at >= 16; at += 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i found = _mm_cmpeq_epi8(block, wanted[0]);
        for (int i = 1; i < SCAN_BYTES; i++)
            found = _mm_or_si128(found, _mm_cmpeq_epi8(block, wanted[i]));
        unsigned bits = (unsigned)_mm_movemask_epi8(found);
        if (bits != 0)
            return at + __builtin_ctz(bits);
    }
    return scan_plain(set, at, end);
}

#else

const char *scan_find(const ScanSet *set, const char *at, const char *end)
{
    return scan_plain(set, at, end);
}

#endif
