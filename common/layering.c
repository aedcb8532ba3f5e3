#include "common/names.h"
#include "common/nearest.h"

/* Rules of most sections are known by their id; these by another key. */
static const struct {
    const char *section, *key;
} KEYS[] = {{"abbreviations", "form"}};

/* Lists of words under a name of their own, from which later ones may `remove`. */
static const struct {
    const char *section, *name, *words;
} LISTS[] = {
    {"lexicon", "class", "entries"},
    {"sentence_words", "use", "words"},
    {"sentence_marks", "kind", "of"},
};

/* A rule that has an id: where it stands now. */
typedef struct {
    const char *section;
    Slice id;
    RuleNode *list, *item; /* item NULL: it was dropped */
} Placed;

typedef struct {
    Rules *rules;
    Placed *placed; /* by hash of section and id; section NULL: free */
    size_t placed_size;
    Error *error;
} Layering;

/* Tells who wants to know all mistakes; to the filters it is none. What is told is `name`
 * between two halves of a sentence, and what is like it, or the empty slice. */
static void tell(const Layering *layering, const RuleNode *node, const char *before, Slice name,
                 const char *behind, Slice nearest)
{
    if (layering->rules->on_mistake == NULL)
        return;
    Error error = {.exit_code = EXIT_USAGE};
    bool is_like = nearest.length != 0;
    rule_error(node, &error, "%s \"%.*s\" %s%s%.*s%s", before, SLICE_ARG(name), behind,
               is_like ? "; did you mean \"" : "", SLICE_ARG(nearest), is_like ? "\"?" : "");
    layering->rules->on_mistake(layering->rules->context, &error);
}

/* ---- rules with an id -------------------------------------------------- */

static const char *key_of(Slice section)
{
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
        if (slice_equal(section, slice_of(KEYS[i].section)))
            return KEYS[i].key;
    return "id";
}

static void make_places(Layering *layering)
{
    size_t count = 0;
    const Rules *rules = layering->rules;
    for (size_t f = 0; f < rules->file_count; f++)
        for (const RuleNode *list = rules->files[f].root->children; list; list = list->next)
            count += list->kind == RULE_LIST ? list->child_count : 0;
    for (layering->placed_size = 64; layering->placed_size < count * 2;)
        layering->placed_size *= 2;
    layering->placed = ARENA_ARRAY(&layering->rules->arena, layering->placed_size, Placed);
}

/* The place of the rule, or the free one where it belongs. */
static Placed *place_of(const Layering *layering, Slice section, Slice id)
{
    size_t mask = layering->placed_size - 1;
    for (size_t at = (size_t)(slice_hash(id) ^ slice_hash(section)) & mask;; at = (at + 1) & mask) {
        Placed *placed = &layering->placed[at];
        if (placed->section == NULL ||
            (slice_equal(placed->id, id) && slice_equal(slice_of(placed->section), section)))
            return placed;
    }
}

static Slice nearest_id(const Layering *layering, Slice section, Slice id)
{
    Nearest nearest = {.wanted = id};
    for (size_t i = 0; i < layering->placed_size; i++) {
        const Placed *placed = &layering->placed[i];
        if (placed->section != NULL && slice_equal(slice_of(placed->section), section))
            nearest_offer(&nearest, placed->id);
    }
    return nearest_meant(&nearest);
}

static void take_place(RuleNode *list, RuleNode *old, RuleNode *item)
{
    RuleNode **link = &list->children;
    while (*link != old)
        link = &(*link)->next;
    item->next = old->next;
    *link = item;
}

static bool layer_rule(Layering *layering, RuleNode *list, RuleNode *item, const char *key,
                       bool in_pack)
{
    Slice id = rule_text(item, key);
    bool disabled, gives_way;
    if (id.length == 0)
        return true;
    if (!rule_flag(item, "disabled", false, &disabled, layering->error) ||
        !rule_flag(item, "gives_way", false, &gives_way, layering->error))
        return false;
    Placed *placed = place_of(layering, list->key, id);
    bool known = placed->section != NULL && placed->item != NULL;
    if (disabled) {
        if (!known)
            tell(layering, rule_get(item, key), "no earlier rule", id, "is there to be disabled",
                 nearest_id(layering, list->key, id));
        rule_unlink(list, item);
        if (known)
            rule_unlink(placed->list, placed->item);
        placed->item = NULL;
        return true;
    }
    if (known && placed->item != item) {
        rule_unlink(list, item);
        if (gives_way && in_pack)
            return true;
        take_place(placed->list, placed->item, item);
        placed->item = item;
        return true;
    }
    *placed = (Placed){list->key.data, id, list, item};
    return true;
}

/* ---- words that are taken out ------------------------------------------ */

/* What is taken out of the lists whose name is `name`, or begins with it and a dot. */
typedef struct {
    const char *section, *name_key, *words_key;
    Slice name, word;
    bool told;             /* somebody wants to know the nearest where none is found */
    bool by_name;          /* the whole entry of that name, not one form */
    const RuleNode *until; /* the list that says so: those before it are searched */
    size_t count;
    Nearest nearest;
} Removal;

static Slice entry_name(const RuleNode *entry)
{
    if (entry->kind == RULE_SCALAR)
        return entry->scalar;
    Slice name = rule_text(entry, "name");
    return name.length != 0 ? name : rule_text(entry, "lemma");
}

static bool is_removed(Removal *removal, Slice word)
{
    if (slice_equal(word, removal->word))
        return true;
    if (removal->told && removal->count == 0)
        nearest_offer(&removal->nearest, word);
    return false;
}

/* Takes the word out of lists within one another; what is empty then goes too. */
static void remove_forms(Removal *removal, RuleNode *forms)
{
    for (RuleNode *form = forms->children, *next; form; form = next) {
        next = form->next;
        bool gone = form->kind == RULE_SCALAR && is_removed(removal, form->scalar);
        removal->count += gone;
        if (form->kind != RULE_SCALAR) {
            remove_forms(removal, form);
            gone = form->children == NULL;
        }
        if (gone)
            rule_unlink(forms, form);
    }
}

static bool names_go(Removal *removal, const RuleNode *names)
{
    bool left = false;
    for (NameWalk walk = names_walk(names); names_next(&walk);) {
        bool gone = is_removed(removal, walk.name);
        removal->count += gone;
        left |= !gone;
        if (gone)
            names_drop(&walk);
    }
    return !left;
}

static bool entry_goes(Removal *removal, RuleNode *entry)
{
    RuleNode *forms = rule_child(entry, "forms");
    if (entry->kind == RULE_NAMES)
        return names_go(removal, entry);
    if (entry->kind == RULE_SCALAR || removal->by_name || forms == NULL) {
        bool gone = is_removed(removal, entry_name(entry));
        removal->count += gone;
        return gone;
    }
    if (forms->kind == RULE_SCALAR) {
        bool gone = is_removed(removal, forms->scalar);
        removal->count += gone;
        return gone;
    }
    remove_forms(removal, forms);
    return forms->children == NULL;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Takes the word out of a text of words between blanks. */
static void remove_from_text(Arena *arena, Removal *removal, RuleNode *node)
{
    Slice text = node->scalar;
    char *left = NULL;
    size_t length = 0;
    for (size_t at = 0, end; at < text.length; at = end) {
        bool blank = is_blank(text.data[at]);
        for (end = at; end < text.length && is_blank(text.data[end]) == blank;)
            end++;
        Slice word = slice_cut(text, at, end);
        if (blank || !is_removed(removal, word)) {
            if (left != NULL)
                memcpy(left + length, word.data, word.length);
            length += word.length;
            continue;
        }
        removal->count++;
        if (left == NULL) {
            left = arena_alloc(arena, text.length + 1);
            memcpy(left, text.data, length);
        }
    }
    if (left != NULL)
        node->scalar = (Slice){left, length};
}

static bool is_within(Slice name, Slice whole)
{
    return slice_starts(name, whole) &&
           (name.length == whole.length || name.data[whole.length] == '.');
}

static void remove_words(const Layering *layering, Removal *removal)
{
    const Rules *rules = layering->rules;
    for (size_t f = 0; f < rules->file_count; f++) {
        const RuleNode *section = rule_get(rules->files[f].root, removal->section);
        for (RuleNode *list = section ? section->children : NULL; list; list = list->next) {
            if (list == removal->until)
                return;
            RuleNode *words = rule_child(list, removal->words_key);
            RuleNode *text = rule_child(list, "words");
            if (!is_within(rule_text(list, removal->name_key), removal->name))
                continue;
            if (text != NULL && text->kind == RULE_SCALAR)
                remove_from_text(&layering->rules->arena, removal, text);
            if (words == NULL || words->kind != RULE_LIST)
                continue;
            for (RuleNode *entry = words->children, *next; entry; entry = next) {
                next = entry->next;
                if (entry_goes(removal, entry))
                    rule_unlink(words, entry);
            }
        }
    }
}

static void remove_word(const Layering *layering, Removal removal, const RuleNode *node, Slice word)
{
    removal.word = removal.nearest.wanted = word;
    remove_words(layering, &removal);
    if (removal.count == 0)
        tell(layering, node, "no earlier list has", word, "to be taken out",
             nearest_meant(&removal.nearest));
}

/* A list of words: what it removes, and its entries that are disabled. */
static bool layer_words(const Layering *layering, Removal removal, RuleNode *list)
{
    RuleNode *removed = rule_child(list, "remove");
    RuleNode *entries = rule_child(list, removal.words_key);
    removal.name = rule_text(list, removal.name_key);
    removal.told = layering->rules->on_mistake != NULL;
    removal.until = list;
    if (removed != NULL && removed->kind != RULE_LIST)
        return rule_error(removed, layering->error, "remove: is a list of forms; write [A, B]");
    for (RuleNode *word = removed ? removed->children : NULL; word; word = word->next)
        remove_word(layering, removal, word, word->scalar);
    if (removed != NULL)
        rule_unlink(list, removed);
    removal.by_name = true;
    for (RuleNode *entry = entries ? entries->children : NULL, *next; entry; entry = next) {
        bool disabled;
        next = entry->next;
        if (entry->kind != RULE_MAP || rule_get(entry, "disabled") == NULL)
            continue;
        if (!rule_flag(entry, "disabled", false, &disabled, layering->error))
            return false;
        if (!disabled)
            continue;
        remove_word(layering, removal, entry, entry_name(entry));
        rule_unlink(entries, entry);
    }
    return true;
}

/* ---- all ---------------------------------------------------------------- */

static bool layer_section(Layering *layering, RuleNode *section, bool in_pack)
{
    const char *key = key_of(section->key);
    Removal removal = {0};
    for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++)
        if (slice_equal(section->key, slice_of(LISTS[i].section)))
            removal = (Removal){.section = LISTS[i].section,
                                .name_key = LISTS[i].name,
                                .words_key = LISTS[i].words};
    for (RuleNode *item = section->children, *next; item; item = next) {
        next = item->next;
        if (item->kind != RULE_MAP)
            continue;
        if (removal.section != NULL && !layer_words(layering, removal, item))
            return false;
        if (!layer_rule(layering, section, item, key, in_pack))
            return false;
    }
    return true;
}

bool rules_layer(Rules *rules, Error *error)
{
    Layering layering = {.rules = rules, .error = error};
    make_places(&layering);
    for (size_t f = 0; f < rules->file_count; f++)
        for (RuleNode *section = rules->files[f].root->children; section; section = section->next)
            if (section->kind == RULE_LIST &&
                !layer_section(&layering, section, rules->files[f].pack != 0))
                return false;
    return true;
}
