/* Which files are loaded: packs, then layers; and the key by which what they became is kept. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "common/buffer.h"
#include "common/keeping.h"
#include "common/rules_parts.h"

enum {
    DIGEST_SHOWN = 8,           /* hex digits of the digest in `pipeline` */
    KEY_STEP = 256 * 1024,      /* bytes of a file whose checksum is taken at once */
    LARGE_FILE = 1024 * 1024,   /* bytes; whether it is the same is told by its times */
    SETTLED = 20 * 1000 * 1000, /* nanoseconds since the last change, after which another
                                   one shows in the time of it */
};

typedef struct {
    Rules *rules;
    const char *tool; /* NULL: any */
    const RulesOptions *options;
    uint64_t digest;
    uint64_t key, place;       /* of paths and contents; of paths               */
    bool listing;              /* the files are not parsed: their key is wanted */
    unsigned pack, pack_count; /* which one is loaded, 0: none; so far */
    size_t found;              /* files so far, whether good or not */
    size_t passed_over;        /* what else stands in the folders, so far, but folders of rules */
    Error *error;
} Loader;

/* Whose lists of files a pack has. */
static const char *const PACK_TOOLS[] = {"normalize[]", "sentence-split[]", "quote-extract[]",
                                         "tag-entities[]", NULL};

static bool has_ending(Slice name, Slice ending)
{
    return name.length > ending.length && slice_ends(name, ending);
}

static bool is_yaml(Slice name)
{
    return has_ending(name, SLICE(".yaml")) || has_ending(name, SLICE(".yml"));
}

static Slice stem_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    Slice name = slice_of(slash ? slash + 1 : path);
    if (is_yaml(name))
        while (name.data[--name.length] != '.')
            ;
    return name;
}

/* Whether what stands in loader->error is taken by somebody. */
static bool taken(const Loader *loader)
{
    const Rules *rules = loader->rules;
    if (rules->on_mistake == NULL || loader->error->exit_code != EXIT_USAGE)
        return false;
    rules->on_mistake(rules->context, loader->error);
    return true;
}

static void key_path(Loader *loader, const char *path)
{
    loader->place = cache_checksum(loader->place, slice_of(path));
    loader->key = cache_checksum(loader->key ^ loader->pack, slice_of(path));
}

static void key_bytes(Loader *loader, Slice bytes)
{
    for (size_t at = 0; at < bytes.length; at += KEY_STEP)
        loader->key = cache_checksum(loader->key, slice_cut(bytes, at, at + KEY_STEP));
}

/* Nanoseconds since the file was changed; negative where its time cannot be relied on. */
static int64_t file_age(const struct stat *status)
{
    struct timespec now;
    const int64_t second = 1000 * 1000 * 1000;
    if (status->st_ctim.tv_nsec == 0 || clock_gettime(CLOCK_REALTIME, &now) != 0)
        return -1;
    int64_t seconds = (int64_t)now.tv_sec - (int64_t)status->st_ctim.tv_sec;
    return seconds > 1000 ? 1000 * second
                          : seconds * second + (now.tv_nsec - status->st_ctim.tv_nsec);
}

/* A large file counts by what would be another after any change of it. */
static bool key_times(Loader *loader, const struct stat *status)
{
    if (status->st_size < LARGE_FILE || file_age(status) < SETTLED)
        return false;
    uint64_t times[] = {(uint64_t)status->st_dev,          (uint64_t)status->st_ino,
                        (uint64_t)status->st_size,         (uint64_t)status->st_mtim.tv_sec,
                        (uint64_t)status->st_mtim.tv_nsec, (uint64_t)status->st_ctim.tv_sec,
                        (uint64_t)status->st_ctim.tv_nsec};
    loader->key = cache_checksum(loader->key, (Slice){(const char *)times, sizeof times});
    return true;
}

/* The times of a file that was changed a moment ago count a moment later. */
static void let_settle(const struct stat *status)
{
    int64_t age = file_age(status);
    if (status->st_size >= LARGE_FILE && age >= 0 && age < SETTLED)
        nanosleep(&(struct timespec){.tv_nsec = SETTLED - (long)age}, NULL);
}

/* Takes the key of a file that is not parsed. */
static bool list_file(Loader *loader, const char *path)
{
    struct stat status;
    key_path(loader, path);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    bool good = fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode);
    if (good) {
        let_settle(&status);
        good = fstat(fileno(file), &status) == 0;
    }
    if (good && !key_times(loader, &status)) {
        setvbuf(file, NULL, _IONBF, 0);
        char *bytes = memory_take(KEY_STEP);
        for (size_t got; (got = fread(bytes, 1, KEY_STEP, file)) != 0;)
            loader->key = cache_checksum(loader->key, (Slice){bytes, got});
        free(bytes);
        good = !ferror(file);
    }
    fclose(file);
    return good;
}

void rule_file_add(Rules *rules, RuleNode *root, Slice stem, unsigned pack)
{
    rules->files = memory_grow(rules->files, &rules->file_capacity, rules->file_count + 1,
                               sizeof *rules->files);
    rules->files[rules->file_count++] =
        (RuleFile){.path = root->file, .stem = stem, .root = root, .pack = pack};
}

static bool load_file(Loader *loader, const char *path)
{
    Rules *rules = loader->rules;
    RuleNode *root;
    loader->found++;
    if (loader->listing)
        return list_file(loader, path);
    RuleSource source;
    if (!rule_file_read(rules, loader->options->packed, path, &root, &source, loader->error)) {
        rules->unread_count++;
        return taken(loader);
    }
    loader->digest = (loader->digest ^ slice_hash(source.bytes)) * UINT64_C(0x9E3779B97F4A7C15);
    loader->digest ^= slice_hash(stem_of(path));
    if (loader->options->cached) {
        key_path(loader, path);
        if (!key_times(loader, &source.status))
            key_bytes(loader, source.bytes);
    }
    if (root != NULL)
        rule_file_add(rules, root, stem_of(root->file), loader->pack);
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The folder `name` within `folder` holds YAML files, for this language or another. */
static bool has_rules(Loader *loader, const char *folder, const char *name)
{
    bool found = false;
    DIR *inner = opendir(arena_format(&loader->rules->arena, "%s/%s", folder, name).data);
    if (inner == NULL)
        return false;
    for (struct dirent *entry; !found && (entry = readdir(inner)) != NULL;)
        found = entry->d_name[0] != '.' && is_yaml(slice_of(entry->d_name));
    closedir(inner);
    return found;
}

/* The YAML files of a user's folder, in the order of their names. */
static bool load_folder(Loader *loader, const char *folder)
{
    DIR *directory = opendir(folder);
    if (directory == NULL)
        return error_set(loader->error, EXIT_USAGE, folder, 0, 0, "cannot open the rule folder: %s",
                         strerror(errno));
    StringList names = {0};
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        if (entry->d_name[0] != '.' && is_yaml(slice_of(entry->d_name)))
            string_list_add(
                &names, arena_format(&loader->rules->arena, "%s/%s", folder, entry->d_name).data);
        else if (entry->d_name[0] != '.' && !has_rules(loader, folder, entry->d_name))
            loader->passed_over++;
    closedir(directory);
    if (names.count > 1)
        qsort(names.items, names.count, sizeof *names.items, by_name);
    bool good = true;
    for (size_t i = 0; i < names.count && good; i++)
        good = load_file(loader, names.items[i]);
    free(names.items);
    return good;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* A folder that need not exist, or its folder for the language. */
static bool load_layer(Loader *loader, const char *folder, Slice language)
{
    if (language.length != 0)
        folder = arena_format(&loader->rules->arena, "%s/%.*s", folder, SLICE_ARG(language)).data;
    return !is_folder(folder) || load_folder(loader, folder);
}

/* The folder that holds the shipped packs, or NULL with `error`. */
static const char *shipped_folder(Loader *loader)
{
    const char *set = getenv("QAWL_DATA");
    if (set != NULL && *set != '\0')
        return arena_format(&loader->rules->arena, "%s/rules", set).data;
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0) {
        error_set(
            loader->error, EXIT_USAGE, NULL, 0, 0,
            "cannot tell where this program stands; set QAWL_DATA to the folder that holds rules/");
        return NULL;
    }
    program[length] = '\0';
    char *slash = strrchr(program, '/');
    if (slash != NULL)
        *slash = '\0';
    return arena_format(&loader->rules->arena, "%s/../share/qawl/rules", program).data;
}

static bool load_listed(Loader *loader, const char *folder, const RuleNode *list)
{
    for (const RuleNode *file = list->children; file; file = file->next) {
        const char *path =
            arena_format(&loader->rules->arena, "%s/%.*s", folder, SLICE_ARG(file->scalar)).data;
        bool good = true;
        if (access(path, F_OK) != 0)
            good = rule_error(file, loader->error, "the pack has no file \"%.*s\"",
                              SLICE_ARG(file->scalar)) ||
                   taken(loader);
        else if (loader->tool != NULL || !rules_have_file(loader->rules, path))
            good = load_file(loader, path);
        if (!good)
            return false;
    }
    return true;
}

static bool load_pack_folder(Loader *loader, const char *folder)
{
    static const char *const known[] = {"pack", "name", "files{}", "note", NULL};
    Arena *arena = &loader->rules->arena;
    RuleNode *manifest;
    RuleSource source;
    if (!rule_file_read(loader->rules, false, arena_format(arena, "%s/pack.yaml", folder).data,
                        &manifest, &source, loader->error))
        return false;
    const RuleNode *files = rule_get(manifest, "files");
    if ((manifest != NULL && !rule_check_keys(manifest, known, loader->error) && !taken(loader)) ||
        (files != NULL && !rule_check_keys(files, PACK_TOOLS, loader->error) && !taken(loader)))
        return false;
    bool good = true;
    loader->pack = ++loader->pack_count;
    for (const RuleNode *list = files ? files->children : NULL; list && good; list = list->next)
        if (loader->tool == NULL || slice_equal(list->key, slice_of(loader->tool)))
            good = load_listed(loader, folder, list);
    loader->pack = 0;
    return good;
}

static bool load_pack(Loader *loader, const char *shipped, Slice language)
{
    const char *folder =
        arena_format(&loader->rules->arena, "%s/%.*s", shipped, SLICE_ARG(language)).data;
    if (!is_folder(folder))
        return error_set(
            loader->error, EXIT_USAGE, NULL, 0, 0,
            "no rule pack \"%.*s\" in %s; give another --lang, or set QAWL_DATA to the "
            "folder that holds rules/",
            SLICE_ARG(language), shipped);
    return load_pack_folder(loader, folder);
}

/* The parts of `list` between its colons, as NUL-terminated strings. */
static StringList split_path(Arena *arena, const char *list)
{
    StringList parts = {0};
    for (Slice rest = slice_of(list); rest.length != 0;) {
        const char *colon = memchr(rest.data, ':', rest.length);
        size_t length = colon ? (size_t)(colon - rest.data) : rest.length;
        if (length != 0)
            string_list_add(&parts, arena_copy(arena, slice_cut(rest, 0, length)).data);
        rest = slice_cut(rest, length + 1, rest.length);
    }
    return parts;
}

/* The first of $XDG_CONFIG_DIRS is the most important: it comes last. */
static bool load_system(Loader *loader, Slice language)
{
    Arena *arena = &loader->rules->arena;
    const char *set = getenv("XDG_CONFIG_DIRS");
    StringList folders = split_path(arena, set != NULL && *set != '\0' ? set : "/etc/xdg");
    bool good = true;
    for (size_t i = folders.count; i-- > 0 && good;)
        good = folders.items[i][0] != '/' ||
               load_layer(loader, arena_format(arena, "%s/qawl/rules", folders.items[i]).data,
                          language);
    free(folders.items);
    return good;
}

static bool load_user(Loader *loader, Slice language)
{
    Arena *arena = &loader->rules->arena;
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (config != NULL && *config == '/')
        return load_layer(loader, arena_format(arena, "%s/qawl/rules", config).data, language);
    if (home != NULL && *home == '/')
        return load_layer(loader, arena_format(arena, "%s/.config/qawl/rules", home).data,
                          language);
    return true;
}

/* A folder or file that somebody named, so that it must exist. */
static bool load_named(Loader *loader, const char *path)
{
    return is_folder(path) ? load_folder(loader, path) : load_file(loader, path);
}

/* A file of --rules, or a folder with its folders for the languages; one that holds only other
 * things is the wrong one. */
static bool load_given(Loader *loader, const char *path)
{
    size_t before = loader->found, passed_over = loader->passed_over;
    if (!load_named(loader, path))
        return false;
    for (Slice rest = slice_of(loader->rules->label), language; slice_next(&rest, '+', &language);)
        if (!load_layer(loader, path, language))
            return false;
    if (loader->found > before || loader->passed_over == passed_over)
        return true;
    error_set(
        loader->error, EXIT_USAGE, path, 0, 0,
        "no rules in this folder; name one that holds files *.yaml, or a folder LANG of them");
    return taken(loader);
}

static bool load_environment(Loader *loader, Slice language)
{
    const char *set = getenv("QAWL_RULES");
    StringList paths = split_path(&loader->rules->arena, set ? set : "");
    bool good = true;
    for (size_t i = 0; i < paths.count && good; i++)
        good = language.length != 0 ? load_layer(loader, paths.items[i], language)
                                    : load_named(loader, paths.items[i]);
    free(paths.items);
    return good;
}

/* What counts for the language alone; without one what counts always. */
static bool load_layers(Loader *loader, Slice language)
{
    return loader->options->no_user_rules ||
           (load_system(loader, language) && load_user(loader, language) &&
            load_environment(loader, language));
}

/* The packs of the options, that of RULES_LANGUAGE when there is none, each with its layers. */
static bool load_languages(Loader *loader, const char *shipped)
{
    static const char *const fallback[] = {RULES_LANGUAGE};
    const StringList *given = &loader->options->languages;
    const char *const *items = given->count ? given->items : fallback;
    size_t count = given->count ? given->count : 1;
    Buffer label = {0};
    bool good = true;
    for (size_t i = 0; i < count && good; i++) {
        Slice rest = slice_of(items[i]), language;
        while (good && slice_next(&rest, ',', &language)) {
            good = language.length != 0
                       ? load_pack(loader, shipped, language) && load_layers(loader, language)
                       : error_set(loader->error, EXIT_USAGE, NULL, 0, 0,
                                   "--lang=%s names a language that is empty; write --lang=ar or "
                                   "--lang=ar,en",
                                   items[i]);
            buffer_append_format(&label, "%s%.*s", label.length ? "+" : "", SLICE_ARG(language));
        }
    }
    snprintf(loader->rules->label, sizeof loader->rules->label, "%.*s", (int)label.length,
             label.data ? label.data : "");
    buffer_release(&label);
    return good;
}

static bool load_packs(Loader *loader)
{
    const char *folder = loader->options->pack;
    if (folder != NULL)
        return load_pack_folder(loader, folder);
    folder = shipped_folder(loader);
    return folder != NULL && load_languages(loader, folder);
}

static bool load_all(Loader *loader)
{
    const StringList *extra = &loader->options->extra;
    if (!load_packs(loader) || !load_layers(loader, (Slice){NULL, 0}))
        return false;
    for (size_t i = 0; i < extra->count; i++)
        if (!load_given(loader, extra->items[i]))
            return false;
    return true;
}

static Loader new_loader(Rules *rules, const char *tool, const RulesOptions *options, Error *error)
{
    uint64_t place = cache_checksum(0, slice_of(tool));
    return (Loader){.rules = rules,
                    .tool = tool,
                    .options = options,
                    .digest = UINT64_C(0xCBF29CE484222325),
                    .place = place,
                    .key = keeping_key(place),
                    .error = error};
}

/* Where and under what key things made of the rules are kept. */
static void note_keeping(Rules *rules, const Loader *loader)
{
    rules->tool = loader->tool;
    rules->cache_place = loader->place;
    rules->cache_key = loader->key;
}

bool rules_read(Rules *rules, const char *tool, const RulesOptions *options, Error *error)
{
    *rules = (Rules){.on_mistake = options->on_mistake, .context = options->context};
    Loader loader = new_loader(rules, tool, options, error);
    if (!load_all(&loader))
        return false;
    snprintf(rules->digest, sizeof rules->digest, "%016llx", (unsigned long long)loader.digest);
    size_t used = strlen(rules->label);
    snprintf(rules->label + used, sizeof rules->label - used, "@%.*s", DIGEST_SHOWN, rules->digest);
    if (options->cached) {
        rules->cache_path = keeping_path(&rules->arena, tool, loader.place);
        note_keeping(rules, &loader);
    }
    return true;
}

/* The rules as they were kept by an earlier start with the same files. */
static bool load_kept(Rules *rules, const char *tool, const RulesOptions *options)
{
    Error ignored = {0};
    *rules = (Rules){0};
    Loader loader = new_loader(rules, tool, options, &ignored);
    loader.listing = true;
    if (load_all(&loader) &&
        keeping_restore(rules, keeping_path(&rules->arena, tool, loader.place), loader.key)) {
        note_keeping(rules, &loader);
        return true;
    }
    rules_release(rules);
    return false;
}

/* A section that nobody reads would be rules without effect. */
static bool check_sections(const Rules *rules, Error *error)
{
    for (size_t i = 0; i < rules->file_count; i++)
        for (const RuleNode *section = rules->files[i].root->children; section;
             section = section->next)
            if (rule_section(section->key) == NULL)
                return rule_key_error(section, error,
                                      "unknown section \"%.*s\"; did you mean \"%s\"?",
                                      SLICE_ARG(section->key), rule_section_nearest(section->key));
    return true;
}

bool rules_load(Rules *rules, const char *tool, const RulesOptions *options, Error *error)
{
    return (options->cached && load_kept(rules, tool, options)) ||
           (rules_read(rules, tool, options, error) && check_sections(rules, error) &&
            rules_layer(rules, error));
}

void rules_forget_words(Rules *rules)
{
    if (rules->words.chunk == NULL)
        return;
    for (size_t i = 0; i < rules->file_count; i++) {
        RuleNode *root = rules->files[i].root;
        RuleNode *words = rule_child(root, "lexicon");
        if (words != NULL)
            rule_unlink(root, words);
    }
    arena_release(&rules->words);
}

void rules_release(Rules *rules)
{
    arena_release(&rules->words);
    arena_release(&rules->arena);
    free(rules->files);
    cache_close(&rules->cache);
    *rules = (Rules){0};
}
