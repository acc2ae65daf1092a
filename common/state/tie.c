#include "common/state/tie.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 8192
#define TEXT_SIZE 512
#define HEADER 100 /* of an SQLite database */
#define COUNTER 24 /* where it counts its changes */

static int path_of(char out[PATH_SIZE], const char *git_dir, const char *name)
{
	int len = snprintf(out, PATH_SIZE, "%s/countersign/%s", git_dir, name);

	return len < 0 || len >= PATH_SIZE ? -1 : 0;
}

/* Whether a transaction is under way, or was left half-way. */
static bool is_being_written(const char *git_dir)
{
	char path[PATH_SIZE];
	struct stat st;

	return path_of(path, git_dir, "state.db-journal") < 0 ||
	       (lstat(path, &st) == 0 && st.st_size > 0);
}

void tie_mark(struct tie_mark *mark, const char *git_dir)
{
	char path[PATH_SIZE];
	unsigned char header[HEADER];
	struct stat st;
	int file = path_of(path, git_dir, "state.db") < 0
			   ? -1
			   : open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	*mark = (struct tie_mark){ 0 };
	if (file < 0) {
		if (errno == ENOENT && !is_being_written(git_dir))
			(void)snprintf(mark->file, sizeof(mark->file), "none");
		return;
	}
	if (fstat(file, &st) == 0 && S_ISREG(st.st_mode) &&
		pread(file, header, sizeof(header), 0) == (ssize_t)sizeof(header) &&
		!is_being_written(git_dir)) {
		(void)snprintf(mark->file, sizeof(mark->file), "%ju %ju", (uintmax_t)st.st_dev,
			(uintmax_t)st.st_ino);
		for (size_t i = 0; i < 4; i++)
			mark->writes = mark->writes << 8 | header[COUNTER + i];
	}
	(void)close(file);
}

void tie_put(const char *git_dir, const struct tie *tie, const char *tied)
{
	char path[PATH_SIZE];
	struct tie_mark now;
	int file;

	tie_mark(&now, git_dir);
	if (!now.file[0] || strcmp(now.file, tie->mark.file) != 0 ||
		now.writes != tie->mark.writes + tie->own ||
		path_of(path, git_dir, "passes/tie") < 0)
		return;
	(void)unlink(path);
	file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0)
		return;
	(void)dprintf(file, "%s %08x\n%s\n%s\n", now.file, now.writes, tie->files, tied);
	(void)close(file);
}

/* Takes the line off the text if it is this one. */
static bool take_line(const char **text, const char *line)
{
	size_t len = strlen(line);

	if (!len || strncmp(*text, line, len) != 0 || (*text)[len] != '\n')
		return false;
	*text += len + 1;
	return true;
}

bool tie_find(const char *git_dir, const char *files, char tied[65])
{
	char path[PATH_SIZE], text[TEXT_SIZE], mark[sizeof(((struct tie_mark *)0)->file) + 16];
	struct tie_mark now;
	const char *rest = text;
	ssize_t len = -1;
	int file = path_of(path, git_dir, "passes/tie") < 0
			   ? -1
			   : open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (file >= 0) {
		len = read(file, text, sizeof(text) - 1);
		(void)close(file);
	}
	if (len <= 0)
		return false;
	text[len] = '\0';
	tie_mark(&now, git_dir);
	(void)snprintf(mark, sizeof(mark), "%s %08x", now.file, now.writes);
	if (!now.file[0] || !take_line(&rest, mark) || !take_line(&rest, files) ||
		strlen(rest) != 65 || strspn(rest, "0123456789abcdef") != 64 || rest[64] != '\n')
		return false;
	memcpy(tied, rest, 64);
	tied[64] = '\0';
	return true;
}

void tie_drop(const char *git_dir)
{
	char path[PATH_SIZE];

	if (path_of(path, git_dir, "passes/tie") == 0)
		(void)unlink(path);
}
