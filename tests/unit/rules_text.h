/* Rules from a string, for tests: written to a scratch file and read as a pack. */
#ifndef RULES_TEXT_H
#define RULES_TEXT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/rules.h"

/* False with `error` where the text is no YAML. Release with rules_release. */
static inline bool rules_from_text(Rules *rules, const char *text, Error *error)
{
    char path[] = "/tmp/qawl-test-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, text, strlen(text)), (ssize_t)strlen(text));
    close(descriptor);
    RuleNode *root = NULL;
    Slice bytes;
    bool good = rules_read_file(&rules->arena, path, &root, &bytes, error);
    unlink(path);
    if (good && root != NULL) {
        rules->files = memory_grow(rules->files, &rules->file_capacity, rules->file_count + 1,
                                   sizeof *rules->files);
        rules->files[rules->file_count++] = (RuleFile){root->file, slice_of("test"), root, 0};
    }
    return good;
}

#endif
