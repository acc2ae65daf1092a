/*
 * The program behind installed update and post-receive hooks.  git runs it for every ref of a push
 * and once behind it, so it starts without any library: it honours the pass that pre-receive left,
 * if nothing was written to the state since, and hands everything else over to `countersign hook`,
 * which judges, or settles what landed.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/env.h"
#include "common/facts/passed.h"
#include "common/facts/shim.h"
#include "common/git/vref.h"
#include "common/notify/deliver_start.h"

#define ARGUMENTS_MAX 8

/* Whether our own script calls, which takes nobody else's exit status for an answer. */
static bool is_to_answer(char **argv)
{
	return argv[0] && argv[1] && strcmp(argv[1], SHIM_ANSWERING) == 0;
}

/* `hook`: its name, or NULL, where that is the first argument. */
static int hand_over(const struct env *env, const struct passed *passed, char *hook, char **argv)
{
	char program[INSTALL_PATH_MAX], *arguments[ARGUMENTS_MAX] = { program, (char[]){ "hook" } };
	size_t count = 2;
	struct fault fault = { 0 };

	if (is_to_answer(argv))
		arguments[count++] = *++argv;
	if (hook)
		arguments[count++] = hook;
	while (*++argv && count < ARGUMENTS_MAX - 1)
		arguments[count++] = *argv;
	if (install_paths_join(program, passed->paths.prefix, "bin/countersign", &fault) == 0)
		(void)execve(program, arguments, env->vars);
	(void)fprintf(stderr, "countersign: the push could not be judged: bin/countersign: %s\n",
		strerror(errno));
	return 2;
}

/* What pre-receive wrote about exactly this update; none where that cannot be told. */
static enum pass_answer ask(struct passed *passed, int argc, char **argv)
{
	enum pass_answer answer = PASS_NONE;
	char hold[PASS_HOLD_MAX + 1];
	struct fault ignored = { 0 };
	struct pass pass;

	if (passed_open(passed, &ignored) == 0 && argc == 4) {
		pass = (struct pass){ .ref = argv[1], .target = argv[1] };
		if (oid_parse(&pass.old, span_of(argv[2])) == 0 &&
			oid_parse(&pass.new, span_of(argv[3])) == 0)
			answer = passed_find(passed, "update", &pass, hold);
	}
	fault_clear(&ignored);
	return answer;
}

/* Puts what comes from standard input where it can be read twice.  0 or -1. */
static int keep_input(void)
{
	static char block[65536];
	int kept = memfd_create("push", MFD_CLOEXEC);
	ssize_t len = 0, put = 0;

	if (kept < 0)
		return -1;
	while (put == len && (len = read(STDIN_FILENO, block, sizeof(block))) > 0)
		put = write(kept, block, (size_t)len);
	if (len == 0 && dup2(kept, STDIN_FILENO) == STDIN_FILENO)
		len = lseek(STDIN_FILENO, 0, SEEK_SET);
	(void)close(kept);
	return len == 0 ? 0 : -1;
}

/* Whether pre-receive has seen that there is nothing to settle; what landed is attested then. */
static bool is_over(struct passed *passed)
{
	struct fault ignored = { 0 };
	struct push push = { 0 };
	bool over = keep_input() == 0 && push_read(&push, stdin, &ignored) == 0 &&
		    passed_is_settled(passed, &push);

	if (over && install_paths_may_sign(&passed->paths))
		(void)deliver_start(passed->git_dir, DELIVER_ATTEST, &ignored);
	push_release(&push);
	fault_clear(&ignored);
	(void)lseek(STDIN_FILENO, 0, SEEK_SET);
	return over;
}

/*
 * Answers one call: what pre-receive said of it, or, where it said nothing, what is judged or
 * settled now.
 */
static int answer(int argc, char **argv)
{
	bool answering = is_to_answer(argv);
	struct fault fault = { 0 };
	enum pass_answer said;
	struct passed passed;
	struct env env;

	if (env_seal(&env, &fault) < 0 || install_paths_find(&passed.paths, &fault) < 0) {
		(void)fprintf(
			stderr, "countersign: the push could not be judged: %s\n", fault.text);
		return 2;
	}
	argc -= answering;
	if (argc == 2 && strcmp(argv[1 + answering], "post-receive") == 0) {
		if (!is_over(&passed))
			return hand_over(&env, &passed, NULL, argv);
		said = PASS_SETTLED;
	} else
		said = ask(&passed, argc, argv + answering);
	if (said == PASS_NONE)
		return hand_over(&env, &passed, (char[]){ "update" }, argv);
	if (said == PASS_HELD) /* pre-receive has said it all */
		vref_refused(&env);
	env_release(&env);
	return said == PASS_HELD;
}

int main(int argc, char **argv)
{
	char *post_receive[] = { argv[0], (char[]){ "post-receive" }, NULL };
	int status;

	if (argc >= 2 && strcmp(argv[1], SHIM_DIRECT) == 0) /* and the hook's path */
		return answer(2, post_receive);

	if (argc == 2 && strcmp(argv[1], "version") == 0) /* whether it can run at all */
		return puts("countersign " COUNTERSIGN_VERSION) < 0;
	status = answer(argc, argv);
	return is_to_answer(argv) ? shim_answer(status) : status;
}
