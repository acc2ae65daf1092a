/*
 * countersign review: serves the review page by itself, by the program that knows how
 * (hooks/review/main_listen.c).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/install_paths.h"
#include "hooks/admin/cli.h"
#include "hooks/command/command.h"

#define LISTEN "127.0.0.1:8460"

const char cmd_review_usage[] =
	"usage: countersign review [--listen ADDRESS:PORT] [--user NAME] [--repo DIR]\n"
	"                          [--fleet]\n"
	"\n"
	"Prints the address of the review page, where reviewers see and decide held\n"
	"changes, and serves it until it is interrupted. A web server runs\n"
	"countersign-review instead, and identifies the user; see countersign-review(8).\n"
	"\n"
	"  --listen ADDRESS:PORT  listen there (default: 127.0.0.1:8460; port 0: any\n"
	"                         free port); an address that others can reach needs\n"
	"                         --user\n"
	"  --user NAME            treat every visitor as this person or account\n"
	"  --repo DIR             one repository (default: all guarded ones)\n"
	"  --fleet                also list what waits on other hosts of the fleet, with\n"
	"                         links to their pages; every visitor may read that list\n"
	"\n"
	"Exit status: 0 interrupted, 2 error.\n";

int cmd_review(const struct env *env, int argc, char **argv)
{
	const char *listen = LISTEN, *user = NULL, *repo = NULL;
	bool fleet = false;
	const struct cli_option options[] = {
		{ "listen", &listen, NULL },
		{ "user", &user, NULL },
		{ "repo", &repo, NULL },
		{ "fleet", NULL, &fleet },
		{ NULL, NULL, NULL },
	};
	const char *words[9] = { "listen", "--listen" };
	struct install_paths paths;
	char program[INSTALL_PATH_MAX];
	struct fault f = { 0 };
	size_t count = 2;

	if (cli_surplus(cli_options(options, argc, argv), 0, argc, argv)) {
		fputs(cmd_review_usage, stderr);
		return 2;
	}
	words[count++] = listen;
	if (user) {
		words[count++] = "--user";
		words[count++] = user;
	}
	if (repo) {
		words[count++] = "--repo";
		words[count++] = repo;
	}
	if (fleet)
		words[count++] = "--fleet";
	if (install_paths_find(&paths, &f) < 0 ||
		install_paths_join(program, paths.prefix, "libexec/countersign/listen", &f) < 0)
		return cli_complain("review", &f);
	(void)execve(program, (char *const *)words, env->vars); /* which it seals itself */
	(void)fault_set(&f, FAULT_ADMIN, "%s: %s", program, strerror(errno));
	return cli_complain("review", &f);
}
