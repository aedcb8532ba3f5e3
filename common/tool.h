/* The loop that every filter shares: options, rules, reading, one document at
 * a time, writing, rejects, exit code. A tool's main is one call of it. */
#ifndef QAWL_TOOL_H
#define QAWL_TOOL_H

#include "common/document.h"
#include "common/explain.h"
#include "common/input.h"
#include "common/options.h"
#include "common/output.h"
#include "common/rules.h"

typedef struct ToolRun ToolRun;

typedef struct {
    const char *name;
    const char *usage;        /* "[OPTION ...] [FILE ...]"                        */
    const char *summary;      /* a sentence or two for --help                     */
    void (*print_more)(void); /* prints on stdout what --help says behind it; or NULL */
    const Option *options;    /* the tool's own, ended by an all-zero row; or NULL */
    bool uses_rules;          /* offers --rules, --no-user-rules, --lang; loads them */
    bool explains;            /* offers --explain                                 */
    bool reads_text;          /* a file that does not begin with `{` is plain text,
                               a document of its own; else only documents       */
    bool writes_documents;    /* after process, the document is written with a
                               `pipeline` entry; false: process writes itself   */

    unsigned layers; /* DOCUMENT_SENTENCES ...: layers that process reads by
                               layer.h, of every document, before it writes        */

    /* Called once, options parsed and rules loaded; makes run->state (in
     * run->arena, or released by `finish`). False with `error` ends the run. */
    bool (*start)(ToolRun *run, Error *error);

    /* One document. All its memory comes from run->document_arena. False with
     * `error` rejects this record (EXIT_SOME_BAD) or, for EXIT_SYSTEM, ends the
     * run. The document has a `text`, and it is valid UTF-8. */
    bool (*process)(ToolRun *run, Document *document, Error *error);

    /* Called at the end of input, before the output is closed. May be NULL. */
    bool (*finish)(ToolRun *run, Error *error);

    /* For tools that decode plain text themselves (normalize): called instead
     * of process for a plain-text document, with its raw bytes, which may be in
     * any encoding; fills `document` (document_from_text) or rejects it. NULL:
     * plain text must be UTF-8. */
    bool (*process_plain)(ToolRun *run, Slice bytes, Slice id, Slice source, Document *document,
                          Error *error);
} Tool;

/* How plain text is cut into documents. */
typedef enum { PLAIN_FILE, PLAIN_LINES, PLAIN_NUL } PlainMode;

struct ToolRun {
    const Tool *tool;
    Rules rules;              /* loaded when tool->uses_rules           */
    Arena arena;              /* for the whole run                      */
    Arena document_arena;     /* reset after each document              */
    void *state;              /* the tool's own                         */
    Output *output;           /* for tools that write themselves        */
    unsigned layers;          /* as tool->layers; `start` may change it */
    PlainMode plain_mode;     /* set by `start` or by option targets    */
    Slice pipeline_entry;     /* "NAME VERSION rules:LABEL"             */
    Explanation *explanation; /* NULL: nobody asked. What `process` tells it goes to
                                 standard error or the file of --explain=FILE, after
                                 the document                            */
};

/* Runs the tool; returns the exit code of the process. */
int tool_run(const Tool *tool, int argc, char **argv);

#endif
