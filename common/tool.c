#include "common/tool.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/message.h"
#include "common/utf8.h"

enum {
    MAX_RECORD = 32 * 1024 * 1024,
    KEPT_BYTES = 1024 * 1024, /* of a document's memory, for the next one */
    REFUSALS_TOLD = 10,       /* of records in a row, for one reason      */
};

/* What the options that every tool has say. */
typedef struct {
    bool help, version, no_cache;
    const char *rejects; /* file, or NULL                                */
    const char *explain; /* NULL: not given; "": to standard error       */
    size_t max_record;
    RulesOptions rules;
} Settings;

typedef struct {
    ToolRun run;
    Settings settings;
    Input input;
    Output output, rejects, explanation;
    Explanation told; /* into the last of them */
    bool keeps_rejects;
    int last_rejected; /* its last byte so far, or -1                            */
    bool in_text_file; /* the current file is plain text                       */
    Buffer gathered;   /* lines of plain text that belong to one document      */
    size_t gathered_line;
    size_t text_parts; /* documents made of the current plain-text file        */
    size_t refusals;   /* records in a row, the last one among them            */
    Error refused;     /* for what all of those were                           */
    int exit_code;     /* the worst so far                                     */
    bool broken;       /* the system failed: end the run                       */
} Loop;

static void raise_exit(Loop *loop, int exit_code)
{
    if (exit_code > loop->exit_code)
        loop->exit_code = exit_code;
}

static bool give_up(Loop *loop, const Error *error)
{
    message_error(error);
    raise_exit(loop, error->exit_code);
    loop->broken = true;
    return false;
}

/* --- options ---------------------------------------------------------------- */

enum { TABLE_COUNT = 4, COMMON_ROWS = 5, RULES_ROWS = 5, EXPLAIN_ROWS = 2 };

typedef struct {
    Option common[COMMON_ROWS], rules[RULES_ROWS], explain[EXPLAIN_ROWS];
    const Option *tables[TABLE_COUNT];
    size_t count;
} OptionTables;

static void make_tables(OptionTables *tables, const Tool *tool, Settings *settings)
{
    *tables = (OptionTables){
        .common = {{0, "rejects", "FILE", OPTION_STRING, &settings->rejects,
                    "keep records that cannot be used in FILE, as they came"},
                   {0, "max-record", "BYTES", OPTION_SIZE, &settings->max_record,
                    "refuse records longer than this (default 32M)"},
                   {'h', "help", NULL, OPTION_FLAG, &settings->help, "print this and end"},
                   {'V', "version", NULL, OPTION_FLAG, &settings->version,
                    "print the version and end"}},
        .rules = {{0, "rules", "PATH", OPTION_LIST, &settings->rules.extra,
                   "add a folder or file of rules; may be repeated"},
                  {0, "no-user-rules", NULL, OPTION_FLAG, &settings->rules.no_user_rules,
                   "leave out the rules of system and user"},
                  {0, "lang", "LANG", OPTION_LIST, &settings->rules.languages,
                   "language of the text (default ar); may be repeated"},
                  {0, "no-cache", NULL, OPTION_FLAG, &settings->no_cache,
                   "read the rules anew, and keep nothing for the next start"}},
        .explain = {{0, "explain", "FILE", OPTION_OPTIONAL_STRING, &settings->explain,
                     "say which rules fired, on standard error, or as JSON in FILE"}},
    };
    if (tool->options != NULL)
        tables->tables[tables->count++] = tool->options;
    if (tool->uses_rules)
        tables->tables[tables->count++] = tables->rules;
    if (tool->explains)
        tables->tables[tables->count++] = tables->explain;
    tables->tables[tables->count++] = tables->common;
}

/* Help and version go out by stdio; false when they did not arrive. */
static bool close_stdout(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    Error error = {.exit_code = EXIT_SYSTEM};
    error_set(&error, EXIT_SYSTEM, NULL, 0, 0, "standard output: cannot write: %s",
              strerror(errno));
    message_error(&error);
    return false;
}

static int print_help(const Tool *tool, const OptionTables *tables)
{
    printf("usage: %s %s\n\n%s\n", tool->name, tool->usage, tool->summary);
    if (tool->print_more != NULL)
        tool->print_more();
    putchar('\n');
    for (size_t i = 0; i < tables->count; i++)
        options_print(tables->tables[i]);
    return close_stdout() ? EXIT_ALL_GOOD : EXIT_SYSTEM;
}

static int print_version(const Tool *tool)
{
    printf("%s (qawl) %s\n", tool->name, QAWL_VERSION);
    return close_stdout() ? EXIT_ALL_GOOD : EXIT_SYSTEM;
}

/* --- one record ------------------------------------------------------------- */

/* A refused record as it came, piece by piece; a long one does not wait in
 * memory. A failing disk shows when the run settles. */
static void keep_reject(Loop *loop, Slice piece)
{
    enum { PIECE = 64 * 1024 };
    Error error = {.exit_code = 0};
    for (size_t at = 0; loop->keeps_rejects && at < piece.length && !loop->broken; at += PIECE) {
        buffer_append(&loop->rejects.buffer, slice_cut(piece, at, at + PIECE));
        if (!output_settle(&loop->rejects, &error))
            give_up(loop, &error);
    }
    if (piece.length != 0)
        loop->last_rejected = piece.data[piece.length - 1];
}

static void end_reject(Loop *loop)
{
    if (loop->last_rejected != loop->input.separator)
        keep_reject(loop, (Slice){&loop->input.separator, 1});
    loop->last_rejected = -1;
}

/* Of records that were refused in a row and not told, tells the last, and how many they are. */
static void end_refusals(Loop *loop)
{
    Error *last = &loop->refused;
    if (loop->refusals > REFUSALS_TOLD) {
        error_set(last, last->exit_code, last->source, last->line, last->column,
                  "the last of %zu more: %s", loop->refusals - REFUSALS_TOLD, last->message);
        message_error(last);
    }
    loop->refusals = 0;
}

/* Says why a record is refused and counts it. The caller keeps its bytes. Whoever forgets a
 * filter in front of this one is not told so for each of a million records. */
static void refuse(Loop *loop, size_t line, Error *error)
{
    if (error->source[0] == '\0')
        error_set(error, error->exit_code, loop->input.name, line, error->column, "%s",
                  error->message);
    if (loop->refusals != 0 && strcmp(loop->refused.message, error->message) != 0)
        end_refusals(loop);
    loop->refused = *error;
    if (++loop->refusals <= REFUSALS_TOLD)
        message_error(error);
    raise_exit(loop, loop->keeps_rejects ? EXIT_ALL_GOOD : EXIT_SOME_BAD);
}

static bool settle(Loop *loop)
{
    Error error = {.exit_code = 0};
    if (loop->broken)
        return false;
    if (output_settle(&loop->output, &error) &&
        (!loop->keeps_rejects || output_settle(&loop->rejects, &error)) &&
        (loop->run.explanation == NULL || output_settle(&loop->explanation, &error)))
        return true;
    return give_up(loop, &error);
}

/* Before the input waits: what is complete leaves. */
static bool flush_all(void *context)
{
    Loop *loop = context;
    Error error = {.exit_code = 0};
    if (output_flush(&loop->output, &error) &&
        (!loop->keeps_rejects || output_flush(&loop->rejects, &error)) &&
        (loop->run.explanation == NULL || output_flush(&loop->explanation, &error)))
        return true;
    return give_up(loop, &error);
}

static bool check_utf8(Slice bytes, Error *error)
{
    size_t valid = utf8_valid_prefix(bytes);
    return valid == bytes.length ||
           error_set(error, EXIT_SOME_BAD, NULL, 0, 0, "invalid UTF-8 at byte %zu", valid + 1);
}

static void explain_document(Loop *loop, Slice id, Slice text)
{
    loop->told.id = id;
    loop->told.cursor = (Utf8Cursor){.text = text};
}

/* From document to output, once the document stands. */
static bool work(Loop *loop, Document *document, Error *error)
{
    ToolRun *run = &loop->run;
    if (!document->has_text)
        return document_check(document, &run->document_arena, error) &&
               error_set(error, EXIT_SOME_BAD, NULL, 0, 0, "no member \"text\"");
    explain_document(loop, document->id, document->text);
    if (!run->tool->process(run, document, error))
        return false;
    if (run->tool->writes_documents) {
        if (run->tool->reads_text)
            document_add_identity(document, &run->document_arena);
        document_add_pipeline(document, run->pipeline_entry, &run->document_arena);
        document_write(document, &loop->output.buffer);
    }
    return true;
}

/* After the record: false ends the run. */
static bool finish_record(Loop *loop, bool good, Slice record, size_t line, size_t output_length,
                          Error *error)
{
    ToolRun *run = &loop->run;
    if (good) {
        end_refusals(loop);
    } else {
        /* Nothing of a refused document comes out. */
        loop->output.buffer.length = output_length;
        if (error->exit_code > EXIT_SOME_BAD)
            return give_up(loop, error);
        refuse(loop, line, error);
        keep_reject(loop, record);
        end_reject(loop);
    }
    arena_reset(&run->document_arena, KEPT_BYTES);
    return settle(loop);
}

/* `inside` is the record without a byte order mark. */
static bool use_record(Loop *loop, Slice record, Slice inside)
{
    ToolRun *run = &loop->run;
    Error error = {.exit_code = EXIT_SOME_BAD};
    Document document;
    size_t line = loop->input.line, before = loop->output.buffer.length;
    bool good = check_utf8(inside, &error) &&
                document_read(&document, inside, loop->input.name, line, run->layers,
                              &run->document_arena, &error) &&
                work(loop, &document, &error);
    return finish_record(loop, good, record, line, before, &error);
}

static bool use_text(Loop *loop, Slice bytes, Slice id, size_t line)
{
    ToolRun *run = &loop->run;
    const Tool *tool = run->tool;
    Error error = {.exit_code = EXIT_SOME_BAD};
    Document document = {.file = loop->input.name, .line = line};
    Slice source = slice_of(loop->input.name);
    size_t before = loop->output.buffer.length;
    bool good;
    if (tool->process_plain != NULL) {
        explain_document(loop, id, bytes);
        good = tool->process_plain(run, bytes, id, source, &document, &error);
        if (good && tool->writes_documents) {
            document_add_pipeline(&document, run->pipeline_entry, &run->document_arena);
            document_write(&document, &loop->output.buffer);
        }
    } else {
        good = check_utf8(bytes, &error);
        if (good) {
            document_from_text(&document, id, source, bytes, &run->document_arena);
            good = work(loop, &document, &error);
        }
    }
    return finish_record(loop, good, bytes, line, before, &error);
}

/* Drops the record that begins with `beginning` and goes on in the input. */
static bool refuse_long(Loop *loop, Slice beginning, size_t line)
{
    Error error = {.exit_code = EXIT_SOME_BAD};
    Slice piece;
    error_set(&error, EXIT_SOME_BAD, NULL, 0, 0,
              "longer than %zu bytes; raise --max-record to take it", loop->input.max_record);
    refuse(loop, line, &error);
    keep_reject(loop, beginning);
    while (!loop->broken && input_rest(&loop->input, &piece))
        keep_reject(loop, piece);
    end_reject(loop);
    return settle(loop);
}

/* --- plain text ------------------------------------------------------------- */

/* The first text of a file is called like the file; others, behind documents,
 * get their line. */
static bool flush_gathered(Loop *loop)
{
    ToolRun *run = &loop->run;
    Slice text = buffer_slice(&loop->gathered), id = slice_of(loop->input.name);
    bool good = true;
    if (slice_trim(text).length != 0) {
        if (loop->text_parts++ != 0)
            id =
                arena_format(&run->document_arena, "%s:%zu", loop->input.name, loop->gathered_line);
        good = use_text(loop, text, id, loop->gathered_line);
    }
    buffer_clear(&loop->gathered);
    if (loop->gathered.capacity > KEPT_BYTES)
        buffer_release(&loop->gathered);
    return good;
}

/* Text that is too long is refused as one record, to the end of its file. */
static bool refuse_gathered(Loop *loop, Slice behind)
{
    if (loop->gathered.length == 0)
        loop->gathered_line = loop->input.line;
    keep_reject(loop, buffer_slice(&loop->gathered));
    buffer_release(&loop->gathered);
    loop->input.rest = INPUT_IN_LONG_FILE;
    return refuse_long(loop, behind, loop->gathered_line);
}

static bool gather(Loop *loop, Slice line)
{
    if (loop->gathered.length == 0)
        loop->gathered_line = loop->input.line;
    buffer_append(&loop->gathered, line);
    if (loop->input.terminated)
        buffer_append_byte(&loop->gathered, '\n');
    return loop->gathered.length <= loop->input.max_record ||
           refuse_gathered(loop, (Slice){NULL, 0});
}

static bool has_wide_mark(Slice ahead)
{
    return slice_starts(ahead, SLICE("\xFF\xFE")) || slice_starts(ahead, SLICE("\xFE\xFF")) ||
           slice_starts(ahead, SLICE("\0\0\xFE\xFF"));
}

/* Text of two or four bytes a character cannot be cut at bytes. */
static bool is_wide(const Loop *loop)
{
    Slice ahead = input_ahead(&loop->input);
    if (has_wide_mark(ahead))
        return true;
    return loop->run.tool->process_plain != NULL && ahead.length != 0 &&
           memchr(ahead.data, '\0', ahead.length) != NULL;
}

/* How many bytes at even and at odd places are not above `most`. */
static void count_low(Slice line, unsigned char most, size_t counts[2])
{
    for (size_t i = 0; i < line.length; i++)
        counts[i % 2] += (unsigned char)line.data[i] <= most;
}

/* Whether a quarter of all bytes, nearly always the same of two, are such as text of bytes
 * has not: with them the characters of alphabets, up to U+08FF, begin in UTF-16. */
static bool has_high_bytes(Slice line)
{
    enum { LEAST = 4, HIGHEST = 0x08 };
    size_t highs[2] = {0};
    count_low(line, HIGHEST, highs);
    size_t count = highs[highs[1] > highs[0]], others = highs[highs[1] <= highs[0]];
    return count >= LEAST && count * 4 >= line.length && others * 8 <= count;
}

/* Whether the first line is of two bytes a character: several are zero, as in all of
 * ASCII there, and always the same of the two. */
static bool has_wide_line(Slice line)
{
    enum { LEAST = 2, LEAST_SHARE = 32 };
    size_t zeros[2] = {0};
    count_low(line, 0, zeros);
    bool ends_low = line.length % 2 != 0; /* the newline's zero comes behind it */
    size_t count = zeros[ends_low ? 1 : 0], others = zeros[ends_low ? 0 : 1];
    return has_wide_mark(line) || has_high_bytes(line) ||
           (others == 0 && count >= LEAST && count * LEAST_SHARE >= line.length);
}

static bool refuse_wide_lines(Loop *loop)
{
    Slice bytes;
    Error error = {.exit_code = EXIT_SOME_BAD};
    InputState state = input_slurp(&loop->input, &bytes);
    if (state == INPUT_TOO_LONG)
        return refuse_long(loop, bytes, loop->input.line);
    error_set(&error, EXIT_SOME_BAD, NULL, 0, 0,
              "a newline has several bytes here, as in UTF-16: it cannot be cut into lines");
    return finish_record(loop, false, bytes, loop->input.line, loop->output.buffer.length, &error);
}

/* By the first two bytes that are no white space; {إن مع العسر يسرا} is a line of a text. */
static bool opens_object(int first, int second)
{
    return first == '{' && second < 0x80;
}

static bool is_object_line(Slice line)
{
    if (line.length == 0)
        return false;
    Slice behind = slice_trim(slice_cut(line, 1, line.length));
    return opens_object(line.data[0], behind.length == 0 ? -1 : (unsigned char)behind.data[0]);
}

static bool begin_file(Loop *loop)
{
    Slice bytes;
    ToolRun *run = &loop->run;
    loop->in_text_file = false;
    loop->text_parts = 0;
    if (!run->tool->reads_text || run->plain_mode == PLAIN_NUL)
        return true;
    if (run->plain_mode == PLAIN_LINES)
        return !has_wide_line(input_line_ahead(&loop->input)) || refuse_wide_lines(loop);
    int second, first = input_peek(&loop->input, &second);
    loop->in_text_file = first >= 0 && !opens_object(first, second);
    if (!loop->in_text_file || !is_wide(loop))
        return true;
    InputState state = input_slurp(&loop->input, &bytes);
    return state == INPUT_TOO_LONG
               ? refuse_long(loop, bytes, loop->input.line)
               : use_text(loop, bytes, slice_of(loop->input.name), loop->input.line);
}

static bool take_record(Loop *loop, Slice record)
{
    ToolRun *run = &loop->run;
    const Tool *tool = run->tool;
    static const Slice mark = SLICE_INIT("\xEF\xBB\xBF");
    Slice inside = record;
    if (loop->input.line == 1 && slice_starts(record, mark))
        inside = slice_cut(record, mark.length, record.length);
    Slice trimmed = slice_trim(inside);
    bool is_object = is_object_line(loop->in_text_file ? inside : trimmed);
    /* Scripts of web pages have lines that begin so and end otherwise. */
    if (loop->in_text_file && is_object && trimmed.data[trimmed.length - 1] != '}')
        is_object = false;
    if (loop->in_text_file && !is_object)
        return gather(loop, tool->process_plain != NULL ? record : inside);
    if (loop->gathered.length != 0 && !flush_gathered(loop))
        return false;
    if (trimmed.length == 0)
        return true;
    if (is_object)
        return use_record(loop, record, inside);
    if (tool->reads_text && run->plain_mode != PLAIN_FILE) {
        Slice id = arena_format(&run->document_arena, "%s:%zu", loop->input.name, loop->input.line);
        return use_text(loop, inside, id, loop->input.line);
    }
    Error error = {.exit_code = EXIT_SOME_BAD};
    error_set(&error, EXIT_SOME_BAD, NULL, 0, 0,
              tool->reads_text ? "not a JSON object"
                               : "not a JSON object; make documents of plain text with normalize");
    return finish_record(loop, false, record, loop->input.line, loop->output.buffer.length, &error);
}

/* --- the run ---------------------------------------------------------------- */

static void read_all(Loop *loop)
{
    Slice record;
    bool going = true;
    while (going && !loop->broken) {
        InputState state = input_next(&loop->input, &record);
        switch (state) {
        case INPUT_RECORD:
            going = take_record(loop, record);
            break;
        case INPUT_TOO_LONG:
            going = loop->in_text_file ? refuse_gathered(loop, record)
                                       : refuse_long(loop, record, loop->input.line);
            break;
        case INPUT_NEW_FILE:
            going = begin_file(loop);
            break;
        case INPUT_END:
            going = false;
        }
        /* Text that ends with its file, while the file's name is known. */
        if (going && loop->gathered.length != 0 && !input_more(&loop->input))
            going = flush_gathered(loop);
    }
    if (loop->input.unread_files != 0)
        raise_exit(loop, EXIT_SYSTEM);
}

/* Of pipes and devices nothing is lost. File systems that number no files give 0 for all. */
static bool is_same_file(const struct stat *one, const struct stat *other)
{
    return S_ISREG(one->st_mode) && one->st_ino != 0 && one->st_dev == other->st_dev &&
           one->st_ino == other->st_ino;
}

/* What a run writes, and what messages call it. */
typedef struct {
    const Output *output; /* NULL: it does not */
    const char *called;
} Written;

/* Whether what is written is none of the input: its contents would be lost, or
 * the run would read what it writes. */
static bool is_no_input(Written written, const struct stat *own, char **files, size_t file_count,
                        Error *error)
{
    struct stat input;
    for (size_t i = 0; i < file_count || i == 0; i++) {
        const char *name = file_count == 0 ? "-" : files[i];
        bool is_standard = strcmp(name, "-") == 0;
        if ((is_standard ? fstat(STDIN_FILENO, &input) : stat(name, &input)) == 0 &&
            is_same_file(own, &input))
            return error_set(error, EXIT_USAGE, NULL, 0, 0,
                             "%s is the input %s, which would be lost; write to another file",
                             written.called, is_standard ? "itself" : name);
    }
    return true;
}

enum { WRITTEN_COUNT = 3 };

/* Nothing is written into a file that is read or written in another way too. */
static bool stand_apart(const Written written[WRITTEN_COUNT], char **files, size_t file_count,
                        Error *error)
{
    struct stat own[WRITTEN_COUNT];
    for (size_t i = 0; i < WRITTEN_COUNT; i++) {
        own[i] = (struct stat){0};
        if (written[i].output == NULL || fstat(written[i].output->descriptor, &own[i]) != 0)
            continue;
        if (!is_no_input(written[i], &own[i], files, file_count, error))
            return false;
        for (size_t j = 0; j < i; j++)
            if (is_same_file(&own[j], &own[i]))
                return error_set(error, EXIT_USAGE, NULL, 0, 0,
                                 "%s and %s are one file; write to different ones",
                                 written[j].called, written[i].called);
    }
    return true;
}

/* Nothing will be written: files that were made for it go. */
static void abandon_files(Loop *loop)
{
    output_abandon(&loop->explanation);
    output_abandon(&loop->rejects);
}

/* The files of --rejects and --explain, once it is sure that nothing is lost in them. */
static bool open_files(Loop *loop, char **files, size_t file_count, Error *error)
{
    const Settings *settings = &loop->settings;
    bool explains = settings->explain != NULL && settings->explain[0] != '\0';
    if ((explains && !output_open(&loop->explanation, settings->explain, error)) ||
        (loop->keeps_rejects && !output_open(&loop->rejects, settings->rejects, error)))
        return false;
    const Written written[WRITTEN_COUNT] = {
        {&loop->output, "standard output"},
        {explains ? &loop->explanation : NULL, "the file of --explain"},
        {loop->keeps_rejects ? &loop->rejects : NULL, "the file of --rejects"}};
    return stand_apart(written, files, file_count, error) &&
           (!explains || output_empty(&loop->explanation, error)) &&
           (!loop->keeps_rejects || output_empty(&loop->rejects, error));
}

static bool start(Loop *loop, char **files, size_t file_count, Error *error)
{
    ToolRun *run = &loop->run;
    const Tool *tool = run->tool;
    Settings *settings = &loop->settings;
    settings->rules.packed = true;
    settings->rules.cached = !settings->no_cache;
    if (tool->uses_rules && !rules_load(&run->rules, tool->name, &settings->rules, error))
        return false;
    run->pipeline_entry = tool->uses_rules
                              ? arena_format(&run->arena, "%s %s rules:%s", tool->name,
                                             QAWL_VERSION, run->rules.label)
                              : arena_format(&run->arena, "%s %s", tool->name, QAWL_VERSION);
    output_init(&loop->output, STDOUT_FILENO, "standard output");
    run->output = &loop->output;
    if (settings->explain != NULL) {
        loop->told = (Explanation){.out = &loop->explanation.buffer,
                                   .is_json = settings->explain[0] != '\0',
                                   .tool = tool->name};
        run->explanation = &loop->told;
        if (!loop->told.is_json)
            output_init(&loop->explanation, STDERR_FILENO, "standard error");
    }
    run->layers = tool->layers;
    loop->keeps_rejects = settings->rejects != NULL;
    if (!open_files(loop, files, file_count, error) ||
        (tool->start != NULL && !tool->start(run, error))) {
        abandon_files(loop);
        return false;
    }
    if (tool->uses_rules)
        rules_keep(&run->rules, NULL);
    return true;
}

/* Every output is closed, so that each of them is proved to have arrived. */
static void close_all(Loop *loop)
{
    Output *outputs[] = {&loop->output, loop->keeps_rejects ? &loop->rejects : NULL,
                         loop->run.explanation != NULL ? &loop->explanation : NULL};
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        Error error = {.exit_code = 0};
        if (outputs[i] == NULL)
            continue;
        if (loop->broken)
            buffer_clear(&outputs[i]->buffer);
        /* Messages may still have to go to standard error. */
        bool good = outputs[i]->descriptor == STDERR_FILENO ? output_flush(outputs[i], &error)
                                                            : output_close(outputs[i], &error);
        if (!good && !loop->broken)
            give_up(loop, &error);
    }
}

static void run_files(Loop *loop, char **files, size_t file_count)
{
    ToolRun *run = &loop->run;
    Error error = {.exit_code = 0};
    input_init(&loop->input, files, file_count, loop->settings.max_record);
    loop->input.before_wait = flush_all;
    loop->input.context = loop;
    if (run->plain_mode == PLAIN_NUL)
        loop->input.separator = '\0';
    read_all(loop);
    end_refusals(loop);
    if (!loop->broken && run->tool->finish != NULL && !run->tool->finish(run, &error))
        give_up(loop, &error);
    close_all(loop);
}

static void release(Loop *loop)
{
    input_release(&loop->input);
    buffer_release(&loop->gathered);
    buffer_release(&loop->output.buffer);
    buffer_release(&loop->rejects.buffer);
    buffer_release(&loop->explanation.buffer);
    arena_release(&loop->run.document_arena);
    arena_release(&loop->run.arena);
    if (loop->run.tool->uses_rules)
        rules_release(&loop->run.rules);
    free(loop->settings.rules.extra.items);
    free(loop->settings.rules.languages.items);
}

int tool_run(const Tool *tool, int argc, char **argv)
{
    Loop loop = {
        .run = {.tool = tool}, .settings = {.max_record = MAX_RECORD}, .last_rejected = -1};
    OptionTables tables;
    Error error = {.exit_code = 0};
    size_t file_count = 0;
    message_program(tool->name);
    /* A parent may have ignored it; `| head` must end the tool quietly. */
    signal(SIGPIPE, SIG_DFL);
#ifdef SIGXFSZ
    signal(SIGXFSZ, SIG_IGN); /* a limit of files is an error of the one written */
#endif
    loop.input.descriptor = -1;
    make_tables(&tables, tool, &loop.settings);
    if (!options_parse(tables.tables, tables.count, argc, argv, &file_count, &error)) {
        give_up(&loop, &error);
    } else if (loop.settings.help) {
        loop.exit_code = print_help(tool, &tables);
    } else if (loop.settings.version) {
        loop.exit_code = print_version(tool);
    } else if (!start(&loop, argv + 1, file_count, &error)) {
        give_up(&loop, &error);
    } else {
        run_files(&loop, argv + 1, file_count);
    }
    release(&loop);
    return loop.exit_code;
}
