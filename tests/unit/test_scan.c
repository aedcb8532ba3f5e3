#include "tests/unit/unit.h"

#include "tools/sentence-split/scan.h"
#include "tools/sentence-split/words.h"

static void finds_the_first(void **state)
{
    (void)state;
    ScanSet set = {0};
    const char *text = "abcdefghijklmnopqrstuvwxyz.0123456789!";
    const char *end = text + strlen(text);
    assert_ptr_equal(scan_find(&set, text, end), end);
    assert_true(scan_add(&set, '!'));
    assert_ptr_equal(scan_find(&set, text, end), end - 1);
    assert_true(scan_add(&set, '.'));
    assert_ptr_equal(scan_find(&set, text, end), text + 26);
    assert_ptr_equal(scan_find(&set, text + 27, end - 1), end - 1);
    assert_ptr_equal(scan_find(&set, end, end), end);
}

static void holds_so_many_bytes(void **state)
{
    (void)state;
    ScanSet set = {0};
    for (unsigned char byte = 1; byte <= SCAN_BYTES; byte++)
        assert_true(scan_add(&set, byte));
    assert_true(scan_add(&set, 1));
    assert_false(scan_add(&set, SCAN_BYTES + 1));
}

/* The wide and the plain way agree on any bytes, from any start, to any end. */
static void both_ways_agree(void **state)
{
    (void)state;
    enum { BYTES = 96 };
    char text[BYTES];
    uint64_t seed = 7;
    for (int round = 0; round < 3000; round++) {
        ScanSet set = {0};
        for (uint32_t i = next_random(&seed) % (SCAN_BYTES + 1); i > 0; i--)
            scan_add(&set, (unsigned char)next_random(&seed));
        for (int i = 0; i < BYTES; i++)
            text[i] = (char)next_random(&seed);
        const char *start = text + next_random(&seed) % BYTES;
        const char *end = start + next_random(&seed) % ((size_t)(text + BYTES - start) + 1);
        assert_ptr_equal(scan_find(&set, start, end), scan_plain(&set, start, end));
    }
}

static void words_keep_their_flags(void **state)
{
    (void)state;
    Arena arena = {0};
    WordSet set = {0};
    assert_int_equal(words_find(&set, SLICE("a")), 0);
    for (int i = 0; i < 2000; i++)
        words_add(&set, &arena, arena_format(&arena, "word%d", i), 1u << (i % 5));
    words_add(&set, &arena, SLICE("word7"), 64);
    assert_int_equal(set.count, 2000);
    for (int i = 0; i < 2000; i++)
        assert_int_equal(words_find(&set, arena_format(&arena, "word%d", i)),
                         (1u << (i % 5)) | (i == 7 ? 64u : 0));
    assert_int_equal(words_find(&set, SLICE("word2000")), 0);
    assert_int_equal(words_find(&set, SLICE("")), 0);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_first),
        cmocka_unit_test(holds_so_many_bytes),
        cmocka_unit_test(both_ways_agree),
        cmocka_unit_test(words_keep_their_flags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
