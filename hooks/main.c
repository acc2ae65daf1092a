/*
 * countersign: run under the name of a hook it is that hook; else its first argument is a command.
 */
#include <stdio.h>
#include <string.h>

#include "common/env.h"
#include "common/fault.h"
#include "hooks/command.h"
#include "hooks/hook.h"

/* `countersign hook NAME`: what installed hooks call. */
static int run_hook(const struct env *env, int argc, char **argv)
{
	if (argc > 1)
		return hook_run(env, argc - 1, argv + 1);
	(void)fprintf(stderr, "usage: countersign hook pre-receive|update|post-receive\n");
	return 2;
}

static const struct command commands[] = {
	{ "agents", "show the assistants that are known, and how each is recognised", cmd_agents },
	{ "check", "judge a range and change nothing", cmd_check },
	{ "events", "show what is told to whom; retry, test", cmd_events },
	{ "evidence", "report for auditors: what answers which control", cmd_evidence },
	{ "holds", "show what waits for people; show, drop", cmd_holds },
	{ "hook", "run as a hook; git calls this", run_hook },
	{ "rehearse", "play misuse against a scratch copy: what would land", cmd_rehearse },
	{ "replay", "what the policy would have held or denied in history", cmd_replay },
	{ "scan", "find credentials in files or history", cmd_scan },
	{ "reviewer", "add a person who may approve to a policy file", cmd_reviewer },
	{ "stop", "let nothing through of an agent, account or key; or list who is stopped",
		cmd_stop },
	{ "resume", "end a stop", cmd_resume },
	{ "status", "is this repository really guarded", cmd_status },
	{ "policy", "check, show, explain and test the policy", cmd_policy },
	{ "log", "show what was decided; verify that the log is whole", cmd_log },
	{ "version", "tell version, libraries and build options", cmd_version },
};

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* The name that the program was called by, without its folder. */
static char *base_name(char *path)
{
	char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_hook(const char *name)
{
	return strcmp(name, "pre-receive") == 0 || strcmp(name, "update") == 0 ||
	       strcmp(name, "post-receive") == 0;
}

static int usage(void)
{
	(void)fprintf(stderr, "usage: countersign COMMAND [ARGUMENT...]\n\n");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		(void)fprintf(stderr, "  %-10s %s\n", commands[i].name, commands[i].summary);
	return 2;
}

static int run_command(const struct env *env, int argc, char **argv)
{
	const struct command *command = argc > 1 ? command_find(argv[1]) : NULL;

	return command ? command->run(env, argc - 1, argv + 1) : usage();
}

int main(int argc, char **argv)
{
	struct fault fault = { 0 };
	struct env env;
	int status;

	if (argc < 1 || env_seal(&env, &fault) < 0) {
		(void)fprintf(stderr, "countersign: %s\n", fault.text);
		return 2;
	}
	argv[0] = base_name(argv[0]);
	status = is_hook(argv[0]) ? hook_run(&env, argc, argv) : run_command(&env, argc, argv);
	env_release(&env);
	return status;
}
