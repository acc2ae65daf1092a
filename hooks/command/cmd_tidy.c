/* countersign tidy: what is over goes from refs and tables. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/install_paths.h"
#include "hooks/admin/cli.h"
#include "hooks/command/command.h"
#include "hooks/host/guarded_list.h"
#include "hooks/host/run_as_owner.h"
#include "hooks/host/tidy.h"
#include "hooks/review/held/remind.h"
#include "hooks/witness/retain.h"

#define SECONDS 600 /* for one repository of many */

const char cmd_tidy_usage[] =
	"usage: countersign tidy [--all | --repo DIR [--accept-refs]]\n"
	"\n"
	"Does the housekeeping; the timer runs it. Records whether allowed pushes\n"
	"landed, records holds that are missing in the state, and removes the refs of\n"
	"holds that landed, were replaced or dropped, or have expired; their signed\n"
	"approvals are kept in the log. Moves rows of the log that are older than the\n"
	"policy's keep to archives, and reminds people of holds that are older than the\n"
	"policy's approval.remind.\n"
	"\n"
	"  --all          every guarded repository of the host, each as its owner\n"
	"  --repo DIR     the repository (default: the current directory)\n"
	"  --accept-refs  only accept all refs as they are now, so that status stops\n"
	"                 reporting that they moved without a push\n"
	"\n"
	"Exit status: 0 success, 2 error.\n";

static int tidy_one(const struct env *env, const char *git_dir)
{
	struct retained retained;
	struct tidied done;
	size_t reminded = 0;
	struct fault f = { 0 };

	if (run_as_owner(git_dir, &f) < 0 || tidy(git_dir, env, &done, &f) < 0 ||
		retain(git_dir, env, &retained, &f) < 0 ||
		remind(git_dir, env, &reminded, &f) < 0) {
		(void)fprintf(stderr, "countersign tidy: %s: %s\n", git_dir, f.text);
		return 2;
	}
	cli_print(git_dir);
	printf(": %zu settled, %zu found, %zu expired, %zu cleared, %zu approvals kept, "
	       "%zu reminded",
		done.settled, done.found, done.expired, done.cleared, done.kept, reminded);
	if (retained.archived || retained.removed || retained.forgotten)
		printf(", %" PRId64 " rows archived, %" PRId64 " removed, %" PRId64
		       " old holds forgotten",
			retained.archived, retained.removed, retained.forgotten);
	putchar('\n');
	return 0;
}

static int accept_refs(const char *git_dir)
{
	struct fault f = { 0 };

	if (run_as_owner(git_dir, &f) < 0 || tidy_accept_refs(git_dir, &f) < 0)
		return cli_complain("tidy", &f);
	return 0;
}

struct tidying_all {
	const struct env *env;
	int worst;
};

/*
 * In a process of its own, which may let go of root's rights, and which ends in time whatever lies
 * in the repository.
 */
static int on_repository(void *context, const char *git_dir)
{
	struct tidying_all *all = context;
	int status = 0;
	pid_t child;

	(void)fflush(stdout);
	child = fork();
	if (child == 0) {
		(void)alarm(SECONDS);
		status = tidy_one(all->env, git_dir);
		(void)fflush(stdout);
		_exit(status);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status) ||
		WEXITSTATUS(status) != 0)
		all->worst = 2;
	return 0;
}

int cmd_tidy(const struct env *env, int argc, char **argv)
{
	struct tidying_all all = { .env = env };
	struct install_paths paths;
	struct fault f = { 0 };
	const char *repo = NULL;
	bool everywhere = false, accept = false;
	const struct cli_option options[] = {
		{ "all", NULL, &everywhere },
		{ "repo", &repo, NULL },
		{ "accept-refs", NULL, &accept },
		{ NULL, NULL, NULL },
	};
	char *git_dir;

	if (cli_surplus(cli_options(options, argc, argv), 0, argc, argv) ||
		(everywhere && (repo || accept) &&
			cli_wrong("tidy", "--all or --%s, not both",
				repo ? "repo" : "accept-refs"))) {
		(void)fputs(cmd_tidy_usage, stderr);
		return 2;
	}
	if (everywhere) {
		if (install_paths_find(&paths, &f) < 0 ||
			guarded_list_each(paths.etc, on_repository, &all, &f) < 0)
			return cli_complain("tidy", &f);
		return all.worst;
	}
	git_dir = cli_git_dir(repo, &f);
	if (!git_dir)
		return cli_complain("tidy", &f);
	all.worst = accept ? accept_refs(git_dir) : tidy_one(env, git_dir);
	free(git_dir);
	return all.worst;
}
