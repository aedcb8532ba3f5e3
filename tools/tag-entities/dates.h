/* What a date expression means: its parts, found by patterns, to ISO 8601. */
#ifndef QAWL_TAG_ENTITIES_DATES_H
#define QAWL_TAG_ENTITIES_DATES_H

#include "tools/tag-entities/lunar.h"

/* One end of an expression. 0: the part is not there. */
typedef struct {
    int year;    /* as written: 2015, or 15 for the nearest such year */
    int month;   /* 1 to 12                                           */
    int day;     /* 1 to 31                                           */
    int weekday; /* 1 Monday to 7 Sunday                              */
} DatePoint;

/* A number that may not be there; 0 is one (this year, today). */
typedef struct {
    bool is_set;
    int number;
} DateCount;

typedef struct {
    DatePoint from, to;     /* `to` all zero: no range                               */
    DateCount offset;       /* days from today (yesterday -1)                        */
    DateCount direction;    /* last -1, the one before it -2, this 0, next 1, ...    */
    DateCount month_offset; /* months from the text's own                            */
    DateCount year_offset;  /* years from the text's own                             */
    DateCount decade;       /* of a century: 6 for the sixties, 0 for the first      */
    int century;            /* the 20th: 20; 0: none                                 */
    Slice period;           /* part of a year as TIMEX3 writes it (Q1 H2 SU), or empty */
    bool is_lunar;          /* day, month and year are those of the lunar calendar   */
    bool is_past;           /* begins before the text's day: since ...               */
    bool is_ahead;          /* a weekday without direction is the next one           */
} DateParts;

/* Reads a day from the beginning of an ISO 8601 date or time ("2015-07-21
 * 02:44", "2015-07-21T02:44Z"); false when there is none. */
bool day_read(Slice text, Day *day);

/* What `parts` mean for a text of day `today` (year 0: not known): the ISO 8601
 * day ("2015-07-21"), month, year, decade ("196") or century ("19"), a part of
 * a year as TIMEX3 has it ("2015-Q2", "2015-SU"), or an interval
 * ("2015-07-21/2015-07-24"). Empty where they do not tell one, or tell one that
 * the calendar does not have. `lunar` may be NULL: then its dates have no value.
 * In `arena`. */
Slice date_value(const DateParts *parts, Day today, const LunarCalendar *lunar, Arena *arena);

#endif
