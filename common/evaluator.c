#include "common/evaluator.h"

enum {
    TERM_NEEDS = 3,         /* of an expression that are told apart */
    TERMS = TERM_NEEDS + 1, /* those, and what it forbids           */
};

/* Where the operand begins that ends with operation `at`. */
static size_t operand_start(const Expression *expression, size_t at)
{
    for (size_t wanted = 1;; at--) {
        OpKind kind = expression->ops[at].kind;
        wanted = kind == OP_ANY ? wanted - 1 : kind == OP_NOT ? wanted : wanted + 1;
        if (wanted == 0)
            return at;
    }
}

/* What of an expression is plain from its operands that are joined by &: classes of which
 * it needs one, some times over, and those that it does not go with. */
typedef struct {
    Truth needs[TERM_NEEDS], forbids;
    size_t need_count;
    bool is_all; /* and there is nothing else to it */
} Terms;

/* Puts the classes of the operand that ends before `end` into `truth` that may help it to
 * hold: those under an even number of negations. Where the operand begins. */
static size_t join_helpful(const Expressions *expressions, const Expression *expression, size_t end,
                           bool negated, Truth *truth)
{
    const Op *op = &expression->ops[end - 1];
    if (op->kind == OP_ANY) {
        if (!negated)
            words_join(truth->bits, expressions->masks[op->mask].bits, LEAVES_MAX / 64);
        return end - 1;
    }
    if (op->kind == OP_NOT)
        return join_helpful(expressions, expression, end - 1, !negated, truth);
    size_t middle = join_helpful(expressions, expression, end - 1, negated, truth);
    return join_helpful(expressions, expression, middle, negated, truth);
}

/* `nothing`: zeros, a bit for each mask. */
static void read_terms(const Expressions *expressions, const Expression *expression,
                       const uint64_t *nothing, Terms *terms)
{
    *terms = (Terms){.is_all = expression->count > 0};
    for (size_t end = expression->count; end > 0;) {
        const Op *op = &expression->ops[end - 1];
        if (op->kind == OP_AND) {
            end--;
            continue;
        }
        size_t start = operand_start(expression, end - 1);
        const Truth *mask = &expressions->masks[expression->ops[start].mask];
        if (end - start == 1 && terms->need_count < TERM_NEEDS) {
            terms->needs[terms->need_count++] = *mask;
        } else if (end - start == 2) {
            words_join(terms->forbids.bits, mask->bits, LEAVES_MAX / 64);
        } else {
            Expression operand = {expression->ops + start, end - start};
            terms->is_all = false;
            if (terms->need_count < TERM_NEEDS && !expression_holds(&operand, nothing))
                join_helpful(expressions, expression, end, false,
                             &terms->needs[terms->need_count++]);
        }
        end = start;
    }
}

/* Sets bit `number` of a term, for which there are `words` words in the row of each leaf, for
 * the leaves of the mask. */
static void note_leaves(uint64_t *rows, size_t words, const Truth *mask, size_t number)
{
    for (size_t leaf = bit_next(mask->bits, LEAVES_MAX, 0); leaf < LEAVES_MAX;
         leaf = bit_next(mask->bits, LEAVES_MAX, leaf + 1))
        bit_set(rows + leaf * TERMS * words, number);
}

/* Most expressions hold or not by what single leaves say to them. */
static void note_terms(Evaluator *evaluator, Arena *arena)
{
    const Expressions *expressions = evaluator->expressions;
    size_t words = evaluator->words;
    uint64_t *rows = sparse_draft(expressions->leaf_count, TERMS * words);
    evaluator->granted = ARENA_ARRAY(arena, TERMS * words, uint64_t);
    evaluator->terms = ARENA_ARRAY(arena, TERMS * words, uint64_t);
    evaluator->settled = ARENA_ARRAY(arena, words, uint64_t);
    const uint64_t *nothing = ARENA_ARRAY(arena, expressions->mask_count / 64 + 1, uint64_t);
    for (size_t i = 0; i < expressions->count; i++) {
        Terms terms;
        read_terms(expressions, &expressions->items[i], nothing, &terms);
        if (terms.is_all)
            bit_set(evaluator->settled, i);
        for (size_t term = 0; term < terms.need_count; term++)
            note_leaves(rows + term * words, words, &terms.needs[term], i);
        for (size_t term = terms.need_count; term < TERM_NEEDS; term++)
            bit_set(evaluator->granted + term * words, i);
        note_leaves(rows + TERM_NEEDS * words, words, &terms.forbids, i);
    }
    evaluator->leaf_terms = sparse_rows(rows, expressions->leaf_count, TERMS * words, arena);
}

/* Numbers the masks that expressions use which are more than terms, one behind the other,
 * and says to each leaf which of them it is in. */
static void note_masks(Evaluator *evaluator, Expressions *expressions, Arena *arena)
{
    size_t count = 0;
    for (size_t i = 0; i < expressions->count; i++) {
        const Expression *expression = &expressions->items[i];
        for (size_t at = 0; at < expression->count && !bit_at(evaluator->settled, i); at++)
            count += expression->ops[at].kind == OP_ANY;
    }
    evaluator->mask_words = count / 64 + 1;
    evaluator->holding = ARENA_ARRAY(arena, evaluator->mask_words, uint64_t);
    evaluator->leaf_masks =
        ARENA_ARRAY(arena, expressions->leaf_count * evaluator->mask_words + 1, uint64_t);
    uint32_t number = 0;
    for (size_t i = 0; i < expressions->count; i++) {
        const Expression *expression = &expressions->items[i];
        for (size_t at = 0; at < expression->count && !bit_at(evaluator->settled, i); at++) {
            Op *op = &expression->ops[at];
            if (op->kind != OP_ANY)
                continue;
            const uint64_t *bits = expressions->masks[op->mask].bits;
            for (size_t leaf = bit_next(bits, LEAVES_MAX, 0); leaf < LEAVES_MAX;
                 leaf = bit_next(bits, LEAVES_MAX, leaf + 1))
                bit_set(evaluator->leaf_masks + leaf * evaluator->mask_words, number);
            op->mask = number++;
        }
    }
}

void evaluator_init(Evaluator *evaluator, Expressions *expressions, size_t words, Arena *arena)
{
    *evaluator = (Evaluator){.expressions = expressions, .words = words};
    note_terms(evaluator, arena);
    note_masks(evaluator, expressions, arena);
}

/* Which masks hold where an item has these leaves. */
static void hold_masks(Evaluator *evaluator, const Truth *truth)
{
    memset(evaluator->holding, 0, evaluator->mask_words * sizeof *evaluator->holding);
    for (size_t i = 0, words = expressions_leaf_words(evaluator->expressions); i < words; i++)
        for (uint64_t left = truth->bits[i]; left != 0; left &= left - 1) {
            size_t leaf = i * 64 + (size_t)__builtin_ctzll(left);
            for (size_t word = 0; word < evaluator->mask_words; word++)
                evaluator->holding[word] |=
                    evaluator->leaf_masks[leaf * evaluator->mask_words + word];
        }
}

/* Which terms of expressions do. */
static void hold_terms(Evaluator *evaluator, const Truth *truth)
{
    size_t count = TERMS * evaluator->words;
    uint64_t *terms = evaluator->terms;
    memcpy(terms, evaluator->granted, count * sizeof *terms);
    for (size_t i = 0, words = expressions_leaf_words(evaluator->expressions); i < words; i++)
        for (uint64_t left = truth->bits[i]; left != 0; left &= left - 1) {
            size_t leaf = i * 64 + (size_t)__builtin_ctzll(left);
            sparse_join(terms, &evaluator->leaf_terms, leaf);
        }
}

void evaluator_run(Evaluator *evaluator, const Truth *truth, uint64_t *holds)
{
    size_t words = evaluator->words;
    hold_terms(evaluator, truth);
    uint64_t open = 0;
    for (size_t word = 0; word < words; word++) {
        holds[word] = ~evaluator->terms[TERM_NEEDS * words + word];
        for (size_t term = 0; term < TERM_NEEDS; term++)
            holds[word] &= evaluator->terms[term * words + word];
        open |= holds[word] & ~evaluator->settled[word];
    }
    if (open == 0)
        return;
    hold_masks(evaluator, truth);
    for (size_t word = 0; word < words; word++)
        for (uint64_t left = holds[word] & ~evaluator->settled[word]; left != 0; left &= left - 1) {
            size_t number = word * 64 + (size_t)__builtin_ctzll(left);
            if (!expression_holds(&evaluator->expressions->items[number], evaluator->holding))
                holds[word] &= ~(left & -left);
        }
}
