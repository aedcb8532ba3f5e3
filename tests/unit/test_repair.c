/* The repair of normalize by the shipped rules: their examples, and what must hold
 * for any text. */
#include "tests/unit/rules_text.h"
#include "tests/unit/unit.h"

#include "common/utf8.h"
#include "tools/normalize/normal.h"
#include "tools/normalize/signs.h"

static const char *const rule_files[] = {
    "rules/ar/html-entities.yaml", "rules/ar/mojibake.yaml", "rules/ar/normalize.yaml",
    "rules/ar/code-pages.yaml",    "rules/ar/likeness.yaml",
};
enum { FILE_COUNT = sizeof rule_files / sizeof *rule_files };

typedef struct {
    Rules rules;
    Detector detector;
    Normalizer normalizer;
    const Steps *steps;
} Fixture;

static void open_shipped(Fixture *fixture)
{
    Error error = {0};
    StringList none = {0};
    *fixture = (Fixture){0};
    for (size_t i = 0; i < FILE_COUNT; i++)
        if (!rules_add_file(&fixture->rules, rule_files[i], "x", &error))
            fail_msg("%s:%zu: %s", error.source, error.line, error.message);
    assert_true(rules_layer(&fixture->rules, &error));
    fixture->steps = steps_new(&fixture->rules, &none, &none, &error);
    if (fixture->steps == NULL || !detector_load(&fixture->rules, &fixture->detector, &error) ||
        !normalizer_init(&fixture->normalizer, &fixture->rules, fixture->steps, &fixture->detector,
                         true, &error))
        fail_msg("%s:%zu: %s", error.source, error.line, error.message);
}

static void close_shipped(Fixture *fixture)
{
    normalizer_release(&fixture->normalizer);
    rules_release(&fixture->rules);
}

/* Runs rise and stay inside both texts. */
static void check_edits(const EditList *edits, Slice text, Slice source)
{
    size_t to = 0, from = 0;
    for (size_t i = 0; i < edits->count; i++) {
        const Edit *run = &edits->runs[i];
        assert_true(run->text_start >= to && run->source_start >= from);
        to = run->text_start + run->length;
        from = run->source_start + run->length;
    }
    assert_true(to <= utf8_count(text) && from <= utf8_count(source));
}

static void test_examples(void **state)
{
    (void)state;
    Fixture fixture;
    open_shipped(&fixture);
    size_t count = 0;
    for (size_t i = 0; i < fixture.steps->step_count; i++) {
        const Step *step = &fixture.steps->steps[i];
        const RuleNode *examples = rule_get(step->node, "examples");
        for (const RuleNode *e = examples ? examples->children : NULL; e; e = e->next) {
            Slice from = rule_text(e, "from"), to = rule_text(e, "to");
            if (step->kind <= STEP_NFC)
                continue;
            normalize_text(&fixture.normalizer, from, NULL, 0);
            assert_slice(fixture.normalizer.text, to.data);
            check_edits(fixture.normalizer.edits, to, from);
            count++;
        }
    }
    assert_true(count > 15);
    close_shipped(&fixture);
}

static void check_span(const Fixture *fixture, size_t start, size_t end, size_t from, size_t to)
{
    const EditList *edits = fixture->normalizer.edits;
    CodepointSpan span = origin_span(edits->runs, edits->count, (CodepointSpan){start, end});
    assert_int_equal(span.start, from);
    assert_int_equal(span.end, to);
}

/* Each character leads back to all of those that it was. */
static void test_way_back(void **state)
{
    (void)state;
    Fixture fixture;
    open_shipped(&fixture);
    normalize_text(&fixture.normalizer, SLICE("a &amp; b &#x62; c"), NULL, 0);
    assert_slice(fixture.normalizer.text, "a & b b c");
    check_span(&fixture, 2, 3, 2, 7);
    check_span(&fixture, 4, 5, 8, 9);
    check_span(&fixture, 6, 7, 10, 16);
    check_span(&fixture, 0, 9, 0, 18);
    close_shipped(&fixture);
}

static void test_references(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"&amp;amp;lt;", "<"},
        {"&lt;p&gt;", "<p>"},
        {"&#0;&#xD800;&#1114112;", NULL},
        {"&nosuch; &amp", NULL},
        {"&#99;", "c"},
        {"&am\xE2\x80\x8Bp;lt;", "<"},
        {"&", NULL},
        {"&;", NULL},
        {"&#;&#x;", NULL},
    };
    Fixture fixture;
    open_shipped(&fixture);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        normalize_text(&fixture.normalizer, slice_of(pairs[i][0]), NULL, 0);
        assert_slice(fixture.normalizer.text, pairs[i][1] ? pairs[i][1] : pairs[i][0]);
    }
    close_shipped(&fixture);
}

static void test_dropped(void **state)
{
    (void)state;
    static const size_t dropped[] = {1, 5};
    Fixture fixture;
    open_shipped(&fixture);
    normalize_text(&fixture.normalizer, SLICE("a\xEF\xBF\xBDz\xEF\xBF\xBDz"), dropped, 2);
    assert_slice(fixture.normalizer.text, "azz");
    check_span(&fixture, 1, 2, 2, 3);
    close_shipped(&fixture);
}

static Slice random_text(uint64_t *seed, Buffer *text)
{
    static const char *const pieces[] = {
        "\xD8\xB7",
        "\xD8\xB8",
        "\xC2\xA7",
        "\xE2\x80\x9E",
        "\xC3\x98",
        "\xC3\x99",
        "\xC3\x83",
        "\xC2\xA9",
        "\xC2\x81",
        "&",
        "amp;",
        "#x26;",
        "#",
        "lt;",
        " ",
        "a",
        "\n",
        "\xEF\xBF\xBD",
        "\xDB\x8C",
        "\xDA\xA9",
        "\xD9\x8A",
        "\xD8\xA9",
        "\xD9\xBE",
        "\xE2\x95\xAA",
        "\xE2\x94\x98",
        "\xC3\xBF",
        "\xC5\xB8",
        "\xC2\xBA",
        "\xE2\x80\x8B",
        "\xC3\x87",
        "\xC3\xA1",
        "\xD9\x86\xD8\xB9\xD9\x85",
        "\xF0\x9F\x98\x80",
        "\xC3\x8C",
        "x26;",
        "\xD9\x80",
    };
    enum { PIECES = sizeof pieces / sizeof *pieces };
    buffer_clear(text);
    size_t count = next_random(seed) % 60, letters = next_random(seed) % 2 * 40;
    for (size_t i = 0; i < count; i++) {
        size_t piece = next_random(seed) % (PIECES + letters);
        buffer_append(text, piece < PIECES ? slice_of(pieces[piece]) : SLICE("\xD8\xA7\xD9\x84"));
    }
    return (Slice){text->data ? text->data : "", text->length};
}

static void test_random_texts(void **state)
{
    (void)state;
    Fixture fixture;
    Buffer text = {0}, once = {0};
    uint64_t seed = 4;
    open_shipped(&fixture);
    for (int i = 0; i < 20000; i++) {
        Slice source = random_text(&seed, &text);
        normalize_text(&fixture.normalizer, source, NULL, 0);
        assert_int_equal(utf8_valid_prefix(fixture.normalizer.text),
                         fixture.normalizer.text.length);
        check_edits(fixture.normalizer.edits, fixture.normalizer.text, source);
        buffer_clear(&once);
        buffer_append(&once, fixture.normalizer.text);
        Slice first = {once.data ? once.data : "", once.length};
        normalize_text(&fixture.normalizer, first, NULL, 0);
        if (!slice_equal(fixture.normalizer.text, first))
            fail_msg("\"%.*s\" became \"%.*s\", then \"%.*s\"", SLICE_ARG(source), SLICE_ARG(first),
                     SLICE_ARG(fixture.normalizer.text));
    }
    buffer_release(&text);
    buffer_release(&once);
    close_shipped(&fixture);
}

/* What is cleaned in one go is what has no sign of damage, and comes out the same. */
static void check_signs_are_seen(Cleaner *cleaner, uint64_t seed)
{
    Buffer text = {0}, once = {0};
    int damaged = 0, count = 40000;
    for (int i = 0; i < count; i++) {
        Slice source = random_text(&seed, &text);
        const char *end = source.data + source.length;
        bool is_damaged = signs_find_portable(cleaner->signs, source.data, end) < end;
        damaged += is_damaged;
        clean_text(cleaner, source);
        buffer_clear(&once);
        buffer_append(&once, cleaner->text);
        for (int portable = 0; portable < 2; portable++) {
            cleaner->portable = portable != 0;
            assert_int_equal(clean_undamaged(cleaner, source), !is_damaged);
            assert_true(is_damaged || slice_equal(cleaner->text, buffer_slice(&once)));
        }
        cleaner->portable = false;
    }
    /* Of both kinds there are enough to say something. */
    assert_true(damaged > count / 100 && damaged < count - count / 100);
    buffer_release(&text);
    buffer_release(&once);
}

static void test_signs_are_seen(void **state)
{
    (void)state;
    Fixture fixture;
    open_shipped(&fixture);
    check_signs_are_seen(&fixture.normalizer.cleaner, 11);
    close_shipped(&fixture);
}

/* Signs of common letters with any letter behind, and with the first of a lead byte. */
static void test_signs_of_common_letters(void **state)
{
    (void)state;
    Fixture fixture;
    Signs *signs = calloc(1, sizeof *signs);
    assert_non_null(signs);
    open_shipped(&fixture);
    Cleaner *cleaner = &fixture.normalizer.cleaner;
    signs_add_first(signs, 0, 0x637);
    cleaner->signs = signs;
    for (int any = 0; any < 2; any++) {
        if (any != 0)
            signs->any_second |= 1;
        else
            signs_add_second(signs, 0, 0x640);
        signs_finish(signs);
        cleaner->scan = plain_new(fixture.steps, signs, &fixture.rules.arena);
        check_signs_are_seen(cleaner, 12);
    }
    close_shipped(&fixture);
    signs_release(signs);
    free(signs);
}

/* Blocks of sixteen and single characters find the same signs. */
static void test_signs_are_portable(void **state)
{
    (void)state;
    Signs *signs = calloc(1, sizeof *signs);
    Buffer text = {0};
    uint64_t seed = 7;
    assert_non_null(signs);
    signs_add_letters(signs, 0xD8);
    signs_add_first(signs, 0, '&');
    signs_add_second(signs, 0, 'a');
    signs_add_first(signs, 1, 0x637);
    signs_add_second(signs, 1, 0xA7);
    signs_add_first(signs, 2, 0x256A);
    signs_add_second(signs, 2, 0xBA);
    signs_add_first(signs, 3, 0x6CC);
    signs->any_second |= 1U << 3;
    signs_finish(signs);
    for (int i = 0; i < 20000; i++) {
        Slice source = random_text(&seed, &text);
        const char *end = source.data + source.length;
        assert_ptr_equal(signs_find(signs, source.data, end),
                         signs_find_portable(signs, source.data, end));
    }
    signs_release(signs);
    free(signs);
    buffer_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_way_back),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_dropped),
        cmocka_unit_test(test_random_texts),
        cmocka_unit_test(test_signs_are_seen),
        cmocka_unit_test(test_signs_of_common_letters),
        cmocka_unit_test(test_signs_are_portable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
