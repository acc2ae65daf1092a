#include "hooks/judge/judge.h"

#include <stdlib.h>
#include <string.h>

#include "common/git/peel.h"
#include "hooks/judge/parts.h"

/* One ref update being judged. */
struct ref_judging {
	struct judge *judge;
	struct verdict *verdict;
	const struct ref_update *update;
	struct rule_case c;
	unsigned char *governing; /* for the update itself: which groups govern the ref */
	struct attribution who;   /* whose doing the update is */
	struct oid tip;
	enum object_type tip_type;
	struct range range;
	struct judge_helper *helper; /* NULL: the range is judged by this process alone */
};

static int deny(struct ref_judging *j, const char *rule, const char *detail, struct fault *f)
{
	return judge_object(j->judge, &j->c,
		&(struct objection){ .rule = rule, .action = ACTION_DENY, .detail = detail }, f);
}

static int hold_limit(struct ref_judging *j, const char *detail, struct fault *f)
{
	return judge_object(j->judge, &j->c,
		&(struct objection){ .rule = "limits", .action = ACTION_HOLD, .detail = detail },
		f);
}

static bool governed(const struct ref_judging *j)
{
	for (size_t g = 0; g < j->judge->facts->policy->group_count; g++)
		if (j->governing[g])
			return true;
	return false;
}

static int judging_begin(
	struct ref_judging *j, struct judge *judge, struct verdict *verdict, struct fault *f)
{
	const struct policy *policy = judge->facts->policy;

	*j = (struct ref_judging){ .judge = judge, .verdict = verdict, .update = verdict->update };
	j->governing = calloc(policy->group_count + 1, 1);
	if (!j->governing)
		return fault_memory(f);
	for (size_t g = 0; g < policy->group_count; g++)
		j->governing[g] =
			policy_group_governs(policy, &policy->groups[g], j->update->target);
	j->c = (struct rule_case){ .policy = policy,
		.update = j->update,
		.head = judge->facts->head,
		.governing = j->governing,
		.verdict = verdict,
		.who = &j->who,
		.now = judge->facts->now,
		.credentials = judge->credentials,
		.old_credentials = judge->old_credentials,
		.fingerprint_key = judge->fingerprint_key,
		.owners = judge_owners,
		.context = judge,
		.deletes = oid_is_zero(&j->update->new) };
	return attribution_of_account(judge->attributor, &j->who, f);
}

static void judging_end(struct ref_judging *j)
{
	judge_helper_end(&j->helper);
	range_release(&j->range);
	free(j->governing);
}

/* Judges the annotated tags that the new value goes through; they are part of what is pushed. */
static int judge_tags(struct ref_judging *j, struct fault *f)
{
	struct oid id = j->update->new;
	int status = 0;

	for (int i = 0; status == 0 && i < PEEL_MAX; i++) {
		struct object object = { 0 };
		struct attribution who;
		struct tag tag;
		const char *why = NULL;

		if (repo_read(j->judge->facts->repo, &id, &object, f) < 0)
			return -1;
		if (object.type != OBJECT_TAG) {
			object_release(&object);
			return 0;
		}
		j->c.commit = &id;
		j->c.text = object.data;
		if (object.data.len > JUDGE_TEXT_MAX)
			why = judge_text_over;
		if (why || tag_parse(&tag, object.data, &why) < 0) {
			j->c.text = (struct span){ 0 };
			status = judge_unparsed(j->judge, &j->c, why, f);
			j->c.commit = NULL;
			object_release(&object);
			return status;
		}
		status = attribution_of_tag(j->judge->attributor, &tag, &who, f);
		if (status == 0) {
			j->c.who = &who;
			judge_note_agents(j->verdict, &who);
			status = who.malformed ? deny(j, "malformed", who.malformed, f)
					       : rules_judge(&j->c, f);
		}
		if (status == 0)
			status = attribution_merge(j->judge->attributor, &j->who, &who, f);
		j->c.who = &j->who;
		j->c.commit = NULL;
		j->c.text = (struct span){ 0 };
		id = tag.target;
		object_release(&object);
	}
	return status < 0 ? -1 : status;
}

/* The update is the doing of those on its first-parent line, too. */
static int find_doers(struct ref_judging *j, struct fault *f)
{
	int status = judge_doers(j->judge, j->update, &j->range, &j->tip, &j->who, f);

	return status > 0 ? hold_limit(j, "judging took longer than the policy allows", f) : status;
}

/*
 * Whether the update takes something away that the ref led to: anything but going forward from
 * commit to commit.
 */
static int find_rewind(struct ref_judging *j, struct fault *f)
{
	struct fault ignored = { 0 };
	enum object_type type;
	struct oid old;
	bool reaches = false;

	if (j->c.deletes || oid_is_zero(&j->update->old))
		return 0;
	j->c.rewinds = true;
	if (peel(j->judge->facts->repo, &j->update->old, &old, &type, &ignored) < 0 ||
		type != OBJECT_COMMIT || j->tip_type != OBJECT_COMMIT ||
		!oid_equal(&old, &j->update->old))
		return 0;
	if (graph_reaches(j->judge->graph, &j->tip, &old, &reaches, f) < 0)
		return -1;
	j->c.rewinds = !reaches;
	return 0;
}

/* The bit of innocence for these groups and this ref; 0 when there are too many of them. */
static uint64_t innocence_bit(struct ref_judging *j, const unsigned char *mask)
{
	struct innocence *innocence = &j->judge->innocence;
	size_t groups = j->range.group_count;
	bool head = strcmp(j->update->target, j->judge->facts->head) == 0;
	unsigned char *key;

	for (size_t i = 0; i < innocence->count; i++)
		if (memcmp(innocence->keys[i], mask, groups) == 0 &&
			innocence->keys[i][groups] == head)
			return (uint64_t)1 << i;
	key = innocence->count < INNOCENCE_KEYS ? malloc(groups + 1) : NULL;
	if (!key)
		return 0;
	memcpy(key, mask, groups);
	key[groups] = head;
	innocence->keys[innocence->count] = key;
	return (uint64_t)1 << innocence->count++;
}

/*
 * Judges a commit, unless nothing was found in it for another ref of the push under the same
 * groups.
 */
static int judge_once(struct ref_judging *j, size_t i, struct fault *f)
{
	const struct oid *id = &j->range.commits.ids[i];
	const unsigned char *mask = j->range.masks + i * j->range.group_count;
	size_t found = j->verdict->count + j->verdict->more, agents = j->verdict->agent_commits;
	bool alone = j->judge->facts->push.count == 1;
	uint64_t bit = alone ? 0 : innocence_bit(j, mask), *bits;

	bits = bit ? oid_map_get(&j->judge->innocence.commits, id) : NULL;
	if (bits && *bits & bit) {
		j->judge->changes.end = CHANGES_WHOLE;
		return 0;
	}
	j->c.governing = mask;
	if (!judge_helper_innocent(j->helper, i, j->judge, j->verdict) &&
		judge_commit(j->judge, &j->c, id, f) < 0)
		return -1;
	if (!bit || j->verdict->count + j->verdict->more != found ||
		j->verdict->agent_commits != agents)
		return 0;
	bits = oid_map_put(&j->judge->innocence.commits, id);
	if (!bits)
		return fault_memory(f);
	*bits |= bit;
	return 0;
}

/*
 * Whether the last commit was found innocent for another ref of the push, as all of the range will
 * have been.
 */
static bool innocent_by_now(const struct ref_judging *j)
{
	const struct range *range = &j->range;

	return range->commits.count && oid_map_get(&j->judge->innocence.commits,
					       &range->commits.ids[range->commits.count - 1]);
}

/* Has another process begin with a long range. */
static int look_ahead(struct ref_judging *j, struct fault *f)
{
	return innocent_by_now(j) ? 0
				  : judge_helper_start(&j->helper, j->judge, &j->c, &j->range, f);
}

static int judge_commits(struct ref_judging *j, struct fault *f)
{
	struct range *range = &j->range;

	for (size_t i = 0; i < range->commits.count; i++) {
		if (judge_is_late(j->judge))
			return hold_limit(j, "judging took longer than the policy allows", f);
		if (judge_once(j, i, f) < 0)
			return -1;
		if (j->judge->changes.end == CHANGES_LIMIT)
			break;
	}
	j->c.governing = j->governing;
	j->c.commit = NULL;
	j->c.who = &j->who;
	return 0;
}

/* What the ref would name, whatever it is. */
static int judge_tip(struct ref_judging *j, struct fault *f)
{
	bool branch = span_starts(span_of(j->update->target), "refs/heads/");

	if (branch && !(j->tip_type == OBJECT_COMMIT && oid_equal(&j->tip, &j->update->new)))
		return deny(j, "malformed", "a branch must name a commit", f);
	if (j->tip_type == OBJECT_NONE && j->verdict->count)
		return 0; /* judge_tags() has said why */
	if (j->tip_type == OBJECT_NONE)
		return deny(j, "malformed", "tags of tags, too many to be followed", f);
	if (j->tip_type == OBJECT_COMMIT)
		return judge_commits(j, f);
	if (j->tip_type == OBJECT_TREE && governed(j))
		return judge_tree(j->judge, &j->c, &j->tip, f);
	if (j->tip_type == OBJECT_BLOB && governed(j))
		return judge_blob(j->judge, &j->c, &j->tip, f);
	return 0;
}

/* Not all that it brings can be remembered; of an agent's account nothing may stay then. */
static int object_to_brought(struct ref_judging *j, struct fault *f)
{
	static const char detail[] = "the push brings more commits than the policy allows";

	return j->who.count ? deny(j, "limits", detail, f) : hold_limit(j, detail, f);
}

static int judge_update(struct ref_judging *j, struct fault *f)
{
	int stopped = 0;

	if (judge_introduce(j->judge, f) < 0)
		return -1;
	if (!j->judge->introduced_whole && object_to_brought(j, f) < 0)
		return -1;
	if (peel(j->judge->facts->repo, &j->update->new, &j->tip, &j->tip_type, f) < 0)
		return -1;
	if (j->tip_type == OBJECT_COMMIT &&
		range_of(j->judge, j->update, &j->tip, &j->range, f) < 0)
		return -1;
	if (j->tip_type == OBJECT_COMMIT)
		stopped = judge_stopped(j->judge, &j->c, &j->range, &j->tip, f);
	if (stopped)
		return stopped < 0 ? -1 : 0;
	if (j->tip_type == OBJECT_COMMIT && !j->range.whole &&
		hold_limit(j, "more new commits than the policy allows", f) < 0)
		return -1;
	if (judge_tags(j, f) < 0)
		return -1;
	if (j->tip_type == OBJECT_COMMIT && find_doers(j, f) < 0)
		return -1;
	if (find_rewind(j, f) < 0 || judge_delegated(j->judge, &j->c, f) < 0 ||
		rules_judge(&j->c, f) < 0 || look_ahead(j, f) < 0 ||
		judge_unreached(j->judge, &j->c, f) < 0)
		return -1;
	return judge_tip(j, f);
}

static int judge_by_kind(struct ref_judging *j, struct fault *f)
{
	const struct ref_update *update = j->update;

	if (j->who.stopped)
		return rule_stopped(&j->c, f);
	if (update->reserved)
		return deny(j, "reserved", update->reserved, f);
	if (update->stale)
		return deny(j, "malformed", update->stale, f);
	if (j->judge->facts->push.count > (uint64_t)j->judge->facts->policy->limits.refs)
		return hold_limit(j, "more refs in one push than the policy allows", f);
	if (j->c.deletes)
		return judge_delegated(j->judge, &j->c, f) < 0 ? -1 : rules_judge(&j->c, f);
	return judge_update(j, f);
}

int judge_pusher(struct judge *judge, struct verdict *verdict, struct fault *f)
{
	struct ref_judging j;
	int status = judging_begin(&j, judge, verdict, f);

	if (status == 0 && j.who.stopped)
		status = rule_stopped(&j.c, f) < 0 ? -1 : 1;
	judging_end(&j);
	return status;
}

int judge_ref(struct judge *judge, struct verdict *verdict, struct fault *f)
{
	struct ref_judging j;
	int status = judging_begin(&j, judge, verdict, f);

	if (status == 0)
		status = judge_by_kind(&j, f);
	judging_end(&j);
	if (status < 0)
		verdict->decision = verdict->would_be = DECISION_DENY;
	return status;
}
