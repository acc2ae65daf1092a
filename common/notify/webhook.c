#include "common/notify/webhook.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "common/notify/outbox.h"
#include "common/notify/webhook_mail.h"
#include "common/notify/webhook_record.h"

static const char *string_of(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* Whoever is not named as that kind of chat names people is not mentioned. */
static void read_mentions(struct webhook_target *target, json_t *list)
{
	json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		struct webhook_mentioned one = { string_of(item, "person"),
			webhook_mention(target->format, string_of(item, "text")) };

		if (one.id.len && target->mention_count < WEBHOOK_MENTIONS_MAX)
			target->mentions[target->mention_count++] = one;
	}
}

int webhook_target_read(struct webhook_target *target, const char *json, struct fault *f)
{
	json_t *object = json_loads(json, JSON_REJECT_DUPLICATES, NULL), *to, *address;
	int format = webhook_format_find(string_of(object, "format"));
	size_t i;

	*target = (struct webhook_target){ .json = object };
	if (format < 0) {
		webhook_target_release(target);
		return fault_set(f, FAULT_INTERNAL, "the webhook is not what was written");
	}
	target->format = (enum webhook_format)format;
	target->url = string_of(object, "url");
	target->secret_file = string_of(object, "secret_file");
	target->ca_file = string_of(object, "ca_file");
	target->client_certificate = string_of(object, "client_certificate");
	target->client_key = string_of(object, "client_key");
	read_mentions(target, json_object_get(object, "mentions"));
	to = json_object_get(object, "to");
	json_array_foreach(to, i, address) if (i < WEBHOOK_TO_MAX && json_is_string(address))
		target->to[i] = json_string_value(address);
	return 0;
}

void webhook_target_release(struct webhook_target *target)
{
	json_decref(target->json);
	target->json = NULL;
}

#define NONE(ID, name) [WEBHOOK_##ID] = NULL,
#define SOME(ID, name) [WEBHOOK_##ID] = webhook_##name,

/* The forms for people; mail is a letter. */
static json_t *(*const chats[])(
	const struct webhook_message *message) = { WEBHOOK_FORMATS(NONE, NONE, SOME) };

/* The forms for programs; json sends the body as it is. */
static json_t *(*const records[])(
	const struct webhook_record *record) = { WEBHOOK_FORMATS(NONE, SOME, NONE) };

const char *webhook_content_type(enum webhook_format format)
{
	return format == WEBHOOK_CLOUDEVENTS ? "application/cloudevents+json; charset=utf-8"
					     : "application/json";
}

static int add_json(json_t *json, struct buf *out, struct fault *f)
{
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	int status = text && buf_adds(out, text) == 0 ? 0 : fault_memory(f);

	free(text);
	json_decref(json);
	return status;
}

/* What is no letter and not the body itself. */
static int render_json(enum webhook_format format, const struct webhook_record *record,
	struct buf *out, struct fault *f)
{
	if (chats[format])
		return add_json(chats[format](record->message), out, f);
	return add_json(records[format](record), out, f);
}

int webhook_render(const struct webhook_target *target, const struct event_row *event,
	struct buf *out, struct fault *f)
{
	const struct mail mail = { target->to, event };
	struct webhook_message message;
	struct webhook_record record = { event, NULL, &message };
	int result;

	if (target->format == WEBHOOK_JSON)
		return buf_adds(out, event->event.body) < 0 ? fault_memory(f) : 0;
	record.body = json_loads(event->event.body, 0, NULL);
	if (webhook_message_make(&message, event, record.body, f) < 0) {
		json_decref(record.body);
		return -1;
	}
	message.mentions = target->mentions;
	message.mention_count = target->mention_count;
	if (target->format == WEBHOOK_MAIL)
		result = webhook_mail(&message, &mail, out, f);
	else
		result = render_json(target->format, &record, out, f);
	webhook_message_release(&message);
	json_decref(record.body);
	return result;
}
