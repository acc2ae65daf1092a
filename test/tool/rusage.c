/*
 * rusage FILE PROGRAM [ARGUMENT...]: runs the program as it is called itself, and writes to the
 * file a line `SECONDS KIBIBYTES`: processor time of it and all that it waited for, and the most
 * memory that one of them had.  Exits as the program does.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double seconds(const struct timeval *time)
{
	return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

int main(int argc, char **argv)
{
	struct rusage used;
	int status;
	pid_t child;
	FILE *out;

	if (argc < 3)
		return 2;
	child = fork();
	if (child == 0) {
		execv(argv[2], argv + 2);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &used) != child)
		return 2;
	out = fopen(argv[1], "we");
	if (!out)
		return 2;
	fprintf(out, "%.2f %ld\n", seconds(&used.ru_utime) + seconds(&used.ru_stime),
		used.ru_maxrss);
	if (fclose(out) != 0)
		return 2;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
