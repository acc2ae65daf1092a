/*
 * countersign agents [ID | --json]: the assistants that are known, and how each is recognised.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/mark/marks.h"
#include "common/policy/sources.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/table.h"
#include "hooks/command/command.h"

const char cmd_agents_usage[] =
	"usage: countersign agents [ID | --json] [--color WHEN] [--repo DIR]\n"
	"       countersign agents --seen [--json] [--since TIME] [--iso] [--color WHEN]\n"
	"                          [--all | --repo DIR]\n"
	"       countersign agents --seen --fleet [--json] [--host NAME]\n"
	"\n"
	"Lists known assistants, or the marks that identify one and how reliable they\n"
	"are. With --seen: every agent found in the history and the log, how it was\n"
	"recognised, who owns it, what it may do, how often it was held and denied, and\n"
	"what needs attention.\n"
	"\n"
	"  --seen        list agents seen in this repository instead of the catalogue\n"
	"  --json        the whole catalogue; with --seen the inventory, one object\n"
	"  --since TIME  only from that time on: 2026-11-23, 2026-11-23T10:00:00Z, or\n"
	"                30m, 12h, 7d ago\n"
	"  --iso         times as with --json, on a terminal, too\n"
	"  --color WHEN  auto (default: on a terminal, unless NO_COLOR is set), always\n"
	"                or never\n"
	"  --all         all guarded repositories of this host\n"
	"  --fleet       all hosts of the fleet\n"
	"  --host NAME   only that host\n"
	"  --repo DIR    the repository (default: the current directory)\n"
	"\n"
	"Exit status: 0 success, 1 no such agent, 2 error.\n";

static const struct {
	const char *word;  /* of one */
	const char *title; /* of all */
} kinds[] = {
	[AGENT_ASSISTANT] = { "assistant", "Assistants that a person works with" },
	[AGENT_SERVICE] = { "service", "Services that work on their own" },
	[AGENT_STANDARD] = { "standard", "Conventions that several tools follow" },
};

static const struct {
	const char *word, *meaning;
} confidences[] = {
	{ "seen", "its marks were seen in commits or in its source" },
	{ "reported", "its marks were reported by others" },
	{ "memory", "its marks are from memory" },
	{ "site", "this site has added it" },
};

static const struct table_column columns[] = {
	{ .heading = "AGENT" },
	{ .heading = "VENDOR", .least = 8 },
	{ .heading = "RECOGNISED BY", .least = 20 },
};

/* Those of that kind.  0, or -1: no memory. */
static int print_kind(size_t kind, const struct terminal *terminal)
{
	size_t count;
	const struct catalogue_agent *agents = catalogue_agents(&count);
	struct table table;

	printf("%s\n", kinds[kind].title);
	table_begin(&table, columns, sizeof(columns) / sizeof(columns[0]), terminal);
	for (size_t i = 0; i < count; i++) {
		if (agents[i].kind != kind)
			continue;
		if (!terminal->is) {
			printf("  %-20s %-22.22s  %s\n", agents[i].id, agents[i].vendor,
				agents[i].how);
			continue;
		}
		table_cell(&table, agents[i].id, TONE_GOOD);
		table_cell(&table, agents[i].vendor, TONE_PLAIN);
		table_cell(&table, agents[i].how, TONE_PLAIN);
	}
	if (table_end(&table) < 0)
		return -1;
	printf("\n");
	return 0;
}

/* Prints the words, broken at blanks, behind an indent. */
static void print_wrapped(const char *text, size_t indent)
{
	size_t column = indent;

	printf("%*s", (int)indent, "");
	while (*text) {
		size_t len = strcspn(text, " ");

		if (column > indent && column + 1 + len > 78) {
			printf("\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			putchar(' ');
			column++;
		}
		printf("%.*s", (int)len, text);
		column += len;
		text += len + strspn(text + len, " ");
	}
	printf("\n");
}

static void print_bots(void)
{
	const struct catalogue_bot *bot = catalogue_bots();
	struct buf line = BUF_INIT(4096);

	printf("Bots that are not agents; a policy can name them by their e-mail addresses\n");
	for (; bot->id; bot++)
		buf_addf(&line, "%s%s", bot->id, bot[1].id ? ", " : "");
	print_wrapped(line.len ? line.data : "", 2);
	buf_release(&line);
}

static int print_all(const struct terminal *terminal)
{
	for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++)
		if (print_kind(kind, terminal) < 0)
			return 2;
	print_bots();
	printf("\nCatalogue of %s.  For all marks of one: countersign agents ID\n",
		catalogue_date());
	return 0;
}

static void print_marks(const char *what, const char *const *marks)
{
	for (; marks && *marks; marks++) {
		printf("  %-32s %s\n", what, *marks);
		what = "";
	}
}

static const char *meaning_of(const char *confidence)
{
	for (size_t i = 0; i < sizeof(confidences) / sizeof(confidences[0]); i++)
		if (strcmp(confidence, confidences[i].word) == 0)
			return confidences[i].meaning;
	return confidence;
}

static int print_one(const struct catalogue_agent *agent)
{
	static const char *const off[] = { "they cannot be switched off",
		"they can be switched off" };

	printf("%s: %s, by %s (%s)\n\n", agent->id, agent->name, agent->vendor,
		kinds[agent->kind].word);
	for (const struct catalogue_shown *shown = agent->shown; shown->what; shown++)
		print_marks(shown->what, shown->marks);
	print_marks("its own signing key", agent->keys);
	if (!agent->shown->what && !agent->keys)
		printf("  no mark is known\n");
	printf("\n  %c%s%s%s.\n", meaning_of(agent->confidence)[0] - 'a' + 'A',
		meaning_of(agent->confidence) + 1, agent->can_be_switched_off < 0 ? "" : "; ",
		agent->can_be_switched_off < 0 ? "" : off[agent->can_be_switched_off]);
	if (agent->note)
		print_wrapped(agent->note, 2);
	if (agent->source)
		printf("  Source: %s%s%s%s\n", agent->source, agent->date ? " (" : "",
			agent->date ? agent->date : "", agent->date ? ")" : "");
	return 0;
}

static json_t *marks_json(const char *const *marks)
{
	json_t *list = json_array();

	for (; marks && *marks; marks++)
		json_array_append_new(list, json_string(*marks));
	return list;
}

static json_t *agent_json(const struct catalogue_agent *agent)
{
	json_t *marks = json_object();
	json_t *object = json_pack("{ss ss ss ss ss ss}", "id", agent->id, "name", agent->name,
		"vendor", agent->vendor, "kind", kinds[agent->kind].word, "confidence",
		agent->confidence, "how", agent->how);

	for (const struct catalogue_shown *shown = agent->shown; shown->what; shown++)
		json_object_set_new(marks, shown->what, marks_json(shown->marks));
	json_object_set_new(object, "marks", marks);
	json_object_set_new(object, "keys", marks_json(agent->keys));
	json_object_set_new(object, "can_be_switched_off",
		agent->can_be_switched_off < 0 ? json_null()
					       : json_boolean(agent->can_be_switched_off));
	json_object_set_new(
		object, "source", agent->source ? json_string(agent->source) : json_null());
	json_object_set_new(object, "date", agent->date ? json_string(agent->date) : json_null());
	json_object_set_new(object, "note", agent->note ? json_string(agent->note) : json_null());
	return object;
}

static int print_json(void)
{
	size_t count;
	const struct catalogue_agent *agents = catalogue_agents(&count);
	json_t *list = json_array();
	int status;

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, agent_json(&agents[i]));
	status = json_dumpf(list, stdout, JSON_INDENT(2));
	printf("\n");
	json_decref(list);
	return status < 0 ? 2 : 0;
}

int cmd_agents(const struct env *env, int argc, char **argv)
{
	const struct catalogue_agent *agent;
	struct fault f = { 0 };
	struct terminal terminal = { 0 };
	const char *repo = NULL; /* the catalogue is the same everywhere */
	bool json = false;
	const struct cli_option options[] = {
		{ "json", NULL, &json },
		{ "iso", NULL, &terminal.iso },
		{ "color", &terminal.colour_asked, NULL },
		{ "repo", &repo, NULL },
		{ NULL, NULL, NULL },
	};
	int first;

	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--seen") == 0)
			return cmd_agents_seen(env, argc, argv);
	first = cli_options(options, argc, argv);
	if (cli_surplus(first, !json, argc, argv)) {
		fputs(cmd_agents_usage, stderr);
		return 2;
	}
	if (terminal_read(&terminal, env, "agents") < 0)
		return 2;
	if (sources_agents(&f) < 0) {
		fprintf(stderr, "countersign: %s\n", f.text);
		return 2;
	}
	if (json)
		return print_json();
	if (first == argc)
		return print_all(&terminal);
	agent = catalogue_find(argv[first]);
	if (agent)
		return print_one(agent);
	fprintf(stderr, "countersign: the catalogue has no agent of that name; `countersign "
			"agents` lists them\n");
	return 1;
}
