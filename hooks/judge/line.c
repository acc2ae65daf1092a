/*
 * Whose doing an update is: that of the account's agent, and of the agents of the commits on the
 * first-parent line of what the update brings to its ref.  What a merge brings in was brought by
 * whoever made the merge.
 *
 * What an update brings is asked of the ref's own old value: that the commits lie on another branch
 * already, governed or not, makes them nobody else's.  A new ref has no such value.  There it is
 * what is new to some group that governs it or, where none does, what no ref led to; and, for
 * agents that may not update the ref, what they brought to a ref of theirs (cut.c).
 */
#include <stdlib.h>

#include "common/git/peel.h"
#include "hooks/judge/parts.h"

/* What the walk knows of the update. */
struct line {
	struct judge *judge;
	const struct ref_update *update;
	const struct range *range;
	struct oid old; /* the commit that the ref led to; zero: none */
	struct oid
		head; /* that of the branch that HEAD names, for a new ref that nothing governs */
	bool governed, listed; /* listed: `brought` has been found */
	struct oid_map brought;
};

/* The commit that a value leads to; zero when it leads to none. */
static int commit_of(struct judge *judge, const struct oid *value, struct oid *out, struct fault *f)
{
	enum object_type type = OBJECT_NONE;

	if (!oid_is_zero(value) && peel(judge->facts->repo, value, out, &type, f) < 0)
		return -1;
	if (type != OBJECT_COMMIT)
		*out = (struct oid){ 0 };
	return 0;
}

static int line_begin(struct line *line, struct fault *f)
{
	const struct facts *facts = line->judge->facts;
	struct ref_value head;

	for (size_t g = 0; g < facts->policy->group_count; g++)
		line->governed =
			line->governed || policy_group_governs(facts->policy,
						  &facts->policy->groups[g], line->update->target);
	if (commit_of(line->judge, &line->update->old, &line->old, f) < 0)
		return -1;
	if (line->governed || !oid_is_zero(&line->old) || facts->dry)
		return 0;
	if (repo_ref(facts->repo, facts->head, &head, f) < 0)
		return -1;
	free(head.target);
	return head.kind == REF_DIRECT ? commit_of(line->judge, &head.id, &line->head, f) : 0;
}

/*
 * Finds what the rest of the line, from the commit on, brings.  The default branch is asked before
 * all refs are listed.
 */
static int line_list(struct line *line, const struct oid *from, struct fault *f)
{
	struct oid id = *from;
	struct oid_list commits = { 0 };
	const struct oid_list tips = { .ids = &id, .count = 1 }, old = { &line->old, 1, 0 };
	enum graph_end end = GRAPH_WHOLE;
	bool reached = false;
	int status = 0;

	line->listed = true;
	if (!oid_is_zero(&line->head))
		status = graph_reaches(line->judge->graph, &line->head, from, &reached, f);
	if (status == 0 && !oid_is_zero(&line->old))
		status = graph_range(line->judge->graph, &tips, &old, &commits, &end, f);
	else if (status == 0 && !reached)
		status = range_of_no_ref(line->judge, &tips, &commits, &end, f);
	for (size_t i = 0; status == 0 && i < commits.count; i++)
		if (!oid_map_put(&line->brought, &commits.ids[i]))
			status = fault_memory(f);
	oid_list_release(&commits);
	return status == 0 && end != GRAPH_WHOLE ? 1 : status;
}

/*
 * Whether the update brings the commit to its ref.  0; 1 when it would take too long to find out;
 * -1.
 */
static int line_has(struct line *line, const struct oid *id, bool *has, struct fault *f)
{
	int status = 0;

	*has = oid_map_get(&line->range->index, id) || oid_map_get(&line->judge->introduced, id);
	if (*has || oid_equal(id, &line->old) || (oid_is_zero(&line->old) && line->governed))
		return 0;
	if (!line->listed)
		status = line_list(line, id, f);
	*has = oid_map_get(&line->brought, id);
	return status;
}

/* Follows the line from *id on; ends with the first commit that the update does not bring. */
static int line_walk(struct line *line, struct oid *id, struct attribution *who, struct fault *f)
{
	struct judge *judge = line->judge;
	bool has;
	int status;

	while ((status = line_has(line, id, &has, f)) == 0 && has) {
		struct attribution maker;
		const struct oid *parents;
		const char *why;
		size_t count;

		if (judge_is_late(judge))
			return 1;
		if (judge_attribute(judge, id, &maker, &why, f) < 0)
			return -1;
		if (!why && attribution_merge(judge->attributor, who, &maker, f) < 0)
			return -1;
		if (graph_parents(judge->graph, id, &parents, &count, f) < 0)
			return -1;
		if (!count)
			return 0;
		*id = parents[0];
	}
	return status;
}

int judge_doers(
	struct judge *judge, const struct doing *doing, struct attribution *who, struct fault *f)
{
	struct line line = { .judge = judge, .update = doing->update, .range = doing->range };
	struct oid id = *doing->tip;
	int status = line_begin(&line, f);

	if (status == 0)
		status = line_walk(&line, &id, who, f);
	if (status == 0 && oid_is_zero(&doing->update->old))
		status = judge_cut(judge, doing, &id, who, f);
	oid_map_release(&line.brought);
	return status;
}
