#include "tools/quote-extract/quotes_parts.h"

#include "common/utf8.h"

enum {
    SHORT_NAME = 3,   /* words of a listed name in marks */
    FULL_NAME = 6,    /* words of somebody's full name in marks, with what links them */
    BODY_NAME = 8,    /* words of a body's definite name in marks */
    TITLE_WORDS = 14, /* of a title in brackets behind a name */
    NEAR_WORD = 4,    /* tokens in front of marks among which a word is looked for */
    CUE_BEFORE = 16,  /* tokens in front of marks among which their cue is looked for */
    NEAR_ITEMS = 256, /* items in front of brackets among which a speaker is looked for, so that
                       * a sentence of nothing but brackets takes no quadratic time */
};

/* What is told of a pair of marks beside what its family makes: bits, each of which is a class,
 * in the order of set_of_mark. */
enum {
    TOLD_STRAY = 1,
    TOLD_LONG_BRACKET = 2,
    TOLD_TITLED = 4,
    TOLD_NAME = 8,
    TOLD_WORD = 16,
    TOLD_LATIN = 32,
    TOLD_TITLE = 64,
    TOLD_CLAUSE = 128,
    TOLD_SPOKEN = 256,
    TOLD_SHORT = 512,
    TOLD_LONG = 1024,
    TOLD_PUNCT = 2048, /* of the comma that opens brackets: words end in front of it */
    TOLD_BITS = 12,
};

static bool is_skipped(const QuoteFinder *finder, const Sentence *sentence)
{
    for (size_t i = 0; i < finder->skipped_count; i++)
        if (slice_equal(sentence->role, finder->skipped[i]))
            return true;
    return false;
}

/* Tokens [from, to) by themselves: the first item of them, valid until the next call; NULL
 * for none. */
static const Item *first_by_itself(const Search *search, size_t from, size_t to)
{
    QuoteFinder *finder = search->finder;
    items_clear(&finder->scratch);
    items_add_tokens(&finder->scratch, finder->lexicon, search->tokens, from, to);
    class_bits_note(finder->bits);
    return finder->scratch.count == 0 ? NULL : finder->scratch.items;
}

/* The set has one of the `count` classes. */
static bool has_any(const Search *search, uint32_t set, const NamedClass *classes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (set_has(search->finder->bits, set, classes[i]))
            return true;
    return false;
}

/* The marks hold a name by themselves: «داعش». */
static bool holds_name(Search *search, const MarkPair *pair)
{
    static const NamedClass naming[] = {CLASS_ORG, CLASS_PLACE, CLASS_PERSON, CLASS_NAME};
    if (pair->words > SHORT_NAME || pair->words == 0)
        return false;
    const Item *item = first_by_itself(search, pair->inner_from, pair->inner_to);
    return item != NULL && has_any(search, item->set, naming, sizeof naming / sizeof *naming);
}

/* The marks hold somebody's name in full and nothing else: "سالم بن هاني الحربي". */
static bool holds_full_name(Search *search, const MarkPair *pair)
{
    static const NamedClass naming[] = {CLASS_PERSON, CLASS_NAME, CLASS_NAME_LINK_INNER};
    static const NamedClass first[] = {CLASS_PERSON, CLASS_NAME_GIVEN};
    const Item *item = pair->words < 2 || pair->words > FULL_NAME
                           ? NULL
                           : first_by_itself(search, pair->inner_from, pair->inner_to);
    if (item == NULL || !has_any(search, item->set, first, sizeof first / sizeof *first))
        return false;
    const QuoteFinder *finder = search->finder;
    for (size_t i = 1; i < finder->scratch.count; i++)
        if (!has_any(search, finder->scratch.items[i].set, naming,
                     sizeof naming / sizeof *naming) &&
            (finder->scratch.items[i].entry != NO_ENTRY || i + 1 < finder->scratch.count))
            return false;
    return true;
}

static bool is_latin(Search *search, size_t token)
{
    const Item *item = first_by_itself(search, token, token + 1);
    return item != NULL && set_has(search->finder->bits, item->set, CLASS_LATIN);
}

/* A bracket right behind the marks, in Latin letters as they are not, spells the name in them as
 * it is spelt at home: "رونين" (Ronin). `behind`: the next pair; NULL for none. */
static bool is_spelt_again(Search *search, const MarkPair *pair, const MarkPair *behind)
{
    const QuoteFinder *finder = search->finder;
    if (behind == NULL || behind->from != pair->to || behind->stray ||
        behind->class_number != class_bits_number(finder->bits, CLASS_BRACKETED) ||
        pair->words > marks_limits(finder->marks)->name_words)
        return false;
    return search->tokens[behind->inner_from].kind == TOKEN_WORD &&
           is_latin(search, behind->inner_from) && !is_latin(search, pair->inner_from);
}

/* The word in front of the marks is in other letters: a few latin ones in them are a name. */
static bool is_foreign(Search *search, const MarkPair *pair)
{
    size_t at = pair->from, steps = 0;
    while (at > 0 && search->tokens[at - 1].kind != TOKEN_WORD && steps++ < NEAR_WORD)
        at--;
    return at > 0 && search->tokens[at - 1].kind == TOKEN_WORD && !is_latin(search, at - 1);
}

/* A noun that names things, or what bears a name without its article; `loose` says that words
 * of somebody may stand behind the noun as well, as they do where it has its article. */
static bool names_what_follows(const Search *search, uint32_t set, bool *loose)
{
    static const NamedClass bearers[] = {CLASS_HEAD_ORG, CLASS_HEAD_PLACE_INSIDE,
                                         CLASS_HEAD_PLACE_OUTSIDE, CLASS_KIND_OF};
    const ClassBits *bits = search->finder->bits;
    bool article = set_has(bits, set, CLASS_CLITIC_ARTICLE);
    *loose = article || !set_has(bits, set, CLASS_NAMING);
    return set_has(bits, set, CLASS_NAMING) ||
           (!article && has_any(search, set, bearers, sizeof bearers / sizeof *bearers));
}

/* Up to `most` words that begin with what bears a name and end with a noun of its own: «جسر
 * الصداقة»; «منطقة آمنة» describes one. */
static bool is_whole_name(Search *search, const MarkPair *pair, size_t most)
{
    if (pair->words < 2 || pair->words > most)
        return false;
    const Item *last = first_by_itself(search, pair->inner_to - 1, pair->inner_to);
    return last != NULL && set_has(search->finder->bits, last->set, CLASS_CLITIC_ARTICLE);
}

/* «المجلس الوطني للمرصد»: behind a definite kind of body each word is definite, and one or more
 * belong by ل to the next, so that no clause is there. `set` is of the first word. */
static bool is_definite_body(Search *search, const MarkPair *pair, uint32_t set)
{
    const ClassBits *bits = search->finder->bits;
    bool belongs = false;
    if (pair->words < SHORT_NAME || pair->words > BODY_NAME || !set_has(bits, set, CLASS_HEAD_ORG))
        return false;
    for (size_t i = pair->inner_from; i < pair->inner_to; i++) {
        const Item *item = first_by_itself(search, i, i + 1);
        bool purpose = item != NULL && set_has(bits, item->set, CLASS_SHAPE_TO);
        belongs = belongs || purpose;
        if (item == NULL || (!set_has(bits, item->set, CLASS_CLITIC_ARTICLE) &&
                             !set_has(bits, item->set, CLASS_SHAPE_DEFINITE) &&
                             !(purpose && i + 1 < pair->inner_to)))
            return false;
    }
    return belongs;
}

/* What the first word between the marks, `set`, makes of them by being or bearing a name:
 * TOLD_TITLE for the noun for what it names, TOLD_NAME for a short name. */
static unsigned told_by_noun(Search *search, const MarkPair *pair, uint32_t set)
{
    const ClassBits *bits = search->finder->bits;
    bool loose = false, names = names_what_follows(search, set, &loose) &&
                                !set_has(bits, set, CLASS_CLITIC_ARTICLE);
    bool joined = set_has(bits, set, CLASS_CLITIC_PREPOSITION);
    size_t most = loose ? SHORT_NAME : marks_limits(search->finder->marks)->name_words;
    unsigned told = names && !loose ? TOLD_TITLE : 0u;
    if (is_definite_body(search, pair, set))
        return told | TOLD_NAME;
    return names && !joined && is_whole_name(search, pair, most) ? told | TOLD_NAME : told;
}

/* What the first word between the marks decides: latin letters, what told_by_noun says,
 * and TOLD_CLAUSE for any other stretch of so many words. */
static unsigned told_by_first(Search *search, const MarkPair *pair, bool is_name)
{
    size_t first = pair->inner_from;
    while (first < pair->inner_to && search->tokens[first].kind != TOKEN_WORD)
        first++;
    if (first == pair->inner_to)
        return TOLD_NAME; /* a figure is nobody's words */
    const Item *item = first_by_itself(search, first, first + 1);
    if (item == NULL)
        return 0;
    unsigned told = set_has(search->finder->bits, item->set, CLASS_LATIN) ? TOLD_LATIN : 0u;
    unsigned noun = told_by_noun(search, pair, item->set);
    if (noun != 0)
        return told | noun;
    if (told == TOLD_LATIN && pair->words <= SHORT_NAME && is_foreign(search, pair))
        return told | TOLD_NAME;
    bool is_clause = pair->words >= marks_limits(search->finder->marks)->clause_words && !is_name;
    return is_clause ? told | TOLD_CLAUSE : told;
}

/* The same of the last word of an item: a title may end with such a noun. */
static bool last_word_names(Search *search, const Item *item, bool *loose)
{
    size_t end = item->first_token + item->token_count;
    const Item *last = item->token_count < 2 ? NULL : first_by_itself(search, end - 1, end);
    return last != NULL && names_what_follows(search, last->set, loose);
}

/* What names things stands before what comes next, joined to it or not. */
static bool is_titled(Search *search, bool *loose)
{
    const QuoteFinder *finder = search->finder;
    const ItemString *string = &finder->string;
    size_t at = string->count;
    class_bits_note(finder->bits);
    while (at > 0 && at + 2 > string->count) {
        const Item *item = &string->items[--at];
        /* واتهم الحزب بـ«محاولة كسب الوقت»: only a noun for what it names does so across a
         * preposition. */
        if (names_what_follows(search, item->set, loose) || last_word_names(search, item, loose))
            return at + 1 == string->count || !*loose;
        if (!set_has(finder->bits, item->set, CLASS_HALT_IN))
            return false;
    }
    return false;
}

/* الصندوق «قطعت شوطا»: what is between the marks begins with a feminine verb. */
static bool begins_with_verb(Search *search, const MarkPair *pair)
{
    const Item *item =
        pair->words < 2 ? NULL : first_by_itself(search, pair->inner_from, pair->inner_from + 1);
    return item != NULL && set_has(search->finder->bits, item->set, CLASS_SHAPE_DESCRIBING);
}

/* Few words, of which the first begins a clause and no name: «لا نقبل ذلك»; «هذا الأسبوع» and
 * questions, which titles may be, are none yet. */
static bool is_spoken(const Search *search, const MarkPair *pair)
{
    static const NamedClass opening[] = {CLASS_COMP, CLASS_CLAUSE_START, CLASS_CLAUSE_NEGATED};
    const ClassBits *bits = search->finder->bits;
    if (pair->words < 2 || pair->words >= marks_limits(search->finder->marks)->long_words ||
        search->tokens[pair->inner_from].kind != TOKEN_WORD)
        return false;
    const Item *item = first_by_itself(search, pair->inner_from, pair->inner_from + 1);
    if (item == NULL || set_has(bits, item->set, CLASS_COMP_QUESTION))
        return false;
    return has_any(search, item->set, opening, sizeof opening / sizeof *opening) ||
           (pair->words > 2 && set_has(bits, item->set, CLASS_SPEAKER_POINTING));
}

/* Bits of TOLD_...: what is told of a pair of quotation marks. `behind`: the next pair; NULL for
 * none. */
static unsigned told_of_marked(Search *search, const MarkPair *pair, const MarkPair *behind)
{
    const MarkLimits *limits = marks_limits(search->finder->marks);
    /* «...» behind the film is a name if it is short, behind a film also when it is
     * longer. */
    bool loose = false, titled = is_titled(search, &loose);
    titled = titled && !(loose && begins_with_verb(search, pair));
    bool is_title = titled && !loose, spoken = !is_title && is_spoken(search, pair);
    size_t most = is_title ? limits->name_words : limits->long_words - 1;
    bool is_name = !spoken && ((titled && pair->words <= most) || holds_name(search, pair) ||
                               holds_full_name(search, pair));
    is_name = is_name || is_spelt_again(search, pair, behind);
    unsigned told = told_by_first(search, pair, is_name);
    is_name = is_name || (told & TOLD_NAME) != 0;
    told |= is_title ? TOLD_TITLED : 0u;
    told |= spoken ? TOLD_SPOKEN : 0u;
    told |= is_name ? TOLD_NAME : 0u;
    told |= pair->words == 1 ? TOLD_WORD : 0u;
    bool is_long = spoken || pair->words >= limits->long_words;
    return told | (is_long && !is_name ? TOLD_LONG : TOLD_SHORT);
}

/* The set of the classes that the pair's family makes and of those that are told of it. There
 * are few such sets, and a large one is slow to find. */
static uint32_t set_of_mark(QuoteFinder *finder, int class_number, unsigned told)
{
    uint32_t key = (uint32_t)(class_number + 1) << TOLD_BITS | told;
    MarkSet *known = &finder->mark_sets[(key * UINT32_C(0x9E3779B1)) >> (32 - MARK_SETS_BITS)];
    if (known->key == key)
        return known->set;
    static const NamedClass classes[TOLD_BITS] = {
        CLASS_MARK_STRAY,    CLASS_BRACKETED_LONG, CLASS_MARKED_TITLED, CLASS_MARKED_NAME,
        CLASS_MARKED_WORD,   CLASS_LATIN,          CLASS_MARKED_TITLE,  CLASS_MARKED_CLAUSE,
        CLASS_MARKED_SPOKEN, CLASS_MARKED_SHORT,   CLASS_MARKED_LONG,   CLASS_PUNCT,
    };
    ClassSet set = {{0}};
    const Classes *names = lexicon_classes(finder->lexicon);
    if ((told & TOLD_STRAY) == 0)
        classes_put(names, &set, class_number);
    for (int i = 0; i < TOLD_BITS; i++)
        if ((told >> i & 1) != 0)
            classes_put(names, &set, class_bits_number(finder->bits, classes[i]));
    *known = (MarkSet){key, lexicon_set_number(finder->lexicon, &set)};
    return known->set;
}

/* `behind`: the next pair; NULL for none. */
static void add_mark(Search *search, const MarkPair *pair, const MarkPair *behind)
{
    QuoteFinder *finder = search->finder;
    unsigned told = 0;
    if (pair->stray)
        told = TOLD_STRAY;
    else if (pair->quotes)
        told = told_of_marked(search, pair, behind);
    else if (pair->class_number == class_bits_number(finder->bits, CLASS_BRACKETED) &&
             pair->words >= marks_limits(finder->marks)->long_words)
        told = TOLD_LONG_BRACKET;
    uint32_t set = set_of_mark(finder, pair->class_number, told);
    finder->mark_items = memory_grow(finder->mark_items, &finder->mark_capacity,
                                     finder->mark_count + 1, sizeof *finder->mark_items);
    finder->mark_items[finder->mark_count++] = finder->string.count;
    items_add_special(&finder->string, set, pair->from, pair->to, pair->outer);
}

/* The last item so far is, as far as the lists know, of a name. */
static bool may_end_name(const Search *search)
{
    static const NamedClass parts[] = {CLASS_NAME, CLASS_NAME_GIVEN, CLASS_PERSON};
    const QuoteFinder *finder = search->finder;
    if (finder->string.count == 0)
        return false;
    const Item *last = &finder->string.items[finder->string.count - 1];
    class_bits_note(finder->bits);
    return has_any(search, last->set, parts, sizeof parts / sizeof *parts) ||
           (last->entry == NO_ENTRY && last->token_count == 1 &&
            search->tokens[last->first_token].kind == TOKEN_WORD);
}

/* A clause stands in what was read by itself last (رجل دين يريد أن يتحدث). */
static bool holds_clause(const Search *search)
{
    const ItemString *inside = &search->finder->scratch;
    for (size_t i = 0; i < inside->count; i++)
        if (set_has(search->finder->bits, inside->items[i].set, CLASS_COMP))
            return true;
    return false;
}

/* سالم الحربي -أستاذ التاريخ-: brackets behind a name hold the title. Returns the token that
 * begins it, `pair->inner_to` for none. */
static size_t bracketed_title(Search *search, const MarkPair *pair)
{
    static const NamedClass titles[] = {CLASS_TITLE_PERSON, CLASS_TITLE_PERSON_WORK,
                                        CLASS_TITLE_HONORIFIC, CLASS_SPEAKER_KIN};
    const ClassBits *bits = search->finder->bits;
    size_t from = pair->inner_from, none = pair->inner_to;
    if (!may_end_name(search))
        return none;
    const Item *item = first_by_itself(search, from, pair->inner_to);
    if (item != NULL && set_has(bits, item->set, CLASS_SPEAKER_IS))
        item = first_by_itself(search, from += item->token_count, pair->inner_to);
    bool is_title = item != NULL &&
                    has_any(search, item->set, titles, sizeof titles / sizeof *titles) &&
                    !set_has(bits, item->set, CLASS_CLITIC_CONJUNCTION) &&
                    !set_has(bits, item->set, CLASS_CLITIC_PREPOSITION) && !holds_clause(search);
    return is_title ? from : none;
}

/* Words in front of a source: بحسب، كما قال. */
static bool cites(const Search *search, uint32_t set)
{
    static const NamedClass according[] = {CLASS_ACCORDING_NOUN, CLASS_ACCORDING_LI,
                                           CLASS_ACCORDING_VERB};
    return has_any(search, set, according, sizeof according / sizeof *according);
}

/* The sentence that is being read has told already whose words it is: by a verb of saying or a
 * source in the same clause, or by a complementizer or a colon, behind which a report goes on. */
static bool has_speaker(const Search *search)
{
    const ClassBits *bits = search->finder->bits;
    const ItemString *string = &search->finder->string;
    size_t least = string->count < NEAR_ITEMS ? 0 : string->count - NEAR_ITEMS;
    bool same_clause = true;
    for (size_t i = string->count; i > least && string->items[i - 1].token_count != 0; i--) {
        uint32_t set = string->items[i - 1].set;
        if (set_has(bits, set, CLASS_COMP) || set_has(bits, set, CLASS_COLON) ||
            (same_clause && (set_has(bits, set, CLASS_CUE_STRONG) || cites(search, set))))
            return true;
        same_clause = same_clause && !set_has(bits, set, CLASS_COMMA);
    }
    return false;
}

/* الموسم الحالي -حسب الوزارة- سيئ: brackets hold whose words the sentence is. */
static bool brackets_source(Search *search, const MarkPair *pair)
{
    const Item *item = first_by_itself(search, pair->inner_from, pair->inner_to);
    return item != NULL && cites(search, item->set) &&
           !set_has(search->finder->bits, item->set, CLASS_CLITIC_CONJUNCTION) &&
           !holds_clause(search) && !has_speaker(search);
}

/* A title or a source in brackets is read as between commas: the token that begins it,
 * `pair->inner_to` where they hold neither. */
static size_t opened_bracket(Search *search, const MarkPair *pair)
{
    if (pair->stray || !pair->closed || pair->words > TITLE_WORDS ||
        pair->class_number != class_bits_number(search->finder->bits, CLASS_BRACKETED))
        return pair->inner_to;
    return brackets_source(search, pair) ? pair->inner_from : bracketed_title(search, pair);
}

/* Tokens [from, to), at the beginning or the end of brackets, stand for a comma. */
static void add_comma(Search *search, size_t from, size_t to, bool opens)
{
    QuoteFinder *finder = search->finder;
    uint32_t set =
        set_of_mark(finder, class_bits_number(finder->bits, CLASS_COMMA), opens ? TOLD_PUNCT : 0u);
    CodepointSpan span = {search->tokens[from].start, search->tokens[to - 1].end};
    items_add_special(&finder->string, set, from, to, span);
}

/* Tokens [from, to) as items, with the pairs that stand among them. */
static size_t add_stretch(Search *search, size_t from, size_t to, const MarkPair *pairs,
                          size_t pair_count, size_t *next_pair)
{
    QuoteFinder *finder = search->finder;
    while (from < to) {
        if (*next_pair < pair_count && pairs[*next_pair].from < to) {
            const MarkPair *pair = &pairs[(*next_pair)++];
            items_add_tokens(&finder->string, finder->lexicon, search->tokens, from, pair->from);
            from = pair->to;
            size_t opened = opened_bracket(search, pair);
            if (opened == pair->inner_to) {
                add_mark(search, pair, *next_pair < pair_count ? pair + 1 : NULL);
                continue;
            }
            add_comma(search, pair->from, opened, true);
            items_add_tokens(&finder->string, finder->lexicon, search->tokens, opened,
                             pair->inner_to);
            add_comma(search, pair->inner_to, pair->to, false);
        } else {
            items_add_tokens(&finder->string, finder->lexicon, search->tokens, from, to);
            from = to;
        }
    }
    return from;
}

/* A sign that belongs to the figure in front of it: 20%. */
static bool is_unit(const Search *search, size_t token)
{
    if (token == 0 || search->tokens[token - 1].kind != TOKEN_NUMBER)
        return false;
    const Item *item = first_by_itself(search, token, token + 1);
    return item != NULL && set_has(search->finder->bits, item->set, CLASS_UNIT);
}

/* Full stops at a sentence's end are no part of it here; `pairs`: those that end behind
 * `from`, and perhaps one before. */
static size_t without_stops(const Search *search, size_t from, size_t to, const MarkPair *pairs,
                            size_t pair_count)
{
    while (to > from && search->tokens[to - 1].kind == TOKEN_PUNCT && !is_unit(search, to - 1)) {
        for (size_t i = 0; i < pair_count && pairs[i].from < to; i++)
            if (pairs[i].to == to && !pairs[i].stray)
                return to;
        to--;
    }
    return to;
}

static size_t token_behind(const Search *search, size_t from, size_t codepoint)
{
    return tokens_behind(search->tokens, from, search->token_count, codepoint);
}

/* The words of an unclosed pair go on up to token `end`. */
static void end_pair(const Search *search, MarkPair *pair, size_t end)
{
    const Token *tokens = search->tokens;
    pair->to = end;
    pair->inner_to = tokens[end - 1].kind == TOKEN_PUNCT ? end - 1 : end;
    pair->outer.end = tokens[end - 1].end;
    pair->inner.end = tokens[pair->inner_to - 1].end;
    pair->words = 0;
    for (size_t i = pair->inner_from; i < pair->inner_to; i++)
        pair->words += tokens[i].kind != TOKEN_PUNCT;
}

/* The class by which the last finite cue in front of the pair tells the gender of one who speaks;
 * CLASS_CUE where it tells none. */
static NamedClass gender_in_front(const Search *search, const MarkPair *pair)
{
    const ClassBits *bits = search->finder->bits;
    const ItemString *front = &search->finder->scratch;
    size_t from = pair->from > CUE_BEFORE ? pair->from - CUE_BEFORE : 0;
    if (first_by_itself(search, from, pair->from) == NULL)
        return CLASS_CUE;
    for (size_t i = front->count; i-- > 0;) {
        uint32_t set = front->items[i].set;
        if (!set_has(bits, set, CLASS_CUE_PAST) && !set_has(bits, set, CLASS_CUE_IMPERFECT))
            continue;
        bool male = set_has(bits, set, CLASS_AGR_M), female = set_has(bits, set, CLASS_AGR_F);
        return male == female ? CLASS_CUE : male ? CLASS_AGR_M : CLASS_AGR_F;
    }
    return CLASS_CUE;
}

/* The item reports more of whoever has spoken, in words of the writer: a participle (مؤكدا أن),
 * or a verb that is joined and has the `gender` of the one in front of the marks (قالت «...،
 * وذكرت أن). */
static bool reports_more(const ClassBits *bits, const Item *item, NamedClass gender)
{
    return set_has(bits, item->set, CLASS_CUE_PARTICIPLE) ||
           (gender != CLASS_CUE && set_has(bits, item->set, gender) &&
            set_has(bits, item->set, CLASS_CUE_PAST) &&
            set_has(bits, item->set, CLASS_CUE_STRONG) &&
            set_has(bits, item->set, CLASS_CLITIC_CONJUNCTION));
}

/* «نرفض القرار، مؤكدا أن...: what was never closed ends where, behind a comma, the next cue reports
 * more; without one only a participle of pointing to it (مشيرا إلى أن) or of going on (مضيفا أن)
 * does. */
static void end_at_next_cue(const Search *search, MarkPair *pair)
{
    const ClassBits *bits = search->finder->bits;
    const ItemString *inside = &search->finder->scratch;
    NamedClass gender = gender_in_front(search, pair);
    if (first_by_itself(search, pair->inner_from, pair->inner_to) == NULL)
        return;
    for (size_t i = 1; i + 1 < inside->count; i++) {
        size_t comp = i + 1 + set_has(bits, inside->items[i + 1].set, CLASS_HALT_PREP);
        if (comp == inside->count || !set_has(bits, inside->items[comp].set, CLASS_COMP) ||
            !reports_more(bits, &inside->items[i], gender))
            continue;
        size_t end = inside->items[i].first_token;
        while (end > pair->inner_from && search->tokens[end - 1].kind == TOKEN_PUNCT)
            end--;
        bool goes_on = set_has(bits, inside->items[i].set, CLASS_CUE_PARTICIPLE) &&
                       (comp > i + 1 || set_has(bits, inside->items[i].set, CLASS_CUE_ADD));
        if ((end == inside->items[i].first_token && !goes_on) || end == pair->inner_from)
            continue; /* «الحكومة استقبلت الوفد مؤكدة أن الحل قريب: within what is said */
        end_pair(search, pair, end);
        return;
    }
}

/* Where the next paragraph, at token `to`, opens with the mark that was opened last in this one
 * and never closed, the words go on up to this one's end, as printers have it; returns how many
 * of the `count` pairs stand then. */
static size_t run_on(const Search *search, size_t to, MarkPair *pairs, size_t count)
{
    size_t at = count;
    while (at > 0 && !pairs[at - 1].quotes)
        at--;
    if (at == 0 || to == search->token_count || pairs[at - 1].closed || pairs[at - 1].stray)
        return count;
    const Token *tokens = search->tokens;
    MarkPair *last = &pairs[at - 1];
    if (tokens[to].kind != TOKEN_PUNCT || tokens[to].word != tokens[last->from].word)
        return count;
    end_pair(search, last, to);
    return at;
}

/* The sentences [first, last) are one paragraph. */
static size_t add_paragraph(Search *search, size_t first, size_t last, size_t token)
{
    QuoteFinder *finder = search->finder;
    const Sentence *sentences = search->sentences;
    size_t from = token_behind(search, token, sentences[first].span.start);
    size_t to = token_behind(search, from, sentences[last - 1].span.end);
    size_t *ends = ARENA_ROOM(search->arena, last - first, size_t);
    for (size_t i = first; i < last; i++)
        ends[i - first] = sentences[i].span.end;
    MarkPair *pairs;
    size_t pair_count, next_pair = 0, at = from;
    marks_pair(finder->marks, search->text, search->tokens, from, to, ends, last - first,
               search->arena, &pairs, &pair_count);
    pair_count = run_on(search, to, pairs, pair_count);
    for (size_t i = 0; i < pair_count; i++)
        if (!pairs[i].closed && !pairs[i].stray && pairs[i].to != to)
            end_at_next_cue(search, &pairs[i]);
    bool within =
        false; /* a pair of marks that holds the end of the sentence before ends at `at` */
    for (size_t i = first; i < last; i++) {
        size_t end = token_behind(search, at, ends[i - first]);
        if (end == at && within)
            items_add_stop(&finder->string, at, ends[i - first]);
        within = within && end < at;
        if (end <= at)
            continue;
        size_t near = next_pair == 0 ? 0 : next_pair - 1; /* that one may run on to here */
        size_t stop = without_stops(search, at, end, pairs + near, pair_count - near);
        at = add_stretch(search, at, stop, pairs, pair_count, &next_pair);
        /* A stray mark behind the stop, or a pair that runs on. */
        while (next_pair < pair_count && pairs[next_pair].from < end)
            next_pair++;
        within = at > end;
        if (within)
            continue; /* no sentence edge here */
        at = end;
        items_add_stop(&finder->string, at, ends[i - first]);
    }
    return to;
}

void quotes_build_string(Search *search)
{
    QuoteFinder *finder = search->finder;
    items_clear(&finder->string);
    finder->mark_count = 0;
    size_t token = 0;
    for (size_t i = 0; i < search->sentence_count;) {
        if (is_skipped(finder, &search->sentences[i])) {
            i++;
            continue;
        }
        size_t last = i + 1;
        while (last < search->sentence_count &&
               search->sentences[last].paragraph == search->sentences[i].paragraph &&
               !is_skipped(finder, &search->sentences[last]))
            last++;
        token = add_paragraph(search, i, last, token);
        i = last;
    }
}

/* A comma that the closing mark encloses by custom only. */
static bool is_outside(const Search *search, const Token *token)
{
    const MarkLimits *limits = marks_limits(search->finder->marks);
    const char *at = search->text.data + token->byte;
    return mark_characters_hold(&limits->outside, utf8_next(&at));
}

bool is_unclosed(const Search *search, size_t item)
{
    return item_last_token(search->tokens, item_at(search, item))->kind != TOKEN_PUNCT;
}

CodepointSpan marked_inner(const Search *search, size_t item)
{
    const Item *at = item_at(search, item);
    const Token *first = &search->tokens[at->first_token];
    const Token *last = item_last_token(search->tokens, at);
    while (last - first > 3 && first[1].word == first[0].word && last[-1].word == last[0].word &&
           last->kind == TOKEN_PUNCT) {
        first++; /* ""the words"": as one mark */
        last--;
    }
    if (last->kind == TOKEN_PUNCT) /* an unclosed pair ends with a word */
        last--;
    if (last > first + 1 && is_outside(search, last))
        last--;
    return (CodepointSpan){(first + 1)->start, last->end};
}
