/* Reading and following the log from its first row: through its archives, then in the state. */
#include <stdlib.h>
#include <string.h>

#include "common/state/cut.h"
#include "common/state/log_tree.h"
#include "common/state/sql.h"

#define PASS_END 3 /* no callback returns that */

/* Rows come once, though files may overlap. */
struct passing {
	int (*each)(void *context, const struct log_entry *entry);
	void *context;
	int64_t last, end; /* the last that came; behind which none of this file is wanted */
};

static int pass_on(void *context, const struct log_entry *entry)
{
	struct passing *passing = context;

	if (entry->seq <= passing->last)
		return 0;
	if (entry->seq > passing->end)
		return PASS_END;
	passing->last = entry->seq;
	return passing->each(passing->context, entry);
}

int log_archives_read(const struct log_archives *archives, const struct log_filter *filter,
	int (*each)(void *context, const struct log_entry *entry), void *context, struct fault *f)
{
	struct passing passing = { .each = each, .context = context, .last = filter->after };
	struct log_filter rest = *filter;
	int status = 0;

	passing.end = archives->cut.walk.rows;
	for (size_t i = 0; status == 0 && i < archives->count; i++) {
		const struct log_archive *one = &archives->list[i];
		struct state *from = NULL;

		if (one->last <= passing.last || one->first > passing.end)
			continue;
		rest.after = passing.last;
		status = state_open_archive(&from, archives->folder, one->path, false, f);
		if (status == 0)
			status = state_log_read(from, &rest, pass_on, &passing, f);
		state_close(from);
		status = status == PASS_END ? 0 : status;
	}
	rest.after = passing.last > passing.end ? passing.last : passing.end;
	return status ? status : state_log_read(archives->state, &rest, each, context, f);
}

/* Follows one archive; what is missing before it, the walk begins behind. */
static int follow_one(const struct log_archives *archives, const struct log_archive *one,
	const struct log_reach *reach, struct log_archived *out, struct fault *f)
{
	const int64_t cut = archives->cut.walk.rows;
	struct log_walk *walk = &reach->check->walk;
	struct log_reach part = *reach;
	struct state *state = NULL;
	int status;

	if (one->last <= walk->rows || one->first > cut)
		return 0;
	status = state_open_archive(&state, archives->folder, one->path, false, f);
	if (status == 0 && one->first > walk->rows + 1) {
		out->missing += one->first - 1 - walk->rows;
		status = log_walk_behind(state, one->first, walk, f);
	}
	part.end = one->last < cut ? one->last : cut;
	if (status == 0)
		status = state_log_follow(state, walk, &part, f);
	state_close(state);
	return status;
}

/* Whether what was followed comes out where the log was cut. */
static bool comes_out(const struct log_archives *archives, const struct log_walk *walk)
{
	const struct log_walk *cut = &archives->cut.walk;
	struct merkle_hash a, b;

	if (walk->rows != cut->rows)
		return true; /* the last ones are missing, and the walk is given up */
	merkle_frontier_root(&walk->tree, &a);
	merkle_frontier_root(&cut->tree, &b);
	return strcmp(walk->tip, cut->tip) == 0 && (walk->no_tree || merkle_equal(&a, &b));
}

/* Checkpoints that the walk did not come by. */
static int by_tree(const struct log_archives *archives, const struct log_reach *reach,
	struct log_archived *out, struct fault *f)
{
	const struct log_known *known = reach->known;
	struct log_check *check = reach->check;

	for (size_t i = 0; known && i < known->head_count; i++) {
		struct log_tree_answer answer;

		if (known->heads[i].size >= (uint64_t)archives->cut.walk.rows)
			continue;
		if (log_tree_began(
			    archives->state, &archives->cut.walk, &known->heads[i], &answer, f) < 0)
			return -1;
		out->unproven += !answer.proven;
		if (answer.proven && !answer.same && check->state == LOG_WHOLE) {
			check->state = LOG_REWRITTEN;
			check->broken = (int64_t)known->heads[i].size;
		}
	}
	return 0;
}

int log_archives_verify(const struct log_archives *archives, const struct log_reach *reach,
	struct log_archived *out, struct fault *f)
{
	const int64_t cut = archives->cut.walk.rows;
	struct log_check *check = reach->check;
	struct log_walk *walk = &check->walk;
	bool begun = walk->rows > 0;

	*out = (struct log_archived){ 0 };
	if (!begun)
		log_walk_begin(walk);
	for (size_t i = 0; check->state == LOG_WHOLE && i < archives->count && walk->rows < cut;
		i++)
		if (follow_one(archives, &archives->list[i], reach, out, f) < 0)
			return -1;
	if (check->state == LOG_WHOLE && !comes_out(archives, walk)) {
		check->state = LOG_REWRITTEN;
		check->broken = cut;
	}
	if (check->state != LOG_WHOLE)
		return 0;
	if (walk->rows < cut)
		out->missing += cut - walk->rows;
	if (out->missing && by_tree(archives, reach, out, f) < 0)
		return -1;
	if (check->state == LOG_WHOLE && (out->missing || walk->rows < cut))
		*walk = archives->cut.walk;
	return check->state == LOG_WHOLE
		       ? state_log_verify_on(archives->state, reach->known, check, f)
		       : 0;
}
