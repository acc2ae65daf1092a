#include "hooks/review/held/standing.h"

#include <stdlib.h>
#include <string.h>

/* What the refs are read into. */
struct gathering {
	const struct standing_subject *subject;
	struct standing *out;
	char repository[33];
	struct fault *fault;
};

static int on_approval(void *context, const char *name, const struct oid *id)
{
	struct gathering *g = context;
	const struct facts *facts = g->subject->facts;
	struct approval_subject subject = { facts->repo, g->subject->keys, name, id,
		facts->clock.seen };
	struct buf refused = BUF_INIT(4096);
	struct approval approval;
	int status = approval_read(&subject, &approval, &refused, g->fault);
	bool counts = status == 0 && !refused.len &&
		      strcmp(approval.digest, g->subject->digest) == 0 &&
		      approval_is_about(&approval, g->repository, g->subject->ref) &&
		      approval.decision != APPROVAL_WITHDRAW;
	struct said *said;

	buf_release(&refused);
	if (!counts)
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
	*said = (struct said){
		.person = approval.person, .decision = approval.decision, .time = approval.time
	};
	memcpy(said->why, approval.why, sizeof(said->why));
	memcpy(said->fingerprint, approval.fingerprint, sizeof(said->fingerprint));
	return 0;
}

int standing_read(struct standing *out, const struct standing_subject *subject, struct fault *f)
{
	struct gathering gathering = { .subject = subject, .out = out, .fault = f };
	char prefix[128];

	*out = (struct standing){ 0 };
	if (state_repository_id(subject->facts->state, gathering.repository, f) < 0)
		return -1;
	(void)snprintf(prefix, sizeof(prefix), "refs/countersign/approvals/%s/", subject->id);
	return repo_refs(subject->facts->repo, prefix, on_approval, &gathering, f);
}

void standing_release(struct standing *standing)
{
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

size_t standing_count(const struct standing *standing, const json_t *finding)
{
	size_t count = 0;

	for (size_t i = 0; i < standing->count; i++)
		if (standing->items[i].decision == APPROVAL_APPROVE &&
			finding_row_names(finding, standing->items[i].person))
			count++;
	return count;
}

static json_int_t wanted(const json_t *finding)
{
	return json_integer_value(json_object_get(finding, "approvals"));
}

static bool lacks(const struct standing *standing, const json_t *finding)
{
	return (json_int_t)standing_count(standing, finding) < wanted(finding);
}

/* Whether the person answers for the finding's agent, and may therefore not approve. */
static bool owns(const json_t *finding, const struct facts *facts, const struct person *person)
{
	const char *name = json_string_value(json_object_get(finding, "agent"));
	const struct agent *agent = name ? policy_agent(facts->policy, name) : NULL;

	return facts->policy->approval.exclude_owner && agent && agent->owner &&
	       strcmp(agent->owner, person->name) == 0;
}

bool standing_waits_for(const struct standing *standing, const struct hold_row *hold,
	const json_t *verdict, const struct facts *facts, const struct person *person)
{
	json_t *finding;
	size_t i;

	if (!person || standing_of(standing, person))
		return false;
	if (facts->policy->approval.exclude_pusher &&
		policy_account_person(facts->policy, hold->account) == person)
		return false;
	for (i = 0; i < standing->count; i++)
		if (standing->items[i].decision == APPROVAL_REJECT)
			return false;
	json_array_foreach(json_object_get(verdict, "findings"), i, finding)
	{
		if (finding_row_flags(finding) && finding_row_names(finding, person) &&
			lacks(standing, finding) && !owns(finding, facts, person))
			return true;
	}
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
static bool was_told(const json_t *findings, size_t before, const json_t *finding)
{
	for (size_t i = 0; i < before; i++) {
		const json_t *earlier = json_array_get(findings, i);

		if (finding_row_flags(earlier) && wanted(earlier) == wanted(finding) &&
			json_equal(json_object_get(earlier, "approvers"),
				json_object_get(finding, "approvers")))
			return true;
	}
	return false;
}

/* The rejection that stands, told; false: there is none. */
static bool tell_rejection(const struct standing *standing, struct buf *out)
{
	for (size_t i = 0; i < standing->count; i++)
		if (standing->items[i].decision == APPROVAL_REJECT) {
			buf_addf(out, "rejected by %s", standing->items[i].person->name);
			return true;
		}
	return false;
}

void standing_tell(const struct standing *standing, const json_t *verdict, struct buf *out)
{
	const json_t *findings = json_object_get(verdict, "findings");
	bool satisfied = true;
	json_t *finding;
	size_t i;

	if (tell_rejection(standing, out))
		return;
	if (json_is_false(json_object_get(verdict, "approvable"))) {
		buf_adds(out, "nobody can approve it");
		return;
	}
	json_array_foreach(findings, i, finding)
	{
		if (!finding_row_flags(finding) || !lacks(standing, finding) ||
			was_told(findings, i, finding))
			continue;
		buf_addf(out, "%s%zu of %d, needs ", satisfied ? "" : "; ",
			standing_count(standing, finding), (int)wanted(finding));
		tell_approvers(finding, out);
		satisfied = false;
	}
	if (satisfied)
		buf_adds(out, "approved: push again");
}
