#include "common/buffer.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/message.h"

void buffer_grow(Buffer *buffer, size_t extra)
{
    if (extra > SIZE_MAX - buffer->length)
        message_fatal(EXIT_SYSTEM, "out of memory: a buffer of %zu bytes cannot grow by %zu",
                      buffer->length, extra);
    buffer->data = memory_grow(buffer->data, &buffer->capacity, buffer->length + extra, 1);
}

void buffer_append_number(Buffer *buffer, uint64_t number)
{
    enum { LONGEST = 20 };
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";
    char digits[2 * LONGEST] = {0}; /* so that as many bytes can be copied from any of them */
    char *at = digits + LONGEST;
    for (; number >= 100; number /= 100) {
        at -= 2;
        memcpy(at, pairs + 2 * (number % 100), 2);
    }
    at -= 2;
    memcpy(at, pairs + 2 * number, 2);
    at += number < 10;
    memcpy(buffer_reserve(buffer, LONGEST), at, LONGEST);
    buffer->length += (size_t)(digits + LONGEST - at);
}

void buffer_append_share(Buffer *buffer, double share)
{
    unsigned hundredths = share >= 1 ? 100 : share > 0 ? (unsigned)(share * 100 + 0.5) : 0;
    char digits[] = {(char)('0' + hundredths / 100), '.', (char)('0' + hundredths / 10 % 10),
                     (char)('0' + hundredths % 10)};
    buffer_append(buffer, (Slice){digits, sizeof digits});
}

void buffer_append_format(Buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length > 0) {
        vsnprintf(buffer_reserve(buffer, (size_t)length + 1), (size_t)length + 1, format, again);
        buffer->length += (size_t)length;
    }
    va_end(again);
}

void buffer_release(Buffer *buffer)
{
    free(buffer->data);
    *buffer = (Buffer){NULL, 0, 0};
}
