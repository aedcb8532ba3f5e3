#include "tests/unit/rules_text.h"

#include "common/buffer.h"

static void test_keeps_the_place_of_every_value(void **state)
{
    (void)state;
    Rules rules = {0};
    add_rules(&rules, "lexicon:\n  - class: cue.say\n    entries: [a, bc]\n");
    RuleWalk walk = rules_walk(&rules, "lexicon");
    assert_true(rule_walk_next(&walk));
    assert_int_equal(walk.node->line, 2);
    const RuleNode *entries = rule_get(walk.node, "entries");
    assert_int_equal(entries->child_count, 2);
    assert_int_equal(entries->children->next->line, 3);
    assert_int_equal(entries->children->next->column, 18);
    assert_true(slice_equal(entries->children->next->scalar, SLICE("bc")));
    assert_false(rule_walk_next(&walk));
    rules_release(&rules);
}

static void test_walks_sections_over_files_in_order(void **state)
{
    (void)state;
    Rules rules = {0};
    add_rules(&rules, "p: [one, two]\n");
    add_rules(&rules, "q: [no]\n");
    add_rules(&rules, "p: [three]\n");
    const char *wanted[] = {"one", "two", "three"};
    size_t count = 0;
    for (RuleWalk walk = rules_walk(&rules, "p"); rule_walk_next(&walk); count++)
        assert_true(slice_equal(walk.node->scalar, slice_of(wanted[count])));
    assert_int_equal(count, 3);
    rules_release(&rules);
}

static void test_later_layers_come_first_where_they_count(void **state)
{
    (void)state;
    Rules rules = {0};
    const char *texts[] = {"p: [a, b]\n", "p: [own1]\n", "p: [c]\n", "p: [own2, own3]\n"};
    for (size_t i = 0; i < 4; i++) {
        add_rules(&rules, texts[i]);
        rules.files[i].pack = i % 2 == 0 ? (unsigned)i + 1 : 0;
    }
    const char *wanted[] = {"own2", "own3", "own1", "a", "b", "c"};
    const size_t layers[] = {4, 4, 2, 0, 0, 0};
    size_t count = 0;
    for (RuleWalk walk = rules_walk_latest(&rules, "p"); rule_walk_next(&walk); count++) {
        assert_true(slice_equal(walk.node->scalar, slice_of(wanted[count])));
        assert_int_equal(walk.layer, layers[count]);
    }
    assert_int_equal(count, 6);
    rules_release(&rules);
}

static void check_mistake(const char *text, size_t line, size_t column, const char *part)
{
    Rules rules = {0};
    Error error = {0};
    assert_false(rules_from_text(&rules, text, &error));
    assert_int_equal(error.exit_code, EXIT_USAGE);
    assert_int_equal(error.line, line);
    assert_int_equal(error.column, column);
    assert_non_null(strstr(error.message, part));
    rules_release(&rules);
}

static void test_mistakes_have_their_place(void **state)
{
    (void)state;
    check_mistake("a: [b, c\n", 2, 1, "flow sequence");
    check_mistake("a: 1\nb: 2\na: 3\n", 3, 1, "stands twice");
    check_mistake("a: &x 1\nb: *x\n", 2, 4, "aliases");
    check_mistake("- a\n- b\n", 1, 1, "map of sections");
    check_mistake("a: 1\n---\nb: 2\n", 2, 1, "second YAML document");
    check_mistake("a: 1\n---\n\n# b\nb: 2\n", 2, 1, "second YAML document");
    check_mistake("---\na: 1\n---\n", 3, 1, "second YAML document");
}

static void test_unknown_key_names_the_nearest(void **state)
{
    (void)state;
    static const char *const known[] = {"class", "entries", NULL};
    Rules rules = {0};
    Error error = {0};
    add_rules(&rules, "x:\n  clas: a\n");
    assert_false(rule_check_keys(rule_get(rules.files[0].root, "x"), known, &error));
    assert_int_equal(error.line, 2);
    assert_non_null(strstr(error.message, "did you mean \"class\""));
    rules_release(&rules);
}

static void test_numbers_and_flags(void **state)
{
    (void)state;
    Rules rules = {0};
    Error error = {0};
    double number;
    bool flag;
    add_rules(&rules, "n: 2.5\nbad: two\nf: true\n");
    const RuleNode *root = rules.files[0].root;
    assert_true(rule_number(root, "n", 0, &number, &error));
    assert_true(number > 2.4 && number < 2.6);
    assert_true(rule_number(root, "none", 7, &number, &error));
    assert_true(number > 6.9 && number < 7.1);
    assert_false(rule_number(root, "bad", 0, &number, &error));
    assert_true(rule_flag(root, "f", false, &flag, &error));
    assert_true(flag);
    assert_false(rule_flag(root, "bad", false, &flag, &error));
    rules_release(&rules);
}

/* strtod takes more for a number than a reader of rules would. */
static void test_what_is_no_number(void **state)
{
    (void)state;
    static const char *const texts[] = {"nan",  "inf", "0x10", "1e999", "1 2",
                                        "'1 '", "''",  "[1]",  "1.2.3", "e"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        Rules rules = {0};
        Error error = {0};
        char text[32];
        double number = 5;
        snprintf(text, sizeof text, "n: %s\n", texts[i]);
        add_rules(&rules, text);
        assert_false(rule_number(rules.files[0].root, "n", 0, &number, &error));
        assert_non_null(strstr(error.message, "n must be a number"));
        rules_release(&rules);
    }
}

static void test_characters(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t first, last; /* 0: none */
    } cases[] = {
        {"a", 'a', 'a'},
        {"\xD8\xA7", 0x627, 0x627},
        {"U+0627", 0x627, 0x627},
        {"U+fe8d", 0xFE8D, 0xFE8D},
        {"U+10FFFF", 0x10FFFF, 0x10FFFF},
        {"U+064B..U+0652", 0x64B, 0x652},
        {"a..c", 'a', 'c'},
        {".", '.', '.'},
        {"...a", '.', 'a'},
        {"U+0652..U+064B", 0, 0},
        {"U+64B", 0, 0},
        {"U+110000", 0, 0},
        {"U+D800", 0, 0},
        {"U+0627x", 0, 0},
        {"U+0627..", 0, 0},
        {"..", 0, 0},
        {"ab", 0, 0},
        {"", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        RuleNode node = {.file = "file", .line = 3};
        Error error = {0};
        uint32_t first = 0, last = 0;
        bool good = rule_characters(&node, slice_of(cases[i].text), &first, &last, &error);
        assert_int_equal(good, cases[i].first != 0);
        if (good)
            assert_true(first == cases[i].first && last == cases[i].last);
        else
            assert_int_equal(error.line, 3);
    }
}

static void test_counts(void **state)
{
    (void)state;
    Rules rules = {0};
    Error error = {0};
    size_t count = 7;
    add_rules(&rules, "n: 3\nhalf: 2.5\nbelow: -1\n");
    const RuleNode *root = rules.files[0].root;
    assert_true(rule_count(root, "none", 0, 9, &count, &error));
    assert_int_equal(count, 7);
    assert_true(rule_count(root, "n", 3, 3, &count, &error));
    assert_int_equal(count, 3);
    assert_false(rule_count(root, "n", 4, 9, &count, &error));
    assert_false(rule_count(root, "n", 0, 2, &count, &error));
    assert_string_equal(error.message, "n must be a whole number from 0 to 2, not \"3\"");
    assert_false(rule_count(root, "half", 0, 9, &count, &error));
    assert_int_equal(error.line, 2);
    assert_false(rule_count(root, "below", 0, 9, &count, &error));
    assert_int_equal(count, 3);
    rules_release(&rules);
}

/* The rule of each file as SECTION ID:VALUE, in the order in which they are read. */
static void check_layers(const char *const *files, const char *section, const char *value,
                         const char *wanted)
{
    Rules rules = {0};
    Error error = {0};
    char found[512] = "";
    for (; *files != NULL; files++)
        add_rules(&rules, *files);
    assert_true(rules_layer(&rules, &error));
    for (RuleWalk walk = rules_walk(&rules, section); rule_walk_next(&walk);) {
        size_t length = strlen(found);
        snprintf(found + length, sizeof found - length, "%.*s ",
                 SLICE_ARG(walk.node->kind == RULE_SCALAR ? walk.node->scalar
                                                          : rule_text(walk.node, value)));
        assert_string_equal(walk.file->path, walk.node->file);
    }
    assert_string_equal(found, wanted);
    rules_release(&rules);
}

static void test_layers_replace_drop_and_add(void **state)
{
    (void)state;
    check_layers((const char *[]){"p: [{id: a, v: 1}, {id: b, v: 2}, {id: c, v: 3}]",
                                  "p: [{id: d, v: 4}, {id: b, v: 5}, {id: c, disabled: true}]",
                                  "p: [{id: b, v: 6}, {id: e, disabled: true}]", NULL},
                 "p", "v", "1 6 4 ");
    check_layers((const char *[]){"p: [{id: a, v: 1}, {id: b, v: 2}]",
                                  "p: [{id: a, disabled: true}]", "p: [{id: a, v: 3}]", NULL},
                 "p", "v", "2 3 ");
    check_layers((const char *[]){"abbreviations: [{form: a, ends: x}, {form: b, ends: x}]",
                                  "abbreviations: [{form: b, ends: y}, {form: a, disabled: true}]",
                                  NULL},
                 "abbreviations", "ends", "y ");
    check_layers((const char *[]){"p: [{v: 1}, plain]", "p: [{v: 1}, plain]", NULL}, "p", "v",
                 "1 plain 1 plain ");
}

/* The forms that are left in the lists of section lexicon. */
static void append_forms(const RuleNode *node, char *found, size_t room)
{
    size_t length = strlen(found);
    if (node->kind == RULE_SCALAR && !slice_equal(node->key, SLICE("name")) &&
        !slice_equal(node->key, SLICE("class")))
        snprintf(found + length, room - length, "%.*s ", SLICE_ARG(node->scalar));
    for (const RuleNode *child = node->children; child; child = child->next)
        append_forms(child, found, room);
}

static void test_lists_take_out_of_earlier_ones(void **state)
{
    (void)state;
    static const char *const shipped =
        "lexicon:\n"
        "  - {class: a.b, entries: [one, {name: two, forms: [zwei, deux]}, {name: three,"
        " forms: {m: [drei], f: [trois, tre]}}]}\n"
        "  - {class: ab, entries: [one, zwei]}\n"
        "  - {class: a.c, words: ' un one  une', entries: []}\n";
    static const struct {
        const char *later, *wanted;
    } cases[] = {
        {"lexicon: [{class: a.b, remove: [one, deux]}]",
         "zwei drei trois tre one zwei  un one  une "},
        {"lexicon: [{class: a, remove: [zwei, drei, tre, one]}]", "deux trois one zwei  un   une "},
        {"lexicon: [{class: a.b, remove: [zwei, deux]}]",
         "one drei trois tre one zwei  un one  une "},
        {"lexicon: [{class: a.b, entries: [{name: three, disabled: true}]}]",
         "one zwei deux one zwei  un one  une "},
        {"lexicon: [{class: a.b, remove: [two, three]}]",
         "one zwei deux drei trois tre one zwei  un one  une "},
        {"lexicon: [{class: a.b, remove: [one], entries: [one]}]",
         "zwei deux drei trois tre one zwei  un one  une one "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Rules rules = {0};
        Error error = {0};
        char found[512] = "";
        add_rules(&rules, shipped);
        add_rules(&rules, cases[i].later);
        assert_true(rules_layer(&rules, &error));
        for (RuleWalk walk = rules_walk(&rules, "lexicon"); rule_walk_next(&walk);)
            append_forms(walk.node, found, sizeof found);
        assert_string_equal(found, cases[i].wanted);
        rules_release(&rules);
    }
}

static void take_mistake(void *taken, const Error *error)
{
    *(Error *)taken = *error;
}

/* Names in messages are as long as somebody made them, and are cut between characters. */
static void test_long_names_in_messages(void **state)
{
    (void)state;
    enum { MANY = 800 };
    Rules rules = {0};
    Error error = {0};
    Buffer text = {0};
    buffer_append(&text, SLICE("abbreviations:\n  - {form: "));
    for (size_t i = 0; i < MANY; i++)
        buffer_append(&text, SLICE("\xD8\xB9"));
    buffer_append(&text, SLICE(", disabled: true}\n"));
    buffer_append_byte(&text, '\0');
    add_rules(&rules, "abbreviations: [{form: x}]\n");
    add_rules(&rules, text.data);
    rules.on_mistake = take_mistake;
    rules.context = &error;
    assert_true(rules_layer(&rules, &error));
    size_t length = strlen(error.message);
    assert_in_range(length, sizeof error.message - 3, sizeof error.message - 1);
    assert_string_equal(error.message + length - 5, "\xD8\xB9...");
    buffer_release(&text);
    rules_release(&rules);
}

static void test_errors_stand_at_their_character(void **state)
{
    (void)state;
    Rules rules = {0};
    Error error = {0};
    add_rules(&rules, "p: [bare, 'in one', \"tab\\t\", 'it''s']\n");
    static const size_t columns[] = {7, 14, 21, 30}; /* of the third character, or the value */
    size_t count = 0;
    for (RuleWalk walk = rules_walk(&rules, "p"); rule_walk_next(&walk); count++) {
        assert_false(rule_error_at(walk.node, 2, &error, "here"));
        assert_int_equal(error.column, columns[count]);
    }
    assert_int_equal(count, 4);
    rules_release(&rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keeps_the_place_of_every_value),
        cmocka_unit_test(test_walks_sections_over_files_in_order),
        cmocka_unit_test(test_later_layers_come_first_where_they_count),
        cmocka_unit_test(test_mistakes_have_their_place),
        cmocka_unit_test(test_unknown_key_names_the_nearest),
        cmocka_unit_test(test_numbers_and_flags),
        cmocka_unit_test(test_what_is_no_number),
        cmocka_unit_test(test_characters),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_layers_replace_drop_and_add),
        cmocka_unit_test(test_lists_take_out_of_earlier_ones),
        cmocka_unit_test(test_long_names_in_messages),
        cmocka_unit_test(test_errors_stand_at_their_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
