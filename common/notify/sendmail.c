#include "common/notify/sendmail.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECONDS 10

static _Noreturn void become(const char *program, int in)
{
	char *const arguments[] = { (char[]){ "sendmail" }, (char[]){ "-t" }, (char[]){ "-oi" },
		NULL };
	char *const environment[] = { (char[]){ "PATH=/usr/sbin:/usr/bin:/sbin:/bin" },
		(char[]){ "LC_ALL=C" }, (char[]){ "HOME=/nonexistent" }, NULL };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || dup2(in, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0)
		_exit(127);
	(void)execve(program, arguments, environment);
	_exit(127);
}

static int left(const struct timespec *end)
{
	struct timespec now;
	int64_t milliseconds;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	milliseconds =
		(int64_t)(end->tv_sec - now.tv_sec) * 1000 + (end->tv_nsec - now.tv_nsec) / 1000000;
	return milliseconds > 0 ? (int)milliseconds : 0;
}

/* Writes it all, as far as the reader takes it in time. */
static int feed(int out, struct span message, const struct timespec *end)
{
	struct pollfd ready = { .fd = out, .events = POLLOUT };

	while (message.len) {
		ssize_t done;

		if (poll(&ready, 1, left(end)) <= 0)
			return -1;
		done = write(out, message.data, message.len);
		if (done < 0 && errno != EAGAIN && errno != EINTR)
			return -1;
		if (done > 0) {
			message.data += done;
			message.len -= (size_t)done;
		}
	}
	return 0;
}

/* Waits for the child to end, and ends it when time is up; its wait status. */
static int await(pid_t child, const struct timespec *end)
{
	int handle = (int)syscall(SYS_pidfd_open, child, 0), status = -1;
	struct pollfd ended = { .fd = handle, .events = POLLIN };

	if (handle < 0 || poll(&ended, 1, left(end)) <= 0)
		(void)kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (handle >= 0)
		(void)close(handle);
	return status;
}

int sendmail(const char *program, struct span message, struct fault *f)
{
	struct timespec end;
	int ends[2], status;
	pid_t child;

	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += SECONDS;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return fault_set(f, FAULT_ADMIN, "sendmail: %s", strerror(errno));
	child = fork();
	if (child == 0)
		become(program, ends[0]);
	(void)close(ends[0]);
	(void)fcntl(ends[1], F_SETFL, O_NONBLOCK);
	if (child > 0 && feed(ends[1], message, &end) < 0)
		(void)kill(child, SIGKILL);
	(void)close(ends[1]);
	if (child < 0)
		return fault_set(f, FAULT_ADMIN, "sendmail: %s", strerror(errno));
	status = await(child, &end);
	if (status == 0)
		return 0;
	if (WIFEXITED(status))
		return fault_set(f, FAULT_ADMIN, "%s ended with %d", program, WEXITSTATUS(status));
	return fault_set(f, FAULT_ADMIN, "%s did not take it in %d seconds", program, SECONDS);
}
