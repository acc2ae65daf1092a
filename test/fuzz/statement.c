/* Statements about a policy, a word a line. */
#include <stdint.h>
#include <string.h>

#include "hooks/reason/statement.h"

#define WORDS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = ARENA_INIT((size_t)1 << 20);
	struct statement statement;
	struct fault f = { 0 };
	char text[1024], *words[WORDS], *rest = text, *word;
	int count = 0;

	if (size >= sizeof(text))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	while (count < WORDS && (word = strsep(&rest, "\n")))
		words[count++] = word;
	(void)statement_read(&statement, words, count, &arena, &f);
	arena_release(&arena);
	return 0;
}
