#include "common/facts/attribution.h"

#include <stdlib.h>

/*
 * Owners of keys in the ring: people, people's approval keys, agents and vendors' agents, told
 * apart by range.
 */
#define OWNER_APPROVING 1000000
#define OWNER_AGENT 2000000
#define OWNER_VENDOR 3000000

struct attributor {
	struct arena arena;
	struct attributor_facts facts;
	struct keyring *ring;
	struct marks *marks;
	const struct agent *account_agent;
	const struct person *account_person;
};

struct gathering {
	struct attributor *attributor;
	struct attribution *out;
};

static const char *const nobody[] = { NULL };

static int add_agent(struct attributor *a, struct attribution *out, const char *name, unsigned by)
{
	const unsigned verifying = BY_KEY | BY_ACCOUNT | BY_REMEMBERED;
	struct attributed_agent *agent = out->agents;

	while (agent < out->agents + out->count && strcmp(agent->name, name) != 0)
		agent++;
	if (agent == out->agents + ATTRIBUTION_AGENTS_MAX) {
		out->more = true;
		return 0;
	}
	if (agent == out->agents + out->count) {
		*agent = (struct attributed_agent){ .entry = policy_agent(a->facts.policy, name) };
		agent->name = agent->entry ? agent->entry->name : arena_strdup(&a->arena, name);
		if (!agent->name)
			return -1;
		out->count++;
	}
	agent->by |= by;
	agent->verified = agent->verified || (by & verifying) != 0;
	return 0;
}

static int on_mark(void *context, const char *agent, enum identified_by by)
{
	struct gathering *g = context;

	return add_agent(g->attributor, g->out, agent, by);
}

static void note_stop(
	struct attributor *a, struct attribution *out, const char *kind, const char *name)
{
	if (!out->stopped && name && *name)
		out->stopped = stops_find(a->facts.stops, kind, name);
}

/*
 * A person's signature speaks for the commit, but not against that the account is stopped which
 * brought it.
 */
static int on_remembered(void *context, const struct remembered *what)
{
	struct gathering *g = context;

	note_stop(g->attributor, g->out, STOPPED_ACCOUNT, what->account);
	return what->by_account && !g->out->signer
		       ? add_agent(g->attributor, g->out, what->agent, BY_REMEMBERED)
		       : 0;
}

/* What a good or an ambiguous signature tells. */
static int weigh_signature(
	struct attributor *a, const struct signature_check *check, struct attribution *out)
{
	size_t count;

	note_stop(a, out, STOPPED_KEY, check->fingerprint);
	note_stop(a, out, STOPPED_KEY, check->primary);
	if (check->verdict == SIGNATURE_MALFORMED) {
		out->malformed = arena_strdup(&a->arena, check->why);
		return out->malformed ? 0 : -1;
	}
	if (check->verdict != SIGNATURE_GOOD)
		return 0;
	if (check->owner >= OWNER_VENDOR)
		return add_agent(a, out, catalogue_agents(&count)[check->owner - OWNER_VENDOR].id,
			BY_VENDOR_KEY);
	if (check->owner >= OWNER_AGENT)
		return add_agent(
			a, out, a->facts.policy->agents[check->owner - OWNER_AGENT].name, BY_KEY);
	out->signer = &a->facts.policy->people[check->owner % OWNER_APPROVING];
	out->approving = check->owner >= OWNER_APPROVING || !out->signer->approval_key_count;
	out->touched = check->touched;
	return 0;
}

static int list_names(struct attributor *a, struct attribution *out)
{
	struct buf text = BUF_INIT(65536);

	if (!out->count)
		return 0;
	for (size_t i = 0; i < out->count; i++)
		buf_addf(&text, "%s%s", i ? ", " : "", out->agents[i].name);
	buf_adds(&text, out->more ? ", and more" : "");
	out->names = text.failed ? NULL : arena_copy(&a->arena, text.data, text.len);
	buf_release(&text);
	return out->names ? 0 : -1;
}

static int list_owners(struct attributor *a, struct attribution *out)
{
	const char **owners =
		out->count ? arena_alloc(&a->arena, (out->count + 1) * sizeof(*owners)) : NULL;
	size_t n = 0;

	if (!out->count)
		return 0;
	if (!owners)
		return -1;
	for (size_t i = 0; i < out->count; i++)
		if (out->agents[i].entry && out->agents[i].entry->owner)
			owners[n++] = out->agents[i].entry->owner;
	out->owners = owners;
	return 0;
}

/* Of more agents than there is room for, a stopped one may be among those that were left out. */
static void note_stopped_agents(struct attributor *a, struct attribution *out)
{
	for (size_t i = 0; i < out->count; i++)
		note_stop(a, out, STOPPED_AGENT, out->agents[i].name);
	if (out->more && !out->stopped)
		out->stopped = stops_first(a->facts.stops, STOPPED_AGENT);
}

/* Fills in what follows from the agents that were found. */
static int attribution_finish(struct attributor *a, struct attribution *out, struct fault *f)
{
	out->unattributed = !out->count && !out->signer && !a->account_person;
	if (out->unattributed && a->facts.policy->unattributed == UNATTRIBUTED_AGENT &&
		add_agent(a, out, "*", 0) < 0)
		return fault_memory(f);
	note_stopped_agents(a, out);
	out->by = 0;
	for (size_t i = 0; i < out->count; i++)
		out->by |= out->agents[i].by;
	return list_names(a, out) < 0 || list_owners(a, out) < 0 ? fault_memory(f) : 0;
}

static struct attribution attribution_none(void)
{
	return (struct attribution){ .names = "", .owners = nobody };
}

int attribution_of_commit(struct attributor *a, const struct attribution_subject *subject,
	struct attribution *out, struct fault *f)
{
	struct gathering g = { a, out };
	struct signature_check check = { 0 };

	*out = attribution_none();
	if (subject->commit->signature.len &&
		signature_of_commit(a->ring, subject->commit, a->facts.now, &check, f) < 0)
		return -1;
	if (weigh_signature(a, &check, out) < 0)
		return fault_memory(f);
	if (a->account_agent && subject->introduced && !out->signer &&
		add_agent(a, out, a->account_agent->name, BY_ACCOUNT) < 0)
		return fault_memory(f);
	if (a->facts.state && (!out->signer || stops_first(a->facts.stops, STOPPED_ACCOUNT)) &&
		state_remembered(a->facts.state, subject->id, on_remembered, &g, f) < 0)
		return f->class ? -1 : fault_memory(f);
	if (marks_of_commit(a->marks, subject->commit, on_mark, &g, f) < 0)
		return f->class ? -1 : fault_memory(f);
	if (subject->note.data && marks_of_note(a->marks, subject->note, on_mark, &g, f) < 0)
		return f->class ? -1 : fault_memory(f);
	return attribution_finish(a, out, f);
}

int attribution_of_tag(
	struct attributor *a, const struct tag *tag, struct attribution *out, struct fault *f)
{
	struct gathering g = { a, out };
	struct signature_check check = { 0 };

	*out = attribution_none();
	if (tag->signature.len && signature_of_tag(a->ring, tag, a->facts.now, &check, f) < 0)
		return -1;
	if (weigh_signature(a, &check, out) < 0)
		return fault_memory(f);
	if (a->account_agent && !out->signer &&
		add_agent(a, out, a->account_agent->name, BY_ACCOUNT) < 0)
		return fault_memory(f);
	if (marks_of_tag(a->marks, tag, on_mark, &g, f) < 0)
		return f->class ? -1 : fault_memory(f);
	return attribution_finish(a, out, f);
}

int attribution_of_account(struct attributor *a, struct attribution *out, struct fault *f)
{
	*out = attribution_none();
	if (a->account_agent && add_agent(a, out, a->account_agent->name, BY_ACCOUNT) < 0)
		return fault_memory(f);
	note_stop(a, out, STOPPED_ACCOUNT, a->facts.account);
	note_stopped_agents(a, out);
	if (list_names(a, out) < 0 || list_owners(a, out) < 0)
		return fault_memory(f);
	out->by = out->count ? BY_ACCOUNT : 0;
	return 0;
}

int attribution_merge(struct attributor *a, struct attribution *into,
	const struct attribution *from, struct fault *f)
{
	for (size_t i = 0; i < from->count; i++)
		if (add_agent(a, into, from->agents[i].name, from->agents[i].by) < 0)
			return fault_memory(f);
	into->more = into->more || from->more;
	into->stopped = into->stopped ? into->stopped : from->stopped;
	into->by |= from->by;
	return list_names(a, into) < 0 || list_owners(a, into) < 0 ? fault_memory(f) : 0;
}

static int ring_add_people(struct attributor *a, struct fault *f)
{
	const struct policy *policy = a->facts.policy;

	for (size_t i = 0; i < policy->person_count; i++) {
		const struct person *person = &policy->people[i];

		for (size_t k = 0; k < person->approval_key_count; k++)
			if (keyring_add(a->ring, &person->approval_keys[k],
				    OWNER_APPROVING + (int)i, f) < 0)
				return -1;
		for (size_t k = 0; k < person->key_count; k++)
			if (keyring_add(a->ring, &person->keys[k], (int)i, f) < 0)
				return -1;
	}
	return 0;
}

static int ring_add_agents(struct attributor *a, struct fault *f)
{
	const struct policy *policy = a->facts.policy;

	for (size_t i = 0; i < policy->agent_count; i++)
		for (size_t k = 0; k < policy->agents[i].key_count; k++)
			if (keyring_add(a->ring, &policy->agents[i].keys[k], OWNER_AGENT + (int)i,
				    f) < 0)
				return -1;
	return 0;
}

static int ring_add_vendors(struct attributor *a, struct fault *f)
{
	size_t count;
	const struct catalogue_agent *agents = catalogue_agents(&count);

	for (size_t i = 0; i < count; i++)
		for (const char *const *line = agents[i].keys; line && *line; line++) {
			struct key *key = arena_alloc(&a->arena, sizeof(*key));
			const char *why;

			if (!key)
				return fault_memory(f);
			if (key_parse(key, &a->arena, span_of(*line), "/", &why) < 0)
				return fault_set(f, FAULT_INTERNAL, "the catalogue's key of %s: %s",
					agents[i].id, why);
			if (keyring_add(a->ring, key, OWNER_VENDOR + (int)i, f) < 0)
				return -1;
		}
	return 0;
}

static int marks_fill(struct attributor *a, struct fault *f)
{
	const struct policy *policy = a->facts.policy;
	const struct stops *stops = a->facts.stops;
	size_t more = stops ? stops->marked_count : 0;
	struct marks_agent *agents =
		arena_alloc(&a->arena, (policy->agent_count + more) * sizeof(*agents));

	if (!agents)
		return fault_memory(f);
	for (size_t i = 0; i < policy->agent_count; i++)
		agents[i] = (struct marks_agent){ policy->agents[i].name, policy->agents[i].emails,
			policy->agents[i].trailers };
	for (size_t i = 0; i < more; i++)
		agents[policy->agent_count + i] = stops->marked[i];
	return marks_new(&a->marks, agents, policy->agent_count + more, f);
}

static int attributor_fill(struct attributor *a, struct fault *f)
{
	a->account_agent = policy_account_agent(a->facts.policy, a->facts.account);
	a->account_person = policy_account_person(a->facts.policy, a->facts.account);
	if (keyring_new(&a->ring, f) < 0)
		return -1;
	keyring_trust(a->ring, a->facts.owner);
	if (ring_add_people(a, f) < 0 || ring_add_agents(a, f) < 0 || ring_add_vendors(a, f) < 0)
		return -1;
	return marks_fill(a, f);
}

int attributor_new(struct attributor **out, const struct attributor_facts *facts, struct fault *f)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return fault_memory(f);
	(*out)->arena = (struct arena)ARENA_INIT((size_t)256 << 20);
	(*out)->facts = *facts;
	if (attributor_fill(*out, f) == 0)
		return 0;
	attributor_free(*out);
	*out = NULL;
	return -1;
}

void attributor_free(struct attributor *a)
{
	if (!a)
		return;
	marks_free(a->marks);
	keyring_free(a->ring);
	arena_release(&a->arena);
	free(a);
}
