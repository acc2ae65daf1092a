/*
 * Reads cases, each its length in decimal, a line feed and so many bytes; answers a line each: is
 * it a Kubernetes object?
 */
#include <stdio.h>
#include <stdlib.h>

#include "rules/recognise/recognise.h"

static bool is_object(struct span content)
{
	struct recognised found[RECOGNISED_MAX];
	size_t count = recognise(span_of("case"), content, found);

	for (size_t i = 0; i < count; i++)
		if (strcmp(found[i].part, "infrastructure.kubernetes") == 0)
			return true;
	return false;
}

int main(void)
{
	char line[32];

	while (fgets(line, sizeof(line), stdin)) {
		size_t len = strtoul(line, NULL, 10);
		/* On the heap and just long enough, so that a sanitizer sees every step too far. */
		char *bytes = malloc(len + 1);

		if (!bytes || fread(bytes, 1, len, stdin) != len)
			return 1;
		puts(is_object((struct span){ bytes, len }) ? "yes" : "no");
		free(bytes);
	}
	return 0;
}
