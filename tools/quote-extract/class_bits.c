#include "tools/quote-extract/class_bits.h"

#include <stdlib.h>

ClassBits *class_bits_new(Arena *arena, Lexicon *lexicon, Error *error)
{
    static const struct {
        NamedClass named;
        const char *name;
    } classes[] = {
#define NAMED_CLASS(constant, name) {constant, name},
        NAMED_CLASSES(NAMED_CLASS)
#undef NAMED_CLASS
    };
    ClassBits *bits = ARENA_NEW(arena, ClassBits);
    bits->lexicon = lexicon;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        int number = classes_add(lexicon_classes(lexicon), slice_of(classes[i].name));
        if (number == CLASS_NONE) {
            error_set(error, EXIT_USAGE, NULL, 0, 0, CLASSES_FULL, CLASS_MAX);
            return NULL;
        }
        bits->numbers[classes[i].named] = number;
        class_bits_give(bits, number, classes[i].named);
    }
    return bits;
}

void class_bits_release(ClassBits *bits)
{
    if (bits != NULL)
        free(bits->of_set);
}

void class_bits_give(ClassBits *bits, int class_number, unsigned bit)
{
    bits->given[class_number].bits[bit / 64] |= (uint64_t)1 << (bit % 64);
}

void class_bits_note(ClassBits *bits)
{
    size_t count = lexicon_set_count(bits->lexicon);
    bits->of_set = memory_grow(bits->of_set, &bits->set_capacity, count, sizeof *bits->of_set);
    for (; bits->set_count < count; bits->set_count++) {
        const ClassSet *set = lexicon_set(bits->lexicon, (uint32_t)bits->set_count);
        WordBits all = {{0}};
        for (int i = 0; i < CLASS_WORDS; i++)
            for (uint64_t left = set->bits[i]; left != 0; left &= left - 1) {
                const WordBits *given = &bits->given[i * 64 + __builtin_ctzll(left)];
                for (size_t word = 0; word < sizeof all.bits / sizeof *all.bits; word++)
                    all.bits[word] |= given->bits[word];
            }
        bits->of_set[bits->set_count] = all;
    }
}
