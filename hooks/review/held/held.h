/*
 * A hold as it may be signed: everything that its digest is of, read from the text that the hold's
 * tag carries, after the digest was worked out here.
 *
 * What is shown is what is signed: the text must be of this repository and of the ref that was
 * held, and the held commit must have (or, where a later commit of the push changed a path again,
 * must bring on its way) the very objects that the text names.  Where anything of that is not so,
 * `objection` says what, and nothing may be offered for signing.
 */
#ifndef HOOKS_REVIEW_HELD_HELD_H
#define HOOKS_REVIEW_HELD_HELD_H

#include <jansson.h>

#include "common/facts/facts.h"
#include "common/history/change.h"

/* A flagged change of a path, or (no path) what a rule objects to besides. */
struct held_change {
	const char *rules; /* that flag it, with commas */
	struct entry old, new;
	struct oid commit; /* of what is about no path; else zero */
	struct span path;
	const char *path_text; /* the same, terminated */
	bool elsewhere;        /* the tip has something else there, or nothing */
};

struct held {
	struct arena arena;
	const char *id, *digest, *replaces, *account, *old, *new, *since, *status,
		*agents; /* of its row */
	const char *ref; /* that really moves */
	json_t *verdict;
	bool found;
	struct oid target; /* what the tag is of */
	bool of_commit;    /* it is a commit */
	bool apart;        /* it is kept in a store, and not in the repository */
	struct span text;  /* that the digest is of */
	struct held_change *changes;
	size_t count;
	const char *objection; /* why nothing of it may be signed, or NULL */
};

/*
 * Reads the hold of that id; held->found says whether there is one.  For held_release(), also after
 * -1.  0 or -1.
 */
int held_read(struct held *held, const struct facts *facts, const char *id, struct fault *f);

/* Frees it. */
void held_release(struct held *held);

#endif
