#include "common/error.h"

#include <stdio.h>

/* Copies `text` of `length` bytes, of which only `room` - 1 fit, cut so that no
 * character is halved. */
static void copy_cut(char *target, size_t room, const char *text, size_t length)
{
    static const char dots[] = "...";
    if (length < room) {
        memcpy(target, text, length);
        target[length] = '\0';
        return;
    }
    size_t end = room - sizeof dots;
    while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80)
        end--;
    memcpy(target, text, end);
    memcpy(target + end, dots, sizeof dots);
}

bool error_set_list(Error *error, int exit_code, const char *source, size_t line, size_t column,
                    const char *format, va_list arguments)
{
    /* The arguments may be parts of `error` itself. */
    char message[2 * sizeof error->message], name[sizeof error->source];
    int length = vsnprintf(message, sizeof message, format, arguments);
    size_t bytes = length < 0 ? 0 : (size_t)length;
    if (bytes >= sizeof message)
        bytes = sizeof message - 1;
    if (source != NULL) {
        copy_cut(name, sizeof name, source, strlen(source));
        memcpy(error->source, name, sizeof name);
    }
    copy_cut(error->message, sizeof error->message, message, bytes);
    error->exit_code = exit_code;
    error->line = line;
    error->column = column;
    return false;
}

bool error_set(Error *error, int exit_code, const char *source, size_t line, size_t column,
               const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    error_set_list(error, exit_code, source, line, column, format, arguments);
    va_end(arguments);
    return false;
}
