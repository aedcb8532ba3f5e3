#include "common/nearest.h"

/* Who cuts a name short (conj) means the one that goes on, however long that is. */
static size_t distance_to(Slice wanted, Slice name)
{
    enum { SHORTEST = 3 }; /* bytes: less is the beginning of too much */
    size_t distance = slice_distance(wanted, name);
    bool is_cut = wanted.length >= SHORTEST && slice_starts(name, wanted);
    return is_cut && distance > 1 ? 1 : distance;
}

void nearest_offer(Nearest *nearest, Slice name)
{
    if (name.length == 0)
        return;
    size_t distance = distance_to(nearest->wanted, name);
    if (nearest->name.length == 0 || distance < nearest->distance) {
        nearest->name = name;
        nearest->distance = distance;
    }
}

Slice nearest_meant(const Nearest *nearest)
{
    return nearest->distance <= nearest->wanted.length / 2 ? nearest->name : (Slice){NULL, 0};
}

const char *name_nearest(Slice name, const char *const *known)
{
    Nearest nearest = {.wanted = name};
    for (; *known != NULL; known++)
        nearest_offer(&nearest, slice_of(*known));
    return nearest.name.data;
}
