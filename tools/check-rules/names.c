#include "tools/check-rules/names.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/pattern.h"
#include "tools/quote-extract/speaker_groups.h"

/* ---- classes ---------------------------------------------------------------- */

static void define(Classes *classes, Slice name)
{
    if (name.length != 0)
        classes_add(classes, name);
}

/* `node` is a class name or a list of them, or NULL. */
static void define_each(Classes *classes, const RuleNode *node)
{
    for (const RuleNode *item = rule_first(node); item; item = rule_next(node, item))
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

Classes *defined_classes(const Rules *rules, Arena *arena)
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

/* Class names that a section gives a meaning: under `keys` (ended by NULL) of the section, or
 * of each item of its list `list`. */
typedef struct {
    const char *section;
    const char *list; /* NULL: the section itself */
    const char *const *keys;
} Meaning;

/* `names`: a class, a list of them, or NULL. */
static void check_meant(const Classes *classes, const RuleNode *names, Mistakes *mistakes)
{
    for (const RuleNode *name = rule_first(names); name; name = rule_next(names, name))
        if (name->kind == RULE_SCALAR && classes_find(classes, name->scalar) == CLASS_NONE) {
            Slice nearest = classes_nearest(classes, name->scalar);
            mistakes_at(mistakes, name, "class \"%.*s\" is not defined; did you mean \"%.*s\"?",
                        SLICE_ARG(name->scalar), SLICE_ARG(nearest));
        }
}

static void check_meaning(const Classes *classes, const Rules *rules, const Meaning *meaning,
                          Mistakes *mistakes)
{
    for (RuleWalk walk = rules_walk(rules, meaning->section); rule_walk_next(&walk);) {
        const RuleNode *all = meaning->list ? rule_get(walk.node, meaning->list) : walk.node;
        for (const RuleNode *item = rule_first(all); item; item = rule_next(all, item))
            for (const char *const *key = meaning->keys; *key != NULL; key++)
                check_meant(classes, rule_get(item, *key), mistakes);
    }
}

static void check_meanings(const Rules *rules, const Meaning *meanings, size_t count,
                           Mistakes *mistakes)
{
    Arena arena = {0};
    const Classes *classes = defined_classes(rules, &arena);
    /* Where there is no room for all, one that is not there may be defined all the same. */
    bool all_known = classes_count(classes) < CLASS_MAX;
    for (size_t i = 0; i < count && all_known; i++)
        check_meaning(classes, rules, &meanings[i], mistakes);
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
                (end == match.length || !is_name_byte((unsigned char)match.data[end])))
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
    RuleNode *entries = rule_child(group, "entries");
    mend_slips_of(rules, known, rule_child(group, "class"), mistakes);
    mend_slips_of(rules, known, rule_child(group, "also"), mistakes);
    for (RuleNode *entry = entries ? entries->children : NULL; entry; entry = entry->next)
        mend_slips_of(rules, known, rule_child(entry, "also"), mistakes);
}

void mend_slips(Rules *rules, Mistakes *mistakes)
{
    Arena arena = {0};
    Classes *known = classes_new(&arena);
    for (RuleWalk walk = rules_walk(rules, "lexicon"); rule_walk_next(&walk);)
        if (walk.file->pack != 0)
            define_group(known, walk.node);
    for (size_t i = 0; i < rules->file_count && classes_count(known) != 0; i++) {
        RuleNode *lexicon = rule_child(rules->files[i].root, "lexicon");
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
#define SPEAKER_GROUP(constant, key) key,
    static const char *const speakers[] = {SPEAKER_GROUPS(SPEAKER_GROUP) NULL};
#undef SPEAKER_GROUP
    static const char *const kinds[] = {"noun", "name", NULL};
    static const char *const weighed[] = {"cue", "lead", NULL};
    static const char *const learning[] = {"unless", "opens", "brackets", NULL};
    static const char *const unless[] = {"unless", NULL};
    static const Meaning in_quotes[] = {
        {"speakers", NULL, speakers},
        {"speakers", "kinds", kinds},
        {"confidence", NULL, weighed},
    };
    static const Meaning in_entities[] = {
        {"learning", NULL, learning},
        {"listed", NULL, unless},
    };
    const Rules *of_quotes = &filters->filters[QUOTE_EXTRACT].rules;
    const Rules *of_entities = &filters->filters[TAG_ENTITIES].rules;
    check_listed(of_quotes, mistakes);
    check_listed(of_entities, mistakes);
    if (of_quotes->unread_count == 0)
        check_meanings(of_quotes, in_quotes, sizeof in_quotes / sizeof *in_quotes, mistakes);
    if (of_entities->unread_count == 0)
        check_meanings(of_entities, in_entities, sizeof in_entities / sizeof *in_entities,
                       mistakes);
}
