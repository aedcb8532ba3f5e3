#include "tests/unit/rules_text.h"

#include <sys/stat.h>

#include "common/lexicon.h"

static const char pack[] =
    "letters:\n"
    "  hamza: {\xD8\xA3: \xD8\xA7}\n"
    "clitics:\n"
    "  groups: {c: [w]}\n"
    "  paths: [[c]]\n"
    "shapes:\n"
    "  - {class: shape.long, letters: 6}\n"
    "lexicon:\n"
    "  - class: place.town\n"
    "    type: LOC\n"
    "    clitics: [c]\n"
    "    entries:\n"
    "      - tuma\n"
    "      - bab tuma\n"
    "      - gone\n"
    "      - bab\n"
    "      - {name: dimas, id: D, value: 3, forms: {f: [dima], m: [dimas]}}\n"
    "  - {class: person, entries: [tuma, nur]}\n"
    "  - {class: place, remove: [gone]}\n"
    "patterns:\n"
    "  - {id: one, makes: entity, match: '@place'}\n";

static const char *text =
    "tuma wtuma bab tuma wbab tuma dima dimas wdima gone nur nothing babtuma said";

static char folder[] = "/tmp/qawl-keeping-XXXXXX", rule_path[128];

static void write_file(const char *path, const char *bytes)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(bytes, file);
    fclose(file);
}

static int set_up(void **state)
{
    (void)state;
    char path[128];
    if (mkdtemp(folder) == NULL)
        return 1;
    setenv("XDG_CACHE_HOME", folder, 1);
    snprintf(rule_path, sizeof rule_path, "%s/rules.yaml", folder);
    snprintf(path, sizeof path, "%s/pack.yaml", folder);
    write_file(rule_path, pack);
    write_file(path, "files: {tag-entities: [rules.yaml], sentence-split: [rules.yaml]}\n");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[160];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static void load(Rules *rules, const char *tool, bool cached)
{
    Error error = {0};
    RulesOptions options = {
        .pack = folder, .no_user_rules = true, .packed = true, .cached = cached};
    if (!rules_load(rules, tool, &options, &error))
        fail_msg("%s", error.message);
}

/* All that callers can learn of the text. */
static void describe(Lexicon *lexicon, char *out, size_t room)
{
    Arena arena = {0};
    ItemString string = {0};
    Token *tokens;
    size_t count, used = 0;
    tokenize(slice_of(text), lexicon_fold(lexicon), lexicon_vocabulary(lexicon), &arena, &tokens,
             &count);
    items_add_tokens(&string, lexicon, tokens, 0, count);
    out[0] = '\0';
    for (size_t i = 0; i < string.count && used + 1024 < room; i++) {
        const Item *item = &string.items[i];
        used += (size_t)snprintf(out + used, room - used, "%u+%u %u-%u %d %u:", item->first_token,
                                 item->token_count, item->start, item->end, item->grade, item->set);
        for (int c = 0; c < classes_count(lexicon_classes(lexicon)); c++)
            if (lexicon_has(lexicon, item->set, c))
                used += (size_t)snprintf(out + used, room - used, " %.*s",
                                         SLICE_ARG(classes_name(lexicon_classes(lexicon), c)));
        for (uint32_t e = item->entry; e != NO_ENTRY && used + 1024 < room;
             e = lexicon_next_entry(lexicon, item, e)) {
            const LexiconEntry *entry = lexicon_entry(lexicon, e);
            used += (size_t)snprintf(
                out + used, room - used, " (%.40s|%.40s|%.40s|%.40s|%.40s|%.40s %u)",
                entry->form.data, entry->name.data, entry->type.data,
                entry->id.data ? entry->id.data : "", entry->value.data ? entry->value.data : "",
                entry->rule.data, entry->set);
        }
        used += (size_t)snprintf(out + used, room - used, "\n");
    }
    items_release(&string);
    arena_release(&arena);
}

static void describe_rules(Rules *rules, char *out, size_t room)
{
    Error error = {0};
    Lexicon *lexicon = make_lexicon(rules);
    RuleNode place = {.file = "x"};
    const Slice words[] = {SLICE_INIT("said"), SLICE_INIT("bab"), SLICE_INIT("said")};
    int one = lexicon_add_literals(lexicon, words, 1, &place, &error);
    int both = lexicon_add_literals(lexicon, words, 2, &place, &error);
    assert_true(one != CLASS_NONE && both != CLASS_NONE && one != both);
    assert_int_equal(lexicon_add_literals(lexicon, words + 2, 1, &place, &error), one);
    assert_int_equal(lexicon_add_literals(lexicon, words + 1, 2, &place, &error), both);
    assert_int_equal(lexicon_add_literals(lexicon, words, 3, &place, &error), both);
    describe(lexicon, out, room);
    lexicon_free(lexicon);
}

static void test_kept_rules_are_the_same(void **state)
{
    (void)state;
    static char first[8192], later[8192];
    for (int round = 0; round < 4; round++) {
        Rules rules;
        load(&rules, "tag-entities", round != 0);
        assert_true((rules.cache.bytes != NULL) == (round > 1));
        describe_rules(&rules, round ? later : first, sizeof first);
        assert_true((rules.cache.bytes != NULL) == (round > 0));
        if (round != 0)
            assert_string_equal(first, later);
        assert_string_equal(rules.files[0].path, rule_path);
        assert_int_equal(rules.file_count, 1);
        RuleWalk walk = rules_walk(&rules, "patterns");
        assert_true(rule_walk_next(&walk));
        assert_int_equal(walk.node->line, 21);
        assert_true(slice_equal(rule_text(walk.node, "match"), SLICE("@place")));
        assert_false(rule_walk_next(&walk));
        rules_release(&rules);
    }
    assert_non_null(strstr(first, "dimas|LOC|D|3|rules/place.town"));
    assert_non_null(strstr(first, "1+1 6-10 0")); /* behind a prefix of one byte */
    assert_null(strstr(first, "gone|"));
}

static void test_tools_without_a_lexicon(void **state)
{
    (void)state;
    char digest[2][32];
    for (int round = 0; round < 2; round++) {
        Rules rules;
        load(&rules, "sentence-split", true);
        assert_true((rules.cache.bytes != NULL) == (round > 0));
        strcpy(digest[round], rules.label);
        assert_true(rules_keep(&rules, NULL) == (round == 0));
        rules_release(&rules);
    }
    assert_string_equal(digest[0], digest[1]);
}

static void test_a_change_is_seen(void **state)
{
    (void)state;
    static char out[8192];
    char changed[sizeof pack];
    memcpy(changed, pack, sizeof pack);
    memcpy(strstr(changed, "nur"), "nir", 3);
    write_file(rule_path, changed);
    Rules rules;
    load(&rules, "tag-entities", true);
    assert_null(rules.cache.bytes);
    describe_rules(&rules, out, sizeof out);
    assert_null(strstr(out, "nur|nur"));
    rules_release(&rules);
    write_file(rule_path, pack);
    load(&rules, "tag-entities", true);
    assert_null(rules.cache.bytes);
    describe_rules(&rules, out, sizeof out);
    assert_non_null(strstr(out, "nur|nur"));
    rules_release(&rules);
}

/* What is too long to be read through at each start may hold anything. */
static void damage(int rounds)
{
    static const CachePart long_parts[] = {CACHE_TEXT,       CACHE_ENTRIES, CACHE_WORDS,
                                           CACHE_WORD_TABLE, CACHE_FILTER,  CACHE_NODES,
                                           CACHE_EDGES};
    static const size_t item_bytes[] = {1,
                                        CACHE_ENTRY_BYTES,
                                        CACHE_WORD_BYTES,
                                        CACHE_WORD_SLOT_BYTES,
                                        CACHE_FILTER_BYTES,
                                        CACHE_NODE_BYTES,
                                        CACHE_EDGE_BYTES};
    static char out[65536];
    uint64_t seed = 3;
    for (int round = 0; round < rounds; round++) {
        Rules rules;
        load(&rules, "tag-entities", true);
        assert_non_null(rules.cache.bytes);
        Lexicon *lexicon = make_lexicon(&rules);
        for (size_t i = 0; i < sizeof long_parts / sizeof *long_parts; i++) {
            char *bytes = rules.cache.parts[long_parts[i]].data;
            size_t length = rules.cache.parts[long_parts[i]].count * item_bytes[i];
            for (size_t at = (size_t)round % 97; at < length; at += 97)
                bytes[at] = (char)(round % 3 == 0 ? 0xFF : next_random(&seed) >> 7);
            if (round % 97 == 96)
                memset(bytes, round % 2 ? 0xFF : 1, length);
        }
        describe(lexicon, out, sizeof out);
        lexicon_free(lexicon);
        rules_release(&rules);
    }
}

static void test_damaged_numbers_do_no_harm(void **state)
{
    (void)state;
    damage(400);
}

/* As many names as are looked for in another way. */
static void test_many_names(void **state)
{
    (void)state;
    enum { FIRST = 700, SECOND = 130 };
    static char first[8192], later[8192];
    const char *few = text;
    FILE *file = fopen(rule_path, "wb");
    assert_non_null(file);
    fputs("clitics:\n  groups: {c: [w]}\n  paths: [[c]]\nlexicon:\n  - class: place\n"
          "    type: LOC\n    clitics: [c]\n    entries:\n",
          file);
    for (int i = 0; i < FIRST * SECOND; i++)
        fprintf(file, "      - a%d b%d%s\n", i % FIRST, i / FIRST, i % 3 ? "" : " c");
    fclose(file);
    text = "a0 b0 c a1 b0 said a698 b129 a698 b130 b3 a4 b3 wa2 b0 wa0 b0 c a0 b0 a3 b0 c";
    Rules rules;
    load(&rules, "tag-entities", false);
    describe_rules(&rules, first, sizeof first);
    rules_release(&rules);
    for (int round = 0; round < 2; round++) {
        load(&rules, "tag-entities", true);
        describe_rules(&rules, later, sizeof later);
        assert_string_equal(first, later);
        rules_release(&rules);
    }
    static const char *const found[] = {"(a0 b0 c|", "(a1 b0|", "(a698 b129|",
                                        "(a4 b3|",   "(a2 b0|", "(a3 b0 c|"};
    for (size_t i = 0; i < sizeof found / sizeof *found; i++)
        assert_non_null(strstr(first, found[i]));
    assert_null(strstr(first, "(a0 b0|"));
    damage(40);
    text = few;
    write_file(rule_path, pack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kept_rules_are_the_same),
        cmocka_unit_test(test_tools_without_a_lexicon),
        cmocka_unit_test(test_a_change_is_seen),
        cmocka_unit_test(test_damaged_numbers_do_no_harm),
        cmocka_unit_test(test_many_names),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
