#include "rules/generate/agents_write.h"

#include <string.h>

#include "common/base/buf.h"
#include "common/mark/catalogue_field.h"
#include "rules/generate/source.h"

static const struct {
	const char *name, *constant;
} kinds[] = { { "assistant", "AGENT_ASSISTANT" }, { "service", "AGENT_SERVICE" },
	{ "standard", "AGENT_STANDARD" } };
static const char *kind_of(json_t *entry)
{
	size_t i = 0;

	while (strcmp(source_text(entry, "kind"), kinds[i].name) != 0)
		i++;
	return kinds[i].constant;
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
		output_string(out, json_string_value(value));
		fputs(", ", out);
	}
	json_object_foreach(values, key, value)
	{
		struct buf line = BUF_INIT(1024);

		buf_addf(&line, "%s: %s", key,
			json_is_string(value) ? json_string_value(value) : "");
		json_array_foreach(value, i, one)
			buf_addf(&line, "%s%s", i ? " or " : "", json_string_value(one));
		if (line.failed)
			source_die("trailer %s: its forms are too long to show", key);
		output_string(out, line.data);
		fputs(", ", out);
		buf_release(&line);
	}
	fputs("NULL };\n", out);
}

static void put_shown(FILE *out, size_t agent, json_t *entry)
{
	json_t *value;

	for (size_t i = 0; catalogue_fields[i].field; i++)
		if ((value = json_object_get(entry, catalogue_fields[i].field)))
			put_marks(out, agent, catalogue_fields[i].field, value);
	if ((value = json_object_get(entry, "keys")))
		put_marks(out, agent, "keys", value);
	fprintf(out, "static const struct catalogue_shown shown_%zu[] = {\n", agent);
	for (size_t i = 0; catalogue_fields[i].field; i++)
		if (json_object_get(entry, catalogue_fields[i].field))
			fprintf(out, "\t{ \"%s\", marks_%zu_%s },\n", catalogue_fields[i].what,
				agent, catalogue_fields[i].field);
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
	static const char *const sure[] = { "emails", "logins", "trailers", "lines", "links",
		"subjects", NULL };
	static const char *const weak[] = { "weak_emails", "trailer_logins", NULL };
	static const char *const named[] = { "names", "shared_names", "given_names", NULL };
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
	if (line.failed)
		source_die("%s: its marks are too long to show", id);
	fputs("\t{ ", out);
	output_string(out, id);
	fputs(", ", out);
	output_field(out, entry, "name");
	output_field(out, entry, "vendor");
	fprintf(out, "%s, ", kind_of(entry));
	output_field(out, entry, "confidence");
	output_string(out, line.data);
	fputs(", ", out);
	output_field(out, entry, "note");
	output_field(out, entry, "source");
	output_field(out, entry, "date");
	fprintf(out, "%d, shown_%zu, ", off ? json_is_true(off) : -1, agent);
	if (json_object_get(entry, "keys"))
		fprintf(out, "marks_%zu_keys },\n", agent);
	else
		fputs("NULL },\n", out);
	buf_release(&line);
}

static void put_table(FILE *out, const struct agent_marks *marks, size_t kind)
{
	fprintf(out, "static const struct catalogue_mark table_%zu[] = {\n", kind);
	for (size_t i = 0; i < marks[kind].count; i++) {
		struct catalogue_mark *row = &marks[kind].rows[i];

		fputs("\t{ ", out);
		output_string(out, row->text);
		fputs(", ", out);
		output_string(out, row->value);
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
		output_string(out, id);
		fputs(", ", out);
		output_field(out, bot, "name");
		output_string(out, source_text(bot, "note"));
		fputs(" },\n", out);
	}
	fputs("\t{ NULL, NULL, NULL },\n};\n", out);
}

void agents_write(FILE *out, json_t *root, const struct agent_marks *marks)
{
	json_t *agents = json_object_get(root, "agents");
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
		put_table(out, marks, i);
	put_bots(out, json_object_get(root, "no_agents"));
	fprintf(out,
		"const struct catalogue_data catalogue_data = { \"%s\", agents, %zu, bots, {\n",
		source_text(root, "date"), n);
	for (size_t i = 0; i < CATALOGUE_KINDS; i++)
		fprintf(out, "\t{ table_%zu, %zu },\n", i, marks[i].count);
	fputs("} };\n", out);
}
