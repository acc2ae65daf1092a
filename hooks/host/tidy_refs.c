#include "hooks/host/tidy_refs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/base64.h"
#include "common/base/file.h"
#include "common/base/run.h"
#include "common/state/log.h"

#define APPROVALS "refs/countersign/approvals/"
#define TAG_MAX ((size_t)64 << 20)
#define APPROVAL_MAX ((size_t)256 << 10)
#define GIT_SECONDS 60
#define KEEP_KEY_MAX ((size_t)64 << 10)

struct tidy_id tidy_id(const char *text)
{
	struct tidy_id id;

	(void)snprintf(id.hex, sizeof(id.hex), "%.16s", text);
	return id;
}

int tidy_find_holds(struct tidying *t, struct fault *f)
{
	struct facts *facts = &t->session.facts;
	char id[33];

	if (state_repository_id(facts->state, id, f) < 0 || facts_holds(facts, id, f) < 0)
		return -1;
	t->apart = facts->holds.apart;
	t->store = NULL;
	if (!t->apart)
		t->store = facts->repo;
	else if (access(facts->holds.path, F_OK) == 0)
		return repo_open(&t->store, facts->holds.path, f);
	return 0;
}

int tidy_hold_refs(struct tidying *t, repo_ref_each *each, void *context, struct fault *f)
{
	return t->store ? repo_refs(t->store, TIDY_HOLDS, each, context, f) : 0;
}

static int on_any(void *context, const char *name, const struct oid *id)
{
	(void)context;
	(void)name;
	(void)id;
	return 1;
}

static void approvals_of(char out[64], const char *id)
{
	(void)snprintf(out, 64, APPROVALS "%.16s/", id);
}

bool tidy_has_approvals(struct tidying *t, const char *id)
{
	struct fault ignored = { 0 };
	char prefix[64];

	approvals_of(prefix, id);
	return repo_refs(t->session.facts.repo, prefix, on_any, NULL, &ignored) != 0;
}

/* A key as text; an OpenPGP one is the armour itself, for its file may be gone one day. */
static int add_key(json_t *keys, const struct key *key, struct fault *f)
{
	struct buf text = BUF_INIT(KEEP_KEY_MAX);
	struct fault gone = { 0 };
	int status = key->kind == KEY_OPENPGP ? file_read(key->file, &text, &gone)
					      : key_print(&text, key);

	if (key->revoked || (status < 0 && key->kind == KEY_OPENPGP))
		status = 0;
	else if (status == 0 && text.len)
		status = json_array_append_new(keys, json_stringn(text.data, text.len));
	buf_release(&text);
	return status < 0 ? fault_memory(f) : 0;
}

/* The keys that the person approves by now; later the policy may not have them any more. */
static int add_keys(json_t *kept, const struct policy *policy, const char *name, struct fault *f)
{
	const struct person *person = policy_person(policy, name);
	bool special = person && person->approval_key_count > 0;
	const struct key *keys = !person ? NULL : special ? person->approval_keys : person->keys;
	size_t count = !person ? 0 : special ? person->approval_key_count : person->key_count;
	json_t *array = json_array();
	int status = json_object_set_new(kept, "keys", array);

	for (size_t i = 0; status == 0 && i < count; i++)
		status = add_key(array, &keys[i], f);
	for (size_t i = 0; status == 0 && person && i < person->passkey_count; i++)
		status = add_key(array, &person->passkeys[i], f);
	if (status == 0 && person && person->passkey_count && policy->review.origin)
		status = json_object_set_new(kept, "review",
			json_pack("{s:s, s:s}", "origin", policy->review.origin, "rp_id",
				policy->review.rp_id ? policy->review.rp_id : ""));
	return status < 0 ? fault_memory(f) : 0;
}

struct keeping {
	struct tidying *t;
	json_t *array;
	struct fault *fault;
};

/* When it was found to be good, by the server's clock: the date of a tag is its tagger's. */
static int add_time(struct keeping *k, json_t *kept, const char *ref)
{
	const struct log_row row = { .kind = "approval",
		.ref = ref,
		.new = json_string_value(json_object_get(kept, "tag")),
		.decision = "allow" };
	char *time = NULL;
	int status = state_log_time(k->t->session.facts.state, &row, &time, k->fault);

	if (time && json_object_set_new(kept, "pushed", json_string(time)) < 0)
		status = fault_memory(k->fault);
	free(time);
	return status;
}

static int on_approval(void *context, const char *name, const struct oid *id)
{
	struct keeping *k = context;
	struct object object;
	bool over = false;
	struct buf text = BUF_INIT(2 * APPROVAL_MAX);
	json_t *kept;
	int status = repo_read_within(
		k->t->session.facts.repo, id, APPROVAL_MAX, &object, &over, k->fault);

	if (status < 0)
		return status;
	if (!over)
		(void)base64_encode(&text, object.data);
	kept = text.failed ? NULL
			   : json_pack("{s:s, s:s, s:s}", "person", strrchr(name, '/') + 1, "tag",
				     oid_text(id).hex, "object", text.data ? text.data : "");
	if (!over)
		object_release(&object);
	buf_release(&text);
	if (json_array_append_new(k->array, kept) < 0)
		return fault_memory(k->fault);
	if (add_time(k, kept, name) < 0)
		return -1;
	return add_keys(kept, k->t->session.facts.policy, strrchr(name, '/') + 1, k->fault);
}

int tidy_approvals(struct tidying *t, const char *id, json_t *array, struct fault *f)
{
	struct keeping keeping = { t, array, f };
	char prefix[64];

	approvals_of(prefix, id);
	return repo_refs(t->session.facts.repo, prefix, on_approval, &keeping, f);
}

static int on_ref(void *context, const char *name, const struct oid *id)
{
	return buf_addf(context, "delete %s %s\n", name, oid_text(id).hex);
}

/* The refs go as they were read: one that has moved since stays, with all of them. */
static int update_refs(const char *git_dir, struct buf *lines, struct fault *f)
{
	const char *const argv[] = { "/usr/bin/git", "--git-dir", git_dir, "update-ref", "--stdin",
		NULL };
	const struct run what = {
		.argv = argv, .env = run_bare_env, .input = buf_span(lines), .seconds = GIT_SECONDS
	};
	struct buf output = BUF_INIT(4096);
	int exited = 0, status = 0;

	if (lines->failed)
		status = fault_memory(f);
	else if (lines->len)
		status = run(&what, &output, &exited, f);
	if (status == 0 && exited != 0)
		status = fault_set(
			f, FAULT_ADMIN, "git update-ref: %s", output.data ? output.data : "");
	buf_release(&output);
	return status;
}

int tidy_drop(struct tidying *t, const char *id, bool approvals, struct fault *f)
{
	struct buf held = BUF_INIT((size_t)1 << 20), said = BUF_INIT((size_t)1 << 20);
	const struct facts *facts = &t->session.facts;
	char prefix[64];
	int status = 0;

	(void)snprintf(prefix, sizeof(prefix), TIDY_HOLDS "%.16s", id);
	if (t->store)
		status = repo_refs(t->store, prefix, on_ref, &held, f);
	approvals_of(prefix, id);
	if (status == 0 && approvals)
		status = repo_refs(facts->repo, prefix, on_ref, &said, f);
	if (status == 0)
		status = update_refs(facts->holds.path, &held, f);
	if (status == 0)
		status = update_refs(repo_git_dir(facts->repo), &said, f);
	buf_release(&held);
	buf_release(&said);
	return status;
}

static const char *text_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* The verdict object, which is the last line of the tag; NULL: it is none of ours. */
static json_t *verdict_of(const char *text, const char *id)
{
	size_t len = strlen(text);
	const char *line;
	json_t *verdict;

	while (len && text[len - 1] == '\n')
		len--;
	line = len ? memrchr(text, '\n', len) : NULL;
	verdict = line ? json_loadb(line + 1, len - (size_t)(line + 1 - text),
				 JSON_REJECT_DUPLICATES, NULL)
		       : NULL;
	if (verdict && strcmp(text_at(verdict, "hold"), id) == 0 &&
		strlen(text_at(verdict, "digest")) == 64)
		return verdict;
	json_decref(verdict);
	return NULL;
}

static void tagged_at(char out[32], const char *text)
{
	const char *line = strstr(text, "\ntagger "), *at = line ? strchr(line, '>') : NULL;
	time_t time = at ? (time_t)strtoll(at + 1, NULL, 10) : 0;
	struct tm tm;

	(void)strftime(out, 32, "%Y-%m-%dT%H:%M:%S.000Z", gmtime_r(&time, &tm));
}

int tidy_read(struct tidying *t, const char *text, struct orphan *out, struct fault *f)
{
	struct object object;
	bool over = false;
	struct oid tag;

	*out = (struct orphan){ 0 };
	(void)snprintf(out->id, sizeof(out->id), "%.16s", text);
	if (oid_parse(&tag, span_of(text + 17)) < 0)
		return fault_set(f, FAULT_INTERNAL, "hold %s: not a tag", out->id);
	if (repo_read_within(t->store, &tag, TAG_MAX, &object, &over, f) < 0 || over)
		return over ? 0 : -1;
	out->text = strndup(object.data.data, object.data.len);
	object_release(&object);
	if (!out->text)
		return fault_memory(f);
	out->verdict = verdict_of(out->text, out->id);
	tagged_at(out->since, out->text);
	out->hold = (struct hold_row){ .id = out->id,
		.digest = text_at(out->verdict, "digest"),
		.ref = text_at(out->verdict, "ref"),
		.account = text_at(out->verdict, "account"),
		.old = text_at(out->verdict, "old"),
		.new = text_at(out->verdict, "new"),
		.since = out->since,
		.status = "open",
		.agents = "",
		.verdict = "" };
	free(out->text);
	out->text = out->verdict ? json_dumps(out->verdict, JSON_COMPACT) : NULL;
	out->hold.verdict = out->text;
	return !out->verdict || out->text ? 0 : fault_memory(f);
}

void orphan_release(struct orphan *orphan)
{
	json_decref(orphan->verdict);
	free(orphan->text);
	*orphan = (struct orphan){ 0 };
}

void tidy_release(struct tidying *t)
{
	if (t->apart)
		repo_free(t->store);
	session_close(&t->session);
}
