/*
 * What `status` says of refs: governed ones that moved without a push, names that are others', and
 * attribution notes that cannot be read.  These name nobody and are in nobody's way, so nobody
 * would hear of them: an agent that only notes tell of is taken for a person until they are mended.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/git/object.h"
#include "common/git/peel.h"
#include "common/history/graph.h"
#include "common/history/notes.h"
#include "hooks/admin/cli.h"
#include "hooks/host/moved.h"
#include "hooks/host/status.h"

#define MOVED_TOLD 5
#define SECONDS 10
#define HISTORY_MAX 10000 /* of older notes it is not looked for when it began */

struct looking {
	struct repo *repo;
	struct deadline deadline;
	char why[256]; /* of the newest */
};

/* Whether the notes of the commit can be read, whole; *why says why not.  0 or -1. */
static int is_readable(struct looking *l, const struct oid *commit, char why[256], struct fault *f)
{
	struct notes notes = { .deadline = &l->deadline };
	int status = repo_tree_of(l->repo, commit, &notes.tree, f);

	if (status == 0)
		status = notes_look_through(&notes, l->repo, f);
	(void)snprintf(why, 256, "%s", notes.why ? notes.why : "");
	notes_release(&notes);
	return status;
}

/* The commits of the notes, the newest first.  0 or -1. */
static int list_history(
	struct repo *repo, const struct oid *tip, struct oid_list *out, struct fault *f)
{
	struct graph *graph;
	struct oid id = *tip;
	size_t count = 1;
	int status = graph_new(&graph, repo, f);

	while (status == 0 && count && out->count < HISTORY_MAX) {
		const struct oid *parents;

		status = oid_list_add(out, &id) < 0 ? fault_memory(f) : 0;
		if (status == 0)
			status = graph_parents(graph, &id, &parents, &count, f);
		if (status == 0 && count)
			id = parents[0];
	}
	graph_free(graph);
	return status;
}

/*
 * The oldest commit from which on, by halving, the notes cannot be read: what is in the way of
 * notes stays there.
 */
static size_t find_since(struct looking *l, const struct oid_list *history)
{
	size_t bad = 0, good = history->count;

	while (good - bad > 1) {
		size_t middle = bad + (good - bad) / 2;
		struct fault ignored = { 0 };
		char why[256];

		if (is_readable(l, &history->ids[middle], why, &ignored) < 0)
			break; /* out of time: it began there or before */
		if (*why)
			bad = middle;
		else
			good = middle;
	}
	return bad;
}

/* The day that the commit says that it was made on; "" when it says none. */
static const char *day_of(struct repo *repo, const struct oid *id, char out[32])
{
	struct fault ignored = { 0 };
	struct object object = { 0 };
	struct commit commit;
	const char *why;
	struct tm tm;
	time_t at;

	*out = '\0';
	if (repo_read(repo, id, &object, &ignored) == 0 && object.type == OBJECT_COMMIT &&
		commit_parse(&commit, id->len, object.data, &why) == 0) {
		at = (time_t)commit.committer.time;
		if (!gmtime_r(&at, &tm) || !strftime(out, 32, " of %Y-%m-%d", &tm))
			*out = '\0';
	}
	object_release(&object);
	return out;
}

static void tell(struct status *status, const struct looking *l, const struct oid_list *history,
	size_t since)
{
	char problem[512], advice[512], day[32];

	(void)snprintf(problem, sizeof(problem),
		"cannot be read since commit %.12s%s: %s; what cannot be read of them names "
		"nobody, "
		"so an agent that only notes tell of is taken for a person",
		oid_text(&history->ids[since]).hex, day_of(l->repo, &history->ids[since], day),
		l->why);
	if (since + 1 < history->count)
		(void)snprintf(advice, sizeof(advice),
			"go back to the notes before: git update-ref " ATTRIBUTION_NOTES " %s",
			oid_text(&history->ids[since + 1]).hex);
	else
		(void)snprintf(advice, sizeof(advice),
			"take them away: git update-ref -d " ATTRIBUTION_NOTES);
	status_problem(status, ATTRIBUTION_NOTES, problem, advice);
}

/* The commit that the ref leads to.  0; 1: there is none; -1. */
static int find_tip(struct repo *repo, struct oid *tip, struct fault *f)
{
	enum object_type type = OBJECT_NONE;
	struct ref_value ref;

	if (repo_ref(repo, ATTRIBUTION_NOTES, &ref, f) < 0)
		return -1;
	free(ref.target);
	if (ref.kind == REF_ABSENT)
		return 1;
	if (ref.kind != REF_DIRECT)
		return fault_set(f, FAULT_ADMIN, "is a symbolic ref");
	if (peel(repo, &ref.id, tip, &type, f) < 0)
		return -1;
	return type == OBJECT_COMMIT ? 0 : fault_set(f, FAULT_ADMIN, "leads to no commit");
}

void status_look_at_notes(struct status *status)
{
	struct looking l = { .repo = status->in_force.repo,
		.deadline = { .at = deadline_clock() + SECONDS } };
	struct oid_list history = { 0 };
	struct fault f = { 0 };
	struct oid tip;
	int found = find_tip(l.repo, &tip, &f);

	if (found == 0)
		found = is_readable(&l, &tip, l.why, &f);
	if (found == 0 && *l.why)
		found = list_history(l.repo, &tip, &history, &f);
	if (found == 0 && *l.why)
		tell(status, &l, &history, find_since(&l, &history));
	if (found < 0)
		status_problem(status, ATTRIBUTION_NOTES, f.text,
			"until that is mended no note names anybody; mend the ref, or take it "
			"away: "
			"git update-ref -d " ATTRIBUTION_NOTES);
	oid_list_release(&history);
}

struct moving {
	struct status *status;
	size_t count;
};

static int on_moved(void *context, const char *ref, const char *how)
{
	struct moving *moving = context;

	if (moving->count++ < MOVED_TOLD)
		json_array_append_new(moving->status->notes,
			json_pack("{s:o, s:o, s:s}", "what", cli_string(ref), "problem",
				cli_string(how), "advice",
				"if that is right: countersign tidy --accept-refs"));
	return 0;
}

static int on_alias(void *context, const char *ref, const char *how)
{
	struct status *status = context;

	json_array_append_new(status->notes,
		json_pack("{s:o, s:o, s:s}", "what", cli_string(ref), "problem", cli_string(how),
			"advice", "let the policy's refs name that one, too, or make it a branch"));
	return 0;
}

static void look_for_aliases(struct status *status)
{
	struct moved moved = { .repo = status->in_force.repo,
		.policy = status->in_force.policy,
		.each = on_alias,
		.context = status };
	struct fault f = { 0 };

	if (moved.policy && moved_aliases(&moved, &f) < 0)
		status_problem(status, "refs", f.text, "mend the repository's refs");
}

static void look_for_moved(struct status *status, struct state *state)
{
	struct moving moving = { .status = status };
	struct moved moved = { .repo = status->in_force.repo,
		.policy = status->in_force.policy,
		.state = state,
		.each = on_moved,
		.context = &moving };
	char problem[64];
	struct fault f = { 0 };

	if (!moved.policy)
		return;
	if (moved_find(&moved, &f) < 0)
		status_problem(status, "refs", f.text, "mend the repository's refs");
	if (moving.count <= MOVED_TOLD)
		return;
	(void)snprintf(problem, sizeof(problem), "%zu more moved without a push",
		moving.count - MOVED_TOLD);
	json_array_append_new(status->notes,
		json_pack("{s:s, s:o, s:s}", "what", "refs", "problem", cli_string(problem),
			"advice", "if that is right: countersign tidy --accept-refs"));
}

void status_look_at_refs(struct status *status, struct state *state)
{
	look_for_moved(status, state);
	look_for_aliases(status);
}
