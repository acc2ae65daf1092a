/*
 * The tables, and how a database of an earlier version becomes one of this version: by the steps
 * that it has not had, all in one transaction, when somebody next writes.  Whoever only reads does
 * without what is not there yet.
 */
#include <stdio.h>
#include <sys/random.h>

#include "common/state/sql.h"

/* Step i makes version i + 1 of version i.  What was released is never edited, only added to. */
static const char *const steps[] = {
	"CREATE TABLE value (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE log ("
	" seq INTEGER PRIMARY KEY AUTOINCREMENT,"
	" time TEXT NOT NULL, kind TEXT NOT NULL, account TEXT NOT NULL, ref TEXT NOT NULL,"
	" old TEXT NOT NULL, new TEXT NOT NULL, decision TEXT NOT NULL, policy TEXT NOT NULL,"
	" verdict TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL) STRICT;"
	"CREATE TABLE ticket ("
	" ref TEXT PRIMARY KEY, old BLOB NOT NULL, new BLOB NOT NULL, policy TEXT NOT NULL,"
	" time INTEGER NOT NULL, allowed INTEGER NOT NULL, hold TEXT NOT NULL,"
	" set_digest TEXT NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE hold ("
	" seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL,"
	" set_digest TEXT NOT NULL, ref TEXT NOT NULL, account TEXT NOT NULL, old TEXT NOT NULL,"
	" new TEXT NOT NULL, since TEXT NOT NULL, status TEXT NOT NULL, agents TEXT NOT NULL,"
	" verdict TEXT NOT NULL) STRICT;"
	"CREATE INDEX hold_open ON hold (account) WHERE status = 'open';"
	"CREATE TABLE landed ("
	" ref TEXT NOT NULL, set_digest TEXT NOT NULL, count INTEGER NOT NULL,"
	" PRIMARY KEY (ref, set_digest)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE remembered ("
	" id BLOB NOT NULL, agent TEXT NOT NULL, by_account INTEGER NOT NULL,"
	" account TEXT NOT NULL, PRIMARY KEY (id, agent)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE event ("
	" seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL,"
	" created INTEGER NOT NULL, body TEXT NOT NULL, webhook TEXT NOT NULL,"
	" status TEXT NOT NULL DEFAULT 'queued', tries INTEGER NOT NULL DEFAULT 0,"
	" due INTEGER NOT NULL, changed INTEGER NOT NULL, answer TEXT NOT NULL DEFAULT '') STRICT;"
	"CREATE INDEX event_due ON event (due) WHERE status = 'queued';"
	"CREATE INDEX event_status ON event (status, changed);",

	"CREATE TABLE stopped ("
	" kind TEXT NOT NULL, name TEXT NOT NULL, since TEXT NOT NULL, by TEXT NOT NULL,"
	" reason TEXT NOT NULL, PRIMARY KEY (kind, name)) STRICT, WITHOUT ROWID;",

	"CREATE TABLE spent ("
	" seq INTEGER PRIMARY KEY, agent TEXT NOT NULL, claimed INTEGER NOT NULL,"
	" time INTEGER NOT NULL, account TEXT NOT NULL, pushes INTEGER NOT NULL,"
	" commits INTEGER NOT NULL) STRICT;"
	"CREATE INDEX spent_agent ON spent (agent, claimed, time);",

	"CREATE TABLE pending ("
	" ref TEXT NOT NULL, set_digest TEXT NOT NULL, new BLOB NOT NULL, hold TEXT NOT NULL,"
	" time INTEGER NOT NULL, PRIMARY KEY (ref, set_digest, new)) STRICT, WITHOUT ROWID;"
	"INSERT INTO pending SELECT ref, set_digest, new, hold, time FROM ticket"
	" WHERE allowed = 1 AND set_digest <> '';",

	"DROP TABLE ticket;",

	"CREATE TABLE noted ("
	" id BLOB NOT NULL, agent TEXT NOT NULL, account TEXT NOT NULL,"
	" PRIMARY KEY (id, agent, account)) STRICT, WITHOUT ROWID;",

	"ALTER TABLE hold ADD COLUMN replaces TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE hold ADD COLUMN cleared INTEGER NOT NULL DEFAULT 0;"
	"CREATE INDEX hold_over ON hold (account) WHERE status <> 'open' AND cleared = 0;"
	"CREATE INDEX hold_status ON hold (status, seq);"
	"CREATE INDEX hold_ref ON hold (ref, account) WHERE status = 'open';"
	"CREATE INDEX log_time ON log (time);"
	"CREATE INDEX log_ref ON log (ref);"
	"CREATE TABLE log_agent ("
	" agent TEXT NOT NULL, seq INTEGER NOT NULL,"
	" PRIMARY KEY (agent, seq)) STRICT, WITHOUT ROWID;" STATE_INDEX_AGENTS(
		"1") ";"
		     "CREATE TABLE again ("
		     " seq INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, count INTEGER NOT "
		     "NULL,"
		     " last TEXT NOT NULL) STRICT;"
		     "CREATE TABLE outcome ("
		     " seq INTEGER PRIMARY KEY, ref TEXT NOT NULL, old TEXT NOT NULL, new TEXT NOT "
		     "NULL,"
		     " time INTEGER NOT NULL, landed INTEGER) STRICT;"
		     "CREATE INDEX outcome_awaited ON outcome (ref) WHERE landed IS NULL;"
		     "ALTER TABLE event ADD COLUMN awaits INTEGER NOT NULL DEFAULT 0;",

	"CREATE TABLE made ("
	" key TEXT NOT NULL, agent TEXT NOT NULL, verified INTEGER NOT NULL,"
	" protected INTEGER NOT NULL, time INTEGER NOT NULL,"
	" PRIMARY KEY (key, agent)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX made_oldest ON made (protected, time);"
	"CREATE INDEX made_time ON made (time);",

	"CREATE TABLE counter ("
	" name TEXT NOT NULL, label TEXT NOT NULL, value INTEGER NOT NULL,"
	" PRIMARY KEY (name, label)) STRICT, WITHOUT ROWID;",

	"CREATE TABLE bound ("
	" name TEXT NOT NULL, part TEXT NOT NULL, sum TEXT NOT NULL,"
	" PRIMARY KEY (name, part)) STRICT, WITHOUT ROWID;",

	"CREATE TABLE cut ("
	" rows INTEGER PRIMARY KEY, tip TEXT NOT NULL, tree TEXT NOT NULL,"
	" told INTEGER NOT NULL) STRICT;"
	"CREATE INDEX hold_ended ON hold (since) WHERE status <> 'open';",

	"CREATE TABLE shared ("
	" seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, time INTEGER NOT NULL,"
	" body TEXT NOT NULL) STRICT;",

	"ALTER TABLE remembered ADD COLUMN time INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE noted ADD COLUMN time INTEGER NOT NULL DEFAULT 0;"
	"UPDATE remembered SET time = 1000 * strftime('%s', 'now');"
	"UPDATE noted SET time = 1000 * strftime('%s', 'now');"
	"CREATE INDEX remembered_time ON remembered (time);"
	"CREATE INDEX noted_time ON noted (time);"
	"CREATE INDEX spent_time ON spent (time);",

	"CREATE INDEX landed_set ON landed (set_digest);",
};

#define VERSION ((int64_t)(sizeof(steps) / sizeof(steps[0])))

struct header {
	int64_t application, version, tables;
};

static int header_read(struct state *state, struct header *header, struct fault *f)
{
	static const char sql[] =
		"SELECT a.application_id, v.user_version, (SELECT count(*) FROM sqlite_schema)"
		" FROM pragma_application_id a, pragma_user_version v";
	sqlite3_stmt *statement = state_query(state, f, sql, "");
	int more = statement ? state_step(state, statement, f) : -1;

	if (more <= 0)
		return more < 0 ? -1 : fault_set(f, FAULT_INTERNAL, "state: no header");
	header->application = sqlite3_column_int64(statement, 0);
	header->version = sqlite3_column_int64(statement, 1);
	header->tables = sqlite3_column_int64(statement, 2);
	state_done(statement);
	return 0;
}

static int header_check(struct state *state, struct header *header, struct fault *f)
{
	if (header_read(state, header, f) < 0)
		return -1;
	if (header->application == 0 && header->version == 0 && header->tables == 0)
		return 0;
	if (header->application != STATE_APPLICATION_ID)
		return fault_set(
			f, FAULT_ADMIN, "%s: not a database of Countersign's", state->path);
	if (header->version > VERSION)
		return fault_set(f, FAULT_ADMIN,
			"%s: written by a later Countersign (version %d of the tables; this one "
			"knows %d)",
			state->path, (int)header->version, (int)VERSION);
	return 0;
}

int state_schema_check(struct state *state, struct fault *f)
{
	struct header header = { 0 };

	state->version = 0;
	if (header_check(state, &header, f) < 0)
		return -1;
	state->version = header.version;
	return 0;
}

static int execute(struct state *state, const char *sql, struct fault *f)
{
	int code = sqlite3_exec(state->db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? 0 : state_fault(state, code, f);
}

/* Gives a new database the repository's own id. */
static int identify(struct state *state, struct fault *f)
{
	unsigned char bytes[16];
	char id[33];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return fault_set(f, FAULT_ADMIN, "no random numbers");
	for (size_t i = 0; i < sizeof(bytes); i++)
		(void)snprintf(id + 2 * i, 3, "%02x", bytes[i]);
	return state_run(state,
		state_query(state, f, "INSERT INTO value VALUES ('repository-id', ?)", "t", id), f);
}

/* What others have made meanwhile is not made again. */
int state_schema_make(struct state *state, struct fault *f)
{
	struct header header = { 0 };
	char stamp[96];

	if (state->version == VERSION)
		return 0;
	if (state_needs_transaction(state, f) < 0 || header_check(state, &header, f) < 0)
		return -1;
	for (int64_t version = header.version; version < VERSION; version++) {
		if (execute(state, steps[version], f) < 0)
			return -1;
		if (version == 0 && identify(state, f) < 0)
			return -1;
	}
	if (header.version < VERSION && state_bind_since(state, header.version, f) < 0)
		return -1;
	(void)snprintf(stamp, sizeof(stamp), "PRAGMA application_id=%d; PRAGMA user_version=%d",
		STATE_APPLICATION_ID, (int)VERSION);
	if (header.version < VERSION && execute(state, stamp, f) < 0)
		return -1;
	state->version = VERSION;
	return 0;
}
