#include "common/utf8.h"
#include "tools/tag-entities/tagger_parts.h"

uint32_t tagger_article_length(const Tagger *tagger, const Work *work, const Item *item,
                               bool *is_contracted)
{
    *is_contracted = false;
    if (!traits_has(tagger->traits, item->set, tagger->article))
        return 0;
    const Token *token = &work->tokens[item->first_token];
    Slice word = slice_cut(work->text, token->byte, token->byte + token->byte_length);
    Slice before = slice_cut(word, 0, utf8_byte_offset(word, item->clitic_length, 0, 0));
    Slice article = tagger->article_text;
    if (before.length >= article.length &&
        slice_equal(slice_cut(before, before.length - article.length, before.length), article))
        return (uint32_t)utf8_count(article);
    *is_contracted = true;
    return item->clitic_length == 0 ? 0 : 1;
}

static size_t copy_bytes(char *to, const char *from, const char *end)
{
    size_t length = (size_t)(end - from);
    memcpy(to, from, length);
    return length;
}

/* The text of the span. */
static Slice text_of(const Tagger *tagger, const Work *work, const Candidate *candidate)
{
    const Item *first = &tagger->items.items[candidate->first];
    const Item *last = &tagger->items.items[candidate->end - 1];
    const Token *opening = &work->tokens[first->first_token];
    const Token *closing = item_last_token(work->tokens, last);
    if (closing->start >= candidate->span.end)
        closing--;
    Slice text = slice_cut(work->text, opening->byte, closing->byte + closing->byte_length);
    size_t outside = candidate->span.start - opening->start;
    return outside == 0 ? text
                        : slice_cut(text, utf8_byte_offset(text, outside, 0, 0), text.length);
}

/* Whether the text has no marks and stretching, and no white space but single spaces. */
static bool is_plain(const Fold *fold, Slice text)
{
    const uint8_t *low_kinds = fold_low_kinds(fold);
    bool in_space = false;
    for (const char *at = text.data, *end = at + text.length; at < end;) {
        uint32_t c = utf8_next(&at);
        CharKind kind = c < FOLD_LOW ? (CharKind)low_kinds[c] : fold_char_kind(fold, c);
        if (kind == CHAR_LETTER) {
            in_space = false;
            continue;
        }
        if (kind == CHAR_MARK || kind == CHAR_IGNORE ||
            (kind == CHAR_SPACE && (in_space || c != ' ')))
            return false;
        in_space = kind == CHAR_SPACE;
    }
    return true;
}

Slice tagger_plain_name(const Tagger *tagger, const Work *work, const Candidate *candidate)
{
    const Item *first = &tagger->items.items[candidate->first];
    Slice span = text_of(tagger, work, candidate);
    bool is_contracted = false;
    if (candidate->span.start > work->tokens[first->first_token].start) {
        tagger_article_length(tagger, work, first, &is_contracted);
        is_contracted = is_contracted || first->restored_article;
    }
    const Fold *fold = lexicon_fold(tagger->lexicon);
    if (!is_contracted && is_plain(fold, span))
        return span;

    char *name = arena_alloc(work->arena, span.length + tagger->article_text.length);
    size_t length = 0;
    if (is_contracted) {
        /* What is left of the contracted article gives way to the whole one. */
        memcpy(name, tagger->article_text.data, tagger->article_text.length);
        length = tagger->article_text.length;
        span = slice_cut(span, utf8_byte_offset(span, 1, 0, 0), span.length);
    }
    bool in_space = false;
    const char *end = span.data + span.length, *copied = span.data;
    for (const char *at = span.data; at < end;) {
        const char *start = at;
        CharKind kind = fold_char_kind(fold, utf8_next(&at));
        if (kind == CHAR_MARK || kind == CHAR_IGNORE || kind == CHAR_SPACE) {
            length += copy_bytes(name + length, copied, start);
            copied = at;
            if (kind == CHAR_SPACE && !in_space)
                name[length++] = ' ';
        }
        if (kind != CHAR_MARK && kind != CHAR_IGNORE)
            in_space = kind == CHAR_SPACE;
    }
    length += copy_bytes(name + length, copied, end);
    return (Slice){name, length};
}

/* The proclitics in front of the span, as written. */
static Slice clitic_of(const Tagger *tagger, const Work *work, const Candidate *candidate)
{
    const Token *token = &work->tokens[tagger->items.items[candidate->first].first_token];
    if (candidate->span.start <= token->start)
        return (Slice){NULL, 0};
    Slice word = slice_cut(work->text, token->byte, token->byte + token->byte_length);
    return slice_cut(word, 0, utf8_byte_offset(word, candidate->span.start - token->start, 0, 0));
}

const Candidate *tagger_named_by(const Tagger *tagger, const Candidate *candidate)
{
    /* A part of a short form of a whole name takes two steps. */
    for (int steps = 0; steps < 3 && candidate->whole != NO_CANDIDATE; steps++)
        candidate = &tagger->candidates.list[candidate->whole];
    return candidate;
}

static Entity make_entity(const Tagger *tagger, const Work *work, const Candidate *candidate)
{
    const Candidate *whole = tagger_named_by(tagger, candidate);
    return (Entity){
        .span = candidate->span,
        .type = candidate->type,
        .name = whole->entry         ? whole->entry->name
                : whole->name.length ? whole->name
                                     : tagger_plain_name(tagger, work, whole),
        .id = whole->entry ? whole->entry->id : (Slice){NULL, 0},
        .value = candidate->value,
        .clitic = clitic_of(tagger, work, candidate),
        .rule = candidate->rule,
        .text = text_of(tagger, work, candidate),
    };
}

size_t tagger_make_entities(const Tagger *tagger, const Work *work, Entity *entities)
{
    const Candidates *candidates = &tagger->candidates;
    const uint32_t *owners = candidates->owners;
    size_t count = 0;
    for (size_t item = 0, end = tagger->item_count; item < end; item++) {
        if (owners[item] == NO_CANDIDATE)
            continue;
        const Candidate *candidate = &candidates->list[owners[item]];
        if (candidate->state == STATE_KEPT)
            entities[count++] = make_entity(tagger, work, candidate);
        item = candidate->end - 1;
    }
    for (size_t i = 0; tagger->is_nesting && i < candidates->count; i++)
        if (candidates->list[i].state == STATE_NESTED)
            entities[count++] = make_entity(tagger, work, &candidates->list[i]);
    return count;
}
