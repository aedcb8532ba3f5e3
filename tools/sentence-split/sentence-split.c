/* sentence-split adds the layer `sentences` to each document. */
#include "common/layer.h"
#include "common/message.h"
#include "common/tool.h"
#include "tools/sentence-split/sentences.h"

typedef struct {
    Fold *fold;
    SplitRules *rules;
    LineRules *lines;
} State;

static bool start(ToolRun *run, Error *error)
{
    State *state = ARENA_NEW(&run->arena, State);
    run->state = state;
    return (state->fold = fold_new(&run->rules, error)) != NULL &&
           (state->rules = split_rules_new(&run->rules, state->fold, error)) != NULL &&
           (state->lines = line_rules_new(&run->rules, error)) != NULL;
}

static bool process(ToolRun *run, Document *document, Error *error)
{
    (void)error;
    const State *state = run->state;
    Sentence *sentences = NULL;
    size_t count = 0;
    bool limited = false;
    if (run->explanation != NULL && !run->explanation->is_json)
        buffer_append_format(run->explanation->out, "%.*s\n", SLICE_ARG(document->id));
    sentences_find(state->rules, state->lines, document->text, &run->document_arena,
                   run->explanation, &sentences, &count, &limited);
    if (limited)
        message_warning(document->file, document->line, 0,
                        "a rule of lines.yaml reached its limit of steps; that line has no role");
    layer_write_sentences(document, sentences, count, &run->document_arena);
    return true;
}

static bool finish(ToolRun *run, Error *error)
{
    (void)error;
    const State *state = run->state;
    line_rules_free(state->lines);
    return true;
}

int main(int argc, char **argv)
{
    static const Tool sentence_split = {
        .name = "sentence-split",
        .usage = "[OPTION ...] [FILE ...]",
        .summary = "Adds the sentences of each document: where they begin and end, their\n"
                   "paragraph, the role of headings, bylines and page furniture, and which repeat\n"
                   "an earlier one.",
        .uses_rules = true,
        .explains = true,
        .reads_text = true,
        .writes_documents = true,
        .start = start,
        .process = process,
        .finish = finish,
    };
    return tool_run(&sentence_split, argc, argv);
}
