/* check-rules: says every mistake in the rules, runs their examples, lists and
 * prints them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/message.h"
#include "common/options.h"
#include "common/output.h"
#include "tools/check-rules/examples.h"
#include "tools/check-rules/listing.h"
#include "tools/check-rules/mend.h"
#include "tools/check-rules/names.h"
#include "tools/check-rules/needs.h"
#include "tools/check-rules/warnings.h"
#include "tools/check-rules/written.h"

static struct {
    bool help, version, list;
    const char *dump; /* NULL: no; "": what all filters load */
    RulesOptions rules;
} settings;

static const Option options[] = {
    {0, "list", NULL, OPTION_FLAG, &settings.list, "print the rules, one a line, and end"},
    {0, "dump", "FILTER", OPTION_OPTIONAL_STRING, &settings.dump,
     "print all rules that count (for FILTER) as YAML, and end"},
    {0, "rules", "PATH", OPTION_LIST, &settings.rules.extra,
     "add a folder or file of rules; may be repeated"},
    {0, "no-user-rules", NULL, OPTION_FLAG, &settings.rules.no_user_rules,
     "leave out the rules of system and user"},
    {0, "lang", "LANG", OPTION_LIST, &settings.rules.languages,
     "language of the pack (default ar); may be repeated"},
    {'h', "help", NULL, OPTION_FLAG, &settings.help, "print this and end"},
    {'V', "version", NULL, OPTION_FLAG, &settings.version, "print the version and end"},
    {0},
};

static int fail(const Error *error)
{
    message_error(error);
    return error->exit_code;
}

static int print(Buffer *text)
{
    Error error = {.exit_code = 0};
    Output output;
    output_init(&output, 1, "standard output");
    buffer_append(&output.buffer, buffer_slice(text));
    bool good = output_close(&output, &error);
    buffer_release(&output.buffer);
    return good ? EXIT_ALL_GOOD : fail(&error);
}

static int print_help(void)
{
    printf("usage: check-rules [OPTION ...] [DIR | FILE ...]\n\n"
           "Says every mistake in the rules that the filters load, with these folders and\n"
           "files added (or in the pack that a folder with pack.yaml holds), and runs the\n"
           "examples that stand with the rules.\n\n");
    options_print(options);
    return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_ALL_GOOD : EXIT_SYSTEM;
}

/* A folder with pack.yaml is a pack of its own; all else is added to one. */
static bool take_paths(char **paths, size_t count, Error *error)
{
    for (size_t i = 0; i < count; i++) {
        char manifest[4096];
        struct stat status;
        int length = snprintf(manifest, sizeof manifest, "%s/pack.yaml", paths[i]);
        bool fits = length > 0 && (size_t)length < sizeof manifest;
        if (!fits || stat(manifest, &status) != 0)
            string_list_add(&settings.rules.extra, paths[i]);
        else if (settings.rules.pack != NULL)
            return error_set(error, EXIT_USAGE, paths[i], 0, 0,
                             "a second pack (after %s); check one at a time", settings.rules.pack);
        else
            settings.rules.pack = paths[i];
    }
    return true;
}

static int print_rules(Error *error)
{
    Rules rules;
    Buffer text = {0};
    const char *filter = settings.dump != NULL && *settings.dump != '\0' ? settings.dump : NULL;
    for (int kind = 0; filter != NULL && strcmp(filter, filter_name((FilterKind)kind)) != 0;)
        if (++kind == FILTER_COUNT) {
            error_set(error, EXIT_USAGE, NULL, 0, 0,
                      "--dump=%s: no such filter; known: normalize, sentence-split, "
                      "quote-extract, tag-entities",
                      filter);
            return fail(error);
        }
    if (!rules_load(&rules, filter, &settings.rules, error))
        return fail(error);
    if (settings.list)
        list_rules(&rules, &text);
    else
        dump_rules(&rules, &text);
    int status = print(&text);
    buffer_release(&text);
    rules_release(&rules);
    return status;
}

/* The one limit that rules of one's own may come near. */
static void append_classes(const Filters *filters, Buffer *report)
{
    buffer_append_format(report, "classes: %d in quote-extract, %d in tag-entities, of %d\n",
                         classes_count(quote_finder_classes(filters->quotes)),
                         classes_count(tagger_classes(filters->tagger)), CLASS_MAX);
}

static int run_examples(Filters *filters, const Rules *rules)
{
    Buffer report = {0};
    warn_of_rules(rules);
    ExampleCount count = examples_run(filters, &settings.rules, &report);
    append_classes(filters, &report);
    buffer_append_format(&report, "examples: %zu passed, %zu failed", count.passed, count.failed);
    if (count.overruled != 0)
        buffer_append_format(&report, ", %zu overruled", count.overruled);
    buffer_append_byte(&report, '\n');
    int status = print(&report);
    buffer_release(&report);
    return status != EXIT_ALL_GOOD ? status : count.failed != 0 ? EXIT_SOME_BAD : EXIT_ALL_GOOD;
}

static int check(Error *error)
{
    Rules rules = {0}; /* of all filters, for what can be seen without running them */
    Filters filters = {0};
    Mistakes mistakes = {0};
    RulesOptions own = settings.rules;
    int status;
    own.on_mistake = mistakes_take;
    own.context = &mistakes;
    bool loaded = rules_read(&rules, NULL, &own, error);
    if (loaded) {
        check_files(&rules, &mistakes);
        rename_misspelt(&rules);
        layer_all(&rules, &mistakes);
        loaded = filters_load(&filters, &settings.rules, &mistakes, error);
    }
    if (loaded) {
        check_names(&filters, &mistakes);
        check_patterns(&filters, &mistakes);
    }
    mistakes_print(&mistakes, &rules);
    if (!loaded)
        status = fail(error);
    else
        status = mistakes.count != 0 ? EXIT_USAGE : run_examples(&filters, &rules);
    filters_release(&filters);
    mistakes_release(&mistakes);
    rules_release(&rules);
    return status;
}

int main(int argc, char **argv)
{
    const Option *const tables[] = {options};
    Error error = {.exit_code = 0};
    size_t count = 0;
    int status;
    message_program("check-rules");
    if (!options_parse(tables, 1, argc, argv, &count, &error) ||
        (!settings.help && !settings.version && !take_paths(argv + 1, count, &error))) {
        status = fail(&error);
    } else if (settings.help) {
        status = print_help();
    } else if (settings.version) {
        printf("check-rules (qawl) %s\n", QAWL_VERSION);
        status = fflush(stdout) == 0 && !ferror(stdout) ? EXIT_ALL_GOOD : EXIT_SYSTEM;
    } else {
        status = settings.list || settings.dump != NULL ? print_rules(&error) : check(&error);
    }
    free(settings.rules.extra.items);
    free(settings.rules.languages.items);
    return status;
}
