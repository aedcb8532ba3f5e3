/* What every unit test includes first. */
#ifndef QAWL_TESTS_UNIT_H
#define QAWL_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/slice.h"

static inline void check_slice(Slice found, const char *expected, const char *file, int line)
{
    if (!slice_equal(found, slice_of(expected)))
        print_error("found \"%.*s\", expected \"%s\"\n", SLICE_ARG(found), expected);
    _assert_true(slice_equal(found, slice_of(expected)), "slices are equal", file, line);
}

#define assert_slice(found, expected) check_slice((found), (expected), __FILE__, __LINE__)

/* For the table of tests: one that runs between set_up and tear_down of its file. */
#define fixture_test(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* The same numbers in every run. */
static inline uint32_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33);
}

#endif
