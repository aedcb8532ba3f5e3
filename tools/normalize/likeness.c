#include "tools/normalize/likeness.h"

#include <utf8proc.h>

#include "common/utf8.h"

/* Halves: vowel signs are rare in print, yet a text may have them all. */
enum { MARK = -2 };
enum { ROW_NONE = 0, ROW_EDGE = 1, ROW_STRANGE = LIKENESS_ROWS, ROW_LATIN };

static const char *const known_keys[] = {"other", "pairs{}", NULL};

static bool read_row(Likeness *likeness, uint32_t codepoint, const RuleNode *node, uint8_t *row,
                     Error *error)
{
    *row = ROW_EDGE;
    if (codepoint == '_')
        return true;
    if (codepoint >= 0x800)
        return rule_error(node, error, "a letter of a pair lies below U+0800");
    if (likeness->row[codepoint] == ROW_NONE) {
        if (likeness->row_count == LIKENESS_ROWS)
            return rule_error(node, error, "more than %d letters in pairs", LIKENESS_ROWS - 2);
        likeness->row[codepoint] = (uint8_t)likeness->row_count++;
    }
    *row = likeness->row[codepoint];
    return true;
}

static bool read_pair(Likeness *likeness, const RuleNode *node, int8_t weight, Error *error)
{
    if (node->kind != RULE_SCALAR || utf8_count(node->scalar) != 2)
        return rule_error(node, error, "a pair is two letters, or a letter and _");
    const char *at = node->scalar.data;
    uint32_t first = utf8_next(&at), second = utf8_next(&at);
    uint8_t row, column;
    if (!read_row(likeness, first, node, &row, error) ||
        !read_row(likeness, second, node, &column, error))
        return false;
    likeness->weight[row][column] = weight;
    return true;
}

static bool to_halves(double number, const RuleNode *node, int8_t *halves, Error *error)
{
    if (!(number >= -30 && number <= 30))
        return rule_error(node, error, "a weight is a number from -30 to 30");
    *halves = (int8_t)(number * 2);
    return true;
}

/* "4.5", "-0.5". */
static bool read_weight(const RuleNode *list, int8_t *weight, Error *error)
{
    RuleNode value = *list, map = {.kind = RULE_MAP,
                                   .children = &value,
                                   .file = list->file,
                                   .line = list->line,
                                   .column = list->column};
    value.kind = RULE_SCALAR;
    value.scalar = list->key;
    value.key = SLICE("weight");
    value.next = NULL;
    double number;
    return rule_number(&map, "weight", 0, &number, error) && to_halves(number, list, weight, error);
}

static bool read_section(Likeness *likeness, const RuleNode *section, Error *error)
{
    double other;
    if (!rule_check_keys(section, known_keys, error) ||
        !rule_number(section, "other", -3, &other, error) ||
        !to_halves(other, section, &likeness->other, error))
        return false;
    memset(likeness->weight, likeness->other, sizeof likeness->weight);
    const RuleNode *pairs = rule_get(section, "pairs");
    for (const RuleNode *list = pairs ? pairs->children : NULL; list; list = list->next) {
        int8_t weight = 0;
        if (!read_weight(list, &weight, error))
            return false;
        for (const RuleNode *pair = list->children; pair; pair = pair->next)
            if (!read_pair(likeness, pair, weight, error))
                return false;
    }
    return true;
}

const Likeness *likeness_load(Rules *rules, Error *error)
{
    Likeness *likeness = ARENA_NEW(&rules->arena, Likeness);
    likeness->row_count = ROW_EDGE + 1;
    RuleWalk walk = rules_walk(rules, "likeness");
    while (rule_walk_next(&walk))
        if (!read_section(likeness, walk.node, error))
            return NULL;
    return likeness;
}

static void add_row(const Likeness *likeness, Evidence *evidence, unsigned row)
{
    unsigned last = evidence->last == ROW_NONE ? ROW_EDGE : evidence->last;
    evidence->last = row;
    bool is_end = row == ROW_EDGE || row == ROW_LATIN;
    if (is_end && evidence->is_open)
        evidence->halves += 2 * likeness->other;
    evidence->is_open = false;
    if (is_end && (last == ROW_EDGE || last == ROW_LATIN))
        return;
    bool strange = last >= ROW_STRANGE || row >= ROW_STRANGE;
    evidence->halves += strange ? likeness->other : likeness->weight[last][row];
    evidence->pairs++;
}

static void add_shape(const Likeness *likeness, Evidence *evidence, uint32_t codepoint)
{
    enum { LONGEST = 32 };
    utf8proc_int32_t letters[LONGEST];
    int boundary_class = 0;
    utf8proc_ssize_t count =
        utf8proc_decompose_char((utf8proc_int32_t)codepoint, letters, LONGEST,
                                UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE, &boundary_class);
    /* Alef and hamza come apart: their alef tells enough. */
    for (utf8proc_ssize_t i = 0; i < count && i < LONGEST; i++)
        if (letters[i] < 0xFB50)
            evidence_add(likeness, evidence, (uint32_t)letters[i]);
    utf8proc_propval_t shape = utf8proc_get_property((utf8proc_int32_t)codepoint)->decomp_type;
    evidence->is_open =
        shape == UTF8PROC_DECOMP_TYPE_INITIAL || shape == UTF8PROC_DECOMP_TYPE_MEDIAL;
}

void evidence_add(const Likeness *likeness, Evidence *evidence, uint32_t codepoint)
{
    if (codepoint < 0x80) {
        bool is_letter = (codepoint | 0x20) >= 'a' && (codepoint | 0x20) <= 'z';
        add_row(likeness, evidence, is_letter ? ROW_LATIN : ROW_EDGE);
        return;
    }
    if (codepoint < 0x800 && likeness->row[codepoint] != ROW_NONE) {
        add_row(likeness, evidence, likeness->row[codepoint]);
        return;
    }
    if (codepoint >= 0xFB50 && codepoint < 0xFEFF) {
        add_shape(likeness, evidence, codepoint);
        return;
    }
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)codepoint);
    if (category == UTF8PROC_CATEGORY_MN) {
        bool alone = evidence->last == ROW_NONE || evidence->last == ROW_EDGE;
        evidence->halves += alone ? likeness->other : MARK;
        return;
    }
    if (category == UTF8PROC_CATEGORY_LM || category == UTF8PROC_CATEGORY_CF)
        return;
    bool edge = category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
    edge = edge || (category >= UTF8PROC_CATEGORY_ZS && category <= UTF8PROC_CATEGORY_ZP) ||
           category == UTF8PROC_CATEGORY_ND;
    add_row(likeness, evidence, edge ? ROW_EDGE : ROW_STRANGE);
}

void evidence_end(const Likeness *likeness, Evidence *evidence)
{
    if (evidence->last != ROW_NONE)
        add_row(likeness, evidence, ROW_EDGE);
}
