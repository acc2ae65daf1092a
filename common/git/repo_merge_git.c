/*
 * What git itself makes of three contents, where libgit2 makes something else of them: git compares
 * lines in a way (histogram) that libgit2 does not have.
 *
 * git works in a scratch repository that has nothing but the three blobs, as one file of three
 * commits, and ours to read objects from: no attributes, settings or hooks of anybody's.  If we die
 * half-way, a folder /tmp/countersign-merge-XXXXXX is left behind.
 */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/run.h"
#include "common/git/repo_private.h"
#include "common/store/stored.h"

#define TEXT_MAX ((size_t)1 << 20)
#define SCRATCH "/tmp/countersign-merge-XXXXXX"

struct scratch {
	char folder[sizeof(SCRATCH)];
	int seconds; /* that git may take */
};

static int scratch_write(
	const struct scratch *scratch, const char *name, const struct buf *text, struct fault *f)
{
	char path[sizeof(SCRATCH) + 64];
	FILE *file;
	bool written;

	(void)snprintf(path, sizeof(path), "%s/%s", scratch->folder, name);
	file = fopen(path, "wxe");
	if (!file)
		return fault_set(f, FAULT_ADMIN, "%s: %m", path);
	written = !text->len || fwrite(text->data, text->len, 1, file) == 1;
	if (fclose(file) != 0 || !written)
		return fault_set(f, FAULT_ADMIN, "%s: %m", path);
	return 0;
}

static int scratch_folder(const struct scratch *scratch, const char *name, struct fault *f)
{
	char path[sizeof(SCRATCH) + 64];

	(void)snprintf(path, sizeof(path), "%s/%s", scratch->folder, name);
	return mkdir(path, 0700) < 0 ? fault_set(f, FAULT_ADMIN, "%s: %m", path) : 0;
}

/* An empty repository that reads our objects. */
static int scratch_fill(const struct scratch *scratch, const struct repo *repo, struct fault *f)
{
	static const char *const folders[] = { "objects", "objects/info", "refs", "refs/heads" };
	struct buf head = BUF_INIT(TEXT_MAX), config = BUF_INIT(TEXT_MAX),
		   list = BUF_INIT(TEXT_MAX);
	int status = 0;

	buf_adds(&head, "ref: refs/heads/none\n");
	buf_addf(&config,
		"[core]\n\trepositoryformatversion = 1\n\tbare = true\n"
		"[extensions]\n\tobjectformat = %s\n",
		oid_format(repo->id_len));
	for (size_t i = 0; i < repo->objects.count; i++)
		buf_addf(&list, "%s\n", repo->objects.folders[i]);
	if (head.failed || config.failed || list.failed)
		status = fault_memory(f);
	for (size_t i = 0; status == 0 && i < sizeof(folders) / sizeof(folders[0]); i++)
		status = scratch_folder(scratch, folders[i], f);
	if (status == 0)
		status = scratch_write(scratch, "HEAD", &head, f);
	if (status == 0)
		status = scratch_write(scratch, "config", &config, f);
	if (status == 0)
		status = scratch_write(scratch, "objects/info/alternates", &list, f);
	buf_release(&head);
	buf_release(&config);
	buf_release(&list);
	return status;
}

static int scratch_git(const struct scratch *scratch, const char *const *argv, struct span input,
	struct buf *output, struct fault *f)
{
	char git_dir[sizeof(SCRATCH) + 32];
	const char *env[] = { "PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", "HOME=/nonexistent",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_NO_REPLACE_OBJECTS=1",
		git_dir, NULL };
	const struct run what = {
		.argv = argv, .env = (char *const *)env, .input = input, .seconds = scratch->seconds
	};
	int exited = 0;

	(void)snprintf(git_dir, sizeof(git_dir), "GIT_DIR=%s", scratch->folder);
	if (run(&what, output, &exited, f) < 0)
		return -1;
	return exited == 0 ? 0 : 1;
}

/* Three commits of one file: the base, and one of each side on it. */
static int scratch_import(
	const struct scratch *scratch, const struct repo_merge *merge, struct fault *f)
{
	static const char *const argv[] = { "git", "fast-import", "--quiet", NULL },
				 *const names[] = { "base", "ours", "theirs" };
	const struct oid *const blobs[] = { merge->base, merge->ours, merge->theirs };
	struct buf text = BUF_INIT(TEXT_MAX), said = BUF_INIT(TEXT_MAX);
	int status;

	for (size_t i = 0; i < 3; i++)
		buf_addf(&text,
			"commit refs/heads/%s\ncommitter - <-> %zu +0000\ndata 0\n%s"
			"M 100644 %s f\n\n",
			names[i], i, i ? "from refs/heads/base\n" : "", oid_text(blobs[i]).hex);
	status = text.failed ? fault_memory(f)
			     : scratch_git(scratch, argv, buf_span(&text), &said, f);
	buf_release(&text);
	buf_release(&said);
	return status;
}

/* The id of a tree that has the blob as its one file. */
static int tree_of(const struct oid *blob, struct oid *out, struct fault *f)
{
	struct buf text = BUF_INIT(256);

	buf_adds(&text, "100644 f");
	buf_addc(&text, '\0');
	(void)buf_add(&text, blob->hash, blob->len);
	*out = stored_id(OBJECT_TREE, buf_span(&text), blob->len);
	buf_release(&text);
	return oid_is_zero(out) ? fault_memory(f) : 0;
}

static int scratch_merge(
	const struct scratch *scratch, const struct repo_merge *merge, bool *same, struct fault *f)
{
	static const char *const argv[] = { "git", "merge-tree", "--write-tree", "--no-messages",
		"ours", "theirs", NULL };
	struct buf said = BUF_INIT(TEXT_MAX);
	struct oid tree = { 0 };
	struct oid_text text;
	int status = tree_of(merge->outcome, &tree, f);

	if (status == 0)
		status = scratch_git(scratch, argv, (struct span){ 0 }, &said, f);
	text = oid_text(&tree);
	*same = status == 0 && said.len == strlen(text.hex) + 1 &&
		memcmp(said.data, text.hex, said.len - 1) == 0;
	buf_release(&said);
	return status;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	(void)remove(path);
	return 0;
}

bool repo_merge_by_git(const struct repo *repo, const struct repo_merge *merge, int seconds)
{
	struct scratch scratch = { .folder = SCRATCH, .seconds = seconds };
	struct fault ignored = { 0 };
	bool same = false;

	if (!mkdtemp(scratch.folder))
		return false;
	if (scratch_fill(&scratch, repo, &ignored) == 0 &&
		scratch_import(&scratch, merge, &ignored) == 0)
		(void)scratch_merge(&scratch, merge, &same, &ignored);
	(void)nftw(scratch.folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return same;
}
