/*
 * The program behind an installed update hook.  git runs it for every ref of a push, so it starts
 * without libgit2: it honours the pass that pre-receive left, and hands everything
 * else over to `countersign hook update`, which judges.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/env.h"
#include "common/facts/vref.h"
#include "common/git/common_dir.h"
#include "common/policy/sources.h"
#include "common/state/pass.h"
#include "common/state/state.h"

struct update_call {
	struct install_paths paths;
	char git_dir[PATH_MAX];
	enum pass_answer answer;
	char hold[PASS_HOLD_MAX + 1];
};

static int find_git_dir(struct update_call *a, struct fault *f)
{
	const char *git_dir = getenv("GIT_DIR");

	if (!git_dir)
		return fault_set(f, FAULT_ADMIN, "GIT_DIR is not set");
	return common_dir_find(a->git_dir, git_dir, true, f);
}

/* What pre-receive wrote about exactly this update under exactly these policy files. */
static int ask(struct update_call *a, char **argv, struct fault *f)
{
	/* A symbolic ref is resolved by the other program. */
	struct pass pass = { .ref = argv[1], .target = argv[1] };
	struct policy_sources sources;
	struct sources files;
	struct state *state;
	char digest[65];
	int status;

	if (oid_parse(&pass.old, span_of(argv[2])) < 0 ||
		oid_parse(&pass.new, span_of(argv[3])) < 0)
		return fault_set(f, FAULT_PUSHER,
			"update is called with a ref, its old value and its new value");
	if (find_git_dir(a, f) < 0 || sources_find(&files, &a->paths, a->git_dir, f) < 0)
		return -1;
	sources = sources_of(&files, a->git_dir);
	if (policy_files_digest(&sources, digest, f) < 0 ||
		state_open(&state, a->git_dir, STATE_READ, f) < 0)
		return -1;
	pass.policy = digest;
	status = state_stopped_tie(state, digest, f);
	state_close(state);
	if (status == 0)
		a->answer = pass_find(a->git_dir, &pass, a->hold);
	return status;
}

/* Hooks that were there before are run by the other program. */
static bool has_chained(const struct update_call *a)
{
	static const char *const paths[] = { "countersign/chained/update",
		"countersign/chained-first/update" };
	struct fault ignored = { 0 };
	char path[INSTALL_PATH_MAX];

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (install_paths_join(path, a->git_dir, paths[i], &ignored) < 0 ||
			access(path, F_OK) == 0)
			return true;
	return false;
}

static int hand_over(const struct env *env, const struct update_call *a, int argc, char **argv)
{
	char program[INSTALL_PATH_MAX];
	struct fault fault = { 0 };
	char *arguments[] = { program, (char[]){ "hook" }, (char[]){ "update" },
		argc > 1 ? argv[1] : NULL, argc > 2 ? argv[2] : NULL, argc > 3 ? argv[3] : NULL,
		NULL };

	if (install_paths_join(program, a->paths.prefix, "bin/countersign", &fault) == 0)
		(void)execve(program, arguments, env->vars);
	(void)fprintf(stderr, "countersign: the push could not be judged: bin/countersign: %s\n",
		strerror(errno));
	return 2;
}

int main(int argc, char **argv)
{
	struct fault fault = { 0 };
	struct update_call a = { .answer = PASS_NONE };
	struct env env;

	if (env_seal(&env, &fault) < 0 || install_paths_find(&a.paths, &fault) < 0) {
		(void)fprintf(
			stderr, "countersign: the push could not be judged: %s\n", fault.text);
		return 2;
	}
	if (argc != 4 || ask(&a, argv, &fault) < 0 || a.answer == PASS_NONE || has_chained(&a))
		return hand_over(&env, &a, argc, argv);
	if (a.answer == PASS_ALLOWED) {
		env_release(&env);
		return 0;
	}
	/* pre-receive has said it all */
	vref_refused(&env);
	env_release(&env);
	return 1;
}
