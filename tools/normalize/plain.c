#include "tools/normalize/plain.h"

#include "common/wide.h"
#include "tools/normalize/compose.h"

enum {
    FIRST_LEAD = 0xC2,
    LAST_LEAD = 0xDF, /* of two bytes                               */
    TAILS = 64,       /* continuation bytes                         */
    COMMON_LEADS = 2, /* of most letters                            */
    TAIL_RANGES = 2,  /* of each, in which lies what is to be looked at */
    NO_BYTE = 0xFF    /* which is in no text */
};

/* Bytes from `low` to `high`; none where `low` is greater by one. */
typedef struct {
    uint8_t low, high;
} ByteRange;

typedef struct {
    uint8_t lead;
    ByteRange tails[TAIL_RANGES];
} CommonLead;

/* What is to be done about a character. */
typedef enum {
    LOOK_NEVER,
    LOOK_SIGN,   /* of damage, with some other behind it */
    LOOK_IN_ROW, /* a mark that may have to change places with another */
    LOOK_ALWAYS
} Look;

/* Common letters with which signs begin, and what makes none of them where it stands
 * behind: tails of each common lead below one, all of ASCII. */
typedef struct {
    uint8_t lead;
    ByteRange tails;
    uint8_t calm_end[COMMON_LEADS];
    bool calm_ascii;
} SignLetters;

#ifdef HAVE_WIDE

typedef struct {
    WideKept up, below; /* see wide_in_range */
} KeptRange;

/* All this as it is needed for every block of bytes. */
typedef struct {
    WideKept newline, space, tails_end, other, sign_lead, calm_ascii;
    WideKept leads[COMMON_LEADS], calm_end[COMMON_LEADS];
    KeptRange letters, sign_tails, tails[COMMON_LEADS][TAIL_RANGES];
} Kept;

#else

typedef char Kept;

#endif

struct PlainScan {
    const Signs *signs;    /* or NULL */
    uint8_t look[LOW_END]; /* Look, of characters of one and two bytes                  */
    bool is_space[256];    /* bytes of white space that comes in runs                   */
    ByteRange letters;     /* of ASCII, all but one to be passed over; else none at all */
    uint8_t other;         /* that one, or NO_BYTE                                      */
    CommonLead common[COMMON_LEADS];
    SignLetters sign_letters;
    Kept kept;
};

static void find_characters(PlainScan *scan, const Steps *steps)
{
    scan->is_space['\n'] = true;
    for (uint32_t c = 0; c < LOW_END; c++) {
        uint16_t action = steps_action(steps, c);
        bool has_action = action != ACTION_NONE, has_form = steps->nfc >= 0;
        bool is_mark = has_form && compose_class(c) != 0;
        bool is_sign = scan->signs != NULL && signs_begin(scan->signs, c);
        if (c == ' ' && has_action && !is_sign && steps->actions[action].step == steps->white_space)
            scan->is_space[' '] = true;
        else if (has_action || (is_mark && is_sign) ||
                 (has_form && (steps_maybe(steps, c) || compose_changes(c))))
            scan->look[c] = LOOK_ALWAYS;
        else if (is_mark || is_sign)
            scan->look[c] = is_mark ? LOOK_IN_ROW : LOOK_SIGN;
    }
}

static ByteRange byte_range(size_t low, size_t high)
{
    return (ByteRange){(uint8_t)low, (uint8_t)high};
}

static void find_letters(PlainScan *scan)
{
    scan->letters = byte_range(' ', '~');
    scan->other = NO_BYTE;
    for (size_t byte = ' '; byte <= '~'; byte++) {
        if (scan->look[byte] == LOOK_NEVER)
            continue;
        if (scan->other != NO_BYTE)
            scan->letters = byte_range(1, 0);
        scan->other = (uint8_t)byte;
    }
}

/* Whether many characters of the rules' sets begin with `lead`. */
static bool begins_letters(const Steps *steps, size_t lead)
{
    size_t count = 0;
    for (size_t i = 0; i < TAILS; i++)
        count += steps_sets(steps, (uint32_t)((lead - 0xC0) * TAILS + i)) != 0;
    return count >= TAILS / 4;
}

/* The ranges of the tails at which to look for something else than the signs that are
 * looked for apart; the last may hold more than those. */
static void find_tails(const PlainScan *scan, CommonLead *common)
{
    const uint8_t *look = scan->look + (size_t)(common->lead - 0xC0) * TAILS;
    Look least = common->lead == scan->sign_letters.lead ? LOOK_IN_ROW : LOOK_SIGN;
    size_t count = 0, first = 0;
    for (size_t i = 0; i < TAILS; i++) {
        if (look[i] < least)
            continue;
        if ((i == 0 || look[i - 1] < least) && count < TAIL_RANGES) {
            first = i;
            count++;
        }
        common->tails[count - 1] = byte_range(0x80 + first, 0x80 + i);
    }
    for (; count < TAIL_RANGES; count++)
        common->tails[count] = byte_range(1, 0);
}

static uint32_t two_bytes(size_t lead, size_t tail)
{
    return (uint32_t)((lead - 0xC0) * TAILS + tail);
}

/* Signs of the first common lead that has any. */
static void find_sign_letters(PlainScan *scan)
{
    SignLetters *letters = &scan->sign_letters;
    size_t low = TAILS, high = 0, i = 0;
    for (; i < COMMON_LEADS && low == TAILS; i++)
        for (size_t tail = 0; tail < TAILS; tail++)
            if (scan->look[two_bytes(scan->common[i].lead, tail)] == LOOK_SIGN) {
                low = low == TAILS ? tail : low;
                high = tail;
                letters->lead = scan->common[i].lead;
            }
    letters->tails = byte_range(1, 0);
    if (low == TAILS)
        return;
    uint32_t first = two_bytes(letters->lead, low), last = two_bytes(letters->lead, high);
    letters->tails = byte_range(0x80 + low, 0x80 + high);
    letters->calm_ascii = true;
    for (uint32_t c = 0; c < 0x80; c++)
        letters->calm_ascii &= !signs_pair(scan->signs, first, last, c);
    for (i = 0; i < COMMON_LEADS; i++) {
        size_t tail = 0;
        while (tail < TAILS &&
               !signs_pair(scan->signs, first, last, two_bytes(scan->common[i].lead, tail)))
            tail++;
        letters->calm_end[i] = (uint8_t)(0x80 + tail);
    }
}

/* Scripts begin with their commonest letters. */
static void find_common_leads(PlainScan *scan, const Steps *steps)
{
    size_t lead = FIRST_LEAD;
    for (size_t i = 0; i < COMMON_LEADS; i++, lead++) {
        while (lead < LAST_LEAD && !begins_letters(steps, lead))
            lead++;
        scan->common[i].lead = (uint8_t)(lead <= LAST_LEAD ? lead : LAST_LEAD);
    }
    find_sign_letters(scan);
    for (size_t i = 0; i < COMMON_LEADS; i++)
        find_tails(scan, &scan->common[i]);
}

#ifdef HAVE_WIDE

static void keep_range(KeptRange *kept, ByteRange range)
{
    kept->up = wide_of((uint8_t)(0x80 - range.low));
    kept->below = wide_of((uint8_t)(range.high - range.low + 1 + 0x80));
}

static void keep_all(PlainScan *scan)
{
    Kept *kept = &scan->kept;
    const SignLetters *signs = &scan->sign_letters;
    kept->newline = wide_of('\n');
    kept->space = wide_of(scan->is_space[' '] ? ' ' : '\n');
    kept->tails_end = wide_of(0xC0);
    kept->other = wide_of(scan->other);
    kept->sign_lead = wide_of(signs->lead);
    kept->calm_ascii = wide_of(signs->calm_ascii ? 0xFF : 0x7F);
    keep_range(&kept->letters, scan->letters);
    keep_range(&kept->sign_tails, signs->tails);
    for (size_t i = 0; i < COMMON_LEADS; i++) {
        kept->leads[i] = wide_of(scan->common[i].lead);
        kept->calm_end[i] = wide_of(signs->calm_end[i]);
        for (size_t j = 0; j < TAIL_RANGES; j++)
            keep_range(&kept->tails[i][j], scan->common[i].tails[j]);
    }
}

#else

static void keep_all(PlainScan *scan)
{
    (void)scan;
}

#endif

PlainScan *plain_new(const Steps *steps, const Signs *signs, Arena *arena)
{
    PlainScan *scan = ARENA_NEW(arena, PlainScan);
    scan->signs = signs;
    find_characters(scan, steps);
    find_letters(scan);
    find_common_leads(scan, steps);
    keep_all(scan);
    return scan;
}

static Look look_at(const PlainScan *scan, const char *at)
{
    unsigned char byte = (unsigned char)*at;
    if (byte > LAST_LEAD)
        return LOOK_ALWAYS;
    return (Look)scan->look[byte < 0x80 ? byte : (byte & 0x1F) << 6 | (at[1] & 0x3F)];
}

/* Whether the character at `at` is to be looked at for itself or for the one behind it. */
static bool is_stop(const PlainScan *scan, const char *at, const char *end)
{
    unsigned char byte = (unsigned char)*at;
    if (scan->is_space[byte])
        return end - at > 1 && scan->is_space[(unsigned char)at[1]];
    switch (look_at(scan, at)) {
    case LOOK_NEVER:
        return false;
    case LOOK_SIGN:
        return signs_at(scan->signs, at, end);
    case LOOK_IN_ROW:
        return end - at > 2 && look_at(scan, at + 2) > LOOK_SIGN;
    default:
        return true;
    }
}

const char *plain_skip_portable(const PlainScan *scan, const char *at, const char *end)
{
    for (; at < end; at += (unsigned char)*at < 0x80 ? 1 : 2)
        if (is_stop(scan, at, end))
            return at;
    return end;
}

#ifdef HAVE_WIDE

WIDE_PART Wide in_range(Wide bytes, const KeptRange *range)
{
    return (Wide)((WideNumbers)bytes + (WideNumbers)range->up) < range->below;
}

/* Of the letters of a common lead. */
WIDE_PART Wide find_common(const Kept *kept, size_t lead, Wide is_lead, Wide behind)
{
    const KeptRange *tails = kept->tails[lead];
    return (in_range(behind, &tails[0]) | in_range(behind, &tails[1])) & is_lead;
}

/* What stands behind a letter and makes no sign with it; `at` is two bytes behind it. */
WIDE_PART Wide find_calm(const Kept *kept, const char *at)
{
    Wide bytes = wide_load(at), behind = wide_load(at + 1);
    Wide one = (bytes == kept->leads[0]) & (behind < kept->calm_end[0]);
    Wide two = (bytes == kept->leads[1]) & (behind < kept->calm_end[1]);
    return one | two | (bytes > kept->calm_ascii);
}

enum { AHEAD = 3 }; /* bytes behind a place that are looked at */

/* So many places at a time, each with the bytes behind it, so that no character or run is
 * cut. White space in a row and what common letters may have to do with stand out, and
 * what is neither them nor ASCII; one by one it is seen whether that is so. Tails never
 * equal a lead or a stop (they are 0x80 to 0xBF). */
WIDE const char *plain_skip(const PlainScan *scan, const char *at, const char *end)
{
    const Kept *kept = &scan->kept;
    for (; end - at >= WIDE_BYTES + AHEAD; at += WIDE_BYTES) {
        Wide bytes = wide_load(at), behind = wide_load(at + 1);
        Wide is_newline = bytes == kept->newline, is_space = is_newline | (bytes == kept->space);
        Wide is_one = bytes == kept->leads[0], is_two = bytes == kept->leads[1];
        Wide known = is_newline | in_range(bytes, &kept->letters) | (bytes < kept->tails_end) |
                     is_one | is_two;
        Wide found = is_space & ((behind == kept->newline) | (behind == kept->space));
        found |= find_common(kept, 0, is_one, behind) | find_common(kept, 1, is_two, behind);
        found |= in_range(behind, &kept->sign_tails) & (bytes == kept->sign_lead) &
                 ~find_calm(kept, at + 2);
        found |= (bytes == kept->other) | ~known;
        for (uint32_t places = wide_bits(found); places != 0; places &= places - 1) {
            const char *place = at + __builtin_ctz(places);
            if (is_stop(scan, place, end))
                return place;
        }
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
