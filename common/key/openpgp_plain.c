#include "common/key/openpgp_plain.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "common/key/sshkey.h"
#include "common/key/wire.h"

#define KEY_VERSION 4
#define RSA_SIZE_MIN 256
#define RSA_SIZE_MAX 2048
#define ED25519_SIZE 32

enum {
	ALGORITHM_RSA = 1,
	ALGORITHM_EDDSA = 22,
	TAG_PUBLIC_KEY = 6,
	TAG_PUBLIC_SUBKEY = 14,
};

static const char ed25519_curve[] =
	"\x09\x2b\x06\x01\x04\x01\xda\x47\x0f\x01"; /* with its length */

/* RFC 4880, 9.4; others are left to RNP. */
static const struct {
	unsigned int number;
	const char *name;
} hashes[] = {
	{ 8, "SHA256" },
	{ 9, "SHA384" },
	{ 10, "SHA512" },
};

/* What is to be verified, and by which key. */
struct plain {
	const struct openpgp_packet *signature;
	EVP_PKEY *pkey;
	size_t size; /* of an RSA modulus */
	const EVP_MD *md;
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int digest_len;
};

/* A big number with its exact length in bits; it fails when there is none. */
static struct span take_number(struct wire *w)
{
	unsigned int high = wire_u8(w), bits = high << 8 | wire_u8(w);
	struct span number = wire_bytes(w, (bits + 7) / 8);
	unsigned int top = number.len ? (unsigned char)number.data[0] : 0;

	if (!number.len || top >> ((bits - 1) % 8) != 1)
		w->failed = true;
	return number;
}

static EVP_PKEY *open_rsa(struct wire *w, size_t *size)
{
	static const struct sshkey_type rsa = { .name = "RSA", .family = SSHKEY_RSA };
	struct sshkey key = { .type = &rsa };

	key.modulus = take_number(w);
	key.exponent = take_number(w);
	*size = key.modulus.len;
	if (!wire_end(w) || *size < RSA_SIZE_MIN || *size > RSA_SIZE_MAX)
		return NULL;
	return sshkey_open(&key);
}

static EVP_PKEY *open_ed25519(struct wire *w)
{
	struct span curve = wire_bytes(w, sizeof(ed25519_curve) - 1), point = take_number(w);

	if (!wire_end(w) || memcmp(curve.data, ed25519_curve, curve.len) != 0 ||
		point.len != ED25519_SIZE + 1 || point.data[0] != 0x40)
		return NULL;
	return EVP_PKEY_new_raw_public_key(
		EVP_PKEY_ED25519, NULL, (const unsigned char *)point.data + 1, ED25519_SIZE);
}

/* The key, if it is of the signature's kind and older than that. */
static EVP_PKEY *open_key(
	const struct openpgp_packet *signature, struct span key_data, size_t *size)
{
	struct span rest, body = openpgp_packet_body(key_data, TAG_PUBLIC_KEY, &rest);
	struct wire w =
		wire_of(body.len ? body : openpgp_packet_body(key_data, TAG_PUBLIC_SUBKEY, &rest));
	unsigned int version = wire_u8(&w);
	uint32_t created = wire_u32(&w);
	unsigned int algorithm = wire_u8(&w);

	if (w.failed || version != KEY_VERSION || algorithm != signature->algorithm ||
		created > signature->created)
		return NULL;
	if (algorithm == ALGORITHM_RSA)
		return open_rsa(&w, size);
	return algorithm == ALGORITHM_EDDSA ? open_ed25519(&w) : NULL;
}

/* RFC 4880, 5.2.4: the payload, the packet's signed part, and how long that is; it must begin as the packet says. */
static bool make_digest(struct plain *p, struct span payload)
{
	struct span trailer = p->signature->trailer;
	const unsigned char end[] = { KEY_VERSION, 0xff, (unsigned char)(trailer.len >> 24),
		(unsigned char)(trailer.len >> 16), (unsigned char)(trailer.len >> 8),
		(unsigned char)trailer.len };
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool fits = ctx && EVP_DigestInit_ex(ctx, p->md, NULL) == 1 &&
		    EVP_DigestUpdate(ctx, payload.data, payload.len) == 1 &&
		    EVP_DigestUpdate(ctx, trailer.data, trailer.len) == 1 &&
		    EVP_DigestUpdate(ctx, end, sizeof(end)) == 1 &&
		    EVP_DigestFinal_ex(ctx, p->digest, &p->digest_len) == 1 &&
		    p->signature->begin.len == 2 &&
		    memcmp(p->digest, p->signature->begin.data, 2) == 0;

	EVP_MD_CTX_free(ctx);
	return fits;
}

/* Takes a number into a field of `size` bytes; false when it is no such number. */
static bool take_padded(struct wire *w, unsigned char *field, size_t size)
{
	struct span number = take_number(w);

	if (w->failed || number.len > size)
		return false;
	memset(field, 0, size - number.len);
	memcpy(field + size - number.len, number.data, number.len);
	return true;
}

static bool rsa_good(const struct plain *p)
{
	struct wire w = wire_of(p->signature->numbers);
	unsigned char bytes[RSA_SIZE_MAX];
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(p->pkey, NULL);
	bool good = take_padded(&w, bytes, p->size) && wire_end(&w) && ctx &&
		    EVP_PKEY_verify_init(ctx) == 1 &&
		    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
		    EVP_PKEY_CTX_set_signature_md(ctx, p->md) == 1 &&
		    EVP_PKEY_verify(ctx, bytes, p->size, p->digest, p->digest_len) == 1;

	EVP_PKEY_CTX_free(ctx);
	return good;
}

static bool ed25519_good(const struct plain *p)
{
	struct wire w = wire_of(p->signature->numbers);
	unsigned char bytes[2 * ED25519_SIZE];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = take_padded(&w, bytes, ED25519_SIZE) &&
		    take_padded(&w, bytes + ED25519_SIZE, ED25519_SIZE) && wire_end(&w) && ctx &&
		    EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, p->pkey) == 1 &&
		    EVP_DigestVerify(ctx, bytes, sizeof(bytes), p->digest, p->digest_len) == 1;

	EVP_MD_CTX_free(ctx);
	return good;
}

bool openpgp_plain_good(
	const struct openpgp_packet *signature, struct span key_data, struct span payload)
{
	struct plain p = { .signature = signature };
	bool good = false;
	size_t i = 0;

	while (i < sizeof(hashes) / sizeof(hashes[0]) && hashes[i].number != signature->hash)
		i++;
	if (!signature->plain || i == sizeof(hashes) / sizeof(hashes[0]))
		return false;
	p.md = EVP_get_digestbyname(hashes[i].name);
	p.pkey = p.md ? open_key(signature, key_data, &p.size) : NULL;
	if (p.pkey && make_digest(&p, payload))
		good = signature->algorithm == ALGORITHM_RSA ? rsa_good(&p) : ed25519_good(&p);
	EVP_PKEY_free(p.pkey);
	ERR_clear_error();
	return good;
}
