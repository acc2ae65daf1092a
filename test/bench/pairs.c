/*
 * pairs [-i FILE] ROUNDS COMMAND BASE: what a command costs, as a multiple of another.
 *
 * Each is a line for `sh -c exec`.  They are run in turn, so that whatever else the machine does
 * falls on both; a round is one run of each.  Prints the medians of wall time and of processor time
 * (of the process and those it waited for) and their ratios, and the most memory that the first
 * had.  With -i the commands read the file.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_MAX 1000

struct cost {
	double wall[ROUNDS_MAX], cpu[ROUNDS_MAX];
	long memory; /* kilobytes, the most */
};

static void fail(const char *why)
{
	fprintf(stderr, "pairs: %s\n", why);
	exit(2);
}

static double seconds(const struct timeval *t)
{
	return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void become(const char *command, const char *input)
{
	int in = open(input, O_RDONLY), out = open("/dev/null", O_WRONLY);

	if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
		_exit(126);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static void run(struct cost *cost, int round, const char *command, const char *input)
{
	struct rusage used;
	double start = now();
	pid_t child = fork();
	int status = 0;

	if (child == 0)
		become(command, input);
	if (child < 0 || wait4(child, &status, 0, &used) != child)
		fail("cannot run a command");
	if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
		fail(command);
	cost->wall[round] = now() - start;
	cost->cpu[round] = seconds(&used.ru_utime) + seconds(&used.ru_stime);
	if (used.ru_maxrss > cost->memory)
		cost->memory = used.ru_maxrss;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *values, int count)
{
	qsort(values, (size_t)count, sizeof(*values), by_value);
	return values[count / 2] * 1e3;
}

int main(int argc, char **argv)
{
	static struct cost one, other;
	const char *input = "/dev/null";
	int at = 1, rounds;
	double wall[2], cpu[2];

	if (argc > 2 && strcmp(argv[1], "-i") == 0) {
		input = argv[2];
		at = 3;
	}
	rounds = argc - at == 3 ? (int)strtol(argv[at], NULL, 10) : 0;
	if (rounds < 1 || rounds > ROUNDS_MAX)
		fail("usage: pairs [-i FILE] ROUNDS COMMAND BASE");
	for (int i = 0; i < rounds; i++) {
		run(&one, i, argv[at + 1], input);
		run(&other, i, argv[at + 2], input);
	}
	wall[0] = median(one.wall, rounds);
	wall[1] = median(other.wall, rounds);
	cpu[0] = median(one.cpu, rounds);
	cpu[1] = median(other.cpu, rounds);
	printf("%.2f %.2f %.3f %.2f %.2f %.3f %.1f\n", wall[0], wall[1], wall[0] / wall[1], cpu[0],
		cpu[1], cpu[1] > 0 ? cpu[0] / cpu[1] : 0, (double)one.memory / 1024);
	return 0;
}
