/* What a commit changed, held against the rules change by change. */
#include <stdlib.h>
#include <string.h>

#include "common/path/classes.h"
#include "common/path/fold.h"
#include "hooks/judge/parts.h"

/* Whether any rule looks at the changes of what the case is about, and into the files. */
static void ask_rules(struct judge *judge, const struct rule_case *c)
{
	const struct policy *policy = judge->facts->policy;

	judge->asks = c->who->count > 0 || *policy->delegates;
	judge->asks_content = false;
	for (size_t i = 0; i < policy->rule_count; i++) {
		if (!rule_concerns(c, &policy->rules[i]))
			continue;
		judge->asks = true;
		judge->asks_content = judge->asks_content || judge->reads_content[i];
	}
}

struct lists {
	int *values;
	size_t count;
};

static int on_hit(void *context, const struct pattern_hit *hit)
{
	struct lists *lists = context;

	if ((size_t)hit->list < lists->count)
		lists->values[hit->list] = hit->negated ? LIST_TAKEN_BACK : hit->index;
	return 0;
}

static int hold_against(struct pattern_set *set, const struct pattern_path *path,
	struct lists lists, struct fault *f)
{
	for (size_t i = 0; i < lists.count; i++)
		lists.values[i] = LIST_NONE;
	if (pattern_set_match(set, path, on_hit, &lists) < 0)
		return fault_memory(f);
	return 0;
}

int judge_protects(struct judge *judge, struct span path, bool *protects, struct fault *f)
{
	struct pattern_path at = { .bytes = path };

	*protects = false;
	buf_clear(&judge->folded);
	if (fold_path(&judge->folded, path) < 0)
		return fault_memory(f);
	at.folded = buf_span(&judge->folded);
	if (hold_against(judge->facts->policy->protected, &at,
		    (struct lists){ judge->protecting, judge->protecting_count }, f) < 0)
		return -1;
	for (size_t i = 0; i < judge->protecting_count; i++)
		*protects = *protects || judge->protecting[i] >= 0;
	return 0;
}

/* Whether the path is one of agents' instructions, which are looked into whoever changed them. */
static bool is_instructions(const struct judge *judge)
{
	size_t count;
	const struct class_part *parts = class_parts(&count);

	for (size_t i = 0; i < count; i++) {
		int list = judge->facts->policy->class_lists[i];

		if (list >= 0 && judge->protecting[list] >= 0 &&
			strcmp(parts[i].class, "agent-instructions") == 0)
			return true;
	}
	return false;
}

static bool has_blob(const struct entry *entry)
{
	return entry->mode && entry->mode != MODE_SUBMODULE;
}

/* Reads a blob; *over says that it is larger than the policy's limit, and was not read. */
static int read_blob(
	struct judge *judge, const struct oid *id, struct object *out, bool *over, struct fault *f)
{
	return repo_read_within(
		judge->facts->repo, id, (size_t)judge->facts->policy->limits.blob, out, over, f);
}

static int old_content(const struct rule_case *c, struct span *out, struct fault *f)
{
	struct judge *judge = c->context;
	bool over = false;

	if (!judge->old_ready && c->change && has_blob(&c->change->old) &&
		read_blob(judge, &c->change->old.id, &judge->old_object, &over, f) < 0)
		return -1;
	judge->old_ready = true;
	*out = judge->old_object.data;
	return 0;
}

static int judge_content(struct judge *judge, const struct rule_case *change, struct fault *f)
{
	struct rule_case c = *change;
	struct object object = { 0 };
	bool over = false;
	int status;

	if (read_blob(judge, &c.change->new.id, &object, &over, f) < 0)
		return -1;
	if (over &&
		judge_limit(judge, &c,
			"larger than the policy's limit for one file, so it was not looked into",
			f) < 0)
		return -1;
	if (over)
		return rules_judge(&c, f); /* its path is judged all the same */
	c.content = object.data;
	if (!c.content.data)
		c.content.data = "";
	status = rules_judge(&c, f);
	object_release(&object);
	return status;
}

/* The changes of one commit, or of a tree that a tag names. */
struct change_teller {
	struct judge *judge;
	const struct rule_case *commit;
	bool unattributed;      /* nothing tells who made it: perhaps what it changes does */
	size_t contents_before; /* judge->contents, when it was begun */
};

/* The case of one change of the commit; what it points to lives until the next one is made. */
static int change_case(const struct change_teller *t, const struct change *change,
	struct rule_case *c, struct fault *f)
{
	struct judge *judge = t->judge;
	const struct policy *policy = judge->facts->policy;
	struct pattern_path path = { .bytes = change->path,
		.link = mode_is_link(change->old.mode) || mode_is_link(change->new.mode) };

	buf_clear(&judge->folded);
	if (fold_path(&judge->folded, change->path) < 0)
		return fault_memory(f);
	*c = *t->commit;
	c->text = (struct span){ 0 };
	c->change = change;
	c->kinds = judge_kinds(judge, change);
	c->folded = path.folded = buf_span(&judge->folded);
	c->protecting = judge->protecting;
	c->permitting = judge->permitting;
	c->old_content = old_content;
	if (hold_against(policy->protected, &path,
		    (struct lists){ judge->protecting, judge->protecting_count }, f) < 0 ||
		judge_conditions(judge, c, f) < 0)
		return -1;
	return c->who->count
		       ? hold_against(policy->scopes, &path,
				 (struct lists){ judge->permitting, judge->permitting_count }, f)
		       : 0;
}

/* Holds one change against all rules. */
static int judge_change(const struct change_teller *t, const struct change *change, struct fault *f)
{
	struct judge *judge = t->judge;
	struct rule_case c;
	int status = 0;

	if (change_case(t, change, &c, f) < 0)
		return -1;
	if (has_blob(&change->new) && (judge->asks_content || is_instructions(judge)))
		status = judge_content(judge, &c, f);
	else if (judge->asks)
		status = rules_judge(&c, f);
	object_release(&judge->old_object);
	judge->old_object = (struct object){ 0 };
	judge->old_ready = false;
	return status;
}

/* The same where somebody is known by the content alone: for this change, it is that agent's. */
static int judge_made_change(const struct change_teller *t, const struct attribution *who,
	const struct change *change, struct fault *f)
{
	struct judge *judge = t->judge;
	struct rule_case c = *t->commit;
	const struct change_teller theirs = { judge, &c, false, 0 };
	int status;

	c.who = who;
	if (!oid_map_put(&judge->by_content, c.commit))
		return fault_memory(f);
	if (judge->contents++ == t->contents_before)
		judge_note_agents(c.verdict, who);
	else
		for (size_t i = 0; i < who->count; i++)
			verdict_add_agent(c.verdict, who->agents[i].name);
	ask_rules(judge, &c);
	status = judge_change(&theirs, change, f);
	ask_rules(judge, t->commit);
	c.change = change;
	c.kinds = judge_kinds(judge, change);
	c.text = (struct span){ 0 };
	return status == 0 ? rule_stopped(&c, f) : status;
}

static int on_change(void *context, const struct change *change, struct fault *f)
{
	const struct change_teller *t = context;
	struct attribution who;
	bool found = false;

	if (judge_is_late(t->judge))
		return deadline_fault(f, "judging what a commit changed");
	if (t->unattributed) {
		who = *t->commit->who;
		if (judge_content_makers(t->judge, t->commit, change, &who, &found, f) < 0)
			return -1;
	}
	return found ? judge_made_change(t, &who, change, f) : judge_change(t, change, f);
}

/* Says it when the changes could not be told to the end. */
static int object_to_changes(struct judge *judge, const struct rule_case *c, struct fault *f)
{
	const struct changes *changes = &judge->changes;
	char detail[512];

	if (changes->end == CHANGES_WHOLE)
		return 0;
	if (changes->end == CHANGES_MALFORMED) {
		(void)snprintf(detail, sizeof(detail), "%s%s%s", changes->why,
			changes->where[0] ? ": " : "", changes->where);
		return judge_object(judge, c,
			&(struct objection){
				.rule = "malformed", .action = ACTION_DENY, .detail = detail },
			f);
	}
	(void)snprintf(detail, sizeof(detail), "%s, so not looked into path by path: %s",
		changes->why, changes->where);
	if (changes->passed > 1)
		(void)snprintf(detail + strlen(detail), sizeof(detail) - strlen(detail),
			" and %zu more", changes->passed - 1);
	if (changes->deep) /* to save it would cost git more than to judge it costs us */
		return judge_object(judge, c,
			&(struct objection){
				.rule = "limits", .action = ACTION_DENY, .detail = detail },
			f);
	return judge_limit(judge, c, detail, f);
}

int judge_commit_changes(struct judge *judge, const struct rule_case *c,
	const struct commit *commit, struct fault *f)
{
	struct change_teller telling = { judge, c, !c->who->by, judge->contents };
	const struct change_listener listener = { on_change, &telling };
	struct oid_list old = { 0 };
	int status;

	ask_rules(judge, c);
	status = judge_moves(judge, c->commit, f);
	if (status == 0)
		status = changes_of(&judge->changes, commit, &listener, f);
	if (status == 0)
		status = object_to_changes(judge, c, f);
	if (status < 0 || judge->changes.end != CHANGES_LIMIT)
		return status;
	for (size_t i = 0; status == 0 && i < commit->parent_count; i++) {
		struct oid parent = commit_parent(commit, i), tree;

		status = graph_tree(judge->graph, &parent, &tree, f);
		if (status == 0 && oid_list_add(&old, &tree) < 0)
			status = fault_memory(f);
	}
	if (status == 0)
		status = judge_objects(judge, c, &old, &commit->tree, f);
	oid_list_release(&old);
	return status;
}

int judge_tree_changes(struct judge *judge, const struct rule_case *c, const struct oid *old,
	const struct oid *new, struct fault *f)
{
	struct change_teller telling = { judge, c, false, 0 };
	const struct change_listener listener = { on_change, &telling };
	struct oid from = *old;
	const struct oid_list olds = { .ids = &from, .count = 1 };
	int status;

	ask_rules(judge, c);
	status = changes_between(&judge->changes, old, new, &listener, f);
	if (status == 0)
		status = object_to_changes(judge, c, f);
	return status == 0 && judge->changes.end == CHANGES_LIMIT
		       ? judge_objects(judge, c, &olds, new, f)
		       : status;
}
