/*
 * Microsoft Teams' workflow webhooks: an Adaptive Card in a message (connectors with their
 * MessageCard end), at most 28 KB in all.  Text blocks read Markdown; the runs of a RichTextBlock
 * do not, so all that is foreign is a TextRun.  Mentions would need an `msteams` entity, of which
 * there is none.
 */
#include <string.h>

#include "common/notify/webhook_message.h"

#define FINDINGS_BYTES 8000

static void add_as_is(struct buf *out, const char *text)
{
	(void)buf_adds(out, text);
}

static json_t *run(const char *text, const char *font, const char *weight)
{
	return json_pack("{s:s, s:s, s:s, s:s}", "type", "TextRun", "text", text, "fontType", font,
		"weight", weight);
}

static json_t *block(json_t *runs)
{
	return json_pack(
		"{s:s, s:o, s:s}", "type", "RichTextBlock", "inlines", runs, "spacing", "Small");
}

static void add_facts(json_t *body, const struct webhook_fact *facts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		json_t *runs = json_array();

		(void)json_array_append_new(runs, run(facts[i].label, "Default", "Bolder"));
		(void)json_array_append_new(runs, run("  ", "Default", "Default"));
		(void)json_array_append_new(runs, run(facts[i].text, "Monospace", "Default"));
		(void)json_array_append_new(body, block(runs));
	}
}

/* A block for each line: whether runs keep line feeds is not laid down. */
static void add_lines(json_t *body, char *text)
{
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		(void)json_array_append_new(
			body, block(json_pack("[o]", run(line, "Monospace", "Default"))));
}

/* A button that opens the review page. */
static void add_link(json_t *card, const char *link)
{
	(void)json_object_set_new(card, "actions",
		json_pack("[{s:s, s:s, s:s}]", "type", "Action.OpenUrl", "title",
			"Open the review page", "url", link));
}

json_t *webhook_teams(const struct webhook_message *message)
{
	struct buf findings = BUF_INIT(FINDINGS_BYTES + 64);
	json_t *body = json_pack("[{s:s, s:s, s:s, s:s, s:b}]", "type", "TextBlock", "text",
		message->title, "size", "Large", "weight", "Bolder", "wrap", 1);
	json_t *json;

	webhook_message_findings(message, &findings, FINDINGS_BYTES, add_as_is);
	add_facts(body, message->facts, message->fact_count);
	if (findings.data)
		add_lines(body, findings.data);
	add_facts(body, message->commands, message->command_count);
	json = json_pack("{s:s, s:[{s:s, s:n, s:{s:s, s:s, s:s, s:{s:s}, s:o}}]}", "type",
		"message", "attachments", "contentType", "application/vnd.microsoft.card.adaptive",
		"contentUrl", "content", "$schema",
		"http://adaptivecards.io/schemas/adaptive-card.json", "type", "AdaptiveCard",
		"version", "1.4", "msteams", "width", "Full", "body", body);
	if (json && message->link)
		add_link(json_object_get(json_array_get(json_object_get(json, "attachments"), 0),
				 "content"),
			message->link);
	buf_release(&findings);
	return json;
}
