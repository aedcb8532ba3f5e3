#include "tools/sentence-split/scan.h"

#include "common/wide.h"

bool scan_add(ScanSet *set, unsigned char byte)
{
    if (set->has[byte])
        return true;
    if (set->count == SCAN_BYTES)
        return false;
    set->has[byte] = true;
    set->bytes[set->count++] = byte;
    return true;
}

const char *scan_plain(const ScanSet *set, const char *at, const char *end)
{
    while (at < end && !set->has[(unsigned char)*at])
        at++;
    return at;
}

#ifdef HAVE_WIDE

WIDE const char *scan_find(const ScanSet *set, const char *at, const char *end)
{
    size_t count = set->count;
    Wide wanted[SCAN_BYTES];
    for (size_t i = 0; i < SCAN_BYTES; i++)
        wanted[i] = wide_of(set->bytes[i < count ? i : 0]);
    for (; count != 0 && end - at >= WIDE_BYTES; at += WIDE_BYTES) {
        Wide bytes = wide_load(at), found = bytes == wanted[0];
#pragma GCC unroll 16
        for (size_t i = 1; i < SCAN_BYTES; i++)
            found |= bytes == wanted[i];
        uint32_t places = wide_bits(found);
        if (places != 0)
            return at + __builtin_ctz(places);
    }
    return scan_plain(set, at, end);
}

#else

const char *scan_find(const ScanSet *set, const char *at, const char *end)
{
    return scan_plain(set, at, end);
}

#endif
