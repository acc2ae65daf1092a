#include "common/facts/attribution.h"

#include "common/facts/attribution_private.h"

struct gathering {
	struct attributor *attributor;
	struct attribution *out;
	struct fault *fault;
};

static const char *const nobody[] = { NULL };

bool attributed_by_account(const struct attributed_agent *who)
{
	return who->by & BY_ACCOUNT || (who->by & BY_REMEMBERED && who->verified);
}

/* Notes that a layer knows who made it. */
static void know(struct attribution *out, enum layer layer)
{
	if (layer < out->known_to)
		out->known_to = layer;
}

/* By its name, how it is known, and whether that verifies it. */
static int add(struct attributor *a, struct attribution *out, const struct attributed_agent *what)
{
	struct attributed_agent *agent = out->agents;

	while (agent < out->agents + out->count && strcmp(agent->name, what->name) != 0)
		agent++;
	if (agent == out->agents + ATTRIBUTION_AGENTS_MAX) {
		out->more = true;
		return 0;
	}
	if (agent == out->agents + out->count) {
		*agent = (struct attributed_agent){ .entry = policy_agent(
							    a->facts.policy, what->name) };
		agent->name =
			agent->entry ? agent->entry->name : arena_strdup(&a->arena, what->name);
		if (!agent->name)
			return -1;
		out->count++;
	}
	agent->by |= what->by;
	agent->verified = agent->verified || what->verified;
	return 0;
}

static int add_agent(struct attributor *a, struct attribution *out, const char *name, unsigned by)
{
	const unsigned verifying = BY_KEY | BY_ACCOUNT | BY_REMEMBERED;
	const struct attributed_agent what = {
		.name = name, .by = by, .verified = (by & verifying) != 0
	};

	return add(a, out, &what);
}

static int on_mark(void *context, const char *agent, enum identified_by by)
{
	struct gathering *g = context;
	const struct attributor *a = g->attributor;
	enum layer layer = LAYER_SITE; /* as is the catalogue */

	for (size_t i = 0; i < a->known_count; i++)
		if (a->known[i].name == agent)
			layer = a->known[i].layer;
	know(g->out, layer);
	return add_agent(g->attributor, g->out, agent, by) < 0 ? fault_memory(g->fault) : 0;
}

static void note_stop(
	struct attributor *a, struct attribution *out, const char *kind, const char *name)
{
	if (!out->stopped && name && *name)
		out->stopped = stops_find(a->facts.stops, kind, name);
}

/* Whether a person signed it whom the layer that says that it is an agent's takes for one. */
static bool signed_to(const struct attribution *out, enum layer layer)
{
	return out->signer && out->signer->layer <= layer;
}

/*
 * The layer by whose word an account is that agent's; one that the policy does not have any more
 * was the site's.
 */
static enum layer layer_of(const struct attributor *a, const char *name)
{
	const struct agent *agent = policy_agent(a->facts.policy, name);

	return agent ? agent->layer : LAYER_SITE;
}

/* What is pushed from an agent's account is that agent's, unless a person signed it. */
static int add_account(struct attributor *a, struct attribution *out)
{
	const struct agent *agent = a->account_agent;

	if (!agent || signed_to(out, agent->layer))
		return 0;
	know(out, agent->layer);
	return add_agent(a, out, agent->name, BY_ACCOUNT);
}

/*
 * A person's signature speaks for the commit, but not against that the account is stopped which
 * brought it.
 */
static int on_remembered(void *context, const struct remembered *what)
{
	struct gathering *g = context;
	/* another server's word raises no trust */
	const struct attributed_agent agent = {
		.name = what->agent, .by = BY_REMEMBERED, .verified = !what->elsewhere
	};

	note_stop(g->attributor, g->out, STOPPED_ACCOUNT, what->account);
	if (!what->by_account || signed_to(g->out, layer_of(g->attributor, what->agent)))
		return 0;
	know(g->out, LAYER_SITE); /* it was found out before, whoever knew it then */
	return add(g->attributor, g->out, &agent) < 0 ? fault_memory(g->fault) : 0;
}

/* As an agent's mark; where several layers know it, by the word of the lowest. */
static int on_noted(void *context, const char *agent)
{
	struct gathering *g = context;
	const struct attributor *a = g->attributor;
	enum layer layer = LAYER_SITE; /* as is the catalogue */

	for (size_t i = 0; i < a->known_count; i++)
		if (a->known[i].layer > layer && strcmp(a->known[i].name, agent) == 0)
			layer = a->known[i].layer;
	know(g->out, layer);
	return add_agent(g->attributor, g->out, agent, BY_NOTE) < 0 ? fault_memory(g->fault) : 0;
}

/* An authority may be stopped as a key is, and a principal is where its agent was. */
static void note_stopped_certificate(
	struct attributor *a, struct attribution *out, const struct signature_check *check)
{
	const char *line = check->principals;
	char name[SSHCERT_PRINCIPALS_MAX + 1], text[STOPPED_PRINCIPAL_MAX];

	note_stop(a, out, STOPPED_KEY, check->certified.authority);
	for (size_t len; (len = strcspn(line, "\n")) > 0; line += len + 1) {
		memcpy(name, line, len);
		name[len] = '\0';
		stops_principal(text, name, check->certified.authority);
		note_stop(a, out, STOPPED_KEY, text);
	}
}

/* An agent's key that has ended still says whose doing it is, but raises no trust. */
static int claim_agent(struct attributor *a, struct attribution *out, const struct agent *agent)
{
	know(out, agent->layer);
	return add(a, out, &(struct attributed_agent){ .name = agent->name, .by = BY_KEY });
}

/* What a good or an ambiguous signature tells. */
static int weigh_signature(
	struct attributor *a, const struct signature_check *check, struct attribution *out)
{
	const struct key_owner *owner = &check->owner;

	note_stop(a, out, STOPPED_KEY, check->fingerprint);
	note_stop(a, out, STOPPED_KEY, check->primary);
	if (check->certified.is)
		note_stopped_certificate(a, out, check);
	if (check->verdict == SIGNATURE_MALFORMED) {
		out->malformed = arena_strdup(&a->arena, check->why);
		return out->malformed ? 0 : -1;
	}
	if (check->lapsed)
		return claim_agent(a, out, check->lapsed);
	if (check->verdict != SIGNATURE_GOOD)
		return 0;
	if (signature_certificate(
		    &out->certificate, &check->certified, check->fingerprint, &a->arena) < 0)
		return -1;
	if (owner->vendors) {
		know(out, LAYER_SITE);
		return add_agent(a, out, owner->vendors->id, BY_VENDOR_KEY);
	}
	if (owner->agent) {
		know(out, owner->agent->layer);
		return add_agent(a, out, owner->agent->name, BY_KEY);
	}
	out->signer = owner->person;
	know(out, out->signer->layer);
	out->approving = owner->approves || !out->signer->approval_key_count;
	out->touched = check->touched;
	return 0;
}

static int list_names(struct attributor *a, struct attribution *out)
{
	struct buf text = BUF_INIT(65536);

	if (!out->count)
		return 0;
	if (out->count == 1 && !out->more) {
		out->names = out->agents[0].name;
		return 0;
	}
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

/* Whether a layer that does not know who made it takes it for an agent's. */
static bool is_anybodys(const struct attributor *a, const struct attribution *out)
{
	for (size_t i = 0; i < LAYER_COUNT; i++)
		if (a->facts.policy->layers[i].unattributed == UNATTRIBUTED_AGENT &&
			out->known_to > (enum layer)i)
			return true;
	return false;
}

/* Fills in what follows from the agents that were found. */
static int attribution_finish(struct attributor *a, struct attribution *out, struct fault *f)
{
	if (a->facts.person)
		know(out, a->facts.person->layer);
	if ((is_anybodys(a, out) || (a->facts.as_agents && !out->count)) &&
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
	return (struct attribution){ .names = "", .owners = nobody, .known_to = LAYER_COUNT };
}

int attribution_of_commit(struct attributor *a, const struct attribution_subject *subject,
	struct attribution *out, struct fault *f)
{
	struct gathering g = { a, out, f };
	struct signature_check check = { 0 };
	const struct note_word noted = { .id = *subject->id,
		.account = subject->introduced ? a->facts.account : NULL };

	*out = attribution_none();
	if (subject->commit->signature.len &&
		signature_of_commit(a->ring, subject->commit, a->facts.now, &check, f) < 0)
		return -1;
	if (weigh_signature(a, &check, out) < 0)
		return fault_memory(f);
	if (subject->introduced && add_account(a, out) < 0)
		return fault_memory(f);
	if (a->facts.state &&
		(!signed_to(out, LAYER_SITE) || stops_first(a->facts.stops, STOPPED_ACCOUNT)) &&
		state_remembered(a->facts.state, subject->id, on_remembered, &g, f) < 0)
		return -1;
	if (marks_of_commit(a->marks, subject->commit, on_mark, &g, f) < 0)
		return -1;
	if (subject->note.data && marks_of_note(a->marks, subject->note, on_mark, &g, f) < 0)
		return -1;
	if (a->facts.state && state_noted(a->facts.state, &noted, on_noted, &g, f) < 0)
		return -1;
	return attribution_finish(a, out, f);
}

int attribution_of_note(
	struct attributor *a, struct span note, struct attribution *out, struct fault *f)
{
	struct gathering g = { a, out, f };

	*out = attribution_none();
	return marks_of_note(a->marks, note, on_mark, &g, f);
}

int attribution_of_tag(
	struct attributor *a, const struct tag *tag, struct attribution *out, struct fault *f)
{
	struct gathering g = { a, out, f };
	struct signature_check check = { 0 };

	*out = attribution_none();
	if (tag->signature.len && signature_of_tag(a->ring, tag, a->facts.now, &check, f) < 0)
		return -1;
	if (weigh_signature(a, &check, out) < 0)
		return fault_memory(f);
	if (add_account(a, out) < 0)
		return fault_memory(f);
	if (marks_of_tag(a->marks, tag, on_mark, &g, f) < 0)
		return -1;
	return attribution_finish(a, out, f);
}

int attribution_add_content(
	struct attributor *a, struct attribution *into, const struct made *made, struct fault *f)
{
	size_t before = into->count;

	if (add_agent(a, into, made->agent, BY_CONTENT) < 0)
		return fault_memory(f);
	if (into->count > before)
		into->agents[before].verified = made->verified;
	note_stopped_agents(a, into);
	into->by |= BY_CONTENT;
	return list_names(a, into) < 0 || list_owners(a, into) < 0 ? fault_memory(f) : 0;
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
		if (add(a, into, &from->agents[i]) < 0)
			return fault_memory(f);
	into->more = into->more || from->more;
	into->stopped = into->stopped ? into->stopped : from->stopped;
	into->by |= from->by;
	return list_names(a, into) < 0 || list_owners(a, into) < 0 ? fault_memory(f) : 0;
}
