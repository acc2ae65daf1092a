/*
 * Following the chain of the log, and the tree over its rows, from its beginning or from where rows
 * before it were cut off.
 */
#include <stdio.h>
#include <string.h>

#include "common/state/cut.h"
#include "common/state/sql.h"

struct verifier {
	struct state *state;
	struct log_check *check;
	int64_t count; /* rows that there ever were */
	const struct log_known *known;
	struct log_walk *walk;
	int64_t end; /* the last row that is followed */
	bool tip_seen;
	struct fault *f;
};

/* Whether it is what was written, but as a row of another number.  1, 0 or -1. */
static int stands_elsewhere(const struct log_entry *entry, const struct verifier *verifier)
{
	struct log_entry moved = *entry;
	char hash[65];

	for (moved.seq = 1; moved.seq <= verifier->count; moved.seq++) {
		log_hash(&moved, hash);
		if (strcmp(hash, entry->hash) == 0)
			return 1;
	}
	return 0;
}

/* Whether the row that belongs behind the last sound one is anywhere.  1, 0 or -1. */
static int is_there(const struct verifier *verifier)
{
	static const char sql[] = "SELECT 1 FROM log WHERE previous = ?";
	sqlite3_stmt *statement =
		state_query(verifier->state, verifier->f, sql, "t", verifier->check->tip);
	int found = statement ? state_step(verifier->state, statement, verifier->f) : -1;

	state_done(statement);
	return found;
}

/*
 * What became of a row that does not hash as it should: told by where its like and the one that
 * should stand here are.
 */
static int tell_moved(const struct log_entry *entry, struct verifier *verifier)
{
	int elsewhere = stands_elsewhere(entry, verifier),
	    there = elsewhere > 0 ? is_there(verifier) : 0;

	if (elsewhere < 0 || there < 0)
		return -1;
	verifier->check->state = !elsewhere ? LOG_ALTERED : there ? LOG_REORDERED : LOG_REMOVED;
	return 0;
}

/* Whether the tree is what it is known to have been with so many rows. */
static bool heads_fit(const struct verifier *verifier)
{
	const struct log_walk *walk = verifier->walk;
	struct merkle_hash root;
	bool same = true;

	for (size_t i = 0; verifier->known && i < verifier->known->head_count; i++) {
		const struct merkle_head *head = &verifier->known->heads[i];

		if (head->size != walk->tree.size || walk->no_tree)
			continue;
		merkle_frontier_root(&walk->tree, &root);
		same = same && merkle_equal(&root, &head->root);
	}
	return same;
}

/* What is wrong with the row, if anything.  0 or -1. */
static int judge_row(struct verifier *verifier, const struct log_entry *entry, const char hash[65])
{
	struct log_check *check = verifier->check;

	if (entry->seq != check->last + 1)
		check->state = LOG_REMOVED;
	else if (strcmp(hash, entry->hash) != 0)
		return tell_moved(entry, verifier);
	else if (strcmp(entry->previous, check->tip) != 0)
		check->state = LOG_REORDERED;
	return 0;
}

static int verify_row(void *context, const struct log_entry *entry)
{
	struct verifier *verifier = context;
	struct log_check *check = verifier->check;
	struct merkle_hash leaf;
	char hash[65];

	if (entry->seq > verifier->end)
		return 1;
	log_hash(entry, hash);
	if (judge_row(verifier, entry, hash) < 0)
		return -1;
	if (check->state == LOG_WHOLE) {
		if (log_leaf(hash, &leaf) < 0)
			return fault_set(verifier->f, FAULT_INTERNAL, "a row's hash is not one");
		merkle_frontier_add(&verifier->walk->tree, &leaf);
		if (!heads_fit(verifier))
			check->state = LOG_REWRITTEN;
	}
	if (check->state != LOG_WHOLE) {
		check->broken = check->last + 1;
		return 1;
	}
	check->rows++;
	check->last = entry->seq;
	memcpy(check->tip, hash, sizeof(hash));
	if (verifier->known && verifier->known->tip && strcmp(hash, verifier->known->tip) == 0)
		check->tip_seen = true;
	return 0;
}

void log_walk_begin(struct log_walk *walk)
{
	*walk = (struct log_walk){ .tip = LOG_GENESIS };
}

int log_walk_behind(struct state *state, int64_t row, struct log_walk *walk, struct fault *f)
{
	static const char sql[] = "SELECT previous FROM log WHERE seq = ?";
	sqlite3_stmt *statement = state_query(state, f, sql, "n", row);
	int found = statement ? state_step(state, statement, f) : -1;

	*walk = (struct log_walk){ .rows = row - 1, .no_tree = true };
	if (found > 0)
		(void)snprintf(walk->tip, sizeof(walk->tip), "%s",
			(const char *)sqlite3_column_text(statement, 0));
	state_done(statement);
	return found > 0 ? 0 : fault_set(f, FAULT_ADMIN, "row %lld is missing", (long long)row);
}

int log_walk_fits(struct state *state, const struct log_walk *walk, bool *fits, struct fault *f)
{
	static const char sql[] = "SELECT 1 FROM log WHERE seq = ? AND hash = ?";
	sqlite3_stmt *statement;
	struct log_cut cut;
	int found;

	if (state_log_cut(state, &cut, f) < 0)
		return -1;
	*fits = walk->rows < cut.walk.rows ||
		(walk->rows == cut.walk.rows && strcmp(walk->tip, cut.walk.tip) == 0);
	if (*fits || state_is_empty(state))
		return 0;
	statement = state_query(state, f, sql, "nt", walk->rows, (const char *)walk->tip);
	found = statement ? state_step(state, statement, f) : -1;
	state_done(statement);
	*fits = found > 0;
	return found < 0 ? -1 : 0;
}

int state_log_follow(
	struct state *state, struct log_walk *walk, const struct log_reach *reach, struct fault *f)
{
	struct log_check *check = reach->check;
	struct verifier verifier = {
		.state = state, .check = check, .known = reach->known, .walk = walk, .f = f
	};
	const struct log_filter from = { .after = walk->rows };
	char last_hash[65];

	check->state = LOG_WHOLE;
	check->last = walk->rows;
	memcpy(check->tip, walk->tip, sizeof(check->tip));
	if (reach->known && reach->known->tip && strcmp(walk->tip, reach->known->tip) == 0)
		check->tip_seen = true;
	if (!state_is_empty(state) && log_tail(state, &verifier.count, last_hash, f) < 0)
		return -1;
	verifier.end = reach->end ? reach->end : INT64_MAX;
	if (!heads_fit(&verifier)) {
		check->state = LOG_REWRITTEN;
		check->broken = check->last;
		return 0;
	}
	if (state_log_read(state, &from, verify_row, &verifier, f) < 0)
		return -1;
	walk->rows = check->last;
	memcpy(walk->tip, check->tip, sizeof(walk->tip));
	if (check->state == LOG_WHOLE && (reach->end ? reach->end : verifier.count) > check->last) {
		check->state = LOG_TRUNCATED;
		check->broken = check->last + 1;
	}
	return 0;
}

/* Whether something that is known of the log lies behind its last row. */
static bool reaches_further(const struct log_known *known, const struct log_check *check)
{
	if (!known)
		return false;
	for (size_t i = 0; i < known->head_count; i++)
		if (known->heads[i].size > (uint64_t)check->last)
			return true;
	return known->tip && !check->tip_seen && strcmp(known->tip, LOG_GENESIS) != 0;
}

int state_log_verify(struct state *state, const struct log_known *known, struct log_check *check,
	struct fault *f)
{
	*check = (struct log_check){ .state = LOG_WHOLE };
	return state_log_verify_on(state, known, check, f);
}

int state_log_verify_on(struct state *state, const struct log_known *known, struct log_check *check,
	struct fault *f)
{
	const struct log_reach reach = { .known = known, .check = check };
	struct log_cut cut;

	if (state_log_cut(state, &cut, f) < 0)
		return -1;
	if (!check->walk.rows)
		check->walk = cut.walk;
	check->cut = cut.walk.rows;
	if (check->cut && !cut.told) {
		check->state = LOG_REMOVED;
		check->broken = 1;
		return 0;
	}
	if (state_log_follow(state, &check->walk, &reach, f) < 0)
		return -1;
	if (check->state == LOG_WHOLE && reaches_further(known, check)) {
		check->state = LOG_TRUNCATED;
		check->broken = check->last + 1;
	}
	return 0;
}
