#include "common/key/passkey.h"

#include <stdio.h>
#include <string.h>

#include "common/base/base64.h"
#include "common/base/digest.h"
#include "common/key/armour.h"
#include "common/key/client_data.h"
#include "common/key/cose.h"
#include "common/key/libcrypto.h"
#include "common/key/wire.h"

#define HASH 32
#define AAGUID 16
#define ED25519_SIZE 64

/* Flags of authenticatorData. */
enum {
	FLAG_PRESENT = 0x01,
	FLAG_VERIFIED = 0x04,
	FLAG_MAY_BE_COPIED = 0x08, /* backup eligible */
	FLAG_IS_COPIED = 0x10,     /* backup state */
	FLAG_KEY = 0x40,
	FLAG_EXTENSIONS = 0x80,
	FLAGS_RESERVED = 0x22,
};

/* The lines of an answer, and the most bytes that each may stand for. */
static const struct part {
	const char *name;
	size_t offset, most;
} parts[] = {
	{ "credential ", offsetof(struct passkey_answer, credential), PASSKEY_CREDENTIAL_MAX },
	{ "authenticatorData ", offsetof(struct passkey_answer, authenticator_data),
		PASSKEY_DATA_MAX },
	{ "clientDataJSON ", offsetof(struct passkey_answer, client_data), PASSKEY_CLIENT_MAX },
	{ "signature ", offsetof(struct passkey_answer, signature), PASSKEY_SIGNATURE_MAX },
};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

static struct span *part_of(struct passkey_answer *answer, const struct part *part)
{
	return (struct span *)(void *)((char *)answer + part->offset);
}

int passkey_write(struct buf *out, const struct passkey_answer *answer)
{
	struct passkey_answer copy = *answer;

	buf_adds(out, PASSKEY_BEGIN "\n");
	for (size_t i = 0; i < PARTS; i++) {
		const struct span *bytes = part_of(&copy, &parts[i]);

		if (!bytes->len || bytes->len > parts[i].most)
			return -1;
		buf_adds(out, parts[i].name);
		(void)base64_encode(out, *bytes);
		buf_addc(out, '\n');
	}
	buf_adds(out, PASSKEY_END "\n");
	return out->failed ? -1 : 0;
}

/* Takes one line; its bytes are appended, and their length is what is returned. */
static const char *take_part(
	struct buf *bytes, struct span *text, const struct part *part, size_t *len)
{
	struct span line = armour_line(text);
	size_t before = bytes->len, name = strlen(part->name);

	*len = 0;
	if (!span_starts(line, part->name))
		return "the passkey's answer has other lines, or in another order, than it must "
		       "have";
	line.data += name;
	line.len -= name;
	if (line.len > (part->most + 2) / 3 * 4)
		return "a part of the passkey's answer is longer than any can be";
	if (!line.len || base64_decode(bytes, line) < 0)
		return "the passkey's answer is not strict base64";
	*len = bytes->len - before;
	return *len > part->most ? "a part of the passkey's answer is longer than any can be"
				 : NULL;
}

int passkey_read(struct passkey_text *out, struct span text, const char **why)
{
	size_t lens[PARTS] = { 0 }, at = 0;

	*why = NULL;
	if (text.len > PASSKEY_TEXT_MAX)
		*why = "the passkey's answer is longer than any can be";
	else if (!span_is(armour_line(&text), PASSKEY_BEGIN))
		*why = "the signature is of an unknown kind";
	for (size_t i = 0; !*why && i < PARTS; i++)
		*why = take_part(&out->bytes, &text, &parts[i], &lens[i]);
	if (!*why && (!span_starts(text, PASSKEY_END "\n") || text.len != strlen(PASSKEY_END) + 1))
		*why = "the passkey's answer does not end with its END line";
	for (size_t i = 0; !*why && i < PARTS; i++) {
		*part_of(&out->answer, &parts[i]) = (struct span){ out->bytes.data + at, lens[i] };
		at += lens[i];
	}
	return *why ? -1 : 0;
}

void passkey_release(struct passkey_text *text)
{
	buf_release(&text->bytes);
}

static int sha256(char out[HASH], struct span bytes, struct fault *f)
{
	(void)f;
	digest_sha256((unsigned char *)out, bytes);
	return 0;
}

int passkey_challenge(char out[PASSKEY_CHALLENGE_SIZE], struct span statement, struct fault *f)
{
	struct buf text = BUF_INIT(PASSKEY_CHALLENGE_SIZE);
	char hash[HASH];

	out[0] = '\0';
	if (sha256(hash, statement, f) < 0)
		return -1;
	if (base64_encode(&text, (struct span){ hash, HASH }) < 0) {
		buf_release(&text);
		return fault_memory(f);
	}
	for (size_t i = 0; i < PASSKEY_CHALLENGE_SIZE; i++) {
		char c = text.data[i];

		out[i] = c == '+' ? '-' : c == '/' ? '_' : c == '=' ? '\0' : c;
	}
	buf_release(&text);
	return 0;
}

/* authenticatorData, as far as it is the same for both kinds of answer. */
struct authenticator {
	struct span rp_hash;
	unsigned int flags;
	uint32_t counter;
	struct wire rest;
};

static struct authenticator authenticator_read(struct span bytes)
{
	struct authenticator a = { .rest = wire_of(bytes) };

	a.rp_hash = wire_bytes(&a.rest, HASH);
	a.flags = wire_u8(&a.rest);
	a.counter = wire_u32(&a.rest);
	return a;
}

static const char *why_not_flags(const struct authenticator *a, const struct passkey_site *site)
{
	if (a->rest.failed)
		return "the passkey's authenticatorData is cut short";
	if (a->flags & FLAGS_RESERVED ||
		(a->flags & FLAG_IS_COPIED && !(a->flags & FLAG_MAY_BE_COPIED)))
		return "the passkey's authenticatorData has flags that mean nothing";
	if (!(a->flags & FLAG_PRESENT))
		return "the user was not present: the passkey was not touched";
	if (site->verified && !(a->flags & FLAG_VERIFIED))
		return "the user was not verified, by a PIN or a finger, which the policy demands";
	return NULL;
}

/* Whether it is for this site.  As passkey_verify(). */
static int check_site(const struct authenticator *a, const struct passkey_site *site,
	const char **why, struct fault *f)
{
	char hash[HASH];

	*why = NULL;
	if (!site->origin)
		*why = "no policy in force has a review.url, so no passkey counts";
	else if (!site->rp_id)
		*why = "review.url is a bare address, and passkeys need a name";
	if (*why)
		return 0;
	if (sha256(hash, span_of(site->rp_id), f) < 0)
		return -1;
	*why = why_not_flags(a, site);
	if (!*why && !span_equal(a->rp_hash, (struct span){ hash, HASH }))
		*why = "the passkey answered for another site (rpId) than review.url";
	return 0;
}

/* Whether it is the answer to this statement.  As passkey_verify(). */
static int check_client(const struct passkey_site *site, const char *type, struct span statement,
	struct span client_data, const char **why, struct fault *f)
{
	char challenge[PASSKEY_CHALLENGE_SIZE];

	if (passkey_challenge(challenge, statement, f) < 0)
		return -1;
	*why = client_data_objection(
		client_data, &(struct client_expected){ type, challenge, site->origin });
	return 0;
}

/* Whether libcrypto takes the signature for the key's over the message. */
static bool signature_good(const struct cose_key *key, struct span signature, struct span message)
{
	bool edwards = key->algorithm == COSE_EDDSA;
	EVP_PKEY *pkey = edwards && signature.len != ED25519_SIZE ? NULL : cose_open(key);
	EVP_MD_CTX *ctx = libcrypto()->EVP_MD_CTX_new();
	bool good = pkey && ctx &&
		    libcrypto()->EVP_DigestVerifyInit_ex(
			    ctx, NULL, edwards ? NULL : "SHA256", NULL, NULL, pkey, NULL) == 1 &&
		    libcrypto()->EVP_DigestVerify(ctx, (const unsigned char *)signature.data,
			    signature.len, (const unsigned char *)message.data, message.len) == 1;

	libcrypto()->EVP_MD_CTX_free(ctx);
	libcrypto()->EVP_PKEY_free(pkey);
	libcrypto()->ERR_clear_error();
	return good;
}

/* What a passkey signs: authenticatorData and the hash of clientDataJSON. */
static int check_signature(
	struct span key, const struct passkey_answer *answer, const char **why, struct fault *f)
{
	struct buf message = BUF_INIT(PASSKEY_DATA_MAX + HASH);
	struct cose_key cose;
	char hash[HASH];
	size_t used;

	if (cose_parse(&cose, key, &used, why) < 0)
		return 0;
	if (sha256(hash, answer->client_data, f) < 0)
		return -1;
	buf_addspan(&message, answer->authenticator_data);
	buf_add(&message, hash, HASH);
	if (message.failed) {
		buf_release(&message);
		return fault_memory(f);
	}
	if (used != key.len || !signature_good(&cose, answer->signature, buf_span(&message)))
		*why = "the signature is not by this passkey over this answer";
	buf_release(&message);
	return 0;
}

int passkey_verify(const struct passkey_wanted *wanted, const struct passkey_answer *answer,
	struct passkey_told *told, const char **why, struct fault *f)
{
	struct authenticator a = authenticator_read(answer->authenticator_data);

	*told = (struct passkey_told){ 0 };
	if (check_site(&a, wanted->site, why, f) < 0)
		return -1;
	if (!*why && (a.flags & (FLAG_KEY | FLAG_EXTENSIONS) || !wire_end(&a.rest)))
		*why = "the passkey's authenticatorData has more than was asked for";
	if (!*why && check_client(wanted->site, "webauthn.get", wanted->statement,
			     answer->client_data, why, f) < 0)
		return -1;
	if (!*why && check_signature(wanted->key, answer, why, f) < 0)
		return -1;
	if (!*why)
		*told = (struct passkey_told){ true, (a.flags & FLAG_VERIFIED) != 0, a.counter };
	return 0;
}

/* The credential and its key, which come after the counter. */
static const char *take_made(
	struct authenticator *a, struct span credential, struct passkey_made *made)
{
	struct cose_key key;
	size_t len, used;
	const char *why;

	if (!(a->flags & FLAG_KEY))
		return "the passkey's authenticatorData has no key";
	(void)wire_bytes(&a->rest, AAGUID);
	len = (size_t)wire_u8(&a->rest) << 8;
	len |= wire_u8(&a->rest);
	made->credential = wire_bytes(&a->rest, len);
	if (a->rest.failed || !len || len > PASSKEY_CREDENTIAL_MAX)
		return "the passkey's authenticatorData has no credential, or is cut short";
	if (!span_equal(made->credential, credential))
		return "the answer is of another credential than its authenticatorData";
	if (cose_parse(&key, a->rest.rest, &used, &why) < 0)
		return why;
	made->key = wire_bytes(&a->rest, used);
	made->counter = a->counter;
	/* what extensions say is not used, and nobody has signed it */
	if (!(a->flags & FLAG_EXTENSIONS) && !wire_end(&a->rest))
		return "the passkey's authenticatorData has bytes left over";
	return NULL;
}

int passkey_enrolled(const struct passkey_site *site, struct span statement,
	const struct passkey_answer *answer, struct passkey_made *made, const char **why,
	struct fault *f)
{
	struct authenticator a = authenticator_read(answer->authenticator_data);

	*made = (struct passkey_made){ 0 };
	if (check_site(&a, site, why, f) < 0)
		return -1;
	if (!*why && (answer->authenticator_data.len > PASSKEY_DATA_MAX ||
			     answer->client_data.len > PASSKEY_CLIENT_MAX))
		*why = "a part of the passkey's answer is longer than any can be";
	if (!*why &&
		check_client(site, "webauthn.create", statement, answer->client_data, why, f) < 0)
		return -1;
	if (!*why)
		*why = take_made(&a, answer->credential, made);
	return 0;
}
