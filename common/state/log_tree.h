/*
 * The tree over the rows of the log (RFC 6962): the leaf of row N has index N - 1, and its entry is
 * the row's hash, 32 bytes.  Its hashes lie in `countersign/log.tree`, behind the repository's id;
 * the file can be made anew from the rows at any time (of those that were cut off it has only what
 * the tree goes on from then), and no push waits for it.
 */
#ifndef COMMON_STATE_LOG_TREE_H
#define COMMON_STATE_LOG_TREE_H

#include "common/state/state.h"
#include "common/tlog/merkle.h"

struct log_tree;

/*
 * Opens the tree and lets it grow by the rows that it has not got; for log_tree_close().  Where the
 * file cannot be written it is made in memory.  A row that is missing is a fault.  0 or -1.
 */
int log_tree_open(struct log_tree **out, struct state *state, struct fault *f);

/* Whether the log began as a tree says. */
struct log_tree_answer {
	bool proven; /* the file proves what it was, by where the log was cut */
	bool same;   /* and it is so */
};

/* Asks the file about a tree over fewer rows than were cut off.  0 or -1. */
int log_tree_began(struct state *state, const struct log_walk *cut, const struct merkle_head *head,
	struct log_tree_answer *out, struct fault *f);

/* How many rows it has. */
uint64_t log_tree_size(const struct log_tree *tree);

/* For roots and proofs. */
struct merkle_store log_tree_store(struct log_tree *tree);

/* Closes it; NULL is fine. */
void log_tree_close(struct log_tree *tree);

#endif
