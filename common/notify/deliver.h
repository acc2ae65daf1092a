/*
 * Emptying the outbox of a repository.
 *
 * One deliverer sends; one more may wait for it, to send what came after it had looked; one may
 * stay for the early retries; every other goes home.  An event is marked delivered only after its
 * receiver said so, and several marks are one transaction: killed in between, it is sent again
 * under the same id.
 */
#ifndef COMMON_NOTIFY_DELIVER_H
#define COMMON_NOTIFY_DELIVER_H

#include <stdbool.h>

#include "common/base/fault.h"
#include "common/notify/http.h"
#include "common/notify/webhook.h"

struct deliver_terms {
	bool stay;            /* wait for retries that come soon */
	int64_t after;        /* milliseconds in which the push that started us is over, or 0 */
	const char *sendmail; /* the program */
};

/* Sends what is due.  0, also when receivers refused or another deliverer is at it, or -1. */
int deliver(const char *git_dir, const struct deliver_terms *terms, struct fault *f);

/* Starts sending one event to an address of the web.  0 or -1. */
int deliver_post(struct http *http, const struct webhook_target *target,
	const struct event_row *event, void *context, struct fault *f);

/*
 * How many milliseconds after its n-th failed try (from 1) an event is tried again: 5 s, 30 s, 2
 * min, 10 min, 1 h, then six-hourly for three days; -1: it is given up.
 */
int64_t deliver_delay(int64_t tries);

#endif
