#include "tests/unit/rules_text.h"

#include <dirent.h>
#include <stdio.h>

#include "common/pattern.h"

static const char pack[] =
    "clitics:\n"
    "  groups: {c: [w]}\n"
    "  paths: [[c]]\n"
    "lexicon:\n"
    "  - {class: cue.say, clitics: [c], entries: [said, says]}\n"
    "  - {class: title, entries: [minister, chief of staff]}\n"
    "  - {class: comp, entries: [that]}\n"
    "patterns:\n"
    "  - {id: who, makes: class, match: '@title{0,2} [\"adam\" \"nur\"]'}\n"
    "  - {id: later, makes: quote, match: '<speaker: @who> <cue: @cue> <content: @comp .{1,9}>'}\n"
    "  - {id: first, makes: quote, match: '^ <cue: @cue.say&!\"says\"> <speaker: @who | /^h/>'}\n"
    "  - {id: none, makes: quote, match: '<cue: \"never\"> @comp'}\n"
    "  - {id: other, makes: subject, match: '@title \"adam\"'}\n";

/* In front of the others, with words of its own. */
static const char layer[] = "patterns:\n"
                            "  - {id: mine, makes: quote, match: '\"wait\" @cue'}\n";

static const char text[] =
    "said hugo wait said minister adam said adam that chief of staff nur wsaid that "
    "it rains says hugo wait says he";

static char folder[] = "/tmp/qawl-patterns-XXXXXX", layer_path[128];

static void write_file(const char *name, const char *bytes)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(bytes, file);
    fclose(file);
}

static int set_up(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return 1;
    setenv("XDG_CACHE_HOME", folder, 1);
    snprintf(layer_path, sizeof layer_path, "%s/layer.yaml", folder);
    write_file("pack.yaml", "files: {quote-extract: [rules.yaml]}\n");
    write_file("rules.yaml", pack);
    write_file("layer.yaml", layer);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[160];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static void find(PatternSet *set, Lexicon *lexicon, Buffer *found)
{
    static const char *const captures[] = {"cue", "speaker", "content"};
    Arena arena = {0};
    ItemString string = {0};
    PatternMatch *matches = NULL;
    size_t count = 0, capacity = 0, token_count;
    Token *tokens;
    bool limited = false;
    tokenize(slice_of(text), lexicon_fold(lexicon), lexicon_vocabulary(lexicon), &arena, &tokens,
             &token_count);
    items_add_tokens(&string, lexicon, tokens, 0, token_count);
    patterns_find_all(set, &string, &matches, &count, &capacity, &limited);
    for (size_t i = 0; i < count; i++) {
        buffer_append_format(found, "%.*s %zu-%zu", SLICE_ARG(pattern_name(matches[i].pattern)),
                             matches[i].start, matches[i].end);
        for (size_t c = 0; c < sizeof captures / sizeof *captures; c++) {
            size_t start, end;
            if (match_capture(&matches[i], patterns_capture(set, captures[c]), &start, &end))
                buffer_append_format(found, " %s %zu-%zu", captures[c], start, end);
        }
        buffer_append_byte(found, '\n');
    }
    free(matches);
    items_release(&string);
    arena_release(&arena);
}

/* What patterns of both kinds find. */
static void find_all(bool cached, Buffer *found)
{
    static const char *const kinds[] = {"quote", "subject"};
    PatternSet *sets[sizeof kinds / sizeof *kinds];
    const char *layers[] = {layer_path};
    RulesOptions options = {.pack = folder, .no_user_rules = true, .packed = true};
    options.cached = cached;
    options.extra = (StringList){layers, 1, 1};
    Rules rules;
    Error error = {0};
    buffer_clear(found);
    if (!rules_load(&rules, "quote-extract", &options, &error))
        fail_msg("%s", error.message);
    Lexicon *lexicon = make_lexicon(&rules);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        sets[i] = patterns_new(&rules, lexicon, kinds[i], NULL, &error);
        assert_non_null(sets[i]);
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        find(sets[i], lexicon, found);
        patterns_free(sets[i]);
    }
    buffer_append_byte(found, '\0');
    lexicon_free(lexicon);
    rules_release(&rules);
}

typedef void (*Visit)(const char *path, size_t length);

/* How many files are kept; `visit` sees each. */
static size_t visit_kept(Visit visit)
{
    char path[512];
    snprintf(path, sizeof path, "%s/qawl", folder);
    DIR *open = opendir(path);
    size_t count = 0;
    if (open == NULL)
        return 0;
    for (struct dirent *entry; (entry = readdir(open)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/qawl/%s", folder, entry->d_name);
        FILE *file = fopen(path, "rb");
        assert_non_null(file);
        fseek(file, 0, SEEK_END);
        size_t length = (size_t)ftell(file);
        fclose(file);
        count++;
        if (visit != NULL)
            visit(path, length);
    }
    closedir(open);
    return count;
}

static void test_kept_patterns_find_the_same(void **state)
{
    (void)state;
    Buffer first = {0}, later = {0};
    find_all(false, &first);
    assert_int_equal(visit_kept(NULL), 0);
    assert_non_null(strstr(first.data, "mine 2-4"));
    assert_non_null(strstr(first.data, "rules/first 0-2 cue 0-1 speaker 1-2"));
    assert_non_null(strstr(first.data, "rules/later 9-20 cue 11-12 speaker 9-11 content 12-20"));
    assert_non_null(strstr(first.data, "other 4-6"));
    for (int round = 0; round < 3; round++) {
        find_all(true, &later);
        assert_string_equal(later.data, first.data);
        assert_int_equal(visit_kept(NULL), 3); /* the rules, and two sets of patterns */
    }
    buffer_release(&first);
    buffer_release(&later);
}

static void cut(const char *path, size_t length)
{
    assert_int_equal(truncate(path, (off_t)(length / 2)), 0);
}

static void blot(const char *path, size_t length)
{
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    for (size_t at = 700; at < length; at += 61) {
        fseek(file, (long)at, SEEK_SET);
        fputc(0xA5, file);
    }
    fclose(file);
}

static void test_damaged_files_do_no_harm(void **state)
{
    (void)state;
    static const Visit harms[] = {cut, blot};
    Buffer first = {0}, later = {0};
    find_all(false, &first);
    for (size_t i = 0; i < sizeof harms / sizeof *harms; i++) {
        find_all(true, &later);
        assert_int_equal(visit_kept(harms[i]), 3);
        find_all(true, &later);
        assert_string_equal(later.data, first.data);
    }
    buffer_release(&first);
    buffer_release(&later);
}

/* The file of the patterns is there, and was made of other rules. */
static void test_a_change_is_seen(void **state)
{
    (void)state;
    Buffer found = {0};
    char changed[sizeof layer];
    memcpy(changed, layer, sizeof layer);
    memcpy(strstr(changed, "wait"), "rain", 4);
    find_all(true, &found);
    write_file("layer.yaml", changed);
    find_all(true, &found);
    assert_null(strstr(found.data, "mine"));
    write_file("layer.yaml", layer);
    find_all(true, &found);
    assert_non_null(strstr(found.data, "mine 2-4"));
    buffer_release(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kept_patterns_find_the_same),
        cmocka_unit_test(test_damaged_files_do_no_harm),
        cmocka_unit_test(test_a_change_is_seen),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
