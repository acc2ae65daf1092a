/*
 * What whoever pushed can do about a finding: for people as text, for programs in the verdict
 * object.
 */
#ifndef COMMON_FACTS_REMEDY_H
#define COMMON_FACTS_REMEDY_H

#include "common/facts/verdict.h"

/* Appends one sentence, without a full stop, that says what satisfies the finding. */
void remedy_write(struct buf *out, const struct finding *finding);

/*
 * Whether approvals can turn the verdict into an allow: something was flagged, every flagged
 * finding names approvers, enough of whom may approve it, and none was left out.
 */
bool remedy_is_approval(const struct verdict *verdict);

#endif
