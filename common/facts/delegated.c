#include "common/facts/delegated.h"

#include <stdlib.h>
#include <string.h>

#include "common/git/object.h"
#include "common/path/pattern.h"

#define COMMITS_MAX 64
#define TREE_MAX ((size_t)4 << 20) /* bytes of the root folder */

struct repo_file delegated_file(void)
{
	return (struct repo_file){ .path = POLICY_DELEGATED, .most = POLICY_FILE_MAX };
}

void delegated_use(const struct repo_file *file, struct policy_sources *sources)
{
	sources->delegated = (struct span){ NULL, 0 };
	sources->delegated_over = file->found && file->over;
	if (file->found && !file->over)
		sources->delegated =
			(struct span){ file->object.data.data ? file->object.data.data : "",
				file->object.data.len };
}

int delegated_read(struct repo *repo, const char *branch, struct repo_file *file, struct fault *f)
{
	struct ref_value value;

	*file = delegated_file();
	if (repo_ref(repo, branch, &value, f) < 0)
		return -1;
	free(value.target);
	return value.kind == REF_DIRECT ? repo_file_read(repo, &value.id, file, f) : 0;
}

/* Reads what must be of that kind, and small. */
static bool read_small(
	struct repo *repo, const struct oid *id, enum object_type type, struct object *out)
{
	struct fault ignored = { 0 };
	bool over = false;

	*out = (struct object){ 0 };
	if (repo_read_within(repo, id, TREE_MAX, out, &over, &ignored) == 0 && !over &&
		out->type == type)
		return true;
	object_release(out);
	fault_clear(&ignored);
	return false;
}

/* The next entry that is not the file; false: there is none, or it cannot be read (*bad). */
static bool next_other(
	struct span *rest, struct tree_entry *entry, struct tree_entry *before, bool *bad)
{
	const char *why;
	int more;

	do
		more = tree_next(rest, entry, before, &why);
	while (more > 0 && span_is(entry->name, POLICY_DELEGATED));
	*bad = *bad || more < 0;
	return more > 0;
}

/* Whether the two root folders are the same but for the file. */
static bool differ_in_file(struct span a, struct span b, size_t id_len)
{
	struct tree_entry of_a, of_b, before_a = tree_begin(id_len), before_b = before_a;
	bool bad = false, more_a, more_b;

	do {
		more_a = next_other(&a, &of_a, &before_a, &bad);
		more_b = next_other(&b, &of_b, &before_b, &bad);
	} while (more_a && more_b && of_a.mode == of_b.mode && span_equal(of_a.name, of_b.name) &&
		 memcmp(of_a.hash, of_b.hash, id_len) == 0);
	return !bad && !more_a && !more_b;
}

/* Reads a commit whose bytes are in *out for as long as that lasts. */
static bool read_commit(
	struct repo *repo, const struct oid *id, struct object *out, struct commit *commit)
{
	const char *why;

	return read_small(repo, id, OBJECT_COMMIT, out) &&
	       commit_parse(commit, id->len, out->data, &why) == 0;
}

/* Whether the commit's tree is that of its parent but for the file. */
static bool changes_file_alone(struct repo *repo, const struct oid *tree, const struct oid *parent)
{
	struct object above = { 0 }, mine = { 0 }, theirs = { 0 };
	struct commit commit;
	bool alone = read_commit(repo, parent, &above, &commit) &&
		     read_small(repo, tree, OBJECT_TREE, &mine) &&
		     read_small(repo, &commit.tree, OBJECT_TREE, &theirs) &&
		     differ_in_file(mine.data, theirs.data, tree->len);

	object_release(&above);
	object_release(&mine);
	object_release(&theirs);
	return alone;
}

/* Adds the commit's parents but for the branch's old value. */
static bool follow(
	struct repo *repo, const struct ref_update *update, size_t i, struct oid_list *commits)
{
	struct object object = { 0 };
	struct commit commit;
	bool alone = read_commit(repo, &commits->ids[i], &object, &commit) && commit.parent_count;

	for (size_t k = 0; alone && k < commit.parent_count; k++) {
		struct oid parent = commit_parent(&commit, k);

		alone = changes_file_alone(repo, &commit.tree, &parent) &&
			(oid_equal(&parent, &update->old) || oid_list_has(commits, &parent) ||
				oid_list_add(commits, &parent) == 0);
	}
	object_release(&object);
	return alone;
}

bool delegated_alone(struct repo *repo, const struct ref_update *update)
{
	struct oid_list commits = { 0 };
	bool alone = !oid_is_zero(&update->old) && !oid_is_zero(&update->new) && !update->stale &&
		     !update->reserved && !oid_equal(&update->old, &update->new) &&
		     oid_list_add(&commits, &update->new) == 0;

	for (size_t i = 0; alone && i < commits.count; i++)
		alone = i < COMMITS_MAX && follow(repo, update, i, &commits);
	oid_list_release(&commits);
	return alone;
}

/* Whether the rule lets nobody change what it is about. */
static bool locks(const struct rule *rule)
{
	return rule->layer == LAYER_DELEGATED && rule->by == BY_ANYONE && !rule->observe &&
	       (rule->changes & KIND_MODIFY) &&
	       (rule->action == ACTION_DENY || (rule->action == ACTION_HOLD && !*rule->approvers));
}

const char *delegated_lock(const struct policy *policy, const char *head)
{
	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct rule *rule = &policy->rules[i];

		if (locks(rule) && rule->paths >= 0 &&
			policy_group_governs(policy, &policy->groups[rule->group], head) &&
			pattern_set_has(policy->protected, rule->paths, span_of(POLICY_DELEGATED)))
			return rule->name;
	}
	return NULL;
}
