#include "tools/tag-entities/dates.h"

enum { WEEK = 7, MONTHS = 12 };

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_length(int year, int month)
{
    static const int lengths[MONTHS] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return lengths[month - 1] + (month == 2 && is_leap(year));
}

/* Days since 0000-03-01: years that begin in March have their leap day at the end. */
static long day_number(Day day)
{
    long year = day.year - (day.month <= 2);
    long month = (day.month + 9) % 12;
    return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day.day - 1;
}

static Day day_from_number(long number)
{
    long year = (10000 * number + 14780) / 3652425;
    long rest = number - (365 * year + year / 4 - year / 100 + year / 400);
    if (rest < 0) {
        year--;
        rest = number - (365 * year + year / 4 - year / 100 + year / 400);
    }
    long month = (100 * rest + 52) / 3060;
    return (Day){.year = (int)(year + (month + 2) / 12),
                 .month = (int)((month + 2) % 12 + 1),
                 .day = (int)(rest - (month * 306 + 5) / 10 + 1)};
}

/* 1 Monday to 7 Sunday; 0000-03-01 was a Wednesday. */
static int weekday(long number)
{
    return (int)((number + 2) % WEEK) + 1;
}

static bool is_day(Day day)
{
    return day.year > 0 && day.year <= 9999 && day.month >= 1 && day.month <= MONTHS &&
           day.day >= 1 && day.day <= month_length(day.year, day.month);
}

static bool read_digits(Slice text, size_t at, size_t count, int *number)
{
    *number = 0;
    for (size_t i = at; i < at + count; i++) {
        if (i >= text.length || text.data[i] < '0' || text.data[i] > '9')
            return false;
        *number = *number * 10 + (text.data[i] - '0');
    }
    return true;
}

bool day_read(Slice text, Day *day)
{
    Day read;
    if (!read_digits(text, 0, 4, &read.year) || !read_digits(text, 5, 2, &read.month) ||
        !read_digits(text, 8, 2, &read.day) || text.data[4] != '-' || text.data[7] != '-' ||
        !is_day(read))
        return false;
    *day = read;
    return true;
}

/* The day with this weekday that `parts` mean. Without a word for the direction
 * news tells what has happened: the last such day, today included. */
static Day nearest_weekday(const DateParts *parts, int wanted, Day today)
{
    long now = day_number(today);
    int ahead = (wanted - weekday(now) + WEEK) % WEEK;
    if (parts->has_offset && ahead != 0 && parts->offset > 0)
        return day_from_number(now + ahead);
    if (!parts->has_direction)
        return day_from_number(ahead == 0 ? now : now + ahead - WEEK);
    if (parts->direction > 0)
        return day_from_number(now + (ahead == 0 ? WEEK : ahead) + (parts->direction - 1) * WEEK);
    if (parts->direction < 0)
        return day_from_number(now + ahead + parts->direction * WEEK);
    return day_from_number(now + wanted - weekday(now));
}

static int year_of_month(const DateParts *parts, int month, Day today)
{
    if (!parts->has_direction || parts->direction == 0)
        return today.year;
    if (parts->direction > 0)
        return today.year + (month <= today.month) + parts->direction - 1;
    return today.year - (month >= today.month) + parts->direction + 1;
}

/* A year written with two digits is the nearest one to the text's own. */
static int full_year(int year, Day today)
{
    if (year >= 100)
        return year;
    int century = today.year > 0 ? today.year / 100 * 100 : 2000;
    if (today.year > 0 && century + year > today.year + 30)
        century -= 100;
    return century + year;
}

static Slice point_value(const DateParts *parts, DatePoint point, Day today, Arena *arena)
{
    Slice none = {NULL, 0};
    if (point.year == 0 && point.month == 0) {
        if (today.year == 0)
            return none;
        Day day;
        if (point.weekday != 0)
            day = nearest_weekday(parts, point.weekday, today);
        else if (point.day != 0)
            day = (Day){today.year, today.month, point.day};
        else if (parts->has_offset)
            day = day_from_number(day_number(today) + parts->offset);
        else
            return none;
        if (!is_day(day))
            return none;
        return arena_format(arena, "%04d-%02d-%02d", day.year, day.month, day.day);
    }
    int year = full_year(point.year, today);
    if (point.year == 0) {
        if (today.year == 0)
            return none;
        year = year_of_month(parts, point.month, today);
    }
    if (point.month == 0)
        return arena_format(arena, "%04d", year);
    if (point.day == 0)
        return arena_format(arena, "%04d-%02d", year, point.month);
    if (!is_day((Day){year, point.month, point.day}))
        return none;
    return arena_format(arena, "%04d-%02d-%02d", year, point.month, point.day);
}

static bool is_empty(DatePoint point)
{
    return point.year == 0 && point.month == 0 && point.day == 0 && point.weekday == 0;
}

static bool is_sane(DatePoint point)
{
    return point.year >= 0 && point.year <= 9999 && point.month >= 0 && point.month <= MONTHS &&
           point.day >= 0 && point.day <= 31 && point.weekday >= 0 && point.weekday <= WEEK;
}

/* Two weekdays are the ends of one stretch of days. */
static Slice weekdays_value(const DateParts *parts, Day today, Arena *arena)
{
    long first = day_number(nearest_weekday(parts, parts->from.weekday, today));
    long second = day_number(nearest_weekday(parts, parts->to.weekday, today));
    if (second < first && parts->has_direction && parts->direction > 0)
        second += WEEK;
    else if (second < first)
        first -= WEEK;
    Day from = day_from_number(first), to = day_from_number(second);
    return arena_format(arena, "%04d-%02d-%02d/%04d-%02d-%02d", from.year, from.month, from.day,
                        to.year, to.month, to.day);
}

Slice date_value(const DateParts *parts, Day today, Arena *arena)
{
    DatePoint from = parts->from, to = parts->to;
    if (!is_sane(from) || !is_sane(to))
        return (Slice){NULL, 0};
    if (is_empty(to))
        return point_value(parts, from, today, arena);
    if (from.weekday != 0 && to.weekday != 0 && from.year + from.month + to.year + to.month == 0)
        return today.year == 0 ? (Slice){NULL, 0} : weekdays_value(parts, today, arena);
    /* What only one end has is meant for both: 26 and 27 August, May and June 2015. */
    if (from.year == 0)
        from.year = to.year;
    if (to.year == 0)
        to.year = from.year;
    if (from.month == 0 && (from.day != 0 || to.day != 0))
        from.month = to.month;
    if (to.month == 0 && (from.day != 0 || to.day != 0))
        to.month = from.month;
    Slice first = point_value(parts, from, today, arena);
    Slice second = point_value(parts, to, today, arena);
    if (first.length == 0 || second.length == 0)
        return (Slice){NULL, 0};
    return arena_format(arena, "%.*s/%.*s", SLICE_ARG(first), SLICE_ARG(second));
}
