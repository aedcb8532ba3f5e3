#include "tests/unit/rules_text.h"
#include "tests/unit/unit.h"

#include "common/links.h"

static const char RULES[] = "speaking:\n"
                            "  - {speaker: person, type: PER, makes: true}\n"
                            "  - {speaker: organisation, type: ORG}\n";

typedef struct {
    Rules rules;
    Links links;
    Document document;
    Arena arena;
} Fixture;

static void open_fixture(Fixture *fixture, const char *record)
{
    Error error = {0};
    add_rules(&fixture->rules, RULES);
    const Fold *fold = fold_new(&fixture->rules, &error);
    assert_non_null(fold);
    assert_true(links_read(&fixture->links, &fixture->rules, fold, &error));
    assert_true(
        document_read(&fixture->document, slice_of(record), "-", 1, 0, &fixture->arena, &error));
}

static void close_fixture(Fixture *fixture)
{
    arena_release(&fixture->arena);
    rules_release(&fixture->rules);
}

/* Links the quotes of the record with its entities. */
static void check_linked(const char *record, const char *quotes, const char *entities)
{
    Fixture fixture = {0};
    Error error = {0};
    Quote *list;
    size_t count;
    open_fixture(&fixture, record);
    assert_true(layer_read_quotes(&fixture.document, 100, &fixture.arena, &list, &count, &error));
    assert_true(links_from_document(&fixture.links, &fixture.document, list, count, 100,
                                    &fixture.arena, &error));
    assert_slice(document_get(&fixture.document, SLICE("quotes")), quotes);
    assert_slice(document_get(&fixture.document, SLICE("entities")), entities);
    close_fixture(&fixture);
}

#define TEXT "\"text\": \"Ann Bell of Acme said yes to Bo.\", "
#define ANN "{\"start\": 0, \"end\": 8, \"type\": \"PER\", \"name\": \"Ann Bell\"}"
#define BO "{\"start\": 29, \"end\": 31, \"type\": \"PER\", \"name\": \"Bo\"}"

static void test_speaker_and_contents_are_told_by_index(void **state)
{
    (void)state;
    check_linked("{" TEXT
                 "\"quotes\": [ {\"start\": 22, \"end\": 31, \"kind\": \"direct\", \"speaker\": "
                 "{\"start\": 0, \"end\": 16, \"name\": \"Ann Bell\", \"type\": \"person\"} } ], "
                 "\"entities\": [" ANN ", " BO "]}",
                 "[ {\"start\": 22, \"end\": 31, \"kind\": \"direct\", \"speaker\": "
                 "{\"start\": 0, \"end\": 16, \"name\": \"Ann Bell\", \"type\": \"person\", "
                 "\"entity\": 0}, \"entities\": [1] } ]",
                 "[" ANN ", " BO "]");
}

static void test_old_links_give_way_and_the_rest_stays(void **state)
{
    (void)state;
    check_linked("{" TEXT
                 "\"quotes\": [{\"entities\": [4, 5],\"start\": 22, \"end\": 26, \"kind\": "
                 "\"direct\", \"mine\": [1 , 2], \"speaker\": {\"entity\": 7 , \"x\": 1.50, "
                 "\"name\": \"Zed\", \"type\": \"person\"}}], \"entities\": [" ANN "]}",
                 "[{\"start\": 22, \"end\": 26, \"kind\": \"direct\", \"mine\": [1 , 2], "
                 "\"speaker\": { \"x\": 1.50, \"name\": \"Zed\", \"type\": \"person\"}}]",
                 "[" ANN "]");
}

static void test_a_speaker_in_the_text_becomes_an_entity(void **state)
{
    (void)state;
    check_linked(
        "{" TEXT
        "\"quotes\": [{\"start\": 22, \"end\": 26, \"kind\": \"direct\", \"rule\": \"q/a\", "
        "\"speaker\": {\"start\": 0, \"end\": 16, \"name\": \"Ann Bell\", \"type\": "
        "\"person\"}}], \"entities\": [" BO "]}",
        "[{\"start\": 22, \"end\": 26, \"kind\": \"direct\", \"rule\": \"q/a\", \"speaker\": "
        "{\"start\": 0, \"end\": 16, \"name\": \"Ann Bell\", \"type\": \"person\", "
        "\"entity\": 0}}]",
        "[{\"start\": 0, \"end\": 8, \"type\": \"PER\", \"name\": \"Ann Bell\", \"rule\": "
        "\"q/a\"}, " BO "]");
}

static void test_an_entity_takes_in_the_rest_of_a_speakers_name(void **state)
{
    (void)state;
    check_linked(
        "{" TEXT "\"quotes\": [{\"start\": 22, \"end\": 25, \"kind\": \"direct\", \"speaker\": "
        "{\"start\": 0, \"end\": 16, \"name\": \"Ann Bell\", \"type\": \"person\"}}], "
        "\"entities\": [{\"start\": 0, \"end\": 3, \"type\": \"PER\", \"name\": \"Ann\"}]}",
        "[{\"start\": 22, \"end\": 25, \"kind\": \"direct\", \"speaker\": {\"start\": 0, "
        "\"end\": 16, \"name\": \"Ann Bell\", \"type\": \"person\", \"entity\": 0}}]",
        "[" ANN "]");
}

static void test_implied_speakers_are_found_by_their_name(void **state)
{
    (void)state;
    check_linked("{" TEXT
                 "\"quotes\": [{\"start\": 22, \"end\": 25, \"kind\": \"direct\", \"speaker\": "
                 "{\"name\": \"bell\", \"type\": \"person\", \"implied\": true}}], "
                 "\"entities\": [" ANN ", " BO "]}",
                 "[{\"start\": 22, \"end\": 25, \"kind\": \"direct\", \"speaker\": "
                 "{\"name\": \"bell\", \"type\": \"person\", \"implied\": true, \"entity\": 0}}]",
                 "[" ANN ", " BO "]");
}

static void test_no_entities_no_links(void **state)
{
    (void)state;
    const char *quotes = "[{\"start\": 22, \"end\": 25, \"kind\": \"direct\", \"speaker\": "
                         "{\"name\": \"Ann Bell\", \"type\": \"person\"}}]";
    char record[512];
    snprintf(record, sizeof record, "{" TEXT "\"quotes\": %s}", quotes);
    check_linked(record, quotes, "");
}

static void test_unknown_speakers_are_a_mistake(void **state)
{
    (void)state;
    Rules rules = {0};
    Links links;
    Error error = {0};
    add_rules(&rules, "speaking: [{speaker: people, type: PER}]\n");
    assert_false(links_read(&links, &rules, NULL, &error));
    assert_non_null(strstr(error.message, "people"));
    rules_release(&rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_speaker_and_contents_are_told_by_index),
        cmocka_unit_test(test_old_links_give_way_and_the_rest_stays),
        cmocka_unit_test(test_a_speaker_in_the_text_becomes_an_entity),
        cmocka_unit_test(test_an_entity_takes_in_the_rest_of_a_speakers_name),
        cmocka_unit_test(test_implied_speakers_are_found_by_their_name),
        cmocka_unit_test(test_no_entities_no_links),
        cmocka_unit_test(test_unknown_speakers_are_a_mistake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
