#include "common/output.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096, BLOCK_BYTES = 128 * 1024, KEPT_BYTES = 1024 * 1024 };

void output_init(Output *output, int descriptor, const char *name)
{
    *output = (Output){.descriptor = descriptor, .name = name};
}

bool output_open(Output *output, const char *name, Error *error)
{
    int descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    bool is_new = descriptor >= 0;
    if (!is_new && errno == EEXIST)
        descriptor = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0)
        return error_set(error, EXIT_SYSTEM, name, 0, 0, "cannot create: %s", strerror(errno));
    output_init(output, descriptor, name);
    output->is_new = is_new;
    return true;
}

void output_abandon(Output *output)
{
    if (output->is_new)
        unlink(output->name);
    output->is_new = false;
}

bool output_empty(const Output *output, Error *error)
{
    struct stat file;
    if (fstat(output->descriptor, &file) == 0 && S_ISREG(file.st_mode) &&
        ftruncate(output->descriptor, 0) != 0)
        return error_set(error, EXIT_SYSTEM, output->name, 0, 0, "cannot empty: %s",
                         strerror(errno));
    return true;
}

/* Writes the first `length` bytes of the buffer, of which fewer than a page then wait. */
static bool send(Output *output, size_t length, Error *error)
{
    Buffer *buffer = &output->buffer;
    char rest[PAGE_BYTES];
    size_t sent = 0, waiting = buffer->length - length;
    while (sent < length) {
        ssize_t count = write(output->descriptor, buffer->data + sent, length - sent);
        if (count >= 0) {
            sent += (size_t)count;
        } else if (errno != EINTR) {
            buffer_clear(buffer);
            return error_set(error, EXIT_SYSTEM, output->name, 0, 0, "cannot write: %s",
                             strerror(errno));
        }
    }
    output->sent += sent;
    if (waiting != 0)
        memcpy(rest, buffer->data + length, waiting);
    buffer_clear(buffer);
    /* One huge document shall not cost its size for the rest of the run. */
    if (buffer->capacity > KEPT_BYTES)
        buffer_release(buffer);
    buffer_append(buffer, (Slice){rest, waiting});
    return true;
}

bool output_flush(Output *output, Error *error)
{
    return send(output, output->buffer.length, error);
}

bool output_settle(Output *output, Error *error)
{
    size_t length = output->buffer.length;
    return length < BLOCK_BYTES ||
           send(output, length - (output->sent + length) % PAGE_BYTES, error);
}

bool output_close(Output *output, Error *error)
{
    bool good = output_flush(output, error);
    int closed = close(output->descriptor);
    buffer_release(&output->buffer);
    if (good && closed != 0 && errno != EINTR)
        return error_set(error, EXIT_SYSTEM, output->name, 0, 0, "cannot write: %s",
                         strerror(errno));
    return good;
}
