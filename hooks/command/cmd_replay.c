/*
 * countersign replay [--repo DIR] [--ref REF] [--since DATE] [--policy FILE] [--as-agents] [--json]
 * [--html FILE] [OLD..NEW]
 *
 * What the policy would have held or denied in history; changes nothing.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hooks/admin/cli.h"
#include "hooks/command/command.h"
#include "hooks/report/replay.h"

const char cmd_replay_usage[] =
	"usage: countersign replay [--repo DIR] [--ref REF] [--since DATE]\n"
	"                          [--policy FILE] [--site-policy FILE] [--as-agents]\n"
	"                          [--json] [--html FILE] [OLD..NEW]\n"
	"\n"
	"Judges history as if each step along the first parents of REF had been a push,\n"
	"and reports what would have been held or denied. Nothing is changed.\n"
	"\n"
	"  --repo DIR          the repository (default: the current directory)\n"
	"  --ref REF           the ref's full name (default: the branch that HEAD names)\n"
	"  --since DATE        only pushes from that day on: 2025-06-30, or 90d, 12w, 6m,\n"
	"                      2y ago\n"
	"  --policy FILE       use this file instead of the repository's policy\n"
	"  --site-policy FILE  use this file instead of the site's policy\n"
	"  --as-agents         as if agents had made every commit; those of no known\n"
	"                      agent count as an unnamed agent's (agents.\"*\")\n"
	"  --json              everything as one JSON object\n"
	"  --html FILE         write a web page; - is standard output\n"
	"\n"
	"Exit status: 0 success, 2 error.\n";

struct replay_options {
	struct replay_wish wish;
	const char *html;
	bool json;
};

static const struct option options[] = {
	{ "repo", required_argument, NULL, 'r' },
	{ "ref", required_argument, NULL, 'f' },
	{ "since", required_argument, NULL, 's' },
	{ "policy", required_argument, NULL, 'p' },
	{ "site-policy", required_argument, NULL, 'S' },
	{ "as-agents", no_argument, NULL, 'a' },
	{ "json", no_argument, NULL, 'j' },
	{ "html", required_argument, NULL, 'w' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* Where the value of an option goes; NULL: it has none. */
static const char **place_of(struct replay_options *words, int option)
{
	switch (option) {
	case 'r':
		return &words->wish.choice.path;
	case 'f':
		return &words->wish.ref;
	case 's':
		return &words->wish.since;
	case 'p':
		return &words->wish.choice.policy;
	case 'S':
		return &words->wish.choice.site;
	case 'w':
		return &words->html;
	default:
		return NULL;
	}
}

/* 0, 1 when help was asked for, or -1. */
static int read_words(struct replay_options *words, int argc, char **argv)
{
	int option;

	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		const char **place = place_of(words, option);

		if (option == 'h')
			return 1;
		if (place)
			*place = optarg;
		else if (option == 'a')
			words->wish.choice.as_agents = true;
		else if (option == 'j')
			words->json = true;
		else
			return -1;
	}
	if (optind < argc)
		words->wish.range = argv[optind++];
	if (!words->wish.choice.path)
		words->wish.choice.path = ".";
	if (words->json && words->html && strcmp(words->html, "-") == 0)
		return cli_wrong("replay", "--json or --html -, not both on standard output");
	return cli_surplus(optind, 0, argc, argv) ? -1 : 0;
}

/*
 * Writes the page beside its name first, so that a file of that name is always a whole page.  Only
 * files are replaced: a device or a link would be gone.
 */
static int write_page(const struct replay *replay, const char *path, struct fault *f)
{
	struct stat there;
	char *beside = NULL;
	FILE *out = NULL;
	int fd = -1, status = 0;

	if (lstat(path, &there) == 0 && !S_ISREG(there.st_mode))
		return fault_set(f, FAULT_ADMIN,
			"%s is not a regular file: it was not touched (- is standard output)",
			path);
	if (asprintf(&beside, "%s.XXXXXX", path) < 0)
		return fault_memory(f);
	fd = mkstemp(beside);
	out = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (!out)
		status = fault_set(f, FAULT_ADMIN, "%s: %m", path);
	if (status == 0)
		status = replay_html(replay, out, f);
	if (out && fclose(out) != 0 && status == 0)
		status = fault_set(f, FAULT_ADMIN, "%s: %m", path);
	if (status == 0 && (chmod(beside, 0644) < 0 || rename(beside, path) < 0))
		status = fault_set(f, FAULT_ADMIN, "%s: %m", path);
	if (status < 0 && fd >= 0)
		(void)unlink(beside);
	free(beside);
	return status;
}

static int tell(const struct replay *replay, const struct replay_options *words, struct fault *f)
{
	bool page_out = words->html && strcmp(words->html, "-") == 0;

	if (page_out)
		return replay_html(replay, stdout, f);
	if (words->html && write_page(replay, words->html, f) < 0)
		return -1;
	if (words->json)
		return replay_json(replay, stdout, f);
	replay_text(replay, stdout);
	if (words->html)
		(void)printf("\nthe page is %s\n", words->html);
	return 0;
}

int cmd_replay(const struct env *env, int argc, char **argv)
{
	struct replay_options words = { 0 };
	struct replay replay = { 0 };
	struct fault f = { 0 };
	int asked = read_words(&words, argc, argv), status = 0;

	if (asked != 0) {
		(void)fputs(cmd_replay_usage, asked > 0 ? stdout : stderr);
		return asked > 0 ? 0 : 2;
	}
	if (words.wish.choice.policy && access(words.wish.choice.policy, R_OK) < 0)
		status = fault_set(&f, FAULT_ADMIN, "%s: %m", words.wish.choice.policy);
	if (words.wish.choice.site && access(words.wish.choice.site, R_OK) < 0)
		status = fault_set(&f, FAULT_ADMIN, "%s: %m", words.wish.choice.site);
	if (status == 0)
		status = replay_open(&replay, env, &words.wish, &f);
	if (status == 0)
		status = replay_run(&replay, isatty(STDERR_FILENO) ? stderr : NULL, &f);
	if (status == 0)
		status = tell(&replay, &words, &f);
	replay_close(&replay);
	return status < 0 ? cli_complain("replay", &f) : 0;
}
