#include "hooks/judge/approver_conflict.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/git/peel.h"
#include "hooks/judge/parts.h"

/*
 * More accounts than there is room for cannot be told apart, and the first ones are those that
 * matter.
 */
static void add_account(struct approver_conflict *out, const char *account)
{
	if (out->account_count < APPROVER_CONFLICT_ACCOUNTS_MAX)
		(void)snprintf(out->accounts[out->account_count++], sizeof(out->accounts[0]), "%s",
			account);
}

static int on_remembered(void *context, const struct remembered *what)
{
	add_account(context, what->account);
	return 0;
}

static void copy_email(char out[512], struct span email)
{
	(void)snprintf(out, 512, "%.*s", email.len < 512 ? (int)email.len : 0, email.data);
}

/* *sealed: whether it is to be asked who signed it. */
static void read_people(
	struct approver_conflict *out, size_t id_len, const struct object *object, bool *sealed)
{
	struct commit commit;
	struct tag tag;
	const char *why;

	if (object->type == OBJECT_COMMIT &&
		commit_parse(&commit, id_len, object->data, &why) == 0) {
		copy_email(out->author, commit.author.email);
		copy_email(out->committer, commit.committer.email);
		*sealed = commit.signature.len > 0;
	} else if (object->type == OBJECT_TAG && tag_parse(&tag, id_len, object->data, &why) == 0 &&
		   tag.tagger.raw.len) {
		copy_email(out->author, tag.tagger.email);
	}
}

/* What the object itself tells; one that was denied is not there, and tells nothing. */
static int find_people(struct judge *judge, struct approver_conflict *out, struct fault *f)
{
	struct object object = { 0 };
	struct attribution who;
	const char *why;
	bool sealed = true;

	if (!repo_has(judge->facts->repo, &out->commit))
		return 0;
	if (repo_read(judge->facts->repo, &out->commit, &object, f) < 0)
		return -1;
	read_people(out, out->commit.len, &object, &sealed);
	object_release(&object);
	if (!sealed)
		return 0;
	if (judge_attribute(judge, &out->commit, &who, &why, f) < 0)
		return -1;
	out->signer = why ? NULL : who.signer;
	return 0;
}

int approver_conflict_find(struct judge *judge, const struct oid *commit, const char *account,
	struct approver_conflict *out, struct fault *f)
{
	bool update = oid_is_zero(commit);

	if (out->known && oid_equal(&out->commit, commit))
		return 0;
	*out = (struct approver_conflict){ .commit = *commit };
	if (!update && state_remembered(judge->facts->state, commit, on_remembered, out, f) < 0)
		return -1;
	if (!out->account_count && account)
		add_account(out, account);
	if (!update && find_people(judge, out, f) < 0)
		return -1;
	out->known = true;
	return 0;
}

int approver_conflict_of(struct judge *judge, const struct ref_update *update,
	const struct finding *finding, struct approver_conflict *out, struct fault *f)
{
	struct oid commit = finding->commit;
	enum object_type type = OBJECT_NONE;
	bool update_itself = oid_is_zero(&commit);
	bool brings = update_itself || judge_introduces(judge, &commit);

	if (update_itself && strcmp(finding->rule, "limits") == 0 &&
		peel(judge->facts->repo, &update->new, &commit, &type, f) < 0)
		return -1;
	if (type != OBJECT_NONE && type != OBJECT_COMMIT)
		commit = (struct oid){ 0 };
	return approver_conflict_find(
		judge, &commit, brings ? judge->facts->push.account : NULL, out, f);
}

static bool listed(names list, const char *text)
{
	for (; *text && *list; list++)
		if (strcasecmp(*list, text) == 0)
			return true;
	return false;
}

static bool brought(const struct approver_conflict *conflict, const struct person *person)
{
	for (size_t i = 0; i < conflict->account_count; i++)
		for (names account = person->accounts; *account; account++)
			if (policy_same_account(*account, conflict->accounts[i]))
				return true;
	return false;
}

const char *approver_conflict_objection(const struct approver_conflict *conflict,
	const struct approval_terms *terms, const struct person *person, names owners)
{
	if (listed(person->emails, conflict->author))
		return "wrote it";
	if (listed(person->emails, conflict->committer))
		return "committed it";
	if (conflict->signer == person)
		return "signed it";
	if (terms->exclude_pusher && brought(conflict, person))
		return "pushed it";
	if (terms->exclude_owner && listed(owners, person->name))
		return "answers for the agent that made it";
	return NULL;
}

enum approver_vote approver_conflict_vote(const struct approver_conflict *conflict,
	const struct approval_terms *terms, const struct person *person,
	const struct approver_asked *asked)
{
	static const struct approver_conflict none;

	if (!approver_conflict_objection(conflict, terms, person, asked->owners))
		return APPROVER_FULL;
	return terms->driver && asked->agents && asked->approvals > 1 &&
			       !approver_conflict_objection(&none, terms, person, asked->owners)
		       ? APPROVER_DRIVER
		       : APPROVER_NONE;
}
