#include "tools/to-tsv/cells.h"

#include "common/wide.h"

/* The first byte from `at` that may need an escape; `end` when there is none. */
static const char *skip_plain(const char *at, const char *end)
{
#ifdef HAVE_WIDE
    const __m128i backslash = _mm_set1_epi8('\\'), last = _mm_set1_epi8('\r');
    for (; end - at >= 16; at += 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i found = _mm_or_si128(_mm_cmpeq_epi8(block, backslash),
                                     _mm_cmpeq_epi8(_mm_min_epu8(block, last), block));
        unsigned mask = (unsigned)_mm_movemask_epi8(found);
        if (mask != 0)
            return at + __builtin_ctz(mask);
    }
#endif
    while (at < end && *at != '\\' && (unsigned char)*at > '\r')
        at++;
    return at;
}

void cell_append(Buffer *out, Slice text)
{
    const char *at = text.data, *end = at + text.length;
    if (text.length == 0)
        return;
    buffer_reserve(out, text.length);
    for (;;) {
        const char *stop = skip_plain(at, end);
        buffer_append(out, (Slice){at, (size_t)(stop - at)});
        if (stop == end)
            break;
        char byte = *stop;
        char letter = byte == '\\'   ? '\\'
                      : byte == '\t' ? 't'
                      : byte == '\n' ? 'n'
                      : byte == '\r' ? 'r'
                                     : '\0';
        if (letter != '\0') {
            buffer_append_byte(out, '\\');
            byte = letter;
        }
        buffer_append_byte(out, byte);
        at = stop + 1;
    }
}

static void append_span_text(Row *row, CodepointSpan span, Buffer *out)
{
    cell_append(out, utf8_cursor_cut(&row->text, span));
}

/* Items are counted from 1 in tables, from 0 in documents. */
static void append_index(Buffer *out, ptrdiff_t index)
{
    if (index >= 0)
        buffer_append_number(out, (uint64_t)index + 1);
}

static void append_bool(Buffer *out, bool truth)
{
    buffer_append(out, slice_of(truth ? "true" : "false"));
}

static void write_document(Row *row, Buffer *out)
{
    cell_append(out, row->document->id);
}

static void write_source(Row *row, Buffer *out)
{
    cell_append(out, row->document->source);
}

static void write_number(Row *row, Buffer *out)
{
    buffer_append_number(out, row->number);
}

static void write_text(Row *row, Buffer *out)
{
    append_span_text(row, row->span, out);
}

/* Characters of four bytes are two units of UTF-16. */
static size_t pairs_before(Row *row, size_t byte)
{
    if (byte < row->counted_byte)
        row->counted_byte = row->counted_pairs = 0;
    for (size_t i = row->counted_byte; i < byte; i++)
        row->counted_pairs += (unsigned char)row->text.text.data[i] >= 0xF0;
    row->counted_byte = byte;
    return row->counted_pairs;
}

static void append_offset(Row *row, size_t codepoint, Buffer *out)
{
    if (row->unit == UNIT_BYTE)
        codepoint = utf8_cursor_byte(&row->text, codepoint);
    else if (row->unit == UNIT_UTF16)
        codepoint += pairs_before(row, utf8_cursor_byte(&row->text, codepoint));
    buffer_append_number(out, codepoint);
}

static void write_start(Row *row, Buffer *out)
{
    append_offset(row, row->span.start, out);
}

static void write_end(Row *row, Buffer *out)
{
    append_offset(row, row->span.end, out);
}

static void write_source_start(Row *row, Buffer *out)
{
    buffer_append_number(out, origin_span(row->runs, row->run_count, row->span).start);
}

static void write_source_end(Row *row, Buffer *out)
{
    buffer_append_number(out, origin_span(row->runs, row->run_count, row->span).end);
}

/* The sentence in which the item stands, or NO_INDEX. */
static ptrdiff_t sentence_index(const Row *row)
{
    if (row->quote != NULL && row->quote->sentence >= 0)
        return row->quote->sentence;
    size_t low = 0, high = row->sentence_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (row->sentences[middle].span.start <= row->span.start)
            low = middle + 1;
        else
            high = middle;
    }
    bool inside = low > 0 && row->span.start < row->sentences[low - 1].span.end;
    return inside ? (ptrdiff_t)low - 1 : NO_INDEX;
}

static void write_sentence(Row *row, Buffer *out)
{
    append_index(out, sentence_index(row));
}

static void write_sentence_text(Row *row, Buffer *out)
{
    ptrdiff_t index = sentence_index(row);
    if (index >= 0 && (size_t)index < row->sentence_count)
        append_span_text(row, row->sentences[index].span, out);
}

static void write_kind(Row *row, Buffer *out)
{
    buffer_append(out, slice_of(quote_kind_name(row->quote->kind)));
}

static void write_speaker(Row *row, Buffer *out)
{
    cell_append(out, row->quote->speaker.name);
}

static void write_speaker_start(Row *row, Buffer *out)
{
    if (row->quote->speaker.has_span)
        append_offset(row, row->quote->speaker.span.start, out);
}

static void write_speaker_end(Row *row, Buffer *out)
{
    if (row->quote->speaker.has_span)
        append_offset(row, row->quote->speaker.span.end, out);
}

/* The entity that the speaker is; NULL where the document does not tell. */
static const Entity *speaker_entity(const Row *row)
{
    ptrdiff_t entity = row->quote->speaker.entity;
    return entity >= 0 && (size_t)entity < row->entity_count ? &row->entities[entity] : NULL;
}

static void write_speaker_entity(Row *row, Buffer *out)
{
    const Entity *entity = speaker_entity(row);
    if (entity != NULL)
        cell_append(out, entity->name);
}

static void write_speaker_id(Row *row, Buffer *out)
{
    const Entity *entity = speaker_entity(row);
    if (entity != NULL)
        cell_append(out, entity->id);
}

static void write_role(Row *row, Buffer *out)
{
    cell_append(out, row->quote != NULL ? row->quote->speaker.role : row->sentence->role);
}

static void write_type(Row *row, Buffer *out)
{
    if (row->entity != NULL)
        cell_append(out, row->entity->type);
    else if (row->mark != NULL)
        cell_append(out, row->mark->type);
    else
        buffer_append(out, slice_of(speaker_type_name(row->quote->speaker.type)));
}

static void write_implied(Row *row, Buffer *out)
{
    append_bool(out, row->quote->speaker.implied);
}

static void write_cue(Row *row, Buffer *out)
{
    if (row->quote->has_cue)
        append_span_text(row, row->quote->cue, out);
}

static void write_cue_start(Row *row, Buffer *out)
{
    if (row->quote->has_cue)
        append_offset(row, row->quote->cue.start, out);
}

static void write_cue_end(Row *row, Buffer *out)
{
    if (row->quote->has_cue)
        append_offset(row, row->quote->cue.end, out);
}

static void write_lemma(Row *row, Buffer *out)
{
    cell_append(out, row->quote->cue_lemma);
}

static void write_addressee(Row *row, Buffer *out)
{
    cell_append(out, row->quote->addressee.name);
}

static void write_occasion(Row *row, Buffer *out)
{
    cell_append(out, row->quote->occasion.name);
}

static void write_polarity(Row *row, Buffer *out)
{
    buffer_append(out, slice_of(polarity_name(row->quote->polarity)));
}

static void write_category(Row *row, Buffer *out)
{
    cell_append(out, row->quote->cue_category);
}

static void write_confidence(Row *row, Buffer *out)
{
    if (row->quote->confidence >= 0)
        buffer_append_share(out, row->quote->confidence);
}

/* The names of the entities within the quote, in order, each once where it is
 * named several times in a row. */
static void write_entities(Row *row, Buffer *out)
{
    size_t low = 0, high = row->entity_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (row->entities[middle].span.start < row->span.start)
            low = middle + 1;
        else
            high = middle;
    }
    Slice last = {NULL, 0};
    for (; low < row->entity_count && row->entities[low].span.start < row->span.end; low++) {
        const Entity *entity = &row->entities[low];
        if (entity->span.end > row->span.end || slice_equal(entity->name, last))
            continue;
        if (last.length != 0)
            buffer_append(out, SLICE("; "));
        cell_append(out, entity->name);
        last = entity->name;
    }
}

static void write_rule(Row *row, Buffer *out)
{
    cell_append(out, row->quote != NULL    ? row->quote->rule
                     : row->entity != NULL ? row->entity->rule
                     : row->mark != NULL   ? row->mark->rule
                                           : row->sentence->rule);
}

static void write_quote(Row *row, Buffer *out)
{
    if (row->mark != NULL)
        append_index(out, row->mark->quote);
    else
        write_text(row, out);
}

static void write_unclosed(Row *row, Buffer *out)
{
    append_bool(out, row->mark->unclosed);
}

static void write_repeat(Row *row, Buffer *out)
{
    append_index(out, row->quote != NULL ? row->quote->repeat : row->sentence->repeat);
}

static void write_name(Row *row, Buffer *out)
{
    cell_append(out, row->entity->name);
}

static void write_value(Row *row, Buffer *out)
{
    cell_append(out, row->entity->value);
}

static void write_id(Row *row, Buffer *out)
{
    cell_append(out, row->entity->id);
}

static void write_clitic(Row *row, Buffer *out)
{
    cell_append(out, row->entity->clitic);
}

static void write_paragraph(Row *row, Buffer *out)
{
    buffer_append_number(out, (uint64_t)row->sentence->paragraph + 1);
}

static void write_characters(Row *row, Buffer *out)
{
    buffer_append_number(out, row->text_codepoints);
}

static void write_quote_count(Row *row, Buffer *out)
{
    buffer_append_number(out, row->quote_count);
}

static void write_entity_count(Row *row, Buffer *out)
{
    buffer_append_number(out, row->entity_count);
}

static void write_sentence_count(Row *row, Buffer *out)
{
    buffer_append_number(out, row->sentence_count);
}

const Column COLUMNS[] = {
    {"document", IN_ALL, 0, write_document},
    {"source", IN_ALL, 0, write_source},
    {"number", IN_ITEMS, 0, write_number},
    {"kind", IN_QUOTES, 0, write_kind},
    {"speaker", IN_QUOTES, 0, write_speaker},
    {"role", IN_QUOTES | IN_SENTENCES, 0, write_role},
    {"cue", IN_QUOTES, 0, write_cue},
    {"quote", IN_QUOTES | IN_MARKS, 0, write_quote},
    {"type", IN_QUOTES | IN_ENTITIES | IN_MARKS, 0, write_type},
    {"name", IN_ENTITIES, 0, write_name},
    {"text", IN_ALL, 0, write_text},
    {"value", IN_ENTITIES, 0, write_value},
    {"id", IN_ENTITIES, 0, write_id},
    {"clitic", IN_ENTITIES, 0, write_clitic},
    {"paragraph", IN_SENTENCES, 0, write_paragraph},
    {"unclosed", IN_MARKS, 0, write_unclosed},
    {"start", IN_ITEMS, 0, write_start},
    {"end", IN_ITEMS, 0, write_end},
    {"source_start", IN_ITEMS, NEED_ORIGIN, write_source_start},
    {"source_end", IN_ITEMS, NEED_ORIGIN, write_source_end},
    {"entities", IN_QUOTES, NEED_ENTITIES, write_entities},
    {"rule", IN_ITEMS, 0, write_rule},
    {"repeat", IN_QUOTES | IN_SENTENCES, 0, write_repeat},
    {"implied", IN_QUOTES, 0, write_implied},
    {"lemma", IN_QUOTES, 0, write_lemma},
    {"category", IN_QUOTES, 0, write_category},
    {"addressee", IN_QUOTES, 0, write_addressee},
    {"occasion", IN_QUOTES, 0, write_occasion},
    {"polarity", IN_QUOTES, 0, write_polarity},
    {"confidence", IN_QUOTES, 0, write_confidence},
    {"cue_start", IN_QUOTES, 0, write_cue_start},
    {"cue_end", IN_QUOTES, 0, write_cue_end},
    {"speaker_start", IN_QUOTES, 0, write_speaker_start},
    {"speaker_end", IN_QUOTES, 0, write_speaker_end},
    {"speaker_entity", IN_QUOTES, NEED_ENTITIES, write_speaker_entity},
    {"speaker_id", IN_QUOTES, NEED_ENTITIES, write_speaker_id},
    {"sentence", IN_QUOTES | IN_ENTITIES, NEED_SENTENCES, write_sentence},
    {"sentence_text", IN_QUOTES | IN_ENTITIES, NEED_SENTENCES, write_sentence_text},
    {"characters", IN_DOCUMENTS, 0, write_characters},
    {"sentences", IN_DOCUMENTS, NEED_SENTENCES, write_sentence_count},
    {"quotes", IN_DOCUMENTS, NEED_QUOTES, write_quote_count},
    {"entities", IN_DOCUMENTS, NEED_ENTITIES, write_entity_count},
    {NULL, 0, 0, NULL},
};
