#include "hooks/report/inventory_agent.h"

#include <string.h>

#define MONTH (30 * 86400)

struct inventory_agent *inventory_agent_of(struct inventory_agents *s, const char *name, size_t len)
{
	struct inventory_agent *items = s->items;
	char *copy;

	for (size_t i = 0; i < s->count; i++)
		if (strlen(items[i].name) == len && memcmp(items[i].name, name, len) == 0)
			return &items[i];
	items = arena_grow(&s->arena, items, s->count, sizeof(*items));
	copy = arena_copy(&s->arena, name, len);
	if (!items || !copy)
		return NULL;
	s->items = items;
	items[s->count] = (struct inventory_agent){ .name = copy,
		.entry = policy_agent(s->session.facts.policy, copy) };
	return &items[s->count++];
}

void inventory_agent_at(struct inventory_agent *seen_agent, int64_t time)
{
	if (!seen_agent->first || time < seen_agent->first)
		seen_agent->first = time;
	if (time > seen_agent->last)
		seen_agent->last = time;
}

int inventory_names_add(struct inventory_agents *s, struct inventory_names *list, const char *name)
{
	const char **grown = list->names;
	char *copy;

	for (size_t i = list->count; i > 0; i--)
		if (strcmp(grown[i - 1], name) == 0)
			return 0;
	if (list->count == INVENTORY_NAMES_MAX) {
		list->more = true;
		return 0;
	}
	grown = arena_grow(&s->arena, grown, list->count, sizeof(*grown));
	copy = arena_strdup(&s->arena, name);
	if (!grown || !copy)
		return -1;
	list->names = grown;
	grown[list->count++] = copy;
	return 0;
}

static void add(json_t *list, const char *what, const char *detail)
{
	(void)json_array_append_new(list, json_pack("{s:s, s:s}", "what", what, "detail", detail));
}

static bool has_scope(const struct agent *agent)
{
	for (size_t i = 0; i < agent->grant_count; i++)
		if (agent->grants[i].scope >= 0)
			return true;
	return false;
}

static void look_at_owner(const struct policy *policy, const struct agent *agent, json_t *list)
{
	const struct person *owner = agent->owner ? policy_person(policy, agent->owner) : NULL;

	if (!agent->owner)
		add(list, "no-owner", "the policy names no owner");
	else if (!owner)
		add(list, "owner-gone", "its owner is not among the people of the policy");
	else if (!*owner->emails && !*owner->accounts && !owner->key_count)
		add(list, "owner-unknown",
			"its owner has no e-mail address, account or key and cannot be notified");
}

static void look_at_end(const struct agent *agent, int64_t now, json_t *list)
{
	char days[64];

	if (!agent->expires || agent->expires > now + MONTH)
		return;
	(void)snprintf(
		days, sizeof(days), "in %lld days", (long long)((agent->expires - now) / 86400));
	if (agent->expires <= now)
		add(list, "expired", "its pushes are denied");
	else
		add(list, "expiring", days);
}

/* What the policy says of it, or fails to say. */
static void look_at_entry(
	const struct inventory_agents *s, const struct inventory_agent *seen_agent, json_t *list)
{
	const struct agent *agent = seen_agent->entry;

	if (!agent) {
		add(list, "unregistered", "the policy has no entry of that name");
		return;
	}
	look_at_owner(s->session.facts.policy, agent, list);
	look_at_end(agent, s->session.facts.clock.now, list);
	if (!seen_agent->first)
		add(list, has_scope(agent) ? "scope-unused" : "unused",
			*s->wish->since ? "not seen in that time" : "never seen");
}

json_t *inventory_attention(
	const struct inventory_agents *s, const struct inventory_agent *seen_agent)
{
	const unsigned proof = BY_KEY | BY_ACCOUNT | BY_REMEMBERED;
	const struct stopped *stopped =
		stops_find(&s->session.facts.stops, STOPPED_AGENT, seen_agent->name);
	json_t *list = json_array();

	if (!list)
		return NULL;
	if (stopped)
		add(list, "stopped", stopped->reason);
	look_at_entry(s, seen_agent, list);
	if (seen_agent->first && !(seen_agent->by & proof))
		add(list, "claims-only", "never verified by a key or an account");
	if (seen_agent->by & BY_VENDOR_KEY)
		add(list, "vendor-key",
			"signed with its vendor's key, which every copy of it uses");
	return list;
}
