#include "common/key/signature.h"

#include <stdio.h>

#include "common/key/armour.h"
#include "common/key/libcrypto.h"
#include "common/key/openpgp.h"
#include "common/key/passkey.h"
#include "common/key/sshsig.h"

/* What an SSH signature is judged by, and what is found. */
struct ssh_case {
	struct keyring *ring;
	struct span payload;
	int64_t now;
	struct signature_check *out;
	struct fault *fault;
	struct keyring_key *by; /* the key that signed, or the authority of its certificate */
	bool touch_optional;
};

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

/*
 * Judges a signature by the key that made it.  `why`: what there is against the key or its
 * certificate; NULL: nothing.
 */
static int ssh_judge(struct ssh_case *at, const struct sshsig *sig, EVP_PKEY *key, const char *why)
{
	struct signature_check *out = at->out;
	bool touched = sig->raw.flags & SSHRAW_FLAG_TOUCHED;
	bool good = key && sshsig_verify(sig, key, at->payload);

	if (why && good)
		out->lapsed = at->by->owner.agent;
	if (why)
		return conclude(out, SIGNATURE_BAD, why);
	if (!key)
		return conclude(out, SIGNATURE_BAD, "libcrypto does not accept its key");
	if (!good)
		return conclude(out, SIGNATURE_BAD, "the content does not match the signature");
	if (sig->key.type->hardware && !touched && !at->touch_optional)
		return conclude(out, SIGNATURE_BAD, "the hardware key was not touched");
	out->owner = at->by->owner;
	out->hardware = sig->key.type->hardware;
	out->touched = out->hardware && touched;
	return conclude(out, SIGNATURE_GOOD, "");
}

/* Judges a signature by a key that the ring has `count` times, the first being at->by. */
static int key_judge(const struct sshsig *sig, size_t count, struct ssh_case *at)
{
	const struct krl_subject subject = { sig->blob, NULL };
	const char *why = keyring_why_invalid(at->by, count, at->now);
	bool revoked = false;

	if (!why && keyring_is_revoked(at->ring, sig->blob, &subject, &revoked, at->fault) < 0)
		return -1;
	if (revoked)
		why = "its key is revoked by revoked_keys";
	if (!at->by->pkey)
		at->by->pkey = sshkey_open(&sig->key);
	at->touch_optional = at->by->key->touch_optional;
	return ssh_judge(at, sig, at->by->pkey, why);
}

/*
 * Why the key that is certified counts for nothing, whatever the authority says: it is revoked, or
 * the policy says itself whose it is.
 */
static const char *certified_objection(const struct ssh_case *at, struct span plain)
{
	size_t count;
	const struct keyring_key *keys = keyring_find(at->ring, plain, &count);

	for (size_t i = 0; i < count; i++) {
		if (keys[i].key->revoked)
			return "its key is revoked in the policy";
		if (!keys[i].key->holder || !at->by->key->holder ||
			strcmp(keys[i].key->holder, at->by->key->holder) != 0)
			return "its certificate is for a key that the policy gives to somebody "
			       "else";
	}
	return NULL;
}

/* What there is against a certificate that the authority signed; NULL: nothing. */
static const char *certificate_objection(
	const struct sshsig *sig, struct span plain, const struct ssh_case *at)
{
	const struct sshcert *cert = &sig->certificate;
	const char *why = keyring_why_authority_invalid(at->ring, at->by, at->now);

	if (!why)
		why = certified_objection(at, plain);
	if (why)
		return why;
	if (cert->signer.type->hardware && !(cert->signature.flags & SSHRAW_FLAG_TOUCHED) &&
		!at->by->key->touch_optional)
		return "its certificate's authority is a hardware key that was not touched";
	return sshcert_why_invalid(cert, at->now, sig->raw.flags);
}

/* Whether the authority signed the certificate. */
static bool is_vouched_for(const struct ssh_case *at, const struct sshcert *cert)
{
	if (!at->by->pkey)
		at->by->pkey = sshkey_open(&cert->signer);
	return at->by->pkey && sshcert_verify(cert, at->by->pkey);
}

/* Judges a signature by a certificate, whose key is `plain` and whose authority is at->by. */
static int vouched_judge(const struct sshsig *sig, struct span plain, struct ssh_case *at)
{
	const struct sshcert *cert = &sig->certificate;
	const struct krl_subject subject = { plain, cert };
	const char *why = certificate_objection(sig, plain, at);
	EVP_PKEY *key = sshkey_open(&sig->key);
	bool revoked = false;
	int status = 0;

	if (!why)
		status = keyring_is_revoked(at->ring, sig->blob, &subject, &revoked, at->fault);
	if (revoked)
		why = "its certificate or a key of it is revoked by revoked_keys";
	at->touch_optional = at->by->key->touch_optional && sshcert_touch_optional(cert);
	if (status == 0)
		status = ssh_judge(at, sig, key, why);
	libcrypto()->EVP_PKEY_free(key);
	return status;
}

static int certificate_judge(const struct sshsig *sig, struct span plain, struct ssh_case *at)
{
	const struct sshcert *cert = &sig->certificate;
	bool several;

	at->by = keyring_find_authority(at->ring, cert, &at->out->certified.principal, &several);
	if (!at->by)
		return conclude(at->out, SIGNATURE_UNKNOWN,
			"its certificate is for nobody whom an authority of the policy may name");
	if (several)
		return conclude(at->out, SIGNATURE_BAD,
			"its certificate names more than one whom the policy knows");
	if (!is_vouched_for(at, cert))
		return conclude(at->out, SIGNATURE_BAD,
			"its certificate is not signed by the authority that it names");
	return vouched_judge(sig, plain, at);
}

/* Notes what the certificate says, which is the pusher's word until it is found to be good. */
static void tell_certificate(struct signature_check *out, const struct sshcert *cert)
{
	struct buf text = BUF_INIT(SSHCERT_PRINCIPALS_MAX);
	struct span list = cert->principals, name;

	out->certified.is = true;
	out->certified.serial = cert->serial;
	sshkey_fingerprint(out->certified.authority, cert->authority);
	memcpy(out->certified.key_id, cert->id.data, cert->id.len);
	while (list.len && sshcert_principal(&list, &name)) {
		(void)buf_addspan(&text, name);
		(void)buf_addc(&text, '\n');
	}
	if (text.len)
		memcpy(out->principals, text.data, text.len);
	buf_release(&text);
}

static int ssh_verify(struct keyring *ring, struct span payload, struct span bytes, int64_t now,
	struct signature_check *out, struct fault *f)
{
	struct ssh_case at = {
		.ring = ring, .payload = payload, .now = now, .out = out, .fault = f
	};
	struct buf plain = BUF_INIT(ARMOUR_MAX);
	struct sshsig sig;
	size_t count;
	const char *why;
	enum sshraw_result result = sshsig_parse(&sig, bytes, &why);
	int status;

	if (result == SSHRAW_READ && sig.certified) {
		sshcert_plain(&plain, &sig.certificate);
		tell_certificate(out, &sig.certificate);
	} else {
		(void)buf_addspan(&plain, sig.blob);
	}
	if (plain.len)
		sshkey_fingerprint(out->fingerprint, buf_span(&plain));
	at.by = keyring_find(ring, buf_span(&plain), &count);
	if (plain.failed)
		status = fault_memory(f);
	else if (result != SSHRAW_READ)
		status = conclude(
			out, result == SSHRAW_REFUSED ? SIGNATURE_BAD : SIGNATURE_MALFORMED, why);
	else if (sig.certified)
		status = certificate_judge(&sig, buf_span(&plain), &at);
	else if (at.by)
		status = key_judge(&sig, count, &at);
	else
		status = conclude(out, SIGNATURE_UNKNOWN, "its key is not registered");
	buf_release(&plain);
	return status;
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
	const struct passkey_wanted wanted = { &at->site, payload, keys->key->blob };
	struct passkey_told told;

	(void)snprintf(out->fingerprint, sizeof(out->fingerprint), "%s", keys->key->fingerprint);
	if (why)
		return conclude(out, SIGNATURE_BAD, why);
	if (passkey_verify(&wanted, &at->text.answer, &told, &why, at->fault) < 0)
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
			      : conclude(out, SIGNATURE_UNKNOWN, "its passkey is not registered");
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

int signature_certificate(const struct certificate **out, const struct certified *certified,
	const char *fingerprint, struct arena *arena)
{
	struct certificate *kept = certified->is ? arena_alloc(arena, sizeof(*kept)) : NULL;

	*out = kept;
	if (!kept)
		return certified->is ? -1 : 0;
	*kept = (struct certificate){ certified->serial, arena_strdup(arena, certified->key_id),
		certified->principal, arena_strdup(arena, certified->authority),
		arena_strdup(arena, fingerprint) };
	return kept->key_id && kept->authority && kept->key ? 0 : -1;
}
