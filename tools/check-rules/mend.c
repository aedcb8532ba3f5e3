#include "tools/check-rules/mend.h"

#include <stdlib.h>

#include "common/buffer.h"
#include "common/utf8.h"

enum { DEPTH_MAX = 40, ROUNDS_MAX = 1000 };

/* A node with all that it stands in, the root first. */
typedef struct {
    RuleNode *nodes[DEPTH_MAX];
    size_t count;
} Path;

/* What follows from an earlier mistake is none of its own. */
typedef struct {
    const RuleNode **nodes; /* those that lost a part */
    size_t count, capacity;
} Wounded;

/* A map stands where its first key does. */
static bool is_about_key(const Error *error)
{
    static const char beginning[] = "unknown key";
    return strncmp(error->message, beginning, sizeof beginning - 1) == 0;
}

static bool is_at(const RuleNode *node, const Error *error)
{
    if (is_about_key(error))
        return node->key_line == error->line && node->key_column == error->column;
    if (node->line != error->line)
        return false;
    return node->column == error->column ||
           (node->text_column != 0 && error->column >= node->text_column &&
            error->column <= node->text_column + utf8_count(node->scalar));
}

/* The deepest node at the place of `error`. */
static bool find_path(RuleNode *node, const Error *error, Path *path)
{
    if (path->count == DEPTH_MAX)
        return false;
    path->nodes[path->count++] = node;
    for (RuleNode *child = node->children; child; child = child->next)
        if (find_path(child, error, path))
            return true;
    if (is_at(node, error))
        return true;
    path->count--;
    return false;
}

static bool find_node(const Rules *rules, const Error *error, Path *path)
{
    for (size_t i = 0; i < rules->file_count; i++) {
        /* A rule may stand in the file of one that it replaced. */
        for (RuleNode *section = rules->files[i].root->children; section; section = section->next)
            for (RuleNode *item = section->children; item; item = item->next) {
                if (strcmp(item->file, error->source) != 0)
                    continue;
                path->nodes[0] = rules->files[i].root;
                path->nodes[1] = section;
                path->count = 2;
                if (find_path(item, error, path))
                    return true;
            }
        if (strcmp(rules->files[i].path, error->source) != 0)
            continue;
        path->nodes[0] = rules->files[i].root;
        for (RuleNode *section = rules->files[i].root->children; section; section = section->next)
            if (is_at(section, error)) {
                path->nodes[1] = section;
                path->count = 2;
                return true;
            }
    }
    return false;
}

static bool is_wounded(const Wounded *wounded, const RuleNode *node)
{
    for (size_t i = 0; i < wounded->count; i++)
        if (wounded->nodes[i] == node)
            return true;
    return false;
}

/* Takes the advice of a message, WRONG" ...; did you mean "RIGHT"?, wherever
 * WRONG stands in the text of `node`. */
static bool take_advice(Arena *arena, RuleNode *node, const char *message)
{
    static const char advice[] = "did you mean \"";
    const char *right = strstr(message, advice), *end = message, *wrong = NULL;
    if (right == NULL || node->kind != RULE_SCALAR)
        return false;
    /* The last name in quotation marks before the advice. */
    for (const char *at = message, *open = NULL; at < right; at++)
        if (*at == '"' && open == NULL) {
            open = at + 1;
        } else if (*at == '"') {
            wrong = open;
            end = at;
            open = NULL;
        }
    if (wrong == NULL || wrong == end)
        return false;
    Slice from = {wrong, (size_t)(end - wrong)}, to = slice_of(right + sizeof advice - 1);
    to.length = strcspn(to.data, "\"");
    Buffer text = {0};
    bool found = false;
    for (size_t i = 0; i < node->scalar.length;) {
        bool here = slice_starts(slice_cut(node->scalar, i, node->scalar.length), from);
        buffer_append(&text, here ? to : slice_cut(node->scalar, i, i + 1));
        i += here ? from.length : 1;
        found = found || here;
    }
    if (found)
        node->scalar = arena_copy(arena, buffer_slice(&text));
    buffer_release(&text);
    return found;
}

/* A rule without a name, or with one that is none, gets one by its line. */
static bool give_id(Arena *arena, RuleNode *node, RuleNode *parent, const char *message)
{
    bool is_id = node->kind == RULE_SCALAR && slice_equal(node->key, SLICE("id"));
    if (!is_id && (node->kind != RULE_MAP || strstr(message, "needs an id") == NULL))
        return false;
    RuleNode *rule = is_id ? parent : node, *id = ARENA_NEW(arena, RuleNode);
    id->key = SLICE("id");
    id->file = rule->file;
    id->scalar = arena_format(arena, "line-%u", (unsigned)rule->line);
    id->next = rule->children; /* in front of the one that is none */
    rule->children = id;
    rule->child_count++;
    return true;
}

/* Makes the tree one without this mistake. A pattern that is wrong still has a
 * name that others use: it gets one that is right. */
static void mend(Arena *arena, const Path *path, const Error *error, Wounded *wounded)
{
    RuleNode *node = path->nodes[path->count - 1], *parent = path->nodes[path->count - 2];
    bool unknown_key = is_about_key(error);
    if (!unknown_key && take_advice(arena, node, error->message))
        return;
    if (!unknown_key && give_id(arena, node, parent, error->message))
        return;
    if (slice_equal(node->key, SLICE("match")) && !slice_equal(node->scalar, SLICE("."))) {
        node->kind = RULE_SCALAR;
        node->children = NULL;
        node->scalar = SLICE(".");
        return;
    }
    rule_unlink(parent, node);
    if (parent->kind != RULE_MAP || unknown_key)
        return;
    wounded->nodes =
        memory_grow(wounded->nodes, &wounded->capacity, wounded->count + 1, sizeof *wounded->nodes);
    wounded->nodes[wounded->count++] = parent;
}

/* Whether the mistake may come from a file that could not be read. */
static bool may_be_unread(const Rules *rules, const Error *error)
{
    static const char *const parts[] = {"is not defined",      "is defined",
                                        "group of clitics",    "group is called",
                                        "names no characters", "neither a set"};
    for (size_t i = 0; rules->unread_count != 0 && i < sizeof parts / sizeof *parts; i++)
        if (strstr(error->message, parts[i]) != NULL)
            return true;
    return false;
}

void layer_all(Rules *rules, Mistakes *mistakes)
{
    Wounded wounded = {0};
    for (size_t round = 0; round < ROUNDS_MAX; round++) {
        Error error = {.exit_code = 0};
        Path path = {.count = 0};
        if (rules_layer(rules, &error))
            break;
        mistakes_add(mistakes, &error);
        if (!find_node(rules, &error, &path))
            break;
        mend(&rules->arena, &path, &error, &wounded);
    }
    free(wounded.nodes);
}

bool compile_all(Rules *rules, Rules *compiled, Compile compile, void *context, Mistakes *mistakes)
{
    Wounded wounded = {0};
    bool good = false, going = true;
    for (size_t round = 0; round < ROUNDS_MAX && !good && going; round++) {
        Error error = {.exit_code = 0};
        Path path = {.count = 0};
        *compiled = *rules;
        compiled->arena = (Arena){0};
        compiled->on_mistake = NULL;
        good = compile(context, compiled, &error);
        if (good)
            break;
        arena_release(&compiled->arena);
        going = !mistake_is_limit(&error) && error.line != 0 && find_node(rules, &error, &path);
        if (!going ||
            (!is_wounded(&wounded, path.nodes[path.count - 1]) && !may_be_unread(rules, &error)))
            mistakes_add(mistakes, &error);
        if (going)
            mend(&rules->arena, &path, &error, &wounded);
    }
    free(wounded.nodes);
    return good;
}
