#include "hooks/fleet/desk.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/deadline.h"
#include "hooks/admin/cli.h"

#define LOG_MOST 10000

static json_t *value_of(const struct pg_result *result, int row, int column)
{
	const char *text = link_value(result, row, column);
	json_t *verdict;

	if (link_is_null(result, row, column))
		return json_null();
	switch (link_type(result, column)) {
	case LINK_BOOLEAN:
		return json_boolean(*text == 't');
	case LINK_INTEGER:
		return json_integer(strtoll(text, NULL, 10));
	case LINK_TEXT:
	default:
		verdict = strcmp(link_column(result, column), "verdict") == 0
				  ? json_loads(text, 0, NULL)
				  : NULL;
		return verdict ? verdict : cli_string(text);
	}
}

static json_t *row_object(const struct pg_result *result, int row)
{
	json_t *object = json_object();

	for (int i = 0; object && i < link_columns(result); i++)
		(void)json_object_set_new(object, link_column(result, i), value_of(result, row, i));
	return object;
}

static int print_json(const struct pg_result *result, int row)
{
	return cli_line(row_object(result, row));
}

/* Columns from `verdict` on are for programs. */
static int print_text(const struct pg_result *result, int row)
{
	for (int i = 0; i < link_columns(result) && strcmp(link_column(result, i), "verdict") != 0;
		i++) {
		const char *text = link_value(result, row, i);

		(void)fputs(i ? "  " : "", stdout);
		cli_print(*text ? text : "-");
	}
	return putchar('\n') == EOF ? -1 : 0;
}

static int print_all(const struct pg_result *result, bool json)
{
	for (int row = 0; row < link_rows(result); row++)
		if ((json ? print_json(result, row) : print_text(result, row)) < 0)
			return -1;
	return 0;
}

/* Asks and prints; *rows is how many there were.  0 or -1. */
static int show(struct link *link, const struct link_question *question, bool json, int *rows,
	struct fault *f)
{
	struct pg_result *result;
	int status;

	if (link_ask(link, question, &result, f) < 0)
		return -1;
	*rows = link_rows(result);
	status = print_all(result, json);
	link_clear(result);
	return status < 0 ? fault_set(f, FAULT_ADMIN, "standard output could not be written") : 0;
}

/* Verdicts, most of what holds weigh, are for programs alone. */
#define HOLDS(verdict)                                                                           \
	"SELECT h.host, r.name AS repository, h.id, h.status, h.ref, h.agents, h.account, "      \
	"h.since,"                                                                               \
	" CASE WHEN a.review <> '' AND r.name ~ '^[A-Za-z0-9._/-]+$' THEN a.review || '/' || "   \
	"r.name"                                                                                 \
	" || '/holds/' || h.id ELSE '' END AS review" verdict                                    \
	" FROM countersign.hold h JOIN countersign.repository r ON r.host = h.host AND r.id ="   \
	" h.repository JOIN countersign.host a ON a.name = h.host WHERE (h.status IN ('open',"   \
	" 'owed') OR $1) AND ($2::text IS NULL OR h.host = $2) ORDER BY h.status = 'owed' DESC," \
	" h.since, h.host, h.id"

int desk_holds(struct link *link, const struct desk_options *options, struct fault *f)
{
	static const char *const sql[] = { HOLDS(""),
		HOLDS(", h.verdict, h.digest, h.old, h.new, h.repository AS repository_id") };
	const struct link_question question = { .sql = sql[options->json],
		.params = { options->all ? "t" : "f", options->host },
		.count = 2 };
	int rows = 0;

	if (show(link, &question, options->json, &rows, f) < 0)
		return -1;
	if (!rows && !options->json)
		(void)printf("nothing waits on any host\n");
	return 0;
}

/* What a verdict says is found without reading it as JSON, which another host's need not be. */
static const char waiting_sql[] =
	"SELECT w.*, (SELECT string_agg(DISTINCT m[1], ', ') FROM regexp_matches(w.told,"
	" '\"rule\": ?\"([^\"\\\\]{1,100})\"', 'g') m) AS rules, (SELECT string_agg(DISTINCT"
	" replace(m[1], '\"', ''), ', ') FROM regexp_matches(w.told, '\"approvers\":"
	" ?\\[([^]]{1,255})\\]', 'g') m) AS approvers FROM (SELECT h.host, r.name AS repository,"
	" h.id, h.ref, h.agents, h.since, CASE WHEN a.review <> '' AND r.name ~"
	" '^[A-Za-z0-9._/-]+$' THEN a.review || '/' || r.name || '/holds/' || h.id ELSE '' END AS"
	" review, left(h.verdict, 65536) AS told, count(*) OVER () AS \"all\" FROM"
	" countersign.hold h JOIN countersign.repository r ON r.host = h.host AND r.id ="
	" h.repository JOIN countersign.host a ON a.name = h.host WHERE h.status IN ('open',"
	" 'owed') AND h.host <> $1 ORDER BY h.status = 'owed' DESC, h.since, h.host, h.id LIMIT"
	" 500) w ORDER BY since, host, id";

int desk_waiting(struct link *link, const struct desk_options *options, struct fault *f)
{
	const struct link_question question = {
		.sql = waiting_sql, .params = { link->settings->host }, .count = 1
	};
	struct pg_result *result;
	int status = 0;

	(void)options;
	if (link_ask(link, &question, &result, f) < 0)
		return -1;
	for (int row = 0; status == 0 && row < link_rows(result); row++) {
		json_t *object = row_object(result, row);

		(void)json_object_del(object, "told");
		status = cli_line(object);
	}
	link_clear(result);
	return status < 0 ? fault_set(f, FAULT_ADMIN, "standard output could not be written") : 0;
}

int desk_log(struct link *link, const struct desk_options *options, struct fault *f)
{
	const struct link_question question = {
		.sql = "SELECT * FROM (SELECT l.time_text AS \"time\", l.host, r.name AS "
		       "repository,"
		       " l.seq, l.kind, l.decision, l.ref, l.account, left(l.new, 12) AS short,"
		       " l.verdict, l.old, l.new, l.policy, l.previous, l.hash, l.repository AS"
		       " repository_id FROM countersign.log l JOIN countersign.repository r ON"
		       " r.host = l.host AND r.id = l.repository WHERE ($1 = '' OR l.\"time\" >="
		       " $1::timestamptz) AND ($2 = '' OR l.time_text <= $2 || '~') AND ($3::text"
		       " IS NULL OR l.ref = $3 OR right(l.ref, length($3) + 1) = '/' || $3) AND"
		       " ($4::text IS NULL OR l.decision = $4) AND ($5::text IS NULL OR position("
		       "'\"' || $5 || '\"' IN coalesce((l.verdict::json -> 'agents')::text, ''))"
		       " > 0) AND ($6::text IS NULL OR l.host = $6) ORDER BY l.\"time\" DESC,"
		       " l.host DESC, l.repository DESC, l.seq DESC LIMIT 10000) n ORDER BY"
		       " \"time\", host, repository_id, seq",
		.params = { options->since, options->until, options->ref, options->decision,
			options->agent, options->host },
		.count = 6
	};
	int rows = 0;

	if (show(link, &question, options->json, &rows, f) < 0)
		return -1;
	if (rows == LOG_MOST)
		(void)fprintf(stderr,
			"countersign log: these are the newest %d; ask for less with --since and "
			"--until to see others\n",
			LOG_MOST);
	return 0;
}

int desk_agents(struct link *link, const struct desk_options *options, struct fault *f)
{
	const struct link_question question = {
		.sql = "SELECT a.name AS agent, count(DISTINCT a.host) AS hosts, count(DISTINCT"
		       " a.repository) AS repositories, to_char(min(a.first) AT TIME ZONE 'UTC',"
		       " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS first, to_char(max(a.last) AT TIME "
		       "ZONE"
		       " 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS last, "
		       "sum(a.decisions)::bigint AS"
		       " decisions FROM countersign.agent a WHERE $1::text IS NULL OR a.host = $1"
		       " GROUP BY a.name ORDER BY a.name",
		.params = { options->host },
		.count = 1
	};
	int rows = 0;

	if (show(link, &question, options->json, &rows, f) < 0)
		return -1;
	if (!rows && !options->json)
		(void)printf("no agent was met on any host\n");
	return 0;
}

/* What a person said is in the verdict, in which their own words cannot have bare quotes. */
static const char evidence_sql[] =
	"SELECT l.host, r.name AS repository, count(*) AS rows, count(*) FILTER (WHERE l.kind ="
	" 'decision' AND l.decision = 'allow') AS allowed, count(*) FILTER (WHERE l.kind ="
	" 'decision' AND l.decision = 'hold') AS held, count(*) FILTER (WHERE l.kind = 'decision'"
	" AND l.decision = 'deny') AS denied, count(*) FILTER (WHERE l.kind = 'approval' AND"
	" l.decision = 'allow' AND strpos(l.verdict, '\"decision\":\"approve\"') > 0) AS approved,"
	" count(*) FILTER (WHERE l.kind = 'approval' AND l.decision = 'allow' AND"
	" strpos(l.verdict, '\"decision\":\"reject\"') > 0) AS rejected, count(*) FILTER (WHERE"
	" l.kind = 'landed') AS landed, count(*) FILTER (WHERE l.kind = 'stopped') AS stopped,"
	" min(l.time_text) AS first, max(l.time_text) AS last, coalesce((SELECT a.what = '' FROM"
	" countersign.alarm a WHERE a.host = l.host AND a.repository = l.repository ORDER BY a.id"
	" DESC LIMIT 1), true) AS whole, l.repository AS repository_id FROM countersign.log l JOIN"
	" countersign.repository r ON r.host = l.host AND r.id = l.repository WHERE ($1 = '' OR"
	" l.\"time\" >= $1::timestamptz) AND ($2 = '' OR l.time_text <= $2 || '~') AND ($3::text"
	" IS NULL OR l.host = $3) GROUP BY l.host, r.name, l.repository ORDER BY l.host, r.name";

/* What each column of a repository's figures is called, from the third on. */
static void print_figures(const struct pg_result *result, int row)
{
	cli_print(link_value(result, row, 0));
	(void)fputs("  ", stdout);
	cli_print(link_value(result, row, 1));
	for (int i = 2; i < 10; i++)
		(void)printf("%s%s %s", i == 2 ? "  " : ", ", link_value(result, row, i),
			link_column(result, i));
	(void)printf("  %s to %s  log %s\n", link_value(result, row, 10),
		link_value(result, row, 11),
		*link_value(result, row, 12) == 't' ? "whole" : "broken");
}

int desk_evidence(struct link *link, const struct desk_options *options, struct fault *f)
{
	const struct link_question question = { .sql = evidence_sql,
		.params = { options->since, options->until, options->host },
		.count = 3 };
	struct pg_result *result;
	int status = 0;

	if (link_ask(link, &question, &result, f) < 0)
		return -1;
	for (int row = 0; status >= 0 && row < link_rows(result); row++) {
		if (options->json && print_json(result, row) < 0)
			status = -1;
		else if (!options->json)
			print_figures(result, row);
		if (status == 0 && *link_value(result, row, 12) != 't')
			status = 1;
	}
	if (!link_rows(result) && !options->json)
		(void)printf("no host has reported anything\n");
	link_clear(result);
	return status < 0 ? fault_set(f, FAULT_ADMIN, "standard output could not be written")
			  : status;
}

/* How the hosts are: `connected` within the last ten seconds. */
static const char status_sql[] =
	"SELECT h.name AS host, CASE WHEN h.left_at IS NOT NULL THEN 'left' WHEN h.seen > now() -"
	" interval '10 seconds' THEN 'connected' ELSE 'away' END AS state, extract(epoch FROM"
	" now() - h.seen)::bigint AS seconds, (SELECT count(*) FROM countersign.repository r WHERE"
	" r.host = h.name) AS repositories, (SELECT coalesce(sum(r.seq), 0)::bigint FROM"
	" countersign.repository r WHERE r.host = h.name) AS rows, (SELECT count(*) FROM"
	" countersign.hold w WHERE w.host = h.name AND w.status IN ('open',"
	" 'owed')) AS holds,"
	" (SELECT coalesce(max(id), 0) FROM countersign.orders) > h.orders AS behind, h.version"
	" FROM countersign.host h WHERE $1::text IS NULL OR h.name = $1 ORDER BY h.name";

static const char alarm_sql[] =
	"SELECT a.host, r.name AS repository, a.what AS alarm, to_char(a.\"time\" AT TIME ZONE"
	" 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS since FROM (SELECT DISTINCT ON (host,"
	" repository) * FROM countersign.alarm ORDER BY host, repository, id DESC) a LEFT JOIN"
	" countersign.repository r ON r.host = a.host AND r.id = a.repository WHERE a.what <> '' "
	"AND"
	" ($1::text IS NULL OR a.host = $1) ORDER BY a.host, a.id";

static int print_hosts(const struct pg_result *result, bool json)
{
	/* what stands before each of the first columns */
	static const char *const before[] = { "", "  ", "  heard from ", " s ago  ",
		" repositories, ", " rows, " };
	int status = 0;

	for (int row = 0; row < link_rows(result); row++) {
		const char *state = link_value(result, row, 1);

		if (strcmp(state, "away") == 0 || *link_value(result, row, 6) == 't')
			status = 1;
		if (json) {
			if (print_json(result, row) < 0)
				return -1;
			continue;
		}
		for (int i = 0; i < (int)(sizeof(before) / sizeof(before[0])); i++) {
			(void)fputs(before[i], stdout);
			cli_print(link_value(result, row, i));
		}
		(void)printf(" holds open%s\n", *link_value(result, row, 6) == 't'
							? "  an order is not in force there"
							: "");
	}
	return status;
}

int desk_status(struct link *link, const struct desk_options *options, struct fault *f)
{
	struct link_question question = {
		.sql = status_sql, .params = { options->host }, .count = 1
	};
	struct pg_result *result;
	int alarms = 0, status;

	if (link_ask(link, &question, &result, f) < 0)
		return -1;
	status = print_hosts(result, options->json);
	if (!link_rows(result) && !options->json)
		(void)printf("no host has joined\n");
	link_clear(result);
	question.sql = alarm_sql;
	if (status < 0 || show(link, &question, options->json, &alarms, f) < 0)
		return -1;
	return status || alarms;
}

int desk_await(struct link *link, struct fault *f)
{
	const struct link_question question = {
		.sql = "SELECT count(*), count(*) FILTER (WHERE orders < (SELECT max(id) FROM"
		       " countersign.orders)) FROM countersign.host WHERE left_at IS NULL AND seen "
		       ">"
		       " now() - interval '10 seconds'"
	};
	const struct timespec tick = { 0, 50 * 1000000 };
	double until = deadline_clock() + 2;
	long connected, behind;

	do {
		struct pg_result *result;

		(void)nanosleep(&tick, NULL);
		if (link_ask(link, &question, &result, f) < 0)
			return -1;
		connected = strtol(link_value(result, 0, 0), NULL, 10);
		behind = strtol(link_value(result, 0, 1), NULL, 10);
		link_clear(result);
	} while (behind && deadline_clock() < until);
	(void)printf("in force on %ld of %ld connected hosts\n", connected - behind, connected);
	return 0;
}
