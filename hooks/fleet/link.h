/*
 * The connection to PostgreSQL.  Every question has a time limit, so that an engine that has
 * stopped, or a network that swallows packets, is noticed; afterwards the connection is closed, and
 * whoever asks next opens another.  Of several servers the one that takes writes is used.
 */
#ifndef HOOKS_FLEET_LINK_H
#define HOOKS_FLEET_LINK_H

#include <stdbool.h>

#include "hooks/fleet/settings.h"

#define LINK_SECONDS 10 /* for one answer */
#define LINK_PARAMS_MAX 20

/* libpq's own, which no other file sees. */
struct pg_conn;
struct pg_result;

struct link {
	const struct fleet_settings *settings;
	struct pg_conn *conn; /* NULL: there is none */
	char state[6];        /* SQLSTATE of the last refusal; "" when there was none */
	bool listening;       /* it hears of orders */
};

/* Opens it; for link_close().  0 or -1. */
int link_open(struct link *link, const struct fleet_settings *settings, struct fault *f);

/* A statement and its parameters, as text; NULL is SQL's. */
struct link_question {
	const char *sql;
	const char *params[LINK_PARAMS_MAX];
	int count;
};

/*
 * Asks; *out, which may be NULL, is for link_clear().  0, or -1: it was refused (link->state says
 * how), or the connection is gone (link->conn is NULL then).
 */
int link_ask(struct link *link, const struct link_question *question, struct pg_result **out,
	struct fault *f);

/* Asks something without parameters of which the answer does not matter.  0 or -1. */
int link_do(struct link *link, const char *sql, struct fault *f);

/* Several statements at once, in one transaction if they say so.  0 or -1. */
int link_script(struct link *link, const char *sql, struct fault *f);

/* Waits for news for so long; *news says whether there were any.  0, or -1: it is gone. */
int link_wait(struct link *link, int milliseconds, bool *news, struct fault *f);

/* What an answer's column holds. */
enum link_type { LINK_TEXT, LINK_INTEGER, LINK_BOOLEAN };

/* How many rows the answer has. */
int link_rows(const struct pg_result *result);

/* How many columns. */
int link_columns(const struct pg_result *result);

/*
 * A value, as text; "" for SQL's NULL, and for what the answer does not have.  Valid until
 * link_clear().
 */
const char *link_value(const struct pg_result *result, int row, int column);

/* Whether it is SQL's NULL. */
bool link_is_null(const struct pg_result *result, int row, int column);

/* The name of a column. */
const char *link_column(const struct pg_result *result, int column);

/* What it holds. */
enum link_type link_type(const struct pg_result *result, int column);

/* Frees the answer; NULL is fine. */
void link_clear(struct pg_result *result);

/* Closes it; harmless when it is closed. */
void link_close(struct link *link);

#endif
