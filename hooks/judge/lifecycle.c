/*
 * The judge's life: what it is made with, what it keeps from one push to the next, and how it ends.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/git/peel.h"
#include "common/path/classes.h"
#include "hooks/judge/code_owners.h"
#include "hooks/judge/parts.h"

#define FOLDED_MAX ((size_t)4 << 20)

bool judge_is_late(struct judge *judge)
{
	return deadline_is_over(&judge->deadline);
}

static bool tells_moves(const struct rule *rule)
{
	unsigned both = KIND_ADD | KIND_DELETE;

	return rule->changes & KIND_RENAME && (rule->changes & both) != both;
}

void judge_give_back(struct judge *judge, double seconds)
{
	if (judge->deadline.at > 0)
		judge->deadline.at += seconds;
}

static bool rule_reads_content(const struct rule *rule)
{
	size_t count;
	const struct class_part *parts = class_parts(&count);

	if (*rule->content)
		return true;
	for (size_t i = 0; i < count; i++)
		if (parts[i].content && class_list_covers(rule->classes, &parts[i]))
			return true;
	return false;
}

/* The most that a list number of the policy's sets can be, and one. */
static void count_lists(struct judge *judge)
{
	const struct policy *policy = judge->facts->policy;
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

	if (!oid_is_zero(id) && peel(judge->facts->repo, id, &commit, &type, f) < 0)
		return -1;
	if (type == OBJECT_COMMIT && repo_tree_of(judge->facts->repo, &commit, &tree, f) < 0)
		return -1;
	if (!oid_equal(&tree, &notes->tree)) {
		notes_release(notes);
		notes->tree = tree;
	}
	notes->deadline = &judge->deadline;
	return 0;
}

/*
 * Where agents' attribution notes are: as this push would leave them, and as they stand, so that it
 * takes none away.
 */
static int notes_locate(struct judge *judge, struct fault *f)
{
	static const char name[] = ATTRIBUTION_NOTES;
	const struct push *push = &judge->facts->push;
	struct ref_value value;
	struct oid pushed = { 0 }, standing = { 0 };

	if (repo_ref(judge->facts->repo, name, &value, f) < 0)
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
	const struct policy *policy = judge->facts->policy;

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
	for (size_t i = 0; i < policy->rule_count; i++)
		judge->asks_moves = judge->asks_moves || tells_moves(&policy->rules[i]);
	return 0;
}

/* The work that one push may make begins to be counted. */
static void judge_limits(struct judge *judge)
{
	const struct limits *limits = &judge->facts->policy->limits;

	judge->deadline = (struct deadline){ .at = deadline_clock() + (double)limits->seconds };
	graph_limit(judge->graph, (size_t)limits->commits, &judge->deadline);
	judge->had_left = JUDGE_HAD_MAX;
	judge->memory = judge->facts->state;
	judge->memory_asked = false;
	judge->changes.limit = (size_t)limits->changes;
	judge->changes.asks = REPO_MERGE_ASKS;
	judge->changes.deadline = &judge->deadline;
}

static int judge_fill(struct judge *judge, struct fault *f)
{
	const struct facts *facts = judge->facts;
	const char *account = facts->push.account ? facts->push.account : ""; /* of no push */
	struct attributor_facts attributor = { facts->policy, account,
		facts_account_owner(facts, account), facts->state, facts->clock.seen,
		file_owner(repo_git_dir(facts->repo)), &facts->stops, facts->as_agents };

	if (judge_allocate(judge, f) < 0 || graph_new(&judge->graph, facts->repo, f) < 0 ||
		attributor_new(&judge->attributor, &attributor, f) < 0)
		return -1;
	judge->changes = (struct changes){
		.repo = facts->repo,
		.graph = judge->graph,
		.blob_limit = (size_t)facts->policy->limits.blob,
		.allowed = &facts->policy->malformed,
	};
	judge_limits(judge);
	judge->fingerprint_key = facts->fingerprint_key;
	if (credentials_new(&judge->credentials, f) < 0)
		return -1;
	credentials_limit(judge->credentials, &judge->deadline);
	attributor_limit(judge->attributor, &judge->deadline);
	return notes_locate(judge, f);
}

int judge_new(struct judge **out, const struct facts *facts, struct fault *f)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return fault_memory(f);
	(*out)->facts = facts;
	if (judge_fill(*out, f) == 0)
		return 0;
	judge_free(*out);
	*out = NULL;
	return -1;
}

/* Lets go of what is known of the push alone; what is known of the repository stays. */
static void forget_push(struct judge *judge)
{
	for (size_t i = 0; judge->hidden && i < judge->facts->policy->group_count; i++) {
		oid_list_release(&judge->hidden[i].commits);
		judge->hidden[i].ready = false;
	}
	judge_makings_forget(judge);
	oid_map_release(&judge->by_content);
	free(judge->noted);
	judge->noted = NULL;
	judge->noted_count = 0;
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
	judge->introduced_ready = judge->beyond_done = false;
	code_owners_free(judge->owners);
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
	oid_map_release(&judge->moved);
	free(judge->reads_content);
	credentials_free(judge->credentials);
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
