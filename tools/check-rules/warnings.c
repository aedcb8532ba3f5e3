#include "tools/check-rules/warnings.h"

#include "common/message.h"

/* Under which key a rule shows what it does: what makes nothing can show no more than where it
 * does so. */
static const char *showing_key(const RuleNode *rule)
{
    bool is_none = slice_equal(rule_text(rule, "type"), SLICE("none"));
    return is_none ? "counterexamples" : "examples";
}

/* A rule of a pack should show what it does. */
static void warn_without_examples(const Rules *rules)
{
    for (RuleWalk walk = rules_walk(rules, "patterns"); rule_walk_next(&walk);) {
        Slice makes = rule_text(walk.node, "makes");
        const char *key = showing_key(walk.node);
        if (walk.file->pack != 0 && rule_get(walk.node, key) == NULL &&
            (slice_equal(makes, SLICE("quote")) || slice_equal(makes, SLICE("entity"))))
            message_warning(walk.node->file, walk.node->line, walk.node->column,
                            "pattern \"%.*s\" has no example; add a sentence under %s: that "
                            "shows what it does",
                            SLICE_ARG(rule_text(walk.node, "id")), key);
    }
}

/* Whether some word of the list is no entity by itself. */
static bool lacks_type(const RuleNode *group)
{
    if (rule_text(group, "type").length != 0 ||
        slice_equal(rule_text(group, "disabled"), SLICE("true")))
        return false;
    const RuleNode *entries = rule_get(group, "entries");
    for (const RuleNode *entry = entries ? entries->children : NULL; entry; entry = entry->next)
        if (rule_text(entry, "type").length == 0)
            return true;
    return slice_trim(rule_text(group, "words")).length != 0;
}

/* Whether a class is `above`, or stands somewhere below it. */
static bool is_below(Slice name, Slice above)
{
    return slice_starts(name, above) &&
           (name.length == above.length || name.data[above.length] == '.');
}

/* The class without the last part of its name; empty where it has but one. */
static Slice parent_of(Slice name)
{
    while (name.length != 0 && name.data[name.length - 1] != '.')
        name.length--;
    name.length -= name.length != 0;
    return name;
}

/* The type that the lists of the packs in this class and those below it have, some of them
 * at least; empty where they have none or several. *is_known: some list is of this very class. */
static Slice type_in_packs(const Rules *rules, Slice name, bool *is_known)
{
    Slice type = {NULL, 0};
    for (RuleWalk walk = rules_walk(rules, "lexicon"); rule_walk_next(&walk);) {
        Slice other = rule_text(walk.node, "class"), its = rule_text(walk.node, "type");
        if (walk.file->pack == 0 || !is_below(other, name))
            continue;
        *is_known = *is_known || other.length == name.length;
        if (type.length != 0 && its.length != 0 && !slice_equal(type, its))
            return (Slice){NULL, 0};
        type = its.length != 0 ? its : type;
    }
    return type;
}

/* Packs leave the type out where words are other words too, and their patterns ask for more;
 * whoever adds a list mostly wants each of its words. */
static void warn_without_type(const Rules *rules)
{
    for (RuleWalk walk = rules_walk(rules, "lexicon"); rule_walk_next(&walk);) {
        const RuleNode *name = rule_get(walk.node, "class");
        if (walk.file->pack != 0 || name == NULL || !lacks_type(walk.node))
            continue;
        Slice above = name->scalar, type;
        bool is_known = false;
        /* A class that is new is what the one above it is. */
        while ((type = type_in_packs(rules, above, &is_known)).length == 0 && !is_known &&
               above.length != 0)
            above = parent_of(above);
        if (type.length != 0)
            message_warning(name->file, name->line, name->column,
                            "words of this list make no entity by themselves, as it has no type; "
                            "add \"type: %.*s\", unless patterns are to ask for more",
                            SLICE_ARG(type));
    }
}

void warn_of_rules(const Rules *rules)
{
    warn_without_examples(rules);
    warn_without_type(rules);
}
