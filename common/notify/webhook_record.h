/*
 * An event for programs that collect them: all that the event says, in the envelope of a standard.
 */
#ifndef COMMON_NOTIFY_WEBHOOK_RECORD_H
#define COMMON_NOTIFY_WEBHOOK_RECORD_H

#include "common/notify/webhook_message.h"

struct webhook_record {
	const struct event_row *event;
	json_t *body;                          /* of the event, read */
	const struct webhook_message *message; /* what people are told of it */
};

/* The record in the form of a standard; NULL: out of memory. */
#define WEBHOOK_RECORD_FORM(ID, name) json_t *webhook_##name(const struct webhook_record *record);
WEBHOOK_RECORDS(WEBHOOK_RECORD_FORM)

#endif
