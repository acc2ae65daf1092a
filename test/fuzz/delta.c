#include <stdint.h>
#include <stdlib.h>

#include "common/store/delta.h"

#define RESULT_MAX 100000

/* The first byte tells how many of those that follow are the base. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span base, raw;
	struct delta delta;
	char *out;

	if (size < 1 || size - 1 < data[0])
		return 0;
	base = (struct span){ (const char *)data + 1, data[0] };
	raw = (struct span){ base.data + base.len, size - 1 - base.len };
	if (delta_begin(&delta, raw) < 0 || delta.result_size > RESULT_MAX)
		return 0;
	out = malloc(delta.result_size);
	if (delta_apply(&delta, base, out) == 0) {
		/* All of it was written. */
		volatile char last = delta.result_size ? out[delta.result_size - 1] : 0;

		(void)last;
	}
	free(out);
	return 0;
}
