/*
 * What people have consented to: approval tags, signed merges, pushes from their accounts and
 * signatures on the commits themselves, weighed against the findings of a verdict.
 */
#ifndef HOOKS_GATE_APPROVALS_H
#define HOOKS_GATE_APPROVALS_H

#include "hooks/gate/session.h"

/*
 * Turns the verdict's decision into what approvals leave of it, and names in approved_by whose
 * counted.  A finding is satisfied by as many people as its rule asks for; a reject by anybody who
 * may approve stands.  `again`: the same has landed on the ref before, so that signatures on
 * commits which are there already are used up.  0 or -1.
 */
int approvals_weigh(struct session *session, struct verdict *verdict, bool again, struct fault *f);

/*
 * Judges the push of an approval (refs/countersign/approvals/...): a finding `approval` says why it
 * is refused.  0 or -1.
 */
int approval_push_judge(struct session *session, struct verdict *verdict, struct fault *f);

#endif
