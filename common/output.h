/* Standard output and other files, written in large blocks, and proved to have arrived. */
#ifndef QAWL_OUTPUT_H
#define QAWL_OUTPUT_H

#include "common/buffer.h"
#include "common/error.h"

typedef struct {
    int descriptor;
    const char *name; /* for messages */
    Buffer buffer;
    size_t sent; /* bytes written so far */
    bool is_new; /* output_open made the file */
} Output;

void output_init(Output *output, int descriptor, const char *name);

/* Opens a file, made where there is none, and keeps what it holds until
 * output_empty; false with `error` (EXIT_SYSTEM) when it cannot. */
bool output_open(Output *output, const char *name, Error *error);

/* Takes the file away again that output_open made; one that was there before stays. */
void output_abandon(Output *output);

/* Drops what the file held when it was opened; a pipe or device has nothing to drop. */
bool output_empty(const Output *output, Error *error);

/* Writes the buffer out when it holds more than a block, up to a full page of a file,
 * which costs the system less than a part of one; the rest waits. False with `error`
 * (EXIT_SYSTEM) when it cannot. Writers append to output->buffer themselves. */
bool output_settle(Output *output, Error *error);

/* Writes everything out now. */
bool output_flush(Output *output, Error *error);

/* Flushes and closes; a full disk shows here at the latest. */
bool output_close(Output *output, Error *error);

#endif
