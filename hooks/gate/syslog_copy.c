#include "hooks/gate/syslog_copy.h"

#include <syslog.h>

#include "common/base/text.h"

#define VALUE_MAX 200 /* bytes, before escaping: a line stays below what old daemons take */

static void add_value(struct buf *line, const char *key, const char *value)
{
	struct buf plain = BUF_INIT((size_t)VALUE_MAX * 12);
	struct span bytes = span_of(value);
	bool cut = bytes.len > VALUE_MAX;

	if (!bytes.len)
		return;
	if (cut)
		bytes.len = VALUE_MAX;
	(void)text_escape(&plain, bytes);
	(void)buf_addf(line, "%s%s=\"", line->len ? " " : "", key);
	for (size_t i = 0; i < plain.len; i++)
		if (plain.data[i] == '"')
			(void)buf_adds(line, "\\x22");
		else
			(void)buf_addc(line, plain.data[i]);
	(void)buf_adds(line, cut ? "...\"" : "\"");
	buf_release(&plain);
}

void syslog_copy_add(struct buf *lines, const struct log_row *row, const char *hash)
{
	const struct {
		const char *key, *value;
	} fields[] = { { "time", row->time }, { "kind", row->kind }, { "decision", row->decision },
		{ "account", row->account }, { "ref", row->ref }, { "old", row->old },
		{ "new", row->new }, { "policy", row->policy }, { "hash", hash } };
	struct buf line = BUF_INIT(16384);

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		add_value(&line, fields[i].key, fields[i].value);
	(void)buf_addc(&line, '\n');
	if (!line.failed)
		(void)buf_add(lines, line.data, line.len);
	buf_release(&line);
}

void syslog_copy_send(struct buf *lines)
{
	char *rest = NULL;

	if (lines->len) {
		openlog("countersign", LOG_PID, LOG_AUTHPRIV);
		for (char *line = strtok_r(lines->data, "\n", &rest); line;
			line = strtok_r(NULL, "\n", &rest))
			syslog(LOG_AUTHPRIV | LOG_NOTICE, "%s", line);
		closelog();
	}
	buf_clear(lines);
}
