/*
 * The commands of the program: one file each, a row each in main.c.
 */
#ifndef HOOKS_COMMAND_H
#define HOOKS_COMMAND_H

#include "common/env.h"

struct command {
	const char *name;
	const char *summary; /* for the list of commands */
	/* Runs it; argv[0] is the command's name.  Returns the exit status. */
	int (*run)(const struct env *env, int argc, char **argv);
};

/* Judges a range as if it had been pushed. */
int cmd_check(const struct env *env, int argc, char **argv);

/* Judges history as if it were pushed step by step. */
int cmd_replay(const struct env *env, int argc, char **argv);

/* Finds credentials in files or history. */
int cmd_scan(const struct env *env, int argc, char **argv);

/* Checks, shows, explains and tests the policy. */
int cmd_policy(const struct env *env, int argc, char **argv);

/* Shows the log of decisions, or verifies it. */
int cmd_log(const struct env *env, int argc, char **argv);

/* Shows or drops holds. */
int cmd_holds(const struct env *env, int argc, char **argv);

/* Shows, retries or tests events. */
int cmd_events(const struct env *env, int argc, char **argv);

/* Says which version this is, and what it was built with. */
int cmd_version(const struct env *env, int argc, char **argv);

/* Shows the catalogue of assistants, and how each is recognised. */
int cmd_agents(const struct env *env, int argc, char **argv);

/* Denies everything of an agent, an account or a key, or lists who is stopped; and ends that. */
int cmd_stop(const struct env *env, int argc, char **argv);
int cmd_resume(const struct env *env, int argc, char **argv);

/* Tells whether the repository is really guarded: 0 yes, 1 something is not as it should be. */
int cmd_status(const struct env *env, int argc, char **argv);

/* Reports what answers which control of published frameworks. */
int cmd_evidence(const struct env *env, int argc, char **argv);

/* Plays misuse against a scratch copy of the repository: 0 all as expected, 1 something is not. */
int cmd_rehearse(const struct env *env, int argc, char **argv);

/* Adds a person with a key to the reviewers of a policy file. */
int cmd_reviewer(const struct env *env, int argc, char **argv);

#endif
