/*
 * detect_start [FILE]: what the credential detector costs where there is little or much to scan, in
 * a table: making it, the first blob (which makes the patterns ready), the next, and bytes a second
 * over the file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/base/file.h"
#include "rules/credential/credentials.h"

#define ROUNDS 101

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int ignore(void *context, const struct credential_hit *hit)
{
	(void)context;
	(void)hit;
	return 0;
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double scan(struct credentials *c, struct span bytes)
{
	struct fault f = { 0 };
	double start = now();

	if (credentials_scan(c, span_of("src/main.c"), bytes, ignore, NULL, &f) != 0)
		exit(2);
	return now() - start;
}

/* The same in a process that has touched nothing of it. */
static double first_of_process(struct span bytes)
{
	int ends[2];
	double took = 0;
	pid_t child;

	if (pipe(ends) < 0 || (child = fork()) < 0)
		exit(2);
	if (child == 0) {
		struct credentials *c;
		struct fault f = { 0 };

		if (credentials_new(&c, &f) < 0)
			_exit(2);
		took = scan(c, bytes);
		_exit(write(ends[1], &took, sizeof(took)) != sizeof(took));
	}
	if (read(ends[0], &took, sizeof(took)) != sizeof(took) || waitpid(child, NULL, 0) < 0)
		exit(2);
	(void)close(ends[0]);
	(void)close(ends[1]);
	return took;
}

static void print(const char *what, double *times, double target)
{
	qsort(times, ROUNDS, sizeof(*times), by_size);
	printf("%-34s %9.3f ms (worst %.3f)", what, times[ROUNDS / 2], times[ROUNDS - 1]);
	if (target > 0)
		printf("   target %.0f", target);
	putchar('\n');
}

static void throughput(const char *path)
{
	struct credentials *c;
	struct fault f = { 0 };
	struct buf text = BUF_INIT((size_t)256 << 20);
	double best = 1e9;

	if (file_read(path, &text, &f) < 0 || credentials_new(&c, &f) < 0)
		exit(2);
	for (int i = 0; i < 5; i++) {
		double took = scan(c, buf_span(&text));

		best = took < best ? took : best;
	}
	printf("%-34s %9.0f MB/s\n", "the file", (double)text.len / 1e3 / best);
	credentials_free(c);
	buf_release(&text);
}

int main(int argc, char **argv)
{
	static char blob[] = "int main(void)\n{\n\treturn puts(\"hello\") == EOF;\n}\n";
	double made[ROUNDS], first[ROUNDS], next[ROUNDS], fresh[ROUNDS];
	struct fault f = { 0 };

	for (int i = 0; i < ROUNDS; i++)
		fresh[i] = first_of_process(span_of(blob));
	for (int i = 0; i < ROUNDS; i++) {
		struct credentials *c;
		double start = now();

		if (credentials_new(&c, &f) < 0)
			return 2;
		made[i] = now() - start;
		first[i] = scan(c, span_of(blob));
		next[i] = scan(c, span_of(blob));
		credentials_free(c);
	}
	print("the first small blob of a process", fresh, 2);
	print("nothing to scan", made, 0);
	print("one small blob", first, 0);
	print("the next", next, 0);
	if (argc > 1)
		throughput(argv[1]);
	return 0;
}
