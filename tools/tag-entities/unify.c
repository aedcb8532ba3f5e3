#include "tools/tag-entities/unify.h"

enum { LETTERS_MAX = 256, EDGE_WORDS = LETTERS_MAX / 64, NOBODY = -1, SEVERAL = -2 };

/* A name without its spaces. */
typedef struct {
    const char *letters;
    size_t length;              /* bytes, below LETTERS_MAX                 */
    uint64_t edges[EDGE_WORDS]; /* a bit for each byte that begins a word */
    uint32_t first;             /* candidate: where it stands first */
    uint32_t best;              /* candidate that names all its short forms */
    size_t best_rank;
    bool ends_sure;
    int fuller; /* number of the longer name, NOBODY or SEVERAL */
} Form;

static bool is_edge(const Form *form, size_t at)
{
    return at == form->length || (form->edges[at / 64] >> (at % 64) & 1) != 0;
}

static bool read_form(const FullName *name, Form *form, Arena *arena)
{
    if (name->folded.length >= LETTERS_MAX)
        return false;
    *form = (Form){.first = name->candidate, .ends_sure = name->ends_sure, .fuller = NOBODY};
    char *letters = arena_alloc(arena, name->folded.length + 1);
    bool begins = true;
    for (size_t i = 0; i < name->folded.length; i++) {
        if (name->folded.data[i] == ' ') {
            begins = true;
            continue;
        }
        if (begins)
            form->edges[form->length / 64] |= UINT64_C(1) << (form->length % 64);
        begins = false;
        letters[form->length++] = name->folded.data[i];
    }
    form->letters = letters;
    return form->length > 0;
}

/* Whether `longer` is `shorter` with words put in behind the first. */
static bool is_short_for(const Form *shorter, const Form *longer)
{
    size_t length = shorter->length, ahead = 0, behind = 0;
    if (length >= longer->length || shorter->letters[0] != longer->letters[0])
        return false;
    while (ahead < length && shorter->letters[ahead] == longer->letters[ahead])
        ahead++;
    if (ahead == length && is_edge(longer, length))
        return true;
    while (behind < length &&
           shorter->letters[length - 1 - behind] == longer->letters[longer->length - 1 - behind])
        behind++;
    for (size_t at = length - behind; at <= ahead && at < length; at++)
        if (at > 0 && is_edge(shorter, at) && is_edge(longer, at) &&
            is_edge(longer, longer->length - (length - at)))
            return true;
    return false;
}

static size_t find_form(const Form *forms, size_t count, const Form *wanted)
{
    for (size_t i = 0; i < count; i++)
        if (forms[i].length == wanted->length &&
            memcmp(forms[i].letters, wanted->letters, wanted->length) == 0)
            return i;
    return count;
}

static void find_fuller(Form *forms, size_t count, size_t number)
{
    Form *form = &forms[number];
    for (size_t i = 0; i < count && form->fuller != SEVERAL; i++) {
        if (!is_short_for(form, &forms[i]))
            continue;
        if (form->fuller == NOBODY || is_short_for(&forms[form->fuller], &forms[i]))
            form->fuller = (int)i;
        else if (!is_short_for(&forms[i], &forms[form->fuller]))
            form->fuller = SEVERAL;
    }
}

static size_t fullest(const Form *forms, size_t number)
{
    while (forms[number].fuller >= 0)
        number = (size_t)forms[number].fuller;
    return number;
}

void unify_names(Candidates *candidates, const FullName *names, size_t count, Arena *arena)
{
    if (count < 2)
        return;
    Form *forms = ARENA_ROOM(arena, count < UNIFY_MAX ? count : UNIFY_MAX, Form);
    size_t *form_of = ARENA_ROOM(arena, count, size_t);
    size_t form_count = 0;
    Candidate *list = candidates->list;
    for (size_t i = 0; i < count; i++) {
        Form form;
        form_of[i] = SIZE_MAX;
        if (!read_form(&names[i], &form, arena))
            continue;
        size_t known = find_form(forms, form_count, &form);
        if (known == form_count) {
            if (form_count == UNIFY_MAX)
                continue;
            forms[form_count++] = form;
        } else if (list[form.first].first < list[forms[known].first].first) {
            forms[known].first = form.first;
        }
        form_of[i] = known;
    }
    for (size_t i = 0; i < form_count; i++)
        find_fuller(forms, form_count, i);
    for (size_t i = 0; i < count; i++) {
        if (form_of[i] == SIZE_MAX)
            continue;
        const Form *form = &forms[form_of[i]];
        Form *whole = &forms[fullest(forms, form_of[i])];
        bool is_listed = list[names[i].candidate].entry != NULL;
        size_t rank = (size_t)(is_listed ? 2 : form->ends_sure) * LETTERS_MAX + form->length;
        if (rank > whole->best_rank) {
            whole->best_rank = rank;
            whole->best = is_listed ? names[i].candidate : form->first;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (form_of[i] == SIZE_MAX || list[names[i].candidate].entry != NULL)
            continue;
        uint32_t best = forms[fullest(forms, form_of[i])].best;
        if (best != names[i].candidate)
            list[names[i].candidate].whole = best;
    }
}
