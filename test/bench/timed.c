/*
 * timed FILE COUNTERSIGN: runs the pre-receive hook and appends what it took to FILE: milliseconds
 * and megabytes.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
	double begin = now();
	struct rusage usage;
	FILE *out;
	int status;
	pid_t child;

	if (argc != 3)
		return 2;
	child = fork();
	if (child == 0) {
		(void)execl(argv[2], argv[2], "hook", "pre-receive", (char *)NULL);
		_exit(2);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) < 0 || !(out = fopen(argv[1], "a")))
		return 2;
	(void)fprintf(out, "%.2f %.1f\n", now() - begin, (double)usage.ru_maxrss / 1024);
	(void)fclose(out);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}
