#include "common/mark/catalogue_site.h"

#include <stdlib.h>
#include <string.h>

#include "common/mark/catalogue_data.h"
#include "common/mark/catalogue_field.h"

#define SITE_MEMORY_MAX (64u << 20)
#define SITE_MARKS_MAX 100000
#define SITE_FIELDS 20 /* of one entry, and the end */

struct row {
	enum catalogue_kind kind;
	struct catalogue_mark mark;
};

struct catalogue_site {
	struct arena arena;
	struct catalogue_data data;
	struct catalogue_agent *agents; /* those compiled in, and then the site's */
	size_t agent_count;
	uint16_t agent; /* being added to */
	struct row *rows;
	size_t row_count;
	struct catalogue_site_path *paths;
	size_t path_count;
};

/* What is in use. */
static const struct catalogue_site *used;

int catalogue_site_new(struct catalogue_site **out, struct fault *f)
{
	struct catalogue_site *site = calloc(1, sizeof(*site));
	size_t count = catalogue_data.agent_count;

	*out = site;
	if (!site)
		return fault_memory(f);
	site->arena = (struct arena)ARENA_INIT(SITE_MEMORY_MAX);
	site->agents = arena_alloc(&site->arena, CATALOGUE_MAX * sizeof(*site->agents));
	if (!site->agents)
		return fault_memory(f);
	memcpy(site->agents, catalogue_data.agents, count * sizeof(*site->agents));
	site->agent_count = count;
	return 0;
}

static const char *copy(struct catalogue_site *site, const char *text, bool *failed)
{
	const char *copied = text ? arena_strdup(&site->arena, text) : NULL;

	*failed = *failed || (text && !copied);
	return copied;
}

/* How it is recognised is told by its first mark, once there is one. */
static int agent_add(
	struct catalogue_site *site, const struct catalogue_site_entry *entry, struct fault *f)
{
	struct catalogue_shown *shown = arena_alloc(&site->arena, SITE_FIELDS * sizeof(*shown));
	bool failed = !shown;

	if (site->agent_count == CATALOGUE_MAX)
		return fault_set(f, FAULT_ADMIN, "the catalogue takes no more than %d agents",
			CATALOGUE_MAX);
	site->agent = (uint16_t)site->agent_count;
	site->agents[site->agent_count++] = (struct catalogue_agent){
		.id = copy(site, entry->id, &failed),
		.name = copy(site, entry->name, &failed),
		.vendor = copy(site, entry->vendor, &failed),
		.kind = entry->kind,
		.confidence = "site",
		.how = "",
		.note = copy(site, entry->note, &failed),
		.source = copy(site, entry->source, &failed),
		.date = copy(site, entry->date, &failed),
		.can_be_switched_off = -1,
		.shown = shown,
	};
	if (failed)
		return fault_memory(f);
	memset(shown, 0, SITE_FIELDS * sizeof(*shown));
	return 0;
}

int catalogue_site_agent(
	struct catalogue_site *site, const struct catalogue_site_entry *entry, struct fault *f)
{
	for (size_t i = 0; i < site->agent_count; i++)
		if (strcmp(site->agents[i].id, entry->id) == 0) {
			site->agent = (uint16_t)i;
			return 0;
		}
	return agent_add(site, entry, f);
}

/* Lists the mark among those that people are told. */
static int shown_add(struct catalogue_site *site, const char *what, const char *text)
{
	struct catalogue_agent *agent = &site->agents[site->agent];
	struct catalogue_shown *shown = (struct catalogue_shown *)(uintptr_t)agent->shown;
	const char **marks;
	size_t n = 0;

	if (site->agent < catalogue_data.agent_count)
		return 0; /* what is compiled in is told as it is */
	if (!*agent->how)
		agent->how = text;
	while (shown->what && strcmp(shown->what, what) != 0)
		shown++;
	while (shown->what && shown->marks[n])
		n++;
	marks = arena_alloc(&site->arena, (n + 2) * sizeof(*marks));
	if (!marks)
		return -1;
	for (size_t i = 0; i < n; i++)
		marks[i] = shown->marks[i];
	marks[n] = text;
	marks[n + 1] = NULL;
	*shown = (struct catalogue_shown){ what, marks };
	return 0;
}

static const struct catalogue_field *field_of(const char *name)
{
	const struct catalogue_field *field = catalogue_fields;

	while (field->field && strcmp(field->field, name) != 0)
		field++;
	return field;
}

/* Whether a form says nothing that not everything would fit. */
static bool fits_all(const char *text)
{
	return strspn(text, "* ") == strlen(text);
}

/* The mark as tables have it, in the arena: NULL with *status 1, nothing is left of it, or -1. */
static const char *normal(
	struct catalogue_site *site, enum catalogue_kind kind, const char *text, int *status)
{
	struct buf out = BUF_INIT(4096);
	const char *mark = NULL;

	*status = catalogue_normal(&out, kind, span_of(text)) < 0 || fits_all(out.data) ? 1 : 0;
	if (*status == 0 && !(mark = arena_copy(&site->arena, out.data, out.len)))
		*status = -1;
	buf_release(&out);
	return mark;
}

/* The value of a trailer, folded, where it has one. */
static const char *value_of(struct catalogue_site *site, const char *value, int *status)
{
	if (!value)
		return NULL;
	return fits_all(value) ? "*" : normal(site, CATALOGUE_LINES, value, status);
}

int catalogue_site_mark(
	struct catalogue_site *site, const struct catalogue_site_mark *mark, struct fault *f)
{
	const struct catalogue_field *field = field_of(mark->field);
	enum catalogue_kind kind = field->kind;
	int status = 0;
	struct row row = { .mark = {
				   .agent = site->agent, .strength = (uint16_t)field->strength } };
	const char *text = arena_strdup(&site->arena, mark->text);
	struct row *grown;

	if (!text || shown_add(site, field->what, text) < 0)
		return fault_memory(f);
	if (kind == CATALOGUE_KINDS)
		return 0;
	row.mark.text = normal(site, kind, mark->text, &status);
	if (status == 0)
		row.mark.value = value_of(site, mark->value, &status);
	if (status)
		return status < 0 ? fault_memory(f) : 1;
	if (kind == CATALOGUE_EMAILS && strpbrk(row.mark.text, "*{"))
		kind = CATALOGUE_FORMS;
	row.kind = kind;
	grown = site->row_count < SITE_MARKS_MAX
			? arena_grow(&site->arena, site->rows, site->row_count, sizeof(*grown))
			: NULL;
	if (!grown)
		return fault_memory(f);
	site->rows = grown;
	grown[site->row_count++] = row;
	return 0;
}

int catalogue_site_path(
	struct catalogue_site *site, const char *pattern, const char *why, struct fault *f)
{
	struct catalogue_site_path *grown =
		arena_grow(&site->arena, site->paths, site->path_count, sizeof(*grown));
	bool failed = !grown;

	if (failed)
		return fault_memory(f);
	site->paths = grown;
	grown[site->path_count].pattern = copy(site, pattern, &failed);
	grown[site->path_count++].why = copy(site, why, &failed);
	return failed ? fault_memory(f) : 0;
}

static int by_text(const void *a, const void *b)
{
	const struct catalogue_mark *x = a, *y = b;
	int order = strcmp(x->text, y->text);

	return order ? order : (x->agent > y->agent) - (x->agent < y->agent);
}

/* The compiled-in rows of that kind and the site's, sorted, with the end that tables have. */
static int table_fill(struct catalogue_site *site, enum catalogue_kind kind)
{
	const struct catalogue_table *base = &catalogue_data.tables[kind];
	struct catalogue_mark *rows =
		arena_alloc(&site->arena, (base->count + site->row_count + 1) * sizeof(*rows));
	size_t count = base->count;

	if (!rows)
		return -1;
	if (base->count)
		memcpy(rows, base->rows, base->count * sizeof(*rows));
	for (size_t i = 0; i < site->row_count; i++)
		if (site->rows[i].kind == kind)
			rows[count++] = site->rows[i].mark;
	qsort(rows, count, sizeof(*rows), by_text);
	rows[count] = (struct catalogue_mark){ .text = NULL };
	site->data.tables[kind] = (struct catalogue_table){ rows, count };
	return 0;
}

int catalogue_site_use(struct catalogue_site *site, struct fault *f)
{
	for (enum catalogue_kind kind = 0; site && kind < CATALOGUE_KINDS; kind++)
		if (table_fill(site, kind) < 0)
			return fault_memory(f);
	if (site) {
		site->data.date = catalogue_data.date;
		site->data.agents = site->agents;
		site->data.agent_count = site->agent_count;
		site->data.bots = catalogue_data.bots;
	}
	used = site;
	catalogue_use(site ? &site->data : NULL);
	return 0;
}

void catalogue_site_free(struct catalogue_site *site)
{
	if (!site || site == used)
		return;
	arena_release(&site->arena);
	free(site);
}

const struct catalogue_site_path *catalogue_site_paths(size_t *count)
{
	*count = used ? used->path_count : 0;
	return used ? used->paths : NULL;
}
