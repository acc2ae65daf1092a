/*
 * What a push would write, without a push, for tests of what comes after:
 *
 *	statetool GIT_DIR event COUNT WEBHOOK-JSON [BODY]   events for one receiver
 *	statetool GIT_DIR log COUNT                         rows of the log
 *	statetool GIT_DIR past COUNT DAYS                   rows of pushes over the last days: one
 *	                                                    in twenty held, its hold long landed
 *	statetool GIT_DIR row KIND FILE                     a row of that kind, and what it says
 *	statetool GIT_DIR hold ID                           an open hold
 *	statetool GIT_DIR spent AGENT SECONDS-AGO ACCOUNT   a push and a commit of a verified agent
 *	statetool GIT_DIR old FILE                          a database of an earlier version
 *	statetool GIT_DIR sql FILE                          what nobody's code would do to it
 *	statetool GIT_DIR list SQL                          what that finds, a row a line
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
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

/* A push of the past: its row, what became of it and, where it was held, the hold. */
static int add_past(struct state *state, long i, int64_t at, struct fault *f)
{
	static const char *const agents[] = { "claude-code", "cursor", "copilot", "aider" };
	bool held = i % 20 == 0;
	char time_text[32], ref[64], id[17], verdict[2048], hash[65];
	time_t seconds = (time_t)(at / 1000);
	struct log_row row = { .time = time_text,
		.kind = "decision",
		.account = "dev1",
		.ref = ref,
		.old = "1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b",
		.new = "2a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b",
		.decision = held ? "hold" : "allow",
		.policy = "64",
		.verdict = verdict };
	struct tm tm;
	int status;

	(void)strftime(
		time_text, sizeof(time_text), "%Y-%m-%dT%H:%M:%S.000Z", gmtime_r(&seconds, &tm));
	(void)snprintf(ref, sizeof(ref), "refs/heads/topic-%ld", i % 50);
	(void)snprintf(id, sizeof(id), "%016lx", (unsigned long)i * 0x9e3779b97f4a7c15UL);
	(void)snprintf(verdict, sizeof(verdict),
		held ? VERDICT "%s"
		     : "{\"version\":1,\"ref\":\"refs/heads/main\",\"agents\":[\"%s\"]}",
		held ? "" : agents[i % 4]);
	status = state_log_append(state, &row, hash, f);
	if (status == 0 && !held) {
		status = state_outcome_await(state,
			&(struct awaited){ state_log_last(state), ref, row.old, row.new, at }, f);
		if (status == 0)
			status = state_outcome_set(state, state_log_last(state), true, f);
	} else if (status == 0) {
		struct hold_row hold = { .id = id,
			.ref = ref,
			.account = "dev1",
			.since = time_text,
			.status = "landed",
			.agents = "claude-code",
			.verdict = VERDICT };

		status = state_hold_put(state, &hold, f);
		if (status == 0)
			status = state_hold_cleared(state, id, f);
	}
	return status;
}

static int write_past(const char *git_dir, long count, long days, struct fault *f)
{
	int64_t now = state_now(), first = now - (int64_t)days * 86400000;
	struct state *state = NULL;
	int result = state_open(&state, git_dir, STATE_WRITE, f);

	for (long i = 0; result == 0 && i < count; i++) {
		if (i % 5000 == 0)
			result = state_begin(state, f);
		if (result == 0)
			result = add_past(state, i, first + (now - first) / count * i, f);
		if (result == 0 && (i % 5000 == 4999 || i == count - 1))
			result = state_commit(state, f);
	}
	state_close(state);
	return result;
}

static int write_row(const char *git_dir, const char *kind, const char *file, struct fault *f)
{
	struct buf text = BUF_INIT((size_t)1 << 20);
	struct state *state = NULL;
	char hash[65];
	int result = file_read(file, &text, f);

	while (text.len && text.data[text.len - 1] == '\n')
		text.data[--text.len] = '\0';
	if (result == 0)
		result = state_open(&state, git_dir, STATE_WRITE, f);
	if (result == 0)
		result = state_begin(state, f);
	if (result == 0)
		result = state_log_append(state,
			&(struct log_row){ .time = "2026-11-23T10:00:00.000Z",
				.kind = kind,
				.verdict = text.data },
			hash, f);
	if (result == 0)
		result = state_commit(state, f);
	state_close(state);
	buf_release(&text);
	return result;
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

static int print_row(void *context, int count, char **values, char **columns)
{
	(void)context, (void)columns;
	for (int i = 0; i < count; i++)
		printf("%s%s", values[i] ? values[i] : "", i + 1 < count ? "|" : "\n");
	return 0;
}

static int list(const char *git_dir, const char *sql, struct fault *f)
{
	char path[4096];
	sqlite3 *db = NULL;
	int result = 0;

	(void)snprintf(path, sizeof(path), "%s/countersign/state.db", git_dir);
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
		sqlite3_busy_timeout(db, 10000) != SQLITE_OK ||
		sqlite3_exec(db, sql, print_row, NULL, NULL) != SQLITE_OK)
		result = fault_set(f, FAULT_ADMIN, "%s: %s", path, sqlite3_errmsg(db));
	(void)sqlite3_close(db);
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
	else if (argc > 3 && strcmp(argv[2], "list") == 0)
		result = list(argv[1], argv[3], &f);
	else if (argc > 3 && (strcmp(argv[2], "hold") == 0 || strcmp(argv[2], "spent") == 0))
		result = write_all(argv, 1, &f);
	else if (argc > 4 && strcmp(argv[2], "row") == 0)
		result = write_row(argv[1], argv[3], argv[4], &f);
	else if (argc > 4 && strcmp(argv[2], "past") == 0)
		result = write_past(
			argv[1], strtol(argv[3], NULL, 10), strtol(argv[4], NULL, 10), &f);
	else if (argc > 3)
		result = write_all(argv, strtol(argv[3], NULL, 10), &f);
	if (result < 0)
		fprintf(stderr, "statetool: %s\n", f.text);
	return result < 0 ? 2 : 0;
}
