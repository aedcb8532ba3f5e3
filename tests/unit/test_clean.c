/* The clean-up of normalize, by small rules of its own and by the shipped ones. */
#include "tests/unit/rules_text.h"

#include <utf8proc.h>

#include "common/utf8.h"
#include "tools/normalize/clean.h"

static const char *const small_rules =
    "character-sets:\n"
    "  abc: [a, b, c]\n"
    "repairs:\n"
    "  - {id: ends, kind: line-ends, characters: [U+000D, U+2028]}\n"
    "  - {id: spaces, kind: white-space, characters: [U+0009, U+0020, U+00A0]}\n"
    "  - {id: blank, kind: blank-lines, keep: 1}\n"
    "  - {id: gone, kind: delete, characters: [U+200B, '*']}\n"
    "  - {id: dash, kind: delete, characters: ['-', '='], between: [abc]}\n"
    "  - {id: tie, kind: delete, characters: ['~'], not-before: [L]}\n"
    "  - {id: tie-front, kind: delete, characters: ['~'], not-after: [L]}\n"
    "  - {id: long, kind: replace, map: {'&': and, U+0024: U+20AC U+0021}}\n"
    "  - {id: off, kind: delete, characters: [q], default: off}\n"
    "  - {id: forms, kind: presentation-forms, characters: [U+FE80..U+FEFC]}\n"
    "  - {id: nfc, kind: nfc}\n";

typedef struct {
    Rules rules;
    Cleaner cleaner;
} Fixture;

static bool open_rules(Fixture *fixture, const char *text, const char *enable, const char *disable,
                       Error *error)
{
    *fixture = (Fixture){0};
    StringList on = {0}, off = {0};
    if (!rules_from_text(&fixture->rules, text, error))
        return false;
    if (enable != NULL)
        string_list_add(&on, enable);
    if (disable != NULL)
        string_list_add(&off, disable);
    fixture->cleaner.steps = steps_new(&fixture->rules, &on, &off, error);
    free(on.items);
    free(off.items);
    if (fixture->cleaner.steps == NULL)
        return false;
    fixture->cleaner.scan = plain_new(fixture->cleaner.steps, NULL, &fixture->rules.arena);
    return true;
}

static Fixture *open_good(Fixture *fixture, const char *text, const char *enable,
                          const char *disable)
{
    Error error = {0};
    if (!open_rules(fixture, text, enable, disable, &error))
        fail_msg("%s:%zu:%zu: %s", error.source, error.line, error.column, error.message);
    return fixture;
}

static void close_rules(Fixture *fixture)
{
    cleaner_release(&fixture->cleaner);
    rules_release(&fixture->rules);
}

/* The runs hold what they say, and what lies between them is all the rest. */
static void check_edits(const EditList *edits, Slice text, Slice source)
{
    size_t to = 0, from = 0;
    for (size_t i = 0; i < edits->count; i++) {
        const Edit *run = &edits->runs[i];
        assert_true(run->length > 0);
        assert_true(run->text_start >= to && run->source_start >= from);
        to = run->text_start + run->length;
        from = run->source_start + run->length;
    }
    assert_true(to <= edits->to_length && from <= edits->from_length);
    assert_int_equal(edits->to_length, utf8_count(text));
    assert_int_equal(edits->from_length, utf8_count(source));
}

static void check(Fixture *fixture, const char *from, const char *wanted)
{
    Slice source = slice_of(from);
    for (int portable = 0; portable < 2; portable++) {
        fixture->cleaner.portable = portable != 0;
        clean_text(&fixture->cleaner, source);
        Slice text = fixture->cleaner.text;
        if (!slice_equal(text, slice_of(wanted)))
            fail_msg("\"%s\" became \"%.*s\", not \"%s\"", from, SLICE_ARG(text), wanted);
        check_edits(&fixture->cleaner.edits, text, source);
    }
}

static void check_map(Fixture *fixture, const char *from, const char *wanted)
{
    Buffer out = {0};
    clean_text(&fixture->cleaner, slice_of(from));
    edits_append_json(&fixture->cleaner.edits, &out);
    buffer_append_byte(&out, '\0');
    assert_string_equal(out.data, wanted);
    buffer_release(&out);
}

static void test_white_space(void **state)
{
    (void)state;
    Fixture fixture, *f = open_good(&fixture, small_rules, NULL, NULL);
    check(f, "", "");
    check(f, " ", "");
    check(f, "\n\n", "");
    check(f, "one two\nthree", "one two\nthree");
    check(f, " one  two\t\n three ", "one two\nthree");
    check(f, "one\xC2\xA0two \xC2\xA0 three", "one two three");
    check(f,
          "one\r\ntwo\rthree\xE2\x80\xA8"
          "four",
          "one\ntwo\nthree\nfour");
    check(f, "one\n\ntwo\n \n\n\r\nthree\n\n\n", "one\n\ntwo\n\nthree");
    check(f, "a long line of plain text that fills a few blocks  and ends ",
          "a long line of plain text that fills a few blocks and ends");
    check(f, "a *  * b * \n * c", "a b\nc");
    close_rules(f);
}

static void test_contexts(void **state)
{
    (void)state;
    Fixture fixture, *f = open_good(&fixture, small_rules, NULL, NULL);
    check(f, "a-b", "ab");
    check(f, "a----b-c", "abc");
    check(f, "a - b, x-a, a-x, -a, a-", "a - b, x-a, a-x, -a, a-");
    check(f, "a-*-b", "ab");
    check(f, "a-\xE2\x80\x8B\xE2\x80\x8B-b", "ab");
    check(f, "x~y, x~ y, x ~y, ~", "x~y, x y, x y,");
    /* One character's fate hangs on another's. */
    check(f, "a-~b", "ab");
    check(f, "a-=b", "ab");
    check(f, "a-=-=b", "ab");
    close_rules(f);
}

static void test_replacements(void **state)
{
    (void)state;
    Fixture fixture, *f = open_good(&fixture, small_rules, NULL, NULL);
    check(f, "you & me", "you and me");
    check(f, "& $", "and \xE2\x82\xAC!");
    check_map(f, "x&y", "[[0, 0, 2], [4, 2, 1]]");
    check(f, "\xEF\xBB\xBB\xEF\xBA\x8D", "\xD9\x84\xD8\xA7\xD8\xA7"); /* U+FEFB U+FE8D */
    check_map(f, "\xEF\xBB\xBB\xEF\xBA\x8D", "[[0, 0, 1], [2, 1, 1]]");
    close_rules(f);
}

static void test_form_c(void **state)
{
    (void)state;
    Fixture fixture, *f = open_good(&fixture, small_rules, NULL, NULL);
    check(f, "e\xCC\x81", "\xC3\xA9");
    check(f, "e*\xCC\x81x", "\xC3\xA9x");
    check(f, "x\xCC\x81\xCC\xA3", "x\xCC\xA3\xCC\x81");
    check(f, "\xE2\x84\xAB, \xCC\x81", "\xC3\x85, \xCC\x81"); /* U+212B; a mark on nothing */
    check(f, "\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8", "\xEA\xB0\x81");
    check_map(f, "aae\xCC\x81z", "[[0, 0, 2], [3, 4, 1]]");
    close_rules(f);
}

static void test_maps(void **state)
{
    (void)state;
    Fixture fixture, *f = open_good(&fixture, small_rules, NULL, NULL);
    check_map(f, "", "[]");
    check_map(f, "same", "[[0, 0, 4]]");
    check_map(f,
              "a---b\xC2\xA0"
              "b\n",
              "[[0, 0, 1], [1, 4, 1], [3, 6, 1]]");
    check_map(f, "x  y", "[[0, 0, 2], [2, 3, 1]]");
    check_map(f, "x \n", "[[0, 0, 1]]");
    check_map(f, "x \ny", "[[0, 0, 1], [1, 2, 2]]");
    close_rules(f);
}

static void test_steps_are_switched(void **state)
{
    (void)state;
    Fixture fixture;
    check(open_good(&fixture, small_rules, NULL, NULL), "q  *", "q");
    close_rules(&fixture);
    check(open_good(&fixture, small_rules, "off", NULL), "xq  *y", "x y");
    close_rules(&fixture);
    check(open_good(&fixture, small_rules, NULL, "all"), " q  *\r\n\n\n\n", " q  *\r\n\n\n\n");
    close_rules(&fixture);
    check(open_good(&fixture, small_rules, "blank", "all"), " q  *\r\n\n\n\nx", " q  *\r\n\nx");
    close_rules(&fixture);
    check(open_good(&fixture, small_rules, NULL, "blank"), "\nx \n\n\n\ny", "\nx\n\n\n\ny");
    close_rules(&fixture);
    check(open_good(&fixture, small_rules, NULL, "spaces"), " x \n *\n\n\ny ", " x \n \n\ny ");
    close_rules(&fixture);
}

static void test_later_rules_replace_and_drop(void **state)
{
    (void)state;
    Fixture fixture = {0};
    Error error = {0};
    StringList none = {0};
    add_rules(&fixture.rules, small_rules);
    add_rules(&fixture.rules, "repairs:\n"
                              "  - {id: gone, kind: delete, characters: [x]}\n"
                              "  - {id: long, disabled: true}\n"
                              "  - {id: never-was, disabled: true}\n"
                              "  - {id: new, kind: delete, characters: [y]}\n");
    assert_true(rules_layer(&fixture.rules, &error));
    fixture.cleaner.steps = steps_new(&fixture.rules, &none, &none, &error);
    assert_non_null(fixture.cleaner.steps);
    fixture.cleaner.scan = plain_new(fixture.cleaner.steps, NULL, &fixture.rules.arena);
    check(&fixture, "*xyz&", "*z&");
    close_rules(&fixture);
}

static void check_mistake(const char *text, size_t line, const char *part)
{
    Fixture fixture;
    Error error = {0};
    assert_false(open_rules(&fixture, text, NULL, NULL, &error));
    assert_int_equal(error.exit_code, EXIT_USAGE);
    assert_int_equal(error.line, line);
    if (strstr(error.message, part) == NULL)
        fail_msg("no \"%s\" in \"%s\"", part, error.message);
    close_rules(&fixture);
}

static void test_mistakes(void **state)
{
    (void)state;
    check_mistake("repairs:\n  - {id: x, kind: delet}\n", 2, "did you mean \"delete\"");
    check_mistake("repairs:\n  - {id: x, kind: delete}\n", 2, "needs `characters`");
    check_mistake("repairs:\n  - {kind: delete, characters: [x]}\n", 2, "needs an id");
    check_mistake("repairs:\n  - {id: x, kind: nfc, chars: [x]}\n", 2, "unknown key \"chars\"");
    check_mistake("repairs:\n  - {id: x, kind: delete, characters: [U+D800]}\n", 2, "U+D800");
    check_mistake("repairs:\n  - {id: x, kind: delete, characters: [U+0020..]}\n", 2, "U+0020..");
    check_mistake("repairs:\n  - {id: x, kind: delete, characters: [U+000A]}\n", 2, "U+000A");
    check_mistake("repairs:\n  - {id: x, kind: delete, characters: [x], after: [vowels]}\n", 2,
                  "neither a set");
    check_mistake("repairs:\n  - {id: x, kind: delete, characters: [x]}\n"
                  "  - {id: y, kind: delete, characters: [x]}\n",
                  3, "changed by step x already");
    check_mistake("repairs:\n  - {id: x, kind: replace, characters: [x], to: y}\n"
                  "  - {id: y, kind: delete, characters: [y], after: [L]}\n",
                  2, "which step y changes again");
    check_mistake("repairs:\n  - {id: x, kind: replace, characters: [x]}\n", 2, "needs `map`");
    check_mistake("repairs:\n  - {id: x, kind: nfc}\n  - {id: y, kind: nfc}\n", 3, "only be one");
    check_mistake("repairs:\n  - {id: x, kind: nfc, default: true}\n", 2, "on or off");
}

/* A million of anything must not take the square of a million steps. */
static void test_hostile_texts(void **state)
{
    (void)state;
    enum { MANY = 1000000 };
    static const char *const units[] = {
        "-",  "~",    "-~", "\xCC\x81", "\xCC\x81\xCC\xA3", "*",        " ",
        "\n", "\r\n", "-*", "=-*",      "\xEF\xBB\xBB",     "a\xCC\x81"};
    Fixture fixture, *f = open_good(&fixture, small_rules, NULL, NULL);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        Buffer text = {0};
        buffer_append_byte(&text, 'a');
        for (size_t j = 0; j < MANY / strlen(units[i]); j++)
            buffer_append(&text, slice_of(units[i]));
        buffer_append_byte(&text, 'b');
        clean_text(&f->cleaner, buffer_slice(&text));
        check_edits(&f->cleaner.edits, f->cleaner.text, buffer_slice(&text));
        buffer_release(&text);
    }
    close_rules(f);
}

/* ---- the shipped rules -------------------------------------------------- */

static const char *const rule_files[] = {"rules/ar/normalize.yaml"};

static void open_shipped(Fixture *fixture, const char *path, const char *enable)
{
    *fixture = (Fixture){0};
    Error error = {0};
    StringList on = {0}, off = {0};
    if (!rules_add_file(&fixture->rules, path, "x", &error))
        fail_msg("%s:%zu: %s", error.source, error.line, error.message);
    assert_true(rules_layer(&fixture->rules, &error));
    if (enable != NULL)
        string_list_add(&on, enable);
    fixture->cleaner.steps = steps_new(&fixture->rules, &on, &off, &error);
    free(on.items);
    if (fixture->cleaner.steps == NULL)
        fail_msg("%s:%zu: %s", error.source, error.line, error.message);
    fixture->cleaner.scan = plain_new(fixture->cleaner.steps, NULL, &fixture->rules.arena);
}

/* Every step shows what it does, and does it. */
static void test_examples_of_the_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rule_files / sizeof *rule_files; i++) {
        Fixture all;
        open_shipped(&all, rule_files[i], NULL);
        for (size_t j = 0; j < all.cleaner.steps->step_count; j++) {
            const Step *step = &all.cleaner.steps->steps[j];
            const RuleNode *examples = rule_get(step->node, "examples");
            if (examples == NULL || examples->child_count == 0)
                fail_msg("%.*s has no example", SLICE_ARG(step->id));
            if (step->kind > STEP_NFC)
                continue; /* repair, not clean-up */
            Fixture fixture;
            open_shipped(&fixture, rule_files[i], step->id.data);
            for (const RuleNode *node = examples->children; node != NULL; node = node->next)
                check(&fixture, rule_text(node, "from").data, rule_text(node, "to").data);
            close_rules(&fixture);
        }
        close_rules(&all);
    }
}

/* A text of characters that the steps treat, and of others around them. */
static void make_text(const Steps *steps, Buffer *text)
{
    static const uint32_t common[] = {' ',   ' ',     '\n',  'a',    '.',    '"',
                                      0x627, 0x644,   0x64E, 0x651,  0x60C,  0x201C,
                                      0xE9,  0x1F600, 0x301, 0x1100, 0x1161, 0x653};
    enum { COMMON = sizeof common / sizeof *common };
    buffer_clear(text);
    for (int length = rand() % 40; length > 0; length--) {
        uint32_t codepoint = common[rand() % COMMON];
        if (rand() % 2 != 0) {
            do
                codepoint = (uint32_t)(rand() % 0x10000);
            while ((steps_action(steps, codepoint) == ACTION_NONE && rand() % 5000 != 0) ||
                   (codepoint >= 0xD800 && codepoint <= 0xDFFF) ||
                   (codepoint >= 0x80 && codepoint < 0xA0)); /* some become letters */
        }
        for (int times = 1 + (rand() % 8 == 0 ? rand() % 20 : 0); times > 0; times--)
            text->length += utf8_encode(codepoint, buffer_reserve(text, 4));
    }
}

static bool is_one_to_one(const EditList *edits, Slice text, Slice source, const Steps *steps)
{
    Utf8Cursor to = {.text = text}, from = {.text = source};
    for (size_t i = 0; i < edits->count; i++)
        for (size_t j = 0; j < edits->runs[i].length; j++) {
            size_t a = edits->runs[i].text_start + j, b = edits->runs[i].source_start + j;
            Slice new = utf8_cursor_cut(&to, (CodepointSpan){a, a + 1});
            Slice old = utf8_cursor_cut(&from, (CodepointSpan){b, b + 1});
            const char *at = old.data;
            uint32_t codepoint = utf8_next(&at);
            if (!slice_equal(new, old) && steps_action(steps, codepoint) == ACTION_NONE &&
                codepoint < 'a')
                return false;
        }
    return true;
}

/* The letters, figures and quotation marks of a text, whatever their form: what
 * must never be lost. Tatweel is of category Lm. */
static void take_letters(Slice text, Buffer *letters)
{
    utf8proc_uint8_t *form = NULL;
    utf8proc_ssize_t length =
        utf8proc_map((const utf8proc_uint8_t *)text.data, (utf8proc_ssize_t)text.length, &form,
                     UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
    assert_true(length >= 0);
    buffer_clear(letters);
    for (const char *at = (const char *)form, *end = at + length; at < end;) {
        const char *start = at;
        switch (utf8proc_category((utf8proc_int32_t)utf8_next(&at))) {
        case UTF8PROC_CATEGORY_LU:
        case UTF8PROC_CATEGORY_LL:
        case UTF8PROC_CATEGORY_LO:
        case UTF8PROC_CATEGORY_ND:
        case UTF8PROC_CATEGORY_PI:
        case UTF8PROC_CATEGORY_PF:
            buffer_append(letters, (Slice){start, (size_t)(at - start)});
            break;
        default:
            break;
        }
    }
    free(form);
}

static void check_letters(Slice text, Slice source)
{
    Buffer before = {0}, after = {0};
    take_letters(source, &before);
    take_letters(text, &after);
    if (!slice_equal(buffer_slice(&before), buffer_slice(&after)))
        fail_msg("letters lost: \"%.*s\" became \"%.*s\"", SLICE_ARG(source), SLICE_ARG(text));
    buffer_release(&before);
    buffer_release(&after);
}

static void test_random_texts(void **state)
{
    (void)state;
    Fixture fixture;
    Buffer text = {0}, once = {0};
    srand(4);
    open_shipped(&fixture, rule_files[0], NULL);
    Cleaner *cleaner = &fixture.cleaner;
    for (int round = 0; round < 50000; round++) {
        make_text(cleaner->steps, &text);
        Slice source = buffer_slice(&text);
        cleaner->portable = false;
        clean_text(cleaner, source);
        check_edits(&cleaner->edits, cleaner->text, source);
        assert_true(is_one_to_one(&cleaner->edits, cleaner->text, source, cleaner->steps));
        assert_int_equal(utf8_valid_prefix(cleaner->text), cleaner->text.length);
        check_letters(cleaner->text, source);
        buffer_clear(&once);
        buffer_append(&once, cleaner->text);

        clean_text(cleaner, buffer_slice(&once)); /* twice is once */
        if (!slice_equal(cleaner->text, buffer_slice(&once)))
            fail_msg("\"%.*s\" became \"%.*s\", then \"%.*s\"", SLICE_ARG(source),
                     SLICE_ARG(buffer_slice(&once)), SLICE_ARG(cleaner->text));
        assert_true(cleaner->edits.count <= 1);

        cleaner->portable = true;
        clean_text(cleaner, source);
        assert_true(slice_equal(cleaner->text, buffer_slice(&once)));
    }
    buffer_release(&text);
    buffer_release(&once);
    close_rules(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_white_space),
        cmocka_unit_test(test_contexts),
        cmocka_unit_test(test_replacements),
        cmocka_unit_test(test_form_c),
        cmocka_unit_test(test_maps),
        cmocka_unit_test(test_steps_are_switched),
        cmocka_unit_test(test_later_rules_replace_and_drop),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_hostile_texts),
        cmocka_unit_test(test_examples_of_the_rules),
        cmocka_unit_test(test_random_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
