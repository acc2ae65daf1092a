/*
 * Refs as git itself reads them, for stores that we do not read: one `git upload-pack`, started
 * when it is first needed, kept open, and asked as a client asks that wants to know the refs
 * (gitprotocol-v2(5), ls-refs).
 *
 * It is asked anew each time, so what is told is how it is at that moment.  What the settings hide
 * from clients is told, too.
 */
#ifndef COMMON_STORE_GIT_REFS_H
#define COMMON_STORE_GIT_REFS_H

#include <stdbool.h>

#include "common/base/oid.h"
#include "common/base/run.h"

/* Zeroed but for the git directory and the length of its ids; for git_refs_end(). */
struct git_refs {
	const char *git_dir;
	size_t id_len;
	struct talk talk;
	bool asked; /* an answer is still being read */
};

/* A ref.  What is symbolic has the target to which it leads in the end. */
struct git_ref {
	const char *name;
	struct oid id;      /* zero: it leads to a branch that is not there yet */
	const char *target; /* NULL: it is not symbolic */
};

/* Is told of a ref; not 0 ends the list. */
typedef int git_refs_each(void *context, const struct git_ref *ref);

/*
 * Calls `each` for every ref whose name begins with the prefix, by name, in order; symbolic ones
 * that lead nowhere are left out, but for HEAD.  0, -1, or what `each` returned when that is not 0.
 */
int git_refs_list(struct git_refs *refs, const char *prefix, git_refs_each *each, void *context,
	struct fault *f);

/*
 * Looks for a ref that the list does not have: a symbolic one that leads nowhere, whose target is
 * left for free(), or one that is broken or has come meanwhile, for which it is NULL.
 * 1, 0 (there is nothing of that name) or -1.
 */
int git_refs_unlisted(
	const struct git_refs *refs, const char *name, char **target, struct fault *f);

/* Ends git; harmless when it was not started. */
void git_refs_end(struct git_refs *refs);

#endif
