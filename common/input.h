/* Lines and whole files of any size from files or standard input. */
#ifndef QAWL_INPUT_H
#define QAWL_INPUT_H

#include "common/buffer.h"
#include "common/error.h"

typedef struct {
    char **files; /* names; "-" is standard input */
    size_t file_count;
    size_t next_file;
    int descriptor;    /* -1: none open                                      */
    const char *name;  /* of the file being read                             */
    size_t line;       /* number of the record last given, from 1, per file  */
    Buffer buffer;     /* bytes read and not yet given                       */
    size_t start;      /* first unread byte in buffer                        */
    size_t scanned;    /* bytes behind start known to hold no separator      */
    size_t max_record; /* bytes                                              */
    char separator;    /* '\n', or '\0' with -0                              */
    bool at_end;       /* of the current file                                */
    bool terminated;   /* a separator stood behind the record last given     */
    int unread_files;  /* files that could not be opened or read (EXIT_SYSTEM)*/
    enum { INPUT_WHOLE, INPUT_IN_LONG_RECORD, INPUT_IN_LONG_FILE } rest;

    /* Called when nothing is waiting to be read, before the read that waits:
     * what is complete should leave now. False ends the input. May be NULL. */
    bool (*before_wait)(void *context);
    void *context;
} Input;

typedef enum {
    INPUT_RECORD,   /* `record` holds one, without its separator               */
    INPUT_TOO_LONG, /* longer than max_record; its beginning is in `record`.
                       Fetch and drop the rest with input_rest                 */
    INPUT_NEW_FILE, /* the next file is open; nothing in `record`              */
    INPUT_END
} InputState;

/* With no files it reads standard input. `files` must outlive it. */
void input_init(Input *input, char **files, size_t file_count, size_t max_record);

/* The next record of the current file, or INPUT_NEW_FILE when one was opened
 * (also for the first). A file that cannot be opened or read gives a message
 * and counts in unread_files; the rest goes on. The record is a view that
 * lives until the next call. A last line without newline is a record. */
InputState input_next(Input *input, Slice *record);

/* After INPUT_TOO_LONG: further pieces of that record; false behind its end. */
bool input_rest(Input *input, Slice *piece);

/* All of the current file that has not been given yet, up to max_record bytes
 * (INPUT_TOO_LONG beyond). */
InputState input_slurp(Input *input, Slice *bytes);

/* The first byte that is not ASCII white space in what comes next, behind a
 * UTF-8 byte order mark if the file begins with one, without consuming
 * anything, and the next such byte; -1 at the end of the file. */
int input_peek(Input *input, int *second);

/* The first bytes ahead, up to a newline or the end of the file, which is waited for; of a
 * longer line only as many as are there when it shows that it is long. */
Slice input_line_ahead(Input *input);

/* Whether the current file has more bytes; waits for one if need be. */
bool input_more(Input *input);

/* What was read from the file and not given yet; never the end of it for sure. */
Slice input_ahead(const Input *input);

void input_release(Input *input);

#endif
