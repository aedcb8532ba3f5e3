#include "tools/normalize/pages.h"

#include <stdlib.h>

#include "common/buffer.h"
#include "common/utf8.h"

static const char *const known_keys[] = {"name", "also[]", "bytes{}", "reads-also{}", NULL};

/* ---- names ------------------------------------------------------------- */

static bool skip_mark(Slice name, size_t *at)
{
    while (*at < name.length && (name.data[*at] == '-' || name.data[*at] == '_'))
        ++*at;
    return *at < name.length;
}

static bool same_name(Slice a, Slice b)
{
    size_t i = 0, j = 0;
    for (;; i++, j++) {
        bool more = skip_mark(a, &i);
        if (more != skip_mark(b, &j))
            return false;
        if (!more)
            return true;
        if (lower_ascii(a.data[i]) != lower_ascii(b.data[j]))
            return false;
    }
}

const CodePage *pages_find(const CodePages *pages, Slice name)
{
    for (size_t i = 0; i < pages->count; i++) {
        const CodePage *page = &pages->pages[i];
        if (same_name(page->name, name))
            return page;
        const RuleNode *also = rule_get(page->node, "also");
        for (const RuleNode *other = also ? also->children : NULL; other; other = other->next)
            if (same_name(other->scalar, name))
                return page;
    }
    return NULL;
}

/* ---- loading ----------------------------------------------------------- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool read_byte(const RuleNode *entry, size_t *byte, Error *error)
{
    Slice key = entry->key;
    int high = key.length == 2 ? hex_digit(key.data[0]) : -1;
    int low = key.length == 2 ? hex_digit(key.data[1]) : -1;
    if (high < 0 || low < 0)
        return rule_error(entry, error, "\"%.*s\" is no byte; write two hexadecimal digits, C7",
                          SLICE_ARG(key));
    *byte = (size_t)(high * 16 + low);
    return true;
}

static bool add_inverse(CodePage *page, uint32_t codepoint, size_t byte, const RuleNode *entry,
                        Error *error)
{
    if (page->inverse_count == PAGE_INVERSE_MAX)
        return rule_error(entry, error, "more characters than a code page has");
    page->inverse[page->inverse_count].codepoint = codepoint;
    page->inverse[page->inverse_count++].byte = (uint8_t)byte;
    return true;
}

static bool read_bytes(CodePage *page, const RuleNode *bytes, Error *error)
{
    for (size_t i = 0; i < 256; i++)
        page->to[i] = i < 0x80 ? (uint32_t)i : NO_CHARACTER;
    for (const RuleNode *entry = bytes ? bytes->children : NULL; entry; entry = entry->next) {
        size_t byte;
        uint32_t first, last;
        if (!read_byte(entry, &byte, error) ||
            !rule_characters(entry, entry->scalar, &first, &last, error))
            return false;
        if (last - first >= 256 - byte)
            return rule_error(entry, error,
                              "the range has more characters than there are bytes up to FF");
        for (uint32_t c = first; c <= last; c++)
            page->to[byte++] = c;
    }
    return true;
}

static int compare_inverse(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static bool read_inverse(CodePage *page, const RuleNode *also, Error *error)
{
    for (size_t byte = 0; byte < 256; byte++)
        if (page->to[byte] != NO_CHARACTER &&
            !add_inverse(page, page->to[byte], byte, page->node, error))
            return false;
    for (const RuleNode *entry = also ? also->children : NULL; entry; entry = entry->next) {
        size_t byte;
        uint32_t codepoint;
        if (!read_byte(entry, &byte, error) ||
            !rule_character(entry, entry->scalar, &codepoint, error) ||
            !add_inverse(page, codepoint, byte, entry, error))
            return false;
    }
    qsort(page->inverse, page->inverse_count, sizeof *page->inverse, compare_inverse);
    return true;
}

static bool read_page(Rules *rules, const RuleNode *node, CodePage *page, Error *error)
{
    if (!rule_check_keys(node, known_keys, error))
        return false;
    page->node = node;
    page->name = rule_text(node, "name");
    if (page->name.length == 0)
        return rule_error(node, error, "a code page needs a name");
    char *upper = arena_alloc(&rules->arena, page->name.length + 1);
    for (size_t i = 0; i < page->name.length; i++) {
        char c = page->name.data[i];
        upper[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    upper[page->name.length] = '\0';
    page->upper = upper;
    if (!read_bytes(page, rule_get(node, "bytes"), error) ||
        !read_inverse(page, rule_get(node, "reads-also"), error))
        return false;
    page->has_more = rule_get(node, "reads-also") != NULL;
    memset(page->low, 0xFF, sizeof page->low); /* NO_BYTE */
    for (uint32_t c = 0x80; c < 0xA0; c++)
        page->low[c] = (int16_t)page_byte_searched(page, c);
    for (size_t i = 0; i < page->inverse_count; i++)
        if (page->inverse[i].codepoint < PAGE_LOW)
            page->low[page->inverse[i].codepoint] =
                (int16_t)page_byte_searched(page, page->inverse[i].codepoint);
    return true;
}

bool pages_load(Rules *rules, CodePages *pages, Error *error)
{
    size_t count = 0;
    for (RuleWalk walk = rules_walk(rules, "code-pages"); rule_walk_next(&walk);)
        count++;
    *pages = (CodePages){.pages = ARENA_ARRAY(&rules->arena, count + 1, CodePage)};
    /* A later page of the same name is found first. */
    size_t at = count;
    for (RuleWalk walk = rules_walk(rules, "code-pages"); rule_walk_next(&walk);)
        if (!read_page(rules, walk.node, &pages->pages[--at], error))
            return false;
    pages->count = count;
    return true;
}

/* ---- use --------------------------------------------------------------- */

int page_byte_searched(const CodePage *page, uint32_t codepoint)
{
    size_t low = 0, high = page->inverse_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (page->inverse[middle].codepoint < codepoint)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < page->inverse_count && page->inverse[low].codepoint == codepoint)
        return page->inverse[low].byte;
    if (codepoint >= 0x80 && codepoint < 0xA0)
        return (int)codepoint;
    return NO_BYTE;
}

size_t page_bad_bytes(const CodePage *page, Slice bytes)
{
    size_t bad = 0;
    for (size_t i = 0; i < bytes.length; i++)
        bad += page->to[(unsigned char)bytes.data[i]] == NO_CHARACTER;
    return bad;
}

void page_decode(const CodePage *page, Slice bytes, Arena *arena, Decoded *decoded)
{
    *decoded = (Decoded){.encoding = page->upper, .bytes = bytes.length};
    char *out = arena_alloc(arena, bytes.length * 3 + 1);
    size_t length = 0;
    for (size_t i = 0; i < bytes.length; i++) {
        uint32_t codepoint = page->to[(unsigned char)bytes.data[i]];
        if (codepoint == NO_CHARACTER) {
            decode_note_bad(decoded, i, length, arena);
            codepoint = 0xFFFD;
        }
        length += utf8_encode(codepoint, out + length);
    }
    decoded->text = (Slice){out, length};
}
