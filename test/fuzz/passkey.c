/*
 * Answers of passkeys over any bytes, as text, as authenticatorData, and as that of one that is
 * being made; none is ever good, since nobody has signed it.
 */
#include <stdint.h>

#include "common/key/passkey.h"

static const struct passkey_site site = { "https://review.example.com", "review.example.com",
	false };

/* An Ed25519 key (RFC 8032, 7.1), whose secret nobody guesses. */
static const char key[] = "\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20\xd7\x5a\x98\x01\x82\xb1\x0a\xb7"
			  "\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a\x0e\xe1\x72\xf3\xda\xa6\x23\x25\xaf\x02"
			  "\x1a\x68\xf7\x07\x51\x1a";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char client[] = "{\"type\":\"webauthn.get\",\"challenge\":"
				     "\"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU\","
				     "\"origin\":\"https://review.example.com\"}";
	struct span bytes = { (const char *)data, size };
	struct passkey_answer answer = { span_of("c"), bytes, span_of(client), bytes };
	const struct passkey_wanted wanted = { &site, span_of(""), { key, sizeof(key) - 1 } };
	struct passkey_text text = PASSKEY_TEXT_INIT;
	struct passkey_made made;
	struct passkey_told told;
	struct fault f = { 0 };
	const char *why = NULL;

	if (passkey_verify(&wanted, &answer, &told, &why, &f) == 0 && !why)
		__builtin_trap();
	(void)passkey_enrolled(&site, span_of(""), &answer, &made, &why, &f);
	if (passkey_read(&text, bytes, &why) == 0) {
		struct buf again = BUF_INIT(PASSKEY_TEXT_MAX);

		if (passkey_write(&again, &text.answer) < 0 || !span_equal(buf_span(&again), bytes))
			__builtin_trap();
		buf_release(&again);
	}
	passkey_release(&text);
	return 0;
}
