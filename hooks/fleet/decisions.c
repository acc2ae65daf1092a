#include "hooks/fleet/decisions.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/base/base64.h"
#include "common/base/deadline.h"
#include "common/base/text.h"
#include "hooks/admin/cli.h"
#include "hooks/fleet/decision_push.h"

#define LATER 15 /* seconds until one that could not be judged is tried again */
#define AWAIT 15 /* seconds that the desk waits for what hosts say */
#define DIGEST "\nCountersign-Digest: "

void decisions_look(struct decisions *decisions)
{
	decisions->look = true;
}

/* ---- what comes of one */

static int tell(struct decisions *d, struct link *link, const char *said, struct fault *f)
{
	struct buf words = BUF_INIT(4 * DECISION_SAID_MAX);
	char id[24];
	struct link_question question = {
		.sql = "INSERT INTO countersign.decision_outcome (decision, host, taken, said)"
		       " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
		.params = { id, link->settings->host, *said == DECISION_TAKEN ? "t" : "f" },
		.count = 4
	};
	int status;

	(void)snprintf(id, sizeof(id), "%" PRId64, d->id);
	if (text_escape(&words, span_of(said + 1)) < 0)
		return fault_memory(f);
	question.params[3] = words.data ? words.data : "";
	status = link_ask(link, &question, NULL, f);
	buf_release(&words);
	return status;
}

static void put_off(struct decisions *d, const char *why)
{
	(void)fprintf(stderr, "countersign-fleet: decision %" PRId64 " is tried again later: %s\n",
		d->id, why);
	d->later[d->next++ % DECISIONS_LATER] =
		(struct decision_later){ d->id, deadline_clock() + LATER };
}

/* Takes what the child has said, once it has ended.  0 or -1. */
static int finish(struct decisions *d, struct link *link, struct fault *f)
{
	char said[DECISION_SAID_MAX + 2];
	size_t len = 0;
	ssize_t got;

	while (len < sizeof(said) - 1 &&
		(got = read(d->from, said + len, sizeof(said) - 1 - len)) > 0)
		len += (size_t)got;
	(void)close(d->from);
	d->child = 0;
	said[len] = '\0';
	if (*said == DECISION_TAKEN || *said == DECISION_REFUSED)
		return tell(d, link, said, f);
	put_off(d, len ? said + 1 : "its process was ended");
	return 0;
}

/* ---- which is next */

/* The repositories of this host, and what is not to be tried yet, as arrays of SQL's. */
static int write_arrays(const struct decisions *d, const struct drain *drain,
	struct buf *repositories, struct buf *later)
{
	buf_addc(repositories, '{');
	for (size_t i = 0; i < drain->count; i++)
		if (drain->repositories[i].id[0])
			buf_addf(repositories, "%s%s", repositories->len > 1 ? "," : "",
				drain->repositories[i].id);
	buf_addc(repositories, '}');
	buf_addc(later, '{');
	for (size_t i = 0; i < DECISIONS_LATER; i++)
		if (d->later[i].until > deadline_clock())
			buf_addf(later, "%s%" PRId64, later->len > 1 ? "," : "", d->later[i].id);
	buf_addc(later, '}');
	return repositories->failed || later->failed ? -1 : 0;
}

static const char *folder_of(const struct drain *drain, const char *id)
{
	for (size_t i = 0; i < drain->count; i++)
		if (strcmp(drain->repositories[i].id, id) == 0)
			return drain->repositories[i].git_dir;
	return NULL;
}

static int start(struct decisions *d, const struct drain *drain, const struct pg_result *row,
	struct fault *f)
{
	struct buf object = BUF_INIT(DECISION_MAX + 1);
	struct decision_pushed decision = { .git_dir = folder_of(drain, link_value(row, 0, 1)),
		.hold = link_value(row, 0, 2),
		.person = link_value(row, 0, 3) };
	int status = 0;

	d->id = strtoll(link_value(row, 0, 0), NULL, 10);
	if (!decision.git_dir || base64_decode(&object, span_of(link_value(row, 0, 4))) < 0) {
		put_off(d, "it cannot be read");
	} else {
		decision.object = buf_span(&object);
		d->child = decision_push(&decision, &d->from, f);
		status = d->child < 0 ? -1 : 0;
		d->child = status < 0 ? 0 : d->child;
	}
	buf_release(&object);
	return status;
}

/*
 * The next that is about a hold which waits here and that was not tried here; of each host the
 * newest first, those that were tried counted, too, so that nobody keeps the others' waiting.
 */
static int next(struct decisions *d, struct link *link, const struct drain *drain, struct fault *f)
{
	struct buf repositories = BUF_INIT((size_t)8 << 20), later = BUF_INIT(65536);
	struct link_question question = {
		.sql = "SELECT id, repository, hold, person, translate(encode(object, 'base64'),"
		       " E'\\n', '') FROM (SELECT d.*, row_number() OVER (PARTITION BY d.host ORDER"
		       " BY d.id DESC) AS nth FROM countersign.decision d JOIN countersign.hold h"
		       " ON h.host = $1 AND h.repository = d.repository AND h.id = d.hold AND"
		       " h.digest = d.digest WHERE h.status IN ('open', 'denied', 'owed') AND "
		       "d.repository"
		       " = ANY ($2::text[])) w WHERE id <> ALL ($3::bigint[]) AND NOT EXISTS"
		       " (SELECT FROM countersign.decision_outcome o WHERE o.decision = w.id AND"
		       " o.host = $1) ORDER BY nth, id LIMIT 1",
		.count = 3
	};
	struct pg_result *result = NULL;
	int status;

	if (write_arrays(d, drain, &repositories, &later) < 0) {
		status = fault_memory(f);
	} else {
		question.params[0] = link->settings->host;
		question.params[1] = repositories.data;
		question.params[2] = later.data;
		status = link_ask(link, &question, &result, f);
	}
	if (status == 0 && link_rows(result) == 0)
		d->look = later.len > 2;
	else if (status == 0)
		status = start(d, drain, result, f);
	link_clear(result);
	buf_release(&repositories);
	buf_release(&later);
	return status;
}

int decisions_step(struct decisions *d, struct link *link, const struct drain *drain, bool *busy,
	struct fault *f)
{
	*busy = d->child > 0;
	if (d->child > 0) {
		if (waitpid(d->child, NULL, WNOHANG) == 0)
			return 0;
		if (finish(d, link, f) < 0)
			return -1;
	}
	if (d->look && next(d, link, drain, f) < 0)
		return -1;
	*busy = d->child > 0;
	return 0;
}

void decisions_end(struct decisions *d)
{
	if (d->child <= 0)
		return;
	(void)waitpid(d->child, NULL, 0);
	(void)close(d->from);
	d->child = 0;
}

/* ---- at the desk */

/* Prints what the hosts have said until all that have the hold did.  How many took it, or -1. */
static int await(struct link *link, const char *digest, int64_t after, struct fault *f)
{
	char number[24];
	const struct link_question question = {
		.sql = "SELECT h.host, o.taken, o.said FROM countersign.decision d JOIN"
		       " countersign.hold h ON h.repository = d.repository AND h.id = d.hold AND"
		       " h.digest = d.digest JOIN countersign.host a ON a.name = h.host LEFT JOIN"
		       " countersign.decision_outcome o ON o.decision = d.id AND o.host = h.host"
		       " WHERE d.digest = $1 AND d.id = $2 AND (o.taken IS NOT NULL OR h.status IN"
		       " ('open', 'denied', 'owed')) ORDER BY h.host",
		.params = { digest, number },
		.count = 2
	};
	const struct timespec tick = { 0, 100 * 1000000 };
	double until = deadline_clock() + AWAIT;
	struct pg_result *result = NULL;
	bool silent;
	int taken = 0;

	(void)snprintf(number, sizeof(number), "%" PRId64, after);
	do {
		link_clear(result);
		(void)nanosleep(&tick, NULL);
		if (link_ask(link, &question, &result, f) < 0)
			return -1;
		silent = false;
		for (int i = 0; i < link_rows(result); i++)
			silent = silent || link_is_null(result, i, 1);
	} while (silent && deadline_clock() < until);
	for (int i = 0; i < link_rows(result); i++) {
		bool took = *link_value(result, i, 1) == 't';

		taken += took;
		cli_print(link_value(result, i, 0));
		(void)printf(took                         ? ": taken"
			     : link_is_null(result, i, 1) ? ": no answer yet"
							  : ": refused: ");
		cli_print(took ? "" : link_value(result, i, 2));
		(void)putchar('\n');
	}
	link_clear(result);
	return taken;
}

/* The digest that the tag names; hosts verify all of it.  0 or -1. */
static int find_digest(const struct decision_handed *handed, char digest[65], struct fault *f)
{
	const char *at = memmem(handed->object.data, handed->object.len, DIGEST, strlen(DIGEST));
	size_t left;

	digest[0] = '\0';
	if (at) {
		at += strlen(DIGEST);
		left = handed->object.len - (size_t)(at - handed->object.data);
		if (left > 64)
			(void)snprintf(digest, 65, "%.64s", at);
	}
	return strlen(digest) == 64 && strspn(digest, "0123456789abcdef") == 64
		       ? 0
		       : fault_set(f, FAULT_ADMIN, "this is not a tag with a hold's digest");
}

int decisions_hand_in(struct link *link, const struct decision_handed *handed, struct fault *f)
{
	char digest[65];
	struct buf object = BUF_INIT(2 * DECISION_MAX);
	struct link_question question = {
		.sql = "INSERT INTO countersign.decision (host, repository, hold, digest, person,"
		       " object) SELECT DISTINCT $1, h.repository, h.id, h.digest, $3,"
		       " decode($4, 'base64') FROM countersign.hold h WHERE h.digest = $2 AND"
		       " h.status IN ('open', 'denied', 'owed') ON CONFLICT (repository, hold, "
		       "person,"
		       " sha256(object)) DO NOTHING RETURNING id",
		.params = { link->settings->host, digest, handed->person },
		.count = 4
	};
	struct pg_result *result = NULL;
	int status = find_digest(handed, digest, f);

	if (status == 0 && base64_encode(&object, handed->object) < 0)
		status = fault_memory(f);
	question.params[3] = object.data;
	if (status == 0)
		status = link_ask(link, &question, &result, f);
	if (status == 0 && link_rows(result) == 0)
		status = fault_set(f, FAULT_ADMIN,
			"no host has an open hold with that digest, or this was submitted before");
	if (status == 0) {
		int taken = await(link, digest, strtoll(link_value(result, 0, 0), NULL, 10), f);

		status = taken < 0 ? -1 : taken == 0;
	}
	link_clear(result);
	buf_release(&object);
	return status;
}
