/* A growing run of bytes on the heap, used again for every document. */
#ifndef QAWL_BUFFER_H
#define QAWL_BUFFER_H

#include "common/arena.h"

/* Zero-initialised it is empty. `data` is owned by the buffer and moves when
 * it grows: keep offsets, not pointers, across appends. */
typedef struct {
    char *data;
    size_t length;
    size_t capacity;
} Buffer;

/* Makes room for `extra` bytes where there is none. */
void buffer_grow(Buffer *buffer, size_t extra);

/* Room for `extra` more bytes; returns where they go. Raise `length` by what
 * was written. */
static inline char *buffer_reserve(Buffer *buffer, size_t extra)
{
    if (buffer->capacity - buffer->length < extra)
        buffer_grow(buffer, extra);
    return buffer->data == NULL ? NULL : buffer->data + buffer->length;
}

static inline void buffer_append(Buffer *buffer, Slice text)
{
    if (text.length != 0) {
        memcpy(buffer_reserve(buffer, text.length), text.data, text.length);
        buffer->length += text.length;
    }
}

static inline void buffer_append_byte(Buffer *buffer, char byte)
{
    *buffer_reserve(buffer, 1) = byte;
    buffer->length++;
}

/* The decimal digits of `number`. */
void buffer_append_number(Buffer *buffer, uint64_t number);

/* `share`, cut down to 0..1, with two decimals: "0.97". No locale changes it. */
void buffer_append_share(Buffer *buffer, double share);

void buffer_append_format(Buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static inline Slice buffer_slice(const Buffer *buffer)
{
    return (Slice){buffer->data, buffer->length};
}

static inline void buffer_clear(Buffer *buffer)
{
    buffer->length = 0;
}

void buffer_release(Buffer *buffer);

#endif
