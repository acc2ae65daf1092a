#include "hooks/fleet/rows_child.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/base64.h"
#include "common/facts/facts.h"
#include "common/state/clock.h"
#include "common/state/cut.h"
#include "common/state/shared.h"
#include "common/state/state.h"
#include "hooks/admin/cli.h"
#include "hooks/fleet/decisions.h"
#include "hooks/fleet/rows.h"
#include "hooks/host/run_as_owner.h"

#define HOLDS_MOST 5000
#define APPROVALS "refs/countersign/approvals/"
#define DECISIONS_BYTES ROWS_HOLDS_MAX / 2
#define SHARED_BYTES ROWS_HOLDS_MAX / 2

struct telling {
	FILE *to;
	size_t rows, bytes;
	json_t *holds, *decisions, *shared;
	int64_t now;     /* what the host takes for the time, milliseconds */
	json_t *waiting; /* digests by ids */
	struct repo *repo;
	struct fault *fault;
};

static int tell(FILE *to, enum rows_tag tag, const void *data, size_t len)
{
	uint32_t length = (uint32_t)len;

	return fputc((int)tag, to) != EOF && fwrite(&length, sizeof(length), 1, to) == 1 &&
			       (len == 0 || fwrite(data, len, 1, to) == 1)
		       ? 0
		       : -1;
}

static int tell_text(FILE *to, enum rows_tag tag, const char *text)
{
	return tell(to, tag, text, strlen(text));
}

static int on_row(void *context, const struct log_entry *entry)
{
	struct telling *t = context;
	const struct log_row *row = &entry->row;
	const char *const texts[ROWS_TEXTS] = { row->time, row->kind, row->account, row->ref,
		row->old, row->new, row->decision, row->policy, row->verdict, entry->previous,
		entry->hash };

	if (t->rows == ROWS_MOST || t->bytes > ROWS_BYTES)
		return tell(t->to, ROWS_MORE, NULL, 0) < 0 ? -1 : 1;
	if (tell(t->to, ROWS_SEQ, &entry->seq, sizeof(entry->seq)) < 0)
		return -1;
	for (size_t i = 0; i < ROWS_TEXTS; i++) {
		t->bytes += strlen(texts[i]);
		if (tell_text(t->to, ROWS_TEXT, texts[i]) < 0)
			return -1;
	}
	t->rows++;
	return 0;
}

/* Of one that is over no more than that it is. */
static int on_hold(void *context, const struct hold_row *hold)
{
	struct telling *t = context;
	bool open = state_hold_waits(hold->status);
	json_t *object = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id",
		cli_string(hold->id), "digest", cli_string(hold->digest), "ref",
		cli_string(hold->ref), "account", cli_string(hold->account), "agents",
		cli_string(hold->agents), "old", cli_string(hold->old), "new",
		cli_string(hold->new), "since", cli_string(hold->since), "status",
		cli_string(hold->status), "verdict", cli_string(open ? hold->verdict : ""));

	if (!object || json_array_append_new(t->holds, object) < 0)
		return -1;
	if (open || strcmp(hold->status, "denied") == 0)
		(void)json_object_set_new(t->waiting, hold->id, json_string(hold->digest));
	return json_array_size(t->holds) >= HOLDS_MOST;
}

/* What a person said, of a hold that waits: the tag itself. */
static int on_decision(void *context, const char *name, const struct oid *id)
{
	struct telling *t = context;
	struct buf text = BUF_INIT(2 * DECISION_MAX);
	struct object object = { 0 };
	char hold[17];
	const json_t *digest;
	bool over = false;

	if (strlen(name) <= strlen(APPROVALS) + sizeof(hold))
		return 0;
	(void)snprintf(hold, sizeof(hold), "%s", name + strlen(APPROVALS));
	digest = json_object_get(t->waiting, hold);
	if (!digest)
		return 0;
	if (repo_read_within(t->repo, id, DECISION_MAX, &object, &over, t->fault) < 0)
		return -1;
	if (!over && object.type == OBJECT_TAG && base64_encode(&text, object.data) == 0 &&
		(t->bytes += text.len) < DECISIONS_BYTES)
		(void)json_array_append_new(t->decisions,
			json_pack("{s:s, s:O, s:s, s:s}", "hold", hold, "digest", digest, "person",
				name + strlen(APPROVALS) + sizeof(hold), "object", text.data));
	object_release(&object);
	buf_release(&text);
	return 0;
}

static int tell_decisions(struct telling *t, const char *git_dir)
{
	char *text = NULL;
	int status;

	t->bytes = 0;
	t->decisions = json_array();
	status = t->decisions ? repo_open(&t->repo, git_dir, t->fault) : fault_memory(t->fault);
	if (status == 0)
		status = repo_refs(t->repo, APPROVALS, on_decision, t, t->fault);
	if (status == 0)
		text = json_dumps(t->decisions, JSON_COMPACT);
	if (text)
		status = tell_text(t->to, ROWS_DECISIONS, text);
	repo_free(t->repo);
	free(text);
	json_decref(t->decisions);
	return status;
}

/* What was told to other servers; its age, since their clocks differ. */
static int on_shared(void *context, const struct shared_row *row)
{
	struct telling *t = context;
	struct buf text = BUF_INIT(2 * SHARED_MOST);
	bool full = t->bytes + 2 * row->body.len > SHARED_BYTES && t->bytes;

	if (full)
		return tell(t->to, ROWS_MORE, NULL, 0) < 0 ? -1 : 1;
	if (base64_encode(&text, row->body) == 0)
		(void)json_array_append_new(
			t->shared, json_pack("{s:s, s:I, s:s}", "item", row->id, "age",
					   (json_int_t)(t->now - row->time), "body", text.data));
	t->bytes += text.len;
	buf_release(&text);
	return 0;
}

static int tell_shared(struct telling *t, struct state *state, const char *tip)
{
	struct clock clock;
	char *text = NULL;
	int status = clock_read(state, &clock, t->fault);

	t->bytes = 0;
	t->now = clock.passed * 1000;
	t->shared = json_array();
	if (status == 0)
		status = t->shared ? state_shared(state, tip, on_shared, t, t->fault)
				   : fault_memory(t->fault);
	if (status >= 0)
		text = json_dumps(t->shared, JSON_COMPACT);
	if (text)
		status = tell_text(t->to, ROWS_SHARED, text);
	free(text);
	json_decref(t->shared);
	return status < 0 ? -1 : 0;
}

static int tell_holds(struct telling *t, struct state *state, struct fault *f)
{
	char *text = NULL;
	int status;

	t->holds = json_array();
	t->waiting = json_object();
	status = t->holds && t->waiting ? state_holds(state, NULL, NULL, on_hold, t, f)
					: fault_memory(f);
	if (status >= 0)
		text = json_dumps(t->holds, JSON_COMPACT);
	if (text)
		status = tell_text(t->to, ROWS_HOLDS, text);
	free(text);
	json_decref(t->holds);
	return status < 0 ? -1 : 0;
}

/* What is asked for comes once who asks knows which repository it is. */
static int answer(struct telling *t, const char *git_dir, struct state *state, FILE *from)
{
	struct fault *f = t->fault;
	struct log_filter filter = { 0 };
	struct log_archives archives;
	char tip[SHARED_ID];
	int status;

	if (fread(&filter.after, sizeof(filter.after), 1, from) != 1 ||
		fread(tip, sizeof(tip), 1, from) != 1 || tip[sizeof(tip) - 1])
		return 0;
	status = log_archives_find(&archives, state, NULL, NULL, f);
	if (status == 0)
		status = log_archives_read(&archives, &filter, on_row, t, f);
	log_archives_release(&archives);
	if (status == 0)
		status = tell_holds(t, state, f);
	if (status == 0)
		status = tell_decisions(t, git_dir);
	if (status == 0)
		status = tell_shared(t, state, tip);
	json_decref(t->waiting);
	return status < 0 ? -1 : tell(t->to, ROWS_END, NULL, 0);
}

static int work(const char *git_dir, FILE *from, FILE *to, struct fault *f)
{
	static const struct env nothing = { 0 };
	struct state *state = NULL;
	char id[33] = "", *name, *cursor = NULL;
	int status;

	if (run_as_owner(git_dir, f) < 0 || state_open(&state, git_dir, STATE_READ, f) < 0)
		return -1;
	name = facts_repository_name(&nothing, git_dir);
	status = name ? state_repository_id(state, id, f) : fault_memory(f);
	if (status == 0)
		status = state_value(state, SHARED_CURSOR, &cursor, f);
	if (status == 0 &&
		(tell_text(to, ROWS_ID, id) < 0 || tell_text(to, ROWS_NAME, name) < 0 ||
			tell_text(to, ROWS_CURSOR, cursor ? cursor : "") < 0 || fflush(to) == EOF))
		status = -1;
	if (status == 0 && *id)
		status = answer(&(struct telling){ .to = to, .fault = f }, git_dir, state, from);
	free(name);
	free(cursor);
	state_close(state);
	return status;
}

int rows_child(const char *git_dir, FILE *from, FILE *to)
{
	struct fault f = { 0 };
	int status = work(git_dir, from, to, &f);

	if (status < 0 && f.class != FAULT_NONE)
		(void)tell_text(to, ROWS_FAULT, f.text);
	return fflush(to) == EOF || status < 0 ? 2 : 0;
}
