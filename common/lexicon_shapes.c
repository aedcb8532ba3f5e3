#include "common/lexicon_parts.h"

#include <stdio.h>

#include "common/utf8.h"

static const char *const kind_names[] = {"word", "number", "punct", NULL};

void lexicon_add_kinds(Lexicon *lexicon)
{
    for (int i = 0; kind_names[i] != NULL; i++)
        lexicon->kind_classes[i] = classes_add(lexicon->classes, slice_of(kind_names[i]));
    lexicon->latin_class = classes_add(lexicon->classes, SLICE("latin"));
}

Affix lexicon_affix_of(Slice text, bool at_end)
{
    size_t covered = text.length < EDGE_BYTES ? text.length : EDGE_BYTES;
    char bytes[EDGE_BYTES] = {0}, ones[EDGE_BYTES] = {0};
    memcpy(at_end ? bytes + EDGE_BYTES - covered : bytes,
           at_end ? text.data + text.length - covered : text.data, covered);
    memset(at_end ? ones + EDGE_BYTES - covered : ones, 0xFF, covered);
    return (Affix){text, load_edge(bytes), load_edge(ones)};
}

static inline bool affix_at_end(const Affix *affix, const FoldedWord *word)
{
    size_t length = affix->text.length;
    return (word->last & affix->mask) == affix->value &&
           (length <= EDGE_BYTES || slice_ends(word->text, affix->text));
}

static Affix *read_affixes(Lexicon *lexicon, const RuleNode *list, bool at_end, size_t *count)
{
    *count = 0;
    if (list == NULL)
        return NULL;
    Affix *affixes = ARENA_ARRAY(lexicon->arena, list->child_count + 1, Affix);
    for (const RuleNode *item = list->children; item; item = item->next)
        affixes[(*count)++] = lexicon_affix_of(lexicon_fold_key(lexicon, item->scalar), at_end);
    return affixes;
}

/* Letters below FOLD_LOW, a bit for each; NULL where there are none, or on a mistake. */
static uint64_t *read_letters(Lexicon *lexicon, const RuleNode *list, Error *error)
{
    if (list == NULL)
        return NULL;
    uint64_t *bits = ARENA_ARRAY(lexicon->arena, FOLD_LOW / 64, uint64_t);
    memset(bits, 0, FOLD_LOW / 8);
    for (const RuleNode *item = list->children; item; item = item->next) {
        Slice key = lexicon_fold_key(lexicon, item->scalar);
        const char *at = key.data;
        uint32_t letter = key.length == 0 ? FOLD_LOW : utf8_next(&at);
        if (letter >= FOLD_LOW || at != key.data + key.length) {
            rule_error(item, error, "one letter below U+0800 is needed here, not \"%.*s\"",
                       SLICE_ARG(item->scalar));
            return NULL;
        }
        bit_set(bits, letter);
    }
    return bits;
}

static bool compile_shape(Shape *shape, Slice expression, const RuleNode *node, Error *error)
{
    int code;
    PCRE2_SIZE place;
    shape->code = pcre2_compile((PCRE2_SPTR)expression.data, expression.length,
                                PCRE2_UTF | PCRE2_UCP, &code, &place, NULL);
    if (shape->code == NULL) {
        char problem[256];
        pcre2_get_error_message(code, (PCRE2_UCHAR *)problem, sizeof problem);
        return rule_error(node, error, "regular expression \"%.*s\", at character %zu: %s",
                          SLICE_ARG(expression), (size_t)place + 1, problem);
    }
    shape->has_jit = pcre2_jit_compile(shape->code, PCRE2_JIT_COMPLETE) == 0;
    shape->data = pcre2_match_data_create(1, NULL);
    return true;
}

/* The place of the class in shape_classes, where it is put if need be; SHAPE_CLASSES_MAX where
 * there is no room. */
static unsigned shape_class(Lexicon *lexicon, int class_number)
{
    unsigned at = 0;
    while (at < lexicon->shape_class_count && lexicon->shape_classes[at] != class_number)
        at++;
    if (at == lexicon->shape_class_count && at < SHAPE_CLASSES_MAX)
        lexicon->shape_classes[lexicon->shape_class_count++] = class_number;
    return at;
}

/* NULL where the class has no number, or with `error` where there are too many. */
static Shape *new_shape(Lexicon *lexicon, const RuleNode *node, int class_number, Error *error)
{
    if (class_number == CLASS_NONE)
        return NULL;
    if (lexicon->shape_count == SHAPES_MAX) {
        rule_error(node, error, "more than %d shapes", SHAPES_MAX);
        return NULL;
    }
    unsigned class_bit = shape_class(lexicon, class_number);
    if (class_bit == SHAPE_CLASSES_MAX) {
        rule_error(node, error, "more than %d classes of shapes", SHAPE_CLASSES_MAX);
        return NULL;
    }
    Shape *shape = &lexicon->shapes[lexicon->shape_count++];
    *shape = (Shape){.class_number = class_number, .class_bit = class_bit, .most = SIZE_MAX};
    return shape;
}

/* The place of an affix in the filter. */
static inline unsigned affix_place(uint64_t value)
{
    return (unsigned)(value * UINT64_C(0x9E3779B97F4A7C15) >> 52);
}

/* The place in masks_of of a word, or of an affix of two bytes or more. */
static inline uint8_t edge_letter(const EdgeShapes *edge, uint64_t bytes)
{
    return (uint8_t)((uint16_t)(bytes >> edge->letter_shift) * UINT32_C(0x9E37) >> 8);
}

static void note_mask(EdgeShapes *edge, const Affix *affix)
{
    size_t mask = 0;
    while (mask < edge->mask_count && edge->masks[mask] != affix->mask)
        mask++;
    edge->masks[mask] = affix->mask;
    edge->mask_count += mask == edge->mask_count;
    if (affix->text.length > 1)
        edge->masks_of[edge_letter(edge, affix->value)] |= (uint8_t)(1 << mask);
    for (size_t i = 0; affix->text.length == 1 && i < sizeof edge->masks_of; i++)
        edge->masks_of[i] |= (uint8_t)(1 << mask);
}

/* Notes the shape of this number with the affixes, none of which means any. */
static bool note_affixes(EdgeShapes *edge, const Affix *affixes, size_t count, size_t shape,
                         const RuleNode *node, Error *error)
{
    if (count == 0)
        bit_set(edge->any.bits, shape);
    for (size_t i = 0; i < count; i++) {
        const Affix *affix = &affixes[i];
        if (affix->mask == 0) {
            bit_set(edge->any.bits, shape);
            continue;
        }
        uint32_t number = number_find(&edge->numbers, affix->value);
        if (number == 0) {
            if (edge->numbers.count == AFFIXES_MAX)
                return rule_error(node, error, "more than %d affixes of shapes", AFFIXES_MAX);
            number = (uint32_t)edge->numbers.count + 1;
            number_put(&edge->numbers, affix->value, number);
            unsigned place = affix_place(affix->value);
            bit_set(edge->filter, place);
        }
        bit_set(edge->shapes[number - 1].bits, shape);
        note_mask(edge, affix);
    }
    return true;
}

static inline void join_bits(ShapeBits *bits, const ShapeBits *more)
{
    for (size_t i = 0; i < SHAPES_MAX / 64; i++)
        bits->bits[i] |= more->bits[i];
}

/* False where nothing is left. */
static inline bool meet_bits(ShapeBits *bits, const ShapeBits *others)
{
    uint64_t left = 0;
    for (size_t i = 0; i < SHAPES_MAX / 64; i++)
        left |= bits->bits[i] &= others->bits[i];
    return left != 0;
}

/* The shapes that a word may have whose edge is `bytes`. */
static ShapeBits edge_shapes(const EdgeShapes *edge, uint64_t bytes)
{
    ShapeBits shapes = edge->any;
    for (unsigned masks = edge->masks_of[edge_letter(edge, bytes)]; masks != 0;
         masks &= masks - 1) {
        uint64_t value = bytes & edge->masks[__builtin_ctz(masks)];
        unsigned place = affix_place(value);
        if (!bit_at(edge->filter, place))
            continue;
        uint32_t number = number_find(&edge->numbers, value);
        if (number != 0)
            join_bits(&shapes, &edge->shapes[number - 1]);
    }
    return shapes;
}

/* `kind`: of the words that alone may have it; -1: any. */
static bool note_shape(Lexicon *lexicon, const Shape *shape, int kind, const RuleNode *node,
                       Error *error)
{
    size_t number = (size_t)(shape - lexicon->shapes);
    if (!note_affixes(&lexicon->shapes_by_start, shape->prefixes, shape->prefix_count, number, node,
                      error) ||
        !note_affixes(&lexicon->shapes_by_end, shape->suffixes, shape->suffix_count, number, node,
                      error))
        return false;
    for (size_t i = 0; i < LETTERS_TOLD; i++)
        if ((i >= shape->letters && i <= shape->most) || i == LETTERS_TOLD - 1)
            bit_set(lexicon->shapes_by_letters[i].bits, number);
    for (int i = 0; i < 3; i++)
        if (kind < 0 || kind == i)
            bit_set(lexicon->shapes_by_kind[i].bits, number);
    if (!shape->digits)
        bit_set(lexicon->shapes_undigited.bits, number);
    return true;
}

static bool read_kind(const RuleNode *node, int *kind, Error *error)
{
    for (int i = 0; node != NULL && kind_names[i] != NULL; i++)
        if (slice_equal(node->scalar, slice_of(kind_names[i]))) {
            *kind = i;
            return true;
        }
    return node == NULL ||
           rule_error(node, error, "kind must be word, number or punct, not \"%.*s\"",
                      SLICE_ARG(node->scalar));
}

static bool has_long(const Affix *affixes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (affixes[i].text.length > EDGE_BYTES)
            return true;
    return false;
}

bool lexicon_read_shapes(Lexicon *lexicon, const Rules *rules, Error *error)
{
    static const char *const known[] = {
        "id",           "class",      "kind",          "prefixes[]", "letters",
        "most-letters", "suffixes[]", "no-suffixes[]", "digits",     "match",
        "without[]",    "as-written", "note",          NULL};
    lexicon->shapes_by_end.letter_shift = (EDGE_BYTES - 2) * 8;
    for (RuleWalk walk = rules_walk(rules, "shapes"); rule_walk_next(&walk);) {
        size_t letters = 0, most = WORD_BYTES;
        if (!rule_check_keys(walk.node, known, error) ||
            !rule_count(walk.node, "letters", 0, COUNT_MOST, &letters, error) ||
            !rule_count(walk.node, "most-letters", letters, COUNT_MOST, &most, error))
            return false;
        int number =
            lexicon_given_class(lexicon, walk.node, rule_place(rule_get(walk.node, "class")),
                                rule_text(walk.node, "class"), error);
        Shape *shape = new_shape(lexicon, walk.node, number, error);
        if (shape == NULL)
            return false;
        int kind = -1;
        shape->letters = letters;
        shape->most = most;
        if (!rule_flag(walk.node, "as-written", false, &shape->as_written, error) ||
            !rule_flag(walk.node, "digits", false, &shape->digits, error) ||
            !read_kind(rule_get(walk.node, "kind"), &kind, error))
            return false;
        shape->prefixes =
            read_affixes(lexicon, rule_get(walk.node, "prefixes"), false, &shape->prefix_count);
        shape->suffixes =
            read_affixes(lexicon, rule_get(walk.node, "suffixes"), true, &shape->suffix_count);
        shape->has_long_affix = has_long(shape->prefixes, shape->prefix_count) ||
                                has_long(shape->suffixes, shape->suffix_count);
        shape->no_suffixes = read_affixes(lexicon, rule_get(walk.node, "no-suffixes"), true,
                                          &shape->no_suffix_count);
        const RuleNode *match = rule_get(walk.node, "match"),
                       *without = rule_get(walk.node, "without");
        shape->without = read_letters(lexicon, without, error);
        if (without != NULL && shape->without == NULL)
            return false;
        if (!note_shape(lexicon, shape, kind, walk.node, error))
            return false;
        if (match != NULL && !compile_shape(shape, match->scalar, match, error))
            return false;
    }
    return true;
}

static bool long_affixes_hold(const Shape *shape, const FoldedWord *word)
{
    bool prefix = shape->prefix_count == 0, suffix = shape->suffix_count == 0;
    for (size_t i = 0; i < shape->prefix_count && !prefix; i++)
        prefix = affix_at_start(&shape->prefixes[i], word);
    for (size_t i = 0; prefix && i < shape->suffix_count && !suffix; i++)
        suffix = affix_at_end(&shape->suffixes[i], word);
    return prefix && suffix;
}

static bool ends_allowed(const Shape *shape, const FoldedWord *word)
{
    for (size_t i = 0; i < shape->no_suffix_count; i++)
        if (affix_at_end(&shape->no_suffixes[i], word))
            return false;
    return true;
}

/* As many letters as the shape has at least stand in a row without one of `without`. */
static bool run_holds(const Shape *shape, const FoldedWord *word)
{
    size_t run = 0;
    for (const char *at = word->text.data, *end = at + word->text.length; at < end;) {
        uint32_t letter = utf8_next(&at);
        if (letter < FOLD_LOW && bit_at(shape->without, letter))
            run = 0;
        else if (++run >= shape->letters)
            return true;
    }
    return false;
}

/* The word has what the tables of the lexicon tell of a shape. */
static bool shape_holds(const Shape *shape, const FoldedWord *word, Slice surface)
{
    if (word->letters < shape->letters || word->letters > shape->most ||
        (shape->has_long_affix && !long_affixes_hold(shape, word)) ||
        (shape->without != NULL && !run_holds(shape, word)) || !ends_allowed(shape, word))
        return false;
    if (shape->code == NULL)
        return true;
    Slice slice = shape->as_written ? surface : word->text;
    PCRE2_SPTR text = (PCRE2_SPTR)slice.data;
    return (shape->has_jit
                ? pcre2_jit_match(shape->code, text, slice.length, 0, 0, shape->data, NULL)
                : pcre2_match(shape->code, text, slice.length, 0, PCRE2_NO_UTF_CHECK, shape->data,
                              NULL)) >= 0;
}

uint64_t lexicon_shapes_of(const Lexicon *lexicon, const FoldedWord *folded, const Word *word)
{
    size_t letters = folded->letters < LETTERS_TOLD ? folded->letters : LETTERS_TOLD - 1;
    ShapeBits left = lexicon->shapes_by_letters[letters];
    if (!meet_bits(&left, &lexicon->shapes_by_kind[word->kind]) ||
        (!folded->has_digit && !meet_bits(&left, &lexicon->shapes_undigited)))
        return 0;
    ShapeBits edge = edge_shapes(&lexicon->shapes_by_start, folded->first);
    if (!meet_bits(&left, &edge))
        return 0;
    edge = edge_shapes(&lexicon->shapes_by_end, folded->last);
    uint64_t classes = 0;
    meet_bits(&left, &edge);
    for (size_t i = 0; i < SHAPES_MAX / 64; i++)
        for (uint64_t bits = left.bits[i]; bits != 0; bits &= bits - 1) {
            const Shape *shape = &lexicon->shapes[i * 64 + (size_t)__builtin_ctzll(bits)];
            uint64_t bit = UINT64_C(1) << shape->class_bit;
            if ((classes & bit) == 0 && shape_holds(shape, folded, word_surface(word)))
                classes |= bit;
        }
    return classes;
}

void lexicon_put_shapes(const Lexicon *lexicon, uint64_t shapes, ClassSet *set)
{
    for (; shapes != 0; shapes &= shapes - 1)
        classes_put(lexicon->classes, set, lexicon->shape_classes[__builtin_ctzll(shapes)]);
}

int lexicon_add_shape(Lexicon *lexicon, Slice expression, const RuleNode *node, Error *error)
{
    for (size_t i = 0; i < lexicon->shape_count; i++)
        if (slice_equal(lexicon->shapes[i].expression, expression))
            return lexicon->shapes[i].class_number;
    char name[32]; /* not the expression: a dot in it would make parent classes */
    int length = snprintf(name, sizeof name, "/%zu/", lexicon->shape_count);
    int number = lexicon_need_class(lexicon, node, (Slice){name, (size_t)length}, error);
    Shape *shape = new_shape(lexicon, node, number, error);
    if (shape == NULL || !compile_shape(shape, expression, node, error) ||
        !note_shape(lexicon, shape, -1, node, error))
        return CLASS_NONE;
    shape->expression = expression;
    return shape->class_number;
}

void lexicon_free_shapes(Lexicon *lexicon)
{
    for (size_t i = 0; i < lexicon->shape_count; i++) {
        pcre2_code_free(lexicon->shapes[i].code);
        pcre2_match_data_free(lexicon->shapes[i].data);
    }
    number_release(&lexicon->shapes_by_start.numbers);
    number_release(&lexicon->shapes_by_end.numbers);
}
