#include "common/key/sshsig.h"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "common/base/buf.h"
#include "common/key/wire.h"

static const char MAGIC[] = "SSHSIG";
static const char GIT[] = "git";

#define VERSION 1
#define ED25519_SIZE 64
#define MESSAGE_MAX 512 /* magic, namespace, name of the hash, hash; or the authenticator's data */

static const char CUT[] = "the signature is cut short, or has bytes left over";

static const struct {
	const char *name, *digest;
} hashes[] = {
	{ "sha256", "SHA256" },
	{ "sha512", "SHA512" },
};

/* Signatures that RSA keys make: RFC 8332. */
static const struct {
	const char *name, *digest;
} rsa_signatures[] = {
	{ "rsa-sha2-256", "SHA256" },
	{ "rsa-sha2-512", "SHA512" },
};

/* The name in libcrypto, or NULL. */
static const char *hash_find(struct span name)
{
	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++)
		if (span_is(name, hashes[i].name))
			return hashes[i].digest;
	return NULL;
}

/* Whether the key makes signatures of this type; *digest is then what it hashes with. */
static bool signature_fits(const struct sshkey_type *type, struct span name, const char **digest)
{
	*digest = type->digest;
	if (type->signature)
		return span_is(name, type->signature);
	for (size_t i = 0; i < sizeof(rsa_signatures) / sizeof(rsa_signatures[0]); i++) {
		if (!span_is(name, rsa_signatures[i].name))
			continue;
		*digest = rsa_signatures[i].digest;
		return true;
	}
	return false;
}

/* Reads what stands inside the last string. */
static enum sshsig_result inner_parse(struct sshsig *out, struct span bytes, const char **why)
{
	struct wire w = wire_of(bytes);
	struct span type = wire_string(&w);

	out->signature = wire_string(&w);
	if (out->key.type->hardware) {
		out->flags = wire_u8(&w);
		out->counter = wire_u32(&w);
	}
	if (!wire_end(&w)) {
		*why = CUT;
		return SSHSIG_MALFORMED;
	}
	if (!signature_fits(out->key.type, type, &out->digest)) {
		*why = "the signature is of a kind that its key does not make, or a weak one";
		return SSHSIG_REFUSED;
	}
	return SSHSIG_READ;
}

enum sshsig_result sshsig_parse(struct sshsig *out, struct span blob, const char **why)
{
	struct wire w = wire_of(blob);
	struct span magic = wire_bytes(&w, strlen(MAGIC)), reserved, inner;
	uint32_t version = wire_u32(&w);

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
		return SSHSIG_MALFORMED;
	if (version != VERSION)
		*why = "the SSH signature is of a version that is not known";
	else if (sshkey_parse(&out->key, out->blob, why) < 0)
		return SSHSIG_REFUSED;
	else if (reserved.len)
		*why = "the reserved field of the SSH signature is in use";
	else if (!span_is(out->name_space, GIT))
		*why = "the SSH signature is for another namespace than git";
	else if (!hash_find(out->hash))
		*why = "the SSH signature uses a hash that is not known, or weak";
	return *why ? SSHSIG_REFUSED : inner_parse(out, inner, why);
}

/* Adds the hash of the bytes; a failure is seen in out->failed. */
static void add_hash(struct buf *out, const char *digest, struct span bytes)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	size_t size = 0;

	if (EVP_Q_digest(NULL, digest, NULL, bytes.data, bytes.len, hash, &size) == 1)
		buf_add(out, hash, size);
	else
		out->failed = true;
}

static void add_u32(struct buf *out, uint32_t value)
{
	const unsigned char bytes[] = { (unsigned char)(value >> 24), (unsigned char)(value >> 16),
		(unsigned char)(value >> 8), (unsigned char)value };

	buf_add(out, bytes, sizeof(bytes));
}

static void add_string(struct buf *out, struct span bytes)
{
	add_u32(out, (uint32_t)bytes.len);
	buf_addspan(out, bytes);
}

/* What an SSH signature signs. */
static void add_message(struct buf *out, const struct sshsig *sig, struct span payload)
{
	struct buf hash = BUF_INIT(EVP_MAX_MD_SIZE);

	add_hash(&hash, hash_find(sig->hash), payload);
	buf_adds(out, MAGIC);
	add_string(out, sig->name_space);
	add_string(out, span_of(""));
	add_string(out, sig->hash);
	add_string(out, buf_span(&hash));
	out->failed |= hash.failed;
	buf_release(&hash);
}

/* What the authenticator signs instead. */
static void add_hardware_message(struct buf *out, const struct sshsig *sig, struct span payload)
{
	struct buf message = BUF_INIT(MESSAGE_MAX);

	add_message(&message, sig, payload);
	add_hash(out, "SHA256", sig->key.application);
	buf_addc(out, (char)sig->flags);
	add_u32(out, sig->counter);
	add_hash(out, "SHA256", buf_span(&message));
	out->failed |= message.failed;
	buf_release(&message);
}

/* SSH's two numbers in the form that libcrypto wants; 0, with *der NULL, when they are none. */
static int ecdsa_der(unsigned char **der, struct span signature)
{
	struct wire w = wire_of(signature);
	struct span r = wire_number(&w), s = wire_number(&w);
	ECDSA_SIG *pair = NULL;
	BIGNUM *bn_r, *bn_s;
	int size = 0;

	*der = NULL;
	if (!wire_end(&w) || r.len > 66 || s.len > 66)
		return 0;
	bn_r = BN_bin2bn((const unsigned char *)r.data, (int)r.len, NULL);
	bn_s = BN_bin2bn((const unsigned char *)s.data, (int)s.len, NULL);
	pair = ECDSA_SIG_new();
	if (pair && bn_r && bn_s && ECDSA_SIG_set0(pair, bn_r, bn_s) == 1) {
		bn_r = bn_s = NULL;
		size = i2d_ECDSA_SIG(pair, der);
	}
	ECDSA_SIG_free(pair);
	BN_free(bn_r);
	BN_free(bn_s);
	return size > 0 ? size : 0;
}

/* Whether libcrypto takes the bytes for the key's signature over the message. */
static bool bytes_verify(
	const struct sshsig *sig, EVP_PKEY *key, struct span bytes, struct span message)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx &&
		    EVP_DigestVerifyInit_ex(ctx, NULL, sig->digest, NULL, NULL, key, NULL) == 1 &&
		    EVP_DigestVerify(ctx, (const unsigned char *)bytes.data, bytes.len,
			    (const unsigned char *)message.data, message.len) == 1;

	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return good;
}

static bool message_verify(const struct sshsig *sig, EVP_PKEY *key, struct span message)
{
	struct span bytes = sig->signature;
	unsigned char *der;
	bool good;

	switch (sig->key.type->family) {
	case SSHKEY_ED25519:
		return bytes.len == ED25519_SIZE && bytes_verify(sig, key, bytes, message);
	case SSHKEY_RSA:
		return bytes.len == sig->key.modulus.len && bytes_verify(sig, key, bytes, message);
	case SSHKEY_ECDSA:
		bytes.len = (size_t)ecdsa_der(&der, sig->signature);
		bytes.data = (const char *)der;
		good = bytes.len && bytes_verify(sig, key, bytes, message);
		OPENSSL_free(der);
		return good;
	}
	return false;
}

bool sshsig_verify(const struct sshsig *sig, EVP_PKEY *key, struct span payload)
{
	struct buf message = BUF_INIT(MESSAGE_MAX);
	bool good;

	if (sig->key.type->hardware)
		add_hardware_message(&message, sig, payload);
	else
		add_message(&message, sig, payload);
	good = !message.failed && message_verify(sig, key, buf_span(&message));
	buf_release(&message);
	return good;
}
