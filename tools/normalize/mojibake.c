#include "tools/normalize/mojibake.h"

#include <utf8proc.h>

#include "common/utf8.h"

enum {
    LEAST_WEIGHT = 2,  /* sequences in a run: one may be an accident                  */
    LEAST_LETTERS = 3, /* where a character was one byte, so that any byte means one  */
    LEAST_HALVES = 8,
    MIXED_WORD = 8, /* halves against, for a letter of ASCII beside such a letter  */
    REPLACEMENT = 0xFFFD
};

/* ---- loading ----------------------------------------------------------- */

typedef struct {
    const Mojibake *mojibake;
    Signs *signs;
    unsigned rule;
} SignMaker;

static void add_byte(const SignMaker *maker, size_t byte, bool is_first)
{
    const CodePage *as = maker->mojibake->as;
    void (*add)(Signs *, unsigned, uint32_t) = is_first ? signs_add_first : signs_add_second;
    add(maker->signs, maker->rule, as->to[byte] == NO_CHARACTER ? (uint32_t)byte : as->to[byte]);
    for (size_t i = 0; as->has_more && i < as->inverse_count; i++)
        if (as->inverse[i].byte == byte)
            add(maker->signs, maker->rule, as->inverse[i].codepoint);
}

/* A character as it looks when it was read wrongly. */
static void add_sign(const SignMaker *maker, uint32_t codepoint)
{
    const Mojibake *mojibake = maker->mojibake;
    if (mojibake->was == NULL) {
        char bytes[4];
        utf8_encode(codepoint, bytes);
        add_byte(maker, (unsigned char)bytes[0], true);
        return;
    }
    int byte = page_byte(mojibake->was, codepoint);
    if (byte < 0x80)
        return;
    add_byte(maker, (size_t)byte, true);
    add_byte(maker, (size_t)byte, false);
}

static bool add_signs(const SignMaker *maker, const Steps *steps, const RuleNode *list,
                      Error *error)
{
    for (const RuleNode *item = list ? list->children : NULL; item; item = item->next) {
        uint32_t first, last;
        Error ignored = {0};
        uint32_t set = steps_set(steps, item, &ignored);
        for (uint32_t c = 0; set != 0 && c < SIGN_LOW; c++)
            if ((steps_sets(steps, c) & set) != 0)
                add_sign(maker, c);
        if (set != 0)
            continue;
        if (!steps_read_range(item, &first, &last, error))
            return false;
        for (uint32_t c = first; c <= last; c++)
            add_sign(maker, c);
    }
    for (size_t byte = 0x80; maker->mojibake->was == NULL && byte < 0xC0; byte++)
        add_byte(maker, byte, false);
    const RuleNode *usual = rule_get(steps->steps[maker->mojibake->step].node, "usual");
    for (const RuleNode *item = usual ? usual->children : NULL; item; item = item->next) {
        uint32_t first, last;
        if (!rule_characters(item, item->scalar, &first, &last, error))
            return false;
        for (uint32_t c = first; c <= last; c++)
            signs_drop_second(maker->signs, maker->rule, c);
    }
    if (maker->mojibake->lost_count != 0)
        signs_add_second(maker->signs, maker->rule, REPLACEMENT);
    return true;
}

static bool find_page(const RuleNode *node, const char *key, const CodePages *pages,
                      const CodePage **page, Error *error)
{
    const RuleNode *value = rule_get(node, key);
    Slice name = rule_text(node, key);
    *page = pages_find(pages, name);
    if (*page != NULL)
        return true;
    return rule_error(value ? value : node, error,
                      "%s: \"%.*s\" is no code page of section code-pages", key, SLICE_ARG(name));
}

static bool read_lost(Mojibake *mojibake, const RuleNode *list, Error *error)
{
    for (const RuleNode *item = list ? list->children : NULL; item; item = item->next) {
        uint32_t codepoint;
        if (!rule_character(item, item->scalar, &codepoint, error))
            return false;
        if (mojibake->lost_count == LOST_MAX)
            return rule_error(item, error, "more than %d characters under lost; leave some out",
                              LOST_MAX);
        mojibake->lost[mojibake->lost_count++] = codepoint;
    }
    return true;
}

static bool read_set(const RuleNode *node, const char *key, const Steps *steps, uint32_t *set,
                     Error *error)
{
    const RuleNode *value = rule_get(node, key);
    *set = value ? steps_set(steps, value, error) : 0;
    return value == NULL || *set != 0;
}

bool mojibake_load(Mojibake *mojibake, const Steps *steps, size_t step, const CodePages *pages,
                   Signs *signs, unsigned rule, Error *error)
{
    const RuleNode *node = steps->steps[step].node;
    SignMaker maker = {mojibake, signs, rule};
    *mojibake = (Mojibake){.step = step, .rule = rule};
    if (!find_page(node, "as", pages, &mojibake->as, error) ||
        (!slice_equal(rule_text(node, "was"), SLICE("utf-8")) &&
         !find_page(node, "was", pages, &mojibake->was, error)) ||
        !read_set(node, "evidence", steps, &mojibake->letters, error) ||
        !read_set(node, "unless", steps, &mojibake->unless, error) ||
        !read_lost(mojibake, rule_get(node, "lost"), error))
        return false;
    if (mojibake->letters == 0)
        return rule_error(node, error,
                          "a step of kind mojibake needs `evidence`, the letters that must "
                          "come out");
    for (uint32_t c = 0x80; c < SIGN_LOW; c++) {
        char bytes[4];
        utf8_encode(c, bytes);
        if ((steps_sets(steps, c) & mojibake->letters) != 0)
            signs_add_letters(signs, (uint8_t)bytes[0]);
    }
    return add_signs(&maker, steps, rule_get(node, "signs"), error);
}

/* ---- UTF-8 that was read as a code page -------------------------------- */

typedef struct {
    const Mojibake *mojibake;
    const Steps *steps;
    const Likeness *likeness;
    const Points *line;
    bool is_inner, takes_lost;
} Undoing;

typedef enum { RUN_LETTERS, RUN_OTHERS, RUN_BAD } RunKind;

/* Sequences with nothing but ASCII and white space between them. */
typedef struct {
    size_t start, end; /* points of the line                            */
    size_t sequences, weight, letters, odd;
    bool has_unless, begins_ours; /* a sequence begins with a letter of no Western script */
} Run;

static int byte_at(const Undoing *undoing, size_t at)
{
    return at < undoing->line->count
               ? page_byte(undoing->mojibake->as, undoing->line->items[at].codepoint)
               : NO_BYTE;
}

/* The one character of `lost` whose bytes fit and whose missing byte the code
 * page lacks; 0: none, or more. */
static uint32_t find_lost(const Undoing *undoing, size_t at, size_t *length)
{
    const Mojibake *mojibake = undoing->mojibake;
    uint32_t found = 0;
    for (size_t i = 0; undoing->takes_lost && i < mojibake->lost_count; i++) {
        char bytes[4];
        unsigned count = utf8_encode(mojibake->lost[i], bytes);
        size_t same = 0, missing = 0;
        for (; same < count && at + same < undoing->line->count; same++) {
            unsigned char byte = (unsigned char)bytes[same];
            if (same > 0 && mojibake->as->to[byte] == NO_CHARACTER &&
                undoing->line->items[at + same].codepoint == REPLACEMENT)
                missing++;
            else if (byte_at(undoing, at + same) != byte)
                break;
        }
        if (same != count || missing == 0)
            continue;
        if (found != 0)
            return 0;
        found = mojibake->lost[i];
        *length = count;
    }
    return found;
}

static utf8proc_category_t category_of(uint32_t codepoint)
{
    return utf8proc_category((utf8proc_int32_t)codepoint);
}

static bool is_letter(uint32_t codepoint)
{
    utf8proc_category_t category = category_of(codepoint);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

/* A letter of no Western script. */
static bool is_far_letter(uint32_t codepoint)
{
    return codepoint >= 0x530 && is_letter(codepoint);
}

/* The character that the sequence at point `at` is; 0: it is none. */
static uint32_t read_sequence(const Undoing *undoing, size_t at, size_t *length)
{
    int lead = byte_at(undoing, at);
    if (lead < 0xC2 || lead > 0xF4)
        return 0;
    char bytes[4] = {(char)lead};
    *length = utf8_length((unsigned char)lead);
    for (size_t i = 1; i < *length; i++) {
        int tail = byte_at(undoing, at + i);
        if (tail < 0x80 || tail > 0xBF)
            return find_lost(undoing, at, length);
        bytes[i] = (char)tail;
    }
    if (utf8_valid_prefix((Slice){bytes, *length}) != *length)
        return 0;
    const char *next = bytes;
    return utf8_next(&next);
}

/* The last letter of a whole word and the comma behind it look like a sequence. */
static bool ends_word(const Undoing *undoing, size_t at)
{
    const Point *items = undoing->line->items;
    return at > 0 && is_far_letter(items[at].codepoint) && is_far_letter(items[at - 1].codepoint);
}

/* Neither a letter of the scripts around nor punctuation, sign or picture. */
static bool is_odd(uint32_t codepoint)
{
    utf8proc_category_t category = category_of(codepoint);
    if (category == UTF8PROC_CATEGORY_CN || category == UTF8PROC_CATEGORY_CO ||
        category == UTF8PROC_CATEGORY_CS)
        return true;
    return is_letter(codepoint) &&
           !(codepoint < 0x180 || (codepoint >= 0x370 && codepoint < 0x700) || codepoint >= 0xFB50);
}

static bool in_set(const Undoing *undoing, uint32_t codepoint, uint32_t set)
{
    return (steps_sets(undoing->steps, codepoint) & set) != 0;
}

/* What clean-up makes a space of or drops parts no more than ASCII does. */
static bool is_between(uint32_t codepoint)
{
    if (codepoint < 0x80)
        return true;
    utf8proc_category_t category = category_of(codepoint);
    return category == UTF8PROC_CATEGORY_CF ||
           (category >= UTF8PROC_CATEGORY_ZS && category <= UTF8PROC_CATEGORY_ZP);
}

/* The next run from `at` on; false: there is none. */
static bool next_run(const Undoing *undoing, size_t at, Run *run)
{
    size_t length;
    *run = (Run){.start = undoing->line->count, .end = at};
    while (at < undoing->line->count) {
        uint32_t codepoint = read_sequence(undoing, at, &length);
        if (codepoint == 0 || (run->end != at && ends_word(undoing, at))) {
            if (run->sequences != 0 && !is_between(undoing->line->items[at].codepoint))
                break;
            at++;
            continue;
        }
        if (run->sequences++ == 0)
            run->start = at;
        run->begins_ours |= is_far_letter(undoing->line->items[at].codepoint);
        run->weight += length - 1;
        run->letters += in_set(undoing, codepoint, undoing->mojibake->letters);
        run->odd += is_odd(codepoint);
        run->has_unless |= in_set(undoing, codepoint, undoing->mojibake->unless);
        at += length;
        run->end = at;
    }
    return run->sequences != 0;
}

static RunKind run_kind(const Undoing *undoing, const Run *run)
{
    if (run->odd * 5 > run->sequences)
        return RUN_BAD;
    if (run->letters >= LEAST_WEIGHT)
        return RUN_LETTERS;
    return run->begins_ours && !undoing->is_inner ? RUN_BAD : RUN_OTHERS;
}

static void copy_points(const Points *line, size_t start, size_t end, Points *result)
{
    for (size_t i = start; i < end; i++)
        points_add(result, line->items[i]);
}

static void write_run(const Undoing *undoing, const Run *run, Points *result, size_t *count)
{
    size_t at = run->start, length;
    while (at < run->end) {
        const Point *point = &undoing->line->items[at];
        uint32_t codepoint = read_sequence(undoing, at, &length);
        if (codepoint == 0) {
            points_add(result, *point);
            at++;
            continue;
        }
        const Point *last = &undoing->line->items[at + length - 1];
        points_add(result, (Point){codepoint, point->from, last->from + last->span - point->from});
        ++*count;
        at += length;
    }
}

/* What the runs of a line are together. Those without letters are quotation marks
 * or words of other scripts; they are sure where there is more than one sequence,
 * or letters beside them. */
typedef struct {
    bool has_letters, has_unless;
    size_t weight;
} Survey;

static Survey survey_runs(const Undoing *undoing)
{
    Survey survey = {0};
    Run run;
    for (size_t at = 0; next_run(undoing, at, &run); at = run.end) {
        RunKind kind = run_kind(undoing, &run);
        survey.has_letters |= kind == RUN_LETTERS;
        survey.has_unless |= run.has_unless;
        survey.weight += kind == RUN_OTHERS ? run.weight : 0;
    }
    return survey;
}

static bool is_sure(const Undoing *undoing, const Run *run, const Survey *survey, Repair *repair)
{
    RunKind kind = run_kind(undoing, run);
    const char *doubt = NULL;
    if (kind == RUN_BAD)
        doubt = "no letters of the language come out";
    else if (undoing->is_inner)
        doubt = run->weight < LEAST_WEIGHT ? "a single character may be an accident" : NULL;
    else if (kind == RUN_OTHERS && !survey->has_letters && survey->weight < LEAST_WEIGHT)
        doubt = "a single character may be an accident";
    bool is_worth_saying = run->weight >= LEAST_WEIGHT || !run->begins_ours;
    if (doubt != NULL && repair->doubt == NULL && is_worth_saying) {
        repair->doubt = doubt;
        repair->doubt_at = run->start;
    }
    return doubt == NULL;
}

static Repair undo_utf8(Undoing *undoing, Points *result)
{
    Repair repair = {0};
    undoing->takes_lost = true;
    Survey survey = survey_runs(undoing);
    if (survey.has_unless) {
        undoing->takes_lost = false; /* a mark may be lost as well as a letter */
        survey = survey_runs(undoing);
    }
    size_t at = 0;
    Run run;
    for (; next_run(undoing, at, &run); at = run.end) {
        copy_points(undoing->line, at, run.start, result);
        if (!is_sure(undoing, &run, &survey, &repair)) {
            copy_points(undoing->line, run.start, run.end, result);
            continue;
        }
        if (repair.gain == 0)
            repair.first = run.start;
        write_run(undoing, &run, result, &repair.count);
        repair.gain += (long)(run.letters * 2 + run.weight);
    }
    copy_points(undoing->line, at, undoing->line->count, result);
    return repair;
}

/* ---- one code page that was read as another ---------------------------- */

static uint32_t reread(const Undoing *undoing, uint32_t codepoint)
{
    if (codepoint < 0x80)
        return codepoint;
    int byte = page_byte(undoing->mojibake->as, codepoint);
    if (byte < 0)
        return is_between(codepoint) ? codepoint : NO_CHARACTER;
    return undoing->mojibake->was->to[byte];
}

static bool is_ascii_letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Evidence for points [start, end), all of which can be read again. */
static long weigh_stretch(const Undoing *undoing, size_t start, size_t end, size_t *letters)
{
    Evidence evidence = {0};
    long halves = 0;
    uint32_t last = ' ';
    *letters = 0;
    for (size_t i = start; i < end; i++) {
        uint32_t before = undoing->line->items[i].codepoint, now = reread(undoing, before);
        bool ours = before >= 0x80 && in_set(undoing, now, undoing->mojibake->letters);
        *letters += ours;
        if ((ours && is_ascii_letter(last)) ||
            (is_ascii_letter(now) && last >= 0x80 && is_letter(last)))
            halves -= MIXED_WORD;
        last = now;
        evidence_add(undoing->likeness, &evidence, now);
    }
    evidence_end(undoing->likeness, &evidence);
    return halves + evidence.halves;
}

/* A letter that was read as the same page, yet is none in the other. */
static bool contradicts(const Undoing *undoing, size_t at)
{
    const Points *line = undoing->line;
    return at < line->count && is_letter(line->items[at].codepoint) &&
           page_byte(undoing->mojibake->as, line->items[at].codepoint) >= 0x80 &&
           reread(undoing, line->items[at].codepoint) == NO_CHARACTER;
}

/* Where the stretch of points that can be read again ends. */
static size_t stretch_end(const Undoing *undoing, size_t at)
{
    while (at < undoing->line->count &&
           reread(undoing, undoing->line->items[at].codepoint) != NO_CHARACTER)
        at++;
    return at;
}

/* A quotation mark that touches whole words of ours belongs to them: the stretch
 * is cut down to what does not. */
static void cut_stretch(const Undoing *undoing, size_t *start, size_t *end)
{
    const Point *items = undoing->line->items;
    if (*start > 0 && is_far_letter(items[*start - 1].codepoint))
        while (*start < *end && items[*start].codepoint >= 0x80 &&
               !is_letter(items[*start].codepoint))
            ++*start;
    if (*end < undoing->line->count && is_far_letter(items[*end].codepoint))
        while (*end > *start && items[*end - 1].codepoint >= 0x80 &&
               !is_letter(items[*end - 1].codepoint))
            --*end;
}

static bool is_like(const Undoing *undoing, size_t start, size_t end, Repair *repair)
{
    size_t letters;
    long halves = weigh_stretch(undoing, start, end, &letters);
    bool is_sure = letters >= LEAST_LETTERS && halves >= LEAST_HALVES &&
                   !contradicts(undoing, end) && (start == 0 || !contradicts(undoing, start - 1));
    if (letters >= LEAST_LETTERS && !is_sure && repair->doubt == NULL) {
        repair->doubt = "what comes out does not look like the language";
        repair->doubt_at = start;
    }
    if (is_sure && repair->gain == 0)
        repair->first = start;
    repair->gain += is_sure ? halves : 0;
    return is_sure;
}

static Repair undo_page(const Undoing *undoing, Points *result)
{
    Repair repair = {0};
    const Points *line = undoing->line;
    size_t done = 0;
    for (size_t at = 0; at < line->count; at++) {
        size_t start = at, end = stretch_end(undoing, at);
        at = end;
        cut_stretch(undoing, &start, &end);
        if (start == end || !is_like(undoing, start, end, &repair))
            continue;
        copy_points(line, done, start, result);
        for (size_t i = start; i < end; i++) {
            Point point = line->items[i];
            repair.count += point.codepoint >= 0x80;
            point.codepoint = reread(undoing, point.codepoint);
            points_add(result, point);
        }
        done = end;
    }
    copy_points(line, done, line->count, result);
    return repair;
}

Repair mojibake_undo(const Mojibake *mojibake, const Steps *steps, const Likeness *likeness,
                     const Points *line, bool is_inner, Points *result)
{
    Undoing undoing = {.mojibake = mojibake,
                       .steps = steps,
                       .likeness = likeness,
                       .line = line,
                       .is_inner = is_inner};
    result->count = 0;
    return mojibake->was == NULL ? undo_utf8(&undoing, result) : undo_page(&undoing, result);
}
