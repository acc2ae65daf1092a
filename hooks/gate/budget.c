#include "hooks/gate/budget.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/digest.h"
#include "hooks/gate/budget_left.h"

static bool has_budget(const struct agent *agent)
{
	for (size_t i = 0; i < agent->grant_count; i++)
		if (agent->grants[i].budget)
			return true;
	return false;
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

	return !attributed_by_account(who) && !(who->by & BY_KEY && !has_account);
}

/*
 * The budget of the agent, made when it is new; NULL: no memory.  One that has no budget has none:
 * *none.
 */
static struct budget_left *left_of(
	struct budget_push *s, const struct attributed_agent *who, bool *none, struct fault *f)
{
	const struct agent *star = policy_agent(s->session->facts.policy, "*");
	struct budget_left *left = s->agents;

	*none = !(who->entry && has_budget(who->entry)) && !(star && has_budget(star));
	if (*none)
		return NULL;
	for (; left < s->agents + s->count; left++)
		if (strcmp(left->name, who->name) == 0 && left->claimed == is_claimed(who))
			return left;
	left = arena_grow(&s->arena, s->agents, s->count, sizeof(*left));
	if (!left) {
		(void)fault_memory(f);
		return NULL;
	}
	s->agents = left;
	left += s->count++;
	*left = (struct budget_left){ .name = who->name,
		.claimed = is_claimed(who),
		.has_account = who->entry && *who->entry->accounts,
		.own = who->entry != star ? who->entry : NULL,
		.star = star,
		.owners = { who->entry ? who->entry->owner : NULL },
		.pushes = 1 };
	return left;
}

/* Whether the id is new to the map; -1: no memory. */
static int first_seen(struct oid_map *map, const struct oid *id, struct fault *f)
{
	uint64_t *seen = oid_map_put(map, id);

	if (!seen)
		return fault_memory(f);
	return (*seen)++ == 0;
}

struct budget_weighing {
	struct budget_push *budget;
	struct budget_left *left;
};

/* Counts each path once, and the bytes of each file once. */
static int on_change(void *context, const struct change *change, struct fault *f)
{
	struct budget_weighing *w = context;
	struct digest_text digest;
	enum object_type type;
	struct oid path;
	size_t size;
	int first;

	if (digest_of(change->path, &digest, f) < 0)
		return -1;
	if (oid_parse(&path, span_of(digest.hex)) < 0)
		return fault_set(f, FAULT_INTERNAL, "a digest is not one");
	first = first_seen(&w->left->paths, &path, f);
	w->left->files += first > 0;
	if (first < 0 || !change->new.mode || change->new.mode == MODE_SUBMODULE)
		return first < 0 ? -1 : 0;
	first = first_seen(&w->left->blobs, &change->new.id, f);
	if (first <= 0)
		return first;
	if (repo_read_header(w->budget->session->facts.repo, &change->new.id, &type, &size, f) < 0)
		return -1;
	w->left->bytes += (int64_t)size;
	return 0;
}

/* What the commit adds to the budget.  What cannot be told to the end is more than any budget. */
static int weigh(
	struct budget_push *s, struct budget_left *left, const struct oid *commit, struct fault *f)
{
	struct budget_weighing w = { s, left };
	bool whole;

	left->commits++;
	if (!budget_left_weighs(left))
		return 0;
	if (judge_changes(s->session->judge, commit,
		    &(struct change_listener){ .each = on_change, .context = &w }, &whole, f) < 0)
		return -1;
	left->unweighed = left->unweighed || !whole;
	return 0;
}

struct tallying {
	struct budget_push *budget;
	struct fault *fault;
};

static int on_brought(void *context, const struct oid *commit, const struct attribution *who)
{
	struct tallying *t = context;

	for (size_t i = 0; i < who->count; i++) {
		bool none;
		struct budget_left *left = left_of(t->budget, &who->agents[i], &none, t->fault);

		if (none)
			continue;
		if (!left)
			return -1;
		left->by |= who->agents[i].by;
		if (weigh(t->budget, left, commit, t->fault) < 0)
			return -1;
	}
	return 0;
}

/* The push is the account's agent's, too, whatever it brings. */
static int tally_account(struct budget_push *s, struct fault *f)
{
	const struct session *session = s->session;
	const struct agent *agent =
		policy_account_agent(session->facts.policy, session->facts.push.account);
	struct attributed_agent who = { .entry = agent, .by = BY_ACCOUNT, .verified = true };
	struct budget_left *left;
	bool none;

	if (!agent)
		return 0;
	who.name = agent->name;
	left = left_of(s, &who, &none, f);
	if (left)
		left->by |= BY_ACCOUNT;
	return left || none ? 0 : -1;
}

/* A session may go on to another push. */
static bool is_of_push(const struct budget_push *s, const struct push *push)
{
	return oid_equal(&s->old, &push->updates[0].old) &&
	       oid_equal(&s->new, &push->updates[0].new);
}

int budget_tally(struct session *session, struct fault *f)
{
	struct tallying t = { NULL, f };
	struct budget_push *s;

	if (session->budget && is_of_push(session->budget, &session->facts.push))
		return 0;
	budget_free(session->budget);
	s = session->budget = calloc(1, sizeof(*s));
	if (!s)
		return fault_memory(f);
	s->session = session;
	s->old = session->facts.push.updates[0].old;
	s->new = session->facts.push.updates[0].new;
	s->arena = (struct arena)ARENA_INIT((size_t)64 << 20);
	t.budget = s;
	if (!any_budget(session->facts.policy))
		return 0;
	if (tally_account(s, f) < 0)
		return -1;
	return judge_brought(session->judge, on_brought, &t, f);
}

void budget_free(struct budget_push *budget)
{
	for (size_t i = 0; budget && i < budget->count; i++) {
		oid_map_release(&budget->agents[i].paths);
		oid_map_release(&budget->agents[i].blobs);
	}
	if (budget)
		arena_release(&budget->arena);
	free(budget);
}

/* What is over budgets that count, or over those that are only observed: a finding each. */
struct budget_finding {
	struct finding finding;
	struct buf detail, agents;
	bool never; /* one of them will not have room, however long one waits */
};

/* Whom both name. */
static names names_meet(struct arena *arena, names some, names others)
{
	static const char *const nobody[] = { NULL };
	const char **both;
	size_t count = 0;

	while (some[count])
		count++;
	both = arena_alloc(arena, (count + 1) * sizeof(*both));
	if (!both)
		return nobody;
	count = 0;
	for (; *some; some++)
		for (names other = others; *other; other++)
			if (strcmp(*some, *other) == 0) {
				both[count++] = *some;
				break;
			}
	both[count] = NULL;
	return both;
}

/*
 * Adds to what the finding says: of several budgets the strictest counts, and who approves must be
 * named by all.
 */
static void join(struct budget_finding *all, struct arena *arena, const struct budget_left *left,
	const struct budget_excess *excess)
{
	struct finding *finding = &all->finding;

	if (!all->detail.data || !strstr(all->detail.data, excess->text))
		(void)buf_addf(&all->detail, "%s%s", all->detail.len ? "; " : "", excess->text);
	if (!all->agents.data || !strstr(all->agents.data, left->name))
		(void)buf_addf(&all->agents, "%s%s", all->agents.len ? ", " : "", left->name);
	finding->identified_by |= left->by;
	if (!all->never && excess->retry_after > finding->retry_after)
		finding->retry_after = excess->retry_after;
	if (!excess->retry_after) {
		all->never = true;
		finding->retry_after = 0;
		finding->instead = "push in smaller steps, or ask the agent's owner";
	}
	if (!finding->owners)
		finding->owners = left->owners;
	if (!finding->approvers || finding->action == ACTION_WARN) {
		finding->approvers = excess->approvers;
		finding->layer = excess->layer;
	} else if (excess->action != ACTION_WARN) {
		finding->approvers = names_meet(arena, finding->approvers, excess->approvers);
		finding->layer = excess->layer < finding->layer ? excess->layer : finding->layer;
	}
	finding->action = excess->action < finding->action ? excess->action : finding->action;
}

static int join_all(struct session *session, struct budget_finding found[2], struct fault *f)
{
	for (size_t i = 0; i < session->budget->count; i++) {
		struct budget_left *left = &session->budget->agents[i];
		struct budget_query query = { session->facts.past ? NULL : session->facts.state,
			left, session->facts.clock.passed * 1000,
			clock_lag(&session->facts.clock) };
		struct budget_excess excess;

		for (size_t k = 0; k < BUDGET_KINDS * BUDGET_SOURCES; k++) {
			if (budget_left_excess(&query, k, &excess, f) < 0)
				return -1;
			if (excess.text[0])
				join(&found[excess.observe], &session->budget->arena, left,
					&excess);
		}
	}
	return 0;
}

int budget_judge(struct session *session, struct verdict *verdict, struct fault *f)
{
	struct budget_finding found[2];
	int status = budget_tally(session, f);

	for (size_t i = 0; i < 2; i++)
		found[i] = (struct budget_finding){
			.finding = { .rule = "budget",
				.action = ACTION_WARN,
				.observe = i,
				.path = { "", 0 },
				.old = { .id = verdict->update->old },
				.new = { .id = verdict->update->new } },
			.detail = BUF_INIT(65536),
			.agents = BUF_INIT(65536),
		};
	if (status == 0)
		status = join_all(session, found, f);
	for (size_t i = 0; i < 2; i++) {
		struct finding *finding = &found[i].finding;

		if (status == 0 && (found[i].detail.failed || found[i].agents.failed))
			status = fault_memory(f);
		if (status == 0 && found[i].detail.len) {
			finding->detail = found[i].detail.data;
			finding->agents = found[i].agents.data;
			finding->approvals = *finding->approvers != NULL;
			status = verdict_add(verdict, finding, f);
		}
		buf_release(&found[i].detail);
		buf_release(&found[i].agents);
	}
	return status;
}

int budget_hold(struct session *session, struct verdict *verdict, bool *over, struct fault *f)
{
	int status = budget_tally(session, f);

	*over = false;
	for (size_t i = 0; status == 0 && i < session->budget->count; i++) {
		struct budget_left *left = &session->budget->agents[i];
		struct budget_excess excess = { 0 };

		status = budget_left_holds(session->facts.state, left, verdict->hold, &excess, f);
		if (status < 0 || !excess.text[0])
			continue;
		*over = *over || !excess.observe;
		status = verdict_add(verdict,
			&(struct finding){ .rule = "budget",
				.action = ACTION_DENY,
				.observe = excess.observe,
				.agents = left->name,
				.identified_by = left->by,
				.path = { "", 0 },
				.new = { .id = verdict->update->new },
				.owners = left->owners,
				.detail = excess.text },
			f);
	}
	return status;
}

int budget_hold_again(struct session *session, struct state *state, const struct verdict *verdict,
	struct fault *f)
{
	int status = budget_tally(session, f);

	for (size_t i = 0; status == 0 && session->budget && i < session->budget->count; i++) {
		struct budget_left *left = &session->budget->agents[i];
		struct budget_excess excess = { 0 };

		left->new_holds = 0; /* those of this push are in the state by now */
		status = budget_left_holds(state, left, verdict->hold, &excess, f);
		if (status == 0 && excess.text[0] && !excess.observe)
			status = fault_set(f, FAULT_PUSHER,
				"%s: another push has opened one meanwhile", excess.text);
	}
	return status;
}

int budget_record(struct session *session, struct state *state, struct fault *f)
{
	int status = budget_tally(session, f);

	for (size_t i = 0; status == 0 && i < session->budget->count; i++) {
		struct budget_left *left = &session->budget->agents[i];
		struct budget_query query = { state, left, session->facts.clock.passed * 1000,
			clock_lag(&session->facts.clock) };

		status = budget_left_take(&query, session->facts.push.account, f);
	}
	return status;
}
