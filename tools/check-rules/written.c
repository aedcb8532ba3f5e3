#include "tools/check-rules/written.h"

#include "common/nearest.h"
#include "common/pattern.h"
#include "tools/sentence-split/lines.h"
#include "tools/tag-entities/tagger.h"

/* ---- what is known ------------------------------------------------------ */

#define PLAIN_KEYS "id", "makes", "match", "note", "examples", "counterexamples", "disabled"

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

/* What patterns that make one thing are read for, and what their examples may say. */
static const struct {
    const char *makes;
    const char *keys[16];        /* [0] NULL: the filter looks */
    const char *const *captures; /* NULL: any */
    const char *example[16];     /* [0] NULL: they have none */
} MAKES[] = {
    {"quote",
     {NULL},
     LIST("cue", "speaker", "content"),
     {"text", "cue", "speaker", "name", "role", "kind", "content", "implied", "addressee",
      "occasion", "polarity", "note"}},
    {"entity",
     {PLAIN_KEYS, "type", "priority", "parts", "proclitics", "from-digit"},
     TAGGER_CAPTURES,
     {"text", "entity", "type", "name", "value", "id", "note", "date"}},
    {"class", {PLAIN_KEYS}, NULL, {NULL}},
    {"subject", {PLAIN_KEYS}, LIST("cue", "speaker"), {NULL}},
    {"end", {PLAIN_KEYS, "clause", "behind"}, LIST("cue"), {NULL}},
    {"mark", {PLAIN_KEYS, "type", "late"}, LIST("mark"), {"text", "mark", "type", "note"}},
    {"circumstance",
     {PLAIN_KEYS},
     LIST("addressee", "occasion"),
     {"text", "addressee", "occasion", "note"}},
};
enum { MAKES_COUNT = sizeof MAKES / sizeof *MAKES };

/* The examples of rules that are no patterns. */
static const struct {
    const char *section;
    const char *example[8];
} EXAMPLES[] = {
    {"repairs", {"from", "to", "note"}},
    {"lines", {"text", "line", "note"}},
    {"boundaries", {"text", "sentences", "note"}},
};

static bool is_known(Slice name, const char *const *known)
{
    for (; *known != NULL; known++)
        if (slice_equal(name, slice_of(*known)))
            return true;
    return false;
}

/* Every key of `node` that is not known, not only the first. */
static void check_keys(const RuleNode *node, const char *const *known, Mistakes *mistakes)
{
    for (const RuleNode *child = node->children; child; child = child->next)
        if (!is_known(child->key, known))
            mistakes_key(mistakes, child, "unknown key \"%.*s\"; did you mean \"%s\"?",
                         SLICE_ARG(child->key), name_nearest(child->key, known));
}

/* ---- examples ------------------------------------------------------------ */

static void check_example(const RuleNode *example, const char *const *known, bool wanted,
                          Mistakes *mistakes)
{
    if (example->kind == RULE_SCALAR && !wanted)
        return;
    if (example->kind != RULE_MAP) {
        mistakes_at(mistakes, example, "an example is a map: %s, and what is found in it",
                    known[0]);
        return;
    }
    check_keys(example, known, mistakes);
    if (rule_text(example, known[0]).length == 0)
        mistakes_at(mistakes, example, "the example has no %s", known[0]);
    else if (wanted && example->child_count == 1 &&
             slice_equal(slice_of(known[0]), SLICE("text")) && !is_known(SLICE("line"), known))
        mistakes_at(mistakes, example, "the example does not say what is found in it (%s, %s ...)",
                    known[1], known[2]);
}

static void check_examples(const RuleNode *rule, const char *const *known, Mistakes *mistakes)
{
    static const char *const keys[] = {"examples", "counterexamples"};
    for (size_t i = 0; i < 2; i++) {
        const RuleNode *list = rule_get(rule, keys[i]);
        if (list != NULL && known == NULL)
            mistakes_at(mistakes, list,
                        "a pattern that makes nothing by itself has no %s; give them to one that "
                        "uses it",
                        keys[i]);
        else if (list != NULL && list->kind != RULE_LIST)
            mistakes_at(mistakes, list, "%s is a list", keys[i]);
        else if (list != NULL)
            for (const RuleNode *example = list->children; example; example = example->next)
                check_example(example, known, i == 0, mistakes);
    }
}

/* ---- patterns as they are written ----------------------------------------- */

/* Each <name: of the text, outside of words in quotation marks. */
static void check_captures(const RuleNode *match, const char *const *known, Mistakes *mistakes)
{
    Slice text = match->scalar;
    bool in_word = false;
    for (size_t i = 0; i < text.length; i++) {
        in_word ^= text.data[i] == '"';
        if (in_word || text.data[i] != '<')
            continue;
        size_t end = i + 1, colon;
        while (end < text.length && is_name_byte((unsigned char)text.data[end]))
            end++;
        for (colon = end; colon < text.length && text.data[colon] == ' '; colon++)
            ;
        Slice name = slice_cut(text, i + 1, end);
        if (name.length != 0 && colon < text.length && text.data[colon] == ':' &&
            !is_known(name, known))
            mistakes_in(mistakes, match, i + 1,
                        "nothing is done with a part called \"%.*s\"; did you mean "
                        "\"%s\"?",
                        SLICE_ARG(name), name_nearest(name, known));
    }
}

static void check_pattern(const RuleNode *rule, Mistakes *mistakes)
{
    const RuleNode *made = rule_get(rule, "makes"), *match = rule_get(rule, "match");
    if (made == NULL)
        return;
    for (size_t i = 0; i < MAKES_COUNT; i++) {
        if (!slice_equal(made->scalar, slice_of(MAKES[i].makes)))
            continue;
        check_examples(rule, MAKES[i].example[0] ? MAKES[i].example : NULL, mistakes);
        if (MAKES[i].keys[0] != NULL)
            check_keys(rule, MAKES[i].keys, mistakes);
        if (match != NULL && MAKES[i].captures != NULL)
            check_captures(match, MAKES[i].captures, mistakes);
        return;
    }
    mistakes_at(mistakes, made, "nothing makes \"%.*s\"; did you mean \"%s\"?",
                SLICE_ARG(made->scalar), name_nearest(made->scalar, pattern_kinds));
}

/* ---- files ----------------------------------------------------------------- */

static void check_entries(const RuleNode *group, Mistakes *mistakes)
{
    static const char *const known[] = {"name",    "lemma", "forms", "id",       "value", "also",
                                        "clitics", "type",  "note",  "disabled", NULL};
    const RuleNode *entries = rule_get(group, "entries");
    for (const RuleNode *entry = entries ? entries->children : NULL; entry; entry = entry->next)
        if (entry->kind == RULE_MAP)
            check_keys(entry, known, mistakes);
}

static void check_rule(Slice section, const RuleNode *rule, Mistakes *mistakes)
{
    if (slice_equal(rule_text(rule, "disabled"), SLICE("true")))
        return;
    if (slice_equal(section, SLICE("patterns")))
        check_pattern(rule, mistakes);
    else if (slice_equal(section, SLICE("lexicon")))
        check_entries(rule, mistakes);
    for (size_t i = 0; i < sizeof EXAMPLES / sizeof *EXAMPLES; i++)
        if (slice_equal(section, slice_of(EXAMPLES[i].section)))
            check_examples(rule, EXAMPLES[i].example, mistakes);
}

/* The rule of the section in front of `rule` that is known by the same name; or NULL. */
static const RuleNode *earlier_twin(const RuleNode *section, const char *key, const RuleNode *rule)
{
    Slice name = rule_text(rule, key);
    if (name.length == 0)
        return NULL;
    for (const RuleNode *other = section->children; other != rule; other = other->next)
        if (slice_equal(rule_text(other, key), name))
            return other;
    return NULL;
}

static void check_twice(const RuleNode *section, const char *key, const RuleNode *rule,
                        Mistakes *mistakes)
{
    const RuleNode *twin = earlier_twin(section, key, rule);
    if (twin != NULL)
        mistakes_at(mistakes, rule_get(rule, key),
                    "%s \"%.*s\" stands twice in this file (first at line %u); rename one", key,
                    SLICE_ARG(rule_text(rule, key)), twin->line);
}

/* quote-extract takes any role: it does not know who made the sentences. */
static void check_roles(const RuleNode *section, Mistakes *mistakes)
{
    for (const RuleNode *role = section->children; role; role = role->next)
        if (!is_known(role->scalar, LINE_ROLES))
            mistakes_at(mistakes, role, "unknown role \"%.*s\"; did you mean \"%s\"?",
                        SLICE_ARG(role->scalar), name_nearest(role->scalar, LINE_ROLES));
}

/* The section that a misspelt one is meant for; NULL where none is like it. */
static const RuleSection *section_meant(Slice key)
{
    Nearest nearest = {.wanted = key};
    nearest_offer(&nearest, slice_of(rule_section_nearest(key)));
    return rule_section(nearest_meant(&nearest));
}

static void check_section(const RuleNode *section, Mistakes *mistakes)
{
    const RuleSection *known = rule_section(section->key);
    if (known == NULL) {
        mistakes_key(mistakes, section, "unknown section \"%.*s\"; did you mean \"%s\"?",
                     SLICE_ARG(section->key), rule_section_nearest(section->key));
        known = section_meant(section->key);
    }
    if (known == NULL)
        return;
    if (slice_equal(section->key, SLICE("silent-lines")))
        check_roles(section, mistakes);
    if (known->key == NULL)
        return;
    if (section->kind != RULE_LIST) {
        mistakes_at(mistakes, section, "section %s is a list: - %s: ...", known->name, known->key);
        return;
    }
    for (const RuleNode *rule = section->children; rule; rule = rule->next) {
        if (rule->kind != RULE_MAP) {
            mistakes_at(mistakes, rule, "a map (key: value) is needed here");
            continue;
        }
        check_rule(slice_of(known->name), rule, mistakes);
        if (known->unique)
            check_twice(section, known->key, rule, mistakes);
    }
}

void check_files(const Rules *rules, Mistakes *mistakes)
{
    for (size_t i = 0; i < rules->file_count; i++)
        for (const RuleNode *section = rules->files[i].root->children; section;
             section = section->next)
            check_section(section, mistakes);
}

static void rename_twin(Arena *arena, const RuleNode *section, const char *key, RuleNode *rule)
{
    RuleNode *id = rule_child(rule, key);
    if (earlier_twin(section, key, rule) != NULL)
        id->scalar = arena_format(arena, "%.*s-again", SLICE_ARG(id->scalar));
}

void rename_twins(Rules *rules)
{
    for (size_t i = 0; i < rules->file_count; i++)
        for (const RuleNode *section = rules->files[i].root->children; section;
             section = section->next) {
            const RuleSection *known = rule_section(section->key);
            if (known != NULL && known->unique)
                for (RuleNode *rule = section->children; rule; rule = rule->next)
                    rename_twin(&rules->arena, section, known->key, rule);
        }
}

void rename_misspelt(Rules *rules)
{
    for (size_t i = 0; i < rules->file_count; i++) {
        const RuleNode *root = rules->files[i].root;
        for (RuleNode *section = root->children; section; section = section->next) {
            const RuleSection *meant =
                rule_section(section->key) ? NULL : section_meant(section->key);
            if (meant != NULL && rule_get(root, meant->name) == NULL)
                section->key = slice_of(meant->name);
        }
    }
}
