#include "common/key/sshsig.h"

#include "common/base/buf.h"
#include "common/key/libcrypto.h"
#include "common/key/wire.h"

static const char MAGIC[] = "SSHSIG";
static const char GIT[] = "git";

#define VERSION 1
#define MESSAGE_MAX 512 /* magic, namespace, name of the hash, hash */

static const char CUT[] = "the signature is cut short, or has bytes left over";

static const struct {
	const char *name, *digest;
} hashes[] = {
	{ "sha256", "SHA256" },
	{ "sha512", "SHA512" },
};

/* The name in libcrypto, or NULL. */
static const char *hash_find(struct span name)
{
	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++)
		if (span_is(name, hashes[i].name))
			return hashes[i].digest;
	return NULL;
}

/* Reads the key that signed, or its certificate. */
static enum sshraw_result signer_parse(struct sshsig *out, const char **why)
{
	enum sshraw_result result;

	if (!sshcert_is(out->blob))
		return sshkey_parse(&out->key, out->blob, why) < 0 ? SSHRAW_REFUSED : SSHRAW_READ;
	result = sshcert_parse(&out->certificate, out->blob, why);
	out->certified = result == SSHRAW_READ;
	out->key = out->certificate.key;
	return result;
}

enum sshraw_result sshsig_parse(struct sshsig *out, struct span blob, const char **why)
{
	struct wire w = wire_of(blob);
	struct span magic = wire_bytes(&w, strlen(MAGIC)), reserved, inner;
	uint32_t version = wire_u32(&w);
	enum sshraw_result result;

	*out = (struct sshsig){ .blob = wire_string(&w) };
	*why = NULL;
	out->name_space = wire_string(&w);
	reserved = wire_string(&w);
	out->hash = wire_string(&w);
	inner = wire_string(&w);
	if (!span_is(magic, MAGIC))
		*why = "this is no SSH signature";
	else if (version == VERSION && !wire_end(&w))
		*why = CUT;
	if (*why)
		return SSHRAW_MALFORMED;
	if (version != VERSION)
		*why = "the SSH signature is of a version that is not known";
	else if (reserved.len)
		*why = "the reserved field of the SSH signature is in use";
	else if (!span_is(out->name_space, GIT))
		*why = "the SSH signature is for another namespace than git";
	else if (!hash_find(out->hash))
		*why = "the SSH signature uses a hash that is not known, or weak";
	result = *why ? SSHRAW_REFUSED : signer_parse(out, why);
	return result == SSHRAW_READ ? sshraw_parse(&out->raw, &out->key, inner, why) : result;
}

/* What an SSH signature signs. */
static void add_message(struct buf *out, const struct sshsig *sig, struct span payload)
{
	struct buf hash = BUF_INIT(EVP_MAX_MD_SIZE);

	wire_put_hash(&hash, hash_find(sig->hash), payload);
	buf_adds(out, MAGIC);
	wire_put_string(out, sig->name_space);
	wire_put_string(out, span_of(""));
	wire_put_string(out, sig->hash);
	wire_put_string(out, buf_span(&hash));
	out->failed |= hash.failed;
	buf_release(&hash);
}

bool sshsig_verify(const struct sshsig *sig, EVP_PKEY *key, struct span payload)
{
	struct buf message = BUF_INIT(MESSAGE_MAX);
	bool good;

	add_message(&message, sig, payload);
	good = !message.failed && sshraw_verify(&sig->raw, &sig->key, key, buf_span(&message));
	buf_release(&message);
	return good;
}
