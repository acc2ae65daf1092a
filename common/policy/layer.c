/* One layer: its keys, in the order in which they need each other. */
#include <ctype.h>
#include <string.h>

#include "common/policy/load.h"

static int read_version(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	(void)field;
	(void)out;
	if (json_at_kind(at) != JSON_KIND_INTEGER)
		return policy_wrong_kind(l, at, "the number 1");
	if (json_at_integer(at) != 1)
		return policy_wrong(l, at, "this Countersign reads version 1 only");
	return 0;
}

static int read_mode(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	int observe = 0;

	if (policy_read_observe(l, at, field, &observe) < 0)
		return -1;
	*(bool *)out = observe;
	return 0;
}

/* `classes` was read before anything else, of all layers. */
static int read_already(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	(void)l;
	(void)at;
	(void)field;
	(void)out;
	return 0;
}

/*
 * Whether a layer above goes by accounts and leaves the variables as they are usually: then they
 * stay so.
 */
static bool accounts_settled(const struct policy_loading *l)
{
	for (size_t i = 0; i < l->layer; i++)
		if ((l->layers[i].accounts || l->layers[i].said.limits.holds >= 0) &&
			!l->layers[i].said.account_env)
			return true;
	return false;
}

/* Variables of an environment. */
static int read_variables(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
	names words = NULL;

	if (policy_read_words(l, at, field, &words) < 0)
		return -1;
	if (words && !*words)
		return policy_wrong(l, at, "must not be empty");
	if (words && accounts_settled(l))
		return policy_wrong(l, at,
			"a layer above names accounts: only it can say where they come from");
	for (size_t i = 0; words && words[i]; i++) {
		struct json_at item = json_at_item(at, i);

		if ((words[i][strspn(words[i], letters)] || strchr("0123456789", *words[i])) &&
			policy_wrong(l, item.value ? &item : at,
				"'%s' is not the name of a variable", words[i]) < 0)
			return -1;
		if ((strncmp(words[i], "HTTP_", 5) == 0 || strncmp(words[i], "GIT_", 4) == 0) &&
			policy_warn(l, item.value ? &item : at,
				"'%s' is what the client says, not the host", words[i]) < 0)
			return -1;
		if (islower((unsigned char)*words[i]) &&
			policy_warn(l, item.value ? &item : at,
				"'%s' is in small letters, and variables differ by them",
				words[i]) < 0)
			return -1;
	}
	*(names *)out = words;
	return 0;
}

static const struct choice unattributed[] = {
	{ "human", UNATTRIBUTED_HUMAN },
	{ "agent", UNATTRIBUTED_AGENT },
	{ "deny", UNATTRIBUTED_DENY },
	{ NULL, 0 },
};

#define SAID(member) offsetof(struct policy_layer, said.member)

static const struct field layer_fields[] = {
	{ "$schema", policy_read_nothing, 0, 0, NULL },
	{ "description", policy_read_nothing, 0, 0, NULL },
	{ "version", read_version, 0, FIELD_REQUIRED, NULL },
	{ "mode", read_mode, offsetof(struct policy_layer, observe), 0, NULL },
	{ "refs", policy_read_refs, offsetof(struct policy_layer, refs), 0, NULL },
	{ "unattributed", policy_read_choice, SAID(unattributed), 0, unattributed },
	{ "keep_history", policy_read_flag, SAID(keep_history), 0, NULL },
	{ "classes", read_already, 0, 0, NULL },
	{ "people", policy_read_people, 0, 0, NULL },
	{ "agents", policy_read_agents, 0, 0, NULL },
	{ "rules", policy_read_rules, 0, 0, NULL },
	{ "approval", policy_read_approval, offsetof(struct policy_layer, said), 0, NULL },
	{ "delegates", policy_read_people_names, SAID(delegates), FIELD_UPPER, NULL },
	{ "account_env", read_variables, SAID(account_env), FIELD_UPPER, NULL },
	{ "syslog", policy_read_flag, SAID(syslog), FIELD_UPPER, NULL },
	{ "webhooks", policy_read_webhooks, 0, FIELD_UPPER, NULL },
	{ "allow", policy_read_allow, 0, FIELD_UPPER, NULL },
	{ "limits", policy_read_limits, SAID(limits), 0, NULL },
	{ "break_glass", policy_read_glass, SAID(glass), FIELD_UPPER, NULL },
	{ "review", policy_read_review, 0, FIELD_UPPER, NULL },
	{ "holds", policy_read_holds, SAID(holds), FIELD_UPPER, NULL },
	{ "keep", policy_read_keep, SAID(keep), FIELD_UPPER, NULL },
	{ "fleet", policy_read_fleet, SAID(fleet), FIELD_UPPER, NULL },
	{ "malformed", policy_read_malformed, 0, FIELD_UPPER, NULL },
	{ "revoked_keys", policy_read_revoked_keys, 0, FIELD_UPPER, NULL },
	FIELDS_END,
};

/* Marks the group of the layer's own refs as one that scope and the like are judged for. */
static int group_standard(struct policy_loading *l)
{
	int group = policy_group(l, policy_default_refs(l));
	enum layer *layers;
	size_t count = 0;

	if (group < 0)
		return -1;
	layers = (enum layer *)(uintptr_t)l->groups[group].layers;
	if (!layers)
		layers = arena_alloc(l->arena, (LAYER_COUNT + 1) * sizeof(*layers));
	if (!layers)
		return fault_memory(l->fault);
	while (l->groups[group].layers && layers[count] != LAYER_COUNT)
		count++;
	layers[count] = l->layer;
	layers[count + 1] = LAYER_COUNT;
	l->groups[group].layers = layers;
	l->groups[group].standard = true;
	return 0;
}

int policy_layer_read(struct policy_loading *l)
{
	/*
	 * Where a file is delegated, the branch that it lies in is judged, whatever rules govern.
	 */
	static const char *const head[] = { "HEAD", NULL };
	struct policy_layer *layer = &l->layers[l->layer];
	struct json_at root = json_at_root(&layer->doc);

	if (policy_fields(l, &root, layer_fields, layer) < 0)
		return -1;
	if (layer->said.delegates && *layer->said.delegates && policy_group(l, head) < 0)
		return -1;
	return group_standard(l);
}
