/*
 * countersign: run under the name of a hook it is that hook; else its first argument is a command.
 */
#include <stdio.h>
#include <string.h>

#include "common/base/env.h"
#include "common/base/fault.h"
#include "common/base/typo.h"
#include "common/facts/shim.h"
#include "hooks/attest/cmd_attest.h"
#include "hooks/command/command.h"
#include "hooks/gate/hook.h"
#include "hooks/host/as_owner.h"
#include "hooks/witness/cmd_key.h"
#include "hooks/witness/cmd_witness.h"

static const char hook_usage[] =
	"usage: countersign hook [--answer] pre-receive\n"
	"       countersign hook [--answer] update REF OLD NEW\n"
	"       countersign hook [--answer] post-receive\n"
	"\n"
	"Runs as the named git hook. Installed hooks call this; do not run it by hand.\n"
	"\n"
	"  --answer  add 90 to the exit status, so that another file in the program's\n"
	"            place, which may end with 0, allows nothing\n"
	"\n"
	"Exit status: 0 allowed, 1 refused, 2 could not be judged (refused, too).\n";

/* `countersign hook NAME`: what installed hooks call. */
static int run_hook(const struct env *env, int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], SHIM_ANSWERING) == 0)
		return shim_answer(hook_run(env, argc - 2, argv + 2));
	if (argc > 1)
		return hook_run(env, argc - 1, argv + 1);
	(void)fputs(hook_usage, stderr);
	return 2;
}

static const struct command commands[] = {
	{ "agents", "list known assistants, or the agents seen here", cmd_agents_usage,
		cmd_agents },
	{ "allow", "allow a suspected credential that is a false alarm", cmd_allow_usage,
		cmd_allow },
	{ "attest", "verify, in a clone, the server's attestations of what landed",
		cmd_attest_usage, cmd_attest },
	{ "check", "judge a range of commits; changes nothing", cmd_check_usage, cmd_check },
	{ "events", "show notifications; retry, test", cmd_events_usage, cmd_events },
	{ "evidence", "write an audit report mapping rules to controls", cmd_evidence_usage,
		cmd_evidence },
	{ "fleet", "set up, join, show or leave a fleet of hosts", cmd_fleet_usage, cmd_fleet },
	{ "holds", "list, show or drop held pushes", cmd_holds_usage, cmd_holds },
	{ "hook", "run as a hook; git calls this", hook_usage, run_hook },
	{ "rehearse", "try misuse against a scratch copy: what would land", cmd_rehearse_usage,
		cmd_rehearse },
	{ "replay", "show what the policy would have held or denied", cmd_replay_usage,
		cmd_replay },
	{ "scan", "find credentials in files or history", cmd_scan_usage, cmd_scan },
	{ "review", "serve the page on which held changes are reviewed", cmd_review_usage,
		cmd_review },
	{ "reviewer", "add a person who may approve, or their passkey, to a policy file",
		cmd_reviewer_usage, cmd_reviewer },
	{ "stop", "block an agent, account or key; list blocks", cmd_stop_usage, cmd_stop },
	{ "resume", "end a stop", cmd_resume_usage, cmd_resume },
	{ "state", "save or restore a repository's state, or begin anew", cmd_state_usage,
		cmd_state },
	{ "status", "check that a repository is really guarded", cmd_status_usage, cmd_status },
	{ "policy", "check, show, explain, compare and test policies", cmd_policy_usage,
		cmd_policy },
	{ "key", "make, show or replace the key that signs logs", cmd_key_usage, cmd_key },
	{ "log", "show decisions; verify the log", cmd_log_usage, cmd_log },
	{ "metrics", "print metrics for Prometheus", cmd_metrics_usage, cmd_metrics },
	{ "tidy", "clean up refs and state; the timer runs this", cmd_tidy_usage, cmd_tidy },
	{ "version", "print the version, libraries and build options", cmd_version_usage,
		cmd_version },
	{ "witness", "cosign the logs of other hosts", cmd_witness_usage, cmd_witness },
};

/* NULL: there is none of that name. */
static const struct command *command_find(const char *name)
{
	if (strcmp(name, "--version") == 0)
		name = "version";
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

/* The list of commands. */
static void print_commands(FILE *out)
{
	(void)fputs("usage: countersign COMMAND [ARGUMENT...]\n"
		    "       countersign help [COMMAND]\n\n",
		out);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		(void)fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
}

/* For a word that is no command's, or NULL: none was given. */
static int usage(const char *word)
{
	struct typo near = typo_begin(word ? word : "");

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		typo_offer(&near, commands[i].name);
	print_commands(stderr);
	if (word)
		(void)fprintf(stderr, "\ncountersign: unknown command '%s'%s%s%s\n", word,
			near.found ? "; did you mean '" : "", near.found ? near.found : "",
			near.found ? "'?" : "");
	return 2;
}

static bool is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* Whether a command was asked what it does; behind `--` nobody asks. */
static bool wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (is_help(argv[i]))
			return true;
	return false;
}

/* `countersign help [COMMAND]`: its usage, or the list of commands. */
static int run_help(int argc, char **argv)
{
	const struct command *command = argc > 1 ? command_find(argv[1]) : NULL;

	if (command)
		return fputs(command->usage, stdout) == EOF ? 2 : 0;
	if (argc > 1 && !is_help(argv[1]))
		return usage(argv[1]);
	print_commands(stdout);
	return 0;
}

/* Commands that can be about the whole fleet. */
static const char *const fleets[] = { "agents", "evidence", "holds", "log", "resume", "status",
	"stop" };

/* Whether a command, argv[0], is to be about it: --fleet is among its words. */
static bool is_about_fleet(int argc, char **argv)
{
	bool known = false;

	for (size_t i = 0; argc > 0 && i < sizeof(fleets) / sizeof(fleets[0]); i++)
		known = known || strcmp(fleets[i], argv[0]) == 0;
	for (int i = 1; known && i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--fleet") == 0)
			return true;
	return false;
}

static int run_command(const struct env *env, int argc, char **argv)
{
	const struct command *command = argc > 1 ? command_find(argv[1]) : NULL;
	struct fault f = { 0 };

	if (argc > 1 && (strcmp(argv[1], "help") == 0 || is_help(argv[1])))
		return run_help(argc - 1, argv + 1);
	if (!command)
		return usage(argv[1]);
	if (wants_help(argc - 1, argv + 1))
		return run_help(2, argv);
	if (is_about_fleet(argc - 1, argv + 1))
		return fleet_run(argv);
	if (as_owner(argc - 1, argv + 1, &f) < 0) {
		(void)fprintf(stderr, "countersign %s: %s\n", argv[1], f.text);
		return 2;
	}
	return command->run(env, argc - 1, argv + 1);
}

/*
 * Commands print as they go: what did not reach standard output is a fault, whatever the command
 * found.
 */
static int finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	(void)fputs("countersign: standard output could not be written\n", stderr);
	return 2;
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
	status = is_hook(argv[0]) ? hook_run(&env, argc, argv)
				  : finish(run_command(&env, argc, argv));
	env_release(&env);
	return status;
}
