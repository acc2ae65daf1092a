/*
 * Saving a hold: an annotated tag of the held commit at refs/countersign/holds/<id>, so that
 * reviewers use plain git.  The ref is written by git itself, by a local push out of the quarantine
 * into the repository, or into the one that common/facts/hold_store.h finds, with hooks off.  If we
 * die half-way the hold is there or it is not; the push is refused all the same.
 */
#ifndef HOOKS_GATE_HOLD_H
#define HOOKS_GATE_HOLD_H

#include "hooks/gate/session.h"

/* Saves the hold that the verdict came to; it can be fetched when this returns 0.  0 or -1. */
int hold_save(struct session *session, const struct verdict *verdict, struct fault *f);

#endif
