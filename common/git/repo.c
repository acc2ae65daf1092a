#include "common/git/repo.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/git/common_dir.h"
#include "common/git/repo_private.h"

/* As git tells one: HEAD may be a link to a branch that is not there yet. */
static bool is_git_dir(const char *path)
{
	int folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool is = folder >= 0 && faccessat(folder, "HEAD", F_OK, AT_SYMLINK_NOFOLLOW) == 0 &&
		  ((faccessat(folder, "objects", X_OK, 0) == 0 &&
			   faccessat(folder, "refs", X_OK, 0) == 0) ||
			  faccessat(folder, "commondir", R_OK, 0) == 0);

	if (folder >= 0)
		(void)close(folder);
	return is;
}

/* Where a file `.git` leads to, for free(); NULL when it is none. */
static char *named_by_file(const char *folder, const char *file)
{
	static const char word[] = "gitdir: ";
	char text[PATH_MAX] = "", path[PATH_MAX];
	FILE *in = file_open(file);
	bool read = in && fgets(text, sizeof(text), in) != NULL;

	if (in)
		(void)fclose(in);
	if (!read || strncmp(text, word, sizeof(word) - 1) != 0)
		return NULL;
	text[strcspn(text, "\r\n")] = '\0';
	if (snprintf(path, sizeof(path), "%s%s%s", text[sizeof(word) - 1] == '/' ? "" : folder,
		    text[sizeof(word) - 1] == '/' ? "" : "/",
		    text + sizeof(word) - 1) >= (int)sizeof(path))
		return NULL;
	return is_git_dir(path) ? realpath(path, NULL) : NULL;
}

/* The git directory that is the folder, or lies in it as `.git`; NULL: neither. */
static char *git_dir_at(const char *folder)
{
	char path[PATH_MAX];
	struct stat st;

	if (is_git_dir(folder))
		return realpath(folder, NULL);
	if (snprintf(path, sizeof(path), "%s/.git", folder) >= (int)sizeof(path) ||
		stat(path, &st) < 0)
		return NULL;
	if (S_ISREG(st.st_mode))
		return named_by_file(folder, path);
	return is_git_dir(path) ? realpath(path, NULL) : NULL;
}

/*
 * The git directory at the path or above it, on the same file system; NULL: none.  What cannot be
 * looked into may be one, so that nothing above it is taken in its place.
 */
static char *git_dir_above(const char *path)
{
	char folder[PATH_MAX], *found = NULL;
	struct stat first, st;

	if (!realpath(path, folder) || stat(folder, &first) < 0)
		return NULL;
	if (!S_ISDIR(first.st_mode))
		*strrchr(folder, '/') = '\0';
	while (!found && stat(*folder ? folder : "/", &st) == 0 && st.st_dev == first.st_dev) {
		if (access(*folder ? folder : "/", X_OK) < 0)
			break;
		found = git_dir_at(*folder ? folder : "/");
		if (found || !*folder || strcmp(folder, "/") == 0)
			break;
		*strrchr(folder, '/') = '\0';
	}
	return found;
}

/* Finds the git directory: GIT_DIR, or the one at path or above it. */
static int find_git_dir(struct repo *repo, const char *path, struct fault *f)
{
	const char *called = getenv("GIT_DIR");

	if (!path && (!called || !*called))
		return fault_set(f, FAULT_ADMIN, "GIT_DIR is not set: run by git?");
	errno = 0;
	repo->entered = path ? git_dir_above(path) : realpath(called, NULL);
	if (repo->entered)
		return 0;
	if (path && errno == EACCES)
		return fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(EACCES));
	return path ? fault_set(f, FAULT_ADMIN, "%s: no git repository here or above", path)
		    : fault_set(f, FAULT_ADMIN, "git directory %s: %m", called);
}

static int find_common_dir(struct repo *repo, bool called, struct fault *f)
{
	char path[PATH_MAX];

	if (common_dir_find(path, repo->entered, called, f) < 0)
		return -1;
	repo->git_dir = strdup(path);
	return repo->git_dir ? 0 : fault_memory(f);
}

/* History that is hidden from git, or other than the commits say, cannot be judged. */
static int check_history(const struct repo *repo, struct fault *f)
{
	static const struct {
		const char *file, *what;
	} hiding[] = {
		{ "shallow", "the repository is shallow: its history is not whole" },
		{ "info/grafts", "the repository has grafts: its history is not what commits say" },
	};
	char path[PATH_MAX];
	struct stat st;

	for (size_t i = 0; i < sizeof(hiding) / sizeof(hiding[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", repo->git_dir, hiding[i].file);
		if (stat(path, &st) == 0 ? st.st_size > 0 : errno != ENOENT && errno != ENOTDIR)
			return fault_set(f, FAULT_ADMIN, "%s: %s", path, hiding[i].what);
	}
	return 0;
}

static bool is_same_folder(const char *a, const char *b)
{
	struct stat one, other;

	return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
	       one.st_ino == other.st_ino;
}

/*
 * The object folders: as the environment says when git called us, else the repository's own.  New
 * objects that go elsewhere than into the repository are in quarantine, whether GIT_QUARANTINE_PATH
 * came along (git) or not (Gitaly).
 */
static int find_objects(struct repo *repo, bool environment, struct fault *f)
{
	const char *own = environment ? getenv("GIT_OBJECT_DIRECTORY") : NULL;
	const char *more = environment ? getenv("GIT_ALTERNATE_OBJECT_DIRECTORIES") : NULL;
	const char *quarantine = environment ? getenv("GIT_QUARANTINE_PATH") : NULL;
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/objects", repo->git_dir);
	if (alternates_add(&repo->objects, own && *own ? own : path, f) < 0)
		return -1;
	if (more && alternates_add_list(&repo->objects, more, f) < 0)
		return -1;
	if (quarantine && *quarantine && !is_same_folder(quarantine, repo->objects.folders[0]))
		return fault_set(f, FAULT_ADMIN,
			"GIT_QUARANTINE_PATH is not where new objects go (GIT_OBJECT_DIRECTORY)");
	repo->quarantine = own && *own && !is_same_folder(path, repo->objects.folders[0]);
	return 0;
}

int repo_open(struct repo **out, const char *path, struct fault *f)
{
	struct repo *repo = NULL;

	*out = NULL;
	repo = calloc(1, sizeof(*repo));
	if (!repo)
		return fault_memory(f);
	if (find_git_dir(repo, path, f) < 0 || find_common_dir(repo, path == NULL, f) < 0 ||
		repo_read_config(repo, f) < 0 || check_history(repo, f) < 0 ||
		find_objects(repo, path == NULL, f) < 0) {
		repo_free(repo);
		return -1;
	}
	repo->git.git_dir = repo->git_dir;
	repo->git.folders = &repo->objects;
	repo->refs.git_dir = repo->git_dir;
	repo->refs.id_len = repo->id_len;
	*out = repo;
	return 0;
}

int repo_add_objects(struct repo *repo, const char *folder, struct fault *f)
{
	if (alternates_add(&repo->objects, folder, f) < 0)
		return -1;
	cat_file_end(&repo->git);
	if (repo->packs)
		(void)packs_refresh(repo->packs);
	return 0;
}

void repo_free(struct repo *repo)
{
	if (!repo)
		return;
	packs_free(repo->packs);
	for (size_t i = 0; i < KEPT_PLACES; i++)
		stored_drop(repo->kept[i].object);
	loose_reader_release(&repo->loose);
	cat_file_end(&repo->git);
	git_refs_end(&repo->refs);
	alternates_release(&repo->objects);
	free(repo->entered);
	free(repo->git_dir);
	free(repo);
}

const char *repo_git_dir(const struct repo *repo)
{
	return repo->git_dir;
}

const char *repo_entered(const struct repo *repo)
{
	return repo->entered;
}

bool repo_is_reftable(const struct repo *repo)
{
	return repo->reftable;
}

size_t repo_id_len(const struct repo *repo)
{
	return repo->id_len;
}

bool repo_in_quarantine(const struct repo *repo)
{
	return repo->quarantine;
}
