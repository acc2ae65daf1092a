#include "hooks/gate/notify.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/text.h"
#include "common/facts/remedy.h"
#include "common/notify/flagged_lines.h"
#include "common/notify/outbox.h"
#include "common/notify/review_link.h"

#define OUTBOX_NAMES_MAX 256

/* Names, each once. */
struct gathered {
	const char *names[OUTBOX_NAMES_MAX + 1];
	size_t count;
};

static void gather(struct gathered *g, const char *name)
{
	for (size_t i = 0; i < g->count; i++)
		if (strcmp(g->names[i], name) == 0)
			return;
	if (g->count < OUTBOX_NAMES_MAX)
		g->names[g->count++] = name;
}

static const char *type_of(const struct verdict *verdict)
{
	static const struct {
		const char *decision, *type;
	} approvals[] = { { "approve", "approved" }, { "reject", "rejected" },
		{ "withdraw", "withdrawn" } };

	for (size_t i = 0; verdict->approval.by && i < sizeof(approvals) / sizeof(approvals[0]);
		i++)
		if (strcmp(verdict->approval.decision, approvals[i].decision) == 0)
			return approvals[i].type;
	if (verdict->glass.by)
		return "broken";
	if (verdict->approved_count && verdict->decision == DECISION_ALLOW)
		return NULL; /* told when it was held, and when it lands */
	if (verdict->would_be == DECISION_DENY)
		return "denied";
	if (verdict->would_be == DECISION_HOLD)
		return "held";
	return verdict->count ? "warned" : NULL;
}

#define WORDS_MAX ((size_t)1024)

/* What the commit that would land says of itself. */
struct words {
	struct buf subject, author, link;
};

/* UTF-8 as it is, anything else escaped; without its end, when it is long. */
static void add_words(struct buf *out, struct span text)
{
	if (text.len > WORDS_MAX / 4)
		text.len = WORDS_MAX / 4;
	while (text.len && !text_is_utf8(text) && ((unsigned char)text.data[text.len - 1] & 0x80))
		text.len--;
	if (text_is_utf8(text))
		buf_addspan(out, text);
	else
		(void)text_escape(out, text);
}

/* The first line that is not empty. */
static struct span first_line(struct span message)
{
	while (message.len && message.data[0] == '\n') {
		message.data++;
		message.len--;
	}
	for (size_t i = 0; i < message.len; i++)
		if (message.data[i] == '\n')
			message.len = i;
	return message;
}

/* Nothing of what is denied is told: it may hold what must not be. */
static void find_words(const struct session *session, const struct oid *id, struct words *words)
{
	struct object object = { 0 };
	struct fault ignored = { 0 };
	struct commit commit;
	const char *why;

	if (repo_read(session->facts.repo, id, &object, &ignored) < 0)
		return;
	if (object.type == OBJECT_COMMIT &&
		commit_parse(&commit, id->len, object.data, &why) == 0) {
		add_words(&words->subject, first_line(commit.message));
		add_words(&words->author, commit.author.name);
	}
	object_release(&object);
}

/* The page of the hold, where there is one. */
static void find_link(const struct session *session, const char *hold, struct words *words)
{
	char rest[64];

	(void)snprintf(rest, sizeof(rest), "holds/%s", hold);
	(void)review_link(
		&words->link, session->facts.policy, repo_git_dir(session->facts.repo), rest);
}

/* Who can let it through, by name. */
static void gather_asked(const struct verdict *verdict, struct gathered *asked)
{
	if ((verdict->decision != DECISION_HOLD && !verdict->glass.by) ||
		!remedy_is_approval(verdict))
		return;
	for (size_t i = 0; i < verdict->count; i++)
		for (names name = verdict->findings[i].voters; name && *name; name++)
			gather(asked, *name);
}

static void words_release(struct words *words)
{
	buf_release(&words->subject);
	buf_release(&words->author);
	buf_release(&words->link);
}

int notify_verdict(const struct session *session, struct state *state, const struct notice *notice,
	struct fault *f)
{
	const struct verdict *verdict = notice->verdict;
	struct gathered rules = { 0 }, owners = { 0 }, asked = { 0 };
	struct words words = { BUF_INIT(WORDS_MAX), BUF_INIT(WORDS_MAX), BUF_INIT(16384) };
	struct outbox_change change = { .commits = verdict->agent_commits };
	int status;
	struct outbox_event event = {
		.type = type_of(verdict),
		.ref = verdict_ref(verdict),
		.head = session->facts.head,
		.rules = rules.names,
		.owners = owners.names,
		.asked = asked.names,
		.time = notice->time,
		.repository = session->facts.name,
		.log = notice->log,
		.verdict = notice->json,
		.awaits = verdict->approval.by ? notice->awaits : 0,
	};

	if (!session->facts.policy->webhook_count || !event.type || notice->known)
		return 0;
	for (size_t i = 0; i < verdict->count; i++) {
		gather(&rules, verdict->findings[i].rule);
		for (names owner = verdict->findings[i].owners; *owner; owner++)
			gather(&owners, *owner);
	}
	gather_asked(verdict, &asked);
	if (verdict->would_be == DECISION_HOLD)
		find_words(session, &verdict->update->new, &words);
	if (verdict->decision == DECISION_HOLD || verdict->glass.by)
		find_link(session, verdict->hold, &words);
	if (words.subject.data) {
		struct flagged_lines lines = flagged_lines_count(session->facts.repo, verdict);

		change.files = lines.files;
		change.added = lines.added;
		change.deleted = lines.deleted;
	}
	change.subject = words.subject.data;
	change.author = words.author.data;
	event.change = change.subject && change.author ? &change : NULL;
	event.link = words.link.data;
	status = outbox_add(state, session->facts.policy, &event, f);
	words_release(&words);
	return status;
}

/* What is of no rule's making, and of no agent's. */
static int notify_plain(const struct session *session, struct state *state, const char *type,
	const char *ref, const struct notice *notice, struct fault *f)
{
	static const char *const nobody[] = { NULL };
	struct outbox_event event = {
		.type = type,
		.ref = ref,
		.head = session->facts.head,
		.rules = nobody,
		.owners = nobody,
		.time = notice->time,
		.repository = session->facts.name,
		.log = notice->log,
		.verdict = notice->json,
	};

	return session->facts.policy->webhook_count
		       ? outbox_add(state, session->facts.policy, &event, f)
		       : 0;
}

int notify_landed(const struct session *session, struct state *state, const char *ref,
	const struct notice *notice, struct fault *f)
{
	return notify_plain(session, state, "landed", ref, notice, f);
}

int notify_paid(const struct session *session, struct state *state, const char *ref,
	const struct notice *notice, struct fault *f)
{
	return notify_plain(session, state, "paid", ref, notice, f);
}

int notify_found(const struct session *session, struct state *state, const char *ref,
	const struct notice *notice, struct fault *f)
{
	return notify_plain(session, state, "held", ref, notice, f);
}

/* The rules of the verdict object's findings; the texts are its own. */
static void gather_rules(const json_t *verdict, struct gathered *rules)
{
	json_t *finding;
	size_t i;

	json_array_foreach(json_object_get(verdict, "findings"), i, finding)
	{
		const char *rule = json_string_value(json_object_get(finding, "rule"));

		if (rule)
			gather(rules, rule);
	}
}

int notify_reminded(const struct session *session, struct state *state,
	const struct reminder *reminder, const struct notice *notice, struct fault *f)
{
	static const char *const nobody[] = { NULL };
	struct words words = { BUF_INIT(WORDS_MAX), BUF_INIT(WORDS_MAX), BUF_INIT(16384) };
	struct outbox_change change = { .commits = 0 };
	struct gathered rules = { 0 };
	json_t *verdict = json_loads(notice->json, 0, NULL);
	struct outbox_event event = {
		.type = "reminded",
		.ref = reminder->hold->ref,
		.head = session->facts.head,
		.rules = rules.names,
		.owners = nobody,
		.asked = reminder->asked,
		.reminds = true,
		.since = reminder->hold->since,
		.time = notice->time,
		.repository = session->facts.name,
		.log = notice->log,
		.verdict = notice->json,
	};
	struct oid id;
	int status;

	gather_rules(verdict, &rules);
	if (oid_parse(&id, span_of(reminder->hold->new)) == 0)
		find_words(session, &id, &words);
	find_link(session, reminder->hold->id, &words);
	change.subject = words.subject.data;
	change.author = words.author.data;
	event.change = change.subject && change.author ? &change : NULL;
	event.link = words.link.data;
	status = outbox_add(state, session->facts.policy, &event, f);
	json_decref(verdict);
	words_release(&words);
	return status;
}

int notify_fault(const struct session *session, struct state *state, const struct notice *notice,
	const char *ref, struct fault *f)
{
	return notify_plain(session, state, "denied", ref, notice, f);
}

void notify_start(const struct session *session)
{
	struct fault ignored = { 0 };

	if (session->facts.policy && session->facts.policy->webhook_count)
		(void)outbox_start(repo_git_dir(session->facts.repo), &ignored);
}
