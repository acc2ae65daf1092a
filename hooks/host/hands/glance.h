/*
 * What a repair need not look at again: a repository in which nothing that counts has another date
 * than when it was last found whole.  The dates are those that only the kernel sets (ctime), and
 * take in the owner's and the machine's settings of git and the installation, so that whatever
 * changes a hook, a setting or a program is seen at the next repair.  What this cannot see, such as
 * events that wait too long, is seen once an hour at the latest, when each is looked at in full.
 *
 * Kept in `.looked` beside the lists; without it everything is looked at.
 */
#ifndef HOOKS_HOST_HANDS_GLANCE_H
#define HOOKS_HOST_HANDS_GLANCE_H

#include "common/base/digest.h"
#include "hooks/host/hands/hands.h"

struct glance {
	char *path;
	struct digest_text seen;
	long when; /* it was looked at in full */
};

struct glances {
	struct glance *items;
	size_t count, at; /* `at`: where the last one was found */
	long deep;        /* when folders were last looked through in full */
	bool changed;
};

/* In the process of a repository: the digest of the dates there.  0 or -1. */
int glance_take(struct hands *h, struct digest_text *out, struct fault *f);

/* The same of what lies outside of repositories, for struct terms.  0 or -1. */
int glance_around(const struct terms *terms, struct digest_text *out, struct fault *f);

/* Reads what was kept; what is not understood is as if it were not there. */
void glances_read(struct glances *glances, const char *etc);

/* What is known of a path and not too old; NULL: it has to be looked at in full. */
const struct digest_text *glances_find(struct glances *glances, const char *path);

/* Keeps that a repository was found whole.  0 or -1. */
int glances_keep(
	struct glances *glances, const char *path, const struct digest_text *seen, struct fault *f);

/* Whether folders have to be looked through in full again, and keeps that they are. */
bool glances_deep(struct glances *glances);

/* Writes it if it was changed.  0 or -1. */
int glances_write(struct glances *glances, const char *etc, struct fault *f);

/* Frees what it holds. */
void glances_release(struct glances *glances);

#endif
