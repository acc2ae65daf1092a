#include "hooks/gate/budget.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/digest.h"
#include "hooks/gate/budget_left.h"

static bool has_budget(const struct agent *agent)
{
	const struct budget *b = &agent->budget;

	return b->pushes.amount || b->commits.amount || b->files || b->bytes || b->holds;
}

static bool any_budget(const struct policy *policy)
{
	for (size_t i = 0; i < policy->agent_count; i++)
		if (has_budget(&policy->agents[i]))
			return true;
	return false;
}

/* Whether anybody could have pushed it. */
static bool is_claimed(const struct attributed_agent *who)
{
	bool has_account = who->entry && *who->entry->accounts;

	return !(who->by & (BY_ACCOUNT | BY_REMEMBERED)) && !(who->by & BY_KEY && !has_account);
}

/* The purse of the agent, made when it is new; NULL: no memory.  One that has no budget has none: *none. */
static struct purse *purse_of(
	struct spending *s, const struct attributed_agent *who, bool *none, struct fault *f)
{
	const struct agent *star = policy_agent(s->session->policy, "*");
	struct purse *purse = s->purses;

	*none = !(who->entry && has_budget(who->entry)) && !(star && has_budget(star));
	if (*none)
		return NULL;
	for (; purse < s->purses + s->count; purse++)
		if (strcmp(purse->name, who->name) == 0 && purse->claimed == is_claimed(who))
			return purse;
	purse = arena_grow(&s->arena, s->purses, s->count, sizeof(*purse));
	if (!purse) {
		(void)fault_memory(f);
		return NULL;
	}
	s->purses = purse;
	purse += s->count++;
	*purse = (struct purse){ .name = who->name,
		.claimed = is_claimed(who),
		.has_account = who->entry && *who->entry->accounts,
		.own = who->entry && strcmp(who->name, "*") != 0 ? &who->entry->budget : NULL,
		.star = star ? &star->budget : NULL,
		.owners = { who->entry ? who->entry->owner : NULL },
		.pushes = 1 };
	return purse;
}

/* Whether the id is new to the map; -1: no memory. */
static int first_seen(struct oid_map *map, const struct oid *id, struct fault *f)
{
	uint64_t *seen = oid_map_put(map, id);

	if (!seen)
		return fault_memory(f);
	return (*seen)++ == 0;
}

struct weighing {
	struct spending *spending;
	struct purse *purse;
};

/* Counts each path once, and the bytes of each file once. */
static int on_change(void *context, const struct change *change, struct fault *f)
{
	struct weighing *w = context;
	struct digest_text digest;
	enum object_type type;
	struct oid path;
	size_t size;
	int first;

	if (digest_of(change->path, &digest, f) < 0)
		return -1;
	digest.hex[OID_HEX] = '\0';
	if (oid_parse(&path, span_of(digest.hex)) < 0)
		return fault_set(f, FAULT_INTERNAL, "a digest is no digest");
	first = first_seen(&w->purse->paths, &path, f);
	w->purse->files += first > 0;
	if (first < 0 || !change->new.mode || change->new.mode == MODE_SUBMODULE)
		return first < 0 ? -1 : 0;
	first = first_seen(&w->purse->blobs, &change->new.id, f);
	if (first <= 0)
		return first;
	if (repo_read_header(w->spending->session->repo, &change->new.id, &type, &size, f) < 0)
		return -1;
	w->purse->bytes += (int64_t)size;
	return 0;
}

/* What the commit adds to the purse.  What cannot be told to the end is more than any budget. */
static int weigh(struct spending *s, struct purse *purse, const struct oid *commit, struct fault *f)
{
	struct weighing w = { s, purse };
	bool whole;

	purse->commits++;
	if (!purse_weighs(purse))
		return 0;
	if (judge_changes(s->session->judge, commit,
		    &(struct change_listener){ .each = on_change, .context = &w }, &whole, f) < 0)
		return -1;
	purse->unweighed = purse->unweighed || !whole;
	return 0;
}

struct tallying {
	struct spending *spending;
	struct fault *fault;
};

static int on_brought(void *context, const struct oid *commit, const struct attribution *who)
{
	struct tallying *t = context;

	for (size_t i = 0; i < who->count; i++) {
		bool none;
		struct purse *purse = purse_of(t->spending, &who->agents[i], &none, t->fault);

		if (none)
			continue;
		if (!purse)
			return -1;
		purse->by |= who->agents[i].by;
		if (weigh(t->spending, purse, commit, t->fault) < 0)
			return -1;
	}
	return 0;
}

/* The push is the account's agent's, too, whatever it brings. */
static int tally_account(struct spending *s, struct fault *f)
{
	const struct session *session = s->session;
	const struct agent *agent = policy_account_agent(session->policy, session->push.account);
	struct attributed_agent who = { .entry = agent, .by = BY_ACCOUNT, .verified = true };
	struct purse *purse;
	bool none;

	if (!agent)
		return 0;
	who.name = agent->name;
	purse = purse_of(s, &who, &none, f);
	if (purse)
		purse->by |= BY_ACCOUNT;
	return purse || none ? 0 : -1;
}

/* A session may go on to another push. */
static bool is_of_push(const struct spending *s, const struct push *push)
{
	return oid_equal(&s->old, &push->updates[0].old) &&
	       oid_equal(&s->new, &push->updates[0].new);
}

/* Once a push. */
static int tally(struct session *session, struct fault *f)
{
	struct tallying t = { NULL, f };
	struct spending *s;

	if (session->spending && is_of_push(session->spending, &session->push))
		return 0;
	spending_free(session->spending);
	s = session->spending = calloc(1, sizeof(*s));
	if (!s)
		return fault_memory(f);
	s->session = session;
	s->old = session->push.updates[0].old;
	s->new = session->push.updates[0].new;
	s->arena = (struct arena)ARENA_INIT((size_t)64 << 20);
	t.spending = s;
	if (!any_budget(session->policy))
		return 0;
	if (tally_account(s, f) < 0)
		return -1;
	return judge_brought(session->judge, on_brought, &t, f);
}

void spending_free(struct spending *spending)
{
	for (size_t i = 0; spending && i < spending->count; i++) {
		oid_map_release(&spending->purses[i].paths);
		oid_map_release(&spending->purses[i].blobs);
	}
	if (spending)
		arena_release(&spending->arena);
	free(spending);
}

/* Takes over the finding, or adds to what it says: of several budgets the strictest counts, and who approves must be named by all. */
static void join(struct finding *all, struct buf *detail, struct buf *agents,
	const struct purse *purse, const struct excess *excess)
{
	bool first = detail->len == 0;

	(void)buf_addf(detail, "%s%s", first ? "" : "; ", excess->text);
	if (!agents->data || !strstr(agents->data, purse->name))
		(void)buf_addf(agents, "%s%s", agents->len ? ", " : "", purse->name);
	all->identified_by |= purse->by;
	if (first) {
		all->action = excess->action;
		all->approvers = excess->approvers;
		all->owners = purse->owners;
	} else {
		all->action = excess->action < all->action ? excess->action : all->action;
		all->approvers = excess->approvers == all->approvers ? all->approvers : NULL;
	}
}

int spending_judge(struct session *session, struct verdict *verdict, struct fault *f)
{
	struct buf detail = BUF_INIT(65536), agents = BUF_INIT(65536);
	struct finding all = { .rule = "budget",
		.observe = session->policy->observe,
		.path = { "", 0 },
		.old = { .id = verdict->update->old },
		.new = { .id = verdict->update->new } };
	int status = tally(session, f);

	for (size_t i = 0; status == 0 && i < session->spending->count; i++) {
		struct purse *purse = &session->spending->purses[i];
		struct purse_query query = { session->past ? NULL : session->state, purse,
			session->now * 1000 };
		struct excess excess;

		for (size_t kind = 0; status == 0 && kind < PURSE_KINDS; kind++) {
			status = purse_excess(&query, kind, &excess, f);
			if (status == 0 && excess.text[0])
				join(&all, &detail, &agents, purse, &excess);
		}
	}
	if (status == 0 && (detail.failed || agents.failed))
		status = fault_memory(f);
	if (status == 0 && detail.len) {
		static const char *const nobody[] = { NULL };

		all.detail = detail.data;
		all.agents = agents.data;
		all.approvers = all.approvers ? all.approvers : nobody;
		all.approvals = *all.approvers != NULL;
		status = verdict_add(verdict, &all, f);
	}
	buf_release(&detail);
	buf_release(&agents);
	return status;
}

int spending_hold(struct session *session, struct verdict *verdict, bool *over, struct fault *f)
{
	int status = tally(session, f);

	*over = false;
	for (size_t i = 0; status == 0 && i < session->spending->count; i++) {
		struct purse *purse = &session->spending->purses[i];
		struct excess excess = { 0 };

		status = purse_holds(session->state, purse, verdict->hold, &excess, f);
		if (status < 0 || !excess.text[0])
			continue;
		*over = true;
		status = verdict_add(verdict,
			&(struct finding){ .rule = "budget",
				.action = ACTION_DENY,
				.observe = session->policy->observe,
				.agents = purse->name,
				.identified_by = purse->by,
				.path = { "", 0 },
				.new = { .id = verdict->update->new },
				.owners = purse->owners,
				.detail = excess.text },
			f);
	}
	return status;
}

int spending_hold_again(struct session *session, struct state *state, const struct verdict *verdict,
	struct fault *f)
{
	int status = session->policy->observe ? 0 : tally(session, f);

	for (size_t i = 0; status == 0 && session->spending && i < session->spending->count; i++) {
		struct purse *purse = &session->spending->purses[i];
		struct excess excess = { 0 };

		purse->new_holds = 0; /* those of this push are in the state by now */
		status = purse_holds(state, purse, verdict->hold, &excess, f);
		if (status == 0 && excess.text[0])
			status = fault_set(f, FAULT_PUSHER,
				"%s: another push has opened one meanwhile", excess.text);
	}
	return status;
}

int spending_record(struct session *session, struct state *state, struct fault *f)
{
	int status = tally(session, f);

	for (size_t i = 0; status == 0 && i < session->spending->count; i++) {
		struct purse *purse = &session->spending->purses[i];
		struct purse_query query = { state, purse, session->now * 1000 };

		status = purse_take(&query, session->push.account, f);
	}
	return status;
}
