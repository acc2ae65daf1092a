/* Which commits a push brings into the repository, whatever ref they are for. */
#include <stdlib.h>

#include "common/git/peel.h"
#include "common/git/refname.h"
#include "hooks/judge/parts.h"

struct any_refs {
	struct judge *judge;
	struct oid_list *out;
	struct fault *fault;
};

static int collect_tips(struct judge *judge, struct oid_list *tips, struct fault *f)
{
	const struct push *push = &judge->facts->push;

	for (size_t i = 0; i < push->count; i++) {
		const struct ref_update *update = &push->updates[i];
		enum object_type type;
		struct oid commit;

		if (update->reserved || update->stale || oid_is_zero(&update->new))
			continue;
		if (peel(judge->facts->repo, &update->new, &commit, &type, f) < 0)
			return -1;
		if (type == OBJECT_COMMIT && oid_list_add(tips, &commit) < 0)
			return fault_memory(f);
	}
	return 0;
}

static int on_any_ref(void *context, const char *name, const struct oid *id)
{
	struct any_refs *l = context;
	struct fault ignored = { 0 };
	enum object_type type;
	struct oid commit;

	if (refname_reserved(name) ||
		peel(l->judge->facts->repo, id, &commit, &type, &ignored) < 0 ||
		type != OBJECT_COMMIT)
		return 0;
	return oid_list_add(l->out, &commit) < 0 ? fault_memory(l->fault) : 0;
}

int range_any_refs(struct judge *judge, struct oid_list *out, struct fault *f)
{
	struct any_refs listing = { .judge = judge, .out = out, .fault = f };
	const struct push *push = &judge->facts->push;

	if (!judge->facts->dry)
		return repo_refs(judge->facts->repo, "refs/", on_any_ref, &listing, f);
	for (size_t i = 0; i < push->count; i++)
		if (!oid_is_zero(&push->updates[i].old) &&
			on_any_ref(&listing, push->updates[i].name, &push->updates[i].old) < 0)
			return -1;
	return 0;
}

int range_of_no_ref(struct judge *judge, const struct oid_list *tips, struct oid_list *out,
	enum graph_end *end, struct fault *f)
{
	struct oid_list hidden = { 0 };
	int status = range_any_refs(judge, &hidden, f);

	if (status == 0)
		status = graph_range(judge->graph, tips, &hidden, out, end, f);
	oid_list_release(&hidden);
	return status;
}

/*
 * Without a quarantine the object store does not tell what was there before; the refs do, since
 * they have not moved yet.
 */
static int introduced_by_refs(
	struct judge *judge, const struct oid_list *tips, enum graph_end *end, struct fault *f)
{
	const struct push *push = &judge->facts->push;
	const struct updated updated = { tips, push->updates, push->count };
	bool known;
	int status = range_by_old(judge, &updated, &judge->introduced_list, &known, f);

	if (status < 0 || known) {
		*end = GRAPH_WHOLE;
		return status;
	}
	return range_of_no_ref(judge, tips, &judge->introduced_list, end, f);
}

int judge_introduce(struct judge *judge, struct fault *f)
{
	struct oid_list tips = { 0 };
	enum graph_end end = GRAPH_WHOLE;
	int status = judge->introduced_ready ? 0 : collect_tips(judge, &tips, f);

	if (judge->introduced_ready)
		return 0;
	if (status == 0 && range_by_quarantine(judge))
		status = graph_introduced(judge->graph, &tips, &judge->introduced_list, &end, f);
	else if (status == 0)
		status = introduced_by_refs(judge, &tips, &end, f);
	for (size_t i = 0; status == 0 && i < judge->introduced_list.count; i++)
		if (!oid_map_put(&judge->introduced, &judge->introduced_list.ids[i]))
			status = fault_memory(f);
	if (status < 0 && f->class == FAULT_LIMIT) {
		fault_clear(f);
		end = GRAPH_LIMIT;
		status = 0;
	}
	oid_list_release(&tips);
	judge->introduced_whole = end == GRAPH_WHOLE;
	judge->introduced_ready = status == 0;
	return status;
}
