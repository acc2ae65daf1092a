#include "common/key/sshkey.h"

#include <stdint.h>

#include "common/base/base64.h"
#include "common/base/digest.h"
#include "common/key/libcrypto.h"
#include "common/key/wire.h"

#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 16384
#define RSA_EXPONENT_SIZE 8
#define APPLICATION_MAX 255

static const char cut[] = "the key is cut short, or has bytes left over";

static const struct sshkey_type types[] = {
	{ .name = "ssh-ed25519", .signature = "ssh-ed25519", .family = SSHKEY_ED25519, .size = 32 },
	{ .name = "ecdsa-sha2-nistp256",
		.signature = "ecdsa-sha2-nistp256",
		.curve = "nistp256",
		.group = "prime256v1",
		.digest = "SHA256",
		.family = SSHKEY_ECDSA,
		.size = 65 },
	{ .name = "ecdsa-sha2-nistp384",
		.signature = "ecdsa-sha2-nistp384",
		.curve = "nistp384",
		.group = "secp384r1",
		.digest = "SHA384",
		.family = SSHKEY_ECDSA,
		.size = 97 },
	{ .name = "ecdsa-sha2-nistp521",
		.signature = "ecdsa-sha2-nistp521",
		.curve = "nistp521",
		.group = "secp521r1",
		.digest = "SHA512",
		.family = SSHKEY_ECDSA,
		.size = 133 },
	{ .name = "ssh-rsa", .family = SSHKEY_RSA },
	{ .name = "sk-ssh-ed25519@openssh.com",
		.signature = "sk-ssh-ed25519@openssh.com",
		.family = SSHKEY_ED25519,
		.size = 32,
		.hardware = true },
	{ .name = "sk-ecdsa-sha2-nistp256@openssh.com",
		.signature = "sk-ecdsa-sha2-nistp256@openssh.com",
		.curve = "nistp256",
		.group = "prime256v1",
		.digest = "SHA256",
		.family = SSHKEY_ECDSA,
		.size = 65,
		.hardware = true },
};

/* Types that somebody will try, and what to tell them. */
static const struct {
	const char *suffix, *why;
} refused[] = {
	{ "-cert-v01@openssh.com",
		"a certificate where a key is expected; name the key itself, or as "
		"`cert-authority KEY` the key that signs certificates" },
	{ "-cert-v00@openssh.com", "a certificate where a key is expected; name the key itself" },
	{ "ssh-dss", "DSA keys are too weak" },
};

const struct sshkey_type *sshkey_type_find(struct span name)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (span_is(name, types[i].name))
			return &types[i];
	return NULL;
}

static const char *why_refused(struct span name)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (span_ends(name, refused[i].suffix))
			return refused[i].why;
	return "the key is of a type that is not known";
}

static unsigned int bits_of(struct span number)
{
	unsigned int bits = (unsigned int)number.len * 8;

	for (uint8_t top = (uint8_t)number.data[0]; !(top & 0x80); top = (uint8_t)(top << 1))
		bits--;
	return bits;
}

static const char *why_not_rsa(const struct sshkey *key)
{
	unsigned int bits = bits_of(key->modulus);

	if (bits < RSA_BITS_MIN)
		return "RSA keys below 2048 bits are too weak";
	if (bits > RSA_BITS_MAX)
		return "RSA keys above 16384 bits are not read";
	if (key->exponent.len > RSA_EXPONENT_SIZE || span_is(key->exponent, "\1") ||
		!(key->exponent.data[key->exponent.len - 1] & 1))
		return "the RSA key has an exponent that is not supported";
	if (!(key->modulus.data[key->modulus.len - 1] & 1))
		return "the RSA key has an even modulus";
	return NULL;
}

static const char *why_not_point(const struct sshkey *key)
{
	if (key->point.len != key->type->size)
		return "the key has the wrong length";
	if (key->type->family == SSHKEY_ECDSA && key->point.data[0] != 4)
		return "the key's point is not in the uncompressed form";
	return NULL;
}

const char *sshkey_fields(struct sshkey *out, const struct sshkey_type *type, struct wire *w)
{
	*out = (struct sshkey){ .type = type };
	if (type->curve && !span_is(wire_string(w), type->curve))
		w->failed = true;
	if (type->family == SSHKEY_RSA) {
		out->exponent = wire_number(w);
		out->modulus = wire_number(w);
	} else {
		out->point = wire_string(w);
	}
	if (type->hardware)
		out->application = wire_string(w);
	if (w->failed || out->application.len > APPLICATION_MAX)
		return cut;
	return type->family == SSHKEY_RSA ? why_not_rsa(out) : why_not_point(out);
}

int sshkey_parse(struct sshkey *out, struct span blob, const char **why)
{
	struct wire w = wire_of(blob);
	struct span name = wire_string(&w);
	const struct sshkey_type *type = sshkey_type_find(name);

	*out = (struct sshkey){ .type = type };
	if (!type)
		*why = w.failed ? "the key is cut short" : why_refused(name);
	else
		*why = sshkey_fields(out, type, &w);
	if (!*why && !wire_end(&w))
		*why = cut;
	return *why ? -1 : 0;
}

void sshkey_fingerprint(char out[SSHKEY_FINGERPRINT_SIZE], struct span blob)
{
	static const char prefix[] = "SHA256:";
	unsigned char hash[DIGEST_SIZE];
	struct buf text = BUF_INIT(SSHKEY_FINGERPRINT_SIZE);

	out[0] = '\0';
	digest_sha256(hash, blob);
	if (buf_adds(&text, prefix) == 0 &&
		base64_encode(&text, (struct span){ (const char *)hash, sizeof(hash) }) == 0) {
		text.len--; /* the one `=` */
		memcpy(out, text.data, text.len);
		out[text.len] = '\0';
	}
	buf_release(&text);
}

static EVP_PKEY *open_params(const char *algorithm, OSSL_PARAM *params)
{
	EVP_PKEY_CTX *ctx = libcrypto()->EVP_PKEY_CTX_new_from_name(NULL, algorithm, NULL);
	EVP_PKEY *pkey = NULL;

	if (ctx && params && libcrypto()->EVP_PKEY_fromdata_init(ctx) == 1 &&
		libcrypto()->EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1) {
		libcrypto()->EVP_PKEY_free(pkey);
		pkey = NULL;
	}
	libcrypto()->EVP_PKEY_CTX_free(ctx);
	return pkey;
}

static EVP_PKEY *open_ecdsa(const struct sshkey *key)
{
	OSSL_PARAM params[] = {
		libcrypto()->OSSL_PARAM_construct_utf8_string(
			OSSL_PKEY_PARAM_GROUP_NAME, (char *)key->type->group, 0),
		libcrypto()->OSSL_PARAM_construct_octet_string(
			OSSL_PKEY_PARAM_PUB_KEY, (void *)key->point.data, key->point.len),
		libcrypto()->OSSL_PARAM_construct_end(),
	};

	return open_params("EC", params);
}

static EVP_PKEY *open_rsa(const struct sshkey *key)
{
	BIGNUM *n = libcrypto()->BN_bin2bn(
		(const unsigned char *)key->modulus.data, (int)key->modulus.len, NULL);
	BIGNUM *e = libcrypto()->BN_bin2bn(
		(const unsigned char *)key->exponent.data, (int)key->exponent.len, NULL);
	OSSL_PARAM_BLD *build = libcrypto()->OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;
	EVP_PKEY *pkey = NULL;

	if (n && e && build &&
		libcrypto()->OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
		libcrypto()->OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1)
		params = libcrypto()->OSSL_PARAM_BLD_to_param(build);
	pkey = open_params("RSA", params);
	libcrypto()->OSSL_PARAM_free(params);
	libcrypto()->OSSL_PARAM_BLD_free(build);
	libcrypto()->BN_free(e);
	libcrypto()->BN_free(n);
	return pkey;
}

EVP_PKEY *sshkey_open(const struct sshkey *key)
{
	switch (key->type->family) {
	case SSHKEY_ED25519:
		return libcrypto()->EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
			(const unsigned char *)key->point.data, key->point.len);
	case SSHKEY_ECDSA:
		return open_ecdsa(key);
	case SSHKEY_RSA:
		return open_rsa(key);
	}
	return NULL;
}
