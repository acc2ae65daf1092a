#include "common/git/peel.h"
#include "hooks/judge/parts.h"

#define DELEGATED ".countersign.json"

/* The delegated file as the value has it; *found says whether it has one. */
static int read_file(const struct judge *judge, const struct oid *value, struct object *out,
	bool *found, struct fault *f)
{
	struct oid commit;
	enum object_type type;

	*found = false;
	if (oid_is_zero(value))
		return 0;
	if (peel(judge->facts->repo, value, &commit, &type, f) < 0)
		return -1;
	return type == OBJECT_COMMIT
		       ? repo_blob_at(judge->facts->repo, &commit, DELEGATED, out, found, f)
		       : 0;
}

int judge_redelegates(
	const struct judge *judge, const struct rule_case *c, bool *out, struct fault *f)
{
	struct object before = { 0 }, after = { 0 };
	bool was = false, is = false;
	int status;

	*out = false;
	if (!*judge->facts->policy->delegates || !(c->deletes || c->rewinds) ||
		strcmp(c->update->target, judge->facts->head) != 0)
		return 0;
	status = read_file(judge, &c->update->old, &before, &was, f);
	if (status == 0)
		status = read_file(judge, &c->update->new, &after, &is, f);
	if (status == 0)
		*out = was != is || (was && !span_equal(before.data, after.data));
	if (was)
		object_release(&before);
	if (is)
		object_release(&after);
	return status;
}
