/* One event sent to one receiver, and when it is tried again. */
#include <stdio.h>
#include <time.h>

#include "common/notify/deliver.h"

int64_t deliver_delay(int64_t tries)
{
	static const int64_t first[] = { 5, 30, 120, 600, 3600 };
	const int64_t firsts = sizeof(first) / sizeof(first[0]), later = 3 * 24 / 6;

	if (tries < 1)
		return 0;
	if (tries <= firsts)
		return first[tries - 1] * 1000;
	return tries <= firsts + later ? (int64_t)6 * 3600 * 1000 : -1;
}

int deliver_post(struct http *http, const struct webhook_target *target,
	const struct event_row *event, void *context, struct fault *f)
{
	struct buf body = BUF_INIT(WEBHOOK_BODY_MAX), head = BUF_INIT(1024);
	struct webhook_keys keys = { 0 };
	struct webhook_signed what = { .id = event->id, .timestamp = (int64_t)time(NULL) };
	char type[80], id[96], timestamp[64];
	const char *headers[] = { type, "Expect:", id, timestamp, NULL, NULL };
	struct http_request request = { .url = target->url,
		.headers = headers,
		.ca_file = target->ca_file,
		.client_certificate = target->client_certificate,
		.client_key = target->client_key };
	int result = webhook_render(target, event, &body, f);

	(void)snprintf(
		type, sizeof(type), "Content-Type: %s", webhook_content_type(target->format));
	(void)snprintf(id, sizeof(id), "webhook-id: %s", event->id);
	(void)snprintf(
		timestamp, sizeof(timestamp), "webhook-timestamp: %lld", (long long)what.timestamp);
	request.body = what.body = buf_span(&body);
	if (result == 0 && target->secret_file[0]) {
		(void)buf_adds(&head, "webhook-signature: ");
		result = webhook_keys_read(&keys, target->secret_file, f);
		if (result == 0)
			result = webhook_sign(&what, &keys, &head, f);
		headers[4] = head.data;
	}
	if (result == 0)
		result = http_post(http, &request, context, f);
	buf_release(&head);
	webhook_keys_release(&keys);
	buf_release(&body);
	return result;
}
