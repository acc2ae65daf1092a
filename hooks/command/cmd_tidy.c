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
	"Settles what was allowed and never settled, takes up holds that no row tells of, and "
	"takes\n"
	"away the refs of holds that landed, were replaced, dropped, or waited for longer than\n"
	"approvals are good; what people have signed of those is kept in the log.  Rows of the "
	"log\n"
	"older than the policy's keep go to archives beside the state.  Reminds people of what\n"
	"waits for longer than the policy's approval.remind.  The timer runs it.\n"
	"\n"
	"  --all       every guarded repository of the host, each as its owner\n"
	"  --repo DIR  the repository (default: the current directory)\n"
	"  --accept-refs  let refs count as they are now: status no longer reports that they\n"
	"              moved without a push; nothing else is done\n"
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
