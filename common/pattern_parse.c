#include "common/pattern_parse.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/bitsets.h"
#include "common/nearest.h"
#include "common/utf8.h"

enum {
    NESTING_MAX = 64,  /* brackets and class patterns within another */
    STEPS_MAX = 32000, /* of one pattern                             */
    /* steps written and patterns named, with what {0} and the like left nothing of */
    WORK_MAX = NESTING_MAX * STEPS_MAX,
};

void needs_join(Needs *needs, const Needs *others)
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

/* What a class pattern became when it was first named: the same stands wherever it is. */
struct Inlined {
    const Step *steps; /* their slots count from 0 */
    size_t step_count, slot_count, work;
    Part part;
};

typedef struct {
    PatternScope *scope;
    const PatternText *source; /* whose text is being made */
    Slice text;                /* of it                    */
    size_t at;
    int nesting;
    size_t work;       /* see WORK_MAX */
    bool within_class; /* inside a class pattern: no captures */
    Error *error;

    Step *steps;
    size_t step_count, step_capacity;
    Group *groups;
    size_t group_count, group_capacity;
    size_t slot_count;
    Op ops[OPS_MAX];
    size_t op_count;
} Parser;

static bool complain(Parser *parser, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool complain(Parser *parser, const char *format, ...)
{
    Error *error = parser->error;
    va_list arguments;
    va_start(arguments, format);
    error_set_list(error, EXIT_USAGE, NULL, 0, 0, format, arguments);
    va_end(arguments);
    size_t rest = parser->text.length - parser->at;
    Slice near = slice_cut(parser->text, parser->at, parser->at + 24);
    while (near.length > 0 && near.length < rest &&
           ((unsigned char)parser->text.data[parser->at + near.length] & 0xC0) == 0x80)
        near.length--;
    size_t column = utf8_count(slice_cut(parser->text, 0, parser->at)) + 1;
    if (rest == 0)
        return rule_error_at(parser->source->match, parser->at, error,
                             "pattern \"%.*s\": at its end: %s", SLICE_ARG(parser->source->id),
                             error->message);
    return rule_error_at(parser->source->match, parser->at, error,
                         "pattern \"%.*s\": at character %zu, near \"%.*s\": %s",
                         SLICE_ARG(parser->source->id), column, SLICE_ARG(near), error->message);
}

static void emit(Parser *parser, Step step)
{
    parser->steps = memory_grow(parser->steps, &parser->step_capacity, parser->step_count + 1,
                                sizeof *parser->steps);
    parser->steps[parser->step_count++] = step;
    parser->work++;
}

/* Steps behind it move; those that lead over it are not there yet. */
static void insert(Parser *parser, size_t place, Step step)
{
    emit(parser, step);
    memmove(parser->steps + place + 1, parser->steps + place,
            (parser->step_count - 1 - place) * sizeof *parser->steps);
    parser->steps[place] = step;
}

static bool check_size(Parser *parser)
{
    return (parser->step_count <= STEPS_MAX && parser->slot_count <= STEPS_MAX &&
            parser->work <= WORK_MAX) ||
           complain(parser, "the pattern is too large; repeat less, or name fewer patterns in it");
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
    Op *left = &parser->ops[parser->op_count - 2], *right = left + 1;
    Expressions *expressions = &parser->scope->expressions;
    if (left->kind != OP_ANY || right->kind != OP_ANY)
        return push_op(parser, OP_OR, 0);
    words_join(expressions->masks[left->mask].bits, expressions->masks[right->mask].bits,
               LEAVES_MAX / 64);
    expressions_forget_masks(expressions, right->mask);
    parser->op_count--;
    return true;
}

static bool push_class(Parser *parser, int number)
{
    return push_op(parser, OP_ANY, expressions_class_mask(&parser->scope->expressions, number));
}

/* What holds for every item: that none of no classes does not. */
static bool push_anything(Parser *parser)
{
    return push_op(parser, OP_ANY, expressions_empty_mask(&parser->scope->expressions)) &&
           push_op(parser, OP_NOT, 0);
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

static PatternText *find_class_pattern(const PatternScope *scope, Slice id)
{
    for (size_t i = 0; i < scope->class_count; i++)
        if (slice_equal(scope->classes[i].id, id))
            return &scope->classes[i];
    return NULL;
}

static bool unknown_class(Parser *parser, Slice name)
{
    if (name.length == 0)
        return complain(parser,
                        "the name of a class is needed behind @ (letters a to z, digits, - and _)");
    if (find_class_pattern(parser->scope, name) != NULL) {
        parser->at -= name.length;
        return complain(parser,
                        "\"%.*s\" is a pattern, which is no class of one item; write it by itself, "
                        "( | ) instead of [ ], without & and !",
                        SLICE_ARG(name));
    }
    Nearest nearest = {.wanted = name};
    nearest_offer(&nearest, classes_nearest(lexicon_classes(parser->scope->lexicon), name));
    for (size_t i = 0; i < parser->scope->class_count; i++)
        nearest_offer(&nearest, parser->scope->classes[i].id);
    parser->at -= name.length;
    Slice meant = nearest_meant(&nearest);
    return complain(parser, "class \"%.*s\" is not defined%s%.*s%s", SLICE_ARG(name),
                    meant.length ? "; did you mean \"" : "; list words under it, in a lexicon",
                    SLICE_ARG(meant), meant.length ? "\"?" : "");
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

/* Notes what has become a class, where that is new: there were `before` classes. */
static void note_addition(Parser *parser, Addition addition, int before)
{
    PatternScope *scope = parser->scope;
    if (addition.class_number < before)
        return;
    Slice *kept = ARENA_ROOM(scope->arena, addition.count, Slice);
    memcpy(kept, addition.texts, addition.count * sizeof *kept);
    addition.texts = kept;
    scope->additions = memory_grow(scope->additions, &scope->addition_capacity,
                                   scope->addition_count + 1, sizeof *scope->additions);
    scope->additions[scope->addition_count++] = addition;
}

/* Words, which have one class together; without any nothing is pushed. */
static bool push_words(Parser *parser, const Slice *words, size_t count)
{
    if (count == 0)
        return true;
    Lexicon *lexicon = parser->scope->lexicon;
    int before = classes_count(lexicon_classes(lexicon));
    int number = lexicon_add_literals(lexicon, words, count, parser->source->match, parser->error);
    if (number == CLASS_NONE)
        return false;
    note_addition(parser, (Addition){words, count, number, false}, before);
    return push_class(parser, number);
}

static bool push_shape(Parser *parser, Slice expression)
{
    Lexicon *lexicon = parser->scope->lexicon;
    int before = classes_count(lexicon_classes(lexicon));
    int number = lexicon_add_shape(lexicon, expression, parser->source->match, parser->error);
    if (number == CLASS_NONE)
        return false;
    note_addition(parser, (Addition){&expression, 1, number, true}, before);
    return push_class(parser, number);
}

/* Whether a word stands here without & behind. */
static bool is_plain_word(const Parser *parser)
{
    Slice rest = slice_cut(parser->text, parser->at + 1, parser->text.length);
    const char *end = peek(parser) == '"' ? memchr(rest.data, '"', rest.length) : NULL;
    return end != NULL && (end + 1 == rest.data + rest.length || end[1] != '&');
}

typedef struct {
    Slice *items; /* heap */
    size_t count, capacity;
} Words;

/* What stands in [ ]; its plain words are put into `words`. */
static bool parse_members(Parser *parser, Words *words)
{
    size_t others = 0;
    for (skip_space(parser); peek(parser) != ']'; skip_space(parser)) {
        if (peek(parser) < 0)
            return complain(parser, "a closing ] is missing");
        if (is_plain_word(parser)) {
            Slice word;
            if (!read_delimited(parser, &word))
                return false;
            words->items =
                memory_grow(words->items, &words->capacity, words->count + 1, sizeof *words->items);
            words->items[words->count++] = word;
        } else if (!parse_class(parser) || (others++ != 0 && !push_or(parser))) {
            return false;
        }
    }
    if (others == 0 && words->count == 0)
        return complain(parser, "nothing stands in the brackets");
    return push_words(parser, words->items, words->count) &&
           (others == 0 || words->count == 0 || push_or(parser));
}

/* [ union ] of classes. */
static bool parse_union(Parser *parser)
{
    Words words = {0};
    parser->at++;
    if (++parser->nesting > NESTING_MAX)
        return complain(parser, "nested too deeply");
    bool good = parse_members(parser, &words);
    free(words.items);
    parser->at++;
    parser->nesting--;
    return good;
}

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
        int number = classes_find(lexicon_classes(parser->scope->lexicon), name);
        good = number == CLASS_NONE ? unknown_class(parser, name) : push_class(parser, number);
    } else if (c == '"' || c == '/') {
        Slice inner;
        if (!read_delimited(parser, &inner))
            return false;
        good = c == '"' ? push_words(parser, &inner, 1) : push_shape(parser, inner);
    } else if (c == '[') {
        good = parse_union(parser);
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

/* Adds the classes that an item must have for the expression to hold, as far as they stand in
 * it as plain conjuncts. */
static void expression_needs(const PatternScope *scope, const Expression *expression, Needs *needs)
{
    ClassSet found = {{0}};
    expressions_conjuncts(&scope->expressions, expression, &found);
    class_union(&needs->classes, &found);
    classes_put_all(lexicon_classes(scope->lexicon), &needs->kinds, &found);
}

static bool emit_expression(Parser *parser, size_t first_op, Part *part)
{
    Expressions *expressions = &parser->scope->expressions;
    Expression expression = {.ops = parser->ops + first_op, .count = parser->op_count - first_op};
    parser->op_count = first_op;
    size_t number = expressions_find(expressions, &expression, parser->scope->arena);
    if (number == EXPRESSIONS_MAX)
        return complain(parser, "more than %d different class expressions", EXPRESSIONS_MAX);
    emit(parser, (Step){.kind = STEP_ITEM, .expression = (uint16_t)number});
    if (number < NEEDED_MAX)
        bit_set(part->needs.expressions, number);
    expression_needs(parser->scope, &expressions->items[number], &part->needs);
    add_length(part, 1, 1);
    return true;
}

static bool parse_alternatives(Parser *parser, Part *part, bool behind);

static bool capture_number(Parser *parser, Slice name, uint8_t *number)
{
    PatternScope *scope = parser->scope;
    for (size_t i = 0; i < scope->capture_count; i++)
        if (slice_equal(scope->captures[i], name)) {
            *number = (uint8_t)i;
            return true;
        }
    if (scope->capture_count == PATTERN_CAPTURES)
        return complain(parser, "more than %d different captures", PATTERN_CAPTURES);
    *number = (uint8_t)scope->capture_count;
    scope->captures[scope->capture_count++] = name;
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

/* All of the text at hand. */
static bool parse_whole(Parser *parser, Part *part)
{
    return parse_alternatives(parser, part, false) &&
           (parser->at == parser->text.length ||
            complain(parser, "a closing bracket without an opening one"));
}

/* Makes a class pattern by itself; NULL on a mistake. */
static const Inlined *make_inlined(const Parser *parser, const PatternText *inner)
{
    Parser own = {.scope = parser->scope,
                  .source = inner,
                  .text = inner->text,
                  .nesting = parser->nesting,
                  .within_class = true,
                  .error = parser->error};
    Part part = {0};
    Inlined *inlined = NULL;
    if (parse_whole(&own, &part)) {
        Step *steps = ARENA_ROOM(own.scope->arena, own.step_count, Step);
        if (own.step_count != 0)
            memcpy(steps, own.steps, own.step_count * sizeof *steps);
        inlined = ARENA_NEW(own.scope->arena, Inlined);
        *inlined = (Inlined){steps, own.step_count, own.slot_count, own.work, part};
    }
    free(own.steps);
    return inlined;
}

static void emit_inlined(Parser *parser, const Inlined *inlined, Part *part)
{
    parser->steps = memory_grow(parser->steps, &parser->step_capacity,
                                parser->step_count + inlined->step_count, sizeof *parser->steps);
    for (size_t i = 0; i < inlined->step_count; i++) {
        Step step = inlined->steps[i];
        if (step.kind == STEP_NOTE || step.kind == STEP_UNMOVED)
            step.slot = (uint16_t)(step.slot + parser->slot_count);
        parser->steps[parser->step_count++] = step;
    }
    parser->slot_count += inlined->slot_count;
    parser->work += inlined->work;
    needs_join(&part->needs, &inlined->part.needs);
    add_length(part, inlined->part.least, inlined->part.most);
}

/* @id of a pattern that makes a class: its text stands here as a group. */
static bool parse_inlined(Parser *parser, PatternText *inner, Part *part)
{
    if (++parser->nesting > NESTING_MAX)
        return complain(parser, "patterns that name one another in a circle (\"%.*s\")",
                        SLICE_ARG(inner->id));
    parser->work++;
    if (!check_size(parser))
        return false;
    if (inner->inlined == NULL)
        inner->inlined = make_inlined(parser, inner);
    if (inner->inlined == NULL)
        return false;
    emit_inlined(parser, inner->inlined, part);
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
            needs_join(&part->needs, &own.needs);
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
        bool is_class = peek(parser) == '&' ||
                        classes_find(lexicon_classes(parser->scope->lexicon), name) != CLASS_NONE;
        PatternText *inner = is_class ? NULL : find_class_pattern(parser->scope, name);
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
    bool possessive = quantifier->mode == REPEAT_POSSESSIVE;
    bool once = quantifier->least == 1 && quantifier->most == 1;
    if (count == 0 || (once && !possessive))
        return true;
    Step *first = parser->steps + start;
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
        if (!check_size(parser))
            return false;
        if (quantifier.least > 0)
            needs_join(&part->needs, &own.needs);
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
    needs_join(&part->needs, &common.needs);
    add_length(part, common.least, common.most);
    return true;
}

bool pattern_parse(PatternScope *scope, const PatternText *source, PatternProgram *program,
                   Error *error)
{
    Parser parser = {.scope = scope,
                     .source = source,
                     .text = source->text,
                     .within_class = source->is_class,
                     .error = error};
    Part part = {0};
    bool good = parse_whole(&parser, &part);
    if (good) {
        emit(&parser, (Step){.kind = STEP_MATCH});
        *program = (PatternProgram){
            .steps = ARENA_ARRAY(scope->arena, parser.step_count, Step),
            .step_count = parser.step_count,
            .slot_count = parser.slot_count,
            .groups = ARENA_ARRAY(scope->arena, parser.group_count + 1, Group),
            .group_count = parser.group_count,
            .needs = part.needs,
        };
        memcpy(program->steps, parser.steps, parser.step_count * sizeof *program->steps);
        if (parser.group_count != 0)
            memcpy(program->groups, parser.groups, parser.group_count * sizeof *program->groups);
    }
    free(parser.steps);
    free(parser.groups);
    return good;
}
