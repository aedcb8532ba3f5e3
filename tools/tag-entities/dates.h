/* What a date expression means: its parts, found by patterns, to ISO 8601. */
#ifndef QAWL_TAG_ENTITIES_DATES_H
#define QAWL_TAG_ENTITIES_DATES_H

#include "common/arena.h"

/* A day of the Gregorian calendar; year 0: no day is known. */
typedef struct {
    int year, month, day;
} Day;

/* One end of an expression. 0: the part is not there. */
typedef struct {
    int year;    /* as written: 2015, or 15 for the nearest such year */
    int month;   /* 1 to 12                                           */
    int day;     /* 1 to 31                                           */
    int weekday; /* 1 Monday to 7 Sunday                              */
} DatePoint;

typedef struct {
    DatePoint from, to; /* `to` all zero: no range                           */
    bool has_offset;
    int offset; /* days from today (yesterday -1)                            */
    bool has_direction;
    int direction; /* last -1, the one before it -2, this 0, next 1, ...     */
} DateParts;

/* Reads a day from the beginning of an ISO 8601 date or time ("2015-07-21
 * 02:44", "2015-07-21T02:44Z"); false when there is none. */
bool day_read(Slice text, Day *day);

/* The ISO 8601 date ("2015-07-21", "2015-07", "2015") or interval
 * ("2015-07-21/2015-07-24") that `parts` mean for a text of day `today`
 * (year 0: not known). Empty where they do not tell one, or tell one that the
 * calendar does not have. In `arena`. */
Slice date_value(const DateParts *parts, Day today, Arena *arena);

#endif
