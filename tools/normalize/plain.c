#include "tools/normalize/plain.h"

#include "common/wide.h"
#include "tools/normalize/compose.h"

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

/* Bytes from `low` to `high`; none where `low` is greater by one. */
typedef struct {
    uint8_t low, high;
} ByteRange;

/* A common lead and its first tails. */
typedef struct {
    uint8_t lead;
    ByteRange tails[COMMON_TAILS];
} CommonLead;

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
    CommonLead common[COMMON_LEADS];
    bool has_more; /* some of those leads have more tails */
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
    return (ByteRange){(uint8_t)low, (uint8_t)high};
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

static void find_common_leads(PlainScan *scan)
{
    for (size_t i = 0; i < COMMON_LEADS; i++) {
        CommonLead *common = &scan->common[i];
        size_t count = 0;
        common->lead = '\n';
        if (i < scan->lead_count) {
            common->lead = scan->leads[i].lead.low;
            count = scan->leads[i].end - scan->leads[i].first;
        }
        for (size_t j = 0; j < COMMON_TAILS; j++)
            common->tails[j] = j < count ? scan->tails[scan->leads[i].first + j] : byte_range(1, 0);
        scan->has_more |= count > COMMON_TAILS;
    }
}

PlainScan *plain_new(const Steps *steps, Arena *arena)
{
    PlainScan *scan = ARENA_NEW(arena, PlainScan);
    find_characters(scan, steps);
    find_leads(scan, steps);
    find_stops(scan);
    find_letters(scan);
    find_common_leads(scan);
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

#ifdef HAVE_WIDE

WIDE_PART Wide in_range(Wide bytes, ByteRange range)
{
    return wide_in_range(bytes, range.low, range.high);
}

/* Of a common lead. */
WIDE_PART Wide find_common(const CommonLead *common, Wide is_lead, Wide behind)
{
    Wide tails = in_range(behind, common->tails[0]) | in_range(behind, common->tails[1]) |
                 in_range(behind, common->tails[2]);
    return tails & is_lead;
}

/* The places to look at that are not in every block: other leads and stops, and tails of
 * the common leads that plain_skip does not know. */
static WIDE uint32_t find_rare(const PlainScan *scan, const char *at)
{
    Wide bytes = wide_load(at), behind = wide_load(at + 1), found = wide_of(0);
    for (size_t i = 0; i < scan->stop_count; i++)
        found |= in_range(bytes, scan->stops[i]);
    for (size_t i = scan->has_more ? 0 : COMMON_LEADS; i < scan->lead_count; i++) {
        Wide tails = wide_of(0);
        for (size_t tail = scan->leads[i].first; tail < scan->leads[i].end; tail++)
            tails |= in_range(behind, scan->tails[tail]);
        found |= tails & in_range(bytes, scan->leads[i].lead);
    }
    return wide_bits(found);
}

/* So many places at a time, each with the byte behind it, so that no character or run is
 * cut. Tails never equal a lead or a stop (they are 0x80 to 0xBF). */
WIDE const char *plain_skip(const PlainScan *scan, const char *at, const char *end)
{
    const CommonLead one = scan->common[0], two = scan->common[1];
    const ByteRange letters = scan->letters;
    const Wide newline = wide_of('\n'), space = wide_of(scan->is_space[' '] ? ' ' : '\n');
    const Wide first_lead = wide_of(one.lead), second_lead = wide_of(two.lead);
    const Wide tails_end = wide_of(0xC0);
    const bool has_more = scan->has_more;
    for (; end - at > WIDE_BYTES; at += WIDE_BYTES) {
        Wide bytes = wide_load(at), behind = wide_load(at + 1);
        Wide is_newline = bytes == newline, is_one = bytes == first_lead;
        Wide is_two = bytes == second_lead;
        Wide found = (is_newline | (bytes == space)) & ((behind == newline) | (behind == space));
        found |= find_common(&one, is_one, behind) | find_common(&two, is_two, behind);
        Wide known = is_newline | in_range(bytes, letters) | (bytes < tails_end) | is_one | is_two;
        uint32_t places = wide_bits(found);
        if (has_more || wide_bits(known) != UINT32_MAX)
            places |= find_rare(scan, at);
        if (places != 0)
            return at + __builtin_ctz(places);
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
