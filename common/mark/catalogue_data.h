/*
 * What gen_agents makes of rules/data/agents.json, as catalogue.c takes it.
 */
#ifndef COMMON_MARK_CATALOGUE_DATA_H
#define COMMON_MARK_CATALOGUE_DATA_H

#include "common/mark/catalogue.h"

struct catalogue_data {
	const char *date;
	const struct catalogue_agent *agents; /* sorted by id */
	size_t agent_count;
	const struct catalogue_bot *bots;
	struct catalogue_table tables[CATALOGUE_KINDS];
};

extern const struct catalogue_data catalogue_data;

#endif
