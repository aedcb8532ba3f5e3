#include "common/explain.h"

#include "common/json.h"

static void append_name(const Explanation *explanation, const char *name)
{
    buffer_append(explanation->out, SLICE(",\""));
    buffer_append(explanation->out, slice_of(name));
    buffer_append(explanation->out, SLICE("\":"));
}

static void append_span(Explanation *explanation, CodepointSpan span)
{
    buffer_append(explanation->out, SLICE("\"start\":"));
    buffer_append_number(explanation->out, span.start);
    explain_number(explanation, "end", span.end);
    explain_string(explanation, "text", explain_text(explanation, span));
}

void explain_begin(const Explanation *explanation)
{
    buffer_append(explanation->out, SLICE("{\"tool\":"));
    json_append_string(explanation->out, slice_of(explanation->tool));
    explain_string(explanation, "id", explanation->id);
}

void explain_end(const Explanation *explanation)
{
    buffer_append(explanation->out, SLICE("}\n"));
}

void explain_place(Explanation *explanation, CodepointSpan span)
{
    buffer_append_byte(explanation->out, ',');
    append_span(explanation, span);
}

Slice explain_text(Explanation *explanation, CodepointSpan span)
{
    return utf8_cursor_cut(&explanation->cursor, span);
}

void explain_string(const Explanation *explanation, const char *name, Slice value)
{
    append_name(explanation, name);
    json_append_string(explanation->out, value);
}

void explain_number(const Explanation *explanation, const char *name, uint64_t number)
{
    append_name(explanation, name);
    buffer_append_number(explanation->out, number);
}

void explain_span(Explanation *explanation, const char *name, CodepointSpan span)
{
    append_name(explanation, name);
    buffer_append_byte(explanation->out, '{');
    append_span(explanation, span);
    buffer_append_byte(explanation->out, '}');
}

void explain_rule(const Explanation *explanation, Slice rule, const RuleNode *node)
{
    explain_string(explanation, "rule", rule);
    if (node == NULL)
        return;
    explain_string(explanation, "file", slice_of(node->file));
    explain_number(explanation, "line", node->line);
}

void explain_member(const Explanation *explanation, const char *name)
{
    append_name(explanation, name);
}

void explain_list(const Explanation *explanation, const char *name)
{
    append_name(explanation, name);
    buffer_append_byte(explanation->out, '[');
}

static void open_item(const Explanation *explanation)
{
    const Buffer *out = explanation->out;
    buffer_append(explanation->out, out->data[out->length - 1] == '[' ? SLICE("{") : SLICE(",{"));
}

void explain_item(Explanation *explanation, CodepointSpan span)
{
    open_item(explanation);
    append_span(explanation, span);
}

void explain_candidate(const Explanation *explanation, bool is_kept)
{
    open_item(explanation);
    buffer_append(explanation->out, is_kept ? SLICE("\"kept\":true") : SLICE("\"kept\":false"));
}

void explain_close(const Explanation *explanation)
{
    buffer_append_byte(explanation->out, '}');
}

void explain_list_end(const Explanation *explanation)
{
    buffer_append_byte(explanation->out, ']');
}
