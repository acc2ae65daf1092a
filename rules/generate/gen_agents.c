/*
 * Makes C tables of rules/data/agents.json, at build time: checked strictly, folded, sorted.
 *
 *	gen_agents rules/data/agents.json agents_data.c
 */
#include <stdlib.h>
#include <string.h>

#include "common/mark/catalogue.h"
#include "common/mark/catalogue_field.h"
#include "common/path/fold.h"
#include "rules/generate/agents_write.h"
#include "rules/generate/source.h"

static const char *const kind_names[] = { "assistant", "service", "standard", NULL };
static const char *const confidences[] = { "seen", "reported", "memory", NULL };

static const struct source_field root_fields[] = {
	{ "about", .type = FIELD_TEXTS },
	{ "date", .type = FIELD_DATE, .needed = true },
	{ "agents", .type = FIELD_OBJECT, .needed = true },
	{ "shared_trailers", .type = FIELD_OBJECT },
	{ "no_agents", .type = FIELD_OBJECT },
	{ .key = NULL },
};
static const struct source_field agent_fields[] = {
	{ "name", .type = FIELD_TEXT, .needed = true },
	{ "vendor", .type = FIELD_TEXT, .needed = true },
	{ "kind", .type = FIELD_CHOICE, .needed = true, .choices = kind_names },
	{ "confidence", .type = FIELD_CHOICE, .needed = true, .choices = confidences },
	{ "source", .type = FIELD_TEXT, .needed = true },
	{ "date", .type = FIELD_DATE, .needed = true },
	{ "paths", .type = FIELD_MAP }, /* gen_classes takes them */
	{ "can_be_switched_off", .type = FIELD_FLAG },
	{ "how", .type = FIELD_TEXT },
	{ "note", .type = FIELD_TEXT },
	{ "keys", .type = FIELD_TEXTS },
	{ "emails", .type = FIELD_TEXTS },
	{ "logins", .type = FIELD_TEXTS },
	{ "weak_emails", .type = FIELD_TEXTS },
	{ "trailer_logins", .type = FIELD_TEXTS },
	{ "names", .type = FIELD_TEXTS },
	{ "shared_names", .type = FIELD_TEXTS },
	{ "given_names", .type = FIELD_TEXTS },
	{ "trailers", .type = FIELD_OBJECT },
	{ "scope_trailers", .type = FIELD_OBJECT },
	{ "authors", .type = FIELD_TEXTS },
	{ "lines", .type = FIELD_TEXTS },
	{ "links", .type = FIELD_TEXTS },
	{ "subjects", .type = FIELD_TEXTS },
	{ "branches", .type = FIELD_TEXTS },
	{ "notes", .type = FIELD_TEXTS },
	{ .key = NULL },
};
static const struct source_field shared_fields[] = {
	{ "value", .type = FIELD_FORMS, .needed = true },
	{ "agents", .type = FIELD_TEXTS, .needed = true },
	{ .key = NULL },
};
static const struct source_field bot_fields[] = {
	{ "name", .type = FIELD_TEXT, .needed = true },
	{ "marks", .type = FIELD_TEXTS, .needed = true },
	{ "note", .type = FIELD_TEXT },
	{ .key = NULL },
};

static struct agent_marks marks[CATALOGUE_KINDS];

static char *fold(const char *text)
{
	struct buf out = BUF_INIT(1024);

	if (fold_text(&out, span_of(text)) < 0)
		source_die("cannot fold \"%s\"", text);
	return out.data;
}

static char *normal(enum catalogue_kind kind, const char *text)
{
	struct buf out = BUF_INIT(1024);

	if (catalogue_normal(&out, kind, span_of(text)) < 0)
		source_die("cannot use the mark \"%s\"", text);
	return out.data;
}

static void add(enum catalogue_kind kind, struct catalogue_mark mark)
{
	struct catalogue_mark *grown;

	if (kind == CATALOGUE_EMAILS && strpbrk(mark.text, "*{"))
		kind = CATALOGUE_FORMS;
	grown = realloc(marks[kind].rows, (marks[kind].count + 1) * sizeof(*grown));
	if (!grown)
		source_die("out of memory");
	mark.text = normal(kind, mark.text);
	mark.value = mark.value ? fold(mark.value) : NULL;
	grown[marks[kind].count++] = mark;
	marks[kind].rows = grown;
}

/* A trailer's value is one form, or a list of them. */
static void add_trailer(const char *key, json_t *value, struct catalogue_mark mark)
{
	const struct source_field fields[] = { { key, .type = FIELD_FORMS }, { .key = NULL } };
	json_t *pair = json_pack("{s:O}", key, value), *one;
	size_t i;

	if (!*key)
		source_die("a trailer has no key");
	source_check(pair, "trailers", fields);
	json_decref(pair);
	mark.text = key;
	mark.value = json_string_value(value);
	if (mark.value)
		add(CATALOGUE_TRAILERS, mark);
	json_array_foreach(value, i, one)
	{
		mark.value = json_string_value(one);
		add(CATALOGUE_TRAILERS, mark);
	}
}

static void add_list(size_t list, json_t *values, uint16_t agent)
{
	const char *key;
	json_t *value;
	size_t i;

	if (catalogue_fields[list].kind == CATALOGUE_KINDS)
		return;
	json_object_foreach(values, key, value) add_trailer(key, value,
		(struct catalogue_mark){
			.agent = agent, .strength = (uint16_t)catalogue_fields[list].strength });
	json_array_foreach(values, i, value) add(catalogue_fields[list].kind,
		(struct catalogue_mark){ json_string_value(value), NULL, agent,
			(uint16_t)catalogue_fields[list].strength, 0 });
}

static void read_agent(const char *id, json_t *entry, uint16_t agent)
{
	json_t *value;

	source_check(entry, id, agent_fields);
	for (size_t i = 0; catalogue_fields[i].field; i++)
		if ((value = json_object_get(entry, catalogue_fields[i].field)))
			add_list(i, value, agent);
}

static int by_text(const void *a, const void *b)
{
	const struct catalogue_mark *x = a, *y = b;
	int order = strcmp(x->text, y->text);

	return order ? order : (x->agent > y->agent) - (x->agent < y->agent);
}

/* Refuses a mark that one agent has twice, or that would prove two of them. */
static void check_marks(const struct catalogue_mark *x, const struct catalogue_mark *y)
{
	bool same = strcmp(x->text, y->text) == 0 &&
		    (!x->value == !y->value && (!x->value || strcmp(x->value, y->value) == 0));

	if (same && x->agent == y->agent)
		source_die("the mark `%s' is there twice for one agent", x->text);
	if (same && x->strength == MARK_SURE && y->strength == MARK_SURE)
		source_die("the mark `%s' would prove two agents", x->text);
}

static void sort_marks(void)
{
	for (size_t kind = 0; kind < CATALOGUE_KINDS; kind++) {
		if (!marks[kind].count)
			continue;
		qsort(marks[kind].rows, marks[kind].count, sizeof(*marks[kind].rows), by_text);
		for (size_t i = 0; i < marks[kind].count; i++)
			for (size_t k = i + 1;
				k < marks[kind].count &&
				strcmp(marks[kind].rows[i].text, marks[kind].rows[k].text) == 0;
				k++)
				check_marks(&marks[kind].rows[i], &marks[kind].rows[k]);
	}
}

/* Whether an agent is known by the address or account. */
static bool is_mark(const char *text)
{
	static const enum catalogue_kind kind[] = { CATALOGUE_EMAILS, CATALOGUE_LOGINS };
	char *folded = fold(text);
	bool found = false;

	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < marks[kind[i]].count; k++)
			found = found || strcmp(marks[kind[i]].rows[k].text, folded) == 0;
	free(folded);
	return found;
}

/* What is no agent must not be one as well. */
static void read_bots(json_t *agents, json_t *bots)
{
	json_t *seen = json_object(), *bot, *mark;
	const char *id;
	size_t i;

	json_object_foreach(bots, id, bot)
	{
		source_check(bot, id, bot_fields);
		if (json_object_get(agents, id))
			source_die("%s is an agent and none", id);
		json_array_foreach(json_object_get(bot, "marks"), i, mark)
		{
			source_once(seen, "mark", json_string_value(mark));
			if (is_mark(json_string_value(mark)))
				source_die("%s: `%s' is the mark of an agent", id,
					json_string_value(mark));
		}
	}
	json_decref(seen);
}

/* Agents in the order of the file, which must be that of their ids. */
static uint16_t agent_named(json_t *agents, const char *name)
{
	const char *id;
	json_t *entry;
	uint16_t n = 0;

	json_object_foreach(agents, id, entry)
	{
		if (strcmp(id, name) == 0)
			return n;
		n++;
	}
	source_die("no agent is called %s", name);
}

static void read_shared(json_t *agents, json_t *shared)
{
	uint16_t group = 0;
	const char *key;
	json_t *entry, *one;
	size_t i;

	json_object_foreach(shared, key, entry)
	{
		group++;
		source_check(entry, key, shared_fields);
		if (json_array_size(json_object_get(entry, "agents")) < 2)
			source_die("%s: fewer than two agents share it", key);
		json_array_foreach(json_object_get(entry, "agents"), i, one)
		{
			uint16_t agent = agent_named(agents, json_string_value(one));

			add_trailer(key, json_object_get(entry, "value"),
				(struct catalogue_mark){ .agent = agent,
					.group = group,
					.strength = i ? MARK_SHARED : MARK_SURE });
		}
	}
}

static void check_id(const char *id)
{
	const struct source_field fields[] = { { "id", .type = FIELD_NAME }, { .key = NULL } };
	json_t *named = json_pack("{s:s}", "id", id);

	source_check(named, id, fields);
	json_decref(named);
}

static void read_agents(json_t *agents)
{
	const char *id, *before = "";
	json_t *entry;
	uint16_t n = 0;

	if (json_object_size(agents) > CATALOGUE_MAX)
		source_die("more than %d agents", CATALOGUE_MAX);
	json_object_foreach(agents, id, entry)
	{
		check_id(id);
		if (strcmp(before, id) >= 0)
			source_die("%s is not in its place by the alphabet", id);
		read_agent(id, entry, n++);
		before = id;
	}
}

int main(int argc, char **argv)
{
	json_t *root, *agents, *bots;
	FILE *out;

	if (argc != 3)
		source_die("usage: gen_agents IN OUT");
	root = source_open(argv[1]);
	source_check(root, "agents", root_fields);
	agents = json_object_get(root, "agents");
	bots = json_object_get(root, "no_agents");
	read_agents(agents);
	read_shared(agents, json_object_get(root, "shared_trailers"));
	sort_marks();
	read_bots(agents, bots);
	out = output_open(argv[2]);
	agents_write(out, root, marks);
	output_close(out);
	json_decref(root);
	return 0;
}
