/*
 * CODEOWNERS of each forge over any bytes: the first line is a path that is asked for, the rest the
 * file.  Asked twice it answers the same, and where it is uncertain it names nobody.
 */
#include <stdint.h>
#include <string.h>

#include "common/path/codeowners.h"

static void must(bool so)
{
	if (!so)
		__builtin_trap();
}

static void ask(enum codeowners_syntax syntax, struct span path, struct span text)
{
	struct codeowners_answer answer, again;
	struct codeowners *owners = NULL;
	struct fault f = { 0 };
	size_t count = 0;
	char first[256] = "";

	if (codeowners_parse(&owners, syntax, text, &f) < 0)
		return;
	if (codeowners_of(owners, path, &answer, &f) == 0) {
		while (answer.owners && answer.owners[count])
			count++;
		must(!answer.uncertain || count == 0);
		must(answer.approvals >= 0);
		if (count)
			strncat(first, answer.owners[0], sizeof(first) - 1);
		must(codeowners_of(owners, path, &again, &f) < 0 ||
			(!again.owners || !again.owners[0]) == !count);
		must(!count || !again.owners ||
			strncmp(again.owners[0], first, sizeof(first) - 1) == 0);
	}
	codeowners_free(owners);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	const char *end = size ? memchr(bytes, '\n', size) : NULL;
	const size_t len = end ? (size_t)(end - bytes) : 0;
	const struct span path = { bytes, len };
	const struct span text = { end ? end + 1 : bytes, end ? size - len - 1 : size };

	ask(CODEOWNERS_GITHUB, path, text);
	ask(CODEOWNERS_GITLAB, path, text);
	ask(CODEOWNERS_GITEA, path, text);
	return 0;
}
