#include "common/notify/mailing.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/notify/sendmail.h"

struct mailing {
	const char *program;
	size_t active;
	int ended[2]; /* a pipe: threads write the addresses of their mails */
};

struct one {
	struct mailing *mailing;
	pthread_t thread;
	struct buf message;
	struct mailing_end end;
};

int mailing_new(struct mailing **out, const char *program, struct fault *f)
{
	struct mailing *mailing = calloc(1, sizeof(*mailing));

	*out = NULL;
	if (!mailing)
		return fault_memory(f);
	mailing->program = program;
	if (pipe2(mailing->ended, O_CLOEXEC) < 0) {
		free(mailing);
		return fault_set(f, FAULT_INTERNAL, "no pipe for mails: %m");
	}
	*out = mailing;
	return 0;
}

size_t mailing_active(const struct mailing *mailing)
{
	return mailing->active;
}

static void *send_one(void *context)
{
	struct one *one = context;
	struct fault f = { 0 };

	one->end.outcome = sendmail(one->mailing->program, buf_span(&one->message), &f);
	(void)snprintf(one->end.words, sizeof(one->end.words), "%.250s",
		one->end.outcome ? f.text : "sent");
	/* it has room for all that may be on their way, and is whole: less than PIPE_BUF */
	(void)!write(one->mailing->ended[1], &one, sizeof(one));
	return NULL;
}

int mailing_start(struct mailing *mailing, struct buf *message, void *context, struct fault *f)
{
	struct one *one = calloc(1, sizeof(*one));
	int error = 0;

	if (!one) {
		buf_release(message);
		return fault_memory(f);
	}
	one->mailing = mailing;
	one->message = *message;
	*message = (struct buf)BUF_INIT(0);
	one->end.context = context;
	error = pthread_create(&one->thread, NULL, send_one, one);
	if (error) {
		buf_release(&one->message);
		free(one);
		return fault_set(f, FAULT_INTERNAL, "no thread for a mail: %s", strerror(error));
	}
	mailing->active++;
	return 0;
}

bool mailing_next(struct mailing *mailing, struct mailing_end *end, int milliseconds)
{
	struct pollfd ready = { mailing->ended[0], POLLIN, 0 };
	struct one *one = NULL;

	if (!mailing->active || poll(&ready, 1, milliseconds) <= 0 ||
		read(mailing->ended[0], &one, sizeof(one)) != sizeof(one))
		return false;
	(void)pthread_join(one->thread, NULL);
	*end = one->end;
	buf_release(&one->message);
	free(one);
	mailing->active--;
	return true;
}

void mailing_free(struct mailing *mailing)
{
	struct mailing_end end;

	if (!mailing)
		return;
	while (mailing->active)
		if (mailing_next(mailing, &end, 1000))
			free(end.context);
	(void)close(mailing->ended[0]);
	(void)close(mailing->ended[1]);
	free(mailing);
}
