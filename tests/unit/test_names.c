#include "tests/unit/rules_text.h"

#include "common/names.h"

static const char simple[] = "lexicon:\n"
                             "  - class: place\n"
                             "    entries:\n"
                             "      - Anchor\n"
                             "      - Bab Tuma\n"
                             "\n"
                             "      # more of them\n"
                             "      - Wadi   \n"
                             "    clitics: [article]\n";

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void test_runs_are_found(void **state)
{
    (void)state;
    Arena arena = {0};
    NameRun *runs;
    assert_int_equal(names_scan(&arena, slice_of(simple), &runs), 1);
    assert_int_equal(runs[0].anchor, 4);
    assert_int_equal(runs[0].line, 5);
    assert_int_equal(runs[0].column, 9);
    RuleNode node = {.kind = RULE_NAMES, .line = runs[0].line};
    node.scalar = arena_copy(&arena, slice_cut(slice_of(simple), runs[0].from, runs[0].to));
    NameWalk walk = names_walk(&node);
    assert_true(names_next(&walk));
    assert_true(slice_equal(walk.name, SLICE("Bab Tuma")));
    assert_int_equal(walk.line, 5);
    names_drop(&walk);
    assert_true(names_next(&walk));
    assert_true(slice_equal(walk.name, SLICE("Wadi")));
    assert_int_equal(walk.line, 8);
    assert_false(names_next(&walk));
    walk = names_walk(&node);
    assert_true(names_next(&walk));
    assert_true(slice_equal(walk.name, SLICE("Wadi")));
    arena_release(&arena);
}

static void test_doubtful_lines_are_left_to_the_parser(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "lexicon:\n  - entries:\n      - a\n      - b\n",         /* no line of its own */
        "patterns:\n  - id: x\n    entries:\n    - a\n    - b\n", /* another section     */
        "lexicon:\n  - class: x\n    entries:\n    - a\n    - b: c\n",
        "lexicon:\n  - class: x\n    entries:\n    - a\n    - b\n      c\n",
        "lexicon:\n  - class: x\n    entries:\n    - a\n    - b\n\n      c\n",
        "lexicon:\n  - class: x\n    entries:\n    - a\n    - 'b'\n    - [c]\n    - \"d\"\n",
        "lexicon:\n  - class: x\n    entries:\n    - a\n    - b #c\n    - *d\n    - !e\n",
        "lexicon:\r\n  - class: x\r\n    entries:\r\n    - a\r\n    - b\r\n",
        "lexicon:\n  - class: x\n    note: |\n      entries:\n      - a\n      - b\n",
        "lexicon:\n  - class: x\n    note: 'it\n    entries:\n    - a\n    - b\n    c'\n",
        "lexicon:\n  - class: x\n    note: \"a \\\"\n    entries:\n    - a\n    - b\n    \"\n",
        "lexicon:\n  - class: x\n    entries:\n    - a\n    - b\xC2\x85 c\n    - \xE2\x80\xA8\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        Arena arena = {0};
        NameRun *runs;
        assert_int_equal(names_scan(&arena, slice_of(texts[i]), &runs), 0);
        arena_release(&arena);
    }
}

/* The scalars below `node` with their lines, whether packed or not. */
static size_t spell(const RuleNode *node, char *out, size_t room)
{
    size_t used = 0;
    if (node->kind == RULE_SCALAR)
        return (size_t)snprintf(out, room, "%u %.*s\n", node->line, SLICE_ARG(node->scalar));
    if (node->kind == RULE_NAMES)
        for (NameWalk walk = names_walk(node); names_next(&walk);)
            used += (size_t)snprintf(out + used, room - used, "%u %.*s\n", walk.line,
                                     SLICE_ARG(walk.name));
    for (const RuleNode *child = node->children; child; child = child->next)
        used += spell(child, out + used, room - used);
    return used;
}

static void check_alike(const char *text)
{
    static char spelled[2][16384];
    char folder[] = "/tmp/qawl-names-XXXXXX", path[64], manifest[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a.yaml", folder);
    snprintf(manifest, sizeof manifest, "%s/pack.yaml", folder);
    write_file(path, text);
    write_file(manifest, "files: {tag-entities: [a.yaml]}\n");
    bool good[2];
    Error errors[2] = {{.line = 0}};
    for (int packed = 0; packed < 2; packed++) {
        Rules rules;
        RulesOptions options = {.pack = folder, .no_user_rules = true, .packed = packed != 0};
        spelled[packed][0] = '\0';
        good[packed] = rules_load(&rules, "tag-entities", &options, &errors[packed]);
        if (good[packed])
            spell(rules.files[0].root, spelled[packed], sizeof spelled[packed]);
        rules_release(&rules);
    }
    assert_int_equal(good[0], good[1]);
    assert_string_equal(spelled[0], spelled[1]);
    assert_string_equal(errors[0].message, errors[1].message);
    assert_int_equal(errors[0].line, errors[1].line);
    unlink(path);
    unlink(manifest);
    rmdir(folder);
}

/* Every text of a few kinds of line, packed or not, is read as the same. */
static void test_packed_or_not_is_the_same(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "    entries:\n",
        "    entries: [a]\n",
        "      - a\n",
        "      - b c\n",
        "      - d'e\n",
        "    - f\n",
        "        g\n",
        "\n",
        "# note\n",
        "      - {name: h}\n",
        "      - name: i\n",
        "        forms: [j,\n",
        "         k]\n",
        "    note: 'l\n",
        "     m'\n",
        "    note: |\n",
        "  - class: n\n",
        "lexicon:\n",
        "other:\n",
        "      - \xD8\xA8\xD8\xA7\xD8\xA8\n",
        "      - o: p\n",
        "      - # q\n",
        "      - \"r\"\n",
        "      - s (t, u) [v] 'w' \"x\" & {y}\n",
        "      - \xEF\xBB\xBFz\n",
        "      - \xEF\xBA\x8E\xEF\xBB\xB7 \xC2\xABz\xC2\xBB\n",
        "      - a\xE2\x80\xA9z\n",
        "      - a\xEF\xBF\xBFz\n",
        "      - a %@`!*|>\\?-\n",
        "      - a\tb\n",
        "      - a: b\n",
        "      - a #b\n",
        "      - a:b#c\n",
        "      - a\x7F\n",
        "      - a\xED\xA0\x80z\n",
        "      - a\xC2\x85z\n",
        "      - a\xF0\x9F\x98\x80z\n",
    };
    uint64_t seed = 7;
    check_alike(simple);
    for (int round = 0; round < 4000; round++) {
        char text[2048] = "lexicon:\n  - class: x\n    entries:\n      - first\n";
        for (int count = 1 + round % 12; count > 0; count--) {
            /* Plain items more often than others. */
            size_t pick = next_random(&seed) % (sizeof lines / sizeof *lines * 2);
            strcat(text, lines[pick < sizeof lines / sizeof *lines ? pick : 2 + pick % 3]);
        }
        check_alike(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs_are_found),
        cmocka_unit_test(test_doubtful_lines_are_left_to_the_parser),
        cmocka_unit_test(test_packed_or_not_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
