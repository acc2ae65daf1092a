/* What a stopped agent was known by, as a value of the repository's state: `stopped-agent:NAME`. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/facts/stops_private.h"

#define NAME_PREFIX "stopped-agent:"
#define VALUE_NAME_MAX (sizeof(NAME_PREFIX) + STOPS_TEXT_MAX)

static void value_name(char out[VALUE_NAME_MAX], const char *agent)
{
	(void)snprintf(out, VALUE_NAME_MAX, NAME_PREFIX "%s", agent);
}

static bool is_texts(const json_t *list)
{
	size_t index;
	json_t *item;

	json_array_foreach(list, index, item) if (!json_is_string(item)) return false;
	return json_is_array(list);
}

/* Whether it is all that add_entry() writes of each agent, and nothing else. */
static bool is_kept(json_t *kept)
{
	static const char *const keys[] = { "accounts", "emails", "trailers", "keys" };
	const size_t count = sizeof(keys) / sizeof(keys[0]);
	const char *name;
	json_t *entry;

	json_object_foreach(kept, name, entry)
	{
		for (size_t i = 0; i < count; i++)
			if (!is_texts(json_object_get(entry, keys[i])))
				return false;
		if (json_object_size(entry) != count)
			return false;
	}
	return json_is_object(kept);
}

/* The object of what is kept, for json_decref(); empty when nothing is. */
static json_t *kept_read(struct state *state, const char *agent, struct fault *f)
{
	char name[VALUE_NAME_MAX];
	char *text = NULL;
	json_t *kept;

	value_name(name, agent);
	if (state_value(state, name, &text, f) < 0)
		return NULL;
	kept = text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : json_object();
	free(text);
	if (is_kept(kept))
		return kept;
	json_decref(kept);
	(void)fault_set(
		f, FAULT_ADMIN, "state: what stopped agent %s was known by is unreadable", agent);
	return NULL;
}

static int kept_write(struct state *state, const char *agent, const json_t *kept, struct fault *f)
{
	char *text = json_dumps(kept, JSON_COMPACT);
	char name[VALUE_NAME_MAX];
	int status;

	value_name(name, agent);
	status = text ? state_value_set(state, name, text, f) : fault_memory(f);
	free(text);
	return status;
}

/* The member of an object, made when it is not there; NULL: no memory. */
static json_t *member(json_t *object, const char *name, json_t *fresh)
{
	json_t *there = json_object_get(object, name);

	if (!there && json_object_set(object, name, fresh) == 0)
		there = fresh;
	json_decref(fresh);
	return there;
}

static int add_text(json_t *list, const char *text)
{
	size_t index;
	json_t *item;

	json_array_foreach(
		list, index, item) if (strcmp(json_string_value(item), text) == 0) return 0;
	return json_array_append_new(list, json_string(text));
}

static int add_list(json_t *entry, const char *key, names texts)
{
	json_t *list = member(entry, key, json_array());
	int status = list ? 0 : -1;

	for (; status == 0 && texts && *texts; texts++)
		status = add_text(list, *texts);
	return status;
}

/* Of an authority, which may vouch for others, too: its principals. */
static int add_principals(json_t *list, const struct key *authority)
{
	char text[STOPPED_PRINCIPAL_MAX];
	int status = 0;

	for (names name = authority->principals; status == 0 && name && *name; name++) {
		stops_principal(text, *name, authority->fingerprint);
		status = add_text(list, text);
	}
	return status;
}

/* An OpenPGP key has no fingerprint here before its file is read, which nobody does for a stop. */
static int add_keys(json_t *entry, const struct agent *agent)
{
	json_t *list = member(entry, "keys", json_array());
	int status = list ? 0 : -1;

	for (size_t i = 0; status == 0 && i < agent->key_count; i++)
		if (agent->keys[i].authority)
			status = add_principals(list, &agent->keys[i]);
		else if (agent->keys[i].fingerprint)
			status = add_text(list, agent->keys[i].fingerprint);
	return status;
}

static int add_entry(json_t *kept, const struct agent *agent)
{
	json_t *entry = member(kept, agent->name, json_object());

	return entry && add_list(entry, "accounts", agent->accounts) == 0 &&
			       add_list(entry, "emails", agent->emails) == 0 &&
			       add_list(entry, "trailers", agent->trailers) == 0
		       ? add_keys(entry, agent)
		       : -1;
}

int stops_keep(struct state *state, const struct policy *policy, const char *agent, struct fault *f)
{
	json_t *kept = kept_read(state, agent, f);
	bool any = strcmp(agent, "*") == 0;
	int status = kept ? 0 : -1;

	for (size_t i = 0; status == 0 && i < policy->agent_count; i++)
		if ((any || strcmp(policy->agents[i].name, agent) == 0) &&
			add_entry(kept, &policy->agents[i]) < 0)
			status = fault_memory(f);
	if (status == 0 && json_object_size(kept))
		status = kept_write(state, agent, kept, f);
	json_decref(kept);
	return status;
}

int stops_forget(struct state *state, const char *agent, struct fault *f)
{
	char name[VALUE_NAME_MAX];

	value_name(name, agent);
	return state_value_drop(state, name, f);
}

/* One agent of those that a stop keeps. */
struct reviving {
	struct stops *stops;
	const struct stopped *stop;
	const char *name;
	const json_t *entry;
	const struct agent *agent; /* the policy's entry of it now, or NULL */
};

static bool has_account(const struct agent *agent, const char *account)
{
	for (names at = agent->accounts; *at; at++)
		if (strcmp(*at, account) == 0)
			return true;
	return false;
}

static bool has_principal(const struct key *authority, const char *text)
{
	char principal[STOPPED_PRINCIPAL_MAX];

	for (names name = authority->principals; name && *name; name++) {
		stops_principal(principal, *name, authority->fingerprint);
		if (strcmp(principal, text) == 0)
			return true;
	}
	return false;
}

static bool has_key(const struct agent *agent, const char *text)
{
	for (size_t i = 0; i < agent->key_count; i++) {
		const struct key *key = &agent->keys[i];

		if (key->authority ? has_principal(key, text)
				   : key->fingerprint && strcmp(key->fingerprint, text) == 0)
			return true;
	}
	return false;
}

/*
 * Stops what the policy does not give that agent any more; the rest is recognised as the agent's
 * anyway.
 */
static int revive_list(const struct reviving *r, const char *key, const char *kind,
	bool (*has)(const struct agent *agent, const char *text), struct fault *f)
{
	const json_t *list = json_object_get(r->entry, key);
	struct stopped stop = *r->stop;
	size_t index;
	json_t *item;

	stop.kind = kind;
	stop.agent = r->name;
	json_array_foreach(list, index, item)
	{
		stop.name = json_string_value(item);
		if ((!r->agent || !has(r->agent, stop.name)) && stops_add(r->stops, &stop, f) < 0)
			return -1;
	}
	return 0;
}

/* The texts of a list, NULL-terminated; NULL: no memory. */
static const char *const *texts_of(struct arena *arena, const json_t *list)
{
	size_t count = json_array_size(list);
	const char **texts = arena_alloc(arena, (count + 1) * sizeof(*texts));

	for (size_t i = 0; texts && i < count; i++) {
		texts[i] = arena_strdup(arena, json_string_value(json_array_get(list, i)));
		if (!texts[i])
			return NULL;
	}
	return texts;
}

static int revive_marks(const struct reviving *r, struct fault *f)
{
	struct stops *stops = r->stops;
	struct marks_agent *marked =
		arena_grow(&stops->arena, stops->marked, stops->marked_count, sizeof(*marked));
	struct marks_agent mark = { .name = arena_strdup(&stops->arena, r->name),
		.emails = texts_of(&stops->arena, json_object_get(r->entry, "emails")),
		.trailers = texts_of(&stops->arena, json_object_get(r->entry, "trailers")) };

	if (!marked || !mark.name || !mark.emails || !mark.trailers)
		return fault_memory(f);
	stops->marked = marked;
	marked[stops->marked_count++] = mark;
	return 0;
}

static int revive(const struct reviving *r, struct fault *f)
{
	if (revive_list(r, "accounts", STOPPED_ACCOUNT, has_account, f) < 0 ||
		revive_list(r, "keys", STOPPED_KEY, has_key, f) < 0)
		return -1;
	return r->agent ? 0 : revive_marks(r, f);
}

static int revive_stop(struct stops *stops, const struct stopped *stop, struct state *state,
	const struct policy *policy, struct fault *f)
{
	json_t *kept = kept_read(state, stop->name, f), *entry;
	int status = kept ? 0 : -1;
	const char *name;

	json_object_foreach(kept, name, entry)
	{
		struct reviving r = { stops, stop, name, entry, policy_agent(policy, name) };

		if (status == 0)
			status = revive(&r, f);
	}
	json_decref(kept);
	return status;
}

int stops_revive(
	struct stops *stops, struct state *state, const struct policy *policy, struct fault *f)
{
	size_t count = stops->count;

	for (size_t i = 0; i < count; i++) {
		struct stopped stop = stops->items[i];

		if (strcmp(stop.kind, STOPPED_AGENT) == 0 &&
			revive_stop(stops, &stop, state, policy, f) < 0)
			return -1;
	}
	return 0;
}
