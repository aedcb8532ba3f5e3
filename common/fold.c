#include "common/fold.h"

#include <utf8proc.h>

#include "common/utf8.h"

/* Tables serve the code points below FOLD_LOW; the few above are looked up. */
enum { FOLD_EXTRA = 256, ENDINGS_MAX = 16 };
#define FOLD_DROP UINT32_MAX

typedef struct {
    uint32_t from, to; /* FOLD_DROP: left out */
    Grade grade;       /* from this one on    */
} FoldRule;

/* What a code point is folded to: UTF-8, none where it is left out. */
typedef struct {
    char bytes[3];
    uint8_t length;
} Folded;

struct Fold {
    uint8_t kind[FOLD_LOW];
    LetterRun letter_runs[FOLD_LOW];
    Folded low[GRADE_COUNT][FOLD_LOW];
    FoldRule extra[FOLD_EXTRA];
    size_t extra_count;
    struct {
        uint32_t codepoint;
        CharKind kind;
    } extra_kinds[FOLD_EXTRA];
    size_t extra_kind_count;
    Slice endings[ENDINGS_MAX];
    size_t ending_count;
};

static __attribute__((const)) CharKind unicode_kind(uint32_t codepoint)
{
    switch (utf8proc_category((utf8proc_int32_t)codepoint)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return CHAR_LETTER;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return CHAR_MARK;
    case UTF8PROC_CATEGORY_ND:
        return CHAR_DIGIT;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return CHAR_SPACE;
    case UTF8PROC_CATEGORY_CC:
        return (codepoint >= '\t' && codepoint <= '\r') || codepoint == 0x85 ? CHAR_SPACE
                                                                             : CHAR_IGNORE;
    case UTF8PROC_CATEGORY_CF:
        return CHAR_IGNORE;
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
        return CHAR_PUNCT;
    default:
        return CHAR_OTHER;
    }
}

CharKind fold_char_kind(const Fold *fold, uint32_t codepoint)
{
    if (codepoint < FOLD_LOW)
        return (CharKind)fold->kind[codepoint];
    for (size_t i = 0; i < fold->extra_kind_count; i++)
        if (fold->extra_kinds[i].codepoint == codepoint)
            return fold->extra_kinds[i].kind;
    return unicode_kind(codepoint);
}

const uint8_t *fold_low_kinds(const Fold *fold)
{
    return fold->kind;
}

const LetterRun *fold_letter_runs(const Fold *fold)
{
    return fold->letter_runs;
}

static uint16_t two_bytes(uint32_t codepoint)
{
    unsigned char bytes[4];
    utf8_encode(codepoint, (char *)bytes);
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static void make_letter_runs(Fold *fold)
{
    for (uint32_t first = 0x80, end; first < FOLD_LOW; first = end) {
        for (end = first; end < FOLD_LOW; end++)
            if (fold->kind[end] != CHAR_LETTER && fold->kind[end] != CHAR_MARK)
                break;
        for (uint32_t c = first; c < end; c++)
            fold->letter_runs[c] = (LetterRun){two_bytes(first), two_bytes(end - 1)};
        end += end == first;
    }
}

static uint32_t fold_high(const Fold *fold, uint32_t codepoint, Grade grade)
{
    for (size_t i = 0; i < fold->extra_count; i++)
        if (fold->extra[i].from == codepoint && fold->extra[i].grade <= grade)
            return fold->extra[i].to;
    if (unicode_kind(codepoint) == CHAR_IGNORE)
        return FOLD_DROP;
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)codepoint);
}

/* At a grade that folds. Inline, so that who does not ask for the counts does not pay. */
static inline __attribute__((always_inline)) FoldedSize fold_letters(const Fold *fold, Slice word,
                                                                     Grade grade, char *out)
{
    char *to = out;
    size_t letters = 0, digits = 0;
    const Folded *low = fold->low[grade];
    for (const char *at = word.data, *end = word.data + word.length; at < end;) {
        uint32_t codepoint = utf8_next(&at);
        if (codepoint < FOLD_LOW) {
            /* Always four bytes, of which the next ones overwrite those that are none. */
            const Folded *folded = &low[codepoint];
            memcpy(to, folded, sizeof *folded);
            to += folded->length;
            letters += folded->length != 0;
            digits += fold->kind[codepoint] == CHAR_DIGIT;
            continue;
        }
        uint32_t folded = fold_high(fold, codepoint, grade);
        if (folded == FOLD_DROP)
            continue;
        to += utf8_encode(folded, to);
        letters++;
        digits += fold_char_kind(fold, folded) == CHAR_DIGIT;
    }
    return (FoldedSize){(size_t)(to - out), letters, digits != 0};
}

size_t fold_word(const Fold *fold, Slice word, Grade grade, char *out)
{
    if (grade == GRADE_EXACT) {
        memcpy(out, word.data, word.length);
        return word.length;
    }
    return fold_letters(fold, word, grade, out).bytes;
}

FoldedSize fold_measured(const Fold *fold, Slice word, char *out)
{
    FoldedSize size = fold_letters(fold, word, GRADE_LETTER, out);
    if (size.bytes == 0 && word.length != 0) {
        const char *mark = word.data;
        size.bytes = utf8_encode(utf8_next(&mark), out);
    }
    return size;
}

Grade fold_compare(const Fold *fold, Slice a, Slice b)
{
    enum { WORD_BYTES = 512 };
    if (slice_equal(a, b))
        return GRADE_EXACT;
    if (a.length > WORD_BYTES || b.length > WORD_BYTES)
        return GRADE_COUNT;
    char left[FOLD_ROOM(WORD_BYTES)], right[FOLD_ROOM(WORD_BYTES)];
    for (Grade grade = GRADE_MARKS; grade < GRADE_COUNT; grade++) {
        size_t left_length = fold_word(fold, a, grade, left);
        size_t right_length = fold_word(fold, b, grade, right);
        if (left_length == right_length && memcmp(left, right, left_length) == 0)
            return grade;
    }
    return GRADE_COUNT;
}

int fold_digit(const Fold *fold, uint32_t codepoint)
{
    if (codepoint >= '0' && codepoint <= '9')
        return (int)(codepoint - '0');
    if (codepoint < 0x80 || fold_char_kind(fold, codepoint) != CHAR_DIGIT)
        return -1;
    /* Decimal digits stand in runs of ten whose first has value 0
     * (Unicode Standard, 4.6): count back to the run's beginning. */
    int value = 0;
    while (value < 10 && fold_char_kind(fold, codepoint - (uint32_t)value - 1) == CHAR_DIGIT)
        value++;
    return value % 10;
}

/* ---- rules ------------------------------------------------------------- */

static void put_low(Fold *fold, uint32_t from, uint32_t to, Grade grade)
{
    Folded folded = {.length = 0};
    char bytes[4];
    if (to != 0 && to <= 0xFFFF) {
        folded.length = (uint8_t)utf8_encode(to, bytes);
        memcpy(folded.bytes, bytes, folded.length);
    }
    for (Grade g = grade; g < GRADE_COUNT; g++)
        fold->low[g][from] = folded;
}

static bool fold_put(Fold *fold, const RuleNode *node, uint32_t from, uint32_t to, Grade grade,
                     Error *error)
{
    if (from < FOLD_LOW && (to == FOLD_DROP || to <= 0xFFFF)) {
        put_low(fold, from, to == FOLD_DROP ? 0 : to, grade);
        return true;
    }
    if (fold->extra_count == FOLD_EXTRA)
        return rule_error(node, error, "more than %d folds above U+07FF", FOLD_EXTRA);
    fold->extra[fold->extra_count++] = (FoldRule){from, to, grade};
    return true;
}

static bool put_kind(Fold *fold, const RuleNode *node, uint32_t codepoint, CharKind kind,
                     Error *error)
{
    if (codepoint < FOLD_LOW) {
        fold->kind[codepoint] = (uint8_t)kind;
        return true;
    }
    if (fold->extra_kind_count == FOLD_EXTRA)
        return rule_error(node, error, "more than %d characters above U+07FF", FOLD_EXTRA);
    fold->extra_kinds[fold->extra_kind_count].codepoint = codepoint;
    fold->extra_kinds[fold->extra_kind_count++].kind = kind;
    return true;
}

/* A list of characters and ranges U+064B..U+0652: each gets `kind`, and is left
 * out of folded words where `drop`. */
static bool read_characters(Fold *fold, const RuleNode *list, CharKind kind, bool drop,
                            Error *error)
{
    for (const RuleNode *item = list ? list->children : NULL; item; item = item->next) {
        uint32_t first, last;
        if (!rule_characters(item, item->scalar, &first, &last, error))
            return false;
        for (uint32_t c = first; c <= last; c++)
            if (!put_kind(fold, item, c, kind, error) ||
                (drop && !fold_put(fold, item, c, FOLD_DROP, GRADE_MARKS, error)))
                return false;
    }
    return true;
}

static bool read_folds(Fold *fold, const RuleNode *map, Grade grade, Error *error)
{
    for (const RuleNode *item = map ? map->children : NULL; item; item = item->next) {
        uint32_t from, to = FOLD_DROP;
        if (!rule_character(item, item->key, &from, error))
            return false;
        if (item->scalar.length != 0 && !rule_character(item, item->scalar, &to, error))
            return false;
        if (!fold_put(fold, item, from, to, grade, error))
            return false;
    }
    return true;
}

static bool read_endings(Fold *fold, const RuleNode *list, Error *error)
{
    for (const RuleNode *item = list ? list->children : NULL; item; item = item->next) {
        if (fold->ending_count == ENDINGS_MAX)
            return rule_error(item, error, "more than %d endings", ENDINGS_MAX);
        fold->endings[fold->ending_count++] = item->scalar;
    }
    return true;
}

bool fold_is_ending(const Fold *fold, Slice word)
{
    for (size_t i = 0; i < fold->ending_count; i++)
        if (slice_equal(fold->endings[i], word))
            return true;
    return false;
}

Fold *fold_new(Rules *rules, Error *error)
{
    static const char *const known[] = {"note",      "marks[]",   "hamza{}", "look-alikes{}",
                                        "joiners[]", "endings[]", NULL};
    Fold *fold = ARENA_NEW(&rules->arena, Fold);
    for (uint32_t c = 0; c < FOLD_LOW; c++) {
        CharKind kind = unicode_kind(c);
        fold->kind[c] = (uint8_t)kind;
        uint32_t lower = (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
        put_low(fold, c, c, GRADE_EXACT);
        put_low(fold, c, kind == CHAR_IGNORE ? 0 : lower, GRADE_MARKS);
    }
    for (RuleWalk walk = rules_walk(rules, "letters"); rule_walk_next(&walk);)
        if (!rule_check_keys(walk.node, known, error) ||
            !read_characters(fold, rule_get(walk.node, "marks"), CHAR_MARK, true, error) ||
            !read_characters(fold, rule_get(walk.node, "joiners"), CHAR_JOINER, false, error) ||
            !read_endings(fold, rule_get(walk.node, "endings"), error) ||
            !read_folds(fold, rule_get(walk.node, "hamza"), GRADE_HAMZA, error) ||
            !read_folds(fold, rule_get(walk.node, "look-alikes"), GRADE_LETTER, error))
            return NULL;
    make_letter_runs(fold);
    return fold;
}
