/* The calls of countersign-hands: which repositories each is for, and what becomes of the lists. */
#ifndef HOOKS_HOST_HANDS_CALLS_H
#define HOOKS_HOST_HANDS_CALLS_H

#include "hooks/host/hands/glance.h"
#include "hooks/host/hands/hands.h"
#include "hooks/host/hands/lists.h"

struct calls {
	struct terms terms;
	struct list repositories, roots, left_out;
	struct list
		beside; /* paths that others named, each behind its owner's number and a blank */
	struct glances glances;
	bool glance;  /* what has not changed is passed over */
	bool shallow; /* as struct find has it */
	bool looks;   /* and changes nothing */
	int worst;    /* exit status so far */
};

/* Carries a call out for those paths, NULL-terminated.  Its exit status, or -1: could not begin. */
typedef int (*call_run)(struct calls *calls, char *const *paths, struct fault *f);

/*
 * Adds what lies below a root to `out`; without what was left out on purpose, or, if so asked,
 * what is listed.  0 or -1.
 */
int calls_below(
	struct calls *calls, const char *root, struct list *out, bool only_new, struct fault *f);

/* Tells of what is new below the roots, or adds it to those that are to be guarded.  0 or -1. */
int calls_look_for_new(struct calls *calls, struct list *paths, struct fault *f);

/* NULL: there is none of that name. */
call_run call_named(const char *name);

#endif
