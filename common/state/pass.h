/*
 * Passes: what lets the update hook through where pre-receive found nothing to write about.
 *
 * A push in which nothing was found and no agent took part leaves no row and no ticket, and yet its
 * update hooks, one a ref, should not judge it all again.  So pre-receive puts an empty file for
 * each such ref into countersign/passes/ inside the git directory, named by a digest of what it
 * allowed, and post-receive takes them away with the folder.
 *
 *	pre-receive	passes_begin(), pass_put() for each clean ref
 *	update		pass_find(), behind the ticket, which has the last word
 *	post-receive	pass_drop() for each ref, passes_end()
 *
 * A pass is a convenience: it is not durable, and where one cannot be made or is not found, update
 * judges.  Who can write there can write the state, too.  If we die half-way passes stay: they are
 * good for an hour, for exactly that ref, old and new value under exactly those policy files, and
 * only behind a pre-receive that has judged the new push as well.
 */
#ifndef COMMON_STATE_PASS_H
#define COMMON_STATE_PASS_H

#include <stdbool.h>

#include "common/state/state.h"

struct passes {
	char folder[4096]; /* "": none can be made */
};

/*
 * Makes the folder where the repository has one of ours, and clears it of passes that are too old.
 */
void passes_begin(struct passes *passes, const char *git_dir);

/* Allows exactly this: ref, old, new and policy of the ticket. */
void pass_put(const struct passes *passes, const struct ticket *allowed);

/* Whether exactly this was allowed within the last hour. */
bool pass_find(const char *git_dir, const struct ticket *asked);

/* Finds the folder for pass_drop(), without making it. */
void passes_find(struct passes *passes, const char *git_dir);

/* Takes the pass away, if there is one. */
void pass_drop(const struct passes *passes, const struct ticket *allowed);

/* Takes the folder away once nothing is in it. */
void passes_end(const struct passes *passes);

#endif
