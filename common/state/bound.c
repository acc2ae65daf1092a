/*
 * Rows outside the log that decide about pushes are bound: of each part of a table, the sum (XOR)
 * of the digests of its rows is kept beside it, and compared whenever rows of the part are read.
 * So a row that is altered, removed or added by anything but this room is found, also one that is
 * looked for and is not where it was.
 *
 * A part of `stopped` is all of it; of holds, of what is remembered and of what has landed, the
 * ids (or digests) that begin with the same three digits.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "common/base/digest.h"
#include "common/state/sql.h"

#define SINCE_VERSION 10
#define LANDED_SINCE 14
#define SUM (2 * DIGEST_SIZE)

/* A sum and no row comes first, then each row and no sum: one statement sees one moment. */
#define OF(table, columns, where)                                                              \
	"SELECT sum, NULL FROM bound WHERE name = '" table "' AND part = ?1 UNION ALL SELECT " \
	"NULL, json_array(" columns ") FROM " table where

/* Its parts that have rows, and with those that were bound. */
#define PARTS(table, part)                                         \
	"SELECT DISTINCT " part " FROM " table STEADY,             \
		"SELECT part FROM bound WHERE name = '" table "' " \
		"UNION SELECT " part " FROM " table STEADY
#define STEADY " ORDER BY 1 LIMIT -1 OFFSET ?1"

static const struct {
	const char *name, *rows, *have, *had;
	int64_t since;
} tables[] = {
	[BOUND_STOPPED] = { "stopped",
		OF("stopped", "kind, name, since, by, reason", " WHERE ?1 = ''"),
		PARTS("stopped", "''"), SINCE_VERSION },
	[BOUND_HOLD] = { "hold",
		OF("hold", "id, digest, set_digest, ref, account, old, new, status",
			" WHERE id >= ?1 AND id < ?1 || 'g'"),
		PARTS("hold", "substr(id, 1, 3)"), SINCE_VERSION },
	[BOUND_REMEMBERED] = { "remembered",
		OF("remembered", "hex(id), agent, by_account, account",
			" WHERE id >= ?2 AND id <= ?3 AND ?1 <> ''"),
		PARTS("remembered", "lower(substr(hex(id), 1, 3))"), SINCE_VERSION },
	[BOUND_LANDED] = { "landed",
		OF("landed", "ref, set_digest, count",
			" WHERE set_digest >= ?1 AND set_digest < ?1 || 'g'"),
		PARTS("landed", "substr(set_digest, 1, 3)"), LANDED_SINCE },
};

/* The first and the last id that begin with the part. */
static void ids_of(const char *part, struct oid *first, struct oid *last)
{
	unsigned value = 0;

	for (size_t i = 0; part[i]; i++)
		value = value << 4 |
			(unsigned)(isdigit((unsigned char)part[i]) ? part[i] - '0'
								   : part[i] - 'a' + 10);
	memset(first, 0, sizeof(*first));
	memset(last->hash, 0xff, sizeof(last->hash));
	first->hash[0] = last->hash[0] = (unsigned char)(value >> 4);
	first->hash[1] = (unsigned char)(value << 4);
	last->hash[1] = (unsigned char)(value << 4 | 0x0f);
	first->len = OID_SHA1;
	last->len = OID_MAX;
}

static sqlite3_stmt *part_query(
	struct state *state, enum bound which, const char *part, struct fault *f)
{
	struct oid first, last;

	if (which != BOUND_REMEMBERED)
		return state_query(state, f, tables[which].rows, "t", part);
	ids_of(part, &first, &last);
	return state_query(state, f, tables[which].rows, "too", part, &first, &last);
}

static int hex_value(char digit)
{
	return digit <= '9' ? digit - '0' : digit - 'a' + 10;
}

/* Adds the digest of the text to the sum, or takes it away, which is the same. */
static int add(char sum[SUM + 1], const char *text, struct fault *f)
{
	static const char digits[] = "0123456789abcdef";
	struct digest_text digest;

	if (digest_of(span_of(text), &digest, f) < 0)
		return -1;
	for (size_t i = 0; i < SUM; i++)
		sum[i] = digits[hex_value(sum[i]) ^ hex_value(digest.hex[i])];
	return 0;
}

static void zero(char sum[SUM + 1])
{
	memset(sum, '0', SUM);
	sum[SUM] = '\0';
}

/* What is kept as the sum of the part, and what it is.  0 or -1. */
static int sums(struct state *state, enum bound which, const char *part, char kept[SUM + 1],
	char sum[SUM + 1], struct fault *f)
{
	sqlite3_stmt *statement = part_query(state, which, part, f);
	int more = statement ? state_step(state, statement, f) : -1;

	zero(kept);
	zero(sum);
	while (more > 0) {
		const char *whole = (const char *)sqlite3_column_text(statement, 0),
			   *row = (const char *)sqlite3_column_text(statement, 1);

		if (whole && strlen(whole) == SUM && strspn(whole, "0123456789abcdef") == SUM)
			memcpy(kept, whole, SUM);
		if (row && add(sum, row, f) < 0)
			break;
		more = state_step(state, statement, f);
	}
	state_done(statement);
	return more == 0 ? 0 : -1;
}

int state_bind(struct state *state, enum bound which, const char *part, struct fault *f)
{
	static const char sql[] = "INSERT OR REPLACE INTO bound VALUES (?, ?, ?)";
	char kept[SUM + 1], sum[SUM + 1];

	if (sums(state, which, part, kept, sum, f) < 0)
		return -1;
	return state_run(
		state, state_query(state, f, sql, "ttt", tables[which].name, part, sum), f);
}

int state_bound(struct state *state, enum bound which, const char *part, struct fault *f)
{
	char kept[SUM + 1], sum[SUM + 1];

	if (!state_has(state, tables[which].since))
		return 0;
	if (sums(state, which, part, kept, sum, f) < 0)
		return -1;
	if (strcmp(kept, sum) == 0)
		return 0;
	return fault_set(f, FAULT_ADMIN,
		"%s: something else than Countersign changed rows of %s; " STATE_MEND, state->path,
		tables[which].name);
}

struct bound_part bound_part_of(const struct oid *id)
{
	struct bound_part part;

	(void)snprintf(part.text, sizeof(part.text), "%02x%x", id->hash[0], id->hash[1] >> 4);
	return part;
}

int state_bound_id(struct state *state, const struct oid *id, struct fault *f)
{
	size_t bucket = (size_t)id->hash[0] << 4 | id->hash[1] >> 4;
	unsigned char bit = (unsigned char)(1u << bucket % 8);

	if (state->bound[bucket / 8] & bit)
		return 0;
	if (state_bound(state, BOUND_REMEMBERED, bound_part_of(id).text, f) < 0)
		return -1;
	state->bound[bucket / 8] |= bit;
	return 0;
}

static int part_read(struct arena *arena, sqlite3_stmt *statement, void *out)
{
	const char **part = out;

	*part = state_text(arena, statement, 0);
	return *part ? 0 : -1;
}

/* Binds a part, or compares it. */
typedef int on_part(struct state *state, enum bound which, const char *part, struct fault *f);

/* Calls `each` for all parts that have rows, or had, of tables that are bound since `after`. */
static int each_part(struct state *state, bool had, int64_t after, on_part *each, struct fault *f)
{
	int status = 0;

	for (size_t t = 0; status == 0 && t < sizeof(tables) / sizeof(tables[0]); t++) {
		struct state_batch batch = STATE_BATCH_INIT(const char *, part_read);
		const char *sql = had ? tables[t].had : tables[t].have;
		int64_t done = 0;

		if (tables[t].since <= after)
			continue;
		do {
			const char **parts;

			status = state_batch_read(
				&batch, state, state_query(state, f, sql, "n", done), f);
			parts = batch.rows;
			done += (int64_t)batch.count;
			for (size_t i = 0; status == 0 && i < batch.count; i++)
				status = each(state, (enum bound)t, parts[i], f);
		} while (status == 0 && batch.count);
		state_batch_release(&batch);
	}
	return status;
}

int state_bind_since(struct state *state, int64_t version, struct fault *f)
{
	return each_part(state, false, version, state_bind, f);
}

int state_bound_verify(struct state *state, struct fault *f)
{
	return state_has(state, SINCE_VERSION) ? each_part(state, true, 0, state_bound, f) : 0;
}
