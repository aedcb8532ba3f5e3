/* Finds the names of a file in the text of another with Hyperscan: what
 * tag-entities is measured against in scripts/bench. Prints the CPU seconds of
 * compiling, those of scanning, and how many matches there were.
 * usage: literals NAMES TEXT */
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        exit(1);
    *length = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*length + 1);
    if (bytes == NULL || fread(bytes, 1, *length, file) != *length)
        exit(1);
    bytes[*length] = '\0';
    fclose(file);
    return bytes;
}

static double cpu(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static int count_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                       void *context)
{
    (void)id, (void)from, (void)to, (void)flags;
    ++*(size_t *)context;
    return 0;
}

int main(int argc, char **argv)
{
    size_t names_length, text_length, count = 0, matches = 0;
    if (argc != 3)
        return 2;
    char *names = read_file(argv[1], &names_length), *text = read_file(argv[2], &text_length);
    double start = cpu();
    for (const char *at = names; (at = strchr(at, '\n')) != NULL; at++)
        count++;
    const char **literals = calloc(count, sizeof *literals);
    size_t *lengths = calloc(count, sizeof *lengths);
    unsigned *flags = calloc(count, sizeof *flags), *ids = calloc(count, sizeof *ids);
    if (literals == NULL || lengths == NULL || flags == NULL || ids == NULL)
        return 1;
    char *at = names;
    for (size_t i = 0; i < count; i++) {
        char *end = strchr(at, '\n');
        literals[i] = at;
        lengths[i] = (size_t)(end - at);
        ids[i] = (unsigned)i;
        *end = '\0';
        at = end + 1;
    }
    hs_database_t *database;
    hs_compile_error_t *error;
    hs_scratch_t *scratch = NULL;
    if (hs_compile_lit_multi(literals, flags, ids, lengths, (unsigned)count, HS_MODE_BLOCK, NULL,
                             &database, &error) != HS_SUCCESS ||
        hs_alloc_scratch(database, &scratch) != HS_SUCCESS)
        return 1;
    double compiled = cpu();
    for (char *line = text; line < text + text_length;) {
        char *end = memchr(line, '\n', (size_t)(text + text_length - line));
        if (end == NULL)
            end = text + text_length;
        if (hs_scan(database, line, (unsigned)(end - line), 0, scratch, count_match, &matches) !=
            HS_SUCCESS)
            return 1;
        line = end + 1;
    }
    printf("%.3f %.3f %zu\n", compiled - start, cpu() - compiled, matches);
    return 0;
}
