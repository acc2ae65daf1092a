/*
 * What does nothing in a policy: patterns that others of their list make needless, rules that
 * another rule makes so, scopes that nothing is left of.  Warnings of `policy check`; a hook does
 * not ask.
 */
#ifndef COMMON_POLICY_DEAD_H
#define COMMON_POLICY_DEAD_H

#include "common/automaton/automaton.h"
#include "common/policy/load.h"

/* The labels of paths that only the first has, and that both have. */
int64_t dead_first_alone(void *context, uint32_t a, uint32_t b);

/* See above. */
int64_t dead_both(void *context, uint32_t a, uint32_t b);

/* Whether any path has a label under the rule.  1, 0 or -1. */
int dead_any(const struct automaton *a, const struct automaton *b,
	int64_t (*label)(void *, uint32_t, uint32_t), struct fault *f);

/*
 * Warns of the patterns of a list that do nothing; `gives`: something else in it gives paths, such
 * as a class.  0 or -1.
 */
int dead_list(
	struct policy_loading *l, const struct json_at *list, enum pattern_mode mode, bool gives);

/* Warns of what takes back all refs that a list gives.  0 or -1. */
int dead_refs(struct policy_loading *l, const struct json_at *list);

/* Warns of all that does nothing.  0 or -1. */
int policy_dead(struct policy_loading *l);

#endif
