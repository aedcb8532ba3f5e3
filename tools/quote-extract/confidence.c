#include "tools/quote-extract/confidence.h"

#include <math.h>

#include "common/json.h"

/* A pattern that says 1 is not certain without end. */
static const double LEAST_ODDS = 0.01;

/* -1: a condition that is not set. */
typedef struct {
    Slice id;
    double weight;
    bool times_pattern; /* the weight counts for each unit of the pattern's log-odds */
    int cue, lead;      /* class, or CLASS_NONE */
    int speaker, known, kind, unclosed;
    double name_words, least_words, least_apart;
} Feature;

struct Confidence {
    Feature *features;
    size_t count;
};

/* In the order of SpeakerType, SpeakerNearness and QuoteKind. */
static const char *const SPEAKERS[] = {"person", "organisation", "common", "nobody", NULL};
static const char *const NEARNESS[] = {"named",   "sentence", "paragraph", "farther",
                                       "against", "implied",  NULL};
static const char *const KINDS[] = {"direct", "indirect", "mixed", NULL};

enum { NOBODY = 3, IMPLIED = KNOWN_AGAINST + 1 /* in whatever way */ };

/* The number of the word under `key` in `words`, which end with NULL; -1 when the key is
 * absent. */
static bool read_choice(const RuleNode *node, const char *key, const char *const *words,
                        int *choice, Error *error)
{
    Slice word = rule_text(node, key);
    *choice = -1;
    if (word.length == 0)
        return true;
    for (int i = 0; words[i] != NULL; i++)
        if (slice_equal(word, slice_of(words[i])))
            *choice = i;
    if (*choice >= 0)
        return true;
    Buffer known = {0};
    for (int i = 0; words[i] != NULL; i++)
        buffer_append_format(&known, "%s%s", i == 0 ? "" : ", ", words[i]);
    bool failed = rule_error(rule_get(node, key), error, "%s: \"%.*s\" is none of %.*s", key,
                             SLICE_ARG(word), SLICE_ARG(buffer_slice(&known)));
    buffer_release(&known);
    return failed;
}

static bool read_class(const RuleNode *node, const char *key, Lexicon *lexicon, int *number,
                       Error *error)
{
    Slice name = rule_text(node, key);
    *number = name.length == 0 ? CLASS_NONE : classes_add(lexicon_classes(lexicon), name);
    return name.length == 0 || *number != CLASS_NONE ||
           rule_error(rule_get(node, key), error, "more than %d classes in all", CLASS_MAX);
}

static bool read_feature(const RuleNode *node, Lexicon *lexicon, Feature *feature, Error *error)
{
    static const char *const known[] = {"id",         "weight",   "times", "cue",      "lead",
                                        "speaker",    "known",    "kind",  "words",    "apart",
                                        "name-words", "unclosed", "note",  "disabled", NULL};
    static const char *const times[] = {"pattern", NULL};
    static const char *const flags[] = {"false", "true", NULL};
    int is_times;
    if (!rule_check_keys(node, known, error))
        return false;
    feature->id = rule_text(node, "id");
    if (feature->id.length == 0 || rule_get(node, "weight") == NULL)
        return rule_error(node, error, "a feature has an id and a weight");
    if (!read_class(node, "cue", lexicon, &feature->cue, error) ||
        !read_class(node, "lead", lexicon, &feature->lead, error) ||
        !rule_number(node, "weight", 0, &feature->weight, error) ||
        !rule_number(node, "words", -1, &feature->least_words, error) ||
        !rule_number(node, "apart", -1, &feature->least_apart, error) ||
        !rule_number(node, "name-words", -1, &feature->name_words, error) ||
        !read_choice(node, "times", times, &is_times, error) ||
        !read_choice(node, "speaker", SPEAKERS, &feature->speaker, error) ||
        !read_choice(node, "known", NEARNESS, &feature->known, error) ||
        !read_choice(node, "kind", KINDS, &feature->kind, error) ||
        !read_choice(node, "unclosed", flags, &feature->unclosed, error))
        return false;
    feature->times_pattern = is_times == 0;
    return true;
}

Confidence *confidence_new(Rules *rules, Lexicon *lexicon, Error *error)
{
    Confidence *confidence = ARENA_NEW(&rules->arena, Confidence);
    size_t count = 0;
    for (RuleWalk walk = rules_walk(rules, "confidence"); rule_walk_next(&walk);)
        count++;
    confidence->features = ARENA_ARRAY(&rules->arena, count + 1, Feature);
    for (RuleWalk walk = rules_walk(rules, "confidence"); rule_walk_next(&walk);)
        if (!read_feature(walk.node, lexicon, &confidence->features[confidence->count++], error))
            return NULL;
    return confidence;
}

static size_t words_of(Slice name)
{
    size_t words = 1;
    for (size_t i = 0; i < name.length; i++)
        words += name.data[i] == ' ';
    return words;
}

static bool has_class(const ClassSet *set, int class_number)
{
    return class_number == CLASS_NONE || (set != NULL && class_has(set, class_number));
}

static bool holds(const Feature *feature, const Evidence *evidence)
{
    const Speaker *speaker = evidence->speaker;
    bool nobody = speaker->name.data == NULL;
    if (!has_class(evidence->cue, feature->cue) || !has_class(evidence->lead, feature->lead))
        return false;
    if (feature->speaker >= 0 && (nobody ? NOBODY : (int)speaker->type) != feature->speaker)
        return false;
    bool is_known = feature->known == IMPLIED ? evidence->known != KNOWN_NAMED
                                              : (int)evidence->known == feature->known;
    if (feature->known >= 0 && (nobody || !is_known))
        return false;
    if (feature->kind >= 0 && (int)evidence->kind != feature->kind)
        return false;
    if (feature->unclosed >= 0 && evidence->unclosed != (feature->unclosed == 1))
        return false;
    if (feature->name_words >= 0 &&
        (nobody || (double)words_of(speaker->name) > feature->name_words))
        return false;
    return (double)evidence->words >= feature->least_words &&
           (double)evidence->apart >= feature->least_apart;
}

/* How often the weight of a feature counts. */
static double value_of(const Feature *feature, const Evidence *evidence)
{
    if (!holds(feature, evidence))
        return 0;
    if (!feature->times_pattern)
        return 1;
    double share = fmin(fmax(evidence->pattern, LEAST_ODDS), 1 - LEAST_ODDS);
    return log(share / (1 - share));
}

double confidence_of(const Confidence *confidence, const Evidence *evidence)
{
    double sum = 0;
    if (confidence->count == 0)
        return evidence->pattern;
    for (size_t i = 0; i < confidence->count; i++)
        sum += confidence->features[i].weight * value_of(&confidence->features[i], evidence);
    return 1 / (1 + exp(-sum));
}

void confidence_explain(const Confidence *confidence, const Evidence *evidence,
                        const Explanation *explanation)
{
    Buffer *out = explanation->out;
    bool any = false;
    if (explanation->is_json)
        explain_member(explanation, "evidence");
    buffer_append_format(out, explanation->is_json ? "{" : "      confidence %.2f:",
                         confidence_of(confidence, evidence));
    for (size_t i = 0; i < confidence->count; i++) {
        const Feature *feature = &confidence->features[i];
        double value = value_of(feature, evidence);
        if (value == 0)
            continue;
        if (any)
            buffer_append_byte(out, ',');
        if (explanation->is_json) {
            json_append_string(out, feature->id);
            buffer_append_format(out, ":%.3g", value);
        } else {
            buffer_append_format(out, " %.*s %+.2f", SLICE_ARG(feature->id),
                                 feature->weight * value);
        }
        any = true;
    }
    buffer_append_byte(out, explanation->is_json ? '}' : '\n');
}
