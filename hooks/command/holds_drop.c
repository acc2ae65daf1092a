/* Holds that nobody waits for any more, taken away by an admin. */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/run.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/policy_in_force.h"
#include "hooks/command/holds.h"
#include "hooks/gate/record.h"

/* What is dropped, as it was. */
struct dropped {
	char id[HOLD_ID_LEN + 1], status[16];
	const char *digest, *ref, *old, *new, *agents;
};

struct dropping {
	struct arena texts;
	struct dropped *items;
	size_t count;
	const char *before; /* only those that have waited since before then; NULL: any */
	struct fault *fault;
};

static int keep(void *context, const struct hold_row *hold)
{
	struct dropping *d = context;
	json_t *verdict;
	const char *ref;
	struct dropped *item;

	if (d->before && strcmp(hold->since, d->before) >= 0)
		return 0;
	d->items = arena_grow(&d->texts, d->items, d->count, sizeof(*d->items));
	if (!d->items)
		return fault_memory(d->fault);
	item = &d->items[d->count++];
	verdict = json_loads(hold->verdict, 0, NULL);
	ref = json_string_value(json_object_get(verdict, "ref"));
	(void)snprintf(item->id, sizeof(item->id), "%s", hold->id);
	(void)snprintf(item->status, sizeof(item->status), "%s", hold->status);
	item->ref = arena_strdup(&d->texts, ref ? ref : hold->ref);
	item->digest = arena_strdup(&d->texts, hold->digest);
	item->old = arena_strdup(&d->texts, hold->old);
	item->new = arena_strdup(&d->texts, hold->new);
	item->agents = arena_strdup(&d->texts, hold->agents);
	json_decref(verdict);
	return item->ref && item->digest && item->old && item->new && item->agents
		       ? 0
		       : fault_memory(d->fault);
}

/* Where the repository's holds are.  0 or -1. */
static int find_store(struct hold_store *out, const char *git_dir, struct fault *f)
{
	struct policy_in_force in_force;
	int status = policy_in_force_open(&in_force, git_dir, f);

	if (status == 0)
		status = policy_in_force_holds(&in_force, out, f);
	policy_in_force_release(&in_force);
	return status;
}

/* Takes away the hold's ref, by git itself; one that is not there is no error. */
static int drop_ref(const char *git_dir, const char *id, struct fault *f)
{
	char *const environment[] = { (char[]){ "PATH=/usr/bin:/bin" }, (char[]){ "LC_ALL=C" },
		NULL };
	char ref[64];
	struct hold_store store;
	const char *const argv[] = { "/usr/bin/git", "--git-dir", store.path, "update-ref", "-d",
		ref, NULL };
	const struct run what = { .argv = argv, .env = environment, .seconds = 30 };
	struct buf output = BUF_INIT(4096);
	int status = 0;

	if (find_store(&store, git_dir, f) < 0)
		return -1;
	if (store.apart && access(store.path, F_OK) < 0)
		return 0;
	(void)snprintf(ref, sizeof(ref), "refs/countersign/holds/%.16s", id);
	if (run(&what, &output, &status, f) == 0 && status != 0)
		(void)fault_set(f, FAULT_ADMIN, "%s: %s", ref, output.data ? output.data : "");
	buf_release(&output);
	return f->class == FAULT_NONE ? 0 : -1;
}

/* The row of the log: who dropped it is whom the machine says we are. */
static int append(const struct dropped *item, struct state *state, struct fault *f)
{
	struct passwd *user = getpwuid(getuid());
	char time[32], hash[65], *text = NULL;
	json_t *json = json_pack("{s:i, s:s, s:s, s:s, s:s}", "version", 1, "hold", item->id,
		"digest", item->digest, "was", item->status, "agent", item->agents);
	struct log_row row = { .kind = "dropped",
		.account = user ? user->pw_name : "",
		.ref = item->ref,
		.old = item->old,
		.new = item->new };
	int status;

	text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	json_decref(json);
	if (!text)
		return fault_memory(f);
	record_time(time);
	row.time = time;
	row.verdict = text;
	status = state_log_append(state, &row, hash, f);
	free(text);
	return status;
}

/* Each with its row, all at once. */
static int drop_all(const struct dropping *d, const char *git_dir, struct fault *f)
{
	struct state *state = NULL;
	int status = 0;

	for (size_t i = 0; status == 0 && i < d->count; i++)
		status = drop_ref(git_dir, d->items[i].id, f);
	if (status == 0)
		status = state_open(&state, git_dir, STATE_WRITE, f);
	if (status == 0)
		status = state_begin(state, f);
	for (size_t i = 0; status == 0 && i < d->count; i++) {
		status = state_hold_set(state, d->items[i].id, "dropped", f);
		if (status == 0)
			status = append(&d->items[i], state, f);
	}
	if (status == 0)
		status = state_commit(state, f);
	state_close(state);
	return status;
}

/* Whether it can be dropped: it waits, or is denied and may be approved. */
static bool waits(const struct dropped *item)
{
	return strcmp(item->status, "open") == 0 || strcmp(item->status, "denied") == 0;
}

/* Those that were named; 1 when one was left alone. */
static int find_named(struct holds *holds, struct dropping *d)
{
	int left = 0;

	for (int i = 0; i < holds->id_count; i++) {
		char id[HOLD_ID_LEN + 1];
		int found = holds_id(holds, holds->ids[i], id, d->fault);

		if (found == 0 && state_holds(holds->state, id, NULL, keep, d, d->fault) < 0)
			found = -1;
		if (found < 0)
			return -1;
		left |= found;
		if (found == 0 && !waits(&d->items[d->count - 1])) {
			(void)fprintf(stderr, "countersign holds: %s does not wait: it is %s\n", id,
				d->items[d->count - 1].status);
			d->count--;
			left = 1;
		}
	}
	return left;
}

int holds_drop(struct holds *holds, struct fault *f)
{
	struct dropping d = { .texts = ARENA_INIT((size_t)64 << 20), .fault = f };
	char before[32];
	int left = 0;

	if (holds->older_than) {
		if (cli_time(before, "holds", holds->older_than) < 0)
			return fault_set(f, FAULT_ADMIN, "--older-than wants a time such as 30d");
		d.before = before;
		left = state_holds(holds->state, NULL, "open", keep, &d, f);
	} else {
		left = find_named(holds, &d);
	}
	state_close(holds->state);
	holds->state = NULL;
	if (left >= 0 && d.count && drop_all(&d, holds->git_dir, f) < 0)
		left = -1;
	for (size_t i = 0; left >= 0 && i < d.count; i++)
		(void)printf("dropped %s\n", d.items[i].id);
	arena_release(&d.texts);
	return left;
}
