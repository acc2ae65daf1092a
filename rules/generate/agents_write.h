/* What gen_agents writes once it has checked all of rules/data/agents.json. */
#ifndef RULES_GENERATE_AGENTS_WRITE_H
#define RULES_GENERATE_AGENTS_WRITE_H

#include <jansson.h>
#include <stdio.h>

#include "common/mark/catalogue.h"

/* The marks of one kind, sorted. */
struct agent_marks {
	struct catalogue_mark *rows;
	size_t count;
};

/* Writes the catalogue; `marks` has one row for each kind of mark. */
void agents_write(FILE *out, json_t *root, const struct agent_marks *marks);

#endif
