#include "tools/quote-extract/speaker_parts.h"

#include <stdlib.h>

static bool read_groups(SpeakerRules *made, const RuleNode *node, Error *error)
{
    static const char *const keys[GROUP_COUNT] = {
#define SPEAKER_GROUP(constant, key) key,
        SPEAKER_GROUPS(SPEAKER_GROUP)
#undef SPEAKER_GROUP
    };
    for (int group = 0; group < GROUP_COUNT; group++) {
        const RuleNode *list = rule_get(node, keys[group]);
        for (const RuleNode *name = list ? list->children : NULL; name; name = name->next) {
            int number = classes_add(lexicon_classes(made->lexicon), name->scalar);
            if (number == CLASS_NONE)
                return rule_error(name, error, CLASSES_FULL, CLASS_MAX);
            class_bits_give(made->bits, number, (unsigned)group);
        }
    }
    return true;
}

static bool read_prefixes(SpeakerRules *made, const RuleNode *node, Error *error)
{
    static const char *const known[] = {"becomes", "prefix", NULL};
    const RuleNode *list = rule_get(node, "joined");
    for (const RuleNode *item = list ? list->children : NULL; item; item = item->next) {
        if (made->joined_count == JOINED_MAX)
            return rule_error(item, error, "more than %d joined prefixes", JOINED_MAX);
        Joined *joined = &made->joined[made->joined_count++];
        if (!rule_check_keys(item, known, error))
            return false;
        joined->prefix = rule_text(item, "prefix");
        joined->becomes = rule_text(item, "becomes");
        if (joined->prefix.length == 0)
            return rule_error(item, error, "prefix: is missing; give the letters that are joined");
    }
    return true;
}

static bool read_class(SpeakerRules *made, const RuleNode *kind, const char *key, int *number,
                       Error *error)
{
    const RuleNode *name = rule_get(kind, key);
    if (name == NULL)
        return rule_error(kind, error, "%s: is missing; give a class", key);
    *number = classes_add(lexicon_classes(made->lexicon), name->scalar);
    return *number != CLASS_NONE || rule_error(name, error, CLASSES_FULL, CLASS_MAX);
}

static bool read_kinds(SpeakerRules *made, const RuleNode *node, Error *error)
{
    static const char *const known[] = {"name", "noun", NULL};
    const RuleNode *list = rule_get(node, "kinds");
    for (const RuleNode *item = list ? list->children : NULL; item; item = item->next) {
        if (made->kind_count == KINDS_MAX)
            return rule_error(item, error, "more than %d kinds of bodies", KINDS_MAX);
        BodyKind *kind = &made->kinds[made->kind_count++];
        if (!rule_check_keys(item, known, error) ||
            !read_class(made, item, "noun", &kind->noun, error) ||
            !read_class(made, item, "name", &kind->name, error))
            return false;
    }
    return true;
}

static bool read_section(SpeakerRules *made, const RuleNode *node, Error *error)
{
#define SPEAKER_GROUP(constant, key) key "[]",
    static const char *const known[] = {
        "article",     "ending", "joined[]",          "kinds[]",
        "object_mark", "reach",  "singular_in_front", SPEAKER_GROUPS(SPEAKER_GROUP) NULL};
#undef SPEAKER_GROUP
    if (!rule_check_keys(node, known, error) || !read_groups(made, node, error) ||
        !rule_count(node, "reach", 0, COUNT_MOST, &made->reach, error) ||
        !rule_count(node, "ending", 0, COUNT_MOST, &made->ending, error) ||
        !rule_flag(node, "singular_in_front", made->singular_in_front, &made->singular_in_front,
                   error))
        return false;
    if (rule_text(node, "article").length != 0)
        made->article = rule_text(node, "article");
    if (rule_text(node, "object_mark").length != 0)
        made->object_mark = rule_text(node, "object_mark");
    return read_prefixes(made, node, error) && read_kinds(made, node, error);
}

SpeakerRules *speaker_rules_new(Rules *rules, Lexicon *lexicon, ClassBits *bits, Error *error)
{
    SpeakerRules *made = ARENA_NEW(&rules->arena, SpeakerRules);
    made->lexicon = lexicon;
    made->fold = lexicon_fold(lexicon);
    made->reach = 6;
    made->bits = bits;
    for (RuleWalk walk = rules_walk(rules, "speakers"); rule_walk_next(&walk);)
        if (!read_section(made, walk.node, error))
            return NULL;
    return made;
}

void speaker_rules_release(SpeakerRules *rules)
{
    if (rules == NULL)
        return;
    free(rules->head_keys);
    free(rules->ordinary);
    items_release(&rules->scratch);
}

void speaker_rules_forget(SpeakerRules *rules)
{
    if (rules->head_capacity != 0)
        memset(rules->head_keys, 0, rules->head_capacity * sizeof *rules->head_keys);
    if (rules->ordinary_capacity != 0)
        memset(rules->ordinary, ORDINARY_UNKNOWN, rules->ordinary_capacity);
}
