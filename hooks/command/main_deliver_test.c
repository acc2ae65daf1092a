/* countersign-deliver --test: the part of `events test` that needs libcurl. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/notify/deliver.h"
#include "common/notify/outbox.h"
#include "hooks/command/deliver_test.h"

static const char *const types[] = { "held", "denied", "approved", "rejected", "withdrawn",
	"landed", "warned", "stopped", "resumed", "tampered", "reminded" };

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

static char *target_json(const struct deliver_sample *sample)
{
	json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "url", sample->url, "format",
		sample->format, "secret_file", sample->secret_file, "ca_file", sample->ca_file,
		"client_certificate", sample->client_certificate, "client_key", sample->client_key);
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

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

/* One sample, to its end. */
static enum taken send_sample(struct http *http, const struct webhook_target *target,
	const char *type, const char *target_text)
{
	char body[2048], id[64];
	struct event_row event = { .id = id,
		.created = state_now(),
		.event = { .type = type, .body = body, .webhook = target_text } };
	struct http_reply reply = { 0 };
	struct fault f = { 0 };
	int got = 0;

	(void)snprintf(body, sizeof(body), SAMPLE, type);
	(void)snprintf(id, sizeof(id), "msg_test_%s_%lld", type, (long long)event.created);
	if (deliver_post(http, target, &event, NULL, &f) < 0)
		got = -1;
	while (got == 0)
		got = http_next(http, &reply, 1000, &f);
	show(type, got < 0 ? f.text : reply.words);
	if (got < 0 || !reply.status)
		return NO_ANSWER;
	return reply.status >= 200 && reply.status < 300 ? TAKEN : NOT_TAKEN;
}

/*
 * Each type; when the receiver cannot be reached, ten times the same would say no more.  0: all
 * were taken, or 1.
 */
static int send_samples(struct http *http, const struct webhook_target *target, const char *text)
{
	enum taken taken = TAKEN;
	int worst = 0;

	for (size_t i = 0; taken != NO_ANSWER && i < sizeof(types) / sizeof(types[0]); i++) {
		taken = send_sample(http, target, types[i], text);
		worst |= taken != TAKEN;
	}
	return worst;
}

int deliver_test(const struct deliver_sample *sample)
{
	char *text = target_json(sample);
	struct webhook_target target = { 0 };
	struct http *http = NULL;
	struct fault f = { 0 };
	int worst = 2;

	if (!text || webhook_format_find(sample->format) < 0 ||
		webhook_format_find(sample->format) == WEBHOOK_MAIL) {
		(void)fault_set(&f, FAULT_ADMIN, "no such format: %s", sample->format);
	} else if (webhook_target_read(&target, text, &f) == 0 && http_new(&http, &f) == 0) {
		worst = send_samples(http, &target, text);
	}
	if (worst == 2)
		fprintf(stderr, "countersign-deliver: %s\n", f.text);
	http_free(http);
	webhook_target_release(&target);
	free(text);
	return worst;
}
