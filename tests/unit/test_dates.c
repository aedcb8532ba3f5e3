#include "tests/unit/unit.h"

#include "tools/tag-entities/dates.h"

static void check_value(DateParts parts, Day today, const char *wanted)
{
    Arena arena = {0};
    Slice value = date_value(&parts, today, &arena);
    assert_slice(value, wanted);
    arena_release(&arena);
}

static const Day TUESDAY = {2024, 3, 5};
static const Day NO_DAY = {0, 0, 0};

static void test_days_are_read_from_iso_dates(void **state)
{
    (void)state;
    static const char *const bad[] = {"",           "2015",       "2015-7-21",  "2015-13-01",
                                      "2015-02-29", "2015/07/21", "x2015-07-21"};
    Day day;
    assert_true(day_read(SLICE("2016-02-29T10:00+01:00"), &day));
    assert_int_equal(day.year, 2016);
    assert_int_equal(day.month, 2);
    assert_int_equal(day.day, 29);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(day_read(slice_of(bad[i]), &day));
}

static void test_a_weekday_is_the_last_one(void **state)
{
    (void)state;
    check_value((DateParts){.from = {.weekday = 2}}, TUESDAY, "2024-03-05");
    check_value((DateParts){.from = {.weekday = 1}}, TUESDAY, "2024-03-04");
    check_value((DateParts){.from = {.weekday = 3}}, TUESDAY, "2024-02-28");
    check_value((DateParts){.from = {.weekday = 3}}, NO_DAY, "");
}

static void test_a_direction_moves_a_weekday(void **state)
{
    (void)state;
    DateParts parts = {.from = {.weekday = 2}, .has_direction = true, .direction = 1};
    check_value(parts, TUESDAY, "2024-03-12");
    parts.direction = 2;
    check_value(parts, TUESDAY, "2024-03-19");
    parts.direction = -1;
    check_value(parts, TUESDAY, "2024-02-27");
    parts.direction = -2;
    check_value(parts, TUESDAY, "2024-02-20");
    parts = (DateParts){.from = {.weekday = 7}, .has_direction = true, .direction = -1};
    check_value(parts, TUESDAY, "2024-03-03");
    parts.direction = 0;
    check_value(parts, TUESDAY, "2024-03-10");
}

static void test_an_offset_counts_days(void **state)
{
    (void)state;
    DateParts parts = {.has_offset = true, .offset = -5};
    check_value(parts, TUESDAY, "2024-02-29");
    parts = (DateParts){.from = {.weekday = 3}, .has_offset = true, .offset = 1};
    check_value(parts, TUESDAY, "2024-03-06");
}

static void test_a_month_stands_in_a_year(void **state)
{
    (void)state;
    DateParts parts = {.from = {.month = 3}};
    check_value(parts, TUESDAY, "2024-03");
    parts.has_direction = true;
    parts.direction = 1;
    check_value(parts, TUESDAY, "2025-03");
    parts.direction = -1;
    check_value(parts, TUESDAY, "2023-03");
    parts.from.month = 4;
    check_value(parts, TUESDAY, "2023-04");
    parts.from = (DatePoint){.year = 1950, .month = 9, .day = 23};
    check_value(parts, NO_DAY, "1950-09-23");
    check_value((DateParts){.from = {.year = 15, .month = 2}}, TUESDAY, "2015-02");
}

static void test_days_that_do_not_exist_have_no_value(void **state)
{
    (void)state;
    check_value((DateParts){.from = {.year = 2015, .month = 2, .day = 29}}, TUESDAY, "");
    check_value((DateParts){.from = {.year = 2015, .month = 13}}, TUESDAY, "");
    check_value((DateParts){.from = {.year = 2015, .month = 1, .day = 99999}}, TUESDAY, "");
    check_value((DateParts){0}, TUESDAY, "");
}

static void test_the_ends_of_a_range_share_what_one_has(void **state)
{
    (void)state;
    check_value((DateParts){.from = {.day = 26}, .to = {.day = 27, .month = 8}}, TUESDAY,
                "2024-08-26/2024-08-27");
    check_value((DateParts){.from = {.month = 10}, .to = {.month = 11, .year = 2014}}, TUESDAY,
                "2014-10/2014-11");
    check_value((DateParts){.from = {.year = 2012}, .to = {.year = 2014}}, NO_DAY, "2012/2014");
    check_value((DateParts){.from = {.weekday = 2}, .to = {.weekday = 3}}, TUESDAY,
                "2024-02-27/2024-02-28");
    check_value(
        (DateParts){
            .from = {.weekday = 2}, .to = {.weekday = 3}, .has_direction = true, .direction = 1},
        TUESDAY, "2024-03-12/2024-03-13");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days_are_read_from_iso_dates),
        cmocka_unit_test(test_a_weekday_is_the_last_one),
        cmocka_unit_test(test_a_direction_moves_a_weekday),
        cmocka_unit_test(test_an_offset_counts_days),
        cmocka_unit_test(test_a_month_stands_in_a_year),
        cmocka_unit_test(test_days_that_do_not_exist_have_no_value),
        cmocka_unit_test(test_the_ends_of_a_range_share_what_one_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
