#include "tools/check-rules/structure.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/nearest.h"
#include "common/pattern.h"
#include "tools/check-rules/mend.h"

/* ---- what is known ------------------------------------------------------ */

#define PLAIN_KEYS "id", "makes", "match", "note", "examples", "counterexamples", "disabled"

/* What patterns that make one thing are read for, and what their examples may say. */
static const struct {
    const char *makes;
    const char *keys[16];     /* [0] NULL: the filter looks */
    const char *captures[20]; /* [0] NULL: any */
    const char *example[16];  /* [0] NULL: they have none */
} MAKES[] = {
    {"quote",
     {NULL},
     {"cue", "speaker", "content"},
     {"text", "cue", "speaker", "name", "role", "kind", "content", "implied", "addressee",
      "occasion", "polarity", "note"}},
    {"entity",
     {PLAIN_KEYS, "type", "priority", "parts"},
     {"name", "day", "month", "year", "weekday", "to_day", "to_month", "to_year", "to_weekday",
      "offset", "direction", "month_offset", "year_offset", "decade", "century", "period",
      "lunar_month", "lunar_year", "to_lunar_month"},
     {"text", "entity", "type", "name", "value", "id", "note", "date"}},
    {"class", {PLAIN_KEYS}, {NULL}, {NULL}},
    {"subject", {PLAIN_KEYS}, {"cue", "speaker"}, {NULL}},
    {"end", {PLAIN_KEYS, "clause"}, {NULL}, {NULL}},
    {"mark", {PLAIN_KEYS, "type", "late"}, {"mark"}, {"text", "mark", "type", "note"}},
    {"circumstance",
     {PLAIN_KEYS},
     {"addressee", "occasion"},
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

bool section_is_list(Slice section, const char **key)
{
    const RuleSection *known = rule_section(section);
    if (known != NULL)
        *key = known->key;
    return known != NULL && known->key != NULL;
}

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

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

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
        while (end < text.length && is_name(text.data[end]))
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
        if (match != NULL && MAKES[i].captures[0] != NULL)
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

static void check_twice(const RuleNode *section, const char *key, const RuleNode *rule,
                        Mistakes *mistakes)
{
    const RuleNode *id = rule_get(rule, key);
    for (const RuleNode *other = section->children;
         id != NULL && id->scalar.length != 0 && other != rule; other = other->next)
        if (slice_equal(rule_text(other, key), id->scalar)) {
            mistakes_at(mistakes, id,
                        "%s \"%.*s\" stands twice in this file (first at line %u); rename one", key,
                        SLICE_ARG(id->scalar), other->line);
            return;
        }
}

/* quote-extract takes any role: it does not know who made the sentences. */
static void check_roles(const RuleNode *section, Mistakes *mistakes)
{
    for (const RuleNode *role = section->children; role; role = role->next)
        if (!is_known(role->scalar, LINE_ROLES))
            mistakes_at(mistakes, role, "unknown role \"%.*s\"; did you mean \"%s\"?",
                        SLICE_ARG(role->scalar), name_nearest(role->scalar, LINE_ROLES));
}

static void check_section(const RuleNode *section, Mistakes *mistakes)
{
    const RuleSection *known = rule_section(section->key);
    if (known == NULL) {
        mistakes_key(mistakes, section, "unknown section \"%.*s\"; did you mean \"%s\"?",
                     SLICE_ARG(section->key), rule_section_nearest(section->key));
        return;
    }
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
        check_rule(section->key, rule, mistakes);
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

/* rule_get, of what is to be changed. */
static RuleNode *child_of(RuleNode *node, const char *key)
{
    RuleNode *child = node->kind == RULE_MAP ? node->children : NULL;
    while (child != NULL && !slice_equal(child->key, slice_of(key)))
        child = child->next;
    return child;
}

/* Gives a rule that stands twice in its file a name of its own, so that layering
 * drops neither. */
static void rename_twin(Arena *arena, const RuleNode *section, const char *key, RuleNode *rule)
{
    RuleNode *id = child_of(rule, key);
    for (const RuleNode *other = section->children;
         id != NULL && id->scalar.length != 0 && other != rule; other = other->next)
        if (slice_equal(rule_text(other, key), id->scalar)) {
            id->scalar = arena_format(arena, "%.*s-again", SLICE_ARG(id->scalar));
            return;
        }
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

/* ---- classes ---------------------------------------------------------------- */

static void define(Classes *classes, Slice name)
{
    if (name.length != 0)
        classes_add(classes, name);
}

/* `node` is a class name or a list of them, or NULL. */
static void define_each(Classes *classes, const RuleNode *node)
{
    if (node != NULL && node->kind == RULE_SCALAR)
        define(classes, node->scalar);
    for (const RuleNode *item = node ? node->children : NULL; item; item = item->next)
        define(classes, item->scalar);
}

static void define_below(Classes *classes, Slice parent, Slice name)
{
    char text[128];
    int length = snprintf(text, sizeof text, "%.*s.%.*s", SLICE_ARG(parent), SLICE_ARG(name));
    define(classes, (Slice){text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1});
}

static void define_group(Classes *classes, const RuleNode *group)
{
    const RuleNode *entries = rule_get(group, "entries");
    bool has_words = slice_trim(rule_text(group, "words")).length != 0;
    if (!has_words && (entries == NULL || entries->children == NULL))
        return;
    define_each(classes, rule_get(group, "class"));
    define_each(classes, rule_get(group, "also"));
    for (const RuleNode *entry = entries ? entries->children : NULL; entry; entry = entry->next) {
        const RuleNode *forms = rule_get(entry, "forms");
        define_each(classes, rule_get(entry, "also"));
        if (forms != NULL && forms->kind == RULE_MAP)
            for (const RuleNode *form = forms->children; form; form = form->next)
                define_below(classes, SLICE("agr"), form->key);
    }
}

/* The classes that some item can have by these rules, in `arena`. */
static Classes *defined_classes(const Rules *rules, Arena *arena)
{
    /* Those of the tokenizer, and marks that pair with nothing. */
    static const char *const built_in[] = {"word", "number", "punct", "latin", "mark.stray"};
    Classes *classes = classes_new(arena);
    for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++)
        define(classes, slice_of(built_in[i]));
    for (RuleWalk walk = rules_walk(rules, "lexicon"); rule_walk_next(&walk);)
        define_group(classes, walk.node);
    for (RuleWalk walk = rules_walk(rules, "shapes"); rule_walk_next(&walk);)
        define(classes, rule_text(walk.node, "class"));
    for (RuleWalk walk = rules_walk(rules, "clitics"); rule_walk_next(&walk);) {
        const RuleNode *groups = rule_get(walk.node, "groups");
        for (const RuleNode *group = groups ? groups->children : NULL; group; group = group->next)
            define_below(classes, SLICE("clitic"), group->key);
    }
    for (RuleWalk walk = rules_walk(rules, "marks"); rule_walk_next(&walk);)
        define(classes, rule_text(walk.node, "makes"));
    /* Words that a document teaches get these. */
    for (RuleWalk walk = rules_walk(rules, "learning"); rule_walk_next(&walk);) {
        define(classes, rule_text(walk.node, "first"));
        define(classes, rule_text(walk.node, "second"));
        define(classes, rule_text(walk.node, "last"));
        define(classes, rule_text(walk.node, "beside"));
    }
    return classes;
}

/* Class names under `key` of a section that gives them a meaning. */
static void check_meant(const Classes *classes, const RuleNode *names, Mistakes *mistakes)
{
    if (names == NULL)
        return;
    const RuleNode *name = names->kind == RULE_LIST ? names->children : names;
    for (; name; name = names->kind == RULE_LIST ? name->next : NULL)
        if (name->kind == RULE_SCALAR && classes_find(classes, name->scalar) == CLASS_NONE) {
            Slice nearest = classes_nearest(classes, name->scalar);
            mistakes_at(mistakes, name, "class \"%.*s\" is not defined; did you mean \"%.*s\"?",
                        SLICE_ARG(name->scalar), SLICE_ARG(nearest));
        }
}

static void check_meanings(const Rules *rules, const char *section, const char *const *keys,
                           Mistakes *mistakes)
{
    Arena arena = {0};
    const Classes *classes = defined_classes(rules, &arena);
    /* Where there is no room for all, one that is not there may be defined all the same. */
    bool all_known = classes_count(classes) < CLASS_MAX;
    for (RuleWalk walk = rules_walk(rules, section); all_known && rule_walk_next(&walk);)
        for (const char *const *key = keys; *key != NULL; key++)
            check_meant(classes, rule_get(walk.node, *key), mistakes);
    arena_release(&arena);
}

/* Whether some pattern names the class. */
static bool is_named(const Rules *rules, Slice name)
{
    for (RuleWalk walk = rules_walk(rules, "patterns"); rule_walk_next(&walk);) {
        Slice match = rule_text(walk.node, "match");
        for (size_t i = 0; i + name.length < match.length; i++) {
            size_t end = i + 1 + name.length;
            if (match.data[i] == '@' && slice_equal(slice_cut(match, i + 1, end), name) &&
                (end == match.length || (!is_name(match.data[end]) && match.data[end] != '.')))
                return true;
        }
    }
    return false;
}

/* One letter put in, taken out or replaced, or two that stand side by side exchanged. */
static bool is_one_slip(Slice name, Slice meant)
{
    size_t same = 0;
    if (slice_distance(name, meant) == 1)
        return true;
    while (same < name.length && same < meant.length && name.data[same] == meant.data[same])
        same++;
    return name.length == meant.length && same + 1 < name.length &&
           name.data[same] == meant.data[same + 1] && name.data[same + 1] == meant.data[same] &&
           slice_equal(slice_cut(name, same + 2, name.length),
                       slice_cut(meant, same + 2, meant.length));
}

/* A class that `name` is one slip off; empty where there is none. */
static Slice slipped_from(const Classes *known, Slice name)
{
    for (int i = 0; i < classes_count(known); i++)
        if (is_one_slip(name, classes_name(known, i)))
            return classes_name(known, i);
    return (Slice){NULL, 0};
}

/* A new class that nothing names and that looks like one of a pack is a slip. It becomes
 * what was meant: no message may propose it. */
static void mend_slip(Rules *rules, const Classes *known, RuleNode *name, Mistakes *mistakes)
{
    enum { SHORTEST = 6 }; /* bytes: shorter ones are alike too easily */
    if (name->kind != RULE_SCALAR || name->scalar.length < SHORTEST ||
        classes_find(known, name->scalar) != CLASS_NONE)
        return;
    Slice meant = slipped_from(known, name->scalar);
    if (meant.length == 0 || is_named(rules, name->scalar))
        return;
    mistakes_at(mistakes, name,
                "class \"%.*s\" is new, and no pattern names it; did you mean \"%.*s\"?",
                SLICE_ARG(name->scalar), SLICE_ARG(meant));
    name->scalar = arena_copy(&rules->arena, meant);
}

/* `names`: a class, a list of them, or NULL. */
static void mend_slips_of(Rules *rules, const Classes *known, RuleNode *names, Mistakes *mistakes)
{
    if (names == NULL)
        return;
    mend_slip(rules, known, names, mistakes);
    for (RuleNode *name = names->children; name; name = name->next)
        mend_slip(rules, known, name, mistakes);
}

static void mend_slips_in(Rules *rules, const Classes *known, RuleNode *group, Mistakes *mistakes)
{
    RuleNode *entries = child_of(group, "entries");
    mend_slips_of(rules, known, child_of(group, "class"), mistakes);
    mend_slips_of(rules, known, child_of(group, "also"), mistakes);
    for (RuleNode *entry = entries ? entries->children : NULL; entry; entry = entry->next)
        mend_slips_of(rules, known, child_of(entry, "also"), mistakes);
}

void mend_slips(Rules *rules, Mistakes *mistakes)
{
    Arena arena = {0};
    Classes *known = classes_new(&arena);
    for (RuleWalk walk = rules_walk(rules, "lexicon"); rule_walk_next(&walk);)
        if (walk.file->pack != 0)
            define_group(known, walk.node);
    for (size_t i = 0; i < rules->file_count && classes_count(known) != 0; i++) {
        RuleNode *lexicon = child_of(rules->files[i].root, "lexicon");
        for (RuleNode *group = lexicon && rules->files[i].pack == 0 ? lexicon->children : NULL;
             group; group = group->next)
            mend_slips_in(rules, known, group, mistakes);
    }
    arena_release(&arena);
}

/* ---- forms listed twice ------------------------------------------------------- */

typedef struct {
    Slice class_name, form, name;
    unsigned pack;
    const RuleNode *node; /* NULL: free */
} Listed;

typedef struct {
    Listed *table;
    size_t size, count;
    Mistakes *mistakes;
} Listing;

static Listed *place_of(const Listing *listing, Slice class_name, Slice form)
{
    size_t mask = listing->size - 1;
    for (size_t at = (size_t)(slice_hash(form) + slice_hash(class_name)) & mask;;
         at = (at + 1) & mask) {
        Listed *listed = &listing->table[at];
        if (listed->node == NULL ||
            (slice_equal(listed->form, form) && slice_equal(listed->class_name, class_name)))
            return listed;
    }
}

static void grow_listing(Listing *listing)
{
    Listing old = *listing;
    listing->size = old.size ? old.size * 2 : 4096;
    listing->table = memory_resize(NULL, listing->size, sizeof *listing->table);
    memset(listing->table, 0, listing->size * sizeof *listing->table);
    for (size_t i = 0; i < old.size; i++)
        if (old.table[i].node != NULL)
            *place_of(listing, old.table[i].class_name, old.table[i].form) = old.table[i];
    free(old.table);
}

static void list_forms(Listing *listing, unsigned pack, Slice class_name, Slice name,
                       const RuleNode *forms)
{
    for (const RuleNode *form = forms->children; form; form = form->next)
        list_forms(listing, pack, class_name, name, form);
    if (forms->kind != RULE_SCALAR)
        return;
    if (listing->count * 2 >= listing->size)
        grow_listing(listing);
    Listed *listed = place_of(listing, class_name, forms->scalar);
    if (listed->node == NULL) {
        *listed = (Listed){class_name, forms->scalar, name, pack, forms};
        listing->count++;
    } else if (!slice_equal(listed->name, name) && pack == listed->pack &&
               (pack != 0 || forms->file == listed->node->file)) {
        mistakes_at(listing->mistakes, forms,
                    "\"%.*s\" is in class %.*s twice, here as \"%.*s\" and in %s:%u as \"%.*s\"; "
                    "take one out (remove: [...] does it for earlier files)",
                    SLICE_ARG(forms->scalar), SLICE_ARG(class_name), SLICE_ARG(name),
                    listed->node->file, listed->node->line, SLICE_ARG(listed->name));
    }
}

static void check_listed(const Rules *rules, Mistakes *mistakes)
{
    Listing listing = {.mistakes = mistakes};
    for (RuleWalk walk = rules_walk(rules, "lexicon"); rule_walk_next(&walk);) {
        const RuleNode *entries = rule_get(walk.node, "entries");
        Slice class_name = rule_text(walk.node, "class");
        for (const RuleNode *entry = entries ? entries->children : NULL; entry;
             entry = entry->next) {
            const RuleNode *name = rule_get(entry, "name"), *forms = rule_get(entry, "forms");
            if (name == NULL)
                name = rule_get(entry, "lemma");
            if (entry->kind == RULE_SCALAR)
                list_forms(&listing, walk.file->pack, class_name, entry->scalar, entry);
            else if (name != NULL)
                list_forms(&listing, walk.file->pack, class_name, name->scalar,
                           forms ? forms : name);
        }
    }
    free(listing.table);
}

void check_names(const Filters *filters, Mistakes *mistakes)
{
    static const char *const speakers[] = {
        "roles",       "people", "bodies", "documents",  "organisations", "outside", "places",
        "place_heads", "names",  "links",  "adjectives", "continues",     "breaks",  NULL};
    static const char *const unless[] = {"unless", NULL}, *const weighed[] = {"cue", "lead", NULL};
    static const char *const learning[] = {"unless", "opens", "brackets", NULL};
    const Rules *of_quotes = &filters->filters[QUOTE_EXTRACT].rules;
    const Rules *of_entities = &filters->filters[TAG_ENTITIES].rules;
    check_listed(of_quotes, mistakes);
    check_listed(of_entities, mistakes);
    if (of_quotes->unread_count == 0) {
        check_meanings(of_quotes, "speakers", speakers, mistakes);
        check_meanings(of_quotes, "confidence", weighed, mistakes);
    }
    if (of_entities->unread_count == 0) {
        check_meanings(of_entities, "learning", learning, mistakes);
        check_meanings(of_entities, "listed", unless, mistakes);
    }
}

/* ---- patterns by what they need -------------------------------------------------- */

typedef struct {
    const Rules *rules; /* of the filter, layered */
    const char *makes;
    const Classes *named;   /* what patterns may name beside the lexicon's; or NULL */
    const Classes *defined; /* what some item can have */
    Mistakes *mistakes;
} Needing;

/* Pairs of marks get classes of their own below what the rules say they make. */
static bool is_of_marks(const Rules *rules, Slice name)
{
    for (RuleWalk walk = rules_walk(rules, "marks"); rule_walk_next(&walk);) {
        Slice makes = rule_text(walk.node, "makes");
        if (makes.length != 0 && slice_starts(name, makes) && name.length > makes.length &&
            name.data[makes.length] == '.')
            return true;
    }
    return false;
}

/* Where @name stands in the text of a pattern; its beginning when it is in another
 * pattern that this one uses. */
static size_t place_of_class(Slice text, Slice name)
{
    for (size_t i = 1; i < text.length; i++)
        if (text.data[i - 1] == '@' && slice_starts(slice_cut(text, i, text.length), name))
            return i;
    return 0;
}

static void check_needs(const Needing *needing, const Lexicon *lexicon, const Pattern *pattern,
                        Classes *told)
{
    const Classes *classes = lexicon_classes(lexicon);
    for (int c = 0; c < classes_count(classes); c++) {
        Slice name = classes_name(classes, c);
        if (!class_has(pattern_needs(pattern), c) || !class_name_is_given(name) ||
            classes_find(needing->defined, name) != CLASS_NONE ||
            classes_find(told, name) != CLASS_NONE || is_of_marks(needing->rules, name))
            continue;
        classes_add(told, name);
        Slice nearest = classes_nearest(needing->defined, name);
        const RuleNode *match = rule_get(pattern_node(pattern), "match");
        mistakes_in(needing->mistakes, match, place_of_class(match->scalar, name),
                    "the pattern can never match: nothing has class \"%.*s\"; did you mean "
                    "\"%.*s\"?",
                    SLICE_ARG(name), SLICE_ARG(nearest));
    }
}

static bool compile_patterns(void *context, Rules *rules, Error *error)
{
    const Needing *needing = context;
    Lexicon *lexicon = lexicon_new(rules, error);
    if (lexicon == NULL)
        return false;
    for (int c = 0; needing->named != NULL && c < classes_count(needing->named); c++) {
        Slice name = classes_name(needing->named, c);
        if (class_name_is_given(name))
            classes_add(lexicon_classes(lexicon), name);
    }
    PatternSet *patterns = patterns_new(rules, lexicon, needing->makes, NULL, error);
    Classes *told = classes_new(&rules->arena);
    for (size_t i = 0; patterns != NULL && i < patterns_count(patterns); i++)
        check_needs(needing, lexicon, patterns_at(patterns, i), told);
    patterns_free(patterns);
    lexicon_free(lexicon);
    return patterns != NULL;
}

static void check_made(Filters *filters, FilterKind kind, const char *makes, Mistakes *mistakes)
{
    Rules *rules = &filters->filters[kind].rules, compiled;
    Arena arena = {0};
    Classes *defined = defined_classes(rules, &arena);
    Needing needing = {.rules = rules, .makes = makes, .defined = defined, .mistakes = mistakes};
    needing.named = kind == TAG_ENTITIES      ? defined
                    : filters->quotes != NULL ? quote_finder_classes(filters->quotes)
                                              : NULL;
    if (needing.named != NULL &&
        compile_all(rules, &compiled, compile_patterns, &needing, mistakes))
        arena_release(&compiled.arena);
    arena_release(&arena);
}

static bool has_at(const Mistakes *mistakes, const Error *wanted)
{
    for (size_t i = 0; i < mistakes->count; i++)
        if (mistakes->items[i].line == wanted->line &&
            strcmp(mistakes->items[i].source, wanted->source) == 0)
            return true;
    return false;
}

/* A class pattern may be meant for one filter alone: it is wrong when it is for
 * each filter that loads it. */
static void check_class_patterns(Filters *filters, Mistakes *mistakes)
{
    static const FilterKind kinds[] = {QUOTE_EXTRACT, TAG_ENTITIES};
    Mistakes own[2] = {{0}, {0}};
    for (size_t i = 0; i < 2; i++)
        check_made(filters, kinds[i], "class", &own[i]);
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < own[i].count; j++)
            if (!rules_have_file(&filters->filters[kinds[1 - i]].rules, own[i].items[j].source) ||
                has_at(&own[1 - i], &own[i].items[j]))
                mistakes_add(mistakes, &own[i].items[j]);
    for (size_t i = 0; i < 2; i++)
        mistakes_release(&own[i]);
}

void check_patterns(Filters *filters, Mistakes *mistakes)
{
    static const char *const of_quotes[] = {"quote", "subject", "end", "circumstance", "mark"};
    for (size_t i = 0; i < sizeof of_quotes / sizeof *of_quotes; i++)
        check_made(filters, QUOTE_EXTRACT, of_quotes[i], mistakes);
    check_made(filters, TAG_ENTITIES, "entity", mistakes);
    check_class_patterns(filters, mistakes);
}
