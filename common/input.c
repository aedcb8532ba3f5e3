#include "common/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "common/message.h"

enum { READ_BYTES = 128 * 1024, KEPT_BYTES = 1024 * 1024 };

void input_init(Input *input, char **files, size_t file_count, size_t max_record)
{
    static char standard_input[] = "-";
    static char *const only_standard_input[] = {standard_input};
    *input = (Input){.files = file_count == 0 ? (char **)only_standard_input : files,
                     .file_count = file_count == 0 ? 1 : file_count,
                     .descriptor = -1,
                     .max_record = max_record,
                     .separator = '\n'};
}

static void complain(Input *input, const char *what)
{
    Error error = {.exit_code = EXIT_SYSTEM};
    error_set(&error, EXIT_SYSTEM, input->name, 0, 0, "%s: %s", what, strerror(errno));
    message_error(&error);
    input->unread_files++;
}

static void close_file(Input *input)
{
    if (input->descriptor > STDIN_FILENO)
        close(input->descriptor);
    input->descriptor = -1;
}

/* Opens the next file that can be opened; false when there is none. */
static bool open_next(Input *input)
{
    while (input->next_file < input->file_count) {
        input->name = input->files[input->next_file++];
        bool standard = strcmp(input->name, "-") == 0;
        input->descriptor = standard ? STDIN_FILENO : open(input->name, O_RDONLY | O_CLOEXEC);
        if (input->descriptor >= 0) {
            input->line = 0;
            input->buffer.length = input->start = input->scanned = 0;
            input->at_end = false;
            input->rest = INPUT_WHOLE;
            return true;
        }
        complain(input, "cannot open");
    }
    return false;
}

Slice input_ahead(const Input *input)
{
    return slice_cut(buffer_slice(&input->buffer), input->start, input->buffer.length);
}

static bool may_wait(const Input *input)
{
    struct pollfd ready = {.fd = input->descriptor, .events = POLLIN};
    return poll(&ready, 1, 0) == 0;
}

/* Reads more behind what is there; sets at_end when there is no more. */
static void fill(Input *input)
{
    Buffer *buffer = &input->buffer;
    if (input->start != 0) {
        memmove(buffer->data, buffer->data + input->start, buffer->length - input->start);
        buffer->length -= input->start;
        input->start = 0;
    }
    /* One huge record shall not cost its size for the rest of the run. */
    if (buffer->length == 0 && buffer->capacity > KEPT_BYTES)
        buffer_release(buffer);
    char *room = buffer_reserve(buffer, READ_BYTES);
    if (input->before_wait != NULL && may_wait(input) && !input->before_wait(input->context)) {
        buffer->length = input->scanned = 0;
        input->at_end = true;
        input->next_file = input->file_count;
        return;
    }
    ssize_t count;
    do
        count = read(input->descriptor, room, buffer->capacity - buffer->length);
    while (count < 0 && errno == EINTR);
    if (count < 0) {
        complain(input, "cannot read");
        /* What has no end may have been cut anywhere. */
        buffer->length = input->scanned = 0;
    }
    if (count <= 0)
        input->at_end = true;
    else
        buffer->length += (size_t)count;
}

static void give(Input *input, size_t length, size_t behind, Slice *record)
{
    *record = (Slice){input->buffer.data + input->start, length};
    input->terminated = behind != 0;
    input->start += length + behind;
    input->scanned = 0;
}

InputState input_next(Input *input, Slice *record)
{
    Slice piece;
    while (input->rest != INPUT_WHOLE)
        input_rest(input, &piece);
    if (input->descriptor < 0)
        return open_next(input) ? INPUT_NEW_FILE : INPUT_END;
    for (;;) {
        Slice ahead = input_ahead(input);
        const char *found = NULL;
        if (ahead.length > input->scanned)
            found = memchr(ahead.data + input->scanned, input->separator,
                           ahead.length - input->scanned);
        size_t length = found == NULL ? ahead.length : (size_t)(found - ahead.data);
        if (length > input->max_record) {
            input->line++;
            input->rest = INPUT_IN_LONG_RECORD;
            give(input, input->max_record, 0, record);
            return INPUT_TOO_LONG;
        }
        if (found != NULL || (input->at_end && ahead.length != 0)) {
            input->line++;
            give(input, length, found == NULL ? 0 : 1, record);
            return INPUT_RECORD;
        }
        if (input->at_end) {
            close_file(input);
            return open_next(input) ? INPUT_NEW_FILE : INPUT_END;
        }
        input->scanned = ahead.length;
        fill(input);
    }
}

bool input_rest(Input *input, Slice *piece)
{
    if (input->rest == INPUT_WHOLE)
        return false;
    Slice ahead = input_ahead(input);
    if (ahead.length == 0 && !input->at_end) {
        fill(input);
        ahead = input_ahead(input);
    }
    if (ahead.length == 0) {
        input->rest = INPUT_WHOLE;
        return false;
    }
    const char *found = NULL;
    if (input->rest == INPUT_IN_LONG_RECORD)
        found = memchr(ahead.data, input->separator, ahead.length);
    if (found == NULL) {
        give(input, ahead.length, 0, piece);
    } else {
        give(input, (size_t)(found - ahead.data), 1, piece);
        input->rest = INPUT_WHOLE;
    }
    return piece->length != 0;
}

InputState input_slurp(Input *input, Slice *bytes)
{
    for (;;) {
        size_t length = input_ahead(input).length;
        bool too_long = length > input->max_record;
        if (!too_long && !input->at_end) {
            fill(input);
            continue;
        }
        input->line++;
        if (too_long)
            input->rest = INPUT_IN_LONG_FILE;
        give(input, too_long ? input->max_record : length, 0, bytes);
        return too_long ? INPUT_TOO_LONG : INPUT_RECORD;
    }
}

bool input_more(Input *input)
{
    while (input_ahead(input).length == 0 && !input->at_end)
        fill(input);
    return input_ahead(input).length != 0;
}

int input_peek(Input *input, int *second)
{
    size_t at = 0;
    int first = *second = -1;
    for (;;) {
        Slice ahead = input_ahead(input);
        if (at == 0 && input->line == 0 && slice_starts(ahead, SLICE("\xEF\xBB\xBF")))
            at = 3;
        for (; at < ahead.length; at++) {
            char byte = ahead.data[at];
            /* The start of what may still become a byte order mark. */
            bool unsure = at == 0 && input->line == 0 && byte == '\xEF' && ahead.length < 3;
            if (unsure && !input->at_end)
                break;
            bool is_space = byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
            if (is_space && at < input->max_record)
                continue;
            if (first >= 0) {
                *second = (unsigned char)byte;
                return first;
            }
            first = (unsigned char)byte;
        }
        if (input->at_end)
            return first;
        fill(input);
    }
}

Slice input_line_ahead(Input *input)
{
    enum { LONG = 4096 };
    for (;;) {
        Slice ahead = input_ahead(input);
        const char *found = ahead.length == 0 ? NULL : memchr(ahead.data, '\n', ahead.length);
        if (found != NULL)
            return slice_cut(ahead, 0, (size_t)(found - ahead.data) + 1);
        if (input->at_end || ahead.length >= LONG)
            return ahead;
        fill(input);
    }
}

void input_release(Input *input)
{
    close_file(input);
    buffer_release(&input->buffer);
}
