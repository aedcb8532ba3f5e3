#include "tests/unit/rules_text.h"

#include "common/lexicon.h"

static const char pack[] =
    "letters:\n"
    "  marks: [U+0640, U+064B..U+0652]\n"
    "  hamza: {أ: ا, إ: ا}\n"
    "  look-alikes: {ى: ي, ة: ه}\n"
    "clitics:\n"
    "  groups: {conjunction: [و, ف], preposition: [ب, ل], article: [ال]}\n"
    "  paths:\n"
    "    - [conjunction]\n"
    "    - [preposition]\n"
    "    - [article]\n"
    "    - [conjunction, preposition]\n"
    "    - [preposition, article]\n"
    "    - [conjunction, preposition, article]\n"
    "  contractions: [{parts: [ل, ال], written: لل}]\n"
    "shapes:\n"
    "  - {class: shape.definite, prefixes: [ال], letters: 4}\n"
    "  - {class: shape.capital, match: '^\\p{Lu}', as-written: true}\n"
    "  - {class: shape.foreign, without: [ح, أ], no-suffixes: [ية, يستان], letters: 5}\n"
    "lexicon:\n"
    "  - {class: place, type: LOC, clitics: [conjunction, preposition],\n"
    "     entries: [مصر, {name: الخرطوم, id: KRT}, كان]}\n"
    "  - {class: person, entries: [وليد, علي, {name: وليد سليم, forms: [وليد سليم]}]}\n"
    "  - {class: prep, entries: [على, {lemma: على حد}]}\n"
    "  - {class: title, clitics: [conjunction, preposition, article], entries: [وزير, وزير "
    "المال]}\n"
    "  - class: cue.say\n"
    "    clitics: [conjunction]\n"
    "    entries: [{lemma: قال, also: [frame.inna], forms: {m: [قال], f: [قالت]}}]\n";

static Rules rules;
static Lexicon *lexicon;
static Arena arena;
static ItemString string;

static int set_up(void **state)
{
    (void)state;
    add_rules(&rules, pack);
    lexicon = make_lexicon(&rules);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    items_release(&string);
    arena_release(&arena);
    lexicon_free(lexicon);
    rules_release(&rules);
    return 0;
}

static void read_by(Lexicon *made, const char *text, Arena *memory, ItemString *items)
{
    Token *tokens;
    size_t count;
    tokenize(slice_of(text), lexicon_fold(made), lexicon_vocabulary(made), memory, &tokens, &count);
    items_clear(items);
    items_add_tokens(items, made, tokens, 0, count);
}

static void read_items(const char *text)
{
    read_by(lexicon, text, &arena, &string);
}

static bool has(size_t item, const char *name)
{
    return lexicon_has(lexicon, string.items[item].set,
                       classes_find(lexicon_classes(lexicon), slice_of(name)));
}

static Slice entry_name(size_t item)
{
    return lexicon_entry(lexicon, string.items[item].entry)->name;
}

static void test_forms_bring_classes_and_agreement(void **state)
{
    (void)state;
    read_items("وقالت");
    assert_int_equal(string.count, 1);
    assert_true(has(0, "cue.say") && has(0, "cue") && has(0, "frame.inna") && has(0, "agr.f"));
    assert_true(has(0, "clitic.conjunction") && has(0, "word"));
    assert_false(has(0, "agr.m"));
    assert_int_equal(string.items[0].start, 1);
    assert_true(slice_equal(entry_name(0), SLICE("قال")));
}

static void test_a_listed_word_is_never_stripped(void **state)
{
    (void)state;
    read_items("وليد ولمصر بكان");
    assert_true(has(0, "person"));
    assert_int_equal(string.items[0].start, 0);
    assert_true(has(1, "place") && has(1, "clitic.conjunction") && has(1, "clitic.preposition"));
    assert_int_equal(string.items[1].clitic_length, 2);
    assert_true(has(2, "place"));
}

static void test_the_article_contracted_after_its_preposition(void **state)
{
    (void)state;
    read_items("وللخرطوم للوزير");
    assert_true(has(0, "place"));
    assert_int_equal(string.items[0].start, 2); /* the second lam */
    assert_true(string.items[0].restored_article);
    assert_true(slice_equal(lexicon_entry(lexicon, string.items[0].entry)->id, SLICE("KRT")));
    assert_true(has(1, "title") && has(1, "clitic.article") && has(1, "clitic.preposition"));
    assert_false(string.items[1].restored_article);
}

static void test_clitics_only_where_licensed(void **state)
{
    (void)state;
    read_items("بقال الوليد");
    assert_false(has(0, "cue"));
    assert_false(has(1, "person"));
    assert_true(has(1, "shape.definite"));
    assert_int_equal(string.items[1].entry, NO_ENTRY);
}

static void test_a_closer_grade_wins(void **state)
{
    (void)state;
    read_items("علي على عَلي");
    assert_true(has(0, "person") && !has(0, "prep"));
    assert_true(has(1, "prep") && !has(1, "person"));
    assert_true(has(2, "person") && !has(2, "prep"));
    assert_int_equal(string.items[2].grade, GRADE_MARKS);
}

static void test_shapes_of_the_word_as_written(void **state)
{
    (void)state;
    read_items("Omar omar وليد");
    assert_true(has(0, "shape.capital"));
    assert_false(has(1, "shape.capital"));
    assert_false(has(2, "shape.capital"));
}

static void test_letters_that_a_shape_is_without(void **state)
{
    (void)state;
    read_items("برونتو حبرونتو برونحتو برون كوبريه كوبرية تركيستان بروناته");
    assert_true(has(0, "shape.foreign"));
    assert_true(has(1, "shape.foreign"));  /* five in a row behind the first */
    assert_false(has(2, "shape.foreign")); /* four, and two                   */
    assert_false(has(3, "shape.foreign"));
    assert_false(has(4, "shape.foreign")); /* ة and ه are one letter           */
    assert_false(has(5, "shape.foreign"));
    assert_false(has(6, "shape.foreign")); /* an ending of more than four letters */
    assert_false(has(7, "shape.foreign")); /* alef in all its forms            */
}

static void test_the_longest_phrase_wins(void **state)
{
    (void)state;
    read_items("وليد سليم وزير المال ولوزير المال وليد");
    assert_int_equal(string.count, 4);
    assert_int_equal(string.items[0].token_count, 2);
    assert_true(slice_equal(entry_name(0), SLICE("وليد سليم")));
    assert_int_equal(string.items[1].token_count, 2);
    assert_true(has(2, "title") && has(2, "clitic.preposition"));
    assert_int_equal(string.items[2].clitic_length, 2);
    assert_int_equal(string.items[3].token_count, 1);
}

static void test_marks_between_letters_do_not_shift_spans(void **state)
{
    (void)state;
    read_items("وَقَالَ");
    assert_true(has(0, "cue.say"));
    assert_int_equal(string.items[0].clitic_length, 2);
    assert_int_equal(string.items[0].start, 2);
}

static void test_words_are_forgotten_and_found_again(void **state)
{
    (void)state;
    char *text = malloc(2000000);
    size_t used = 0;
    for (int i = 0; i < 160000; i++)
        used += (size_t)sprintf(text + used, "q%d ", i);
    read_items(text);
    free(text);
    lexicon_settle(lexicon);
    assert_int_equal(vocabulary_count(lexicon_vocabulary(lexicon)), 0);
    test_the_longest_phrase_wins(state);
}

static void test_mistakes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t line;
        const char *part;
    } wrong[] = {
        {"lexicon:\n  - {entries: [a]}\n", 2, "needs a class"},
        {"lexicon:\n  - {class: a, entires: [b]}\n", 2, "did you mean \"entries\""},
        {"lexicon:\n  - {class: a, clitics: [x]}\n", 2, "no group of clitics"},
        {"lexicon:\n  - class: a\n    entries: [{id: b}]\n", 3, "needs a name"},
        {"lexicon:\n  - class: a\n    entries:\n      - ' '\n", 4, "no word in it"},
        {"shapes:\n  - {class: s, match: '('}\n", 2, "regular expression"},
        {"shapes:\n  - {class: s, without: [ab]}\n", 2, "one letter below U+0800"},
        {"clitics:\n  groups: {c: [w]}\n  paths: [[d]]\n", 3, "did you mean \"c\""},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        Rules bad = {0};
        Error error = {0};
        add_rules(&bad, wrong[i].text);
        assert_null(lexicon_new(&bad, &error));
        assert_int_equal(error.line, wrong[i].line);
        assert_non_null(strstr(error.message, wrong[i].part));
        rules_release(&bad);
    }
}

/* `count` shapes, each of the words that begin with its letter and number, the classes of which
 * are s0 up to s`classes`. */
static void write_shapes(char *text, size_t room, int count, int classes)
{
    int length = snprintf(text, room, "shapes:\n");
    for (int i = 0; i < count; i++)
        length +=
            snprintf(text + length, room - (size_t)length, "  - {class: s%d, prefixes: [%c%c]}\n",
                     i % classes, 'a' + i % 26, 'a' + i / 26);
}

/* More shapes than a machine word has bits, of fewer classes. */
static void test_many_shapes(void **state)
{
    (void)state;
    char text[8192];
    Rules own = {0};
    write_shapes(text, sizeof text, 128, 4);
    add_rules(&own, text);
    Lexicon *made = make_lexicon(&own);
    ItemString items = {0};
    Arena memory = {0};
    read_by(made, "aax xex yex", &memory, &items); /* shapes 0, 127 (xe), none */
    int classes[4];
    for (int i = 0; i < 4; i++) {
        char name[] = {'s', (char)('0' + i), '\0'};
        classes[i] = classes_find(lexicon_classes(made), slice_of(name));
    }
    assert_true(lexicon_has(made, items.items[0].set, classes[0]));
    assert_false(lexicon_has(made, items.items[0].set, classes[3]));
    assert_true(lexicon_has(made, items.items[1].set, classes[127 % 4]));
    assert_false(lexicon_has(made, items.items[1].set, classes[0]));
    for (int i = 0; i < 4; i++)
        assert_false(lexicon_has(made, items.items[2].set, classes[i]));
    items_release(&items);
    arena_release(&memory);
    lexicon_free(made);
    rules_release(&own);

    static const struct {
        int count, classes;
        const char *part;
    } wrong[] = {{129, 4, "more than 128 shapes"}, {61, 61, "more than 60 classes of shapes"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        Rules bad = {0};
        Error error = {0};
        write_shapes(text, sizeof text, wrong[i].count, wrong[i].classes);
        add_rules(&bad, text);
        assert_null(lexicon_new(&bad, &error));
        assert_int_equal(error.line, wrong[i].count + 1);
        assert_non_null(strstr(error.message, wrong[i].part));
        rules_release(&bad);
    }
}

/* A class is made of the key of a form, however long that is. */
static void test_a_long_key_of_forms(void **state)
{
    (void)state;
    char key[301] = {0}, text[512], name[512];
    memset(key, 'k', sizeof key - 1);
    snprintf(text, sizeof text,
             "lexicon:\n  - {class: cue, entries: [{lemma: x, forms: {%s: [y]}}]}\n", key);
    snprintf(name, sizeof name, "agr.%s", key);
    Rules own = {0};
    add_rules(&own, text);
    Lexicon *made = make_lexicon(&own);
    assert_int_not_equal(classes_find(lexicon_classes(made), slice_of(name)), CLASS_NONE);
    lexicon_free(made);
    rules_release(&own);
}

/* A path through groups that another file has. */
static void test_groups_of_another_file(void **state)
{
    (void)state;
    Rules own = {0};
    add_rules(&own, "clitics:\n  groups: {conjunction: [w]}\n"
                    "lexicon:\n  - {class: place, clitics: [conjunction], entries: [cairo]}\n");
    add_rules(&own, "clitics:\n  paths: [[conjunction]]\n");
    Lexicon *made = make_lexicon(&own);
    Arena memory = {0};
    ItemString items = {0};
    read_by(made, "wcairo xcairo", &memory, &items);
    int place = classes_find(lexicon_classes(made), SLICE("place"));
    assert_int_equal(items.count, 2);
    assert_true(lexicon_has(made, items.items[0].set, place));
    assert_false(lexicon_has(made, items.items[1].set, place));
    items_release(&items);
    arena_release(&memory);
    lexicon_free(made);
    rules_release(&own);
}

/* 5^15 ways lead up to the group that has no member. */
static void test_a_path_through_an_empty_group_leads_nowhere(void **state)
{
    (void)state;
    Rules own = {0};
    add_rules(&own, "clitics:\n"
                    "  groups: {c: [a, b, d, e, f], none: []}\n"
                    "  paths: [[c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, none]]\n"
                    "lexicon:\n"
                    "  - {class: place, clitics: [c], entries: [cairo]}\n");
    Lexicon *made = make_lexicon(&own);
    ItemString items = {0};
    Arena memory = {0};
    read_by(made, "cairo abdefabdefabdefcairo", &memory, &items);
    int place = classes_find(lexicon_classes(made), SLICE("place"));
    assert_true(lexicon_has(made, items.items[0].set, place));
    assert_false(lexicon_has(made, items.items[1].set, place));
    assert_int_equal(items.items[1].clitic_length, 0);
    items_release(&items);
    arena_release(&memory);
    lexicon_free(made);
    rules_release(&own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms_bring_classes_and_agreement),
        cmocka_unit_test(test_a_listed_word_is_never_stripped),
        cmocka_unit_test(test_the_article_contracted_after_its_preposition),
        cmocka_unit_test(test_clitics_only_where_licensed),
        cmocka_unit_test(test_a_closer_grade_wins),
        cmocka_unit_test(test_shapes_of_the_word_as_written),
        cmocka_unit_test(test_letters_that_a_shape_is_without),
        cmocka_unit_test(test_the_longest_phrase_wins),
        cmocka_unit_test(test_marks_between_letters_do_not_shift_spans),
        cmocka_unit_test(test_words_are_forgotten_and_found_again),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_many_shapes),
        cmocka_unit_test(test_a_long_key_of_forms),
        cmocka_unit_test(test_groups_of_another_file),
        cmocka_unit_test(test_a_path_through_an_empty_group_leads_nowhere),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
