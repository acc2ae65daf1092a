/* The mail of an event. */
#ifndef COMMON_NOTIFY_WEBHOOK_MAIL_H
#define COMMON_NOTIFY_WEBHOOK_MAIL_H

#include "common/notify/webhook_message.h"

struct mail {
	const char *const *to; /* plain addresses, NULL-terminated */
	const struct event_row *event;
};

/* Appends the message, headers first, as sendmail(8) -t -oi reads it.  0 or -1. */
int webhook_mail(const struct webhook_message *message, const struct mail *mail, struct buf *out,
	struct fault *f);

#endif
