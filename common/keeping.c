#include "common/keeping.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "common/buffer.h"

#define NO_TEXT UINT32_MAX

/* Raised where what is kept means something else without being larger or smaller. */
enum { FORMAT = 5 };

/* The part CACHE_RULES: the head, the files, the nodes, the text. */
typedef struct {
    uint32_t file_count, node_count;
    char digest[24], label[64];
} Head;

/* A slice of the text; NUL stands behind it. */
typedef struct {
    uint32_t at, length; /* at NO_TEXT: no data */
} Text;

typedef struct {
    Text path, stem;
    uint32_t root, pack;
} KeptFile;

/* Nodes are numbered from 1 on; 0 is none. */
typedef struct {
    Text scalar, key;
    uint32_t kind, text_column, children, next, child_count, file, line, column, key_line,
        key_column;
} KeptNode;

uint64_t keeping_key(uint64_t seed)
{
    struct stat program;
    uint64_t key = cache_checksum(seed + FORMAT, SLICE(QAWL_VERSION));
    const uint64_t layout[] = {sizeof(Head), sizeof(KeptFile), sizeof(KeptNode)};
    key = cache_checksum(key, (Slice){(const char *)layout, sizeof layout});
    /* Another build of the same version is another program. Packagers give all files one
     * time of change, but nobody can choose st_ctim. */
    if (stat("/proc/self/exe", &program) != 0)
        return key;
    uint64_t build[] = {(uint64_t)program.st_size, (uint64_t)program.st_mtim.tv_sec,
                        (uint64_t)program.st_mtim.tv_nsec, (uint64_t)program.st_ctim.tv_sec,
                        (uint64_t)program.st_ctim.tv_nsec};
    return cache_checksum(key, (Slice){(const char *)build, sizeof build});
}

const char *keeping_path(Arena *arena, const char *tool, uint64_t place)
{
    return cache_path(arena, cache_name(arena, tool, place));
}

/* ---- writing ----------------------------------------------------------- */

typedef struct {
    const Rules *rules;
    KeptNode *nodes; /* from 1 */
    size_t count, capacity;
    Buffer text;
    size_t last_file; /* of the node before: most are in the same */
} Keeper;

static Text keep_text(Keeper *keeper, Slice text)
{
    if (text.data == NULL)
        return (Text){NO_TEXT, 0};
    Text kept = {(uint32_t)keeper->text.length, (uint32_t)text.length};
    buffer_append(&keeper->text, text);
    buffer_append_byte(&keeper->text, '\0');
    return kept;
}

static uint32_t file_number(Keeper *keeper, const char *path)
{
    const Rules *rules = keeper->rules;
    for (size_t i = 0; rules->files[keeper->last_file].path != path && i < rules->file_count; i++)
        if (rules->files[i].path == path)
            keeper->last_file = i;
    return (uint32_t)keeper->last_file;
}

/* Of a file's root only sections other than `lexicon`. */
static bool is_kept(const RuleNode *node, int depth)
{
    return depth != 1 || !slice_equal(node->key, SLICE("lexicon"));
}

static uint32_t keep_node(Keeper *keeper, const RuleNode *node, int depth)
{
    if (keeper->count == 0)
        keeper->count = 1;
    keeper->nodes =
        memory_grow(keeper->nodes, &keeper->capacity, keeper->count + 1, sizeof *keeper->nodes);
    uint32_t number = (uint32_t)keeper->count++;
    KeptNode kept = {.scalar = keep_text(keeper, node->scalar),
                     .key = keep_text(keeper, node->key),
                     .kind = node->kind,
                     .text_column = node->text_column,
                     .file = file_number(keeper, node->file),
                     .line = node->line,
                     .column = node->column,
                     .key_line = node->key_line,
                     .key_column = node->key_column};
    uint32_t last = 0;
    for (const RuleNode *child = node->children; child; child = child->next) {
        if (!is_kept(child, depth + 1))
            continue;
        uint32_t made = keep_node(keeper, child, depth + 1);
        if (last == 0)
            kept.children = made;
        else
            keeper->nodes[last].next = made;
        last = made;
        kept.child_count++;
    }
    keeper->nodes[number] = kept;
    return number;
}

static Slice pack_rules(const Rules *rules, Buffer *packed)
{
    Keeper keeper = {.rules = rules};
    KeptFile *files = memory_take((rules->file_count + 1) * sizeof *files);
    for (size_t i = 0; i < rules->file_count; i++) {
        const RuleFile *file = &rules->files[i];
        files[i].path = keep_text(&keeper, slice_of(file->path));
        files[i].stem = keep_text(&keeper, file->stem);
        files[i].root = keep_node(&keeper, file->root, 0);
        files[i].pack = file->pack;
    }
    Head head = {.file_count = (uint32_t)rules->file_count, .node_count = (uint32_t)keeper.count};
    memcpy(head.digest, rules->digest, sizeof rules->digest);
    memcpy(head.label, rules->label, sizeof rules->label);
    buffer_append(packed, (Slice){(const char *)&head, sizeof head});
    buffer_append(packed, (Slice){(const char *)files, rules->file_count * sizeof *files});
    if (keeper.count != 0) {
        keeper.nodes[0] = (KeptNode){.line = 0};
        buffer_append(packed,
                      (Slice){(const char *)keeper.nodes, keeper.count * sizeof *keeper.nodes});
    }
    buffer_append(packed, buffer_slice(&keeper.text));
    free(files);
    free(keeper.nodes);
    buffer_release(&keeper.text);
    return buffer_slice(packed);
}

const char *rules_keeping_path(Rules *rules, const char *made)
{
    if (rules->tool == NULL)
        return NULL;
    uint64_t place = cache_checksum(rules->cache_place, slice_of(made));
    return keeping_path(&rules->arena, rules->tool, place);
}

bool rules_keep(Rules *rules, const CacheSource lexicon[CACHE_PARTS])
{
    if (rules->cache_path == NULL)
        return false;
    Buffer packed = {0};
    CacheSource sources[CACHE_PARTS] = {{NULL, 0, 0}};
    if (lexicon != NULL)
        memcpy(sources, lexicon, sizeof sources);
    Slice bytes = pack_rules(rules, &packed);
    sources[CACHE_RULES] = (CacheSource){bytes.data, bytes.length, 0};
    bool kept = bytes.length <= CACHE_CHECKED &&
                cache_write(rules->cache_path, rules->cache_key, sources) &&
                cache_open(&rules->cache, rules->cache_path, rules->cache_key);
    buffer_release(&packed);
    rules->cache_path = NULL;
    return kept;
}

/* ---- reading ----------------------------------------------------------- */

static Slice text_of(const char *text, Text kept)
{
    return kept.at == NO_TEXT ? (Slice){NULL, 0} : (Slice){text + kept.at, kept.length};
}

/* The part is as it was written: its checksum said so. */
static void unpack_rules(Rules *rules, const char *packed)
{
    const Head *head = (const Head *)(const void *)packed;
    const KeptFile *files = (const KeptFile *)(const void *)(packed + sizeof *head);
    const KeptNode *kept = (const KeptNode *)(const void *)(files + head->file_count);
    const char *text = (const char *)(kept + head->node_count);
    RuleNode *nodes = arena_alloc(&rules->arena, (head->node_count + 1) * sizeof *nodes);
    rules->files =
        memory_grow(NULL, &rules->file_capacity, head->file_count + 1, sizeof *rules->files);
    for (uint32_t i = 0; i < head->file_count; i++)
        rules->files[rules->file_count++] =
            (RuleFile){text_of(text, files[i].path).data, text_of(text, files[i].stem),
                       &nodes[files[i].root], files[i].pack};
    for (uint32_t i = 1; i < head->node_count; i++) {
        const KeptNode *node = &kept[i];
        nodes[i] = (RuleNode){.kind = (RuleKind)node->kind,
                              .text_column = node->text_column,
                              .scalar = text_of(text, node->scalar),
                              .key = text_of(text, node->key),
                              .children = node->children ? &nodes[node->children] : NULL,
                              .next = node->next ? &nodes[node->next] : NULL,
                              .child_count = node->child_count,
                              .file = rules->files[node->file].path,
                              .line = node->line,
                              .column = node->column,
                              .key_line = node->key_line,
                              .key_column = node->key_column};
    }
    memcpy(rules->digest, head->digest, sizeof rules->digest);
    memcpy(rules->label, head->label, sizeof rules->label);
}

bool keeping_restore(Rules *rules, const char *path, uint64_t key)
{
    if (path == NULL || !cache_open(&rules->cache, path, key))
        return false;
    if (rules->cache.parts[CACHE_RULES].count >= sizeof(Head) &&
        rules->cache.parts[CACHE_RULES].count <= CACHE_CHECKED) {
        unpack_rules(rules, rules->cache.parts[CACHE_RULES].data);
        return true;
    }
    cache_close(&rules->cache);
    return false;
}
