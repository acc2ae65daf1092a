#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/approval.h"
#include "common/file.h"
#include "hooks/consent.h"

/* What an approval is about, as it was recorded. */
struct about {
	bool found;
	char digest[65], status[16];
	json_t *verdict;
};

static int on_hold(void *context, const struct hold_row *hold)
{
	struct about *about = context;

	about->found = true;
	(void)snprintf(about->digest, sizeof(about->digest), "%s", hold->digest);
	(void)snprintf(about->status, sizeof(about->status), "%s", hold->status);
	about->verdict = json_loads(hold->verdict, JSON_REJECT_DUPLICATES, NULL);
	return 1;
}

/* Whether the finding's rule names the person; else the rule's approvers are added to the text. */
static bool named(const json_t *finding, const struct person *person, struct buf *others)
{
	const json_t *approvers = json_object_get(finding, "approvers");
	const json_t *value;
	size_t i;

	json_array_foreach(approvers, i, value)
	{
		const char *list[] = { json_string_value(value), NULL };

		if (list[0] && policy_names_person(list, person))
			return true;
		if (list[0] && (!others->data || !strstr(others->data, list[0])))
			buf_addf(others, "%s%s", others->len ? " or " : "", list[0]);
	}
	return false;
}

/* Whether the person may approve anything that was found. */
static void check_person(
	const struct about *about, const struct approval *approval, struct buf *refused)
{
	const json_t *findings = json_object_get(about->verdict, "findings");
	const json_t *finding;
	struct buf others = BUF_INIT(2048);
	size_t i;
	bool may = false;

	json_array_foreach(findings, i, finding) may =
		named(finding, approval->person, &others) || may;
	if (!may && others.len)
		buf_addf(refused, "signed by %s, which is %s's, but %s is not in %s",
			approval->fingerprint, approval->person->name, approval->person->name,
			others.data);
	else if (!may)
		buf_addf(refused, "no approval can help %s", approval->id);
	buf_release(&others);
}

static bool listed(names list, const char *text)
{
	for (; *list; list++)
		if (strcasecmp(*list, text) == 0)
			return true;
	return false;
}

static void check_pusher(const struct session *session, const struct about *about,
	const struct approval *approval, struct buf *refused)
{
	const char *account = json_string_value(json_object_get(about->verdict, "account"));

	if (approval->decision == APPROVAL_APPROVE && session->policy->approval.exclude_pusher &&
		account && listed(approval->person->accounts, account))
		buf_addf(refused, "%s pushed it, and so cannot approve it", approval->person->name);
}

static int check_about(struct session *session, const struct approval *approval,
	struct buf *refused, struct fault *f)
{
	struct about about = { 0 };

	if (state_holds(session->state, approval->id, NULL, on_hold, &about, f) < 0)
		return -1;
	if (!about.found)
		buf_addf(refused, "nothing called %s was held or denied here", approval->id);
	else if (strcmp(about.digest, approval->digest) != 0)
		buf_addf(refused, "the digest that it names is not the one of %s", approval->id);
	else if (strcmp(about.status, "landed") == 0)
		buf_addf(refused, "%s has landed already", approval->id);
	else if (!about.verdict)
		buf_addf(refused, "the record of %s cannot be read", approval->id);
	else
		check_person(&about, approval, refused);
	if (about.verdict && !refused->len)
		check_pusher(session, &about, approval, refused);
	json_decref(about.verdict);
	return 0;
}

static int note_approval(struct verdict *verdict, const struct approval *approval, struct fault *f)
{
	verdict->approval.by = approval->person->name;
	verdict->approval.decision = approval_decision_name(approval->decision);
	verdict->approval.key = arena_strdup(&verdict->arena, approval->fingerprint);
	memcpy(verdict->approval.hold, approval->id, sizeof(verdict->approval.hold));
	return verdict->approval.key ? 0 : fault_memory(f);
}

static int read_pushed(
	struct session *session, struct verdict *verdict, struct buf *refused, struct fault *f)
{
	const struct ref_update *update = verdict->update;
	struct approval_subject subject = { session->repo, NULL, update->name, &update->new,
		session->now };
	struct approval approval;
	int status = approval_keys_new(
		&subject.keys, session->policy, file_owner(repo_git_dir(session->repo)), f);

	if (status == 0)
		status = approval_read(&subject, &approval, refused, f);
	if (status == 0 && !refused->len && !approval_is_timely(&approval, session->now))
		buf_adds(refused, "the tag is dated more than a day away from the server's clock");
	if (status == 0 && !refused->len)
		status = check_about(session, &approval, refused, f);
	if (status == 0 && !refused->len)
		status = note_approval(verdict, &approval, f);
	approval_keys_free(subject.keys);
	return status;
}

int consent_judge_push(struct session *session, struct verdict *verdict, struct fault *f)
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
