#include "hooks/fleet/drain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/deadline.h"
#include "common/base/digest.h"
#include "hooks/fleet/columns.h"
#include "hooks/host/guarded_list.h"

#define AGAIN 10 /* seconds until one that cannot be taken is tried again */

void drain_begin(struct drain *drain, struct link *link, const char *etc)
{
	*drain = (struct drain){ .link = link, .etc = etc };
}

static struct drain_repository *find(struct drain *drain, const char *git_dir)
{
	for (size_t i = 0; i < drain->count; i++)
		if (strcmp(drain->repositories[i].git_dir, git_dir) == 0)
			return &drain->repositories[i];
	return NULL;
}

static int on_listed(void *context, const char *git_dir)
{
	struct drain *drain = context;
	struct drain_repository *found = find(drain, git_dir), *more;

	if (found) {
		found->listed = true;
		return 0;
	}
	more = reallocarray(drain->repositories, drain->count + 1, sizeof(*more));
	if (!more)
		return -1;
	drain->repositories = more;
	more[drain->count] = (struct drain_repository){
		.git_dir = strdup(git_dir), .listed = true, .alarm = "?"
	};
	return more[drain->count].git_dir ? (drain->count++, 0) : -1;
}

int drain_list(struct drain *drain, struct fault *f)
{
	for (size_t i = 0; i < drain->count; i++)
		drain->repositories[i].listed = false;
	return guarded_list_each(drain->etc, on_listed, drain, f) < 0 ? fault_memory(f) : 0;
}

/* The database as it is; false: there is none. */
static bool look(const struct drain_repository *repository, struct stat *st)
{
	char path[INSTALL_PATH_MAX];
	struct fault ignored = { 0 };

	return install_paths_join(path, repository->git_dir, "countersign/state.db", &ignored) ==
		       0 &&
	       lstat(path, st) == 0;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* One repository, once. */
struct draining {
	struct drain *drain;
	struct drain_repository *repository;
	struct rows rows;
	struct columns columns;
	int64_t seq; /* how far the engine is */
	char hash[65];
	bool anchored; /* the row that it has last was seen, and is the same */
	bool more;
	const char *wrong;
	struct buf holds, decisions, shared;
	char shared_tip[33];
};

/* What is wrong with its log is told, once as long as it is the same. */
static int raise_alarm(struct draining *d, const char *what, struct fault *f)
{
	struct link *link = d->drain->link;
	const struct link_question question = {
		.sql = "INSERT INTO countersign.alarm (host, repository, what) SELECT $1, $2, $3"
		       " WHERE $3 <> coalesce((SELECT a.what FROM countersign.alarm a WHERE a.host"
		       " = $1 AND a.repository = $2 ORDER BY id DESC LIMIT 1), '')",
		.params = { link->settings->host, d->rows.id, what },
		.count = 3
	};

	if (*what)
		d->repository->again = deadline_clock() + AGAIN;
	if (strcmp(d->repository->alarm, what) == 0)
		return 0;
	if (*what)
		(void)fprintf(stderr, "countersign-fleet: %s: %s\n", d->repository->git_dir, what);
	if (link_ask(link, &question, NULL, f) < 0)
		return -1;
	(void)snprintf(d->repository->alarm, sizeof(d->repository->alarm), "%s", what);
	return 0;
}

static int ask_tip(struct draining *d, struct fault *f)
{
	const struct link_question question = {
		.sql = "SELECT seq, hash, (SELECT shared_tip FROM countersign.repository WHERE"
		       " host = $3 AND id = $1) FROM countersign.tip($1, $2)",
		.params = { d->rows.id, d->rows.name, d->drain->link->settings->host },
		.count = 3
	};
	struct pg_result *result;

	if (link_ask(d->drain->link, &question, &result, f) < 0)
		return -1;
	d->seq = strtoll(link_value(result, 0, 0), NULL, 10);
	(void)snprintf(d->hash, sizeof(d->hash), "%s", link_value(result, 0, 1));
	(void)snprintf(d->shared_tip, sizeof(d->shared_tip), "%s", link_value(result, 0, 2));
	link_clear(result);
	return d->seq >= 0 && d->seq < INT64_MAX
		       ? 0
		       : fault_set(f, FAULT_ADMIN, "the database says that it has row %" PRId64,
				 d->seq);
}

/* Whether the row is the last that the engine has, or follows that. */
static bool goes_on(const struct draining *d, const struct rows_row *row)
{
	if (row->seq == d->seq + 1)
		return span_is(row->texts[ROWS_TEXTS - 2], d->hash);
	return row->seq == d->seq && span_is(row->texts[ROWS_TEXTS - 1], d->hash);
}

static int on_row(void *context, const struct rows_row *row, struct fault *f)
{
	struct draining *d = context;

	if (!d->anchored && d->seq > 0) {
		d->anchored = goes_on(d, row);
		if (!d->anchored)
			d->wrong = "the log is not what was told before: rows were altered, "
				   "removed, restored, or archived and moved away";
	}
	if (d->wrong)
		return 1;
	return row->seq == d->seq || columns_add(&d->columns, row) == 0 ? 0 : fault_memory(f);
}

/* There are partitions for the months of the rows. */
static int need_months(struct draining *d, struct fault *f)
{
	struct columns *columns = &d->columns;
	const struct link_question question = { .sql = "SELECT countersign.months($1, $2)",
		.params = { columns->first_time, columns->last_time },
		.count = 2 };

	if (strncmp(columns->first_time, d->drain->month, 7) == 0 &&
		strncmp(columns->last_time, d->drain->month, 7) == 0)
		return 0;
	if (link_ask(d->drain->link, &question, NULL, f) < 0)
		return -1;
	(void)snprintf(d->drain->month, sizeof(d->drain->month), "%.7s", columns->last_time);
	return 0;
}

static int insert(struct draining *d, struct fault *f)
{
	struct link_question question = {
		.sql = "INSERT INTO countersign.log SELECT $1, $2, u.seq, u.t::timestamptz, u.t,"
		       " u.kind, u.account, u.ref, u.old, u.new, u.decision, u.policy, u.verdict,"
		       " u.previous, u.hash, u.raw FROM unnest($3::bigint[], $4::text[],"
		       " $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],"
		       " $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],"
		       " $15::bytea[]) AS u(seq, t, kind, account, ref, old, new, decision,"
		       " policy, verdict, previous, hash, raw)",
		.params = { d->drain->link->settings->host, d->rows.id },
		.count = 2 + COLUMNS
	};

	for (size_t i = 0; i < COLUMNS; i++)
		question.params[2 + i] = d->columns.lists[i].data;
	return link_ask(d->drain->link, &question, NULL, f);
}

/* What the engine says to rows that it does not take.  0, or -1: the connection is gone. */
static int refused(struct draining *d, struct fault *f)
{
	struct link *link = d->drain->link;
	struct fault why = *f;

	if (!link->conn ||
		(strncmp(link->state, "CS", 2) != 0 && strncmp(link->state, "22", 2) != 0))
		return -1;
	fault_clear(f);
	if (strcmp(link->state, "CS001") == 0)
		return 0; /* another of us was quicker: the next time goes on from there */
	return raise_alarm(d, why.text, f);
}

static int send_rows(struct draining *d, struct fault *f)
{
	if (columns_end(&d->columns) < 0)
		return fault_memory(f);
	if (need_months(d, f) < 0 || insert(d, f) < 0)
		return refused(d, f);
	d->drain->rows += (int64_t)d->columns.count;
	if (d->repository->alarm[0])
		return raise_alarm(d, "", f);
	return 0;
}

/* The holds, when they are others than those that were told. */
static int send_holds(struct draining *d, struct fault *f)
{
	const struct link_question question = {
		.sql = "INSERT INTO countersign.hold AS h SELECT $1, $2, x.* FROM"
		       " json_to_recordset($3::json) AS x(id text, digest text, ref text, account"
		       " text, agents text, old text, new text, since text, status text, verdict"
		       " text) ON CONFLICT (host, repository, id) DO UPDATE SET status ="
		       " excluded.status, since = excluded.since, account = excluded.account,"
		       " old = excluded.old, new = excluded.new, verdict = CASE WHEN"
		       " excluded.verdict = '' THEN h.verdict ELSE excluded.verdict END WHERE"
		       " (h.status, h.since, h.new) IS DISTINCT FROM"
		       " (excluded.status, excluded.since, excluded.new)",
		.params = { d->drain->link->settings->host, d->rows.id, d->holds.data },
		.count = 3
	};
	struct digest_text digest;

	if (!d->holds.data || digest_of(buf_span(&d->holds), &digest, f) < 0)
		return d->holds.data ? -1 : 0;
	if (strcmp(digest.hex, d->repository->holds) == 0)
		return 0;
	if (link_ask(d->drain->link, &question, NULL, f) < 0)
		return refused(d, f);
	(void)snprintf(d->repository->holds, sizeof(d->repository->holds), "%s", digest.hex);
	return 0;
}

/*
 * The decisions on them, of which there are others than were told: for hosts that have the same
 * hold.  That they were taken here is known.
 */
static int send_decisions(struct draining *d, struct fault *f)
{
	const struct link_question question = {
		.sql = "WITH told AS (INSERT INTO countersign.decision (host, repository, hold,"
		       " digest, person, object) SELECT $1, $2, x.hold, x.digest, x.person,"
		       " decode(x.object, 'base64') FROM json_to_recordset($3::json) AS x(hold"
		       " text, digest text, person text, object text) ON CONFLICT (repository,"
		       " hold, person, sha256(object)) DO NOTHING RETURNING id) INSERT INTO"
		       " countersign.decision_outcome (decision, host, taken, said) SELECT id, $1,"
		       " true, '' FROM told",
		.params = { d->drain->link->settings->host, d->rows.id, d->decisions.data },
		.count = 3
	};
	struct digest_text digest;

	if (!d->decisions.data || digest_of(buf_span(&d->decisions), &digest, f) < 0)
		return d->decisions.data ? -1 : 0;
	if (strcmp(digest.hex, d->repository->decisions) == 0)
		return 0;
	if (link_ask(d->drain->link, &question, NULL, f) < 0)
		return refused(d, f);
	(void)snprintf(
		d->repository->decisions, sizeof(d->repository->decisions), "%s", digest.hex);
	return 0;
}

/* What is for other servers of the repository. */
static int send_shared(struct draining *d, struct fault *f)
{
	const struct link_question question = {
		.sql = "SELECT countersign.share($1, array_agg(x.item ORDER BY n), array_agg(x.age"
		       " ORDER BY n), array_agg(x.body ORDER BY n)) FROM (SELECT *, row_number()"
		       " OVER () AS n FROM json_to_recordset($2::json) AS r(item text, age bigint,"
		       " body text)) x",
		.params = { d->rows.id, d->shared.data },
		.count = 2
	};

	if (d->shared.len <= strlen("[]"))
		return 0;
	return link_ask(d->drain->link, &question, NULL, f) < 0 ? refused(d, f) : 0;
}

static int take(struct draining *d, struct fault *f)
{
	struct rows_wanted wanted = { .each = on_row,
		.context = d,
		.holds = &d->holds,
		.decisions = &d->decisions,
		.shared = &d->shared,
		.more = &d->more };

	if (!d->rows.id[0])
		return 0;
	(void)snprintf(d->repository->id, sizeof(d->repository->id), "%s", d->rows.id);
	(void)snprintf(d->repository->cursor, sizeof(d->repository->cursor), "%s", d->rows.cursor);
	if (ask_tip(d, f) < 0)
		return -1;
	wanted.after = d->seq ? d->seq - 1 : 0;
	memcpy(wanted.shared_tip, d->shared_tip, sizeof(wanted.shared_tip));
	if (rows_read(&d->rows, &wanted, f) < 0)
		return -1;
	if (d->seq > 0 && !d->anchored && !d->wrong)
		d->wrong = "the log is shorter than it was: its end was cut off, or an earlier one "
			   "was restored";
	if (d->wrong)
		return raise_alarm(d, d->wrong, f);
	if ((d->columns.count && send_rows(d, f) < 0) || send_shared(d, f) < 0)
		return -1;
	if (d->more)
		return 0;
	return send_holds(d, f) < 0 ? -1 : send_decisions(d, f);
}

/* A repository that could not be read is told, and does not stop the others. */
static int drain_one(struct drain *drain, struct drain_repository *repository, struct fault *f)
{
	struct draining d = { .drain = drain,
		.repository = repository,
		.holds = BUF_INIT((size_t)16 << 20),
		.decisions = BUF_INIT((size_t)16 << 20),
		.shared = BUF_INIT((size_t)16 << 20) };
	struct stat before = { 0 };
	int status;

	repository->again = 0;
	if (!look(repository, &before))
		return 0;
	columns_begin(&d.columns);
	status = rows_open(&d.rows, repository->git_dir, f);
	if (status == 0)
		status = take(&d, f);
	if (status < 0 && drain->link->conn) {
		(void)fprintf(stderr, "countersign-fleet: %s: %s\n", repository->git_dir, f->text);
		fault_clear(f);
		repository->again = deadline_clock() + AGAIN;
		status = 0;
	}
	repository->told = status == 0 && !d.more && repository->again <= 0;
	repository->seen = before;
	rows_close(&d.rows);
	columns_release(&d.columns);
	buf_release(&d.holds);
	buf_release(&d.decisions);
	buf_release(&d.shared);
	return status;
}

static bool has_news(const struct drain_repository *repository)
{
	struct stat now;

	if (!repository->listed || repository->again > deadline_clock())
		return false;
	return look(repository, &now) && !(repository->told && is_same(&now, &repository->seen));
}

int drain_step(struct drain *drain, bool *idle, struct fault *f)
{
	for (size_t i = 0; i < drain->count; i++) {
		struct drain_repository *one =
			&drain->repositories[(drain->next + i) % drain->count];

		if (!has_news(one))
			continue;
		drain->next = (drain->next + i + 1) % drain->count;
		*idle = false;
		return drain_one(drain, one, f);
	}
	*idle = true;
	return 0;
}

void drain_release(struct drain *drain)
{
	for (size_t i = 0; i < drain->count; i++)
		free(drain->repositories[i].git_dir);
	free(drain->repositories);
	*drain = (struct drain){ 0 };
}
