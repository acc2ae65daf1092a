#include "hooks/witness/log_verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/install_paths.h"
#include "common/base/run.h"
#include "common/state/cut.h"
#include "common/state/log_tree.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/table.h"
#include "hooks/witness/head.h"
#include "hooks/witness/kept.h"
#include "hooks/witness/log_alarm.h"
#include "hooks/witness/log_mark.h"
#include "hooks/witness/log_proof.h"

/* What came of following it. */
struct followed {
	struct log_check check;
	struct log_archived archived;
	struct kept_check kept;
	int64_t begun; /* rows that were verified before; 0: all were read */
};

static void print_check(const struct log_check *check, FILE *out)
{
	static const char *const words[] = {
		[LOG_ALTERED] = "is not what was written",
		[LOG_REMOVED] = "is missing",
		[LOG_REORDERED] = "is another row: they were put in another order",
		[LOG_TRUNCATED] = "and what came after it is missing, or was rewritten",
		[LOG_REWRITTEN] =
			"or one before it is not of its checkpoint: rows were hashed anew",
	};

	if (check->state == LOG_WHOLE)
		(void)fprintf(out, "the log is whole: %lld rows, tip %s\n", (long long)check->last,
			check->tip);
	else
		(void)fprintf(out, "the log is broken: row %lld %s\n", (long long)check->broken,
			words[check->state]);
}

/* What was read of it, where that is not all. */
static void print_read(const struct followed *followed, FILE *out)
{
	const struct log_check *check = &followed->check;
	const struct log_archived *archived = &followed->archived;

	if (followed->begun)
		(void)fprintf(out,
			"rows 1 to %" PRId64 " were verified before, and not read again\n",
			followed->begun);
	if (check->cut)
		(void)fprintf(out, "rows 1 to %" PRId64 " were archived", check->cut);
	if (check->cut && archived->missing)
		(void)fprintf(out,
			"; %" PRId64
			" of them are not here and were not verified: name their archives with "
			"--archive",
			archived->missing);
	if (check->cut)
		(void)fputc('\n', out);
	if (followed->kept.good || followed->kept.unknown)
		(void)fprintf(out,
			"signatures of approvals that are kept in it: %zu good, %zu by keys that "
			"were not kept\n",
			followed->kept.good, followed->kept.unknown);
	if (followed->kept.bad)
		(void)fprintf(out, "an approval that is kept in row %" PRId64 " is not good, %s\n",
			followed->kept.row, followed->kept.why);
	if (archived->unproven)
		(void)fprintf(out, "%zu checkpoint%s of before those could not be compared\n",
			archived->unproven, archived->unproven == 1 ? "" : "s");
}

/* Both, as a terminal shows them. */
static int print_text(const struct env *env, const struct followed *followed, struct fault *f)
{
	struct terminal_text text;

	if (terminal_text_begin(&text, env) < 0)
		return fault_memory(f);
	print_check(&followed->check, text.out);
	print_read(followed, text.out);
	terminal_text_end(&text);
	return 0;
}

static int print_check_json(const struct followed *followed, bool signatures)
{
	static const char *const states[] = {
		[LOG_WHOLE] = "whole",
		[LOG_ALTERED] = "altered",
		[LOG_REMOVED] = "removed",
		[LOG_REORDERED] = "reordered",
		[LOG_TRUNCATED] = "truncated",
		[LOG_REWRITTEN] = "rewritten",
	};
	const struct log_check *check = &followed->check;

	if (check->state == LOG_WHOLE)
		return cli_line(json_pack(
			"{s:s, s:I, s:s, s:b, s:I, s:I, s:I, s:I, s:{s:I, s:I, s:I}}", "log_is",
			states[check->state], "rows", (json_int_t)check->last, "tip", check->tip,
			"signatures", signatures, "verified_before", (json_int_t)followed->begun,
			"archived", (json_int_t)check->cut, "archived_missing",
			(json_int_t)followed->archived.missing, "checkpoints_uncompared",
			(json_int_t)followed->archived.unproven, "approvals_kept", "good",
			(json_int_t)followed->kept.good, "unknown",
			(json_int_t)followed->kept.unknown, "bad", (json_int_t)followed->kept.bad));
	return cli_line(json_pack(
		"{s:s, s:I}", "log_is", states[check->state], "row", (json_int_t)check->broken));
}

/*
 * Whether the tree proves what is known of rows before the mark, so that they need not be read:
 * else they are.  1, 0 or -1.
 */
static int is_proven(struct state *state, const struct log_known *known,
	const struct log_walk *walk, struct fault *f)
{
	if (known->tip && strcmp(known->tip, walk->tip) != 0)
		return 0;
	for (size_t i = 0; i < known->head_count; i++) {
		struct log_tree_answer answer;

		if (known->heads[i].size >= (uint64_t)walk->rows)
			continue;
		if (log_tree_began(state, walk, &known->heads[i], &answer, f) < 0)
			return -1;
		if (!answer.proven || !answer.same)
			return 0;
	}
	return 1;
}

/* From the row that was verified last, where the log still has it as it was. */
static int begin(const char *git_dir, struct state *state, const struct log_known *known,
	struct followed *out, struct fault *f)
{
	struct log_walk walk;
	bool exists = false, fits = false;
	int proven;

	if (log_mark_read(git_dir, state, &walk, &exists, f) < 0)
		return -1;
	if (!exists)
		return 0;
	proven = is_proven(state, known, &walk, f);
	if (proven <= 0)
		return proven;
	if (log_walk_fits(state, &walk, &fits, f) < 0)
		return -1;
	out->check.walk = walk;
	out->begun = walk.rows;
	if (!fits) {
		out->check.state = LOG_REWRITTEN;
		out->check.broken = walk.rows;
	}
	return 0;
}

/* Follows the chain, and compares what is bound beside it.  1 and 0: that is as it was, or not. */
static int follow(const struct log_verify_options *options, const char *git_dir,
	const struct log_known *known, struct followed *out, struct fault *f)
{
	const struct log_reach reach = { .known = known, .check = &out->check };
	struct log_archives archives = { 0 };
	struct fault other = { 0 };
	struct state *state = NULL;
	int result = state_open(&state, git_dir, STATE_READ, f), beside = 0;

	if (result == 0)
		result = log_archives_find(&archives, state, NULL, options->archives, f);
	if (result == 0 && options->go_on)
		result = begin(git_dir, state, known, out, f);
	if (result == 0 && out->check.state == LOG_WHOLE)
		result = log_archives_verify(&archives, &reach, &out->archived, f);
	out->kept.after = out->begun;
	if (result == 0 && out->check.state == LOG_WHOLE)
		result = kept_verify(&archives, &out->kept, f);
	if (result == 0)
		beside = state_bound_verify(state, &other);
	if (result == 0 && out->check.state == LOG_WHOLE && !out->archived.missing)
		log_mark_keep(git_dir, state, &out->check.walk);
	log_archives_release(&archives);
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
	struct followed followed = { 0 };
	const struct log_check *check = &followed.check;
	bool signatures = false;
	int beside = -1, printed = 0;

	if (log_checkpoints_read(&checkpoints, git_dir, options->checkpoints, options->trust, f) ==
		0) {
		known.head_count = log_checkpoints_heads(&checkpoints, heads);
		beside = follow(options, git_dir, &known, &followed, f);
	}
	if (beside >= 0 && !options->json)
		beside = print_text(env, &followed, f) < 0 ? -1 : beside;
	if (beside >= 0)
		signatures = log_checkpoints_print(&checkpoints, !options->json);
	if (beside >= 0 && options->json)
		printed = print_check_json(&followed, signatures);
	log_checkpoints_release(&checkpoints);
	if (beside < 0 || printed < 0)
		return -1;
	if (check->state != LOG_WHOLE && log_alarm_tell(env, git_dir, check, &untold) < 0)
		fprintf(stderr, "countersign log: the event `tampered` could not be queued: %s\n",
			untold.text);
	return check->state == LOG_WHOLE && beside && signatures && !followed.kept.bad &&
			       !followed.archived.unproven
		       ? 0
		       : 1;
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
