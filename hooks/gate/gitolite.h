/*
 * gitolite owns hooks/update and runs programs of its configuration there, as VREFs: Countersign's
 * update side is one of them.  Whether it is run for a push is for gitolite to say, since rules
 * name repositories and users.
 */
#ifndef HOOKS_GATE_GITOLITE_H
#define HOOKS_GATE_GITOLITE_H

#include <stdbool.h>

#include "hooks/gate/session.h"

/*
 * Whether gitolite will run Countersign for each ref of this push: its rules name VREF/countersign
 * for this user in this repository (`- VREF/countersign = @all`).  In doubt, and where checks are
 * bypassed: no.
 */
bool gitolite_runs_update(const struct session *session);

/* What gitolite says of a repository of its own; only the user that gitolite runs as may ask it. */
struct gitolite_answer {
	char vref[INSTALL_PATH_MAX];  /* where the program of VREF/countersign has to lie */
	char name[INSTALL_PATH_MAX];  /* its own of the repository */
	char base[INSTALL_PATH_MAX];  /* below which all of its repositories lie */
	char rules[INSTALL_PATH_MAX]; /* the file of its compiled rules */
	bool has_rule;                /* its rules let everybody's pushes meet that VREF */
	char commands[4096];          /* that users may run, a line each */
};

/* Asks it, in the caller's environment.  0 or -1. */
int gitolite_ask(
	struct gitolite_answer *out, const char *git_dir, const struct env *env, struct fault *f);

#endif
