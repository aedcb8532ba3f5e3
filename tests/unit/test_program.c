#include "tests/unit/unit.h"

#include "common/guards.h"
#include "common/program.h"

/* Items are letters: kind 1 is a stop, kind 2 an a, kind 3 a b, kind 4 both. */
enum { A = 0, B = 1, C = 2, ANY = 3, UNIONS = 4, NONE = -1, LIMITED = -2 };
static const uint64_t rows[] = {0, 0, 1 << A, 1 << B, 1 << A | 1 << B};

/* Writes the guards of a program, and into `with_unions`, as many as `rows`, those rows with what
 * its unions hold: for the view in which it runs. */
static void write_guards(Step *steps, size_t count, uint64_t *with_unions)
{
    Arena arena = {0};
    static Guards guards;
    guards = (Guards){.arena = &arena, .first = UNIONS};
    guards_write(&guards, steps, count);
    assert_true(guards.count <= 64 - UNIONS);
    memcpy(with_unions, rows, sizeof rows);
    for (size_t i = 0; i < guards.count; i++)
        for (size_t m = 0; m < guards.unions[i].count; m++)
            for (size_t kind = 0; kind < sizeof rows / sizeof *rows; kind++)
                with_unions[kind] |= (rows[kind] >> guards.unions[i].members[m] & 1)
                                     << (UNIONS + i);
    arena_release(&arena);
}

/* Where the match ends that begins at `at`, or NONE, or LIMITED; the slots that it wrote
 * are in `machine`. */
static int run_at(Machine *machine, Step *steps, size_t count, const char *items, size_t at)
{
    uint16_t kinds[64];
    size_t length = strlen(items), end = 0;
    assert_true(length <= sizeof kinds / sizeof *kinds);
    for (size_t i = 0; i < length; i++)
        kinds[i] = items[i] == 'a' ? 2 : items[i] == 'b' ? 3 : items[i] == '*' ? 4 : 1;
    uint64_t with_unions[sizeof rows / sizeof *rows];
    ItemView view = {kinds, with_unions, 1, 0, length, 1};
    write_guards(steps, count, with_unions);
    machine->budget = 1000;
    switch (program_run(machine, steps, 2, &view, at, &end)) {
    case RUN_MATCHES:
        return (int)end;
    case RUN_LIMITED:
        return LIMITED;
    default:
        return NONE;
    }
}

#define RUN(steps, items, at) run_at(&machine, steps, sizeof(steps) / sizeof *(steps), items, at)
#define ITEM(letter)                                                                               \
    {                                                                                              \
        .kind = STEP_ITEM, .expression = (letter)                                                  \
    }
#define REPEAT(letter, how, from, to)                                                              \
    {                                                                                              \
        .kind = STEP_REPEAT, .mode = (how), .expression = (letter), .least = (from), .most = (to)  \
    }
#define GO(what, by)                                                                               \
    {                                                                                              \
        .kind = (what), .offset = (by)                                                             \
    }
#define DO(what)                                                                                   \
    {                                                                                              \
        .kind = (what)                                                                             \
    }
#define NOTE(number)                                                                               \
    {                                                                                              \
        .kind = STEP_NOTE, .slot = (number)                                                        \
    }
#define LOOK(how, letter)                                                                          \
    {                                                                                              \
        .kind = STEP_LOOK, .mode = (how), .expression = (letter)                                   \
    }

static void test_counts_and_modes(void **state)
{
    (void)state;
    Machine machine = {0};
    Step greedy[] = {REPEAT(A, REPEAT_GREEDY, 1, 3), DO(STEP_MATCH)};
    Step lazy[] = {REPEAT(A, REPEAT_LAZY, 1, 3), DO(STEP_MATCH)};
    assert_int_equal(RUN(greedy, "aaaaa", 0), 3);
    assert_int_equal(RUN(greedy, "aaaaa", 3), 5);
    assert_int_equal(RUN(greedy, "b", 0), NONE);
    assert_int_equal(RUN(greedy, "", 0), NONE);
    assert_int_equal(RUN(lazy, "aaaaa", 0), 1);
    Step gives_back[] = {REPEAT(A, REPEAT_GREEDY, 1, 3), ITEM(A), ITEM(B), DO(STEP_MATCH)};
    Step takes_more[] = {REPEAT(A, REPEAT_LAZY, 1, 3), ITEM(B), DO(STEP_MATCH)};
    Step keeps[] = {REPEAT(A, REPEAT_POSSESSIVE, 1, 3), ITEM(A), DO(STEP_MATCH)};
    assert_int_equal(RUN(gives_back, "aaab", 0), 4);
    assert_int_equal(RUN(gives_back, "ab", 0), NONE);
    assert_int_equal(RUN(takes_more, "aaab", 0), 4);
    assert_int_equal(RUN(takes_more, "aaaab", 0), NONE);
    assert_int_equal(RUN(keeps, "aaa", 0), NONE);
    assert_int_equal(RUN(keeps, "aaaa", 0), 4);
    Step none[] = {REPEAT(A, REPEAT_GREEDY, 0, 0), DO(STEP_MATCH)};
    assert_int_equal(RUN(none, "aa", 0), 0);
    machine_release(&machine);
}

static void test_no_end_is_none(void **state)
{
    (void)state;
    enum { LENGTH = REPEAT_ENDLESS + 10 };
    static uint16_t kinds[LENGTH];
    for (size_t i = 0; i < LENGTH; i++)
        kinds[i] = 2;
    Machine machine = {.budget = 1000 * 1000};
    Step steps[] = {REPEAT(A, REPEAT_GREEDY, 0, REPEAT_ENDLESS), DO(STEP_LAST), DO(STEP_MATCH)};
    size_t end = 0;
    uint64_t with_unions[sizeof rows / sizeof *rows];
    write_guards(steps, sizeof steps / sizeof *steps, with_unions);
    ItemView view = {kinds, with_unions, 1, 0, LENGTH, 1};
    assert_int_equal(program_run(&machine, steps, 0, &view, 0, &end), RUN_MATCHES);
    assert_int_equal(end, LENGTH);
    machine_release(&machine);
}

static void test_slots_of_ways_given_up(void **state)
{
    (void)state;
    Machine machine = {0};
    /* (<0: a> b | a) <1: . a >: the first slot is written on the way that fails. */
    Step steps[] = {GO(STEP_SPLIT, 5), NOTE(0), ITEM(A), ITEM(B),       GO(STEP_JUMP, 2),
                    ITEM(A),           NOTE(1), ITEM(A), DO(STEP_MATCH)};
    assert_int_equal(RUN(steps, "aa", 0), 2);
    assert_true(machine.slots[0] == PLACE_NONE);
    assert_int_equal(machine.slots[1], 1);
    assert_int_equal(RUN(steps, "aba", 0), 3);
    assert_int_equal(machine.slots[0], 0);
    assert_int_equal(machine.slots[1], 2);
    machine_release(&machine);
}

static void test_loops_over_nothing_end(void **state)
{
    (void)state;
    Machine machine = {0};
    /* (a?)+ b */
    Step steps[] = {NOTE(0),
                    GO(STEP_SPLIT, 2),
                    ITEM(A),
                    {.kind = STEP_UNMOVED, .slot = 0, .offset = 2},
                    GO(STEP_SPLIT_AWAY, -4),
                    ITEM(B),
                    DO(STEP_MATCH)};
    assert_int_equal(RUN(steps, "b", 0), 1);
    assert_int_equal(RUN(steps, "aaab", 0), 4);
    assert_int_equal(RUN(steps, "aaa", 0), NONE);
    machine_release(&machine);
}

static void test_atomic_groups(void **state)
{
    (void)state;
    Machine machine = {0};
    /* (?> a | a b ) b */
    Step steps[] = {DO(STEP_ATOMIC), GO(STEP_SPLIT, 3),   ITEM(A), GO(STEP_JUMP, 3), ITEM(A),
                    ITEM(B),         DO(STEP_ATOMIC_END), ITEM(B), DO(STEP_MATCH)};
    assert_int_equal(RUN(steps, "ab", 0), 2);
    /* (?> a* ) a: a slot written within is undone, a way is not. */
    Step star[] = {GO(STEP_SPLIT, 6),   DO(STEP_ATOMIC), NOTE(0), REPEAT(A, REPEAT_GREEDY, 0, 9),
                   DO(STEP_ATOMIC_END), ITEM(A),         NOTE(1), DO(STEP_MATCH)};
    assert_int_equal(RUN(star, "aaa", 0), 0);
    assert_true(machine.slots[0] == PLACE_NONE);
    /* (?> a?? ) b: that nothing leads to what is behind the group is no reason to take an a. */
    Step lazy[] = {DO(STEP_ATOMIC), GO(STEP_SPLIT_AWAY, 2), ITEM(A), DO(STEP_ATOMIC_END),
                   ITEM(B),         DO(STEP_MATCH)};
    assert_int_equal(RUN(lazy, "ab", 0), NONE);
    assert_int_equal(RUN(lazy, "b", 0), 1);
    machine_release(&machine);
}

static void test_looks(void **state)
{
    (void)state;
    Machine machine = {0};
    Step ahead[] = {GO(STEP_AHEAD, 4),  ITEM(A), ITEM(B),
                    DO(STEP_AHEAD_END), ITEM(A), DO(STEP_MATCH)};
    assert_int_equal(RUN(ahead, "ab", 0), 1);
    assert_int_equal(RUN(ahead, "aa", 0), NONE);
    assert_int_equal(RUN(ahead, "a", 0), NONE);
    Step not_ahead[] = {GO(STEP_NOT, 4),  ITEM(A), ITEM(B),
                        DO(STEP_NOT_END), ITEM(A), DO(STEP_MATCH)};
    assert_int_equal(RUN(not_ahead, "ab", 0), NONE);
    assert_int_equal(RUN(not_ahead, "aa", 0), 1);
    Step behind[] = {GO(STEP_AHEAD, 5),
                     {.kind = STEP_BACK, .least = 2},
                     ITEM(A),
                     ITEM(B),
                     DO(STEP_AHEAD_END),
                     ITEM(A),
                     DO(STEP_MATCH)};
    assert_int_equal(RUN(behind, "aba", 2), 3);
    assert_int_equal(RUN(behind, "bba", 2), NONE);
    assert_int_equal(RUN(behind, "ba", 1), NONE);
    static const struct {
        uint8_t mode;
        size_t at; /* in "abb" */
        bool holds;
    } looks[] = {{0, 0, false},
                 {0, 1, true},
                 {0, 3, false},
                 {LOOK_NOT, 0, true},
                 {LOOK_NOT, 1, false},
                 {LOOK_NOT, 3, true},
                 {LOOK_BEHIND, 0, false},
                 {LOOK_BEHIND, 1, false},
                 {LOOK_BEHIND, 3, true},
                 {LOOK_BEHIND | LOOK_NOT, 0, true},
                 {LOOK_BEHIND | LOOK_NOT, 2, false}};
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        Step look[] = {LOOK(looks[i].mode, B), DO(STEP_MATCH)};
        assert_int_equal(RUN(look, "abb", looks[i].at), looks[i].holds ? (int)looks[i].at : NONE);
    }
    machine_release(&machine);
}

static void test_edges(void **state)
{
    (void)state;
    Machine machine = {0};
    Step steps[] = {DO(STEP_FIRST), ITEM(A), DO(STEP_LAST), DO(STEP_MATCH)};
    assert_int_equal(RUN(steps, "a", 0), 1);
    assert_int_equal(RUN(steps, "a|a", 0), 1);
    assert_int_equal(RUN(steps, "a|a", 2), 3);
    assert_int_equal(RUN(steps, "aa", 0), NONE);
    assert_int_equal(RUN(steps, "aa", 1), NONE);
    machine_release(&machine);
}

static void test_what_takes_too_long(void **state)
{
    (void)state;
    Machine machine = {0};
    /* ((a+)+)+ b without a b */
    Step steps[] = {REPEAT(A, REPEAT_GREEDY, 1, REPEAT_ENDLESS), GO(STEP_SPLIT_AWAY, -1),
                    GO(STEP_SPLIT_AWAY, -2), ITEM(B), DO(STEP_MATCH)};
    assert_int_equal(RUN(steps, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0), LIMITED);
    assert_int_equal(RUN(steps, "aab", 0), 3);
    /* Choices without end: the budget would allow more of them. */
    Step forever[] = {GO(STEP_SPLIT, 2), GO(STEP_JUMP, -1), DO(STEP_MATCH)};
    uint16_t kind = 2;
    size_t end;
    uint64_t with_unions[sizeof rows / sizeof *rows];
    write_guards(forever, sizeof forever / sizeof *forever, with_unions);
    ItemView view = {&kind, with_unions, 1, 0, 1, 1};
    machine.budget = UINT64_MAX;
    assert_int_equal(program_run(&machine, forever, 0, &view, 0, &end), RUN_LIMITED);
    machine_release(&machine);
}

static void test_guards_behind_what_repeats(void **state)
{
    (void)state;
    enum { STEPS = 1000 };
    Machine machine = {0};
    /* b{0,9}? <(a | c)>: a place that has neither is passed at once. */
    Step lazy[] = {REPEAT(B, REPEAT_LAZY, 0, 9),
                   NOTE(0),
                   GO(STEP_SPLIT, 3),
                   ITEM(A),
                   GO(STEP_JUMP, 2),
                   ITEM(C),
                   DO(STEP_MATCH)};
    assert_int_equal(RUN(lazy, "bbbbbba", 0), 7);
    assert_int_equal(machine.slots[0], 6);
    assert_true(STEPS - machine.budget <= 6 + 5);
    assert_int_equal(RUN(lazy, "bbbbbb", 0), NONE);
    assert_int_equal(RUN(lazy, "*a", 0), 1);
    /* b{0,9} (a | c | any): none is left out. */
    Step three[] = {REPEAT(B, REPEAT_GREEDY, 0, 9),
                    GO(STEP_SPLIT, 3),
                    ITEM(C),
                    GO(STEP_JUMP, 5),
                    GO(STEP_SPLIT, 3),
                    ITEM(ANY),
                    GO(STEP_JUMP, 2),
                    ITEM(A),
                    DO(STEP_MATCH)};
    assert_int_equal(RUN(three, "bba", 0), 3);
    /* b* $: what takes no item guards nothing. */
    Step last[] = {REPEAT(B, REPEAT_GREEDY, 0, 9), DO(STEP_LAST), DO(STEP_MATCH)};
    assert_int_equal(RUN(last, "bb", 0), 2);
    /* b{0,9}? a? b: an a or the b. */
    Step maybe[] = {REPEAT(B, REPEAT_LAZY, 1, 9), REPEAT(A, REPEAT_GREEDY, 0, 1), ITEM(B),
                    DO(STEP_MATCH)};
    assert_int_equal(RUN(maybe, "bab", 0), 3);
    assert_int_equal(RUN(maybe, "bb", 0), 2);
    assert_int_equal(RUN(maybe, "ba", 0), NONE);
    machine_release(&machine);
}

/* What of two ways may stand second tells which is taken. */
static void test_guards_of_what_follows(void **state)
{
    (void)state;
    enum { STEPS = 1000 };
    Machine machine = {0};
    /* (a a a | a b{2} | a b? a) */
    Step steps[] = {GO(STEP_SPLIT, 5),
                    ITEM(A),
                    ITEM(A),
                    ITEM(A),
                    GO(STEP_JUMP, 8),
                    GO(STEP_SPLIT, 4),
                    ITEM(A),
                    REPEAT(B, REPEAT_GREEDY, 2, 2),
                    GO(STEP_JUMP, 4),
                    ITEM(A),
                    REPEAT(B, REPEAT_GREEDY, 0, 1),
                    ITEM(A),
                    DO(STEP_MATCH)};
    assert_int_equal(RUN(steps, "aaa", 0), 3);
    assert_int_equal(RUN(steps, "aa", 0), 2);
    assert_int_equal(RUN(steps, "aba", 0), 3);
    assert_int_equal(RUN(steps, "abba", 0), 3);
    assert_true(STEPS - machine.budget <= 7);
    assert_int_equal(RUN(steps, "a", 0), NONE);
    assert_int_equal(STEPS - machine.budget, 1);
    /* (a | a a) a?: where a way may be over behind its first item, anything may follow. */
    Step over[] = {GO(STEP_SPLIT, 3), ITEM(A), GO(STEP_JUMP, 3),
                   ITEM(A),           ITEM(A), REPEAT(A, REPEAT_GREEDY, 0, 1),
                   DO(STEP_MATCH)};
    assert_int_equal(RUN(over, "ab", 0), 1);
    assert_int_equal(RUN(over, "aaaa", 0), 2);
    assert_int_equal(RUN(over, "b", 0), NONE);
    machine_release(&machine);
}

/* (a?)? many times over: each group would double the ways that lead on from those before. */
static void test_guards_of_many_ways(void **state)
{
    (void)state;
    enum { GROUPS = 50, STEPS = 2 * GROUPS + 2 };
    Machine machine = {0};
    Step steps[STEPS] = {[STEPS - 2] = ITEM(A), [STEPS - 1] = DO(STEP_MATCH)};
    for (size_t i = 0; i < STEPS - 2; i += 2) {
        steps[i] = (Step)GO(STEP_SPLIT, 2);
        steps[i + 1] = (Step)REPEAT(A, REPEAT_GREEDY, 0, 1);
    }
    char items[GROUPS + 2] = "";
    memset(items, 'a', GROUPS + 1);
    assert_int_equal(RUN(steps, items, 0), GROUPS + 1);
    assert_int_equal(steps[0].guard, NO_GUARD);
    assert_int_equal(steps[STEPS - 4].guard, A);
    assert_int_equal(steps[STEPS - 4].away_guard, A);
    machine_release(&machine);
}

static bool may_be(const Lead *lead, size_t place, int letter)
{
    return (lead->expressions[place][0] >> letter & 1) != 0;
}

static void test_leads(void **state)
{
    (void)state;
    enum { MOST = 4 };
    Lead leads[MOST];
    /* a{1,2} b */
    Step counted[] = {REPEAT(A, REPEAT_GREEDY, 1, 2), ITEM(B), DO(STEP_MATCH)};
    assert_int_equal(program_leads(counted, 3, leads, MOST), 1);
    assert_true(may_be(leads, 0, A) && !may_be(leads, 0, B) && !leads->ends[0]);
    assert_true(may_be(leads, 1, A) && may_be(leads, 1, B) && !leads->ends[1]);
    assert_true(!may_be(leads, 2, A) && may_be(leads, 2, B) && leads->ends[2]);
    /* a* b: by an a or by the b */
    Step maybe[] = {REPEAT(A, REPEAT_GREEDY, 0, REPEAT_ENDLESS), ITEM(B), DO(STEP_MATCH)};
    assert_int_equal(program_leads(maybe, 3, leads, MOST), 2);
    assert_true(may_be(leads, 0, A) && !may_be(leads, 0, B));
    assert_true(may_be(leads, 1, A) && may_be(leads, 1, B));
    assert_true(!may_be(leads + 1, 0, A) && may_be(leads + 1, 0, B) && leads[1].ends[1]);
    /* where there is room for one alone, it is both */
    assert_int_equal(program_leads(maybe, 3, leads, 1), 1);
    assert_true(may_be(leads, 0, A) && may_be(leads, 0, B) && leads->ends[1]);
    /* (^ a | b): an edge for the one, not for both */
    Step edge[] = {GO(STEP_SPLIT, 4), DO(STEP_FIRST), ITEM(A),
                   GO(STEP_JUMP, 2),  ITEM(B),        DO(STEP_MATCH)};
    assert_int_equal(program_leads(edge, 6, leads, MOST), 2);
    assert_true(leads[0].front.at_edge && may_be(leads, 0, A) && !may_be(leads, 0, B));
    assert_true(!leads[1].front.at_edge && !may_be(leads + 1, 0, A) && may_be(leads + 1, 0, B));
    assert_int_equal(program_leads(edge, 6, leads, 1), 1);
    assert_false(leads->front.at_edge);
}

static void test_looks_behind_the_last_item(void **state)
{
    (void)state;
    Lead lead;
    /* a (?= b c) and a (?= b): what is looked at last stands at the places behind. */
    Step ahead[] = {ITEM(A), GO(STEP_AHEAD, 4),  ITEM(B),
                    ITEM(C), DO(STEP_AHEAD_END), DO(STEP_MATCH)};
    assert_int_equal(program_leads(ahead, 6, &lead, 1), 1);
    assert_true(may_be(&lead, 1, B) && !may_be(&lead, 1, C) && !lead.ends[1]);
    assert_true(may_be(&lead, 2, C) && !may_be(&lead, 2, B) && !lead.ends[2]);
    Step look[] = {ITEM(A), LOOK(0, B), NOTE(0), DO(STEP_MATCH)};
    assert_int_equal(program_leads(look, 4, &lead, 1), 1);
    assert_true(may_be(&lead, 1, B) && !lead.ends[1] && lead.ends[2]);
    /* a (?= b) c: more is taken, and that is what counts. */
    Step within[] = {ITEM(A), LOOK(0, B), ITEM(C), DO(STEP_MATCH)};
    assert_int_equal(program_leads(within, 4, &lead, 1), 1);
    assert_true(!may_be(&lead, 1, B) && may_be(&lead, 1, C) && !lead.ends[1]);
    /* a (?! b), a (?<= a): nothing is known. */
    Step not [] = {ITEM(A), LOOK(LOOK_NOT, B), DO(STEP_MATCH)};
    assert_int_equal(program_leads(not, 3, &lead, 1), 1);
    assert_true(lead.ends[1] && !may_be(&lead, 1, B));
    Step behind[] = {ITEM(A),       GO(STEP_AHEAD, 5), {.kind = STEP_BACK, .least = 2},
                     ITEM(A),       ITEM(B),           DO(STEP_AHEAD_END),
                     DO(STEP_MATCH)};
    assert_int_equal(program_leads(behind, 7, &lead, 1), 1);
    assert_true(lead.ends[1] && !may_be(&lead, 1, A));
}

static bool looks_at(const Lead *lead, int letter, int mode)
{
    for (size_t i = 0; i < lead->front.look_count; i++)
        if (lead->front.looks[i].expression == letter && lead->front.looks[i].mode == mode)
            return true;
    return false;
}

static void test_looks_before_the_first_item(void **state)
{
    (void)state;
    enum { MOST = 4 };
    Lead leads[MOST];
    /* (?<! a) ((?= b) . | .) c: what holds on one way alone is left to that way */
    Step looks[] = {LOOK(LOOK_BEHIND | LOOK_NOT, A),
                    GO(STEP_SPLIT, 4),
                    LOOK(0, B),
                    ITEM(ANY),
                    GO(STEP_JUMP, 2),
                    ITEM(ANY),
                    ITEM(C),
                    DO(STEP_MATCH)};
    assert_int_equal(program_leads(looks, 8, leads, MOST), 2);
    assert_true(looks_at(leads, A, LOOK_BEHIND | LOOK_NOT) && looks_at(leads, B, 0));
    assert_true(looks_at(leads + 1, A, LOOK_BEHIND | LOOK_NOT) && !looks_at(leads + 1, B, 0));
    assert_int_equal(program_leads(looks, 8, leads, 1), 1);
    assert_true(looks_at(leads, A, LOOK_BEHIND | LOOK_NOT) && !looks_at(leads, B, 0));
    /* (b c)* a: a look within what may be left out says nothing of what is behind */
    Step within[] = {GO(STEP_SPLIT, 4), LOOK(0, B), ITEM(ANY),
                     GO(STEP_JUMP, -3), ITEM(A),    DO(STEP_MATCH)};
    assert_int_equal(program_leads(within, 6, leads, MOST), 2);
    assert_true(looks_at(leads, B, 0) && !looks_at(leads + 1, B, 0));
    /* (?= b c): its first item is one to be looked at */
    Step ahead[] = {GO(STEP_AHEAD, 4),  ITEM(B),   ITEM(C),
                    DO(STEP_AHEAD_END), ITEM(ANY), DO(STEP_MATCH)};
    assert_int_equal(program_leads(ahead, 6, leads, MOST), 1);
    assert_true(looks_at(leads, B, 0) && leads->front.look_count == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts_and_modes),
        cmocka_unit_test(test_no_end_is_none),
        cmocka_unit_test(test_slots_of_ways_given_up),
        cmocka_unit_test(test_loops_over_nothing_end),
        cmocka_unit_test(test_atomic_groups),
        cmocka_unit_test(test_looks),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_what_takes_too_long),
        cmocka_unit_test(test_guards_behind_what_repeats),
        cmocka_unit_test(test_guards_of_what_follows),
        cmocka_unit_test(test_guards_of_many_ways),
        cmocka_unit_test(test_leads),
        cmocka_unit_test(test_looks_before_the_first_item),
        cmocka_unit_test(test_looks_behind_the_last_item),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
