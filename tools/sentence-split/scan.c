#include "tools/sentence-split/scan.h"

#if defined(__SSE2__) && !defined(QAWL_PORTABLE)
#include <emmintrin.h>
#define HAVE_SSE2 1
#endif

bool scan_add(ScanSet *set, unsigned char byte)
{
    if (set->has[byte])
        return true;
    if (set->count == SCAN_BYTES)
        return false;
    set->has[byte] = true;
    memset(set->blocks[set->count], byte, sizeof set->blocks[0]);
    set->bytes[set->count++] = byte;
    return true;
}

const char *scan_plain(const ScanSet *set, const char *at, const char *end)
{
    while (at < end && !set->has[(unsigned char)*at])
        at++;
    return at;
}

#ifdef HAVE_SSE2

static inline __m128i load(const void *at)
{
    return _mm_loadu_si128((const __m128i *)at);
}

static inline uint64_t bits_of(__m128i found)
{
    return (unsigned)_mm_movemask_epi8(found);
}

/* One bit for each of 64 bytes that is in the set. */
static inline uint64_t found_in(const ScanSet *set, const char *at)
{
    const __m128i a = load(at), b = load(at + 16), c = load(at + 32), d = load(at + 48);
    __m128i in_a = _mm_setzero_si128(), in_b = in_a, in_c = in_a, in_d = in_a;
    for (size_t i = 0; i < set->count; i++) {
        const __m128i wanted = load(set->blocks[i]);
        in_a = _mm_or_si128(in_a, _mm_cmpeq_epi8(a, wanted));
        in_b = _mm_or_si128(in_b, _mm_cmpeq_epi8(b, wanted));
        in_c = _mm_or_si128(in_c, _mm_cmpeq_epi8(c, wanted));
        in_d = _mm_or_si128(in_d, _mm_cmpeq_epi8(d, wanted));
    }
    return bits_of(in_a) | bits_of(in_b) << 16 | bits_of(in_c) << 32 | bits_of(in_d) << 48;
}

const char *scan_find(const ScanSet *set, const char *at, const char *end)
{
    for (; end - at >= 64; at += 64) {
        uint64_t bits = found_in(set, at);
        if (bits != 0)
            return at + __builtin_ctzll(bits);
    }
    return scan_plain(set, at, end);
}

#else

const char *scan_find(const ScanSet *set, const char *at, const char *end)
{
    return scan_plain(set, at, end);
}

#endif
