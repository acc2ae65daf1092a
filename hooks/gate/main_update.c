/*
 * The program behind an installed update hook.  git runs it for every ref of a push, so it starts
 * without any library: it honours the pass that pre-receive left, if nothing was written to the
 * state since, and hands everything else over to `countersign hook update`, which judges.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/env.h"
#include "common/facts/passed.h"
#include "common/facts/shim.h"
#include "common/git/vref.h"

#define ARGUMENTS_MAX 8

/* Whether our own script calls, which takes nobody else's exit status for an answer. */
static bool is_to_answer(char **argv)
{
	return argv[0] && argv[1] && strcmp(argv[1], SHIM_ANSWERING) == 0;
}

static int hand_over(const struct env *env, const struct passed *passed, char **argv)
{
	char program[INSTALL_PATH_MAX], *arguments[ARGUMENTS_MAX] = { program, (char[]){ "hook" } };
	size_t count = 2;
	struct fault fault = { 0 };

	if (is_to_answer(argv))
		arguments[count++] = *++argv;
	arguments[count++] = (char[]){ "update" };
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

/* Answers one call: what pre-receive said of it, or, where it said nothing, what is judged now. */
static int update(int argc, char **argv)
{
	struct fault fault = { 0 };
	enum pass_answer answer;
	bool answering = is_to_answer(argv);
	struct passed passed;
	struct env env;

	if (env_seal(&env, &fault) < 0 || install_paths_find(&passed.paths, &fault) < 0) {
		(void)fprintf(
			stderr, "countersign: the push could not be judged: %s\n", fault.text);
		return 2;
	}
	answer = ask(&passed, argc - answering, argv + answering);
	if (answer == PASS_NONE)
		return hand_over(&env, &passed, argv);
	if (answer == PASS_HELD) /* pre-receive has said it all */
		vref_refused(&env);
	env_release(&env);
	return answer == PASS_ALLOWED ? 0 : 1;
}

int main(int argc, char **argv)
{
	int status;

	if (argc == 2 && strcmp(argv[1], "version") == 0) /* whether it can run at all */
		return puts("countersign " COUNTERSIGN_VERSION) < 0;
	status = update(argc, argv);
	return is_to_answer(argv) ? shim_answer(status) : status;
}
