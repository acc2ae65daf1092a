/* Which commits an update is about: those that are new to the refs of each group of rules. */
#include <stdlib.h>

#include "common/git/peel.h"
#include "common/git/refname.h"
#include "hooks/judge/parts.h"

/* Where to look for the refs that a pattern may match. */
struct place_of_refs {
	char prefix[REFNAME_MAX + 8];
};

static struct place_of_refs pattern_place(const char *pattern)
{
	struct place_of_refs place = { "refs/" };
	size_t len;

	if (*pattern == '/')
		pattern++;
	if (strncmp(pattern, "refs/", 5) != 0)
		return place;
	len = strcspn(pattern, "*?[\\");
	if (len > REFNAME_MAX)
		return place;
	(void)snprintf(place.prefix, sizeof(place.prefix), "%.*s", (int)len, pattern);
	return place;
}

struct governed_refs {
	struct judge *judge;
	const struct group *group;
	struct oid_map seen;
	struct oid_list *out;
	struct fault *fault;
};

/*
 * Notes the commit that a governed ref leads to.  One that leads nowhere hides nothing: more is
 * judged.
 */
static int on_ref(void *context, const char *name, const struct oid *id)
{
	struct governed_refs *l = context;
	struct fault ignored = { 0 };
	enum object_type type;
	struct oid commit;
	uint64_t *seen;

	if (refname_reserved(name) ||
		!policy_group_governs(l->judge->facts->policy, l->group, name))
		return 0;
	seen = oid_map_put(&l->seen, id);
	if (!seen)
		return fault_memory(l->fault);
	if ((*seen)++)
		return 0;
	if (peel(l->judge->facts->repo, id, &commit, &type, &ignored) < 0 || type != OBJECT_COMMIT)
		return 0;
	return oid_list_add(l->out, &commit) < 0 ? fault_memory(l->fault) : 0;
}

/* Whether an earlier pattern of the group makes us look at the same refs already. */
static bool looked_at(names refs, names upto, const char *prefix, const char *head)
{
	for (; refs < upto; refs++) {
		struct place_of_refs earlier =
			pattern_place(strcmp(*refs, "HEAD") == 0 ? head : *refs);

		if (**refs != '!' && strncmp(prefix, earlier.prefix, strlen(earlier.prefix)) == 0)
			return true;
	}
	return false;
}

/* Asked dry, what the range begins with is all that was there before, wherever the refs are now. */
static int hidden_fill_dry(struct judge *judge, struct hidden *hidden, struct fault *f)
{
	const struct push *push = &judge->facts->push;
	enum object_type type;
	struct oid commit;

	for (size_t i = 0; i < push->count; i++) {
		if (oid_is_zero(&push->updates[i].old))
			continue;
		if (peel(judge->facts->repo, &push->updates[i].old, &commit, &type, f) < 0)
			return -1;
		if (type == OBJECT_COMMIT && oid_list_add(&hidden->commits, &commit) < 0)
			return fault_memory(f);
	}
	hidden->ready = true;
	return 0;
}

static int hidden_fill(struct judge *judge, size_t g, struct fault *f)
{
	const struct group *group = &judge->facts->policy->groups[g];
	struct hidden *hidden = &judge->hidden[g];
	struct governed_refs listing = { judge, group, { 0 }, &hidden->commits, f };
	int status = 0;

	if (judge->facts->dry)
		return hidden_fill_dry(judge, hidden, f);
	for (names ref = group->refs; status == 0 && *ref; ref++) {
		const char *pattern = strcmp(*ref, "HEAD") == 0 ? judge->facts->head : *ref;
		struct place_of_refs place = pattern_place(pattern);

		if (*pattern != '!' &&
			!looked_at(group->refs, ref, place.prefix, judge->facts->head))
			status = repo_refs(judge->facts->repo, place.prefix, on_ref, &listing, f);
	}
	oid_map_release(&listing.seen);
	hidden->ready = status == 0;
	return status;
}

/* Puts the commits that are new to the group into the range. */
static int range_add(struct range *range, const struct oid_list *commits, size_t g, struct fault *f)
{
	for (size_t i = 0; i < commits->count; i++) {
		uint64_t *index = oid_map_put(&range->index, &commits->ids[i]);

		if (!index)
			return fault_memory(f);
		if (!*index) {
			if (oid_list_add(&range->commits, &commits->ids[i]) < 0)
				return fault_memory(f);
			*index = range->commits.count;
		}
		range->masks[(*index - 1) * range->group_count + g] = 1;
	}
	return 0;
}

/* Makes room for the rows of so many more commits. */
static int range_reserve(struct range *range, size_t more, struct fault *f)
{
	size_t had = range->commits.count, rows = had + more;
	unsigned char *masks = realloc(range->masks, rows * range->group_count + 1);

	if (!masks)
		return fault_memory(f);
	memset(masks + had * range->group_count, 0, more * range->group_count);
	range->masks = masks;
	return 0;
}

static int range_take(
	struct range *range, const struct oid_list *commits, size_t g, struct fault *f)
{
	return range_reserve(range, commits->count, f) < 0 ? -1 : range_add(range, commits, g, f);
}

/*
 * Whether a range was found already: asked dry about one update, what it brings is what is new to
 * every group.
 */
static bool is_all_introduced(const struct judge *judge)
{
	return judge->facts->dry && judge->facts->push.count == 1 && judge->introduced_ready &&
	       judge->introduced_whole;
}

bool range_by_quarantine(const struct judge *judge)
{
	return repo_in_quarantine(judge->facts->repo) &&
	       !policy_account_agent(judge->facts->policy, judge->facts->push.account);
}

/*
 * Whether none of the commits was in the repository before the push, so that no ref can lead to any
 * of them.
 */
static bool are_fresh(const struct judge *judge, const struct oid_list *commits)
{
	bool told = judge->introduced_ready && range_by_quarantine(judge);

	for (size_t i = 0; i < commits->count; i++)
		if (!(told && oid_map_get(&judge->introduced, &commits->ids[i])) &&
			repo_had(judge->facts->repo, &commits->ids[i]))
			return false;
	return true;
}

static int list_old(
	struct judge *judge, const struct updated *updated, struct oid_list *out, struct fault *f)
{
	struct fault ignored = { 0 };
	enum object_type type;
	struct oid commit;

	for (size_t i = 0; i < updated->count; i++) {
		const struct ref_update *update = &updated->updates[i];

		if (!oid_is_zero(&update->old) && !update->reserved &&
			peel(judge->facts->repo, &update->old, &commit, &type, &ignored) == 0 &&
			type == OBJECT_COMMIT && oid_list_add(out, &commit) < 0)
			return fault_memory(f);
	}
	return 0;
}

int range_by_old(struct judge *judge, const struct updated *updated, struct oid_list *out,
	bool *known, struct fault *f)
{
	struct oid_list hidden = { 0 };
	enum graph_end end = GRAPH_LIMIT;
	int status = 0;

	*known = false;
	if (!repo_in_quarantine(judge->facts->repo) || judge->facts->dry)
		return 0;
	status = list_old(judge, updated, &hidden, f);
	if (status == 0 && hidden.count)
		status = graph_range(judge->graph, updated->tips, &hidden, out, &end, f);
	*known = status == 0 && end == GRAPH_WHOLE && are_fresh(judge, out);
	if (!*known)
		oid_list_release(out);
	oid_list_release(&hidden);
	return status;
}

/* The commits that are new to the group. */
static int new_to_group(struct judge *judge, size_t g, const struct updated *updated,
	struct oid_list *out, bool *whole, struct fault *f)
{
	enum graph_end end = GRAPH_WHOLE;
	bool known = false;
	int status = 0;

	if (!judge->hidden[g].ready)
		status = range_by_old(judge, updated, out, &known, f);
	if (status == 0 && !known && !judge->hidden[g].ready)
		status = hidden_fill(judge, g, f);
	if (status == 0 && !known)
		status = graph_range(
			judge->graph, updated->tips, &judge->hidden[g].commits, out, &end, f);
	*whole = end == GRAPH_WHOLE;
	return status;
}

static int range_of_group(struct judge *judge, size_t g, const struct ref_update *update,
	const struct oid *tip, struct range *out, struct fault *f)
{
	struct oid id = *tip;
	const struct oid_list tips = { .ids = &id, .count = 1 };
	struct oid_list commits = { 0 };
	bool whole = true;
	int status;

	if (is_all_introduced(judge))
		return range_take(out, &judge->introduced_list, g, f);
	status = new_to_group(judge, g, &(struct updated){ &tips, update, 1 }, &commits, &whole, f);
	if (status == 0)
		status = range_take(out, &commits, g, f);
	out->whole = out->whole && whole;
	oid_list_release(&commits);
	return status;
}

int range_of(struct judge *judge, const struct ref_update *update, const struct oid *tip,
	struct range *out, struct fault *f)
{
	const struct policy *policy = judge->facts->policy;

	*out = (struct range){ .group_count = policy->group_count, .whole = true };
	for (size_t g = 0; g < policy->group_count; g++) {
		if (!policy_group_governs(policy, &policy->groups[g], update->target))
			continue;
		if (range_of_group(judge, g, update, tip, out, f) < 0) {
			range_release(out);
			return -1;
		}
	}
	return 0;
}

int range_of_introduced(
	struct judge *judge, const struct ref_update *update, struct range *out, struct fault *f)
{
	const struct policy *policy = judge->facts->policy;

	for (size_t g = 0; range_by_quarantine(judge) && g < policy->group_count; g++)
		if (policy_group_governs(policy, &policy->groups[g], update->target) &&
			range_take(out, &judge->introduced_list, g, f) < 0)
			return -1;
	return 0;
}

void range_release(struct range *range)
{
	oid_list_release(&range->commits);
	oid_map_release(&range->index);
	free(range->masks);
	range->masks = NULL;
}
