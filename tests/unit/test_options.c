#include "tests/unit/unit.h"

#include "common/options.h"

static struct {
    bool flag, zero;
    const char *string, *optional;
    StringList list;
    size_t size;
} values;

static const Option own[] = {
    {'f', "flag", NULL, OPTION_FLAG, &values.flag, "a flag"},
    {'0', NULL, NULL, OPTION_FLAG, &values.zero, "only a letter"},
    {'s', "string", "TEXT", OPTION_STRING, &values.string, "a text"},
    {0},
};
static const Option common[] = {
    {'l', "list", "ITEM", OPTION_LIST, &values.list, "items"},
    {0, "size", "BYTES", OPTION_SIZE, &values.size, "a size"},
    {0, "explain", "FILE", OPTION_OPTIONAL_STRING, &values.optional, "maybe a file"},
    {0},
};
static Error error;
static char *arguments[16];

/* Parses the NULL-terminated `words`; the number of files, or -1. */
static int parse(const char *const *words)
{
    static const Option *const tables[] = {own, common};
    int count = 1;
    size_t files;
    free(values.list.items);
    memset(&values, 0, sizeof values);
    memset(&error, 0, sizeof error);
    for (; *words != NULL; words++)
        arguments[count++] = (char *)(uintptr_t)*words;
    return options_parse(tables, 2, count, arguments, &files, &error) ? (int)files : -1;
}

#define PARSE(...) parse((const char *const[]){__VA_ARGS__, NULL})

static void takes_all_forms(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--flag", "--string=a=b", "--list", "x", "-ly", "-l", "z"), 0);
    assert_true(values.flag);
    assert_string_equal(values.string, "a=b");
    assert_int_equal(values.list.count, 3);
    assert_string_equal(values.list.items[2], "z");
    assert_int_equal(PARSE("-f0sx"), 0);
    assert_true(values.flag && values.zero);
    assert_string_equal(values.string, "x");
    assert_int_equal(PARSE("-s", "--flag"), 0);
    assert_string_equal(values.string, "--flag");
    assert_false(values.flag);
}

static void moves_files_to_the_front(void **state)
{
    (void)state;
    assert_int_equal(PARSE("a", "-f", "-", "--", "-s", "--"), 4);
    assert_string_equal(arguments[1], "a");
    assert_string_equal(arguments[2], "-");
    assert_string_equal(arguments[3], "-s");
    assert_string_equal(arguments[4], "--");
    assert_null(values.string);
}

static void a_value_may_be_left_out(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--explain", "file"), 1);
    assert_string_equal(values.optional, "");
    assert_int_equal(PARSE("--explain=log", "file"), 1);
    assert_string_equal(values.optional, "log");
    assert_int_equal(PARSE("file"), 1);
    assert_null(values.optional);
}

static void reads_sizes(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--size=1"), 0);
    assert_int_equal(values.size, 1);
    assert_int_equal(PARSE("--size", "12k"), 0);
    assert_int_equal(values.size, 12 * 1024);
    assert_int_equal(PARSE("--size=3G"), 0);
    assert_int_equal(values.size, (size_t)3 << 30);
    static const char *const bad[] = {
        "", "k", "-1", "1x", "1kk", "1 ", "99999999999999999999", "99999999999999999G"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(PARSE("--size", bad[i]), -1);
    assert_int_equal(PARSE("--size=0"), -1);
    assert_string_equal(error.message,
                        "--size: nothing fits into \"0\"; write a size of one byte or more");
    assert_int_equal(PARSE("--size=1x"), -1);
    assert_string_equal(error.message,
                        "--size: \"1x\" is no size; write bytes, or a number with k, M or G");
}

static void refuses_with_help(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--strng=x"), -1);
    assert_string_equal(error.message, "unknown option --strng; did you mean --string");
    assert_int_equal(error.exit_code, EXIT_USAGE);
    assert_int_equal(PARSE("--wholly-other"), -1);
    assert_string_equal(error.message, "unknown option --wholly-other; see --help");
    assert_int_equal(PARSE("-fx"), -1);
    assert_string_equal(error.message, "unknown option -x in \"-fx\"; see --help");
    assert_int_equal(PARSE("--string"), -1);
    assert_string_equal(error.message, "--string needs a value: TEXT");
    assert_int_equal(PARSE("-s"), -1);
    assert_string_equal(error.message, "-s needs a value: TEXT");
    assert_int_equal(PARSE("--string="), -1);
    assert_string_equal(error.message, "--string: the value is empty; write --string=TEXT");
    assert_int_equal(PARSE("--flag=yes"), -1);
    assert_string_equal(error.message, "--flag takes no value");
}

static int release(void **state)
{
    (void)state;
    free(values.list.items);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_all_forms),         cmocka_unit_test(moves_files_to_the_front),
        cmocka_unit_test(a_value_may_be_left_out), cmocka_unit_test(reads_sizes),
        cmocka_unit_test(refuses_with_help),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
