#include "common/key/sshraw.h"

#include "common/base/buf.h"
#include "common/key/libcrypto.h"
#include "common/key/wire.h"

#define ED25519_SIZE 64
#define HARDWARE_MAX 128 /* two hashes, flags and a counter */

/* Signatures that RSA keys make: RFC 8332. */
static const struct {
	const char *name, *digest;
} rsa_signatures[] = {
	{ "rsa-sha2-256", "SHA256" },
	{ "rsa-sha2-512", "SHA512" },
};

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

enum sshraw_result sshraw_parse(
	struct sshraw *out, const struct sshkey *by, struct span bytes, const char **why)
{
	struct wire w = wire_of(bytes);
	struct span kind = wire_string(&w);

	*out = (struct sshraw){ .signature = wire_string(&w) };
	*why = NULL;
	if (by->type->hardware) {
		out->flags = wire_u8(&w);
		out->counter = wire_u32(&w);
	}
	if (!wire_end(&w)) {
		*why = "the signature is cut short, or has bytes left over";
		return SSHRAW_MALFORMED;
	}
	if (!signature_fits(by->type, kind, &out->digest)) {
		*why = "the signature is of a kind that its key does not make, or a weak one";
		return SSHRAW_REFUSED;
	}
	return SSHRAW_READ;
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
	bn_r = libcrypto()->BN_bin2bn((const unsigned char *)r.data, (int)r.len, NULL);
	bn_s = libcrypto()->BN_bin2bn((const unsigned char *)s.data, (int)s.len, NULL);
	pair = libcrypto()->ECDSA_SIG_new();
	if (pair && bn_r && bn_s && libcrypto()->ECDSA_SIG_set0(pair, bn_r, bn_s) == 1) {
		bn_r = bn_s = NULL;
		size = libcrypto()->i2d_ECDSA_SIG(pair, der);
	}
	libcrypto()->ECDSA_SIG_free(pair);
	libcrypto()->BN_free(bn_r);
	libcrypto()->BN_free(bn_s);
	return size > 0 ? size : 0;
}

/* Whether libcrypto takes the bytes for the key's signature over the message. */
static bool bytes_verify(const char *digest, EVP_PKEY *key, struct span bytes, struct span message)
{
	EVP_MD_CTX *ctx = libcrypto()->EVP_MD_CTX_new();
	bool good = ctx &&
		    libcrypto()->EVP_DigestVerifyInit_ex(
			    ctx, NULL, digest, NULL, NULL, key, NULL) == 1 &&
		    libcrypto()->EVP_DigestVerify(ctx, (const unsigned char *)bytes.data, bytes.len,
			    (const unsigned char *)message.data, message.len) == 1;

	libcrypto()->EVP_MD_CTX_free(ctx);
	libcrypto()->ERR_clear_error();
	return good;
}

static bool message_verify(
	const struct sshraw *raw, const struct sshkey *by, EVP_PKEY *key, struct span message)
{
	struct span bytes = raw->signature;
	unsigned char *der;
	bool good;

	switch (by->type->family) {
	case SSHKEY_ED25519:
		return bytes.len == ED25519_SIZE && bytes_verify(raw->digest, key, bytes, message);
	case SSHKEY_RSA:
		return bytes.len == by->modulus.len &&
		       bytes_verify(raw->digest, key, bytes, message);
	case SSHKEY_ECDSA:
		bytes.len = (size_t)ecdsa_der(&der, raw->signature);
		bytes.data = (const char *)der;
		good = bytes.len && bytes_verify(raw->digest, key, bytes, message);
		libcrypto()->CRYPTO_free(der, __FILE__, __LINE__);
		return good;
	}
	return false;
}

/* What the authenticator signs instead of a message. */
static void add_hardware_message(
	struct buf *out, const struct sshraw *raw, const struct sshkey *by, struct span message)
{
	wire_put_hash(out, "SHA256", by->application);
	buf_addc(out, (char)raw->flags);
	wire_put_u32(out, raw->counter);
	wire_put_hash(out, "SHA256", message);
}

bool sshraw_verify(
	const struct sshraw *raw, const struct sshkey *by, EVP_PKEY *key, struct span message)
{
	struct buf hardware = BUF_INIT(HARDWARE_MAX);
	bool good;

	if (!by->type->hardware)
		return message_verify(raw, by, key, message);
	add_hardware_message(&hardware, raw, by, message);
	good = !hardware.failed && message_verify(raw, by, key, buf_span(&hardware));
	buf_release(&hardware);
	return good;
}
