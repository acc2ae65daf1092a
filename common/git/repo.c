#include "common/git/repo.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/git/common_dir.h"
#include "common/git/repo_private.h"

#define MAPPED_MAX ((size_t)64 * 1024 * 1024) /* of pack files at a time */
#define COMMITS_KEPT \
	(8 * 1024 * 1024) /* bytes: each is read for its place in history, and to be judged */
#define WINDOW_SIZE ((size_t)8 * 1024 * 1024)

int repo_fault(struct fault *f, const char *context)
{
	const git_error *error = git_error_last();

	return fault_set(
		f, FAULT_ADMIN, "%s: %s", context, error ? error->message : "libgit2 failed");
}

/*
 * Stands in for the function of Mbed TLS by which libgit2, as Debian builds it, reads all the
 * certificate authorities of the machine when it starts, which is a third of what a hook costs.
 * Countersign never speaks TLS through libgit2; whoever did would be refused for want of an
 * authority.
 */
int mbedtls_x509_crt_parse_file(void *chain, const char *path);

int mbedtls_x509_crt_parse_file(void *chain, const char *path)
{
	(void)chain, (void)path;
	return 0;
}

/* The library is started once a process and never stopped: exiting does that. */
static int library_start(struct fault *f)
{
	static bool started;

	if (started)
		return 0;
	if (git_libgit2_init() < 0)
		return repo_fault(f, "libgit2");
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
	git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)COMMITS_KEPT);
	git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_TREE, (size_t)0);
	git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_TAG, (size_t)0);
	git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, WINDOW_SIZE);
	git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, MAPPED_MAX);
	for (int level = GIT_CONFIG_LEVEL_PROGRAMDATA; level <= GIT_CONFIG_LEVEL_GLOBAL; level++)
		git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
	started = true;
	return 0;
}

/*
 * As git tells one: HEAD may be a link to a branch that is not there yet, which libgit2 knows not.
 */
static bool is_git_dir(const char *path)
{
	int folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool is = folder >= 0 && faccessat(folder, "HEAD", F_OK, AT_SYMLINK_NOFOLLOW) == 0 &&
		  faccessat(folder, "objects", X_OK, 0) == 0 &&
		  faccessat(folder, "refs", X_OK, 0) == 0;

	if (folder >= 0)
		(void)close(folder);
	return is;
}

/* Finds the git directory: GIT_DIR, or the one at path or above it. */
static int find_git_dir(struct repo *repo, const char *path, struct fault *f)
{
	git_buf found = { 0 };

	if (!path) {
		path = getenv("GIT_DIR");
		if (!path || !*path)
			return fault_set(f, FAULT_ADMIN, "GIT_DIR is not set: run by git?");
		repo->entered = realpath(path, NULL);
	} else if (is_git_dir(path)) {
		repo->entered = realpath(path, NULL);
	} else if (git_repository_discover(&found, path, 0, NULL) == 0) {
		repo->entered = realpath(found.ptr, NULL);
		git_buf_dispose(&found);
	} else {
		return fault_set(f, FAULT_ADMIN, "%s: no git repository here or above", path);
	}
	return repo->entered ? 0 : fault_set(f, FAULT_ADMIN, "git directory %s: %m", path);
}

static int find_common_dir(struct repo *repo, bool called, struct fault *f)
{
	char path[PATH_MAX];

	if (common_dir_find(path, repo->entered, called, f) < 0)
		return -1;
	repo->git_dir = strdup(path);
	return repo->git_dir ? 0 : fault_memory(f);
}

/*
 * Extensions that change nothing about how refs and objects are read; a value, where only that one
 * is.
 */
static const struct {
	const char *name, *value;
} extensions_read[] = {
	{ "noop", NULL },
	{ "noop-v1", NULL },
	{ "preciousobjects", NULL },
	{ "worktreeconfig", NULL },
	{ "relativeworktrees", NULL },
	{ "objectformat", "sha1" },
	{ "refstorage", "files" },
};

static bool extension_is_read(const char *name, const char *value)
{
	for (size_t i = 0; i < sizeof(extensions_read) / sizeof(extensions_read[0]); i++)
		if (strcasecmp(name, extensions_read[i].name) == 0)
			return !extensions_read[i].value ||
			       (value && strcmp(value, extensions_read[i].value) == 0);
	return false;
}

static int check_setting(const git_config_entry *entry, void *context)
{
	static const char section[] = "extensions.";
	struct fault *f = context;
	const char *name = entry->name + sizeof(section) - 1;
	const char *value = entry->value ? entry->value : "";

	if (strcmp(entry->name, "core.repositoryformatversion") == 0 && strcmp(value, "0") != 0 &&
		strcmp(value, "1") != 0)
		return fault_set(
			f, FAULT_ADMIN, "repository format version %s is not known", value);
	if (strncmp(entry->name, section, sizeof(section) - 1) != 0 ||
		extension_is_read(name, value))
		return 0;
	return fault_set(f, FAULT_ADMIN,
		"Countersign cannot read repositories with extensions.%s = %s (only SHA-1 objects, "
		"refs in files and complete object stores)",
		name, value);
}

/* Modes of new files by core.sharedRepository, as git has it; 0: what the umask says. */
static unsigned shared_mode(git_config *config)
{
	const char *value;
	git_config *snapshot = NULL;
	unsigned mode = 0;
	int yes;

	if (!config || git_config_snapshot(&snapshot, config) < 0)
		return 0;
	if (git_config_get_string(&value, snapshot, "core.sharedrepository") == 0) {
		if (strcmp(value, "group") == 0)
			mode = 0440;
		else if (strcmp(value, "all") == 0 || strcmp(value, "world") == 0 ||
			 strcmp(value, "everybody") == 0)
			mode = 0444;
		else if (value[0] == '0' && value[1])
			mode = (unsigned)strtoul(value, NULL, 8) & 0444;
		else if (git_config_parse_bool(&yes, value) == 0 && yes)
			mode = 0440;
	}
	git_config_free(snapshot);
	return mode;
}

static int read_config(struct repo *repo, struct fault *f)
{
	char path[PATH_MAX];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/config", repo->git_dir);
	if (stat(path, &st) < 0 && errno == ENOENT)
		return 0;
	if (git_config_open_ondisk(&repo->config, path) < 0)
		return repo_fault(f, path);
	if (git_config_foreach(repo->config, check_setting, f) < 0)
		return f->class ? -1 : repo_fault(f, path);
	repo->file_mode = shared_mode(repo->config);
	return 0;
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
	if (library_start(f) < 0)
		return -1;
	repo = calloc(1, sizeof(*repo));
	if (!repo)
		return fault_memory(f);
	repo->id_len = OID_SHA1;
	if (find_git_dir(repo, path, f) < 0 || find_common_dir(repo, path == NULL, f) < 0 ||
		read_config(repo, f) < 0 || check_history(repo, f) < 0 ||
		find_objects(repo, path == NULL, f) < 0 ||
		repo_open_objects(&repo->odb, repo, 0, f) < 0) {
		repo_free(repo);
		return -1;
	}
	*out = repo;
	return 0;
}

int repo_add_objects(struct repo *repo, const char *folder, struct fault *f)
{
	git_odb *whole = NULL;

	if (alternates_add(&repo->objects, folder, f) < 0 ||
		repo_open_objects(&whole, repo, 0, f) < 0)
		return -1;
	git_odb_free(repo->odb);
	git_odb_free(repo->before);
	packs_free(repo->packs);
	repo->odb = whole;
	repo->before = NULL;
	repo->packs = NULL;
	return 0;
}

void repo_free(struct repo *repo)
{
	if (!repo)
		return;
	git_odb_free(repo->odb);
	git_odb_free(repo->before);
	packs_free(repo->packs);
	git_config_free(repo->config);
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

size_t repo_id_len(const struct repo *repo)
{
	return repo->id_len;
}

bool repo_in_quarantine(const struct repo *repo)
{
	return repo->quarantine;
}
