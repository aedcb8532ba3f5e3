#include "common/expressions.h"

#include <stdlib.h>

uint32_t expressions_empty_mask(Expressions *expressions)
{
    expressions->masks = memory_grow(expressions->masks, &expressions->mask_capacity,
                                     expressions->mask_count + 1, sizeof *expressions->masks);
    expressions->masks[expressions->mask_count] = (Truth){{0}};
    return (uint32_t)expressions->mask_count++;
}

uint32_t expressions_class_mask(Expressions *expressions, int class_number)
{
    uint16_t *leaf = &expressions->leaf_numbers[class_number];
    if (*leaf == 0) {
        expressions->leaves[expressions->leaf_count++] = class_number;
        *leaf = (uint16_t)expressions->leaf_count;
    }
    uint32_t mask = expressions_empty_mask(expressions);
    bit_set(expressions->masks[mask].bits, *leaf - (size_t)1);
    return mask;
}

void expressions_forget_masks(Expressions *expressions, uint32_t first)
{
    if (first < expressions->mask_count)
        expressions->mask_count = first;
}

/* The class that the mask stands for; CLASS_NONE where it has not just one leaf. */
static int single_class(const Expressions *expressions, uint32_t mask)
{
    const uint64_t *bits = expressions->masks[mask].bits;
    size_t leaf = bit_next(bits, LEAVES_MAX, 0);
    bool is_single = leaf < LEAVES_MAX && bit_next(bits, LEAVES_MAX, leaf + 1) == LEAVES_MAX;
    return is_single ? expressions->leaves[leaf] : CLASS_NONE;
}

void expressions_conjuncts(const Expressions *expressions, const Expression *expression,
                           ClassSet *classes)
{
    const Op *ops = expression->ops;
    /* What a negation is of stands in front of it, so that it is never the first. */
    for (size_t i = 0; i < expression->count; i++)
        if (ops[i].kind == OP_OR || (ops[i].kind == OP_NOT && ops[i - 1].kind != OP_ANY))
            return;
    for (size_t i = 0; i < expression->count; i++) {
        bool is_negated = i + 1 < expression->count && ops[i + 1].kind == OP_NOT;
        int number = ops[i].kind == OP_ANY && !is_negated ? single_class(expressions, ops[i].mask)
                                                          : CLASS_NONE;
        if (number != CLASS_NONE)
            bit_set(classes->bits, (size_t)number);
    }
}

static bool is_same(const Expressions *expressions, const Expression *a, const Expression *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->ops[i].kind != b->ops[i].kind ||
            (a->ops[i].kind == OP_ANY &&
             memcmp(&expressions->masks[a->ops[i].mask], &expressions->masks[b->ops[i].mask],
                    sizeof(Truth)) != 0))
            return false;
    return true;
}

static size_t hash_of(const Expressions *expressions, const Expression *expression)
{
    uint64_t hash = expression->count;
    for (size_t i = 0; i < expression->count; i++) {
        const Op *op = &expression->ops[i];
        hash = hash * 31 + op->kind;
        if (op->kind == OP_ANY)
            hash ^= slice_hash((Slice){(const char *)&expressions->masks[op->mask], sizeof(Truth)});
    }
    return (size_t)(hash ^ hash >> 32);
}

static void forget_masks_of(Expressions *expressions, const Expression *expression)
{
    for (size_t i = 0; i < expression->count; i++)
        if (expression->ops[i].kind == OP_ANY)
            expressions_forget_masks(expressions, expression->ops[i].mask);
}

size_t expressions_find(Expressions *expressions, const Expression *expression, Arena *arena)
{
    enum { SLOTS = sizeof expressions->slots / sizeof *expressions->slots };
    size_t slot = hash_of(expressions, expression) % SLOTS;
    for (; expressions->slots[slot] != 0; slot = (slot + 1) % SLOTS) {
        size_t number = expressions->slots[slot] - (size_t)1;
        if (is_same(expressions, &expressions->items[number], expression)) {
            forget_masks_of(expressions, expression);
            return number;
        }
    }
    if (expressions->count == EXPRESSIONS_MAX)
        return EXPRESSIONS_MAX;
    Expression *kept = &expressions->items[expressions->count++];
    *kept = *expression;
    kept->ops = ARENA_ARRAY(arena, expression->count, Op);
    memcpy(kept->ops, expression->ops, expression->count * sizeof *kept->ops);
    expressions->slots[slot] = (uint16_t)expressions->count;
    return expressions->count - 1;
}

bool expression_holds(const Expression *expression, const uint64_t *holding)
{
    /* Of OPS_MAX operations as many as all others join leave an operand each, and one more. */
    bool stack[OPS_MAX / 2 + 1];
    size_t depth = 0;
    stack[0] = false; /* without operations nothing holds */
    for (size_t i = 0; i < expression->count; i++) {
        const Op *op = &expression->ops[i];
        switch (op->kind) {
        case OP_ANY:
            stack[depth++] = bit_at(holding, op->mask);
            break;
        case OP_NOT:
            stack[depth - 1] = !stack[depth - 1];
            break;
        case OP_AND:
            depth--;
            stack[depth - 1] = stack[depth - 1] && stack[depth];
            break;
        case OP_OR:
            depth--;
            stack[depth - 1] = stack[depth - 1] || stack[depth];
            break;
        }
    }
    return stack[0];
}

void expressions_release(Expressions *expressions)
{
    free(expressions->masks);
    expressions->masks = NULL;
    expressions->mask_count = expressions->mask_capacity = 0;
}
