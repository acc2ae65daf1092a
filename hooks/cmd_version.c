#include <stdio.h>

#include "hooks/command.h"

const char cmd_version_usage[] = "usage: countersign version\n"
				 "\n"
				 "Tells the version, the libraries and the build options.\n";

int cmd_version(const struct env *env, int argc, char **argv)
{
	(void)env;
	(void)argv;
	if (argc > 1) {
		(void)fputs(cmd_version_usage, stderr);
		return 2;
	}
	(void)printf("countersign %s\n", COUNTERSIGN_VERSION);
	(void)printf("built with %s\n", COUNTERSIGN_LIBRARIES);
	(void)printf("options: %s\n", COUNTERSIGN_OPTIONS);
	return 0;
}
