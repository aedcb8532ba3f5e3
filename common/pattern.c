#include "common/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/json.h"
#include "common/nearest.h"
#include "common/utf8.h"

/* Items are told apart in two steps. A pattern set knows a kind for all class
 * sets that its expressions cannot tell apart; a pattern gives a code unit to
 * all kinds that its own few expressions cannot tell apart. So its alphabet is
 * small, eight bits wide, and closed after little text. */
enum {
    STOP_KIND = 1,      /* of the stop item; 0: not known yet                  */
    FIRST_KIND = 2,     /* of the first class set                              */
    KIND_MAX = 30000,   /* kinds of a pattern set                         */
    KIND_SLOTS = 65536, /* of the table that finds them                   */
    MET_MAX = 2048,     /* truths of which the kind is remembered         */
    MET_SLOTS = 8192,   /* of the table that finds them                   */
    STOP_UNIT = 1,      /* the code unit of the stop item                      */
    FIRST_UNIT = 2,     /* of the first kind                                   */
    UNIT_MAX = 255,
    OWN_EXPRESSIONS_MAX = 64, /* distinct class expressions of one pattern */
    EXPRESSIONS_MAX = 4096,   /* of a pattern set                          */
    NEEDED_MAX = 1024,        /* of them that patterns may be known to need */
    LEAVES_MAX = 512,         /* distinct classes in them                  */
    NESTING_MAX = 64,         /* brackets and class patterns within another  */
    ITEMS_BEFORE_JIT = 1000,  /* machine code costs as much as to interpret these */
    MATCH_LIMIT = 200000,     /* PCRE2's backtracking steps for one search   */
    HEAP_LIMIT = 4096,        /* kilobytes                                   */
    JIT_STACK_FIRST = 32 * 1024,
    JIT_STACK_MOST = 1024 * 1024,
};

typedef struct {
    uint64_t bits[LEAVES_MAX / 64];
} Truth;

/* A boolean expression over classes, in postfix order. */
typedef enum { OP_ANY, OP_NOT, OP_AND, OP_OR } OpKind;
typedef struct {
    OpKind kind;
    uint32_t mask; /* OP_ANY: number in PatternSet.masks; true where one of its leaves is */
} Op;
typedef struct {
    Op *ops;
    size_t count;
} Expression;

/* What a pattern cannot match without, as far as it is plain. */
typedef struct {
    ClassSet classes;                      /* that stand in it by themselves          */
    ClassSet kinds;                        /* those and what is above them            */
    uint64_t expressions[NEEDED_MAX / 64]; /* by number, the first NEEDED_MAX of them */
} Needs;

struct Pattern {
    Slice name, id;
    const RuleNode *node;
    size_t index;
    bool is_class;
    Slice source;   /* the text of `match` */
    uint32_t *text; /* PCRE2 source: ASCII, and EXPRESSION_BASE + n for expression n */
    size_t text_length;
    uint8_t *groups; /* capture number of each PCRE2 group, from 1 */
    size_t group_count;
    uint16_t expressions[OWN_EXPRESSIONS_MAX]; /* those that it uses, each once */
    size_t expression_count;
    Needs needs;
    uint64_t *need_bits; /* those of PatternSet.needed that it needs: need_words words */
    uint64_t *units;     /* a bit for each own expression that holds, by code unit */
    size_t unit_count, unit_capacity;
    uint8_t *kind_units; /* code unit of each kind; 0: not known yet */
    size_t kind_count, kind_capacity;
    uint8_t start_units[32]; /* a bit for each unit that a match may begin with */
    pcre2_code *code;
    size_t compiled_units; /* that `code` knows                                 */
    bool has_jit;
    size_t seen; /* items it ran over since it was compiled             */
};

enum { EXPRESSION_BASE = 0x110000 };

struct PatternSet {
    Rules *rules;
    Lexicon *lexicon;
    Pattern *patterns; /* of the kind asked for, then the class patterns */
    size_t count, all_count;
    Slice captures[PATTERN_CAPTURES];
    size_t capture_count;
    Expression expressions[EXPRESSIONS_MAX];
    size_t expression_count;
    int leaves[LEAVES_MAX]; /* class numbers */
    size_t leaf_count;
    uint16_t leaf_numbers[CLASS_MAX]; /* by class, from 1; 0: it is no leaf */
    struct {
        Truth truth;
        uint16_t kind;
    } * met; /* which leaves a set may have, and its kind then */
    size_t met_count, met_capacity;
    uint16_t met_slots[MET_SLOTS]; /* of `met`, from 1; open addressing; 0: empty */
    Truth *masks;                  /* of the leaves, for expressions */
    size_t mask_count, mask_capacity;
    uint64_t *kinds;      /* a bit for each expression that holds, from FIRST_KIND on */
    size_t kind_words;    /* of 64 expressions; fixed once the patterns are parsed    */
    uint64_t *leaf_masks; /* by leaf a bit for each mask that it is in, mask_words each */
    uint64_t *holding;    /* the masks that hold for the kind being made                */
    size_t mask_words;
    /* A row for each kind: a bit for each pattern that may begin with it, then one for
     * each needed expression that holds. */
    uint64_t *rows;
    size_t start_words, need_words, row_words, row_kinds, row_capacity;
    uint16_t *needed; /* numbers of the expressions that some pattern needs */
    size_t needed_count;
    uint64_t *row; /* the rows of a stretch of items, joined */
    size_t kind_count, kind_capacity;
    uint16_t *kind_slots; /* open addressing; 0: empty */
    uint64_t *truth;      /* of the kind being made: kind_words words               */
    uint16_t *set_kinds;  /* kind of each class set; 0: not known yet               */
    size_t set_count, set_capacity;
    uint8_t *subject; /* the code units of items [subject_from, subject_to) for subject_pattern */
    size_t subject_capacity, subject_from, subject_to;
    const Pattern *subject_pattern;
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
};

/* ---- expressions ------------------------------------------------------- */

static bool bit_at(const uint64_t *bits, size_t number)
{
    return (bits[number / 64] >> (number % 64) & 1) != 0;
}

/* `holding`: a bit for each mask that has a leaf which is true. */
static bool evaluate(const Expression *expression, const uint64_t *holding)
{
    bool stack[NESTING_MAX * 2];
    size_t depth = 0;
    stack[0] = false; /* without operations nothing holds */
    for (size_t i = 0; i < expression->count; i++) {
        const Op *op = &expression->ops[i];
        switch (op->kind) {
        case OP_ANY:
            stack[depth++] = bit_at(holding, op->mask);
            break;
        case OP_NOT:
            stack[depth - 1] = !stack[depth - 1];
            break;
        case OP_AND:
            depth--;
            stack[depth - 1] = stack[depth - 1] && stack[depth];
            break;
        case OP_OR:
            depth--;
            stack[depth - 1] = stack[depth - 1] || stack[depth];
            break;
        }
    }
    return stack[0];
}

static int add_leaf(PatternSet *set, int class_number)
{
    if (set->leaf_numbers[class_number] != 0)
        return set->leaf_numbers[class_number] - 1;
    if (set->leaf_count == LEAVES_MAX)
        return -1;
    set->leaves[set->leaf_count++] = class_number;
    set->leaf_numbers[class_number] = (uint16_t)set->leaf_count;
    return (int)set->leaf_count - 1;
}

static bool same_expression(const PatternSet *set, const Expression *a, const Expression *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->ops[i].kind != b->ops[i].kind ||
            (a->ops[i].kind == OP_ANY &&
             memcmp(&set->masks[a->ops[i].mask], &set->masks[b->ops[i].mask], sizeof(Truth)) != 0))
            return false;
    return true;
}

static void join_needs(Needs *needs, const Needs *others)
{
    class_union(&needs->classes, &others->classes);
    class_union(&needs->kinds, &others->kinds);
    for (size_t i = 0; i < NEEDED_MAX / 64; i++)
        needs->expressions[i] |= others->expressions[i];
}

/* Leaves what both need. */
static void meet_needs(Needs *needs, const Needs *others)
{
    for (size_t i = 0; i < CLASS_WORDS; i++) {
        needs->classes.bits[i] &= others->classes.bits[i];
        needs->kinds.bits[i] &= others->kinds.bits[i];
    }
    for (size_t i = 0; i < NEEDED_MAX / 64; i++)
        needs->expressions[i] &= others->expressions[i];
}

/* ---- parsing `match` --------------------------------------------------- */

typedef struct {
    PatternSet *set;
    Pattern *pattern;     /* whose text is being made */
    const RuleNode *node; /* the match key, for places */
    Slice text;
    size_t at;
    int nesting;
    bool within_class; /* inside a class pattern: no captures */
    Error *error;

    uint32_t *out;
    size_t out_length, out_capacity;
    uint8_t *groups;
    size_t group_count, group_capacity;
    Op ops[NESTING_MAX * 4];
    size_t op_count;
} Parser;

static bool complain(Parser *parser, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool complain(Parser *parser, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    size_t rest = parser->text.length - parser->at;
    Slice near = slice_cut(parser->text, parser->at, parser->at + 24);
    while (near.length > 0 && near.length < rest &&
           ((unsigned char)parser->text.data[parser->at + near.length] & 0xC0) == 0x80)
        near.length--;
    size_t column = utf8_count(slice_cut(parser->text, 0, parser->at)) + 1;
    if (rest == 0)
        return rule_error_at(parser->node, parser->at, parser->error,
                             "pattern \"%.*s\": at its end: %s", SLICE_ARG(parser->pattern->id),
                             text);
    return rule_error_at(parser->node, parser->at, parser->error,
                         "pattern \"%.*s\": at character %zu, near \"%.*s\": %s",
                         SLICE_ARG(parser->pattern->id), column, SLICE_ARG(near), text);
}

static void emit(Parser *parser, uint32_t code)
{
    parser->out = memory_grow(parser->out, &parser->out_capacity, parser->out_length + 1,
                              sizeof *parser->out);
    parser->out[parser->out_length++] = code;
}

static void emit_text(Parser *parser, const char *text)
{
    for (; *text; text++)
        emit(parser, (uint32_t)(unsigned char)*text);
}

static int peek(const Parser *parser)
{
    return parser->at < parser->text.length ? (unsigned char)parser->text.data[parser->at] : -1;
}

static void skip_space(Parser *parser)
{
    for (int c; (c = peek(parser)) == ' ' || c == '\n' || c == '\t';)
        parser->at++;
}

static bool push_op(Parser *parser, OpKind kind, uint32_t mask)
{
    if (parser->op_count == sizeof parser->ops / sizeof *parser->ops)
        return complain(parser, "the class expression is too long");
    parser->ops[parser->op_count++] = (Op){kind, mask};
    return true;
}

/* Joins the last two operands; two plain ones become one. */
static bool push_or(Parser *parser)
{
    size_t count = parser->op_count;
    if (parser->ops[count - 1].kind != OP_ANY || parser->ops[count - 2].kind != OP_ANY)
        return push_op(parser, OP_OR, 0);
    Truth *left = &parser->set->masks[parser->ops[count - 2].mask];
    const Truth *right = &parser->set->masks[parser->ops[count - 1].mask];
    for (size_t i = 0; i < LEAVES_MAX / 64; i++)
        left->bits[i] |= right->bits[i];
    parser->op_count--;
    return true;
}

static bool push_class(Parser *parser, int number)
{
    int leaf = add_leaf(parser->set, number);
    if (leaf < 0)
        return complain(parser, "more than %d different classes in the patterns", LEAVES_MAX);
    PatternSet *set = parser->set;
    set->masks =
        memory_grow(set->masks, &set->mask_capacity, set->mask_count + 1, sizeof *set->masks);
    set->masks[set->mask_count] = (Truth){{0}};
    set->masks[set->mask_count].bits[leaf / 64] |= (uint64_t)1 << (leaf % 64);
    return push_op(parser, OP_ANY, (uint32_t)set->mask_count++);
}

static bool is_name_byte(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

static Slice read_name(Parser *parser)
{
    size_t start = parser->at;
    while (is_name_byte(peek(parser)))
        parser->at++;
    /* A dot at the end is the atom `.`, not part of the name. */
    while (parser->at > start && parser->text.data[parser->at - 1] == '.')
        parser->at--;
    return slice_cut(parser->text, start, parser->at);
}

static Pattern *find_class_pattern(PatternSet *set, Slice id)
{
    for (size_t i = 0; i < set->all_count; i++)
        if (set->patterns[i].is_class && slice_equal(set->patterns[i].id, id))
            return &set->patterns[i];
    return NULL;
}

static bool unknown_class(Parser *parser, Slice name)
{
    const Classes *classes = lexicon_classes(parser->set->lexicon);
    Slice nearest = {NULL, 0};
    size_t smallest = SIZE_MAX;
    for (int i = 0; i < classes_count(classes); i++) {
        Slice known = classes_name(classes, i);
        size_t distance = slice_distance(name, known);
        if (known.data[0] != '"' && known.data[0] != '/' && distance < smallest) {
            smallest = distance;
            nearest = known;
        }
    }
    for (size_t i = 0; i < parser->set->all_count; i++) {
        const Pattern *pattern = &parser->set->patterns[i];
        size_t distance = slice_distance(name, pattern->id);
        if (pattern->is_class && distance < smallest) {
            smallest = distance;
            nearest = pattern->id;
        }
    }
    parser->at -= name.length;
    return complain(parser, "class \"%.*s\" is not defined; did you mean \"%.*s\"?",
                    SLICE_ARG(name), SLICE_ARG(nearest));
}

/* The text between two of the byte at hand; "" is not allowed. */
static bool read_delimited(Parser *parser, Slice *inner)
{
    char mark = parser->text.data[parser->at];
    size_t start = ++parser->at;
    while (parser->at < parser->text.length && parser->text.data[parser->at] != mark) {
        if (mark == '/' && parser->text.data[parser->at] == '\\')
            parser->at++;
        parser->at++;
    }
    if (parser->at >= parser->text.length)
        return complain(parser, "a closing %c is missing", mark);
    *inner = slice_cut(parser->text, start, parser->at);
    parser->at++;
    return inner->length != 0 || complain(parser, "nothing stands between the two %c", mark);
}

static bool parse_class(Parser *parser);

/* @name, "word", /expression/, [ union ], each with any number of ! in front. */
static bool parse_literal(Parser *parser)
{
    bool negated = false;
    for (; peek(parser) == '!'; parser->at++)
        negated = !negated;
    int c = peek(parser);
    bool good;
    if (c == '@') {
        parser->at++;
        Slice name = read_name(parser);
        int number = classes_find(lexicon_classes(parser->set->lexicon), name);
        good = number == CLASS_NONE ? unknown_class(parser, name) : push_class(parser, number);
    } else if (c == '"' || c == '/') {
        Slice inner;
        if (!read_delimited(parser, &inner))
            return false;
        int number =
            c == '"' ? lexicon_add_literal(parser->set->lexicon, inner, parser->node, parser->error)
                     : lexicon_add_shape(parser->set->lexicon, inner, parser->node, parser->error);
        good = number != CLASS_NONE && push_class(parser, number);
    } else if (c == '[') {
        parser->at++;
        if (++parser->nesting > NESTING_MAX)
            return complain(parser, "nested too deeply");
        good = true;
        size_t members = 0;
        for (skip_space(parser); good && peek(parser) != ']'; skip_space(parser)) {
            if (peek(parser) < 0)
                return complain(parser, "a closing ] is missing");
            good = parse_class(parser) && (members == 0 || push_or(parser));
            members++;
        }
        if (good && members == 0)
            return complain(parser, "nothing stands in the brackets");
        parser->at += good;
        parser->nesting--;
    } else {
        return complain(parser, "a class (@name), a word (\"...\") or [ ] is needed here");
    }
    return good && (!negated || push_op(parser, OP_NOT, 0));
}

static bool parse_class(Parser *parser)
{
    if (!parse_literal(parser))
        return false;
    while (peek(parser) == '&') {
        parser->at++;
        if (!parse_literal(parser) || !push_op(parser, OP_AND, 0))
            return false;
    }
    return true;
}

/* The only leaf in the mask; -1 where there are several. */
static int single_leaf(const Truth *mask)
{
    int leaf = -1;
    for (int i = 0; i < LEAVES_MAX; i++)
        if (mask->bits[i / 64] >> (i % 64) & 1) {
            if (leaf >= 0)
                return -1;
            leaf = i;
        }
    return leaf;
}

/* The classes that an item must have for the expression to hold, as far as
 * they stand in it as plain conjuncts. */
static void expression_needs(const PatternSet *set, const Expression *expression, Needs *needs)
{
    for (size_t i = 0; i < expression->count; i++)
        if (expression->ops[i].kind == OP_OR || expression->ops[i].kind == OP_NOT)
            return;
    for (size_t i = 0; i < expression->count; i++) {
        int leaf = expression->ops[i].kind == OP_ANY
                       ? single_leaf(&set->masks[expression->ops[i].mask])
                       : -1;
        if (leaf >= 0) {
            int number = set->leaves[leaf];
            needs->classes.bits[number / 64] |= (uint64_t)1 << (number % 64);
            classes_put(lexicon_classes(set->lexicon), &needs->kinds, number);
        }
    }
}

/* The number of the expression, made if new; EXPRESSIONS_MAX when there are too many. */
static size_t find_expression(PatternSet *set, const Expression *expression)
{
    size_t number = 0;
    while (number < set->expression_count &&
           !same_expression(set, &set->expressions[number], expression))
        number++;
    if (number == set->expression_count && number < EXPRESSIONS_MAX) {
        Expression *kept = &set->expressions[set->expression_count++];
        *kept = *expression;
        kept->ops = ARENA_ARRAY(&set->rules->arena, expression->count, Op);
        memcpy(kept->ops, expression->ops, expression->count * sizeof *kept->ops);
    }
    return number;
}

static bool emit_expression(Parser *parser, size_t first_op, Needs *needs)
{
    PatternSet *set = parser->set;
    Expression expression = {.ops = parser->ops + first_op, .count = parser->op_count - first_op};
    parser->op_count = first_op;
    size_t number = find_expression(set, &expression);
    if (number == EXPRESSIONS_MAX)
        return complain(parser, "more than %d different class expressions", EXPRESSIONS_MAX);
    emit(parser, EXPRESSION_BASE + (uint32_t)number);
    if (number < NEEDED_MAX)
        needs->expressions[number / 64] |= (uint64_t)1 << (number % 64);
    expression_needs(set, &set->expressions[number], needs);
    return true;
}

static bool parse_alternatives(Parser *parser, Needs *needs);

static bool capture_number(Parser *parser, Slice name, uint8_t *number)
{
    PatternSet *set = parser->set;
    for (size_t i = 0; i < set->capture_count; i++)
        if (slice_equal(set->captures[i], name)) {
            *number = (uint8_t)i;
            return true;
        }
    if (set->capture_count == PATTERN_CAPTURES)
        return complain(parser, "more than %d different captures", PATTERN_CAPTURES);
    *number = (uint8_t)set->capture_count;
    set->captures[set->capture_count++] = name;
    return true;
}

static bool parse_group(Parser *parser, const char *opening, char closing, Needs *needs)
{
    emit_text(parser, opening);
    if (++parser->nesting > NESTING_MAX)
        return complain(parser, "nested too deeply");
    if (!parse_alternatives(parser, needs))
        return false;
    if (peek(parser) != closing)
        return complain(parser, "a closing %c is missing", closing);
    parser->at++;
    parser->nesting--;
    emit(parser, ')');
    return true;
}

static bool parse_capture(Parser *parser, Needs *needs)
{
    parser->at++;
    Slice name = read_name(parser);
    skip_space(parser);
    if (name.length == 0 || peek(parser) != ':')
        return complain(parser, "a capture is written <name: ...>");
    parser->at++;
    if (parser->within_class)
        return complain(parser, "a pattern that makes a class has no captures");
    uint8_t number = 0;
    if (!capture_number(parser, name, &number))
        return false;
    parser->groups = memory_grow(parser->groups, &parser->group_capacity, parser->group_count + 1,
                                 sizeof *parser->groups);
    parser->groups[parser->group_count++] = number;
    return parse_group(parser, "(", '>', needs);
}

/* @id of a pattern that makes a class: its text stands here as a group. */
static bool parse_inlined(Parser *parser, Pattern *inner, Needs *needs)
{
    if (++parser->nesting > NESTING_MAX)
        return complain(parser, "patterns that name one another in a circle (\"%.*s\")",
                        SLICE_ARG(inner->id));
    Slice text = parser->text;
    size_t at = parser->at;
    const RuleNode *node = parser->node;
    bool within = parser->within_class;
    Pattern *outer = parser->pattern;
    parser->text = inner->source;
    parser->at = 0;
    parser->node = rule_get(inner->node, "match");
    parser->within_class = true;
    parser->pattern = inner;
    emit_text(parser, "(?:");
    if (!parse_alternatives(parser, needs))
        return false;
    if (parser->at < parser->text.length)
        return complain(parser, "a closing bracket without an opening one");
    emit(parser, ')');
    parser->text = text;
    parser->at = at;
    parser->node = node;
    parser->within_class = within;
    parser->pattern = outer;
    parser->nesting--;
    return true;
}

static bool starts_with(const Parser *parser, const char *text)
{
    return slice_starts(slice_cut(parser->text, parser->at, parser->text.length), slice_of(text));
}

/* One atom without its quantifier. *bare: it takes no quantifier. */
static bool parse_atom(Parser *parser, Needs *needs, bool *bare)
{
    static const char *const around[] = {"(?=", "(?!", "(?<=", "(?<!"};
    *bare = false;
    int c = peek(parser);
    if (c == '.') {
        parser->at++;
        emit_text(parser, "[^\\x{1}]");
        return true;
    }
    if (c == '^' || c == '$') {
        parser->at++;
        *bare = true;
        emit_text(parser, c == '^' ? "(?<![^\\x{1}])" : "(?![^\\x{1}])");
        return true;
    }
    if (c == '<')
        return parse_capture(parser, needs);
    if (c == '(') {
        for (size_t i = 0; i < sizeof around / sizeof *around; i++)
            if (starts_with(parser, around[i])) {
                Needs ignored = {0};
                parser->at += strlen(around[i]);
                *bare = true;
                bool positive = i == 0;
                return parse_group(parser, around[i], ')', positive ? needs : &ignored);
            }
        bool atomic = starts_with(parser, "(?>");
        parser->at += atomic ? 3 : starts_with(parser, "(?:") ? 3 : 1;
        return parse_group(parser, atomic ? "(?>" : "(?:", ')', needs);
    }
    if (c == '@') {
        size_t at = parser->at++;
        Slice name = read_name(parser);
        Pattern *inner = classes_find(lexicon_classes(parser->set->lexicon), name) == CLASS_NONE &&
                                 peek(parser) != '&'
                             ? find_class_pattern(parser->set, name)
                             : NULL;
        if (inner != NULL)
            return parse_inlined(parser, inner, needs);
        parser->at = at;
    }
    size_t first_op = parser->op_count;
    return parse_class(parser) && emit_expression(parser, first_op, needs);
}

/* ? * + {m,n} with ? or + behind; *optional: it may match nothing. */
static bool parse_quantifier(Parser *parser, bool *optional)
{
    *optional = false;
    int c = peek(parser);
    if (c == '{') {
        size_t start = parser->at;
        while (peek(parser) >= 0 && peek(parser) != '}')
            parser->at++;
        if (peek(parser) < 0)
            return complain(parser, "a closing } is missing");
        parser->at++;
        Slice text = slice_cut(parser->text, start, parser->at);
        *optional = text.length > 2 && (text.data[1] == '0' || text.data[1] == ',');
        for (size_t i = 1; i + 1 < text.length; i++)
            if ((text.data[i] < '0' || text.data[i] > '9') && text.data[i] != ',')
                return complain(parser, "a count is written {3} or {0,3}");
        if (text.data[1] == ',')
            emit_text(parser, "{0");
        for (size_t i = text.data[1] == ',' ? 1 : 0; i < text.length; i++)
            emit(parser, (uint32_t)(unsigned char)text.data[i]);
    } else if (c == '?' || c == '*' || c == '+') {
        *optional = c != '+';
        emit(parser, (uint32_t)c);
        parser->at++;
    } else {
        return true;
    }
    c = peek(parser);
    if (c == '?' || c == '+') {
        emit(parser, (uint32_t)c);
        parser->at++;
    }
    return true;
}

static bool parse_sequence(Parser *parser, Needs *needs)
{
    for (;;) {
        skip_space(parser);
        int c = peek(parser);
        if (c < 0 || c == ')' || c == '|' || c == '>')
            return true;
        Needs own = {0};
        bool bare, optional;
        if (!parse_atom(parser, &own, &bare))
            return false;
        if (bare) {
            join_needs(needs, &own);
            continue;
        }
        if (!parse_quantifier(parser, &optional))
            return false;
        if (!optional)
            join_needs(needs, &own);
    }
}

static bool parse_alternatives(Parser *parser, Needs *needs)
{
    Needs common = {0};
    for (bool first = true;; first = false) {
        Needs own = {0};
        if (!parse_sequence(parser, &own))
            return false;
        if (first)
            common = own;
        else
            meet_needs(&common, &own);
        if (peek(parser) != '|')
            break;
        parser->at++;
        emit(parser, '|');
    }
    join_needs(needs, &common);
    return true;
}

/* ---- compiling ---------------------------------------------------------- */

static void append_unit(Buffer *out, size_t unit)
{
    static const char digits[] = "0123456789abcdef";
    const char text[] = {'\\', 'x', digits[unit >> 4], digits[unit & 15]};
    buffer_append(out, (Slice){text, sizeof text});
}

/* The set of code units for which own expression number `own` holds. */
static void append_units(Buffer *out, const Pattern *pattern, size_t own)
{
    buffer_append_byte(out, '[');
    append_unit(out, 0); /* no unit: a set must not be empty */
    for (size_t i = 0; i < pattern->unit_count;) {
        size_t last = i;
        while (last < pattern->unit_count && (pattern->units[last] >> own & 1))
            last++;
        if (last > i) {
            append_unit(out, i + FIRST_UNIT);
            if (last > i + 1) {
                buffer_append_byte(out, '-');
                append_unit(out, last - 1 + FIRST_UNIT);
            }
        }
        i = last + 1;
    }
    buffer_append_byte(out, ']');
}

static size_t own_number(const Pattern *pattern, size_t expression)
{
    size_t own = 0;
    while (pattern->expressions[own] != expression)
        own++;
    return own;
}

/* Compiles the pattern for the code units that it knows now; false with PCRE2's
 * error number in *problem. */
static bool compile_pattern(Pattern *pattern, int *problem)
{
    Buffer text = {0};
    for (size_t i = 0; i < pattern->text_length; i++) {
        uint32_t code = pattern->text[i];
        if (code >= EXPRESSION_BASE)
            append_units(&text, pattern, own_number(pattern, code - EXPRESSION_BASE));
        else
            buffer_append_byte(&text, (char)code);
    }
    PCRE2_SIZE place;
    pcre2_code_free(pattern->code);
    pattern->code =
        pcre2_compile((PCRE2_SPTR)text.data, text.length, PCRE2_DOTALL, problem, &place, NULL);
    buffer_release(&text);
    return pattern->code != NULL;
}

/* ---- loading ----------------------------------------------------------- */

static uint16_t kind_of(PatternSet *set, uint32_t number);

static bool own_expression(Pattern *pattern, uint16_t number)
{
    for (size_t i = 0; i < pattern->expression_count; i++)
        if (pattern->expressions[i] == number)
            return true;
    if (pattern->expression_count == OWN_EXPRESSIONS_MAX)
        return false;
    pattern->expressions[pattern->expression_count++] = number;
    return true;
}

static bool parse_pattern(PatternSet *set, Pattern *pattern, Error *error)
{
    Parser parser = {.set = set,
                     .pattern = pattern,
                     .node = rule_get(pattern->node, "match"),
                     .text = pattern->source,
                     .within_class = pattern->is_class,
                     .error = error};
    bool good = parse_alternatives(&parser, &pattern->needs) &&
                (parser.at == parser.text.length ||
                 complain(&parser, "a closing bracket without an opening one"));
    Arena *arena = &set->rules->arena;
    pattern->text = ARENA_ARRAY(arena, parser.out_length + 1, uint32_t);
    if (parser.out_length != 0)
        memcpy(pattern->text, parser.out, parser.out_length * sizeof *pattern->text);
    pattern->text_length = parser.out_length;
    pattern->groups = ARENA_ARRAY(arena, parser.group_count + 1, uint8_t);
    if (parser.group_count != 0)
        memcpy(pattern->groups, parser.groups, parser.group_count);
    pattern->group_count = parser.group_count;
    for (size_t i = 0; i < parser.out_length && good; i++)
        if (parser.out[i] >= EXPRESSION_BASE)
            good = own_expression(pattern, (uint16_t)(parser.out[i] - EXPRESSION_BASE)) ||
                   complain(&parser, "more than %d different class expressions in one pattern",
                            OWN_EXPRESSIONS_MAX);
    free(parser.out);
    free(parser.groups);
    int problem;
    if (!good || pattern->is_class || compile_pattern(pattern, &problem))
        return good;
    char reason[256];
    pcre2_get_error_message(problem, (PCRE2_UCHAR *)reason, sizeof reason);
    return complain(&parser, "%s", reason);
}

const char *const pattern_keys[] = {PATTERN_KEYS, NULL};

const char *const pattern_kinds[] = {"class", "quote", "entity",       "subject",
                                     "end",   "mark",  "circumstance", NULL};

/* Another filter's pattern is left to it, but one that no filter reads would be
 * a rule without effect. */
static bool is_elsewhere(const RuleNode *node, Slice id, Slice made, Error *error)
{
    if (made.length == 0)
        return rule_error(node, error, "pattern \"%.*s\" needs makes: (class, quote or entity)",
                          SLICE_ARG(id));
    for (const char *const *kind = pattern_kinds; *kind != NULL; kind++)
        if (slice_equal(made, slice_of(*kind)))
            return true;
    return rule_error(rule_get(node, "makes"), error,
                      "nothing makes \"%.*s\"; did you mean \"%s\"?", SLICE_ARG(made),
                      name_nearest(made, pattern_kinds));
}

static bool add_pattern(PatternSet *set, size_t *capacity, const RuleNode *node,
                        const RuleFile *file, const char *makes, const char *const *keys,
                        Error *error)
{
    Slice id = rule_text(node, "id"), made = rule_text(node, "makes");
    if (id.length == 0)
        return rule_error(node, error, "a pattern needs an id");
    for (size_t i = 0; i < id.length; i++)
        if (!is_name_byte((unsigned char)id.data[i]))
            return rule_error(rule_get(node, "id"), error,
                              "the id \"%.*s\" must be made of letters, digits, - and _",
                              SLICE_ARG(id));
    bool is_class = slice_equal(made, SLICE("class"));
    if (!is_class && !slice_equal(made, slice_of(makes)))
        return is_elsewhere(node, id, made, error);
    if (keys != NULL && !rule_check_keys(node, is_class ? pattern_keys : keys, error))
        return false;
    const RuleNode *match = rule_get(node, "match");
    if (match == NULL || match->kind != RULE_SCALAR || match->scalar.length == 0)
        return rule_error(node, error, "pattern \"%.*s\" needs a match", SLICE_ARG(id));
    set->patterns = memory_grow(set->patterns, capacity, set->all_count + 1, sizeof *set->patterns);
    Pattern *place = &set->patterns[set->all_count++];
    *place = (Pattern){.id = id, .node = node, .is_class = is_class, .source = match->scalar};
    place->name =
        arena_format(&set->rules->arena, "%.*s/%.*s", SLICE_ARG(file->stem), SLICE_ARG(id));
    return true;
}

/* Patterns of the kind asked for to the front, each part in its order. */
static void part_patterns(PatternSet *set, bool classes)
{
    Pattern *sorted = memory_take((set->all_count + 1) * sizeof *sorted);
    size_t count = 0;
    for (size_t i = 0; i < set->all_count; i++)
        if (classes || !set->patterns[i].is_class)
            sorted[count++] = set->patterns[i];
    set->count = count;
    for (size_t i = 0; i < set->all_count && !classes; i++)
        if (set->patterns[i].is_class)
            sorted[count++] = set->patterns[i];
    for (size_t i = 0; i < count; i++)
        sorted[i].index = i;
    free(set->patterns);
    set->patterns = sorted;
}

/* Numbers the masks that expressions use one behind the other, and says to each leaf
 * which of them it is in. */
static void note_masks(PatternSet *set)
{
    size_t count = 0;
    for (size_t i = 0; i < set->expression_count; i++)
        for (size_t op = 0; op < set->expressions[i].count; op++)
            count += set->expressions[i].ops[op].kind == OP_ANY;
    set->mask_words = count / 64 + 1;
    Arena *arena = &set->rules->arena;
    set->holding = ARENA_ARRAY(arena, set->mask_words, uint64_t);
    set->leaf_masks = ARENA_ARRAY(arena, set->leaf_count * set->mask_words + 1, uint64_t);
    uint32_t number = 0;
    for (size_t i = 0; i < set->expression_count; i++)
        for (size_t at = 0; at < set->expressions[i].count; at++) {
            Op *op = &set->expressions[i].ops[at];
            if (op->kind != OP_ANY)
                continue;
            for (size_t leaf = 0; leaf < set->leaf_count; leaf++)
                set->leaf_masks[leaf * set->mask_words + number / 64] |=
                    (set->masks[op->mask].bits[leaf / 64] >> (leaf % 64) & 1) << (number % 64);
            op->mask = number++;
        }
}

/* A class that is needed in itself: two ways of going on may need different classes
 * below the same one. False when there is no room. */
static bool need_class(PatternSet *set, Needs *needs, int number)
{
    int leaf = add_leaf(set, number);
    if (leaf < 0)
        return false;
    Truth mask = {{0}};
    mask.bits[leaf / 64] |= (uint64_t)1 << (leaf % 64);
    set->masks =
        memory_grow(set->masks, &set->mask_capacity, set->mask_count + 1, sizeof *set->masks);
    set->masks[set->mask_count] = mask;
    Op op = {OP_ANY, (uint32_t)set->mask_count++};
    Expression expression = {&op, 1};
    size_t expression_number = find_expression(set, &expression);
    if (expression_number >= NEEDED_MAX)
        return false;
    needs->expressions[expression_number / 64] |= (uint64_t)1 << (expression_number % 64);
    return true;
}

/* Numbers the expressions that patterns need, and says it to each. */
static void number_needs(PatternSet *set)
{
    Arena *arena = &set->rules->arena;
    Needs all = {0};
    for (size_t i = 0; i < set->count; i++) {
        Needs *needs = &set->patterns[i].needs;
        for (int c = 0; c < CLASS_MAX; c++)
            if (class_has(&needs->kinds, c) && !need_class(set, needs, c))
                break;
        join_needs(&all, needs);
    }
    set->needed = ARENA_ARRAY(arena, NEEDED_MAX, uint16_t);
    for (size_t number = 0; number < NEEDED_MAX; number++)
        if (all.expressions[number / 64] >> (number % 64) & 1)
            set->needed[set->needed_count++] = (uint16_t)number;
    set->need_words = (set->needed_count + 63) / 64;
    for (size_t i = 0; i < set->count; i++) {
        Pattern *pattern = &set->patterns[i];
        pattern->need_bits = ARENA_ARRAY(arena, set->need_words + 1, uint64_t);
        for (size_t j = 0; j < set->needed_count; j++) {
            size_t number = set->needed[j];
            pattern->need_bits[j / 64] |=
                (pattern->needs.expressions[number / 64] >> (number % 64) & 1) << (j % 64);
        }
    }
}

PatternSet *patterns_new(Rules *rules, Lexicon *lexicon, const char *makes, const char *const *keys,
                         Error *error)
{
    PatternSet *set = ARENA_NEW(&rules->arena, PatternSet);
    set->rules = rules;
    set->lexicon = lexicon;
    size_t capacity = 0;
    bool good = true;
    for (RuleWalk walk = rules_walk(rules, "patterns"); good && rule_walk_next(&walk);)
        good = add_pattern(set, &capacity, walk.node, walk.file, makes, keys, error);
    part_patterns(set, strcmp(makes, "class") == 0);
    /* Class patterns are parsed where others name them: those that nobody uses
     * may be meant for another tool, with classes of its own. */
    for (size_t i = 0; i < set->count && good; i++)
        good = parse_pattern(set, &set->patterns[i], error);
    number_needs(set);
    set->kind_words = (set->expression_count + 63) / 64 + 1;
    note_masks(set);
    set->start_words = set->count / 64 + 1;
    set->row_words = set->start_words + set->need_words;
    set->row = ARENA_ARRAY(&rules->arena, set->row_words, uint64_t);
    set->truth = memory_take(set->kind_words * sizeof *set->truth);
    set->kind_slots = memory_take(KIND_SLOTS * sizeof *set->kind_slots);
    memset(set->kind_slots, 0, KIND_SLOTS * sizeof *set->kind_slots);
    set->data = pcre2_match_data_create(PATTERN_CAPTURES * 8, NULL);
    set->context = pcre2_match_context_create(NULL);
    set->stack = pcre2_jit_stack_create(JIT_STACK_FIRST, JIT_STACK_MOST, NULL);
    pcre2_set_match_limit(set->context, MATCH_LIMIT);
    pcre2_set_depth_limit(set->context, MATCH_LIMIT);
    pcre2_set_heap_limit(set->context, HEAP_LIMIT);
    pcre2_jit_stack_assign(set->context, NULL, set->stack);
    if (!good) {
        patterns_free(set);
        return NULL;
    }
    return set;
}

void patterns_free(PatternSet *set)
{
    if (set == NULL)
        return;
    for (size_t i = 0; i < set->all_count; i++) {
        pcre2_code_free(set->patterns[i].code);
        free(set->patterns[i].units);
        free(set->patterns[i].kind_units);
    }
    free(set->patterns);
    free(set->masks);
    free(set->kinds);
    free(set->rows);
    free(set->kind_slots);
    free(set->truth);
    free(set->met);
    free(set->set_kinds);
    free(set->subject);
    pcre2_match_data_free(set->data);
    pcre2_match_context_free(set->context);
    pcre2_jit_stack_free(set->stack);
}

size_t patterns_count(const PatternSet *set)
{
    return set->count;
}

const Pattern *patterns_at(const PatternSet *set, size_t index)
{
    return &set->patterns[index];
}

Slice pattern_name(const Pattern *pattern)
{
    return pattern->name;
}

const RuleNode *pattern_node(const Pattern *pattern)
{
    return pattern->node;
}

const ClassSet *pattern_needs(const Pattern *pattern)
{
    return &pattern->needs.classes;
}

size_t pattern_index(const Pattern *pattern)
{
    return pattern->index;
}

bool pattern_captures(const Pattern *pattern, int capture)
{
    for (size_t i = 0; i < pattern->group_count; i++)
        if (pattern->groups[i] == capture)
            return true;
    return false;
}

int patterns_capture(const PatternSet *set, const char *name)
{
    for (size_t i = 0; i < set->capture_count; i++)
        if (slice_equal(set->captures[i], slice_of(name)))
            return (int)i;
    return -1;
}

/* ---- kinds and code units ---------------------------------------------- */

static uint16_t truth_kind(PatternSet *set, const Truth *truth)
{
    size_t words = set->kind_words;
    memset(set->truth, 0, words * sizeof *set->truth);
    memset(set->holding, 0, set->mask_words * sizeof *set->holding);
    for (size_t i = 0; i < LEAVES_MAX / 64; i++)
        for (uint64_t left = truth->bits[i]; left != 0; left &= left - 1) {
            size_t leaf = i * 64 + (size_t)__builtin_ctzll(left);
            for (size_t word = 0; word < set->mask_words; word++)
                set->holding[word] |= set->leaf_masks[leaf * set->mask_words + word];
        }
    for (size_t i = 0; i < set->expression_count; i++)
        set->truth[i / 64] |= (uint64_t)evaluate(&set->expressions[i], set->holding) << (i % 64);
    size_t bytes = words * sizeof *set->truth;
    size_t slot = (size_t)slice_hash((Slice){(const char *)set->truth, bytes}) % KIND_SLOTS;
    for (; set->kind_slots[slot] != 0; slot = (slot + 1) % KIND_SLOTS) {
        uint16_t kind = set->kind_slots[slot];
        if (memcmp(set->kinds + (size_t)(kind - FIRST_KIND) * words, set->truth, bytes) == 0)
            return kind;
    }
    if (set->kind_count == KIND_MAX)
        return FIRST_KIND + KIND_MAX - 1; /* the last kind serves for the rest */
    set->kinds = memory_grow(set->kinds, &set->kind_capacity, set->kind_count + 1, bytes);
    memcpy(set->kinds + set->kind_count * words, set->truth, bytes);
    set->kind_slots[slot] = (uint16_t)(FIRST_KIND + set->kind_count);
    return (uint16_t)(FIRST_KIND + set->kind_count++);
}

/* Which leaves the set has tells its kind; most sets have what others had. */
static uint16_t kind_of(PatternSet *set, uint32_t number)
{
    if (number == 0)
        return STOP_KIND;
    const ClassSet *classes = lexicon_set(set->lexicon, number);
    Truth truth = {{0}};
    for (size_t i = 0; i < CLASS_WORDS; i++)
        for (uint64_t left = classes->bits[i]; left != 0; left &= left - 1) {
            int leaf = set->leaf_numbers[i * 64 + (size_t)__builtin_ctzll(left)] - 1;
            if (leaf >= 0)
                truth.bits[leaf / 64] |= (uint64_t)1 << (leaf % 64);
        }
    size_t slot = (size_t)slice_hash((Slice){(const char *)&truth, sizeof truth}) % MET_SLOTS;
    for (; set->met_slots[slot] != 0; slot = (slot + 1) % MET_SLOTS) {
        size_t known = set->met_slots[slot] - (size_t)1;
        if (memcmp(&set->met[known].truth, &truth, sizeof truth) == 0)
            return set->met[known].kind;
    }
    uint16_t kind = truth_kind(set, &truth);
    if (set->met_count < MET_MAX) {
        set->met = memory_grow(set->met, &set->met_capacity, set->met_count + 1, sizeof *set->met);
        set->met[set->met_count].truth = truth;
        set->met[set->met_count++].kind = kind;
        set->met_slots[slot] = (uint16_t)set->met_count;
    }
    return kind;
}

/* The code unit that `pattern` gives to `kind`; a new one when its expressions
 * have not met such a kind before: it must be compiled again before it meets it. */
static uint8_t unit_of(const PatternSet *set, Pattern *pattern, uint16_t kind)
{
    if (kind == STOP_KIND)
        return STOP_UNIT;
    uint64_t holds = 0;
    const uint64_t *truth = set->kinds + (size_t)(kind - FIRST_KIND) * set->kind_words;
    for (size_t i = 0; i < pattern->expression_count; i++) {
        size_t number = pattern->expressions[i];
        holds |= (truth[number / 64] >> (number % 64) & 1) << i;
    }
    for (size_t i = 0; i < pattern->unit_count; i++)
        if (pattern->units[i] == holds)
            return (uint8_t)(FIRST_UNIT + i);
    if (pattern->unit_count + FIRST_UNIT == UNIT_MAX)
        return UNIT_MAX; /* a unit that no atom but . matches */
    pattern->units = memory_grow(pattern->units, &pattern->unit_capacity, pattern->unit_count + 1,
                                 sizeof *pattern->units);
    pattern->units[pattern->unit_count++] = holds;
    return (uint8_t)(FIRST_UNIT + pattern->unit_count - 1);
}

/* Gives code units to the kinds that came since the last look. */
static void meet_kinds(const PatternSet *set, Pattern *pattern)
{
    size_t known = pattern->kind_count, kinds = set->kind_count + FIRST_KIND;
    pattern->kind_units = memory_grow(pattern->kind_units, &pattern->kind_capacity, kinds,
                                      sizeof *pattern->kind_units);
    memset(pattern->kind_units + known, 0, kinds - known);
    for (size_t kind = known > STOP_KIND ? known : STOP_KIND; kind < kinds; kind++)
        pattern->kind_units[kind] = unit_of(set, pattern, (uint16_t)kind);
    pattern->kind_count = kinds;
}

static bool knows_unit(const Pattern *pattern, uint8_t unit)
{
    return unit == STOP_UNIT || unit == UNIT_MAX || unit < pattern->compiled_units + FIRST_UNIT;
}

/* Notes for kinds [from, all) whether a match of the pattern may begin there; it may
 * where it must first be compiled for the kind. */
static void note_starts(PatternSet *set, const Pattern *pattern, size_t from)
{
    size_t word = pattern->index / 64;
    uint64_t bit = (uint64_t)1 << (pattern->index % 64);
    for (size_t kind = from; kind < pattern->kind_count; kind++) {
        uint8_t unit = pattern->kind_units[kind];
        uint64_t *starts = &set->rows[kind * set->row_words + word];
        bool may =
            !knows_unit(pattern, unit) || (pattern->start_units[unit / 8] >> (unit % 8) & 1) != 0;
        *starts = may ? *starts | bit : *starts & ~bit;
    }
}

/* Notes which of the needed expressions hold for the kind. */
static void note_needs(PatternSet *set, size_t kind)
{
    const uint64_t *truth = set->kinds + (kind - FIRST_KIND) * set->kind_words;
    uint64_t *bits = &set->rows[kind * set->row_words + set->start_words];
    for (size_t i = 0; i < set->needed_count; i++) {
        size_t number = set->needed[i];
        bits[i / 64] |= (truth[number / 64] >> (number % 64) & 1) << (i % 64);
    }
}

static void meet_new_kinds(PatternSet *set)
{
    size_t known = set->row_kinds, kinds = set->kind_count + FIRST_KIND;
    set->rows =
        memory_grow(set->rows, &set->row_capacity, kinds, set->row_words * sizeof *set->rows);
    memset(set->rows + known * set->row_words, 0,
           (kinds - known) * set->row_words * sizeof *set->rows);
    set->row_kinds = kinds;
    for (size_t kind = known > FIRST_KIND ? known : FIRST_KIND; kind < kinds; kind++)
        note_needs(set, kind);
    for (size_t i = 0; i < set->count; i++) {
        meet_kinds(set, &set->patterns[i]);
        note_starts(set, &set->patterns[i], known);
    }
}

/* Compiles a pattern for all its units and notes where its matches may begin. */
static bool refresh(PatternSet *set, Pattern *pattern)
{
    int problem;
    if (!compile_pattern(pattern, &problem))
        return false;
    pattern->compiled_units = pattern->unit_count;
    pattern->has_jit = false;
    pattern->seen = 0;
    const uint8_t *map = NULL;
    uint32_t type = 0, first = 0;
    pcre2_pattern_info(pattern->code, PCRE2_INFO_FIRSTBITMAP, &map);
    pcre2_pattern_info(pattern->code, PCRE2_INFO_FIRSTCODETYPE, &type);
    pcre2_pattern_info(pattern->code, PCRE2_INFO_FIRSTCODEUNIT, &first);
    if (map != NULL) {
        memcpy(pattern->start_units, map, sizeof pattern->start_units);
    } else {
        memset(pattern->start_units, type == 1 ? 0 : 0xFF, sizeof pattern->start_units);
        if (type == 1)
            pattern->start_units[first / 8] |= (uint8_t)(1 << (first % 8));
    }
    note_starts(set, pattern, STOP_KIND);
    return true;
}

void patterns_prepare(PatternSet *set, ItemString *string)
{
    size_t known = set->set_count, sets = lexicon_set_count(set->lexicon);
    if (sets > known) {
        set->set_kinds =
            memory_grow(set->set_kinds, &set->set_capacity, sets, sizeof *set->set_kinds);
        memset(set->set_kinds + known, 0, (sets - known) * sizeof *set->set_kinds);
        set->set_count = sets;
    }
    if (string->kind_capacity < string->count + 1)
        string->kinds = memory_grow(string->kinds, &string->kind_capacity, string->count + 1,
                                    sizeof *string->kinds);
    for (size_t i = 0; i < string->count; i++) {
        uint32_t number = string->items[i].set;
        uint16_t kind = set->set_kinds[number];
        if (kind == 0)
            kind = set->set_kinds[number] = kind_of(set, number);
        string->kinds[i] = kind;
    }
    if (set->row_kinds != set->kind_count + FIRST_KIND)
        meet_new_kinds(set);
    set->subject_pattern = NULL;
}

/* ---- running ----------------------------------------------------------- */

static bool has_all(const uint64_t *bits, const uint64_t *wanted, size_t words)
{
    uint64_t lacking = 0;
    for (size_t i = 0; i < words; i++)
        lacking |= wanted[i] & ~bits[i];
    return lacking == 0;
}

const uint64_t *patterns_possible(PatternSet *set, const ItemString *string, size_t from, size_t to)
{
    size_t words = set->row_words;
    uint64_t *row = set->row;
    memset(row, 0, words * sizeof *row);
    for (size_t item = from; item < to; item++) {
        const uint64_t *of_kind = set->rows + string->kinds[item] * words;
        for (size_t i = 0; i < words; i++)
            row[i] |= of_kind[i];
    }
    const uint64_t *needs = row + set->start_words;
    for (size_t word = 0; word < set->start_words; word++)
        for (uint64_t left = row[word]; left != 0; left &= left - 1) {
            size_t index = word * 64 + (size_t)__builtin_ctzll(left);
            if (!has_all(needs, set->patterns[index].need_bits, set->need_words))
                row[word] &= ~(left & -left);
        }
    return row;
}

/* The first item in [at, to) that a match may begin with; `to` when what follows
 * lacks something that the pattern needs. */
static size_t next_start(const PatternSet *set, const Pattern *pattern, const ItemString *string,
                         size_t at, size_t to)
{
    size_t word = pattern->index / 64, bit = pattern->index % 64, words = set->row_words;
    while (at < to && !(set->rows[string->kinds[at] * words + word] >> bit & 1))
        at++;
    for (size_t i = 0; at < to && i < set->need_words; i++) {
        uint64_t lacking = pattern->need_bits[i];
        for (size_t item = at; item < to && lacking != 0; item++)
            lacking &= ~set->rows[string->kinds[item] * words + set->start_words + i];
        if (lacking != 0)
            return to;
    }
    return at;
}

/* Writes items [from, to) in the code units of `pattern`. False where it must be
 * compiled for one of them first. */
static bool make_subject(PatternSet *set, const Pattern *pattern, const ItemString *string,
                         size_t from, size_t to)
{
    if (set->subject_capacity < to - from + 1)
        set->subject =
            memory_grow(set->subject, &set->subject_capacity, to - from + 1, sizeof *set->subject);
    const uint16_t *kinds = string->kinds + from;
    const uint8_t *units = pattern->kind_units;
    uint8_t *subject = set->subject;
    for (size_t i = 0; i < to - from; i++)
        subject[i] = units[kinds[i]];
    bool known = true;
    if (pattern->unit_count != pattern->compiled_units)
        for (size_t i = 0; i < to - from; i++)
            known &= knows_unit(pattern, subject[i]);
    set->subject_pattern = pattern;
    set->subject_from = from;
    set->subject_to = to;
    return known;
}

bool patterns_find(PatternSet *set, const Pattern *wanted, const ItemString *string, size_t from,
                   size_t to, size_t at, PatternMatch *match, bool *limited)
{
    Pattern *pattern = &set->patterns[wanted->index];
    at = next_start(set, pattern, string, at, to);
    if (at == to)
        return false;
    bool made =
        set->subject_pattern == pattern && set->subject_from == from && set->subject_to == to;
    if (!made && !make_subject(set, pattern, string, from, to) && !refresh(set, pattern)) {
        set->subject_pattern = NULL; /* larger than PCRE2 takes */
        *limited = true;
        return false;
    }
    /* Machine code takes longer to make than a run of a pattern that may
     * have to be compiled again soon. */
    bool had_enough = pattern->seen >= ITEMS_BEFORE_JIT;
    pattern->seen += to - at + 1;
    if (!had_enough && pattern->seen >= ITEMS_BEFORE_JIT)
        pattern->has_jit = pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE) == 0;
    int groups = pattern->has_jit ? pcre2_jit_match(pattern->code, set->subject, to - from,
                                                    at - from, 0, set->data, set->context)
                                  : pcre2_match(pattern->code, set->subject, to - from, at - from,
                                                0, set->data, set->context);
    if (groups < 0) {
        if (groups != PCRE2_ERROR_NOMATCH)
            *limited = true;
        return false;
    }
    const PCRE2_SIZE *spans = pcre2_get_ovector_pointer(set->data);
    match->pattern = pattern;
    match->start = from + spans[0];
    match->end = from + spans[1];
    for (size_t i = 0; i < PATTERN_CAPTURES; i++)
        match->captures[i].start = match->captures[i].end = SIZE_MAX;
    for (size_t group = 1; group < (size_t)groups; group++)
        if (spans[2 * group] != PCRE2_UNSET && group <= pattern->group_count) {
            uint8_t number = pattern->groups[group - 1];
            match->captures[number].start = from + spans[2 * group];
            match->captures[number].end = from + spans[2 * group + 1];
        }
    return true;
}

void patterns_find_within(PatternSet *set, const ItemString *string, size_t from, size_t to,
                          PatternMatch **matches, size_t *count, size_t *capacity, bool *limited)
{
    const uint64_t *possible = patterns_possible(set, string, from, to);
    for (size_t word = 0; word < set->start_words; word++)
        for (uint64_t left = possible[word]; left != 0; left &= left - 1) {
            const Pattern *pattern = &set->patterns[word * 64 + (size_t)__builtin_ctzll(left)];
            PatternMatch match;
            for (size_t at = from;
                 at < to && patterns_find(set, pattern, string, from, to, at, &match, limited);
                 at = match.end > match.start ? match.end : match.end + 1) {
                *matches = memory_grow(*matches, capacity, *count + 1, sizeof **matches);
                (*matches)[(*count)++] = match;
            }
        }
}

void patterns_find_all(PatternSet *set, ItemString *string, PatternMatch **matches, size_t *count,
                       size_t *capacity, bool *limited)
{
    patterns_prepare(set, string);
    for (size_t from = 0; from < string->count;) {
        size_t to = from;
        while (to < string->count && string->kinds[to] != STOP_KIND)
            to++;
        patterns_find_within(set, string, from, to, matches, count, capacity, limited);
        from = to + 1;
    }
}

/* Names that rules give; literals and shapes of patterns are left out. */
static bool is_told(const PatternSet *set, const Item *item, int class_number, Slice *name)
{
    *name = classes_name(lexicon_classes(set->lexicon), class_number);
    return lexicon_has(set->lexicon, item->set, class_number) && name->data[0] != '"' &&
           name->data[0] != '/';
}

static void explain_line(const PatternSet *set, const ItemString *string, Slice text,
                         const Token *tokens, Buffer *out)
{
    int class_count = classes_count(lexicon_classes(set->lexicon));
    for (size_t i = 0; i < string->count; i++) {
        const Item *item = &string->items[i];
        if (i != 0)
            buffer_append_byte(out, ' ');
        if (item->set == 0) {
            buffer_append(out, SLICE("||"));
            continue;
        }
        if (item->token_count != 0) {
            const Token *last = &tokens[item->first_token + item->token_count - 1];
            buffer_append(out, slice_cut(text, tokens[item->first_token].byte,
                                         last->byte + last->byte_length));
        }
        const char *separator = "[";
        Slice name;
        for (int c = 0; c < class_count; c++)
            if (is_told(set, item, c, &name)) {
                buffer_append_format(out, "%s%.*s", separator, SLICE_ARG(name));
                separator = " ";
            }
        if (*separator == ' ')
            buffer_append_byte(out, ']');
    }
    buffer_append_byte(out, '\n');
}

static void explain_items(const PatternSet *set, const ItemString *string, const Token *tokens,
                          Explanation *explanation)
{
    int class_count = classes_count(lexicon_classes(set->lexicon));
    Buffer *out = explanation->out;
    explain_list(explanation, "items");
    for (size_t i = 0; i < string->count; i++) {
        const Item *item = &string->items[i];
        if (item->set == 0 || item->token_count == 0)
            continue;
        explain_item(explanation,
                     (CodepointSpan){tokens[item->first_token].start,
                                     tokens[item->first_token + item->token_count - 1].end});
        explain_member(explanation, "classes");
        char separator = '[';
        Slice name;
        for (int c = 0; c < class_count; c++)
            if (is_told(set, item, c, &name)) {
                buffer_append_byte(out, separator);
                json_append_string(out, name);
                separator = ',';
            }
        buffer_append(out, separator == '[' ? SLICE("[]") : SLICE("]"));
        explain_close(explanation);
    }
    explain_list_end(explanation);
}

void patterns_explain(const PatternSet *set, const ItemString *string, Slice text,
                      const Token *tokens, Explanation *explanation)
{
    if (explanation->is_json)
        explain_items(set, string, tokens, explanation);
    else
        explain_line(set, string, text, tokens, explanation->out);
}
