/* countersign scan --range: what the commits of a range bring in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/history/change.h"
#include "common/history/revision.h"
#include "common/state/state.h"
#include "hooks/command/scan.h"

struct ranging {
	struct scan *scan;
	struct repo *repo;
	struct oid_text commit;
	bool glancing; /* nothing is told: the first thing to tell ends it */
};

/* Reads a blob of the change; nothing when it is none or over the limit.  0, 1 (to tell) or -1. */
static int read_blob(
	struct ranging *r, const struct entry *entry, struct object *out, struct fault *f)
{
	bool over = false;

	*out = (struct object){ 0 };
	if (entry->mode == 0 || entry->mode == MODE_SUBMODULE || entry->mode == MODE_TREE)
		return 0;
	if (repo_read_within(r->repo, &entry->id, r->scan->blob_limit, out, &over, f) < 0)
		return -1;
	if (!over || r->glancing)
		return over;
	r->scan->skipped++;
	(void)fprintf(stderr, "countersign: blob %s is over the limit and was not scanned\n",
		oid_text(&entry->id).hex);
	return 0;
}

static int scan_change(void *context, const struct change *change, struct fault *f)
{
	struct ranging *r = context;
	struct object new = { 0 }, old = { 0 };
	int status = read_blob(r, &change->new, &new, f);

	if (status == 0 && new.data.len)
		status = read_blob(r, &change->old, &old, f);
	if (status == 0 && new.data.len)
		status = (r->glancing ? scan_glance : scan_text)(r->scan,
			&(struct scan_text){ .path = change->path,
				.bytes = new.data,
				.commit = r->commit.hex,
				.old_bytes = old.data },
			f);
	object_release(&new);
	object_release(&old);
	return status;
}

/* What the commit itself says: its message, and before it authors, committers and signatures. */
static int scan_said(
	struct ranging *r, struct span raw, const struct commit *commit, struct fault *f)
{
	size_t header = commit->message.data ? (size_t)(commit->message.data - raw.data) : raw.len;
	struct scan_text text = { .path = span_of("(commit header)"),
		.bytes = { raw.data, header },
		.commit = r->commit.hex };

	if (scan_text(r->scan, &text, f) < 0)
		return -1;
	text.path = span_of("(commit message)");
	text.bytes = commit->message;
	return scan_text(r->scan, &text, f);
}

/*
 * Tells what the commit brought.  Whether a merge's contents are what merging gives by itself takes
 * long to find out and rarely matters: first all that it may have brought is looked at, and only
 * when there is something to tell is it asked what the parents explain.
 */
static int scan_changes(
	struct ranging *r, struct changes *changes, const struct commit *commit, struct fault *f)
{
	const struct change_listener listener = { .each = scan_change, .context = r };
	int status = 1;

	if (commit->parent_count > 1) {
		changes->blob_limit = 0;
		r->glancing = true;
		status = changes_of(changes, commit, &listener, f);
		changes->blob_limit = r->scan->blob_limit;
		r->glancing = false;
	}
	return status > 0 ? changes_of(changes, commit, &listener, f) : status;
}

static int scan_commit(
	struct ranging *r, struct changes *changes, const struct oid *id, struct fault *f)
{
	struct object raw = { 0 };
	struct commit commit;
	const char *why = NULL;
	int status;

	r->commit = oid_text(id);
	if (repo_read(r->repo, id, &raw, f) < 0)
		return -1;
	if (commit_parse(&commit, id->len, raw.data, &why) < 0)
		status = fault_set(f, FAULT_PUSHER, "commit %s: %s", r->commit.hex, why);
	else
		status = scan_said(r, raw.data, &commit, f);
	if (status == 0)
		status = scan_changes(r, changes, &commit, f);
	if (status == 0 && changes->end != CHANGES_WHOLE)
		status = fault_set(f, FAULT_PUSHER, "commit %s: %s", r->commit.hex,
			changes->why ? changes->why : "too many changes");
	object_release(&raw);
	return status;
}

static int scan_commits(
	struct ranging *r, struct graph *graph, const struct revision_range *range, struct fault *f)
{
	struct oid_list tips = { 0 }, hidden = { 0 }, commits = { 0 };
	struct changes changes = { .repo = r->repo,
		.graph = graph,
		.limit = (size_t)1 << 40,
		.blob_limit = r->scan->blob_limit };
	enum graph_end end = GRAPH_WHOLE;
	int status = -1;

	if (oid_list_add(&tips, &range->new) < 0 ||
		(!oid_is_zero(&range->old) && oid_list_add(&hidden, &range->old) < 0))
		fault_memory(f);
	else
		status = graph_range(graph, &tips, &hidden, &commits, &end, f);
	if (status == 0 && end != GRAPH_WHOLE)
		status = fault_set(f, FAULT_PUSHER, "too many commits");
	for (size_t i = 0; status == 0 && i < commits.count; i++)
		status = scan_commit(r, &changes, &commits.ids[i], f);
	changes_release(&changes);
	oid_list_release(&tips);
	oid_list_release(&hidden);
	oid_list_release(&commits);
	return status;
}

int scan_range(struct scan *scan, const char *folder, const char *text, struct fault *f)
{
	struct ranging r = { .scan = scan };
	struct revision_range range;
	struct graph *graph = NULL;
	int status = -1;

	if (repo_open(&r.repo, folder ? folder : ".", f) < 0)
		return -1;
	if (revision_range(r.repo, text, &range, f) == 0 && graph_new(&graph, r.repo, f) == 0) {
		graph_limit(graph, (size_t)1 << 40, NULL);
		status = scan_commits(&r, graph, &range, f);
	}
	graph_free(graph);
	repo_free(r.repo);
	return status;
}

/* The repository's key, when there is one. */
static int kept_key(struct scan *scan, const char *folder, struct fault *f)
{
	struct repo *repo = NULL;
	struct state *state = NULL;
	char *kept = NULL;
	int status = -1;

	if (repo_open(&repo, folder, f) < 0)
		return -1;
	if (state_open(&state, repo_git_dir(repo), STATE_READ, f) == 0)
		status = state_value(state, "fingerprint-key", &kept, f);
	if (status == 0 && kept)
		(void)snprintf(scan->key, sizeof(scan->key), "%s", kept);
	free(kept);
	state_close(state);
	repo_free(repo);
	return status;
}

int scan_key(struct scan *scan, const char *folder, struct fault *f)
{
	unsigned char bytes[32];

	if (folder && kept_key(scan, folder, f) < 0)
		return -1;
	if (scan->key[0])
		return 0;
	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return fault_set(f, FAULT_INTERNAL, "no random numbers are available");
	for (size_t i = 0; i < sizeof(bytes); i++)
		(void)snprintf(scan->key + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}
