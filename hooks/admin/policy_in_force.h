/*
 * What the policy commands share: the policy in force where the admin stands, and questions to it.
 */
#ifndef HOOKS_ADMIN_POLICY_IN_FORCE_H
#define HOOKS_ADMIN_POLICY_IN_FORCE_H

#include <jansson.h>
#include <stdio.h>

#include "common/base/env.h"
#include "common/base/install_paths.h"
#include "common/facts/hold_store.h"
#include "common/facts/verdict.h"
#include "common/git/repo.h"
#include "common/policy/policy.h"

/* The words that the commands take; `rest` points into argv. */
struct policy_args {
	const struct env *env;
	const char *repo, *agent, *ref, *layer, *output, *policy; /* NULL: not given */
	const char *range;
	bool verified, person, json, exit_code;
	char **rest;
	int count;
};

/*
 * Reads them behind the verb, argv[0]: of the options those that the command takes (each between
 * blanks).  0, or -1 when one is not understood, which was said.
 */
int policy_args_read(struct policy_args *words, const char *takes, int argc, char **argv);

struct policy_in_force {
	struct install_paths paths;
	char site[INSTALL_PATH_MAX], repository[INSTALL_PATH_MAX];
	struct repo *repo; /* NULL: stands in none */
	char *head;
	struct repo_file delegated;
	struct policy_sources sources;
	struct policy *policy; /* NULL until policy_in_force_load() */
};

/*
 * Finds the files; without --repo, a repository need not be there.  Always for
 * policy_in_force_release().  0 or -1.
 */
int policy_in_force_open(struct policy_in_force *in_force, const char *repo, struct fault *f);

/*
 * The same for a command that may be told of a file in the place of the repository's policy: the
 * answer is that of the policy that is being written.
 */
int policy_in_force_open_as(
	struct policy_in_force *in_force, const struct policy_args *words, struct fault *f);

/* Loads the policy in force.  0 or -1. */
int policy_in_force_load(struct policy_in_force *in_force, struct fault *f);

/* Finds out where the repository's holds are, by the policy, which is loaded for it.  0 or -1. */
int policy_in_force_holds(
	struct policy_in_force *in_force, struct hold_store *out, struct fault *f);

/* Frees what it holds; harmless on a zeroed one. */
void policy_in_force_release(struct policy_in_force *in_force);

/* countersign policy show: what is in force, and by which layer.  The exit status. */
int policy_show(const struct policy_args *words);

/* countersign policy explain: which rules meet a path, and why.  The exit status. */
int policy_explain(const struct policy_args *words);

/*
 * countersign policy test: whether what a list expects is what would be decided.  The exit status.
 */
int policy_test(const struct policy_args *words);

/* countersign policy diff: where two policies differ.  The exit status. */
int policy_diff(const struct policy_args *words);

/* countersign policy prove: whether a statement holds.  The exit status. */
int policy_prove(const struct policy_args *words);

/* countersign policy init: writes a policy for this repository.  The exit status. */
int policy_init(const struct policy_args *words);

/* countersign policy classes: all classes, or those that are named.  The exit status. */
int policy_classes(const struct policy_args *words);

/* Prints bytes of strangers escaped. */
void policy_print(FILE *out, const char *text);

/* Says what went wrong; always 2. */
int policy_failed(const struct fault *f);

#endif
