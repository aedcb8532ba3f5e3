#include "common/names.h"

#include <stdlib.h>

/* One line of the file, cut at its indentation. */
typedef struct {
    const char *start, *content, *end;
    size_t indent;
} Line;

static Line line_at(const char *at, const char *end)
{
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    Line line = {at, at, stop ? stop : end, 0};
    while (line.content < line.end && *line.content == ' ')
        line.content++;
    line.indent = (size_t)(line.content - at);
    return line;
}

static bool is_empty(const Line *line)
{
    return line->content == line->end || *line->content == '#';
}

static bool is_item(const Line *line)
{
    return line->end - line->content > 2 && line->content[0] == '-' && line->content[1] == ' ';
}

static bool is_text(const Line *line, Slice text)
{
    const char *end = line->end;
    while (end > line->content && end[-1] == ' ')
        end--;
    return slice_equal((Slice){line->content, (size_t)(end - line->content)}, text);
}

static bool is_letter_or_digit(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Of three bytes, those that YAML may not hold (U+FFFE, U+FFFF, the byte order mark), that
 * end a line (U+2028, U+2029), and that are no UTF-8. */
static bool is_plain_triple(const unsigned char *at)
{
    unsigned point = (at[0] & 0x0Fu) << 12 | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu);
    return (at[1] & 0xC0) == 0x80 && (at[2] & 0xC0) == 0x80 && point >= 0x800 &&
           (point < 0xD800 || point > 0xDFFF) && point != 0x2028 && point != 0x2029 &&
           point != 0xFEFF && point < 0xFFFE;
}

/* An item of characters that stand for themselves in YAML, at its start fewer: no
 * controls, nothing above U+FFFF, and neither of the two signs that end a plain scalar. */
static bool is_plain_item(const Line *line)
{
    if (!is_item(line))
        return false;
    const unsigned char *first = (const unsigned char *)line->content + 2,
                        *end = (const unsigned char *)line->end;
    if (*first < 0x80 && !is_letter_or_digit(*first))
        return false;
    for (const unsigned char *at = first; at < end;) {
        size_t left = (size_t)(end - at);
        if (*at >= 0xC2 && *at <= 0xDF && left >= 2 && at[1] >= (*at == 0xC2 ? 0xA0 : 0x80) &&
            at[1] <= 0xBF)
            at += 2;
        else if (*at >= ' ' && *at <= '~' && *at != ':' && *at != '#')
            at++;
        else if (*at >= 0xE0 && *at <= 0xEF && left >= 3 && is_plain_triple(at))
            at += 3;
        else
            return false;
    }
    return true;
}

/* Whether what the line opens might reach over its end, so that what follows is
 * not what it looks like. */
static bool may_reach_on(const Line *line)
{
    int quotes = 0, marks = 0, brackets = 0;
    for (const char *at = line->content; at < line->end; at++)
        switch (*at) {
        case '"':
            quotes++;
            break;
        case '\'':
            marks++;
            break;
        case '[':
        case '{':
            brackets++;
            break;
        case ']':
        case '}':
            brackets--;
            break;
        case '|':
        case '>':
        case '\\':
        case '\t':
            return true;
        }
    return quotes % 2 != 0 || marks % 2 != 0 || brackets != 0;
}

/* Whether the text goes on, behind `at`, with a line that belongs to an item of
 * this indentation. */
static bool goes_on(const char *at, const char *end, size_t indent)
{
    while (at < end) {
        Line line = line_at(at + 1, end);
        if (line.content != line.end)
            return line.indent > indent && *line.content != '#';
        at = line.end;
    }
    return false;
}

typedef struct {
    NameRun *runs;
    size_t count, capacity;
    bool in_lexicon;
    bool in_list, has_items; /* `entries:` was seen; an item of it           */
    size_t parent, indent;   /* of `entries:` and of its items               */
    uint32_t anchor;         /* line of the plain item that runs follow; or 0 */
    bool in_run;
} Scan;

static void add_line(Scan *scan, const Line *line, const char *data, uint32_t number)
{
    if (!scan->in_run) {
        scan->runs = memory_grow(scan->runs, &scan->capacity, scan->count + 1, sizeof *scan->runs);
        scan->runs[scan->count++] = (NameRun){.from = (size_t)(line->start - data),
                                              .anchor = scan->anchor,
                                              .line = number,
                                              .column = (uint32_t)line->indent + 3};
        scan->in_run = true;
    }
    scan->runs[scan->count - 1].to = (size_t)(line->end - data);
}

/* False where the rest of the file is left to the parser. */
static bool scan_line(Scan *scan, const Line *line, Slice bytes, uint32_t number)
{
    if (scan->in_list && scan->has_items && line->indent == scan->indent && is_plain_item(line)) {
        if (scan->anchor == 0)
            scan->anchor = number;
        else if (goes_on(line->end, bytes.data + bytes.length, line->indent))
            scan->in_run = false;
        else
            add_line(scan, line, bytes.data, number);
        return true;
    }
    scan->anchor = 0;
    scan->in_run = false;
    if (may_reach_on(line))
        return false;
    if (line->indent == 0) {
        scan->in_lexicon = is_text(line, SLICE("lexicon:"));
        scan->in_list = false;
    } else if (scan->in_lexicon && is_text(line, SLICE("entries:"))) {
        scan->in_list = true;
        scan->has_items = false;
        scan->parent = line->indent;
    } else if (scan->in_list && !scan->has_items && is_item(line) && line->indent >= scan->parent) {
        scan->has_items = true;
        scan->indent = line->indent;
        if (is_plain_item(line))
            scan->anchor = number;
    } else if (scan->in_list && line->indent <= scan->parent &&
               !(line->indent == scan->indent && is_item(line))) {
        scan->in_list = false;
    }
    return true;
}

size_t names_scan(Arena *arena, Slice bytes, NameRun **runs)
{
    Scan scan = {0};
    const char *end = bytes.data + bytes.length;
    uint32_t number = 0;
    *runs = NULL;
    if (bytes.length == 0 || memchr(bytes.data, '\r', bytes.length) != NULL)
        return 0;
    for (const char *at = bytes.data; at < end;) {
        Line line = line_at(at, end);
        number++;
        at = line.end + 1;
        if (!is_empty(&line) && !scan_line(&scan, &line, bytes, number))
            break;
    }
    if (scan.count != 0) {
        *runs = arena_alloc(arena, scan.count * sizeof **runs);
        memcpy(*runs, scan.runs, scan.count * sizeof **runs);
    }
    free(scan.runs);
    return scan.count;
}

NameWalk names_walk(const RuleNode *node)
{
    return (NameWalk){.at = node->scalar.data,
                      .kept = node->scalar.data,
                      .end = node->scalar.data + node->scalar.length,
                      .next_line = node->line};
}

bool names_next(NameWalk *walk)
{
    while (walk->at < walk->end) {
        Line line = line_at(walk->at, walk->end);
        walk->at = line.end + (line.end < walk->end);
        walk->line = walk->next_line++;
        if (is_empty(&line))
            continue;
        const char *end = line.end;
        while (end[-1] == ' ')
            end--;
        walk->name = (Slice){line.content + 2, (size_t)(end - line.content) - 2};
        return true;
    }
    return false;
}

void names_forget(NameWalk *walk)
{
    enum { LARGE = 1 << 18 };
    if (walk->at - walk->kept < LARGE && walk->at < walk->end)
        return;
    memory_forget(walk->kept, walk->at);
    walk->kept = walk->at;
}

void names_drop(NameWalk *walk)
{
    /* Becomes a comment, which the next walk passes over. */
    ((char *)walk->name.data)[-2] = '#';
}
