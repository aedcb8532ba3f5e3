#include "tests/unit/rules_text.h"

#include "common/pattern.h"

static const char words[] = "lexicon:\n"
                            "  - {class: cue.say, entries: [said, says]}\n"
                            "  - {class: cue.add, entries: [added]}\n"
                            "  - {class: title, entries: [minister]}\n"
                            "  - {class: comp, entries: [that]}\n"
                            "  - {class: both.x, also: [title], entries: [chief]}\n";

/* The items of `text`; how many tokens it has. */
static size_t add_items(ItemString *string, Lexicon *lexicon, Arena *arena, Slice text)
{
    Token *tokens;
    size_t count;
    tokenize(text, lexicon_fold(lexicon), lexicon_vocabulary(lexicon), arena, &tokens, &count);
    items_add_tokens(string, lexicon, tokens, 0, count);
    return count;
}

/* What a test of one pattern set holds. */
typedef struct {
    Rules rules;
    Lexicon *lexicon;
    PatternSet *set; /* of quotes */
    Arena arena;
    ItemString string;
} Trial;

static void trial_init(Trial *trial, const char *rules)
{
    Error error = {0};
    *trial = (Trial){0};
    add_rules(&trial->rules, rules);
    trial->lexicon = make_lexicon(&trial->rules);
    trial->set = patterns_new(&trial->rules, trial->lexicon, "quote", NULL, &error);
    assert_non_null(trial->set);
}

static void trial_release(Trial *trial)
{
    items_release(&trial->string);
    arena_release(&trial->arena);
    patterns_free(trial->set);
    lexicon_free(trial->lexicon);
    rules_release(&trial->rules);
}

/* Finds all matches of the patterns in `text`, in which a | is a stop, and
 * compares them with `wanted`: "ID[capture=words;...] ..." */
static void check_matches(const char *patterns, const char *text, const char *wanted)
{
    Rules rules = {0};
    Error error = {0};
    Arena arena = {0};
    add_rules(&rules, words);
    add_rules(&rules, patterns);
    assert_true(rules_layer(&rules, &error));
    Lexicon *lexicon = make_lexicon(&rules);
    PatternSet *set = patterns_new(&rules, lexicon, "quote", NULL, &error);
    if (set == NULL)
        print_error("%s\n", error.message);
    assert_non_null(set);
    Token *tokens;
    size_t token_count;
    tokenize(slice_of(text), lexicon_fold(lexicon), lexicon_vocabulary(lexicon), &arena, &tokens,
             &token_count);
    ItemString string = {0};
    for (size_t i = 0; i < token_count; i++)
        if (text[tokens[i].byte] == '|')
            items_add_stop(&string, i, tokens[i].start);
        else
            items_add_tokens(&string, lexicon, tokens, i, i + 1);
    PatternMatch *matches = NULL;
    size_t count = 0, capacity = 0;
    bool limited = false;
    patterns_find_all(set, &string, &matches, &count, &capacity, &limited);
    assert_false(limited);
    Buffer found = {0};
    for (size_t i = 0; i < count; i++) {
        buffer_append_format(&found, "%s%.*s[", i ? " " : "",
                             SLICE_ARG(pattern_name(matches[i].pattern)));
        for (int c = 0; c < PATTERN_CAPTURES; c++) {
            size_t start, end;
            if (!pattern_captures(matches[i].pattern, c) ||
                !match_capture(&matches[i], c, &start, &end))
                continue;
            buffer_append_format(&found, "%d=", c);
            for (size_t item = start; item < end; item++) {
                const Token *token = &tokens[string.items[item].first_token];
                buffer_append_format(&found, "%s%.*s", item > start ? " " : "",
                                     (int)token->byte_length, text + token->byte);
            }
            buffer_append_byte(&found, ';');
        }
        buffer_append_byte(&found, ']');
    }
    buffer_append_byte(&found, '\0');
    assert_string_equal(found.data, wanted);
    buffer_release(&found);
    free(matches);
    items_release(&string);
    patterns_free(set);
    lexicon_free(lexicon);
    arena_release(&arena);
    rules_release(&rules);
}

static void test_captures(void **state)
{
    (void)state;
    check_matches(
        "patterns:\n"
        "  - {id: a, makes: quote, match: '<cue: @cue> <who: (!@comp)+> <what: @comp .*>'}\n",
        "so said the minister that it rains", "test/a[0=said;1=the minister;2=that it rains;]");
}

static void test_stops_are_edges(void **state)
{
    (void)state;
    const char *patterns = "patterns:\n  - {id: a, makes: quote, match: '^ <x: .+> $'}\n";
    check_matches(patterns, "one two | three | ", "test/a[0=one two;] test/a[0=three;]");
    check_matches("patterns:\n  - {id: a, makes: quote, match: '<x: !@comp{1,9}>'}\n",
                  "one | that two", "test/a[0=one;] test/a[0=two;]");
}

static void test_class_expressions(void **state)
{
    (void)state;
    check_matches("patterns:\n  - {id: a, makes: quote, match: '<x: @title&!@both>'}\n",
                  "chief minister", "test/a[0=minister;]");
    check_matches("patterns:\n  - {id: a, makes: quote, match: '<x: [@comp @cue.add]>'}\n",
                  "said that added", "test/a[0=that;] test/a[0=added;]");
    check_matches("patterns:\n  - {id: a, makes: quote, match: '<x: !@title&!@word>'}\n",
                  "minister rains .", "test/a[0=.;]");
    check_matches("patterns:\n  - {id: a, makes: quote, match: '<x: /^r.*s$/>'}\n", "rains rain",
                  "test/a[0=rains;]");
    check_matches("patterns:\n  - {id: a, makes: quote, match: '\"Said\" <x: \":\">'}\n",
                  "said :", "test/a[0=:;]");
}

static void test_words_of_a_list(void **state)
{
    (void)state;
    check_matches("patterns:\n"
                  "  - {id: a, makes: quote, match: '<x: [\"said\" \"Never\"]>'}\n"
                  "  - {id: b, makes: quote, match: '<x: [\"never\" @title \"rains\"]>'}\n"
                  "  - {id: c, makes: quote, match: '<x: \"never\">'}\n"
                  "  - {id: d, makes: quote, match: '<x: [\"said\"&!@cue \"rains\"]>'}\n",
                  "said never rains",
                  "test/a[0=said;] test/a[0=never;] test/b[0=never;] test/b[0=rains;] "
                  "test/c[0=never;] test/d[0=rains;]");
}

static void test_patterns_that_make_classes(void **state)
{
    (void)state;
    check_matches("patterns:\n"
                  "  - {id: phrase, makes: class, match: '\"the\"? @title | \"she\"'}\n"
                  "  - {id: a, makes: quote, match: '<cue: @cue> <who: @phrase>'}\n",
                  "said the minister added she",
                  "test/a[0=said;1=the minister;] test/a[0=added;1=she;]");
}

static void test_order_replacement_and_dropping(void **state)
{
    (void)state;
    check_matches("patterns:\n"
                  "  - {id: a, makes: quote, match: '@title'}\n"
                  "  - {id: b, makes: quote, match: '@cue'}\n"
                  "  - {id: c, makes: quote, match: '.'}\n"
                  "  - {id: a, makes: quote, match: '<x: @comp>'}\n"
                  "  - {id: c, disabled: true}\n",
                  "said that", "test/a[0=that;] test/b[]");
}

/* Words that no pattern has seen before bring new kinds. */
static void test_new_class_sets_at_run_time(void **state)
{
    (void)state;
    check_matches("patterns:\n"
                  "  - {id: a, makes: quote, match: '<x: @cue.say> <y: !@cue>'}\n"
                  "  - {id: b, makes: quote, match: '<x: @number> <y: @latin>'}\n",
                  "5 km says it , said 7",
                  "test/a[0=says;1=it;] test/a[0=said;1=7;] test/b[0=5;1=km;]");
}

static void test_lookaround_and_lazy(void **state)
{
    (void)state;
    check_matches("patterns:\n"
                  "  - {id: a, makes: quote, match: '@cue <x: .*?> (?= @comp | $)'}\n",
                  "said so that it | added more", "test/a[0=so;] test/a[0=more;]");
    check_matches("patterns:\n  - {id: a, makes: quote, match: '(?<! @title ) <x: @cue>'}\n",
                  "minister said chief added so says", "test/a[0=says;]");
}

static void check_one(const char *match, const char *text, const char *wanted)
{
    char patterns[256];
    snprintf(patterns, sizeof patterns, "patterns:\n  - {id: a, makes: quote, match: '%s'}\n",
             match);
    check_matches(patterns, text, wanted);
}

static void test_counts(void **state)
{
    (void)state;
    check_one("<x: @cue{2}>", "said said said", "test/a[0=said said;]");
    check_one("<x: @cue{,2}> @comp", "said said said that", "test/a[0=said said;]");
    check_one("<x: @cue{2,}>", "said | said said said", "test/a[0=said said said;]");
    check_one("<x: (@cue @comp){2,3}>", "said that said that said that said that",
              "test/a[0=said that said that said that;]");
    check_one("<x: (@cue @comp){1,3}?> .", "said that said that", "test/a[0=said that;]");
    check_one("@title <x: @cue{0}> @comp", "minister that", "test/a[0=;]");
    check_one("<x: (@cue? @comp?)*> @title", "said that said minister",
              "test/a[0=said that said;]");
    check_one("<x: (@cue? @comp?)+> @title", "minister", "test/a[0=;]");
}

/* The first way that leads to a match counts, be others longer. */
static void test_order_of_trying(void **state)
{
    (void)state;
    check_one("<x: @cue | @cue @comp>", "said that", "test/a[0=said;]");
    check_one("<x: @cue | @cue @comp> $", "said that", "test/a[0=said that;]");
    check_one("<x: @cue+> <y: .*>", "said said that", "test/a[0=said said;1=that;]");
    check_one("<x: @cue+?> <y: .*>", "said said that", "test/a[0=said;1=said that;]");
    check_one("(<x: @cue> | <y: .>)* @comp", "said minister that", "test/a[0=said;1=minister;]");
}

static void test_without_giving_back(void **state)
{
    (void)state;
    check_one("<x: @cue+ @cue>", "said said", "test/a[0=said said;]");
    check_one("<x: @cue++ @cue>", "said said", "");
    check_one("<x: (?>@cue | @cue @comp) @title>", "said that minister", "");
    check_one("<x: (@cue | @cue @comp){1}+ @title>", "said that minister", "");
    check_one("<x: (@cue @comp?)?+ @comp>", "said that", "test/a[0=that;]");
}

static void test_what_stands_around(void **state)
{
    (void)state;
    check_one("(?<= @title | @cue @comp ) <x: .>", "minister said that it",
              "test/a[0=said;] test/a[0=it;]");
    check_one("(?<! @title | @comp ) <x: @cue>", "minister said that says added",
              "test/a[0=added;]");
    check_one("<x: .> (?! @comp (@cue | @title) )", "that said that it",
              "test/a[0=that;] test/a[0=said;] test/a[0=that;] test/a[0=it;]");
    check_one("<x: .> (?= @comp @cue)", "so that it so that said", "test/a[0=so;]");
    check_one("(?: ^ | @comp ) <x: @cue> (?! $)", "said said that says | says it",
              "test/a[0=said;] test/a[0=says;]");
}

static void test_a_hostile_pattern_is_stopped(void **state)
{
    (void)state;
    Trial trial;
    trial_init(&trial, "patterns:\n  - {id: a, makes: quote, match: '((.+)+)+ \"zz\"'}\n");
    PatternSet *set = trial.set;
    Lexicon *lexicon = trial.lexicon;
    char text[400];
    memset(text, 0, sizeof text);
    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "a ", 2);
    memcpy(text + sizeof text - 6, "zz b", 4);
    Token *tokens;
    size_t count;
    tokenize(slice_of(text), lexicon_fold(lexicon), lexicon_vocabulary(lexicon), &trial.arena,
             &tokens, &count);
    /* Without the needed word the pattern is ruled out. */
    ItemString *string = &trial.string;
    items_add_tokens(string, lexicon, tokens, 0, count - 2);
    PatternMatch match;
    bool limited = false;
    assert_int_equal(patterns_possible(set, string, 0, string->count, PATTERNS_ALL)[0], 0);
    items_clear(string);
    items_add_tokens(string, lexicon, tokens, 0, count - 2);
    items_add_stop(string, 0, 0);
    items_add_tokens(string, lexicon, tokens, count - 2, count - 1);
    assert_int_equal(patterns_possible(set, string, 0, string->count, PATTERNS_ALL)[0], 1);
    assert_false(patterns_find(set, patterns_at(set, 0), 0, &match, &limited));
    assert_true(limited);
    trial_release(&trial);
}

/* More patterns, and more that they need, than a few words have bits. */
static void test_many_patterns(void **state)
{
    (void)state;
    enum { MANY = 450 };
    Trial trial;
    Buffer text = {0};
    buffer_append(&text, SLICE("patterns:\n"));
    for (unsigned i = 0; i < MANY; i++)
        buffer_append_format(
            &text, "  - {id: p%u, makes: quote, match: '.{0,2} <x: \"w%uw\"> (\"on\" | $)'}\n", i,
            i);
    buffer_append_byte(&text, '\0');
    trial_init(&trial, text.data);
    PatternSet *set = trial.set;
    ItemString *string = &trial.string;
    PatternMatch *matches = NULL;
    size_t capacity = 0;
    for (unsigned i = 0; i < MANY; i++) {
        size_t found = 0;
        bool limited = false;
        buffer_clear(&text);
        buffer_append_format(&text, "w%uw on then w%uw off w%uw", i, (i + 7) % MANY,
                             (i + 256) % MANY);
        items_clear(string);
        size_t count = add_items(string, trial.lexicon, &trial.arena, buffer_slice(&text));
        patterns_find_all(set, string, &matches, &found, &capacity, &limited);
        assert_int_equal(found, 2);
        unsigned last = (i + 256) % MANY;
        assert_int_equal(pattern_index(matches[0].pattern), i < last ? i : last);
        assert_int_equal(pattern_index(matches[1].pattern), i < last ? last : i);
        assert_int_equal(matches[i < last ? 0 : 1].captures[0].start, 0);
        assert_int_equal(matches[i < last ? 1 : 0].captures[0].start, count - 1);
        arena_reset(&trial.arena, 1 << 16);
    }
    /* A choice among them; the last text is there still. */
    uint64_t wanted[MANY / 64 + 1] = {0}, none[MANY / 64 + 1] = {0};
    unsigned first = MANY - 1, last = (first + 256) % MANY;
    wanted[last / 64] |= (uint64_t)1 << (last % 64);
    size_t choice = patterns_choose(set, wanted), nothing = patterns_choose(set, none);
    const uint64_t *possible = patterns_possible(set, string, 0, string->count, choice);
    assert_memory_equal(possible, wanted, sizeof wanted);
    possible = patterns_possible(set, string, 0, string->count, nothing);
    assert_memory_equal(possible, none, sizeof none);
    possible = patterns_possible(set, string, 0, string->count, PATTERNS_ALL);
    assert_true((possible[first / 64] >> (first % 64) & 1) != 0);
    free(matches);
    buffer_release(&text);
    trial_release(&trial);
}

/* A word for each set of COMBINED classes: more kinds than are remembered at once. */
enum { COMBINED = 15, SETS = 1 << COMBINED };

static void append_word(Buffer *text, unsigned number)
{
    for (int shift = 12; shift >= 0; shift -= 4)
        buffer_append_byte(text, (char)('a' + (number >> shift & 15)));
}

static void test_more_kinds_than_there_is_room_for(void **state)
{
    (void)state;
    Trial trial;
    Buffer text = {0};
    buffer_append(&text, SLICE("lexicon:\n"));
    for (unsigned c = 0; c < COMBINED; c++) {
        buffer_append_format(&text, "  - class: c%u\n    words:", c);
        for (unsigned word = 0; word < SETS; word++)
            if ((word >> c & 1) != 0) {
                buffer_append_byte(&text, ' ');
                append_word(&text, word);
            }
        buffer_append_byte(&text, '\n');
    }
    buffer_append(&text, SLICE("patterns:\n"));
    for (unsigned c = 0; c < COMBINED; c++)
        buffer_append_format(&text, "  - {id: p%u, makes: quote, match: '@c%u'}\n", c, c);
    buffer_append_byte(&text, '\0');
    trial_init(&trial, text.data);
    ItemString *string = &trial.string;
    for (unsigned word = 0; word < SETS; word++) {
        buffer_clear(&text);
        append_word(&text, word);
        items_clear(string);
        add_items(string, trial.lexicon, &trial.arena, buffer_slice(&text));
        assert_int_equal(patterns_possible(trial.set, string, 0, string->count, PATTERNS_ALL)[0],
                         word);
        arena_reset(&trial.arena, 1 << 16);
    }
    buffer_release(&text);
    trial_release(&trial);
}

/* The words of one [ ] are one class; those that stand alone are one each. */
static void test_a_list_of_more_words_than_there_may_be_classes(void **state)
{
    (void)state;
    for (int in_list = 0; in_list <= 1; in_list++) {
        Rules rules = {0};
        Error error = {0};
        Buffer text = {0};
        buffer_append(&text, SLICE("patterns:\n  - {id: a, makes: quote, match: '"));
        buffer_append(&text, in_list ? SLICE("[ ") : SLICE("( "));
        for (unsigned word = 0; word <= CLASS_MAX; word++) {
            buffer_append(&text, in_list || word == 0 ? SLICE(" \"") : SLICE(" | \""));
            append_word(&text, word);
            buffer_append_byte(&text, '"');
        }
        buffer_append(&text, in_list ? SLICE(" ]'}\n") : SLICE(" )'}\n"));
        buffer_append_byte(&text, '\0');
        add_rules(&rules, text.data);
        Lexicon *lexicon = make_lexicon(&rules);
        int count = classes_count(lexicon_classes(lexicon));
        PatternSet *set = patterns_new(&rules, lexicon, "quote", NULL, &error);
        if (in_list) {
            assert_non_null(set);
            assert_int_equal(classes_count(lexicon_classes(lexicon)), count + 1);
        } else {
            assert_null(set);
            assert_non_null(
                strstr(error.message, "put words that may stand at one place into one [ ]"));
        }
        buffer_release(&text);
        patterns_free(set);
        lexicon_free(lexicon);
        rules_release(&rules);
    }
}

static void test_mistakes(void **state)
{
    (void)state;
    static const struct {
        const char *match, *part;
    } wrong[] = {
        {"@comb", "did you mean \"comp\""},
        {"( @cue", "closing ) is missing"},
        {"@cue )", "closing bracket without"},
        {"[ @cue", "closing ] is missing"},
        {"[ ]", "nothing stands"},
        {"<x @cue>", "<name: ...>"},
        {"@cue{2", "closing } is missing"},
        {"@cue{a}", "a count is written"},
        {"\\\"word", "closing"},
        {"@cue ~", "is needed here"},
        {"/(/", "regular expression"},
        {"(?<= @cue+ ) @comp", "one number of items"},
        {"(?<! (@cue | @cue @comp) ) @comp", "one number of items"},
        {"@cue{}", "a count is written"},
        {"@cue{1,2,3}", "a count is written"},
        {"@cue{3,2}", "the larger count stands first"},
        {"@cue{1,99999}", "a count of 32000 or more"},
        {"((@cue @comp){100} @cue){1000}", "too large"},
        {"@loop", "in a circle"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        Rules rules = {0};
        Error error = {0};
        char text[512];
        snprintf(text, sizeof text,
                 "patterns:\n  - {id: loop, makes: class, match: '@loop'}\n"
                 "  - {id: a, makes: quote, match: \"%s\"}\n",
                 wrong[i].match);
        add_rules(&rules, words);
        add_rules(&rules, text);
        Lexicon *lexicon = make_lexicon(&rules);
        assert_null(patterns_new(&rules, lexicon, "quote", NULL, &error));
        assert_int_equal(error.line, strcmp(wrong[i].match, "@loop") == 0 ? 2 : 3);
        if (strstr(error.message, wrong[i].part) == NULL)
            fail_msg("%s: %s", wrong[i].match, error.message);
        lexicon_free(lexicon);
        rules_release(&rules);
    }
}

static void test_an_expression_is_one_shape_wherever_it_stands(void **state)
{
    (void)state;
    enum { MANY = 100 }; /* more than there may be shapes */
    Trial trial;
    Buffer text = {0};
    buffer_append(&text, SLICE("patterns:\n  - {id: ends, makes: class, match: '/s$/'}\n"));
    for (int i = 0; i < MANY; i++)
        buffer_append_format(&text, "  - {id: p%d, makes: quote, match: '@ends /^r/ \"%d\"'}\n", i,
                             i);
    buffer_append_byte(&text, '\0');
    trial_init(&trial, text.data);
    add_items(&trial.string, trial.lexicon, &trial.arena, SLICE("says rains 7"));
    const uint64_t *possible =
        patterns_possible(trial.set, &trial.string, 0, trial.string.count, PATTERNS_ALL);
    assert_true(possible[0] == UINT64_C(1) << 7 && possible[1] == 0);
    buffer_release(&text);
    trial_release(&trial);
}

/* Each names the one before twice, which leaves no step behind: 2^50 of them would be read. */
static void test_patterns_that_name_others_without_end(void **state)
{
    (void)state;
    static const char *const firsts[] = {"()", "@word{0}"};
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++) {
        Rules rules = {0};
        Error error = {0};
        Buffer text = {0};
        buffer_append_format(&text, "patterns:\n  - {id: p0, makes: class, match: '%s'}\n",
                             firsts[i]);
        for (int level = 1; level <= 50; level++)
            buffer_append_format(&text, "  - {id: p%d, makes: class, match: '@p%d @p%d'}\n", level,
                                 level - 1, level - 1);
        buffer_append(&text, SLICE("  - {id: a, makes: quote, match: '@p50 @word'}\n"));
        buffer_append_byte(&text, '\0');
        add_rules(&rules, text.data);
        Lexicon *lexicon = make_lexicon(&rules);
        assert_null(patterns_new(&rules, lexicon, "quote", NULL, &error));
        assert_non_null(strstr(error.message, "too large"));
        buffer_release(&text);
        lexicon_free(lexicon);
        rules_release(&rules);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_captures),
        cmocka_unit_test(test_stops_are_edges),
        cmocka_unit_test(test_class_expressions),
        cmocka_unit_test(test_words_of_a_list),
        cmocka_unit_test(test_a_list_of_more_words_than_there_may_be_classes),
        cmocka_unit_test(test_patterns_that_make_classes),
        cmocka_unit_test(test_order_replacement_and_dropping),
        cmocka_unit_test(test_new_class_sets_at_run_time),
        cmocka_unit_test(test_lookaround_and_lazy),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_order_of_trying),
        cmocka_unit_test(test_without_giving_back),
        cmocka_unit_test(test_what_stands_around),
        cmocka_unit_test(test_a_hostile_pattern_is_stopped),
        cmocka_unit_test(test_many_patterns),
        cmocka_unit_test(test_more_kinds_than_there_is_room_for),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_an_expression_is_one_shape_wherever_it_stands),
        cmocka_unit_test(test_patterns_that_name_others_without_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
