/*
 * git's settings in a repository.  What was set before is kept in countersign/previous-settings,
 * one `name value` or `-name` (it was unset) a line, and put back on removal.
 *
 * What git has to change it changes in a copy of `config` in our scratch folder; the outcome takes
 * the place of `config` as git itself would do it, under `config.lock`, and only if nobody changed
 * it meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "hooks/host/hands/hands.h"
#include "hooks/host/hands/listed.h"
#include "hooks/host/hook_check.h"

#define TEXT_MAX ((size_t)4 << 20)
#define KEPT "countersign/previous-settings"

struct edit {
	char path[INSTALL_PATH_MAX]; /* of the copy, where there is one */
	struct buf text;             /* as it was */
	struct buf now;              /* as it is to be */
	struct buf listed;           /* what git reads in it: name, newline, value, NUL */
	struct stat st;
	bool changed;
};

static int edit_list(struct hands *h, struct edit *c, struct fault *f)
{
	const char *argv[] = { "git", "config", "--file", c->path, "--list", "-z", NULL };

	buf_clear(&c->listed);
	if (hands_scratch_put(h, "config", buf_span(&c->now), c->path, f) < 0)
		return -1;
	return hands_run_well(h, argv, (struct span){ 0 }, &c->listed, f);
}

static int edit_open(struct hands *h, struct edit *c, struct fault *f)
{
	bool exists;

	*c = (struct edit){
		.text = BUF_INIT(TEXT_MAX), .now = BUF_INIT(TEXT_MAX), .listed = BUF_INIT(TEXT_MAX)
	};
	if (beneath_stat(h->dir, "config", &c->st, &exists, f) < 0 ||
		beneath_read(h->dir, "config", &c->text, &exists, f) < 0)
		return fault_context(f, "%s", h->path);
	if (!exists)
		c->st = (struct stat){
			.st_mode = 0644, .st_uid = h->st.st_uid, .st_gid = h->st.st_gid
		};
	if (buf_addspan(&c->now, buf_span(&c->text)) < 0)
		return fault_memory(f);
	if (exists && h->config.len && span_equal(buf_span(&c->text), buf_span(&h->config)))
		return buf_addspan(&c->listed, buf_span(&h->own)) < 0 ? fault_memory(f) : 0;
	return edit_list(h, c, f) < 0 ? fault_context(f, "%s/config", h->path) : 0;
}

static void edit_release(struct edit *c)
{
	buf_release(&c->text);
	buf_release(&c->now);
	buf_release(&c->listed);
}

static int edit_change(
	struct hands *h, struct edit *c, const char *const change[3], struct fault *f)
{
	const char *argv[] = { "git", "config", "--file", c->path, change[0], change[1], change[2],
		NULL };
	struct buf said = BUF_INIT(TEXT_MAX);
	int status = hands_scratch_put(h, "config", buf_span(&c->now), c->path, f);

	if (status == 0)
		status = hands_run_well(h, argv, (struct span){ 0 }, &said, f);
	buf_clear(&c->now);
	if (status == 0)
		status = hands_scratch_get(h, "config", &c->now, f);
	buf_release(&said);
	c->changed = true;
	return status;
}

/* Puts the changed copy in the place of what was read, unless that is another by now. */
static int edit_replace(struct hands *h, struct edit *c, struct fault *f)
{
	struct beneath_like as = { c->st.st_mode & 07777, c->st.st_uid, c->st.st_gid };
	struct buf there = BUF_INIT(TEXT_MAX);
	bool exists;
	int status = -1;

	if (beneath_read(h->dir, "config", &there, &exists, f) == 0) {
		if (!span_equal(buf_span(&there), buf_span(&c->text)))
			(void)fault_set(f, FAULT_ADMIN, "somebody else is changing it: try again");
		else
			status = beneath_write(h->dir, "config", buf_span(&c->now), &as, f);
	}
	buf_release(&there);
	return status;
}

/* A lock that somebody left is theirs to take out, as with git. */
static int edit_close(struct hands *h, struct edit *c, struct fault *f)
{
	int lock, status;

	if (!c->changed || h->terms->dry_run)
		return 0;
	lock = openat(
		h->dir, "config.lock", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (lock < 0)
		return fault_set(f, FAULT_ADMIN, "%s/config.lock: %s", h->path, strerror(errno));
	(void)close(lock);
	status = edit_replace(h, c, f);
	(void)unlinkat(h->dir, "config.lock", 0);
	return status < 0 ? fault_context(f, "%s/config", h->path) : 0;
}

/* Whether previous-settings tells already what that name was. */
static bool is_kept(const char *kept, const char *name)
{
	size_t len = strlen(name);

	for (const char *line = kept; line && *line;
		line = strchr(line, '\n'), line = line ? line + 1 : NULL)
		if (strncasecmp(line + (*line == '-'), name, len) == 0 &&
			strchr(" \n", line[len + (*line == '-')]))
			return true;
	return false;
}

/* Adds what the settings are that will be changed, before they are. */
static int keep(struct hands *h, const struct edit *c, struct fault *f)
{
	struct buf kept = BUF_INIT(TEXT_MAX), was = BUF_INIT(TEXT_MAX);
	struct beneath_like as = hands_like(h, 0644);
	bool exists;
	int status = beneath_read(h->dir, KEPT, &was, &exists, f);

	if (status == 0)
		(void)buf_addspan(&kept, buf_span(&was));
	for (const struct wanted *one = hook_check_wanted; one->name && status == 0; one++) {
		const char *value = listed_value(&c->listed, one->name);

		if (listed_has(&c->listed, one) || is_kept(was.data, one->name))
			continue;
		value = one->among ? NULL : value;
		(void)buf_addf(&kept, value ? "%s %s\n" : "-%s%s\n", one->name, value ? value : "");
	}
	if (status == 0 && kept.len != was.len && !h->terms->dry_run)
		status = beneath_write(h->dir, KEPT, buf_span(&kept), &as, f);
	buf_release(&kept);
	buf_release(&was);
	return status;
}

/* The section of a name as a file has it: `receive.fsck.x` is in `[receive "fsck"]`. */
static void section_add(struct buf *out, const char *name)
{
	const char *first = strchr(name, '.'), *last = strrchr(name, '.');

	(void)buf_addf(out, first == last ? "[%.*s]\n" : "[%.*s \"%.*s\"]\n", (int)(first - name),
		name, (int)(last - first - 1), first + 1);
}

static bool same_section(const char *name, const char *before)
{
	size_t len = (size_t)(strrchr(name, '.') - name) + 1;

	return before && strncmp(name, before, len) == 0 && !strchr(before + len, '.');
}

/*
 * Adds to the copy, all at once, the settings that are nowhere in it: a process of git's for each
 * is most of what guarding many repositories costs.  Where a line could go on behind its end, git
 * is asked what it reads, and those that are not as they should be are left to it.
 */
static int add_new(struct hands *h, struct edit *c, struct fault *f)
{
	struct buf *text = &c->now;
	const char *before = NULL;
	bool any = false;

	for (const struct wanted *one = hook_check_wanted; one->name; one++) {
		if (listed_has(&c->listed, one) || listed_value(&c->listed, one->name) ||
			!hands_step(h, "set %s to %s in %s/config", one->name, one->value, h->path))
			continue;
		if (!any && text->len && text->data[text->len - 1] != '\n')
			(void)buf_addc(text, '\n');
		if (!same_section(one->name, before))
			section_add(text, one->name);
		(void)buf_addf(text, "\t%s = %s\n", strrchr(one->name, '.') + 1, one->value);
		(void)buf_addf(&c->listed, "%s\n%s%c", one->name, one->value, 0);
		before = one->name;
		any = true;
	}
	c->changed = c->changed || any;
	if (text->failed)
		return fault_memory(f);
	if (any && c->text.len && memchr(c->text.data, '\\', c->text.len))
		return edit_list(h, c, f);
	return 0;
}

int hands_settings_put(struct hands *h, struct fault *f)
{
	struct edit c;
	int status = edit_open(h, &c, f);

	if (status == 0)
		status = keep(h, &c, f);
	if (status == 0)
		status = add_new(h, &c, f);
	for (const struct wanted *one = hook_check_wanted; one->name && status == 0; one++) {
		const char *change[3] = { one->among ? "--add" : "--replace-all", one->name,
			one->value };

		if (listed_has(&c.listed, one))
			continue;
		if (h->terms->dry_run && !listed_value(&c.listed, one->name))
			continue; /* it was told of */
		if (hands_step(h, "set %s to %s in %s/config", one->name, one->value, h->path))
			status = edit_change(h, &c, change, f);
	}
	if (status == 0)
		status = edit_close(h, &c, f);
	edit_release(&c);
	return status;
}

/* What hands_settings_put() gives a name; NULL: nothing. */
static const struct wanted *ours(const char *name)
{
	for (const struct wanted *one = hook_check_wanted; one->name; one++)
		if (strcasecmp(one->name, name) == 0)
			return one;
	return NULL;
}

/* One line of previous-settings.  What somebody has changed or unset since is theirs, and stays. */
static int restore(struct hands *h, struct edit *c, char *line, struct fault *f)
{
	bool unset = *line == '-';
	char *name = line + unset, *value = strchr(name, ' ');
	const struct wanted *should;

	if (value)
		*value++ = '\0';
	should = ours(name);
	if (!should || !listed_has(&c->listed, should))
		return 0;
	if (unset && hands_step(h, "unset %s in %s/config, as it was", name, h->path))
		return edit_change(h, c,
			(const char *[3]){
				"--unset-all", name, should->among ? should->value : NULL },
			f);
	if (!unset && value &&
		hands_step(h, "set %s back to %s in %s/config", name, value, h->path))
		return edit_change(h, c, (const char *[3]){ "--replace-all", name, value }, f);
	return 0;
}

int hands_settings_restore(struct hands *h, struct fault *f)
{
	struct buf kept = BUF_INIT(TEXT_MAX);
	struct edit c = { 0 };
	char *rest, *line;
	bool exists;
	int status = beneath_read(h->dir, KEPT, &kept, &exists, f);

	if (status < 0 || !exists) {
		buf_release(&kept);
		return status < 0 ? fault_context(f, "%s", h->path) : 0;
	}
	status = edit_open(h, &c, f);
	rest = kept.data;
	while (status == 0 && rest && (line = strsep(&rest, "\n")))
		if (*line)
			status = restore(h, &c, line, f);
	if (status == 0)
		status = edit_close(h, &c, f);
	if (status == 0)
		status = hands_drop_file(h, KEPT, f);
	edit_release(&c);
	buf_release(&kept);
	return status;
}

/* Whether core.hooksPath, wherever it was said, leads to the repository's own folder of hooks. */
static bool is_own_hooks(const struct hands *h, const char *value)
{
	char usual[INSTALL_PATH_MAX];
	struct fault ignored = { 0 };

	return strcmp(value, "hooks") == 0 ||
	       (install_paths_join(usual, h->path, "hooks", &ignored) == 0 &&
		       strcmp(value, usual) == 0);
}

static int check_values(struct hands *h, const struct buf *listed, struct fault *f)
{
	const char *format = listed_value(listed, "extensions.objectformat");
	const char *storage = listed_value(listed, "extensions.refstorage");
	const char *hooks = listed_value(listed, "core.hookspath");

	h->id_len = format && strcmp(format, oid_format(OID_SHA256)) == 0 ? OID_SHA256 : OID_SHA1;
	if (format && strcmp(format, oid_format(h->id_len)) != 0)
		return fault_set(f, FAULT_ADMIN,
			"%s names its objects by %s; only sha1 and sha256 can be judged", h->path,
			format);
	if (storage && strcmp(storage, "files") != 0 && strcmp(storage, "reftable") != 0)
		return fault_set(f, FAULT_ADMIN,
			"%s keeps its refs in %s; only files and a reftable can be judged", h->path,
			storage);
	if (hooks && *hooks && !is_own_hooks(h, hooks))
		return fault_set(f, FAULT_ADMIN,
			"%s: core.hooksPath names %s, so git would never run %s/hooks; unset it "
			"first",
			h->path, hooks, h->path);
	return 0;
}

/* Takes what git listed apart: where it comes from, NUL, name, newline, value, NUL. */
static int take_listed(struct hands *h, const struct buf *said, struct buf *listed, struct fault *f)
{
	const char *at = said->data, *end = at ? at + said->len : at;

	while (at < end) {
		const char *name = at + strlen(at) + 1;
		struct span one = { name, name < end ? strlen(name) + 1 : 0 };

		if (strcmp(at, "file:config") == 0)
			(void)buf_addspan(&h->own, one);
		(void)buf_addspan(listed, one);
		at = name + one.len;
	}
	return listed->failed || h->own.failed ? fault_memory(f) : 0;
}

int hands_settings_look(struct hands *h, struct buf *listed, struct fault *f)
{
	const char *argv[] = { "git", "--git-dir=.", "config", "--list", "-z", "--show-origin",
		NULL };
	struct buf said = BUF_INIT(TEXT_MAX);
	bool exists;
	int status;

	buf_clear(&h->config);
	buf_clear(&h->own);
	/* git waits for ever for a pipe's other end; this does not. */
	if (beneath_read(h->dir, "config", &h->config, &exists, f) < 0)
		return fault_context(f, "%s", h->path);
	status = hands_run_well(h, argv, (struct span){ 0 }, &said, f);
	if (status == 0)
		status = take_listed(h, &said, listed, f);
	buf_release(&said);
	h->gitlab = status == 0 && listed_value(listed, "gitlab.fullpath");
	return status;
}

int hands_settings_check(struct hands *h, struct fault *f)
{
	struct buf listed = BUF_INIT(TEXT_MAX);
	int status;

	if (hands_is_there(h, "shallow"))
		return fault_set(f, FAULT_ADMIN,
			"%s is shallow: part of its history is hidden; run git fetch --unshallow "
			"in it first",
			h->path);
	status = hands_settings_look(h, &listed, f);
	if (status == 0)
		status = check_values(h, &listed, f);
	buf_release(&listed);
	return status;
}
