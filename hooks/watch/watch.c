#include "hooks/watch/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/notify/outbox.h"
#include "common/policy/files.h"
#include "hooks/gate/record.h"
#include "hooks/gate/syslog_copy.h"
#include "hooks/reason/differ_words.h"
#include "hooks/watch/snapshot.h"

#define SEEN "guard-seen" /* the last snapshot */
#define NOTHING "nothing"
#define LINES_MAX 60      /* of a comparison in words */
#define ROW_MAX (1 << 20) /* bytes of a row; more changes than fit are counted */

struct watching {
	const struct status *status;
	const char *git_dir;
	struct state *state;
	char *last; /* the snapshot as it is kept; NULL: none is */
	json_t *before, *now, *changed;
	struct fault *fault;
};

/* ---- what is different */

static int add_change(json_t *changes, const char *what, const json_t *was, const json_t *is)
{
	const char *old = json_string_value(was), *new = json_string_value(is);

	return json_array_append_new(
		changes, json_pack("{s:s, s:s, s:s}", "what", what, "was", old ? old : NOTHING,
				 "is", new ? new : NOTHING));
}

static json_t *find_changes(json_t *before, json_t *now)
{
	json_t *changes = json_array(), *value;
	const char *what;

	json_object_foreach(before, what, value)
	{
		const json_t *is = json_object_get(now, what);

		if (!json_equal(value, is) && add_change(changes, what, value, is) < 0)
			goto lost;
	}
	json_object_foreach(now, what, value)
	{
		if (!json_object_get(before, what) && add_change(changes, what, NULL, value) < 0)
			goto lost;
	}
	return changes;
lost:
	json_decref(changes);
	return NULL;
}

/* ---- policies in words */

/* The policy whose layers a snapshot has.  0 or -1. */
static int load(
	const struct watching *w, const json_t *layers, struct policy **out, struct fault *f)
{
	struct policy_sources sources = w->status->in_force.sources;
	struct policy_files files;
	int status = 0;

	policy_files_init(&files);
	for (size_t i = 0; i < LAYER_COUNT; i++) {
		const json_t *text = json_object_get(layers, layer_name((enum layer)i));

		files.layers[i].there = text != NULL;
		if (json_is_null(text))
			status = fault_set(f, FAULT_ADMIN,
				"the policy of the %s is not UTF-8 text, or larger than %zu bytes",
				layer_name((enum layer)i), POLICY_FILE_MAX);
		else if (text && buf_adds(&files.layers[i].bytes, json_string_value(text)) < 0)
			status = fault_memory(f);
	}
	files.layers[LAYER_SITE].name = sources.site;
	files.layers[LAYER_REPOSITORY].name = sources.repository;
	if (status == 0)
		status = policy_load_read(out, &sources, &files, f);
	policy_files_release(&files);
	return status;
}

static int compare(struct policy *const policies[2], const char *head, FILE *out, struct fault *f)
{
	struct differ *differ = calloc(1, sizeof(*differ));
	int status = differ ? differ_init(differ, policies[0], policies[1],
				      head ? head : "refs/heads/main", f)
			    : fault_memory(f);

	if (status == 0)
		status = differ_run(differ, f);
	if (status == 0)
		status = differ_words(differ, out, f);
	if (differ)
		differ_release(differ);
	free(differ);
	return status;
}

static json_t *lines_of(char *text)
{
	json_t *lines = json_array();
	char *line;

	while (text && *text && (line = strsep(&text, "\n"))) {
		if (json_array_size(lines) == LINES_MAX) {
			(void)json_array_append_new(lines,
				json_string("and more: compare the files with countersign policy "
					    "diff"));
			break;
		}
		(void)json_array_append_new(lines, json_string(line));
	}
	return lines;
}

/* Policies that cannot be compared, since one has errors, are said to be that. */
static json_t *words_of(const struct watching *w)
{
	const json_t *layers[] = { json_object_get(w->before, "layers"),
		json_object_get(w->now, "layers") };
	struct policy *policies[2] = { NULL, NULL };
	struct fault f = { 0 };
	size_t size = 0;
	char *text = NULL;
	FILE *out;
	json_t *lines;
	int status;

	if (json_equal(layers[0], layers[1]) || !(out = open_memstream(&text, &size)))
		return NULL;
	status = load(w, layers[0], &policies[0], &f);
	if (status < 0)
		(void)fault_context(&f, "as it was");
	else if ((status = load(w, layers[1], &policies[1], &f)) < 0)
		(void)fault_context(&f, "as it is");
	if (status == 0)
		status = compare(policies, w->status->in_force.head, out, &f);
	if (status < 0)
		fprintf(out, "cannot be compared in words: %s\n", f.text);
	(void)fclose(out);
	lines = lines_of(text);
	free(text);
	policy_free(policies[0]);
	policy_free(policies[1]);
	return lines;
}

/* ---- recording */

/* What a line of the log or a chat says of it: the first change, and how many more. */
static char *reason_of(const json_t *changes)
{
	const json_t *first = json_array_get(changes, 0);
	size_t more = json_array_size(changes) - 1;
	char *text = NULL;

	if (asprintf(&text, "%s was %s, is %s", json_string_value(json_object_get(first, "what")),
		    json_string_value(json_object_get(first, "was")),
		    json_string_value(json_object_get(first, "is"))) < 0)
		return NULL;
	if (more) {
		char *longer = NULL;

		if (asprintf(&longer, "%s (and %zu more)", text, more) < 0)
			longer = NULL;
		free(text);
		text = longer;
	}
	return text;
}

/* Takes those away that do not fit into a row. */
static void cut(json_t *changes)
{
	size_t count = json_array_size(changes), size = 0, fit = 0;

	for (bool fits = true; fits && fit < count;) {
		char *text = json_dumps(json_array_get(changes, fit), JSON_COMPACT);

		size += text ? strlen(text) + 1 : ROW_MAX;
		fits = size < ROW_MAX;
		fit += fits;
		free(text);
	}
	while (count > fit)
		(void)json_array_remove(changes, --count);
}

/* The object that the row, the event and status carry. */
static int describe(struct watching *w, const char *repository)
{
	json_t *changes = find_changes(
		       json_object_get(w->before, "items"), json_object_get(w->now, "items")),
	       *words = words_of(w);
	size_t found = json_array_size(changes);
	char *reason = found ? reason_of(changes) : NULL;

	cut(changes);
	w->changed =
		reason ? json_pack("{s:i, s:s, s:s, s:s, s:O, s:I, s:O*}", "version", 1,
				 "repository", repository, "reason", reason, "since",
				 json_string_value(json_object_get(w->before, "time")), "changes",
				 changes, "count", (json_int_t)found, "policy", words)
		       : NULL;
	free(reason);
	json_decref(changes);
	json_decref(words);
	return w->changed ? 0 : fault_memory(w->fault);
}

static int notify(struct watching *w, const struct log_row *row, const char *hash, const char *name)
{
	static const char *const nobody[] = { NULL };
	const struct policy *policy = w->status->in_force.policy;
	const struct outbox_event event = { .type = row->kind,
		.ref = "",
		.rules = nobody,
		.owners = nobody,
		.time = row->time,
		.repository = name,
		.log = hash,
		.verdict = row->verdict };

	return policy && policy->webhook_count ? outbox_add(w->state, policy, &event, w->fault) : 0;
}

static int append(struct watching *w, const char *name, struct buf *syslog)
{
	const struct policy *policy = w->status->in_force.policy;
	char hash[65], *json = json_dumps(w->changed, JSON_COMPACT);
	const struct log_row row = { .time = json_string_value(json_object_get(w->now, "time")),
		.kind = "changed",
		.policy = policy ? policy->digest : "",
		.verdict = json };
	int status =
		json ? state_log_append(w->state, &row, hash, w->fault) : fault_memory(w->fault);

	if (status == 0 && policy && policy->syslog)
		syslog_copy_add(syslog, &row, hash);
	if (status == 0)
		status = notify(w, &row, hash, name);
	if (status == 0)
		(void)json_object_set_new(
			w->changed, "row", json_integer(state_log_last(w->state)));
	free(json);
	return status;
}

/* In a transaction: unless somebody else has looked meanwhile, and told of it. */
static int record(struct watching *w, const char *name, struct buf *syslog)
{
	char *last = NULL, *now = json_dumps(w->now, JSON_COMPACT);
	int status = now ? state_value(w->state, SEEN, &last, w->fault) : fault_memory(w->fault);
	bool same = status == 0 && (w->last ? last && strcmp(last, w->last) == 0 : !last);

	if (!same) {
		json_decref(w->changed);
		w->changed = NULL;
	} else if (w->changed)
		status = append(w, name, syslog);
	if (same && status == 0)
		status = state_value_set(w->state, SEEN, now, w->fault);
	free(last);
	free(now);
	return status;
}

static int write_down(struct watching *w)
{
	struct buf syslog = BUF_INIT(SYSLOG_COPY_MAX);
	char *name = facts_repository_name(w->status->env, w->git_dir);
	struct fault unsent = { 0 };
	int status = name ? 0 : fault_memory(w->fault);

	/* before the transaction, for which pushes would have to wait */
	if (status == 0 && w->before)
		status = describe(w, name);
	if (status == 0)
		status = state_open(&w->state, w->git_dir, STATE_WRITE, w->fault);
	if (status == 0)
		status = state_begin(w->state, w->fault);
	if (status == 0)
		status = record(w, name, &syslog) < 0 ? -1 : state_commit(w->state, w->fault);
	state_close(w->state);
	w->state = NULL;
	if (status == 0)
		syslog_copy_send(&syslog);
	if (status == 0 && w->changed && w->status->in_force.policy &&
		w->status->in_force.policy->webhook_count)
		(void)outbox_start(w->git_dir, &unsent);
	buf_release(&syslog);
	free(name);
	return status;
}

/* Reads the last snapshot.  0 or -1. */
static int read_last(struct watching *w)
{
	int status = state_open(&w->state, w->git_dir, STATE_READ, w->fault);

	if (status == 0)
		status = state_value(w->state, SEEN, &w->last, w->fault);
	state_close(w->state);
	w->state = NULL;
	w->before = w->last ? json_loads(w->last, 0, NULL) : NULL;
	return status;
}

int watch_look(const struct status *status, json_t **changed, struct fault *f)
{
	struct watching w = {
		.status = status, .git_dir = repo_git_dir(status->in_force.repo), .fault = f
	};
	char path[INSTALL_PATH_MAX];
	int outcome = install_paths_join(path, w.git_dir, "countersign/state.db", f);

	*changed = NULL;
	if (outcome < 0 || status->stranger || access(path, W_OK) < 0 ||
		status_tells_of(status, "state")) /* which says why it cannot be written */
		return outcome;
	outcome = read_last(&w);
	if (outcome == 0 && !(w.now = snapshot_take(status, w.before, f)))
		outcome = -1;
	if (outcome == 0 &&
		!json_equal(json_object_get(w.before, "items"), json_object_get(w.now, "items")))
		outcome = write_down(&w);
	if (outcome == 0)
		*changed = json_incref(w.changed);
	json_decref(w.changed);
	json_decref(w.before);
	json_decref(w.now);
	free(w.last);
	return outcome;
}
