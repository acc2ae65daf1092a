/*
 * countersign holds: the work of its verbs.
 */
#ifndef HOOKS_COMMAND_HOLDS_H
#define HOOKS_COMMAND_HOLDS_H

#include "common/facts/approval.h"
#include "common/facts/facts.h"
#include "hooks/admin/table.h"
#include "hooks/judge/judge.h"

#define HOLD_ID_LEN 16

struct holds {
	const struct env *env;
	const char *repo, *verb, *older_than;
	char **ids; /* as they were given */
	int id_count;
	bool all, json;
	struct terminal terminal;
	char *git_dir;
	struct state *state;
	struct facts facts;         /* when `known` */
	struct approval_keys *keys; /* likewise */
	struct judge *judge;        /* likewise */
	bool known;                 /* the policy and the objects could be read */
};

/* Lists what waits, or, with --all, everything; oldest first.  0 or -1. */
int holds_list(struct holds *holds, struct fault *f);

/* Shows the one of that id, with its findings.  0 or -1. */
int holds_show(struct holds *holds, const char *id, struct fault *f);

/*
 * Drops those of these ids, or those that are older.  0, 1: one of them did not wait, and was left
 * alone, which was said; -1.
 */
int holds_drop(struct holds *holds, struct fault *f);

/*
 * The id that begins so, of any hold.  0; 1: there is none, or more than one, which was said; -1.
 */
int holds_id(struct holds *holds, const char *given, char id[HOLD_ID_LEN + 1], struct fault *f);

#endif
