/*
 * An authenticator in software, and the browser before it: makes passkeys and answers as WebAuthn
 * (level 2) lays down, from what the standard says and not from the code under test.  Whatever is
 * asked of it, it does: wrong origins, flags and counters, too.
 */
#ifndef TEST_AUTHENTICATOR_H
#define TEST_AUTHENTICATOR_H

#include <openssl/evp.h>
#include <stdlib.h>

#include "common/base/base64.h"
#include "common/base/buf.h"

#define AUTHENTICATOR_MAX 65536

enum {
	AUTHENTICATOR_PRESENT = 0x01,
	AUTHENTICATOR_VERIFIED = 0x04,
	AUTHENTICATOR_MADE = 0x40,
	AUTHENTICATOR_EXTENSIONS = 0x80,
};

/* What the authenticator is asked; NULL: as it should be. */
struct authenticator_asked {
	EVP_PKEY *key;
	const char *origin, *rp_id, *type, *challenge /* base64url */, *client_data;
	const char *credential; /* its id, text here */
	unsigned int flags;
	unsigned long counter;
	struct span after; /* what follows the counter */
};

struct authenticator_answer {
	struct buf data, client, signature;
};

static inline void authenticator_hash(struct buf *out, struct span bytes)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	size_t size = 0;

	if (EVP_Q_digest(NULL, "SHA256", NULL, bytes.data, bytes.len, hash, &size) != 1)
		abort();
	buf_add(out, hash, size);
}

/* Base64 for URLs, without padding. */
static inline void authenticator_url64(struct buf *out, struct span bytes)
{
	size_t at = out->len;

	base64_encode(out, bytes);
	for (; at < out->len; at++)
		out->data[at] = out->data[at] == '+'   ? '-'
				: out->data[at] == '/' ? '_'
						       : out->data[at];
	while (out->len && out->data[out->len - 1] == '=')
		out->data[--out->len] = '\0';
}

static inline bool authenticator_is_edwards(EVP_PKEY *key)
{
	return EVP_PKEY_is_a(key, "ED25519");
}

/* The COSE key, in CTAP2's canonical CBOR. */
static inline void authenticator_cose(struct buf *out, EVP_PKEY *key)
{
	unsigned char point[65];
	size_t size = sizeof(point);

	if (authenticator_is_edwards(key)) {
		if (EVP_PKEY_get_raw_public_key(key, point, &size) != 1)
			abort();
		buf_add(out, "\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20", 10);
		buf_add(out, point, 32);
		return;
	}
	if (EVP_PKEY_get_octet_string_param(key, "pub", point, size, &size) != 1)
		abort();
	buf_add(out, "\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", 10);
	buf_add(out, point + 1, 32);
	buf_add(out, "\x22\x58\x20", 3);
	buf_add(out, point + 33, 32);
}

/* What the policy has for it. */
static inline void authenticator_line(struct buf *out, EVP_PKEY *key, const char *credential)
{
	struct buf cose = BUF_INIT(1024);

	authenticator_cose(&cose, key);
	buf_adds(out, "passkey ");
	base64_encode(out, span_of(credential));
	buf_adds(out, " ");
	base64_encode(out, buf_span(&cose));
	buf_release(&cose);
}

static inline void authenticator_data(struct buf *out, const struct authenticator_asked *asked)
{
	authenticator_hash(out, span_of(asked->rp_id));
	buf_addc(out, (char)asked->flags);
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_addc(out, (char)(asked->counter >> shift));
	buf_addspan(out, asked->after);
}

static inline void authenticator_client(
	struct buf *out, const struct authenticator_asked *asked, struct span statement)
{
	struct buf hash = BUF_INIT(64), challenge = BUF_INIT(1024);

	authenticator_hash(&hash, statement);
	authenticator_url64(&challenge, buf_span(&hash));
	if (asked->client_data)
		buf_adds(out, asked->client_data);
	else
		buf_addf(out,
			"{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\","
			"\"crossOrigin\":false}",
			asked->type ? asked->type : "webauthn.get",
			asked->challenge ? asked->challenge : challenge.data, asked->origin);
	buf_release(&hash);
	buf_release(&challenge);
}

static inline void authenticator_sign(struct buf *out, EVP_PKEY *key, struct span message)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char bytes[256];
	size_t size = sizeof(bytes);

	if (EVP_DigestSignInit_ex(ctx, NULL, authenticator_is_edwards(key) ? NULL : "SHA256", NULL,
		    NULL, key, NULL) != 1 ||
		EVP_DigestSign(
			ctx, bytes, &size, (const unsigned char *)message.data, message.len) != 1)
		abort();
	EVP_MD_CTX_free(ctx);
	buf_add(out, bytes, size);
}

/* Answers; release the three buffers, which are BUF_INIT(AUTHENTICATOR_MAX). */
static inline void authenticator_answer(struct authenticator_answer *out,
	const struct authenticator_asked *asked, struct span statement)
{
	struct buf message = BUF_INIT(AUTHENTICATOR_MAX);

	authenticator_data(&out->data, asked);
	authenticator_client(&out->client, asked, statement);
	buf_addspan(&message, buf_span(&out->data));
	authenticator_hash(&message, buf_span(&out->client));
	authenticator_sign(&out->signature, asked->key, buf_span(&message));
	buf_release(&message);
}

static inline void authenticator_release(struct authenticator_answer *answer)
{
	buf_release(&answer->data);
	buf_release(&answer->client);
	buf_release(&answer->signature);
}

#endif
