/* key_parse over any bytes. */
#include "common/key/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = ARENA_INIT(1 << 20);
	struct key key;
	const char *why;

	if (key_parse(&key, &arena, (struct span){ (const char *)data, size }, "/k", &why) < 0 &&
		!why)
		__builtin_trap();
	arena_release(&arena);
	return 0;
}
