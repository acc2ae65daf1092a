/*
 * countersign: run under the name of a hook it is that hook; else its first argument is a command.
 */
#include <stdio.h>
#include <string.h>

#include "common/env.h"
#include "common/fault.h"
#include "hooks/command.h"

static const struct command commands[] = {
	{ "agents", "show the assistants that are known, and how each is recognised", cmd_agents },
	{ "version", "tell version, libraries and build options", cmd_version },
};

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

int main(int argc, char **argv)
{
	struct fault fault = { 0 };
	struct env env;
	const struct command *command;

	if (env_seal(&env, &fault) < 0) {
		fprintf(stderr, "countersign: %s\n", fault.text);
		return 2;
	}
	command = argc > 1 ? command_find(argv[1]) : NULL;
	if (!command) {
		fprintf(stderr, "usage: countersign COMMAND [ARGUMENT...]\n");
		return 2;
	}
	return command->run(&env, argc - 1, argv + 1);
}
