/*
 * Discord's webhooks: one embed, whose description may have 4,096 characters and which may have
 * 6,000 in all, below one line of content, the only place where mentions call anybody.  What is
 * foreign stands between backticks, and allowed_mentions allows none but those of the policy.
 */
#include "common/notify/webhook_message.h"

#define DESCRIPTION_MAX 4000
#define FINDINGS_BYTES 2000
#define FACT_BYTES 130
#define CONTENT_MAX 1990

static void add_inert(struct buf *out, const char *text)
{
	for (; *text; text++)
		(void)buf_addc(out, *text == '`' ? '\'' : *text);
}

/* At most FACT_BYTES of the text, not cutting a character. */
static void add_short(struct buf *out, const char *text)
{
	struct buf whole = BUF_INIT(65536);
	size_t len;

	add_inert(&whole, text);
	len = whole.len;
	if (len > FACT_BYTES) {
		len = FACT_BYTES;
		while (len && ((unsigned char)whole.data[len] & 0xc0) == 0x80)
			len--;
	}
	(void)buf_add(out, whole.data, len);
	if (len < whole.len)
		(void)buf_adds(out, "...");
	buf_release(&whole);
}

/* The line above the embed; and the list of those whom it may call. */
static json_t *add_content(struct buf *out, const struct webhook_message *message)
{
	json_t *users = json_array();

	webhook_message_preview(message, out, add_short, "`");
	for (size_t i = 0; i < message->mention_count; i++) {
		struct span id = message->mentions[i].id;

		(void)buf_addf(out, " <@%.*s>", (int)id.len, id.data);
		(void)json_array_append_new(users, json_stringn(id.data, id.len));
	}
	return users;
}

json_t *webhook_discord(const struct webhook_message *message)
{
	struct buf text = BUF_INIT(DESCRIPTION_MAX), findings = BUF_INIT(FINDINGS_BYTES + 64);
	struct buf content = BUF_INIT(CONTENT_MAX);
	json_t *json, *users = add_content(&content, message);

	webhook_message_facts(message->facts, message->fact_count, &text, add_short);
	webhook_message_findings(message, &findings, FINDINGS_BYTES, add_inert);
	if (findings.len)
		(void)buf_addf(&text, "```\n%s\n```\n", findings.data);
	webhook_message_facts(message->commands, message->command_count, &text, add_short);
	json = json_pack("{s:s, s:[{s:s, s:s, s:i}], s:{s:[], s:o}}", "content",
		content.data ? content.data : "", "embeds", "title", message->title, "description",
		text.data ? text.data : "", "color", (int)message->colour, "allowed_mentions",
		"parse", "users", users);
	if (json && message->link) /* the title leads there */
		(void)json_object_set_new(json_array_get(json_object_get(json, "embeds"), 0), "url",
			json_string(message->link));
	buf_release(&content);
	buf_release(&findings);
	buf_release(&text);
	return json;
}
