/* What is told of a repository, and the steps that most of the work is made of. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hooks/host/hands/hands.h"

/* Lines for standard error begin with this on their way to who shows them. */
#define ERRORS '\1'

__attribute__((format(printf, 1, 0))) static void line(const char *format, va_list arguments)
{
	(void)vprintf(format, arguments);
	(void)putchar('\n');
}

void hands_say(const struct hands *h, const char *format, ...)
{
	va_list arguments;

	(void)h;
	va_start(arguments, format);
	line(format, arguments);
	va_end(arguments);
}

void hands_warn(const struct hands *h, const char *format, ...)
{
	va_list arguments;

	printf("%c%s: ", ERRORS, h->terms->called);
	va_start(arguments, format);
	line(format, arguments);
	va_end(arguments);
}

bool hands_step(const struct hands *h, const char *format, ...)
{
	va_list arguments;

	(void)fputs(h->terms->dry_run ? "  would " : "  ", stdout);
	va_start(arguments, format);
	line(format, arguments);
	va_end(arguments);
	return !h->terms->dry_run;
}

struct beneath_like hands_like(const struct hands *h, mode_t mode)
{
	return (struct beneath_like){ mode, h->st.st_uid, h->st.st_gid };
}

bool hands_is_there(const struct hands *h, const char *path)
{
	struct stat st;
	struct fault ignored = { 0 };
	bool exists;

	return beneath_stat(h->dir, path, &st, &exists, &ignored) == 0 && exists;
}

const char *hands_text(const struct hands *h, const char *path, struct buf *out)
{
	struct fault ignored = { 0 };
	bool exists;

	buf_clear(out);
	if (beneath_read(h->dir, path, out, &exists, &ignored) < 0)
		return NULL;
	return exists ? out->data : "";
}

int hands_may_write(const struct hands *h, const char *folder, struct fault *f)
{
	char entry[INSTALL_PATH_MAX];
	const char *name;
	int fd, status = 0;

	(void)snprintf(entry, sizeof(entry), "%s/x", folder);
	fd = beneath_parent(h->dir, strcmp(folder, ".") == 0 ? "x" : entry, &name, f);
	if (fd < 0 && errno == ENOENT) {
		fault_clear(f);
		return 0;
	}
	if (fd < 0)
		return fault_context(f, "%s", h->path);
	if (faccessat(fd, ".", W_OK | X_OK, AT_EACCESS) < 0)
		status = fault_set(f, FAULT_ADMIN, "user %lu may not write in %s/%s: %s%s",
			(unsigned long)geteuid(), h->path, folder, strerror(errno),
			errno == EPERM ? "; is it immutable (lsattr)?" : "");
	(void)close(fd);
	return status;
}

/* Whether the file is there as it should be. */
static bool is_so(const struct hands *h, const char *path, mode_t mode, struct span text)
{
	struct buf now = BUF_INIT(text.len + 1);
	struct stat st;
	struct fault ignored = { 0 };
	bool exists, so = beneath_stat(h->dir, path, &st, &exists, &ignored) == 0 && exists &&
			  S_ISREG(st.st_mode) && (st.st_mode & 07777) == mode &&
			  beneath_read(h->dir, path, &now, &exists, &ignored) == 0 &&
			  now.len == text.len && memcmp(now.data, text.data, text.len) == 0;

	buf_release(&now);
	return so;
}

int hands_put_text(
	struct hands *h, const char *path, mode_t mode, struct span text, struct fault *f)
{
	struct beneath_like as = hands_like(h, mode);

	if (is_so(h, path, mode, text))
		return 0;
	if (hands_step(h, "write %s/%s", h->path, path) &&
		beneath_write(h->dir, path, text, &as, f) < 0)
		return fault_context(f, "could not write %s/%s", h->path, path);
	return 0;
}

/* Whether a dry run has told of that folder already; from now on it has. */
static bool is_planned(struct hands *h, const char *path)
{
	char line_of[INSTALL_PATH_MAX];

	(void)snprintf(line_of, sizeof(line_of), "\n%s\n", path);
	if (h->planned.data && strstr(h->planned.data, line_of))
		return true;
	(void)buf_adds(&h->planned, line_of);
	return false;
}

int hands_put_folder(struct hands *h, const char *path, mode_t mode, struct fault *f)
{
	struct beneath_like as = hands_like(h, mode);
	struct stat st;
	bool exists;

	if (beneath_stat(h->dir, path, &st, &exists, f) < 0)
		return fault_context(f, "%s", h->path);
	if (exists && S_ISDIR(st.st_mode))
		return 0;
	if (exists)
		return fault_set(f, FAULT_ADMIN,
			"%s/%s is %s: Countersign needs a folder of the repository's own there",
			h->path, path, S_ISLNK(st.st_mode) ? "a symbolic link" : "no folder");
	if (!is_planned(h, path) && hands_step(h, "make the folder %s/%s", h->path, path) &&
		beneath_mkdir(h->dir, path, &as, f) < 0)
		return fault_context(f, "could not make the folder %s/%s", h->path, path);
	return 0;
}

int hands_drop_file(struct hands *h, const char *path, struct fault *f)
{
	if (hands_is_there(h, path) && hands_step(h, "remove %s/%s", h->path, path) &&
		beneath_remove(h->dir, path, 0, f) < 0)
		return fault_context(f, "could not remove %s/%s", h->path, path);
	return 0;
}

int hands_move(struct hands *h, const char *words, const char *const fromto[2], struct fault *f)
{
	if (hands_step(h, "%s", words) && beneath_move(h->dir, fromto[0], fromto[1], f) < 0)
		return fault_context(f, "%s: could not %s", h->path, words);
	return 0;
}
