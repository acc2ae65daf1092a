/*
 * Passes: what pre-receive leaves for the update hook, so that a push is judged once.
 *
 * When pre-receive has decided and recorded, it puts a small file for each ref into
 * countersign/passes/ inside the git directory, named by digests of the ref and of exactly what was
 * decided on; it says that the update is allowed, or as which hold it is held.  post-receive takes
 * them away with the folder.
 *
 *	pre-receive	passes_begin(), pass_put() for each ref, pass_drop() when all is refused
 *	update		pass_find(); where there is none it judges by itself
 *	post-receive	pass_find(), since there is often nothing to settle; pass_drop() for each
 *			ref, passes_end()
 *	whoever settles what landed, or records an approval or its withdrawal: passes_take_back()
 *
 * A pass is a convenience: it is not durable, and where one cannot be made, read or found, update
 * judges.  Who can write there can write the state, too.  If we die half-way passes stay: they are
 * good for an hour, for exactly that ref, old and new value under exactly those policy files and
 * stops, and only behind a pre-receive that has judged the new push as well.
 */
#ifndef COMMON_STATE_PASS_H
#define COMMON_STATE_PASS_H

#include <stdbool.h>

#include "common/base/fault.h"
#include "common/base/oid.h"

#define PASS_HOLD_MAX 16

/* What was decided on. */
struct pass {
	const char *ref, *target; /* the name that was pushed to, and what it resolves to */
	struct oid old, new;
	const char *policy; /* the digest of the policy's files and of who is stopped */
};

enum pass_answer {
	PASS_NONE, /* nothing of exactly this: judge it */
	PASS_ALLOWED,
	PASS_SETTLED, /* allowed, and nothing waits for it to land */
	PASS_HELD,
};

/* Makes the folder, and clears it of passes that are too old; what fails shows in pass_put(). */
void passes_begin(const char *git_dir);

/*
 * Says exactly this of it, instead of what was said before; `hold`: whose approvals let it, or
 * what holds it, or "".  0, or -1: what was said before may still be there.
 */
int pass_put(
	const char *git_dir, const struct pass *what, enum pass_answer answer, const char *hold);

/*
 * What was decided on exactly this within the last hour; *hold: as with pass_put().  One that holds
 * is gone then: no post-receive comes to take it away.
 */
enum pass_answer pass_find(
	const char *git_dir, const struct pass *asked, char hold[PASS_HOLD_MAX + 1]);

/* Takes the pass away, if there is one.  0, or -1: it may still be there. */
int pass_drop(const char *git_dir, const struct pass *what);

/*
 * Takes away all passes of the ref, or of the hold; the other is NULL.  0, or -1: some may be left.
 */
int passes_take_back(const char *git_dir, const char *target, const char *hold, struct fault *f);

/* Takes the folder away once nothing is in it. */
void passes_end(const char *git_dir);

#endif
