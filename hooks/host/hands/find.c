#include "hooks/host/hands/find.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/run.h"
#include "hooks/host/hands/gitfile.h"
#include "hooks/host/hands/listen.h"
#include "hooks/host/hands/plain.h"

#define DEPTH 64
#define SAID_MAX ((size_t)64 << 20)
#define PATIENCE 10 /* times what one repository may take */

/* What a process says: one of these, then a path or line, then NUL. */
enum said { REPOSITORY = 'r', NOTE = 'n', UNGUARDED = 'u', FAULTY = 'f', BELONGS_TO_ANOTHER = 'b' };

/* A process that looks through folders of one user's. */
struct looker {
	const struct find *find;
	const struct owner *owner;
	uid_t uid; /* whose folders */
	const char *root;
};

static void tell(enum said what, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void tell(enum said what, const char *format, ...)
{
	va_list arguments;

	(void)putchar(what);
	va_start(arguments, format);
	(void)vprintf(format, arguments);
	va_end(arguments);
	(void)putchar('\0');
}

/* As git tells one, before it reads what is in the files. */
static bool is_git_dir(int dir)
{
	return faccessat(dir, "HEAD", F_OK, AT_SYMLINK_NOFOLLOW) == 0 &&
	       faccessat(dir, "objects", X_OK, 0) == 0 && faccessat(dir, "refs", X_OK, 0) == 0;
}

/* Root asks git only where nobody else can have said what git does. */
static bool may_ask(int dir)
{
	struct stat st;

	return geteuid() != 0 || (fstat(dir, &st) == 0 && trail_is_ours(&st) &&
					 (fstatat(dir, "config", &st, AT_SYMLINK_NOFOLLOW) < 0 ||
						 (S_ISREG(st.st_mode) && trail_is_ours(&st))));
}

/* git waits for ever for the other end of a pipe. */
static bool has_pipe(int dir)
{
	static const char *const read[] = { "config", "HEAD", "commondir", "config.worktree" };
	struct stat st;

	for (size_t i = 0; i < sizeof(read) / sizeof(read[0]); i++)
		if (fstatat(dir, read[i], &st, 0) == 0 && !S_ISREG(st.st_mode))
			return true;
	return false;
}

/* Whether git has it for a bare repository; it is asked where we stand. */
static void ask(const struct looker *l, int dir, const char *path)
{
	char home[INSTALL_PATH_MAX + 8];
	const char *env[] = { "PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", home, NULL };
	const char *argv[] = { "git", "-c", "safe.directory=*", "-c", "safe.bareRepository=all",
		"rev-parse", "--is-bare-repository", NULL };
	struct run what = {
		.argv = argv, .env = (char *const *)env, .seconds = l->find->terms->seconds
	};
	struct buf said = BUF_INIT(8192);
	struct fault f = { 0 };
	int exited = 1;

	(void)snprintf(home, sizeof(home), "HOME=%s", l->owner->home);
	if (fchdir(dir) < 0)
		(void)fault_set(&f, FAULT_ADMIN, "%s", strerror(errno));
	else
		(void)run(&what, &said, &exited, &f);
	if (said.len)
		said.data[strcspn(said.data, "\n")] = '\0';
	if (f.text[0] || exited)
		tell(NOTE, "%s: not guarded, since git cannot open it: %s", path,
			f.text[0]  ? f.text
			: said.len ? said.data
				   : "nothing was said");
	else if (said.len && strcmp(said.data, "true") == 0)
		tell(REPOSITORY, "%s", path);
	else
		tell(NOTE,
			"%s: not guarded, since git has it for a repository with a working tree "
			"(core.bare); if it is pushed to, guard it by its own path",
			path);
	buf_release(&said);
}

static void repository(const struct looker *l, int dir, const char *path)
{
	const char *name = strrchr(path, '/');
	size_t len = strlen(path);

	if (strchr(path, '\n'))
		tell(FAULTY, "%s: a path with a newline in it cannot be guarded; rename it", path);
	else if (list_has(l->find->known, path))
		tell(REPOSITORY, "%s", path);
	else if (name && strcmp(name, "/.git") == 0)
		tell(NOTE,
			"%.*s: not guarded, since it has a working tree; if it is pushed to, guard "
			"it "
			"by its own path",
			(int)(len - 5), path);
	else if (has_pipe(dir))
		tell(FAULTY, "%s: config or HEAD is not a regular file, which git would wait for",
			path);
	else if (may_ask(dir) && !plain_is_bare(dir))
		ask(l, dir, path);
	else
		tell(REPOSITORY, "%s", path);
}

/* So is a file that says where one is, whatever its name. */
static void look_at_file(const struct looker *l, int dir, const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	int tree = (int)(strlen(path) - (strcmp(name, ".git") == 0 ? 5 : 0));
	char target[PATH_MAX];

	if (gitfile_leads(dir, name, target) && !list_has(l->find->known, target) &&
		!gitfile_is_below(l->root, target))
		tell(UNGUARDED, "%.*s: NOT GUARDED; it leads to %s: guard that", tree, path,
			target);
}

/* A link to a repository is another way to push to it. */
static void look_at_link(const struct looker *l, int dir, const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	char target[PATH_MAX], from[64];
	struct stat st;
	int fd;

	if (geteuid() == 0 &&
		(fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || st.st_uid != 0)) {
		tell(NOTE, "%s: a link of user %lu's, which is not followed", path,
			(unsigned long)st.st_uid);
		return;
	}
	fd = openat(dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		look_at_file(l, dir, path);
		return;
	}
	(void)snprintf(from, sizeof(from), "/proc/self/fd/%d", fd);
	if (!realpath(from, target))
		target[0] = '\0';
	if (is_git_dir(fd) && !list_has(l->find->known, target) &&
		!gitfile_is_below(l->root, target))
		tell(UNGUARDED, "%s: NOT GUARDED; it is a link to %s: guard that", path, target);
	else if (!is_git_dir(fd) && !gitfile_is_below(l->root, target))
		tell(NOTE,
			"%s: a link to %s, which is not looked into: give that folder to `all`, "
			"too",
			path, target);
	(void)close(fd);
}

/*
 * What of a repository never holds another: refs by their names, which a push chooses, and the
 * store's own folders; and what lies beside @hashed, which nobody pushes to.
 */
static bool is_passed(bool in_repository, bool in_objects, bool gitlabs, const char *name)
{
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return true;
	if (strcmp(name, "@pools") == 0 || strcmp(name, "+gitaly") == 0)
		return gitlabs;
	if (in_repository)
		return strcmp(name, "refs") == 0 || strcmp(name, "logs") == 0;
	return in_objects && (strlen(name) == 2 || strcmp(name, "pack") == 0);
}

static void look(const struct looker *l, int dir, const char *path, int depth);

static void look_at_entry(const struct looker *l, int dir, const char *path, int depth)
{
	const char *name = strrchr(path, '/') + 1;
	struct stat st;
	int fd;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return;
	if (S_ISLNK(st.st_mode))
		look_at_link(l, dir, path);
	if (S_ISREG(st.st_mode))
		look_at_file(l, dir, path);
	if (!S_ISDIR(st.st_mode))
		return;
	if (geteuid() != 0 && l->find->terms->root && st.st_uid != l->uid) {
		tell(BELONGS_TO_ANOTHER, "%s", path);
		return;
	}
	if (geteuid() == 0 && st.st_uid != 0) {
		tell(BELONGS_TO_ANOTHER, "%s", path);
		return;
	}
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno != ENOENT)
		tell(FAULTY, "%s: not looked into: %s", path, strerror(errno));
	if (fd >= 0)
		look(l, fd, path, depth + 1);
}

/* Closes the folder. */
static void look(const struct looker *l, int dir, const char *path, int depth)
{
	const char *last = strrchr(path, '/');
	bool in_repository = is_git_dir(dir), in_objects = last && strcmp(last, "/objects") == 0;
	bool gitlabs = faccessat(dir, "@hashed", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
	char below[INSTALL_PATH_MAX];
	const struct dirent *entry;
	DIR *entries;
	int error;

	if (in_repository)
		repository(l, dir, path);
	entries = depth < DEPTH ? fdopendir(dir) : NULL;
	if (!entries) {
		tell(FAULTY, "%s: not looked into: %s", path,
			depth < DEPTH ? strerror(errno) : "too many folders in each other");
		(void)close(dir);
		return;
	}
	while ((entry = file_entry(entries, &error)))
		if ((entry->d_type == DT_DIR || entry->d_type == DT_LNK ||
			    entry->d_type == DT_UNKNOWN ||
			    (entry->d_type == DT_REG && !in_repository)) &&
			!is_passed(in_repository, in_objects, gitlabs, entry->d_name) &&
			snprintf(below, sizeof(below), "%s/%s", strcmp(path, "/") == 0 ? "" : path,
				entry->d_name) < INSTALL_PATH_MAX)
			look_at_entry(l, dirfd(entries), below, depth);
	if (error)
		tell(FAULTY, "%s: not looked into: %s", path, strerror(error));
	(void)closedir(entries);
}

static _Noreturn void look_as(
	const struct find *find, const struct trail *trail, const struct owner *owner, int out)
{
	struct looker l = { find, owner, trail->st.st_uid, trail->path };
	struct fault f = { 0 };
	int dir;

	(void)setpgid(0, 0);
	if (dup2(out, 1) < 0)
		_exit(1);
	if (owner_drop(owner, &f) < 0)
		tell(FAULTY, "%s: %s", trail->path, f.text);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	dir = f.text[0] || fchdir(trail->fd) < 0 ? -1
						 : open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir >= 0)
		look(&l, dir, trail->path, 0);
	else if (!f.text[0])
		tell(FAULTY, "%s: not looked into: %s", trail->path, strerror(errno));
	(void)fflush(stdout);
	_exit(0);
}

/*
 * Takes a process at its word for what is there; what is done about it is for the owner's rights
 * again.
 */
static int take(struct find *find, struct list *areas, const struct buf *said, struct fault *f)
{
	const char *at = said->data, *end = at ? at + said->len : at, *stop;
	int status = 0;

	for (; at < end && status >= 0; at = stop + 1) {
		stop = memchr(at, '\0', (size_t)(end - at));
		if (!stop)
			return 0;
		if (*at == REPOSITORY || (*at == BELONGS_TO_ANOTHER && find->shallow &&
						 list_has(find->known, at + 1)))
			status = list_add(&find->found, at + 1, f);
		else if (*at == BELONGS_TO_ANOTHER)
			status = list_add(areas, at + 1, f);
		else
			status = list_add(*at == FAULTY ? &find->faults : &find->notes, at + 1, f);
		find->unguarded = find->unguarded || *at == UNGUARDED;
	}
	return status < 0 ? -1 : 0;
}

/* Starts the process that has the rights to look there.  -1: it could not be. */
static int start(const struct find *find, const struct trail *trail, pid_t *pid, struct fault *f)
{
	struct owner owner;
	int ends[2];

	if (owner_of(&owner, trail, f) < 0)
		return -1;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return fault_set(f, FAULT_ADMIN, "%s", strerror(errno));
	(void)fflush(NULL);
	*pid = fork();
	if (*pid == 0)
		look_as(find, trail, &owner, ends[1]);
	(void)close(ends[1]);
	if (*pid < 0) {
		(void)close(ends[0]);
		return fault_set(f, FAULT_ADMIN, "%s", strerror(errno));
	}
	return ends[0];
}

static int look_in(struct find *find, const char *path, bool first, struct list *areas)
{
	struct buf said = BUF_INIT(SAID_MAX);
	struct fault f = { 0 };
	struct trail trail;
	pid_t pid = 0;
	bool absent;
	int from = -1, status = trail_to(&trail, path, first ? TRAIL_LINKS_OURS : TRAIL_LINKS_NONE,
			       &absent, &f);

	if (status == 0)
		status = from = start(find, &trail, &pid, &f);
	if (from >= 0) {
		listen_to_end(pid, from, PATIENCE * find->terms->seconds, &said);
		(void)close(from);
		status = take(find, areas, &said, &f);
	}
	if (status < 0)
		status = list_add(&find->faults, f.text, &(struct fault){ 0 });
	trail_release(&trail);
	buf_release(&said);
	return status < 0 ? -1 : 0;
}

static int by_path(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

int find_below(struct find *find, const char *root, struct fault *f)
{
	struct list areas = { .name = "areas" };
	int status = list_add(&areas, root, f);

	for (size_t i = 0; i < areas.count && status >= 0; i++)
		status = look_in(find, areas.items[i], i == 0, &areas);
	if (find->found.count)
		qsort(find->found.items, find->found.count, sizeof(*find->found.items), by_path);
	list_release(&areas);
	return status < 0 ? fault_memory(f) : 0;
}

void find_release(struct find *find)
{
	list_release(&find->found);
	list_release(&find->notes);
	list_release(&find->faults);
}
