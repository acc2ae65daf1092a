/*
 * countersign holds: the work of its verbs.
 */
#ifndef HOOKS_COMMAND_HOLDS_H
#define HOOKS_COMMAND_HOLDS_H

#include <jansson.h>
#include <stdio.h>

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

/* One hold, and what is known of it. */
struct listed {
	const struct hold_row *hold;
	json_t *verdict;
	struct buf standing, subject;
	json_t *paths, *approved_by;
	const char *rejected_by;
	bool hopeless;  /* no approval can help */
	struct buf why; /* it was rejected */
};

/* The ref's name as the verdict has it, which withholds one that holds a credential. */
const char *listed_ref(const struct listed *l);

/* Whether to say how to approve it: not while somebody's no stands, nor where no approval helps. */
bool listed_approvable(const struct listed *l);

/* Writes for people what it is, who may approve it, what was found, and what to do. */
void listed_tell(const struct listed *l, FILE *out);

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
