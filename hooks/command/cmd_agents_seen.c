/*
 * countersign agents --seen: every agent that was seen here, or in all guarded repositories of the
 * host, and what somebody should look at.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/base/install_paths.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/table.h"
#include "hooks/command/command.h"
#include "hooks/host/guarded_list.h"
#include "hooks/host/run_as_owner.h"
#include "hooks/report/inventory.h"

#define ANSWER_MAX ((size_t)256 << 20)
#define BAR 30

static const struct option options[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "color", required_argument, NULL, 'c' },
	{ "iso", no_argument, NULL, 'i' },
	{ "json", no_argument, NULL, 'j' },
	{ "repo", required_argument, NULL, 'r' },
	{ "seen", no_argument, NULL, 's' },
	{ "since", required_argument, NULL, 't' },
	{ NULL, 0, NULL, 0 },
};

struct seen {
	struct inventory_wish wish;
	const char *repo;
	bool all, json, failed;
	struct terminal terminal;
	json_t *report;
	size_t done, count; /* of repositories */
};

static int read_since(struct seen *seen, const char *text)
{
	struct tm tm = { 0 };

	if (cli_time(seen->wish.since, "agents", text) < 0)
		return -1;
	if (strptime(seen->wish.since, "%Y-%m-%dT%H:%M:%S", &tm) == NULL)
		(void)strptime(seen->wish.since, "%Y-%m-%d", &tm);
	seen->wish.from = (int64_t)timegm(&tm);
	return 0;
}

static int read_options(struct seen *seen, int argc, char **argv)
{
	int option, status = 0;

	optind = 1;
	while (status == 0 && (option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'a')
			seen->all = true;
		else if (option == 'c')
			seen->terminal.colour_asked = optarg;
		else if (option == 'i')
			seen->terminal.iso = true;
		else if (option == 'j')
			seen->json = true;
		else if (option == 'r')
			seen->repo = optarg;
		else if (option == 't')
			status = read_since(seen, optarg);
		else if (option != 's')
			status = -1;
	}
	if (status == 0 && seen->all && seen->repo)
		return cli_wrong("agents", "--all or --repo, not both");
	return status == 0 && cli_surplus(optind, 0, argc, argv) ? -1 : status;
}

static int complain(const char *path, const struct fault *f)
{
	fprintf(stderr, "countersign agents: %s%s%s\n", path, *path ? ": " : "", f->text);
	return -1;
}

/* What a child does: reads the repository as its owner, and writes the object. */
static int tell(const struct seen *seen, const char *git_dir, int fd)
{
	struct fault f = { 0 };
	json_t *object = NULL;

	if (run_as_owner(git_dir, &f) == 0)
		object = inventory_read(&seen->wish, git_dir, &f);
	if (!object)
		return complain(git_dir, &f);
	return json_dumpfd(object, fd, JSON_COMPACT);
}

static json_t *listen_to(int fd)
{
	json_t *object = json_loadfd(fd, JSON_REJECT_DUPLICATES, NULL);

	(void)close(fd);
	return object;
}

/* The repository's inventory, read by a child. */
static json_t *ask(const struct seen *seen, const char *git_dir)
{
	json_t *object = NULL;
	int ends[2], status = -1;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return NULL;
	child = fork();
	if (child == 0)
		_exit(tell(seen, git_dir, ends[1]) < 0 ? 2 : 0);
	(void)close(ends[1]);
	object = listen_to(ends[0]);
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
		json_decref(object);
		object = NULL;
	}
	return object;
}

static void show(const struct seen *seen)
{
	size_t full = seen->count ? seen->done * BAR / seen->count : 0;

	if (!seen->wish.progress || !seen->all)
		return;
	fprintf(seen->wish.progress, "\r[");
	for (size_t i = 0; i < BAR; i++)
		fputc(i < full ? '#' : '.', seen->wish.progress);
	fprintf(seen->wish.progress, "] %zu of %zu repositories ", seen->done, seen->count);
	fflush(seen->wish.progress);
}

static int count_one(void *context, const char *git_dir)
{
	struct seen *seen = context;

	(void)git_dir;
	seen->count++;
	return 0;
}

static int on_repository(void *context, const char *git_dir)
{
	struct seen *seen = context;
	json_t *object;

	show(seen);
	object = ask(seen, git_dir);
	seen->done++;
	if (!object || inventory_join(seen->report, object) < 0)
		seen->failed = true;
	return 0;
}

static int read_everywhere(struct seen *seen, struct fault *f)
{
	struct install_paths paths;

	if (install_paths_find(&paths, f) < 0 ||
		guarded_list_each(paths.etc, count_one, seen, f) < 0 ||
		guarded_list_each(paths.etc, on_repository, seen, f) < 0)
		return -1;
	if (seen->wish.progress)
		fprintf(seen->wish.progress, "\r\x1b[K");
	return 0;
}

static int read_here(struct seen *seen, struct fault *f)
{
	json_t *object = inventory_read(&seen->wish, seen->repo, f);

	if (!object)
		return -1;
	return inventory_join(seen->report, object) < 0 ? fault_memory(f) : 0;
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static void add_number(struct table *table, const json_t *agent, const char *key, enum tone tone)
{
	long long number = json_integer_value(json_object_get(agent, key));
	char text[24];

	(void)snprintf(text, sizeof(text), "%lld", number);
	table_cell(table, text, number ? tone : TONE_SOFT);
}

/* The words of a list, `trailer, address`. */
static void add_words(struct table *table, const json_t *list)
{
	struct buf text = BUF_INIT(4096);
	const json_t *word;
	size_t i;

	json_array_foreach(list, i, word)
	{
		buf_addf(&text, "%s%s", i ? ", " : "", json_string_value(word));
	}
	table_cell(table, text.len ? text.data : "", TONE_PLAIN);
	buf_release(&text);
}

static const char *first_owner(const json_t *agent)
{
	const char *owner = "";
	const json_t *here;
	size_t i;

	json_array_foreach(json_object_get(agent, "in"), i, here)
	{
		if (!*owner)
			owner = text_of(here, "owner");
	}
	return owner;
}

static int table_agents(const struct seen *seen)
{
	static const struct table_column columns[] = {
		{ .heading = "AGENT", .least = 16 },
		{ .heading = "COMMITS" },
		{ .heading = "LAST SEEN" },
		{ .heading = "HELD" },
		{ .heading = "DENIED" },
		{ .heading = "RECOGNISED BY", .least = 13 },
		{ .heading = "OWNER", .least = 6, .spare = 1 },
	};
	struct table table;
	const json_t *agent;
	size_t i;

	table_begin(&table, columns, sizeof(columns) / sizeof(columns[0]), &seen->terminal);
	json_array_foreach(json_object_get(seen->report, "agents"), i, agent)
	{
		const char *last = text_of(agent, "last");

		table_cell(&table, text_of(agent, "name"), TONE_PLAIN);
		add_number(&table, agent, "commits", TONE_PLAIN);
		table_cell(&table, *last ? terminal_time(&seen->terminal, last).text : "never",
			TONE_SOFT);
		add_number(&table, agent, "held", TONE_WARN);
		add_number(&table, agent, "denied", TONE_BAD);
		add_words(&table, json_object_get(agent, "identified_by"));
		table_cell(&table, first_owner(agent), TONE_PLAIN);
	}
	return table_end(&table);
}

/* What needs attention, a row each. */
static int table_attention(const struct seen *seen)
{
	static const struct table_column columns[] = {
		{ .heading = "AGENT", .least = 12 },
		{ .heading = "NEEDS ATTENTION" },
		{ .heading = "WHY", .least = 24 },
		{ .heading = "REPOSITORY", .least = 8, .spare = 1 },
	};
	bool several = json_array_size(json_object_get(seen->report, "repositories")) > 1;
	const json_t *agent, *here, *item;
	struct table table;
	size_t i, k, n;

	table_begin(&table, columns, sizeof(columns) / sizeof(columns[0]), &seen->terminal);
	json_array_foreach(json_object_get(seen->report, "agents"), i, agent)
	{
		json_array_foreach(json_object_get(agent, "in"), k, here)
		{
			json_array_foreach(json_object_get(here, "attention"), n, item)
			{
				table_cell(&table, text_of(agent, "name"), TONE_PLAIN);
				table_cell(&table, text_of(item, "what"), TONE_WARN);
				table_cell(&table, text_of(item, "detail"), TONE_PLAIN);
				table_cell(&table, several ? text_of(here, "repository") : "",
					TONE_PLAIN);
			}
		}
	}
	return table_end(&table);
}

static int print(const struct seen *seen)
{
	if (!seen->json && seen->terminal.is) {
		if (table_agents(seen) < 0 || puts("") < 0 || table_attention(seen) < 0 ||
			puts("") < 0)
			return -1;
		inventory_print_sum(seen->report);
		return fflush(stdout);
	}
	if (!seen->json) {
		inventory_print(seen->report);
		return fflush(stdout);
	}
	return json_dumpf(seen->report, stdout, JSON_COMPACT) < 0 || putchar('\n') == EOF ? -1 : 0;
}

int cmd_agents_seen(const struct env *env, int argc, char **argv)
{
	struct seen seen = { .wish = { .env = env } };
	struct fault f = { 0 };
	int status = read_options(&seen, argc, argv);

	if (status < 0) {
		fputs(cmd_agents_usage, stderr);
		return 2;
	}
	if (terminal_read(&seen.terminal, env, "agents") < 0)
		return 2;
	seen.wish.progress = isatty(STDERR_FILENO) ? stderr : NULL;
	seen.report = inventory_begin(&seen.wish);
	if (!seen.report)
		return 2;
	status = seen.all ? read_everywhere(&seen, &f) : read_here(&seen, &f);
	if (status < 0)
		(void)complain("", &f);
	else
		status = print(&seen);
	json_decref(seen.report);
	if (status < 0)
		return 2;
	return seen.failed ? 2 : 0;
}
