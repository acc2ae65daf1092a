/*
 * What strangers write, in each form that is sent: it can be neither link nor mention nor mark-up
 * nor header, and however long it is, the receiver's limits are kept.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/span.h"
#include "common/notify/webhook.h"

#define SLACK_CHARACTERS 16383 /* Mattermost's, the lowest of those that take this form */
#define DISCORD_DESCRIPTION 4096
#define DISCORD_TITLE 256
#define CALLED_SLACK " <@U012AB3CD> <@W99ZZ99ZZ>"
#define CALLED_DISCORD " <@803511102246789120> <@803511102246789121>"
#define CALLED_TEAMS "<at>alice</at> <at>bob</at>"
#define TEAMS_BYTES ((size_t)28 * 1024)

/* What each service, or a mail program, would take for more than text. */
static const char *const hostile[] = {
	"<!channel>",
	"<!here|x> <@U012AB3CD> <#C024BE7LR>",
	"<http://evil.example|the review>",
	"@here @channel @everyone",
	"<@&41771983423143937> <@80351110224678912>",
	"[approve](https://evil.example/)",
	"![x](https://evil.example/x.png) **bold** _it_ ~~no~~ ||spoiler||",
	"https://evil.example/ evil.example mailto:x@evil.example",
	"` @everyone `` @here ``` <!channel>",
	"```\n@everyone\n```",
	"\\` @everyone \\",
	"\\\\\\`",
	"`",
	" ",
	"<at>everyone</at> <a href=\"https://evil.example\">x</a> <img src=x onerror=alert(1)>",
	"{{DATE(2026-01-01T00:00:00Z)}} ${Subject}",
	"a\r\nBcc: evil@evil.example\r\n\r\n<html>",
	"a\nTo: evil@evil.example\n.\nQUIT",
	"=?utf-8?Q?=0ABcc:_evil@evil.example?=",
	"&lt;!channel&gt; &amp;lt;!channel> &#60;!here&#62;",
	("\xe2\x80\xae"
	 "gnp.exe \xe2\x80\xa8 \xe2\x80\x8b \x1b[31m \x07 \x7f \xc2\x85"),
};

/* Long ones are made of these. */
static const char *const fillers[] = { "`", "&", "<", ">", "\"", "\\", "\x01", "\n", "x", "@",
	"\xe2\x80\x8b", "\xf0\x9f\x98\x80", "\xf3\xa0\x81\xbf", "/a" };

static json_t *finding(const char *text)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:[s], s:s, s:s, s:[s, s], s:i}", "rule", text,
		"action", "hold", "commit", "1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b", "agent",
		text, "identified_by", text, "path", text, "detail", text, "approvers", text, text,
		"approvals", 1);
}

/* The body of an event in which all that anyone can name is that text. */
static char *body_of(const char *type, const char *text, size_t findings)
{
	json_t *list = json_array(), *body;
	char *dump;

	for (size_t i = 0; i < findings; i++)
		assert_int_equal(json_array_append_new(list, finding(text)), 0);
	body = json_pack(
		"{s:s, s:s, s:{s:s, s:s, s:s, s:{s:s, s:s}, s:{s:s, s:s, s:s, s:s, s:s, s:s, s:[s, "
		"s], s:o}}}",
		"type", type, "timestamp", "2026-01-01T00:00:00.000Z", "data", "repository", text,
		"log", "", "link", text, "change", "subject", text, "author", text, "verdict",
		"ref", text, "account", text, "agent", text, "person", text, "reason", text, "hold",
		"7f3a91c2d4e5f607", "approved_by", text, "x", "findings", list);
	dump = json_dumps(body, JSON_COMPACT);
	assert_non_null(dump);
	json_decref(body);
	return dump;
}

/* What the target that is rendered for says of people. */
static const char *mentioned = "[]";

static void render(const char *format, const char *body, struct buf *out)
{
	char target_text[4096];
	struct webhook_target target;
	const struct event_row event = { .id = "msg_0123456789abcdef0123456789abcdef",
		.created = 1767225600000,
		.event = { .type = "held", .body = body } };
	struct fault f = { 0 };

	(void)snprintf(target_text, sizeof(target_text),
		"{\"format\":\"%s\",\"to\":[\"alice@example.com\",\"bob@example.com\"],"
		"\"mentions\":%s}",
		format, mentioned);
	assert_int_equal(webhook_target_read(&target, target_text, &f), 0);
	if (webhook_render(&target, &event, out, &f) < 0)
		fail_msg("%s: %s", format, f.text);
	webhook_target_release(&target);
}

static const char *text_at(json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	assert_non_null(text);
	return text;
}

static bool is_label(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isalpha((unsigned char)line[i]) && line[i] != ' ')
			return false;
	return len > 0;
}

/* One line `Label: ` and code to its end. */
static void check_fact(const char *line, size_t len)
{
	const char *open = memchr(line, '`', len);

	assert_non_null(open);
	assert_true(open - line > 2 && memcmp(open - 2, ": ", 2) == 0);
	assert_true(is_label(line, (size_t)(open - line) - 2));
	assert_ptr_equal(memchr(open + 1, '`', len - (size_t)(open + 1 - line)), line + len - 1);
	assert_true(line + len - 1 > open + 1);
}

/* All that is not a label stands in code: a line each, or between fences. */
static void check_code(const char *text)
{
	bool fenced = false;

	while (*text) {
		size_t len = strcspn(text, "\n");

		if (len == 3 && memcmp(text, "```", 3) == 0)
			fenced = !fenced;
		else if (fenced)
			assert_null(memchr(text, '`', len));
		else
			check_fact(text, len);
		text += len + (text[len] == '\n');
	}
	assert_false(fenced);
}

static void check_title(const char *title)
{
	assert_string_equal(title, "Held for review: 7f3a91c2d4e5f607");
}

static size_t characters(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

/*
 * The line that lists of messages show: our words and, in code, theirs; at its end whom it calls,
 * and nobody else.
 */
static void check_preview(const char *line, const char *called)
{
	size_t len = strlen(line), end = strlen(called);
	bool code = false;

	assert_true(len >= end);
	assert_string_equal(line + len - end, called);
	assert_int_equal(strncmp(line, "Held for review in `", 20), 0);
	for (size_t i = 0; i < len - end; i++) {
		assert_true(line[i] != '\n');
		if (line[i] == '`')
			code = !code;
		else if (!code)
			assert_true(isalpha((unsigned char)line[i]) || strchr(" ,:", line[i]));
	}
	assert_false(code);
}

/* Slack reads these three even in code; each must be one of its three entities. */
static void check_slack(json_t *json, size_t bytes)
{
	json_t *attachment = json_array_get(json_object_get(json, "attachments"), 0);
	const char *text = text_at(attachment, "text");

	(void)bytes;
	check_preview(text_at(json, "text"), mentioned[1] != ']' ? CALLED_SLACK : "");
	check_title(text_at(attachment, "fallback"));
	assert_string_equal(text_at(json, "parse"), "none");
	assert_true(json_is_false(json_object_get(json, "link_names")));
	assert_true(json_is_false(json_object_get(json, "unfurl_links")));
	assert_null(strpbrk(text, "<>"));
	for (const char *at = strchr(text, '&'); at; at = strchr(at + 1, '&'))
		assert_true(strncmp(at, "&amp;", 5) == 0 || strncmp(at, "&lt;", 4) == 0 ||
			    strncmp(at, "&gt;", 4) == 0);
	check_code(text);
	assert_true(characters(text) < SLACK_CHARACTERS);
}

static void check_discord(json_t *json, size_t bytes)
{
	json_t *embed = json_array_get(json_object_get(json, "embeds"), 0);
	json_t *parse = json_object_get(json_object_get(json, "allowed_mentions"), "parse");
	const char *text = text_at(embed, "description");

	(void)bytes;
	assert_true(json_is_array(parse) && json_array_size(parse) == 0);
	check_preview(text_at(json, "content"), mentioned[1] != ']' ? CALLED_DISCORD : "");
	assert_int_equal(json_array_size(json_object_get(
				 json_object_get(json, "allowed_mentions"), "users")),
		mentioned[1] != ']' ? 2 : 0);
	assert_true(characters(text_at(json, "content")) <= 2000);
	check_title(text_at(embed, "title"));
	check_code(text);
	assert_true(characters(text) <= DISCORD_DESCRIPTION);
	assert_true(characters(text_at(embed, "title")) <= DISCORD_TITLE);
}

/* A card's block: our title in Markdown, or runs of text, which are shown as they are. */
static void check_block(json_t *block)
{
	size_t i;
	json_t *run;

	if (strcmp(text_at(block, "type"), "TextBlock") == 0) {
		if (mentioned[1] == ']' || text_at(block, "text")[0] != '<')
			check_title(text_at(block, "text"));
		else
			assert_string_equal(text_at(block, "text"), CALLED_TEAMS);
		return;
	}
	assert_string_equal(text_at(block, "type"), "RichTextBlock");
	json_array_foreach(json_object_get(block, "inlines"), i, run)
	{
		assert_string_equal(text_at(run, "type"), "TextRun");
		assert_null(json_object_get(run, "selectAction"));
		assert_null(strpbrk(text_at(run, "text"), "\r\n"));
	}
}

static void check_teams(json_t *json, size_t bytes)
{
	json_t *attachment = json_array_get(json_object_get(json, "attachments"), 0);
	json_t *card = json_object_get(attachment, "content"), *block;
	json_t *msteams = json_object_get(card, "msteams");
	size_t i;

	/* the width; an entity for each whom it calls */
	assert_int_equal(json_object_size(msteams), mentioned[1] == ']' ? 1 : 2);
	assert_int_equal(
		json_array_size(json_object_get(msteams, "entities")), mentioned[1] == ']' ? 0 : 2);
	assert_int_equal(
		strncmp(text_at(json, "summary"), "Held for review: 7f3a91c2d4e5f607", 33), 0);
	assert_null(strpbrk(text_at(json, "summary"), "<>[]()@.*`"));
	assert_non_null(json_object_get(msteams, "width"));
	assert_null(json_object_get(card, "actions"));
	json_array_foreach(json_object_get(card, "body"), i, block) check_block(block);
	assert_true(bytes <= TEAMS_BYTES);
}

static const struct chat {
	const char *format;
	void (*check)(json_t *json, size_t bytes);
} chats[] = { { "slack", check_slack }, { "discord", check_discord }, { "teams", check_teams } };

static void check_chat(const struct chat *chat, const char *body)
{
	struct buf out = BUF_INIT(WEBHOOK_BODY_MAX);
	json_t *json;

	render(chat->format, body, &out);
	json = json_loads(out.data, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	chat->check(json, out.len);
	json_decref(json);
	buf_release(&out);
}

static void one_chat(const struct chat *chat, const char *text)
{
	char *body = body_of("held", text, 2);

	check_chat(chat, body);
	free(body);
}

static void check_chats(const char *text, size_t findings)
{
	char *body = body_of("held", text, findings);

	for (size_t i = 0; i < sizeof(chats) / sizeof(chats[0]); i++)
		check_chat(&chats[i], body);
	free(body);
}

/* What goes to programs is JSON whatever is in it, and has room for the longest event. */
static void check_records(const char *text, size_t findings)
{
	static const char *const formats[] = { "cloudevents", "ocsf" };
	char *body = body_of("held", text, findings);

	assert_true(strlen(body) <= OUTBOX_BODY_MAX);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		struct buf out = BUF_INIT(WEBHOOK_BODY_MAX);
		json_t *json;

		render(formats[i], body, &out);
		json = json_loads(out.data, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(json);
		assert_non_null(strstr(out.data, "7f3a91c2d4e5f607"));
		json_decref(json);
		buf_release(&out);
	}
	free(body);
}

static void test_records_are_json(void **state)
{
	static char text[8000];

	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++)
		check_records(hostile[i], 2);
	for (size_t i = 0; i < sizeof(fillers) / sizeof(fillers[0]); i++) {
		size_t each = strlen(fillers[i]);

		for (size_t len = 0; len + each < sizeof(text) / 6; len += each)
			memcpy(text + len, fillers[i], each + 1);
		check_records(text, 3);
		text[40 - 40 % each] = '\0';
		check_records(text, 100);
	}
}

/* Ours, and nothing else, to the blank line. */
static void check_head(const char *head, size_t len)
{
	static const char *const known[] = { "To: alice@example.com,", "Subject: =?UTF-8?B?",
		"Date: Thu, 01 Jan 2026", "Message-ID: <msg_", "Auto-Submitted: auto-generated",
		"MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
		"Content-Transfer-Encoding: base64" };
	const char *end = head + len;
	size_t next = 0;

	while (head < end) {
		size_t line = strcspn(head, "\n");

		assert_true(line < 79);
		if (strncmp(head, " =?UTF-8?B?", 11) != 0 && strncmp(head, " bob@", 5) != 0) {
			assert_true(next < sizeof(known) / sizeof(known[0]));
			assert_int_equal(strncmp(head, known[next], strlen(known[next])), 0);
			next++;
		}
		head += line + 1;
	}
	assert_int_equal(next, sizeof(known) / sizeof(known[0]));
}

static void check_mail(const char *text, size_t findings)
{
	struct buf out = BUF_INIT(WEBHOOK_BODY_MAX);
	char *body = body_of("held", text, findings);
	const char *end;

	render("mail", body, &out);
	for (size_t i = 0; i < out.len; i++)
		assert_true(out.data[i] == '\n' || (out.data[i] >= ' ' && out.data[i] < 0x7f));
	end = strstr(out.data, "\n\n");
	assert_non_null(end);
	check_head(out.data, (size_t)(end + 1 - out.data));
	for (const char *at = end + 2; *at; at++)
		assert_true(isalnum((unsigned char)*at) || strchr("+/=\n", *at));
	buf_release(&out);
	free(body);
}

static void test_no_links_or_mentions(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		check_chats(hostile[i], 2);
		check_mail(hostile[i], 2);
	}
}

/* Whoever is not named in the words of that chat is not called; nobody is called by a stranger. */
static void test_the_policy_calls_people(void **state)
{
	(void)state;
	mentioned = "[{\"person\":\"alice\",\"text\":\"U012AB3CD\"},{\"person\":\"bob\",\"text\":"
		    "\"<@W99ZZ99ZZ>\"},{\"person\":\"a\",\"text\":\"803511102246789120\"},"
		    "{\"person\":\"b\",\"text\":\"<@!803511102246789121>\"},{\"person\":\"alice\","
		    "\"text\":\"al@example.com\"},{\"person\":\"bob\",\"text\":\"5e1f-6b\"},"
		    "{\"person\":\"x\",\"text\":\"@channel\"},{\"person\":\"x\",\"text\":"
		    "\"<!here>\"},{\"person\":\"x\",\"text\":\"<@U1|x> a\"},{\"person\":\"x\","
		    "\"text\":\"\"},{\"person\":\"x\",\"text\":\"@everyone\"}]";
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		one_chat(&chats[0], hostile[i]);
		one_chat(&chats[1], hostile[i]);
	}
	mentioned =
		"[{\"person\":\"alice\",\"text\":\"al@example.com\"},{\"person\":\"bob\",\"text\":"
		"\"5e1f-6b\"},{\"person\":\"x\",\"text\":\"<at>x</at>\"}]";
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++)
		one_chat(&chats[2], hostile[i]);
	mentioned = "[]";
}

static void test_limits_are_kept(void **state)
{
	char text[8192];

	(void)state;
	for (size_t i = 0; i < sizeof(fillers) / sizeof(fillers[0]); i++) {
		size_t len = 0, each = strlen(fillers[i]);

		for (; len + each < sizeof(text); len += each)
			memcpy(text + len, fillers[i], each);
		text[len] = '\0';
		check_chats(text, 1);
		check_chats(text, 60); /* more than any format shows */
		check_mail(text, 60);
		text[200 - 200 % each] = '\0';
		check_chats(text, 200);
		text[40 - 40 % each] = '\0';
		check_chats(text, 200);
	}
}

/* What is told is there: who, where, what, and how to go on. */
static void test_all_is_told(void **state)
{
	static const char *const told[] = { "refs/heads/main", "app.git", "claude-code",
		"/payments/pay.c", "git countersign approve 7f3a91c2d4e5f607",
		"refs/countersign/holds/7f3a91c2d4e5f607", "1 approval from platform",
		"2 approvals from platform or security", "no such rule" };
	static const char body[] =
		"{\"data\":{\"repository\":\"app.git\",\"verdict\":{\"ref\":\"refs/heads/main\","
		"\"hold\":\"7f3a91c2d4e5f607\",\"findings\":["
		"{\"rule\":\"r\",\"agent\":\"claude-code\",\"path\":\"/payments/"
		"pay.c\",\"approvers\":[\"platform\",\"security\"],\"approvals\":2},"
		"{\"rule\":\"r\",\"agent\":\"claude\",\"path\":\"x\",\"detail\":\"no such rule\","
		"\"approvers\":[\"platform\"],\"approvals\":1}]}}}";

	(void)state;
	for (size_t i = 0; i < sizeof(chats) / sizeof(chats[0]); i++) {
		struct buf out = BUF_INIT(WEBHOOK_BODY_MAX);

		render(chats[i].format, body, &out);
		for (size_t j = 0; j < sizeof(told) / sizeof(told[0]); j++)
			if (!strstr(out.data, told[j]))
				fail_msg("%s does not say %s", chats[i].format, told[j]);
		if (!strstr(out.data, "claude-code, claude"))
			fail_msg("%s names one agent of two", chats[i].format);
		buf_release(&out);
	}
}

static void told_or_not(const char *body, const char *text, bool told)
{
	static const char *const formats[] = { "slack", "discord", "teams" };

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		struct buf out = BUF_INIT(WEBHOOK_BODY_MAX);

		render(formats[i], body, &out);
		if ((strstr(out.data, text) != NULL) != told)
			fail_msg("%s %s %s", formats[i], told ? "does not say" : "says", text);
		buf_release(&out);
	}
}

#define HELD(more)                                                                            \
	"{\"type\":\"held\",\"data\":{\"repository\":\"app.git\",\"link\":\"https://"         \
	"review.example.com/desk/app/holds/7f3a91c2d4e5f607\",\"change\":{\"subject\":\"Pay " \
	"twice\",\"author\":\"Bob\",\"commits\":3,\"files\":2,\"added\":40,\"deleted\":1},"   \
	"\"verdict\":{\"ref\":\"refs/heads/main\",\"old\":"                                   \
	"\"1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b\",\"hold\":\"7f3a91c2d4e5f607\"," more    \
	"\"findings\":[{\"rule\":\"r\",\"agent\":\"claude-code\",\"identified_by\":["         \
	"\"trailer\",\"author\"],\"path\":\"pay.c\",\"line\":12,\"kind\":\"aws-key\","        \
	"\"confidence\":\"high\",\"approvers\":[\"platform\"],\"approvals\":1}]}}}"

/* All that a reviewer needs to begin, and no more than can be done. */
static void test_a_reviewer_can_begin(void **state)
{
	static const char *const told[] = { "Pay twice", "Bob", "3 by agents",
		"2 flagged, +40 -1 lines", "claude-code (trailer and author)", "pay.c:12",
		"aws-key, high", "https://review.example.com/desk/app/holds/7f3a91c2d4e5f607",
		"git countersign show 7f3a91c2d4e5f607", "1a2b3c4d5e6f..FETCH_HEAD" };

	(void)state;
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		told_or_not(HELD("\"approvable\":true,"), told[i], true);
	told_or_not(HELD("\"approvable\":true,"), "git countersign approve", true);
	told_or_not(HELD("\"approvable\":false,"), "git countersign approve", false);
	told_or_not(HELD("\"approvable\":false,"), "no approval can help", true);
	told_or_not(HELD(""), "git show FETCH_HEAD", false);
}

/* The example that the specification's own library tests with. */
static void test_signature(void **state)
{
	static const char key[] = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
	const struct webhook_signed what = { "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
		{ "{\"test\": 2432232314}", 20 } };
	unsigned char raw[32];
	struct buf out = BUF_INIT(256);
	struct fault f = { 0 };
	int len = EVP_DecodeBlock(raw, (const unsigned char *)key, (int)strlen(key));
	struct webhook_keys keys = { .bytes = BUF_INIT(256) };

	(void)state;
	assert_int_equal(buf_add(&keys.bytes, raw, (size_t)len), 0);
	keys.ends[keys.count++] = keys.bytes.len;
	assert_int_equal(webhook_sign(&what, &keys, &out, &f), 0);
	assert_string_equal(out.data, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
	assert_int_equal(buf_adds(&keys.bytes, "another"), 0);
	keys.ends[keys.count++] = keys.bytes.len;
	buf_clear(&out);
	assert_int_equal(webhook_sign(&what, &keys, &out, &f), 0);
	assert_int_equal(
		strncmp(out.data, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,", 51), 0);
	webhook_keys_release(&keys);
	buf_release(&out);
}

/* Whether the text has the name as a word of its own. */
static bool has_word(const char *text, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = text; (at = strstr(at, name)); at += len)
		if ((at == text || !isalnum((unsigned char)at[-1])) &&
			!isalnum((unsigned char)at[len]))
			return true;
	return false;
}

/* Whoever tells of the formats tells of all of them. */
static void test_documents_have_every_format(void **state)
{
	static const struct {
		const char *file;
		bool mail; /* told of there, too */
	} documents[] = { { "rules/data/policy.schema.json", true },
		{ "docs/man/countersign-policy.5", true }, { "docs/events.md", true },
		{ "docs/man/countersign.1", false }, { "docs/man/countersign-deliver.8", false } };

	(void)state;
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		struct buf text = BUF_INIT(1 << 20);
		struct fault f = { 0 };
		char path[500];

		snprintf(path, sizeof(path), "%s/%s", SOURCE_DIR, documents[i].file);
		assert_int_equal(file_read(path, &text, &f), 0);
		for (int k = 0; k < WEBHOOK_FORMAT_COUNT; k++)
			if ((k != WEBHOOK_MAIL || documents[i].mail) &&
				!has_word(text.data, webhook_format_name((enum webhook_format)k)))
				fail_msg("%s lacks %s", path,
					webhook_format_name((enum webhook_format)k));
		buf_release(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_documents_have_every_format),
		cmocka_unit_test(test_no_links_or_mentions),
		cmocka_unit_test(test_the_policy_calls_people),
		cmocka_unit_test(test_limits_are_kept),
		cmocka_unit_test(test_records_are_json),
		cmocka_unit_test(test_all_is_told),
		cmocka_unit_test(test_a_reviewer_can_begin),
		cmocka_unit_test(test_signature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
