#include "hooks/fleet/link.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/base/deadline.h"
#include "common/base/text.h"

#define PASSWORD_MAX 1024
#define AUTHORITIES "/etc/ssl/certs/ca-certificates.crt"
#define NOWHERE "/dev/null/none" /* libpq reads what is there, and would look in a home */

/* What PQconnectdbParams() takes. */
struct options {
	const char *keys[24], *values[24];
	size_t count;
	struct buf hosts, ports;
	char password[PASSWORD_MAX];
};

static void add(struct options *options, const char *key, const char *value)
{
	if (!value)
		return;
	options->keys[options->count] = key;
	options->values[options->count++] = value;
}

static int fault_at(const char *path, const char *what, struct fault *f)
{
	return fault_set(f, FAULT_ADMIN, "%s: %s", path, what);
}

/* Reads the password, of a file that is nobody else's to read. */
static int password_read(char out[PASSWORD_MAX], const char *path, struct fault *f)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	ssize_t len;

	if (file < 0)
		return fault_at(path, strerror(errno), f);
	if (fstat(file, &st) < 0 || !S_ISREG(st.st_mode)) {
		(void)close(file);
		return fault_at(path, "is not a file", f);
	}
	if ((st.st_uid != 0 && st.st_uid != geteuid()) || (st.st_mode & 077)) {
		(void)close(file);
		return fault_at(path, "has to be root's, and nobody else's to read (chmod 600)", f);
	}
	len = read(file, out, PASSWORD_MAX - 1);
	(void)close(file);
	if (len < 0)
		return fault_at(path, strerror(errno), f);
	out[len] = '\0';
	out[strcspn(out, "\r\n")] = '\0';
	return *out ? 0 : fault_at(path, "has no password in its first line", f);
}

/* HOST, HOST:PORT, [ADDRESS]:PORT or the folder of a socket, as libpq wants them. */
static void add_server(struct options *options, const char *server)
{
	const char *colon = strrchr(server, ':'), *begin = server;
	size_t len = colon ? (size_t)(colon - server) : strlen(server);

	if (colon && strchr(server, ':') != colon && server[0] != '[')
		colon = NULL, len = strlen(server); /* an address of IPv6 */
	if (server[0] == '[' && len > 1 && server[len - 1] == ']') {
		begin++;
		len -= 2;
	}
	buf_addf(&options->hosts, "%s%.*s", options->hosts.len ? "," : "", (int)len, begin);
	buf_addf(&options->ports, "%s%s", options->ports.data ? "," : "",
		colon ? colon + 1 : "5432");
}

static int options_fill(struct options *options, const struct fleet_settings *s, struct fault *f)
{
	const char *tls = s->tls ? strcmp(s->tls, "off") == 0 ? "disable" : s->tls : "verify-full";

	if (s->password_file && password_read(options->password, s->password_file, f) < 0)
		return -1;
	for (names server = s->servers; *server; server++)
		add_server(options, *server);
	if (options->hosts.failed || options->ports.failed)
		return fault_memory(f);
	add(options, "host", options->hosts.data);
	add(options, "port", options->ports.data);
	add(options, "dbname", s->database);
	add(options, "user", s->user);
	add(options, "password", s->password_file ? options->password : NULL);
	add(options, "passfile", "/dev/null");
	add(options, "sslmode", tls);
	add(options, "sslrootcert", s->ca_file ? s->ca_file : AUTHORITIES);
	add(options, "sslcert", s->certificate_file ? s->certificate_file : NOWHERE);
	add(options, "sslkey", s->key_file);
	add(options, "gssencmode", "disable");
	add(options, "target_session_attrs", "read-write");
	add(options, "connect_timeout", s->patience ? "2" : "5");
	add(options, "keepalives_idle", "5");
	add(options, "keepalives_interval", "2");
	add(options, "keepalives_count", "3");
	add(options, "client_encoding", "UTF8");
	add(options, "application_name", "countersign-fleet");
	return 0;
}

/* The engine's own words, on one line, without what a terminal would obey. */
static int fault_of(const char *words, struct fault *f)
{
	struct buf shown = BUF_INIT(8192);
	char text[512];
	size_t len;

	(void)snprintf(text, sizeof(text), "%s", words ? words : "");
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';
	len = strlen(text);
	while (len && text[len - 1] == ' ')
		text[--len] = '\0';
	(void)text_escape(&shown, span_of(text));
	(void)fault_set(
		f, FAULT_ADMIN, "PostgreSQL: %s", len && shown.data ? shown.data : "no answer");
	buf_release(&shown);
	return -1;
}

int link_open(struct link *link, const struct fleet_settings *settings, struct fault *f)
{
	struct options options = { .hosts = BUF_INIT(32768), .ports = BUF_INIT(4096) };
	int status;

	*link = (struct link){ .settings = settings };
	status = options_fill(&options, settings, f);
	if (status == 0) {
		link->conn = PQconnectdbParams(options.keys, options.values, 0);
		if (!link->conn)
			status = fault_memory(f);
		else if (PQstatus(link->conn) != CONNECTION_OK)
			status = fault_of(PQerrorMessage(link->conn), f);
		else if (PQsetnonblocking(link->conn, 1) < 0)
			status = fault_of(PQerrorMessage(link->conn), f);
	}
	explicit_bzero(options.password, sizeof(options.password));
	buf_release(&options.hosts);
	buf_release(&options.ports);
	if (status < 0)
		link_close(link);
	return status;
}

/* What was asked did not come: nobody knows what the engine makes of it, so it is another one. */
static int lose(struct link *link, const char *why, struct fault *f)
{
	(void)fault_of(why, f);
	link_close(link);
	return -1;
}

/* Waits until the socket can be read, or written to.  Milliseconds left, or 0. */
static int await(struct link *link, short events, double until)
{
	struct pollfd at = { .fd = PQsocket(link->conn), .events = events };
	int left = (int)((until - deadline_clock()) * 1000);

	if (left <= 0)
		return 0;
	return poll(&at, 1, left) < 0 && errno != EINTR ? 0 : 1;
}

/* Sends what is to be sent, and takes the last result of the answer. */
static int answer(struct link *link, PGresult **out, struct fault *f)
{
	int patience = link->settings->patience;
	double until = deadline_clock() + (patience ? patience : LINK_SECONDS);
	PGresult *result;
	int flushed;

	*out = NULL;
	while ((flushed = PQflush(link->conn)) != 0) {
		if (flushed < 0)
			return lose(link, PQerrorMessage(link->conn), f);
		if (!await(link, POLLIN | POLLOUT, until))
			return lose(link, "no answer in time", f);
		if (!PQconsumeInput(link->conn))
			return lose(link, PQerrorMessage(link->conn), f);
	}
	for (;;) {
		while (PQisBusy(link->conn)) {
			if (!await(link, POLLIN, until))
				return lose(link, "no answer in time", f);
			if (!PQconsumeInput(link->conn))
				return lose(link, PQerrorMessage(link->conn), f);
		}
		result = PQgetResult(link->conn);
		if (!result)
			return 0;
		if (*out && PQresultStatus(*out) == PGRES_FATAL_ERROR)
			PQclear(result); /* the first refusal is told */
		else {
			PQclear(*out);
			*out = result;
		}
	}
}

/* What the answer is: 0, or -1 with why it is a refusal. */
static int weigh(struct link *link, PGresult *result, struct fault *f)
{
	ExecStatusType status = result ? PQresultStatus(result) : PGRES_FATAL_ERROR;
	const char *state, *words;

	link->state[0] = '\0';
	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		return 0;
	state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	(void)snprintf(link->state, sizeof(link->state), "%s", state ? state : "");
	words = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	(void)fault_of(words ? words : PQerrorMessage(link->conn), f);
	if (PQstatus(link->conn) != CONNECTION_OK)
		link_close(link);
	return -1;
}

static int finish(struct link *link, PGresult **out, struct fault *f)
{
	PGresult *result = NULL;
	int status = answer(link, &result, f);

	if (status == 0)
		status = weigh(link, result, f);
	if (status == 0 && out) {
		*out = result;
		return 0;
	}
	PQclear(result);
	return status;
}

int link_ask(
	struct link *link, const struct link_question *question, PGresult **out, struct fault *f)
{
	if (out)
		*out = NULL;
	link->state[0] = '\0';
	if (!link->conn)
		return fault_set(f, FAULT_ADMIN, "PostgreSQL: not connected");
	if (!PQsendQueryParams(link->conn, question->sql, question->count, NULL, question->params,
		    NULL, NULL, 0))
		return lose(link, PQerrorMessage(link->conn), f);
	return finish(link, out, f);
}

int link_do(struct link *link, const char *sql, struct fault *f)
{
	return link_ask(link, &(struct link_question){ .sql = sql }, NULL, f);
}

int link_script(struct link *link, const char *sql, struct fault *f)
{
	link->state[0] = '\0';
	if (!PQsendQuery(link->conn, sql))
		return lose(link, PQerrorMessage(link->conn), f);
	return finish(link, NULL, f);
}

int link_wait(struct link *link, int milliseconds, bool *news, struct fault *f)
{
	struct pollfd at = { .fd = PQsocket(link->conn), .events = POLLIN };
	PGnotify *notice;

	*news = false;
	(void)poll(&at, 1, milliseconds);
	if (!PQconsumeInput(link->conn))
		return lose(link, PQerrorMessage(link->conn), f);
	while ((notice = PQnotifies(link->conn))) {
		*news = true;
		PQfreemem(notice);
	}
	return 0;
}

void link_close(struct link *link)
{
	PQfinish(link->conn);
	link->conn = NULL;
	link->listening = false;
}

int link_rows(const struct pg_result *result)
{
	return PQntuples(result);
}

int link_columns(const struct pg_result *result)
{
	return PQnfields(result);
}

const char *link_value(const struct pg_result *result, int row, int column)
{
	const char *value = PQgetvalue(result, row, column);

	return value ? value : "";
}

bool link_is_null(const struct pg_result *result, int row, int column)
{
	return PQgetisnull(result, row, column) != 0;
}

const char *link_column(const struct pg_result *result, int column)
{
	return PQfname(result, column);
}

enum link_type link_type(const struct pg_result *result, int column)
{
	switch (PQftype(result, column)) {
	case 16:
		return LINK_BOOLEAN;
	case 20:
	case 23:
		return LINK_INTEGER;
	default:
		return LINK_TEXT;
	}
}

void link_clear(struct pg_result *result)
{
	PQclear(result);
}
