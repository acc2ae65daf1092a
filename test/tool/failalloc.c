/*
 * Memory that runs out at a chosen point, for tests of what comes of it.  To be preloaded:
 *
 *	FAILALLOC_AT=NUMBER FAILALLOC_COUNT=FILE LD_PRELOAD=failalloc.so PROGRAM [ARGUMENT...]
 *
 * The allocation of that number (from 1; 0: none) gives nothing; `NUMBER+`: nor does any after it.
 * FILE gets how many there were.  What the loader and the libraries do before main() is not counted,
 * nor is what children do that become other programs: their environment has nothing of this.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static long at, count;
static bool sticks, counting;
static char file[4096];
static pid_t owner;

static bool fails(void)
{
	if (!counting || getpid() != owner)
		return false;
	count++;
	if (!at || (count != at && !(sticks && count > at)))
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t number, size_t size)
{
	return fails() ? NULL : __libc_calloc(number, size);
}

void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}

__attribute__((constructor)) static void begin(void)
{
	const char *number = getenv("FAILALLOC_AT"), *name = getenv("FAILALLOC_COUNT");

	if (!number || !name || strlen(name) >= sizeof(file))
		return;
	at = strtol(number, NULL, 10);
	sticks = strchr(number, '+') != NULL;
	(void)memcpy(file, name, strlen(name) + 1);
	owner = getpid();
	counting = true;
}

__attribute__((destructor)) static void end(void)
{
	char text[32];
	int out, len;

	if (!counting || getpid() != owner)
		return;
	counting = false;
	out = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	len = snprintf(text, sizeof(text), "%ld\n", count);
	if (out < 0 || write(out, text, (size_t)len) != len || close(out) < 0)
		_exit(99);
}
