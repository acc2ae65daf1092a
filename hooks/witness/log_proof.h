/*
 * What of a repository's log can be checked by somebody who does not trust the server: is it what
 * its checkpoints say, and where a row is in it.
 */
#ifndef HOOKS_WITNESS_LOG_PROOF_H
#define HOOKS_WITNESS_LOG_PROOF_H

#include "common/state/state.h"
#include "hooks/witness/log_site.h"

#define LOG_CHECKPOINTS 16

/* A checkpoint that the log is compared with. */
struct log_checkpoint {
	const char *from; /* the file, for people */
	struct merkle_head tree;
	struct trust_answer answer; /* who signed it */
	bool of_this;               /* it is of this repository's log; else it is only told */
};

/* All that it is compared with. */
struct log_checkpoints {
	struct log_checkpoint list[LOG_CHECKPOINTS];
	size_t count;
	struct log_site site; /* whom a signature has to be by */
	const char *policy;   /* that somebody named, who wants it kept; NULL: the site's */
};

/*
 * Reads those that are kept with the repository and those in the files named, NULL-terminated; each
 * is of the log of that repository id.  `policy`: the file that says whose signatures count, NULL:
 * the site's.  For log_checkpoints_release().  0 or -1.
 */
int log_checkpoints_read(struct log_checkpoints *out, const char *git_dir, const char *const *files,
	const char *policy, struct fault *f);

/* The trees of those that are of this log, at most LOG_CHECKPOINTS; how many. */
size_t log_checkpoints_heads(
	const struct log_checkpoints *checkpoints, struct merkle_head heads[LOG_CHECKPOINTS]);

/*
 * Whether all are signed as they have to be and, by a policy that somebody named, at least one of
 * this log is cosigned as it asks; if told to, prints a line for each.
 */
bool log_checkpoints_print(const struct log_checkpoints *checkpoints, bool print);

/* Frees what it holds. */
void log_checkpoints_release(struct log_checkpoints *checkpoints);

/* Prints a proof that the row is in the log, by its newest checkpoint that has it.  0 or -1. */
int log_prove(const char *git_dir, int64_t row, struct fault *f);

#endif
