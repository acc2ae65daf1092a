/*
 * oracle-hooks: runs hooks without starting a program for each, for oracles that ask thousands of
 * times a minute.
 *
 * Requests come on standard input.  Each is a line `ARGUMENTS VARIABLES BYTES`, that many lines of
 * arguments (the first is the hook's name) and of the environment (NAME=value), and that many bytes
 * of the hook's standard input.  The answer is a line `STATUS BYTES` and what the hook said on
 * standard error.  The hook finds its installation where this program lies (PREFIX/bin).
 */
#include <git2/global.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/fault.h"
#include "hooks/gate/hook.h"

#define WORDS_MAX 64

struct request {
	char *arguments[WORDS_MAX + 1], *variables[WORDS_MAX + 1];
	size_t argument_count, variable_count, bytes;
	char *input;
};

static void die(const char *why)
{
	(void)fprintf(stderr, "oracle-hooks: %s\n", why);
	exit(2);
}

/* A line without its end; NULL at the end of the input. */
static char *read_line(void)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len = getline(&line, &size, stdin);

	if (len <= 0) {
		free(line);
		return NULL;
	}
	line[strcspn(line, "\n")] = '\0';
	return line;
}

static void read_words(char **words, size_t count)
{
	if (count > WORDS_MAX)
		die("too many words");
	for (size_t i = 0; i < count; i++) {
		words[i] = read_line();
		if (!words[i])
			die("a request ends early");
	}
	words[count] = NULL;
}

/* false: there are no more. */
static bool read_request(struct request *request)
{
	char *line = read_line(), *end;

	if (!line)
		return false;
	request->argument_count = strtoul(line, &end, 10);
	request->variable_count = strtoul(end, &end, 10);
	request->bytes = strtoul(end, &end, 10);
	if (*end || !request->argument_count)
		die("not a request");
	free(line);
	read_words(request->arguments, request->argument_count);
	read_words(request->variables, request->variable_count);
	request->input = malloc(request->bytes + 1);
	if (!request->input || fread(request->input, 1, request->bytes, stdin) != request->bytes)
		die("a request ends early");
	return true;
}

static void request_release(struct request *request)
{
	for (size_t i = 0; i < request->argument_count; i++)
		free(request->arguments[i]);
	for (size_t i = 0; i < request->variable_count; i++)
		free(request->variables[i]);
	free(request->input);
}

/* The hook's exit status.  Standard input and error are the files during the call. */
static int run(struct request *request, FILE *in)
{
	struct fault fault = { 0 };
	FILE *requests = stdin;
	struct env env;
	int status;

	if (clearenv() != 0)
		die("the environment cannot be cleared");
	for (size_t i = 0; i < request->variable_count; i++)
		(void)putenv(request->variables[i]);
	if (env_seal(&env, &fault) < 0)
		die(fault.text);
	stdin = in;
	status = hook_run(&env, (int)request->argument_count, request->arguments);
	stdin = requests;
	(void)fflush(stderr);
	env_release(&env);
	return status;
}

/* Writes the status and what the hook said, and forgets that. */
static void answer(int status, int said)
{
	off_t len = lseek(said, 0, SEEK_END);
	char *text = malloc((size_t)len + 1);

	if (len < 0 || !text || pread(said, text, (size_t)len, 0) != len)
		die("what the hook said cannot be read");
	(void)printf("%d %zu\n", status, (size_t)len);
	(void)fwrite(text, 1, (size_t)len, stdout);
	(void)fflush(stdout);
	free(text);
	if (ftruncate(said, 0) < 0 || lseek(said, 0, SEEK_SET) < 0)
		die("what the hook said cannot be forgotten");
}

int main(void)
{
	int said = memfd_create("said", MFD_CLOEXEC);
	struct request request = { 0 };

	if (git_libgit2_init() < 0 || said < 0 || dup2(said, STDERR_FILENO) < 0)
		die("cannot begin");
	while (read_request(&request)) {
		FILE *in = request.bytes ? fmemopen(request.input, request.bytes, "r")
					 : fopen("/dev/null", "r");

		if (!in)
			die("no memory");
		answer(run(&request, in), said);
		(void)fclose(in);
		request_release(&request);
	}
	return 0;
}
