/* The likeness of letters, by pairs of a made-up language. */
#include "tests/unit/unit.h"

#include "tools/normalize/likeness.h"

static long weigh(const Likeness *likeness, const uint32_t *letters, size_t count)
{
    Evidence evidence = {0};
    for (size_t i = 0; i < count; i++)
        evidence_add(likeness, &evidence, letters[i]);
    evidence_end(likeness, &evidence);
    return evidence.halves;
}

/* Two letters of weight 2 side by side, others cost 3. */
static void pairs_weigh(void **state)
{
    (void)state;
    static Likeness likeness = {.row_count = 4, .other = -6};
    memset(likeness.weight, likeness.other, sizeof likeness.weight);
    likeness.row[0x3B1] = 2;
    likeness.row[0x3B2] = 3;
    likeness.weight[2][3] = 4;
    likeness.weight[1][2] = likeness.weight[3][1] = 1;
    assert_int_equal(weigh(&likeness, NULL, 0), 0);
    assert_int_equal(weigh(&likeness, (uint32_t[]){0x3B1, 0x3B2}, 2), 6);
    assert_int_equal(weigh(&likeness, (uint32_t[]){' ', ' '}, 2), 0);
    assert_true(weigh(&likeness, (uint32_t[]){0x3B2, 0x3B1}, 2) < 0);
    assert_true(weigh(&likeness, (uint32_t[]){0x3B1, 'x'}, 2) < 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(pairs_weigh)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
