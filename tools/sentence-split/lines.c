#define PCRE2_CODE_UNIT_WIDTH 8
#include "tools/sentence-split/lines.h"

#include <pcre2.h>

#include "common/nearest.h"
#include "common/utf8.h"

/* First characters below this one, Arabic and Latin letters among them, choose
 * the rules that are tried at all. */
enum { FIRST_END = 0x800 };

/* A match may not cost more than this; a line that reaches it has no role. */
enum { MATCH_STEPS = 50000, MATCH_DEPTH = 500, MATCH_HEAP_KIB = 256 };

/* To compile an expression to machine code costs as much as some matches without. */
enum { MATCHES_BEFORE_JIT = 8 };

typedef struct {
    LineRole role;
    pcre2_code *code;         /* NULL: any text                                    */
    size_t from, first;       /* number of the line among all, from 1               */
    size_t last;              /* the same counted from the end; SIZE_MAX: anywhere  */
    size_t shortest, longest; /* code points                                 */
    size_t lines;             /* so many lines at least in the document      */
    size_t body_within;       /* one of the next so many lines is longer ... */
    size_t body_length;       /* ... and has at least so many code points    */
    bool in_head;             /* no body line stands before it               */
    bool after_stop;          /* the line before it ends in a stop           */
    bool no_stop;             /* it does not end in a stop itself            */
    bool tail;                /* tried on the last sentence of a line too    */
    int match_count;          /* so far, up to MATCHES_BEFORE_JIT            */
    bool is_jit;
} LineRule;

struct LineRules {
    LineRule *rules;
    size_t count;
    size_t longest; /* of all rules: longer lines are not looked at */
    /* For a first character, the numbers of the rules that can match a line
     * that begins with it, ended by `count`; made when it first comes. */
    uint16_t *by_first[FIRST_END];
    uint16_t *all;
    Arena *arena;
    pcre2_match_data *data;
    pcre2_match_context *context;
};

static const char *const KEYS[] = {"id",         "role",        "match",       "from",
                                   "first",      "last",        "shortest",    "longest",
                                   "lines",      "body_within", "body_length", "in_head",
                                   "after_stop", "no_stop",     "tail",        "gives_way",
                                   "note",       "disabled",    "examples[]",  "counterexamples[]",
                                   NULL};

const char *const LINE_ROLES[] = {"heading", "byline", "caption", "source", "furniture", NULL};

static bool get_size(const RuleNode *node, const char *key, size_t fallback, size_t *size,
                     Error *error)
{
    *size = fallback;
    return rule_count(node, key, 0, COUNT_MOST, size, error);
}

static bool compile(LineRule *rule, const RuleNode *node, Error *error)
{
    const RuleNode *match = rule_get(node, "match");
    if (match == NULL)
        return true;
    int code;
    PCRE2_SIZE place;
    rule->code =
        pcre2_compile((PCRE2_SPTR)match->scalar.data, match->scalar.length,
                      PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &code, &place, NULL);
    if (rule->code == NULL) {
        char problem[128];
        pcre2_get_error_message(code, (PCRE2_UCHAR *)problem, sizeof problem);
        size_t near = (size_t)place < match->scalar.length ? (size_t)place : match->scalar.length;
        return rule_error_at(match, near, error, "regular expression: %s, behind \"%.*s\"", problem,
                             (int)near, match->scalar.data);
    }
    return true;
}

static bool read_line_rule(LineRule *rule, Arena *arena, const RuleWalk *walk, Error *error)
{
    const RuleNode *node = walk->node;
    Slice id = rule_text(node, "id"), role = rule_text(node, "role");
    bool known_role = false;
    for (size_t i = 0; LINE_ROLES[i] != NULL; i++)
        known_role = known_role || slice_equal(role, slice_of(LINE_ROLES[i]));
    if (!known_role)
        return rule_error(rule_get(node, "role") ? rule_get(node, "role") : node, error,
                          "unknown role \"%.*s\"; did you mean \"%s\"? (heading, byline, caption, "
                          "source, furniture)",
                          SLICE_ARG(role), name_nearest(role, LINE_ROLES));
    rule->role.role = role;
    rule->role.node = walk->node;
    rule->role.name = arena_format(arena, "%.*s/%.*s", SLICE_ARG(walk->file->stem), SLICE_ARG(id));
    return get_size(node, "from", 1, &rule->from, error) &&
           get_size(node, "first", SIZE_MAX, &rule->first, error) &&
           get_size(node, "last", SIZE_MAX, &rule->last, error) &&
           get_size(node, "shortest", 0, &rule->shortest, error) &&
           get_size(node, "longest", 200, &rule->longest, error) &&
           get_size(node, "lines", 0, &rule->lines, error) &&
           get_size(node, "body_within", 0, &rule->body_within, error) &&
           get_size(node, "body_length", 0, &rule->body_length, error) &&
           rule_flag(node, "in_head", false, &rule->in_head, error) &&
           rule_flag(node, "after_stop", false, &rule->after_stop, error) &&
           rule_flag(node, "no_stop", false, &rule->no_stop, error) &&
           rule_flag(node, "tail", false, &rule->tail, error) && compile(rule, node, error);
}

static bool add_rule(LineRules *rules, Arena *arena, const RuleWalk *walk, Error *error)
{
    if (!rule_check_keys(walk->node, KEYS, error))
        return false;
    if (rule_text(walk->node, "id").length == 0)
        return rule_error(walk->node, error, "a line rule needs an id");
    LineRule rule = {0};
    if (!read_line_rule(&rule, arena, walk, error)) {
        pcre2_code_free(rule.code);
        return false;
    }
    rules->rules[rules->count++] = rule;
    return true;
}

LineRules *line_rules_new(Rules *rules, Error *error)
{
    LineRules *lines = ARENA_NEW(&rules->arena, LineRules);
    size_t count = 0;
    for (RuleWalk w = rules_walk(rules, "lines"); rule_walk_next(&w);)
        count++;
    if (count >= UINT16_MAX) {
        error_set(error, EXIT_USAGE, NULL, 0, 0, "more than %d line rules", UINT16_MAX - 1);
        return NULL;
    }
    lines->rules = ARENA_ARRAY(&rules->arena, count, LineRule);
    for (RuleWalk w = rules_walk_latest(rules, "lines"); rule_walk_next(&w);) {
        if (!add_rule(lines, &rules->arena, &w, error)) {
            line_rules_free(lines);
            return NULL;
        }
    }
    for (size_t i = 0; i < lines->count; i++)
        if (lines->rules[i].longest > lines->longest)
            lines->longest = lines->rules[i].longest;
    lines->data = pcre2_match_data_create(1, NULL);
    lines->context = pcre2_match_context_create(NULL);
    if (lines->data == NULL || lines->context == NULL) {
        line_rules_free(lines);
        error_set(error, EXIT_SYSTEM, NULL, 0, 0, "out of memory");
        return NULL;
    }
    lines->arena = &rules->arena;
    lines->all = ARENA_ARRAY(&rules->arena, lines->count + 1, uint16_t);
    for (size_t i = 0; i <= lines->count; i++)
        lines->all[i] = (uint16_t)i;
    pcre2_set_match_limit(lines->context, MATCH_STEPS);
    pcre2_set_depth_limit(lines->context, MATCH_DEPTH);
    pcre2_set_heap_limit(lines->context, MATCH_HEAP_KIB);
    return lines;
}

void line_rules_free(LineRules *rules)
{
    if (rules == NULL)
        return;
    for (size_t i = 0; i < rules->count; i++)
        pcre2_code_free(rules->rules[i].code);
    pcre2_match_data_free(rules->data);
    pcre2_match_context_free(rules->context);
}

static bool body_follows(const LineRule *rule, const Line *lines, size_t count, size_t index)
{
    for (size_t i = index + 1; i < count && i - index <= rule->body_within; i++)
        if (lines[i].length > lines[index].length && lines[i].length >= rule->body_length)
            return true;
    return rule->body_within == 0;
}

static bool stands_right(const LineRule *rule, const Line *lines, size_t count, size_t index,
                         size_t body_before)
{
    const Line *line = lines + index;
    return line->length >= rule->shortest && line->length <= rule->longest &&
           index + 1 >= rule->from && index < rule->first && count - index <= rule->last &&
           count >= rule->lines && (!rule->no_stop || !line->ends_in_stop) &&
           (!rule->in_head || body_before == 0) &&
           (!rule->after_stop || (index > 0 && lines[index - 1].ends_in_stop)) &&
           body_follows(rule, lines, count, index);
}

static bool matches(const LineRules *rules, LineRule *rule, Slice line, bool *limited)
{
    if (rule->code == NULL)
        return true;
    if (rule->match_count < MATCHES_BEFORE_JIT && ++rule->match_count == MATCHES_BEFORE_JIT)
        rule->is_jit = pcre2_jit_compile(rule->code, PCRE2_JIT_COMPLETE) == 0;
    int found = rule->is_jit ? pcre2_jit_match(rule->code, (PCRE2_SPTR)line.data, line.length, 0, 0,
                                               rules->data, rules->context)
                             : pcre2_match(rule->code, (PCRE2_SPTR)line.data, line.length, 0,
                                           PCRE2_NO_UTF_CHECK, rules->data, rules->context);
    if (found < 0 && found != PCRE2_ERROR_NOMATCH)
        *limited = true;
    return found >= 0;
}

/* Whether the rule may match a line that begins with `character`: PCRE2 says so
 * by matching it as the beginning of an unknown text. */
static bool can_begin(const LineRules *rules, const LineRule *rule, Slice character)
{
    return rule->code == NULL ||
           pcre2_match(rule->code, (PCRE2_SPTR)character.data, character.length, 0,
                       PCRE2_NO_UTF_CHECK | PCRE2_PARTIAL_HARD, rules->data,
                       rules->context) != PCRE2_ERROR_NOMATCH;
}

static const uint16_t *rules_for(LineRules *rules, Slice line)
{
    const char *end = line.data;
    uint32_t first = utf8_next(&end);
    if (first >= FIRST_END)
        return rules->all;
    if (rules->by_first[first] == NULL) {
        uint16_t *list = ARENA_ARRAY(rules->arena, rules->count + 1, uint16_t);
        size_t count = 0;
        for (size_t i = 0; i < rules->count; i++)
            if (can_begin(rules, rules->rules + i, slice_cut(line, 0, (size_t)(end - line.data))))
                list[count++] = (uint16_t)i;
        list[count] = (uint16_t)rules->count;
        rules->by_first[first] = list;
    }
    return rules->by_first[first];
}

const LineRole *line_role(LineRules *rules, Slice text, const Line *lines, size_t count,
                          size_t index, size_t body_before, bool *limited)
{
    if (lines[index].length > rules->longest)
        return NULL;
    Slice line = slice_cut(text, lines[index].span.start, lines[index].span.end);
    for (const uint16_t *number = rules_for(rules, line); *number < rules->count; number++) {
        LineRule *rule = rules->rules + *number;
        if (stands_right(rule, lines, count, index, body_before) &&
            matches(rules, rule, line, limited))
            return &rule->role;
    }
    return NULL;
}

const LineRole *tail_role(LineRules *rules, Slice tail, size_t length, size_t lines_left,
                          bool *limited)
{
    for (const uint16_t *number = rules_for(rules, tail); *number < rules->count; number++) {
        LineRule *rule = rules->rules + *number;
        if (rule->tail && length >= rule->shortest && length <= rule->longest &&
            lines_left <= rule->last && matches(rules, rule, tail, limited))
            return &rule->role;
    }
    return NULL;
}
