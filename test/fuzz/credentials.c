/* The whole credential detector: the first line is the path, the rest the bytes. */
#include <stdint.h>
#include <stdlib.h>

#include "rules/credential/credentials.h"

static int hit(void *context, const struct credential_hit *h)
{
	struct span *bytes = context;
	char out[CREDENTIAL_FINGERPRINT + 1];

	(void)bytes;
	if (!h->line || !h->column || !h->secret.len ||
		credentials_fingerprint(span_of("key"), h->kind, h->secret, out) < 0)
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct credentials *credentials;
	struct fault f = { 0 };
	struct span all = { (const char *)data, size }, path = { (const char *)data, 0 };

	if (!credentials && credentials_new(&credentials, &f) < 0)
		return 0;
	while (path.len < size && data[path.len] != '\n')
		path.len++;
	all.data += path.len;
	all.len -= path.len;
	if (credentials_scan(credentials, path, all, hit, &all, &f) != 0)
		abort();
	return 0;
}
