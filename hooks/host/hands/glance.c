#include "hooks/host/hands/glance.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/file.h"

#define TEXT_MAX ((size_t)256 << 20)
#define HOUR 3600
#define FILE_NAME ".looked"

static void add(struct buf *text, const char *name, const struct stat *st, bool dated)
{
	(void)buf_addf(text, "%s %lu %lu %o %u %u", name, (unsigned long)st->st_dev,
		(unsigned long)st->st_ino, st->st_mode, st->st_uid, st->st_gid);
	if (dated)
		(void)buf_addf(text, " %lld %lld.%ld %lld.%ld", (long long)st->st_size,
			(long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec,
			(long long)st->st_ctim.tv_sec, st->st_ctim.tv_nsec);
	(void)buf_addc(text, '\n');
}

/* Pushes change the dates of these folders all the time. */
static void add_folders(struct buf *text, const struct hands *h)
{
	static const char *const folders[] = { "countersign", "objects", "refs" };
	struct stat st;

	add(text, ".", &h->st, false);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (fstatat(h->dir, folders[i], &st, AT_SYMLINK_NOFOLLOW) == 0)
			add(text, folders[i], &st, false);
}

/* A hook that is a link is what it leads to, too. */
static void add_files(struct buf *text, const struct hands *h)
{
	static const char *const files[] = { "config", "config.worktree", "HEAD", "shallow",
		"hooks", "hooks/pre-receive", "hooks/update", "hooks/post-receive",
		"hooks/pre-receive.d", "hooks/update.d", "hooks/post-receive.d",
		"hooks/pre-receive.d/countersign", "hooks/update.d/countersign",
		"hooks/post-receive.d/countersign", "custom_hooks",
		"custom_hooks/pre-receive.d/countersign", "custom_hooks/update.d/countersign",
		"custom_hooks/post-receive.d/countersign", "countersign/policy.json",
		"countersign/installed", "countersign/chained", "countersign/chained-first",
		"countersign/chained/pre-receive", "countersign/chained/update",
		"countersign/chained/post-receive", "objects/info/alternates" };
	struct stat st;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (fstatat(h->dir, files[i], &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		add(text, files[i], &st, true);
		if (S_ISLNK(st.st_mode) && !h->owner.shared &&
			fstatat(h->dir, files[i], &st, 0) == 0)
			add(text, "->", &st, true);
	}
}

static void add_outside(struct buf *text, const char *folder, const char *name)
{
	char path[INSTALL_PATH_MAX];
	struct stat st;
	struct fault ignored = { 0 };

	if (install_paths_join(path, folder, name, &ignored) == 0 && stat(path, &st) == 0)
		add(text, path, &st, true);
}

static int digest(const struct buf *text, struct digest_text *out, struct fault *f)
{
	return text->failed ? fault_memory(f) : digest_of(buf_span(text), out, f);
}

int glance_take(struct hands *h, struct digest_text *out, struct fault *f)
{
	struct buf text = BUF_INIT(TEXT_MAX);
	int status;

	(void)buf_addf(&text, "%s\n", h->terms->around.hex);
	add_folders(&text, h);
	add_files(&text, h);
	add_outside(&text, h->owner.home, ".gitconfig");
	add_outside(&text, h->owner.home, ".config/git/config");
	add_outside(&text, h->owner.home, ".gitolite.rc");
	status = digest(&text, out, f);
	buf_release(&text);
	return status;
}

int glance_around(const struct terms *terms, struct digest_text *out, struct fault *f)
{
	static const char *const etc[] = { "gitconfig", "ssh/sshd_config", "ssh/sshd_config.d",
		"passwd" };
	const char *prefix = terms->place.prefix, *site = terms->place.etc;
	struct buf text = BUF_INIT(TEXT_MAX);
	int status;

	(void)buf_adds(&text, COUNTERSIGN_VERSION "\n");
	for (size_t i = 0; i < sizeof(etc) / sizeof(etc[0]); i++)
		add_outside(&text, "/etc", etc[i]);
	add_outside(&text, prefix, "bin/countersign");
	add_outside(&text, prefix, "libexec/countersign/update");
	add_outside(&text, site, "policy.json");
	add_outside(&text, site, "stopped.json");
	add_outside(&text, site, "agents.d");
	add_outside(&text, site, "log.key");
	add_outside(&text, site, "log.policy");
	add_outside(&text, "/usr/bin", "git");
	add_outside(&text, "/usr/local/bin", "git");
	status = digest(&text, out, f);
	buf_release(&text);
	return status;
}

/* `DIGEST SECONDS PATH`, or `deep SECONDS`. */
static int read_line(struct glances *glances, char *line)
{
	struct glance one = { .path = NULL };
	char *path;

	if (sscanf(line, "deep %12ld", &glances->deep) == 1)
		return 0;
	if (strlen(line) < sizeof(one.seen.hex) ||
		sscanf(line, "%64[0-9a-f] %12ld", one.seen.hex, &one.when) != 2)
		return 0;
	path = strchr(line + sizeof(one.seen.hex), ' ');
	one.path = path ? strdup(path + 1) : NULL;
	if (!one.path)
		return path ? -1 : 0;
	if (glances->count % 64 == 0) {
		void *more = realloc(glances->items, (glances->count + 64) * sizeof(one));

		if (!more) {
			free(one.path);
			return -1;
		}
		glances->items = more;
	}
	glances->items[glances->count++] = one;
	return 0;
}

void glances_read(struct glances *glances, const char *etc)
{
	struct buf text = BUF_INIT(TEXT_MAX);
	char path[INSTALL_PATH_MAX], *rest, *line;
	struct fault ignored = { 0 };
	bool exists;

	*glances = (struct glances){ .at = 0 };
	if (install_paths_join(path, etc, FILE_NAME, &ignored) == 0 &&
		file_read_trusted(path, (uid_t)-1, &text, &exists, &ignored) == 0 && exists) {
		rest = text.data;
		while (rest && (line = strsep(&rest, "\n")))
			if (read_line(glances, line) < 0)
				break;
	}
	buf_release(&text);
}

/* They are asked for in the order in which they were kept. */
static struct glance *find(struct glances *glances, const char *path)
{
	for (size_t i = 0; i < glances->count; i++) {
		struct glance *one = &glances->items[(glances->at + i) % glances->count];

		if (strcmp(one->path, path) == 0) {
			glances->at = (size_t)(one - glances->items);
			return one;
		}
	}
	return NULL;
}

/* Each at another time, so that not all of them are looked at in full by one repair. */
static long spread(const char *path)
{
	unsigned int sum = 0;

	for (; *path; path++)
		sum = sum * 31 + (unsigned char)*path;
	return sum % (HOUR / 2);
}

const struct digest_text *glances_find(struct glances *glances, const char *path)
{
	const struct glance *one = find(glances, path);
	long now = (long)time(NULL);

	return one && one->when <= now && now - one->when < HOUR - spread(path) ? &one->seen : NULL;
}

int glances_keep(
	struct glances *glances, const char *path, const struct digest_text *seen, struct fault *f)
{
	struct glance *one = find(glances, path);
	char line[INSTALL_PATH_MAX + 128];

	glances->changed = true;
	if (one) {
		one->seen = *seen;
		one->when = (long)time(NULL);
		return 0;
	}
	(void)snprintf(line, sizeof(line), "%s %ld %s", seen->hex, (long)time(NULL), path);
	return read_line(glances, line) < 0 ? fault_memory(f) : 0;
}

bool glances_deep(struct glances *glances)
{
	long now = (long)time(NULL);

	if (glances->deep <= now && now - glances->deep < HOUR)
		return false;
	glances->deep = now;
	glances->changed = true;
	return true;
}

int glances_write(struct glances *glances, const char *etc, struct fault *f)
{
	static const struct beneath_like like = { 0600, (uid_t)-1, (gid_t)-1 };
	struct buf text = BUF_INIT(TEXT_MAX);
	int folder, status = -1;

	if (!glances->changed)
		return 0;
	(void)buf_addf(&text, "deep %ld\n", glances->deep);
	for (size_t i = 0; i < glances->count; i++)
		(void)buf_addf(&text, "%s %ld %s\n", glances->items[i].seen.hex,
			glances->items[i].when, glances->items[i].path);
	folder = open(etc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (text.failed || folder < 0)
		(void)fault_set(f, FAULT_ADMIN, "%s/" FILE_NAME " cannot be written", etc);
	else
		status = beneath_write(folder, FILE_NAME, buf_span(&text), &like, f);
	if (folder >= 0)
		(void)close(folder);
	buf_release(&text);
	return status;
}

void glances_release(struct glances *glances)
{
	for (size_t i = 0; i < glances->count; i++)
		free(glances->items[i].path);
	free(glances->items);
	*glances = (struct glances){ .at = 0 };
}
