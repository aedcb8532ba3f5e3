/* Token classes: dotted names numbered 0..CLASS_MAX-1, and sets of them. */
#ifndef QAWL_CLASSES_H
#define QAWL_CLASSES_H

#include "common/arena.h"
#include "common/bits.h"

enum { CLASS_MAX = 1024, CLASS_WORDS = CLASS_MAX / 64, CLASS_NONE = -1 };

typedef struct {
    uint64_t bits[CLASS_WORDS];
} ClassSet;

typedef struct Classes Classes;

/* What to say where classes_add finds no more room; %d is CLASS_MAX. */
#define CLASSES_FULL                                                                               \
    "more than %d classes in all, with those of the packs and words in patterns; "                 \
    "put words that may stand at one place into one [ ], or into a list: there they count once"

/* Lives in `arena`. */
Classes *classes_new(Arena *arena);

/* The number of class `name`, made if new together with its parents
 * ("cue.say" makes "cue"); CLASS_NONE when there are CLASS_MAX already. */
int classes_add(Classes *classes, Slice name);

/* The number of a known class, or CLASS_NONE. */
int classes_find(const Classes *classes, Slice name);

Slice classes_name(const Classes *classes, int number);
int classes_count(const Classes *classes);

/* The class that rules gave a name nearest to `name` (nearest.h), for messages; the
 * first of equals, and the empty slice where there is none. */
Slice classes_nearest(const Classes *classes, Slice name);

/* Whether such a byte may stand in the name of a class, a capture or a pattern; -1 is none. */
static inline bool is_name_byte(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

/* Whether rules may give this name: no blank or mark of ASCII stands in it, which would end it
 * in a pattern and where classes are told. Letters of any script may, though no pattern can
 * name such a class: section `speakers` can, and a list with a type needs none. */
static inline bool class_name_is_sound(Slice name)
{
    for (size_t i = 0; i < name.length; i++)
        if ((unsigned char)name.data[i] < 0x80 && !is_name_byte(name.data[i]))
            return false;
    return true;
}

/* Whether rules gave this name: words and expressions in patterns have classes whose names
 * begin with the mark they stand in. */
static inline bool class_name_is_given(Slice name)
{
    return name.data[0] != '"' && name.data[0] != '/';
}

/* Puts class `number` and all its parents into `set`: having cue.say is having cue. */
void classes_put(const Classes *classes, ClassSet *set, int number);

/* Puts the classes of `others` and all their parents into `set`. */
void classes_put_all(const Classes *classes, ClassSet *set, const ClassSet *others);

static inline bool class_has(const ClassSet *set, int number)
{
    return number >= 0 && bit_at(set->bits, (size_t)number);
}

static inline void class_union(ClassSet *set, const ClassSet *other)
{
    for (int i = 0; i < CLASS_WORDS; i++)
        set->bits[i] |= other->bits[i];
}

#endif
