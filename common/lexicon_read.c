#include "common/lexicon_parts.h"

#include <stdlib.h>

#include "common/buffer.h"
#include "common/names.h"
#include "common/nearest.h"
#include "common/utf8.h"

/* ---- entries ------------------------------------------------------------- */

/* `node` is a class name or a list of them, or NULL. */
static bool put_classes(Lexicon *lexicon, const RuleNode *node, ClassSet *set, Error *error)
{
    for (const RuleNode *item = rule_first(node); item; item = rule_next(node, item)) {
        int number = lexicon_given_class(lexicon, item, rule_place(item), item->scalar, error);
        if (number == CLASS_NONE)
            return false;
        classes_put(lexicon->classes, set, number);
    }
    return true;
}

static bool find_group(const Lexicon *lexicon, const RuleNode *node, uint32_t *group, Error *error)
{
    const char *known[GROUPS_MAX + 1] = {NULL};
    for (size_t i = 0; i < lexicon->group_count; i++) {
        if (slice_equal(lexicon->group_names[i], node->scalar)) {
            *group = (uint32_t)i;
            return true;
        }
        known[i] = lexicon->group_names[i].data;
    }
    if (lexicon->group_count == 0)
        return rule_error(node, error,
                          "no group of clitics is defined (section clitics of letters.yaml); a "
                          "list for one language goes into a folder of its name, rules/ar/");
    return rule_error(node, error, "unknown group of clitics \"%.*s\"; did you mean \"%s\"?",
                      SLICE_ARG(node->scalar), name_nearest(node->scalar, known));
}

static bool read_groups(const Lexicon *lexicon, const RuleNode *list, uint32_t *bits, Error *error)
{
    *bits = 0;
    for (const RuleNode *item = list ? list->children : NULL; item; item = item->next) {
        uint32_t group = 0;
        if (!find_group(lexicon, item, &group, error))
            return false;
        *bits |= (uint32_t)1 << group;
    }
    return true;
}

typedef struct {
    Lexicon *lexicon;
    Arena memory;
    Error *error;
} Builder;

/* An entry being made: what its forms have in common. */
typedef struct {
    Traits traits;
    uint32_t details;
    ClassSet classes;
} Draft;

static uint32_t add_form_entry(Lexicon *lexicon, Slice form, const Draft *draft, uint32_t traits)
{
    return lexicon_entry_add(lexicon, (Entry){.form = lexicon_text_add(lexicon, form),
                                              .details = draft->details,
                                              .traits = traits});
}

static uint32_t draft_traits(Lexicon *lexicon, const Draft *draft)
{
    Traits traits = draft->traits;
    traits.set = lexicon_set_number(lexicon, &draft->classes);
    return lexicon_traits_number(lexicon, &traits);
}

static bool add_form(Builder *builder, Slice form, const RuleNode *place, const Draft *draft)
{
    Lexicon *lexicon = builder->lexicon;
    uint32_t entry = add_form_entry(lexicon, form, draft, draft_traits(lexicon, draft));
    bool good = lexicon_index_form(lexicon, entry, form, lexicon->vocabulary, &builder->memory,
                                   place, builder->error);
    arena_reset(&builder->memory, 1 << 16);
    return good;
}

static bool add_forms(Builder *builder, const RuleNode *forms, const Draft *draft)
{
    Lexicon *lexicon = builder->lexicon;
    if (forms->kind == RULE_SCALAR)
        return add_form(builder, forms->scalar, forms, draft);
    for (const RuleNode *form = forms->children; form; form = form->next) {
        Draft own = *draft;
        if (forms->kind == RULE_MAP) {
            Slice name = arena_format(&builder->memory, "agr.%.*s", SLICE_ARG(form->key));
            int number =
                lexicon_given_class(lexicon, form, rule_key_place(form), name, builder->error);
            if (number == CLASS_NONE)
                return false;
            classes_put(lexicon->classes, &own.classes, number);
        }
        if (!add_forms(builder, form, &own))
            return false;
    }
    return true;
}

/* Names between line ends, with where each begins. */
typedef struct {
    Buffer text;
    uint32_t starts[NAMES_AT_ONCE + 1], lines[NAMES_AT_ONCE];
    size_t count;
} Batch;

static bool add_batch(Builder *builder, Batch *batch, RuleNode *place, const Draft *draft,
                      uint32_t traits)
{
    Lexicon *lexicon = builder->lexicon;
    Slice text = buffer_slice(&batch->text);
    IndexedForm forms[NAMES_AT_ONCE];
    Token *tokens;
    size_t count, from = 0;
    tokenize(text, lexicon->fold, lexicon->vocabulary, &builder->memory, &tokens, &count);
    batch->starts[batch->count] = (uint32_t)text.length;
    for (size_t i = 0; i < batch->count; i++) {
        Slice name = slice_cut(text, batch->starts[i], batch->starts[i + 1] - 1);
        size_t to = from;
        while (to < count && tokens[to].byte < batch->starts[i + 1])
            to++;
        place->line = batch->lines[i];
        if (!lexicon_check_form(lexicon, name, batch->starts[i], place, builder->error))
            return false;
        if (to == from)
            return rule_error(place, builder->error, "the form \"%.*s\" has no word in it",
                              SLICE_ARG(name));
        forms[i] = (IndexedForm){.entry = add_form_entry(lexicon, name, draft, traits),
                                 .first = (uint32_t)from,
                                 .count = (uint32_t)(to - from)};
        from = to;
    }
    FormBatch indexed = {
        .forms = forms, .count = batch->count, .words = lexicon->vocabulary, .tokens = tokens};
    lexicon_index_forms(lexicon, &indexed, text, count);
    arena_reset(&builder->memory, 1 << 16);
    vocabulary_settle(lexicon->vocabulary);
    buffer_clear(&batch->text);
    batch->count = 0;
    return true;
}

static bool add_names(Builder *builder, const RuleNode *node, const Draft *draft)
{
    Batch batch = {.count = 0};
    RuleNode place = *node;
    uint32_t traits = draft_traits(builder->lexicon, draft);
    NameWalk walk = names_walk(node);
    bool good = true;
    while (good && names_next(&walk)) {
        batch.starts[batch.count] = (uint32_t)batch.text.length;
        batch.lines[batch.count++] = walk.line;
        buffer_append(&batch.text, walk.name);
        buffer_append_byte(&batch.text, '\n');
        if (batch.count == NAMES_AT_ONCE) {
            good = add_batch(builder, &batch, &place, draft, traits);
            names_forget(&walk);
        }
    }
    good = good && (batch.count == 0 || add_batch(builder, &batch, &place, draft, traits));
    names_forget(&walk);
    buffer_release(&batch.text);
    return good;
}

static bool add_entry(Builder *builder, const RuleNode *node, Draft draft)
{
    Lexicon *lexicon = builder->lexicon;
    if (node->kind == RULE_NAMES)
        return add_names(builder, node, &draft);
    if (node->kind == RULE_SCALAR)
        return add_forms(builder, node, &draft);
    static const char *const known[] = {"name",  "lemma",    "forms*",    "id",
                                        "value", "also*",    "clitics[]", "type",
                                        "note",  "disabled", NULL};
    if (!rule_check_keys(node, known, builder->error))
        return false;
    const RuleNode *name = rule_get(node, "name");
    if (name == NULL)
        name = rule_get(node, "lemma");
    if (name == NULL)
        return rule_error(node, builder->error, "an entry needs a name (or lemma)");
    if (rule_get(node, "type") != NULL)
        draft.traits.type = lexicon_text_add_any(lexicon, rule_text(node, "type"));
    draft.details = lexicon_details_add(
        lexicon, (Details){lexicon_text_add_any(lexicon, name->scalar),
                           lexicon_text_add_any(lexicon, rule_text(node, "id")),
                           lexicon_text_add_any(lexicon, rule_text(node, "value"))});
    const RuleNode *clitics = rule_get(node, "clitics");
    if (clitics != NULL && !read_groups(lexicon, clitics, &draft.traits.clitics, builder->error))
        return false;
    if (!put_classes(lexicon, rule_get(node, "also"), &draft.classes, builder->error))
        return false;
    const RuleNode *forms = rule_get(node, "forms");
    return add_forms(builder, forms ? forms : name, &draft);
}

/* `words`: thousands of plain words read faster as one text than as a list. */
static bool add_words(Builder *builder, const RuleNode *words, const Draft *draft)
{
    if (words->kind != RULE_SCALAR)
        return rule_error(words, builder->error,
                          "words: is one text, the words between blanks; "
                          "a list goes under entries:");
    for (const char *at = words->scalar.data, *end = at + words->scalar.length; at < end;) {
        const char *start = at;
        while (at < end && *at != ' ' && *at != '\n' && *at != '\t')
            at++;
        if (at > start && !add_form(builder, (Slice){start, (size_t)(at - start)}, words, draft))
            return false;
        at += at < end;
    }
    return true;
}

static bool add_group(Builder *builder, const RuleNode *node, const RuleFile *file)
{
    static const char *const known[] = {"class", "clitics[]", "also*",  "type",     "note",
                                        "id",    "entries*",  "words*", "disabled", NULL};
    Lexicon *lexicon = builder->lexicon;
    bool disabled;
    if (!rule_check_keys(node, known, builder->error) ||
        !rule_flag(node, "disabled", false, &disabled, builder->error))
        return false;
    const RuleNode *class_node = rule_get(node, "class");
    if (class_node == NULL)
        return rule_error(node, builder->error, "a lexicon needs a class");
    Draft draft = {.details = 0};
    draft.traits.type = lexicon_text_add_any(lexicon, rule_text(node, "type"));
    draft.traits.rule = lexicon_text_add_any(lexicon, arena_format(lexicon->arena, "%.*s/%.*s",
                                                                   SLICE_ARG(file->stem),
                                                                   SLICE_ARG(class_node->scalar)));
    if (!put_classes(lexicon, class_node, &draft.classes, builder->error) ||
        !put_classes(lexicon, rule_get(node, "also"), &draft.classes, builder->error) ||
        !read_groups(lexicon, rule_get(node, "clitics"), &draft.traits.clitics, builder->error))
        return false;
    const RuleNode *entries = rule_get(node, "entries");
    if (entries != NULL && entries->kind == RULE_SCALAR && entries->scalar.length != 0)
        return rule_error(entries, builder->error, "entries: is a list; write [A, B]");
    for (const RuleNode *item = entries && !disabled ? entries->children : NULL; item;
         item = item->next)
        if (!add_entry(builder, item, draft))
            return false;
    const RuleNode *words = rule_get(node, "words");
    return words == NULL || disabled || add_words(builder, words, &draft);
}

/* Where one form is in several lists its entries stand in the order in which they are
 * added: those of later files first, before those of the packs, which stand as they do
 * there. Classes are numbered as the rules are loaded, whoever adds to them. */
static bool add_groups(Builder *builder, const Rules *rules)
{
    for (RuleWalk walk = rules_walk(rules, "lexicon"); rule_walk_next(&walk);) {
        ClassSet ignored = {{0}};
        if (!put_classes(builder->lexicon, rule_get(walk.node, "class"), &ignored,
                         builder->error) ||
            !put_classes(builder->lexicon, rule_get(walk.node, "also"), &ignored, builder->error))
            return false;
    }
    for (RuleWalk walk = rules_walk_latest(rules, "lexicon"); rule_walk_next(&walk);) {
        if (!add_group(builder, walk.node, walk.file))
            return false;
        vocabulary_settle(builder->lexicon->vocabulary);
    }
    return true;
}

bool lexicon_read_entries(Lexicon *lexicon, const Rules *rules, Error *error)
{
    Builder builder = {.lexicon = lexicon, .error = error};
    bool good = add_groups(&builder, rules);
    arena_release(&builder.memory);
    return good;
}

/* ---- clitics ----------------------------------------------------------- */

static bool add_path(Lexicon *lexicon, const RuleNode *node, Path path, Error *error)
{
    if (lexicon->path_count == PATHS_MAX)
        return rule_error(node, error, "more than %d ways through the clitics", PATHS_MAX);
    lexicon->paths[lexicon->path_count++] = path;
    return true;
}

static Slice join(Lexicon *lexicon, Slice a, Slice b)
{
    return arena_format(lexicon->arena, "%.*s%.*s", SLICE_ARG(a), SLICE_ARG(b));
}

/* The members of a group that the section, or another file, defines; none on a mistake. */
static bool group_members(const Lexicon *lexicon, const RuleNode *section, const RuleNode *group,
                          uint32_t *number, const RuleNode **members, Error *error)
{
    if (!find_group(lexicon, group, number, error))
        return false;
    const RuleNode *own = rule_get(rule_get(section, "groups"), lexicon->group_names[*number].data);
    *members = (own != NULL ? own : lexicon->group_nodes[*number])->children;
    return true;
}

/* Extends `path` by the groups from `group` on, in every way. */
static bool extend_path(Lexicon *lexicon, const RuleNode *section, const RuleNode *group, Path path,
                        Error *error)
{
    const RuleNode *contractions = rule_get(section, "contractions");
    if (group == NULL)
        return add_path(lexicon, section, path, error);
    uint32_t number = 0;
    const RuleNode *member = NULL;
    if (!group_members(lexicon, section, group, &number, &member, error))
        return false;
    for (; member; member = member->next) {
        Path longer = path;
        longer.groups |= (uint32_t)1 << number;
        longer.prefix = join(lexicon, path.prefix, lexicon_fold_key(lexicon, member->scalar));
        for (const RuleNode *c = contractions ? contractions->children : NULL; c; c = c->next) {
            /* بِ + contraction: where the path ends in its first part and second
             * part, they are written as one (ل + ال = لل). */
            const RuleNode *parts = rule_get(c, "parts");
            if (parts == NULL || parts->child_count != 2)
                return rule_error(c, error, "a contraction has two parts");
            Slice first = lexicon_fold_key(lexicon, parts->children->scalar);
            Slice second = lexicon_fold_key(lexicon, parts->children->next->scalar);
            Slice written = lexicon_fold_key(lexicon, rule_text(c, "written"));
            Slice both = join(lexicon, first, second);
            size_t length = longer.prefix.length;
            if (slice_ends(longer.prefix, both)) {
                longer.prefix =
                    join(lexicon, slice_cut(longer.prefix, 0, length - both.length), written);
            } else if (group->next == NULL && slice_ends(longer.prefix, first)) {
                Path contracted = longer;
                contracted.strip = (uint32_t)utf8_count(longer.prefix);
                contracted.prefix =
                    join(lexicon, slice_cut(longer.prefix, 0, length - first.length), written);
                contracted.restore = second;
                if (!add_path(lexicon, c, contracted, error))
                    return false;
            }
        }
        longer.strip = (uint32_t)utf8_count(longer.prefix);
        if (!extend_path(lexicon, section, group->next, longer, error))
            return false;
    }
    return true;
}

static bool read_path(Lexicon *lexicon, const RuleNode *section, const RuleNode *path, Error *error)
{
    if (path->kind != RULE_LIST || path->children == NULL)
        return rule_error(path, error, "a path is a list of groups");
    if (path->child_count > GROUPS_MAX)
        return rule_error(path, error, "a path of more than %d groups", GROUPS_MAX);
    bool leads = true; /* each group has a member: else the ways up to it are for nothing */
    for (const RuleNode *group = path->children; group; group = group->next) {
        uint32_t number = 0;
        const RuleNode *members = NULL;
        if (!group_members(lexicon, section, group, &number, &members, error))
            return false;
        leads = leads && members != NULL;
    }
    return !leads || extend_path(lexicon, section, path->children, (Path){0}, error);
}

/* Paths that begin with the same bytes together, shorter ones first. */
static int by_prefix(const void *a, const void *b)
{
    const Path *x = a, *y = b;
    if (x->lead != y->lead)
        return x->lead < y->lead ? -1 : 1;
    if (x->prefix.length != y->prefix.length)
        return x->prefix.length < y->prefix.length ? -1 : 1;
    int order = slice_compare(x->prefix, y->prefix);
    if (order != 0)
        return order;
    return (x->restore.length > y->restore.length) - (x->restore.length < y->restore.length);
}

bool lexicon_read_clitics(Lexicon *lexicon, const Rules *rules, Error *error)
{
    static const char *const known[] = {"groups{}", "paths[]",  "contractions[]",
                                        "note",     "min-stem", NULL};
    lexicon->min_stem = 2;
    for (RuleWalk walk = rules_walk(rules, "clitics"); rule_walk_next(&walk);) {
        if (!rule_check_keys(walk.node, known, error) ||
            !rule_count(walk.node, "min-stem", 1, COUNT_MOST, &lexicon->min_stem, error))
            return false;
        const RuleNode *groups = rule_get(walk.node, "groups");
        for (const RuleNode *group = groups ? groups->children : NULL; group; group = group->next) {
            if (lexicon->group_count == GROUPS_MAX)
                return rule_error(group, error, "more than %d groups of clitics", GROUPS_MAX);
            Slice name = arena_format(lexicon->arena, "clitic.%.*s", SLICE_ARG(group->key));
            int number = lexicon_given_class(lexicon, group, rule_key_place(group), name, error);
            if (number == CLASS_NONE)
                return false;
            lexicon->group_classes[lexicon->group_count] = number;
            lexicon->group_nodes[lexicon->group_count] = group;
            lexicon->group_names[lexicon->group_count++] = arena_copy(lexicon->arena, group->key);
        }
        const RuleNode *paths = rule_get(walk.node, "paths");
        for (const RuleNode *path = paths ? paths->children : NULL; path; path = path->next)
            if (!read_path(lexicon, walk.node, path, error))
                return false;
    }
    for (size_t i = 0; i < lexicon->path_count; i++) {
        Path *path = &lexicon->paths[i];
        path->lead = (uint16_t)lexicon_affix_of(path->prefix, false).value;
        path->letters = utf8_count(path->prefix);
    }
    qsort(lexicon->paths, lexicon->path_count, sizeof *lexicon->paths, by_prefix);
    for (size_t i = 0; i < lexicon->path_count; i++)
        lexicon->path_starts[i] = lexicon_affix_of(lexicon->paths[i].prefix, false);
    lexicon->has_one_byte_prefix = lexicon->path_count != 0 && lexicon->paths[0].lead >> 8 == 0;
    for (size_t byte = 0, i = 0; byte < 257; byte++) {
        while (i < lexicon->path_count && lexicon->paths[i].lead >> 8 < (int)byte)
            i++;
        lexicon->path_from[byte] = (uint16_t)i;
    }
    return true;
}
