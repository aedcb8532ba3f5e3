#include "tools/tag-entities/lunar.h"

enum { MONTHS = 12, SHORT_MONTH = 29 };

struct LunarCalendar {
    int first_year;
    size_t year_count;
    long *starts; /* of each month, and of the one behind the last */
};

/* ---- the Gregorian calendar -------------------------------------------- */

/* Years that begin in March have their leap day at the end. */
long day_number(Day day)
{
    long year = day.year - (day.month <= 2);
    long month = (day.month + 9) % 12;
    return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day.day - 1;
}

Day day_from_number(long number)
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

static int month_length(int year, int month)
{
    static const int lengths[MONTHS] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return lengths[month - 1] + (month == 2 && is_leap);
}

bool is_day(Day day)
{
    return day.year > 0 && day.year <= 9999 && day.month >= 1 && day.month <= MONTHS &&
           day.day >= 1 && day.day <= month_length(day.year, day.month);
}

/* ---- the table --------------------------------------------------------- */

static bool read_number(const RuleNode *node, const char *key, size_t most, int *number,
                        Error *error)
{
    size_t value = 0;
    if (!rule_count(node, key, 1, most, &value, error))
        return false;
    *number = (int)value;
    return value != 0 || rule_error(node, error, "a lunar calendar needs \"%s\"", key);
}

static bool read_years(LunarCalendar *lunar, const RuleNode *years, long start, Error *error)
{
    size_t month = 0;
    for (const RuleNode *year = years->children; year; year = year->next) {
        bool is_right = year->scalar.length == MONTHS;
        for (size_t i = 0; i < year->scalar.length && is_right; i++) {
            is_right = year->scalar.data[i] == '0' || year->scalar.data[i] == '1';
            lunar->starts[month++] = start;
            start += SHORT_MONTH + (year->scalar.data[i] - '0');
        }
        if (!is_right)
            return rule_error(year, error,
                              "a year is twelve times 0 (a month of 29 days) or 1 (of 30), not "
                              "\"%.*s\"",
                              SLICE_ARG(year->scalar));
    }
    lunar->starts[month] = start;
    return true;
}

bool lunar_new(Rules *rules, const LunarCalendar **lunar, Error *error)
{
    static const char *const known[] = {"first", "year", "month", "day", "lengths[]", "note", NULL};
    *lunar = NULL;
    const RuleNode *node = NULL;
    for (RuleWalk walk = rules_walk(rules, "lunar-calendar"); rule_walk_next(&walk);)
        node = walk.node;
    if (node == NULL)
        return true;
    Day first;
    LunarCalendar *made = ARENA_NEW(&rules->arena, LunarCalendar);
    if (!rule_check_keys(node, known, error) ||
        !read_number(node, "first", 9999, &made->first_year, error) ||
        !read_number(node, "year", 9999, &first.year, error) ||
        !read_number(node, "month", MONTHS, &first.month, error) ||
        !read_number(node, "day", 31, &first.day, error))
        return false;
    const RuleNode *lengths = rule_get(node, "lengths");
    if (lengths == NULL || lengths->kind != RULE_LIST)
        return rule_error(node, error, "a lunar calendar needs \"lengths\", a list of years");
    made->year_count = lengths->child_count;
    made->starts = ARENA_ARRAY(&rules->arena, made->year_count * MONTHS + 1, long);
    *lunar = made;
    return read_years(made, lengths, day_number(first), error);
}

Day lunar_from_number(const LunarCalendar *lunar, long number)
{
    size_t low = 0, high = lunar->year_count * MONTHS;
    if (number < lunar->starts[low] || number >= lunar->starts[high])
        return (Day){0};
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (lunar->starts[middle] <= number)
            low = middle;
        else
            high = middle;
    }
    return (Day){.year = lunar->first_year + (int)(low / MONTHS),
                 .month = (int)(low % MONTHS) + 1,
                 .day = (int)(number - lunar->starts[low]) + 1};
}

bool lunar_span(const LunarCalendar *lunar, Day lunar_day, long *first, long *last)
{
    if (lunar_day.year < lunar->first_year ||
        (size_t)(lunar_day.year - lunar->first_year) >= lunar->year_count)
        return false;
    size_t year = (size_t)(lunar_day.year - lunar->first_year) * MONTHS;
    size_t from = lunar_day.month == 0 ? year : year + (size_t)lunar_day.month - 1;
    size_t to = lunar_day.month == 0 ? year + MONTHS : from + 1;
    *first = lunar->starts[from];
    *last = lunar->starts[to] - 1;
    if (lunar_day.day == 0)
        return true;
    *first += lunar_day.day - 1;
    bool is_there = *first <= *last;
    *last = *first;
    return is_there;
}
