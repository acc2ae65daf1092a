#include "common/mark/catalogue.h"

#include "common/mark/catalogue_data.h"

const char *identified_by_name(enum identified_by by)
{
	static const char *const names[BY_COUNT] = { "key", "vendor-key", "account", "remembered",
		"trailer", "author", "committer", "marker", "note" };

	for (size_t i = 0; i < BY_COUNT; i++)
		if ((unsigned)by == 1u << i)
			return names[i];
	return "";
}

const struct catalogue_agent *catalogue_agents(size_t *count)
{
	*count = catalogue_data.agent_count;
	return catalogue_data.agents;
}

const struct catalogue_bot *catalogue_bots(void)
{
	return catalogue_data.bots;
}

const struct catalogue_agent *catalogue_find(const char *id)
{
	size_t low = 0, high = catalogue_data.agent_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(id, catalogue_data.agents[middle].id);

		if (order == 0)
			return &catalogue_data.agents[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

uint16_t catalogue_index(const char *id)
{
	return (uint16_t)(catalogue_find(id) - catalogue_data.agents);
}

const struct catalogue_table *catalogue_table(enum catalogue_kind kind)
{
	return &catalogue_data.tables[kind];
}

/*
 * As span_compare, but for a terminated text on the left; the right one holds no NUL that matters.
 */
static int order(const char *row, struct span text)
{
	int order = strncmp(row, text.data, text.len);

	return order ? order : row[text.len] != '\0';
}

const struct catalogue_mark *catalogue_rows(
	enum catalogue_kind kind, struct span text, size_t *count)
{
	const struct catalogue_table *table = &catalogue_data.tables[kind];
	size_t low = 0, high = table->count, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (order(table->rows[middle].text, text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < table->count && order(table->rows[end].text, text) == 0; end++)
		;
	*count = end - low;
	return table->rows + low;
}
