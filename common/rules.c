#include "common/rules.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

#include "common/buffer.h"
#include "common/nearest.h"

enum {
    RULE_DEPTH = 32,                 /* lists and maps within one another */
    RULE_FILE_BYTES = 1024 * 1024 * 1024,
    DIGEST_SHOWN = 8,                /* hex digits of the digest in `pipeline` */
};

/* ---- one file ---------------------------------------------------------- */

bool rule_error(const RuleNode *node, Error *error, const char *format, ...)
{
    char text[sizeof error->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return error_set(error, EXIT_USAGE, node ? node->file : NULL, node ? node->line : 0,
                     node ? node->column : 0, "%s", text);
}

static bool read_bytes(Arena *arena, const char *path, Slice *bytes, Error *error)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return error_set(error, EXIT_USAGE, path, 0, 0, "cannot open the rule file: %s",
                         strerror(errno));
    struct stat status;
    if (fstat(fileno(file), &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_size > RULE_FILE_BYTES) {
        fclose(file);
        return error_set(error, EXIT_USAGE, path, 0, 0, "is no rule file (a regular file is needed)");
    }
    size_t size = (size_t)status.st_size;
    char *data = arena_alloc(arena, size + 1);
    size_t got = fread(data, 1, size, file);
    bool failed = ferror(file) != 0;
    fclose(file);
    if (failed)
        return error_set(error, EXIT_SYSTEM, path, 0, 0, "cannot read the rule file: %s",
                         strerror(errno));
    *bytes = (Slice){data, got};
    return true;
}

typedef struct {
    Arena *arena;
    const char *path;
    yaml_parser_t parser;
    Error *error;
} Reader;

static bool reader_failed(Reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    if (parser->error == YAML_MEMORY_ERROR)
        return error_set(reader->error, EXIT_SYSTEM, reader->path, 0, 0, "out of memory");
    const yaml_mark_t *mark = &parser->problem_mark;
    if (parser->error == YAML_READER_ERROR)
        return error_set(reader->error, EXIT_USAGE, reader->path, mark->line + 1, 0,
                         "not readable as UTF-8 text: %s", parser->problem);
    if (parser->context != NULL)
        return error_set(reader->error, EXIT_USAGE, reader->path, mark->line + 1,
                         mark->column + 1, "YAML: %s (%s that begins at line %zu)",
                         parser->problem, parser->context, parser->context_mark.line + 1);
    return error_set(reader->error, EXIT_USAGE, reader->path, mark->line + 1, mark->column + 1,
                     "YAML: %s", parser->problem ? parser->problem : "not readable");
}

static bool next_event(Reader *reader, yaml_event_t *event)
{
    return yaml_parser_parse(&reader->parser, event) ? true : reader_failed(reader);
}

static RuleNode *new_node(Reader *reader, RuleKind kind, const yaml_event_t *event)
{
    RuleNode *node = ARENA_NEW(reader->arena, RuleNode);
    node->kind = kind;
    node->file = reader->path;
    node->line = (uint32_t)event->start_mark.line + 1;
    node->column = (uint32_t)event->start_mark.column + 1;
    return node;
}

static bool read_node(Reader *reader, yaml_event_t *event, int depth, RuleNode **result);

static bool read_children(Reader *reader, RuleNode *parent, int depth)
{
    RuleNode **tail = &parent->children;
    for (;;) {
        yaml_event_t event;
        if (!next_event(reader, &event))
            return false;
        if (event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&event);
            return true;
        }
        Slice key = {NULL, 0};
        if (parent->kind == RULE_MAP) {
            RuleNode *name;
            if (!read_node(reader, &event, depth, &name))
                return false;
            if (name->kind != RULE_SCALAR)
                return rule_error(name, reader->error, "a key must be a word, not a list or map");
            key = name->scalar;
            for (const RuleNode *other = parent->children; other; other = other->next)
                if (slice_equal(other->key, key))
                    return rule_error(name, reader->error,
                                      "key \"%.*s\" stands twice in this map (first at line %u); "
                                      "merge the two",
                                      SLICE_ARG(key), other->line);
            if (!next_event(reader, &event))
                return false;
        }
        RuleNode *child;
        if (!read_node(reader, &event, depth, &child))
            return false;
        child->key = key;
        *tail = child;
        tail = &child->next;
        parent->child_count++;
    }
}

/* Consumes `event` and what belongs to it. */
static bool read_node(Reader *reader, yaml_event_t *event, int depth, RuleNode **result)
{
    RuleNode *node = NULL;
    bool good = true;
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        node = new_node(reader, RULE_SCALAR, event);
        node->scalar =
            arena_copy(reader->arena, (Slice){(const char *)event->data.scalar.value,
                                              event->data.scalar.length});
        break;
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
        node = new_node(reader, event->type == YAML_SEQUENCE_START_EVENT ? RULE_LIST : RULE_MAP,
                        event);
        if (depth == RULE_DEPTH)
            good = rule_error(node, reader->error, "nested deeper than %d levels", RULE_DEPTH);
        else
            good = read_children(reader, node, depth + 1);
        break;
    default: /* an alias */
        good = error_set(reader->error, EXIT_USAGE, reader->path, event->start_mark.line + 1,
                         event->start_mark.column + 1,
                         "YAML anchors and aliases are not used in rules; write the value out");
    }
    yaml_event_delete(event);
    *result = node;
    return good;
}

static bool read_document(Reader *reader, RuleNode **root)
{
    for (;;) {
        yaml_event_t event;
        if (!next_event(reader, &event))
            return false;
        switch (event.type) {
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_START_EVENT:
        case YAML_DOCUMENT_END_EVENT:
            yaml_event_delete(&event);
            break;
        case YAML_STREAM_END_EVENT:
            yaml_event_delete(&event);
            return true;
        default:
            if (*root != NULL) {
                size_t line = event.start_mark.line + 1;
                yaml_event_delete(&event);
                return error_set(reader->error, EXIT_USAGE, reader->path, line, 1,
                                 "a second YAML document; a rule file holds one: remove the ---");
            }
            if (!read_node(reader, &event, 0, root))
                return false;
        }
    }
}

bool rules_read_file(Arena *arena, const char *path, RuleNode **root, Slice *bytes, Error *error)
{
    Reader reader = {.arena = arena, .error = error};
    reader.path = arena_copy(arena, slice_of(path)).data;
    if (!read_bytes(arena, reader.path, bytes, error))
        return false;
    if (!yaml_parser_initialize(&reader.parser))
        return error_set(error, EXIT_SYSTEM, path, 0, 0, "out of memory");
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)bytes->data,
                                 bytes->length);
    *root = NULL;
    bool good = read_document(&reader, root);
    yaml_parser_delete(&reader.parser);
    if (good && *root != NULL && (*root)->kind != RULE_MAP)
        return rule_error(*root, error, "a rule file is a map of sections (lexicon: ..., patterns: ...)");
    return good;
}

/* ---- values ------------------------------------------------------------ */

const RuleNode *rule_get(const RuleNode *node, const char *key)
{
    if (node == NULL || node->kind != RULE_MAP)
        return NULL;
    Slice wanted = slice_of(key);
    for (const RuleNode *child = node->children; child; child = child->next)
        if (slice_equal(child->key, wanted))
            return child;
    return NULL;
}

Slice rule_text(const RuleNode *node, const char *key)
{
    const RuleNode *child = rule_get(node, key);
    return child && child->kind == RULE_SCALAR ? child->scalar : (Slice){NULL, 0};
}

bool rule_check_keys(const RuleNode *node, const char *const *known, Error *error)
{
    if (node->kind != RULE_MAP)
        return rule_error(node, error, "a map (key: value) is needed here");
    for (const RuleNode *child = node->children; child; child = child->next) {
        bool found = false;
        for (const char *const *name = known; *name && !found; name++)
            found = slice_equal(child->key, slice_of(*name));
        if (!found) {
            const char *nearest = name_nearest(child->key, known);
            return rule_error(child, error, "unknown key \"%.*s\"; did you mean \"%s\"?",
                              SLICE_ARG(child->key), nearest);
        }
    }
    return true;
}

bool rule_number(const RuleNode *node, const char *key, double fallback, double *number,
                 Error *error)
{
    const RuleNode *child = rule_get(node, key);
    *number = fallback;
    if (child == NULL)
        return true;
    if (child->kind == RULE_SCALAR && child->scalar.length != 0) {
        char *end;
        double value = strtod(child->scalar.data, &end);
        if (*end == '\0') {
            *number = value;
            return true;
        }
    }
    return rule_error(child, error, "%s must be a number, not \"%.*s\"", key,
                      SLICE_ARG(child->scalar));
}

bool rule_flag(const RuleNode *node, const char *key, bool fallback, bool *flag, Error *error)
{
    const RuleNode *child = rule_get(node, key);
    *flag = fallback;
    if (child == NULL)
        return true;
    if (slice_equal(child->scalar, SLICE("true")))
        *flag = true;
    else if (slice_equal(child->scalar, SLICE("false")))
        *flag = false;
    else
        return rule_error(child, error, "%s must be true or false, not \"%.*s\"", key,
                          SLICE_ARG(child->scalar));
    return true;
}

/* ---- packs and layers -------------------------------------------------- */

typedef struct {
    Rules *rules;
    uint64_t digest;
    Error *error;
} Loader;

static Slice stem_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    Slice name = slice_of(slash ? slash + 1 : path);
    static const Slice endings[] = {SLICE_INIT(".yaml"), SLICE_INIT(".yml")};
    for (size_t i = 0; i < 2; i++)
        if (name.length > endings[i].length &&
            slice_equal(slice_cut(name, name.length - endings[i].length, name.length), endings[i]))
            return slice_cut(name, 0, name.length - endings[i].length);
    return name;
}

static bool load_file(Loader *loader, const char *path)
{
    Rules *rules = loader->rules;
    RuleNode *root;
    Slice bytes;
    if (!rules_read_file(&rules->arena, path, &root, &bytes, loader->error))
        return false;
    loader->digest = (loader->digest ^ slice_hash(bytes)) * UINT64_C(0x9E3779B97F4A7C15);
    loader->digest ^= slice_hash(stem_of(path));
    if (root == NULL)
        return true;
    rules->files = memory_grow(rules->files, &rules->file_capacity, rules->file_count + 1,
                               sizeof *rules->files);
    rules->files[rules->file_count++] = (RuleFile){root->file, stem_of(root->file), root};
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The .yaml files of a user's folder, in the order of their names. */
static bool load_folder(Loader *loader, const char *folder)
{
    DIR *directory = opendir(folder);
    if (directory == NULL)
        return error_set(loader->error, EXIT_USAGE, folder, 0, 0, "cannot open the rule folder: %s",
                         strerror(errno));
    StringList names = {0};
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        size_t length = strlen(entry->d_name);
        if (entry->d_name[0] != '.' && length > 5 &&
            strcmp(entry->d_name + length - 5, ".yaml") == 0)
            string_list_add(&names, arena_format(&loader->rules->arena, "%s/%s", folder,
                                                 entry->d_name).data);
    }
    closedir(directory);
    if (names.count > 1)
        qsort(names.items, names.count, sizeof *names.items, by_name);
    bool good = true;
    for (size_t i = 0; i < names.count && good; i++)
        good = load_file(loader, names.items[i]);
    free(names.items);
    return good;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* A layer that need not exist: FOLDER itself, then FOLDER/LANG. */
static bool load_layer(Loader *loader, const char *folder, Slice language)
{
    if (language.length == 0)
        return !is_folder(folder) || load_folder(loader, folder);
    const char *inner =
        arena_format(&loader->rules->arena, "%s/%.*s", folder, SLICE_ARG(language)).data;
    return !is_folder(inner) || load_folder(loader, inner);
}

/* The folder that holds the shipped packs, or NULL with `error`. */
static const char *shipped_folder(Loader *loader)
{
    const char *set = getenv("QAWL_DATA");
    if (set != NULL && *set != '\0')
        return arena_format(&loader->rules->arena, "%s/rules", set).data;
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0) {
        error_set(loader->error, EXIT_USAGE, NULL, 0, 0,
                  "cannot tell where this program stands; set QAWL_DATA to the folder that holds rules/");
        return NULL;
    }
    program[length] = '\0';
    char *slash = strrchr(program, '/');
    if (slash != NULL)
        *slash = '\0';
    return arena_format(&loader->rules->arena, "%s/../share/qawl/rules", program).data;
}

static bool load_pack(Loader *loader, const char *shipped, Slice language, const char *tool)
{
    Arena *arena = &loader->rules->arena;
    const char *folder = arena_format(arena, "%s/%.*s", shipped, SLICE_ARG(language)).data;
    if (!is_folder(folder))
        return error_set(loader->error, EXIT_USAGE, NULL, 0, 0,
                         "no rule pack \"%.*s\" in %s; give another --lang, or set QAWL_DATA to the "
                         "folder that holds rules/",
                         SLICE_ARG(language), shipped);
    RuleNode *manifest;
    Slice bytes;
    if (!rules_read_file(arena, arena_format(arena, "%s/pack.yaml", folder).data, &manifest, &bytes,
                         loader->error))
        return false;
    const RuleNode *files = rule_get(rule_get(manifest, "files"), tool);
    for (const RuleNode *file = files ? files->children : NULL; file; file = file->next)
        if (!load_file(loader,
                       arena_format(arena, "%s/%.*s", folder, SLICE_ARG(file->scalar)).data))
            return false;
    return true;
}

static bool load_user_layers(Loader *loader, Slice language)
{
    Arena *arena = &loader->rules->arena;
    if (!load_layer(loader, "/etc/xdg/qawl/rules", language))
        return false;
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    const char *folder = NULL;
    if (config != NULL && *config == '/')
        folder = arena_format(arena, "%s/qawl/rules", config).data;
    else if (home != NULL && *home == '/')
        folder = arena_format(arena, "%s/.config/qawl/rules", home).data;
    if (folder != NULL && !load_layer(loader, folder, language))
        return false;
    const char *set = getenv("QAWL_RULES");
    return set == NULL || *set == '\0' || load_layer(loader, set, language);
}

/* Calls `use` for each language of the options, "ar" when there is none. */
static bool each_language(Loader *loader, const RulesOptions *options, const char *shipped,
                          const char *tool)
{
    static const char *const fallback[] = {"ar"};
    const char *const *items = options->languages.count ? options->languages.items : fallback;
    size_t count = options->languages.count ? options->languages.count : 1;
    Buffer label = {0};
    bool good = true;
    for (size_t i = 0; i < count && good; i++)
        for (Slice rest = slice_of(items[i]); rest.length != 0 && good;) {
            const char *comma = memchr(rest.data, ',', rest.length);
            Slice language = slice_cut(rest, 0, comma ? (size_t)(comma - rest.data) : rest.length);
            rest = slice_cut(rest, language.length + 1, rest.length);
            good = load_pack(loader, shipped, language, tool) &&
                   (options->no_user_rules || load_user_layers(loader, language));
            buffer_append_format(&label, "%s%.*s", label.length ? "+" : "", SLICE_ARG(language));
        }
    if (good && !options->no_user_rules)
        good = load_user_layers(loader, (Slice){NULL, 0});
    for (size_t i = 0; i < options->extra.count && good; i++)
        good = is_folder(options->extra.items[i]) ? load_folder(loader, options->extra.items[i])
                                                  : load_file(loader, options->extra.items[i]);
    snprintf(loader->rules->label, sizeof loader->rules->label, "%.*s", (int)label.length,
             label.data ? label.data : "");
    buffer_release(&label);
    return good;
}

bool rules_load(Rules *rules, const char *tool, const RulesOptions *options, Error *error)
{
    *rules = (Rules){0};
    Loader loader = {rules, UINT64_C(0xCBF29CE484222325), error};
    const char *shipped = shipped_folder(&loader);
    if (shipped == NULL || !each_language(&loader, options, shipped, tool))
        return false;
    snprintf(rules->digest, sizeof rules->digest, "%016llx", (unsigned long long)loader.digest);
    size_t used = strlen(rules->label);
    snprintf(rules->label + used, sizeof rules->label - used, "@%.*s", DIGEST_SHOWN,
             rules->digest);
    return true;
}

void rules_release(Rules *rules)
{
    arena_release(&rules->arena);
    free(rules->files);
    *rules = (Rules){0};
}

/* ---- walking ----------------------------------------------------------- */

RuleWalk rules_walk(const Rules *rules, const char *section)
{
    return (RuleWalk){.rules = rules, .section = section};
}

bool rule_walk_next(RuleWalk *walk)
{
    if (walk->pending != NULL) {
        walk->node = walk->pending;
        walk->pending = walk->node->next;
        return true;
    }
    while (walk->next_file < walk->rules->file_count) {
        walk->file = &walk->rules->files[walk->next_file++];
        const RuleNode *section = rule_get(walk->file->root, walk->section);
        if (section == NULL)
            continue;
        if (section->kind != RULE_LIST) {
            walk->node = section;
            return true;
        }
        if (section->children != NULL) {
            walk->node = section->children;
            walk->pending = walk->node->next;
            return true;
        }
    }
    return false;
}
