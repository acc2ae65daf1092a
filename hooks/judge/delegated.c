/* The delegated policy file, as a push would leave it. */
#include "common/facts/delegated.h"
#include "common/git/peel.h"
#include "hooks/judge/parts.h"

/* The delegated file as the value has it. */
static int read_file(
	const struct judge *judge, const struct oid *value, struct repo_file *file, struct fault *f)
{
	struct oid commit;
	enum object_type type;

	*file = delegated_file();
	if (oid_is_zero(value))
		return 0;
	if (peel(judge->facts->repo, value, &commit, &type, f) < 0)
		return -1;
	return type == OBJECT_COMMIT ? repo_file_read(judge->facts->repo, &commit, file, f) : 0;
}

static bool is_same(const struct repo_file *a, const struct repo_file *b)
{
	return a->found == b->found && (!a->found || oid_equal(&a->id, &b->id));
}

/* Nothing can be read of it, and who approves it would find no policy there. */
static int object_to_no_file(struct judge *judge, const struct rule_case *about, struct fault *f)
{
	struct rule_case c = *about;
	const struct change change = { .path = span_of(POLICY_DELEGATED) };

	c.change = &change;
	return judge_object(judge, &c,
		&(struct objection){ .rule = "delegated",
			.action = ACTION_DENY,
			.detail = "it would be a link, a folder or a submodule: a policy is a "
				  "file" },
		f);
}

/* The first of the errors, and how many others there are. */
static int object_to_errors(struct judge *judge, const struct rule_case *about,
	const struct buf *errors, struct fault *f)
{
	struct rule_case c = *about;
	const struct change change = { .path = span_of(POLICY_DELEGATED) };
	struct buf detail = BUF_INIT(65536);
	size_t others = 0, first = strcspn(errors->data, "\n");
	int status;

	for (size_t i = first; i + 1 < errors->len; i++)
		others += errors->data[i] == '\n';
	(void)buf_addf(&detail, "it would be no good policy: %.*s", (int)first, errors->data);
	if (others)
		(void)buf_addf(&detail, " (and %zu more)", others);
	c.change = &change;
	status = detail.failed ? fault_memory(f)
			       : judge_object(judge, &c,
					 &(struct objection){ .rule = "delegated",
						 .action = ACTION_DENY,
						 .detail = detail.data },
					 f);
	buf_release(&detail);
	return status;
}

/* Says that nobody could change the file again, if nothing else were said of that. */
static int warn_of_lock(struct judge *judge, const struct rule_case *about,
	const struct policy_sources *sources, struct fault *f)
{
	struct rule_case c = *about;
	const struct change change = { .path = span_of(POLICY_DELEGATED) };
	struct policy *policy = NULL;
	const char *rule;
	char detail[512];
	int status = policy_load(&policy, sources, f);

	rule = status == 0 ? delegated_lock(policy, judge->facts->head) : NULL;
	if (rule) {
		(void)snprintf(detail, sizeof(detail),
			"its rule %.200s lets nobody change the file itself: a push that changes "
			"nothing else is judged by the layers above alone",
			rule);
		c.change = &change;
		status = judge_object(judge, &c,
			&(struct objection){
				.rule = "delegated", .action = ACTION_WARN, .detail = detail },
			f);
	}
	policy_free(policy);
	return status;
}

/* Holds the proposed file against the layers above it. */
static int judge_proposed(struct judge *judge, const struct rule_case *c,
	const struct repo_file *file, struct fault *f)
{
	struct policy_sources sources = judge->facts->sources;
	struct buf errors = BUF_INIT((size_t)1 << 20);
	int status;

	delegated_use(file, &sources);
	status = policy_check(&sources, &errors, f);
	if (status > 0)
		status = errors.len ? object_to_errors(judge, c, &errors, f)
				    : fault_set(f, FAULT_INTERNAL, "errors without a word");
	else if (status == 0)
		status = warn_of_lock(judge, c, &sources, f);
	buf_release(&errors);
	return status;
}

int judge_delegated(
	struct judge *judge, const struct rule_case *c, bool *redelegates, struct fault *f)
{
	struct repo_file before = delegated_file(), after = delegated_file();
	int status;

	*redelegates = false;
	if (!*judge->facts->policy->delegates || strcmp(c->update->target, judge->facts->head) != 0)
		return 0;
	status = read_file(judge, &c->update->old, &before, f);
	if (status == 0)
		status = read_file(judge, &c->update->new, &after, f);
	if (status == 0 && !is_same(&before, &after)) {
		*redelegates = c->deletes || c->rewinds;
		if (after.found)
			status = judge_proposed(judge, c, &after, f);
	}
	if (status == 0 && after.other && !before.other)
		status = object_to_no_file(judge, c, f);
	if (before.found)
		object_release(&before.object);
	if (after.found)
		object_release(&after.object);
	return status;
}
