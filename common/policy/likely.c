/*
 * What is good, and does nothing or not what it seems to say.  Each is a warning that says what was
 * probably meant; a policy that has some is in force all the same.
 */
#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "common/base/typo.h"
#include "common/mark/marks.h"
#include "common/policy/load.h"

/* The place of a member, or of the whole where it is not there. */
static struct json_at place_of(const struct json_at *at, const char *key, struct json_at *member)
{
	return json_at_member(at, key, member) ? *member : *at;
}

static bool is_over(int64_t time_)
{
	return time_ && time_ <= (int64_t)time(NULL);
}

/* ---- agents */

/* A name that is one of the catalogue's, but for a letter or its case, is another agent. */
static int agent_name(struct policy_loading *l, const struct json_at *at, const struct agent *agent)
{
	struct json_at key = json_at_key(at);
	struct typo typo = typo_begin(agent->name);
	size_t count;
	const struct catalogue_agent *catalogue = catalogue_agents(&count);

	if (agent->catalogued || strcmp(agent->name, "*") == 0 || agent->layer != l->layer)
		return 0;
	for (size_t i = 0; i < count; i++)
		typo_offer(&typo, catalogue[i].id);
	if (!typo.found || typo.distance > TYPO_SURE)
		return 0;
	return policy_warn(l, &key,
		"'%s' is another agent than '%s' of the catalogue, whose marks it does not have: "
		"did you mean '%s'?",
		agent->name, typo.found, typo.found);
}

static int agent_budget(
	struct policy_loading *l, const struct json_at *at, const struct budget *budget)
{
	struct json_at member, place = place_of(at, "budget", &member);

	if (!budget || budget->pushes.amount || budget->commits.amount || budget->files ||
		budget->bytes || budget->holds)
		return 0;
	return policy_warn(l, &place, "limits nothing: it names no amount");
}

int policy_likely_agent(
	struct policy_loading *l, const struct json_at *at, const struct agent *agent)
{
	const struct grant *grant = &agent->grants[agent->grant_count - 1];
	bool star = strcmp(agent->name, "*") == 0, known = agent->key_count || *agent->accounts;
	struct json_at member;

	if (agent_name(l, at, agent) < 0 || agent_budget(l, at, grant->budget) < 0)
		return -1;
	if (json_at_member(at, "rewrite", &member) && grant->rewrite == REWRITE_YES && !star &&
		!known &&
		policy_warn(l, &member,
			"does nothing: '%s' has no keys and no accounts, so it is only ever "
			"claimed",
			agent->name) < 0)
		return -1;
	if (json_at_member(at, "expires", &member) && is_over(grant->expires) &&
		policy_warn(l, &member, "is over: it may push nothing") < 0)
		return -1;
	if (json_at_member(at, "scope_action", &member) && grant->scope < 0 &&
		policy_warn(l, &member, "does nothing without a 'scope' beside it") < 0)
		return -1;
	if (json_at_member(at, "scope", &member) && json_at_kind(&member) == JSON_KIND_LIST &&
		json_at_count(&member) == 0 &&
		policy_warn(l, &member,
			"is empty, so it may change no path; leave it out to give "
			"all") < 0)
		return -1;
	return 0;
}

/* ---- rules */

static bool has_hardware(const struct policy_loading *l, names approvers)
{
	for (size_t i = 0; i < l->person_count; i++) {
		const struct person *p = &l->people[i];

		if (!policy_names_person(approvers, p))
			continue;
		for (size_t k = 0; k < p->key_count; k++)
			if (p->keys[k].kind == KEY_OPENPGP ||
				strncmp(p->keys[k].type, "sk-", 3) == 0)
				return true;
		for (size_t k = 0; k < p->approval_key_count; k++)
			if (p->approval_keys[k].kind == KEY_OPENPGP ||
				strncmp(p->approval_keys[k].type, "sk-", 3) == 0)
				return true;
		if (p->passkey_count)
			return true;
	}
	return names_have(approvers, "codeowners");
}

int policy_likely_rule(struct policy_loading *l, const struct json_at *at, const struct rule *rule)
{
	struct json_at member;
	bool looks = rule->paths >= 0 || *rule->classes;

	if (looks && *rule->content && json_at_member(at, "content", &member) &&
		policy_warn(l, &member,
			"counts for every path, not only for those of 'paths': each is judged for "
			"itself; make two rules of it") < 0)
		return -1;
	if (*rule->content && !looks && rule->deny_from == CONFIDENCE_NEVER &&
		rule->hold_from == CONFIDENCE_NEVER && json_at_member(at, "hold_from", &member) &&
		policy_warn(l, &member, "with 'deny_from' never, too, the rule finds nothing") < 0)
		return -1;
	if (rule->action == ACTION_WARN && *rule->approvers &&
		json_at_member(at, "approvers", &member) &&
		policy_warn(l, &member, "do nothing: a warning lets through what it finds") < 0)
		return -1;
	if (rule->presence && *rule->approvers && !has_hardware(l, rule->approvers) &&
		json_at_member(at, "presence", &member) &&
		policy_warn(l, &member, "none of its approvers has a hardware key (sk-...)") < 0)
		return -1;
	return 0;
}

/* ---- people */

static bool address_listed(names list, const char *address)
{
	for (; *list; list++)
		if (strcasecmp(*list, address) == 0)
			return true;
	return false;
}

/* A name that is another's but for its letter case, or an agent's, is taken for that by people. */
static int person_name(
	struct policy_loading *l, const struct json_at *at, const struct person *person)
{
	struct json_at key = json_at_key(at);

	if (catalogue_find(person->name) &&
		policy_warn(l, &key, "'%s' is an agent of the catalogue, and here a person",
			person->name) < 0)
		return -1;
	for (size_t i = 0; i < l->person_count; i++) {
		const struct person *other = &l->people[i];

		if (other != person && strcasecmp(other->name, person->name) == 0 &&
			policy_warn(l, &key, "'%s' is somebody else than '%s'", person->name,
				other->name) < 0)
			return -1;
		for (names group = person->groups; *group; group++)
			for (names of = other->groups; *of; of++)
				if (strcasecmp(*group, *of) == 0 && strcmp(*group, *of) != 0 &&
					policy_warn(l, &key, "group '%s' is another than '%s'",
						*group, *of) < 0)
					return -1;
	}
	if (!*person->emails && !*person->accounts && !person->key_count &&
		!person->approval_key_count && !person->passkey_count)
		return policy_warn(l, &key,
			"nothing identifies what '%s' does: it has no emails, accounts or keys",
			person->name);
	return 0;
}

/* An address of two people tells neither. */
static int person_emails(
	struct policy_loading *l, const struct json_at *at, const struct person *person)
{
	struct json_at member, place = place_of(at, "emails", &member);

	for (names email = person->emails; *email; email++)
		for (size_t i = 0; i < l->person_count; i++)
			if (&l->people[i] != person &&
				address_listed(l->people[i].emails, *email) &&
				policy_warn(l, &place, "'%s' is an address of '%s', too", *email,
					l->people[i].name) < 0)
				return -1;
	return 0;
}

static int person_keys(struct policy_loading *l, const struct json_at *at,
	const struct key_list *keys, const char *name)
{
	struct json_at list, place = place_of(at, name, &list);

	for (size_t i = 0; i < keys->count; i++) {
		struct json_at item = json_at_item(&list, i);

		if (list.value && is_over(keys->keys[i].valid_before) &&
			policy_warn(l, item.value ? &item : &place,
				"is over: what it signs is not good any more") < 0)
			return -1;
	}
	return 0;
}

int policy_likely_person(
	struct policy_loading *l, const struct json_at *at, const struct person *person)
{
	const struct key_list keys = { .keys = (struct key *)(uintptr_t)person->keys,
		.count = person->key_count };
	const struct key_list approval = { .keys = (struct key *)(uintptr_t)person->approval_keys,
		.count = person->approval_key_count };
	const struct key_list passkeys = { .keys = (struct key *)(uintptr_t)person->passkeys,
		.count = person->passkey_count };

	if (person_name(l, at, person) < 0 || person_emails(l, at, person) < 0 ||
		person_keys(l, at, &keys, "keys") < 0)
		return -1;
	if (person_keys(l, at, &approval, "approval_keys") < 0)
		return -1;
	return person_keys(l, at, &passkeys, "passkeys");
}

/* ---- the whole */

/* A person's address that is an agent's makes every commit of theirs the agent's. */
static int shared_addresses(struct policy_loading *l)
{
	for (size_t i = 0; i < l->person_count; i++)
		for (names email = l->people[i].emails; *email; email++)
			for (size_t k = 0; k < l->agent_count; k++) {
				struct json_at root, agents, at, place;

				if (!address_listed(l->agents[k].emails, *email))
					continue;
				l->layer = l->agents[k].layer;
				root = json_at_root(&l->layers[l->layer].doc);
				if (!json_at_member(&root, "agents", &agents) ||
					!json_at_member(&agents, l->agents[k].name, &at))
					continue;
				if (json_at_member(&at, "emails", &place) &&
					policy_warn(l, &place,
						"'%s' is an address of '%s': all that they commit "
						"is taken for the agent's",
						*email, l->people[i].name) < 0)
					return -1;
			}
	return 0;
}

static int unknown_everybody(struct policy_loading *l)
{
	bool known = false;

	for (size_t i = 0; i < l->person_count; i++)
		known = known || l->people[i].key_count || l->people[i].approval_key_count ||
			l->people[i].passkey_count || *l->people[i].accounts;
	for (size_t i = 0; !known && i < LAYER_COUNT; i++) {
		struct json_at root = json_at_root(&l->layers[i].doc), place;

		l->layer = (enum layer)i;
		if (l->layers[i].there && l->layers[i].said.unattributed == UNATTRIBUTED_DENY &&
			json_at_member(&root, "unattributed", &place) &&
			policy_warn(l, &place,
				"denies every commit of people: none of them has a key or an "
				"account") < 0)
			return -1;
	}
	return 0;
}

/* Pushes of approvers count only where people are known by their accounts. */
static int accountless_pushes(struct policy_loading *l)
{
	for (size_t i = 0; i < l->person_count; i++)
		if (*l->people[i].accounts)
			return 0;
	for (size_t i = 0; i < LAYER_COUNT; i++) {
		struct json_at root = json_at_root(&l->layers[i].doc), approval, place;

		l->layer = (enum layer)i;
		if (l->layers[i].there && l->layers[i].said.accept & ACCEPT_PUSH &&
			json_at_member(&root, "approval", &approval) &&
			json_at_member(&approval, "accept", &place) &&
			policy_warn(l, &place, "'push' approves nothing: nobody has an account") <
				0)
			return -1;
	}
	return 0;
}

/* Who waits for a push longer than this gives up, or is cut off on the way. */
#define SECONDS_LIKELY 300

static int long_waits(struct policy_loading *l)
{
	for (size_t i = 0; i < LAYER_COUNT; i++) {
		struct json_at root = json_at_root(&l->layers[i].doc), limits, place;

		l->layer = (enum layer)i;
		if (l->layers[i].there && l->layers[i].said.limits.seconds > SECONDS_LIKELY &&
			json_at_member(&root, "limits", &limits) &&
			json_at_member(&limits, "seconds", &place) &&
			policy_warn(l, &place,
				"lets a push take %" PRId64
				" minutes: clients and proxies give up earlier",
				l->layers[i].said.limits.seconds / 60) < 0)
			return -1;
	}
	return 0;
}

/* An allowance whose time is over lets nothing stay. */
static int past_allowances(struct policy_loading *l)
{
	size_t seen[LAYER_COUNT] = { 0 };

	for (size_t i = 0; i < l->allowance_count; i++) {
		const struct allowance *allowance = &l->allowances[i];
		struct json_at root, list, item, place;
		size_t index = seen[allowance->layer]++;

		l->layer = allowance->layer;
		root = json_at_root(&l->layers[l->layer].doc);
		if (!is_over(allowance->until) || !json_at_member(&root, "allow", &list) ||
			index >= json_at_count(&list))
			continue;
		item = json_at_item(&list, index);
		if (json_at_member(&item, "until", &place) &&
			policy_warn(l, &place, "is over: it lets nothing stay any more") < 0)
			return -1;
	}
	return 0;
}

int policy_likely_whole(struct policy_loading *l)
{
	return shared_addresses(l) < 0 || unknown_everybody(l) < 0 || accountless_pushes(l) < 0 ||
			       past_allowances(l) < 0 || long_waits(l) < 0
		       ? -1
		       : 0;
}
