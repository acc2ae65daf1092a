/*
 * Where the session can be read in which a commit was made: the address that its message names, or
 * an attribution note.  What is found is shown and kept, and makes nobody trusted.
 */
#ifndef RULES_RULE_SESSION_EVIDENCE_H
#define RULES_RULE_SESSION_EVIDENCE_H

#include "rules/rule/rule.h"

/*
 * Judges whether the case's commit says it as the rule wishes: by an address in its message that
 * begins like one of those permitted, behind a label that names a session (`Claude-Session:
 * https://...`) or alone on a line with such a word in it; or by its attribution note.  What is
 * found goes into the verdict.  *why is NULL, or what is amiss, for whoever pushes.  0 or -1.
 */
int session_evidence_judge(
	const struct rule_case *c, const struct rule *rule, const char **why, struct fault *f);

#endif
