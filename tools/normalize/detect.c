#include "tools/normalize/detect.h"

#include <math.h>
#include <uchardet/uchardet.h>

#include "common/utf8.h"

enum {
    HEAD_BYTES = 2048,    /* where a document names its own charset               */
    SAMPLE_BYTES = 65536, /* for what need not see everything                     */
    SAMPLE_PAIRS = 20000, /* of letters: more say nothing new                     */
    BAD_BYTE = 24,        /* halves against, for each byte that means nothing     */
    META_BONUS = 20,      /* halves in favour of what a document says of itself   */
    LEAST_HALVES = 4,     /* evidence that letters are no accident                */
    LEAST_PAIRS = 3,      /* two letters in a word                                */
    ENCODINGS_MAX = 30,   /* that rules have tried                                */
};

typedef struct {
    const char *name;     /* in capitals                        */
    const CodePage *page; /* NULL: by iconv                     */
    const char *source;
    long halves;
    bool is_likely;
} Candidate;

/* ---- loading ----------------------------------------------------------- */

bool detector_load(Rules *rules, Detector *detector, Error *error)
{
    if (!pages_load(rules, &detector->pages, error))
        return false;
    detector->likeness = likeness_load(rules, error);
    if (detector->likeness == NULL)
        return false;
    detector->tried = ARENA_ARRAY(&rules->arena, ENCODINGS_MAX, const CodePage *);
    for (RuleWalk walk = rules_walk(rules, "encodings"); rule_walk_next(&walk);) {
        const CodePage *page = pages_find(&detector->pages, walk.node->scalar);
        if (walk.node->kind != RULE_SCALAR || page == NULL)
            return rule_error(walk.node, error, "\"%.*s\" is no code page of section code-pages",
                              SLICE_ARG(walk.node->scalar));
        if (detector->tried_count == ENCODINGS_MAX)
            return rule_error(walk.node, error, "more than %d encodings; leave some out",
                              ENCODINGS_MAX);
        detector->tried[detector->tried_count++] = page;
    }
    return true;
}

/* ---- what the text says of itself -------------------------------------- */

/* Where `wanted` (lower case) stands in `text`, case apart; text.length: nowhere. */
static size_t find_word(Slice text, const char *wanted)
{
    size_t length = strlen(wanted);
    for (size_t at = 0; at + length <= text.length; at++) {
        size_t same = 0;
        while (same < length && lower_ascii(text.data[at + same]) == wanted[same])
            same++;
        if (same == length)
            return at;
    }
    return text.length;
}

static bool is_name_byte(char c)
{
    return (lower_ascii(c) >= 'a' && lower_ascii(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == ':';
}

/* "charset=" behind `opener`, before `closer`: an HTML meta element, an HTTP
 * header, an XML declaration. */
static Slice named_after(Slice head, const char *opener, const char *key, char closer)
{
    Slice rest = head;
    for (;;) {
        size_t at = find_word(rest, opener);
        if (at == rest.length)
            return (Slice){NULL, 0};
        rest = slice_cut(rest, at + strlen(opener), rest.length);
        const char *end = memchr(rest.data, closer, rest.length);
        Slice inside = slice_cut(rest, 0, end ? (size_t)(end - rest.data) : rest.length);
        at = find_word(inside, key);
        if (at == inside.length)
            continue;
        Slice name = slice_cut(inside, at + strlen(key), inside.length);
        while (name.length != 0 && strchr("=\"' ", name.data[0]) != NULL)
            name = slice_cut(name, 1, name.length);
        size_t length = 0;
        while (length < name.length && is_name_byte(name.data[length]))
            length++;
        return slice_cut(name, 0, length);
    }
}

static Slice named_charset(Slice bytes)
{
    Slice head = slice_cut(bytes, 0, HEAD_BYTES);
    Slice name = named_after(head, "<meta", "charset", '>');
    if (name.length == 0)
        name = named_after(head, "content-type:", "charset", '\n');
    if (name.length == 0)
        name = named_after(head, "<?xml", "encoding", '>');
    return name;
}

/* ---- evidence ---------------------------------------------------------- */

static bool is_enough(const Evidence *evidence)
{
    return evidence->pairs >= SAMPLE_PAIRS;
}

static void weigh_page(const Detector *detector, Slice bytes, Candidate *candidate)
{
    Evidence evidence = {0};
    size_t bad = 0, i = 0;
    for (; i < bytes.length && !is_enough(&evidence); i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        uint32_t codepoint = candidate->page->to[byte];
        bad += codepoint == NO_CHARACTER;
        evidence_add(detector->likeness, &evidence, codepoint == NO_CHARACTER ? ' ' : codepoint);
    }
    evidence_end(detector->likeness, &evidence);
    bad += page_bad_bytes(candidate->page, slice_cut(bytes, i, bytes.length));
    candidate->halves += evidence.halves - (long)bad * BAD_BYTE;
    /* Real text has a few halves a pair. */
    candidate->is_likely = candidate->halves >= LEAST_HALVES &&
                           candidate->halves >= (long)evidence.pairs &&
                           evidence.pairs >= LEAST_PAIRS;
}

static Evidence weigh_text(const Detector *detector, Slice text)
{
    Evidence evidence = {0};
    const char *at = text.data, *end = text.data + text.length;
    while (at < end && !is_enough(&evidence))
        evidence_add(detector->likeness, &evidence, utf8_next(&at));
    evidence_end(detector->likeness, &evidence);
    return evidence;
}

static double sure(long halves)
{
    double share = 1 / (1 + exp(-(double)halves / 2));
    return share > 0.99 ? 0.99 : share;
}

/* ---- UTF-16 without a mark --------------------------------------------- */

/* Share of characters that are ASCII or letters that the rules know. */
static bool is_familiar(const Detector *detector, Slice text)
{
    const char *at = text.data, *end = text.data + text.length;
    size_t familiar = 0, all = 0;
    for (; at < end && all < SAMPLE_PAIRS; all++) {
        uint32_t c = utf8_next(&at);
        familiar += (c >= ' ' && c < 0x7F) || c == '\n' || c == '\r' || c == '\t' ||
                    (c < 0x800 && detector->likeness->row[c] != 0);
    }
    return all != 0 && familiar * 10 >= all * 7;
}

static bool try_wide(const Detector *detector, Slice bytes, Arena *arena, Reading *reading,
                     Error *error)
{
    Slice sample = slice_cut(bytes, 0, SAMPLE_BYTES);
    size_t zeros[2] = {0, 0};
    if (memchr(sample.data, '\0', sample.length) == NULL)
        return false;
    for (size_t i = 0; i < sample.length; i++)
        zeros[i & 1] += sample.data[i] == '\0';
    bool little = zeros[1] > zeros[0];
    if (zeros[little ? 0 : 1] * 8 > zeros[little ? 1 : 0])
        return false;
    Decoded decoded;
    const char *name = little ? "UTF-16LE" : "UTF-16BE";
    if (!decode_bytes(bytes, name, arena, &decoded, error) ||
        decoded.replaced > bytes.length % 2 + decoded.text.length / 1000 ||
        !is_familiar(detector, decoded.text))
        return false;
    *reading = (Reading){.decoded = decoded,
                         .source = "zero-bytes",
                         .runner_up = little ? "UTF-16BE" : "UTF-16LE",
                         .confidence = 0.99};
    return true;
}

/* ---- UTF-8 ------------------------------------------------------------- */

/* UTF-8 cut off, or with bad bytes here and there. */
static bool is_damaged_utf8(const Decoded *decoded, Slice bytes, double *confidence)
{
    size_t good = 0, bad = decoded->replaced;
    const char *at = decoded->text.data, *end = at + decoded->text.length;
    while (at < end)
        good += utf8_next(&at) >= 0x80;
    good -= bad;
    *confidence = good + bad == 0 ? 1 : (double)good / (double)(good + bad);
    bool is_cut = bad == 1 && bytes.length - decoded->first_bad < 4 && good != 0;
    return good >= bad * 4 || is_cut;
}

/* ---- one byte a character ---------------------------------------------- */

static void add_named(const Detector *detector, Slice name, const char *source, Arena *arena,
                      Candidate *candidates, size_t *count)
{
    if (name.length == 0)
        return;
    Candidate candidate = {.source = source, .page = pages_find(&detector->pages, name)};
    candidate.name = candidate.page != NULL ? candidate.page->upper : arena_copy(arena, name).data;
    for (size_t i = 0; i < *count; i++)
        if (candidate.page != NULL && candidates[i].page == candidate.page) {
            if (candidates[i].source[0] != 'm')
                candidates[i].source = source;
            return;
        }
    candidates[(*count)++] = candidate;
}

static Slice uchardet_name(Slice bytes, Arena *arena)
{
    uchardet_t detector = uchardet_new();
    Slice name = {NULL, 0}, sample = slice_cut(bytes, 0, SAMPLE_BYTES);
    if (detector != NULL && uchardet_handle_data(detector, sample.data, sample.length) == 0) {
        uchardet_data_end(detector);
        name = arena_copy(arena, slice_of(uchardet_get_charset(detector)));
    }
    if (detector != NULL)
        uchardet_delete(detector);
    return name;
}

static bool is_utf(const char *name)
{
    return lower_ascii(name[0]) == 'u' && lower_ascii(name[1]) == 't' &&
           lower_ascii(name[2]) == 'f';
}

/* A candidate of iconv's: strict, or it is none. */
static void weigh_iconv(const Detector *detector, Slice bytes, Arena *arena, Candidate *candidate)
{
    Decoded decoded;
    Error ignored = {0};
    candidate->halves = -(1L << 20);
    if (is_utf(candidate->name) ||
        !decode_bytes(bytes, candidate->name, arena, &decoded, &ignored) || decoded.replaced != 0)
        return;
    candidate->halves = weigh_text(detector, decoded.text).halves;
    candidate->is_likely = candidate->halves >= LEAST_HALVES;
}

/* Whether both pages read the bytes as the same text. */
static bool agree(const Candidate *a, const Candidate *b, const bool *used)
{
    if (a->page == NULL || b->page == NULL)
        return false;
    for (size_t i = 0; i < 256; i++)
        if (used[i] && a->page->to[i] != b->page->to[i])
            return false;
    return true;
}

static bool decode_as(const Candidate *candidate, Slice bytes, Arena *arena, Decoded *decoded,
                      Error *error)
{
    if (candidate->page == NULL)
        return decode_bytes(bytes, candidate->name, arena, decoded, error);
    page_decode(candidate->page, bytes, arena, decoded);
    return true;
}

static size_t find_candidates(const Detector *detector, Slice bytes, Arena *arena,
                              Candidate *candidates)
{
    size_t count = 0;
    for (size_t i = 0; i < detector->tried_count; i++)
        candidates[count++] = (Candidate){
            .name = detector->tried[i]->upper, .page = detector->tried[i], .source = "statistics"};
    add_named(detector, named_charset(bytes), "meta", arena, candidates, &count);
    add_named(detector, uchardet_name(bytes, arena), "statistics", arena, candidates, &count);
    for (size_t i = 0; i < count; i++)
        if (candidates[i].page != NULL)
            weigh_page(detector, bytes, &candidates[i]);
        else
            weigh_iconv(detector, bytes, arena, &candidates[i]);
    for (size_t i = 0; i < count; i++)
        if (candidates[i].source[0] == 'm')
            candidates[i].halves += META_BONUS;
    return count;
}

static bool try_pages(const Detector *detector, Slice bytes, Arena *arena, Reading *reading,
                      Error *error)
{
    Candidate candidates[ENCODINGS_MAX + 2]; /* what the text says, and uchardet */
    size_t count = find_candidates(detector, bytes, arena, candidates), best = count;
    for (size_t i = 0; i < count; i++)
        if (candidates[i].is_likely &&
            (best == count || candidates[i].halves > candidates[best].halves))
            best = i;
    bool is_like = best < count;
    /* Not the language of the rules: what the text says of itself, or uchardet's
     * guess (both stand behind the pages of the rules). */
    for (size_t i = 0; i < count && best == count; i++)
        if (candidates[i].source[0] == 'm' || i >= detector->tried_count)
            best = i;
    if (best == count || !decode_as(&candidates[best], bytes, arena, &reading->decoded, error))
        return false;
    if (!is_like && reading->decoded.replaced != 0)
        return false;
    bool used[256] = {false};
    for (size_t i = 0; i < bytes.length; i++)
        used[(unsigned char)bytes.data[i]] = true;
    size_t second = count;
    for (size_t i = 0; i < count; i++)
        if (i != best && !agree(&candidates[i], &candidates[best], used) &&
            (second == count || candidates[i].halves > candidates[second].halves))
            second = i;
    reading->source = candidates[best].source;
    reading->runner_up = second < count ? candidates[second].name : NULL;
    long lead = candidates[best].halves - (second < count ? candidates[second].halves : 0);
    reading->confidence = is_like ? sure(lead) : 0.5;
    return true;
}

/* ---- all of it --------------------------------------------------------- */

static bool decode_declared(const Detector *detector, Slice bytes, const char *declared,
                            Arena *arena, Decoded *decoded, Error *error)
{
    const CodePage *page = pages_find(&detector->pages, slice_of(declared));
    if (page == NULL)
        return decode_bytes(bytes, declared, arena, decoded, error);
    page_decode(page, bytes, arena, decoded);
    return true;
}

bool detect_and_decode(const Detector *detector, Slice bytes, const char *declared, Arena *arena,
                       Reading *reading, Error *error)
{
    *reading = (Reading){.source = "declared", .confidence = 1};
    if (declared != NULL)
        return decode_declared(detector, bytes, declared, arena, &reading->decoded, error);
    Error ignored = {0};
    Decoded decoded;
    if (!decode_bytes(bytes, NULL, arena, &decoded, error))
        return false;
    if (!decoded.had_bom && try_wide(detector, bytes, arena, reading, &ignored))
        return true;
    reading->decoded = decoded;
    reading->source = decoded.had_bom ? "bom" : "utf-8";
    if (decoded.had_bom || decoded.replaced == 0)
        return true;
    double confidence;
    if (is_damaged_utf8(&decoded, bytes, &confidence)) {
        reading->confidence = confidence;
        return true;
    }
    if (try_pages(detector, bytes, arena, reading, &ignored))
        return true;
    *reading = (Reading){.decoded = decoded, .source = "fallback", .confidence = 0};
    return true;
}
