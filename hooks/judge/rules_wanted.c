/*
 * What others ask of the judge: who brought what, what has landed, what is new, what a merge brings
 * in.
 */
#include <stdlib.h>
#include <string.h>

#include "common/git/peel.h"
#include "hooks/judge/parts.h"

/*
 * Whether it must be known of people's commits, too, who brought them: approvals of anyone's
 * changes may exclude them.
 */
static bool asks_for_people(const struct policy *policy)
{
	for (size_t i = 0; policy->approval.exclude_pusher && i < policy->rule_count; i++)
		if (policy->rules[i].by == BY_ANYONE && *policy->rules[i].approvers)
			return true;
	return false;
}

/* Whether attribution notes are in use here; a ref that cannot be read is taken for one. */
static bool has_notes(const struct judge *judge)
{
	struct fault ignored = { 0 };
	struct ref_value ref = { 0 };
	bool there = repo_ref(judge->facts->repo, ATTRIBUTION_NOTES, &ref, &ignored) < 0 ||
		     ref.kind != REF_ABSENT;

	free(ref.target);
	for (size_t i = 0; !there && i < judge->facts->push.count; i++)
		there = strcmp(judge->facts->push.updates[i].target, ATTRIBUTION_NOTES) == 0;
	return there;
}

/*
 * Whether what the push brings may come to other rules later: until then, its account may still
 * tell by a note whose it is.
 */
static bool may_be_judged_later(const struct judge *judge)
{
	const struct policy *policy = judge->facts->policy;
	const struct push *push = &judge->facts->push;

	if (!has_notes(judge))
		return false;
	for (size_t i = 0; i < push->count; i++)
		for (size_t g = 0; g < policy->group_count; g++)
			if (!policy_group_governs(
				    policy, &policy->groups[g], push->updates[i].target))
				return true;
	return false;
}

int judge_makers(struct judge *judge, struct fault *f)
{
	for (size_t i = 0; i < judge->introduced_list.count; i++) {
		struct attribution who;
		const char *why;

		if (judge_is_late(judge))
			return deadline_fault(f, "finding out who made its commits");
		if (judge_attribute(judge, &judge->introduced_list.ids[i], &who, &why, f) < 0)
			return -1;
	}
	return judge_makings(judge, f);
}

int judge_brought(struct judge *judge,
	int (*each)(void *context, const struct oid *commit, const struct attribution *who),
	void *context, struct fault *f)
{
	int status = judge_introduce(judge, f);
	bool people = asks_for_people(judge->facts->policy) || may_be_judged_later(judge);

	for (size_t i = 0; status == 0 && i < judge->introduced_list.count; i++) {
		const struct oid *id = &judge->introduced_list.ids[i];
		struct attribution who;
		const char *why;

		status = judge_attribute(judge, id, &who, &why, f);
		if (status == 0 && !why &&
			(who.count || people || oid_map_get(&judge->by_content, id)))
			status = each(context, id, &who);
	}
	return status;
}

int judge_made(
	struct judge *judge, int (*each)(void *context, const struct made *what), void *context)
{
	int status = 0;

	for (size_t i = 0; status == 0 && i < judge->makings.count; i++)
		status = each(context, &judge->makings.rows[i]);
	return status;
}

int judge_has_landed(struct judge *judge, const struct oid *now, const struct oid *allowed,
	bool *landed, struct fault *f)
{
	struct fault ignored = { 0 };
	enum object_type type[2];
	struct oid from, to;

	*landed = oid_equal(now, allowed);
	if (*landed || oid_is_zero(now) || !repo_has(judge->facts->repo, allowed))
		return 0;
	if (peel(judge->facts->repo, now, &from, &type[0], &ignored) < 0 ||
		peel(judge->facts->repo, allowed, &to, &type[1], &ignored) < 0 ||
		type[0] != OBJECT_COMMIT || type[1] != OBJECT_COMMIT)
		return 0;
	return graph_reaches(judge->graph, &from, &to, landed, f);
}

int judge_introduced(struct judge *judge, const struct oid_list **out, struct fault *f)
{
	*out = &judge->introduced_list;
	return judge_introduce(judge, f);
}

bool judge_introduces(const struct judge *judge, const struct oid *id)
{
	return oid_map_get(&judge->introduced, id) != NULL;
}

int judge_new_commits(
	struct judge *judge, const struct ref_update *update, struct oid_list *out, struct fault *f)
{
	enum object_type type;
	struct range range;
	struct oid tip;

	if (oid_is_zero(&update->new))
		return 0;
	if (peel(judge->facts->repo, &update->new, &tip, &type, f) < 0)
		return -1;
	if (type != OBJECT_COMMIT)
		return 0;
	if (range_of(judge, update, &tip, &range, f) < 0)
		return -1;
	*out = range.commits;
	range.commits = (struct oid_list){ 0 };
	range_release(&range);
	return 0;
}

static int add_line(struct judge *judge, struct oid at, const struct oid_map *commits,
	struct oid_map *out, struct fault *f)
{
	const struct oid *parents;
	size_t count = 1;

	while (count && oid_map_get(commits, &at)) {
		if (!oid_map_put(out, &at))
			return fault_memory(f);
		if (graph_parents(judge->graph, &at, &parents, &count, f) < 0)
			return -1;
		if (count)
			at = parents[0];
	}
	return 0;
}

int judge_own_line(struct judge *judge, const struct ref_update *update,
	const struct oid_list *commits, struct oid_map *out, struct fault *f)
{
	struct oid_map among = { 0 };
	enum object_type type;
	struct oid tip;
	int status = 0;

	if (!commits->count)
		return 0;
	for (size_t i = 0; status == 0 && i < commits->count; i++)
		if (!oid_map_put(&among, &commits->ids[i]))
			status = fault_memory(f);
	if (status == 0)
		status = peel(judge->facts->repo, &update->new, &tip, &type, f);
	if (status == 0)
		status = add_line(judge, tip, &among, out, f);
	oid_map_release(&among);
	return status;
}

int judge_merged(
	struct judge *judge, const struct oid *merge, struct oid_list *out, struct fault *f)
{
	struct oid_list tips = { 0 }, hidden = { 0 };
	enum graph_end end = GRAPH_WHOLE;
	const struct oid *parents;
	size_t count;
	int status = graph_parents(judge->graph, merge, &parents, &count, f);

	if (status < 0 || count < 2)
		return status;
	status = oid_list_add(&hidden, &parents[0]);
	for (size_t i = 1; status == 0 && i < count; i++)
		status = oid_list_add(&tips, &parents[i]);
	status = status < 0 ? fault_memory(f)
			    : graph_range(judge->graph, &tips, &hidden, out, &end, f);
	oid_list_release(&tips);
	oid_list_release(&hidden);
	if (status == 0 && end != GRAPH_WHOLE)
		oid_list_release(out); /* what is not known to be brought in is not approved */
	return status;
}
