#include "hooks/fleet/memory.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/base64.h"
#include "common/base/deadline.h"
#include "common/state/clock.h"
#include "common/state/shared.h"
#include "hooks/host/run_as_owner.h"

#define LATER 10    /* seconds until what was not taken is tried again */
#define SECONDS 120 /* for a process */

void memory_look(struct memory *memory)
{
	memory->look = true;
}

/* ---- as the repository's owner */

static int take_row(struct state *state, const struct pg_result *rows, int n, struct fault *f)
{
	struct shared_row row = { .id = link_value(rows, n, 1) };
	struct buf body = BUF_INIT(2 * SHARED_MOST);
	int64_t age = strtoll(link_value(rows, n, 2), NULL, 10);
	struct clock clock;
	int status = clock_read(state, &clock, f);

	row.time = clock.passed * 1000 - (age > 0 ? age : 0);
	if (status == 0 && base64_decode(&body, span_of(link_value(rows, n, 3))) < 0)
		status = fault_set(f, FAULT_ADMIN, "what another server remembers is unreadable");
	row.body = buf_span(&body);
	if (status == 0)
		status = state_shared_take(state, &row, f);
	buf_release(&body);
	return status;
}

/* What is no row is passed over, once it is told: it must not keep others back. */
static int take_rows(struct state *state, const struct pg_result *rows, struct fault *f)
{
	for (int i = 0; i < link_rows(rows); i++) {
		int status = state_begin(state, f);

		if (status == 0 && take_row(state, rows, i, f) < 0) {
			(void)fprintf(stderr, "countersign-fleet: row %.32s of host %.64s: %s\n",
				link_value(rows, i, 1), link_value(rows, i, 4), f->text);
			fault_clear(f);
			state_rollback(state);
			status = state_begin(state, f);
		}
		if (status == 0)
			status = state_value_set(state, SHARED_CURSOR, link_value(rows, i, 1), f);
		if (status == 0)
			status = state_commit(state, f);
		if (status < 0)
			return -1;
	}
	return 0;
}

static _Noreturn void be_child(const char *git_dir, const struct pg_result *rows)
{
	struct state *state = NULL;
	struct fault f = { 0 };
	int status;

	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGINT, SIG_DFL);
	(void)alarm(SECONDS);
	status = run_as_owner(git_dir, &f);
	if (status == 0)
		status = state_open(&state, git_dir, STATE_WRITE, &f);
	if (status == 0)
		status = take_rows(state, rows, &f);
	state_close(state);
	if (status < 0)
		(void)fprintf(stderr, "countersign-fleet: %s: %s\n", git_dir, f.text);
	_exit(status < 0);
}

/* ---- the service */

/* Repositories of this host, and how far each has come, as arrays of SQL's. */
static int write_arrays(const struct drain *drain, struct buf *ids, struct buf *cursors)
{
	buf_addc(ids, '{');
	buf_addc(cursors, '{');
	for (size_t i = 0; i < drain->count; i++) {
		const struct drain_repository *one = &drain->repositories[i];
		const char *comma = ids->len > 1 ? "," : "";

		if (!one->id[0] || one->shared_again > deadline_clock() ||
			strspn(one->cursor, "0123456789abcdef") != strlen(one->cursor))
			continue;
		buf_addf(ids, "%s%s", comma, one->id);
		buf_addf(cursors, "%s\"%s\"", comma, one->cursor);
	}
	buf_addc(ids, '}');
	buf_addc(cursors, '}');
	return ids->failed || cursors->failed ? -1 : 0;
}

/* The rows of one repository that has any which are new to it.  0 or -1. */
static int ask(
	struct link *link, const struct drain *drain, struct pg_result **rows, struct fault *f)
{
	static const char sql[] =
		"SELECT s.repository, s.item, greatest(extract(epoch FROM now() - s.\"time\") *"
		" 1000, 0)::bigint, translate(encode(s.body, 'base64'), E'\\n', ''), s.host FROM"
		" (SELECT c.* FROM unnest($1::text[], $2::text[]) AS c(repository, cursor) WHERE"
		" EXISTS (SELECT FROM countersign.shared n WHERE n.repository = c.repository AND"
		" n.id > coalesce((SELECT t.id FROM countersign.shared t WHERE t.repository ="
		" c.repository AND t.item = c.cursor), 0)) LIMIT 1) c JOIN countersign.shared s ON"
		" s.repository = c.repository AND s.id > coalesce((SELECT t.id FROM"
		" countersign.shared t WHERE t.repository = c.repository AND t.item = c.cursor),"
		" 0) ORDER BY s.id LIMIT 500";
	struct buf ids = BUF_INIT((size_t)8 << 20), cursors = BUF_INIT((size_t)8 << 20);
	struct link_question question = { .sql = sql, .count = 2 };
	int status = write_arrays(drain, &ids, &cursors);

	question.params[0] = ids.data;
	question.params[1] = cursors.data;
	status = status < 0 ? fault_memory(f) : link_ask(link, &question, rows, f);
	buf_release(&ids);
	buf_release(&cursors);
	return status;
}

static int start(
	struct memory *m, const struct drain *drain, const struct pg_result *rows, struct fault *f)
{
	const char *id = link_value(rows, 0, 0);
	size_t i = 0;

	while (i < drain->count && strcmp(drain->repositories[i].id, id) != 0)
		i++;
	if (i == drain->count)
		return 0;
	m->repository = i;
	(void)snprintf(m->last, sizeof(m->last), "%s", link_value(rows, link_rows(rows) - 1, 1));
	(void)fflush(NULL);
	m->child = fork();
	if (m->child == 0)
		be_child(drain->repositories[i].git_dir, rows);
	return m->child > 0 ? 0 : fault_set(f, FAULT_ADMIN, "no process to take what is shared");
}

/* How it went, once the child has ended; the cursor is in the state, too. */
static void finish(struct memory *m, struct drain *drain, int status)
{
	m->child = 0;
	if (status == 0)
		memcpy(drain->repositories[m->repository].cursor, m->last, sizeof(m->last));
	else
		drain->repositories[m->repository].shared_again = deadline_clock() + LATER;
}

int memory_step(
	struct memory *m, struct link *link, struct drain *drain, bool *busy, struct fault *f)
{
	struct pg_result *rows = NULL;
	int status = 0;

	*busy = *busy || m->child > 0;
	if (m->child > 0) {
		if (waitpid(m->child, &status, WNOHANG) == 0)
			return 0;
		finish(m, drain, status);
	}
	if (!m->look)
		return 0;
	if (ask(link, drain, &rows, f) < 0)
		return -1;
	m->look = link_rows(rows) > 0;
	status = m->look ? start(m, drain, rows, f) : 0;
	link_clear(rows);
	*busy = *busy || m->child > 0;
	return status;
}

void memory_end(struct memory *m)
{
	if (m->child > 0)
		(void)waitpid(m->child, NULL, 0);
	m->child = 0;
}
