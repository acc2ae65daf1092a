/* clientDataJSON over any bytes: what is taken has the challenge and the origin in it. */
#include <stdint.h>
#include <string.h>

#include "common/key/client_data.h"

static const struct client_expected expected = { "webauthn.get",
	"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", "https://review.example.com" };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = { (const char *)data, size };

	/* letters may be written as \uNNNN, so only what has none of that is looked through */
	if (!client_data_objection(bytes, &expected) && !memchr(data, '\\', size) &&
		(!memmem(data, size, expected.challenge, strlen(expected.challenge)) ||
			!memmem(data, size, expected.origin, strlen(expected.origin))))
		__builtin_trap();
	return 0;
}
