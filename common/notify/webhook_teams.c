/*
 * Microsoft Teams' workflow webhooks: an Adaptive Card in a message (connectors with their
 * MessageCard end), at most 28 KB in all.  Text blocks read Markdown; the runs of a RichTextBlock
 * do not, so all that is foreign is a TextRun.  A mention needs an `msteams` entity, and those are
 * made of the policy's words alone, as is the summary, which notifications show.
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

/* One line in a text block of its own, and an entity for each name in it. */
static void add_mentions(json_t *card, json_t *body, const struct webhook_message *message)
{
	struct buf line = BUF_INIT(8192);
	json_t *entities = json_array();

	for (size_t i = 0; i < message->mention_count; i++) {
		const struct webhook_mentioned *who = &message->mentions[i];
		char text[96];

		(void)snprintf(text, sizeof(text), "<at>%.80s</at>", who->person);
		(void)buf_addf(&line, "%s%s", i ? " " : "", text);
		(void)json_array_append_new(entities,
			json_pack("{s:s, s:s, s:{s:s%, s:s}}", "type", "mention", "text", text,
				"mentioned", "id", who->id.data, who->id.len, "name", who->person));
	}
	if (line.len) {
		(void)json_array_insert_new(body, 1,
			json_pack("{s:s, s:s, s:b}", "type", "TextBlock", "text", line.data, "wrap",
				1));
		(void)json_object_set(json_object_get(card, "msteams"), "entities", entities);
	}
	json_decref(entities);
	buf_release(&line);
}

/* Without anything that a stranger may have chosen. */
static void add_summary(json_t *json, json_t *card, const struct webhook_message *message)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789-_/";
	struct buf text = BUF_INIT(1024);
	const char *name = message->repository;

	(void)buf_adds(&text, message->title);
	if (*name && !name[strspn(name, letters)])
		(void)buf_addf(&text, " in %s", name);
	(void)json_object_set_new(json, "summary", json_string(text.data));
	(void)json_object_set_new(card, "fallbackText", json_string(text.data));
	buf_release(&text);
}

json_t *webhook_teams(const struct webhook_message *message)
{
	struct buf findings = BUF_INIT(FINDINGS_BYTES + 64);
	json_t *body = json_pack("[{s:s, s:s, s:s, s:s, s:b}]", "type", "TextBlock", "text",
		message->title, "size", "Large", "weight", "Bolder", "wrap", 1);
	json_t *json, *card;

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
	card = json_object_get(json_array_get(json_object_get(json, "attachments"), 0), "content");
	if (json) {
		add_summary(json, card, message);
		add_mentions(card, body, message);
	}
	if (json && message->link)
		add_link(card, message->link);
	buf_release(&findings);
	return json;
}
