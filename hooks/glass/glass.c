#include "hooks/glass/glass.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/text.h"
#include "common/facts/remedy.h"
#include "common/git/push_certificate.h"
#include "common/key/signature.h"
#include "hooks/glass/debt.h"

#define OPTION "countersign-break-glass="
#define REASON_MAX 500

struct breaking {
	const struct glass_push *push;
	const char *reason;
	struct oid id; /* of the certificate, a blob */
	struct object text;
	struct push_certificate certificate;
	char nonce[257];
	const struct person *person;
	char key[160];
	struct buf *refused;
	struct fault *fault;
};

const char *glass_reason(const struct env *env)
{
	return push_env_option(env, OPTION);
}

static void refuse(struct breaking *b, const char *why)
{
	if (!b->refused->len)
		(void)buf_adds(b->refused, why);
}

/* What is said for all to read, and is kept. */
static void check_reason(struct breaking *b)
{
	struct span reason = span_of(b->reason);

	if (!reason.len || strspn(b->reason, " ") == reason.len)
		refuse(b, "say why: -o " OPTION "REASON");
	else if (reason.len > REASON_MAX || !text_is_utf8(reason))
		refuse(b, "the reason must be at most 500 bytes of UTF-8");
	else if (judge_secret_name(b->push->judge, reason))
		refuse(b, "the reason contains what looks like a credential");
}

/* What git says of the certificate; the environment is git's where it was given one. */
static void find_certificate(struct breaking *b)
{
	const struct env *env = b->push->facts->env;
	const char *id = env_get(env, "GIT_PUSH_CERT"),
		   *nonce = env_get(env, "GIT_PUSH_CERT_NONCE_STATUS");

	if (!id || oid_parse(&b->id, span_of(id)) < 0 || oid_is_zero(&b->id))
		refuse(b, "the push is not signed: push with --signed");
	else if (!nonce || strcmp(nonce, "UNSOLICITED") == 0 || strcmp(nonce, "MISSING") == 0)
		refuse(b, "the signed push has no nonce of this server's: an admin sets "
			  "receive.certNonceSeed");
	else if (strcmp(nonce, "OK") != 0 && strcmp(nonce, "SLOP") != 0)
		refuse(b, "the nonce of the signed push is not this server's: push again");
}

/* `SECONDS-HMAC`: git has compared the second part, of the first it says how old it may be. */
static void check_fresh(struct breaking *b)
{
	int64_t now = b->push->facts->clock.now;
	char *end = NULL;
	long long stamp = strtoll(b->nonce, &end, 10);

	if (b->nonce[0] < '1' || b->nonce[0] > '9' || *end != '-' || !end[1] ||
		stamp < now - GLASS_NONCE_SECONDS || stamp > now + GLASS_NONCE_SECONDS)
		refuse(b, "the nonce of the signed push is not fresh: push again");
}

static int read_certificate(struct breaking *b)
{
	bool over = false;
	const char *why;

	if (repo_read_within(b->push->facts->repo, &b->id, PUSH_CERTIFICATE_MAX, &b->text, &over,
		    b->fault) < 0)
		return -1;
	if (over || b->text.type != OBJECT_BLOB) {
		refuse(b, "its certificate cannot be read");
		return 0;
	}
	why = push_certificate_parse(&b->certificate, b->text.data);
	if (why) {
		refuse(b, "its certificate ");
		(void)buf_adds(b->refused, why);
		return 0;
	}
	(void)snprintf(b->nonce, sizeof(b->nonce), "%.*s", (int)b->certificate.nonce.len,
		b->certificate.nonce.data);
	check_fresh(b);
	return 0;
}

/* What is signed is this push, with this reason and no other option, such as a question. */
static void check_subject(struct breaking *b)
{
	if (!push_certificate_is_of(&b->certificate, &b->push->facts->push))
		refuse(b, "its certificate belongs to another push");
	else if (!push_certificate_has_options(&b->certificate, b->push->facts->env))
		refuse(b, "its certificate was signed for other push options");
}

static int add_keys(struct keyring *ring, const struct policy *policy, struct fault *f)
{
	for (size_t i = 0; i < policy->person_count; i++) {
		const struct person *person = &policy->people[i];
		bool special = person->approval_key_count > 0;
		const struct key *keys = special ? person->approval_keys : person->keys;
		size_t count = special ? person->approval_key_count : person->key_count;

		for (size_t j = 0; j < count; j++)
			if (keyring_add(ring, &keys[j], (struct key_owner){ .person = person }, f) <
				0)
				return -1;
	}
	return 0;
}

/* Nobody breaks glass from an agent's account, or from another person's. */
static void check_account(struct breaking *b)
{
	const struct policy *policy = b->push->facts->policy;
	const char *account = b->push->facts->push.account;
	const struct person *person = policy_account_person(policy, account);

	if (policy_account_agent(policy, account))
		refuse(b, "the account that pushes is an agent's");
	else if (person && person != b->person)
		refuse(b, "the account that pushes is another person's than the key");
}

static void take_signer(struct breaking *b, const struct signature_check *check)
{
	const struct stops *stops = &b->push->facts->stops;

	if (check->verdict == SIGNATURE_UNKNOWN ||
		(check->verdict == SIGNATURE_GOOD && !check->owner.person)) {
		refuse(b, "its certificate is signed by a key that approves for nobody here");
	} else if (check->verdict != SIGNATURE_GOOD) {
		refuse(b, "the signature of its certificate is not good: ");
		(void)text_escape(b->refused, span_of(check->why));
	} else if (stops_find_signer(
			   stops, check->fingerprint, check->primary, check->certified.authority)) {
		refuse(b, "the key that signed its certificate was stopped");
	} else {
		b->person = check->owner.person;
		(void)snprintf(b->key, sizeof(b->key), "%s", check->fingerprint);
		check_account(b);
	}
}

/* Who signed it, by the keys that approve. */
static int find_signer(struct breaking *b)
{
	const struct facts *facts = b->push->facts;
	struct signature_check check = { 0 };
	struct keyring *ring = NULL;
	int status = keyring_new(&ring, b->fault);

	if (status == 0) {
		keyring_trust(ring, file_owner(repo_git_dir(facts->repo)));
		keyring_revoked_by(ring, facts->policy->revoked_keys);
		status = add_keys(ring, facts->policy, b->fault);
	}
	if (status == 0)
		status = signature_verify(ring, b->certificate.payload, b->certificate.signature,
			facts->clock.seen, &check, b->fault);
	if (status == 0)
		take_signer(b, &check);
	keyring_free(ring);
	return status;
}

/* How often a day the person may break glass over that verdict; 0: never. */
static int64_t most_of(
	const struct policy *policy, const struct verdict *verdict, const struct person *person)
{
	int64_t most = INT64_MAX;

	for (size_t i = 0; i < verdict->count; i++) {
		const struct finding *finding = &verdict->findings[i];
		const struct approval_terms *terms = &policy->layers[finding->layer].approval;

		if (!finding_flags(finding))
			continue;
		if (!terms->glass || !policy_names_person(terms->glass, person))
			return 0;
		most = terms->glass_most < most ? terms->glass_most : most;
	}
	return most;
}

/* What is held for a limit was not looked into: it may hold a credential. */
static bool has_unjudged(const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->count; i++)
		if (finding_flags(&verdict->findings[i]) &&
			strcmp(verdict->findings[i].rule, "limits") == 0)
			return true;
	return false;
}

/* Whether the verdict is one that glass can be broken for. */
static void check_verdict(struct breaking *b, const struct verdict *verdict)
{
	if (has_unjudged(verdict))
		refuse(b, "what is over a limit was not judged, and may contain a credential");
	else if (!remedy_is_approval(verdict))
		refuse(b, "what is held cannot be approved, so nobody could sign the debt");
	else if (verdict->rejected_by)
		refuse(b, "somebody who may approve it has rejected it");
	else if (!most_of(b->push->facts->policy, verdict, b->person))
		refuse(b, "the policy does not name whoever signed it in break_glass");
}

/* What the person has broken already. */
static void check_debts(struct breaking *b, const struct debts *debts, int64_t most)
{
	if (*debts->owed)
		(void)buf_addf(b->refused,
			"%s still owes the approvals of %s, and breaks no more glass until then",
			b->person->name, debts->owed);
	if ((int64_t)debts->broken >= most && !b->refused->len)
		(void)buf_addf(b->refused,
			"%s has broken glass in the last 24 hours as often as the policy allows",
			b->person->name);
	if (debts->again)
		refuse(b, "the nonce of the signed push was used before: push again");
}

static int check_person(struct breaking *b)
{
	const struct facts *facts = b->push->facts;
	const struct debtor debtor = { b->person->name, b->nonce, facts->clock.passed };
	struct debts debts = { 0 };
	int64_t most = INT64_MAX;

	for (size_t i = 0; i < b->push->count; i++) {
		const struct verdict *verdict = &b->push->verdicts[i];
		int64_t mine;

		if (verdict->decision != DECISION_HOLD)
			continue;
		check_verdict(b, verdict);
		mine = most_of(facts->policy, verdict, b->person);
		most = mine < most ? mine : most;
	}
	if (b->refused->len)
		return 0;
	if (debts_of(facts->state, &debtor, &debts, b->fault) < 0)
		return -1;
	check_debts(b, &debts, most);
	return 0;
}

/* The verdict allows now, and says why. */
static int mark(const struct breaking *b, struct verdict *verdict)
{
	verdict->glass.by = b->person->name;
	verdict->glass.key = arena_strdup(&verdict->arena, b->key);
	verdict->glass.reason = arena_strdup(&verdict->arena, b->reason);
	verdict->glass.nonce = arena_strdup(&verdict->arena, b->nonce);
	verdict->glass.certificate = b->id;
	verdict->glass.time = b->push->facts->clock.passed;
	if (!verdict->glass.key || !verdict->glass.reason || !verdict->glass.nonce)
		return fault_memory(b->fault);
	verdict->decision = DECISION_ALLOW;
	verdict->approved_count = 0; /* they did not let it through: they are on the debt */
	return 0;
}

static bool anybody_may(const struct policy *policy)
{
	for (size_t i = 0; i < LAYER_COUNT; i++)
		if (policy->layers[i].approval.glass && *policy->layers[i].approval.glass)
			return true;
	return false;
}

int glass_break(const struct glass_push *push, struct buf *refused, struct fault *f)
{
	struct breaking b = { .push = push,
		.reason = glass_reason(push->facts->env),
		.refused = refused,
		.fault = f };
	int status = 0;

	if (!anybody_may(push->facts->policy))
		refuse(&b, "the policy has no break_glass");
	check_reason(&b);
	find_certificate(&b);
	if (!refused->len)
		status = read_certificate(&b);
	if (status == 0 && !refused->len)
		check_subject(&b);
	if (status == 0 && !refused->len)
		status = find_signer(&b);
	if (status == 0 && !refused->len)
		status = check_person(&b);
	for (size_t i = 0; status == 0 && !refused->len && i < push->count; i++)
		if (push->verdicts[i].decision == DECISION_HOLD)
			status = mark(&b, &push->verdicts[i]);
	object_release(&b.text);
	return status < 0 || refused->failed ? fault_context(f, "breaking glass") : 0;
}

int glass_check(const struct glass_push *push, const struct verdict *verdict, struct state *state,
	struct fault *f)
{
	const struct policy *policy = push->facts->policy;
	const struct debtor debtor = { verdict->glass.by, verdict->glass.nonce,
		push->facts->clock.passed };
	struct debts debts = { 0 };
	int64_t most = INT64_MAX;

	for (size_t i = 0; i < push->count; i++) {
		const struct verdict *one = &push->verdicts[i];
		int64_t mine;

		if (!one->glass.by)
			continue;
		if (one < verdict)
			return 0;
		mine = most_of(policy, one, policy_person(policy, one->glass.by));
		most = mine < most ? mine : most;
	}
	if (debts_of(state, &debtor, &debts, f) < 0)
		return -1;
	if (!debts.again && !*debts.owed && (int64_t)debts.broken < most)
		return 0;
	return fault_set(f, FAULT_PUSHER,
		"%s has broken glass while this push was judged: push again", debtor.name);
}
