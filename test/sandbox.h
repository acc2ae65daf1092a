/*
 * For unit tests that play with real repositories: a folder that goes away at exit, and commands
 * run in it by sh with a fixed git identity and no settings from outside.
 */
#ifndef TEST_SANDBOX_H
#define TEST_SANDBOX_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/oid.h"

static char sandbox_path[64];

static void sandbox_remove(void)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "cd / && rm -rf '%s'", sandbox_path);
	if (system(command) != 0)
		fputs("the sandbox stays\n", stderr);
}

/* Makes the folder and enters it. */
static void sandbox_enter(void)
{
	static const char *const identity[] = { "GIT_AUTHOR_NAME=A",
		"GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=C",
		"GIT_COMMITTER_EMAIL=c@example.org", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_CONFIG_GLOBAL=/dev/null", "LC_ALL=C", NULL };

	strcpy(sandbox_path, "/tmp/countersign-test-XXXXXX");
	if (!mkdtemp(sandbox_path) || chdir(sandbox_path) < 0)
		abort();
	atexit(sandbox_remove);
	for (size_t i = 0; identity[i]; i++)
		putenv(strdup(identity[i]));
}

/* The same, as what a group of tests begins with. */
__attribute__((unused)) static int sandbox_group(void **state)
{
	(void)state;
	sandbox_enter();
	return 0;
}

/*
 * Runs the command by sh and returns its exit status; what it prints goes to `out`, cut and without
 * the last line feed.
 */
__attribute__((format(printf, 3, 4), unused)) static int sandbox_run(
	char *out, size_t size, const char *format, ...)
{
	char command[65536];
	size_t len = 0;
	va_list args;
	FILE *pipe;
	int c;

	va_start(args, format);
	(void)vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	pipe = popen(command, "r");
	if (!pipe)
		abort();
	while ((c = fgetc(pipe)) != EOF)
		if (size && len + 1 < size)
			out[len++] = (char)c;
	if (size) {
		while (len && out[len - 1] == '\n')
			len--;
		out[len] = '\0';
	}
	return pclose(pipe);
}

/* Runs a command that must do; aborts otherwise. */
#define sandbox_do(...)                                                                     \
	do {                                                                                \
		if (sandbox_run(NULL, 0, __VA_ARGS__) != 0) {                               \
			fprintf(stderr, "%s:%d: the command failed\n", __FILE__, __LINE__); \
			abort();                                                            \
		}                                                                           \
	} while (0)

/* The id that a command prints. */
#define sandbox_id(id, ...)                                                            \
	do {                                                                           \
		char sandbox_hex[256];                                                 \
		if (sandbox_run(sandbox_hex, sizeof(sandbox_hex), __VA_ARGS__) != 0 || \
			oid_parse(id, span_of(sandbox_hex)) < 0)                       \
			abort();                                                       \
	} while (0)

#endif
