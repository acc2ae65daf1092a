#include "hooks/attest/attest.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/facts/landing.h"
#include "common/git/config.h"
#include "common/git/peel.h"
#include "hooks/attest/attesting.h"
#include "hooks/attest/notes_ref.h"
#include "hooks/attest/statement.h"

#define LINES_MAX ((size_t)64 << 20) /* of one commit, in one run */

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

/* Adds a line to those of the commit. */
static int add_line(struct attesting *a, const char *commit, const struct buf *line)
{
	const char *before = json_string_value(json_object_get(a->lines, commit));
	struct buf text = BUF_INIT(LINES_MAX);
	int status;

	(void)buf_adds(&text, before ? before : "");
	(void)buf_addspan(&text, buf_span(line));
	(void)buf_addc(&text, '\n');
	status = text.failed || json_object_set_new(a->lines, commit, json_string(text.data)) < 0
			 ? fault_memory(a->fault)
			 : 0;
	buf_release(&text);
	return status;
}

/* The row of the log by which both statements can be proved to be what was signed then. */
static int add_row(
	struct attesting *a, const struct attested *what, const struct envelopes *signed_)
{
	const json_t *landing = what->landing;
	json_t *object = json_pack("{s:i, s:s, s:[s, s]}", "version", 1, "commit", what->commit,
		"attestations", signed_->provenance_digest, signed_->summary_digest);
	char *json = object ? json_dumps(object, JSON_COMPACT) : NULL, time[32], hash[65];
	struct log_row row = { .time = time,
		.kind = "attested",
		.account = text_of(landing, "account"),
		.ref = text_of(landing, "ref"),
		.old = text_of(landing, "old"),
		.new = text_of(landing, "new"),
		.decision = "allow",
		.policy = text_of(landing, "policy"),
		.verdict = json };
	int status;

	ledger_time(time, state_now());
	status = json ? state_log_append(a->state, &row, hash, a->fault) : fault_memory(a->fault);
	free(json);
	json_decref(object);
	return status;
}

/* What is known of the ref now. */
static int go_on(struct ledger *ledger, const json_t *landing, const struct continuity *continuity,
	const char *previous)
{
	json_t *row = json_pack("{s:O, s:I, s:O, s:O}", "new", json_object_get(landing, "new"),
		"count",
		json_integer_value(json_object_get(ledger->row, "count")) + (previous ? 1 : 0),
		"since", continuity->controls, "rules", continuity->rules);

	if (!row)
		return -1;
	if (!previous)
		previous = json_string_value(json_object_get(ledger->row, "previous"));
	if (previous)
		json_object_set_new(row, "previous", json_string(previous));
	json_decref(ledger->row);
	ledger->row = row;
	return 0;
}

static int sign(struct attesting *a, struct ledger *ledger, const struct attested *what)
{
	struct envelopes signed_ = { 0 };
	int status = statement_sign(&signed_, what, a->fault);

	if (status == 0)
		status = add_line(a, what->commit, &signed_.provenance);
	if (status == 0)
		status = add_line(a, what->commit, &signed_.summary);
	if (status == 0)
		status = add_row(a, what, &signed_);
	if (status == 0 &&
		go_on(ledger, what->landing, what->continuity, signed_.provenance_digest) < 0)
		status = fault_memory(a->fault);
	envelopes_release(&signed_);
	return status;
}

/* A ref that was deleted, or that leads to no commit, is no revision; nothing goes on behind it. */
static int pass_by(struct attesting *a, struct ledger *ledger, const json_t *landing)
{
	struct continuity none = { json_object(), json_object(), json_array() };
	int status = go_on(ledger, landing, &none, NULL) < 0 ? fault_memory(a->fault) : 0;

	continuity_release(&none);
	return status;
}

static int attest_one(struct attesting *a, struct ledger *ledger, json_t *landing, const char *gap)
{
	struct continuity continuity = { 0 };
	struct oid new, commit;
	enum object_type type = OBJECT_NONE;
	int status;

	if (oid_parse(&new, span_of(text_of(landing, "new"))) < 0)
		return fault_set(a->fault, FAULT_ADMIN, "what was left of a landing is unreadable");
	if (!oid_is_zero(&new) && repo_has(a->repo, &new) &&
		peel(a->repo, &new, &commit, &type, a->fault) < 0)
		return -1;
	if (type != OBJECT_COMMIT)
		return pass_by(a, ledger, landing);
	status = attesting_approvals(a, landing);
	if (status == 0)
		status = continuity_of(&continuity, ledger, landing, gap, a->fault);
	if (status == 0) {
		struct oid_text id = oid_text(&commit), tag = oid_text(&new);
		const struct attested what = { .landing = landing,
			.ledger = ledger,
			.continuity = &continuity,
			.site = a->terms->site,
			.repository = a->id,
			.uri = a->uri,
			.commit = id.hex,
			.tag = oid_equal(&commit, &new) ? NULL : tag.hex,
			.gap = gap };

		status = sign(a, ledger, &what);
	}
	continuity_release(&continuity);
	return status;
}

static int attest_ref(struct attesting *a, const char *ref)
{
	struct ledger ledger;
	json_t *chain = json_array(), *landing, *done = NULL;
	const char *gap = NULL;
	size_t i;
	int status = chain ? ledger_read(&ledger, a->state, ref, a->fault) : fault_memory(a->fault);

	if (status < 0) {
		json_decref(chain);
		return -1;
	}
	status = attesting_chain(a, ref, &ledger, chain);
	if (status == 0) {
		gap = attesting_gap(a, &ledger, json_array_get(chain, 0));
		done = attesting_done(a, ref, &ledger, chain);
	}
	json_array_foreach(chain, i, landing)
	{
		if (status == 0)
			status = attest_one(a, &ledger, landing, i == 0 ? gap : NULL);
	}
	if (status == 0 && json_object_set(ledger.row, "done", done) < 0)
		status = fault_memory(a->fault);
	if (status == 0 && json_array_size(chain) > 0)
		status = ledger_keep(&ledger, a->state, ref, a->fault);
	json_decref(done);
	ledger_release(&ledger);
	json_decref(chain);
	return status;
}

static int attest_all(struct attesting *a)
{
	json_t *done = json_object(), *landing;
	int64_t seconds = 0;
	int status = done ? 0 : fault_memory(a->fault);
	size_t i;

	json_array_foreach(a->landings.list, i, landing)
	{
		const char *ref = text_of(landing, "ref");

		if (status < 0 || !*ref || json_object_get(done, ref))
			continue;
		json_object_set_new(done, ref, json_true());
		status = attest_ref(a, ref);
		seconds = json_integer_value(json_object_get(landing, "time")) / 1000;
	}
	json_decref(done);
	if (status == 0 && json_object_size(a->lines) > 0)
		status = notes_ref_add(a->repo, a->lines, seconds, a->fault);
	return status;
}

/* In one transaction; what was left goes when it is durable. */
static int attest(struct attesting *a)
{
	int status = state_begin(a->state, a->fault);

	if (status < 0)
		return -1;
	if (state_repository_id(a->state, a->id, a->fault) == 0 && attest_all(a) == 0)
		status = state_commit(a->state, a->fault);
	else {
		state_rollback(a->state);
		status = -1;
	}
	if (status == 0)
		attesting_drop(a);
	return status;
}

int attest_landings(const char *git_dir, const struct attest_terms *terms, struct fault *f)
{
	struct attesting a = { .terms = terms, .git_dir = git_dir, .fault = f };
	int status;

	if (terms->site->signers.count == 0)
		return 0;
	status = landings_read(&a.landings, git_dir, terms->after, f);
	if (status == 0 && json_array_size(a.landings.list) > 0) {
		a.lines = json_object();
		status = a.lines ? attesting_open(&a) : fault_memory(f);
		if (status == 0)
			status = attest(&a);
		attesting_close(&a);
	}
	if (status == 0)
		landings_done(&a.landings);
	landings_release(&a.landings);
	return status < 0 ? fault_context(f, "attesting what landed") : 0;
}
