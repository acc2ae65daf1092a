#include "hooks/watch/snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/expected.h"
#include "common/base/file.h"
#include "common/facts/host.h"
#include "common/policy/site_files.h"
#include "hooks/gate/record.h"
#include "hooks/host/guarded_list.h"
#include "hooks/host/hook_check.h"
#include "hooks/watch/taking.h"

static int add_below(struct taking *t, const char *what, const char *folder, const char *name)
{
	char path[INSTALL_PATH_MAX];

	return install_paths_join(path, folder, name, t->fault) < 0
		       ? -1
		       : taking_file(t, what, path, NULL);
}

static int add_policy(struct taking *t)
{
	const struct policy_sources *sources = &t->status->in_force.sources;
	const struct span delegated = sources->delegated;

	if (taking_file(t, "policy of the site", sources->site, layer_name(LAYER_SITE)) < 0 ||
		taking_file(t, "policy of the repository", sources->repository,
			layer_name(LAYER_REPOSITORY)) < 0)
		return -1;
	if (!delegated.data)
		return 0;
	return taking_digest(t, "policy " POLICY_DELEGATED, delegated, NULL) < 0
		       ? -1
		       : taking_text(t, layer_name(LAYER_DELEGATED), delegated);
}

/* Agents that the site knows, and whom its logs answer to. */
static int add_site(struct taking *t)
{
	const char *etc = t->status->in_force.paths.etc;
	char folder[INSTALL_PATH_MAX];
	struct site_files files;
	struct fault unread = { 0 };
	int status = install_paths_join(folder, etc, "agents.d", t->fault);

	if (status < 0)
		return -1;
	if (site_files_read(&files, folder, &unread) < 0)
		status = taking_keep(t, "agents.d ");
	for (size_t i = 0; status == 0 && unread.class == FAULT_NONE && i < files.count; i++) {
		char what[TAKING_NAME_MAX];

		(void)snprintf(
			what, sizeof(what), "agents.d %s", strrchr(files.files[i].path, '/') + 1);
		status = taking_digest(t, what, buf_span(&files.files[i].bytes), NULL);
	}
	site_files_release(&files);
	if (status < 0 || add_below(t, "log.policy", etc, "log.policy") < 0)
		return -1;
	/* whose policies this host takes, and below which number none any more */
	return add_below(t, "fleet.json", etc, "fleet.json") < 0
		       ? -1
		       : add_below(t, "fleet.policy", etc, "fleet.policy");
}

/* Marks of what is expected: without one, what is gone refuses nothing. */
static int add_marks(struct taking *t)
{
	static const char *const things[] = { "state", "policy", "agents", "stopped",
		"stopped-fleet", "fleet" };
	const char *const folders[] = { t->status->in_force.paths.etc,
		repo_git_dir(t->status->in_force.repo) };

	for (size_t i = 0; i < 2 * sizeof(things) / sizeof(things[0]); i++) {
		const char *what = things[i / 2];
		const struct expected thing = { folders[i % 2], what };
		struct fault unread = { 0 };
		char name[96];
		bool is = false;
		int status;

		(void)snprintf(name, sizeof(name), "expected %s of the %s", what,
			i % 2 ? "repository" : "site");
		if (expected_is(&thing, &is, &unread) < 0)
			status = taking_keep(t, name);
		else
			status = is ? taking_say(t, name, "yes") : 0;
		fault_clear(&unread);
		if (status < 0)
			return -1;
	}
	return 0;
}

static int on_listed(void *context, const char *git_dir)
{
	const char *ours = context;

	return strcmp(git_dir, ours) == 0;
}

/* What is not on the list is neither repaired nor tidied. */
static int add_listed(struct taking *t)
{
	const char *git_dir = repo_git_dir(t->status->in_force.repo);
	struct fault unread = { 0 };
	int listed = guarded_list_each(
		t->status->in_force.paths.etc, on_listed, (void *)(uintptr_t)git_dir, &unread);

	fault_clear(&unread);
	if (listed < 0)
		return taking_keep(t, "list of guarded repositories");
	return listed ? taking_say(t, "list of guarded repositories", "names this one") : 0;
}

/* The log's keys by their names and numbers: PRIVATE+KEY+NAME+ID+SECRET, a line each. */
static int add_log_keys(struct taking *t)
{
	struct buf bytes = BUF_INIT(TAKING_FILE_MAX), listed = BUF_INIT(TAKING_VALUE_MAX);
	char path[INSTALL_PATH_MAX], *rest, *line;
	struct fault unread = { 0 };
	struct stat st;
	int status = install_paths_join(path, t->status->in_force.paths.etc, "log.key", t->fault);

	if (status == 0 && stat(path, &st) == 0 && file_read(path, &bytes, &unread) < 0)
		status = taking_keep(t, "log.key");
	rest = bytes.data;
	while (rest && (line = strsep(&rest, "\n"))) {
		char *name = strncmp(line, "PRIVATE+KEY+", 12) == 0 ? line + 12 : NULL;
		char *id = name ? strchr(name, '+') : NULL;

		/* whatever is anywhere else may be the secret */
		if (id && strspn(id + 1, "0123456789abcdef") == 8 && id[9] == '+')
			(void)buf_addf(&listed, "%s%.*s", listed.len ? ", " : "",
				(int)(id + 9 - name), name);
	}
	if (status == 0 && listed.len)
		status = taking_put(t, "log.key", &listed);
	if (bytes.data)
		explicit_bzero(bytes.data, bytes.len);
	buf_release(&bytes);
	buf_release(&listed);
	return status;
}

static int add_key(struct taking *t, const struct key *key, const char *use)
{
	char what[TAKING_NAME_MAX], until[64] = "";

	(void)snprintf(what, sizeof(what), "key %s of %s, %s",
		key->fingerprint ? key->fingerprint : key->file, key->holder ? key->holder : "?",
		use);
	if (key->file)
		return taking_file(t, what, key->file, NULL);
	if (key->valid_before)
		(void)snprintf(
			until, sizeof(until), ", valid before %lld", (long long)key->valid_before);
	return taking_say(t, what, "%s%s%s%s%s", key->type, key->revoked ? ", revoked" : "",
		key->authority ? ", an authority" : "",
		key->touch_optional ? ", without a touch, too" : "", until);
}

static int add_keys_of(struct taking *t, const struct key *keys, size_t count, const char *use)
{
	for (size_t i = 0; i < count; i++)
		if (add_key(t, &keys[i], use) < 0)
			return -1;
	return 0;
}

static int add_keys(struct taking *t)
{
	const struct policy *policy = t->status->in_force.policy;

	if (!policy)
		return taking_keep(t, "key ") < 0 ? -1 : taking_keep(t, "revoked keys ");
	for (size_t i = 0; i < policy->person_count; i++) {
		const struct person *person = &policy->people[i];

		if (add_keys_of(t, person->keys, person->key_count, "signs") < 0 ||
			add_keys_of(t, person->approval_keys, person->approval_key_count,
				"approves") < 0 ||
			add_keys_of(t, person->passkeys, person->passkey_count, "passkey") < 0)
			return -1;
	}
	for (size_t i = 0; i < policy->agent_count; i++)
		if (add_keys_of(t, policy->agents[i].keys, policy->agents[i].key_count, "signs") <
			0)
			return -1;
	for (names path = policy->revoked_keys; path && *path; path++) {
		char what[TAKING_NAME_MAX];

		(void)snprintf(what, sizeof(what), "revoked keys %s", *path);
		if (taking_file(t, what, *path, NULL) < 0)
			return -1;
	}
	return 0;
}

static int add_stops(struct taking *t)
{
	const struct stops *stops = &t->status->stops;

	if (status_tells_of(t->status, "stopped"))
		return taking_keep(t, "stop ");
	for (size_t i = 0; i < stops->count; i++) {
		const struct stopped *who = &stops->items[i];
		char what[TAKING_NAME_MAX];

		(void)snprintf(what, sizeof(what), "stop of %s %s%s", who->kind, who->name,
			who->everywhere ? " on this host" : "");
		if (taking_say(t, what, "since %s by %s: %s", who->since, who->by, who->reason) < 0)
			return -1;
	}
	return 0;
}

/* The hooks that git or the host's own hooks call, and those that ours call. */
static int add_hooks(struct taking *t)
{
	struct repo *repo = t->status->in_force.repo;
	const struct shim_layout *layouts[] = { host_layout(repo), host_plain_layout() };
	char path[INSTALL_PATH_MAX], what[64];

	for (size_t i = 0; i < SHIM_HOOKS; i++) {
		for (size_t k = 0; k < (layouts[0] == layouts[1] ? 1 : 2); k++) {
			(void)snprintf(
				what, sizeof(what), "hook %s%s", shim_hooks[i], k ? " of git" : "");
			if (host_hook_path(path, repo, layouts[k], shim_hooks[i]) &&
				taking_file(t, what, path, NULL) < 0)
				return -1;
		}
		for (int first = 0; first < 2; first++) {
			char name[64];

			(void)snprintf(what, sizeof(what), "hook %s, chained%s", shim_hooks[i],
				first ? " first" : "");
			(void)snprintf(name, sizeof(name), "countersign/chained%s/%s",
				first ? "-first" : "", shim_hooks[i]);
			if (add_below(t, what, repo_git_dir(repo), name) < 0)
				return -1;
		}
	}
	return 0;
}

/* By what a look costs nothing to find out; reading megabytes for each repository would. */
static int add_programs(struct taking *t)
{
	static const char *const programs[] = { "bin/countersign", "bin/countersign-deliver",
		"libexec/countersign/update" };
	char path[INSTALL_PATH_MAX], what[64];
	struct stat st;

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		if (install_paths_join(
			    path, t->status->in_force.paths.prefix, programs[i], t->fault) < 0)
			return -1;
		(void)snprintf(what, sizeof(what), "program %s", programs[i]);
		if (stat(path, &st) < 0)
			continue;
		if (taking_stat(t, what, &st) < 0)
			return -1;
	}
	return 0;
}

/* Whether the setting, as git prints its name, says what is run or what is let in. */
static bool counts(const char *name)
{
	static const char *const others[] = { "core.hookspath", "core.alternaterefscommand",
		"transfer.hiderefs", "uploadpack.hiderefs", "transfer.fsckobjects",
		"core.sharedrepository" };

	for (const struct wanted *one = hook_check_wanted; one->name; one++)
		if (strcmp(name, one->key) == 0)
			return true;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(name, others[i]) == 0)
			return true;
	return strncmp(name, "hook.", 5) == 0 || strncmp(name, "extensions.", 11) == 0 ||
	       (strncmp(name, "receive.", 8) == 0 &&
		       strcmp(name, "receive.certnonceseed") != 0); /* a secret */
}

/* Whether the setting is a command, in which there may be a secret, such as a token for curl. */
static bool is_command(const char *name)
{
	size_t len = strlen(name);

	return strcmp(name, "core.alternaterefscommand") == 0 ||
	       (len >= 8 && strcmp(name + len - 8, ".command") == 0);
}

/* All values of one setting, in git's order; by digest what is secret or long. */
static int add_setting(struct taking *t, const char *name)
{
	const struct config *settings = &t->status->settings;
	struct buf value = BUF_INIT(TAKING_FILE_MAX);
	char what[TAKING_NAME_MAX];
	int status;

	for (size_t i = 0; i < settings->count; i++)
		if (strcmp(settings->list[i].name, name) == 0)
			(void)buf_addf(
				&value, "%s%s", value.len ? ", " : "", settings->list[i].value);
	(void)snprintf(what, sizeof(what), "setting %s", name);
	if (value.failed)
		status = fault_memory(t->fault);
	else if (value.len >= TAKING_NAME_MAX || is_command(name))
		status = taking_digest(t, what, buf_span(&value), NULL);
	else
		status = taking_put(t, what, &value);
	buf_release(&value);
	return status;
}

static int add_settings(struct taking *t)
{
	const struct config *settings = &t->status->settings;
	const struct config_value *seed = config_get(settings, "receive.certnonceseed");

	if (status_tells_of(t->status, "settings"))
		return taking_keep(t, "setting ");
	for (size_t i = 0; i < settings->count; i++)
		if (counts(settings->list[i].name) &&
			config_get(settings, settings->list[i].name) == &settings->list[i] &&
			add_setting(t, settings->list[i].name) < 0)
			return -1;
	/* a secret */
	return seed ? taking_digest(t, "setting receive.certnonceseed", span_of(seed->value), NULL)
		    : 0;
}

static int take_all(struct taking *t)
{
	const char *head = t->status->in_force.head;

	if (add_policy(t) < 0 || add_site(t) < 0 || add_marks(t) < 0 || add_listed(t) < 0 ||
		add_log_keys(t) < 0 || add_keys(t) < 0 || add_stops(t) < 0 || add_hooks(t) < 0 ||
		add_programs(t) < 0 || add_settings(t) < 0)
		return -1;
	return taking_say(t, "HEAD", "%s", head ? head : "no branch");
}

json_t *snapshot_take(const struct status *status, const json_t *before, struct fault *f)
{
	struct taking t = { .status = status,
		.before = json_object_get(before, "items"),
		.texts = json_object_get(before, "layers"),
		.items = json_object(),
		.layers = json_object(),
		.fault = f };
	char time[32];
	json_t *whole = NULL;

	record_time(time);
	if (!t.items || !t.layers)
		(void)fault_memory(f);
	else if (take_all(&t) == 0 && !(whole = json_pack("{s:s, s:O, s:O}", "time", time, "items",
						t.items, "layers", t.layers)))
		(void)fault_memory(f);
	json_decref(t.items);
	json_decref(t.layers);
	return whole;
}
