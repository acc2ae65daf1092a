#include "common/facts/approval.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/text.h"
#include "common/facts/statement.h"

#define ID_LEN 16
#define DIGEST_LEN 64

static const char prefix[] = "refs/countersign/approvals/";
static const char *const decision_words[] = { "approve", "reject", "withdraw" };

struct approval_keys {
	const struct policy *policy;
	struct keyring *approving; /* whose owner is a person, or nobody */
	struct keyring *others;    /* every person's and agent's key, to say whose a wrong one is */
};

const char *approval_decision_name(enum approval_decision decision)
{
	return decision_words[decision];
}

static int ring_add(struct keyring *ring, const struct key *keys, size_t count,
	struct key_owner owner, struct fault *f)
{
	for (size_t i = 0; i < count; i++)
		if (keyring_add(ring, &keys[i], owner, f) < 0)
			return -1;
	return 0;
}

/* Which of people's keys, and whose they are. */
enum part {
	PART_APPROVING, /* approval keys */
	PART_SIGNING,   /* the others */
	PART_WEIGHED,   /* the others: nobody's where there are approval keys */
};

static int ring_add_people(
	struct keyring *ring, const struct policy *policy, enum part part, struct fault *f)
{
	for (size_t i = 0; part == PART_APPROVING && i < policy->person_count; i++) {
		const struct person *person = &policy->people[i];

		if (ring_add(ring, person->passkeys, person->passkey_count,
			    (struct key_owner){ .person = person }, f) < 0)
			return -1;
	}
	for (size_t i = 0; i < policy->person_count; i++) {
		const struct person *person = &policy->people[i];
		bool special = person->approval_key_count > 0;
		struct key_owner owner = { .person = part == PART_WEIGHED && special ? NULL
										     : person };

		if ((part == PART_APPROVING ? ring_add(ring, person->approval_keys,
						      person->approval_key_count, owner, f)
					    : ring_add(ring, person->keys, person->key_count, owner,
						      f)) < 0)
			return -1;
	}
	return 0;
}

static int ring_add_agents(
	struct keyring *ring, const struct policy *policy, bool nobodys, struct fault *f)
{
	for (size_t i = 0; i < policy->agent_count; i++)
		if (ring_add(ring, policy->agents[i].keys, policy->agents[i].key_count,
			    (struct key_owner){ .agent = nobodys ? NULL : &policy->agents[i] },
			    f) < 0)
			return -1;
	return 0;
}

/*
 * What approves comes first; what approves nothing is there because a key that is revoked anywhere
 * is no good.
 */
static int keys_fill(struct approval_keys *keys, uid_t owner, struct fault *f)
{
	const struct policy *policy = keys->policy;
	const struct passkey_site site = { policy->review.origin, policy->review.rp_id,
		policy->review.presence };

	if (keyring_new(&keys->approving, f) < 0 || keyring_new(&keys->others, f) < 0)
		return -1;
	keyring_trust(keys->approving, owner);
	keyring_trust(keys->others, owner);
	keyring_revoked_by(keys->approving, policy->revoked_keys);
	keyring_revoked_by(keys->others, policy->revoked_keys);
	keyring_review_at(keys->approving, &site);
	keyring_review_at(keys->others, &site);
	if (ring_add_people(keys->approving, policy, PART_APPROVING, f) < 0 ||
		ring_add_people(keys->approving, policy, PART_WEIGHED, f) < 0 ||
		ring_add_agents(keys->approving, policy, true, f) < 0)
		return -1;
	if (ring_add_people(keys->others, policy, PART_SIGNING, f) < 0 ||
		ring_add_people(keys->others, policy, PART_APPROVING, f) < 0)
		return -1;
	return ring_add_agents(keys->others, policy, false, f);
}

int approval_keys_new(
	struct approval_keys **out, const struct policy *policy, uid_t owner, struct fault *f)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return fault_memory(f);
	(*out)->policy = policy;
	if (keys_fill(*out, owner, f) == 0)
		return 0;
	approval_keys_free(*out);
	*out = NULL;
	return -1;
}

void approval_keys_free(struct approval_keys *keys)
{
	if (!keys)
		return;
	keyring_free(keys->approving);
	keyring_free(keys->others);
	free(keys);
}

static bool is_hex(struct span text, size_t len)
{
	if (text.len != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!strchr("0123456789abcdef", text.data[i]) || !text.data[i])
			return false;
	return true;
}

static void refuse_shown(
	struct buf *refused, const char *before, struct span bytes, const char *after)
{
	buf_adds(refused, before);
	(void)text_escape(refused, bytes);
	buf_adds(refused, after);
}

/* `refs/countersign/approvals/<id>/<person>` */
static const struct person *read_name(
	const struct approval_subject *subject, struct approval *out, struct buf *refused)
{
	const char *rest = subject->ref + strlen(prefix), *slash = strchr(rest, '/');

	if (!slash || !is_hex((struct span){ rest, (size_t)(slash - rest) }, ID_LEN) || !slash[1] ||
		strchr(slash + 1, '/')) {
		buf_adds(refused,
			"approvals are pushed to refs/countersign/approvals/<id>/<your name>");
		return NULL;
	}
	memcpy(out->id, rest, ID_LEN);
	out->id[ID_LEN] = '\0';
	out->person = policy_person(subject->keys->policy, slash + 1);
	if (!out->person)
		refuse_shown(refused, "nobody in the policy is called ", span_of(slash + 1),
			"; the last part of the ref must be your name there");
	return out->person;
}

/* The message's last paragraph. */
static struct span last_paragraph(struct span message)
{
	size_t start, end = message.len;

	while (end && message.data[end - 1] == '\n')
		end--;
	start = end;
	while (start &&
		!(message.data[start - 1] == '\n' && start >= 2 && message.data[start - 2] == '\n'))
		start--;
	return (struct span){ message.data + start, end - start };
}

/*
 * The value of the one line `key: value` of the paragraph; empty data when there is none, or more
 * than one.
 */
static struct span trailer(struct span paragraph, const char *key)
{
	struct span found = { 0 };
	size_t key_len = strlen(key);
	int count = 0;

	while (paragraph.len) {
		const char *feed = memchr(paragraph.data, '\n', paragraph.len);
		size_t len = feed ? (size_t)(feed - paragraph.data) : paragraph.len;
		struct span line = { paragraph.data, len };

		if (span_starts(line, key) && line.len > key_len + 2 &&
			memcmp(line.data + key_len, ": ", 2) == 0) {
			found = (struct span){ line.data + key_len + 2, line.len - key_len - 2 };
			count++;
		}
		paragraph.data += len + (feed != NULL);
		paragraph.len -= len + (feed != NULL);
	}
	return count == 1 ? found : (struct span){ 0 };
}

/* The value of a line that may be there, once; false when it is there in another way. */
static bool read_optional(
	struct span paragraph, const char *key, char *out, size_t size, struct buf *refused)
{
	struct span value = trailer(paragraph, key);
	char line[64];

	if (value.len && value.len < size) {
		memcpy(out, value.data, value.len);
		out[value.len] = '\0';
		return true;
	}
	(void)snprintf(line, sizeof(line), "\n%s:", key);
	if (!value.len && !span_starts(paragraph, line + 1) &&
		!memmem(paragraph.data, paragraph.len, line, strlen(line)))
		return true;
	buf_addf(refused, "the tag's message may have one line `%s: ...`, and it must be whole",
		key);
	return false;
}

static bool read_about(struct span paragraph, struct approval *out, struct buf *refused)
{
	return read_optional(paragraph, "Countersign-Repository", out->repository,
		       sizeof(out->repository), refused) &&
	       read_optional(paragraph, "Countersign-Ref", out->ref, sizeof(out->ref), refused);
}

/* What stands above the last paragraph: why it was decided so. */
static void keep_words(struct approval *out, struct span message, struct span paragraph)
{
	size_t len = (size_t)(paragraph.data - message.data);
	const bool cut = len >= sizeof(out->why);

	if (cut)
		len = sizeof(out->why) - 1;
	while (cut && len && (message.data[len] & 0xc0) == 0x80)
		len--; /* not within a character */
	while (len && strchr("\n ", message.data[len - 1]))
		len--;
	memcpy(out->why, message.data, len);
	out->why[len] = '\0';
}

static bool read_message(const struct tag *tag, struct approval *out, struct buf *refused)
{
	struct span paragraph = last_paragraph(tag->message);
	struct span digest = trailer(paragraph, "Countersign-Digest");
	struct span decision = trailer(paragraph, "Countersign-Decision");
	size_t i = 0;

	keep_words(out, tag->message, paragraph);
	if (!is_hex(digest, DIGEST_LEN)) {
		buf_adds(refused, "the last paragraph of the tag's message must have one line "
				  "`Countersign-Digest: <64 hex digits>`");
		return false;
	}
	memcpy(out->digest, digest.data, DIGEST_LEN);
	out->digest[DIGEST_LEN] = '\0';
	while (i < 3 && !span_is(decision, decision_words[i]))
		i++;
	if (i == 3) {
		buf_adds(refused, "the last paragraph of the tag's message must have one line "
				  "`Countersign-Decision: approve`, `reject` or `withdraw`");
		return false;
	}
	out->decision = (enum approval_decision)i;
	if (memcmp(out->digest, out->id, ID_LEN) != 0) {
		buf_addf(refused, "the tag's digest does not match hold %s", out->id);
		return false;
	}
	return read_about(paragraph, out, refused);
}

/* Says whose key it is that cannot approve. */
static int explain_signer(const struct approval_subject *subject, const struct tag *tag,
	const struct approval *approval, struct buf *refused, struct fault *f)
{
	struct signature_check check = { 0 };

	if (signature_of_tag(subject->keys->others, tag, subject->now, &check, f) < 0)
		return -1;
	if (check.verdict == SIGNATURE_GOOD && check.owner.agent)
		buf_addf(refused, "signed by %s, which is the agent %s's: agents approve nothing",
			check.fingerprint, check.owner.agent->name);
	else if (check.verdict == SIGNATURE_GOOD && check.owner.person == approval->person)
		buf_addf(refused, "signed by %s, which is not one of %s's approval keys",
			check.fingerprint, approval->person->name);
	else if (check.verdict == SIGNATURE_GOOD)
		buf_addf(refused, "signed by %s, which is %s's, not %s's", check.fingerprint,
			check.owner.person->name, approval->person->name);
	else if (check.verdict == SIGNATURE_UNKNOWN)
		buf_addf(refused, "signed by %s, which is not registered: ask an admin to add it",
			check.fingerprint);
	else
		refuse_shown(refused, "its signature is not good: ", span_of(check.why), "");
	return 0;
}

static int read_signature(const struct approval_subject *subject, const struct tag *tag,
	struct approval *out, struct buf *refused, struct fault *f)
{
	struct signature_check check = { 0 };

	if (!tag->signature.len) {
		buf_adds(refused, "the tag is not signed: make it with git tag -s");
		return 0;
	}
	if (signature_of_tag(subject->keys->approving, tag, subject->now, &check, f) < 0)
		return -1;
	if (check.verdict != SIGNATURE_GOOD || check.owner.person != out->person)
		return explain_signer(subject, tag, out, refused, f);
	if (check.passkey && !statement_is((struct span){ tag->raw.data,
						   (size_t)(tag->signature.data - tag->raw.data) },
				     out)) {
		buf_adds(refused, "the tag is not written as one that a passkey signs has to be");
		return 0;
	}
	out->touched = check.touched;
	out->passkey = check.passkey;
	out->counter = check.counter;
	(void)snprintf(out->fingerprint, sizeof(out->fingerprint), "%s", check.fingerprint);
	(void)snprintf(out->primary, sizeof(out->primary), "%s", check.primary);
	out->certified = check.certified;
	return 0;
}

static int read_tag(const struct approval_subject *subject, struct span raw, struct approval *out,
	struct buf *refused, struct fault *f)
{
	struct tag tag;
	const char *why;

	if (tag_parse(&tag, subject->tag->len, raw, &why) < 0) {
		buf_addf(refused, "the tag object is malformed: %s", why);
		return 0;
	}
	if (tag.target_type != OBJECT_COMMIT || !tag.tagger.raw.len) {
		buf_adds(refused, "an approval is a tag, with a tagger, of a commit");
		return 0;
	}
	out->time = tag.tagger.time;
	out->target = tag.target;
	if (!read_message(&tag, out, refused))
		return 0;
	return read_signature(subject, &tag, out, refused, f);
}

int approval_of_tag(const struct approval_subject *subject, struct span raw, struct approval *out,
	struct buf *refused, struct fault *f)
{
	*out = (struct approval){ 0 };
	return read_name(subject, out, refused) ? read_tag(subject, raw, out, refused, f) : 0;
}

int approval_read(const struct approval_subject *subject, struct approval *out, struct buf *refused,
	struct fault *f)
{
	struct object object = { 0 };
	int status = 0;

	*out = (struct approval){ 0 };
	if (!read_name(subject, out, refused))
		return 0;
	if (repo_read(subject->repo, subject->tag, &object, f) < 0)
		return -1;
	if (object.type != OBJECT_TAG)
		buf_adds(refused,
			"an approval is an annotated, signed tag: make it with git tag -s");
	else
		status = approval_of_tag(subject, object.data, out, refused, f);
	object_release(&object);
	return status;
}

bool approval_is_about(const struct approval *approval, const char *repository, const char *ref)
{
	struct buf quoted = BUF_INIT(8192);
	bool same;

	text_quote(&quoted, span_of(ref));
	same = !quoted.failed &&
	       (!approval->repository[0] || strcmp(approval->repository, repository) == 0) &&
	       (!approval->ref[0] || span_is(buf_span(&quoted), approval->ref));
	buf_release(&quoted);
	return same;
}

bool approval_is_timely(const struct approval *approval, int64_t now)
{
	return approval->time <= now + APPROVAL_SKEW && approval->time >= now - APPROVAL_SKEW;
}
