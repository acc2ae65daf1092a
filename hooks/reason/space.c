/* The automata of a policy: one for each of its lists. */
#include "hooks/reason/space.h"

#include <stdlib.h>

#include "common/path/classes.h"

static int add_all(struct alphabet *alphabet, names patterns, struct fault *f)
{
	for (; patterns && *patterns; patterns++)
		if (alphabet_add(alphabet, span_of(*patterns), f) < 0)
			return -1;
	return 0;
}

int space_letters(const struct policy *policy, struct alphabet *alphabet, struct fault *f)
{
	size_t count;
	const struct class_part *parts = class_parts(&count);

	for (size_t i = 0; i < policy->rule_count; i++)
		if (policy->rules[i].paths >= 0 &&
			add_all(alphabet, policy->protected_texts[policy->rules[i].paths], f) < 0)
			return -1;
	for (size_t i = 0; i < policy->agent_count; i++)
		for (size_t k = 0; k < policy->agents[i].grant_count; k++) {
			const struct grant *grant = &policy->agents[i].grants[k];

			if (grant->scope >= 0 &&
				add_all(alphabet, policy->scope_texts[grant->scope], f) < 0)
				return -1;
		}
	for (size_t i = 0; i < count; i++) {
		int list = policy->class_lists[i];

		for (size_t k = 0; list >= 0 && k < parts[i].count; k++)
			if (alphabet_add(alphabet, span_of(parts[i].entries[k].pattern), f) < 0)
				return -1;
		if (list >= 0 && add_all(alphabet, policy->protected_texts[list], f) < 0)
			return -1;
	}
	return 0;
}

int space_init(struct space *space, const struct policy *policy, const struct alphabet *alphabet,
	struct fault *f)
{
	*space = (struct space){ .policy = policy, .alphabet = alphabet };
	space->protected =
		calloc(pattern_set_lists(policy->protected) + 1, sizeof(struct automaton *));
	space->scopes = calloc(pattern_set_lists(policy->scopes) + 1, sizeof(struct automaton *));
	return space->protected && space->scopes ? 0 : fault_memory(f);
}

static void free_all(struct automaton **automata, size_t count)
{
	for (size_t i = 0; automata && i < count; i++)
		automaton_free(automata[i]);
	free(automata);
}

void space_release(struct space *space)
{
	if (!space->policy)
		return;
	free_all(space->protected, pattern_set_lists(space->policy->protected));
	free_all(space->scopes, pattern_set_lists(space->policy->scopes));
	automaton_free(space->delegated);
	pattern_set_free(space->delegated_set);
	*space = (struct space){ 0 };
}

static int list_of(struct space *space, struct automaton **cached, struct pattern_set *set,
	int list, struct fault *f)
{
	const struct automaton_list what = { set, list };

	return cached[list] ? 0 : automaton_of_list(&cached[list], space->alphabet, &what, f);
}

int space_scope(struct space *space, int list, const struct automaton **out, struct fault *f)
{
	if (list_of(space, space->scopes, space->policy->scopes, list, f) < 0)
		return -1;
	*out = space->scopes[list];
	return 0;
}

int space_protected(struct space *space, int list, const struct automaton **out, struct fault *f)
{
	if (list_of(space, space->protected, space->policy->protected, list, f) < 0)
		return -1;
	*out = space->protected[list];
	return 0;
}

int space_delegated(struct space *space, const struct automaton **out, struct fault *f)
{
	struct automaton_list list = { .list = 0 };

	if (!space->delegated_set &&
		(pattern_set_new(&space->delegated_set, PATTERN_GENEROUS, f) < 0 ||
			pattern_set_list(space->delegated_set) < 0 ||
			pattern_set_add(space->delegated_set, 0, span_of("/" POLICY_DELEGATED), f) <
				0))
		return -1;
	list.set = space->delegated_set;
	if (!space->delegated &&
		automaton_of_list(&space->delegated, space->alphabet, &list, f) < 0)
		return -1;
	*out = space->delegated;
	return 0;
}
