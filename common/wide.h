/* Thirty-two bytes at a time, in the vectors of GCC and Clang: a function marked WIDE is
 * compiled for AVX2 and for any x86-64, and the machine at hand decides. Where HAVE_WIDE
 * is not defined there is another, plain way. */
#ifndef QAWL_WIDE_H
#define QAWL_WIDE_H

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__) && !defined(QAWL_PORTABLE)
#include <emmintrin.h>
#define HAVE_WIDE 1

#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

/* What a WIDE function is made of. */
#define WIDE_PART static inline __attribute__((always_inline))

enum { WIDE_BYTES = 32 };

/* As a truth value each byte is 0 or -1. */
typedef int8_t Wide __attribute__((vector_size(WIDE_BYTES)));
typedef uint8_t WideNumbers __attribute__((vector_size(WIDE_BYTES)));

/* The same where it is kept in memory: what a function needs for every block. */
typedef Wide WideKept __attribute__((aligned(16)));

WIDE_PART Wide wide_load(const void *at)
{
    Wide bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

WIDE_PART void wide_store(void *at, Wide bytes)
{
    memcpy(at, &bytes, sizeof bytes);
}

WIDE_PART Wide wide_of(uint8_t byte)
{
    return (Wide)((WideNumbers){0} + byte);
}

/* Bytes from `low` to `high`, none where `low` is greater by one; not all bytes. */
WIDE_PART Wide wide_in_range(Wide bytes, uint8_t low, uint8_t high)
{
    Wide moved = (Wide)((WideNumbers)bytes + (uint8_t)(0x80 - low));
    return moved < wide_of((uint8_t)(high - low + 1 + 0x80));
}

/* Bytes below `low` or above `high`, none where these are 0 and 0xFF. */
WIDE_PART Wide wide_outside(Wide bytes, uint8_t low, uint8_t high)
{
    Wide moved = (Wide)((WideNumbers)bytes + (uint8_t)(0x80 - low));
    return moved > wide_of((uint8_t)(high - low + 0x80));
}

/* The sign bit of each byte, the first lowest. */
WIDE_PART uint32_t wide_bits(Wide bytes)
{
    __m128i halves[2];
    memcpy(halves, &bytes, sizeof halves);
    return (uint32_t)_mm_movemask_epi8(halves[0]) | (uint32_t)_mm_movemask_epi8(halves[1]) << 16;
}

/* The sum of all bytes. */
WIDE_PART uint32_t wide_sum(WideNumbers bytes)
{
    __m128i halves[2], zero = _mm_setzero_si128();
    memcpy(halves, &bytes, sizeof halves);
    __m128i sums = _mm_add_epi64(_mm_sad_epu8(halves[0], zero), _mm_sad_epu8(halves[1], zero));
    return (uint32_t)_mm_extract_epi16(sums, 0) + (uint32_t)_mm_extract_epi16(sums, 4);
}

#endif

#endif
