/*
 * What is sent: an event in the form that one receiver wants, and its signature.
 *
 * A kind of receiver is a row of a table (webhook.c) and a file of its own.  The texts come from
 * the pusher; each form shows them so that they can be neither link nor mention nor mark-up.
 */
#ifndef COMMON_NOTIFY_WEBHOOK_H
#define COMMON_NOTIFY_WEBHOOK_H

#include "common/base/buf.h"
#include "common/base/fault.h"
#include "common/notify/outbox.h"
#include "common/policy/policy.h"
#include "common/state/state.h"

/* room for what a form says more than once */
#define WEBHOOK_BODY_MAX (8 * OUTBOX_BODY_MAX)
#define WEBHOOK_TO_MAX 50
#define WEBHOOK_KEYS_MAX 5

/* Somebody who is to look at it: what the policy calls them, and what that kind of chat does. */
struct webhook_mentioned {
	const char *person;
	struct span id; /* as webhook_mention() gives it */
};

/* Where to, and how: what outbox_add() wrote.  Texts are "" where there is none. */
struct webhook_target {
	void *json; /* what the texts live in */
	enum webhook_format format;
	const char *url, *secret_file, *ca_file, *client_certificate, *client_key;
	const char *to[WEBHOOK_TO_MAX + 1]; /* mail */
	struct webhook_mentioned mentions[WEBHOOK_MENTIONS_MAX];
	size_t mention_count;
};

/* Reads a target; for webhook_target_release().  0 or -1. */
int webhook_target_read(struct webhook_target *target, const char *json, struct fault *f);

/* Frees what the target holds. */
void webhook_target_release(struct webhook_target *target);

/* Appends the event in the target's form: a JSON object or, for mail, a message.  0 or -1. */
int webhook_render(const struct webhook_target *target, const struct event_row *event,
	struct buf *out, struct fault *f);

/* The media type of what webhook_render() makes in that form. */
const char *webhook_content_type(enum webhook_format format);

/* Keys that sign, one behind the other; several while a secret is exchanged for another. */
struct webhook_keys {
	struct buf bytes;
	size_t count, ends[WEBHOOK_KEYS_MAX]; /* where each ends */
};

/*
 * Reads a file of secrets: raw bytes without the line feed at their end, or `whsec_` and base64;
 * in a file of printable characters one a line.  The file must be regular, owned by root or the
 * running user, and not to be read by others nor written by the group.  For
 * webhook_keys_release(), either way.  0 or -1.
 */
int webhook_keys_read(struct webhook_keys *keys, const char *file, struct fault *f);

/* Forgets them. */
void webhook_keys_release(struct webhook_keys *keys);

/* What is signed, as Standard Webhooks 1.0.0 lays down. */
struct webhook_signed {
	const char *id;
	int64_t timestamp; /* seconds since 1970, of this try */
	struct span body;
};

/*
 * Appends `v1,` and the base64 HMAC-SHA256 of id.timestamp.body, for each key, with spaces between.
 * 0 or -1.
 */
int webhook_sign(const struct webhook_signed *what, const struct webhook_keys *keys,
	struct buf *out, struct fault *f);

#endif
