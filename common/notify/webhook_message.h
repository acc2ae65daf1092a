/*
 * What people are told of an event, before it takes the form of any service.  Every text has been
 * escaped (text_escape) and shortened: it is one line of UTF-8 without anything invisible.
 */
#ifndef COMMON_NOTIFY_WEBHOOK_MESSAGE_H
#define COMMON_NOTIFY_WEBHOOK_MESSAGE_H

#include <jansson.h>

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/fault.h"
#include "common/notify/webhook.h"
#include "common/policy/webhook_formats.h"
#include "common/state/state.h"

#define WEBHOOK_FACTS_MAX 20
#define WEBHOOK_FINDINGS_MAX 30

struct webhook_fact {
	const char *label; /* ours */
	const char *text;
};

struct webhook_message {
	struct arena arena;
	const char *title; /* ours, and an id: nothing to escape */
	const char *what;  /* the title without the id */
	const char *repository, *ref, *subject,
		*agents;     /* for the preview; "" where there is none */
	unsigned int colour; /* 0xRRGGBB */
	struct webhook_fact facts[WEBHOOK_FACTS_MAX];
	size_t fact_count;
	const char *findings[WEBHOOK_FINDINGS_MAX];
	size_t finding_count, more;      /* more: findings not among them */
	struct webhook_fact commands[3]; /* how to review and approve */
	size_t command_count;
	/* whom to call, by names that the policy has for them; the caller's */
	const struct webhook_mentioned *mentions;
	size_t mention_count;
	const char *link; /* of the page that it is reviewed on: letters of addresses; or NULL */
};

/* Makes the message of an event and its body, read; for webhook_message_release().  0 or -1. */
int webhook_message_make(struct webhook_message *message, const struct event_row *event,
	json_t *body, struct fault *f);

/* Frees what it holds. */
void webhook_message_release(struct webhook_message *message);

/* Appends facts, a line each, as `add` writes their texts. */
void webhook_message_facts(const struct webhook_fact *facts, size_t count, struct buf *out,
	void (*add)(struct buf *out, const char *text));

/*
 * Appends one line that says what it is about, for a list of messages: `Held for review in `app`,
 * `main`: `the subject` by `agent``, each text as `add` writes it between the two marks.
 */
void webhook_message_preview(const struct webhook_message *message, struct buf *out,
	void (*add)(struct buf *out, const char *text), const char *mark);

/*
 * Appends the findings, a line each, as `add` writes them, in at most `most` bytes; the last line
 * counts what was left out.
 */
void webhook_message_findings(const struct webhook_message *message, struct buf *out, size_t most,
	void (*add)(struct buf *out, const char *text));

/* The message in the form of a chat service; NULL: out of memory. */
#define WEBHOOK_CHAT_FORM(ID, name) json_t *webhook_##name(const struct webhook_message *message);
WEBHOOK_CHATS(WEBHOOK_CHAT_FORM)

#endif
