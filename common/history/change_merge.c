/*
 * What a merge's parents explain.
 *
 * At one path, with the parents' values P1..Pn, their base's value B and the outcome M, the plain
 * rule is: every P is M or B, and at least one is M.  Then those that changed it since B agree with
 * M, and the others have B's.  Of regular files, mode and content are looked at separately, and
 * where just two parents changed the content, M may be the automatic merge of theirs.
 *
 * With several bases every one must explain it.  Where that fails in a criss-cross of two bases,
 * the value that merging the two bases over their own base gives by the plain rule is taken for
 * base, as git's recursive merge does.  That is safe: both bases are ancestors of both parents, so
 * whatever value it is, each parent has seen it and has gone on from it in commits that are judged
 * by themselves; and M is still one parent's value (or the clean merge of both) while the others
 * did not change theirs.
 *
 * Branches that are merged all at once (an octopus) may have left the main line at different
 * places, so that what all have for base is older than what each two have.  git merges them one
 * after the other; so a value is explained, too, when one parent has it and each other parent,
 * taken with that one alone, explains it by the plain rule.
 *
 * What one side renamed and the other edited is not explained: the edit was judged where it was
 * made, and the merge brings it to another path, perhaps a protected one.
 */
#include "common/history/change_private.h"

static const struct entry absent;

static bool same(const struct entry *a, const struct entry *b)
{
	return a->mode == b->mode && oid_equal(&a->id, &b->id);
}

static bool same_mode(const struct entry *a, const struct entry *b)
{
	return a->mode == b->mode;
}

static bool same_id(const struct entry *a, const struct entry *b)
{
	return oid_equal(&a->id, &b->id);
}

static bool plain(const struct entry *values, size_t parents, const struct entry *base,
	bool (*equal)(const struct entry *, const struct entry *))
{
	bool taken = false;

	for (size_t i = 1; i <= parents; i++) {
		bool outcome = equal(&values[i], &values[0]);

		if (!outcome && !equal(&values[i], base))
			return false;
		taken = taken || outcome;
	}
	return taken;
}

static bool is_file(const struct entry *entry)
{
	return entry->mode == MODE_FILE || entry->mode == MODE_FILE_GROUP ||
	       entry->mode == MODE_EXECUTABLE;
}

static bool are_files(const struct entry *values, size_t parents, const struct entry *base)
{
	bool files = is_file(base);

	for (size_t i = 0; i <= parents; i++)
		files = files && is_file(&values[i]);
	return files;
}

/* Whether the blob is small enough to be merged.  1, 0 or -1. */
static int fits(struct changes *changes, const struct oid *id, struct fault *f)
{
	enum object_type type;
	size_t size;

	if (repo_read_header(changes->repo, id, &type, &size, f) < 0)
		return -1;
	return type == OBJECT_BLOB && size <= changes->blob_limit;
}

/* Whether just two contents differ from the base's, and merge into the outcome.  1, 0 or -1. */
static int contents_merge(struct changes *changes, const struct entry *values, size_t parents,
	const struct entry *base, struct fault *f)
{
	const struct entry *one = NULL, *two = NULL;
	bool outcome = false;
	int fit;

	for (size_t i = 1; i <= parents; i++) {
		const struct entry *value = &values[i];

		if (same_id(value, base) || (one && same_id(value, one)) ||
			(two && same_id(value, two)))
			continue;
		if (two)
			return 0;
		*(one ? &two : &one) = value;
	}
	if (!two)
		return 0;
	for (const struct entry *const *side =
			(const struct entry *const[]){ base, one, two, NULL };
		*side; side++)
		if ((fit = fits(changes, &(*side)->id, f)) <= 0)
			return fit;
	if (repo_merge_is(changes->repo,
		    &(struct repo_merge){ &base->id, &one->id, &two->id, &values[0].id,
			    changes->deadline, &changes->asks },
		    &outcome, f) < 0)
		return -1;
	return outcome;
}

/* Whether the one base explains it.  1, 0 or -1. */
static int explained_by(struct changes *changes, const struct entry *values, size_t parents,
	const struct entry *base, struct fault *f)
{
	if (plain(values, parents, base, same))
		return 1;
	if (parents < 2 || !are_files(values, parents, base) ||
		!plain(values, parents, base, same_mode))
		return 0;
	if (plain(values, parents, base, same_id))
		return 1;
	return contents_merge(changes, values, parents, base, f);
}

/* The plain merge of the bases over their own base; NULL when there is none. */
static const struct entry *virtual_base(const struct entry *bases)
{
	const struct entry *one = &bases[0], *two = &bases[1], *base = &bases[2];

	if (same(one, two) || same(two, base))
		return one;
	return same(one, base) ? two : NULL;
}

/* The value of the merge base of two parents, counting from 1. */
static const struct entry *pair_base(
	const struct comparison *comparison, const struct entry *values, size_t a, size_t b)
{
	size_t low = a < b ? a : b, high = a < b ? b : a;

	return &values[comparison->sides - comparison->pairs + (high - 1) * (high - 2) / 2 + low -
		       1];
}

/*
 * Whether one parent has the outcome, and each other has it too or did not change what the two last
 * had in common.
 */
static bool taken_in_turn(const struct comparison *comparison, const struct entry *values)
{
	for (size_t i = 1; comparison->pairs && i <= comparison->parents; i++) {
		bool taken = same(&values[i], &values[0]);

		for (size_t j = 1; taken && j <= comparison->parents; j++)
			taken = j == i || same(&values[j], &values[0]) ||
				same(&values[j], pair_base(comparison, values, i, j));
		if (taken)
			return true;
	}
	return false;
}

/* Whether the bases explain it.  1, 0 or -1. */
static int explained_by_bases(struct changes *changes, const struct comparison *comparison,
	const struct entry *values, struct fault *f)
{
	const struct entry *bases = values + 1 + comparison->parents, *merged;
	int explained = 1;

	if (comparison->bases == 0)
		return explained_by(changes, values, comparison->parents, &absent, f);
	for (size_t i = 0; i < comparison->bases && explained == 1; i++)
		explained = explained_by(changes, values, comparison->parents, &bases[i], f);
	if (explained != 0 || !comparison->virtual)
		return explained;
	merged = virtual_base(bases);
	return merged ? explained_by(changes, values, comparison->parents, merged, f) : 0;
}

int change_is_explained(struct changes *changes, const struct comparison *comparison,
	const struct entry *values, struct fault *f)
{
	return taken_in_turn(comparison, values)
		       ? 1
		       : explained_by_bases(changes, comparison, values, f);
}
