/* What the commands that look at a repository's state share. */
#ifndef HOOKS_ADMIN_CLI_H
#define HOOKS_ADMIN_CLI_H

#include <jansson.h>

#include "common/state/state.h"

/* The git directory of the repository at path (NULL: here), for free(); NULL on a fault. */
char *cli_git_dir(const char *path, struct fault *f);

/* Says on standard error why a command failed; its exit status, 2. */
int cli_complain(const char *command, const struct fault *f);

/* Prints the text escaped. */
void cli_print(const char *text);

/* A JSON string of any bytes: escaped when they are no UTF-8. */
json_t *cli_string(const char *text);

/* A stop as a JSON object; NULL: no memory. */
json_t *cli_stopped(const struct stopped *who);

/* Prints one JSON object as a line and lets go of it.  0 or -1: standard output is gone. */
int cli_line(json_t *json);

/*
 * Reads a time that an admin gave, 2026-11-23, 2026-11-23T10:00:00Z, or 30m, 12h, 7d ago, as the
 * beginning of what rows of the log carry.  0, or -1: it is none of these, which it says for the
 * command.
 */
int cli_time(char out[32], const char *command, const char *text);

/* Says on standard error what of a command's words is wrong, in front of its usage; -1. */
int cli_wrong(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Whether options were not understood (first is -1), or more than `most` words follow them, which
 * it says.  Takes what cli_options() gave.
 */
bool cli_surplus(int first, int most, int argc, char **argv);

/*
 * An option of a command: where its value goes, or, of one that takes none, what is set.  Ends with
 * one of no name.
 */
struct cli_option {
	const char *name; /* without its dashes */
	const char **value;
	bool *flag;
};

/*
 * Reads the options, --name VALUE or --name=VALUE, wherever they stand before a `--`, and moves the
 * other words behind them.  The index of the first of those, or -1: one is not understood, which
 * was said.
 */
int cli_options(const struct cli_option *known, int argc, char **argv);

/* Adds a word to a list of at most so many, zeroed before and one longer.  0, or -1: it is full. */
int cli_add(const char **list, size_t most, const char *word);

#endif
