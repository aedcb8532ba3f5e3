/* Rule packs: YAML files read into a tree that keeps file, line and column of
 * every value, so that whoever uses a value can complain about it exactly.
 * man/qawl-rules.5 is the format. */
#ifndef QAWL_RULES_H
#define QAWL_RULES_H

#include "common/arena.h"
#include "common/cache.h"
#include "common/error.h"
#include "common/options.h"

typedef enum {
    RULE_SCALAR,
    RULE_LIST,
    RULE_MAP,
    RULE_NAMES, /* in `entries` of a lexicon, when packed: lines of plain scalars (names.h) */
} RuleKind;

typedef struct RuleNode RuleNode;
struct RuleNode {
    RuleKind kind;
    uint32_t text_column; /* where the scalar's first character stands when each of it
                             stands for itself, in one line; else 0 */
    Slice scalar;         /* RULE_SCALAR: its text; RULE_NAMES: the lines        */
    Slice key;            /* key under which it stands in a map; empty in a list */
    RuleNode *children;   /* first child of a list or map                        */
    RuleNode *next;       /* next sibling                                        */
    size_t child_count;
    const char *file;              /* NUL-terminated                    */
    uint32_t line;                 /* from 1                            */
    uint32_t column;               /* from 1, in code points            */
    uint32_t key_line, key_column; /* of its key in a map; else 0 */
};

typedef struct {
    const char *path; /* of the file                                        */
    Slice stem;       /* its name without folder and .yaml: "quotes"        */
    RuleNode *root;   /* a map of sections                                  */
    unsigned pack;    /* its number, from 1; 0: added by system, user, option */
} RuleFile;

/* Takes a mistake in rules for somebody who wants to know them all. */
typedef void (*RuleMistake)(void *context, const Error *error);

typedef struct {
    Arena arena;
    Arena words;     /* where they are `packed`: the bytes of files, sections `lexicon` */
    RuleFile *files; /* in the order in which they count: later ones add and replace */
    size_t file_count, file_capacity;
    char digest[17];        /* hex; of names and contents of all files loaded */
    char label[64];         /* "ar@5f2c09d1e7aa3b44", as it stands in `pipeline`       */
    size_t unread_count;    /* files left out for a mistake, where on_mistake took it */
    RuleMistake on_mistake; /* as the options said; NULL: the first mistake fails */
    void *context;
    Cache cache;            /* where these rules came from, when they were kept; or none */
    const char *cache_path; /* where they are to be kept; or NULL */
    uint64_t cache_key;
    const char *tool;     /* for which they were loaded, where they are `cached`; or NULL */
    uint64_t cache_place; /* what the files stand for from which they came                */
} Rules;

/* The language of the pack that is loaded where none is named. */
#define RULES_LANGUAGE "ar"

typedef struct {
    StringList extra;       /* --rules, in order: folders or files     */
    bool no_user_rules;     /* leave out the layers of system and user */
    StringList languages;   /* --lang; default RULES_LANGUAGE        */
    const char *pack;       /* the folder of a pack, instead of the shipped ones; or NULL */
    RuleMistake on_mistake; /* called with mistakes of files instead of failing; or NULL */
    void *context;
    bool packed; /* plain entries of lexicons as RULE_NAMES; lexicons are made of them once */
    bool cached; /* kept for the next start, without sections `lexicon` */
} RulesOptions;

/* Loads the packs for the tool `tool` (its list in pack.yaml; NULL: what any
 * tool loads), then the layers: qawl/rules in ${XDG_CONFIG_DIRS:-/etc/xdg} and in
 * ${XDG_CONFIG_HOME:-~/.config}, $QAWL_RULES (folders and files, with colons
 * between), --rules. Shipped packs are found at ../share/qawl/rules beside the
 * program, or in $QAWL_DATA. Then layers the rules. False with `error`
 * (EXIT_USAGE) at the first mistake, with its place. Everything lives until
 * rules_release. */
bool rules_load(Rules *rules, const char *tool, const RulesOptions *options, Error *error);
void rules_release(Rules *rules);

/* Keeps the rules as they are, and the parts of a lexicon made of them, for the next
 * start: rules_load then reads no YAML, and rules->cache holds the parts. Does
 * nothing where rules are not `cached`, came from there, or were kept already. True
 * when they were kept now: rules->cache then holds them. */
bool rules_keep(Rules *rules, const CacheSource lexicon[CACHE_PARTS]);

/* The file for what is made of the rules under a name, "quote", and kept with
 * rules->cache_key; NULL where nothing is kept. Lives in rules->arena. */
const char *rules_keeping_path(Rules *rules, const char *made);

/* Gives back the memory of what stood in sections `lexicon`, once it has become a lexicon;
 * where the rules are not `packed` nothing happens. */
void rules_forget_words(Rules *rules);

/* The two halves of rules_load. rules_read leaves each file as it is written.
 * rules_layer (layering.c) makes of all files what counts: a rule takes the
 * place of an earlier one with the same id, unless it is one of a pack that
 * `gives_way`; `disabled: true` drops it, and what later lists `remove` is taken out
 * of earlier ones. The nodes of a rule keep their file, wherever they move. With
 * rules->on_mistake, rules that replace, drop or remove what is not there are told. */
bool rules_read(Rules *rules, const char *tool, const RulesOptions *options, Error *error);
bool rules_layer(Rules *rules, Error *error);

/* Takes `child` out of the children of `parent`. */
void rule_unlink(RuleNode *parent, RuleNode *child);

/* The value under `key` of map `node`; NULL when absent or `node` is NULL or no map. */
const RuleNode *rule_get(const RuleNode *node, const char *key);

/* The same, of what is to be changed. */
RuleNode *rule_child(RuleNode *node, const char *key);

/* The scalar under `key`, or the empty slice. */
Slice rule_text(const RuleNode *node, const char *key);

/* Where one value may stand or a list of them: the first of `node` (NULL: there is none), and
 * the one behind `item`; NULL at the end. */
static inline const RuleNode *rule_first(const RuleNode *node)
{
    return node != NULL && node->kind == RULE_LIST ? node->children : node;
}

static inline const RuleNode *rule_next(const RuleNode *node, const RuleNode *item)
{
    return node->kind == RULE_LIST ? item->next : NULL;
}

/* Fails with the place when `node` has a key that is not in the NULL-terminated list
 * `known` (and names the nearest known one), or one whose value is of another kind:
 * "name" is one text, "name[]" a list, "name{}" a map, "name*" any of them. */
bool rule_check_keys(const RuleNode *node, const char *const *known, Error *error);

/* Where in its file something of a node stands; zeros where that is not known. */
typedef struct {
    size_t line, column; /* from 1; the column in code points */
} RulePlace;

/* error_set_list in the file of `node` (EXIT_USAGE). `node` may be NULL. */
bool rule_error_list(const RuleNode *node, RulePlace place, Error *error, const char *format,
                     va_list arguments) __attribute__((format(printf, 4, 0)));

/* Of the node; of its key; of byte `at` of its scalar, where the file shows it as it is. */
RulePlace rule_place(const RuleNode *node);
RulePlace rule_key_place(const RuleNode *node);
RulePlace rule_place_at(const RuleNode *node, size_t at);

/* rule_error_list at each of these. */
bool rule_error(const RuleNode *node, Error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool rule_key_error(const RuleNode *node, Error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool rule_error_at(const RuleNode *node, size_t at, Error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A section that some filter reads: a list of rules each known by `key`, or, where
 * that is NULL, a map or a list of plain words. */
typedef struct {
    const char *name, *key;
    bool unique; /* two rules of one file with the same key are one too many */
} RuleSection;

/* NULL where no filter reads a section of that name; then the nearest known one. */
const RuleSection *rule_section(Slice name);
const char *rule_section_nearest(Slice name);

/* A decimal number or `true`/`false` under `key`; `fallback` when absent;
 * fails when it is something else. */
bool rule_number(const RuleNode *node, const char *key, double fallback, double *number,
                 Error *error);
bool rule_flag(const RuleNode *node, const char *key, bool fallback, bool *flag, Error *error);

/* A whole number from `least` to `most` under `key`; `*count` stays what it is when that is
 * absent; fails when it is something else. COUNT_MOST does for a limit that is none. */
enum { COUNT_MOST = 1000000 };
bool rule_count(const RuleNode *node, const char *key, size_t least, size_t most, size_t *count,
                Error *error);

/* A character written as its code point (U+0640, four to six hexadecimal digits) at the front
 * of *text, which is moved behind it. False, and *text as it was, where none stands there. */
bool codepoint_take(Slice *text, uint32_t *codepoint);

/* `text`, which is the scalar or key of `node`, or a part of one, as one character: as itself
 * or as its code point. False with `error`, at the key or the scalar, where it is none. */
bool rule_character(const RuleNode *node, Slice text, uint32_t *codepoint, Error *error);

/* The same, or a range of them: U+064B..U+0652, the first no higher than the last. */
bool rule_characters(const RuleNode *node, Slice text, uint32_t *first, uint32_t *last,
                     Error *error);

/* Whether a file of this path is among them. */
bool rules_have_file(const Rules *rules, const char *path);

/* Walks the values of section `section` over all files, in order:
 *     for (RuleWalk w = rules_walk(rules, "patterns"); rule_walk_next(&w);) use(w.node, w.file)
 * where a section is a list, each item; where it is a map, the map itself. */
typedef struct {
    const Rules *rules;
    const char *section;
    bool is_latest;
    size_t next_step; /* a step for each file; of rules_walk_latest two: see there */
    const RuleNode *node;
    const RuleFile *file;
    size_t layer; /* how much the node counts against others: 0 in packs, else the more the
                     later; one that took the place of an earlier rule counts as that one */
    const RuleNode *pending;
} RuleWalk;

RuleWalk rules_walk(const Rules *rules, const char *section);

/* The same in the order in which rules count: by layer, first the file that was loaded
 * last, and behind all others the packs as they were loaded. */
RuleWalk rules_walk_latest(const Rules *rules, const char *section);
bool rule_walk_next(RuleWalk *walk);

#endif
