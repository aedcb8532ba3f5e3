#include "common/cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ALIGNMENT = 16, DAY = 24 * 60 * 60 };

static const size_t ITEM_BYTES[CACHE_PARTS] = {
    [CACHE_RULES] = 1,
    [CACHE_CLASSES] = 1,
    [CACHE_TRAITS] = CACHE_TRAIT_BYTES,
    [CACHE_DETAILS] = CACHE_DETAIL_BYTES,
    [CACHE_SETS] = CACHE_SET_BYTES,
    [CACHE_TEXT] = 1,
    [CACHE_ENTRIES] = CACHE_ENTRY_BYTES,
    [CACHE_WORDS] = CACHE_WORD_BYTES,
    [CACHE_WORD_TABLE] = CACHE_WORD_SLOT_BYTES,
    [CACHE_FILTER] = CACHE_FILTER_BYTES,
    [CACHE_NODES] = CACHE_NODE_BYTES,
    [CACHE_EDGES] = CACHE_EDGE_BYTES,
    [CACHE_PROGRAMS] = 1,
    [CACHE_STEPS] = CACHE_STEP_BYTES,
};

static const char MAGIC[16] = "qawl cache 4\n";

typedef struct {
    uint64_t offset, count, capacity; /* offset in bytes; counts of items */
    uint64_t item_bytes;
    uint64_t checksum; /* of the items that count */
} PartHead;

typedef struct {
    char magic[sizeof MAGIC];
    uint64_t byte_order;
    uint64_t key;
    uint64_t length; /* of the file */
    PartHead parts[CACHE_PARTS];
    uint64_t checksum; /* of what stands above */
} Head;

static const uint64_t BYTE_ORDER_MARK = 0x0102030405060708;
static const uint64_t FACTOR = UINT64_C(0x9E3779B97F4A7C15);

static uint64_t lane(uint64_t sum, const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    sum = (sum ^ word) * FACTOR;
    return sum ^ sum >> 32;
}

/* Four lanes, so that the processor need not wait for each product. */
uint64_t cache_checksum(uint64_t seed, Slice bytes)
{
    enum { STEP = 32 };
    uint64_t a = seed, b = seed + FACTOR, c = seed ^ FACTOR, d = ~seed;
    const char *at = bytes.data;
    size_t left = bytes.length;
    for (; left >= STEP; left -= STEP, at += STEP) {
        a = lane(a, at);
        b = lane(b, at + 8);
        c = lane(c, at + 16);
        d = lane(d, at + 24);
    }
    char rest[STEP] = {0};
    if (left != 0)
        memcpy(rest, at, left);
    uint64_t last[4] = {lane(a, rest), lane(b, rest + 8), lane(c, rest + 16), lane(d, rest + 24)};
    uint64_t sum = bytes.length;
    for (int i = 0; i < 4; i++) {
        sum = (sum ^ last[i]) * FACTOR;
        sum ^= sum >> 29;
    }
    return sum;
}

static uint64_t head_checksum(const Head *head)
{
    return cache_checksum(0, (Slice){(const char *)head, offsetof(Head, checksum)});
}

const char *cache_path(Arena *arena, const char *name)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache != NULL && *cache == '/')
        return arena_format(arena, "%s/qawl/%s", cache, name).data;
    if (home != NULL && *home == '/')
        return arena_format(arena, "%s/.cache/qawl/%s", home, name).data;
    return NULL;
}

enum { NUMBER_DIGITS = 16 };
static const char DRAFT_ENDING[] = ".XXXXXX";

const char *cache_name(Arena *arena, const char *tool, uint64_t number)
{
    return arena_format(arena, "%s-%0*llx", tool, NUMBER_DIGITS, (unsigned long long)number).data;
}

/* Whether cache_name made the name; a draft has an ending behind it. */
static bool is_our_name(const char *name, bool *is_draft)
{
    const char *dash = strrchr(name, '-');
    if (dash == NULL || dash == name)
        return false;
    size_t digits = strspn(dash + 1, "0123456789abcdef");
    const char *ending = dash + 1 + digits;
    *is_draft = *ending == '.';
    return digits == NUMBER_DIGITS &&
           (*ending == '\0' || (*is_draft && strlen(ending) == sizeof DRAFT_ENDING - 1));
}

static bool has_checksum(CachePart part, size_t bytes)
{
    return bytes <= CACHE_CHECKED || part == CACHE_PROGRAMS || part == CACHE_STEPS;
}

/* ---- reading ----------------------------------------------------------- */

static bool part_sound(Cache *cache, const PartHead *part, CachePart number)
{
    size_t item_bytes = ITEM_BYTES[number];
    if (part->item_bytes != item_bytes || part->offset % ALIGNMENT != 0 ||
        part->offset > cache->length || part->count > part->capacity ||
        part->capacity > (cache->length - part->offset) / item_bytes)
        return false;
    char *data = cache->bytes + part->offset;
    size_t bytes = (size_t)part->count * item_bytes;
    cache->parts[number].data = data;
    cache->parts[number].count = (size_t)part->count;
    cache->parts[number].capacity = (size_t)part->capacity;
    return !has_checksum(number, bytes) ||
           cache_checksum(number, (Slice){data, bytes}) == part->checksum;
}

static bool file_sound(Cache *cache, uint64_t key)
{
    Head head;
    memcpy(&head, cache->bytes, sizeof head);
    if (memcmp(head.magic, MAGIC, sizeof MAGIC) != 0 || head.byte_order != BYTE_ORDER_MARK ||
        head.key != key || head.length != cache->length || head.checksum != head_checksum(&head))
        return false;
    for (CachePart i = 0; i < CACHE_PARTS; i++)
        if (!part_sound(cache, &head.parts[i], i))
            return false;
    return true;
}

static void note_use(int descriptor, const struct stat *status)
{
    const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_nsec = UTIME_NOW}};
    if (time(NULL) - status->st_mtime > DAY)
        (void)futimens(descriptor, times);
}

bool cache_open(Cache *cache, const char *path, uint64_t key)
{
    *cache = (Cache){0};
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0)
        return false;
    struct stat status;
    void *bytes = MAP_FAILED;
    if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
        status.st_size >= (off_t)sizeof(Head))
        bytes =
            mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor, 0);
    if (bytes != MAP_FAILED) {
        cache->bytes = bytes;
        cache->length = (size_t)status.st_size;
        if (file_sound(cache, key))
            note_use(descriptor, &status);
        else
            cache_close(cache);
    }
    close(descriptor);
    return cache->bytes != NULL;
}

void cache_close(Cache *cache)
{
    if (cache->bytes != NULL)
        munmap(cache->bytes, cache->length);
    *cache = (Cache){0};
}

/* ---- writing ----------------------------------------------------------- */

static bool write_all(int descriptor, const void *data, size_t length)
{
    enum { STEP = 1 << 24 };
    for (const char *at = data; length != 0;) {
        ssize_t written = write(descriptor, at, length < STEP ? length : STEP);
        if (written <= 0)
            return false;
        at += written;
        length -= (size_t)written;
    }
    return true;
}

static uint64_t aligned(uint64_t offset)
{
    return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static void fill_head(Head *head, uint64_t key, const CacheSource sources[CACHE_PARTS])
{
    *head = (Head){.byte_order = BYTE_ORDER_MARK, .key = key};
    memcpy(head->magic, MAGIC, sizeof MAGIC);
    uint64_t offset = aligned(sizeof *head);
    for (CachePart i = 0; i < CACHE_PARTS; i++) {
        const CacheSource *source = &sources[i];
        size_t bytes = source->count * ITEM_BYTES[i];
        head->parts[i] = (PartHead){.offset = offset,
                                    .count = source->count,
                                    .capacity = source->count + source->spare,
                                    .item_bytes = ITEM_BYTES[i]};
        if (has_checksum(i, bytes))
            head->parts[i].checksum = cache_checksum(i, (Slice){source->data, bytes});
        offset = aligned(offset + head->parts[i].capacity * ITEM_BYTES[i]);
    }
    head->length = offset;
    head->checksum = head_checksum(head);
}

static bool write_parts(int descriptor, const Head *head, const CacheSource sources[CACHE_PARTS])
{
    bool unchecked = false;
    if (ftruncate(descriptor, (off_t)head->length) != 0 ||
        !write_all(descriptor, head, sizeof *head))
        return false;
    for (CachePart i = 0; i < CACHE_PARTS; i++) {
        size_t bytes = sources[i].count * ITEM_BYTES[i];
        unchecked |= !has_checksum(i, bytes);
        if (lseek(descriptor, (off_t)head->parts[i].offset, SEEK_SET) < 0 ||
            !write_all(descriptor, sources[i].data, bytes))
            return false;
    }
    /* What has no checksum must not be lost where its name survives a crash. */
    return !unchecked || fdatasync(descriptor) == 0;
}

/* The folder of `path` and the one above it, where they are not there yet. */
static void make_folders(char *path)
{
    char *slash = strrchr(path, '/');
    *slash = '\0';
    if (mkdir(path, 0700) != 0) {
        char *above = strrchr(path, '/');
        *above = '\0';
        mkdir(path, 0700);
        *above = '/';
        mkdir(path, 0700);
    }
    *slash = '/';
}

/* ---- cleaning ---------------------------------------------------------- */

typedef struct {
    char name[128];
    time_t used;
    uint64_t bytes;
} OldFile;

static int by_use(const void *a, const void *b)
{
    const OldFile *x = a, *y = b;
    return (x->used > y->used) - (x->used < y->used);
}

/* Removes the file where it is too old; else adds it to the list. */
static void look_at(int folder, const char *name, OldFile **files, size_t *count, size_t *capacity)
{
    struct stat status;
    OldFile file;
    bool is_draft;
    if (strlen(name) >= sizeof file.name || !is_our_name(name, &is_draft) ||
        fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode))
        return;
    /* A draft is a day old where its program was killed. */
    if (time(NULL) - status.st_mtime > (is_draft ? 1 : CACHE_DAYS) * (time_t)DAY) {
        unlinkat(folder, name, 0);
        return;
    }
    strcpy(file.name, name);
    file.used = status.st_mtime;
    file.bytes = (uint64_t)status.st_blocks * 512;
    *files = memory_grow(*files, capacity, *count + 1, sizeof **files);
    (*files)[(*count)++] = file;
}

/* `kept`: the name of the file that has just been written. */
static void clean(const char *path, const char *kept)
{
    DIR *folder = opendir(path);
    OldFile *files = NULL;
    size_t count = 0, capacity = 0;
    uint64_t bytes = 0;
    if (folder == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        look_at(dirfd(folder), entry->d_name, &files, &count, &capacity);
    for (size_t i = 0; i < count; i++)
        bytes += files[i].bytes;
    if (count != 0)
        qsort(files, count, sizeof *files, by_use);
    for (size_t i = 0; i < count && bytes > CACHE_BYTES; i++)
        if (strcmp(files[i].name, kept) != 0) {
            unlinkat(dirfd(folder), files[i].name, 0);
            bytes -= files[i].bytes;
        }
    free(files);
    closedir(folder);
}

bool cache_write(const char *path, uint64_t key, const CacheSource sources[CACHE_PARTS])
{
    size_t length = strlen(path);
    char *draft = memory_take(length + sizeof DRAFT_ENDING);
    memcpy(draft, path, length);
    memcpy(draft + length, DRAFT_ENDING, sizeof DRAFT_ENDING);
    make_folders(draft);
    int descriptor = mkstemp(draft);
    bool good = false;
    if (descriptor >= 0) {
        Head head;
        fill_head(&head, key, sources);
        good = write_parts(descriptor, &head, sources);
        good = close(descriptor) == 0 && good && rename(draft, path) == 0;
        if (!good)
            unlink(draft);
    }
    char *slash = strrchr(draft, '/');
    *slash = '\0';
    if (good)
        clean(draft, path + (slash + 1 - draft));
    free(draft);
    return good;
}
