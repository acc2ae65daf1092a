/*
 * Objects that the push sent and that no ref would lead to.  Nothing shows them, and yet they can
 * be fetched by id until git tidies up: a credential in one is out.  They are held against rules
 * about credentials alone, since they have no place in a tree; and only where an agent takes part,
 * so that a person's push pays nothing.
 */
#include <stdlib.h>

#include "common/git/peel.h"
#include "hooks/judge/parts.h"

#define TOO_MANY 1

struct unreached_search {
	struct judge *judge;
	struct oid_map sent; /* to 1 when something leads to it */
	struct changes changes;
	struct fault *fault;
};

static int on_sent(void *context, const struct oid *id)
{
	struct unreached_search *o = context;

	if (o->sent.count >= (uint64_t)o->judge->facts->policy->limits.changes)
		return TOO_MANY;
	return oid_map_put(&o->sent, id) ? 0 : TOO_MANY;
}

/* Notes that something leads to the object. */
static void reach(struct unreached_search *o, const struct oid *id)
{
	uint64_t *reached = oid_map_get(&o->sent, id);

	if (reached)
		*reached = 1;
}

static int reach_change(void *context, const struct change *change, struct fault *f)
{
	(void)f;
	reach(context, &change->new.id);
	return 0;
}

static int reach_folder(void *context, const struct oid *tree, struct fault *f)
{
	(void)f;
	reach(context, tree);
	return 0;
}

/*
 * What a tree leads to and another does not, which leads to what was reached before or was there
 * before the push.  What stands behind a malformed entry counts as led to by nothing, and is looked
 * into.
 */
static int follow_tree(struct unreached_search *o, const struct oid *old, const struct oid *new)
{
	const struct change_listener listener = { reach_change, o, reach_folder };

	if (changes_between(&o->changes, old, new, &listener, o->fault) < 0)
		return -1;
	return o->changes.end == CHANGES_LIMIT ? TOO_MANY : 0;
}

/*
 * A commit's tree, next to its first parent's: of that the same was done before, or it was there
 * before.
 */
static int follow_commit(struct unreached_search *o, const struct commit *commit)
{
	struct oid old = { 0 }, parent;

	if (commit->parent_count) {
		parent = commit_parent(commit, 0);
		if (graph_tree(o->judge->graph, &parent, &old, o->fault) < 0)
			return -1;
	}
	return follow_tree(o, &old, &commit->tree);
}

/* A commit or a tag, and what it names; *next is the tag's target. */
static int follow(struct unreached_search *o, const struct oid *id, struct oid *next, bool *more)
{
	static const struct oid nothing;
	struct object object = { 0 };
	struct commit commit;
	struct tag tag;
	const char *why;
	int status = repo_read(o->judge->facts->repo, id, &object, o->fault);

	*more = false;
	if (status == 0)
		reach(o, id);
	if (status == 0 && object.type == OBJECT_TREE)
		status = follow_tree(o, &nothing, id);
	if (status == 0 && object.type == OBJECT_COMMIT &&
		commit_parse(&commit, object.data, &why) == 0)
		status = follow_commit(o, &commit);
	*more = status == 0 && object.type == OBJECT_TAG && tag_parse(&tag, object.data, &why) == 0;
	if (*more)
		*next = tag.target;
	object_release(&object);
	return status;
}

static int follow_updates(struct unreached_search *o)
{
	const struct push *push = &o->judge->facts->push;
	int status = 0;

	for (size_t i = 0; status == 0 && i < push->count; i++) {
		struct oid id = push->updates[i].new;
		bool more = !oid_is_zero(&id) && !push->updates[i].stale;

		for (int depth = 0; status == 0 && more && depth < PEEL_MAX; depth++)
			status = follow(o, &id, &id, &more);
	}
	return status;
}

/* What was sent, is not reached, and was not there before. */
static int keep_unreached(struct unreached_search *o)
{
	struct unreached *unreached = &o->judge->unreached;

	for (size_t i = 0; i < o->sent.cap; i++) {
		const struct oid_slot *slot = &o->sent.slots[i];

		if (slot->used && !slot->value && !repo_had(o->judge->facts->repo, &slot->id) &&
			oid_list_add(&unreached->objects, &slot->id) < 0)
			return fault_memory(o->fault);
	}
	return 0;
}

/* Whose doing the push is: the account's, and that of all agents whose commits it brings. */
static int find_agents(struct judge *judge, const struct attribution *account, struct fault *f)
{
	struct unreached *unreached = &judge->unreached;

	unreached->who = *account;
	for (size_t i = 0; i < judge->introduced_list.count; i++) {
		struct attribution who;
		const char *why;

		if (judge_attribute(judge, &judge->introduced_list.ids[i], &who, &why, f) < 0)
			return -1;
		if (!why && who.count &&
			attribution_merge(judge->attributor, &unreached->who, &who, f) < 0)
			return -1;
	}
	unreached->who_ready = true;
	return 0;
}

/* Finds the objects, once. */
static int find_unreached(struct judge *judge, struct fault *f)
{
	struct unreached_search o = { .judge = judge,
		.fault = f,
		.changes = { .repo = judge->facts->repo,
			.graph = judge->graph,
			.limit = (size_t)judge->facts->policy->limits.changes,
			.deadline = &judge->deadline } };
	int status = repo_brought(judge->facts->repo, on_sent, &o, f);
	struct oid next;
	bool more;

	for (size_t i = 0; status == 0 && i < judge->introduced_list.count; i++)
		status = follow(&o, &judge->introduced_list.ids[i], &next, &more);
	if (status == 0)
		status = follow_updates(&o);
	if (status == 0)
		status = keep_unreached(&o);
	judge->unreached.too_many = status == TOO_MANY;
	oid_map_release(&o.sent);
	changes_release(&o.changes);
	judge->unreached.ready = status >= 0;
	return status < 0 ? -1 : 0;
}

static int no_old_content(const struct rule_case *c, struct span *out, struct fault *f)
{
	(void)c;
	(void)f;
	*out = (struct span){ 0 };
	return 0;
}

static int limit(
	struct judge *judge, const struct rule_case *c, const char *detail, struct fault *f)
{
	return judge_object(judge, c,
		&(struct objection){ .rule = "limits", .action = ACTION_HOLD, .detail = detail },
		f);
}

/* The names in a tree; what is malformed has been sent for no good. */
static int judge_names(struct judge *judge, struct rule_case *c, struct span rest, struct fault *f)
{
	struct tree_entry entry, previous = { 0 };
	struct change change = { 0 };
	const char *why = NULL;
	int status = 0;

	c->change = &change;
	while (status == 0 && tree_next(&rest, &entry, &previous, &why) > 0) {
		change.path = entry.name;
		change.new.mode = entry.mode;
		memcpy(change.new.id.hash, entry.hash, OID_SIZE);
		status = rule_credentials(c, f);
	}
	c->change = NULL;
	return status == 0 && why ? judge_unparsed(judge, c, why, f) : status;
}

static int judge_read(
	struct judge *judge, struct rule_case *c, const struct object *object, struct fault *f)
{
	struct change change = { .path = { "", 0 }, .new = { MODE_FILE, *c->commit } };
	int status;

	if (object->type == OBJECT_TREE)
		return judge_names(judge, c, object->data, f);
	if (object->type != OBJECT_BLOB) {
		c->text = object->data;
		status = rule_credentials(c, f);
		c->text = (struct span){ 0 };
		return status;
	}
	c->change = &change;
	c->content = object->data;
	status = rule_credentials(c, f);
	c->content = (struct span){ 0 };
	c->change = NULL;
	return status;
}

static int judge_one(
	struct judge *judge, struct rule_case *c, const struct oid *id, struct fault *f)
{
	struct object object = { 0 };
	enum object_type type;
	size_t size;
	int status;

	c->commit = id;
	if (repo_read_header(judge->facts->repo, id, &type, &size, f) < 0)
		return -1;
	if (size > (uint64_t)judge->facts->policy->limits.blob)
		return limit(judge, c,
			"an object without a path is larger than the policy's limit, so it was not "
			"looked into",
			f);
	status = repo_read(judge->facts->repo, id, &object, f);
	if (status == 0)
		status = judge_read(judge, c, &object, f);
	object_release(&object);
	return status;
}

/* Whether a rule about credentials governs the ref; *anyone: one that is not about agents alone. */
static bool asked(const struct judge *judge, const struct rule_case *c, bool *anyone)
{
	const struct policy *policy = judge->facts->policy;
	bool any = false;

	*anyone = false;
	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct rule *rule = &policy->rules[i];

		if (!c->governing[rule->group] || !rule_wants_credentials(rule))
			continue;
		any = true;
		*anyone = *anyone || rule->by == BY_ANYONE;
	}
	return any;
}

int judge_unreached(struct judge *judge, const struct rule_case *about, struct fault *f)
{
	struct unreached *unreached = &judge->unreached;
	struct rule_case c = *about;
	bool anyone;
	int status = 0;

	if (!judge->facts->whole || !judge->introduced_whole || !asked(judge, &c, &anyone))
		return 0;
	if (!unreached->who_ready && find_agents(judge, c.who, f) < 0)
		return -1;
	if (!unreached->who.count && !anyone)
		return 0;
	if (!unreached->ready && find_unreached(judge, f) < 0)
		return -1;
	c.who = &unreached->who;
	c.old_content = no_old_content;
	if (unreached->too_many)
		return limit(judge, &c, "the push sends more objects than the policy allows", f);
	for (size_t i = 0; status == 0 && i < unreached->objects.count; i++) {
		if (judge_is_late(judge)) {
			c.commit = NULL;
			return limit(judge, &c, "judging took longer than the policy allows", f);
		}
		status = judge_one(judge, &c, &unreached->objects.ids[i], f);
	}
	return status;
}

int judge_blob(
	struct judge *judge, const struct rule_case *about, const struct oid *blob, struct fault *f)
{
	struct rule_case c = *about;

	if (judge->unreached.who_ready)
		c.who = &judge->unreached.who;
	c.old_content = no_old_content;
	return judge_one(judge, &c, blob, f);
}
