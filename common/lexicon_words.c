#include "common/lexicon_parts.h"

#include "common/utf8.h"

/* A word of the vocabulary that is looked at for the first time. */
typedef struct {
    Word *word;
    FoldedWord form;
    size_t first_look, look_count;
    const Path *reached_by; /* what has been found; NULL: as it stands */
    uint64_t set_key;       /* as joined_key says */
} NewWord;

uint32_t lexicon_new_match(Lexicon *lexicon)
{
    if (lexicon->match_count == 0)
        lexicon->match_count = 1; /* number 0 is no match */
    lexicon->matches = memory_grow(lexicon->matches, &lexicon->match_capacity,
                                   lexicon->match_count + 1, sizeof *lexicon->matches);
    lexicon->matches[lexicon->match_count] = (Match){.first = (uint32_t)lexicon->match_entry_count};
    return (uint32_t)lexicon->match_count++;
}

void lexicon_match_add(Lexicon *lexicon, uint32_t match, uint32_t entry)
{
    lexicon->match_entries =
        memory_grow(lexicon->match_entries, &lexicon->match_entry_capacity,
                    lexicon->match_entry_count + 1, sizeof *lexicon->match_entries);
    lexicon->match_entries[lexicon->match_entry_count++] = entry;
    if (lexicon->matches[match].count++ == 0)
        lexicon->matches[match].entry = entry;
}

void lexicon_put_match(const Lexicon *lexicon, const Match *match, const Path *path, ClassSet *set)
{
    for (uint32_t i = 0; i < match->count; i++)
        class_union(set, &lexicon->sets[set_of(lexicon, lexicon->match_entries[match->first + i])]);
    for (size_t group = 0; path && group < lexicon->group_count; group++)
        if (path->groups >> group & 1)
            classes_put(lexicon->classes, set, lexicon->group_classes[group]);
}

/* Bytes and code points of `surface` that `letters` letters take, with the
 * marks behind them. */
static void strip_letters(const Lexicon *lexicon, Slice surface, uint32_t letters, size_t *bytes,
                          uint8_t *codepoints)
{
    const char *at = surface.data, *end = surface.data + surface.length;
    size_t passed = 0;
    while (at < end) {
        const char *next = at;
        CharKind kind = fold_char_kind(lexicon->fold, utf8_next(&next));
        bool is_letter = kind != CHAR_MARK && kind != CHAR_IGNORE;
        if (is_letter && letters == 0)
            break;
        letters -= is_letter;
        at = next;
        passed++;
    }
    *bytes = (size_t)(at - surface.data);
    *codepoints = passed > UINT8_MAX ? UINT8_MAX : (uint8_t)passed;
}

typedef struct {
    Slice surface;    /* as written                                          */
    Grade best;       /* best grade so far                                   */
    size_t count;     /* entries of this grade: the first of lexicon->closest */
    const Path *path; /* NULL: none                                          */
    uint8_t clitic_length;
    bool has_literals; /* of the whole word */
} Reached;

/* The closest grade of the entries of `word` that `groups` licenses against
 * `stem`; GRADE_COUNT when there is none. Those of that grade are put behind the first
 * `from` of lexicon->closest, up to `*end`. */
static Grade closest(Lexicon *lexicon, uint32_t word, uint32_t groups, Slice stem, size_t from,
                     size_t *end)
{
    Grade best = GRADE_COUNT;
    *end = from;
    for (uint32_t e = first_entry_of_word(lexicon, word); e != NO_ENTRY;
         e = next_entry(lexicon, e)) {
        uint32_t clitics = traits_of(lexicon, e)->clitics;
        if (clitics == LITERAL || (clitics & groups) != groups)
            continue;
        Grade grade =
            fold_compare(lexicon->fold, stem, text_at(lexicon, entry_at(lexicon, e)->form));
        if (grade > best || grade == GRADE_COUNT)
            continue;
        if (grade < best)
            *end = from;
        best = grade;
        lexicon->closest = memory_grow(lexicon->closest, &lexicon->closest_capacity, *end + 1,
                                       sizeof *lexicon->closest);
        lexicon->closest[(*end)++] = e;
    }
    return best;
}

static bool has_literals(const Lexicon *lexicon, uint32_t word)
{
    for (uint32_t e = first_entry_of_word(lexicon, word); e != NO_ENTRY; e = next_entry(lexicon, e))
        if (traits_of(lexicon, e)->clitics == LITERAL)
            return true;
    return false;
}

/* With zeros behind, as padded_hash needs them. */
static Slice joined(Arena *arena, Slice a, Slice b)
{
    char *both = arena_alloc(arena, a.length + b.length + SLICE_PADDED);
    memcpy(both, a.data, a.length);
    memcpy(both + a.length, b.data, b.length);
    memset(both + a.length + b.length, 0, SLICE_PADDED);
    return (Slice){both, a.length + b.length};
}

static Slice stem_of(Arena *arena, const Path *path, Slice surface, size_t bytes,
                     const Lexicon *lexicon)
{
    Slice stem = slice_cut(surface, bytes, surface.length);
    if (path->restore.length == 0)
        return stem;
    /* لل: the written stem begins with what is left of the article. */
    uint32_t written = (uint32_t)path->letters - path->strip;
    size_t skip;
    uint8_t codepoints;
    strip_letters(lexicon, stem, written, &skip, &codepoints);
    return joined(arena, path->restore, slice_cut(stem, skip, stem.length));
}

/* Phrases that begin with `word`. */
static void add_start(Lexicon *lexicon, uint32_t word, uint16_t path, uint8_t clitic_length)
{
    uint32_t node = node_of_word(lexicon, word);
    PhraseStart start = {node, lexicon->nodes[node].further_words, path, clitic_length};
    if (node == 0)
        return;
    lexicon->starts = memory_grow(lexicon->starts, &lexicon->start_capacity,
                                  lexicon->start_count + 1, sizeof *lexicon->starts);
    lexicon->starts[lexicon->start_count++] = start;
}

static void reach_by_path(Lexicon *lexicon, const Look *look, uint32_t word, Reached *reached)
{
    const Path *path = &lexicon->paths[look->path];
    size_t bytes;
    uint8_t clitic_length;
    strip_letters(lexicon, reached->surface, path->strip, &bytes, &clitic_length);
    add_start(lexicon, word, look->path, clitic_length);
    Slice stem = stem_of(&lexicon->look_memory, path, reached->surface, bytes, lexicon);
    size_t end;
    Grade grade = closest(lexicon, word, path->groups, stem, reached->count, &end);
    /* A word that is listed with its article keeps it. */
    bool keeps_more = grade == reached->best && grade != GRADE_COUNT && reached->path &&
                      __builtin_popcount(path->groups) < __builtin_popcount(reached->path->groups);
    if (grade < reached->best || keeps_more) {
        memmove(lexicon->closest, lexicon->closest + reached->count,
                (end - reached->count) * sizeof *lexicon->closest);
        reached->count = end - reached->count;
        reached->best = grade;
        reached->path = path;
        reached->clitic_length = clitic_length;
    }
}

/* The word as it is, then behind each licensed path; notes phrase starts on the way. The
 * lexicon word that the whole word is, if any. */
static uint32_t reach(Lexicon *lexicon, const NewWord *new, Reached *reached)
{
    uint32_t whole = NOT_LISTED;
    for (size_t i = 0; i < new->look_count; i++) {
        const Look *look = &lexicon->looks[new->first_look + i];
        uint32_t word =
            look->is_listed ? lexicon_word_find(lexicon, look->key, look->hash) : NOT_LISTED;
        if (word == NOT_LISTED)
            continue;
        if (look->path != PATHS_MAX) {
            reach_by_path(lexicon, look, word, reached);
            continue;
        }
        whole = word;
        add_start(lexicon, word, PATHS_MAX, 0);
        reached->has_literals = has_literals(lexicon, word);
        reached->best = closest(lexicon, word, 0, reached->surface, 0, &reached->count);
        if (reached->best != GRADE_COUNT)
            break; /* what is listed itself is never stripped */
    }
    return whole;
}

static uint32_t word_match(Lexicon *lexicon, const Reached *reached, uint32_t whole)
{
    if (reached->best == GRADE_COUNT && !reached->has_literals)
        return 0;
    uint32_t match = lexicon_new_match(lexicon);
    lexicon->matches[match].clitic_length = reached->clitic_length;
    lexicon->matches[match].grade = (uint8_t)reached->best;
    lexicon->matches[match].restored = reached->path && reached->path->restore.length != 0;
    for (size_t i = 0; i < reached->count; i++)
        lexicon_match_add(lexicon, match, lexicon->closest[i]);
    for (uint32_t e = reached->has_literals ? first_entry_of_word(lexicon, whole) : NO_ENTRY;
         e != NO_ENTRY; e = next_entry(lexicon, e))
        if (traits_of(lexicon, e)->clitics == LITERAL)
            lexicon_match_add(lexicon, match, e);
    return match;
}

static bool is_latin(Slice surface)
{
    const char *at = surface.data;
    enum { LATIN_END = 0x250 }; /* end of Latin Extended-B */
    return utf8_next(&at) < LATIN_END;
}

/* The class set of a token that is in no list, kept by kind and shapes. */
static uint32_t plain_set(Lexicon *lexicon, TokenKind kind, bool latin, uint64_t shapes)
{
    uint64_t key = shapes << 3 | (uint64_t)kind << 1 | latin;
    uint32_t known = number_find(&lexicon->plain_sets, key);
    if (known != 0)
        return known;
    ClassSet set = {{0}};
    classes_put(lexicon->classes, &set, lexicon->kind_classes[kind]);
    if (latin)
        classes_put(lexicon->classes, &set, lexicon->latin_class);
    lexicon_put_shapes(lexicon, shapes, &set);
    uint32_t number = lexicon_set_number(lexicon, &set);
    number_put(&lexicon->plain_sets, key, number);
    return number;
}

/* The class set of a single token that is `plain` by itself. */
static uint32_t joined_set(Lexicon *lexicon, uint32_t plain, const Match *match, const Path *path)
{
    ClassSet set = lexicon->sets[plain];
    lexicon_put_match(lexicon, match, path, &set);
    return lexicon_set_number(lexicon, &set);
}

/* Where the joined set is kept of a word of one entry; 0: nowhere. */
static uint64_t joined_key(const Lexicon *lexicon, uint32_t plain, const Match *match,
                           const Path *path)
{
    enum { SET_BITS = 27, PATH_BITS = 10 };
    _Static_assert(PATHS_MAX < 1 << PATH_BITS && SET_BITS * 2 + PATH_BITS <= 64, "a key's parts");
    uint32_t own = set_of(lexicon, match->entry);
    if (match->count != 1 || plain >> SET_BITS != 0 || own >> SET_BITS != 0)
        return 0;
    return (uint64_t)plain << (SET_BITS + PATH_BITS) | (uint64_t)own << PATH_BITS |
           (uint64_t)(path == NULL ? 0 : path - lexicon->paths + 1);
}

/* The class set of a word with what has been found of it, which stood plain so far. */
static uint32_t word_set(Lexicon *lexicon, const NewWord *new)
{
    const Match *match = &lexicon->matches[new->word->match];
    uint32_t known = new->set_key == 0 ? 0 : number_find(&lexicon->joined_sets, new->set_key);
    if (known != 0)
        return known;
    known = joined_set(lexicon, new->word->set, match, new->reached_by);
    if (new->set_key != 0)
        number_put(&lexicon->joined_sets, new->set_key, known);
    return known;
}

/* What has been found of the word in the lists. */
static void take_match(Word *word, uint32_t number, const Match *match)
{
    word->match = number;
    word->entry = match->entry;
    word->clitic_length = match->clitic_length;
    word->grade = match->grade;
    word->restored_article = match->restored;
}

/* All but the classes of what has been found, which are fetched. */
static void analyse(Lexicon *lexicon, NewWord *new)
{
    Word *word = new->word;
    Slice surface = word_surface(word);
    uint64_t shapes = 0;
    uint32_t match = 0;
    Reached reached = {.surface = surface, .best = GRADE_COUNT};
    word->first_start = (uint32_t)lexicon->start_count;
    word->entry = NO_ENTRY;
    word->grade = GRADE_COUNT;
    if (new->look_count != 0) {
        word->lexicon_word = reach(lexicon, new, &reached);
        match = word_match(lexicon, &reached, word->lexicon_word);
        shapes = lexicon_shapes_of(lexicon, &new->form, word);
    }
    word->start_count = (uint16_t)(lexicon->start_count - word->first_start);
    for (size_t i = word->first_start; i < lexicon->start_count; i++)
        word->further_words |= lexicon->starts[i].further_words;
    bool latin = word->kind == TOKEN_WORD && is_latin(surface);
    word->set = plain_set(lexicon, (TokenKind)word->kind, latin, shapes);
    if (match != 0) {
        take_match(word, match, &lexicon->matches[match]);
        new->reached_by = reached.path;
        new->set_key = joined_key(lexicon, word->set, &lexicon->matches[match], reached.path);
        number_fetch(&lexicon->joined_sets, new->set_key);
    }
}

/* ---- new words --------------------------------------------------------- */

static void add_look(Lexicon *lexicon, Slice key, size_t path)
{
    lexicon->looks = memory_grow(lexicon->looks, &lexicon->look_capacity, lexicon->look_count + 1,
                                 sizeof *lexicon->looks);
    Look *look = &lexicon->looks[lexicon->look_count++];
    *look = (Look){.key = key, .hash = padded_hash(key), .path = (uint16_t)path};
    if (lexicon->filter_size != 0)
        __builtin_prefetch(filter_at(lexicon, look->hash));
}

static void fold_edges(const Fold *fold, Slice surface, FoldedWord *word)
{
    char *text = word->room + EDGE_BYTES;
    memset(word->room, 0, EDGE_BYTES);
    FoldedSize size = fold_measured(fold, surface, text);
    memset(text + size.bytes, 0, SLICE_PADDED);
    word->text = (Slice){text, size.bytes};
    word->first = load_edge(text);
    word->last = load_edge(text + size.bytes - EDGE_BYTES);
    word->letters = size.letters;
    word->has_digit = size.has_digit;
}

/* What is to be looked up for the word; nothing where it is too long. */
static void add_looks(Lexicon *lexicon, NewWord *new)
{
    Slice surface = word_surface(new->word), key;
    new->first_look = lexicon->look_count;
    new->look_count = 0;
    if (surface.length > WORD_BYTES)
        return;
    fold_edges(lexicon->fold, surface, &new->form);
    key = new->form.text;
    add_look(lexicon, key, PATHS_MAX);
    size_t second = new->form.first >> 8 & 0xFF;
    for (size_t i = lexicon->has_one_byte_prefix ? 0 : lexicon->path_from[second];
         i < lexicon->path_from[second + 1]; i++) {
        if (!affix_at_start(&lexicon->path_starts[i], &new->form))
            continue;
        const Path *path = &lexicon->paths[i];
        Slice rest = slice_cut(key, path->prefix.length, key.length);
        if (new->form.letters - path->letters < lexicon->min_stem)
            continue;
        if (path->restore.length != 0)
            rest = joined(&lexicon->look_memory, path->restore, rest);
        add_look(lexicon, rest, i);
    }
    new->look_count = lexicon->look_count - new->first_look;
}

/* Fetches what will be read of the lists, each time for all words before what it leads to
 * is asked for: the lists are larger than the caches, and so the waits overlap. */
static void fetch_looks(Lexicon *lexicon)
{
    Look *looks = lexicon->looks;
    size_t count = lexicon->look_count, mask = lexicon->word_table_size - 1;
    for (size_t i = 0; i < count; i++) {
        looks[i].is_listed = lexicon->word_table_size != 0 && may_be_listed(lexicon, looks[i].hash);
        if (looks[i].is_listed)
            __builtin_prefetch(&lexicon->word_table[(size_t)looks[i].hash & mask]);
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t entry = looks[i].is_listed ? lexicon->word_table[(size_t)looks[i].hash & mask] : 0;
        bool is_here = (entry ^ looks[i].hash) >> 32 == 0 && (uint32_t)entry < lexicon->word_count;
        looks[i].word = is_here ? (uint32_t)entry : NOT_LISTED;
        if (is_here)
            __builtin_prefetch(&lexicon->words[looks[i].word]);
    }
    for (size_t i = 0; i < count; i++) {
        const ListedWord *word = &lexicon->words[looks[i].word];
        if (looks[i].word == NOT_LISTED || word->key >= lexicon->text_length)
            continue;
        __builtin_prefetch(lexicon->text + word->key);
        if (word->first_entry < lexicon->entry_count)
            __builtin_prefetch(&lexicon->entries[word->first_entry]);
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t entry = first_entry_of_word(lexicon, looks[i].word);
        if (looks[i].word != NOT_LISTED && entry_at(lexicon, entry)->form < lexicon->text_length)
            __builtin_prefetch(lexicon->text + entry_at(lexicon, entry)->form);
    }
}

void lexicon_meet_words(Lexicon *lexicon)
{
    enum { AT_ONCE = 16 };
    NewWord words[AT_ONCE];
    size_t count = vocabulary_count(lexicon->vocabulary);
    while (lexicon->met < count) {
        size_t taken = count - lexicon->met < AT_ONCE ? count - lexicon->met : AT_ONCE;
        lexicon->look_count = 0;
        arena_reset(&lexicon->look_memory, 1 << 16);
        for (size_t i = 0; i < taken; i++) {
            words[i].word = vocabulary_word(lexicon->vocabulary, (uint32_t)(lexicon->met + i));
            add_looks(lexicon, &words[i]);
        }
        fetch_looks(lexicon);
        for (size_t i = 0; i < taken; i++)
            analyse(lexicon, &words[i]);
        for (size_t i = 0; i < taken; i++)
            if (words[i].word->match != 0)
                words[i].word->set = word_set(lexicon, &words[i]);
        lexicon->met += taken;
    }
}
