#include "common/store/alternates.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/buf.h"

#define LIST_MAX (256 * 1024)

static int add(struct alternates *list, const char *folder, int depth, struct fault *f);

static int octal(char c)
{
	return c >= '0' && c <= '7' ? c - '0' : -1;
}

/* One escaped character of C quoting, after the backslash; 0, or -1 when there is no such thing. */
static int unescape(struct span *rest, struct buf *out)
{
	static const char from[] = "abfnrtv\\\"", to[] = "\a\b\f\n\r\t\v\\\"";
	const char *simple;

	if (rest->len == 0)
		return -1;
	simple = memchr(from, rest->data[0], sizeof(from) - 1);
	if (simple) {
		rest->data++;
		rest->len--;
		return buf_addc(out, to[simple - from]);
	}
	if (rest->len < 3 || octal(rest->data[0]) < 0 || octal(rest->data[0]) > 3 ||
		octal(rest->data[1]) < 0 || octal(rest->data[2]) < 0)
		return -1;
	buf_addc(out, (char)(octal(rest->data[0]) << 6 | octal(rest->data[1]) << 3 |
			      octal(rest->data[2])));
	rest->data += 3;
	rest->len -= 3;
	return 0;
}

/* Takes a quoted entry off; -1 when the quoting is broken, and nothing is taken. */
static int take_quoted(struct span *rest, struct buf *out)
{
	struct span left = *rest;

	if (left.len == 0 || left.data[0] != '"')
		return -1;
	left.data++;
	left.len--;
	while (left.len && left.data[0] != '"') {
		char c = *left.data++;

		left.len--;
		if (c == '\\' ? unescape(&left, out) < 0 : buf_addc(out, c) < 0)
			return -1;
	}
	if (left.len == 0)
		return -1;
	rest->data = left.data + 1;
	rest->len = left.len - 1;
	return 0;
}

/*
 * Takes one entry and its separator off; out is empty for a comment.  As git, broken quoting is
 * none.
 */
static void take_entry(struct span *rest, char separator, struct buf *out)
{
	const char *end;
	size_t len;

	buf_clear(out);
	if (take_quoted(rest, out) < 0) {
		buf_clear(out);
		end = memchr(rest->data, separator, rest->len);
		len = end ? (size_t)(end - rest->data) : rest->len;
		if (len && rest->data[0] != '#')
			buf_add(out, rest->data, len);
		rest->data += len;
		rest->len -= len;
	}
	if (rest->len) { /* the separator */
		rest->data++;
		rest->len--;
	}
}

/* Adds every entry of a list; relative ones to `base`, when given. */
static int add_entries(
	struct alternates *list, struct span rest, const char *base, int depth, struct fault *f)
{
	struct buf entry = BUF_INIT(LIST_MAX), path = BUF_INIT(PATH_MAX);
	int result = 0;

	while (rest.len && result == 0) {
		take_entry(&rest, base ? '\n' : ':', &entry);
		buf_clear(&path);
		if (entry.len == 0)
			continue;
		if (base && entry.data[0] != '/')
			buf_addf(&path, "%s/", base);
		buf_addspan(&path, buf_span(&entry));
		if (entry.failed || path.failed || memchr(path.data, '\0', path.len))
			result = fault_set(f, FAULT_ADMIN,
				"an alternate object folder's path is too long or holds a NUL");
		else
			result = add(list, path.data, depth, f);
	}
	buf_release(&entry);
	buf_release(&path);
	return result;
}

/* Reads a whole small file; *exists is false, with 0, when there is none. */
static int read_list(const char *path, struct buf *out, bool *exists, struct fault *f)
{
	char block[4096];
	ssize_t got = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	*exists = fd >= 0;
	if (fd < 0)
		return errno == ENOENT ? 0 : fault_set(f, FAULT_ADMIN, "%s: %m", path);
	while ((got = read(fd, block, sizeof(block))) > 0)
		buf_add(out, block, (size_t)got);
	close(fd);
	if (got < 0)
		return fault_set(f, FAULT_ADMIN, "%s: %m", path);
	return out->failed ? fault_set(f, FAULT_ADMIN, "%s: too long", path) : 0;
}

static int add_nested(struct alternates *list, const char *folder, int depth, struct fault *f)
{
	struct buf text = BUF_INIT(LIST_MAX);
	char path[PATH_MAX];
	bool exists;
	int result;

	if (snprintf(path, sizeof(path), "%s/info/alternates", folder) >= (int)sizeof(path))
		return fault_set(f, FAULT_ADMIN, "%s: path too long", folder);
	result = read_list(path, &text, &exists, f);
	if (result == 0 && exists)
		result = add_entries(list, buf_span(&text), folder, depth + 1, f);
	buf_release(&text);
	return result;
}

static bool is_known(const struct alternates *list, const struct stat *st)
{
	struct stat known;

	for (size_t i = 0; i < list->count; i++)
		if (stat(list->folders[i], &known) == 0 && known.st_dev == st->st_dev &&
			known.st_ino == st->st_ino)
			return true;
	return false;
}

static int add(struct alternates *list, const char *folder, int depth, struct fault *f)
{
	struct stat st;
	char *path;

	if (depth > ALTERNATES_DEPTH)
		return fault_set(f, FAULT_ADMIN, "%s: alternates nested too deep", folder);
	if (stat(folder, &st) < 0)
		return fault_set(f, FAULT_ADMIN, "object folder %s: %m", folder);
	if (!S_ISDIR(st.st_mode))
		return fault_set(f, FAULT_ADMIN, "object folder %s: not a folder", folder);
	if (is_known(list, &st))
		return 0;
	if (list->count == ALTERNATES_MAX)
		return fault_set(f, FAULT_ADMIN, "more than %d object folders", ALTERNATES_MAX);
	path = realpath(folder, NULL);
	if (!path)
		return fault_set(f, FAULT_ADMIN, "object folder %s: %m", folder);
	list->folders[list->count++] = path;
	return add_nested(list, path, depth, f);
}

int alternates_add(struct alternates *list, const char *folder, struct fault *f)
{
	return add(list, folder, 0, f);
}

int alternates_add_list(struct alternates *list, const char *text, struct fault *f)
{
	return add_entries(list, span_of(text), NULL, 0, f);
}

void alternates_release(struct alternates *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->folders[i]);
	*list = (struct alternates){ 0 };
}
