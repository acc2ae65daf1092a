/* Passes for the refs of a push in which nothing was found (see common/pass.h). */
#ifndef HOOKS_PASSING_H
#define HOOKS_PASSING_H

#include "hooks/session.h"

/* Lets the update hook through for the verdicts that nothing is to be written about, and for no other. */
void passing_let(const struct session *session, const struct verdict *verdicts, size_t count);

/* Takes back the passes of a push that has landed. */
void passing_done(const struct session *session);

#endif
