#include "tools/normalize/plain.h"

#include "tools/normalize/compose.h"

#if defined(__SSE2__) && !defined(QAWL_PORTABLE)
#include <emmintrin.h>
#define HAVE_SSE2 1
#endif

enum {
    FIRST_LEAD = 0xC2,
    LAST_LEAD = 0xDF, /* of two bytes                                              */
    TAILS = 64,       /* continuation bytes                                        */
    ASCII_RANGES = 6, /* beyond that, what lies between two stops as well          */
    BYTE_RANGES = 12,
    TAIL_RANGES = 12, /* leads that would need more stop with all their characters */
    EXACT_LEADS = 8,
    COMMON_LEADS = 2, /* of them, the first: they are looked at in every block     */
    COMMON_TAILS = 3  /* ranges of each that need no loop                          */
};

/* Bytes from `low` to `high`, as the addend that moves them to the bottom of
 * the signed range and the limit above them. */
typedef struct {
#ifdef HAVE_SSE2
    __m128i addend, limit;
#endif
    uint8_t low, high;
} ByteRange;

struct PlainScan {
    ByteRange stops[BYTE_RANGES]; /* bytes at which to stop at once */
    size_t stop_count;
    struct {
        ByteRange lead;
        size_t first, end; /* in tails */
    } leads[EXACT_LEADS];  /* two-byte leads that stop before some tails alone */
    size_t lead_count;
    ByteRange tails[TAIL_RANGES];
    size_t tail_count;
    ByteRange letters;  /* of ASCII, none of them a stop; else no bytes at all */
    bool stop[256];     /* as stops, for the portable way          */
    bool look[LOW_END]; /* characters of one and two bytes         */
    bool is_space[256]; /* bytes of white space that comes in runs */
};

static bool is_maybe(const Steps *steps, uint32_t codepoint)
{
    for (size_t i = 0; i < steps->maybe_count && steps->maybe[i] <= codepoint; i++)
        if (steps->maybe[i] == codepoint)
            return true;
    return false;
}

static void find_characters(PlainScan *scan, const Steps *steps)
{
    scan->is_space['\n'] = true;
    for (uint32_t c = 0; c < LOW_END; c++) {
        uint16_t action = steps_action(steps, c);
        if (c == ' ' && action != ACTION_NONE &&
            steps->actions[action].step == steps->white_space) {
            scan->is_space[' '] = true;
            continue;
        }
        scan->look[c] = action != ACTION_NONE ||
                        (steps->nfc >= 0 &&
                         (compose_class(c) != 0 || is_maybe(steps, c) || compose_changes(c)));
    }
}

static ByteRange byte_range(size_t low, size_t high)
{
    ByteRange range = {.low = (uint8_t)low, .high = (uint8_t)high};
#ifdef HAVE_SSE2
    range.addend = _mm_set1_epi8((char)(0x80 - (int)low));
    range.limit = _mm_set1_epi8((char)((int)(high - low) + 1 - 0x80));
#endif
    return range;
}

/* The ranges of the tails behind `lead` at which to look. */
static size_t tail_ranges(const PlainScan *scan, size_t lead, ByteRange *ranges)
{
    const bool *look = scan->look + (lead - 0xC0) * TAILS;
    size_t count = 0;
    for (size_t i = 0; i < TAILS; i++) {
        size_t first = i;
        while (i < TAILS && look[i])
            i++;
        if (i > first && count++ < TAIL_RANGES)
            ranges[count - 1] = byte_range(0x80 + first, 0x80 + i - 1);
    }
    return count;
}

static bool in_sets(const Steps *steps, size_t lead)
{
    for (size_t i = 0; i < TAILS; i++) {
        size_t c = (lead - 0xC0) * TAILS + i;
        if (steps->pages[c / PAGE_SIZE]->sets[c % PAGE_SIZE] != 0)
            return true;
    }
    return false;
}

/* Leads of the letters that the rules name come first, then in order: what does
 * not fit stops with all its characters, which is slower and no less right. */
static void find_leads(PlainScan *scan, const Steps *steps)
{
    for (int named = 1; named >= 0; named--)
        for (size_t lead = FIRST_LEAD; lead <= LAST_LEAD; lead++) {
            ByteRange ranges[TAIL_RANGES];
            size_t count = tail_ranges(scan, lead, ranges);
            if (in_sets(steps, lead) != (named != 0) || count == 0)
                continue;
            if (scan->lead_count == EXACT_LEADS || scan->tail_count + count > TAIL_RANGES ||
                (ranges[0].low == 0x80 && ranges[0].high == 0xBF)) {
                scan->stop[lead] = true;
                continue;
            }
            scan->leads[scan->lead_count].lead = byte_range(lead, lead);
            scan->leads[scan->lead_count].first = scan->tail_count;
            memcpy(scan->tails + scan->tail_count, ranges, count * sizeof *ranges);
            scan->tail_count += count;
            scan->leads[scan->lead_count++].end = scan->tail_count;
        }
}

static void find_stops(PlainScan *scan)
{
    for (size_t byte = 0; byte < 0x80; byte++)
        scan->stop[byte] = scan->look[byte];
    for (size_t byte = LAST_LEAD + 1; byte <= 0xFF; byte++)
        scan->stop[byte] = true;
    for (size_t byte = 0; byte <= 0xFF; byte++) {
        size_t first = byte;
        while (byte <= 0xFF && scan->stop[byte])
            byte++;
        if (byte == first)
            continue;
        if (scan->stop_count == (first < 0x80 ? ASCII_RANGES : BYTE_RANGES))
            first = scan->stops[--scan->stop_count].low;
        scan->stops[scan->stop_count++] = byte_range(first, byte - 1);
    }
}

static void find_letters(PlainScan *scan)
{
    scan->letters = byte_range(' ', '~');
    for (size_t byte = ' '; byte <= '~'; byte++)
        if (scan->stop[byte])
            scan->letters = byte_range('\n', '\n');
}

PlainScan *plain_new(const Steps *steps, Arena *arena)
{
    PlainScan *scan = ARENA_NEW(arena, PlainScan);
    find_characters(scan, steps);
    find_leads(scan, steps);
    find_stops(scan);
    find_letters(scan);
    return scan;
}

const char *plain_skip_portable(const PlainScan *scan, const char *at, const char *end)
{
    while (at < end) {
        unsigned char byte = (unsigned char)*at;
        if (scan->stop[byte])
            return at;
        if (byte < 0x80) {
            if (scan->is_space[byte] && end - at > 1 && scan->is_space[(unsigned char)at[1]])
                return at;
            at++;
        } else {
            if (scan->look[(byte & 0x1F) << 6 | (at[1] & 0x3F)])
                return at;
            at += 2;
        }
    }
    return end;
}

#ifdef HAVE_SSE2

static inline __m128i in_range(__m128i block, const ByteRange *range)
{
    return _mm_cmplt_epi8(_mm_add_epi8(block, range->addend), range->limit);
}

static inline __m128i either(__m128i a, __m128i b)
{
    return _mm_or_si128(a, b);
}

/* Where lead number `lead` has a tail to look at, without its first `known` ranges. */
static inline __m128i find_tails(const PlainScan *scan, size_t lead, size_t known, __m128i is_lead,
                                 __m128i behind)
{
    __m128i tails = _mm_setzero_si128();
    for (size_t i = scan->leads[lead].first + known; i < scan->leads[lead].end; i++)
        tails = either(tails, in_range(behind, &scan->tails[i]));
    return _mm_and_si128(tails, is_lead);
}

/* What is not in every block. */
static __m128i find_rare(const PlainScan *scan, __m128i block, __m128i behind)
{
    __m128i found = _mm_setzero_si128();
    for (size_t i = 0; i < scan->stop_count; i++)
        found = either(found, in_range(block, &scan->stops[i]));
    for (size_t i = COMMON_LEADS; i < scan->lead_count; i++)
        found =
            either(found, find_tails(scan, i, 0, in_range(block, &scan->leads[i].lead), behind));
    return found;
}

/* A common lead and its first tails; ranges it lacks hold no byte. */
typedef struct {
    __m128i lead;
    ByteRange tails[COMMON_TAILS];
    bool has_more;
} CommonLead;

static CommonLead common_lead(const PlainScan *scan, size_t number)
{
    CommonLead common = {.lead = _mm_set1_epi8('\n')};
    size_t count = 0;
    if (number < scan->lead_count) {
        common.lead = _mm_set1_epi8((char)scan->leads[number].lead.low);
        count = scan->leads[number].end - scan->leads[number].first;
    }
    for (size_t i = 0; i < COMMON_TAILS; i++) {
        common.tails[i].addend = _mm_setzero_si128();
        common.tails[i].limit = _mm_set1_epi8(-0x80);
        if (i < count)
            common.tails[i] = scan->tails[scan->leads[number].first + i];
    }
    common.has_more = count > COMMON_TAILS;
    return common;
}

static inline __m128i find_common(const CommonLead *common, __m128i is_lead, __m128i behind)
{
    __m128i tails =
        either(in_range(behind, &common->tails[0]), in_range(behind, &common->tails[1]));
    return _mm_and_si128(either(tails, in_range(behind, &common->tails[2])), is_lead);
}

/* Sixteen places at a time, each with the byte behind it, so that no character
 * or run is cut. Tails never equal a lead or a stop (they are 0x80 to 0xBF). */
const char *plain_skip(const PlainScan *scan, const char *at, const char *end)
{
    const __m128i newline = _mm_set1_epi8('\n');
    const __m128i space = _mm_set1_epi8(scan->is_space[' '] ? ' ' : '\n');
    const __m128i tails_end = _mm_set1_epi8((char)0xC0);
    const ByteRange letters = scan->letters;
    const CommonLead one = common_lead(scan, 0), two = common_lead(scan, 1);
    bool has_more = one.has_more || two.has_more;
    while (end - at > 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i behind = _mm_loadu_si128((const __m128i *)(const void *)(at + 1));
        __m128i is_newline = _mm_cmpeq_epi8(block, newline);
        __m128i found =
            _mm_and_si128(either(is_newline, _mm_cmpeq_epi8(block, space)),
                          either(_mm_cmpeq_epi8(behind, newline), _mm_cmpeq_epi8(behind, space)));
        __m128i is_one = _mm_cmpeq_epi8(block, one.lead), is_two = _mm_cmpeq_epi8(block, two.lead);
        found = either(
            found, either(find_common(&one, is_one, behind), find_common(&two, is_two, behind)));
        if (has_more) {
            if (one.has_more)
                found = either(found, find_tails(scan, 0, COMMON_TAILS, is_one, behind));
            if (two.has_more)
                found = either(found, find_tails(scan, 1, COMMON_TAILS, is_two, behind));
        }
        __m128i common = either(either(is_newline, in_range(block, &letters)),
                                either(_mm_cmplt_epi8(block, tails_end), either(is_one, is_two)));
        if (_mm_movemask_epi8(common) != 0xFFFF)
            found = either(found, find_rare(scan, block, behind));
        unsigned places = (unsigned)_mm_movemask_epi8(found);
        if (places != 0)
            return at + __builtin_ctz(places);
        at += 16;
    }
    while (at < end && (*at & 0xC0) == 0x80)
        at++; /* the block ended within a character that is plain */
    return plain_skip_portable(scan, at, end);
}

#else

const char *plain_skip(const PlainScan *scan, const char *at, const char *end)
{
    return plain_skip_portable(scan, at, end);
}

#endif
