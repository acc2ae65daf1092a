/* The part of the inventory that reads history: each commit once, whatever refs lead to it. */
#include <string.h>

#include "common/git/peel.h"
#include "common/git/refname.h"
#include "hooks/report/inventory_agent.h"

#define TEXT_MAX ((size_t)8 << 20) /* of a commit that is looked at, as the judge does */
#define SHOWN_EVERY 1000

struct history_walk {
	struct inventory_agents *s;
	struct oid_map seen;
	struct oid_list stack; /* used from its end */
	const char *ref;       /* at which the commits at hand are found */
	struct fault *fault;
};

static int push_once(struct history_walk *w, const struct oid *id)
{
	uint64_t *seen = oid_map_put(&w->seen, id);

	if (!seen || (!(*seen)++ && oid_list_add(&w->stack, id) < 0))
		return fault_memory(w->fault);
	return 0;
}

static int note(struct history_walk *w, const struct attribution *who, int64_t time)
{
	struct inventory_agents *s = w->s;

	for (size_t i = 0; i < who->count; i++) {
		const struct attributed_agent *agent = &who->agents[i];
		struct inventory_agent *seen_agent =
			inventory_agent_of(s, agent->name, strlen(agent->name));

		if (!seen_agent || inventory_names_add(s, &seen_agent->refs, w->ref) < 0)
			return fault_memory(w->fault);
		seen_agent->by |= agent->by;
		seen_agent->commits++;
		seen_agent->proven += agent->verified;
		inventory_agent_at(seen_agent, time);
	}
	return 0;
}

static int read_parsed(struct history_walk *w, const struct oid *id, const struct commit *commit)
{
	struct inventory_agents *s = w->s;
	struct attribution who;

	for (size_t i = 0; i < commit->parent_count; i++) {
		struct oid parent = commit_parent(commit, i);

		if (push_once(w, &parent) < 0)
			return -1;
	}
	s->commits++;
	if (commit->committer.time < s->wish->from)
		return 0;
	if (judge_attribute_read(s->session.judge, id, commit, &who, w->fault) < 0)
		return -1;
	s->agent_commits += who.count > 0;
	return note(w, &who, commit->committer.time);
}

static void show(const struct history_walk *w)
{
	FILE *progress = w->s->wish->progress;

	if (!progress || w->s->commits % SHOWN_EVERY)
		return;
	(void)fprintf(progress, "\r%s: %zu commits read, %zu of them of agents ",
		w->s->session.facts.name, w->s->commits, w->s->agent_commits);
	(void)fflush(progress);
}

static int read_one(struct history_walk *w, const struct oid *id)
{
	struct object object = { 0 };
	struct commit commit;
	const char *why;
	int status = repo_read(w->s->session.facts.repo, id, &object, w->fault);

	if (status == 0 && object.type == OBJECT_COMMIT && object.data.len <= TEXT_MAX &&
		commit_parse(&commit, object.data, &why) == 0)
		status = read_parsed(w, id, &commit);
	object_release(&object);
	show(w);
	return status;
}

static int on_ref(void *context, const char *name, const struct oid *id)
{
	struct history_walk *w = context;
	struct fault ignored = { 0 };
	enum object_type type;
	struct oid commit;
	int status = 0;

	if (refname_reserved(name) ||
		peel(w->s->session.facts.repo, id, &commit, &type, &ignored) < 0 ||
		type != OBJECT_COMMIT)
		return 0;
	w->ref = name;
	status = push_once(w, &commit);
	while (status == 0 && w->stack.count) {
		struct oid next = w->stack.ids[--w->stack.count];

		status = read_one(w, &next);
	}
	return status;
}

int inventory_history(struct inventory_agents *s, struct fault *f)
{
	struct history_walk w = { .s = s, .fault = f };
	struct ref_value head;
	int status = repo_ref(s->session.facts.repo, s->session.facts.head, &head, f);

	if (status == 0)
		free(head.target);
	if (status == 0 && head.kind == REF_DIRECT)
		status = on_ref(&w, s->session.facts.head, &head.id);
	if (status == 0)
		status = repo_refs(s->session.facts.repo, "refs/", on_ref, &w, f);
	if (s->wish->progress)
		(void)fprintf(s->wish->progress, "\r\x1b[K");
	oid_map_release(&w.seen);
	oid_list_release(&w.stack);
	return status;
}
