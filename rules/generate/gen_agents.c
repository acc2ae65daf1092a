/*
 * Makes C tables of rules/data/agents.json, at build time: checked strictly, folded, sorted.
 *
 *	gen_agents rules/data/agents.json agents_data.c
 */
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/mark/catalogue.h"
#include "common/mark/spelling.h"
#include "common/path/fold.h"

static const char *path;

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", path);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

/* Where each list of an agent goes; and what `countersign agents ID` calls it. */
static const struct {
	const char *field;
	const char *what; /* NULL: not shown as a mark */
	enum catalogue_kind kind;
	enum mark_strength strength;
} lists[] = {
	{ "emails", "address", CATALOGUE_EMAILS, MARK_SURE },
	{ "logins", "account", CATALOGUE_LOGINS, MARK_SURE },
	{ "weak_emails", "address, with the name", CATALOGUE_EMAILS, MARK_SHARED },
	{ "trailer_logins", "account, as co-author", CATALOGUE_LOGINS, MARK_TRAILER },
	{ "names", "name", CATALOGUE_NAMES, MARK_SURE },
	{ "shared_names", "name, without a person's address", CATALOGUE_NAMES, MARK_SHARED },
	{ "trailers", "trailer", CATALOGUE_TRAILERS, MARK_SURE },
	{ "lines", "line", CATALOGUE_LINES, MARK_SURE },
	{ "subjects", "subject", CATALOGUE_SUBJECTS, MARK_SURE },
	{ "branches", "branch (a hint only)", CATALOGUE_KINDS, MARK_SURE },
	{ "notes", "notes", CATALOGUE_KINDS, MARK_SURE },
};
#define LISTS (sizeof(lists) / sizeof(lists[0]))

static const char *const words[] = { "name", "vendor", "kind", "confidence", "can_be_switched_off",
	"how", "keys", "note" };

static struct catalogue_mark *rows[CATALOGUE_KINDS];
static size_t counts[CATALOGUE_KINDS];

static char *fold(const char *text)
{
	struct buf out = BUF_INIT(1024);

	if (fold_text(&out, span_of(text)) < 0)
		die("cannot fold \"%s\"", text);
	return out.data;
}

static char *normal(enum catalogue_kind kind, const char *text)
{
	struct buf out = BUF_INIT(1024);
	char *folded = fold(text);

	if (kind == CATALOGUE_NAMES)
		spelling_words(&out, span_of(folded));
	else if (kind == CATALOGUE_TRAILERS)
		spelling_key(&out, span_of(folded));
	else
		buf_adds(&out, folded);
	if (out.failed || !out.len)
		die("cannot use the mark \"%s\"", text);
	free(folded);
	return out.data;
}

static void add(enum catalogue_kind kind, struct catalogue_mark mark)
{
	struct catalogue_mark *grown;

	if (kind == CATALOGUE_EMAILS && strpbrk(mark.text, "*{"))
		kind = CATALOGUE_FORMS;
	grown = realloc(rows[kind], (counts[kind] + 1) * sizeof(*grown));
	if (!grown)
		die("out of memory");
	mark.text = normal(kind, mark.text);
	mark.value = mark.value ? fold(mark.value) : NULL;
	grown[counts[kind]++] = mark;
	rows[kind] = grown;
}

/* An address of the form 123+name[bot]@... is known by its login. */
static void add_text(size_t list, json_t *value, uint16_t agent)
{
	const char *text = json_string_value(value);

	if (!text || !*text)
		die("%s: a mark is no text", lists[list].field);
	add(lists[list].kind,
		(struct catalogue_mark){ text, NULL, agent, (uint16_t)lists[list].strength, 0 });
}

/* A trailer's value is one form, or a list of them. */
static void add_trailer(const char *key, json_t *value, struct catalogue_mark mark)
{
	size_t i;
	json_t *one;

	mark.text = key;
	if (json_is_string(value)) {
		mark.value = json_string_value(value);
		add(CATALOGUE_TRAILERS, mark);
		return;
	}
	if (!json_array_size(value))
		die("trailer %s: no value", key);
	json_array_foreach(value, i, one)
	{
		mark.value = json_string_value(one);
		if (!mark.value)
			die("trailer %s: a value is no text", key);
		add(CATALOGUE_TRAILERS, mark);
	}
}

static void add_list(size_t list, json_t *values, uint16_t agent)
{
	const char *key;
	json_t *value;
	size_t i;

	if (lists[list].kind == CATALOGUE_KINDS)
		return;
	if (lists[list].kind == CATALOGUE_TRAILERS) {
		json_object_foreach(values, key, value)
			add_trailer(key, value, (struct catalogue_mark){ .agent = agent });
		return;
	}
	if (!json_is_array(values))
		die("%s: no list", lists[list].field);
	json_array_foreach(values, i, value) add_text(list, value, agent);
}

static bool known_field(const char *field)
{
	for (size_t i = 0; i < LISTS; i++)
		if (strcmp(field, lists[i].field) == 0)
			return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(field, words[i]) == 0)
			return true;
	return false;
}

static void read_agent(const char *id, json_t *entry, uint16_t agent)
{
	const char *field;
	json_t *value;

	json_object_foreach(entry, field, value) if (!known_field(field))
		die("%s: unknown field %s", id, field);
	for (size_t i = 0; i < LISTS; i++)
		if ((value = json_object_get(entry, lists[i].field)))
			add_list(i, value, agent);
}

static void put_string(FILE *out, const char *text)
{
	if (!text) {
		fputs("NULL", out);
		return;
	}
	fputc('"', out);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\' || c == '?')
			fprintf(out, "\\%03o", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static const char *need(const char *id, json_t *entry, const char *field)
{
	const char *text = json_string_value(json_object_get(entry, field));

	if (!text)
		die("%s: %s is missing", id, field);
	return text;
}

static const char *kind_of(const char *id, json_t *entry)
{
	static const char *const kinds[][2] = {
		{ "assistant", "AGENT_ASSISTANT" },
		{ "service", "AGENT_SERVICE" },
		{ "standard", "AGENT_STANDARD" },
	};
	const char *kind = need(id, entry, "kind");

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kind, kinds[i][0]) == 0)
			return kinds[i][1];
	die("%s: unknown kind %s", id, kind);
}

/* The marks of one list, as they are shown. */
static void put_marks(FILE *out, size_t agent, const char *field, json_t *values)
{
	const char *key;
	json_t *value, *one;
	size_t i;

	fprintf(out, "static const char *const marks_%zu_%s[] = { ", agent, field);
	json_array_foreach(values, i, value)
	{
		put_string(out, json_string_value(value));
		fputs(", ", out);
	}
	json_object_foreach(values, key, value)
	{
		struct buf line = BUF_INIT(1024);

		buf_addf(&line, "%s: %s", key,
			json_is_string(value) ? json_string_value(value) : "");
		json_array_foreach(value, i, one)
			buf_addf(&line, "%s%s", i ? " or " : "", json_string_value(one));
		put_string(out, line.data);
		fputs(", ", out);
		buf_release(&line);
	}
	fputs("NULL };\n", out);
}

static void put_shown(FILE *out, size_t agent, json_t *entry)
{
	json_t *value;

	for (size_t i = 0; i < LISTS; i++)
		if ((value = json_object_get(entry, lists[i].field)))
			put_marks(out, agent, lists[i].field, value);
	if ((value = json_object_get(entry, "keys")))
		put_marks(out, agent, "keys", value);
	fprintf(out, "static const struct catalogue_shown shown_%zu[] = {\n", agent);
	for (size_t i = 0; i < LISTS; i++)
		if (json_object_get(entry, lists[i].field))
			fprintf(out, "\t{ \"%s\", marks_%zu_%s },\n", lists[i].what, agent,
				lists[i].field);
	fputs("\t{ NULL, NULL },\n};\n", out);
}

/* Appends the first mark of each of the lists, up to three in all. */
static void how_add(struct buf *out, json_t *entry, const char *const *fields, const char *form)
{
	for (size_t shown = 0; *fields && shown < 3; fields++) {
		json_t *values = json_object_get(entry, *fields);
		const char *mark = json_string_value(json_array_get(values, 0));

		if (json_is_object(values))
			mark = json_object_iter_key(json_object_iter(values));
		if (!mark)
			continue;
		buf_adds(out, shown++ ? ", " : "");
		buf_addf(out, json_is_object(values) ? "%s:" : "%s", mark);
		buf_adds(out, form);
	}
}

/* The few marks that say most, for one line; what is weaker only where there is nothing else. */
static void how(struct buf *out, json_t *entry)
{
	static const char *const sure[] = { "emails", "logins", "trailers", "lines", "subjects",
		NULL };
	static const char *const weak[] = { "weak_emails", "trailer_logins", NULL };
	static const char *const named[] = { "names", "shared_names", NULL };
	const char *own = json_string_value(json_object_get(entry, "how"));

	buf_adds(out, own ? own : "");
	if (!out->len)
		how_add(out, entry, sure, "");
	if (!out->len)
		how_add(out, entry, weak, " with its name");
	if (!out->len)
		how_add(out, entry, named, " as a name");
	if (json_object_get(entry, "keys"))
		buf_adds(out, ", its own key");
	if (!out->len)
		buf_adds(out,
			json_object_get(entry, "notes") ? "attribution notes" : "no mark known");
}

static void put_agent(FILE *out, size_t agent, const char *id, json_t *entry)
{
	json_t *off = json_object_get(entry, "can_be_switched_off");
	struct buf line = BUF_INIT(1024);

	how(&line, entry);
	fputs("\t{ ", out);
	put_string(out, id);
	fputs(", ", out);
	put_string(out, need(id, entry, "name"));
	fputs(", ", out);
	put_string(out, need(id, entry, "vendor"));
	fprintf(out, ", %s, ", kind_of(id, entry));
	put_string(out, need(id, entry, "confidence"));
	fputs(", ", out);
	put_string(out, line.data);
	fputs(", ", out);
	put_string(out, json_string_value(json_object_get(entry, "note")));
	fprintf(out, ", %d, shown_%zu, ", off ? json_is_true(off) : -1, agent);
	if (json_object_get(entry, "keys"))
		fprintf(out, "marks_%zu_keys },\n", agent);
	else
		fputs("NULL },\n", out);
	buf_release(&line);
}

static int by_text(const void *a, const void *b)
{
	const struct catalogue_mark *x = a, *y = b;
	int order = strcmp(x->text, y->text);

	return order ? order : (x->agent > y->agent) - (x->agent < y->agent);
}

static void put_table(FILE *out, size_t kind)
{
	if (counts[kind])
		qsort(rows[kind], counts[kind], sizeof(*rows[kind]), by_text);
	fprintf(out, "static const struct catalogue_mark table_%zu[] = {\n", kind);
	for (size_t i = 0; i < counts[kind]; i++) {
		struct catalogue_mark *row = &rows[kind][i];

		fputs("\t{ ", out);
		put_string(out, row->text);
		fputs(", ", out);
		put_string(out, row->value);
		fprintf(out, ", %u, %u, %u },\n", row->agent, row->strength, row->group);
	}
	fputs("\t{ NULL, NULL, 0, 0, 0 },\n};\n", out);
}

static void put_bots(FILE *out, json_t *bots)
{
	const char *id;
	json_t *bot;

	fputs("static const struct catalogue_bot bots[] = {\n", out);
	json_object_foreach(bots, id, bot)
	{
		fputs("\t{ ", out);
		put_string(out, id);
		fputs(", ", out);
		put_string(out, need(id, bot, "name"));
		fputs(", ", out);
		put_string(out, json_string_value(json_object_get(bot, "note")));
		fputs(" },\n", out);
	}
	fputs("\t{ NULL, NULL, NULL },\n};\n", out);
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
	die("no agent is called %s", name);
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

static void read_agents(json_t *agents)
{
	const char *id, *before = "";
	json_t *entry;
	uint16_t n = 0;

	if (!json_object_size(agents) || json_object_size(agents) > CATALOGUE_MAX)
		die("no agents, or more than %d", CATALOGUE_MAX);
	json_object_foreach(agents, id, entry)
	{
		if (strcmp(before, id) >= 0)
			die("%s is not in its place by the alphabet", id);
		read_agent(id, entry, n++);
		before = id;
	}
}

static void put_all(FILE *out, json_t *agents, json_t *bots)
{
	const char *id;
	json_t *entry;
	size_t n = 0;

	fputs("#include \"common/mark/catalogue.h\"\n#include \"common/mark/catalogue_data.h\"\n\n",
		out);
	json_object_foreach(agents, id, entry) put_shown(out, n++, entry);
	fputs("static const struct catalogue_agent agents[] = {\n", out);
	n = 0;
	json_object_foreach(agents, id, entry) put_agent(out, n++, id, entry);
	fputs("};\n", out);
	for (size_t i = 0; i < CATALOGUE_KINDS; i++)
		put_table(out, i);
	put_bots(out, bots);
	fprintf(out, "const struct catalogue_data catalogue_data = { agents, %zu, bots, {\n", n);
	for (size_t i = 0; i < CATALOGUE_KINDS; i++)
		fprintf(out, "\t{ table_%zu, %zu },\n", i, counts[i]);
	fputs("} };\n", out);
}

int main(int argc, char **argv)
{
	json_error_t error;
	json_t *root, *agents;
	FILE *out;

	path = argc > 1 ? argv[1] : "gen_agents";
	if (argc != 3)
		die("usage: gen_agents IN OUT");
	root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		die("%d:%d: %s", error.line, error.column, error.text);
	agents = json_object_get(root, "agents");
	read_agents(agents);
	read_shared(agents, json_object_get(root, "shared_trailers"));
	out = fopen(argv[2], "w");
	if (!out)
		die("cannot write %s", argv[2]);
	put_all(out, agents, json_object_get(root, "no_agents"));
	if (fclose(out) != 0)
		die("cannot write %s", argv[2]);
	json_decref(root);
	return 0;
}
