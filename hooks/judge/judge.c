#include "hooks/judge/judge.h"

#include <stdlib.h>
#include <string.h>

#include "common/git/peel.h"
#include "hooks/judge/ref.h"

struct rule_case ref_case(const struct ref_judging *j)
{
	const struct judge *judge = j->judge;

	return (struct rule_case){ .policy = judge->facts->policy,
		.update = j->update,
		.head = judge->facts->head,
		.governing = j->governing,
		.verdict = j->verdict,
		.who = &j->who,
		.now = judge->facts->clock.seen,
		.clock = judge->facts->clock.now,
		.credentials = judge->credentials,
		.deadline = &j->judge->deadline,
		.fingerprint_key = judge->fingerprint_key,
		.owners = judge_owners,
		.context = j->judge,
		.deletes = oid_is_zero(&j->update->new),
		.rewinds = j->rewinds,
		.redelegates = j->redelegates };
}

static int deny(struct ref_judging *j, const char *rule, const char *detail, struct fault *f)
{
	const struct rule_case c = ref_case(j);

	return judge_object(j->judge, &c,
		&(struct objection){ .rule = rule, .action = ACTION_DENY, .detail = detail }, f);
}

int ref_over_limit(struct ref_judging *j, const char *detail, struct fault *f)
{
	const struct rule_case c = ref_case(j);

	return judge_limit(j->judge, &c, detail, f);
}

/* What ran into a limit is a finding, and judging goes on with what can still be judged. */
static int within_limits(struct ref_judging *j, int status, struct fault *f)
{
	struct fault over = *f;
	char detail[sizeof(over.text) + 64];

	if (status >= 0 || f->class != FAULT_LIMIT)
		return status;
	(void)snprintf(detail, sizeof(detail), "%s, so not all was looked into", over.text);
	fault_clear(f);
	return ref_over_limit(j, detail, f);
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

	*j = (struct ref_judging){ .judge = judge,
		.verdict = verdict,
		.update = verdict->update,
		.vouched = LAYER_COUNT };
	j->governing = calloc(policy->group_count + 1, 1);
	if (!j->governing)
		return fault_memory(f);
	for (size_t g = 0; g < policy->group_count; g++)
		j->governing[g] =
			policy_group_governs(policy, &policy->groups[g], j->update->target);
	return attribution_of_account(judge->attributor, &j->who, f);
}

static void judging_end(struct ref_judging *j)
{
	judge_helper_end(&j->helper, j->judge);
	range_release(&j->range);
	free(j->governing);
}

/* Whether the tag is called what the ref is; else it might have been signed for another. */
static bool names_ref(const struct tag *tag, const struct ref_update *update)
{
	const char *name = update->target;

	return strncmp(name, "refs/tags/", 10) == 0 && span_is(tag->name, name + 10);
}

/* Judges one annotated tag; *next is what it names. */
static int judge_tag(struct ref_judging *j, const struct oid *id, struct span text,
	struct oid *next, struct fault *f)
{
	struct rule_case c = ref_case(j);
	struct attribution who = { 0 }, words;
	struct tag tag;
	const char *why = NULL;
	int status;

	*next = (struct oid){ 0 };
	c.commit = id;
	if (tag_parse(&tag, id->len, text, &why) < 0 &&
		!((!governed(j) || oid_list_has(&j->judge->facts->policy->malformed, id)) &&
			tag_recover(&tag, id->len, text) == 0))
		return judge_unparsed(j->judge, &c, why, f);
	c.text = text;
	if (attribution_of_tag(j->judge->attributor, &tag, &who, f) < 0)
		return -1;
	c.who = &who;
	judge_note_agents(j->verdict, &who);
	words = who;
	c.words = &words;
	if (j->tip_type == OBJECT_COMMIT && judge_add_maker(j->judge, &j->tip, &words, f) < 0)
		return -1;
	if (who.signer && !who.count && names_ref(&tag, j->update))
		j->vouched = who.signer->layer;
	status = who.malformed && governed(j) ? judge_object(j->judge, &c,
							&(struct objection){ .rule = "malformed",
								.action = ACTION_DENY,
								.detail = who.malformed },
							f)
					      : rules_judge(&c, f);
	*next = tag.target;
	return status < 0 ? -1 : attribution_merge(j->judge->attributor, &j->who, &who, f);
}

/* Judges the annotated tags that the new value goes through; they are part of what is pushed. */
static int judge_tags(struct ref_judging *j, struct fault *f)
{
	struct oid id = j->update->new, next;
	bool over = false;
	int status = 0;

	for (int i = 0; status == 0 && !oid_is_zero(&id) && i < PEEL_MAX; i++) {
		struct object object = { 0 };

		next = (struct oid){ 0 };
		status = repo_read_within(
			j->judge->facts->repo, &id, JUDGE_TEXT_MAX, &object, &over, f);
		if (status == 0 && over) {
			struct rule_case c = ref_case(j);

			c.commit = &id;
			status = judge_unparsed(j->judge, &c, judge_text_over, f);
		} else if (status == 0 && object.type == OBJECT_TAG) {
			status = judge_tag(j, &id, object.data, &next, f);
		}
		object_release(&object);
		id = next;
	}
	return status;
}

/* The update is the doing of those on its first-parent line, too. */
static int find_doers(struct ref_judging *j, struct fault *f)
{
	const struct doing doing = { j->update, &j->range, &j->tip, j->vouched };
	int status = j->tip_type != OBJECT_COMMIT ? 0 : judge_doers(j->judge, &doing, &j->who, f);

	return status > 0 ? deadline_fault(f, "finding out whose doing the update is") : status;
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

	if (oid_is_zero(&j->update->new) || oid_is_zero(&j->update->old))
		return 0;
	j->rewinds = true; /* until it is known that it does not */
	if (peel(j->judge->facts->repo, &j->update->old, &old, &type, &ignored) < 0 ||
		type != OBJECT_COMMIT || j->tip_type != OBJECT_COMMIT ||
		!oid_equal(&old, &j->update->old))
		return 0;
	if (graph_reaches(j->judge->graph, &j->tip, &old, &reaches, f) < 0)
		return -1;
	j->rewinds = !reaches;
	return 0;
}

/* What the ref would name, whatever it is. */
static int judge_tip(struct ref_judging *j, struct fault *f)
{
	static const struct oid none;
	const struct rule_case c = ref_case(j);
	bool branch = span_starts(span_of(j->update->target), "refs/heads/");

	if (branch && !(j->tip_type == OBJECT_COMMIT && oid_equal(&j->tip, &j->update->new)))
		return deny(j, "malformed", "a branch must name a commit", f);
	if (j->tip_type == OBJECT_NONE && j->verdict->count)
		return 0; /* judge_tags() has said why */
	if (j->tip_type == OBJECT_NONE)
		return deny(j, "malformed", "tags of tags, too many to be followed", f);
	if (j->tip_type == OBJECT_COMMIT)
		return ref_commits(j, f);
	if (j->tip_type == OBJECT_TREE && governed(j))
		return judge_tree_changes(j->judge, &c, &none, &j->tip, f);
	if (j->tip_type == OBJECT_BLOB && governed(j))
		return judge_blob(j->judge, &c, &j->tip, f);
	return 0;
}

/* Not all that it brings can be remembered; of an agent's account nothing may stay then. */
static int find_brought(struct ref_judging *j, struct fault *f)
{
	static const char detail[] = "the push has more new commits than limits.commits, so not "
				     "all were looked into";

	if (judge_introduce(j->judge, f) < 0)
		return -1;
	if (j->judge->introduced_whole)
		return 0;
	return j->who.count ? deny(j, "limits", detail, f) : ref_over_limit(j, detail, f);
}

static int find_range(struct ref_judging *j, struct fault *f)
{
	if (peel(j->judge->facts->repo, &j->update->new, &j->tip, &j->tip_type, f) < 0)
		return -1;
	if (j->tip_type != OBJECT_COMMIT)
		return 0;
	if (range_of(j->judge, j->update, &j->tip, &j->range, f) < 0)
		return -1;
	if (j->range.whole)
		return 0;
	if (!j->range.commits.count && range_of_introduced(j->judge, j->update, &j->range, f) < 0)
		return -1;
	return ref_over_limit(
		j, "more new commits than the policy allows, so not all were looked into", f);
}

static int find_stopped(struct ref_judging *j, struct fault *f)
{
	const struct rule_case c = ref_case(j);

	return j->tip_type == OBJECT_COMMIT ? judge_stopped(j->judge, &c, &j->range, &j->tip, f)
					    : 0;
}

static int find_redelegation(struct ref_judging *j, struct fault *f)
{
	const struct rule_case c = ref_case(j);

	return judge_delegated(j->judge, &c, &j->redelegates, f);
}

static int judge_itself(struct ref_judging *j, struct fault *f)
{
	const struct rule_case c = ref_case(j);

	return rules_judge(&c, f);
}

static int judge_led_to_by_none(struct ref_judging *j, struct fault *f)
{
	const struct rule_case c = ref_case(j);

	return judge_unreached(j->judge, &c, f);
}

static int judge_over_limit(struct ref_judging *j, struct fault *f)
{
	const struct rule_case c = ref_case(j);

	return judge_beyond(j->judge, &c, f);
}

/*
 * Who made what the push brings has to be remembered; where that cannot be found out, nothing may
 * stay.  So it comes before all that takes long: what people may approve of a push that took too
 * long is held then, and not denied for this.
 */
static int find_makers(struct ref_judging *j, struct fault *f)
{
	int status = judge_makers(j->judge, f);

	if (status == 0 || f->class != FAULT_LIMIT)
		return status;
	fault_clear(f);
	return deny(j, "limits",
		"finding out who made its commits took longer than the policy allows", f);
}

/* One step after the other; each does what it can with what those before have found. */
static int judge_update(struct ref_judging *j, struct fault *f)
{
	static int (*const steps[])(struct ref_judging * j, struct fault * f) = { find_brought,
		find_range, find_stopped, judge_tags, ref_notes, find_makers, find_doers,
		find_rewind, find_redelegation, judge_itself, ref_look_ahead, judge_led_to_by_none,
		judge_tip, judge_over_limit };
	int status = 0;

	for (size_t i = 0; status == 0 && i < sizeof(steps) / sizeof(steps[0]); i++)
		status = within_limits(j, steps[i](j, f), f);
	return status < 0 ? -1 : 0; /* 1: of who is stopped, and nothing else needs to be said */
}

/* Too many refs are an objection to the first of them; all are judged. */
static int count_refs(struct ref_judging *j, struct fault *f)
{
	const struct facts *facts = j->judge->facts;

	if (facts->push.count <= (uint64_t)facts->policy->limits.refs ||
		j->update != &facts->push.updates[0])
		return 0;
	return ref_over_limit(j, "more refs in one push than the policy allows", f);
}

static int judge_by_kind(struct ref_judging *j, struct fault *f)
{
	const struct ref_update *update = j->update;
	const struct rule_case c = ref_case(j);

	if (j->who.stopped)
		return rule_stopped(&c, f);
	if (update->reserved && ref_update_moves(update))
		return deny(j, "reserved", update->reserved, f);
	if (update->reserved)
		return 0;
	if (update->stale)
		return deny(j, "malformed", update->stale, f);
	if (count_refs(j, f) < 0)
		return -1;
	if (!c.deletes)
		return judge_update(j, f);
	return within_limits(j, find_redelegation(j, f), f) < 0 ? -1 : judge_itself(j, f);
}

/*
 * Who was stopped in the fleet is not known on a host that does not hear from it: what agents bring
 * to governed refs waits until it does.
 */
static int find_stale(struct ref_judging *j, struct fault *f)
{
	const struct facts *facts = j->judge->facts;
	const struct rule_case c = ref_case(j);
	char detail[160], since[64] = "at all";

	if (!facts->fleet.joined || facts->fleet.seconds < facts->policy->fleet_stale ||
		!governed(j) || !(j->verdict->agent_commits || j->who.count))
		return 0;
	if (facts->fleet.seconds != INT64_MAX)
		(void)snprintf(
			since, sizeof(since), "for %lld seconds", (long long)facts->fleet.seconds);
	(void)snprintf(detail, sizeof(detail),
		"this host has not heard from its fleet %s: agents' changes wait, and people's "
		"land "
		"as ever",
		since);
	return judge_object(j->judge, &c,
		&(struct objection){ .rule = "fleet", .action = ACTION_HOLD, .detail = detail }, f);
}

int judge_pusher(struct judge *judge, struct verdict *verdict, struct fault *f)
{
	struct ref_judging j;
	int status = judging_begin(&j, judge, verdict, f);

	if (status == 0 && j.who.stopped) {
		const struct rule_case c = ref_case(&j);

		status = rule_stopped(&c, f) < 0 ? -1 : 1;
	}
	judging_end(&j);
	return status;
}

int judge_ref(struct judge *judge, struct verdict *verdict, struct fault *f)
{
	struct ref_judging j;
	int status = judging_begin(&j, judge, verdict, f);

	if (status == 0)
		status = judge_by_kind(&j, f);
	if (status == 0)
		status = find_stale(&j, f);
	judging_end(&j);
	if (status < 0)
		verdict->decision = verdict->would_be = DECISION_DENY;
	return status;
}
