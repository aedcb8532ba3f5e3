#include "tools/sentence-split/split_rules.h"

#include "common/nearest.h"
#include "common/utf8.h"

enum { NAMES_MAX = 32 }; /* rows of the tables below */

typedef struct {
    const char *name;
    uint32_t value;
} Named;

static const Named MARK_KINDS[] = {
    {"stop", MARK_STOP},
    {"ellipsis", MARK_ELLIPSIS},
    {"point", MARK_POINT},
    {"close", MARK_CLOSE},
    {"open", MARK_OPEN},
    {"either", MARK_EITHER},
    {"bracket-open", MARK_BRACKET_OPEN},
    {"bracket-close", MARK_BRACKET_CLOSE},
    {"continue", MARK_CONTINUE},
    {"dash", MARK_DASH},
    {"dateline", MARK_DATELINE},
    {NULL, 0},
};

static const Named CHECKS[] = {
    {"joined-to-opener", CHECK_JOINED_TO_OPENER},
    {"joined", CHECK_JOINED},
    {"continue-mark", CHECK_CONTINUE_MARK},
    {"only-in-brackets", CHECK_ONLY_IN_BRACKETS},
    {"at-beginning", CHECK_AT_BEGINNING},
    {"list-number", CHECK_LIST_NUMBER},
    {"inside-brackets", CHECK_INSIDE_BRACKETS},
    {"spaced-number", CHECK_SPACED_NUMBER},
    {"letter-names", CHECK_LETTER_NAMES},
    {"abbreviation", CHECK_ABBREVIATION},
    {"letter-after-number", CHECK_LETTER_AFTER_NUMBER},
    {"letter-after-label", CHECK_LETTER_AFTER_LABEL},
    {"initial", CHECK_INITIAL},
    {"named-initial", CHECK_NAMED_INITIAL},
    {"initialism", CHECK_INITIALISM},
    {"small-letter", CHECK_SMALL_LETTER},
    {"quotation-goes-on", CHECK_QUOTATION_GOES_ON},
    {"ellipsis-before-opener", CHECK_ELLIPSIS_BEFORE_OPENER},
    {"ellipsis-goes-on", CHECK_ELLIPSIS_GOES_ON},
    {"two-points", CHECK_TWO_POINTS},
    {"ellipsis", CHECK_ELLIPSIS},
    {"dateline", CHECK_DATELINE},
    {"stop", CHECK_STOP},
    {NULL, 0},
};

/* Uses that are no flag of a word but a set of their own. */
enum { USE_PREFIX = 1u << 30, USE_CONJUNCTION = 1u << 29 };

static const Named WORD_USES[] = {
    {"abbreviation-prefix", USE_PREFIX},
    {"conjunction", USE_CONJUNCTION},
    {"letter-name", WORD_LETTER_NAME},
    {"label", WORD_LABEL},
    {"said-after", WORD_SAID_AFTER},
    {"opener", WORD_OPENER},
    {"continues", WORD_CONTINUES},
    {"place", WORD_PLACE},
    {"takes-place", WORD_TAKES_PLACE},
    {"preposition", WORD_PREPOSITION},
    {NULL, 0},
};

static const Named ENDS[] = {
    {"never", WORD_NEVER_ENDS},
    {"before-opener", WORD_MAY_END},
    {NULL, 0},
};

/* The value of the name under `key`, which must be one of `table`. */
static bool get_named(const RuleNode *node, const char *key, const Named *table, uint32_t *value,
                      Error *error)
{
    const RuleNode *given = rule_get(node, key);
    if (given == NULL || given->kind != RULE_SCALAR)
        return rule_error(given ? given : node, error, "\"%s\" is needed here, with one name", key);
    for (const Named *row = table; row->name != NULL; row++) {
        if (slice_equal(given->scalar, slice_of(row->name))) {
            *value = row->value;
            return true;
        }
    }
    const char *names[NAMES_MAX + 1] = {NULL};
    for (size_t i = 0; i < NAMES_MAX && table[i].name != NULL; i++)
        names[i] = table[i].name;
    return rule_error(given, error, "unknown %s \"%.*s\"; did you mean \"%s\"?", key,
                      SLICE_ARG(given->scalar), name_nearest(given->scalar, names));
}

/* ---- characters -------------------------------------------------------- */

static uint16_t marks_of_kind(CharKind kind)
{
    switch (kind) {
    case CHAR_SPACE:
        return MARK_SPACE;
    case CHAR_IGNORE:
        return MARK_INVISIBLE;
    case CHAR_LETTER:
        return MARK_LETTER;
    case CHAR_MARK:
        return MARK_COMBINING;
    case CHAR_DIGIT:
        return MARK_DIGIT;
    default:
        return 0;
    }
}

uint32_t split_marks_high(const SplitRules *rules, uint32_t codepoint)
{
    if (codepoint >= MARKS_GENERAL && codepoint < MARKS_GENERAL_END)
        return rules->general[codepoint - MARKS_GENERAL];
    for (size_t i = 0; i < rules->extra_count; i++)
        if (rules->extra[i].codepoint == codepoint)
            return rules->extra[i].marks;
    return marks_of_kind(fold_char_kind(rules->fold, codepoint));
}

static bool add_mark(SplitRules *rules, const RuleNode *node, uint32_t mark, Error *error)
{
    uint32_t codepoint;
    char bytes[4];
    if (!rule_character(node, node->scalar, &codepoint, error))
        return false;
    unsigned length = utf8_encode(codepoint, bytes);
    unsigned char trigger = (unsigned char)bytes[length == 2 ? 1 : 0];

    if (codepoint < MARKS_LOW) {
        rules->low[codepoint] = (uint16_t)(rules->low[codepoint] | mark);
    } else if (codepoint >= MARKS_GENERAL && codepoint < MARKS_GENERAL_END) {
        uint16_t *marks = &rules->general[codepoint - MARKS_GENERAL];
        *marks = (uint16_t)(*marks | mark);
    } else {
        size_t i = 0;
        while (i < rules->extra_count && rules->extra[i].codepoint != codepoint)
            i++;
        if (i == MARKS_EXTRA)
            return rule_error(node, error, "more than %d rare marks", MARKS_EXTRA);
        if (i == rules->extra_count) {
            rules->extra[i].codepoint = codepoint;
            rules->extra[i].marks = marks_of_kind(fold_char_kind(rules->fold, codepoint));
            rules->extra_count++;
        }
        rules->extra[i].marks = (uint16_t)(rules->extra[i].marks | mark);
    }
    if ((mark & (MARK_END | MARK_BRACKET_OPEN | MARK_DATELINE)) != 0 &&
        !scan_add(&rules->triggers, trigger))
        return rule_error(node, error,
                          "too many different stops, brackets and dashes: they are known by "
                          "more than %d different bytes",
                          SCAN_BYTES);
    return true;
}

static bool read_marks(SplitRules *rules, const Rules *files, Error *error)
{
    static const char *const known[] = {"kind", "of[]", "note", NULL};

    for (uint32_t c = 0; c < MARKS_LOW; c++)
        rules->low[c] = marks_of_kind(fold_char_kind(rules->fold, c));
    for (uint32_t c = MARKS_GENERAL; c < MARKS_GENERAL_END; c++)
        rules->general[c - MARKS_GENERAL] = marks_of_kind(fold_char_kind(rules->fold, c));

    for (RuleWalk w = rules_walk(files, "sentence_marks"); rule_walk_next(&w);) {
        uint32_t mark;
        if (!rule_check_keys(w.node, known, error) ||
            !get_named(w.node, "kind", MARK_KINDS, &mark, error))
            return false;
        const RuleNode *of = rule_get(w.node, "of");
        if (of == NULL || of->kind != RULE_LIST)
            return rule_error(w.node, error, "\"of\" is needed here, with a list of characters");
        for (const RuleNode *item = of->children; item != NULL; item = item->next)
            if (!add_mark(rules, item, mark, error))
                return false;
    }
    return true;
}

/* ---- boundaries -------------------------------------------------------- */

static bool read_boundary(SplitRules *rules, Arena *arena, const RuleWalk *walk, Error *error)
{
    static const char *const known[] = {
        "id",       "check", "ends", "longest", "note", "examples[]", "counterexamples[]",
        "disabled", NULL};
    const RuleNode *node = walk->node;
    Slice id = rule_text(node, "id");
    if (!rule_check_keys(node, known, error))
        return false;
    if (id.length == 0)
        return rule_error(node, error, "a boundary rule needs an id");

    Slice name = arena_format(arena, "%.*s/%.*s", SLICE_ARG(walk->file->stem), SLICE_ARG(id));
    BoundaryRule rule = {.name = name, .node = walk->node};
    uint32_t check;
    if (!get_named(node, "check", CHECKS, &check, error) ||
        !rule_flag(node, "ends", false, &rule.ends, error) ||
        !rule_count(node, "longest", 0, COUNT_MOST, &rule.longest, error))
        return false;
    if (rule_get(node, "ends") == NULL)
        return rule_error(node, error, "\"ends\" is needed here: true or false");
    rule.check = (BoundaryCheck)check;
    rules->boundaries[rules->boundary_count++] = rule;
    return true;
}

static bool read_boundaries(SplitRules *rules, Rules *files, Error *error)
{
    size_t count = 0;
    for (RuleWalk w = rules_walk(files, "boundaries"); rule_walk_next(&w);)
        count++;
    rules->boundaries = ARENA_ARRAY(&files->arena, count, BoundaryRule);
    for (RuleWalk w = rules_walk_latest(files, "boundaries"); rule_walk_next(&w);)
        if (!read_boundary(rules, &files->arena, &w, error))
            return false;
    for (size_t i = 0; i < count && rules->dateline == NULL; i++)
        if (rules->boundaries[i].check == CHECK_DATELINE && rules->boundaries[i].ends)
            rules->dateline = rules->boundaries + i;

    rules->repeat_shortest = SIZE_MAX;
    for (RuleWalk w = rules_walk(files, "repeats"); rule_walk_next(&w);) {
        static const char *const known[] = {"shortest", "note", NULL};
        if (!rule_check_keys(w.node, known, error) ||
            !rule_count(w.node, "shortest", 1, COUNT_MOST, &rules->repeat_shortest, error))
            return false;
        if (rule_get(w.node, "shortest") == NULL)
            return rule_error(w.node, error, "\"shortest\" is needed here: a number of characters");
    }
    return true;
}

/* ---- words ------------------------------------------------------------- */

/* Folds `word` into `out` (room for FOLD_ROOM(WORD_BYTES)); the empty slice
 * when it is too long for any list. */
static Slice folded(const SplitRules *rules, Slice word, char *out)
{
    if (word.length > WORD_BYTES)
        return (Slice){0};
    return (Slice){out, fold_word(rules->fold, word, GRADE_LETTER, out)};
}

static void add_word(SplitRules *rules, Arena *arena, Slice prefix, Slice word, uint32_t use)
{
    char whole[FOLD_ROOM(WORD_BYTES)], out[FOLD_ROOM(FOLD_ROOM(WORD_BYTES))];
    if (prefix.length + word.length > WORD_BYTES)
        return;
    if (prefix.length != 0)
        memcpy(whole, prefix.data, prefix.length);
    memcpy(whole + prefix.length, word.data, word.length);
    Slice key = folded(rules, (Slice){whole, prefix.length + word.length}, out);
    if (use == USE_PREFIX)
        words_add(&rules->prefixes, arena, key, 1);
    else if (use == USE_CONJUNCTION)
        words_add(&rules->conjunctions, arena, key, 1);
    else
        words_add(&rules->words, arena, key, use);
}

static bool read_word_list(SplitRules *rules, Arena *arena, const RuleNode *node, Error *error)
{
    static const char *const known[] = {"use", "note", "prefixes[]", "joined", "words[]", NULL};
    uint32_t use;
    if (!rule_check_keys(node, known, error) || !get_named(node, "use", WORD_USES, &use, error))
        return false;
    const RuleNode *words = rule_get(node, "words"), *prefixes = rule_get(node, "prefixes");
    Slice joined = rule_text(node, "joined");
    if (words == NULL || words->kind != RULE_LIST)
        return rule_error(node, error, "\"words\" is needed here, with a list of words");
    if (prefixes != NULL && prefixes->kind != RULE_LIST)
        return rule_error(prefixes, error, "\"prefixes\" must be a list");
    if (joined.length != 0 && !slice_equal(joined, SLICE("required")))
        return rule_error(rule_get(node, "joined"), error, "\"joined\" can only be \"required\"");
    for (const RuleNode *word = words->children; word != NULL; word = word->next) {
        if (word->kind != RULE_SCALAR || word->scalar.length == 0 ||
            word->scalar.length > WORD_BYTES)
            return rule_error(word, error, "a word of 1 to %d bytes is needed here", WORD_BYTES);
        if (joined.length == 0)
            add_word(rules, arena, (Slice){0}, word->scalar, use);
        if (prefixes != NULL)
            for (const RuleNode *prefix = prefixes->children; prefix; prefix = prefix->next)
                add_word(rules, arena, prefix->scalar, word->scalar, use);
    }
    return true;
}

static bool read_words(SplitRules *rules, Rules *files, Error *error)
{
    static const char *const known[] = {"form", "ends", "note", NULL};

    for (RuleWalk w = rules_walk(files, "sentence_words"); rule_walk_next(&w);)
        if (!read_word_list(rules, &files->arena, w.node, error))
            return false;
    for (RuleWalk w = rules_walk(files, "abbreviations"); rule_walk_next(&w);) {
        uint32_t use;
        Slice form = rule_text(w.node, "form");
        if (!rule_check_keys(w.node, known, error) || !get_named(w.node, "ends", ENDS, &use, error))
            return false;
        if (form.length == 0 || form.length > WORD_BYTES)
            return rule_error(w.node, error, "\"form\" is needed here, of 1 to %d bytes",
                              WORD_BYTES);
        add_word(rules, &files->arena, (Slice){0}, form, use);
    }
    return true;
}

uint32_t split_word(const SplitRules *rules, Slice word)
{
    char out[FOLD_ROOM(WORD_BYTES)];
    return words_find(&rules->words, folded(rules, word, out));
}

/* The next beginning of `word`, longer than *cut bytes, that is in `set`: gives
 * what is left behind it. */
static bool next_rest(const WordSet *set, Slice word, size_t *cut, Slice *rest)
{
    while (*cut < word.length && *cut <= set->longest) {
        *cut += utf8_length((unsigned char)word.data[*cut]);
        if (*cut < word.length && words_find(set, slice_cut(word, 0, *cut)) != 0) {
            *rest = slice_cut(word, *cut, word.length);
            return true;
        }
    }
    return false;
}

uint32_t split_abbreviation(const SplitRules *rules, Slice word)
{
    enum { ABBREVIATION = WORD_NEVER_ENDS | WORD_MAY_END };
    char out[FOLD_ROOM(WORD_BYTES)];
    Slice key = folded(rules, word, out), rest;
    uint32_t flags = words_find(&rules->words, key) & ABBREVIATION;
    for (size_t cut = 0; flags == 0 && next_rest(&rules->prefixes, key, &cut, &rest);)
        flags = words_find(&rules->words, rest) & WORD_NEVER_ENDS;
    return flags;
}

bool split_has_conjunction(const SplitRules *rules, Slice word)
{
    char out[FOLD_ROOM(WORD_BYTES)];
    Slice key = folded(rules, word, out), rest;
    for (size_t cut = 0; next_rest(&rules->conjunctions, key, &cut, &rest);)
        if (rest.length > utf8_length((unsigned char)rest.data[0]))
            return true;
    return false;
}

SplitRules *split_rules_new(Rules *rules, const Fold *fold, Error *error)
{
    SplitRules *split = ARENA_NEW(&rules->arena, SplitRules);
    split->fold = fold;
    return read_marks(split, rules, error) && read_boundaries(split, rules, error) &&
                   read_words(split, rules, error)
               ? split
               : NULL;
}
