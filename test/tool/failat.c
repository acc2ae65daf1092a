/*
 * Failing at a chosen point, for tests of what comes of it:
 *
 *	failat NUMBER ERROR FILE PROGRAM [ARGUMENT...]
 *
 * Runs the program, and instead of its system call of that number (from 1; 0: none) it is told that
 * error; `ERROR+`: and so is every later call of the same kind, as on a disk that stays full.
 * `NUMBER@list`: of those calls alone that read on in a folder.  FILE gets how many calls there
 * were.  Calls that cannot fail (exit, returning from a signal) are left alone.  Ends with the program's exit status, or 128 and its signal; 77 where this cannot be done.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/signal.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __x86_64__

#define CALL (SIGTRAP | 0x80)

struct plan {
	long number;
	int error;
	bool sticks, lists; /* lists: calls that do not read folders are let go */
	/* what has happened */
	long count;
	long long kind; /* of the call that failed; -1: none yet */
	bool inside, failing;
};

static const struct {
	const char *name;
	int number;
} errors[] = { { "EIO", EIO }, { "ENOSPC", ENOSPC }, { "ENOMEM", ENOMEM }, { "EACCES", EACCES },
	{ "EMFILE", EMFILE }, { "EINTR", EINTR }, { "EDQUOT", EDQUOT }, { "EROFS", EROFS } };

static int error_read(struct plan *plan, const char *text)
{
	size_t len = strlen(text);

	plan->sticks = len && text[len - 1] == '+';
	len -= plan->sticks;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strlen(errors[i].name) == len && memcmp(errors[i].name, text, len) == 0)
			plan->error = errors[i].number;
	return plan->error ? 0 : -1;
}

static _Noreturn void become(char **argv)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0) {
		(void)raise(SIGSTOP);
		(void)execv(argv[0], argv);
	}
	_exit(126);
}

static bool can_fail(const struct plan *plan, unsigned long long call)
{
	if (plan->lists)
		return call == SYS_getdents64;
	return call != SYS_exit_group && call != SYS_exit && call != SYS_rt_sigreturn &&
	       call != SYS_execve;
}

/* At a stop of a call, going in or coming out. */
static void at_call(pid_t child, struct plan *plan)
{
	struct user_regs_struct registers;

	plan->inside = !plan->inside;
	if (ptrace(PTRACE_GETREGS, child, NULL, &registers) < 0)
		return;
	if (plan->inside) {
		plan->failing = false;
		if (!can_fail(plan, registers.orig_rax))
			return;
		plan->count++;
		plan->failing = plan->count == plan->number ||
				(plan->sticks && plan->kind == (long long)registers.orig_rax);
		if (!plan->failing)
			return;
		plan->kind = (long long)registers.orig_rax;
		registers.orig_rax = (unsigned long long)-1; /* no call at all */
	} else if (plan->failing) {
		registers.rax = (unsigned long long)-plan->error;
	} else {
		return;
	}
	(void)ptrace(PTRACE_SETREGS, child, NULL, &registers);
}

/* Lets it go on from stop to stop; its wait status at the end. */
static int follow(pid_t child, struct plan *plan)
{
	int status = 0, signal = 0;

	while (ptrace(PTRACE_SYSCALL, child, NULL, (long)signal) == 0 &&
		waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
		signal = WSTOPSIG(status);
		if (signal == CALL)
			at_call(child, plan);
		if (signal == CALL || signal == SIGTRAP)
			signal = 0;
	}
	return status;
}

int main(int argc, char **argv)
{
	struct plan plan = { .kind = -1 };
	int status = 0;
	FILE *file;
	pid_t child;

	if (argc < 5 || error_read(&plan, argv[2]) < 0)
		return 2;
	plan.number = strtol(argv[1], NULL, 10);
	plan.lists = strstr(argv[1], "@list") != NULL;
	child = fork();
	if (child == 0)
		become(argv + 4);
	if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFSTOPPED(status) ||
		ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) <
			0)
		return 77;
	status = follow(child, &plan);
	file = fopen(argv[3], "we");
	if (!file || fprintf(file, "%ld\n", plan.count) < 0 || fclose(file) != 0)
		return 2;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#else

int main(void)
{
	return 77;
}

#endif
