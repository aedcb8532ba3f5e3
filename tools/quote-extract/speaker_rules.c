#include "tools/quote-extract/speaker_parts.h"

#include <stdlib.h>

static const char *const GROUP_KEYS[GROUP_COUNT + 1] = {
    "roles",       "people",   "bodies",    "documents",  "organisations", "outside", "places",
    "place_heads", "names",    "links",     "adjectives", "continues",     "breaks",  "articles",
    "proper",      "pronouns", "modifiers", "ordinary",   "transitive",    NULL,
};

const unsigned SPEAKER_BITS = GROUP_COUNT;

static unsigned need_class(SpeakerRules *made, const char *name)
{
    return class_bits_ask(made->bits, name);
}

static bool read_groups(SpeakerRules *made, const RuleNode *node, Error *error)
{
    for (int group = 0; group < GROUP_COUNT; group++) {
        const RuleNode *list = rule_get(node, GROUP_KEYS[group]);
        for (const RuleNode *name = list ? list->children : NULL; name; name = name->next) {
            int number = classes_add(lexicon_classes(made->lexicon), name->scalar);
            if (number == CLASS_NONE)
                return rule_error(name, error, CLASSES_FULL, CLASS_MAX);
            class_bits_give(made->bits, number, (unsigned)group);
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
    made->marked = need_class(made, "marked");
    made->bracketed = need_class(made, "bracketed");
    made->comma = need_class(made, "comma");
    made->article_class = need_class(made, "clitic.article");
    made->conjunction = need_class(made, "clitic.conjunction");
    made->nisba = need_class(made, "shape.nisba");
    made->person = need_class(made, "person");
    made->inner_link = need_class(made, "name.link.inner");
    made->pronoun = need_class(made, "shape.pronoun");
    made->work = need_class(made, "title.person.work");
    made->sport = need_class(made, "title.person.sport");
    made->relative = need_class(made, "relative");
    made->circumstance = need_class(made, "shape.circumstance");
    made->preposition = need_class(made, "halt.prep");
    made->object = need_class(made, "shape.object");
    made->given = need_class(made, "name.given");
    made->prepositional = need_class(made, "shape.prepositional");
    made->adverbial = need_class(made, "shape.prepositional.adverbial");
    made->honorific = need_class(made, "title.honorific");
    made->inside = need_class(made, "halt.in");
    made->occasion = need_class(made, "occasion");
    made->people = need_class(made, "shape.people");
    made->media = need_class(made, "org.media");
    made->addressee = need_class(made, "addressee");
    made->preposed = need_class(made, "clitic.preposition");
    made->qad = need_class(made, "qad");
    made->opener = need_class(made, "opener");
    made->colon = need_class(made, "colon");
    made->past = need_class(made, "cue.past");
    made->imperfect = need_class(made, "cue.imperfect");
    made->act = need_class(made, "act");
    made->kin_of = need_class(made, "speaker.kin");
    made->object_pronoun = need_class(made, "cue.object");
    made->cited = need_class(made, "speaker.cited");
    made->agency = need_class(made, "org.agency");
    made->describing = need_class(made, "shape.describing");
    made->address = need_class(made, "title.address");
    made->accusative = need_class(made, "shape.accusative");
    made->ends_feminine = need_class(made, "shape.feminine");
    made->question = need_class(made, "comp.question");
    made->comp = need_class(made, "comp");
    made->degree = need_class(made, "title.degree");
    made->says = need_class(made, "cue.strong");
    made->homonym = need_class(made, "nisba.homonym");
    made->office = need_class(made, "title.person");
    made->author = need_class(made, "speaker.author");
    made->when = need_class(made, "speaker.when");
    made->adverb = need_class(made, "adverb");
    made->agency_head = need_class(made, "head.org.media.agency");
    made->further = need_class(made, "relative.further");
    made->pointing = need_class(made, "speaker.pointing");
    made->deed = need_class(made, "noun.deed");
    made->before_mark = need_class(made, "halt.before-mark");
    made->posted = need_class(made, "halt.posted");
    made->issued = need_class(made, "speech-event.behind");
    made->issuer = need_class(made, "speaker.issuer");
    made->own = need_class(made, "speaker.own");
    made->things = need_class(made, "shape.things");
    made->ends_t = need_class(made, "shape.ends-t");
    made->issued_by = need_class(made, "speaker.issued-by");
    made->surname = need_class(made, "title.surname");
    made->led_by = need_class(made, "speaker.led-by");
    made->ambiguous = need_class(made, "name.ambiguous");
    made->oblique = need_class(made, "shape.oblique");
    made->syllable = need_class(made, "syllable.east");
    made->marked_long = need_class(made, "marked.long");
    made->same = need_class(made, "speaker.same");
    made->listed_org = need_class(made, "org");
    made->again = need_class(made, "speaker.again");
    made->source = need_class(made, "speaker.again.source");
    made->quantifier = need_class(made, "quantifier");
    made->halt = need_class(made, "halt");
    made->masculine = need_class(made, "agr.m");
    made->feminine = need_class(made, "agr.f");
    made->plural = need_class(made, "agr.p");
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
