#include "hooks/attest/attesting.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/git/config.h"
#include "common/tlog/signer.h"

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

/* By git's setting countersign.uri; else by the host's name and the repository's. */
static int find_uri(struct attesting *a)
{
	const char *host = a->terms->site->signers.list[0].key.name;
	const struct config_value *said;
	struct config settings;
	char *name = NULL;
	int status = config_read(&settings, a->git_dir, a->terms->env, a->fault);

	if (status == 0) {
		said = config_get(&settings, "countersign.uri");
		name = said ? NULL : facts_repository_name(a->terms->env, a->git_dir);
		if (said)
			a->uri = strdup(said->value);
		else if (!name || asprintf(&a->uri, "git+https://%s/%s", host, name) < 0)
			a->uri = NULL;
		status = a->uri ? 0 : fault_memory(a->fault);
	}
	free(name);
	config_release(&settings);
	return status;
}

int attesting_open(struct attesting *a)
{
	a->kept = json_object();
	if (!a->kept)
		return fault_memory(a->fault);
	if (repo_open(&a->repo, a->git_dir, a->fault) < 0 ||
		state_open(&a->state, a->git_dir, STATE_WRITE, a->fault) < 0)
		return -1;
	return find_uri(a);
}

void attesting_close(struct attesting *a)
{
	state_close(a->state);
	repo_free(a->repo);
	json_decref(a->lines);
	json_decref(a->kept);
	free(a->uri);
}

static int value_of(struct attesting *a, const char *ref, struct oid_text *out)
{
	struct ref_value value;
	int status = repo_ref(a->repo, ref, &value, a->fault);

	if (status < 0)
		return -1;
	if (value.kind == REF_SYMBOLIC)
		free(value.target);
	if (value.kind != REF_DIRECT)
		value.id = (struct oid){ 0 };
	*out = oid_text_as(&value.id, repo_id_len(a->repo));
	return 0;
}

/* Whether it was attested before, and lies there yet for another ref of the same push. */
static bool is_done(const struct ledger *ledger, const json_t *landing)
{
	const char *file = text_of(landing, "file");

	return json_object_get(json_object_get(ledger->row, "done"), file) ||
	       strcmp(file, text_of(ledger->row, "file")) == 0;
}

json_t *attesting_done(const struct attesting *a, const char *ref, const struct ledger *ledger,
	const json_t *chain)
{
	json_t *done = json_object(), *landing;
	size_t i;

	json_array_foreach(a->landings.list, i, landing)
	{
		if (strcmp(text_of(landing, "ref"), ref) == 0 && is_done(ledger, landing))
			json_object_set_new(done, text_of(landing, "file"), json_true());
	}
	json_array_foreach(chain, i, landing)
		json_object_set_new(done, text_of(landing, "file"), json_true());
	return done;
}

/*
 * From what the ref is at now backwards: the latest landing that came to it, the latest before that
 * which came to where that one began, and so on.  What is not on the way did not land, or has not
 * yet.
 */
int attesting_chain(struct attesting *a, const char *ref, const struct ledger *ledger, json_t *out)
{
	struct oid_text at;
	const char *wanted = at.hex;
	int64_t now = (int64_t)time(NULL);
	bool any = false;

	if (value_of(a, ref, &at) < 0)
		return -1;
	for (size_t i = json_array_size(a->landings.list); i-- > 0;) {
		json_t *landing = json_array_get(a->landings.list, i);
		bool ours = strcmp(text_of(landing, "ref"), ref) == 0;

		if (!ours || is_done(ledger, landing))
			continue;
		if (strcmp(text_of(landing, "new"), wanted) == 0) {
			if (json_array_insert(out, 0, landing) < 0)
				return fault_memory(a->fault);
			wanted = text_of(landing, "old");
			any = true;
		} else if (!any && now - json_integer_value(json_object_get(landing, "left")) <
					   LANDING_SECONDS)
			json_object_set_new(a->kept, text_of(landing, "file"), json_true());
	}
	return 0;
}

const char *attesting_gap(struct attesting *a, const struct ledger *ledger, const json_t *first)
{
	const char *was = text_of(ledger->row, "new"), *began = text_of(first, "old");

	if (!first || !*was || strcmp(was, began) == 0)
		return NULL;
	(void)snprintf(a->gap, sizeof(a->gap),
		"the ref went from %.64s to %.64s without a push that was judged", was, began);
	return a->gap;
}

struct finding_key {
	const char *hold;
	json_t *approval; /* the last one of that hold */
};

static int on_approval(void *context, const struct log_entry *entry)
{
	struct finding_key *finding = context;
	json_t *verdict = json_loads(entry->row.verdict, 0, NULL);
	json_t *approval = json_object_get(verdict, "approval");

	if (strcmp(entry->row.kind, "approval") == 0 && strcmp(entry->row.decision, "allow") == 0 &&
		strcmp(text_of(approval, "hold"), finding->hold) == 0 &&
		strcmp(text_of(approval, "decision"), "approve") == 0) {
		json_decref(finding->approval);
		finding->approval = json_pack("{s:s, s:s, s:s, s:s, s:s}", "by",
			text_of(approval, "by"), "key", text_of(approval, "key"), "hold",
			finding->hold, "time", entry->row.time, "log", entry->hash);
	}
	json_decref(verdict);
	return 0;
}

/* Who approved, by the log's row of the approval; a merge or a push approves without one. */
static int add_approval(struct attesting *a, json_t *list, const char *hold, const char *who)
{
	struct finding_key finding = { .hold = hold };
	char ref[1024];
	const struct log_filter filter = { .ref = ref };
	int status = 0;

	(void)snprintf(ref, sizeof(ref), "refs/countersign/approvals/%.16s/%.900s", hold, who);
	if (*hold)
		status = state_log_read(a->state, &filter, on_approval, &finding, a->fault);
	if (status == 0)
		status = json_array_append_new(
			list, finding.approval ? finding.approval : json_pack("{s:s}", "by", who));
	return status < 0 ? (a->fault->class ? -1 : fault_memory(a->fault)) : 0;
}

int attesting_approvals(struct attesting *a, json_t *landing)
{
	const json_t *people = json_object_get(landing, "approved_by");
	const char *pusher = text_of(landing, "person");
	json_t *list = json_array(), *who;
	size_t i, others = 0;

	json_array_foreach(people, i, who)
	{
		if (add_approval(a, list, text_of(landing, "hold"), json_string_value(who)) < 0) {
			json_decref(list);
			return -1;
		}
		others += strcmp(json_string_value(who), pusher) != 0;
	}
	json_object_set_new(landing, "approvals", list);
	json_object_set_new(landing, "reviewed",
		json_boolean(json_is_true(json_object_get(landing, "reviews")) && others > 0 &&
			     others + (*pusher != '\0') >= 2));
	return 0;
}

void attesting_drop(struct attesting *a)
{
	json_t *landing;
	size_t i;

	json_array_foreach(a->landings.list, i, landing)
	{
		const char *file = text_of(landing, "file");

		if (!json_object_get(a->kept, file))
			landings_drop(&a->landings, file);
	}
}
