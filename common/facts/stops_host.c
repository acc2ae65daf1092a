/* The host's list: read strictly, and written anew as a whole. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/expected.h"
#include "common/base/file.h"
#include "common/base/install_paths.h"
#include "common/base/json.h"
#include "common/facts/stops_private.h"
#include "common/policy/sources.h"

#define FILE_MAX ((size_t)4 << 20)

/* A list: its file, and the mark that it was written. */
struct list {
	const char *file, *mark;
};

static const struct list own = { STOPS_FILE, "stopped" },
			 fleets = { STOPS_FLEET_FILE, "stopped-fleet" };

static const char *const keys[] = { "kind", "name", "since", "by", "reason" };

#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

static int wrong(const char *path, const struct json_at *at, const char *what, struct fault *f)
{
	size_t line, column;

	json_at_locate(at, &line, &column);
	return fault_set(f, FAULT_ADMIN, "%s:%zu:%zu: %s", path, line, column, what);
}

static bool is_kind(const char *kind)
{
	return strcmp(kind, STOPPED_AGENT) == 0 || strcmp(kind, STOPPED_ACCOUNT) == 0 ||
	       strcmp(kind, STOPPED_KEY) == 0;
}

static int item_read(
	struct stops *stops, const struct json_at *at, const char *path, struct fault *f)
{
	const char *texts[KEY_COUNT];
	struct stopped who;

	if (json_at_kind(at) != JSON_KIND_OBJECT || json_at_count(at) != KEY_COUNT)
		return wrong(path, at, "not kind, name, since, by and reason", f);
	for (size_t i = 0; i < KEY_COUNT; i++) {
		struct json_at member;

		texts[i] = json_at_member(at, keys[i], &member) ? json_at_text(&member) : NULL;
		if (!texts[i] || strlen(texts[i]) > STOPS_TEXT_MAX)
			return wrong(path, at, "not kind, name, since, by and reason, all text", f);
	}
	who = (struct stopped){ texts[0], texts[1], texts[2], texts[3], texts[4], true, NULL };
	if (!is_kind(who.kind) || !*who.name)
		return wrong(path, at, "not an agent, an account or a key with a name", f);
	return stops_add(stops, &who, f);
}

static int list_read(
	struct stops *stops, const struct json_doc *doc, const char *path, struct fault *f)
{
	struct json_at root = json_at_root(doc), version, list;

	if (json_at_kind(&root) != JSON_KIND_OBJECT || json_at_count(&root) != 2 ||
		!json_at_member(&root, "version", &version) || json_at_integer(&version) != 1 ||
		!json_at_member(&root, "stopped", &list) || json_at_kind(&list) != JSON_KIND_LIST)
		return wrong(path, &root, "not version 1 of a list of who is stopped", f);
	if (json_at_count(&list) > STOPS_MAX)
		return wrong(path, &list, "too many are stopped", f);
	for (size_t i = 0; i < json_at_count(&list); i++) {
		struct json_at item = json_at_item(&list, i);

		if (item_read(stops, &item, path, f) < 0)
			return -1;
	}
	return 0;
}

/* A list that is gone is not an empty one.  0 or -1. */
static int list_is_expected(
	const struct list *which, const char *path, const char *etc, struct fault *f)
{
	bool expected;

	if (expected_is(&(struct expected){ etc, which->mark }, &expected, f) < 0)
		return -1;
	return !expected
		       ? 0
		       : fault_set(f, FAULT_ADMIN,
				 "%s was there and is missing: put it back or, if nobody is to be "
				 "stopped by it, remove %s/countersign.had-%s",
				 path, etc, which->mark);
}

static int read_one(struct stops *stops, const struct list *which, const char *etc, struct fault *f)
{
	struct buf text = BUF_INIT(FILE_MAX);
	struct json_doc doc = { 0 };
	struct json_error error;
	char path[INSTALL_PATH_MAX];
	bool exists = false;
	int status = -1;

	if (install_paths_join(path, etc, which->file, f) < 0)
		return -1;
	if (file_read_trusted(path, (uid_t)-1, &text, &exists, f) == 0) {
		if (!exists)
			status = list_is_expected(which, path, etc, f);
		else if (json_doc_parse(&doc, buf_span(&text), &error) < 0)
			status = fault_set(f, FAULT_ADMIN, "%s:%zu:%zu: %s", path, error.line,
				error.column, error.text);
		else
			status = list_read(stops, &doc, path, f);
	}
	json_doc_release(&doc);
	buf_release(&text);
	return status;
}

int stops_host_read(struct stops *stops, const char *etc, struct fault *f)
{
	return read_one(stops, &own, etc, f) < 0 ? -1 : read_one(stops, &fleets, etc, f);
}

static json_t *item_json(const struct stopped *who)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", keys[0], who->kind, keys[1], who->name,
		keys[2], who->since, keys[3], who->by, keys[4], who->reason);
}

/* The whole list, with that one in it or not; for free(). */
static char *list_text(const struct stops *stops, const struct stopped *who, bool *was)
{
	json_t *list = json_array(), *object;
	char *text = NULL;
	bool fine = list != NULL;

	*was = false;
	for (size_t i = 0; fine && i < stops->count; i++) {
		const struct stopped *item = &stops->items[i];

		if (strcmp(item->kind, who->kind) == 0 && strcmp(item->name, who->name) == 0)
			*was = true;
		else
			fine = json_array_append_new(list, item_json(item)) == 0;
	}
	if (fine && who->reason)
		fine = json_array_append_new(list, item_json(who)) == 0;
	object = fine ? json_pack("{s:i, s:O}", "version", 1, "stopped", list) : NULL;
	if (object)
		text = json_dumps(object, JSON_INDENT(2));
	json_decref(object);
	json_decref(list);
	return text;
}

static int fault_at(const char *path, struct fault *f)
{
	return fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
}

/*
 * Writes the file beside and puts it in its place, so that readers see the old one or the new one.
 */
static int file_replace(
	const struct list *which, int folder, const char *path, const char *text, struct fault *f)
{
	char beside[64];
	size_t len = strlen(text);
	int file;

	(void)snprintf(beside, sizeof(beside), "%s.new", which->file);
	(void)unlinkat(folder, beside, 0);
	file = openat(folder, beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (file < 0)
		return fault_at(path, f);
	if (write(file, text, len) != (ssize_t)len || write(file, "\n", 1) != 1 ||
		fchmod(file, 0644) < 0 || fsync(file) < 0) {
		(void)fault_at(path, f);
		(void)close(file);
		return -1;
	}
	(void)close(file);
	if (renameat(folder, beside, folder, which->file) < 0 || fsync(folder) < 0)
		return fault_at(path, f);
	return 0;
}

int stops_host_set(const char *etc, const struct stopped *who, bool *was, struct fault *f)
{
	int folder = open(etc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stops stops = { .arena = ARENA_INIT((size_t)64 << 20) };
	char *text = NULL;
	int status = -1;

	*was = false;
	if (folder < 0 || flock(folder, LOCK_EX) < 0)
		(void)fault_at(etc, f);
	else if (read_one(&stops, &own, etc, f) == 0) {
		text = list_text(&stops, who, was);
		status = text ? 0 : fault_memory(f);
	}
	if (status == 0 && stops.count == STOPS_MAX && who->reason && !*was)
		status = fault_set(f, FAULT_ADMIN, "%s: the list of stops is full", etc);
	if (status == 0 && (who->reason || *was))
		status = file_replace(&own, folder, etc, text, f);
	if (status == 0 && (who->reason || *was))
		status = expected_mark(&(struct expected){ etc, own.mark }, f);
	if (folder >= 0)
		(void)close(folder);
	free(text);
	stops_release(&stops);
	return status;
}

int stops_fleet_replace(const char *etc, const struct stops *stops, struct fault *f)
{
	static const struct stopped nobody = { .kind = "", .name = "" };
	int folder = open(etc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool was;
	char *text = list_text(stops, &nobody, &was);
	int status = text ? 0 : fault_memory(f);

	if (status == 0 && folder < 0)
		status = fault_at(etc, f);
	if (status == 0)
		status = file_replace(&fleets, folder, etc, text, f);
	if (status == 0)
		status = expected_mark(&(struct expected){ etc, fleets.mark }, f);
	if (folder >= 0)
		(void)close(folder);
	free(text);
	return status;
}
