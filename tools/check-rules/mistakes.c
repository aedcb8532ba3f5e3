#include "tools/check-rules/mistakes.h"

#include <stdlib.h>

#include "common/message.h"

bool mistake_is_limit(const Error *mistake)
{
    static const char beginning[] = "more than ";
    return strncmp(mistake->message, beginning, sizeof beginning - 1) == 0;
}

static bool is_same_place(const Error *a, const Error *b)
{
    return a->line == b->line && a->column == b->column && strcmp(a->source, b->source) == 0;
}

bool mistakes_add(Mistakes *mistakes, const Error *mistake)
{
    bool anywhere = mistake_is_limit(mistake);
    for (size_t i = 0; i < mistakes->count; i++) {
        const Error *known = &mistakes->items[i];
        if ((anywhere || is_same_place(known, mistake)) &&
            strcmp(known->message, mistake->message) == 0)
            return false;
    }
    mistakes->items = memory_grow(mistakes->items, &mistakes->capacity, mistakes->count + 1,
                                  sizeof *mistakes->items);
    mistakes->items[mistakes->count++] = *mistake;
    return true;
}

void mistakes_take(void *mistakes, const Error *mistake)
{
    mistakes_add(mistakes, mistake);
}

static void add_at(Mistakes *mistakes, const RuleNode *node, RulePlace place, const char *format,
                   va_list arguments) __attribute__((format(printf, 4, 0)));

static void add_at(Mistakes *mistakes, const RuleNode *node, RulePlace place, const char *format,
                   va_list arguments)
{
    Error error = {.exit_code = EXIT_USAGE};
    rule_error_list(node, place, &error, format, arguments);
    mistakes_add(mistakes, &error);
}

void mistakes_at(Mistakes *mistakes, const RuleNode *node, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_at(mistakes, node, rule_place(node), format, arguments);
    va_end(arguments);
}

void mistakes_key(Mistakes *mistakes, const RuleNode *node, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_at(mistakes, node, rule_key_place(node), format, arguments);
    va_end(arguments);
}

void mistakes_in(Mistakes *mistakes, const RuleNode *node, size_t at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_at(mistakes, node, rule_place_at(node, at), format, arguments);
    va_end(arguments);
}

static int by_line(const void *a, const void *b)
{
    const Error *x = *(const Error *const *)a, *y = *(const Error *const *)b;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    if (x->column != y->column)
        return x->column < y->column ? -1 : 1;
    return strcmp(x->message, y->message);
}

/* Prints those of `source`, or those of no known file. */
static void print_of(const Mistakes *mistakes, const Error **found, const char *source,
                     bool *printed)
{
    size_t count = 0;
    for (size_t i = 0; i < mistakes->count; i++)
        if (!printed[i] && (source == NULL || strcmp(mistakes->items[i].source, source) == 0)) {
            printed[i] = true;
            found[count++] = &mistakes->items[i];
        }
    if (count > 1)
        qsort(found, count, sizeof *found, by_line);
    for (size_t i = 0; i < count; i++)
        message_error(found[i]);
}

void mistakes_print(Mistakes *mistakes, const Rules *rules)
{
    if (mistakes->count == 0)
        return;
    const Error **found = memory_resize(NULL, mistakes->count, sizeof *found);
    bool *printed = memory_resize(NULL, mistakes->count, sizeof *printed);
    memset(printed, 0, mistakes->count * sizeof *printed);
    for (size_t i = 0; i < rules->file_count; i++)
        print_of(mistakes, found, rules->files[i].path, printed);
    print_of(mistakes, found, NULL, printed);
    free(found);
    free(printed);
}

void mistakes_release(Mistakes *mistakes)
{
    free(mistakes->items);
    *mistakes = (Mistakes){0};
}
