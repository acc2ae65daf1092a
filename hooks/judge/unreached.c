/*
 * Objects that the push sent and that no ref would lead to.  Nothing shows them, and yet they can
 * be fetched by id until git tidies up: a credential in one is out.  They are held against rules
 * about credentials alone, since they have no place in a tree; and only where an agent takes part,
 * so that a person's push pays nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "common/git/peel.h"
#include "hooks/judge/parts.h"

#define TOO_MANY 1

struct unreached_search {
	struct judge *judge;
	struct oid_map sent; /* to 1 when something leads to it */
	struct fault *fault;
};

static int on_sent(void *context, const struct oid *id)
{
	struct unreached_search *o = context;

	if (o->sent.count >= (uint64_t)o->judge->facts->policy->limits.changes)
		return TOO_MANY;
	return oid_map_put(&o->sent, id) ? 0 : TOO_MANY;
}

/* Notes that something leads to the object; whether it was sent, and nothing did before. */
static bool reach(struct unreached_search *o, const struct oid *id)
{
	uint64_t *reached = oid_map_get(&o->sent, id);

	return reached && (*reached)++ == 0;
}

/* Notes what the tree leads to among what was sent; the rest was there before the push, whole. */
static int follow_tree(struct unreached_search *o, const struct oid *id)
{
	struct oid_list stack = { 0 };
	int status = oid_list_add(&stack, id) < 0 ? fault_memory(o->fault) : 0;

	while (status == 0 && stack.count) {
		const struct oid tree = stack.ids[--stack.count];
		struct tree_entry entry, previous = tree_begin(tree.len);
		struct object object;
		const char *why;
		bool over;

		if (deadline_is_over(&o->judge->deadline))
			status = deadline_fault(o->fault, "looking for what no ref leads to");
		else
			status = repo_read_within(o->judge->facts->repo, &tree,
				(size_t)o->judge->facts->policy->limits.blob, &object, &over,
				o->fault);
		if (status < 0)
			break;
		for (struct span rest = object.data;
			status == 0 && object.type == OBJECT_TREE &&
			tree_next(&rest, &entry, &previous, &why) > 0;) {
			struct oid named = tree_entry_id(&entry);

			if (reach(o, &named) && entry.mode == MODE_TREE &&
				oid_list_add(&stack, &named) < 0)
				status = fault_memory(o->fault);
		}
		object_release(&object);
	}
	oid_list_release(&stack);
	return status;
}

/* A commit, whose own text is not read when it is too large. */
static int follow_commit(struct unreached_search *o, const struct oid *id)
{
	struct oid tree;

	if (graph_tree(o->judge->graph, id, &tree, o->fault) < 0)
		return -1;
	return reach(o, &tree) ? follow_tree(o, &tree) : 0;
}

/* An object that a ref or a tag names, and what it leads to; *next is a tag's target. */
static int follow(struct unreached_search *o, const struct oid *id, struct oid *next, bool *more)
{
	struct object object = { 0 };
	struct tag tag;
	const char *why;
	enum object_type type;
	size_t size;
	int status = repo_read_header(o->judge->facts->repo, id, &type, &size, o->fault);

	*more = false;
	if (status < 0 || (!reach(o, id) && type != OBJECT_TAG))
		return status;
	if (type == OBJECT_TREE)
		return follow_tree(o, id);
	if (type == OBJECT_COMMIT)
		return follow_commit(o, id);
	if (type != OBJECT_TAG || size > JUDGE_TEXT_MAX)
		return 0;
	status = repo_read(o->judge->facts->repo, id, &object, o->fault);
	*more = status == 0 && tag_parse(&tag, id->len, object.data, &why) == 0;
	if (*more)
		*next = tag.target;
	object_release(&object);
	return status;
}

/* The commits that the push brings. */
static int follow_introduced(struct unreached_search *o)
{
	const struct oid_list *list = &o->judge->introduced_list;
	int status = 0;

	for (size_t i = 0; status == 0 && i < list->count; i++) {
		(void)reach(o, &list->ids[i]);
		status = follow_commit(o, &list->ids[i]);
	}
	return status;
}

static int follow_updates(struct unreached_search *o)
{
	const struct push *push = &o->judge->facts->push;
	int status = 0;

	for (size_t i = 0; status == 0 && i < push->count; i++) {
		struct oid id = push->updates[i].new;
		bool more =
			!oid_is_zero(&id) && !push->updates[i].stale && !push->updates[i].reserved;

		for (int depth = 0; status == 0 && more && depth < PEEL_MAX; depth++)
			status = follow(o, &id, &id, &more);
	}
	return status;
}

static int compare(const void *a, const void *b)
{
	const struct oid *one = a, *two = b;

	return memcmp(one->hash, two->hash, sizeof(one->hash));
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
	if (unreached->objects.count) /* in an order that tells nothing of the map's */
		qsort(unreached->objects.ids, unreached->objects.count,
			sizeof(*unreached->objects.ids), compare);
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

		if (judge_is_late(judge))
			return deadline_fault(f, "finding out who made its commits");
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
	struct unreached_search o = { .judge = judge, .fault = f };
	int status = repo_brought(judge->facts->repo, on_sent, &o, f);

	if (status == 0)
		status = follow_introduced(&o);
	if (status == 0)
		status = follow_updates(&o);
	if (status == 0)
		status = keep_unreached(&o);
	judge->unreached.too_many = status == TOO_MANY;
	oid_map_release(&o.sent);
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

/* The names in a tree; what is malformed has been sent for no good. */
static int judge_names(
	struct judge *judge, const struct rule_case *object, struct span rest, struct fault *f)
{
	struct tree_entry entry, previous = tree_begin(object->commit->len);
	const char *why = NULL;
	int status = 0;

	while (status == 0 && tree_next(&rest, &entry, &previous, &why) > 0) {
		struct change change = { .path = entry.name, .new.mode = entry.mode };
		struct rule_case c = *object;

		change.new.id = tree_entry_id(&entry);
		c.change = &change;
		status = rule_credentials(&c, f);
	}
	return status == 0 && why ? judge_unparsed(judge, object, why, f) : status;
}

static int judge_read(struct judge *judge, const struct rule_case *about,
	const struct object *object, struct fault *f)
{
	const struct change change = { .path = { "", 0 }, .new = { MODE_FILE, *about->commit } };
	struct rule_case c = *about;

	if (object->type == OBJECT_TREE)
		return judge_names(judge, about, object->data, f);
	if (object->type == OBJECT_BLOB) {
		c.change = &change;
		c.content = object->data;
	} else {
		c.text = object->data;
	}
	return rule_credentials(&c, f);
}

int judge_unplaced(
	struct judge *judge, const struct rule_case *about, const struct oid *id, struct fault *f)
{
	struct rule_case c = *about;
	struct object object = { 0 };
	bool over;
	int status;

	c.commit = id;
	c.old_content = no_old_content;
	if (repo_read_within(judge->facts->repo, id, (size_t)judge->facts->policy->limits.blob,
		    &object, &over, f) < 0)
		return -1;
	if (over)
		return judge_limit(judge, &c,
			"an object without a path is larger than the policy's limit, so it was not "
			"looked into",
			f);
	status = judge_read(judge, &c, &object, f);
	object_release(&object);
	return status;
}

bool judge_asks_credentials(const struct judge *judge, const struct rule_case *c, bool *anyone)
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

	if (!judge->facts->whole || !judge->introduced_whole ||
		!judge_asks_credentials(judge, &c, &anyone))
		return 0;
	if (!unreached->who_ready && find_agents(judge, c.who, f) < 0)
		return -1;
	if (!unreached->who.count && !anyone)
		return 0;
	if (!unreached->ready && find_unreached(judge, f) < 0)
		return -1;
	c.who = &unreached->who;
	if (unreached->too_many)
		return judge_limit(judge, &c,
			"the push sends more objects than the policy allows, so not all were "
			"looked into",
			f);
	for (size_t i = 0; status == 0 && i < unreached->objects.count; i++)
		status = judge_is_late(judge)
				 ? deadline_fault(f, "judging what no ref leads to")
				 : judge_unplaced(judge, &c, &unreached->objects.ids[i], f);
	return status;
}

int judge_blob(
	struct judge *judge, const struct rule_case *about, const struct oid *blob, struct fault *f)
{
	struct rule_case c = *about;

	if (judge->unreached.who_ready)
		c.who = &judge->unreached.who;
	return judge_unplaced(judge, &c, blob, f);
}
