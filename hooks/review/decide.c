#include "hooks/review/decide.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/facts/statement.h"
#include "hooks/admin/approval_tag.h"
#include "hooks/review/script_json.h"

/* One post. */
struct deciding {
	struct visit *visit;
	struct held held;
	json_t *posted;
	const struct person *person;
	char repository[33];
	struct buf ref; /* quoted */
	struct statement statement;
};

const char *decide_obstacle(
	const struct visit *visit, const struct held *held, const struct person *person)
{
	const json_t *finding;
	size_t i;

	if (held->objection)
		return "What this page can show is not surely what would be signed, so it offers "
		       "nothing to sign.";
	if (!state_hold_waits(held->status))
		return "This does not wait any more.";
	if (standing_is_hopeless(held->verdict))
		return "No approval can help this change.";
	if (!held->of_commit)
		return "This is not a commit; it can only be decided in a terminal.";
	if (!visit->facts.policy->review.rp_id)
		return "No policy in force has a review.url with a name, so no passkey counts "
		       "here.";
	if (!person)
		return "Nobody who may decide this has a passkey.";
	json_array_foreach(json_object_get(held->verdict, "findings"), i, finding)
	{
		if (finding_row_flags(finding) && finding_row_names(finding, person))
			return person->passkey_count ? NULL
						     : "You have no passkey here yet: an admin "
						       "invites you with countersign reviewer.";
	}
	return "You are not among those who may decide this.";
}

/* The person who decides: whoever asks, or, where anybody may read, whom the script names. */
static const struct person *find_person(const struct visit *visit, const json_t *posted)
{
	const char *name = script_json_text(posted, "person");
	const struct person *person = policy_person(visit->facts.policy, name);

	if (visit->person || !visit->review->anybody)
		return person == visit->person ? person : NULL;
	return person;
}

static bool read_decision(struct deciding *d)
{
	const char *word = script_json_text(d->posted, "decision");
	static const enum approval_decision all[] = { APPROVAL_APPROVE, APPROVAL_REJECT,
		APPROVAL_WITHDRAW };

	for (size_t i = 0; i < 3; i++)
		if (strcmp(word, approval_decision_name(all[i])) == 0) {
			d->statement.decision = all[i];
			return true;
		}
	return false;
}

/*
 * What the tag is put on: the held commit or, where holds are kept apart and it is not to come in
 * with the tag, what the ref or HEAD names.  0 or -1.
 */
static int find_commit(const struct deciding *d, struct oid *out, struct fault *f)
{
	const struct facts *facts = &d->visit->facts;
	const char *const refs[] = { d->held.ref, facts->head };
	struct ref_value value = { 0 };

	*out = d->held.target;
	for (size_t i = 0; d->held.apart && i < 2; i++) {
		if (repo_ref(facts->repo, refs[i], &value, f) < 0)
			return -1;
		free(value.target);
		if (value.kind != REF_DIRECT)
			continue;
		*out = value.id;
		return 0;
	}
	return d->held.apart ? fault_set(f, FAULT_ADMIN,
				       "nothing has landed yet that an approval could be put on")
			     : 0;
}

/*
 * Now, or the second after what the person has said before: of two of one second the hooks would
 * take only the stricter one.
 */
static int64_t time_of_decision(const struct deciding *d)
{
	struct repo *repo = d->visit->facts.repo;
	struct object object = { 0 };
	struct fault ignored = { 0 };
	int64_t time = d->visit->facts.clock.now;
	struct ref_value said;
	char name[512];
	struct tag tag;
	const char *why;

	(void)snprintf(name, sizeof(name), "refs/countersign/approvals/%s/%s", d->held.id,
		d->person->name);
	if (repo_ref(repo, name, &said, &ignored) < 0)
		return time;
	free(said.target);
	if (said.kind == REF_DIRECT && repo_read(repo, &said.id, &object, &ignored) == 0 &&
		object.type == OBJECT_TAG &&
		tag_parse(&tag, repo_id_len(repo), object.data, &why) == 0 &&
		tag.tagger.time >= time)
		time = tag.tagger.time + 1;
	object_release(&object);
	return time;
}

/* What would be signed.  0, or -1 with why. */
static int make_statement(struct deciding *d, struct buf *out, struct fault *f)
{
	const json_t *time = json_object_get(d->posted, "time");
	struct statement *s = &d->statement;

	if (state_repository_id(d->visit->facts.state, d->repository, f) < 0 ||
		find_commit(d, &s->commit, f) < 0)
		return -1;
	text_quote(&d->ref, span_of(d->held.ref));
	s->digest = d->held.digest;
	s->person = d->person->name;
	s->time = time ? json_integer_value(time) : time_of_decision(d);
	s->repository = d->repository;
	s->ref = d->ref.data;
	s->why = script_json_text(d->posted, "why");
	return statement_write(out, s, f);
}

/* The passkeys that may answer, for the browser to choose from. */
static json_t *credentials_of(const struct person *person)
{
	json_t *list = json_array();

	for (size_t i = 0; i < person->passkey_count; i++)
		if (!person->passkeys[i].revoked)
			(void)json_array_append_new(
				list, script_json_base64(person->passkeys[i].credential));
	return list;
}

/* What there is to sign, and how the browser is to ask for it. */
static int offer(struct deciding *d, const struct buf *statement, struct fault *f)
{
	const struct review *review = &d->visit->facts.policy->review;
	char challenge[PASSKEY_CHALLENGE_SIZE];

	if (passkey_challenge(challenge, buf_span(statement), f) < 0)
		return -1;
	return script_json_reply(d->visit,
		json_pack("{s:s, s:s, s:I, s:s, s:s, s:b, s:o}", "statement", statement->data,
			"challenge", challenge, "time", (json_int_t)d->statement.time, "rpId",
			review->rp_id, "origin", review->origin, "verified", review->presence,
			"credentials", credentials_of(d->person)),
		f);
}

/* Puts the answer behind the statement, and hands the tag on. */
static int hand_on(struct deciding *d, struct buf *tag, struct fault *f)
{
	struct script_answer answer;
	struct buf said = BUF_INIT(65536);
	struct approval_tag handed = { .facts = &d->visit->facts,
		.id = d->held.id,
		.person = d->person,
		.account = d->visit->request->user };
	bool taken = false;
	int status;

	if (!script_answer_read(&answer, d->posted) || passkey_write(tag, &answer.answer) < 0) {
		script_answer_release(&answer);
		return script_json_refuse(d->visit, 400, "the passkey's answer is not one", f);
	}
	script_answer_release(&answer);
	handed.text = buf_span(tag);
	status = approval_tag_push(&handed, &taken, &said, f);
	if (status == 0 && taken)
		status = script_json_reply(d->visit,
			json_pack("{s:b, s:s}", "done", true, "said", said.len ? said.data : ""),
			f);
	else if (status == 0)
		status = script_json_refuse(d->visit, 409, said.data, f);
	buf_release(&said);
	return status;
}

static int decide(struct deciding *d, struct fault *f)
{
	struct buf statement = BUF_INIT(STATEMENT_MAX);
	struct fault wrong = { 0 };
	int status;

	if (make_statement(d, &statement, &wrong) < 0)
		status = wrong.class == FAULT_PUSHER
				 ? script_json_refuse(d->visit, 400, wrong.text, f)
				 : fault_set(f, wrong.class, "%s", wrong.text);
	else if (json_object_get(d->posted, "clientDataJSON"))
		status = hand_on(d, &statement, f);
	else
		status = offer(d, &statement, f);
	buf_release(&statement);
	return status;
}

static int answer_post(struct deciding *d, struct fault *f)
{
	const char *why;

	d->person = find_person(d->visit, d->posted);
	if (!d->person)
		return script_json_refuse(d->visit, 403, "you decide for yourself alone", f);
	why = decide_obstacle(d->visit, &d->held, d->person);
	if (why)
		return script_json_refuse(d->visit, 409, why, f);
	if (!read_decision(d))
		return script_json_refuse(
			d->visit, 400, "a decision is approve, reject or withdraw", f);
	return decide(d, f);
}

int decide_post(struct visit *visit, struct fault *f)
{
	struct deciding deciding = { .visit = visit, .ref = BUF_INIT(65536) };
	int status;

	deciding.posted = script_json_posted(visit, f);
	if (!deciding.posted)
		return f->class == FAULT_NONE ? 0 : -1;
	status = held_read(&deciding.held, &visit->facts, visit->id, f);
	if (status == 0)
		status = answer_post(&deciding, f);
	held_release(&deciding.held);
	buf_release(&deciding.ref);
	json_decref(deciding.posted);
	return status;
}
