#include "common/state/pass.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/base/digest.h"

#define PASS_SECONDS 3600
#define NAME_LENGTH ((size_t)(2 * DIGEST_SIZE))
#define TEXT_MAX ((size_t)1 << 20)

static int path_join(char out[8192], const char *folder, const char *name)
{
	int len = snprintf(out, 8192, "%s/%s", folder, name);

	return len < 0 || len >= 8192 ? -1 : 0;
}

/* The file that stands for what was allowed.  0 or -1. */
static int pass_path(char out[8192], const char *folder, const struct ticket *what)
{
	struct oid_text old = oid_text(&what->old), new = oid_text(&what->new);
	struct buf text = BUF_INIT(TEXT_MAX);
	struct digest_text digest;
	struct fault ignored = { 0 };
	int status = -1;

	(void)buf_addf(&text, "countersign-pass 1\n%s\n%s\n%s\n%s\n", what->policy, old.hex,
		new.hex, what->ref);
	if (*folder && !text.failed && digest_of(buf_span(&text), &digest, &ignored) == 0)
		status = path_join(out, folder, digest.hex);
	buf_release(&text);
	return status;
}

void passes_find(struct passes *passes, const char *git_dir)
{
	int len =
		snprintf(passes->folder, sizeof(passes->folder), "%s/countersign/passes", git_dir);

	if (len < 0 || (size_t)len >= sizeof(passes->folder))
		passes->folder[0] = '\0';
}

/* Whether the file was made at most an hour ago by the server's clock. */
static bool is_fresh(const struct stat *file)
{
	time_t now = time(NULL);

	return S_ISREG(file->st_mode) && file->st_mtime <= now + 1 &&
	       now - file->st_mtime <= PASS_SECONDS;
}

static void clear_old(const char *folder)
{
	DIR *entries = opendir(folder);
	struct dirent *entry;
	struct stat file;

	while (entries && (entry = readdir(entries)))
		if (strlen(entry->d_name) == NAME_LENGTH &&
			fstatat(dirfd(entries), entry->d_name, &file, AT_SYMLINK_NOFOLLOW) == 0 &&
			!is_fresh(&file))
			(void)unlinkat(dirfd(entries), entry->d_name, 0);
	if (entries)
		(void)closedir(entries);
}

/* A folder that is used as the one it lies in: by who shares the repository. */
static int folder_make(const char *folder, const char *like)
{
	struct stat above;

	if (stat(like, &above) < 0 || mkdir(folder, 0700) < 0)
		return -1;
	if (geteuid() == 0)
		(void)!chown(folder, above.st_uid, above.st_gid);
	return chmod(folder, above.st_mode & 02770);
}

void passes_begin(struct passes *passes, const char *git_dir)
{
	char like[8192];

	passes_find(passes, git_dir);
	if (!*passes->folder || path_join(like, git_dir, "countersign") < 0)
		return;
	if (access(passes->folder, F_OK) == 0)
		clear_old(passes->folder);
	else if (folder_make(passes->folder, like) < 0)
		passes->folder[0] = '\0';
}

void pass_put(const struct passes *passes, const struct ticket *allowed)
{
	char path[8192];
	int file;

	if (pass_path(path, passes->folder, allowed) < 0)
		return;
	(void)unlink(path);
	file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file >= 0)
		(void)close(file);
}

bool pass_find(const char *git_dir, const struct ticket *asked)
{
	struct passes passes;
	char path[8192];
	struct stat file;

	passes_find(&passes, git_dir);
	return pass_path(path, passes.folder, asked) == 0 && lstat(path, &file) == 0 &&
	       is_fresh(&file);
}

void pass_drop(const struct passes *passes, const struct ticket *allowed)
{
	char path[8192];

	if (pass_path(path, passes->folder, allowed) == 0)
		(void)unlink(path);
}

void passes_end(const struct passes *passes)
{
	if (*passes->folder)
		(void)rmdir(passes->folder);
}
