#include "hooks/gate/approvals.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/file.h"
#include "common/facts/approval.h"
#include "hooks/judge/approver_conflict.h"

#define DECISIONS_MAX 10000

/* One person's word: on everything that was found, or on some commits alone. */
struct person_decision {
	const struct person *person;
	enum accept how;
	bool reject, touched;
	int64_t since;   /* when it was said, as time that has passed; of a push: now */
	bool some;       /* on these commits alone */
	const char *why; /* of a rejection; the verdict's */
	struct oid_map commits;
};

struct approval_weighing {
	struct session *session;
	struct verdict *verdict;
	struct person_decision *decisions;
	size_t count;
	struct oid_map line; /* what is new on the ref's own line, where merges are into this ref */
	struct approver_conflict conflict; /* of the commit last asked about */
	struct approval_keys *keys;
	bool again; /* the same has landed before */
	struct fault *fault;
};

static struct person_decision *decision_add(
	struct approval_weighing *w, const struct person *person, enum accept how)
{
	struct person_decision *grown = w->decisions;

	if (w->count == DECISIONS_MAX)
		return NULL;
	if ((w->count & (w->count - 1)) == 0)
		grown = realloc(grown, (w->count ? w->count * 2 : 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	w->decisions = grown;
	grown[w->count] = (struct person_decision){ .person = person, .how = how };
	return &grown[w->count++];
}

/* Whether the key that said it is stopped. */
static bool is_stopped(const struct approval_weighing *w, const struct approval *approval)
{
	return stops_find_signer(&w->session->facts.stops, approval->fingerprint, approval->primary,
		approval->certified.authority);
}

/* Under which terms what the finding is about is approved: those of the layer whose rule it is. */
static const struct approval_terms *terms_of(
	const struct approval_weighing *w, const struct finding *finding)
{
	return &w->session->facts.policy->layers[finding->layer].approval;
}

/* Whether what was said then, and not later than now, still holds by the time that has passed. */
static bool lasts(
	const struct approval_weighing *w, const struct approval_terms *terms, int64_t since)
{
	int64_t expires = terms->expires, now = w->session->facts.clock.passed;

	return since <= now + APPROVAL_SKEW && (!expires || since > now - expires);
}

/*
 * An approval ref as it stands in the repository: those of this push are not there yet, so they do
 * not count yet.
 */
static int on_approval(void *context, const char *name, const struct oid *id)
{
	struct approval_weighing *w = context;
	struct approval_subject subject = { w->session->facts.repo, w->keys, name, id,
		w->session->facts.clock.seen };
	struct buf refused = BUF_INIT(4096);
	struct approval approval;
	struct person_decision *decision;
	int status = approval_read(&subject, &approval, &refused, w->fault);
	bool counts =
		status == 0 && !refused.len && strcmp(approval.digest, w->verdict->digest) == 0 &&
		approval_is_about(&approval, w->verdict->repository, w->verdict->update->target) &&
		approval.decision != APPROVAL_WITHDRAW;
	int64_t since = 0;

	buf_release(&refused);
	if (counts && clock_noted(w->session->facts.state, id, approval.time, &since, w->fault) < 0)
		return -1;
	if (!counts || (approval.decision == APPROVAL_APPROVE && is_stopped(w, &approval)))
		return status;
	if (approval.decision == APPROVAL_APPROVE &&
		!lasts(w, &w->session->facts.policy->approval, since)) {
		w->verdict->expired_by = approval.person->name;
		return status;
	}
	decision = decision_add(w, approval.person, ACCEPT_TAG);
	if (!decision)
		return fault_memory(w->fault);
	decision->reject = approval.decision == APPROVAL_REJECT;
	decision->touched = approval.touched;
	decision->since = since;
	decision->why = arena_strdup(&w->verdict->arena, approval.why);
	return decision->why ? 0 : fault_memory(w->fault);
}

static int gather_tags(struct approval_weighing *w)
{
	char prefix[128];

	(void)snprintf(prefix, sizeof(prefix), "refs/countersign/approvals/%s/", w->verdict->hold);
	return repo_refs(w->session->facts.repo, prefix, on_approval, w, w->fault);
}

/* Since when a signature counts; 0: not any more: it ends as a tag does, landing uses it up. */
static int find_since(struct approval_weighing *w, const struct oid *id,
	const struct person *signer, int64_t *since)
{
	struct object object = { 0 };
	struct commit commit;
	const char *why;

	*since = 0;
	if (w->again && !judge_introduces(w->session->judge, id))
		return 0;
	if (repo_read(w->session->facts.repo, id, &object, w->fault) < 0)
		return -1;
	if (object.type == OBJECT_COMMIT && commit_parse(&commit, id->len, object.data, &why) == 0)
		*since = clock_passed_at(&w->session->facts.clock, commit.committer.time);
	if (*since && !lasts(w, &w->session->facts.policy->approval, *since)) {
		w->verdict->expired_by = signer->name;
		*since = 0;
	}
	object_release(&object);
	return 0;
}

/*
 * The signature of a person on a merge speaks for what the merge brings in, if it was merged into
 * this ref and not into a branch that came here later; on an agent's commit, for that commit.
 */
static int gather_signature(struct approval_weighing *w, const struct oid *id)
{
	unsigned accept = w->session->facts.policy->approval.accept;
	struct oid_list merged = { 0 };
	struct attribution who;
	struct person_decision *decision;
	const char *why;
	int status = judge_attribute(w->session->judge, id, &who, &why, w->fault);
	bool agents = status == 0 && !why && who.count > 0;
	int64_t since = 0;

	if (status < 0 || why || !who.signer || !who.approving || who.malformed ||
		!(accept & (agents ? ACCEPT_COMMIT : ACCEPT_MERGE)) ||
		(!agents && !oid_map_get(&w->line, id)))
		return status;
	if (find_since(w, id, who.signer, &since) < 0 || !since)
		return w->fault->class ? -1 : 0;
	status = agents ? oid_list_add(&merged, id)
			: judge_merged(w->session->judge, id, &merged, w->fault);
	decision = status == 0 && merged.count
			   ? decision_add(w, who.signer, agents ? ACCEPT_COMMIT : ACCEPT_MERGE)
			   : NULL;
	if (status == 0 && merged.count && !decision)
		status = fault_memory(w->fault);
	if (decision) {
		decision->touched = who.touched;
		decision->since = since;
		decision->some = true;
	}
	for (size_t i = 0; decision && status == 0 && i < merged.count; i++)
		if (!oid_map_put(&decision->commits, &merged.ids[i]))
			status = fault_memory(w->fault);
	oid_list_release(&merged);
	return status;
}

static int gather_signatures(struct approval_weighing *w)
{
	struct oid_list commits = { 0 };
	int status;

	if (!(w->session->facts.policy->approval.accept & (ACCEPT_MERGE | ACCEPT_COMMIT)))
		return 0;
	status = judge_new_commits(w->session->judge, w->verdict->update, &commits, w->fault);
	if (status == 0)
		status = judge_own_line(
			w->session->judge, w->verdict->update, &commits, &w->line, w->fault);
	for (size_t i = 0; status == 0 && i < commits.count && !judge_is_late(w->session->judge);
		i++)
		status = gather_signature(w, &commits.ids[i]);
	oid_list_release(&commits);
	return status;
}

static int gather_push(struct approval_weighing *w)
{
	const struct person *person =
		facts_account_owner(&w->session->facts, w->session->facts.push.account);
	struct person_decision *decision;

	if (!person || !(w->session->facts.policy->approval.accept & ACCEPT_PUSH))
		return 0;
	decision = decision_add(w, person, ACCEPT_PUSH);
	if (!decision)
		return fault_memory(w->fault);
	decision->since = w->session->facts.clock.passed;
	return 0;
}

/* What was not judged is let through by a tag alone: whoever signs that was shown what it is. */
static bool is_limit(const struct finding *finding)
{
	return strcmp(finding->rule, "limits") == 0;
}

/* Whether the person had a hand in it; signing it is what ACCEPT_COMMIT is about. */
static enum approver_vote vote_of_person(const struct approval_weighing *w,
	const struct finding *finding, const struct person_decision *decision)
{
	const struct approver_asked asked = { finding->owners, finding->approvals,
		*finding->agents != 0 };
	struct approver_conflict conflict = w->conflict;

	if (decision->how == ACCEPT_COMMIT)
		conflict.signer = NULL;
	return approver_conflict_vote(&conflict, terms_of(w, finding), decision->person, &asked);
}

static bool speaks_of(const struct person_decision *decision, const struct finding *finding)
{
	return !decision->some || oid_map_get(&decision->commits, &finding->commit);
}

/* What the decision is worth among those that satisfy the finding. */
static enum approver_vote vote_of(const struct approval_weighing *w, const struct finding *finding,
	const struct person_decision *decision)
{
	const struct approval_terms *terms = terms_of(w, finding);
	bool presence = finding->presence || terms->presence;

	if ((is_limit(finding) && decision->how != ACCEPT_TAG) || decision->reject ||
		!(terms->accept & (unsigned)decision->how) || !lasts(w, terms, decision->since) ||
		!speaks_of(decision, finding) ||
		!policy_names_person(finding->approvers, decision->person) ||
		(presence && !decision->touched))
		return APPROVER_NONE;
	return vote_of_person(w, finding, decision);
}

static bool add_once(const struct person **people, size_t *count, const struct person *person)
{
	for (size_t i = 0; i < *count; i++)
		if (people[i] == person)
			return false;
	people[(*count)++] = person;
	return true;
}

static bool rejected(struct approval_weighing *w, const struct finding *finding)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->decisions[i].reject &&
			policy_names_person(finding->approvers, w->decisions[i].person)) {
			w->verdict->rejected_by = w->decisions[i].person->name;
			w->verdict->rejected_why = w->decisions[i].why;
			return true;
		}
	return false;
}

/* Who satisfies a finding. */
struct satisfying {
	const struct person **people;
	size_t count;
};

/* Adds the people whose approval of the finding is worth that; of those who drove it one. */
static void add_votes(const struct approval_weighing *w, const struct finding *finding,
	enum approver_vote worth, struct satisfying *mine)
{
	bool enough = false;

	for (size_t i = 0; i < w->count && !enough; i++)
		if (vote_of(w, finding, &w->decisions[i]) == worth)
			enough = add_once(mine->people, &mine->count, w->decisions[i].person) &&
				 worth == APPROVER_DRIVER;
}

/* Counts people, not keys nor tags: each as what is worth most of theirs. */
static int weigh_finding(struct approval_weighing *w, const struct finding *finding,
	struct satisfying *all, bool *satisfied)
{
	struct satisfying mine = { calloc(w->count + 1, sizeof(*mine.people)), 0 };

	if (!mine.people || approver_conflict_of(w->session->judge, w->verdict->update, finding,
				    &w->conflict, w->fault) < 0) {
		free(mine.people);
		return w->fault->class ? -1 : fault_memory(w->fault);
	}
	add_votes(w, finding, APPROVER_FULL, &mine);
	add_votes(w, finding, APPROVER_DRIVER, &mine);
	*satisfied = !rejected(w, finding) && finding->approvals > 0 &&
		     mine.count >= (size_t)finding->approvals;
	for (size_t i = 0; i < mine.count; i++)
		(void)add_once(all->people, &all->count, mine.people[i]);
	free(mine.people);
	return 0;
}

static int name_people(struct approval_weighing *w, const struct satisfying *all)
{
	w->verdict->approved_by = arena_alloc(
		&w->verdict->arena, (all->count + 1) * sizeof(*w->verdict->approved_by));
	if (!w->verdict->approved_by)
		return fault_memory(w->fault);
	for (size_t i = 0; i < all->count; i++)
		w->verdict->approved_by[i] = all->people[i]->name;
	w->verdict->approved_count = all->count;
	return 0;
}

/* What is left of the decision when every satisfied finding is taken out. */
static int weigh_all(struct approval_weighing *w)
{
	struct satisfying all = { calloc(w->count + 1, sizeof(*all.people)), 0 };
	enum decision worst = DECISION_ALLOW;
	int status = all.people ? 0 : fault_memory(w->fault);

	for (size_t i = 0; status == 0 && i < w->verdict->count; i++) {
		const struct finding *finding = &w->verdict->findings[i];
		enum decision left = finding->action == ACTION_DENY ? DECISION_DENY : DECISION_HOLD;
		bool satisfied = false;

		if (!finding_flags(finding))
			continue;
		status = weigh_finding(w, finding, &all, &satisfied);
		if (!satisfied && left < worst)
			worst = left;
	}
	if (status == 0)
		status = name_people(w, &all);
	if (status == 0)
		w->verdict->decision = worst;
	free(all.people);
	return status;
}

static void weighing_end(struct approval_weighing *w)
{
	for (size_t i = 0; i < w->count; i++)
		oid_map_release(&w->decisions[i].commits);
	free(w->decisions);
	oid_map_release(&w->line);
	approval_keys_free(w->keys);
}

int approvals_weigh(struct session *session, struct verdict *verdict, bool again, struct fault *f)
{
	struct approval_weighing w = {
		.session = session, .verdict = verdict, .again = again, .fault = f
	};
	int status;

	if (!verdict->hold[0] || verdict->more)
		return 0;
	status = approval_keys_new(
		&w.keys, session->facts.policy, file_owner(repo_git_dir(session->facts.repo)), f);
	if (status == 0)
		status = gather_tags(&w);
	if (status == 0)
		status = gather_signatures(&w);
	if (status == 0)
		status = gather_push(&w);
	if (status == 0 && w.count)
		status = weigh_all(&w);
	weighing_end(&w);
	return status < 0 ? fault_context(f, "approvals of %s", verdict->hold) : 0;
}
