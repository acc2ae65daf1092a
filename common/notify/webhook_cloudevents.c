/*
 * CloudEvents 1.0, structured mode: the event's data as it is, in an envelope by which brokers
 * route.
 */
#include <ctype.h>
#include <string.h>

#include "common/notify/webhook_record.h"

/*
 * The repository as a URI-reference.  A colon is escaped, too: before the first slash it would end
 * a scheme; and of slashes at the beginning one stays, since two begin a host.
 */
static void add_source(struct buf *out, const char *repository)
{
	while (repository[0] == '/' && repository[1] == '/')
		repository++;
	for (const char *at = repository; *at; at++) {
		if (isalnum((unsigned char)*at) || strchr("-._~/", *at))
			(void)buf_addc(out, *at);
		else
			(void)buf_addf(out, "%%%02X", (unsigned int)(unsigned char)*at);
	}
	if (!out->len)
		(void)buf_addc(out, '.');
}

json_t *webhook_cloudevents(const struct webhook_record *record)
{
	json_t *data = json_object_get(record->body, "data"), *json;
	const char *name = json_string_value(json_object_get(data, "repository"));
	const char *ref =
		json_string_value(json_object_get(json_object_get(data, "verdict"), "ref"));
	struct buf source = BUF_INIT((size_t)64 << 10), type = BUF_INIT(256);

	add_source(&source, name ? name : "");
	(void)buf_addf(&type, "countersign.%s", record->event->event.type);
	json = source.failed || type.failed
		       ? NULL
		       : json_pack("{s:s, s:s, s:s, s:s, s:O, s:s, s:s*, s:O}", "specversion",
				 "1.0", "id", record->event->id, "source", source.data, "type",
				 type.data, "time", json_object_get(record->body, "timestamp"),
				 "datacontenttype", "application/json", "subject",
				 ref && *ref ? ref : NULL, "data", data);
	buf_release(&type);
	buf_release(&source);
	return json;
}
