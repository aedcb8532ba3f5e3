#include "tests/unit/unit.h"

#include "tests/unit/rules_text.h"
#include "tools/tag-entities/dates.h"

static void check_value(DateParts parts, Day today, const char *wanted)
{
    Arena arena = {0};
    Slice value = date_value(&parts, today, NULL, &arena);
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
    check_value((DateParts){.from = {.weekday = 2}, .is_ahead = true}, TUESDAY, "2024-03-05");
    check_value((DateParts){.from = {.weekday = 3}, .is_ahead = true}, TUESDAY, "2024-03-06");
    check_value((DateParts){.from = {.weekday = 7}, .to = {.weekday = 1}, .is_ahead = true},
                TUESDAY, "2024-03-10/2024-03-11");
}

static void test_a_direction_moves_a_weekday(void **state)
{
    (void)state;
    DateParts parts = {.from = {.weekday = 2}, .direction = {true, 1}};
    check_value(parts, TUESDAY, "2024-03-12");
    parts.direction.number = 2;
    check_value(parts, TUESDAY, "2024-03-19");
    parts.direction.number = -1;
    check_value(parts, TUESDAY, "2024-02-27");
    parts.direction.number = -2;
    check_value(parts, TUESDAY, "2024-02-20");
    parts = (DateParts){.from = {.weekday = 7}, .direction = {true, -1}};
    check_value(parts, TUESDAY, "2024-03-03");
    parts.direction.number = 0;
    check_value(parts, TUESDAY, "2024-03-10");
}

static void test_an_offset_counts_days(void **state)
{
    (void)state;
    DateParts parts = {.offset = {true, -5}};
    check_value(parts, TUESDAY, "2024-02-29");
    parts = (DateParts){.from = {.weekday = 3}, .offset = {true, 1}};
    check_value(parts, TUESDAY, "2024-03-06");
}

static void test_a_month_stands_in_a_year(void **state)
{
    (void)state;
    DateParts parts = {.from = {.month = 3}};
    check_value(parts, TUESDAY, "2024-03");
    parts.direction.is_set = true;
    parts.direction.number = 1;
    check_value(parts, TUESDAY, "2025-03");
    parts.direction.number = -1;
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
    check_value((DateParts){.from = {.weekday = 2}, .to = {.weekday = 3}, .direction = {true, 1}},
                TUESDAY, "2024-03-12/2024-03-13");
}

static void test_a_text_dated_late_keeps_the_weekday(void **state)
{
    (void)state;
    DateParts parts = {.from = {.weekday = 1}, .offset = {true, 0}};
    check_value(parts, TUESDAY, "2024-03-04");
    parts.from.weekday = 3;
    check_value(parts, TUESDAY, "2024-03-06");
    parts.from.weekday = 5;
    check_value(parts, TUESDAY, "2024-03-01");
    parts.offset.number = 1;
    check_value(parts, TUESDAY, "2024-03-08");
}

static void test_a_month_far_ahead_was_last_year(void **state)
{
    (void)state;
    check_value((DateParts){.from = {.month = 9}}, TUESDAY, "2024-09");
    check_value((DateParts){.from = {.month = 10}}, TUESDAY, "2023-10");
    check_value((DateParts){.from = {.month = 4}, .is_past = true}, TUESDAY, "2023-04");
    check_value((DateParts){.from = {.month = 3}, .is_past = true}, TUESDAY, "2024-03");
    DateParts parts = {.from = {.month = 3, .day = 9}, .direction = {true, 1}};
    check_value(parts, TUESDAY, "2024-03-09");
    parts.direction.number = -1;
    check_value(parts, TUESDAY, "2023-03-09");
    parts = (DateParts){.from = {.month = 11}, .year_offset = {true, -1}};
    check_value(parts, TUESDAY, "2023-11");
    parts = (DateParts){.from = {.day = 15}, .to = {.day = 17}, .month_offset = {true, -3}};
    check_value(parts, TUESDAY, "2023-12-15/2023-12-17");
}

static void test_decades_and_centuries_are_shorter_years(void **state)
{
    (void)state;
    check_value((DateParts){.century = 20}, NO_DAY, "19");
    check_value((DateParts){.decade = {true, 6}}, NO_DAY, "196");
    check_value((DateParts){.decade = {true, 1}}, TUESDAY, "201");
    check_value((DateParts){.decade = {true, 2}}, TUESDAY, "192");
    check_value((DateParts){.decade = {true, 0}, .century = 10}, TUESDAY, "090");
    check_value((DateParts){.decade = {true, 9}, .direction = {true, -1}}, TUESDAY, "199");
    check_value((DateParts){.century = 1000}, TUESDAY, "");
}

static void test_parts_of_a_year_are_named(void **state)
{
    (void)state;
    DateParts parts = {.from = {.year = 2015}, .period = SLICE_INIT("Q2")};
    check_value(parts, NO_DAY, "2015-Q2");
    parts.from.year = 0;
    check_value(parts, TUESDAY, "");
}

static const char LUNAR[] = "lunar-calendar:\n"
                            "  note: two years\n"
                            "  first: 1436\n"
                            "  year: 2014\n"
                            "  month: 10\n"
                            "  day: 25\n"
                            "  lengths: [\"010101001011\", \"011010010101\"]\n";

static void check_lunar(DateParts parts, Day today, const char *wanted)
{
    Rules rules = {0};
    Error error = {0};
    const LunarCalendar *lunar = NULL;
    add_rules(&rules, LUNAR);
    assert_true(lunar_new(&rules, &lunar, &error));
    assert_non_null(lunar);
    Arena arena = {0};
    parts.is_lunar = true;
    assert_slice(date_value(&parts, today, lunar, &arena), wanted);
    arena_release(&arena);
    rules_release(&rules);
}

static void test_the_lunar_calendar_is_a_table(void **state)
{
    (void)state;
    const Day july = {2015, 7, 26};
    check_lunar((DateParts){.from = {1436, 1, 1, 0}}, NO_DAY, "2014-10-25");
    check_lunar((DateParts){.from = {1436, 1, 0, 0}}, NO_DAY, "2014-10-25/2014-11-22");
    check_lunar((DateParts){.from = {1436, 0, 0, 0}}, NO_DAY, "2014-10-25/2015-10-13");
    check_lunar((DateParts){.from = {1436, 1, 30, 0}}, NO_DAY, "");
    check_lunar((DateParts){.from = {1438, 1, 1, 0}}, NO_DAY, "");
    check_lunar((DateParts){.from = {0, 10, 24, 0}}, july, "2015-08-09");
    check_lunar((DateParts){.from = {0, 10, 24, 0}}, NO_DAY, "");
    check_lunar((DateParts){.from = {.day = 8}, .to = {1436, 10, 15, 0}}, NO_DAY,
                "2015-07-24/2015-07-31");
    /* A day beside the table, where the weekday says so. */
    check_lunar((DateParts){.from = {1436, 10, 21, 4}}, NO_DAY, "2015-08-06");
    check_lunar((DateParts){.from = {1436, 10, 21, 5}}, NO_DAY, "2015-08-07");
    check_lunar((DateParts){.from = {1436, 10, 21, 1}}, NO_DAY, "2015-08-06");
    const DateParts without = {.from = {1436, 1, 1, 0}, .is_lunar = true};
    check_value(without, july, "");
}

static void test_mistakes_in_a_lunar_calendar_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"lunar-calendar: {first: 1, year: 2014, month: 10, day: 25}\n", "needs \"lengths\""},
        {"lunar-calendar: {first: 1, year: 2014, month: 13, day: 25, lengths: []}\n",
         "month must be a whole number from 1 to 12"},
        {"lunar-calendar: {first: 1, month: 10, day: 25, lengths: []}\n", "needs \"year\""},
        {"lunar-calendar: {first: 1, year: 2014, month: 1, day: 25, lengths: [\"01\"]}\n",
         "twelve times"},
        {"lunar-calendar: {first: 1, year: 2014, month: 1, day: 25, lengths: [\"010101010102\"]}\n",
         "twelve times"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Rules rules = {0};
        Error error = {0};
        const LunarCalendar *lunar = NULL;
        add_rules(&rules, bad[i].text);
        assert_false(lunar_new(&rules, &lunar, &error));
        assert_non_null(strstr(error.message, bad[i].message));
        rules_release(&rules);
    }
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
        cmocka_unit_test(test_a_text_dated_late_keeps_the_weekday),
        cmocka_unit_test(test_a_month_far_ahead_was_last_year),
        cmocka_unit_test(test_decades_and_centuries_are_shorter_years),
        cmocka_unit_test(test_parts_of_a_year_are_named),
        cmocka_unit_test(test_the_lunar_calendar_is_a_table),
        cmocka_unit_test(test_mistakes_in_a_lunar_calendar_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
