/* One YAML file as a tree of nodes that know where they stand. */
#include <errno.h>
#include <stdio.h>
#include <yaml.h>

#include "common/names.h"
#include "common/rules_parts.h"
#include "common/utf8.h"

enum {
    RULE_DEPTH = 32, /* lists and maps within one another */
    RULE_FILE_BYTES = 1024 * 1024 * 1024,
};

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
    size_t at;     /* of `bytes`: what the parser has got; it gets no runs of names */
    NameRun *runs; /* and instead of them empty lines                               */
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

/* The key that begins with `event`, and the event behind it. *twice: the map has such a key
 * already, and the mistake was taken. */
static bool read_key(Reader *reader, const RuleNode *map, yaml_event_t *event, int depth,
                     RuleNode **key, bool *twice)
{
    if (!read_node(reader, event, depth, key))
        return false;
    Slice name = (*key)->scalar;
    if ((*key)->kind != RULE_SCALAR)
        return rule_error(*key, reader->error, "a key must be a word, not a list or map");
    const RuleNode *other = map->children;
    while (other != NULL && !slice_equal(other->key, name))
        other = other->next;
    *twice = other != NULL;
    if (*twice) {
        rule_error(*key, reader->error,
                   "key \"%.*s\" stands twice in this map (first at line %u); merge the two",
                   SLICE_ARG(name), other->line);
        if (!forgiven(reader))
            return false;
    }
    return next_event(reader, event);
}

static void add_child(RuleNode *parent, RuleNode ***tail, RuleNode *child)
{
    **tail = child;
    *tail = &child->next;
    parent->child_count++;
}

static bool read_children(Reader *reader, RuleNode *parent, int depth)
{
    RuleNode **tail = &parent->children;
    for (;;) {
        yaml_event_t event;
        RuleNode *key = NULL, *child;
        bool twice = false;
        if (!next_event(reader, &event))
            return false;
        if (event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&event);
            return true;
        }
        if (parent->kind == RULE_MAP && !read_key(reader, parent, &event, depth, &key, &twice))
            return false;
        if (!read_value(reader, &event, depth, key ? key->scalar : (Slice){NULL, 0}, &child))
            return false;
        if (twice)
            continue;
        if (key != NULL) {
            child->key = key->scalar;
            child->key_line = key->line;
            child->key_column = key->column;
        }
        add_child(parent, &tail, child);
        if (reader->used_runs < reader->run_count &&
            reader->runs[reader->used_runs].anchor == child->line)
            add_child(parent, &tail, names_node(reader));
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
        case YAML_DOCUMENT_START_EVENT:
            if (*root != NULL) {
                yaml_mark_t mark = event.start_mark;
                yaml_event_delete(&event);
                return error_set(reader->error, EXIT_USAGE, reader->path, mark.line + 1,
                                 mark.column + 1,
                                 "a second YAML document; a rule file holds one: remove the ---");
            }
            yaml_event_delete(&event);
            break;
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_END_EVENT:
            yaml_event_delete(&event);
            break;
        case YAML_STREAM_END_EVENT:
            yaml_event_delete(&event);
            return true;
        default:
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

static bool read_file(Reader *reader, bool packed, struct stat *status, RuleNode **root)
{
    if (!read_bytes(reader->words, reader->path, &reader->bytes, status, reader->error))
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

bool rule_file_read(Rules *rules, bool packed, const char *path, RuleNode **root,
                    RuleSource *source, Error *error)
{
    Reader reader = {.arena = &rules->arena,
                     .words = packed ? &rules->words : &rules->arena,
                     .path = arena_copy(&rules->arena, slice_of(path)).data,
                     .rules = rules,
                     .error = error};
    bool good = read_file(&reader, packed, &source->status, root);
    source->bytes = reader.bytes;
    return good;
}
