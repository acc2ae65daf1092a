/*
 * A new ref that is cut from what is in the repository already.  An agent that may not update it
 * could else park a commit where it may, and have the new ref begin there.
 *
 * History that was looked at by others is nobody's doing any more: what the default branch led to,
 * and what led there from a ref that the agent itself could not have updated.  So a person's branch
 * or tag of main, or of a branch that is closed to agents, is never an agent's.  Nor is a tag that
 * a person signed, to the layers that know that person.
 */
#include <stdlib.h>

#include "common/git/peel.h"
#include "common/git/refname.h"
#include "hooks/judge/parts.h"

#define ASKED_MAX 64 /* agents; of more, each commit is asked about */

struct cut {
	struct judge *judge;
	const struct doing *doing;
	struct attribution *who;
	struct oid_map line; /* what the default branch did not lead to */
	struct attributed_agent asked[ASKED_MAX];
	size_t asked_count;
};

/* Refs that an agent could not have updated. */
struct closed_refs {
	struct cut *cut;
	const struct attributed_agent *agent;
	struct oid_list commits;
	struct fault *fault;
};

static bool some_agent_has_refs(const struct policy *policy)
{
	for (size_t i = 0; i < policy->agent_count; i++)
		for (size_t g = 0; g < policy->agents[i].grant_count; g++)
			if (policy->agents[i].grants[g].refs >= 0)
				return true;
	return false;
}

static int on_ref(void *context, const char *name, const struct oid *id)
{
	static const struct grants_asked closed_to = { .above = LAYER_COUNT };
	struct closed_refs *closed = context;
	const struct facts *facts = closed->cut->judge->facts;
	struct fault ignored = { 0 };
	enum object_type type;
	struct oid commit;

	if (refname_reserved(name) ||
		!rule_refuses_ref(facts->policy, closed->agent, name, closed_to) ||
		peel(facts->repo, id, &commit, &type, &ignored) < 0 || type != OBJECT_COMMIT)
		return 0;
	return oid_list_add(&closed->commits, &commit) < 0 ? fault_memory(closed->fault) : 0;
}

/* Whether the commit is led to by no ref that the agent could not have updated.  0, 1 or -1. */
static int is_open(struct cut *cut, const struct attributed_agent *agent, const struct oid *id,
	bool *open, struct fault *f)
{
	struct closed_refs closed = { .cut = cut, .agent = agent, .fault = f };
	struct oid from = *id;
	const struct oid_list tips = { .ids = &from, .count = 1 };
	struct oid_list commits = { 0 };
	enum graph_end end = GRAPH_WHOLE;
	int status = repo_refs(cut->judge->facts->repo, "refs/", on_ref, &closed, f);

	if (status == 0)
		status = graph_range(cut->judge->graph, &tips, &closed.commits, &commits, &end, f);
	*open = commits.count > 0;
	oid_list_release(&commits);
	oid_list_release(&closed.commits);
	return status == 0 && end != GRAPH_WHOLE ? 1 : status;
}

/* Whether the agent's newest commit on the line was asked about: those behind it are as open. */
static bool was_asked(const struct cut *cut, const struct attributed_agent *agent)
{
	for (size_t i = 0; i < cut->asked_count; i++)
		if (cut->asked[i].name == agent->name && cut->asked[i].verified == agent->verified)
			return true;
	return false;
}

static int ask(struct cut *cut, const struct oid *id, const struct attributed_agent *agent,
	struct fault *f)
{
	struct attribution maker = { .agents = { *agent }, .count = 1, .by = agent->by };
	const struct grants_asked objecting = { true, cut->doing->vouched };
	bool open = false;
	int status;

	if (was_asked(cut, agent) || !rule_refuses_ref(cut->judge->facts->policy, agent,
					     cut->doing->update->target, objecting))
		return 0;
	if (cut->asked_count < ASKED_MAX)
		cut->asked[cut->asked_count++] = *agent;
	status = is_open(cut, agent, id, &open, f);
	if (status == 0 && open)
		status = attribution_merge(cut->judge->attributor, cut->who, &maker, f);
	return status;
}

static int walk(struct cut *cut, struct oid id, struct fault *f)
{
	const struct oid *parents;
	size_t count = 1;

	while (count && oid_map_get(&cut->line, &id)) {
		struct attribution maker;
		const char *why;

		if (judge_is_late(cut->judge))
			return 1;
		if (judge_attribute(cut->judge, &id, &maker, &why, f) < 0)
			return -1;
		for (size_t i = 0; !why && i < maker.count; i++) {
			int status = ask(cut, &id, &maker.agents[i], f);

			if (status)
				return status;
		}
		if (graph_parents(cut->judge->graph, &id, &parents, &count, f) < 0)
			return -1;
		if (count)
			id = parents[0];
	}
	return 0;
}

/* The commit of the default branch, as it was before the push; zero when there is none. */
static int find_head(struct judge *judge, struct oid *out, struct fault *f)
{
	enum object_type type = OBJECT_NONE;
	struct ref_value head;

	*out = (struct oid){ 0 };
	if (repo_ref(judge->facts->repo, judge->facts->head, &head, f) < 0)
		return -1;
	free(head.target);
	if (head.kind != REF_DIRECT)
		return 0;
	if (peel(judge->facts->repo, &head.id, out, &type, f) < 0)
		return -1;
	if (type != OBJECT_COMMIT)
		*out = (struct oid){ 0 };
	return 0;
}

static int find_line(struct cut *cut, const struct oid *from, struct fault *f)
{
	struct oid id = *from, head;
	const struct oid_list tips = { .ids = &id, .count = 1 };
	struct oid_list commits = { 0 };
	enum graph_end end = GRAPH_WHOLE;
	int status = find_head(cut->judge, &head, f);
	const struct oid_list hidden = { .ids = &head, .count = !oid_is_zero(&head) };

	if (status == 0)
		status = graph_range(cut->judge->graph, &tips, &hidden, &commits, &end, f);
	for (size_t i = 0; status == 0 && i < commits.count; i++)
		if (!oid_map_put(&cut->line, &commits.ids[i]))
			status = fault_memory(f);
	oid_list_release(&commits);
	return status == 0 && end != GRAPH_WHOLE ? 1 : status;
}

int judge_cut(struct judge *judge, const struct doing *doing, const struct oid *from,
	struct attribution *who, struct fault *f)
{
	struct cut cut = { .judge = judge, .doing = doing, .who = who };
	int status;

	if (judge->facts->dry || !some_agent_has_refs(judge->facts->policy))
		return 0;
	status = find_line(&cut, from, f);
	if (status == 0)
		status = walk(&cut, *from, f);
	oid_map_release(&cut.line);
	return status;
}
