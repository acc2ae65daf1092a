/* COSE keys over any bytes: what is read can be read again, and is opened or not, but never more. */
#include <openssl/evp.h>
#include <stdint.h>

#include "common/key/cose.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = { (const char *)data, size };
	struct cose_key key, again;
	size_t used, same;
	const char *why;

	if (cose_parse(&key, bytes, &used, &why) < 0) {
		if (!why || !*why)
			__builtin_trap();
		return 0;
	}
	bytes.len = used;
	if (used > size || cose_parse(&again, bytes, &same, &why) < 0 || same != used ||
		!span_equal(key.x, again.x) || key.algorithm != again.algorithm)
		__builtin_trap();
	EVP_PKEY_free(cose_open(&key));
	return 0;
}
