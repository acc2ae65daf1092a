#include "common/facts/delegated.h"

#include <stdlib.h>
#include <string.h>

#include "common/git/object.h"
#include "common/path/pattern.h"

#define PARENTS_MAX 64             /* of all commits of the push, together */
#define TREE_MAX ((size_t)1 << 20) /* bytes of the root folder */

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

/* A root folder that is being read. */
struct folder {
	struct span rest;
	struct tree_entry entry, before;
	struct tree_entry file; /* the delegated file; mode 0: it has none */
};

static struct folder folder_of(const struct object *tree, size_t id_len)
{
	return (struct folder){ .rest = tree->data, .before = tree_begin(id_len) };
}

/* The next entry that is not the file; false: there is none, or it cannot be read (*bad). */
static bool next_other(struct folder *folder, bool *bad)
{
	const char *why;
	int more;

	while ((more = tree_next(&folder->rest, &folder->entry, &folder->before, &why)) > 0 &&
		span_is(folder->entry.name, POLICY_DELEGATED))
		folder->file = folder->entry;
	*bad = *bad || more < 0;
	return more > 0;
}

static bool same_entry(const struct tree_entry *a, const struct tree_entry *b)
{
	return a->mode == b->mode &&
	       (!a->mode ||
		       (span_equal(a->name, b->name) && memcmp(a->hash, b->hash, a->id_len) == 0));
}

/* Whether it is a file, or none: what lies below a folder of that name is no policy. */
static bool is_file(uint32_t mode)
{
	return !mode || mode == MODE_FILE || mode == MODE_FILE_GROUP || mode == MODE_EXECUTABLE;
}

/* Whether the two root folders are the same but for the file; *differ where that is another. */
static bool same_beside(struct folder *a, struct folder *b, bool *differ)
{
	bool bad = false, more_a, more_b;

	do {
		more_a = next_other(a, &bad);
		more_b = next_other(b, &bad);
	} while (more_a && more_b && same_entry(&a->entry, &b->entry));
	*differ = *differ || !same_entry(&a->file, &b->file);
	return !bad && !more_a && !more_b && is_file(a->file.mode) && is_file(b->file.mode);
}

/* Reads a commit whose bytes are in *out for as long as that lasts. */
static bool read_commit(
	struct repo *repo, const struct oid *id, struct object *out, struct commit *commit)
{
	const char *why;

	return read_small(repo, id, OBJECT_COMMIT, out) &&
	       commit_parse(commit, id->len, out->data, &why) == 0;
}

/* Whether the commit's tree is that of its parent but for the file; *differ where that differs. */
static bool alike(
	struct repo *repo, const struct object *tree, const struct oid *parent, bool *differ)
{
	struct object above = { 0 }, other = { 0 };
	struct commit commit;
	struct folder mine = folder_of(tree, parent->len), theirs;
	bool same = read_commit(repo, parent, &above, &commit) &&
		    read_small(repo, &commit.tree, OBJECT_TREE, &other);

	theirs = folder_of(&other, parent->len);
	same = same && same_beside(&mine, &theirs, differ);
	object_release(&above);
	object_release(&other);
	return same;
}

/* What is followed, from the branch's new value to its old one. */
struct following {
	struct repo *repo;
	const struct ref_update *update;
	struct oid_list commits;
	size_t parents; /* how many were looked at: each costs as much as its root folder */
};

/* Adds the commit's parents but for the branch's old value. */
static bool follow(struct following *following, size_t i)
{
	struct oid_list *commits = &following->commits;
	struct object object = { 0 }, tree = { 0 };
	struct commit commit;
	bool differ = false,
	     alone = read_commit(following->repo, &commits->ids[i], &object, &commit) &&
		     commit.parent_count &&
		     (following->parents += commit.parent_count) <= PARENTS_MAX &&
		     read_small(following->repo, &commit.tree, OBJECT_TREE, &tree);

	for (size_t k = 0; alone && k < commit.parent_count; k++) {
		struct oid parent = commit_parent(&commit, k);

		alone = alike(following->repo, &tree, &parent, &differ) &&
			(oid_equal(&parent, &following->update->old) ||
				oid_list_has(commits, &parent) ||
				oid_list_add(commits, &parent) == 0);
	}
	object_release(&object);
	object_release(&tree);
	return alone && differ;
}

bool delegated_alone(struct repo *repo, const struct ref_update *update)
{
	struct following following = { .repo = repo, .update = update };
	bool alone = !oid_is_zero(&update->old) && !oid_is_zero(&update->new) && !update->stale &&
		     !update->reserved && !oid_equal(&update->old, &update->new) &&
		     oid_list_add(&following.commits, &update->new) == 0;

	for (size_t i = 0; alone && i < following.commits.count; i++)
		alone = follow(&following, i);
	oid_list_release(&following.commits);
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
