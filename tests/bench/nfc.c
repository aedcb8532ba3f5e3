/* Form C of standard input, line by line, by utf8proc: what normalize is measured
 * against in scripts/bench. */
#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>

int main(void)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    while ((length = getline(&line, &capacity, stdin)) > 0) {
        utf8proc_uint8_t *out = NULL;
        utf8proc_ssize_t count = utf8proc_map((const utf8proc_uint8_t *)line, length, &out,
                                              UTF8PROC_STABLE | UTF8PROC_COMPOSE);
        if (count < 0)
            return 1;
        fwrite(out, 1, (size_t)count, stdout);
        free(out);
    }
    free(line);
    return 0;
}
