/*
 * Mails on their way, beside everything else: each has a thread of its own, which waits for its
 * sendmail, and a deadline of its own.  A sendmail that hangs keeps nothing else waiting.
 *
 *	mailing_new(&mailing, program, f)
 *	mailing_start(mailing, &message, context, f)	while there is room
 *	mailing_next(mailing, &end, milliseconds)	one that has ended
 *	mailing_free(mailing)				waits for those that have not
 */
#ifndef COMMON_NOTIFY_MAILING_H
#define COMMON_NOTIFY_MAILING_H

#include <stdbool.h>

#include "common/base/buf.h"
#include "common/base/fault.h"

#define MAILING_MAX 16 /* at a time */

struct mailing;

/* What came of a mail. */
struct mailing_end {
	void *context;   /* given to mailing_start() */
	int outcome;     /* as sendmail() */
	char words[256]; /* why not */
};

/* Ready to send by that program, which must outlive it; for mailing_free().  0 or -1. */
int mailing_new(struct mailing **out, const char *program, struct fault *f);

/* Ends it when all that was started has ended, and frees their contexts; NULL is fine. */
void mailing_free(struct mailing *mailing);

/* How many are on their way. */
size_t mailing_active(const struct mailing *mailing);

/*
 * Starts sending a message, which it takes over in any case.  There must be room.  Its end comes by
 * mailing_next() with the context.  0 or -1.
 */
int mailing_start(struct mailing *mailing, struct buf *message, void *context, struct fault *f);

/* Waits for at most that long until one ends.  Whether *end tells of one. */
bool mailing_next(struct mailing *mailing, struct mailing_end *end, int milliseconds);

#endif
