#include "common/facts/hold_text.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/base/text.h"

static int entry_compare(const struct entry *a, const struct entry *b)
{
	if (a->mode != b->mode)
		return a->mode < b->mode ? -1 : 1;
	return memcmp(a->id.hash, b->id.hash, OID_MAX);
}

/*
 * Whether a finding is about no path: then the commit, or the update itself, is what was flagged.
 */
static int subject_compare(const struct finding *a, const struct finding *b)
{
	if (a->path.len || b->path.len)
		return 0;
	return memcmp(a->commit.hash, b->commit.hash, OID_MAX);
}

/* Orders flagged transitions: rule, path, old, new. */
static int transition_compare(const void *left, const void *right)
{
	const struct finding *a = *(const struct finding *const *)left;
	const struct finding *b = *(const struct finding *const *)right;
	int order = strcmp(a->rule, b->rule);

	if (!order)
		order = span_compare(a->path, b->path);
	if (!order)
		order = entry_compare(&a->old, &b->old);
	if (!order)
		order = entry_compare(&a->new, &b->new);
	return order ? order : subject_compare(a, b);
}

static void transition_write(struct buf *text, size_t id_len, const struct finding *finding)
{
	static const struct oid none;
	const struct oid *subject = finding->path.len ? &none : &finding->commit;

	buf_addf(text, "%s %06o %s %06o %s %s", finding->rule, finding->old.mode,
		oid_text_as(&finding->old.id, id_len).hex, finding->new.mode,
		oid_text_as(&finding->new.id, id_len).hex, oid_text_as(subject, id_len).hex);
	if (finding->path.len) {
		buf_addc(text, ' ');
		text_quote(text, finding->path);
	}
	buf_addc(text, '\n');
}

static size_t flagged_collect(const struct verdict *verdict, const struct finding **out)
{
	size_t n = 0;

	for (size_t i = 0; i < verdict->count; i++)
		if (finding_flags(&verdict->findings[i]))
			out[n++] = &verdict->findings[i];
	qsort(out, n, sizeof(*out), transition_compare);
	return n;
}

/*
 * What was not judged is let through for exactly this update and no other: behind a finding of
 * `limits` about a commit or path stands the update itself.
 */
static void bind_limits(
	const struct verdict *verdict, const struct finding **flagged, size_t n, struct buf *out)
{
	const struct ref_update *update = verdict->update;
	const struct finding bound = {
		.rule = "limits", .old = { .id = update->old }, .new = { .id = update->new }
	};
	bool limited = false, bound_yet = false;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(flagged[i]->rule, bound.rule) != 0)
			continue;
		limited = true;
		bound_yet =
			bound_yet || (!flagged[i]->path.len && oid_is_zero(&flagged[i]->commit) &&
					     oid_equal(&flagged[i]->old.id, &update->old) &&
					     oid_equal(&flagged[i]->new.id, &update->new));
	}
	if (limited && !bound_yet)
		transition_write(out, verdict_id_len(verdict), &bound);
}

int hold_text_set(const struct verdict *verdict, struct buf *out, struct fault *f)
{
	const struct finding **sorted = calloc(verdict->count + 1, sizeof(*sorted));
	size_t n;

	if (!sorted)
		return fault_memory(f);
	n = flagged_collect(verdict, sorted);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || transition_compare(&sorted[i - 1], &sorted[i]) != 0)
			transition_write(out, verdict_id_len(verdict), sorted[i]);
	bind_limits(verdict, sorted, n, out);
	if (verdict->more && verdict->worst[1] != DECISION_ALLOW)
		buf_addf(out, "and %zu more of %s\n", verdict->more,
			oid_text(&verdict->update->new).hex);
	free(sorted);
	return out->failed ? fault_memory(f) : 0;
}

int hold_text_write(const struct verdict *verdict, struct buf *out, struct fault *f)
{
	buf_addf(out, "countersign hold 2\nobject-format %s\nrepository %s\nref ",
		oid_format(verdict_id_len(verdict)), verdict->repository);
	text_quote(out, span_of(verdict->update->target));
	buf_addf(out, "\nlanded %" PRId64 "\n", verdict->landed);
	return hold_text_set(verdict, out, f);
}
