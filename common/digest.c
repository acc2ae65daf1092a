#include "common/digest.h"

#include <openssl/evp.h>
#include <stdio.h>

int digest_of(struct span bytes, struct digest_text *out, struct fault *f)
{
	unsigned char hash[DIGEST_SIZE];
	size_t len = 0;

	if (!EVP_Q_digest(
		    NULL, "SHA256", NULL, bytes.len ? bytes.data : "", bytes.len, hash, &len) ||
		len != DIGEST_SIZE)
		return fault_set(f, FAULT_INTERNAL, "libcrypto has no SHA-256");
	for (size_t i = 0; i < DIGEST_SIZE; i++)
		(void)snprintf(out->hex + 2 * i, 3, "%02x", hash[i]);
	return 0;
}
