/*
 * The hooks, as git calls them.  Exit status: 0 allowed, 1 refused, 2 could not judge (refused
 * too).
 */
#ifndef HOOKS_GATE_HOOK_H
#define HOOKS_GATE_HOOK_H

#include "common/base/env.h"
#include "hooks/gate/report.h"
#include "hooks/gate/session.h"

enum hook_exit {
	HOOK_ALLOWED = 0,
	HOOK_REFUSED = 1,
	HOOK_UNJUDGED = 2,
};

/*
 * Decides for the whole push, which standard input tells of; argv[0] is the hook's name, as for the
 * other two.
 */
int hook_pre_receive(const struct env *env, int argc, char **argv);

/*
 * Lets one ref through that a pass allows, and judges it where there is none; arguments: ref,
 * old, new.
 */
int hook_update(const struct env *env, int argc, char **argv);

/* Settles what landed.  Never fails a push. */
int hook_post_receive(const struct env *env, int argc, char **argv);

/* Runs the hook of that name; a name that is no hook's is refused. */
int hook_run(const struct env *env, int argc, char **argv);

/* Says the fault about the ref (NULL: the push) and returns the exit status that it means. */
int hook_fault(struct report *report, const char *ref, const struct fault *f);

/* Says the verdict, and with the push option `countersign=json` its object. */
int hook_say(struct report *report, const struct session *session, const struct verdict *verdict,
	struct fault *f);

/*
 * Whether the repository's update hook is Countersign's own, of this installation, so that single
 * refs can be refused.
 */
bool hook_update_in_place(const struct session *session);

#endif
