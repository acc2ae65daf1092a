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

void log_hash(const struct log_entry *entry, char hash[65])
{
	unsigned char bytes[DIGEST_SIZE];
	struct digest digest;

	digest_begin(&digest, DIGEST_SIZE);
	add_row(&digest, entry);
	digest_end(&digest, bytes);
	for (size_t i = 0; i < sizeof(bytes); i++)
		(void)snprintf(hash + 2 * i, 3, "%02x", bytes[i]);
}

int log_tail(struct state *state, int64_t *seq, char hash[65], struct fault *f)
{
	static const char sql[] =
		"SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'log'), 0),"
		" coalesce((SELECT hash FROM log ORDER BY seq DESC LIMIT 1), '" LOG_GENESIS "')";
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

	if (state_needs_transaction(state, f) < 0 || log_tail(state, &entry.seq, previous, f) < 0)
		return -1;
	if (row->verdict && strlen(row->verdict) > ROW_MAX)
		return fault_set(f, FAULT_PUSHER, "what was found is too long for the log");
	entry.seq++;
	entry.previous = previous;
	log_hash(&entry, hash);
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
