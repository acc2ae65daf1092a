#include "common/state/pass.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/base/digest.h"
#include "common/base/file.h"
#include "common/state/tie.h"

#define PASS_SECONDS 3600
#define HALF ((size_t)DIGEST_SIZE) /* of a name: half of a digest of the ref, and of all of it */
#define TEXT_MAX ((size_t)1 << 20)
#define PATH_SIZE 8192

/* What a pass begins with. */
static const char *const words[] = {
	[PASS_ALLOWED] = "allowed ",
	[PASS_SETTLED] = "settled ",
	[PASS_HELD] = "held ",
};
#define WORD_MAX 8

/* The folder of passes, or with a name the pass in it.  0 or -1. */
static int path_of(char out[PATH_SIZE], const char *git_dir, const char *name)
{
	int len = snprintf(out, PATH_SIZE, "%s/countersign/passes%s%s", git_dir, name ? "/" : "",
		name ? name : "");

	return len < 0 || len >= PATH_SIZE ? -1 : 0;
}

/* The first half of a digest of the text.  0 or -1. */
static int half_digest(char out[HALF + 1], const struct buf *text)
{
	struct digest_text digest;
	struct fault ignored = { 0 };

	if (text->failed || digest_of(buf_span(text), &digest, &ignored) < 0)
		return -1;
	memcpy(out, digest.hex, HALF);
	out[HALF] = '\0';
	return 0;
}

/* What names of passes of the ref begin with.  0 or -1. */
static int name_ref(char out[HALF + 1], const char *target)
{
	struct buf text = BUF_INIT(TEXT_MAX);
	int status;

	(void)buf_adds(&text, target);
	status = half_digest(out, &text);
	buf_release(&text);
	return status;
}

/* The file that stands for what was decided on.  0 or -1. */
static int pass_path(char out[PATH_SIZE], const char *git_dir, const struct pass *what)
{
	struct oid_text old = oid_text(&what->old), new = oid_text(&what->new);
	struct buf text = BUF_INIT(TEXT_MAX);
	char name[2 * HALF + 1];
	int status = name_ref(name, what->target);

	(void)buf_addf(&text, "countersign-pass 2\n%s\n%s\n%s\n%s\n%s\n", what->policy, old.hex,
		new.hex, what->ref, what->target);
	if (status == 0)
		status = half_digest(name + HALF, &text);
	buf_release(&text);
	return status < 0 ? -1 : path_of(out, git_dir, name);
}

/* Whether the file was made at most an hour ago by the server's clock. */
static bool is_fresh(const struct stat *file)
{
	time_t now = time(NULL);

	return S_ISREG(file->st_mode) && file->st_mtime <= now + 1 &&
	       now - file->st_mtime <= PASS_SECONDS;
}

/* What the pass says; whatever is not exactly a pass says nothing. */
static enum pass_answer pass_read(int folder, const char *path, char hold[PASS_HOLD_MAX + 1])
{
	char text[WORD_MAX + PASS_HOLD_MAX + 2] = "";
	int file = openat(folder, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat about;
	bool fresh = file >= 0 && fstat(file, &about) == 0 && is_fresh(&about);
	ssize_t len = fresh ? read(file, text, sizeof(text) - 1) : -1;
	enum pass_answer answer = PASS_ALLOWED;
	const char *rest;

	if (file >= 0)
		(void)close(file);
	*hold = '\0';
	while (answer <= PASS_HELD && strncmp(text, words[answer], strlen(words[answer])) != 0)
		answer++;
	if (len <= 0 || answer > PASS_HELD || text[len - 1] != '\n')
		return PASS_NONE;
	text[len - 1] = '\0';
	rest = text + strlen(words[answer]);
	if (strlen(rest) > PASS_HOLD_MAX)
		return PASS_NONE;
	memcpy(hold, rest, strlen(rest) + 1);
	return answer;
}

/* Which passes are to go. */
struct taking {
	const char *ref;  /* those whose name begins so, or NULL */
	const char *hold; /* those that name the hold, or NULL */
};

static bool is_to_go(int folder, const char *name, const struct taking *taking)
{
	char hold[PASS_HOLD_MAX + 1];
	struct stat file;

	if (strlen(name) != 2 * HALF)
		return false;
	if (taking->ref)
		return strncmp(name, taking->ref, HALF) == 0;
	if (taking->hold)
		return pass_read(folder, name, hold) != PASS_NONE &&
		       strcmp(hold, taking->hold) == 0;
	return fstatat(folder, name, &file, AT_SYMLINK_NOFOLLOW) == 0 && !is_fresh(&file);
}

static int take(const char *folder, const struct taking *taking)
{
	DIR *entries = opendir(folder);
	const struct dirent *entry;
	int status = entries || errno == ENOENT ? 0 : -1, error = 0;

	while (entries && (entry = file_entry(entries, &error)))
		if (is_to_go(dirfd(entries), entry->d_name, taking) &&
			unlinkat(dirfd(entries), entry->d_name, 0) < 0 && errno != ENOENT)
			status = -1;
	if (entries)
		(void)closedir(entries);
	return error ? -1 : status;
}

/* A folder that is used as the one it lies in: by who shares the repository. */
static int folder_make(const char *folder, const char *git_dir)
{
	char like[PATH_SIZE];
	struct stat above;
	int len = snprintf(like, sizeof(like), "%s/countersign", git_dir);

	if (len < 0 || (size_t)len >= sizeof(like) || stat(like, &above) < 0 ||
		mkdir(folder, 0700) < 0)
		return -1;
	if (geteuid() == 0)
		(void)!chown(folder, above.st_uid, above.st_gid);
	return chmod(folder, above.st_mode & 02770);
}

void passes_begin(const char *git_dir)
{
	char folder[PATH_SIZE];

	if (path_of(folder, git_dir, NULL) < 0)
		return;
	if (access(folder, F_OK) == 0)
		(void)take(folder, &(struct taking){ .ref = NULL });
	else
		(void)folder_make(folder, git_dir);
}

/* 0, or -1: it is there yet, and says something. */
static int file_drop(const char *path)
{
	char hold[PASS_HOLD_MAX + 1];

	if (unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR)
		return 0;
	return pass_read(AT_FDCWD, path, hold) == PASS_NONE ? 0 : -1;
}

int pass_put(
	const char *git_dir, const struct pass *what, enum pass_answer answer, const char *hold)
{
	char path[PATH_SIZE];
	int file;

	if (pass_path(path, git_dir, what) < 0)
		return 0; /* nor can it be found */
	if (file_drop(path) < 0)
		return -1;
	file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0)
		return 0;
	(void)dprintf(file, "%s%s\n", words[answer], hold);
	(void)close(file);
	return 0;
}

enum pass_answer pass_find(
	const char *git_dir, const struct pass *asked, char hold[PASS_HOLD_MAX + 1])
{
	char path[PATH_SIZE];

	enum pass_answer answer;

	*hold = '\0';
	if (pass_path(path, git_dir, asked) < 0)
		return PASS_NONE;
	answer = pass_read(AT_FDCWD, path, hold);
	if (answer == PASS_HELD && file_drop(path) == 0)
		passes_end(git_dir);
	return answer;
}

int pass_drop(const char *git_dir, const struct pass *what)
{
	char path[PATH_SIZE];

	return pass_path(path, git_dir, what) < 0 ? 0 : file_drop(path);
}

int passes_take_back(const char *git_dir, const char *target, const char *hold, struct fault *f)
{
	char folder[PATH_SIZE], ref[HALF + 1];
	struct taking taking = { .ref = target ? ref : NULL, .hold = hold };

	if (path_of(folder, git_dir, NULL) < 0 || (target && name_ref(ref, target) < 0) ||
		take(folder, &taking) < 0)
		return fault_set(f, FAULT_ADMIN, "passes of earlier pushes cannot be taken back");
	return 0;
}

static bool has_passes(const char *folder)
{
	DIR *entries = opendir(folder);
	const struct dirent *entry = NULL;
	int error = 0;

	while (entries && (entry = file_entry(entries, &error)) &&
		strlen(entry->d_name) != 2 * HALF)
		;
	if (entries)
		(void)closedir(entries);
	return entry != NULL || error;
}

void passes_end(const char *git_dir)
{
	char folder[PATH_SIZE];

	if (path_of(folder, git_dir, NULL) < 0 || rmdir(folder) == 0 || errno != ENOTEMPTY ||
		has_passes(folder))
		return;
	tie_drop(git_dir);
	(void)rmdir(folder);
}
