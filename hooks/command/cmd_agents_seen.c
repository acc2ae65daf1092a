/*
 * countersign agents --seen: every agent that was met here, or in all guarded repositories of the
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

#include "common/base/install_paths.h"
#include "hooks/admin/cli.h"
#include "hooks/command/command.h"
#include "hooks/host/guarded_list.h"
#include "hooks/host/run_as_owner.h"
#include "hooks/report/inventory.h"

#define ANSWER_MAX ((size_t)256 << 20)
#define BAR 30

static const struct option options[] = {
	{ "all", no_argument, NULL, 'a' },
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

static int print(const struct seen *seen)
{
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
