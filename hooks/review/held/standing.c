#include "hooks/review/held/standing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the refs are read into. */
struct gathering {
	const struct standing_subject *subject;
	struct standing *out;
	char repository[33]; /* once an approval is found */
	struct fault *fault;
};

/* Whether an approval counts still: its key is not stopped, and it is not too old. */
static bool lasts(const struct facts *facts, const struct approval *approval, int64_t since)
{
	int64_t expires = facts->policy->approval.expires, now = facts->clock.passed;

	return !stops_find_signer(&facts->stops, approval->fingerprint, approval->primary,
		       approval->certified.authority) &&
	       since <= now + APPROVAL_SKEW && (!expires || since > now - expires);
}

static int on_approval(void *context, const char *name, const struct oid *id)
{
	struct gathering *g = context;
	const struct facts *facts = g->subject->facts;
	struct approval_subject subject = { facts->repo, g->subject->keys, name, id,
		facts->clock.seen };
	struct buf refused = BUF_INIT(4096);
	struct approval approval = { 0 };
	int status =
		*g->repository ? 0 : state_repository_id(facts->state, g->repository, g->fault);
	bool counts;
	int64_t since = 0;
	struct said *said;

	if (status == 0)
		status = approval_read(&subject, &approval, &refused, g->fault);
	counts = status == 0 && !refused.len && strcmp(approval.digest, g->subject->digest) == 0 &&
		 approval_is_about(&approval, g->repository, g->subject->ref) &&
		 approval.decision != APPROVAL_WITHDRAW;
	buf_release(&refused);
	if (counts && clock_noted(facts->state, id, approval.time, &since, g->fault) < 0)
		return -1;
	if (!counts || (approval.decision == APPROVAL_APPROVE && !lasts(facts, &approval, since)))
		return status;
	if (g->out->count == STANDING_MAX) {
		g->out->more = true;
		return 0;
	}
	said = realloc(g->out->items, (g->out->count + 1) * sizeof(*said));
	if (!said)
		return fault_memory(g->fault);
	g->out->items = said;
	said += g->out->count++;
	*said = (struct said){ .person = approval.person,
		.decision = approval.decision,
		.time = approval.time,
		.touched = approval.touched,
		.passkey = approval.passkey };
	memcpy(said->why, approval.why, sizeof(said->why));
	memcpy(said->fingerprint, approval.fingerprint, sizeof(said->fingerprint));
	return 0;
}

static json_int_t wanted_of(const json_t *finding)
{
	return json_integer_value(json_object_get(finding, "approvals"));
}

static bool same(const json_t *a, const json_t *b, const char *key)
{
	return json_equal(json_object_get(a, key), json_object_get(b, key));
}

/* Whether the same people may approve both, and have. */
static bool is_like(const json_t *a, const json_t *b)
{
	static const char *const keys[] = { "rule", "commit", "agents", "approvers", "approvals" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (!same(a, b, keys[i]))
			return false;
	return true;
}

/* How many people's approvals of the finding count. */
static size_t count_votes(const struct standing *standing, const struct finding_row *row)
{
	bool driver = false;
	size_t count = 0;

	for (size_t i = 0; i < standing->count; i++) {
		const struct said *said = &standing->items[i];
		const struct approval approval = {
			.person = said->person, .touched = said->touched, .passkey = said->passkey
		};
		enum approver_vote vote;

		if (said->decision != APPROVAL_APPROVE ||
			!finding_row_names(row->finding, said->person))
			continue;
		vote = finding_row_vote(row, &approval).vote;
		count += vote == APPROVER_FULL || (vote == APPROVER_DRIVER && !driver);
		driver = driver || vote == APPROVER_DRIVER;
	}
	return count;
}

/* Fills in a finding that is unlike the one before. */
static int weigh_finding(struct gathering *g, const json_t *finding, struct standing_finding *out)
{
	const struct standing_subject *subject = g->subject;
	struct finding_row row;

	out->voters = calloc(1, sizeof(*out->voters));
	if (!out->voters)
		return fault_memory(g->fault);
	out->own = true;
	if (finding_row_open(&row, subject->judge, subject->verdict, finding, g->fault) < 0)
		return -1;
	out->have = count_votes(g->out, &row);
	finding_row_voters(&row, out->voters);
	return 0;
}

static bool lacks(const struct standing_finding *weighed)
{
	return weighed->flags && (json_int_t)weighed->have < weighed->wanted;
}

bool standing_is_hopeless(const json_t *verdict)
{
	json_t *finding;
	size_t i;

	if (!json_is_false(json_object_get(verdict, "approvable")))
		return false;
	json_array_foreach(json_object_get(verdict, "findings"), i, finding)
	{
		if (json_object_get(finding, "unapprovable"))
			return false; /* by those whom the policy had then */
	}
	return true;
}

static int weigh(struct gathering *g)
{
	const json_t *findings = json_object_get(g->subject->verdict, "findings"), *like = NULL;
	struct standing *out = g->out;
	json_t *finding;
	size_t i;

	out->findings = calloc(json_array_size(findings) + 1, sizeof(*out->findings));
	if (!out->findings)
		return fault_memory(g->fault);
	out->hopeless = standing_is_hopeless(g->subject->verdict);
	json_array_foreach(findings, i, finding)
	{
		struct standing_finding *weighed = &out->findings[i];

		out->finding_count = i + 1;
		if (!finding_row_flags(finding))
			continue;
		if (like && is_like(like, finding)) {
			*weighed = *(weighed - 1);
			weighed->own = false;
		} else if (weigh_finding(g, finding, weighed) < 0) {
			return -1;
		}
		weighed->flags = true;
		weighed->wanted = wanted_of(finding);
		like = finding;
		out->hopeless = out->hopeless || (lacks(weighed) && !voters_suffice(weighed->voters,
									    weighed->wanted));
	}
	return 0;
}

int standing_read(struct standing *out, const struct standing_subject *subject, struct fault *f)
{
	struct gathering gathering = { .subject = subject, .out = out, .fault = f };
	char prefix[128];

	*out = (struct standing){ 0 };
	(void)snprintf(prefix, sizeof(prefix), "refs/countersign/approvals/%s/", subject->id);
	return repo_refs(subject->facts->repo, prefix, on_approval, &gathering, f) < 0
		       ? -1
		       : weigh(&gathering);
}

void standing_release(struct standing *standing)
{
	for (size_t i = 0; i < standing->finding_count; i++)
		if (standing->findings[i].own)
			free(standing->findings[i].voters);
	free(standing->findings);
	free(standing->items);
	*standing = (struct standing){ 0 };
}

const struct said *standing_of(const struct standing *standing, const struct person *person)
{
	for (size_t i = 0; i < standing->count; i++)
		if (standing->items[i].person == person)
			return &standing->items[i];
	return NULL;
}

static bool has(const struct voters *voters, const struct person *person)
{
	for (size_t i = 0; i < VOTERS_MAX && voters->people[i]; i++)
		if (voters->people[i] == person)
			return true;
	return false;
}

bool standing_may(const struct standing *standing, const struct person *person)
{
	for (size_t i = 0; i < standing->finding_count; i++)
		if (standing->findings[i].flags && has(standing->findings[i].voters, person))
			return true;
	return false;
}

/* The rejection that stands, or NULL. */
static const struct said *rejection_of(const struct standing *standing)
{
	for (size_t i = 0; i < standing->count; i++)
		if (standing->items[i].decision == APPROVAL_REJECT)
			return &standing->items[i];
	return NULL;
}

bool standing_waits_for(const struct standing *standing, const struct person *person)
{
	if (!person || standing_of(standing, person) || rejection_of(standing))
		return false;
	for (size_t i = 0; i < standing->finding_count; i++)
		if (lacks(&standing->findings[i]) && has(standing->findings[i].voters, person))
			return true;
	return false;
}

/* Adds the finding's approvers, `platform or security`. */
static void tell_approvers(const json_t *finding, struct buf *out)
{
	const json_t *value;
	size_t i;

	json_array_foreach(json_object_get(finding, "approvers"), i, value)
	{
		buf_adds(out, i ? " or " : "");
		buf_adds(out, json_string_value(value));
	}
}

/* Whether an earlier finding says just the same of who is to approve. */
static bool was_told(const struct standing *standing, const json_t *findings, size_t before)
{
	const json_t *finding = json_array_get(findings, before);

	for (size_t i = 0; i < before; i++) {
		const json_t *earlier = json_array_get(findings, i);

		if (lacks(&standing->findings[i]) && same(earlier, finding, "approvals") &&
			same(earlier, finding, "approvers"))
			return true;
	}
	return false;
}

void standing_tell(const struct standing *standing, const json_t *verdict, struct buf *out)
{
	const json_t *findings = json_object_get(verdict, "findings");
	const struct said *rejected = rejection_of(standing);
	bool satisfied = true;
	json_t *finding;
	size_t i;

	if (rejected) {
		buf_addf(out, "rejected by %s", rejected->person->name);
		return;
	}
	if (standing_is_hopeless(verdict)) {
		buf_adds(out, "nobody can approve it");
		return;
	}
	json_array_foreach(findings, i, finding)
	{
		const struct standing_finding *weighed = &standing->findings[i];

		if (!lacks(weighed) || was_told(standing, findings, i))
			continue;
		buf_addf(out, "%s%zu of %d, needs ", satisfied ? "" : "; ", weighed->have,
			(int)weighed->wanted);
		tell_approvers(finding, out);
		if (!voters_suffice(weighed->voters, weighed->wanted)) {
			buf_adds(out, ", but ");
			voters_tell(weighed->voters, out);
		}
		satisfied = false;
	}
	if (satisfied)
		buf_adds(out, "approved: push again");
}
