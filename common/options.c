#include "common/options.h"

#include <stdio.h>

#include "common/arena.h"
#include "common/nearest.h"

void string_list_add(StringList *list, const char *item)
{
    list->items = memory_grow(list->items, &list->capacity, list->count + 1, sizeof *list->items);
    list->items[list->count++] = item;
}

/* The tables and where in the arguments we are. */
typedef struct {
    const Option *const *tables;
    size_t table_count;
    int count, at;
    char **arguments;
    Error *error;
} Parser;

static bool is_last(const Option *option)
{
    return option->name == NULL && option->letter == 0;
}

static const Option *find_letter(const Parser *parser, char letter)
{
    for (size_t i = 0; i < parser->table_count; i++)
        for (const Option *option = parser->tables[i]; !is_last(option); option++)
            if (option->letter != 0 && option->letter == letter)
                return option;
    return NULL;
}

/* The option called `name`, or NULL; then *nearest is the one that looks most
 * like it, if any does. */
static const Option *find_name(const Parser *parser, Slice name, const char **nearest)
{
    Nearest like = {.wanted = name};
    for (size_t i = 0; i < parser->table_count; i++) {
        for (const Option *option = parser->tables[i]; !is_last(option); option++) {
            if (option->name == NULL)
                continue;
            if (slice_equal(slice_of(option->name), name))
                return option;
            nearest_offer(&like, slice_of(option->name));
        }
    }
    *nearest = nearest_meant(&like).data;
    return NULL;
}

static bool take_size(const Option *option, const char *value, Error *error)
{
    size_t number = 0;
    const char *at = value;
    bool good = *at >= '0' && *at <= '9';
    for (; good && *at >= '0' && *at <= '9'; at++) {
        size_t digit = (size_t)(*at - '0');
        good = number <= (SIZE_MAX - digit) / 10;
        number = number * 10 + digit;
    }
    static const char units[] = "kMG";
    const char *unit = good && *at != '\0' ? strchr(units, *at) : NULL;
    if (unit != NULL) {
        for (const char *step = units; step <= unit; step++) {
            good = good && number <= SIZE_MAX / 1024;
            number *= 1024;
        }
        at++;
    }
    if (!good || *at != '\0')
        return error_set(error, EXIT_USAGE, NULL, 0, 0,
                         "--%s: \"%s\" is no size; write bytes, or a number with k, M or G",
                         option->name, value);
    if (number == 0)
        return error_set(error, EXIT_USAGE, NULL, 0, 0,
                         "--%s: nothing fits into \"%s\"; write a size of one byte or more",
                         option->name, value);
    *(size_t *)option->target = number;
    return true;
}

/* No option means anything by an empty value: a variable of a script was not set. */
static bool take_value(const Option *option, const char *value, Error *error)
{
    if (*value == '\0')
        return error_set(error, EXIT_USAGE, NULL, 0, 0, "--%s: the value is empty; write --%s=%s",
                         option->name, option->name, option->value);
    switch (option->kind) {
    case OPTION_FLAG:
        break;
    case OPTION_STRING:
    case OPTION_OPTIONAL_STRING:
        *(const char **)option->target = value;
        return true;
    case OPTION_LIST:
        string_list_add(option->target, value);
        return true;
    case OPTION_SIZE:
        return take_size(option, value, error);
    }
    return true;
}

/* An option that stands without a value. */
static void take_alone(const Option *option)
{
    if (option->kind == OPTION_FLAG)
        *(bool *)option->target = true;
    else
        *(const char **)option->target = "";
}

static bool wants_value(const Option *option)
{
    return option->kind != OPTION_FLAG && option->kind != OPTION_OPTIONAL_STRING;
}

/* The argument behind the current one as the value of `option`. */
static bool take_next(Parser *parser, const Option *option, const char *shown)
{
    if (parser->at + 1 >= parser->count)
        return error_set(parser->error, EXIT_USAGE, NULL, 0, 0, "%s needs a value: %s", shown,
                         option->value);
    return take_value(option, parser->arguments[++parser->at], parser->error);
}

static bool parse_long(Parser *parser, const char *argument)
{
    const char *equals = strchr(argument + 2, '=');
    Slice name = slice_of(argument + 2);
    if (equals != NULL)
        name.length = (size_t)(equals - name.data);
    const char *nearest;
    const Option *option = find_name(parser, name, &nearest);
    if (option == NULL)
        return error_set(parser->error, EXIT_USAGE, NULL, 0, 0, "unknown option --%.*s; %s%s",
                         SLICE_ARG(name), nearest == NULL ? "see --help" : "did you mean --",
                         nearest == NULL ? "" : nearest);
    if (equals != NULL) {
        if (option->kind == OPTION_FLAG)
            return error_set(parser->error, EXIT_USAGE, NULL, 0, 0, "--%s takes no value",
                             option->name);
        return take_value(option, equals + 1, parser->error);
    }
    if (wants_value(option))
        return take_next(parser, option, argument);
    take_alone(option);
    return true;
}

/* Several flags may stand in one argument, a value may follow without space. */
static bool parse_letters(Parser *parser, const char *argument)
{
    for (const char *at = argument + 1; *at != '\0'; at++) {
        const Option *option = find_letter(parser, *at);
        if (option == NULL)
            return error_set(parser->error, EXIT_USAGE, NULL, 0, 0,
                             "unknown option -%c in \"%s\"; see --help", *at, argument);
        if (!wants_value(option)) {
            take_alone(option);
        } else if (at[1] != '\0') {
            return take_value(option, at + 1, parser->error);
        } else {
            const char shown[] = {'-', *at, '\0'};
            return take_next(parser, option, shown);
        }
    }
    return true;
}

bool options_parse(const Option *const *tables, size_t table_count, int argc, char **argv,
                   size_t *file_count, Error *error)
{
    Parser parser = {tables, table_count, argc, 1, argv, error};
    size_t files = 0;
    bool only_files = false;
    for (; parser.at < argc; parser.at++) {
        char *argument = argv[parser.at];
        bool good = true;
        if (only_files || argument[0] != '-' || argument[1] == '\0')
            argv[++files] = argument;
        else if (strcmp(argument, "--") == 0)
            only_files = true;
        else if (argument[1] == '-')
            good = parse_long(&parser, argument);
        else
            good = parse_letters(&parser, argument);
        if (!good)
            return false;
    }
    *file_count = files;
    return true;
}

/* "-x, --name=VALUE", as long as `label` has room. */
static void make_label(const Option *option, char *label, size_t room)
{
    int used = option->letter != 0 ? snprintf(label, room, "-%c%s", option->letter,
                                              option->name != NULL ? ", " : "")
                                   : snprintf(label, room, "    ");
    if (option->name == NULL || used < 0 || (size_t)used >= room)
        return;
    bool optional = option->kind == OPTION_OPTIONAL_STRING;
    snprintf(label + used, room - (size_t)used, "--%s%s%s%s", option->name,
             option->value == NULL ? ""
             : optional            ? "[="
                                   : "=",
             option->value == NULL ? "" : option->value,
             optional && option->value != NULL ? "]" : "");
}

void options_print(const Option *table)
{
    char label[128];
    for (const Option *option = table; !is_last(option); option++) {
        make_label(option, label, sizeof label);
        printf("  %-27s %s\n", label, option->help);
    }
}
