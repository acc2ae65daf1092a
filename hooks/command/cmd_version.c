/* countersign version: what was built, of what, and of when the catalogue is. */
#include <stdio.h>

#include "common/mark/marks.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/table.h"
#include "hooks/command/command.h"

const char cmd_version_usage[] =
	"usage: countersign version [--repo DIR]\n"
	"\n"
	"Prints the version, the libraries, the build options and the date of the\n"
	"catalogue of agents.\n"
	"\n"
	"  --repo DIR  accepted, but has no effect\n";

int cmd_version(const struct env *env, int argc, char **argv)
{
	const char *repo = NULL; /* the programs are the same everywhere */
	const struct cli_option options[] = { { "repo", &repo, NULL }, { NULL, NULL, NULL } };

	struct terminal terminal = { 0 };

	if (cli_options(options, argc, argv) != argc) {
		fputs(cmd_version_usage, stderr);
		return 2;
	}
	(void)printf("countersign %s\n", COUNTERSIGN_VERSION);
	(void)terminal_read(&terminal, env, "version");
	terminal_print(&terminal, "built with " COUNTERSIGN_LIBRARIES, 4);
	(void)printf("options: %s\n", COUNTERSIGN_OPTIONS);
	(void)printf("catalogue of agents: %s\n", catalogue_date());
	return 0;
}
