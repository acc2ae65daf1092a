/*
 * Dying at a chosen point, for tests of what is left then:
 *
 *	killat NUMBER FILE PROGRAM [ARGUMENT...]
 *
 * Runs the program and kills it at that stop of its own system calls (each stops twice, going in
 * and coming out); 0: never.  FILE gets how many there were.  Ends with the program's exit status,
 * or 137 when it was killed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define CALL (SIGTRAP | 0x80)

static _Noreturn void become(char **argv)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0) {
		(void)raise(SIGSTOP);
		(void)execv(argv[0], argv);
	}
	_exit(126);
}

/* Lets it go on from stop to stop; its wait status at the end. */
static int follow(pid_t child, long last, long *count)
{
	int status = 0, signal = 0;

	while (ptrace(PTRACE_SYSCALL, child, NULL, (long)signal) == 0 &&
		waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
		signal = WSTOPSIG(status);
		if (signal == CALL && ++*count == last)
			(void)kill(child, SIGKILL);
		if (signal == CALL || signal == SIGTRAP)
			signal = 0;
	}
	return status;
}

int main(int argc, char **argv)
{
	long count = 0;
	int status = 0;
	FILE *file;
	pid_t child;

	if (argc < 4)
		return 2;
	child = fork();
	if (child == 0)
		become(argv + 3);
	if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFSTOPPED(status) ||
		ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) <
			0)
		return 77;
	status = follow(child, strtol(argv[1], NULL, 10), &count);
	file = fopen(argv[2], "we");
	if (file) {
		(void)fprintf(file, "%ld\n", count);
		(void)fclose(file);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
