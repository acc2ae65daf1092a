#include "common/key/signature.h"

#include <stdio.h>

#include "common/key/armour.h"
#include "common/key/openpgp.h"
#include "common/key/passkey.h"
#include "common/key/sshsig.h"

/* An answer of a passkey, and what it is judged by. */
struct passkey_case {
	struct passkey_text text;
	struct passkey_site site;
	int64_t now;
	struct fault *fault;
};

static int conclude(struct signature_check *out, enum signature_verdict verdict, const char *why)
{
	out->verdict = verdict;
	snprintf(out->why, sizeof(out->why), "%s", why);
	return 0;
}

/* Judges a signature by a key that the ring has `count` times. */
static int ssh_judge(struct keyring_key *keys, size_t count, const struct sshsig *sig,
	struct span payload, int64_t now, struct signature_check *out)
{
	const char *why = keyring_why_invalid(keys, count, now);
	bool touched = sig->flags & SSHSIG_FLAG_TOUCHED;

	if (why)
		return conclude(out, SIGNATURE_BAD, why);
	if (!keys->pkey)
		keys->pkey = sshkey_open(&sig->key);
	if (!keys->pkey)
		return conclude(out, SIGNATURE_BAD, "its key is no key that libcrypto takes");
	if (!sshsig_verify(sig, keys->pkey, payload))
		return conclude(out, SIGNATURE_BAD, "the signature is not over this content");
	if (sig->key.type->hardware && !touched && !keys->key->touch_optional)
		return conclude(out, SIGNATURE_BAD, "the hardware key was not touched");
	out->owner = keys->owner;
	out->hardware = sig->key.type->hardware;
	out->touched = out->hardware && touched;
	return conclude(out, SIGNATURE_GOOD, "");
}

static int ssh_verify(struct keyring *ring, struct span payload, struct span bytes, int64_t now,
	struct signature_check *out, struct fault *f)
{
	char fingerprint[SSHKEY_FINGERPRINT_SIZE];
	struct keyring_key *keys;
	struct sshsig sig;
	size_t count;
	const char *why;
	enum sshsig_result result = sshsig_parse(&sig, bytes, &why);

	(void)f;
	if (sig.blob.len) {
		sshkey_fingerprint(fingerprint, sig.blob);
		snprintf(out->fingerprint, sizeof(out->fingerprint), "%s", fingerprint);
	}
	if (result != SSHSIG_READ)
		return conclude(
			out, result == SSHSIG_REFUSED ? SIGNATURE_BAD : SIGNATURE_MALFORMED, why);
	keys = keyring_find(ring, sig.blob, &count);
	if (!keys)
		return conclude(out, SIGNATURE_UNKNOWN, "its key is in no policy");
	return ssh_judge(keys, count, &sig, payload, now, out);
}

static int x509_verify(struct keyring *ring, struct span payload, struct span bytes, int64_t now,
	struct signature_check *out, struct fault *f)
{
	(void)ring, (void)payload, (void)bytes, (void)now, (void)f;
	return conclude(out, SIGNATURE_BAD, "x509 signatures are not supported");
}

/* By enum armour_kind. */
static int (*const formats[])(struct keyring *ring, struct span payload, struct span bytes,
	int64_t now, struct signature_check *out, struct fault *f) = {
	[ARMOUR_SSH] = ssh_verify,
	[ARMOUR_OPENPGP] = openpgp_verify,
	[ARMOUR_X509] = x509_verify,
};

int signature_verify(struct keyring *ring, struct span payload, struct span armoured, int64_t now,
	struct signature_check *out, struct fault *f)
{
	struct armour armour = ARMOUR_INIT;
	const char *why;
	int result;

	*out = (struct signature_check){ 0 };
	if (armour_read(&armour, armoured, &why) < 0)
		result = conclude(out, SIGNATURE_MALFORMED, why);
	else if (armour.headers)
		result = conclude(out, SIGNATURE_BAD,
			"the signature has armour headers (Version, Comment), which nobody signed");
	else
		result = formats[armour.kind](ring, payload, buf_span(&armour.bytes), now, out, f);
	armour_release(&armour);
	return result;
}

/* Judges an answer by a passkey that the ring has `count` times. */
static int passkey_judge(const struct keyring_key *keys, size_t count, struct span payload,
	struct signature_check *out, struct passkey_case *at)
{
	const char *why = keyring_why_invalid(keys, count, at->now);
	struct passkey_told told;

	(void)snprintf(out->fingerprint, sizeof(out->fingerprint), "%s", keys->key->fingerprint);
	if (why)
		return conclude(out, SIGNATURE_BAD, why);
	if (passkey_verify(&at->site, keys->key->blob, payload, &at->text.answer, &told, &why,
		    at->fault) < 0)
		return -1;
	if (why)
		return conclude(out, SIGNATURE_BAD, why);
	out->owner = keys->owner;
	out->passkey = true;
	out->touched = told.verified;
	out->counter = told.counter;
	return conclude(out, SIGNATURE_GOOD, "");
}

static int passkey_check(struct keyring *ring, struct span payload, struct span text, int64_t now,
	struct signature_check *out, struct fault *f)
{
	struct passkey_case at = { PASSKEY_TEXT_INIT, keyring_site(ring), now, f };
	const struct keyring_key *keys;
	const char *why;
	size_t count;
	int result;

	if (passkey_read(&at.text, text, &why) < 0) {
		result = conclude(out, SIGNATURE_MALFORMED, why);
	} else {
		keys = keyring_find_passkey(ring, at.text.answer.credential, &count);
		(void)snprintf(out->fingerprint, sizeof(out->fingerprint), "a passkey");
		result = keys ? passkey_judge(keys, count, payload, out, &at)
			      : conclude(out, SIGNATURE_UNKNOWN, "its passkey is in no policy");
	}
	passkey_release(&at.text);
	return result;
}

/* Takes the name and the leading blanks off a header's lines; -1 when they are none of ours. */
static int header_unfold(struct buf *out, struct span lines)
{
	const char *blank = memchr(lines.data, ' ', lines.len);

	if (!span_starts(lines, "gpgsig") || !blank)
		return -1;
	lines.len -= (size_t)(blank + 1 - lines.data);
	lines.data = blank + 1;
	for (;;) {
		buf_addspan(out, armour_line(&lines));
		buf_addc(out, '\n');
		if (!lines.len)
			return 0;
		if (lines.data[0] != ' ')
			return -1;
		lines.data++;
		lines.len--;
	}
}

/* The commit without its signature's header. */
static void commit_payload(struct buf *out, const struct commit *commit)
{
	size_t before = (size_t)(commit->signature.data - commit->raw.data);
	size_t after = before + commit->signature.len;

	buf_add(out, commit->raw.data, before);
	buf_add(out, commit->raw.data + after, commit->raw.len - after);
}

int signature_of_commit(struct keyring *ring, const struct commit *commit, int64_t now,
	struct signature_check *out, struct fault *f)
{
	struct buf payload = BUF_INIT(commit->raw.len), armoured = BUF_INIT(ARMOUR_MAX);
	int result;

	*out = (struct signature_check){ 0 };
	if (!commit->signature.len)
		return 0;
	if (commit->signature_foreign)
		return conclude(out, SIGNATURE_BAD,
			commit->tree.len == OID_SHA256
				? "gpgsig signs another object than this, in SHA-1"
				: "gpgsig-sha256 signs another object than this");
	if (commit->signature.len > ARMOUR_MAX)
		return conclude(
			out, SIGNATURE_MALFORMED, "the signature is longer than any can be");
	commit_payload(&payload, commit);
	if (header_unfold(&armoured, commit->signature) < 0)
		result = conclude(out, SIGNATURE_MALFORMED, "the signature's header is not folded");
	else if (payload.failed || armoured.failed)
		result = fault_memory(f);
	else
		result = signature_verify(
			ring, buf_span(&payload), buf_span(&armoured), now, out, f);
	buf_release(&payload);
	buf_release(&armoured);
	return result;
}

/* Whether a line before the signature could be taken for the begin of another. */
static bool begins_before(struct span text)
{
	while (text.len)
		if (armour_begins(armour_line(&text)))
			return true;
	return false;
}

int signature_of_tag(struct keyring *ring, const struct tag *tag, int64_t now,
	struct signature_check *out, struct fault *f)
{
	struct span payload = tag->raw;

	*out = (struct signature_check){ 0 };
	if (!tag->signature.len)
		return 0;
	payload.len -= tag->signature.len;
	if (span_ends(tag->signature, "\n\n"))
		return conclude(out, SIGNATURE_MALFORMED, "there is something after the signature");
	if (begins_before(payload))
		return conclude(out, SIGNATURE_MALFORMED, "there is more than one signature");
	if (span_starts(tag->signature, PASSKEY_BEGIN))
		return passkey_check(ring, payload, tag->signature, now, out, f);
	return signature_verify(ring, payload, tag->signature, now, out, f);
}
