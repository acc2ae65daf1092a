#include <stdio.h>

#include "hooks/command.h"

int cmd_version(const struct env *env, int argc, char **argv)
{
	(void)env;
	(void)argc;
	(void)argv;
	printf("countersign %s\n", COUNTERSIGN_VERSION);
	return 0;
}
