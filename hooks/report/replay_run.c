/*
 * The workers of a replay: one process a processor, each with its own view of the repository; and
 * how far they have got.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hooks/report/replay.h"

#define WORKERS_MAX 16
#define STEPS_A_WORKER 256 /* fewer are not worth another process */
#define LINE_MAX_BYTES ((size_t)64 << 20)
#define BAR 30

struct worker {
	pid_t pid;
	int fd;          /* -1: not open any more */
	struct buf text; /* that was read and is no whole line yet */
	bool ended;      /* it has told all */
};

struct crew {
	struct replay *replay;
	struct worker workers[WORKERS_MAX];
	size_t count;
	FILE *progress;
	size_t shown; /* per mille */
};

static size_t worker_count(size_t steps)
{
	size_t most = steps / STEPS_A_WORKER + 1, processors;
	cpu_set_t set;

	CPU_ZERO(&set);
	processors = sched_getaffinity(0, sizeof(set), &set) == 0 ? (size_t)CPU_COUNT(&set) : 1;
	most = most < processors ? most : processors;
	return most < WORKERS_MAX ? most : WORKERS_MAX;
}

/* In the child: nothing of the other workers is kept, and exiting runs nothing of the parent's. */
static void work(const struct crew *crew, size_t number, int fd)
{
	FILE *out = fdopen(fd, "w");
	int status;

	for (size_t i = 0; i < number; i++)
		(void)close(crew->workers[i].fd);
	status = out ? replay_judge(crew->replay, number, crew->count, out) : 2;
	_exit(status);
}

static int worker_start(struct crew *crew, size_t number, struct fault *f)
{
	struct worker *worker = &crew->workers[number];
	int ends[2];

	*worker = (struct worker){ .fd = -1, .text = BUF_INIT(LINE_MAX_BYTES) };
	if (pipe2(ends, O_CLOEXEC) < 0)
		return fault_set(f, FAULT_ADMIN, "a pipe: %m");
	worker->pid = fork();
	if (worker->pid == 0) {
		(void)close(ends[0]);
		work(crew, number, ends[1]);
	}
	(void)close(ends[1]);
	worker->fd = ends[0];
	return worker->pid < 0 ? fault_set(f, FAULT_ADMIN, "a process: %m") : 0;
}

/* Draws the bar anew, when it has grown. */
static void show(struct crew *crew)
{
	const struct replay *replay = crew->replay;
	size_t mille = replay->tally.done * 1000 / replay->count, full = mille * BAR / 1000;

	if (!crew->progress || mille == crew->shown)
		return;
	crew->shown = mille;
	(void)fprintf(crew->progress, "\r[");
	for (size_t i = 0; i < BAR; i++)
		(void)fputc(i < full ? '#' : '.', crew->progress);
	(void)fprintf(crew->progress, "] %zu of %zu pushes, %zu would be held, %zu denied ",
		replay->tally.done, replay->count, replay->tally.held, replay->tally.denied);
	(void)fflush(crew->progress);
}

/* Takes in all whole lines that were read. */
static int take_lines(struct crew *crew, struct worker *worker, struct fault *f)
{
	char *line = worker->text.data, *end;

	while (line &&
		(end = memchr(line, '\n', worker->text.len - (size_t)(line - worker->text.data)))) {
		*end = '\0';
		if (replay_tally_line(crew->replay, line, &worker->ended, f) < 0)
			return -1;
		line = end + 1;
	}
	if (line && line != worker->text.data) {
		worker->text.len -= (size_t)(line - worker->text.data);
		memmove(worker->text.data, line, worker->text.len + 1);
	}
	return 0;
}

/* Reads what a worker has to tell; its end is a fault unless it has told all. */
static int listen_to(struct crew *crew, struct worker *worker, struct fault *f)
{
	static char bytes[1 << 16];
	ssize_t got = read(worker->fd, bytes, sizeof(bytes));

	if (got < 0)
		return errno == EINTR ? 0 : fault_set(f, FAULT_ADMIN, "reading from a worker: %m");
	if (got == 0) {
		(void)close(worker->fd);
		worker->fd = -1;
		return worker->ended ? 0
				     : fault_set(f, FAULT_ADMIN,
					       "a worker ended before its work was done");
	}
	if (buf_add(&worker->text, bytes, (size_t)got) < 0)
		return fault_set(f, FAULT_ADMIN, "a worker tells too much at once");
	return take_lines(crew, worker, f);
}

/* Listens to all that are still open, once; *left says whether any is. */
static int listen_once(struct crew *crew, bool *left, struct fault *f)
{
	struct pollfd fds[WORKERS_MAX];

	*left = false;
	for (size_t i = 0; i < crew->count; i++) {
		fds[i] = (struct pollfd){ .fd = crew->workers[i].fd, .events = POLLIN };
		*left = *left || fds[i].fd >= 0;
	}
	if (!*left)
		return 0;
	if (poll(fds, crew->count, -1) < 0)
		return errno == EINTR ? 0 : fault_set(f, FAULT_ADMIN, "waiting for workers: %m");
	for (size_t i = 0; i < crew->count; i++)
		if (fds[i].revents && listen_to(crew, &crew->workers[i], f) < 0)
			return -1;
	show(crew);
	return 0;
}

/* Workers that are still there when something went wrong are ended. */
static void crew_release(struct crew *crew, bool failed)
{
	for (size_t i = 0; i < crew->count; i++) {
		struct worker *worker = &crew->workers[i];

		if (worker->fd >= 0)
			(void)close(worker->fd);
		if (worker->pid > 0 && failed)
			(void)kill(worker->pid, SIGKILL);
		while (worker->pid > 0 && waitpid(worker->pid, NULL, 0) < 0 && errno == EINTR)
			;
		buf_release(&worker->text);
	}
	if (crew->progress)
		(void)fprintf(crew->progress, "\r\x1b[K");
}

int replay_run(struct replay *replay, FILE *progress, struct fault *f)
{
	struct crew crew = { .replay = replay, .progress = progress, .shown = SIZE_MAX };
	size_t wanted = worker_count(replay->count);
	bool left = true;
	int status = 0;

	(void)fflush(NULL); /* what stands in buffers is written once, not by each child */
	for (crew.count = wanted; status == 0 && wanted-- > 0;)
		status = worker_start(&crew, crew.count - wanted - 1, f);
	while (status == 0 && left)
		status = listen_once(&crew, &left, f);
	if (status == 0 && replay->tally.done != replay->count)
		status = fault_set(f, FAULT_INTERNAL, "%zu of %zu steps were judged",
			replay->tally.done, replay->count);
	crew_release(&crew, status < 0);
	return status;
}
