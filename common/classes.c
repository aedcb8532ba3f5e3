#include "common/classes.h"

struct Classes {
    Arena *arena;
    Slice names[CLASS_MAX];
    uint32_t hashes[CLASS_MAX]; /* of the names */
    int parents[CLASS_MAX];     /* CLASS_NONE for roots */
    int count;
};

Classes *classes_new(Arena *arena)
{
    Classes *classes = ARENA_NEW(arena, Classes);
    classes->arena = arena;
    return classes;
}

int classes_find(const Classes *classes, Slice name)
{
    uint32_t hash = (uint32_t)slice_hash(name);
    for (int i = 0; i < classes->count; i++)
        if (classes->hashes[i] == hash && slice_equal(classes->names[i], name))
            return i;
    return CLASS_NONE;
}

int classes_add(Classes *classes, Slice name)
{
    int known = classes_find(classes, name);
    if (known != CLASS_NONE)
        return known;
    int parent = CLASS_NONE;
    for (size_t i = name.length; i-- > 1;)
        if (name.data[i] == '.') {
            parent = classes_add(classes, slice_cut(name, 0, i));
            if (parent == CLASS_NONE)
                return CLASS_NONE;
            break;
        }
    if (classes->count == CLASS_MAX)
        return CLASS_NONE;
    classes->names[classes->count] = arena_copy(classes->arena, name);
    classes->hashes[classes->count] = (uint32_t)slice_hash(name);
    classes->parents[classes->count] = parent;
    return classes->count++;
}

Slice classes_name(const Classes *classes, int number)
{
    if (number < 0 || number >= classes->count)
        return (Slice){NULL, 0};
    return classes->names[number];
}

int classes_count(const Classes *classes)
{
    return classes->count;
}

void classes_put(const Classes *classes, ClassSet *set, int number)
{
    for (; number != CLASS_NONE; number = classes->parents[number])
        set->bits[number / 64] |= (uint64_t)1 << (number % 64);
}
