#include "tools/sentence-split/sentences.h"

#include "common/utf8.h"
#include "tools/sentence-split/boundary.h"

enum { EXCERPT_CHARACTERS = 12 }; /* on each side of a stop, in explanations */

/* A stop that ended nothing, until its sentence is told. */
typedef struct Refusal Refusal;
struct Refusal {
    size_t place; /* code points */
    Slice excerpt, name;
    const RuleNode *node;
    Refusal *next;
};

typedef struct {
    const SplitRules *rules;
    LineRules *line_rules;
    bool *limited;
    Slice text;
    Arena *arena;
    Explanation *explanation; /* or NULL */
    Refusal *refusals, **last_refusal;
    Sentence *sentences;
    Slice *bytes; /* the text of each sentence */
    size_t count, capacity;
    size_t *slots; /* hash of sentence numbers plus one, for repeats */
    size_t slot_count;
    /* Pairs of places in the text: one passed, and the end of the line. */
    size_t known_byte, known_codepoint;
    size_t end_byte, end_codepoint;
} Splitter;

/* ---- lines ------------------------------------------------------------- */

static uint32_t marks_at(const SplitRules *rules, const char *at)
{
    return split_marks(rules, utf8_next(&at));
}

static Slice trim(const SplitRules *rules, Slice line)
{
    const char *start = line.data, *end = line.data + line.length;
    while (start < end && (marks_at(rules, start) & (MARK_SPACE | MARK_INVISIBLE)) != 0)
        start += utf8_length((unsigned char)*start);
    while (end > start) {
        const char *last = utf8_before(end);
        if ((marks_at(rules, last) & (MARK_SPACE | MARK_INVISIBLE)) == 0)
            break;
        end = last;
    }
    return (Slice){start, (size_t)(end - start)};
}

static bool ends_in_stop(const SplitRules *rules, Slice line)
{
    const char *end = line.data + line.length;
    while (end > line.data) {
        const char *last = utf8_before(end);
        uint32_t marks = marks_at(rules, last);
        if ((marks & MARK_END) != 0)
            return true;
        if ((marks & (MARK_QUOTE | MARK_BRACKET_CLOSE)) == 0)
            return false;
        end = last;
    }
    return false;
}

/* The lines of the text that hold something. */
static Line *find_lines(const Splitter *s, size_t *count)
{
    size_t capacity = 16, byte = 0, codepoints = 0;
    Line *lines = ARENA_ARRAY(s->arena, capacity, Line);
    *count = 0;
    while (byte < s->text.length) {
        const char *start = s->text.data + byte;
        const char *end = memchr(start, '\n', s->text.length - byte);
        size_t length = end ? (size_t)(end - start) : s->text.length - byte;
        Slice line = trim(s->rules, (Slice){start, length});
        size_t at = (size_t)(line.data - s->text.data);
        if (line.length != 0) {
            if (*count == capacity) {
                Line *larger = ARENA_ARRAY(s->arena, capacity * 2, Line);
                memcpy(larger, lines, capacity * sizeof *lines);
                lines = larger;
                capacity *= 2;
            }
            codepoints += utf8_count(slice_cut(s->text, byte, at));
            size_t inside = utf8_count(line);
            lines[(*count)++] = (Line){
                .span = {at, at + line.length},
                .start = codepoints,
                .length = inside,
                .ends_in_stop = ends_in_stop(s->rules, line),
            };
            codepoints += inside;
            byte = at + line.length;
        } else {
            codepoints += utf8_count((Slice){start, length});
            byte += length;
        }
        if (end != NULL) {
            codepoints += utf8_count(slice_cut(s->text, byte, (size_t)(end - s->text.data) + 1));
            byte = (size_t)(end - s->text.data) + 1;
        } else {
            byte = s->text.length;
        }
    }
    return lines;
}

/* ---- explanations ------------------------------------------------------ */

static void explain_refusal(Splitter *s, const LineView *view, const Candidate *c,
                            const BoundaryRule *rule)
{
    const char *from = c->run, *to = c->run;
    for (int i = 0; i < EXCERPT_CHARACTERS && from > view->line; i++)
        from = utf8_before(from);
    for (int i = 0; i < EXCERPT_CHARACTERS && to < view->line_end; i++)
        to += utf8_length((unsigned char)*to);
    Refusal refusal = {.place = utf8_count((Slice){s->text.data, (size_t)(c->run - s->text.data)}),
                       .excerpt = {from, (size_t)(to - from)},
                       .name = rule ? rule->name : SLICE("no rule"),
                       .node = rule ? rule->node : NULL};
    if (s->explanation->is_json) {
        *s->last_refusal = ARENA_NEW(s->arena, Refusal);
        **s->last_refusal = refusal;
        s->last_refusal = &(*s->last_refusal)->next;
        return;
    }
    buffer_append_format(s->explanation->out, "  no end at %zu by %.*s: %.*s\n", refusal.place,
                         SLICE_ARG(refusal.name), SLICE_ARG(refusal.excerpt));
}

/* A rule of boundaries says in its note why it is one. */
static void explain_reason(const Explanation *explanation, const RuleNode *rule)
{
    Slice note = rule_text(rule, "note");
    if (note.length != 0)
        explain_string(explanation, "reason", note);
}

static void explain_as_json(Splitter *s, const LineRole *by)
{
    const Sentence *sentence = s->sentences + s->count - 1;
    Explanation *explanation = s->explanation;
    explain_begin(explanation);
    explain_place(explanation, sentence->span);
    explain_number(explanation, "sentence", s->count - 1);
    explain_rule(explanation, by->name, by->node);
    explain_reason(explanation, by->node);
    if (by->role.length != 0)
        explain_string(explanation, "role", by->role);
    if (sentence->repeat != NO_INDEX)
        explain_number(explanation, "repeat", (uint64_t)sentence->repeat);
    explain_list(explanation, "candidates");
    for (; s->refusals != NULL && s->refusals->place < sentence->span.end;
         s->refusals = s->refusals->next) {
        explain_candidate(explanation, false);
        explain_number(explanation, "start", s->refusals->place);
        explain_string(explanation, "around", s->refusals->excerpt);
        explain_rule(explanation, s->refusals->name, s->refusals->node);
        explain_reason(explanation, s->refusals->node);
        explain_close(explanation);
    }
    if (s->refusals == NULL)
        s->last_refusal = &s->refusals;
    explain_list_end(explanation);
    explain_end(explanation);
}

static void explain_sentence(Splitter *s, const LineRole *by)
{
    if (s->explanation->is_json) {
        explain_as_json(s, by);
        return;
    }
    const Sentence *sentence = s->sentences + s->count - 1;
    Buffer *out = s->explanation->out;
    buffer_append_format(out, "sentence %zu (%zu-%zu)", s->count - 1, sentence->span.start,
                         sentence->span.end);
    if (sentence->role.length != 0)
        buffer_append_format(out, " %.*s", SLICE_ARG(sentence->role));
    buffer_append_format(out, " by %.*s", SLICE_ARG(by->name));
    if (sentence->repeat != NO_INDEX)
        buffer_append_format(out, ", repeats %td", sentence->repeat);
    buffer_append_byte(out, '\n');
}

/* ---- sentences --------------------------------------------------------- */

/* The number of the first sentence with the same bytes as sentence `number`, or
 * NO_INDEX: then `number` is remembered. */
static ptrdiff_t find_repeat(Splitter *s, size_t number)
{
    size_t slot = (size_t)slice_hash_long(s->bytes[number]) & (s->slot_count - 1);
    for (; s->slots[slot] != 0; slot = (slot + 1) & (s->slot_count - 1))
        if (slice_equal(s->bytes[s->slots[slot] - 1], s->bytes[number]))
            return (ptrdiff_t)(s->slots[slot] - 1);
    s->slots[slot] = number + 1;
    return NO_INDEX;
}

static bool is_long_enough(const Splitter *s, const Sentence *sentence)
{
    return sentence->span.end - sentence->span.start >= s->rules->repeat_shortest;
}

static void grow(Splitter *s)
{
    size_t capacity = s->capacity == 0 ? 32 : s->capacity * 2;
    Sentence *sentences = ARENA_ARRAY(s->arena, capacity, Sentence);
    Slice *bytes = ARENA_ARRAY(s->arena, capacity, Slice);
    if (s->count != 0) {
        memcpy(sentences, s->sentences, s->count * sizeof *sentences);
        memcpy(bytes, s->bytes, s->count * sizeof *bytes);
    }
    s->sentences = sentences;
    s->bytes = bytes;
    s->capacity = capacity;
    s->slot_count = capacity * 2;
    s->slots = ARENA_ARRAY(s->arena, s->slot_count, size_t);
    for (size_t i = 0; i < s->count; i++)
        if (sentences[i].repeat == NO_INDEX && is_long_enough(s, sentences + i))
            find_repeat(s, i);
}

static size_t codepoint_of(Splitter *s, const char *at)
{
    size_t byte = (size_t)(at - s->text.data);
    if (byte == s->end_byte)
        return s->end_codepoint;
    s->known_codepoint += utf8_count(slice_cut(s->text, s->known_byte, byte));
    s->known_byte = byte;
    return s->known_codepoint;
}

static void add_sentence(Splitter *s, const char *start, const char *end, size_t paragraph,
                         const LineRole *by)
{
    if (s->count == s->capacity)
        grow(s);
    Sentence *sentence = s->sentences + s->count;
    *sentence = (Sentence){
        .paragraph = paragraph,
        .role = by->role,
        .repeat = NO_INDEX,
    };
    sentence->span.start = codepoint_of(s, start);
    sentence->span.end = codepoint_of(s, end);
    s->bytes[s->count] = (Slice){start, (size_t)(end - start)};
    if (is_long_enough(s, sentence))
        sentence->repeat = find_repeat(s, s->count);
    s->count++;
    if (s->explanation != NULL)
        explain_sentence(s, by);
}

/* A headline in front of a dateline is a sentence of its own. */
static void cut_headline(Splitter *s, LineView *view, const char *end, size_t paragraph)
{
    const char *place = dateline_find(view, end);
    if (place == NULL)
        return;
    Slice headline = trim(s->rules, (Slice){view->start, (size_t)(place - view->start)});
    add_sentence(s, headline.data, headline.data + headline.length, paragraph,
                 &(LineRole){.name = s->rules->dateline->name, .node = s->rules->dateline->node});
    view->start = view->blank_end = place;
}

static void cut_line(Splitter *s, const Line *line, size_t paragraph, size_t lines_left)
{
    LineView view = {
        .rules = s->rules,
        .line = s->text.data + line->span.start,
        .line_end = s->text.data + line->span.end,
    };
    view.start = view.blank_end = view.line;

    Candidate c;
    for (const char *from = view.line; candidate_find(&view, from, &c); from = c.end) {
        if (c.next == view.line_end)
            break;
        const BoundaryRule *rule = candidate_judge(&view, &c);
        if (rule == NULL || !rule->ends) {
            if (s->explanation != NULL)
                explain_refusal(s, &view, &c, rule);
            continue;
        }
        /* A rest without a word, a lone mark or a bullet, is no sentence. */
        if (!view_has_words(&view, c.next))
            break;
        cut_headline(s, &view, c.end, paragraph);
        add_sentence(s, view.start, c.end, paragraph,
                     &(LineRole){.name = rule->name, .node = rule->node});
        view.start = view.blank_end = c.next;
    }
    LineRole last = {.name = SLICE("line end")};
    if (view.start > view.line) {
        Slice tail = {view.start, (size_t)(view.line_end - view.start)};
        const LineRole *role =
            tail_role(s->line_rules, tail, utf8_count(tail), lines_left, s->limited);
        if (role != NULL)
            last = *role;
    }
    if (last.role.length == 0)
        cut_headline(s, &view, view.line_end, paragraph);
    add_sentence(s, view.start, view.line_end, paragraph, &last);
}

void sentences_find(const SplitRules *rules, LineRules *line_rules, Slice text, Arena *arena,
                    Explanation *explanation, Sentence **sentences, size_t *count, bool *limited)
{
    Splitter s = {
        .rules = rules,
        .line_rules = line_rules,
        .limited = limited,
        .text = text,
        .arena = arena,
        .explanation = explanation,
    };
    s.last_refusal = &s.refusals;
    size_t line_count, body_before = 0;
    const Line *lines = find_lines(&s, &line_count);
    for (size_t i = 0; i < line_count; i++) {
        const LineRole *role =
            line_role(line_rules, text, lines, line_count, i, body_before, limited);
        s.known_byte = lines[i].span.start;
        s.known_codepoint = lines[i].start;
        s.end_byte = lines[i].span.end;
        s.end_codepoint = lines[i].start + lines[i].length;
        if (role != NULL) {
            add_sentence(&s, text.data + lines[i].span.start, text.data + lines[i].span.end, i,
                         role);
        } else {
            body_before++;
            cut_line(&s, lines + i, i, line_count - i);
        }
    }
    *sentences = s.sentences;
    *count = s.count;
}
