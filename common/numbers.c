#include "common/numbers.h"

#include <stdlib.h>

void number_put(NumberTable *table, uint64_t key, uint32_t value)
{
    if ((table->count + 1) * 2 > table->size) {
        NumberTable old = *table;
        table->size = old.size ? old.size * 2 : 256;
        size_t bytes = table->size * sizeof *table->slots;
        table->slots =
            bytes % MEMORY_LARGE_PAGE == 0 ? memory_take_large(bytes) : memory_take(bytes);
        memset(table->slots, 0, table->size * sizeof *table->slots);
        table->count = 0;
        for (size_t i = 0; i < old.size; i++)
            if (old.slots[i].value != 0)
                number_put(table, old.slots[i].key, old.slots[i].value);
        free(old.slots);
    }
    size_t at = (size_t)number_mix(key) & (table->size - 1);
    while (table->slots[at].value != 0)
        at = (at + 1) & (table->size - 1);
    table->slots[at] = (NumberSlot){key, value};
    table->count++;
}

void number_clear(NumberTable *table)
{
    if (table->size != 0)
        memset(table->slots, 0, table->size * sizeof *table->slots);
    table->count = 0;
}

void number_release(NumberTable *table)
{
    free(table->slots);
}
