#include <math.h>
#include <stdlib.h>

#include "common/numbers.h"
#include "common/utf8.h"
#include "tools/tag-entities/tagger_parts.h"
#include "tools/tag-entities/unify.h"

/* Of a pattern, and as far below 0. */
enum { PRIORITY_MOST = 1000 };

/* What is read from a pattern beside its match. */
struct Kind {
    Slice type; /* empty: an entity is not made, but none other either */
    int priority;
    bool uses_parts;        /* runs once the parts of names are marked */
    bool takes_clitics;     /* what looks like proclitics in front belongs to the name */
    bool begins_with_digit; /* letters joined to a number in front do not: و2 يونيو */
    uint32_t values;        /* a bit for each Capture of it that tells one */
};

/* Which of an item's entries make entities: found out once for all items that matched the
 * same way, and kept in a byte, as every item asks. */
typedef enum {
    LISTED_UNKNOWN,
    LISTED_NONE,
    LISTED_FIRST, /* the first, and no other */
    LISTED_SOME,
} Listed;

/* An item that an entry makes an entity. */
struct Find {
    size_t item;
    uint32_t number;
    const LexiconEntry *entry;
};

const char *const TAGGER_CAPTURES[CAPTURE_COUNT + 1] = {
    [CAPTURE_NAME] = "name",
    [CAPTURE_DAY] = "day",
    [CAPTURE_MONTH] = "month",
    [CAPTURE_YEAR] = "year",
    [CAPTURE_WEEKDAY] = "weekday",
    [CAPTURE_TO_DAY] = "to_day",
    [CAPTURE_TO_MONTH] = "to_month",
    [CAPTURE_TO_YEAR] = "to_year",
    [CAPTURE_TO_WEEKDAY] = "to_weekday",
    [CAPTURE_OFFSET] = "offset",
    [CAPTURE_DIRECTION] = "direction",
    [CAPTURE_MONTH_OFFSET] = "month_offset",
    [CAPTURE_YEAR_OFFSET] = "year_offset",
    [CAPTURE_DECADE] = "decade",
    [CAPTURE_CENTURY] = "century",
    [CAPTURE_PERIOD] = "period",
    [CAPTURE_LUNAR_MONTH] = "lunar_month",
    [CAPTURE_LUNAR_YEAR] = "lunar_year",
    [CAPTURE_TO_LUNAR_MONTH] = "to_lunar_month",
};

/* ---- rules ------------------------------------------------------------- */

static bool read_kinds(Tagger *tagger, Rules *rules, Error *error)
{
    size_t count = patterns_count(tagger->patterns);
    tagger->kinds = ARENA_ARRAY(&rules->arena, count, Kind);
    tagger->round_words = (count + 63) / 64;
    uint64_t *first_round = ARENA_ARRAY(&rules->arena, tagger->round_words + 1, uint64_t);
    uint64_t *parts_round = ARENA_ARRAY(&rules->arena, tagger->round_words + 1, uint64_t);
    for (size_t i = 0; i < count; i++) {
        const RuleNode *node = pattern_node(patterns_at(tagger->patterns, i));
        Kind *kind = &tagger->kinds[i];
        double priority;
        if (!rule_number(node, "priority", 0, &priority, error) ||
            !rule_flag(node, "parts", false, &kind->uses_parts, error) ||
            !rule_flag(node, "proclitics", false, &kind->takes_clitics, error) ||
            !rule_flag(node, "from-digit", false, &kind->begins_with_digit, error))
            return false;
        if (fabs(priority) > PRIORITY_MOST || priority != floor(priority))
            return rule_error(rule_get(node, "priority"), error,
                              "priority: %g is no whole number between %d and %d", priority,
                              -PRIORITY_MOST, PRIORITY_MOST);
        kind->priority = (int)priority;
        if (rule_get(node, "type") == NULL)
            return rule_error(
                node, error,
                "a pattern that makes an entity needs a type (PER, LOC, ...; \"none\" "
                "for one that only keeps others away)");
        kind->type = rule_text(node, "type");
        uint64_t *round = kind->uses_parts ? parts_round : first_round;
        round[i / 64] |= (uint64_t)1 << (i % 64);
        if (slice_equal(kind->type, SLICE("none")))
            kind->type = (Slice){NULL, 0};
    }
    tagger->first_round = patterns_choose(tagger->patterns, first_round);
    tagger->parts_round = patterns_choose(tagger->patterns, parts_round);
    return true;
}

static bool read_classes(const Tagger *tagger, const RuleNode *names, ClassSet *set, Error *error)
{
    for (const RuleNode *name = names ? names->children : NULL; name; name = name->next) {
        int number = classes_find(lexicon_classes(tagger->lexicon), name->scalar);
        if (number == CLASS_NONE)
            return rule_error(name, error, "class \"%.*s\" is not defined",
                              SLICE_ARG(name->scalar));
        set->bits[number / 64] |= (uint64_t)1 << (number % 64);
    }
    return true;
}

/* Section `listed`. */
static bool read_doubtful(Tagger *tagger, const Rules *rules, Error *error)
{
    static const char *const known[] = {"unless[]", "note", NULL};
    ClassSet doubtful = {{0}};
    for (RuleWalk walk = rules_walk(rules, "listed"); rule_walk_next(&walk);) {
        if (!rule_check_keys(walk.node, known, error) ||
            !read_classes(tagger, rule_get(walk.node, "unless"), &doubtful, error))
            return false;
    }
    tagger->doubtful = traits_ask(tagger->traits, &doubtful);
    return true;
}

/* Which captures of the patterns tell a value: others than the name. */
static void note_values(Tagger *tagger)
{
    for (size_t i = 0; i < patterns_count(tagger->patterns); i++)
        for (size_t capture = CAPTURE_NAME + 1; capture < CAPTURE_COUNT; capture++)
            if (pattern_captures(patterns_at(tagger->patterns, i), tagger->captures[capture]))
                tagger->kinds[i].values |= UINT32_C(1) << capture;
}

Tagger *tagger_new(Rules *rules, Error *error)
{
    static const char *const known[] = {PATTERN_KEYS, "type",       "priority", "parts",
                                        "proclitics", "from-digit", NULL};
    Tagger *tagger = ARENA_NEW(&rules->arena, Tagger);
    tagger->lexicon = lexicon_new(rules, error);
    if (tagger->lexicon == NULL)
        return NULL;
    tagger->traits = traits_new(tagger->lexicon, &rules->arena);
    tagger->parts = parts_new(rules, tagger->lexicon, tagger->traits, error);
    if (tagger->parts == NULL)
        goto failed;
    tagger->patterns = patterns_new(rules, tagger->lexicon, "entity", known, error);
    if (tagger->patterns == NULL || !read_kinds(tagger, rules, error) ||
        !read_doubtful(tagger, rules, error) || !lunar_new(rules, &tagger->lunar, error))
        goto failed;
    for (size_t i = 0; i < CAPTURE_COUNT; i++)
        tagger->captures[i] = patterns_capture(tagger->patterns, TAGGER_CAPTURES[i]);
    note_values(tagger);
    const Classes *classes = lexicon_classes(tagger->lexicon);
    Traits *traits = tagger->traits;
    tagger->name = traits_ask_class(traits, classes_find(classes, SLICE("name")));
    tagger->since = traits_ask_class(traits, classes_find(classes, SLICE("date.since")));
    tagger->ahead = traits_ask_class(traits, classes_find(classes, SLICE("date.ahead")));
    tagger->turn = traits_ask_class(traits, classes_find(classes, SLICE("date.turn")));
    tagger->article = traits_ask_class(traits, classes_find(classes, SLICE("clitic.article")));
    tagger->article_text = parts_article(tagger->parts);
    return tagger;

failed:
    tagger_free(tagger);
    return NULL;
}

void tagger_free(Tagger *tagger)
{
    if (tagger == NULL)
        return;
    if (tagger->patterns != NULL)
        patterns_free(tagger->patterns);
    if (tagger->parts != NULL)
        parts_free(tagger->parts);
    lexicon_free(tagger->lexicon);
    if (tagger->traits != NULL)
        traits_free(tagger->traits);
    items_release(&tagger->items);
    free(tagger->stretches);
    candidates_release(&tagger->candidates);
    free(tagger->listed);
    free(tagger->finds);
}

const Classes *tagger_classes(const Tagger *tagger)
{
    return lexicon_classes(tagger->lexicon);
}

/* ---- items ------------------------------------------------------------- */

/* Where the stretch of text ends that begins with token `from`: with its line. */
static size_t line_end(const Work *work, size_t from)
{
    size_t at = from + 1;
    while (at < work->token_count && work->tokens[at].space_before != 2)
        at++;
    return at;
}

/* The same, with its sentence or where the next one begins: text between two sentences
 * is a stretch of its own. `sentence`: where to go on looking. */
static size_t sentence_end(const Work *work, const Sentence *sentences, size_t sentence_count,
                           size_t *sentence, size_t from)
{
    size_t start = work->tokens[from].start;
    while (*sentence < sentence_count && start >= sentences[*sentence].span.end)
        ++*sentence;
    if (*sentence == sentence_count)
        return work->token_count;
    CodepointSpan span = sentences[*sentence].span;
    return tokens_behind(work->tokens, from + 1, work->token_count,
                         start < span.start ? span.start : span.end);
}

/* Makes room for what is known of all matches so far. */
static void grow_listed(Tagger *tagger)
{
    size_t known = tagger->listed_count, count = lexicon_match_count(tagger->lexicon);
    if (count <= known)
        return;
    tagger->listed =
        memory_grow(tagger->listed, &tagger->listed_capacity, count, sizeof *tagger->listed);
    memset(tagger->listed + known, 0, (count - known) * sizeof *tagger->listed);
    tagger->listed_count = count;
}

static void make_items(Tagger *tagger, const Work *work, const Sentence *sentences,
                       size_t sentence_count)
{
    ItemString *items = &tagger->items;
    items_clear(items);
    tagger->stretch_count = 0;
    size_t sentence = 0;
    for (size_t from = 0, to; from < work->token_count; from = to) {
        to = sentence_count == 0 ? line_end(work, from)
                                 : sentence_end(work, sentences, sentence_count, &sentence, from);
        size_t first = items->count;
        items_add_tokens(items, tagger->lexicon, work->tokens, from, to);
        items_add_stop(items, to, work->tokens[to - 1].end);
        tagger->stretches = memory_grow(tagger->stretches, &tagger->stretch_capacity,
                                        tagger->stretch_count + 1, sizeof *tagger->stretches);
        tagger->stretches[tagger->stretch_count++] = (Stretch){first, items->count};
    }
    tagger->item_count = items->count;
    grow_listed(tagger);
}

/* ---- candidates -------------------------------------------------------- */

static void place(const Tagger *tagger, const Work *work, Candidate *candidate, size_t first,
                  size_t end)
{
    const Item *items = tagger->items.items;
    bool is_contracted;
    candidate->first = (uint32_t)first;
    candidate->end = (uint32_t)end;
    candidate->span.start =
        items[first].start - tagger_article_length(tagger, work, &items[first], &is_contracted);
    candidate->span.end = items[end - 1].end;
    /* The stop of the sentence is no part of an abbreviation before it. */
    const Token *last = item_last_token(work->tokens, &items[end - 1]);
    if (items[end - 1].token_count > 1 && last->kind == TOKEN_PUNCT && items[end].token_count == 0)
        candidate->span.end = last[-1].end;
}

/* The next entry of an item behind `entry` that makes an entity; NO_ENTRY for none. */
static uint32_t next_typed(const Tagger *tagger, const Item *item, uint32_t entry)
{
    do
        entry = lexicon_next_entry(tagger->lexicon, item, entry);
    while (entry != NO_ENTRY && lexicon_entry_type(tagger->lexicon, entry).length == 0);
    return entry;
}

static uint32_t first_typed(const Tagger *tagger, const Item *item)
{
    bool is_first = lexicon_entry_type(tagger->lexicon, item->entry).length > 0;
    return is_first ? item->entry : next_typed(tagger, item, item->entry);
}

static Listed find_listed(const Tagger *tagger, const Item *item)
{
    uint32_t entry = first_typed(tagger, item);
    if (entry == NO_ENTRY)
        return LISTED_NONE;
    return entry == item->entry && next_typed(tagger, item, entry) == NO_ENTRY ? LISTED_FIRST
                                                                               : LISTED_SOME;
}

static inline Listed listed_of(Tagger *tagger, const Item *item)
{
    if (item->entry == NO_ENTRY)
        return LISTED_NONE;
    uint8_t *listed = &tagger->listed[item->match];
    if (*listed == LISTED_UNKNOWN)
        *listed = (uint8_t)find_listed(tagger, item);
    return (Listed)*listed;
}

static const LexiconEntry *entry_of_type(Tagger *tagger, const Item *item, Slice type)
{
    Listed listed = listed_of(tagger, item);
    if (listed == LISTED_NONE)
        return NULL;
    uint32_t number = listed == LISTED_FIRST ? item->entry : first_typed(tagger, item);
    while (number != NO_ENTRY && !slice_equal(lexicon_entry_type(tagger->lexicon, number), type))
        number = listed == LISTED_FIRST ? NO_ENTRY : next_typed(tagger, item, number);
    return number == NO_ENTRY ? NULL : lexicon_entry(tagger->lexicon, number);
}

/* Whether the item at `at` is an entity by an entry, and by which. */
static inline bool find_entry(Tagger *tagger, size_t at, Find *find)
{
    const Item *item = &tagger->items.items[at];
    Listed listed = listed_of(tagger, item);
    if (listed == LISTED_NONE)
        return false;
    find->item = at;
    find->number = listed == LISTED_FIRST ? item->entry : first_typed(tagger, item);
    find->entry = lexicon_entry(tagger->lexicon, find->number);
    return true;
}

/* The entries of an item that are entities by themselves, from the first on. They come behind
 * all patterns in order, so a pattern that finds the same span names the rule. */
static void add_listed_item(Tagger *tagger, const Work *work, const Find *find,
                            CandidateState state, uint32_t by)
{
    const Item *item = &tagger->items.items[find->item];
    const LexiconEntry *entry = find->entry;
    bool has_more = tagger->listed[item->match] == LISTED_SOME;
    bool is_doubtful = traits_has(tagger->traits, item->set, tagger->doubtful);
    for (uint32_t number = find->number; number != NO_ENTRY;) {
        Candidate *candidate = candidates_add(&tagger->candidates);
        candidate->type = entry->type;
        candidate->rule = entry->rule;
        candidate->entry = entry;
        candidate->order = (uint32_t)patterns_count(tagger->patterns) + number;
        candidate->priority = -1;
        candidate->state = is_doubtful ? STATE_DOUBTFUL : state;
        candidate->by = by;
        place(tagger, work, candidate, find->item, find->item + 1);
        number = has_more ? next_typed(tagger, item, number) : NO_ENTRY;
        if (number != NO_ENTRY)
            entry = lexicon_entry(tagger->lexicon, number);
    }
}

/* The entries lie scattered: all are asked for before the first is needed. */
static void add_listed(Tagger *tagger, const Work *work)
{
    const Item *items = tagger->items.items, *end = items + tagger->items.count;
    const uint8_t *listed = tagger->listed;
    size_t found = 0;
    tagger->finds = memory_grow(tagger->finds, &tagger->find_capacity, tagger->items.count,
                                sizeof *tagger->finds);
    for (const Item *item = items; item < end; item++) {
        if (item->entry == NO_ENTRY || listed[item->match] == LISTED_NONE)
            continue;
        Find *find = &tagger->finds[found];
        if (!find_entry(tagger, (size_t)(item - items), find))
            continue;
        __builtin_prefetch(find->entry);
        __builtin_prefetch(&find->entry->form);
        found++;
    }
    for (size_t i = 0; i < found; i++)
        add_listed_item(tagger, work, &tagger->finds[i], STATE_OPEN, NO_CANDIDATE);
}

/* The shorter phrases and words of the lexicon within an item of the candidate `by`; each
 * becomes an item behind those of the document. */
static void add_listed_within(Tagger *tagger, const Work *work, size_t at, uint32_t by)
{
    ItemString *items = &tagger->items;
    size_t first = items->items[at].first_token, end = first + items->items[at].token_count;
    for (size_t token = first; token < end; token++) {
        size_t added = items->count;
        items_add_tokens(items, tagger->lexicon, work->tokens, token,
                         token == first ? end - 1 : end);
        items->count = added + 1; /* further ones are found from their own token */
        grow_listed(tagger);
        items_add_stop(items, end, work->tokens[end - 1].end);
        Find find;
        if (find_entry(tagger, added, &find))
            add_listed_item(tagger, work, &find, STATE_COVERED, by);
    }
}

static bool is_part_of_name(const void *context, const Candidate *candidate, const Candidate *whole)
{
    const Tagger *tagger = context;
    return parts_within_name(tagger->parts, &tagger->items, candidate, whole);
}

static void nest(Tagger *tagger, const Work *work)
{
    size_t candidate_count = tagger->candidates.count;
    for (size_t i = 0; i < candidate_count; i++) {
        const Candidate candidate = tagger->candidates.list[i];
        for (size_t at = candidate.first; candidate.state == STATE_KEPT && at < candidate.end; at++)
            if (tagger->items.items[at].token_count > 1)
                add_listed_within(tagger, work, at, (uint32_t)i);
    }
    candidates_nest(&tagger->candidates, tagger->item_count, is_part_of_name, tagger);
}

/* Letters of `token` that stand in front of its first digit, in code points; 0 if it has none. */
static uint32_t letters_before_digit(const Fold *fold, const Work *work, const Token *token)
{
    const char *at = work->text.data + token->byte, *end = at + token->byte_length;
    for (uint32_t letters = 0; at < end; letters++)
        if (fold_digit(fold, utf8_next(&at)) >= 0)
            return letters;
    return 0;
}

/* `start`, `end`: items of the name. */
static void add_match(Tagger *tagger, const Work *work, const PatternMatch *match, size_t start,
                      size_t end)
{
    const Kind *kind = &tagger->kinds[pattern_index(match->pattern)];
    uint32_t whole = NO_CANDIDATE;
    if (kind->uses_parts) {
        whole = parts_whole(tagger->parts, start, end, kind->type);
        if (whole == NO_CANDIDATE)
            return;
    }
    Candidate *candidate = candidates_add(&tagger->candidates);
    candidate->whole = whole;
    candidate->type = kind->type;
    candidate->rule = pattern_name(match->pattern);
    candidate->node = pattern_node(match->pattern);
    candidate->priority = kind->priority;
    candidate->order = (uint32_t)pattern_index(match->pattern);
    if (kind->values != 0)
        candidate->value = tagger_value(tagger, work, match, kind->values);
    if (end - start == 1)
        candidate->entry = entry_of_type(tagger, &tagger->items.items[start], kind->type);
    place(tagger, work, candidate, start, end);
    uint32_t written = work->tokens[tagger->items.items[start].first_token].start;
    if (kind->takes_clitics && candidate->span.start > written) {
        candidate->span.start = written;
        candidate->entry = NULL;
    }
    if (kind->begins_with_digit)
        candidate->span.start =
            written + letters_before_digit(lexicon_fold(tagger->lexicon), work,
                                           &work->tokens[tagger->items.items[start].first_token]);
}

static void match_in_stretch(Tagger *tagger, const Work *work, const Stretch *stretch,
                             const Pattern *pattern)
{
    PatternMatch match;
    for (size_t at = stretch->from;
         patterns_find(tagger->patterns, pattern, at, &match, work->limited);) {
        size_t start = match.start, end = match.end;
        match_capture(&match, tagger->captures[CAPTURE_NAME], &start, &end);
        /* Go on behind the name: what stands behind it may be context of the next. */
        at = end > at ? end : at + 1;
        if (end > start)
            add_match(tagger, work, &match, start, end);
    }
}

/* Sentence by sentence: most patterns need a class that few sentences have. */
static void match_stretch(Tagger *tagger, const Work *work, const Stretch *stretch, size_t round)
{
    const uint64_t *possible =
        patterns_possible(tagger->patterns, &tagger->items, stretch->from, stretch->to, round);
    for (size_t word = 0; word < tagger->round_words; word++)
        for (uint64_t bits = possible[word]; bits != 0; bits &= bits - 1)
            match_in_stretch(
                tagger, work, stretch,
                patterns_at(tagger->patterns, word * 64 + (size_t)__builtin_ctzll(bits)));
}

static void add_matches(Tagger *tagger, const Work *work)
{
    for (size_t i = 0; i < tagger->stretch_count; i++)
        match_stretch(tagger, work, &tagger->stretches[i], tagger->first_round);
}

/* Patterns that look for parts of names: in sentences with one. */
static void add_part_matches(Tagger *tagger, const Work *work)
{
    size_t count, next = 0;
    const uint32_t *marked = parts_marked(tagger->parts, &count);
    for (size_t i = 0; i < tagger->stretch_count && next < count; i++) {
        const Stretch *stretch = &tagger->stretches[i];
        if (marked[next] >= stretch->to)
            continue;
        match_stretch(tagger, work, stretch, tagger->parts_round);
        while (next < count && marked[next] < stretch->to)
            next++;
    }
}

/* ---- the document ------------------------------------------------------ */

/* Where the document first means by a word whoever the list means: the item, kept for some
 * entries, so that each is looked for once. */
typedef struct {
    const LexiconEntry *entry;
    uint32_t first;
} FirstUse;
enum { FIRST_USES = 64 };

static uint32_t first_use(const Tagger *tagger, const LexiconEntry *entry,
                          FirstUse uses[FIRST_USES])
{
    FirstUse *use = &uses[((uintptr_t)entry / sizeof *entry) % FIRST_USES];
    if (use->entry == entry)
        return use->first;
    *use = (FirstUse){entry, UINT32_MAX};
    for (size_t i = 0; i < tagger->candidates.count; i++) {
        const Candidate *other = &tagger->candidates.list[i];
        if (other->state == STATE_KEPT && other->entry != NULL && other->first < use->first &&
            slice_equal(other->entry->name, entry->name))
            use->first = other->first;
    }
    return use->first;
}

/* One word that was found without help of the full name gets it all the same; one
 * that the list gives a full name gets the one that the document gave before, unless the
 * document had used the word for whoever the list means before it named somebody else. */
static void link_parts(Tagger *tagger)
{
    Candidates *candidates = &tagger->candidates;
    FirstUse uses[FIRST_USES] = {{0}};
    for (size_t i = 0; i < candidates->count; i++) {
        Candidate *candidate = &candidates->list[i];
        if (candidate->state != STATE_KEPT || candidate->end - candidate->first != 1 ||
            !parts_learns(tagger->parts, candidate->type))
            continue;
        uint32_t number =
            parts_whole(tagger->parts, candidate->first, candidate->end, candidate->type);
        if (number == NO_CANDIDATE || number == i)
            continue;
        const Candidate *whole = &candidates->list[number];
        if (candidate->entry == NULL ||
            (parts_omits(tagger->parts, candidate->type) &&
             (whole->entry == NULL || !slice_equal(whole->entry->name, candidate->entry->name)) &&
             whole->first <= candidate->first &&
             first_use(tagger, candidate->entry, uses) >= whole->first))
            candidate->whole = number;
    }
}

/* Names of several words that are short for others. */
static void unify(Tagger *tagger, const Work *work)
{
    Candidates *candidates = &tagger->candidates;
    FullName *names = NULL;
    size_t count = 0;
    for (size_t i = 0; i < candidates->count; i++) {
        Candidate *candidate = &candidates->list[i];
        const Item *first = &tagger->items.items[candidate->first];
        if (candidate->state != STATE_KEPT || candidate->whole != NO_CANDIDATE ||
            (candidate->end - candidate->first == 1 && first->token_count == 1) ||
            !parts_omits(tagger->parts, candidate->type))
            continue;
        if (names == NULL)
            names = ARENA_ROOM(work->arena, candidates->count - i, FullName);
        candidate->name = tagger_plain_name(tagger, work, candidate);
        char *folded = arena_alloc(work->arena, FOLD_ROOM(candidate->name.length));
        size_t length =
            fold_word(lexicon_fold(tagger->lexicon), candidate->name, GRADE_LETTER, folded);
        const Item *last = &tagger->items.items[candidate->end - 1];
        bool ends_sure = traits_has(tagger->traits, last->set, tagger->name);
        names[count++] = (FullName){{folded, length}, (uint32_t)i, ends_sure};
    }
    unify_names(candidates, names, count, work->arena);
}

/* The items [*first, *end) of the document whose words are `span`; false where it cuts one. */
static bool find_items(const Tagger *tagger, CodepointSpan span, size_t *first, size_t *end)
{
    const Item *items = tagger->items.items;
    size_t at;
    FIRST_WHERE(at, 0, tagger->item_count, items[at].end > span.start);
    *first = at;
    while (at < tagger->item_count && items[at].end < span.end)
        at++;
    *end = at + 1;
    return at < tagger->item_count && items[at].end == span.end &&
           items[*first].start == span.start && items[at].token_count != 0;
}

/* Names of several words by which quotes tell who speaks, where nothing was found: the
 * document may mean them again by a part. */
static void add_names(Tagger *tagger, const Work *work, const SpeakerName *names, size_t count)
{
    size_t decided = tagger->candidates.count;
    for (size_t i = 0; i < count; i++) {
        size_t first, end;
        if (!find_items(tagger, names[i].span, &first, &end) || end - first < 2)
            continue;
        Candidate *candidate = candidates_add(&tagger->candidates);
        candidate->type = names[i].type;
        candidate->rule = names[i].rule;
        candidate->order = UINT32_MAX;
        candidate->priority = -2;
        place(tagger, work, candidate, first, end);
    }
    if (tagger->candidates.count > decided)
        candidates_resolve(&tagger->candidates, tagger->items.count, decided);
}

static void settle(Tagger *tagger)
{
    lexicon_settle(tagger->lexicon);
    size_t words = vocabulary_count(lexicon_vocabulary(tagger->lexicon));
    if (words < tagger->known_words) {
        parts_forget(tagger->parts);
        tagger->listed_count = 0;
    }
    tagger->known_words = words;
}

const Fold *tagger_fold(const Tagger *tagger)
{
    return lexicon_fold(tagger->lexicon);
}

void tagger_nest(Tagger *tagger)
{
    tagger->is_nesting = true;
}

void tagger_find(Tagger *tagger, const TaggerInput *input, Arena *arena, Entity **entities,
                 size_t *count, Explanation *explanation, bool *limited)
{
    settle(tagger);
    Work work = {.text = input->text, .today = input->today, .arena = arena, .limited = limited};
    tokenize(work.text, lexicon_fold(tagger->lexicon), lexicon_vocabulary(tagger->lexicon), arena,
             &work.tokens, &work.token_count);
    tagger->known_words = vocabulary_count(lexicon_vocabulary(tagger->lexicon));
    make_items(tagger, &work, input->sentences, input->sentence_count);

    tagger->candidates.count = 0;
    add_matches(tagger, &work);
    add_listed(tagger, &work);
    candidates_resolve(&tagger->candidates, tagger->items.count, 0);
    add_names(tagger, &work, input->names, input->name_count);
    if (parts_mark(tagger->parts, work.tokens, &tagger->candidates, &tagger->items)) {
        link_parts(tagger);
        size_t decided = tagger->candidates.count;
        add_part_matches(tagger, &work);
        candidates_resolve(&tagger->candidates, tagger->items.count, decided);
    }
    if (tagger->is_nesting)
        nest(tagger, &work);
    unify(tagger, &work);
    *entities = ARENA_ROOM(arena, tagger->candidates.count, Entity);
    *count = tagger_make_entities(tagger, &work, *entities);
    if (explanation != NULL)
        tagger_explain(tagger, &work, explanation);
}
