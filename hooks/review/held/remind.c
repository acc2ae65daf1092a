#include "hooks/review/held/remind.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/file.h"
#include "hooks/gate/notify.h"
#include "hooks/gate/record.h"
#include "hooks/review/held/standing.h"

#define VALUE "reminded" /* {"ID": {"times": 2, "last": milliseconds}}, of open holds alone */
#define DAY ((int64_t)86400 * 1000)
#define AT_ONCE 256
#define PEOPLE 256

/* A hold that is due. */
struct due {
	char id[17];
	const char *asked[PEOPLE + 1];
};

struct reminding {
	struct session session;
	struct approval_keys *keys;
	json_t *reminded, *open; /* as kept; the ids of what is open */
	struct due *due;
	size_t count;
	struct fault *fault;
};

static int64_t began(const struct hold_row *hold)
{
	struct tm tm = { 0 };

	return strptime(hold->since, "%Y-%m-%dT%H:%M:%S", &tm) ? (int64_t)timegm(&tm) * 1000 : 0;
}

/* Whether it has waited for long enough, and nobody was reminded of it within a day. */
static bool is_due(const json_t *reminded, const struct hold_row *hold, int64_t after)
{
	json_int_t last =
		json_integer_value(json_object_get(json_object_get(reminded, hold->id), "last"));

	return state_now() - began(hold) >= after * 1000 &&
	       (!last || state_now() - (int64_t)last >= DAY);
}

static void ask(struct due *due, const struct person *person)
{
	size_t i = 0;

	while (i < PEOPLE && due->asked[i] && due->asked[i] != person->name)
		i++;
	if (i < PEOPLE)
		due->asked[i] = person->name;
}

/* Who answers for the agents. */
static void ask_owners(struct due *due, const struct policy *policy, const json_t *verdict)
{
	json_t *finding;
	size_t i;

	json_array_foreach(json_object_get(verdict, "findings"), i, finding)
	{
		const char *name = json_string_value(json_object_get(finding, "agent"));
		const struct agent *agent = name ? policy_agent(policy, name) : NULL;
		const struct person *owner =
			agent && agent->owner ? policy_person(policy, agent->owner) : NULL;

		if (owner && finding_row_flags(finding))
			ask(due, owner);
	}
}

/*
 * Whom it waits for; of those, for the first time, the owners are asked.  Nobody: it does not wait
 * for people.
 */
static void find_asked(const struct reminding *r, const struct hold_row *hold,
	const struct standing *standing, const json_t *verdict, struct due *due)
{
	const struct policy *policy = r->session.facts.policy;

	for (size_t i = 0; i < policy->person_count; i++)
		if (standing_waits_for(standing, &policy->people[i]))
			ask(due, &policy->people[i]);
	if (due->asked[0] && !json_object_get(r->reminded, hold->id)) {
		struct due owners = { .id = "" };

		ask_owners(&owners, policy, verdict);
		if (owners.asked[0])
			memcpy(due->asked, owners.asked, sizeof(due->asked));
	}
}

static int on_open(void *context, const struct hold_row *hold)
{
	struct reminding *r = context;
	const struct facts *facts = &r->session.facts;
	const char *target;
	json_t *verdict;
	struct standing_subject subject = { facts, r->session.judge, r->keys, hold->id,
		hold->digest, hold->ref, NULL };
	struct standing standing = { 0 };
	struct due *due = &r->due[r->count];
	int status;

	if (json_object_set_new(r->open, hold->id, json_true()) < 0)
		return fault_memory(r->fault);
	if (r->count == AT_ONCE || !is_due(r->reminded, hold, facts->policy->approval.remind))
		return 0;
	*due = (struct due){ .id = "" };
	memcpy(due->id, hold->id, sizeof(due->id));
	subject.verdict = verdict = json_loads(hold->verdict, 0, NULL);
	target = json_string_value(json_object_get(verdict, "target"));
	subject.ref = target ? target : hold->ref;
	status = standing_read(&standing, &subject, r->fault);
	if (status == 0 && !standing.hopeless)
		find_asked(r, hold, &standing, verdict, due);
	standing_release(&standing);
	json_decref(verdict);
	r->count += status == 0 && due->asked[0];
	return status;
}

/* What is kept, without what is not open any more. */
static int read_value(struct reminding *r, struct state *state, struct fault *f)
{
	char *text = NULL;
	const char *id;
	json_t *value;
	void *next;

	json_decref(r->reminded);
	r->reminded = NULL;
	if (state_value(state, VALUE, &text, f) < 0)
		return -1;
	if (text)
		r->reminded = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	free(text);
	if (!r->reminded)
		r->reminded = json_object();
	if (json_object_size(r->open))
		json_object_foreach_safe(
			r->reminded, next, id, value) if (!json_object_get(r->open, id))(void)
			json_object_del(r->reminded, id);
	return r->reminded ? 0 : fault_memory(f);
}

static int write_value(
	struct reminding *r, struct state *state, const struct due *due, struct fault *f)
{
	json_int_t times =
		json_integer_value(json_object_get(json_object_get(r->reminded, due->id), "times"));
	json_t *one = json_pack("{s:I, s:I}", "times", times + 1, "last", (json_int_t)state_now());
	char *text = NULL;
	int status;

	if (json_object_set_new(r->reminded, due->id, one) == 0)
		text = json_dumps(r->reminded, JSON_COMPACT);
	status = text ? state_value_set(state, VALUE, text, f) : fault_memory(f);
	free(text);
	return status;
}

struct writing {
	struct reminding *r;
	struct state *state;
	const struct due *due;
	size_t *count;
};

/* In the transaction: unless somebody else was faster, or it is not open any more. */
static int on_due(void *context, const struct hold_row *hold)
{
	struct writing *w = context;
	struct session *session = &w->r->session;
	struct recorded recorded = { 0 };
	struct log_row row = { .kind = "reminded",
		.account = "",
		.ref = hold->ref,
		.policy = session->facts.policy->digest,
		.verdict = hold->verdict };
	struct notice notice = {
		.json = hold->verdict, .time = recorded.time, .log = recorded.hash
	};
	const struct reminder reminder = { hold, w->due->asked };

	if (!state_hold_waits(hold->status) ||
		!is_due(w->r->reminded, hold, session->facts.policy->approval.remind))
		return 0;
	if (record_append(session, w->state, &row, &recorded, w->r->fault) < 0 ||
		notify_reminded(session, w->state, &reminder, &notice, w->r->fault) < 0 ||
		write_value(w->r, w->state, w->due, w->r->fault) < 0)
		return -1;
	++*w->count;
	return 0;
}

static int remind_of(struct reminding *r, const struct due *due, size_t *count, struct fault *f)
{
	struct writing writing = { .r = r, .due = due, .count = count };
	int status;

	if (state_open(&writing.state, repo_git_dir(r->session.facts.repo), STATE_WRITE, f) < 0)
		return -1;
	status = state_begin(writing.state, f);
	if (status == 0) {
		status = read_value(r, writing.state, f);
		if (status == 0)
			status = state_holds(writing.state, due->id, NULL, on_due, &writing, f);
		status = record_finish(&r->session, writing.state, status, f);
	}
	state_close(writing.state);
	return status;
}

static int remind_all(struct reminding *r, size_t *count, struct fault *f)
{
	const struct facts *facts = &r->session.facts;
	int status;

	r->due = calloc(AT_ONCE + 1, sizeof(*r->due));
	r->open = json_object();
	if (!r->due || !r->open)
		return fault_memory(f);
	if (read_value(r, facts->state, f) < 0 ||
		approval_keys_new(
			&r->keys, facts->policy, file_owner(repo_git_dir(facts->repo)), f) < 0 ||
		judge_new(&r->session.judge, facts, f) < 0)
		return -1;
	status = state_holds_waiting(facts->state, on_open, r, f);
	for (size_t i = 0; status == 0 && i < r->count; i++)
		status = remind_of(r, &r->due[i], count, f);
	return status;
}

int remind(const char *path, const struct env *env, size_t *count, struct fault *f)
{
	const struct facts_choice choice = { .path = path };
	struct reminding r = { .fault = f };
	const struct policy *policy;
	int status;

	*count = 0;
	status = session_open(&r.session, env, &choice, f);
	r.session.facts.push.account = "";
	policy = r.session.facts.policy;
	if (status == 0 && policy->approval.remind > 0 && policy->webhook_count)
		status = remind_all(&r, count, f);
	if (status == 0 && *count)
		notify_start(&r.session);
	approval_keys_free(r.keys);
	json_decref(r.reminded);
	json_decref(r.open);
	free(r.due);
	session_close(&r.session);
	return status;
}
