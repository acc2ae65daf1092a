#include "hooks/gate/notify.h"

#include <stdlib.h>

#include "common/notify/outbox.h"

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
	if (verdict->approved_count && verdict->decision == DECISION_ALLOW)
		return NULL; /* told when it was held, and when it lands */
	if (verdict->would_be == DECISION_DENY)
		return "denied";
	if (verdict->would_be == DECISION_HOLD)
		return "held";
	return verdict->count ? "warned" : NULL;
}

int notify_verdict(const struct session *session, struct state *state, const struct notice *notice,
	struct fault *f)
{
	const struct verdict *verdict = notice->verdict;
	struct gathered rules = { 0 }, owners = { 0 };
	struct outbox_event event = {
		.type = type_of(verdict),
		.ref = verdict_ref(verdict),
		.rules = rules.names,
		.owners = owners.names,
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
	return outbox_add(state, session->facts.policy, &event, f);
}

/* What is of no rule's making, and of no agent's. */
static int notify_plain(const struct session *session, struct state *state, const char *type,
	const char *ref, const struct notice *notice, struct fault *f)
{
	static const char *const nobody[] = { NULL };
	struct outbox_event event = {
		.type = type,
		.ref = ref,
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

int notify_found(const struct session *session, struct state *state, const char *ref,
	const struct notice *notice, struct fault *f)
{
	return notify_plain(session, state, "held", ref, notice, f);
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
