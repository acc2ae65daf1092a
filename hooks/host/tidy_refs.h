/* What tidying does with refs and the objects behind them: between the files of tidying. */
#ifndef HOOKS_HOST_TIDY_REFS_H
#define HOOKS_HOST_TIDY_REFS_H

#include <jansson.h>

#include "hooks/gate/session.h"
#include "hooks/host/tidy.h"

#define TIDY_HOLDS "refs/countersign/holds/"

struct tidying {
	struct session session;
	struct repo *store; /* where holds are kept: the repository itself, or one of its own */
	bool apart;
	struct tidied *out;
};

/* A hold whose ref has no row, as its tag tells of it; its texts are of the verdict and the tag. */
struct orphan {
	struct hold_row hold;
	json_t *verdict; /* NULL: the tag is none of ours */
	char *text, since[32], digest[65], id[17];
};

/* The first 16 hex digits of a text. */
struct tidy_id {
	char hex[17];
};

/* The hold that a text begins with. */
struct tidy_id tidy_id(const char *text);

/* Finds out where holds are kept.  0 or -1. */
int tidy_find_holds(struct tidying *t, struct fault *f);

/* Calls `each` for every ref of a hold.  0, -1, or what `each` returned. */
int tidy_hold_refs(struct tidying *t, repo_ref_each *each, void *context, struct fault *f);

/* Whether anybody has spoken of the hold; yes where that cannot be told. */
bool tidy_has_approvals(struct tidying *t, const char *id);

/* Adds to the array what people have signed of the hold: person, and the tag whole.  0 or -1. */
int tidy_approvals(struct tidying *t, const char *id, json_t *array, struct fault *f);

/* Takes away the hold's ref and, if asked, those of its approvals, by git itself.  0 or -1. */
int tidy_drop(struct tidying *t, const char *id, bool approvals, struct fault *f);

/* Reads the tag of `ID TAG`; for orphan_release(), also after -1.  0 or -1. */
int tidy_read(struct tidying *t, const char *text, struct orphan *out, struct fault *f);

/* Frees what it holds. */
void orphan_release(struct orphan *orphan);

/* Frees what it holds. */
void tidy_release(struct tidying *t);

#endif
