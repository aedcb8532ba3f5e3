#include "tests/unit/unit.h"

#include "common/layer.h"

static Arena arena;
static Document document;
static Error error;

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    memset(&error, 0, sizeof error);
    return 0;
}

static void take(const char *record)
{
    assert_true(document_read(&document, slice_of(record), "file", 7, 0, &arena, &error));
}

static void check_member(const char *name, const char *expected)
{
    assert_slice(document_get(&document, slice_of(name)), expected);
}

static void writes_sentences(void **state)
{
    (void)state;
    const Sentence sentences[] = {
        {.span = {0, 5}, .repeat = NO_INDEX},
        {.span = {6, 9},
         .paragraph = 1,
         .role = SLICE_INIT("heading"),
         .repeat = 0,
         .rule = SLICE_INIT("sentences/stop")},
    };
    take("{}");
    layer_write_sentences(&document, sentences, 0, &arena);
    check_member("sentences", "[]");
    layer_write_sentences(&document, sentences, 2, &arena);
    check_member("sentences",
                 "[{\"start\": 0, \"end\": 5, \"paragraph\": 0}, {\"start\": 6, \"end\": 9, "
                 "\"paragraph\": 1, \"role\": \"heading\", \"repeat\": 0, \"rule\": "
                 "\"sentences/stop\"}]");
}

static void writes_quotes(void **state)
{
    (void)state;
    const Quote quotes[] = {
        {.span = {71, 100},
         .kind = QUOTE_MIXED,
         .has_cue = true,
         .cue = {0, 3},
         .cue_lemma = SLICE_INIT("say"),
         .cue_category = SLICE_INIT("c"),
         .speaker = {.has_span = true,
                     .span = {4, 35},
                     .name = SLICE_INIT("N"),
                     .role = SLICE_INIT("R"),
                     .type = SPEAKER_PERSON},
         .occasion = {{40, 52}, SLICE_INIT("O"), SLICE_INIT("c/o")},
         .polarity = POLARITY_DENIED,
         .sentence = 0,
         .confidence = 0.97,
         .rule = SLICE_INIT("quotes/a"),
         .repeat = NO_INDEX},
        {.span = {110, 143},
         .speaker = {.type = SPEAKER_COMMON, .implied = true},
         .sentence = NO_INDEX,
         .confidence = -1,
         .repeat = 0},
    };
    take("{}");
    layer_write_quotes(&document, quotes, 2, &arena);
    check_member(
        "quotes",
        "[{\"start\": 71, \"end\": 100, \"kind\": \"mixed\", \"cue\": {\"start\": 0, \"end\": 3, "
        "\"lemma\": \"say\", \"category\": \"c\"}, \"speaker\": {\"start\": 4, \"end\": 35, "
        "\"name\": \"N\", \"role\": \"R\", \"type\": \"person\", \"implied\": false}, "
        "\"occasion\": {\"start\": 40, \"end\": 52, \"name\": \"O\", \"rule\": \"c/o\"}, "
        "\"polarity\": \"denied\", "
        "\"sentence\": 0, \"confidence\": 0.97, \"rule\": \"quotes/a\"}, "
        "{\"start\": 110, \"end\": 143, \"kind\": \"direct\", \"speaker\": {\"name\": null, "
        "\"type\": \"common\", \"implied\": true}, \"repeat\": 0}]");
}

static void writes_entities_in_order(void **state)
{
    (void)state;
    Entity entities[] = {
        {.span = {9, 12}, .type = SLICE_INIT("LOC"), .name = SLICE_INIT("b\"")},
        {.span = {0, 3}, .type = SLICE_INIT("PER"), .name = SLICE_INIT("short")},
        {.span = {0, 7},
         .type = SLICE_INIT("DATE"),
         .name = SLICE_INIT("long"),
         .id = SLICE_INIT("i"),
         .value = SLICE_INIT("2024"),
         .clitic = SLICE_INIT("k"),
         .rule = SLICE_INIT("r")},
    };
    take("{}");
    layer_write_entities(&document, entities, 3, &arena);
    check_member(
        "entities",
        "[{\"start\": 0, \"end\": 7, \"type\": \"DATE\", \"name\": \"long\", \"id\": \"i\", "
        "\"value\": \"2024\", \"clitic\": \"k\", \"rule\": \"r\"}, "
        "{\"start\": 0, \"end\": 3, \"type\": \"PER\", \"name\": \"short\"}, "
        "{\"start\": 9, \"end\": 12, \"type\": \"LOC\", \"name\": \"b\\\"\"}]");
}

static void reads_what_it_wrote(void **state)
{
    (void)state;
    const char *record =
        "{\"quotes\": [{\"start\": 1, \"end\": 9, \"kind\": \"indirect\", \"x\": [{}], "
        "\"cue\": {\"start\": 0, \"end\": 1, \"lemma\": \"l\", \"category\": \"c\"}, "
        "\"speaker\": {\"start\": 2, \"end\": 3, \"name\": \"n\", \"role\": \"r\", "
        "\"type\": \"organisation\", \"implied\": false}, \"sentence\": 4, \"confidence\": 0.5, "
        "\"addressee\": {\"start\": 4, \"end\": 5, \"name\": \"A\", \"more\": 1}, "
        "\"polarity\": \"asserted\", "
        "\"rule\": \"q/r\", \"repeat\": 2}, {\"end\": 10, \"start\": 10, \"kind\": \"direct\", "
        "\"cue\": null, \"speaker\": {\"start\": null, \"end\": null, \"name\": null, "
        "\"type\": \"common\", \"implied\": true}}]}";
    take(record);
    Quote *quotes;
    size_t count;
    assert_true(layer_read_quotes(&document, 10, &arena, &quotes, &count, &error));
    assert_int_equal(count, 2);
    assert_int_equal(quotes[0].span.end, 9);
    assert_int_equal(quotes[0].kind, QUOTE_INDIRECT);
    assert_true(quotes[0].has_cue && quotes[0].speaker.has_span);
    assert_slice(quotes[0].cue_lemma, "l");
    assert_slice(quotes[0].speaker.role, "r");
    assert_int_equal(quotes[0].speaker.type, SPEAKER_ORGANISATION);
    assert_int_equal(quotes[0].sentence, 4);
    assert_int_equal(quotes[0].repeat, 2);
    assert_true(quotes[0].confidence > 0.49 && quotes[0].confidence < 0.51);
    assert_slice(quotes[0].addressee.name, "A");
    assert_int_equal(quotes[0].addressee.span.end, 5);
    assert_null(quotes[0].occasion.name.data);
    assert_int_equal(quotes[0].polarity, POLARITY_ASSERTED);
    assert_int_equal(quotes[1].polarity, POLARITY_NONE);
    assert_false(quotes[1].has_cue);
    assert_false(quotes[1].speaker.has_span);
    assert_true(quotes[1].speaker.implied);
    assert_null(quotes[1].speaker.name.data);
    assert_int_equal(quotes[1].sentence, NO_INDEX);
    assert_true(quotes[1].confidence < 0);
}

static void marks_come_back(void **state)
{
    (void)state;
    const MarkedSpan written[] = {
        {.span = {1, 4},
         .type = SLICE_INIT("speech"),
         .unclosed = true,
         .quote = 2,
         .rule = SLICE_INIT("q/r")},
        {.span = {5, 6}, .type = SLICE_INIT("stray"), .quote = NO_INDEX},
    };
    take("{}");
    layer_write_marks(&document, written, 2, &arena);
    check_member("marks", "[{\"start\": 1, \"end\": 4, \"type\": \"speech\", \"unclosed\": true, "
                          "\"quote\": 2, \"rule\": \"q/r\"}, "
                          "{\"start\": 5, \"end\": 6, \"type\": \"stray\"}]");
    MarkedSpan *marks;
    size_t count;
    assert_true(layer_read_marks(&document, 10, &arena, &marks, &count, &error));
    assert_int_equal(count, 2);
    assert_slice(marks[0].type, "speech");
    assert_true(marks[0].unclosed);
    assert_int_equal(marks[0].quote, 2);
    assert_int_equal(marks[1].span.end, 6);
    assert_int_equal(marks[1].quote, NO_INDEX);
    assert_false(layer_read_marks(&document, 5, &arena, &marks, &count, &error));
}

/* More items than the first guess, each with what was written. */
static void reads_long_layers(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    static Entity made[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        made[i] = (Entity){
            .span = {i, i + 1}, .type = SLICE_INIT("PER"), .name = arena_format(&arena, "n%zu", i)};
    }
    take("{}");
    layer_write_entities(&document, made, COUNT, &arena);
    Entity *entities;
    size_t count;
    assert_true(layer_read_entities(&document, COUNT, &arena, &entities, &count, &error));
    assert_int_equal(count, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(entities[i].span.start, i);
        assert_true(slice_equal(entities[i].name, made[i].name));
        assert_null(entities[i].id.data);
    }
}

static void absent_layers_are_empty(void **state)
{
    (void)state;
    Sentence *sentences;
    OriginRun *runs;
    size_t count = 9;
    take("{}");
    assert_true(layer_read_sentences(&document, 0, &arena, &sentences, &count, &error));
    assert_int_equal(count, 0);
    count = 9;
    assert_true(layer_read_origin(&document, &arena, &runs, &count, &error));
    assert_int_equal(count, 0);
}

static void refuses_broken_layers(void **state)
{
    (void)state;
    static const struct {
        const char *record, *message;
    } cases[] = {
        {"{\"sentences\":[1]}", "\"sentences\" item 0: must be an object"},
        {"{\"sentences\":[{}]}", "\"sentences\" item 0: has no \"start\" or no \"end\""},
        {"{\"sentences\":[{\"start\":0,\"end\":1},{\"start\":5,\"end\":11}]}",
         "\"sentences\" item 1: 5..11 is no span of a text of 10 code points"},
        {"{\"sentences\":[{\"start\":5,\"end\":4}]}",
         "\"sentences\" item 0: 5..4 is no span of a text of 10 code points"},
        {"{\"sentences\":[{\"start\":-1,\"end\":4}]}",
         "\"sentences\" item 0: \"start\" must be a whole number from 0"},
        {"{\"sentences\":[{\"start\":0.0,\"end\":4}]}",
         "\"sentences\" item 0: \"start\" must be a whole number from 0"},
        {"{\"quotes\":[{\"start\":0,\"end\":1,\"kind\":\"loud\"}]}",
         "\"quotes\" item 0: \"kind\" must be direct, indirect or mixed"},
        {"{\"quotes\":[{\"start\":0,\"end\":1,\"kind\":7}]}",
         "\"quotes\" item 0: \"kind\" must be a string"},
        {"{\"quotes\":[{\"start\":0,\"end\":1,\"cue\":{\"start\":9,\"end\":99}}]}",
         "\"quotes\" item 0: cue 9..99 is no span of a text of 10 code points"},
        {"{\"quotes\":[{\"start\":0,\"end\":1,\"speaker\":{\"start\":9}}]}",
         "\"quotes\" item 0: \"speaker\" has no \"start\" or no \"end\""},
        {"{\"quotes\":[{\"start\":0,\"end\":1,\"speaker\":[]}]}",
         "\"quotes\" item 0: \"speaker\" must be an object"},
        {"{\"entities\":[{\"start\":0,\"end\":1,\"name\":{}}]}",
         "\"entities\" item 0: \"name\" must be a string"},
        {"{\"origin\":{\"map\":7}}", "\"origin.map\" item 0: must be an array of runs"},
        {"{\"origin\":{\"map\":[[1,2]]}}",
         "\"origin.map\" item 0: must be [text_start, source_start, length]"},
        {"{\"origin\":{\"map\":[[0,0,4],[3,9,1]]}}",
         "\"origin.map\" item 1: starts before the run in front of it ends"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Sentence *sentences;
        Quote *quotes;
        Entity *entities;
        OriginRun *runs;
        size_t count;
        take(cases[i].record);
        bool good = layer_read_sentences(&document, 10, &arena, &sentences, &count, &error) &&
                    layer_read_quotes(&document, 10, &arena, &quotes, &count, &error) &&
                    layer_read_entities(&document, 10, &arena, &entities, &count, &error) &&
                    layer_read_origin(&document, &arena, &runs, &count, &error);
        assert_false(good);
        assert_string_equal(error.message, cases[i].message);
        assert_int_equal(error.line, 7);
        assert_int_equal(error.exit_code, EXIT_SOME_BAD);
    }
}

static void sorts_stably(void **state)
{
    (void)state;
    enum { COUNT = 257 };
    static Quote quotes[COUNT];
    uint64_t random = 5;
    for (ptrdiff_t i = 0; i < COUNT; i++) {
        size_t start = next_random(&random) % 20;
        quotes[i] = (Quote){.span = {start, start + next_random(&random) % 3}, .sentence = i};
    }
    quotes_sort(quotes, COUNT);
    for (size_t i = 1; i < COUNT; i++) {
        CodepointSpan a = quotes[i - 1].span, b = quotes[i].span;
        assert_true(a.start < b.start || (a.start == b.start && a.end >= b.end));
        if (a.start == b.start && a.end == b.end)
            assert_true(quotes[i - 1].sentence < quotes[i].sentence);
    }
    quotes_sort(quotes, 0);
}

static void check_origin(const OriginRun *runs, size_t count, size_t start, size_t end,
                         size_t source_start, size_t source_end)
{
    CodepointSpan span = origin_span(runs, count, (CodepointSpan){start, end});
    assert_int_equal(span.start, source_start);
    assert_int_equal(span.end, source_end);
}

static void leads_back_to_the_source(void **state)
{
    (void)state;
    OriginRun *runs;
    size_t count;
    take("{\"origin\":{\"map\":[[0, 2, 3], [3, 8, 2], [7, 11, 4], [11, 20, 0]]}}");
    assert_true(layer_read_origin(&document, &arena, &runs, &count, &error));
    assert_int_equal(count, 4);
    check_origin(runs, count, 0, 3, 2, 5);   /* one run                        */
    check_origin(runs, count, 1, 4, 3, 9);   /* over what was dropped          */
    check_origin(runs, count, 2, 3, 4, 5);   /* up to it                       */
    check_origin(runs, count, 5, 6, 10, 11); /* within what was changed        */
    check_origin(runs, count, 4, 8, 9, 12);  /* over it                        */
    check_origin(runs, count, 7, 7, 11, 11); /* empty                          */
    check_origin(runs, count, 10, 11, 14, 15);
    check_origin(NULL, 0, 4, 8, 4, 8); /* no origin: already the source  */
    take("{\"origin\":{\"map\":[[2, 5, 1]]}}");
    assert_true(layer_read_origin(&document, &arena, &runs, &count, &error));
    check_origin(runs, count, 0, 1, 0, 5); /* in front of the first run      */
    check_origin(runs, count, 3, 9, 6, 6); /* behind the last                */
}

#define test(function) cmocka_unit_test_teardown(function, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(writes_sentences),         test(writes_quotes),         test(writes_entities_in_order),
        test(reads_what_it_wrote),      test(marks_come_back),       test(reads_long_layers),
        test(absent_layers_are_empty),  test(refuses_broken_layers), test(sorts_stably),
        test(leads_back_to_the_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
