/*
 * What lies below a root: repositories that git would take a push to, and what looks like one.  A
 * folder is read by a process that has the rights of whom it belongs to and no others; links are
 * told of, never gone through.
 */
#ifndef HOOKS_HOST_HANDS_FIND_H
#define HOOKS_HOST_HANDS_FIND_H

#include "hooks/host/hands/hands.h"
#include "hooks/host/hands/lists.h"

struct find {
	const struct terms *terms;
	/* what is guarded, or left out on purpose: git is not asked about it again */
	const struct list *known;
	bool shallow;       /* what lies in the known ones is not looked for */
	struct list found;  /* bare repositories, by path, the known ones among them */
	struct list notes;  /* lines: what a push could go to and is not guarded, with the reason */
	bool unguarded;     /* one of the notes is of a way to a repository that is not guarded */
	struct list faults; /* lines: what could not be looked at */
};

/* Looks below a root.  0, or -1: the root itself cannot be looked at. */
int find_below(struct find *find, const char *root, struct fault *f);

/* Frees what it holds. */
void find_release(struct find *find);

#endif
