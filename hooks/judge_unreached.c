/*
 * Objects that the push sent and that no ref would lead to.  Nothing shows them, and yet they can be fetched by id until
 * git tidies up: a credential in one is out.  They are held against rules about credentials alone, since they have
 * no place in a tree; and only where an agent takes part, so that a person's push pays nothing.
 */
#include <stdlib.h>

#include "common/peel.h"
#include "hooks/judge_parts.h"

#define TOO_MANY 1

struct finding_out {
	struct judge *judge;
	struct oid_map sent;   /* to 1 when something leads to it */
	struct oid_list trees; /* still to be followed */
	struct fault *fault;
};

static int on_sent(void *context, const struct oid *id)
{
	struct finding_out *o = context;

	if (o->sent.count >= (uint64_t)o->judge->facts.policy->limits.changes)
		return TOO_MANY;
	return oid_map_put(&o->sent, id) ? 0 : TOO_MANY;
}

/* Notes that something leads to the object; whether it was sent and nobody knew it yet. */
static bool reach(struct finding_out *o, const struct oid *id)
{
	uint64_t *reached = oid_map_get(&o->sent, id);

	if (!reached || *reached)
		return false;
	*reached = 1;
	return true;
}

static int reach_tree(struct finding_out *o, const struct oid *id)
{
	if (reach(o, id) && oid_list_add(&o->trees, id) < 0)
		return fault_memory(o->fault);
	return 0;
}

/* What a tree leads to.  What stands behind a malformed entry counts as led to by nothing, and is looked into. */
static int follow_tree(struct finding_out *o, const struct oid *id)
{
	struct tree_entry entry, previous = { 0 };
	struct object object = { 0 };
	struct span rest;
	const char *why;
	int status = repo_read(o->judge->facts.repo, id, &object, o->fault);

	rest = object.type == OBJECT_TREE ? object.data : (struct span){ "", 0 };
	while (status == 0 && tree_next(&rest, &entry, &previous, &why) > 0) {
		struct oid child;

		memcpy(child.hash, entry.hash, OID_SIZE);
		if (entry.mode == MODE_TREE)
			status = reach_tree(o, &child);
		else if (entry.mode != MODE_SUBMODULE)
			(void)reach(o, &child);
	}
	object_release(&object);
	return status;
}

static int follow_trees(struct finding_out *o)
{
	int status = 0;

	while (status == 0 && o->trees.count) {
		struct oid id = o->trees.ids[--o->trees.count];

		status = follow_tree(o, &id);
	}
	return status;
}

/* A commit or a tag, and what it names; *next is the tag's target. */
static int follow(struct finding_out *o, const struct oid *id, struct oid *next, bool *more)
{
	struct object object = { 0 };
	struct commit commit;
	struct tag tag;
	const char *why;
	int status = repo_read(o->judge->facts.repo, id, &object, o->fault);

	*more = false;
	if (status == 0 && object.type == OBJECT_TREE) {
		status = reach_tree(o, id);
	} else if (status == 0) {
		(void)reach(o, id);
		if (object.type == OBJECT_COMMIT && commit_parse(&commit, object.data, &why) == 0)
			status = reach_tree(o, &commit.tree);
		*more = object.type == OBJECT_TAG && tag_parse(&tag, object.data, &why) == 0;
		if (*more)
			*next = tag.target;
	}
	object_release(&object);
	return status < 0 ? -1 : follow_trees(o);
}

static int follow_updates(struct finding_out *o)
{
	const struct push *push = o->judge->facts.push;
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
static int keep_unreached(struct finding_out *o)
{
	struct unreached *unreached = &o->judge->unreached;

	for (size_t i = 0; i < o->sent.cap; i++) {
		const struct oid_slot *slot = &o->sent.slots[i];

		if (slot->used && !slot->value && !repo_had(o->judge->facts.repo, &slot->id) &&
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
	struct finding_out o = { .judge = judge, .fault = f };
	int status = repo_brought(judge->facts.repo, on_sent, &o, f);
	struct oid next;
	bool more;

	judge->unreached.too_many = status == TOO_MANY;
	for (size_t i = 0; status == 0 && i < judge->introduced_list.count; i++)
		status = follow(&o, &judge->introduced_list.ids[i], &next, &more);
	if (status == 0)
		status = follow_updates(&o);
	if (status == 0)
		status = keep_unreached(&o);
	oid_map_release(&o.sent);
	oid_list_release(&o.trees);
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
	if (repo_read_header(judge->facts.repo, id, &type, &size, f) < 0)
		return -1;
	if (size > (uint64_t)judge->facts.policy->limits.blob)
		return limit(judge, c,
			"an object without a path is larger than the policy's limit, so it was not "
			"looked into",
			f);
	status = repo_read(judge->facts.repo, id, &object, f);
	if (status == 0)
		status = judge_read(judge, c, &object, f);
	object_release(&object);
	return status;
}

/* Whether a rule about credentials governs the ref; *anyone: one that is not about agents alone. */
static bool asked(const struct judge *judge, const struct rule_case *c, bool *anyone)
{
	const struct policy *policy = judge->facts.policy;
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

	if (!judge->facts.whole || !judge->introduced_whole || !asked(judge, &c, &anyone))
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
