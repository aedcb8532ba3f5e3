#include "common/edits.h"

#include <stdlib.h>

void edits_clear(EditList *edits)
{
    edits->count = 0;
    edits->to_length = 0;
    edits->from_length = 0;
}

void edits_release(EditList *edits)
{
    free(edits->runs);
    *edits = (EditList){0};
}

static void add_run(EditList *edits, size_t to, size_t from, size_t length)
{
    if (edits->count != 0) {
        Edit *last = &edits->runs[edits->count - 1];
        if (last->text_start + last->length == to && last->source_start + last->length == from) {
            last->length += length;
            return;
        }
    }
    edits->runs = memory_grow(edits->runs, &edits->capacity, edits->count + 1, sizeof *edits->runs);
    edits->runs[edits->count++] = (Edit){to, from, length};
}

void edits_keep(EditList *edits, size_t length)
{
    if (length == 0)
        return;
    add_run(edits, edits->to_length, edits->from_length, length);
    edits->to_length += length;
    edits->from_length += length;
}

void edits_change(EditList *edits, size_t from, size_t to)
{
    edits->from_length += from;
    edits->to_length += to;
}

void edits_anchor(EditList *edits)
{
    add_run(edits, edits->to_length, edits->from_length, 0);
}

void edits_compose(const EditList *first, const EditList *second, EditList *result)
{
    edits_clear(result);
    size_t i = 0, j = 0;
    while (i < first->count && j < second->count) {
        const Edit *a = &first->runs[i], *b = &second->runs[j];
        size_t a_end = a->text_start + a->length, b_end = b->source_start + b->length;
        size_t start = a->text_start > b->source_start ? a->text_start : b->source_start;
        size_t end = a_end < b_end ? a_end : b_end;
        if (start < end || (start == end && (a->length == 0 || b->length == 0)))
            add_run(result, b->text_start + (start - b->source_start),
                    a->source_start + (start - a->text_start), end - start);
        if (a_end <= b_end)
            i++;
        if (b_end <= a_end)
            j++;
    }
    result->to_length = second->to_length;
    result->from_length = first->from_length;
}

void edits_append_json(const EditList *edits, Buffer *out)
{
    buffer_append_byte(out, '[');
    for (size_t i = 0; i < edits->count; i++) {
        const Edit *run = &edits->runs[i];
        if (i != 0)
            buffer_append(out, SLICE(", "));
        buffer_append_byte(out, '[');
        buffer_append_number(out, run->text_start);
        buffer_append(out, SLICE(", "));
        buffer_append_number(out, run->source_start);
        buffer_append(out, SLICE(", "));
        buffer_append_number(out, run->length);
        buffer_append_byte(out, ']');
    }
    buffer_append_byte(out, ']');
}
