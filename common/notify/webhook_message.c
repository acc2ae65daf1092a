#include "common/notify/webhook_message.h"

#include <ctype.h>
#include <jansson.h>
#include <string.h>

#include "common/base/text.h"

#define TEXT_MAX 240 /* bytes of one text, before escaping */

static const struct {
	const char *type, *title;
	unsigned int colour;
} kinds[] = {
	{ "held", "Held for review", 0xe8a317 },
	{ "denied", "Push denied", 0xc0392b },
	{ "approved", "Approved", 0x2e8b57 },
	{ "rejected", "Rejected", 0xc0392b },
	{ "withdrawn", "Approval withdrawn", 0x808080 },
	{ "broken", "Glass was broken: landed without review", 0xc0392b },
	{ "paid", "Reviewed after glass was broken", 0x2e8b57 },
	{ "landed", "Landed", 0x2e8b57 },
	{ "warned", "Landed with a warning", 0xe8a317 },
	{ "stopped", "Stopped: its pushes are denied", 0xc0392b },
	{ "resumed", "Resumed", 0x2e8b57 },
	{ "tampered", "The log was tampered with", 0xc0392b },
	{ "changed", "What guards this repository was changed", 0xe8a317 },
	{ "reminded", "Still waiting for review", 0xe8a317 },
};

/* Fields of the verdict object that are told as they are, when they are there. */
static const struct {
	const char *label, *key;
} fields[] = {
	{ "Ref", "ref" },
	{ "Pushed by", "account" },
	{ "Agent", "agent" },
	{ "Account", "stopped_account" },
	{ "Key", "stopped_key" },
	{ "By", "by" },
	{ "Person", "person" },
	{ "Reason", "reason" },
};

/* The text, most often escaped already, escaped and cut, at the end of a character, to TEXT_MAX. */
static const char *plain(struct webhook_message *message, const char *text)
{
	struct buf out = BUF_INIT((size_t)TEXT_MAX * 12);
	struct span bytes = span_of(text);
	const char *copy = NULL;
	bool cut = bytes.len > TEXT_MAX;

	if (cut) {
		bytes.len = TEXT_MAX;
		while (bytes.len && ((unsigned char)bytes.data[bytes.len] & 0xc0) == 0x80)
			bytes.len--;
	}
	if (text_escape_again(&out, bytes) == 0 && (!cut || buf_adds(&out, "...") == 0))
		copy = arena_copy(&message->arena, out.data, out.len);
	buf_release(&out);
	return copy ? copy : "";
}

static void add_fact(struct webhook_message *message, const char *label, const char *text)
{
	if (!text || !text[0] || message->fact_count == WEBHOOK_FACTS_MAX)
		return;
	message->facts[message->fact_count++] =
		(struct webhook_fact){ label, plain(message, text) };
}

/* Whether the list, its items parted so, has this one. */
static bool has_item(const char *list, const char *parted, const char *item)
{
	size_t len = strlen(item), part = strlen(parted);

	for (const char *at = list; at;) {
		const char *end = strstr(at, parted);

		if ((end ? (size_t)(end - at) : strlen(at)) == len && memcmp(at, item, len) == 0)
			return true;
		at = end ? end + part : NULL;
	}
	return false;
}

/* An array's strings, or an object's key of each element, each once, with commas. */
static void add_list(
	struct webhook_message *message, const char *label, json_t *array, const char *key)
{
	struct buf out = BUF_INIT(4096);
	size_t i;
	json_t *value;

	json_array_foreach(array, i, value)
	{
		const char *text = json_string_value(key ? json_object_get(value, key) : value);

		if (!text || !text[0] || has_item(out.data, ", ", text))
			continue;
		(void)buf_addf(&out, "%s%s", out.len ? ", " : "", text);
	}
	add_fact(message, label, out.data);
	buf_release(&out);
}

static const char *string_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* `1 approval from platform, security`, each once. */
static void add_needs(struct webhook_message *message, json_t *findings)
{
	struct buf out = BUF_INIT(4096), one = BUF_INIT(1024);
	size_t i, j;
	json_t *finding, *name;

	json_array_foreach(findings, i, finding)
	{
		json_t *approvers = json_object_get(finding, "approvers");
		int count = (int)json_integer_value(json_object_get(finding, "approvals"));

		buf_clear(&one);
		if (count < 1 || !json_array_size(approvers))
			continue;
		(void)buf_addf(&one, "%d approval%s from ", count, count == 1 ? "" : "s");
		json_array_foreach(approvers, j, name)(void)
			buf_addf(&one, "%s%s", j ? " or " : "", json_string_value(name));
		if (one.failed || has_item(out.data, "; ", one.data))
			continue;
		(void)buf_addf(&out, "%s%s", out.len ? "; " : "", one.data);
	}
	add_fact(message, "Needs", out.data);
	buf_release(&one);
	buf_release(&out);
}

/* That no approval can help; where too few people may approve it, why. */
static void add_hopeless(struct webhook_message *message, json_t *findings)
{
	const char *why = "";
	struct buf out = BUF_INIT(4096);
	json_t *finding;
	size_t i;

	json_array_foreach(findings, i, finding)
	{
		if (!*why)
			why = string_of(finding, "unapprovable");
	}
	(void)buf_addf(&out, "to be changed%s: no approval can help%s%s%s",
		*why ? ", or approvers who may approve it" : "", *why ? " (" : "", why,
		*why ? ")" : "");
	add_fact(message, "Needs", out.data);
	buf_release(&out);
}

static const char *finding_text(struct webhook_message *message, json_t *finding)
{
	struct buf out = BUF_INIT(65536);
	const char *path = string_of(finding, "path"), *commit = string_of(finding, "commit");
	const char *agent = string_of(finding, "agent"), *detail = string_of(finding, "detail");
	json_t *by = json_array_get(json_object_get(finding, "identified_by"), 0);
	json_int_t line = json_integer_value(json_object_get(finding, "line"));
	const char *kind = string_of(finding, "kind");
	const char *copy;

	(void)buf_adds(&out, plain(message, string_of(finding, "rule")));
	if (path[0])
		(void)buf_addf(&out, "  %s", plain(message, path));
	if (path[0] && line > 0)
		(void)buf_addf(&out, ":%lld", (long long)line);
	if (commit[0])
		(void)buf_addf(&out, "  in %.12s", plain(message, commit));
	if (agent[0])
		(void)buf_addf(&out, "  by %s", plain(message, agent));
	if (agent[0] && by)
		(void)buf_addf(&out, " (%s)", plain(message, json_string_value(by)));
	if (detail[0])
		(void)buf_addf(&out, ": %s", plain(message, detail));
	if (kind[0])
		(void)buf_addf(&out, " (%s, %s)", plain(message, kind),
			plain(message, string_of(finding, "confidence")));
	copy = out.failed ? NULL : arena_copy(&message->arena, out.data, out.len);
	buf_release(&out);
	return copy ? copy : "(a finding that cannot be shown)";
}

static void add_findings(struct webhook_message *message, json_t *verdict)
{
	json_t *findings = json_object_get(verdict, "findings"), *finding;
	json_int_t more = json_integer_value(json_object_get(verdict, "more"));
	size_t i;

	json_array_foreach(findings, i, finding) if (message->finding_count < WEBHOOK_FINDINGS_MAX)
		message->findings[message->finding_count++] = finding_text(message, finding);
	message->more = json_array_size(findings) - message->finding_count;
	if (more > 0)
		message->more += (size_t)more;
}

static bool is_id(const char *id)
{
	return strlen(id) == 16 && strspn(id, "0123456789abcdef") == 16;
}

/* The bytes of the buffer, kept with the message. */
static const char *kept(struct webhook_message *message, struct buf *text)
{
	const char *copy = text->failed ? NULL : arena_copy(&message->arena, text->data, text->len);

	buf_release(text);
	return copy ? copy : "";
}

static void add_title(struct webhook_message *message, const char *type, const char *id)
{
	struct buf out = BUF_INIT(256);

	message->title = message->what = "Countersign";
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].type, type) != 0)
			continue;
		message->title = message->what = kinds[i].title;
		message->colour = kinds[i].colour;
	}
	if (is_id(id) && buf_addf(&out, "%s: %s", message->title, id) == 0)
		message->title = arena_copy(&message->arena, out.data, out.len);
	if (!message->title)
		message->title = "Countersign";
	buf_release(&out);
}

static void add_command(struct webhook_message *message, const char *label, struct buf *text)
{
	message->commands[message->command_count++] =
		(struct webhook_fact){ label, kept(message, text) };
}

/* What shows all that is flagged, which may be in commits below the tip; and what approves it. */
static void add_commands(struct webhook_message *message, const char *type, const json_t *verdict)
{
	const char *id = string_of(verdict, "hold"), *at = string_of(verdict, "held_at");
	const char *old = string_of(verdict, "old");
	struct buf show = BUF_INIT(8192), review = BUF_INIT(8192), approve = BUF_INIT(8192);
	bool created = !old[strspn(old, "0")];

	if (!is_id(id) || (strcmp(type, "held") != 0 && strcmp(type, "reminded") != 0))
		return;
	(void)buf_addf(&show, "git countersign show %s%s%s", id, *at ? " --holds " : "", at);
	(void)buf_addf(&review,
		"git fetch %s refs/countersign/holds/%s && git log -p -m %.12s..FETCH_HEAD",
		*at ? at : "origin", id, created ? "HEAD" : plain(message, old));
	(void)buf_addf(&approve, "git countersign approve %s%s%s", id, *at ? " --holds " : "", at);
	add_command(message, "Show", &show);
	add_command(message, "Stock git", &review);
	if (!json_is_false(json_object_get(verdict, "approvable")))
		add_command(message, "Approve", &approve);
	buf_release(&approve);
}

/* What the commits say of themselves. */
static void add_change(struct webhook_message *message, json_t *data)
{
	json_t *change = json_object_get(data, "change");
	json_int_t commits = json_integer_value(json_object_get(change, "commits"));
	struct buf text = BUF_INIT(64);

	add_fact(message, "Subject", string_of(change, "subject"));
	add_fact(message, "Author", string_of(change, "author"));
	if (commits > 1) {
		(void)buf_addf(&text, "%lld by agents", (long long)commits);
		add_fact(message, "Commits", text.data);
	}
	buf_clear(&text);
	if (json_object_get(change, "files")) {
		(void)buf_addf(&text, "%lld flagged, +%lld -%lld lines",
			(long long)json_integer_value(json_object_get(change, "files")),
			(long long)json_integer_value(json_object_get(change, "added")),
			(long long)json_integer_value(json_object_get(change, "deleted")));
		add_fact(message, "Files", text.data);
	}
	buf_release(&text);
}

/* The agents, each with how it was recognised, once. */
static void add_agents(struct webhook_message *message, json_t *findings)
{
	struct buf out = BUF_INIT(4096), one = BUF_INIT(1024);
	json_t *finding, *by;
	size_t i, j;

	json_array_foreach(findings, i, finding)
	{
		const char *agent = string_of(finding, "agent");

		buf_clear(&one);
		if (!*agent)
			continue;
		(void)buf_adds(&one, agent);
		json_array_foreach(json_object_get(finding, "identified_by"), j, by)(void)
			buf_addf(&one, "%s%s", j ? " and " : " (",
				json_is_string(by) ? json_string_value(by) : "");
		(void)buf_adds(&one, j ? ")" : "");
		if (one.failed || has_item(out.data, ", ", one.data))
			continue;
		(void)buf_addf(&out, "%s%s", out.len ? ", " : "", one.data);
	}
	add_fact(message, "Agent", out.data);
	if (out.data)
		message->agents = plain(message, out.data);
	buf_release(&one);
	buf_release(&out);
}

/* An address is ours: the policy's, and what names the hold.  Nothing else is a link. */
static const char *link_of(struct webhook_message *message, const json_t *data)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789-._~%:/[]";
	const char *link = string_of(data, "link");

	if ((strncmp(link, "https://", 8) != 0 && strncmp(link, "http://", 7) != 0) ||
		link[strspn(link, letters)])
		return NULL;
	return arena_strdup(&message->arena, link);
}

int webhook_message_make(struct webhook_message *message, const struct event_row *event,
	json_t *body, struct fault *f)
{
	json_t *data = json_object_get(body, "data"), *verdict = json_object_get(data, "verdict");
	const char *id = string_of(verdict, "hold");

	*message = (struct webhook_message){ .arena = ARENA_INIT((size_t)1 << 20) };
	if (!verdict)
		return fault_set(f, FAULT_INTERNAL, "event %s is not what was written", event->id);
	add_title(message, event->event.type, id);
	message->repository = plain(message, string_of(data, "repository"));
	message->ref = plain(message, string_of(verdict, "ref"));
	message->subject = plain(message, string_of(json_object_get(data, "change"), "subject"));
	message->agents = "";
	add_fact(message, "Repository", string_of(data, "repository"));
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		add_fact(message, fields[i].label, string_of(verdict, fields[i].key));
	add_fact(message, "Waiting since", string_of(data, "since"));
	add_change(message, data);
	add_agents(message, json_object_get(verdict, "findings"));
	add_list(message, "Answers for it", json_object_get(data, "owners"), NULL);
	add_list(message, "Approved by", json_object_get(verdict, "approved_by"), NULL);
	if (strcmp(event->event.type, "landed") != 0) { /* it has had what it needed */
		if (json_is_false(json_object_get(verdict, "approvable")))
			add_hopeless(message, json_object_get(verdict, "findings"));
		else
			add_needs(message, json_object_get(verdict, "findings"));
		add_findings(message, verdict);
	}
	message->link = link_of(message, data);
	add_commands(message, event->event.type, verdict);
	return 0;
}

void webhook_message_release(struct webhook_message *message)
{
	arena_release(&message->arena);
}
