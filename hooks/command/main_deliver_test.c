/* countersign-deliver --test: the part of `events test` that needs libcurl. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/notify/deliver.h"
#include "common/notify/outbox.h"
#include "common/notify/sendmail.h"
#include "hooks/command/deliver_test.h"

static const char *const types[] = { "held", "denied", "approved", "rejected", "withdrawn",
	"broken", "paid", "landed", "warned", "stopped", "resumed", "tampered", "changed",
	"reminded" };

#define SAMPLE                                                                                   \
	"{\"type\":\"%s\",\"timestamp\":\"2026-01-01T00:00:00.000Z\",\"data\":{\"repository\":"  \
	"\"sample\",\"log\":\"\",\"verdict\":{\"version\":1,\"ref\":\"refs/heads/"               \
	"main\",\"decision\":"                                                                   \
	"\"hold\",\"account\":\"nobody\",\"hold\":\"0000000000000000\",\"findings\":[{\"rule\":" \
	"\"infrastructure\",\"action\":\"hold\",\"commit\":"                                     \
	"\"0000000000000000000000000000000000000000"                                             \
	"\",\"agent\":\"claude-code\",\"identified_by\":[\"trailer\"],\"path\":"                 \
	"\".github/workflows/ci.yml\",\"detail\":\"a test: nothing happened\",\"approvers\":"    \
	"[\"platform\"],\"approvals\":1}]}}}"

/* The addresses of a mail, one by one. */
static json_t *address_list(const char *text)
{
	json_t *list = json_array();

	while (*text) {
		size_t len = strcspn(text, ",");

		(void)json_array_append_new(list, json_stringn(text, len));
		text += len + (text[len] == ',');
	}
	return list;
}

static char *target_json(const struct deliver_sample *sample)
{
	json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "url", sample->url, "format",
		sample->format, "secret_file", sample->secret_file, "ca_file", sample->ca_file,
		"client_certificate", sample->client_certificate, "client_key", sample->client_key);
	char *text;

	if (json && strcmp(sample->format, "mail") == 0)
		(void)json_object_set_new(json, "to", address_list(sample->url));
	text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	json_decref(json);
	return text;
}

static void show(const char *type, const char *words)
{
	struct buf plain = BUF_INIT(8192);

	(void)text_escape(&plain, span_of(words));
	printf("%-10s %s\n", type, plain.data ? plain.data : "");
	buf_release(&plain);
}

enum taken { TAKEN, NOT_TAKEN, NO_ANSWER };

/* Where samples go, and by what. */
struct trying {
	const struct deliver_sample *sample;
	struct webhook_target target;
	const char *target_text;
	struct http *http;
};

static enum taken mail_sample(const struct trying *t, const struct event_row *event)
{
	struct buf message = BUF_INIT(WEBHOOK_BODY_MAX);
	struct fault f = { 0 };
	int sent = webhook_render(&t->target, event, &message, &f);

	if (sent == 0)
		sent = sendmail(t->sample->sendmail, buf_span(&message), &f);
	buf_release(&message);
	show(event->event.type, sent == 0 ? "sent" : f.text);
	return sent == 0 ? TAKEN : sent > 0 ? NOT_TAKEN : NO_ANSWER;
}

static enum taken post_sample(const struct trying *t, const struct event_row *event)
{
	struct http_reply reply = { 0 };
	struct fault f = { 0 };
	int got = 0;

	if (deliver_post(t->http, &t->target, event, NULL, &f) < 0)
		got = -1;
	while (got == 0)
		got = http_next(t->http, &reply, 1000, &f);
	show(event->event.type, got < 0 ? f.text : reply.words);
	if (got < 0 || !reply.status)
		return NO_ANSWER;
	return reply.status >= 200 && reply.status < 300 ? TAKEN : NOT_TAKEN;
}

/* One sample, to its end. */
static enum taken send_sample(const struct trying *t, const char *type)
{
	char body[2048], id[64];
	struct event_row event = { .id = id,
		.created = state_now(),
		.event = { .type = type, .body = body, .webhook = t->target_text } };

	(void)snprintf(body, sizeof(body), SAMPLE, type);
	(void)snprintf(id, sizeof(id), "msg_test_%s_%lld", type, (long long)event.created);
	return t->target.format == WEBHOOK_MAIL ? mail_sample(t, &event) : post_sample(t, &event);
}

/*
 * Each type; when the receiver cannot be reached, ten times the same would say no more.  0: all
 * were taken, or 1.
 */
static int send_samples(const struct trying *t)
{
	enum taken taken = TAKEN;
	int worst = 0;

	for (size_t i = 0; taken != NO_ANSWER && i < sizeof(types) / sizeof(types[0]); i++) {
		taken = send_sample(t, types[i]);
		worst |= taken != TAKEN;
	}
	return worst;
}

int deliver_test(const struct deliver_sample *sample)
{
	char *text = target_json(sample);
	struct trying t = { .sample = sample, .target_text = text };
	struct fault f = { 0 };
	int worst = 2;

	if (!text || webhook_format_find(sample->format) < 0)
		(void)fault_set(&f, FAULT_ADMIN, "no such format: %s", sample->format);
	else if (webhook_target_read(&t.target, text, &f) == 0 && http_new(&t.http, &f) == 0)
		worst = send_samples(&t);
	if (worst == 2)
		fprintf(stderr, "countersign-deliver: %s\n", f.text);
	http_free(t.http);
	webhook_target_release(&t.target);
	free(text);
	return worst;
}
