#include "hooks/attest/bundle.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/base64.h"
#include "common/base/digest.h"
#include "common/git/repo.h"
#include "common/state/log_tree.h"
#include "common/tlog/checkpoint.h"
#include "hooks/admin/cli.h"
#include "hooks/attest/bundle_sample.h"
#include "hooks/attest/statement.h"
#include "hooks/attest/verify.h"
#include "hooks/attest/verifying.h"
#include "hooks/host/run_as_owner.h"
#include "hooks/witness/head.h"
#include "hooks/witness/log_site.h"

#define TAG_MAX ((size_t)1 << 20)

struct bundling {
	const struct bundle_asked *asked;
	struct log_site site;
	struct dsse_keys keys;
	struct repo *repo;
	struct state *state;
	struct log_tree *tree;
	struct buf note; /* the checkpoint that proofs lead to */
	struct checkpoint checkpoint;
	json_t *rows;   /* of the log, by `REF NEW` and by hold */
	json_t *chosen; /* landings */
	struct buf out;
	struct fault *fault;
};

static int add_json(struct bundling *b, json_t *line)
{
	char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;
	int status = text && buf_adds(&b->out, text) == 0 && buf_addc(&b->out, '\n') == 0
			     ? 0
			     : fault_memory(b->fault);

	free(text);
	json_decref(line);
	return status;
}

static json_t *proof_of(struct bundling *b, int64_t seq)
{
	struct merkle_store store = log_tree_store(b->tree);
	struct merkle_proof proof;
	json_t *hashes = json_array();

	if (merkle_inclusion(&store, (uint64_t)seq - 1, b->checkpoint.tree.size, &proof) < 0) {
		json_decref(hashes);
		return NULL;
	}
	for (unsigned i = 0; i < proof.count; i++) {
		struct buf text = BUF_INIT(64);

		(void)base64_encode(
			&text, (struct span){ (const char *)proof.hashes[i].bytes, MERKLE_SIZE });
		json_array_append_new(hashes, json_string(text.data ? text.data : ""));
		buf_release(&text);
	}
	return hashes;
}

static json_t *row_of(struct bundling *b, const struct log_entry *entry)
{
	const struct log_row *row = &entry->row;

	return json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o*}",
		"seq", (json_int_t)entry->seq, "time", row->time, "kind", row->kind, "account",
		row->account, "ref", row->ref, "old", row->old, "new", row->new, "decision",
		row->decision, "policy", row->policy, "verdict", row->verdict, "previous",
		entry->previous, "hash", entry->hash, "proof", proof_of(b, entry->seq));
}

static int on_row(void *context, const struct log_entry *entry)
{
	static const char approvals[] = "refs/countersign/approvals/";
	struct bundling *b = context;
	struct buf key = BUF_INIT(8192);
	json_t *list;
	json_t *row;

	if (strncmp(entry->row.ref, approvals, sizeof(approvals) - 1) == 0)
		(void)buf_addf(&key, "%.16s", entry->row.ref + sizeof(approvals) - 1);
	else
		(void)buf_addf(&key, "%s %s", entry->row.ref, entry->row.new);
	list = json_object_get(b->rows, key.data ? key.data : "");
	buf_release(&key);
	if (!list)
		return 0;
	if ((uint64_t)entry->seq > b->checkpoint.tree.size)
		return fault_set(b->fault, FAULT_ADMIN,
			"no checkpoint has row %" PRId64
			" yet: countersign log checkpoint makes one",
			entry->seq);
	row = row_of(b, entry);
	if (!json_object_get(row, "proof"))
		return fault_set(b->fault, FAULT_ADMIN, "the log's tree cannot be read");
	return json_array_append_new(list, row) < 0 ? fault_memory(b->fault) : 0;
}

/* The rows about what was chosen, in one reading of the log. */
static int read_rows(struct bundling *b)
{
	const struct log_filter all = { 0 };
	json_t *landing;
	size_t i;

	b->rows = json_object();
	json_array_foreach(b->chosen, i, landing)
	{
		struct buf key = BUF_INIT(8192);
		const char *hold = verifying_text(landing, "hold");

		(void)buf_addf(&key, "%s %s", verifying_text(landing, "ref"),
			verifying_text(landing, "new"));
		json_object_set_new(b->rows, key.data ? key.data : "", json_array());
		if (*hold)
			json_object_set_new(b->rows, hold, json_array());
		buf_release(&key);
	}
	return state_log_read(b->state, &all, on_row, b, b->fault);
}

struct tags {
	struct bundling *b;
	json_t *list;
};

static int on_tag(void *context, const char *name, const struct oid *id)
{
	struct tags *tags = context;
	struct object object = { 0 };
	struct buf text = BUF_INIT(2 * TAG_MAX);
	bool over = false;
	int status = repo_read_within(tags->b->repo, id, TAG_MAX, &object, &over, tags->b->fault);

	if (status == 0 && !over && base64_encode(&text, object.data) == 0)
		json_array_append_new(
			tags->list, json_pack("{s:s, s:s, s:s}", "ref", name, "object",
					    oid_text(id).hex, "tag", text.data ? text.data : ""));
	buf_release(&text);
	object_release(&object);
	return status;
}

static int by_ref(const void *a, const void *b)
{
	return strcmp(verifying_text(*(json_t *const *)a, "ref"),
		verifying_text(*(json_t *const *)b, "ref"));
}

/* Refs come in no order, and the bundle has one. */
static json_t *sorted(json_t *list)
{
	size_t count = json_array_size(list);
	json_t **items = calloc(count + 1, sizeof(*items)), *out = json_array();

	for (size_t i = 0; items && i < count; i++)
		items[i] = json_array_get(list, i);
	if (items)
		qsort(items, count, sizeof(*items), by_ref);
	for (size_t i = 0; items && i < count; i++)
		json_array_append(out, items[i]);
	free(items);
	json_decref(list);
	return out;
}

static int add_landing(struct bundling *b, const json_t *landing)
{
	const char *hold = verifying_text(landing, "hold");
	struct tags tags = { b, json_array() };
	struct buf key = BUF_INIT(8192);
	json_t *rows = json_array();
	char prefix[64];
	int status = 0;

	(void)buf_addf(
		&key, "%s %s", verifying_text(landing, "ref"), verifying_text(landing, "new"));
	json_array_extend(rows, json_object_get(b->rows, key.data ? key.data : ""));
	buf_release(&key);
	if (*hold) {
		json_array_extend(rows, json_object_get(b->rows, hold));
		(void)snprintf(prefix, sizeof(prefix), "refs/countersign/approvals/%.16s/", hold);
		status = repo_refs(b->repo, prefix, on_tag, &tags, b->fault);
	}
	tags.list = sorted(tags.list);
	if (status == 0)
		status = add_json(b, json_pack("{s:s, s:s, s:O, s:O, s:O}", "commit",
					     verifying_text(landing, "commit"), "ref",
					     verifying_text(landing, "ref"), "envelopes",
					     json_object_get(landing, "envelopes"), "rows", rows,
					     "approvals", tags.list));
	json_decref(rows);
	json_decref(tags.list);
	return status;
}

/* The newest checkpoint; one that witnesses cosigned, where there is one. */
static int find_checkpoint(struct bundling *b)
{
	static const char *const kept[] = { HEAD_WITNESSED, HEAD_CHECKPOINT };
	struct note note;
	bool exists = false;

	for (size_t i = 0; i < 2 && !exists; i++) {
		buf_clear(&b->note);
		if (head_read(b->asked->git_dir, kept[i], &b->note, &exists, b->fault) < 0)
			return -1;
	}
	if (!exists)
		return fault_set(b->fault, FAULT_ADMIN,
			"the log has no checkpoint yet: countersign log checkpoint makes one");
	if (note_read(&note, buf_span(&b->note), b->fault) < 0)
		return -1;
	return checkpoint_read(&b->checkpoint, note.text, b->fault);
}

static json_t *keys_of(const struct bundling *b)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < b->keys.count; i++) {
		struct buf text = BUF_INIT(1024);

		(void)note_key_write(&text, &b->keys.list[i]);
		json_array_append_new(list, json_string(text.data ? text.data : ""));
		buf_release(&text);
	}
	return list;
}

static int add_header(struct bundling *b, const json_t *found)
{
	const json_t *all = json_object_get(found, "commits");
	json_t *population = json_array(), *landing, *header;
	char id[33];
	size_t i;

	if (state_repository_id(b->state, id, b->fault) < 0)
		return -1;
	json_array_foreach(all, i, landing) json_array_append_new(population,
		json_pack("{s:s, s:s, s:O}", "commit", verifying_text(landing, "commit"), "digest",
			verifying_text(landing, "digest"), "count",
			json_object_get(landing, "count")));
	header = json_pack("{s:i, s:s, s:s, s:s, s:s, s:o, s:s, s:o}", "bundle", 1, "range",
		b->asked->range, "to", verifying_text(found, "commit"), "repository", id, "ref",
		verifying_text(json_array_get(all, 0), "ref"), "keys", keys_of(b), "checkpoint",
		b->note.data, "population", population);
	if (header)
		json_object_set(header, "problems", json_object_get(found, "problems"));
	if (header && b->asked->seed)
		json_object_set_new(header, "sample",
			json_pack("{s:I, s:s}", "count", (json_int_t)b->asked->sample, "seed",
				b->asked->seed));
	return add_json(b, header);
}

/* What no byte before it can be another by. */
static int seal(struct bundling *b)
{
	struct digest_text digest;
	json_t *statement;
	char *text;
	int status;

	(void)digest_of(buf_span(&b->out), &digest, b->fault);
	statement = json_pack("{s:s, s:[{s:s, s:{s:s}}], s:s, s:{s:s}}", "_type", STATEMENT_TYPE,
		"subject", "name", "bundle", "digest", "sha256", digest.hex, "predicateType",
		BUNDLE_STATEMENT, "predicate", "range", b->asked->range);
	text = statement ? json_dumps(statement, JSON_COMPACT) : NULL;
	status = text ? dsse_sign(&b->out, span_of(text), &b->site.signers, b->fault)
		      : fault_memory(b->fault);
	if (status == 0 && buf_addc(&b->out, '\n') < 0)
		status = fault_memory(b->fault);
	free(text);
	json_decref(statement);
	return status;
}

static int write_all(struct bundling *b, const json_t *found)
{
	json_t *landing;
	size_t i;
	int status = find_checkpoint(b);

	b->chosen =
		bundle_sample(json_object_get(found, "commits"), b->asked->seed, b->asked->sample);
	if (status == 0)
		status = state_open(&b->state, b->asked->git_dir, STATE_READ, b->fault);
	if (status == 0)
		status = log_tree_open(&b->tree, b->state, b->fault);
	if (status == 0)
		status = repo_open(&b->repo, b->asked->git_dir, b->fault);
	if (status == 0)
		status = read_rows(b);
	if (status == 0)
		status = add_header(b, found);
	json_array_foreach(b->chosen, i, landing)
	{
		if (status == 0)
			status = add_landing(b, landing);
	}
	return status < 0 ? -1 : seal(b);
}

static int find_keys(struct bundling *b)
{
	if (b->site.signers.count == 0)
		return fault_set(b->fault, FAULT_ADMIN,
			"this host has no key for its logs, or it is not ours to read: countersign "
			"key new NAME");
	for (unsigned i = 0; i < b->site.signers.count; i++)
		b->keys.list[b->keys.count++] = b->site.signers.list[i].key;
	return 0;
}

static int bundle(const struct bundle_asked *asked, struct fault *f)
{
	struct bundling b = {
		.asked = asked, .note = BUF_INIT(NOTE_MAX), .out = BUF_INIT(BUNDLE_MAX), .fault = f
	};
	struct verify_asked verify = {
		.folder = asked->git_dir, .what = asked->range, .ref = asked->ref, .known = &b.keys
	};
	json_t *found = NULL;
	int status = log_site_read(&b.site, f);

	if (status == 0)
		status = find_keys(&b);
	if (status == 0)
		status = run_as_owner(asked->git_dir, f);
	if (status == 0)
		status = verify_attestations(&found, &verify, f);
	if (status > 0 && json_array_size(json_object_get(found, "commits")) == 0)
		status = fault_set(f, FAULT_ADMIN, "%s",
			json_string_value(json_array_get(json_object_get(found, "problems"), 0)));
	if (status >= 0)
		status = write_all(&b, found);
	if (status == 0 &&
		(fwrite(b.out.data, 1, b.out.len, stdout) != b.out.len || fflush(stdout)))
		status = fault_set(f, FAULT_ADMIN, "standard output is gone");
	json_decref(found);
	json_decref(b.rows);
	json_decref(b.chosen);
	log_tree_close(b.tree);
	state_close(b.state);
	repo_free(b.repo);
	buf_release(&b.note);
	buf_release(&b.out);
	log_site_release(&b.site);
	return status;
}

static bool read_count(const char *text, unsigned long *out)
{
	char *end;

	*out = strtoul(text, &end, 10);
	return *text >= '1' && *text <= '9' && !*end && strlen(text) < 10;
}

int bundle_command(const struct env *env, int argc, char **argv)
{
	struct bundle_asked asked = { 0 };
	const char *repo = NULL, *sample = NULL;
	const struct cli_option known[] = {
		{ "range", &asked.range, NULL },
		{ "ref", &asked.ref, NULL },
		{ "sample", &sample, NULL },
		{ "seed", &asked.seed, NULL },
		{ "repo", &repo, NULL },
		{ NULL, NULL, NULL },
	};
	struct fault f = { 0 };
	int first = cli_options(known, argc, argv);
	char *git_dir;

	(void)env;
	if (first < 0 || first != argc || !asked.range || !strstr(asked.range, "..") ||
		!sample != !asked.seed || (sample && !read_count(sample, &asked.sample)))
		return -1;
	git_dir = cli_git_dir(repo, &f);
	asked.git_dir = git_dir;
	if (!git_dir || bundle(&asked, &f) < 0) {
		free(git_dir);
		return cli_complain("evidence", &f);
	}
	free(git_dir);
	return 0;
}
