#include "common/classes.h"

#include "common/nearest.h"

enum { SLOTS = CLASS_MAX * 4 }; /* of the table that finds classes */

struct Classes {
    Arena *arena;
    Slice names[CLASS_MAX];
    int parents[CLASS_MAX]; /* CLASS_NONE for roots */
    uint16_t slots[SLOTS];  /* by hash of the name, from 1; open addressing; 0: empty */
    int count;
};

Classes *classes_new(Arena *arena)
{
    Classes *classes = ARENA_NEW(arena, Classes);
    classes->arena = arena;
    return classes;
}

/* The slot where the class stands or belongs. */
static size_t slot_of(const Classes *classes, Slice name)
{
    size_t slot = (size_t)slice_hash(name) % SLOTS;
    while (classes->slots[slot] != 0 &&
           !slice_equal(classes->names[classes->slots[slot] - 1], name))
        slot = (slot + 1) % SLOTS;
    return slot;
}

int classes_find(const Classes *classes, Slice name)
{
    int known = classes->slots[slot_of(classes, name)];
    return known != 0 ? known - 1 : CLASS_NONE;
}

int classes_add(Classes *classes, Slice name)
{
    int parent = CLASS_NONE;
    for (size_t end = 1;; end++) {
        if (end < name.length && name.data[end] != '.')
            continue;
        Slice part = slice_cut(name, 0, end);
        size_t slot = slot_of(classes, part);
        int number = classes->slots[slot] - 1;
        if (number < 0) {
            if (classes->count == CLASS_MAX)
                return CLASS_NONE;
            number = classes->count++;
            classes->names[number] = arena_copy(classes->arena, part);
            classes->parents[number] = parent;
            classes->slots[slot] = (uint16_t)classes->count;
        }
        if (end >= name.length)
            return number;
        parent = number;
    }
}

Slice classes_name(const Classes *classes, int number)
{
    if (number < 0 || number >= classes->count)
        return (Slice){NULL, 0};
    return classes->names[number];
}

Slice classes_nearest(const Classes *classes, Slice name)
{
    Nearest nearest = {.wanted = name};
    for (int i = 0; i < classes->count; i++)
        if (class_name_is_given(classes->names[i]))
            nearest_offer(&nearest, classes->names[i]);
    return nearest.name;
}

int classes_count(const Classes *classes)
{
    return classes->count;
}

void classes_put(const Classes *classes, ClassSet *set, int number)
{
    for (; number != CLASS_NONE; number = classes->parents[number])
        bit_set(set->bits, (size_t)number);
}

void classes_put_all(const Classes *classes, ClassSet *set, const ClassSet *others)
{
    const uint64_t *bits = others->bits;
    for (size_t c = bit_next(bits, CLASS_MAX, 0); c < CLASS_MAX;
         c = bit_next(bits, CLASS_MAX, c + 1))
        classes_put(classes, set, (int)c);
}
