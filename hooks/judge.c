#include "hooks/judge.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/classes.h"
#include "common/file.h"
#include "common/peel.h"
#include "hooks/judge_parts.h"
#include "hooks/owners.h"

#define FOLDED_MAX ((size_t)4 << 20)

static double clock_seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

bool judge_is_late(const struct judge *judge)
{
	return clock_seconds() > judge->deadline;
}

static bool rule_reads_content(const struct rule *rule)
{
	size_t count;
	const struct class_part *parts = class_parts(&count);

	if (*rule->content)
		return true;
	for (names name = rule->classes; *name; name++)
		for (size_t i = 0; i < count; i++)
			if (parts[i].content && class_covers(*name, &parts[i]))
				return true;
	return false;
}

/* The most that a list number of the policy's sets can be, and one. */
static void count_lists(struct judge *judge)
{
	const struct policy *policy = judge->facts.policy;
	size_t count;

	(void)class_parts(&count);
	judge->protecting_count = policy->rule_count + count;
	for (size_t i = 0; i < policy->agent_count; i++)
		judge->permitting_count += 2 * policy->agents[i].grant_count;
	judge->permitting_count += policy->allowance_count;
}

/* Opens the notes that the commit has, if it is one; those that are open already stay. */
static int notes_take(
	struct judge *judge, struct notes *notes, const struct oid *id, struct fault *f)
{
	enum object_type type = OBJECT_NONE;
	struct oid commit, tree = { 0 };

	if (!oid_is_zero(id) && peel(judge->facts.repo, id, &commit, &type, f) < 0)
		return -1;
	if (type == OBJECT_COMMIT && repo_tree_of(judge->facts.repo, &commit, &tree, f) < 0)
		return -1;
	if (!oid_equal(&tree, &notes->tree)) {
		notes_release(notes);
		notes->tree = tree;
	}
	return 0;
}

/* Where agents' attribution notes are: as this push would leave them, and as they stand, so that it takes none away. */
static int notes_locate(struct judge *judge, struct fault *f)
{
	static const char name[] = "refs/notes/ai";
	const struct push *push = judge->facts.push;
	struct ref_value value;
	struct oid pushed = { 0 }, standing = { 0 };

	if (repo_ref(judge->facts.repo, name, &value, f) < 0)
		return -1;
	free(value.target);
	if (value.kind == REF_DIRECT)
		standing = value.id;
	for (size_t i = 0; i < push->count; i++)
		if (strcmp(push->updates[i].target, name) == 0 && !push->updates[i].stale)
			pushed = push->updates[i].new;
	if (notes_take(judge, &judge->notes[0], &pushed, f) < 0)
		return -1;
	return notes_take(judge, &judge->notes[1], &standing, f);
}

static int judge_allocate(struct judge *judge, struct fault *f)
{
	const struct policy *policy = judge->facts.policy;

	count_lists(judge);
	judge->folded = (struct buf)BUF_INIT(FOLDED_MAX);
	judge->hidden = calloc(policy->group_count + 1, sizeof(*judge->hidden));
	judge->reads_content = calloc(policy->rule_count + 1, sizeof(*judge->reads_content));
	judge->protecting = calloc(judge->protecting_count + 1, sizeof(*judge->protecting));
	judge->permitting = calloc(judge->permitting_count + 1, sizeof(*judge->permitting));
	if (!judge->hidden || !judge->reads_content || !judge->protecting || !judge->permitting)
		return fault_memory(f);
	for (size_t i = 0; i < policy->rule_count; i++)
		judge->reads_content[i] = rule_reads_content(&policy->rules[i]);
	return 0;
}

/* The work that one push may make begins to be counted. */
static void judge_limits(struct judge *judge)
{
	const struct limits *limits = &judge->facts.policy->limits;

	judge->deadline = clock_seconds() + (double)limits->seconds;
	graph_limit(judge->graph, (size_t)limits->commits, judge->deadline);
	judge->changes.limit = (size_t)limits->changes;
	judge->changes.deadline = judge->deadline;
}

static int judge_fill(struct judge *judge, struct fault *f)
{
	const struct judge_facts *facts = &judge->facts;
	struct attributor_facts attributor = { facts->policy, facts->push->account, facts->state,
		facts->now, file_owner(repo_git_dir(facts->repo)), facts->stops };

	if (judge_allocate(judge, f) < 0 || graph_new(&judge->graph, facts->repo, f) < 0 ||
		attributor_new(&judge->attributor, &attributor, f) < 0)
		return -1;
	judge->changes = (struct changes){
		.repo = facts->repo,
		.graph = judge->graph,
		.blob_limit = (size_t)facts->policy->limits.blob,
	};
	judge_limits(judge);
	judge->fingerprint_key = facts->fingerprint_key;
	if (credentials_new(&judge->credentials, f) < 0 ||
		credentials_new(&judge->old_credentials, f) < 0)
		return -1;
	return notes_locate(judge, f);
}

int judge_new(struct judge **out, const struct judge_facts *facts, struct fault *f)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return fault_memory(f);
	(*out)->facts = *facts;
	if (judge_fill(*out, f) == 0)
		return 0;
	judge_free(*out);
	*out = NULL;
	return -1;
}

/* Lets go of what is known of the push alone; what is known of the repository stays. */
static void forget_push(struct judge *judge)
{
	for (size_t i = 0; judge->hidden && i < judge->facts.policy->group_count; i++) {
		oid_list_release(&judge->hidden[i].commits);
		judge->hidden[i].ready = false;
	}
	free(judge->known_commits);
	judge->known_commits = NULL;
	judge->known_count = 0;
	oid_map_release(&judge->known);
	oid_map_release(&judge->innocence.commits);
	for (size_t i = 0; i < judge->innocence.count; i++)
		free(judge->innocence.keys[i]);
	judge->innocence.count = 0;
	oid_map_release(&judge->introduced);
	oid_list_release(&judge->introduced_list);
	judge->introduced_ready = false;
	owners_free(judge->owners);
	judge->owners = NULL;
	oid_list_release(&judge->unreached.objects);
	judge->unreached = (struct unreached){ 0 };
}

int judge_next(struct judge *judge, struct fault *f)
{
	forget_push(judge);
	judge_limits(judge);
	return notes_locate(judge, f);
}

void judge_free(struct judge *judge)
{
	if (!judge)
		return;
	forget_push(judge);
	free(judge->hidden);
	free(judge->reads_content);
	credentials_free(judge->credentials);
	credentials_free(judge->old_credentials);
	free(judge->protecting);
	free(judge->permitting);
	buf_release(&judge->folded);
	changes_release(&judge->changes);
	attributor_free(judge->attributor);
	graph_free(judge->graph);
	for (size_t i = 0; i < 2; i++)
		notes_release(&judge->notes[i]);
	free(judge);
}

/* One ref update being judged. */
struct judging {
	struct judge *judge;
	struct verdict *verdict;
	const struct ref_update *update;
	struct rule_case c;
	unsigned char *governing; /* for the update itself: which groups govern the ref */
	struct attribution who;   /* whose doing the update is */
	struct oid tip;
	enum object_type tip_type;
	struct range range;
};

static int deny(struct judging *j, const char *rule, const char *detail, struct fault *f)
{
	return judge_object(j->judge, &j->c,
		&(struct objection){ .rule = rule, .action = ACTION_DENY, .detail = detail }, f);
}

static int hold_limit(struct judging *j, const char *detail, struct fault *f)
{
	return judge_object(j->judge, &j->c,
		&(struct objection){ .rule = "limits", .action = ACTION_HOLD, .detail = detail },
		f);
}

static bool governed(const struct judging *j)
{
	for (size_t g = 0; g < j->judge->facts.policy->group_count; g++)
		if (j->governing[g])
			return true;
	return false;
}

static int judging_begin(
	struct judging *j, struct judge *judge, struct verdict *verdict, struct fault *f)
{
	const struct policy *policy = judge->facts.policy;

	*j = (struct judging){ .judge = judge, .verdict = verdict, .update = verdict->update };
	j->governing = calloc(policy->group_count + 1, 1);
	if (!j->governing)
		return fault_memory(f);
	for (size_t g = 0; g < policy->group_count; g++)
		j->governing[g] =
			policy_group_governs(policy, &policy->groups[g], j->update->target);
	j->c = (struct rule_case){ .policy = policy,
		.update = j->update,
		.head = judge->facts.head,
		.governing = j->governing,
		.verdict = verdict,
		.who = &j->who,
		.now = judge->facts.now,
		.credentials = judge->credentials,
		.old_credentials = judge->old_credentials,
		.fingerprint_key = judge->fingerprint_key,
		.owners = judge_owners,
		.context = judge,
		.deletes = oid_is_zero(&j->update->new) };
	return attribute_account(judge->attributor, &j->who, f);
}

static void judging_end(struct judging *j)
{
	range_release(&j->range);
	free(j->governing);
}

/* Judges the annotated tags that the new value goes through; they are part of what is pushed. */
static int judge_tags(struct judging *j, struct fault *f)
{
	struct oid id = j->update->new;
	int status = 0;

	for (int i = 0; status == 0 && i < PEEL_MAX; i++) {
		struct object object = { 0 };
		struct attribution who;
		struct tag tag;
		const char *why = NULL;

		if (repo_read(j->judge->facts.repo, &id, &object, f) < 0)
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
		status = attribute_tag(j->judge->attributor, &tag, &who, f);
		if (status == 0) {
			j->c.who = &who;
			j->verdict->agent_commits += who.count > 0;
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

/* Whether the commit is one of those that the update is about. */
static bool is_new(const struct judging *j, const struct oid *id)
{
	return oid_map_get(&j->range.index, id) || oid_map_get(&j->judge->introduced, id);
}

/* Adds the agents of the commits on the first-parent line: the update is theirs, too. */
static int follow_first_parents(struct judging *j, struct fault *f)
{
	struct oid id = j->tip;

	while (is_new(j, &id)) {
		struct attribution who;
		const struct oid *parents;
		const char *why;
		size_t count;

		if (clock_seconds() > j->judge->deadline)
			return hold_limit(j, "judging took longer than the policy allows", f);
		if (judge_attribute(j->judge, &id, &who, &why, f) < 0)
			return -1;
		if (!why && attribution_merge(j->judge->attributor, &j->who, &who, f) < 0)
			return -1;
		if (graph_parents(j->judge->graph, &id, &parents, &count, f) < 0)
			return -1;
		if (!count)
			return 0;
		id = parents[0];
	}
	return 0;
}

/* Whether the update takes something away that the ref led to: anything but going forward from commit to commit. */
static int find_rewind(struct judging *j, struct fault *f)
{
	struct fault ignored = { 0 };
	enum object_type type;
	struct oid old;
	bool reaches = false;

	if (j->c.deletes || oid_is_zero(&j->update->old))
		return 0;
	j->c.rewinds = true;
	if (peel(j->judge->facts.repo, &j->update->old, &old, &type, &ignored) < 0 ||
		type != OBJECT_COMMIT || j->tip_type != OBJECT_COMMIT ||
		!oid_equal(&old, &j->update->old))
		return 0;
	if (graph_reaches(j->judge->graph, &j->tip, &old, &reaches, f) < 0)
		return -1;
	j->c.rewinds = !reaches;
	return 0;
}

/* The bit of innocence for these groups and this ref; 0 when there are too many of them. */
static uint64_t innocence_bit(struct judging *j, const unsigned char *mask)
{
	struct innocence *innocence = &j->judge->innocence;
	size_t groups = j->range.group_count;
	bool head = strcmp(j->update->target, j->judge->facts.head) == 0;
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

/* Judges a commit, unless nothing was found in it for another ref of the push under the same groups. */
static int judge_once(struct judging *j, size_t i, struct fault *f)
{
	const struct oid *id = &j->range.commits.ids[i];
	const unsigned char *mask = j->range.masks + i * j->range.group_count;
	size_t found = j->verdict->count + j->verdict->more, agents = j->verdict->agent_commits;
	bool alone = j->judge->facts.push->count == 1;
	uint64_t bit = alone ? 0 : innocence_bit(j, mask), *bits;

	bits = bit ? oid_map_get(&j->judge->innocence.commits, id) : NULL;
	if (bits && *bits & bit) {
		j->judge->changes.end = CHANGES_WHOLE;
		return 0;
	}
	j->c.governing = mask;
	if (judge_commit(j->judge, &j->c, id, f) < 0)
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

static int judge_commits(struct judging *j, struct fault *f)
{
	struct range *range = &j->range;

	for (size_t i = 0; i < range->commits.count; i++) {
		if (clock_seconds() > j->judge->deadline)
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
static int judge_tip(struct judging *j, struct fault *f)
{
	bool branch = span_starts(span_of(j->update->target), "refs/heads/");

	if (branch && !(j->tip_type == OBJECT_COMMIT && oid_equal(&j->tip, &j->update->new)))
		return deny(j, "malformed", "a branch must name a commit", f);
	if (j->tip_type == OBJECT_NONE)
		return 0; /* judge_tags() has said why */
	if (j->tip_type == OBJECT_COMMIT)
		return judge_commits(j, f);
	if (j->tip_type == OBJECT_TREE && governed(j))
		return judge_tree(j->judge, &j->c, &j->tip, f);
	if (j->tip_type == OBJECT_BLOB && governed(j))
		return judge_blob(j->judge, &j->c, &j->tip, f);
	return 0;
}

/* Not all that it brings can be remembered; of an agent's account nothing may stay then. */
static int object_to_brought(struct judging *j, struct fault *f)
{
	static const char detail[] = "the push brings more commits than the policy allows";

	return j->who.count ? deny(j, "limits", detail, f) : hold_limit(j, detail, f);
}

static int judge_update(struct judging *j, struct fault *f)
{
	int stopped = 0;

	if (judge_introduce(j->judge, f) < 0)
		return -1;
	if (!j->judge->introduced_whole && object_to_brought(j, f) < 0)
		return -1;
	if (peel(j->judge->facts.repo, &j->update->new, &j->tip, &j->tip_type, f) < 0)
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
	if (j->tip_type == OBJECT_COMMIT && follow_first_parents(j, f) < 0)
		return -1;
	if (find_rewind(j, f) < 0 || judge_redelegates(j->judge, &j->c, &j->c.redelegates, f) < 0 ||
		rules_judge(&j->c, f) < 0 || judge_unreached(j->judge, &j->c, f) < 0)
		return -1;
	return judge_tip(j, f);
}

static int judge_by_kind(struct judging *j, struct fault *f)
{
	const struct ref_update *update = j->update;

	if (j->who.stopped)
		return rule_stopped(&j->c, f);
	if (update->reserved)
		return deny(j, "reserved", update->reserved, f);
	if (update->stale)
		return deny(j, "malformed", update->stale, f);
	if (j->judge->facts.push->count > (uint64_t)j->judge->facts.policy->limits.refs)
		return hold_limit(j, "more refs in one push than the policy allows", f);
	if (j->c.deletes)
		return judge_redelegates(j->judge, &j->c, &j->c.redelegates, f) < 0
			       ? -1
			       : rules_judge(&j->c, f);
	return judge_update(j, f);
}

int judge_pusher(struct judge *judge, struct verdict *verdict, struct fault *f)
{
	struct judging j;
	int status = judging_begin(&j, judge, verdict, f);

	if (status == 0 && j.who.stopped)
		status = rule_stopped(&j.c, f) < 0 ? -1 : 1;
	judging_end(&j);
	return status;
}

int judge_ref(struct judge *judge, struct verdict *verdict, struct fault *f)
{
	struct judging j;
	int status = judging_begin(&j, judge, verdict, f);

	if (status == 0)
		status = judge_by_kind(&j, f);
	judging_end(&j);
	if (status < 0)
		verdict->decision = verdict->would_be = DECISION_DENY;
	return status;
}

/* Whether it must be known of people's commits, too, who brought them: approvals of anyone's changes may exclude them. */
static bool asks_for_people(const struct policy *policy)
{
	for (size_t i = 0; policy->approval.exclude_pusher && i < policy->rule_count; i++)
		if (policy->rules[i].by == BY_ANYONE && *policy->rules[i].approvers)
			return true;
	return false;
}

int judge_brought(struct judge *judge,
	int (*each)(void *context, const struct oid *commit, const struct attribution *who),
	void *context, struct fault *f)
{
	double last = judge->deadline + (double)judge->facts.policy->limits.seconds;
	int status = judge_introduce(judge, f);
	bool people = asks_for_people(judge->facts.policy);

	for (size_t i = 0; status == 0 && i < judge->introduced_list.count; i++) {
		const struct oid *id = &judge->introduced_list.ids[i];
		struct attribution who;
		const char *why;

		if (clock_seconds() > last)
			return fault_set(f, FAULT_PUSHER,
				"telling who made its commits took longer than the policy allows "
				"(limits.seconds): push in smaller steps");
		status = judge_attribute(judge, id, &who, &why, f);
		if (status == 0 && !why && (who.count || people))
			status = each(context, id, &who);
	}
	return status;
}

int judge_has_landed(struct judge *judge, const struct oid *now, const struct oid *allowed,
	bool *landed, struct fault *f)
{
	struct fault ignored = { 0 };
	enum object_type type[2];
	struct oid from, to;

	*landed = oid_equal(now, allowed);
	if (*landed || oid_is_zero(now) || !repo_has(judge->facts.repo, allowed))
		return 0;
	if (peel(judge->facts.repo, now, &from, &type[0], &ignored) < 0 ||
		peel(judge->facts.repo, allowed, &to, &type[1], &ignored) < 0 ||
		type[0] != OBJECT_COMMIT || type[1] != OBJECT_COMMIT)
		return 0;
	return graph_reaches(judge->graph, &from, &to, landed, f);
}

int judge_introduced(struct judge *judge, const struct oid_list **out, struct fault *f)
{
	*out = &judge->introduced_list;
	return judge_introduce(judge, f);
}

bool judge_introduces(const struct judge *judge, const struct oid *id)
{
	return oid_map_get(&judge->introduced, id) != NULL;
}

int judge_new_commits(
	struct judge *judge, const struct ref_update *update, struct oid_list *out, struct fault *f)
{
	enum object_type type;
	struct range range;
	struct oid tip;

	if (oid_is_zero(&update->new) || peel(judge->facts.repo, &update->new, &tip, &type, f) < 0)
		return f->class ? -1 : 0;
	if (type != OBJECT_COMMIT)
		return 0;
	if (range_of(judge, update, &tip, &range, f) < 0)
		return -1;
	*out = range.commits;
	range.commits = (struct oid_list){ 0 };
	range_release(&range);
	return 0;
}

static int add_line(struct judge *judge, struct oid at, const struct oid_map *commits,
	struct oid_map *out, struct fault *f)
{
	const struct oid *parents;
	size_t count = 1;

	while (count && oid_map_get(commits, &at)) {
		if (!oid_map_put(out, &at))
			return fault_memory(f);
		if (graph_parents(judge->graph, &at, &parents, &count, f) < 0)
			return -1;
		if (count)
			at = parents[0];
	}
	return 0;
}

int judge_own_line(struct judge *judge, const struct ref_update *update,
	const struct oid_list *commits, struct oid_map *out, struct fault *f)
{
	struct oid_map among = { 0 };
	enum object_type type;
	struct oid tip;
	int status = 0;

	if (!commits->count)
		return 0;
	for (size_t i = 0; status == 0 && i < commits->count; i++)
		if (!oid_map_put(&among, &commits->ids[i]))
			status = fault_memory(f);
	if (status == 0)
		status = peel(judge->facts.repo, &update->new, &tip, &type, f);
	if (status == 0)
		status = add_line(judge, tip, &among, out, f);
	oid_map_release(&among);
	return status;
}

int judge_merged(
	struct judge *judge, const struct oid *merge, struct oid_list *out, struct fault *f)
{
	struct oid_list tips = { 0 }, hidden = { 0 };
	enum graph_end end = GRAPH_WHOLE;
	const struct oid *parents;
	size_t count;
	int status = graph_parents(judge->graph, merge, &parents, &count, f);

	if (status < 0 || count < 2)
		return status;
	status = oid_list_add(&hidden, &parents[0]);
	for (size_t i = 1; status == 0 && i < count; i++)
		status = oid_list_add(&tips, &parents[i]);
	status = status < 0 ? fault_memory(f)
			    : graph_range(judge->graph, &tips, &hidden, out, &end, f);
	oid_list_release(&tips);
	oid_list_release(&hidden);
	if (status == 0 && end != GRAPH_WHOLE)
		oid_list_release(out); /* what is not known to be brought in is not approved */
	return status;
}
