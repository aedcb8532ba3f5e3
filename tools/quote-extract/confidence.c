#include "tools/quote-extract/confidence.h"

#include <math.h>

#include "common/json.h"

/* A pattern that says 1 is not certain without end. */
static const double LEAST_ODDS = 0.01;

/* In log-odds: a share of 1 for whoever rounds it, and sums of such stay finite. */
enum { WEIGHT_MOST = 100 };

/* Of Feature.most_name_words: it does not matter, nor whether there is a name. */
static const size_t ANY_NUMBER = SIZE_MAX;

/* What holds of a quote is a bit for the speaker, one for how the speaker is known, one for
 * the kind and one for the marks. */
enum {
    SPEAKER_BIT = 0,
    NOBODY = 3, /* behind the values of SpeakerType */
    KNOWN_BIT = SPEAKER_BIT + NOBODY + 1,
    UNKNOWN = KNOWN_AGAINST + 1, /* nobody is                     */
    KIND_BIT = KNOWN_BIT + UNKNOWN + 1,
    UNCLOSED_BIT = KIND_BIT + QUOTE_MIXED + 1,
};

typedef struct {
    Slice id;
    double weight;
    bool times_pattern; /* the weight counts for each unit of the pattern's log-odds */
    uint32_t refused;   /* bits of what may not hold */
    int cue, lead;      /* class, or CLASS_NONE      */
    size_t least_words, least_apart, most_name_words;
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

static const char *const FLAGS[] = {"false", "true", NULL};

/* Behind the words for SpeakerNearness in NEARNESS: in whatever way. */
enum { IMPLIED = KNOWN_AGAINST + 1 };

static uint32_t place_bit(int place)
{
    return UINT32_C(1) << place;
}

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
           rule_error(rule_get(node, key), error, CLASSES_FULL, CLASS_MAX);
}

/* Of `count` bits from `first` on, all but that of the choice; none without one (-1). */
static uint32_t all_but(int choice, int first, int count)
{
    uint32_t all = (place_bit(count) - 1) << first;
    return choice < 0 ? 0 : all & ~place_bit(first + choice);
}

static bool read_refused(const RuleNode *node, Feature *feature, Error *error)
{
    int speaker, known, kind, unclosed;
    if (!read_choice(node, "speaker", SPEAKERS, &speaker, error) ||
        !read_choice(node, "known", NEARNESS, &known, error) ||
        !read_choice(node, "kind", KINDS, &kind, error) ||
        !read_choice(node, "unclosed", FLAGS, &unclosed, error))
        return false;
    feature->refused = all_but(speaker, SPEAKER_BIT, NOBODY + 1) |
                       all_but(kind, KIND_BIT, QUOTE_MIXED + 1) |
                       all_but(unclosed, UNCLOSED_BIT, 2);
    if (known == IMPLIED)
        feature->refused |= place_bit(KNOWN_BIT + KNOWN_NAMED) | place_bit(KNOWN_BIT + UNKNOWN);
    else
        feature->refused |= all_but(known, KNOWN_BIT, UNKNOWN + 1);
    return true;
}

static bool read_feature(const RuleNode *node, Lexicon *lexicon, Feature *feature, Error *error)
{
    static const char *const known[] = {"id",         "weight",   "times", "cue",      "lead",
                                        "speaker",    "known",    "kind",  "words",    "apart",
                                        "name-words", "unclosed", "note",  "disabled", NULL};
    static const char *const times[] = {"pattern", NULL};
    int is_times;
    if (!rule_check_keys(node, known, error))
        return false;
    feature->id = rule_text(node, "id");
    feature->most_name_words = ANY_NUMBER;
    if (feature->id.length == 0 || rule_get(node, "weight") == NULL)
        return rule_error(node, error, "a feature has an id and a weight");
    if (!read_class(node, "cue", lexicon, &feature->cue, error) ||
        !read_class(node, "lead", lexicon, &feature->lead, error) ||
        !rule_number(node, "weight", 0, &feature->weight, error) ||
        !rule_count(node, "words", 0, COUNT_MOST, &feature->least_words, error) ||
        !rule_count(node, "apart", 0, COUNT_MOST, &feature->least_apart, error) ||
        !rule_count(node, "name-words", 0, COUNT_MOST, &feature->most_name_words, error) ||
        !read_choice(node, "times", times, &is_times, error) || !read_refused(node, feature, error))
        return false;
    feature->times_pattern = is_times == 0;
    return (feature->weight >= -WEIGHT_MOST && feature->weight <= WEIGHT_MOST) ||
           rule_error(rule_get(node, "weight"), error, "weight: %g is not between %d and %d",
                      feature->weight, -WEIGHT_MOST, WEIGHT_MOST);
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

static uint32_t bits_of(const Evidence *evidence)
{
    bool nobody = evidence->speaker->name.data == NULL;
    int speaker = nobody ? NOBODY : (int)evidence->speaker->type;
    int known = nobody ? UNKNOWN : (int)evidence->known;
    return place_bit(SPEAKER_BIT + speaker) | place_bit(KNOWN_BIT + known) |
           place_bit(KIND_BIT + (int)evidence->kind) | place_bit(UNCLOSED_BIT + evidence->unclosed);
}

/* `bits`: those of the evidence. */
static bool holds(const Feature *feature, const Evidence *evidence, uint32_t bits)
{
    if ((feature->refused & bits) != 0 || !has_class(evidence->cue, feature->cue) ||
        !has_class(evidence->lead, feature->lead))
        return false;
    Slice name = evidence->speaker->name;
    if (feature->most_name_words != ANY_NUMBER &&
        (name.data == NULL || words_of(name) > feature->most_name_words))
        return false;
    return evidence->words >= feature->least_words && evidence->apart >= feature->least_apart;
}

/* How often the weight of a feature counts. */
static double value_of(const Feature *feature, const Evidence *evidence, uint32_t bits)
{
    if (!holds(feature, evidence, bits))
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
    uint32_t bits = bits_of(evidence);
    for (size_t i = 0; i < confidence->count; i++)
        sum += confidence->features[i].weight * value_of(&confidence->features[i], evidence, bits);
    return 1 / (1 + exp(-sum));
}

void confidence_explain(const Confidence *confidence, const Evidence *evidence,
                        const Explanation *explanation)
{
    Buffer *out = explanation->out;
    uint32_t bits = bits_of(evidence);
    bool any = false;
    if (explanation->is_json)
        explain_member(explanation, "evidence");
    buffer_append_format(out, explanation->is_json ? "{" : "      confidence %.2f:",
                         confidence_of(confidence, evidence));
    for (size_t i = 0; i < confidence->count; i++) {
        const Feature *feature = &confidence->features[i];
        double value = value_of(feature, evidence, bits);
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
