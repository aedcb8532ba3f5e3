#include "tools/quote-extract/marks.h"

#include "common/numbers.h"
#include "common/utf8.h"

enum { MARKS_MAX = 96, FAMILIES_MAX = 16, INNER_TOKENS = 5 };
enum { PAIR_TOKENS = 4000, RUN_TOKENS = 100 };

/* What a mark may do by its shape. */
typedef enum { MARK_OPENS, MARK_CLOSES, MARK_EITHER } MarkShape;

typedef struct {
    uint32_t codepoint;
    uint8_t family;
    uint8_t shape; /* MarkShape */
} Mark;

typedef struct {
    bool by_context;
    bool bound;   /* opens behind white space alone, and ends with its sentence */
    size_t least; /* so many must stand together */
    bool quotes;  /* makes `marked` or a kind of it: may run over several sentences */
    int class_number;
} Family;

struct MarkRules {
    Mark marks[MARKS_MAX];
    size_t mark_count;
    uint8_t by_low_byte[256]; /* of the marks: number of the first + 1; nearly all
                                 punctuation fails here */
    Family families[FAMILIES_MAX];
    size_t family_count;
    MarkLimits limits;
};

/* ---- rules ---------------------------------------------------------------- */

static bool read_marks(MarkRules *rules, const RuleNode *list, MarkShape shape, Error *error)
{
    for (const RuleNode *node = list ? list->children : NULL; node; node = node->next) {
        uint32_t codepoint = 0;
        if (!rule_character(node, node->scalar, &codepoint, error))
            return false;
        if (rules->mark_count == MARKS_MAX)
            return rule_error(node, error, "more than %d marks in all", MARKS_MAX);
        rules->marks[rules->mark_count++] =
            (Mark){codepoint, (uint8_t)(rules->family_count - 1), (uint8_t)shape};
        uint8_t *first = &rules->by_low_byte[codepoint & 0xFF];
        if (*first == 0)
            *first = (uint8_t)rules->mark_count;
    }
    return true;
}

static bool read_family(MarkRules *rules, Lexicon *lexicon, const RuleNode *node, Error *error)
{
    static const char *const known[] = {"id",    "by",    "open[]", "close[]", "either[]",
                                        "makes", "least", "bound",  "note",    NULL};
    size_t least = 1;
    bool bound;
    if (!rule_check_keys(node, known, error) || !rule_count(node, "least", 1, 8, &least, error) ||
        !rule_flag(node, "bound", false, &bound, error))
        return false;
    if (rules->family_count == FAMILIES_MAX)
        return rule_error(node, error, "more than %d families of marks", FAMILIES_MAX);
    Slice by = rule_text(node, "by"), makes = rule_text(node, "makes");
    bool context = slice_equal(by, SLICE("context"));
    if (!context && !slice_equal(by, SLICE("shape")))
        return rule_error(rule_get(node, "by") ? rule_get(node, "by") : node, error,
                          "by: \"%.*s\" is neither shape nor context", SLICE_ARG(by));
    if (makes.length == 0)
        return rule_error(node, error, "makes: is missing (marked or bracketed)");
    int number = classes_add(lexicon_classes(lexicon), makes);
    if (number == CLASS_NONE)
        return rule_error(rule_get(node, "makes"), error, CLASSES_FULL, CLASS_MAX);
    bool quotes = slice_equal(makes, SLICE("marked")) || slice_starts(makes, SLICE("marked."));
    rules->families[rules->family_count++] = (Family){context, bound, least, quotes, number};
    return read_marks(rules, rule_get(node, "open"), MARK_OPENS, error) &&
           read_marks(rules, rule_get(node, "close"), MARK_CLOSES, error) &&
           read_marks(rules, rule_get(node, "either"), MARK_EITHER, error);
}

static bool read_characters(MarkCharacters *set, const RuleNode *list, Error *error)
{
    for (const RuleNode *node = list ? list->children : NULL; node; node = node->next) {
        if (set->count == CHARACTERS_MAX)
            return rule_error(node, error, "more than %d characters", CHARACTERS_MAX);
        if (!rule_character(node, node->scalar, &set->codepoints[set->count++], error))
            return false;
    }
    return true;
}

bool mark_characters_hold(const MarkCharacters *set, uint32_t codepoint)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->codepoints[i] == codepoint)
            return true;
    return false;
}

MarkRules *marks_rules_new(Rules *rules, Lexicon *lexicon, Error *error)
{
    MarkRules *made = ARENA_NEW(&rules->arena, MarkRules);
    made->limits = (MarkLimits){.long_words = 4,
                                .clause_words = 5,
                                .name_words = 5,
                                .longest_words = 400,
                                .bracket_words = 40};
    for (RuleWalk walk = rules_walk(rules, "marks"); rule_walk_next(&walk);)
        if (!read_family(made, lexicon, walk.node, error))
            return NULL;
    for (RuleWalk walk = rules_walk(rules, "marked"); rule_walk_next(&walk);)
        if (!rule_count(walk.node, "long_words", 0, COUNT_MOST, &made->limits.long_words, error) ||
            !rule_count(walk.node, "clause_words", 0, COUNT_MOST, &made->limits.clause_words,
                        error) ||
            !rule_count(walk.node, "name_words", 0, COUNT_MOST, &made->limits.name_words, error) ||
            !rule_count(walk.node, "longest_words", 0, COUNT_MOST, &made->limits.longest_words,
                        error) ||
            !rule_count(walk.node, "bracket_words", 0, COUNT_MOST, &made->limits.bracket_words,
                        error) ||
            !read_characters(&made->limits.outside, rule_get(walk.node, "outside"), error) ||
            !read_characters(&made->limits.opening, rule_get(walk.node, "opening"), error) ||
            !read_characters(&made->limits.joining, rule_get(walk.node, "joining"), error))
            return NULL;
    return made;
}

const MarkLimits *marks_limits(const MarkRules *rules)
{
    return &rules->limits;
}

/* ---- pairing ------------------------------------------------------------------- */

typedef struct {
    const MarkRules *rules;
    Slice text;
    const Token *tokens;
    size_t from, to;
    const size_t *ends;
    size_t end_count;
    const uint8_t *found; /* by token from `from` on: number of its mark + 1; 0: none */
    MarkPair *pairs;
    size_t count;
    uint32_t reversed; /* bits of the families whose shapes are turned around here */
} Pairing;

/* Behind the marks of one kind that stand together from `token` on, as "" does
 * for a mark that is not at hand. */
static size_t run_end(const Pairing *pairing, size_t token)
{
    size_t end = token + 1;
    while (end < pairing->to && end - token < RUN_TOKENS &&
           pairing->tokens[end].word == pairing->tokens[token].word &&
           pairing->tokens[end].space_before == 0)
        end++;
    return end;
}

static size_t run_start(const Pairing *pairing, size_t token)
{
    const size_t last = token;
    while (token > pairing->from && last - token < RUN_TOKENS &&
           pairing->tokens[token].space_before == 0 &&
           pairing->tokens[token - 1].word == pairing->tokens[token].word)
        token--;
    return token;
}

static uint8_t mark_number(const MarkRules *rules, Slice text, const Token *token)
{
    const char *byte = text.data + token->byte;
    uint32_t codepoint = utf8_next(&byte);
    size_t number = rules->by_low_byte[codepoint & 0xFF];
    for (; number != 0 && number <= rules->mark_count; number++)
        if (rules->marks[number - 1].codepoint == codepoint)
            return (uint8_t)number;
    return 0;
}

static const Mark *mark_at(const Pairing *pairing, size_t token)
{
    uint8_t number = pairing->found[token - pairing->from];
    if (number == 0)
        return NULL;
    const Mark *mark = &pairing->rules->marks[number - 1];
    size_t least = pairing->rules->families[mark->family].least;
    if (least > 1 && run_end(pairing, token) - run_start(pairing, token) < least)
        return NULL;
    return mark;
}

/* The first token from `token` on at which a mark may stand; `limit` when none does before. */
static size_t next_mark(const Pairing *pairing, size_t token, size_t limit)
{
    const uint8_t *found = pairing->found;
    uint64_t eight = 0;
    for (; token + sizeof eight <= limit; token += sizeof eight) {
        memcpy(&eight, found + (token - pairing->from), sizeof eight);
        if (eight != 0)
            break;
    }
    while (token < limit && found[token - pairing->from] == 0)
        token++;
    return token;
}

/* The first token from `token` on with a mark of the family; `limit` when none is before it. */
static size_t next_of_family(const Pairing *pairing, size_t token, size_t limit, size_t family)
{
    for (size_t i = next_mark(pairing, token, limit); i < limit;
         i = next_mark(pairing, i + 1, limit)) {
        const Mark *mark = mark_at(pairing, i);
        if (mark != NULL && mark->family == family)
            return i;
    }
    return limit;
}

/* By shape, as it is turned here. */
static MarkShape shape_of(const Pairing *pairing, const Mark *mark)
{
    MarkShape shape = (MarkShape)mark->shape;
    if (shape == MARK_EITHER || (pairing->reversed >> mark->family & 1) == 0)
        return shape;
    return shape == MARK_OPENS ? MARK_CLOSES : MARK_OPENS;
}

/* Behind this token a mark opens, whatever white space there is. */
static bool is_opening(const Pairing *pairing, size_t token)
{
    const Token *at = &pairing->tokens[token];
    if (at->kind != TOKEN_PUNCT)
        return false;
    const char *byte = pairing->text.data + at->byte;
    return mark_characters_hold(&pairing->rules->limits.opening, utf8_next(&byte));
}

/* The word at `token` is joined to what a mark opens right behind it: لـ"رافد". */
static bool is_joining(const Pairing *pairing, size_t token)
{
    const Token *word = &pairing->tokens[token];
    const char *last = utf8_before(pairing->text.data + word->byte + word->byte_length);
    return mark_characters_hold(&pairing->rules->limits.joining, utf8_next(&last));
}

/* What a mark that goes by context does here; MARK_EITHER when both will do. */
static MarkShape use_of(const Pairing *pairing, size_t token)
{
    const Token *tokens = pairing->tokens;
    size_t next = run_end(pairing, token);
    token = run_start(pairing, token);
    bool first = token == pairing->from, last = next == pairing->to;
    bool space_before = first || tokens[token].space_before != 0;
    bool space_behind = last || tokens[next].space_before != 0;
    bool stop_behind = !last && tokens[next].kind == TOKEN_PUNCT && mark_at(pairing, next) == NULL;
    if (space_before && !space_behind) {
        /* "the words ." - the mark stands off what it closes. */
        bool alone = stop_behind && (next + 1 == pairing->to || tokens[next + 1].space_before != 0);
        return alone && !first ? MARK_EITHER : MARK_OPENS;
    }
    if (space_behind && !first && is_opening(pairing, token - 1))
        return MARK_OPENS;
    if (!space_before && space_behind)
        return MARK_CLOSES;
    if (!space_before && stop_behind)
        return MARK_CLOSES;
    if (!space_before && !space_behind &&
        ((tokens[token - 1].kind == TOKEN_PUNCT && mark_at(pairing, token - 1) == NULL) ||
         is_joining(pairing, token - 1)))
        return MARK_OPENS;
    return MARK_EITHER;
}

/* No pair is longer, so that a text of nothing but marks takes no longer than another. */
static size_t within_reach(size_t token, size_t limit)
{
    return limit - token > PAIR_TOKENS ? token + PAIR_TOKENS : limit;
}

static size_t words_between(const Pairing *pairing, size_t from, size_t to, size_t most)
{
    size_t words = 0;
    for (size_t i = from; i < to && words <= most; i++)
        words += pairing->tokens[i].kind == TOKEN_WORD || pairing->tokens[i].kind == TOKEN_NUMBER;
    return words;
}

/* The number of sentences that end at `codepoint` or before. */
static size_t ended_sentences(const Pairing *pairing, size_t codepoint)
{
    size_t ended;
    FIRST_WHERE(ended, 0, pairing->end_count, pairing->ends[ended] > codepoint);
    return ended;
}

static size_t sentence_end(const Pairing *pairing, size_t codepoint)
{
    size_t ended = ended_sentences(pairing, codepoint);
    if (ended < pairing->end_count)
        return pairing->ends[ended];
    return pairing->to > pairing->from ? pairing->tokens[pairing->to - 1].end : codepoint;
}

/* The closing mark of a name within marks of its own family that go by context
 * (he said "the paper "Rafid" came"); `limit` when what opens there is none. */
static size_t inner_close(const Pairing *pairing, size_t open, size_t limit)
{
    size_t last = limit - open > INNER_TOKENS ? open + 1 + INNER_TOKENS : limit;
    size_t close = next_of_family(pairing, open + 1, last, mark_at(pairing, open)->family);
    return close < last && use_of(pairing, close) == MARK_CLOSES ? close : limit;
}

/* The sentence of the mark at token `open` ends before `token`. */
static bool is_in_later_sentence(const Pairing *pairing, size_t open, size_t token)
{
    return pairing->tokens[token].start >= sentence_end(pairing, pairing->tokens[open].start);
}

/* The tokens of the sentence in which `token` stands end before this one. */
static size_t sentence_limit(const Pairing *pairing, size_t token)
{
    size_t end = sentence_end(pairing, pairing->tokens[token].start);
    return tokens_behind(pairing->tokens, token + 1, within_reach(token, pairing->to), end);
}

/* وكان عناصر "داعش "قد أطلقوا: the mark at `token` seems to open, but closes the few words behind
 * that at `open`, for the space stands on its wrong side: nothing in its sentence would close
 * it. */
static bool closes_behind_space(const Pairing *pairing, size_t open, size_t token)
{
    size_t most = pairing->rules->limits.name_words, limit = sentence_limit(pairing, open);
    size_t words = words_between(pairing, run_end(pairing, open), token, most);
    if (token >= limit || words == 0 || words > most)
        return false;
    size_t next =
        next_of_family(pairing, run_end(pairing, token), limit, mark_at(pairing, open)->family);
    return next == limit || use_of(pairing, next) == MARK_OPENS;
}

/* The closing mark for the opener at token `open` among tokens before `limit`;
 * `limit` when there is none. A second opener behind white space before any
 * closing mark means that the first one was never closed, unless the family
 * nests by shape and there are closing marks enough, and what is nested in words of several
 * sentences is closed in its own. */
static size_t find_close(const Pairing *pairing, size_t open, const Mark *mark, size_t limit)
{
    const Family *family = &pairing->rules->families[mark->family];
    size_t depth = 1, first_close = limit, inner = open;
    bool torn = false;
    for (size_t i = next_of_family(pairing, open + 1, limit, mark->family); i < limit;
         i = next_of_family(pairing, i + 1, limit, mark->family)) {
        if (family->by_context) {
            size_t start = run_start(pairing, i);
            if (start <= open) {
                i = run_end(pairing, i) - 1;
                continue; /* more of the opening marks */
            }
            if (use_of(pairing, i) != MARK_OPENS)
                return i;
            size_t inner_end = inner_close(pairing, i, limit);
            if (inner_end == limit)
                return closes_behind_space(pairing, open, i) ? i : limit;
            i = inner_end;
            continue;
        }
        if (shape_of(pairing, mark_at(pairing, i)) == MARK_OPENS) {
            if (++depth == 2)
                inner = i;
        } else {
            if (first_close == limit)
                first_close = i;
            if (--depth == 0)
                return torn && is_in_later_sentence(pairing, open, i) ? limit : i;
            torn = torn || (depth == 1 && is_in_later_sentence(pairing, inner, i));
        }
    }
    if (first_close == limit)
        return limit;
    /* Too few closing marks: the opener owns the next one, if no other opener
     * stands before it. */
    for (size_t i = next_of_family(pairing, open + 1, first_close, mark->family); i < first_close;
         i = next_of_family(pairing, i + 1, first_close, mark->family))
        if (shape_of(pairing, mark_at(pairing, i)) == MARK_OPENS)
            return limit;
    return first_close;
}

static MarkPair *add_pair(Pairing *pairing, size_t from, size_t to, const Mark *mark)
{
    MarkPair *pair = &pairing->pairs[pairing->count++];
    pair->from = from;
    pair->to = to;
    pair->class_number = pairing->rules->families[mark->family].class_number;
    pair->quotes = pairing->rules->families[mark->family].quotes;
    pair->outer = (CodepointSpan){pairing->tokens[from].start, pairing->tokens[to - 1].end};
    return pair;
}

/* Marks that stand double are one: ((the words)). */
static size_t add_closed(Pairing *pairing, size_t open, size_t close, const Mark *mark)
{
    bool by_context = pairing->rules->families[mark->family].by_context;
    size_t to = by_context ? run_end(pairing, close) : close + 1;
    MarkPair *pair = add_pair(pairing, open, to, mark);
    pair->closed = true;
    pair->inner_from = by_context ? run_end(pairing, open) : open + 1;
    pair->inner_to = close;
    while (!by_context && pair->inner_from + 1 < pair->inner_to &&
           run_start(pairing, pair->inner_from) == open &&
           run_end(pairing, pair->inner_to - 1) == to) {
        pair->inner_from++;
        pair->inner_to--;
    }
    pair->inner = (CodepointSpan){pairing->tokens[pair->inner_from].start,
                                  pairing->tokens[pair->inner_to - 1].end};
    pair->words = words_between(pairing, pair->inner_from, pair->inner_to, SIZE_MAX);
    return to;
}

static size_t add_unclosed(Pairing *pairing, size_t open, const Mark *mark)
{
    size_t limit = sentence_limit(pairing, open);
    size_t from =
        pairing->rules->families[mark->family].by_context ? run_end(pairing, open) : open + 1;
    /* What another opener takes over is not part of it. */
    for (size_t i = next_mark(pairing, from, limit); i < limit;
         i = next_mark(pairing, i + 1, limit)) {
        const Mark *other = mark_at(pairing, i);
        if (other != NULL && pairing->rules->families[other->family].quotes)
            limit = i;
    }
    /* ثم قال. «وأضاف سالم: «...»: what tells who says the next words is not his */
    size_t most = pairing->rules->limits.name_words;
    if (limit > from && limit < pairing->to && mark_at(pairing, limit) != NULL &&
        is_opening(pairing, limit - 1) &&
        !(open > pairing->from && is_opening(pairing, open - 1)) &&
        words_between(pairing, from, limit, most) <= most)
        return open;
    size_t end = limit;
    while (end > from && pairing->tokens[end - 1].kind == TOKEN_PUNCT)
        end--;
    if (end <= from)
        return open;
    MarkPair *pair = add_pair(pairing, open, end, mark);
    pair->inner_from = from;
    pair->inner_to = end;
    pair->inner = (CodepointSpan){pairing->tokens[from].start, pairing->tokens[end - 1].end};
    pair->words = words_between(pairing, from, end, SIZE_MAX);
    return end;
}

static bool holds_quotes(const Pairing *pairing, size_t from, size_t to)
{
    for (size_t i = next_mark(pairing, from, to); i < to; i = next_mark(pairing, i + 1, to)) {
        const Mark *mark = mark_at(pairing, i);
        if (mark != NULL && pairing->rules->families[mark->family].quotes)
            return true;
    }
    return false;
}

/* A closing shape that opens here, and an opening one that closes behind it: the
 * marks are turned around in this paragraph (»the words«). */
static bool is_turned(Pairing *pairing, size_t token, const Mark *mark)
{
    uint32_t bit = (uint32_t)1 << mark->family;
    if ((pairing->reversed & bit) != 0 || use_of(pairing, token) != MARK_OPENS)
        return false;
    pairing->reversed |= bit;
    size_t limit = within_reach(token, pairing->to);
    size_t close = find_close(pairing, token, mark, limit);
    if (close < limit && use_of(pairing, close) == MARK_CLOSES)
        return true;
    pairing->reversed &= ~bit;
    return false;
}

/* A closing shape that opens here, and another one that closes behind it: the same
 * key was struck for both (»the words»). */
static bool is_struck_twice(const Pairing *pairing, size_t token, const Mark *mark)
{
    if (use_of(pairing, token) != MARK_OPENS)
        return false;
    size_t limit = within_reach(token, pairing->to);
    size_t close = next_of_family(pairing, token + 1, limit, mark->family);
    return close < limit && shape_of(pairing, mark_at(pairing, close)) == MARK_CLOSES &&
           use_of(pairing, close) == MARK_CLOSES &&
           words_between(pairing, token, close, SIZE_MAX) >= pairing->rules->limits.long_words;
}

static size_t sentence_begin(const Pairing *pairing, size_t token)
{
    size_t ended = ended_sentences(pairing, pairing->tokens[token].start);
    return ended == 0 ? 0 : pairing->ends[ended - 1];
}

/* A mark that goes by context and would close, where nothing is open: it opens all the
 * same (he said" the words") when it is the first of its family in the sentence and
 * the next one closes as well; in a later sentence only when it stands right behind the
 * first word, as no words do that it could close. */
static bool opens_against_place(const Pairing *pairing, size_t token, const Mark *mark)
{
    size_t begin = sentence_begin(pairing, token), limit = sentence_limit(pairing, token);
    size_t first = token; /* of the sentence */
    while (first > pairing->from && token - first < PAIR_TOKENS &&
           pairing->tokens[first - 1].start >= begin) {
        const Mark *other = mark_at(pairing, --first);
        if (other != NULL && other->family == mark->family)
            return false;
    }
    if (token == first + 1)
        limit = within_reach(token, pairing->to);
    size_t close = next_of_family(pairing, run_end(pairing, token), limit, mark->family);
    return close < limit && use_of(pairing, close) == MARK_CLOSES &&
           words_between(pairing, token, close, SIZE_MAX) >= pairing->rules->limits.long_words;
}

/* An opener in front of `token`, in its sentence, was never closed: closing marks are forgotten
 * here, and one in a later sentence is none of this one's. */
static bool is_behind_unclosed(const Pairing *pairing, size_t token)
{
    const MarkPair *last = pairing->count == 0 ? NULL : &pairing->pairs[pairing->count - 1];
    return last != NULL && !last->closed && !last->stray &&
           last->outer.start >= sentence_begin(pairing, token);
}

/* Handles the mark at `token`; returns the token to go on with. */
static size_t pair_at(Pairing *pairing, size_t token, const Mark *mark)
{
    const MarkLimits *limits = &pairing->rules->limits;
    const Family *family = &pairing->rules->families[mark->family];
    MarkShape use = family->by_context ? use_of(pairing, token) : shape_of(pairing, mark);
    if (use == MARK_CLOSES && !family->by_context && family->quotes &&
        (is_turned(pairing, token, mark) || is_struck_twice(pairing, token, mark)))
        use = MARK_OPENS;
    if (use == MARK_CLOSES && family->by_context && family->quotes && !family->bound &&
        opens_against_place(pairing, token, mark))
        use = MARK_OPENS;
    bool opens = use == MARK_OPENS || (use == MARK_EITHER && family->by_context && !family->bound);
    if (opens) {
        size_t limit = family->quotes && !family->bound ? within_reach(token, pairing->to)
                                                        : sentence_limit(pairing, token);
        size_t close = find_close(pairing, token, mark, limit);
        size_t most = family->quotes ? limits->longest_words : limits->bracket_words;
        if (family->by_context && !family->quotes && holds_quotes(pairing, token + 1, close))
            close = limit; /* two dashes with words of somebody between them are no pair */
        if (close < limit && family->quotes && is_in_later_sentence(pairing, token, close) &&
            is_behind_unclosed(pairing, token))
            close = limit;
        if (close < limit && close > token + 1 &&
            words_between(pairing, token + 1, close, most) <= most)
            return add_closed(pairing, token, close, mark);
        if (family->quotes && !family->bound && use == MARK_OPENS) {
            size_t next = add_unclosed(pairing, token, mark);
            if (next > token)
                return next;
        }
    }
    size_t next = family->by_context ? run_end(pairing, token) : token + 1;
    if (!family->quotes || family->bound)
        return next;
    MarkPair *stray = add_pair(pairing, token, next, mark);
    stray->stray = true;
    stray->inner_from = stray->inner_to = next;
    stray->inner = (CodepointSpan){stray->outer.end, stray->outer.end};
    return next;
}

void marks_pair(const MarkRules *rules, Slice text, const Token *tokens, size_t from, size_t to,
                const size_t *ends, size_t end_count, Arena *arena, MarkPair **pairs, size_t *count)
{
    Pairing pairing = {.rules = rules,
                       .text = text,
                       .tokens = tokens,
                       .from = from,
                       .to = to,
                       .ends = ends,
                       .end_count = end_count};
    size_t marks = 0;
    uint8_t *found = NULL;
    *pairs = NULL;
    *count = 0;
    for (size_t i = from; i < to; i++) {
        uint8_t number = tokens[i].kind == TOKEN_PUNCT ? mark_number(rules, text, &tokens[i]) : 0;
        if (number == 0)
            continue;
        if (found == NULL)
            found = ARENA_ARRAY(arena, to - from, uint8_t);
        found[i - from] = number;
        marks++;
    }
    if (marks == 0)
        return;
    pairing.found = found;
    pairing.pairs = ARENA_ARRAY(arena, marks, MarkPair);
    for (size_t i = next_mark(&pairing, from, to); i < to; i = next_mark(&pairing, i, to)) {
        const Mark *mark = mark_at(&pairing, i);
        i = mark == NULL ? i + 1 : pair_at(&pairing, i, mark);
    }
    *pairs = pairing.pairs;
    *count = pairing.count;
}
