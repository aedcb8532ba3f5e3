#include "common/nearest.h"

const char *name_nearest(Slice name, const char *const *known)
{
    const char *nearest = known[0];
    size_t smallest = SIZE_MAX;
    for (const char *const *other = known; *other != NULL; other++) {
        size_t distance = slice_distance(name, slice_of(*other));
        if (distance < smallest) {
            smallest = distance;
            nearest = *other;
        }
    }
    return nearest;
}
