#include "common/pattern.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/json.h"
#include "common/nearest.h"
#include "common/program.h"
#include "common/utf8.h"

/* Class sets that the expressions of a pattern set cannot tell apart are of one kind. A
 * kind has a row of bits: an expression holds for it or not; a pattern may have it at the
 * first, second, third place of a match; a needed expression holds. So nearly all
 * patterns are ruled out for a sentence by looking once at the rows of its items. */
enum {
    STOP_KIND = 1,                     /* of the stop item; 0: not known yet */
    KIND_MAX = 30000,                  /* of a pattern set                                    */
    KIND_SLOTS = 65536,                /* of the table that finds them                        */
    MET_MAX = 2048,                    /* truths of which the kind is remembered              */
    MET_SLOTS = 8192,                  /* of the table that finds them                        */
    EXPRESSIONS_MAX = LEAD_WORDS * 64, /* distinct class expressions of a pattern set */
    NEEDED_MAX = 1024,                 /* of them that patterns may be known to need  */
    LEAVES_MAX = CLASS_MAX,            /* distinct classes in them                    */
    NESTING_MAX = 64,                  /* brackets and class patterns within another  */
    STEPS_MAX = 32000,                 /* of one pattern                              */
    SEARCH_STEPS = 1000 * 1000,        /* that one search may take,                   */
    SEARCH_STEPS_PER_ITEM = 100,       /* and these more for each item of its stretch */
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

/* A group that captures: its start is in one slot, its end in the next. */
typedef struct {
    uint16_t capture, slot;
} Group;

struct Pattern {
    Slice name, id;
    const RuleNode *node;
    size_t index;
    bool is_class;
    Slice source; /* the text of `match` */
    Step *steps;
    size_t step_count, slot_count;
    Group *groups;
    size_t group_count;
    Needs needs;
};

/* The first and the last item at which a pattern may begin. */
typedef struct {
    size_t first, last;
} Starts;

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
    uint64_t *leaf_masks; /* by leaf a bit for each mask that it is in, mask_words each */
    uint64_t *holding;    /* the masks that hold for the kind being made                */
    size_t mask_words;
    /* By leaf, kind_words each, a bit for each expression that it may bring about, and for
     * each that it forbids; see note_terms. */
    uint64_t *leaf_allows, *leaf_forbids;
    uint64_t *allowed; /* expressions that hold unless something forbids it         */
    uint64_t *settled; /* expressions that hold where they are allowed and not forbidden */
    /* A row for each kind: a bit for each expression that holds; for each place of a
     * lead a bit for each pattern that may have it there, and again for leads at an
     * edge; one for each needed expression that holds. */
    uint64_t *rows;
    size_t kind_words, lead_words, row_words;
    size_t pattern_words, need_words; /* even numbers */
    size_t kind_count, kind_capacity;
    uint64_t *leads;   /* by expression: the part of a row that it brings about         */
    uint64_t *always;  /* the part that every row has: matches that are over by then    */
    uint64_t *leading; /* a bit for each expression with a lead */
    uint16_t *needed;  /* numbers of the expressions that some pattern needs            */
    size_t needed_count;
    uint64_t *need_rows;  /* by pattern, need_words each: a bit for each that it needs    */
    uint64_t *possible;   /* patterns in the stretch that was looked at                  */
    Starts *starts;       /* of those                                                    */
    ItemView view;        /* of it                                                       */
    uint16_t *kind_slots; /* open addressing; 0: empty */
    uint16_t *set_kinds;  /* kind of each class set; 0: not known yet               */
    size_t set_count, set_capacity;
    Machine machine;
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

/* What is known of a part of a pattern. */
typedef struct {
    Needs needs;
    size_t least, most; /* items that it takes; LENGTH_ENDLESS */
} Part;

enum { LENGTH_ENDLESS = INT32_MAX };

typedef struct {
    size_t least, most; /* LENGTH_ENDLESS */
    RepeatMode mode;
} Quantifier;

typedef struct {
    PatternSet *set;
    Pattern *pattern;     /* whose text is being made */
    const RuleNode *node; /* the match key, for places */
    Slice text;
    size_t at;
    int nesting;
    bool within_class; /* inside a class pattern: no captures */
    Error *error;

    Step *steps;
    size_t step_count, step_capacity;
    Group *groups;
    size_t group_count, group_capacity;
    size_t slot_count;
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

static void emit(Parser *parser, Step step)
{
    parser->steps = memory_grow(parser->steps, &parser->step_capacity, parser->step_count + 1,
                                sizeof *parser->steps);
    parser->steps[parser->step_count++] = step;
}

/* Steps behind it move; those that lead over it are not there yet. */
static void insert(Parser *parser, size_t place, Step step)
{
    emit(parser, step);
    memmove(parser->steps + place + 1, parser->steps + place,
            (parser->step_count - 1 - place) * sizeof *parser->steps);
    parser->steps[place] = step;
}

static void lead_to(Parser *parser, size_t from, size_t to)
{
    parser->steps[from].offset = (int32_t)to - (int32_t)from;
}

static size_t times(size_t length, size_t count)
{
    if (length == 0 || count == 0)
        return 0;
    return count >= LENGTH_ENDLESS || length >= LENGTH_ENDLESS / count ? LENGTH_ENDLESS
                                                                       : length * count;
}

static void add_length(Part *part, size_t least, size_t most)
{
    part->least = part->least + least < LENGTH_ENDLESS ? part->least + least : LENGTH_ENDLESS;
    part->most = part->most + most < LENGTH_ENDLESS ? part->most + most : LENGTH_ENDLESS;
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

/* A mask without leaves. */
static Truth *add_mask(PatternSet *set)
{
    set->masks =
        memory_grow(set->masks, &set->mask_capacity, set->mask_count + 1, sizeof *set->masks);
    set->masks[set->mask_count] = (Truth){{0}};
    return &set->masks[set->mask_count++];
}

static bool push_class(Parser *parser, int number)
{
    int leaf = add_leaf(parser->set, number);
    if (leaf < 0)
        return complain(parser, "more than %d different classes in the patterns", LEAVES_MAX);
    Truth *mask = add_mask(parser->set);
    mask->bits[leaf / 64] |= (uint64_t)1 << (leaf % 64);
    return push_op(parser, OP_ANY, (uint32_t)(parser->set->mask_count - 1));
}

/* What holds for every item: that none of no classes does not. */
static bool push_anything(Parser *parser)
{
    add_mask(parser->set);
    return push_op(parser, OP_ANY, (uint32_t)(parser->set->mask_count - 1)) &&
           push_op(parser, OP_NOT, 0);
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

static bool emit_expression(Parser *parser, size_t first_op, Part *part)
{
    PatternSet *set = parser->set;
    Expression expression = {.ops = parser->ops + first_op, .count = parser->op_count - first_op};
    parser->op_count = first_op;
    size_t number = find_expression(set, &expression);
    if (number == EXPRESSIONS_MAX)
        return complain(parser, "more than %d different class expressions", EXPRESSIONS_MAX);
    emit(parser, (Step){.kind = STEP_ITEM, .expression = (uint16_t)number});
    if (number < NEEDED_MAX)
        part->needs.expressions[number / 64] |= (uint64_t)1 << (number % 64);
    expression_needs(set, &set->expressions[number], &part->needs);
    add_length(part, 1, 1);
    return true;
}

static bool parse_alternatives(Parser *parser, Part *part, bool behind);

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

static bool parse_group(Parser *parser, char closing, Part *part, bool behind)
{
    if (++parser->nesting > NESTING_MAX)
        return complain(parser, "nested too deeply");
    if (!parse_alternatives(parser, part, behind))
        return false;
    if (peek(parser) != closing)
        return complain(parser, "a closing %c is missing", closing);
    parser->at++;
    parser->nesting--;
    return true;
}

static bool parse_capture(Parser *parser, Part *part)
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
    uint16_t slot = (uint16_t)parser->slot_count;
    parser->slot_count += 2;
    parser->groups = memory_grow(parser->groups, &parser->group_capacity, parser->group_count + 1,
                                 sizeof *parser->groups);
    parser->groups[parser->group_count++] = (Group){number, slot};
    emit(parser, (Step){.kind = STEP_NOTE, .slot = slot});
    if (!parse_group(parser, '>', part, false))
        return false;
    emit(parser, (Step){.kind = STEP_NOTE, .slot = (uint16_t)(slot + 1)});
    return true;
}

/* @id of a pattern that makes a class: its text stands here as a group. */
static bool parse_inlined(Parser *parser, Pattern *inner, Part *part)
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
    if (!parse_alternatives(parser, part, false))
        return false;
    if (parser->at < parser->text.length)
        return complain(parser, "a closing bracket without an opening one");
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

/* A look around, an atomic group: what stands between two steps that belong together. */
static bool parse_between(Parser *parser, StepKind opening, Part *part, bool behind)
{
    size_t start = parser->step_count;
    emit(parser, (Step){.kind = (uint8_t)opening});
    if (!parse_group(parser, ')', part, behind))
        return false;
    emit(parser, (Step){.kind = (uint8_t)(opening + 1)});
    lead_to(parser, start, parser->step_count);
    return true;
}

/* A look around, from `start` on, that wants or does not want but one item. */
static void shorten_look(Parser *parser, size_t start, bool not )
{
    const Step *first = parser->steps + start + 1, *last = parser->steps + parser->step_count - 2;
    bool behind = first->kind == STEP_BACK;
    if (last->kind != STEP_ITEM || first + behind != last)
        return;
    uint8_t mode = (uint8_t)((behind ? LOOK_BEHIND : 0) | (not ? LOOK_NOT : 0));
    parser->steps[start] = (Step){.kind = STEP_LOOK, .mode = mode, .expression = last->expression};
    parser->step_count = start + 1;
}

/* (?= (?! (?<= (?<!; *found: it is one. */
static bool parse_around(Parser *parser, Part *part, bool *found)
{
    static const char *const around[] = {"(?=", "(?!", "(?<=", "(?<!"};
    for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
        if (!starts_with(parser, around[i]))
            continue;
        parser->at += strlen(around[i]);
        *found = true;
        Part own = {0};
        size_t start = parser->step_count;
        bool not = i % 2 != 0, behind = i >= 2;
        if (!parse_between(parser, not ? STEP_NOT : STEP_AHEAD, &own, behind))
            return false;
        shorten_look(parser, start, not );
        if (!not &&!behind)
            join_needs(&part->needs, &own.needs);
        return true;
    }
    return true;
}

/* One atom without its quantifier. *bare: it takes no quantifier. */
static bool parse_atom(Parser *parser, Part *part, bool *bare)
{
    *bare = false;
    int c = peek(parser);
    size_t first_op = parser->op_count;
    if (c == '.') {
        parser->at++;
        Part ignored = {0};
        add_length(part, 1, 1);
        return push_anything(parser) && emit_expression(parser, first_op, &ignored);
    }
    if (c == '^' || c == '$') {
        parser->at++;
        *bare = true;
        emit(parser, (Step){.kind = c == '^' ? STEP_FIRST : STEP_LAST});
        return true;
    }
    if (c == '<')
        return parse_capture(parser, part);
    if (c == '(') {
        bool good = parse_around(parser, part, bare);
        if (!good || *bare)
            return good;
        bool atomic = starts_with(parser, "(?>");
        parser->at += atomic ? 3 : starts_with(parser, "(?:") ? 3 : 1;
        return atomic ? parse_between(parser, STEP_ATOMIC, part, false)
                      : parse_group(parser, ')', part, false);
    }
    if (c == '@') {
        size_t at = parser->at++;
        Slice name = read_name(parser);
        Pattern *inner = classes_find(lexicon_classes(parser->set->lexicon), name) == CLASS_NONE &&
                                 peek(parser) != '&'
                             ? find_class_pattern(parser->set, name)
                             : NULL;
        if (inner != NULL)
            return parse_inlined(parser, inner, part);
        parser->at = at;
    }
    return parse_class(parser) && emit_expression(parser, first_op, part);
}

/* A number of {2,5}; `without` where none is written. */
static size_t read_count(Parser *parser, size_t without)
{
    int c = peek(parser);
    if (c < '0' || c > '9')
        return without;
    size_t count = 0;
    for (; c >= '0' && c <= '9'; c = peek(parser)) {
        count = count < STEPS_MAX ? count * 10 + (size_t)(c - '0') : STEPS_MAX;
        parser->at++;
    }
    return count;
}

static bool parse_counts(Parser *parser, Quantifier *quantifier)
{
    const Slice text = parser->text;
    if (memchr(text.data + parser->at, '}', text.length - parser->at) == NULL) {
        parser->at = text.length;
        return complain(parser, "a closing } is missing");
    }
    size_t start = ++parser->at;
    quantifier->least = quantifier->most = read_count(parser, 0);
    bool given = parser->at > start;
    if (peek(parser) == ',') {
        parser->at++;
        quantifier->most = read_count(parser, LENGTH_ENDLESS);
        given = true;
    }
    size_t most = quantifier->most == LENGTH_ENDLESS ? quantifier->least : quantifier->most;
    if (peek(parser) != '}' || !given)
        return complain(parser, "a count is written {3} or {0,3}");
    if (most >= STEPS_MAX)
        return complain(parser, "a count of %d or more", STEPS_MAX);
    if (most < quantifier->least)
        return complain(parser, "{%zu,%zu}: the larger count stands first", quantifier->least,
                        quantifier->most);
    parser->at++;
    return true;
}

/* ? * + {m,n} with ? or + behind. */
static bool parse_quantifier(Parser *parser, Quantifier *quantifier)
{
    *quantifier = (Quantifier){1, 1, REPEAT_GREEDY};
    int c = peek(parser);
    if (c == '{') {
        if (!parse_counts(parser, quantifier))
            return false;
    } else if (c == '?' || c == '*' || c == '+') {
        quantifier->least = c == '+';
        quantifier->most = c == '?' ? 1 : LENGTH_ENDLESS;
        parser->at++;
    } else {
        return true;
    }
    c = peek(parser);
    if (c == '?' || c == '+') {
        quantifier->mode = c == '?' ? REPEAT_LAZY : REPEAT_POSSESSIVE;
        parser->at++;
    }
    return true;
}

/* The steps of a group that is repeated. */
typedef struct {
    Step *steps;
    size_t count;
    bool may_be_empty;
} Body;

static void emit_copies(Parser *parser, const Body *body, size_t count)
{
    for (size_t i = 0; i < count * body->count && parser->step_count <= STEPS_MAX; i++)
        emit(parser, body->steps[i % body->count]);
}

/* Where to go first: on, or away. */
static Step split(bool on)
{
    return (Step){.kind = on ? STEP_SPLIT : STEP_SPLIT_AWAY};
}

/* Once or more often, as long as it takes anything. */
static void emit_loop(Parser *parser, const Body *body, bool lazy)
{
    size_t start = parser->step_count, check = 0;
    uint16_t slot = (uint16_t)parser->slot_count;
    if (body->may_be_empty) {
        parser->slot_count++;
        emit(parser, (Step){.kind = STEP_NOTE, .slot = slot});
    }
    emit_copies(parser, body, 1);
    if (body->may_be_empty) {
        check = parser->step_count;
        emit(parser, (Step){.kind = STEP_UNMOVED, .slot = slot});
    }
    emit(parser, split(lazy));
    lead_to(parser, parser->step_count - 1, start);
    if (body->may_be_empty)
        lead_to(parser, check, parser->step_count);
}

/* `count` times at most, each time only where it came to the one before. */
static void emit_options(Parser *parser, const Body *body, size_t count, bool lazy)
{
    size_t start = parser->step_count, end = start + count * (body->count + 1);
    for (size_t i = 0; i < count && parser->step_count <= STEPS_MAX; i++) {
        emit(parser, split(!lazy));
        lead_to(parser, parser->step_count - 1, end);
        emit_copies(parser, body, 1);
    }
}

static void emit_repeated(Parser *parser, const Body *body, const Quantifier *quantifier)
{
    bool lazy = quantifier->mode == REPEAT_LAZY;
    if (quantifier->most != LENGTH_ENDLESS) {
        emit_copies(parser, body, quantifier->least);
        emit_options(parser, body, quantifier->most - quantifier->least, lazy);
    } else if (quantifier->least == 0) {
        size_t start = parser->step_count;
        emit(parser, split(!lazy));
        emit_loop(parser, body, lazy);
        lead_to(parser, start, parser->step_count);
    } else {
        emit_copies(parser, body, quantifier->least - 1);
        emit_loop(parser, body, lazy);
    }
}

/* Repeats the steps from `start` on. */
static bool repeat_steps(Parser *parser, size_t start, const Part *part,
                         const Quantifier *quantifier)
{
    size_t count = parser->step_count - start;
    Step *first = parser->steps + start;
    bool possessive = quantifier->mode == REPEAT_POSSESSIVE;
    bool once = quantifier->least == 1 && quantifier->most == 1;
    if (count == 0 || (once && !possessive))
        return true;
    if (count == 1 && first->kind == STEP_ITEM) {
        first->kind = STEP_REPEAT;
        first->mode = (uint8_t)quantifier->mode;
        first->least = (uint16_t)quantifier->least;
        first->most =
            quantifier->most == LENGTH_ENDLESS ? REPEAT_ENDLESS : (uint16_t)quantifier->most;
        return true;
    }
    Body body = {memory_take(count * sizeof *body.steps), count, part->least == 0};
    memcpy(body.steps, first, count * sizeof *body.steps);
    parser->step_count = start;
    if (possessive)
        emit(parser, (Step){.kind = STEP_ATOMIC});
    emit_repeated(parser, &body, quantifier);
    if (possessive)
        emit(parser, (Step){.kind = STEP_ATOMIC_END});
    free(body.steps);
    return true;
}

static bool parse_sequence(Parser *parser, Part *part)
{
    for (;;) {
        skip_space(parser);
        int c = peek(parser);
        if (c < 0 || c == ')' || c == '|' || c == '>')
            return true;
        Part own = {0};
        bool bare;
        size_t start = parser->step_count;
        Quantifier quantifier = {1, 1, REPEAT_GREEDY};
        if (!parse_atom(parser, &own, &bare) || (!bare && !parse_quantifier(parser, &quantifier)) ||
            !repeat_steps(parser, start, &own, &quantifier))
            return false;
        if (parser->step_count > STEPS_MAX || parser->slot_count > STEPS_MAX)
            return complain(parser, "the pattern is too large");
        if (quantifier.least > 0)
            join_needs(&part->needs, &own.needs);
        add_length(part, times(own.least, quantifier.least), times(own.most, quantifier.most));
    }
}

/* One of several alternatives, `behind` what stands in front: it is looked for as many
 * items back as it has. */
static bool parse_alternative(Parser *parser, Part *part, bool behind)
{
    size_t start = parser->step_count;
    if (!parse_sequence(parser, part))
        return false;
    if (!behind)
        return true;
    if (part->least != part->most || part->most >= UINT16_MAX)
        return complain(parser, "what must stand in front, or must not, takes one number of "
                                "items, without ? * + or alternatives of other lengths in it");
    insert(parser, start, (Step){.kind = STEP_BACK, .least = (uint16_t)part->least});
    return true;
}

static void join_lengths(Part *part, const Part *other)
{
    part->least = other->least < part->least ? other->least : part->least;
    part->most = other->most > part->most ? other->most : part->most;
}

static bool parse_alternatives(Parser *parser, Part *part, bool behind)
{
    Part common = {0};
    size_t jump = SIZE_MAX; /* the last one to the end; its offset leads to the one before */
    for (bool first = true;; first = false) {
        size_t start = parser->step_count;
        Part own = {0};
        if (!parse_alternative(parser, &own, behind))
            return false;
        if (first) {
            common = own;
        } else {
            meet_needs(&common.needs, &own.needs);
            join_lengths(&common, &own);
        }
        if (peek(parser) != '|')
            break;
        parser->at++;
        insert(parser, start, split(true));
        emit(parser, (Step){.kind = STEP_JUMP});
        lead_to(parser, parser->step_count - 1, jump == SIZE_MAX ? parser->step_count - 1 : jump);
        jump = parser->step_count - 1;
        lead_to(parser, start, parser->step_count);
    }
    while (jump != SIZE_MAX) {
        int32_t before = parser->steps[jump].offset;
        lead_to(parser, jump, parser->step_count);
        jump = before == 0 ? SIZE_MAX : jump - (size_t)-before;
    }
    join_needs(&part->needs, &common.needs);
    add_length(part, common.least, common.most);
    return true;
}

/* ---- loading ----------------------------------------------------------- */

static bool parse_pattern(PatternSet *set, Pattern *pattern, Error *error)
{
    Parser parser = {.set = set,
                     .pattern = pattern,
                     .node = rule_get(pattern->node, "match"),
                     .text = pattern->source,
                     .within_class = pattern->is_class,
                     .error = error};
    Part part = {0};
    bool good = parse_alternatives(&parser, &part, false) &&
                (parser.at == parser.text.length ||
                 complain(&parser, "a closing bracket without an opening one"));
    emit(&parser, (Step){.kind = STEP_MATCH});
    Arena *arena = &set->rules->arena;
    pattern->needs = part.needs;
    pattern->steps = ARENA_ARRAY(arena, parser.step_count, Step);
    memcpy(pattern->steps, parser.steps, parser.step_count * sizeof *pattern->steps);
    pattern->step_count = parser.step_count;
    if (good)
        program_finish(pattern->steps, pattern->step_count);
    pattern->slot_count = parser.slot_count;
    pattern->groups = ARENA_ARRAY(arena, parser.group_count + 1, Group);
    if (parser.group_count != 0)
        memcpy(pattern->groups, parser.groups, parser.group_count * sizeof *pattern->groups);
    pattern->group_count = parser.group_count;
    free(parser.steps);
    free(parser.groups);
    return good;
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
    add_mask(set)->bits[leaf / 64] |= (uint64_t)1 << (leaf % 64);
    Op op = {OP_ANY, (uint32_t)set->mask_count - 1};
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
    set->need_words = (set->needed_count + 127) / 128 * 2;
    set->need_rows = ARENA_ARRAY(arena, set->count * set->need_words + 1, uint64_t);
    for (size_t i = 0; i < set->count; i++)
        for (size_t j = 0; j < set->needed_count; j++)
            if (bit_at(set->patterns[i].needs.expressions, set->needed[j]))
                set->need_rows[i * set->need_words + j / 64] |= (uint64_t)1 << (j % 64);
}

/* Where the operand begins that ends with operation `at`. */
static size_t operand_start(const Expression *expression, size_t at)
{
    for (size_t wanted = 1;; at--) {
        OpKind kind = expression->ops[at].kind;
        wanted = kind == OP_ANY ? wanted - 1 : kind == OP_NOT ? wanted : wanted + 1;
        if (wanted == 0)
            return at;
    }
}

/* What of an expression is plain from its operands that are joined by &: classes that it
 * does not go with, and one of which it needs one. */
typedef struct {
    Truth forbids, needs;
    bool has_needs, is_all; /* ... and there is nothing else to it */
} Terms;

static void read_terms(const PatternSet *set, const Expression *expression, Terms *terms)
{
    *terms = (Terms){.is_all = expression->count > 0};
    for (size_t end = expression->count; end > 0;) {
        const Op *op = &expression->ops[end - 1];
        if (op->kind == OP_AND) {
            end--;
            continue;
        }
        size_t start = operand_start(expression, end - 1);
        const Truth *mask = &set->masks[expression->ops[start].mask];
        if (end - start == 1 && !terms->has_needs) {
            terms->needs = *mask;
            terms->has_needs = true;
        } else if (end - start == 2) {
            for (size_t i = 0; i < LEAVES_MAX / 64; i++)
                terms->forbids.bits[i] |= mask->bits[i];
        } else {
            terms->is_all = false;
        }
        end = start;
    }
}

/* Sets bit `number` in the row of each leaf of the mask. */
static void note_leaves(const PatternSet *set, const Truth *mask, uint64_t *rows, size_t number)
{
    for (size_t leaf = 0; leaf < set->leaf_count; leaf++)
        if (bit_at(mask->bits, leaf))
            rows[leaf * set->kind_words + number / 64] |= (uint64_t)1 << (number % 64);
}

/* Most expressions hold or not by what single leaves say to them. */
static void note_terms(PatternSet *set)
{
    Arena *arena = &set->rules->arena;
    set->leaf_allows = ARENA_ARRAY(arena, set->leaf_count * set->kind_words + 1, uint64_t);
    set->leaf_forbids = ARENA_ARRAY(arena, set->leaf_count * set->kind_words + 1, uint64_t);
    set->allowed = ARENA_ARRAY(arena, set->kind_words, uint64_t);
    set->settled = ARENA_ARRAY(arena, set->kind_words, uint64_t);
    for (size_t i = 0; i < set->expression_count; i++) {
        Terms terms;
        read_terms(set, &set->expressions[i], &terms);
        uint64_t bit = (uint64_t)1 << (i % 64);
        set->settled[i / 64] |= terms.is_all ? bit : 0;
        set->allowed[i / 64] |= terms.has_needs ? 0 : bit;
        note_leaves(set, &terms.needs, set->leaf_allows, i);
        note_leaves(set, &terms.forbids, set->leaf_forbids, i);
    }
}

/* A row for one more kind, for which nothing holds. */
static uint64_t *add_row(PatternSet *set)
{
    set->rows = memory_grow(set->rows, &set->kind_capacity, set->kind_count + 1,
                            set->row_words * sizeof *set->rows);
    uint64_t *row = set->rows + set->kind_count++ * set->row_words;
    memset(row, 0, set->row_words * sizeof *row);
    memcpy(row + set->kind_words, set->always, set->lead_words * sizeof *row);
    return row;
}

/* Says to each expression at which first places of a match of the pattern it may be. */
static void note_lead(PatternSet *set, const Pattern *pattern, bool at_edge)
{
    Lead lead;
    program_lead(pattern->steps, pattern->step_count, at_edge, &lead);
    uint64_t bit = (uint64_t)1 << (pattern->index % 64);
    for (size_t place = 0; place < LEAD; place++) {
        size_t word = ((at_edge ? LEAD : 0) + place) * set->pattern_words + pattern->index / 64;
        if (lead.ends[place])
            set->always[word] |= bit;
        for (size_t e = 0; e < set->expression_count && !lead.ends[place]; e++)
            if (bit_at(lead.expressions[place], e)) {
                set->leads[e * set->lead_words + word] |= bit;
                set->leading[e / 64] |= (uint64_t)1 << (e % 64);
            }
    }
}

static void note_leads(PatternSet *set)
{
    Arena *arena = &set->rules->arena;
    set->leads = ARENA_ARRAY(arena, set->expression_count * set->lead_words + 1, uint64_t);
    set->always = ARENA_ARRAY(arena, set->lead_words, uint64_t);
    set->leading = ARENA_ARRAY(arena, set->kind_words, uint64_t);
    for (size_t i = 0; i < set->count; i++) {
        note_lead(set, &set->patterns[i], false);
        note_lead(set, &set->patterns[i], true);
    }
}

/* The tables that are as large as the patterns need. */
static void size_tables(PatternSet *set)
{
    Arena *arena = &set->rules->arena;
    set->kind_words = (set->expression_count + 63) / 64 + 1;
    set->pattern_words = (set->count + 127) / 128 * 2;
    set->lead_words = 2 * LEAD * set->pattern_words;
    set->row_words = set->kind_words + set->lead_words + set->need_words;
    set->possible = ARENA_ARRAY(arena, set->pattern_words, uint64_t);
    set->starts = ARENA_ARRAY(arena, set->count + 1, Starts);
    set->kind_slots = memory_take(KIND_SLOTS * sizeof *set->kind_slots);
    memset(set->kind_slots, 0, KIND_SLOTS * sizeof *set->kind_slots);
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
    if (!good) {
        patterns_free(set);
        return NULL;
    }
    number_needs(set);
    size_tables(set);
    note_terms(set);
    note_masks(set);
    note_leads(set);
    add_row(set); /* that of no kind    */
    add_row(set); /* that of STOP_KIND */
    return set;
}

void patterns_free(PatternSet *set)
{
    if (set == NULL)
        return;
    free(set->patterns);
    free(set->masks);
    free(set->rows);
    free(set->kind_slots);
    free(set->met);
    free(set->set_kinds);
    machine_release(&set->machine);
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
        if (pattern->groups[i].capture == capture)
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

/* ---- kinds --------------------------------------------------------------- */

/* Which masks hold where the set has these leaves. */
static void hold_masks(PatternSet *set, const Truth *truth)
{
    memset(set->holding, 0, set->mask_words * sizeof *set->holding);
    for (size_t i = 0; i < LEAVES_MAX / 64; i++)
        for (uint64_t left = truth->bits[i]; left != 0; left &= left - 1) {
            size_t leaf = i * 64 + (size_t)__builtin_ctzll(left);
            for (size_t word = 0; word < set->mask_words; word++)
                set->holding[word] |= set->leaf_masks[leaf * set->mask_words + word];
        }
}

/* Which expressions hold where the set has these leaves. */
static void evaluate_all(PatternSet *set, const Truth *truth, uint64_t *holds)
{
    hold_masks(set, truth);
    for (size_t word = 0; word < set->kind_words; word++) {
        uint64_t allowed = set->allowed[word], forbidden = 0;
        for (size_t i = 0; i < LEAVES_MAX / 64; i++)
            for (uint64_t left = truth->bits[i]; left != 0; left &= left - 1) {
                size_t leaf = i * 64 + (size_t)__builtin_ctzll(left);
                allowed |= set->leaf_allows[leaf * set->kind_words + word];
                forbidden |= set->leaf_forbids[leaf * set->kind_words + word];
            }
        holds[word] = allowed & ~forbidden;
        for (uint64_t left = holds[word] & ~set->settled[word]; left != 0; left &= left - 1)
            if (!evaluate(&set->expressions[word * 64 + (size_t)__builtin_ctzll(left)],
                          set->holding))
                holds[word] &= ~(left & -left);
    }
}

/* Fills in what a row says beside the expressions that hold. */
static void finish_row(const PatternSet *set, uint64_t *row)
{
    size_t lead_words = set->lead_words;
    uint64_t *leads = row + set->kind_words, *needs = leads + lead_words;
    for (size_t i = 0; i < set->kind_words; i++)
        for (uint64_t left = row[i] & set->leading[i]; left != 0; left &= left - 1) {
            size_t expression = i * 64 + (size_t)__builtin_ctzll(left);
            for (size_t word = 0; word < lead_words; word++)
                leads[word] |= set->leads[expression * lead_words + word];
        }
    for (size_t i = 0; i < set->needed_count; i++)
        needs[i / 64] |= (uint64_t)bit_at(row, set->needed[i]) << (i % 64);
}

static uint16_t truth_kind(PatternSet *set, const Truth *truth)
{
    uint64_t *row = add_row(set);
    size_t added = set->kind_count - 1, bytes = set->kind_words * sizeof *row;
    evaluate_all(set, truth, row);
    size_t slot = (size_t)slice_hash((Slice){(const char *)row, bytes}) % KIND_SLOTS;
    for (; set->kind_slots[slot] != 0; slot = (slot + 1) % KIND_SLOTS) {
        uint16_t kind = set->kind_slots[slot];
        if (memcmp(set->rows + kind * set->row_words, row, bytes) == 0) {
            set->kind_count--;
            return kind;
        }
    }
    if (added == KIND_MAX) {
        set->kind_count--;
        return KIND_MAX - 1; /* the last kind serves for the rest */
    }
    finish_row(set, row);
    set->kind_slots[slot] = (uint16_t)added;
    return (uint16_t)added;
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

/* Writes the kinds of items [from, to). */
static void write_kinds(PatternSet *set, ItemString *string, size_t from, size_t to)
{
    size_t known = set->set_count, sets = lexicon_set_count(set->lexicon);
    if (sets > known) {
        set->set_kinds =
            memory_grow(set->set_kinds, &set->set_capacity, sets, sizeof *set->set_kinds);
        memset(set->set_kinds + known, 0, (sets - known) * sizeof *set->set_kinds);
        set->set_count = sets;
    }
    if (string->kind_capacity < string->count)
        string->kinds = memory_grow(string->kinds, &string->kind_capacity, string->count,
                                    sizeof *string->kinds);
    const Item *items = string->items;
    uint16_t *set_kinds = set->set_kinds, *kinds = string->kinds;
    for (size_t i = from; i < to; i++) {
        uint32_t number = items[i].set;
        if (set_kinds[number] == 0)
            set_kinds[number] = kind_of(set, number);
        kinds[i] = set_kinds[number];
    }
}

/* ---- running ----------------------------------------------------------- */

/* Rows are looked at in pairs of words. How many pairs of patterns and of needs there are
 * is known to the compiler in the commonest cases: these functions stand in others. */
#define INLINE static inline __attribute__((always_inline))
typedef uint64_t Pair __attribute__((vector_size(2 * sizeof(uint64_t))));

INLINE Pair pair_at(const uint64_t *words, size_t number)
{
    Pair pair;
    memcpy(&pair, words + 2 * number, sizeof pair);
    return pair;
}

/* The patterns in `may`, of a word of them, may begin at `item` by their leads: by what
 * they need as well? */
INLINE void note_starts(PatternSet *set, size_t word, uint64_t may, const Pair *behind,
                        size_t need_pairs, size_t item)
{
    for (uint64_t left = may; left != 0; left &= left - 1) {
        size_t index = word * 64 + (size_t)__builtin_ctzll(left);
        const uint64_t *needs = set->need_rows + index * 2 * need_pairs;
        Pair lacking = {0};
        for (size_t i = 0; i < need_pairs; i++)
            lacking |= pair_at(needs, i) & ~behind[i];
        if ((lacking[0] | lacking[1]) != 0)
            continue;
        Starts *starts = &set->starts[index];
        starts->first = item;
        if (!bit_at(set->possible, index))
            starts->last = item;
        set->possible[word] |= left & -left;
    }
}

/* The rows, from their leads on, of an item and of the two behind it. */
typedef struct {
    const uint64_t *first, *second, *third;
} Window;

/* Pair number `i` of the patterns, whose words begin at pair `place` of a row. */
INLINE void scan_pair(PatternSet *set, const Window *window, size_t place, size_t pairs, size_t i,
                      const Pair *behind, size_t need_pairs, size_t item)
{
    Pair may = pair_at(window->first, place + i) & pair_at(window->second, place + pairs + i) &
               pair_at(window->third, place + 2 * pairs + i);
    if ((may[0] | may[1]) == 0)
        return;
    note_starts(set, 2 * i, may[0], behind, need_pairs, item);
    note_starts(set, 2 * i + 1, may[1], behind, need_pairs, item);
}

/* From the last item to the first, so that it is known what stands behind each. The first
 * pairs have no loop: the compiler would not take it away. */
INLINE void scan(PatternSet *set, size_t pairs, size_t need_pairs)
{
    const ItemView view = set->view;
    const uint64_t *leads = view.rows + set->kind_words, *stop = leads + STOP_KIND * view.row_words;
    Window window = {stop, stop, stop};
    Pair behind[NEEDED_MAX / 128] = {{0}};
    for (size_t item = view.to;; item--) {
        bool is_start = item == view.from;
        const uint64_t *before = is_start ? stop : leads + view.kinds[item - 1] * view.row_words;
        size_t place = before == stop ? LEAD * pairs : 0;
        if (need_pairs > 0)
            behind[0] |= pair_at(window.first, 2 * LEAD * pairs);
        for (size_t i = 1; i < need_pairs; i++)
            behind[i] |= pair_at(window.first, 2 * LEAD * pairs + i);
        if (pairs > 0)
            scan_pair(set, &window, place, pairs, 0, behind, need_pairs, item);
        for (size_t i = 1; i < pairs; i++)
            scan_pair(set, &window, place, pairs, i, behind, need_pairs, item);
        if (is_start)
            return;
        window = (Window){before, window.first, window.second};
    }
}

const uint64_t *patterns_possible(PatternSet *set, ItemString *string, size_t from, size_t to)
{
    size_t pairs = set->pattern_words / 2, need_pairs = set->need_words / 2;
    write_kinds(set, string, from, to);
    set->view = (ItemView){string->kinds, set->rows, set->row_words, from, to, STOP_KIND};
    memset(set->possible, 0, set->pattern_words * sizeof *set->possible);
    if (pairs == 1 && need_pairs == 1)
        scan(set, 1, 1);
    else if (pairs == 1 && need_pairs == 2)
        scan(set, 1, 2);
    else if (pairs == 2 && need_pairs == 2)
        scan(set, 2, 2);
    else
        scan(set, pairs, need_pairs);
    return set->possible;
}

static const uint64_t *leads_at(const PatternSet *set, size_t item)
{
    const ItemView *view = &set->view;
    uint16_t kind = item < view->to ? view->kinds[item] : STOP_KIND;
    return set->rows + kind * set->row_words + set->kind_words;
}

/* The next item, up to the last, at which the pattern may begin. */
static size_t next_start(const PatternSet *set, size_t index, size_t at)
{
    size_t words = set->pattern_words, last = set->starts[index].last;
    if (at >= last)
        return at;
    const uint64_t *before = at == set->view.from ? leads_at(set, SIZE_MAX) : leads_at(set, at - 1);
    const uint64_t *stop = leads_at(set, SIZE_MAX);
    const uint64_t *first = leads_at(set, at), *second = leads_at(set, at + 1);
    for (; at < last; at++) {
        const uint64_t *third = leads_at(set, at + 2);
        size_t place = (before == stop ? LEAD * words : 0) + index / 64;
        uint64_t may = first[place] & second[place + words] & third[place + 2 * words];
        if (may >> (index % 64) & 1)
            break;
        before = first;
        first = second;
        second = third;
    }
    return at;
}

static void read_match(const PatternSet *set, const Pattern *pattern, PatternMatch *match)
{
    match->pattern = pattern;
    for (size_t i = 0; i < PATTERN_CAPTURES; i++)
        match->captures[i].start = match->captures[i].end = SIZE_MAX;
    for (size_t i = 0; i < pattern->group_count; i++) {
        const uint32_t *slots = set->machine.slots + pattern->groups[i].slot;
        if (slots[1] == PLACE_NONE)
            continue;
        match->captures[pattern->groups[i].capture].start = slots[0];
        match->captures[pattern->groups[i].capture].end = slots[1];
    }
}

bool patterns_find(PatternSet *set, const Pattern *pattern, size_t at, PatternMatch *match,
                   bool *limited)
{
    if (at >= set->view.to || !bit_at(set->possible, pattern->index))
        return false;
    set->machine.budget = SEARCH_STEPS + SEARCH_STEPS_PER_ITEM * (set->view.to - at);
    size_t index = pattern->index;
    const Starts starts = set->starts[index];
    at = at <= starts.first ? starts.first : next_start(set, index, at);
    for (; at <= starts.last; at = next_start(set, index, at + 1)) {
        RunResult result = program_run(&set->machine, pattern->steps, pattern->slot_count,
                                       &set->view, at, &match->end);
        if (result == RUN_MATCHES) {
            match->start = at;
            read_match(set, pattern, match);
            return true;
        }
        if (result == RUN_LIMITED) {
            *limited = true;
            return false;
        }
    }
    return false;
}

void patterns_find_within(PatternSet *set, ItemString *string, size_t from, size_t to,
                          PatternMatch **matches, size_t *count, size_t *capacity, bool *limited)
{
    const uint64_t *possible = patterns_possible(set, string, from, to);
    for (size_t word = 0; word < set->pattern_words; word++)
        for (uint64_t left = possible[word]; left != 0; left &= left - 1) {
            const Pattern *pattern = &set->patterns[word * 64 + (size_t)__builtin_ctzll(left)];
            PatternMatch match;
            for (size_t at = from; at < to && patterns_find(set, pattern, at, &match, limited);
                 at = match.end > match.start ? match.end : match.end + 1) {
                *matches = memory_grow(*matches, capacity, *count + 1, sizeof **matches);
                (*matches)[(*count)++] = match;
            }
        }
}

void patterns_find_all(PatternSet *set, ItemString *string, PatternMatch **matches, size_t *count,
                       size_t *capacity, bool *limited)
{
    for (size_t from = 0; from < string->count;) {
        size_t to = items_stretch_end(string, from);
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
