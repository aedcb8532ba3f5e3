/* tag-entities: adds the layer `entities` to each document: people, places,
 * organisations, other names and dates, with one name for each. */
#include "common/json.h"
#include "common/links.h"
#include "common/message.h"
#include "common/tool.h"
#include "common/utf8.h"
#include "tools/tag-entities/tagger.h"

static const char *date_option;
static bool nested_option;

static const Option options[] = {
    {0, "date", "YYYY-MM-DD", OPTION_STRING, &date_option,
     "the day from which last Monday counts, for documents without one"},
    {0, "nested", NULL, OPTION_FLAG, &nested_option, "keep names within longer names too"},
    {0},
};

typedef struct {
    Tagger *tagger;
    Links links;
    Day today;
} State;

static bool start(ToolRun *run, Error *error)
{
    State *state = ARENA_NEW(&run->arena, State);
    run->state = state;
    Slice date = slice_of(date_option);
    if (date_option != NULL && (date.length != 10 || !day_read(date, &state->today)))
        return error_set(error, EXIT_USAGE, NULL, 0, 0,
                         "--date=%s is no day; write it as 2024-03-05", date_option);
    state->tagger = tagger_new(&run->rules, error);
    if (state->tagger == NULL)
        return false;
    if (nested_option)
        tagger_nest(state->tagger);
    if (links_read(&state->links, &run->rules, tagger_fold(state->tagger), error))
        return true;
    tagger_free(state->tagger);
    return false;
}

/* The day of the document itself; what --date says where it has none. */
static Day document_day(const Document *document, Day otherwise, Arena *arena)
{
    static const Slice members[] = {SLICE_INIT("created"), SLICE_INIT("date")};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        Slice text;
        Day day;
        if (json_string(document_get(document, members[i]), arena, &text) && day_read(text, &day))
            return day;
    }
    return otherwise;
}

static bool process(ToolRun *run, Document *document, Error *error)
{
    State *state = run->state;
    Arena *arena = &run->document_arena;
    Sentence *sentences;
    size_t sentence_count;
    size_t length = utf8_count(document->text);
    if (!layer_read_sentences(document, length, arena, &sentences, &sentence_count, error))
        return false;
    Quote *quotes;
    size_t quote_count;
    if (!layer_read_quotes(document, length, arena, &quotes, &quote_count, error))
        return false;
    Entity *entities;
    size_t count;
    bool limited = false;
    SpeakerName *names;
    size_t name_count = links_names(&state->links, document, quotes, quote_count, arena, &names);
    TaggerInput input = {.text = document->text,
                         .sentences = sentences,
                         .sentence_count = sentence_count,
                         .names = names,
                         .name_count = name_count,
                         .today = document_day(document, state->today, arena)};
    tagger_find(state->tagger, &input, arena, &entities, &count, run->explanation, &limited);
    if (limited)
        message_warning(document->file, document->line, 0,
                        "a pattern reached its limit; entities may be missing");
    links_write(&state->links, document, quotes, quote_count, entities, count, arena);
    return true;
}

static bool finish(ToolRun *run, Error *error)
{
    (void)error;
    State *state = run->state;
    tagger_free(state->tagger);
    return true;
}

int main(int argc, char **argv)
{
    static const Tool tag_entities = {
        .name = "tag-entities",
        .usage = "[OPTION ...] [FILE ...]",
        .summary = "Adds the people, places, organisations, other names and dates of each\n"
                   "document, with one name for each.",
        .options = options,
        .uses_rules = true,
        .explains = true,
        .reads_text = true,
        .writes_documents = true,
        .layers = DOCUMENT_SENTENCES | DOCUMENT_QUOTES,
        .start = start,
        .process = process,
        .finish = finish,
    };
    return tool_run(&tag_entities, argc, argv);
}
