/* Command line options as a table that also prints the help. */
#ifndef QAWL_OPTIONS_H
#define QAWL_OPTIONS_H

#include "common/error.h"

typedef enum {
    OPTION_FLAG,            /* target: bool *, set to true                               */
    OPTION_STRING,          /* target: const char **, NULL when not given                */
    OPTION_LIST,            /* target: StringList *, repeatable                          */
    OPTION_SIZE,            /* target: size_t *, bytes, with k, M, G (powers of 1024)    */
    OPTION_OPTIONAL_STRING, /* --name or --name=VALUE; target: const char **, "" without a value */
} OptionKind;

typedef struct {
    char letter;       /* short form, or 0                      */
    const char *name;  /* long form without "--"                */
    const char *value; /* what the value is called in the help; NULL for flags */
    OptionKind kind;
    void *target;
    const char *help; /* one line */
} Option;

typedef struct {
    const char **items;
    size_t count, capacity;
} StringList;

void string_list_add(StringList *list, const char *item);

/* Parses argv[1..] by the tables (each ended by an all-zero row). What is no
 * option is moved to the front of argv[1..]; *file_count says how many.
 * `--` ends the options, `-` is a file. Long options may be given as
 * --name=VALUE or --name VALUE. False with `error` (EXIT_USAGE) for an unknown
 * option (the nearest known one is named), a missing or unusable value. */
bool options_parse(const Option *const *tables, size_t table_count, int argc, char **argv,
                   size_t *file_count, Error *error);

/* "  -x, --name=VALUE   help" for each row, to standard output. */
void options_print(const Option *table);

#endif
