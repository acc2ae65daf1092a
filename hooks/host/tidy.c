#include "hooks/host/tidy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "common/base/arena.h"
#include "hooks/gate/notify.h"
#include "hooks/gate/record.h"
#include "hooks/gate/settle.h"
#include "hooks/host/moved.h"
#include "hooks/host/tidy_refs.h"

#define REFS_AT_ONCE 256

/* Texts that were read, to be gone through when no statement is open. */
struct texts {
	struct arena arena;
	const char **list;
	size_t count, most;
};

static int texts_add(struct texts *texts, const char *text)
{
	char *copy = arena_strdup(&texts->arena, text);

	texts->list = arena_grow(&texts->arena, texts->list, texts->count, sizeof(*texts->list));
	if (!copy || !texts->list)
		return -1;
	texts->list[texts->count++] = copy;
	return texts->most && texts->count >= texts->most ? 1 : 0;
}

/* What is done about a ref or a hold, in a transaction.  0 or -1. */
typedef int tidy_work(struct tidying *t, struct state *state, const char *what, struct fault *f);

/* Does it in a transaction of its own. */
static int in_transaction(struct tidying *t, tidy_work *work, const char *what, struct fault *f)
{
	struct state *state = NULL;
	int status;

	if (state_open(&state, repo_git_dir(t->session.facts.repo), STATE_WRITE, f) < 0)
		return -1;
	status = state_begin(state, f);
	if (status == 0)
		status = record_finish(&t->session, state, work(t, state, what, f), f);
	state_close(state);
	return status;
}

static int on_awaited(void *context, const struct awaited *what)
{
	struct texts *refs = context;

	for (size_t i = 0; i < refs->count; i++)
		if (strcmp(refs->list[i], what->ref) == 0)
			return 0;
	return texts_add(refs, what->ref);
}

static int settle_one(struct tidying *t, struct state *state, const char *ref, struct fault *f)
{
	struct ref_update update = { .name = ref, .target = ref };
	struct ref_value now = { 0 };
	int status = repo_ref(t->session.facts.repo, ref, &now, f);

	if (status == 0)
		status = settle_update(&t->session, state, &update, &now.id, f);
	free(now.target);
	t->out->settled += status == 0;
	return status;
}

/* What nobody has settled, since post-receive did not run and nobody pushed there again. */
static int settle(struct tidying *t, struct fault *f)
{
	struct texts refs = { .arena = ARENA_INIT((size_t)16 << 20), .most = REFS_AT_ONCE };
	int status = state_outcomes(t->session.facts.state, NULL, on_awaited, &refs, f);

	if (status == 0)
		status = state_pending_old(t->session.facts.state, on_awaited, &refs, f);
	for (size_t i = 0; status >= 0 && i < refs.count; i++)
		status = in_transaction(t, settle_one, refs.list[i], f);
	arena_release(&refs.arena);
	return status < 0 ? -1 : 0;
}

struct expiring {
	struct tidying *t;
	struct texts ids;
	int64_t seconds; /* for so long a hold stays open without approvals */
};

/*
 * For how long it has been open.  One that is dated after now was made while the clock was ahead,
 * and is measured by the time that has passed; for the others the clock is right again.
 */
static int64_t open_for(const struct clock *clock, const char *since)
{
	struct tm tm = { 0 };
	int64_t then;

	if (!strptime(since, "%Y-%m-%dT%H:%M:%S", &tm))
		return 0;
	then = (int64_t)timegm(&tm);
	return (then > clock->now ? clock->passed : clock->now) - then;
}

static int on_open(void *context, const struct hold_row *hold)
{
	struct expiring *e = context;

	if (open_for(&e->t->session.facts.clock, hold->since) <= e->seconds ||
		tidy_has_approvals(e->t, hold->id))
		return 0;
	return texts_add(&e->ids, hold->id);
}

/* A row of tidying's own: about that hold. */
static int append(
	struct tidying *t, struct state *state, const char *kind, json_t *object, struct fault *f)
{
	char *json = object ? json_dumps(object, JSON_COMPACT) : NULL;
	struct recorded recorded = { 0 };
	struct log_row row = { .kind = kind,
		.account = "",
		.policy = t->session.facts.policy->digest,
		.verdict = json };
	int status = json ? record_append(&t->session, state, &row, &recorded, f) : fault_memory(f);

	free(json);
	json_decref(object);
	return status;
}

static int expire_one(struct tidying *t, struct state *state, const char *id, struct fault *f)
{
	if (state_hold_set(state, id, "expired", f) < 0)
		return -1;
	t->out->expired++;
	return append(t, state, "expired", json_pack("{s:i, s:s}", "version", 1, "hold", id), f);
}

static int expire(struct tidying *t, struct fault *f)
{
	struct expiring e = { .t = t,
		.ids = { .arena = ARENA_INIT((size_t)16 << 20), .most = REFS_AT_ONCE },
		.seconds = t->session.facts.policy->approval.expires };
	int status = 0;

	if (e.seconds <= 0)
		return 0;
	status = state_holds(t->session.facts.state, NULL, "open", on_open, &e, f);
	for (size_t i = 0; status >= 0 && i < e.ids.count; i++)
		status = in_transaction(t, expire_one, e.ids.list[i], f);
	arena_release(&e.ids.arena);
	return status < 0 ? -1 : 0;
}

static int on_over(void *context, const struct hold_row *hold)
{
	struct texts *ids = context;
	char text[40];

	(void)snprintf(text, sizeof(text), "%.16s %.16s", hold->id, hold->status);
	return texts_add(ids, text);
}

/* The signed tags, whole: what proves the landing outlives their refs. */
static int keep_one(struct tidying *t, struct state *state, const char *id, struct fault *f)
{
	json_t *tags = json_array();
	int status = tags ? tidy_approvals(t, id, tags, f) : fault_memory(f);

	if (status == 0 && json_array_size(tags)) {
		t->out->kept = t->out->kept + json_array_size(tags);
		status = append(t, state, "kept",
			json_pack("{s:i, s:s, s:O}", "version", 1, "hold", id, "approvals", tags),
			f);
	}
	json_decref(tags);
	return status;
}

static int cleared_one(struct tidying *t, struct state *state, const char *id, struct fault *f)
{
	t->out->cleared++;
	return state_hold_cleared(state, id, f);
}

/* First what is to be kept is durable, then the refs go, then it is known that they have gone. */
static int clear_one(struct tidying *t, const char *text, struct fault *f)
{
	bool all = strcmp(text + 17, "superseded") != 0; /* what changed since may be asked yet */
	char id[17];

	(void)snprintf(id, sizeof(id), "%.16s", text);
	if (all && tidy_has_approvals(t, id) && in_transaction(t, keep_one, id, f) < 0)
		return -1;
	if (tidy_drop(t, id, all, f) < 0)
		return -1;
	return in_transaction(t, cleared_one, id, f);
}

static int clear(struct tidying *t, struct fault *f)
{
	struct texts ids = { .arena = ARENA_INIT((size_t)16 << 20), .most = REFS_AT_ONCE };
	int status = state_holds_over(t->session.facts.state, 0, on_over, &ids, f);

	for (size_t i = 0; status >= 0 && i < ids.count; i++)
		status = clear_one(t, ids.list[i], f);
	arena_release(&ids.arena);
	return status < 0 ? -1 : 0;
}

static int on_hold_ref(void *context, const char *name, const struct oid *id)
{
	struct texts *refs = context;
	char text[256];

	if (strlen(name) != strlen(TIDY_HOLDS) + 16)
		return 0;
	(void)snprintf(text, sizeof(text), "%s %s", name + strlen(TIDY_HOLDS), oid_text(id).hex);
	return texts_add(refs, text) < 0 ? -1 : 0;
}

static int on_any(void *context, const struct hold_row *hold)
{
	(void)hold;
	*(bool *)context = true;
	return 1;
}

/* The hold's row, of what its tag says; and who is to know of it is told. */
static int take_up(struct tidying *t, struct state *state, const char *text, struct fault *f)
{
	struct orphan orphan = { 0 };
	struct recorded recorded = { 0 };
	struct log_row row = { .kind = "found" };
	bool known = false;
	int status = state_holds(state, tidy_id(text).hex, NULL, on_any, &known, f);

	if (status < 0 || known)
		return status < 0 ? -1 : 0;
	status = tidy_read(t, text, &orphan, f);
	row.account = orphan.hold.account;
	row.ref = orphan.hold.ref;
	row.old = orphan.hold.old;
	row.new = orphan.hold.new;
	row.decision = "hold";
	row.policy = t->session.facts.policy->digest;
	row.verdict = orphan.hold.verdict;
	if (status == 0 && orphan.verdict) {
		status = state_hold_put(state, &orphan.hold, f);
		if (status == 0)
			status = record_append(&t->session, state, &row, &recorded, f);
		if (status == 0)
			status = notify_found(&t->session, state, row.ref,
				&(struct notice){ .json = row.verdict,
					.time = recorded.time,
					.log = recorded.hash },
				f);
		t->out->found += status == 0;
	}
	orphan_release(&orphan);
	return status;
}

static int find_orphans(struct tidying *t, struct fault *f)
{
	struct texts refs = { .arena = ARENA_INIT((size_t)64 << 20) };
	int status = tidy_hold_refs(t, on_hold_ref, &refs, f);

	for (size_t i = 0; status >= 0 && i < refs.count; i++) {
		bool known = false;

		status = state_holds(
			t->session.facts.state, tidy_id(refs.list[i]).hex, NULL, on_any, &known, f);
		if (status >= 0 && !known)
			status = in_transaction(t, take_up, refs.list[i], f);
	}
	arena_release(&refs.arena);
	return status < 0 ? -1 : 0;
}

static int on_moved(void *context, const char *ref, const char *how)
{
	(void)context, (void)ref, (void)how;
	return 1;
}

/* Once a day, and only when all that refs have become is by pushes: else it is told until then. */
static int see_refs(struct tidying *t, struct fault *f)
{
	struct moved moved = { .repo = t->session.facts.repo,
		.policy = t->session.facts.policy,
		.state = t->session.facts.state,
		.each = on_moved };
	int status = 1;

	if (moved.state && moved_is_old(moved.repo))
		status = moved_find(&moved, f);
	if (status == 0)
		status = moved_accept(moved.repo, f);
	return status < 0 ? -1 : 0;
}

int tidy_accept_refs(const char *path, struct fault *f)
{
	struct repo *repo;
	int status = repo_open(&repo, path, f);

	if (status == 0)
		status = moved_accept(repo, f);
	if (status == 0)
		repo_free(repo);
	return status;
}

int tidy(const char *path, const struct env *env, struct tidied *out, struct fault *f)
{
	const struct facts_choice choice = { .path = path };
	struct tidying t = { .out = out };
	int status;

	*out = (struct tidied){ 0 };
	status = session_open(&t.session, env, &choice, f);
	t.session.facts.push.account = "";
	if (status == 0)
		status = session_push(&t.session, true, f);
	if (status == 0)
		status = tidy_find_holds(&t, f);
	if (status == 0 && (settle(&t, f) < 0 || find_orphans(&t, f) < 0 || expire(&t, f) < 0 ||
				   clear(&t, f) < 0 || see_refs(&t, f) < 0))
		status = -1;
	if (status == 0 && t.out->found)
		notify_start(&t.session);
	tidy_release(&t);
	return status;
}
