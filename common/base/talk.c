/* Programs that are kept open and asked again and again. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/deadline.h"
#include "common/base/run.h"

#define SMALL 4096 /* fewer bytes are not worth a system call of their own */

static int gone(const struct talk *talk, struct fault *f)
{
	return fault_set(f, FAULT_ADMIN, "%s ended without an answer", talk->name);
}

/* Waits until something can be read or written.  0 or -1. */
static int wait_for(const struct talk *talk, int fd, short events, struct fault *f)
{
	double end = deadline_clock() + talk->seconds;

	for (;;) {
		struct pollfd ready = { fd, events, 0 };
		double left = end - deadline_clock();
		int got = left > 0 ? poll(&ready, 1, (int)(left * 1000) + 1) : 0;

		if (got > 0)
			return 0;
		if (got == 0)
			return fault_set(f, FAULT_ADMIN, "%s did not answer within %d seconds",
				talk->name, (int)talk->seconds);
		if (errno != EINTR)
			return gone(talk, f);
	}
}

bool talk_is_open(struct talk *talk)
{
	if (talk->pid && talk->owner != getpid()) {
		(void)close(talk->in);
		(void)close(talk->out);
		buf_release(&talk->rest);
		*talk = (struct talk){ 0 };
	}
	return talk->pid != 0;
}

int talk_ask(struct talk *talk, struct span question, struct fault *f)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	int status = 0;

	(void)sigaction(SIGPIPE, &ignore, &before);
	while (status == 0 && question.len) {
		ssize_t n;

		status = wait_for(talk, talk->in, POLLOUT, f);
		if (status < 0)
			break;
		n = write(talk->in, question.data, question.len);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			status = gone(talk, f);
		question.data += n > 0 ? n : 0;
		question.len -= n > 0 ? (size_t)n : 0;
	}
	(void)sigaction(SIGPIPE, &before, NULL);
	return status;
}

/* Reads what there is, at least one byte.  The number, or -1. */
static ssize_t read_some(struct talk *talk, char *out, size_t most, struct fault *f)
{
	ssize_t n;

	do {
		if (wait_for(talk, talk->out, POLLIN, f) < 0)
			return -1;
		n = read(talk->out, out, most);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	return n > 0 ? n : gone(talk, f);
}

static struct span untaken(const struct talk *talk)
{
	return (struct span){ talk->rest.data + talk->taken, talk->rest.len - talk->taken };
}

/* Reads more of the answer behind what is there.  0 or -1. */
static int read_more(struct talk *talk, struct fault *f)
{
	char bytes[16384];
	ssize_t n = read_some(talk, bytes, sizeof(bytes), f);

	if (n < 0)
		return -1;
	if (talk->taken == talk->rest.len) {
		buf_clear(&talk->rest);
		talk->taken = 0;
	}
	return buf_add(&talk->rest, bytes, (size_t)n) == 0
		       ? 0
		       : fault_set(f, FAULT_ADMIN, "%s answers with a line without an end",
				 talk->name);
}

int talk_line(struct talk *talk, struct span *line, struct fault *f)
{
	const char *end = NULL;

	for (;;) {
		*line = untaken(talk);
		end = line->len ? memchr(line->data, '\n', line->len) : NULL;
		if (end)
			break;
		if (read_more(talk, f) < 0)
			return -1;
	}
	line->len = (size_t)(end - line->data);
	talk->taken += line->len + 1;
	return 0;
}

int talk_bytes(struct talk *talk, char *out, size_t len, struct fault *f)
{
	size_t n = 0;

	while (n < len) {
		struct span rest = untaken(talk);
		size_t part = rest.len < len - n ? rest.len : len - n;

		if (part)
			memcpy(out + n, rest.data, part);
		talk->taken += part;
		n += part;
		if (n < len && len - n < SMALL && read_more(talk, f) < 0)
			return -1;
		if (n < len && len - n >= SMALL) {
			ssize_t got = read_some(talk, out + n, len - n, f);

			if (got < 0)
				return -1;
			n += (size_t)got;
		}
	}
	return 0;
}

void talk_end(struct talk *talk)
{
	int status;

	if (!talk->pid)
		return;
	(void)close(talk->in);
	(void)close(talk->out);
	(void)kill(talk->pid, SIGKILL);
	while (waitpid(talk->pid, &status, 0) < 0 && errno == EINTR)
		;
	buf_release(&talk->rest);
	*talk = (struct talk){ 0 };
}
