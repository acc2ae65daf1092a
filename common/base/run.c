#include "common/base/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct child {
	pid_t pid;
	int in, out;       /* our ends; -1 when closed */
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

static int actions_fill(
	posix_spawn_file_actions_t *actions, const struct run *what, int in, int out)
{
	if (posix_spawn_file_actions_adddup2(actions, in, 0) ||
		posix_spawn_file_actions_adddup2(actions, out, 1) ||
		posix_spawn_file_actions_adddup2(actions, out, 2) ||
		posix_spawn_file_actions_addclosefrom_np(actions, 3))
		return -1;
	if (what->folder && posix_spawn_file_actions_addchdir_np(actions, what->folder))
		return -1;
	return 0;
}

static int child_spawn(
	struct child *child, const struct run *what, int in, int out, struct fault *f)
{
	posix_spawn_file_actions_t actions;
	int error = ENOMEM;

	if (posix_spawn_file_actions_init(&actions))
		return fault_memory(f);
	if (actions_fill(&actions, what, in, out) == 0)
		error = posix_spawnp(&child->pid, what->argv[0], &actions, NULL,
			(char *const *)what->argv, what->env);
	(void)posix_spawn_file_actions_destroy(&actions);
	if (error)
		return fault_set(
			f, FAULT_ADMIN, "cannot run %s: %s", what->argv[0], strerror(error));
	return 0;
}

static int child_start(struct child *child, const struct run *what, struct fault *f)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, status = -1;

	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
		fault_set(f, FAULT_ADMIN, "cannot run %s: %s", what->argv[0], strerror(errno));
	else
		status = child_spawn(child, what, in[0], out[1], f);
	close_end(&in[0]);
	close_end(&out[1]);
	child->in = in[1];
	child->out = out[0];
	child->input = what->input;
	if (status < 0) {
		close_end(&child->in);
		close_end(&child->out);
	} else {
		(void)fcntl(child->in, F_SETFL, O_NONBLOCK);
	}
	return status;
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
	else if (what->pass_output)
		(void)!write(2, bytes, (size_t)n);
	else if (output)
		(void)buf_add(output, bytes, (size_t)n);
}

/* Talks with the child until it closes its output; -1 when time is over. */
static int child_talk(struct child *child, const struct run *what, struct buf *output)
{
	double deadline = clock_seconds() + what->seconds;

	while (child->out >= 0) {
		struct pollfd fds[2] = { { child->out, POLLIN, 0 }, { child->in, POLLOUT, 0 } };
		double left = deadline - clock_seconds();

		if (!child->input.len)
			close_end(&child->in);
		fds[1].fd = child->in;
		if (what->seconds && left <= 0)
			return -1;
		if (poll(fds, 2, what->seconds ? (int)(left * 1000) + 1 : -1) < 0 && errno != EINTR)
			return -1;
		if (fds[1].revents)
			child_write(child);
		if (fds[0].revents)
			child_read(child, what, output);
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
	if (child_start(&child, what, f) < 0)
		return -1;
	(void)sigaction(SIGPIPE, &ignore, &before);
	talked = child_talk(&child, what, output);
	(void)sigaction(SIGPIPE, &before, NULL);
	if (talked < 0)
		(void)kill(child.pid, SIGKILL);
	close_end(&child.in);
	close_end(&child.out);
	*status = child_wait(child.pid);
	if (talked < 0)
		return fault_set(f, FAULT_ADMIN, "%s did not end within %d seconds", what->argv[0],
			what->seconds);
	return 0;
}
