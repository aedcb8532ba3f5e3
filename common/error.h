/* What went wrong and where, and what the exit codes mean. */
#ifndef QAWL_ERROR_H
#define QAWL_ERROR_H

#include <stdarg.h>

#include "common/slice.h"

/* Filled by the function that fails, left alone by the one that succeeds, so
 * that calls can be chained: a(&e) && b(&e) && c(&e). */
typedef struct {
    char source[512];   /* file name, or "-" for standard input; "" unknown  */
    size_t line;        /* from 1; 0 when the position is not known          */
    size_t column;      /* from 1, in code points; 0 when not known          */
    int exit_code;      /* one of the codes below; what it means for the run */
    char message[1024]; /* one sentence, lower case, no final newline        */
} Error;

/* The exit status is the worst thing that happened; larger is worse. */
enum {
    EXIT_ALL_GOOD = 0, /* every record went through, or --rejects kept it      */
    EXIT_SOME_BAD = 1, /* some records were refused; the rest went through     */
    EXIT_USAGE = 2,    /* wrong option, or rules unusable: nothing was read    */
    EXIT_SYSTEM = 3,   /* cannot read, write or allocate: trying again may help*/
};

/* Fills `error` and returns false, so that a function can end with
 *     return error_set(error, EXIT_USAGE, file, line, column, "...", ...);
 * `source` may be NULL (left as it is), numbers may be 0. Text that does not
 * fit is cut at a character's edge and ends in "...". */
bool error_set(Error *error, int exit_code, const char *source, size_t line, size_t column,
               const char *format, ...) __attribute__((format(printf, 6, 7)));

/* The same with a list of arguments, which it uses up. */
bool error_set_list(Error *error, int exit_code, const char *source, size_t line, size_t column,
                    const char *format, va_list arguments) __attribute__((format(printf, 6, 0)));

#endif
