#include "tools/quote-extract/class_bits.h"

#include <assert.h>
#include <stdlib.h>

ClassBits *class_bits_new(Arena *arena, Lexicon *lexicon, unsigned first)
{
    ClassBits *bits = ARENA_NEW(arena, ClassBits);
    assert(first > 0);
    bits->lexicon = lexicon;
    bits->count = first;
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

unsigned class_bits_ask(ClassBits *bits, const char *name)
{
    int number = classes_add(lexicon_classes(bits->lexicon), slice_of(name));
    if (number == CLASS_NONE) {
        bits->is_full = true;
        return 0;
    }
    if (bits->bit_of[number] == 0) {
        assert(bits->count < CLASS_BITS);
        bits->bit_of[number] = (uint8_t)bits->count++;
        class_bits_give(bits, number, bits->bit_of[number]);
    }
    return bits->bit_of[number];
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
                for (int word = 0; word < CLASS_BITS / 64; word++)
                    all.bits[word] |= given->bits[word];
            }
        bits->of_set[bits->set_count] = all;
    }
}
