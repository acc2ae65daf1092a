/*
 * What gitolite's own configuration says of a repository: whether its rules run our VREF, whether
 * any of them gives more than it must, and which commands move what a policy means.
 */
#ifndef HOOKS_HOST_GITOLITE_CHECK_H
#define HOOKS_HOST_GITOLITE_CHECK_H

#include "hooks/host/hook_check.h"

/* Calls the check's `each` for all that is wrong with it.  0, -1, or what `each` returned. */
int gitolite_check(const struct hook_check *check, struct fault *f);

/* A rule among those that gitolite has compiled. */
struct gitolite_rule {
	const char *repo, *user, *perm, *ref;
};

/*
 * Calls `each` for the rules in the text of gitolite.conf-compiled.pm, which are those of more than
 * one repository (`@all`, groups, patterns), or of a repository's own gl-conf; the text is cut up
 * for it.  What `each` returned, if not 0.
 */
int gitolite_rules(
	char *text, int (*each)(void *context, const struct gitolite_rule *rule), void *context);

/* Whether that repository is in that group, in the same text, which is left as it is. */
bool gitolite_groups(const char *text, const char *repo, const char *group);

#endif
