#include "tools/check-rules/listing.h"

#include "common/utf8.h"

/* ---- one a line ------------------------------------------------------------- */

static void append_cell(Buffer *out, Slice text, char end)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        buffer_append_byte(out, c == '\t' || c == '\n' || c == '\r' ? ' ' : c);
    }
    buffer_append_byte(out, end);
}

/* The first of these keys that the rule has. */
static Slice first_of(const RuleNode *rule, const char *const *keys)
{
    Slice text = {NULL, 0};
    for (; *keys != NULL && text.length == 0; keys++)
        text = rule_text(rule, *keys);
    return text;
}

static void append_row(Buffer *out, const RuleNode *rule, Slice section, Slice id)
{
    static const char *const kinds[] = {"makes", "kind", "role", "check",
                                        "type",  "ends", "by",   NULL};
    append_cell(out, slice_of(rule->file), '\t');
    buffer_append_number(out, rule->line);
    buffer_append_byte(out, '\t');
    append_cell(out, section, '\t');
    append_cell(out, id, '\t');
    append_cell(out, first_of(rule, kinds), '\t');
    append_cell(out, slice_trim(rule_text(rule, "note")), '\n');
}

void list_rules(const Rules *rules, Buffer *out)
{
    buffer_append(out, SLICE("file\tline\tsection\tid\tkind\tnote\n"));
    for (size_t i = 0; i < rules->file_count; i++)
        for (const RuleNode *section = rules->files[i].root->children; section;
             section = section->next) {
            const RuleSection *known = rule_section(section->key);
            if (known == NULL || known->key == NULL || section->kind != RULE_LIST) {
                append_row(out, section, section->key, SLICE(""));
                continue;
            }
            for (const RuleNode *rule = section->children; rule; rule = rule->next) {
                Slice id = rule_text(rule, "id");
                append_row(out, rule, section->key,
                           id.length != 0 ? id : rule_text(rule, known->key));
            }
        }
}

/* ---- YAML ---------------------------------------------------------------------- */

static void indent(Buffer *out, size_t depth)
{
    for (size_t i = 0; i < depth; i++)
        buffer_append(out, SLICE("  "));
}

/* Whether YAML reads the bare text as this very scalar, in a list as well. */
static bool is_plain(Slice text)
{
    if (text.length == 0)
        return false;
    for (const char *at = text.data, *end = text.data + text.length; at < end;) {
        bool first = at == text.data;
        uint32_t c = utf8_next(&at);
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      (c >= 0x620 && c <= 0x64A) || (c >= 0x671 && c <= 0x6D3);
        bool inner =
            c == '-' || c == '_' || c == '.' || c == '/' || c == '+' || (c == ' ' && at < end);
        if (!letter && (first || !inner))
            return false;
    }
    return true;
}

static void append_scalar(Buffer *out, Slice text)
{
    if (is_plain(text)) {
        buffer_append(out, text);
        return;
    }
    buffer_append_byte(out, '"');
    for (const char *at = text.data, *end = text.data + text.length; at < end;) {
        const char *start = at;
        uint32_t c = utf8_next(&at);
        bool shown = (c >= 0x20 && c < 0x7F) || (c >= 0xA0 && c < 0x2000) ||
                     (c >= 0x2070 && c < 0xD800) || (c > 0x2010 && c < 0x2028);
        if (c == '"' || c == '\\')
            buffer_append_byte(out, '\\');
        if (c == '\n')
            buffer_append(out, SLICE("\\n"));
        else if (shown)
            buffer_append(out, (Slice){start, (size_t)(at - start)});
        else
            buffer_append_format(out, "\\U%08X", (unsigned)c);
    }
    buffer_append_byte(out, '"');
}

static bool all_scalars(const RuleNode *node)
{
    for (const RuleNode *child = node->children; child; child = child->next)
        if (child->kind != RULE_SCALAR)
            return false;
    return true;
}

static void append_value(Buffer *out, const RuleNode *node, size_t depth);

/* The children of a map, the first where the cursor stands. */
static void append_map(Buffer *out, const RuleNode *map, size_t depth)
{
    for (const RuleNode *child = map->children; child; child = child->next) {
        if (child != map->children)
            indent(out, depth);
        append_scalar(out, child->key);
        buffer_append_byte(out, ':');
        append_value(out, child, depth);
    }
}

static void append_item(Buffer *out, const RuleNode *item, size_t depth)
{
    indent(out, depth);
    buffer_append(out, SLICE("-"));
    if (item->kind == RULE_MAP && item->children != NULL) {
        buffer_append_byte(out, ' ');
        append_map(out, item, depth + 1);
    } else {
        append_value(out, item, depth);
    }
}

/* The value behind "key:" or "-", with the line end. */
static void append_value(Buffer *out, const RuleNode *node, size_t depth)
{
    if (node->kind == RULE_SCALAR) {
        buffer_append_byte(out, ' ');
        append_scalar(out, node->scalar);
        buffer_append_byte(out, '\n');
    } else if (node->children == NULL) {
        buffer_append(out, node->kind == RULE_LIST ? SLICE(" []\n") : SLICE(" {}\n"));
    } else if (node->kind == RULE_LIST && all_scalars(node)) {
        buffer_append(out, SLICE(" ["));
        for (const RuleNode *child = node->children; child; child = child->next) {
            append_scalar(out, child->scalar);
            buffer_append(out, child->next ? SLICE(", ") : SLICE("]\n"));
        }
    } else if (node->kind == RULE_LIST) {
        buffer_append_byte(out, '\n');
        for (const RuleNode *child = node->children; child; child = child->next)
            append_item(out, child, depth + 1);
    } else {
        buffer_append_byte(out, '\n');
        indent(out, depth + 1);
        append_map(out, node, depth + 1);
    }
}

/* ---- sections that stand in several files -------------------------------------- */

static RuleNode *copy_tree(Arena *arena, const RuleNode *node)
{
    RuleNode *copy = ARENA_NEW(arena, RuleNode), **tail = &copy->children;
    *copy = *node;
    copy->next = copy->children = NULL;
    for (const RuleNode *child = node->children; child; child = child->next, tail = &(*tail)->next)
        *tail = copy_tree(arena, child);
    return copy;
}

static void join_into(Arena *arena, RuleNode *whole, const RuleNode *node);

static void join_child(Arena *arena, RuleNode *map, const RuleNode *child)
{
    RuleNode **link = &map->children;
    while (*link != NULL && !slice_equal((*link)->key, child->key))
        link = &(*link)->next;
    if (*link == NULL) {
        *link = copy_tree(arena, child);
    } else if (child->kind == RULE_SCALAR || (*link)->kind != child->kind) {
        RuleNode *copy = copy_tree(arena, child);
        copy->next = (*link)->next;
        *link = copy;
    } else {
        join_into(arena, *link, child);
    }
}

/* Adds what `node`, of the same kind and no scalar, has to `whole`. */
static void join_into(Arena *arena, RuleNode *whole, const RuleNode *node)
{
    RuleNode **tail = &whole->children;
    while (*tail != NULL)
        tail = &(*tail)->next;
    for (const RuleNode *child = node->children; child; child = child->next) {
        if (node->kind == RULE_MAP) {
            join_child(arena, whole, child);
        } else {
            *tail = copy_tree(arena, child);
            tail = &(*tail)->next;
        }
    }
}

void dump_rules(const Rules *rules, Buffer *out)
{
    Arena arena = {0};
    RuleNode all = {.kind = RULE_MAP};
    for (size_t i = 0; i < rules->file_count; i++)
        join_into(&arena, &all, rules->files[i].root);
    append_map(out, &all, 0);
    arena_release(&arena);
}
