#include "tools/normalize/word_letters.h"

#include <stdlib.h>

enum {
    LETTER_MAX = 16,
    WORD_BYTES = 128, /* of a word that is compared with lists: 64 letters, and more than any has */
};

typedef struct {
    uint32_t from, to, at_end;
} WordLetter;

/* How lines are written, before letters of theirs are changed. */
typedef struct {
    size_t own, foreign;                     /* letters and words that only ours has, or lacks */
    bool to[LETTER_MAX], at_end[LETTER_MAX]; /* of each letter: whether they have these; ...   */
    bool inside[LETTER_MAX];                 /* ... whether they have its `from` within words  */
} Writing;

struct WordLetters {
    const Steps *steps;
    WordLetter letters[LETTER_MAX];
    size_t letter_count;
    /* The first of each list of words, or NULL: that end in an `at_end`; that are ours,
     * or begin as ours do; that are of another language. */
    const RuleNode *end_words, *own_words, *own_starts, *other_words;
    /* Sets of letters: of words; that no word of ours has; that only ours have. */
    uint32_t word_sets, foreign, own;

    Slice text;
    Writing writing;      /* of the whole of it, once it `is_read`      */
    Writing line_writing; /* of the line at hand, once that is          */
    bool is_read, line_is_read;
    Points scratch;
};

/* ---- loading ----------------------------------------------------------- */

static bool load_set(const Steps *steps, const RuleNode *node, const char *key, uint32_t *set,
                     Error *error)
{
    const RuleNode *value = rule_get(node, key);
    for (const RuleNode *item = rule_first(value); item; item = rule_next(value, item)) {
        uint32_t bit = steps_set(steps, item, error);
        if (bit == 0)
            return false;
        *set |= bit;
    }
    return value != NULL || rule_error(node, error, "a step of kind word-letters needs `%s`", key);
}

static const RuleNode *first_word(const RuleNode *node, const char *key)
{
    const RuleNode *list = rule_get(node, key);
    return list ? list->children : NULL;
}

static bool load_map(WordLetters *letters, const RuleNode *map, Signs *signs, unsigned rule,
                     Error *error)
{
    for (const RuleNode *entry = map ? map->children : NULL; entry; entry = entry->next) {
        WordLetter *letter = &letters->letters[letters->letter_count];
        if (letters->letter_count++ == LETTER_MAX)
            return rule_error(entry, error, "more than %d letters", LETTER_MAX);
        if (!rule_character(entry, entry->key, &letter->from, error) ||
            !rule_character(entry, entry->scalar, &letter->to, error))
            return false;
        letter->at_end = letter->to;
        signs_add_first(signs, rule, letter->from);
        signs->any_second |= UINT32_C(1) << rule;
    }
    return true;
}

static bool load_ends(WordLetters *letters, const RuleNode *at_end, Error *error)
{
    uint32_t from;
    for (const RuleNode *entry = at_end ? at_end->children : NULL; entry; entry = entry->next) {
        if (!rule_character(entry, entry->key, &from, error))
            return false;
        for (size_t i = 0; i < letters->letter_count; i++)
            if (letters->letters[i].from == from &&
                !rule_character(entry, entry->scalar, &letters->letters[i].at_end, error))
                return false;
    }
    return true;
}

WordLetters *word_letters_new(Rules *rules, const Steps *steps, size_t step, Signs *signs,
                              unsigned rule, Error *error)
{
    const RuleNode *node = steps->steps[step].node;
    WordLetters *letters = ARENA_NEW(&rules->arena, WordLetters);
    letters->steps = steps;
    letters->end_words = first_word(node, "at-end-words");
    letters->own_words = first_word(node, "evidence-words");
    letters->own_starts = first_word(node, "evidence-starts");
    letters->other_words = first_word(node, "other-words");
    bool good = load_map(letters, rule_get(node, "map"), signs, rule, error) &&
                load_ends(letters, rule_get(node, "at-end"), error) &&
                load_set(steps, node, "between", &letters->word_sets, error) &&
                load_set(steps, node, "not-with", &letters->foreign, error) &&
                load_set(steps, node, "evidence", &letters->own, error);
    return good ? letters : NULL;
}

void word_letters_release(WordLetters *letters)
{
    free(letters->scratch.items);
}

/* ---- words ------------------------------------------------------------- */

static bool in_sets(const WordLetters *letters, uint32_t codepoint, uint32_t sets)
{
    return (steps_sets(letters->steps, codepoint) & sets) != 0;
}

/* Where the word that begins at `at` ends; whether it has a letter that no word
 * of ours has. */
static size_t word_end(const WordLetters *letters, const Points *line, size_t at, bool *is_foreign)
{
    *is_foreign = false;
    for (; at < line->count; at++) {
        uint32_t codepoint = line->items[at].codepoint;
        *is_foreign |= in_sets(letters, codepoint, letters->foreign);
        if (!in_sets(letters, codepoint, letters->word_sets | letters->foreign))
            break;
    }
    return at;
}

/* A word of the line as UTF-8, for comparing; longer ones than WORD_BYTES are cut, and equal
 * none that is listed. */
typedef struct {
    char bytes[WORD_BYTES + 4]; /* the last letter may stand across the end */
    size_t length, letters;
} Spelling;

/* [at, end) of the line. The last letter counts as `last`, unless that is 0. */
static Spelling spell(const Points *line, size_t at, size_t end, uint32_t last)
{
    Spelling word = {.length = 0};
    for (word.letters = end - at; at < end && word.length < WORD_BYTES; at++) {
        uint32_t letter = last != 0 && at + 1 == end ? last : line->items[at].codepoint;
        word.length += utf8_encode(letter, word.bytes + word.length);
    }
    return word;
}

static bool is_listed(const RuleNode *words, const Spelling *word)
{
    Slice text = {word->bytes, word->length};
    for (; words; words = words->next)
        if (slice_equal(text, words->scalar))
            return word->length < WORD_BYTES;
    return false;
}

/* Begins as words of ours do, with some letters behind that. */
static bool begins_as_ours(const WordLetters *letters, const Spelling *word)
{
    enum { LEAST = 3 };
    Slice text = {word->bytes, word->length};
    for (const RuleNode *start = letters->own_starts; start; start = start->next)
        if (slice_starts(text, start->scalar) && word->letters >= utf8_count(start->scalar) + LEAST)
            return true;
    return false;
}

/* What the step makes of the letter; NULL where it leaves it. */
static const WordLetter *letter_of(const WordLetters *letters, uint32_t codepoint)
{
    for (size_t i = 0; i < letters->letter_count; i++)
        if (letters->letters[i].from == codepoint)
            return &letters->letters[i];
    return NULL;
}

/* Of letters that no step of this kind writes or takes away. */
static bool is_fixed(const WordLetters *letters, const Points *line, size_t at, size_t end)
{
    for (size_t i = at; i < end; i++)
        for (size_t j = 0; j < letters->letter_count; j++) {
            const WordLetter *letter = &letters->letters[j];
            uint32_t codepoint = line->items[i].codepoint;
            if (codepoint == letter->from || codepoint == letter->to || codepoint == letter->at_end)
                return false;
        }
    return true;
}

/* `counts`: whether it tells the language. */
static void add_word(const WordLetters *letters, const Points *line, size_t at, size_t end,
                     bool counts, Writing *writing)
{
    for (size_t i = at; i < end; i++)
        for (size_t j = 0; j < letters->letter_count; j++) {
            const WordLetter *letter = &letters->letters[j];
            uint32_t codepoint = line->items[i].codepoint;
            writing->to[j] |= codepoint == letter->to;
            writing->at_end[j] |= codepoint == letter->at_end;
            writing->inside[j] |= codepoint == letter->from && i + 1 < end;
        }
    if (!counts)
        return;
    const Spelling word = spell(line, at, end, 0);
    writing->own += is_listed(letters->own_words, &word) || begins_as_ours(letters, &word);
    writing->foreign += is_listed(letters->other_words, &word);
}

/* `fixed`: only what is the same once the line is repaired. */
static void add_line(const WordLetters *letters, const Points *line, bool fixed, Writing *writing)
{
    for (size_t at = 0, end; at < line->count; at = end + (end == at)) {
        bool is_foreign;
        end = word_end(letters, line, at, &is_foreign);
        add_word(letters, line, at, end, !fixed || is_fixed(letters, line, at, end), writing);
        for (size_t i = at; i < end; i++)
            if (!fixed || is_fixed(letters, line, i, i + 1)) {
                writing->own += in_sets(letters, line->items[i].codepoint, letters->own);
                writing->foreign += in_sets(letters, line->items[i].codepoint, letters->foreign);
            }
    }
}

/* How the whole text is written, by what a repair leaves as it is: so a second one finds
 * the same. */
static const Writing *writing_of_text(WordLetters *letters)
{
    Slice rest = letters->text, line;
    if (letters->is_read)
        return &letters->writing;
    letters->writing = (Writing){.own = 0};
    while (slice_next(&rest, '\n', &line)) {
        points_read(&letters->scratch, line);
        add_line(letters, &letters->scratch, true, &letters->writing);
    }
    letters->is_read = true;
    return &letters->writing;
}

/* How a line is written; what it does not tell, the text does. */
static Writing writing_of_line(WordLetters *letters, const Points *line)
{
    Writing writing = {.own = 0};
    add_line(letters, line, false, &writing);
    const Writing *text = writing_of_text(letters);
    if (writing.own == 0 && writing.foreign == 0) {
        writing.own = text->own;
        writing.foreign = text->foreign;
    }
    for (size_t i = 0; i < letters->letter_count; i++)
        if (!writing.to[i] && !writing.at_end[i]) {
            writing.to[i] = !writing.inside[i] && text->to[i];
            writing.at_end[i] = text->at_end[i];
        }
    return writing;
}

/* What the last letter of a word becomes. Who writes `to` means something else by `from`,
 * who writes `at_end` does not mean that; who writes neither is told by the word. */
static uint32_t last_letter(const WordLetters *letters, const Writing *writing, const Points *line,
                            size_t at, size_t end, const WordLetter *letter)
{
    size_t number = (size_t)(letter - letters->letters);
    if (writing->to[number])
        return letter->at_end;
    if (writing->at_end[number])
        return letter->to;
    const Spelling word = spell(line, at, end, letter->at_end);
    return is_listed(letters->end_words, &word) ? letter->at_end : letter->to;
}

static size_t change_letters(const WordLetters *letters, const Writing *writing, Points *line,
                             size_t at, size_t end)
{
    size_t count = 0;
    for (size_t i = at; i < end; i++) {
        const WordLetter *letter = letter_of(letters, line->items[i].codepoint);
        if (letter == NULL)
            continue;
        line->items[i].codepoint =
            i + 1 == end ? last_letter(letters, writing, line, at, end, letter) : letter->to;
        count++;
    }
    return count;
}

void word_letters_begin(WordLetters *letters, Slice text)
{
    letters->text = text;
    letters->is_read = false;
}

/* Why a word is left, or NULL. */
static const char *doubt_of(WordLetters *letters, const Points *line, bool is_foreign)
{
    if (!letters->line_is_read)
        letters->line_writing = writing_of_line(letters, line);
    letters->line_is_read = true;
    if (is_foreign)
        return "the word has letters of another language";
    return letters->line_writing.own > letters->line_writing.foreign * 2
               ? NULL
               : "the line may be in another language";
}

static bool has_letter(const WordLetters *letters, const Points *line, size_t at, size_t end)
{
    for (size_t i = at; i < end; i++)
        if (letter_of(letters, line->items[i].codepoint) != NULL)
            return true;
    return false;
}

bool word_letters_next(WordLetters *letters, Points *line, size_t *at, WordChange *change)
{
    if (*at == 0)
        letters->line_is_read = false;
    while (*at < line->count) {
        bool is_foreign;
        size_t start = *at, end = word_end(letters, line, start, &is_foreign);
        *at = end + (end == start);
        if (!has_letter(letters, line, start, end))
            continue;
        const char *why = doubt_of(letters, line, is_foreign);
        *change = (WordChange){.from = line->items[start].from, .why = why};
        if (why == NULL)
            change->count = change_letters(letters, &letters->line_writing, line, start, end);
        return true;
    }
    return false;
}
