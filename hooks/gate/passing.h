/* Passes for the refs of a push in which nothing was found (see common/state/pass.h). */
#ifndef HOOKS_GATE_PASSING_H
#define HOOKS_GATE_PASSING_H

#include "hooks/gate/session.h"

/*
 * Lets the update hook through for the verdicts that nothing is to be written about, and for no
 * other.
 */
void passing_let(const struct session *session, const struct verdict *verdicts, size_t count);

/* Takes back the passes of a push that has landed. */
void passing_done(const struct session *session);

#endif
