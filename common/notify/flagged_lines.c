#include "common/notify/flagged_lines.h"

#include "common/git/repo_diff.h"

#define FILES_MAX 100
#define BYTES_MAX ((size_t)1 << 20)

struct counting {
	struct flagged_lines lines;
	size_t changes; /* of these files: one may be changed by several commits */
	size_t bytes;
	struct fault fault;
};

static int on_line(void *context, const struct diff_line *line)
{
	struct counting *c = context;

	c->lines.added += line->side == DIFF_NEW;
	c->lines.deleted += line->side == DIFF_OLD;
	return 0;
}

/* The content of one side; empty where there is no file. */
static int content(
	struct repo *repo, const struct entry *side, struct object *out, struct counting *c)
{
	*out = (struct object){ 0 };
	if (oid_is_zero(&side->id) || side->mode == MODE_SUBMODULE)
		return 0;
	if (repo_read(repo, &side->id, out, &c->fault) < 0)
		return -1;
	c->bytes += out->data.len;
	return c->bytes > BYTES_MAX ? -1 : 0;
}

static int count_file(struct repo *repo, const struct finding *finding, struct counting *c)
{
	struct object old = { 0 }, new = { 0 };
	int status = content(repo, &finding->old, &old, c);

	if (status == 0)
		status = content(repo, &finding->new, &new, c);
	if (status == 0)
		status = repo_diff(
			&(struct repo_diff){
				.old = old.data, .new = new.data, .each = on_line, .listener = c },
			&c->fault);
	object_release(&old);
	object_release(&new);
	c->changes++;
	return status;
}

/* Whether an earlier finding is about the same change, or about another of the same file. */
static bool is_counted(const struct verdict *verdict, size_t i, bool *same_file)
{
	const struct finding *one = &verdict->findings[i];

	*same_file = false;
	for (size_t k = 0; k < i; k++) {
		const struct finding *other = &verdict->findings[k];

		if (!finding_flags(other) || !span_equal(other->path, one->path))
			continue;
		*same_file = true;
		if (oid_equal(&other->old.id, &one->old.id) &&
			oid_equal(&other->new.id, &one->new.id))
			return true;
	}
	return false;
}

struct flagged_lines flagged_lines_count(struct repo *repo, const struct verdict *verdict)
{
	struct counting c = { 0 };
	bool same_file;

	for (size_t i = 0; i < verdict->count; i++) {
		const struct finding *finding = &verdict->findings[i];

		if (!finding_flags(finding) || !finding->path.len ||
			is_counted(verdict, i, &same_file))
			continue;
		if (c.changes == FILES_MAX || count_file(repo, finding, &c) < 0)
			return (struct flagged_lines){ 0 };
		c.lines.files += !same_file;
	}
	return c.lines;
}
