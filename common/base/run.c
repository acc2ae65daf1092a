#include "common/base/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

char *const run_bare_env[] = { (char[]){ "PATH=/usr/sbin:/usr/bin:/sbin:/bin" },
	(char[]){ "LC_ALL=C" }, (char[]){ "HOME=/nonexistent" }, NULL };

#define TALK_LINE_MAX ((size_t)1 << 20)

struct child {
	pid_t pid;
	int in, out;       /* our ends; -1 when closed */
	int handle;        /* can be read when it has ended; -1 from then on */
	struct span input; /* what is still to be written */
};

static void close_end(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

static double clock_seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/*
 * What the program starts with: `in` and `out`, or /dev/null for those that are -1.  0, or an
 * error's number.
 */
static int actions_fill(
	posix_spawn_file_actions_t *actions, const struct run *what, int in, int out)
{
	int error = in >= 0 ? posix_spawn_file_actions_adddup2(actions, in, 0)
			    : posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDWR, 0);

	if (!error)
		error = out >= 0 ? posix_spawn_file_actions_adddup2(actions, out, 1)
				 : posix_spawn_file_actions_addopen(
					   actions, 1, "/dev/null", O_RDWR, 0);
	if (!error)
		error = what->output == RUN_DROP && out >= 0
				? posix_spawn_file_actions_addopen(
					  actions, 2, "/dev/null", O_RDWR, 0)
				: posix_spawn_file_actions_adddup2(actions, 1, 2);
	if (!error)
		error = posix_spawn_file_actions_addclosefrom_np(actions, 3);
	if (!error && what->folder)
		error = posix_spawn_file_actions_addchdir_np(actions, what->folder);
	return error;
}

/* The ways of what runs apart. */
static int ways_fill(posix_spawnattr_t *ways)
{
	sigset_t none, all;
	int error;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	error = posix_spawnattr_setsigmask(ways, &none);
	if (!error)
		error = posix_spawnattr_setsigdefault(ways, &all);
	return error ? error
		     : posix_spawnattr_setflags(ways,
			       POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

/*
 * One clone that copies nothing (posix_spawn has the pages lent until the program is there): two
 * forks of a hook and the wait between them took milliseconds on a busy machine.
 */
static int spawn(pid_t *pid, const struct run *what, const int ends[2], bool apart)
{
	const char *program = what->program ? what->program : what->argv[0];
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t ways;
	int error = posix_spawn_file_actions_init(&actions);

	if (error)
		return error;
	error = posix_spawnattr_init(&ways);
	if (error == 0) {
		error = actions_fill(&actions, what, ends[0], ends[1]);
		if (!error && apart)
			error = ways_fill(&ways);
		else if (!error && what->output == RUN_DROP)
			error = posix_spawnattr_setflags(&ways, POSIX_SPAWN_SETPGROUP);
		if (!error)
			error = posix_spawnp(pid, program, &actions, &ways,
				(char *const *)what->argv, what->env);
		(void)posix_spawnattr_destroy(&ways);
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	return error;
}

static int cannot_run(const struct run *what, int error, struct fault *f)
{
	(void)fault_set(f, FAULT_ADMIN, "cannot run %s: %s", what->argv[0], strerror(error));
	errno = error;
	return -1;
}

static int child_start(struct child *child, const struct run *what, struct fault *f)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, error = 0;

	if (pipe2(in, O_CLOEXEC) < 0 || (what->output != RUN_DROP && pipe2(out, O_CLOEXEC) < 0))
		error = errno;
	else
		error = spawn(&child->pid, what, (int[2]){ in[0], out[1] }, false);
	close_end(&in[0]);
	close_end(&out[1]);
	*child = (struct child){ child->pid, in[1], out[0], -1, what->input };
	if (error) {
		close_end(&child->in);
		close_end(&child->out);
		return cannot_run(what, error, f);
	}
	child->handle = (int)syscall(SYS_pidfd_open, child->pid, 0);
	(void)fcntl(child->in, F_SETFL, O_NONBLOCK);
	return 0;
}

static void child_write(struct child *child)
{
	ssize_t n = write(child->in, child->input.data, child->input.len);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		close_end(&child->in);
		return;
	}
	child->input.data += n;
	child->input.len -= (size_t)n;
}

static void child_read(struct child *child, const struct run *what, struct buf *output)
{
	char bytes[4096];
	ssize_t n = read(child->out, bytes, sizeof(bytes));

	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0)
		close_end(&child->out);
	else if (what->output == RUN_PASS)
		(void)!write(2, bytes, (size_t)n);
	else if (output)
		(void)buf_add(output, bytes, (size_t)n);
}

/* Talks with the child until it has ended and closed its output; -1 when time is over. */
static int child_talk(struct child *child, const struct run *what, struct buf *output)
{
	double deadline = clock_seconds() + what->seconds;

	while (child->out >= 0 || child->handle >= 0) {
		struct pollfd fds[3] = { { child->out, POLLIN, 0 }, { child->in, POLLOUT, 0 },
			{ child->handle, POLLIN, 0 } };
		double left = deadline - clock_seconds();

		if (!child->input.len)
			close_end(&child->in);
		fds[1].fd = child->in;
		if (what->seconds && left <= 0)
			return -1;
		if (poll(fds, 3, what->seconds ? (int)(left * 1000) + 1 : -1) < 0 && errno != EINTR)
			return -1;
		if (fds[1].revents)
			child_write(child);
		if (fds[0].revents)
			child_read(child, what, output);
		if (fds[2].revents)
			close_end(&child->handle);
	}
	return 0;
}

static int child_wait(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 128;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int run(const struct run *what, struct buf *output, int *status, struct fault *f)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	struct child child;
	int talked;

	*status = 128;
	if (child_start(&child, what, f) < 0) {
		if (errno == ENOEXEC)
			*status = RUN_NO_PROGRAM;
		return -1;
	}
	(void)sigaction(SIGPIPE, &ignore, &before);
	talked = child_talk(&child, what, output);
	(void)sigaction(SIGPIPE, &before, NULL);
	if (talked < 0) /* with all that it has started, where it leads a group of its own */
		(void)kill(what->output == RUN_DROP ? -child.pid : child.pid, SIGKILL);
	close_end(&child.in);
	close_end(&child.out);
	close_end(&child.handle);
	*status = child_wait(child.pid);
	if (talked < 0)
		return fault_set(f, FAULT_ADMIN, "%s did not end within %d seconds", what->argv[0],
			what->seconds);
	return 0;
}

int talk_begin(struct talk *talk, const struct run *what, struct fault *f)
{
	struct run quiet = *what;
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, error = 0;

	quiet.output = RUN_DROP; /* of standard error */
	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
		error = errno;
	else
		error = spawn(&talk->pid, &quiet, (int[2]){ in[0], out[1] }, false);
	close_end(&in[0]);
	close_end(&out[1]);
	if (error) {
		close_end(&in[1]);
		close_end(&out[0]);
		*talk = (struct talk){ 0 };
		return cannot_run(what, error, f);
	}
	(void)fcntl(in[1], F_SETFL, O_NONBLOCK);
	*talk = (struct talk){ .pid = talk->pid,
		.owner = getpid(),
		.in = in[1],
		.out = out[0],
		.seconds = what->seconds,
		.name = what->argv[0],
		.rest = BUF_INIT(TALK_LINE_MAX) };
	return 0;
}

int run_apart(const struct run *what, struct fault *f)
{
	pid_t pid;
	int error = spawn(&pid, what, (int[2]){ -1, -1 }, true);

	return error ? cannot_run(what, error, f) : 0;
}
