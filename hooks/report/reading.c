#include "hooks/report/reading.h"

#include <string.h>

#include "common/state/cut.h"

static int queue_once(struct history *h, const struct oid *id, struct fault *f)
{
	uint64_t *seen = oid_map_put(&h->seen, id);

	return !seen || (!(*seen)++ && oid_list_add(&h->queue, id) < 0) ? fault_memory(f) : 0;
}

static int read_one(struct history *h, const struct oid *id, struct fault *f)
{
	struct object object = { 0 };
	struct commit commit;
	const char *why;
	bool whole;
	int status;

	if (repo_read(h->repo, id, &object, f) < 0)
		return -1;
	whole = object.type == OBJECT_COMMIT && object.data.len <= h->text_max &&
		commit_parse(&commit, id->len, object.data, &why) == 0;
	h->read++;
	status = h->each(h->context, id, whole ? &commit : NULL, f);
	for (size_t i = 0; status == 0 && whole && i < commit.parent_count; i++) {
		struct oid parent = commit_parent(&commit, i);

		status = queue_once(h, &parent, f);
	}
	object_release(&object);
	return status;
}

int history_read(struct history *h, const struct oid *tip, struct fault *f)
{
	int status = queue_once(h, tip, f);
	size_t at = 0;

	for (; status == 0 && at < h->queue.count && (!h->most || h->read < h->most); at++) {
		struct oid id = h->queue.ids[at];

		status = read_one(h, &id, f);
	}
	h->more = at < h->queue.count;
	h->queue.count = 0;
	return status;
}

void history_release(struct history *h)
{
	oid_map_release(&h->seen);
	oid_list_release(&h->queue);
}

static int on_row(void *context, const struct log_entry *entry)
{
	const struct log_rows *rows = context;
	json_t *verdict;
	int status;

	if (strcmp(entry->row.time, rows->since) < 0)
		return 0;
	verdict = json_loads(entry->row.verdict, 0, NULL);
	status = rows->each(rows->context, &entry->row, verdict);
	json_decref(verdict);
	return status;
}

int log_rows_read(struct log_rows *rows, struct state *state, struct fault *f)
{
	const struct log_filter filter = { .since = rows->since };
	struct log_archives archives;
	int status = log_archives_find(&archives, state, rows->since, rows->archives, f);

	if (status == 0)
		status = log_archives_read(&archives, &filter, on_row, rows, f);
	log_archives_release(&archives);
	return status;
}
