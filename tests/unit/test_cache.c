#include "tests/unit/unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/cache.h"

enum { KEY = 42 };
static char folder[] = "/tmp/qawl-cache-XXXXXX", path[128];

static int set_up(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return 1;
    setenv("XDG_CACHE_HOME", folder, 1);
    snprintf(path, sizeof path, "%s/qawl/thing", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[160];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static void fill(CacheSource sources[CACHE_PARTS])
{
    static uint64_t numbers[1024];
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        numbers[i] = i * UINT64_C(0x9E3779B97F4A7C15);
    for (CachePart i = 0; i < CACHE_PARTS; i++)
        sources[i] = (CacheSource){numbers, 3 + i, i % 2 ? 100 : 0};
}

static bool is_as_written(const Cache *cache)
{
    CacheSource sources[CACHE_PARTS];
    fill(sources);
    for (CachePart i = 0; i < CACHE_PARTS; i++)
        if (cache->parts[i].count != sources[i].count ||
            memcmp(cache->parts[i].data, sources[i].data, sources[i].count) != 0)
            return false;
    return true;
}

static void test_what_is_written_is_read(void **state)
{
    (void)state;
    Arena arena = {0};
    Cache cache;
    CacheSource sources[CACHE_PARTS];
    fill(sources);
    assert_string_equal(cache_path(&arena, "thing"), path);
    assert_false(cache_open(&cache, path, KEY));
    assert_true(cache_write(path, KEY, sources));
    assert_false(cache_open(&cache, path, KEY + 1));
    assert_null(cache.bytes);
    assert_true(cache_open(&cache, path, KEY));
    assert_true(is_as_written(&cache));
    assert_int_equal(cache.parts[CACHE_TEXT].capacity, cache.parts[CACHE_TEXT].count + 100);
    /* Writing to the memory leaves the file alone. */
    memset(cache.parts[CACHE_TEXT].data, 0xFF, cache.parts[CACHE_TEXT].capacity);
    cache_close(&cache);
    assert_true(cache_open(&cache, path, KEY));
    assert_true(is_as_written(&cache));
    cache_close(&cache);
    arena_release(&arena);
}

static char *read_file(size_t *length)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    static char bytes[65536];
    *length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return bytes;
}

static void write_file(const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
}

static void test_damaged_files_are_none(void **state)
{
    (void)state;
    size_t length;
    char *bytes = read_file(&length);
    Cache cache;
    for (size_t at = 0; at < length; at++) {
        bytes[at] = (char)(bytes[at] ^ 0x41);
        write_file(bytes, length);
        bytes[at] = (char)(bytes[at] ^ 0x41);
        if (cache_open(&cache, path, KEY)) /* then it was room between parts */
            assert_true(is_as_written(&cache));
        cache_close(&cache);
    }
    for (size_t short_length = 0; short_length < length; short_length += 97) {
        write_file(bytes, short_length);
        assert_false(cache_open(&cache, path, KEY));
    }
    write_file(bytes, length);
    assert_true(cache_open(&cache, path, KEY));
    cache_close(&cache);
}

static void test_where_nothing_can_be_written(void **state)
{
    (void)state;
    Arena arena = {0};
    CacheSource sources[CACHE_PARTS];
    fill(sources);
    assert_false(cache_write("/proc/nothing/qawl/thing", KEY, sources));
    assert_false(cache_write("/dev/null/qawl/thing", KEY, sources));
    Cache cache;
    assert_false(cache_open(&cache, "/dev/null", KEY));
    assert_false(cache_open(&cache, "/", KEY));
    setenv("XDG_CACHE_HOME", "relative", 1);
    setenv("HOME", "/somewhere", 1);
    assert_string_equal(cache_path(&arena, "thing"), "/somewhere/.cache/qawl/thing");
    unsetenv("HOME");
    assert_null(cache_path(&arena, "thing"));
    arena_release(&arena);
}

enum { DAY = 24 * 60 * 60 };

/* The path of a file beside the cache, in static memory. */
static const char *beside(const char *name)
{
    static char other[192];
    snprintf(other, sizeof other, "%s/qawl/%s", folder, name);
    return other;
}

static void make_old(const char *name, int days)
{
    int descriptor = open(beside(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    struct timespec times[2] = {{.tv_sec = time(NULL) - days * (time_t)DAY},
                                {.tv_sec = time(NULL) - days * (time_t)DAY}};
    assert_true(descriptor >= 0);
    assert_int_equal(futimens(descriptor, times), 0);
    close(descriptor);
}

static bool is_there(const char *name)
{
    return access(beside(name), F_OK) == 0;
}

static void test_what_nobody_uses_goes(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int days;
        bool stays;
    } files[] = {
        {"tag-entities-0123456789abcdef", CACHE_DAYS + 1, false},
        {"tag-entities-1123456789abcdef", CACHE_DAYS - 1, true},
        {"normalize-0123456789abcdef", CACHE_DAYS + 1, false},
        {"normalize-2123456789abcdef", -5, true}, /* in the future */
        {"normalize-0123456789abcdef.aB3xYz", 2, false},
        {"normalize-2123456789abcdef.aB3xYz", 0, true},
        {"normalize-0123456789abcdef.aB3xYzz", 900, true}, /* somebody else's */
        {"normalize-0123456789abcde", 900, true},
        {"normalize-0123456789abcdeX", 900, true},
        {"-0123456789abcdef", 900, true},
        {"letters", 900, true},
    };
    CacheSource sources[CACHE_PARTS];
    fill(sources);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        make_old(files[i].name, files[i].days);
    assert_int_equal(mkdir(beside("sentence-split-0123456789abcdef"), 0700), 0);
    assert_int_equal(symlink("letters", beside("quote-extract-0123456789abcdef")), 0);
    assert_true(cache_write(path, KEY, sources));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (is_there(files[i].name) != files[i].stays)
            fail_msg("%s", files[i].name);
    assert_true(is_there("sentence-split-0123456789abcdef"));
    assert_true(is_there("quote-extract-0123456789abcdef"));
}

static void test_use_is_noted(void **state)
{
    (void)state;
    CacheSource sources[CACHE_PARTS];
    struct timespec times[2] = {{.tv_sec = time(NULL) - 9 * (time_t)DAY},
                                {.tv_sec = time(NULL) - 9 * (time_t)DAY}};
    struct stat status;
    Cache cache;
    fill(sources);
    assert_true(cache_write(path, KEY, sources));
    for (int round = 0; round < 2; round++) {
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
        assert_true(cache_open(&cache, path, KEY + (round == 0)) == (round != 0));
        cache_close(&cache);
        assert_int_equal(stat(path, &status), 0);
        assert_true((time(NULL) - status.st_mtime < DAY) == (round != 0));
    }
}

static void test_checksums(void **state)
{
    (void)state;
    char bytes[200] = {0};
    uint64_t sums[200];
    for (size_t i = 0; i < 200; i++) {
        sums[i] = cache_checksum(0, (Slice){bytes, i});
        for (size_t k = 0; k < i; k++)
            assert_true(sums[i] != sums[k]);
    }
    for (size_t i = 0; i < 199; i++) {
        bytes[i] = 1;
        assert_true(cache_checksum(0, (Slice){bytes, 199}) != sums[199]);
        bytes[i] = 0;
    }
    assert_true(cache_checksum(1, (Slice){bytes, 199}) != sums[199]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_damaged_files_are_none),
        cmocka_unit_test(test_where_nothing_can_be_written),
        cmocka_unit_test(test_what_nobody_uses_goes),
        cmocka_unit_test(test_use_is_noted),
        cmocka_unit_test(test_checksums),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
