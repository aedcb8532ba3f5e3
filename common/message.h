/* The only writer to standard error. */
#ifndef QAWL_MESSAGE_H
#define QAWL_MESSAGE_H

#include "common/error.h"

/* Sets the name that stands in front of every message. Kept by reference. */
void message_program(const char *name);

/* "PROGRAM: SOURCE:LINE:COLUMN: TEXT"; parts that are not known are left out.
 * Control characters in the text are written as \xNN, so that a record cannot
 * drive the reader's terminal. */
void message_error(const Error *error);

/* The same, for a note that is no failure: "PROGRAM: SOURCE:LINE: warning: TEXT". */
void message_warning(const char *source, size_t line, size_t column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* "PROGRAM: TEXT", then ends the program with `exit_code`. For memory.c and
 * the loop in tool.c alone. */
_Noreturn void message_fatal(int exit_code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
