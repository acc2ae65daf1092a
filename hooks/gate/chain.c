#include "hooks/gate/chain.h"

#include <errno.h>
#include <unistd.h>

#include "common/base/install_paths.h"
#include "common/base/run.h"

#define ARGUMENTS_MAX 8
#define SHELL "/bin/sh"
#define INPUT_MAX ((size_t)512 << 20)

static void write_lines(struct buf *input, const struct push *push)
{
	for (size_t i = 0; push && i < push->count; i++) {
		const struct ref_update *update = &push->updates[i];

		buf_addf(input, "%s %s %s\n", oid_text(&update->claimed).hex,
			oid_text(&update->new).hex, update->name);
	}
}

/* As git does: what the kernel does not know is a script for the shell. */
static int run_hook(const struct chain_call *call, const char *path, int *status, struct fault *f)
{
	struct buf input = BUF_INIT(INPUT_MAX);
	const char *argv[ARGUMENTS_MAX + 2] = { SHELL, path };
	struct run what = { .argv = argv + 1, .env = call->env->vars, .output = RUN_PASS };
	int result;

	for (size_t i = 1; i < ARGUMENTS_MAX && call->argv[i]; i++)
		argv[1 + i] = call->argv[i];
	write_lines(&input, call->push);
	what.input = buf_span(&input);
	result = input.failed ? fault_memory(f) : run(&what, NULL, status, f);
	if (result < 0 && *status == RUN_NO_PROGRAM) {
		fault_clear(f);
		what.argv = argv;
		result = run(&what, NULL, status, f);
	}
	buf_release(&input);
	return result;
}

int chain_run(const struct chain_call *call, enum chain_when when, int *status, struct fault *f)
{
	char folder[INSTALL_PATH_MAX], path[INSTALL_PATH_MAX];

	*status = 0;
	if (install_paths_join(folder, call->git_dir,
		    when == CHAIN_FIRST ? "countersign/chained-first" : "countersign/chained",
		    f) < 0 ||
		install_paths_join(path, folder, call->argv[0], f) < 0)
		return -1;
	if (access(path, F_OK) < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (access(path, X_OK) < 0)
		return errno == EACCES ? 0
				       : fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
	return run_hook(call, path, status, f);
}
