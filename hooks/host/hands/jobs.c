#include "hooks/host/hands/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "hooks/host/hands/glance.h"
#include "hooks/host/hands/pass_over.h"
#include "hooks/host/worktree.h"

#define AT_ONCE 16
#define SAID_MAX ((size_t)1 << 20)
#define CONFIG_MAX ((size_t)4 << 20)
#define BAR 40     /* of the progress shown, in characters */
#define DATES '\2' /* begins the first line, if that is the digest of the dates */

/* A job that runs or waits to be shown. */
struct running {
	struct job *job;
	struct trail trail;
	struct owner owner;
	struct buf said;
	char scratch[64];
	pid_t pid; /* 0: has ended */
	int out;
	int64_t until;
	bool first; /* of its owner's */
};

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void jobs_show(const struct buf *said)
{
	const char *at = said->data, *end = at ? at + said->len : at;

	while (at < end) {
		FILE *to = *at == '\1' ? stderr : stdout;

		if (to == stderr) {
			(void)fflush(stdout);
			at++;
		}
		for (; at < end && *at != '\n'; at++)
			(void)putc((unsigned char)*at < ' ' && *at != '\t' ? '?'
				   : *at == 127                            ? '?'
									   : *at,
				to);
		(void)putc('\n', to);
		at++;
	}
	(void)fflush(stdout);
}

static void complain(struct running *r, const struct terms *terms, const char *text)
{
	(void)buf_addf(&r->said, "\1%s: %s\n", terms->called, text);
}

static bool is_repository(int dir)
{
	return faccessat(dir, "HEAD", F_OK, AT_SYMLINK_NOFOLLOW) == 0 &&
	       faccessat(dir, "objects", X_OK, 0) == 0 && faccessat(dir, "refs", X_OK, 0) == 0;
}

int job_stand(struct hands *h, const struct trail *trail, struct fault *f)
{
	struct stat st;

	if (fchdir(trail->fd) < 0 || stat(".", &st) < 0 || st.st_ino != trail->st.st_ino ||
		st.st_dev != trail->st.st_dev || st.st_uid != trail->st.st_uid)
		return fault_set(f, FAULT_ADMIN, "%s: %s", h->path,
			errno ? strerror(errno) : "it is another's by now");
	h->st = st;
	h->dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (h->dir < 0)
		return fault_set(f, FAULT_ADMIN, "%s: %s", h->path, strerror(errno));
	return is_repository(h->dir)
		       ? 0
		       : fault_set(f, FAULT_ADMIN, "%s is not a git repository", h->path);
}

/* Stands in the repository, as its owner, for good. */
static int stand(struct hands *h, const struct running *r, struct fault *f)
{
	if (!h->owner.shared && owner_drop(&h->owner, f) < 0)
		return -1;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	return job_stand(h, &r->trail, f);
}

/* Tells the dates, for the one who keeps them; whether they are those that are known. */
static bool is_as_known(const struct job *job, struct hands *h, struct fault *f)
{
	struct digest_text dates;

	if (glance_take(h, &dates, f) < 0) {
		fault_clear(f);
		return false;
	}
	printf("%c%s\n", DATES, dates.hex);
	return job->known && strcmp(job->known->hex, dates.hex) == 0;
}

static int work(const struct jobs *jobs, const struct running *r, struct hands *h)
{
	struct fault f = { 0 };
	int end = stand(h, r, &f);

	if (end == 0 && jobs->glances && is_as_known(r->job, h, &f))
		return HANDS_DONE;
	if (end == 0)
		end = hands_prepare(h, &f);
	if (end == 0)
		end = jobs->work(h, &f);
	hands_scratch_drop(h->scratch);
	if (end < 0 && strstr(f.text, h->path))
		hands_warn(h, "%s", f.text);
	else if (end < 0)
		hands_warn(h, "%s: %s", h->path, f.text);
	return end < 0 ? HANDS_FAILED : end;
}

static _Noreturn void child(const struct jobs *jobs, const struct running *r, int out)
{
	static char *const none[] = { NULL };
	struct hands h = { .terms = jobs->terms,
		.path = r->job->path,
		.owner = r->owner,
		.closed = r->trail.closed,
		.first = r->first,
		.config = BUF_INIT(CONFIG_MAX),
		.own = BUF_INIT(CONFIG_MAX),
		.caller = geteuid(),
		.scratch_dir = -1,
		.listed = jobs->listed->count ? jobs->listed->items : none,
		.planned = BUF_INIT(SAID_MAX) };
	int end, nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)setpgid(0, 0);
	(void)snprintf(h.scratch, sizeof(h.scratch), "%s", r->scratch);
	if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(out, 1) < 0)
		_exit(HANDS_FAILED);
	end = work(jobs, r, &h);
	_exit(fflush(stdout) == 0 ? end : HANDS_FAILED);
}

int job_find(struct job *job, struct trail *trail, struct fault *f)
{
	struct stat st;
	bool absent;

	job->end = HANDS_FAILED;
	(void)snprintf(job->path, sizeof(job->path), "%s", job->given);
	if (trail_to(trail, job->given, job->links, &absent, f) < 0) {
		job->end = absent ? JOB_ABSENT : HANDS_FAILED;
		return -1;
	}
	if (fstatat(trail->fd, "HEAD", &st, AT_SYMLINK_NOFOLLOW) < 0)
		(void)trail_on(trail, ".git");
	if (worktree_follow(trail, job->links, f) < 0)
		return -1;
	(void)memcpy(job->path, trail->path, sizeof(job->path));
	if (job->beside && trail->st.st_uid != job->owner)
		return fault_set(f, FAULT_ADMIN, "%s: is another user's than the one that names it",
			job->path);
	job->owner = trail->st.st_uid;
	return 0;
}

static int start(const struct jobs *jobs, struct running *r, struct fault *f)
{
	unsigned int random;
	int ends[2];

	if (getrandom(&random, sizeof(random), 0) != sizeof(random) || pipe2(ends, O_CLOEXEC) < 0)
		return fault_set(f, FAULT_ADMIN, "%s: %s", r->job->path, strerror(errno));
	(void)snprintf(r->scratch, sizeof(r->scratch), "/tmp/countersign-hands-%d-%08x",
		(int)getpid(), random);
	r->until = now_ms() + (int64_t)1000 * jobs->terms->seconds;
	(void)fflush(NULL);
	r->pid = fork();
	if (r->pid == 0)
		child(jobs, r, ends[1]);
	(void)close(ends[1]);
	r->out = ends[0];
	if (r->pid < 0) {
		r->pid = 0;
		(void)close(ends[0]);
		return fault_set(f, FAULT_ADMIN, "%s: %s", r->job->path, strerror(errno));
	}
	return 0;
}

/* Whether none of those begun before `r` has the same owner and is in place or on its way there. */
static bool is_first(const struct running *all, const struct running *r)
{
	const struct running *one = all;

	while (one < r && (one->job->owner != r->job->owner ||
				  (!one->pid && (one->job->end & 3) == HANDS_FAILED)))
		one++;
	return one == r;
}

static void begin(const struct jobs *jobs, const struct running *all, struct running *r)
{
	struct fault f = { 0 };

	if (r->job->same)
		return;
	if (job_find(r->job, &r->trail, &f) == 0)
		r->first = is_first(all, r);
	if (f.text[0] || owner_of(&r->owner, &r->trail, &f) < 0 || start(jobs, r, &f) < 0) {
		if (r->job->end != JOB_ABSENT)
			complain(r, jobs->terms, f.text);
		trail_release(&r->trail);
	}
}

/* What a process that was ended has left is taken out with the rights that it was made with. */
static void clean(const struct running *r)
{
	struct fault ignored = { 0 };
	pid_t pid = fork();

	if (pid == 0) {
		if (r->owner.shared || owner_drop(&r->owner, &ignored) == 0)
			hands_scratch_drop(r->scratch);
		_exit(0);
	}
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static void finish(const struct jobs *jobs, struct running *r, bool late)
{
	char text[INSTALL_PATH_MAX + 128];
	int status = 0;

	if (late) {
		(void)kill(-r->pid, SIGKILL);
		(void)kill(r->pid, SIGKILL);
	}
	while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
		;
	r->pid = 0;
	(void)close(r->out);
	trail_release(&r->trail);
	if (!late && WIFEXITED(status)) {
		r->job->end = WEXITSTATUS(status);
		return;
	}
	(void)snprintf(text, sizeof(text),
		late ? "%s: was not done within %d seconds, and was ended"
		     : "%s: was ended by signal %d",
		r->job->path, late ? jobs->terms->seconds : WTERMSIG(status));
	complain(r, jobs->terms, text);
	clean(r);
}

/* Waits until one of those that run says something, ends or is late. */
static void listen_to(const struct jobs *jobs, struct running *const *live, size_t count)
{
	struct pollfd fds[AT_ONCE];
	int64_t now = now_ms(), soonest = now + 1000;
	char bytes[4096];

	for (size_t i = 0; i < count; i++) {
		fds[i] = (struct pollfd){ live[i]->out, POLLIN, 0 };
		if (live[i]->until < soonest)
			soonest = live[i]->until;
	}
	if (poll(fds, (nfds_t)count, soonest > now ? (int)(soonest - now) : 0) < 0)
		return;
	for (size_t i = 0; i < count; i++) {
		ssize_t n = fds[i].revents ? read(live[i]->out, bytes, sizeof(bytes)) : -1;

		if (n > 0)
			(void)buf_add(&live[i]->said, bytes, (size_t)n);
		else if (n == 0)
			finish(jobs, live[i], false);
		else if (now_ms() >= live[i]->until)
			finish(jobs, live[i], true);
	}
}

static void progress(const struct jobs *jobs, size_t done, size_t count)
{
	static const char full[] = "########################################",
			  empty[] = "                                        ";
	int filled = count ? (int)(done * BAR / count) : 0;

	if (count > 20 && !jobs->terms->json && isatty(STDERR_FILENO))
		fprintf(stderr, "\r[%.*s%.*s] %zu of %zu repositories%s", filled, full,
			BAR - filled, empty, done, count, done == count ? "\r\033[K" : "");
}

/* Takes the dates off what was said. */
static void take_dates(struct running *r)
{
	char *hex = r->job->dates.hex;
	size_t len = sizeof(r->job->dates.hex) - 1;

	if (r->said.len < len + 2 || r->said.data[0] != DATES || r->said.data[len + 1] != '\n' ||
		strspn(r->said.data + 1, "0123456789abcdef") != len)
		return;
	(void)memcpy(hex, r->said.data + 1, len);
	hex[len] = '\0';
	r->said.len -= len + 2;
	(void)memmove(r->said.data, r->said.data + len + 2, r->said.len + 1);
}

/* Takes the lines off that name other repositories. */
static void take_beside(const struct jobs *jobs, struct running *r)
{
	char *at = r->said.data, *end = at ? at + r->said.len : at, *to = at;

	while (at < end) {
		char *stop = memchr(at, '\n', (size_t)(end - at));
		char *next = stop ? stop + 1 : end;

		if (*at == HANDS_BESIDE && stop && at[1] == '/') {
			*stop = '\0';
			if (jobs->beside)
				jobs->beside(jobs->context, r->job, at + 1);
		} else {
			(void)memmove(to, at, (size_t)(next - at));
			to += next - at;
		}
		at = next;
	}
	r->said.len = to ? (size_t)(to - r->said.data) : 0;
}

/* Shows those that have ended, as long as they come one after another. */
static size_t show_ended(const struct jobs *jobs, struct running *all, size_t from, size_t begun)
{
	while (from < begun && !all[from].pid) {
		take_dates(&all[from]);
		take_beside(jobs, &all[from]);
		jobs_show(&all[from].said);
		buf_release(&all[from].said);
		jobs->done(jobs->context, all[from].job);
		from++;
	}
	return from;
}

int jobs_run(const struct jobs *jobs, struct job *list, size_t count, struct fault *f)
{
	struct running *all = calloc(count + 1, sizeof(*all)), *live[AT_ONCE];
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	/* half of the time of each is waiting for the disk */
	size_t most = processors < 1             ? 1
		      : 2 * processors > AT_ONCE ? AT_ONCE
						 : (size_t)(2 * processors);
	size_t begun = 0, shown = 0, count_live;

	if (!all)
		return fault_memory(f);
	if (jobs->glances)
		pass_over(jobs->terms, list, count);
	while (shown < count) {
		count_live = 0;
		for (size_t i = shown; i < begun; i++)
			if (all[i].pid)
				live[count_live++] = &all[i];
		while (count_live < most && begun < count) {
			all[begun] = (struct running){ .job = &list[begun],
				.trail = { .fd = -1 },
				.said = BUF_INIT(SAID_MAX) };
			begin(jobs, all, &all[begun]);
			if (all[begun].pid)
				live[count_live++] = &all[begun];
			begun++;
		}
		if (count_live)
			listen_to(jobs, live, count_live);
		shown = show_ended(jobs, all, shown, begun);
		progress(jobs, shown, count);
	}
	free(all);
	return 0;
}
