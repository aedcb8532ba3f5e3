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

static void take(const PatternMatch *match, int capture, const Speakers *speakers,
                 Circumstance *circumstance)
{
    size_t start, end;
    if (circumstance->name.data != NULL || !match_capture(match, capture, &start, &end) ||
        start == end)
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
        take(match, circumstances->addressee, speakers, &quote->addressee);
        take(match, circumstances->occasion, speakers, &quote->occasion);
    }
    /* لم ترق لوزير الري الذي قال: nobody speaks to himself. */
    if (quote->addressee.name.length != 0 &&
        slice_starts(quote->speaker.name, quote->addressee.name))
        quote->addressee = (Circumstance){0};
}
