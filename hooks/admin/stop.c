#include "hooks/admin/stop.h"
#include "common/facts/verdict_row.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "common/mark/marks.h"
#include "common/notify/outbox.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/policy_in_force.h"
#include "hooks/gate/record.h"
#include "hooks/gate/syslog_copy.h"

/* One repository in which it is written down. */
struct stop_writing {
	const struct stopping *stopping;
	struct policy_in_force in_force; /* policy NULL: it cannot be read */
	struct state *state;
	struct stop_outcome *out;
	char *json;
	struct buf syslog;
	struct fault *fault;
};

static bool is_resumed(const struct stopping *stopping)
{
	return !stopping->who.reason;
}

/* The object that the log and the event carry. */
static char *describe(const struct stopping *stopping)
{
	static const struct {
		const char *kind, *key;
	} keys[] = { { STOPPED_AGENT, "agent" }, { STOPPED_ACCOUNT, "stopped_account" },
		{ STOPPED_KEY, "stopped_key" } };
	const struct stopped *who = &stopping->who;
	json_t *object = json_pack("{s:i, s:s, s:s, s:s*, s:s, s:b}", "version", 1, "kind",
		who->kind, "name", who->name, "reason", who->reason, "by", who->by, "everywhere",
		who->everywhere);
	char *text;

	for (size_t i = 0; object && i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i].kind, who->kind) == 0)
			(void)json_object_set_new(object, keys[i].key, json_string(who->name));
	text = object ? json_dumps(object, JSON_COMPACT) : NULL;
	json_decref(object);
	return text;
}

/* Tells the policy's webhooks, and the agent's owner. */
static int notify(struct stop_writing *w, const struct log_row *row, const char *hash)
{
	static const char *const nobody[] = { NULL };
	const struct stopping *stopping = w->stopping;
	const struct agent *agent =
		w->in_force.policy && strcmp(stopping->who.kind, STOPPED_AGENT) == 0
			? policy_agent(w->in_force.policy, stopping->who.name)
			: NULL;
	const char *const owners[] = { agent ? agent->owner : NULL, NULL };
	char *name;
	struct outbox_event event = { .type = row->kind,
		.ref = "",
		.rules = nobody,
		.owners = owners,
		.time = row->time,
		.log = hash,
		.verdict = row->verdict };
	int status;

	if (!w->in_force.policy || !w->in_force.policy->webhook_count)
		return 0;
	name = facts_repository_name(stopping->env, repo_git_dir(w->in_force.repo));
	event.repository = name;
	status = name ? outbox_add(w->state, w->in_force.policy, &event, w->fault)
		      : fault_memory(w->fault);
	free(name);
	return status;
}

static int append(struct stop_writing *w)
{
	char time[32], hash[65];
	struct log_row row = { .time = time,
		.kind = is_resumed(w->stopping) ? "resumed" : "stopped",
		.account = w->stopping->who.by,
		.policy = w->in_force.policy ? w->in_force.policy->digest : "",
		.verdict = w->json };

	record_time(time);
	if (state_log_append(w->state, &row, hash, w->fault) < 0)
		return -1;
	if (w->in_force.policy && w->in_force.policy->syslog)
		syslog_copy_add(&w->syslog, &row, hash);
	return notify(w, &row, hash);
}

static int was_stopped(void *context, const struct stopped *row)
{
	struct stop_writing *w = context;
	const struct stopped *who = &w->stopping->who;

	if (strcmp(row->kind, who->kind) == 0 && strcmp(row->name, who->name) == 0)
		w->out->was = true;
	return 0;
}

static int on_hold(void *context, const struct hold_row *hold)
{
	struct stop_writing *w = context;
	json_t *verdict = json_loads(hold->verdict, 0, NULL);

	if (verdict_row_names_agent(verdict, w->stopping->who.name))
		w->out->holds++;
	json_decref(verdict);
	return 0;
}

/* A name that nobody knows would stop nobody, in silence. */
static void look_for_agent(struct stop_writing *w)
{
	const struct stopped *who = &w->stopping->who;
	const struct policy *policy = w->in_force.policy;
	size_t count;
	const struct catalogue_agent *agents = catalogue_agents(&count);
	struct typo near = typo_begin(who->name);

	if (strcmp(who->kind, STOPPED_AGENT) != 0 || strcmp(who->name, "*") == 0 ||
		catalogue_find(who->name) || (policy && policy_agent(policy, who->name)))
		return;
	w->out->unknown = policy != NULL;
	w->out->unchecked = !policy && !is_resumed(w->stopping);
	if (!policy)
		return;
	for (size_t i = 0; i < count; i++)
		typo_offer(&near, agents[i].id);
	for (size_t i = 0; i < policy->agent_count; i++)
		typo_offer(&near, policy->agents[i].name);
	if (near.found)
		(void)snprintf(w->out->meant, sizeof(w->out->meant), "%s", near.found);
}

static bool is_stopped_yet(const struct stops *stops, const struct stopped *who)
{
	for (size_t i = 0; i < stops->count; i++)
		if (strcmp(stops->items[i].kind, who->kind) == 0 &&
			strcmp(stops->items[i].name, who->name) == 0)
			return true;
	return false;
}

/*
 * What the agent is known by stays with its stop; after a resume it goes, unless another stop, here
 * or of the host, is left.
 */
static int keep_known(struct stop_writing *w)
{
	const char *name = w->stopping->who.name;
	struct stops left = { 0 };
	int status;

	if (!is_resumed(w->stopping))
		return w->in_force.policy ? stops_keep(w->state, w->in_force.policy, name, w->fault)
					  : 0;
	status = stops_read(&left, w->in_force.paths.etc, w->state, w->fault);
	if (status == 0 && !is_stopped_yet(&left, &w->stopping->who))
		status = stops_forget(w->state, name, w->fault);
	stops_release(&left);
	return status;
}

static int write_all(struct stop_writing *w)
{
	const struct stopped *who = &w->stopping->who;
	bool was;

	if (state_stopped(w->state, was_stopped, w, w->fault) < 0)
		return -1;
	if (!who->everywhere && is_resumed(w->stopping) && !w->out->was)
		return 0;
	if (!who->everywhere && is_resumed(w->stopping) &&
		state_resume(w->state, who->kind, who->name, &was, w->fault) < 0)
		return -1;
	if (!who->everywhere && !is_resumed(w->stopping) && state_stop(w->state, who, w->fault) < 0)
		return -1;
	if (strcmp(who->kind, STOPPED_AGENT) == 0 && keep_known(w) < 0)
		return -1;
	if (strcmp(who->kind, STOPPED_AGENT) == 0 &&
		state_holds(w->state, NULL, "open", on_hold, w, w->fault) < 0)
		return -1;
	return append(w);
}

static int write_down(struct stop_writing *w)
{
	const char *git_dir = repo_git_dir(w->in_force.repo);
	int status = state_open(&w->state, git_dir, STATE_WRITE, w->fault);

	if (status == 0)
		status = state_begin(w->state, w->fault);
	if (status == 0)
		status = write_all(w);
	if (status == 0)
		status = state_commit(w->state, w->fault);
	state_close(w->state);
	if (status == 0)
		syslog_copy_send(&w->syslog);
	if (status == 0 && w->in_force.policy && w->in_force.policy->webhook_count)
		(void)outbox_start(git_dir, &w->out->silent);
	return status;
}

int stop_record(const struct stopping *stopping, const char *path, struct stop_outcome *out,
	struct fault *f)
{
	struct stop_writing w = { .stopping = stopping,
		.out = out,
		.json = describe(stopping),
		.syslog = BUF_INIT(SYSLOG_COPY_MAX),
		.fault = f };
	int status = w.json ? 0 : fault_memory(f);

	*out = (struct stop_outcome){ 0 };
	if (status == 0 &&
		(policy_in_force_open(&w.in_force, path ? path : ".", &out->silent) < 0 ||
			policy_in_force_load(&w.in_force, &out->silent) < 0))
		w.in_force.policy = NULL;
	if (status == 0 && !w.in_force.repo)
		status = fault_set(f, FAULT_ADMIN, "%s", out->silent.text);
	if (status == 0)
		look_for_agent(&w);
	if (status == 0 && (!w.out->unknown || stopping->who.everywhere || is_resumed(stopping)))
		status = write_down(&w);
	policy_in_force_release(&w.in_force);
	buf_release(&w.syslog);
	free(w.json);
	return status;
}
