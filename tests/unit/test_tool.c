#include "tests/unit/unit.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/tool.h"

/* A tool that counts the bytes of `text`, refuses "bad", fails at "disk". */
static bool count_bytes(ToolRun *run, Document *document, Error *error)
{
    if (slice_equal(document->text, SLICE("bad")))
        return error_set(error, EXIT_SOME_BAD, NULL, 0, 0, "bad text");
    if (slice_equal(document->text, SLICE("disk")))
        return error_set(error, EXIT_SYSTEM, NULL, 0, 0, "no disk");
    if (run->explanation != NULL && run->explanation->is_json) {
        explain_begin(run->explanation);
        explain_place(run->explanation, (CodepointSpan){1, 3});
        explain_end(run->explanation);
    } else if (run->explanation != NULL) {
        buffer_append_format(run->explanation->out, "%.*s\n", SLICE_ARG(document->id));
    }
    document_set(document, SLICE("n"),
                 arena_format(&run->document_arena, "%zu", document->text.length));
    return true;
}

static bool take_lines;

static bool start(ToolRun *run, Error *error)
{
    (void)error;
    if (take_lines)
        run->plain_mode = PLAIN_LINES;
    return true;
}

static bool take_plain(ToolRun *run, Slice bytes, Slice id, Slice source, Document *document,
                       Error *error)
{
    (void)error;
    document_from_text(document, id, source, SLICE("raw"), &run->document_arena);
    document_set(document, SLICE("n"), arena_format(&run->document_arena, "%zu", bytes.length));
    return true;
}

static const Option lines_option[] = {
    {0, "lines", NULL, OPTION_FLAG, &take_lines, "a document a line"},
    {0},
};
static const Tool documents_only = {.name = "t",
                                    .usage = "",
                                    .summary = "",
                                    .explains = true,
                                    .writes_documents = true,
                                    .process = count_bytes};
static const Tool reader = {.name = "t",
                            .usage = "",
                            .summary = "",
                            .options = lines_option,
                            .reads_text = true,
                            .writes_documents = true,
                            .start = start,
                            .process = count_bytes};
static const Tool decoder = {.name = "t",
                             .usage = "",
                             .summary = "",
                             .reads_text = true,
                             .writes_documents = true,
                             .process = count_bytes,
                             .process_plain = take_plain};

static char folder[] = "/tmp/qawl-tool-XXXXXX";
static Buffer out, err;

static void read_file(const char *name, Buffer *buffer)
{
    FILE *file = fopen(name, "rb");
    buffer_clear(buffer);
    for (int byte; file != NULL && (byte = fgetc(file)) != EOF;)
        buffer_append_byte(buffer, (char)byte);
    if (file != NULL)
        fclose(file);
}

static void redirect(const char *name, int flags, int to)
{
    int descriptor = open(name, flags | O_CREAT, 0600);
    if (descriptor < 0 || dup2(descriptor, to) < 0)
        _exit(99);
}

/* Runs `tool` in a process of its own; returns its exit status, or 1000 and the
 * signal. `option` may be NULL. */
static int run(const Tool *tool, Slice input, const char *option, const char *file)
{
    FILE *in = fopen("in", "wb");
    assert_non_null(in);
    assert_int_equal(fwrite(input.data, 1, input.length, in), input.length);
    fclose(in);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        redirect("in", O_RDONLY, STDIN_FILENO);
        redirect("out", O_WRONLY | O_TRUNC, STDOUT_FILENO);
        redirect("err", O_WRONLY | O_TRUNC, STDERR_FILENO);
        char name[] = "t";
        char *arguments[4] = {name};
        int count = 1;
        if (option != NULL)
            arguments[count++] = (char *)(uintptr_t)option;
        if (file != NULL)
            arguments[count++] = (char *)(uintptr_t)file;
        exit(tool_run(tool, count, arguments));
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    read_file("out", &out);
    read_file("err", &err);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void expect(const char *expected_out, const char *expected_err)
{
    assert_slice(buffer_slice(&out), expected_out);
    assert_slice(buffer_slice(&err), expected_err);
}

#define ENTRY "\"pipeline\": [\"t " QAWL_VERSION "\"]"

static void passes_documents_through(void **state)
{
    (void)state;
    assert_int_equal(run(&documents_only, SLICE(""), NULL, NULL), 0);
    expect("", "");
    Slice input = SLICE("\xEF\xBB\xBF{\"text\":\"abc\"}\t\n\n \t\n{\"text\":\"\\n\",\"n\":0}");
    assert_int_equal(run(&documents_only, input, NULL, NULL), 0);
    expect("{\"text\":\"abc\", \"n\": 3, " ENTRY "}\n{\"text\":\"\\n\",\"n\":1, " ENTRY "}\n", "");
}

static void refuses_and_goes_on(void **state)
{
    (void)state;
    Slice input = SLICE("{\"id\":1}\n{\"text\":\"bad\"}\nplain\n[]\n{\"text\":\"\xFF\"}\n{\n"
                        "{\"text\":\"\"}\n");
    assert_int_equal(run(&documents_only, input, NULL, NULL), 1);
    expect("{\"text\":\"\", \"n\": 0, " ENTRY "}\n",
           "t: -:1: no member \"text\"\n"
           "t: -:2: bad text\n"
           "t: -:3: not a JSON object; make documents of plain text with normalize\n"
           "t: -:4: not a JSON object; make documents of plain text with normalize\n"
           "t: -:5: invalid UTF-8 at byte 10\n"
           "t: -:6: not JSON: an object that does not end at column 2\n");
    assert_int_equal(run(&documents_only, input, "--rejects=rejects", NULL), 0);
    read_file("rejects", &out);
    assert_slice(buffer_slice(&out), "{\"id\":1}\n{\"text\":\"bad\"}\nplain\n[]\n"
                                     "{\"text\":\"\xFF\"}\n{\n");
}

static void refuses_what_is_too_long(void **state)
{
    (void)state;
    Slice input = SLICE("{\"text\":\"0123456789\"}\n{\"text\":\"\"}\n");
    assert_int_equal(run(&documents_only, input, "--max-record=20", NULL), 1);
    expect("{\"text\":\"\", \"n\": 0, " ENTRY "}\n",
           "t: -:1: longer than 20 bytes; raise --max-record to take it\n");
    assert_int_equal(run(&reader, SLICE("ab\ncd\nef\n"), "--max-record=6", NULL), 1);
    expect("", "t: -:1: longer than 6 bytes; raise --max-record to take it\n");
}

static void ends_when_the_system_fails(void **state)
{
    (void)state;
    Slice input = SLICE("{\"text\":\"disk\"}\n{\"text\":\"\"}\n");
    assert_int_equal(run(&documents_only, input, NULL, NULL), 3);
    expect("", "t: no disk\n");
    assert_int_equal(run(&documents_only, input, "--rejects=/nonexistent/file", NULL), 3);
    expect("", "t: /nonexistent/file: cannot create: No such file or directory\n");
    assert_int_equal(run(&documents_only, input, NULL, "/nonexistent/file"), 3);
    expect("", "t: /nonexistent/file: cannot open: No such file or directory\n");
}

static void says_when_it_is_called_wrongly(void **state)
{
    (void)state;
    assert_int_equal(run(&documents_only, SLICE("x"), "--linse", NULL), 2);
    expect("", "t: unknown option --linse; see --help\n");
    assert_int_equal(run(&documents_only, SLICE("x"), "--version", NULL), 0);
    expect("t (qawl) " QAWL_VERSION "\n", "");
    /* Only what applies is offered. */
    assert_int_equal(run(&documents_only, SLICE("x"), "--lang=ar", NULL), 2);
}

static void explains(void **state)
{
    (void)state;
    Slice input = SLICE("{\"id\":\"x\",\"text\":\"abcd\"}\n");
    assert_int_equal(run(&documents_only, input, "--explain", NULL), 0);
    assert_slice(buffer_slice(&err), "x\n");
    assert_int_equal(run(&documents_only, input, "--explain=log", NULL), 0);
    assert_int_equal(err.length, 0);
    read_file("log", &out);
    assert_slice(buffer_slice(&out),
                 "{\"tool\":\"t\",\"id\":\"x\",\"start\":1,\"end\":3,\"text\":\"bc\"}\n");
}

static void takes_plain_text(void **state)
{
    (void)state;
    assert_int_equal(run(&reader, SLICE(" ab\n\nc\n"), NULL, NULL), 0);
    expect("{\"id\": \"-\", \"source\": \"-\", \"text\": \" ab\\n\\nc\\n\", \"n\": 7, " ENTRY "}\n",
           "");
    /* A line that starts with a brace is a document. */
    assert_int_equal(run(&reader, SLICE("ab\n {\n{\"text\":\"\"}\n\ncd"), NULL, NULL), 0);
    expect("{\"id\": \"-\", \"source\": \"-\", \"text\": \"ab\\n {\\n\", \"n\": 6, " ENTRY "}\n"
           "{\"text\":\"\", \"n\": 0, \"id\": \"-:3\", \"source\": \"-\", " ENTRY "}\n"
           "{\"id\": \"-:4\", \"source\": \"-\", \"text\": \"\\ncd\", \"n\": 3, " ENTRY "}\n",
           "");
    /* But a file that begins with one holds documents only. */
    assert_int_equal(run(&reader, SLICE("\n{\"text\":\"\"}\nab\n"), NULL, NULL), 1);
    assert_slice(buffer_slice(&err), "t: -:3: not a JSON object\n");
    assert_int_equal(run(&reader, SLICE("a\xFF"), NULL, NULL), 1);
    expect("", "t: -:1: invalid UTF-8 at byte 2\n");
    assert_int_equal(run(&reader, SLICE(" \n\n"), NULL, NULL), 0);
    expect("", "");
}

static void takes_lines(void **state)
{
    (void)state;
    assert_int_equal(run(&reader, SLICE("ab\n\n{\"text\":\"\"}\nc"), "--lines", NULL), 0);
    expect("{\"id\": \"-:1\", \"source\": \"-\", \"text\": \"ab\", \"n\": 2, " ENTRY "}\n"
           "{\"text\":\"\", \"n\": 0, \"id\": \"-:3\", \"source\": \"-\", " ENTRY "}\n"
           "{\"id\": \"-:4\", \"source\": \"-\", \"text\": \"c\", \"n\": 1, " ENTRY "}\n",
           "");
}

/* Bytes of any charset go on as they are; text of two bytes a character is not
 * cut at its bytes. */
static void hands_on_raw_bytes(void **state)
{
    (void)state;
    assert_int_equal(run(&decoder,
                         SLICE("\xEF\xBB\xBF"
                               "a\xFF\n\n"),
                         NULL, NULL),
                     0);
    expect("{\"id\": \"-\", \"source\": \"-\", \"text\": \"raw\", \"n\": 7, " ENTRY "}\n", "");
    assert_int_equal(run(&decoder, SLICE("a\0\n\0{\0\n\0{\0"), NULL, NULL), 0);
    expect("{\"id\": \"-\", \"source\": \"-\", \"text\": \"raw\", \"n\": 10, " ENTRY "}\n", "");
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = {"in", "out", "err", "rejects", "log"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(names[i]);
    buffer_release(&out);
    buffer_release(&err);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_documents_through),
        cmocka_unit_test(refuses_and_goes_on),
        cmocka_unit_test(refuses_what_is_too_long),
        cmocka_unit_test(ends_when_the_system_fails),
        cmocka_unit_test(says_when_it_is_called_wrongly),
        cmocka_unit_test(explains),
        cmocka_unit_test(takes_plain_text),
        cmocka_unit_test(takes_lines),
        cmocka_unit_test(hands_on_raw_bytes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
