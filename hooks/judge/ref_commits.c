/* The commits of a ref update, one after the other. */
#include <stdlib.h>
#include <string.h>

#include "hooks/judge/ref.h"

/* The bit of innocence for these groups and this ref; 0 when there are too many of them. */
static uint64_t innocence_bit(struct ref_judging *j, const unsigned char *mask)
{
	struct innocence *innocence = &j->judge->innocence;
	size_t groups = j->range.group_count;
	bool head = strcmp(j->update->target, j->judge->facts->head) == 0;
	unsigned char *key;

	for (size_t i = 0; i < innocence->count; i++)
		if (memcmp(innocence->keys[i], mask, groups) == 0 &&
			innocence->keys[i][groups] == head)
			return (uint64_t)1 << i;
	key = innocence->count < INNOCENCE_KEYS ? malloc(groups + 1) : NULL;
	if (!key)
		return 0;
	memcpy(key, mask, groups);
	key[groups] = head;
	innocence->keys[innocence->count] = key;
	return (uint64_t)1 << innocence->count++;
}

/*
 * Judges a commit, unless nothing was found in it for another ref of the push under the same
 * groups.
 */
static int judge_once(struct ref_judging *j, size_t i, struct fault *f)
{
	const struct oid *id = &j->range.commits.ids[i];
	const unsigned char *mask = j->range.masks + i * j->range.group_count;
	size_t found = j->verdict->count + j->verdict->more, agents = j->verdict->agent_commits;
	bool alone = j->judge->facts->push.count == 1;
	uint64_t bit = alone ? 0 : innocence_bit(j, mask), *bits;
	struct rule_case c = ref_case(j);

	bits = bit ? oid_map_get(&j->judge->innocence.commits, id) : NULL;
	if (bits && *bits & bit)
		return 0;
	c.governing = mask;
	if (!judge_helper_innocent(j->helper, i, j->judge, j->verdict) &&
		judge_commit(j->judge, &c, id, f) < 0)
		return -1;
	if (!bit || j->verdict->count + j->verdict->more != found ||
		j->verdict->agent_commits != agents)
		return 0;
	bits = oid_map_put(&j->judge->innocence.commits, id);
	if (!bits)
		return fault_memory(f);
	*bits |= bit;
	return 0;
}

/*
 * Whether the last commit was found innocent for another ref of the push, as all of the range will
 * have been.
 */
static bool innocent_by_now(const struct ref_judging *j)
{
	const struct range *range = &j->range;

	return range->commits.count && oid_map_get(&j->judge->innocence.commits,
					       &range->commits.ids[range->commits.count - 1]);
}

/* Has another process begin with a long range. */
int ref_look_ahead(struct ref_judging *j, struct fault *f)
{
	const struct rule_case c = ref_case(j);

	return innocent_by_now(j) ? 0 : judge_helper_start(&j->helper, j->judge, &c, &j->range, f);
}

/* Out of time in commit `i`: says which were not looked into. */
static int object_to_rest(struct ref_judging *j, size_t i, struct fault *f)
{
	const struct oid_list *commits = &j->range.commits;
	char detail[256];

	if (f->class != FAULT_LIMIT)
		return -1;
	fault_clear(f);
	(void)snprintf(detail, sizeof(detail),
		"judging took longer than the policy allows, so %zu of %zu new commits were not "
		"looked into, or not whole: from %.12s on",
		commits->count - i, commits->count, oid_text(&commits->ids[i]).hex);
	return ref_over_limit(j, detail, f);
}

int ref_commits(struct ref_judging *j, struct fault *f)
{
	for (size_t i = 0; i < j->range.commits.count; i++) {
		if (judge_is_late(j->judge) && deadline_fault(f, "judging") < 0)
			return object_to_rest(j, i, f);
		if (judge_once(j, i, f) < 0)
			return object_to_rest(j, i, f);
	}
	return 0;
}
