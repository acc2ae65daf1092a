/*
 * What is kept, and where.  Holds: in a folder outside of all that is served, since whatever lies
 * below a folder that git serves can be asked for by its address.  Rows of the log: for some time,
 * and then in archives.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/policy/load.h"

#define LIST_MAX ((size_t)16 << 20)

/*
 * The path without links, as far as it exists; the rest as it is written.  Whether there is room.
 */
static bool whole_path(const char *path, char out[PATH_MAX])
{
	char start[PATH_MAX];
	size_t len = strlen(path);

	if (len >= sizeof(start))
		return false;
	for (;;) {
		(void)memcpy(start, path, len);
		start[len] = '\0';
		if (realpath(len ? start : "/", out))
			break;
		while (len && path[len - 1] == '/')
			len--;
		while (len && path[len - 1] != '/')
			len--;
		while (len && path[len - 1] == '/')
			len--;
	}
	if (strcmp(out, "/") == 0)
		out[0] = '\0';
	if (strlen(out) + strlen(path + len) >= PATH_MAX)
		return false;
	(void)memmove(out + strlen(out), path + len, strlen(path + len) + 1);
	len = strlen(out);
	while (len > 1 && out[len - 1] == '/')
		out[--len] = '\0';
	return true;
}

/* Whether one is the other, or lies below it. */
static bool is_within(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	while (len && folder[len - 1] == '/')
		len--;
	return strncmp(path, folder, len) == 0 && (!path[len] || path[len] == '/');
}

/* Why it cannot be kept there, for the sake of one folder that is served; 0: it can. */
static int served_check(struct policy_loading *l, const struct json_at *at, const char *store,
	const char *served, bool *told)
{
	char folder[PATH_MAX];

	if (*told || !*served || !whole_path(served, folder))
		return 0;
	*told = is_within(store, folder) || is_within(folder, store);
	if (is_within(store, folder))
		return policy_wrong(l, at,
			"lies in %s, which is served: whoever can fetch from there could ask for "
			"what is held; name a folder outside of it",
			folder);
	if (is_within(folder, store))
		return policy_wrong(l, at,
			"has %s in it, which is served: name a folder with nothing else in it",
			folder);
	return 0;
}

/* The same for each path on one of the lists that the installation keeps beside the site's file. */
static int list_check(struct policy_loading *l, const struct json_at *at, const char *store,
	const char *name, bool *told)
{
	const char *site = l->sources->site, *slash = site ? strrchr(site, '/') : NULL;
	struct buf list = BUF_INIT(LIST_MAX);
	struct fault none = { 0 };
	char path[PATH_MAX], *rest, *line;
	int status = 0;

	if (!slash || snprintf(path, sizeof(path), "%.*s/%s", (int)(slash - site), site, name) >=
			      (int)sizeof(path))
		return 0;
	if (file_read(path, &list, &none) == 0 && list.len) {
		rest = list.data;
		while (status == 0 && (line = strsep(&rest, "\n")))
			status = served_check(l, at, store, line, told);
	}
	buf_release(&list);
	return status;
}

/* The repository itself; of one with a working tree, that, too. */
static int repository_check(
	struct policy_loading *l, const struct json_at *at, const char *store, bool *told)
{
	const char *git_dir = l->sources->git_dir;
	size_t len = git_dir ? strlen(git_dir) : 0;
	char tree[PATH_MAX];

	if (!git_dir)
		return 0;
	if (len > 5 && len < sizeof(tree) && strcmp(git_dir + len - 5, "/.git") == 0) {
		(void)snprintf(tree, sizeof(tree), "%.*s", (int)(len - 5), git_dir);
		git_dir = tree;
	}
	return served_check(l, at, store, git_dir, told);
}

static int read_store(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	const char *text = json_at_text(at);
	char store[PATH_MAX];
	bool told = false;

	if (text && *text == '/' &&
		(strstr(text, "/../") || strcmp(text, "/") == 0 ||
			(strlen(text) > 2 && !strcmp(text + strlen(text) - 3, "/.."))))
		return policy_wrong(l, at, "must name a folder, without `..`");
	if (text && *text == '/' &&
		(!whole_path(text, store) || repository_check(l, at, store, &told) < 0 ||
			list_check(l, at, store, "roots", &told) < 0 ||
			list_check(l, at, store, "repositories", &told) < 0))
		return told ? -1 : policy_wrong(l, at, "is too long");
	return told ? 0 : policy_read_path(l, at, field, out);
}

/*
 * What git takes behind `git fetch`, so nothing that it or a shell would take for something else.
 */
static int read_address(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	static const char odd[] = " '\"\\$`;&|<>()*?!#\t";
	const char *text = json_at_text(at);

	if (text && *text && (*text == '-' || strpbrk(text, odd)))
		return policy_wrong(l, at, "must be an address that git fetches from");
	return policy_read_text(l, at, field, out);
}

static const struct field holds_fields[] = {
	{ "description", policy_read_nothing, 0, 0, NULL },
	{ "store", read_store, offsetof(struct hold_keeping, store), FIELD_REQUIRED, NULL },
	{ "address", read_address, offsetof(struct hold_keeping, address), 0, NULL },
	FIELDS_END,
};

int policy_read_holds(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	const struct hold_keeping *said = out;
	struct json_at store;

	(void)field;
	if (policy_fields(l, at, holds_fields, out) < 0)
		return -1;
	for (size_t i = 0; i < l->layer && said->store; i++)
		if (l->layers[i].said.holds.store && json_at_member(at, "store", &store))
			return policy_warn(l, &store,
				"is without effect: a layer above says where holds are kept");
	return 0;
}

int policy_read_keep(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	struct row_keeping *said = out;
	int64_t seconds = 0;
	const char *text = json_at_text(at);
	size_t len = text ? strlen(text) : 0, wrong = l->wrong;

	if (len && strcmp(text, "never") != 0 && !strchr("dw", text[len - 1]))
		return policy_wrong(l, at, "must be in days or weeks, such as 400d, or never");
	if (policy_read_duration(l, at, field, &seconds) < 0)
		return -1;
	if (l->wrong > wrong)
		return 0;
	*said = (struct row_keeping){ true, seconds };
	for (size_t i = 0; i < l->layer; i++) {
		const struct row_keeping *above = &l->layers[i].said.keep;

		if (above->said && seconds && (!above->seconds || above->seconds > seconds))
			return policy_warn(
				l, at, "is without effect: a layer above keeps rows for longer");
	}
	return 0;
}

void policy_settle_keep(struct policy_loading *l)
{
	bool said = false;

	for (size_t i = 0; i < LAYER_COUNT; i++) {
		const struct row_keeping *keep = &l->layers[i].said.keep;

		if (!l->layers[i].there || !keep->said || (said && l->policy->keep == 0))
			continue;
		if (!said || !keep->seconds || keep->seconds > l->policy->keep)
			l->policy->keep = keep->seconds;
		said = true;
	}
}

/* ---- what a repository has to do with its host's fleet */

#define STALE 30 /* seconds, where no layer says */
#define STALE_MOST 86400

/* `30s`, `2m`, `1h`: how long a host that hears nothing goes on as ever. */
static int read_stale(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	static const struct {
		const char *unit;
		int64_t seconds;
	} units[] = { { "s", 1 }, { "m", 60 }, { "h", 3600 } };
	const char *text = json_at_text(at);
	char *end = NULL;
	long number = text && *text >= '1' && *text <= '9' ? strtol(text, &end, 10) : 0;

	(void)field;
	if (!text)
		return policy_wrong_kind(l, at, "text such as 30s");
	for (size_t i = 0; end && i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(end, units[i].unit) == 0 && number <= STALE_MOST / units[i].seconds) {
			*(int64_t *)out = number * units[i].seconds;
			return 0;
		}
	return policy_wrong(l, at, "'%s' is not a time from 1s to 24h, such as 30s or 2m", text);
}

static const struct field fleet_fields[] = {
	{ "description", policy_read_nothing, 0, 0, NULL },
	{ "stale", read_stale, offsetof(struct fleet_said, stale), 0, NULL },
	{ "shared", policy_read_flag, offsetof(struct fleet_said, shared), 0, NULL },
	FIELDS_END,
};

int policy_read_fleet(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	(void)field;
	return policy_fields(l, at, fleet_fields, out);
}

void policy_settle_fleet(struct policy_loading *l)
{
	int64_t *stale = &l->policy->fleet_stale;

	for (size_t i = 0; i < LAYER_COUNT; i++) {
		const struct fleet_said *said = &l->layers[i].said.fleet;

		if (l->layers[i].there && said->stale && (!*stale || said->stale < *stale))
			*stale = said->stale;
		if (l->layers[i].there && said->shared > 0)
			l->policy->fleet_shared = true;
	}
	*stale = *stale ? *stale : STALE;
}
