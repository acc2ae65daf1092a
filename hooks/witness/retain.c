#include "hooks/witness/retain.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/base/deadline.h"
#include "common/state/cut.h"
#include "common/state/log_tree.h"
#include "hooks/gate/record.h"
#include "hooks/witness/log_proof.h"

#define ROWS_AT_ONCE 20000 /* that are copied before a row tells of them */
#define CUTS_AT_ONCE 10
#define ROWS_LEAST 8
#define ROWS_MOST 4096
#define HOLDS_AT_ONCE 16
#define HOLDS_MOST 1000
#define ROWS_AT_A_TIME 16 /* of what is remembered */
#define ROWS_A_RUN 4000
#define HELD_MOST 0.015 /* seconds that removing may keep others waiting */

struct retaining {
	struct session session;
	const char *git_dir;
	struct retained *out;
	struct archiving copies; /* copies.at: where the log is to be cut */
	struct holds_old old;
	int64_t most, gone; /* rows, or holds: of one transaction */
};

typedef int work(struct retaining *r, struct state *state, struct fault *f);

/* A transaction of its own for that, and then as much time for others.  Seconds it took, or -1. */
static double in_transaction(struct retaining *r, work *what, struct fault *f)
{
	struct state *state = NULL;
	double began = 0, held = 0;
	int status;

	if (state_open(&state, r->git_dir, STATE_WRITE, f) < 0)
		return -1;
	status = state_begin(state, f);
	began = deadline_clock();
	if (status == 0)
		status = record_finish(&r->session, state, what(r, state, f), f);
	held = deadline_clock() - began;
	state_close(state);
	if (status < 0)
		return -1;
	(void)nanosleep(
		&(struct timespec){ .tv_nsec = (long)((held < 0.3 ? 2 * held : 0.6) * 1e9 + 5e6) },
		NULL);
	return held;
}

static json_t *describe(const struct retaining *r)
{
	struct merkle_hash root;
	char hex[2 * MERKLE_SIZE + 1];

	merkle_frontier_root(&r->copies.at.tree, &root);
	for (size_t i = 0; i < MERKLE_SIZE; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", root.bytes[i]);
	return json_pack("{s:i, s:I, s:s, s:s, s:s}", "version", 1, "rows",
		(json_int_t)r->copies.at.rows, "tip", r->copies.at.tip, "root", hex, "archive",
		r->copies.file);
}

/* The row that tells of it, unless somebody else has cut the log there or further meanwhile. */
static int tell(struct retaining *r, struct state *state, struct fault *f)
{
	struct recorded recorded = { 0 };
	struct log_row row = { .kind = "cut", .policy = r->session.facts.policy->digest };
	struct log_cut now;
	json_t *object;
	char *json;
	int status = state_log_cut(state, &now, f);

	if (status < 0 || now.walk.rows >= r->copies.at.rows)
		return status;
	object = describe(r);
	row.verdict = json = object ? json_dumps(object, JSON_COMPACT) : NULL;
	status = json ? record_append(&r->session, state, &row, &recorded, f) : fault_memory(f);
	if (status == 0)
		status = state_log_cut_set(state, &r->copies.at, f);
	if (status == 0)
		r->out->archived += r->copies.at.rows - now.walk.rows;
	free(json);
	json_decref(object);
	return status;
}

static int shed(struct retaining *r, struct state *state, struct fault *f)
{
	return state_log_shed(state, r->most, &r->gone, f);
}

/* Rows that were cut off go, as many at a time as can in a moment. */
static int shed_all(struct retaining *r, struct fault *f)
{
	r->most = 64;
	do {
		double held = in_transaction(r, shed, f);

		if (held < 0)
			return -1;
		r->out->removed += r->gone;
		if (held > HELD_MOST && r->most > ROWS_LEAST)
			r->most /= 2;
		else if (held < HELD_MOST / 2 && r->most < ROWS_MOST)
			r->most *= 2;
	} while (r->gone > 0);
	return 0;
}

static int forget(struct retaining *r, struct state *state, struct fault *f)
{
	return state_holds_forget(state, &r->old, &r->gone, f);
}

static int forget_memory(struct retaining *r, struct state *state, struct fault *f)
{
	return state_memory_forget(state, ROWS_AT_A_TIME, &r->gone, f);
}

/* What is remembered of commits, beyond what there is room for. */
static int bound_memory(struct retaining *r, struct fault *f)
{
	for (int i = 0; i < ROWS_A_RUN / ROWS_AT_A_TIME; i++) {
		if (in_transaction(r, forget_memory, f) < 0)
			return -1;
		if (r->gone < ROWS_AT_A_TIME)
			break;
	}
	return 0;
}

/* A whole day, so that not every run of the timer cuts. */
static void day_before(char out[32], int64_t seconds)
{
	time_t then = time(NULL) - (time_t)seconds;
	struct tm tm;

	(void)strftime(out, 32, "%Y-%m-%d", gmtime_r(&then, &tm));
}

/* An approval of what was denied may still come for as long as approvals are good. */
static int forget_holds(struct retaining *r, struct fault *f)
{
	int64_t keep = r->session.facts.policy->keep,
		expires = r->session.facts.policy->approval.expires;
	char before[32], denied[32] = "";

	day_before(before, keep);
	if (expires > 0)
		day_before(denied, keep > expires ? keep : expires);
	r->old = (struct holds_old){ before, denied, HOLDS_AT_ONCE };
	for (int i = 0; i < HOLDS_MOST / HOLDS_AT_ONCE; i++) {
		if (in_transaction(r, forget, f) < 0)
			return -1;
		r->out->forgotten += r->gone;
		if (r->gone < HOLDS_AT_ONCE)
			break;
	}
	return 0;
}

/*
 * Behind the last checkpoint nothing is cut off, so that it goes on being compared; what witnesses
 * have not seen stays, too.  Then the tree's file has to have the rows before they go; where no
 * checkpoint is, nothing is proved by it.
 */
static int find_end(struct retaining *r, int64_t *end, struct fault *f)
{
	struct log_checkpoints checkpoints;
	struct log_tree *tree = NULL;
	struct state *state = NULL;
	bool signs;
	int status = log_checkpoints_read(&checkpoints, r->git_dir, NULL, NULL, f);

	*end = INT64_MAX;
	for (size_t i = 0; status == 0 && i < checkpoints.count; i++) {
		const struct log_checkpoint *one = &checkpoints.list[i];

		if (one->answer.log == NOTE_BAD)
			status = fault_set(f, FAULT_ADMIN,
				"a checkpoint of the log has a false signature: countersign log "
				"verify tells more");
		if (one->of_this && (int64_t)one->tree.size < *end)
			*end = (int64_t)one->tree.size;
	}
	signs = checkpoints.count > 0;
	log_checkpoints_release(&checkpoints);
	if (status < 0 || !signs)
		return status;
	status = state_open(&state, r->git_dir, STATE_READ, f);
	if (status == 0 && !state_is_empty(state))
		status = log_tree_open(&tree, state, f);
	log_tree_close(tree);
	state_close(state);
	return status;
}

/* Copies, and tells of it: one month after the other. */
static int archive(struct retaining *r, struct fault *f)
{
	char before[32];

	if (find_end(r, &r->copies.end, f) < 0)
		return -1;
	day_before(before, r->session.facts.policy->keep);
	r->copies.before = before;
	r->copies.most = ROWS_AT_ONCE;
	for (int i = 0; i < CUTS_AT_ONCE; i++) {
		if (log_archive(r->git_dir, &r->copies, f) < 0)
			return -1;
		if (r->copies.copied == 0)
			break;
		if (in_transaction(r, tell, f) < 0)
			return -1;
	}
	return 0;
}

int retain(const char *path, const struct env *env, struct retained *out, struct fault *f)
{
	const struct facts_choice choice = { .path = path };
	struct retaining r = { .out = out };
	struct log_cut cut = { .told = true };
	int status;

	*out = (struct retained){ 0 };
	status = session_open(&r.session, env, &choice, f);
	r.session.facts.push.account = "";
	if (status == 0)
		status = session_push(&r.session, true, f);
	if (status == 0)
		r.git_dir = repo_git_dir(r.session.facts.repo);
	if (status == 0 && r.session.facts.policy->keep > 0)
		status = archive(&r, f);
	if (status == 0)
		status = state_log_cut(r.session.facts.state, &cut, f);
	if (status == 0 && (cut.walk.rows > 0 || out->archived > 0))
		status = shed_all(&r, f);
	if (status == 0 && r.session.facts.policy->keep > 0 &&
		!state_is_empty(r.session.facts.state))
		status = forget_holds(&r, f);
	if (status == 0 && !state_is_empty(r.session.facts.state))
		status = bound_memory(&r, f);
	session_close(&r.session);
	return status;
}
