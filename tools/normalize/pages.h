/* Code pages of one byte a character, from section `code-pages` of the rules. */
#ifndef QAWL_NORMALIZE_PAGES_H
#define QAWL_NORMALIZE_PAGES_H

#include "common/decode.h"
#include "common/rules.h"

enum { NO_BYTE = -1, PAGE_INVERSE_MAX = 320, PAGE_LOW = 0x800 };
#define NO_CHARACTER UINT32_MAX

typedef struct {
    Slice name;           /* as the rules spell it                    */
    const char *upper;    /* the same in capitals                     */
    const RuleNode *node; /* for other names                          */
    uint32_t to[256];     /* the character of a byte, or NO_CHARACTER */
    struct {
        uint32_t codepoint;
        uint8_t byte;
    } inverse[PAGE_INVERSE_MAX]; /* rising */
    size_t inverse_count;
    bool has_more;         /* characters that became a byte of another one */
    int16_t low[PAGE_LOW]; /* page_byte of the characters below */
} CodePage;

typedef struct {
    CodePage *pages;
    size_t count;
} CodePages;

/* In rules->arena. False with `error` on a mistake. */
bool pages_load(Rules *rules, CodePages *pages, Error *error);

/* By name or other name; hyphens, underscores and case do not matter. NULL where
 * the rules have none. */
const CodePage *pages_find(const CodePages *pages, Slice name);

/* The small letter of a capital of ASCII; any other byte as it is. Names of encodings, and
 * the marks around them, are read without case. */
static inline char lower_ascii(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The byte that `codepoint` is in the page, or NO_BYTE. A control U+0080..U+009F
 * that the page lacks is the byte of its number: so programs read bytes that mean
 * nothing in the page, and many read them all so. */
int page_byte_searched(const CodePage *page, uint32_t codepoint);

static inline int page_byte(const CodePage *page, uint32_t codepoint)
{
    return codepoint < PAGE_LOW ? page->low[codepoint] : page_byte_searched(page, codepoint);
}

/* How many bytes mean nothing in the page. */
size_t page_bad_bytes(const CodePage *page, Slice bytes);

/* As decode_bytes. */
void page_decode(const CodePage *page, Slice bytes, Arena *arena, Decoded *decoded);

#endif
