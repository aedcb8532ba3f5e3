#include "tools/quote-extract/speaker_parts.h"

#include <stdlib.h>

static const char *const GROUP_KEYS[GROUP_COUNT + 1] = {
    "roles",       "people",   "bodies",    "documents",  "organisations", "outside", "places",
    "place_heads", "names",    "links",     "adjectives", "continues",     "breaks",  "articles",
    "proper",      "pronouns", "modifiers", "ordinary",   "transitive",    NULL,
};

static int need_class(Lexicon *lexicon, const char *name)
{
    return classes_add(lexicon_classes(lexicon), slice_of(name));
}

static bool read_groups(SpeakerRules *made, const RuleNode *node, Error *error)
{
    for (int group = 0; group < GROUP_COUNT; group++) {
        const RuleNode *list = rule_get(node, GROUP_KEYS[group]);
        for (const RuleNode *name = list ? list->children : NULL; name; name = name->next) {
            int number = classes_add(lexicon_classes(made->lexicon), name->scalar);
            if (number == CLASS_NONE)
                return rule_error(name, error, CLASSES_FULL, CLASS_MAX);
            made->groups[group].bits[number / 64] |= (uint64_t)1 << (number % 64);
            if (group <= GROUP_PLACE_HEADS || group == GROUP_ADJECTIVES)
                made->heads.bits[number / 64] |= (uint64_t)1 << (number % 64);
        }
    }
    return true;
}

static bool read_section(SpeakerRules *made, const RuleNode *node, Error *error)
{
    static const char *const known[] = {
        "roles[]",      "people[]",    "bodies[]",      "documents[]", "organisations[]",
        "outside[]",    "places[]",    "place_heads[]", "names[]",     "links[]",
        "adjectives[]", "continues[]", "breaks[]",      "article",     "joined[]",
        "articles[]",   "proper[]",    "pronouns[]",    "modifiers[]", "ordinary[]",
        "transitive[]", "object_mark", "reach",         NULL,
    };
    double reach;
    if (!rule_check_keys(node, known, error) || !read_groups(made, node, error) ||
        !rule_number(node, "reach", (double)made->reach, &reach, error))
        return false;
    if (reach < 0 || reach > 1e6)
        return rule_error(rule_get(node, "reach"), error,
                          "reach: %g is not between 0 and a million", reach);
    made->reach = (size_t)reach;
    if (rule_text(node, "article").length != 0)
        made->article = rule_text(node, "article");
    if (rule_text(node, "object_mark").length != 0)
        made->object_mark = rule_text(node, "object_mark");
    const RuleNode *list = rule_get(node, "joined");
    for (const RuleNode *item = list ? list->children : NULL; item; item = item->next) {
        if (made->joined_count == JOINED_MAX)
            return rule_error(item, error, "more than %d joined prefixes", JOINED_MAX);
        Joined *joined = &made->joined[made->joined_count++];
        joined->prefix = rule_text(item, "prefix");
        joined->becomes = rule_text(item, "becomes");
        if (joined->prefix.length == 0)
            return rule_error(item, error, "prefix: is missing");
    }
    return true;
}

SpeakerRules *speaker_rules_new(Rules *rules, Lexicon *lexicon, Error *error)
{
    SpeakerRules *made = ARENA_NEW(&rules->arena, SpeakerRules);
    made->lexicon = lexicon;
    made->fold = lexicon_fold(lexicon);
    made->reach = 6;
    for (RuleWalk walk = rules_walk(rules, "speakers"); rule_walk_next(&walk);)
        if (!read_section(made, walk.node, error))
            return NULL;
    made->marked = need_class(lexicon, "marked");
    made->bracketed = need_class(lexicon, "bracketed");
    made->comma = need_class(lexicon, "comma");
    made->article_class = need_class(lexicon, "clitic.article");
    made->conjunction = need_class(lexicon, "clitic.conjunction");
    made->nisba = need_class(lexicon, "shape.nisba");
    made->person = need_class(lexicon, "person");
    made->inner_link = need_class(lexicon, "name.link.inner");
    made->pronoun = need_class(lexicon, "shape.pronoun");
    made->work = need_class(lexicon, "title.person.work");
    made->sport = need_class(lexicon, "title.person.sport");
    made->relative = need_class(lexicon, "relative");
    made->circumstance = need_class(lexicon, "shape.circumstance");
    made->preposition = need_class(lexicon, "halt.prep");
    made->object = need_class(lexicon, "shape.object");
    made->given = need_class(lexicon, "name.given");
    made->prepositional = need_class(lexicon, "shape.prepositional");
    made->honorific = need_class(lexicon, "title.honorific");
    made->inside = need_class(lexicon, "halt.in");
    made->occasion = need_class(lexicon, "occasion");
    made->people = need_class(lexicon, "shape.people");
    made->media = need_class(lexicon, "org.media");
    made->addressee = need_class(lexicon, "addressee");
    made->preposed = need_class(lexicon, "clitic.preposition");
    made->qad = need_class(lexicon, "qad");
    made->opener = need_class(lexicon, "opener");
    made->colon = need_class(lexicon, "colon");
    made->past = need_class(lexicon, "cue.past");
    made->imperfect = need_class(lexicon, "cue.imperfect");
    made->act = need_class(lexicon, "act");
    made->kin_of = need_class(lexicon, "speaker.kin");
    made->object_pronoun = need_class(lexicon, "cue.object");
    made->cited = need_class(lexicon, "speaker.cited");
    made->agency = need_class(lexicon, "org.agency");
    made->before_mark = need_class(lexicon, "halt.before-mark");
    made->posted = need_class(lexicon, "halt.posted");
    made->issued = need_class(lexicon, "speech-event.behind");
    made->issuer = need_class(lexicon, "speaker.issuer");
    made->surname = need_class(lexicon, "title.surname");
    made->led_by = need_class(lexicon, "speaker.led-by");
    made->ambiguous = need_class(lexicon, "name.ambiguous");
    made->oblique = need_class(lexicon, "shape.oblique");
    made->syllable = need_class(lexicon, "syllable.east");
    made->marked_long = need_class(lexicon, "marked.long");
    made->same = need_class(lexicon, "speaker.same");
    made->listed_org = need_class(lexicon, "org");
    made->again = need_class(lexicon, "speaker.again");
    made->quantifier = need_class(lexicon, "quantifier");
    made->halt = need_class(lexicon, "halt");
    made->masculine = need_class(lexicon, "agr.m");
    made->feminine = need_class(lexicon, "agr.f");
    made->plural = need_class(lexicon, "agr.p");
    if (made->plural == CLASS_NONE) {
        error_set(error, EXIT_USAGE, NULL, 0, 0, "the rules name more than %d classes", CLASS_MAX);
        return NULL;
    }
    return made;
}

void speaker_rules_release(SpeakerRules *rules)
{
    if (rules == NULL)
        return;
    free(rules->set_groups);
    items_release(&rules->scratch);
}
