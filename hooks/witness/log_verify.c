#include "hooks/witness/log_verify.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/install_paths.h"
#include "common/base/run.h"
#include "hooks/admin/cli.h"
#include "hooks/witness/head.h"
#include "hooks/witness/log_alarm.h"
#include "hooks/witness/log_proof.h"

int log_verify_add(struct log_verify_options *options, const char *file)
{
	for (size_t i = 0; i < LOG_VERIFY_FILES; i++)
		if (!options->checkpoints[i]) {
			options->checkpoints[i] = file;
			return 0;
		}
	return -1;
}

static void print_check(const struct log_check *check)
{
	static const char *const words[] = {
		[LOG_ALTERED] = "is not what was written",
		[LOG_REMOVED] = "is missing",
		[LOG_REORDERED] = "is another row: they were put in another order",
		[LOG_TRUNCATED] = "and what came after it is missing, or was made anew",
		[LOG_REWRITTEN] =
			"or one before it is not of its checkpoint: rows were hashed anew",
	};

	if (check->state == LOG_WHOLE)
		printf("the log is whole: %lld rows, tip %s\n", (long long)check->rows, check->tip);
	else
		printf("the log is broken: row %lld %s\n", (long long)check->broken,
			words[check->state]);
}

static int print_check_json(const struct log_check *check, bool signatures)
{
	static const char *const states[] = {
		[LOG_WHOLE] = "whole",
		[LOG_ALTERED] = "altered",
		[LOG_REMOVED] = "removed",
		[LOG_REORDERED] = "reordered",
		[LOG_TRUNCATED] = "truncated",
		[LOG_REWRITTEN] = "rewritten",
	};

	if (check->state == LOG_WHOLE)
		return cli_line(json_pack("{s:s, s:I, s:s, s:b}", "log_is", states[check->state],
			"rows", (json_int_t)check->rows, "tip", check->tip, "signatures",
			signatures));
	return cli_line(json_pack(
		"{s:s, s:I}", "log_is", states[check->state], "row", (json_int_t)check->broken));
}

/* Follows the chain, and compares what is bound beside it.  1 and 0: that is as it was, or not. */
static int follow(const char *git_dir, const struct log_known *known, struct log_check *check,
	struct fault *f)
{
	struct fault other = { 0 };
	struct state *state = NULL;
	int result = state_open(&state, git_dir, STATE_READ, f), beside = 0;

	if (result == 0)
		result = state_log_verify(state, known, check, f);
	if (result == 0)
		beside = state_bound_verify(state, &other);
	state_close(state);
	if (beside < 0)
		fprintf(stderr, "countersign log: %s\n", other.text);
	return result < 0 ? -1 : beside == 0;
}

int log_verify(const struct env *env, const struct log_verify_options *options, const char *git_dir,
	struct fault *f)
{
	struct merkle_head heads[LOG_CHECKPOINTS];
	struct log_known known = { .tip = options->tip, .heads = heads };
	struct log_checkpoints checkpoints;
	struct fault untold = { 0 };
	struct log_check check = { 0 };
	bool signatures = false;
	int beside = -1, printed = 0;

	if (log_checkpoints_read(&checkpoints, git_dir, options->checkpoints, options->trust, f) ==
		0) {
		known.head_count = log_checkpoints_heads(&checkpoints, heads);
		beside = follow(git_dir, &known, &check, f);
	}
	if (beside >= 0 && !options->json)
		print_check(&check);
	if (beside >= 0)
		signatures = log_checkpoints_print(&checkpoints, !options->json);
	if (beside >= 0 && options->json)
		printed = print_check_json(&check, signatures);
	log_checkpoints_release(&checkpoints);
	if (beside < 0 || printed < 0)
		return -1;
	if (check.state != LOG_WHOLE && log_alarm_tell(env, git_dir, &check, &untold) < 0)
		fprintf(stderr, "countersign log: nobody was told: %s\n", untold.text);
	return check.state == LOG_WHOLE && beside && signatures ? 0 : 1;
}

int log_checkpoint(const char *git_dir, struct fault *f)
{
	struct install_paths paths;
	char program[INSTALL_PATH_MAX];
	const char *const words[] = { program, "--checkpoint", git_dir, NULL };
	const struct run what = {
		.argv = words, .env = run_bare_env, .seconds = 120, .output = RUN_PASS
	};
	struct buf note = BUF_INIT(NOTE_MAX);
	bool exists = false;
	int status = 0, result;

	if (install_paths_find(&paths, f) < 0 ||
		install_paths_join(program, paths.prefix, "bin/countersign-deliver", f) < 0 ||
		run(&what, NULL, &status, f) < 0)
		return -1;
	if (status != 0)
		return status; /* it said why */
	result = head_read(git_dir, HEAD_CHECKPOINT, &note, &exists, f);
	if (result == 0 && exists)
		(void)fwrite(note.data, 1, note.len, stdout);
	buf_release(&note);
	return result;
}
