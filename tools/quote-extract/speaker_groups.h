#ifndef QAWL_QUOTE_EXTRACT_SPEAKER_GROUPS_H
#define QAWL_QUOTE_EXTRACT_SPEAKER_GROUPS_H

/* Groups of classes, with the key of section `speakers` that lists each. */
/* clang-format off */
#define SPEAKER_GROUPS(X)                                                                          \
    X(GROUP_ROLES, "roles")                                                                        \
    X(GROUP_PEOPLE, "people")                                                                      \
    X(GROUP_BODIES, "bodies")                                                                      \
    X(GROUP_DOCUMENTS, "documents")                                                                \
    X(GROUP_ORGANISATIONS, "organisations")                                                        \
    X(GROUP_OUTSIDE, "outside")                                                                    \
    X(GROUP_PLACES, "places")                                                                      \
    X(GROUP_PLACE_HEADS, "place_heads")                                                            \
    X(GROUP_NAMES, "names")                                                                        \
    X(GROUP_LINKS, "links")                                                                        \
    X(GROUP_ADJECTIVES, "adjectives")                                                              \
    X(GROUP_CONTINUES, "continues")                                                                \
    X(GROUP_BREAKS, "breaks")                                                                      \
    X(GROUP_ARTICLES, "articles")                                                                  \
    X(GROUP_PROPER, "proper")                                                                      \
    X(GROUP_PRONOUNS, "pronouns")                                                                  \
    X(GROUP_MODIFIERS, "modifiers")                                                                \
    X(GROUP_ORDINARY, "ordinary")                                                                  \
    X(GROUP_TRANSITIVE, "transitive")
/* clang-format on */

#endif
