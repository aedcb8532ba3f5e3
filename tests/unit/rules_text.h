/* Rules from a string or a file, none of a pack, and their lexicon, for tests. */
#ifndef QAWL_TESTS_RULES_TEXT_H
#define QAWL_TESTS_RULES_TEXT_H

#include <unistd.h>

#include "common/lexicon.h"
#include "common/rules_parts.h"
#include "tests/unit/unit.h"

/* Adds the file behind those that are there, unlayered; output calls it STEM. False with
 * `error` where it is no YAML. */
static inline bool rules_add_file(Rules *rules, const char *path, const char *stem, Error *error)
{
    RuleNode *root = NULL;
    RuleSource source;
    if (!rule_file_read(rules, false, path, &root, &source, error))
        return false;
    if (root != NULL)
        rule_file_add(rules, root, slice_of(stem), 0);
    return true;
}

/* False with `error` where the text is no YAML. Release with rules_release. */
static inline bool rules_from_text(Rules *rules, const char *text, Error *error)
{
    char path[] = "/tmp/qawl-test-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, text, strlen(text)), (ssize_t)strlen(text));
    close(descriptor);
    bool good = rules_add_file(rules, path, "test", error);
    unlink(path);
    return good;
}

/* The same for a text that must be YAML: the test fails where it is none. */
static inline void add_rules(Rules *rules, const char *text)
{
    Error error = {0};
    if (!rules_from_text(rules, text, &error))
        fail_msg("%zu:%zu: %s", error.line, error.column, error.message);
}

/* The lexicon of rules that must have no mistake for it; lexicon_free it before them. */
static inline Lexicon *make_lexicon(Rules *rules)
{
    Error error = {0};
    Lexicon *lexicon = lexicon_new(rules, &error);
    if (lexicon == NULL)
        fail_msg("%zu:%zu: %s", error.line, error.column, error.message);
    return lexicon;
}

#endif
