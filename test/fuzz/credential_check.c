/* Each structure check on its own: the first byte names it, the rest is the token. */
#include <stdint.h>
#include <stdlib.h>

#include "rules/credential/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *token;
	enum credential_confirmed answer;

	if (size < 2)
		return 0;
	/* Of its own size, so that reading beyond it is seen. */
	token = malloc(size - 1);
	if (!token)
		return 0;
	memcpy(token, data + 1, size - 1);
	answer = credential_check(data[0] % CHECK_COUNT, (struct span){ token, size - 1 });
	if (answer != CONFIRMED_NOT && answer != CONFIRMED_UNKNOWN && answer != CONFIRMED_YES)
		abort();
	free(token);
	return 0;
}
