/*
 * countersign fleet, and `--fleet` of other commands: run as another program, which alone is linked
 * with what speaks to PostgreSQL.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/install_paths.h"
#include "hooks/admin/cli.h"
#include "hooks/command/command.h"

#define PROGRAM "bin/countersign-fleet"

const char cmd_fleet_usage[] =
	"usage: countersign fleet init [--print] [--user ROLE] [--password-file FILE]\n"
	"       countersign fleet join\n"
	"       countersign fleet status [--json] [--host NAME]\n"
	"       countersign fleet leave [--offline]\n"
	"       countersign fleet decide --as NAME [FILE]\n"
	"\n"
	"Joins many git servers into a fleet through PostgreSQL: one place to see holds\n"
	"and decisions, and stops that apply everywhere. Its settings are in fleet.json\n"
	"in the site's folder.\n"
	"\n"
	"init creates the database schema, join adds this host, status shows the state\n"
	"of all hosts, and leave removes this host. decide submits a signed approval tag\n"
	"(git cat-file tag NAME) to the hosts that have its hold.\n"
	"\n"
	"  --print               only print the schema\n"
	"  --user ROLE           the role that creates the schema (default: user in the\n"
	"                        settings)\n"
	"  --password-file FILE  its password (default: the one in the settings)\n"
	"  --json                one JSON object per line\n"
	"  --host NAME           only that host\n"
	"  --offline             leave even if the database cannot be reached\n"
	"  --as NAME             who signed the decision: their name in the policy\n"
	"\n"
	"Exit status: 0 success, 1 a host needs attention, or no host accepted it, 2\n"
	"error.\n";

int fleet_run(char **argv)
{
	struct install_paths paths;
	char program[INSTALL_PATH_MAX];
	struct fault f = { 0 };

	if (install_paths_find(&paths, &f) == 0 &&
		install_paths_join(program, paths.prefix, PROGRAM, &f) == 0) {
		(void)fflush(NULL);
		argv[0] = program;
		(void)execv(program, argv);
		(void)fault_set(&f, FAULT_ADMIN, "%s: %s", program, strerror(errno));
	}
	return cli_complain("fleet", &f);
}

int cmd_fleet(const struct env *env, int argc, char **argv)
{
	static const char *const verbs[] = { "init", "join", "status", "leave", "decide" };
	const char *verb = "";

	(void)env;
	for (int i = 1; i < argc; i++)
		for (size_t j = 0; j < sizeof(verbs) / sizeof(verbs[0]); j++)
			if (!*verb && strcmp(argv[i], verbs[j]) == 0)
				verb = verbs[j];
	if (*verb)
		return fleet_run(argv);
	(void)fputs(cmd_fleet_usage, stderr);
	return 2;
}
