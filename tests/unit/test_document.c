#include "tests/unit/unit.h"

#include "common/document.h"

static Arena arena;
static Document document;
static Error error;

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    memset(&error, 0, sizeof error);
    return 0;
}

static bool take(const char *record)
{
    return document_read(&document, slice_of(record), "file", 7, 0, &arena, &error);
}

static void check_written(const char *expected)
{
    Buffer out = {0};
    document_write(&document, &out);
    assert_int_equal(out.data[out.length - 1], '\n');
    assert_slice(slice_cut(buffer_slice(&out), 0, out.length - 1), expected);
    buffer_release(&out);
}

static void knows_its_members(void **state)
{
    (void)state;
    assert_true(
        take("{\"id\": \"n\\u0031\", \"source\": \"s\", \"x\": 1.50, \"text\": \"a\\nb\"}"));
    assert_slice(document.id, "n1");
    assert_slice(document.source, "s");
    assert_slice(document.text, "a\nb");
    assert_true(document.has_text);
    assert_slice(document_get(&document, SLICE("x")), "1.50");
    assert_slice(document_get(&document, SLICE("y")), "");
}

static void names_what_has_no_name(void **state)
{
    (void)state;
    assert_true(take("{}"));
    assert_slice(document.id, "file:7");
    assert_slice(document.source, "file");
    assert_false(document.has_text);
    assert_true(take("{\"id\": 12e3, \"source\": null}"));
    assert_slice(document.id, "12e3");
    assert_slice(document.source, "file");
    document_add_identity(&document, &arena);
    check_written("{\"id\": 12e3, \"source\": \"file\"}");
}

static void copies_byte_for_byte(void **state)
{
    (void)state;
    const char *record =
        "{ \"n\" :  12345678901234567890.10,\"\\u0061\":\"\\u0642\" , \"n\":[ 1,{} ]\t}";
    assert_true(take(record));
    check_written(record);
}

static void ignores_white_space_around(void **state)
{
    (void)state;
    assert_true(take("  {\"a\":1}\t \r"));
    check_written("{\"a\":1}");
}

static void replaces_in_place_and_adds_behind(void **state)
{
    (void)state;
    assert_true(take("{\"text\":\"a\", \"quotes\" : [1] , \"z\":0 }"));
    document_set(&document, SLICE("quotes"), SLICE("[]"));
    document_set(&document, SLICE("entities"), SLICE("[2]"));
    document_set(&document, SLICE("entities"), SLICE("[3]"));
    assert_slice(document_get(&document, SLICE("entities")), "[3]");
    check_written("{\"text\":\"a\", \"quotes\" : [] , \"z\":0, \"entities\": [3] }");
    assert_true(take("{ }"));
    document_set(&document, SLICE("a"), SLICE("1"));
    document_set(&document, SLICE("b"), SLICE("2"));
    check_written("{\"a\": 1, \"b\": 2 }");
}

static void writes_text_as_a_string(void **state)
{
    (void)state;
    assert_true(take("{\"text\": \"a\\nb\", \"z\": 0}"));
    assert_slice(document.text, "a\nb");
    document_set_text(&document, SLICE("\"\n"));
    check_written("{\"text\": \"\\\"\\n\", \"z\": 0}");
    document_set_text(&document, (Slice){NULL, 0});
    check_written("{\"text\": \"\", \"z\": 0}");
}

static void takes_the_last_of_equal_names(void **state)
{
    (void)state;
    assert_true(take("{\"text\":\"a\",\"te\\u0078t\":\"b\"}"));
    assert_slice(document.text, "b");
    document_set(&document, SLICE("text"), SLICE("\"c\""));
    check_written("{\"text\":\"a\",\"te\\u0078t\":\"c\"}");
}

static void many_texts_take_no_more_than_one(void **state)
{
    (void)state;
    enum { TEXTS = 10000 };
    Buffer record = {0};
    buffer_append(&record, SLICE("{\"x\": 0"));
    for (int i = 0; i < TEXTS; i++)
        buffer_append(&record, SLICE(", \"text\": \"a\\n\""));
    buffer_append(&record, SLICE(", \"text\": \"\\tb\"}"));
    buffer_append_byte(&record, '\0');
    assert_true(take(record.data));
    assert_slice(document.text, "\tb");
    assert_true(arena.total < 100 * record.length);
    buffer_release(&record);
}

static void remembers_the_pipeline(void **state)
{
    (void)state;
    assert_true(take("{\"text\":\"a\"}"));
    document_add_pipeline(&document, SLICE("one 1"), &arena);
    document_add_pipeline(&document, SLICE("t\"wo"), &arena);
    check_written("{\"text\":\"a\", \"pipeline\": [\"one 1\", \"t\\\"wo\"]}");
    assert_true(take("{\"pipeline\":[ \"x\" ]}"));
    document_add_pipeline(&document, SLICE("y"), &arena);
    check_written("{\"pipeline\":[\"x\", \"y\"]}");
    assert_true(take("{\"pipeline\":[]}"));
    document_add_pipeline(&document, SLICE("y"), &arena);
    check_written("{\"pipeline\":[\"y\"]}");
}

static void makes_documents_of_text(void **state)
{
    (void)state;
    document = (Document){.file = "f", .line = 3};
    document_from_text(&document, SLICE("f:3"), SLICE("f"), SLICE("a\n\"b\""), &arena);
    assert_slice(document.text, "a\n\"b\"");
    assert_int_equal(document.line, 3);
    check_written("{\"id\": \"f:3\", \"source\": \"f\", \"text\": \"a\\n\\\"b\\\"\"}");
}

static void refuses_what_is_no_document(void **state)
{
    (void)state;
    static const struct {
        const char *record, *message;
    } cases[] = {
        {"", "not JSON: expected an object at column 1"},
        {"[]", "not JSON: expected an object at column 1"},
        {"{\"\xD9\x82\":1,}", "not JSON: expected a member name in quotes at column 8"},
        {"{\"a\":1", "not JSON: an object that does not end at column 7"},
        {"{} {}", "not JSON: something behind the closing brace at column 4"},
        {"{\"text\":null}", "member \"text\" must be a string, not null"},
        {"{\"id\":[]}", "member \"id\" must be a string, not an array"},
        {"{\"quotes\":{}}", "member \"quotes\" must be an array, not an object"},
        {"{\"origin\":\"x\"}", "member \"origin\" must be an object, not a string"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_false(take(cases[i].record));
        assert_string_equal(error.message, cases[i].message);
        assert_int_equal(error.line, 7);
        assert_string_equal(error.source, "file");
        assert_int_equal(error.exit_code, EXIT_SOME_BAD);
    }
}

static void takes_any_number_of_members(void **state)
{
    (void)state;
    Buffer record = {0};
    for (int i = 0; i < 1000; i++)
        buffer_append_format(&record, "%s\"m%d\":%d", i == 0 ? "{" : ",", i, i);
    buffer_append_format(&record, "}");
    buffer_append_byte(&record, '\0');
    assert_true(take(record.data));
    assert_int_equal(document.member_count, 1000);
    assert_slice(document_get(&document, SLICE("m777")), "777");
    check_written(record.data);
    buffer_release(&record);
}

#define test(function) cmocka_unit_test_teardown(function, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(knows_its_members),
        test(names_what_has_no_name),
        test(copies_byte_for_byte),
        test(ignores_white_space_around),
        test(replaces_in_place_and_adds_behind),
        test(writes_text_as_a_string),
        test(takes_the_last_of_equal_names),
        test(many_texts_take_no_more_than_one),
        test(remembers_the_pipeline),
        test(makes_documents_of_text),
        test(refuses_what_is_no_document),
        test(takes_any_number_of_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
