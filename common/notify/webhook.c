#include "common/notify/webhook.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "common/notify/outbox.h"
#include "common/notify/webhook_mail.h"
#include "common/notify/webhook_message.h"

static const char *string_of(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
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

/* The forms for people; json sends the body as it is, and mail is a letter. */
#define OURS(ID, name) [WEBHOOK_##ID] = NULL,
#define CHAT(ID, name) [WEBHOOK_##ID] = webhook_##name,
static json_t *(*const forms[])(
	const struct webhook_message *message) = { WEBHOOK_FORMATS(OURS, CHAT) };

static int render_chat(const struct webhook_target *target, const struct webhook_message *message,
	struct buf *out, struct fault *f)
{
	json_t *json = forms[target->format](message);
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	int status = text && buf_adds(out, text) == 0 ? 0 : fault_memory(f);

	free(text);
	json_decref(json);
	return status;
}

int webhook_render(const struct webhook_target *target, const struct event_row *event,
	struct buf *out, struct fault *f)
{
	const struct mail mail = { target->to, event };
	struct webhook_message message;
	int result;

	if (target->format == WEBHOOK_JSON)
		return buf_adds(out, event->event.body) < 0 ? fault_memory(f) : 0;
	if (webhook_message_make(&message, event, f) < 0)
		return -1;
	if (target->format == WEBHOOK_MAIL)
		result = webhook_mail(&message, &mail, out, f);
	else
		result = render_chat(target, &message, out, f);
	webhook_message_release(&message);
	return result;
}
