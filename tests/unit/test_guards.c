#include "tests/unit/unit.h"

#include "common/guards.h"

enum { A = 3, B = 5, C = 8, FIRST = 128, STEPS = 256 };

static Guards guards;
static Arena arena;

static int set_up(void **state)
{
    (void)state;
    arena = (Arena){0};
    guards = (Guards){.arena = &arena, .first = FIRST};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static Step item(uint16_t expression)
{
    return (Step){.kind = STEP_ITEM, .expression = expression};
}

static Step go(StepKind kind, int32_t offset)
{
    return (Step){.kind = (uint8_t)kind, .offset = offset};
}

static Step repeat(uint16_t expression, uint16_t least, uint16_t most)
{
    return (Step){.kind = STEP_REPEAT, .expression = expression, .least = least, .most = most};
}

/* One of `count` expressions, or A: behind a split that leads to the one or the other; how many
 * steps. */
static size_t write_choice(Step *steps, size_t count)
{
    size_t end = 0;
    steps[end++] = go(STEP_SPLIT, (int32_t)(3 * count - 1));
    for (size_t i = 0; i + 1 < count; i++) {
        steps[end++] = go(STEP_SPLIT, 3);
        steps[end++] = item((uint16_t)(count - i));
        steps[end] = go(STEP_JUMP, (int32_t)(3 * count - 1 - end));
        end++;
    }
    steps[end++] = item(1);
    steps[end++] = item(A);
    steps[end++] = go(STEP_MATCH, 0);
    return end;
}

static void check_union(uint16_t number, const uint16_t *members, size_t count)
{
    assert_in_range(number, FIRST, FIRST + guards.count - 1);
    const Union *found = &guards.unions[number - FIRST];
    assert_int_equal(found->count, count);
    assert_memory_equal(found->members, members, count * sizeof *members);
}

static void test_one_expression_is_its_own_guard(void **state)
{
    (void)state;
    /* (a b | c) */
    Step steps[] = {go(STEP_SPLIT, 4), item(A), item(B),
                    go(STEP_JUMP, 2),  item(C), go(STEP_MATCH, 0)};
    guards_write(&guards, steps, sizeof steps / sizeof *steps);
    assert_int_equal(steps[0].guard, A);
    assert_int_equal(steps[0].next_guard, B);
    assert_int_equal(steps[0].away_guard, C);
    assert_int_equal(steps[0].away_next_guard, NO_GUARD);
    assert_int_equal(guards.count, 0);
}

static void test_several_are_a_union_that_is_kept_once(void **state)
{
    (void)state;
    const uint16_t both[] = {A, B}, all[] = {A, B, C};
    /* (b? a | a{0,2} b c) */
    Step steps[] = {go(STEP_SPLIT, 4), repeat(B, 0, 1), item(A), go(STEP_JUMP, 4),
                    repeat(A, 0, 2),   item(B),         item(C), go(STEP_MATCH, 0)};
    guards_write(&guards, steps, sizeof steps / sizeof *steps);
    check_union(steps[0].guard, both, 2);
    assert_int_equal(steps[0].next_guard, NO_GUARD);
    assert_int_equal(steps[0].away_guard, steps[0].guard);
    check_union(steps[0].away_next_guard, all, 3);
    assert_int_equal(steps[1].behind, A);
    assert_int_equal(steps[4].behind, B);
    assert_int_equal(guards.count, 2);
}

static void test_what_must_be_there_hides_what_follows(void **state)
{
    (void)state;
    const uint16_t either[] = {A, B};
    /* (a{1,2} b | c{2,3} a) */
    Step steps[] = {go(STEP_SPLIT, 4), repeat(A, 1, 2), item(B),          go(STEP_JUMP, 3),
                    repeat(C, 2, 3),   item(A),         go(STEP_MATCH, 0)};
    guards_write(&guards, steps, sizeof steps / sizeof *steps);
    assert_int_equal(steps[0].guard, A);
    check_union(steps[0].next_guard, either, 2);
    assert_int_equal(steps[0].away_guard, C);
    assert_int_equal(steps[0].away_next_guard, C);
}

static void test_what_looks_around_takes_nothing(void **state)
{
    (void)state;
    /* ((?= a) b | (?! a) ^ c) */
    Step steps[] = {go(STEP_SPLIT, 6),     go(STEP_AHEAD, 3), item(A),
                    go(STEP_AHEAD_END, 0), item(B),           go(STEP_JUMP, 6),
                    go(STEP_NOT, 3),       item(A),           go(STEP_NOT_END, 0),
                    go(STEP_FIRST, 0),     item(C),           go(STEP_MATCH, 0)};
    guards_write(&guards, steps, sizeof steps / sizeof *steps);
    assert_int_equal(steps[0].guard, B);
    assert_int_equal(steps[0].away_guard, C);
}

static void test_of_too_many_nothing_is_known(void **state)
{
    (void)state;
    Step steps[STEPS];
    size_t count = write_choice(steps, UNION_MEMBERS);
    guards_write(&guards, steps, count);
    assert_in_range(steps[0].guard, FIRST, FIRST + guards.count - 1);
    assert_int_equal(guards.unions[steps[0].guard - FIRST].count, UNION_MEMBERS);
    assert_int_equal(steps[0].away_guard, A);
    count = write_choice(steps, UNION_MEMBERS + 1);
    guards_write(&guards, steps, count);
    assert_int_equal(steps[0].guard, NO_GUARD);
    assert_int_equal(steps[0].away_guard, A);
}

/* Each split doubles the ways to what follows. */
static void test_of_ways_that_multiply_nothing_is_known(void **state)
{
    (void)state;
    enum { SPLITS = 16, LAST = 2 * (SPLITS - 1) };
    Step steps[2 * SPLITS + 2];
    for (size_t i = 0; i < SPLITS; i++) {
        steps[2 * i] = go(STEP_SPLIT, 2);
        steps[2 * i + 1] = go(STEP_FIRST, 0);
    }
    steps[2 * SPLITS] = item(A);
    steps[2 * SPLITS + 1] = go(STEP_MATCH, 0);
    guards_write(&guards, steps, sizeof steps / sizeof *steps);
    assert_int_equal(steps[0].guard, NO_GUARD);
    assert_int_equal(steps[LAST].guard, A);
    assert_int_equal(steps[LAST].away_guard, A);
}

static void test_no_room_for_unions(void **state)
{
    (void)state;
    Step steps[STEPS];
    guards.count = UNIONS_MAX;
    size_t count = write_choice(steps, 2);
    guards_write(&guards, steps, count);
    assert_int_equal(steps[0].guard, NO_GUARD);
    assert_int_equal(steps[0].away_guard, A);
    assert_int_equal(guards.count, UNIONS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(test_one_expression_is_its_own_guard),
        fixture_test(test_several_are_a_union_that_is_kept_once),
        fixture_test(test_what_must_be_there_hides_what_follows),
        fixture_test(test_what_looks_around_takes_nothing),
        fixture_test(test_of_too_many_nothing_is_known),
        fixture_test(test_of_ways_that_multiply_nothing_is_known),
        fixture_test(test_no_room_for_unions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
