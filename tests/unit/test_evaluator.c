#include "tests/unit/unit.h"

#include "common/evaluator.h"

/* More expressions than a row's first pair of words has bits. */
enum { CLASSES = 6, EXPRESSIONS = 150, OPERANDS = 5, WORDS = 4, MASKS = 2048 };

static Expressions expressions;

static Op operand(uint64_t *seed)
{
    uint32_t mask = expressions_class_mask(&expressions, (int)(next_random(seed) % CLASSES));
    if (next_random(seed) % 3 == 0)
        bit_set(expressions.masks[mask].bits, next_random(seed) % (uint32_t)expressions.leaf_count);
    return (Op){OP_ANY, mask};
}

/* Up to OPERANDS classes that are joined, and negations anywhere; how many operations. */
static size_t write_ops(uint64_t *seed, Op *ops)
{
    size_t count = 0, open = 0;
    unsigned left = 1 + next_random(seed) % OPERANDS;
    while (left > 0 || open > 1) {
        if (left > 0 && (open < 2 || next_random(seed) % 2 == 0)) {
            ops[count++] = operand(seed);
            left--;
            open++;
        } else {
            ops[count++] = (Op){next_random(seed) % 3 == 0 ? OP_OR : OP_AND, 0};
            open--;
        }
        if (next_random(seed) % 4 == 0)
            ops[count++] = (Op){OP_NOT, 0};
    }
    return count;
}

/* A bit for each expression, asked one by one. */
static void ask_all(const Truth *truth, uint64_t *holds)
{
    uint64_t holding[MASKS / 64] = {0};
    memset(holds, 0, WORDS * sizeof *holds);
    for (size_t mask = 0; mask < expressions.mask_count; mask++)
        if ((expressions.masks[mask].bits[0] & truth->bits[0]) != 0)
            bit_set(holding, mask);
    for (size_t i = 0; i < expressions.count; i++)
        if (expression_holds(&expressions.items[i], holding))
            bit_set(holds, i);
}

static void test_all_at_once_are_as_one_by_one(void **state)
{
    (void)state;
    enum { TRUTHS = 1 << CLASSES };
    Arena arena = {0};
    uint64_t seed = 7;
    for (size_t i = 0; i < EXPRESSIONS; i++) {
        Op ops[4 * OPERANDS];
        Expression expression = {ops, write_ops(&seed, ops)};
        expressions_find(&expressions, &expression, &arena);
    }
    assert_in_range(expressions.count, 128 + 1, WORDS * 64);
    assert_in_range(expressions.mask_count, 1, MASKS);
    static uint64_t wanted[TRUTHS][WORDS];
    for (unsigned i = 0; i < TRUTHS; i++)
        ask_all(&(Truth){{i}}, wanted[i]);
    Evaluator evaluator;
    evaluator_init(&evaluator, &expressions, WORDS, &arena);
    for (unsigned i = 0; i < TRUTHS; i++) {
        uint64_t holds[WORDS];
        memset(holds, 0xFF, sizeof holds);
        evaluator_run(&evaluator, &(Truth){{i}}, holds);
        assert_memory_equal(holds, wanted[i], sizeof holds);
    }
    expressions_release(&expressions);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_at_once_are_as_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
