#include "common/facts/landing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/text.h"

#define REFS_A_FILE 64 /* whose names and rules are a small part of the next */
#define FILE_MAX ((size_t)4 << 20)
#define FILES_MAX 100000   /* that are read at once */
#define WAITING ".waiting" /* since when something lies there that no deliverer has seen to */
#define WAITING_MAX ((time_t)86400)

/* Whether the ref is one that the policy's rules are for, of a branch or a tag. */
static bool is_governed(const struct policy *policy, const char *ref)
{
	bool governed = false;

	if (strncmp(ref, "refs/heads/", 11) != 0 && strncmp(ref, "refs/tags/", 10) != 0)
		return false;
	for (size_t i = 0; i < policy->group_count && !governed; i++)
		governed = policy->groups[i].standard &&
			   policy_group_governs(policy, &policy->groups[i], ref);
	return governed;
}

/* Whether some layer that is enforced keeps the history of the ref, whoever pushes. */
static bool keeps_history(const struct policy *policy, const char *ref)
{
	bool keeps = false;

	for (size_t i = 0; i < policy->group_count && !keeps; i++) {
		const struct group *group = &policy->groups[i];
		const enum layer *layer = group->layers;

		if (!layer || !policy_group_governs(policy, group, ref))
			continue;
		for (; *layer != LAYER_COUNT && !keeps; layer++)
			keeps = policy->layers[*layer].keep_history &&
				!policy->layers[*layer].observe;
	}
	return keeps;
}

static bool rule_is_in_force(const struct policy *policy, const struct rule *rule, const char *ref)
{
	return !rule->observe && rule->action != ACTION_WARN &&
	       policy_group_governs(policy, &policy->groups[rule->group], ref);
}

/* Whether the pattern alone is of every path. */
static bool is_everything(names patterns)
{
	static const char *const all[] = { "*", "**", "/*", "/**" };
	bool found = false;

	if (!patterns || !patterns[0] || patterns[1])
		return false;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		found = found || strcmp(patterns[0], all[i]) == 0;
	return found;
}

/* Whether the rule has every change of anybody reviewed by somebody else. */
static bool rule_reviews_all(const struct policy *policy, const struct rule *rule)
{
	return rule->action == ACTION_HOLD && rule->by == BY_ANYONE && rule->changes == KIND_ALL &&
	       rule->paths >= 0 && is_everything(policy->protected_texts[rule->paths]) &&
	       rule->approvals >= 1 && policy->layers[rule->layer].approval.exclude_pusher;
}

static json_t *rules_in_force(const struct policy *policy, const char *ref, bool *reviews)
{
	json_t *list = json_array();

	*reviews = false;
	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct rule *rule = &policy->rules[i];

		if (!rule_is_in_force(policy, rule, ref))
			continue;
		json_array_append_new(list, json_string(rule->name));
		*reviews = *reviews || rule_reviews_all(policy, rule);
	}
	return list;
}

static json_t *names_of(const char *const *list, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, json_string(list[i]));
	return array;
}

static json_t *landing_of(const struct facts *facts, const struct verdict *verdict, int64_t now)
{
	const struct policy *policy = facts->policy;
	const struct ref_update *update = verdict->update;
	const char *account = facts->push.account;
	const struct person *person = facts_account_owner(facts, account);
	struct oid_text old = oid_text(&update->old), new = oid_text(&update->new);
	bool reviews;
	json_t *rules = rules_in_force(policy, update->target, &reviews);
	json_t *landing = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:o}",
		"time", (json_int_t)now, "ref", update->target, "old", old.hex, "new", new.hex,
		"account", account, "person", person ? person->name : "", "policy", policy->digest,
		"hold", verdict->approved_count || verdict->glass.by ? verdict->hold : "",
		"enforced", !policy->observe, "history", keeps_history(policy, update->target),
		"reviews", reviews && !policy->observe && !verdict->glass.by, "rules", rules);

	if (landing) {
		json_object_set_new(
			landing, "agents", names_of(verdict->agents, verdict->agent_count));
		json_object_set_new(landing, "approved_by",
			names_of(verdict->approved_by, verdict->approved_count));
		if (verdict->glass.by)
			json_object_set_new(landing, "glass", json_string(verdict->glass.by));
		json_object_set_new(landing, "more_agents", json_boolean(verdict->more_agents));
		if (verdict->session_count)
			json_object_set_new(landing, "sessions", verdict_sessions(verdict));
		if (verdict->more_sessions)
			json_object_set_new(landing, "more_sessions", json_true());
	}
	return landing;
}

static int folder_open(const char *git_dir, bool make)
{
	char path[INSTALL_PATH_MAX];
	struct fault ignored = { 0 };
	int folder;

	if (install_paths_join(path, git_dir, LANDINGS, &ignored) < 0)
		return -1;
	folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (folder < 0 && make && errno == ENOENT && mkdir(path, 0777) == 0)
		folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	return folder;
}

/* Under its name it is whole. */
static void put(int folder, int64_t now, size_t part, const char *text)
{
	char fresh[64], name[64];
	size_t len = strlen(text);
	int file;
	bool done;

	(void)snprintf(fresh, sizeof(fresh), ".%ld", (long)getpid());
	(void)snprintf(
		name, sizeof(name), "%015lld-%ld-%04zu", (long long)now, (long)getpid(), part);
	file = openat(folder, fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
	done = file >= 0 && write(file, text, len) == (ssize_t)len;
	if (file >= 0)
		(void)close(file);
	if (!done || renameat(folder, fresh, folder, name) < 0)
		(void)unlinkat(folder, fresh, 0);
}

static void put_list(int folder, int64_t now, size_t part, const json_t *list)
{
	char *text = json_dumps(list, JSON_COMPACT);

	if (text)
		put(folder, now, part, text);
	free(text);
}

/* Whether somebody comes for it; else it would grow by each push for ever. */
static bool is_awaited(int folder)
{
	int file = openat(folder, WAITING, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	struct stat about;

	if (file >= 0)
		return close(file) == 0;
	return fstatat(folder, WAITING, &about, AT_SYMLINK_NOFOLLOW) < 0 ||
	       about.st_mtime > time(NULL) - WAITING_MAX;
}

void landing_leave(const struct facts *facts, const struct verdict *verdicts, size_t count)
{
	json_t *list = NULL;
	int64_t now = state_now();
	size_t parts = 0;
	int folder = -1;

	if (!install_paths_has_key(&facts->paths))
		return;
	for (size_t i = 0; i < count; i++) {
		if (verdicts[i].decision != DECISION_ALLOW || verdicts[i].ref_withheld ||
			!is_governed(facts->policy, verdicts[i].update->target))
			continue;
		if (!list) {
			folder = folder_open(repo_git_dir(facts->repo), true);
			if (folder < 0 || !is_awaited(folder))
				break;
		}
		list = list ? list : json_array();
		json_array_append_new(list, landing_of(facts, &verdicts[i], now));
		if (folder >= 0 && json_array_size(list) == REFS_A_FILE) {
			put_list(folder, now, parts++, list);
			json_array_clear(list);
		}
	}
	if (folder >= 0 && json_array_size(list))
		put_list(folder, now, parts, list);
	if (folder >= 0)
		(void)close(folder);
	json_decref(list);
}

static int is_file_of_landings(const struct dirent *entry)
{
	return entry->d_name[0] >= '0' && entry->d_name[0] <= '9';
}

static bool is_landing(const json_t *landing)
{
	static const char *const texts[] = { "ref", "old", "new", "account", "policy" };
	json_t *name;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!json_is_string(json_object_get(landing, texts[i])))
			return false;
	json_array_foreach(json_object_get(landing, "approved_by"), i, name)
	{
		if (!json_is_string(name))
			return false;
	}
	return true;
}

static bool are_landings(const json_t *list)
{
	json_t *landing;
	size_t i;

	json_array_foreach(list, i, landing)
	{
		if (!is_landing(landing))
			return false;
	}
	return json_array_size(list) > 0;
}

/* What lies there may be anybody's who writes in the repository: what is no landing is dropped. */
static int take_file(struct landings *out, const char *name, struct fault *f)
{
	int file = openat(out->folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat about;
	json_t *list = NULL, *landing;
	size_t i;

	if (file >= 0 && fstat(file, &about) == 0 && S_ISREG(about.st_mode) &&
		about.st_size <= (off_t)FILE_MAX)
		list = json_loadfd(file, JSON_REJECT_DUPLICATES, NULL);
	if (file >= 0)
		(void)close(file);
	if (!are_landings(list)) {
		landings_drop(out, name);
		json_decref(list);
		return 0;
	}
	json_array_foreach(list, i, landing)
	{
		json_object_set_new(landing, "file", json_string(name));
		json_object_set_new(landing, "left", json_integer((json_int_t)about.st_mtime));
		if (json_array_append(out->list, landing) < 0)
			(void)fault_memory(f);
	}
	json_decref(list);
	return f->class ? -1 : 0;
}

/* Whether another waits already, who will see what we would.  Waits, if not. */
static bool is_waited_for(int folder, int after)
{
	int next = openat(folder, ".next", O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
	bool other = next < 0 || flock(next, LOCK_EX | LOCK_NB) < 0;

	if (!other)
		(void)usleep((useconds_t)after * 1000);
	if (!other)
		(void)flock(folder, LOCK_EX);
	if (next >= 0)
		(void)close(next);
	return other;
}

int landings_read(struct landings *out, const char *git_dir, int after, struct fault *f)
{
	struct dirent **found = NULL;
	int count, status = 0;

	*out = (struct landings){ .list = json_array(), .folder = folder_open(git_dir, false) };
	if (!out->list)
		return fault_memory(f);
	if (out->folder < 0)
		return errno == ENOENT
			       ? 0
			       : fault_set(f, FAULT_ADMIN, "%s: %s", LANDINGS, strerror(errno));
	if (after && is_waited_for(out->folder, after)) {
		(void)close(out->folder);
		out->folder = -1;
		return 0;
	}
	if (flock(out->folder, LOCK_EX) < 0)
		return fault_set(f, FAULT_ADMIN, "%s: %s", LANDINGS, strerror(errno));
	count = scandirat(out->folder, ".", &found, is_file_of_landings, alphasort);
	if (count < 0)
		return fault_set(f, FAULT_ADMIN, "%s: %s", LANDINGS, strerror(errno));
	for (int i = 0; i < count; i++) {
		if (status == 0 && i < FILES_MAX)
			status = take_file(out, found[i]->d_name, f);
		free(found[i]);
	}
	free(found);
	return status;
}

void landings_drop(const struct landings *landings, const char *file)
{
	if (landings->folder >= 0)
		(void)unlinkat(landings->folder, file, 0);
}

void landings_done(const struct landings *landings)
{
	landings_drop(landings, WAITING);
}

void landings_release(struct landings *landings)
{
	json_decref(landings->list);
	if (landings->folder >= 0)
		(void)close(landings->folder);
	*landings = (struct landings){ .folder = -1 };
}
