/* A message's parts as text, for the formats that have it as such. */
#include <string.h>

#include "common/notify/webhook_message.h"

void webhook_message_facts(const struct webhook_fact *facts, size_t count, struct buf *out,
	void (*add)(struct buf *out, const char *text))
{
	for (size_t i = 0; i < count; i++) {
		(void)buf_addf(out, "%s: `", facts[i].label);
		add(out, facts[i].text);
		(void)buf_adds(out, "`\n");
	}
}

void webhook_message_preview(const struct webhook_message *message, struct buf *out,
	void (*add)(struct buf *out, const char *text), const char *mark)
{
	const char *ref = message->ref;
	const struct {
		const char *before, *text;
	} parts[] = { { " in ", message->repository },
		{ ", ", strncmp(ref, "refs/heads/", 11) == 0 ? ref + 11 : ref },
		{ ": ", message->subject }, { " by ", message->agents } };

	(void)buf_adds(out, message->what);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!*parts[i].text)
			continue;
		(void)buf_addf(out, "%s%s", parts[i].before, mark);
		add(out, parts[i].text);
		(void)buf_adds(out, mark);
	}
}

void webhook_message_findings(const struct webhook_message *message, struct buf *out, size_t most,
	void (*add)(struct buf *out, const char *text))
{
	size_t left = message->more + message->finding_count;
	struct buf line = BUF_INIT(65536);

	for (size_t i = 0; i < message->finding_count; i++) {
		buf_clear(&line);
		add(&line, message->findings[i]);
		if (line.failed || out->len + line.len + 40 > most)
			break;
		(void)buf_addf(out, "%s%s", out->len ? "\n" : "", line.data);
		left--;
	}
	if (left)
		(void)buf_addf(out, "%sand %zu more", out->len ? "\n" : "", left);
	buf_release(&line);
}
