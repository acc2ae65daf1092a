/*
 * Where values stand whatever their kind: the one file of rules/data/credentials/ that is an
 * object.  `literals` begin a search, `calls` and `commands` are given a value at a place that they
 * say.
 */
#ifndef RULES_GENERATE_PLACES_H
#define RULES_GENERATE_PLACES_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "rules/credential/kind.h"

#define LITERAL_MAX 100

/* Has the matcher look for the literal; `index` is the trigger's (gen_credentials.c). */
void literal_add(const char *text, bool nocase, enum trigger_action action, size_t index);

/* Checks the file, or ends the program. */
void places_check(json_t *root);

/* Adds its literals, if there is such a file. */
void places_add(json_t *places);

/* Whether the kinds of its pairs are among those that were read; ends the program if not. */
void places_check_pairs(json_t *places, json_t *kinds);

/* Writes its calls, commands and pairs as tables. */
void places_write(FILE *out, json_t *places, json_t *kinds);

#endif
