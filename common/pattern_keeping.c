#include "common/pattern_keeping.h"

#include "common/buffer.h"

/* The part CACHE_PROGRAMS: the head, and behind it arrays, each of which begins at a multiple
 * of ALIGNMENT. The steps of all programs, one's behind the other's, are the part CACHE_STEPS. */
typedef struct {
    uint64_t classes; /* checksum of the names of those that were there before, by number */
    uint32_t programs, groups, expressions, ops, masks, leaves, captures;
    uint32_t additions, texts, text_bytes, unions, members, ways;
    uint32_t unused; /* so that every byte of a file has a value */
} PartsHead;

enum { ALIGNMENT = 16 };

typedef struct {
    uint32_t steps, slots, groups;
} KeptProgram;

typedef struct {
    uint32_t texts, class_number, is_shape;
} KeptAddition;

_Static_assert(sizeof(Step) == CACHE_STEP_BYTES, "cache.h says how large they are");
_Static_assert(sizeof(PartsHead) == sizeof(uint64_t) + 14 * sizeof(uint32_t), "no padding");
_Static_assert(sizeof(Lead) == 2 + sizeof(uint16_t) + LEAD_LOOKS * sizeof(Look) + LEAD + 1 +
                                   LEAD * LEAD_WORDS * sizeof(uint64_t),
               "no padding");

uint64_t pattern_parts_classes(const Lexicon *lexicon)
{
    const Classes *classes = lexicon_classes(lexicon);
    uint64_t sum = 0;
    for (int i = 0; i < classes_count(classes); i++)
        sum = cache_checksum(sum, classes_name(classes, i));
    return sum;
}

/* The key of a file also says how its arrays are laid out. */
static uint64_t layout_key(uint64_t key)
{
    static const uint64_t sizes[] = {
        sizeof(PartsHead), sizeof(KeptProgram), sizeof(KeptAddition), sizeof(Group), sizeof(Op),
        sizeof(Truth),     sizeof(NeedBits),    sizeof(Lead),         sizeof(Step),  NEEDED_MAX,
    };
    return cache_checksum(key, (Slice){(const char *)sizes, sizeof sizes});
}

/* ---- writing ----------------------------------------------------------- */

static void put(Buffer *out, const void *data, size_t count, size_t item_bytes)
{
    static const char zeros[ALIGNMENT] = {0};
    buffer_append(out, (Slice){data, count * item_bytes});
    buffer_append(out, (Slice){zeros, (ALIGNMENT - out->length % ALIGNMENT) % ALIGNMENT});
}

static PartsHead measure(const PatternParts *parts)
{
    const PatternScope *scope = parts->scope;
    const Expressions *expressions = &scope->expressions;
    PartsHead head = {.classes = parts->classes,
                      .programs = (uint32_t)parts->count,
                      .expressions = (uint32_t)expressions->count,
                      .masks = (uint32_t)expressions->mask_count,
                      .leaves = (uint32_t)expressions->leaf_count,
                      .captures = (uint32_t)scope->capture_count,
                      .additions = (uint32_t)scope->addition_count,
                      .unions = (uint32_t)parts->guards->count,
                      .ways = (uint32_t)parts->source->way_count};
    for (size_t i = 0; i < parts->count; i++)
        head.groups += (uint32_t)parts->programs[i]->group_count;
    for (size_t i = 0; i < expressions->count; i++)
        head.ops += (uint32_t)expressions->items[i].count;
    for (size_t i = 0; i < parts->guards->count; i++)
        head.members += (uint32_t)parts->guards->unions[i].count;
    return head;
}

static void put_programs(const PatternParts *parts, Buffer *out)
{
    Buffer groups = {0};
    KeptProgram *kept = ARENA_ROOM(parts->scope->arena, parts->count, KeptProgram);
    for (size_t i = 0; i < parts->count; i++) {
        const PatternProgram *program = parts->programs[i];
        kept[i] = (KeptProgram){(uint32_t)program->step_count, (uint32_t)program->slot_count,
                                (uint32_t)program->group_count};
        buffer_append(&groups, (Slice){(const char *)program->groups,
                                       program->group_count * sizeof *program->groups});
    }
    put(out, kept, parts->count, sizeof *kept);
    put(out, groups.data, groups.length, 1);
    buffer_release(&groups);
}

static void put_expressions(const PatternParts *parts, Buffer *out)
{
    const Expressions *expressions = &parts->scope->expressions;
    Buffer ops = {0};
    uint32_t *counts = ARENA_ROOM(parts->scope->arena, expressions->count, uint32_t);
    for (size_t i = 0; i < expressions->count; i++) {
        const Expression *expression = &expressions->items[i];
        counts[i] = (uint32_t)expression->count;
        buffer_append(&ops, (Slice){(const char *)expression->ops,
                                    expression->count * sizeof *expression->ops});
    }
    put(out, counts, expressions->count, sizeof *counts);
    put(out, ops.data, ops.length, 1);
    put(out, expressions->masks, expressions->mask_count, sizeof *expressions->masks);
    put(out, expressions->leaves, expressions->leaf_count, sizeof *expressions->leaves);
    buffer_release(&ops);
}

static void put_unions(const PatternParts *parts, Buffer *out)
{
    const Guards *guards = parts->guards;
    Buffer members = {0};
    uint32_t *counts = ARENA_ROOM(parts->scope->arena, guards->count, uint32_t);
    for (size_t i = 0; i < guards->count; i++) {
        const Union *one = &guards->unions[i];
        counts[i] = (uint32_t)one->count;
        buffer_append(&members,
                      (Slice){(const char *)one->members, one->count * sizeof *one->members});
    }
    put(out, counts, guards->count, sizeof *counts);
    put(out, members.data, members.length, 1);
    buffer_release(&members);
}

static void add_text(Buffer *lengths, Buffer *texts, Slice text)
{
    uint32_t length = (uint32_t)text.length;
    buffer_append(lengths, (Slice){(const char *)&length, sizeof length});
    buffer_append(texts, text);
}

/* Names of captures, then the texts of additions. */
static void put_texts(const PatternParts *parts, PartsHead *head, Buffer *out)
{
    const PatternScope *scope = parts->scope;
    Buffer lengths = {0}, texts = {0};
    KeptAddition *kept = ARENA_ROOM(scope->arena, scope->addition_count, KeptAddition);
    for (size_t i = 0; i < scope->capture_count; i++)
        add_text(&lengths, &texts, scope->captures[i]);
    for (size_t i = 0; i < scope->addition_count; i++) {
        const Addition *addition = &scope->additions[i];
        kept[i] = (KeptAddition){(uint32_t)addition->count, (uint32_t)addition->class_number,
                                 addition->is_shape};
        for (size_t k = 0; k < addition->count; k++)
            add_text(&lengths, &texts, addition->texts[k]);
    }
    put(out, kept, scope->addition_count, sizeof *kept);
    put(out, lengths.data, lengths.length, 1);
    put(out, texts.data, texts.length, 1);
    head->texts = (uint32_t)(lengths.length / sizeof(uint32_t));
    head->text_bytes = (uint32_t)texts.length;
    buffer_release(&lengths);
    buffer_release(&texts);
}

static void put_steps(const PatternParts *parts, Buffer *out)
{
    for (size_t i = 0; i < parts->count; i++) {
        const PatternProgram *program = parts->programs[i];
        buffer_append(out,
                      (Slice){(const char *)program->steps, program->step_count * sizeof(Step)});
    }
}

void pattern_parts_keep(const PatternParts *parts, const char *path, uint64_t key)
{
    Buffer out = {0}, steps = {0};
    const KindSource *source = parts->source;
    PartsHead head = measure(parts);
    put(&out, &head, 1, sizeof head);
    put_texts(parts, &head, &out);
    put_programs(parts, &out);
    put_expressions(parts, &out);
    put_unions(parts, &out);
    put(&out, parts->needs, parts->count, sizeof *parts->needs);
    put(&out, source->needed, NEEDED_MAX / 64, sizeof *source->needed);
    put(&out, source->need_bits, NEEDED_MAX, sizeof *source->need_bits);
    put(&out, source->leads, source->way_count, sizeof *source->leads);
    put(&out, source->pattern_of, source->way_count, sizeof *source->pattern_of);
    memcpy(out.data, &head, sizeof head);
    put_steps(parts, &steps);
    const CacheSource sources[CACHE_PARTS] = {
        [CACHE_PROGRAMS] = {out.data, out.length, 0},
        [CACHE_STEPS] = {steps.data, steps.length / sizeof(Step), 0},
    };
    cache_write(path, layout_key(key), sources);
    buffer_release(&out);
    buffer_release(&steps);
}

/* ---- reading ----------------------------------------------------------- */

/* What is kept is as it was written: the checksum said so. */
typedef struct {
    char *start;
    size_t at;
} Reader;

static void *get(Reader *reader, size_t count, size_t item_bytes)
{
    void *data = reader->start + reader->at;
    reader->at += (count * item_bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return data;
}

static void get_programs(PatternParts *parts, const PartsHead *head, Reader *reader, Step *steps)
{
    const KeptProgram *kept = get(reader, head->programs, sizeof *kept);
    Group *groups = get(reader, head->groups, sizeof *groups);
    for (size_t i = 0; i < parts->count; i++) {
        *parts->programs[i] = (PatternProgram){.steps = steps,
                                               .step_count = kept[i].steps,
                                               .slot_count = kept[i].slots,
                                               .groups = groups,
                                               .group_count = kept[i].groups};
        steps += kept[i].steps;
        groups += kept[i].groups;
    }
}

static void get_expressions(PatternParts *parts, const PartsHead *head, Reader *reader)
{
    Expressions *expressions = &parts->scope->expressions;
    const uint32_t *counts = get(reader, head->expressions, sizeof *counts);
    Op *ops = get(reader, head->ops, sizeof *ops);
    for (size_t i = 0; i < head->expressions; i++) {
        expressions->items[i] = (Expression){ops, counts[i]};
        ops += counts[i];
    }
    expressions->count = head->expressions;
    const Truth *masks = get(reader, head->masks, sizeof *masks);
    expressions->masks = memory_grow(expressions->masks, &expressions->mask_capacity,
                                     head->masks + (size_t)1, sizeof *masks);
    memcpy(expressions->masks, masks, head->masks * sizeof *masks);
    expressions->mask_count = head->masks;
    const int *leaves = get(reader, head->leaves, sizeof *leaves);
    for (size_t i = 0; i < head->leaves; i++) {
        expressions->leaves[i] = leaves[i];
        expressions->leaf_numbers[leaves[i]] = (uint16_t)(i + 1);
    }
    expressions->leaf_count = head->leaves;
}

/* Their numbers are known: nothing asks for more of them. */
static void get_unions(PatternParts *parts, const PartsHead *head, Reader *reader)
{
    Guards *guards = parts->guards;
    const uint32_t *counts = get(reader, head->unions, sizeof *counts);
    const uint16_t *members = get(reader, head->members, sizeof *members);
    guards->arena = parts->scope->arena;
    guards->first = kinds_expression_bits(&parts->scope->expressions);
    for (size_t i = 0; i < head->unions; i++) {
        guards->unions[i] = (Union){members, counts[i]};
        members += counts[i];
    }
    guards->count = head->unions;
}

/* Gives the lexicon the words and shapes of patterns, in the order in which it had them; false
 * where they have other numbers now. */
static bool add_again(const PatternParts *parts, const PartsHead *head, const KeptAddition *kept,
                      const Slice *texts, const RuleNode *place)
{
    Lexicon *lexicon = parts->scope->lexicon;
    Error ignored = {0};
    for (size_t i = 0; i < head->additions; i++) {
        int number = kept[i].is_shape
                         ? lexicon_add_shape(lexicon, *texts, place, &ignored)
                         : lexicon_add_literals(lexicon, texts, kept[i].texts, place, &ignored);
        if (number != (int)kept[i].class_number)
            return false;
        texts += kept[i].texts;
    }
    return true;
}

static bool get_texts(PatternParts *parts, const PartsHead *head, Reader *reader,
                      const RuleNode *place)
{
    PatternScope *scope = parts->scope;
    const KeptAddition *kept = get(reader, head->additions, sizeof *kept);
    const uint32_t *lengths = get(reader, head->texts, sizeof *lengths);
    const char *kept_text = get(reader, head->text_bytes, 1);
    /* The lexicon may outlive the cache. */
    const char *text = arena_copy(scope->arena, (Slice){kept_text, head->text_bytes}).data;
    Slice *texts = ARENA_ROOM(scope->arena, head->texts + (size_t)1, Slice);
    for (size_t i = 0; i < head->texts; i++) {
        texts[i] = (Slice){text, lengths[i]};
        text += lengths[i];
    }
    if (!add_again(parts, head, kept, texts + head->captures, place))
        return false;
    memcpy(scope->captures, texts, head->captures * sizeof *texts);
    scope->capture_count = head->captures;
    return true;
}

static PartsState read_parts(PatternParts *parts, const Cache *cache, const RuleNode *place)
{
    Reader reader = {cache->parts[CACHE_PROGRAMS].data, 0};
    const PartsHead *head = get(&reader, 1, sizeof *head);
    KindSource *source = parts->source;
    if (head->classes != parts->classes || head->programs != parts->count)
        return PARTS_MISSING;
    if (!get_texts(parts, head, &reader, place))
        return PARTS_UNLIKE;
    get_programs(parts, head, &reader, cache->parts[CACHE_STEPS].data);
    get_expressions(parts, head, &reader);
    get_unions(parts, head, &reader);
    memcpy(parts->needs, get(&reader, parts->count, sizeof *parts->needs),
           parts->count * sizeof *parts->needs);
    source->needed = get(&reader, NEEDED_MAX / 64, sizeof *source->needed);
    source->need_bits = get(&reader, NEEDED_MAX, sizeof *source->need_bits);
    source->leads = get(&reader, head->ways, sizeof *source->leads);
    source->pattern_of = get(&reader, head->ways, sizeof *source->pattern_of);
    source->way_count = head->ways;
    return PARTS_RESTORED;
}

PartsState pattern_parts_restore(PatternParts *parts, Cache *cache, const char *path, uint64_t key,
                                 const RuleNode *place)
{
    PartsState state = PARTS_MISSING;
    if (!cache_open(cache, path, layout_key(key)))
        return state;
    if (cache->parts[CACHE_PROGRAMS].count >= sizeof(PartsHead))
        state = read_parts(parts, cache, place);
    if (state != PARTS_RESTORED)
        cache_close(cache);
    return state;
}
