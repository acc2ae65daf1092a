#include "hooks/report/inventory.h"

#include <string.h>
#include <time.h>

#include "hooks/admin/cli.h"
#include "hooks/report/inventory_agent.h"

static json_t *time_json(int64_t seconds)
{
	time_t when = (time_t)seconds;
	struct tm tm;
	char text[32];

	if (!seconds || !gmtime_r(&when, &tm) ||
		!strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm))
		return json_null();
	return json_string(text);
}

static json_t *seen_json(const struct inventory_names *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->count; i++)
		(void)json_array_append_new(array, cli_string(list->names[i]));
	return array;
}

/* The patterns that each layer gives, in their order. */
static json_t *scope_json(const struct policy *policy, const struct agent *agent)
{
	json_t *array = json_array();

	for (size_t i = 0; agent && i < agent->grant_count; i++)
		for (names pattern = agent->grants[i].scope >= 0
					     ? policy->scope_texts[agent->grants[i].scope]
					     : NULL;
			pattern && *pattern; pattern++)
			(void)json_array_append_new(array, cli_string(*pattern));
	return array;
}

static json_t *agent_json(
	const struct inventory_agents *s, const struct inventory_agent *seen_agent)
{
	const struct agent *entry = seen_agent->entry;
	json_t *object = json_pack("{s:o, s:b, s:b, s:s?, s:o, s:o, s:o, s:I, s:I, s:o, s:o}",
		"name", cli_string(seen_agent->name), "catalogued",
		catalogue_find(seen_agent->name) != NULL, "registered", entry != NULL, "owner",
		entry ? entry->owner : NULL, "scope", scope_json(s->session.facts.policy, entry),
		"expires", time_json(entry ? entry->expires : 0), "identified_by",
		identified_by_json(seen_agent->by), "commits", (json_int_t)seen_agent->commits,
		"proven", (json_int_t)seen_agent->proven, "first", time_json(seen_agent->first),
		"last", time_json(seen_agent->last));
	json_t *rest = json_pack("{s:o, s:b, s:o, s:b, s:I, s:I, s:o}", "refs",
		seen_json(&seen_agent->refs), "more_refs", seen_agent->refs.more, "accounts",
		seen_json(&seen_agent->accounts), "more_accounts", seen_agent->accounts.more,
		"held", (json_int_t)seen_agent->held, "denied", (json_int_t)seen_agent->denied,
		"attention", inventory_attention(s, seen_agent));

	if (object && rest)
		(void)json_object_update(object, rest);
	json_decref(rest);
	return object;
}

/* The policy's agents are there even when nobody has seen them. */
static int add_registered(struct inventory_agents *s, struct fault *f)
{
	const struct policy *policy = s->session.facts.policy;

	for (size_t i = 0; i < policy->agent_count; i++) {
		const char *name = policy->agents[i].name;

		if (strcmp(name, "*") != 0 && !inventory_agent_of(s, name, strlen(name)))
			return fault_memory(f);
	}
	return 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct inventory_agent *)a)->name,
		((const struct inventory_agent *)b)->name);
}

static json_t *repository_json(const struct inventory_agents *s)
{
	json_t *agents = json_array();

	for (size_t i = 0; i < s->count; i++)
		(void)json_array_append_new(agents, agent_json(s, &s->items[i]));
	return json_pack("{s:o, s:o, s:I, s:I, s:o}", "repository",
		cli_string(s->session.facts.name), "path",
		cli_string(repo_git_dir(s->session.facts.repo)), "commits", (json_int_t)s->commits,
		"agent_commits", (json_int_t)s->agent_commits, "agents", agents);
}

static int read_all(struct inventory_agents *s, const char *path, struct fault *f)
{
	const struct facts_choice choice = { .path = path ? path : "." };

	if (session_open(&s->session, s->wish->env, &choice, f) < 0)
		return -1;
	s->session.facts.push.account = "";
	if (session_push(&s->session, true, f) < 0 || add_registered(s, f) < 0 ||
		inventory_history(s, f) < 0)
		return -1;
	return inventory_log(s, f);
}

json_t *inventory_read(const struct inventory_wish *wish, const char *path, struct fault *f)
{
	struct inventory_agents s = { .wish = wish, .arena = ARENA_INIT((size_t)256 << 20) };
	json_t *object = NULL;

	if (read_all(&s, path, f) == 0) {
		if (s.count)
			qsort(s.items, s.count, sizeof(*s.items), compare);
		object = repository_json(&s);
		if (!object)
			(void)fault_memory(f);
	}
	arena_release(&s.arena);
	session_close(&s.session);
	return object;
}
