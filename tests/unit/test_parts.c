/* Names that a document has told in full are found again by their words. */
#include "tests/unit/rules_text.h"

#include "tools/tag-entities/parts.h"

static const char RULES[] =
    "clitics:\n"
    "  min-stem: 3\n"
    "  groups: {preposition: [bi]}\n"
    "  paths: [[preposition]]\n"
    "lexicon:\n"
    "  - {class: bracket.open, entries: ['(']}\n"
    "  - {class: bracket.close, entries: [')']}\n"
    "  - {class: plain, entries: [harbour]}\n"
    "learning:\n"
    "  - {type: PER, first: learnt.first, last: learnt.last, omits: true, unless: plain,\n"
    "     clitics: [preposition]}\n"
    "  - {type: ORG, beside: learnt.beside, brackets: [bracket.open, bracket.close]}\n"
    "  - {type: DATE, whole: true}\n";

static const Slice PER = SLICE_INIT("PER"), ORG = SLICE_INIT("ORG"), DATE = SLICE_INIT("DATE"),
                   LOC = SLICE_INIT("LOC");

static struct {
    Rules rules;
    Lexicon *lexicon;
    Traits *traits;
    Parts *parts;
    Arena arena;
    Token *tokens;
    size_t token_count;
    ItemString items; /* one a token, and a stop */
    Candidates candidates;
} fixture;

static int set_up(void **state)
{
    (void)state;
    Error error = {0};
    memset(&fixture, 0, sizeof fixture);
    add_rules(&fixture.rules, RULES);
    fixture.lexicon = make_lexicon(&fixture.rules);
    fixture.traits = traits_new(fixture.lexicon, &fixture.rules.arena);
    fixture.parts = parts_new(&fixture.rules, fixture.lexicon, fixture.traits, &error);
    if (fixture.parts == NULL)
        fail_msg("%zu: %s", error.line, error.message);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    candidates_release(&fixture.candidates);
    items_release(&fixture.items);
    parts_free(fixture.parts);
    traits_free(fixture.traits);
    lexicon_free(fixture.lexicon);
    arena_release(&fixture.arena);
    rules_release(&fixture.rules);
    return 0;
}

static void read_text(const char *text)
{
    tokenize(slice_of(text), lexicon_fold(fixture.lexicon), lexicon_vocabulary(fixture.lexicon),
             &fixture.arena, &fixture.tokens, &fixture.token_count);
    items_clear(&fixture.items);
    items_add_tokens(&fixture.items, fixture.lexicon, fixture.tokens, 0, fixture.token_count);
    items_add_stop(&fixture.items, fixture.token_count, (uint32_t)strlen(text));
    fixture.candidates.count = 0;
}

/* The items [first, end) are a name that is kept. */
static void keep(uint32_t first, uint32_t end, Slice type)
{
    Candidate *candidate = candidates_add(&fixture.candidates);
    candidate->first = first;
    candidate->end = end;
    candidate->type = type;
    candidate->state = STATE_KEPT;
}

static bool mark(void)
{
    return parts_mark(fixture.parts, fixture.tokens, &fixture.candidates, &fixture.items);
}

static void check_marked(const uint32_t *wanted, size_t wanted_count)
{
    size_t count;
    const uint32_t *marked = parts_marked(fixture.parts, &count);
    assert_int_equal(count, wanted_count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(marked[i], wanted[i]);
}

static bool has_class(size_t item, const char *name)
{
    int number = classes_find(lexicon_classes(fixture.lexicon), slice_of(name));
    return class_has(lexicon_set(fixture.lexicon, fixture.items.items[item].set), number);
}

static void nothing_kept_teaches_nothing(void **state)
{
    (void)state;
    read_text("Mara Dolen left");
    assert_false(mark());
    keep(0, 2, LOC); /* no item of the section is for it */
    assert_false(mark());
    keep(1, 2, PER); /* one word is no full name */
    assert_false(mark());
}

static void first_and_last_word_are_found_again(void **state)
{
    (void)state;
    read_text("Dolen spoke and Mara Ivo Dolen left before Mara and Ivo spoke");
    keep(3, 6, PER);
    assert_true(mark());
    check_marked((const uint32_t[]){0, 3, 5, 8}, 4);
    assert_true(has_class(0, "learnt.last"));
    assert_false(has_class(0, "learnt.first"));
    assert_true(has_class(8, "learnt.first"));
    assert_false(has_class(10, "learnt"));
    assert_int_equal(parts_whole(fixture.parts, 0, 1, PER), 0);
    assert_int_equal(parts_whole(fixture.parts, 8, 9, PER), 0);
    assert_int_equal(parts_whole(fixture.parts, 10, 11, PER), NO_CANDIDATE);
    assert_int_equal(parts_whole(fixture.parts, 0, 1, ORG), NO_CANDIDATE);
}

static void a_proclitic_is_taken_off(void **state)
{
    (void)state;
    read_text("Mara Dolen left biDolen alone");
    keep(0, 2, PER);
    assert_true(mark());
    check_marked((const uint32_t[]){0, 1, 3}, 3);
    assert_int_equal(fixture.items.items[3].start, strlen("Mara Dolen left bi"));
    assert_int_equal(fixture.items.items[3].clitic_length, 2);
}

/* As many letters as the rules say must be left behind it. */
static void a_short_stem_keeps_its_proclitic(void **state)
{
    (void)state;
    read_text("Mara Do left biDo with Iv Kint and biKint");
    keep(0, 2, PER);
    keep(5, 7, PER);
    assert_true(mark());
    check_marked((const uint32_t[]){0, 1, 5, 6, 8}, 5);
}

static void a_first_name_of_two_tells_neither(void **state)
{
    (void)state;
    read_text("Mara Dolen met Mara Kint and Mara spoke to Kint");
    keep(0, 2, PER);
    keep(3, 5, PER);
    assert_true(mark());
    check_marked((const uint32_t[]){1, 4, 9}, 3);
    assert_int_equal(parts_whole(fixture.parts, 9, 10, PER), 1);
}

static void one_that_is_named_twice_is_one(void **state)
{
    (void)state;
    read_text("Mara Dolen left and Mara Dolen came back but Mara spoke");
    keep(0, 2, PER);
    keep(4, 6, PER);
    assert_true(mark());
    check_marked((const uint32_t[]){0, 1, 4, 5, 9}, 5);
    assert_true(has_class(9, "learnt.first"));
}

static void the_last_bearer_before_a_word_is_meant(void **state)
{
    (void)state;
    read_text("Dolen saw Mara Dolen then Ivo Dolen and Dolen");
    keep(2, 4, PER);
    keep(5, 7, PER);
    assert_true(mark());
    assert_int_equal(parts_whole(fixture.parts, 0, 1, PER), 0); /* the first behind it */
    assert_int_equal(parts_whole(fixture.parts, 8, 9, PER), 1);
    /* With a first name beside it only who has both. */
    assert_int_equal(parts_whole(fixture.parts, 2, 4, PER), 0);
    assert_int_equal(parts_whole(fixture.parts, 5, 7, PER), 1);
}

static void plain_words_are_not_learnt(void **state)
{
    (void)state;
    read_text("Mara Harbour left the harbour to Mara");
    keep(0, 2, PER);
    assert_true(mark());
    check_marked((const uint32_t[]){0, 6}, 2);
}

static void what_stands_in_brackets_is_the_same(void **state)
{
    (void)state;
    read_text("Port Council (PC) met and PC agreed");
    keep(0, 2, ORG);
    assert_true(mark());
    check_marked((const uint32_t[]){3, 7}, 2);
    assert_true(has_class(7, "learnt.beside"));
    assert_int_equal(parts_whole(fixture.parts, 7, 8, ORG), 0);
    /* A bracket that is not closed tells nothing. */
    read_text("Port Council (PC met and PC agreed");
    keep(0, 2, ORG);
    assert_false(mark());
}

static void types_have_what_their_items_say(void **state)
{
    (void)state;
    assert_true(parts_learns(fixture.parts, PER));
    assert_true(parts_learns(fixture.parts, ORG));
    assert_false(parts_learns(fixture.parts, DATE));
    assert_false(parts_learns(fixture.parts, LOC));
    assert_true(parts_omits(fixture.parts, PER));
    assert_false(parts_omits(fixture.parts, ORG));
    assert_false(parts_omits(fixture.parts, LOC));
    read_text("early on Monday");
    Candidate whole = {.first = 0, .end = 3, .type = DATE};
    Candidate within = {.first = 2, .end = 3, .type = DATE};
    assert_true(parts_within_name(fixture.parts, &fixture.items, &within, &whole));
    whole.type = within.type = PER;
    assert_false(parts_within_name(fixture.parts, &fixture.items, &within, &whole));
}

/* What is remembered of words goes with the vocabulary, or numbers would mean others. */
static void words_are_forgotten_with_the_vocabulary(void **state)
{
    (void)state;
    read_text("Mara Dolen left and Dolen came");
    keep(0, 2, PER);
    assert_true(mark());
    vocabulary_forget(lexicon_vocabulary(fixture.lexicon));
    parts_forget(fixture.parts);
    read_text("Ivo Kint came and Kint left biIvo");
    keep(0, 2, PER);
    assert_true(mark());
    check_marked((const uint32_t[]){0, 1, 4, 6}, 4);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        fixture_test(nothing_kept_teaches_nothing),
        fixture_test(first_and_last_word_are_found_again),
        fixture_test(a_proclitic_is_taken_off),
        fixture_test(a_short_stem_keeps_its_proclitic),
        fixture_test(a_first_name_of_two_tells_neither),
        fixture_test(one_that_is_named_twice_is_one),
        fixture_test(the_last_bearer_before_a_word_is_meant),
        fixture_test(plain_words_are_not_learnt),
        fixture_test(what_stands_in_brackets_is_the_same),
        fixture_test(types_have_what_their_items_say),
        fixture_test(words_are_forgotten_with_the_vocabulary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
