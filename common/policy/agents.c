/* Agents: who answers for them, how they are recognised, and what each layer grants them. */
#include <string.h>

#include "common/mark/marks.h"
#include "common/policy/load.h"

struct agent_draft {
	const char *owner;
	names emails, accounts, trailers;
	struct key_list keys;
	struct json_at scope; /* value NULL: not there */
	names refs;           /* NULL: not there */
	int scope_action;     /* -1: not there */
	int64_t expires;
	int rewrite;           /* -1: not there */
	struct budget *budget; /* NULL: not there */
};

static int read_place(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	(void)l;
	(void)field;
	*(struct json_at *)out = *at;
	return 0;
}

static const struct choice actions[] = {
	{ "deny", ACTION_DENY },
	{ "hold", ACTION_HOLD },
	{ "warn", ACTION_WARN },
	{ NULL, 0 },
};

static const struct field budget_fields[] = {
	{ "description", policy_read_nothing, 0, 0, NULL },
	{ "pushes", policy_read_rate, offsetof(struct budget, pushes), 0, NULL },
	{ "commits", policy_read_rate, offsetof(struct budget, commits), 0, NULL },
	{ "files", policy_read_count, offsetof(struct budget, files), 0, NULL },
	{ "bytes", policy_read_size, offsetof(struct budget, bytes), 0, NULL },
	{ "holds", policy_read_count, offsetof(struct budget, holds), 0, NULL },
	{ "action", policy_read_choice, offsetof(struct budget, action), 0, actions },
	{ "approvers", policy_read_people_names, offsetof(struct budget, approvers), 0, NULL },
	FIELDS_END,
};

static int read_budget(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	static const struct name_list nobody;
	struct budget *budget = arena_alloc(l->arena, sizeof(*budget));
	struct json_at place;
	size_t wrong = l->wrong;

	(void)field;
	if (!budget)
		return fault_memory(l->fault);
	*budget = (struct budget){ .approvers = name_list_names(&nobody) };
	*(struct budget **)out = budget;
	if (policy_fields(l, at, budget_fields, budget) < 0)
		return -1;
	if (wrong == l->wrong && *budget->approvers && budget->action != ACTION_HOLD &&
		json_at_member(at, "approvers", &place))
		return policy_wrong(l, &place, "belongs to the action 'hold'");
	return 0;
}

/* `Agent: release-bot`: a key of letters, digits and dashes, a colon, a value. */
static int read_trailers(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";

	if (policy_read_words(l, at, field, out) < 0)
		return -1;
	for (size_t i = 0; json_at_kind(at) == JSON_KIND_LIST && i < json_at_count(at); i++) {
		struct json_at item = json_at_item(at, i);
		const char *text = json_at_text(&item);
		size_t key = text ? strspn(text, letters) : 0;

		if (text && *text &&
			(!key || text[key] != ':' ||
				!text[key + 1 + strspn(text + key + 1, " ")]) &&
			policy_wrong(
				l, &item, "'%s' is not a trailer such as 'Agent: name'", text) < 0)
			return -1;
		if (text && strpbrk(text, "*?") &&
			policy_warn(l, &item,
				"'%s' is taken letter by letter: a trailer has no wildcards",
				text) < 0)
			return -1;
	}
	return 0;
}

static const struct field agent_fields[] = {
	{ "description", policy_read_nothing, 0, 0, NULL },
	{ "owner", policy_read_text, offsetof(struct agent_draft, owner), 0, NULL },
	{ "keys", policy_read_keys, offsetof(struct agent_draft, keys), FIELD_UPPER, NULL },
	{ "accounts", policy_read_words, offsetof(struct agent_draft, accounts), FIELD_UPPER,
		NULL },
	{ "emails", policy_read_emails, offsetof(struct agent_draft, emails), 0, NULL },
	{ "trailers", read_trailers, offsetof(struct agent_draft, trailers), 0, NULL },
	{ "scope", read_place, offsetof(struct agent_draft, scope), 0, NULL },
	{ "scope_action", policy_read_choice, offsetof(struct agent_draft, scope_action), 0,
		actions },
	{ "refs", policy_read_refs, offsetof(struct agent_draft, refs), 0, NULL },
	{ "expires", policy_read_time, offsetof(struct agent_draft, expires), 0, NULL },
	{ "rewrite", policy_read_flag, offsetof(struct agent_draft, rewrite), 0, NULL },
	{ "budget", read_budget, offsetof(struct agent_draft, budget), 0, NULL },
	FIELDS_END,
};

/* The key's place, or that of the entry where the key is not there. */
static struct json_at member_or(const struct json_at *at, const char *key, struct json_at *member)
{
	return json_at_member(at, key, member) ? *member : json_at_key(at);
}

static int owner_check(struct policy_loading *l, const struct json_at *at,
	const struct agent_draft *draft, const struct agent *agent)
{
	const char *owner = draft->owner;
	struct json_at member, place = member_or(at, "owner", &member);

	if (!owner)
		return 0;
	if (!policy_index_find(&l->index, INDEX_PERSON, owner))
		return policy_person_unknown(l, &place);
	if (agent->owner && strcmp(agent->owner, owner) != 0)
		return policy_wrong(
			l, &place, "redefines the owner: a layer above says '%s'", agent->owner);
	return 0;
}

/* What cannot be said of agents."*", and what must be said of others. */
static int identity_check(struct policy_loading *l, const struct json_at *at,
	const struct agent_draft *draft, const struct agent *agent, bool is_new)
{
	bool star = strcmp(at->key, "*") == 0;
	bool strong = draft->keys.count || *draft->accounts;
	struct json_at key = json_at_key(at);

	if (star && (strong || *draft->emails || *draft->trailers || draft->owner))
		return policy_wrong(l, &key,
			"'*' is every agent: owner, keys, accounts, emails and trailers belong to "
			"entries of their own");
	if (!is_new && strong)
		return policy_wrong(l, &key,
			"redefines '%s': a layer below cannot add keys or accounts to it", at->key);
	if (strong && !draft->owner && !agent->owner)
		return policy_wrong(l, &key,
			"'owner' is missing: an agent with keys or accounts needs a person who "
			"answers for it");
	return 0;
}

static int name_check(struct policy_loading *l, const struct json_at *at,
	const struct agent_draft *draft, const struct agent *agent)
{
	struct json_at key = json_at_key(at);
	struct typo near = typo_begin(at->key);
	size_t count;
	const struct catalogue_agent *catalogue = catalogue_agents(&count);

	if (agent->catalogued || strcmp(at->key, "*") == 0 || draft->keys.count ||
		*draft->accounts || *draft->emails || *draft->trailers)
		return 0;
	for (size_t i = 0; i < count; i++)
		typo_offer(&near, catalogue[i].id);
	typo_offer(&near, "*");
	if (near.found)
		return policy_wrong(l, &key,
			"agent '%s' is not in the catalogue (did you mean '%s'?) and has no keys, "
			"accounts, emails or trailers",
			at->key, near.found);
	return policy_wrong(l, &key,
		"agent '%s' is not in the catalogue (countersign agents), so it needs keys, "
		"accounts, emails or trailers to be recognised by",
		at->key);
}

static int64_t least_set(int64_t a, int64_t b)
{
	return !a || (b && b < a) ? b : a;
}

static int names_join(struct policy_loading *l, names *list, names more)
{
	struct name_list joined = { 0 };

	if (!**list || !*more) {
		*list = *more ? more : *list;
		return 0;
	}
	for (names word = *list; *word; word++)
		if (name_list_add(l, &joined, *word) < 0)
			return -1;
	for (; *more; more++)
		if (!names_have(*list, *more) && name_list_add(l, &joined, *more) < 0)
			return -1;
	*list = name_list_names(&joined);
	return 0;
}

static enum rewrite rewrite_of(int flag)
{
	if (flag < 0)
		return REWRITE_UNSAID;
	return flag ? REWRITE_YES : REWRITE_NO;
}

/* One layer's grant: what it says of scope, refs and rewriting. */
static int grant_add(struct policy_loading *l, const struct agent_draft *draft, struct agent *agent)
{
	struct grant *grown = policy_grow(
		l, (void *)(uintptr_t)agent->grants, agent->grant_count, sizeof(*grown));
	struct grant grant = {
		.layer = l->layer,
		.scope = -1,
		.refs = -1,
		.scope_action =
			draft->scope_action < 0 ? ACTION_DENY : (enum action)draft->scope_action,
		.rewrite = rewrite_of(draft->rewrite),
		.observe = l->layers[l->layer].observe,
		.expires = draft->expires,
		.budget = draft->budget,
		.emails = draft->emails,
		.trailers = draft->trailers,
	};

	if (!grown)
		return -1;
	if (draft->scope.value &&
		policy_read_scope(l, &draft->scope, &grant.scope, &grant.scope_narrows) < 0)
		return -1;
	if (draft->refs && policy_refs_list(l, l->policy->scopes, draft->refs, &grant.refs) < 0)
		return -1;
	if (grant.refs >= 0 && policy_list_texts(l, &l->scope_texts, grant.refs, draft->refs) < 0)
		return -1;
	agent->grants = grown;
	grown[agent->grant_count++] = grant;
	return 0;
}

/* Adds what this layer says to the agent. */
static int agent_apply(struct policy_loading *l, const struct json_at *at,
	const struct agent_draft *draft, struct agent *agent, bool is_new)
{
	struct index_entry owner = {
		.which = (size_t)(agent - l->agents), .layer = l->layer, .of_agent = true
	};
	struct json_at list;

	if (json_at_member(at, "accounts", &list) &&
		policy_claim_accounts(l, &list, draft->accounts, owner) < 0)
		return -1;
	if (json_at_member(at, "keys", &list) &&
		policy_claim_keys(l, &list, &draft->keys, owner) < 0)
		return -1;
	if (is_new) {
		agent->accounts = draft->accounts;
		agent->keys = draft->keys.keys;
		agent->key_count = draft->keys.count;
	}
	agent->rewrite = (agent->rewrite || draft->rewrite == 1) && draft->rewrite != 0;
	agent->owner = agent->owner ? agent->owner : draft->owner;
	agent->expires = least_set(agent->expires, draft->expires);
	if (names_join(l, &agent->emails, draft->emails) < 0 ||
		names_join(l, &agent->trailers, draft->trailers) < 0)
		return -1;
	return grant_add(l, draft, agent);
}

/* The agent of that name, made when it is new; NULL: no memory. */
static struct agent *agent_place(struct policy_loading *l, const char *name, bool *is_new)
{
	static const struct name_list nothing;
	const struct index_entry *known = policy_index_find(&l->index, INDEX_AGENT, name);
	struct index_entry entry = { INDEX_AGENT, NULL, l->agent_count, l->layer, true };
	struct agent *grown;

	*is_new = !known;
	if (known)
		return &l->agents[known->which];
	grown = policy_grow(l, l->agents, l->agent_count, sizeof(*grown));
	entry.name = arena_strdup(l->arena, name);
	if (!grown || !entry.name || policy_index_add(&l->index, l->arena, &entry) < 0) {
		(void)fault_memory(l->fault);
		return NULL;
	}
	l->agents = grown;
	grown[l->agent_count] = (struct agent){
		.name = entry.name,
		.layer = l->layer,
		.catalogued = catalogue_find(name) != NULL,
		.emails = name_list_names(&nothing),
		.accounts = name_list_names(&nothing),
		.trailers = name_list_names(&nothing),
	};
	return &grown[l->agent_count++];
}

/*
 * Rewriting is refused to agents unless they are told: only the uppermost layer there is can tell
 * them.
 */
static int rewrite_refuse(struct policy_loading *l, const struct json_at *at)
{
	struct json_at key = json_at_key(at), place = member_or(at, "rewrite", &key);
	size_t above = LAYER_SITE;

	while (above < l->layer && !l->layers[above].there)
		above++;
	if (above == l->layer && l->layer != LAYER_DELEGATED)
		return 0;
	return policy_wrong(l, &place, "a layer below cannot allow this: it may only tighten");
}

static int agent_read(struct policy_loading *l, const struct json_at *at, void *out)
{
	static const struct name_list nothing;
	names none = name_list_names(&nothing);
	struct agent_draft draft = { .emails = none,
		.accounts = none,
		.trailers = none,
		.scope_action = -1,
		.rewrite = -1 };
	struct json_at key = json_at_key(at);
	struct agent *agent;
	bool is_new;
	int good = strcmp(at->key, "*") == 0 ? 1 : policy_name_good(l, &key, at->key);
	size_t wrong = l->wrong;

	(void)out;
	if (good != 1)
		return good;
	if (policy_fields(l, at, agent_fields, &draft) < 0)
		return -1;
	agent = agent_place(l, at->key, &is_new);
	if (!agent)
		return -1;
	if (owner_check(l, at, &draft, agent) < 0 ||
		(wrong == l->wrong && identity_check(l, at, &draft, agent, is_new) < 0) ||
		(wrong == l->wrong && is_new && name_check(l, at, &draft, agent) < 0))
		return -1;
	wrong = l->wrong;
	if (draft.rewrite == 1 && !agent->rewrite && rewrite_refuse(l, at) < 0)
		return -1;
	if (wrong != l->wrong)
		draft.rewrite = 0;
	if (agent_apply(l, at, &draft, agent, is_new) < 0)
		return -1;
	return policy_likely_agent(l, at, agent);
}

int policy_read_agents(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	(void)field;
	return policy_members(l, at, agent_read, out);
}
