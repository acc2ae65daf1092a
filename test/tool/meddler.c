/*
 * meddler REPOSITORY OUTSIDE USER ROUNDS SEED HANDS ROOT: the owner of a repository plays games
 * against root.
 *
 * While root runs countersign-hands on the repository again and again (repo, all, status, repair,
 * remove) and commands (tidy, log, holds, policy check), a process of the owner's swaps names in it for links, pipes, other folders and the
 * repository itself, and back, as fast as it can; new names in hooks/ and countersign/ are
 * replaced by links at once.  Links lead to OUTSIDE, where only root may read or write: whatever
 * is opened, changed or moved there was root's doing.  That is looked for by inotify, told line by
 * line, and makes the exit status 1.  Closing line: how many calls ended well.  Needs root.
 *
 * +USER: the repository is root's, and the user is one of the group that may write in it.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_A_REPOSITORY 20
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *repository, *outside, *hands, *root_folder;
static struct passwd user;
static bool shared; /* the repository is root's, and the user's group may write in it */
static uint64_t state;

static unsigned int some(unsigned int below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned int)(state >> 33) % below;
}

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static const char *joined(const char *folder, const char *name)
{
	static char paths[4][4096];
	static unsigned int next;
	char *path = paths[next++ % 4];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static void become_user(void)
{
	if (initgroups(user.pw_name, user.pw_gid) < 0 ||
		setresgid(user.pw_gid, user.pw_gid, user.pw_gid) < 0 ||
		setresuid(user.pw_uid, user.pw_uid, user.pw_uid) < 0)
		die("no such user");
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static void pause_some(void)
{
	struct timespec time = { 0, (long)some(some(4) ? 200000 : 3000000) };

	(void)nanosleep(&time, NULL);
}

/*
 * What may stand for something in a repository: a link to one of these outside, a pipe, an empty
 * folder.
 */
static const char *const places[] = { "folder", "folder/update", "folder/pre-receive", "secret",
	"program", "repository.git", "repository.git/config", "nothing" };

static void decoy(const char *path)
{
	unsigned int which = some(COUNT(places) + 3);

	(void)unlink(path);
	(void)rmdir(path);
	if (which < COUNT(places))
		(void)!symlink(joined(outside, places[which]), path);
	else if (which == COUNT(places))
		(void)mkfifo(path, 0666);
	else if (which == COUNT(places) + 1)
		(void)mkdir(path, 0755);
	else
		(void)!link(joined(outside, "program"), path);
}

static const char *const names[] = { "hooks", "hooks", "hooks/pre-receive", "hooks/update",
	"hooks/post-receive", "countersign", "countersign", "countersign/policy.json",
	"countersign/previous-settings", "countersign/chained", "countersign/chained/update",
	"countersign/installed", "countersign/state.db", "config", "config", "config.lock", "HEAD",
	"objects", "refs", "custom_hooks", "hooks/pre-receive.d", "logs", "logs/HEAD",
	"packed-refs", "commondir", "worktrees", "config.worktree", "objects/info/alternates",
	"refs/countersign", "countersign/refs-seen", "countersign/refs-at-install",
	"countersign/state.db-journal", "countersign/agents.d", "countersign/chained-first",
	"countersign.had-state", "countersign.had-policy", "" };

/* One name, or the repository itself, is something else for a moment. */
static void swap(const char *side)
{
	const char *name = names[some(COUNT(names))];
	const char *path = *name ? joined(repository, name) : repository;

	decoy(side);
	if (renameat2(AT_FDCWD, side, AT_FDCWD, path, RENAME_EXCHANGE) < 0) {
		(void)rename(side, path);
		pause_some();
		(void)rename(path, side);
		return;
	}
	pause_some();
	(void)renameat2(AT_FDCWD, side, AT_FDCWD, path, RENAME_EXCHANGE);
}

/* Each name that comes up in a watched folder is a link at once. */
static void answer(int watch, int hooks)
{
	char events[8192] __attribute__((aligned(8)));
	ssize_t len = read(watch, events, sizeof(events));

	for (ssize_t at = 0; len > 0 && at < len;) {
		const struct inotify_event *event = (const struct inotify_event *)(events + at);
		char name[512];

		(void)snprintf(name, sizeof(name), "%s/%s",
			event->wd == hooks ? "hooks" : "countersign",
			event->len ? event->name : "");
		if (event->len && some(2)) {
			(void)unlink(joined(repository, name));
			(void)!symlink(joined(outside, places[some(COUNT(places))]),
				joined(repository, name));
		}
		at += (ssize_t)(sizeof(*event) + event->len);
	}
}

static _Noreturn void meddle(void)
{
	const char *side = strdup(joined(shared ? repository : root_folder, "side"));
	int watch = inotify_init1(IN_NONBLOCK), hooks;

	become_user();
	hooks = inotify_add_watch(watch, joined(repository, "hooks"), IN_CREATE | IN_MOVED_TO);
	(void)inotify_add_watch(watch, joined(repository, "countersign"), IN_CREATE | IN_MOVED_TO);
	for (;;) {
		swap(side);
		if (!some(3))
			answer(watch, hooks);
	}
}

/* Runs a program with no words of its own; its exit status. */
static int run(const char *const *argv, bool as_user)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		int nothing = open("/dev/null", O_RDWR);

		(void)dup2(nothing, 0);
		(void)dup2(nothing, 1);
		(void)dup2(nothing, 2);
		if (as_user)
			become_user();
		(void)execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		die(argv[0]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void make_repository(void)
{
	char group[32];
	const char *const remove[] = { "rm", "-rf", repository, joined(root_folder, "side"), NULL };
	const char *const make[] = { "git", "init", "-q", "--bare", repository, NULL };
	const char *const make_shared[] = { "git", "init", "-q", "--bare", "--shared=group",
		repository, NULL };
	const char *const give[] = { "sh", "-c", "chgrp -R \"$1\" \"$2\" && chmod -R g+w \"$2\"",
		"sh", group, repository, NULL };
	const char *const empty[] = { "sh", "-c", "rm -f \"$1\"/hooks/*.sample", "sh", repository,
		NULL };

	(void)snprintf(group, sizeof(group), "%lu", (unsigned long)user.pw_gid);
	if (run(remove, false) || run(shared ? make_shared : make, !shared) ||
		run(empty, !shared) || (shared && run(give, false)))
		die("no repository can be made");
}

static void watch_one(int watch, const char *path)
{
	if (inotify_add_watch(watch, path,
		    IN_OPEN | IN_ACCESS | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVE |
			    IN_MOVE_SELF) < 0)
		die(path);
}

/* How much was done outside since it was last asked. */
static unsigned int count_events(int watch)
{
	char events[65536] __attribute__((aligned(8)));
	unsigned int count = 0;
	ssize_t len;

	while ((len = read(watch, events, sizeof(events))) > 0)
		for (ssize_t at = 0; at < len;) {
			const struct inotify_event *event =
				(const struct inotify_event *)(events + at);

			printf("# outside: event %x at watch %d %s\n", event->mask, event->wd,
				event->len ? event->name : "");
			count++;
			at += (ssize_t)(sizeof(*event) + event->len);
		}
	return count;
}

/* The program of the commands, which lies in another folder of the same installation. */
static const char *commands(const char *beside)
{
	static char path[4096];

	(void)snprintf(path, sizeof(path), "%.*s/../../bin/countersign",
		(int)(strrchr(beside, '/') - beside), beside);
	return path;
}

/* And what sends events. */
static const char *deliverer(const char *beside)
{
	static char path[4096 + sizeof("-deliver")];

	(void)snprintf(path, sizeof(path), "%s-deliver", commands(beside));
	return path;
}

/* One of root's calls; whether it ended well. */
static bool play(unsigned int round)
{
	const char *countersign = commands(hands);
	const char *const calls[][8] = { { hands, "--seconds", "3", "repo", repository, NULL },
		{ hands, "--seconds", "3", "--repair", "status", NULL },
		{ hands, "--seconds", "3", "status", repository, NULL },
		{ hands, "--seconds", "3", "all", root_folder, NULL },
		{ "timeout", "5", countersign, "tidy", "--repo", repository, NULL },
		{ "timeout", "5", countersign, "log", "--repo", repository, NULL },
		{ "timeout", "5", countersign, "holds", "--repo", repository, NULL },
		{ "timeout", "5", countersign, "policy", "check", "--repo", repository, NULL },
		{ "timeout", "5", countersign, "status", "--canary", "--repo", repository, NULL },
		{ "timeout", "5", countersign, "agents", "--seen", "--repo", repository, NULL },
		{ "timeout", "5", countersign, "metrics", "--repo", repository, NULL },
		{ "timeout", "5", countersign, "evidence", "--repo", repository, NULL },
		{ "timeout", "5", countersign, "log", "verify", "--repo", repository, NULL },
		{ "timeout", "5", deliverer(hands), "--repo", repository, NULL },
		{ "timeout", "5", deliverer(hands), "--attest", repository, NULL },
		{ hands, "--seconds", "3", "remove", repository, NULL } };

	return run(calls[round % COUNT(calls)], false) == 0;
}

int main(int argc, char **argv)
{
	unsigned int rounds, events = 0, well = 0;
	const struct passwd *found;
	pid_t meddling = 0;
	int watch;

	shared = argc == 8 && argv[3][0] == '+';
	if (argc != 8 || !(found = getpwnam(argv[3] + shared)))
		return 2;
	repository = argv[1], outside = argv[2], user = *found, hands = argv[6],
	root_folder = argv[7];
	rounds = (unsigned int)strtoul(argv[4], NULL, 10);
	state = strtoull(argv[5], NULL, 10) * 0x9E3779B97F4A7C15U + 1;
	watch = inotify_init1(IN_NONBLOCK);
	watch_one(watch, outside);
	for (size_t i = 0; i + 1 < COUNT(places); i++)
		watch_one(watch, joined(outside, places[i]));
	for (unsigned int round = 0; round < rounds; round++) {
		if (round % ROUNDS_A_REPOSITORY == 0) {
			if (meddling > 0)
				(void)kill(meddling, SIGKILL), (void)waitpid(meddling, NULL, 0);
			make_repository();
			state += round;
			meddling = fork();
			if (meddling == 0)
				meddle();
		}
		well += play(round);
		events += count_events(watch);
	}
	(void)kill(meddling, SIGKILL);
	(void)waitpid(meddling, NULL, 0);
	printf("%u rounds, %u ended well, %u events outside\n", rounds, well, events);
	return events != 0;
}
