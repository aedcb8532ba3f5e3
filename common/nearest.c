#include "common/nearest.h"

enum { NAME_BYTES = 64 };

size_t name_distance(Slice a, Slice b)
{
    size_t row[NAME_BYTES + 1];
    a = slice_cut(a, 0, NAME_BYTES);
    b = slice_cut(b, 0, NAME_BYTES);
    for (size_t j = 0; j <= b.length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.length; j++) {
            size_t above = row[j];
            size_t best = diagonal + (a.data[i - 1] != b.data[j - 1]);
            if (above + 1 < best)
                best = above + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            diagonal = above;
            row[j] = best;
        }
    }
    return row[b.length];
}

const char *name_nearest(Slice name, const char *const *known)
{
    const char *nearest = known[0];
    size_t smallest = SIZE_MAX;
    for (const char *const *other = known; *other != NULL; other++) {
        size_t distance = name_distance(name, slice_of(*other));
        if (distance < smallest) {
            smallest = distance;
            nearest = *other;
        }
    }
    return nearest;
}
