#include "common/mark/catalogue.h"

#include "common/mark/catalogue_data.h"
#include "common/mark/catalogue_field.h"
#include "common/mark/catalogue_site.h"

/* What is compiled in, until the site adds to it. */
static const struct catalogue_data *current = &catalogue_data;

void catalogue_use(const struct catalogue_data *data)
{
	current = data ? data : &catalogue_data;
}

const char *catalogue_date(void)
{
	return catalogue_data.date;
}

const char *identified_by_name(enum identified_by by)
{
	static const char *const names[BY_COUNT] = { "key", "vendor-key", "account", "remembered",
		"trailer", "author", "committer", "marker", "note", "content" };

	for (size_t i = 0; i < BY_COUNT; i++)
		if ((unsigned)by == 1u << i)
			return names[i];
	return "";
}

json_t *identified_by_json(unsigned bits)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < BY_COUNT; i++)
		if (bits & 1u << i)
			(void)json_array_append_new(array,
				json_string(identified_by_name((enum identified_by)(1u << i))));
	return array;
}

const struct catalogue_agent *catalogue_agents(size_t *count)
{
	*count = current->agent_count;
	return current->agents;
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
		int order = strcmp(id, current->agents[middle].id);

		if (order == 0)
			return &current->agents[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	for (size_t i = catalogue_data.agent_count; i < current->agent_count; i++)
		if (strcmp(id, current->agents[i].id) == 0)
			return &current->agents[i];
	return NULL;
}

uint16_t catalogue_index(const char *id)
{
	return (uint16_t)(catalogue_find(id) - current->agents);
}

const struct catalogue_table *catalogue_table(enum catalogue_kind kind)
{
	return &current->tables[kind];
}

/*
 * As span_compare, but for a terminated text on the left; the right one holds no NUL that matters.
 */
static int order(const char *row, struct span text)
{
	int order = strncmp(row, text.data, text.len);

	return order ? order : row[text.len] != '\0';
}

/* Where the rows begin whose text begins with each byte: asked for each line of each message. */
static struct first_bytes {
	const struct catalogue_mark *rows; /* of which table; NULL: none yet */
	uint32_t from[257];
} first_bytes[CATALOGUE_KINDS];

static void first_bytes_fill(struct first_bytes *first, const struct catalogue_table *table)
{
	size_t row = 0;

	for (unsigned byte = 0; byte < 256; byte++) {
		while (row < table->count && (unsigned char)*table->rows[row].text < byte)
			row++;
		first->from[byte] = (uint32_t)row;
	}
	first->from[256] = (uint32_t)table->count;
	first->rows = table->rows;
}

const struct catalogue_mark *catalogue_rows_from(
	enum catalogue_kind kind, char first, size_t *count)
{
	const struct catalogue_table *table = &current->tables[kind];
	struct first_bytes *known = &first_bytes[kind];
	unsigned byte = (unsigned char)first;

	if (known->rows != table->rows)
		first_bytes_fill(known, table);
	*count = known->from[byte + 1] - known->from[byte];
	return table->rows + known->from[byte];
}

const struct catalogue_mark *catalogue_rows(
	enum catalogue_kind kind, struct span text, size_t *count)
{
	const struct catalogue_table *table = &current->tables[kind];
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

const char *catalogue_owner(enum catalogue_kind kind, const char *mark, const char *id)
{
	const struct catalogue_table *table = &catalogue_data.tables[kind];
	struct buf out = BUF_INIT(4096);
	const char *owner = NULL;

	if ((kind == CATALOGUE_EMAILS || kind == CATALOGUE_LOGINS) &&
		catalogue_normal(&out, kind, span_of(mark)) == 0)
		for (size_t i = 0; i < table->count && !owner; i++)
			if (table->rows[i].strength == MARK_SURE &&
				span_is(buf_span(&out), table->rows[i].text) &&
				strcmp(catalogue_data.agents[table->rows[i].agent].id, id) != 0)
				owner = catalogue_data.agents[table->rows[i].agent].id;
	buf_release(&out);
	return owner;
}
