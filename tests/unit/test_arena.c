#include "tests/unit/unit.h"

#include "common/arena.h"

static void gives_aligned_memory_apart(void **state)
{
    (void)state;
    Arena arena = {0};
    char *last = NULL;
    for (size_t size = 0; size < 3000; size += 7) {
        char *block = arena_alloc(&arena, size);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % _Alignof(max_align_t), 0);
        memset(block, (int)size & 0xFF, size);
        if (last != NULL && size > 7)
            assert_int_equal(last[size - 8] & 0xFF, (size - 7) & 0xFF);
        last = block;
    }
    assert_non_null(arena_alloc(&arena, 5 * 1024 * 1024));
    arena_release(&arena);
    assert_null(arena.chunk);
}

static void clears_arrays(void **state)
{
    (void)state;
    Arena arena = {0};
    memset(arena_alloc(&arena, 4000), 0xAA, 4000);
    arena_reset(&arena, SIZE_MAX);
    const uint64_t *numbers = ARENA_ARRAY(&arena, 500, uint64_t);
    for (int i = 0; i < 500; i++)
        assert_int_equal(numbers[i], 0);
    assert_non_null(ARENA_ARRAY(&arena, 0, uint64_t));
    arena_release(&arena);
}

static void copies_with_a_nul_behind(void **state)
{
    (void)state;
    Arena arena = {0};
    Slice copy = arena_copy(&arena, SLICE("a\0b"));
    assert_int_equal(copy.length, 3);
    assert_memory_equal(copy.data, "a\0b", 4);
    assert_slice(arena_copy(&arena, (Slice){NULL, 0}), "");
    Slice text = arena_format(&arena, "%s:%d", "file", 12);
    assert_slice(text, "file:12");
    assert_int_equal(text.data[text.length], 0);
    arena_release(&arena);
}

static void keeps_no_more_than_asked(void **state)
{
    (void)state;
    Arena arena = {0};
    arena_alloc(&arena, 100);
    arena_alloc(&arena, 3 * 1024 * 1024);
    arena_reset(&arena, 1024 * 1024);
    assert_true(arena.total <= 1024 * 1024);
    assert_non_null(arena.chunk);
    arena_reset(&arena, 0);
    assert_null(arena.chunk);
    assert_int_equal(arena.total, 0);
}

/* A second document like the first takes nothing from the system. */
static void settles_to_one_chunk(void **state)
{
    (void)state;
    Arena arena = {0};
    size_t total = 0;
    for (int document = 0; document < 8; document++) {
        for (int i = 0; i < 100; i++)
            arena_alloc(&arena, 1000);
        total = arena.total;
        arena_reset(&arena, 1024 * 1024);
    }
    assert_int_equal(arena.total, total);
    arena_release(&arena);
}

static void grows_geometrically(void **state)
{
    (void)state;
    int *items = NULL;
    size_t capacity = 0, moves = 0;
    for (size_t i = 0; i < 10000; i++) {
        size_t before = capacity;
        items = memory_grow(items, &capacity, i + 1, sizeof *items);
        moves += capacity != before;
        items[i] = (int)i;
    }
    assert_int_equal(items[9999], 9999);
    assert_true(moves < 20);
    free(items);
}

/* What stands in an array that has grown in the arena is as it was. */
static void grows_in_the_arena(void **state)
{
    (void)state;
    Arena arena = {0};
    int *items = NULL;
    size_t capacity = 0, moves = 0;
    for (size_t i = 0; i < 10000; i++) {
        int *before = items;
        items = arena_grow(&arena, items, &capacity, i + 1, sizeof *items);
        assert_true(capacity > i);
        moves += items != before;
        items[i] = (int)i;
    }
    for (int i = 0; i < 10000; i++)
        assert_int_equal(items[i], i);
    assert_true(moves < 20);
    assert_ptr_equal(arena_grow(&arena, items, &capacity, capacity, sizeof *items), items);
    size_t needed = 10 * capacity;
    items = arena_grow(&arena, items, &capacity, needed, sizeof *items);
    assert_int_equal(capacity, needed);
    assert_int_equal(items[9999], 9999);
    arena_release(&arena);
}

static void grows_aligned(void **state)
{
    (void)state;
    enum { ITEM = 32, COUNT = 1000 };
    unsigned char *items = NULL;
    size_t capacity = 0;
    for (size_t i = 0; i < COUNT; i++) {
        items = memory_grow_aligned(items, &capacity, i + 1, ITEM);
        assert_true(capacity > i);
        assert_int_equal((uintptr_t)items % 64, 0);
        memset(items + i * ITEM, (int)(i % 251), ITEM);
    }
    for (size_t i = 0; i < COUNT * ITEM; i++)
        assert_int_equal(items[i], i / ITEM % 251);
    assert_ptr_equal(memory_grow_aligned(items, &capacity, capacity, ITEM), items);
    free(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_aligned_memory_apart), cmocka_unit_test(clears_arrays),
        cmocka_unit_test(copies_with_a_nul_behind),   cmocka_unit_test(keeps_no_more_than_asked),
        cmocka_unit_test(settles_to_one_chunk),       cmocka_unit_test(grows_geometrically),
        cmocka_unit_test(grows_in_the_arena),         cmocka_unit_test(grows_aligned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
