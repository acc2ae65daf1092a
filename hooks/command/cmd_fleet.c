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
	"Makes a fleet of many git servers, through PostgreSQL: one place for what waits and what "
	"was\n"
	"decided, and stops that hold everywhere. The settings are fleet.json in the site's "
	"folder.\n"
	"\n"
	"init makes the schema, and with --print shows it to whoever runs PostgreSQL; join brings\n"
	"this host in, status shows how all hosts are, and leave takes this host out. decide "
	"hands\n"
	"in a signed approval tag (git cat-file tag NAME), for the hosts that have its hold.\n"
	"\n"
	"  --print               print the schema, and do nothing else\n"
	"  --user ROLE           the role to make the schema as (default: the settings' user)\n"
	"  --password-file FILE  its password, in place of the settings'\n"
	"  --json                one JSON object per line\n"
	"  --host NAME           of that host alone\n"
	"  --offline             leave without telling the fleet\n"
	"  --as NAME             who has signed the decision: the name in the policy\n"
	"\n"
	"Exit status: 0 success, 1 a host is not well, or no host took it, 2 error.\n";

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
