/* What class sets have of the classes that are asked for. */
#include "tests/unit/rules_text.h"
#include "tests/unit/unit.h"

#include "tools/tag-entities/traits.h"

static const char RULES[] = "lexicon:\n"
                            "  - class: fruit.red\n"
                            "    entries: [cherry]\n"
                            "  - class: tool\n"
                            "    entries: [hammer]\n";

typedef struct {
    Rules rules;
    Lexicon *lexicon;
    int fruit, red, tool;
} Fixture;

static void open_fixture(Fixture *fixture)
{
    add_rules(&fixture->rules, RULES);
    fixture->lexicon = make_lexicon(&fixture->rules);
    const Classes *classes = lexicon_classes(fixture->lexicon);
    fixture->fruit = classes_find(classes, SLICE("fruit"));
    fixture->red = classes_find(classes, SLICE("fruit.red"));
    fixture->tool = classes_find(classes, SLICE("tool"));
}

static void close_fixture(Fixture *fixture)
{
    lexicon_free(fixture->lexicon);
    rules_release(&fixture->rules);
}

/* The number of a set with this class and what it belongs to. */
static uint32_t set_of(const Fixture *fixture, int class_number)
{
    ClassSet set = {{0}};
    classes_put(lexicon_classes(fixture->lexicon), &set, class_number);
    return lexicon_set_number(fixture->lexicon, &set);
}

static void sets_have_what_they_hold(void **state)
{
    (void)state;
    Fixture fixture = {0};
    open_fixture(&fixture);
    Traits *traits = traits_new(fixture.lexicon, &fixture.rules.arena);
    ClassSet either = {{0}}, none = {{0}};
    classes_put(lexicon_classes(fixture.lexicon), &either, fixture.red);
    classes_put(lexicon_classes(fixture.lexicon), &either, fixture.tool);
    int fruit = traits_ask_class(traits, fixture.fruit);
    int tool = traits_ask_class(traits, fixture.tool);
    int any = traits_ask(traits, &either);
    int empty = traits_ask(traits, &none);
    uint32_t cherry = set_of(&fixture, fixture.red), hammer = set_of(&fixture, fixture.tool);
    /* The second answer is the remembered one. */
    for (int times = 0; times < 2; times++) {
        assert_true(traits_has(traits, cherry, fruit));
        assert_false(traits_has(traits, cherry, tool));
        assert_true(traits_has(traits, cherry, any));
        assert_false(traits_has(traits, cherry, empty));
        assert_false(traits_has(traits, cherry, TRAIT_NONE));
        assert_false(traits_has(traits, hammer, fruit));
        assert_true(traits_has(traits, hammer, tool));
        assert_true(traits_has(traits, hammer, any));
    }
    traits_free(traits);
    close_fixture(&fixture);
}

static void a_class_that_no_rule_has_is_no_trait(void **state)
{
    (void)state;
    Fixture fixture = {0};
    open_fixture(&fixture);
    Traits *traits = traits_new(fixture.lexicon, &fixture.rules.arena);
    int number = classes_find(lexicon_classes(fixture.lexicon), SLICE("bird"));
    assert_int_equal(traits_ask_class(traits, number), TRAIT_NONE);
    traits_free(traits);
    close_fixture(&fixture);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_have_what_they_hold),
        cmocka_unit_test(a_class_that_no_rule_has_is_no_trait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
