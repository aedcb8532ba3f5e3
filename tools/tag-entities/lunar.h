/* Days of the Gregorian calendar, and a lunar calendar beside it whose months
 * are told by a table: section `lunar-calendar` of the rules. */
#ifndef QAWL_TAG_ENTITIES_LUNAR_H
#define QAWL_TAG_ENTITIES_LUNAR_H

#include "common/rules.h"

/* A day of the Gregorian calendar, or of the lunar one; year 0: none is known. */
typedef struct {
    int year, month, day;
} Day;

/* Days are counted from 0000-03-01. */
long day_number(Day day);
Day day_from_number(long number);

/* Whether the Gregorian calendar has this day, in the years 1 to 9999. */
bool is_day(Day day);

typedef struct LunarCalendar LunarCalendar;

/* *lunar is NULL where the rules have no such section. False with `error` on a
 * mistake in it. Lives in rules->arena. */
bool lunar_new(Rules *rules, const LunarCalendar **lunar, Error *error);

/* The lunar day of a day number; year 0 where the table does not reach. */
Day lunar_from_number(const LunarCalendar *lunar, long number);

/* The numbers of the first and the last day of a lunar day, of a month (day 0)
 * or of a year (month and day 0); false where the table has none. */
bool lunar_span(const LunarCalendar *lunar, Day lunar_day, long *first, long *last);

#endif
