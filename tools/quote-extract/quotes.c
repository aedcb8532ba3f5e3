#include "tools/quote-extract/quotes_parts.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "common/utf8.h"

/* From this confidence on marked words, and clauses behind a cue that is
 * neither weak nor a passive, count even where nobody can be named. */
static const double CERTAIN = 0.85;

enum {
    SHORTEST_BACK = 3, /* items of a clause that stands before its source */
    LONGEST_BACK = 90,
    FRONTED_MAX = 16, /* items in front of a cue that belong to its clause */
    ROOM_FOR_SUBJECT = 4,
    ROW_STEPS = 3,      /* items between the marks of a row */
    FURTHER_STEPS = 16, /* items between marks and further marks: more than a rule has there */
    RIVALS_MAX = 1000,  /* candidates of a sentence that one is compared with */
};

/* ---- candidates ----------------------------------------------------------------- */

/* What its pattern's own keys say; subjects have patterns of another set, without such keys. */
static const PatternTraits *traits_of(const Search *search, const Candidate *candidate)
{
    assert(!candidate->is_subject);
    return &search->finder->traits[candidate->index];
}

static bool make_candidate(const QuoteFinder *finder, const PatternMatch *match,
                           Candidate *candidate)
{
    *candidate = (Candidate){.pattern = match->pattern, .index = pattern_index(match->pattern)};
    match_capture(match, finder->speaker_capture, &candidate->speaker_from, &candidate->speaker_to);
    if (!match_capture(match, finder->content_capture, &candidate->from, &candidate->to))
        return false;
    if (!match_capture(match, finder->cue_capture, &candidate->cue, &candidate->cue_end))
        candidate->cue = candidate->cue_end = candidate->from; /* nothing but the words */
    return true;
}

static int compare_ends(const void *left, const void *right)
{
    const PatternMatch *a = left, *b = right;
    return a->start < b->start ? -1 : a->start > b->start;
}

/* The items of the sentence in which `item` stands; remembered, for a sentence may hold
 * very many of what asks. */
static void find_stretch(const Search *search, size_t item)
{
    QuoteFinder *finder = search->finder;
    if (item >= finder->stretch_start && item < finder->stretch_end)
        return;
    items_stretch(&finder->string, item, &finder->stretch_start, &finder->stretch_end);
}

/* Nothing reaches across a sentence's edge. */
static size_t edge_before(const Search *search, size_t item)
{
    find_stretch(search, item);
    return search->finder->stretch_start;
}

/* The verb at item `other` may have the subject of that at `one`: in the plural any, for a verb in
 * front of its subject is in the singular (يرى مراقبون، ويعتقدون). */
static bool may_go_on(const Search *search, size_t one, size_t other)
{
    return item_has(search, other, CLASS_AGR_P) || item_has(search, one, CLASS_AGR_P) ||
           item_has(search, one, CLASS_AGR_F) == item_has(search, other, CLASS_AGR_F);
}

/* The end that a pattern found is none of what `cue` reports: behind a colon (not `is_clause`),
 * or where the pattern asks for a cue of another class, or with which that of the end does not
 * agree. */
static bool is_no_end(const Search *search, const PatternMatch *end, size_t cue, bool is_clause)
{
    const QuoteFinder *finder = search->finder;
    size_t pattern = pattern_index(end->pattern), verb, verb_end;
    int behind = finder->ends_behind[pattern];
    if (!is_clause && finder->ends_clause[pattern])
        return true;
    return behind >= 0 && (!lexicon_has(finder->lexicon, finder->string.items[cue].set, behind) ||
                           (match_capture(end, finder->end_cue, &verb, &verb_end) &&
                            !may_go_on(search, cue, verb)));
}

/* The first item behind `from` where a reported clause ends, or what somebody says behind
 * a colon (not `is_clause`): an end that the patterns found, matches [first, match_count),
 * or the sentence's edge. `cue`: the item that reports it. */
static size_t clause_end(const Search *search, size_t first, size_t from, size_t cue,
                         bool is_clause)
{
    const QuoteFinder *finder = search->finder;
    size_t end;
    FIRST_WHERE(end, first, finder->match_count, finder->matches[end].start > from);
    while (end < finder->match_count && is_no_end(search, &finder->matches[end], cue, is_clause))
        end++;
    size_t limit = end < finder->match_count ? finder->matches[end].start : finder->string.count;
    find_stretch(search, from);
    return limit < finder->stretch_end ? limit : finder->stretch_end;
}

/* The content becomes what stands before it in its sentence, behind a colon
 * or a word that opens a clause. False when that is too little to be one. */
static bool extend_back(const Search *search, Candidate *candidate)
{
    size_t end = candidate->from, start = end;
    while (start > 0 && item_at(search, start - 1)->token_count != 0 &&
           !item_has(search, start - 1, CLASS_COLON) && end - start < LONGEST_BACK)
        start--;
    /* What opens the clause is the writer's, but for its verb: وكان المتهم فر، بحسب الشرطة. */
    while (start < end && !item_has(search, start, CLASS_KANA) &&
           (item_has(search, start, CLASS_OPENER) || item_has(search, start, CLASS_TURN) ||
            item_has(search, start, CLASS_COMMA)))
        start++;
    candidate->from = start;
    candidate->to = end;
    size_t shortest = traits_of(search, candidate)->extends_on ? 1 : SHORTEST_BACK;
    return end - start >= shortest && end - start < LONGEST_BACK;
}

static bool extends_on(const Search *search, const Candidate *candidate)
{
    return traits_of(search, candidate)->extends_on &&
           !item_has(search, candidate->from, CLASS_MARKED);
}

/* The ends of clauses in the sentences where one is asked for, behind the first content
 * there that goes on to one; behind the matches that are there, in the order of the text. */
static void find_ends(Search *search)
{
    QuoteFinder *finder = search->finder;
    size_t first = finder->match_count;
    for (size_t i = 0; i < search->candidate_count;) {
        const Candidate *candidate = &search->candidates[i++];
        if (!extends_on(search, candidate))
            continue;
        size_t from, to, at = candidate->to;
        items_stretch(&finder->string, at, &from, &to);
        for (; i < search->candidate_count && search->candidates[i].to <= to; i++)
            if (search->candidates[i].to < at && search->candidates[i].to >= from &&
                extends_on(search, &search->candidates[i]))
                at = search->candidates[i].to;
        patterns_find_within(finder->ends, &finder->string, at, to, &finder->matches,
                             &finder->match_count, &finder->match_capacity, search->limited);
    }
    if (finder->match_count > first)
        qsort(finder->matches + first, finder->match_count - first, sizeof *finder->matches,
              compare_ends);
}

static void extend_contents(Search *search)
{
    QuoteFinder *finder = search->finder;
    size_t kept = 0, first_end = finder->match_count;
    find_ends(search);
    for (size_t i = 0; i < search->candidate_count; i++) {
        Candidate *candidate = &search->candidates[i];
        if (traits_of(search, candidate)->extends_back && !extend_back(search, candidate))
            continue;
        if (extends_on(search, candidate)) {
            size_t start = candidate->to;
            /* What stands around its source does not end with it. */
            if (traits_of(search, candidate)->extends_back && candidate->speaker_to > start)
                start = candidate->speaker_to;
            bool is_clause = candidate->from == 0 ||
                             item_has(search, candidate->from, CLASS_COMP) ||
                             !item_has(search, candidate->from - 1, CLASS_COLON);
            candidate->to = clause_end(search, first_end, start, candidate->cue, is_clause);
            if (candidate->to == start)
                continue; /* a complementizer with nothing behind it */
        }
        search->candidates[kept++] = *candidate;
    }
    search->candidate_count = kept;
}

/* By their cues; of the same cue subjects behind all quotes, and then by their patterns. */
static int compare_candidates(const void *left, const void *right)
{
    const Candidate *a = left, *b = right;
    if (a->cue != b->cue)
        return a->cue < b->cue ? -1 : 1;
    if (a->is_subject != b->is_subject)
        return b->is_subject ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

/* A sentence of more candidates than any writer makes: the rest is not compared. */
static bool give_up(const Search *search)
{
    *search->limited = true;
    return false;
}

/* A later candidate of the sentence claims some of the same words. */
static bool is_claimed(const Search *search, size_t number)
{
    const Candidate *candidate = &search->candidates[number];
    size_t at = candidate->to;
    for (size_t i = number + 1; i < search->candidate_count; i++) {
        const Candidate *other = &search->candidates[i];
        if (i - number > RIVALS_MAX)
            return give_up(search);
        for (; at < other->from; at++)
            if (item_at(search, at)->token_count == 0)
                return false;
        if (!traits_of(search, other)->gives_way && candidate->from < other->to &&
            other->from < candidate->to)
            return true;
    }
    return false;
}

/* What was accepted before candidate number `number` and holds the marks that end at `end`;
 * NULL. */
static const Candidate *quote_of_marks(const Search *search, size_t number, size_t end)
{
    size_t edge = edge_before(search, end - 1);
    for (size_t i = number; i-- > 0 && search->candidates[i].cue >= edge;) {
        const Candidate *other = &search->candidates[i];
        if (other->accepted && other->from < end && end <= other->to)
            return other;
    }
    return NULL;
}

/* The marks are one of a row whose last ones were nobody's words. */
static bool goes_on_list(const Search *search, size_t number)
{
    const Candidate *candidate = &search->candidates[number];
    size_t at = candidate->from, steps = 0;
    while (at > 0 && steps++ < ROW_STEPS && !item_has(search, at - 1, CLASS_MARKED)) {
        at--;
        if (!item_has(search, at, CLASS_COMMA) && !item_has(search, at, CLASS_CONJOINS))
            return false;
    }
    return at > 0 && at < candidate->from && item_has(search, at - 1, CLASS_MARKED) &&
           quote_of_marks(search, number, at) == NULL;
}

/* The last marks in front of the candidate, in its sentence, hold the words of somebody, and those
 * alone. */
static bool is_behind_words(const Search *search, size_t number)
{
    const Candidate *candidate = &search->candidates[number];
    size_t at = candidate->from, steps = 0;
    while (at > 0 && steps++ < FURTHER_STEPS && item_at(search, at - 1)->token_count != 0 &&
           !item_has(search, at - 1, CLASS_MARKED))
        at--;
    if (at == 0 || !item_has(search, at - 1, CLASS_MARKED))
        return false;
    const Candidate *quote = quote_of_marks(search, number, at);
    return quote != NULL && quote->from == at - 1 && quote->to == at;
}

/* Whether what was accepted before leaves room for this one. */
static const char *why_not(const Search *search, size_t number)
{
    Candidate *candidate = &search->candidates[number];
    size_t edge = edge_before(search, candidate->cue);
    for (size_t i = number; i-- > 0 && search->candidates[i].cue >= edge;) {
        const Candidate *other = &search->candidates[i];
        if (number - i > RIVALS_MAX && !give_up(search))
            return "the sentence holds too many candidates";
        if (!other->accepted)
            continue;
        candidate->by = other->pattern;
        if (other->cue == candidate->cue)
            return "its cue is already taken";
        if (candidate->cue >= other->from && candidate->cue < other->to)
            return "its cue stands within another quote";
        if (candidate->from < other->to && other->from < candidate->to)
            return "it overlaps another quote";
        if (other->cue >= candidate->from && other->cue < candidate->to)
            return "another quote stands within it";
    }
    candidate->by = NULL;
    bool gives_way = traits_of(search, candidate)->gives_way;
    if (gives_way && is_claimed(search, number))
        return "it gives way to another pattern";
    if (gives_way && goes_on_list(search, number))
        return "it goes on a list of titles";
    if (traits_of(search, candidate)->behind_words && !is_behind_words(search, number))
        return "the marks in front of it are nobody's words";
    return NULL;
}

/* ---- quotes ----------------------------------------------------------------------- */

/* The index of the sentence in which a code point stands. */
static size_t sentence_of(const Search *search, size_t codepoint)
{
    size_t low = 0, high = search->sentence_count;
    while (low + 1 < high) {
        size_t middle = (low + high) / 2;
        if (search->sentences[middle].span.start <= codepoint)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Punctuation that is part of no figure (20%). */
static bool is_loose_punctuation(const Search *search, size_t item)
{
    return item_has(search, item, CLASS_PUNCT) && !item_has(search, item, CLASS_UNIT);
}

/* Leaves punctuation at both ends out of the content. */
static void trim_content(const Search *search, Candidate *candidate)
{
    while (candidate->to > candidate->from + 1 &&
           (is_loose_punctuation(search, candidate->to - 1) ||
            item_has(search, candidate->to - 1, CLASS_MARK_STRAY)))
        candidate->to--;
    while (candidate->from + 1 < candidate->to && is_loose_punctuation(search, candidate->from))
        candidate->from++;
}

/* All that the candidate holds, its marks and complementizer included. */
static CodepointSpan whole_span(const Search *search, const Candidate *candidate)
{
    const Item *first = item_at(search, candidate->from);
    return (CodepointSpan){first->start - first->clitic_length,
                           item_at(search, candidate->to - 1)->end};
}

/* قال تعالى: {...}: the marks at `item`, in a content that begins at `from`, hold what is cited,
 * which is nobody's who is reported. */
static bool is_recited(const Search *search, size_t from, size_t item)
{
    size_t before = item;
    if (before > from && item_has(search, before - 1, CLASS_COLON))
        before--;
    return before > from && (item_has(search, before - 1, CLASS_SPEAKER_CITED) ||
                             item_has(search, before - 1, CLASS_PHRASE_GRACE));
}

static void set_content(const Search *search, const Candidate *candidate, Quote *quote)
{
    const QuoteFinder *finder = search->finder;
    size_t from = candidate->from, to = candidate->to;
    quote->span = whole_span(search, candidate);
    size_t first = from;
    if (to - from == 2 && item_has(search, from, CLASS_COMP))
        first++;
    if (to - first == 1 &&
        (item_has(search, first, CLASS_MARKED) || item_has(search, first, CLASS_BRACKETED_LONG))) {
        quote->kind = QUOTE_DIRECT;
        quote->span = marked_inner(search, first);
        return;
    }
    quote->kind = QUOTE_INDIRECT;
    for (size_t i = first_mark(finder, from); is_mark_before(finder, i, to); i++)
        if (item_has(search, finder->mark_items[i], CLASS_MARKED) &&
            !item_has(search, finder->mark_items[i], CLASS_MARKED_NAME) &&
            !is_recited(search, from, finder->mark_items[i]))
            quote->kind = QUOTE_MIXED;
}

/* A clause that begins with marks that never close: where its marked words end is not known,
 * so it is reported from its complementizer on. */
static void take_in_unclosed(const Search *search, Candidate *candidate, Quote *quote)
{
    size_t last = candidate->to - 1;
    if (quote->kind != QUOTE_DIRECT || !item_has(search, last, CLASS_MARKED) ||
        !is_unclosed(search, last))
        return;
    if (candidate->from == last && last > candidate->cue_end &&
        item_has(search, last - 1, CLASS_COMP))
        candidate->from--;
    if (candidate->from == last)
        return;
    quote->kind = QUOTE_MIXED;
    quote->span = whole_span(search, candidate);
}

static void set_cue(const Search *search, const Candidate *candidate, Quote *quote)
{
    const QuoteFinder *finder = search->finder;
    const Item *cue = item_at(search, candidate->cue);
    if (candidate->cue_end == candidate->cue)
        return;
    quote->has_cue = true;
    quote->cue = (CodepointSpan){cue->start - cue->clitic_length,
                                 item_at(search, candidate->cue_end - 1)->end};
    for (uint32_t e = cue->entry; e != NO_ENTRY; e = lexicon_next_entry(finder->lexicon, cue, e)) {
        const ClassSet *classes =
            lexicon_set(finder->lexicon, lexicon_entry_set(finder->lexicon, e));
        for (size_t i = 0; i < finder->category_count; i++) {
            if (!class_has(classes, finder->categories[i]))
                continue;
            Slice name = classes_name(lexicon_classes(finder->lexicon), finder->categories[i]);
            Slice stem = SLICE("cue.");
            quote->cue_lemma = lexicon_entry_name(finder->lexicon, e);
            quote->cue_category =
                slice_starts(name, stem) ? slice_cut(name, stem.length, name.length) : name;
            return;
        }
    }
}

/* The first sentence of the paragraph of `sentence`; remembered, for a paragraph may hold
 * very many quotes. */
static size_t paragraph_first(const Search *search, size_t sentence)
{
    QuoteFinder *finder = search->finder;
    const Sentence *sentences = search->sentences;
    if (sentence >= finder->paragraph_first && sentence < finder->paragraph_end)
        return finder->paragraph_first;
    size_t first = sentence, end = sentence + 1;
    while (first > 0 && sentences[first - 1].paragraph == sentences[sentence].paragraph)
        first--;
    while (end < search->sentence_count &&
           sentences[end].paragraph == sentences[sentence].paragraph)
        end++;
    finder->paragraph_first = first;
    finder->paragraph_end = end;
    return first;
}

/* The first item that starts at `codepoint` or behind it, or else `limit`. */
static size_t first_item(const Search *search, size_t codepoint, size_t limit)
{
    size_t item;
    FIRST_WHERE(item, 0, limit, item_at(search, item)->start >= codepoint);
    return item;
}

static SpeakerQuery query_of(const Search *search, const Candidate *candidate)
{
    const QuoteFinder *finder = search->finder;
    size_t start = edge_before(search, candidate->cue);
    size_t sentence = sentence_of(search, item_at(search, candidate->cue)->start);
    CodepointSpan first = search->sentences[paragraph_first(search, sentence)].span;
    SpeakerQuery query = {.cue = candidate->cue,
                          .sentence_start = start,
                          .paragraph_start = first_item(search, first.start, start),
                          .paragraph = search->sentences[sentence].paragraph};
    /* على البنك أن يخبر الزبون: what somebody should say has not been said */
    bool should = candidate->cue > 0 && item_has(search, candidate->cue, CLASS_CUE_IMPERFECT) &&
                  item_has(search, candidate->cue - 1, CLASS_COMP);
    query.reports =
        !candidate->is_subject || (item_has(search, candidate->cue, CLASS_CUE) && !should);
    query.writes = item_has(search, candidate->cue, CLASS_CUE_WRITE) ||
                   item_has(search, candidate->cue, CLASS_AUTHORED);
    if (!candidate->is_subject) {
        const PatternTraits *traits = traits_of(search, candidate);
        query.limit = candidate->from > candidate->cue ? candidate->from : 0;
        query.same_subject = traits->same_subject;
        query.object_likely = traits->skips_unnamed;
        query.recognised = traits->refuses_unnamed || traits->skips_unnamed;
    } else {
        query.limit = finder->string.count;
        query.recognised = true;
        query.object_likely = !item_has(search, candidate->cue, CLASS_CUE) ||
                              item_has(search, candidate->cue, CLASS_CUE_WEAK);
    }
    query.joined = item_has(search, candidate->cue, CLASS_ACCORDING_LI);
    return query;
}

static void take_subject(Search *search, Candidate *candidate)
{
    SpeakerQuery query = query_of(search, candidate);
    if (item_has(search, candidate->cue, CLASS_TURN) && candidate->cue == query.sentence_start) {
        speakers_turn(search->speakers);
        if (candidate->speaker_from > candidate->cue_end)
            query.cue = candidate->speaker_from - 1; /* من جهة أخرى اتهم فلان أوروبا */
    }
    Speaker subject;
    size_t number = speakers_in_front(search->speakers, &query, &subject);
    if (number == SPEAKER_NONE)
        number = speakers_named(search->speakers, candidate->speaker_from, candidate->speaker_to,
                                &query, &subject);
    if (number == SPEAKER_NONE) {
        candidate->refused = "the phrase names nobody";
        return;
    }
    if (query.object_likely && !speakers_may_be_implied(search->speakers, number)) {
        candidate->refused = "a common noun that has not spoken";
        return;
    }
    if (item_has(search, candidate->cue, CLASS_ACT_PERSON) && subject.type != SPEAKER_PERSON) {
        candidate->refused = "who does this has the word only if it is a person";
        return;
    }
    candidate->accepted = true;
    (void)speakers_note(search->speakers, number, &query);
}

/* Nothing but قد stands in [from, to). */
static bool is_next(const Search *search, size_t from, size_t to)
{
    while (from < to && item_has(search, from, CLASS_QAD))
        from++;
    return from == to;
}

/* Whose verb the one of `subject` is, in the sentence that begins at `edge`: وكان الوزير قد
 * استقبل السفير. NULL when nobody stands in front of it. */
static const Candidate *kana_in_front(const Search *search, const Candidate *subject, size_t edge)
{
    if (item_has(search, subject->cue, CLASS_CLITIC_CONJUNCTION))
        return NULL;
    for (const Candidate *other = subject;
         other-- > search->subjects && other->cue >= edge && subject - other <= RIVALS_MAX;)
        if (other->accepted && item_has(search, other->cue, CLASS_KANA) &&
            other->speaker_to <= subject->cue && is_next(search, other->speaker_to, subject->cue))
            return other;
    return NULL;
}

/* Whether the quotes before candidate number `place` leave room for the subject. */
static const char *why_not_subject(const Search *search, Candidate *subject, size_t place)
{
    size_t edge = edge_before(search, subject->cue);
    const Candidate *kana = kana_in_front(search, subject, edge);
    if (kana != NULL) {
        subject->by = kana->pattern;
        return "its subject stands in front of it";
    }
    for (const Candidate *other = subject;
         other-- > search->subjects && other->cue == subject->cue;)
        if (other->accepted) {
            subject->by = other->pattern;
            return "its cue is already taken";
        }
    for (size_t i = place; i-- > 0 && search->candidates[i].cue >= edge;) {
        const Candidate *other = &search->candidates[i];
        if (!other->accepted || other->cue > subject->cue)
            continue;
        subject->by = other->pattern;
        if (other->cue == subject->cue)
            return "its cue is already taken";
        if (subject->cue < other->from)
            return "its cue stands between that of another quote and the words";
        if (subject->cue < other->to)
            return "its cue stands within another quote";
    }
    subject->by = NULL;
    return NULL;
}

static void add_subjects(Search *search, size_t first_match)
{
    const QuoteFinder *finder = search->finder;
    size_t first = search->subject_count;
    search->subjects =
        memory_grow(search->subjects, &search->subject_capacity,
                    first + finder->match_count - first_match, sizeof *search->subjects);
    for (size_t i = first_match; i < finder->match_count; i++) {
        const PatternMatch *match = &finder->matches[i];
        Candidate *subject = &search->subjects[search->subject_count];
        *subject = (Candidate){
            .pattern = match->pattern, .index = pattern_index(match->pattern), .is_subject = true};
        match_capture(match, finder->subject_speaker, &subject->speaker_from, &subject->speaker_to);
        if (match_capture(match, finder->subject_cue, &subject->cue, &subject->cue_end))
            search->subject_count++;
    }
    if (search->subject_count > first)
        qsort(search->subjects + first, search->subject_count - first, sizeof *search->subjects,
              compare_candidates);
}

/* Looks for subjects in the sentences up to that of item `limit`. Whoever was subject
 * before somebody spoke does not matter. */
static void find_subjects(Search *search, size_t limit)
{
    QuoteFinder *finder = search->finder;
    size_t first_match = finder->match_count, at = search->subjects_to;
    if (at < search->last_cue && search->explanation == NULL)
        at = edge_before(search, search->last_cue);
    if (at < search->subjects_to)
        at = search->subjects_to;
    while (at < finder->string.count && at <= limit) {
        size_t start, end;
        items_stretch(&finder->string, at, &start, &end);
        patterns_find_within(finder->subjects, &finder->string, at, end, &finder->matches,
                             &finder->match_count, &finder->match_capacity, search->limited);
        add_subjects(search, first_match);
        finder->match_count = first_match;
        search->subjects_to = at = end + 1;
    }
}

/* Subjects of verbs that report nothing count only where somebody is implied:
 * they are looked at when that happens, up to item `limit`, the cue of candidate number
 * `place` that asks. */
static void settle_subjects(Search *search, size_t place, size_t limit)
{
    find_subjects(search, limit);
    for (; search->settled < search->subject_count; search->settled++) {
        Candidate *subject = &search->subjects[search->settled];
        if (subject->cue >= limit)
            return;
        if (subject->cue < search->last_cue)
            subject->refused = "somebody has spoken since";
        else
            subject->refused = why_not_subject(search, subject, place);
        if (subject->refused == NULL)
            take_subject(search, subject);
    }
}

/* A verb in the imperfect without a subject, within a clause, describes the
 * noun before it, unless it hangs on a complementizer or another clause begins with its
 * negation (ولم يستبعد أن). */
static bool is_relative(const Search *search, const Candidate *candidate, const SpeakerQuery *query)
{
    size_t cue = candidate->cue;
    if (cue > query->sentence_start && item_has(search, cue - 1, CLASS_NEGATION_PARTICLE))
        cue--;
    return cue > query->sentence_start && item_has(search, candidate->cue, CLASS_CUE_IMPERFECT) &&
           !item_has(search, cue, CLASS_CLITIC_CONJUNCTION) &&
           !item_has(search, cue - 1, CLASS_COMMA) && !item_has(search, cue - 1, CLASS_OPENER) &&
           !item_has(search, cue - 1, CLASS_COMP);
}

/* The letters are those of the passive too, and there is no room for a subject. */
static bool may_be_passive(const Search *search, const Candidate *candidate)
{
    return item_has(search, candidate->cue, CLASS_CUE_PASSIVE) &&
           candidate->from < candidate->cue_end + ROOM_FOR_SUBJECT;
}

static bool find_speaker(Search *search, size_t place, const SpeakerQuery *query, Quote *quote,
                         size_t *number)
{
    Candidate *candidate = &search->candidates[place];
    *number = SPEAKER_NONE;
    if (candidate->speaker_from < candidate->speaker_to) {
        if (speakers_look_back(search->speakers, candidate->speaker_from, candidate->speaker_to))
            settle_subjects(search, place, candidate->cue);
        /* سالم الحربي يصف الجسر بأنه: what stands behind the verb is its object. */
        if (candidate->speaker_from > candidate->cue)
            *number = speakers_in_front(search->speakers, query, &quote->speaker);
        if (*number == SPEAKER_NONE)
            *number = speakers_named(search->speakers, candidate->speaker_from,
                                     candidate->speaker_to, query, &quote->speaker);
        if (*number == SPEAKER_NONE && traits_of(search, candidate)->refuses_unnamed) {
            candidate->refused = "the speaker phrase holds no name, title or source";
            return false;
        }
    }
    if (*number == SPEAKER_NONE && candidate->cue_end > candidate->cue)
        *number = speakers_as_written(search->speakers, candidate->cue_end, query, &quote->speaker);
    if (*number != SPEAKER_NONE)
        return true;
    /* ولكنه عاد ليؤكد: whose pattern is for the subject of the sentence has a verb of it */
    bool own = traits_of(search, candidate)->same_subject;
    if (quote->kind != QUOTE_DIRECT && !own && is_relative(search, candidate, query)) {
        candidate->refused = "without a subject it describes the noun before it";
        return false;
    }
    if (candidate->speaker_from == candidate->cue_end)
        *number =
            speakers_behind_verb(search->speakers, candidate->cue_end, query, &quote->speaker);
    if (*number != SPEAKER_NONE)
        return true;
    settle_subjects(search, place, candidate->cue);
    *number = speakers_implied(search->speakers, query, &quote->speaker);
    bool passive = may_be_passive(search, candidate),
         imperfect = item_has(search, candidate->cue, CLASS_CUE_IMPERFECT);
    if (passive && imperfect && quote->kind == QUOTE_INDIRECT) {
        candidate->refused = "it may be a passive without a source";
        return false;
    }
    bool certain =
        traits_of(search, candidate)->confidence >= CERTAIN &&
        (quote->kind == QUOTE_DIRECT || (!passive && !imperfect &&
                                         (!item_has(search, candidate->cue, CLASS_CUE_WEAK) ||
                                          item_has(search, candidate->cue, CLASS_CUE_ADJOINING))));
    if (*number == SPEAKER_NONE && !certain) {
        candidate->refused = "nobody is named and nobody has spoken before";
        return false;
    }
    if (*number == SPEAKER_NONE)
        quote->speaker = (Speaker){.type = SPEAKER_PERSON, .implied = true};
    return true;
}

static Polarity polarity_of(const Search *search, const Candidate *candidate)
{
    const PatternTraits *traits = traits_of(search, candidate);
    if (traits->has_polarity)
        return traits->polarity;
    if (candidate->cue_end == candidate->cue)
        return POLARITY_ASSERTED;
    if (item_has(search, candidate->cue, CLASS_POLARITY_DENIED))
        return POLARITY_DENIED;
    return item_has(search, candidate->cue, CLASS_POLARITY_NONE) ? POLARITY_NONE
                                                                 : POLARITY_ASSERTED;
}

static bool holds_unclosed(const Search *search, const Candidate *candidate)
{
    const QuoteFinder *finder = search->finder;
    for (size_t i = first_mark(finder, candidate->from); is_mark_before(finder, i, candidate->to);
         i++)
        if (item_has(search, finder->mark_items[i], CLASS_MARKED) &&
            is_unclosed(search, finder->mark_items[i]))
            return true;
    return false;
}

static const ClassSet *classes_of(const Search *search, size_t item)
{
    return lexicon_set(search->finder->lexicon, item_at(search, item)->set);
}

Evidence quotes_evidence(const Search *search, const Candidate *candidate)
{
    const Quote *quote = &search->quotes[candidate->quote];
    bool has_cue = candidate->cue_end > candidate->cue;
    bool leads = candidate->cue > 0 && item_at(search, candidate->cue - 1)->token_count != 0;
    return (Evidence){
        .pattern = traits_of(search, candidate)->confidence,
        .cue = has_cue ? classes_of(search, candidate->cue) : NULL,
        .lead = leads ? classes_of(search, candidate->cue - 1) : NULL,
        .speaker = &quote->speaker,
        .known = candidate->known,
        .kind = quote->kind,
        .unclosed = holds_unclosed(search, candidate),
        .words = candidate->to - candidate->from,
        .apart = has_cue && candidate->from > candidate->cue_end
                     ? candidate->from - candidate->cue_end
                     : 0,
    };
}

/* How sure each quote is, once all names are known in full. */
static void weigh(Search *search)
{
    for (size_t i = 0; i < search->candidate_count; i++) {
        const Candidate *candidate = &search->candidates[i];
        if (!candidate->accepted || candidate->is_subject)
            continue;
        Evidence evidence = quotes_evidence(search, candidate);
        search->quotes[candidate->quote].confidence =
            confidence_of(search->finder->confidence, &evidence);
    }
}

/* Makes a quote of the candidate at `place`, unless something speaks against it. */
static void consider(Search *search, size_t place)
{
    Candidate *candidate = &search->candidates[place];
    candidate->refused = why_not(search, place);
    if (candidate->refused != NULL)
        return;
    if (traits_of(search, candidate)->gives_way && search->quote_count == 0) {
        candidate->refused = "nobody has been quoted before";
        return;
    }
    SpeakerQuery query = query_of(search, candidate);
    size_t number;
    Quote quote = {.repeat = NO_INDEX};
    trim_content(search, candidate);
    set_content(search, candidate, &quote);
    if (quote.span.end <= quote.span.start) {
        candidate->refused = "it holds nothing";
        return;
    }
    if (!find_speaker(search, place, &query, &quote, &number))
        return;
    if (traits_of(search, candidate)->by_person && quote.speaker.type != SPEAKER_PERSON) {
        candidate->refused = "only a person goes on in this way";
        return;
    }
    if (traits_of(search, candidate)->by_person && number != SPEAKER_NONE &&
        !speakers_has_acted(search->speakers, number, &query)) {
        candidate->refused = "who is meant has said and done nothing so far";
        return;
    }
    take_in_unclosed(search, candidate, &quote);
    set_cue(search, candidate, &quote);
    quote.rule = pattern_name(candidate->pattern);
    quote.sentence = (ptrdiff_t)sentence_of(search, quote.span.start);
    quote.polarity = polarity_of(search, candidate);
    candidate->accepted = true;
    candidate->quote = search->quote_count;
    if (quote.speaker.implied && number != SPEAKER_NONE)
        candidate->known = speakers_nearness(search->speakers, number, &query);
    query.writes = query.writes && !quote.speaker.implied;
    if (number == SPEAKER_NONE || speakers_note(search->speakers, number, &query))
        search->last_cue = candidate->cue;
    search->numbers[search->quote_count] = number;
    search->quotes[search->quote_count++] = quote;
}

/* ---- circumstances ------------------------------------------------------------------ */

static const Candidate *next_accepted(const Search *search, size_t from)
{
    for (size_t i = from; i < search->candidate_count; i++)
        if (search->candidates[i].accepted)
            return &search->candidates[i];
    return NULL;
}

static size_t later(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* What stands in front of the cue belongs to its clause if it is not long and
 * holds no other verb: "At a conference in Sirte yesterday, the minister said". */
static size_t clause_start(const Search *search, size_t start, size_t cue)
{
    if (cue - start > FRONTED_MAX)
        return cue;
    for (size_t i = start; i < cue; i++)
        if (item_has(search, i, CLASS_CUE_PAST) || item_has(search, i, CLASS_CUE_IMPERFECT) ||
            item_has(search, i, CLASS_ACT))
            return cue;
    return start;
}

/* Where [*from, *to) of the reporting clause lies: from the sentence's edge, or
 * the quote before in it, to the words; to the sentence's other edge, or the next
 * cue in it, where the words stand first. */
static void reporting_clause(const Search *search, const Candidate *candidate,
                             const Candidate *previous, const Candidate *next, size_t *from,
                             size_t *to)
{
    size_t start = edge_before(search, candidate->cue), end = candidate->from;
    if (previous != NULL && previous->cue >= start)
        start = previous->to <= candidate->cue ? later(previous->to, previous->cue_end)
                                               : previous->cue_end;
    if (candidate->from <= candidate->cue) {
        start = later(start, candidate->to);
        end = candidate->cue_end;
        while (end < search->finder->string.count && item_at(search, end)->token_count != 0 &&
               (next == NULL || end < next->cue))
            end++;
    }
    *from = start < candidate->cue ? clause_start(search, start, candidate->cue) : candidate->cue;
    *to = end;
}

/* To whom and on what occasion: asked only where there is a quote. A participle
 * goes on in the circumstances of the clause that it hangs on. */
static void tell_circumstances(const Search *search, bool *limited)
{
    const Candidate *previous = NULL, *next;
    for (const Candidate *candidate = next_accepted(search, 0); candidate != NULL;
         previous = candidate, candidate = next) {
        next = next_accepted(search, (size_t)(candidate - search->candidates) + 1);
        Quote *quote = &search->quotes[candidate->quote];
        size_t from, to;
        reporting_clause(search, candidate, previous, next, &from, &to);
        circumstances_find(search->finder->circumstances, search->speakers, &search->finder->string,
                           from, to, quote, limited);
        const Quote *before = previous == NULL ? NULL : &search->quotes[previous->quote];
        if (before != NULL && before->sentence == quote->sentence &&
            traits_of(search, candidate)->same_subject) {
            if (quote->addressee.name.data == NULL)
                quote->addressee = before->addressee;
            if (quote->occasion.name.data == NULL)
                quote->occasion = before->occasion;
        }
    }
}

/* ---- a document -------------------------------------------------------------------------- */

bool is_left_out(const Search *search, const Quote *quote)
{
    return floor(quote->confidence * 100 + 0.5) / 100 < search->finder->min_confidence;
}

static void leave_out_unsure(Search *search)
{
    size_t kept = 0;
    for (size_t i = 0; i < search->quote_count; i++)
        if (!is_left_out(search, &search->quotes[i]))
            search->quotes[kept++] = search->quotes[i];
    search->quote_count = kept;
}

/* A quote of a repeated sentence, or one that says the same twice. */
static void mark_repeats(Search *search)
{
    Utf8Cursor cursor = {.text = search->text};
    Slice *texts = NULL;
    size_t known = 0; /* of the texts: most documents repeat nothing */
    for (size_t i = 0; i < search->quote_count; i++) {
        Quote *quote = &search->quotes[i];
        if (quote->sentence < 0 || search->sentences[quote->sentence].repeat < 0)
            continue;
        if (texts == NULL)
            texts = ARENA_ROOM(search->arena, search->quote_count, Slice);
        for (; known <= i; known++)
            texts[known] = utf8_cursor_cut(&cursor, search->quotes[known].span);
        for (size_t j = 0; j < i && quote->repeat == NO_INDEX; j++)
            if (slice_equal(texts[i], texts[j]))
                quote->repeat = (ptrdiff_t)j;
    }
}

/* Decides the subjects that nobody asked for, and puts all among the candidates. */
static void show_subjects(Search *search)
{
    settle_subjects(search, search->candidate_count, SIZE_MAX);
    size_t count = search->candidate_count;
    Candidate *all = ARENA_ROOM(search->arena, count + search->subject_count + 1, Candidate);
    memcpy(all, search->candidates, count * sizeof *all);
    if (search->subject_count != 0)
        memcpy(all + count, search->subjects, search->subject_count * sizeof *all);
    search->candidates = all;
    search->candidate_count = count + search->subject_count;
    qsort(all, search->candidate_count, sizeof *all, compare_candidates);
}

/* Fills search->quotes, in the order of their cues. */
static void find_quotes(Search *search)
{
    QuoteFinder *finder = search->finder;
    patterns_find_all(finder->patterns, &finder->string, &finder->matches, &finder->match_count,
                      &finder->match_capacity, search->limited);
    search->candidates = ARENA_ROOM(search->arena, finder->match_count + 1, Candidate);
    for (size_t i = 0; i < finder->match_count; i++)
        if (make_candidate(finder, &finder->matches[i],
                           &search->candidates[search->candidate_count]))
            search->candidate_count++;
    extend_contents(search);
    if (search->candidate_count == 0)
        return;
    qsort(search->candidates, search->candidate_count, sizeof *search->candidates,
          compare_candidates);
    search->quotes = ARENA_ROOM(search->arena, search->candidate_count, Quote);
    search->numbers = ARENA_ROOM(search->arena, search->candidate_count, size_t);
    for (size_t i = 0; i < search->candidate_count; i++)
        consider(search, i);
    tell_circumstances(search, search->limited);
    for (size_t i = 0; i < search->quote_count; i++)
        if (search->numbers[i] != SPEAKER_NONE)
            speakers_finish(search->speakers, search->numbers[i], &search->quotes[i].speaker);
    weigh(search);
    if (search->explanation != NULL)
        show_subjects(search); /* the quotes are as they are */
}

void quotes_find(QuoteFinder *finder, Slice text, const Sentence *sentences, size_t sentence_count,
                 Arena *arena, Quote **quotes, size_t *quote_count, MarkedSpan **marks,
                 size_t *mark_count, Explanation *explanation, bool *limited)
{
    Search search = {.finder = finder,
                     .text = text,
                     .sentences = sentences,
                     .sentence_count = sentence_count,
                     .arena = arena,
                     .limited = limited,
                     .explanation = explanation};
    *quotes = NULL;
    *marks = NULL;
    *quote_count = *mark_count = 0;
    *limited = false;
    if (lexicon_settle(finder->lexicon))
        speaker_rules_forget(finder->speakers);
    if (sentence_count == 0)
        return;
    tokenize(text, lexicon_fold(finder->lexicon), lexicon_vocabulary(finder->lexicon), arena,
             &search.tokens, &search.token_count);
    quotes_build_string(&search);
    search.speakers = speakers_begin(finder->speakers, text, search.tokens, &finder->string, arena);
    finder->match_count = 0;
    finder->stretch_start = finder->stretch_end = 0;
    finder->paragraph_first = finder->paragraph_end = 0;
    find_quotes(&search);
    if (finder->types_marks || explanation != NULL)
        quotes_type_marks(&search, limited);
    if (explanation != NULL)
        quotes_explain(&search);
    *limited = *limited || speakers_is_full(search.speakers);
    leave_out_unsure(&search);
    quotes_sort(search.quotes, search.quote_count);
    mark_repeats(&search);
    if (finder->types_marks)
        quotes_list_marks(&search, marks, mark_count);
    free(search.subjects);
    *quotes = search.quotes;
    *quote_count = search.quote_count;
}
