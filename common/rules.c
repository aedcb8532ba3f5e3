#include "common/rules.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <yaml.h>

#include "common/buffer.h"
#include "common/keeping.h"
#include "common/names.h"
#include "common/nearest.h"
#include "common/utf8.h"

enum {
    RULE_DEPTH = 32, /* lists and maps within one another */
    RULE_FILE_BYTES = 1024 * 1024 * 1024,
    DIGEST_SHOWN = 8,           /* hex digits of the digest in `pipeline` */
    KEY_STEP = 256 * 1024,      /* bytes of a file whose checksum is taken at once */
    LARGE_FILE = 1024 * 1024,   /* bytes; whether it is the same is told by its times */
    SETTLED = 20 * 1000 * 1000, /* nanoseconds since the last change, after which another
                                   one shows in the time of it */
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

bool rule_key_error(const RuleNode *node, Error *error, const char *format, ...)
{
    char text[sizeof error->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    rule_error(node, error, "%s", text);
    if (node->key_line != 0) {
        error->line = node->key_line;
        error->column = node->key_column;
    }
    return false;
}

bool rule_error_at(const RuleNode *node, size_t at, Error *error, const char *format, ...)
{
    char text[sizeof error->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    rule_error(node, error, "%s", text);
    if (node->text_column != 0)
        error->column = node->text_column + utf8_count(slice_cut(node->scalar, 0, at));
    return false;
}

static bool read_bytes(Arena *arena, const char *path, Slice *bytes, struct stat *status,
                       Error *error)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return error_set(error, EXIT_USAGE, path, 0, 0, "cannot open the rule file: %s",
                         strerror(errno));
    if (fstat(fileno(file), status) != 0 || !S_ISREG(status->st_mode) ||
        status->st_size > RULE_FILE_BYTES) {
        fclose(file);
        return error_set(error, EXIT_USAGE, path, 0, 0,
                         "is no rule file (a regular file is needed)");
    }
    size_t size = (size_t)status->st_size;
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
    Arena *words; /* for the bytes and for sections `lexicon` */
    const char *path;
    yaml_parser_t parser;
    const Rules *rules; /* who takes mistakes after which reading can go on; or NULL */
    Error *error;
    Slice bytes;
    struct stat status; /* of the file, before it was read */
    size_t at;          /* of `bytes`: what the parser has got; it gets no runs of names */
    NameRun *runs;      /* and instead of them empty lines                               */
    size_t run_count, fed_runs, used_runs;
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
        return error_set(reader->error, EXIT_USAGE, reader->path, mark->line + 1, mark->column + 1,
                         "YAML: %s (%s that begins at line %zu)", parser->problem, parser->context,
                         parser->context_mark.line + 1);
    return error_set(reader->error, EXIT_USAGE, reader->path, mark->line + 1, mark->column + 1,
                     "YAML: %s", parser->problem ? parser->problem : "not readable");
}

/* Whether the mistake in reader->error is taken by somebody, so that reading goes on. */
static bool forgiven(const Reader *reader)
{
    if (reader->rules == NULL || reader->rules->on_mistake == NULL)
        return false;
    reader->rules->on_mistake(reader->rules->context, reader->error);
    return true;
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

/* Escapes, and lines that are folded, make a scalar longer in the file. */
static uint32_t text_column(const yaml_event_t *event, uint32_t column)
{
    Slice text = {(const char *)event->data.scalar.value, event->data.scalar.length};
    bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    size_t shown = event->end_mark.column - event->start_mark.column;
    bool as_is = event->start_mark.line == event->end_mark.line &&
                 shown == utf8_count(text) + (plain ? 0 : 2);
    return as_is ? column + (plain ? 0 : 1) : 0;
}

static RuleNode *names_node(Reader *reader)
{
    const NameRun *run = &reader->runs[reader->used_runs++];
    RuleNode *node = ARENA_NEW(reader->arena, RuleNode);
    node->kind = RULE_NAMES;
    node->scalar = slice_cut(reader->bytes, run->from, run->to);
    node->file = reader->path;
    node->line = run->line;
    node->column = run->column;
    return node;
}

static bool read_node(Reader *reader, yaml_event_t *event, int depth, RuleNode **result);

/* What stands under `key`, or in a list. */
static bool read_value(Reader *reader, yaml_event_t *event, int depth, Slice key, RuleNode **value)
{
    Arena *arena = reader->arena;
    if (depth == 1 && slice_equal(key, SLICE("lexicon")))
        reader->arena = reader->words;
    bool good = read_node(reader, event, depth, value);
    reader->arena = arena;
    return good;
}

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
        RuleNode *name = NULL;
        Slice key = {NULL, 0};
        bool twice = false;
        if (parent->kind == RULE_MAP) {
            if (!read_node(reader, &event, depth, &name))
                return false;
            if (name->kind != RULE_SCALAR)
                return rule_error(name, reader->error, "a key must be a word, not a list or map");
            key = name->scalar;
            for (const RuleNode *other = parent->children; other && !twice; other = other->next) {
                twice = slice_equal(other->key, key);
                if (twice)
                    rule_error(name, reader->error,
                               "key \"%.*s\" stands twice in this map (first at line %u); "
                               "merge the two",
                               SLICE_ARG(key), other->line);
            }
            if (twice && !forgiven(reader))
                return false;
            if (!next_event(reader, &event))
                return false;
        }
        RuleNode *child;
        if (!read_value(reader, &event, depth, key, &child))
            return false;
        if (twice)
            continue;
        child->key = key;
        if (name != NULL) {
            child->key_line = name->line;
            child->key_column = name->column;
        }
        *tail = child;
        tail = &child->next;
        parent->child_count++;
        if (reader->used_runs < reader->run_count &&
            reader->runs[reader->used_runs].anchor == child->line) {
            child = names_node(reader);
            *tail = child;
            tail = &child->next;
            parent->child_count++;
        }
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
        node->text_column = text_column(event, node->column);
        node->scalar = arena_copy(reader->arena, (Slice){(const char *)event->data.scalar.value,
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

/* For the parser: the next bytes; lines of names are empty. */
static int feed(void *context, unsigned char *out, size_t room, size_t *given)
{
    Reader *reader = context;
    size_t used = 0;
    while (used < room && reader->at < reader->bytes.length) {
        const NameRun *run =
            reader->fed_runs < reader->run_count ? &reader->runs[reader->fed_runs] : NULL;
        size_t until = run == NULL              ? reader->bytes.length
                       : reader->at < run->from ? run->from
                                                : run->to;
        const char *from = reader->bytes.data + reader->at;
        size_t length = until - reader->at, step = length < room - used ? length : room - used;
        if (run == NULL || reader->at < run->from) {
            memcpy(out + used, from, step);
            used += step;
            reader->at += step;
            continue;
        }
        for (const char *end = from + length; used < room && from < end;) {
            from = memchr(from, '\n', (size_t)(end - from));
            if (from == NULL) {
                from = end;
                break;
            }
            out[used++] = '\n';
            from++;
        }
        reader->at = (size_t)(from - reader->bytes.data);
        reader->fed_runs += reader->at == run->to;
    }
    *given = used;
    return 1;
}

static bool parse_bytes(Reader *reader, RuleNode **root)
{
    if (!yaml_parser_initialize(&reader->parser))
        return error_set(reader->error, EXIT_SYSTEM, reader->path, 0, 0, "out of memory");
    yaml_parser_set_encoding(&reader->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input(&reader->parser, feed, reader);
    *root = NULL;
    bool good = read_document(reader, root);
    yaml_parser_delete(&reader->parser);
    return good;
}

static bool read_file(Reader *reader, bool packed, const char *path, RuleNode **root)
{
    reader->path = arena_copy(reader->arena, slice_of(path)).data;
    if (!read_bytes(reader->words, reader->path, &reader->bytes, &reader->status, reader->error))
        return false;
    if (packed)
        reader->run_count = names_scan(reader->words, reader->bytes, &reader->runs);
    bool good = parse_bytes(reader, root);
    if (reader->run_count != 0 && (!good || reader->used_runs != reader->run_count)) {
        /* The parser saw the lines otherwise. */
        reader->at = reader->run_count = 0;
        good = parse_bytes(reader, root);
    }
    if (good && *root != NULL && (*root)->kind != RULE_MAP)
        return rule_error(*root, reader->error,
                          "a rule file is a map of sections (lexicon: ..., patterns: ...)");
    return good;
}

bool rules_read_file(Arena *arena, const char *path, RuleNode **root, Slice *bytes, Error *error)
{
    Reader reader = {.arena = arena, .words = arena, .error = error};
    bool good = read_file(&reader, false, path, root);
    *bytes = reader.bytes;
    return good;
}

void rule_unlink(RuleNode *parent, RuleNode *child)
{
    RuleNode **link = &parent->children;
    while (*link != child)
        link = &(*link)->next;
    *link = child->next;
    child->next = NULL;
    parent->child_count--;
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

/* The name in an entry of `known`; what its value is stands behind it. */
static Slice known_name(const char *known)
{
    return (Slice){known, strcspn(known, "[{*")};
}

/* The entry of that name; NULL where there is none, and *nearest is like it. */
static const char *find_known(const char *const *known, Slice key, Nearest *nearest)
{
    for (const char *const *name = known; *name != NULL; name++)
        if (slice_equal(key, known_name(*name)))
            return *name;
    *nearest = (Nearest){.wanted = key};
    for (; *known != NULL; known++)
        nearest_offer(nearest, known_name(*known));
    return NULL;
}

/* Nothing given (`key:`) is right for all. */
static bool check_value(const RuleNode *value, const char *known, Error *error)
{
    char wanted = known[known_name(known).length];
    if (wanted == '*' || (value->kind == RULE_SCALAR && value->scalar.length == 0))
        return true;
    if (wanted == '[')
        return value->kind == RULE_LIST ||
               rule_error(value, error, "%.*s: is a list; write [A, B]", SLICE_ARG(value->key));
    if (wanted == '{')
        return value->kind == RULE_MAP ||
               rule_error(value, error, "%.*s: is a map; write {KEY: VALUE}",
                          SLICE_ARG(value->key));
    return value->kind == RULE_SCALAR ||
           rule_error(value, error, "%.*s: is one text, not a list or map", SLICE_ARG(value->key));
}

bool rule_check_keys(const RuleNode *node, const char *const *known, Error *error)
{
    if (node->kind != RULE_MAP)
        return rule_error(node, error, "a map (key: value) is needed here");
    for (const RuleNode *child = node->children; child; child = child->next) {
        Nearest nearest;
        const char *found = find_known(known, child->key, &nearest);
        if (found == NULL)
            return rule_key_error(child, error, "unknown key \"%.*s\"; did you mean \"%.*s\"?",
                                  SLICE_ARG(child->key), SLICE_ARG(nearest.name));
        if (!check_value(child, found, error))
            return false;
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
    Slice text = child->scalar;
    /* strtod knows more: nan, infinity, hexadecimal numbers, white space in front. */
    if (child->kind == RULE_SCALAR && text.length != 0 &&
        strspn(text.data, "+-.0123456789eE") == text.length) {
        char *end;
        double value = strtod(text.data, &end);
        if (*end == '\0' && isfinite(value)) {
            *number = value;
            return true;
        }
    }
    return rule_error(child, error, "%s must be a number, not \"%.*s\"", key, SLICE_ARG(text));
}

bool rule_count(const RuleNode *node, const char *key, size_t least, size_t most, size_t *count,
                Error *error)
{
    double number;
    if (!rule_number(node, key, -1, &number, error))
        return false;
    const RuleNode *child = rule_get(node, key);
    if (child == NULL)
        return true;
    if (number < (double)least || number > (double)most || number != floor(number))
        return rule_error(child, error, "%s must be a whole number from %zu to %zu, not \"%.*s\"",
                          key, least, most, SLICE_ARG(child->scalar));
    *count = (size_t)number;
    return true;
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
    const char *tool; /* NULL: any */
    const RulesOptions *options;
    uint64_t digest;
    uint64_t key, place;       /* of paths and contents; of paths               */
    bool listing;              /* the files are not parsed: their key is wanted */
    unsigned pack, pack_count; /* which one is loaded, 0: none; so far */
    Error *error;
} Loader;

static const char *const PACK_TOOLS[] = {"normalize", "sentence-split", "quote-extract",
                                         "tag-entities", NULL};
static const char *const PACK_FILES[] = {"normalize[]", "sentence-split[]", "quote-extract[]",
                                         "tag-entities[]", NULL};

static bool has_ending(Slice name, Slice ending)
{
    return name.length > ending.length &&
           slice_equal(slice_cut(name, name.length - ending.length, name.length), ending);
}

static bool is_yaml(Slice name)
{
    return has_ending(name, SLICE(".yaml")) || has_ending(name, SLICE(".yml"));
}

static Slice stem_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    Slice name = slice_of(slash ? slash + 1 : path);
    if (is_yaml(name))
        while (name.data[--name.length] != '.')
            ;
    return name;
}

/* Whether what stands in loader->error is taken by somebody. */
static bool taken(const Loader *loader)
{
    const Rules *rules = loader->rules;
    if (rules->on_mistake == NULL || loader->error->exit_code != EXIT_USAGE)
        return false;
    rules->on_mistake(rules->context, loader->error);
    return true;
}

static void key_path(Loader *loader, const char *path)
{
    loader->place = cache_checksum(loader->place, slice_of(path));
    loader->key = cache_checksum(loader->key ^ loader->pack, slice_of(path));
}

static void key_bytes(Loader *loader, Slice bytes)
{
    for (size_t at = 0; at < bytes.length; at += KEY_STEP)
        loader->key = cache_checksum(loader->key, slice_cut(bytes, at, at + KEY_STEP));
}

/* Nanoseconds since the file was changed; negative where its time cannot be relied on. */
static int64_t file_age(const struct stat *status)
{
    struct timespec now;
    const int64_t second = 1000 * 1000 * 1000;
    if (status->st_ctim.tv_nsec == 0 || clock_gettime(CLOCK_REALTIME, &now) != 0)
        return -1;
    int64_t seconds = (int64_t)now.tv_sec - (int64_t)status->st_ctim.tv_sec;
    return seconds > 1000 ? 1000 * second
                          : seconds * second + (now.tv_nsec - status->st_ctim.tv_nsec);
}

/* A large file counts by what would be another after any change of it. */
static bool key_times(Loader *loader, const struct stat *status)
{
    if (status->st_size < LARGE_FILE || file_age(status) < SETTLED)
        return false;
    uint64_t times[] = {(uint64_t)status->st_dev,          (uint64_t)status->st_ino,
                        (uint64_t)status->st_size,         (uint64_t)status->st_mtim.tv_sec,
                        (uint64_t)status->st_mtim.tv_nsec, (uint64_t)status->st_ctim.tv_sec,
                        (uint64_t)status->st_ctim.tv_nsec};
    loader->key = cache_checksum(loader->key, (Slice){(const char *)times, sizeof times});
    return true;
}

/* The times of a file that was changed a moment ago count a moment later. */
static void let_settle(const struct stat *status)
{
    int64_t age = file_age(status);
    if (status->st_size >= LARGE_FILE && age >= 0 && age < SETTLED)
        nanosleep(&(struct timespec){.tv_nsec = SETTLED - (long)age}, NULL);
}

/* Takes the key of a file that is not parsed. */
static bool list_file(Loader *loader, const char *path)
{
    struct stat status;
    key_path(loader, path);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    bool good = fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode);
    if (good) {
        let_settle(&status);
        good = fstat(fileno(file), &status) == 0;
    }
    if (good && !key_times(loader, &status)) {
        setvbuf(file, NULL, _IONBF, 0);
        char *bytes = memory_take(KEY_STEP);
        for (size_t got; (got = fread(bytes, 1, KEY_STEP, file)) != 0;)
            loader->key = cache_checksum(loader->key, (Slice){bytes, got});
        free(bytes);
        good = !ferror(file);
    }
    fclose(file);
    return good;
}

static bool load_file(Loader *loader, const char *path)
{
    Rules *rules = loader->rules;
    RuleNode *root;
    if (loader->listing)
        return list_file(loader, path);
    bool packed = loader->options->packed;
    Reader reader = {.arena = &rules->arena,
                     .words = packed ? &rules->words : &rules->arena,
                     .rules = rules,
                     .error = loader->error};
    if (!read_file(&reader, packed, path, &root)) {
        rules->unread_count++;
        return taken(loader);
    }
    Slice bytes = reader.bytes;
    loader->digest = (loader->digest ^ slice_hash(bytes)) * UINT64_C(0x9E3779B97F4A7C15);
    loader->digest ^= slice_hash(stem_of(path));
    if (loader->options->cached) {
        key_path(loader, path);
        if (!key_times(loader, &reader.status))
            key_bytes(loader, bytes);
    }
    if (root == NULL)
        return true;
    rules->files = memory_grow(rules->files, &rules->file_capacity, rules->file_count + 1,
                               sizeof *rules->files);
    rules->files[rules->file_count++] =
        (RuleFile){root->file, stem_of(root->file), root, loader->pack};
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The YAML files of a user's folder, in the order of their names. */
static bool load_folder(Loader *loader, const char *folder)
{
    DIR *directory = opendir(folder);
    if (directory == NULL)
        return error_set(loader->error, EXIT_USAGE, folder, 0, 0, "cannot open the rule folder: %s",
                         strerror(errno));
    StringList names = {0};
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        if (entry->d_name[0] != '.' && is_yaml(slice_of(entry->d_name)))
            string_list_add(
                &names, arena_format(&loader->rules->arena, "%s/%s", folder, entry->d_name).data);
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

/* A folder that need not exist, or its folder for the language. */
static bool load_layer(Loader *loader, const char *folder, Slice language)
{
    if (language.length != 0)
        folder = arena_format(&loader->rules->arena, "%s/%.*s", folder, SLICE_ARG(language)).data;
    return !is_folder(folder) || load_folder(loader, folder);
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
        error_set(
            loader->error, EXIT_USAGE, NULL, 0, 0,
            "cannot tell where this program stands; set QAWL_DATA to the folder that holds rules/");
        return NULL;
    }
    program[length] = '\0';
    char *slash = strrchr(program, '/');
    if (slash != NULL)
        *slash = '\0';
    return arena_format(&loader->rules->arena, "%s/../share/qawl/rules", program).data;
}

bool rules_have_file(const Rules *rules, const char *path)
{
    for (size_t i = 0; i < rules->file_count; i++)
        if (strcmp(rules->files[i].path, path) == 0)
            return true;
    return false;
}

static bool load_listed(Loader *loader, const char *folder, const RuleNode *list)
{
    for (const RuleNode *file = list->children; file; file = file->next) {
        const char *path =
            arena_format(&loader->rules->arena, "%s/%.*s", folder, SLICE_ARG(file->scalar)).data;
        bool good = true;
        if (access(path, F_OK) != 0)
            good = rule_error(file, loader->error, "the pack has no file \"%.*s\"",
                              SLICE_ARG(file->scalar)) ||
                   taken(loader);
        else if (loader->tool != NULL || !rules_have_file(loader->rules, path))
            good = load_file(loader, path);
        if (!good)
            return false;
    }
    return true;
}

static bool load_pack_folder(Loader *loader, const char *folder)
{
    static const char *const known[] = {"pack", "name", "files{}", "note", NULL};
    Arena *arena = &loader->rules->arena;
    RuleNode *manifest;
    Reader reader = {
        .arena = arena, .words = arena, .rules = loader->rules, .error = loader->error};
    if (!read_file(&reader, false, arena_format(arena, "%s/pack.yaml", folder).data, &manifest))
        return false;
    const RuleNode *files = rule_get(manifest, "files");
    if ((manifest != NULL && !rule_check_keys(manifest, known, loader->error) && !taken(loader)) ||
        (files != NULL && !rule_check_keys(files, PACK_FILES, loader->error) && !taken(loader)))
        return false;
    bool good = true;
    loader->pack = ++loader->pack_count;
    for (const char *const *tool = PACK_TOOLS; *tool != NULL && good; tool++) {
        const RuleNode *list = rule_get(files, *tool);
        if (list != NULL && (loader->tool == NULL || strcmp(loader->tool, *tool) == 0))
            good = load_listed(loader, folder, list);
    }
    loader->pack = 0;
    return good;
}

static bool load_pack(Loader *loader, const char *shipped, Slice language)
{
    const char *folder =
        arena_format(&loader->rules->arena, "%s/%.*s", shipped, SLICE_ARG(language)).data;
    if (!is_folder(folder))
        return error_set(
            loader->error, EXIT_USAGE, NULL, 0, 0,
            "no rule pack \"%.*s\" in %s; give another --lang, or set QAWL_DATA to the "
            "folder that holds rules/",
            SLICE_ARG(language), shipped);
    return load_pack_folder(loader, folder);
}

/* The parts of `list` between its colons, as NUL-terminated strings. */
static StringList split_path(Arena *arena, const char *list)
{
    StringList parts = {0};
    for (Slice rest = slice_of(list); rest.length != 0;) {
        const char *colon = memchr(rest.data, ':', rest.length);
        size_t length = colon ? (size_t)(colon - rest.data) : rest.length;
        if (length != 0)
            string_list_add(&parts, arena_copy(arena, slice_cut(rest, 0, length)).data);
        rest = slice_cut(rest, length + 1, rest.length);
    }
    return parts;
}

/* The first of $XDG_CONFIG_DIRS is the most important: it comes last. */
static bool load_system(Loader *loader, Slice language)
{
    Arena *arena = &loader->rules->arena;
    const char *set = getenv("XDG_CONFIG_DIRS");
    StringList folders = split_path(arena, set != NULL && *set != '\0' ? set : "/etc/xdg");
    bool good = true;
    for (size_t i = folders.count; i-- > 0 && good;)
        good = folders.items[i][0] != '/' ||
               load_layer(loader, arena_format(arena, "%s/qawl/rules", folders.items[i]).data,
                          language);
    free(folders.items);
    return good;
}

static bool load_user(Loader *loader, Slice language)
{
    Arena *arena = &loader->rules->arena;
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (config != NULL && *config == '/')
        return load_layer(loader, arena_format(arena, "%s/qawl/rules", config).data, language);
    if (home != NULL && *home == '/')
        return load_layer(loader, arena_format(arena, "%s/.config/qawl/rules", home).data,
                          language);
    return true;
}

/* A folder or file that somebody named, so that it must exist. */
static bool load_named(Loader *loader, const char *path)
{
    return is_folder(path) ? load_folder(loader, path) : load_file(loader, path);
}

static bool load_environment(Loader *loader, Slice language)
{
    const char *set = getenv("QAWL_RULES");
    StringList paths = split_path(&loader->rules->arena, set ? set : "");
    bool good = true;
    for (size_t i = 0; i < paths.count && good; i++)
        good = language.length != 0 ? load_layer(loader, paths.items[i], language)
                                    : load_named(loader, paths.items[i]);
    free(paths.items);
    return good;
}

/* What counts for the language alone; without one what counts always. */
static bool load_layers(Loader *loader, Slice language)
{
    return loader->options->no_user_rules ||
           (load_system(loader, language) && load_user(loader, language) &&
            load_environment(loader, language));
}

/* The packs of the options, that of RULES_LANGUAGE when there is none, each with its layers. */
static bool load_languages(Loader *loader, const char *shipped)
{
    static const char *const fallback[] = {RULES_LANGUAGE};
    const StringList *given = &loader->options->languages;
    const char *const *items = given->count ? given->items : fallback;
    size_t count = given->count ? given->count : 1;
    Buffer label = {0};
    bool good = true;
    for (size_t i = 0; i < count && good; i++) {
        Slice rest = slice_of(items[i]), language;
        while (good && slice_next(&rest, ',', &language)) {
            good = language.length != 0
                       ? load_pack(loader, shipped, language) && load_layers(loader, language)
                       : error_set(loader->error, EXIT_USAGE, NULL, 0, 0,
                                   "--lang=%s names a language that is empty; write --lang=ar or "
                                   "--lang=ar,en",
                                   items[i]);
            buffer_append_format(&label, "%s%.*s", label.length ? "+" : "", SLICE_ARG(language));
        }
    }
    snprintf(loader->rules->label, sizeof loader->rules->label, "%.*s", (int)label.length,
             label.data ? label.data : "");
    buffer_release(&label);
    return good;
}

static bool load_packs(Loader *loader)
{
    const char *folder = loader->options->pack;
    if (folder != NULL)
        return load_pack_folder(loader, folder);
    folder = shipped_folder(loader);
    return folder != NULL && load_languages(loader, folder);
}

static bool load_all(Loader *loader)
{
    const StringList *extra = &loader->options->extra;
    if (!load_packs(loader) || !load_layers(loader, (Slice){NULL, 0}))
        return false;
    for (size_t i = 0; i < extra->count; i++)
        if (!load_named(loader, extra->items[i]))
            return false;
    return true;
}

static Loader new_loader(Rules *rules, const char *tool, const RulesOptions *options, Error *error)
{
    uint64_t place = cache_checksum(0, slice_of(tool));
    return (Loader){.rules = rules,
                    .tool = tool,
                    .options = options,
                    .digest = UINT64_C(0xCBF29CE484222325),
                    .place = place,
                    .key = keeping_key(place),
                    .error = error};
}

bool rules_read(Rules *rules, const char *tool, const RulesOptions *options, Error *error)
{
    *rules = (Rules){.on_mistake = options->on_mistake, .context = options->context};
    Loader loader = new_loader(rules, tool, options, error);
    if (!load_all(&loader))
        return false;
    snprintf(rules->digest, sizeof rules->digest, "%016llx", (unsigned long long)loader.digest);
    size_t used = strlen(rules->label);
    snprintf(rules->label + used, sizeof rules->label - used, "@%.*s", DIGEST_SHOWN, rules->digest);
    if (options->cached) {
        rules->cache_path = keeping_path(&rules->arena, tool, loader.place);
        rules->cache_key = loader.key;
    }
    return true;
}

/* The rules as they were kept by an earlier start with the same files. */
static bool load_kept(Rules *rules, const char *tool, const RulesOptions *options)
{
    Error ignored = {0};
    *rules = (Rules){0};
    Loader loader = new_loader(rules, tool, options, &ignored);
    loader.listing = true;
    if (load_all(&loader) &&
        keeping_restore(rules, keeping_path(&rules->arena, tool, loader.place), loader.key))
        return true;
    rules_release(rules);
    return false;
}

/* A section that nobody reads would be rules without effect. */
static bool check_sections(const Rules *rules, Error *error)
{
    for (size_t i = 0; i < rules->file_count; i++)
        for (const RuleNode *section = rules->files[i].root->children; section;
             section = section->next)
            if (rule_section(section->key) == NULL)
                return rule_key_error(section, error,
                                      "unknown section \"%.*s\"; did you mean \"%s\"?",
                                      SLICE_ARG(section->key), rule_section_nearest(section->key));
    return true;
}

bool rules_load(Rules *rules, const char *tool, const RulesOptions *options, Error *error)
{
    return (options->cached && load_kept(rules, tool, options)) ||
           (rules_read(rules, tool, options, error) && check_sections(rules, error) &&
            rules_layer(rules, error));
}

void rules_forget_words(Rules *rules)
{
    if (rules->words.chunk == NULL)
        return;
    for (size_t i = 0; i < rules->file_count; i++) {
        RuleNode *root = rules->files[i].root;
        RuleNode *words = (RuleNode *)rule_get(root, "lexicon");
        if (words != NULL)
            rule_unlink(root, words);
    }
    arena_release(&rules->words);
}

void rules_release(Rules *rules)
{
    arena_release(&rules->words);
    arena_release(&rules->arena);
    free(rules->files);
    cache_close(&rules->cache);
    *rules = (Rules){0};
}

/* ---- sections ---------------------------------------------------------- */

static const RuleSection SECTIONS[] = {
    {"lexicon", "class", false},       {"patterns", "id", true},   {"letters", NULL, false},
    {"clitics", NULL, false},          {"shapes", "class", false}, {"character-sets", NULL, false},
    {"repairs", "id", true},           {"profiles", "id", true},   {"code-pages", "name", true},
    {"encodings", NULL, false},        {"likeness", NULL, false},  {"lines", "id", true},
    {"sentence_marks", "kind", false}, {"boundaries", "id", true}, {"abbreviations", "form", true},
    {"sentence_words", "use", false},  {"repeats", NULL, false},   {"marks", "id", true},
    {"marked", NULL, false},           {"speakers", NULL, false},  {"silent-lines", NULL, false},
    {"learning", "type", false},       {"listed", NULL, false},    {"speaking", "speaker", false},
    {"lunar-calendar", NULL, false},   {"confidence", "id", true},
};
enum { SECTION_COUNT = sizeof SECTIONS / sizeof *SECTIONS };

const RuleSection *rule_section(Slice name)
{
    for (size_t i = 0; i < SECTION_COUNT; i++)
        if (slice_equal(name, slice_of(SECTIONS[i].name)))
            return &SECTIONS[i];
    return NULL;
}

const char *rule_section_nearest(Slice name)
{
    const char *names[SECTION_COUNT + 1] = {NULL};
    for (size_t i = 0; i < SECTION_COUNT; i++)
        names[i] = SECTIONS[i].name;
    return name_nearest(name, names);
}

/* ---- walking ----------------------------------------------------------- */

RuleWalk rules_walk(const Rules *rules, const char *section)
{
    return (RuleWalk){.rules = rules, .section = section};
}

RuleWalk rules_walk_latest(const Rules *rules, const char *section)
{
    return (RuleWalk){.rules = rules, .section = section, .is_latest = true};
}

/* Goes on to the next file that has a turn; false behind the last. */
static bool next_file(RuleWalk *walk)
{
    size_t count = walk->rules->file_count, steps = walk->is_latest ? 2 * count : count;
    while (walk->next_step < steps) {
        size_t step = walk->next_step++;
        bool is_back = walk->is_latest && step < count;
        size_t number = is_back ? count - 1 - step : step % count;
        walk->file = &walk->rules->files[number];
        walk->layer = walk->file->pack != 0 ? 0 : number + 1;
        if (!walk->is_latest || is_back == (walk->layer != 0))
            return true;
    }
    return false;
}

/* A rule that took the place of an earlier one stands in that one's file. */
static void walk_to(RuleWalk *walk, const RuleNode *node)
{
    walk->node = node;
    for (size_t i = walk->rules->file_count; node->file != walk->file->path && i-- > 0;)
        if (walk->rules->files[i].path == node->file)
            walk->file = &walk->rules->files[i];
}

bool rule_walk_next(RuleWalk *walk)
{
    if (walk->pending != NULL) {
        const RuleNode *node = walk->pending;
        walk->pending = node->next;
        walk_to(walk, node);
        return true;
    }
    while (next_file(walk)) {
        const RuleNode *section = rule_get(walk->file->root, walk->section);
        if (section == NULL)
            continue;
        if (section->kind != RULE_LIST) {
            walk->node = section;
            return true;
        }
        if (section->children != NULL) {
            walk->pending = section->children->next;
            walk_to(walk, section->children);
            return true;
        }
    }
    return false;
}
