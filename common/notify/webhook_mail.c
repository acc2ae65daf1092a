/*
 * A mail for sendmail(8) -t -oi: all of it ASCII, foreign text only in base64, so that nothing in
 * it can be a header, a recipient or an end.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/base/base64.h"
#include "common/notify/webhook_mail.h"

#define LINE 57 /* bytes that make 76 characters */
#define WORD 42 /* bytes of one encoded word, RFC 2047: at most 75 characters with its frame */

static void add_base64(struct buf *out, const char *bytes, size_t len)
{
	(void)base64_encode(out, (struct span){ bytes, len });
}

static void add_subject(struct buf *out, const char *text)
{
	size_t len = strlen(text);

	(void)buf_adds(out, "Subject:");
	for (size_t at = 0, part; at < len; at += part) {
		part = len - at < WORD ? len - at : WORD;
		while (at + part < len && ((unsigned char)text[at + part] & 0xc0) == 0x80)
			part--;
		(void)buf_adds(out, at ? "\n =?UTF-8?B?" : " =?UTF-8?B?");
		add_base64(out, text + at, part);
		(void)buf_adds(out, "?=");
	}
	(void)buf_addc(out, '\n');
}

static void add_date(struct buf *out, int64_t created)
{
	time_t seconds = (time_t)(created / 1000);
	struct tm tm;
	char date[64];

	if (gmtime_r(&seconds, &tm) &&
		strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", &tm))
		(void)buf_addf(out, "Date: %s\n", date);
}

static void add_as_is(struct buf *out, const char *text)
{
	(void)buf_adds(out, text);
}

static void add_head(
	struct buf *out, const struct webhook_message *message, const struct mail *mail)
{
	struct buf subject = BUF_INIT(8192);

	(void)buf_adds(out, "To: ");
	for (size_t i = 0; mail->to[i]; i++)
		(void)buf_addf(out, "%s%s", i ? ",\n " : "", mail->to[i]);
	(void)buf_adds(out, "\n");
	(void)buf_adds(&subject, "[countersign] ");
	webhook_message_preview(message, &subject, add_as_is, "");
	add_subject(out, subject.data ? subject.data : "countersign");
	add_date(out, mail->event->created);
	(void)buf_addf(out,
		"Message-ID: <%s@countersign.invalid>\n"
		"Auto-Submitted: auto-generated\n"
		"MIME-Version: 1.0\n"
		"Content-Type: text/plain; charset=utf-8\n"
		"Content-Transfer-Encoding: base64\n\n",
		mail->event->id);
	buf_release(&subject);
}

static void add_facts(struct buf *out, const struct webhook_fact *facts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		(void)buf_addf(out, "%-12s %s\n", facts[i].label, facts[i].text);
}

int webhook_mail(const struct webhook_message *message, const struct mail *mail, struct buf *out,
	struct fault *f)
{
	struct buf text = BUF_INIT(262144), findings = BUF_INIT(131072);
	int status;

	if (!mail->to[0])
		return fault_set(f, FAULT_ADMIN, "nobody to write to");
	webhook_message_findings(message, &findings, 131000, add_as_is);
	(void)buf_addf(&text, "%s\n\n", message->title);
	add_facts(&text, message->facts, message->fact_count);
	if (findings.len)
		(void)buf_addf(&text, "\n%s\n\n", findings.data);
	if (message->link)
		(void)buf_addf(&text, "%-12s %s\n", "Page", message->link);
	add_facts(&text, message->commands, message->command_count);
	add_head(out, message, mail);
	for (size_t at = 0; at < text.len; at += LINE) {
		add_base64(out, text.data + at, text.len - at < LINE ? text.len - at : LINE);
		(void)buf_addc(out, '\n');
	}
	status = text.failed || findings.failed || out->failed ? fault_memory(f) : 0;
	buf_release(&text);
	buf_release(&findings);
	return status;
}
