/*
 * The policy of a rehearsal: the layers as they are, with the cast added, and without anything that
 * reaches out.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "hooks/report/rehearsal.h"

static const char openpgp[] = "openpgp:";

/* Key files are named relative to the policy's folder: names them whole. */
static int key_file_whole(json_t *text, const char *folder)
{
	const char *value = json_string_value(text), *name = value + strlen(openpgp);
	char whole[2 * INSTALL_PATH_MAX];

	if (strncmp(value, openpgp, strlen(openpgp)) != 0 || *name == '/')
		return 0;
	if (snprintf(whole, sizeof(whole), "%s%s/%s", openpgp, folder, name) >= (int)sizeof(whole))
		return -1;
	return json_string_set(text, whole);
}

static int key_files_whole(json_t *value, const char *folder)
{
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_string(value))
		return key_file_whole(value, folder);
	json_array_foreach(value, i, item)
	{
		if (key_files_whole(item, folder) < 0)
			return -1;
	}
	json_object_foreach(value, key, item)
	{
		if (key_files_whole(item, folder) < 0)
			return -1;
	}
	return 0;
}

/* So is the file of keys that are good for nothing. */
static int revoked_file_whole(json_t *root, const char *folder)
{
	json_t *text = json_object_get(root, "revoked_keys");
	const char *name = json_string_value(text);
	char whole[2 * INSTALL_PATH_MAX];

	if (!name || *name == '/')
		return 0;
	if (snprintf(whole, sizeof(whole), "%s/%s", folder, name) >= (int)sizeof(whole))
		return -1;
	return json_string_set(text, whole);
}

/* The object of that key in another, made where there is none; borrowed. */
static json_t *section(json_t *root, const char *name)
{
	if (!json_object_get(root, name))
		(void)json_object_set_new(root, name, json_object());
	return json_object_get(root, name);
}

/* The layer whose people the group is made of; LAYER_COUNT: nobody is in it. */
static enum layer group_layer(const struct policy *policy, const char *group)
{
	for (size_t i = 0; i < policy->person_count; i++)
		for (names name = policy->people[i].groups; *name; name++)
			if (strcmp(*name, group) == 0)
				return policy->people[i].layer;
	return LAYER_COUNT;
}

/* The groups of that layer that approve anything, as a JSON object of names. */
static json_t *approving_groups(const struct policy *policy, enum layer layer)
{
	json_t *groups = json_object();

	for (size_t i = 0; i < policy->rule_count; i++)
		for (names name = policy->rules[i].approvers; *name; name++)
			if (!policy_person(policy, *name) && group_layer(policy, *name) == layer)
				(void)json_object_set_new(groups, *name, json_true());
	return groups;
}

/*
 * People can only be added to a group in its own layer, so the cast belongs to the layer that has
 * most of them.
 */
static enum layer cast_layer(const struct policy *policy)
{
	json_t *site = approving_groups(policy, LAYER_SITE),
	       *repository = approving_groups(policy, LAYER_REPOSITORY);
	bool upper = policy->files[LAYER_SITE] &&
		     (json_object_size(site) > json_object_size(repository) ||
			     !policy->files[LAYER_REPOSITORY]);

	json_decref(site);
	json_decref(repository);
	return upper ? LAYER_SITE : LAYER_REPOSITORY;
}

static json_t *names_of(json_t *object)
{
	json_t *list = json_array(), *ignored;
	const char *name;

	json_object_foreach(object, name, ignored)(void)
		json_array_append_new(list, json_string(name));
	json_decref(object);
	return list;
}

/* The public key of one who plays, as a policy takes it; NULL on a fault. */
static json_t *public_key(const struct rehearsal *r, const char *who, struct fault *f)
{
	char path[2 * INSTALL_PATH_MAX];
	struct buf text = BUF_INIT(4096);
	json_t *key = NULL;

	(void)snprintf(path, sizeof(path), "%s/keys/%s.pub", r->folder, who);
	if (file_read(path, &text, f) == 0 && text.data) {
		text.data[strcspn(text.data, "\n")] = '\0';
		key = json_pack("[s]", text.data);
	}
	buf_release(&text);
	return key;
}

static int add_person(const struct rehearsal *r, json_t *people, const char *who,
	const json_t *groups, struct fault *f)
{
	char name[64];
	json_t *keys = public_key(r, who, f), *person;

	(void)snprintf(name, sizeof(name), "rehearsal-%s", who);
	person = keys ? json_pack("{s:[s], s:o}", "accounts", name, "keys", keys) : NULL;
	if (groups && json_array_size(groups))
		(void)json_object_set_new(person, "groups", json_deep_copy(groups));
	return json_object_set_new(people, name, person) < 0
		       ? fault_set(f, FAULT_ADMIN, "no key of %s", who)
		       : 0;
}

/* A person, an owner, reviewers, and an agent that the policy knows by key and account. */
static int add_cast(const struct rehearsal *r, json_t *root, enum layer layer, struct fault *f)
{
	json_t *people = section(root, "people"),
	       *groups = names_of(approving_groups(r->in_force->policy, layer)), *key;
	char who[32];
	int status = add_person(r, people, "person", NULL, f);

	if (status == 0)
		status = add_person(r, people, "owner", groups, f);

	for (int i = 1; status == 0 && i <= r->reviewers; i++) {
		(void)snprintf(who, sizeof(who), "reviewer%d", i);
		status = add_person(r, people, who, groups, f);
	}
	json_decref(groups);
	key = status == 0 ? public_key(r, "bot", f) : NULL;
	if (!key)
		return -1;
	return json_object_set_new(section(root, "agents"), "rehearsal-bot",
		       json_pack("{s:s, s:[s], s:[s], s:o}", "owner", "rehearsal-owner", "accounts",
			       "rehearsal-bot", "trailers", "Agent: rehearsal-bot", "keys", key)) <
			       0
		       ? fault_memory(f)
		       : 0;
}

/* What tells people, or leaves traces outside of the repository. */
static const char *const outward[] = { "webhooks", "syslog", "holds" };

/* The layer, and each of its rules, as if they said `"mode": "enforce"`. */
static void enforce(json_t *root)
{
	json_t *rule;
	size_t i;

	(void)json_object_del(root, "mode");
	json_array_foreach(json_object_get(root, "rules"), i, rule)
	{
		(void)json_object_del(rule, "mode");
	}
}

static int write_layer(const struct rehearsal *r, enum layer layer, struct fault *f)
{
	static const char *const targets[] = { [LAYER_SITE] = "prefix/etc/countersign/policy.json",
		[LAYER_REPOSITORY] = "server.git/countersign/policy.json" };
	const char *from = r->in_force->policy->files[layer];
	char folder[INSTALL_PATH_MAX], target[2 * INSTALL_PATH_MAX];
	json_error_t error;
	json_t *root = json_load_file(from, JSON_REJECT_DUPLICATES, &error);
	int status;

	if (!root)
		return fault_set(f, FAULT_ADMIN, "%s: %s", from, error.text);
	for (size_t i = 0; i < sizeof(outward) / sizeof(outward[0]); i++)
		(void)json_object_del(root, outward[i]);
	if (r->enforce)
		enforce(root);
	(void)snprintf(folder, sizeof(folder), "%s", from);
	if (strrchr(folder, '/'))
		*strrchr(folder, '/') = '\0';
	(void)snprintf(target, sizeof(target), "%s/%s", r->folder, targets[layer]);
	status = key_files_whole(root, folder) < 0 || revoked_file_whole(root, folder) < 0
			 ? fault_memory(f)
			 : 0;
	if (status == 0 && layer == cast_layer(r->in_force->policy))
		status = add_cast(r, root, layer, f);
	if (status == 0 && json_dump_file(root, target, JSON_INDENT(2)) < 0)
		status = fault_set(f, FAULT_ADMIN, "cannot write %s", target);
	json_decref(root);
	return status;
}

int rehearsal_policies(const struct rehearsal *r, struct fault *f)
{
	const char *const *files = r->in_force->policy->files;

	if (!files[LAYER_SITE] && !files[LAYER_REPOSITORY])
		return fault_set(f, FAULT_ADMIN,
			"found no policy of the site or the repository: nothing to rehearse");
	for (int layer = LAYER_SITE; layer <= LAYER_REPOSITORY; layer++)
		if (files[layer] && write_layer(r, (enum layer)layer, f) < 0)
			return -1;
	return 0;
}
