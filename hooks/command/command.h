/*
 * The commands of the program: one file each, a row each in main.c.
 */
#ifndef HOOKS_COMMAND_COMMAND_H
#define HOOKS_COMMAND_COMMAND_H

#include "common/base/env.h"

struct command {
	const char *name;
	const char *summary; /* for the list of commands */
	/*
	 * For --help, and for whom it was called wrongly.  Completions read it, and countersign(1)
	 * is held against it, so it has this form: lines `usage: countersign NAME ...`, an empty
	 * line, prose, an empty line, each option as two blanks, itself and what it does.
	 */
	const char *usage;
	/* Runs it; argv[0] is the command's name.  Returns the exit status. */
	int (*run)(const struct env *env, int argc, char **argv);
};

/* Judges a range as if it had been pushed. */
int cmd_check(const struct env *env, int argc, char **argv);
extern const char cmd_check_usage[];

/* Lets a false alarm of the credential detector stay. */
int cmd_allow(const struct env *env, int argc, char **argv);
extern const char cmd_allow_usage[];

/* Judges history as if it were pushed step by step. */
int cmd_replay(const struct env *env, int argc, char **argv);
extern const char cmd_replay_usage[];

/* Finds credentials in files or history. */
int cmd_scan(const struct env *env, int argc, char **argv);
extern const char cmd_scan_usage[];

/* Checks, shows, explains and tests the policy. */
int cmd_policy(const struct env *env, int argc, char **argv);
extern const char cmd_policy_usage[];

/* Saves the state of a repository, restores it, or begins anew. */
int cmd_state(const struct env *env, int argc, char **argv);
extern const char cmd_state_usage[];

/* Shows the log of decisions, or verifies it. */
int cmd_log(const struct env *env, int argc, char **argv);
extern const char cmd_log_usage[];

/* Shows or drops holds. */
int cmd_holds(const struct env *env, int argc, char **argv);
extern const char cmd_holds_usage[];

/* Shows, retries or tests events. */
int cmd_events(const struct env *env, int argc, char **argv);
extern const char cmd_events_usage[];

/*
 * The same command with `test`: whether a receiver takes what is sent, with the settings of the
 * policy's webhook.
 */
int cmd_events_test(int argc, char **argv);

/* Takes away what is over. */
int cmd_tidy(const struct env *env, int argc, char **argv);
extern const char cmd_tidy_usage[];

/* Prints figures for Prometheus. */
int cmd_metrics(const struct env *env, int argc, char **argv);
extern const char cmd_metrics_usage[];

/* Says which version this is, and what it was built with. */
int cmd_version(const struct env *env, int argc, char **argv);
extern const char cmd_version_usage[];

/* Shows the catalogue of assistants, and how each is recognised. */
int cmd_agents(const struct env *env, int argc, char **argv);
extern const char cmd_agents_usage[];

/* The same command with --seen: the inventory. */
int cmd_agents_seen(const struct env *env, int argc, char **argv);

/* Denies everything of an agent, an account or a key, or lists who is stopped. */
int cmd_stop(const struct env *env, int argc, char **argv);
extern const char cmd_stop_usage[];

/* Ends a stop. */
int cmd_resume(const struct env *env, int argc, char **argv);
extern const char cmd_resume_usage[];

/* Tells whether the repository is really guarded: 0 yes, 1 something is not as it should be. */
int cmd_status(const struct env *env, int argc, char **argv);
extern const char cmd_status_usage[];

/* Makes, joins, shows and leaves a fleet. */
int cmd_fleet(const struct env *env, int argc, char **argv);
extern const char cmd_fleet_usage[];

/*
 * Goes on as countersign-fleet, with the words behind argv[0]; NULL ends them.  2, when that cannot
 * be run.
 */
int fleet_run(char **argv);

/* Reports what answers which control of published frameworks. */
int cmd_evidence(const struct env *env, int argc, char **argv);
extern const char cmd_evidence_usage[];

/* Plays misuse against a scratch copy of the repository: 0 all as expected, 1 something is not. */
int cmd_rehearse(const struct env *env, int argc, char **argv);
extern const char cmd_rehearse_usage[];

/* Serves the review page by itself. */
int cmd_review(const struct env *env, int argc, char **argv);
extern const char cmd_review_usage[];

/* Adds a person with a key to the reviewers of a policy file. */
int cmd_reviewer(const struct env *env, int argc, char **argv);
extern const char cmd_reviewer_usage[];

/* The same command with `invite` or `accept`: passkeys. */
int cmd_reviewer_passkey(int argc, char **argv);

#endif
