/*
 * Asks a host's countersign-fleet what a hook would, again and again:
 *
 *	story-ask FOLDER LINE TIMES
 *
 * prints the last answer, and how long the middle one and the longest took.  Fails when one is empty.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static int ask(const char *folder, const char *line, char answer[256])
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "fleet.socket" };
	int end = socket(AF_UNIX, SOCK_STREAM, 0);
	ssize_t got = -1;

	if (end >= 0 && chdir(folder) == 0 &&
		connect(end, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
		dprintf(end, "%s\n", line) > 0)
		got = recv(end, answer, 255, MSG_WAITALL);
	answer[got > 0 ? got : 0] = '\0';
	(void)close(end);
	return got > 0 ? 0 : -1;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int main(int argc, char **argv)
{
	int times = argc == 4 ? atoi(argv[3]) : 0;
	double *took = calloc((size_t)times + 1, sizeof(*took));
	char answer[256] = "";

	if (times < 1 || !took)
		return 2;
	for (int i = 0; i < times; i++) {
		double began = now();

		if (ask(argv[1], argv[2], answer) < 0)
			return 1;
		took[i] = now() - began;
	}
	qsort(took, (size_t)times, sizeof(*took), compare);
	printf("%smiddle %.2f ms, longest %.2f ms of %d\n", answer, took[times / 2],
		took[times - 1], times);
	free(took);
	return 0;
}
