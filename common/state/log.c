/*
 * The log.  A row's hash is SHA-256 over a framing in which no two rows look alike: the words
 * `countersign-log-1`, then the hash of the row before, the row's number and its texts, each as a
 * length of eight bytes, most significant first, and the bytes.  Before the first row: 64 zeros.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/digest.h"
#include "common/state/sql.h"

#define GENESIS "0000000000000000000000000000000000000000000000000000000000000000"
#define ROW_MAX ((size_t)4 << 20) /* of the verdict object, which those who append keep short */

static void add_text(struct digest *digest, const char *text)
{
	size_t len = text ? strlen(text) : 0;
	char length[8];

	for (size_t i = 0; i < 8; i++)
		length[i] = (char)((uint64_t)len >> (56 - 8 * i));
	digest_add(digest, (struct span){ length, sizeof(length) });
	digest_add(digest, (struct span){ text ? text : "", len });
}

static void add_row(struct digest *digest, const struct log_entry *entry)
{
	const struct log_row *row = &entry->row;
	char seq[24];
	const char *const texts[] = { "countersign-log-1", entry->previous, seq, row->time,
		row->kind, row->account, row->ref, row->old, row->new, row->decision, row->policy,
		row->verdict };

	(void)snprintf(seq, sizeof(seq), "%lld", (long long)entry->seq);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		add_text(digest, texts[i]);
}

/* What the row's hash should be. */
static void hash_of(const struct log_entry *entry, char hash[65])
{
	unsigned char bytes[DIGEST_SIZE];
	struct digest digest;

	digest_begin(&digest, DIGEST_SIZE);
	add_row(&digest, entry);
	digest_end(&digest, bytes);
	for (size_t i = 0; i < sizeof(bytes); i++)
		(void)snprintf(hash + 2 * i, 3, "%02x", bytes[i]);
}

/* The number of the last row that ever was, and the hash of the last that is. */
static int tail(struct state *state, int64_t *seq, char hash[65], struct fault *f)
{
	static const char sql[] =
		"SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'log'), 0),"
		" coalesce((SELECT hash FROM log ORDER BY seq DESC LIMIT 1), '" GENESIS "')";
	sqlite3_stmt *statement = state_query(state, f, sql, "");
	int found = statement ? state_step(state, statement, f) : -1;

	if (found <= 0)
		return -1;
	*seq = sqlite3_column_int64(statement, 0);
	(void)snprintf(hash, 65, "%s", (const char *)sqlite3_column_text(statement, 1));
	state_done(statement);
	return 0;
}

int state_log_append(struct state *state, const struct log_row *row, char hash[65], struct fault *f)
{
	static const char sql[] = "INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	struct log_entry entry = { .row = *row };
	char previous[65];

	if (state_needs_transaction(state, f) < 0 || tail(state, &entry.seq, previous, f) < 0)
		return -1;
	if (row->verdict && strlen(row->verdict) > ROW_MAX)
		return fault_set(f, FAULT_PUSHER, "what was found is too long for the log");
	entry.seq++;
	entry.previous = previous;
	hash_of(&entry, hash);
	state->appended = entry.seq;
	if (state_run(state,
		    state_query(state, f, sql, "nttttttttttt", entry.seq, row->time, row->kind,
			    row->account, row->ref, row->old, row->new, row->decision, row->policy,
			    row->verdict, previous, hash),
		    f) < 0)
		return -1;
	return state_run(
		state, state_query(state, f, STATE_INDEX_AGENTS("l.seq = ?1"), "n", entry.seq), f);
}

int64_t state_log_last(const struct state *state)
{
	return state->appended;
}

int log_leaf(const char *hash, struct merkle_hash *leaf)
{
	struct merkle_hash entry;
	unsigned byte;

	if (strlen(hash) != 2 * MERKLE_SIZE)
		return -1;
	for (size_t i = 0; i < MERKLE_SIZE; i++) {
		if (sscanf(hash + 2 * i, "%2x", &byte) != 1)
			return -1;
		entry.bytes[i] = (unsigned char)byte;
	}
	merkle_leaf((struct span){ (const char *)entry.bytes, MERKLE_SIZE }, leaf);
	return 0;
}

struct verifier {
	struct state *state;
	struct log_check *check;
	int64_t count; /* rows that there ever were */
	const struct log_known *known;
	bool tip_seen;
	struct merkle_frontier tree;
	struct fault *f;
};

/* Whether it is what was written, but as a row of another number.  1, 0 or -1. */
static int stands_elsewhere(const struct log_entry *entry, const struct verifier *verifier)
{
	struct log_entry moved = *entry;
	char hash[65];

	for (moved.seq = 1; moved.seq <= verifier->count; moved.seq++) {
		hash_of(&moved, hash);
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

/* Adds the row to the tree; whether the tree is then what it is known to have been. */
static int compare_heads(struct verifier *verifier, const char hash[65], bool *same)
{
	const struct log_known *known = verifier->known;
	struct merkle_hash leaf, root;

	*same = true;
	if (!known || known->head_count == 0)
		return 0;
	if (log_leaf(hash, &leaf) < 0)
		return fault_set(verifier->f, FAULT_INTERNAL, "a hash of a row is none");
	merkle_frontier_add(&verifier->tree, &leaf);
	for (size_t i = 0; i < known->head_count; i++) {
		if (known->heads[i].size != verifier->tree.size)
			continue;
		merkle_frontier_root(&verifier->tree, &root);
		*same = *same && merkle_equal(&root, &known->heads[i].root);
	}
	return 0;
}

static int verify_row(void *context, const struct log_entry *entry)
{
	struct verifier *verifier = context;
	struct log_check *check = verifier->check;
	bool same = true;
	char hash[65];

	hash_of(entry, hash);
	if (entry->seq != check->last + 1)
		check->state = LOG_REMOVED;
	else if (strcmp(hash, entry->hash) != 0 && tell_moved(entry, verifier) < 0)
		return -1;
	else if (check->state == LOG_WHOLE && strcmp(entry->previous, check->tip) != 0)
		check->state = LOG_REORDERED;
	if (check->state == LOG_WHOLE && compare_heads(verifier, hash, &same) < 0)
		return -1;
	if (!same)
		check->state = LOG_REWRITTEN;
	if (check->state != LOG_WHOLE) {
		check->broken = check->last + 1;
		return 1;
	}
	check->rows++;
	check->last = entry->seq;
	memcpy(check->tip, hash, sizeof(hash));
	if (verifier->known && verifier->known->tip && strcmp(hash, verifier->known->tip) == 0)
		verifier->tip_seen = true;
	return 0;
}

/* Whether something that is known of the log lies behind its last row. */
static bool reaches_further(const struct verifier *verifier)
{
	const struct log_known *known = verifier->known;
	const struct log_check *check = verifier->check;

	if (!known)
		return false;
	for (size_t i = 0; i < known->head_count; i++)
		if (known->heads[i].size > (uint64_t)check->last)
			return true;
	return known->tip && !verifier->tip_seen && strcmp(known->tip, GENESIS) != 0;
}

int state_log_verify(struct state *state, const struct log_known *known, struct log_check *check,
	struct fault *f)
{
	struct verifier verifier = { .state = state, .check = check, .known = known, .f = f };
	const struct log_filter all = { 0 };
	char last_hash[65];
	int64_t last = 0;

	*check = (struct log_check){ .state = LOG_WHOLE, .tip = GENESIS };
	if (!state_is_empty(state) && tail(state, &last, last_hash, f) < 0)
		return -1;
	verifier.count = last;
	if (state_log_read(state, &all, verify_row, &verifier, f) < 0)
		return -1;
	if (check->state == LOG_WHOLE && (last > check->last || reaches_further(&verifier))) {
		check->state = LOG_TRUNCATED;
		check->broken = check->last + 1;
	}
	return 0;
}
