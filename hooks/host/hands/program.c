/*
 * How git and programs of ours are run in a repository: with the rights of its owner, in a known
 * environment.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/run.h"
#include "hooks/host/hands/hands.h"

#define ARGUMENTS_MAX 32
#define PATHS "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* What would make git work elsewhere than where we stand. */
static bool is_place(const char *variable)
{
	static const char *const places[] = { "GIT_DIR=", "GIT_WORK_TREE=", "GIT_INDEX_FILE=",
		"GIT_OBJECT_DIRECTORY=", "GIT_ALTERNATE_OBJECT_DIRECTORIES=", "GIT_COMMON_DIR=",
		"GIT_NAMESPACE=", "GIT_QUARANTINE_PATH=" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (strncmp(variable, places[i], strlen(places[i])) == 0)
			return true;
	return false;
}

static char *variable(const char *name, const char *value)
{
	char *text = NULL;

	return asprintf(&text, "%s=%s", name, value) < 0 ? NULL : text;
}

/* Whoever calls us for what is theirs keeps their environment. */
static int keep_environment(struct hands *h, struct fault *f)
{
	size_t count = 0, n = 0;

	while (h->terms->env.vars[count])
		count++;
	h->env = calloc(count + 1, sizeof(*h->env));
	if (!h->env)
		return fault_memory(f);
	for (size_t i = 0; i < count; i++)
		if (!is_place(h->terms->env.vars[i]))
			h->env[n++] = h->terms->env.vars[i];
	return 0;
}

static int make_environment(struct hands *h, struct fault *f)
{
	const struct owner *owner = &h->owner;
	char paths[2 * INSTALL_PATH_MAX];

	if (owner->uid == h->caller)
		return keep_environment(h, f);
	h->env = calloc(7, sizeof(*h->env));
	if (!h->env)
		return fault_memory(f);
	(void)snprintf(paths, sizeof(paths), "%s:%s/bin", PATHS, owner->home);
	h->env[0] = variable("PATH", paths);
	h->env[1] = variable("LC_ALL", "C");
	h->env[2] = variable("HOME", owner->shared ? h->scratch : owner->home);
	h->env[3] = variable("USER", owner->name[0] ? owner->name : "nobody");
	h->env[4] = variable("LOGNAME", owner->name[0] ? owner->name : "nobody");
	if (!owner->name[0]) { /* the canary push is judged, and so needs an account */
		char account[32];

		(void)snprintf(account, sizeof(account), "user-%lu", (unsigned long)owner->uid);
		h->env[5] = variable("COUNTERSIGN_USER", account);
	}
	for (int i = 0; i < 5 + !owner->name[0]; i++)
		if (!h->env[i])
			return fault_memory(f);
	return 0;
}

int hands_settle(struct hands *h, struct fault *f)
{
	struct trail trail = { .fd = h->dir, .st = h->st, .ours = true, .closed = h->closed };

	if (!h->owner.shared)
		return 0;
	if (owner_of(&h->owner, &trail, f) < 0)
		return -1;
	return h->owner.shared ? 0 : make_environment(h, f);
}

static int scratch_make(struct hands *h, struct fault *f)
{
	if (h->scratch_dir >= 0)
		return 0;
	if (mkdir(h->scratch, 0700) < 0)
		return fault_set(f, FAULT_ADMIN, "%s: %s", h->scratch, strerror(errno));
	h->scratch_dir = open(h->scratch, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (h->scratch_dir < 0 ||
		(h->owner.shared && fchown(h->scratch_dir, h->owner.uid, h->owner.gid) < 0))
		return fault_set(f, FAULT_ADMIN, "%s: %s", h->scratch, strerror(errno));
	return 0;
}

int hands_prepare(struct hands *h, struct fault *f)
{
	static const char trusting[] = "[safe]\n\tdirectory = *\n";
	char ignored[INSTALL_PATH_MAX];

	if (h->owner.shared &&
		hands_scratch_put(h, ".gitconfig", (struct span){ trusting, sizeof(trusting) - 1 },
			ignored, f) < 0)
		return -1;
	return make_environment(h, f);
}

int hands_scratch_put(struct hands *h, const char *name, struct span text,
	char path[INSTALL_PATH_MAX], struct fault *f)
{
	struct beneath_like as = { 0600, h->owner.uid, h->owner.gid };

	return scratch_make(h, f) < 0 || install_paths_join(path, h->scratch, name, f) < 0
		       ? -1
		       : beneath_write(h->scratch_dir, name, text, &as, f);
}

int hands_scratch_get(struct hands *h, const char *name, struct buf *out, struct fault *f)
{
	bool exists;

	if (beneath_read(h->scratch_dir, name, out, &exists, f) < 0)
		return -1;
	return exists ? 0 : fault_set(f, FAULT_ADMIN, "%s/%s is gone", h->scratch, name);
}

/* Only programs of ours and git were at it, so it holds files and no folders. */
void hands_scratch_drop(const char *scratch)
{
	static const char *const files[] = { ".gitconfig", "config", "config.lock", "policy.json" };
	int dir = open(scratch, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (dir < 0)
		return;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		(void)unlinkat(dir, files[i], 0);
	(void)close(dir);
	(void)rmdir(scratch);
}

/* Root that works where others may write lets go of its rights just for the program. */
static void fill(const struct hands *h, const char **out, const char *const *argv, char ids[2][32])
{
	size_t n = 0;

	if (h->owner.shared) {
		(void)snprintf(ids[0], 32, "--reuid=%lu", (unsigned long)h->owner.uid);
		(void)snprintf(ids[1], 32, "--regid=%lu", (unsigned long)h->owner.gid);
		out[n++] = "setpriv";
		out[n++] = ids[0];
		out[n++] = ids[1];
		out[n++] = "--clear-groups";
		out[n++] = "--";
	}
	for (size_t i = 0; argv[i] && n < ARGUMENTS_MAX; i++)
		out[n++] = argv[i];
	out[n] = NULL;
}

/*
 * What a program made in our folder as nobody is to be the repository's, as all that is there.  A
 * file that has another name elsewhere stays as it is.
 */
static void give_back(struct hands *h)
{
	static const char *const files[] = { "countersign/state.db", "countersign/state.db-wal",
		"countersign/state.db-shm", "countersign/state.db-journal", "countersign.had-state",
		"countersign.had-policy", "countersign.had-agents", "countersign/had-state",
		"countersign/had-policy", "countersign/had-agents" };
	struct stat st;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && h->owner.shared; i++) {
		int fd = beneath_open(h->dir, files[i], O_RDONLY | O_NONBLOCK | O_NOCTTY);

		if (fd < 0)
			continue;
		if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1 &&
			st.st_uid == h->owner.uid)
			(void)!fchown(fd, h->st.st_uid, h->st.st_gid);
		(void)close(fd);
	}
}

int hands_run(struct hands *h, const char *const *argv, struct span input, struct buf *out,
	int *exited, struct fault *f)
{
	const char *all[ARGUMENTS_MAX + 1];
	char ids[2][32];
	struct run what = { .argv = all, .env = h->env, .input = input };
	int status;

	what.seconds = h->terms->seconds;
	fill(h, all, argv, ids);
	status = run(&what, out, exited, f);
	give_back(h);
	return status;
}

int hands_run_well(struct hands *h, const char *const *argv, struct span input, struct buf *out,
	struct fault *f)
{
	int exited;

	if (hands_run(h, argv, input, out, &exited, f) < 0)
		return -1;
	if (exited)
		return fault_set(f, FAULT_ADMIN, "%s: %.*s", argv[0],
			(int)strcspn(out->data ? out->data : "", "\n"), out->data ? out->data : "");
	return 0;
}
