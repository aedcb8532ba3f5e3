#include "tools/sentence-split/boundary.h"

#include <utf8proc.h>

#include "common/utf8.h"

enum {
    BEFORE_BYTES = 48,      /* how far back an abbreviation may begin             */
    INITIALISM_LETTERS = 3, /* most letters of each part between its stops        */
    NAMED_LETTERS = 6,      /* most letters of an abbreviation without stops      */
    JOINED_LETTERS = 3,     /* fewest letters in front of a stop without a space  */
    LIST_DIGITS = 3,        /* most digits of an item's number                    */
    PARITY_BYTES = 4096,    /* how far back marks without sides are counted       */
};

/* ---- characters -------------------------------------------------------- */

static uint32_t marks_at(const LineView *view, const char *at)
{
    return split_marks(view->rules, utf8_next(&at));
}

static const char *behind(const char *at)
{
    return at + utf8_length((unsigned char)*at);
}

static const char *skip(const LineView *view, const char *at, uint32_t marks)
{
    while (at < view->line_end && (marks_at(view, at) & marks) != 0)
        at = behind(at);
    return at;
}

static const char *skip_back(const LineView *view, const char *at, uint32_t marks)
{
    while (at > view->start) {
        const char *previous = utf8_before(at);
        if ((marks_at(view, previous) & marks) == 0)
            break;
        at = previous;
    }
    return at;
}

const char *view_skip_space(const LineView *view, const char *at)
{
    return skip(view, at, MARK_SPACE | MARK_INVISIBLE);
}

bool view_has_words(const LineView *view, const char *at)
{
    for (; at < view->line_end; at = behind(at))
        if ((marks_at(view, at) & (MARK_LETTER | MARK_DIGIT)) != 0)
            return true;
    return false;
}

/* ---- the run of stops -------------------------------------------------- */

/* Whether a mark that can open and close closes: an odd number of its like
 * stands between the line's beginning and the stop. */
static bool closes_by_count(const LineView *view, const char *run, const char *mark)
{
    size_t length = utf8_length((unsigned char)*mark), count = 0;
    const char *from = run - view->line > PARITY_BYTES ? run - PARITY_BYTES : view->line;
    while ((size_t)(run - from) >= length) {
        const char *at = memchr(from, *mark, (size_t)(run - from) - length + 1);
        if (at == NULL)
            break;
        count += memcmp(at, mark, length) == 0;
        from = at + 1;
    }
    return count % 2 == 1;
}

/* Whether what follows `at` lets a mark in front of it be a closing one. */
static bool nothing_opened_at(const LineView *view, const char *at)
{
    at = skip(view, at, MARK_INVISIBLE);
    return at == view->line_end ||
           (marks_at(view, at) & (MARK_LETTER | MARK_DIGIT | MARK_BRACKET_OPEN)) == 0;
}

static bool is_closer(const LineView *view, const char *run, const char *at, uint32_t marks,
                      bool detached)
{
    if ((marks & (MARK_QUOTE | MARK_BRACKET_CLOSE)) == 0)
        return false;
    if ((marks & MARK_BRACKET_CLOSE) != 0)
        return true;
    if (!nothing_opened_at(view, behind(at)))
        return (marks & MARK_CLOSE) != 0 && !detached;
    if (!detached || (marks & MARK_CLOSE) != 0)
        return true;
    return (marks & MARK_EITHER) != 0 && closes_by_count(view, run, at);
}

static void count_stop(Candidate *c, uint32_t marks)
{
    if ((marks & MARK_ELLIPSIS) != 0)
        c->ellipses++;
    else if ((marks & MARK_POINT) != 0)
        c->points++;
    else
        c->others++;
}

/* Goes on from c->run over stops and closing marks, also over white space
 * where a further stop or a closing mark stands behind it. */
static void read_run(const LineView *view, Candidate *c)
{
    const char *at = c->run;
    bool spaced = false; /* white space stands between c->end and `at` */
    while (at < view->line_end) {
        uint32_t marks = marks_at(view, at);
        if ((marks & MARK_END) != 0) {
            /* A stop behind the closing mark ends the sentence around it. */
            c->others += c->closers != 0;
            c->closers = 0;
            count_stop(c, marks);
        } else if (is_closer(view, c->run, at, marks, spaced)) {
            c->closers |= marks;
        } else if ((marks & (MARK_SPACE | MARK_INVISIBLE)) != 0) {
            spaced = spaced || (marks & MARK_SPACE) != 0;
            at = behind(at);
            continue;
        } else {
            break;
        }
        at = behind(at);
        c->end = at;
        spaced = false;
    }
    c->next = at;
    c->spaced = spaced;
}

bool candidate_find(LineView *view, const char *from, Candidate *c)
{
    for (const char *at = from; at < view->line_end; at++) {
        at = scan_find(&view->rules->triggers, at, view->line_end);
        if (at == view->line_end)
            return false;
        const char *first = at;
        while (first > from && ((unsigned char)*first & 0xC0) == 0x80)
            first--;
        uint32_t marks = marks_at(view, first);
        if ((marks & MARK_BRACKET_OPEN) != 0)
            view->bracket = first;
        if ((marks & MARK_DATELINE) != 0 && (view->dash == NULL || view->dash < view->start))
            view->dash = first;
        if ((marks & MARK_END) == 0) {
            at = behind(first) - 1;
            continue;
        }
        *c = (Candidate){.run = first};
        read_run(view, c);
        return true;
    }
    return false;
}

/* ---- words around ------------------------------------------------------ */

static const WordBefore *word_before(const LineView *view, Candidate *c)
{
    WordBefore *word = &c->before;
    if (c->has_before)
        return word;
    c->has_before = true;
    const char *end = skip_back(view, c->run, MARK_SPACE | MARK_INVISIBLE), *at = end;
    size_t part = 0;
    while (at > view->start) {
        const char *previous = utf8_before(at);
        uint32_t marks = marks_at(view, previous);
        if ((marks & MARK_LETTER) != 0) {
            word->letters++;
            part++;
            if (part > word->longest)
                word->longest = part;
        } else if ((marks & MARK_POINT) != 0 && part != 0) {
            word->points++;
            part = 0;
        } else if ((marks & (MARK_COMBINING | MARK_INVISIBLE)) == 0) {
            word->in_front = marks;
            break;
        }
        at = previous;
        if (end - at > BEFORE_BYTES)
            return word;
    }
    word->word = (Slice){at, (size_t)(end - at)};
    return word;
}

/* The word of letters in front of `at`, behind white space. */
static Slice word_further_before(const LineView *view, const char *at)
{
    const char *end = skip_back(view, at, MARK_SPACE | MARK_INVISIBLE);
    const char *start = skip_back(view, end, MARK_LETTER | MARK_COMBINING);
    return (Slice){start, (size_t)(end - start)};
}

static Slice word_at(const LineView *view, const char *at)
{
    const char *end = skip(view, at, MARK_LETTER | MARK_COMBINING | MARK_INVISIBLE);
    return (Slice){at, (size_t)(end - at)};
}

/* Looks up the word that follows, behind dashes that may stand before it. */
static void look_after(const LineView *view, Candidate *c)
{
    if (c->has_after)
        return;
    c->has_after = true;
    const char *at = skip(view, c->next, MARK_DASH | MARK_SPACE | MARK_INVISIBLE);
    Slice word = word_at(view, at);
    c->after = split_word(view->rules, word);
    c->after_conjunction = split_has_conjunction(view->rules, word);
}

static bool before_opener(const LineView *view, Candidate *c)
{
    look_after(view, c);
    return (c->after & WORD_OPENER) != 0;
}

static bool before_opener_or_conjunction(const LineView *view, Candidate *c)
{
    return before_opener(view, c) || c->after_conjunction;
}

/* A quotation that began in this sentence is still open. */
static bool inside_marks(const LineView *view, const Candidate *c)
{
    for (const char *at = c->run; at > view->start;) {
        at = utf8_before(at);
        uint32_t marks = marks_at(view, at) & MARK_QUOTE;
        if (marks != 0)
            return (marks & MARK_EITHER) != 0 ? closes_by_count(view, c->run, at)
                                              : (marks & MARK_OPEN) != 0;
    }
    return false;
}

/* What follows goes on with the clause: a word that can open none, or no word,
 * or the rest of a quotation in which something was left out. */
static bool after_goes_on(const LineView *view, Candidate *c)
{
    look_after(view, c);
    uint32_t first = marks_at(view, c->next);
    return (c->after & (WORD_CONTINUES | WORD_PREPOSITION)) != 0 || c->after_conjunction ||
           (c->closers == 0 && inside_marks(view, c)) ||
           (first & (MARK_LETTER | MARK_DIGIT | MARK_DASH | MARK_QUOTE)) == 0;
}

/* ---- checks ------------------------------------------------------------ */

/* One full stop and nothing with it. */
static bool is_point(const Candidate *c)
{
    return c->points == 1 && c->ellipses == 0 && c->others == 0 && c->closers == 0;
}

static bool is_ellipsis(const Candidate *c)
{
    return c->others == 0 && (c->ellipses != 0 || c->points > 1);
}

static size_t count_letters(const LineView *view, Slice word)
{
    size_t letters = 0;
    for (const char *at = word.data; at < word.data + word.length; at = behind(at))
        letters += (marks_at(view, at) & MARK_LETTER) != 0;
    return letters;
}

/* A whole word of some letters stands in front of the stop, with or without
 * closing marks between them, and no stop within it. */
static bool behind_whole_word(const LineView *view, const Candidate *c)
{
    const char *end = skip_back(view, c->run, MARK_QUOTE | MARK_BRACKET_CLOSE | MARK_INVISIBLE);
    Slice word = word_further_before(view, end);
    bool dotted =
        word.data > view->start && (marks_at(view, utf8_before(word.data)) & MARK_POINT) != 0;
    return !dotted && count_letters(view, word) >= JOINED_LETTERS;
}

static bool joined_to_opener(const LineView *view, Candidate *c)
{
    return !c->spaced && (marks_at(view, c->next) & MARK_LETTER) != 0 &&
           behind_whole_word(view, c) && before_opener(view, c);
}

static bool only_in_brackets(const LineView *view, const Candidate *c)
{
    if ((c->closers & MARK_BRACKET_CLOSE) == 0)
        return false;
    const char *at = skip_back(view, c->run, MARK_SPACE | MARK_INVISIBLE);
    return at > view->start && (marks_at(view, utf8_before(at)) & MARK_BRACKET_OPEN) != 0;
}

/* No letter or digit yet in this sentence. What was seen is remembered, so that
 * a line of nothing but marks costs one pass. */
static bool at_beginning(LineView *view, const Candidate *c)
{
    const char *at = view->blank_end;
    while (at < c->run && (marks_at(view, at) & (MARK_LETTER | MARK_DIGIT)) == 0)
        at = behind(at);
    view->blank_end = at;
    return at >= c->run;
}

/* The digit at `at`, of whatever script of news, stands for `value` and alone. */
static bool is_digit_of(const LineView *view, const char *at, uint32_t value)
{
    const char *next = at;
    return (marks_at(view, at) & MARK_DIGIT) != 0 && (utf8_next(&next) & 0xF) == value &&
           (next == view->line_end || (marks_at(view, next) & MARK_DIGIT) == 0) &&
           (at == view->start || (marks_at(view, utf8_before(at)) & MARK_DIGIT) == 0);
}

/* Behind `from`, in the line, stands a 2 by itself with a mark like the one at `stop`. */
static bool has_second_number(const LineView *view, const char *from, const char *stop)
{
    enum { ITEM_BYTES = 2000 }; /* an item of a list is no longer */
    const char *end = view->line_end - from > ITEM_BYTES ? from + ITEM_BYTES : view->line_end;
    for (const char *at = from; at < end; at = behind(at)) {
        const char *next = behind(at);
        if (is_digit_of(view, at, 2) && next < view->line_end && *next == *stop &&
            (marks_at(view, utf8_before(at)) & MARK_SPACE) != 0)
            return true;
    }
    return false;
}

/* كالتالي: 1. تخفيض الرسوم. 2. تمديد المهلة: between a mark behind which the sentence goes on and
 * what begins no sentence, a 1 is the number of a list's first item where a second follows; but
 * 2: 1 is a result, and عدد القتلى: 1. a number. */
static bool is_first_number(const LineView *view, Candidate *c)
{
    const char *digit = skip_back(view, c->run, MARK_DIGIT);
    const char *at = skip_back(view, digit, MARK_SPACE | MARK_INVISIBLE);
    if (digit == c->run || at == digit || at == view->start || !c->spaced ||
        !is_digit_of(view, digit, 1))
        return false;
    const char *mark = utf8_before(at);
    const char *word = skip_back(view, mark, MARK_SPACE | MARK_INVISIBLE);
    return (marks_at(view, mark) & MARK_CONTINUE) != 0 && word > view->start &&
           (marks_at(view, utf8_before(word)) & MARK_DIGIT) == 0 &&
           (marks_at(view, c->next) & MARK_LETTER) != 0 && !before_opener(view, c) &&
           has_second_number(view, c->next, c->run);
}

static bool list_number(const LineView *view, Candidate *c)
{
    if (!is_point(c))
        return false;
    if (is_first_number(view, c))
        return true;
    const char *at =
        skip(view, view->start, MARK_DASH | MARK_SPACE | MARK_INVISIBLE | MARK_BRACKET_OPEN);
    size_t digits = 0, letters = 0;
    for (; at < c->run && digits <= LIST_DIGITS && letters <= 1; at = behind(at)) {
        uint32_t marks = marks_at(view, at);
        if ((marks & (MARK_DASH | MARK_SPACE | MARK_COMBINING)) != 0 && digits + letters != 0)
            continue;
        if ((marks & (MARK_DIGIT | MARK_LETTER)) == 0)
            return false;
        digits += (marks & MARK_DIGIT) != 0;
        letters += (marks & MARK_LETTER) != 0;
    }
    return at == c->run &&
           (letters == 0 ? digits >= 1 && digits <= LIST_DIGITS : letters == 1 && digits == 0);
}

/* Finds the opening bracket that is open at c->run, single, not too far away. */
static const char *open_bracket(const LineView *view, const Candidate *c, size_t longest)
{
    const char *at = c->run;
    size_t depth = 0;
    for (size_t i = 0; i < longest && at > view->start; i++) {
        at = utf8_before(at);
        uint32_t marks = marks_at(view, at);
        if ((marks & MARK_BRACKET_CLOSE) != 0) {
            depth++;
        } else if ((marks & MARK_BRACKET_OPEN) != 0) {
            if (depth == 0) {
                bool doubled = (at > view->start &&
                                (marks_at(view, utf8_before(at)) & MARK_BRACKET_OPEN) != 0) ||
                               (marks_at(view, behind(at)) & MARK_BRACKET_OPEN) != 0;
                return doubled ? NULL : at;
            }
            depth--;
        }
    }
    return NULL;
}

static bool inside_brackets(const LineView *view, const Candidate *c, size_t longest)
{
    if (view->bracket == NULL || view->bracket < view->start ||
        (c->closers & MARK_BRACKET_CLOSE) != 0)
        return false;
    const char *open = open_bracket(view, c, longest);
    if (open == NULL)
        return false;
    size_t length = utf8_count((Slice){open, (size_t)(c->end - open)});
    for (const char *at = c->end; at < view->line_end && length <= longest; at = behind(at)) {
        uint32_t marks = marks_at(view, at);
        if ((marks & MARK_BRACKET_OPEN) != 0)
            return false;
        if ((marks & MARK_BRACKET_CLOSE) != 0)
            return true;
        length++;
    }
    return false;
}

static bool spaced_number(const LineView *view, const Candidate *c, size_t longest)
{
    if (!is_point(c) || (marks_at(view, c->next) & MARK_DIGIT) == 0)
        return false;
    const char *start = skip_back(view, c->run, MARK_DIGIT);
    size_t digits = utf8_count((Slice){start, (size_t)(c->run - start)});
    if (digits == 0 || digits > longest)
        return false;
    /* 5. 6- and 5. 6. go from one item to the next. */
    const char *end = skip(view, c->next, MARK_DIGIT);
    end = skip(view, end, MARK_SPACE | MARK_INVISIBLE);
    return end == view->line_end ||
           (marks_at(view, end) & (MARK_DASH | MARK_POINT | MARK_BRACKET_CLOSE)) == 0;
}

static bool is_letter_name(const LineView *view, Candidate *c)
{
    const WordBefore *word = word_before(view, c);
    return is_point(c) && word->letters != 0 && word->letters <= NAMED_LETTERS &&
           word->points == 0 && (split_word(view->rules, word->word) & WORD_LETTER_NAME) != 0;
}

static bool letter_names(const LineView *view, Candidate *c)
{
    if (!is_letter_name(view, c))
        return false;
    look_after(view, c);
    return (c->after & WORD_LETTER_NAME) != 0;
}

static bool named_initial(const LineView *view, Candidate *c)
{
    if (!is_letter_name(view, c) || before_opener_or_conjunction(view, c))
        return false;
    Slice name = word_further_before(view, c->before.word.data);
    return name.length != 0 &&
           (split_word(view->rules, name) & (WORD_LETTER_NAME | WORD_LABEL)) == 0;
}

static bool abbreviation(const LineView *view, Candidate *c)
{
    const WordBefore *word = word_before(view, c);
    if (!is_point(c) || word->word.length == 0 || word->longest > NAMED_LETTERS)
        return false;
    uint32_t flags = split_abbreviation(view->rules, word->word);
    if ((flags & WORD_NEVER_ENDS) != 0)
        return !before_opener(view, c);
    return (flags & WORD_MAY_END) != 0 && !before_opener_or_conjunction(view, c);
}

static bool is_letter(const LineView *view, Candidate *c)
{
    const WordBefore *word = word_before(view, c);
    return is_point(c) && word->letters == 1 && word->points == 0;
}

/* A further letter with a stop follows: letters that go together. */
static bool letter_follows(const LineView *view, const Candidate *c)
{
    const char *end = skip(view, c->next, MARK_LETTER | MARK_COMBINING | MARK_INVISIBLE);
    return end < view->line_end && (marks_at(view, end) & MARK_POINT) != 0 &&
           (marks_at(view, c->next) & MARK_LETTER) != 0 &&
           skip(view, behind(c->next), MARK_COMBINING | MARK_INVISIBLE) == end;
}

static bool letter_after_number(const LineView *view, Candidate *c)
{
    if (!is_letter(view, c) || letter_follows(view, c))
        return false;
    const char *at = skip_back(view, c->before.word.data, MARK_SPACE | MARK_INVISIBLE);
    return at > view->start && (marks_at(view, utf8_before(at)) & MARK_DIGIT) != 0;
}

static bool letter_after_label(const LineView *view, Candidate *c)
{
    if (!is_letter(view, c) || letter_follows(view, c))
        return false;
    Slice label = word_further_before(view, c->before.word.data);
    return (split_word(view->rules, label) & WORD_LABEL) != 0;
}

static bool initialism(const LineView *view, Candidate *c)
{
    const WordBefore *word = word_before(view, c);
    return is_point(c) && word->points != 0 && word->word.length != 0 &&
           word->longest <= INITIALISM_LETTERS && !before_opener_or_conjunction(view, c);
}

static bool small_letter(const LineView *view, const char *at)
{
    at = skip(view, at,
              MARK_OPEN | MARK_EITHER | MARK_BRACKET_OPEN | MARK_COMBINING | MARK_INVISIBLE);
    if (at == view->line_end)
        return false;
    utf8proc_int32_t codepoint = (utf8proc_int32_t)utf8_next(&at);
    return utf8proc_category(codepoint) == UTF8PROC_CATEGORY_LL;
}

static bool quotation_goes_on(const LineView *view, Candidate *c)
{
    if ((c->closers & (MARK_QUOTE | MARK_BRACKET_CLOSE)) == 0)
        return false;
    look_after(view, c);
    if ((c->after & WORD_SAID_AFTER) != 0)
        return true;
    if (c->points == 1 && c->ellipses == 0 && c->others == 0)
        return false;
    return (marks_at(view, c->next) & MARK_LETTER) != 0 && !before_opener_or_conjunction(view, c);
}

static bool holds(LineView *view, Candidate *c, const BoundaryRule *rule)
{
    switch (rule->check) {
    case CHECK_JOINED_TO_OPENER:
        return joined_to_opener(view, c);
    case CHECK_JOINED:
        return !c->spaced;
    case CHECK_CONTINUE_MARK:
        return (marks_at(view, c->next) & MARK_CONTINUE) != 0;
    case CHECK_ONLY_IN_BRACKETS:
        return only_in_brackets(view, c);
    case CHECK_AT_BEGINNING:
        return at_beginning(view, c);
    case CHECK_LIST_NUMBER:
        return list_number(view, c);
    case CHECK_INSIDE_BRACKETS:
        return inside_brackets(view, c, rule->longest);
    case CHECK_SPACED_NUMBER:
        return spaced_number(view, c, rule->longest);
    case CHECK_LETTER_NAMES:
        return letter_names(view, c);
    case CHECK_ABBREVIATION:
        return abbreviation(view, c);
    case CHECK_LETTER_AFTER_NUMBER:
        return letter_after_number(view, c);
    case CHECK_LETTER_AFTER_LABEL:
        return letter_after_label(view, c);
    case CHECK_INITIAL:
        return is_letter(view, c) && !before_opener(view, c);
    case CHECK_NAMED_INITIAL:
        return named_initial(view, c);
    case CHECK_INITIALISM:
        return initialism(view, c);
    case CHECK_SMALL_LETTER:
        return small_letter(view, c->next);
    case CHECK_QUOTATION_GOES_ON:
        return quotation_goes_on(view, c);
    case CHECK_ELLIPSIS_BEFORE_OPENER:
        return is_ellipsis(c) && before_opener(view, c);
    case CHECK_ELLIPSIS_GOES_ON:
        return is_ellipsis(c) && after_goes_on(view, c);
    case CHECK_TWO_POINTS:
        return is_ellipsis(c) && c->points == 2 && c->ellipses == 0;
    case CHECK_ELLIPSIS:
        return is_ellipsis(c);
    case CHECK_STOP:
        return true;
    case CHECK_DATELINE: /* not at a stop: dateline_find */
    case CHECK_COUNT:
        break;
    }
    return false;
}

const BoundaryRule *candidate_judge(LineView *view, Candidate *c)
{
    const SplitRules *rules = view->rules;
    for (size_t i = 0; i < rules->boundary_count; i++)
        if (holds(view, c, rules->boundaries + i))
            return rules->boundaries + i;
    return NULL;
}

/* ---- datelines --------------------------------------------------------- */

/* The last word in front of `at`, behind white space. */
static Slice last_word(const LineView *view, const char *at)
{
    const char *end = skip_back(view, at, MARK_SPACE | MARK_INVISIBLE), *start = end;
    while (start > view->start) {
        const char *previous = utf8_before(start);
        uint32_t marks = marks_at(view, previous);
        if ((marks & (MARK_LETTER | MARK_COMBINING)) == 0 || (marks & MARK_DATELINE) != 0)
            break;
        start = previous;
    }
    return (Slice){start, (size_t)(end - start)};
}

/* Where the name of a place begins that ends at `at`, in one word or two. */
static const char *place_start(const LineView *view, const char *at)
{
    Slice word = last_word(view, at);
    if (word.length == 0)
        return NULL;
    Slice first = last_word(view, word.data);
    Slice both = {first.data, (size_t)(word.data + word.length - first.data)};
    if (first.length != 0 && (split_word(view->rules, both) & WORD_PLACE) != 0)
        return first.data;
    if ((split_word(view->rules, word) & WORD_PLACE) != 0)
        return word.data;
    /* "Claremont, California": what the place belongs to may stand behind it. */
    const char *comma = skip_back(view, word.data, MARK_SPACE | MARK_INVISIBLE);
    if (comma == view->start)
        return NULL;
    comma = utf8_before(comma);
    if ((marks_at(view, comma) & MARK_CONTINUE) == 0)
        return NULL;
    word = last_word(view, comma);
    return (split_word(view->rules, word) & WORD_PLACE) != 0 ? word.data : NULL;
}

/* [view->start, place) may be a headline: two words or more, short enough, of
 * nothing but words, and the last does not take the place along. */
static bool is_headline(const LineView *view, const char *place, size_t longest)
{
    size_t words = 0, length = 0;
    bool inside = false;
    for (const char *at = view->start; at < place; at = behind(at), length++) {
        uint32_t marks = marks_at(view, at);
        if ((marks & (MARK_LETTER | MARK_DIGIT | MARK_COMBINING)) != 0) {
            words += !inside;
            inside = true;
        } else if ((marks & (MARK_SPACE | MARK_INVISIBLE | MARK_QUOTE)) != 0) {
            inside = inside && (marks & MARK_INVISIBLE) != 0;
        } else {
            return false;
        }
    }
    return words >= 2 && length <= longest &&
           (split_word(view->rules, last_word(view, place)) & WORD_TAKES_PLACE) == 0;
}

/* What stands behind the dash begins a text: words, and no other place. */
static bool begins_text(const LineView *view, const char *at)
{
    Slice word = word_at(view, skip(view, at, MARK_OPEN | MARK_EITHER | MARK_INVISIBLE));
    const char *next = skip(view, word.data + word.length, MARK_SPACE | MARK_INVISIBLE);
    return word.length != 0 && next < view->line_end &&
           (marks_at(view, next) & (MARK_LETTER | MARK_DIGIT | MARK_OPEN | MARK_EITHER)) != 0 &&
           (split_word(view->rules, word) & (WORD_CONTINUES | WORD_PLACE)) == 0 &&
           !split_has_conjunction(view->rules, word);
}

const char *dateline_find(const LineView *view, const char *end)
{
    const BoundaryRule *rule = view->rules->dateline;
    const char *dash = view->dash;
    if (rule == NULL || dash == NULL || dash < view->start || dash >= end)
        return NULL;
    const char *next = skip(view, dash, MARK_DATELINE);
    const char *text = skip(view, next, MARK_SPACE);
    const char *place = text > next ? place_start(view, dash) : NULL;
    return place != NULL && is_headline(view, place, rule->longest) && begins_text(view, text)
               ? place
               : NULL;
}
