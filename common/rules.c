#include "common/rules.h"

#include <math.h>
#include <stdlib.h>

#include "common/nearest.h"
#include "common/utf8.h"

/* ---- mistakes ---------------------------------------------------------- */

bool rule_error_list(const RuleNode *node, RulePlace place, Error *error, const char *format,
                     va_list arguments)
{
    return error_set_list(error, EXIT_USAGE, node ? node->file : NULL, place.line, place.column,
                          format, arguments);
}

RulePlace rule_place(const RuleNode *node)
{
    return node ? (RulePlace){node->line, node->column} : (RulePlace){0, 0};
}

RulePlace rule_key_place(const RuleNode *node)
{
    return node->key_line != 0 ? (RulePlace){node->key_line, node->key_column} : rule_place(node);
}

RulePlace rule_place_at(const RuleNode *node, size_t at)
{
    RulePlace place = rule_place(node);
    if (node->text_column != 0)
        place.column = node->text_column + utf8_count(slice_cut(node->scalar, 0, at));
    return place;
}

bool rule_error(const RuleNode *node, Error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    rule_error_list(node, rule_place(node), error, format, arguments);
    va_end(arguments);
    return false;
}

bool rule_key_error(const RuleNode *node, Error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    rule_error_list(node, rule_key_place(node), error, format, arguments);
    va_end(arguments);
    return false;
}

bool rule_error_at(const RuleNode *node, size_t at, Error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    rule_error_list(node, rule_place_at(node, at), error, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- values ------------------------------------------------------------ */

RuleNode *rule_child(RuleNode *node, const char *key)
{
    RuleNode *child = node != NULL && node->kind == RULE_MAP ? node->children : NULL;
    Slice wanted = slice_of(key);
    while (child != NULL && !slice_equal(child->key, wanted))
        child = child->next;
    return child;
}

const RuleNode *rule_get(const RuleNode *node, const char *key)
{
    return rule_child((RuleNode *)node, key);
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

/* ---- characters -------------------------------------------------------- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool codepoint_take(Slice *text, uint32_t *codepoint)
{
    enum { SIGN = 2, DIGITS_LEAST = 4, DIGITS_MOST = 6 };
    if (!slice_starts(*text, SLICE("U+")))
        return false;
    size_t at = SIGN;
    uint32_t value = 0;
    for (; at < text->length && at < SIGN + DIGITS_MOST && hex_digit(text->data[at]) >= 0; at++)
        value = value * 16 + (uint32_t)hex_digit(text->data[at]);
    if (at < SIGN + DIGITS_LEAST || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return false;
    *codepoint = value;
    *text = slice_cut(*text, at, text->length);
    return true;
}

/* rule_error where `text` stands, the scalar or key of `node` or a part of one. */
static bool text_error(const RuleNode *node, Slice text, Error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static bool text_error(const RuleNode *node, Slice text, Error *error, const char *format, ...)
{
    bool is_of_key = (uintptr_t)text.data - (uintptr_t)node->key.data < node->key.length;
    va_list arguments;
    va_start(arguments, format);
    rule_error_list(node, is_of_key ? rule_key_place(node) : rule_place(node), error, format,
                    arguments);
    va_end(arguments);
    return false;
}

bool rule_character(const RuleNode *node, Slice text, uint32_t *codepoint, Error *error)
{
    Slice rest = text;
    const char *at = text.data;
    if (text.length > 2 && slice_starts(text, SLICE("U+")))
        return (codepoint_take(&rest, codepoint) && rest.length == 0) ||
               text_error(node, text, error, "\"%.*s\" is no code point (U+0640 is one)",
                          SLICE_ARG(text));
    if (text.length == 0)
        return rule_error(node, error, "one character is needed here, or a code point as U+0640");
    *codepoint = utf8_next(&at);
    return at == text.data + text.length ||
           text_error(node, text, error, "one character is needed here, not \"%.*s\"",
                      SLICE_ARG(text));
}

bool rule_characters(const RuleNode *node, Slice text, uint32_t *first, uint32_t *last,
                     Error *error)
{
    size_t dots = 1; /* a full stop is a character */
    while (dots < text.length && !slice_starts(slice_cut(text, dots, text.length), SLICE("..")))
        dots++;
    if (dots >= text.length) {
        if (!rule_character(node, text, first, error))
            return false;
        *last = *first;
        return true;
    }
    return rule_character(node, slice_cut(text, 0, dots), first, error) &&
           rule_character(node, slice_cut(text, dots + 2, text.length), last, error) &&
           (*first <= *last ||
            text_error(node, text, error, "\"%.*s\": the first of a range is not the lower one",
                       SLICE_ARG(text)));
}

/* ---- trees ------------------------------------------------------------- */

void rule_unlink(RuleNode *parent, RuleNode *child)
{
    RuleNode **link = &parent->children;
    while (*link != child)
        link = &(*link)->next;
    *link = child->next;
    child->next = NULL;
    parent->child_count--;
}

bool rules_have_file(const Rules *rules, const char *path)
{
    for (size_t i = 0; i < rules->file_count; i++)
        if (strcmp(rules->files[i].path, path) == 0)
            return true;
    return false;
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
