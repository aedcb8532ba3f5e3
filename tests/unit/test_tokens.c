#include "tests/unit/rules_text.h"

#include "common/tokens.h"

static Rules rules;
static const Fold *fold;

static int set_up(void **state)
{
    (void)state;
    Error error = {0};
    add_rules(&rules, "letters:\n  marks: [U+0640, U+064B..U+0652]\n  joiners: [\"'\"]\n"
                      "  endings: [s]\n");
    fold = fold_new(&rules, &error);
    return fold == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    rules_release(&rules);
    return 0;
}

/* Checks the tokens of `text` against `wanted`, joined by |. */
static void check_tokens(const char *text, const char *wanted)
{
    Vocabulary *vocabulary = vocabulary_new(10);
    Arena arena = {0};
    Token *tokens;
    size_t count, used = 0;
    char joined[512];
    tokenize(slice_of(text), fold, vocabulary, &arena, &tokens, &count);
    for (size_t i = 0; i < count; i++) {
        if (i != 0)
            joined[used++] = '|';
        memcpy(joined + used, text + tokens[i].byte, tokens[i].byte_length);
        used += tokens[i].byte_length;
    }
    joined[used] = '\0';
    assert_string_equal(joined, wanted);
    arena_release(&arena);
    vocabulary_free(vocabulary);
}

static void test_cuts(void **state)
{
    (void)state;
    check_tokens("", "");
    check_tokens(" \n ", "");
    check_tokens("قالَ: «نعم».", "قالَ|:|«|نعم|»|.");
    check_tokens("بـ”كذا”", "بـ|”|كذا|”");
    check_tokens("12.5% من F16", "12|.|5|%|من|F16");
    check_tokens("١٢/٣", "١٢|/|٣");
    check_tokens("don't 'tis '", "don't|'|tis|'");
    check_tokens("Omar's rock'n'roll's O'Shea", "Omar|'|s|rock'n'roll|'|s|O'Shea");
    check_tokens("أ\xE2\x80\x8F ب\xE2\x80\x8Cج", "أ|ب\xE2\x80\x8Cج");
    check_tokens("\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80");
}

static void test_offsets_and_spaces(void **state)
{
    (void)state;
    Vocabulary *vocabulary = vocabulary_new(10);
    Arena arena = {0};
    Token *tokens;
    size_t count;
    tokenize(SLICE("قال هو\nقال"), fold, vocabulary, &arena, &tokens, &count);
    assert_int_equal(count, 3);
    assert_int_equal(tokens[1].start, 4);
    assert_int_equal(tokens[1].end, 6);
    assert_int_equal(tokens[1].byte, 7);
    assert_int_equal(tokens[1].space_before, 1);
    assert_int_equal(tokens[2].start, 7);
    assert_int_equal(tokens[2].space_before, 2);
    assert_int_equal(tokens[0].word, tokens[2].word);
    assert_int_not_equal(tokens[0].word, tokens[1].word);
    assert_int_equal(vocabulary_count(vocabulary), 2);
    arena_release(&arena);
    vocabulary_free(vocabulary);
}

/* A spacing mark that stands alone does for a dash; what has lost its letter stays a word. */
static void test_mark_alone(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        TokenKind kinds[3];
    } cases[] = {
        {"أ ـ ب", {TOKEN_WORD, TOKEN_PUNCT, TOKEN_WORD}},
        {"قـال ه 7", {TOKEN_WORD, TOKEN_WORD, TOKEN_NUMBER}},
        {"ـأ بـ ،", {TOKEN_WORD, TOKEN_WORD, TOKEN_PUNCT}},
        {"أ \u064e ب", {TOKEN_WORD, TOKEN_WORD, TOKEN_WORD}},
        {"أ ــ ب", {TOKEN_WORD, TOKEN_PUNCT, TOKEN_WORD}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Vocabulary *vocabulary = vocabulary_new(10);
        Arena arena = {0};
        Token *tokens;
        size_t count;
        tokenize(slice_of(cases[i].text), fold, vocabulary, &arena, &tokens, &count);
        assert_int_equal(count, 3);
        for (size_t t = 0; t < count; t++)
            assert_int_equal(tokens[t].kind, cases[i].kinds[t]);
        arena_release(&arena);
        vocabulary_free(vocabulary);
    }
}

/* Ten thousand different words, each twice, in one text. */
static void test_many_words_keep_their_numbers(void **state)
{
    (void)state;
    enum { WORDS = 10000 };
    Vocabulary *vocabulary = vocabulary_new(WORDS - 1);
    Arena arena = {0};
    char *text = malloc(WORDS * 2 * 8);
    size_t used = 0, count;
    for (int i = 0; i < WORDS * 2; i++)
        used += (size_t)sprintf(text + used, "w%d ", i % WORDS);
    Token *tokens;
    tokenize((Slice){text, used}, fold, vocabulary, &arena, &tokens, &count);
    assert_int_equal(count, WORDS * 2);
    assert_int_equal(vocabulary_count(vocabulary), WORDS);
    for (int i = 0; i < WORDS; i++)
        assert_int_equal(tokens[i].word, tokens[i + WORDS].word);
    assert_true(vocabulary_settle(vocabulary));
    assert_false(vocabulary_settle(vocabulary));
    assert_int_equal(vocabulary_count(vocabulary), 0);
    tokenize(SLICE("w5"), fold, vocabulary, &arena, &tokens, &count);
    assert_int_equal(vocabulary_count(vocabulary), 1);
    free(text);
    arena_release(&arena);
    vocabulary_free(vocabulary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_offsets_and_spaces),
        cmocka_unit_test(test_mark_alone),
        cmocka_unit_test(test_many_words_keep_their_numbers),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
