#include <stdlib.h>

#include "common/utf8.h"
#include "tools/tag-entities/tagger_parts.h"

/* How far in front of a weekday a word may tell that it is to come. */
enum { AHEAD_ITEMS = 10 };

/* A match of which a date is read. */
typedef struct {
    const Tagger *tagger;
    const Work *work;
    const PatternMatch *match;
    uint32_t captures; /* a bit for each Capture that its pattern has */
} Reading;

/* The first value that the list gives for this item; empty: none. */
static Slice item_value(const Tagger *tagger, const Item *item)
{
    for (uint32_t e = item->entry; e != NO_ENTRY;
         e = lexicon_next_entry(tagger->lexicon, item, e)) {
        Slice value = lexicon_entry(tagger->lexicon, e)->value;
        if (value.length > 0)
            return value;
    }
    return (Slice){NULL, 0};
}

static int item_number(const Tagger *tagger, const Work *work, const Item *item, bool *found)
{
    enum { LARGEST = 100000 };
    *found = true;
    Slice value = item_value(tagger, item);
    if (value.length > 0)
        return atoi(value.data);
    const Token *token = &work->tokens[item->first_token];
    Slice word = slice_cut(work->text, token->byte, token->byte + token->byte_length);
    int number = 0;
    bool has_digit = false;
    for (const char *at = word.data; at < word.data + word.length;) {
        int digit = fold_digit(lexicon_fold(tagger->lexicon), utf8_next(&at));
        if (digit < 0 && has_digit)
            break;
        if (digit < 0)
            continue; /* a proclitic may be joined to the number */
        has_digit = true;
        number = number < LARGEST ? number * 10 + digit : number;
    }
    *found = has_digit;
    return number;
}

/* The items [*start, *end) of a capture. False: it matched nothing. */
static bool find_capture(const Reading *reading, Capture capture, size_t *start, size_t *end)
{
    return (reading->captures >> capture & 1) != 0 &&
           match_capture(reading->match, reading->tagger->captures[capture], start, end);
}

/* The number in a capture: of its first item that has one. False: none. */
static bool capture_number(const Reading *reading, Capture capture, int *number)
{
    const Tagger *tagger = reading->tagger;
    size_t start, end;
    if (!find_capture(reading, capture, &start, &end))
        return false;
    for (size_t at = start; at < end; at++) {
        bool found;
        int value = item_number(tagger, reading->work, &tagger->items.items[at], &found);
        if (found) {
            *number = value;
            return true;
        }
    }
    return false;
}

static Slice capture_value(const Reading *reading, Capture capture)
{
    size_t start, end;
    if (!find_capture(reading, capture, &start, &end))
        return (Slice){NULL, 0};
    return item_value(reading->tagger, &reading->tagger->items.items[start]);
}

/* Whether "since" stands in front of the match, or a word further (since early ...). */
static bool is_since(const Tagger *tagger, size_t item)
{
    for (size_t back = 1; back <= 2 && back <= item; back++)
        if (traits_has(tagger->traits, tagger->items.items[item - back].set, tagger->since))
            return true;
    return false;
}

/* Whether a word that tells of what is to come stands in front of the match, and no new
 * clause begins in between. */
static bool is_ahead(const Tagger *tagger, size_t item)
{
    for (size_t back = 1; back <= AHEAD_ITEMS && back <= item; back++) {
        const Item *word = &tagger->items.items[item - back];
        if (word->token_count == 0 || traits_has(tagger->traits, word->set, tagger->turn))
            return false;
        if (traits_has(tagger->traits, word->set, tagger->ahead))
            return true;
    }
    return false;
}

/* False: no number was found. */
static bool read_numbers(const Reading *reading, DateParts *parts)
{
    const struct {
        Capture capture;
        int *number;
    } numbers[] = {
        {CAPTURE_DAY, &parts->from.day},    {CAPTURE_MONTH, &parts->from.month},
        {CAPTURE_YEAR, &parts->from.year},  {CAPTURE_WEEKDAY, &parts->from.weekday},
        {CAPTURE_TO_DAY, &parts->to.day},   {CAPTURE_TO_MONTH, &parts->to.month},
        {CAPTURE_TO_YEAR, &parts->to.year}, {CAPTURE_TO_WEEKDAY, &parts->to.weekday},
        {CAPTURE_CENTURY, &parts->century},
    };
    bool found = false;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        found |= capture_number(reading, numbers[i].capture, numbers[i].number);
    return found;
}

/* What 0 means something for. */
static void read_count(const Reading *reading, Capture capture, DateCount *count)
{
    count->is_set = capture_number(reading, capture, &count->number);
}

/* Lunar parts stand only where no Gregorian ones say the same. */
static void read_lunar(const Reading *reading, DateParts *parts)
{
    if (parts->from.month != 0 || parts->from.year != 0)
        return;
    bool has_month = capture_number(reading, CAPTURE_LUNAR_MONTH, &parts->from.month);
    bool has_year = capture_number(reading, CAPTURE_LUNAR_YEAR, &parts->from.year);
    capture_number(reading, CAPTURE_TO_LUNAR_MONTH, &parts->to.month);
    parts->is_lunar = has_month || has_year;
}

Slice tagger_value(const Tagger *tagger, const Work *work, const PatternMatch *match,
                   uint32_t captures)
{
    const Reading reading = {tagger, work, match, captures};
    DateParts parts = {0};
    bool found = read_numbers(&reading, &parts);
    read_count(&reading, CAPTURE_OFFSET, &parts.offset);
    read_count(&reading, CAPTURE_DIRECTION, &parts.direction);
    read_count(&reading, CAPTURE_MONTH_OFFSET, &parts.month_offset);
    read_count(&reading, CAPTURE_YEAR_OFFSET, &parts.year_offset);
    read_count(&reading, CAPTURE_DECADE, &parts.decade);
    read_lunar(&reading, &parts);
    if (!found && !parts.is_lunar && !parts.offset.is_set && !parts.decade.is_set)
        return (Slice){NULL, 0};
    parts.period = capture_value(&reading, CAPTURE_PERIOD);
    parts.is_past = is_since(tagger, match->start);
    parts.is_ahead = parts.from.weekday != 0 && is_ahead(tagger, match->start);
    return date_value(&parts, work->today, tagger->lunar, work->arena);
}
