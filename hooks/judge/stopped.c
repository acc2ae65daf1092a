/* Commits of who is stopped, on their way to a ref. */
#include "common/git/peel.h"
#include "hooks/judge/parts.h"

/*
 * Whether the update is about the default branch, and its commits before: that branch hides what
 * nothing else does.
 */
static int head_range(struct judge *judge, const struct ref_update *update, const struct oid *tip,
	struct oid_list *out, struct fault *f)
{
	struct oid_list tips = { 0 }, hidden = { 0 };
	enum graph_end end = GRAPH_WHOLE;
	enum object_type type;
	struct oid old;
	int status = 0;

	if (strcmp(update->target, judge->facts->head) != 0 || oid_is_zero(&update->old))
		return 0;
	if (peel(judge->facts->repo, &update->old, &old, &type, f) < 0)
		return -1;
	if (oid_list_add(&tips, tip) < 0 ||
		(type == OBJECT_COMMIT && oid_list_add(&hidden, &old) < 0))
		status = fault_memory(f);
	if (status == 0)
		status = graph_range(judge->graph, &tips, &hidden, out, &end, f);
	if (status == 0 && end != GRAPH_WHOLE)
		status = deadline_fault(
			f, "checking whether a commit is by somebody who is stopped");
	oid_list_release(&tips);
	oid_list_release(&hidden);
	return status;
}

/* Objects to the first of the commits that is of who is stopped: 1; 0 when none is, or -1. */
static int object_to_first(struct judge *judge, const struct rule_case *about,
	const struct oid_list *commits, struct fault *f)
{
	int status = 0;

	for (size_t i = 0; status == 0 && i < commits->count; i++) {
		struct rule_case c = *about;
		struct attribution who;
		const char *why;

		if (judge_is_late(judge))
			return deadline_fault(
				f, "checking whether a commit is by somebody who is stopped");
		if (judge_attribute(judge, &commits->ids[i], &who, &why, f) < 0)
			return -1;
		if (why || !who.stopped)
			continue;
		c.commit = &commits->ids[i];
		c.who = &who;
		judge_note_agents(c.verdict, &who);
		status = rule_stopped(&c, f) < 0 ? -1 : 1;
	}
	return status;
}

int judge_stopped(struct judge *judge, const struct rule_case *c, const struct range *range,
	const struct oid *tip, struct fault *f)
{
	const struct stops *stops = &judge->facts->stops;
	struct oid_list to_head = { 0 };
	int status;

	if (!stops || !stops->count)
		return 0;
	status = object_to_first(judge, c, &range->commits, f);
	if (status == 0)
		status = object_to_first(judge, c, &judge->introduced_list, f);
	if (status == 0)
		status = head_range(judge, c->update, tip, &to_head, f);
	if (status == 0)
		status = object_to_first(judge, c, &to_head, f);
	oid_list_release(&to_head);
	return status;
}
