/*
 * Slack's incoming webhooks, and Mattermost's, which take attachments but no blocks.  What is
 * foreign stands between backticks, where neither makes mentions or links (the one link is to our
 * own page); there Slack still reads `&`, `<` and `>` (docs.slack.dev, formatting text), so these
 * are entities.  Mattermost turns a post of more than 16,383 characters down, Slack folds long
 * attachments: 6,000 bytes are enough.
 */
#include "common/notify/webhook_message.h"

#define FINDINGS_BYTES 4000

static void add_inert(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '&')
			(void)buf_adds(out, "&amp;");
		else if (*text == '<')
			(void)buf_adds(out, "&lt;");
		else if (*text == '>')
			(void)buf_adds(out, "&gt;");
		else
			(void)buf_addc(out, *text == '`' ? '\'' : *text);
	}
}

/*
 * What lists of messages and notifications show, and whom it calls; mentions in attachments call
 * nobody.
 */
static void add_preview(struct buf *out, const struct webhook_message *message)
{
	webhook_message_preview(message, out, add_inert, "`");
	for (size_t i = 0; i < message->mention_count; i++) {
		struct span id = message->mentions[i].id;
		bool mattermost = id.data[0] == '@';

		(void)buf_addf(out, mattermost ? " %.*s" : " <@%.*s>", (int)id.len, id.data);
	}
}

json_t *webhook_slack(const struct webhook_message *message)
{
	struct buf text = BUF_INIT(32768), findings = BUF_INIT(8192), preview = BUF_INIT(16384);
	char colour[8];
	json_t *json = NULL;

	(void)snprintf(colour, sizeof(colour), "#%06x", message->colour & 0xffffff);
	webhook_message_facts(message->facts, message->fact_count, &text, add_inert);
	webhook_message_findings(message, &findings, FINDINGS_BYTES, add_inert);
	if (findings.len)
		(void)buf_addf(&text, "```\n%s\n```\n", findings.data);
	if (message->link)
		(void)buf_addf(&text, "<%s|Open the review page>\n", message->link);
	webhook_message_facts(message->commands, message->command_count, &text, add_inert);
	add_preview(&preview, message);
	if (!text.failed && !findings.failed && !preview.failed)
		json = json_pack("{s:s, s:b, s:b, s:b, s:s, s:[{s:s, s:s, s:s, s:[s]}]}", "text",
			preview.data, "unfurl_links", 0, "unfurl_media", 0, "link_names", 0,
			"parse", "none", "attachments", "color", colour, "fallback", message->title,
			"text", text.data ? text.data : "", "mrkdwn_in", "text");
	buf_release(&preview);
	buf_release(&findings);
	buf_release(&text);
	return json;
}
