#include "tools/tag-entities/dates.h"

enum { WEEK = 7, MONTHS = 12, HALF_YEAR = 6, DECADE = 10, CENTURY = 100 };

static const Slice NONE = {NULL, 0};

/* 1 Monday to 7 Sunday; 0000-03-01 was a Wednesday. */
static int weekday(long number)
{
    return (int)((number + 2) % WEEK) + 1;
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

/* ---- what is relative -------------------------------------------------- */

/* The day with the weekday `wanted` from a week before `number` to `most` days behind it. */
static long weekday_beside(long number, int wanted, int most)
{
    int ahead = (wanted - weekday(number) + WEEK) % WEEK;
    return number + ahead - (ahead > most ? WEEK : 0);
}

/* The day with this weekday that `parts` mean, today included. Without a word for the
 * direction news tells what has happened, unless the clause speaks of what is to come. */
static long nearest_weekday(const DateParts *parts, int wanted, long now)
{
    int ahead = (wanted - weekday(now) + WEEK) % WEEK;
    int direction = parts->direction.number, offset = parts->offset.number;
    /* Texts are often dated by a day too many or too few: the weekday is right. */
    if (parts->offset.is_set)
        return weekday_beside(now + offset, wanted, offset > 0 ? WEEK / 2 : 1);
    if (!parts->direction.is_set)
        return now + ahead - (ahead == 0 || parts->is_ahead ? 0 : WEEK);
    if (direction > 0)
        return now + (ahead == 0 ? WEEK : ahead) + (direction - 1) * WEEK;
    if (direction < 0)
        return now + ahead + direction * WEEK;
    return now + wanted - weekday(now);
}

/* The year in which a month (and day, or 0) of no year lies. Without a word for
 * it the text's own; but what would be far ahead was last year. */
static int year_of_month(const DateParts *parts, int month, int day, Day today)
{
    int direction = parts->direction.number;
    bool is_ahead = month > today.month || (month == today.month && day > today.day);
    bool is_behind = month < today.month || (month == today.month && day != 0 && day < today.day);
    if (!parts->direction.is_set) {
        bool was = parts->is_past ? month > today.month : month - today.month > HALF_YEAR;
        return today.year - was;
    }
    if (direction > 0)
        return today.year + !is_ahead + direction - 1;
    if (direction < 0)
        return today.year - !is_behind + direction + 1;
    return today.year;
}

/* A year written with two digits is the nearest one to the text's own. */
static int full_year(int year, Day today)
{
    if (year >= CENTURY)
        return year;
    int century = today.year > 0 ? today.year / CENTURY * CENTURY : 2000;
    if (today.year > 0 && century + year > today.year + 30)
        century -= CENTURY;
    return century + year;
}

/* ---- points of the Gregorian calendar ---------------------------------- */

static char *put_digits(char *out, int number, int count)
{
    for (int i = count; i > 0; i--) {
        out[i - 1] = (char)('0' + number % 10);
        number /= 10;
    }
    return out + count;
}

/* Without month, or day, where these are 0. Dates are many: no printf. */
static Slice write_date(Day day, Arena *arena)
{
    char *text = arena_alloc(arena, sizeof "0000-00-00"), *out = put_digits(text, day.year, 4);
    if (day.month != 0) {
        *out++ = '-';
        out = put_digits(out, day.month, 2);
    }
    if (day.day != 0) {
        *out++ = '-';
        out = put_digits(out, day.day, 2);
    }
    return (Slice){text, (size_t)(out - text)};
}

static Slice write_day(long number, Arena *arena)
{
    return write_date(day_from_number(number), arena);
}

/* A point without month and year. */
static Slice near_value(const DateParts *parts, DatePoint point, Day today, Arena *arena)
{
    if (today.year == 0)
        return NONE;
    long now = day_number(today);
    if (point.weekday != 0)
        return write_day(nearest_weekday(parts, point.weekday, now), arena);
    if (point.day == 0)
        return parts->offset.is_set ? write_day(now + parts->offset.number, arena) : NONE;
    Day day = {today.year, today.month, point.day};
    if (parts->month_offset.is_set) {
        int months = today.year * MONTHS + today.month - 1 + parts->month_offset.number;
        day.year = months / MONTHS;
        day.month = months % MONTHS + 1;
    }
    return is_day(day) ? write_day(day_number(day), arena) : NONE;
}

static Slice point_value(const DateParts *parts, DatePoint point, Day today, Arena *arena)
{
    if (point.year == 0 && point.month == 0)
        return near_value(parts, point, today, arena);
    int year = full_year(point.year, today);
    if (point.year == 0) {
        if (today.year == 0)
            return NONE;
        year = parts->year_offset.is_set ? today.year + parts->year_offset.number
                                         : year_of_month(parts, point.month, point.day, today);
    }
    Day day = {year, point.month, point.month == 0 ? 0 : point.day};
    return day.day == 0 || is_day(day) ? write_date(day, arena) : NONE;
}

/* Two weekdays are the ends of one stretch of days. */
static Slice weekdays_value(const DateParts *parts, Day today, Arena *arena)
{
    if (today.year == 0)
        return NONE;
    long first = nearest_weekday(parts, parts->from.weekday, day_number(today));
    long second = nearest_weekday(parts, parts->to.weekday, day_number(today));
    if (second < first && (parts->direction.number > 0 || parts->is_ahead))
        second += WEEK;
    else if (second < first)
        first -= WEEK;
    return arena_format(arena, "%.*s/%.*s", SLICE_ARG(write_day(first, arena)),
                        SLICE_ARG(write_day(second, arena)));
}

/* A decade or a century. One without a number is the last that has gone by. */
static Slice age_value(const DateParts *parts, Day today, Arena *arena)
{
    int now = today.year > 0 ? today.year : 2000, century = parts->century - 1;
    if (parts->century == 0 && parts->direction.is_set) {
        century = now / CENTURY + parts->direction.number;
    } else if (parts->century == 0) {
        century = now / CENTURY;
        if (century * CENTURY + (parts->decade.number + 1) * DECADE > now)
            century--;
    }
    if (century < 0 || century >= CENTURY || parts->decade.number < 0 ||
        parts->decade.number >= DECADE)
        return NONE;
    return parts->decade.is_set ? arena_format(arena, "%02d%d", century, parts->decade.number)
                                : arena_format(arena, "%02d", century);
}

/* ---- the lunar calendar ------------------------------------------------ */

/* The days of a lunar point, as far as the table reaches. */
static bool lunar_days(const DateParts *parts, DatePoint point, Day today,
                       const LunarCalendar *lunar, long *first, long *last)
{
    if (point.year == 0) {
        if (today.year == 0 || point.month == 0)
            return false;
        Day now = lunar_from_number(lunar, day_number(today));
        point.year = parts->year_offset.is_set ? now.year + parts->year_offset.number
                                               : year_of_month(parts, point.month, point.day, now);
    }
    if (!lunar_span(lunar, (Day){point.year, point.month, point.day}, first, last))
        return false;
    /* Countries that watch for the new moon are a day before the table or behind it. */
    if (point.day != 0 && point.weekday != 0) {
        long day = weekday_beside(*first, point.weekday, WEEK / 2);
        if (day - *first <= 1 && *first - day <= 1)
            *first = *last = day;
    }
    return true;
}

static Slice lunar_value(const DateParts *parts, DatePoint from, DatePoint to, bool is_range,
                         Day today, const LunarCalendar *lunar, Arena *arena)
{
    long first, last, end_first, end_last;
    if (lunar == NULL || !lunar_days(parts, from, today, lunar, &first, &last))
        return NONE;
    if (is_range) {
        if (!lunar_days(parts, to, today, lunar, &end_first, &end_last) || end_last < first)
            return NONE;
        last = end_last;
    }
    Slice begin = write_day(first, arena);
    return first == last ? begin
                         : arena_format(arena, "%.*s/%.*s", SLICE_ARG(begin),
                                        SLICE_ARG(write_day(last, arena)));
}

/* ---- the whole --------------------------------------------------------- */

static bool is_empty(DatePoint point)
{
    return point.year == 0 && point.month == 0 && point.day == 0 && point.weekday == 0;
}

static bool is_sane(DatePoint point)
{
    return point.year >= 0 && point.year <= 9999 && point.month >= 0 && point.month <= MONTHS &&
           point.day >= 0 && point.day <= 31 && point.weekday >= 0 && point.weekday <= WEEK;
}

Slice date_value(const DateParts *parts, Day today, const LunarCalendar *lunar, Arena *arena)
{
    DatePoint from = parts->from, to = parts->to;
    if (!is_sane(from) || !is_sane(to))
        return NONE;
    if (parts->century != 0 || parts->decade.is_set)
        return age_value(parts, today, arena);
    if (parts->period.length != 0)
        return from.year == 0 ? NONE
                              : arena_format(arena, "%04d-%.*s", full_year(from.year, today),
                                             SLICE_ARG(parts->period));
    bool is_range = !is_empty(to);
    if (is_range && from.weekday != 0 && to.weekday != 0 &&
        from.year + from.month + to.year + to.month == 0)
        return weekdays_value(parts, today, arena);
    if (is_range) {
        /* What only one end has is meant for both: 26 and 27 August, May and June 2015. */
        if (from.year == 0)
            from.year = to.year;
        if (to.year == 0)
            to.year = from.year;
        if (from.month == 0 && (from.day != 0 || to.day != 0))
            from.month = to.month;
        if (to.month == 0 && (from.day != 0 || to.day != 0))
            to.month = from.month;
    }
    if (parts->is_lunar)
        return lunar_value(parts, from, to, is_range, today, lunar, arena);
    Slice first = point_value(parts, from, today, arena);
    if (!is_range)
        return first;
    Slice second = point_value(parts, to, today, arena);
    if (first.length == 0 || second.length == 0)
        return NONE;
    if (slice_equal(first, second)) /* the two names of one month */
        return first;
    return arena_format(arena, "%.*s/%.*s", SLICE_ARG(first), SLICE_ARG(second));
}
