#include <stdint.h>

#include "rules/recognise/recognise.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct recognised found[RECOGNISED_MAX];
	struct span content = { (const char *)data, size };
	struct span half = { (const char *)data, size / 2 };

	(void)recognise((struct span){ "x", 1 }, content, found);
	(void)recognise_hidden(half, content);
	return 0;
}
