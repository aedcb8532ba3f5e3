#include "tools/quote-extract/circumstances.h"

#include <stdlib.h>

struct Circumstances {
    PatternSet *patterns;
    int addressee, occasion; /* captures */
    PatternMatch *matches;
    size_t match_count, match_capacity;
};

Circumstances *circumstances_new(Rules *rules, Lexicon *lexicon, Error *error)
{
    Circumstances *made = ARENA_NEW(&rules->arena, Circumstances);
    made->patterns = patterns_new(rules, lexicon, "circumstance", pattern_keys, error);
    if (made->patterns == NULL)
        return NULL;
    made->addressee = patterns_capture(made->patterns, "addressee");
    made->occasion = patterns_capture(made->patterns, "occasion");
    return made;
}

void circumstances_free(Circumstances *circumstances)
{
    if (circumstances == NULL)
        return;
    patterns_free(circumstances->patterns);
    free(circumstances->matches);
}

/* الاتحاد التقدمي للعمال: what lies within the phrase of who speaks, with all that tells it, or
 * begins that phrase (بريم), is a part of it. An object behind a name is not: its verb tells it. */
static bool is_of_speaker(const PatternMatch *match, size_t start, size_t end,
                          const Speakers *speakers, const Speaker *speaker)
{
    if (!speaker->has_span)
        return false;
    CodepointSpan all, before;
    speakers_text(speakers, match->start, end, &all);
    if (all.end <= speaker->span.start || all.end > speaker->span.end)
        return false;
    if (all.start >= speaker->span.start)
        return true;
    if (start == match->start)
        return false;
    speakers_text(speakers, start - 1, start, &before);
    return before.end <= speaker->span.start;
}

static void take(const PatternMatch *match, int capture, const Speakers *speakers,
                 const Speaker *speaker, Circumstance *circumstance)
{
    size_t start, end;
    if (circumstance->name.data != NULL || !match_capture(match, capture, &start, &end) ||
        start == end || is_of_speaker(match, start, end, speakers, speaker))
        return;
    circumstance->name = speakers_text(speakers, start, end, &circumstance->span);
    circumstance->rule = pattern_name(match->pattern);
}

void circumstances_find(Circumstances *circumstances, const Speakers *speakers, ItemString *string,
                        size_t from, size_t to, Quote *quote, bool *limited)
{
    if (from >= to || patterns_count(circumstances->patterns) == 0)
        return;
    circumstances->match_count = 0;
    patterns_find_within(circumstances->patterns, string, from, to, &circumstances->matches,
                         &circumstances->match_count, &circumstances->match_capacity, limited);
    for (size_t i = 0; i < circumstances->match_count; i++) {
        const PatternMatch *match = &circumstances->matches[i];
        take(match, circumstances->addressee, speakers, &quote->speaker, &quote->addressee);
        take(match, circumstances->occasion, speakers, &quote->speaker, &quote->occasion);
    }
    /* لم ترق لوزير الري الذي قال: nobody speaks to himself. */
    if (quote->addressee.name.length != 0 &&
        slice_starts(quote->speaker.name, quote->addressee.name))
        quote->addressee = (Circumstance){0};
}
