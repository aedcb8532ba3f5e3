#include "common/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/utf8.h"

/* Room for everything an Error holds with each byte written as \xNN. */
enum { LINE_BYTES = 4 * (int)sizeof(Error) + 256 };

typedef struct {
    char bytes[LINE_BYTES];
    size_t length;
} MessageLine;

static const char *program = "qawl";

void message_program(const char *name)
{
    program = name;
}

static void add_byte(MessageLine *line, char byte)
{
    if (line->length < sizeof line->bytes)
        line->bytes[line->length++] = byte;
}

static void add_hex(MessageLine *line, unsigned byte)
{
    static const char digits[] = "0123456789ABCDEF";
    add_byte(line, '\\');
    add_byte(line, 'x');
    add_byte(line, digits[byte >> 4 & 15]);
    add_byte(line, digits[byte & 15]);
}

/* Writes controls (also those from U+0080 to U+009F) and bytes that are no
 * UTF-8 as \xNN. */
static void add_text(MessageLine *line, const char *text)
{
    Slice rest = slice_of(text);
    while (rest.length != 0) {
        size_t valid = utf8_valid_prefix(rest);
        const char *at = rest.data, *end = at + valid;
        while (at < end) {
            const char *start = at;
            uint32_t codepoint = utf8_next(&at);
            if (codepoint < 0x20 || (codepoint >= 0x7F && codepoint < 0xA0))
                add_hex(line, codepoint);
            else
                while (start < at)
                    add_byte(line, *start++);
        }
        rest = slice_cut(rest, valid, rest.length);
        if (rest.length != 0) {
            add_hex(line, (unsigned char)rest.data[0]);
            rest = slice_cut(rest, 1, rest.length);
        }
    }
}

static void add_number(MessageLine *line, size_t number)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%zu", number);
    add_text(line, digits);
}

/* One write for the whole line, so that messages of several processes on one
 * terminal do not mix. */
static void send(MessageLine *line)
{
    if (line->length == sizeof line->bytes)
        line->length--;
    add_byte(line, '\n');
    for (size_t sent = 0; sent < line->length;) {
        ssize_t written = write(STDERR_FILENO, line->bytes + sent, line->length - sent);
        if (written <= 0)
            return;
        sent += (size_t)written;
    }
}

static void print(const char *source, size_t line_number, size_t column, const char *kind,
                  const char *text)
{
    MessageLine line = {.length = 0};
    add_text(&line, program);
    add_text(&line, ": ");
    if (source != NULL && source[0] != '\0') {
        add_text(&line, source);
        if (line_number != 0) {
            add_byte(&line, ':');
            add_number(&line, line_number);
            if (column != 0) {
                add_byte(&line, ':');
                add_number(&line, column);
            }
        }
        add_text(&line, ": ");
    }
    add_text(&line, kind);
    add_text(&line, text);
    send(&line);
}

void message_error(const Error *error)
{
    print(error->source, error->line, error->column, "", error->message);
}

void message_warning(const char *source, size_t line, size_t column, const char *format, ...)
{
    Error warning;
    va_list arguments;
    va_start(arguments, format);
    error_set_list(&warning, EXIT_ALL_GOOD, NULL, 0, 0, format, arguments);
    va_end(arguments);
    print(source, line, column, "warning: ", warning.message);
}

void message_fatal(int exit_code, const char *format, ...)
{
    Error error;
    va_list arguments;
    va_start(arguments, format);
    error_set_list(&error, exit_code, NULL, 0, 0, format, arguments);
    va_end(arguments);
    print(NULL, 0, 0, "", error.message);
    exit(exit_code);
}
