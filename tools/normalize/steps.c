#include "tools/normalize/steps.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "common/buffer.h"
#include "common/nearest.h"
#include "common/utf8.h"
#include "tools/normalize/compose.h"

enum { SET_MAX = 32, ACTION_MAX = 60000 };

static const char *const kind_names[] = {
    "delete", "replace",  "presentation-forms", "white-space",  "line-ends", "blank-lines",
    "nfc",    "mojibake", "entities",           "word-letters", NULL,
};

static const char *const known_keys[] = {
    "id",
    "kind",
    "characters*",
    "map{}",
    "to",
    "between*",
    "after*",
    "before*",
    "not-after*",
    "not-before*",
    "keep",
    "lossless",
    "default",
    "disabled",
    "note",
    "examples[]",
    "as",
    "was",
    "signs*",
    "lost[]",
    "unless*",
    "at-end{}",
    "at-end-words[]",
    "evidence-words[]",
    "evidence-starts[]",
    "other-words[]",
    "not-with*",
    "evidence*",
    "usual[]",
    NULL,
};

/* In the order of utf8proc_category_t. */
static const char *const category_names[] = {
    "Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps",
    "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co",
};
enum { CATEGORY_COUNT = sizeof category_names / sizeof category_names[0] };

typedef struct {
    Rules *rules;
    Steps *steps;
    Page *pages[PAGE_COUNT]; /* the same as steps->pages, to write in */
    size_t step_capacity, action_capacity;
    Error *error;
} Builder;

static const Page empty_page;

/* ---- characters -------------------------------------------------------- */

static Page *page_of(Builder *builder, uint32_t codepoint)
{
    Page **page = &builder->pages[codepoint / PAGE_SIZE];
    if (*page == NULL) {
        *page = ARENA_NEW(&builder->rules->arena, Page);
        builder->steps->pages[codepoint / PAGE_SIZE] = *page;
    }
    return *page;
}

static int set_number(const Steps *steps, Slice name)
{
    for (size_t i = 0; i < steps->set_count; i++)
        if (slice_equal(steps->set_names[i], name))
            return (int)i;
    return -1;
}

uint32_t steps_set(const Steps *steps, const RuleNode *node, Error *error)
{
    int number = set_number(steps, node->scalar);
    if (node->kind == RULE_SCALAR && number >= 0)
        return UINT32_C(1) << number;
    rule_error(node, error, "\"%.*s\" is no set of section character-sets",
               SLICE_ARG(node->scalar));
    return 0;
}

bool steps_read_range(const RuleNode *node, uint32_t *first, uint32_t *last, Error *error)
{
    return (node->kind == RULE_SCALAR && rule_characters(node, node->scalar, first, last, error)) ||
           rule_error(node, error,
                      "\"%.*s\" names no characters; write U+0640, U+200B..U+200F, a single "
                      "character, or the name of a set of section character-sets",
                      SLICE_ARG(node->scalar));
}

typedef bool (*EachCharacter)(Builder *builder, uint32_t codepoint, void *data);

static bool each_of_set(Builder *builder, int number, EachCharacter use, void *data)
{
    for (uint32_t page = 0; page < PAGE_COUNT; page++)
        for (uint32_t i = 0; builder->pages[page] != NULL && i < PAGE_SIZE; i++)
            if ((builder->pages[page]->sets[i] >> number & 1) != 0 &&
                !use(builder, page * PAGE_SIZE + i, data))
                return false;
    return true;
}

/* Calls `use` for every character that the list (or single scalar) names. */
static bool each_character(Builder *builder, const RuleNode *node, EachCharacter use, void *data)
{
    if (node->kind == RULE_MAP)
        return rule_error(node, builder->error, "a list of characters is needed here");
    for (const RuleNode *item = rule_first(node); item; item = rule_next(node, item)) {
        uint32_t first, last;
        int set = set_number(builder->steps, item->scalar);
        if (item->kind == RULE_SCALAR && set >= 0) {
            if (!each_of_set(builder, set, use, data))
                return false;
            continue;
        }
        if (!steps_read_range(item, &first, &last, builder->error))
            return false;
        for (uint32_t c = first; c <= last; c++)
            if (!use(builder, c, data))
                return false;
    }
    return true;
}

/* ---- sets and contexts ------------------------------------------------- */

static bool put_in_set(Builder *builder, uint32_t codepoint, void *data)
{
    page_of(builder, codepoint)->sets[codepoint % PAGE_SIZE] |= UINT32_C(1) << *(int *)data;
    return true;
}

static bool read_sets(Builder *builder)
{
    RuleWalk walk = rules_walk(builder->rules, "character-sets");
    while (rule_walk_next(&walk)) {
        if (walk.node->kind != RULE_MAP)
            return rule_error(walk.node, builder->error,
                              "character-sets is a map (name: [characters])");
        for (const RuleNode *set = walk.node->children; set != NULL; set = set->next) {
            int number = set_number(builder->steps, set->key);
            if (number < 0) {
                if (builder->steps->set_count == SET_MAX)
                    return rule_error(set, builder->error, "more than %d character sets", SET_MAX);
                number = (int)builder->steps->set_count++;
                builder->steps->set_names[number] = set->key;
            }
            if (!each_character(builder, set, put_in_set, &number))
                return false;
        }
    }
    return true;
}

/* "L" is all letters, "Lo" those of one category. */
static uint32_t category_bits(Slice name)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < CATEGORY_COUNT; i++)
        if (name.length >= 1 && name.length <= 2 && slice_starts(slice_of(category_names[i]), name))
            bits |= UINT32_C(1) << i;
    return bits;
}

static bool add_context(Builder *builder, const RuleNode *node, Context *context)
{
    if (node == NULL)
        return true;
    context->given = true;
    if (node->kind == RULE_MAP)
        return rule_error(node, builder->error, "a list of character sets is needed here");
    for (const RuleNode *item = rule_first(node); item; item = rule_next(node, item)) {
        int set = set_number(builder->steps, item->scalar);
        uint32_t categories = category_bits(item->scalar);
        if (set >= 0)
            context->sets |= UINT32_C(1) << set;
        else if (categories != 0)
            context->categories |= categories;
        else
            return rule_error(item, builder->error,
                              "\"%.*s\" is neither a set of section character-sets nor a Unicode "
                              "general category (L, Lo, M, Nd ...)",
                              SLICE_ARG(item->scalar));
    }
    return true;
}

static bool read_contexts(Builder *builder, Step *step)
{
    const RuleNode *node = step->node, *between = rule_get(node, "between");
    if (step->kind > STEP_NFC)
        return true;
    if (!add_context(builder, between, &step->after) ||
        !add_context(builder, between, &step->before) ||
        !add_context(builder, rule_get(node, "after"), &step->after) ||
        !add_context(builder, rule_get(node, "before"), &step->before) ||
        !add_context(builder, rule_get(node, "not-after"), &step->not_after) ||
        !add_context(builder, rule_get(node, "not-before"), &step->not_before))
        return false;
    step->contextual =
        step->after.given || step->before.given || step->not_after.given || step->not_before.given;
    if (step->contextual && step->kind != STEP_DELETE && step->kind != STEP_REPLACE)
        return rule_error(node, builder->error,
                          "a step of kind %s has no context; take out between, after and before",
                          kind_names[step->kind]);
    return true;
}

bool context_holds(const Steps *steps, const Context *context, uint32_t codepoint)
{
    uint32_t sets = steps->pages[codepoint / PAGE_SIZE]->sets[codepoint % PAGE_SIZE];
    if ((sets & context->sets) != 0)
        return true;
    return context->categories != 0 &&
           (context->categories >> utf8proc_category((utf8proc_int32_t)codepoint) & 1) != 0;
}

/* ---- steps ------------------------------------------------------------- */

static bool read_kind(const RuleNode *node, StepKind *kind, Error *error)
{
    Slice text = rule_text(node, "kind");
    for (int i = 0; kind_names[i] != NULL; i++)
        if (slice_equal(text, slice_of(kind_names[i]))) {
            *kind = (StepKind)i;
            return true;
        }
    const RuleNode *value = rule_get(node, "kind");
    return rule_error(value ? value : node, error,
                      "unknown kind \"%.*s\"; did you mean \"%s\"? (delete, replace, "
                      "presentation-forms, white-space, line-ends, blank-lines, nfc, mojibake, "
                      "entities, word-letters)",
                      SLICE_ARG(text), name_nearest(text, kind_names));
}

static bool read_default(const RuleNode *node, bool *on, Error *error)
{
    const RuleNode *value = rule_get(node, "default");
    *on = true;
    if (value == NULL || slice_equal(value->scalar, SLICE("on")))
        return true;
    *on = false;
    if (slice_equal(value->scalar, SLICE("off")))
        return true;
    return rule_error(value, error, "default must be on or off, not \"%.*s\"",
                      SLICE_ARG(value->scalar));
}

static bool read_step(const RuleNode *node, Step *step, Error *error)
{
    if (!rule_check_keys(node, known_keys, error))
        return false;
    step->node = node;
    step->keep = 1;
    step->id = rule_text(node, "id");
    if (step->id.length == 0)
        return rule_error(node, error, "a step needs an id");
    return read_kind(node, &step->kind, error) && read_default(node, &step->on, error) &&
           rule_flag(node, "lossless", true, &step->lossless, error) &&
           rule_count(node, "keep", 0, 1000, &step->keep, error);
}

static size_t find_step(const Steps *steps, Slice id)
{
    size_t at = 0;
    while (at < steps->step_count && !slice_equal(steps->steps[at].id, id))
        at++;
    return at;
}

static bool read_steps(Builder *builder)
{
    Steps *steps = builder->steps;
    RuleWalk walk = rules_walk(builder->rules, "repairs");
    while (rule_walk_next(&walk)) {
        const RuleNode *node = walk.node;
        Step step = {0};
        if (!read_step(node, &step, builder->error) || !read_contexts(builder, &step))
            return false;
        if (steps->step_count == STEP_MAX)
            return rule_error(node, builder->error, "more than %d steps", STEP_MAX);
        steps->steps[steps->step_count++] = step;
    }
    return true;
}

static const char *nearest_step(const Steps *steps, Slice id)
{
    const char *names[STEP_MAX + 1] = {"all"};
    for (size_t i = 0; i < steps->step_count && i + 1 < STEP_MAX; i++)
        names[i + 1] = steps->steps[i].id.data;
    return name_nearest(id, names);
}

static bool switch_steps(Steps *steps, const StringList *ids, bool on, const char *option,
                         Error *error)
{
    for (size_t i = 0; i < ids->count; i++) {
        Slice id = slice_of(ids->items[i]);
        bool all = slice_equal(id, SLICE("all"));
        size_t at = find_step(steps, id);
        if (!all && at == steps->step_count)
            return error_set(error, EXIT_USAGE, NULL, 0, 0,
                             "%s=%s: the rules have no such step; did you mean \"%s\"?", option,
                             ids->items[i], nearest_step(steps, id));
        for (size_t j = 0; j < steps->step_count; j++)
            if (all || j == at)
                steps->steps[j].on = on;
    }
    return true;
}

static const char *const profile_keys[] = {"id", "enable[]", "disable[]", "note", "disabled", NULL};

static bool switch_list(Steps *steps, const RuleNode *list, bool on, Error *error)
{
    for (const RuleNode *item = list ? list->children : NULL; item; item = item->next) {
        bool all = slice_equal(item->scalar, SLICE("all"));
        size_t at = find_step(steps, item->scalar);
        if (!all && at == steps->step_count)
            return rule_error(item, error, "there is no step \"%.*s\"; did you mean \"%s\"?",
                              SLICE_ARG(item->scalar), nearest_step(steps, item->scalar));
        for (size_t i = 0; i < steps->step_count; i++)
            if (all || i == at)
                steps->steps[i].on = on;
    }
    return true;
}

/* The last profile of that id counts. */
static bool use_profile(Steps *steps, const Rules *rules, const char *id, Error *error)
{
    enum { NAME_MAX_COUNT = 32 };
    const char *names[NAME_MAX_COUNT + 1] = {NULL};
    const RuleNode *found = NULL;
    size_t count = 0;
    for (RuleWalk walk = rules_walk(rules, "profiles"); rule_walk_next(&walk);) {
        if (!rule_check_keys(walk.node, profile_keys, error))
            return false;
        if (count < NAME_MAX_COUNT && rule_text(walk.node, "id").data != NULL)
            names[count++] = rule_text(walk.node, "id").data;
        if (id != NULL && slice_equal(rule_text(walk.node, "id"), slice_of(id)))
            found = walk.node;
    }
    if (id == NULL)
        return true;
    if (found == NULL)
        return error_set(error, EXIT_USAGE, NULL, 0, 0,
                         "--profile=%s: the rules have no such profile%s%s%s", id,
                         count ? "; did you mean \"" : "",
                         count ? name_nearest(slice_of(id), names) : "", count ? "\"?" : "");
    return switch_list(steps, rule_get(found, "disable"), false, error) &&
           switch_list(steps, rule_get(found, "enable"), true, error);
}

/* ---- actions ----------------------------------------------------------- */

typedef struct {
    uint16_t step;
    Slice to;
} Doing;

/* A character may have several steps, each with a context: tried in order. */
static bool add_action(Builder *builder, uint32_t codepoint, void *data)
{
    const Doing *doing = data;
    Steps *steps = builder->steps;
    if (codepoint == '\n')
        return rule_error(steps->steps[doing->step].node, builder->error,
                          "U+000A is the line end that others become; no step changes it");
    uint16_t *link = &page_of(builder, codepoint)->action[codepoint % PAGE_SIZE];
    while (*link != ACTION_NONE) {
        const Step *earlier = &steps->steps[steps->actions[*link].step];
        if (!earlier->contextual)
            return rule_error(steps->steps[doing->step].node, builder->error,
                              "U+%04X is changed by step %.*s already", (unsigned)codepoint,
                              SLICE_ARG(earlier->id));
        link = &steps->actions[*link].next;
    }
    if (steps->action_count == ACTION_MAX)
        return rule_error(steps->steps[doing->step].node, builder->error,
                          "the steps name more than %d characters", ACTION_MAX);
    *link = (uint16_t)steps->action_count;
    steps->actions = memory_grow(steps->actions, &builder->action_capacity, steps->action_count + 1,
                                 sizeof *steps->actions);
    Action *action = &steps->actions[steps->action_count++];
    *action = (Action){.step = doing->step, .to = doing->to};
    if (doing->to.length != 0) {
        const char *at = doing->to.data;
        action->to_first = utf8_next(&at);
        action->to_count = (uint16_t)utf8_count(doing->to);
    }
    return true;
}

/* "U+FE8D U+0644" or plain text as the characters it stands for. */
static bool read_target(Builder *builder, const RuleNode *node, Slice *to)
{
    Slice text = node->scalar;
    if (node->kind != RULE_SCALAR || text.length > 1000)
        return rule_error(node, builder->error, "what to write instead is a short text");
    *to = text;
    if (!slice_starts(text, SLICE("U+")))
        return true;
    char *out = arena_alloc(&builder->rules->arena, text.length);
    size_t length = 0;
    while (text.length != 0) {
        uint32_t codepoint;
        if (!codepoint_take(&text, &codepoint))
            return rule_error(node, builder->error,
                              "\"%.*s\" is no row of code points (U+0644 U+0627 is one)",
                              SLICE_ARG(node->scalar));
        length += utf8_encode(codepoint, out + length);
        text = slice_trim(text);
    }
    *to = (Slice){out, length};
    return true;
}

static bool compile_replace(Builder *builder, const Step *step, uint16_t number)
{
    const RuleNode *map = rule_get(step->node, "map"), *to = rule_get(step->node, "to");
    const RuleNode *characters = rule_get(step->node, "characters");
    Doing doing = {.step = number};
    if (map == NULL) {
        if (characters == NULL || to == NULL)
            return rule_error(step->node, builder->error,
                              "a step of kind replace needs `map`, or `characters` and `to`");
        return read_target(builder, to, &doing.to) &&
               each_character(builder, characters, add_action, &doing);
    }
    if (map->kind != RULE_MAP)
        return rule_error(map, builder->error, "map is a map (U+FE70: U+064B)");
    for (const RuleNode *child = map->children; child != NULL; child = child->next) {
        RuleNode key = *child;
        key.scalar = child->key;
        key.kind = RULE_SCALAR;
        if (!read_target(builder, child, &doing.to) ||
            !each_character(builder, &key, add_action, &doing))
            return false;
    }
    return true;
}

/* The letters whose shape a presentation form is, by its compatibility
 * decomposition; none where that is no run of letters and marks. */
static bool add_presentation_form(Builder *builder, uint32_t codepoint, void *data)
{
    const utf8proc_property_t *property = utf8proc_get_property((utf8proc_int32_t)codepoint);
    if (property->decomp_type != UTF8PROC_DECOMP_TYPE_ISOLATED &&
        property->decomp_type != UTF8PROC_DECOMP_TYPE_INITIAL &&
        property->decomp_type != UTF8PROC_DECOMP_TYPE_MEDIAL &&
        property->decomp_type != UTF8PROC_DECOMP_TYPE_FINAL)
        return true;
    enum { LONGEST = 32 };
    utf8proc_int32_t letters[LONGEST];
    int boundary_class = 0;
    utf8proc_ssize_t count =
        utf8proc_decompose_char((utf8proc_int32_t)codepoint, letters, LONGEST,
                                UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE, &boundary_class);
    if (count <= 0 || count > LONGEST)
        return true;
    count = utf8proc_normalize_utf32(letters, count, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    char *out = arena_alloc(&builder->rules->arena, (size_t)count * 4);
    size_t length = 0;
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        if (letters[i] == ' ')
            return true;
        length += utf8_encode((uint32_t)letters[i], out + length);
    }
    Doing doing = {.step = ((const Doing *)data)->step, .to = {out, length}};
    return add_action(builder, codepoint, &doing);
}

static bool claim(Builder *builder, int *holder, uint16_t number)
{
    const Steps *steps = builder->steps;
    if (*holder >= 0)
        return rule_error(steps->steps[number].node, builder->error,
                          "step %.*s is of the same kind, of which there can only be one",
                          SLICE_ARG(steps->steps[*holder].id));
    *holder = number;
    return true;
}

static bool compile_step(Builder *builder, uint16_t number)
{
    Steps *steps = builder->steps;
    const Step *step = &steps->steps[number];
    const RuleNode *characters = rule_get(step->node, "characters");
    Doing doing = {.step = number};
    switch (step->kind) {
    case STEP_REPLACE:
        return compile_replace(builder, step, number);
    case STEP_BLANK_LINES:
        return claim(builder, &steps->blank_lines, number);
    case STEP_NFC:
        return claim(builder, &steps->nfc, number);
    case STEP_WHITE_SPACE:
        if (!claim(builder, &steps->white_space, number))
            return false;
        break;
    case STEP_LINE_ENDS:
        if (!claim(builder, &steps->line_ends, number))
            return false;
        break;
    case STEP_ENTITIES:
        return claim(builder, &steps->entities, number);
    case STEP_WORD_LETTERS:
        return claim(builder, &steps->word_letters, number);
    case STEP_MOJIBAKE:
        return true;
    case STEP_DELETE:
    case STEP_PRESENTATION_FORMS:
        break;
    }
    if (characters == NULL)
        return rule_error(step->node, builder->error, "a step of kind %s needs `characters`",
                          kind_names[step->kind]);
    return each_character(
        builder, characters,
        step->kind == STEP_PRESENTATION_FORMS ? add_presentation_form : add_action, &doing);
}

/* The action of a character that is done whatever stands around it and leaves
 * known characters; NULL: there is none. */
static const Action *sure_action(const Steps *steps, uint32_t codepoint)
{
    const Action *action = &steps->actions[steps_action(steps, codepoint)];
    const Step *step = &steps->steps[action->step];
    bool is_known = step->kind == STEP_DELETE || step->kind == STEP_REPLACE ||
                    step->kind == STEP_PRESENTATION_FORMS;
    return action != steps->actions && is_known && !step->contextual ? action : NULL;
}

/* What a step writes goes through the other steps at once, or a second run would
 * differ: a shape becomes its letter, the letter what it is folded to. */
static Slice finish_target(Builder *builder, Slice to, bool *changed)
{
    Buffer out = {0};
    const char *at = to.data, *end = to.data + to.length;
    *changed = false;
    while (at < end) {
        const char *start = at;
        const Action *action = sure_action(builder->steps, utf8_next(&at));
        buffer_append(&out, action ? action->to : (Slice){start, (size_t)(at - start)});
        *changed |= action != NULL;
    }
    Slice result = *changed ? arena_copy(&builder->rules->arena, buffer_slice(&out)) : to;
    buffer_release(&out);
    return result;
}

static void finish_targets(Builder *builder)
{
    enum { LONGEST_CHAIN = 8 };
    Steps *steps = builder->steps;
    bool changed = true;
    for (int round = 0; changed && round < LONGEST_CHAIN; round++) {
        changed = false;
        for (size_t i = 1; i < steps->action_count; i++) {
            Action *action = &steps->actions[i];
            bool differs;
            action->to = finish_target(builder, action->to, &differs);
            const char *at = action->to.data;
            if (differs) {
                action->to_first = action->to.length != 0 ? utf8_next(&at) : 0;
                action->to_count = (uint16_t)utf8_count(action->to);
                changed = true;
            }
        }
    }
}

/* What a step writes no other may change, or a second run would differ. White
 * space inside is as good as any. */
static bool check_targets(Builder *builder)
{
    const Steps *steps = builder->steps;
    for (size_t i = 1; i < steps->action_count; i++) {
        Slice to = steps->actions[i].to;
        const char *at = to.data, *end = to.data + to.length;
        while (at < end) {
            bool inside = at > to.data;
            uint32_t codepoint = utf8_next(&at);
            uint16_t other = steps_action(steps, codepoint);
            const Step *step = &steps->steps[steps->actions[i].step];
            if (other == ACTION_NONE || (codepoint == ' ' && inside && at < end))
                continue;
            return rule_error(step->node, builder->error,
                              "writes U+%04X, which step %.*s changes again", (unsigned)codepoint,
                              SLICE_ARG(steps->steps[steps->actions[other].step].id));
        }
    }
    return true;
}

const Steps *steps_new(Rules *rules, const StringList *enable, const StringList *disable,
                       Error *error)
{
    return steps_of_profile(rules, NULL, enable, disable, error);
}

const Steps *steps_of_profile(Rules *rules, const char *profile, const StringList *enable,
                              const StringList *disable, Error *error)
{
    Steps *steps = ARENA_NEW(&rules->arena, Steps);
    Builder *builder = ARENA_NEW(&rules->arena, Builder);
    builder->rules = rules;
    builder->steps = steps;
    builder->error = error;
    for (size_t i = 0; i < PAGE_COUNT; i++)
        steps->pages[i] = &empty_page;
    steps->steps = ARENA_ARRAY(&rules->arena, STEP_MAX + 1, Step);
    steps->set_names = ARENA_ARRAY(&rules->arena, SET_MAX, Slice);
    steps->actions = memory_grow(NULL, &builder->action_capacity, 1024, sizeof *steps->actions);
    steps->actions[0] = (Action){0};
    steps->action_count = 1;
    steps->white_space = steps->line_ends = steps->blank_lines = steps->nfc = -1;
    steps->entities = steps->word_letters = -1;

    bool good = read_sets(builder) && read_steps(builder) &&
                use_profile(steps, rules, profile, error) &&
                switch_steps(steps, disable, false, "--disable", error) &&
                switch_steps(steps, enable, true, "--enable", error);
    for (size_t i = 0; good && i < steps->step_count; i++)
        good = !steps->steps[i].on || compile_step(builder, (uint16_t)i);
    if (good)
        finish_targets(builder);
    good = good && check_targets(builder);

    /* The actions move into the arena, where the rest is. */
    Action *actions = ARENA_ARRAY(&rules->arena, steps->action_count, Action);
    memcpy(actions, steps->actions, steps->action_count * sizeof *actions);
    free(steps->actions);
    steps->actions = actions;
    if (!good)
        return NULL;
    if (steps->nfc >= 0)
        compose_find_maybe(&rules->arena, &steps->maybe, &steps->maybe_count);
    return steps;
}
