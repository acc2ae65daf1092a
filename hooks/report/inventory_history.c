/* The part of the inventory that reads history: each commit once, whatever refs lead to it. */
#include <string.h>

#include "common/git/peel.h"
#include "common/git/refname.h"
#include "hooks/report/inventory_agent.h"
#include "hooks/report/reading.h"

#define TEXT_MAX ((size_t)8 << 20) /* of a commit that is looked at, as the judge does */
#define SHOWN_EVERY 1000

struct history_walk {
	struct inventory_agents *s;
	struct history history;
	const char *ref; /* at which the commits at hand are found */
	struct fault *fault;
};

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

static void show(const struct history_walk *w)
{
	FILE *progress = w->s->wish->progress;

	if (!progress || w->s->commits % SHOWN_EVERY)
		return;
	(void)fprintf(progress, "\r%s: %zu commits read, %zu of them of agents ",
		w->s->session.facts.name, w->s->commits, w->s->agent_commits);
	(void)fflush(progress);
}

static int on_commit(
	void *context, const struct oid *id, const struct commit *commit, struct fault *f)
{
	struct history_walk *w = context;
	struct inventory_agents *s = w->s;
	struct attribution who;
	int status = 0;

	s->commits += commit != NULL;
	if (commit && commit->committer.time >= s->wish->from) {
		status = judge_attribute_once(s->session.judge, id, commit, &who, f);
		s->agent_commits += status == 0 && who.count > 0;
		if (status == 0)
			status = note(w, &who, commit->committer.time);
	}
	show(w);
	return status;
}

static int on_ref(void *context, const char *name, const struct oid *id)
{
	struct history_walk *w = context;
	struct fault ignored = { 0 };
	enum object_type type;
	struct oid commit;

	if (refname_reserved(name) ||
		peel(w->s->session.facts.repo, id, &commit, &type, &ignored) < 0 ||
		type != OBJECT_COMMIT)
		return 0;
	w->ref = name;
	return history_read(&w->history, &commit, w->fault);
}

int inventory_history(struct inventory_agents *s, struct fault *f)
{
	struct history_walk w = { .s = s,
		.history = { .repo = s->session.facts.repo,
			.text_max = TEXT_MAX,
			.each = on_commit,
			.context = &w },
		.fault = f };
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
	history_release(&w.history);
	return status;
}
