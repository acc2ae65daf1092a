/* The push of an approval: whether the tag is one, and whether its person may give it. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/facts/approval.h"
#include "common/facts/verdict_row.h"
#include "common/git/peel.h"
#include "hooks/gate/approvals.h"
#include "hooks/gate/passkey_counter.h"
#include "hooks/judge/finding_row.h"

/* What an approval is about, as it was recorded. */
struct about {
	bool found;
	char digest[65], status[16], *ref;
	json_t *verdict;
};

static int on_hold(void *context, const struct hold_row *hold)
{
	struct about *about = context;

	about->found = true;
	(void)snprintf(about->digest, sizeof(about->digest), "%s", hold->digest);
	(void)snprintf(about->status, sizeof(about->status), "%s", hold->status);
	about->ref = strdup(hold->ref);
	about->verdict = json_loads(hold->verdict, JSON_REJECT_DUPLICATES, NULL);
	return 1;
}

/* Whether the person may approve, or reject, anything that was found. */
static int check_person(struct session *session, const struct about *about,
	const struct approval *approval, struct buf *refused, struct fault *f)
{
	const char *name = approval->person->name, *objection = NULL;
	struct buf others = BUF_INIT(2048);
	struct finding_row row;
	const json_t *finding;
	bool named = false, may = false;
	int status = 0;
	size_t i;

	json_array_foreach(json_object_get(about->verdict, "findings"), i, finding)
	{
		verdict_row_add_approvers(&others, finding);
		if (!finding_row_names(finding, approval->person) || may)
			continue;
		named = may = true;
		if (approval->decision != APPROVAL_APPROVE)
			continue;
		status = finding_row_open(&row, session->judge, about->verdict, finding, f);
		if (status < 0)
			break;
		objection = finding_row_vote(&row, approval).objection;
		may = !objection;
	}
	if (!named && others.len)
		buf_addf(refused, "signed by %s, which is %s's, but %s is not in %s",
			approval->fingerprint, name, name, others.data);
	else if (!named)
		buf_addf(refused, "no approval can help %s", approval->id);
	else if (!may && objection)
		buf_addf(refused, "%s cannot approve it: %s %s", name, name, objection);
	buf_release(&others);
	return status;
}

/* Adds why nothing of its pusher, or of its key, counts until resumed. */
static void check_stopped(
	struct session *session, const struct approval *approval, struct buf *refused)
{
	const struct stopped *by = stops_find_signer(&session->facts.stops, approval->fingerprint,
		approval->primary, approval->certified.authority);

	if (by && !refused->len)
		buf_addf(refused, "its key was stopped: %s", by->reason);
}

/*
 * An approval of what a stopped agent did waits until the agent is resumed; a rejection does not.
 */
static void check_frozen(struct session *session, const struct about *about,
	const struct approval *approval, struct buf *refused)
{
	const struct stops *stops = &session->facts.stops;

	for (size_t i = 0; i < stops->count && approval->decision == APPROVAL_APPROVE; i++) {
		const struct stopped *stopped = &stops->items[i];

		if (strcmp(stopped->kind, STOPPED_AGENT) != 0 ||
			!verdict_row_names_agent(about->verdict, stopped->name))
			continue;
		buf_addf(refused, "%s is stopped, and its holds are frozen: %s", stopped->name,
			stopped->reason);
		return;
	}
}

/* The tag must be of the held commit, as it is held now: what is shown is what is signed. */
static int check_target(struct session *session, const struct about *about,
	const struct approval *approval, struct buf *refused, struct fault *f)
{
	const char *decision = json_string_value(json_object_get(about->verdict, "decision"));
	bool is_held = json_object_get(about->verdict, "glass") ||
		       (decision && strcmp(decision, "hold") == 0);
	enum object_type type;
	struct ref_value hold;
	struct oid held;
	char name[64];

	if (!is_held || approval->decision != APPROVAL_APPROVE)
		return 0;
	(void)snprintf(name, sizeof(name), "refs/countersign/holds/%s", approval->id);
	if (repo_ref(session->facts.repo, name, &hold, f) < 0)
		return -1;
	free(hold.target);
	if (hold.kind != REF_DIRECT)
		return 0;
	if (peel(session->facts.repo, &hold.id, &held, &type, f) < 0)
		return -1;
	if (type == OBJECT_COMMIT && !oid_equal(&held, &approval->target))
		buf_addf(refused,
			"the tag is not of the held commit %s: fetch %s from this server again",
			oid_text(&held).hex, name);
	return 0;
}

/* Repository and ref must be those of the hold, where the tag says them. */
static int check_subject(struct session *session, const struct about *about,
	const struct approval *approval, struct buf *refused, struct fault *f)
{
	const char *target = json_string_value(json_object_get(about->verdict, "target"));
	char repository[33];

	if (state_repository_id(session->facts.state, repository, f) < 0)
		return -1;
	if (!about->ref)
		return fault_memory(f);
	if (!approval_is_about(approval, repository, target ? target : about->ref))
		buf_addf(refused, "the tag names another repository or ref than %s is about",
			approval->id);
	return 0;
}

static int check_about(struct session *session, const struct approval *approval,
	struct buf *refused, struct fault *f)
{
	struct about about = { 0 };
	int status = 0;

	if (state_holds(session->facts.state, approval->id, NULL, on_hold, &about, f) < 0)
		return -1;
	if (!about.found)
		buf_addf(refused, "nothing called %s was held or denied here", approval->id);
	else if (strcmp(about.digest, approval->digest) != 0)
		buf_addf(refused, "the tag's digest does not match hold %s", approval->id);
	else if (strcmp(about.status, "landed") == 0)
		buf_addf(refused, "%s has landed already", approval->id);
	else if (strcmp(about.status, "paid") == 0)
		buf_addf(refused, "%s is paid already", approval->id);
	else if (strcmp(about.status, "dropped") == 0 && approval->decision == APPROVAL_APPROVE)
		buf_addf(refused, "%s was dropped: it has to be pushed again first", approval->id);
	else if (!about.verdict)
		buf_addf(refused, "the record of %s cannot be read", approval->id);
	else
		check_frozen(session, &about, approval, refused);
	if (!refused->len)
		status = check_subject(session, &about, approval, refused, f);
	if (status == 0 && !refused->len)
		status = check_target(session, &about, approval, refused, f);
	if (status == 0 && !refused->len)
		status = check_person(session, &about, approval, refused, f);
	json_decref(about.verdict);
	free(about.ref);
	return status;
}

static int note_approval(struct verdict *verdict, const struct approval *approval, struct fault *f)
{
	verdict->approval.by = approval->person->name;
	verdict->approval.decision = approval_decision_name(approval->decision);
	verdict->approval.counter = approval->counter;
	verdict->approval.time = approval->time;
	verdict->approval.key = arena_strdup(&verdict->arena, approval->fingerprint);
	verdict->approval.why = arena_strdup(&verdict->arena, approval->why);
	memcpy(verdict->approval.hold, approval->id, sizeof(verdict->approval.hold));
	if (verdict->approval.key && verdict->approval.why &&
		signature_certificate(&verdict->approval.certificate, &approval->certified,
			verdict->approval.key, &verdict->arena) == 0)
		return 0;
	return fault_memory(f);
}

/*
 * What the person said last must not be replaced by what they said before: anybody can push an old
 * tag again.  Of two of the same second, only what is stricter replaces the other.
 */
static int check_order(const struct approval_subject *subject, const struct oid *standing,
	const struct approval *approval, struct buf *refused, struct fault *f)
{
	static const int strictness[] = {
		[APPROVAL_APPROVE] = 0, [APPROVAL_WITHDRAW] = 1, [APPROVAL_REJECT] = 2
	};
	struct approval_subject older = *subject;
	struct approval before;
	struct buf worthless = BUF_INIT(4096);
	int status;

	if (oid_is_zero(standing))
		return 0;
	older.tag = standing;
	status = approval_read(&older, &before, &worthless, f);
	if (status == 0 && before.digest[0] &&
		(approval->time < before.time ||
			(approval->time == before.time &&
				strictness[approval->decision] < strictness[before.decision])))
		buf_addf(refused, "%s pushed a newer `%s`: create the tag again, with a later date",
			approval->person->name, approval_decision_name(before.decision));
	buf_release(&worthless);
	return status;
}

static int read_pushed(
	struct session *session, struct verdict *verdict, struct buf *refused, struct fault *f)
{
	const struct ref_update *update = verdict->update;
	struct approval_subject subject = { session->facts.repo, NULL, update->name, &update->new,
		session->facts.clock.seen };
	struct approval approval = { 0 };
	struct passkey_counter counted;
	int status = approval_keys_new(&subject.keys, session->facts.policy,
		file_owner(repo_git_dir(session->facts.repo)), f);

	if (status == 0)
		status = approval_read(&subject, &approval, refused, f);
	if (status == 0 && !refused->len && !repo_had(session->facts.repo, &approval.target))
		buf_adds(refused, "the commit that it names is not in the repository yet: tag the "
				  "held one, or one that has landed");
	if (status == 0 && !refused->len &&
		!approval_is_timely(&approval, session->facts.clock.now))
		buf_adds(refused, "the tag is dated more than a day away from the server's clock");
	check_stopped(session, &approval, refused);
	if (status == 0 && !refused->len)
		status = check_order(&subject, &update->old, &approval, refused, f);
	counted = (struct passkey_counter){ approval.fingerprint, approval.counter, &update->new };
	if (status == 0 && !refused->len && approval.passkey)
		status = passkey_counter_check(session->facts.state, &counted, refused, f);
	if (status == 0 && !refused->len)
		status = check_about(session, &approval, refused, f);
	if (status == 0 && !refused->len)
		status = note_approval(verdict, &approval, f);
	approval_keys_free(subject.keys);
	return status;
}

int approval_push_judge(struct session *session, struct verdict *verdict, struct fault *f)
{
	const struct ref_update *update = verdict->update;
	struct buf refused = BUF_INIT(4096);
	int status = 0;

	if (oid_is_zero(&update->new))
		buf_adds(&refused, "approvals are not deleted: push one that says "
				   "`Countersign-Decision: withdraw`");
	else if (update->stale)
		buf_adds(&refused, update->stale);
	else
		status = read_pushed(session, verdict, &refused, f);
	if (status == 0 && refused.failed)
		status = fault_memory(f);
	if (status == 0 && refused.len)
		status = verdict_add(verdict,
			&(struct finding){ .rule = "approval",
				.action = ACTION_DENY,
				.agents = "",
				.path = { "", 0 },
				.detail = refused.data,
				.new = { .id = update->new } },
			f);
	buf_release(&refused);
	return status;
}
