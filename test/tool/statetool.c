/*
 * What a push would write, without a push, for tests of what comes after:
 *
 *	statetool GIT_DIR event COUNT WEBHOOK-JSON [BODY]   events for one receiver
 *	statetool GIT_DIR log COUNT                         rows of the log
 *	statetool GIT_DIR hold ID                           an open hold
 *	statetool GIT_DIR spent AGENT SECONDS-AGO ACCOUNT   a push and a commit of a verified agent
 *	statetool GIT_DIR old FILE                          a database of an earlier version
 *	statetool GIT_DIR sql FILE                          what nobody's code would do to it
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/notify/outbox.h"
#include "common/state/state.h"

#define VERDICT                                                                                  \
	"{\"version\":1,\"ref\":\"refs/heads/main\",\"decision\":\"hold\",\"account\":\"dev1\"," \
	"\"hold\":\"7f3a91c2d4e5f607\",\"approved_by\":[],\"findings\":[{\"rule\":"              \
	"\"infrastructure\",\"action\":"                                                         \
	"\"hold\",\"commit\":\"1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b\",\"agent\":\"claude-"   \
	"code\","                                                                                \
	"\"identified_by\":[\"trailer\"],\"path\":\".github/workflows/ci.yml\",\"detail\":\"\"," \
	"\"approvers\":[\"platform\"],\"approvals\":1}]}"

static int add(struct state *state, char **argv, int i, struct fault *f)
{
	char ref[64], body[4096], hash[65];
	struct log_row row = { .time = "2026-11-23T10:00:00.000Z",
		.kind = "decision",
		.account = "dev1",
		.ref = ref,
		.decision = i % 2 ? "deny" : "hold",
		.verdict = VERDICT };
	struct hold_row hold = { .id = argv[3],
		.ref = "refs/heads/main",
		.account = "dev1",
		.since = row.time,
		.status = "open",
		.agents = "claude-code",
		.verdict = VERDICT };

	(void)snprintf(ref, sizeof(ref), "refs/heads/%d", i);
	(void)snprintf(body, sizeof(body),
		"{\"type\":\"held\",\"timestamp\":\"2026-11-23T10:00:00.000Z\",\"data\":{"
		"\"repository\":"
		"\"app.git\",\"log\":\"%d\",\"verdict\":" VERDICT "}}",
		i);
	if (strcmp(argv[2], "log") == 0)
		return state_log_append(state, &row, hash, f);
	if (strcmp(argv[2], "spent") == 0)
		return state_spend(state,
			&(struct spent){ argv[3], false,
				state_now() - strtol(argv[4], NULL, 10) * 1000, argv[5], 1, 1 },
			0, f);
	if (strcmp(argv[2], "hold") == 0)
		return state_hold_put(state, &hold, f);
	return state_event_add(
		state, &(struct event){ "held", argv[5] ? argv[5] : body, argv[4], 0 }, f);
}

/* Runs the file's statements: on the database, or on a new one in its place. */
static int execute(const char *git_dir, bool anew, const char *file, struct fault *f)
{
	struct buf sql = BUF_INIT((size_t)1 << 20);
	char path[4096];
	sqlite3 *db = NULL;
	int result = file_read(file, &sql, f);

	(void)snprintf(path, sizeof(path), "%s/countersign/state.db", git_dir);
	if (anew)
		(void)unlink(path);
	if (result == 0 && (sqlite3_open(path, &db) != SQLITE_OK ||
				   sqlite3_busy_timeout(db, 10000) != SQLITE_OK ||
				   sqlite3_exec(db, sql.data, NULL, NULL, NULL) != SQLITE_OK))
		result = fault_set(f, FAULT_ADMIN, "%s: %s", path, sqlite3_errmsg(db));
	(void)sqlite3_close(db);
	buf_release(&sql);
	return result;
}

/* Writes what is asked for, in one transaction. */
static int write_all(char **argv, long count, struct fault *f)
{
	struct state *state = NULL;
	int result = state_open(&state, argv[1], STATE_WRITE, f);

	if (result == 0)
		result = state_begin(state, f);
	for (int i = 0; result == 0 && i < count; i++)
		result = add(state, argv, i, f);
	if (result == 0)
		result = state_commit(state, f);
	state_close(state);
	return result;
}

int main(int argc, char **argv)
{
	struct fault f = { 0 };
	int result = -1;

	if (argc > 3 && (strcmp(argv[2], "old") == 0 || strcmp(argv[2], "sql") == 0))
		result = execute(argv[1], strcmp(argv[2], "old") == 0, argv[3], &f);
	else if (argc > 3 && (strcmp(argv[2], "hold") == 0 || strcmp(argv[2], "spent") == 0))
		result = write_all(argv, 1, &f);
	else if (argc > 3)
		result = write_all(argv, strtol(argv[3], NULL, 10), &f);
	if (result < 0)
		fprintf(stderr, "statetool: %s\n", f.text);
	return result < 0 ? 2 : 0;
}
