/*
 * What people are told of an event, before it takes the form of any service.  Every text has been
 * escaped (text_escape) and shortened: it is one line of UTF-8 without anything invisible.
 */
#ifndef COMMON_NOTIFY_WEBHOOK_MESSAGE_H
#define COMMON_NOTIFY_WEBHOOK_MESSAGE_H

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/fault.h"
#include "common/state/state.h"

#define MESSAGE_FACTS_MAX 16
#define MESSAGE_FINDINGS_MAX 30

struct message_fact {
	const char *label; /* ours */
	const char *text;
};

struct message {
	struct arena arena;
	const char *title;   /* ours, and an id: nothing to escape */
	unsigned int colour; /* 0xRRGGBB */
	struct message_fact facts[MESSAGE_FACTS_MAX];
	size_t fact_count;
	const char *findings[MESSAGE_FINDINGS_MAX];
	size_t finding_count, more;      /* more: findings not among them */
	struct message_fact commands[2]; /* how to review and approve */
	size_t command_count;
};

/* Makes the message of an event; for message_release().  0 or -1. */
int message_make(struct message *message, const struct event_row *event, struct fault *f);

/* Frees what it holds. */
void message_release(struct message *message);

/* Appends facts, a line each, as `add` writes their texts. */
void message_facts(const struct message_fact *facts, size_t count, struct buf *out,
	void (*add)(struct buf *out, const char *text));

/*
 * Appends the findings, a line each, as `add` writes them, in at most `most` bytes; the last line counts
 * what was left out.
 */
void message_findings(const struct message *message, struct buf *out, size_t most,
	void (*add)(struct buf *out, const char *text));

/* Appends the message as Slack and Mattermost take it.  0 or -1. */
int webhook_slack(const struct message *message, struct buf *out, struct fault *f);

/* The same as an adaptive card for Teams. */
int webhook_teams(const struct message *message, struct buf *out, struct fault *f);

/* The same as embeds for Discord. */
int webhook_discord(const struct message *message, struct buf *out, struct fault *f);

#endif
